"""A plain queue on the journey's own `Places`, and the exact formulas it is held against."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import simpy

from sim.journey.places import Places, Request

Sampler = Callable[[np.random.Generator, int], np.ndarray]


@dataclass(frozen=True)
class Outcome:
    """What a run of a queue shows."""

    refused: float
    waited: float
    mean_wait: float
    reneged: float
    mean_in_system: float
    mean_busy: float
    arrivals: int


class _Customer(Request):
    __slots__ = ("arrived", "stay")

    def __init__(self, stay: float, arrived: float) -> None:
        super().__init__()
        self.stay = stay
        self.arrived = arrived


def run_queue(
    *,
    rate: float,
    stay: Sampler,
    beds: int | None,
    customers: int,
    seed: int,
    patience: float | None = None,
    loss: bool = False,
    warmup: int = 2000,
) -> Outcome:
    """Poisson arrivals to one site: loss, waiting, or waiting with exponential patience (mean)."""
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.exponential(1 / rate, customers)).tolist()
    stays = stay(rng, customers).tolist()
    patiences = rng.exponential(patience, customers).tolist() if patience else None
    env = simpy.Environment()
    places = Places([0], [beds])
    count = {"refused": 0, "waited": 0, "reneged": 0, "served": 0}
    waits: list[float] = []
    area = {"system": 0.0, "busy": 0.0, "n": 0, "b": 0, "last": 0.0}
    start = times[warmup]

    def tick(system: int, busy: int) -> None:
        now = env.now
        if now > start:
            since = max(area["last"], start)
            area["system"] += area["n"] * (now - since)
            area["busy"] += area["b"] * (now - since)
        area["last"] = now
        area["n"] += system
        area["b"] += busy

    def leave(customer: _Customer) -> None:
        tick(-1, -1)
        follower = places.release(0)
        if follower is not None:
            assert isinstance(follower, _Customer)
            serve(follower)

    def serve(customer: _Customer) -> None:
        tick(0, 1)
        if customer.arrived >= start:
            waits.append(env.now - customer.arrived)
        env.timeout(customer.stay).callbacks.append(lambda _: leave(customer))

    def give_up(customer: _Customer, ticket: int) -> None:
        if customer.ticket == ticket:
            customer.give_up()
            tick(-1, 0)
            count["reneged"] += customer.arrived >= start

    def arrive(i: int) -> None:
        customer = _Customer(stays[i], env.now)
        counted = i >= warmup
        if places.take((0,)) >= 0:
            tick(1, 0)
            serve(customer)
        elif loss:
            count["refused"] += counted
        else:
            tick(1, 0)
            count["waited"] += counted
            places.wait(customer)
            if patiences is not None:
                ticket = customer.ticket
                env.timeout(patiences[i]).callbacks.append(lambda _: give_up(customer, ticket))
        if i + 1 < customers:
            env.timeout(times[i + 1] - env.now).callbacks.append(lambda _: arrive(i + 1))

    env.timeout(times[0]).callbacks.append(lambda _: arrive(0))
    env.run(until=times[-1])
    seen = customers - warmup
    span = times[-1] - start
    return Outcome(
        refused=count["refused"] / seen,
        waited=count["waited"] / seen,
        mean_wait=float(np.mean(waits)),
        reneged=count["reneged"] / seen,
        mean_in_system=area["system"] / span,
        mean_busy=area["busy"] / span,
        arrivals=seen,
    )


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


def exponential(mean: float) -> Sampler:
    """Exponential stays."""
    return lambda rng, n: rng.exponential(mean, n)


def lognormal(mean: float, sigma: float) -> Sampler:
    """Lognormal stays of a given mean."""
    mu = math.log(mean) - sigma**2 / 2
    return lambda rng, n: rng.lognormal(mu, sigma, n)
