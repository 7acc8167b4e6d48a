"""Results as an Excel workbook: numbers as numbers in Dutch formats, words as words and never a formula."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.measure.estimates import Ranged
from sim.report import style
from sim.report.language import Language
from sim.store.export import FORMULA_STARTS

if TYPE_CHECKING:
    import xlsxwriter


Value = str | int | float | None
UnitRow = tuple[str, tuple[Value, ...]]  # the unit of the numbers of a row, and the row


@dataclass(frozen=True)
class Sheet:
    """One sheet: lines above, a table with a frozen header and filters."""

    name: str  # tab; Excel allows 31 characters
    head: tuple[str, ...]  # column headers
    rows: tuple[tuple[Value, ...], ...]  # texts, numbers, or None for an empty cell
    # unit of the numbers of each row (`eur`, `share`, `count`, ...); empty where all are plain
    units: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()  # sentences above the table
    changes: frozenset[int] = frozenset()  # columns that hold differences, written with their sign
    ratios: frozenset[int] = frozenset()  # columns that hold plain numbers, whatever the unit of their row


def measured(name: str, unit: str, numbers: Iterable[Ranged], words: Language, *first: Value) -> UnitRow:
    """A row about a measure: what stands before it, its name and unit, and each number with its interval."""
    ends = (end for each in numbers for end in (each.mean, each.low, each.high))
    return unit, (*first, name, words.word("kpi_unit", unit), *ends)


def sheet(
    name: str,
    head: Iterable[str],
    rows: Iterable[UnitRow],
    lines: Iterable[str] = (),
    changes: Iterable[int] = (),
    ratios: Iterable[int] = (),
) -> Sheet:
    """A sheet of rows that come with the unit of their numbers."""
    found = list(rows)
    units, values = tuple(unit for unit, _ in found), tuple(row for _, row in found)
    return Sheet(name, tuple(head), values, units, tuple(lines), frozenset(changes), frozenset(ratios))


def workbook_bytes(sheets: Sequence[Sheet], words: Language) -> bytes:
    """Sheets as one workbook (.xlsx), euros in the form of the language."""
    import io

    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        forms = _Forms(book, words)
        for sheet in sheets:
            _write(book, sheet, forms)
    return buffer.getvalue()


class _Forms:
    """Cell formats of a workbook, made once each; a text that looks like a formula is marked as text."""

    def __init__(self, book: xlsxwriter.Workbook, words: Language) -> None:
        self._book, self._words = book, words
        self._numbers: dict[tuple[str, bool], Any] = {}
        top = {"valign": "top"}
        self.head = book.add_format(
            {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "bg_color": style.EXCEL_HEAD}
        )
        self.title = book.add_format({"bold": True, "font_size": style.EXCEL_TITLE_POINTS})
        self.line = book.add_format({})
        self.text = book.add_format({**top, "text_wrap": True})
        self.quoted = book.add_format({**top, "text_wrap": True, "quote_prefix": True})
        self.plain_quoted = book.add_format({"quote_prefix": True})

    def number(self, unit: str, change: bool) -> Any:
        key = (unit, change)
        if key not in self._numbers:
            form = style.EXCEL_NUMBERS.get(unit, style.EXCEL_NUMBERS["number"])
            euro = style.EXCEL_EURO[self._words.code]
            positive, negative, plus = (
                form.replace("EUR", euro + sign) if "EUR" in form else sign + form for sign in ("", "-", "+")
            )
            code = f"{plus if change else positive};{negative};{positive}"
            self._numbers[key] = self._book.add_format({"num_format": code, "valign": "top"})
        return self._numbers[key]


def _write(book: xlsxwriter.Workbook, sheet: Sheet, forms: _Forms) -> None:
    page = book.add_worksheet(sheet.name)
    for row, line in enumerate(sheet.lines):
        quoted = line.startswith(FORMULA_STARTS)
        form = forms.title if row == 0 else forms.plain_quoted if quoted else forms.line
        page.write_string(row, 0, clipped(line), form)
    first = len(sheet.lines) + 1 if sheet.lines else 0
    for column, title in enumerate(sheet.head):
        page.write_string(first, column, clipped(title), forms.head)
    for number, values in enumerate(sheet.rows):
        unit = sheet.units[number] if sheet.units else ""
        for column, value in enumerate(values):
            form = "number" if column in sheet.ratios else unit
            _cell(page, first + 1 + number, column, value, form, column in sheet.changes, forms)
    page.freeze_panes(first + 1, 1)
    if sheet.rows:
        page.autofilter(first, 0, first + len(sheet.rows), len(sheet.head) - 1)
    for column in range(len(sheet.head)):
        page.set_column(column, column, _width(sheet, column))
    page.set_landscape()
    page.set_paper(style.EXCEL_PAPER_A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(first)


def _cell(page: Any, row: int, column: int, value: Value, unit: str, change: bool, forms: _Forms) -> None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        page.write_blank(row, column, None)
    elif isinstance(value, str):
        form = forms.quoted if value.startswith(FORMULA_STARTS) else forms.text
        page.write_string(row, column, clipped(value), form)
    else:
        page.write_number(row, column, value, forms.number(unit, change))


def clipped(text: str) -> str:
    """A text as long as a cell may hold."""
    return text[: style.EXCEL_CELL_CHARACTERS]


def _width(sheet: Sheet, column: int) -> int:
    found = [row[column] for row in sheet.rows]
    longest = max((len(v) if isinstance(v, str) else style.EXCEL_NUMBER_WIDTH for v in found if v), default=0)
    wanted = max(longest, min(len(sheet.head[column]), style.EXCEL_HEAD_WIDTH)) + 2
    return min(max(wanted, style.EXCEL_LEAST_WIDTH), style.EXCEL_MOST_WIDTH)
