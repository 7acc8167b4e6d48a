"""KPIs of four hand-made patients, each number worked out beside its assertion.

Ann dies on 10 March 2026 at noon in a bijna-thuis-huis, after a hospital stay, without Wlz.
Bob dies on 1 July 2026 at noon in a nursing home, with Wlz.
Cas dies on 1 February 2027, after the counted year 2026; Dirk on 1 December 2025, before it.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

import numpy as np
import pytest

from sim.catalogue import load_tariffs
from sim.dates import day_of, minute_of
from sim.measure.cost import income_groups, module_of, own_payments
from sim.measure.kpis import evaluate
from sim.measure.last_days import weekly_units
from sim.measure.measures import measure
from sim.measure.sums import Sums, decode_sums, merge
from sim.measure.tables import Task, Window, sites_of
from sim.scenario import LoadedScenario, load_scenario, vary
from sim.schema import CARE_PRODUCTS, NEVER, TABLES, Table, table

BOOK = load_tariffs()
DAY = 1440
ANN, BOB, CAS, DIRK = 1, 2, 3, 4
PRODUCTS = ("zvw.msz.verpleegdag", "zvw.wijkverpleging.bth_dag", "wlz.zzp.vv5", "buiten.bth_verblijf")
ROWS = ("", "zvw.msz.verpleegdag@2026-01-01")
LABELS: dict[str, dict[str, tuple[str, ...]]] = {
    "stays": {"site": ("", "bth-linde", "hch-kastanje"), "provider": ("eigen",)},
    "spells": {"provider": ("eigen",)},
    "refusals": {"site": ("",)},
    "meters": {"meter": ("wijkverpleging",)},
    "declarations": {"product": PRODUCTS, "tariff_row": ROWS, "rule": ("P1",), "provider": ("ziekenhuis",)},
    "providers": {"provider": ("ziekenhuis", "bth-linde")},
    "shares": {"rule": ("P1",)},
    "unfunded": {"product": PRODUCTS},
}


def at(year: int, month: int, day: int, hour: int = 0) -> int:
    return minute_of(dt.date(year, month, day)) + hour * 60


def made(name: str, *rows: dict[str, Any]) -> Table:
    """A table from rows that name only what matters; words become codes, the rest is 0."""
    labels = LABELS.get(name, {})
    columns = {}
    for field in TABLES[name]:
        words = labels.get(field.name) or field.codes or ()
        values = [row.get(field.name, 0) for row in rows]
        coded = [words.index(value) if isinstance(value, str) else value for value in values]
        columns[field.name] = np.array(coded, np.int64)
    return table(name, columns, labels)


def paid(provider: str, shadow: int, cents: int) -> dict[str, Any]:
    """Row of `providers`: what a provider would have declared and what it gets."""
    return {"provider": provider, "shadow_cents": shadow, "paid_cents": cents, "gain_cents": cents - shadow}


def patient(id: int, death: int, **other: Any) -> dict[str, Any]:
    return {
        "patient_id": id,
        "death_minute": death,
        "entry_minute": death - 365 * DAY,
        "terminal_from_minute": death - 60 * DAY,
        "wlz_since_minute": NEVER,
        **other,
    }


def stay(id: int, number: int, setting: str, start: int, end: int, **other: Any) -> dict[str, Any]:
    return {
        "patient_id": id,
        "stay_no": number,
        "setting": setting,
        "start_minute": start,
        "end_minute": end,
        "requested_minute": NEVER,
        "contracted": 1,
        "exit_reason": "verplaatst",
        **other,
    }


def spell(
    id: int, stay_no: int, product: str, start: int, end: int, quantity: int, per: str
) -> dict[str, Any]:
    return {
        "patient_id": id,
        "stay_no": stay_no,
        "product": product,
        "start_minute": start,
        "end_minute": end,
        "quantity": quantity,
        "per": per,
    }


def line(
    id: int, patient_id: int, stay_no: int, product: str, date: int, law: str, cents: int
) -> dict[str, Any]:
    return {
        "declaration_id": id,
        "patient_id": patient_id,
        "stay_no": stay_no,
        "product": product,
        "date": date,
        "law": law,
        "gross_cents": cents,
        "tariff_row": 1 if product == PRODUCTS[0] else 0,
    }


ANN_DIES, BOB_DIES = at(2026, 3, 10, 12), at(2026, 7, 1, 12)
CAS_DIES, DIRK_DIES = at(2027, 2, 1), at(2025, 12, 1)


def tables() -> dict[str, Table]:
    patients = (
        patient(ANN, ANN_DIES, group="cancer", preference="hch", preference_known=1, income_cents=2_000_000),
        patient(
            BOB,
            BOB_DIES,
            group="dementia",
            preference="thuis",
            preference_known=1,
            terminal_from_minute=BOB_DIES - 100 * DAY,
            wlz_since_minute=at(2024, 1, 1),
            wlz_profile="VV5",
            income_cents=100_000_000,
        ),
        patient(CAS, CAS_DIES),
        patient(DIRK, DIRK_DIES),
    )
    stays = (
        stay(ANN, 0, "thuis", ANN_DIES - 365 * DAY, at(2026, 2, 20)),
        stay(ANN, 1, "ziekenhuis", at(2026, 2, 20), at(2026, 2, 27), blocked_minutes=2 * DAY),
        stay(
            ANN,
            2,
            "bth",
            at(2026, 2, 27),
            ANN_DIES,
            site="bth-linde",
            requested_minute=at(2026, 2, 25),
            exit_reason="overleden",
        ),
        stay(BOB, 0, "thuis", BOB_DIES - 365 * DAY, at(2026, 1, 2)),
        stay(
            BOB,
            1,
            "verpleeghuis",
            at(2026, 1, 2),
            BOB_DIES,
            requested_minute=at(2025, 12, 23),
            exit_reason="overleden",
        ),
        stay(CAS, 0, "thuis", CAS_DIES - 365 * DAY, at(2026, 12, 22)),
        stay(
            CAS,
            1,
            "hch",
            at(2026, 12, 22),
            CAS_DIES,
            site="hch-kastanje",
            requested_minute=at(2026, 12, 18),
            exit_reason="overleden",
        ),
        stay(DIRK, 0, "thuis", DIRK_DIES - 365 * DAY, DIRK_DIES, exit_reason="overleden"),
    )
    spells = (
        spell(ANN, 0, "zvw.wijkverpleging", at(2026, 1, 1), at(2026, 1, 15), 600, "week"),
        spell(ANN, 1, "zvw.msz.seh", at(2026, 2, 20), at(2026, 2, 20), 1, "once"),
        spell(ANN, 2, "zvw.huisarts.visite", at(2026, 3, 1), at(2026, 3, 1), 1, "once"),
        spell(BOB, 0, "zvw.msz.seh", at(2025, 9, 1), at(2025, 9, 1), 1, "once"),
        spell(BOB, 1, "zvw.huisarts.consult", BOB_DIES - 40 * DAY, BOB_DIES - 20 * DAY, 1, "day"),
        spell(CAS, 0, "ptz.vrijwilligers", at(2026, 12, 10), at(2026, 12, 10), 1, "once"),
    )
    lines = (
        line(0, ANN, 1, PRODUCTS[0], day_of(dt.date(2026, 2, 20)), "Zvw", 500_000),
        line(1, ANN, 2, PRODUCTS[1], day_of(dt.date(2026, 3, 1)), "Zvw", 300_000),
        line(2, ANN, 2, PRODUCTS[3], day_of(dt.date(2026, 3, 1)), "buiten_wetten", 50_000),
        line(3, BOB, 1, PRODUCTS[2], day_of(dt.date(2026, 1, 2)), "Wlz", 900_000),
        line(4, BOB, 0, PRODUCTS[0], day_of(dt.date(2025, 9, 1)), "Zvw", 40_000),
        line(5, CAS, 0, PRODUCTS[0], day_of(dt.date(2026, 6, 1)), "Zvw", 70_000),
        line(6, CAS, 1, PRODUCTS[0], day_of(dt.date(2027, 1, 1)), "Zvw", 10_000),
        line(7, DIRK, 0, PRODUCTS[0], day_of(dt.date(2025, 11, 1)), "Zvw", 90_000),
    )
    split = (
        (0, "zorgverzekeraar", "", 461_500),
        (0, "patient", "eigen_risico", 38_500),
        (1, "zorgverzekeraar", "", 300_000),
        (2, "patient", "bth_dagbijdrage", 50_000),
        (3, "zorgkantoor", "", 700_000),
        (3, "patient", "wlz_eigen_bijdrage", 200_000),
        (4, "zorgverzekeraar", "", 40_000),
        (5, "zorgverzekeraar", "", 70_000),
        (6, "zorgverzekeraar", "", 10_000),
        (7, "patient", "eigen_risico", 90_000),
    )
    shares = [{"declaration_id": d, "payer": p, "item": i, "cents": c} for d, p, i, c in split]
    period = {"patient_id": BOB, "start_minute": at(2024, 1, 1), "end_minute": BOB_DIES, "profile": "VV5"}
    waiting = {"minute": at(2026, 5, 1), "setting": "bth", "site": ""}
    return {
        "patients": made("patients", *patients),
        "wlz_periods": made("wlz_periods", {**period, "form": "verblijf"}),
        "stays": made("stays", *stays),
        "spells": made("spells", *spells),
        "refusals": made(
            "refusals",
            {"patient_id": BOB, "reason": "geduld_op", **waiting},
            {
                "patient_id": BOB,
                "reason": "omzetplafond",
                **waiting,
                "setting": "thuis",
                "outcome": "geweigerd",
            },
            {"patient_id": CAS, "reason": "overleden_in_wachttijd", **waiting},
            {
                "patient_id": CAS,
                "reason": "omzetplafond",
                "minute": at(2026, 12, 10),
                "setting": "thuis",
                "outcome": "uitgesteld",
            },
        ),
        "meters": made(
            "meters",
            {"segment_start_minute": at(2025, 1, 1), "exhausted_minute": NEVER, "patients_affected": 9},
            {
                "segment_start_minute": at(2026, 1, 1),
                "exhausted_minute": at(2026, 12, 1, 5),
                "patients_affected": 4,
            },
        ),
        "declarations": made("declarations", *lines),
        "shares": made("shares", *shares),
        "unfunded": made(
            "unfunded",
            {"patient_id": ANN, "reason": "overleden_voor_overleg", "cents": 37_297},
            {"patient_id": DIRK, "reason": "overleden_voor_overleg", "cents": 1},
        ),
        "providers": made(
            "providers",
            {"patient_id": ANN, "way": "bundel", **paid("ziekenhuis", 500_000, 450_000)},
            {"patient_id": BOB, "way": "bundel", **paid("ziekenhuis", 0, 30_000)},
            {"patient_id": BOB, "way": "bundel", **paid("bth-linde", 0, 20_000)},
            {"patient_id": DIRK, "way": "bundel", **paid("ziekenhuis", 90_000, 0)},
        ),
    }


@pytest.fixture(scope="module")
def basis() -> LoadedScenario:
    return load_scenario("basis_2026", "middenland")


@pytest.fixture(scope="module")
def parts(basis: LoadedScenario) -> Sums:
    return measure(basis.scenario, basis.area.regions[0], tables(), BOOK)


@pytest.fixture(scope="module")
def kpis(parts: Sums) -> dict[tuple[str, str], float]:
    found = [
        (kpi.name, json.dumps(json.loads(kpi.dimension), sort_keys=True), kpi.value)
        for kpi in evaluate(parts)
    ]
    assert len(found) == len({(name, dimension) for name, dimension, _ in found})
    return {(name, dimension): value for name, dimension, value in found}


EXPECTED: list[tuple[str, dict[str, str], float]] = [
    # Ann and Bob die in 2026.
    ("patients", {}, 2),
    ("place_of_death", {"setting": "bth"}, 1 / 2),
    ("place_of_death", {"setting": "verpleeghuis"}, 1 / 2),
    ("place_of_death", {"setting": "hch"}, 0),
    ("place_of_death", {"setting": "bth", "group": "cancer"}, 1),
    # Ann wished a hospice and got another type of hospice; Bob wished home, and home or care home is one.
    ("wishes_met", {}, 1),
    ("preference_met", {}, 1),
    ("preference_met", {"listed": "huisarts"}, 1),
    ("wlz_at_death", {}, 1 / 2),
    # Ann 7 days in hospital, 11.5 in the BTH; Bob 180.5 in the nursing home; over two people.
    ("days_in_setting", {"setting": "ziekenhuis"}, 7 / 2),
    ("days_in_setting", {"setting": "bth"}, 11.5 / 2),
    ("days_in_setting", {"setting": "verpleeghuis"}, 180.5 / 2),
    ("days_in_setting", {"setting": "thuis"}, (365 - 18.5 + 365 - 180.5) / 2),
    # Decedents: Ann 8,500, Bob 9,400. Calendar: without Bob's line of 2025, with Cas's 700 of June.
    ("cost", {"view": "decedents"}, 17_900),
    ("cost", {"view": "calendar"}, 18_200),
    ("cost", {"view": "decedents", "law": "Zvw"}, 8_400),
    ("cost", {"view": "calendar", "law": "Zvw"}, 8_700),
    ("cost", {"view": "calendar", "law": "Wlz"}, 9_000),
    ("cost", {"view": "calendar", "law": "buiten_wetten"}, 500),
    ("cost", {"view": "calendar", "law": "Jeugdwet"}, 0),
    ("cost", {"view": "decedents", "payer": "patient"}, 385 + 500 + 2_000),
    ("cost", {"view": "decedents", "payer": "zorgverzekeraar"}, 4_615 + 3_000 + 400),
    ("cost", {"view": "calendar", "payer": "zorgverzekeraar"}, 4_615 + 3_000 + 700),
    ("cost", {"view": "calendar", "law": "Wlz", "payer": "zorgkantoor"}, 7_000),
    ("cost", {"view": "calendar", "law": "Wlz", "payer": "patient"}, 2_000),
    ("cost", {"view": "decedents", "setting": "bth"}, 3_500),
    ("cost", {"view": "decedents", "setting": "thuis"}, 400),
    ("cost", {"view": "decedents", "module": "ziekenhuis"}, 5_400),
    ("cost", {"view": "decedents", "module": "hospice"}, 3_000),
    ("cost", {"view": "decedents", "module": "verpleeghuis"}, 9_000),
    ("cost", {"view": "decedents", "module": "eigen_bijdragen_buiten"}, 500),
    ("cost", {"view": "decedents", "group": "dementia"}, 9_400),
    # The price of a day in hospital is an assumption; the other lines name no price.
    ("assumed_price_share", {"view": "decedents"}, 5_400 / 17_900),
    ("cost_per_decedent", {}, 8_950),
    ("cost_per_decedent", {"wlz": "met"}, 9_400),
    ("cost_per_decedent", {"wlz": "zonder"}, 8_500),
    # Ann pays 385 + 500, Bob 2,000.
    ("patient_payment_mean", {}, 2_885 / 2),
    ("patient_payment_mean", {"item": "eigen_risico"}, 385 / 2),
    ("patient_payment_mean", {"item": "wlz_eigen_bijdrage"}, 1_000),
    ("patient_payment_mean", {"item": "overig"}, 0),
    ("patient_payment_mean", {"law": "Zvw"}, 385 / 2),
    ("patient_payment_mean", {"law": "Wlz"}, 2_000 / 2),
    ("patient_payment_mean", {"law": "buiten_wetten"}, 500 / 2),
    ("patient_payment_mean", {"wlz": "zonder"}, 885),
    ("patient_payment_mean", {"wlz": "met"}, 2_000),
    ("patient_payment_mean", {"income": "hoog"}, 2_000),
    ("patient_payment_median", {}, 885),
    ("patient_payment_p90", {}, 2_000),
    ("patient_payment_p99", {}, 2_000),
    # Ann 11.5 days in one of 4 beds; Cas 10 days of 2026 in one of 6; 24 hospice beds, 365 days.
    ("occupancy", {"site": "bth-linde"}, 11.5 / (4 * 365)),
    ("occupancy", {"setting": "bth"}, 11.5 / (8 * 365)),
    ("occupancy", {"site": "hch-kastanje"}, 10 / (6 * 365)),
    ("hospice_occupancy", {}, 21.5 / (24 * 365)),
    # Ann waited 2 days and Cas 4; two more requests ended in patience and in death.
    ("wait_days_mean", {}, 3),
    ("wait_days_p90", {}, 4),
    ("hospice_requests", {}, 4),
    ("hospice_stays", {}, 2),
    # Ann's group is cancer, Cas's too (code 0); born at minute 0, they come in after 6.16 and 6.97 years.
    ("hospice_guests", {"group": "cancer"}, 1),
    ("hospice_guests", {"group": "dementia"}, 0),
    (
        "hospice_age_mean",
        {},
        (at(2026, 2, 27) + at(2026, 12, 22)) / 2 / (365.25 * DAY),
    ),
    ("hospice_refused", {}, 1 / 4),
    ("hospice_died_waiting", {}, 1 / 4),
    ("hospice_from_hospital", {}, 1 / 2),
    ("blocked_hospital_days", {}, 2),
    ("nursing_home_wait_days", {}, 10),
    # Ann alone was in hospital and at the emergency department in her last month.
    ("admitted_last_30", {}, 1 / 2),
    ("ed_last_30", {}, 1 / 2),
    # 20 up to 27 February: 7 days; of Ann's 30 days (from 9 February) all 7 count.
    ("hospitalised_last_90", {}, 1 / 2),
    # Neither has a Wlz stay with behandeling: both are listed with a GP.
    ("hospitalised_last_90", {"listed": "huisarts"}, 1 / 2),
    ("transitions_last_90", {"listed": "huisarts"}, 1),
    ("hospital_days_last_30", {}, 7),
    ("ic_last_30", {}, 0),
    # Ann moved twice in her last 90 days; Bob's move was earlier.
    ("transitions_last_90", {}, 1),
    # Both touch the hospital, and both lie in her last 30 days.
    ("transitions_with_hospital", {}, 1),
    ("transition_last_30", {}, 1 / 2),
    # Ann one visit; Bob one a day from 30 to 20 days before death.
    ("gp_contacts_last_30", {}, 11 / 2),
    ("gp_contacts_last_7", {}, 0),
    # Ann 600 minutes a week for two weeks.
    ("district_nursing_hours", {}, 20 / 2),
    # Bob's estimate came 100 days before death.
    ("terminal_outlived_90", {}, 1 / 2),
    ("unfunded", {"reason": "overleden_voor_overleg"}, 372.97),
    # 1 December is day 335 of 2026.
    ("ceiling_exhausted_day", {}, 335),
    ("ceiling_patients_affected", {}, 4),
    ("ceiling_exhausted_day", {"contract": "wijkverpleging"}, 335),
    ("ceiling_patients_affected", {"contract": "wijkverpleging"}, 4),
    ("ceiling_touched", {"outcome": "geweigerd", "to": "verpleeghuis"}, 1),
    ("ceiling_touched", {"outcome": "uitgesteld", "to": "hch"}, 1),
    ("ceiling_touched", {"outcome": "uitgesteld", "to": "thuis"}, 0),
]


@pytest.mark.parametrize(("name", "dimension", "expected"), EXPECTED)
def test_a_kpi_is_what_the_hand_says(
    kpis: dict[tuple[str, str], float], name: str, dimension: dict[str, str], expected: float
) -> None:
    assert kpis[name, json.dumps(dimension, sort_keys=True)] == pytest.approx(expected, rel=1e-12)


def test_a_provider_gains_what_it_gets_less_what_it_would_have_declared_over_the_decedents(
    basis: LoadedScenario,
) -> None:
    """Hospital: 4500 and 300 for 5000 and 0; the house 200; who died before the window does not count."""
    scenario = vary(basis, {"payment.bundle.applies": True}, "bundel").scenario
    region = basis.area.regions[0]
    found = {(k.name, k.dimension): k.value for k in evaluate(measure(scenario, region, tables(), BOOK))}

    def of(name: str, provider: str) -> float:
        return found[name, json.dumps({"provider": provider})]

    assert of("provider_gain", "ziekenhuis") == -200
    assert of("provider_gain", "bth-linde") == 200
    assert of("provider_shadow", "ziekenhuis") == 5_000
    assert of("provider_shadow", "huisarts") == 0
    nobody = {name: made(name) for name in tables()}
    assert {(k.name, k.dimension) for k in evaluate(measure(scenario, region, nobody, BOOK))} == set(found)


def test_every_kpi_is_there_without_any_patient(
    basis: LoadedScenario, kpis: dict[tuple[str, str], float]
) -> None:
    """A quiet replication must not drop out of the mean: the same KPIs, NaN where nobody was observed."""
    nobody = {name: made(name) for name in tables()}
    found = {
        (k.name, k.dimension): k.value
        for k in evaluate(measure(basis.scenario, basis.area.regions[0], nobody, BOOK))
    }
    assert set(found) == set(kpis)
    assert found["cost", json.dumps({"law": "Zvw", "view": "calendar"}, sort_keys=True)] == 0
    assert math.isnan(found["wait_days_mean", "{}"])


def test_parts_of_two_clusters_add_up_as_if_they_were_one(basis: LoadedScenario, parts: Sums) -> None:
    """Twice the same people: every share and mean stays, every total doubles."""
    once = {(k.name, k.dimension): k for k in evaluate(parts)}
    for kpi in evaluate(merge([parts, parts])):
        before = once[kpi.name, kpi.dimension]
        total = kpi.unit == "eur" and kpi.name in ("cost", "unfunded", "subsidy", "subsidy_claimed")
        total |= kpi.name in ("patients", "hospice_requests", "hospice_stays", "ceiling_patients_affected")
        total |= kpi.name in ("blocked_hospital_days", "ceiling_touched")
        expected = before.value * (2 if total else 1)
        assert kpi.value == pytest.approx(expected, nan_ok=True), kpi


def test_parts_survive_the_way_to_parquet_and_back(parts: Sums) -> None:
    after = decode_sums(parts.encode())
    assert after.sums == parts.sums
    assert set(after.spreads) == set(parts.spreads)
    for key, (values, counts) in parts.spreads.items():
        assert after.spreads[key][0].tolist() == values.tolist()
        assert after.spreads[key][1].tolist() == counts.tolist()
    assert parts.encode() == after.encode()


def test_clients_of_the_subsidy_are_counted_once_a_year_and_form(parts: Sums) -> None:
    """Ann in a BTH and Cas in an HCH, both terminal; Cas also had volunteers at home."""
    clients = {
        (json.loads(text)["form"], json.loads(text)["organisation"]): amount
        for (measured, text), amount in parts.sums.items()
        if measured == "ptz_clients"
    }
    assert clients == {
        ("bth", "bth-linde"): 1,
        ("hch", "hch-kastanje"): 1,
        ("thuis_betaald", "vrijwilligers Middenland"): 1,
    }


def test_only_tariff_rows_that_priced_the_window_are_named(parts: Sums) -> None:
    assert parts.words_along("tariff_row", "row") == ["zvw.msz.verpleegdag@2026-01-01"]


def test_income_groups_are_thirds_of_what_the_scenario_draws(basis: LoadedScenario) -> None:
    """The median household is in the middle; 0.5 sigma either way is outside (a third lies at 0.43)."""
    law = basis.scenario.cohort.means.income_single
    euros = [law.median * math.exp(k * law.sigma) for k in (-0.5, 0, 0.5)]
    people = made("patients", *[{"income_cents": round(e * 100), "household": "single"} for e in euros])
    assert income_groups(basis.scenario, people).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("product", "setting", "module"),
    [
        ("zvw.msz.ct", "ziekenhuis", "ziekenhuis"),
        ("zvw.huisarts.visite", "bth", "huisarts"),
        ("zvw.huisartsenpost.consult", "thuis", "huisarts"),
        ("zvw.wijkverpleging", "thuis", "wijkverpleging"),
        ("zvw.wijkverpleging", "bth", "hospice"),
        ("zvw.elv.ptz", "pu", "hospice"),
        ("zvw.elv.hoog", "elv", "elv"),
        ("zvw.gzsp.so_5_minuten", "thuis", "gzsp"),
        ("zvw.hulpmiddel.bed", "thuis", "hulpmiddelen"),
        ("zvw.kindzorg.thuis", "thuis", "kindzorg"),
        ("jeugdwet.zorg", "thuis", "jeugdhulp"),
        ("wmo.huishoudelijke_hulp", "bth", "wmo"),
        ("zvw.fysiotherapie", "thuis", "paramedisch"),
        ("zvw.tapas.2a", "thuis", "transmuraal"),
        ("zvw.grz.dag", "thuis", "revalidatie"),
        ("zvw.bundel.terminaal", "thuis", "andere_bekostiging"),
        ("zvw.maaltijd", "bth", "hospice"),
        ("wlz.toeslag", "verpleeghuis", "verpleeghuis"),
        ("wlz.zzp.vv10", "hch", "hospice"),
        ("wlz.zzp.vv5", "ziekenhuis", "verpleeghuis"),
        ("wlz.vpt.vv5", "thuis", "wlz_thuis"),
        ("zvw.farmacie.sedatie", "thuis", "geneesmiddelen"),
        ("zvw.vervoer.ambulance", "ziekenhuis", "vervoer"),
        ("buiten.bth_verblijf", "bth", "eigen_bijdragen_buiten"),
    ],
)
def test_a_product_belongs_to_one_module(product: str, setting: str, module: str) -> None:
    assert module_of(BOOK.product(product), setting) == module


def test_care_is_counted_by_the_minutes_inside_the_window() -> None:
    """700 a week over half a week is 350; 10 a day over two days is 20; once counts at its start."""
    product = CARE_PRODUCTS[0]
    spells = made(
        "spells",
        spell(ANN, 0, product, 0, 7 * DAY, 700, "week"),
        spell(ANN, 0, product, 5 * DAY, 9 * DAY, 10, "day"),
        spell(ANN, 0, product, 7 * DAY, 7 * DAY, 3, "once"),
        spell(ANN, 0, product, 8 * DAY, 8 * DAY, 3, "once"),
    )
    low, high = np.full(4, 7 * DAY // 2), np.full(4, 7 * DAY)
    assert (weekly_units(spells, low, high) / (7 * DAY)).tolist() == [350.0, 20.0, 3.0, 0.0]


def test_a_window_over_two_years_splits_at_new_year() -> None:
    window = Window(at(2026, 7, 1), at(2027, 3, 1))
    assert list(window.years) == [2026, 2027]
    assert window.year(2026) == Window(at(2026, 7, 1), at(2027, 1, 1))
    assert window.year(2027) == Window(at(2027, 1, 1), at(2027, 3, 1))


def test_extra_beds_count_in_the_occupancy(basis: LoadedScenario) -> None:
    more = vary(basis, {"places.extra_beds": {"bth": 2}}, "meer")
    found = evaluate(measure(more.scenario, more.area.regions[0], tables(), BOOK))
    value = next(k.value for k in found if k.name == "occupancy" and k.dimension == '{"site": "bth-linde"}')
    assert value == pytest.approx(11.5 / (6 * 365))


def test_beds_that_open_halfway_count_from_that_day(basis: LoadedScenario) -> None:
    """4 beds for 181 days, then 8 for 184."""
    area = basis.area.model_dump(mode="json")
    area["regions"][0]["sites"][0]["beds_from"] = [{"date": "2026-07-01", "beds": 8}]
    region = type(basis.area).model_validate_json(json.dumps(area)).regions[0]
    site = sites_of(basis.scenario, region)[0]
    assert site.bed_minutes(Window.of(basis.scenario)) == (4 * 181 + 8 * 184) * DAY
    assert site.at(np.array([at(2026, 6, 30, 23), at(2026, 7, 1)])).tolist() == [4, 8]


def test_what_a_person_pays_and_what_each_kind_of_provider_declares(basis: LoadedScenario) -> None:
    """Ann pays 385 and 500, Bob 2,000; in 2026 hospitals declare 5,000 for Ann and 700 for Cas."""
    region = basis.area.regions[0]
    paid = own_payments(Task(basis.scenario, region, tables(), BOOK))
    assert {name: column.tolist() for name, column in paid.columns.items()} == {
        "patient_id": [ANN, BOB],
        "cents": [88_500, 200_000],
    }
    parts = measure(basis.scenario, region, tables(), BOOK)
    assert {json.loads(text)["provider"]: cents for text, cents in parts.of_measure("declared")} == {
        "bth": 50_000,
        "verpleeghuis": 900_000,
        "wijkverpleging": 300_000,
        "ziekenhuis": 570_000,
    }
