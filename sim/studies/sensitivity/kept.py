"""KPI tables that a study keeps one by one in a folder, and the replications that they are of."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim import store

Task = tuple[str, int]
"""What is simulated, as a short text, and a replication."""


class Kept:
    """KPI tables in one folder, each proving itself; how many were taken over, and made now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.reused = self.computed = 0

    def of(
        self, tasks: Sequence[Task], make: Callable[[list[Task]], Iterable[tuple[Task, bytes]]]
    ) -> dict[Task, bytes]:
        """Tables of tasks: those of an earlier time that are whole, and of the others as they are made."""
        found = {}
        for task in tasks:
            with suppress(OSError, ValueError):
                found[task] = store.unseal(self._path(task).read_bytes())
        self.reused += len(found)
        missing = [task for task in tasks if task not in found]
        gc.freeze()  # the many scenarios here are not searched for garbage after every task
        try:
            for task, data in make(missing) if missing else ():
                store.write_bytes(self._path(task), store.seal(data))
                found[task] = data
                self.computed += 1
        finally:
            gc.unfreeze()
        return found

    def _path(self, task: Task) -> Path:
        return self._folder / f"{task[0]}-{task[1]:03d}.kpis"


def whole(results: Iterable[tuple[int, Any]], tasks: Sequence[Task]) -> Iterator[tuple[Task, list[Any]]]:
    """The results, numbered as of `run_all`, of all clusters of a task, in order, once they are there."""
    left = Counter(tasks)
    held: dict[Task, dict[int, Any]] = {}
    for number, found in results:
        task = tasks[number]
        held.setdefault(task, {})[number] = found
        if len(held[task]) == left[task]:
            several = held.pop(task)
            yield task, [several[each] for each in sorted(several)]
