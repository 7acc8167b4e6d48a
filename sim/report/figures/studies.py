"""Figures of studies in a notebook: a grid, the replications of an advice, the places of a region."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.later import pd
from sim.measure.estimates import Estimate
from sim.report import style
from sim.report.figures.change import change_text
from sim.report.figures.drawing import frame, grouped, legend
from sim.report.language import Language
from sim.report.sections.solved import path_name
from sim.scenario import Area
from sim.studies import Advice


def figure_needs(found: Advice, words: Language) -> Figure:
    """Replications that each KPI needs, a bar a KPI."""
    labels = [
        ", ".join([words.kpi(need.name), *(words.word(kind, code) for kind, code in need.dimension.items())])
        for need in found.needs
    ]
    bars = [Estimate(need.replications, math.nan, math.nan) for need in found.needs]
    return grouped(labels, [("", bars)], words.say("axis.replications"), words.number)


def figure_places(area: Area, words: Language) -> Figure | None:
    """Beds of each type of place; None where there are none."""
    sites = [site for region in area.regions for site in region.sites]
    kinds = list(dict.fromkeys(site.setting for site in sites))
    if not kinds:
        return None
    beds = [sum(site.beds for site in sites if site.setting == kind) for kind in kinds]
    bars = [Estimate(number, math.nan, math.nan) for number in beds]
    labels = [words.word("setting", kind) for kind in kinds]
    return grouped(labels, [("", bars)], words.say("axis.beds"), words.number)


def figure_grid(kpi: str, found: pd.DataFrame, words: Language) -> Figure:
    """Differences over a grid: the first factor along the axis, a line a combination of the others.

    Parameters
    ----------
    found : pandas.DataFrame
        base, alt, diff, low, high, unit; the factors are the levels of the index.
    """
    first, *others = map(str, found.index.names)
    levels = found.index.get_level_values(0)
    ticks = list(dict.fromkeys(levels))
    plain = all(isinstance(value, int | float) and not isinstance(value, bool) for value in ticks)
    unit = found["unit"].iloc[0]
    with mpl.rc_context(style.RC):
        figure, axes = frame(style.CURVE_ROWS)
        for place, (point, rows) in enumerate(_lines(found, others)):
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
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.compact(value)))
        else:
            axes.set_xticks(range(len(ticks)), [_value(value, words) for value in ticks])
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: change_text(value, unit, words)))
        if others:
            legend(figure, axes)
    return figure


def _lines(found: pd.DataFrame, others: Sequence[str]) -> Iterable[tuple[tuple[Any, ...], pd.DataFrame]]:
    """Rows of each combination of the factors but the first."""
    if not others:
        return [((), found)]
    return list(found.groupby(level=list(others), sort=False))


def _value(value: Any, words: Language) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return words.compact(value) if is_number else str(value)
