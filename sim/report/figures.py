"""Figures as functions on results, shared by report, notebook and web page.

Every function returns a `Drawing`: a matplotlib figure, its caption and a text that says in words
what the figure shows; or None where the results hold nothing to draw.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report import style
from sim.report.answers import direction
from sim.report.language import Language
from sim.report.results import Alternative, Difference, Estimate, Result, RunView
from sim.schema import LAWS

Show = Callable[[float], str]


@dataclass(frozen=True)
class Drawing:
    """One figure with its words.

    Parameters
    ----------
    id : str
        Unique on the page.
    figure : Figure
    caption, alt : str
        What it shows, and the same in full for who cannot see it.
    """

    id: str
    figure: Figure
    caption: str
    alt: str

    def svg(self) -> str:
        """Inline SVG with unique ids, without a date, with title and description for screen readers."""
        with mpl.rc_context(style.RC):
            buffer = io.StringIO()
            self.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        text = buffer.getvalue()
        text = text[text.index("<svg") :]
        text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
        text = re.sub(r'\bid="([^"]+)"', rf'id="{self.id}-\1"', text)
        text = re.sub(r'(xlink:href|href)="#([^"]+)"', rf'\1="#{self.id}-\2"', text)
        text = re.sub(r"url\(#([^)]+)\)", rf"url(#{self.id}-\1)", text)
        head, _, body = text.partition(">")
        head = re.sub(r'\s(width|height)="[^"]*"', "", head)
        label = f' role="img" aria-labelledby="{self.id}-alt"'
        return f'{head}{label}>\n<title id="{self.id}-alt">{_escape(self.alt)}</title>{body}'


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, style.WRAP_CHARACTERS)) or " "


def _frame(rows: float) -> tuple[Figure, Axes]:
    height = style.FRAME_INCH + style.ROW_INCH * rows
    figure = Figure(figsize=(style.WIDTH_INCH, height), layout="constrained")
    return figure, figure.add_subplot()


def _rows_axis(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), [_wrapped(label) for label in labels])
    axes.set_ylim(len(labels) - 0.5, -0.5)


def _value_axis(axes: Axes, label: str, show: Show) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(style.AXIS_TICKS))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _position: show(value)))
    axes.set_xlabel(label)


def _money_axis(axes: Axes, kind: str, words: Language) -> None:
    """Euros along the axis: in millions when it spans more than some of them, in whole euros below."""
    low, high = axes.get_xlim()
    signed = bool(kind)
    if max(abs(low), abs(high)) < style.TEN_MILLION / 2:
        _value_axis(axes, words.say(f"axis.euro{kind}"), lambda v: words.euro(v, signed=signed))
        return
    label = words.say(f"axis.million{kind}")
    _value_axis(axes, label, lambda v: words.euro(v / style.MILLION, signed=signed))


def _legend(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    wrapped = ["\n".join(textwrap.wrap(label, style.LEGEND_CHARACTERS)) for label in labels]
    if sum(len(label) for label in labels) <= style.LEGEND_CHARACTERS:
        columns = len(labels)
    else:
        columns = style.LEGEND_COLUMNS if max(map(len, labels)) <= style.SHORT_LABEL else 1
    figure.legend(handles, wrapped, loc="outside upper left", ncols=columns)
    lines = -(-sum(label.count("\n") + 1 for label in wrapped) // columns)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + lines * style.LEGEND_INCH)


def _value_text(axes: Axes, end: float, row: float, text: str, pad: float = style.LABEL_PAD_POINTS) -> None:
    axes.annotate(
        text,
        (end, row),
        xytext=(pad, 0),
        textcoords="offset points",
        va="center",
        ha="left",
        color=style.INK,
        fontsize=style.VALUE_FONT,
    )


def _grouped(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[Estimate | None]]],
    axis: str,
    show: Show,
    targets: Sequence[float | None] = (),
    target_label: str = "",
    tick: Show | None = None,
) -> Figure:
    """Horizontal bars in groups, one bar a run, with 95% intervals and published values as diamonds."""
    with mpl.rc_context(style.RC):
        figure, axes = _frame(len(labels) * (0.5 + 0.5 * len(series)))
        step = style.GROUP_HEIGHT / len(series)
        aims = list(targets) or [None] * len(labels)
        widest = 0.0
        for place, (name, values) in enumerate(series):
            colour = style.SERIES_COLOURS[place % len(style.SERIES_COLOURS)]
            offset = (place - (len(series) - 1) / 2) * step
            shown = [(row, e) for row, e in enumerate(values) if e is not None]
            rows = [row + offset for row, _ in shown]
            means = [e.mean for _, e in shown]
            axes.barh(rows, means, step * style.BAR_SHARE, color=colour, label=name)
            for (place_row, e), row in zip(shown, rows, strict=True):
                end = max(e.mean, e.high) if e.has_interval else e.mean
                if e.has_interval:
                    axes.errorbar(
                        e.mean,
                        row,
                        xerr=[[max(e.mean - e.low, 0)], [max(e.high - e.mean, 0)]],
                        color=style.INK,
                        capsize=style.CAP_SIZE,
                        linewidth=style.LINE_WIDTH,
                    )
                mark = aims[place_row]
                past = end if mark is None else max(end, mark)
                pad = style.LABEL_PAD_POINTS + (style.TARGET_SIZE / 2 if past == mark else 0)
                _value_text(axes, past, row, show(e.mean), pad)
                widest = max(widest, past)
        drawn = [(row, t) for row, t in enumerate(aims) if t is not None]
        if drawn:
            axes.plot(
                [t for _, t in drawn],
                [row for row, _ in drawn],
                linestyle="",
                marker="D",
                markersize=style.TARGET_SIZE,
                markerfacecolor=style.PAPER,
                markeredgecolor=style.INK,
                markeredgewidth=style.LINE_WIDTH,
                label=target_label,
            )
            widest = max(widest, *(t for _, t in drawn))
        axes.set_xlim(0, widest * style.AXIS_HEADROOM or 1)
        _rows_axis(axes, labels)
        _value_axis(axes, axis, tick or show)
        if len(series) > 1 or drawn:
            _legend(figure, axes)
    return figure


def _spoken(
    words: Language,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[Estimate | None]]],
    show: Show,
) -> str:
    parts = []
    for name, values in series:
        told = []
        for label, found in zip(labels, values, strict=True):
            if found is None:
                continue
            text = f"{label} {show(found.mean)}"
            if found.has_interval:
                text += f" ({words.say('interval.short', low=show(found.low), high=show(found.high))})"
            told.append(text)
        parts.append(f"{name}: {'; '.join(told)}.")
    return " ".join(parts)


def _titles(result: Result, words: Language) -> list[str]:
    return [run.text("title", words.code) for run in result.runs]


def _ordered(found: Sequence[Mapping[str, object]], first: Sequence[str]) -> list[str]:
    keys = {k for row in found for k in row}
    return [k for k in first if k in keys] + sorted(keys - set(first))


def _present(found: Sequence[Mapping[str, Estimate]]) -> list[str]:
    """Keys that are not 0 in every run, the largest of the base first."""
    keys = [k for k in _ordered(found, ()) if any(k in f and f[k].mean for f in found)]
    return sorted(keys, key=lambda k: -max(f[k].mean for f in found if k in f))


def costs_by_payer(run: RunView, words: Language) -> Drawing | None:
    """Euros of the counted window by payer, each bar split by law.

    Parameters
    ----------
    run : RunView
    words : Language

    Returns
    -------
    Drawing or None
    """
    payers = {k: e for k, e in run.kpis.along("cost", "payer", view="calendar").items() if e.mean > 0}
    if not payers:
        return None
    order = sorted(payers, key=lambda k: -payers[k].mean)
    names = [words.word("payer", p) for p in order]
    told = []
    with mpl.rc_context(style.RC):
        figure, axes = _frame(len(order))
        left = dict.fromkeys(order, 0.0)
        for law in LAWS:
            cells = [run.kpis.get("cost", view="calendar", law=law, payer=p) for p in order]
            values = [0.0 if c is None else c.mean for c in cells]
            if not any(values):
                continue
            axes.barh(
                range(len(order)),
                values,
                style.BAR_HEIGHT,
                left=[left[p] for p in order],
                color=style.LAW_COLOURS[law],
                hatch=style.LAW_HATCHES[law],
                edgecolor=style.PAPER,
                linewidth=style.THIN_LINE,
                label=words.word("law", law),
            )
            for p, value in zip(order, values, strict=True):
                left[p] += value
                if value:
                    told.append(f"{words.word('payer', p)}, {words.word('law', law)}: {words.amount(value)}")
        for row, p in enumerate(order):
            found = payers[p]
            if found.has_interval:
                axes.errorbar(
                    found.mean,
                    row,
                    xerr=[[max(found.mean - found.low, 0)], [max(found.high - found.mean, 0)]],
                    color=style.INK,
                    capsize=style.CAP_SIZE,
                    linewidth=style.LINE_WIDTH,
                )
            end = found.high if found.has_interval else found.mean
            _value_text(axes, end, row, words.amount(payers[p].mean))
        widest = max(e.high if e.has_interval else e.mean for e in payers.values())
        axes.set_xlim(0, widest * style.AXIS_HEADROOM)
        _rows_axis(axes, names)
        _money_axis(axes, "", words)
        _legend(figure, axes)
    caption = words.say("figure.payer.caption")
    return Drawing("fig-payer", figure, caption, f"{caption} {'; '.join(told)}.")


def place_of_death(
    result: Result, words: Language, published: Mapping[str, float] | None = None
) -> Drawing | None:
    """Share of deaths by place, one bar a run, published shares as diamonds.

    Parameters
    ----------
    result : Result
    words : Language
    published : mapping of setting to share, optional

    Returns
    -------
    Drawing or None
    """
    found = [run.kpis.along("place_of_death", "setting") for run in result.runs]
    keys = _present(found)
    if not keys:
        return None
    labels = [words.word("setting", k) for k in keys]
    series = [(t, [f.get(k) for k in keys]) for t, f in zip(_titles(result, words), found, strict=True)]
    targets = [None if published is None else published.get(k) for k in keys]
    caption = words.say("figure.place.caption")
    alt = f"{caption} {_spoken(words, labels, series, words.percent)}"
    known = [f"{n} {words.percent(t)}" for n, t in zip(labels, targets, strict=True) if t is not None]
    if known:
        alt += " " + words.say("figure.published_alt", values="; ".join(known))
    figure = _grouped(
        labels,
        series,
        words.say("axis.deaths"),
        words.percent,
        targets,
        words.say("figure.published"),
        lambda v: words.percent(v, 0),
    )
    return Drawing("fig-place", figure, caption, alt)


def patient_payments(result: Result, words: Language) -> Drawing | None:
    """What a patient pays in the last year: mean, median, 90th and 99th percentile.

    Parameters
    ----------
    result : Result
    words : Language

    Returns
    -------
    Drawing or None
    """
    names = ("mean", "median", "p90", "p99")
    labels = [words.say(f"payment.{n}") for n in names]
    found = [[run.kpis.get(f"patient_payment_{n}") for n in names] for run in result.runs]
    if not any(found[0]):
        return None
    series = list(zip(_titles(result, words), found, strict=True))
    caption = words.say("figure.payment.caption")
    figure = _grouped(labels, series, words.say("axis.euro_patient"), words.euro)
    return Drawing("fig-payment", figure, caption, f"{caption} {_spoken(words, labels, series, words.euro)}")


def payments_by_kind(result: Result, words: Language) -> Drawing | None:
    """Mean own payment with and without Wlz care and by income group.

    Parameters
    ----------
    result : Result
    words : Language

    Returns
    -------
    Drawing or None
    """
    laws = [run.kpis.along("patient_payment_mean", "law") for run in result.runs]
    incomes = [run.kpis.along("patient_payment_mean", "income") for run in result.runs]
    law_keys = _ordered(laws, ("Zvw", "Wlz"))
    income_keys = _ordered(incomes, ("laag", "midden", "hoog"))
    labels = [words.word("care_law", k) for k in law_keys] + [words.word("income", k) for k in income_keys]
    if not labels:
        return None
    series = [
        (title, [law.get(k) for k in law_keys] + [income.get(k) for k in income_keys])
        for title, law, income in zip(_titles(result, words), laws, incomes, strict=True)
    ]
    caption = words.say("figure.kind.caption")
    figure = _grouped(labels, series, words.say("axis.euro_patient"), words.euro)
    return Drawing("fig-kind", figure, caption, f"{caption} {_spoken(words, labels, series, words.euro)}")


def days_by_setting(result: Result, words: Language) -> Drawing | None:
    """Days in each setting over the last 365 days of life.

    Parameters
    ----------
    result : Result
    words : Language

    Returns
    -------
    Drawing or None
    """
    found = [run.kpis.along("days_in_setting", "setting") for run in result.runs]
    keys = _present(found)
    if not keys:
        return None
    labels = [words.word("setting", k) for k in keys]
    series = [(t, [f.get(k) for k in keys]) for t, f in zip(_titles(result, words), found, strict=True)]

    def show(value: float) -> str:
        return words.number(value, style.DAY_DIGITS)

    caption = words.say("figure.days.caption")
    figure = _grouped(labels, series, words.say("axis.days"), show, tick=lambda v: words.number(v))
    return Drawing("fig-days", figure, caption, f"{caption} {_spoken(words, labels, series, show)}")


def occupancy_by_site(result: Result, words: Language) -> Drawing | None:
    """Occupancy of each site with places, one bar a run.

    Parameters
    ----------
    result : Result
    words : Language

    Returns
    -------
    Drawing or None
    """
    found = [run.kpis.along("occupancy", "site") for run in result.runs]
    if not found[0]:
        return None
    names = {str(s["id"]): str(s["name"]) for region in result.base.area["regions"] for s in region["sites"]}
    keys = _ordered(found, list(names))
    labels = [names.get(k, k) for k in keys]
    series = [(t, [f.get(k) for k in keys]) for t, f in zip(_titles(result, words), found, strict=True)]
    caption = words.say("figure.occupancy.caption")
    figure = _grouped(
        labels,
        series,
        words.say("axis.occupancy"),
        lambda v: words.percent(v, 0),
    )
    alt = f"{caption} {_spoken(words, labels, series, lambda v: words.percent(v, 0))}"
    return Drawing("fig-occupancy", figure, caption, alt)


def differences_by_payer(alternatives: Sequence[Alternative], words: Language) -> Drawing | None:
    """Paired difference in euros by payer with 95% intervals, one marker an alternative.

    Parameters
    ----------
    alternatives : sequence of Alternative
    words : Language

    Returns
    -------
    Drawing or None
        A filled marker points one way; an open marker's interval holds 0.
    """
    found = [a.differences.along("cost", "payer", view="calendar") for a in alternatives]
    totals = [a.differences.get("cost", view="calendar") for a in alternatives]
    keys = [k for k in _ordered(found, ()) if any(k in f and (f[k].base or f[k].alt) for f in found)]
    if not keys or not any(totals):
        return None
    keys.sort(key=lambda k: -max(f[k].base for f in found if k in f))
    labels = [words.say("total"), *(words.word("payer", k) for k in keys)]
    told = []
    with mpl.rc_context(style.RC):
        figure, axes = _frame(len(labels) * (0.5 + 0.5 * len(alternatives)))
        step = style.GROUP_HEIGHT / len(alternatives)
        for place, (alternative, parts, total) in enumerate(zip(alternatives, found, totals, strict=True)):
            name = alternative.run.text("title", words.code)
            colour = style.SERIES_COLOURS[(place + 1) % len(style.SERIES_COLOURS)]
            marker = style.SERIES_MARKERS[place % len(style.SERIES_MARKERS)]
            offset = (place - (len(alternatives) - 1) / 2) * step
            rows: list[Difference | None] = [total, *(parts.get(k) for k in keys)]
            spoken = []
            for row, (label, d) in enumerate(zip(labels, rows, strict=True)):
                if d is None:
                    continue
                _difference_mark(axes, d, row + offset, colour, marker, words)
                spoken.append(f"{label} {_difference_text(d, words)}")
            axes.plot([], [], color=colour, marker=marker, label=name)
            told.append(f"{name}: {'; '.join(spoken)}.")
        axes.axvline(0, color=style.INK, linewidth=style.LINE_WIDTH)
        axes.margins(x=style.SIDE_MARGIN)
        _rows_axis(axes, labels)
        _money_axis(axes, "_difference", words)
        _legend(figure, axes)
    caption = words.say("figure.difference.caption")
    return Drawing("fig-difference", figure, caption, f"{caption} {' '.join(told)}")


def _difference_mark(
    axes: Axes, found: Difference, row: float, colour: str, marker: str, words: Language
) -> None:
    middle = found.difference
    clear = direction(found) in ("up", "down")
    errors = None
    end = middle
    if found.has_interval:
        errors = [[max(middle - found.low, 0)], [max(found.high - middle, 0)]]
        end = found.high
    axes.errorbar(
        middle,
        row,
        xerr=errors,
        color=colour,
        marker=marker,
        markersize=style.MARKER_SIZE,
        markerfacecolor=colour if clear else style.PAPER,
        capsize=style.CAP_SIZE,
        linewidth=style.LINE_WIDTH,
    )
    _value_text(axes, end, row, words.amount(found.difference, True))


def _difference_text(found: Difference, words: Language) -> str:
    def show(value: float) -> str:
        return words.amount(value, True)

    text = show(found.difference)
    if found.has_interval:
        text += f" ({words.say('interval.short', low=show(found.low), high=show(found.high))})"
    return text


def figure_waterfall(alternative: Alternative, words: Language) -> Drawing | None:
    """The difference in cost built up from the shares of the changes, one bar a change, then the total.

    Parameters
    ----------
    alternative : Alternative
    words : Language

    Returns
    -------
    Drawing or None
        None where the difference was not taken apart.
    """
    found = alternative.decomposition
    if found is None:
        return None
    labels = [words.path(term.change.name) for term in found.terms] + [words.say("decomposition.total")]
    intervals = [*(term.share for term in found.terms), found.total]
    starts = [0.0]
    for term in found.terms:
        starts.append(starts[-1] + term.share.mean)
    starts[-1] = 0.0
    told = []
    with mpl.rc_context(style.RC):
        figure, axes = _frame(len(labels))
        for row, (label, start, interval) in enumerate(zip(labels, starts, intervals, strict=True)):
            total = row == len(found.terms)
            colour = style.INK if total else style.SERIES_COLOURS[1 if interval.mean >= 0 else 2]
            axes.barh(row, interval.mean, style.BAR_HEIGHT, left=start, color=colour)
            end = start + interval.mean
            if interval.low == interval.low:
                axes.errorbar(
                    end,
                    row,
                    xerr=[[max(interval.mean - interval.low, 0)], [max(interval.high - interval.mean, 0)]],
                    color=style.MUTED,
                    capsize=style.CAP_SIZE,
                    linewidth=style.LINE_WIDTH,
                )
                end = max(end, start + interval.high)
            _value_text(axes, max(end, start), row, words.amount(interval.mean, True))
            told.append(f"{label} {words.amount(interval.mean, True)}")
        axes.axvline(0, color=style.INK, linewidth=style.LINE_WIDTH)
        axes.margins(x=style.SIDE_MARGIN)
        _rows_axis(axes, labels)
        _money_axis(axes, "_difference", words)
    title = alternative.run.text("title", words.code)
    caption = words.say("figure.waterfall.caption", title=title)
    number = alternative.run.name
    return Drawing(f"fig-waterfall-{number}", figure, caption, f"{caption} {'; '.join(told)}.")
