"""At which value of a setting or price an answer becomes what is asked, with both uncertainties."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from sim import stats
from sim.api.facade import facade
from sim.api.given import AreaGiven
from sim.api.kept import hash_of, study_folder
from sim.api.names import SettingPath
from sim.api.progress import options
from sim.api.saved import Saved
from sim.api.scenarios import Scenario, ScenarioGiven, ScenarioLike, alternative_of, extended, scenario_of
from sim.api.show import Figure, figure_of, listed
from sim.catalogue import load_tariffs
from sim.errors import InputError
from sim.later import pd
from sim.limits import MOST_FACTOR, MOST_TARIFF_PLACES
from sim.measure.cost import CALENDAR
from sim.measure.dimensions import refuse_kpi
from sim.measure.sums import dimension_text
from sim.runs.options import OnProgress, RunOptions
from sim.scenario import LoadedScenario, refuse_path_over_dates
from sim.scenario.own import is_price
from sim.scenario.paths import find as address_of
from sim.studies.precision import parse_kpi
from sim.studies.sensitivity.assumptions import checked_draws, drawn_values
from sim.studies.sensitivity.points import answers, rows_behind
from sim.studies.solve import NoRoot, Place, Root, RootRange, Solved, root_over_draws
from sim.studies.solve import solve as find_root
from sim.units import CENTS_PER_EURO, Floats

# Values of a range that a search tells apart, where the setting is neither a price nor a whole number
_SOLVE_STEPS = 10_000

_CENT = 1 / CENTS_PER_EURO
_COST = "cost"
_BEDS = ".beds."
_EXTRA_BEDS = "places.extra_beds"
_VALUE = ".value"  # ends the full path of a setting of one number; without it, it is the same setting


@facade
@dataclass(frozen=True)
class SolveResult(Solved, Saved):
    """At which value of a setting an answer is what was asked, in numbers, sentences and a figure."""

    def to_frame(self) -> pd.DataFrame:
        """What was tried: value of the setting, answer, low and high (95% interval of chance)."""
        return pd.DataFrame(self.places, columns=["value", "answer", "low", "high"])

    def answer(self, lang: str = "nl") -> list[str]:
        """The answer in sentences."""
        from sim.report.language import language
        from sim.report.sections.solved import sentences

        return sentences(self, language(lang))

    def figure_solve(self, lang: str = "nl") -> Figure:
        """The answer at every value that was tried, and where it is what was asked."""
        return figure_of("sections.solved", "figure_solve", lang, self)

    def as_json(self) -> dict[str, Any]:
        """All numbers; None where there is none."""
        from sim.measure.estimates import finite_json

        found: dict[str, Any] = finite_json(self)
        return found

    def __repr__(self) -> str:
        """What was asked, and the value."""
        return f"SolveResult({self.path}={self.value:g} where {self.kpi}={self.target:g})"

    def _repr_html_(self) -> str:
        return f"<div>{listed(self.answer())}{self.to_frame().to_html(index=False, border=0)}</div>"


@facade
def solve(
    scenario: ScenarioGiven,
    vary: str,
    until: str,
    *,
    between: Sequence[float] | None = None,
    against: ScenarioGiven | None = None,
    level: bool = False,
    area: AreaGiven | None = None,
    replications: int | None = None,
    seed: int | None = None,
    assumptions: int | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    on_progress: OnProgress | None = None,
) -> SolveResult:
    """Find the value of a setting or price at which an answer becomes what is asked.

    Every value is tried on the same random numbers; what moves money only is priced, not simulated. Of
    several such values it is one near where the setting stands.

    Raises InputError when the setting is no number or follows a path over dates, there is no such KPI, or no
    value of the range does.

    Parameters
    ----------
    vary : str
        Path of a number, as in `Scenario.vary`: a setting, `hospice.beds.<type>`, `area.…` or `tariffs.<id>`.
    until : str
        `KPI=VALUE`, such as `"cost=0"` or `"hospice_refused=0.05"`; a KPI with its dimensions is
        `name:key=value`. Costs are those with a date in the counted window unless told.
    between : two numbers, optional
        Range that is searched; by default the bounds of the setting, or its own range, or up to ten times
        what stands there.
    against : str, Path or Scenario, optional
        Base: the answer is the paired difference with it. By default what a policy extends; a scenario that
        is no policy on another is judged by itself.
    level : bool
        The answer is that of the scenario by itself.
    area, replications, seed, jobs, scheduler, on_progress
        As `run`.
    assumptions : int, optional
        Draws of all assumptions, as many as a comparison has in the command by default; 0 draws none.
    """
    run: Any = {"area": area, "replications": replications, "seed": seed, "assumptions": assumptions}
    with options(on_progress, jobs, scheduler) as how:
        return find(scenario, vary, until, how, between=between, against=against, level=level, **run)


def find(
    scenario: ScenarioLike,
    vary: str,
    until: str,
    options: RunOptions,
    *,
    between: str | Sequence[float] | None,
    against: ScenarioLike | None,
    level: bool,
    assumptions: int | None,
    **run: Any,
) -> SolveResult:
    """As `solve`, with faults in the terms of the command; `run` is area, seed and replications."""
    ends = between.split(",") if isinstance(between, str) else between
    asked = _Question.of(scenario, vary, until, ends, against, level, **run)
    draws = checked_draws(assumptions)
    arms = [(loaded.digest, loaded.scenario.replications) for loaded in asked.arms]
    with study_folder("solve", arms) as folder:
        return asked.solved(folder, draws, options)


@dataclass(frozen=True)
class _Question:
    """What is asked: a setting, an answer, and where to look."""

    base: Scenario | None
    scenario: Scenario
    path: str
    kpi: str
    dimension: Mapping[str, str]
    target: float
    stands: float
    between: tuple[float, float]
    step: float

    @classmethod
    def of(
        cls,
        scenario: ScenarioLike,
        path: str,
        until: str,
        between: Sequence[Any] | None,
        against: ScenarioLike | None,
        level: bool,
        **run: Any,
    ) -> _Question:
        """The question in its parts; InputError when a part is wrong."""
        if level and against is not None:
            raise InputError("level: a scenario by itself has no base; leave out against or level")
        path = path.removesuffix(_VALUE)
        kpi, dimension, target = _until(until)
        if against is not None:
            base: Scenario | None = scenario_of(against, **run)
            chosen = alternative_of(base, scenario)  # type: ignore[arg-type]
        else:
            chosen = scenario_of(scenario, **run)
            base = None if level else extended(chosen)
        stands, whole = _number(chosen, path)
        low, high = _range(chosen, path, stands, whole) if between is None else _two(between)
        step = 1.0 if whole else _CENT if is_price(path) else _fine(low, high)
        return cls(base, chosen, path, kpi, dimension, target, stands, (low, high), step)

    @property
    def arms(self) -> list[LoadedScenario]:
        """Base, where there is one, and scenario."""
        return [each.loaded for each in (self.base, self.scenario) if each is not None]

    def at(self, value: float) -> LoadedScenario:
        """The scenario with another value of the setting, and its own changes still its own."""
        given = int(value) if self.step == 1 else round(value, MOST_TARIFF_PLACES)
        mine = self.scenario.loaded
        made = self.scenario.vary(
            {cast(SettingPath, self.path): given}, label=f"{self.scenario.name} {given:g}"
        ).loaded
        new = made.changes if made.inherited != mine.inherited else made.changes[len(mine.changes) :]
        return replace(made, changes=(*mine.changes, *new), inherited=mine.inherited)

    def solved(self, folder: Path, draws: int, options: RunOptions) -> SolveResult:
        """The answer, through what a folder keeps."""
        middle = self.arms
        unit = ""

        def tried(values: Sequence[float]) -> list[Floats]:
            nonlocal unit
            sides = [middle, *([*middle[:-1], self.at(value)] for value in values)]
            found = answers(sides, self.kpi, self.dimension, load_tariffs(), folder, options)
            unit = found.unit
            return [each - self.target for each in found.values[1:]]

        try:
            root = find_root(tried, *self.between, self.stands, self.step)
        except NoRoot as fault:
            raise self._without(fault) from None
        spread = self._over_draws(root, folder, draws, options) if draws else None
        return self._told(root, spread, draws, unit)

    def _over_draws(self, root: Root, folder: Path, draws: int, options: RunOptions) -> RootRange:
        scenarios = [*self.arms[:-1], self.at(root.before.value), self.at(root.after.value)]
        key = hash_of({"draws": draws, "of": [loaded.digest for loaded in scenarios]})
        low, high = drawn_values(
            scenarios,
            (self.kpi, dimension_text(self.dimension)),
            rows_behind(folder),
            folder / "draws" / key,
            load_tariffs(),
            options,
            draws,
        )
        return root_over_draws(low - self.target, high - self.target, root)

    def _told(self, root: Root, spread: RootRange | None, draws: int, unit: str) -> SolveResult:
        value, ends = root.value, (root.low, root.high)
        assumed = (math.nan, math.nan) if spread is None else (spread.low, spread.high)
        if self.step == 1:
            value = float(math.ceil(value) if value > self.stands else math.floor(value))
            ends, assumed = _outward(*ends), _outward(*assumed)
        found = ((place.value, stats.t_interval(place.answers + self.target)) for place in root.places)
        places = tuple((at, each.mean, each.low, each.high) for at, each in found)
        run = self.scenario.loaded.scenario
        along = ",".join(f"{key}={word}" for key, word in self.dimension.items())
        return SolveResult(
            self.scenario.name,
            None if self.base is None else self.base.name,
            self.scenario.area,
            self.path,
            f"{self.kpi}:{along}" if along else self.kpi,
            unit,
            self.target,
            value,
            *ends,
            *assumed,
            self.stands,
            self.between,
            draws,
            0 if spread is None else spread.without,
            run.replications,
            run.seed,
            places,
        )

    def _without(self, fault: NoRoot) -> InputError:
        observed = [place for place in fault.places if not math.isnan(place.mean)] or fault.places
        first, last = observed[0], observed[-1]
        told = [self._answer(place) for place in (first, last)]
        ends = {"low": first.value, "high": last.value, "first": told[0]}
        if len({place.mean for place in observed}) == 1 and not math.isnan(first.mean):
            return InputError(
                "solve: {kpi} does not move with {path}: it is {first:.12g} from {low:g} to {high:g}; vary "
                "another setting",
                about=self,
                **ends,
            )
        return InputError(
            "solve: between {path}={low:g} and {high:g} {kpi} goes from {first:.12g} to {last:.12g} and is "
            "nowhere {target:g}; give another range, as --between LOW,HIGH",
            about=self,
            last=told[1],
            **ends,
        )

    def _answer(self, place: Place) -> float:
        """The answer at a place, in six digits."""
        return float(f"{round(place.mean + self.target, MOST_TARIFF_PLACES):.6g}")


def _until(text: str) -> tuple[str, dict[str, str], float]:
    """KPI, dimensions and value of `KPI=VALUE`."""
    kpi, sign, number = str(text).rpartition("=")
    try:
        target = float(number)
    except ValueError:
        target = math.nan
    if not (kpi and sign and math.isfinite(target)):
        raise InputError(
            "--until {text!r}: no value; write KPI=VALUE, such as cost=0 or hospice_refused=0.05", text=text
        )
    name, dimension = parse_kpi(kpi)
    if name == _COST:
        dimension = {"view": CALENDAR, **dimension}
    refuse_kpi("--until", name, dimension)
    return name, dimension, target


def _number(scenario: Scenario, path: str) -> tuple[float, bool]:
    """The number that stands at a path, and whether it is a whole one.

    Raises InputError when there is no such path, no number there, or one that follows a path over dates.
    """
    if is_price(path) and "@" in path:
        raise InputError(
            "solve: {path}: holds from a day on, and a price moves on every day; leave out @ and the day",
            path=path,
        )
    try:
        found = scenario.find(path)
    except InputError:
        scenario.vary({cast(SettingPath, path): 0})  # says what the path should be
        raise
    refuse_path_over_dates("solve", path, scenario.loaded.scenario, scenario.own)
    row = found[found["path"].isin([path, f"{path}.value"])]
    if not len(row):
        scenario.vary({cast(SettingPath, path): 0})  # says what is wrong, where it is no path
        raise InputError("solve: {path}: is no single number; choose a setting that is one", path=path)
    value = row["value"].iloc[0]
    if value is None and path.rpartition(".")[0] == _EXTRA_BEDS:
        value = 0
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise InputError(
            "solve: {path}: {value!r} is no number; choose a setting that is one", path=path, value=value
        )
    whole = _BEDS in path or (not is_price(path) and _schema(path).get("type") == "integer")
    return float(value), whole


def _schema(path: str) -> Mapping[str, Any]:
    """Schema of the value at a path; nothing is known of one that describes the area."""
    return {} if path.startswith("area.") else address_of(path).schema


def _range(scenario: Scenario, path: str, stands: float, whole: bool) -> tuple[float, float]:
    """Where a value may lie: its bounds, its own range, or up to ten times what stands there.

    Beds more or fewer than there are: from none left on.
    """
    where, _, kind = path.rpartition(".")
    if where == _EXTRA_BEDS:
        beds = min(
            sum(site.beds for site in region.sites if site.setting == kind)
            for region in scenario.loaded.area.regions
        )
        return float(-beds), MOST_FACTOR * max(beds, 1) - beds
    schema = {} if is_price(path) or _BEDS in path else _schema(path)
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return float(least), float(most)
    ranges = (s.range for s in scenario.loaded.provenance() if s.path == path)
    span = next((span for span in ranges if span is not None and span[0] < span[1]), None)
    if span is not None:
        return float(span[0]), float(span[1])
    if stands <= 0 and not whole:
        raise InputError(
            "solve: {path}: stands at {stands:g}; give the range, as --between LOW,HIGH",
            path=path,
            stands=stands,
        )
    return 0.0, MOST_FACTOR * max(stands, 1.0 if whole else stands)


def _two(between: Sequence[Any]) -> tuple[float, float]:
    try:
        low, high = (float(end) for end in between)
    except (TypeError, ValueError):
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(
            "--between {between}: give two numbers, the lower first, such as 0,500",
            between=",".join(map(str, between)),
        )
    return low, high


def _fine(low: float, high: float) -> float:
    """A round step of which a range has many."""
    return float(f"1e{math.floor(math.log10((high - low) / _SOLVE_STEPS))}")


def _outward(low: float, high: float) -> tuple[float, float]:
    """An interval of whole numbers that holds another."""
    if math.isnan(low) or math.isnan(high):
        return low, high
    return float(math.floor(low)), float(math.ceil(high))
