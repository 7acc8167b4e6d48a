"""When a comparison may stop: the paired half-width, a least number, a look-ahead."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from sim import stats
from sim.errors import InputError
from sim.studies.precision import (
    FEWEST_NONZERO,
    LOOK_AHEAD,
    PILOT_REPLICATIONS,
    ZERO_REPLICATIONS,
    Precision,
    judge,
    narrow_enough,
    next_number,
    parse_precision,
)
from sim.units import Floats

LEAST = PILOT_REPLICATIONS + LOOK_AHEAD


def kpis(values: list[float]) -> pd.DataFrame:
    rows = [
        {"replication": r, "name": "cost", "dimension": json.dumps({"view": "calendar"}), "value": v}
        for r, v in enumerate(values)
    ]
    return pd.DataFrame(rows).assign(unit="eur").astype({"value": "float64"})


def test_a_precision_is_written_as_kpi_and_half_width() -> None:
    assert parse_precision("patients=2") == Precision("patients", {}, 2.0)
    found = parse_precision("cost:view=calendar,law=Zvw=1e5")
    assert found == Precision("cost", {"view": "calendar", "law": "Zvw"}, 100000.0)
    assert found.text == "cost:view=calendar,law=Zvw"


@pytest.mark.parametrize("text", ["cost", "cost=", "=3", "cost=-1", "cost=0", "cost=nan", "cost:view=3=x"])
def test_a_precision_written_otherwise_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_precision(text)
    assert "--precision" in str(caught.value) or "kpi" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_values_that_do_not_vary_need_the_least_number_all_the_same() -> None:
    assert not narrow_enough(np.ones(LEAST - 1), 0.1)
    assert narrow_enough(np.ones(LEAST), 0.1)


def test_differences_that_are_mostly_zero_are_not_narrow_while_few_are_seen() -> None:
    """Four differences of 0.1 among many zeros: the width is far below 1 and says nothing; five do."""
    few, enough = np.zeros(200), np.zeros(200)
    few[: FEWEST_NONZERO - 1], enough[:FEWEST_NONZERO] = 0.1, 0.1
    assert stats.t_interval(few).half_width < 1
    assert not narrow_enough(few, 1.0)
    assert narrow_enough(enough, 1.0)
    assert next_number(few, 1.0) == 250


def test_no_difference_at_all_is_said_after_as_many_replications_as_make_one_rare() -> None:
    """A difference in 5% of the replications is missed in 59 of them with chance 0.95 ** 59 = 0.0485."""
    assert 0.95**ZERO_REPLICATIONS < 0.05 < 0.95 ** (ZERO_REPLICATIONS - 1)
    assert next_number(np.zeros(LEAST), 1.0) == 2 * LEAST
    assert next_number(np.zeros(40), 1.0) == ZERO_REPLICATIONS
    zeros = kpis([3.0] * ZERO_REPLICATIONS)
    found, following = judge([Precision("cost", {"view": "calendar"}, 1.0)], zeros, {"alt": zeros})
    assert following == ZERO_REPLICATIONS
    assert found[0].note == "cost:view=calendar: no difference seen in 59 replications of alt"


def stopped(rng: np.random.Generator, share: float, half_width: float) -> Floats:
    """Differences N(5, 1) in a share of the replications and 0 in the rest, drawn until the rule stops."""
    values = np.zeros(0)
    following = LEAST
    while following != len(values):
        more = following - len(values)
        drawn = np.where(rng.random(more) < share, rng.normal(5, 1, more), 0.0)
        values = np.concatenate([values, drawn])
        following = next_number(values, half_width)
    return values


def test_the_interval_at_the_stop_holds_the_truth_for_rare_effects_too() -> None:
    """400 comparisons whose effect comes in 5% of the replications: the interval [0, 0] held it in 32%."""
    rng = np.random.default_rng(20261122)
    for share, least in ((0.05, 0.85), (0.4, 0.92)):
        held = 0
        for _ in range(400):
            found = stats.t_interval(stopped(rng, share, 1.0))
            held += found.low <= 5 * share <= found.high
        assert held / 400 >= least


def test_an_interval_that_is_narrow_only_at_the_last_replication_is_not_enough() -> None:
    """Half-widths over a pattern of +1 and -1 fall with n: the last is narrow, three back it was not."""
    values = np.tile([1.0, -1.0], 20)
    widths = [
        float(np.std(values[:n], ddof=1)) / np.sqrt(n) * t for n, t in ((40, 2.0226909), (37, 2.0280940))
    ]
    assert widths[0] < widths[1]
    assert not narrow_enough(values, (widths[0] + widths[1]) / 2)
    assert narrow_enough(values, widths[1] * 1.05)


def test_it_is_the_pair_that_counts_and_not_the_single_mean() -> None:
    """Each policy alone varies by thousands; their difference is always 1."""
    base = [float(x) for x in np.random.default_rng(1).normal(0, 5000, LEAST)]
    found, following = judge(
        [Precision("cost", {"view": "calendar"}, 0.01)], kpis(base), {"alt": kpis([x + 1 for x in base])}
    )
    assert following == LEAST
    assert found[0].half_width == pytest.approx(0.0, abs=1e-9)


def test_the_next_number_is_what_the_spread_asks_for_but_at_most_twice_as_many() -> None:
    rng = np.random.default_rng(2)
    base = [0.0] * LEAST
    alt = [float(x) for x in rng.normal(0, 1, LEAST)]
    _, far = judge([Precision("cost", {"view": "calendar"}, 0.001)], kpis(base), {"alt": kpis(alt)})
    assert far == 2 * LEAST
    deviation = float(np.std(alt, ddof=1))
    near = 2.2 * deviation / np.sqrt(LEAST + 1)
    _, one = judge([Precision("cost", {"view": "calendar"}, near)], kpis(base), {"alt": kpis(alt)})
    assert LEAST < one <= LEAST + 2


def test_a_kpi_that_does_not_exist_is_named_with_those_that_do() -> None:
    table = kpis([1.0] * LEAST)
    for name, dimension, said in (("nosuch", {}, "there are cost"), ("cost", {}, '{"view": "calendar"}')):
        with pytest.raises(InputError) as caught:
            judge([Precision(name, dimension, 1.0)], table, {"alt": table})
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)
