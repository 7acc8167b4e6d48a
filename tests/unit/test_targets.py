"""Published figures as targets: scaled to the area, measured per replication, judged by their bounds."""

from __future__ import annotations

import dataclasses
import json
import math
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from sim import stats
from sim.catalogue import load_tariffs
from sim.cli import app
from sim.errors import InputError
from sim.measure.kpis import KPIS, Kpi
from sim.scenario import load_area, load_scenario
from sim.studies.targets import Target, load_targets, solved_by_hand
from sim.studies.validate import Finding, Score, compare_with_published, scores, validate

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
    found = load_targets(load_area("nederland"))
    assert len({t.id for t in found}) == len(found)
    for t in found:
        assert {name for name, _ in t.terms} <= set(KPIS), t.id
        assert t.low_ok < t.value < t.high_ok, t.id
        assert t.source, t.id
    assert {t.use for t in found} == {"C", "V"}


def test_a_target_that_is_an_input_is_of_use_v_and_says_of_which_number() -> None:
    found = {t.id: t for t in load_targets(load_area("nederland"))}
    inputs = {id for id, t in found.items() if t.is_input}
    assert {"hospice_stays", "hospice_occupancy", "hospice_from_hospital", "wlz_at_death"} <= inputs
    assert not {"preference_met", "hospice_age", "hospice_cost", "transitions_last_90"} & inputs
    for id, target in found.items():
        assert set(target.input_note) == ({"nl", "en"} if target.is_input else set()), id
        assert target.use == "V" or not target.is_input, id


def test_numbers_solved_by_hand_are_numbers_of_the_scenario_and_each_says_how() -> None:
    reasons = {s.path: s.reason for s in load_scenario("basis_landelijk").provenance()}
    named = {
        path
        for t in load_targets(load_area("nederland"))
        for path in re.findall(r"`(\S+)`", t.input_note.get("en", ""))
    }
    assert named <= set(solved_by_hand())
    for path in solved_by_hand():
        assert reasons[path], path


def findings() -> list[Finding]:
    """One C target that passes; V: one input that passes, one that is no input and passes, one that fails."""

    def finding(use: str, value: float, *, is_input: bool = False) -> Finding:
        target = dataclasses.replace(SHARE, use=use, is_input=is_input)
        return Finding(target, stats.t_interval(np.array([value, value])))

    return [finding("C", 0.5), finding("V", 0.5, is_input=True), finding("V", 0.45), finding("V", 0.9)]


def test_scores_count_the_validation_figures_with_and_without_those_that_are_inputs() -> None:
    assert scores(findings()) == {"C": Score(1, 1), "V": Score(2, 3), "V_no_input": Score(1, 2)}


def test_the_command_says_both_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.studies.validate.validate", lambda *_: findings())
    plain, document = (
        CliRunner().invoke(app, ["validate", "--lang", "en", *more]) for more in ([], ["--json"])
    )
    assert plain.exit_code == document.exit_code == 0
    text = " ".join(plain.stdout.split())
    assert "calibration (C): 1 of 1 reproduced" in text
    assert "validation (V): 2 of 3 reproduced; of the 2 whose figure is no input of the model, 1" in text
    told = json.loads(document.stdout)
    assert told["scores"]["V_no_input"] == {"reproduced": 1, "of": 2}
    assert [row["input"] for row in told["targets"]] == [False, True, False, False]


def test_validation_refuses_the_seeds_of_calibration() -> None:
    loaded = load_scenario("basis_2026").with_run(26, 1)
    with pytest.raises(InputError, match="kept for calibration"):
        validate(loaded, load_tariffs(), 1)
