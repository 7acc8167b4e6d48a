"""What commands are asked: how an argument or option is told, and the options that several commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated, Any, get_origin

import typer

from sim import choices

Text = str | None
Texts = list[str] | None
Number = int | None
File = Path | None


def argument(metavar: str, help: str) -> Any:
    """What stands in a command without a name."""
    return typer.Argument(metavar=metavar, help=help)


def option(name: str, help: str, metavar: str | None = None) -> Any:
    """What a command is told by name; without `metavar` the help shows what its type takes."""
    return typer.Option(name, help=help, metavar=metavar)


def given(context: typer.Context) -> dict[str, Any]:
    """What a command was given, by the name of each option or argument."""
    return {param.opts[0]: context.params[param.name] for param in context.command.params if param.name}


def _choose_engine(engine: str | None) -> str | None:
    """Let this process and its workers use an engine; the answers are the same with each."""
    if engine is not None:
        os.environ[choices.ENGINE_VARIABLE] = engine
    return engine


Scenario = Annotated[str, argument("SCENARIO", "A name in scenarios/ or a path.")]
Base = Annotated[str, argument("BASE", "A name in scenarios/ or a path.")]
Json = Annotated[bool, option("--json", "Print one JSON document on stdout.")]
Area = Annotated[Text, option("--area", "A name in scenarios/regions/ or a path.", "AREA")]
Replications = Annotated[Number, option("--replications", "Replications; default: the scenario's.", "N")]
Seed = Annotated[Number, option("--seed", "Master seed; default: the scenario's.", "S")]
Jobs = Annotated[Number, option("--jobs", "Processes; default: all processors.", "J")]
Engine = Annotated[
    choices.Engine | None,
    typer.Option("--engine", help="C where it can be compiled, or SimPy.", callback=_choose_engine),
]
Scheduler = Annotated[Text, option("--scheduler", "tls://... or tcp://... of Dask, or local.", "ADDRESS")]
Out = Annotated[File, option("--out", "Folder to write; default: in reports/runs/.", "DIR")]
Keep = Annotated[choices.Keep, option("--keep", "Tables to store.")]
Assumptions = Annotated[
    Number, option("--assumptions", "Draws of all assumptions; 0 shows chance only.", "N")
]
Check = Annotated[bool, option("--check", "Test the invariants of every task.")]
Resume = Annotated[bool, option("--resume", "Go on with the folder; reuse what is done.")]
Law = Annotated[Text, option("--scenario", "Whose law holds; default: as it stands.", "SCENARIO")]
Precision = Annotated[
    Texts,
    option(
        "--precision",
        "Add replications until the paired interval is this narrow; name:key=value=halfwidth.",
        "KPI=HALFWIDTH",
    ),
]
Told = Annotated[choices.Lang, option("--lang", "Language of the answer.")]
Lang = Annotated[choices.Lang, option("--lang", "Language of the report.")]
Form = Annotated[choices.Form, option("--format", "A page, a workbook, or the note of two pages.")]


@dataclass(frozen=True)
class How:
    """The options that several commands share, as they were given; of those it has not, the default."""

    area: Area = None
    replications: Replications = None
    seed: Seed = None
    jobs: Jobs = None
    engine: Engine = None
    scheduler: Scheduler = None
    out: Out = None
    keep: Keep = "kpis"
    check: Check = False
    resume: Resume = False
    precision: Precision = None
    assumptions: Assumptions = None
    lang: Lang = "nl"
    form: Form = "html"
    as_json: Json = False

    @property
    def scenario(self) -> dict[str, Any]:
        """What a scenario is simulated with."""
        return {"area": self.area, "seed": self.seed, "replications": self.replications}


def shares(names: str, **own: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command options of `How`, and those of its own that stand among them, in this order.

    `own` has a default or, by its type, a help of its own for an option that is shared.
    """

    def made(command: Callable[..., None]) -> Callable[..., None]:
        mine = {**signature(command, eval_str=True).parameters}
        del mine["how"]
        given, asked = {}, names.split()
        for name, shared in signature(How, eval_str=True).parameters.items():
            if name in asked and name not in mine:
                is_type = get_origin(own.get(name)) is Annotated
                changed = {"annotation" if is_type else "default": own[name]} if name in own else {}
                given[name] = shared.replace(**changed)
        order = [name for name in mine if name not in asked] + asked
        parameters = [(mine | given)[name] for name in order]

        @wraps(command)
        def told(**values: Any) -> None:
            command(
                **{name: values[name] for name in mine}, how=How(**{name: values[name] for name in given})
            )

        told.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        told.__annotations__ = {each.name: each.annotation for each in parameters}
        return told

    return made
