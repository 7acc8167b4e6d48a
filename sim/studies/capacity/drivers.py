"""What a number of beds hangs on: the beds that the formulas ask for at the ends of each assumption."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.studies.capacity.answer import Capacity, TypeAnswer
from sim.studies.capacity.observe import SHORT_STAY
from sim.studies.capacity.points import formula_beds

_REQUESTS = {
    False: ("hospice.from_home", "hospice.after_hospital"),
    True: ("elv.from_home", "elv.after_hospital"),
}
_STAY = {False: ("hospice.home_request_before_death",), True: ("elv.before_death", "elv.stay")}
_PATIENCE = "hospice.patience"
"""Paths of the assumptions; whether of short stays."""
TURNOVER_DAYS = 2.0
"""The longest time that a bed is thought to stand empty between two guests: no source, tried beside none."""


@dataclass(frozen=True)
class Driver:
    """An assumption (requests, stay, patience, houses, turnover) and the beds of the formulas at its ends.

    The ends are multiples of the number of requests or of the stay; days of patience or of turnover. For
    `houses` 0 and 1: no guest takes a bed in another house, or all do.
    """

    name: str
    low: float
    high: float
    at_low: int
    at_high: int

    @property
    def span(self) -> int:
        """Beds between both ends."""
        return abs(self.at_high - self.at_low)


def drivers(found: Capacity, kind: str) -> tuple[Driver, ...]:
    """The assumptions that move the number of beds of a type, the one that moves it most first.

    All by formula, one assumption at a time: it says which of them to look into, not how many beds to have.
    """
    answer = found.types[kind]
    guess = answer.guess
    if not guess.requests or not math.isfinite(guess.stay_days):
        return ()
    short = kind == SHORT_STAY
    scenario = found.manifest["scenario"]
    wanted = [
        ("requests", *_factors(scenario, _REQUESTS[short])),
        ("stay", *_factors(scenario, _STAY[short])),
    ]
    if not short:
        wanted += [("patience", *_span(_at(scenario, _PATIENCE))), ("turnover", 0.0, TURNOVER_DAYS)]
    out = []
    for name, low, high in wanted:
        ends = [_beds(found, answer, name, value) for value in (low, high)]
        if None not in ends:
            out.append(Driver(name, low, high, *(n for n in ends if n is not None)))
    out += _houses(found, answer)
    return tuple(sorted((each for each in out if each.span), key=lambda each: -each.span))


def _beds(found: Capacity, answer: TypeAnswer, name: str, value: float) -> int | None:
    """Beds that the formulas ask for when one assumption has another value."""
    guess = answer.guess
    load, stay, patience = guess.load, guess.stay_days, guess.patience_days
    if name == "requests":
        load *= value
    elif name == "stay":
        load, stay = load * value, stay * value
    elif name == "patience":
        patience = value
    else:
        load = load * (stay + value) / (stay + found.turnover_days)
    return formula_beds(found.norms, load, stay, patience)


def _houses(found: Capacity, answer: TypeAnswer) -> list[Driver]:
    """Every house on its own against all houses as one pool."""
    ends = [
        [n for n in fewest.values() if n is not None]
        for fewest in (answer.guess.fewest_sites, answer.guess.fewest)
    ]
    return [] if not all(ends) else [Driver("houses", 0.0, 1.0, max(ends[0]), max(ends[1]))]


def _at(tree: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    for key in path.split("."):
        tree = tree[key]
    return tree


def _factors(scenario: Mapping[str, Any], paths: Sequence[str]) -> tuple[float, float]:
    """Ends of some assumptions that move together, as multiples of their values: the mean of each."""
    lows, highs = zip(*(_relative(_at(scenario, path)) for path in paths), strict=True)
    return sum(lows) / len(lows), sum(highs) / len(highs)


def _relative(parameter: Mapping[str, Any]) -> tuple[float, float]:
    factors = parameter.get("range_factor")
    value = 1.0 if factors else parameter["value"]
    low, high = factors or _span(parameter)
    return (float(low) / value, float(high) / value) if value else (1.0, 1.0)


def _span(parameter: Mapping[str, Any]) -> tuple[float, float]:
    """Ends of an assumption; its value twice where it has no range."""
    low, high = parameter.get("range") or (parameter["value"],) * 2
    return float(low), float(high)
