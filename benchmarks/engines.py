"""The events of one region by both engines, and the two plain programs of `tests/oracles`; one JSON line.

Usage: python benchmarks/engines.py [PATIENTS OF THE PLAIN PRICING]

Processor time a patient. The plain programs are the model as a user would write it: a process a patient, and
every bill by itself in exact arithmetic. All run as tasks do, in a process that keeps the memory it frees.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sim import dates
from sim.catalogue import load_tariffs
from sim.choices import ENGINE_VARIABLE
from sim.cohort import cohort_draws, draw_patients
from sim.journey.needs import sample_needs
from sim.journey.region import contracts_of, follow, simulate_region
from sim.ledger import quote, settings_from
from sim.runs.execute import keep_freed_memory
from sim.runs.run import Plan, rules_of
from sim.runs.task import run_task
from sim.scenario import load_scenario

TESTS = ModuleType("tests")
TESTS.__path__ = [str(Path(__file__).resolve().parents[1] / "tests")]
sys.modules["tests"] = TESTS  # a peer may have installed a package of this name
some_of = import_module("tests.oracles.journey_tables").some_of
World = import_module("tests.oracles.plain_engine").World
PlainPricer = import_module("tests.oracles.plain_pricing").PlainPricer
ROUNDS = 3


def least(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Processor seconds of the quickest of some rounds."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def main(priced: int) -> dict[str, float]:
    """Seconds a patient: the loop by each engine, the KPI path, the plain engine and the plain pricing."""
    keep_freed_memory()
    loaded, book = load_scenario("basis_2026").with_run(replications=1), load_tariffs()
    scenario, region = loaded.scenario, loaded.area.regions[0]
    patients = draw_patients(scenario, region, 1, 0)
    draws, _, _ = cohort_draws(scenario, region, 1, 0)
    needs = sample_needs(patients, draws, scenario, region)
    plan = quote(book, scenario.prices, region)
    contracts = contracts_of(plan, region, 1, 0, scenario)
    found = {}
    for engine in ("simpy", "compiled"):
        os.environ[ENGINE_VARIABLE] = engine
        found[engine] = least(lambda: follow(patients, needs, region, scenario, contracts)) / len(patients)
    first, last = (
        dates.date_of(int(m)).year for m in (patients["entry_minute"].min(), patients["death_minute"].max())
    )
    years = [dates.minute_of(dt.date(year, 1, 1)) for year in range(first, last + 1)]
    plain = least(World(patients, needs, region, scenario, contracts, years).run, 1)
    found["plain_engine"] = plain / len(patients)
    tables = {**simulate_region(scenario, region, 1, 0, patients, plan), "patients": patients}
    some, settings = some_of(tables, priced), settings_from(scenario)
    pricer = PlainPricer(some, book, settings.basis_year, settings.elv[0])
    found["plain_pricing"] = least(pricer.all, 1) / len(some["patients"])
    (spec,) = Plan(loaded, Path(), "kpis").specs(book, rules_of(Plan(loaded, Path(), "kpis")))
    found["kpis"] = least(lambda: run_task(spec)) / len(patients)
    return found


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)))
