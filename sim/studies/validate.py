"""Validation: every published figure beside what the model gives for it, with its interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim import stats
from sim.catalogue import TariffBook
from sim.errors import InputError
from sim.ledger import settings_from
from sim.measure.estimates import edges, finite_json
from sim.measure.kpis import Kpi, evaluate
from sim.measure.measures import measure
from sim.measure.subsidy import subsidise
from sim.measure.sums import Sums, merge
from sim.runs.execute import run_all
from sim.runs.task import TaskSpec, price_journeys, simulate, tasks_of
from sim.scenario import LoadedScenario
from sim.studies.targets import CALIBRATION_SEEDS, Target, load_targets

OnTask = Callable[[int, int], None]
"""Told after every task how many are done, and of how many."""


@dataclass(frozen=True)
class Finding:
    """One target with the mean over the replications and its 95% interval."""

    target: Target
    simulated: stats.Interval

    @property
    def passed(self) -> bool:
        """Whether the mean reproduces the figure."""
        return self.target.accepts(self.simulated.mean)

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The row of the contract's JSON document."""
        target = self.target
        return {
            "id": target.id,
            "name": target.name[lang],
            "use": target.use,
            "input": target.is_input,
            "input_note": target.input_note.get(lang, ""),
            "source": target.source,
            "unit": target.unit,
            "target": target.value,
            "low_ok": target.low_ok,
            "high_ok": target.high_ok,
            **finite_json(edges(self.simulated, "simulated", "low", "high")),
            "pass": self.passed,
            "why": "" if self.passed else target.why.get(lang, ""),
        }


@dataclass(frozen=True)
class Score:
    """How many of a number of figures are reproduced."""

    reproduced: int
    of: int


def scores(findings: Sequence[Finding]) -> dict[str, Score]:
    """How many figures are reproduced: of use C, of use V, and of use V that are no input (`V_no_input`)."""
    parts = {
        "C": [f for f in findings if f.target.use == "C"],
        "V": [f for f in findings if f.target.use == "V"],
        "V_no_input": [f for f in findings if f.target.use == "V" and not f.target.is_input],
    }
    return {name: Score(sum(f.passed for f in found), len(found)) for name, found in parts.items()}


def kpis_of_replications(
    loaded: LoadedScenario, book: TariffBook, jobs: int, on_task: OnTask | None = None
) -> list[list[Kpi]]:
    """KPIs of every replication of a scenario, computed in memory."""
    scenario, area = loaded.scenario, loaded.area
    rules = settings_from(scenario).rules()
    specs = tasks_of(loaded, book, rules, "kpis")
    found: list[Sums] = [Sums()] * len(specs)
    for done, (number, parts) in enumerate(run_all(sums_of_task, specs, jobs), start=1):
        found[number] = parts
        if on_task is not None:
            on_task(done, len(specs))
    width = len(specs) // scenario.replications
    out = []
    for first in range(0, len(specs), width):
        whole = merge(found[first : first + width])
        _, extra, _ = subsidise(scenario, area, whole, book, rules)
        out.append(evaluate(merge([whole, extra])))
    return out


def sums_of_task(spec: TaskSpec) -> Sums:
    """Additive KPI parts of one task; nothing else is kept."""
    return measure(spec.scenario, spec.region, price_journeys(spec, simulate(spec)), spec.book)


def compare_with_published(targets: Sequence[Target], replications: Sequence[Sequence[Kpi]]) -> list[Finding]:
    """Findings from the KPIs of several replications, in the order of the targets."""
    return [
        Finding(t, stats.amount_interval(np.array([t.simulated(kpis) for kpis in replications])))
        for t in targets
    ]


def validate(
    loaded: LoadedScenario, book: TariffBook, jobs: int, on_task: OnTask | None = None
) -> list[Finding]:
    """Every published figure against the model, on seeds that calibration never uses.

    Raises InputError when the seed is one of those kept for calibration.
    """
    seed = loaded.scenario.seed
    if seed <= CALIBRATION_SEEDS:
        raise InputError(
            "{name}: seed: {seed} is kept for calibration; use one above {calibration_seeds}",
            name=loaded.name,
            seed=seed,
            calibration_seeds=CALIBRATION_SEEDS,
        )
    replications = kpis_of_replications(loaded, book, jobs, on_task)
    return compare_with_published(load_targets(loaded.area), replications)
