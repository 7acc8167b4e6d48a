"""Every registered rule part is at work: a run, a bill, a subsidy file or the budgets call it.

The rules of a `RuleSet` are wrapped to note that they were called with rows; then a simulated region is
priced (once as it is, once with every plan and other way to pay), every case file and one line of each care
product is billed, a subsidy file is answered and the budgets are set.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from sim.cohort import draw_patients
from sim.errors import InputError
from sim.experiment.budgets import budgets
from sim.experiment.parts import Parts
from sim.journey import simulate_region
from sim.law import RuleSet, registered
from sim.law.care import rule_of
from sim.pricing import PriceSettings, price, quote, settings_from
from sim.pricing.case import Case
from sim.pricing.case_bill import make_bill
from sim.pricing.case_subsidy import make_subsidy
from sim.scenario import load_scenario, vary
from sim.schema import Table
from sim.tariff import load_tariffs

ROOT = Path(__file__).resolve().parents[2]
BOOK = load_tariffs()
PATIENTS = 600
LINE = {"date": "2026-06-20", "meeting_190006": True, "reason": "radiotherapie"}
SUBSIDY = {
    "year": 2026,
    "organisations": [
        {"name": "huis", "form": "bth", "months_active": 60, "clients": {2022: 58, 2023: 60, 2024: 62}}
    ],
}
NOT_YET: dict[str, str] = {}
"""Rule part -> why nothing calls it; docs/rules.md shows the same."""


def has_rows(value: Any) -> bool:
    """Whether an argument holds something to judge: not an array, or one that is not empty."""
    if isinstance(value, np.ndarray):
        return value.size > 0
    if is_dataclass(value) and not isinstance(value, type):
        arrays = [v for v in vars(value).values() if isinstance(v, np.ndarray)]
        return not arrays or any(v.size for v in arrays)
    return True


def watched(rules: RuleSet, seen: set[str]) -> RuleSet:
    """The same rules, each noting its key when it is called with rows."""

    def noting(key: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **named: Any) -> Any:
            if all(has_rows(v) for v in given if isinstance(v, np.ndarray) or is_dataclass(v)):
                seen.add(key)
            return function(*given, **named)

        return called

    return RuleSet(tuple(replace(r, function=noting(r.key, r.function)) for r in rules.rules))


def some_of(tables: dict[str, Table], count: int) -> dict[str, Table]:
    """The rows of the children and of the first patients."""
    patients = tables["patients"]
    children = patients["patient_id"][patients["group"] == patients.words("group").index("child")]
    kept = np.union1d(children, patients["patient_id"][:: max(len(patients) // count, 1)])
    out = {}
    for name in ("patients", "wlz_periods", "stays", "spells"):
        rows = np.isin(tables[name]["patient_id"], kept)
        columns = {k: v[rows] for k, v in tables[name].columns.items()}
        out[name] = Table(name, columns, tables[name].labels)
    return out


def runs(seen: set[str]) -> None:
    """Price a simulated region: as it is, and with every plan and other way to pay."""
    loaded = load_scenario("basis_2026")
    ways = {f"payment.{way}.applies": True for way in type(loaded.scenario.payment).model_fields}
    more = {
        "rules.eigen_risico_plan": "460",
        "rules.wmo_plan": "2027",
        "rules.behandeling_plan": "naar_zvw",
        "rules.plans_from": "2026-01-01",
    }
    region = loaded.area.regions[0]
    patients = draw_patients(loaded.scenario, region, 1, 0)
    plan = quote(BOOK, loaded.scenario.prices, region)
    tables = {**simulate_region(loaded.scenario, region, 1, 0, patients, plan), "patients": patients}
    for scenario in (loaded.scenario, vary(loaded, {**ways, **more}, "alle_plannen").scenario):
        settings = settings_from(scenario)
        rules = watched(settings.rules(), seen)
        price(some_of(tables, PATIENTS), BOOK, rules, settings)
        budgets(scenario, loaded.area, Parts(), BOOK, rules)
    before = vary(loaded, {"horizon.count_from": "2025-01-01", "horizon.count_to": "2026-01-01"}, "2025")
    budgets(before.scenario, loaded.area, Parts(), BOOK, watched(RuleSet.current(), seen))


def cases() -> Iterator[dict[str, Any]]:
    """Case files, bills among the law cases, and one line of each product of care."""
    yaml = YAML(typ="safe")
    for path in sorted((ROOT / "scenarios" / "cases").glob("*.yaml")):
        yield yaml.load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "tests" / "law_cases").glob("*/*/*.yaml")):
        for case in yaml.load(path.read_text(encoding="utf-8"))["cases"]:
            if case["function"] == "bill":
                yield case["input"]["bill"]
    patient = {"born": "1946-03-14", "died": "2026-06-30", "income": {"verzamelinkomen_eur": 28000}}
    stay = {"setting": "thuis", "from": "2026-01-01", "to": "2026-06-30"}
    for id in BOOK.ids:
        try:
            rule_of(BOOK.product(id))
        except InputError:
            continue
        line = {"product": id, **LINE, "amount_eur": 100}
        yield {"patient": patient, "journey": [stay], "care": [line]}


def bills(seen: set[str]) -> None:
    """Bill every case; one that its law refuses has been judged before."""
    rules = watched(RuleSet.current(), seen)
    for case in cases():
        try:
            read = Case.model_validate_json(json.dumps(case, default=str))
            make_bill(read, BOOK, rules, PriceSettings(2026))
        except InputError:
            continue


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Keys of all rules that were called."""
    seen: set[str] = set()
    runs(seen)
    bills(seen)
    file = tmp_path_factory.mktemp("subsidy") / "organisaties.yaml"
    file.write_text(json.dumps(SUBSIDY), encoding="utf-8")
    make_subsidy(file, BOOK, watched(RuleSet.current("ptz_verlengd"), seen), 2026)
    return seen


def test_every_rule_part_is_called_by_a_run_a_bill_a_subsidy_or_the_budgets(reached: set[str]) -> None:
    keys = {r.key for r in registered()}
    assert sorted(keys - reached) == sorted(NOT_YET)


def test_what_nothing_calls_stands_with_its_reason_on_the_page_of_rules() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert all(f"{key}: {reason}" in page for key, reason in NOT_YET.items())


def test_a_rule_that_nothing_calls_would_be_seen() -> None:
    """A call without rows does not count as being at work."""
    seen: set[str] = set()
    rules = watched(RuleSet.current(), seen)
    rule = rules.at("T19", dt.date(2026, 1, 1))
    assert rule is not None
    none, one = np.zeros(0, np.int64), np.ones(1, np.int64)
    rule.function(none, none)
    assert not seen
    rule.function(one, one)
    assert seen == {"T19"}
