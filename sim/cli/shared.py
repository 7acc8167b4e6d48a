"""What the commands share: options, and how an answer and its progress are shown."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.choices import ENGINE_VARIABLE, Engine, Form, Keep, Lang
from sim.cli.spoken import say
from sim.limits import EXIT_INTERRUPTED

if TYPE_CHECKING:
    from rich.console import Console

    from sim.api.results import Reported
    from sim.studies import OnProgress, Progress, RunOptions

FAILED, WRONG_INPUT = 1, 2


def choose_engine(engine: str | None) -> str | None:
    """Let this process and its workers use an engine; the answers are the same with each."""
    if engine is not None:
        os.environ[ENGINE_VARIABLE] = engine
    return engine


JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
AreaOption = Annotated[
    str | None, typer.Option("--area", metavar="AREA", help="A name in scenarios/regions/ or a path.")
]
ReplicationsOption = Annotated[
    int | None, typer.Option("--replications", metavar="N", help="Replications; default: the scenario's.")
]
SeedOption = Annotated[
    int | None, typer.Option("--seed", metavar="S", help="Master seed; default: the scenario's.")
]
JobsOption = Annotated[
    int | None, typer.Option("--jobs", metavar="J", help="Processes; default: all processors.")
]
EngineOption = Annotated[
    Engine | None,
    typer.Option("--engine", help="C where it can be compiled, or SimPy.", callback=choose_engine),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="tls://... or tcp://... of Dask, or local."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder to write; default: in reports/runs/.")
]
KeepOption = Annotated[
    Keep | None, typer.Option("--keep", help="Tables to store; default: all for one region.")
]
AssumptionsOption = Annotated[
    int | None,
    typer.Option("--assumptions", metavar="N", help="Draws of all assumptions; 0 shows chance only."),
]
CheckOption = Annotated[bool, typer.Option("--check", help="Test the invariants of every task.")]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with the folder; reuse what is done.")]
LawOption = Annotated[
    str | None, typer.Option("--scenario", metavar="SCENARIO", help="Whose law holds; default: as it stands.")
]
PrecisionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--precision",
        metavar="KPI=HALFWIDTH",
        help="Add replications until the paired interval is this narrow; name:key=value=halfwidth.",
    ),
]
ToldOption = Annotated[Lang, typer.Option("--lang", help="Language of the answer.")]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of the report.")]
FormOption = Annotated[Form, typer.Option("--format", help="A page, a workbook, or the note of two pages.")]


def print_json(document: dict[str, Any]) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def console(stderr: bool = False) -> Console:
    """A console that prints text as it is."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False)


def print_block(title: str, lines: Iterable[str]) -> None:
    """A bold title with indented lines beneath."""
    from rich.padding import Padding
    from rich.text import Text

    screen = console()
    screen.print(Text(title, style="bold"), soft_wrap=True)
    for line in lines:
        screen.print(Padding(Text(line), (0, 0, 0, 2)))


def made_report(result: Reported, form: Form, lang: Lang) -> Path:
    """Write the report of a result in the wanted form and give its path."""
    return report_of(result.place, form, lang)


def report_of(folder: Path, form: Form, lang: Lang, out: Path | None = None) -> Path:
    """Write the report of a folder in the wanted form and give its path."""
    from sim.report.formats.excel import build_workbook
    from sim.report.formats.note_files import build_note
    from sim.report.pages.build import build_report

    if form == "html":
        return build_report(folder, lang, out)
    if form == "xlsx":
        return build_workbook(folder, lang, out)
    return build_note(folder, form, lang, out)


def print_answer(folder: Path, report: Path, lang: Lang) -> None:
    """The answer in sentences, and where the report is."""
    from sim.report.pages.build import answer_of

    for sentence in answer_of(folder, lang):
        print(f"- {sentence}")
    print(report)


def tell_unread(area: str) -> None:
    """Which columns of a form are left unread, on stderr; nothing for an area that is no form."""
    from sim.scenario.area.form import unread_columns
    from sim.scenario.area.form_lines import FORMS

    file = Path(area)
    if file.suffix.lower() in FORMS and file.is_file():
        unread = unread_columns(file)
        if unread:
            print(say("{file}: columns left unread: {names}", file=file, names=unread), file=sys.stderr)


def tell_tasks(resume: bool, reused: int, computed: int) -> None:
    """How many tasks were taken over and how many computed, on stderr, where a folder was resumed."""
    if resume:
        print(
            say("tasks: {reused} reused, {computed} computed", reused=reused, computed=computed),
            file=sys.stderr,
        )


@contextmanager
def options(
    jobs: int | None, scheduler: str | None = None, check: bool = False, resume: bool = False
) -> Iterator[RunOptions]:
    """How the runs of a command are made, with their progress on stderr."""
    from sim.api.shared import processes
    from sim.studies import RunOptions

    number = processes(jobs)
    with progress() as told:
        yield RunOptions(number, scheduler, check, resume, on_progress=told)


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
