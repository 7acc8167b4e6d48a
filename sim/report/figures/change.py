"""Figures of a change: paired differences, what they are made of, what they owe to assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes

from sim.measure.estimates import Ranged
from sim.report import style
from sim.report.figures.drawing import (
    RC,
    Drawing,
    Show,
    frame,
    interval,
    legend,
    money_axis,
    ordered,
    rows_axis,
    value_axis,
    value_text,
)
from sim.report.language import Language
from sim.report.results import Alternative
from sim.report.rounding import Change, row_form, told_range
from sim.stats import Interval
from sim.studies.sensitivity.assumptions import Spread
from sim.studies.sensitivity.study import Sensitivity


def differences_by_payer(alternatives: Sequence[Alternative], words: Language) -> Drawing | None:
    """Paired difference in euros by payer, one marker an alternative; None where no payer's cost moves."""
    found = [a.along("cost", "payer", view="calendar") for a in alternatives]
    totals = [a.change("cost", view="calendar") for a in alternatives]
    moved = {k for each in found for k, change in each.items() if Change(change.found).verdict != "same"}
    keys = [k for k in ordered(found, ()) if k in moved]
    if not keys or not any(totals):
        return None
    keys.sort(key=lambda k: -max(f[k].found.base for f in found if k in f))
    labels = [words.say("total"), *(words.word("payer", k) for k in keys)]
    series = [
        (a.run.title(words), [total, *(parts.get(k) for k in keys)])
        for a, parts, total in zip(alternatives, found, totals, strict=True)
    ]
    return differences("fig-difference", words.say("figure.difference.caption"), labels, series, words)


def differences(
    id: str,
    caption: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[Change | None]]],
    words: Language,
) -> Drawing:
    """Paired differences in euros with 95% intervals, one marker a series on every row, each with its label.

    An amount has no more digits than what it owes to the assumptions leaves. A filled marker points one way,
    over the assumptions too; an open marker has no sign that holds.
    """
    told = []
    banded = False
    with mpl.rc_context(RC):
        alone = len(series) == 1
        low = alone and max(map(len, labels), default=0) <= style.WRAP_CHARACTERS
        figure, axes = frame(len(labels) * (style.LOW_ROW if low else 0.5 + 0.5 * len(series)))
        step = style.GROUP_HEIGHT / len(series)
        for place, (name, rows) in enumerate(series):
            colour = style.SERIES_COLOURS[(place + 1) % len(style.SERIES_COLOURS)]
            marker = style.SERIES_MARKERS[place % len(style.SERIES_MARKERS)]
            offset = (place - (len(series) - 1) / 2) * step
            spoken = []
            for row, (label, change) in enumerate(zip(labels, rows, strict=True)):
                if change is None:
                    continue
                if change.ends is not None:
                    _band(axes, change.ends, row + offset, step * style.BAR_HEIGHT, colour)
                    banded = True
                _difference_mark(axes, change, row + offset, colour, marker)
                form = row_form("eur", (), (change,), words).change(change)
                nil = change.found.mean and not change.moved
                amount = words.say("about_nil") if nil else form.whole(change.found.mean, signed=True)
                value_text(axes, None, row + offset, amount)
                spoken.append(f"{label} {_with_interval(change.found, words, change.spread)}")
            axes.plot([], [], color=colour, marker=marker, label=name)
            told.append(f"{name}: {'; '.join(spoken)}.")
        axes.use_sticky_edges = False  # so that a band does not end at the edge
        axes.axvline(0, color=style.INK, linewidth=style.LINE_WIDTH)
        rows_axis(axes, labels)
        money_axis(axes, "_difference", words)
        if not alone:
            legend(figure, axes)
    if banded:
        caption = f"{caption} {words.say('figure.difference.band')}"
    return Drawing(id, figure, caption, f"{caption} {' '.join(told)}")


def _band(axes: Axes, ends: tuple[float, float], row: float, height: float, colour: str) -> None:
    """A range behind a mark."""
    low, high = ends
    axes.barh(row, high - low, height, left=low, color=colour, alpha=style.BAND_ALPHA, linewidth=0)


def _difference_mark(axes: Axes, change: Change, row: float, colour: str, marker: str) -> None:
    found, clear = change.found, change.verdict in ("sure", "chance")
    marked: dict[str, Any] = {"color": colour, "marker": marker, "markersize": style.MARKER_SIZE}
    marked |= {"markerfacecolor": colour if clear else style.PAPER}
    interval(axes, found, row, **marked | ({} if found.has_interval else {"xerr": None}))


def _with_interval(found: Ranged, words: Language, spread: Spread | None = None) -> str:
    amount, interval = told_range(found, "eur", words, signed=True, spread=spread)
    return f"{amount} ({interval})" if interval else amount


def waterfall(alternative: Alternative, words: Language) -> Drawing | None:
    """The difference in cost from the shares of the changes, a bar each; None where not taken apart."""
    found = alternative.decomposition
    if found is None:
        return None
    steps = [(words.path(term.change.name), term.share) for term in found.terms]
    caption = words.say("figure.waterfall.caption", title=alternative.run.title(words))
    total = words.say("decomposition.total")
    return _waterfall(f"fig-waterfall-{alternative.run.name}", caption, steps, (total, found.total), words)


def waterfall_by_module(alternative: Alternative, words: Language) -> Drawing | None:
    """The difference in cost from the parts of the cost, largest first; None where no part differs."""
    total = alternative.differences.get("cost", view="calendar")
    parts = alternative.differences.along("cost", "module", view="calendar")
    moved = sorted((k for k, d in parts.items() if d.difference), key=lambda k: -abs(parts[k].difference))
    if total is None or not moved:
        return None
    steps = [(words.word("module", k), parts[k]) for k in moved]
    caption = words.say("figure.waterfall_module.caption", title=alternative.run.title(words))
    last = (words.say("decomposition.total"), total)
    return _waterfall(f"fig-modules-{alternative.run.name}", caption, steps, last, words)


def _waterfall(
    id: str, caption: str, steps: Sequence[tuple[str, Ranged]], total: tuple[str, Ranged], words: Language
) -> Drawing:
    """Steps that begin where the one before ended, and the total from 0; each with its own interval."""
    bars = [*steps, total]
    starts = [0.0]
    for _, step in steps:
        starts.append(starts[-1] + step.mean)
    starts[-1] = 0.0
    told = []
    with mpl.rc_context(RC):
        figure, axes = frame(len(bars))
        for row, ((label, step), start) in enumerate(zip(bars, starts, strict=True)):
            total_bar = row == len(steps)
            colour = style.SERIES_COLOURS[0 if total_bar else 1 if step.mean >= 0 else 2]
            axes.barh(row, step.mean, style.BAR_HEIGHT, left=start, color=colour)
            end = start + step.mean
            if row < len(steps) - 1:
                axes.plot([end, end], [row, row + 1], color=style.MUTED, linewidth=style.THIN_LINE)
            edge = max(end, start)
            if step.low == step.low:
                interval(axes, step, row, end)
                edge = max(edge, start + step.high)
            value_text(axes, edge, row, told_range(step, "eur", words, signed=True)[0])
            told.append(f"{label} {_with_interval(step, words)}")
        axes.axvline(0, color=style.INK, linewidth=style.LINE_WIDTH)
        axes.margins(x=style.SIDE_MARGIN)
        rows_axis(axes, [label for label, _ in bars])
        money_axis(axes, "_difference", words)
    return Drawing(id, figure, caption, f"{caption} {'; '.join(told)}.")


def tornado(found: Sensitivity, words: Language) -> Drawing | None:
    """What an answer owes to the parameters with a range, the most important on top; None where to none.

    A tornado shows the answer at both ends of a range less the answer at the middle, with intervals; the
    other methods one bar of importance a parameter.
    """
    moved = [each for each in found.influences if each.weight > 0][: style.TORNADO_BARS]
    if not moved:
        return None
    labels = [words.path(each.parameter.path) for each in moved]
    ends, sobol = found.method == "tornado", found.method == "sobol"
    show = (lambda value: change_text(value, found.unit, words)) if ends else _index(words)
    told = []
    with mpl.rc_context(RC):
        figure, axes = frame(len(moved))
        for row, (label, each) in enumerate(zip(labels, moved, strict=True)):
            low, high = words.compact(each.parameter.low), words.compact(each.parameter.high)
            if ends:
                for end, colour, key in ((each.low, 2, "tornado.low"), (each.high, 1, "tornado.high")):
                    _bar(axes, row, end, style.SERIES_COLOURS[colour], words.say(key) if not row else "")
                at_low, at_high = show(each.low.mean), show(each.high.mean)
                told.append(
                    words.say("tornado.told", name=label, low=low, at_low=at_low, high=high, at_high=at_high)
                )
            else:
                bar = each.effect._replace(mean=each.weight) if sobol else each.effect
                _bar(axes, row, bar, style.ACCENT, words.say(f"axis.{found.method}") if not row else "")
                told.append(f"{label}: {index_text(bar, words)}")
                if sobol:
                    first = words.say("axis.sobol_first")  # below the middle of its bar
                    size: dict[str, Any] = {
                        "markersize": style.SMALL_MARKER,
                        "linewidth": style.THIN_LINE,
                        "capsize": None,
                    }
                    marked = {"marker": style.SERIES_MARKERS[2], "label": None if row else first, **size}
                    interval(axes, each.low, row + style.BAR_HEIGHT * style.END_OFFSET, **marked)
                    told[-1] += f", {first} {index_text(each.low, words)}"
        axes.axvline(0, color=style.INK, linewidth=style.LINE_WIDTH)
        axes.margins(x=style.SIDE_MARGIN)
        rows_axis(axes, labels)
        if ends and found.unit == "eur":
            money_axis(axes, "_difference", words)
        else:
            value_axis(axes, words.say("axis.difference" if ends else f"axis.{found.method}"), show)
        if ends or sobol:
            legend(figure, axes)
    caption = words.say(f"figure.{found.method}.caption", answer=answer_name(found, words))
    return Drawing(f"fig-{found.method}-{found.kpi}", figure, caption, f"{caption} {'; '.join(told)}.")


def _bar(axes: Axes, row: int, found: Interval, colour: str, label: str) -> None:
    axes.barh(row, found.mean, style.BAR_HEIGHT, color=colour, label=label or None)
    if found.low == found.low and found.low != found.high:
        beside = style.BAR_HEIGHT * style.END_OFFSET
        interval(axes, found, row + (beside if found.mean >= 0 else -beside), linewidth=style.THIN_LINE)


def index_text(found: Interval, words: Language) -> str:
    """An index or a correlation, with its interval where it has one."""
    show = _index(words)
    span = words.interval(found, show)
    return f"{show(found.mean)} ({span})" if span else show(found.mean)


def _index(words: Language) -> Show:
    return partial(words.number, digits=style.TABLE_DIGITS)


def change_text(value: float, unit: str, words: Language) -> str:
    """A difference in the form of its unit: euros, percentage points, or a plain number."""
    if unit == "eur":
        return words.amount(value, True)
    if unit == "share":
        return words.points(value, style.POINT_DIGITS)
    return words.signed(value, style.TABLE_DIGITS)


def answer_name(found: Sensitivity, words: Language) -> str:
    """The KPI that a sensitivity analysis asks for, in words, with its dimension."""
    name = words.kpi(found.kpi, short=True)
    parts = [words.word(kind, word) for kind, word in sorted(found.dimension.items()) if kind != "view"]
    whole = f"{name} ({', '.join(parts)})" if parts else name
    return whole if found.against is None else words.say("sensitivity.difference", answer=whole)
