"""What district nursing costs, as whole numbers the journey can count without knowing a price."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sim.catalogue import TariffBook
from sim.scenario.models import Prices, Region
from sim.units import exact, fits, rounded, whole_cents

HOUR, NIGHT_HOUR = "zvw.wijkverpleging", "zvw.wijkverpleging.nacht"
GUEST_DAY = "zvw.wijkverpleging.bth_dag"
ELV_PALLIATIVE_DAY, ELV_DAY = "zvw.elv.ptz", "zvw.elv.hoog"


@dataclass(frozen=True)
class MeterPlan:
    """Weights and allowance of the omzetplafond meter."""

    cents_per_hour: int  # weight of an hour of wijkverpleging
    cents_per_night_hour: int  # of night care
    cents_per_day_bth: int  # weight of a day in a contracted bijna-thuis-huis
    cents_per_day_elv_palliative: int  # weight of a day in a high care hospice or palliative unit
    cents_per_day_elv: int  # in another short stay
    budget_cents: int  # contracted budget of the region a year: district nursing with BTH days
    elv_budget_cents: int  # for short stays


def quote(book: TariffBook, prices: Prices, region: Region) -> MeterPlan:
    """Weights and yearly allowance of a region's district nursing, at the prices of the basis year.

    Raises InputError when a price is missing in that year.
    """
    date = dt.date(prices.basis_year, 1, 1)
    products = (HOUR, NIGHT_HOUR, GUEST_DAY, ELV_PALLIATIVE_DAY, ELV_DAY)
    cents = {product: int(book.value(product, date).cents) for product in products}
    cents[GUEST_DAY] = fits(rounded(cents[GUEST_DAY] * exact(prices.bth_day_factor.value)))
    budgets = (region.district_nursing_budget_eur.value, region.elv_budget_eur.value)
    return MeterPlan(
        *(cents[product] for product in products), *(fits(whole_cents(budget)) for budget in budgets)
    )
