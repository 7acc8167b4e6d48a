"""Cells of an OpenDocument spreadsheet as text, each with its address, as those of an Excel workbook."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from sim.data import has_control, read_bytes
from sim.errors import InputError, Message
from sim.limits import LAST_ROW, MOST_CELLS, MOST_COLUMNS, MOST_WORKBOOK_BYTES
from sim.scenario.area.sheet import Line, cell_text, column_letter, refuse_bomb

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_NUMBERS = ("float", "currency", "percentage")


def ods_lines(path: Path, label: str, sheet: str) -> Iterator[Line]:
    """Lines of a sheet of an OpenDocument spreadsheet.

    Parameters
    ----------
    label : str
        Name of the file in messages.
    sheet : str
        Sheet of the form; a spreadsheet of one sheet may call it otherwise.

    Raises
    ------
    InputError
        When it cannot be read, has no sheet for the form, or a formula in it has no value.
    """
    content = read_bytes(path, Message("an OpenDocument spreadsheet"), MOST_WORKBOOK_BYTES)
    try:
        refuse_bomb(content, label)
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            tree = ElementTree.fromstring(parts.read("content.xml"))
        tables = {str(table.get(f"{_TABLE}name")): table for table in tree.iter(f"{_TABLE}table")}
    except InputError:
        raise
    except Exception:
        raise InputError(
            "{label}: is no OpenDocument spreadsheet; save it as 'ODF Spreadsheet (.ods)' or as 'CSV UTF-8'",
            label=label,
        ) from None
    found = [name for name in tables if name.strip().lower() == sheet.lower()] or list(tables)[
        : len(tables) == 1
    ]
    if not found:
        raise InputError(
            "{label}: has no sheet {sheet!r}; there are {names}", label=label, sheet=sheet, names=list(tables)
        )
    yield from _lines(tables[found[0]], found[0], label)


def _lines(table: ElementTree.Element, name: str, label: str) -> Iterator[Line]:
    number = read = 0
    for row in table.iter(f"{_TABLE}table-row"):
        times = _count(row, "number-rows-repeated")
        cells = _cells(row, name, number + 1, label)
        if not any(cells):
            number += times
            continue
        for _ in range(times):
            number += 1
            read += len(cells)
            if number > LAST_ROW or read > MOST_CELLS:
                raise InputError(
                    "{label}: {sheet}: has more than {most_cells} cells; remove the empty ones",
                    label=label,
                    sheet=name,
                    most_cells=MOST_CELLS,
                )
            yield Line(number, cells, [_place(name, at, number) for at in range(1, len(cells) + 1)])


def _cells(row: ElementTree.Element, name: str, number: int, label: str) -> list[str]:
    """Texts of a row; empty cells at its end are left out."""
    out: list[str] = []
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        text = _value(cell)
        place = _place(name, len(out) + 1, number)
        if text is None:
            raise InputError(
                "{label}: {place}: holds a formula without a value; open and save the file in "
                "Excel, or write the value",
                label=label,
                place=place,
            )
        if has_control(text):
            raise InputError(
                "{label}: {place}: holds a control character; write the cell anew", label=label, place=place
            )
        times = _count(cell, "number-columns-repeated")
        # a row ends in one empty cell that stands for all columns to the right
        out += [text] * (times if text else min(times, max(MOST_COLUMNS + 1 - len(out), 0)))
        if len(out) > MOST_CELLS:
            break
    while out and not out[-1]:
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


def _place(name: str, column: int, row: int) -> str:
    return f"{name}!{column_letter(column)}{row}"
