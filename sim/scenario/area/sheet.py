"""Cells of an Excel workbook as text, each with its address, for the form of an area."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from sim.data import has_control, read_bytes
from sim.errors import InputError, Message
from sim.limits import (
    LAST_ROW,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_PARTS,
    MOST_UNZIPPED_BYTES,
    MOST_WORKBOOK_BYTES,
)

SHEET = "Plaatsen"
"""Sheet of the form of an area."""


_THREE_DECIMALS = re.compile(r"-?\d+\.\d{3}")


class Line(NamedTuple):
    """One line of a form: its number, its cells, and where each stands (`Plaatsen!C7`)."""

    number: int
    cells: list[str]
    places: list[str]


def sheet_lines(path: Path, label: str, sheet_name: str = SHEET) -> Iterator[Line]:
    """Lines of the form's sheet.

    Parameters
    ----------
    path : Path
        Workbook.
    label : str
        Name of the file in messages.
    sheet_name : str
        Sheet of the form; a workbook of one sheet may call it otherwise.

    Raises
    ------
    InputError
        When the workbook cannot be read, has no sheet for the form, or a formula in it has no value.
    """
    content = read_bytes(path, Message("an Excel file"), MOST_WORKBOOK_BYTES)
    try:
        refuse_bomb(content, label)
        yield from _lines(content, label, sheet_name)
    except InputError:
        raise
    except Exception:
        raise InputError(
            "{label}: is no Excel workbook; save it as 'Excel Workbook (.xlsx)' or as 'CSV UTF-8'",
            label=label,
        ) from None


def refuse_bomb(content: bytes, label: str) -> None:
    """Refuse a workbook that unzips to far more than a form holds, or that defines entities.

    Parameters
    ----------
    content : bytes
        A zip file of XML parts.
    label : str
        Name of the file in messages.

    Raises
    ------
    InputError
    """
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if (
            sum(part.file_size for part in parts.infolist()) > MOST_UNZIPPED_BYTES
            or len(parts.infolist()) > MOST_PARTS
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


def _lines(content: bytes, label: str, wanted: str) -> Iterator[Line]:
    import openpyxl

    formulas, values = (
        openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=only) for only in (False, True)
    )
    names = values.sheetnames
    found = [name for name in names if name.strip().lower() == wanted.lower()] or names[: len(names) == 1]
    if not found:
        raise InputError(
            "{label}: has no sheet {sheet!r}; there are {names}", label=label, sheet=wanted, names=names
        )
    sheet, written = values[found[0]], formulas[found[0]]
    for either in (sheet, written):
        # what a file says of its own size is not to be believed
        either.reset_dimensions()
    cells_read = 0
    rows = zip(sheet.iter_rows(), written.iter_rows(), strict=True)
    for number, (row, asked) in enumerate(rows, start=1):
        cells_read += len(row)
        if number > LAST_ROW or cells_read > MOST_CELLS:
            raise InputError(
                "{label}: {sheet}: has more than {most_cells} cells; remove the empty ones",
                label=label,
                sheet=found[0],
                most_cells=MOST_CELLS,
            )
        cells, places = [], []
        for column, (cell, formula) in enumerate(zip(row, asked, strict=True), start=1):
            if column > MOST_COLUMNS and cell.value is None:
                continue
            place = f"{found[0]}!{column_letter(column)}{number}"
            if cell.value is None and formula.value is not None and formula.data_type == "f":
                raise InputError(
                    "{label}: {place}: holds a formula without a value; open and save the file in "
                    "Excel, or write the value",
                    label=label,
                    place=place,
                )
            text = cell_text(cell.value)
            if has_control(text):
                raise InputError(
                    "{label}: {place}: holds a control character; write the cell anew",
                    label=label,
                    place=place,
                )
            cells.append(text)
            places.append(place)
        if cells:
            yield Line(number, cells, places)


def column_letter(column: int) -> str:
    """Name of a column, the first `A`."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


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
