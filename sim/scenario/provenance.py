"""Every number of a scenario and its area, with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sim.scenario.numbers import ByKey, Kind, Parameter, Provenance
from sim.scenario.overlay import Change
from sim.scenario.paths import PROVENANCE


@dataclass(frozen=True)
class Setting:
    """One parameter: a number, or numbers that share one origin."""

    path: str  # in the scenario, or `area.` and the path in the area; regions and sites stand by their id
    value: Any  # a number; one number per window; or numbers by key
    kind: Kind
    source: str | None
    reason: str | None
    range: tuple[float, float] | None  # lowest and highest value, in the unit of the value
    # the same as multiples of every number, for numbers that share one origin
    range_factor: tuple[float, float] | None
    changed_by: str | None  # name of the overlay that changed it last
    unit: str  # what kind of number it is, in words


def walk(model: BaseModel, prefix: str, changes: Iterable[Change]) -> Iterator[Setting]:
    """All parameters in and under a scenario, an area or a part of one, in the order of its fields.

    The prefix is its path, empty for a scenario; changes are in the order in which they were made.
    """
    changed = {change.path: change.overlay for change in changes}
    for path, parameter in _parameters(model, prefix):
        by = [name for key, name in changed.items() if key == path or key.startswith(f"{path}.")]
        yield Setting(
            path=path,
            value=_value(parameter),
            kind=parameter.kind,
            source=parameter.source,
            reason=parameter.reason,
            range=parameter.range if isinstance(parameter, Parameter) else None,
            range_factor=parameter.range_factor if isinstance(parameter, ByKey) else None,
            changed_by=by[-1] if by else None,
            unit=_unit(parameter),
        )


def _parameters(value: Any, path: str) -> Iterator[tuple[str, Provenance]]:
    if isinstance(value, Provenance):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _parameters(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _parameters(part, f"{path}.{getattr(part, 'id', index)}")


def _unit(parameter: Provenance) -> str:
    """What the numbers of a parameter are, as its kind says."""
    said = (type(parameter).__doc__ or "").strip().partition("\n")[0].rstrip(".")
    return said[:1].lower() + said[1:]


def _value(parameter: Provenance) -> Any:
    numbers = {key: value for key, value in parameter if key not in PROVENANCE}
    return numbers.get("value", numbers)
