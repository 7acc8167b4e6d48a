"""The vectorised ledger agrees to the cent with a plain one that prices patient by patient."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sim.pricing import Ledger, PriceSettings, price
from sim.tariff import load_tariffs
from tests.oracles.journey_tables import random_tables
from tests.oracles.plain_pricing import PlainPricer

BOOK = load_tariffs()
SETTINGS = PriceSettings(2026)


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


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_ledger_agrees_with_plain_pricing_to_the_cent(seed):
    tables = random_tables(500, seed)
    got = by_patient(price(tables, BOOK, SETTINGS.rules(), SETTINGS))
    want = PlainPricer(tables, BOOK, 2026).all()
    wrong = {k: (v - got.get(k, Counter()), got.get(k, Counter()) - v) for k, v in want.items()}
    wrong = {k: v for k, v in wrong.items() if v[0] or v[1]}
    assert not wrong, list(wrong.items())[:3]
    assert sum(sum(v.values()) for v in want.values()) > 0
    assert not set(got) - {int(i) for i in np.asarray(tables["patients"]["patient_id"])}
