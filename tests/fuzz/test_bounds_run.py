"""Settings at their very bounds: what the models take, a run can simulate, or it is refused in one line."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from documents import KINDS, yaml_text
from harness import given, judged
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import given as drawn_from
from hypothesis import strategies as st

from sim.scenario.paths import Address, addresses

SECONDS = float(os.environ.get("PALSIM_FUZZ_SECONDS", "0"))
_LEFT_OUT = ("replications", "horizon")
"""Settings that make a run long."""


def _edges(address: Address) -> list[float]:
    """Numbers at and beside the bounds of a setting."""
    low = address.schema.get("minimum", address.schema.get("exclusiveMinimum", 0))
    high = address.schema.get("maximum", address.schema.get("exclusiveMaximum", 1))
    middle = (low + high) / 2
    whole = address.schema.get("type") == "integer"
    found = [low, high, middle, low + (high - low) / 1000]
    return [int(number) for number in found] if whole else [float(number) for number in found]


EDGES = [
    (path, _edges(address))
    for path, address in addresses().items()
    if address.schema.get("type") in ("number", "integer")
    and path == address.path
    and path.split(".")[0] not in _LEFT_OUT
]


@st.composite
def overlays(draw: st.DrawFn) -> dict[str, Any]:
    """An overlay of basis_2026 with some settings at their bounds."""
    chosen = draw(st.lists(st.sampled_from(EDGES), min_size=1, max_size=4, unique_by=lambda edge: edge[0]))
    items = [{"path": path, "value": draw(st.sampled_from(edges))} for path, edges in chosen]
    return {"extends": "basis_2026", "name": "edge", "set": items}


def _hamlet(folder: Path) -> Path:
    area = json.loads(json.dumps(KINDS["area"].right()[0]))
    area["name"] = "gehucht"
    area["regions"][0]["palliative_deaths"]["value"] = 40
    file = folder / "gehucht.yaml"
    file.write_text(yaml_text(area), encoding="utf-8")
    return file


@pytest.mark.skipif(not SECONDS, reason="each takes seconds; `make fuzz` runs them")
def test_a_run_with_settings_at_their_bounds_ends_in_one_line(tmp_path: Path) -> None:
    area, file, turn = _hamlet(tmp_path), tmp_path / "edge.yaml", int(time.time())
    faults: dict[str, str] = {}
    few = settings(
        max_examples=10,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )

    def one(overlay: dict[str, Any]) -> None:
        nonlocal turn
        turn += 1
        file.write_text(yaml_text(overlay), encoding="utf-8")
        options = ["--replications", "1", "--jobs", "1", "--keep", "kpis", "--area", area]
        ended = given("run", file, *options, "--out", tmp_path / f"run_{turn}")
        told = [line for line in ended.err.splitlines() if "of 1 tasks" not in line]
        if ended.code == 0:
            return
        if ended.code != 2 or len(told) != 1:
            last = [line for line in ended.err.splitlines() if "/sim/" in line][-1:]
            faults.setdefault(f"{told[-1:]} {last}", f"{overlay['set']}\n{ended.err[-1500:]}")

    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        seed(turn)(few(drawn_from(overlays())(lambda overlay: one(overlay))))()
    assert not faults, "\n\n".join(f"{kind}\n{told}" for kind, told in faults.items())


def test_the_hamlet_of_these_runs_is_an_area(tmp_path: Path) -> None:
    judged(given(*KINDS["area"].command(_hamlet(tmp_path))))
