"""KPI tables that a study keeps one by one in a folder, and the replications that they are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sim import store

Task = tuple[str, int]
"""What is simulated, as a short text, and a replication."""


class Kept:
    """KPI tables in one folder, each proving itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, task: Task) -> Path:
        return self._folder / f"{task[0]}-{task[1]:03d}.kpis"

    def read(self, tasks: Iterable[Task]) -> dict[Task, bytes]:
        """What an earlier time kept of tasks, without what is missing or damaged."""
        found = {}
        for task in tasks:
            try:
                found[task] = store.unseal(self._path(task).read_bytes())
            except (OSError, ValueError):
                continue
        return found

    def keep(self, task: Task, data: bytes) -> bytes:
        """Keep the tables of a task, and give them."""
        store.write_bytes(self._path(task), store.seal(data))
        return data


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
