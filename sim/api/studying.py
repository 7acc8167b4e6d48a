"""Studies as a notebook wants them: no folder unless asked, computed once, told in its terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.api import sizing, studies
from sim.api.facade import facade
from sim.api.given import AreaGiven
from sim.api.kept import study_folder
from sim.api.progress import bar, options
from sim.api.results import SensitivityResult
from sim.api.scenarios import AlternativeGiven, ScenarioGiven, alternative_of, scenario_of
from sim.api.shared import processes
from sim.api.sizing import CapacityResult
from sim.api.study_results import AdviceResult, BudgetResult
from sim.catalogue import load_tariffs
from sim.later import pd
from sim.measure.estimates import edges
from sim.runs.options import OnProgress
from sim.studies.budget import BUDGET_FROM_YEAR, BUDGET_TO_YEAR
from sim.studies.capacity.study import OnGuess
from sim.studies.sensitivity.study import SENSITIVITY_REPLICATIONS, SENSITIVITY_SAMPLES, Method


@facade
def sensitivity(
    scenario: ScenarioGiven,
    *,
    against: ScenarioGiven | None = None,
    method: Method = "tornado",
    kpi: str = "cost:view=calendar",
    parameters: Sequence[str] = (),
    samples: int = SENSITIVITY_SAMPLES,
    replications: int = SENSITIVITY_REPLICATIONS,
    area: AreaGiven | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    out: Path | str | None = None,
    on_progress: OnProgress | None = None,
) -> SensitivityResult:
    """Judge what an answer owes to the parameters with a range, and which assumptions matter most.

    Raises InputError when the KPI or a parameter does not exist.

    Parameters
    ----------
    against : str, Path or Scenario, optional
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
        Folder that gets the analysis, such as that of a run or comparison, for its report to show; answers
        found there are used again. Without it they are found again in the cache.
    """
    given: Any = {"method": method, "kpi": kpi, "parameters": parameters, "samples": samples}
    chosen = studies.studied(scenario, against, area=area, seed=seed, replications=replications)
    with options(on_progress, jobs, scheduler) as how:
        if out is not None:
            return studies.sensitivity(chosen, how, out=out, **given)
        with study_folder("sensitivity", [loaded.digest for loaded in chosen]) as place:
            return replace(studies.sensitivity(chosen, how, out=place, **given), folder=None)


@facade
def advise(
    scenario: ScenarioGiven,
    *,
    against: ScenarioGiven | None = None,
    precision: str | Sequence[str] = (),
    area: AreaGiven | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    on_progress: OnProgress | None = None,
) -> AdviceResult:
    """Advise on warm-up, replications and run time, by a pilot of some replications.

    The result has pandas tables: `.warm_up`, one row a kind of place, with the days that MSER-5 leaves out of
    the mean daily occupancy beside those that the scenario leaves out; `.needs`, one row a KPI, with the
    half-width that is wanted, the replications and the minutes that it takes. `.found` holds the same as
    frozen dataclasses, `.seconds_per_replication` the time of one process.

    Raises InputError when the input is wrong.

    Parameters
    ----------
    against : str, Path or Scenario, optional
        Base: the advice is on paired differences with it. By default what a policy extends; a scenario that
        extends nothing is judged by itself.
    precision : str or sequence of str
        Each `KPI=HALFWIDTH`; by default a tenth of the difference in the measures of the headline and three
        KPIs, or 1% of the mean of a scenario by itself.
    area, seed, jobs, on_progress
        As `run`.
    """
    chosen = studies.advised(scenario, against, area=area, seed=seed)
    with options(on_progress, jobs) as how:
        return studies.advise(chosen, how, precision)


@facade
def budget(
    base: ScenarioGiven,
    *alternatives: AlternativeGiven,
    from_year: int = BUDGET_FROM_YEAR,
    to_year: int = BUDGET_TO_YEAR,
    area: AreaGiven | None = None,
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

    Raises InputError as `run`, and when a scenario is named twice or the years are not in order; RunError as
    `run`.

    Parameters
    ----------
    *alternatives : str, Path, Scenario or mapping
        None or more, as in `compare`.
    from_year, to_year : int
        Calendar years, both counted.
    area, replications, seed, jobs, scheduler, out, check, resume, on_progress
        As `run`.
    """
    years: Any = {"from_year": from_year, "to_year": to_year}
    first = scenario_of(base, area, seed=seed, replications=replications)
    with options(on_progress, jobs, scheduler, check, resume or out is None) as how:
        if out is not None:
            return studies.budget(first, alternatives, how, out=out, **years)
        scenarios = [first, *(alternative_of(first, other) for other in alternatives)]
        digests = [each.loaded.digest for each in scenarios]
        with study_folder("budget", digests, **years, replications=first.replications) as place:
            return replace(studies.budget(first, alternatives, how, out=place, **years), named=False)


@facade
def capacity(
    area: AreaGiven,
    *,
    scenario: ScenarioGiven = "basis_2026",
    type: str = "all",
    norm: str | Sequence[str] = (),
    region: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    growth: float = 0.0,
    years: int = 0,
    until: int | None = None,
    close: str | Sequence[str] = (),
    changes: str | Sequence[str] = (),
    alternatives: str | Sequence[str] | Mapping[str, str] = (),
    search: bool = True,
    peak: bool = False,
    prices: bool = True,
    out: Path | str | None = None,
    resume: bool = False,
    on_progress: OnProgress | None = None,
    on_guess: OnGuess | None = None,
) -> CapacityResult:
    """Find how many beds a region needs, by simulation; formulas give a first guess beside it.

    Raises InputError when the input is wrong or the folder is not for this study.

    Parameters
    ----------
    area : str, Path or Area
        Name in `scenarios/regions/`, or path of a YAML file or a form (CSV or Excel).
    scenario : str, Path or Scenario
        Policy and demand.
    type : str
        `all` sizes the hospices together and then each type; or `bth`, `hch`, `pu`, `elv` alone.
    norm : str or sequence of str
        Such as `"wait_days<=3@0.9"` and `"refused<=0.05"`, which hold when none is given.
    region : str, optional
        Region or cluster, where the area has more than one.
    replications : int, optional
        Of every number of beds on a curve; a verdict gets more where it needs them.
    seed : int, optional
        By default that of the scenario.
    jobs : int, optional
        Processes; by default all processors.
    growth : float
        Yearly growth of the number of deaths, as a share.
    years : int
        Years of growth that are sized.
    until : int, optional
        Year until which deaths follow from the ages of the region's people, in place of one growth.
    close : str or sequence of str
        Ids of sites that close, before the other changes.
    changes : str or sequence of str
        Other changes of places, such as `"beds hch-kastanje=8"` or `"close bth-linde@2026-07-01"`.
        Together they are sized, and stand beside the places of now.
    alternatives : str, sequence of str, or mapping of name to str
        More places beside those of now, such as `"close bth-linde; beds bth-haven=8"`.
    search : bool
        Whether to look for the smallest number; without it only places are compared.
    peak : bool
        The norms must hold in the busiest month.
    prices : bool
        Whether to price; without prices the answer is sooner there.
    out : Path or str, optional
        Folder that keeps the runs and the answer; without it they are found again in the cache.
    resume : bool
        Go on with the folder `out`.
    on_progress : callable, optional
        Told after every run, in place of a bar.
    on_guess : callable, optional
        Told the first guess of every type by formula, within a second or so, before the simulation.
    """
    asked: Any = {"type": type, "norm": norm, "region": region, "replications": replications}
    asked |= {"growth": growth, "years": years, "close": close, "peak": peak, "prices": prices}
    asked |= {"changes": changes, "alternatives": alternatives, "search": search, "until": until}
    with bar(on_progress) as told:
        made: Any = {**asked, "scenario": scenario, "seed": seed, "jobs": jobs}
        made |= {"on_progress": told, "on_guess": on_guess}
        if out is not None:
            return sizing.capacity(area, out=out, resume=resume, **made)
        loaded = scenario_of(scenario, area, seed=seed).loaded
        with study_folder("capacity", [loaded.digest], **asked) as place:
            return replace(sizing.capacity(area, out=place, resume=place.exists(), **made), folder=None)


@facade
def validate(
    scenario: ScenarioGiven = "basis_regio",
    *,
    area: AreaGiven | None = None,
    replications: int | None = None,
    jobs: int | None = None,
    lang: str = "nl",
) -> pd.DataFrame:
    """The model beside published figures, in "nl" or "en"; area, replications and jobs as `run`.

    Columns: figure, use (C: the model was tuned to it, V: not), published, simulated with low and high, and
    within: whether it lies within the tolerance. Raises InputError when the input is wrong.
    """
    from sim.studies.validate import validate as held_against

    loaded = scenario_of(scenario, area, replications=replications).loaded
    found = held_against(loaded, load_tariffs(), processes(jobs))
    rows = [
        {
            "figure": each.target.name[lang],
            "use": each.target.use,
            "published": each.target.value,
            **edges(each.simulated, "simulated", "low", "high"),
            "within": each.passed,
        }
        for each in found
    ]
    return pd.DataFrame(rows)
