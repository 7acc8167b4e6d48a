"""Costs outside every law that people bear at home and that current practice does not count."""

from __future__ import annotations

import numpy as np

from sim.dates import months
from sim.law.columns import order_by, split_months, starts
from sim.law.days import SETTING
from sim.pricing.lines import OWN_ACCOUNT, Lines
from sim.pricing.produce import Desk, priced_lines
from sim.pricing.tables import Stays
from sim.rng import lot
from sim.units import Ints

SELF_CARE = "buiten.zelfzorgmedicijnen"


def own_cost_lines(desk: Desk, stays: Stays, patient_id: Ints) -> list[Lines]:
    """Self-care medicines of each begun month at home (own_payments 4, rule 4).

    Parameters
    ----------
    desk : Desk
    stays : Stays
    patient_id : int64 array, one a person

    Returns
    -------
    list of Lines
        Empty where the scenario does not count them.
    """
    rule = desk.rules.code("P8")
    if desk.payment is None or not desk.payment.own_costs.applies or rule < 0 or len(stays) == 0:
        return []
    buys = lot("payment.self_care", patient_id) < desk.payment.own_costs.self_care_share.value
    rows = np.flatnonzero((stays.days.setting == SETTING["thuis"]) & buys[stays.person])
    part, first, _ = split_months(stays.days.first[rows], stays.days.end[rows])
    stay = rows[part]
    order = order_by(stays.person[stay], first)
    stay, first = stay[order], first[order]
    lead = starts(stays.person[stay], months(first))
    stay, first = stay[lead], first[lead]
    size = len(stay)
    product = np.repeat(desk.prices.codes([SELF_CARE]), size)
    one = np.ones(size, np.int64)
    lines = priced_lines(desk, stays, stay, product, one * rule, first, one)
    return [lines.with_(own=np.full(size, OWN_ACCOUNT, np.int64))]
