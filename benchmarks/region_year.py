"""One region, one replication, simulated and priced in this process; one JSON line.

Usage: python benchmarks/region_year.py SCENARIO [ROUNDS]
"""

from __future__ import annotations

import gc
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from sim.catalogue import load_tariffs
from sim.runs.run import Plan, rules_of
from sim.runs.task import STORED, TaskSpec, peak_megabytes, run_task
from sim.scenario import Region, load_scenario

HAMLET_DEATHS = 20


def hamlet(region: Region) -> Region:
    """A region with a few deaths: a run of it loads all that a run of the whole region loads."""
    few = region.palliative_deaths.model_copy(update={"value": HAMLET_DEATHS})
    return region.model_copy(update={"palliative_deaths": few})


def kept_bytes(spec: TaskSpec) -> dict[str, int]:
    """Bytes a patient on disk, by the tables that are kept."""
    found = {keep: run_task(replace(spec, keep=keep)) for keep in STORED}
    return {
        keep: round(sum(map(len, result.files.values())) / result.patients) for keep, result in found.items()
    }


def main(scenario: str, rounds: int) -> dict[str, object]:
    """Median seconds by stage of the first region, memory above what imports and inputs take, and disk."""
    loaded = load_scenario(scenario).with_run(replications=rounds)
    plan = Plan(loaded, Path(), "journey")
    regions = len(loaded.area.regions)
    specs = plan.specs(load_tariffs(), rules_of(plan))[::regions]
    run_task(replace(specs[0], region=hamlet(specs[0].region)))
    gc.collect()
    idle = peak_megabytes()
    totals, results = [], []
    for spec in specs:
        start = time.perf_counter()
        results.append(run_task(spec))
        totals.append(time.perf_counter() - start)
    middle = sorted(range(rounds), key=totals.__getitem__)[rounds // 2]
    best = results[middle]
    return {
        "engine": "palsim",
        "scenario": scenario,
        "patients": best.patients,
        "total": round(totals[middle], 4),
        "seconds": {k: round(v, 4) for k, v in best.seconds.items()},
        "patients_per_second": round(best.patients / totals[middle]),
        "kept_bytes": kept_bytes(specs[0]),
        "memory_mb": round(results[-1].peak_megabytes - idle, 1),
        "imports_mb": round(idle, 1),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3)))
