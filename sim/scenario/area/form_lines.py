"""Lines of a form that a person filled in, CSV or Excel: their cells, and the dates in them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sim.data import read_text
from sim.errors import InputError, Message, reason
from sim.scenario.area.ods import ods_lines
from sim.scenario.area.sheet import Line, sheet_lines

SHEETS: Mapping[str, Callable[[Path, str, str], Iterator[Line]]] = {".xlsx": sheet_lines, ".ods": ods_lines}
"""What reads a file of sheets, by its ending."""
AREA_ENDINGS = (".csv", *SHEETS)  # endings of files that a person filled in
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_UNSAFE = re.compile(r"^'([=+@-])")  # an apostrophe that keeps a spreadsheet from taking a name for a formula


def form_lines(path: Path, label: str, sheet: str) -> tuple[Iterator[Line], str]:
    """Lines of a form, with the mark between the cells of a CSV file; it is empty for a workbook.

    The file is an Excel workbook, an OpenDocument spreadsheet, or CSV (UTF-8; semicolons, commas or tabs), by
    its label in messages. The form is on the sheet named; a workbook with a single sheet may call it
    otherwise. Raises InputError when the file cannot be read.
    """
    reader = SHEETS.get(path.suffix.lower())
    if reader is not None:
        return reader(path, label, sheet), ""
    text = read_text(path, Message("a CSV file"), "'CSV UTF-8'")
    separator = _separator(text)
    return _lines(text, label, separator), separator


def plain_cell(cell: str) -> str:
    """A cell without the spaces and the apostrophe that a spreadsheet program adds."""
    return _UNSAFE.sub(r"\1", _SPACES.sub(" ", cell).strip())


def date_of_cell(cell: str) -> dt.date | None:
    """The date in a cell, as 2027-01-31 or 31-1-2027; None where it is none."""
    for form in _DATES:
        found = form.fullmatch(cell)
        if found:
            try:
                return dt.date(*(int(found[part]) for part in ("year", "month", "day")))
            except ValueError:
                return None
    return None


def _separator(text: str) -> str:
    """Mark between the cells of a CSV file: the one that stands most in its first filled line."""
    head = next((line for line in _told(text) if line.strip(" ;,\t\r\n")), "")
    return max(";,\t", key=head.count)


def _told(text: str) -> list[str]:
    lines = text.splitlines(keepends=True)
    return lines[1:] if lines and lines[0].lower().startswith("sep=") else lines


def _lines(text: str, label: str, separator: str) -> Iterator[Line]:
    """Lines of a CSV file, numbered as a spreadsheet shows them."""
    lines = _told(text)
    try:
        for number, raw in enumerate(csv.reader(io.StringIO("".join(lines)), delimiter=separator), start=1):
            yield Line(number, raw, [])
    except csv.Error as error:
        raise InputError(
            "{label}: is not CSV ({error}); save it anew as 'CSV UTF-8'", label=label, error=reason(error)
        ) from None
