"""Run every shipped policy against current practice and publish the gallery: `make gallery`.

First over the care-office areas of the Netherlands, whose answers go to `scenarios/answers/`, then on the
region of the plan; the pages show both. `--only nation` and `--only region` do one of the two: the pages take
the national answers that are there. Finished tasks are reused when the same command is given again; a change
of the program begins afresh. `--runs` and `--nation-runs` name a finished comparison to read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import sim
from sim import store
from sim.report.nation import national_file, national_json, read_comparison, shipped_nation
from sim.report.pages.gallery import gallery_plan, policies_of, read_gallery, write_gallery
from sim.runs.options import Progress
from sim.studies.sensitivity.study import Sensitivity, read_sensitivities

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


def compared(
    plan: dict[str, Any], name: str, area: str | None, replications: int, assumptions: int, jobs: int | None
) -> Path:
    """Folder with the comparison of all policies, run where it is not finished."""
    folder = RUNS / f"{name}-{store.code_digest()[:DIGEST_CHARACTERS]}-{replications}"
    sim.compare(
        plan["base"],
        *policies_of(plan),
        area=area,
        out=folder,
        replications=replications,
        keep="kpis",
        assumptions=assumptions,
        jobs=jobs,
        resume=folder.exists(),
        on_progress=told,
    )
    print(file=sys.stderr)
    return folder


def nation(plan: dict[str, Any], given: argparse.Namespace) -> Path:
    """File with the answers for the Netherlands, from a comparison without draws of assumptions."""
    wanted = plan["nation"]
    replications = given.replications or wanted["replications"]
    folder = given.nation_runs or compared(plan, "nation", wanted["area"], replications, 0, given.jobs)
    path = national_file()
    store.write_bytes(path, national_json(read_comparison(folder, plan["base"], policies_of(plan))))
    return path


def region(plan: dict[str, Any], given: argparse.Namespace) -> list[Path]:
    """The pages, from a comparison on the region of the plan and the national answers that are there."""
    replications = given.replications or plan["replications"]
    draws = plan["draws"] if given.assumptions is None else given.assumptions
    folder = given.runs or compared(plan, "gallery", None, replications, draws, given.jobs)
    found = []
    for wanted in plan["sensitivity"]:
        place = folder.with_name(f"{folder.name}-{wanted['scenario']}")
        kept = read_sensitivities(place) if given.runs else ()
        found.append(
            kept[-1] if kept else analysis(wanted, plan["base"], given.replications, given.jobs, place)
        )
    return write_gallery(read_gallery(folder, plan, found, shipped_nation()), given.out)


def main() -> None:
    """Run, read, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", choices=("nation", "region"), help="one of the two parts; default: both")
    asked.add_argument("--replications", type=int, help="of every run; default: as the plan says")
    asked.add_argument("--jobs", type=int, help="processes; default: all cores")
    asked.add_argument("--assumptions", type=int, help="draws of all assumptions; default: as the plan says")
    asked.add_argument("--out", type=Path, default=PUBLISHED, help="folder of the pages")
    asked.add_argument("--runs", type=Path, help="finished comparison on the region")
    asked.add_argument("--nation-runs", type=Path, help="finished comparison over the Netherlands")
    given = asked.parse_args()
    plan = gallery_plan()
    if given.only != "region":
        print(nation(plan, given))
    if given.only != "nation":
        for path in region(plan, given):
            print(path)


if __name__ == "__main__":
    main()
