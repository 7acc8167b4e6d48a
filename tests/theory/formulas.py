"""Exact results of queueing theory."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def erlang_b(load: float, beds: int) -> float:
    """Blocking probability of M/G/c/c by the recursion B(k) = a B(k-1) / (k + a B(k-1))."""
    blocking = 1.0
    for k in range(1, beds + 1):
        blocking = load * blocking / (k + load * blocking)
    return blocking


def erlang_c(load: float, beds: int) -> float:
    """Probability of waiting in M/M/c."""
    b = erlang_b(load, beds)
    return b / (1 - (load / beds) * (1 - b))


def erlang_a(rate: float, mean_stay: float, beds: int, mean_patience: float) -> tuple[float, float]:
    """Probabilities of waiting and of reneging in M/M/c+M, from the birth-death chain."""
    mu, theta = 1 / mean_stay, 1 / mean_patience
    logs = [0.0]
    for n in range(1, beds * 40):
        out = min(n, beds) * mu + max(n - beds, 0) * theta
        logs.append(logs[-1] + math.log(rate / out))
    top = max(logs)
    p = np.exp(np.array(logs) - top)
    p /= p.sum()
    n = np.arange(len(p))
    return float(p[n >= beds].sum()), float((np.maximum(n - beds, 0) * theta * p).sum() / rate)


def pollaczek_khinchine(load: float, variation: float) -> float:
    """Mean wait in M/G/1 in units of the mean stay; `variation` is the squared coefficient of variation."""
    return load * (1 + variation) / (2 * (1 - load))


def load_of(occupancy: float, beds: int) -> float:
    """Offered load at which a loss system of some beds has a given occupancy, by bisection."""
    low, high = 0.0, 100.0 * beds
    while high - low > 1e-9 * beds:
        load = (low + high) / 2
        low, high = (load, high) if load * (1 - erlang_b(load, beds)) < occupancy * beds else (low, load)
    return (low + high) / 2


def stationary(states: Sequence[Any], rates: Mapping[tuple[Any, Any], float]) -> dict[Any, float]:
    """Stationary distribution of a Markov chain from its rates."""
    number = {state: i for i, state in enumerate(states)}
    generator = np.zeros((len(states), len(states)))
    for (here, there), rate in rates.items():
        generator[number[here], number[there]] += rate
        generator[number[here], number[here]] -= rate
    equations = generator.T.copy()
    equations[-1] = 1
    answer = np.linalg.solve(equations, np.eye(len(states))[-1])
    return dict(zip(states, answer.tolist(), strict=True))


def blocking_tandem(
    rate: float, onward: float, means: tuple[float, float], beds: tuple[int, int]
) -> dict[str, float]:
    """Two units in series, exponential stays: lost at the door of the first, blocked before the second.

    Parameters
    ----------
    rate : float
        Arrivals at the first unit.
    onward : float
        Share that needs the second unit.
    means : (float, float)
        Mean stays.
    beds : (int, int)

    Returns
    -------
    dict of str to float
        `lost`, a share; `blocked`, mean number; `second`, mean number in the second unit.
    """
    (first, second), (c1, c2) = means, beds
    states = [
        (i, b, j) for i in range(c1 + 1) for j in range(c2 + 1) for b in range(c1 - i + 1 if j == c2 else 1)
    ]
    rates: dict[tuple[tuple[int, ...], tuple[int, ...]], float] = {}
    for i, b, j in states:
        here = (i, b, j)
        if i + b < c1:
            rates[here, (i + 1, b, j)] = rate
        if i:
            rates[here, (i - 1, b, j)] = (1 - onward) * i / first
            rates[here, (i - 1, b, j + 1) if j < c2 else (i - 1, b + 1, j)] = onward * i / first
        if j:
            rates[here, (i, b - 1, j) if b else (i, b, j - 1)] = j / second
    p = stationary(states, rates)
    return {
        "lost": sum(v for (i, b, _), v in p.items() if i + b == c1),
        "blocked": sum(b * v for (_, b, _), v in p.items()),
        "second": sum(j * v for (_, _, j), v in p.items()),
    }


def theatre_refusals(
    surgical: float, urgent: float, operation: float, stay: float, beds: int, room: int
) -> float:
    """Share of intensive-care requests refused behind a theatre of one table, exponential times.

    Surgical patients wait for the table (the chain is cut off at `room` of them) and are refused while
    intensive care is full; who finds it full after the operation, or comes urgently, is refused too.
    """
    states = [(n, j) for n in range(room + 1) for j in range(beds + 1)]
    rates: dict[tuple[tuple[int, ...], tuple[int, ...]], float] = {}
    for n, j in states:
        full = j == beds
        if n < room and not full:
            rates[(n, j), (n + 1, j)] = surgical
        if n:
            rates[(n, j), (n - 1, j if full else j + 1)] = 1 / operation
        if not full:
            rates[(n, j), (n, j + 1)] = urgent
        if j:
            rates[(n, j), (n, j - 1)] = j / stay
    p = stationary(states, rates)
    full = sum(v for (_, j), v in p.items() if j == beds)
    after = sum(v / operation for (n, j), v in p.items() if n and j == beds)
    return ((surgical + urgent) * full + after) / (surgical + urgent)


Line = tuple[int, ...]
"""Who waits, in order of request: 0 accepts any house, 1 and 2 only the first or the second."""


def two_houses(
    beds: tuple[int, int],
    rate: float,
    means: tuple[float, float],
    other_house: float,
    first: float,
    room: int,
) -> dict[str, float]:
    """Two houses with one list, exponential stays and patience; some accept one house only, some go first.

    Who accepts any house gets a bed where most are free, of the first house where that is equal; who does not
    has a house of its own, by its beds. A bed that comes free goes to the first in line whom it suits, those
    who go first before all. The chain is cut off at `room` who wait.

    Parameters
    ----------
    beds : (int, int)
    rate : float
        Requests.
    means : (float, float)
        Mean stay in bed, and mean time until somebody leaves the line.
    other_house : float
        Share that accepts any house.
    first : float
        Share that goes first.
    room : int

    Returns
    -------
    dict of str to float
        `first` and `rest`: share of those who go first, and of the others, that leaves the line; `all`; `used
        0` and `used 1`: mean beds in use; `cut`: chance that the line is as long as it can be here.
    """
    own = [(1 - other_house) * number / sum(beds) for number in beds]
    kinds = [(kind, share) for kind, share in enumerate((other_house, *own)) if share]
    classes = [(place, share) for place, share in enumerate((first, 1 - first)) if share]
    rates: dict[tuple[Any, Any], float] = defaultdict(float)
    found, states = {(0, 0, (), ())}, [(0, 0, (), ())]
    for state in states:
        used, lines = state[:2], state[2:]
        moves = [
            (_asks(used, lines, beds, kind, place, room), rate * share * part)
            for kind, share in kinds
            for place, part in classes
        ]
        moves += [(_leaves_bed(used, lines, house), used[house] / means[0]) for house in (0, 1)]
        moves += [
            (_leaves_line(used, lines, place, at), 1 / means[1])
            for place in (0, 1)
            for at in range(len(lines[place]))
        ]
        for there, speed in moves:
            if speed and there != state:
                rates[state, there] += speed
                if there not in found:
                    found.add(there)
                    states.append(there)
    p = stationary(states, rates)
    waiting = [sum(v * len(state[2 + place]) for state, v in p.items()) for place in (0, 1)]
    return {
        "first": waiting[0] / means[1] / (rate * first) if first else 0.0,
        "rest": waiting[1] / means[1] / (rate * (1 - first)) if first < 1 else 0.0,
        "all": sum(waiting) / means[1] / rate,
        "used 0": sum(v * state[0] for state, v in p.items()),
        "used 1": sum(v * state[1] for state, v in p.items()),
        "cut": sum(v for state, v in p.items() if len(state[2]) + len(state[3]) == room),
    }


def _in_order(line: Line) -> Line:
    """A line without an order between neighbours of whom one wants the first house and one the second."""
    kept = list(line)
    while swaps := [at for at in range(len(kept) - 1) if kept[at : at + 2] == [2, 1]]:
        kept[swaps[0] : swaps[0] + 2] = [1, 2]
    return tuple(kept)


def _asks(used: Any, lines: Any, beds: tuple[int, int], kind: int, place: int, room: int) -> Any:
    """State after a request."""
    free = [number - taken for number, taken in zip(beds, used, strict=True)]
    house = kind - 1 if kind else max((0, 1), key=lambda each: free[each])
    if free[house]:
        return (*(taken + (each == house) for each, taken in enumerate(used)), *lines)
    if len(lines[0]) + len(lines[1]) == room:
        return (*used, *lines)
    longer = list(lines)
    longer[place] = _in_order((*lines[place], kind))
    return (*used, *longer)


def _leaves_bed(used: Any, lines: Any, house: int) -> Any:
    """State after a guest has left a house: the bed goes to who is next in line for it."""
    for place, line in enumerate(lines):
        for at, kind in enumerate(line):
            if kind in (0, house + 1):
                return _leaves_line(used, lines, place, at)
    return (*(taken - (each == house) for each, taken in enumerate(used)), *lines)


def _leaves_line(used: Any, lines: Any, place: int, at: int) -> Any:
    """State after somebody has left a line."""
    shorter = list(lines)
    shorter[place] = _in_order(lines[place][:at] + lines[place][at + 1 :])
    return (*used, *shorter)
