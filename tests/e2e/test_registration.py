"""What is registered in one place is found everywhere: a KPI in run, report, workbook and API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import openpyxl
import pytest

import sim
from sim.dates import minute_of
from sim.experiment import registry
from sim.experiment.formulas import Ratio
from sim.experiment.kpis import KPIS
from sim.experiment.precision import parse_precision
from sim.experiment.registry import Label, Section, indicator, measures
from sim.experiment.tables import Task
from sim.report.build import load_result, result_sections
from sim.report.language import language
from sim.report.page import Row, TableView
from sim.report.page import Section as PageSection
from sim.report.provenance import load_published

NAME, NL, EN = "stays_each", "Verblijven per overledene", "Stays of each person who died"


@pytest.fixture(scope="module")
def run(hamlet: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sim.RunResult]:
    """A run with a KPI that no file of the program knows."""
    before, known = list(registry.MEASURES), dict(KPIS)

    @measures("stays_of_dead")
    def stays(task: Task) -> None:
        task.parts.add("stays_of_dead", int(task.decedents[task.stay_rows].sum()))

    indicator(
        NAME,
        Ratio("stays_of_dead", "patients"),
        unit="count",
        label=Label(nl=NL, en=EN),
        sheet="throughput",
        view="decedents",
        section="use",
        row=True,
    )
    out = tmp_path_factory.mktemp("registered") / "run"
    yield sim.run("basis_2026", area=hamlet, replications=1, jobs=1, keep="journey", out=out)
    registry.MEASURES[:] = before
    KPIS.clear()
    KPIS.update(known)


def test_a_registered_kpi_is_found_in_run_report_workbook_and_api(run: sim.RunResult) -> None:
    stays, patients = run.tables["stays"], run.tables["patients"]
    first, last = (minute_of(dt.date(year, 1, 1)) for year in (2026, 2027))
    dead = patients[(patients["death_minute"] >= first) & (patients["death_minute"] < last)]["patient_id"]
    expected = int(stays["patient_id"].isin(dead).sum()) / len(dead)
    assert run.kpi(NAME).mean == expected > 1
    assert run.kpi(NAME).unit == "count"
    assert set(run.kpis[run.kpis["name"] == NAME]["unit"]) == {"count"}
    assert parse_precision(f"{NAME}=0.1").name == NAME
    for lang, label in (("nl", NL), ("en", EN)):
        assert label in run.report(lang).read_text(encoding="utf-8").partition('id="use"')[2]
        book = openpyxl.load_workbook(run.excel(lang=lang))
        (row,) = [
            [cell.value for cell in row]
            for sheet in book
            for row in sheet.iter_rows()
            if row[0].value == label
        ]
        assert pytest.approx(expected) in [value for value in row if isinstance(value, float)]


def rows_of_tables(part: PageSection) -> list[Row]:
    return [row for block in part.blocks if isinstance(block, TableView) for row in block.rows]


def test_every_section_of_the_report_tells_the_kpis_that_name_it(
    run: sim.RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, words = load_result(run.folder), language("en")
    for section in get_args(Section):
        monkeypatch.setitem(KPIS, NAME, replace(KPIS[NAME], section=section))
        told = {
            part.id: [row.cells[0].text for row in rows_of_tables(part)]
            for part in result_sections(result, words, load_published(result.base.area))
        }
        assert [id for id, labels in told.items() if EN in labels] == [section]


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="cost: a KPI has this name already"):
        indicator("cost", unit="eur", label=Label("x", "x"), sheet="costs", view="both")
