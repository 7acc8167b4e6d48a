"""Runs and comparisons in folders that the command names: what `palsim` does, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.api.given import AreaLike
from sim.api.kept import again
from sim.api.results import ComparisonResult, RunResult
from sim.api.scenarios import Alternative, ScenarioLike, scenario_of, scenarios_of
from sim.api.shared import RUNS, precisions, processes
from sim.data import user_path
from sim.experiment import (
    COST,
    Keep,
    OnProgress,
    Plan,
    RunOptions,
    checked_draws,
    compare_scenarios,
    draw_assumptions,
    execute,
    leave_out,
    parse_kpi,
    refuse_headline,
    refuse_undecomposable,
    reprice,
)
from sim.experiment import decompose as take_apart
from sim.scenario import LoadedScenario
from sim.tariff import load_tariffs


def run(
    scenario: ScenarioLike,
    *,
    area: AreaLike | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    out: Path | str | None = None,
    keep: Keep | None = None,
    check: bool = False,
    resume: bool = False,
    on_progress: OnProgress | None = None,
) -> RunResult:
    """Simulate and price a scenario.

    Parameters
    ----------
    scenario : str, Path or LoadedScenario
        Name in `scenarios/`, or path.
    area : str, Path or Area, optional
        Replaces the area of the scenario.
    replications, seed : int, optional
        By default those of the scenario.
    jobs : int, optional
        Processes; by default all processors.
    scheduler : str, optional
        `tcp://...` of a Dask scheduler, or `local` for one on this machine; the same bytes either way.
    out : Path or str, optional
        Run folder; by default `reports/runs/<scenario>-<area>`, which a new run replaces.
    keep : {"kpis", "journey", "all"}, optional
        Tables to store; by default all for one region, the journey for more.
    check : bool
        Test the invariants of every task.
    resume : bool
        Go on with the folder: finished tasks are reused.
    on_progress : callable, optional
        Told after every finished task.

    Returns
    -------
    RunResult

    Raises
    ------
    InputError
        When the input is wrong or the folder is not for this run.
    RunError
        When the run or a check fails.
    """
    loaded = scenario_of(scenario, area, seed=seed, replications=replications).loaded
    folder = user_path(out) if out is not None else RUNS / f"{loaded.name}-{loaded.area.name}"
    plan = Plan(loaded, folder, kept_tables(keep, loaded), check)
    outcomes = execute(
        [plan],
        load_tariffs(),
        RunOptions(processes(jobs), scheduler, check, resume, out is None, on_progress),
    )
    return RunResult.read(
        folder,
        outcomes[0].reused,
        outcomes[0].computed,
        again=again(loaded, RunOptions(processes(jobs), scheduler)),
        loaded=loaded,
    )


def compare(
    base: ScenarioLike,
    *alternatives: Alternative,
    area: AreaLike | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    out: Path | str | None = None,
    keep: Keep | None = None,
    check: bool = False,
    resume: bool = False,
    precision: str | Sequence[str] = (),
    decompose: str | None = None,
    assumptions: int | None = None,
    on_progress: OnProgress | None = None,
) -> ComparisonResult:
    """Simulate a base and its alternatives on the same random numbers, and take paired differences.

    Area, horizon and seed come from the base; an alternative's own changes are laid on top of it.

    Parameters
    ----------
    base : str, Path or LoadedScenario
    *alternatives : str or Path
        One or more.
    area, replications, seed, jobs, scheduler, keep, check, resume, on_progress
        As `run`.
    out : Path or str, optional
        Comparison folder; by default `reports/runs/<base>-<alternatives>-<area>`, which a new
        comparison replaces.
    precision : str or sequence of str
        Each `KPI=HALFWIDTH`, such as `"place_of_death:setting=ziekenhuis=0.002"`: replications are added
        until the 95% interval of the paired difference is that narrow; `replications` is not used then.
    decompose : str, optional
        A cost, such as `"cost:view=calendar"`, whose differences are taken apart into the shares of the
        named changes and into price, volume, mix, rule and interaction.
    assumptions : int, optional
        Draws of all assumptions, ASSUMPTION_DRAWS by default; 0 draws none, and the answer shows chance only.

    Returns
    -------
    ComparisonResult

    Raises
    ------
    InputError
        As `run`, and when no alternative is given or one is given twice.
    RunError
        As `run`.
    """
    first, *others = scenarios_of(base, alternatives, area=area, seed=seed, replications=replications)
    draws = checked_draws(assumptions)
    for loaded in others:
        refuse_headline(loaded.name, loaded.scenario.headline)
    names = "-".join(loaded.name for loaded in (first, *others))
    folder = user_path(out) if out is not None else RUNS / f"{names}-{first.area.name}"
    kpi, dimension = parse_kpi(COST if decompose is None else decompose)
    if decompose is not None:
        refuse_undecomposable(first, others, kpi, dimension)
    options = RunOptions(processes(jobs), scheduler, check, resume, out is None, on_progress)
    done = compare_scenarios(
        first,
        others,
        folder,
        load_tariffs(),
        options,
        keep=kept_tables(keep, first),
        precision=precisions(precision),
    )
    if decompose is not None:
        first = first.with_run(replications=done.replications)
        take_apart(
            first,
            others,
            folder,
            load_tariffs(),
            options,
            kpi=kpi,
            dimension=dimension,
        )
    if draws:
        draw_assumptions(
            [loaded.with_run(replications=done.replications) for loaded in (first, *others)],
            folder,
            load_tariffs(),
            options,
            draws,
        )
    else:
        leave_out(folder)
    later = RunOptions(processes(jobs), scheduler)
    runs = {}
    for loaded in (first, *others):
        whole = loaded.with_run(replications=done.replications)
        outcome = done.outcomes[loaded.name]
        runs[loaded.name] = RunResult.read(
            folder / loaded.name,
            outcome.reused,
            outcome.computed,
            again=again(whole, later),
            loaded=whole,
        )
    return ComparisonResult.read(folder, done.reached, runs)


def price(
    run: str | Path | RunResult,
    scenario: ScenarioLike,
    *,
    out: Path | str | None = None,
    keep: Keep = "kpis",
    jobs: int | None = None,
    resume: bool = False,
    on_progress: OnProgress | None = None,
) -> RunResult:
    """Price a stored run under another tariff date, own-payment rule or subsidy rule; nothing is simulated.

    Parameters
    ----------
    run : str, Path or RunResult
        Run that keeps its journeys.
    scenario : str, Path or LoadedScenario
        Its policy is that of the run but for what it sets of `prices`, `rules`, `subsidy` and `payment`.
    out : Path or str, optional
        Run folder; by default `reports/runs/<scenario>-<area>-repriced`, which a new one replaces.
    keep : {"kpis", "journey", "all"}
        Tables to store beside the KPIs.
    jobs, resume, on_progress
        As `run`.

    Returns
    -------
    RunResult
        Equal to a run of that scenario; its manifest counts 0 simulated journeys.

    Raises
    ------
    InputError
        When the run keeps no journeys or a file of it is damaged, the scenario steers journeys, or its prices
        change what runs down a ceiling: then simulate.
    """
    source = run.folder_with("journey") if isinstance(run, RunResult) else user_path(run)
    loaded = scenario_of(scenario).loaded
    done = reprice(
        source,
        loaded,
        None if out is None else user_path(out),
        RUNS,
        load_tariffs(),
        RunOptions(processes(jobs), resume=resume, on_progress=on_progress),
        keep,
    )
    return RunResult.read(done.folder, done.reused, done.computed, loaded=None)


def kept_tables(keep: Keep | None, loaded: LoadedScenario) -> Keep:
    """Tables that a folder keeps where nobody says so: all of one region, the journeys of more."""
    return keep or ("all" if len(loaded.area.regions) == 1 else "journey")
