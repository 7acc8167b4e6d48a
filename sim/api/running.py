"""Runs and comparisons as a notebook wants them: no folder unless asked, computed once, told in its terms."""

from __future__ import annotations

import itertools
import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from sim import store
from sim.api import folders
from sim.api.facade import facade
from sim.api.given import AreaGiven
from sim.api.kept import again, is_finished, kept_runs, key_of, studies_of, study_folder
from sim.api.names import KpiName, SettingPath
from sim.api.progress import options
from sim.api.results import ComparisonResult, RunResult
from sim.api.saved import RESULT, Saved, bound, read_saved, write_saved
from sim.api.scenarios import AlternativeGiven, ScenarioGiven, scenario_of, scenarios_of
from sim.api.show import Figure, figure_of
from sim.api.sizing import CapacityResult
from sim.api.studies import load_budget
from sim.api.study_results import BudgetResult
from sim.catalogue import load_tariffs
from sim.data import user_path
from sim.errors import InputError
from sim.later import pd
from sim.runs.options import OnProgress, RunOptions
from sim.runs.task import Keep
from sim.scenario import LoadedScenario, refuse_path_over_dates
from sim.studies.budget import BUDGET
from sim.studies.capacity.runs import ANSWER, read_capacity
from sim.studies.compare import comparison_header
from sim.studies.headline import refuse_headline
from sim.studies.sensitivity.assumptions import checked_draws, draw_assumptions, read_assumptions

_MOST_GRID = 1000  # combinations of values that one grid may hold


@facade
def run(
    scenario: ScenarioGiven = "basis_2026",
    *,
    area: AreaGiven | None = None,
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

    Raises InputError when the input is wrong or the folder is not for this run; RunError when the run or a
    check fails.

    Parameters
    ----------
    scenario : str, Path or Scenario
        Name in `scenarios/`, path of a file, or a scenario at hand.
    area : str, Path or Area, optional
        Replaces the area of the scenario.
    replications, seed : int, optional
        By default those of the scenario.
    jobs : int, optional
        Processes; by default all processors.
    scheduler : str, optional
        `tls://...` or `tcp://...` of a Dask scheduler, or `local`; the same bytes either way.
    out : Path or str, optional
        Folder to write; without it the run is found again in the cache.
    keep : {"kpis", "journey", "all"}, optional
        Tables to store at once; what is not stored is computed when `tables` asks for it.
    check : bool
        Test the invariants of every task.
    resume : bool
        Go on with the folder `out`: finished tasks are reused.
    on_progress : callable, optional
        Told after every finished task, in place of a bar.
    """
    _refuse_resume(resume, out)
    loaded = scenario_of(scenario, area, seed=seed, replications=replications).loaded
    with options(on_progress, jobs, scheduler, check, resume) as how:
        if out is not None:
            return folders.run(loaded, how, out=out, keep=keep)
        (found,) = _results([loaded], keep or "kpis", how)
        return found


@facade
def compare(
    base: ScenarioGiven,
    *alternatives: AlternativeGiven,
    area: AreaGiven | None = None,
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

    Area, horizon, seed and replications come from the base; what a named alternative changes is laid on top.

    Raises InputError as `run`, and when no alternative is given or one is given twice; RunError as `run`.

    Parameters
    ----------
    *alternatives : str, Path, Scenario or mapping
        One or more; a mapping of path to value varies the base.
    area, replications, seed, jobs, scheduler, out, keep, check, resume, on_progress
        As `run`; with `out` the journeys are kept by default, which winners and losers follow from.
    precision : str or sequence of str
        Each `KPI=HALFWIDTH`, such as `"place_of_death:setting=ziekenhuis=0.002"`: replications are added
        until the 95% interval of the paired difference is that narrow; `replications` is not used then.
    decompose : str, optional
        A cost, such as `"cost:view=calendar"`, whose differences are taken apart into the shares of the
        named changes and into price, volume, mix, rule and interaction.
    assumptions : int, optional
        Draws of all assumptions, 32 by default; 0 draws none, and the answer shows chance only.
    """
    scenarios = scenarios_of(base, alternatives, area=area, seed=seed, replications=replications)
    studied: Any = {"precision": precision, "decompose": decompose, "assumptions": assumptions}
    _refuse_resume(resume, out)
    with options(on_progress, jobs, scheduler, check, resume) as how:
        if out is not None:
            return folders.compare(scenarios, how, out=out, keep=keep, **studied)
        if precision or decompose is not None:
            return _studied(scenarios, keep or "kpis", how, studied)
        draws = checked_draws(assumptions)
        for loaded in scenarios[1:]:
            refuse_headline(loaded.name, loaded.scenario.headline)
        found = _comparison(scenarios, _results(scenarios, keep or "kpis", how))
        return _drawn(found, scenarios, draws, how) if draws else found


@facade
@dataclass(frozen=True, eq=False, repr=False)
class GridResult(ComparisonResult):
    """A base with every combination of some values: `points` by their names, a value a factor each."""

    factors: Mapping[str, tuple[Any, ...]] = None  # type: ignore[assignment]
    points: Mapping[str, tuple[Any, ...]] = None  # type: ignore[assignment]

    def figure_grid(self, kpi: KpiName, lang: str = "nl", **dimension: str) -> Figure:
        """Differences over the grid: the first factor along the axis, a line a combination of the others.

        The KPI has its dimensions as in `RunResult.kpi`; the language is "nl" or "en".
        """
        found = self.diff(kpi, (), assumptions=None, jobs=None, **dimension)
        return figure_of("figures.studies", "figure_grid", lang, kpi, found)

    def _on_disk(self, place: Path) -> None:
        super()._on_disk(place)
        write_saved(place / _GRID, (dict(self.factors), dict(self.points)))

    def _by_alternative(self, found: Mapping[str, pd.DataFrame], split: bool) -> pd.DataFrame:
        """Frames of the combinations, a level of the index a factor."""
        together = pd.concat({self.points[name]: frame for name, frame in found.items()})
        names = [*self.factors, *(level or "kpi" for level in next(iter(found.values())).index.names)]
        together.index.names = names
        alone = not split and all(len(frame) == 1 for frame in found.values())
        return together.droplevel(len(self.factors)) if alone else together


@facade
def grid(
    base: ScenarioGiven,
    factors: Mapping[SettingPath, Sequence[Any]],
    *,
    area: AreaGiven | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    on_progress: OnProgress | None = None,
) -> GridResult:
    """A base beside every combination of some values, all on the same random numbers.

    The result is a comparison whose differences have the factors as levels of the index. Raises InputError as
    `run`, when there are no values or too many combinations, and when a factor follows a path over dates.

    Parameters
    ----------
    factors : mapping of path to values
        Such as `{"hospice.beds.hch": range(8, 13), "ceiling.applies": [0, 0.25]}`.
    area, replications, seed, jobs, on_progress
        As `run`.
    """
    first = scenario_of(base, area, seed=seed, replications=replications)
    # of a list without end no more is taken than is refused
    values = {path: tuple(itertools.islice(several, _MOST_GRID + 1)) for path, several in factors.items()}
    number = math.prod(len(several) for several in values.values())
    if not values or not 1 <= number <= _MOST_GRID:
        raise InputError(
            "grid: {count} combinations; give 1 to {most_grid}",
            count=number if values else 0,
            most_grid=_MOST_GRID,
        )
    for path, several in values.items():
        if any(not isinstance(value, Mapping) for value in several):
            refuse_path_over_dates("grid", str(path), first.loaded.scenario, first.own)
    points = {}
    for point in itertools.product(*values.values()):
        chosen = dict(zip(values, point, strict=True))
        points[first.vary(chosen)] = point
    if len({made.name for made in points}) < number:
        raise InputError("grid: a value stands twice; give each value once")
    scenarios = [first.loaded, *(made.loaded for made in points)]
    with options(on_progress, jobs) as how:
        found = _comparison(scenarios, _results(scenarios, "kpis", how))
    return GridResult(
        found.folder,
        found.runs,
        found.manifest,
        factors={str(path): several for path, several in values.items()},
        points={made.name: point for made, point in points.items()},
    )


@facade
def price(
    run: str | Path | RunResult,
    scenario: ScenarioGiven,
    *,
    out: Path | str | None = None,
    keep: Keep = "kpis",
    jobs: int | None = None,
    resume: bool = False,
    on_progress: OnProgress | None = None,
) -> RunResult:
    """Price a run under another tariff date, own-payment rule or subsidy rule; nothing is simulated.

    The result is equal to a run of that scenario; its manifest counts 0 simulated journeys. Raises InputError
    when the run keeps no journeys or a file of it is damaged, the scenario steers journeys, or its prices
    change what runs down a ceiling: then simulate.

    Parameters
    ----------
    run : str, Path or RunResult
        A result, or a folder that keeps its journeys.
    scenario : str, Path or Scenario
        Its policy is that of the run but for what it sets of `prices`, `rules`, `subsidy` and `payment`.
    out : Path or str, optional
        Folder to write; without it the run is found again in the cache.
    keep : {"kpis", "journey", "all"}
        Tables to store beside the KPIs.
    jobs, resume, on_progress
        As `run`.
    """
    loaded = scenario_of(scenario).loaded
    with options(on_progress, jobs, resume=resume or out is None) as how:
        if out is not None:
            return folders.price(run, loaded, how, out=out, keep=keep)
        source = run if isinstance(run, RunResult) else RunResult.read(user_path(run))

        def priced(more: Keep) -> Path:
            of = {key: source.manifest[key] for key in ("hashes", "seed", "replications")}
            with study_folder("price", [key_of(loaded, more)], **of) as place:
                is_finished(place)
                folders.price(run, loaded, how, out=place, keep=more)
                return place

        return RunResult.read(priced(keep), named=False, again=priced)


@facade
def load(folder: Path | str) -> RunResult | ComparisonResult | BudgetResult | Saved:
    """Open what was saved: a run, a comparison, a grid, a budget, a study, a bill or a region.

    Raises InputError when the folder holds none of these, or something that is not finished or damaged.
    """
    place = user_path(folder)
    if (place / RESULT).exists():
        found: Saved = read_saved(place / RESULT, Saved)
        return bound(found, place)
    if (place / ANSWER).exists():
        return CapacityResult(read_capacity(place), place)
    if (place / BUDGET).exists():
        return load_budget(place)
    if not store.is_comparison(place):
        return load_run(place)
    compared = load_comparison(place)
    return _as_grid(compared, place / _GRID) if (place / _GRID).exists() else compared


def _as_grid(found: ComparisonResult, file: Path) -> GridResult:
    """A comparison of which the alternatives are the combinations of a grid."""
    factors, points = read_saved(file, tuple)
    held = {field.name: getattr(found, field.name) for field in fields(found)}
    return GridResult(**held, factors=factors, points=points)


@facade
def load_run(path: Path | str) -> RunResult:
    """Open a finished run folder.

    Raises InputError when the folder holds no finished run.
    """
    return RunResult.read(user_path(path))


@facade
def load_comparison(path: Path | str) -> ComparisonResult:
    """Open a finished comparison folder.

    Raises InputError when the folder holds no finished comparison.
    """
    return ComparisonResult.read(user_path(path))


def _refuse_resume(resume: bool, out: Path | str | None) -> None:
    if resume and out is None:
        raise InputError("resume: needs the folder that it goes on with; give out=, or leave resume out")


_GRID = "grid.json"
"""What makes a comparison folder that of a grid: its factors, and the values of every combination."""
_AT_HAND: OrderedDict[tuple[str, Keep], RunResult] = OrderedDict()
"""Results of this session by the hash of their inputs; those that were asked for longest ago go first."""


def _results(scenarios: Sequence[LoadedScenario], keep: Keep, options: RunOptions) -> list[RunResult]:
    """Results of scenarios: those of this session, of an earlier one, or made now."""
    keys = [(key_of(loaded), keep) for loaded in scenarios]
    if options.check or any(key not in _AT_HAND for key in keys):
        for key, made in zip(keys, _made(scenarios, keep, options), strict=True):
            _AT_HAND[key] = made
    found = [_AT_HAND[key] for key in keys]
    for key in keys:
        _AT_HAND.move_to_end(key)
    while len(_AT_HAND) > max(_MOST_GRID, len(keys)):
        _AT_HAND.popitem(last=False)
    return found


def _made(scenarios: Sequence[LoadedScenario], keep: Keep, options: RunOptions) -> list[RunResult]:
    later = replace(options, check=False, on_progress=None)
    return [
        RunResult.read(outcome, named=False, again=again(loaded, later), loaded=loaded)
        for loaded, outcome in zip(scenarios, kept_runs(scenarios, keep, options), strict=True)
    ]


def _comparison(scenarios: Sequence[LoadedScenario], results: Sequence[RunResult]) -> ComparisonResult:
    names = [loaded.name for loaded in scenarios]
    runs = dict(zip(names, results, strict=True))
    return ComparisonResult(None, runs, comparison_header(scenarios[0], names))


def _studied(
    scenarios: Sequence[LoadedScenario], keep: Keep, options: RunOptions, studied: Mapping[str, Any]
) -> ComparisonResult:
    """A comparison with a wanted precision or taken apart, in an entry of the cache of its own."""
    with study_folder("compare", [key_of(loaded, keep) for loaded in scenarios], **studied) as place:
        found = folders.compare(scenarios, replace(options, resume=True), out=place, keep=keep, **studied)
    runs = {name: replace(each, folder=None) for name, each in found.runs.items()}
    return replace(found, folder=None, runs=runs)


def _drawn(
    found: ComparisonResult, scenarios: Sequence[LoadedScenario], draws: int, options: RunOptions
) -> ComparisonResult:
    """A comparison with what its differences owe to the assumptions, drawn in an entry of its own."""
    with study_folder("draws", [key_of(loaded) for loaded in scenarios], draws=draws) as place:
        try:
            assumptions = read_assumptions(place)
        except InputError:  # not finished, or damaged: it goes on, or is made again
            assumptions = ()
        if not assumptions:
            runs = [run._held for run in found.runs.values()]
            draw_assumptions(scenarios, place, load_tariffs(), options, draws, runs)
            assumptions = read_assumptions(place)
        return replace(found, assumptions=assumptions, _studies=studies_of(place))
