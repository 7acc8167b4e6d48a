"""The queueing systems with an exact answer that the journey's places are held against.

Each is simulated with the seeds below, fixed in advance; `docs/theory.md` is made from the same list.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from formulas import (
    blocking_tandem,
    erlang_a,
    erlang_b,
    erlang_c,
    pollaczek_khinchine,
    theatre_refusals,
)
from pathway import Draw, Outcome, Pathway, Stream, Unit, Way, constant, exponential, lognormal, mean

SEEDS = range(1000, 1020)
OTHER_SEEDS = range(2000, 2020)
"""For a system that would otherwise repeat the events of another one."""
GUESTS = 8000
WARMUP_STAYS = 40


@dataclass(frozen=True)
class Figure:
    """One number of a system that is known, with its standard error, and how it is read from a run."""

    name: str
    exact: float
    read: Callable[[Any], float]
    error: float = 0.0


@dataclass(frozen=True)
class System:
    """A system: where its exact answer comes from, how it runs, what is compared."""

    name: str
    theory: str
    run: Callable[[int], Any]
    figures: tuple[Figure, ...]
    seeds: range = SEEDS


@dataclass(frozen=True)
class Result:
    """A figure simulated: mean over the seeds, standard error of its distance, and the distance in those."""

    system: System
    figure: Figure
    simulated: float
    error: float

    @property
    def z(self) -> float:
        """Simulated minus exact, in standard errors."""
        return (self.simulated - self.figure.exact) / self.error

    def row(self) -> str:
        """Line of the table in `docs/theory.md`."""
        cells = (
            self.system.name,
            self.system.theory,
            self.figure.name,
            f"{self.figure.exact:.4f}",
            f"{self.simulated:.4f}",
            f"{self.error:.4f}",
            f"{self.z:+.1f}",
        )
        return f"| {' | '.join(cells)} |"


@cache
def outcomes(system: System) -> tuple[Any, ...]:
    """Runs of a system over all seeds."""
    return tuple(system.run(seed) for seed in system.seeds)


def results(system: System) -> list[Result]:
    """Every figure of a system."""
    found = []
    for figure in system.figures:
        values = [figure.read(outcome) for outcome in outcomes(system)]
        error = float(np.std(values, ddof=1)) / len(values) ** 0.5
        found.append(Result(system, figure, float(np.mean(values)), math.hypot(error, figure.error)))
    return found


# ------------------------------------------------------------------ what a run shows
def refused(outcome: Outcome) -> float:
    """Share lost."""
    return outcome.units[0].refused / outcome.units[0].arrivals


def waited(outcome: Outcome) -> float:
    """Share that has to wait."""
    return outcome.units[0].queued / outcome.units[0].arrivals


def reneged(outcome: Outcome) -> float:
    """Share that gives up."""
    return outcome.units[0].reneged / outcome.units[0].arrivals


def wait(outcome: Outcome) -> float:
    """Mean wait."""
    return outcome.units[0].wait


def busy(outcome: Outcome) -> float:
    """Mean number in bed."""
    return mean(outcome.units[0].occupied)


# ------------------------------------------------------------------ one unit; the mean stay is 1
def single(load: float, unit: Unit, stay: Draw, accepts: tuple[int, ...] = (0,)) -> Callable[[int], Outcome]:
    """Runs of one unit under an offered load."""
    streams, ways = [Stream(load, accepts=accepts)], {(0, 0): [Way(1.0, stay)]}
    return lambda seed: Pathway([unit], streams, ways, seed).run(WARMUP_STAYS, GUESTS / load)


def loss(name: str, load: float, beds: int, stay: Draw) -> System:
    """A unit where who finds it full is lost."""
    exact = erlang_b(load, beds)
    return System(
        name,
        "Erlang B",
        single(load, Unit((beds,), lost=True), stay),
        (Figure("refused", exact, refused), Figure("beds in use", load * (1 - exact), busy)),
    )


def waiting(name: str, load: float, sites: tuple[int, ...], seeds: range = SEEDS) -> System:
    """Sites with one queue; everyone accepts every site."""
    beds, accepts = sum(sites), tuple(range(len(sites)))
    exact = erlang_c(load, beds)
    return System(
        name,
        "Erlang C",
        single(load, Unit(sites), exponential(1.0), accepts),
        (Figure("waits", exact, waited), Figure("mean wait", exact / (beds - load), wait)),
        seeds,
    )


def one_server(name: str, load: float, stay: Draw, variation: float) -> System:
    """One bed and a queue."""
    exact = pollaczek_khinchine(load, variation)
    return System(
        name,
        "Pollaczek-Khinchine",
        single(load, Unit((1,)), stay),
        (Figure("waits", load, waited), Figure("mean wait", exact, wait)),
    )


def impatient(name: str, load: float, sites: tuple[int, ...], patience: float) -> System:
    """Sites with one queue that is left after an exponential patience."""
    accepts = tuple(range(len(sites)))
    exact = erlang_a(load, 1.0, sum(sites), patience)
    unit = Unit(sites, patience=exponential(patience))
    return System(
        name,
        "Erlang A",
        single(load, unit, exponential(1.0), accepts),
        (Figure("waits", exact[0], waited), Figure("gives up", exact[1], reneged)),
    )


def unlimited() -> System:
    """Beds without limit: a Poisson number is in bed."""

    def twelve(outcome: Outcome) -> float:
        occupied = outcome.units[0].occupied
        return float(occupied[12] / occupied[:13].sum())

    figures = (Figure("in bed", 12.0, busy), Figure("P(N=12) / P(N<=12)", erlang_b(12.0, 12), twelve))
    return System(
        "no limit, lognormal stay", "M/G/infinity", single(12.0, Unit((None,)), lognormal(1.0, 1.1)), figures
    )


def overflow() -> System:
    """A first choice and a second; general stays."""
    load, first, second = 5.0, 4, 3

    def passed_on(outcome: Outcome) -> float:
        unit = outcome.units[0]
        return float(1 - unit.entered[0] / unit.arrivals)

    return System(
        "second choice when the first is full",
        "Erlang B twice",
        single(load, Unit((first, second), lost=True), exponential(1.0), (0, 1)),
        (
            Figure("not at the first choice", erlang_b(load, first), passed_on),
            Figure("refused", erlang_b(load, first + second), refused),
        ),
    )


# ------------------------------------------------------------------ two units in series
def blocked_tandem() -> System:
    """A full second unit keeps guests in the beds of the first."""
    rate, onward, means, beds = 2.0, 0.6, (1.5, 4.0), (6, 5)
    exact = blocking_tandem(rate, onward, means, beds)
    units = [Unit((beds[0],), lost=True), Unit((beds[1],))]
    ways = {
        (0, 0): [Way(onward, exponential(means[0]), 1), Way(1 - onward, exponential(means[0]))],
        (0, 1): [Way(1.0, exponential(means[1]))],
    }
    return System(
        "two units, the second blocks the first",
        "Markov chain",
        lambda seed: Pathway(units, [Stream(rate)], ways, seed).run(200, GUESTS / rate),
        (
            Figure("refused", exact["lost"], refused),
            Figure("blocked beds", exact["blocked"], lambda o: mean(o.units[0].blocked)),
            Figure("in the second unit", exact["second"], lambda o: mean(o.units[1].occupied)),
        ),
    )


THEATRE = {"surgical": 2.0, "urgent": 1.0, "operation": 0.3, "stay": 2.0, "beds": 8}


def theatre() -> System:
    """Intensive care behind an operating theatre of one table."""
    surgical, urgent, operation, stay, beds = THEATRE.values()
    exact = theatre_refusals(surgical, urgent, operation, stay, int(beds), room=60)
    units = [Unit((1,)), Unit((int(beds),), lost=True)]
    streams = [Stream(surgical, 0, unless_full=1), Stream(urgent, 1)]
    ways = {(0, 0): [Way(1.0, exponential(operation), 1)], (0, 1): [Way(1.0, exponential(stay))]}

    def share(outcome: Outcome) -> float:
        door, care = outcome.units
        came = door.arrivals + care.arrivals - sum(door.entered)
        return float((door.refused + care.refused) / came)

    return System(
        "intensive care behind a theatre",
        "Markov chain",
        lambda seed: Pathway(units, streams, ways, seed).run(200, GUESTS / (surgical + urgent)),
        (Figure("refused", exact, share),),
    )


SYSTEMS = (
    loss("6 beds, exponential stay", 5.0, 6, exponential(1.0)),
    loss("4 beds, exponential stay", 2.05, 4, exponential(1.0)),
    loss("8 beds, constant stay", 5.0, 8, constant(1.0)),
    loss("10 beds, lognormal stay", 8.355, 10, lognormal(1.0, 1.16)),
    loss("12 beds, lognormal stay", 9.47, 12, lognormal(1.0, 0.9)),
    loss("24 beds, exponential stay", 19.2, 24, exponential(1.0)),
    loss("24 beds, lognormal stay", 19.2, 24, lognormal(1.0, 1.4)),
    overflow(),
    waiting("6 beds", 4.0, (6,)),
    waiting("24 beds", 19.2, (24,)),
    waiting("6 sites of 4 beds, one queue", 19.2, (4,) * 6, OTHER_SEEDS),
    one_server("1 bed, lognormal stay", 0.7, lognormal(1.0, (math.exp(0.25) - 1) ** 0.5), math.exp(0.25) - 1),
    one_server("1 bed, constant stay", 0.7, constant(1.0), 0.0),
    impatient("6 beds", 6.0, (6,), 0.5),
    impatient("24 beds", 22.0, (24,), 0.19),
    impatient("6 sites of 4 beds, one queue", 24.0, (4,) * 6, 0.25),
    unlimited(),
    blocked_tandem(),
    theatre(),
)
