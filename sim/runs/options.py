"""How runs are made: on what, from what, and who is told; nothing here changes a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a set of runs is, told after every finished task."""

    done: int
    total: int
    reused: int
    scenario: str
    replication: int
    cluster: str


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class RunOptions:
    """How runs are made; nothing here changes a number."""

    jobs: int  # processes
    scheduler: str | None = None  # of Dask, or `local`; without it the tasks run on processes of this machine
    check: bool = False  # test the invariants of every task
    resume: bool = False  # reuse the finished tasks in the folders
    replace: bool = False  # without `resume`: start afresh over what a folder holds
    # Told after every task
    on_progress: OnProgress | None = None
