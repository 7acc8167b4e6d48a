"""The JSON Schema of the files in `scenarios/`: scenarios, overlays and areas, for editors that check them.

`python -m sim.scenario.json_schema` writes it to `scenarios/schema.json`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from sim.data import data_folder
from sim.scenario.models import Area, Scenario
from sim.scenario.overlay import Overlay
from sim.scenario.own import PRICES
from sim.scenario.paths import addresses

_DIALECT = "http://json-schema.org/draft-07/schema#"
_INDENT = 1

Schema = dict[str, Any]


def export_schema() -> Schema:
    """Build the JSON Schema (draft 7, which YAML editors know) of a file in `scenarios/` or its `regions/`.

    A file with `regions` is an area, a file with `extends` an overlay, any other a full scenario. Each item
    of `set` is checked against the setting that its path names.
    """
    models = [(Scenario, "validation"), (Overlay, "validation"), (Area, "validation")]
    _, top = models_json_schema(models, ref_template="#/definitions/{model}")  # type: ignore[arg-type]
    definitions = top["$defs"]
    no_base = {"properties": {"extends": {"type": "null"}}}
    definitions["Scenario"]["properties"] |= no_base["properties"]
    _describe_items(definitions["SetItem"])
    return {
        "$schema": _DIALECT,
        "title": "Palsim scenario, overlay or area",
        "if": {"required": ["regions"]},
        "then": {"$ref": "#/definitions/Area"},
        "else": {
            "if": {"anyOf": [{"required": ["set"]}, {"required": ["extends"], "not": no_base}]},
            "then": {"$ref": "#/definitions/Overlay"},
            "else": {"$ref": "#/definitions/Scenario"},
        },
        "definitions": {name: _draft_7(schema) for name, schema in definitions.items()},
    }


def schema_text() -> str:
    """The schema as the committed file holds it: JSON with a newline at the end."""
    return json.dumps(export_schema(), indent=_INDENT, ensure_ascii=False) + "\n"


def _describe_items(item: Schema) -> None:
    """Complete the paths of `set` and check each value by its path."""
    by_schema: dict[str, list[str]] = {}
    for path, address in addresses().items():
        schema = json.dumps(address.schema, sort_keys=True).replace("#/$defs/", "#/definitions/")
        by_schema.setdefault(schema, []).append(path)
    own = {"pattern": f"^{PRICES}\\."}
    item["properties"]["path"] = {"type": "string", "anyOf": [{"enum": list(addresses())}, own]}
    item["allOf"] = [
        {
            "if": {"properties": {"path": {"enum": known}}, "required": ["path"]},
            "then": {"properties": {"value": json.loads(schema)}},
        }
        for schema, known in by_schema.items()
    ]
    day = r"^\d{4}(-\d{2}-\d{2})?$"
    over_dates = {
        "type": "object",
        "patternProperties": {day: {}},
        "additionalProperties": False,
        "minProperties": 1,
    }
    item["properties"]["from"] = {"anyOf": [item["properties"]["from"], over_dates]}
    item["required"] = ["path"]
    item["anyOf"] = [
        {"required": ["value"]},
        {"required": ["from"], "properties": {"from": over_dates, "value": False}},
    ]
    amount = {"properties": {"value": {"type": ["number", "string"]}}, "required": ["source"]}
    item["allOf"].append({"if": {"properties": {"path": own}, "required": ["path"]}, "then": amount})


def _draft_7(schema: Any) -> Any:
    """Say `prefixItems` as draft 7 does, and leave out titles that repeat the key."""
    if isinstance(schema, list):
        return [_draft_7(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        ("items" if key == "prefixItems" and isinstance(part, list) else key): _draft_7(part)
        for key, part in schema.items()
        if not (key == "title" and isinstance(part, str))
    }


def main() -> None:
    """Write `schema.json` into the folder of the scenarios and print its path."""
    path = Path(data_folder("scenarios")) / "schema.json"
    path.write_text(schema_text(), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
