"""Bijzondere bijstand for the day contribution of simulated guests, whose municipality is not asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.dates import month_start_day, months
from sim.ledger.as_the_law_reads import Stays
from sim.ledger.days_and_spells import Desk
from sim.rng import lot
from sim.units import MONTHS_PER_YEAR, Ints

PARAMETERS = "own_payments.bijzondere_bijstand"
RATES = tuple(f"{PARAMETERS}.{name}" for name in ("take_up", "income_pct", "draagkracht_pct"))


def with_assistance(desk: Desk, stays: Stays, patient_id: Ints) -> Stays:
    """Stays with whether bijzondere bijstand is granted, and the draagkracht that comes first.

    A share of the people asks for it; the same in every scenario. A bill states both instead.
    """
    rows = np.flatnonzero(stays.day_contribution > 0)
    if desk.terms is not None or len(rows) == 0:
        return stays
    who, day = stays.person[rows], month_start_day(months(stays.days.first[rows]))
    people, book = desk.people, desk.parameters
    guests, guest = np.unique(who, return_inverse=True)
    drawn = lot("payment.assistance", patient_id[guests])[guest]
    asks, drawing = np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.int64)

    def amount(name: str) -> Ints:
        pair = (book.cents(f"{PARAMETERS}.{name}_{kind}", day) for kind in ("couple", "single"))
        return np.where(people.couple[who], *pair)

    net = people.income[who] - people.income_tax[who] + people.partner_income[who]
    rich = people.assets[who] > amount("assets")
    norm = amount("norm") * MONTHS_PER_YEAR
    for at, on in book.alike(day, *RATES):
        take_up, *shares = (book.rate(name, at) for name in RATES)
        asks[on] = drawn[on] < float(take_up)
        means = (net[on], norm[on], rich[on])
        drawing[on] = desk.rules.apply("P5/draagkracht", day[on], 0, *means, *shares)
    granted = desk.rules.holds("P5/draagkracht", day) & asks & people.income_known[who]
    assistance, own_means = stays.assistance.copy(), stays.own_means.copy()
    assistance[rows] = granted
    own_means[rows] = drawing
    return replace(stays, assistance=assistance, own_means=own_means)
