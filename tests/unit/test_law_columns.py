"""Running caps, exact shares, month splits: the arithmetic under the law."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.columns import order_by
from sim.dates import day_of
from sim.law.columns import group_sums, running_cap, split_months, spread
from sim.law.people import birthday
from sim.units import largest_remainder

rows = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(0, 500)), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(rows, st.integers(0, 900))
def test_a_running_cap_takes_in_order_until_the_cap_is_full(items, cap):
    group, order, amount = (np.array(c, np.int64) for c in zip(*items, strict=True))
    taken = running_cap((group,), order, amount, np.full(len(items), cap))
    for number in np.unique(group):
        here = np.flatnonzero(group == number)
        left, expected = cap, {}
        for row in here[np.argsort(order[here], kind="stable")]:
            expected[row] = min(left, amount[row])
            left -= expected[row]
        assert [taken[r] for r in here] == [expected[r] for r in here]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 10_000), min_size=1, max_size=8), min_size=1, max_size=6))
def test_a_spread_equals_the_largest_remainder_of_every_group(groups):
    group = np.concatenate([np.full(len(w), n) for n, w in enumerate(groups)]).astype(np.int64)
    weight = np.concatenate([np.array(w, np.int64) for w in groups])
    whole = group_sums((group,), weight)
    total = whole * 2 // 3
    parts = spread(group, weight, total)
    assert np.all(parts >= 0)
    assert np.all(parts <= weight)
    for number, weights in enumerate(groups):
        mine = parts[group == number]
        goal = sum(weights) * 2 // 3
        assert mine.sum() == goal
        if sum(weights):
            assert mine.tolist() == largest_remainder(np.array(weights, np.int64), goal).tolist()


def test_months_split_ranges_and_leave_empty_ones_out():
    first = np.array([day_of(dt.date(2026, 1, 30)), 5, day_of(dt.date(2024, 2, 28))])
    end = np.array([day_of(dt.date(2026, 3, 2)), 5, day_of(dt.date(2024, 3, 1))])
    row, begin, until = split_months(first, end)
    assert row.tolist() == [0, 0, 0, 2]
    assert (until - begin).tolist() == [2, 28, 1, 2]


def test_order_by_falls_back_to_a_lexical_sort_for_wide_keys():
    wide = np.array([2**62, 0, -(2**62)])
    assert order_by(wide, np.array([2**40, 1, 0]), np.array([0, 2**40, 1])).tolist() == [2, 1, 0]


def test_a_birthday_on_29_february_falls_on_1_march_in_other_years():
    born = np.array([day_of(dt.date(2008, 2, 29)), day_of(dt.date(2008, 3, 14))])
    got = birthday(born, 18 * 12)
    assert got.tolist() == [day_of(dt.date(2026, 3, 1)), day_of(dt.date(2026, 3, 14))]
