"""Answers of studies in their documents: dataclasses put in JSON, and whole again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


def to_json(value: Any) -> Any:
    """A value in JSON: numbers that do not exist are None, and pairs keep the order of a mapping.

    A field of a dataclass that holds anything is JSON already.
    """
    if is_dataclass(value):
        held = {name: (getattr(value, name), hint) for name, hint in get_type_hints(type(value)).items()}
        return {name: part if Any in get_args(hint) else to_json(part) for name, (part, hint) in held.items()}
    if isinstance(value, Mapping):
        return [[to_json(key), to_json(part)] for key, part in value.items()]
    if isinstance(value, tuple | list):
        return [to_json(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def from_json(data: Any, kind: Any) -> Any:
    """The value of a type that `to_json` or `finite_json` put in JSON.

    A document may tell more than the value holds, such as what follows from it.

    Raises LookupError, TypeError or ValueError when the data are of another kind; what a document does not
    have must have a default.
    """
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any or origin is Literal or (parts and parts[-1] is Any):
        return data
    if origin in (Union, UnionType):
        return None if data is None else from_json(data, parts[0])
    if origin in (tuple, list):
        kinds = parts if origin is tuple and parts[1:] != (...,) else parts[:1] * len(data)
        return origin(from_json(part, each) for part, each in zip(data, kinds, strict=True))
    if origin is not None:
        pairs = data.items() if isinstance(data, Mapping) else data
        return {from_json(key, parts[0]): from_json(part, parts[1]) for key, part in pairs}
    if kind is float:
        return math.nan if data is None else float(data)
    if isinstance(data, kind):
        return data
    if not (is_dataclass(kind) or hasattr(kind, "_fields")):
        raise TypeError(kind)
    hints = get_type_hints(kind)
    named = data if isinstance(data, Mapping) else dict(zip(kind._fields, data, strict=True))
    return kind(**{name: from_json(named[name], hint) for name, hint in hints.items() if name in named})
