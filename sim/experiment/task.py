"""One task: a scenario, a replication, a cluster of regions; from random numbers to files in memory."""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sim import store
from sim.cohort import draw_patients
from sim.experiment.check import violations
from sim.experiment.measure import measure
from sim.experiment.parts import Parts
from sim.journey import simulate_region
from sim.law.registry import RuleSet
from sim.pricing import price, quote, settings_from
from sim.scenario import Region, Scenario
from sim.schema import Table
from sim.tariff import TariffBook
from sim.units import BYTES_PER_KIBIBYTE, BYTES_PER_MEGABYTE

Keep = Literal["kpis", "journey", "all"]
JOURNEY_TABLES = ("patients", "wlz_periods", "stays", "spells", "refusals", "meters")
LEDGER_TABLES = ("declarations", "shares", "unfunded")
STORED: dict[Keep, tuple[str, ...]] = {
    "kpis": (),
    "journey": JOURNEY_TABLES,
    "all": (*JOURNEY_TABLES, *LEDGER_TABLES),
}


@dataclass(frozen=True)
class TaskSpec:
    """All that a worker needs to compute one task.

    Parameters
    ----------
    scenario : Scenario
        With the master seed of the run.
    region : Region
    region_no : int
        Number of the region, which keys its random draws.
    replication : int
        From 0.
    book : TariffBook
    rules : RuleSet
    keep : {"kpis", "journey", "all"}
        Which tables become files.
    check : bool
        Whether to test the invariants.
    """

    scenario: Scenario
    region: Region
    region_no: int
    replication: int
    book: TariffBook
    rules: RuleSet
    keep: Keep
    check: bool

    @property
    def cluster(self) -> str:
        """Name of the cluster: the region, as long as regions share no places."""
        return self.region.id


@dataclass(frozen=True)
class TaskResult:
    """What a task hands back: its files, and how it went.

    Parameters
    ----------
    files : dict of path in the run folder to bytes
    violations : tuple of str
        Broken invariants; empty when none or not checked.
    patients : int
    seconds : dict of stage to float
        cohort, journey, pricing, kpis, write.
    peak_megabytes, idle_megabytes : float
        Peak memory of the process after the task, and before its first task.
    """

    files: dict[str, bytes]
    violations: tuple[str, ...]
    patients: int
    seconds: dict[str, float]
    peak_megabytes: float
    idle_megabytes: float


class Stopwatch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """Book the time since the last lap on a stage."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now


def peak_megabytes() -> float:
    """Peak resident memory of this process so far."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(size * (1 if sys.platform == "darwin" else BYTES_PER_KIBIBYTE)) / BYTES_PER_MEGABYTE


_idle: list[float] = []


def simulate(spec: TaskSpec, watch: Stopwatch | None = None) -> dict[str, Table]:
    """Patients and journeys of a task, sorted by patient and time.

    Parameters
    ----------
    spec : TaskSpec
    watch : Stopwatch, optional

    Returns
    -------
    dict of table name to Table
        The tables of JOURNEY_TABLES.
    """
    watch = watch or Stopwatch()
    patients = draw_patients(spec.scenario, spec.region, spec.region_no, spec.replication)
    watch.lap("cohort")
    plan = quote(spec.book, spec.scenario.prices, spec.region)
    journey = simulate_region(spec.scenario, spec.region, spec.region_no, spec.replication, patients, plan)
    gc.collect()
    tables = store.ordered({"patients": patients, **journey})
    watch.lap("journey")
    return tables


def price_journeys(
    spec: TaskSpec, journey: Mapping[str, Table], watch: Stopwatch | None = None
) -> dict[str, Table]:
    """The journey tables of a task with their ledger beside them.

    Parameters
    ----------
    spec : TaskSpec
    journey : mapping of table name to Table
        As `simulate` gives them, or as stored.
    watch : Stopwatch, optional

    Returns
    -------
    dict of table name to Table
        The tables of JOURNEY_TABLES and LEDGER_TABLES.
    """
    watch = watch or Stopwatch()
    ledger = price(dict(journey), spec.book, spec.rules, settings_from(spec.scenario))
    both = {
        **journey,
        "declarations": ledger.declarations,
        "shares": ledger.shares,
        "unfunded": ledger.unfunded,
    }
    tables = store.ordered(both)
    watch.lap("pricing")
    return tables


def run_task(spec: TaskSpec) -> TaskResult:
    """Simulate, price and measure one task; nothing is written here.

    Parameters
    ----------
    spec : TaskSpec

    Returns
    -------
    TaskResult
    """
    if not _idle:
        _idle.append(peak_megabytes())
    watch = Stopwatch()
    tables = price_journeys(spec, simulate(spec, watch), watch)
    parts = measure(spec.scenario, spec.region, tables)
    broken: list[str] = []
    if spec.check:
        broken = violations(spec.scenario, spec.region, tables, spec.book, spec.rules)
    watch.lap("kpis")
    files = encode_files(spec, tables, parts)
    watch.lap("write")
    return TaskResult(
        files, tuple(broken), len(tables["patients"]), watch.seconds, peak_megabytes(), _idle[0]
    )


def encode_files(spec: TaskSpec, tables: Mapping[str, Table], parts: Parts) -> dict[str, bytes]:
    """Parquet files of a task by their path in the run folder.

    Parameters
    ----------
    spec : TaskSpec
    tables : mapping of table name to Table
    parts : Parts

    Returns
    -------
    dict of path to bytes
    """
    files = {
        store.table_path(name, spec.replication, spec.cluster): store.encode(tables[name])
        for name in STORED[spec.keep]
    }
    files[store.parts_path(spec.replication, spec.cluster)] = parts.encode()
    return files
