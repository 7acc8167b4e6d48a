"""A click on the map and the chosen names say the same region."""

import numpy as np
import pytest

from sim.scenario.area.outlines import outlines, town_outlines
from sim.scenario.area.real_region import nation, slug
from sim.web.area_map import STATES, Chosen, View, clicked, name_in, shapes, spec, views

pytestmark = pytest.mark.slow

TOLD = {state: state for state in STATES}
COUNTRY = View()


def _states(view, chosen):
    return {each["name"]: each["state"] for each in shapes(view, chosen, TOLD)}


def _covers(name):
    return {each.name for each in nation().chosen("gemeente", [name])}


def test_the_map_of_the_country_has_every_care_office_area():
    assert _states(COUNTRY, Chosen()) == dict.fromkeys(nation().areas("zorgkantoorregio"), "out")


def test_every_municipality_has_an_outline_but_the_one_that_was_divided():
    """Haaren was divided over four municipalities on the day of the figures (README of the outlines)."""
    held = set().union(*(_covers(name) for name in town_outlines()))
    assert {each.name for each in nation().municipalities} - held == {"Haaren"}


@pytest.mark.parametrize("grouping", ["zorgkantoorregio", "provincie"])
def test_every_municipality_stands_on_one_map_of_a_grouping(grouping):
    shown = [name for view in views() if view.grouping == grouping for name in _states(view, Chosen())]
    assert sorted(shown) == sorted(town_outlines())


def _size(polygons):
    total = 0.0
    for polygon in polygons:
        for number, ring in enumerate(polygon):
            x, y = ring[:, 0], ring[:, 1]
            size = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
            total += -size if number else size
    return total


@pytest.mark.parametrize("area", ["Drenthe", "Zuid-Limburg", "Friesland"])
def test_municipalities_fill_the_outline_of_their_area(area):
    within = [town_outlines()[name] for name in _states(View("zorgkantoorregio", area), Chosen())]
    assert sum(map(_size, within)) == pytest.approx(_size(outlines()[slug(area)]), rel=0.03)


def test_a_click_adds_an_area_and_a_second_click_takes_it_away():
    once = clicked(Chosen(), COUNTRY, "Drenthe")
    assert once == Chosen(offices=("Drenthe",))
    assert _states(COUNTRY, once)["Drenthe"] == "in"
    assert clicked(once, COUNTRY, "Drenthe") == Chosen()


def test_a_municipality_that_leaves_leaves_the_rest_of_its_area():
    inside = View("provincie", "Drenthe")
    whole = Chosen(offices=("Drenthe",))
    without = clicked(whole, inside, "Assen")
    assert whole.covered - without.covered == {"Assen"}
    assert without.offices == ()
    assert _states(inside, without)["Assen"] == "out"
    assert _states(COUNTRY, without)["Drenthe"] == "partly"
    assert clicked(without, inside, "Assen").covered == whole.covered


def test_names_of_before_and_after_a_merger_are_one_area_of_the_map():
    view = View("provincie", "Noord-Brabant")
    part = Chosen(towns=("Boxmeer",))
    assert _states(view, part)["Land van Cuijk"] == "partly"
    whole = clicked(part, view, "Land van Cuijk")
    assert whole == Chosen(towns=("Land van Cuijk",))
    assert clicked(whole, view, "Land van Cuijk") == Chosen()


def test_what_the_map_gives_back_is_a_name_or_nothing():
    assert name_in({"selection": {"clicked": [{"name": "Drenthe"}]}}) == "Drenthe"
    assert name_in({"selection": {"clicked": []}}) is None
    assert name_in(None) is None


def test_the_map_fetches_nothing():
    assert "url" not in repr(spec(COUNTRY, Chosen(), TOLD))
