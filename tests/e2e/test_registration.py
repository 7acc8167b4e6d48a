"""What is registered in one place is found everywhere: a KPI, a product, a version of a rule, a setting."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, get_args

import numpy as np
import openpyxl
import pytest

import sim
from sim.billing.case_bill import make_bill
from sim.catalogue import TariffBook, load_tariffs
from sim.columns import tally
from sim.data import data_folder
from sim.dates import minute_of
from sim.errors import InputError
from sim.law import registry as law_registry
from sim.law.care import Place
from sim.law.registry import RuleSet, rule
from sim.ledger import settings_from
from sim.ledger.providers import under_zvw
from sim.measure import registry
from sim.measure.cost import module_of
from sim.measure.formulas import Ratio, Total
from sim.measure.kpis import KPIS
from sim.measure.registry import Label, Section, indicator, measures
from sim.measure.tables import Task
from sim.report.language import language
from sim.report.page import Row, TableView
from sim.report.page import Section as PageSection
from sim.report.pages.build import load_result, result_sections
from sim.report.sections.provenance import load_published
from sim.scenario import load_scenario
from sim.scenario.effects import PRICE, RULE, SWITCH, Plan, Switch, effects, marks
from sim.scenario.numbers import Model
from sim.schema import HOUSEHOLDS
from sim.studies.precision import parse_precision
from sim.units import Bools

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures")]

NAME, NL, EN = "stays_each", "Verblijven per overledene", "Stays of each person who died"
SPLIT, SPLIT_NL = "stays_by_household", "Verblijven naar huishouden"


@pytest.fixture(scope="module")
def run(hamlet: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sim.RunResult]:
    """A run with a KPI that no file of the program knows."""
    before, known = list(registry.MEASURES), dict(KPIS)

    @measures("stays_of_dead", "stays_by_household")
    def stays(task: Task) -> None:
        rows = task.stay_rows[task.decedents[task.stay_rows]]
        task.parts.add("stays_of_dead", len(rows))
        by_household = tally(task.patients["household"][rows].astype(np.int64), len(HOUSEHOLDS))
        task.parts.add_along("stays_by_household", "household", HOUSEHOLDS, by_household)

    indicator(
        SPLIT,
        Total("stays_by_household"),
        unit="count",
        label=Label(nl=SPLIT_NL, en=SPLIT_NL),
        sheet="throughput",
        view="decedents",
        section="use",
        row=True,
    )
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
    stays, patients = run.stored["stays"], run.stored["patients"]
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


def test_a_kpi_that_is_only_split_has_a_row_for_each_part(run: sim.RunResult) -> None:
    found = run.to_frame(SPLIT, by="household")["mean"]
    assert found.sum() / run.kpi("patients").mean == pytest.approx(run.kpi(NAME).mean)
    told = run.report("en").read_text(encoding="utf-8")
    for word in ("Single", "Couple"):
        assert f"{SPLIT_NL}, {word}" in told


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


PRODUCT = "zvw.huisarts.proefbezoek"
IN_TARIFFS = f"""products:
  {PRODUCT}:
    title: "Proefbezoek"
    nza_code: "99999"
    law: Zvw
    unit: visite
    step_per_unit: 1
    eigen_risico: false
    module: huisarts
    provider: huisarts
    rule: T1
    values:
      - {{from: 2026-01-01, to: 2027-01-01, eur: "41.25", kind: fixed, source: handreiking_2026}}
"""
SETTINGS = settings_from(load_scenario("basis_2026").scenario)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> TariffBook:
    """The tariffs with a product that no code names."""
    folder = tmp_path_factory.mktemp("book") / "tariffs"
    shutil.copytree(data_folder("tariffs"), folder)
    file = folder / "zvw" / "huisarts.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("products:\n") == 1
    file.write_text(text.replace("products:\n", IN_TARIFFS), encoding="utf-8")
    return load_tariffs(folder)


def case_with(folder: Path, date: str) -> Path:
    """The example of a case file with two visits of the new product as its only contacts with the GP."""
    text = (data_folder("scenarios") / "cases" / "voorbeeld.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "zvw.huisarts." not in line]
    at = next(n for n, line in enumerate(lines) if line.startswith("care:"))
    lines.insert(at + 1, f"  - {{product: {PRODUCT}, date: {date}, quantity: 2}}")
    path = folder / f"case-{date}.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_product_of_the_tariffs_is_found_in_bill_costs_and_providers(
    book: TariffBook, tmp_path: Path
) -> None:
    """Two visits at € 41.25, without eigen risico: the insurer pays € 82.50."""
    bill = make_bill(case_with(tmp_path, "2026-03-03"), book, SETTINGS.rules(), SETTINGS)
    (line,) = [line for line in bill.lines if line.product == PRODUCT]
    assert (line.gross_cents, line.by_payer) == (8_250, {"zorgverzekeraar": 8_250})
    assert (line.law, line.nza_code, line.rules[0].key) == ("Zvw", "99999", "T1")
    assert book.found("99999") == (PRODUCT,)
    assert module_of(book.product(PRODUCT), "thuis") == "huisarts"
    assert book.product(PRODUCT).provider in under_zvw(book)


def test_a_dated_version_of_a_rule_holds_from_its_date_where_a_scenario_chooses_it(
    book: TariffBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the plan no contact of a GP is declared under the Zvw from March on; in February one still is."""
    monkeypatch.setattr(law_registry, "_REGISTER", list(law_registry._REGISTER))

    @rule(
        "T1",
        title="A trial: no contact of a GP is Zvw",
        law="Zvw",
        article="proef",
        source="handreiking_2026",
        valid_from="2026-03-01",
        plan="proef",
    )
    def nothing(place: Place) -> Bools:
        return np.zeros(len(place.setting), np.bool_)

    chosen = RuleSet.current("proef", *SETTINGS.plans)
    before = make_bill(case_with(tmp_path, "2026-02-20"), book, chosen, SETTINGS)
    assert [line.gross_cents for line in before.lines if line.product == PRODUCT] == [8_250]
    with pytest.raises(InputError, match=PRODUCT):
        make_bill(case_with(tmp_path, "2026-03-03"), book, chosen, SETTINGS)


def test_a_setting_with_a_mark_is_known_by_what_it_does() -> None:
    class Trial(Model):
        applies: Annotated[bool, RULE, SWITCH, Plan("proef", at=True, whole=True)]
        price_eur: Annotated[float, PRICE]

    class Policy(Model):
        trial: Trial

    assert {path: effect.kind for path, effect in effects(Policy).items()} == {
        "trial.applies": "rule",
        "trial.price_eur": "price",
    }
    assert [(path, plan.name) for path, plan in marks(Policy, Plan)] == [("trial.applies", "proef")]
    assert [path for path, _ in marks(Policy, Switch)] == ["trial.applies"]
