"""The relational kernel over columns of rows: order, group, join, as-of, tally, running cap, exact shares.

A table is a set of columns of one length. Keys are one or more columns of whole numbers; rows with equal keys
belong together. Nothing here knows what a row means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from sim.dates import month_start_day, months
from sim.units import Bools, Codes, Ints, bound, checked_sum, narrow, roomy

_DENSE_CELLS = 4  # cells a row up to which a table of all keys is faster than a search among them
_EXACT_FLOAT = 1 << 53  # largest whole number up to which sums of floats are exact

Keys = tuple[Ints, ...]  # key columns of one table, the first key first


@dataclass(frozen=True)
class Columns:
    """Rows of one kind: every field is a column, all of one length."""

    def take(self, rows: Ints | slice) -> Self:
        """Some rows, in the given order; neighbours share their memory with these."""
        return type(self)(*(getattr(self, f.name)[rows] for f in fields(self)))

    @classmethod
    def together(cls, parts: Sequence[Self]) -> Self:
        """The rows of all parts, in their order; of none, no rows of whole numbers."""
        columns = [[getattr(part, f.name) for part in parts] for f in fields(cls)]
        return cls(*(np.concatenate(column or [np.zeros(0, np.int64)]) for column in columns))


def order_by(*keys: Ints) -> Ints:
    """Row numbers (int64 array) in stable order of integer keys of shape (n,), the first key first.

    Keys are packed with the row number in one whole number where they fit in 63 bits: sorting numbers that
    hold key and row is several times faster than sorting rows by a key.
    """
    count = len(keys[0])
    packed, room = _packed(keys)
    if packed is None:
        return np.lexsort(keys[::-1]).astype(np.int64)
    if count < 2 or bool((packed[1:] >= packed[:-1]).all()):
        return np.arange(count)
    bits = (count - 1).bit_length()
    if room >> bits < 1:
        return _in_two(keys) if len(keys) > 2 else np.argsort(packed, kind="stable").astype(np.int64)
    packed <<= bits
    packed |= np.arange(count)
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def _in_two(keys: Keys) -> Ints:
    """Order of rows by all keys but the last, then by the last where these are equal."""
    order = order_by(*keys[:-1])
    first = starts(*(key[order] for key in keys[:-1]))
    tied = np.flatnonzero(~first | np.append(~first[1:], False))
    rows = order[tied]
    order[tied] = rows[order_by(np.cumsum(first, dtype=np.int64)[tied], keys[-1][rows])]
    return order


def _packed(keys: Keys) -> tuple[Ints | None, int]:
    """Keys of each row as one whole number in the same order, None where they do not fit; the room left."""
    packed = np.zeros(len(keys[0]), np.int64)
    room = int(np.iinfo(np.int64).max)
    if len(packed) == 0:
        return packed, room
    for key in keys:
        low, high = int(key.min()), int(key.max())
        span = high - low + 1
        room //= span
        if room < 1:
            return None, 0
        _pack(packed, key, low, span)
    return packed, room


def _pack(packed: Ints, key: Ints, low: int, span: int) -> None:
    """Add a key to the whole number of each row, after the keys before it."""
    packed *= span
    packed += np.subtract(key, low, dtype=np.int64)


def starts(*keys: Ints | Codes) -> Bools:
    """Where a group of equal neighbouring keys begins (bool array of the keys' length)."""
    first = np.ones(len(keys[0]), np.bool_)
    if len(first) > 1:
        first[1:] = False
        for key in keys:
            first[1:] |= key[1:] != key[:-1]
    return first


def distinct(*keys: Ints) -> Keys:
    """The different rows of some key columns, in order of the keys."""
    order, first = _groups(keys)
    return tuple(key[order][first] for key in keys)


def last_of(marked: Bools) -> Ints:
    """The last marked row up to each row (int64 array); 0 before the first."""
    return np.maximum.accumulate(np.where(marked, np.arange(len(marked)), 0))


def places_in(*keys: Ints) -> Ints:
    """Number of each row within its group of equal neighbours, from 0 (int64 array)."""
    return np.arange(len(keys[0])) - last_of(starts(*keys))


def each_of(first: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Every whole number of half-open ranges: number of the range and the number itself (int64 arrays).

    Ranges are `first` to `end`, of shape (n,), and stand in order; an empty range gives none.
    """
    count = np.maximum(end - first, 0)
    row = np.repeat(np.arange(len(count)), count)
    return row, first[row] + np.arange(len(row)) - (np.cumsum(count) - count)[row]


def join(have: Keys, want: Keys) -> tuple[Ints, Bools]:
    """Row that has the keys of each wanted row, the first of equal rows, 0 for none; and whether it is there.

    `have` are keys of shape (n,) of the table that is searched, fastest in order of the keys; `want` and both
    answers (int64, bool) have shape (k,).
    """
    return _search(have, want, "left")


def as_of(have: Keys, start: Ints, want: Keys, at: Ints) -> tuple[Ints, Bools]:
    """Row with the keys of each wanted row that began last; 0 where none has begun; and whether one has.

    `have` and `start`, when each row begins, have shape (n,); `want`, `at` and both answers (int64, bool)
    shape (k,). A row that begins at a moment has begun; of rows that begin together it is the last.
    """
    return _search((*have, start), (*want, at), "right")


def _search(have: Keys, want: Keys, side: Literal["left", "right"]) -> tuple[Ints, Bools]:
    """Row of `have` equal to each row of `want` (left), or last up to it in the last key (right); if any."""
    count, size = len(have[0]), len(want[0])
    if count == 0 or size == 0:
        return np.zeros(size, np.int64), np.zeros(size, np.bool_)
    keys, wanted = _packed_together(have, want)
    cells = max(int(keys.max()), int(wanted.max())) + 1
    if side == "left" and cells <= _DENSE_CELLS * (count + size):
        first = np.full(cells, -1, np.int32)
        first[keys[::-1]] = np.arange(count - 1, -1, -1, dtype=np.int32)
        place = first[wanted].astype(np.int64)
        return np.maximum(place, 0), np.asarray(place >= 0, np.bool_)
    order = None if np.all(keys[1:] >= keys[:-1]) else order_by(keys)
    place = np.searchsorted(keys, wanted, side, order) - (side == "right")
    place = np.clip(place, 0, count - 1)
    if order is not None:
        place = order[place]
    found = keys[place] <= wanted if side == "right" else keys[place] == wanted
    if side == "right":
        for key, sought in zip(have[:-1], want[:-1], strict=True):
            found &= key[place] == sought
    return np.where(found, place, 0), np.asarray(found, np.bool_)


def _packed_together(have: Keys, want: Keys) -> tuple[Ints, Ints]:
    """Keys of two tables as whole numbers that compare as the keys do."""
    packed = tuple(np.zeros(len(keys[0]), np.int64) for keys in (have, want))
    room = int(np.iinfo(np.int64).max)
    for pair in zip(have, want, strict=True):
        low, high = min(int(key.min()) for key in pair), max(int(key.max()) for key in pair)
        room //= high - low + 1
        if room < 1:
            break
        for some, key in zip(packed, pair, strict=True):
            _pack(some, key, low, high - low + 1)
    else:
        return packed[0], packed[1]
    order, first = _groups(tuple(np.concatenate(pair) for pair in zip(have, want, strict=True)))
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(first)
    return number[: len(have[0])], number[len(have[0]) :]


def places_of(ids: Ints, wanted: Ints) -> Ints:
    """Place (int64 array) in ascending ids of each wanted id that is there.

    Fast where equal neighbours stand together.
    """
    if not len(wanted):
        return np.zeros(0, np.int64)
    first = np.flatnonzero(starts(wanted))
    length = np.diff(np.append(first, len(wanted)))
    return np.repeat(np.searchsorted(ids, wanted[first]), length)


def rows_differ(count: int, *tables: tuple[Ints, Mapping[str, NDArray[Any]]]) -> Bools:
    """Of whom two tables have other rows (bool array, one of so many people).

    A table is the number of the person of each row, ascending, and its columns by name.
    """
    (one, first), (other, second) = tables
    differs = np.bincount(one, minlength=count) != np.bincount(other, minlength=count)
    mine, theirs = (np.flatnonzero(~differs[rows]) for rows in (one, other))
    who = one[mine]
    for name, column in first.items():
        if column is not second[name]:
            differs[who[column[mine] != second[name][theirs]]] = True
    return np.asarray(differs, np.bool_)


def tally(codes: Ints, size: int, weights: Ints | None = None) -> Ints:
    """Sum of whole weights, ones when left out, by code: an int64 array of shape (size,).

    Codes and weights are int64 arrays of shape (k,). Raises IndexError for a code that is not below `size`.
    """
    if len(codes) and int(codes.max()) >= size:
        raise IndexError("a code outside the sums")
    if weights is None or bound(weights) * len(weights) <= _EXACT_FLOAT:
        return np.bincount(codes, weights, size).astype(np.int64)
    checked_sum(weights)
    out = np.zeros(size, np.int64)
    np.add.at(out, codes, weights)
    return out


def totals(keys: Keys, amount: Ints) -> tuple[Keys, Ints]:
    """The different rows of some key columns, in order of the keys, each with the sum of its amounts.

    Given as int64 arrays of shape (n,), they come back as such of shape (k,).
    """
    if len(amount) == 0:
        return keys, amount
    order, first = _groups(keys)
    checked_sum(amount)
    return tuple(key[order][first] for key in keys), np.add.reduceat(amount[order], np.flatnonzero(first))


def sum_of(have: Keys, amount: Ints, want: Keys) -> Ints:
    """Sum of the amounts of all rows that have the keys of each wanted row; 0 where there is none.

    Keys and amounts are int64 arrays of shape (n,); wanted keys and sums of shape (k,).
    """
    keys, sums = totals(have, amount)
    place, found = join(keys, want)
    out = np.zeros(len(place), np.int64)
    out[found] = sums[place[found]]
    return out


def group_sums(groups: Keys, amount: Ints) -> Ints:
    """Sum of the amounts of each row's group (int64 array, one value a row)."""
    if len(amount) == 0:
        return np.zeros(0, np.int64)
    order, first = _groups(groups)
    checked_sum(amount)
    sums = np.add.reduceat(amount[order], np.flatnonzero(first))
    out = np.empty(len(amount), np.int64)
    out[order] = sums[np.cumsum(first) - 1]
    return out


def _groups(keys: Keys) -> tuple[Ints, Bools]:
    """Rows in order of their keys, and where a group begins in that order."""
    order = order_by(*keys)
    return order, starts(*(key[order] for key in keys))


def running_cap(groups: Keys, order: Ints, amount: Ints, cap: Ints) -> Ints:
    """Part of each amount that still fits under its group's cap, amounts taken in order.

    All are int64 arrays of shape (n,), amounts and caps not negative. Rows with equal `groups` form a group,
    whose cap is equal on all its rows; of rows of one order the earlier comes first. What is taken sums to
    min(cap, total) in every group.
    """
    if len(amount) == 0:
        return np.zeros(0, np.int64)
    rows = order_by(*groups, order)
    first = starts(*(key[rows] for key in groups))
    sized = amount[rows]
    checked_sum(sized)
    summed = np.cumsum(sized)
    after = summed - (summed - sized)[last_of(first)]
    limit = cap[rows]
    taken = np.minimum(after, limit) - np.minimum(after - sized, limit)
    out = np.empty(len(amount), np.int64)
    out[rows] = taken
    return out


def spread(groups: Ints, weight: Ints, total: Ints) -> Ints:
    """Split each group's total over its rows in proportion to weight, by largest remainder.

    All are int64 arrays of shape (n,); the total is equal on all rows of a group, weights are not negative,
    and sum to more than 0 where the total does. Parts sum exactly to the total; of equal remainders the
    earlier row wins.
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
    extra = (places_in(groups[rows]) < missing[rows]) & (weight[rows] > 0)
    part[rows[extra]] += 1
    return part


def split_months(first: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Split half-open ranges of day numbers (int64 arrays, shape (n,)) at the first of each month.

    Gives the number of the range, first and end of each part (int64 arrays); empty ranges give no part.
    """
    keep = np.flatnonzero(end > first)
    first, end = first[keep], end[keep]
    row, month = each_of(months(first), months(end - 1) + 1)
    part_first = np.maximum(first[row], month_start_day(month))
    part_end = np.minimum(end[row], month_start_day(month + 1))
    return keep[row], part_first, part_end
