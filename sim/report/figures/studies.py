"""Figures of studies in a notebook: a grid, an advice, the places of a region, a bill, a subsidy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.billing.case_bill import Bill
from sim.billing.case_subsidy import Subsidy
from sim.later import pd
from sim.measure.estimates import E, Estimate
from sim.report import style
from sim.report.figures import change as figures_change
from sim.report.figures.change import change_text
from sim.report.figures.drawing import RC, Drawing, Show, frame, grouped, legend, spoken
from sim.report.language import Language
from sim.report.rounding import Change
from sim.report.sections.provenance import path_name
from sim.scenario import Area
from sim.studies.advise import Advice
from sim.studies.budget import Budget
from sim.units import CENTS_PER_EURO


def figure_needs(found: Advice, words: Language) -> Figure:
    """Replications that each KPI needs, a bar a KPI."""
    labels = [need.label.get(words.code) or words.kpi_of(need.name, need.dimension) for need in found.needs]
    numbers = [need.replications for need in found.needs]
    return _bars(labels, numbers, words.say("axis.replications"), words.number)


def figure_places(area: Area, words: Language) -> Figure | None:
    """Beds of each type of place; None where there are none."""
    sites = [site for region in area.regions for site in region.sites]
    kinds = list(dict.fromkeys(site.setting for site in sites))
    if not kinds:
        return None
    beds = [sum(site.beds for site in sites if site.setting == kind) for kind in kinds]
    labels = [words.word("setting", kind) for kind in kinds]
    return _bars(labels, beds, words.say("axis.beds"), words.number)


def figure_payers(bill: Bill, words: Language) -> Figure | None:
    """Euros of a bill by who pays them; None where nobody pays anything."""
    return _amounts({words.word("payer", payer): cents for payer, cents in bill.by_payer.items()}, words)


def figure_subsidy(found: Subsidy, words: Language) -> Figure | None:
    """Euros of each organisation; None where no organisation gets any."""
    return _amounts({award.organisation.name: award.subsidy_cents for award in found.result.awards}, words)


def _amounts(cents: Mapping[str, int], words: Language) -> Figure | None:
    paid = {name: each / CENTS_PER_EURO for name, each in cents.items() if each}
    return _bars(list(paid), list(paid.values()), words.say("axis.euro"), words.amount) if paid else None


def _bars(labels: Sequence[str], numbers: Sequence[float], axis: str, show: Show) -> Figure:
    """A bar a label, without intervals."""
    bars = [Estimate(number, math.nan, math.nan) for number in numbers]
    return grouped(labels, [("", bars)], axis, show)


def figure_grid(kpi: str, found: pd.DataFrame, words: Language) -> Figure:
    """Differences over a grid: the first factor along the axis, a line a combination of the others.

    `found` has base, alt, diff, low, high and unit; the factors are the levels of its index.
    """
    first, *others = map(str, found.index.names)
    levels = found.index.get_level_values(0)
    ticks = list(dict.fromkeys(levels))
    plain = all(isinstance(value, int | float) and not isinstance(value, bool) for value in ticks)
    unit = found["unit"].iloc[0]
    with mpl.rc_context(RC):
        figure, axes = frame(style.CURVE_ROWS)
        lines = found.groupby(level=others, sort=False) if others else [((), found)]
        for place, (point, rows) in enumerate(lines):
            colour = style.SERIES_COLOURS[(place + 1) % len(style.SERIES_COLOURS)]
            here = rows.index.get_level_values(0) if others else rows.index
            at = [float(value) if plain else ticks.index(value) for value in here]
            label = ", ".join(
                f"{path_name(path, words)} {_value(value, words)}"
                for path, value in zip(others, point, strict=True)
            )
            axes.plot(at, rows["diff"], marker="o", color=colour, label=label or words.kpi(kpi))
            if rows["low"].notna().all():
                axes.fill_between(
                    at, rows["low"], rows["high"], color=colour, alpha=style.BAND_ALPHA, linewidth=0
                )
        axes.axhline(0, color=style.INK, linewidth=1)
        axes.set_xlabel(path_name(first, words))
        axes.set_ylabel(words.kpi(kpi))
        if plain:
            whole = all(float(value).is_integer() for value in ticks)
            axes.xaxis.set_major_locator(MaxNLocator(style.AXIS_TICKS, integer=whole))
            axes.xaxis.set_major_formatter(lambda value, _: words.compact(value))
        else:
            axes.set_xticks(range(len(ticks)), [_value(value, words) for value in ticks])
        axes.yaxis.set_major_formatter(lambda value, _: change_text(value, unit, words))
        if others:
            legend(figure, axes)
    return figure


def _value(value: Any, words: Language) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return words.compact(value) if is_number else str(value)


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
