"""What district nursing costs, as whole numbers the journey can count without knowing a price."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from sim.scenario.models import Prices, Region
from sim.tariff import TariffBook
from sim.units import CENTS_PER_EURO

HOUR, NIGHT_HOUR = "zvw.wijkverpleging", "zvw.wijkverpleging.nacht"
GUEST_DAY = "zvw.wijkverpleging.bth_dag"


@dataclass(frozen=True)
class MeterPlan:
    """Weights and allowance of the omzetplafond meter.

    Parameters
    ----------
    cents_per_hour : int
        Weight of an hour of wijkverpleging.
    cents_per_night_hour : int
        Weight of an hour of night care.
    cents_per_day_bth : int
        Weight of a day in a contracted bijna-thuis-huis.
    budget_cents : int
        Contracted budget of the region a year.
    """

    cents_per_hour: int
    cents_per_night_hour: int
    cents_per_day_bth: int
    budget_cents: int


def quote(book: TariffBook, prices: Prices, region: Region) -> MeterPlan:
    """Weights and yearly allowance of a region's district nursing.

    Parameters
    ----------
    book : TariffBook
    prices : Prices
        For the basis year.
    region : Region
        For the contracted budget.

    Returns
    -------
    MeterPlan

    Raises
    ------
    InputError
        When a price is missing in the basis year.
    """
    date = dt.date(prices.basis_year, 1, 1)
    budget = Fraction(str(region.district_nursing_budget_eur.value)) * CENTS_PER_EURO
    hour, night, guest = (int(book.value(p, date).cents) for p in (HOUR, NIGHT_HOUR, GUEST_DAY))
    return MeterPlan(hour, night, guest, round(budget))
