"""Published figures as targets: what a run should reproduce, and what it gives for each."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sim.data import data_folder, read_json
from sim.measure.kpis import Kpi
from sim.measure.sums import dimension_text
from sim.scenario import Area

TARGETS_FILE = "targets.yaml"
CALIBRATION_SEEDS = 1000
"""Calibration uses master seeds below this number, validation seeds above it."""


@dataclass(frozen=True)
class Target:
    """One published figure, scaled to an area and brought to the price basis of the run."""

    id: str
    name: Mapping[str, str]
    why: Mapping[str, str]  # why a run may miss it; empty where nothing is known
    use: Literal["C", "V"]  # calibration (may be fitted) or validation (never fitted)
    source: str
    unit: str
    value: float
    # `low_ok`, `high_ok`: bounds within which it counts as reproduced
    low_ok: float
    high_ok: float
    terms: tuple[tuple[str, str], ...]  # their sum is the same quantity in a run
    # Whether the figure, or one that decides it, stands in the derivation of a number of the scenario
    is_input: bool = False
    input_note: Mapping[str, str] = field(default_factory=dict)  # in which; empty where it is no input
    year: int = 0
    published: float = math.nan  # the value as published
    national: bool = False  # whether it is scaled to the area
    indexed: bool = False  # whether it is brought to another year's prices
    place: str = ""  # of which it is the share of deaths
    sources: tuple[str, ...] = ()  # ids

    @property
    def tolerance(self) -> float:
        """Half the width of what counts as reproduced."""
        return (self.high_ok - self.low_ok) / 2

    def accepts(self, simulated: float) -> bool:
        """Whether a simulated value reproduces the figure; NaN does not."""
        return self.low_ok <= simulated <= self.high_ok

    def simulated(self, kpis: Sequence[Kpi]) -> float:
        """The quantity in one replication; NaN where a term was not observed."""
        found = {(kpi.name, kpi.dimension): kpi.value for kpi in kpis}
        return math.fsum(found.get(term, 0.0 if self.unit == "share" else math.nan) for term in self.terms)


def load_targets(area: Area, folder: Path | None = None) -> tuple[Target, ...]:
    """All targets of a folder of scenarios, national totals scaled to the share of an area."""
    return targets_of(published_document(folder), area.national_share.value)


def targets_of(document: Mapping[str, Any], share: float) -> tuple[Target, ...]:
    """All targets of a document, national totals times a share."""
    return tuple(_target(row, document["sources"], share) for row in document["targets"])


def published_document(folder: Path | None = None) -> dict[str, Any]:
    """The file of published figures of a folder of scenarios."""
    found: dict[str, Any] = json.loads(read_json(data_folder("scenarios", folder) / TARGETS_FILE))
    return found


def solved_by_hand(folder: Path | None = None) -> tuple[str, ...]:
    """Paths of the scenario's numbers that were solved by hand to published figures, as a folder has them."""
    return tuple(published_document(folder)["solved_by_hand"])


def _target(row: Mapping[str, Any], sources: Mapping[str, Any], national: float) -> Target:
    scaled = row.get("scale") == "national_share"
    factor = (national if scaled else 1) * float(row.get("index", 1))
    terms = []
    for term in row["kpi"]["of"]:
        dimension = {key: value for key, value in term.items() if key != "name"}
        terms.append((str(term["name"]), dimension_text(dimension)))
    return Target(
        id=row["id"],
        name=row["name"],
        why=row.get("why", {}),
        use=row["use"],
        source="; ".join(sources[id]["title"] for id in row["source"]),
        unit=row["unit"],
        value=float(row["value"]) * factor,
        low_ok=float(row["low_ok"]) * factor,
        high_ok=float(row["high_ok"]) * factor,
        terms=tuple(terms),
        is_input=bool(row.get("input", False)),
        input_note=row.get("input_note", {}),
        year=int(row["year"]),
        published=float(row["value"]),
        national=scaled,
        indexed="index" in row,
        place=row.get("place", ""),
        sources=tuple(row["source"]),
    )
