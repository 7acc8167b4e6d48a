"""Forms are read kindly and checked for sense: OpenDocument, columns of the writer, the same people."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sim.cli import run_command
from sim.cohort.patients import draw_patients
from sim.errors import InputError
from sim.scenario import load_area, load_scenario
from sim.scenario.area.regions import clusters_of
from sim.scenario.area.template import area_form

HEAD = (
    "regio;inwoners;palliatieve_overlijdens;verpleeghuisplaatsen;wijkverpleging_budget_eur;"
    "locatie;soort;bedden"
)
GOOD = "Noord;250000;1590;115;50000000;brug;bth;4"
NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def csv(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "noord.csv"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def fault(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_area(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


def ods(folder: Path, body: str) -> Path:
    """An OpenDocument spreadsheet as LibreOffice writes one, with the cells given."""
    path = folder / "noord.ods"
    content = (
        f'<?xml version="1.0"?><office:document-content {NAMESPACES}><office:body><office:spreadsheet>'
        f'<table:table table:name="Plaatsen">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("content.xml", content)
    return path


def text(value: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def number(value: float) -> str:
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


ODS_HEAD = row(*(text(name) for name in ("regio", "inwoners", "locatie", "soort", "bedden", "bedden_vanaf")))
TAIL = '<table:table-cell table:number-columns-repeated="16379"/>'


def test_an_opendocument_spreadsheet_is_read_as_a_workbook_is(tmp_path: Path) -> None:
    date = '<table:table-cell office:value-type="date" office:date-value="2027-01-31T00:00:00"/>'
    empty = "<table:table-cell/>"
    body = (
        ODS_HEAD
        + row(text("Noord"), number(250000), text("brug"), text("bth"), number(4), TAIL)
        + row(TAIL, times=3)
        + row(text("Noord"), empty, text("brug"), empty, number(6), date)
        + row(TAIL, times=1_000_000)
    )
    (region,) = load_area(ods(tmp_path, body)).regions
    (site,) = region.sites
    assert (region.population, site.beds) == (250_000, 4)
    assert [(change.date.isoformat(), change.beds) for change in site.beds_from] == [("2027-01-31", 6)]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (
            ODS_HEAD
            + row(TAIL)
            + row(text("Noord"), number(250000), text("brug"), text("bth"), text("acht")),
            "Plaatsen!E3: 'acht' is not a number; write digits, such as 1200 or 12,5",
        ),
        (
            ODS_HEAD + row(text("Noord"), '<table:table-cell table:formula="of:=[.A1]"/>'),
            "Plaatsen!B2: holds a formula without a value; open and save the file in Excel, or write the "
            "value",
        ),
    ],
)
def test_a_wrong_cell_of_opendocument_gets_its_address(tmp_path: Path, body: str, line: str) -> None:
    assert fault(ods(tmp_path, body)) == line


def test_what_is_no_opendocument_and_what_defines_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "noord.ods"
    path.write_bytes(b"PK no zip")
    assert fault(path).startswith("is no OpenDocument spreadsheet; save it as")
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("content.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert fault(path) == "content.xml defines entities; save it anew in Excel"


def test_a_column_of_the_writer_is_left_unread_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv(tmp_path, f"{GOOD};bellen met Jan", head=f"{HEAD};opmerking")
    area = load_area(path)
    assert area.references[-1] == "noord.csv: niet gelezen kolommen: opmerking"
    assert "Jan" not in area.model_dump_json()
    assert run_command(["capacity", str(path), "--replications", "1"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"{path}: columns left unread: opmerking"
    assert fault(csv(tmp_path, GOOD, head=HEAD.replace("bedden", "beden"))) == (
        "row 1, column beden: unknown column; did you mean 'bedden'?"
    )


@pytest.mark.parametrize("word", ["hospice", "Hospice", "kinderhospice"])
def test_hospice_is_asked_which_type_it_is(tmp_path: Path, word: str) -> None:
    told = fault(csv(tmp_path, GOOD.replace("bth", word)))
    assert told.startswith(f"row 2, column soort: '{word}' is not one type; write bth (")


@pytest.mark.parametrize(
    ("row_", "line"),
    [
        (
            "Noord;250;1590;;;brug;bth;4",
            "row 2, column palliatieve_overlijdens: 1590 does not go with 250 inh",
        ),
        (
            "Noord;250000;15;;;brug;bth;4",
            "row 2, column palliatieve_overlijdens: 15 does not go with 250000 inh",
        ),
        ("Noord;250000;1590;3000;;brug;bth;4", "row 2, column verpleeghuisplaatsen: 3000 does not go with"),
        (
            "Noord;250000;160;170;;brug;bth;4",
            "row 2, column verpleeghuisplaatsen: 170 is more than the 160 deaths",
        ),
        (
            "Noord;250000;1590;;50000;brug;bth;4",
            "row 2, column wijkverpleging_budget_eur: 50000 does not go with",
        ),
        (
            "Noord;250000;1590;;;brug;bth;99999",
            "row 2, column bedden: 99999 makes 99999 beds for 1590 deaths a year",
        ),
    ],
)
def test_numbers_that_do_not_go_together_are_refused_at_their_cell(
    tmp_path: Path, row_: str, line: str
) -> None:
    assert fault(csv(tmp_path, row_)).startswith(line)


def test_a_house_of_a_village_a_region_without_nursing_home_and_an_old_form_are_fine(tmp_path: Path) -> None:
    village = load_area(csv(tmp_path, "Dorp;2000;;;;huis;bth;5")).regions[0]
    assert sum(site.beds for site in village.sites) == 5
    hamlet = load_area(csv(tmp_path, "Gehucht;10;;;;huis;hch;8")).regions[0]
    assert sum(site.beds for site in hamlet.sites) == 8
    assert (
        load_area(csv(tmp_path, "Noord;250000;1590;0;0;brug;bth;4")).regions[0].nursing_home_places.value == 0
    )


@pytest.mark.parametrize("name", ["middenland", "nederland"])
def test_an_edited_form_draws_the_people_of_its_original(tmp_path: Path, name: str) -> None:
    """Names and beds change, people stay: their stream is keyed by the column `trekking`."""
    area = load_area(name)
    if len(area.regions) > 1:
        area = area.model_copy(update={"regions": area.regions[:1], "national_share": area.national_share})
    path = tmp_path / "anders.csv"
    form = area_form("csv", area).decode("utf-8-sig")
    old = area.regions[0]
    site = old.sites[0]
    edited = form.replace(old.name, "Een andere naam").replace(f";{site.beds};", f";{site.beds + 1};", 1)
    assert edited != form
    path.write_text(edited, encoding="utf-8")
    new = load_area(path).regions[0]
    assert new.name == "Een andere naam"
    ((_, members),) = [(cluster.id, cluster.members) for cluster in clusters_of(load_area(path))]
    ((there, _),) = clusters_of(area)[0].members[:1]
    ((here, _),) = members
    assert here == there
    scenario = load_scenario("basis_2026").scenario
    one, other = (
        draw_patients(scenario, each.model_copy(update={"factors": old.factors}), here, 0)
        for each in (old, new)
    )
    assert one["patient_id"][:50].tolist() == other["patient_id"][:50].tolist()
    assert one["death_minute"][:50].tolist() == other["death_minute"][:50].tolist()
