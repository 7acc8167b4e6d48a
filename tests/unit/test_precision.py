"""When a comparison may stop: the paired half-width, a least number, a look-ahead."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.experiment import Precision, parse_precision
from sim.experiment.precision import judge, narrow_enough
from sim.units import LOOK_AHEAD, PILOT_REPLICATIONS

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
