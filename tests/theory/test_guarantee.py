"""A verdict on beds is wrong in at most 5 of 100 searches, from a few requests a year to many.

Years are those of a queue with the answer known: Poisson requests, exponential stays (20 days) and patience
(4 days), started long before the year. Refusals cluster, as they do in a region. `docs/capacity.md` has the
whole grid (`python tests/theory/test_guarantee.py`); CI tries its corners.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.studies.capacity.runs import CAPACITY_REPLICATIONS

sys.path.insert(0, str(Path(__file__).parents[2]))

from sim.studies.capacity.norms import Norm
from sim.studies.capacity.queueing import erlang_a
from sim.studies.capacity.ranking import Ranking, Sample
from sim.studies.capacity.study import Question
from sim.units import Ints
from tests.theory.ranked import rank

STAY, PATIENCE, YEAR, BEFORE = 20.0, 4.0, 365.0, 200.0
REQUESTS = (6, 12, 14, 25, 60, 200, 600)
NORMS = (0.01, 0.02, 0.05, 0.10)
TRIALS = 300


def years(requests: float, beds: int, count: int, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Requests and refusals of independent years of the queue, as a chain of states."""
    rate = requests / YEAR
    there = np.full(count, min(beds, round(rate * STAY)))
    now = np.full(count, -BEFORE)
    asked, refused = np.zeros(count, np.int64), np.zeros(count, np.int64)
    while (now < YEAR).any():
        leaves, gives_up = np.minimum(there, beds) / STAY, np.maximum(there - beds, 0) / PATIENCE
        total = rate + leaves + gives_up
        now = now + random.exponential(1.0, count) / total
        mark = random.random(count) * total
        arrives, gone = mark < rate, mark >= rate + leaves
        inside = (now >= 0) & (now < YEAR)
        asked += arrives & inside
        refused += gone & inside
        there = there + np.where(arrives, 1, -1)
    return asked, refused


def looks(requests: float, norm: float) -> tuple[int, ...]:
    """Those of a study."""
    question = Question(None, (Norm("refused", norm),), ("all",), None, CAPACITY_REPLICATIONS)  # type: ignore[arg-type]
    return replace(question).looks(requests)


def truth(requests: float, norm: float) -> int:
    """Fewest beds whose share of refusals, by Erlang A, is within the norm."""
    load = requests * STAY / YEAR
    return next(beds for beds in range(1000) if erlang_a(load, beds, PATIENCE / STAY)[1] <= norm)


def searches(requests: float, norm: float, trials: int, pool: int) -> list[Ranking]:
    """Searches on years that are drawn from a pool."""
    random = np.random.default_rng([int(requests), round(norm * 1000)])
    right, at = truth(requests, norm), looks(requests, norm)
    reach = 3 + int((requests * STAY / YEAR) ** 0.5)
    numbers = range(max(right - reach, 0), right + reach + 1)
    data = {beds: years(requests, beds, pool, random) for beds in numbers}
    found = []
    for _ in range(trials):
        chosen = random.integers(0, pool, at[-1])

        def margins(several: Sequence[int], look: int, chosen: Ints = chosen) -> dict[int, Sample]:
            out = {}
            for beds in several:
                asked, refused = (each[chosen[:look]][None] for each in data[beds])
                out[beds] = Sample(refused - norm * asked, refused, norm * asked)
            return out

        found.append(rank(margins, numbers, at, start=right - 1))
    return found


def wrong(ranking: Ranking, right: int) -> bool:
    """Whether a search calls a number good that misses the norm, or the other way about."""
    low, high = ranking.largest_missing, ranking.smallest
    return (high is not None and high < right) or (low is not None and low >= right)


@pytest.mark.parametrize(("requests", "norm"), [(12, 0.01), (14, 0.05), (60, 0.10), (200, 0.02)])
def test_a_search_is_wrong_in_at_most_5_of_100(requests, norm):
    found = searches(requests, norm, 150, 2000)
    assert sum(wrong(ranking, truth(requests, norm)) for ranking in found) <= 0.05 * len(found)


def test_few_requests_get_a_decision():
    """12 a year, norm 1%: 3 beds refuse 1.7% and 4 refuse 0.25%; eight years let one request be refused."""
    found = searches(12, 0.01, 50, 2000)
    assert sum(ranking.decided and ranking.smallest == 4 for ranking in found) >= 45


if __name__ == "__main__":
    for each in REQUESTS:
        row = [searches(each, norm, TRIALS, 6000) for norm in NORMS]
        counts = [
            f"{sum(wrong(r, truth(each, n)) for r in found)} ({sum(not r.decided for r in found)} open)"
            for n, found in zip(NORMS, row, strict=True)
        ]
        print(f"| {each} | {' | '.join(counts)} |", flush=True)
