"""The command `palsim capacity`: how many beds a region needs, and the form that a region fills in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.choices import Lang
from sim.cli import asked
from sim.cli.asked import File, Number, Text, Texts, argument, option
from sim.cli.shared import console, print_json, progress, tell_unread
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.api.sizing import CapacityResult
    from sim.report.page import TableView
    from sim.studies.capacity.answer import Guess


def keeps(command: str, options: Collection[str]) -> bool:
    """Whether a command keeps what it does in a folder: a study of beds only where one is named."""
    return command != capacity.__name__ or "--out" in options


def capacity(
    context: typer.Context,
    area: Annotated[
        Text, argument("AREA", "A name in scenarios/regions/ or a file: YAML, CSV or Excel.")
    ] = None,
    scenario: Annotated[str, option("--scenario", "Policy and demand.", "SCENARIO")] = "basis_2026",
    kind: Annotated[str, option("--type", "all, bth, hch, pu or elv.", "TYPE")] = "all",
    norm: Annotated[
        Texts, option("--norm", "Such as wait_days<=3@0.9 or refused<=0.05; may be repeated.", "NORM")
    ] = None,
    region: Annotated[Text, option("--region", "One region or cluster of the area.", "ID")] = None,
    growth: Annotated[float, option("--growth", "Yearly growth of deaths, such as 0.02.", "SHARE")] = 0.0,
    years: Annotated[int, option("--years", "Years of growth to size.", "N")] = 0,
    until: Annotated[
        Number, option("--until", "Size the years to come by the region's own ageing.", "YEAR")
    ] = None,
    close: Annotated[Texts, option("--close", "Site that closes; may be repeated.", "SITE[@DATE]")] = None,
    open_: Annotated[
        Texts, option("--open", "Site that opens, such as bth=4 or NAME:bth=4.", "TYPE=N[@DATE]")
    ] = None,
    merge: Annotated[Texts, option("--merge", "Sites that go on as the first.", "SITE+SITE[@DATE]")] = None,
    beds: Annotated[Texts, option("--beds", "Beds of a site, from a date on.", "SITE=N[@DATE]")] = None,
    shut: Annotated[Texts, option("--shut", "Beds shut for a time.", "SITE=N@FROM..TO")] = None,
    stay: Annotated[Texts, option("--stay", "Days of a longer stay, as +5.", "[TYPE=]+DAYS")] = None,
    requests: Annotated[
        Texts, option("--requests", "Requests more, as hospital=+20%.", "[ORIGIN=]+PERCENT")
    ] = None,
    share: Annotated[Texts, option("--share", "Region that shares its places.", "REGION")] = None,
    other_house: Annotated[Texts, option("--other-house", "Share that takes any house.", "SHARE")] = None,
    turnover: Annotated[
        Texts, option("--turnover", "Days that a bed stands empty between two guests.", "DAYS")
    ] = None,
    first: Annotated[
        Texts, option("--first", "Who gets a bed first: request, hospital or home.", "WHO")
    ] = None,
    alternative: Annotated[
        Texts, option("--alternative", "Beside the other changes, as close SITE; beds SITE=8.", "CHANGES")
    ] = None,
    no_search: Annotated[
        bool, option("--no-search", "Only compare places; seeks no number of beds, sooner done.")
    ] = False,
    peak: Annotated[bool, option("--peak-month", "The norms must hold in the busiest month.")] = False,
    no_prices: Annotated[bool, option("--no-prices", "Leave out costs; sooner done.")] = False,
    replications: Annotated[
        Number, option("--replications", "Of every number of beds; more where a verdict needs it.", "N")
    ] = None,
    seed: asked.Seed = None,
    jobs: asked.Jobs = None,
    engine: asked.Engine = None,
    out: Annotated[File, option("--out", "Folder that keeps runs and report; default: none.", "DIR")] = None,
    resume: asked.Resume = False,
    template: Annotated[
        File, option("--template", "Write the form (.csv or .xlsx), of AREA or an example.", "FILE")
    ] = None,
    lang: asked.Lang = "nl",
    as_json: asked.Json = False,
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
    from sim.studies.capacity.place_changes import CHANGES

    given = asked.given(context)
    changes = [f"{name} {how}" for name in CHANGES if name != "close" for how in given[f"--{name}"] or ()]
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
            changes=changes,
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
