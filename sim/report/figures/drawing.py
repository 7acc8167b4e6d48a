"""How figures are drawn: frames, axes, legends, grouped bars, and the words that tell what is shown."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.measure.estimates import Estimate, Ranged
from sim.report import style
from sim.report.language import Language
from sim.report.results import Result

Show = Callable[[float], str]
with resources.as_file(resources.files("sim.report") / "templates" / "palsim.mplstyle") as _settings:
    RC = mpl.rc_params_from_file(_settings, use_default_template=False)
RC |= dict.fromkeys(("axes.labelcolor", "xtick.color", "ytick.color", "xtick.labelcolor"), style.INK)
RC |= dict.fromkeys(("hatch.color", "figure.facecolor", "savefig.facecolor"), style.PAPER)
RC |= {"axes.edgecolor": style.MUTED, "grid.color": style.GRID}


@dataclass(frozen=True)
class Drawing:
    """One figure with its words."""

    id: str  # unique on the page
    figure: Figure
    caption: str  # what it shows
    alt: str  # the same in full for who cannot see it

    def svg(self) -> str:
        """Inline SVG with unique ids, without a date, with title and description for screen readers."""
        with mpl.rc_context(RC):
            buffer = io.StringIO()
            layout = self.figure.get_layout_engine()
            if layout is not None:
                layout.execute(self.figure)
                self.figure.set_layout_engine(None)  # "none" would have the figure drawn once more
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
        return f'{head}{label}>\n<title id="{self.id}-alt">{escape(self.alt, quote=False)}</title>{body}'


def wrapped(text: str) -> str:
    """A label broken over lines; never empty."""
    return "\n".join(textwrap.wrap(text, style.WRAP_CHARACTERS)) or " "


def frame(rows: float) -> tuple[Figure, Axes]:
    """A figure as high as its rows need, in inches, with one pair of axes."""
    height = style.FRAME_INCH + style.ROW_INCH * rows
    figure = Figure(figsize=(style.WIDTH_INCH, height), layout="constrained")
    return figure, figure.add_subplot()


def label(axes: Axes, text: str, at: tuple[float, float], by: tuple[float, float], **drawn: Any) -> None:
    """A text so many points from a place."""
    axes.annotate(text, at, xytext=by, textcoords="offset points", **drawn)


def rows_axis(axes: Axes, labels: Sequence[str]) -> None:
    """Labels along the left side, the first on top; each line of a broken label ends at the axis."""
    lines = [wrapped(label).split("\n") for label in labels]
    axes.set_yticks(range(len(labels)), [each[0] if len(each) == 1 else "" for each in lines])
    axes.set_ylim(len(labels) - 0.5, -0.5)
    for row, broken in enumerate(lines):
        for place, line in enumerate(broken if len(broken) > 1 else ()):
            by = (-style.TICK_PAD_POINTS, -(place - (len(broken) - 1) / 2) * style.LINE_POINTS)
            label(axes, line, (0, row), by, xycoords=axes.get_yaxis_transform(), ha="right", va="center")


def value_axis(axes: Axes, name: str, show: Show, ticks: int = style.AXIS_TICKS) -> None:
    """Values along the bottom, written by `show`."""
    axes.xaxis.set_major_locator(MaxNLocator(ticks, steps=style.TICK_STEPS))
    axes.xaxis.set_major_formatter(lambda value, _position: show(value))
    axes.set_xlabel(name)


def money_axis(axes: Axes, kind: str, words: Language) -> None:
    """Euros along the axis: in millions when it spans more than some of them, in whole euros below."""
    low, high = axes.get_xlim()
    signed = bool(kind)
    widest = max(abs(low), abs(high))
    if widest < style.TEN_MILLION / 2:
        ticks = style.AXIS_TICKS if widest < style.MILLION else style.FEW_TICKS  # which are long
        value_axis(axes, words.say(f"axis.euro{kind}"), lambda v: words.euro(v, signed=signed), ticks)
        return
    name = words.say(f"axis.million{kind}")
    value_axis(axes, name, lambda v: words.euro(v / style.MILLION, signed=signed))


def legend(figure: Figure, axes: Axes) -> None:
    """A legend above the axes, in as many columns as its names leave room for; the figure grows with it."""
    handles, labels = axes.get_legend_handles_labels()
    lines = ["\n".join(textwrap.wrap(label, style.LEGEND_CHARACTERS)) for label in labels]
    if sum(len(label) for label in labels) <= style.LEGEND_CHARACTERS:
        columns = len(labels)
    else:
        columns = style.LEGEND_COLUMNS if max(map(len, labels)) <= style.SHORT_LABEL else 1
    figure.legend(handles, lines, loc="outside upper left", ncols=columns)
    rows = -(-sum(label.count("\n") + 1 for label in lines) // columns)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + rows * style.LEGEND_INCH)


def value_text(
    axes: Axes, end: float | None, row: float, text: str, pad: float = style.LABEL_PAD_POINTS
) -> None:
    """The value beside the end of a bar, `pad` points from it; right of the axes where `end` is None."""
    place = ("data", end) if end is not None else (axes.get_yaxis_transform(), 1)
    drawn: dict[str, Any] = {"va": "center", "ha": "left", "color": style.INK, "fontsize": style.VALUE_FONT}
    drawn["bbox"] = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.5}  # over lines behind it
    label(axes, text, (place[1], row), (pad, 0), xycoords=place[0], **drawn)


def interval(axes: Axes, found: Ranged, row: float, at: float | None = None, **drawn: Any) -> None:
    """The interval of a number, around where it stands on its axis."""
    around: dict[str, Any] = {"xerr": [[max(found.mean - found.low, 0)], [max(found.high - found.mean, 0)]]}
    ends = {"color": style.INK, "capsize": style.CAP_SIZE, "linewidth": style.LINE_WIDTH}
    axes.errorbar(found.mean if at is None else at, row, **around | ends | drawn)


def grouped(
    labels: Sequence[str],
    series: Series,
    axis: str,
    show: Show,
    targets: Sequence[float | None] = (),
    target_label: str = "",
    tick: Show | None = None,
) -> Figure:
    """Horizontal bars in groups, one bar a run, with 95% intervals and published values as diamonds."""
    with mpl.rc_context(RC):
        figure, axes = frame(len(labels) * (0.5 + 0.5 * len(series)))
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
                    interval(axes, e, row)
                mark = aims[place_row]
                past = end if mark is None else max(end, mark)
                pad = style.LABEL_PAD_POINTS + (style.TARGET_SIZE / 2 if past == mark else 0)
                value_text(axes, past, row, show(e.mean), pad)
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
        rows_axis(axes, labels)
        value_axis(axes, axis, tick or show)
        if len(series) > 1 or drawn:
            legend(figure, axes)
    return figure


def spoken(words: Language, labels: Sequence[str], series: Series, show: Show) -> str:
    """The numbers of a figure in sentences, one a series, with their intervals."""
    parts = []
    for name, values in series:
        told = []
        for label, found in zip(labels, values, strict=True):
            if found is None:
                continue
            span = words.interval(found, show)
            told.append(f"{label} {show(found.mean)}" + (f" ({span})" if span else ""))
        parts.append(f"{name}: {'; '.join(told)}.")
    return " ".join(parts)


Series = Sequence[tuple[str, Sequence[Estimate | None]]]


class Axis(NamedTuple):
    """What the height of bars is, how a number is written beside one, and a tick where that is otherwise."""

    word: str  # key of its words
    show: Show
    tick: Show | None = None


def bars(
    key: str,
    axis: Axis,
    shown: tuple[Sequence[str], Series],
    words: Language,
    targets: Sequence[float | None] = (),
    mark: str = "",
    **said: str,
) -> Drawing:
    """Labels and series as grouped bars, with the caption of a figure and the words of an axis by key."""
    labels, series = shown
    caption = words.say(f"figure.{key}.caption", **said)
    drawn = grouped(labels, series, words.say(f"axis.{axis.word}"), axis.show, targets, mark, axis.tick)
    return Drawing(f"fig-{key}", drawn, caption, f"{caption} {spoken(words, labels, series, axis.show)}")


def bars_by(
    result: Result, name: str, key: str, axis: Axis, words: Language, codes: Sequence[str] = ()
) -> Drawing | None:
    """A KPI by the codes of a dimension that are not 0 in every run, the largest first, one bar a run."""
    found = [run.kpis.along(name, key) for run in result.runs]
    keys = present(found, codes)
    if not keys:
        return None
    labels, figure = [words.word(key, k) for k in keys], name.partition("_")[0]
    return bars(figure, axis, (labels, compared(result, found, keys, words)), words)


def compared(
    result: Result, found: Sequence[Mapping[str, Estimate]], keys: Sequence[str], words: Language
) -> Series:
    """Numbers of all runs by key as series, a run each."""
    return [(t, [f.get(k) for k in keys]) for t, f in zip(titles(result, words), found, strict=True)]


def titles(result: Result, words: Language) -> list[str]:
    """Titles of all runs, the base first."""
    return [run.title(words) for run in result.runs]


def ordered(found: Sequence[Mapping[str, object]], first: Sequence[str]) -> list[str]:
    """Keys of several mappings: those of `first` in its order, then the others by name."""
    keys = {k for row in found for k in row}
    return [k for k in first if k in keys] + sorted(keys - set(first))


def present(found: Sequence[Mapping[str, Estimate]], first: Sequence[str] = ()) -> list[str]:
    """Keys that are not 0 in every run, the largest of the base first; of equal ones as in `first`."""
    keys = [k for k in ordered(found, first) if any(k in f and f[k].mean for f in found)]
    return sorted(keys, key=lambda k: -max(f[k].mean for f in found if k in f))
