"""Inverse-CDF sampling: one uniform in, one value out, monotone in every parameter."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.columns import order_by
from sim.rng import CohortDraws
from sim.scenario.numbers import GammaHours, Lognormal
from sim.schema import GROUPS
from sim.units import WINDOW_EDGES_DAYS, Bools, Floats, Ints


def by_group(values: Mapping[Any, float]) -> Floats:
    """Numbers in the order of `GROUPS`; 0 for a group that is left out (float64 array)."""
    return np.array([values.get(g, 0.0) for g in GROUPS], np.float64)


def lognormal(u: Floats, dist: Lognormal) -> Floats:
    """Days by the inverse lognormal, cut at the maximum (float64 array like `u`)."""
    days = dist.median * np.exp(dist.sigma * special.ndtri(u))
    return np.asarray(np.minimum(days, dist.maximum), np.float64)


def gamma(u: Floats, dist: GammaHours) -> Floats:
    """Inverse gamma of given mean and standard deviation (float64 array like `u`)."""
    shape = (dist.mean / dist.sd) ** 2
    return np.asarray(special.gammaincinv(shape, u), np.float64) * (dist.mean / shape)


def exponential(u: Floats, mean: float) -> Floats:
    """Inverse exponential (float64 array like `u`)."""
    return -mean * np.log1p(-u)


def truncated_normal(u: Floats, mean: Floats, sd: Floats, low: Floats, high: Floats) -> Floats:
    """Inverse normal between two bounds, all arguments per patient (float64 arrays)."""
    a, b = special.ndtr((low - mean) / sd), special.ndtr((high - mean) / sd)
    return np.asarray(mean + sd * special.ndtri(a + u * (b - a)), np.float64)


def choose(u: Floats, shares: Sequence[float] | Floats) -> Ints:
    """Index of the outcome in which a uniform falls (int64 array like `u`)."""
    edges = np.cumsum(np.asarray(shares, np.float64))[:-1]
    return np.searchsorted(edges, u, side="right").astype(np.int64)


def choose_word(u: Floats, shares: Mapping[Any, float], words: Sequence[str]) -> Ints:
    """Code in `words` of a named outcome (int64 array like `u`)."""
    names = list(shares)
    codes = np.array([words.index(n) for n in names], np.int64)
    return codes[choose(u, [shares[n] for n in names])]


def poisson_count(u: float, mean: float) -> int:
    """Inverse Poisson of one uniform."""
    if mean <= 0:
        return 0
    count: int = math.ceil(special.pdtrik(u, mean))
    return count - 1 if count > 0 and special.pdtr(count - 1, mean) >= u else count


_Held = dict[str, tuple[CohortDraws, tuple[NDArray[Any], ...], Any]]
_held: ContextVar[_Held | None] = ContextVar("_held", default=None)
"""What each stream last gave, with what it was asked for; None where nothing is taken over."""
_Found = TypeVar("_Found")


@contextmanager
def taken_over() -> Iterator[None]:
    """Within it, what a stream is asked again of the same people is not drawn again."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def _again(
    name: str, draws: CohortDraws, asked: tuple[NDArray[Any], ...], make: Callable[[], _Found]
) -> _Found:
    """What a stream gives: what it gave the last time where it is asked the same."""
    held = _held.get()
    if held is None:
        return make()
    if name in held:
        known, before, found = held[name]
        same = len(before) == len(asked) and all(map(np.array_equal, before, asked))
        if same and known.same(draws):
            return found  # type: ignore[no-any-return]
    found = make()
    held[name] = draws, asked, found
    return found


def event_times(draws: CohortDraws, stream: str, rates: Floats) -> tuple[Ints, Ints, Floats]:
    """Times of a Poisson process whose rate depends on the time remaining.

    The k-th event of a patient happens when the cumulative hazard since entry passes the sum of k
    unit exponentials, so a higher rate moves every event earlier and changes no other patient.

    Parameters
    ----------
    rates : float64 array, shape (n, 4)
        Events a day in the windows 365-90, 90-30, 30-7 and 7-0 days before death.

    Returns
    -------
    patient : int64 array
        Row of the patient, ascending.
    number : int64 array
        0 for the patient's first event, 1 for the second, ...
    days_before_death : float64 array
    """
    return _again(f"times {stream}", draws, (rates,), lambda: _event_times(draws, stream, rates))


def _event_times(draws: CohortDraws, stream: str, rates: Floats) -> tuple[Ints, Ints, Floats]:
    edges = np.array(WINDOW_EDGES_DAYS, np.float64)
    hazard = rates * -np.diff(edges)
    cumulative = np.concatenate([np.zeros((len(rates), 1)), np.cumsum(hazard, axis=1)], axis=1)
    total = cumulative[:, -1]
    active = np.flatnonzero(total > 0)
    passed = np.zeros(len(rates))
    found: list[tuple[Ints, Floats]] = [(np.zeros(0, np.int64), np.zeros(0))]
    while active.size:
        level = passed[active] - np.log(draws.uniform_of(active, stream, len(found) - 1))
        inside = level < total[active]
        active, level = active[inside], level[inside]
        passed[active] = level
        found.append((active, level))
    patient, level = (np.concatenate([f[n] for f in found]) for n in range(2))
    number = np.repeat(np.arange(len(found)) - 1, [len(rows) for rows, _ in found])
    order = order_by(patient)
    patient, level = patient[order], level[order]
    window = (level[:, None] >= cumulative[patient, 1:]).sum(axis=1)
    inside_window = (level - cumulative[patient, window]) / rates[patient, window]
    return patient, number[order], edges[window] - inside_window


def numbered_uniform(draws: CohortDraws, stream: str, patient: Ints, number: Ints) -> Floats:
    """One uniform for each numbered event of a patient (float64 array like `patient`, which ascends)."""
    asked = (patient, number)
    return _again(f"numbered {stream}", draws, asked, lambda: _numbered(draws, stream, patient, number))


def _numbered(draws: CohortDraws, stream: str, patient: Ints, number: Ints) -> Floats:
    out = np.zeros(len(patient))
    order = order_by(number)
    cuts = np.searchsorted(number[order], np.arange(int(number.max(initial=-1)) + 2)).tolist()
    for k, (low, high) in enumerate(pairwise(cuts)):
        rows = order[low:high]
        out[rows] = draws.uniform_of(patient[rows], stream, k)
    return out


def bernoulli(u: Floats, probability: Floats | float) -> Bools:
    """True where the uniform lies below the probability."""
    return np.asarray(u < probability, np.bool_)


def admission_hazard(probability: Floats) -> Floats:
    """Mean number of events of a Poisson process that has at least one with this probability."""
    return np.asarray([-math.log1p(-p) for p in probability], np.float64)
