"""The command `palsim budget`: what care costs in each of several years, by law and payer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from sim.choices import Lang
from sim.cli import asked
from sim.cli.asked import How, Number, Texts, argument, option
from sim.cli.shared import console, options, print_json, tell_tasks

if TYPE_CHECKING:
    from sim.studies.budget import Budget


@asked.shares("area replications seed jobs engine scheduler out check resume lang as_json")
def budget(
    base: asked.Base,
    how: How,
    alternatives: Annotated[Texts, argument("[ALT...]", "Their own changes on top of BASE.")] = None,
    from_year: Annotated[Number, option("--from", "First year; default 2026.", "YEAR")] = None,
    to_year: Annotated[Number, option("--to", "Last year; default 2031.", "YEAR")] = None,
) -> None:
    """Total the cost of every year by law and payer, with growth, dated law, subsidy and state budgets."""
    from sim.api import studies as api
    from sim.api.scenarios import scenario_of
    from sim.studies.budget import BUDGET_FROM_YEAR, BUDGET_TO_YEAR, rows_json

    with options(how) as made:
        result = api.budget(
            scenario_of(base, **how.scenario),
            alternatives or (),
            made,
            from_year=BUDGET_FROM_YEAR if from_year is None else from_year,
            to_year=BUDGET_TO_YEAR if to_year is None else to_year,
            out=how.out,
        )
    tell_tasks(how, result)
    found = result.found
    report = result.report(how.lang)
    if not how.as_json:
        _show(found, how.lang)
        print(report)
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
            **rows_json(found.rows, found.differences),
            "report": str(report),
        }
    )


def _show(found: Budget, lang: Lang) -> None:
    """The answer, the tables and on what they rest."""
    from rich.table import Table

    from sim.report.language import language
    from sim.report.pages.budget import answers, budget_tables, notes

    words = language(lang)
    screen = console()
    screen.print(words.say("budget.title", first=found.first, last=found.last))
    for view in budget_tables(found, words):
        table = Table(*(cell.text for cell in view.head), title=view.caption, title_justify="left")
        for row in view.rows:
            table.add_row(*("\n".join(filter(None, (cell.text, cell.note))) for cell in row.cells))
        screen.print(table)
    for sentence in (*answers(found, words), *notes(found, words)):
        screen.print(f"- {sentence}", soft_wrap=True)
