"""What a person waits for on two cores: one of the works below, in seconds on the clock; one JSON line.

Usage: python benchmarks/waiting.py capacity
       python benchmarks/waiting.py draws COUNT
       python benchmarks/waiting.py lever COUNT
       python benchmarks/waiting.py machines COUNT

`capacity` is `palsim capacity middenland` with its guarantees. `draws` compares current practice with the
omzetplafond on Middenland at COUNT draws of all assumptions. `lever` moves a lever of the page COUNT times:
the median after the first. `machines` runs the first areas of the country on COUNT workers of Dask.
"""

from __future__ import annotations

import hashlib
import json
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from reprice import first_regions

import sim
from sim import store
from sim.catalogue import load_tariffs
from sim.runs.options import RunOptions
from sim.runs.run import Plan, execute
from sim.scenario import load_scenario
from sim.studies.sensitivity.assumptions import draw_assumptions
from sim.units import WEB_REPLICATIONS
from sim.web.levers import levers_of
from sim.web.recipe import Recipe
from sim.web.work import answer

CORES, AREAS, LEVER = 2, 4, "beds_bth"
BASE, POLICY = "basis_2026", "azwa_omzetplafond"


def processor() -> float:
    """Processor seconds of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def capacity(folder: Path) -> dict[str, Any]:
    """A study of beds, from an empty folder."""
    sim.capacity("middenland", jobs=CORES, out=folder / "beds")
    return {}


def draws(folder: Path, count: int) -> dict[str, Any]:
    """Draws of all assumptions beside a finished comparison: its own runs are not counted."""
    sim.compare(BASE, POLICY, out=folder / "both", keep="kpis", replications=CORES, assumptions=0, jobs=CORES)
    scenarios = [load_scenario(name).with_run(replications=CORES) for name in (BASE, POLICY)]
    began = time.perf_counter()
    draw_assumptions(scenarios, folder / "both", load_tariffs(), RunOptions(CORES), count)
    return {"seconds": time.perf_counter() - began}


def lever(folder: Path, count: int) -> dict[str, Any]:
    """One bed more at a time on the page, the base already there."""
    start = Recipe(BASE, BASE, "middenland", 1, WEB_REPLICATIONS[0], "", {})
    answer(start, folder, CORES)
    beds = int(next(each.start for each in levers_of(load_scenario(BASE)) if each.id == LEVER))
    seconds = []
    for more in range(1, count + 1):
        began = time.perf_counter()
        answer(replace(start, values={LEVER: beds + more}), folder, CORES)
        seconds.append(time.perf_counter() - began)
    return {"seconds": statistics.median(seconds[1:] or seconds)}


def machines(folder: Path, count: int) -> dict[str, Any]:
    """Some areas of the country on workers of Dask, with a digest of what they gave."""
    loaded = first_regions(load_scenario("basis_landelijk"), AREAS).with_run(replications=CORES)
    began = time.perf_counter()
    execute([Plan(loaded, folder / "run", "kpis")], load_tariffs(), RunOptions(count, scheduler="local"))
    seconds = time.perf_counter() - began
    digest = hashlib.sha256()
    for path in sorted((folder / "run").rglob("*.parquet")):
        digest.update(path.read_bytes())
    patients = store.load_run(folder / "run").manifest["timings"]["patients"]
    return {"seconds": seconds, "answer": digest.hexdigest(), "patients": patients}


def main(work: str, *count: str) -> dict[str, Any]:
    """Seconds on the clock, and of processors."""
    with tempfile.TemporaryDirectory() as name:
        began, used = time.perf_counter(), processor()
        found = {"capacity": capacity, "draws": draws, "lever": lever, "machines": machines}[work](
            Path(name), *map(int, count)
        )
        return {"seconds": time.perf_counter() - began, "processor": processor() - used} | found


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
