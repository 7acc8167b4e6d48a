"""Journeys of regions of one size, simulated and written before pricing; one JSON line.

Usage: python benchmarks/journeys.py DEATHS REGIONS REPLICATIONS JOBS

DEATHS is a region's deaths a year; its places and budgets go along. A region's cohort holds three years of
deaths: the year before the counted one, that year, and the year after it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from sim import store
from sim.catalogue import load_tariffs
from sim.runs.execute import run_all
from sim.runs.run import Plan, rules_of
from sim.runs.task import TaskSpec, peak_megabytes, simulate
from sim.scenario import LoadedScenario, Region, load_scenario

BASE = "basis_2026"


def sized(region: Region, deaths: float) -> Region:
    """A region with other yearly deaths and everything else in proportion."""
    data = region.model_dump(mode="json")
    factor = deaths / region.palliative_deaths.value
    data["population"] = round(data["population"] * factor)
    for key in ("palliative_deaths", "nursing_home_places", "district_nursing_budget_eur", "elv_budget_eur"):
        value = data[key]["value"] * factor
        data[key] |= {"value": round(value) if key == "nursing_home_places" else value, "range": None}
        data[key] |= {"kind": "derived", "source": "benchmark"}
    for site in data["sites"]:
        site["beds"] = max(1, round(site["beds"] * factor))
    return Region.model_validate(data)


def nation(deaths: float, regions: int, replications: int) -> LoadedScenario:
    """The base on regions of this size."""
    loaded = load_scenario(BASE)
    (template,) = loaded.area.regions
    region = sized(template, deaths).model_copy(update={"copies": regions})
    area = loaded.area.model_copy(update={"regions": (region,)})
    return replace(loaded, area=area).with_run(replications=replications)


def write_journeys(folder: Path, spec: TaskSpec) -> dict[str, float]:
    """Simulate a task, encode its tables and write them; the files go once they are there."""
    began = time.process_time()
    tables = simulate(spec)
    for name, table in tables.items():
        path = folder / store.table_path(name, spec.replication, spec.cluster)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(store.encode(table))
    seconds = time.process_time() - began
    size = 0
    for name in tables:
        path = folder / store.table_path(name, spec.replication, spec.cluster)
        size += path.stat().st_size
        path.unlink()
    return {
        "patients": len(tables["patients"]),
        "megabytes": size / 1e6,
        "cpu_seconds": seconds,
        "peak_mb": peak_megabytes(),
    }


def main(deaths: float, regions: int, replications: int, jobs: int) -> dict[str, float]:
    """Sums over the tasks, seconds on the wall, and the memory of the largest worker.

    One small task goes before, so that imports, caches and the start of workers are not counted.
    """
    book = load_tariffs()
    with tempfile.TemporaryDirectory() as name:
        work = partial(write_journeys, Path(name))
        first = Plan(nation(100, jobs, 1), Path(), "journey")
        list(run_all(work, first.specs(book, rules_of(first)), jobs))
        plan = Plan(nation(deaths, regions, replications), Path(), "journey")
        specs = plan.specs(book, rules_of(plan))
        began = time.perf_counter()
        found = [result for _, result in run_all(work, specs, jobs)]
        wall = time.perf_counter() - began
    sums = {key: sum(r[key] for r in found) for key in ("patients", "megabytes", "cpu_seconds")}
    return sums | {
        "tasks": len(specs),
        "seconds": wall,
        "peak_mb": max(r["peak_mb"] for r in found),
    }


if __name__ == "__main__":
    print(json.dumps(main(float(sys.argv[1]), *map(int, sys.argv[2:5]))))
