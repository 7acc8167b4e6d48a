"""Measures Palsim's speed and memory against its goals, each speed goal as a ratio within one run.

`python benchmarks/run.py` measures in full; `--smoke` is short and fails only below half a goal.
Engines take turns, each measurement in a process of its own; medians of the rounds are shown.
The peers are idiomatic, not tuned. They are read from `../shared/peers` or $PALSIM_PEERS.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent
PEERS = Path(os.environ.get("PALSIM_PEERS", HERE.parent.parent / "shared" / "peers"))
REGION, ROUNDS = 5600, 5


@dataclass(frozen=True)
class Goal:
    """One measured figure and what it should be."""

    name: str
    value: float
    goal: float
    at_least: bool
    unit: str

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    @property
    def hopeless(self) -> bool:
        """Whether it is worse than half the goal."""
        return self.value < self.goal / 2 if self.at_least else self.value > self.goal * 2


def measured(script: str | Path, *words: object, cwd: Path = HERE.parent) -> dict[str, Any]:
    """JSON line of a measurement in a fresh process on one thread."""
    env = os.environ | {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(HERE.parent),
    }
    done = subprocess.run(
        [sys.executable, str(script), *map(str, words)],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def middle(values: list[float]) -> float:
    """Median."""
    return float(statistics.median(values))


def against_naive(console: Console, rounds: int) -> list[Goal]:
    """The reference model in turn with the naive peer: seconds, ratio, and statistics that agree."""
    ours, naive = [], []
    for seed in range(1, rounds + 1):
        ours.append(measured(HERE / "reference_model.py", PEERS, REGION, seed))
        naive.append(measured("run_naive.py", "naive", REGION, seed, cwd=PEERS))
    table = Table(
        "engine",
        "total s",
        "sim s",
        "price s",
        "patients/s",
        "peak MB",
        title="Reference model, 5,600 patients",
    )
    for name, runs in (("palsim", ours), ("naive SimPy", naive)):
        total = middle([r["total"] for r in runs])
        row = [total, middle([r["t_sim"] for r in runs]), middle([r["t_price"] for r in runs])]
        peak = middle([r["rss_mb"] for r in runs])
        table.add_row(name, *(f"{x:.3f}" for x in row), f"{REGION / total:,.0f}", f"{peak:.0f}")
    console.print(table)
    agreement(console, ours, naive)
    ratios = [n["total"] / o["total"] for o, n in zip(ours, naive, strict=True)]
    console.print(f"ratio naive / palsim: {middle(ratios):.1f} [{min(ratios):.1f}-{max(ratios):.1f}]\n")
    return [Goal("reference model: times faster than naive SimPy", middle(ratios), 12, True, "x")]


def agreement(console: Console, ours: list[dict[str, Any]], naive: list[dict[str, Any]]) -> None:
    """Statistics of both engines side by side: stays a patient and mean days, with z of the difference."""
    table = Table(
        "setting", "stays/patient", "naive", "z", "days/stay", "naive", "z", title="Statistics agree"
    )
    for name, value in ours[0]["stats"].items():
        cells = [name]
        for index in range(2 if isinstance(value, list) else 1):
            a, b = (
                [r["stats"][name][index] if isinstance(value, list) else r["stats"][name] for r in runs]
                for runs in (ours, naive)
            )
            spread = (
                (statistics.variance(a) / len(a) + statistics.variance(b) / len(b)) ** 0.5
                if len(a) > 1
                else 0.0
            )
            z = (statistics.mean(a) - statistics.mean(b)) / spread if spread else 0.0
            cells += [f"{statistics.mean(a):.3f}", f"{statistics.mean(b):.3f}", f"{z:+.1f}"]
        table.add_row(*cells, *[""] * (len(table.columns) - len(cells)))
    console.print(table)


def region_year(console: Console, rounds: int) -> list[Goal]:
    """The project's own region-year, end to end."""
    found = measured(HERE / "region_year.py", "basis_2026", rounds)
    table = Table("stage", "seconds", title=f"Middenland, one replication, {found['patients']:,} patients")
    for stage, seconds in found["seconds"].items():
        table.add_row(stage, f"{seconds:.3f}")
    table.add_row("total", f"{found['total']:.3f}")
    console.print(table)
    console.print(
        f"{found['patients_per_second']:,} patients a second; "
        f"{found['memory_mb']} MB above the {found['imports_mb']} MB of imports and inputs\n"
    )
    return [Goal("region-year: memory above imports", found["memory_mb"], 300, False, "MB")]


def main() -> int:
    """Run the measurements; 1 when a smoke run is worse than half a goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="short; fails only below half a goal")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    console = Console(stderr=options.json, width=110)
    rounds = 2 if options.smoke else ROUNDS
    goals = region_year(console, 3 if options.smoke else ROUNDS)
    if (PEERS / "run_naive.py").exists():
        goals += against_naive(console, rounds)
    else:
        console.print(f"no peers in {PEERS}: set PALSIM_PEERS to compare engines")
    table = Table("goal", "measured", "wanted", "met", title="Goals")
    for g in goals:
        sign = ">=" if g.at_least else "<="
        table.add_row(
            g.name, f"{g.value:.1f} {g.unit}", f"{sign} {g.goal:g} {g.unit}", "yes" if g.met else "NO"
        )
    console.print(table)
    if options.json:
        print(json.dumps([vars(g) | {"met": g.met} for g in goals]))
    failed = [g.name for g in goals if (g.hopeless if options.smoke else not g.met)]
    if failed:
        console.print(f"not met: {'; '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
