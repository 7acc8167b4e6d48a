"""Processor seconds of a piece of work by the program on the path, checksum of its answer; one JSON line.

Usage: python benchmarks/one_round.py region|capacity

It runs the program of another commit too, so it uses only what both have.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path


def region() -> dict[str, object]:
    """Middenland, KPIs kept: seconds until the first patient may be drawn, and a patient; the least of 3."""
    from sim.catalogue import load_tariffs
    from sim.runs.run import Plan, rules_of
    from sim.runs.task import run_task
    from sim.scenario import load_scenario

    plan = Plan(load_scenario("basis_2026").with_run(replications=1), Path(), "kpis")
    (spec,) = plan.specs(load_tariffs(), rules_of(plan))
    start = time.process_time()
    seconds = []
    for _ in range(3):
        began = time.process_time()
        result = run_task(spec)
        seconds.append(time.process_time() - began)
    answer = hashlib.sha256(b"".join(result.files.values())).hexdigest()
    return {
        "start": start,
        "patient": min(seconds) / result.patients,
        "memory_mb": result.peak_megabytes,
        "answer": answer,
    }


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
