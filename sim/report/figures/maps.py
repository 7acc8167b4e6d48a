"""Maps of the nation: a level or a difference of each care-office area."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from functools import lru_cache
from html import escape

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize, TwoSlopeNorm, to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.ticker import MaxNLocator

from sim.report import style
from sim.report.figures.drawing import RC, Drawing, Show
from sim.report.page import FigureView
from sim.scenario.area.outlines import Polygon, Ring, outlines
from sim.units import Floats

Colour = tuple[float, float, float, float]  # red, green, blue and opacity


def area_map(
    id: str,
    caption: str,
    values: Mapping[str, float],
    labels: Mapping[str, str],
    show: Show,
    difference: bool = False,
) -> Drawing | None:
    """A map on which each area has the colour of its value and its number; None where no area has an outline.

    Areas without an outline are left out, one without a value stays white. `labels` are names in the order of
    the numbers, `show` writes a value; a `difference` has colours apart on both sides of 0.
    """
    known = _finite(values)
    if not known:
        return None
    numbers = {area: number for number, area in enumerate(labels, start=1) if area in known}
    with mpl.rc_context(RC):
        figure = Figure(figsize=(style.WIDTH_INCH, style.MAP_INCH), layout="constrained")
        axes = figure.add_subplot()
        scale = _scale(np.array(list(known.values())), difference)
        for area, polygons in outlines().items():
            colour = to_rgba(style.PAPER) if area not in known else _colour(scale, known[area])
            lines = [Outline(ring, closed=True) for polygon in polygons for ring in polygon]
            whole = Outline.make_compound_path(*lines)
            axes.add_patch(PathPatch(whole, facecolor=colour, edgecolor=style.INK, linewidth=style.MAP_LINE))
            if area in numbers:
                _number(axes, polygons, numbers[area], colour)
        axes.autoscale_view()
        axes.set_aspect("equal")  # a metre is as long in both directions
        axes.set_axis_off()
        bar = figure.colorbar(scale, ax=axes, shrink=0.5, aspect=style.MAP_BAR_ASPECT, pad=0)
        bar.outline.set_visible(False)
        bar.ax.yaxis.set_major_locator(MaxNLocator(style.AXIS_TICKS))
        bar.ax.yaxis.set_major_formatter(lambda value, _: show(value))
        bar.ax.grid(False)
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


def small_maps(
    id: str,
    caption: str,
    maps: Mapping[str, Mapping[str, float]],
    labels: Mapping[str, str],
    show: Show,
) -> FigureView | None:
    """Maps of differences side by side, each with colours of its own that meet in white at no difference.

    The outlines stand once on the page, on a coarse grid, and every map uses them: many maps stay small. A
    map on which nothing differs is left out; None where no map is left.
    """
    kept = {title: _finite(values) for title, values in maps.items()}
    kept = {title: values for title, values in kept.items() if any(map(abs, values.values()))}
    if not kept:
        return None
    shapes = _coarse()
    told = []
    for title, values in kept.items():  # the lowest and the highest area
        low, high = (pick(values, key=values.__getitem__) for pick in (min, max))
        told.append(f"{title}: {labels[low]} {show(values[low])}, {labels[high]} {show(values[high])}.")
    alt = escape(f"{caption} {' '.join(told)}")
    across = min(max(len(kept), style.FEWEST_MAPS_ACROSS), style.MAPS_ACROSS)
    rows = -(-len(kept) // across)
    size = f"0 0 {across * style.SMALL_MAP_WIDTH} {rows * style.SMALL_MAP_HEIGHT}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" role="img" aria-labelledby="{id}-alt">',
        f'<title id="{id}-alt">{alt}</title><defs>',
        *(f'<path id="{id}-{area}" d="{line}"/>' for area, line in shapes.items()),
        "</defs>",
        *(
            _small(id, divmod(place, across), title, values, show)
            for place, (title, values) in enumerate(kept.items())
        ),
        "</svg>",
    ]
    return FigureView("\n".join(parts), caption, alt)


def _finite(values: Mapping[str, float]) -> dict[str, float]:
    return {area: value for area, value in values.items() if area in outlines() and np.isfinite(value)}


@lru_cache(maxsize=1)
def _coarse() -> dict[str, str]:
    """Outlines on a coarse grid as SVG paths, in kilometres from the north-west corner; specks fall away."""
    corners = np.concatenate([ring for polygons in outlines().values() for one in polygons for ring in one])
    west, north = corners[:, 0].min(), corners[:, 1].max()
    out = {}
    for area, polygons in outlines().items():
        lines = []
        for ring in (ring for polygon in polygons for ring in polygon):
            grid = np.rint((ring - (west, north)) * (1, -1) / style.SMALL_MAP_METRES)
            points = [tuple(map(int, point)) for point in grid]
            points = [here for here, before in zip(points, [None, *points], strict=False) if here != before]
            if len(set(points)) > 2:
                lines.append("M" + " ".join(f"{x},{y}" for x, y in points) + "z")
        out[area] = "".join(lines)
    return out


def _small(id: str, place: tuple[int, int], title: str, values: Mapping[str, float], show: Show) -> str:
    """One map of several by row and column, its title above, its lowest and highest value below."""
    row, column = place
    left, top = column * style.SMALL_MAP_WIDTH, row * style.SMALL_MAP_HEIGHT
    scale = _scale(np.array(list(values.values())), difference=True)
    lines = textwrap.wrap(title, style.SMALL_MAP_CHARACTERS)
    head = "".join(
        f'<text x="2" y="{style.SMALL_MAP_LINE * (at + 1)}">{escape(line)}</text>'
        for at, line in enumerate(lines)
    )
    fills = {area: to_hex(_colour(scale, value)) for area, value in values.items()}
    areas = "".join(
        f'<use href="#{id}-{area}" fill="{fills.get(area, style.PAPER)}"/>' for area in outlines()
    )
    low, high = min(values.values()), max(values.values())
    foot = f"{show(low)} … {show(high)}"
    return (
        f'<g transform="translate({left} {top})" font-size="{style.SMALL_MAP_FONT}" fill="{style.INK}">{head}'
        f'<g transform="translate(4 {style.SMALL_MAP_HEAD}) scale({style.SMALL_MAP_SCALE})" '
        f'stroke="{style.INK}" stroke-width="{style.SMALL_MAP_STROKE}">{areas}</g>'
        f'<text x="2" y="{style.SMALL_MAP_HEIGHT - style.SMALL_MAP_LINE}">{escape(foot)}</text></g>'
    )
