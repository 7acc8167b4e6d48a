"""What the spread of draws owes to their parameters, with the chance of simulated people taken out.

Every draw of the parameters is simulated on one replication or a few. Two draws differ by their parameters
and by chance; what the replications of one draw differ among themselves is chance alone. So the variance that
is owed to parameters is that of the means of the draws, less that of chance in such a mean (one-way analysis
of variance with groups of unequal size: Searle, Casella and McCulloch 1992). The draws themselves are drawn
towards their mean until they have that variance, and their quantiles are the range (constrained empirical
Bayes: Louis 1984; Ghosh 1992). A raw spread would overstate the range: see Goldhaber-Fiebert et al. (2024) on
microsimulations.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtr

from sim.stats import CONFIDENCE_LEVEL, FISHER_LOST
from sim.units import Bools, Floats, Ints

PSA_LOW, PSA_HIGH = 0.025, 0.975  # quantiles of the draws that a 95% range lies between
_DRAWS_PER_CARRIER = 4  # draws for every assumption that may be named as carrying a range
_RESAMPLES = 200  # times that draws are drawn anew for the error of a range
# Places a standard error, and on either side of 0, at which Student t is looked up for that error
_STUDENT_STEPS, _STUDENT_REACH = 1000, 32_000


class Nested(NamedTuple):
    """Answers of draws without the chance of each."""

    raw: Floats  # float64 array, shape (n,); mean answer of each draw over its replications
    # float64 array, shape (n,); the same, drawn towards their mean until only the variance owed to parameters
    # is left
    answers: Floats
    # `between`, `chance`: variance owed to the parameters, and that of chance in the mean of one draw, on
    # average
    between: float
    chance: float


class Range(NamedTuple):
    """95% range of an answer over the draws, the probability of its sign, and the standard error of each."""

    low: float
    high: float
    sign: float
    low_error: float
    high_error: float
    sign_error: float

    def within(self, least: float, most: float) -> Range:
        """The same where no answer lies outside two bounds, such as those of a count that can only fall."""
        return self._replace(low=min(max(self.low, least), most), high=min(max(self.high, least), most))


class Carrier(NamedTuple):
    """A parameter, by its column, with the share of the variance that it explains by itself."""

    column: int
    share: float
    error: float


def steadied(values: Floats, control: Floats) -> Floats:
    """Answers (as `nested`) less what the same people do in the answer at the middle of all ranges.

    The people of a replication move the answer of every draw alike. Their known effect at the middle is
    taken off as far as the replications of one draw follow it (a control variate): `control`, of the same
    shape, is the answer at the middle in the same replication, less its mean over all replications.
    """
    seen = ~np.isnan(values)
    apart = _within(control, seen)
    squares = float((apart**2).sum())
    if squares == 0:
        return values
    slope = float((apart * _within(values, seen)).sum()) / squares
    return np.asarray(values - slope * control, np.float64)


def _within(values: Floats, seen: Bools) -> Floats:
    """Values less their mean along the last axis, over what is seen; 0 elsewhere."""
    mean = np.where(seen, values, 0.0).sum(axis=-1) / seen.sum(axis=-1)
    return np.where(seen, values - mean[..., np.newaxis], 0.0)


def nested(values: Floats) -> Nested:
    """Take the chance of simulated people out of the answers of draws (float64, shape (n, m)).

    Each of two or more draws has its answers by replication; NaN where a draw has fewer than m, but for one
    in every draw and two in some.
    """
    found = _nested(_taken(_draws(values), np.arange(len(values))[np.newaxis]))
    return Nested(found.raw[0], found.answers[0], float(found.between[0]), float(found.chance[0]))


class _Draws(NamedTuple):
    """What draws say of themselves: mean answer, replications, and squares among those around that mean.

    Each float64 array of shape (n,), or (sets, n) for several sets of draws.
    """

    raw: Floats
    each: Floats
    squares: Floats


class _Sets(NamedTuple):
    """As `Nested`, of several sets of draws, with the mean of each set and the variance of that mean."""

    raw: Floats
    answers: Floats
    between: Floats
    chance: Floats
    mean: Floats
    unsure: Floats


def _draws(values: Floats) -> _Draws:
    seen = ~np.isnan(values)
    each = seen.sum(axis=1).astype(np.float64)
    raw = np.where(seen, values, 0.0).sum(axis=1) / each
    return _Draws(raw, each, (_within(values, seen) ** 2).sum(axis=1))


def _nested(draws: _Draws) -> _Sets:
    """As `nested`, of several sets of draws at once."""
    raw, each, squares = draws
    number, total = each.shape[1], each.sum(axis=1)
    within = squares.sum(axis=1) / np.maximum(total - number - 1, 1)
    mean = (each * raw).sum(axis=1) / total
    apart = raw - mean[:, np.newaxis]
    whole = (each * apart**2).sum(axis=1) / (number - 1)
    usual = (total - (each**2).sum(axis=1) / total) / (number - 1)
    between = np.maximum(whole - within, 0.0) / usual
    chance = within[:, np.newaxis] / each
    spread = between[:, np.newaxis] + chance
    kept = np.sqrt(np.divide(between[:, np.newaxis], spread, out=np.zeros_like(spread), where=spread > 0))
    answers = mean[:, np.newaxis] + kept * apart
    return _Sets(raw, answers, between, chance.mean(axis=1), mean, whole / total)


def range_of(values: Floats, middle: float, chance_error: float, freedom: int) -> Range:
    """95% range over the draws (as `nested`), and the probability that the answer has the sign of the middle.

    The middle is the answer with every parameter as it stands. The probability holds over both uncertainties:
    at every draw that of chance around its answer, Student t with the standard error of the answer at the
    middle (NaN where one replication gives none) and its degrees of freedom. The errors are those of drawing
    anew from the draws.
    """

    def certain(answers: Floats) -> Floats:
        return np.asarray(stdtr(freedom, answers / chance_error), np.float64)

    def nearly(answers: Floats) -> Floats:
        places = np.rint(answers * (_STUDENT_STEPS / chance_error)) + _STUDENT_REACH
        where = np.clip(places, 0, 2 * _STUDENT_REACH).astype(np.int64)
        return np.asarray(_student(freedom)[where], np.float64)

    draws, number = _draws(values), len(values)
    known = chance_error > 0 and freedom > 0
    found = _bounds(_taken(draws, np.arange(number)[np.newaxis]), middle, certain if known else None)[:, 0]
    if np.nanmax(values) == np.nanmin(values):
        return Range(float(found[0]), float(found[1]), float(found[2]), 0.0, 0.0, 0.0)
    again = np.random.default_rng(number).integers(number, size=(_RESAMPLES, number))
    errors = _bounds(_taken(draws, again), middle, nearly if known else None).std(axis=1, ddof=1)
    low, high, sign, *apart = (float(number) for number in (*found, *errors))
    return Range(low, high, sign, *apart)


@lru_cache
def _student(freedom: int) -> Floats:
    """Student t at places up to _STUDENT_REACH on either side of 0, _STUDENT_STEPS to a standard error."""
    steps = np.arange(-_STUDENT_REACH, _STUDENT_REACH + 1) / _STUDENT_STEPS
    return np.asarray(stdtr(freedom, steps), np.float64)


def _taken(draws: _Draws, which: Ints) -> _Draws:
    """Sets of some of the draws, by their numbers (shape (sets, n))."""
    return _Draws(*(column[which] for column in draws))


def _bounds(draws: _Draws, middle: float, above: Callable[[Floats], Floats] | None) -> Floats:
    """Low, high and probability of the sign, of several sets of draws at once: shape (3, sets).

    `above` is the probability that an answer is above 0 when chance moves it; without it chance moves none.
    """
    answers = _centred(draws, middle)
    low, high = np.quantile(answers, [PSA_LOW, PSA_HIGH], axis=1, method="hazen")
    along = answers if middle >= 0 else -answers
    sign = (along > 0 if above is None else above(along)).mean(axis=1)
    return np.array([low, high, sign], np.float64)


def _centred(draws: _Draws, middle: float) -> Floats:
    """Answers of several sets of draws, around their mean only as far as the draws can move it.

    What no assumption moves lies at the middle, whatever chance does to the mean of the draws. The mean
    differs from the middle by the bend of the model, which is of the order of the spread owed to parameters,
    and by chance: it counts by the first beside both.
    """
    found = _nested(draws)
    whole = found.between + found.unsure
    weight = np.divide(found.between, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.asarray(found.answers + ((1 - weight) * (middle - found.mean))[:, np.newaxis], np.float64)


def carriers(levels: Floats, found: Nested, level: float = CONFIDENCE_LEVEL) -> list[Carrier]:
    """Parameters that carry the range: first-order shares of the variance by regression on the draws.

    Levels are the place of every parameter in its range at every draw, from 0 to 1: float64, shape (n, k).
    Forward choice: the parameter that follows what is left best joins while its correlation is clear of 0 at
    a level at which all parameters together give a false one in one case of twenty (Sidak). The slopes of
    those that joined, fitted together and less their own error, give the shares, the largest first.
    """
    draws, several = levels.shape
    if found.between == 0 or several == 0:
        return []
    placed = levels - levels.mean(axis=0)
    spread = placed.std(axis=0)
    moved = np.flatnonzero(spread > 0)
    answer = found.raw - found.raw.mean()
    wide = float(ndtri((1 + level ** (1 / several)) / 2))
    chosen: list[int] = []
    left = answer
    for joined in range(max(draws // _DRAWS_PER_CARRIER, 1)):
        free = np.array([column for column in moved if column not in chosen], np.int64)
        best, z = _closest(placed, left, free, draws - FISHER_LOST - joined)
        if best is None or z <= wide:
            break
        chosen.append(best)
        left = answer - _fitted(placed[:, chosen], answer)
    if not chosen:
        return []
    return sorted(_shares(placed, answer, chosen, found.chance), key=lambda each: (-each.share, each.column))


def _closest(placed: Floats, left: Floats, free: Ints, freedom: int) -> tuple[int | None, float]:
    """The column that follows an answer best, and Fisher's z of its correlation in standard errors."""
    size = math.sqrt(float(left @ left))
    if not len(free) or size == 0 or freedom < 1:
        return None, 0.0
    columns = placed[:, free]
    together = np.abs(columns.T @ left) / (np.sqrt((columns**2).sum(axis=0)) * size)
    place = int(np.argmax(together))
    most = 1 - 1 / len(left) ** 2
    return int(free[place]), math.atanh(min(float(together[place]), most)) * math.sqrt(freedom)


def _fitted(columns: Floats, answer: Floats) -> Floats:
    return np.asarray(columns @ np.linalg.lstsq(columns, answer, rcond=None)[0], np.float64)


def _shares(placed: Floats, answer: Floats, chosen: list[int], chance: float) -> list[Carrier]:
    """Share of the variance of each chosen column, from slopes fitted together, with its standard error.

    The whole is what the columns explain by themselves and what is left beyond chance; that two columns
    happen to go together in these draws is no part of it.
    """
    columns = placed[:, chosen]
    slopes = np.linalg.lstsq(columns, answer, rcond=None)[0]
    left = answer - columns @ slopes
    noise = float(left @ left) / max(len(answer) - len(chosen) - 1, 1)
    errors = np.sqrt(noise * np.diag(np.linalg.inv(columns.T @ columns)))
    spread = columns.var(axis=0, ddof=1)
    own = np.maximum(slopes**2 - errors**2, 0.0) * spread
    whole = float(own.sum()) + max(noise - chance, 0.0)
    if whole == 0:
        return []
    shares = own / whole
    reach = 2 * np.abs(slopes) * errors * spread / whole
    # the whole is itself known to a part of sqrt(2 / n)
    apart = np.hypot(reach, shares * math.sqrt(2 / len(answer)))
    return [
        Carrier(column, float(share), float(error))
        for column, share, error in zip(chosen, shares, apart, strict=True)
    ]
