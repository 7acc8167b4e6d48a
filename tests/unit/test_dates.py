"""The calendar by table against Python's own, inside the table, at its ends and beyond it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import dates


@given(st.lists(st.dates(dt.date(1700, 1, 1), dt.date(2400, 12, 31)), min_size=1, max_size=20))
def test_years_months_and_first_days_are_those_of_the_civil_calendar(found: list[dt.date]) -> None:
    days = np.array([dates.day_of(date) for date in found], np.int64)
    assert dates.years(days).tolist() == [date.year for date in found]
    assert dates.months(days).tolist() == [12 * date.year + date.month - 1 for date in found]
    firsts = [dates.day_of(date.replace(day=1)) for date in found]
    assert dates.month_start_day(dates.months(days)).tolist() == firsts
    new_year = [dates.day_of(dt.date(date.year, 1, 1)) for date in found]
    assert dates.year_start_day(dates.years(days)).tolist() == new_year


@pytest.mark.parametrize("date", [dt.date(1879, 12, 31), dt.date(1880, 1, 1), dt.date(2119, 12, 31)])
def test_the_ends_of_the_table_are_right(date: dt.date) -> None:
    around = [date + dt.timedelta(days=step) for step in (-1, 0, 1, 2)]
    days = np.array([dates.day_of(day) for day in around], np.int64)
    assert dates.months(days).tolist() == [12 * day.year + day.month - 1 for day in around]


def test_leap_years_have_366_days_and_a_scalar_stays_a_scalar() -> None:
    assert dates.days_in_year(np.array([2023, 2024, 2100, 2000])).tolist() == [365, 366, 365, 366]
    assert int(dates.year_start_day(np.array(2021))) == 366
    assert dates.months(np.zeros(0, np.int64)).shape == (0,)
