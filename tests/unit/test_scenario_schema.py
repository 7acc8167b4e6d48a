"""The JSON Schema that editors use: current, right about what is right, and about what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.data import read_json
from sim.scenario import area_names, scenario_names
from sim.scenario.json_schema import export_schema, schema_text

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = [
    *(SCENARIOS / f"{name}.yaml" for name in scenario_names()),
    *(SCENARIOS / "regions" / f"{name}.yaml" for name in area_names()),
]


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft7Validator:
    schema = export_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def _content(name: str) -> Any:
    return json.loads(read_json(SCENARIOS / f"{name}.yaml"))


def _overlay(path: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"extends": "basis_2026", "set": [{"path": path, "value": value, **more}]}


def test_the_committed_schema_is_current() -> None:
    """After a change of the models: `python -m sim.scenario.json_schema`."""
    assert (SCENARIOS / "schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_file_is_right_and_names_the_schema(
    path: Path, validator: jsonschema.Draft7Validator
) -> None:
    assert list(validator.iter_errors(json.loads(read_json(path)))) == []
    named = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / named).resolve() == SCENARIOS / "schema.json"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ceiling.applies", 0.5),
        ("ceiling.applies.value", 0),
        ("places.extra_beds.bth", -2),
        ("hospice.first_choice", {"bth": 0.5, "pu": 0.5}),
        ("hospital.stay", {"median": 6}),
        ("home.gp_per_day.value.3", 0.4),
        ("rules.eigen_risico_plan", "460"),
        ("horizon.count_to", "2028-01-01"),
    ],
)
def test_a_right_item_is_right(path: str, value: Any, validator: jsonschema.Draft7Validator) -> None:
    assert validator.is_valid(_overlay(path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ceiling.aplies", 0.5),
        ("ceiling.applies", 1.5),
        ("ceiling.applies", "nooit"),
        ("places.extra_beds.bht", 2),
        ("places.extra_beds.bth", 2.5),
        ("hospice.first_choice", {"bht": 1.0}),
        ("hospital.stay", {"medain": 6}),
        ("home.gp_per_day.value.4", 0.4),
        ("rules.eigen_risico_plan", "461"),
    ],
)
def test_a_wrong_item_is_wrong(path: str, value: Any, validator: jsonschema.Draft7Validator) -> None:
    assert not validator.is_valid(_overlay(path, value))


def test_an_item_may_not_have_an_unknown_key(validator: jsonschema.Draft7Validator) -> None:
    assert validator.is_valid(_overlay("ceiling.applies", 0.1, reason="example"))
    assert not validator.is_valid(_overlay("ceiling.applies", 0.1, raeson="example"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ceiling", {}),
        ("replications", 0),
        ("seeed", 1),
        ("extends", "nowhere"),
    ],
)
def test_a_wrong_full_scenario_is_wrong(key: str, value: Any, validator: jsonschema.Draft7Validator) -> None:
    content = _content("basis_2026")
    assert validator.is_valid(content)
    assert not validator.is_valid(content | {key: value})


@pytest.mark.parametrize("missing", ["range", "reason", "kind", "value"])
def test_an_assumption_states_its_range_and_reason(
    missing: str, validator: jsonschema.Draft7Validator
) -> None:
    content = _content("basis_2026")
    content["ceiling"]["applies"] = {"value": 0.1, "kind": "assumption", "range": [0, 1], "reason": "example"}
    assert validator.is_valid(content)
    del content["ceiling"]["applies"][missing]
    assert not validator.is_valid(content)


def test_a_site_may_not_have_negative_beds(validator: jsonschema.Draft7Validator) -> None:
    content = _content("regions/middenland")
    assert validator.is_valid(content)
    content["regions"][0]["sites"][0]["beds"] = -1
    assert not validator.is_valid(content)
