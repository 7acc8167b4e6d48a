"""The unit of every number of a scenario and its area, read off the types of their fields."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from sim.scenario.models import Area, Scenario
from sim.scenario.numbers import Unit

_VALUE = "value"
_AREA = "area"


@cache
def unit_at(path: str) -> str:
    """Unit of the numbers at a path, as the `unit` of a tariff says it; empty where they have none.

    In a scenario, or in an area with or without `area.` before it; regions and sites by id or number.
    """
    parts = path.split(".")
    model: type[BaseModel] = Scenario
    if parts[0] not in Scenario.model_fields or (parts[0] == _AREA and len(parts) > 1):
        parts, model = parts[parts[0] == _AREA :], Area
    return _unit(model, (), tuple(parts))


def _unit(kind: Any, metadata: Iterable[Any], parts: tuple[str, ...]) -> str:
    """Unit of what lies below a type, along the parts of a path that are left."""
    own = next((mark.word for mark in metadata if isinstance(mark, Unit)), "")
    if own:
        return own
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        name, left = (parts[0], parts[1:]) if parts and parts[0] in kind.model_fields else (_VALUE, parts)
        field = kind.model_fields.get(name)
        return "" if field is None else _unit(field.annotation, field.metadata, left)
    inside = get_args(kind)
    if hasattr(kind, "__metadata__"):  # `Annotated`: the type, and what is said of it
        return _unit(inside[0], inside[1:], parts)
    keyed = getattr(kind, "__origin__", None) in (dict, tuple, list)  # whose parts have a key or number
    left = parts[1:] if keyed and parts and parts[0] != _VALUE else parts
    return next((found for each in inside if (found := _unit(each, (), left))), "")
