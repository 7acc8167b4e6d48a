"""Storing a calibration: the part `result` of its file, and the fitted numbers in the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, SequenceNode

from sim.data import data_folder
from sim.errors import InputError
from sim.studies.calibrate import CALIBRATION_FILE, Plan

_RESULT = "result:\n"


def store_result(plan: Plan, result: Mapping[str, Any], folder: Path | None = None) -> list[Path]:
    """Write the result and the fitted numbers into the files of a scenario folder, and give those written."""
    home = data_folder("scenarios", folder)
    book, scenario = home / CALIBRATION_FILE, home / f"{plan.scenario}.yaml"
    text = with_numbers(scenario.read_text(encoding="utf-8"), result["values"], scenario.name)
    plan_text = book.read_text(encoding="utf-8").split(f"\n{_RESULT}")[0].rstrip("\n")
    scenario.write_text(text, encoding="utf-8")
    with book.open("w", encoding="utf-8") as out:
        out.write(f"{plan_text}\n\n")
        writer = YAML()
        writer.default_flow_style = False
        writer.dump({"result": dict(result)}, out)
    return [book, scenario]


def with_numbers(text: str, values: Mapping[str, float], label: str) -> str:
    """The text of a scenario file with other numbers at paths such as `home.gp_per_day.value.3`.

    Raises InputError when a path leads to no number in the text; names it and the file (`label`).
    """
    root, found = YAML().compose(text), []
    for path, value in values.items():
        node = _node_at(root, path.split("."))
        if node is None or not node.tag.endswith((":int", ":float")):
            raise InputError(
                "{label}: {path}: no such number; name a number that the file holds", label=label, path=path
            )
        found.append((node.start_mark.index, node.end_mark.index, f"{value:g}"))
    for first, last, number in sorted(found, reverse=True):
        text = f"{text[:first]}{number}{text[last:]}"
    return text


def _node_at(node: Any, keys: list[str]) -> Any:
    """What stands at a path in a file, with its place in the text; None where nothing does."""
    for key in keys:
        if isinstance(node, MappingNode):
            node = next((part for name, part in node.value if name.value == key), None)
        else:
            node = node.value[int(key)] if isinstance(node, SequenceNode) and key.isdigit() else None
    return node
