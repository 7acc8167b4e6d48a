"""Moves, occupancy by month, waits by type and use of the omzetplafond of the four hand-made patients.

Ann: home, hospital from 20 to 27 February 2026, bijna-thuis-huis Linde until she dies on 10 March at noon.
Bob: home, nursing home from 2 January 2026 until he dies on 1 July. Cas and Dirk die outside 2026.
"""

import numpy as np
import pytest

from sim.measure.kpis import evaluate
from sim.measure.measures import measure
from sim.measure.moves import months_of
from sim.measure.sums import Sums, dimension_text
from sim.measure.tables import Window, sites_of
from sim.scenario import load_scenario
from tests.unit.test_experiment_kpis import BOOK, DAY, at, made, tables


@pytest.fixture(scope="module")
def loaded():
    return load_scenario("basis_2026")


@pytest.fixture(scope="module")
def parts(loaded):
    ceilings = made(
        "meters",
        {"meter": "wijkverpleging", "segment_start_minute": at(2026, 1, 1), "allowance": 1000, "used": 1250},
        {"meter": "wijkverpleging", "segment_start_minute": at(2025, 1, 1), "allowance": 7, "used": 9},
    )
    return measure(loaded.scenario, loaded.area.regions[0], {**tables(), "meters": ceilings}, BOOK)


@pytest.fixture(scope="module")
def values(parts):
    return {(kpi.name, kpi.dimension): kpi.value for kpi in evaluate(parts)}


def value(values, name, **dimension):
    return values[(name, dimension_text(dimension))]


def test_every_move_of_the_two_decedents_is_counted_once_and_death_is_the_last(parts):
    moves = {text: n for (name, text), n in parts.sums.items() if name == "moves" and n}
    expected = [
        ("thuis", "ziekenhuis"),
        ("ziekenhuis", "bth"),
        ("bth", "overleden"),
        ("thuis", "verpleeghuis"),
        ("verpleeghuis", "overleden"),
    ]
    assert moves == {dimension_text({"from": start, "to": to}): 1 for start, to in expected}


def test_moves_are_told_per_person(values):
    assert value(values, "moves", **{"from": "thuis", "to": "ziekenhuis"}) == 1 / 2


def test_a_window_is_cut_into_its_calendar_months():
    months = months_of(Window(at(2026, 1, 15), at(2026, 3, 2)))
    assert [name for name, _ in months] == ["2026-01", "2026-02", "2026-03"]
    assert [(part.high - part.low) // DAY for _, part in months] == [17, 28, 1]


def test_occupancy_of_a_month_is_bed_time_used_over_bed_time_there(values, loaded):
    occupancy = "occupancy_by_month"
    beds = sum(s.beds for s in sites_of(loaded.scenario, loaded.area.regions[0]) if s.setting == "bth")
    assert value(values, occupancy, setting="bth", month="2026-02") == pytest.approx(2 / (28 * beds))
    march = value(values, occupancy, setting="bth", month="2026-03")
    assert march == pytest.approx(9.5 / (31 * beds))
    assert value(values, occupancy, setting="bth", month="2026-05") == 0


def test_the_months_of_a_year_add_up_to_its_occupancy(parts):
    def total(name, **dimension):
        return parts.sums[(name, dimension_text(dimension))]

    months = [f"2026-{month:02}" for month in range(1, 13)]
    for name in ("bed_minutes", "bed_minutes_used"):
        assert total(name, setting="bth") == sum(total(name, setting="bth", month=m) for m in months)


def test_the_wait_for_a_type_of_hospice_is_that_of_its_guests(values):
    assert value(values, "wait_days_mean", setting="bth") == 2
    assert value(values, "wait_days_mean", setting="hch") == 4  # Cas: asked on 18, placed on 22 December
    assert np.isnan(value(values, "wait_days_mean", setting="pu"))


def test_only_counted_years_of_the_ceiling_count(values):
    assert value(values, "ceiling_room", kind="wijkverpleging") == 10
    assert value(values, "ceiling_used", kind="wijkverpleging") == 12.5


def test_quantiles_of_payments_are_told_for_everyone_and_for_each_group():
    parts = Sums()
    parts.spread("patient_payment", np.array([0, 100, 200, 300, 40_000]))
    parts.spread("patient_payment", np.array([0, 100]), wlz="zonder")
    parts.add("patient_payment", 40_600)
    parts.add("patient_payment", 100, wlz="zonder")
    parts.add("patient_payment", 0, wlz="met")
    found = {(k.name, k.dimension): k.value for k in evaluate(parts)}
    assert value(found, "patient_payment_quantile", level="0.5") == 2
    assert value(found, "patient_payment_quantile", level="0.99") == 400
    assert value(found, "patient_payment_quantile", level="0.99", wlz="zonder") == 1
    assert np.isnan(value(found, "patient_payment_quantile", level="0.5", wlz="met"))
