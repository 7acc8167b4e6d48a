"""Studies in folders that the command names: what an answer hangs on, advice, the budget of several years."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim import store
from sim.api.facade import facade
from sim.api.given import AreaLike
from sim.api.results import SensitivityResult
from sim.api.scenarios import (
    Alternative,
    Scenario,
    ScenarioLike,
    alternative_of,
    extended,
    scenario_of,
    scenarios_of,
)
from sim.api.shared import RUNS, counts, precisions
from sim.api.study_results import AdviceResult, BudgetResult
from sim.catalogue import load_tariffs
from sim.data import user_path
from sim.errors import InputError
from sim.runs.options import RunOptions
from sim.scenario import LoadedScenario
from sim.studies.advise import advise_on
from sim.studies.budget import BUDGET_FROM_YEAR, BUDGET_TO_YEAR, budget_impact, over_years, read_budget
from sim.studies.precision import parse_kpi
from sim.studies.sensitivity.study import (
    SENSITIVITY_SAMPLES,
    Method,
    Question,
    keep_sensitivity,
    sensitivity_of,
)


def sensitivity(
    scenarios: Sequence[LoadedScenario],
    options: RunOptions,
    *,
    method: Method,
    kpi: str,
    parameters: Sequence[str] = (),
    samples: int = SENSITIVITY_SAMPLES,
    out: Path | str | None = None,
) -> SensitivityResult:
    """As `sim.sensitivity` of the scenarios of `studied`.

    `out` is the folder that gets the analysis in `sensitivity.json`, for its report to show; by default that
    of the run or comparison where it has its usual place, else `reports/runs/sensitivity-<scenarios>-<area>`.
    Answers found there before are used again.
    """
    question = Question(tuple(scenarios), *parse_kpi(kpi))
    folder = _study_folder(scenarios, out)
    made = [place for place in (folder / store.StudyPlace.SENSITIVITY_ANSWERS, folder) if not place.exists()]
    try:
        with store.folder_lock(folder / store.StudyPlace.SENSITIVITY_ANSWERS):
            found = sensitivity_of(
                question,
                load_tariffs(),
                method=method,
                paths=tuple(parameters),
                samples=samples,
                folder=folder / store.StudyPlace.SENSITIVITY_ANSWERS,
                options=options,
            )
            keep_sensitivity(folder, found)
    except InputError:
        for place in made:  # that hold a lock and nothing else
            if not any(path.is_file() and not path.name.startswith(".") for path in place.rglob("*")):
                shutil.rmtree(place, ignore_errors=True)
        raise
    return SensitivityResult(found, folder)


def studied(
    scenario: ScenarioLike,
    against: ScenarioLike | None,
    *,
    area: AreaLike | None = None,
    seed: int | None = None,
    replications: int | None = None,
) -> list[LoadedScenario]:
    """The scenarios of a study: one by itself, or a base and the one that is set against it."""
    given = {"area": area, "seed": seed, "replications": replications}
    if against is None:
        return [scenario_of(scenario, **given).loaded]  # type: ignore[arg-type]
    return scenarios_of(against, [scenario], **given)  # type: ignore[arg-type]


def advised(
    scenario: ScenarioLike,
    against: ScenarioLike | None,
    *,
    area: AreaLike | None = None,
    seed: int | None = None,
) -> list[LoadedScenario]:
    """As `studied`; a policy without a base is set against what it extends."""
    chosen = scenario_of(scenario, area, seed=seed)
    base = extended(chosen) if against is None else None
    return studied(scenario, against, area=area, seed=seed) if base is None else [base.loaded, chosen.loaded]


def _study_folder(scenarios: Sequence[LoadedScenario], out: Path | str | None) -> Path:
    """Where a study of one scenario, or of two, is kept."""
    if out is not None:
        return user_path(out)
    name = "-".join([*(loaded.name for loaded in scenarios), scenarios[0].area.name])
    usual = RUNS / name
    return usual if usual.is_dir() else RUNS / f"sensitivity-{name}"


def advise(
    scenarios: Sequence[LoadedScenario], options: RunOptions, precision: str | Sequence[str] = ()
) -> AdviceResult:
    """As `sim.advise` of the scenarios of `advised`."""
    return AdviceResult(advise_on(scenarios, load_tariffs(), precisions(precision), options))


def budget(
    base: Scenario,
    alternatives: Sequence[Alternative],
    options: RunOptions,
    *,
    from_year: int = BUDGET_FROM_YEAR,
    to_year: int = BUDGET_TO_YEAR,
    out: Path | str | None = None,
) -> BudgetResult:
    """As `sim.budget`, by default in `reports/runs/budget-<scenarios>-<area>`, which a new one replaces."""
    first = over_years(base.loaded, from_year, to_year)
    others = [
        over_years(alternative_of(Scenario(first), other).loaded, from_year, to_year)
        for other in alternatives
    ]
    names = "-".join(loaded.name for loaded in (first, *others))
    folder = user_path(out) if out is not None else RUNS / f"budget-{names}-{first.area.name}"
    found, outcomes = budget_impact(
        first, others, folder, load_tariffs(), replace(options, replace=out is None)
    )
    return BudgetResult(found, *counts(outcomes))


@facade
def load_budget(path: Path | str) -> BudgetResult:
    """Open a finished budget folder.

    Raises InputError when the folder holds no finished budget.
    """
    return BudgetResult(read_budget(path))
