"""Cells of an Excel workbook as text, each with its address, for the form of an area."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from sim import limits
from sim.data import has_control, read_bytes
from sim.errors import InputError, Message

SHEET = "Plaatsen"  # sheet of the form of an area


_THREE_DECIMALS = re.compile(r"-?\d+\.\d{3}")


class Line(NamedTuple):
    """One line of a form: its number, its cells, and where each stands (`Plaatsen!C7`)."""

    number: int
    cells: list[str]
    places: list[str]


class Row(NamedTuple):
    """A row of a sheet: its number, its cells with the empty ones, and the column and text of each.

    A text is as in CSV; None for a formula without a value.
    """

    number: int
    size: int
    cells: list[tuple[int, str | None]]


def sheet_lines(path: Path, label: str, sheet: str = SHEET) -> Iterator[Line]:
    """Lines of a sheet of an Excel workbook, as `lines_of` has them."""
    content = read_bytes(path, Message("an Excel file"), limits.MOST_WORKBOOK_BYTES)
    fault = Message(
        "{label}: is no Excel workbook; save it as 'Excel Workbook (.xlsx)' or as 'CSV UTF-8'", label=label
    )
    return lines_of(content, label, sheet, _sheets, fault)


def lines_of(
    content: bytes,
    label: str,
    sheet: str,
    opened: Callable[[bytes], Mapping[str, Iterator[Row]]],
    fault: Message,
) -> Iterator[Line]:
    """Lines of a sheet of a zip file of XML parts, which `opened` gives the rows of each sheet.

    A file of one sheet may call it otherwise. Raises InputError when it is of another kind (`fault`), has no
    sheet for the form, or a formula in it has no value.
    """
    try:
        refuse_bomb(content, label)
        sheets = opened(content)
        names = list(sheets)
        found = [name for name in names if name.strip().lower() == sheet.lower()] or names[: len(names) == 1]
        if not found:
            raise InputError(
                "{label}: has no sheet {sheet!r}; there are {names}", label=label, sheet=sheet, names=names
            )
        yield from _lines(sheets[found[0]], label, found[0])
    except InputError:
        raise
    except Exception:
        raise InputError(fault) from None


def _lines(rows: Iterator[Row], label: str, sheet: str) -> Iterator[Line]:
    from openpyxl.utils import get_column_letter

    read = 0
    for row in rows:
        read += row.size
        if row.number > limits.LAST_ROW or read > limits.MOST_CELLS:
            raise InputError(
                "{label}: {sheet}: has more than {most_cells} cells; remove the empty ones",
                label=label,
                sheet=sheet,
                most_cells=limits.MOST_CELLS,
            )
        line = Line(row.number, [], [])
        for column, text in row.cells:
            place = f"{sheet}!{get_column_letter(column)}{row.number}"
            if text is None:
                raise InputError(
                    "{label}: {place}: holds a formula without a value; open and save the file in "
                    "Excel, or write the value",
                    label=label,
                    place=place,
                )
            if has_control(text):
                raise InputError(
                    "{label}: {place}: holds a control character; write the cell anew",
                    label=label,
                    place=place,
                )
            line.cells.append(text)
            line.places.append(place)
        if line.cells:
            yield line


def _sheets(content: bytes) -> dict[str, Iterator[Row]]:
    import openpyxl

    formulas, values = (
        openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=only) for only in (False, True)
    )
    return {name: _rows(values[name], formulas[name]) for name in values.sheetnames}


def _rows(sheet: Any, written: Any) -> Iterator[Row]:
    for either in (sheet, written):
        # what a file says of its own size is not to be believed
        either.reset_dimensions()
    rows = zip(sheet.iter_rows(), written.iter_rows(), strict=True)
    for number, (row, asked) in enumerate(rows, start=1):
        cells = [
            (column, None if cell.value is None and _is_formula(formula) else cell_text(cell.value))
            for column, (cell, formula) in enumerate(zip(row, asked, strict=True), start=1)
            if column <= limits.MOST_COLUMNS or cell.value is not None
        ]
        yield Row(number, len(row), cells)


def _is_formula(cell: Any) -> bool:
    return cell.value is not None and cell.data_type == "f"


def refuse_bomb(content: bytes, label: str) -> None:
    """Refuse a zip file of XML parts that unzips to far more than a form holds, or that defines entities."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if (
            sum(part.file_size for part in parts.infolist()) > limits.MOST_UNZIPPED_BYTES
            or len(parts.infolist()) > limits.MOST_PARTS
        ):
            raise InputError(
                "{label}: holds far more than a form; copy its rows to a new workbook and save that",
                label=label,
            )
        for part in parts.infolist():
            if b"<!" in (text := parts.read(part).replace(b"\0", b"")) and b"<!DOCTYPE" in text.upper():
                raise InputError(
                    "{label}: {filename} defines entities; save it anew in Excel",
                    label=label,
                    filename=part.filename,
                )


def _decimal(value: float) -> str:
    """A decimal in Dutch; a fourth decimal keeps three from being taken for thousands."""
    text = f"{Decimal(repr(value)):f}"
    return (f"{text}0" if _THREE_DECIMALS.fullmatch(text) else text).replace(".", ",")


def cell_text(value: object) -> str:
    """A cell (number, date, truth value, text or nothing) as it would be written in CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else _decimal(value)
    return str(value)
