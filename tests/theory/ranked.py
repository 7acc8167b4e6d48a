"""One search for the smallest number by itself, as the tests of its guarantees run it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.studies.capacity.ranking import Ranking, Sample, searching, together

Margins = Callable[[Sequence[int], int], dict[int, Sample]]
"""Numbers and replications -> what each number shows."""


def rank(margins: Margins, numbers: Sequence[int], looks: Sequence[int], start: int = 0) -> Ranking:
    """Search the smallest number that meets every norm."""
    search = {0: searching(numbers, looks, start)}
    return together(search, lambda steps: {key: margins(*step) for key, step in steps.items()})[0]
