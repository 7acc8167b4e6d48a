"""What district nursing costs, as whole numbers the journey can count without knowing a price."""

from __future__ import annotations

import datetime as dt

from sim.catalogue import TariffBook
from sim.scenario.models import Prices, Region
from sim.scenario.quoted import Quote
from sim.schema import BTH_DAY, HOME_NURSING
from sim.units import exact, fits, rounded, whole_cents

NIGHT_HOUR = "zvw.wijkverpleging.nacht"
ELV_PALLIATIVE_DAY, ELV_DAY = "zvw.elv.ptz", "zvw.elv.hoog"


def quote(book: TariffBook, prices: Prices, region: Region) -> Quote:
    """Weights and yearly allowance of a region's district nursing, at the prices of the basis year.

    Raises InputError when a price is missing in that year.
    """
    date = dt.date(prices.basis_year, 1, 1)
    products = (HOME_NURSING, NIGHT_HOUR, BTH_DAY, ELV_PALLIATIVE_DAY, ELV_DAY)
    cents = {product: int(book.value(product, date).cents) for product in products}
    cents[BTH_DAY] = fits(rounded(cents[BTH_DAY] * exact(prices.bth_day_factor.value)))
    budgets = (region.district_nursing_budget_eur.value, region.elv_budget_eur.value)
    return Quote(
        *(cents[product] for product in products), *(fits(whole_cents(budget)) for budget in budgets)
    )
