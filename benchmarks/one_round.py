"""Processor seconds of a piece of work by the program on the path, checksum of its answer; one JSON line.

Usage: python benchmarks/one_round.py region|capacity

It runs the program of another commit too, so it uses only what both have, each by its own name.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

ROUNDS = 3
COUNTED_SINCE = ("declared",)
"""Sums that the commit before has not: what each kind of provider declares."""


def region() -> dict[str, object]:
    """Middenland: seconds until the first patient may be drawn, and a patient by the tables that are kept.

    Tasks run as a run on one process runs them; the least of some of each.
    """
    run, task, execute, catalogue = _rooms()
    loaded = import_module("sim.scenario").load_scenario("basis_2026").with_run(replications=1)
    book = catalogue.load_tariffs()
    start, found = None, {}
    for keep in ("kpis", "all"):
        plan = run.Plan(loaded, Path(), keep)
        (spec,) = plan.specs(book, run.rules_of(plan))
        start = start or time.process_time()
        seconds, results = [], []
        began = time.process_time()
        for _, result in execute.run_all(task.run_task, [spec] * ROUNDS, 1):
            seconds.append(time.process_time() - began)
            results.append(result)
            began = time.process_time()
        found[keep] = min(seconds) / results[0].patients
        if keep == "kpis":
            stages = {
                name: min(each.seconds[name] for each in results) / results[0].patients
                for name in results[0].seconds
            }
            memory = results[-1].peak_megabytes
            answer = _counted(results[-1].files)
    return {
        "start": start,
        "patient": found["kpis"],
        "patient_all": found["all"],
        "stages": stages,
        "memory_mb": memory,
        "answer": answer,
    }


def _counted(files: Mapping[str, bytes]) -> str:
    """Checksum of what a task counted, without what the commit before did not count."""
    (parts,) = (
        import_module("pyarrow.parquet").read_table(io.BytesIO(data)).to_pylist() for data in files.values()
    )
    told = [row for row in parts if row["measure"] not in COUNTED_SINCE]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _rooms() -> tuple[Any, Any, Any, Any]:
    """Modules of runs, tasks, processes and tariffs, where the program has them."""
    try:
        names = ("runs.run", "runs.task", "runs.execute", "catalogue")
        return tuple(import_module(f"sim.{name}") for name in names)
    except ModuleNotFoundError:
        names = ("experiment.run", "experiment.task", "experiment.execute", "tariff")
        return tuple(import_module(f"sim.{name}") for name in names)


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
