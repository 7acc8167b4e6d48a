"""Cells of an Excel workbook as text, each with its address, for the form of an area."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import InputError

SHEET = "Plaatsen"
"""Sheet of the form; a workbook of one sheet may call it otherwise."""


_THREE_DECIMALS = re.compile(r"-?\d+\.\d{3}")


class Line(NamedTuple):
    """One line of a form: its number, its cells, and where each stands (`Plaatsen!C7`)."""

    number: int
    cells: list[str]
    places: list[str]


def sheet_lines(path: Path, label: str) -> Iterator[Line]:
    """Lines of the form's sheet.

    Parameters
    ----------
    path : Path
        Workbook.
    label : str
        Name of the file in messages.

    Yields
    ------
    Line

    Raises
    ------
    InputError
        When the workbook cannot be read, has no sheet for the form, or a formula in it has no value.
    """
    formulas, values = (_book(path, label, values=values) for values in (False, True))
    names = values.sheetnames
    found = [name for name in names if name.strip().lower() == SHEET.lower()] or names[: len(names) == 1]
    if not found:
        raise InputError(f"{label}: has no sheet {SHEET!r}; there are {', '.join(names)}")
    sheet, written = values[found[0]], formulas[found[0]]
    for row in sheet.iter_rows():
        cells, places = [], []
        for cell in row:
            place = f"{found[0]}!{cell.coordinate}"
            if cell.value is None and written[cell.coordinate].data_type == "f":
                raise InputError(
                    f"{label}: {place}: holds a formula without a value; "
                    "open and save the file in Excel, or write the value"
                )
            cells.append(_text(cell.value))
            places.append(place)
        yield Line(row[0].row, cells, places)


def _book(path: Path, label: str, *, values: bool) -> Any:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return openpyxl.load_workbook(path, data_only=values)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError):
        raise InputError(
            f"{label}: is no Excel workbook; save it as 'Excel Workbook (.xlsx)' or as 'CSV UTF-8'"
        ) from None
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        what = "no such file" if missing else f"cannot be read ({error.strerror})"
        raise InputError(f"{label}: {what}; give the path of an Excel file") from None


def _decimal(value: float) -> str:
    """A decimal in Dutch; a fourth decimal keeps three from being taken for thousands."""
    text = repr(value)
    return (f"{text}0" if _THREE_DECIMALS.fullmatch(text) else text).replace(".", ",")


def _text(value: object) -> str:
    """A cell as it would be written in CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else _decimal(value)
    return str(value)
