"""The cohort: who is drawn, when, and with which links between attributes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from sim import dates
from sim.cohort import cohort_draws, death_window, draw_patients
from sim.cohort.patients import growth_factor, season
from sim.cohort.sampling import choose, event_times, lognormal, truncated_normal
from sim.cohort.taken_over import again, taken_over
from sim.rng import CohortDraws, Draws
from sim.scenario import load_scenario
from sim.scenario.numbers import Lognormal
from sim.schema import GROUPS, NEVER, SETTINGS, code
from sim.units import LAST_YEAR_DAYS, MINUTES_PER_DAY


@pytest.fixture(scope="module")
def base():
    return load_scenario("basis_2026")


@pytest.fixture(scope="module")
def patients(base):
    return draw_patients(base.scenario, base.area.regions[0], 1, 0)


def test_everyone_dies_in_the_window_and_enters_at_most_a_year_before(base, patients):
    first, last = death_window(base.scenario.horizon)
    death = patients["death_minute"]
    assert death.min() >= dates.minute_of(first)
    assert death.max() < dates.minute_of(last)
    lived = death - patients["entry_minute"]
    assert lived.max() == LAST_YEAR_DAYS * MINUTES_PER_DAY
    assert (patients["birth_minute"] <= patients["entry_minute"]).all()


def test_patient_ids_are_unique_and_carry_region_and_year_of_death(patients):
    ids = patients["patient_id"]
    assert len(np.unique(ids)) == len(ids)
    year = dates.years(dates.days(patients["death_minute"]))
    # region x 10,000 + year, then six digits for the number within the year
    assert (ids // 1_000_000 == 10_000 + year).all()


def test_the_number_of_deaths_is_poisson_around_the_area_figure(base):
    region = base.area.regions[0]
    counts = []
    for replication in range(40):
        draws, _, death = cohort_draws(base.scenario, region, 1, replication)
        year = dates.years(dates.days(death))
        counts.append(int((year == 2026).sum()))
    mean = region.palliative_deaths.value
    assert abs(np.mean(counts) - mean) < 4 * (mean / len(counts)) ** 0.5
    assert 0.3 * mean < np.var(counts, ddof=1) < 2.0 * mean


def test_children_have_no_wlz_no_partner_and_no_income(patients):
    child = patients["group"] == code(GROUPS, "child")
    assert child.any()
    assert (patients["wlz_since_minute"][child] == NEVER).all()
    assert (patients["partner_birth_minute"][child] == NEVER).all()
    assert (patients["income_cents"][child] == 0).all()


def test_no_indication_for_the_wlz_starts_in_the_terminal_phase(patients):
    has = patients["wlz_since_minute"] != NEVER
    assert has.any()
    assert (patients["wlz_since_minute"][has] <= patients["terminal_from_minute"][has]).all()


def test_who_lives_in_a_nursing_home_at_entry_has_the_wlz_since_then_or_earlier(patients):
    resident = patients["entry_setting"] == code(SETTINGS, "verpleeghuis")
    assert resident.any()
    assert (patients["wlz_since_minute"][resident] <= patients["entry_since_minute"][resident]).all()


def test_group_shares_follow_the_scenario(base, patients):
    adults = patients["group"] != code(GROUPS, "child")
    share = (patients["group"][adults] == code(GROUPS, "cancer")).mean()
    p = base.scenario.cohort.population.group_share.value["cancer"]
    assert abs(share - p) < 4 * (p * (1 - p) / adults.sum()) ** 0.5


def test_a_lognormal_quantile_is_its_median_and_stops_at_its_maximum():
    dist = Lognormal(median=5.0, sigma=0.9, maximum=30.0, kind="source", source="test")
    assert lognormal(np.array([0.5]), dist)[0] == pytest.approx(5.0)
    assert lognormal(np.array([0.999999]), dist)[0] == 30.0


def test_truncated_normal_stays_between_its_bounds():
    u = np.linspace(0.001, 0.999, 99)
    ones = np.ones(99)
    x = truncated_normal(u, 74.0 * ones, 12.0 * ones, 18.0 * ones, 108.0 * ones)
    assert (np.diff(x) > 0).all()
    assert x.min() > 18.0
    assert x.max() < 108.0
    assert x[49] == pytest.approx(74.0, abs=0.2)


def test_choose_gives_each_outcome_its_share():
    u = (np.arange(1000) + 0.5) / 1000
    assert np.bincount(choose(u, [0.2, 0.5, 0.3])).tolist() == [200, 500, 300]


def _draws(size: int, **changes: int) -> CohortDraws:
    key = {"master": 7, "replication": 0, "region": 1, "death_year": 2026} | changes
    return CohortDraws(((Draws(size=size, **key), np.arange(size)),))


def test_event_counts_have_the_mean_of_the_cumulative_hazard():
    rates = np.tile([0.01, 0.02, 0.05, 0.2], (20_000, 1))
    patient, number, days = event_times(_draws(20_000), "test.events", rates)
    # 275 x 0.01 + 60 x 0.02 + 23 x 0.05 + 7 x 0.2 = 6.5 events a patient
    assert len(patient) / 20_000 == pytest.approx(6.5, rel=0.01)
    assert (days <= 7).sum() / 20_000 == pytest.approx(7 * 0.2, rel=0.03)
    assert (number == 0).sum() <= 20_000
    assert days.min() >= 0
    assert days.max() <= 365


def test_a_higher_rate_moves_every_event_of_a_patient_earlier_and_adds_some():
    low = np.tile([0.01, 0.02, 0.05, 0.2], (500, 1))
    p1, n1, d1 = event_times(_draws(500), "test.events", low)
    p2, n2, d2 = event_times(_draws(500), "test.events", low * 1.3)
    high = {(int(p), int(n)): d for p, n, d in zip(p2, n2, d2, strict=True)}
    assert len(p2) > len(p1)
    assert all(high[int(p), int(n)] >= d for p, n, d in zip(p1, n1, d1, strict=True))


def test_another_seed_gives_other_patients(base):
    region = base.area.regions[0]
    other = base.scenario.model_copy(update={"seed": base.scenario.seed + 1})
    a, b = (draw_patients(s, region, 1, 0) for s in (base.scenario, other))
    assert len(a) != len(b) or not np.array_equal(a["death_minute"], b["death_minute"])


def test_events_are_taken_over_for_the_same_people_and_rates_only():
    def draws(replication: int) -> CohortDraws:
        return CohortDraws(((Draws(1, replication, 1, 2026, 200), np.arange(200)),))

    rates = np.full((200, 4), 0.01)
    asked = [(0, rates), (0, rates), (0, rates * 2), (1, rates), (0, rates)]
    alone = [event_times(draws(replication), "gp.contact", each) for replication, each in asked]
    with taken_over():
        within = [event_times(draws(replication), "gp.contact", each.copy()) for replication, each in asked]
    for one, other in zip(alone, within, strict=True):
        for column, same in zip(one, other, strict=True):
            np.testing.assert_array_equal(column, same)
    assert within[1][0] is within[0][0]
    assert len(within[2][0]) > len(within[0][0])


def test_a_step_is_done_again_only_where_it_looked_at_what_moved(base):
    done = []

    def inner(ceiling):
        done.append("inner")
        return ceiling.applies.value

    def outer(scenario):
        done.append("outer")
        return again("inner", (), inner, scenario.ceiling) + scenario.elv.from_home.value

    def moved(section: str, name: str):
        field = getattr(getattr(base.scenario, section), name)
        other = field.model_copy(update={"value": field.value / 2 + 0.01})
        within = getattr(base.scenario, section).model_copy(update={name: other})
        return base.scenario.model_copy(update={section: within})

    def steps(scenario) -> tuple[float, list[str]]:
        done.clear()
        return again("outer", (1,), outer, scenario), list(done)

    ceiling, elv = moved("ceiling", "applies"), moved("elv", "from_home")
    with taken_over():
        first, made = steps(base.scenario)
        assert made == ["outer", "inner"]
        assert steps(moved("elv", "after_hospital")) == (first, [])
        assert steps(elv)[1] == ["outer"]
        assert steps(ceiling)[1] == ["outer", "inner"]
        assert steps(base.scenario) == (first, ["outer", "inner"])
    assert steps(base.scenario) == (first, ["outer", "inner"])


def test_a_step_that_only_asks_whether_a_record_is_there_is_done_again_without_it(base):
    class Holder(BaseModel):
        inner: Any

    def there(holder) -> bool:
        return holder.inner is not None

    with taken_over():
        assert again("there", (), there, Holder(inner=base.scenario.ceiling))
        assert not again("there", (), there, Holder(inner=None))
        assert again("there", (), there, Holder(inner=base.scenario.ceiling))


def test_draws_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Draws(1, 0, 0, 2026, 3).size = 4  # type: ignore[misc]


def test_growth_compounds_from_its_year_on(base):
    population = base.scenario.cohort.population
    assert growth_factor(population, 2026) == 1.0
    # no growth to 2030, then 1% a year: 2032 is two steps
    assert growth_factor(population, 2030) == 1.0
    assert growth_factor(population, 2032) == pytest.approx(1.01**2)


def test_a_winter_peak_moves_deaths_to_both_ends_of_the_year():
    u = (np.arange(100_000) + 0.5) / 100_000
    part = season(u, 0.10)
    first_quarter = ((part < 0.125) | (part >= 0.875)).mean()
    # share within an eighth of a year of 1 January: 0.25 + 0.10 sin(2 pi / 8) / pi = 0.2725
    assert first_quarter == pytest.approx(0.2725, abs=1e-3)
    assert (np.diff(part) > 0).all()
    assert season(u, 0.0) == pytest.approx(u)
