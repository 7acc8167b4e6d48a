"""The parameters of a scenario that have a range, and the scenario at any place inside these ranges."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from sim.errors import InputError, Message, echo, meant, nearest
from sim.scenario import Area, LoadedScenario, Scenario, Setting, switched_off_by
from sim.scenario.paths import PROVENANCE

_AREA = "area"
_ONE = 1e-9
_SHAPE = ("sigma", "maximum")
"""Numbers of a distribution that a factor leaves as they are: it moves the median."""


@dataclass(frozen=True)
class Uncertain:
    """One parameter with its range."""

    path: str  # in the scenario, or `area.` and the path in the area
    kind: str
    source: str | None
    reason: str | None
    # `low`, `high`, `middle`: of the value; of the factor on all its numbers, 1 now, when `is_factor`
    low: float
    high: float
    middle: float
    is_factor: bool

    def at(self, level: float) -> float:
        """Value or factor at a level from 0 (low) to 1 (high)."""
        return min(self.low + level * (self.high - self.low), self.high)


def uncertain_parameters(loaded: LoadedScenario) -> list[Uncertain]:
    """All parameters at work whose range is wider than one number, assumptions first.

    The numbers of a way to pay that the scenario does not apply are left out: no answer hangs on them.
    """
    found = [_of(setting) for setting in loaded.provenance()]
    wide = [
        parameter
        for parameter in found
        if parameter is not None and parameter.low < parameter.high and _can_act(loaded, parameter.path)
    ]
    return sorted(wide, key=lambda parameter: parameter.kind != "assumption")


def _can_act(loaded: LoadedScenario, path: str) -> bool:
    """Whether a parameter can move anything: no choice that has no range keeps it from acting."""
    off = switched_off_by(loaded.scenario, path)
    return not off or any(off.values())


def _of(setting: Setting) -> Uncertain | None:
    about = (setting.path, setting.kind, setting.source, setting.reason)
    if setting.range is not None:
        return Uncertain(*about, *setting.range, float(setting.value), False)
    if setting.range_factor is not None:
        return Uncertain(*about, *setting.range_factor, 1.0, True)
    return None


def choose(parameters: list[Uncertain], paths: tuple[str, ...]) -> list[Uncertain]:
    """The parameters of these paths; all of them when no path is given.

    Raises InputError when a path has no range.
    """
    by_path = {parameter.path: parameter for parameter in parameters}
    for path in paths:
        if path not in by_path:
            near = nearest(path, by_path)
            hint = meant(near) if near else Message("see the assumptions in the report")
            raise InputError("--parameter {path!r}: no parameter with a range; {hint}", path=path, hint=hint)
    return [by_path[path] for path in paths] or parameters


def at_values(loaded: LoadedScenario, values: Mapping[Uncertain, float], name: str) -> LoadedScenario:
    """A scenario with some parameters at other places of their range.

    Each has a value, or a factor on all its numbers where these share one origin. Shares that sum to 1 keep
    their sum: the largest takes the factor and the others give way; a probability stays at most 1. Raises
    InputError when the values do not go together.
    """
    scenario = loaded.scenario.model_dump(mode="json") | {"name": name}
    area = loaded.area.model_dump(mode="json")
    for parameter, value in values.items():
        inside = parameter.path.startswith(f"{_AREA}.")
        owner = _owner(area if inside else scenario, parameter.path.removeprefix(f"{_AREA}."))
        if parameter.is_factor:
            _scale(owner, value)
        else:
            owner["value"] = round(value) if isinstance(owner["value"], int) else value
            owner["range"] = None if owner["kind"] != "assumption" else [parameter.low, parameter.high]
    try:
        return replace(
            loaded,
            scenario=Scenario.model_validate_json(json.dumps(scenario), strict=True),
            area=Area.model_validate_json(json.dumps(area), strict=True),
        )
    except ValidationError as fault:
        told = fault.errors()[0]
        where = ".".join(str(part) for part in told["loc"])
        raise InputError(
            "{name}: {where}: {msg}; narrow the range of a parameter",
            name=name,
            where=where,
            msg=Message(echo(told["msg"])),
        ) from None


def _owner(data: Any, path: str) -> dict[str, Any]:
    for part in path.split("."):
        if isinstance(data, list):
            data = (
                next((each for each in data if isinstance(each, dict) and each.get("id") == part), None)
                or (data[int(part)])
            )
        else:
            data = data[part]
    found: dict[str, Any] = data
    return found


def _scale(owner: dict[str, Any], factor: float) -> None:
    """Multiply the numbers of a parameter, in place."""
    if "value" in owner:
        owner["value"] = _scaled(owner["value"], factor)
        return
    numbers = {key: copy.copy(value) for key, value in owner.items() if key not in PROVENANCE}
    shares = all(0 <= value <= 1 for value in numbers.values())
    for key, value in numbers.items():
        if key not in _SHAPE:
            owner[key] = min(value * factor, 1.0) if shares else value * factor


def _scaled(value: Any, factor: float) -> Any:
    if isinstance(value, list):
        return [number * factor for number in value]
    if abs(sum(value.values()) - 1) <= _ONE and len(value) > 1:
        largest = max(value, key=lambda key: value[key])
        share = min(value[largest] * factor, 1.0)
        rest = (1 - share) / (1 - value[largest]) if value[largest] < 1 else 0.0
        return {key: share if key == largest else part * rest for key, part in value.items()}
    shares = all(0 <= part <= 1 for part in value.values())
    whole = all(isinstance(part, int) for part in value.values())
    found = {key: min(part * factor, 1.0) if shares else part * factor for key, part in value.items()}
    return {key: round(part) for key, part in found.items()} if whole else found
