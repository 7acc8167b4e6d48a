"""Money of the state beside its simulated use: the area's share of each dated amount, by hand.

Middenland has 0.02778 of the people of the Netherlands.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.catalogue import load_tariffs
from sim.dates import minute_of
from sim.errors import InputError
from sim.ledger import price, settings_from
from sim.measure.budgets import budgets
from sim.measure.kpis import evaluate
from sim.measure.measures import measure
from sim.measure.subsidy import Clients, Scheme
from sim.measure.sums import Sums, dimension_text, merge
from sim.scenario import LoadedScenario, load_scenario, vary
from sim.schema import CARE_PRODUCTS, NEVER, TABLES, Table, table

DAY = 1440
BOOK = load_tariffs()
LETTER_2026 = {
    "nppz": 14,
    "kwaliteitskader": 1,
    "regeling_extra": 11,
    "pilots": 0.5,
    "visie": 1,
    "expertise_gv": 2,
    "uitvoering": 0.5,
}
"""Millions of 2026 in the letter of 6 July 2022 (facts, own payments 7); together 30."""
LABELS: dict[str, dict[str, tuple[str, ...]]] = {
    "stays": {"site": ("",), "provider": ("eigen",)},
    "spells": {"provider": ("eigen",)},
    "refusals": {"site": ("",)},
    "meters": {"meter": ("wijkverpleging",)},
}


def at(month: int, day: int) -> int:
    return minute_of(dt.date(2026, month, day))


def made(name: str, *rows: dict[str, Any]) -> Table:
    """A table from rows that name only what matters; words become codes, the rest is 0."""
    labels = LABELS.get(name, {})
    columns = {}
    for field in TABLES[name]:
        words = labels.get(field.name) or field.codes or ()
        values = [row.get(field.name, 0) for row in rows]
        columns[field.name] = np.array(
            [words.index(v) if isinstance(v, str) else v for v in values], np.int64
        )
    return table(name, columns, labels)


@pytest.fixture(scope="module")
def basis() -> LoadedScenario:
    return load_scenario("basis_2026", "middenland")


def found(loaded: LoadedScenario, parts: Sums) -> dict[tuple[str, str], float]:
    """KPIs of budgets by name and line or payer, in euros or hours."""
    extra = budgets(loaded.scenario, loaded.area, parts, BOOK, settings_from(loaded.scenario).rules())
    names = ("budget", "budget_used", "budget_left", "spiritual_hours_left", "carrying_out")
    kpis = [kpi for kpi in evaluate(merge([parts, extra])) if kpi.name in names]
    return {(kpi.name, "".join(json.loads(kpi.dimension).values())): kpi.value for kpi in kpis}


def talks(adults: int, children: int, year: int = 2026) -> Sums:
    parts = Sums()
    parts.add("ptz_talks", adults, who="volwassene", year=str(year))
    parts.add("ptz_talks", children, who="kind", year=str(year))
    return parts


def test_each_line_is_the_share_of_the_area_beside_its_use(basis: LoadedScenario) -> None:
    """Ceilings of 2026 x 0.02778 to the cent; overhead 22.7% of 217,551.32 + 12,219.87.

    40 and 3 talks of 2 hours at 95 euros; (229,771.19 - 52,158.06) / 95 is 1,869 whole hours, less 86.
    """
    parts = talks(40, 3)
    parts.add("subsidy_claimed", 200_000_00)
    parts.add("subsidy", 123_456_00)
    assert found(basis, parts) == {
        ("budget", "vrijwilligers"): 895_877.22,
        ("budget_used", "vrijwilligers"): 123_456,
        ("budget_left", "vrijwilligers"): pytest.approx(895_877.22 - 123_456),
        ("budget_left", "geestelijke_verzorging"): pytest.approx(217_551.32 - 7_600),
        ("budget_left", "geestelijke_verzorging_kind"): pytest.approx(12_219.87 - 570),
        ("budget", "netwerken"): 226_029.05,
        ("budget", "netwerken_kind"): 17_653.91,
        ("budget", "geestelijke_verzorging"): 217_551.32,
        ("budget_used", "geestelijke_verzorging"): 40 * 2 * 95,
        ("budget", "geestelijke_verzorging_kind"): 12_219.87,
        ("budget_used", "geestelijke_verzorging_kind"): 3 * 2 * 95,
        ("budget", "geestelijke_verzorging_overhead"): 52_158.06,
        ("spiritual_hours_left", ""): 1_869 - 86,
        **{("budget", line): pytest.approx(n * 27_780) for line, n in LETTER_2026.items()},
    }


def test_the_research_programme_counts_up_to_2025_only(basis: LoadedScenario) -> None:
    """8 million x 0.02778 in 2025, no line in 2026."""
    year = {"horizon.count_from": "2025-01-01", "horizon.count_to": "2026-01-01"}
    before = vary(basis, year, "vorig_jaar")
    assert found(before, talks(0, 0, 2025))["budget", "zonmw_palliantie"] == 222_240
    assert ("budget", "zonmw_palliantie") not in found(basis, talks(0, 0))


@pytest.mark.parametrize(
    "changes",
    [
        {"rules.plans_from": "2026-01-01"},
        {"horizon.count_from": "2027-01-01", "horizon.count_to": "2028-01-01"},
    ],
)
def test_the_scheme_ends_as_a_whole(basis: LoadedScenario, changes: dict[str, str]) -> None:
    """Volunteers, networks, children's networks and spiritual care: nothing of any; the talks are not paid.

    The law ends it in 2027; a scenario can have the end hold already in 2026.
    """
    ended = vary(basis, {"subsidy.runs": False, **changes}, "zonder_regeling")
    lines = found(ended, talks(40, 3, ended.scenario.horizon.count_from.year))
    for line in (
        "vrijwilligers",
        "netwerken",
        "netwerken_kind",
        "geestelijke_verzorging",
        "geestelijke_verzorging_kind",
        "geestelijke_verzorging_overhead",
    ):
        assert lines["budget", line] == 0
        assert lines.get(("budget_used", line), 0) == 0
    assert lines["spiritual_hours_left", ""] == 0


def test_on_its_real_date_the_end_leaves_2026_as_it_is(basis: LoadedScenario) -> None:
    ended = vary(basis, {"subsidy.runs": False}, "zonder_regeling")
    assert found(ended, talks(40, 3)) == found(basis, talks(40, 3))


def test_where_it_goes_on_every_part_goes_on_in_2027(basis: LoadedScenario) -> None:
    """Ceiling of volunteers x 1.03 (assumption), the other parts as in 2026; all x 0.02778."""
    year = {"horizon.count_from": "2027-01-01", "horizon.count_to": "2028-01-01"}
    lines = found(vary(basis, year, "later"), talks(40, 3, 2027))
    assert lines["budget", "vrijwilligers"] == pytest.approx(33_216_470 * 0.02778, abs=0.005)
    assert lines["budget", "netwerken"] == 226_029.05
    assert lines["budget", "netwerken_kind"] == 17_653.91
    assert lines["budget", "geestelijke_verzorging"] == 217_551.32
    assert lines["budget_used", "geestelijke_verzorging"] == 40 * 2 * 95


def test_a_ceiling_pays_no_talk_beyond_it(basis: LoadedScenario) -> None:
    """2,000 talks of 2 hours at 95 euros are 380,000; the ceiling of the area pays 217,551.32."""
    lines = found(basis, talks(2_000, 0))
    assert lines["budget_used", "geestelijke_verzorging"] == 217_551.32
    assert lines["budget_left", "geestelijke_verzorging"] == 0
    assert lines["spiritual_hours_left", ""] == 1_869 - 4_000


def fifth_of_a_year(basis: LoadedScenario) -> LoadedScenario:
    """The same counted to 15 March: 73 of 365 days, which no file can ask for."""
    horizon = basis.scenario.horizon.model_copy(update={"count_to": dt.date(2026, 3, 15)})
    return dataclasses.replace(basis, scenario=basis.scenario.model_copy(update={"horizon": horizon}))


def test_talks_of_a_year_counted_by_a_fifth_stand_for_five_times_as_many(basis: LoadedScenario) -> None:
    """73 of 365 days: 4 talks are 20, of 2 hours at 95 euros."""
    fifth = fifth_of_a_year(basis)
    assert found(fifth, talks(4, 0))["budget_used", "geestelijke_verzorging"] == 20 * 2 * 95


def test_the_scheme_pays_five_talks_of_a_child_and_all_of_an_adult(basis: LoadedScenario) -> None:
    """A child and a woman of 66 with six talks at home each: the child's sixth is a line of its own."""
    people = [
        {
            "patient_id": id,
            "group": group,
            "birth_minute": minute_of(dt.date(born, 1, 1)),
            "death_minute": at(10, 1),
            "entry_minute": at(10, 1) - 365 * DAY,
            "terminal_from_minute": at(5, 1),
            "wlz_since_minute": NEVER,
        }
        for id, group, born in ((1, "child", 2016), (2, "cancer", 1960))
    ]
    stays = [
        {
            "patient_id": person["patient_id"],
            "setting": "thuis",
            "start_minute": person["entry_minute"],
            "end_minute": at(10, 1),
            "requested_minute": NEVER,
            "contracted": 1,
            "exit_reason": "overleden",
        }
        for person in people
    ]
    assert "ptz.geestelijke_verzorging" in CARE_PRODUCTS
    spells = [
        {
            "patient_id": id,
            "product": "ptz.geestelijke_verzorging",
            "start_minute": at(6, day),
            "end_minute": at(6, day),
            "quantity": 1,
            "per": "once",
        }
        for id in (1, 2)
        for day in range(1, 7)
    ]
    journey = {
        "patients": made("patients", *people),
        "wlz_periods": made("wlz_periods"),
        "stays": made("stays", *stays),
        "spells": made("spells", *spells),
        "refusals": made("refusals"),
        "meters": made("meters"),
    }
    settings = settings_from(basis.scenario)
    ledger = price(journey, BOOK, settings.rules(), settings)
    ledger_tables = {
        "declarations": ledger.declarations,
        "shares": ledger.shares,
        "unfunded": ledger.unfunded,
        "providers": ledger.providers,
    }
    parts = measure(basis.scenario, basis.area.regions[0], {**journey, **ledger_tables}, BOOK)
    counted = {
        json.loads(text)["who"]: amount
        for (name, text), amount in parts.sums.items()
        if name == "ptz_talks" and json.loads(text)["year"] == "2026"
    }
    assert counted == {"kind": 5, "volwassene": 6}


# Ceiling of 2026 (Regeling PTZ, tariffs/ptz/vrijwilligers.yaml): € 32,249,000. Middenland: 500,000 people
# are 0.02778 of the nation, so a region of P people gets 32,249,000 x 0.02778 x P / 500,000.
@pytest.mark.parametrize(
    ("people", "cents"),
    [
        (10, 1_792),  # 17.9175444
        (10_000, 1_791_754),  # 17,917.5444
        (40_000, 7_167_018),  # 71,670.1776
        (40_001, 7_167_197),  # 71,671.96935444
        (250_000, 44_793_861),  # 447,938.61
        (1_797_197, 322_013_570),  # 3,220,135.70430068
        (17_900_000, 3_207_240_448),  # 32,072,404.476
    ],
)
def test_a_region_of_any_number_of_people_has_its_exact_part_of_a_national_budget(
    tmp_path: Path, people: int, cents: int
) -> None:
    path = tmp_path / "noord.csv"
    path.write_text(
        "regio;inwoners;palliatieve_overlijdens;locatie;naam;soort;bedden;wlz_contract\n"
        f"Noord;{people};;brug;De Brug;bth;4;ja\n"
    )
    loaded = load_scenario("basis_2026", path)
    rules = settings_from(loaded.scenario).rules()
    found = budgets(loaded.scenario, loaded.area, Sums(), BOOK, rules)
    assert found.sums["budget", '{"line": "vrijwilligers"}'] == cents
    years = range(2026, 2029)
    clients = [Clients("Huis De Brug", "bth", year, 12) for year in years]
    for item in Scheme(loaded.scenario, loaded.area, clients, BOOK, rules).subsidies(years):
        assert 0 <= item.cents <= item.claimed_cents


def test_the_programme_money_of_another_year_comes_from_its_column(basis: LoadedScenario) -> None:
    """Letter of 6 July 2022, column 2027: programme 2, raise 22, pilots 0 million; x 0.02778."""
    lines = found(vary(basis, {"subsidy.programmes_of": 2027}, "als_2027"), talks(0, 0))
    assert lines["budget", "nppz"] == pytest.approx(2_000_000 * 0.02778)
    assert lines["budget", "regeling_extra"] == pytest.approx(22_000_000 * 0.02778)
    assert lines["budget", "pilots"] == 0
    assert lines["budget", "netwerken"] == 226_029.05


def test_carrying_a_policy_out_costs_its_payer_once_and_every_year(basis: LoadedScenario) -> None:
    """Two years: 1,000,000 + 2 x 500,000 of the care office, 2 x 300,000 of the municipality; x 0.02778."""

    def amount(value: int) -> dict[str, object]:
        return {"value": value, "kind": "assumption", "range": [0, 2 * value], "reason": "proef"}

    title = {"nl": "x", "en": "x"}
    costs = [
        {
            "id": "regie",
            "title": title,
            "payer": "zorgkantoor",
            "once_eur": amount(1_000_000),
            "yearly_eur": amount(500_000),
        },
        {"id": "hulp", "title": title, "payer": "gemeente", "yearly_eur": amount(300_000)},
    ]
    two_years = vary(basis, {"carrying_out": costs, "horizon.count_to": "2028-01-01"}, "uitvoering")
    lines = found(two_years, talks(0, 0))
    assert lines["carrying_out", "zorgkantoor"] == pytest.approx(2_000_000 * 0.02778)
    assert lines["carrying_out", "gemeente"] == pytest.approx(600_000 * 0.02778)
    assert not any(name == "carrying_out" for name, _ in found(basis, talks(0, 0)))
    scenario, rules = two_years.scenario, settings_from(two_years.scenario).rules()
    later = budgets(scenario, two_years.area, talks(0, 0), BOOK, rules, begins=2025)
    cents = {text: amount for (name, text), amount in later.sums.items() if name == "carrying_out"}
    assert cents == {
        dimension_text({}): 2 * 1_389_000 + 2 * 833_400,
        dimension_text({"payer": "zorgkantoor"}): 2 * 1_389_000,
        dimension_text({"payer": "gemeente"}): 2 * 833_400,
    }


def test_what_carrying_out_costs_counts_from_its_first_day_to_its_last(basis: LoadedScenario) -> None:
    """2027: 184 of 365 days (1 July on) of 365,000 and 10,000 once; 2028: 182 of 366 days; x 0.02778."""

    def amount(value: int) -> dict[str, object]:
        return {"value": value, "kind": "assumption", "range": [0, value], "reason": "proef"}

    line = {
        "id": "regie",
        "title": {"nl": "x", "en": "x"},
        "payer": "rijk",
        "once_eur": amount(10_000),
        "yearly_eur": amount(365_000),
        "from": "2027-07-01",
        "to": "2028-07-01",
    }
    window = {"horizon.count_from": "2026-01-01", "horizon.count_to": "2029-01-01"}
    cost = (184_000 + 10_000 + 365_000 * 182 / 366) * 0.02778
    assert found(vary(basis, {"carrying_out": [line], **window}, "x"), talks(0, 0))[
        "carrying_out", "rijk"
    ] == pytest.approx(cost, abs=0.01)
    before = vary(basis, {"carrying_out": [line]}, "x")
    assert found(before, talks(0, 0))["carrying_out", "rijk"] == 0
    with pytest.raises(InputError, match="to 2027-07-01 is not after from 2027-07-01; choose a later date"):
        vary(basis, {"carrying_out": [line | {"to": "2027-07-01"}]}, "x")
