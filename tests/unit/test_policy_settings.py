"""The settings that policies use: acute beds, a postponed Wlz, more deaths, what a known wish does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.cohort import cohort_draws, draw_patients, long_term_care
from sim.journey import needs, simulate_region
from sim.journey.needs import sample_needs
from sim.scenario import LoadedScenario, acute_beds_of, apply, load_scenario, regions_of, vary
from sim.scenario.quoted import Quote
from sim.schema import NEVER, REFUSAL_REASONS, code
from sim.units import MINUTES_PER_DAY

DELAY = 243.5


@pytest.fixture(scope="module")
def basis() -> LoadedScenario:
    loaded = load_scenario("basis_2026")
    area = loaded.area.model_copy(update={"regions": (regions_of(loaded.area)[0],)})
    return LoadedScenario(loaded.scenario, area, loaded.files)


def with_values(basis: LoadedScenario, **values: Any) -> LoadedScenario:
    return vary(basis, {key.replace("__", "."): value for key, value in values.items()}, "anders")


def care_of(loaded: LoadedScenario) -> Any:
    scenario, (region,) = loaded.scenario, regions_of(loaded.area)
    draws, _, _ = cohort_draws(scenario, region, 1, 0)
    patients = draw_patients(scenario, region, 1, 0)
    group = patients["group"].astype(np.int64)
    return long_term_care(draws, scenario.cohort, region, group), patients, draws, region


def test_acute_beds_stand_at_the_first_site_of_a_type_and_never_exceed_its_beds(
    basis: LoadedScenario,
) -> None:
    """Middenland: De Kastanje has 6 high care beds, the palliative units 5 each."""
    (region,) = regions_of(basis.area)
    kept = {
        n: acute_beds_of(with_values(basis, places__acute_beds={"hch": n}).scenario, region) for n in (1, 9)
    }
    of = dict(zip((s.id for s in region.sites), zip(kept[1], kept[9], strict=True), strict=True))
    assert of == {s.id: ((1, 6) if s.id == "hch-kastanje" else (0, 0)) for s in region.sites}
    spread = acute_beds_of(with_values(basis, places__acute_beds={"pu": 7}).scenario, region)
    assert [n for n, s in zip(spread, region.sites, strict=True) if s.setting == "pu"] == [5, 2]


def test_everyone_postponed_gets_the_wlz_eight_months_later_or_not_at_all(basis: LoadedScenario) -> None:
    before, patients, _, _ = care_of(basis)
    after, _, _, _ = care_of(with_values(basis, cohort__wlz__postponed=1.0))
    assert not np.any(after.has_wlz & ~before.has_wlz)
    left = after.has_wlz & (before.nursing_days < 365)
    assert np.allclose((before.wlz_days - after.wlz_days)[left], DELAY)
    terminal = (patients["death_minute"] - patients["terminal_from_minute"]) / MINUTES_PER_DAY
    lost = before.has_wlz & ~after.has_wlz & (before.nursing_days < 365)
    assert lost.any()
    assert np.all((before.wlz_days - DELAY)[lost] <= terminal[lost] + 1)
    asks = (after.nursing_days >= 0) & (after.nursing_days < 365) & (before.nursing_days < 365)
    assert np.allclose((before.nursing_days - after.nursing_days)[asks], DELAY)


def test_nobody_asks_for_a_nursing_home_before_the_postponed_wlz_begins(basis: LoadedScenario) -> None:
    postponed = with_values(basis, cohort__wlz__postponed=1.0)
    _, patients, draws, region = care_of(postponed)
    asked = sample_needs(patients, draws, postponed.scenario, region).nursing_minute
    asks = asked != NEVER
    assert asks.any()
    assert np.all(patients["wlz_since_minute"][asks] != NEVER)
    assert np.all(patients["wlz_since_minute"][asks] <= asked[asks])


def test_a_delay_of_nothing_postpones_nobody(basis: LoadedScenario) -> None:
    _, before, _, _ = care_of(basis)
    _, after, _, _ = care_of(with_values(basis, cohort__wlz__postponed=1.0, cohort__wlz__postponed_days=0.0))
    for name, column in before.columns.items():
        assert np.array_equal(column, after[name]), name


def test_marking_in_time_moves_no_marking_later_and_plans_with_it(basis: LoadedScenario) -> None:
    _, before, _, _ = care_of(basis)
    all_in_time = with_values(basis, cohort__marking__timely=1.0)
    _, after, draws, region = care_of(all_in_time)
    adult = after["group"] != 7
    assert np.all(after["marked_minute"][adult] != NEVER)
    both = adult & (before["marked_minute"] != NEVER)
    assert np.all(after["marked_minute"][both] <= before["marked_minute"][both])
    found = sample_needs(after, draws, all_in_time.scenario, region)
    planned = after["pzp"]
    assert np.array_equal(
        found.pzp_minute[planned],
        np.minimum(after["marked_minute"], after["terminal_from_minute"])[planned],
    )


def test_a_wish_known_more_often_lowers_the_mean_by_its_causal_part_only(basis: LoadedScenario) -> None:
    """Mean 1 at 0.60 known; each of the 0.13 known since, who wishes no hospital, adds the causal part."""
    factor = basis.scenario.hospital.known_preference_factor.value
    at_home = 1 - basis.scenario.cohort.preference.place.value["ziekenhuis"]
    unknown = 1 / (0.60 * at_home * factor + 1 - 0.60 * at_home)
    for known, causal in ((0.60, 0.5), (0.73, 0.0), (0.73, 0.5), (0.73, 1.0), (0.50, 0.5)):
        loaded = with_values(basis, cohort__preference__known=known, hospital__known_preference_causal=causal)
        _, patients, draws, _ = care_of(loaded)
        found = float(needs._known_preference(patients, loaded.scenario, draws).mean())
        mean = 1 - (known - 0.60) * at_home * causal * unknown * (1 - factor)
        assert found == pytest.approx(mean, abs=0.01), (known, causal)


def test_training_changes_nothing_for_whom_it_does_not_touch(basis: LoadedScenario) -> None:
    """Whose wish is known either way, or neither, has the same admissions and short stays, bit for bit."""
    trained = apply(basis, "azwa_scholing")
    _, patients, draws, region = care_of(basis)
    _, again, others, _ = care_of(trained)
    touched = patients["preference_known"] != again["preference_known"]
    assert 0 < touched.sum() < 0.2 * len(touched)
    same = np.flatnonzero(~touched)
    before = sample_needs(patients, draws, basis.scenario, region)
    after = sample_needs(again, others, trained.scenario, region)

    def admissions(found: Any) -> list[tuple[int, int, bool]]:
        events = found.admissions.events
        mine = np.isin(events.patient, same)
        rows = (events.patient, events.minute, found.admissions.terminal)
        return list(zip(*(column[mine].tolist() for column in rows), strict=True))

    assert admissions(before) == admissions(after)
    assert np.array_equal(before.elv_minute[same], after.elv_minute[same])
    assert not np.array_equal(before.elv_minute, after.elv_minute)


def test_agreements_on_efficiency_cut_the_hours_of_contracted_providers_alone(basis: LoadedScenario) -> None:
    """A fifth fewer hours for all with a contract, but for rounding; nothing where they are off."""
    _, patients, draws, region = care_of(basis)
    cut = {"efficiency__applies": 1.0, "efficiency__hours_factor": 0.8}
    before = sample_needs(patients, draws, basis.scenario, region)
    after = sample_needs(patients, draws, with_values(basis, **cut).scenario, region)
    agreed = with_values(basis, efficiency__counts_terminal=False, **cut)
    exempt = sample_needs(patients, draws, agreed.scenario, region)
    here = before.contracted
    assert here.any()
    assert not here.all()
    assert np.allclose(after.care_week_minutes[here], 0.8 * before.care_week_minutes[here], atol=1)
    assert np.array_equal(after.care_week_minutes[~here], before.care_week_minutes[~here])
    assert np.array_equal(exempt.care_week_minutes, before.care_week_minutes)
    assert np.array_equal(after.night_week_minutes, before.night_week_minutes)


def test_guests_get_fewer_hours_by_the_part_of_a_lower_price_that_comes_back(basis: LoadedScenario) -> None:
    """Half of a fall of 20%: 0.9 of the hours of who has a contract; nothing at the price of now."""
    region, draws = (
        regions_of(basis.area)[0],
        cohort_draws(basis.scenario, regions_of(basis.area)[0], 1, 0)[0],
    )
    patients = draw_patients(basis.scenario, region, 1, 0)

    def factors(**values: float) -> Any:
        found = sample_needs(patients, draws, with_values(basis, **values).scenario, region)
        return found.guest_factor, found.contracted

    fewer, contracted = factors(prices__bth_day_factor=0.8, hospice__fewer_hours=0.5)
    assert set(fewer[contracted]) == {0.9}
    assert set(fewer[~contracted]) == {1.0}
    assert set(factors(prices__bth_day_factor=0.8)[0]) == {1.0}
    assert set(factors(hospice__fewer_hours=1.0)[0]) == {1.0}


def _journeys(basis: LoadedScenario, **values: Any) -> dict[str, Any]:
    """Journeys of a year of 60 deaths with the budget of as many, priced by hand: 70 euros an hour."""
    loaded = with_values(basis, **values)
    region = regions_of(basis.area)[0].model_copy(update={"number": None})
    region = region.model_copy(
        update={"palliative_deaths": region.palliative_deaths.model_copy(update={"value": 60})}
    )
    plan = Quote(7_000, 9_000, 24_000, 30_000, 20_000, 192_000_000, 10**9)
    patients = draw_patients(loaded.scenario, region, 1, 0)
    return simulate_region(loaded.scenario, region, 1, 0, patients, plan)


def test_who_asks_while_all_hours_of_nurses_are_in_use_waits_and_asks_again(basis: LoadedScenario) -> None:
    """With a contract for all hours nobody waits; with few all who ask do; care comes later, never sooner.

    A wait is the delay of two days or more of them.
    """
    usual = _journeys(basis, ceiling__applies=0.0)
    few = {"nurses__applies": True, "ceiling__applies": 0.0, "nurses__capacity_factor": 1.0}
    none = _journeys(basis, **few | {"nurses__share": 0.0})
    many = _journeys(basis, **few | {"nurses__share": 1.0, "nurses__capacity_factor": 9.0})
    for name in ("stays", "spells", "refusals", "meters"):
        for column in usual[name].columns:
            assert np.array_equal(none[name][column], usual[name][column])
            assert np.array_equal(many[name][column], usual[name][column])
    waits = _journeys(basis, **few | {"nurses__share": 1.0})["refusals"]
    mine = waits["reason"] == code(REFUSAL_REASONS, "geen_wijkverpleging")
    assert mine.sum() > 10
    assert not np.any(usual["refusals"]["reason"] == code(REFUSAL_REASONS, "geen_wijkverpleging"))
    again = np.diff(waits["minute"][mine])[np.diff(waits["patient_id"][mine]) == 0]
    assert len(again)
    assert np.all(again >= 2 * MINUTES_PER_DAY)


def test_care_at_night_takes_hours_from_others(basis: LoadedScenario) -> None:
    """The same people with care around the clock: more of them wait, where hours are few."""
    few = {"nurses__applies": True, "nurses__share": 1.0, "nurses__capacity_factor": 1.1}
    waiting = []
    for night in (0.1, 1.0):
        refusals = _journeys(basis, **few, home__night_care=night)["refusals"]
        mine = refusals["reason"] == code(REFUSAL_REASONS, "geen_wijkverpleging")
        waiting.append(len(np.unique(refusals["patient_id"][mine])))
    assert 0 < waiting[0] < waiting[1]
