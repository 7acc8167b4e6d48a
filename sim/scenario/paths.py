"""The settings an overlay may change, each with its path, read off the JSON Schema of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sim.errors import InputError, Message, meant, nearest
from sim.scenario.effects import HEADING
from sim.scenario.models import Scenario
from sim.scenario.own import is_price

HEADER = tuple(name for name, field in Scenario.model_fields.items() if HEADING in field.metadata)
"""Keys that describe a file; an overlay writes them at its top, not in `set`."""

PATHS_OVER_DATES = "phases"
"""Key that holds the paths of settings over dates; an overlay gives such a path where it sets the value."""

PROVENANCE = ("kind", "source", "reason", "range", "range_factor")
"""Keys that say where a number comes from; an overlay gives them beside `value`."""

Schema = dict[str, Any]


class UnknownPath(InputError):
    """A path that leads to no setting; its text says so and what would be right."""


@dataclass(frozen=True)
class Address:
    """Where a setting stands in a scenario."""

    path: str  # canonical: `ceiling.applies.value`, never `ceiling.applies`
    owner: str | None  # path of the parameter whose provenance goes with the value; None for a plain setting
    schema: Schema  # JSON Schema of the value


@lru_cache(maxsize=1)
def addresses() -> dict[str, Address]:
    """Every path an overlay may write, short forms included, in the order of the models."""
    whole = Scenario.model_json_schema()
    found: dict[str, Address] = {}
    for key, schema in whole["properties"].items():
        if key not in (*HEADER, PATHS_OVER_DATES):
            found.update(_walk(key, schema, whole["$defs"]))
    return found


def find(path: str) -> Address:
    """Look a path up, as `hospice.patience` or `places.extra_beds.bth`; UnknownPath names the nearest."""
    known = addresses()
    if path in known:
        return known[path]
    if is_price(path):
        return Address(path, path, {"type": "number"})
    parts = path.split(".")
    if parts[0] in HEADER:
        raise UnknownPath("{key!r} is no setting; write it at the top of the file", key=parts[0])
    if parts[-1] in PROVENANCE:
        raise UnknownPath("provenance is no setting; write {key} beside value", key=parts[-1])
    for depth, part in enumerate(parts):
        prefix = ".".join(parts[:depth])
        options = _children(prefix)
        if part not in options:
            raise UnknownPath("no such setting; {hint}", hint=_remedy(path, part, prefix, options))
    raise UnknownPath("is a group of settings; name one of {children}", children=_children(path))


def value_at(data: Any, path: str) -> Any:
    """What stands at a path in the JSON values of a scenario; None where nothing does."""
    for part in path.split(".") if path else ():
        if isinstance(data, list):
            data = data[int(part)]
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data


def put(data: dict[str, Any], address: Address, value: Any) -> None:
    """Set the value of a setting; of a parameter that is set as a whole, the keys that are given."""
    above, _, last = address.path.rpartition(".")
    parent = value_at(data, above)
    if isinstance(parent, list):
        parent[int(last)] = value
    elif address.path == address.owner and isinstance(value, dict):
        parent[last] = parent[last] | value
    else:
        parent[last] = value


def _remedy(path: str, part: str, prefix: str, options: list[str]) -> Message:
    near = nearest(part, options) or _alike(path)
    if near:
        return meant(near)
    return Message("known under {prefix!r} are {options}", prefix=prefix or "scenario", options=options)


def _alike(path: str) -> str | None:
    """Known path whose last key is much like the last key of an unknown one."""
    known = list(addresses())
    last = nearest(path.rsplit(".", 1)[-1], sorted({other.rsplit(".", 1)[-1] for other in known}))
    return nearest(path, [other for other in known if other.rsplit(".", 1)[-1] == last], 0.0)


def _children(prefix: str) -> list[str]:
    start = f"{prefix}." if prefix else ""
    return list(dict.fromkeys(p[len(start) :].split(".")[0] for p in addresses() if p.startswith(start)))


def _walk(
    path: str, schema: Schema, defs: dict[str, Schema], owner: str | None = None
) -> Iterator[tuple[str, Address]]:
    schema = _flat(schema, defs)
    properties: dict[str, Schema] = schema.get("properties", {})
    if owner is None and "kind" in properties:
        yield from _parameter(path, schema, defs)
        return
    if not properties and "prefixItems" not in schema or owner is not None:
        yield path, Address(path, owner, schema)
    keyed = {word: dict(schema["additionalProperties"]) for word in _words(schema)}
    numbered = {str(index): part for index, part in enumerate(schema.get("prefixItems", ()))}
    for key, part in (properties | keyed | numbered).items():
        yield from _walk(f"{path}.{key}", part, defs, owner)


def _parameter(path: str, schema: Schema, defs: dict[str, Schema]) -> Iterator[tuple[str, Address]]:
    numbers = {key: part for key, part in schema["properties"].items() if key not in PROVENANCE}
    if "value" in numbers:
        yield path, Address(f"{path}.value", path, _flat(numbers["value"], defs))
    else:
        whole = {"type": "object", "properties": numbers, "additionalProperties": False, "minProperties": 1}
        yield path, Address(path, path, whole)
    for key, part in numbers.items():
        yield from _walk(f"{path}.{key}", part, defs, path)


def _words(schema: Schema) -> list[str]:
    words: list[str] = schema.get("propertyNames", {}).get("enum", [])
    return words


def _flat(schema: Schema, defs: dict[str, Schema]) -> Schema:
    """Follow references and lay the parts of `allOf` over one another; titles are left out."""
    flat: Schema = {}
    for part in (*schema.get("allOf", ()), schema):
        if "$ref" in part:
            flat = _over(flat, _flat(defs[part["$ref"].rsplit("/", 1)[1]], defs))
        flat = _over(flat, {k: v for k, v in part.items() if k not in ("$ref", "allOf", "title", "default")})
    return flat


def _over(below: Schema, above: Schema) -> Schema:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _over(merged[key], value) if both else value
    return merged
