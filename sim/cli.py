"""The command `palsim`: arguments in, one line or one JSON document out, exit codes 0, 1, 2 and 130.

Everything heavy is imported inside the commands, so that `palsim --help` answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.errors import InputError, RunError

if TYPE_CHECKING:
    from rich.console import Console

    from sim.experiment import OnProgress, Progress

FAILED, WRONG_INPUT = 1, 2
_UsageFault: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    name="palsim",
    help="Simulate palliative care in the Netherlands: what it costs, which law pays, what patients pay.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
tariffs = typer.Typer(help="Show and check the tariffs.")
app.add_typer(tariffs, name="tariffs")


class Lang(StrEnum):
    """Languages of the report."""

    nl = "nl"
    en = "en"


class KeepTables(StrEnum):
    """What a run folder keeps."""

    kpis = "kpis"
    journey = "journey"
    all = "all"


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
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder to write; default: in reports/runs/.")
]
KeepOption = Annotated[
    KeepTables | None, typer.Option("--keep", help="Tables to store; default: all for one region.")
]
CheckOption = Annotated[bool, typer.Option("--check", help="Test the invariants of every task.")]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with the folder; reuse what is done.")]
LawOption = Annotated[
    str | None, typer.Option("--scenario", metavar="SCENARIO", help="Whose law holds; default: as it stands.")
]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of the report.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.
    """
    sys.exit(run_command(sys.argv[1:] if arguments is None else arguments))


def run_command(arguments: Sequence[str]) -> int:
    """Run the command; what goes wrong for the user is one line on stderr.

    Parameters
    ----------
    arguments : sequence of str

    Returns
    -------
    int
        0 success, 1 the run or check failed, 2 the input is wrong, 130 interrupted.
    """
    given = list(arguments)
    if given in ([], ["tariffs"]):
        given.append("--help")
    try:
        code = typer.main.get_command(app)(given, prog_name="palsim", standalone_mode=False)
    except InputError as fault:
        return _fail(str(fault), WRONG_INPUT)
    except RunError as fault:
        return _fail(str(fault), FAILED)
    except _UsageFault as fault:
        return _fail(f"palsim: {fault.format_message().rstrip('.')}; see palsim --help", WRONG_INPUT)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    if not isinstance(code, int):
        return 0
    return code if code <= WRONG_INPUT else _interrupted()


def _interrupted() -> int:
    from sim.units import EXIT_INTERRUPTED

    return _fail("interrupted; give the same command with --resume to go on", EXIT_INTERRUPTED)


def _fail(text: str, code: int) -> int:
    print(" ".join(text.split()), file=sys.stderr)
    return code


@app.command("scenarios")
def list_scenarios(as_json: JsonOption = False) -> None:
    """List the scenarios: name, title, question, what they extend, their area and references."""
    from sim.scenario import load_scenario, scenario_names

    found = [load_scenario(name).scenario for name in scenario_names()]
    if as_json:
        keys = {"name", "title", "question", "extends", "area", "references"}
        _print_json({"scenarios": [s.model_dump(mode="json", include=keys) for s in found]})
        return
    for s in found:
        extends = f"extends {s.extends}, " if s.extends else ""
        _print_block(s.name, [s.title.en, s.question.en, f"{extends}area {s.area}", *s.references])


@app.command("run")
def run_scenario(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A name in scenarios/ or a path.")],
    area: AreaOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    jobs: JobsOption = None,
    out: OutOption = None,
    keep: KeepOption = None,
    check: CheckOption = False,
    resume: ResumeOption = False,
    lang: LangOption = Lang.nl,
    as_json: JsonOption = False,
) -> None:
    """Simulate and price one scenario and write its report."""
    from sim import api
    from sim.experiment import as_json as row_as_json

    with _progress() as told:
        result = api.run(
            scenario,
            area=area,
            replications=replications,
            seed=seed,
            jobs=jobs,
            out=out,
            keep=None if keep is None else keep.value,
            check=check,
            resume=resume,
            on_progress=told,
        )
    report = result.report(lang.value)
    if not as_json:
        _print_answer(result.folder, report, lang)
        return
    _print_json(
        {
            "run": str(result.folder),
            "scenario": result.scenario,
            "area": result.area,
            "replications": result.manifest["replications"],
            "seed": result.manifest["seed"],
            "tasks": {"reused": result.reused, "computed": result.computed},
            "kpis": [row_as_json(row) for row in result.summary],
            "report": str(report),
        }
    )


@app.command("compare")
def compare_scenarios(
    base: Annotated[str, typer.Argument(metavar="BASE", help="A name in scenarios/ or a path.")],
    alternatives: Annotated[
        list[str], typer.Argument(metavar="ALT...", help="One or more; their own changes on top of BASE.")
    ],
    area: AreaOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    jobs: JobsOption = None,
    out: OutOption = None,
    keep: KeepOption = None,
    check: CheckOption = False,
    resume: ResumeOption = False,
    lang: LangOption = Lang.nl,
    as_json: JsonOption = False,
) -> None:
    """Simulate a base and its alternatives on the same patients and report the paired differences."""
    from sim import api
    from sim.experiment import as_json as row_as_json

    with _progress() as told:
        result = api.compare(
            base,
            *alternatives,
            area=area,
            replications=replications,
            seed=seed,
            jobs=jobs,
            out=out,
            keep=None if keep is None else keep.value,
            check=check,
            resume=resume,
            on_progress=told,
        )
    report = result.report(lang.value)
    if not as_json:
        _print_answer(result.folder, report, lang)
        return
    rows = [
        {"alternative": name, **row_as_json(row)}
        for name, found in result.difference_rows.items()
        for row in found
    ]
    _print_json(
        {
            "comparison": str(result.folder),
            "base": result.base,
            "alternatives": list(result.alternatives),
            "area": result.manifest["area"],
            "replications": result.manifest["replications"],
            "seed": result.manifest["seed"],
            "tasks": {"reused": result.reused, "computed": result.computed},
            "differences": rows,
            "report": str(report),
        }
    )


@app.command("bill")
def show_bill(
    case: Annotated[Path, typer.Argument(metavar="CASE.yaml", help="A case file, as in scenarios/cases/.")],
    scenario: LawOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the bill of one worked journey: who pays what, and why."""
    from sim import api
    from sim.report import screen

    made = api.bill(case, scenario=scenario)
    if as_json:
        _print_json(made.as_json())
    else:
        screen.show_bill(_console(), made)


@app.command("subsidy")
def show_subsidy(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="A list of organisations.")],
    scenario: LawOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the Regeling PTZ for a list of organisations."""
    from sim import api
    from sim.report import screen

    made = api.subsidy(file, scenario=scenario)
    if as_json:
        _print_json(made.as_json())
    else:
        screen.show_subsidy(_console(), made)


@app.command("explain")
def explain_patient(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder that keeps the journey.")],
    patient: Annotated[int, typer.Argument(metavar="PATIENT", help="patient_id.")],
    declaration: Annotated[
        int | None, typer.Option("--declaration", metavar="ID", help="Only this declaration, opened.")
    ] = None,
    replication: Annotated[
        int | None, typer.Option("--replication", metavar="R", help="Replication; default: the first.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a simulated patient's timeline and bill, each line down to article and source."""
    from sim import api
    from sim.report import screen

    made = api.explain(run, patient, replication=replication)
    if as_json:
        _print_json(made.as_json(declaration))
    elif declaration is not None:
        screen.show_declaration(_console(), made.declaration(declaration).opened(made.book))
    else:
        screen.show_patient(_console(), made)


@app.command("report")
def write_report(
    folder: Annotated[
        Path, typer.Argument(metavar="RUN_OR_COMPARISON", help="Folder made by palsim run or palsim compare.")
    ],
    lang: LangOption = Lang.nl,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="File to write.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the report of a run or a comparison again."""
    from sim.report.build import build_report

    report = build_report(folder, lang.value, out)
    if as_json:
        _print_json({"report": str(report), "lang": lang.value})
    else:
        _print_answer(folder, report, lang)


@tariffs.command("show")
def show_tariff(
    id: Annotated[
        str | None, typer.Argument(metavar="ID", help="A product or a legal amount; without it, all ids.")
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Only the value on this date.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a tariff by date, with kind, source and range; without ID, list all ids."""
    from sim.tariff import load_tariffs

    book = load_tariffs()
    if id is None:
        listed = [(i, book.product(i).law, book.product(i).title) for i in book.ids]
        listed += [(i, book.description(i).law, book.description(i).title) for i in book.parameter_ids]
        if as_json:
            _print_json({"tariffs": [{"id": i, "law": law, "title": title} for i, law, title in listed]})
        else:
            for i, law, title in listed:
                print(f"{i}  {title} ({law})")
        return
    is_product = id in book.ids
    values = book.values(id)
    if date is not None:
        day = _date(date)
        values = (book.value(id, day) if is_product else book.parameter(id, day),)
    about = book.product(id) if is_product else book.description(id)
    rows: list[dict[str, Any]] = [
        {
            "row": v.row,
            "from": v.valid_from.isoformat(),
            "to": v.valid_to.isoformat(),
            "amount": str(v.amount),
            "kind": v.kind,
            "source": v.source,
            "source_title": book.sources()[v.source].title,
            "range": None if v.range is None else [str(v.range[0]), str(v.range[1])],
            "reason": v.reason,
            "projected": v.projected,
        }
        for v in values
    ]
    if as_json:
        _print_json({"id": id, "title": about.title, "law": about.law, "unit": about.unit, "values": rows})
        return
    unit = f"euro per {about.unit}" if is_product else about.unit
    _console().print(f"{id}: {about.title} ({about.law}, {unit})")
    for row in rows:
        span = "" if row["range"] is None else f", range {row['range'][0]} to {row['range'][1]}"
        title = f"{row['from']} up to {row['to']}: {row['amount']} ({row['kind']}{span})"
        lines = [f"source {row['source']}: {row['source_title']}"]
        _print_block(title, lines if row["reason"] is None else [*lines, f"reason: {row['reason']}"])


@tariffs.command("check")
def check_tariffs(as_json: JsonOption = False) -> None:
    """Check every file of the tariffs: units, laws, sources, gaps, overlaps."""
    from sim.tariff import check, load_tariffs

    faults = check()
    if as_json:
        _print_json({"ok": not faults, "faults": faults})
    for fault in faults if not as_json else ():
        print(fault, file=sys.stderr)
    if faults:
        raise typer.Exit(FAILED)
    if not as_json:
        book = load_tariffs()
        _console().print(
            f"tariffs: {len(book.ids)} products, {len(book.parameter_ids)} legal amounts, "
            f"{len(book.sources())} sources: sound"
        )


@tariffs.command("sources")
def list_sources(as_json: JsonOption = False) -> None:
    """List the sources of the tariffs: title, address, how much was read."""
    from sim.tariff import load_tariffs

    found = load_tariffs().sources()
    keys = ("id", "title", "url", "read", "confidence")
    rows = [{key: getattr(source, key) for key in keys} for source in found.values()]
    if as_json:
        _print_json({"sources": rows})
    else:
        for row in rows:
            lines = [row["title"], row["url"] or "no address", f"read: {row['read']}, {row['confidence']}"]
            _print_block(row["id"], lines)


def _date(text: str) -> Any:
    import datetime as dt

    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--date: {text!r} is no date; write it as 2026-07-01") from None


def _print_json(document: dict[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))


def _console(stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False)


def _print_block(title: str, lines: Iterable[str]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console = _console()
    console.print(Text(title, style="bold"), soft_wrap=True)
    for line in lines:
        console.print(Padding(Text(line), (0, 0, 0, 2)))


def _print_answer(folder: Path, report: Path, lang: Lang) -> None:
    from sim.report.build import answer_of

    for sentence in answer_of(folder, lang.value):
        print(f"- {sentence}")
    print(report)


@contextmanager
def _progress() -> Iterator[OnProgress]:
    """Tasks done and time left on stderr: a bar on a terminal, otherwise a line a replication."""
    console = _console(stderr=True)
    if not console.is_terminal:
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
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("gone"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    with bar:
        line = bar.add_task("simulating", total=None)

        def told(progress: Progress) -> None:
            bar.update(line, total=progress.total, completed=progress.done, description=progress.scenario)

        yield told


def _told_in_lines() -> OnProgress:
    seen: set[tuple[str, int]] = set()

    def told(progress: Progress) -> None:
        key = (progress.scenario, progress.replication)
        if key not in seen:
            seen.add(key)
            print(
                f"{progress.done} of {progress.total} tasks: {progress.scenario}", file=sys.stderr, flush=True
            )

    return told
