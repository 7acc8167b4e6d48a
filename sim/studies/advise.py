"""Advice before a run: is the warm-up long enough, how many replications, how much time."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim import dates, stats, store
from sim.catalogue import TariffBook
from sim.cohort import death_window
from sim.errors import InputError
from sim.later import pd
from sim.measure.estimates import shared_columns
from sim.measure.sums import dimension_text, kpi_text
from sim.runs.options import RunOptions
from sim.runs.run import Plan, execute
from sim.scenario import LoadedScenario
from sim.schema import HOSPICE_SETTINGS
from sim.studies.precision import PILOT_REPLICATIONS, Precision, needed, refuse_unseen
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
    several = [loaded.with_run(replications=PILOT_REPLICATIONS) for loaded in scenarios]
    with tempfile.TemporaryDirectory(prefix="palsim-advise-") as place:
        plans = [Plan(loaded, Path(place) / str(n), "journey") for n, loaded in enumerate(several)]
        execute(plans, book, options)
        runs = [store.load_run(plan.folder) for plan in plans]
        stages = (run.manifest["timings"]["stages"] for run in runs)
        seconds = sum(sum(times.values()) for times in stages) / PILOT_REPLICATIONS
        warm_up = _warm_up(several[-1], runs[-1].tables["stays"])
        needs = _needs([run.kpis for run in runs], wanted, seconds / options.jobs)
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


def _needs(several: Sequence[pd.DataFrame], wanted: Sequence[Precision], seconds: float) -> tuple[Need, ...]:
    first, second = shared_columns(several[0], several[-1])
    both = [key for key in first if key in second]
    asked: list[tuple[str, dict[str, str], float | None]] = [
        (precision.name, precision.dimension, precision.half_width) for precision in wanted
    ] or [(name, dimension, None) for name, dimension in _DEFAULT_KPIS]
    found = []
    for name, dimension, width in asked:
        key = (name, dimension_text(dimension))
        if key not in both and width is None:
            continue
        if key not in both:
            known = [text for other, text in both if other == name] or sorted({n for n, _ in both})
            raise InputError(
                "--precision {name} {key}: no such KPI; there are {known}", name=name, key=key[1], known=known
            )
        values, unit = second[key]
        paired = len(several) > 1
        if paired:
            values = values - first[key].values
        if width is None and np.isnan(values).any():
            continue
        refuse_unseen(kpi_text(name, dimension), values)
        pilot = stats.t_interval(values)
        size = abs(pilot.mean) or pilot.half_width
        goal = size * (_OF_DIFFERENCE if paired else _OF_MEAN) if width is None else width
        number = needed(values, goal)
        found.append(
            Need(name, dimension, unit, pilot.mean, pilot.half_width, goal, number, number * seconds)
        )
    return tuple(found)
