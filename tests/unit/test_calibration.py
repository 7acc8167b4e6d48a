"""Calibration: the stored fit follows from its last step, is in the scenario, and leaves V targets alone."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import sim.studies.calibrate as fitting
from sim.catalogue import load_tariffs
from sim.errors import InputError
from sim.runs.execute import cores
from sim.scenario import load_area, load_scenario
from sim.studies.calibrate import (
    Fitted,
    Plan,
    Step,
    calibrate,
    go_on,
    load_plan,
    measured_by,
    next_factors,
    residuals,
    stored_step,
    targets_of,
)
from sim.studies.targets import CALIBRATION_SEEDS, Target, load_targets


def target(id: str, value: float, tolerance: float) -> Target:
    low, high = value - tolerance, value + tolerance
    return Target(id, {"en": id}, {}, "C", "", "share", value, low, high, ())


def made_plan(limits: tuple[float, float], count: int = 2) -> Plan:
    fitted = tuple(Fitted(f"p{i}", "", limits, {f"p{i}": 1.0}) for i in range(count))
    return Plan("s", "a", 1, 1, 6, 0.01, 0.0, 6, ("one", "two", "three"), fitted)


TARGETS = (target("one", 1.2, 0.1), target("two", 1.1, 0.1), target("three", 1.32, 0.1))


def test_factors_that_reproduce_every_target_are_found() -> None:
    """Of one = f, two = g, three = f g the answer is f = 1.2 and g = 1.1."""

    def run(logs: np.ndarray) -> np.ndarray:
        f, g = np.exp(logs)
        return np.array([f, g, f * g])

    plan = dataclasses.replace(made_plan((0.1, 10.0)), steps=30)
    fit = calibrate(plan, TARGETS, run)
    assert fit.factors == pytest.approx([1.2, 1.1], rel=1e-4)
    assert np.abs(residuals(TARGETS, fit.simulated)).max() < 0.05


def test_a_step_that_misses_corrects_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one = f, two = g, three = f g + f^2: four corrected steps find f = 1.5, g = 1.3, others do not."""
    wanted = (target("one", 1.5, 0.1), target("two", 1.3, 0.1), target("three", 4.2, 0.1))

    def run(logs: np.ndarray) -> np.ndarray:
        f, g = np.exp(logs)
        return np.array([f, g, f * g + f**2])

    plan = dataclasses.replace(made_plan((0.1, 10.0)), steps=4)
    assert np.abs(residuals(wanted, calibrate(plan, wanted, run).simulated)).max() < 0.05
    monkeypatch.setattr(fitting, "_corrected", lambda targets, step, factors, simulated: step.jacobian)
    assert np.abs(residuals(wanted, calibrate(plan, wanted, run).simulated)).max() > 0.05


def test_going_on_is_one_step_from_the_stored_fit_with_its_slopes() -> None:
    """From f = 1.1, g = 1 with the slopes of one = f, two = g, three = f g: to f = 1.2, g = 1.1."""

    def run(logs: np.ndarray) -> np.ndarray:
        f, g = np.exp(logs)
        return np.array([f, g, f * g])

    slopes = [[1.1 / 0.1, 0.0], [0.0, 1.0 / 0.1], [1.1 / 0.1, 1.1 / 0.1]]
    names = ("one", "two", "three")
    last = {
        "factors": {"p0": 1.0, "p1": 1.0},
        "simulated": dict.fromkeys(names, 1.0),
        "jacobian": dict(zip(names, slopes, strict=True)),
    }
    stored = {"factors": {"p0": 1.1, "p1": 1.0}, "last_step": last}
    fit = go_on(made_plan((0.1, 10.0)), TARGETS, run, stored)
    assert fit.last.simulated.tolist() == pytest.approx([1.1, 1.0, 1.1])
    assert fit.factors == pytest.approx([1.2, 1.1], rel=0.01)


def test_a_factor_stops_at_its_limit() -> None:
    """The first factor should become e; its limit is 1.5. The second may move freely."""
    step = Step(np.ones(2), np.array([1.1, 1.1, 1.32]), np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]))
    assert next_factors(made_plan((0.5, 1.5)), TARGETS, step) == pytest.approx([1.5, 1.0])


def test_a_plan_fits_fewer_numbers_than_targets_and_none_kept_for_validation() -> None:
    v = dataclasses.replace(TARGETS[0], use="V")
    with pytest.raises(InputError, match="V is never fitted"):
        made_plan((0.5, 2.0)).chosen((v, *TARGETS[1:]))
    with pytest.raises(InputError, match="fit fewer"):
        made_plan((0.5, 2.0), count=3).chosen(TARGETS)


def test_every_fitted_number_lies_within_its_range_and_stands_in_the_scenario() -> None:
    plan, result = load_plan()
    for parameter in plan.parameters:
        low, high = parameter.limits
        assert low <= result["factors"][parameter.id] <= high, parameter.id
        assert parameter.reason
    tree = load_scenario(plan.scenario).scenario.model_dump(mode="json")
    for path, value in result["values"].items():
        node = tree
        for key in path.split("."):
            node = node[int(key)] if isinstance(node, list) else node[key]
        assert node == value, path


def test_the_plan_fits_every_c_target_with_fewer_parameters_on_seeds_of_its_own() -> None:
    plan, _ = load_plan()
    c = {t.id for t in load_targets(load_area(plan.area)) if t.use == "C"}
    assert set(plan.targets) == c
    assert len(plan.parameters) < len(c)
    assert plan.seed < CALIBRATION_SEEDS < load_scenario("basis_landelijk").scenario.seed


@pytest.mark.slow
def test_the_last_step_again_gives_the_fitted_values() -> None:
    """One run at the point before the last step, then the step itself: the stored factors and numbers."""
    plan, result = load_plan()
    before = stored_step(plan, result)
    simulated = measured_by(plan, load_tariffs(), cores())(np.log(before.factors))
    assert simulated == pytest.approx(before.simulated, rel=1e-9)
    after = next_factors(plan, targets_of(plan), dataclasses.replace(before, simulated=simulated))
    assert dict(zip([p.id for p in plan.parameters], after.tolist(), strict=True)) == result["factors"]
    assert plan.numbers(after) == result["values"]
