"""How long guests stay, with those who are still there: Kaplan-Meier, and the best of three distributions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from sim.stats import CONFIDENCE_LEVEL, Interval
from sim.units import Bools, Floats, Ints

_LEAST_CHANCE = 1e-300  # a chance of less counts as this in a likelihood
_CURVATURE_STEP = 1e-3  # step of the differences by which the curvature of a likelihood is taken
MOST_LOG_ERROR = 2.0  # half-width of the logarithm of a mean or factor beyond which a fit tells nothing of it
_MOST_EVALUATIONS = 1000  # values of a likelihood that a fit may ask for
_FEWEST_STAYS = 5  # ended stays of a register below which no distribution is fitted

_HALF = 0.5
"""Days that a difference of two dates may be off to either side, in the mean."""
Survival = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class Fitted:
    """A distribution of the stay in days, with the 95% interval of its mean."""

    family: str  # lognormal, weibull or mixture
    # Of `survival`: of a lognormal the mean and logarithm of the deviation of the logarithm
    parameters: tuple[float, ...]
    aic: float
    mean: Interval

    def survival(self, days: Floats) -> Floats:
        """Share that stays longer than so many days."""
        return _FAMILIES[self.family][0](np.array(self.parameters), np.asarray(days, np.float64))


@dataclass(frozen=True)
class Survived:
    """A Kaplan-Meier curve: the share still there after each number of days on which somebody left."""

    days: Ints
    share: Floats

    def median(self) -> float:
        """Days after which half has left; NaN where more than half is still there."""
        below = np.flatnonzero(self.share <= _HALF)
        return float(self.days[below[0]]) if len(below) else float("nan")


def kaplan_meier(days: Ints, ended: Bools) -> Survived:
    """The curve of stays (days so far, int64) of which some have not ended."""
    at = np.unique(days[ended])
    there = np.array([(days >= day).sum() for day in at], np.float64)
    left = np.array([((days == day) & ended).sum() for day in at], np.float64)
    return Survived(at, np.asarray(np.cumprod(1 - left / there), np.float64))


def _lognormal(p: Floats, days: Floats) -> Floats:
    size = np.log(np.maximum(days, _LEAST_CHANCE))
    return np.asarray(special.ndtr((p[0] - size) / np.exp(p[1])), np.float64)


def _weibull(p: Floats, days: Floats) -> Floats:
    return np.asarray(np.exp(-((days / np.exp(p[0])) ** np.exp(p[1]))), np.float64)


def _mixture(p: Floats, days: Floats) -> Floats:
    short = special.expit(p[0])
    return np.asarray(short * _lognormal(p[1:-2], days) + (1 - short) * _lognormal(p[-2:], days), np.float64)


def _lognormal_mean(p: Floats) -> float:
    with np.errstate(over="ignore"):
        return float(np.exp(p[0] + np.exp(2 * p[1]) / 2))


def _weibull_mean(p: Floats) -> float:
    return float(np.exp(p[0]) * special.gamma(1 + np.exp(-p[1])))


def _mixture_mean(p: Floats) -> float:
    short = float(special.expit(p[0]))
    return short * _lognormal_mean(p[1:-2]) + (1 - short) * _lognormal_mean(p[-2:])


_FAMILIES: dict[str, tuple[Survival, Callable[[Floats], float]]] = {
    "lognormal": (_lognormal, _lognormal_mean),
    "weibull": (_weibull, _weibull_mean),
    "mixture": (_mixture, _mixture_mean),
}


def fit_stay(days: Ints, ended: Bools) -> list[Fitted]:
    """Distributions of the stay, the lowest AIC first; none where fewer than some stays have ended.

    A stay of so many days between two dates was half a day longer or shorter; one that has not ended is
    longer than it is so far.
    """
    if int(ended.sum()) < _FEWEST_STAYS:
        return []
    rows, count = np.unique(np.column_stack([days, ended]), axis=0, return_counts=True)
    length, over = rows[:, 0].astype(np.float64), rows[:, 1].astype(np.bool_)
    logs = np.log(np.maximum(days[ended], _HALF))
    middle, spread = float(logs.mean()), float(np.log(max(logs.std(), _HALF / 2)))
    starts = {
        "lognormal": [middle, spread],
        "weibull": [float(np.log(days[ended].mean() + _HALF)), 0.0],
        "mixture": [0.0, middle - 1, spread - _HALF, middle + _HALF, spread - _HALF],
    }
    found = [_fit(family, starts[family], length, over, count.astype(np.float64)) for family in _FAMILIES]
    return sorted((each for each in found if each is not None), key=lambda each: each.aic)


def _fit(family: str, start: Sequence[float], days: Floats, over: Bools, count: Floats) -> Fitted | None:
    survival, mean = _FAMILIES[family]

    def loss(p: Floats) -> float:
        # Of stays that are nearly alike a power may overflow: nobody is left
        with np.errstate(over="ignore"):
            low, high = survival(p, np.maximum(days - _HALF, 0)), survival(p, days + _HALF)
        chance = np.where(over, low - high, low)
        value = -float(np.dot(count, np.log(np.maximum(chance, _LEAST_CHANCE))))
        return value if np.isfinite(value) else float(len(days)) * -math.log(_LEAST_CHANCE)

    from scipy import optimize  # slow to load, and only a fit needs it

    found = optimize.minimize(loss, np.array(start), method="L-BFGS-B")
    found = optimize.minimize(loss, found.x, method="Nelder-Mead", options={"maxfev": _MOST_EVALUATIONS})
    best = np.asarray(found.x, np.float64)
    curvature = _second(loss, best)
    try:
        spread = np.linalg.inv(curvature)
        np.linalg.cholesky(spread)
    except np.linalg.LinAlgError:
        return None
    slope = _first(lambda p: float(np.log(mean(p))), best)
    error = float(np.sqrt(slope @ spread @ slope)) * float(special.ndtri((1 + CONFIDENCE_LEVEL) / 2))
    value = mean(best)
    if not (np.isfinite(error) and error <= MOST_LOG_ERROR and np.isfinite(value)):
        return None
    aic = 2 * len(best) + 2 * float(found.fun)
    interval = Interval(value, value * math.exp(-error), value * math.exp(error), int(count.sum()))
    return Fitted(family, tuple(float(each) for each in best), aic, interval)


def _first(function: Callable[[Floats], float], at: Floats) -> Floats:
    steps = np.eye(len(at)) * _CURVATURE_STEP
    return np.array([(function(at + step) - function(at - step)) / (2 * _CURVATURE_STEP) for step in steps])


def _second(function: Callable[[Floats], float], at: Floats) -> Floats:
    steps = np.eye(len(at)) * _CURVATURE_STEP * (1 + 1)
    return np.array(
        [
            [
                (function(at + a + b) - function(at + a - b) - function(at - a + b) + function(at - a - b))
                / (2 * float(np.abs(a).max())) ** 2
                for b in steps
            ]
            for a in steps
        ]
    )
