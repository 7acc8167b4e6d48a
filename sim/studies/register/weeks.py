"""The weeks to come, from who is there and who waits on the last day of a register."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.rng import stream_key
from sim.scenario.area.register_file import NOT_KNOWN
from sim.stats import CONFIDENCE_LEVEL, Interval
from sim.studies.register.fit import RegisterFit, beds_open
from sim.units import DAYS_PER_MEAN_YEAR, DAYS_PER_WEEK, Floats, Ints

_STAY_GRID_DAYS = 2000  # days over which a fitted stay is drawn
_WEEKS_DRAWS = 400  # possible courses of the weeks to come

_ASKS, _LEAVES, _READY = -1, 0, 1
_HALF = 0.5


@dataclass(frozen=True)
class Weeks:
    """Beds in use and free on each day to come, draw by draw, int64 of shape (draws, days).

    The first day (proleptic ordinal) is that after the register. All are at the end of a day; a bed that is
    made ready is neither in use nor free.
    """

    first: int
    occupied: Mapping[str, Ints]
    free: Mapping[str, Ints]
    waiting: Ints

    @property
    def total(self) -> Ints:
        """Guests of all houses, draw by draw and day by day."""
        return np.asarray(sum(self.occupied.values()), np.int64)


def coming_weeks(fit: RegisterFit, weeks: int, draws: int = _WEEKS_DRAWS) -> Weeks:
    """Simulate the weeks after a register, whose fit has a distribution of the stay, many times.

    Guests who are there stay on as long as stays that lasted so far did; who waits goes first. Houses share
    one list, and a request takes a bed where most are free; beds that are shut are no longer filled.
    Requests, stays and patience are drawn anew within what the register leaves open.
    """
    rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence(stream_key("register.weeks"))))
    days = weeks * DAYS_PER_WEEK
    dates = np.arange(fit.register.until, fit.register.until + days)
    beds = np.array([beds_open(h.name, h.beds, dates, fit.closed) for h in fit.houses]).T.tolist()
    found = [_Course(fit, rng, beds[0]).run(beds) for _ in range(draws)]
    occupied, free, waiting = (np.array(each) for each in zip(*found, strict=True))
    names = [house.name for house in fit.houses]
    return Weeks(
        fit.register.until,
        {name: occupied[:, :, at] for at, name in enumerate(names)},
        {name: free[:, :, at] for at, name in enumerate(names)},
        waiting,
    )


class _Course:
    """One possible course of the weeks to come."""

    def __init__(self, fit: RegisterFit, rng: np.random.Generator, beds: Sequence[int]) -> None:
        self.rng = rng
        per_year = fit.arrivals.per_year
        years = per_year.n / per_year.mean
        self.per_day = rng.gamma(per_year.n + _HALF) / years / DAYS_PER_MEAN_YEAR
        patience = fit.patience_days
        self.patience = patience.mean * patience.n / rng.gamma(patience.n) if patience.n else math.inf
        best = fit.stay[0]
        self.grid = np.arange(_STAY_GRID_DAYS, dtype=np.float64)
        self.survival = best.survival(self.grid)
        self.stretch = float(np.exp(rng.normal(0.0, _log_error(best.mean))))
        self.turnover = [0.0 if math.isnan(h.turnover_days) else h.turnover_days for h in fit.houses]
        register = fit.register
        there = (register.admitted != NOT_KNOWN) & (register.left == NOT_KNOWN)
        self.occupied = [0] * len(fit.houses)
        self.events: list[tuple[float, int, int]] = []
        for house, since in zip(
            register.house[there].tolist(), register.admitted[there].tolist(), strict=True
        ):
            self._stay(0.0, house, register.until - since - _HALF)
        self.beds = [*beds]
        self.free = [max(m - n, 0) for m, n in zip(beds, self.occupied, strict=True)]
        self.over = [max(n - m, 0) for m, n in zip(beds, self.occupied, strict=True)]
        waits = int(((register.admitted == NOT_KNOWN) & (register.declined == NOT_KNOWN)).sum())
        self.list = deque(self._until(0.0) for _ in range(waits))

    def _until(self, now: float) -> float:
        """When somebody gives up who waits now: waiting so far makes nobody more or less patient."""
        return math.inf if math.isinf(self.patience) else now + self.rng.exponential(self.patience)

    def _stay(self, now: float, house: int, so_far: float = 0.0) -> None:
        """A guest in a house, who leaves after a stay that is longer than it was so far."""
        self.occupied[house] += 1
        at = so_far / self.stretch
        level = self.rng.random() * float(np.interp(at, self.grid, self.survival))
        length = float(np.interp(-level, -self.survival, self.grid)) * self.stretch
        heapq.heappush(self.events, (now + max(length - so_far, 0.0), _LEAVES, house))

    def _fill(self, now: float) -> None:
        """Who waits longest takes a bed, as long as there is one."""
        while self.list and max(self.free) > 0:
            if self.list.popleft() >= now:
                house = self.free.index(max(self.free))
                self.free[house] -= 1
                self._stay(now, house)

    def _open(self, house: int, beds: int) -> None:
        """Beds of a house from now on; those in use that are shut go when their guests have left."""
        more, self.beds[house] = beds - self.beds[house], beds
        spare = self.free[house] - self.over[house] + more
        self.free[house], self.over[house] = max(spare, 0), max(-spare, 0)

    def run(self, beds: Sequence[Sequence[int]]) -> tuple[list[list[int]], list[list[int]], list[int]]:
        """Guests, free beds and people waiting at the end of each day, whose open beds are given by house."""
        occupied, free, waiting = [], [], []
        asked = self.rng.exponential(1 / self.per_day)
        heapq.heappush(self.events, (asked, _ASKS, 0))
        for day, now_open in enumerate(beds, start=1):
            for house, number in enumerate(now_open):
                self._open(house, number)
            self._fill(day - 1.0)
            while self.events[0][0] <= day:
                self._happen(*heapq.heappop(self.events))
            occupied.append([*self.occupied])
            free.append([*self.free])
            waiting.append(sum(until >= day for until in self.list))
        return occupied, free, waiting

    def _happen(self, now: float, kind: int, house: int) -> None:
        if kind == _ASKS:
            self.list.append(self._until(now))
            heapq.heappush(self.events, (now + self.rng.exponential(1 / self.per_day), _ASKS, 0))
        elif kind == _LEAVES:
            self.occupied[house] -= 1
            heapq.heappush(self.events, (now + self.turnover[house], _READY, house))
        elif self.over[house]:
            self.over[house] -= 1
        else:
            self.free[house] += 1
        self._fill(now)


def _log_error(found: Interval) -> float:
    """Standard error of the logarithm of a mean, from its 95% interval."""
    return math.log(found.high / found.low) / (2 * float(ndtri((1 + CONFIDENCE_LEVEL) / 2)))


def band(total: Ints, level: float) -> tuple[Floats, Floats]:
    """Lower and upper edge, by day, of a band that holds a share of the draws (shape (draws, days))."""
    low, high = np.quantile(total, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high
