"""The command `palsim budget`: what care costs in each of several years, by law and payer."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.shared import (
    AreaOption,
    CheckOption,
    JobsOption,
    JsonOption,
    Lang,
    LangOption,
    OutOption,
    ReplicationsOption,
    ResumeOption,
    SchedulerOption,
    SeedOption,
    console,
    print_json,
    progress,
    tell_tasks,
)

if TYPE_CHECKING:
    from sim.experiment import Budget
    from sim.report.language import Language

_SHOWN = (
    ("cost", ""),
    ("cost", "law"),
    ("cost", "payer"),
    ("deaths", ""),
    ("subsidy", ""),
    ("budget", "line"),
)
"""Tables on the screen: kind of amount, and what it is split by."""
_WORDS = {"law": "law", "payer": "payer", "line": "budget_line"}
"""Group of words of a dimension."""


def budget(
    base: Annotated[str, typer.Argument(metavar="BASE", help="A name in scenarios/ or a path.")],
    alternatives: Annotated[
        list[str] | None, typer.Argument(metavar="[ALT...]", help="Their own changes on top of BASE.")
    ] = None,
    from_year: Annotated[
        int | None, typer.Option("--from", metavar="YEAR", help="First year; default 2026.")
    ] = None,
    to_year: Annotated[
        int | None, typer.Option("--to", metavar="YEAR", help="Last year; default 2031.")
    ] = None,
    area: AreaOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    jobs: JobsOption = None,
    scheduler: SchedulerOption = None,
    out: OutOption = None,
    check: CheckOption = False,
    resume: ResumeOption = False,
    lang: LangOption = Lang.nl,
    as_json: JsonOption = False,
) -> None:
    """Total the cost of every year by law and payer, with growth, dated law, subsidy and state budgets."""
    from sim import api
    from sim.experiment import finite_json
    from sim.units import BUDGET_FROM_YEAR, BUDGET_TO_YEAR

    with progress() as told:
        result = api.budget(
            base,
            *(alternatives or ()),
            from_year=BUDGET_FROM_YEAR if from_year is None else from_year,
            to_year=BUDGET_TO_YEAR if to_year is None else to_year,
            area=area,
            replications=replications,
            seed=seed,
            jobs=jobs,
            scheduler=scheduler,
            out=out,
            check=check,
            resume=resume,
            on_progress=told,
        )
    tell_tasks(resume, result.reused, result.computed)
    found = result.found
    if not as_json:
        _show(found, lang)
        return
    print_json(
        {
            "budget": str(found.folder),
            "base": found.base,
            "alternatives": list(found.alternatives),
            "area": found.area,
            "replications": found.replications,
            "seed": found.seed,
            "from": found.first,
            "to": found.last,
            "price_year": found.price_year,
            "plans": {name: list(plans) for name, plans in found.plans.items()},
            "tasks": {"reused": result.reused, "computed": result.computed},
            "rows": [finite_json(asdict(row)) for row in found.rows],
            "differences": [finite_json(asdict(row)) for row in found.differences],
        }
    )


def _show(found: Budget, lang: Lang) -> None:
    """Tables of the base and of the differences, and on which prices they rest."""
    from sim.report.language import language

    words = language(lang.value)
    screen = console()
    screen.print(words.say("budget.title", first=found.first, last=found.last))
    screen.print(words.say("budget.prices", year=found.price_year))
    screen.print(words.say("budget.subsidy", first=found.first))
    for name in (found.base, *found.alternatives):
        plans = found.plans[name]
        told = words.say("budget.plans", plans=", ".join(plans)) if plans else words.say("budget.no_plans")
        screen.print(f"{found.titles[name][words.code]}: {told}")
    for kind, by in _SHOWN:
        title = (
            f"{found.titles[found.base][words.code]}: {_title(words, words.word('budget_kind', kind), by)}"
        )
        rows = [row for row in found.rows if row.scenario == found.base]
        _table(screen, words, found, title, [(r, r.mean) for r in rows if r.kind == kind], by)
    for name in found.alternatives:
        changes = [row for row in found.differences if row.alternative == name]
        for by in ("", "law", "payer"):
            difference = _title(words, words.say("budget.change"), by)
            title = f"{found.titles[name][words.code]}: {difference}"
            shown = [(r, r.difference) for r in changes if r.kind == "cost"]
            _table(screen, words, found, title, shown, by, signed=True)
    screen.print(str(found.folder))


def _title(words: Language, what: str, by: str) -> str:
    """What a table shows, and by what it is split."""
    return f"{what}, {words.word('budget_by', by)}" if by else what


def _table(
    screen: Any,
    words: Language,
    found: Budget,
    title: str,
    rows: list[tuple[Any, float]],
    by: str,
    signed: bool = False,
) -> None:
    """One row a word of a dimension, one column a year, with the 95% interval of the whole."""
    from rich.table import Table

    years: list[int | None] = [*found.years, None]
    heads = [words.say("budget.all_years") if year is None else str(year) for year in years]
    cells: dict[str, dict[int | None, str]] = {}
    for row, value in rows:
        if set(row.dimension) != ({by} if by else set()):
            continue
        whole = row.unit != "eur"
        word = row.dimension.get(by, "")
        label = words.word(_WORDS[by], word) if by else words.say("total")

        def show(amount: float, whole: bool = whole) -> str:
            return words.number(amount) if whole else words.amount(amount, signed)

        text = show(value)
        if not by and row.low == row.low:
            text += f"\n{words.say('interval.short', low=show(row.low), high=show(row.high))}"
        cells.setdefault(label, {})[row.year] = text
    if not cells:
        return
    table = Table("", *heads, title=title, title_justify="left")
    for label, by_year in cells.items():
        table.add_row(label, *(by_year.get(year, words.say("none")) for year in years))
    screen.print(table)
