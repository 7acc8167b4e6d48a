"""Runs: many tasks under one master seed into run folders, finished ones reused."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sim import store
from sim.catalogue import TariffBook
from sim.errors import RunError
from sim.law.registry import RuleSet
from sim.ledger import own_book, quote, settings_from, with_own_rules
from sim.measure.budgets import budgets
from sim.measure.invariants import subsidies_within_ceilings, violations
from sim.measure.kpis import SUBSIDY_PAYOUT, Kpi, evaluate, kpis_bytes
from sim.measure.registry import KPIS
from sim.measure.subsidy import subsidise
from sim.measure.sums import Sums, decode_sums, dimension_text, merge
from sim.runs.cluster import LOCAL
from sim.runs.execute import run_all
from sim.runs.memory import refuse_too_little
from sim.runs.options import Progress, RunOptions
from sim.runs.task import STORED, Keep, TaskResult, TaskSpec, price_journeys, run_task, tasks_of
from sim.scenario import Area, LoadedScenario, clusters_of
from sim.schema import Table
from sim.store import RunFolder, folder_lock

_WHOLE = "all"
_STAGES = ("cohort", "journey", "pricing", "kpis", "write")


@dataclass(frozen=True)
class Plan:
    """One run to be made: what is simulated and where it is stored."""

    loaded: LoadedScenario  # with the seed and the replications of this run
    folder: Path
    keep: Keep
    check: bool = False  # test the invariants of every task
    source: Path | None = None  # run folder whose journeys are priced anew instead of simulated
    money: bool = True  # with `source`: whether more changes than the subsidy

    @property
    def replications(self) -> int:
        """Replications asked for."""
        return self.loaded.scenario.replications

    def specs(self, book: TariffBook, rules: RuleSet) -> list[TaskSpec]:
        """All tasks, replication by replication; own prices of the scenario apply."""
        book = own_book(book, self.loaded.own)
        how = {"check": self.check, "source": self.source, "money": self.money}
        return tasks_of(self.loaded, book, rules, self.keep, **how)

    def manifest(self, book: TariffBook) -> dict[str, Any]:
        """Manifest of the run but for what is known only at its end."""
        book = own_book(book, self.loaded.own)
        return {
            **identity_of(self.loaded, book),
            "replications": self.replications,
            "keep": self.keep,
            "clusters": [cluster.id for cluster in clusters_of(self.loaded.area)],
            "meters": {
                cluster.id: asdict(quote(book, self.loaded.scenario.prices, cluster.region))
                for cluster in clusters_of(self.loaded.area)
            },
            "changes": [
                {"path": c.path, "before": c.before, "after": c.after, "overlay": c.overlay}
                for c in self.loaded.changes
            ],
            **({} if self.source is None else {"priced_from": store.read_manifest(self.source)["hashes"]}),
        }


def identity_of(loaded: LoadedScenario, book: TariffBook) -> dict[str, Any]:
    """What a manifest says a run, or a study, is one of: scenario, area, seed, hashes, versions, own prices.

    The book has the own prices of the scenario in it.
    """
    owned = {"own": loaded.own.as_json()} if loaded.own else {}
    scenario = loaded.scenario.model_dump(mode="json", exclude={"replications"})
    area = loaded.area.model_dump(mode="json")
    policy = {key: value for key, value in scenario.items() if key != "seed"}
    return {
        "schema_version": store.SCHEMA_VERSION,
        "scenario": scenario,
        "area": area,
        "hashes": {
            "scenario": store.checksum(store.json_bytes({"scenario": policy, "area": area, **owned})),
            "tariffs": book.digest(),
            "code": store.code_digest(),
        },
        "versions": store.versions(),
        "seed": scenario["seed"],
        **owned,
    }


@dataclass
class Outcome:
    """How one run went."""

    folder: Path
    reused: int = 0  # tasks taken over
    computed: int = 0
    damaged: int = 0  # those of the computed that were found damaged
    # Broken invariants, with replication and cluster in front
    violations: list[str] = field(default_factory=list)


@dataclass
class _Open:
    """A run while it is being made."""

    plan: Plan
    folder: RunFolder
    outcome: Outcome
    pending: list[TaskSpec]
    goes_on: bool
    seconds: dict[str, float] = field(default_factory=dict)
    patients: int = 0
    peak: float = 0.0
    idle: float = 0.0
    journeys: int = 0

    def take(self, spec: TaskSpec, result: TaskResult) -> None:
        """Write a finished task and note how it went."""
        began = time.perf_counter()
        self.folder.write_task(spec.replication, spec.cluster, result.files)
        for stage, seconds in result.seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
        self.seconds["write"] += time.perf_counter() - began
        self.patients += result.patients
        self.journeys += result.journeys
        self.peak, self.idle = max(self.peak, result.peak_megabytes), max(self.idle, result.idle_megabytes)
        self.outcome.computed += 1
        self.outcome.violations += [
            f"replication {spec.replication}, {spec.cluster}: {v}" for v in result.violations
        ]


def execute(
    plans: Sequence[Plan], book: TariffBook, options: RunOptions, on_begin: Callable[[], None] | None = None
) -> list[Outcome]:
    """Make runs: their tasks side by side on processes, their files in run folders; one outcome a plan.

    Tasks go replication by replication over all runs, so that an interrupted comparison has pairs. Nothing
    that a folder holds changes before all folders are accepted and the first task is computed; just before,
    `on_begin` is called, but not when there is nothing to compute. Whether invariants are tested, every plan
    says itself. Raises InputError when a folder is in use or holds something else; RunError when memory would
    not suffice, the disk is full, a worker dies, or a check fails.
    """
    began = time.perf_counter()
    with ExitStack() as stack:
        runs = []
        for plan in plans:
            stack.enter_context(folder_lock(plan.folder))
            runs.append(_open(plan, book, options))
        queue = sorted(
            ((run, spec) for run in runs for spec in run.pending), key=lambda pair: pair[1].replication
        )
        if options.scheduler in (None, LOCAL):
            refuse_too_little([spec for _, spec in queue], options.jobs)
        reused = sum(run.outcome.reused for run in runs)
        total = reused + len(queue)
        for done, (number, result) in enumerate(
            run_all(run_task, [spec for _, spec in queue], options.jobs, options.scheduler), start=1
        ):
            if done == 1:
                _begin(runs, on_begin)
            run, spec = queue[number]
            run.take(spec, result)
            if options.on_progress is not None:
                name = run.plan.loaded.name
                options.on_progress(
                    Progress(reused + done, total, reused, name, spec.replication, spec.cluster)
                )
        for run in runs:
            _close(run, book, options.jobs, time.perf_counter() - began)
    for run in runs:
        if run.outcome.violations:
            raise RunError("{folder}: --check: {violations}", about=run.outcome)
    return [run.outcome for run in runs]


def rules_of(plan: Plan) -> RuleSet:
    """The rules that a run applies: the law with the plans that its scenario chooses, and own rules."""
    return with_own_rules(settings_from(plan.loaded.scenario).rules(), plan.loaded.own)


def _open(plan: Plan, book: TariffBook, options: RunOptions) -> _Open:
    """Lock taken: settle what is there and what is left to do; nothing changes yet."""
    folder = RunFolder(plan.folder, plan.manifest(book))
    goes_on = folder.accept(resume=options.resume, replace=options.replace)
    outcome = Outcome(plan.folder)
    pending = []
    for spec in plan.specs(book, rules_of(plan)):
        unseen = plan.check and plan.keep == "kpis"
        if goes_on and not unseen and folder.task_files(spec.replication, spec.cluster) is not None:
            outcome.reused += 1
            if plan.check:
                outcome.violations += _check_stored(plan.folder, spec)
            continue
        outcome.damaged += goes_on and folder.was_started(spec.replication, spec.cluster)
        pending.append(spec)
    return _Open(plan, folder, outcome, pending, goes_on)


def _begin(runs: Sequence[_Open], on_begin: Callable[[], None] | None) -> None:
    if on_begin is not None:
        on_begin()
    for run in runs:
        if run.pending:
            run.folder.begin(goes_on=run.goes_on)


def _check_stored(folder: Path, spec: TaskSpec) -> list[str]:
    """Broken invariants of a stored task, its journeys priced anew where the ledger is not kept."""
    tables = {
        name: store.decode(
            name, (folder / store.table_path(name, spec.replication, spec.cluster)).read_bytes()
        )
        for name in STORED[spec.keep]
    }
    if spec.keep == "journey":
        tables = price_journeys(spec, tables)
    found = violations(spec.scenario, spec.region, tables, spec.book, spec.rules)
    return [f"replication {spec.replication}, {spec.cluster}: {v}" for v in found]


def _close(run: _Open, book: TariffBook, jobs: int, seconds: float) -> None:
    """Reduce every replication and write the manifest, unless nothing changed."""
    written = 0
    rows: set[str] = set()
    digests: dict[str, str] = {}
    for replication in range(run.plan.replications):
        parts = stored_sums(run.plan.folder, run.plan.loaded.area, replication)
        files = reduce_replication(run.plan, replication, parts, book)
        if run.plan.check:
            run.outcome.violations += _check_subsidies(run.plan, replication, files, book)
        written += run.folder.write_derived(files)
        digests |= {path: store.checksum(data) for path, data in files.items()}
        for cluster in run.folder.manifest["clusters"]:
            path = store.sidecar_path(replication, cluster)
            digests[path] = store.checksum((run.plan.folder / path).read_bytes())
        rows.update(parts.words_along("tariff_row", "row"))
    if run.folder.is_finished(digests) and not run.outcome.computed and not written:
        return
    stages = {stage: run.seconds.get(stage, 0.0) for stage in _STAGES}
    run.folder.manifest["tariff_rows"] = sorted(rows)
    run.folder.finish(
        {
            "seconds": seconds,
            "stages": stages,
            "jobs": jobs,
            "tasks": {
                "reused": run.outcome.reused,
                "computed": run.outcome.computed,
                "damaged": run.outcome.damaged,
            },
            "journeys": run.journeys,
            "patients": run.patients,
            "patients_per_second": run.patients / sum(stages.values()) if run.patients else 0.0,
            "peak_megabytes": run.peak,
            "idle_megabytes": run.idle,
        },
        digests,
    )


def _check_subsidies(plan: Plan, replication: int, files: Mapping[str, bytes], book: TariffBook) -> list[str]:
    """Broken invariants of the step over all clusters of a replication."""
    rows = store.decode("subsidies", files[store.table_path("subsidies", replication, _WHOLE)])
    found = subsidies_within_ceilings(rows, plan.loaded.scenario, own_book(book, plan.loaded.own))
    return [f"replication {replication}: {line}" for line in found]


def stored_sums(folder: Path, area: Area, replication: int) -> Sums:
    """Parts of all clusters of a finished replication, read from the run folder and merged."""
    paths = [store.parts_path(replication, cluster.id) for cluster in clusters_of(area)]
    return merge(decode_sums((folder / path).read_bytes()) for path in paths)


def reduce_replication(plan: Plan, replication: int, parts: Sums, book: TariffBook) -> dict[str, bytes]:
    """The step over all clusters of a replication: subsidies, budgets, then KPIs, from the merged parts.

    Gives the tables `subsidies` and `kpis` by path.
    """
    subsidies, kpis = subsidies_and_kpis(plan, parts, book)
    return {
        store.table_path("subsidies", replication, _WHOLE): store.encode(subsidies),
        store.table_path("kpis", replication, _WHOLE): kpis_bytes(
            replication, {plan.loaded.scenario.name: kpis}
        ),
    }


def subsidies_and_kpis(plan: Plan, parts: Sums, book: TariffBook) -> tuple[Table, list[Kpi]]:
    """Subsidies and KPIs of a replication from its parts, merged over the clusters."""
    scenario, area = plan.loaded.scenario, plan.loaded.area
    book, rules = own_book(book, plan.loaded.own), rules_of(plan)
    subsidies, extra, payout = subsidise(scenario, area, parts, book, rules)
    state = budgets(scenario, area, merge([parts, extra]), book, rules)
    kpis = evaluate(merge([parts, extra, state]))
    kpis.append(Kpi(SUBSIDY_PAYOUT, dimension_text({}), payout, KPIS[SUBSIDY_PAYOUT].unit))
    return subsidies, kpis
