"""The vectorised ledger agrees to the cent with a plain one that prices patient by patient."""

from __future__ import annotations

import time
from collections import Counter

import numpy as np
import pytest

from sim.catalogue import load_tariffs
from sim.cohort import draw_patients
from sim.journey import simulate_region
from sim.ledger import Ledger, PriceSettings, price, quote, settings_from
from sim.scenario import load_scenario
from tests.oracles.journey_tables import random_tables, some_of
from tests.oracles.plain_pricing import PlainPricer

pytestmark = pytest.mark.slow

BOOK = load_tariffs()
SETTINGS = PriceSettings(2026)
PATIENTS = 2000


def by_patient(ledger: Ledger) -> dict[int, Counter[tuple[str, ...]]]:
    """Cents by patient: gross a product, shares a (payer, item), unfunded care."""
    lines, shares, lost = ledger.declarations, ledger.shares, ledger.unfunded
    out: dict[int, Counter[tuple[str, ...]]] = {}
    products, payers, items = lines.words("product"), shares.words("payer"), shares.words("item")
    for patient, product, cents in zip(
        lines["patient_id"].tolist(), lines["product"].tolist(), lines["gross_cents"].tolist(), strict=True
    ):
        out.setdefault(patient, Counter())["gross", products[product]] += cents
    owner = lines["patient_id"][shares["declaration_id"]].tolist()
    for patient, payer, item, cents in zip(
        owner, shares["payer"].tolist(), shares["item"].tolist(), shares["cents"].tolist(), strict=True
    ):
        out[patient][payers[payer], items[item]] += cents
    for patient, cents in zip(lost["patient_id"].tolist(), lost["cents"].tolist(), strict=True):
        out.setdefault(patient, Counter())["unfunded", ""] += cents
    return {k: Counter({n: c for n, c in v.items() if c}) for k, v in out.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_ledger_agrees_with_plain_pricing_to_the_cent(seed):
    tables = random_tables(500, seed)
    got = by_patient(price(tables, BOOK, SETTINGS.rules(), SETTINGS))
    want = PlainPricer(tables, BOOK, 2026).all()
    wrong = {k: (v - got.get(k, Counter()), got.get(k, Counter()) - v) for k, v in want.items()}
    wrong = {k: v for k, v in wrong.items() if v[0] or v[1]}
    assert not wrong, list(wrong.items())[:3]
    assert sum(sum(v.values()) for v in want.values()) > 0
    assert not set(got) - {int(i) for i in np.asarray(tables["patients"]["patient_id"])}


@pytest.fixture(scope="module")
def simulated():
    """Two thousand patients of a simulated year in Middenland, with all care the journey knows."""
    loaded = load_scenario("basis_2026")
    region = loaded.area.regions[0]
    patients = draw_patients(loaded.scenario, region, 1, 0)
    plan = quote(BOOK, loaded.scenario.prices, region)
    tables = {**simulate_region(loaded.scenario, region, 1, 0, patients, plan), "patients": patients}
    settings = settings_from(loaded.scenario)
    return some_of(tables, PATIENTS), settings


def test_two_thousand_simulated_patients_cost_the_same_to_the_cent_in_both(simulated, capsys):
    tables, settings = simulated
    start = time.perf_counter()
    got = by_patient(price(tables, BOOK, settings.rules(), settings))
    ours = time.perf_counter() - start
    start = time.perf_counter()
    want = PlainPricer(tables, BOOK, settings.basis_year, settings.elv[0]).all()
    plain = time.perf_counter() - start
    assert len(tables["patients"]) == PATIENTS
    wrong = {k: (v - got.get(k, Counter()), got.get(k, Counter()) - v) for k, v in want.items()}
    wrong = {k: v for k, v in wrong.items() if v[0] or v[1]}
    assert not wrong, list(wrong.items())[:3]
    items = {key for bill in want.values() for key in bill}
    for expected in (
        ("patient", "eigen_risico"),
        ("patient", "wlz_eigen_bijdrage"),
        ("patient", "wmo_eigen_bijdrage"),
        ("patient", "bth_dagbijdrage"),
        ("gemeente", ""),
        ("gross", "zvw.kindzorg.thuis"),
        ("gross", "jeugdwet.zorg"),
        ("gross", "zvw.msz.polikliniek"),
        ("gross", "zvw.gzsp.so_5_minuten"),
        ("gross", "wlz.zzp.vv10"),
        ("patient", "niet_gecontracteerd"),
        ("patient", "zittend_vervoer"),
        ("patient", "gvs_bijbetaling"),
        ("gross", "zvw.fysiotherapie"),
        ("gross", "wmo.alarm.maand"),
        ("gross", "wlz.huishoudelijke_hulp"),
        ("gross", "wlz.mpt.begeleiding"),
        ("gross", "buiten.extra.dag"),
        ("unfunded", ""),
    ):
        assert expected in items, expected
    with capsys.disabled():
        print(f"\n{PATIENTS} patients: plain {plain:.1f} s, columns {ours:.2f} s, ratio {plain / ours:.0f}")
