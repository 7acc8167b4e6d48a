"""The relational kernel against a plain loop: order, join, as-of, tally, running caps, shares, months."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.columns import (
    as_of,
    distinct,
    each_of,
    group_sums,
    join,
    last_of,
    order_by,
    places_in,
    places_of,
    running_cap,
    split_months,
    spread,
    sum_of,
    tally,
    totals,
)
from sim.dates import day_of
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


NARROW = st.integers(-3, 3)
KEYS = st.one_of(NARROW, st.sampled_from([-(2**62), 2**61, 2**62]))
PAIRS = st.lists(st.tuples(KEYS, NARROW), max_size=12)


def columns_of(pairs):
    return tuple(np.array([pair[n] for pair in pairs], np.int64) for n in range(2))


@settings(max_examples=100, deadline=None)
@given(PAIRS)
def test_rows_come_in_order_of_their_keys_and_keep_their_own(pairs):
    assert order_by(*columns_of(pairs)).tolist() == sorted(range(len(pairs)), key=pairs.__getitem__)


@settings(max_examples=200, deadline=None)
@given(PAIRS, PAIRS)
def test_a_join_finds_the_first_row_with_the_keys(have, want):
    place, found = join(columns_of(have), columns_of(want))
    assert found.tolist() == [pair in have for pair in want]
    assert place.tolist() == [have.index(pair) if pair in have else 0 for pair in want]


@settings(max_examples=60, deadline=None)
@given(st.sets(NARROW, min_size=1), st.data())
def test_places_in_ascending_ids_are_found(ids, data):
    ascending = sorted(ids)
    wanted = data.draw(st.lists(st.sampled_from(ascending), max_size=12))
    found = places_of(np.array(ascending, np.int64), np.array(wanted, np.int64))
    assert found.tolist() == [ascending.index(id) for id in wanted]


@settings(max_examples=200, deadline=None)
@given(PAIRS, PAIRS)
def test_an_as_of_finds_the_row_of_the_group_that_began_last(have, want):
    (group, start), (of, at) = columns_of(have), columns_of(want)
    place, found = as_of((group,), start, (of,), at)
    expected = []
    for asked in want:
        begun = [row for row, has in enumerate(have) if has[0] == asked[0] and has[1] <= asked[1]]
        expected.append(max(begun, key=lambda row: (have[row][1], row), default=None))
    assert found.tolist() == [row is not None for row in expected]
    assert place.tolist() == [row or 0 for row in expected]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-(10**17), 10**17)), max_size=20))
def test_a_tally_sums_exactly(pairs):
    codes, weights = columns_of(pairs)
    exact = [sum(weight for code, weight in pairs if code == number) for number in range(5)]
    assert tally(codes, 5, weights).tolist() == exact
    assert tally(codes, 5).tolist() == [codes.tolist().count(number) for number in range(5)]


@settings(max_examples=100, deadline=None)
@given(PAIRS, PAIRS)
def test_amounts_add_up_by_key(have, want):
    keys, amount = columns_of(have), np.arange(len(have))
    sums = {pair: sum(row for row, has in enumerate(have) if has == pair) for pair in [*have, *want]}
    found, total = totals(keys, amount)
    pairs = sorted(set(have))
    assert list(zip(*(key.tolist() for key in found), strict=True)) == pairs
    assert list(zip(*(key.tolist() for key in distinct(*keys)), strict=True)) == pairs
    assert total.tolist() == [sums[pair] for pair in pairs]
    assert group_sums(keys, amount).tolist() == [sums[pair] for pair in have]
    assert sum_of(keys, amount, columns_of(want)).tolist() == [sums[pair] for pair in want]


@settings(max_examples=60, deadline=None)
@given(st.lists(NARROW, max_size=12), st.lists(st.booleans(), max_size=12))
def test_rows_are_numbered_within_equal_neighbours_and_know_the_last_mark(keys, marks):
    number, expected = 0, []
    for row, key in enumerate(keys):
        number = number + 1 if row and keys[row - 1] == key else 0
        expected.append(number)
    assert places_in(np.array(keys, np.int64)).tolist() == expected
    seen = [max((at for at in range(row + 1) if marks[at]), default=0) for row in range(len(marks))]
    assert last_of(np.array(marks, np.bool_)).tolist() == seen


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_ranges_give_each_number_once_in_order(pairs):
    first, end = (column % 7 for column in columns_of(pairs))
    row, number = each_of(first, end)
    ranges = enumerate(zip(first.tolist(), end.tolist(), strict=True))
    assert list(zip(row.tolist(), number.tolist(), strict=True)) == [
        (at, value) for at, (low, high) in ranges for value in range(low, high)
    ]


def test_months_split_ranges_and_leave_empty_ones_out():
    first = np.array([day_of(dt.date(2026, 1, 30)), 5, day_of(dt.date(2024, 2, 28))])
    end = np.array([day_of(dt.date(2026, 3, 2)), 5, day_of(dt.date(2024, 3, 1))])
    row, begin, until = split_months(first, end)
    assert row.tolist() == [0, 0, 0, 2]
    assert (until - begin).tolist() == [2, 28, 1, 2]


def test_a_birthday_on_29_february_falls_on_1_march_in_other_years():
    born = np.array([day_of(dt.date(2008, 2, 29)), day_of(dt.date(2008, 3, 14))])
    got = birthday(born, 18 * 12)
    assert got.tolist() == [day_of(dt.date(2026, 3, 1)), day_of(dt.date(2026, 3, 14))]
