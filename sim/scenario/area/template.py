"""The form of an area as a file that a coordinator fills in: CSV, or Excel with an explanation."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from sim.errors import InputError
from sim.scenario.area.form import COLUMNS, FACTORS, OPTIONAL_NUMBERS, REQUIRED
from sim.scenario.area.sheet import SHEET, cell_text
from sim.scenario.models import Area, Region
from sim.schema import SITE_SETTINGS

ENDINGS = ("xlsx", "csv")
UNSAFE = ("=", "+", "-", "@")  # first characters that a spreadsheet takes for a formula

_ABOUT = (
    "Eén rij is één locatie. Vervang de voorbeeldregels door die van uw regio.",
    "Kolommen met een ster moeten gevuld zijn. Decimalen mogen met een komma.",
    "Een tweede rij van dezelfde locatie met een datum verandert het aantal bedden op die datum.",
    "Bewaar het bestand en geef: palsim capacity BESTAND",
)
_EXAMPLE = """\
regio;inwoners;locatie;naam;soort;bedden;wlz_contract
Voorbeeldregio;250000;bth-1;Bijna-thuis-huis Voorbeeld;bth;4;ja
Voorbeeldregio;;hch-1;High care hospice Voorbeeld;hch;5;ja
Voorbeeldregio;;pu-1;Palliatieve unit Voorbeeld;pu;4;nee
Voorbeeldregio;;elv-1;Eerstelijnsverblijf Voorbeeld;elv;8;
"""
_NUMBERS = ("inwoners", *OPTIONAL_NUMBERS, "bedden", *FACTORS)


def area_form(ending: str, area: Area | None = None) -> bytes:
    """The form of an area, by default of an example, filled in.

    The ending is `xlsx` or `csv`; CSV has semicolons, decimal commas and a byte order mark, as Dutch Excel
    expects. Raises InputError for another ending, or an area whose regions stand for several.
    """
    if ending not in ENDINGS:
        raise InputError(
            "--template: no form ends in {ending!r}; choose a file name with .xlsx or .csv", ending=ending
        )
    rows: list[Mapping[str, str]] = list(csv.DictReader(io.StringIO(_EXAMPLE), delimiter=";"))
    if area is not None:
        rows = [row for region in area.regions for row in _rows_of(region, area.name)]
    return _workbook(rows) if ending == "xlsx" else _csv(rows)


def harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula: an apostrophe in front where it would."""
    return f"'{text}" if text.startswith(UNSAFE) else text


def _rows_of(region: Region, area: str) -> list[Mapping[str, str]]:
    if region.copies > 1:
        raise InputError(
            "{area}: region {id} stands for {copies} regions, which the form cannot say; "
            "choose an area of single regions",
            about=region,
            area=area,
        )
    rows: list[dict[str, str]] = []
    for site in region.sites:
        row = {
            "regio": region.name,
            "locatie": site.id,
            "naam": site.name,
            "soort": str(site.setting),
            "bedden": str(site.beds),
            "wlz_contract": "ja" if site.wlz_contract else "nee",
        }
        rows.append(row)
        rows += [
            {
                "regio": region.name,
                "locatie": site.id,
                "bedden": str(change.beds),
                "bedden_vanaf": change.date.isoformat(),
            }
            for change in site.beds_from
        ]
    first = rows[0] if rows else {"regio": region.name}
    first["inwoners"] = str(region.population)
    first |= {
        column: cell_text(float(getattr(region, name).value)) for column, name in OPTIONAL_NUMBERS.items()
    }
    own = {column: getattr(region.factors, name) for column, name in FACTORS.items()}
    if set(own.values()) != {1.0}:
        first |= {column: cell_text(float(value)) for column, value in own.items()}
    first["trekking"] = region.id if region.number is None else str(region.number)
    if region.cluster is not None:
        first["cluster"] = region.cluster
    return list(rows or [first])


def _csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([harmless(row.get(column, "")) for column in COLUMNS] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _workbook(rows: Sequence[Mapping[str, str]]) -> bytes:
    from xlsxwriter import Workbook

    file = io.BytesIO()
    as_text = dict.fromkeys(("strings_to_formulas", "strings_to_numbers", "strings_to_urls"), False)
    book = Workbook(file, {"in_memory": True, **as_text})
    bold, head = book.add_format({"bold": True}), book.add_format({"bold": True, "bottom": 1})
    soft = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(SHEET)
    _places(book, sheet, head, rows)
    about = book.add_worksheet("Toelichting")
    for line, told in enumerate(_ABOUT):
        about.write_string(line, 0, told, bold if not line else None)
    start = len(_ABOUT) + 1
    for place, title in enumerate(("Kolom", "Wat erin komt")):
        about.write_string(start, place, title, head)
    for line, column in enumerate(COLUMNS, start=start + 1):
        star = " *" if column in REQUIRED else ""
        about.write_string(line, 0, f"{column}{star}", bold)
        about.write_string(line, 1, COLUMNS[column].explained, soft)
    about.set_column(0, 0, max(map(len, COLUMNS)) + 2)
    about.set_column(1, 1, max(len(column.explained) for column in COLUMNS.values()))
    book.close()
    return file.getvalue()


def _places(book: Any, sheet: Any, head: Any, rows: Sequence[Mapping[str, str]]) -> None:
    for place, column in enumerate(COLUMNS):
        sheet.write_string(0, place, column, head)
        longest = max((len(row.get(column, "")) for row in rows), default=0)
        sheet.set_column(place, place, max(len(column), longest) + 2)
        sheet.write_comment(0, place, COLUMNS[column].explained)
        for line, row in enumerate(rows, start=1):
            cell = row.get(column, "")
            if not cell:
                continue
            if column in _NUMBERS:
                sheet.write_number(line, place, float(cell.replace(",", ".")))
            else:
                sheet.write_string(line, place, cell)
    kinds, yes = list(COLUMNS).index("soort"), list(COLUMNS).index("wlz_contract")
    last = len(rows) + 100
    sheet.data_validation(1, kinds, last, kinds, {"validate": "list", "source": [*SITE_SETTINGS]})
    sheet.data_validation(1, yes, last, yes, {"validate": "list", "source": ["ja", "nee"]})
    sheet.freeze_panes(1, 0)
