"""One clock: whole minutes since 2020-01-01 00:00, and the civil calendar laid over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np

from sim.units import MINUTES_PER_DAY, Bools, Ints

EPOCH = dt.date(2020, 1, 1)
_EPOCH64 = np.datetime64(EPOCH, "D")


def day_of(date: dt.date) -> int:
    """Day number of a civil date (0 is 2020-01-01)."""
    return (date - EPOCH).days


def minute_of(date: dt.date) -> int:
    """First minute of a civil date."""
    return day_of(date) * MINUTES_PER_DAY


def date_of(minute: int) -> dt.date:
    """Civil date in which a minute falls."""
    return EPOCH + dt.timedelta(days=int(minute) // MINUTES_PER_DAY)


def days(minutes: Ints) -> Ints:
    """Day numbers of minutes (int64 array to int64 array)."""
    return np.asarray(minutes, np.int64) // MINUTES_PER_DAY


def years(day_numbers: Ints) -> Ints:
    """Calendar year of each day number (int64 array)."""
    return months(day_numbers) // 12


def months(day_numbers: Ints) -> Ints:
    """Month index of each day number: 12 x year + month - 1 (int64 array)."""
    return _looked_up(_MONTH_OF_DAY, _TABLE_DAYS.start, day_numbers, _exact_months)


def year_start_day(year: Ints) -> Ints:
    """Day number of 1 January of each year (int64 array)."""
    return month_start_day(np.asarray(year, np.int64) * 12)


def month_start_day(month: Ints) -> Ints:
    """Day number of the first day of each month index (int64 array)."""
    return _looked_up(_DAY_OF_MONTH, _TABLE_MONTHS.start, month, _exact_month_start_day)


def year_bounds(year: int) -> tuple[dt.date, dt.date]:
    """First day of a calendar year, and of the next."""
    return dt.date(year, 1, 1), dt.date(year + 1, 1, 1)


def _exact_months(day_numbers: Ints) -> Ints:
    stamps = _EPOCH64 + day_numbers
    return np.asarray(stamps.astype("datetime64[M]").astype(np.int64) + 1970 * 12, np.int64)


def _exact_month_start_day(month: Ints) -> Ints:
    stamps = (month - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray((stamps - _EPOCH64).astype(np.int64), np.int64)


def _looked_up(table: Ints, first: int, values: Ints, exact: Callable[[Ints], Ints]) -> Ints:
    """Values by table where all lie in it, else by calculation: the calendar of numpy is slow."""
    wanted = np.asarray(values, np.int64)
    if wanted.size and wanted.min() >= first and wanted.max() < first + len(table):
        found: Ints = table[wanted - first]
        return found
    return exact(wanted)


_TABLE_MONTHS = range(1880 * 12, 2120 * 12)
_DAY_OF_MONTH = _exact_month_start_day(np.array(_TABLE_MONTHS, np.int64))
_TABLE_DAYS = range(int(_DAY_OF_MONTH[0]), int(_DAY_OF_MONTH[-1]))
_MONTH_OF_DAY = _exact_months(np.array(_TABLE_DAYS, np.int64))


def days_in_year(year: Ints) -> Ints:
    """365 or 366 for each year (int64 array)."""
    return year_start_day(np.asarray(year) + 1) - year_start_day(year)


def billed_days(start_minute: Ints, end_minute: Ints, ends_in_death: Bools) -> tuple[Ints, Ints]:
    """First day number billed for a stay, and that after the last (int64 arrays); equal where none is billed.

    The day of admission counts, the day of discharge alive or of transfer does not (it belongs to the
    receiving stay), the day of death does; admission and death on one day is one day.
    """
    first = days(start_minute)
    end = days(end_minute) + np.asarray(ends_in_death, np.int64)
    return first, np.maximum(end, first)
