"""Several years: growth, the three reference years of the subsidy, its end in 2027, dated state budgets."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from sim.catalogue import TariffBook, load_tariffs
from sim.cohort import draw_patients
from sim.dates import minute_of
from sim.law.registry import RuleSet
from sim.measure.subsidy import Clients, Scheme, clients_before
from sim.scenario import LoadedScenario, load_scenario, regions_of, vary
from sim.studies.budget import over_years

YEARS = range(2026, 2032)
CLIENTS_A_YEAR = {2026: 60, 2027: 63, 2028: 66, 2029: 69, 2030: 72, 2031: 75}


@pytest.fixture(scope="module")
def book() -> TariffBook:
    return load_tariffs()


@pytest.fixture(scope="module")
def basis() -> LoadedScenario:
    return over_years(load_scenario("basis_2026"), 2026, 2031)


def growing(basis: LoadedScenario, rate: float) -> LoadedScenario:
    """The scenario with one growth of the number of deaths from its base year on."""
    population = basis.scenario.cohort.population
    first = population.growth[0]
    one = first.model_copy(
        update={
            "from_year": population.growth_base_year + 1,
            "per_year": first.per_year.model_copy(update={"value": rate, "range": None}),
        }
    )
    people = population.model_copy(update={"growth": (one,), "growth_base_year": 2026})
    cohort = basis.scenario.cohort.model_copy(update={"population": people})
    return dataclasses.replace(basis, scenario=basis.scenario.model_copy(update={"cohort": cohort}))


def deaths(loaded: LoadedScenario, year: int) -> int:
    region = next(iter(regions_of(loaded.area)))
    patients = draw_patients(loaded.scenario, region, 1, 0)
    low, high = (minute_of(dt.date(y, 1, 1)) for y in (year, year + 1))
    return int(((patients["death_minute"] >= low) & (patients["death_minute"] < high)).sum())


def test_growth_of_two_percent_a_year_moves_the_deaths_as_computed_by_hand(basis: LoadedScenario) -> None:
    """3,110 deaths a year become 3,110 x 1.02 ** k.

    Both draws take the same uniform, so that two Poisson numbers differ by their means and at most
    4 (sqrt(high) - sqrt(low)).
    """
    still, moving = growing(basis, 0.0), growing(basis, 0.02)
    assert next(iter(regions_of(basis.area))).palliative_deaths.value == 3110
    assert deaths(still, 2026) == deaths(moving, 2026)
    for year, more in ((2027, 62.2), (2029, 190.35), (2031, 323.69)):
        reach = 4 * ((3110 + more) ** 0.5 - 3110**0.5) + 1
        assert abs(deaths(moving, year) - deaths(still, year) - more) <= reach


def test_the_subsidy_of_a_year_follows_from_the_clients_two_to_four_years_before(
    basis: LoadedScenario, book: TariffBook
) -> None:
    """Regeling PTZ art. 6-7: a bijna-thuis-huis gets 5,035 euros a client, of the mean of years Y-4 to Y-2.

    With a nation that asks nothing, the area is the nation, needs less than the ceiling and is paid in full.
    Before 2026 the area's part of 30 clients a year is data. 2028: (30 + 30 + 60) / 3 = 40 clients;
    2029: (30 + 60 + 63) / 3 = 51; 2030: (60 + 63 + 66) / 3 = 63; 2031: (63 + 66 + 69) / 3 = 66.
    """
    values = {f"subsidy.national_clients.value.{form}": 0 for form in ("thuis_betaald", "hch", "instelling")}
    nation = vary(basis, {**values, "subsidy.national_clients.value.bth": 30}, "natie")
    area = nation.area.model_copy(
        update={"national_share": nation.area.national_share.model_copy(update={"value": 1.0})}
    )
    clients = [Clients("De Linde", "bth", year, number) for year, number in CLIENTS_A_YEAR.items()]
    found = Scheme(nation.scenario, area, clients, book, RuleSet.current("ptz_verlengd")).subsidies(YEARS)
    assert [each.year for each in found] == list(YEARS)
    assert [each.mean_clients for each in found] == [30, 30, 40, 51, 63, 66]
    assert {each.payout for each in found} == {Fraction(1)}
    assert [each.cents for each in found] == [n * 503_500 for n in (30, 30, 40, 51, 63, 66)]


def test_clients_before_the_simulation_are_the_areas_share_of_the_stated_nation(
    basis: LoadedScenario,
) -> None:
    """4,700 guests x 0.02778 = 130.6, so 131, by largest remainder over houses of 60 and 20: 98 and 33."""
    first = {("De Linde", "bth"): 60, ("De Haven", "bth"): 20, ("Kastanje", "hch"): 0}
    assert basis.scenario.subsidy.national_clients.value["bth"] == 4700
    assert basis.area.national_share.value == 0.02778
    assert clients_before(basis.scenario, basis.area, first) == {
        ("De Linde", "bth"): 98,
        ("De Haven", "bth"): 33,
    }


def test_the_scheme_pays_nothing_from_2027_where_it_is_not_continued(
    basis: LoadedScenario, book: TariffBook
) -> None:
    clients = [Clients("De Linde", "bth", year, number) for year, number in CLIENTS_A_YEAR.items()]
    found = Scheme(basis.scenario, basis.area, clients, book, RuleSet.current()).subsidies(YEARS)
    by_year = {each.year: each for each in found}
    assert by_year[2026].cents > 0
    assert [by_year[year].cents for year in range(2027, 2032)] == [0] * 5
    assert [by_year[year].claimed_cents for year in range(2027, 2032)] == [0] * 5


def test_more_clients_in_the_rest_of_the_nation_lower_the_payout_years_later(
    basis: LoadedScenario, book: TariffBook
) -> None:
    """Growth of 10% from 2026 on reaches the percentage in 2028, the first with a simulated reference year.

    A third of the need is then 1.10 times as large, so the need is 1 + 0.1 / 3 times that of 2027.
    """
    loaded = growing(basis, 0.0)
    population = loaded.scenario.cohort.population
    first = population.growth[0].model_copy(
        update={
            "from_year": 2026,
            "per_year": population.growth[0].per_year.model_copy(update={"value": 0.1}),
        }
    )
    people = population.model_copy(update={"growth": (first,), "growth_base_year": 2025})
    cohort = loaded.scenario.cohort.model_copy(update={"population": people})
    scenario = loaded.scenario.model_copy(update={"cohort": cohort})
    clients = [Clients("De Linde", "bth", year, 0) for year in YEARS]
    found: list[Any] = Scheme(
        scenario, loaded.area, clients, book, RuleSet.current("ptz_verlengd")
    ).subsidies(YEARS)
    payout = {each.year: each.payout for each in found}
    assert float(payout[2027] / payout[2028]) == pytest.approx(1 + 0.1 / 3)
