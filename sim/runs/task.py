"""One task: a scenario, a replication, a cluster of regions; from random numbers to files in memory."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim import store
from sim.catalogue import TariffBook
from sim.choices import Keep as Keep
from sim.cohort import draw_patients
from sim.columns import places_of
from sim.dates import days, month_start_day, months
from sim.journey.region import Seen, simulate_region
from sim.journey.sized import Member, simulate_together
from sim.journey.walked import SPELLS, Walked
from sim.law.registry import RuleSet
from sim.ledger import price, quote, settings_from
from sim.measure.cost import own_payments
from sim.measure.invariants import violations
from sim.measure.measures import measure, remeasure
from sim.measure.sums import Sums, decode_sums
from sim.measure.tables import Task, Window, lines_of
from sim.scenario import Cluster, LoadedScenario, Region, Scenario, clusters_of, plans_of
from sim.schema import JOURNEY_TABLES, Table
from sim.units import BYTES_PER_KIBIBYTE, BYTES_PER_MEGABYTE, LAST_30_DAYS, MINUTES_PER_DAY, Bools

LEDGER_TABLES = ("declarations", "shares", "unfunded", "providers")
STORED: dict[Keep, tuple[str, ...]] = {
    "kpis": (),
    "journey": (*JOURNEY_TABLES, "own_payments"),
    "all": (*JOURNEY_TABLES, *LEDGER_TABLES, "own_payments"),
}


@dataclass(frozen=True)
class TaskSpec:
    """All that a worker needs to compute one task."""

    scenario: Scenario  # with the master seed of the run
    region: Region  # regions that share their places count as one
    region_no: int  # keys its random draws
    replication: int  # from 0
    book: TariffBook
    rules: RuleSet
    keep: Keep  # which tables become files
    check: bool = False  # whether to test the invariants
    source: Path | None = None  # run folder whose journeys are priced anew; without it they are simulated
    money: bool = True  # with `source`: whether more changes than the subsidy
    # Regions that share their places, with their numbers; of one by itself, that one
    members: tuple[tuple[int, Region], ...] = ()

    @classmethod
    def of(
        cls,
        loaded: LoadedScenario,
        cluster: Cluster,
        replication: int,
        book: TariffBook,
        rules: RuleSet,
        keep: Keep,
        **how: Any,
    ) -> TaskSpec:
        """The task of a cluster; `how` are the other fields."""
        members = cluster.members
        where = (loaded.scenario, cluster.region, members[0][0], replication)
        return cls(*where, book, rules, keep, members=members, **how)

    @property
    def cluster(self) -> str:
        """Name of the cluster: the region, or the regions that share their places."""
        return self.region.id


def tasks_of(
    loaded: LoadedScenario, book: TariffBook, rules: RuleSet, keep: Keep, **how: Any
) -> list[TaskSpec]:
    """All tasks of a scenario on its area, replication by replication; `how` are fields of `TaskSpec`."""
    return [
        TaskSpec.of(loaded, cluster, replication, book, rules, keep, **how)
        for replication in range(loaded.scenario.replications)
        for cluster in clusters_of(loaded.area)
    ]


@dataclass(frozen=True)
class TaskResult:
    """What a task hands back: its files, and how it went."""

    files: dict[str, bytes]
    violations: tuple[str, ...]  # broken invariants; empty when none or not checked
    patients: int
    seconds: dict[str, float]  # by stage: cohort, journey, pricing, kpis, write
    peak_megabytes: float  # peak memory of the process after the task
    idle_megabytes: float  # before its first task
    journeys: int  # that `simulate` made meanwhile: 1, or 0 when stored ones were priced anew


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
    try:
        import resource
    except ImportError:  # Windows has its own count
        import psutil

        memory = psutil.Process().memory_info()
        return float(getattr(memory, "peak_wset", memory.rss)) / BYTES_PER_MEGABYTE
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(size * (1 if sys.platform == "darwin" else BYTES_PER_KIBIBYTE)) / BYTES_PER_MEGABYTE


_idle: list[float] = []
_simulated = [0]  # journeys that this process has simulated


def simulate(spec: TaskSpec, watch: Stopwatch | None = None, seen: bool = False) -> dict[str, Table]:
    """Patients and journeys of a task (JOURNEY_TABLES), sorted by patient and time.

    With `seen` without spells that no KPI sees, where the task keeps KPIs only.
    """
    watch = watch or Stopwatch()
    tables = dict(walk(spec, watch, seen))
    watch.lap("journey")
    return tables


def walk(spec: TaskSpec, watch: Stopwatch | None = None, seen: bool = False) -> Mapping[str, Table]:
    """As `simulate`, with spells that are made when somebody looks at them where that can be."""
    watch = watch or Stopwatch()
    _simulated[0] += 1
    prices = spec.scenario.prices
    if len(spec.members) > 1:
        members = [Member(n, region, quote(spec.book, prices, region)) for n, region in spec.members]
        return store.ordered(simulate_together(spec.scenario, members, spec.region, spec.replication))
    patients = draw_patients(spec.scenario, spec.region, spec.region_no, spec.replication)
    watch.lap("cohort")
    plan = quote(spec.book, prices, spec.region)
    found = simulate_region(
        spec.scenario,
        spec.region,
        spec.region_no,
        spec.replication,
        patients,
        plan,
        _seen(spec.scenario) if seen and only_kpis(spec) else None,
    )
    return replace(found, tables=store.ordered(found.tables))


def price_journeys(
    spec: TaskSpec, journey: Mapping[str, Table], watch: Stopwatch | None = None
) -> dict[str, Table]:
    """The journey tables of a task, simulated or stored, with their ledger beside them (LEDGER_TABLES)."""
    watch = watch or Stopwatch()
    both = {**journey, **_ledger(spec, journey)}
    tables = store.ordered(both)
    watch.lap("pricing")
    return tables


def _ledger(spec: TaskSpec, journey: Mapping[str, Table], until: int | None = None) -> dict[str, Table]:
    """The tables of LEDGER_TABLES; for KPIs up to the first day of a month."""
    settings = settings_from(spec.scenario)
    ledger = price(dict(journey), spec.book, spec.rules, settings, until=until)
    return {name: getattr(ledger, name) for name in LEDGER_TABLES}


def reprice_journeys(spec: TaskSpec, source: Path, watch: Stopwatch) -> tuple[dict[str, Table], Sums]:
    """Stored journeys of a task in a run folder, their new ledger and the parts that follow.

    Nothing is simulated. When no table is kept and payment looks backwards only, what no KPI sees is left
    out: people who died before the counted window, and care that begins a month or more after it. Raises
    InputError when a stored file is missing or damaged.
    """
    run = store.StoredTasks(source, store.read_manifest(source))
    stored = decode_sums(run.parts(spec.replication, spec.cluster))
    tables = {name: run.table(name, spec.replication, spec.cluster) for name in JOURNEY_TABLES}
    watch.lap("journey")
    money = spec.money or spec.keep != "kpis"
    if spec.keep == "kpis" and looks_backwards(spec.scenario):
        low = Window.of(spec.scenario).low
        tables = tables_where(tables, tables["patients"]["death_minute"] >= low)
        if money:
            tables |= _ledger_seen(spec, tables)
    elif money:
        tables = priced_for_kpis(spec, tables)
    watch.lap("pricing")
    return tables, remeasure(spec.scenario, spec.region, tables, spec.book, stored, money)


def priced_for_kpis(
    spec: TaskSpec, journey: Mapping[str, Table], watch: Stopwatch | None = None
) -> dict[str, Table]:
    """Journeys with their ledger, as far as what the task keeps sees it."""
    watch = watch or Stopwatch()
    if not _prices_what_counts(spec):
        return price_journeys(spec, journey, watch)
    tables = {**journey, **_ledger_seen(spec, journey)}
    watch.lap("pricing")
    return tables


def tables_where(tables: Mapping[str, Table], kept: Bools) -> dict[str, Table]:
    """Rows of some people (`kept`, a bool a patient); tables without people as they are."""
    ids = tables["patients"]["patient_id"]
    out = {}
    mine: dict[str, Bools] = {}
    for name in tables:
        if name == SPELLS and isinstance(tables, Walked):
            out[name] = tables.spells_of(kept)
            continue
        rows = tables[name]
        if name == "shares":
            out[name] = rows.where(mine["declarations"][lines_of(tables["declarations"], rows)])
        elif "patient_id" in rows.columns:
            mine[name] = kept[places_of(ids, rows["patient_id"])]
            out[name] = rows.where(mine[name])
        else:
            out[name] = rows
    return out


def looks_backwards(scenario: Scenario) -> bool:
    """Whether what a line costs and who pays it follows from earlier lines of the same patient only."""
    return not any(plan.whole for plan in plans_of(scenario))


def _ledger_seen(spec: TaskSpec, journey: Mapping[str, Table]) -> dict[str, Table]:
    """The tables of LEDGER_TABLES as far as KPIs see them: of the people and the care that can count."""
    return _ledger(spec, that_count(spec.scenario, journey), counted_until(spec.scenario))


def counted_until(scenario: Scenario) -> int:
    """First day of the month after the counted window: no line of that day and later counts."""
    last = months(days(np.array(Window.of(scenario).high - 1)))
    return int(month_start_day(last + 1))


def that_count(scenario: Scenario, journey: Mapping[str, Table]) -> dict[str, Table]:
    """Rows of people who are alive when the counted window begins, without spells that begin too late."""
    alive_at, until = _seen(scenario)
    tables = tables_where(journey, journey["patients"]["death_minute"] >= alive_at)
    spells = tables["spells"]
    return tables | {"spells": spells.where(spells["start_minute"] < until)}


def only_kpis(spec: TaskSpec) -> bool:
    """Whether what no KPI sees can be left out."""
    return spec.keep == "kpis" and _prices_what_counts(spec)


def _prices_what_counts(spec: TaskSpec) -> bool:
    """Whether care that no KPI sees need not be priced."""
    return spec.keep != "all" and not spec.check and looks_backwards(spec.scenario)


def _seen(scenario: Scenario) -> Seen:
    """Minutes from which on people, and before which care, can count."""
    window = Window.of(scenario)
    return window.low, window.high + LAST_30_DAYS * MINUTES_PER_DAY


def run_task(spec: TaskSpec) -> TaskResult:
    """Simulate, price and measure one task; nothing is written here."""
    if not _idle:
        _idle.append(peak_megabytes())
    watch, before = Stopwatch(), _simulated[0]
    if spec.source is None:
        tables = priced_for_kpis(spec, simulate(spec, watch, seen=True), watch)
        parts = measure(spec.scenario, spec.region, tables, spec.book)
    else:
        tables, parts = reprice_journeys(spec, spec.source, watch)
    broken: list[str] = []
    if spec.check:
        broken = violations(spec.scenario, spec.region, tables, spec.book, spec.rules)
    watch.lap("kpis")
    files = encode_files(spec, tables, parts)
    watch.lap("write")
    return TaskResult(
        files,
        tuple(broken),
        len(tables["patients"]),
        watch.seconds,
        peak_megabytes(),
        _idle[0],
        _simulated[0] - before,
    )


def encode_files(spec: TaskSpec, tables: Mapping[str, Table], parts: Sums) -> dict[str, bytes]:
    """Parquet files of a task by their path in the run folder."""
    if spec.keep != "kpis":
        task = Task(spec.scenario, spec.region, tables, spec.book)
        tables = {**tables, "own_payments": own_payments(task)}
    files = {
        store.table_path(name, spec.replication, spec.cluster): store.encode(tables[name])
        for name in STORED[spec.keep]
    }
    files[store.parts_path(spec.replication, spec.cluster)] = parts.encode()
    return files
