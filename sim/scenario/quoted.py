"""Prices behind the ceilings of contracts, as whole numbers that the journey can count."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quote:
    """What care under a ceiling (omzetplafond) weighs and what a region has for it, in whole cents."""

    cents_per_hour: int  # of wijkverpleging
    cents_per_night_hour: int
    cents_per_day_bth: int  # in a contracted bijna-thuis-huis
    cents_per_day_elv_palliative: int  # in a high care hospice or palliative unit
    cents_per_day_elv: int  # in another short stay
    budget_cents: int  # contracts of a calendar year for district nursing with BTH days
    elv_budget_cents: int  # for short stays
