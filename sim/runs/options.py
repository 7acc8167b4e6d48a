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
    """How runs are made; nothing here changes a number.

    Parameters
    ----------
    jobs : int
        Processes.
    scheduler : str, optional
        Dask scheduler, or `local`; without it the tasks run on processes of this machine.
    check : bool
        Test the invariants of every task.
    resume : bool
        Reuse the finished tasks in the folders.
    replace : bool
        Without `resume`: start afresh over what a folder holds.
    on_progress : callable, optional
        Told after every task.
    """

    jobs: int
    scheduler: str | None = None
    check: bool = False
    resume: bool = False
    replace: bool = False
    on_progress: OnProgress | None = None
