"""A register on the page is read apart, refused in one line without its cells, and sizes beds."""

import io

import openpyxl
import pytest

from sim import api
from sim.errors import InputError
from sim.report.language import language
from sim.web.recipe import load_document
from sim.web.sizing import Told, beside_model, read_register_upload, sized_kinds
from tests.oracles.synthetic_register import HEAD, Truth, made, text

pytestmark = pytest.mark.usefixtures("uploads_read_here")
TRUTH = Truth(per_year=110, years=2.2)
CONTENT = text(made(TRUTH, 3)).encode()
DAYS = Told(TRUTH.first.isoformat(), TRUTH.last.isoformat())


@pytest.fixture(scope="module")
def found():
    told = Told(DAYS.since, DAYS.until, weeks=2, beds={"Huis A": 4, "Huis B": 5}, kinds={"Huis A": "hch"})
    return read_register_upload("opnames.csv", CONTENT, told)


def test_the_page_estimates_what_the_command_does(found, tmp_path):
    file = tmp_path / "opnames.csv"
    file.write_bytes(CONTENT)
    told = {"since": TRUTH.first, "until": TRUTH.last, "houses": ["Huis A=4,hch", "Huis B=5"]}
    again = api.register(file, **told)
    assert found.fit.arrivals.per_year == again.fit.arrivals.per_year
    assert [(house.name, house.beds) for house in found.fit.houses] == [("Huis A", 4), ("Huis B", 5)]
    assert found.kinds == {"Huis A": "hch"}
    assert found.weeks is not None


def _row(cell: str, column: int) -> bytes:
    cells = ["2025-01-02", "2025-01-03", "", "", "De Linde", "thuis", "2025-01-13", "overleden"]
    cells[column] = cell
    return (";".join(HEAD) + "\n" + ";".join(cells) + "\n").encode()


@pytest.mark.parametrize(
    ("name", "content", "told", "words"),
    [
        ("opnames.csv", _row("Jansen", 0), Told(), "row 2, column aangevraagd: is not a date"),
        ("opnames.csv", _row("111222333", 4), Told(), "row 2, column 5: looks like a citizen"),
        ("opnames.pdf", b"", Told(), "is no register; give a file ending in csv"),
        ("opnames.csv", CONTENT, Told(since="Jansen"), "is no date"),
    ],
)
def test_a_fault_is_one_line_with_row_and_column_and_without_the_cell(name, content, told, words):
    with pytest.raises(InputError) as fault:
        read_register_upload(name, content, told)
    line = str(fault.value)
    assert words in line
    assert "\n" not in line
    if content is not CONTENT:
        assert line.startswith(name)
        assert "Jansen" not in line
        assert "111222333" not in line


def test_a_workbook_is_read_like_a_csv_file(found):
    book = openpyxl.Workbook()
    for line in CONTENT.decode().splitlines():
        book.active.append(line.split(";"))
    buffer = io.BytesIO()
    book.save(buffer)
    again = read_register_upload("opnames.xlsx", buffer.getvalue(), DAYS)
    assert again.fit.arrivals.per_year == found.fit.arrivals.per_year


def test_the_houses_of_a_register_stand_in_its_region_and_its_settings_in_a_scenario(found):
    result = beside_model(found, api.region("Assen"))
    assert sized_kinds(result.area) == ("all", "bth", "hch", "elv")
    assert [site.beds for site in result.area.regions[0].sites][:2] == [4, 5]
    loaded = load_document(result.scenario_document("assen"))
    assert loaded.scenario.hospice.patience.value == pytest.approx(result.fit.patience_days.mean, abs=0.01)
    for lang in ("nl", "en"):
        assert result.report_bytes("docx", lang).startswith(b"PK")
        book = openpyxl.load_workbook(io.BytesIO(result.report_bytes("xlsx", lang)))
        told = [str(cell) for sheet in book for row in sheet.values for cell in row if cell]
        assert language(lang).say("register.measure.requests") in told
        assert "Huis A" in told
