"""Areas side by side: outlines and who touches whom, KPIs by area, the table and the map of a report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.measure.by_area import kpis_by_area
from sim.report.figures.maps import area_map
from sim.report.language import language
from sim.report.pages.build import load_result, page_of
from sim.report.sections import areas as sections_areas
from sim.scenario import load_area
from sim.scenario.area.outlines import neighbours, outlines
from tests.unit.small_area import on_area, small_area, small_region

pytestmark = pytest.mark.slow

NAMES = {"drenthe": "Drenthe", "friesland": "Friesland", "groningen": "Groningen"}


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two replications of three small areas with the names of real ones, with and without a ceiling."""
    (region,) = load_area("middenland").regions
    places = region.nursing_home_places.model_copy(update={"value": 30, "range": (20, 40)})
    own = {"population": 166_667, "nursing_home_places": places}
    area = small_area(*(small_region(id_, name=name, **own) for id_, name in NAMES.items()))
    base, other = on_area(area), on_area(area, ceiling__allowance_factor=0.9)
    place = tmp_path_factory.mktemp("areas") / "compared"
    sim.compare(base, other, replications=2, jobs=1, out=place, assumptions=0)
    return place


def test_every_care_office_area_has_an_outline() -> None:
    assert outlines().keys() == {region.id for region in load_area("nederland").regions}


def test_areas_that_touch_follow_from_the_outlines() -> None:
    """On the map of the Netherlands; Zuid-Limburg has one neighbour, Groningen two, and they touch back."""
    assert neighbours()["groningen"] == {"friesland", "drenthe"}
    assert neighbours()["zuid-limburg"] == {"noord-en-midden-limburg"}
    assert all(one in neighbours()[other] for one, several in neighbours().items() for other in several)


def test_the_parts_of_the_areas_add_up_to_the_whole(compared: Path) -> None:
    run = load_result(compared).base
    for law in ("Zvw", "Wlz"):
        parts = [kpis.get("cost", view="calendar", law=law) for kpis in run.areas.values()]
        whole = run.kpis.get("cost", view="calendar", law=law)
        assert len(parts) == len(NAMES)
        assert whole.mean == pytest.approx(sum(part.mean for part in parts), abs=0.01)


def test_differences_of_areas_add_up_to_the_difference(compared: Path) -> None:
    (alternative,) = load_result(compared).alternatives
    parts = [kpis.get("cost", view="calendar") for kpis in alternative.areas.values()]
    whole = alternative.differences.get("cost", view="calendar")
    assert whole.difference == pytest.approx(sum(part.difference for part in parts), abs=0.01)


def test_only_what_is_asked_for_is_read(compared: Path) -> None:
    run = load_result(compared).base
    found = kpis_by_area(compared / run.name, run.manifest, ["patients"])
    assert found.keys() == NAMES.keys()
    assert set(found["drenthe"]["name"]) == {"patients"}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_shows_the_areas_on_a_map_and_in_a_table(compared: Path, lang: str) -> None:
    words = language(lang)
    page = page_of(load_result(compared), words)
    assert words.say("section.areas") in page
    assert "fig-map-cost_per_decedent" in page
    assert "fig-map-home" in page
    assert all(f"{at} {name}" in page for at, name in enumerate(NAMES.values(), start=1))


def test_the_map_is_a_figure_of_a_result(compared: Path) -> None:
    assert sim.load(compared).figure_map("en").axes


def test_a_run_shows_levels_and_a_region_by_itself_no_map(compared: Path) -> None:
    words = language("nl")
    run = load_result(compared / "basis_2026")
    assert len(sections_areas.section(run, words).blocks) == 3
    assert not sections_areas.are_mapped(["middenland"])
    assert not sections_areas.are_mapped(["drenthe"])


def test_colours_of_a_difference_meet_in_white_at_no_difference() -> None:
    values = {"drenthe": 0.0, "friesland": -5.0, "groningen": 5.0}
    drawing = area_map("fig", "Kaart.", values, NAMES, str, difference=True)
    faces = [tuple(np.round(patch.get_facecolor(), 2)) for patch in drawing.figure.axes[0].patches]
    order = list(outlines())
    assert faces[order.index("drenthe")] == (1, 1, 1, 1)
    assert faces[order.index("friesland")] != faces[order.index("groningen")]
    assert drawing.alt == "Kaart. 1 Drenthe 0.0; 2 Friesland -5.0; 3 Groningen 5.0."


def test_areas_without_an_outline_have_no_map() -> None:
    assert area_map("fig", "Kaart.", {"middenland": 1.0}, {"middenland": "Middenland"}, str) is None
