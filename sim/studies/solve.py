"""At which value of a setting an answer becomes what is asked, on the same random numbers, with its chance.

Every place that is tried uses the same people, so that the answer moves by the setting alone. The search
keeps two places between which the answer passes the wanted value, and tries where their chord meets it
(regula falsi, Illinois). What the replications say of that meeting point is a ratio of two means: its
interval is Fieller's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from sim import stats
from sim.stats import CONFIDENCE_LEVEL, ROUNDING
from sim.studies.sensitivity.nested import range_of
from sim.studies.sensitivity.points import FEWEST_POINTS
from sim.units import Floats

# Places that the search for a value tries at most: halving alone tells a million million apart
_MOST_HALVINGS = 40
# Least part of a searched range over which an answer is taken as a line, so that chance does not rule it
_SOLVE_NEAR = 0.05
# Places between the ends of a search that are tried before it says that there is none, and near an end at
# which there is no answer
_SOLVE_BETWEEN = 9
_SOLVE_FLAT = 1e-6  # part of an answer at the ends of a search below which what is left is nothing

At = Callable[[Sequence[float]], Sequence[Floats]]
"""The answer less the wanted value at several places: one value a replication."""


@dataclass(frozen=True)
class Place:
    """A value of the setting, with what every replication answers there less what is wanted."""

    value: float
    answers: Floats

    @property
    def mean(self) -> float:
        """Mean over the replications."""
        return stats.mean(self.answers)


@dataclass(frozen=True)
class Root:
    """Where the answer is what is wanted."""

    value: float
    # `low`, `high`: 95% interval of chance; NaN where a replication too few, or an answer that hardly moves
    # with the setting, gives none
    low: float
    high: float
    # places around it, far enough apart to tell how fast the answer moves there
    before: Place
    after: Place
    places: tuple[Place, ...]  # all that were tried, by value


@dataclass(frozen=True)
class RootRange:
    """How far a root moves with the assumptions: the 95% range of the draws, chance taken out.

    NaN where too few draws have a root; `without` counts those at which the answer does not move towards
    what is wanted.
    """

    low: float
    high: float
    draws: int
    without: int


@dataclass(frozen=True)
class Solved:
    """At which value of a setting an answer is what was asked."""

    # `scenario`, `against`: whose setting moves, and the base of whose difference the answer is; None for the
    # scenario by itself
    scenario: str
    against: str | None
    area: str
    path: str
    kpi: str  # the answer, as `name:key=value`; it must be `target`
    unit: str
    target: float
    value: float  # where it is that: of a whole number the first one that reaches it, from where it stands
    # `low`, `high`: 95% interval of chance; NaN where the answer moves too little, or one replication gives
    # none
    low: float
    high: float
    # `assumed_low`, `assumed_high`: 95% range over the assumptions, chance taken out; NaN where none were
    # drawn
    assumed_low: float
    assumed_high: float
    stands: float
    between: tuple[float, float]  # range that was searched
    # `draws`, `without`: draws of the assumptions, and those at which no value does
    draws: int
    without: int
    replications: int
    seed: int
    # What was tried: value, answer, low, high
    places: tuple[tuple[float, float, float, float], ...] = field(repr=False)


def solve(at: At, low: float, high: float, start: float, step: float) -> Root:
    """A value of a setting at which the mean answer is what is wanted; of several one near where it stands.

    The range from `low` to `high` is searched; `start`, where the setting stands, is tried too if inside.
    Values that can be told apart lie a `step` from each other. Raises NoRoot when the answer passes the
    wanted value nowhere between the places that were tried.
    """
    first = sorted({low, high, start} if low < start < high else {low, high})
    known = {value: Place(value, answers) for value, answers in zip(first, at(first), strict=True)}
    for end, inner in ((first[0], first[1]), (first[-1], first[-2])):
        _near_end(known, at, end, inner, step)
    if not _passes(known):  # there and back again between two of them
        between = np.linspace(low, high, _SOLVE_BETWEEN + 2)[1:-1]
        places = (round(value / step) * step for value in between.tolist())
        more = sorted({place for place in places if low < place < high} - set(known))
        known |= {value: Place(value, answers) for value, answers in zip(more, at(more), strict=True)}
    before, after = _bracket(known, start)
    whole = max(abs(before.mean), abs(after.mean))
    weights = [1.0, 1.0]
    for _ in range(_MOST_HALVINGS):
        value = _next(before, after, weights, step)
        if value is None:
            break
        found = Place(value, at([value])[0])
        known[value] = found
        if math.isnan(found.mean):
            raise NoRoot([known[place] for place in sorted(known)])
        side = 0 if (found.mean < 0) == (before.mean < 0) else 1
        before, after = (found, after) if side == 0 else (before, found)
        weights = [1.0, weights[1] / 2] if side == 0 else [weights[0] / 2, 1.0]
        if abs(found.mean) <= _SOLVE_FLAT * whole:
            break
    return _judged(known, before, after, _SOLVE_NEAR * (high - low))


def _near_end(known: dict[float, Place], at: At, end: float, inner: float, step: float) -> None:
    """Try places ever nearer to where the answer is not observed any more, as an occupancy without beds."""
    for _ in range(_SOLVE_BETWEEN):
        middle = round((end + inner) / 2 / step) * step
        is_between = min(end, inner) < middle < max(end, inner)
        if not (is_between and math.isnan(known[end].mean) and not math.isnan(known[inner].mean)):
            return
        known[middle] = Place(middle, at([middle])[0])
        end, inner = (middle, inner) if math.isnan(known[middle].mean) else (end, middle)


def _bracket(known: Mapping[float, Place], start: float) -> tuple[Place, Place]:
    """The neighbours between which the answer passes 0, its chord nearest to where the setting stands."""
    found = _passes(known)
    if not found:
        raise NoRoot([known[value] for value in sorted(known)])
    return min(found, key=lambda pair: abs(_meets(*pair) - start))


def _passes(known: Mapping[float, Place]) -> list[tuple[Place, Place]]:
    """Neighbours between which the answer passes 0; none where it is not observed or moves nowhere."""
    places = [known[value] for value in sorted(known)]
    means = [place.mean for place in places if not math.isnan(place.mean)]
    if not means or min(means) == max(means):
        return []
    return [
        (before, after)
        for before, after in pairwise(places)
        if not math.isnan(before.mean + after.mean)
        and ((before.mean < 0) != (after.mean < 0) or 0 in (before.mean, after.mean))
    ]


def _meets(before: Place, after: Place) -> float:
    """Where the chord of two places meets what is wanted."""
    width, rise = after.value - before.value, after.mean - before.mean
    return before.value - (before.mean * width / rise if rise else 0.0)


class NoRoot(Exception):
    """No value of the range gives what is wanted, or every one gives the same."""

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__()
        self.places = tuple(places)


def _next(before: Place, after: Place, weights: Sequence[float], step: float) -> float | None:
    """The value to try next, a whole number of steps; None where no value lies between."""
    if 0 in (before.mean, after.mean):
        return None
    first, last = round(before.value / step) + 1, round(after.value / step) - 1
    if first > last:
        return None
    a, b = before.mean * weights[0], after.mean * weights[1]
    value = before.value - a * (after.value - before.value) / (b - a)
    return float(min(max(round(value / step), first), last) * step)


def _judged(known: Mapping[float, Place], before: Place, after: Place, reach: float) -> Root:
    """Where the answer passes what is wanted, with an interval by the chord of places far enough apart.

    The answer may bend over that chord: it tells how fast the answer moves, not where it passes.
    """
    places = tuple(known[value] for value in sorted(known))
    low, high = _apart([place for place in places if not math.isnan(place.mean)], before, after, reach)
    near, value = min((before, after), key=lambda place: abs(place.mean)), _meets(before, after)
    part = stats.ratio_interval(high.answers - low.answers, -near.answers)
    width = high.value - low.value
    ends = sorted(value + (share - part.mean) * width for share in (part.low, part.high))
    if any(math.isnan(end) for end in ends):
        return Root(value, math.nan, math.nan, low, high, places)
    return Root(value, ends[0], ends[1], low, high, places)


def _apart(places: Sequence[Place], before: Place, after: Place, reach: float) -> tuple[Place, Place]:
    """The closest two places around a root that are at least so far apart; the outermost where none are."""
    pairs = [
        (low, high)
        for low in places
        for high in places
        if low.value <= before.value and high.value >= after.value and high.value - low.value >= reach
    ]
    if not pairs:
        return before, after
    return min(pairs, key=lambda pair: pair[1].value - pair[0].value)


def root_over_draws(low: Floats, high: Floats, root: Root) -> RootRange:
    """How far a root moves with the assumptions: where the chord of every draw meets what is wanted.

    `low` and `high` are the answers less what is wanted at both places, float64, shape (draws, replications).
    """
    start, width = root.before.value, root.after.value - root.before.value
    seen = ~(np.isnan(low) | np.isnan(high))
    observed = seen.any(axis=1)
    low, high, seen = low[observed], high[observed], seen[observed]
    slope = np.nanmean(high - low, axis=1, keepdims=True)
    usual = root.after.mean - root.before.mean
    moves = (slope[:, 0] * usual > 0) & (np.abs(slope[:, 0]) > ROUNDING * np.nanmax(np.abs(low), initial=0.0))
    draws, without = len(moves), int((~moves).sum())
    if (seen[moves].sum(axis=1) > 1).sum() < FEWEST_POINTS:  # chance in a draw must be known
        return RootRange(math.nan, math.nan, draws, without)
    part = (_meets(root.before, root.after) - start) / width
    there = low[moves] + part * (high[moves] - low[moves])
    values = root.value - there / slope[moves] * width
    freedom = len(root.before.answers) - 1
    error = math.nan
    if freedom > 0 and not math.isnan(root.low):
        error = (root.high - root.low) / 2 / stats.t_quantile(CONFIDENCE_LEVEL, freedom)
    found = range_of(values, root.value, error, max(freedom, 0))
    return RootRange(found.low, found.high, draws, without)
