"""The command `palsim`: arguments in, one line or one JSON document out, exit codes 0, 1, 2, 70 and 130.

Everything heavy is imported inside the commands, so that `palsim --help` answers at once.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim import choices
from sim.choices import Lang
from sim.cli import asked, published, studies
from sim.cli.asked import File, How, Number, argument, option
from sim.cli.capacity_command import capacity, keeps
from sim.cli.folder_commands import export_run, verify
from sim.cli.region_command import region
from sim.cli.shared import (
    FAILED,
    WRONG_INPUT,
    console,
    leave_at_once,
    options,
    print_answer,
    print_block,
    print_json,
    show_run,
    tell_tasks,
)
from sim.cli.spoken import said, say, speaking, spoken, translate_help, usage_fault
from sim.cli.tariff_commands import tariffs
from sim.errors import GIVE_AGAIN, GO_ON, InputError, Message, Place, RunError, echo, language_asked
from sim.limits import EXIT_INTERRUPTED

if TYPE_CHECKING:
    from sim.api.bill_results import Bill, Subsidy
    from sim.api.results import ComparisonResult

_LONGEST_FILE_PART = 255  # bytes of the name of a file or folder
_EXIT_FAULT = 70  # exit code of a fault of the program itself: EX_SOFTWARE of sysexits.h

_UsageFault: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    name="palsim",
    help="Simulate palliative care in the Netherlands: what it costs, which law pays, what patients pay.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(tariffs, name="tariffs")
app.command("advise")(studies.advise)
app.command("budget")(studies.budget)
app.command("capacity")(capacity)
app.command("calibrate")(published.calibrate)
app.command("price")(studies.price)
app.command("region")(region)
app.command("sensitivity")(studies.sensitivity)
app.command("solve")(studies.solve)
app.command("validate")(published.validate)
app.command("verify")(verify)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command, by default as the process was called, and leave with its exit code."""
    code = run_command(sys.argv[1:] if arguments is None else arguments)
    if code == EXIT_INTERRUPTED:
        leave_at_once()
    sys.exit(code)


def run_command(arguments: Sequence[str]) -> int:
    """Run the command; what goes wrong for the user is one line on stderr.

    The exit code is 0 success, 1 the run or check failed, 2 wrong input, 70 a fault of the program, 130
    interrupted.
    """
    given = [_with_home(argument) for argument in arguments]
    if given in ([], ["tariffs"]):
        given.append("--help")
    with speaking(language_asked(given)):
        return _run_in_words(given)


def _run_in_words(given: list[str]) -> int:
    """Run the command in the language that is spoken."""
    try:
        _refuse_long(given)
        command = typer.main.get_command(app)
        if {"-h", "--help"} & {*given}:
            translate_help(command)
        default_map = _with_language(command, spoken())
        code = command(given, prog_name="palsim", standalone_mode=False, default_map=default_map)
    except InputError as fault:
        return _fail(said(fault), WRONG_INPUT)
    except RunError as fault:
        return _fail(said(RunError(fault.message.named(GO_ON, _to_go_on(given)))), FAILED)
    except _UsageFault as fault:
        return _fail(usage_fault(fault.format_message()), WRONG_INPUT)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(given)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception:
        return _fail_ourselves(given)
    if not isinstance(code, int):
        return 0
    return code if code <= WRONG_INPUT else _interrupted(given)


def _with_language(command: Any, lang: str) -> dict[str, Any]:
    """Defaults of every command that is told in a language."""
    below = getattr(command, "commands", {})
    return {"lang": lang} | {name: _with_language(one, lang) for name, one in below.items()}


def _refuse_long(given: Sequence[str]) -> None:
    """Refuse arguments that no file can have as its name and no option as its value."""
    for each in given:
        longest = max(len(os.fsencode(part)) for part in each.split(os.sep))
        if longest > _LONGEST_FILE_PART or not each.isprintable():
            long = longest > _LONGEST_FILE_PART
            what = Message("is too long") if long else Message("holds a control character")
            shown = "".join(mark for mark in echo(each) if mark.isprintable())
            raise InputError(
                "palsim: argument {shown!r}: {what}; give a shorter text in plain letters",
                shown=shown,
                what=what,
            )


def _with_home(argument: str) -> str:
    """An argument, or the value of an option, with `~` as the folder of the user that it names."""
    name, equals, value = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    return f"{name}{equals}{os.path.expanduser(value)}"


def _fail_ourselves(given: Sequence[str]) -> int:
    """A fault of the program: one line, and a file with what a developer needs."""
    import platform
    import tempfile
    import traceback

    from sim.store.identity import versions

    told = [f"palsim {shlex.join(given)}", platform.platform(), str(versions()), traceback.format_exc()]
    with tempfile.NamedTemporaryFile(
        "w", prefix="palsim-", suffix=".log", encoding="utf-8", delete=False
    ) as log:
        log.write("\n".join(told))
    return _fail(
        say(
            "palsim: a fault of the program, not of what you gave; {log} tells what happened",
            log=Place(log.name),
        ),
        _EXIT_FAULT,
    )


def _interrupted(given: Sequence[str]) -> int:
    return _fail(say("interrupted; {remedy} to go on", remedy=_to_go_on(given)), EXIT_INTERRUPTED)


def _to_go_on(given: Sequence[str]) -> Message:
    """What makes a command go on that ended halfway: `--resume`, where it has that and keeps a folder."""
    command = typer.main.get_command(app).commands.get(given[0])  # type: ignore[attr-defined]
    has_resume = any(option.name == "resume" for option in getattr(command, "params", ()))
    names = {argument.partition("=")[0] for argument in given}
    return GO_ON if has_resume and keeps(given[0], names) else GIVE_AGAIN


def _fail(text: str, code: int) -> int:
    print(" ".join(text.split()), file=sys.stderr)
    return code


@app.command("scenarios")
def list_scenarios(lang: asked.Told = "nl", as_json: asked.Json = False) -> None:
    """List the scenarios: name, title, question, status, what they extend, their area and references."""
    from sim.scenario import load_scenario, scenario_names

    found = [load_scenario(name).scenario for name in scenario_names()]
    if as_json:
        keys = {"name", "title", "question", "status", "extends", "area", "references"}
        print_json({"scenarios": [s.model_dump(mode="json", include=keys) for s in found]})
        return
    for s in found:
        told = [str(getattr(text, lang)) for text in (s.title, s.question, s.status) if text is not None]
        stands = (
            say("extends {extends}, area {area}", extends=s.extends, area=s.area)
            if s.extends
            else say("area {area}", area=s.area)
        )
        print_block(s.name, [*told, stands, *s.references])


@app.command("run")
@asked.shares("area replications seed jobs engine scheduler out keep check resume lang form as_json")
def run_scenario(
    scenario: asked.Scenario,
    how: How,
    keep: Annotated[
        choices.Keep | None,
        option("--keep", "Tables to store; default: all of one region, the journeys of more."),
    ] = None,
) -> None:
    """Simulate and price one scenario and write its report."""
    from sim.api import folders
    from sim.api.scenarios import scenario_of

    loaded = scenario_of(scenario, **how.scenario).loaded
    with options(how) as made:
        result = folders.run(loaded, made, out=how.out, keep=keep)
    tell_tasks(how, result)
    show_run(result, how)


@app.command("compare")
@asked.shares(
    "area replications seed jobs engine scheduler out keep check resume precision decompose decompose_of "
    "assumptions lang form as_json",
    keep="journey",
)
def compare_scenarios(
    base: asked.Base,
    alternatives: Annotated[list[str], argument("ALT...", "One or more; their own changes on top of BASE.")],
    how: How,
    decompose: Annotated[
        bool, option("--decompose", "Take the differences in cost apart by named change.")
    ] = False,
    decompose_of: Annotated[
        str, option("--decompose-of", "The cost that is taken apart.", "KPI")
    ] = "cost:view=calendar",
) -> None:
    """Simulate a base and its alternatives on the same patients and report the paired differences."""
    from sim.api import folders
    from sim.api.scenarios import scenarios_of

    scenarios = scenarios_of(base, alternatives, **how.scenario)
    with options(how) as made:
        result = folders.compare(
            scenarios,
            made,
            out=how.out,
            keep=how.keep,
            precision=how.precision or (),
            decompose=decompose_of if decompose else None,
            assumptions=how.assumptions,
        )
    tell_tasks(how, result)
    for found in result.reached:
        if found.note:
            print(found.note.told(how.lang), file=sys.stderr)
    from sim.report.formats.files import build_report

    report = build_report(result.place, how.lang, form=how.form)
    if not how.as_json:
        print_answer(result.place, report, how.lang)
        return
    print_json({**_comparison_json(result, how.lang), "report": str(report)})


def _comparison_json(result: ComparisonResult, lang: Lang) -> dict[str, Any]:
    """A comparison as `--json` prints it."""
    from sim.studies.compare import rows_json
    from sim.studies.decompose import decomposition_as_json
    from sim.studies.sensitivity.assumptions import assumptions_as_json
    from sim.studies.sensitivity.study import MOST_IMPORTANT

    return {
        "comparison": str(result.folder),
        "base": result.base,
        "alternatives": list(result.alternatives),
        "area": result.manifest["area"],
        "replications": result.manifest["replications"],
        "seed": result.manifest["seed"],
        "tasks": {"reused": result.reused, "computed": result.computed},
        "precision": [
            {
                "kpi": found.precision.text,
                "alternative": found.alternative,
                "wanted": found.precision.half_width,
                "half_width": found.half_width,
                "replications": found.replications,
                "nonzero": found.nonzero,
            }
            for found in result.reached
        ],
        "decompositions": [decomposition_as_json(found) for found in result.decompositions],
        "answer": result.answer(lang),
        "assumptions": [assumptions_as_json(found, MOST_IMPORTANT) for found in result.assumptions],
        "differences": rows_json(result.difference_rows),
    }


@app.command("bill")
def show_bill(
    case: Annotated[Path, argument("CASE.yaml", "A case file, as in scenarios/cases/.")],
    scenario: asked.Law = None,
    lang: asked.Told = "nl",
    as_json: asked.Json = False,
) -> None:
    """Show the bill of one worked journey: who pays what, and why."""
    from sim import api
    from sim.report.formats import screen

    _show(api.bill(case, scenario=scenario), screen.show_bill, lang, as_json)


def _show(made: Bill | Subsidy, show: Callable[[Any, Any, Any], None], lang: Lang, as_json: bool) -> None:
    from sim.report.language import language

    if as_json:
        print_json(made.as_json(language(lang)))
    else:
        show(console(), made, language(lang))


@app.command("subsidy")
def show_subsidy(
    file: Annotated[Path, argument("FILE.yaml", "A list of organisations.")],
    scenario: asked.Law = None,
    lang: asked.Told = "nl",
    as_json: asked.Json = False,
) -> None:
    """Show the Regeling PTZ for a list of organisations."""
    from sim import api
    from sim.report.formats import screen

    _show(api.subsidy(file, scenario=scenario), screen.show_subsidy, lang, as_json)


@app.command("explain")
def explain_patient(
    run: Annotated[Path, argument("RUN", "Run folder that keeps the journey.")],
    patient: Annotated[int, argument("PATIENT", "patient_id.")],
    declaration: Annotated[Number, option("--declaration", "Only this declaration, opened.", "ID")] = None,
    replication: Annotated[Number, option("--replication", "Replication; default: the first.", "R")] = None,
    lang: asked.Told = "nl",
    as_json: asked.Json = False,
) -> None:
    """Show a simulated patient's timeline and bill, each line down to article and source."""
    from sim.billing.explain_patient import explain_patient as explained
    from sim.catalogue import load_tariffs
    from sim.report.formats import screen
    from sim.report.language import language

    words = language(lang)
    made = explained(run, patient, load_tariffs(), replication)
    if as_json:
        print_json(made.as_json(declaration, words))
    elif declaration is not None:
        screen.show_declaration(console(), made.declaration(declaration).opened(made.book, words), words)
    else:
        screen.show_patient(console(), made, words)


@app.command("report")
def write_report(
    folder: Annotated[Path, argument("RUN_OR_COMPARISON", "Folder made by palsim run or palsim compare.")],
    lang: asked.Lang = "nl",
    form: asked.Form = "html",
    out: Annotated[File, option("--out", "File to write.", "FILE")] = None,
    as_json: asked.Json = False,
) -> None:
    """Write the report of a run or a comparison again."""
    from sim.report.formats.files import build_report

    report = build_report(folder, lang, out, form)
    if as_json:
        print_json({"report": str(report), "lang": lang, "format": form})
    else:
        print_answer(folder, report, lang)


@app.command("web")
def web(
    port: Annotated[Number, option("--port", "Port; default: the first that is free.", "N")] = None,
    browser: Annotated[bool, option("--browser/--no-browser", "Open the page in a browser.")] = True,
    lang: asked.Lang = "nl",
) -> None:
    """Open the what-if page: move levers, simulate a region, share the scenario. Only for this machine."""
    from sim.web.server import serve

    serve(port, browser, lang)


app.command("export")(export_run)
