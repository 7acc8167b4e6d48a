"""What this program takes of what a commit before it took, the two in turns, and whether answers are equal.

Usage: python benchmarks/before.py [COMMIT]
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measuring import HERE, Goal, measured, titled
from rich.console import Console

COMMIT = "52c3a25"
"""The commit before the second round on speed."""
WORK = ("sim", "tariffs", "scenarios")
REGION, CAPACITY, ALL = "region", "capacity", "patient_all"
"""Works, and what says nothing of its answer: files of tables are written otherwise."""


def against_before(console: Console, rounds: int, commit: str = COMMIT) -> list[Goal]:
    """Goals as ratios against a commit; none where the history does not reach back to it."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        done = subprocess.run(
            ["git", "archive", commit, *WORK], cwd=HERE.parent, capture_output=True, check=False
        )
        if done.returncode:
            console.print(f"no commit {commit} in this copy of the history: nothing to compare with\n")
            return []
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(tree, filter="data")
        found = {REGION: _in_turns(REGION, tree, rounds), CAPACITY: _in_turns(CAPACITY, tree, 1)}
    return _told(console, commit, found)


def _in_turns(work: str, tree: Path, rounds: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rounds of the commit before and of this program."""
    before, now = [], []
    for _ in range(rounds):
        before.append(measured(HERE / "one_round.py", work, tree=tree))
        now.append(measured(HERE / "one_round.py", work))
    return before, now


def _micro(seconds: float) -> str:
    """Millionths of a second."""
    return f"{seconds * 1e6:.0f} us"


def _told(console: Console, commit: str, found: dict[str, Any]) -> list[Goal]:
    rows: list[tuple[str, str, str, float, Callable[[float], str]]] = [
        ("until the first patient", REGION, "start", 2, "{:.2f} s".format),
        ("a patient, KPIs kept", REGION, "patient", 3, _micro),
        ("a patient, all tables kept", REGION, ALL, 2, _micro),
        ("a study of beds", CAPACITY, "study", 10, "{:.1f} s".format),
    ]
    title = f"Processor time, against commit {commit}"
    table = titled(title, "work", "before", "now", "times less")
    goals = []
    for name, work, key, goal, shown in rows:
        same = len({one["answer"] for several in found[work] for one in several}) == 1
        before, now = (min(one[key] for one in several) for several in found[work])
        told = "" if key == ALL else f" ({'the same' if same else 'another'} answer)"
        table.add_row(name + told, shown(before), shown(now), f"{before / now:.2f}")
        goals.append(Goal(f"{name}: times less than before", before / now, goal, True, "x"))
    for stage in found[REGION][0][0]["stages"]:
        before, now = (min(one["stages"][stage] for one in several) * 1e6 for several in found[REGION])
        table.add_row(f"  of which {stage}", f"{before:.1f} us", f"{now:.1f} us", f"{before / now:.2f}")
    before, now = (min(one["memory_mb"] for one in several) for several in found[REGION])
    memory = (f"{before:.0f} MB", f"{now:.0f} MB", f"{before / now:.2f}")
    table.add_row("highest memory of a region-year", *memory)
    console.print(table)
    return goals


if __name__ == "__main__":
    against_before(Console(width=110), 2, sys.argv[1] if len(sys.argv) > 1 else COMMIT)
