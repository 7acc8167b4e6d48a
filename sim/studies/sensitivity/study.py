"""What an answer owes to the parameters that nobody knows exactly: tornado, all at once, Sobol indices."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim import stats, store
from sim.catalogue import TariffBook
from sim.choices import Method as Method
from sim.errors import InputError, Message
from sim.limits import MOST_POINTS
from sim.measure.dimensions import refuse_kpi
from sim.measure.estimates import finite_json
from sim.runs.options import RunOptions
from sim.scenario import LoadedScenario, owner_of, vary
from sim.stats import Interval
from sim.store.documents import is_list
from sim.studies.documents import from_json
from sim.studies.sensitivity.nested import PSA_HIGH, PSA_LOW
from sim.studies.sensitivity.points import FEWEST_POINTS, acts, answers
from sim.studies.sensitivity.ranges import Uncertain, at_values, choose, uncertain_parameters
from sim.units import Floats

SENSITIVITY_SAMPLES = 64  # points of a probabilistic analysis, base points of Sobol indices
MOST_IMPORTANT = 3  # assumptions that a sensitivity analysis names
# Replications of every point of a sensitivity analysis; the points share their random numbers
SENSITIVITY_REPLICATIONS = 2

_MEND = Message("remove it and run palsim sensitivity again")
_QUESTION = ("method", "scenario", "against", "kpi", "dimension", "area")
_Values = Mapping[Uncertain, float]


@dataclass(frozen=True)
class Influence:
    """One parameter and what it does to the answer."""

    parameter: Uncertain
    # Tornado: distance between the answers at both ends. Psa: rank correlation, without its sign. Sobol:
    # total index
    weight: float
    # `low`, `high`: Tornado: answer at the low and high end, less the answer at the middle, paired by
    # replication. Sobol: first-order and total index, with their bootstrap intervals. Psa: the rank
    # correlation twice
    low: Interval
    high: Interval
    # What weighs, with its interval. Tornado: the answer at the high end less that at the low end, paired.
    # Psa: the rank correlation, its interval as wide as that of all parameters together. Sobol: the total
    # index
    effect: Interval = Interval(math.nan, math.nan, math.nan, 0)

    @property
    def clear(self) -> bool:
        """Whether the interval of the effect excludes 0."""
        return self.effect.low > 0 or self.effect.high < 0


@dataclass(frozen=True)
class Sensitivity:
    """How an answer, or its paired difference `against` a base, depends on the parameters with a range."""

    method: Method
    scenario: str
    against: str | None
    kpi: str
    dimension: dict[str, str]
    unit: str
    middle: Interval  # the answer with every parameter as it stands, over the replications
    influences: tuple[Influence, ...]  # the most important first
    # Psa: mean, 2.5% and 97.5% quantile of the answer over all ranges; empty otherwise
    spread: tuple[float, ...]
    runs: int  # points evaluated, each for every replication
    replications: int = 0
    seed: int = 0
    area: str = ""
    # `reused`, `computed`: replications of a scenario taken over from an earlier time, and computed for this
    # analysis
    reused: int = 0
    computed: int = 0
    # Parameters that did not act for they work through a share that stands at 0 and has a range of its own
    idle: tuple[str, ...] = ()

    @property
    def most_important(self) -> tuple[Influence, ...]:
        """The assumptions that matter most for this answer: three, or as many as have any effect.

        Of a psa only those whose correlation is clear of 0, for chance gives every parameter one; of the
        others `clear` tells whether the effect is.
        """
        assumed = [found for found in self.influences if found.parameter.kind == "assumption"]
        moved = [found for found in assumed if found.weight > 0 and (found.clear or self.method != "psa")]
        return tuple(moved[:MOST_IMPORTANT])


@dataclass(frozen=True)
class Question:
    """What is asked of the model: a KPI of a scenario, or its paired difference with a base (the first)."""

    scenarios: tuple[LoadedScenario, ...]
    kpi: str
    dimension: dict[str, str]

    @property
    def parameters(self) -> list[Uncertain]:
        """All parameters with a range, assumptions first; what the alternative gives a range is its own."""
        base, own = uncertain_parameters(self.scenarios[0]), self._own
        shared = [parameter for parameter in base if parameter.path not in own]
        return sorted([*own.values(), *shared], key=lambda parameter: parameter.kind != "assumption")

    @property
    def _own(self) -> dict[str, Uncertain]:
        """Parameters that the alternative sets and gives a range, by path."""
        if len(self.scenarios) == 1:
            return {}
        other = self.scenarios[-1]
        owners = {owner_of(change.path) for change in other.changes}
        return {p.path: p for p in uncertain_parameters(other) if p.path in owners}

    def acts(self, parameter: Uncertain, opened: Collection[str] = ()) -> bool:
        """Whether a parameter can act in any of the scenarios, beside shares that are drawn above 0."""
        return any(acts(each, parameter.path, self.kpi, opened) for each in self.scenarios)

    def at(self, values: _Values) -> list[LoadedScenario]:
        """The scenarios with some parameters elsewhere.

        A parameter of the alternative's own moves in the alternative alone; any other moves in all, but for
        what the alternative sets itself.
        """
        base, own = self.scenarios[0], self._own
        apart = {p: value for p, value in values.items() if p.path in own}
        moved = at_values(base, {p: value for p, value in values.items() if p.path not in own}, base.name)
        changes = {change.path: change.after for change in self.scenarios[-1].changes}
        others = [vary(moved, changes, other.name) for other in self.scenarios[1:]]
        return [moved, *(at_values(other, apart, other.name) for other in others)]


def sensitivity_of(
    question: Question,
    book: TariffBook,
    *,
    method: Method,
    paths: tuple[str, ...] = (),
    samples: int,
    folder: Path,
    options: RunOptions,
) -> Sensitivity:
    """Judge the influence of every parameter with a range on an answer.

    Tornado: one by one at both ends. Psa: all that can act at once by Latin hypercube, at so many samples.
    Sobol: indices of two paths or more, by a power of two of base samples. Without paths all parameters with
    a range are judged. The folder keeps answers, so that an interrupted analysis goes on. Raises InputError
    when the KPI or a parameter does not exist, Sobol has fewer than two parameters, or a psa too few points.
    """
    refuse_kpi("--kpi", question.kpi, question.dimension)
    parameters = choose(question.parameters, paths)
    if method == "sobol" and len(paths) < 2:
        raise InputError(
            "--method sobol: name two parameters or more with --parameter; run the tornado first"
        )
    seed = question.scenarios[0].scenario.seed
    moved = parameters
    together = () if method == "tornado" else _opened(parameters)
    acting = [p for p in parameters if question.acts(p, together)]
    if method == "psa":
        moved = acting
    all_ranges = _opened(question.parameters)
    idle = [p.path for p in parameters if p not in acting and question.acts(p, all_ranges)]
    _refuse_many(method, len(moved), samples)
    points = _POINTS[method](moved, samples, seed)
    found = answers(
        _sides(question, [{}, *points]),
        question.kpi,
        question.dimension,
        book,
        folder,
        options,
    )
    middle, others = found.values[0], found.values[1:]
    influences, spread = _JUDGES[method](parameters, middle, others, points, seed)
    several = question.scenarios
    return Sensitivity(
        method,
        several[-1].name,
        several[0].name if len(several) > 1 else None,
        question.kpi,
        question.dimension,
        found.unit,
        stats.t_interval(middle),
        tuple(sorted(influences, key=lambda each: (-each.weight, each.parameter.path))),
        spread,
        len(points) + 1,
        several[0].scenario.replications,
        several[0].scenario.seed,
        several[0].area.name,
        found.reused,
        found.computed,
        tuple(idle),
    )


def _opened(parameters: Sequence[Uncertain]) -> frozenset[str]:
    """Paths of parameters that a draw can lift above 0."""
    return frozenset(p.path for p in parameters if p.high > 0)


def _refuse_many(method: Method, parameters: int, samples: int) -> None:
    """Refuse more points than can be answered: each is a scenario to simulate or to price."""
    each = parameters + 2 if method == "sobol" else 1
    if method != "tornado" and samples * each > MOST_POINTS:
        raise InputError(
            "--samples {samples}: must be {most_points} or less",
            samples=samples,
            most_points=MOST_POINTS // each,
        )


def _ends(parameters: Sequence[Uncertain], _samples: int, _seed: int) -> list[_Values]:
    return [{parameter: end} for parameter in parameters for end in (parameter.low, parameter.high)]


def _hypercube(parameters: Sequence[Uncertain], samples: int, seed: int) -> list[_Values]:
    if samples < FEWEST_POINTS:
        raise InputError(
            "--samples {samples}: a psa needs {fewest_points} points or more, such as 64",
            samples=samples,
            fewest_points=FEWEST_POINTS,
        )
    if not parameters:
        return [{} for _ in range(samples)]
    from scipy.stats import qmc  # slow to load, and only asked for here

    levels = qmc.LatinHypercube(len(parameters), seed=seed).random(samples)
    return [{p: p.at(float(u)) for p, u in zip(parameters, row, strict=True)} for row in levels]


def _problem(parameters: Sequence[Uncertain]) -> dict[str, Any]:
    return {
        "num_vars": len(parameters),
        "names": [parameter.path for parameter in parameters],
        "bounds": [[parameter.low, parameter.high] for parameter in parameters],
    }


def _saltelli(parameters: Sequence[Uncertain], samples: int, seed: int) -> list[_Values]:
    from SALib.sample import sobol

    if samples < 2 or samples & (samples - 1):
        raise InputError("--samples {samples}: Sobol needs a power of two, such as 64", samples=samples)
    rows = sobol.sample(_problem(parameters), samples, calc_second_order=False, seed=seed)
    return [{p: float(v) for p, v in zip(parameters, row, strict=True)} for row in rows]


_POINTS: dict[Method, Callable[[Sequence[Uncertain], int, int], list[_Values]]] = {
    "tornado": _ends,
    "psa": _hypercube,
    "sobol": _saltelli,
}
_Parameters = Sequence[Uncertain]
_Judged = tuple[list[Influence], tuple[float, ...]]


def _tornado(parameters: _Parameters, middle: Floats, others: Sequence[Floats], *_: Any) -> _Judged:
    found = []
    for number, parameter in enumerate(parameters):
        low, high = others[2 * number], others[2 * number + 1]
        weight = abs(stats.mean(high) - stats.mean(low))
        ends = (stats.paired_interval(middle, low), stats.paired_interval(middle, high))
        found.append(Influence(parameter, weight, *ends, stats.paired_interval(low, high)))
    return found, ()


def _psa(
    parameters: _Parameters, _: Floats, others: Sequence[Floats], points: Sequence[_Values], __: int
) -> _Judged:
    answers = np.array([stats.mean(values) for values in others])
    drawn = max(len(points[0]), 1)
    found = []
    for parameter in parameters:
        at = np.array([point.get(parameter, parameter.middle) for point in points])
        told = stats.rank_interval(at, answers, drawn)
        found.append(Influence(parameter, abs(told.mean), told, told, told))
    low, high = np.quantile(answers, [PSA_LOW, PSA_HIGH])
    return found, (stats.mean(answers), float(low), float(high))


def _sobol(
    parameters: _Parameters, _: Floats, others: Sequence[Floats], points: Sequence[_Values], seed: int
) -> _Judged:
    from SALib.analyze import sobol

    answers = np.array([stats.mean(values) for values in others])
    if np.ptp(answers) == 0:
        nothing = Interval(0.0, 0.0, 0.0, len(points))
        return [Influence(parameter, 0.0, nothing, nothing, nothing) for parameter in parameters], ()
    told = sobol.analyze(_problem(parameters), answers, calc_second_order=False, seed=seed)

    def interval(index: str, number: int) -> Interval:
        value, reach = float(told[index][number]), float(told[f"{index}_conf"][number])
        return Interval(value, value - reach, value + reach, len(points))

    found = []
    for number, parameter in enumerate(parameters):
        total = interval("ST", number)
        found.append(Influence(parameter, max(total.mean, 0.0), interval("S1", number), total, total))
    return found, ()


_JUDGES: dict[Method, Callable[..., _Judged]] = {"tornado": _tornado, "psa": _psa, "sobol": _sobol}


def _sides(question: Question, points: Sequence[_Values]) -> list[list[LoadedScenario]]:
    """The scenarios at every point; a side in which nothing that is moved can act is that of the middle."""
    middle = question.scenarios
    sides: list[list[LoadedScenario]] = [list(middle)]
    for point in points[1:]:
        moved = question.at(point)
        sides.append(
            [
                there if any(acts(still, p.path, question.kpi) for p in point) else still
                for still, there in zip(middle, moved, strict=True)
            ]
        )
    return sides


def sensitivity_as_json(found: Sensitivity) -> dict[str, Any]:
    """An analysis for JSON (no NaN), with the paths of the assumptions that matter most."""
    answer: dict[str, Any] = finite_json(found)
    for told, each in zip(answer["influences"], found.influences, strict=True):
        told["clear"] = each.clear
    return answer | {"most_important": [each.parameter.path for each in found.most_important]}


def keep_sensitivity(folder: Path, found: Sensitivity) -> Path:
    """Add an analysis to those of a folder, in place of one of the same question, and give the file."""
    path = folder / store.StudyPlace.SENSITIVITY
    mine = sensitivity_as_json(replace(found, reused=0, computed=0))
    others = [
        each for each in _documents(folder) if any(each[key] != finite_json(mine[key]) for key in _QUESTION)
    ]
    store.write_document(path, {"analyses": [*others, mine]})
    return path


def read_sensitivities(folder: Path) -> tuple[Sensitivity, ...]:
    """Analyses that a folder holds, in the order in which they were made; none when there are none.

    Raises InputError when the file is not readable.
    """
    with store.as_written(folder / store.StudyPlace.SENSITIVITY, _MEND):
        return tuple(from_json(each, Sensitivity) for each in _documents(folder))


def _documents(folder: Path) -> list[dict[str, Any]]:
    path = folder / store.StudyPlace.SENSITIVITY
    if not path.exists():
        return []
    found: list[dict[str, Any]] = store.read_document(path, {"analyses": is_list}, _MEND, _MEND)["analyses"]
    return found
