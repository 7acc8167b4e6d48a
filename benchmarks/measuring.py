"""A measurement in a process of its own, and a goal it is held against."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

HERE = Path(__file__).resolve().parent


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


def measured(
    script: str | Path,
    *words: object,
    cwd: Path = HERE.parent,
    program: str = sys.executable,
    tree: Path = HERE.parent,
) -> dict[str, Any]:
    """JSON line of a measurement in a fresh process on one thread.

    `tree` holds the program that it measures. A shell stands between: the highest memory of a process counts
    that of the one it was copied from.
    """
    env = os.environ | {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(tree),
    }
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@"; exit $?', "sh", program, str(script), *map(str, words)],
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


def titled(title: str, *heads: str) -> Table:
    """A table no narrower than its title, with numbers to the right of their names."""
    table = Table(*heads, title=title, title_justify="left", min_width=len(title))
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    return table
