"""The answer for the Netherlands: measured from its areas, kept in a file, shown beside a region."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

import sim
from sim import store
from sim.measure.by_area import kpis_by_area
from sim.report.figures.maps import small_maps
from sim.report.language import language
from sim.report.nation import (
    NATION_LINES,
    NationalAnswer,
    national_file,
    national_json,
    national_of,
    read_comparison,
    shipped_nation,
)
from sim.report.page import FigureView, TableView
from sim.report.pages.gallery import gallery_plan, policies_of
from sim.report.rounding import Change
from sim.report.sections import nation as sections_nation
from sim.report.sections.nation import NATION_COLUMNS, Beside
from sim.scenario import load_area
from sim.scenario.area.outlines import outlines
from sim.stats import reach_over_parts
from tests.unit.small_area import on_area, small_area, small_region

NAMES = {"drenthe": "Drenthe", "friesland": "Friesland", "groningen": "Groningen"}
PAYERS = ("insurer", "care_office", "municipality", "other_payers", "patients")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One replication of three small areas with the names of real ones, with and without a ceiling."""
    deaths = (60.0, 120.0, 180.0)
    area = small_area(
        *(small_region(id_, each, name=name) for (id_, name), each in zip(NAMES.items(), deaths, strict=True))
    )
    place = tmp_path_factory.mktemp("nation") / "compared"
    base, other = on_area(area), on_area(area, ceiling__allowance_factor=0.9)
    sim.compare(base, other, replications=1, jobs=1, out=place, assumptions=0, keep="kpis")
    return place


@pytest.fixture(scope="module")
def answer(folder: Path) -> NationalAnswer:
    return read_comparison(folder, "basis_2026", ["klein"])


def test_the_reach_over_parts_by_hand() -> None:
    """Rates 1, 2, 3 have variance 1; weights 1, 1, 2 give sqrt(1 + 1 + 4); t(2 degrees, 95%) is 4.3027."""
    reach = reach_over_parts(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0]))
    assert reach == pytest.approx(4.3027 * math.sqrt(6), rel=1e-4)
    assert math.isnan(reach_over_parts(np.array([1.0]), np.array([1.0])))


def test_the_reach_over_parts_covers_chance() -> None:
    """Of 400 sums of parts of unequal size without any difference at least 95% hold the truth, nil."""
    draws = np.random.default_rng(26)
    weights = np.linspace(500, 6000, 32)
    held = 0
    for _ in range(400):
        rates = draws.normal(0, 1 / np.sqrt(weights))
        held += abs(float((rates * weights).sum())) <= reach_over_parts(rates, weights)
    assert held >= 0.95 * 400


def test_the_answer_is_the_difference_of_the_comparison(folder: Path, answer: NationalAnswer) -> None:
    comparison = sim.load(folder)
    values = answer.entries["klein"].values
    total = comparison.difference("cost", "klein", view="calendar")
    assert values["total"].difference == pytest.approx(total.difference, abs=0.01)
    assert sum(values[payer].difference for payer in PAYERS) == pytest.approx(total.difference, abs=0.1)
    home = comparison.difference("place_of_death", "klein", setting="thuis")
    assert values["home_deaths"].difference == pytest.approx(home.difference, abs=1e-9)
    assert tuple(values) == NATION_LINES


def test_costs_have_an_interval_and_what_the_nation_settles_has_none(answer: NationalAnswer) -> None:
    values = answer.entries["klein"].values
    assert values["total"].low < values["total"].difference < values["total"].high
    assert not values["subsidy"].has_interval


def test_areas_weighted_by_their_deaths_give_the_nation(folder: Path, answer: NationalAnswer) -> None:
    """Deaths at home of each area times its deaths, over all deaths."""
    run = folder / "basis_2026"
    manifest = store.load_run(run).manifest
    found = kpis_by_area(run, manifest, ["patients"])
    deaths = {area: float(rows["value"].sum()) for area, rows in found.items()}
    of = answer.entries["klein"].areas["home"]
    mean = sum(of[area] * deaths[area] for area in NAMES) / sum(deaths.values())
    home = sim.load(folder).difference("place_of_death", "klein", setting="thuis")
    assert mean == pytest.approx(home.difference, abs=1e-6)


def test_the_file_gives_the_answer_back(answer: NationalAnswer) -> None:
    again = national_of(json.loads(national_json(answer)))
    assert again.names == NAMES
    assert national_json(again) == national_json(answer)
    found, kept = (each.entries["klein"].values["insurer"] for each in (again, answer))
    assert found.difference == pytest.approx(kept.difference, abs=0.01)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_nation_stands_beside_the_region(answer: NationalAnswer, lang: str) -> None:
    words = language(lang)
    values = answer.entries["klein"].values
    policy = Beside("Een plafond", "klein", {key: Change(each) for key, each in values.items()})
    other = Beside("Iets anders", "niet_berekend", {key: Change(each) for key, each in values.items()})
    found = sections_nation.section(answer, [policy, other], "Middenland", words)
    assert found is not None
    (table,) = (block for block in found.blocks if isinstance(block, TableView))
    assert [row.cells[0].text for row in table.rows] == ["Een plafond", "Middenland"]
    assert all(len(row.cells) == 1 + len(NATION_COLUMNS) for row in table.rows)
    drawn = [block for block in found.blocks if isinstance(block, FigureView)]
    assert drawn
    assert all(view.svg.count("<use ") == len(outlines()) for view in drawn)


def test_without_an_answer_there_is_no_section(answer: NationalAnswer) -> None:
    policy = Beside("Iets", "niet_berekend", {})
    assert sections_nation.section(None, [policy], "Middenland", language("nl")) is None
    assert sections_nation.section(answer, [policy], "Middenland", language("nl")) is None


def test_small_maps_leave_out_what_nowhere_differs_and_are_white_at_nil() -> None:
    values = {"drenthe": 0.0, "friesland": -5.0, "groningen": 5.0}
    maps = MappingProxyType({"Beleid": values, "Niets": dict.fromkeys(values, 0.0)})
    view = small_maps("fig", "Kaart.", maps, NAMES, str)
    assert view is not None
    colours = dict(re.findall(r'href="#fig-(\S+)" fill="#(\w+)"', view.svg))
    assert min(bytes.fromhex(colours["drenthe"])) >= 253
    assert max(bytes.fromhex(colours["friesland"])[:1] + bytes.fromhex(colours["groningen"])[2:]) < 10
    assert "Niets" not in view.svg
    assert view.alt == "Kaart. Beleid: Friesland -5.0, Groningen 5.0."
    assert small_maps("fig", "Kaart.", {"Niets": maps["Niets"]}, NAMES, str) is None


@pytest.mark.skipif(not national_file().exists(), reason="no answers for the Netherlands are published")
def test_the_answers_that_ship_are_of_policies_that_ship_over_the_areas_that_ship() -> None:
    """And what payers pay more comes to the total of each policy."""
    answer = shipped_nation()
    assert answer is not None
    assert set(answer.entries) <= set(policies_of(gallery_plan()))
    assert set(answer.names) == {region.id for region in load_area("nederland").regions}
    for name, entry in answer.entries.items():
        paid = sum(entry.values[payer].difference for payer in PAYERS)
        assert paid == pytest.approx(entry.values["total"].difference, abs=1), name
        assert all(set(of) == set(answer.names) for of in entry.areas.values()), name
