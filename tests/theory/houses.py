"""Houses with an exact answer, or that of an independent model, for the queue of a capacity study."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from asking import Asking, Fates, run
from formulas import erlang_a, two_houses
from systems import Figure, System

sys.path.insert(0, str(Path(__file__).parents[1] / "oracles"))

from plain_houses import leave_unplaced

SEEDS = range(3000, 3040)
ROOM = 5
"""Longest line of the Markov chain; longer ones are rarer than the standard errors can see."""

NETWORK = (4, 4, 6, 5, 5)
"""24 beds in five houses."""
STAY, PATIENCE, LEAVES = 20.0, 5.0, 4.0
"""Mean days in bed, of patience, and in line where no bed comes, by patience or death: 1/4 = 1/5 + 1/20."""
POOLED = 0.056
"""Share without a bed where everybody accepts every house."""
REQUESTS = 100_000
"""Of the independent model."""


def network_load() -> float:
    """Offered load at which one pool of 24 beds leaves that share without a bed, by Erlang A."""
    low, high = 1.0, 100.0
    while high - low > 1e-9:
        load = (low + high) / 2
        lost = erlang_a(load, 1.0, sum(NETWORK), LEAVES / STAY)[1]
        low, high = (load, high) if lost < POOLED else (low, load)
    return (low + high) / 2


def apart() -> float:
    """Share without a bed where nobody accepts another house: every house by Erlang A."""
    load = network_load()
    parts = [beds / sum(NETWORK) for beds in NETWORK]
    return sum(
        part * erlang_a(load * part, 1.0, beds, LEAVES / STAY)[1]
        for part, beds in zip(parts, NETWORK, strict=True)
    )


@cache
def by_events(other_house: float, own_first: bool = False) -> tuple[float, float]:
    """Share without a bed, and its standard error, by the independent model."""
    return leave_unplaced(NETWORK, network_load(), LEAVES / STAY, other_house, REQUESTS, 11, own_first)


def _share(what: str, word: str = "all") -> Callable[[Fates], float]:
    return lambda fates: getattr(fates, what)[word] / fates.asked[word]


def _unplaced(fates: Fates) -> float:
    return (fates.refused["all"] + fates.died["all"]) / fates.asked["all"]


def pair(name: str, asking: Asking) -> System:
    """Two houses against the chain of their states."""
    leaves = 1 / (1 / asking.patience + 1 / asking.stay)
    exact = two_houses(
        asking.houses, asking.rate, (asking.stay, leaves), asking.other_house, asking.hospital, ROOM
    )
    by_patience = leaves / asking.patience
    words = (("hospital", "first"), ("home", "rest")) if asking.hospital else (("all", "all"),)
    gives_up = [
        Figure(
            f"gives up{f', from {word}' if word != 'all' else ''}",
            exact[line] * by_patience,
            _share("refused", word),
        )
        for word, line in words
    ]
    return System(
        name,
        "Markov chain",
        lambda seed: run(asking, seed),
        (
            *gives_up,
            Figure("dies waiting", exact["all"] * (1 - by_patience), _share("died")),
            Figure("beds in use, first house", exact["used 0"], lambda fates: fates.used[0]),
            Figure("beds in use, second house", exact["used 1"], lambda fates: fates.used[1]),
        ),
        SEEDS,
    )


def network(name: str, other_house: float, theory: str, exact: float, error: float = 0.0) -> System:
    """Five houses, of which a share of the guests accepts any."""
    asking = Asking(
        network_load() / STAY, STAY, PATIENCE, NETWORK, other_house=other_house, before=8 * int(STAY)
    )
    return System(
        name,
        theory,
        lambda seed: run(asking, seed),
        (Figure("without a bed", exact, _unplaced, error),),
        SEEDS,
    )


def _pairs() -> dict[str, Asking]:
    return {
        "houses of 1 and 2 beds, half accept either, from hospital first": Asking(
            1.8, 2.0, 0.5, (1, 2), other_house=0.5, hospital=0.3, before=60
        ),
        "two houses of 2 beds, six in ten accept either": Asking(
            1.8, 2.0, 0.5, (2, 2), other_house=0.6, before=60
        ),
    }


_SHARES = {"all": 1.0, "85%": 0.85, "half": 0.5, "none": 0.0}
NAMES = (*_pairs(), *(f"24 beds in 5 houses, {word} accept any" for word in _SHARES))


@cache
def system(name: str) -> System:
    """One of NAMES: known answers take a moment, so they are made when asked for."""
    if name in _pairs():
        return pair(name, _pairs()[name])
    word = next(word for word in _SHARES if f", {word} accept" in name)
    share = _SHARES[word]
    if share == 1:
        return network(name, share, "Erlang A", POOLED)
    if share == 0:
        return network(name, share, "Erlang A, each house", apart())
    return network(name, share, "independent model", *by_events(share))
