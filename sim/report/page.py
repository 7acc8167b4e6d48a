"""The parts a page is made of: cells, tables, figures, lists, sections. No markup here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from sim.measure.estimates import Estimate, Ranged
from sim.measure.kpis import rows_of
from sim.measure.registry import Section as IndicatorSection
from sim.report import style
from sim.report.figures.drawing import Drawing
from sim.report.language import Language
from sim.report.results import Result
from sim.report.rounding import Change, Form, RowForm, rounded, row_form, step_of, told_range
from sim.report.sentences import unchanged_told
from sim.studies.headline import HEADLINE


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell."""

    text: str
    note: str = ""  # second, smaller line: an interval, a remark
    number: bool = False  # right-aligned
    lang: str = ""  # language of the text where it is not that of the page
    link: str = ""  # address behind the text


@dataclass(frozen=True)
class Row:
    """One row; its first cell is the row's header."""

    cells: tuple[Cell, ...]
    total: bool = False
    aside: bool = False  # stands on the screen and in the workbook, not on paper


@dataclass(frozen=True)
class TableView:
    """A table with caption, column headers and rows."""

    caption: str
    head: tuple[Cell, ...]
    rows: tuple[Row, ...]
    note: str = ""
    wide: bool = False  # text columns that need the whole width, set smaller
    search: bool = False  # with a field above it that leaves the rows with what is typed
    paper: str = ""  # what stands under it on paper, where rows are left out
    aside: bool = False  # as of a row
    stack: bool = False  # on a narrow screen every cell stands on a line of its own, after its header


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
    """A figure, its drawing already turned into SVG."""

    svg: str
    caption: str
    alt: str = ""  # what it shows in words; the SVG holds it too
    aside: bool = False  # as of a table


Block = TableView | Prose | Bullets | FigureView


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it."""

    id: str
    title: str
    blocks: tuple[Block, ...] = field(default=())

    @property
    def aside(self) -> tuple[str, ...]:
        """Captions of what is not on paper."""
        return tuple(b.caption for b in self.blocks if isinstance(b, TableView | FigureView) and b.aside)


def on_screen(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks, the tables and figures among them kept off paper; their section names them there."""
    return [replace(b, aside=True) if isinstance(b, TableView | FigureView) else b for b in blocks]


def with_assumed(line: str, share: float | None, words: Language) -> str:
    """A line under a title, with the share (0 to 1) of the costs that rests on assumed prices if known."""
    if share is None or math.isnan(share):
        return line
    return f"{line} · {words.say('assumed_prices', share=words.percent(share, style.SHARE_DIGITS))}"


def figure(drawing: Drawing | None) -> list[Block]:
    """A drawing as a block; nothing where there is nothing to draw."""
    return [] if drawing is None else [FigureView(drawing.svg(), drawing.caption, drawing.alt)]


def text(value: str, note: str = "", lang: str = "", link: str = "") -> Cell:
    """A cell of words."""
    return Cell(value, note, False, lang, link)


def noted(value: str, words: Language, note: str = "", link: str = "") -> Cell:
    """A cell of text from an input file, marked where it stays in another language."""
    told, lang = words.note(value)
    return Cell(told, note, False, "" if lang == words.code else lang, link)


def number(value: str, note: str = "") -> Cell:
    """A right-aligned cell."""
    return Cell(value, note, True)


Shown = str | tuple[str, str] | Cell  # what a cell holds: a text, a text with its note, or the cell itself


def cells(first: Shown, *others: Shown) -> tuple[Cell, ...]:
    """Words first, then numbers; a cell stays as it is."""
    rest = (each if isinstance(each, Cell) else number(*_parts(each)) for each in others)
    return (first if isinstance(first, Cell) else text(*_parts(first)), *rest)


def _parts(shown: str | tuple[str, str]) -> tuple[str, ...]:
    return (shown,) if isinstance(shown, str) else shown


def row(first: Shown, *others: Shown, total: bool = False, aside: bool = False) -> Row:
    """A row of `cells`."""
    return Row(cells(first, *others), total, aside)


def table(
    caption: str, head: Iterable[Shown], rows: Iterable[Row], note: str = "", wide: bool = False
) -> TableView:
    """A table whose head is made as its rows are."""
    return TableView(caption, cells(*head), tuple(rows), note, wide)


def told_table(
    key: str, head: Iterable[Shown], rows: Iterable[Row], words: Language, wide: bool = False, **said: str
) -> TableView:
    """A table whose caption, and note where it has one, are words by its key."""
    note = words.say(f"{key}_note", **said) if words.has(f"{key}_note") else ""
    return table(words.say(key, **said), head, rows, note, wide)


def range_cell(found: Ranged, unit: str, words: Language, signed: bool = True) -> Cell:
    """A difference, or a number where not `signed`, with its range beneath."""
    return number(*told_range(found, unit, words, signed))


def estimate_cell(found: Estimate | None, form: RowForm, words: Language, signed: bool = False) -> Cell:
    """A mean with its interval beneath; a gain or loss with its sign."""
    if found is None:
        return number(words.none)
    return _value_cell(found, form.value(found), words, signed)


def _value_cell(found: Estimate, shown: Form, words: Language, signed: bool = False) -> Cell:
    note = ""
    if found.has_interval and found.low != found.high:
        note = shown.span(found.low, found.high, signed)
    return number(shown.whole(found.mean, signed), note)


def difference_cell(change: Change | None, form: RowForm, words: Language) -> tuple[Cell, str, str]:
    """A paired difference, with its interval of chance and the range that assumptions give it, as told."""
    nothing = words.none
    if change is None:
        return number(nothing), nothing, nothing
    found, shown = change.found, form.change(change)
    told = (shown if found.mean else replace(shown, digits=0)).whole(found.mean, signed=True)
    if found.mean and not rounded(found.mean, shown.step):
        told = words.say("about_nil")
    chance = assumed = nothing
    if found.has_interval and found.low < found.high:
        low, high = map(shown.bare, (found.low, found.high))
        if low == high:  # as far below what the assumptions do
            own = step_of((found.high - found.low) / 2)
            low, high = (shown.bare(end, own) for end in (found.low, found.high))
        chance = words.say("interval.cell", low=low, high=high)
    if change.ends is not None:
        assumed = shown.span(*change.ends)
    elif change.spread is not None and change.spread.chance:
        assumed = words.say("within_chance")
    return number(told), chance, assumed


def change_cell(change: Change | None, form: RowForm, words: Language, assumed: str = "") -> Cell:
    """A paired difference with its interval of chance beneath, and by a key the range of assumptions."""
    told, chance, owed = difference_cell(change, form, words)
    ranges = [chance] if chance != words.none else []
    if assumed and change is not None and change.ends is not None:
        ranges.append(words.say(assumed, range=owed))
    return number(told.text, "; ".join(ranges))


@dataclass(frozen=True)
class Metric:
    """One row of a table of KPIs."""

    label: str
    name: str  # KPI; its unit says how its numbers are written
    dimension: tuple[tuple[str, str], ...] = ()
    total: bool = False  # set as a total
    factor: float = 1.0  # the numbers are shown times this

    @property
    def kpi(self) -> str:
        """As the headline of a scenario writes it."""
        where = ",".join(f"{key}={value}" for key, value in sorted(self.dimension))
        return ":".join(filter(None, (self.name, where)))


def indicator_metrics(section: IndicatorSection, result: Result, words: Language) -> list[Metric]:
    """The KPIs that are rows of the table of measures of a section; of one without a total each part."""
    known = result.base.kpis
    return [
        Metric(words.kpi_of(each.name, split), each.name, tuple(split.items()))
        for each in rows_of(section)
        for split in ([{}] if known.get(each.name) else known.splits(each.name) or [{}])
    ]


def measures_table(section: IndicatorSection, result: Result, words: Language) -> list[Block]:
    """The table of measures of a section; empty where it has none."""
    caption, first = words.say("table.measures"), words.say("column.measure")
    return metric_table(caption, first, indicator_metrics(section, result, words), result, words)


def split(
    name: str, key: str, codes: Iterable[str], words: Language, label: str = "", kind: str = ""
) -> list[Metric]:
    """A KPI by codes of one dimension, each called by its word of a `kind`, or by a sentence with that."""
    out = []
    for code in codes:
        word = words.word(kind or key, code)
        said = words.say(label, word=word, place=word, kind=word, line=word) if label else word
        out.append(Metric(said, name, ((key, code),)))
    return out


def wish_metrics(words: Language) -> list[Metric]:
    """Wishes for the place of death that were met: of everyone first, then of those the team knew."""
    return [Metric(words.say(name), name) for name in ("wishes_met", "preference_met")]


@dataclass(frozen=True)
class Numbers:
    """What one row holds: the value of every run, the difference of every alternative, and their form."""

    metric: Metric
    values: tuple[Estimate | None, ...]
    changes: tuple[Change | None, ...]
    form: RowForm

    @property
    def is_unchanged(self) -> bool:
        """Whether no alternative moves it, in any replication and at any draw."""
        return bool(self.changes) and all(each and each.verdict == "same" for each in self.changes)

    def cell(self, place: int, words: Language) -> Cell:
        """The value of one run, with its interval, so that it and the differences add up.

        What a headline is about, and what an only alternative takes or brings as a whole, is rounded as the
        difference; people are counted no coarser than that.
        """
        found = self.values[place]
        if found is None:
            return number(words.none)
        known = [change for change in self.changes if change]
        steps = [change.step for change in known if change.step and change.moved]
        whole = [bool(change.found.base) != bool(change.found.alt) for change in known] == [True]
        counted = found.unit == "count"
        least = steps[0] if steps and (whole or self.metric.name == HEADLINE) else 0.0
        if whole and not steps and not counted:
            least = known[0].step
        most = min(steps, default=math.inf) if counted else math.inf
        return _value_cell(found, self.form.value(found, least, most), words)

    def told(self, words: Language) -> str:
        """A row that does not change, in words."""
        found = self.values[0]
        assert found is not None
        form = replace(self.form, bare=False)
        return words.say("unchanged.one", label=self.metric.label, value=form.value(found).whole(found.mean))

    def label(self, words: Language) -> str:
        """What the row is called, with its unit where its numbers stand without."""
        label = self.metric.label
        return words.say("column.percentages", label=label) if self.form.bare else label


def _numbers_of(metric: Metric, result: Result, words: Language) -> Numbers | None:
    """The numbers of a row; None where no run has any, or a part is 0 in every run."""
    dimension, factor = dict(metric.dimension), metric.factor
    found = [run.kpis.get(metric.name, **dimension) for run in result.runs]
    known = [value for value in found if value is not None]
    if not known or (dimension and not any(value.mean for value in known)):
        return None
    changes = [each.change(metric.name, **dimension) for each in result.alternatives]
    values = [value and value.scaled(factor) for value in found]
    return numbers_of(metric, known[0].unit, values, [c and c.scaled(factor) for c in changes], words)


def numbers_of(
    metric: Metric,
    unit: str,
    values: Sequence[Estimate | None],
    changes: Sequence[Change | None],
    words: Language,
) -> Numbers:
    """The numbers of a row, a value of each run and a change of each alternative, in one unit."""
    form = replace(row_form(unit, values, changes, words), bare=bool(changes) and unit == style.SHARE_UNIT)
    return Numbers(metric, tuple(values), tuple(changes), form)


def metric_table(
    caption: str,
    first: str,
    metrics: Sequence[Metric | Numbers],
    result: Result,
    words: Language,
    note: str = "",
    short: bool = False,
) -> list[Block]:
    """KPIs in rows; the base in a column and the paired difference of each alternative in another.

    A single alternative has its own values in a column too. Rows that no alternative changes stand in one
    line under the table. A row that no run has is left out, and a part that is 0 in every run; nothing is
    left of a table without rows.
    `short` is one line a row: with a single alternative the ranges of the difference have columns of their
    own, and the runs stand without theirs; with several the range of the assumptions stands beside that of
    chance.
    """
    ranged = short and _has_draws(result)
    short = short and len(result.alternatives) == 1
    rows_ = (row if isinstance(row, Numbers) else _numbers_of(row, result, words) for row in metrics)
    found = [row for row in rows_ if row is not None]
    still = [row.told(words) for row in found if row.is_unchanged]
    moved = [row for row in found if not row.is_unchanged]
    under = unchanged_told(still, "; ".join, words) if still else ""
    if not moved:
        told = words.say("unchanged.table", caption=caption, names=under)
        return [Prose(" ".join(filter(None, (told, note))))] if still else []
    cells = _short_cells if short else partial(_cells, assumed="gallery.assumed" if ranged else "")
    rows = tuple(Row(tuple(cells(row, result, words)), row.metric.total) for row in moved)
    head = (text(first), *_heads(result, words, short))
    return [TableView(caption, head, rows, " ".join(filter(None, (under, note))), stack=short)]


def _has_draws(result: Result) -> bool:
    return any(alternative.assumptions is not None for alternative in result.alternatives)


def _heads(result: Result, words: Language, short: bool) -> list[Cell]:
    heads = [number(words.say("column.before") if short else result.base.title(words))]
    with_interval = words.say("interval.head")
    for alternative in result.alternatives:
        title = alternative.run.title(words)
        if short:
            drawn = ("assumptions",) if _has_draws(result) else ()
            heads += map(number, words.each("column", "after", "difference", "chance", *drawn))
        elif len(result.alternatives) == 1:
            heads += [number(title), number(words.say("column.difference"), with_interval)]
        else:
            heads.append(number(words.say("column.difference_of", title=title), with_interval))
    return heads


def _cells(row: Numbers, result: Result, words: Language, assumed: str) -> list[Cell]:
    """Every number with its interval beneath, and by a key the range of the assumptions."""
    made = [text(row.label(words)), row.cell(0, words)]
    for place, change in enumerate(row.changes, start=1):
        made += [row.cell(place, words)] if len(result.alternatives) == 1 else []
        made.append(change_cell(change, row.form, words, assumed))
    return made


def _short_cells(row: Numbers, result: Result, words: Language) -> list[Cell]:
    """Means, the difference, and its two ranges, one a column."""
    means = [number(row.cell(place, words).text) for place in range(len(row.values))]
    told, chance, assumed = difference_cell(row.changes[0], row.form, words)
    ranges = [number(chance), number(assumed)] if _has_draws(result) else [number(chance)]
    return [text(row.label(words)), *means, told, *ranges]
