"""The omzetplafond as a meter: an integer allowance a year that weighted care runs down.

One meter unit is a cent divided over the minutes of a week and the minutes of an hour, so that
minutes of care a week times cents an hour is a whole number of units a minute.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim import dates
from sim.schema import NEVER
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_WEEK, Ints, bound, roomy, times

UNITS_PER_CENT = MINUTES_PER_WEEK * MINUTES_PER_HOUR
DAY_WEIGHT = UNITS_PER_CENT // MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class Weights:
    """What the journey knows of prices: whole units a minute."""

    care_minute_a_week: int  # of one minute a week of district nursing, and of night care
    night_minute_a_week: int
    guest: int  # of one guest on the BTH day price
    palliative_stay: int  # of one stay in a high care hospice or palliative unit, and of another short stay
    short_stay: int
    # Minute from which on a guest weighs otherwise, and how much
    guest_later: tuple[tuple[int, int], ...] = ()

    def guest_at(self, minutes: Ints) -> Ints:
        """Of one guest who asks at each minute (int64 array)."""
        starts = np.array([minute for minute, _ in self.guest_later], np.int64)
        units = np.array([self.guest, *(weight for _, weight in self.guest_later)], np.int64)
        return np.asarray(units[np.searchsorted(starts, minutes, side="right")])


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract with a ceiling: units a calendar year, and units a minute used outside the model."""

    name: str
    allowance: int
    background: int


@dataclass(frozen=True)
class Contracts:
    """All contracts of a region."""

    weights: Weights
    # First those of district nursing by insurer, and within it by provider group; then one for short stays an
    # insurer
    contracts: tuple[Contract, ...]
    groups: int  # provider groups an insurer
    # Minutes a week of district nursing that there are for the people of the model; -1 for no limit
    nurse_minutes: int = -1

    @property
    def insurers(self) -> int:
        """Number of insurers."""
        return len(self.contracts) // (self.groups + 1)

    def nursing(self, insurer: Ints, group: Ints) -> Ints:
        """Contract number of each patient's district nursing."""
        return np.asarray(insurer * self.groups + group, np.int64)

    def stays(self, insurer: Ints) -> Ints:
        """Contract number of each patient's short stays."""
        return np.asarray(self.insurers * self.groups + insurer, np.int64)


@dataclass(frozen=True, slots=True)
class Segment:
    """One calendar year of a meter; amounts in units."""

    start_minute: int
    used: int
    exhausted_minute: int
    affected: int


class Meter:
    """Runs down with care in progress; resets on 1 January."""

    __slots__ = (
        "_affected",
        "_exhausted",
        "_last",
        "_next_year",
        "_start",
        "_used",
        "rate",
        "segments",
        "contract",
    )

    def __init__(self, contract: Contract, start: dt.date) -> None:
        self.contract = contract
        self.rate = contract.background
        self.segments: list[Segment] = []
        self._open(start.year)
        self._last = self._start

    def _open(self, year: int) -> None:
        self._start = dates.minute_of(dt.date(year, 1, 1))
        self._next_year = dates.minute_of(dt.date(year + 1, 1, 1))
        self._used = 0
        self._exhausted = int(NEVER)
        self._affected: set[int] = set()

    def _close(self) -> None:
        self.segments.append(Segment(self._start, self._used, self._exhausted, len(self._affected)))

    def _run(self, to: int) -> None:
        used = self._used + self.rate * (to - self._last)
        allowance = self.contract.allowance
        if used >= allowance and self._exhausted == NEVER:
            missing = allowance - self._used
            self._exhausted = self._last + (-(-missing // self.rate) if self.rate else 0)
        self._used = used
        self._last = to

    def advance(self, now: int) -> None:
        """Let time run to `now` (minute), over as many new years as that takes."""
        while now >= self._next_year:
            self._run(self._next_year)
            self._close()
            self._open(dates.date_of(self._next_year).year)
        self._run(now)

    def change(self, now: int, delta: int) -> None:
        """Change the rate in use from `now` on by `delta` units a minute."""
        self.advance(now)
        self.rate += delta

    def exhausted(self, now: int) -> bool:
        """Whether the allowance of the year is used up at `now`."""
        self.advance(now)
        return self._used >= self.contract.allowance

    def affect(self, patient: int) -> None:
        """Count a patient (a number of its own) whom the ceiling touched; once a year."""
        self._affected.add(patient)

    def finish(self, now: int) -> None:
        """Close the last year."""
        self.advance(now)
        self._close()


class Load:
    """Units that some people use of a contract over time: a line with a corner at each change of their rate.

    Changes are pairs of a minute, ascending, and the change in units a minute; shape (k, 2).
    """

    __slots__ = ("_minutes", "_rates", "_used")

    def __init__(self, changes: Ints | Sequence[tuple[int, int]]) -> None:
        minutes, deltas = np.asarray(changes, np.int64).reshape(-1, 2).T
        rates = np.cumsum(deltas)
        steps = times(rates[:-1], np.diff(minutes))
        (steps,) = roomy(bound(steps) * len(steps), steps)
        used = np.concatenate([[0], np.cumsum(steps)])[: len(minutes)]
        self._minutes: list[int] = minutes.tolist()
        self._used: list[int] = used.tolist()
        self._rates: list[int] = rates.tolist()

    @property
    def corners(self) -> tuple[list[int], list[int], list[int]]:
        """Minute, units used before it and units a minute from it on, of each corner."""
        return self._minutes, self._used, self._rates

    def until(self, minute: int) -> int:
        """Units used before a minute."""
        at = bisect_right(self._minutes, minute) - 1
        return self._used[at] + self._rates[at] * (minute - self._minutes[at]) if at >= 0 else 0


class WrittenMeter(Meter):
    """A meter that nobody looks at: it writes down how the rate changes."""

    __slots__ = ("changes",)

    def __init__(self, contract: Contract, start: dt.date) -> None:
        super().__init__(contract, start)
        self.changes: list[tuple[int, int]] = []

    def change(self, now: int, delta: int) -> None:
        """Change the rate in use from `now` on by `delta` units a minute."""
        self.changes.append((now, delta))


class SharedMeter(Meter):
    """A meter on which a load weighs beside the people who change it; when it ran out is not kept."""

    __slots__ = ("_load",)

    def __init__(self, contract: Contract, start: dt.date, load: Load) -> None:
        super().__init__(contract, start)
        self._load = load

    def _close(self) -> None:
        self.segments.append(Segment(self._start, self._whole(), self._exhausted, len(self._affected)))

    def _run(self, to: int) -> None:
        self._used += self.rate * (to - self._last)
        self._last = to

    def change(self, now: int, delta: int) -> None:
        """Change the rate in use from `now` on by `delta` units a minute."""
        if now >= self._next_year:
            self.advance(now)
        else:
            self._used += self.rate * (now - self._last)
            self._last = now
        self.rate += delta

    def exhausted(self, now: int) -> bool:
        """Whether the allowance of the year is used up at `now`."""
        self.advance(now)
        return self._whole() >= self.contract.allowance

    def _whole(self) -> int:
        """Units used this year, the load among them: it is looked up only where somebody asks."""
        return self._used + self._load.until(self._last) - self._load.until(self._start)
