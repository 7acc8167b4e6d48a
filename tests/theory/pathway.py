"""Units with beds on the journey's own `Places`: refusal, waiting, giving up, blocking of the bed behind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import simpy

from sim.journey.places import Places, Request

OUT = -1
LONGEST = 4000

Draw = Callable[[Random], float]


@dataclass(frozen=True)
class Unit:
    """Beds of each site of a unit (None: without limit), and what happens to who finds it full.

    Attributes
    ----------
    beds : tuple of int or None
        Sites are of the kinds 0, 1, ... in this order.
    lost : bool
        Who finds it full is lost; else waits, outside or in the bed of the unit behind.
    patience : Draw or None
        How long somebody waits outside before giving up; None is for ever.
    """

    beds: tuple[int | None, ...]
    lost: bool = False
    patience: Draw | None = None


@dataclass(frozen=True)
class Way:
    """One way through a unit: its probability, the stay, the next unit, the delay in bed before leaving."""

    share: float
    stay: Draw
    onward: int = OUT
    delay: Draw | None = None


@dataclass(frozen=True)
class Stream:
    """Poisson arrivals of one kind of guest at a unit, per unit of time.

    Attributes
    ----------
    accepts : tuple of int
        Sites of the unit that will do, in order of preference.
    unless_full : int or None
        Another unit, of one site: refused while that one is full.
    """

    rate: float
    unit: int = 0
    kind: int = 0
    accepts: tuple[int, ...] = (0,)
    unless_full: int | None = None


class Level:
    """A number over time, and how long it had each value."""

    __slots__ = ("last", "time", "value")

    def __init__(self) -> None:
        self.value = 0
        self.last = 0.0
        self.time = [0.0] * LONGEST

    def change(self, by: int, now: float) -> None:
        """Add to the value at a moment."""
        self.time[self.value] += now - self.last
        self.last = now
        self.value += by

    def restart(self, now: float) -> None:
        """Forget the time before a moment."""
        self.time = [0.0] * LONGEST
        self.last = now

    def close(self, now: float) -> np.ndarray:
        """Share of time at each value."""
        self.change(0, now)
        whole = np.array(self.time)
        return np.asarray(whole / whole.sum())


@dataclass(frozen=True)
class Found:
    """What a run shows of one unit after warm-up.

    Attributes
    ----------
    occupied, blocked, queue : float array
        Share of time at each number of beds in use, of them blocked, and of guests waiting outside.
    span : float
        Length of the measurement.
    arrivals, refused, queued, reneged : int
        Who came; was lost; had to wait outside; gave up.
    entered : int array
        Who entered each site.
    wait : float
        Mean time outside, of all who entered or gave up.
    stay, delay : float
        Mean time in bed, and blocked in bed, of those who left.
    """

    occupied: np.ndarray
    blocked: np.ndarray
    queue: np.ndarray
    span: float
    arrivals: int
    refused: int
    queued: int
    reneged: int
    entered: np.ndarray
    wait: float
    stay: float
    delay: float


@dataclass(frozen=True)
class Outcome:
    """Every unit, and the share of time at each number of beds in use in all units together."""

    units: tuple[Found, ...]
    together: np.ndarray


def mean(shares: np.ndarray) -> float:
    """Time average."""
    return float(shares @ np.arange(len(shares)))


class _Guest(Request):
    """Somebody on the way: a request for a place, and an event that SimPy carries, armed anew each time."""

    __slots__ = ("at", "callbacks", "came", "kind", "ready", "unit", "way")
    _ok = True

    def __init__(self, stream: Stream, now: float) -> None:
        super().__init__(stream.accepts)
        self.kind = stream.kind
        self.unit = OUT
        self.came = now


class _Tally:
    def __init__(self, sites: int) -> None:
        self.occupied, self.blocked, self.queue = Level(), Level(), Level()
        self.entered = [0] * sites
        self.restart(0.0)

    def restart(self, now: float) -> None:
        for level in (self.occupied, self.blocked, self.queue):
            level.restart(now)
        self.since = now
        self.arrivals = self.refused = self.queued = self.reneged = self.left = 0
        self.entered = [0] * len(self.entered)
        self.wait = self.stay = self.delay = 0.0

    def close(self, now: float) -> Found:
        return Found(
            occupied=self.occupied.close(now),
            blocked=self.blocked.close(now),
            queue=self.queue.close(now),
            span=now - self.since,
            arrivals=self.arrivals,
            refused=self.refused,
            queued=self.queued,
            reneged=self.reneged,
            entered=np.array(self.entered),
            wait=self.wait / max(sum(self.entered) + self.reneged, 1),
            stay=self.stay / max(self.left, 1),
            delay=self.delay / max(self.left, 1),
        )


class Pathway:
    """Units, streams of guests and their ways.

    Parameters
    ----------
    units : sequence of Unit
    streams : sequence of Stream
    ways : mapping of (kind of guest, unit) to ways
        Shares add up to 1.
    seed : int
    """

    def __init__(
        self,
        units: Sequence[Unit],
        streams: Sequence[Stream],
        ways: Mapping[tuple[int, int], Sequence[Way]],
        seed: int,
    ) -> None:
        self.random = Random(seed)
        self.env = simpy.Environment()
        self.units, self.ways = units, ways
        self.places = [Places(range(len(u.beds)), u.beds) for u in units]
        self.tally = [_Tally(len(u.beds)) for u in units]
        self.together = Level()
        self._to_ready, self._to_depart = [self._ready], [self._depart]
        for stream in streams:
            if stream.rate > 0:
                self._next(stream)

    def run(self, warmup: float, length: float) -> Outcome:
        """Measure for `length` days after `warmup` days."""
        if warmup > 0:
            self.env.run(until=warmup)
        for tally in self.tally:
            tally.restart(warmup)
        self.together.restart(warmup)
        end = warmup + length
        self.env.run(until=end)
        return Outcome(tuple(t.close(end) for t in self.tally), self.together.close(end))

    def _next(self, stream: Stream) -> None:
        arrival = self.env.timeout(self.random.expovariate(stream.rate))
        arrival.callbacks.append(lambda _: self._arrive(stream))

    def _arrive(self, stream: Stream) -> None:
        self._next(stream)
        tally = self.tally[stream.unit]
        tally.arrivals += 1
        door = stream.unless_full
        if door is not None and self.places[door].free[0] == 0:
            tally.refused += 1
            return
        guest = _Guest(stream, self.env.now)
        site = self.places[stream.unit].take(guest.accepts)
        if site >= 0:
            self._enter(guest, stream.unit, site)
        elif self.units[stream.unit].lost:
            tally.refused += 1
        else:
            tally.queued += 1
            tally.queue.change(1, self.env.now)
            self.places[stream.unit].wait(guest)
            patience = self.units[stream.unit].patience
            if patience is not None:
                ends = self.env.timeout(patience(self.random))
                ends.callbacks.append(lambda _: self._give_up(guest, stream.unit))

    def _give_up(self, guest: _Guest, unit: int) -> None:
        if guest.unit != OUT:
            return
        guest.give_up()
        tally = self.tally[unit]
        tally.reneged += 1
        tally.wait += self.env.now - guest.came
        tally.queue.change(-1, self.env.now)

    def _enter(self, guest: _Guest, unit: int, site: int) -> None:
        now = self.env.now
        tally = self.tally[unit]
        if guest.unit == OUT:
            tally.wait += now - guest.came
        tally.entered[site] += 1
        guest.unit, guest.at = unit, site
        guest.came = now
        tally.occupied.change(1, now)
        self.together.change(1, now)
        chance = self.random.random()
        for way in self.ways[guest.kind, unit]:
            chance -= way.share
            if chance < 0:
                break
        guest.way = way
        guest.callbacks = self._to_ready
        self.env.schedule(guest, 1, way.stay(self.random))

    def _ready(self, guest: _Guest) -> None:
        way, onward = guest.way, guest.way.onward
        guest.ready = self.env.now
        if onward == OUT:
            if way.delay is None:
                self._leave(guest)
            else:
                guest.callbacks = self._to_depart
                self.env.schedule(guest, 1, way.delay(self.random))
            return
        self.tally[onward].arrivals += 1
        site = self.places[onward].take(guest.accepts)
        if site >= 0:
            self._leave(guest)
            self._enter(guest, onward, site)
        elif self.units[onward].lost:
            self.tally[onward].refused += 1
            self._leave(guest)
        else:
            self.tally[guest.unit].blocked.change(1, self.env.now)
            self.places[onward].wait(guest)

    def _depart(self, guest: _Guest) -> None:
        guest.ready = self.env.now
        self._leave(guest)

    def _leave(self, guest: _Guest) -> None:
        """Leave the unit; the bed goes to who waits outside or blocks the bed of the unit behind."""
        now, unit = self.env.now, guest.unit
        tally = self.tally[unit]
        tally.occupied.change(-1, now)
        self.together.change(-1, now)
        tally.left += 1
        tally.delay += now - guest.ready
        tally.stay += now - guest.came
        site = guest.at
        follower = self.places[unit].release(site)
        if not isinstance(follower, _Guest):
            return
        if follower.unit == OUT:
            tally.queue.change(-1, now)
        else:
            self.tally[follower.unit].blocked.change(-1, now)
            self._leave(follower)
        self._enter(follower, unit, site)


def exponential(mean_stay: float) -> Draw:
    """Exponential stays of a given mean."""
    rate = 1 / mean_stay
    return lambda random: random.expovariate(rate)


def lognormal(mean_stay: float, deviation: float) -> Draw:
    """Lognormal stays of a given mean and standard deviation."""
    variance = math.log(1 + (deviation / mean_stay) ** 2)
    middle, width = math.log(mean_stay) - variance / 2, math.sqrt(variance)
    return lambda random: random.lognormvariate(middle, width)


def constant(stay: float) -> Draw:
    """The same stay for all."""
    return lambda random: stay
