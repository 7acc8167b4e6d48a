"""The Excel form: every wrong cell gets one line with its address, and a form reads back as its region."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.cli import run_command
from sim.errors import InputError
from sim.scenario import Area, load_area
from sim.scenario.area.form import COLUMNS
from sim.scenario.area.template import area_form, harmless
from sim.scenario.models import BedsFrom

HEAD = ["regio", "inwoners", "palliatieve_overlijdens", "locatie", "naam", "soort", "bedden", "wlz_contract"]
ROW = ["Noord", 250000, None, "brug", "De Brug", "bth", 4, "ja"]


def workbook(folder: Path, *rows: list[Any], head: list[str] | None = None, sheet: str = "Plaatsen") -> Path:
    """Write a workbook with one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in (head or HEAD, *rows):
        page.append(row)
    path = folder / "regio.xlsx"
    book.save(path)
    return path


def fault(path: Path) -> str:
    """What the error says after the name of the file."""
    with pytest.raises(InputError) as caught:
        load_area(path)
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


def test_a_workbook_is_read_with_numbers_dates_and_truth_values(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        ["Noord", 250000, 1555.5, "brug", "De Brug", "bth", 4.0, True, None],
        ["Noord", None, None, "brug", None, None, 6, None, dt.datetime(2027, 1, 31)],
        ["Noord", None, None, "oever", "Oever", "Palliatieve unit", "5", False, None],
        head=[*HEAD, "bedden_vanaf"],
    )
    (region,) = load_area(path).regions
    assert (region.population, region.palliative_deaths.value) == (250_000, 1555.5)
    assert [(s.id, s.setting, s.beds, s.wlz_contract) for s in region.sites] == [
        ("brug", "bth", 4, True),
        ("oever", "pu", 5, False),
    ]
    assert [(c.date, c.beds) for c in region.sites[0].beds_from] == [(dt.date(2027, 1, 31), 6)]


@pytest.mark.parametrize("number", [1.555, 12.5, 1555.125])
def test_a_decimal_of_excel_is_never_taken_for_thousands(tmp_path: Path, number: float) -> None:
    path = workbook(tmp_path, ["Noord", round(number * 160), number, "brug", "De Brug", "bth", 1, "ja"])
    assert load_area(path).regions[0].palliative_deaths.value == number


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (
            [["Noord", 250000, None, "brug", "De Brug", "bth", "acht", "ja"]],
            "Plaatsen!G2: 'acht' is not a number; write digits, such as 1200 or 12,5",
        ),
        (
            [["Noord", 250000, None, "brug", "De Brug", "bth", 4.5, "ja"]],
            "Plaatsen!G2: '4,5' is not a whole number; write a whole number",
        ),
        (
            [ROW, ["Noord", None, None, "haven", "De Haven", "bht", 4, "ja"]],
            "Plaatsen!F3: 'bht' is not known here; did you mean 'bth'?",
        ),
        (
            [["Noord", 250000, None, "brug", "De Brug", "bth", -2, "ja"]],
            "Plaatsen!G2: -2 is below 0; must be 0 or more",
        ),
        (
            [["Noord", 250000, None, "brug", "De Brug", "bth", None, "ja"]],
            "Plaatsen!G2: is empty; write the number of beds",
        ),
        (
            [["Noord", 0, None, "brug", "De Brug", "bth", 4, "ja"]],
            "Plaatsen!B2: 0 is too low; must be above 0",
        ),
        (
            [["Noord", 250000, None, "brug", "De Brug", "bth", 4, "misschien"]],
            "Plaatsen!H2: 'misschien' is not yes or no; write ja or nee",
        ),
        (
            [[None, 250000, None, "brug", "De Brug", "bth", 4, "ja"]],
            "Plaatsen!A2: is empty; write the name of the region",
        ),
        (
            [ROW, ["Noord", 260000, None, "haven", "De Haven", "pu", 4, "ja"]],
            "Plaatsen!B3: 260000 differs from 250000 in row 2 of the same region; write one number",
        ),
        (
            [["Noord", 250000, None, "brug", "De Brug", "bth", "=A1", "ja"]],
            "Plaatsen!G2: holds a formula without a value; "
            "open and save the file in Excel, or write the value",
        ),
        ([], "has no rows below its columns; write one row a site"),
    ],
)
def test_a_wrong_cell_gets_one_line_with_its_address(
    tmp_path: Path, rows: list[list[Any]], line: str
) -> None:
    assert fault(workbook(tmp_path, *rows)) == line


def test_a_faulty_form_ends_the_command_with_exit_code_2_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = workbook(tmp_path, ["Noord", 250000, None, "brug", "De Brug", "bth", "acht", "ja"])
    assert run_command(["capacity", str(path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"{path}: Plaatsen!G2: 'acht' is not a number; write digits, such as 1200 or 12,5\n"


def test_an_unknown_or_missing_column_is_named(tmp_path: Path) -> None:
    wrong = [name.replace("bedden", "beden") for name in HEAD]
    assert fault(workbook(tmp_path, ROW, head=wrong)) == (
        "row 1, column beden: unknown column; did you mean 'bedden'?"
    )


def test_a_workbook_of_one_sheet_may_call_it_otherwise_and_others_need_the_sheet(tmp_path: Path) -> None:
    assert load_area(workbook(tmp_path, ROW, sheet="Blad1")).regions[0].sites[0].beds == 4
    book = openpyxl.Workbook()
    book.create_sheet("Twee")
    book.save(tmp_path / "twee.xlsx")
    assert fault(tmp_path / "twee.xlsx") == "has no sheet 'Plaatsen'; there are Sheet, Twee"


def test_what_is_no_workbook_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "leeg.xlsx").write_bytes(b"regio;inwoners")
    assert fault(tmp_path / "leeg.xlsx").startswith("is no Excel workbook; save it as")
    assert fault(tmp_path / "weg.xlsx") == "no such file; give the path of an Excel file"


def read_back(folder: Path, ending: str, area: Area | None) -> Area:
    path = folder / f"terug.{ending}"
    path.write_bytes(area_form(ending, area))
    return load_area(path)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_form_written_from_an_area_reads_back_as_the_same_region(tmp_path: Path, ending: str) -> None:
    (there,) = load_area("middenland").regions
    (back,) = read_back(tmp_path, ending, load_area("middenland")).regions
    assert (back.name, back.population) == (there.name, there.population)
    assert back.sites == there.sites
    for name in (
        "palliative_deaths",
        "nursing_home_places",
        "district_nursing_budget_eur",
        "elv_budget_eur",
        "district_nursing_background_share",
        "elv_background_share",
    ):
        assert getattr(back, name).value == getattr(there, name).value


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_dated_beds_decimals_clusters_and_unsafe_names_survive_the_form(tmp_path: Path, ending: str) -> None:
    (there,) = load_area("middenland").regions
    site = there.sites[0].model_copy(
        update={
            "name": '=HYPERLINK("x")',
            "wlz_contract": False,
            "beds_from": (BedsFrom(date=dt.date(2027, 3, 1), beds=7),),
        }
    )
    deaths = there.palliative_deaths.model_copy(update={"value": 3110.125})
    changed = there.model_validate(
        there.model_dump()
        | {
            "name": "-Noord; en Zuid",
            "cluster": "samen",
            "palliative_deaths": deaths.model_dump(),
            "sites": [site.model_dump(), *(s.model_dump() for s in there.sites[1:])],
        }
    )
    area = load_area("middenland").model_copy(update={"regions": (changed,)})
    (back,) = read_back(tmp_path, ending, area).regions
    assert back.sites == changed.sites
    assert (back.name, back.cluster, back.palliative_deaths.value) == ("-Noord; en Zuid", "samen", 3110.125)


@pytest.mark.parametrize("name", ["=1+1", "+31", "-x", "@SUM(A1)"])
def test_names_that_look_like_formulas_are_written_as_text(name: str) -> None:
    assert harmless(name) == f"'{name}"
    assert harmless("De Brug") == "De Brug"
    area = load_area("middenland")
    (region,) = area.regions
    renamed = region.model_copy(
        update={"sites": (region.sites[0].model_copy(update={"name": name}), *region.sites[1:])}
    )
    changed = area.model_copy(update={"regions": (renamed,)})
    cells = area_form("csv", changed).decode("utf-8-sig").splitlines()[1].split(";")
    assert cells[list(COLUMNS).index("naam")] == f"'{name}"
    sheet = openpyxl.load_workbook(io.BytesIO(area_form("xlsx", changed)))["Plaatsen"]
    cell = sheet.cell(2, list(COLUMNS).index("naam") + 1)
    assert (cell.value, cell.data_type) == (name, "s")


def test_the_empty_form_has_an_example_an_explanation_of_every_column_and_is_an_area(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(area_form("xlsx")))
    assert book.sheetnames == ["Plaatsen", "Toelichting"]
    told = [cell.value for cell in book["Toelichting"]["A"] if cell.value]
    assert all(any(str(line).split(" ")[0] == column for line in told) for column in COLUMNS)
    assert [cell.value for cell in book["Plaatsen"][1]] == list(COLUMNS)
    for ending in ("xlsx", "csv"):
        (region,) = read_back(tmp_path, ending, None).regions
        assert (region.name, len(region.sites)) == ("Voorbeeldregio", 4)


def test_a_form_is_written_by_the_command_once_and_in_two_kinds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "regio.xlsx"
    assert run_command(["capacity", "--template", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert run_command(["capacity", "--template", str(path)]) == 2
    assert capsys.readouterr().err == f"{path}: is there already; choose another name\n"
    assert run_command(["capacity", "--template", str(tmp_path / "regio.ods")]) == 2
    assert "no form ends in 'ods'" in capsys.readouterr().err


def test_an_area_of_copies_has_no_form() -> None:
    area = load_area("middenland")
    (region,) = area.regions
    three = area.model_copy(update={"regions": (region.model_copy(update={"copies": 3}),)})
    with pytest.raises(InputError, match="stands for 3 regions, which the form cannot say"):
        area_form("csv", three)
