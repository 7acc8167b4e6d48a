"""Contracting and VV10 in a run: what the two choices change, and what they leave as it was."""

from __future__ import annotations

import numpy as np
import pytest

from sim.catalogue import load_tariffs
from sim.cohort import cohort_draws, draw_patients
from sim.journey import simulate_region
from sim.journey.needs import sample_needs
from sim.ledger import price, quote, settings_from
from sim.scenario import load_scenario, vary
from sim.schema import SETTINGS, Table, code

BOOK = load_tariffs()
DEATHS = 150.0
CONTRACTED, CRITERIA = "cohort.insurance.contracted_nursing.value", "cohort.wlz.vv10_criteria.value"


def journeys(**values: float) -> tuple[dict[str, Table], object]:
    """Journeys of a small region under changed settings, and the scenario."""
    paths = {"contracted": CONTRACTED, "criteria": CRITERIA, "hit": "ceiling.applies.value"}
    loaded = vary(load_scenario("basis_2026"), {paths[k]: v for k, v in values.items()}, "ander")
    region = loaded.area.regions[0]
    deaths = region.palliative_deaths.model_copy(update={"value": DEATHS})
    region = region.model_copy(update={"palliative_deaths": deaths})
    patients = draw_patients(loaded.scenario, region, 1, 0)
    plan = quote(BOOK, loaded.scenario.prices, region)
    tables = simulate_region(loaded.scenario, region, 1, 0, patients, plan)
    return {**tables, "patients": patients}, loaded.scenario


@pytest.fixture(scope="module")
def base():
    return journeys(contracted=0.9, hit=0.0)


def differing(one: Table, other: Table) -> set[str]:
    """Columns in which two tables of equal length differ."""
    assert len(one) == len(other)
    return {k for k in one.columns if not np.array_equal(one[k], other[k])}


def gross(tables: dict[str, Table], scenario: object) -> dict[str, int]:
    """Gross cents by product."""
    settings = settings_from(scenario)
    lines = price(tables, BOOK, settings.rules(), settings).declarations
    words = lines.words("product")
    sums = np.bincount(lines["product"], lines["gross_cents"], len(words))
    return {word: int(cents) for word, cents in zip(words, sums, strict=True) if cents}


def as_guest(tables: dict[str, Table]) -> np.ndarray:
    """Spells during a stay in a bijna-thuis-huis."""
    stays, spells = tables["stays"], tables["spells"]
    here = stays["setting"] == code(SETTINGS, "bth")
    guests = set(zip(stays["patient_id"][here].tolist(), stays["stay_no"][here].tolist(), strict=True))
    keys = zip(spells["patient_id"].tolist(), spells["stay_no"].tolist(), strict=True)
    return np.array([key in guests for key in keys], np.bool_)


def test_fewer_contracts_change_the_contract_of_nursing_spells_and_guests_and_nothing_else(base):
    other, _ = journeys(contracted=0.5, hit=0.0)
    assert differing(base[0]["patients"], other["patients"]) == set()
    assert differing(base[0]["stays"], other["stays"]) == {"contracted"}
    changed = base[0]["stays"]["contracted"] & ~other["stays"]["contracted"]
    assert (other["stays"]["setting"][changed] == code(SETTINGS, "bth")).all()
    before, after = (
        {k: v[~as_guest(tables)] for k, v in tables["spells"].columns.items()} for tables in (base[0], other)
    )
    apart = {k for k in before if k != "spell_no" and not np.array_equal(before[k], after[k])}
    assert apart == {"contracted"}
    products = other["spells"].words("product")
    without = np.unique(other["spells"]["product"][~other["spells"]["contracted"]])
    assert {products[p] for p in without} <= {"zvw.wijkverpleging", "zvw.wijkverpleging.nacht"}
    assert (before["contracted"] & ~after["contracted"]).any()
    assert not (~before["contracted"] & after["contracted"]).any()


def test_a_guest_without_a_contract_is_billed_by_the_hour_and_another_by_the_day():
    tables, scenario = journeys(contracted=0.5, hit=0.0)
    stays = tables["stays"]
    zvw = (stays["setting"] == code(SETTINGS, "bth")) & (stays["wlz_form"] == 0)
    settings = settings_from(scenario)
    lines = price(tables, BOOK, settings.rules(), settings).declarations
    words = lines.words("product")

    def billed(kind: str) -> set[tuple[int, int]]:
        mine = lines["product"] == words.index(kind)
        return set(zip(lines["patient_id"][mine].tolist(), lines["stay_no"][mine].tolist(), strict=True))

    def stays_of(which: np.ndarray) -> set[tuple[int, int]]:
        return set(zip(stays["patient_id"][which].tolist(), stays["stay_no"][which].tolist(), strict=True))

    by_day, by_hour = stays_of(zvw & stays["contracted"]), stays_of(zvw & ~stays["contracted"])
    assert by_day
    assert by_hour
    assert billed("zvw.wijkverpleging.bth_dag") == by_day
    assert billed("zvw.wijkverpleging") & (by_day | by_hour) == by_hour


def test_one_patient_has_one_contract(base):
    spells = base[0]["spells"]
    nursing = [n for n, word in enumerate(spells.words("product")) if word.startswith("zvw.wijkverpleging")]
    mine = np.isin(spells["product"], nursing)
    ids, place = np.unique(spells["patient_id"][mine], return_inverse=True)
    with_contract = np.bincount(place, spells["contracted"][mine], len(ids))
    assert np.isin(with_contract / np.bincount(place), (0.0, 1.0)).all()


def test_criteria_for_vv10_change_the_price_of_nursing_home_days_and_nothing_else(base):
    tables, scenario = journeys(contracted=0.9, hit=0.0, criteria=1.0)
    assert differing(base[0]["stays"], tables["stays"]) == set()
    assert differing(base[0]["spells"], tables["spells"]) == set()
    assert differing(base[0]["patients"], tables["patients"]) == {"criteria_vv10"}
    before, after = gross(*base), gross(tables, scenario)
    changed = {product for product in {*before, *after} if before.get(product) != after.get(product)}
    assert changed
    assert all(product.startswith("wlz.zzp") or product == "wlz.bijdrage_boven_kosten" for product in changed)
    assert after["wlz.zzp.vv10"] > before["wlz.zzp.vv10"]


def test_care_without_a_contract_falls_under_no_ceiling():
    loaded = vary(load_scenario("basis_2026"), {CONTRACTED: 0.5, "ceiling.applies.value": 1.0}, "ander")
    region = loaded.area.regions[0]
    patients = draw_patients(loaded.scenario, region, 1, 0)
    draws, _, _ = cohort_draws(loaded.scenario, region, 1, 0)
    needs = sample_needs(patients, draws, loaded.scenario, region)
    assert np.array_equal(needs.ceiling_hit, needs.contracted)
    assert 0.45 < needs.contracted.mean() < 0.55
