"""The omzetplafond meter, by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim import dates
from sim.journey.meter import DAY_WEIGHT, UNITS_PER_CENT, Contract, Contracts, Meter, Weights
from sim.schema import NEVER

START = dt.date(2026, 1, 1)
DAY = 1440


GUEST = 34000 * DAY_WEIGHT


def _meter(allowance_cents: int, background: int = 0) -> Meter:
    return Meter(Contract("een", allowance_cents * UNITS_PER_CENT, background), START)


def test_contracts_are_numbered_insurer_by_insurer_with_the_short_stays_behind():
    weights = Weights(7500, 7900, GUEST, 0, 0)
    contracts = Contracts(weights, tuple(Contract(str(i), 1, 0) for i in range(9)), groups=2)
    # three insurers x two groups for district nursing, then three for short stays
    assert contracts.insurers == 3
    assert contracts.nursing(np.array([0, 1, 2]), np.array([0, 1, 1])).tolist() == [0, 3, 5]
    assert contracts.stays(np.array([0, 1, 2])).tolist() == [6, 7, 8]


def test_ten_hours_a_week_for_two_weeks_use_twenty_hours():
    meter = _meter(10_000_000)
    begin = dates.minute_of(START)
    meter.change(begin, 600 * 7500)
    meter.change(begin + 14 * DAY, -600 * 7500)
    meter.finish(begin + 100 * DAY)
    # 2 weeks x 10 hours x 75.00 euro = 1,500.00 euro
    assert meter.segments[0].used == 150_000 * UNITS_PER_CENT


def test_a_guest_uses_the_day_price_a_day():
    meter = _meter(10_000_000)
    begin = dates.minute_of(START)
    meter.change(begin, GUEST)
    meter.change(begin + 3 * DAY, -GUEST)
    meter.finish(begin + 3 * DAY)
    assert meter.segments[0].used == 3 * 34_000 * UNITS_PER_CENT


def test_the_allowance_runs_out_in_the_minute_in_which_it_is_used_up():
    # 100 euro; a guest uses 340 euro a day, so it lasts 100/340 of a day: 423.53 minutes
    meter = _meter(10_000)
    begin = dates.minute_of(START)
    meter.change(begin, GUEST)
    assert not meter.exhausted(begin + 423)
    assert meter.exhausted(begin + 424)
    meter.finish(begin + DAY)
    assert meter.segments[0].exhausted_minute == begin + 424


def test_a_new_year_has_a_new_allowance():
    meter = _meter(10_000)
    begin = dates.minute_of(START)
    meter.change(begin, GUEST)
    assert meter.exhausted(begin + DAY)
    meter.affect(7)
    meter.affect(7)
    meter.change(begin + DAY, -GUEST)
    assert not meter.exhausted(dates.minute_of(dt.date(2027, 1, 1)))
    meter.finish(dates.minute_of(dt.date(2027, 2, 1)))
    assert [s.affected for s in meter.segments] == [1, 0]
    assert meter.segments[1].exhausted_minute == NEVER


def test_the_background_alone_uses_its_rate_over_leap_years_too():
    meter = _meter(10_000_000, background=5)
    meter.finish(dates.minute_of(dt.date(2029, 1, 1)))
    days = [365, 365, 366]
    assert [s.used for s in meter.segments[:3]] == [5 * DAY * d for d in days]
