"""How the full model grows: from a region-year to a million patients, and from one core to two.

All journeys are simulated and all their tables encoded and written; nothing is priced. Regions are tasks
of their own, so the country grows by regions. One region that grows is another matter: its patients
share one event queue, and its working set leaves the caches.

What two cores are worth is measured on whole national runs, priced, measured and stored.
"""

from __future__ import annotations

from typing import Any

from measuring import HERE, Goal, measured, titled
from rich.console import Console

from sim.runs.execute import cores

REGION, REGIONS = 3111, 36
"""Deaths a year in a region of 500,000 inhabitants, and such regions in the country."""
AREAS = 32
"""Care-office areas of the country, on which users run the national scenario."""
TEN_THOUSAND = 10_000 / 3
"""Deaths a year of which a region's cohort of three years is 10,000 patients."""
BIG_REGIONS = (8000, 20_000)
"""Deaths a year of one region that grows."""
ROUNDS, REPLICATIONS = 3, 10
GROWTH, MEGABYTES, EFFICIENCY = 1.25, 1000, 0.75


def _run(deaths: float, regions: int, replications: int = 1, jobs: int = 1) -> dict[str, Any]:
    return measured(HERE / "journeys.py", deaths, regions, replications, jobs)


def _median(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    return sorted(rounds, key=lambda found: found["cpu_seconds"])[len(rounds) // 2]


class _Page:
    """The table as it fills, and the largest worker."""

    def __init__(self, title: str) -> None:
        heads = ("journeys written", "patients", "tasks", "cores", "seconds", "patients/s")
        self.table = titled(title, *heads, "CPU us/patient", "MB/worker")
        self.peak = 0.0

    def add(self, name: str, found: dict[str, Any], jobs: int = 1) -> float:
        """A row; CPU seconds a patient come back, which other work on the machine leaves alone."""
        each = float(found["cpu_seconds"] / found["patients"])
        self.peak = max(self.peak, found["peak_mb"])
        self.table.add_row(
            name,
            f"{found['patients']:,}",
            str(found["tasks"]),
            str(jobs),
            f"{found['seconds']:.2f}",
            f"{found['patients'] / found['seconds']:,.0f}",
            f"{each * 1e6:.0f}",
            f"{found['peak_mb']:.0f}",
        )
        return each


def scaling(console: Console, *, smoke: bool) -> list[Goal]:
    """Region-year, national year, ten of them on two cores, and 2,000 to 1,000,000 patients.

    Parameters
    ----------
    console : Console
    smoke : bool
        The region-year and 10,000 against 40,000 patients only.

    Returns
    -------
    list of Goal
    """
    page = _Page("Full model, all tables written, before pricing")
    page.add("region-year", _run(REGION, 1))
    if not smoke:
        page.add("national year", _median([_run(REGION, REGIONS) for _ in range(ROUNDS)]))
    sizes = (1, 4) if smoke else (1, 10, 100)
    each = []
    if not smoke:
        page.add("2,000 patients in one region", _run(TEN_THOUSAND / 5, 1))
    for regions in sizes:
        rounds = [_run(TEN_THOUSAND, regions) for _ in range(ROUNDS if regions < max(sizes) else 1)]
        name = f"{10_000 * regions:,} patients in {regions} region{'s' if regions > 1 else ''}"
        each.append(page.add(name, _median(rounds)))
    if not smoke:
        for deaths in BIG_REGIONS:
            page.add(f"one region of {deaths:,} deaths a year", _run(deaths, 1))
    console.print(page.table)
    goals = [] if smoke else two_cores(console)
    span = f"{10_000:,} to {10_000 * sizes[-1]:,} patients"
    growth = max(each) / min(each)
    return [
        *goals,
        Goal(f"full model: CPU seconds a patient, most by least, {span}", growth, GROWTH, False, "x"),
        Goal("full model: memory of the largest worker", page.peak, MEGABYTES, False, "MB"),
    ]


def two_cores(console: Console, regions: int = AREAS, replications: int = REPLICATIONS) -> list[Goal]:
    """National replications run on one core and on two; the goal is held where there are two.

    Parameters
    ----------
    console : Console
    regions, replications : int

    Returns
    -------
    list of Goal
    """
    if cores() < 2:
        return []
    heads = ("whole runs", "patients", "tasks", "cores", "seconds", "patients/s", "MB/process")
    table = titled("National runs: simulate, price, measure, reduce, write; KPIs kept", *heads)
    found = {jobs: measured(HERE / "nation.py", regions, replications, jobs) for jobs in (1, 2)}
    for jobs, run in found.items():
        table.add_row(
            f"{replications} replications of {regions} areas",
            f"{run['patients']:,}",
            str(run["tasks"]),
            str(jobs),
            f"{run['seconds']:.2f}",
            f"{run['patients'] / run['seconds']:,.0f}",
            f"{run['peak_mb']:.0f}",
        )
    console.print(table)
    efficiency = found[1]["seconds"] / (2 * found[2]["seconds"])
    name = f"{replications} national replications: efficiency of two cores"
    return [Goal(name, efficiency, EFFICIENCY, True, "x")]
