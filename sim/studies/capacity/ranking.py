"""The smallest number that meets a bound, found by a sequential test on shared random numbers.

At a number of beds every replication gives one margin a norm: at most 0 on average where the norm is met.
A one-sided Student t test looks at it after some replications, and after more of them as long as it
cannot say. The allowed error is divided over the looks so that looking often costs no confidence.

Margins fall with beds, replication by replication, as all numbers share their patients. A wrong answer
therefore needs a wrong verdict on one of two numbers: the last that misses the norm, or the first that
meets it. Each gets half of the allowed error.

Where a norm counts rare requests, eight replications without one look certain to a t test. A bound on the
count must then say the same: the events that a norm on its edge would let happen are at least as many as a
Poisson variable, which clustering spreads by a factor, has with that error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import numpy as np
from scipy.special import gammainc, gammaincc, stdtrit

from sim.stats import CONFIDENCE_LEVEL
from sim.units import Floats, Ints

Verdict = Literal["meets", "misses", "open"]
Key = TypeVar("Key")

LEAST_CLUSTERING = 2.0
"""Variance of a count over its mean, at least: refusals come together, in the days that all beds are full.

A queue of few beds has 1 to 2 (tests/theory/test_guarantee.py); what replications show is used where it is
more.
"""


@dataclass(frozen=True)
class Sample:
    """What replications at one number of beds show of every norm, arrays of shape (norms, n)."""

    margins: Floats  # how far each replication is over the norm
    events: Ints | None = None  # requests that a norm wants few of; -1 where the norm counts none
    allowed: Floats | None = None  # how many of them the norm lets be


@dataclass(frozen=True)
class Ranking:
    """What the search found."""

    smallest: int | None  # number shown to meet every norm; None when no number was
    largest_missing: int | None  # number shown to miss a norm; None when no number was
    open: tuple[int, ...]  # numbers between the two that the most replications did not decide
    verdicts: dict[int, Verdict] = field(default_factory=dict)  # of every number that was judged
    replications: dict[int, int] = field(default_factory=dict)  # behind each verdict

    @property
    def decided(self) -> bool:
        """Whether there is an answer, and the number below it is shown to miss a norm."""
        return self.smallest is not None and not self.open

    def verdict(self, number: int) -> Verdict:
        """Verdict on a number, by those on its neighbours where it was not judged itself."""
        if self.smallest is not None and number >= self.smallest:
            return "meets"
        if self.largest_missing is not None and number <= self.largest_missing:
            return "misses"
        return "open"


NOT_RANKED = Ranking(None, None, ())
"""Where no number was searched."""


def shares_of_error(looks: int) -> tuple[float, ...]:
    """Division of the allowed error over looks, each twice the one before; they sum to 1."""
    return tuple(2.0**look / (2.0**looks - 1.0) for look in range(looks))


def judge(sample: Sample, share: float, confidence: float = CONFIDENCE_LEVEL) -> Verdict:
    """Verdict on one number after one look, that may use a share of the error allowed to the whole search.

    The sample is of 2 replications or more. `misses` when one norm is missed; `meets` when every norm is met.
    """
    error = (1 - confidence) / 2 * share
    norms, n = sample.margins.shape
    means = sample.margins.mean(axis=1)
    errors = sample.margins.std(axis=1, ddof=1) / math.sqrt(n)
    reach_meets = -float(stdtrit(n - 1, error))
    reach_misses = -float(stdtrit(n - 1, error / norms))
    few, many = _by_count(sample)
    if bool(np.any((means - reach_misses * errors > 0) & (many <= error / norms))):
        return "misses"
    return "meets" if bool(np.all((means + reach_meets * errors <= 0) & (few <= error))) else "open"


def _by_count(sample: Sample) -> tuple[Floats, Floats]:
    """Chance of so few events, and of so many, at a number that is on the edge of each norm; 0 if uncounted.

    A count that clusters is spread as its clusters are: as if so many fewer events had been allowed and seen.
    """
    norms = len(sample.margins)
    if sample.events is None or sample.allowed is None:
        return np.zeros(norms), np.zeros(norms)
    counted = sample.events.min(axis=1) >= 0
    seen, allowed = sample.events.sum(axis=1), sample.allowed.sum(axis=1)
    spread = sample.margins.var(axis=1, ddof=1) * sample.margins.shape[1]
    clustering = np.maximum(spread / np.maximum(seen, 1), LEAST_CLUSTERING)
    seen, allowed = np.maximum(seen, 0) / clustering, allowed / clustering
    few = gammaincc(seen + 1, allowed)
    many = np.where(seen > 0, gammainc(np.maximum(seen, np.finfo(float).tiny), allowed), 1.0)
    return np.where(counted, few, 0.0), np.where(counted, many, 0.0)


Search = Generator[tuple[list[int], int], dict[int, Sample], Ranking]
"""Asks for numbers and replications, is sent what each shows, and returns what it found."""


def searching(
    numbers: Sequence[int], looks: Sequence[int], start: int = 0, confidence: float = CONFIDENCE_LEVEL
) -> Search:
    """Search the smallest number that meets every norm, step by step, from ascending numbers.

    It starts from a guess, strides away from it until one number misses and another meets, and halves what
    is left. A later look, after more replications, judges what lies between them again, from the middle. It
    yields numbers and replications.
    """
    low, high = -1, len(numbers)
    verdicts: dict[int, Verdict] = {}
    replications: dict[int, int] = {}
    for look, share in zip(looks, shares_of_error(len(looks)), strict=True):
        waiting = list(range(low + 1, high))
        stride = 1
        place = min(max(start - numbers[0], 0), len(numbers) - 1)
        while waiting:
            nearest = min(waiting, key=lambda each: abs(each - place))
            number = numbers[nearest]
            found = yield [number], look
            verdicts[number] = judge(found[number], share, confidence)
            replications[number] = look
            if verdicts[number] == "meets":
                high = min(high, nearest)
            elif verdicts[number] == "misses":
                low = max(low, nearest)
            waiting = [each for each in waiting if low < each < high and each != nearest]
            if low >= 0 and high < len(numbers):
                place = (low + high) // 2
            else:
                place = high - stride if high < len(numbers) else max(low, nearest) + stride
                stride *= 2
        if high - low <= 1:
            break
    if low > high:
        low = high - 1
    return Ranking(
        numbers[high] if high < len(numbers) else None,
        numbers[low] if low >= 0 else None,
        tuple(numbers[each] for each in range(low + 1, high)),
        verdicts,
        replications,
    )


def together(
    searches: Mapping[Key, Search],
    margins: Callable[[Mapping[Key, tuple[list[int], int]]], Mapping[Key, dict[int, Sample]]],
) -> dict[Key, Ranking]:
    """Run searches side by side, one step of each at a time; those at an earlier look go first.

    `margins` answers one step of every search that goes on.
    """
    found: dict[Key, Ranking] = {}
    steps = {key: next(search) for key, search in searches.items()}
    while steps:
        least = min(look for _, look in steps.values())
        sent = margins({key: step for key, step in steps.items() if step[1] == least})
        for key, answer in sent.items():
            del steps[key]
            try:
                steps[key] = searches[key].send(answer)
            except StopIteration as end:
                found[key] = end.value
    return found
