"""Hospices paid by function: formal care as eerstelijnsverblijf, informal care beside municipal money."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.law.days import FORM, SETTING
from sim.ledger.as_the_law_reads import Stays
from sim.ledger.days_and_spells import Desk
from sim.rng import lot
from sim.schema import HOSPICE_SETTINGS
from sim.units import Ints, exact

DAY_CONTRIBUTION = "own_payments.bth.day_mode"


def by_function(desk: Desk, stays: Stays, patient_id: Ints) -> Stays:
    """Stays in a hospice without Wlz as what their function is paid as; as they were without the plan.

    Gupta Strategists 2025 (own_payments 9). A guest with formal care lies in a house of eerstelijnsverblijf,
    with no day contribution; any other in one where district nursing comes and a day contribution is asked,
    as long as its day price exists (S1, from 2025).
    """
    payment = desk.settings.payment
    if payment is None or not payment.two_functions.applies or not desk.rules.has("S7"):
        return stays
    shares = {str(word): share for word, share in payment.two_functions.formal.value.items()}
    setting, form = stays.days.setting, stays.days.form
    drawn = lot("payment.formal_care", patient_id)[stays.person]
    out, asked, waiver = setting.copy(), stays.day_contribution.copy(), stays.waiver.copy()
    usual = desk.parameters.cents(DAY_CONTRIBUTION, stays.days.first)
    day_price = desk.rules.holds("S1", stays.days.first)
    by_plan = desk.rules.holds("S7", stays.days.first)
    for word in HOSPICE_SETTINGS:
        rows = (setting == SETTING[word]) & (form == FORM["geen"]) & by_plan
        formal = drawn < shares.get(word, 0.0)
        needs = rows & formal & (word == "bth")
        out[needs], asked[needs], waiver[needs] = SETTING["hch"], 0, 0
        can_do_without = rows & ~formal & day_price & (word != "bth")
        out[can_do_without] = SETTING["bth"]
        asked[can_do_without] = usual[can_do_without]
    days = replace(stays.days, setting=out)
    return replace(stays, days=days, day_contribution=asked, waiver=waiver)


def left_per_day(desk: Desk, day: Ints, per_day: Ints) -> Ints:
    """Cents a day that the municipality leaves to be paid of what a house asks; all without the plan."""
    payment = desk.settings.payment
    if payment is None or not payment.two_functions.applies:
        return per_day
    share = exact(payment.two_functions.municipal_share.value)
    one, informal = np.ones(len(day), np.int64), np.zeros(len(day), np.bool_)
    return desk.rules.apply("S7", day, per_day, informal, one, per_day, share)
