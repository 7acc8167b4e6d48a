"""The answer of a capacity study in its folder: written whole, read back as it was."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from sim.store.documents import as_written
from sim.studies.capacity.answer import Capacity, as_json
from sim.studies.capacity.runs import ANSWER, SIZED
from sim.studies.documents import from_json

_ANSWER = "answer"
_AS_IT_IS = ("header", "manifest")
"""Parts that are JSON already."""


def is_capacity(folder: Path) -> bool:
    """Whether a folder holds a capacity study."""
    return (folder / ANSWER).exists()


def document_of(found: Capacity) -> dict[str, Any]:
    """What the folder of a study keeps: the document of `--json`, and the whole answer."""
    return as_json(found) | {_ANSWER: _packed(found)}


def read_capacity(folder: Path) -> Capacity:
    """The answer in the folder of a finished study.

    Raises InputError when there is none, it is not finished, or not as it was written.
    """
    document = SIZED.finished(folder)
    with as_written(folder / ANSWER, SIZED.mend()):
        found: Capacity = from_json(document[_ANSWER], Capacity)
        return found


def _packed(value: Any) -> Any:
    """A value in JSON; numbers that do not exist are None, and pairs keep the order of a mapping."""
    if is_dataclass(value):
        return {
            each.name: getattr(value, each.name)
            if each.name in _AS_IT_IS
            else _packed(getattr(value, each.name))
            for each in fields(value)
        }
    if isinstance(value, Mapping):
        return [[_packed(key), _packed(part)] for key, part in value.items()]
    if isinstance(value, tuple | list):
        return [_packed(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
