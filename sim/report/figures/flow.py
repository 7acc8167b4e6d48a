"""Figures of movement and spread: moves, occupancy by month, own payments, use of ceilings, unfunded care."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from functools import partial

import matplotlib as mpl
from babel.dates import format_date
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.ticker import MaxNLocator

from sim.measure.estimates import Estimate
from sim.report import style
from sim.report.figures.drawing import (
    RC,
    Axis,
    Drawing,
    bars,
    bars_by,
    compared,
    label,
    legend,
    ordered,
    titles,
)
from sim.report.language import Language
from sim.report.results import Result, RunView
from sim.schema import SETTINGS, UNFUNDED_REASONS, WITH_WLZ

DECEASED = "overleden"
EVERY = 100  # moves are told per so many people


def moves_of(run: RunView) -> dict[tuple[str, str], Estimate]:
    """Moves per 100 people in their last year, by setting left and setting reached; those that occur."""
    out = {}
    for start in SETTINGS:
        for to, found in run.kpis.along("moves", "to", **{"from": start}).items():
            if found.mean > 0:
                out[(start, to)] = found.scaled(EVERY)
    return out


def flows(run: RunView, words: Language) -> Drawing | None:
    """Moves between settings in the last year as bands from left to right, death the last of them."""
    moves = moves_of(run)
    if not moves:
        return None
    left = {s: sum(e.mean for (a, _), e in moves.items() if a == s) for s in SETTINGS}
    right = {s: sum(e.mean for (_, b), e in moves.items() if b == s) for s in (*SETTINGS, DECEASED)}
    left, right = ({k: v for k, v in side.items() if v} for side in (left, right))
    total = sum(left.values())
    gap = total * style.FLOW_GAP
    height = total + gap * (max(len(left), len(right)) - 1)
    tops = [_tops(side, height, gap) for side in (left, right)]
    next_left, next_right = dict(tops[0]), dict(tops[1])
    with mpl.rc_context({**RC, "axes.grid": False}):
        figure = Figure(figsize=(style.WIDTH_INCH, style.FLOW_INCH), layout="constrained")
        axes = figure.add_subplot()
        for start in left:
            for to in right:
                if (start, to) not in moves:
                    continue
                size = moves[(start, to)].mean
                _band(axes, next_left[start], next_right[to], size, style.SETTING_COLOURS[start])
                next_left[start] -= size
                next_right[to] -= size
        for x, side, top in ((0, left, tops[0]), (1, right, tops[1])):
            _nodes(axes, x, side, top, words)
        axes.set_xlim(-style.FLOW_SIDE, 1 + style.FLOW_SIDE)
        axes.set_ylim(-gap, height + gap * 2)
        axes.axis("off")
        for x, key, edge in ((0, "flow.from", "right"), (1, "flow.to", "left")):
            axes.text(x, height + gap, words.say(key), ha=edge, va="bottom", fontweight="bold")
    caption = words.say("figure.flow.caption", title=run.title(words))
    told = [
        words.say(
            "flow.told",
            start=words.word("setting", a),
            to=words.word("setting", b),
            number=words.number(e.mean, style.DAY_DIGITS),
        )
        for (a, b), e in sorted(moves.items(), key=lambda pair: -pair[1].mean)
    ]
    return Drawing("fig-flow", figure, caption, f"{caption} {'; '.join(told)}.")


def _tops(side: Mapping[str, float], height: float, gap: float) -> dict[str, float]:
    """Upper edge of each node, the whole side in the middle of the height."""
    used = sum(side.values()) + gap * (len(side) - 1)
    at, out = height - (height - used) / 2, {}
    for name, size in side.items():
        out[name] = at
        at -= size + gap
    return out


def _band(axes: Axes, left: float, right: float, size: float, colour: str) -> None:
    low, high = style.FLOW_NODE, 1 - style.FLOW_NODE
    points = [
        (low, left),
        (0.5, left),
        (0.5, right),
        (high, right),
        (high, right - size),
        (0.5, right - size),
        (0.5, left - size),
        (low, left - size),
        (low, left),
    ]
    curve, line = (Outline.CURVE4, Outline.CURVE4, Outline.CURVE4), Outline.LINETO
    codes = [Outline.MOVETO, *curve, line, *curve, Outline.CLOSEPOLY]
    patch = PathPatch(Outline(points, codes), facecolor=colour, alpha=style.FLOW_ALPHA, edgecolor="none")
    axes.add_patch(patch)


def _nodes(axes: Axes, x: int, side: Mapping[str, float], tops: Mapping[str, float], words: Language) -> None:
    for name, size in side.items():
        start = x if x == 0 else x - style.FLOW_NODE
        colour = style.SETTING_COLOURS[name]
        axes.add_patch(
            Rectangle((start, tops[name] - size), style.FLOW_NODE, size, facecolor=colour, edgecolor="none")
        )
        told = f"{words.word('setting', name)} {words.number(size, style.DAY_DIGITS)}"
        drawn = {"ha": "left" if x else "right", "va": "center", "fontsize": style.VALUE_FONT}
        by = style.LABEL_PAD_POINTS if x else -style.LABEL_PAD_POINTS
        label(axes, told, (x, tops[name] - size / 2), (by, 0), **drawn)


def occupancy_by_month(result: Result, words: Language) -> Drawing | None:
    """Occupancy over the counted window, one panel a type of place, one line a run, with 95% bands."""
    found = [
        {s: run.kpis.along("occupancy_by_month", "month", setting=s) for s in SETTINGS} for run in result.runs
    ]
    kinds = [s for s in SETTINGS if any(each.mean for run in found for each in run[s].values())]
    if not kinds:
        return None
    rows = -(-len(kinds) // style.PANEL_COLUMNS)
    told = []
    with mpl.rc_context({**RC, "axes.grid.axis": "y"}):
        size = (style.WIDTH_INCH, style.FRAME_INCH + rows * style.PANEL_INCH)
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(rows, style.PANEL_COLUMNS, sharey=True, squeeze=False)
        top = max(e.mean for run in found for s in kinds for e in run[s].values())
        for axes, kind in zip(panels.flat, kinds, strict=False):
            months = sorted({month for run in found for month in run[kind]})
            for place, (name, run) in enumerate(zip(titles(result, words), found, strict=True)):
                band = place == 0 or len(result.runs) <= 2
                _line(axes, [run[kind].get(month) for month in months], place, name, band)
                rates = ((m, run[kind][m].mean) for m in months if m in run[kind])
                shown = "; ".join(f"{month_name(m, words)} {words.percent(rate, 0)}" for m, rate in rates)
                told.append(f"{name}, {words.word('setting', kind)}: {shown}.")
            axes.set_title(words.word("setting", kind))
            _months_axis(axes, months, words)
            axes.yaxis.set_major_locator(MaxNLocator(style.AXIS_TICKS))
            axes.yaxis.set_major_formatter(lambda v, _: words.percent(v, 0))
            axes.set_ylim(0, max(1, top) * style.PANEL_HEADROOM)
        for axes in panels.flat[len(kinds) :]:
            axes.axis("off")
        if len(result.runs) > 1:
            legend(figure, panels.flat[0])
    caption = words.say("figure.month.caption")
    return Drawing("fig-month", figure, caption, f"{caption} {' '.join(told)}")


def _line(axes: Axes, values: Sequence[Estimate | None], place: int, name: str, band: bool) -> None:
    colour = style.SERIES_COLOURS[place % len(style.SERIES_COLOURS)]
    at = range(len(values))
    axes.plot(
        at,
        [math.nan if e is None else e.mean for e in values],
        color=colour,
        marker=style.SERIES_MARKERS[place % len(style.SERIES_MARKERS)],
        markersize=style.SMALL_MARKER,
        linestyle=style.SERIES_LINES[place % len(style.SERIES_LINES)],
        linewidth=style.LINE_WIDTH,
        label=name,
    )
    edges = [(e.low, e.high) if e is not None and e.has_interval else (math.nan, math.nan) for e in values]
    if band and any(low == low for low, _ in edges):
        low, high = zip(*edges, strict=True)
        axes.fill_between(at, low, high, color=colour, alpha=style.BAND_ALPHA, linewidth=0)


def _months_axis(axes: Axes, months: Sequence[str], words: Language) -> None:
    step = -(-len(months) // style.MONTH_LABELS)
    shown = list(range(0, len(months), step))
    form = "LLL" if len({month.partition("-")[0] for month in months}) == 1 else "LLL yy"
    axes.set_xticks(shown, [month_name(months[i], words, form) for i in shown])


def month_name(month: str, words: Language, form: str = "LLL yyyy") -> str:
    """A month `YYYY-MM` in words, by a pattern of Unicode's CLDR."""
    return str(format_date(dt.date.fromisoformat(f"{month}-01"), form, locale=words.code)).rstrip(".")


def payment_spread(run: RunView, words: Language) -> Drawing | None:
    """How own payments are spread over patients: quantiles of everyone, with and without Wlz care."""
    everyone = run.kpis.along("patient_payment_quantile", "level")
    if not everyone:
        return None
    levels = sorted(everyone, key=float)
    groups = [(words.say("person.all"), everyone)]
    for wlz in WITH_WLZ:
        found = run.kpis.along("patient_payment_quantile", "level", wlz=wlz)
        if found:
            groups.append((words.word("with_wlz", wlz), found))
    labels = [level_name(level, words) for level in levels]
    series = [(name, [found.get(level) for level in levels]) for name, found in groups]
    title = run.title(words)
    return bars("spread", Axis("euro_patient", words.euro), (labels, series), words, title=title)


def level_name(level: str, words: Language) -> str:
    """A quantile in words: half of the patients pay less, one in ten pays less."""
    if float(level) == 0.5:
        return words.say("level.half")
    return words.say("level.share", share=words.percent(float(level), 0))


def ceiling_use(result: Result, words: Language) -> Drawing | None:
    """Use of subsidies and ceilings as a share of what there is, one bar a run, the ceiling as a diamond."""
    found = [ceilings(run, words) for run in result.runs]
    labels = ordered(found, list(found[0]))
    if not labels:
        return None
    show = partial(words.percent, digits=0)
    series = compared(result, found, labels, words)
    full, mark = [1.0] * len(labels), words.say("figure.ceiling.mark")
    return bars("ceiling", Axis("ceiling", show), (labels, series), words, targets=full, mark=mark)


def ceilings(run: RunView, words: Language) -> dict[str, Estimate]:
    """Share of each ceiling and budget that a run uses, with the interval of the use: the room is fixed."""
    out = {}
    for kinds, room, used, word in (
        ("kind", "ceiling_room", "ceiling_used", "ceiling_kind"),
        ("line", "budget", "budget_used", "budget_line"),
    ):
        there, taken = run.kpis.along(room, kinds), run.kpis.along(used, kinds)
        for key in taken:
            if key in there and there[key].mean > 0:
                out[words.word(word, key)] = taken[key].scaled(1 / there[key].mean)
    return out


def unfunded_care(result: Result, words: Language) -> Drawing | None:
    """Care that nobody may bill, by reason, one bar a run, with 95% intervals."""
    return bars_by(result, "unfunded", "reason", Axis("euro", words.euro), words, UNFUNDED_REASONS)
