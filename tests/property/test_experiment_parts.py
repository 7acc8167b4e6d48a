"""Parts add up in any order and grouping; quantiles lie among the values and rise with the level."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.measure.sums import Sums, decode_sums, merge
from sim.stats import quantile_of_counts

values = st.lists(st.integers(-(10**12), 10**12), max_size=8)


@st.composite
def parts(draw: st.DrawFn) -> Sums:
    out = Sums()
    for law in draw(st.lists(st.sampled_from(["Zvw", "Wlz", "Wmo"]), max_size=3)):
        out.add("cost", draw(st.integers(-(10**15), 10**15)), law=law)
    for name in draw(st.sets(st.sampled_from(["wait", "payment"]))):
        out.spread(name, np.array(draw(values), np.int64))
    return out


def plain(found: Sums) -> tuple[dict[object, int], dict[object, list[tuple[int, int]]]]:
    """Sums and distributions as plain values; an empty distribution is none."""
    spreads = {
        key: list(zip(distinct.tolist(), counts.tolist(), strict=True))
        for key, (distinct, counts) in found.spreads.items()
        if len(distinct)
    }
    return dict(found.sums), dict(spreads)


@given(st.lists(parts(), max_size=4), st.randoms())
def test_the_order_of_clusters_does_not_matter(several: list[Sums], random: object) -> None:
    shuffled = list(several)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert plain(merge(several)) == plain(merge(shuffled))


@given(parts(), parts(), parts())
def test_the_grouping_of_clusters_does_not_matter(a: Sums, b: Sums, c: Sums) -> None:
    assert plain(merge([merge([a, b]), c])) == plain(merge([a, merge([b, c])]))


@given(parts())
def test_stored_parts_are_the_same_parts(some: Sums) -> None:
    assert plain(decode_sums(some.encode())) == plain(some)


@given(values.filter(len), st.floats(0.01, 1.0), st.floats(0.01, 1.0))
def test_a_quantile_is_a_value_and_rises_with_its_level(some: list[int], one: float, other: float) -> None:
    distinct, counts = np.unique(np.array(some, np.int64), return_counts=True)
    low, high = sorted((one, other))
    first, second = (quantile_of_counts(distinct, counts, level) for level in (low, high))
    assert first in some
    assert first <= second
    assert quantile_of_counts(distinct, counts, 1.0) == max(some)
