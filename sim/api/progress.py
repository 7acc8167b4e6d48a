"""How far a run is, in a notebook and on a terminal: a bar with the time that is left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from sim.api.shared import processes
from sim.runs.options import OnProgress, Progress, RunOptions


def shows_bars() -> bool:
    """Whether someone is watching: in a notebook, or at a terminal."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell" or sys.stderr.isatty()


@contextmanager
def bar(on_progress: OnProgress | None) -> Iterator[OnProgress | None]:
    """A bar for the runs that follow, where someone is watching and nobody else is told (`on_progress`)."""
    if on_progress is not None or not shows_bars():
        yield on_progress
        return
    shown = _Tqdm() if find_spec("tqdm") else _Rich()
    try:
        yield shown.told
    finally:
        shown.close()


@contextmanager
def options(
    on_progress: OnProgress | None,
    jobs: int | None,
    scheduler: str | None = None,
    check: bool = False,
    resume: bool = False,
) -> Iterator[RunOptions]:
    """How the runs of a call are made, with their progress in a bar or told."""
    number = processes(jobs)
    with bar(on_progress) as told:
        yield RunOptions(number, scheduler, check, resume, on_progress=told)


class _Tqdm:
    """A bar of tqdm, which knows notebooks; it comes when there is something to wait for."""

    def __init__(self) -> None:
        self._bar: Any = None

    def told(self, progress: Progress) -> None:
        if self._bar is None:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=progress.total, initial=progress.reused, leave=False, unit="run")
        self._bar.set_description(progress.scenario, refresh=False)
        self._bar.update(progress.done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class _Rich:
    """A bar of rich."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._line: Any = None

    def told(self, progress: Progress) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
            self._line = self._bar.add_task(progress.scenario, total=progress.total)
        self._bar.update(self._line, completed=progress.done, description=progress.scenario)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
