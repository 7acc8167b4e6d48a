"""Published figures as targets: scaled to the area, measured per replication, judged by their bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import stats
from sim.errors import InputError
from sim.experiment.kpis import DEFINITIONS, Kpi
from sim.experiment.targets import Target, load_targets
from sim.experiment.validate import Finding, compare_with_published, validate
from sim.scenario import load_area, load_scenario
from sim.tariff import load_tariffs

SHARE = Target(
    "x", {"en": "x"}, {"en": "reason"}, "V", "a source", "share", 0.5, 0.4, 0.6, (("a", "{}"), ("b", "{}"))
)


def kpis(**values: float) -> list[Kpi]:
    return [Kpi(name, "{}", value, "share") for name, value in values.items()]


def test_terms_are_added_and_a_share_that_was_not_seen_counts_as_zero() -> None:
    assert SHARE.simulated(kpis(a=0.2, b=0.25, c=9)) == pytest.approx(0.45)
    assert SHARE.simulated(kpis(a=0.2)) == pytest.approx(0.2)


def test_a_finding_passes_by_its_mean_and_tells_its_interval() -> None:
    """0.4, 0.5, 0.6: mean 0.5, standard error 0.1 / sqrt(3), t(0.975, 2) = 4.3027."""
    found = compare_with_published([SHARE], [kpis(a=v, b=0) for v in (0.4, 0.5, 0.6)])[0]
    assert found.passed
    row = found.as_json()
    assert row["simulated"] == pytest.approx(0.5)
    assert row["high"] - row["simulated"] == pytest.approx(4.3027 * 0.1 / math.sqrt(3), rel=1e-4)
    assert row["pass"] is True
    assert row["why"] == ""


def test_a_target_that_was_not_observed_fails_and_says_null() -> None:
    nan = stats.t_interval(np.array([math.nan]))
    row = Finding(SHARE, nan).as_json()
    assert row["pass"] is False
    assert row["simulated"] is None
    assert row["why"] == "reason"


def test_national_totals_are_scaled_to_the_area() -> None:
    """12,000 stays x 2.778% of the nation."""
    found = {t.id: t for t in load_targets(load_area("middenland"))}
    assert found["hospice_stays"].value == pytest.approx(333.36)
    assert found["home_death"].value == pytest.approx(0.39)
    assert found["cost_last_year"].value == pytest.approx(56_500 * 1.1741)


def test_every_target_is_measured_by_a_kpi_and_has_its_source_and_bounds() -> None:
    names = {definition.name for definition in DEFINITIONS}
    found = load_targets(load_area("nederland"))
    assert len({t.id for t in found}) == len(found)
    for t in found:
        assert {name for name, _ in t.terms} <= names, t.id
        assert t.low_ok < t.value < t.high_ok, t.id
        assert t.source, t.id
    assert {t.use for t in found} == {"C", "V"}


def test_validation_refuses_the_seeds_of_calibration() -> None:
    loaded = load_scenario("basis_2026").with_run(26, 1)
    with pytest.raises(InputError, match="kept for calibration"):
        validate(loaded, load_tariffs(), 1)
