"""What is measured of places, by name, with the unit of each."""

from __future__ import annotations

PLACE_MEASURES = (
    "requests",
    "at_once",
    "wait_mean_days",
    "wait_p90_days",
    "refused",
    "died_waiting",
    "not_admitted",
    "occupancy",
    "blocked_days",
    "hospital_deaths",
    "home_deaths",
    "full_days",
)
"""What is measured at a number of beds, over the counted window."""
WITHIN_A_DAY = "within_day"
PLACE_SHARES = (WITHIN_A_DAY, "at_once", "refused", "died_waiting", "not_admitted", "occupancy")
"""Measures that lie between 0 and 1."""
EACH = ("requests", "refusals", "not_placed", "wait_mean_days", "occupancy", "full_days", "blocked_days")
"""What is kept of every replication: PLACE_MEASURES, and numbers of requests that end without a bed."""
PLACE_COUNTS = ("refusals", "not_placed")
COMPARED_MEASURES = (
    PLACE_MEASURES[0],
    WITHIN_A_DAY,
    *(name for name in PLACE_MEASURES[1:] if name != "full_days"),
    *PLACE_COUNTS,
)
"""What is measured of a situation, over the counted window; `refusals` and `not_placed` in requests."""
_DAYS = ("wait_mean_days", "wait_p90_days", "full_days")


def unit_of(measure: str) -> str:
    """Unit of a measure of places: a share, days of a guest or house, or a count."""
    if measure in PLACE_SHARES:
        return "share"
    return "days" if measure in _DAYS else "count"
