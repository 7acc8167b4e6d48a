"""How commands show their answer and its progress."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill, indent
from typing import TYPE_CHECKING, Any

from sim.choices import Lang
from sim.cli.asked import How
from sim.cli.spoken import say
from sim.limits import EXIT_INTERRUPTED

if TYPE_CHECKING:
    from rich.console import Console

    from sim.api.results import ComparisonResult, RunResult
    from sim.api.study_results import BudgetResult
    from sim.runs.options import OnProgress, Progress, RunOptions

FAILED, WRONG_INPUT = 1, 2
_INDENT = "  "
_LEAST_WIDTH = 20  # of a screen, in characters: a narrower one breaks lines itself


def print_json(document: dict[str, Any]) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def console(stderr: bool = False) -> Console:
    """A console that prints text as it is."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False)


def print_block(title: str, lines: Iterable[str]) -> None:
    """A bold title with indented lines beneath, broken at spaces but not at those that hold an amount."""
    from rich.text import Text

    screen = console()
    screen.print(Text(title, style="bold"), soft_wrap=True)
    for line in lines:
        told = fill(line, max(screen.width, _LEAST_WIDTH) - len(_INDENT), break_on_hyphens=False)
        screen.print(Text(indent(told, _INDENT)), soft_wrap=True)


def print_answer(folder: Path, report: Path, lang: Lang) -> None:
    """The answer in sentences, and where the report is."""
    from sim.report.pages.build import answer_of

    for sentence in answer_of(folder, lang):
        print(f"- {sentence}")
    print(report)


def tell_unread(area: str) -> None:
    """Which columns of a form are left unread, on stderr; nothing for an area that is no form."""
    from sim.scenario.area.form import unread_columns
    from sim.scenario.area.form_lines import AREA_ENDINGS

    file = Path(area)
    if file.suffix.lower() in AREA_ENDINGS and file.is_file():
        unread = unread_columns(file)
        if unread:
            print(say("{file}: columns left unread: {names}", file=file, names=unread), file=sys.stderr)


def show_run(result: RunResult, how: How, **tasks: int) -> None:
    """The answer of a run and where its report is, or the document of `--json` with counts of tasks."""
    from sim.measure.estimates import as_json as row_as_json
    from sim.report.formats.files import build_report

    report = build_report(result.place, how.lang, form=how.form)
    if not how.as_json:
        print_answer(result.place, report, how.lang)
        return
    print_json(
        {
            "run": str(result.folder),
            "scenario": result.scenario,
            "area": result.area,
            "replications": result.manifest["replications"],
            "seed": result.manifest["seed"],
            "tasks": {"reused": result.reused, "computed": result.computed, **tasks},
            "kpis": [row_as_json(row) for row in result.estimates],
            "report": str(report),
        }
    )


def tell_tasks(how: How, found: RunResult | ComparisonResult | BudgetResult) -> None:
    """How many tasks were taken over and how many computed, on stderr, where a folder was resumed."""
    if how.resume:
        line = say(
            "tasks: {reused} reused, {computed} computed", reused=found.reused, computed=found.computed
        )
        print(line, file=sys.stderr)


@contextmanager
def options(how: How) -> Iterator[RunOptions]:
    """How the runs of a command are made, with their progress on stderr."""
    from sim.api.shared import processes
    from sim.runs.options import RunOptions

    number = processes(how.jobs)
    with progress() as told:
        yield RunOptions(number, how.scheduler, how.check, how.resume, on_progress=told)


@contextmanager
def progress() -> Iterator[OnProgress]:
    """Tasks done and time left on stderr: a bar on a terminal, otherwise a line a replication."""
    screen = console(stderr=True)
    if not screen.is_terminal:
        yield _told_in_lines()
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(say("left")),
        TimeRemainingColumn(),
        TextColumn(say("gone")),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
    )
    with bar:
        line = bar.add_task(say("simulating"), total=None)

        def told(progress: Progress) -> None:
            bar.update(line, total=progress.total, completed=progress.done, description=progress.scenario)

        yield told


def _told_in_lines() -> OnProgress:
    seen: set[tuple[str, int]] = set()

    def told(progress: Progress) -> None:
        key = (progress.scenario, progress.replication)
        if key not in seen:
            seen.add(key)
            line = say(
                "{done} of {total} tasks: {scenario}",
                done=progress.done,
                total=progress.total,
                scenario=progress.scenario,
            )
            print(line, file=sys.stderr, flush=True)

    return told


def leave_at_once() -> None:
    """End this process as interrupted, and the processes that it started, without a further word."""
    import psutil

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in psutil.Process().children(recursive=True):
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(EXIT_INTERRUPTED)
