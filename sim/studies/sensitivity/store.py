"""Sensitivity analyses in the folder of the run or comparison that they belong to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sim import store
from sim.errors import Message
from sim.measure.estimates import finite_json
from sim.store.documents import is_list
from sim.studies.documents import from_json
from sim.studies.sensitivity.study import Sensitivity

_MEND = Message("remove it and run palsim sensitivity again")
_QUESTION = ("method", "scenario", "against", "kpi", "dimension", "area")


def sensitivity_as_json(found: Sensitivity) -> dict[str, Any]:
    """An analysis for JSON (no NaN), with the paths of the assumptions that matter most."""
    answer: dict[str, Any] = finite_json(found)
    for told, each in zip(answer["influences"], found.influences, strict=True):
        told["clear"] = each.clear
    return answer | {"most_important": [each.parameter.path for each in found.most_important]}


def keep_sensitivity(folder: Path, found: Sensitivity) -> Path:
    """Add an analysis to those of a folder, in place of one of the same question, and give the file."""
    path = folder / store.StudyPlace.SENSITIVITY
    mine = sensitivity_as_json(replace(found, reused=0, computed=0))
    others = [
        each for each in _documents(folder) if any(each[key] != finite_json(mine[key]) for key in _QUESTION)
    ]
    store.write_document(path, {"analyses": [*others, mine]})
    return path


def read_sensitivities(folder: Path) -> tuple[Sensitivity, ...]:
    """Analyses that a folder holds, in the order in which they were made; none when there are none.

    Raises InputError when the file is not readable.
    """
    with store.as_written(folder / store.StudyPlace.SENSITIVITY, _MEND):
        return tuple(from_json(each, Sensitivity) for each in _documents(folder))


def _documents(folder: Path) -> list[dict[str, Any]]:
    path = folder / store.StudyPlace.SENSITIVITY
    if not path.exists():
        return []
    found: list[dict[str, Any]] = store.read_document(path, {"analyses": is_list}, _MEND, _MEND)["analyses"]
    return found
