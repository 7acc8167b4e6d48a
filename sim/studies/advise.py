"""Advice before a run: is the warm-up long enough, how many replications, how much time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim import dates, stats, store
from sim.catalogue import TariffBook
from sim.cohort import death_window
from sim.errors import InputError
from sim.later import pd
from sim.measure.dimensions import ANY
from sim.measure.estimates import Column, Kpi, shared_columns
from sim.measure.sums import dimension_text, kpi_text
from sim.runs.options import RunOptions
from sim.runs.run import Plan, execute
from sim.scenario import LoadedScenario
from sim.scenario.headline import Headline
from sim.schema import HOSPICE_SETTINGS
from sim.studies.headline import HEADLINE, refuse_headline, sides_of
from sim.studies.precision import PILOT_REPLICATIONS, Precision, needed, parse_kpi, refuse_unseen
from sim.units import MINUTES_PER_DAY, Floats

# Half-widths that advice aims at when none is asked for: a share of the difference, and of the mean of a
# scenario that is set against nothing
_OF_DIFFERENCE, _OF_MEAN = 0.1, 0.01

_GROUPS = {"hospice": HOSPICE_SETTINGS, "ziekenhuis": ("ziekenhuis",), "verpleeghuis": ("verpleeghuis",)}
_DEFAULT_KPIS: tuple[tuple[str, dict[str, str]], ...] = (
    ("cost", {"view": "calendar"}),
    ("place_of_death", {"setting": "ziekenhuis"}),
    ("patient_payment_mean", {}),
)


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Days that MSER-5 leaves out of the mean daily occupancy, beside those simulated and not counted."""

    setting: str
    needed_days: int
    scenario_days: int

    @property
    def enough(self) -> bool:
        """Whether the scenario leaves out at least as many."""
        return self.needed_days <= self.scenario_days


@dataclass(frozen=True, slots=True)
class Need:
    """Replications and time for a wanted half-width of one KPI.

    `half_width` is that after the pilot, `seconds` the expected duration with the processes of the pilot.
    Of a difference that is 0 in the whole pilot `wanted` is 0, and `replications` how many without any tell
    that it is rare.
    """

    name: str
    dimension: dict[str, str]
    unit: str
    mean: float
    half_width: float
    wanted: float
    replications: int
    seconds: float
    label: dict[str, str] = field(default_factory=dict)  # of a headline measure, by language


@dataclass(frozen=True)
class Advice:
    """What a pilot says of the runs to come: of a scenario, or of its paired difference `against` a base.

    `pilot` is its number of replications; the seconds are those of one process, all scenarios together.
    """

    scenario: str
    against: str | None
    pilot: int
    seconds_per_replication: float
    warm_up: tuple[WarmUp, ...]
    needs: tuple[Need, ...]


def advise_on(
    scenarios: Sequence[LoadedScenario], book: TariffBook, wanted: Sequence[Precision], options: RunOptions
) -> Advice:
    """Run a pilot of a scenario, or of a base and its alternative, and judge warm-up, replications and time.

    Where nothing is wanted a tenth of the difference in cost, hospital deaths and what patients pay is, or 1%
    of their mean. Raises InputError when a KPI does not exist, or was not observed in every replication.
    """
    refuse_headline(scenarios[-1].name, scenarios[-1].scenario.headline)
    several = [loaded.with_run(replications=PILOT_REPLICATIONS) for loaded in scenarios]
    with tempfile.TemporaryDirectory(prefix="palsim-advise-") as place:
        plans = [Plan(loaded, Path(place) / str(n), "journey") for n, loaded in enumerate(several)]
        execute(plans, book, options)
        runs = [store.load_run(plan.folder) for plan in plans]
        stages = (run.manifest["timings"]["stages"] for run in runs)
        seconds = sum(sum(times.values()) for times in stages) / PILOT_REPLICATIONS
        warm_up = _warm_up(several[-1], runs[-1].tables["stays"])
        about = several[-1].scenario.headline
        needs = _needs([run.kpis for run in runs], wanted, seconds / options.jobs, about)
    against = several[0].name if len(several) > 1 else None
    return Advice(several[-1].name, against, PILOT_REPLICATIONS, seconds, warm_up, needs)


def daily_occupancy(start: Floats, end: Floats, first_day: int, last_day: int) -> Floats:
    """Number present at midnight of each day (half-open), float64, of half-open presences in minutes."""
    midnights = np.arange(first_day, last_day, dtype=np.int64) * MINUTES_PER_DAY
    begun = np.searchsorted(np.sort(start), midnights, "right")
    ended = np.searchsorted(np.sort(end), midnights, "right")
    return np.asarray(begun - ended, np.float64)


def _warm_up(loaded: LoadedScenario, stays: pd.DataFrame) -> tuple[WarmUp, ...]:
    """MSER-5 on the mean over the pilot of the daily occupancy, from the first death to the end."""
    horizon = loaded.scenario.horizon
    first, counted = dates.day_of(death_window(horizon)[0]), dates.day_of(horizon.count_from)
    last = dates.day_of(horizon.count_to)
    found = []
    for name, settings in _GROUPS.items():
        here = stays[stays["setting"].isin(settings)]
        starts, ends = here["start_minute"].to_numpy(), here["end_minute"].to_numpy()
        series = daily_occupancy(starts, ends, first, last) / PILOT_REPLICATIONS
        found.append(WarmUp(name, stats.mser(series), counted - first))
    return tuple(found)


class _Judged(NamedTuple):
    """What is judged: name, dimension and label, one value a replication, and the width that is wanted."""

    name: str
    dimension: dict[str, str]
    unit: str
    values: Floats
    width: float | None = None
    label: dict[str, str] = {}


def _needs(
    several: Sequence[pd.DataFrame],
    wanted: Sequence[Precision],
    seconds: float,
    headline: Sequence[Headline] = (),
) -> tuple[Need, ...]:
    first, second = shared_columns(several[0], several[-1])
    paired = len(several) > 1
    if paired:
        both = {
            kpi: Column(column.values - first[kpi].values, column.unit)
            for kpi, column in second.items()
            if kpi in first
        }
    else:
        both = second
    judged = [_asked(each, both) for each in wanted]
    if not wanted:
        about = headline if paired else ()
        judged = [*_measured(about, first, second), *_by_default(about, both)]
    found = []
    for name, dimension, unit, values, width, label in judged:
        if np.isnan(values).any():
            continue
        pilot = stats.t_interval(values)
        size = abs(pilot.mean) or pilot.half_width
        goal = size * (_OF_DIFFERENCE if paired else _OF_MEAN) if width is None else width
        number = needed(values, goal)
        now = (name, dimension, unit, pilot.mean, pilot.half_width)
        found.append(Need(*now, goal, number, number * seconds, label))
    return tuple(found)


def _asked(precision: Precision, both: Mapping[Kpi, Column]) -> _Judged:
    """The KPI of a precision that is asked for."""
    name, dimension = precision.name, precision.dimension
    key = (name, dimension_text(dimension))
    if key not in both:
        known = [text for other, text in both if other == name] or sorted({n for n, _ in both})
        raise InputError(
            "--precision {name} {key}: no such KPI; there are {known}", name=name, key=key[1], known=known
        )
    refuse_unseen(precision.text, both[key].values)
    return _Judged(name, dimension, both[key].unit, both[key].values, precision.half_width)


def _measured(
    headline: Sequence[Headline], first: Mapping[Kpi, Column], second: Mapping[Kpi, Column]
) -> Iterator[_Judged]:
    """The differences that a headline measures: a KPI, or a sum of several by its number."""
    for number, item in enumerate(headline):
        sides = sides_of(item.kpi, first, second) if item.kpi and item.label else None
        if sides is not None and item.kpi and item.label:
            about: tuple[str, dict[str, str]] = (HEADLINE, {"item": str(number)})
            if len(item.kpi) == 1 and ANY not in item.kpi[0]:
                about = parse_kpi(item.kpi[0])
            values = sides.alternative - sides.base
            yield _Judged(*about, sides.unit, values, label=item.label.model_dump())


def _by_default(headline: Sequence[Headline], both: Mapping[Kpi, Column]) -> Iterator[_Judged]:
    """What a policy is judged by whatever its headline, but for what that measures."""
    told = {item.kpi for item in headline}
    for name, dimension in _DEFAULT_KPIS:
        found = both.get((name, dimension_text(dimension)))
        if found is not None and (kpi_text(name, dimension),) not in told:
            yield _Judged(name, dimension, found.unit, found.values)
