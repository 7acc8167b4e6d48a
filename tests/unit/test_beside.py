"""What people use and buy beside their care, what an mpt or pgb pays, and who gets bijzondere bijstand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from sim.catalogue import load_tariffs
from sim.cohort import draw_patients
from sim.journey import simulate_region
from sim.journey.spell_list import SpellList, StayIndex
from sim.journey.uses import USES, once_a_month
from sim.ledger import assistance, price, quote, settings_from
from sim.scenario import load_scenario, vary
from sim.scenario.models import Beside
from sim.scenario.numbers import Probability, SharesByGroup
from sim.schema import GROUPS, PROFILES, SETTINGS, WLZ_FORMS, Table
from tests.unit.small_area import small_region
from tests.unit.test_other_payment import DEATH, at, journey, paid, person, stay

BASE = load_scenario("basis_2026", "middenland")
BOOK = load_tariffs()
DATE = dt.date(2026, 6, 1)
WEEK = 7 * 24 * 60


def simulated(changes: dict[str, Any] | None = None, deaths: float = 400.0) -> dict[str, Table]:
    """Patients and journeys of a small region."""
    scenario = vary(BASE, changes or {}, "anders").scenario
    region = small_region(deaths=deaths)
    patients = draw_patients(scenario, region, 1, 0)
    plan = quote(BOOK, scenario.prices, region)
    return {**simulate_region(scenario, region, 1, 0, patients, plan), "patients": patients}


def spells_of(tables: dict[str, Table], *products: str) -> dict[str, np.ndarray]:
    """Spells of some products with the setting, form and disease group in which they are given."""
    spells, stays, patients = tables["spells"], tables["stays"], tables["patients"]
    words = spells.words("product")
    rows = np.flatnonzero(np.isin(spells["product"], [words.index(p) for p in products]))
    key = stays["patient_id"] * 1000 + stays["stay_no"]
    place = np.searchsorted(key, spells["patient_id"][rows] * 1000 + spells["stay_no"][rows])
    who = np.searchsorted(patients["patient_id"], spells["patient_id"][rows])
    found = {name: column[rows] for name, column in spells.columns.items()}
    setting, form = np.array(SETTINGS)[stays["setting"][place]], np.array(WLZ_FORMS)[stays["wlz_form"][place]]
    return {**found, "setting": setting, "form": form, "group": np.array(GROUPS)[patients["group"][who]]}


@pytest.fixture(scope="module")
def base() -> dict[str, Table]:
    return simulated()


def test_every_use_has_a_share_in_the_scenario_and_every_share_a_use() -> None:
    kinds = (Probability, SharesByGroup)
    shares = {name for name, field in Beside.model_fields.items() if field.annotation in kinds}
    assert {use.name for use in USES} == shares


@pytest.mark.parametrize("use", USES, ids=lambda use: use.name)
def test_a_use_stands_only_where_its_line_says(base: dict[str, Table], use: Any) -> None:
    lines = [u for u in USES if u.product == use.product]
    allowed = {(s, f) for u in lines for s in u.settings for f in u.forms}
    if use.product == "wmo.huishoudelijke_hulp":
        allowed.add(("thuis", "mpt"))  # what the municipality gives beside an mpt
    found = spells_of(base, use.product)
    assert len(found["setting"]) > 0
    assert set(zip(found["setting"].tolist(), found["form"].tolist(), strict=True)) <= allowed
    assert "child" not in set(found["group"].tolist())


def test_a_share_of_nobody_and_of_everybody_ends_and_fills_a_use_and_moves_no_stay() -> None:
    none = simulated({"beside.alarm.value": 0.0})
    everyone = simulated({"beside.alarm.value": 1.0})
    assert len(spells_of(none, "wmo.alarm.maand")["setting"]) == 0
    adults = spells_of(everyone, "wmo.alarm.maand")["patient_id"]
    at_home = everyone["stays"]
    home = (at_home["setting"] == SETTINGS.index("thuis")) & (at_home["wlz_form"] == 0)
    grown = everyone["patients"]["patient_id"][everyone["patients"]["group"] != GROUPS.index("child")]
    assert set(adults.tolist()) == set(at_home["patient_id"][home].tolist()) & set(grown.tolist())
    for name in ("stays", "refusals", "meters", "wlz_periods"):
        for column, values in none[name].columns.items():
            assert np.array_equal(values, everyone[name][column]), (name, column)


def test_a_month_is_begun_once_however_many_stays_lie_in_it() -> None:
    """At home from 10 January to 5 March and from 20 March to 2 April: January to April, four months."""
    ints = {"stay_no": [0, 1, 0], "setting": [0, 0, 0], "form": [0, 0, 0], "admission": [-1, -1, -1]}
    stays = StayIndex(
        row=np.array([0, 0, 1]),
        start=np.array([at(1, 10), at(3, 20), at(5, 31)]),
        end=np.array([at(3, 5), at(4, 2), at(6, 1)]),
        dies=np.array([False, True, True]),
        **{name: np.array(values) for name, values in ints.items()},
    )
    out = SpellList(stays)
    once_a_month(out, "wmo.alarm.maand", np.arange(3))
    made = out.table(np.array([7, 8]), np.array([True, True]))
    starts = [at(1, 10), at(2, 1), at(3, 1), at(4, 1), at(5, 31)]
    assert made["start_minute"].tolist() == starts
    assert made["patient_id"].tolist() == [7, 7, 7, 7, 8]


def test_rides_go_with_radiotherapy_and_with_day_treatment_of_cancer_and_dialysis() -> None:
    """By taxi there and back: as many pairs of rides as treatments, and three pairs a radiotherapy."""
    tables = simulated({"beside.rides.value": {"taxi": 1.0, "eigen_auto": 0.0, "geen": 0.0}})
    rides = spells_of(tables, "zvw.vervoer.zittend.rit")
    treated = spells_of(tables, "zvw.msz.dagbehandeling")
    courses = len(spells_of(tables, "zvw.msz.radiotherapie.bot")["group"])
    travels = int(np.isin(treated["group"], ["cancer", "kidney_liver"]).sum())
    assert 0 < travels < len(treated["group"])
    assert int(rides["quantity"].sum()) == 2 * travels + 2 * 3 * courses
    assert len(spells_of(tables, "zvw.vervoer.eigen_auto")["group"]) == 0


def test_what_a_profile_pays_at_home_stays_within_its_budget() -> None:
    """Hours a week at the tariffs of 2026 in a year, beside the amounts of Rlz Bijlage H."""
    package = BASE.scenario.cohort.wlz.home_package
    tariff = {
        "nursing": "wlz.mpt.verpleging",
        "personal_care": "wlz.mpt.verzorging",
        "guidance": "wlz.mpt.begeleiding",
        "household_help": "wlz.huishoudelijke_hulp",
    }
    for profile in PROFILES[1:6]:
        hours = {name: getattr(package, name).value[profile] for name in tariff}
        week = sum(hours[name] * BOOK.value(id, DATE).cents for name, id in tariff.items())
        budget = BOOK.value(f"wlz.pgb.budget.{profile.lower()}", DATE).cents
        assert 0.5 < week * 365 / 7 / budget < 0.65, profile
        own = (sum(hours.values()) - hours["household_help"]) * BOOK.value("wlz.pgb.formeel", DATE).cents
        assert own * 365 / 7 < budget, profile


def test_an_mpt_is_paid_by_part_and_profile_and_its_help_by_one_law(base: dict[str, Table]) -> None:
    parts = ("wlz.mpt.verpleging", "wlz.mpt.verzorging", "wlz.mpt.begeleiding")
    patients = base["patients"]
    package = BASE.scenario.cohort.wlz.home_package
    for product, hours in zip(parts, (package.nursing, package.personal_care, package.guidance), strict=True):
        found = spells_of(base, product)
        assert set(found["form"].tolist()) == {"mpt"}
        who = np.searchsorted(patients["patient_id"], found["patient_id"])
        before = found["end_minute"] <= patients["terminal_from_minute"][who]
        profile = np.array(PROFILES)[patients["wlz_profile"][who]]
        wanted = np.array([round(hours.value[p] * 60) for p in profile])
        assert before.any()
        assert np.array_equal(found["quantity"][before], wanted[before])
    municipal = simulated({"cohort.wlz.home_package.municipal_help.value": 1.0})
    wlz_only = simulated({"cohort.wlz.home_package.municipal_help.value": 0.0})

    def minutes(tables: dict[str, Table], product: str) -> int:
        found = spells_of(tables, product)
        mine = found["form"] == "mpt"
        return int((found["quantity"] * (found["end_minute"] - found["start_minute"]))[mine].sum())

    help_, other = "wlz.huishoudelijke_hulp", "wmo.huishoudelijke_hulp"
    assert minutes(municipal, help_) == minutes(wlz_only, other) == 0
    assert minutes(municipal, other) == minutes(wlz_only, help_) > 0


def test_more_mpt_in_place_of_vpt_moves_part_of_the_help_to_the_municipality(base: dict[str, Table]) -> None:
    """`mpt_voorliggend_2027`: the care office pays hours and help apart, the Wmo the help of a share."""
    policy = load_scenario("mpt_voorliggend_2027", "middenland")
    moved = simulated({"cohort.wlz.home_form.value": policy.scenario.cohort.wlz.home_form.value})

    def by_law(tables: dict[str, Table]) -> dict[str, int]:
        settings = settings_from(BASE.scenario)
        lines = price(tables, BOOK, settings.rules(), settings).declarations
        sums = np.bincount(lines["law"], lines["gross_cents"], len(lines.words("law")))
        return {word: int(cents) for word, cents in zip(lines.words("law"), sums, strict=True)}

    before, after = by_law(base), by_law(moved)
    assert after["Wmo"] > before["Wmo"]
    assert after["Wlz"] < before["Wlz"]
    for product in ("wlz.mpt.verpleging", "wlz.mpt.begeleiding", "wlz.huishoudelijke_hulp"):
        assert len(spells_of(moved, product)["form"]) > len(spells_of(base, product)["form"])


def test_the_teams_work_without_valid_composition_or_contact_has_its_reason_and_no_payer() -> None:
    for field, reason in (
        ("team_composition_invalid", "samenstelling_ongeldig"),
        ("team_without_contact", "overleden_of_ontslagen_voor_contact"),
    ):
        tables = simulated({f"hospital.{field}.value": 1.0})
        spells = spells_of(tables, "zvw.msz.palliatief_team", "zvw.msz.palliatief_team.consult")
        words = tables["spells"].words("condition")
        found = {words[c] for c in spells["condition"]}
        assert reason in found
        assert found <= {reason, "overleden_voor_overleg", "samenstelling_ongeldig"}


def test_visits_to_a_child_are_intensive_care_all_of_the_last_twelve_months() -> None:
    tables = simulated({"cohort.population.child_share.value": 0.5})
    patients = tables["patients"]
    intensive = spells_of(tables, "zvw.huisarts.intensieve_zorg_dag")
    who = np.searchsorted(patients["patient_id"], intensive["patient_id"])
    early = intensive["start_minute"] < patients["terminal_from_minute"][who]
    child = intensive["group"] == "child"
    assert early[child].any()
    assert not early[~child].any()
    assert "child" not in set(spells_of(tables, "zvw.huisarts.visite")["group"].tolist())


@pytest.mark.parametrize(
    ("facts", "municipality"),
    [
        ({"income_cents": 1_500_000}, 45_000),
        ({"income_cents": 2_200_000}, 31_000),
        ({"income_cents": 1_500_000, "assets_cents": 780_100}, 0),
        ({"income_cents": 1_500_000, "income_known": False}, 0),
    ],
)
def test_who_asks_for_bijzondere_bijstand_gets_what_is_above_the_draagkracht(
    monkeypatch: pytest.MonkeyPatch, facts: dict[str, Any], municipality: int
) -> None:
    """Ten days at 45 is 450. The norm is 18,000 a year, times 1.2 is 21,600; of 22,000 remain 400 x 0.35."""
    monkeypatch.setattr(assistance, "lot", lambda name, ids: np.zeros(len(ids)))
    stays = [stay(1, "bth", at(5, 1), DEATH, site="bth-linde", day_contribution_cents=4_500)]
    tables = journey([person(1, **facts)], stays, [])
    settings = settings_from(BASE.scenario)
    found = price(tables, BOOK, settings.rules(), settings)
    assert paid(found)["gemeente"] == municipality
    monkeypatch.setattr(assistance, "lot", lambda name, ids: np.ones(len(ids)))
    assert paid(price(tables, BOOK, settings.rules(), settings))["gemeente"] == 0
