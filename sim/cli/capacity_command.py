"""The command `palsim capacity`: how many beds a region needs, and the form that a region fills in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.choices import Lang
from sim.cli.shared import (
    EngineOption,
    JobsOption,
    JsonOption,
    LangOption,
    ResumeOption,
    SeedOption,
    console,
    print_json,
    progress,
    tell_unread,
)
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.api.sizing import CapacityResult
    from sim.report.page import TableView
    from sim.studies.capacity.answer import Guess


def keeps(command: str, options: Collection[str]) -> bool:
    """Whether a command keeps what it does in a folder: a study of beds only where one is named.

    Parameters
    ----------
    options : collection of str
        Names of those that are given.
    """
    return command != capacity.__name__ or "--out" in options


def capacity(
    area: Annotated[
        str | None,
        typer.Argument(metavar="AREA", help="A name in scenarios/regions/ or a file: YAML, CSV or Excel."),
    ] = None,
    scenario: Annotated[
        str, typer.Option("--scenario", metavar="SCENARIO", help="Policy and demand.")
    ] = "basis_2026",
    kind: Annotated[str, typer.Option("--type", metavar="TYPE", help="all, bth, hch, pu or elv.")] = "all",
    norm: Annotated[
        list[str] | None,
        typer.Option(
            "--norm", metavar="NORM", help="Such as wait_days<=3@0.9 or refused<=0.05; may be repeated."
        ),
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="ID", help="One region or cluster of the area.")
    ] = None,
    growth: Annotated[
        float, typer.Option("--growth", metavar="SHARE", help="Yearly growth of deaths, such as 0.02.")
    ] = 0.0,
    years: Annotated[int, typer.Option("--years", metavar="N", help="Years of growth to size.")] = 0,
    until: Annotated[
        int | None,
        typer.Option("--until", metavar="YEAR", help="Size the years to come by the region's own ageing."),
    ] = None,
    close: Annotated[
        list[str] | None,
        typer.Option("--close", metavar="SITE[@DATE]", help="Site that closes; may be repeated."),
    ] = None,
    open_: Annotated[
        list[str] | None,
        typer.Option("--open", metavar="TYPE=N[@DATE]", help="Site that opens, such as bth=4 or NAME:bth=4."),
    ] = None,
    merge: Annotated[
        list[str] | None,
        typer.Option(
            "--merge",
            metavar="SITE+SITE[@DATE]",
            help="Sites that go on as the first.",
        ),
    ] = None,
    beds: Annotated[
        list[str] | None,
        typer.Option("--beds", metavar="SITE=N[@DATE]", help="Beds of a site, from a date on."),
    ] = None,
    shut: Annotated[
        list[str] | None,
        typer.Option("--shut", metavar="SITE=N@FROM..TO", help="Beds shut for a time."),
    ] = None,
    stay: Annotated[
        list[str] | None,
        typer.Option("--stay", metavar="[TYPE=]+DAYS", help="Days of a longer stay, as +5."),
    ] = None,
    requests: Annotated[
        list[str] | None,
        typer.Option("--requests", metavar="[ORIGIN=]+PERCENT", help="Requests more, as hospital=+20%."),
    ] = None,
    share: Annotated[
        list[str] | None,
        typer.Option("--share", metavar="REGION", help="Region that shares its places."),
    ] = None,
    other_house: Annotated[
        list[str] | None,
        typer.Option(
            "--other-house",
            metavar="SHARE",
            help="Share that takes any house.",
        ),
    ] = None,
    turnover: Annotated[
        list[str] | None,
        typer.Option("--turnover", metavar="DAYS", help="Days that a bed stands empty between two guests."),
    ] = None,
    first: Annotated[
        list[str] | None,
        typer.Option("--first", metavar="WHO", help="Who gets a bed first: request, hospital or home."),
    ] = None,
    alternative: Annotated[
        list[str] | None,
        typer.Option(
            "--alternative",
            metavar="CHANGES",
            help="Beside the other changes, as close SITE; beds SITE=8.",
        ),
    ] = None,
    no_search: Annotated[
        bool, typer.Option("--no-search", help="Only compare places; seeks no number of beds, sooner done.")
    ] = False,
    peak: Annotated[
        bool, typer.Option("--peak-month", help="The norms must hold in the busiest month.")
    ] = False,
    no_prices: Annotated[bool, typer.Option("--no-prices", help="Leave out costs; sooner done.")] = False,
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications", metavar="N", help="Of every number of beds; more where a verdict needs it."
        ),
    ] = None,
    seed: SeedOption = None,
    jobs: JobsOption = None,
    engine: EngineOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder that keeps runs and report; default: none."),
    ] = None,
    resume: ResumeOption = False,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template", metavar="FILE", help="Write the form (.csv or .xlsx), of AREA or an example."
        ),
    ] = None,
    lang: LangOption = "nl",
    as_json: JsonOption = False,
) -> None:
    """Find how many beds a region needs so that waits and refusals keep to norms, and what more beds cost."""
    if template is not None:
        from sim.api.given import Name
        from sim.api.sizing import write_template

        written = write_template(template, None if area is None else Name(area))
        if as_json:
            print_json({"template": str(written)})
        else:
            print(written)
        return
    if area is None:
        raise InputError("capacity: no area; name one, such as middenland, or a file: YAML, CSV or Excel")
    from sim.api.sizing import capacity as size

    changes = {
        "open": open_,
        "merge": merge,
        "beds": beds,
        "shut": shut,
        "stay": stay,
        "requests": requests,
        "share": share,
        "other-house": other_house,
        "turnover": turnover,
        "first": first,
    }
    tell_unread(area)
    with progress() as told:
        result = size(
            area,
            scenario=scenario,
            type=kind,
            norm=tuple(norm or ()),
            region=region,
            replications=replications,
            seed=seed,
            jobs=jobs,
            growth=growth,
            years=years,
            until=until,
            close=tuple(close or ()),
            changes=[f"{name} {how}" for name, several in changes.items() for how in several or ()],
            alternatives=tuple(alternative or ()),
            search=not no_search,
            peak=peak,
            prices=not no_prices,
            out=out,
            resume=resume,
            on_progress=told,
            on_guess=None if as_json else lambda found: _tell_guess(found, lang),
        )
    report = None if out is None else result.report(lang)
    if as_json:
        print_json({**result.as_json(), "report": None if report is None else str(report)})
        return
    _show(result, lang)
    if report is not None:
        print(report)


def _tell_guess(found: Mapping[str, Guess], lang: Lang) -> None:
    """The instant answer of the formulas; the simulated one follows."""
    from sim.report.language import language
    from sim.report.pages.capacity_lead import instant

    for sentence in instant(found, language(lang)):
        print(sentence, flush=True)


def _show(result: CapacityResult, lang: Lang) -> None:
    """Sentences first, then the tables behind them."""
    from sim.report.language import language
    from sim.report.pages.capacity import norms_sentence, tables

    words = language(lang)
    screen = console()
    screen.print(norms_sentence(result.found, words), soft_wrap=True)
    for sentence in result.answer(lang):
        screen.print(f"- {sentence}", soft_wrap=True)
    for view in tables(result.found, words):
        screen.print()
        screen.print(_grid(view))


def _grid(view: TableView) -> Any:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(title=view.caption, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for cell in view.head:
        grid.add_column(cell.text, justify="right" if cell.number else "left", overflow="fold")
    for row in view.rows:
        style = "bold" if row.total else ""
        grid.add_row(*(Text(cell.text, style=style) for cell in row.cells))
    return grid
