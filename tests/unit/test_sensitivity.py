"""Ranges and their ends; tornado, probabilistic analysis and Sobol indices of a model that is known."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.errors import InputError
from sim.runs.options import RunOptions
from sim.scenario import LoadedScenario, apply, load_scenario, vary
from sim.studies.sensitivity import study as sensitivity
from sim.studies.sensitivity.points import Answers
from sim.studies.sensitivity.ranges import Uncertain, at_values, choose, uncertain_parameters
from sim.studies.sensitivity.study import keep_sensitivity, read_sensitivities, sensitivity_as_json

OFF = ("payment.", "nurses.", "freed.")
"""Groups that the base scenario does not apply: no answer hangs on their numbers."""


@pytest.fixture(scope="module")
def basis() -> LoadedScenario:
    return load_scenario("basis_2026")


def test_every_parameter_with_a_range_can_stand_at_both_ends(basis: LoadedScenario) -> None:
    found = uncertain_parameters(basis)
    assert {p.path for p in found} == {
        s.path
        for s in basis.provenance()
        if (s.range or s.range_factor or (1, 1))[0] < (s.range or s.range_factor or (1, 1))[1]
        and not s.path.startswith(OFF)
    }
    kinds = [p.kind for p in found]
    assert kinds == sorted(kinds, key=lambda kind: kind != "assumption")
    for parameter in found:
        for level in (0.0, 1.0):
            at_values(basis, {parameter: parameter.at(level)}, "end")
    for level in (0.0, 0.3, 1.0):
        at_values(basis, {p: p.at(level) for p in found}, "all")


def test_the_numbers_of_a_way_to_pay_are_at_work_only_where_the_scenario_applies_it() -> None:
    applied = vary(load_scenario("basis_2026"), {"payment.bundle.applies": True}, "bundel")
    ways = {p.path for p in uncertain_parameters(applied) if p.path.startswith("payment.")}
    assert ways == {"payment.bundle.price_factor", "payment.bundle.key"}
    for parameter in uncertain_parameters(applied):
        at_values(applied, {parameter: parameter.high}, "end")


def test_a_value_a_factor_and_shares_move_as_their_range_says(basis: LoadedScenario) -> None:
    by_path = {p.path: p for p in uncertain_parameters(basis)}
    names = ("ceiling.applies", "hospital.stay", "ceiling.without_care", "cohort.wlz.at_death")
    value, spread, shares, risks = (by_path[name] for name in names)
    moved = at_values(basis, {value: 0.5, spread: 1.1, shares: 1.5, risks: 1.2}, "moved").scenario
    before = basis.scenario
    assert moved.ceiling.applies.value == 0.5
    assert moved.hospital.stay.median == pytest.approx(before.hospital.stay.median * 1.1)
    assert (moved.hospital.stay.sigma, moved.hospital.stay.maximum) == (
        before.hospital.stay.sigma,
        before.hospital.stay.maximum,
    )
    parts = moved.ceiling.without_care.value
    assert sum(parts.values()) == pytest.approx(1.0)
    old = before.ceiling.without_care.value
    largest = max(old, key=lambda key: old[key])
    assert parts[largest] == pytest.approx(min(old[largest] * 1.5, 1))
    assert max(moved.cohort.wlz.at_death.value.values()) <= 1
    region = by_path["area.regions.mi-01.nursing_home_places"]
    assert at_values(basis, {region: 200.0}, "area").area.regions[0].nursing_home_places.value == 200


def test_a_path_without_a_range_is_refused_with_the_nearest(basis: LoadedScenario) -> None:
    with pytest.raises(InputError, match="did you mean 'hospice.patience'") as caught:
        choose(uncertain_parameters(basis), ("hospice.patienc",))
    assert "\n" not in str(caught.value)


A, B, C = (Uncertain(name, kind, "bron", "reden", 0.0, 1.0, 0.5, False) for name, kind in (
    ("a", "assumption"), ("b", "source"), ("c", "assumption")
))  # fmt: skip


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The model 4a + 2b + 0c at a point, in three replications that differ by a constant."""

    def answers(points: Any, *_rest: Any, **_how: Any) -> Any:
        def at(point: Any, parameter: Uncertain) -> float:
            return float(point.get(parameter, parameter.middle))

        values = [4 * at(p, A) + 2 * at(p, B) for p in points]
        return Answers([np.array([v - 1, v, v + 1]) for v in values], "eur", 0, len(values))

    monkeypatch.setattr(sensitivity, "_sides", lambda _question, points: points)
    monkeypatch.setattr(sensitivity, "answers", answers)
    monkeypatch.setattr(sensitivity, "uncertain_parameters", lambda _: [A, B, C])


@pytest.fixture
def noise(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A model whose answer hangs on nothing: 60 parameters, one replication of chance a point."""
    several = [Uncertain(f"p{i}", "assumption", "bron", "reden", 0.0, 1.0, 0.5, False) for i in range(60)]

    def of_seed(seed: int) -> Any:
        def answers(points: Any, *_rest: Any, **_how: Any) -> Any:
            drawn = np.random.default_rng(seed).normal(size=len(points))
            return Answers([np.array([value]) for value in drawn], "eur", 0, len(points))

        monkeypatch.setattr(sensitivity, "_sides", lambda _question, points: points)
        monkeypatch.setattr(sensitivity, "answers", answers)
        monkeypatch.setattr(sensitivity, "uncertain_parameters", lambda _: several)

    return of_seed


def judged(method: Any, samples: int = 256) -> Any:
    question = sensitivity.Question((load_scenario("basis_2026"),), "cost", {"view": "calendar"})
    paths = ("a", "b", "c") if method == "sobol" else ()
    return sensitivity.sensitivity_of(
        question, None, method=method, paths=paths, samples=samples, folder=Path(), options=RunOptions(1)
    )


def test_a_tornado_gives_the_effect_of_both_ends_and_names_assumptions_only(known: Any) -> None:
    """Ends of a: -2 and +2 around the middle; replications share numbers, so intervals have no width."""
    found = judged("tornado")
    assert [(i.parameter.path, i.weight) for i in found.influences] == [("a", 4.0), ("b", 2.0), ("c", 0.0)]
    first = found.influences[0]
    assert (first.low.mean, first.high.mean) == (-2.0, 2.0)
    assert (first.low.low, first.low.high) == (-2.0, -2.0)
    assert [i.parameter.path for i in found.most_important] == ["a"]
    assert found.middle.mean == 3.0
    assert found.runs == 7


def test_sobol_indices_of_a_sum_are_its_shares_of_variance(known: Any) -> None:
    """Variances 16/12 and 4/12: total indices 0.8, 0.2 and 0."""
    found = judged("sobol")
    by_path = {i.parameter.path: i for i in found.influences}
    for path, index in (("a", 0.8), ("b", 0.2), ("c", 0.0)):
        assert by_path[path].high.mean == pytest.approx(index, abs=0.03)
        assert by_path[path].low.mean == pytest.approx(index, abs=0.03)
    with pytest.raises(InputError, match="power of two"):
        judged("sobol", 100)


def test_a_probabilistic_analysis_gives_the_spread_of_the_answer_over_all_ranges(known: Any) -> None:
    """Mean 3, standard deviation sqrt(20/12); 95% of a trapezoid on [0, 6] lies in [0.63, 5.37]."""
    found = judged("psa", 2000)
    mean, low, high = found.spread
    assert mean == pytest.approx(3.0, abs=0.02)
    edge = math.sqrt(2 * 0.025 * 8)
    assert (low, high) == (pytest.approx(edge, abs=0.1), pytest.approx(6 - edge, abs=0.1))
    assert [i.parameter.path for i in found.influences] == ["a", "b", "c"]
    assert found.influences[0].low.mean == pytest.approx(0.9, abs=0.05)


def test_a_model_of_pure_noise_names_nobody(noise: Any) -> None:
    """60 parameters and 64 points: by weight alone each time three would be named, near 0.35.

    The intervals hold for all parameters together in 95%: of 40 analyses at most 5 may name one (99%).
    """
    named, weights = 0, []
    for seed in range(40):
        noise(seed)
        found = judged("psa", 64)
        named += bool(found.most_important)
        weights.append(found.influences[0].weight)
    assert named <= 5
    assert min(weights) > 0.2
    noise(0)
    assert judged("psa", 64).most_important == ()


def test_settings_behind_a_gate_move_when_the_gate_moves_and_are_not_called_without_effect(
    basis: LoadedScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Transmural care reaches nobody today, 0 to 1: a psa draws who is reached and what it does together."""
    seen: list[Any] = []

    def answers(sides: Any, *_rest: Any, **_how: Any) -> Any:
        return Answers([np.array([float(i), i + 1.0]) for i in range(len(sides))], "eur", 0, len(sides))

    def sides(_question: Any, points: Any) -> Any:
        seen[:] = points
        return points

    monkeypatch.setattr(sensitivity, "_sides", sides)
    monkeypatch.setattr(sensitivity, "answers", answers)
    inside = {"transmural.admission_factor", "transmural.phone", "transmural.bedside"}

    def asked(method: Any, *paths: str) -> Any:
        question = sensitivity.Question((basis,), "cost", {"view": "calendar"})
        found = sensitivity.sensitivity_of(
            question,
            None,
            method=method,
            paths=paths,
            samples=8,
            folder=Path(),
            options=RunOptions(1),  # type: ignore[arg-type]
        )
        return found, {parameter.path for point in seen for parameter in point}

    assert basis.scenario.transmural.reached.value == 0
    every, moved = asked("psa")
    assert inside | {"transmural.reached"} <= moved
    assert every.idle == ()
    alone, moved = asked("psa", "transmural.phone", "home.terminal_care")
    assert (moved, alone.idle) == ({"home.terminal_care"}, ("transmural.phone",))
    assert inside <= set(asked("tornado")[0].idle)


def test_a_scenario_without_the_gate_leaves_what_is_behind_it_where_it_is(basis: LoadedScenario) -> None:
    """AZWA switches the ceilings off without a range: nothing in the draw can open them."""
    none = vary(basis, {"ceiling.applies.value": 0.0, "ceiling.elv_applies.value": 0.0}, "geen")
    for share in ("applies", "elv_applies"):
        setting = getattr(none.scenario.ceiling, share).model_copy(update={"range": None})
        ceiling = none.scenario.ceiling.model_copy(update={share: setting})
        none = dataclasses.replace(none, scenario=none.scenario.model_copy(update={"ceiling": ceiling}))
    question = sensitivity.Question((none,), "cost", {})
    opened = sensitivity._opened(question.parameters)
    delay = next(p for p in question.parameters if p.path == "ceiling.delay_days")
    assert not question.acts(delay, opened)
    assert sensitivity.Question((basis,), "cost", {}).acts(delay, opened)


@pytest.mark.parametrize("samples", [0, -4, 7])
def test_too_few_points_of_a_psa_are_refused_in_one_line(known: Any, samples: int) -> None:
    with pytest.raises(InputError, match=f"^--samples {samples}: a psa needs 8 points or more"):
        judged("psa", samples)


def test_sobol_without_a_chosen_set_is_refused() -> None:
    question = sensitivity.Question((load_scenario("basis_2026"),), "cost", {"view": "calendar"})
    with pytest.raises(InputError, match="name two parameters or more"):
        sensitivity.sensitivity_of(
            question, None, method="sobol", samples=8, folder=Path(), options=RunOptions(1)
        )  # type: ignore[arg-type]


def test_the_answer_survives_json(known: Any) -> None:
    document = json.loads(json.dumps(sensitivity_as_json(judged("psa", 16)), allow_nan=False))
    assert document["influences"][0]["parameter"]["source"] == "bron"
    first = document["influences"][0]
    assert first["effect"] == first["low"]
    assert first["clear"] is True


def test_what_an_alternative_gives_a_range_moves_in_the_alternative_alone(basis: LoadedScenario) -> None:
    """AZWA marks half of the people in time, 0 to 1: the base marks none, whatever is asked."""
    question = sensitivity.Question((basis, apply(basis, "azwa_volledig")), "cost", {})
    by_path = {p.path: p for p in question.parameters}
    timely = by_path["cohort.marking.timely"]
    assert (timely.low, timely.middle, timely.high) == (0.0, 0.5, 1.0)
    base, other = question.at({timely: 1.0})
    assert (base.scenario.cohort.marking.timely.value, other.scenario.cohort.marking.timely.value) == (
        0.0,
        1.0,
    )


def test_what_an_alternative_sets_without_a_range_stays_and_moves_in_the_base(basis: LoadedScenario) -> None:
    """AZWA ends ceilings for terminal care: how much they touch today is what nobody knows, 0 to 0.5."""
    question = sensitivity.Question((basis, apply(basis, "azwa_volledig")), "cost", {})
    ceiling = next(p for p in question.parameters if p.path == "ceiling.applies")
    base, other = question.at({ceiling: 0.5})
    assert (base.scenario.ceiling.applies.value, other.scenario.ceiling.applies.value) == (0.5, 0.0)


def test_a_kept_analysis_reads_back_and_replaces_that_of_its_question(known: Any, tmp_path: Path) -> None:
    tornado, spread = judged("tornado"), judged("psa", 16)
    assert read_sensitivities(tmp_path) == ()
    for found in (tornado, spread, tornado):
        keep_sensitivity(tmp_path, found)
    kept = read_sensitivities(tmp_path)
    assert [each.method for each in kept] == ["psa", "tornado"]
    assert kept[1].influences == tornado.influences
    assert [each.parameter.path for each in kept[1].most_important] == ["a"]
    assert kept[0].spread == spread.spread
    (tmp_path / "sensitivity.json").write_text("{", encoding="utf-8")
    with pytest.raises(
        InputError, match="not as palsim wrote it .*; remove it and run palsim sensitivity again"
    ):
        read_sensitivities(tmp_path)
