"""Studies in folders that the command names: what an answer hangs on, advice, the budget of several years."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from sim import store
from sim.api.facade import facade
from sim.api.given import AreaLike
from sim.api.results import SensitivityResult
from sim.api.scenarios import Alternative, Scenario, ScenarioLike, alternative_of, scenario_of, scenarios_of
from sim.api.shared import RUNS, counts, precisions, processes
from sim.api.study_results import AdviceResult, BudgetResult
from sim.data import user_path
from sim.errors import InputError
from sim.experiment import (
    Method,
    OnProgress,
    Question,
    RunOptions,
    advise_on,
    budget_impact,
    keep_sensitivity,
    over_years,
    parse_kpi,
    read_budget,
    sensitivity_of,
)
from sim.scenario import LoadedScenario
from sim.tariff import load_tariffs
from sim.units import BUDGET_FROM_YEAR, BUDGET_TO_YEAR, SENSITIVITY_REPLICATIONS, SENSITIVITY_SAMPLES


def sensitivity(
    scenario: ScenarioLike,
    *,
    against: ScenarioLike | None = None,
    method: Method = "tornado",
    kpi: str = "cost:view=calendar",
    parameters: Sequence[str] = (),
    samples: int = SENSITIVITY_SAMPLES,
    replications: int = SENSITIVITY_REPLICATIONS,
    area: AreaLike | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    out: Path | str | None = None,
    on_progress: OnProgress | None = None,
) -> SensitivityResult:
    """Judge what an answer owes to the parameters with a range, and which assumptions matter most.

    Parameters
    ----------
    scenario : str, Path or LoadedScenario
    against : str, Path or LoadedScenario, optional
        Base: the answer is then the paired difference with it.
    method : {"tornado", "psa", "sobol"}
        Each parameter at both ends of its range; all ranges at once (Latin hypercube); Sobol indices.
    kpi : str
        The answer, as `name:key=value`.
    parameters : sequence of str
        Paths; all parameters with a range when empty. Sobol needs two or more.
    samples : int
        Points of a probabilistic analysis; base points of Sobol indices, a power of two.
    replications : int
        Of every point, on the same random numbers.
    area, seed, jobs, scheduler, on_progress
        As `run`.
    out : Path or str, optional
        Folder that gets the analysis in `sensitivity.json`, for its report to show; by default that of the
        run or comparison where it has its usual place, else `reports/runs/sensitivity-<scenarios>-<area>`.
        Answers found there before are used again.

    Returns
    -------
    SensitivityResult

    Raises
    ------
    InputError
        When the KPI or a parameter does not exist.
    """
    scenarios = studied(scenario, against, area=area, seed=seed, replications=replications)
    question = Question(tuple(scenarios), *parse_kpi(kpi))
    folder = _study_folder(scenarios, out)
    made = [place for place in (folder / ANSWERS, folder) if not place.exists()]
    try:
        with store.FolderLock(folder / ANSWERS):
            found = sensitivity_of(
                question,
                load_tariffs(),
                method=method,
                paths=tuple(parameters),
                samples=samples,
                folder=folder / ANSWERS,
                options=RunOptions(processes(jobs), scheduler, on_progress=on_progress),
            )
            keep_sensitivity(folder, found)
    except InputError:
        _remove_without_answers(made)
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


ANSWERS = "sensitivity"
"""Folder of kept answers inside that of a study."""


def _remove_without_answers(folders: Sequence[Path]) -> None:
    """Remove folders that hold a lock and nothing else."""
    for folder in folders:
        if not any(path.is_file() and not path.name.startswith(".") for path in folder.rglob("*")):
            shutil.rmtree(folder, ignore_errors=True)


def _study_folder(scenarios: Sequence[LoadedScenario], out: Path | str | None) -> Path:
    """Where a study of one scenario, or of two, is kept."""
    if out is not None:
        return user_path(out)
    name = "-".join([*(loaded.name for loaded in scenarios), scenarios[0].area.name])
    usual = RUNS / name
    return usual if usual.is_dir() else RUNS / f"sensitivity-{name}"


def advise(
    scenario: ScenarioLike,
    *,
    against: ScenarioLike | None = None,
    precision: str | Sequence[str] = (),
    area: AreaLike | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    on_progress: OnProgress | None = None,
) -> AdviceResult:
    """Advise on warm-up, replications and run time, by a pilot of some replications.

    Parameters
    ----------
    scenario : str, Path or LoadedScenario
    against : str, Path or LoadedScenario, optional
        Base: the advice is then on paired differences with it.
    precision : str or sequence of str
        Each `KPI=HALFWIDTH`; by default 1% of the mean of three KPIs.
    area, seed, jobs, on_progress
        As `run`.

    Returns
    -------
    AdviceResult
        Pandas tables: `.warm_up`, one row a kind of place, with the days that MSER-5 leaves out of the mean
        daily occupancy beside those that the scenario leaves out; `.needs`, one row a KPI, with the
        half-width that is wanted, the replications and the minutes that it takes. `.found` holds the same
        as frozen dataclasses, `.seconds_per_replication` the time of one process.

    Raises
    ------
    InputError
        When the input is wrong.
    """
    scenarios = studied(scenario, against, area=area, seed=seed)
    wanted = precisions(precision)
    found = advise_on(scenarios, load_tariffs(), wanted, RunOptions(processes(jobs), on_progress=on_progress))
    return AdviceResult(found)


def budget(
    base: ScenarioLike,
    *alternatives: Alternative,
    from_year: int = BUDGET_FROM_YEAR,
    to_year: int = BUDGET_TO_YEAR,
    area: AreaLike | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    out: Path | str | None = None,
    check: bool = False,
    resume: bool = False,
    on_progress: OnProgress | None = None,
) -> BudgetResult:
    """What care costs in each of several years, by law and payer, and the differences to the base.

    The number of deaths grows as the scenario says; law, places and state budgets are those of each date;
    prices are those of the scenario's basis year. The Regeling PTZ of a year follows from the clients of
    its three reference years.

    Parameters
    ----------
    base : str, Path or LoadedScenario
    *alternatives : str or Path
        None or more; their own changes on top of the base.
    from_year, to_year : int
        Calendar years, both counted.
    area, replications, seed, jobs, scheduler, check, resume, on_progress
        As `run`.
    out : Path or str, optional
        Folder; by default `reports/runs/budget-<scenarios>-<area>`, which a new budget replaces.

    Returns
    -------
    BudgetResult

    Raises
    ------
    InputError
        As `run`, and when a scenario is named twice or the years are not in order.
    RunError
        As `run`.
    """
    first = over_years(
        scenario_of(base, area, seed=seed, replications=replications).loaded, from_year, to_year
    )
    others = [
        over_years(alternative_of(Scenario(first), other).loaded, from_year, to_year)
        for other in alternatives
    ]
    names = "-".join(loaded.name for loaded in (first, *others))
    folder = user_path(out) if out is not None else RUNS / f"budget-{names}-{first.area.name}"
    found, outcomes = budget_impact(
        first,
        others,
        folder,
        load_tariffs(),
        RunOptions(processes(jobs), scheduler, check, resume, out is None, on_progress),
    )
    return BudgetResult(found, *counts(outcomes))


@facade
def load_budget(path: Path | str) -> BudgetResult:
    """Open a finished budget folder.

    Raises
    ------
    InputError
        When the folder holds no finished budget.
    """
    return BudgetResult(read_budget(path))
