"""Writes docs/rules_coverage.md: for every part of a rule whether a run, a bill or a subsidy file reaches it.

Usage: python docs/generate/rules_coverage.py

A part is reached when its function is called with rows: the rules of a `RuleSet` are wrapped to note that.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from sim.billing.case import Case
from sim.billing.case_bill import make_bill
from sim.billing.case_subsidy import make_subsidy
from sim.billing.not_declared import care_drops
from sim.catalogue import TariffBook, load_tariffs
from sim.cohort import draw_patients
from sim.errors import InputError
from sim.journey import simulate_region
from sim.law import RuleSet, registered
from sim.law.care import rule_of
from sim.ledger import PriceSettings, price, quote, settings_from
from sim.measure.budgets import budgets
from sim.measure.subsidy import subsidise
from sim.measure.sums import Sums
from sim.scenario import LoadedScenario, Region, load_scenario, scenario_names, vary
from sim.schema import Table

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "rules_coverage.md"
PATIENTS, FEW_DEATHS = 600, 150.0
LINE = {"date": "2026-06-20", "meeting_190006": True, "reason": "radiotherapie"}
SUBSIDY = {
    "year": 2026,
    "organisations": [
        {"name": "huis", "form": "bth", "months_active": 60, "clients": {2022: 58, 2023: 60, 2024: 62}}
    ],
}
RUN, BILL, FILE = "run", "bill", "subsidy file"
WAYS = (RUN, BILL, FILE)
HEAD = """# Coverage of the rules

For every part of a rule: who reaches it. A run is the pricing of simulated patients under a scenario of
`scenarios/`, its measures and its budgets; a bill is a case file; a subsidy file is for `palsim subsidy`.
A part counts as reached when its function is called with something to judge. Part by part, the
[rules](rules.md) themselves say what they do.

What only a bill reaches says why no run does; that reason stands with the rule in `sim/law`.

This page is written by `python docs/generate/rules_coverage.py`; a test compares it with what is reached.
"""


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


def simulated(loaded: LoadedScenario, region: Region, book: TariffBook) -> dict[str, Table]:
    """The journey tables of a region."""
    patients = draw_patients(loaded.scenario, region, 1, 0)
    plan = quote(book, loaded.scenario.prices, region)
    return {**simulate_region(loaded.scenario, region, 1, 0, patients, plan), "patients": patients}


def runs(seen: set[str], book: TariffBook) -> None:
    """Price a region as it is, with every plan and other way to pay, and a small one under each scenario."""
    loaded = load_scenario("basis_2026")
    ways = {f"payment.{way}.applies": True for way in type(loaded.scenario.payment).model_fields}
    more = {
        "rules.eigen_risico_plan": "460",
        "rules.wmo_plan": "2027",
        "rules.behandeling_plan": "naar_zvw",
        "rules.plans_from": "2026-01-01",
    }
    region = loaded.area.regions[0]
    tables = some_of(simulated(loaded, region, book), PATIENTS)
    care_drops(tables, watched(RuleSet.current(), seen))
    for scenario in (loaded.scenario, vary(loaded, {**ways, **more}, "alle_plannen").scenario):
        settings = settings_from(scenario)
        rules = watched(settings.rules(), seen)
        price(tables, book, rules, settings)
        budgets(scenario, loaded.area, Sums(), book, rules)
        subsidise(scenario, loaded.area, Sums(), book, rules)
    before = vary(loaded, {"horizon.count_from": "2025-01-01", "horizon.count_to": "2026-01-01"}, "2025")
    budgets(before.scenario, loaded.area, Sums(), book, watched(RuleSet.current(), seen))
    deaths = region.palliative_deaths.model_copy(update={"value": FEW_DEATHS})
    small = region.model_copy(update={"palliative_deaths": deaths})
    for name in scenario_names():
        policy = load_scenario(name, "middenland")
        settings = settings_from(policy.scenario)
        price(simulated(policy, small, book), book, watched(settings.rules(), seen), settings)


def cases(book: TariffBook) -> Iterator[dict[str, Any]]:
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
    for id in book.ids:
        try:
            rule_of(book.product(id))
        except InputError:
            continue
        line = {"product": id, **LINE, "amount_eur": 100}
        yield {"patient": patient, "journey": [stay], "care": [line]}


def bills(seen: set[str], book: TariffBook) -> None:
    """Bill every case; one that its law refuses has been judged before."""
    rules = watched(RuleSet.current(), seen)
    for case in cases(book):
        try:
            read = Case.model_validate_json(json.dumps(case, default=str))
            make_bill(read, book, rules, PriceSettings(2026))
        except InputError:
            continue


def subsidies(seen: set[str], book: TariffBook) -> None:
    """Settle a subsidy file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "organisaties.yaml"
        file.write_text(json.dumps(SUBSIDY), encoding="utf-8")
        make_subsidy(file, book, watched(RuleSet.current("ptz_verlengd"), seen), 2026)


def reached() -> dict[str, set[str]]:
    """Keys of the rule parts that each way reaches."""
    book = load_tariffs()
    out: dict[str, set[str]] = {way: set() for way in WAYS}
    for way, work in ((RUN, runs), (BILL, bills), (FILE, subsidies)):
        work(out[way], book)
    return out


def by_bill_only(found: dict[str, set[str]]) -> set[str]:
    """Keys of the parts that a bill reaches and nothing else."""
    return found[BILL] - found[RUN] - found[FILE]


def page(found: dict[str, set[str]]) -> str:
    """The whole page."""
    parts = {r.key: r for r in reversed(registered())}
    parts = dict(reversed(parts.items()))
    counts = {way: len(found[way]) for way in WAYS}
    only = by_bill_only(found)
    lines = [
        HEAD,
        f"Of {len(parts)} parts a run reaches {counts[RUN]}, a bill {counts[BILL]} and a subsidy file "
        f"{counts[FILE]}; {len(only)} are reached by a bill only.\n",
        "| Part | What it says | Reached by | Why only a bill |",
        "|---|---|---|---|",
    ]
    for key, rule in parts.items():
        by = ", ".join(way for way in WAYS if key in found[way])
        why = rule.bill_only if key in only else ""
        lines.append(f"| {key} | {rule.title} | {by} | {why} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    OUT.write_text(page(reached()), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
