"""Calibration: a few numbers fitted to the C targets by damped Gauss-Newton on common random numbers.

The state of a fit is one factor a parameter, in logarithms. Differences of runs on the same random
numbers give the Jacobian once; each step then corrects it by what it found (Broyden's rank-one update).
The last step follows from one run, its Jacobian and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, SequenceNode

from sim.catalogue import TariffBook
from sim.data import data_folder, read_json
from sim.errors import InputError
from sim.scenario import load_area, load_scenario, vary
from sim.studies.targets import CALIBRATION_SEEDS, Target, load_targets
from sim.studies.validate import OnTask, compare_with_published, kpis_of_replications
from sim.units import Floats

CALIBRATION_FILE = "calibration.yaml"
Measured = Callable[[Floats], Floats]
"""From logarithms of factors to the simulated value of each target."""


@dataclass(frozen=True)
class Fitted:
    """Numbers of the scenario that share a factor within limits, with their values before fitting."""

    id: str
    reason: str
    limits: tuple[float, float]
    values: Mapping[str, float]


@dataclass(frozen=True)
class Plan:
    """What `scenarios/calibration.yaml` asks for."""

    scenario: str
    area: str
    seed: int
    replications: int
    steps: int  # Gauss-Newton steps
    shift: float  # change of a logarithm for the first Jacobian
    damping: float  # weight of the length of a step, beside residuals in tolerances
    digits: int  # decimals of a fitted factor; fitted numbers get as many significant digits
    targets: tuple[str, ...]
    parameters: tuple[Fitted, ...]

    @property
    def runs(self) -> int:
        """Runs of the model that the fit needs."""
        return 1 + len(self.parameters) + self.steps

    def chosen(self, targets: Sequence[Target]) -> list[Target]:
        """The targets of the fit, in the order of the plan.

        Raises InputError when one is unknown or kept for validation, or there are too few for the parameters.
        """
        known = {target.id: target for target in targets}
        for id in self.targets:
            if id not in known or known[id].use != "C":
                raise InputError(
                    "{file}: targets: {id!r} is no C target of targets.yaml; V is never fitted",
                    file=CALIBRATION_FILE,
                    id=id,
                )
        if len(self.parameters) >= len(self.targets):
            raise InputError(
                "{file}: parameters: {count} for {targets} targets; fit fewer",
                file=CALIBRATION_FILE,
                count=len(self.parameters),
                targets=len(self.targets),
            )
        return [known[id] for id in self.targets]

    def numbers(self, factors: Floats) -> dict[str, float]:
        """Numbers of the scenario under these factors, by path; a share is at most 1."""
        out = {}
        for parameter, factor in zip(self.parameters, factors, strict=True):
            for path, start in parameter.values.items():
                value = float(f"{start * factor:.{self.digits}g}")
                out[path] = min(value, 1.0) if start <= 1 else value
        return out


@dataclass(frozen=True)
class Step:
    """A step of the fit: factors where it starts, targets simulated there, and where it leads."""

    factors: Floats
    simulated: Floats
    # float64 array, shape (targets, parameters); change of the residuals, in tolerances, by logarithm of a
    # factor
    jacobian: Floats


@dataclass(frozen=True)
class Fit:
    """A finished calibration: its last step, the factors to which that led, and the targets with them."""

    last: Step
    factors: Floats
    simulated: Floats


def load_plan(folder: Path | None = None) -> tuple[Plan, dict[str, Any]]:
    """Plan and stored result (empty before the first calibration) of a folder of scenarios.

    Raises InputError when the seed is not one of those kept for calibration.
    """
    tree = json.loads(read_json(data_folder("scenarios", folder) / CALIBRATION_FILE))
    result = tree.pop("result", None) or {}
    parameters = tuple(
        Fitted(row["id"], row["reason"], (row["limits"][0], row["limits"][1]), row["values"])
        for row in tree.pop("parameters")
    )
    plan = Plan(**{**tree, "targets": tuple(tree["targets"])}, parameters=parameters)
    if plan.seed >= CALIBRATION_SEEDS:
        raise InputError(
            "{file}: seed: {seed} is kept for validation; use one below {calibration_seeds}",
            file=CALIBRATION_FILE,
            seed=plan.seed,
            calibration_seeds=CALIBRATION_SEEDS,
        )
    return plan, result


def targets_of(plan: Plan) -> list[Target]:
    """The targets of a plan, scaled to its area."""
    return plan.chosen(load_targets(load_area(plan.area)))


def measured_by(plan: Plan, book: TariffBook, jobs: int, on_task: OnTask | None = None) -> Measured:
    """The model as a function of the factors, on the same random numbers every time."""
    base = load_scenario(plan.scenario, plan.area).with_run(plan.seed, plan.replications)
    targets = targets_of(plan)

    def run(logs: Floats) -> Floats:
        varied = vary(base, plan.numbers(np.exp(logs)), base.name)
        found = compare_with_published(targets, kpis_of_replications(varied, book, jobs, on_task))
        return np.array([finding.simulated.mean for finding in found])

    return run


def next_factors(plan: Plan, targets: Sequence[Target], step: Step) -> Floats:
    """Factors to which a step leads, rounded: bounded, damped least squares on residuals in tolerances."""
    now = np.log(step.factors)
    limits = np.log(np.array([p.limits for p in plan.parameters]))
    damped = np.vstack([step.jacobian, plan.damping**0.5 * np.eye(len(now))])
    wanted = np.concatenate([-residuals(targets, step.simulated), np.zeros(len(now))])
    margin = 1e-9
    from scipy.optimize import lsq_linear  # slow to load, and only a fit needs it

    found = lsq_linear(damped, wanted, (limits[:, 0] - now - margin, limits[:, 1] - now + margin))
    return np.asarray(np.round(np.exp(now + found.x), plan.digits), np.float64)


def residuals(targets: Sequence[Target], simulated: Floats) -> Floats:
    """Simulated minus published, in tolerances (float64 array, one a target)."""
    value = np.array([t.value for t in targets])
    return np.asarray((simulated - value) / np.array([t.tolerance for t in targets]), np.float64)


def calibrate(plan: Plan, targets: Sequence[Target], run: Measured) -> Fit:
    """Fit the factors to the targets of a plan by a run of `measured_by`."""
    factors = np.ones(len(plan.parameters))
    simulated = run(np.log(factors))
    jacobian = _differences(plan, targets, run, factors, simulated)
    return _stepped(plan, targets, run, Step(factors, simulated, jacobian), plan.steps)


def go_on(plan: Plan, targets: Sequence[Target], run: Measured, result: Mapping[str, Any]) -> Fit:
    """One more step from a stored fit by its last Jacobian, which serves where little has changed."""
    factors = np.array([result["factors"][p.id] for p in plan.parameters])
    start = Step(factors, run(np.log(factors)), stored_step(plan, result).jacobian)
    return _stepped(plan, targets, run, start, 1)


def _stepped(plan: Plan, targets: Sequence[Target], run: Measured, start: Step, steps: int) -> Fit:
    """So many steps from a point on, the Jacobian corrected after each."""
    last = now = start
    for _ in range(steps):
        last = now
        factors = next_factors(plan, targets, last)
        simulated = run(np.log(factors))
        now = Step(factors, simulated, _corrected(targets, last, factors, simulated))
    return Fit(last, now.factors, now.simulated)


def _corrected(targets: Sequence[Target], step: Step, factors: Floats, simulated: Floats) -> Floats:
    """Jacobian that predicts what a step found, and changes nothing across it (Broyden 1965)."""
    moved = np.log(factors) - np.log(step.factors)
    length = float(moved @ moved)
    if length == 0:
        return step.jacobian
    found = residuals(targets, simulated) - residuals(targets, step.simulated)
    missed = found - step.jacobian @ moved
    return np.asarray(step.jacobian + np.outer(missed, moved) / length, np.float64)


def _differences(
    plan: Plan, targets: Sequence[Target], run: Measured, factors: Floats, simulated: Floats
) -> Floats:
    """Jacobian of the residuals by one shifted run a parameter."""
    columns = []
    for number in range(len(factors)):
        shifted = np.log(factors)
        shifted[number] += plan.shift
        columns.append((residuals(targets, run(shifted)) - residuals(targets, simulated)) / plan.shift)
    return np.stack(columns, axis=1)


def result_of(
    plan: Plan, targets: Sequence[Target], fit: Fit, command: str = "palsim calibrate"
) -> dict[str, Any]:
    """The part `result` of the calibration file, in plain numbers and texts, and the command that made it."""
    names = [p.id for p in plan.parameters]
    return {
        "command": command,
        "factors": dict(zip(names, fit.factors.tolist(), strict=True)),
        "values": plan.numbers(fit.factors),
        "residuals": {
            t.id: {
                "published": float(f"{t.value:.{plan.digits}g}"),
                "simulated": float(f"{now:.{plan.digits}g}"),
                "in_tolerances": round(float(left), 2),
            }
            for t, now, left in zip(targets, fit.simulated, residuals(targets, fit.simulated), strict=True)
        },
        "last_step": {
            "factors": dict(zip(names, fit.last.factors.tolist(), strict=True)),
            "simulated": dict(zip(plan.targets, fit.last.simulated.tolist(), strict=True)),
            "jacobian": dict(zip(plan.targets, fit.last.jacobian.tolist(), strict=True)),
        },
    }


def stored_step(plan: Plan, result: Mapping[str, Any]) -> Step:
    """The last step as the calibration file holds it."""
    last = result["last_step"]
    return Step(
        np.array([last["factors"][p.id] for p in plan.parameters]),
        np.array([last["simulated"][t] for t in plan.targets]),
        np.array([last["jacobian"][t] for t in plan.targets]),
    )


def store_result(plan: Plan, result: Mapping[str, Any], folder: Path | None = None) -> list[Path]:
    """Write the result and the fitted numbers into the files of a scenario folder, and give those written."""
    home = data_folder("scenarios", folder)
    book, scenario = home / CALIBRATION_FILE, home / f"{plan.scenario}.yaml"
    text = with_numbers(scenario.read_text(encoding="utf-8"), result["values"], scenario.name)
    plan_text = book.read_text(encoding="utf-8").split("\nresult:\n")[0].rstrip("\n")
    scenario.write_text(text, encoding="utf-8")
    with book.open("w", encoding="utf-8") as out:
        out.write(f"{plan_text}\n\n")
        writer = YAML()
        writer.default_flow_style = False
        writer.dump({"result": dict(result)}, out)
    return [book, scenario]


def with_numbers(text: str, values: Mapping[str, float], label: str) -> str:
    """The text of a scenario file with other numbers at paths such as `home.gp_per_day.value.3`.

    Raises InputError when a path leads to no number in the text; names it and the file (`label`).
    """
    root, found = YAML().compose(text), []
    for path, value in values.items():
        node = _node_at(root, path.split("."))
        if node is None or not node.tag.endswith((":int", ":float")):
            raise InputError(
                "{label}: {path}: no such number; name a number that the file holds", label=label, path=path
            )
        found.append((node.start_mark.index, node.end_mark.index, f"{value:g}"))
    for first, last, number in sorted(found, reverse=True):
        text = f"{text[:first]}{number}{text[last:]}"
    return text


def _node_at(node: Any, keys: list[str]) -> Any:
    """What stands at a path in a file, with its place in the text; None where nothing does."""
    for key in keys:
        if isinstance(node, MappingNode):
            node = next((part for name, part in node.value if name.value == key), None)
        else:
            node = node.value[int(key)] if isinstance(node, SequenceNode) and key.isdigit() else None
    return node
