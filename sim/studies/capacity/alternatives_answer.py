"""The answer of a comparison of places: today, and alternatives with their paired differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.area.place_assumptions import Corner
from sim.stats import Interval


@dataclass(frozen=True)
class House:
    """One site in a situation: its beds at the end of the window, and the share of its bed days in use."""

    id: str
    name: str
    kind: str
    beds: int
    occupancy: Interval


@dataclass(frozen=True)
class Outcome:
    """One situation, beside today (which has no name and no differences)."""

    name: str
    changes: tuple[str, ...]
    beds: Mapping[str, int]  # by type, when the counted window ends
    values: Mapping[str, Interval]  # COMPARED_MEASURES
    norms: Mapping[str, Interval]
    houses: tuple[House, ...]
    # Euros by payer, `total` among them; empty without prices, or where longer stays have none
    cost: Mapping[str, Interval] = field(default_factory=dict)
    # Paired, this less today; so are those of costs
    differences: Mapping[str, Interval] = field(default_factory=dict)
    cost_differences: Mapping[str, Interval] = field(default_factory=dict)
    # Least and most of the mean of `differences` (of `values` for today) over the ranges of the assumptions
    # about places, one moved at a time
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    unpriced: bool = False  # whether the costs are left out because guests stay longer


@dataclass(frozen=True)
class Compared:
    """Today and alternatives, of a type or of all hospices, with the ends of ranges that `ranges` look at."""

    kind: str
    today: Outcome
    others: tuple[Outcome, ...]
    replications: int
    assumptions: tuple[Corner, ...]


def as_json(found: Compared) -> dict[str, Any]:
    """Alternatives as `finite_json` puts them in the document of `palsim capacity --json`."""
    return {
        "type": found.kind,
        "replications": found.replications,
        "assumptions": [
            {"setting": f"places.{end.setting}", "value": end.value} for end in found.assumptions
        ],
        "today": _outcome_json(found.today),
        "alternatives": [_outcome_json(each) for each in found.others],
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    names = ("id", "name", "type", "beds", "occupancy")
    return {key: value for key, value in vars(outcome).items() if key != "unpriced"} | {
        "houses": [dict(zip(names, vars(each).values(), strict=True)) for each in outcome.houses],
        "cost": outcome.cost or None,
        "cost_differences": outcome.cost_differences or None,
    }
