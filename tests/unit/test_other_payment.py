"""Other ways to pay and plans of the law, each on a tiny journey with its arithmetic."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.catalogue import TariffBook, load_tariffs
from sim.cohort import draw_patients
from sim.dates import minute_of
from sim.journey import simulate_region
from sim.law import RuleSet
from sim.law.alternative import Bundled, Claimed, bundle
from sim.ledger import Ledger, PriceSettings, own_book, price, quote, settings_from
from sim.measure.subsidy import subsidise
from sim.measure.sums import Sums
from sim.rng import lot
from sim.scenario import load_scenario, vary
from sim.scenario.own import Own, own_tariff
from sim.schema import NEVER, TABLES, Table, table
from sim.units import Ints
from tests.oracles.journey_tables import random_tables

BASE = load_scenario("basis_2026", "middenland")
BOOK = load_tariffs()
DAY = 1440
DEATH = minute_of(dt.date(2026, 5, 10))
SITES = ("", "bth-linde", "hch-kastanje")
CARE_HOUR = 7_500
"""Cents of an hour of district nursing in 2026 (tariffs, assumption)."""


def at(month: int, day: int, year: int = 2026) -> int:
    return minute_of(dt.date(year, month, day))


def made(name: str, *rows: dict[str, Any]) -> Table:
    """A table from rows that name only what matters; words become codes, the rest is 0."""
    labels = {"site": SITES, "provider": ("", "eigen", "ander")} if name in ("stays", "spells") else {}
    columns = {}
    for field in TABLES[name]:
        words = labels.get(field.name) or field.codes or ()
        values = [row.get(field.name, 0) for row in rows]
        coded = [words.index(value) if isinstance(value, str) else value for value in values]
        columns[field.name] = np.array(coded, np.int64)
    return table(name, columns, {k: v for k, v in labels.items() if k in columns})


def person(id: int, **facts: Any) -> dict[str, Any]:
    """Who dies on 10 May 2026, marked on 5 April, terminal from 20 April; born in 1940, insured in kind."""
    return {
        "patient_id": id,
        "group": "cancer",
        "birth_minute": at(1, 1, 1940),
        "entry_minute": at(5, 10, 2025),
        "marked_minute": at(4, 5),
        "terminal_from_minute": at(4, 20),
        "death_minute": DEATH,
        "partner_birth_minute": NEVER,
        "partner_wlz_since_minute": NEVER,
        "wlz_since_minute": NEVER,
        "income_cents": 2_000_000,
        "income_known": True,
        **facts,
    }


def stay(id: int, setting: str, start: int, end: int, no: int = 0, **facts: Any) -> dict[str, Any]:
    died = end == DEATH
    return {
        "patient_id": id,
        "stay_no": no,
        "setting": setting,
        "start_minute": start,
        "end_minute": end,
        "requested_minute": NEVER,
        "contracted": True,
        "exit_reason": "overleden" if died else "verplaatst",
        "next_setting": "",
        **facts,
    }


def care(id: int, no: int, product: str, minute: int, quantity: int = 1, **facts: Any) -> dict[str, Any]:
    return {
        "patient_id": id,
        "spell_no": no,
        "product": product,
        "start_minute": minute,
        "end_minute": minute,
        "quantity": quantity,
        "per": "once",
        "contracted": True,
        "provider": "eigen",
        **facts,
    }


def journey(people: list[Any], stays: list[Any], spells: list[Any], wlz: list[Any] | None = None) -> Any:
    return {
        "patients": made("patients", *people),
        "stays": made("stays", *stays),
        "spells": made("spells", *spells),
        "wlz_periods": made("wlz_periods", *(wlz or [])),
    }


def ledger_of(tables: Any, changes: dict[str, Any] | None = None, book: TariffBook = BOOK) -> Ledger:
    scenario = vary(BASE, changes, "anders").scenario if changes else BASE.scenario
    settings = settings_from(scenario)
    found = price(tables, book, settings.rules(), settings)
    lines, shares = found.declarations, found.shares
    total = np.zeros(len(lines), np.int64)
    np.add.at(total, shares["declaration_id"], shares["cents"])
    assert np.array_equal(total, lines["gross_cents"])
    return found


def gross(ledger: Ledger) -> Counter[str]:
    """Cents by product, lines of 0 left out."""
    lines, out = ledger.declarations, Counter()
    for product, cents in zip(lines["product"].tolist(), lines["gross_cents"].tolist(), strict=True):
        out[lines.words("product")[product]] += cents
    return Counter({product: cents for product, cents in out.items() if cents})


def paid(ledger: Ledger) -> Counter[str]:
    """Cents by payer."""
    shares, out = ledger.shares, Counter()
    for payer, cents in zip(shares["payer"].tolist(), shares["cents"].tolist(), strict=True):
        out[shares.words("payer")[payer]] += cents
    return Counter({payer: cents for payer, cents in out.items() if cents})


def item(ledger: Ledger, word: str) -> int:
    shares = ledger.shares
    return int(shares["cents"][shares["item"] == shares.words("item").index(word)].sum())


def gains(ledger: Ledger) -> dict[str, tuple[int, int]]:
    """Provider -> what it would have declared, and what it gets more."""
    rows, out = ledger.providers, {}
    for n in range(len(rows)):
        name = rows.words("provider")[rows["provider"][n]]
        shadow, gain = out.get(name, (0, 0))
        out[name] = shadow + int(rows["shadow_cents"][n]), gain + int(rows["gain_cents"][n])
    return out


def home(people: list[dict[str, Any]], spells: list[Any], **more: Any) -> Any:
    """People at home from 10 January 2026 to their death; no quarter of the GP begins after marking."""
    stays = [stay(p["patient_id"], "thuis", at(1, 10), p["death_minute"]) for p in people]
    return journey(people, stays, spells, **more)


BUNDLE = {
    "payment.bundle.applies": True,
    "payment.bundle.key.value": {"wijkverpleging": 0.75, "huisarts": 0.25},
}


def hours(id: int, no: int, minute: int, number: int) -> dict[str, Any]:
    return care(id, no, "zvw.wijkverpleging", minute, number * 60)


def test_a_bundle_a_phase_replaces_the_lines_inside_it_and_the_key_divides_it():
    """Care before marking, in each phase, and a visit to the hospital that is not in the key.

    10 hours before marking stay. Palliative phase: 20 hours (1,500) become one bundle of 8,600; terminal: 40
    hours (3,000) one of 11,900. District nursing gets 3/4 and the GP, who declared nothing, no part of the
    key that is left: nobody of that kind is there, so all goes to district nursing.
    """
    tables = home(
        [person(1)],
        [
            hours(1, 0, at(2, 1), 10),
            hours(1, 1, at(4, 6), 20),
            hours(1, 2, at(4, 22), 40),
            care(1, 3, "zvw.msz.seh", at(4, 23)),
        ],
    )
    before, after = ledger_of(tables), ledger_of(tables, BUNDLE)
    plain, other = gross(before), gross(after)
    assert plain["zvw.wijkverpleging"] == 70 * CARE_HOUR
    assert other["zvw.wijkverpleging"] == 10 * CARE_HOUR
    assert other["zvw.bundel.palliatief"] == 860_000
    assert other["zvw.bundel.terminaal"] == 1_190_000
    assert other["zvw.msz.seh"] == plain["zvw.msz.seh"] > 0
    lines = after.declarations
    shadows = (lines["gross_cents"] == 0) & (lines["rule"] == lines.words("rule").index("A1"))
    assert sorted(lines["quantity"][shadows].tolist()) == [20 * 60, 40 * 60]
    shadow = 60 * CARE_HOUR
    assert gains(after) == {"wijkverpleging": (shadow, 860_000 + 1_190_000 - shadow)}


def test_the_key_of_a_bundle_divides_it_over_kinds_of_providers_that_declare():
    """One visit and 40 hours (3,000) in the terminal phase: 3/4 and 1/4 of 11,900, whatever they declare."""
    tables = home([person(1)], [hours(1, 0, at(4, 22), 40), care(1, 1, "zvw.huisarts.visite", at(4, 23))])
    visit = gross(ledger_of(tables))["zvw.huisarts.visite"]
    found = gains(ledger_of(tables, BUNDLE))
    assert found == {
        "wijkverpleging": (300_000, 892_500 - 300_000),
        "huisarts": (visit, 297_500 - visit),
    }


def test_who_has_the_wlz_when_the_palliative_phase_begins_stays_outside_a_bundle():
    period = {
        "patient_id": 1,
        "start_minute": at(1, 10),
        "end_minute": DEATH,
        "profile": "VV5",
        "form": "mpt",
        "hours_per_month": 30,
    }
    tables = home([person(1)], [care(1, 0, "zvw.huisarts.visite", at(4, 22))], wlz=[period])
    plain = ledger_of(tables)
    other = ledger_of(tables, BUNDLE)
    assert gross(plain) == gross(other)
    assert not len(other.providers)


def test_a_price_factor_scales_a_bundle():
    tables = home([person(1)], [hours(1, 0, at(4, 22), 40)])
    other = gross(ledger_of(tables, {**BUNDLE, "payment.bundle.price_factor.value": 0.9}))
    assert other["zvw.bundel.terminaal"] == 1_071_000


def test_a_bundle_has_the_price_and_the_rule_of_the_day_on_which_it_begins():
    """An own price of 20,000 from May: a terminal phase that begins in April keeps 11,900."""
    late = person(2, marked_minute=at(5, 1), terminal_from_minute=at(5, 2))
    tables = home([person(1), late], [hours(1, 0, at(4, 22), 40), hours(2, 0, at(5, 3), 40)])
    own = own_tariff("tariffs.zvw.bundel.terminaal@2026-05-01", 20_000, "eigen")
    book = own_book(BOOK, Own().with_tariff(own))
    assert gross(ledger_of(tables, BUNDLE, book))["zvw.bundel.terminaal"] == 1_190_000 + 2_000_000
    settings = settings_from(vary(BASE, BUNDLE, "anders").scenario)
    rules = settings.rules()
    (first,) = (each for each in rules.rules if each.key == "A1")
    turn = dt.date(2026, 5, 1)

    def free(claimed: Claimed, price: Ints, key: Ints) -> Bundled:
        return bundle(claimed, np.zeros_like(price), key)

    several = (replace(first, valid_to=turn), replace(first, valid_from=turn, function=free))
    dated = RuleSet((*(each for each in rules.rules if each.key != "A1"), *several))
    assert gross(price(tables, BOOK, dated, settings))["zvw.bundel.terminaal"] == 1_190_000


SAVINGS = {
    "payment.shared_savings.applies": True,
    "payment.shared_savings.benchmark_eur.value": {"cancer": 5_000},
    "payment.shared_savings.savings.value": 0.5,
    "payment.shared_savings.losses.value": 0.25,
}


def test_providers_share_half_of_what_a_year_of_deaths_costs_below_the_benchmark():
    """Benchmark 2 x 5,000; from marking they cost 40 x 75 + 20 x 75 = 4,500: half of 5,500 is 2,750."""
    people = [person(1), person(2)]
    tables = home(people, [hours(1, 0, at(4, 22), 40), hours(2, 0, at(4, 6), 20), hours(2, 1, at(2, 1), 8)])
    plain, other = ledger_of(tables), ledger_of(tables, SAVINGS)
    assert gross(other) - gross(plain) == Counter({"zvw.verrekening.gedeelde_besparing": 275_000})
    assert paid(other) - paid(plain) == Counter({"zorgverzekeraar": 275_000})
    lines = other.declarations
    settled = lines["product"] == lines.words("product").index("zvw.verrekening.gedeelde_besparing")
    assert lines["gross_cents"][settled].tolist() == [137_500, 137_500]
    assert set(lines["date"][settled].tolist()) == {DEATH // DAY}
    assert gains(other) == {"wijkverpleging": (450_000, 275_000)}


def test_providers_pay_back_a_quarter_of_what_care_costs_above_the_benchmark():
    """100 hours is 7,500, benchmark 5,000: 625 back, as a line and a share below 0."""
    tables = home([person(1)], [hours(1, 0, at(4, 22), 100)])
    plain, other = ledger_of(tables), ledger_of(tables, SAVINGS)
    assert gross(other)["zvw.verrekening.gedeelde_besparing"] == -62_500
    assert paid(other)["zorgverzekeraar"] == paid(plain)["zorgverzekeraar"] - 62_500


def test_an_experiment_pays_one_price_a_patient_of_its_disease_only():
    """All patients with cancer take part: 13,800 for care from marking; COPD stays as it was."""
    people = [person(1), person(2, group="copd")]
    spells = [hours(1, 0, at(2, 1), 10), hours(1, 1, at(4, 6), 20), hours(2, 0, at(4, 6), 20)]
    tables = home(people, spells)
    share = {"hersentumor": 1.0, "longfibrose": 0.0, "acuut_hospicebed": 0.0}
    other = ledger_of(tables, {"payment.experiments.applies": True, "payment.experiments.share.value": share})
    assert gross(other)["zvw.experiment.hersentumor"] == 1_380_000
    assert gross(other)["zvw.wijkverpleging"] == (10 + 20) * CARE_HOUR
    assert gains(other) == {"wijkverpleging": (150_000, 1_230_000)}


def test_an_acute_hospice_bed_is_one_price_for_a_stay_that_began_within_a_day_of_the_request():
    """Two guests of a high care hospice, ten days at 619: one waited three days and is paid as always."""
    people = [person(1), person(2)]
    stays = [
        stay(id, "hch", at(5, 1), DEATH, site="hch-kastanje", requested_minute=asked)
        for id, asked in ((1, at(5, 1)), (2, at(4, 28)))
    ]
    share = {"hersentumor": 0.0, "longfibrose": 0.0, "acuut_hospicebed": 1.0}
    changes = {"payment.experiments.applies": True, "payment.experiments.share.value": share}
    other = ledger_of(journey(people, stays, []), changes)
    assert gross(other)["zvw.elv.ptz"] == 10 * 61_900
    assert gross(other)["zvw.experiment.acuut_hospicebed"] == 1_150_000
    assert gains(other)["hch-kastanje"] == (619_000, 1_150_000 - 619_000)


def test_a_budget_of_ones_own_pays_care_at_home_in_the_terminal_phase_first():
    """5 hours before, then twice 10 in the terminal phase, budget 1,000: 750, then 250 of the second 750."""
    spells = [hours(1, 0, at(4, 6), 5), hours(1, 1, at(4, 22), 10), hours(1, 2, at(4, 29), 10)]
    tables = home([person(1)], spells)
    changes = {"payment.own_budget.applies": True, "payment.own_budget.amount_eur.value": 1_000}
    plain, other = paid(ledger_of(tables)), paid(ledger_of(tables, changes))
    assert other["zorgkantoor"] == 100_000
    assert plain["zorgverzekeraar"] - other["zorgverzekeraar"] == 100_000
    assert gross(ledger_of(tables)) == gross(ledger_of(tables, changes))


def guest(**facts: Any) -> Any:
    """A guest of a bijna-thuis-huis for ten days, day contribution 45, no cover."""
    where = {"site": "bth-linde", "day_contribution_cents": 4_500}
    return journey([person(1, **facts)], [stay(1, "bth", at(5, 1), DEATH, **where)], [])


FUNCTIONS = {"payment.two_functions.applies": True}


def test_a_guest_with_formal_care_lies_in_eerstelijnsverblijf_without_day_contribution():
    """10 x 619, eigen risico 385 x 130 / 365 = 137.12 -> 137; no 10 x 45."""
    plain = ledger_of(guest())
    assert gross(plain)["zvw.wijkverpleging.bth_dag"] == 340_000
    assert paid(plain)["patient"] == 45_000
    other = ledger_of(guest(), {**FUNCTIONS, "payment.two_functions.formal.value": {"bth": 1.0}})
    assert gross(other)["zvw.elv.ptz"] == 619_000
    assert "zvw.wijkverpleging.bth_dag" not in gross(other)
    assert paid(other)["patient"] == item(other, "eigen_risico") == 13_700


@pytest.mark.parametrize(("share", "left"), [(0.0, 45_000), (0.4, 27_000), (1.0, 0)])
def test_the_municipality_pays_its_share_of_the_stay_with_informal_care(share, left):
    """own_payments 9: 20 days with 0% is 20 x 45, with 100% nothing; here ten days."""
    changes = {
        **FUNCTIONS,
        "payment.two_functions.formal.value": {"bth": 0.0},
        "payment.two_functions.municipal_share.value": share,
    }
    found = paid(ledger_of(guest(), changes))
    assert found["patient"] == left
    assert found["gemeente"] == 45_000 - left


def test_supplementary_cover_comes_after_the_municipality():
    """Half of 45 is left: 22.50 a day, below the cover of 35 a day."""
    changes = {
        **FUNCTIONS,
        "payment.two_functions.formal.value": {"bth": 0.0},
        "payment.two_functions.municipal_share.value": 0.5,
    }
    covered = guest(hospice_cover_per_day_cents=3_500, hospice_cover_max_days=60)
    found = paid(ledger_of(covered, changes))
    assert (found["gemeente"], found["aanvullend"], found["patient"]) == (22_500, 22_500, 0)


def test_a_guest_of_a_high_care_hospice_without_formal_care_has_district_nursing_and_a_day_contribution():
    """Ten days at 340 and 45, the middle of the day contributions (assumption), with no municipal money."""
    tables = journey([person(1)], [stay(1, "hch", at(5, 1), DEATH, site="hch-kastanje")], [])
    changes = {
        **FUNCTIONS,
        "payment.two_functions.formal.value": {"hch": 0.0},
        "payment.two_functions.municipal_share.value": 0.0,
    }
    found = ledger_of(tables, changes)
    assert gross(found)["zvw.wijkverpleging.bth_dag"] == 340_000
    assert gross(found)["buiten.bth_verblijf"] == paid(found)["patient"] == 45_000


def hospital() -> Any:
    """Two admissions, each one treatment."""
    stays = [
        stay(1, "ziekenhuis", at(1, 10), at(1, 20)),
        stay(1, "thuis", at(1, 20), at(3, 1), 1),
        stay(1, "ziekenhuis", at(3, 1), at(3, 9), 2),
        stay(1, "thuis", at(3, 9), DEATH, 3),
    ]
    return journey([person(1)], stays, [])


FROM_2026 = {"rules.plans_from": "2026-01-01"}


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, 13_700),
        ({"rules.eigen_risico_plan": "460"}, 13_700),
        ({"rules.eigen_risico_plan": "460", **FROM_2026}, 16_400),
        ({"rules.eigen_risico_plan": "165_tranche", **FROM_2026}, 5_900),
    ],
)
def test_a_plan_for_the_eigen_risico_holds_from_the_day_that_the_scenario_names(changes, due):
    """Death on day 130 of 365: 385 -> 137.12, 460 -> 163.84, 165 -> 58.77, below twice 50."""
    assert item(ledger_of(hospital(), changes), "eigen_risico") == due


def test_the_tranche_of_a_treatment_binds_where_the_year_leaves_room():
    """One admission in a year that runs to 31 December: at most 50 of the 165."""
    alive = person(1, death_minute=at(12, 31), terminal_from_minute=NEVER, marked_minute=NEVER)
    stays = [
        stay(1, "ziekenhuis", at(1, 10), at(1, 20)),
        stay(1, "thuis", at(1, 20), at(12, 31), 1, exit_reason="overleden"),
    ]
    changes = {"rules.eigen_risico_plan": "165_tranche", **FROM_2026}
    assert item(ledger_of(journey([alive], stays, []), changes), "eigen_risico") == 5_000


@pytest.mark.parametrize(("income", "due"), [(2_000_000, 2_360), (3_050_000, 7_360)])
def test_the_wmo_contribution_by_income_holds_from_the_day_that_the_scenario_names(income, due):
    """own_payments 3, M5: income 20,000 pays 23.60; 30,500 is 6,000 above the threshold: 23.60 + 600 / 12.

    Help from 10 January: the months February to May.
    """
    weekly = care(1, 0, "wmo.huishoudelijke_hulp", at(1, 10), 180, end_minute=DEATH, per="week")
    tables = home([person(1, income_cents=income)], [weekly])
    assert item(ledger_of(tables), "wmo_eigen_bijdrage") == 4 * 2_180
    changes = {"rules.wmo_plan": "2027", **FROM_2026}
    assert item(ledger_of(tables, changes), "wmo_eigen_bijdrage") == 4 * due


def test_planning_by_the_gp_has_its_product_in_2026_where_the_scenario_says_so():
    tables = home([person(1)], [care(1, 0, "zvw.huisarts.pzp", at(3, 5))])
    changes = {"rules.pzp_plan": "huisarts", **FROM_2026}
    assert gross(ledger_of(tables, changes))["zvw.huisarts.pzp"] == 11_901


def test_volunteers_before_the_terminal_phase_lack_no_payer_where_clients_count_from_marking():
    tables = home([person(1)], [care(1, 0, "ptz.vrijwilligers", at(3, 5))])
    assert len(ledger_of(tables).unfunded) == 1
    assert len(ledger_of(tables, {"subsidy.clients_from": "marked"}).unfunded) == 0


def test_the_day_price_of_a_house_and_its_weight_on_the_ceiling_follow_the_contract_factor():
    """340 x 0.85 = 289."""
    changes = {"prices.bth_day_factor.value": 0.85}
    assert gross(ledger_of(guest(), changes))["zvw.wijkverpleging.bth_dag"] == 289_000
    scenario = vary(BASE, changes, "lager").scenario
    assert quote(BOOK, scenario.prices, BASE.area.regions[0]).cents_per_day_bth == 28_900


def test_each_line_says_who_declares_it():
    """The house asks the day contribution; the home-care organisation declares the care in it (S1, S4)."""
    tables = guest()
    lines = ledger_of(tables).declarations
    words = lines.words("provider")
    found = {
        lines.words("product")[p]: words[w]
        for p, w in zip(lines["product"].tolist(), lines["provider"].tolist(), strict=True)
    }
    assert found["buiten.bth_verblijf"] == "bth-linde"
    assert found["zvw.wijkverpleging.bth_dag"] == "wijkverpleging"


def test_care_that_another_provider_took_over_is_declared_by_that_provider():
    spells = [hours(1, 0, at(3, 5), 5), {**hours(1, 1, at(4, 2), 10), "provider": "ander"}]
    lines = ledger_of(home([person(1)], spells)).declarations
    words = lines.words("provider")
    nursing = lines["product"] == lines.words("product").index("zvw.wijkverpleging")
    assert [words[w] for w in lines["provider"][nursing]] == ["wijkverpleging", "wijkverpleging_ander"]


def test_a_plan_brought_forward_starts_its_first_version_early_and_keeps_its_later_dates():
    rules = RuleSet.current("460", since={"460": dt.date(2025, 1, 1)})
    spans = [(r.plan, r.valid_from, r.valid_to) for r in rules.rules if r.key == "P1"]
    assert spans == [
        ("", dt.date(2016, 1, 1), dt.date(2025, 1, 1)),
        ("460", dt.date(2025, 1, 1), dt.date(2028, 1, 1)),
        ("460", dt.date(2028, 1, 1), dt.date.max),
    ]


def test_lots_belong_to_the_patient_and_the_decision():
    ids = np.arange(4_000)
    drawn = lot("payment.test", ids)
    assert np.array_equal(drawn[::-1], lot("payment.test", ids[::-1]))
    assert abs(float(drawn.mean()) - 0.5) < 0.02
    assert abs(float(np.corrcoef(drawn, lot("payment.other", ids))[0, 1])) < 0.05


WAYS = {
    "bundle": BUNDLE,
    "savings": SAVINGS,
    "experiments": {"payment.experiments.applies": True},
    "budget": {"payment.own_budget.applies": True},
    "functions": {**FUNCTIONS, "payment.two_functions.formal.value": {"bth": 0.5, "hch": 0.5, "pu": 0.5}},
    "eigen_risico": {"rules.eigen_risico_plan": "460", **FROM_2026},
    "wmo": {"rules.wmo_plan": "2027", **FROM_2026},
}
LAWS_MOVED = {
    "bundle": {"Zvw"},
    "savings": {"Zvw"},
    "experiments": {"Zvw"},
    "budget": set(),
    "functions": {"Zvw", "buiten_wetten"},
    "eigen_risico": set(),
    "wmo": set(),
}


@pytest.mark.parametrize("way", list(WAYS))
def test_a_way_to_pay_moves_the_gross_of_its_own_laws_only_and_is_the_same_again(way):
    """On 300 random journeys: every line's shares sum to its gross, other laws keep every cent."""
    tables = random_tables(300, 5)

    def by_law(ledger: Ledger) -> dict[str, int]:
        lines = ledger.declarations
        sums = np.bincount(lines["law"], lines["gross_cents"], len(lines.words("law")))
        return {word: int(cents) for word, cents in zip(lines.words("law"), sums, strict=True)}

    plain, other = ledger_of(tables), ledger_of(tables, WAYS[way])
    before, after = by_law(plain), by_law(other)
    assert {law for law in before if before[law] != after[law]} == LAWS_MOVED[way]
    again = ledger_of(tables, WAYS[way])
    assert np.array_equal(again.declarations["gross_cents"], other.declarations["gross_cents"])
    assert np.array_equal(again.shares["cents"], other.shares["cents"])


def test_settings_without_other_payment_price_as_the_base_scenario_does():
    tables = random_tables(200, 6)
    bare = replace(PriceSettings(2026), plans=settings_from(BASE.scenario).plans)
    one, two = price(tables, BOOK, bare.rules(), bare), ledger_of(tables)
    assert np.array_equal(one.declarations["gross_cents"], two.declarations["gross_cents"])
    assert np.array_equal(one.shares["cents"], two.shares["cents"])


def test_ways_to_pay_and_plans_leave_every_stay_and_all_care_as_they_were():
    """The same tables to the last minute, with all of them switched on."""
    ways = ("two_functions", "bundle", "shared_savings", "experiments", "own_budget")
    changes = {f"payment.{way}.applies": True for way in ways}
    changes |= {"rules.eigen_risico_plan": "460", "rules.wmo_plan": "2027", **FROM_2026}
    changes |= {"subsidy.clients_from": "marked", "subsidy.extra_ceiling_eur.value": 10_000_000}
    region, found = BASE.area.regions[0], []
    small = {"horizon.count_to": "2026-02-01", "horizon.warmup_days": 30}
    for scenario in (vary(BASE, small, "kort").scenario, vary(BASE, {**small, **changes}, "anders").scenario):
        patients = draw_patients(scenario, region, 1, 0)
        tables = simulate_region(scenario, region, 1, 0, patients, quote(BOOK, scenario.prices, region))
        found.append({**tables, "patients": patients})
    plain, other = found
    assert len(plain["stays"]) > 1_000
    for name, rows in plain.items():
        assert all(np.array_equal(column, other[name][key]) for key, column in rows.columns.items()), name


def payout(changes: dict[str, Any], clients: int, terminal: int) -> float:
    """Payout percentage of the years that count 2026, where the nation has 10,000 guests of a BTH a year."""
    nation = {"subsidy.national_clients.value": {"bth": 10_000}}
    scenario = vary(BASE, {**nation, **changes}, "anders").scenario
    parts = Sums()
    guests = {"organisation": "bth-linde", "form": "bth", "year": "2026"}
    parts.add("ptz_clients", clients, **guests)
    parts.add("ptz_clients_terminal", terminal, **guests)
    _, extra, _ = subsidise(scenario, BASE.area, parts, BOOK, settings_from(scenario).rules())
    paid, claimed = (extra.sums[name, "{}"] for name in ("subsidy_earned", "subsidy_earned_claimed"))
    return paid / claimed


def test_extra_money_raises_the_payout_in_proportion_to_the_ceiling():
    """(33,216,470 + 5,000,000) over (10,000 x (1 - 0.02778) + 100) x 5,035."""
    need = (10_000 * (1 - 0.02778) + 100) * 5_035
    assert payout({}, 100, 100) == pytest.approx(33_216_470 / need)
    more = {"subsidy.extra_ceiling_eur.value": 5_000_000}
    assert payout(more, 100, 100) == pytest.approx(38_216_470 / need)


def test_clients_that_count_earlier_grow_in_the_rest_of_the_nation_as_in_the_run():
    """130 clients for 100 in the terminal phase: the rest of the nation asks 1.3 times as much."""
    need = (10_000 * (1 - 0.02778) * 1.3 + 130) * 5_035
    assert payout({"subsidy.clients_from": "marked"}, 130, 100) == pytest.approx(33_216_470 / need)


def test_informal_hours_of_a_personal_budget_cost_their_own_highest_tariff():
    """10 hours at 26.98 (Rlz 5.22(1))."""
    period = {
        "patient_id": 1,
        "start_minute": at(1, 10),
        "end_minute": DEATH,
        "profile": "VV5",
        "form": "pgb",
    }
    stays = [stay(1, "thuis", at(1, 10), DEATH, wlz_form="pgb")]
    tables = journey([person(1)], stays, [care(1, 0, "wlz.pgb.informeel", at(3, 5), 600)], [period])
    assert gross(ledger_of(tables))["wlz.pgb.informeel"] == 26_980
