"""The answers of many points of a sensitivity analysis, each computed once and kept for the next time.

A point that changes nothing in a scenario, or only what the scenario has switched off, takes the answer
that is already there; one that changes money only prices the stored journeys of the scenario anew. What is
computed is kept by its content, so that an interrupted analysis, or one of another KPI, goes on from there.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sim import store
from sim.catalogue import TariffBook
from sim.errors import InputError
from sim.ledger import own_book, quote
from sim.measure.sums import Sums, decode_sums, dimension_text, kpi_text, merge
from sim.runs.cluster import LOCAL
from sim.runs.execute import run_all
from sim.runs.options import Progress, RunOptions
from sim.runs.reprice import of_the_ledger, steers
from sim.runs.run import Plan, execute, reduce_replication, rules_of
from sim.runs.task import TaskSpec, run_task
from sim.scenario import LoadedScenario, Region, Scenario, clusters_of, differing, switched_off_by
from sim.scenario.paths import HEADER, PROVENANCE
from sim.studies.sensitivity.kept import Kept, Task, whole
from sim.units import Floats

FEWEST_POINTS = 8  # points below which a probabilistic analysis says nothing of a rank
MIDDLE, KEPT = "middle", "kept"


@dataclass(frozen=True)
class Answers:
    """Answers of all points, each float64 by replication.

    `reused` and `computed` are the replications of a scenario taken over, and simulated or priced now.
    """

    values: list[Floats]
    unit: str
    reused: int
    computed: int


def acts(loaded: LoadedScenario, path: str, kpi: str, opened: Collection[str] = ()) -> bool:
    """Whether a setting can act on a KPI: not inside a group that the scenario has switched off.

    A KPI named after a group looks at its settings even where the group is off. Shares of the paths `opened`
    stand above 0 at the same time, whatever the scenario says.
    """
    off = switched_off_by(loaded.scenario, path)
    return not off or kpi.startswith(path.partition(".")[0]) or any(switch in opened for switch in off)


def answers(
    sides: Sequence[Sequence[LoadedScenario]],
    kpi: str,
    dimension: Mapping[str, str],
    book: TariffBook,
    folder: Path,
    options: RunOptions,
) -> Answers:
    """The answer at every point, the middle first: a KPI of one scenario, or the difference of two.

    The folder keeps stored journeys and answers; machines of a scheduler need not see it, so they simulate
    every point. Raises InputError when the KPI does not exist: said as soon as the middle is there.
    """
    runs = _Runs(folder, book, options, sides[0])
    digests = [[runs.digest(loaded) for loaded in several] for several in sides]
    columns: dict[str, Floats] = {}
    unit = ""
    for names_at, sides_at in ((digests[:1], sides[:1]), (digests[1:], sides[1:])):
        wanted = {
            digest: loaded
            for names, several in zip(names_at, sides_at, strict=True)
            for digest, loaded in zip(names, several, strict=True)
            if digest not in columns
        }
        for digest, tables in runs.kpis_of(wanted).items():
            told = [kpi_of(data, kpi, dimension) for data in tables]
            columns[digest] = np.array([value for value, _ in told], np.float64)
            unit = told[0][1]
    out = [
        columns[names[-1]] - columns[names[0]] if len(names) > 1 else columns[names[0]] for names in digests
    ]
    return Answers(out, unit, runs.kept.reused, runs.kept.computed)


class _Runs:
    """Scenarios to KPI tables, through what one folder keeps."""

    def __init__(
        self,
        folder: Path,
        book: TariffBook,
        options: RunOptions,
        middle: Sequence[LoadedScenario],
    ) -> None:
        self._folder = folder
        self.kept = Kept(folder / KEPT)
        self._book = book
        self._options = options
        self._middle = {self.digest(loaded): loaded for loaded in middle}
        self._sources: dict[str, Path] | None = None

    def digest(self, loaded: LoadedScenario) -> str:
        """What an answer depends on, as a short text: policy, area, seed, tariffs, code."""
        content = {
            "policy": values_of(loaded.scenario.model_dump(mode="json", exclude={*HEADER, "replications"})),
            "area": values_of(loaded.area.model_dump(mode="json")),
            **({"own": loaded.own.as_json()} if loaded.own else {}),
            "tariffs": self._book.digest(),
            "code": store.code_digest(),
            "versions": store.versions(),
        }
        return store.checksum(json.dumps(content, sort_keys=True).encode())

    def kpis_of(self, wanted: Mapping[str, LoadedScenario]) -> dict[str, list[bytes]]:
        """Bytes of the KPI table of every replication of each scenario, by its digest."""
        tasks = {
            digest: [(digest, number) for number in range(loaded.scenario.replications)]
            for digest, loaded in wanted.items()
        }
        every = list(itertools.chain.from_iterable(tasks.values()))
        found = self.kept.of(every, partial(self._made, wanted=wanted))
        return {digest: [found[task] for task in several] for digest, several in tasks.items()}

    def _made(
        self, missing: Sequence[Task], wanted: Mapping[str, LoadedScenario]
    ) -> Iterator[tuple[Task, bytes]]:
        """KPI tables of what is missing: those of the scenarios as they stand, then the others."""
        if self._sources is None:
            self._sources = self._middle_runs()
        sources = self._sources
        for digest, number in missing:
            if digest in sources:
                path = sources[digest] / store.table_path("kpis", number, "all")
                yield (digest, number), path.read_bytes()
        moved = [task for task in missing if task[0] not in sources]
        if moved:
            yield from self._computed(moved, wanted, sources)

    def _middle_runs(self) -> dict[str, Path]:
        """Run folders of the scenarios as they stand, by digest; their journeys are kept for other prices.

        A folder is named by its manifest too, for that holds titles, ranges and reasons.
        """
        places = {
            digest: self._folder / MIDDLE / f"{self._whole(digest, each)}-{each.scenario.replications:03d}"
            for digest, each in self._middle.items()
        }
        plans = [Plan(loaded, places[digest], "journey") for digest, loaded in self._middle.items()]
        for plan in plans:
            resume = (plan.folder / store.MANIFEST).exists()
            execute([plan], self._book, replace(self._options, resume=resume))
        return places

    def _whole(self, digest: str, loaded: LoadedScenario) -> str:
        """What an answer depends on, with all that the scenario says of it, as a short text."""
        said = Plan(loaded, Path(), "journey").manifest(self._book)["hashes"]["scenario"]
        return store.checksum(f"{digest} {said}".encode())

    def _computed(
        self, missing: Sequence[Task], wanted: Mapping[str, LoadedScenario], sources: Mapping[str, Path]
    ) -> Iterator[tuple[Task, bytes]]:
        """KPI tables of what is missing, each as soon as all clusters of its replication are there."""
        plans = {
            digest: self._plan(wanted[digest], sources) for digest in dict.fromkeys(d for d, _ in missing)
        }
        chosen = set(missing)
        jobs = [
            (spec, (digest, spec.replication))
            for digest, plan in plans.items()
            for spec in plan.specs(self._book, rules_of(plan))
            if (digest, spec.replication) in chosen
        ]
        for task, several in whole(self._parts([spec for spec, _ in jobs]), [task for _, task in jobs]):
            files = reduce_replication(plans[task[0]], task[1], merge(several), self._book)
            yield task, files[store.table_path("kpis", task[1], "all")]

    def _parts(self, specs: Sequence[TaskSpec]) -> Iterator[tuple[int, Sums]]:
        """Parts of tasks by their numbers; what was taken in is told of."""
        results = run_all(run_task, specs, self._options.jobs, self._options.scheduler)
        for done, (number, result) in enumerate(results, start=1):
            spec = specs[number]
            yield number, decode_sums(result.files[store.parts_path(spec.replication, spec.cluster)])
            if self._options.on_progress is not None:
                mark = Progress(done, len(specs), self.kept.reused, "sensitivity", done, spec.cluster)
                self._options.on_progress(mark)

    def _plan(self, loaded: LoadedScenario, sources: Mapping[str, Path]) -> Plan:
        """How a scenario is computed: from stored journeys where it differs in money only, else simulated."""
        for digest, middle in self._middle.items():
            if loaded.area != middle.area or self._options.scheduler not in (None, LOCAL):
                continue
            changed = differing(middle.scenario, loaded.scenario)
            books = own_book(self._book, middle.own), own_book(self._book, loaded.own)
            both = middle.scenario, loaded.scenario
            regions = [cluster.region for cluster in clusters_of(middle.area)]
            if not any(steers(path) for path in changed) and same_quotes(books, both, regions):
                money = any(of_the_ledger(path) for path in changed) or not middle.own.same_as(loaded.own)
                return Plan(loaded, Path(), "kpis", source=sources[digest], money=money)
        return Plan(loaded, Path(), "kpis")


def same_quotes(
    books: tuple[TariffBook, TariffBook], both: tuple[Scenario, Scenario], regions: Sequence[Region]
) -> bool:
    """Whether the prices behind the ceilings are equal in two scenarios, so that money steers nobody."""
    return all(
        quote(books[0], both[0].prices, region) == quote(books[1], both[1].prices, region)
        for region in regions
    )


def rows_behind(folder: Path) -> set[str]:
    """Tariff rows that priced the scenarios as they stand, of which a folder keeps the journeys."""
    runs = sorted(path.parent for path in (folder / MIDDLE).glob(f"*/{store.MANIFEST}"))
    return {row for run in runs for row in store.read_manifest(run)["tariff_rows"]}


def values_of(data: Any) -> Any:
    """A dumped model without where its numbers come from."""
    if isinstance(data, dict):
        return {key: values_of(value) for key, value in data.items() if key not in PROVENANCE}
    return [values_of(value) for value in data] if isinstance(data, list) else data


def kpi_of(data: bytes, kpi: str, dimension: Mapping[str, str]) -> tuple[float, str]:
    """Value and unit of one KPI in the bytes of a KPI table.

    Raises InputError when there is no such KPI; names those there are.
    """
    rows = store.parquet_rows(data).to_pylist()
    wanted = dimension_text(dimension)
    for row in rows:
        if row["name"] == kpi and row["dimension"] == wanted:
            return (math.nan if row["value"] is None else row["value"]), row["unit"]
    known = [kpi_text(kpi, json.loads(row["dimension"])) for row in rows if row["name"] == kpi]
    there = sorted(known, key=lambda text: (text.count("="), text)) or sorted({row["name"] for row in rows})
    raise InputError("--kpi {kpi}: no such KPI; there are {there}", kpi=kpi_text(kpi, dimension), there=there)
