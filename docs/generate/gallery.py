"""Run every shipped policy against current practice and publish the gallery: `make gallery`.

Finished tasks are reused when the same command is given again; a change of the program begins afresh.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import sim
from sim import store
from sim.experiment import Progress, Sensitivity
from sim.report.gallery import gallery_plan, read_gallery, write_gallery
from sim.units import ASSUMPTION_DRAWS

PUBLISHED = Path("reports/published")
RUNS = Path("reports/runs")
DIGEST_CHARACTERS = 8


def told(progress: Progress) -> None:
    """Say how far the gallery is."""
    print(f"\r{progress.done} of {progress.total} tasks", end="", file=sys.stderr, flush=True)


def analysis(
    wanted: dict[str, Any], base: str, replications: int | None, jobs: int | None, out: Path
) -> Sensitivity:
    """One tornado of the plan; answers kept in the folder are used again."""
    return sim.sensitivity(
        wanted["scenario"],
        against=base,
        kpi=wanted["kpi"],
        parameters=wanted["parameters"],
        replications=replications or wanted["replications"],
        jobs=jobs,
        out=out,
        on_progress=told,
    ).found


def main() -> None:
    """Run, read, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--replications", type=int, help="of every run; default: as the plan says")
    asked.add_argument("--jobs", type=int, help="processes; default: all cores")
    asked.add_argument("--assumptions", type=int, help="draws of all assumptions; default: as palsim compare")
    asked.add_argument("--out", type=Path, default=PUBLISHED, help="folder of the pages")
    given = asked.parse_args()
    plan = gallery_plan()
    replications = given.replications or plan["replications"]
    names = [name for family in plan["families"] for name in family["scenarios"]]
    folder = RUNS / f"gallery-{store.code_digest()[:DIGEST_CHARACTERS]}-{replications}"
    sim.compare(
        plan["base"],
        *names,
        out=folder,
        replications=replications,
        keep="kpis",
        assumptions=ASSUMPTION_DRAWS if given.assumptions is None else given.assumptions,
        jobs=given.jobs,
        resume=folder.exists(),
        on_progress=told,
    )
    found = [
        analysis(
            wanted,
            plan["base"],
            given.replications,
            given.jobs,
            folder.with_name(f"{folder.name}-{wanted['scenario']}"),
        )
        for wanted in plan["sensitivity"]
    ]
    print(file=sys.stderr)
    for path in write_gallery(read_gallery(folder, plan, found), given.out):
        print(path)


if __name__ == "__main__":
    main()
