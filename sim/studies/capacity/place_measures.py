"""What is measured of places, by name: its unit, and where it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class PlaceMeasure:
    """A measure over the counted window."""

    unit: Literal["share", "days", "count"]
    at_a_number: bool = True  # whether it is told of a number of beds
    compared: bool = True  # whether it is told of places of now beside others
    each: bool = False  # whether every replication is kept


WITHIN_A_DAY = "within_day"
_MEASURES = {
    "requests": PlaceMeasure("count", each=True),
    WITHIN_A_DAY: PlaceMeasure("share", at_a_number=False),
    "at_once": PlaceMeasure("share"),
    "wait_mean_days": PlaceMeasure("days", each=True),
    "wait_p90_days": PlaceMeasure("days"),
    "refused": PlaceMeasure("share"),
    "died_waiting": PlaceMeasure("share"),
    "not_admitted": PlaceMeasure("share"),
    "occupancy": PlaceMeasure("share", each=True),
    "blocked_days": PlaceMeasure("count", each=True),
    "hospital_deaths": PlaceMeasure("count"),
    "home_deaths": PlaceMeasure("count"),
    "full_days": PlaceMeasure("days", compared=False, each=True),
    # Requests that end without a bed
    "refusals": PlaceMeasure("count", at_a_number=False, each=True),
    "not_placed": PlaceMeasure("count", at_a_number=False, each=True),
}
PLACE_MEASURES = tuple(name for name, about in _MEASURES.items() if about.at_a_number)
COMPARED_MEASURES = tuple(name for name, about in _MEASURES.items() if about.compared)
EACH = tuple(name for name, about in _MEASURES.items() if about.each)


def unit_of(measure: str) -> str:
    """Unit of a measure of places: a share, days of a guest or house, or a count."""
    return _MEASURES[measure].unit
