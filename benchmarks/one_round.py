"""Processor seconds of a piece of work by the program on the path, checksum of its answer; one JSON line.

Usage: python benchmarks/one_round.py region|capacity

It runs the program of another commit too, so it uses only what both have, each by its own name.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any


def region() -> dict[str, object]:
    """Middenland, KPIs kept: seconds until the first patient may be drawn, and a patient; the least of 3."""
    run, task, catalogue = _rooms()
    scenarios = import_module("sim.scenario")
    plan = run.Plan(scenarios.load_scenario("basis_2026").with_run(replications=1), Path(), "kpis")
    book = catalogue.load_tariffs()
    (spec,) = plan.specs(book, run.rules_of(plan))
    start = time.process_time()
    seconds, stages = [], []
    for _ in range(3):
        began = time.process_time()
        result = task.run_task(spec)
        seconds.append(time.process_time() - began)
        stages.append(result.seconds)
    answer = hashlib.sha256(b"".join(result.files.values())).hexdigest()
    return {
        "start": start,
        "patient": min(seconds) / result.patients,
        "stages": {name: min(each[name] for each in stages) / result.patients for name in stages[0]},
        "memory_mb": result.peak_megabytes,
        "answer": answer,
    }


def _rooms() -> tuple[Any, Any, Any]:
    """Modules of runs, of tasks and of tariffs, where the program has them."""
    try:
        return tuple(import_module(f"sim.{name}") for name in ("runs.run", "runs.task", "catalogue"))
    except ModuleNotFoundError:
        return tuple(import_module(f"sim.{name}") for name in ("experiment.run", "experiment.task", "tariff"))


def capacity() -> dict[str, object]:
    """Hospices of Middenland on two replications: seconds of the whole study."""
    import sim

    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        found = sim.capacity("middenland", type="all", replications=2, jobs=1, out=f"{folder}/beds").as_json()
        seconds = time.process_time() - began
    answer = json.dumps({name: part for name, part in found.items() if name != "header"}, sort_keys=True)
    return {"study": seconds, "answer": hashlib.sha256(answer.encode()).hexdigest()}


if __name__ == "__main__":
    print(json.dumps({"region": region, "capacity": capacity}[sys.argv[1]]()))
