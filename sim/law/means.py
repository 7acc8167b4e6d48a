"""What a household lives on: its income, its assets above the exempt amount, a share of both."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sim.law.parameters import Parameters
from sim.law.people import People
from sim.units import MONTHS_PER_YEAR, Ints, RoundingMode, bound, divide, roomy, times

ADDITION = "own_payments.wlz.vib_pct"  # part of the assets that counts as income


def household_income(people: People, person: Ints) -> Ints:
    """Income of the reference year, of a couple together (cents)."""
    return people.income[person] + np.where(people.couple[person], people.partner_income[person], 0)


def assets_above(people: People, person: Ints, day: Ints, parameters: Parameters) -> Ints:
    """Assets of the household above the exempt amount a person (cents)."""
    exempt = parameters.cents("own_payments.wlz.asset_threshold_pp", day)
    heads = 1 + people.couple[person].astype(np.int64)
    return np.asarray(np.maximum(people.assets[person] - times(exempt, heads), 0), np.int64)


def month_of_means(
    income: Ints, assets: Ints, day: Ints, share: str, parameters: Parameters, mode: RoundingMode = "half_up"
) -> Ints:
    """A twelfth of a share (a parameter) of income and part of the assets together, by the values of a day.

    In cents, exact up to one rounding.
    """
    out = np.zeros(len(day), np.int64)
    for at, rows in parameters.alike(day, share, ADDITION):
        addition, part = parameters.rate(ADDITION, at), parameters.rate(share, at) / MONTHS_PER_YEAR
        out[rows] = part_of_means(income[rows], assets[rows], addition, part, mode)
    return out


def part_of_means(
    income: Ints, assets: Ints, addition: Fraction, share: Fraction, mode: RoundingMode
) -> Ints:
    """A share of income and part of the assets (`addition`) together, in cents, exact up to one rounding."""
    above, below = share.numerator, share.denominator * addition.denominator
    widest = max(addition.numerator, addition.denominator)
    most = (bound(income) + bound(assets) + 1) * widest * max(above, 1)
    earned, owned = roomy(most, income, assets)
    return divide((earned * addition.denominator + owned * addition.numerator) * above, below, mode)
