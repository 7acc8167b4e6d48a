"""The facade for notebooks and programs: run, compare, load a run; results that do not change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.api.regions import region, write_region
from sim.api.results import ComparisonResult, RunResult, SensitivityResult
from sim.api.shared import RUNS, counts, loaded_scenario, precisions, processes
from sim.api.sizing import CapacityResult, capacity, template_bytes, write_template
from sim.api.studies import advise, budget, load_budget, sensitivity
from sim.api.study_results import AdviceResult, BudgetResult
from sim.data import user_path
from sim.errors import InputError
from sim.experiment import (
    COST,
    Explained,
    Keep,
    OnProgress,
    Plan,
    compare_scenarios,
    execute,
    explain_patient,
    parse_kpi,
    refuse_undecomposable,
    reprice,
)
from sim.experiment import decompose as take_apart
from sim.pricing import PriceSettings, settings_from
from sim.pricing.case_bill import Bill, make_bill
from sim.pricing.case_subsidy import Subsidy, make_subsidy
from sim.scenario import LoadedScenario, apply, load_scenario
from sim.tariff import load_tariffs

__all__ = [
    "AdviceResult",
    "BudgetResult",
    "CapacityResult",
    "ComparisonResult",
    "RunResult",
    "SensitivityResult",
    "advise",
    "bill",
    "budget",
    "capacity",
    "compare",
    "explain",
    "load_budget",
    "load_comparison",
    "load_run",
    "price",
    "region",
    "run",
    "sensitivity",
    "subsidy",
    "template_bytes",
    "write_region",
    "write_template",
]

BASIS = "basis_2026"
"""Scenario whose basis year and law hold for a bill and a subsidy, unless another is named."""


def run(
    scenario: str | Path | LoadedScenario,
    *,
    area: str | Path | None = None,
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
    area : str or Path, optional
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
    loaded = loaded_scenario(scenario, area).with_run(seed, replications)
    folder = user_path(out) if out is not None else RUNS / f"{loaded.name}-{loaded.area.name}"
    plan = Plan(loaded, folder, _keep(keep, loaded), check)
    outcomes = execute(
        [plan],
        load_tariffs(),
        jobs=processes(jobs),
        resume=resume,
        replace=out is None,
        scheduler=scheduler,
        on_progress=on_progress,
    )
    return RunResult(folder, outcomes[0].reused, outcomes[0].computed)


def compare(
    base: str | Path | LoadedScenario,
    *alternatives: str | Path,
    area: str | Path | None = None,
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
    if not alternatives:
        raise InputError("compare: no alternative; name at least one scenario beside the base")
    first = loaded_scenario(base, area).with_run(seed, replications)
    others = [apply(first, alternative) for alternative in alternatives]
    names = "-".join(loaded.name for loaded in (first, *others))
    folder = user_path(out) if out is not None else RUNS / f"{names}-{first.area.name}"
    kpi, dimension = parse_kpi(COST if decompose is None else decompose)
    if decompose is not None:
        refuse_undecomposable(first, others, kpi, dimension)
    done = compare_scenarios(
        first,
        others,
        folder,
        load_tariffs(),
        jobs=processes(jobs),
        keep=_keep(keep, first),
        check=check,
        resume=resume,
        replace=out is None,
        precision=precisions(precision),
        scheduler=scheduler,
        on_progress=on_progress,
    )
    if decompose is not None:
        first = first.with_run(replications=done.replications)
        take_apart(
            first,
            others,
            folder,
            load_tariffs(),
            kpi=kpi,
            dimension=dimension,
            jobs=processes(jobs),
            resume=resume,
            scheduler=scheduler,
            on_progress=on_progress,
        )
    return ComparisonResult(folder, *counts(done.outcomes.values()), done.reached)


def price(
    run: str | Path | RunResult,
    scenario: str | Path | LoadedScenario,
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
    source = run.folder if isinstance(run, RunResult) else user_path(run)
    done = reprice(
        source,
        loaded_scenario(scenario, None),
        None if out is None else user_path(out),
        RUNS,
        load_tariffs(),
        keep=keep,
        jobs=processes(jobs),
        resume=resume,
        on_progress=on_progress,
    )
    return RunResult(done.folder, done.reused, done.computed)


def load_run(path: Path | str) -> RunResult:
    """Open a finished run folder.

    Raises
    ------
    InputError
        When the folder holds no finished run.
    """
    result = RunResult(user_path(path))
    result.manifest  # noqa: B018
    return result


def load_comparison(path: Path | str) -> ComparisonResult:
    """Open a finished comparison folder.

    Raises
    ------
    InputError
        When the folder holds no finished comparison.
    """
    result = ComparisonResult(user_path(path))
    if not result.manifest.get("finished"):
        raise InputError(f"{path}: the comparison is not finished; give its command again with --resume")
    return result


def bill(case: str | Path, *, scenario: str | Path | None = None) -> Bill:
    """The bill of one worked journey: who pays what, and why.

    Parameters
    ----------
    case : str or Path
        Case file.
    scenario : str or Path, optional
        Whose law and basis year hold; by default the law as it stands.

    Returns
    -------
    Bill
        With `.tables`, `.items`, `.by_law`, `.by_payer`, `.lines`, `.unfunded`, `.as_json()`.

    Raises
    ------
    InputError
        When the case is not right.
    """
    settings = _settings(scenario)
    return make_bill(case, load_tariffs(), settings.rules(), settings)


def subsidy(file: str | Path, *, scenario: str | Path | None = None) -> Subsidy:
    """The Regeling PTZ for a list of organisations.

    Parameters
    ----------
    file : str or Path
        Subsidy file.
    scenario : str or Path, optional
        Whose law holds; by default the law as it stands.

    Returns
    -------
    Subsidy

    Raises
    ------
    InputError
        When the file is not right.
    """
    settings = _settings(scenario)
    return make_subsidy(file, load_tariffs(), settings.rules(), settings.basis_year)


def explain(run: str | Path, patient: int, *, replication: int | None = None) -> Explained:
    """A simulated patient's timeline and bill, each line down to article and source.

    Parameters
    ----------
    run : str or Path
        Run folder that keeps the journey.
    patient : int
        `patient_id`.
    replication : int, optional
        By default the first.

    Returns
    -------
    Explained
        With `.patient`, `.timeline`, `.bill`, `.declaration(id)`, `.as_json()`.

    Raises
    ------
    InputError
        When the run lacks journeys or the patient.
    """
    return explain_patient(run, patient, load_tariffs(), replication)


def _settings(scenario: str | Path | None) -> PriceSettings:
    """Price settings of a named scenario; without one, the law as it stands at the basis year."""
    settings = settings_from(load_scenario(BASIS if scenario is None else scenario).scenario)
    return settings if scenario is not None else PriceSettings(settings.basis_year)


def _keep(keep: Keep | None, loaded: LoadedScenario) -> Keep:
    return keep or ("all" if len(loaded.area.regions) == 1 else "journey")
