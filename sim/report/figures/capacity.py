"""Figure of a capacity study: beds against the shares that its norms are about."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.report import style
from sim.report.figures.drawing import RC, Drawing, label
from sim.report.language import Language
from sim.studies.capacity.answer import Capacity, Point, TypeAnswer
from sim.studies.capacity.norms import WAIT, Norm


def norm_name(norm: Norm, words: Language) -> str:
    """What a norm is about, as a column is headed."""
    return words.say(f"capacity.norm_head.{norm.measure}", bound=days(norm.bound, words))


def days(number: float, words: Language) -> str:
    """A number of days with its noun."""
    digits = 0 if number == round(number) else style.DAY_DIGITS
    return words.say("capacity.number_days", n=words.number(number, digits))


def figure_curve(found: Capacity, kind: str, words: Language) -> Drawing:
    """Beds of a type that was sized against the share of requests that each norm is about."""
    answer = found.types[kind]
    panels = len(found.norms)
    with mpl.rc_context(RC):
        size = (style.WIDTH_INCH, style.PANEL_INCH * panels + style.FRAME_INCH)
        figure = Figure(figsize=size, layout="constrained")
        for place, norm in enumerate(found.norms):
            axes = figure.add_subplot(panels, 1, place + 1)
            _panel(axes, answer, norm, place, words)
        axes.set_xlabel(words.say("capacity.figure.beds"))
    name = words.word("capacity.kind", kind)
    caption = words.say(
        "capacity.figure.caption" if answer.smallest else "capacity.figure.caption_now", kind=name
    )
    return Drawing(
        f"fig-capacity-{kind}", figure, caption, f"{caption} {_spoken(found, answer.curve, words)}"
    )


def _panel(axes: Axes, answer: TypeAnswer, norm: Norm, place: int, words: Language) -> None:
    """The share that a norm is about over the numbers of beds, with its bound and the beds of now."""
    colour = style.SERIES_COLOURS[place % (len(style.SERIES_COLOURS) - 1) + 1]
    shares = [point.norms[norm.text] for point in answer.curve]
    means, lows, highs = ([getattr(share, end) for share in shares] for end in ("mean", "low", "high"))
    beds = [point.total for point in answer.curve]
    axes.fill_between(beds, lows, highs, color=colour, alpha=style.BAND_ALPHA, linewidth=0)
    marker = style.SERIES_MARKERS[place % len(style.SERIES_MARKERS)]
    marked: dict[str, Any] = {"marker": marker, "markersize": style.SMALL_MARKER, "clip_on": False}
    axes.plot(beds, means, color=colour, linewidth=style.LINE_WIDTH, **marked)
    bound = norm.share if norm.measure == WAIT else norm.bound
    axes.axhline(bound, color=style.INK, linestyle=":", linewidth=style.LINE_WIDTH)
    axes.axvline(answer.now.total, color=style.MUTED, linewidth=style.THIN_LINE)
    _marks(axes, answer.smallest, norm, answer.now.total, words)
    axes.set_title(norm_name(norm, words))
    axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    axes.xaxis.set_major_locator(MaxNLocator(style.AXIS_TICKS * 2, integer=True))
    axes.grid(visible=True, axis="y", color=style.GRID)
    axes.grid(visible=False, axis="x")
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, 0.0), min(high, 1.0))


def _marks(axes: Axes, smallest: Point | None, norm: Norm, now: int, words: Language) -> None:
    """The beds of now, and a ring at the smallest number that meets the norms."""
    drawn: dict[str, Any] = {"ha": "right", "va": "top", "color": style.MUTED}
    drawn |= {"fontsize": style.VALUE_FONT, "xycoords": axes.get_xaxis_transform()}
    by = (-style.LABEL_PAD_POINTS, -style.LABEL_PAD_POINTS)
    label(axes, words.say("capacity.figure.now"), (now, 1), by, **drawn)
    if smallest is None:
        return
    axes.plot(
        [smallest.total],
        [smallest.norms[norm.text].mean],
        linestyle="",
        marker="o",
        markersize=style.TARGET_SIZE + style.CAP_SIZE,
        markerfacecolor="none",
        markeredgecolor=style.INK,
        markeredgewidth=style.LINE_WIDTH,
        clip_on=False,
    )


def _spoken(found: Capacity, points: tuple[Point, ...], words: Language) -> str:
    return " ".join(
        words.say(
            "capacity.figure.spoken",
            beds=words.number(point.total),
            values=", ".join(
                f"{norm_name(norm, words).lower()} {words.percent(point.norms[norm.text].mean)}"
                for norm in found.norms
            ),
        )
        for point in points
    )
