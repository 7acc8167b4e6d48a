"""A million declarations of mixed products through all rules, on one core; one JSON line.

Usage: python benchmarks/law_million.py [ROUNDS]

The journey of Middenland is simulated once and laid side by side until it brings a million declarations;
spells of every other product with a price of its own are added to it. Only the pricing is timed, in seconds
of the processor, so that other work on the machine does not count.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from typing import Any

import numpy as np

from sim.catalogue import TariffBook, load_tariffs
from sim.cohort import draw_patients
from sim.errors import InputError
from sim.journey import simulate_region
from sim.law.care import rule_of
from sim.ledger import price, quote, settings_from
from sim.scenario import load_scenario
from sim.schema import CARE_PRODUCTS, PER, TABLES, Table

MILLION = 1_000_000
OTHER_SPELLS = 60_000


def other_products(book: TariffBook, year: int) -> tuple[str, ...]:
    """Products of care with a price in a year that the journey does not write."""
    found = []
    for id in book.ids:
        try:
            rule_of(book.product(id))
            book.value(id, dt.date(year, 1, 1))
        except InputError:
            continue
        if id not in CARE_PRODUCTS:
            found.append(id)
    return tuple(found)


def with_others(tables: dict[str, Table], products: tuple[str, ...], count: int) -> dict[str, Table]:
    """The tables with spells of further products, spread over the stays."""
    rng = np.random.default_rng(1)
    stays, spells = tables["stays"], tables["spells"]
    at = rng.integers(0, len(stays), count)
    extra: dict[str, Any] = {
        "patient_id": stays["patient_id"][at],
        "spell_no": np.arange(count) + 1 + int(spells["spell_no"].max()),
        "stay_no": stays["stay_no"][at],
        "product": len(CARE_PRODUCTS) + rng.integers(0, len(products), count),
        "start_minute": stays["start_minute"][at],
        "end_minute": stays["start_minute"][at],
        "quantity": np.full(count, 10),
        "per": np.full(count, PER.index("once")),
        "provider": np.zeros(count, np.int64),
        "contracted": np.ones(count, np.bool_),
        "condition": np.zeros(count, np.int64),
    }
    columns = {f.name: np.concatenate([spells[f.name], extra[f.name]]) for f in TABLES["spells"]}
    labels = {**spells.labels, "product": (*CARE_PRODUCTS, *products)}
    columns["product"] = columns["product"].astype(np.int16)
    wide = Table("spells", columns, labels)
    return {**tables, "spells": wide}


def side_by_side(tables: dict[str, Table], copies: int) -> dict[str, Table]:
    """So many copies of the patients with all their rows."""
    step = int(tables["patients"]["patient_id"].max()) + 1
    out = {}
    for name, one in tables.items():
        if "patient_id" not in one.columns:
            continue
        columns = {k: np.tile(v, copies) for k, v in one.columns.items()}
        columns["patient_id"] = np.concatenate([one["patient_id"] + step * n for n in range(copies)])
        out[name] = Table(name, columns, one.labels)
    return out


def main(rounds: int) -> dict[str, object]:
    """Seconds of the fastest and the middle round for a million declarations."""
    loaded, book = load_scenario("basis_2026"), load_tariffs()
    scenario, region = loaded.scenario, loaded.area.regions[0]
    settings = settings_from(scenario)
    rules = settings.rules()
    patients = draw_patients(scenario, region, 1, 0)
    plan = quote(book, scenario.prices, region)
    tables = {**simulate_region(scenario, region, 1, 0, patients, plan), "patients": patients}
    products = other_products(book, settings.basis_year)
    tables = with_others(tables, products, OTHER_SPELLS)
    once = len(price(tables, book, rules, settings).declarations)
    tables = side_by_side(tables, -(-MILLION // once))
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        ledger = price(tables, book, rules, settings)
        seconds.append(time.process_time() - start)
    lines = len(ledger.declarations)
    used = np.union1d(ledger.declarations["rule"], ledger.shares["rule"])
    return {
        "declarations": lines,
        "patients": len(tables["patients"]),
        "products": len(np.unique(ledger.declarations["product"])),
        "rules_that_pay": int((used >= 0).sum()),
        "rules_in_force": len(rules.labels),
        "seconds": round(sorted(seconds)[rounds // 2], 3),
        "fastest": round(min(seconds), 3),
        "seconds_a_million": round(sorted(seconds)[rounds // 2] * MILLION / lines, 3),
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)))
