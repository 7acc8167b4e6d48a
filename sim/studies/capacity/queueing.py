"""Analytic first guesses for beds: Erlang's loss and waiting formulas, and waiting with impatience."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.units import MOST_BEDS


def erlang_b(load: float, beds: int) -> float:
    """Share that finds all beds taken where nobody waits: M/G/c/c, for any distribution of stays.

    The offered load is in beds: requests a day times the mean stay in days. 1 without beds.
    """
    blocking = 1.0
    for k in range(1, beds + 1):
        blocking = load * blocking / (k + load * blocking)
    return blocking


def erlang_c(load: float, beds: int) -> float:
    """Share that must wait where everybody waits for ever: M/M/c.

    1 where the load is not below the beds: the queue then grows without end.
    """
    if load >= beds:
        return 1.0
    lost = erlang_b(load, beds)
    return lost / (1 - (load / beds) * (1 - lost))


def erlang_a(load: float, beds: int, patience: float) -> tuple[float, float]:
    """Share that waits, and share that gives up, where patience is exponential: M/M/c+M.

    The mean patience is in mean stays; at 0 nobody waits and the answer is that of `erlang_b`.
    """
    if load <= 0:
        return 0.0, 0.0
    if patience <= 0:
        lost = erlang_b(load, beds)
        return lost, lost
    weights = [1.0]
    top = 0
    while top < beds or weights[-1] > max(weights) * 1e-9:
        top += 1
        leaving = min(top, beds) + max(top - beds, 0) / patience
        weights.append(weights[-1] * load / leaving)
    chance = np.array(weights) / math.fsum(weights)
    waiting = np.maximum(np.arange(len(chance)) - beds, 0)
    return float(chance[beds:].sum()), float((waiting * chance).sum() / patience / load)


def fewest(share: Callable[[int], float], bound: float) -> int | None:
    """Smallest number of beds up to MOST_BEDS at which a falling share is within a bound; None if none is."""
    low, high = -1, 1
    while share(high) > bound:
        low, high = high, 2 * high
        if high > MOST_BEDS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if share(middle) <= bound else (middle, high)
    return high
