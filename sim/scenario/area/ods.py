"""Cells of an OpenDocument spreadsheet as text, each with its address, as those of an Excel workbook."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from sim.data import read_bytes
from sim.errors import Message
from sim.limits import LAST_ROW, MOST_CELLS, MOST_COLUMNS, MOST_WORKBOOK_BYTES
from sim.scenario.area.sheet import Line, Row, cell_text, lines_of

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_NUMBERS = ("float", "currency", "percentage")


def ods_lines(path: Path, label: str, sheet: str) -> Iterator[Line]:
    """Lines of a sheet of an OpenDocument spreadsheet, as `lines_of` has them."""
    content = read_bytes(path, Message("an OpenDocument spreadsheet"), MOST_WORKBOOK_BYTES)
    fault = Message(
        "{label}: is no OpenDocument spreadsheet; save it as 'ODF Spreadsheet (.ods)' or as 'CSV UTF-8'",
        label=label,
    )
    return lines_of(content, label, sheet, _sheets, fault)


def _sheets(content: bytes) -> dict[str, Iterator[Row]]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        tree = ElementTree.fromstring(parts.read("content.xml"))
    return {str(table.get(f"{_TABLE}name")): _rows(table) for table in tree.iter(f"{_TABLE}table")}


def _rows(table: ElementTree.Element) -> Iterator[Row]:
    number = 1
    for row in table.iter(f"{_TABLE}table-row"):
        times, texts = _count(row, "number-rows-repeated"), _texts(row)
        cells = list(enumerate(texts, start=1))
        for at in range(times if cells else 0):
            yield Row(number + at, len(cells), cells)
        number += times


def _texts(row: ElementTree.Element) -> list[str | None]:
    """Texts of a row; empty cells at its end are left out."""
    out: list[str | None] = []
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        text, times = _value(cell), _count(cell, "number-columns-repeated")
        # a row ends in one empty cell that stands for all columns to the right
        out += [text] * (min(times, max(MOST_COLUMNS + 1 - len(out), 0)) if text == "" else times)
        if len(out) > MOST_CELLS:
            break
    while out and out[-1] == "":
        out.pop()
    return out


def _value(cell: ElementTree.Element) -> str | None:
    """A cell as it would be written in CSV; None for a formula without a value."""
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in _NUMBERS:
        return cell_text(float(str(cell.get(f"{_OFFICE}value"))))
    if kind == "boolean":
        return cell_text(cell.get(f"{_OFFICE}boolean-value") == "true")
    if kind == "date":
        return str(cell.get(f"{_OFFICE}date-value")).partition("T")[0]
    if kind is None and cell.get(f"{_TABLE}formula") is not None:
        return None
    return "\n".join("".join(part.itertext()) for part in cell.iterfind(f"{_TEXT}p"))


def _count(element: ElementTree.Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return int(text) if text.isdecimal() and len(text) <= len(str(LAST_ROW)) else 1
