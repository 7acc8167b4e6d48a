"""The omzetplafond as a meter: an integer allowance a year that weighted care runs down.

One meter unit is a cent divided over the minutes of a week and the minutes of an hour, so that
minutes of care a week times cents an hour is a whole number of units a minute.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sim import dates
from sim.schema import NEVER
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_WEEK

UNITS_PER_CENT = MINUTES_PER_WEEK * MINUTES_PER_HOUR
DAY_WEIGHT = UNITS_PER_CENT // MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class MeterWeights:
    """What the journey knows of a contract's money: whole numbers only.

    Parameters
    ----------
    allowance : int
        Units a calendar year.
    background : int
        Units a minute that clients outside the model use.
    care_minute_a_week : int
        Units a minute of one minute of district nursing a week.
    night_minute_a_week : int
        Units a minute of one minute of night care a week.
    guest : int
        Units a minute of one guest on the BTH day price.
    """

    allowance: int
    background: int
    care_minute_a_week: int
    night_minute_a_week: int
    guest: int


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
        "weights",
    )

    def __init__(self, weights: MeterWeights, start: dt.date) -> None:
        self.weights = weights
        self.rate = weights.background
        self.segments: list[Segment] = []
        self._open(start.year)
        self._last = self._start

    def _open(self, year: int) -> None:
        self._start = dates.minute_of(dt.date(year, 1, 1))
        self._next_year = dates.minute_of(dt.date(year + 1, 1, 1))
        self._used = 0
        self._exhausted = int(NEVER)
        self._affected = 0

    def _close(self) -> None:
        self.segments.append(Segment(self._start, self._used, self._exhausted, self._affected))

    def _run(self, to: int) -> None:
        used = self._used + self.rate * (to - self._last)
        allowance = self.weights.allowance
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
        return self._used >= self.weights.allowance

    def affect(self) -> None:
        """Count a patient whom the ceiling touched."""
        self._affected += 1

    def finish(self, now: int) -> None:
        """Close the last year."""
        self.advance(now)
        self._close()
