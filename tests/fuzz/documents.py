"""Right documents to start from, and the command that reads each kind without simulating."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.data import data_folder, read_document

SCENARIOS = data_folder("scenarios")
CASES = sorted((SCENARIOS / "cases").glob("*.yaml"))
CASE = SCENARIOS / "cases" / "voorbeeld.yaml"
SUBSIDY = {
    "year": 2026,
    "ceiling_eur": 40_000_000,
    "national_need_eur": 45_000_000,
    "organisations": [
        {"name": "Huis", "form": "bth", "months_active": 60, "clients": {2022: 58, 2023: 60, 2024: 62}},
        {
            "name": "Thuis",
            "form": "thuis_betaald",
            "months_active": 30,
            "clients": {2023: 11, 2024: 12},
            "delivers_care": True,
            "nurses_fte": 1.5,
        },
    ],
}
OVERLAY = {
    "extends": "basis_2026",
    "name": "anders",
    "title": {"nl": "Anders", "en": "Otherwise"},
    "author": "iemand",
    "date": "2026-11-01",
    "references": ["een bron"],
    "set": [
        {"path": "ceiling.applies", "value": 0.1},
        {"path": "places.extra_beds.hch", "value": 2},
        {"path": "home.hours_per_week.mean", "value": 18, "kind": "source", "source": "x"},
        {"path": "rules.eigen_risico_plan", "value": "460"},
        {"path": "horizon.count_to", "value": "2028-01-01"},
    ],
}
TARIFFS = data_folder("tariffs")


@dataclass(frozen=True)
class Kind:
    """A kind of file: right ones, how it is called, and the command that reads it."""

    name: str
    right: Callable[[], list[Any]]
    ending: str
    command: Callable[[Path], list[str | Path]]


def plain(path: Path) -> Any:
    """Content of a YAML file with its dates as text."""
    return json.loads(json.dumps(read_document(path), default=dt.date.isoformat))


@lru_cache(maxsize=1)
def _cases() -> list[Any]:
    return [plain(path) for path in CASES]


@lru_cache(maxsize=1)
def _scenarios() -> list[Any]:
    names = ("basis_2026", "azwa_omzetplafond", "azwa_volledig", "vergrijzing_2040")
    return [OVERLAY, *(plain(SCENARIOS / f"{name}.yaml") for name in names)]


@lru_cache(maxsize=1)
def _areas() -> list[Any]:
    return [plain(path) for path in [SCENARIOS / "regions" / "middenland.yaml"]]


KINDS = {
    kind.name: kind
    for kind in (
        Kind("case", _cases, "yaml", lambda file: ["bill", file]),
        Kind("subsidy", lambda: [SUBSIDY], "yaml", lambda file: ["subsidy", file]),
        Kind("scenario", _scenarios, "yaml", lambda file: ["bill", CASE, "--scenario", file]),
        Kind("area", _areas, "yaml", lambda file: ["capacity", file, "--template", file.with_suffix(".csv")]),
    )
}

FORM = [
    ["regio", "inwoners", "palliatieve_overlijdens", "locatie", "naam", "soort", "bedden", "wlz_contract"],
    ["Noord", "250000", "1555,5", "brug", "De Brug", "bth", "4", "ja"],
    ["Noord", "", "", "duin", "Het Duin", "hch", "6", "nee"],
    ["Zuid", "180.000", "1.120", "baken", "Het Baken", "pu", "3", ""],
]


def changed(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy with one value replaced."""
    if not path:
        return value
    found = copy.deepcopy(document)
    place = found
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return found


def paths_of(document: Any, above: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Places of all values of a document, the document itself first."""
    found = [above]
    parts: Mapping[str | int, Any] = {}
    if isinstance(document, dict):
        parts = document
    elif isinstance(document, list):
        parts = dict(enumerate(document))
    for key, part in parts.items():
        found += paths_of(part, (*above, key))
    return found


def yaml_text(document: Any) -> str:
    """A document as YAML; numbers that are not finite as YAML writes them."""
    text = json.dumps(document, ensure_ascii=False, default=str)
    for python, yaml in (("NaN", ".nan"), ("-Infinity", "-.inf"), ("Infinity", ".inf")):
        text = text.replace(f" {python}", f" {yaml}").replace(f"[{python}", f"[{yaml}")
    return text
