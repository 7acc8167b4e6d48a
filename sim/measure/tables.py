"""One task's tables with what every measure shares: window, sites, rows of patients and stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim import dates
from sim.catalogue import TariffBook
from sim.columns import join, places_in, places_of
from sim.measure.sums import Sums
from sim.scenario.area.places import beds_of, beds_planned
from sim.scenario.models import Region, Scenario
from sim.schema import HOSPICE_SETTINGS, PROFILES, SETTINGS, Table, code
from sim.units import MINUTES_PER_DAY, Bools, Ints

HOSPICE_CODES = tuple(code(SETTINGS, word) for word in HOSPICE_SETTINGS)
HOSPITAL = code(SETTINGS, "ziekenhuis")
HOME = code(SETTINGS, "thuis")
NURSING_HOME = code(SETTINGS, "verpleeghuis")


@dataclass(frozen=True)
class Window:
    """The counted window in minutes, half-open."""

    low: int
    high: int

    @classmethod
    def of(cls, scenario: Scenario) -> Window:
        """Window [count_from, count_to) of a scenario."""
        return cls(dates.minute_of(scenario.horizon.count_from), dates.minute_of(scenario.horizon.count_to))

    def holds(self, minutes: Ints) -> Bools:
        """Whether minutes fall in the window; NEVER does not."""
        return (minutes >= self.low) & (minutes < self.high)

    def holds_days(self, days: Ints) -> Bools:
        """Whether days fall in the window."""
        return (days >= self.low // MINUTES_PER_DAY) & (days < self.high // MINUTES_PER_DAY)

    @property
    def years(self) -> range:
        """Calendar years that the window touches."""
        return range(dates.date_of(self.low).year, dates.date_of(self.high - 1).year + 1)

    def year(self, year: int) -> Window:
        """The part of the window that lies in a calendar year."""
        first = int(dates.year_start_day(np.array(year))) * MINUTES_PER_DAY
        last = int(dates.year_start_day(np.array(year + 1))) * MINUTES_PER_DAY
        return Window(max(self.low, first), min(self.high, last))


@dataclass(frozen=True, slots=True)
class SiteBeds:
    """A site with the beds that it has under a scenario, and the planned changes of them."""

    id: str
    setting: str
    beds: int  # at the start of the run
    changes: tuple[tuple[int, int], ...] = ()  # minute and beds, in order of time

    def at(self, minutes: Ints) -> Ints:
        """Beds at each minute (int64 array)."""
        from_minute = np.array([minute for minute, _ in self.changes], np.int64)
        beds = np.array([self.beds, *(beds for _, beds in self.changes)], np.int64)
        return np.asarray(beds[np.searchsorted(from_minute, minutes, side="right")], np.int64)

    def bed_minutes(self, window: Window) -> int:
        """Beds times minutes in a window."""
        if not self.changes:
            return self.beds * (window.high - window.low)
        inside = [minute for minute, _ in self.changes if window.low < minute < window.high]
        edges = np.array([window.low, *inside, window.high], np.int64)
        return int((self.at(edges[:-1]) * np.diff(edges)).sum())


def sites_of(scenario: Scenario, region: Region) -> tuple[SiteBeds, ...]:
    """Sites of a region with their beds under a scenario."""
    planned = beds_planned(scenario, region)
    return tuple(
        SiteBeds(site.id, site.setting, beds, tuple((minute, n) for minute, at, n in planned if at == number))
        for number, (site, beds) in enumerate(zip(region.sites, beds_of(scenario, region), strict=True))
    )


def lines_of(declared: Table, shares: Table) -> Ints:
    """Row in `declarations` of each share."""
    ids, wanted = declared["declaration_id"], shares["declaration_id"]
    if (np.diff(ids) == 1).all():
        return np.asarray(wanted - (ids[0] if len(ids) else 0), np.int64)
    return join((ids,), (wanted,))[0]


@dataclass(frozen=True)
class Task:
    """The tables of one task with what all measures share."""

    scenario: Scenario
    region: Region
    tables: Mapping[str, Table]  # journey tables and ledger, sorted by patient and time
    book: TariffBook  # describes the products of the ledger
    parts: Sums = field(default_factory=Sums)
    _rows: dict[str, Ints] = field(default_factory=dict)
    _places: dict[str, tuple[Ints, Bools]] = field(default_factory=dict)

    @cached_property
    def window(self) -> Window:
        """The counted window."""
        return Window.of(self.scenario)

    @property
    def patients(self) -> Table:
        """Patients, ascending by id."""
        return self.tables["patients"]

    @property
    def stays(self) -> Table:
        """Stays by patient and time."""
        return self.tables["stays"]

    @cached_property
    def decedents(self) -> Bools:
        """Whether each patient dies in the window."""
        return self.window.holds(self.patients["death_minute"])

    def rows_of(self, name: str) -> Ints:
        """Row in `patients` of each row of a table."""
        if name not in self._rows:
            self._rows[name] = places_of(self.patients["patient_id"], self.tables[name]["patient_id"])
        return self._rows[name]

    @cached_property
    def stay_rows(self) -> Ints:
        """Row in `patients` of each stay."""
        return self.rows_of("stays")

    @cached_property
    def has_wlz(self) -> Bools:
        """Whether each patient has a Wlz indication at some moment of the run."""
        out = np.zeros(len(self.patients), np.bool_)
        periods = self.tables["wlz_periods"]
        real = periods["profile"] != code(PROFILES, "geen")
        out[self.rows_of("wlz_periods")[real]] = True
        return out

    def stay_places(self, name: str) -> tuple[Ints, Bools]:
        """Row in `stays` of the stay that each row of a table belongs to, and whether there is one.

        0 for none.
        """
        if name not in self._places:
            rows, number = self.rows_of(name), np.asarray(self.tables[name]["stay_no"], np.int64)
            if np.array_equal(self.stays["stay_no"], places_in(self.stay_rows)):
                count = np.bincount(self.stay_rows, minlength=len(self.patients))
                belongs = (number >= 0) & (number < count[rows])
                self._places[name] = np.where(belongs, (np.cumsum(count) - count)[rows] + number, 0), belongs
            else:
                self._places[name] = join((self.stay_rows, self.stays["stay_no"]), (rows, number))
        return self._places[name]

    @cached_property
    def share_lines(self) -> Ints:
        """Row in `declarations` of each share."""
        return lines_of(self.tables["declarations"], self.tables["shares"])

    def stay_setting(self, name: str) -> Ints:
        """Setting code of the stay that each row of a table belongs to; -1 where there is none."""
        place, belongs = self.stay_places(name)
        if not len(self.stays):
            return np.full(len(place), -1, np.int64)
        return np.where(belongs, self.stays["setting"][place], -1).astype(np.int64)
