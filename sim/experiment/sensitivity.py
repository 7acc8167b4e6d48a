"""What an answer owes to the parameters that nobody knows exactly: tornado, all at once, Sobol indices."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow.parquet as pq
from pyarrow import BufferReader
from scipy.stats import qmc

from sim import stats, store
from sim.errors import InputError
from sim.experiment.execute import run_all
from sim.experiment.parts import Parts, decode_parts, dimension_text, merge
from sim.experiment.run import Plan, Progress, reduce_replication, rules_of
from sim.experiment.task import TaskSpec, run_task
from sim.experiment.uncertain import Uncertain, at_values, choose, uncertain_parameters
from sim.scenario import LoadedScenario, owner_of, vary
from sim.stats import Interval
from sim.tariff import TariffBook
from sim.units import MOST_IMPORTANT, PSA_HIGH, PSA_LOW, Floats

Method = Literal["tornado", "psa", "sobol"]
_Values = Mapping[Uncertain, float]


@dataclass(frozen=True)
class Influence:
    """One parameter and what it does to the answer.

    Parameters
    ----------
    parameter : Uncertain
    weight : float
        Tornado: distance between the answers at both ends. Psa: rank correlation, without its sign.
        Sobol: total index.
    low, high : Interval
        Tornado: answer at the low and high end, less the answer at the middle, paired by replication.
        Sobol: first-order and total index, with their bootstrap intervals. Psa: the rank correlation twice.
    """

    parameter: Uncertain
    weight: float
    low: Interval
    high: Interval


@dataclass(frozen=True)
class Sensitivity:
    """How an answer depends on the parameters with a range.

    Parameters
    ----------
    method : {"tornado", "psa", "sobol"}
    scenario : str
    against : str or None
        Base whose paired difference is the answer.
    kpi : str
    dimension : dict of str to str
    unit : str
    middle : Interval
        The answer with every parameter as it stands, over the replications.
    influences : tuple of Influence
        The most important first.
    spread : tuple of float
        Psa: mean, 2.5% and 97.5% quantile of the answer over all ranges; empty otherwise.
    runs : int
        Scenarios evaluated, each for every replication.
    """

    method: Method
    scenario: str
    against: str | None
    kpi: str
    dimension: dict[str, str]
    unit: str
    middle: Interval
    influences: tuple[Influence, ...]
    spread: tuple[float, ...]
    runs: int

    @property
    def most_important(self) -> tuple[Influence, ...]:
        """The assumptions that matter most for this answer: three, or as many as have any effect."""
        assumed = [found for found in self.influences if found.parameter.kind == "assumption"]
        return tuple(found for found in assumed if found.weight > 0)[:MOST_IMPORTANT]


@dataclass(frozen=True)
class Question:
    """What is asked of the model: a KPI of a scenario, or its paired difference with a base.

    Parameters
    ----------
    scenarios : tuple of LoadedScenario
        One, or a base and its alternative.
    kpi : str
    dimension : dict of str to str
    """

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
    jobs: int,
    on_progress: Callable[[Progress], None] | None = None,
) -> Sensitivity:
    """Judge the influence of every parameter with a range on an answer.

    Parameters
    ----------
    question : Question
        Its scenarios carry seed and replications.
    book : TariffBook
    method : {"tornado", "psa", "sobol"}
        One by one at both ends; all at once by Latin hypercube; Sobol indices on a chosen set.
    paths : tuple of str
        Parameters; all with a range when empty. Sobol needs two or more.
    samples : int
        Psa: points. Sobol: base points, a power of two.
    jobs : int
    on_progress : callable, optional

    Returns
    -------
    Sensitivity

    Raises
    ------
    InputError
        When the KPI or a parameter does not exist, or Sobol has fewer than two parameters.
    """
    parameters = choose(question.parameters, paths)
    if method == "sobol" and len(paths) < 2:
        raise InputError(
            "--method sobol: name two parameters or more with --parameter; run the tornado first"
        )
    seed = question.scenarios[0].scenario.seed
    points = _POINTS[method](parameters, samples, seed)
    answers, unit = _answers(question, [{}, *points], book, jobs, on_progress)
    middle, others = answers[0], answers[1:]
    influences, spread = _JUDGES[method](parameters, middle, others, points, seed)
    several = question.scenarios
    return Sensitivity(
        method,
        several[-1].name,
        several[0].name if len(several) > 1 else None,
        question.kpi,
        question.dimension,
        unit,
        stats.t_interval(middle),
        tuple(sorted(influences, key=lambda found: (-found.weight, found.parameter.path))),
        spread,
        len(points) + 1,
    )


def _ends(parameters: Sequence[Uncertain], _samples: int, _seed: int) -> list[_Values]:
    return [{parameter: end} for parameter in parameters for end in (parameter.low, parameter.high)]


def _hypercube(parameters: Sequence[Uncertain], samples: int, seed: int) -> list[_Values]:
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
        raise InputError(f"--samples {samples}: Sobol needs a power of two, such as 64")
    rows = sobol.sample(_problem(parameters), samples, calc_second_order=False, seed=seed)
    return [{p: float(v) for p, v in zip(parameters, row, strict=True)} for row in rows]


_POINTS: dict[Method, Callable[[Sequence[Uncertain], int, int], list[_Values]]] = {
    "tornado": _ends,
    "psa": _hypercube,
    "sobol": _saltelli,
}
_Judged = tuple[list[Influence], tuple[float, ...]]


def _tornado(
    parameters: Sequence[Uncertain],
    middle: Floats,
    others: Sequence[Floats],
    _points: Sequence[_Values],
    _seed: int,
) -> _Judged:
    found = []
    for number, parameter in enumerate(parameters):
        low, high = others[2 * number], others[2 * number + 1]
        weight = abs(stats.mean(high) - stats.mean(low))
        ends = (stats.paired_interval(middle, low), stats.paired_interval(middle, high))
        found.append(Influence(parameter, weight, *ends))
    return found, ()


def _psa(
    parameters: Sequence[Uncertain],
    _middle: Floats,
    others: Sequence[Floats],
    points: Sequence[_Values],
    _seed: int,
) -> _Judged:
    answers = np.array([stats.mean(values) for values in others])
    found = []
    for parameter in parameters:
        weight = _rank_correlation(np.array([point[parameter] for point in points]), answers)
        told = Interval(weight, math.nan, math.nan, len(points))
        found.append(Influence(parameter, abs(weight), told, told))
    low, high = np.quantile(answers, [PSA_LOW, PSA_HIGH])
    return found, (stats.mean(answers), float(low), float(high))


def _rank_correlation(first: Floats, second: Floats) -> float:
    """Spearman's rank correlation; 0 where one of them does not vary."""
    ranks = [np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (first, second)]
    if len(first) < 2 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _sobol(
    parameters: Sequence[Uncertain],
    _middle: Floats,
    others: Sequence[Floats],
    points: Sequence[_Values],
    seed: int,
) -> _Judged:
    from SALib.analyze import sobol

    answers = np.array([stats.mean(values) for values in others])
    if np.ptp(answers) == 0:
        nothing = Interval(0.0, 0.0, 0.0, len(points))
        return [Influence(parameter, 0.0, nothing, nothing) for parameter in parameters], ()
    told = sobol.analyze(_problem(parameters), answers, calc_second_order=False, seed=seed)

    def interval(index: str, number: int) -> Interval:
        value, reach = float(told[index][number]), float(told[f"{index}_conf"][number])
        return Interval(value, value - reach, value + reach, len(points))

    found = []
    for number, parameter in enumerate(parameters):
        total = interval("ST", number)
        found.append(Influence(parameter, max(total.mean, 0.0), interval("S1", number), total))
    return found, ()


_JUDGES: dict[Method, Callable[..., _Judged]] = {"tornado": _tornado, "psa": _psa, "sobol": _sobol}


def _answers(
    question: Question,
    points: Sequence[_Values],
    book: TariffBook,
    jobs: int,
    on_progress: Callable[[Progress], None] | None,
) -> tuple[list[Floats], str]:
    """The answer of every point, one value a replication, and its unit; nothing is written."""
    from pathlib import Path

    plans = [[Plan(loaded, Path(), "kpis") for loaded in question.at(point)] for point in points]
    specs: list[TaskSpec] = []
    owners: list[tuple[int, int, int]] = []
    for point, several in enumerate(plans):
        for side, plan in enumerate(several):
            for spec in plan.specs(book, rules_of(plan)):
                specs.append(spec)
                owners.append((point, side, spec.replication))
    gathered: dict[tuple[int, int, int], list[Parts]] = {}
    for done, (number, result) in enumerate(run_all(run_task, specs, jobs), start=1):
        spec = specs[number]
        data = result.files[store.parts_path(spec.replication, spec.cluster)]
        gathered.setdefault(owners[number], []).append(decode_parts(data))
        if on_progress is not None:
            on_progress(Progress(done, len(specs), 0, "sensitivity", owners[number][0], spec.cluster))
    out, unit = [], ""
    for point, several in enumerate(plans):
        sides = []
        for side, plan in enumerate(several):
            values = []
            for replication in range(plan.replications):
                files = reduce_replication(plan, replication, merge(gathered[point, side, replication]), book)
                value, unit = _kpi(files[store.table_path("kpis", replication, "all")], question)
                values.append(value)
            sides.append(np.array(values, np.float64))
        out.append(sides[-1] - sides[0] if len(sides) > 1 else sides[0])
    return out, unit


def _kpi(data: bytes, question: Question) -> tuple[float, str]:
    rows = pq.read_table(BufferReader(data)).to_pylist()
    wanted = dimension_text(question.dimension)
    for row in rows:
        if row["name"] == question.kpi and row["dimension"] == wanted:
            return (math.nan if row["value"] is None else row["value"]), row["unit"]
    known = [row["dimension"] for row in rows if row["name"] == question.kpi]
    there = known or sorted({row["name"] for row in rows})
    raise InputError(f"--kpi {question.kpi} {wanted}: no such KPI; there are {', '.join(there)}")
