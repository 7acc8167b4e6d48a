"""The workbook: numbers are numbers, words are never formulas, headers stay in sight, in one language."""

import json
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from sim.measure.kpis import KPIS
from sim.report.formats.excel import Sheet, workbook_bytes
from sim.report.formats.sheets import all_sheets
from sim.report.language import language
from sim.report.results import Result, RunView
from sim.report.sections.provenance import load_published
from tests.unit.report_data import comparison, run_view

NL, EN = language("nl"), language("en")
EVIL = ("=cmd()", "+1+1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://example.org")')


def opened(result, words, folder):
    file = folder / f"{words.code}.xlsx"
    file.write_bytes(workbook_bytes(all_sheets(result, words, load_published(result.base.area)), words))
    return openpyxl.load_workbook(file)


@pytest.fixture(scope="module")
def compared():
    return comparison()


@pytest.fixture(scope="module")
def dutch(compared, tmp_path_factory):
    return opened(compared, NL, tmp_path_factory.mktemp("nl"))


@pytest.fixture(scope="module")
def english(compared, tmp_path_factory):
    return opened(compared, EN, tmp_path_factory.mktemp("en"))


def header_row(page):
    return int(page.freeze_panes[1:]) - 1


def row_of(page, *texts):
    """Cells of the first row under the header that begins with these texts, empty cells left out."""
    for row in page.iter_rows(min_row=header_row(page) + 1):
        if [c.value for c in row if isinstance(c.value, str)][: len(texts)] == list(texts):
            return row
    raise AssertionError(f"no row {texts} in {page.title}")


def column(page, start):
    """Number of the first column whose header begins so."""
    return next(c.column for c in page[header_row(page)] if str(c.value).startswith(start))


def test_the_sheets_are_named_in_the_language_of_the_workbook(dutch, english):
    assert dutch.sheetnames == [
        "Samenvatting", "Kosten", "Patiënten", "Doorstroom", "Capaciteit", "Aannames", "Bronnen", "Manifest"
    ]  # fmt: skip
    assert english.sheetnames == [
        "Summary", "Costs", "Patients", "Throughput", "Capacity", "Assumptions", "Sources", "Manifest"
    ]  # fmt: skip


def test_a_cost_is_a_number_equal_to_the_kpi_and_its_difference_too(dutch, compared):
    page = dutch["Kosten"]
    row = row_of(page, "Kosten", "datum in het tijdvak", "Zvw", "zorgverzekeraar")
    found = compared.base.kpis.get("cost", view="calendar", law="Zvw", payer="zorgverzekeraar")
    paired = compared.alternatives[0].differences.get(
        "cost", view="calendar", law="Zvw", payer="zorgverzekeraar"
    )
    assert row[column(page, "Huidige praktijk 2026: gemiddelde") - 1].value == pytest.approx(found.mean)
    assert row[column(page, "Huidige praktijk 2026: 95% laag") - 1].value == pytest.approx(found.low)
    assert row[column(page, "Verschil") - 1].value == pytest.approx(paired.difference)
    last = page.max_column
    assert "keer minder variantie" in page.cell(header_row(page), last).value
    assert paired.variance_ratio > 1
    assert row[last - 1].value == pytest.approx(paired.variance_ratio)
    assert row[last - 1].number_format == "#,##0.00;-#,##0.00;#,##0.00"
    assert row[column(page, "Verschil") - 1].data_type == "n"


def test_every_kpi_of_the_run_is_in_the_workbook_once(dutch, compared):
    rows = sum(
        dutch[name].max_row - header_row(dutch[name])
        for name in ("Kosten", "Patiënten", "Doorstroom", "Capaciteit")
    )
    beds = sum(len(region["sites"]) for region in compared.base.area["regions"])
    assert rows == len(compared.base.kpis) + beds


def test_euros_are_written_with_the_rules_of_their_language(dutch, english):
    nl = row_of(dutch["Kosten"], "Kosten", "datum in het tijdvak")
    en = row_of(english["Costs"], "Costs", "dated in the window")
    mean = column(dutch["Kosten"], "Huidige") - 1
    assert nl[mean].number_format.startswith("[$€-413] #,##0.00")
    assert en[mean].number_format.startswith("[$€-809]#,##0.00")
    change = column(dutch["Kosten"], "Verschil") - 1
    assert nl[change].number_format.startswith("[$€-413] +#,##0.00;[$€-413] -#,##0.00")


def test_a_share_is_a_percentage(dutch):
    page = dutch["Patiënten"]
    row = row_of(page, "Aandeel van de overlijdens", "thuis")
    cell = row[column(page, "Huidige") - 1]
    assert 0.3 < cell.value < 0.5
    assert cell.number_format.startswith("0.0%")


def test_headers_are_frozen_and_have_filters_and_columns_are_wide_enough(dutch):
    for page in dutch:
        row = header_row(page)
        assert page.freeze_panes == f"B{row + 1}"
        assert page.auto_filter.ref.startswith(f"A{row}:")
        assert all(cell.value for cell in page[row])
        assert page.column_dimensions["A"].width >= 10


def test_the_summary_holds_question_and_answer(dutch):
    texts = [row[0].value for row in dutch["Samenvatting"].iter_rows(max_row=12)]
    assert any("Hoeveel mensen raakt een omzetplafond wijkverpleging" in t for t in texts if t)
    assert any(t.startswith("Kosten van de getelde zorg: €") for t in texts if t)


def evil_result(compared, text):
    """The comparison with one text in every name that input can bring."""
    words = {"nl": text, "en": text}
    area = json.loads(json.dumps(compared.base.area))
    area["title"] = words
    for region in area["regions"]:
        region["sites"] = [{**site, "name": text} for site in region["sites"]]
    views = []
    for run in compared.runs:
        scenario = {**run.scenario, "title": words, "question": words, "mechanism": words}
        scenario["extra"] = {"kind": "assumption", "value": text, "reason": text, "range": None}
        scenario["headline"] = [{**item, "label": words} for item in run.scenario["headline"]]
        manifest = {**run.manifest, "scenario": scenario, "area": area}
        views.append(RunView(manifest, run.kpis, run.tariff_rows))
    return Result(views[0], (replace(compared.alternatives[0], run=views[1]),))


def test_a_name_from_input_that_looks_like_a_formula_stays_text(compared, tmp_path):
    text = "=cmd()"
    seen = 0
    for page in opened(evil_result(compared, text), NL, tmp_path):
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                seen += cell.value == text
    assert seen > 5


def test_every_start_of_a_formula_is_marked_as_text(tmp_path):
    sheet = Sheet("x", ("a",), tuple((text,) for text in EVIL), lines=("title", *EVIL))
    (tmp_path / "x.xlsx").write_bytes(workbook_bytes([sheet], NL))
    page = openpyxl.load_workbook(tmp_path / "x.xlsx")["x"]
    cells = [row[0] for row in page.iter_rows() if row[0].value in EVIL]
    assert len(cells) == 2 * len(EVIL)
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_a_text_longer_than_a_cell_is_cut_and_an_empty_number_stays_empty(tmp_path):
    sheet = Sheet("x", ("a", "b"), (("t" * 40_000, float("nan")),), ("eur",))
    (tmp_path / "x.xlsx").write_bytes(workbook_bytes([sheet], NL))
    row = openpyxl.load_workbook(tmp_path / "x.xlsx")["x"][2]
    assert len(row[0].value) == 32_767
    assert row[1].value is None


def test_pandas_reads_the_sheet_of_costs(compared, tmp_path):
    file = tmp_path / "nl.xlsx"
    file.write_bytes(workbook_bytes(all_sheets(compared, NL, load_published(compared.base.area)), NL))
    found = pd.read_excel(file, sheet_name="Kosten", header=2)
    assert found["Huidige praktijk 2026: gemiddelde"].dtype == float


@pytest.mark.parametrize("words", [NL, EN])
def test_every_kpi_has_a_name_in_words(words):
    names = [words.kpi(name, short) for name in KPIS for short in (False, True)]
    assert all(names)
    assert words.kpi("cost") in ("Kosten", "Costs")
    assert words.kpi("hospice_refused") != words.kpi("hospice_refused", short=True)


def test_a_run_without_alternatives_has_no_columns_of_differences(tmp_path):
    page = opened(Result(run_view()), NL, tmp_path)["Kosten"]
    assert not [c.value for c in page[header_row(page)] if str(c.value).startswith("Verschil")]
