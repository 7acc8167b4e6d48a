"""What the law asks of a person: one row a patient, in columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.dates import month_start_day, months
from sim.schema import PARTNER_WLZ
from sim.units import MONTHS_PER_YEAR, Bools, Ints

# A day that does not exist: no partner, no Wlz, no end known (with the sign turned: never)
NO_DAY = int(np.iinfo(np.int32).min)
ENDLESS = -NO_DAY
NOT_STATED = -1
# What the partner has: Wlz care as a run draws it, a part-time stay, or beschermd wonen under the Wmo
PARTNER_FORMS = (*PARTNER_WLZ, "part_time", "beschermd_wonen")
PARTNER_NONE, PARTNER_HOME, PARTNER_INSTITUTION, PARTNER_PART_TIME, PARTNER_SHELTERED = range(
    len(PARTNER_FORMS)
)


@dataclass(frozen=True)
class People:
    """Columns of the persons whose care is settled; amounts in cents, days as day numbers."""

    birth_day: Ints
    death_day: Ints  # `ENDLESS` for who is alive at the end
    couple: Bools
    partner_birth_day: Ints
    partner_wlz: Ints  # code of `PARTNER_FORMS`, since `partner_wlz_since_day`
    partner_wlz_since_day: Ints
    income: Ints
    partner_income: Ints
    income_tax: Ints
    assets: Ints
    zorgtoeslag: Bools
    income_known: Bools
    natura: Bools
    voluntary_deductible: Ints
    cover_per_day: Ints
    cover_max_days: Ints
    cover_per_year: Ints
    cover_vpt: Bools
    children_supported: Bools
    # Eigen risico used before the first line, one row per person (a row number here) and year
    used_person: Ints
    used_year: Ints
    used_cents: Ints
    labour_income: Ints | None = None  # net, of the household, none when left out
    # Of the household in the year itself, where a case states it, else `NOT_STATED`
    current_income: Ints | None = None
    # What a supplementary policy offers for a night of a relative in a guest house
    night_cover: Ints | None = None
    # Year whose eigen risico, whatever its limit, was used up before the first line; `NO_DAY` for none
    used_up_year: Ints | None = None
    # Wlz contribution a month of December before a year whose income is still being set, one row per person
    # and year
    held_person: Ints | None = None
    held_year: Ints | None = None
    held_cents: Ints | None = None

    def __len__(self) -> int:
        """Persons."""
        return len(self.birth_day)


def birthday(birth_day: Ints, age_months: Ints | int) -> Ints:
    """Day number on which an age of so many months is reached; for 29 February 1 March in other years."""
    month = months(birth_day)
    offset, reached = birth_day - month_start_day(month), month + age_months
    first = month_start_day(reached)
    return np.asarray(first + np.minimum(offset, month_start_day(reached + 1) - first), np.int64)


def age_of(birth_day: int, day: int) -> int:
    """Age in whole years on a day, both days as numbers; 0 before birth."""
    years = max(int(months(np.array([day]))[0] - months(np.array([birth_day]))[0]) // MONTHS_PER_YEAR, 0)
    reached = int(birthday(np.array([birth_day]), years * MONTHS_PER_YEAR)[0]) <= day
    return years if reached else max(years - 1, 0)
