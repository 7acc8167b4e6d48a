"""Maps of the nation: a level or a difference of each care-office area."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize, TwoSlopeNorm, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report import style
from sim.report.drawing import Drawing, Show
from sim.scenario.outlines import Polygon, Ring, outlines
from sim.units import Floats

Colour = tuple[float, float, float, float]
"""Red, green, blue and opacity."""


def area_map(
    id: str,
    caption: str,
    values: Mapping[str, float],
    labels: Mapping[str, str],
    show: Show,
    difference: bool = False,
) -> Drawing | None:
    """A map on which each area has the colour of its value and its number.

    Parameters
    ----------
    id, caption : str
    values : mapping of area id to float
        Areas without an outline are left out; an area without a value stays white.
    labels : mapping of area id to str
        Name of each area, in the order in which they are numbered.
    show : callable
        How a value is written.
    difference : bool
        Colours apart on both sides of 0, in place of from low to high.

    Returns
    -------
    Drawing or None
        None where no area has an outline.
    """
    known = {area: value for area, value in values.items() if area in outlines() and np.isfinite(value)}
    if not known:
        return None
    numbers = {area: number for number, area in enumerate(labels, start=1) if area in known}
    with mpl.rc_context(style.RC):
        figure = Figure(figsize=(style.WIDTH_INCH, style.MAP_INCH), layout="constrained")
        axes = figure.add_subplot()
        scale = _scale(np.array(list(known.values())), difference)
        for area, polygons in outlines().items():
            colour = to_rgba(style.PAPER) if area not in known else _colour(scale, known[area])
            _area(axes, polygons, colour)
            if area in numbers:
                _number(axes, polygons, numbers[area], colour)
        _bare(axes)
        _bar(figure, axes, scale, show)
    told = "; ".join(f"{numbers[area]} {labels[area]} {show(known[area])}" for area in numbers)
    return Drawing(id, figure, caption, f"{caption} {told}.")


def _scale(values: Floats, difference: bool) -> ScalarMappable:
    """Colours of values: from light to dark, or two colours that meet in white at 0."""
    if difference:
        most = max(float(np.abs(values).max()), style.NEARLY)
        colours = LinearSegmentedColormap.from_list("apart", style.MAP_APART)
        return ScalarMappable(TwoSlopeNorm(0.0, -most, most), colours)
    low, high = float(values.min()), float(values.max())
    colours = LinearSegmentedColormap.from_list("level", style.MAP_LEVELS)
    return ScalarMappable(Normalize(low, high if high > low else low + 1), colours)


def _colour(scale: ScalarMappable, value: float) -> Colour:
    red, green, blue, opacity = scale.to_rgba(np.array([value]))[0]
    return float(red), float(green), float(blue), float(opacity)


def _area(axes: Axes, polygons: tuple[Polygon, ...], colour: Colour) -> None:
    lines = [Outline(ring, closed=True) for polygon in polygons for ring in polygon]
    whole = Outline.make_compound_path(*lines)
    axes.add_patch(PathPatch(whole, facecolor=colour, edgecolor=style.INK, linewidth=style.MAP_LINE))


def _number(axes: Axes, polygons: tuple[Polygon, ...], number: int, colour: Colour) -> None:
    """The number of an area in the middle of its largest part, dark on light and light on dark."""
    x, y = _middle(max((polygon[0] for polygon in polygons), key=_size))
    dark = float(np.dot(colour[: len(style.LUMINANCE)], style.LUMINANCE)) < 0.5
    axes.text(
        x,
        y,
        str(number),
        ha="center",
        va="center",
        fontsize=style.MAP_FONT,
        color=style.PAPER if dark else style.INK,
    )


def _size(ring: Ring) -> float:
    """Twice the area within a ring."""
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))


def _middle(ring: Ring) -> tuple[float, float]:
    """A point well within a ring: halfway its widest stretch on the level of its centre of mass."""
    x, y = ring[:, 0], ring[:, 1]
    cross = x * np.roll(y, -1) - y * np.roll(x, -1)
    level = float(((y + np.roll(y, -1)) * cross).sum() / (cross.sum() * (1 + 1 + 1)))
    ahead_x, ahead_y = np.roll(x, -1), np.roll(y, -1)
    passes = (y > level) != (ahead_y > level)
    at = np.sort(x[passes] + (level - y[passes]) / (ahead_y - y)[passes] * (ahead_x - x)[passes])
    widest = int(np.argmax(at[1::2] - at[::2]))
    return float(at[2 * widest : 2 * widest + 2].mean()), level


def _bare(axes: Axes) -> None:
    """A map has no axes; a metre is as long in both directions."""
    axes.autoscale_view()
    axes.set_aspect("equal")
    axes.set_axis_off()


def _bar(figure: Figure, axes: Axes, scale: ScalarMappable, show: Show) -> None:
    bar = figure.colorbar(scale, ax=axes, shrink=0.5, aspect=style.MAP_BAR_ASPECT, pad=0)
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_locator(MaxNLocator(style.AXIS_TICKS))
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _position: show(value)))
    bar.ax.grid(False)
