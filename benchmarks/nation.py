"""The national scenario as users run it: simulate, price, measure, reduce, write; one JSON line.

Usage: python benchmarks/nation.py REGIONS REPLICATIONS JOBS

REGIONS are the first of the country; a run keeps KPIs only. The time on the wall is that of the whole run:
the start of its processes, the files of each task and their fsync, and the step over all regions.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from reprice import first_regions

from sim import store
from sim.catalogue import load_tariffs
from sim.runs.options import RunOptions
from sim.runs.run import Plan, execute
from sim.runs.task import peak_megabytes
from sim.scenario import load_scenario

NATION = "basis_landelijk"


def main(regions: int, replications: int, jobs: int) -> dict[str, Any]:
    """Patients, tasks, seconds on the wall and by stage, and the memory of the largest process."""
    book = load_tariffs()
    loaded = first_regions(load_scenario(NATION), regions).with_run(replications=replications)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "run"
        began = time.perf_counter()
        (outcome,) = execute([Plan(loaded, folder, "kpis")], book, RunOptions(jobs))
        seconds = time.perf_counter() - began
        timings = store.load_run(folder).manifest["timings"]
    return {
        "patients": timings["patients"],
        "tasks": outcome.computed,
        "seconds": seconds,
        "stages": timings["stages"],
        "peak_mb": max(timings["peak_megabytes"], peak_megabytes()),
    }


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:4]))))
