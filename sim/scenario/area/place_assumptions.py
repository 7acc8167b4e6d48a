"""Assumptions about places: ranges over which a study of beds looks, and what running a bed costs a house."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.data import data_folder, read_json
from sim.scenario.numbers import Days, Euros, Factor, Model, Probability

_FILE = "places.yaml"


class RunningCost(Model):
    """What a bed costs its house a year, in use or not."""

    fixed: Euros
    staff: Euros


class AgeingAssumptions(Model):
    """How mortality rises with age, and falls over the years."""

    mortality_slope: Factor
    mortality_decline: Probability


class PlaceAssumptions(Model):
    """`scenarios/places.yaml`."""

    other_house: Probability
    turnover_days: Days
    running_cost_eur: dict[str, RunningCost]
    ageing: AgeingAssumptions


@cache
def place_assumptions() -> PlaceAssumptions:
    """The assumptions about places that come with the program."""
    return PlaceAssumptions.model_validate(json.loads(read_json(data_folder("scenarios") / _FILE)))


@dataclass(frozen=True)
class Corner:
    """One assumption at one end of its range."""

    setting: str  # of `places` in a scenario
    value: float


def corners(scenario_places: Any) -> tuple[Corner, ...]:
    """Ends of the ranges that a scenario does not stand at."""
    given = place_assumptions()
    return tuple(
        Corner(setting, end)
        for setting in ("other_house", "turnover_days")
        for end in getattr(given, setting).range or ()
        if end != getattr(scenario_places, setting)
    )
