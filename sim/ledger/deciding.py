"""Facts that lines of care leave out and that decide what the rules find of them.

A line is judged again with such a fact otherwise; where the finding changes, its usual value decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sim.law.delivery import FACTS, Delivery
from sim.ledger.reasons import values_of
from sim.units import Bools, Ints

# What the rules find of lines of one product, and which rule says so
Findings = Callable[[Delivery], tuple[Ints, Ints]]


class _Asked(dict[str, Ints]):
    """Facts that lines state, which note what is asked of them."""

    def __init__(self, facts: Mapping[str, Ints]) -> None:
        super().__init__(facts)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        """A fact, or the default where no line states it."""
        self.names.add(name)
        return super().get(name, default)


def deciding(care: Delivery, stated: Mapping[str, Bools], judged: Findings) -> Iterator[tuple[int, str, int]]:
    """Facts that lines leave out and without whose usual value the rules would find otherwise.

    For lines of one product and which of them state each fact (a fact that none states may be missing): the
    row, the fact, and the rule that would say otherwise, or that says so now.
    """
    asked = _Asked(care.facts)
    found, rule = judged(replace(care, facts=asked))
    none = np.zeros(len(care), np.bool_)
    for name in (name for name in FACTS if name in asked.names):
        open_ = ~stated.get(name, none)
        for value in values_of(name, FACTS[name]):
            if not np.any(open_):
                break
            column = np.where(open_, value, care.fact(name))
            other, by = judged(replace(care, facts={**care.facts, name: column}))
            for row in np.flatnonzero(open_ & (other != found)).tolist():
                open_[row] = False
                yield row, name, int(by[row] if by[row] != rule[row] else rule[row])
