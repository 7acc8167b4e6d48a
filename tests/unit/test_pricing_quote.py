"""The quote of district nursing and the settings of a price run."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sim.catalogue import load_tariffs
from sim.errors import InputError
from sim.ledger import PriceSettings, price, quote, settings_from
from sim.scenario import load_scenario
from tests.oracles.journey_tables import random_tables

BOOK = load_tariffs()


def test_a_quote_holds_the_hour_the_day_and_the_budget_in_cents():
    loaded = load_scenario("basis_2026")
    region = loaded.area.regions[0]
    plan = quote(BOOK, loaded.scenario.prices, region)
    assert plan.cents_per_hour == 7_500  # WV-INT 75.00
    assert plan.cents_per_day_bth == 34_000  # WV-BTH 340.00
    assert plan.budget_cents == round(region.district_nursing_budget_eur.value * 100)


def test_a_scenario_gives_the_settings_of_its_prices():
    scenario = load_scenario("basis_2026").scenario
    settings = settings_from(scenario)
    assert settings.basis_year == scenario.prices.basis_year
    assert settings.elv == (Fraction(1), ())
    assert settings.rules().has("P1")


def test_a_run_at_dbc_prices_is_refused_in_one_line():
    with pytest.raises(InputError, match="'dbc' needs an amount a subtraject") as caught:
        price(random_tables(3, 1), BOOK, PriceSettings(2026).rules(), PriceSettings(2026, "dbc"))
    assert "\n" not in str(caught.value)


def test_a_contract_factor_lowers_the_eerstelijnsverblijf_only():
    tables = random_tables(60, 5)
    full = price(tables, BOOK, PriceSettings(2026).rules(), PriceSettings(2026)).declarations
    low = PriceSettings(2026, elv=(Fraction(9, 10), ()))
    less = price(tables, BOOK, low.rules(), low).declarations
    for number, id in enumerate(full.words("product")):
        a = int(full["gross_cents"][full["product"] == number].sum())
        b = int(less["gross_cents"][less["product"] == less.words("product").index(id)].sum())
        # 90% of 619.00 and of 379.80 are whole cents, so the sum is exactly nine tenths
        assert b * 10 == a * 9 if id.startswith("zvw.elv") else a == b, id
