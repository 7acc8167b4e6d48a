"""The folder of a comparison: which runs stand in it, and what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.errors import InputError, Message
from sim.store import documents
from sim.store.study import Study

COMPARISON = "comparison.json"


def _told(stored: Mapping[str, Any]) -> Message:
    return Message(
        "of {base} against {alternatives} on {area} with seed {seed}",
        base=stored["base"],
        alternatives=stored["alternatives"],
        area=stored["area"],
        seed=stored["seed"],
    )


COMPARED = Study(
    file=COMPARISON,
    noun=Message("comparison"),
    command="compare",
    form={
        "base": documents.is_name,
        "alternatives": documents.is_list_of_names,
        "runs": documents.is_mapping_of_names,
        "area": documents.is_name,
        "seed": documents.is_count,
        "replications": documents.is_number_of_runs,
        "differences": documents.is_list,
    },
    identity=("base", "alternatives", "area", "seed"),
    told=_told,
)


def is_comparison(folder: Path | str) -> bool:
    """Whether a folder is a comparison folder."""
    return (Path(folder) / COMPARISON).exists()


def read_comparison(folder: Path) -> dict[str, Any]:
    """`comparison.json` of a finished comparison; InputError when it is missing, not finished or changed."""
    document = COMPARED.finished(folder)
    if not {document["base"], *document["alternatives"]} <= document["runs"].keys():
        raise InputError(
            "{folder}: names no folder for each run; compare again into another", folder=folder / COMPARISON
        )
    return document
