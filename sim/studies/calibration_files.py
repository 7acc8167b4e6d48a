"""Storing a calibration: the part `result` of its file, and the fitted numbers in the scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sim.data import data_folder
from sim.errors import InputError
from sim.studies.calibrate import FILE, Plan

_RESULT = "result:\n"
_NUMBER = r"[-+]?[0-9.][0-9.eE+-]*"


def store_result(plan: Plan, result: Mapping[str, Any], folder: Path | None = None) -> list[Path]:
    """Write the result and the fitted numbers into the files of a scenario folder, and give those written."""
    home = data_folder("scenarios", folder)
    book, scenario = home / FILE, home / f"{plan.scenario}.yaml"
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
    """The text of a scenario file with other numbers at some paths; all else stays as it was.

    Parameters
    ----------
    values : mapping of path to float
        Such as `{"hospital.terminal.value.heart": 0.9, "home.gp_per_day.value.3": 0.4}`.
    label : str
        Name of the file, for the message.

    Raises
    ------
    InputError
        When a path leads to no number in the text.
    """
    lines = text.split("\n")
    for path, value in values.items():
        keys = path.split(".")
        row, used = _line_of(lines, keys)
        changed = _replaced(lines[row], keys[used:], value) if row >= 0 else None
        if changed is None:
            raise InputError(
                "{label}: {path}: no such number; name a number that the file holds", label=label, path=path
            )
        lines[row] = changed
    return "\n".join(lines)


def _line_of(lines: list[str], keys: list[str]) -> tuple[int, int]:
    """Last line on the way to a path, and how many of its keys were passed; -1 where there is none."""
    row, passed, depth = -1, 0, -1
    for number, line in enumerate(lines):
        found = re.match(r"( *)([A-Za-z0-9_]+):", line)
        if found is None:
            continue
        indent = len(found[1])
        if row >= 0 and indent <= depth:
            break
        if passed < len(keys) and found[2] == keys[passed] and indent == 2 * passed:
            row, passed, depth = number, passed + 1, indent
    return row, passed


def _replaced(line: str, keys: list[str], value: float) -> str | None:
    """The line with the number under the keys that are left replaced; None where there is none."""
    head, mark, rest = line.partition(":")
    number = f"{value:g}"
    if not keys:
        return f"{head}{mark} {number}" if re.fullmatch(rf" *{_NUMBER}", rest) else None
    *above, last = keys
    if last.isdigit():
        items = re.search(r"\[([^\]]*)\]", rest)
        if items is None:
            return None
        several = [item.strip() for item in items[1].split(",")]
        several[int(last)] = number
        return f"{head}{mark}{rest[: items.start(1)]}{', '.join(several)}{rest[items.end(1) :]}"
    found = re.search(rf"\b{re.escape(last)}: ({_NUMBER})", rest)
    return f"{head}{mark}{rest[: found.start(1)]}{number}{rest[found.end(1) :]}" if found else None
