"""The parts a page is made of: cells, tables, figures, lists, sections. No markup here."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sim.experiment.kpis import rows_of
from sim.experiment.registry import Indicator
from sim.experiment.registry import Section as IndicatorSection
from sim.report import style
from sim.report.drawing import Drawing
from sim.report.language import Language
from sim.report.results import Difference, Estimate, Result

Show = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Parameters
    ----------
    text : str
    note : str
        Second, smaller line: an interval, a remark.
    number : bool
        Right-aligned.
    lang : str
        Language of the text where it is not that of the page.
    link : str
        Address behind the text.
    """

    text: str
    note: str = ""
    number: bool = False
    lang: str = ""
    link: str = ""


@dataclass(frozen=True)
class Row:
    """One row; its first cell is the row's header."""

    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True)
class TableView:
    """A table with caption, column headers and rows.

    Parameters
    ----------
    wide : bool
        Text columns that need the whole width, set smaller.
    """

    caption: str
    head: tuple[Cell, ...]
    rows: tuple[Row, ...]
    note: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str
    lang: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class FigureView:
    """A figure, its drawing already turned into SVG.

    Parameters
    ----------
    alt : str
        What it shows in words; the SVG holds it too.
    """

    svg: str
    caption: str
    alt: str = ""


Block = TableView | Prose | Bullets | FigureView


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it."""

    id: str
    title: str
    blocks: tuple[Block, ...] = field(default=())


def with_assumed(line: str, share: float | None, words: Language) -> str:
    """A line under a title, with how much of the costs rests on assumed prices where that is known.

    Parameters
    ----------
    line : str
    share : float, optional
        From 0 to 1; NaN where nothing was paid.
    words : Language
    """
    if share is None or math.isnan(share):
        return line
    return f"{line} · {words.say('assumed_prices', share=words.percent(share, style.SHARE_DIGITS))}"


def figure(drawing: Drawing | None) -> list[Block]:
    """A drawing as a block; nothing where there is nothing to draw."""
    return [] if drawing is None else [FigureView(drawing.svg(), drawing.caption, drawing.alt)]


def text(value: str, note: str = "", lang: str = "", link: str = "") -> Cell:
    """A cell of words."""
    return Cell(value, note, False, lang, link)


def number(value: str, note: str = "") -> Cell:
    """A right-aligned cell."""
    return Cell(value, note, True)


def estimate_cell(found: Estimate | None, show: Show, words: Language) -> Cell:
    """A mean with its interval beneath."""
    if found is None:
        return number(words.say("none"))
    note = ""
    if found.has_interval and found.low != found.high:
        note = words.say("interval.cell", low=show(found.low), high=show(found.high))
    return number(show(found.mean), note)


def difference_cell(found: Difference | None, show: Show, words: Language, bound: Show | None = None) -> Cell:
    """A paired difference with its interval beneath, its bounds written by `bound`."""
    if found is None:
        return number(words.say("none"))
    note = ""
    if found.has_interval and not found.low == found.high == 0:
        edge = bound or show
        note = words.say("interval.cell", low=edge(found.low), high=edge(found.high))
    return number(show(found.difference), note)


@dataclass(frozen=True)
class Metric:
    """One row of a table of KPIs.

    Parameters
    ----------
    label : str
    name : str
        KPI.
    show, show_difference : callable
        How a value and a difference are written.
    dimension : tuple of pairs
    total : bool
        Set as a total.
    bound : callable, optional
        How the bounds of a difference are written; by default as the difference.
    """

    label: str
    name: str
    show: Show
    show_difference: Show
    dimension: tuple[tuple[str, str], ...] = ()
    total: bool = False
    bound: Show | None = None


def share_metric(
    label: str, name: str, words: Language, dimension: tuple[tuple[str, str], ...] = ()
) -> Metric:
    """A row of shares: percentages, differences in percentage points."""
    return Metric(
        label,
        name,
        words.percent,
        lambda v: words.say("pp", amount=words.bare_points(v, style.POINT_DIGITS)),
        dimension,
        bound=lambda v: words.bare_points(v, style.POINT_DIGITS),
    )


def indicator_metrics(section: IndicatorSection, words: Language) -> list[Metric]:
    """The KPIs that are rows of the table of measures of a section, in the form of their unit.

    Parameters
    ----------
    section : str
    words : Language
    """
    return [
        share_metric(words.kpi(each.name), each.name, words)
        if each.unit == "share"
        else Metric(words.kpi(each.name), each.name, *_forms(each, words))
        for each in rows_of(section)
    ]


def _forms(each: Indicator, words: Language) -> tuple[Show, Show]:
    """How a value and a difference of a KPI are written: euros, or numbers with the digits of their unit."""
    if each.unit == "eur":
        return words.euro, lambda v: words.euro(v, signed=True)
    if each.unit == "days":
        return _digits(words, style.DAY_DIGITS, style.TABLE_DIGITS)
    if each.unit == "count" and not each.denominators:
        return _digits(words, 0, style.DAY_DIGITS)
    return _digits(words, style.TABLE_DIGITS, style.TABLE_DIGITS)


def _digits(words: Language, shown: int, more: int) -> tuple[Show, Show]:
    return lambda v: words.number(v, shown), lambda v: words.signed(v, more)


def measures_table(section: IndicatorSection, result: Result, words: Language) -> list[Block]:
    """The table of measures of a section; empty where it has none.

    Parameters
    ----------
    section : str
    result : Result
    words : Language
    """
    caption, first = words.say("table.measures"), words.say("column.measure")
    return metric_table(caption, first, indicator_metrics(section, words), result, words)


def wish_metrics(words: Language) -> list[Metric]:
    """Wishes for the place of death that were met: of everyone first, then of those the team knew."""
    return [share_metric(words.say(name), name, words) for name in ("wishes_met", "preference_met")]


def metric_table(
    caption: str,
    first: str,
    metrics: Sequence[Metric],
    result: Result,
    words: Language,
    note: str = "",
    short: bool = False,
) -> list[Block]:
    """KPIs in rows; the base in a column and the paired difference of each alternative in another.

    A single alternative has its own values in a column too.

    Parameters
    ----------
    caption, first : str
        Caption, and the header over the row headers.
    metrics : sequence of Metric
        A row that no run has is left out, and a part that is 0 in every run.
    result : Result
    words : Language
    note : str
        Remark under the table.
    short : bool
        One line a row: with a single alternative the interval of the difference has its own column, and
        the runs stand without theirs.

    Returns
    -------
    list of Block
        Empty when no row is left.
    """
    single = len(result.alternatives) == 1
    short = short and single
    head = [text(first), number(result.base.text("title", words.code))]
    for alternative in result.alternatives:
        title = alternative.run.text("title", words.code)
        if short:
            head += [
                number(title),
                number(words.say("column.difference")),
                number(words.say("interval.column")),
            ]
        elif single:
            head += [number(title), number(words.say("column.difference"), words.say("interval.head"))]
        else:
            head.append(number(words.say("column.difference_of", title=title), words.say("interval.head")))
    rows = []
    for metric in metrics:
        dimension = dict(metric.dimension)
        values = [run.kpis.get(metric.name, **dimension) for run in result.runs]
        known = [v for v in values if v is not None]
        if not known or (dimension and not any(v.mean for v in known)):
            continue
        cells = [text(metric.label), estimate_cell(values[0], metric.show, words)]
        for alternative, value in zip(result.alternatives, values[1:], strict=True):
            cells += [estimate_cell(value, metric.show, words)] if single else []
            found = alternative.differences.get(metric.name, **dimension)
            cells.append(difference_cell(found, metric.show_difference, words, metric.bound))
        if short:
            interval = cells[-1].note or words.say("none")
            cells = [Cell(c.text, "", c.number) for c in cells] + [number(interval)]
        rows.append(Row(tuple(cells), metric.total))
    if not rows:
        return []
    return [TableView(caption, tuple(head), tuple(rows), note)]
