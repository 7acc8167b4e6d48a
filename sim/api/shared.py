"""What the functions of the facade share: where runs go, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.errors import InputError
from sim.experiment import Outcome, Precision, cores, parse_precision

RUNS = Path("reports") / "runs"
"""Folder of runs whose place is not named."""


def processes(jobs: int | None) -> int:
    """Processes asked for, or one for every processor.

    Raises
    ------
    InputError
        When fewer than one are asked for.
    """
    if jobs is not None and jobs < 1:
        raise InputError("--jobs {jobs}: must be 1 or more", jobs=jobs)
    return jobs or cores()


def precisions(given: str | Sequence[str]) -> list[Precision]:
    """Wanted half-widths from their texts `KPI=HALFWIDTH`."""
    return [parse_precision(text) for text in ([given] if isinstance(given, str) else given)]


def counts(outcomes: Iterable[Outcome]) -> tuple[int, int]:
    """Tasks taken over, and computed, by several runs together."""
    several = list(outcomes)
    return sum(outcome.reused for outcome in several), sum(outcome.computed for outcome in several)
