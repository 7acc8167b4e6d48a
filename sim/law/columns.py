"""Running caps and exact shares over groups of rows: the arithmetic that all own payments share."""

from __future__ import annotations

import numpy as np

from sim.columns import order_by
from sim.dates import month_start_day, months
from sim.units import Bools, Ints, bound, checked_sum, narrow, roomy


def starts(*keys: Ints) -> Bools:
    """Where a group of equal neighbouring keys begins (bool array of the keys' length)."""
    first = np.ones(len(keys[0]), np.bool_)
    if len(first) > 1:
        first[1:] = False
        for key in keys:
            first[1:] |= key[1:] != key[:-1]
    return first


def running_cap(groups: tuple[Ints, ...], order: Ints, amount: Ints, cap: Ints) -> Ints:
    """Part of each amount that still fits under its group's cap, amounts taken in order.

    Parameters
    ----------
    groups : tuple of int64 array, shape (n,)
        Rows with equal values form one group.
    order : int64 array, shape (n,)
        Order within the group; ties keep the order of the rows.
    amount : int64 array, shape (n,)
        Not negative.
    cap : int64 array, shape (n,)
        The group's cap, equal on all its rows, not negative.

    Returns
    -------
    int64 array, shape (n,)
        Taken per row; sums to min(cap, total) in every group.
    """
    if len(amount) == 0:
        return np.zeros(0, np.int64)
    rows = order_by(*groups, order)
    first = starts(*(g[rows] for g in groups))
    sized = amount[rows]
    checked_sum(sized)
    summed = np.cumsum(sized)
    base = np.maximum.accumulate(np.where(first, summed - sized, 0))
    after = summed - base
    limit = cap[rows]
    taken = np.minimum(after, limit) - np.minimum(after - sized, limit)
    out = np.empty(len(amount), np.int64)
    out[rows] = taken
    return out


def group_sums(groups: tuple[Ints, ...], amount: Ints) -> Ints:
    """Sum of the amounts of each row's group (int64 array, one value a row)."""
    if len(amount) == 0:
        return np.zeros(0, np.int64)
    rows = order_by(*groups)
    first = starts(*(g[rows] for g in groups))
    number = np.cumsum(first) - 1
    checked_sum(amount)
    sums = np.add.reduceat(amount[rows], np.flatnonzero(first))
    out = np.empty(len(amount), np.int64)
    out[rows] = sums[number]
    return out


def spread(groups: Ints, weight: Ints, total: Ints) -> Ints:
    """Split each group's total over its rows in proportion to weight, by largest remainder.

    Parameters
    ----------
    groups : int64 array, shape (n,)
    weight : int64 array, shape (n,)
        Not negative; the weights of a group with a total above 0 sum to more than 0.
    total : int64 array, shape (n,)
        The group's total, equal on all its rows.

    Returns
    -------
    int64 array, shape (n,)
        Parts that sum exactly to the total of every group; of equal remainders the earlier row wins.
    """
    if len(weight) == 0:
        return np.zeros(0, np.int64)
    sums = np.maximum(group_sums((groups,), weight), 1)
    some, whole, sized = roomy(bound(weight) * bound(total), weight, sums, total)
    exact = some * sized
    part = narrow(exact // whole)
    remainder = narrow(exact - part * whole)
    missing = total - group_sums((groups,), part)
    rows = order_by(groups, -remainder)
    first = starts(groups[rows])
    rank = np.arange(len(rows)) - np.maximum.accumulate(np.where(first, np.arange(len(rows)), 0))
    out = part.copy()
    extra = (rank < missing[rows]) & (weight[rows] > 0)
    out[rows[extra]] += 1
    return out


def split_months(first: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Split half-open ranges of day numbers at the first of each month.

    Parameters
    ----------
    first, end : int64 array, shape (n,)

    Returns
    -------
    row, part_first, part_end : int64 array
        Number of the range, and each part of it; empty ranges give no part.
    """
    keep = np.flatnonzero(end > first)
    first, end = first[keep], end[keep]
    if len(keep) == 0:
        empty = np.zeros(0, np.int64)
        return empty, empty, empty
    month_low, month_high = months(first), months(end - 1)
    count = month_high - month_low + 1
    row = np.repeat(np.arange(len(first)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    month = month_low[row] + step
    part_first = np.maximum(first[row], month_start_day(month))
    part_end = np.minimum(end[row], month_start_day(month + 1))
    return keep[row], part_first, part_end
