"""Figures of a budget impact: the cost of every year under each scenario, and the differences to the base."""

from __future__ import annotations

from collections.abc import Sequence

from sim.measure.estimates import E
from sim.report import style
from sim.report.figures import change as figures_change
from sim.report.figures.drawing import Drawing, grouped, spoken
from sim.report.language import Language
from sim.report.rounding import Change
from sim.studies.budget import Budget


def figure_budget(found: Budget, words: Language, kind: str = "cost") -> Drawing:
    """Cost or subsidy (`kind`) in euros in every year, a bar a scenario, with 95% intervals."""
    labels = [str(year) for year in found.years]
    series = _series(found.rows, kind, found, (found.base, *found.alternatives), words)
    largest = max((e.mean for _, several in series for e in several if e is not None), default=0.0)
    if largest >= style.TEN_MILLION / 2:
        axis, tick = words.say("axis.million"), lambda value: words.euro(value / style.MILLION)
    else:
        axis, tick = words.say("axis.euro"), words.euro
    drawn = grouped(labels, series, axis, words.amount, tick=tick)
    caption = words.say("budget.caption", kind=words.word("budget_kind", kind), year=found.price_year)
    alt = f"{caption} {spoken(words, labels, series, words.amount)}"
    return Drawing(f"fig-budget-{kind}", drawn, caption, alt)


def figure_budget_difference(found: Budget, words: Language) -> Drawing | None:
    """The paired difference in cost with the base by year, with 95% intervals; None without alternatives."""
    if not found.alternatives:
        return None
    labels = [str(year) for year in found.years]
    told = _series(found.differences, "cost", found, found.alternatives, words)
    series = [(name, [None if d is None else Change(d) for d in several]) for name, several in told]
    caption = words.say("budget.difference", year=found.price_year)
    return figures_change.differences("fig-budget-difference", caption, labels, series, words)


def _series(
    rows: Sequence[E], kind: str, found: Budget, names: Sequence[str], words: Language
) -> list[tuple[str, list[E | None]]]:
    """The whole of a kind of amount in every year, by scenario."""
    whole = {(row.scenario, row.year): row for row in rows if row.name == kind and not row.dimension}
    years = found.years
    return [(title_of(found, each, words), [whole.get((each, year)) for year in years]) for each in names]


def title_of(found: Budget, name: str, words: Language) -> str:
    """Title of a scenario in the language of the page."""
    return found.titles[name][words.code]
