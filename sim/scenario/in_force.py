"""What a scenario is at a moment, where settings of it follow a path over dates."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dates import minute_of
from sim.scenario.effects import moments
from sim.scenario.models import Scenario
from sim.scenario.paths import find, put, value_at
from sim.scenario.phase import Phase, full, scaled, shared_out
from sim.units import Floats, Ints

_EVER = int(np.iinfo(np.int64).min)


@dataclass(frozen=True)
class Versions:
    """The scenario of every period between two steps of any path; one where nothing follows a path."""

    starts: Ints  # first minute of each (int64 array); the first is before all time
    scenarios: tuple[Scenario, ...]  # plain ones: without paths

    def at(self, minutes: Ints) -> Ints:
        """Number of the version in force at each minute (int64 array)."""
        return np.asarray(np.searchsorted(self.starts[1:], minutes, side="right"), np.int64)

    def pick(self, minutes: Ints, values: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """Of one array a version, the value of the version in force at each minute."""
        return np.asarray(np.stack(values)[self.at(minutes), np.arange(len(minutes))])


@lru_cache(maxsize=1)
def _moments() -> dict[str, str]:
    return moments(Scenario)


def moment_of(path: str) -> str | None:
    """At which moment the value at a path counts that may follow a path over dates; None where it may not."""
    known = _moments()
    parts = path.split(".")
    return next((known[p] for n in range(len(parts), 0, -1) if (p := ".".join(parts[:n])) in known), None)


def can_follow_a_path() -> dict[str, str]:
    """Fields that may follow a path over dates, each with the moment at which its value counts."""
    return dict(_moments())


def versions(scenario: Scenario) -> Versions:
    """The plain scenarios that a scenario is over time; ValidationError when a step is no value there."""
    if not scenario.phases:
        return Versions(np.array([_EVER], np.int64), (scenario,))
    first = scenario.horizon.count_from
    days = sorted({step.since for phase in scenario.phases for step in _later(phase, first)})
    starts = np.array([_EVER, *(minute_of(day) for day in days)], np.int64)
    return Versions(starts, tuple(_version(scenario, day) for day in (None, *days)))


def guest_factor(scenario: Scenario) -> float:
    """Hours of care of a guest on the day price as a multiple of what is needed: fewer at a lower price."""
    fall = max(1.0 - scenario.prices.bth_day_factor.value, 0.0)
    return 1.0 - scenario.hospice.fewer_hours.value * fall


def values_over_time(scenario: Scenario, path: str, minutes: Ints) -> Floats:
    """The number that a setting of one value is at each minute (int64 array to float64 array)."""
    over_time = versions(scenario)
    numbers = [attrgetter(path)(each).value for each in over_time.scenarios]
    return np.asarray(np.array(numbers, np.float64)[over_time.at(minutes)])


def changes_of(scenario: Scenario, path: str) -> tuple[float, tuple[tuple[int, float], ...]]:
    """What a setting of one value is at first, and each minute at which it becomes another number."""
    over_time = versions(scenario)
    numbers = [float(attrgetter(path)(each).value) for each in over_time.scenarios]
    later = zip(over_time.starts[1:].tolist(), numbers, numbers[1:], strict=False)
    return numbers[0], tuple((minute, number) for minute, before, number in later if number != before)


def _later(phase: Phase, first: dt.date) -> tuple[Any, ...]:
    """Steps of a path that change something after the clock has begun."""
    return phase.steps[1:] if phase.before is None or phase.steps[0].since <= first else phase.steps


def _version(scenario: Scenario, day: dt.date | None) -> Scenario:
    data = scenario.model_dump(mode="json")
    phases, data["phases"] = data["phases"], []
    for phase, plain in zip(scenario.phases, phases, strict=True):
        _put(data, phase.path, _value(phase, plain, data, day, scenario.horizon.count_from))
    return Scenario.model_validate_json(json.dumps(data), strict=True)


def _value(
    phase: Phase, plain: dict[str, Any], data: dict[str, Any], day: dt.date | None, first: dt.date
) -> Any:
    """What a path says at a day, in proportion to what the setting is now."""
    reached = [
        step["value"]
        for step, at in zip(plain["steps"], phase.steps, strict=True)
        if day is not None and at.since <= day
    ]
    if not reached:
        if phase.before is not None and phase.steps[0].since > first:
            return plain["before"]
        reached = [plain["steps"][0]["value"]]
    values = [step["value"] for step in plain["steps"]]
    whole = full(values)
    now = value_at(data, phase.path)
    if isinstance(whole, dict) and isinstance(now, dict):
        now = {key: now.get(key, 0) for key in whole}
    return scaled(reached[-1], now, whole, shared_out(values))


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    """Set a value; it stands in a plain scenario, in which its range has no meaning."""
    address = find(path)
    if address.owner is not None:
        owner = value_at(data, address.owner)
        kept = {"range", "range_factor"} & set(owner)
        owner.update(dict.fromkeys(kept), kind="source", source="a step of its path over dates")
    put(data, address, value)
