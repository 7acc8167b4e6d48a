"""Regions simulated and stored, then priced anew under another tariff, rule and subsidy; one JSON line.

Usage: python benchmarks/reprice.py SCENARIO [REGIONS] [ROUNDS]
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from sim.catalogue import load_tariffs
from sim.runs.options import RunOptions
from sim.runs.reprice import reprice
from sim.runs.run import Plan, execute
from sim.scenario import LoadedScenario, load_scenario, vary

CHANGES = {
    "tariff": {"prices.elv_contract_factor": 0.9},
    "rule": {"rules.eigen_risico_plan": "460"},
    "subsidy": {"subsidy.national_clients.value.bth": 6000},
}


def first_regions(loaded: LoadedScenario, regions: int) -> LoadedScenario:
    """The scenario on the first regions of its area."""
    every = loaded.area.regions
    few = every[:regions]
    people = sum(region.population for region in few) / sum(region.population for region in every)
    share = loaded.area.national_share
    part = share.model_copy(update={"value": share.value * people, "range": None})
    return replace(loaded, area=loaded.area.model_copy(update={"regions": few, "national_share": part}))


def main(scenario: str, regions: int, rounds: int) -> dict[str, object]:
    """Best seconds of a run (simulate, price, write) and of each repricing of it, on one process."""
    book = load_tariffs()
    loaded = first_regions(load_scenario(scenario), regions).with_run(replications=1)
    seconds: dict[str, float] = {}
    journeys: dict[str, int] = {}

    def timed(name: str, folder: Path, began: float) -> None:
        spent = time.perf_counter() - began
        seconds[name] = min(seconds.get(name, spent), spent)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        journeys[name] = manifest["timings"]["journeys"]

    with tempfile.TemporaryDirectory() as place:
        for turn in range(rounds):
            run = Path(place) / f"run-{turn}"
            began = time.perf_counter()
            execute([Plan(loaded, run, "journey")], book, RunOptions(1))
            timed("run", run, began)
            if journeys["run"] != regions:
                raise SystemExit(f"the run of {regions} regions counts {journeys['run']} journeys")
            for name, change in CHANGES.items():
                began = time.perf_counter()
                changed = vary(loaded, change, name)
                out = Path(place) / f"{name}-{turn}"
                reprice(run, changed, out, out, book, RunOptions(1), "kpis")
                timed(name, out, began)
    return {
        "scenario": scenario,
        "regions": regions,
        "seconds": {name: round(spent, 4) for name, spent in seconds.items()},
        "journeys": journeys,
        "faster": {name: round(seconds["run"] / seconds[name], 2) for name in CHANGES},
    }


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[2:]]
    print(json.dumps(main(sys.argv[1], *(numbers + [4, 3][len(numbers) :]))))
