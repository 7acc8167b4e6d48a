"""Fields of the page become the lines of the command, a share brings its neighbour, a link restores all."""

import datetime as dt

import pytest

from sim import api
from sim.errors import InputError
from sim.scenario import load_area
from sim.studies.capacity.place_changes import changes_of
from sim.web.places import (
    Fields,
    check,
    compare_places,
    house,
    kept,
    line_of,
    neighbours_of,
    with_neighbours,
)

DAY, LATER = dt.date(2026, 7, 1), dt.date(2026, 9, 1)
SITE = "bth-linde"


@pytest.mark.parametrize(
    ("name", "fields", "line"),
    [
        ("close", Fields(SITE, since=DAY), "close bth-linde@2026-07-01"),
        ("open", Fields(house("De Vlinder", "bth"), 4), "open De Vlinder:bth=4"),
        ("open", Fields(house("a;b=c", "hch"), 2, DAY), "open a b c:hch=2@2026-07-01"),
        ("merge", Fields("a+b"), "merge a+b"),
        ("beds", Fields(SITE, number=8), "beds bth-linde=8"),
        ("shut", Fields(SITE, number=2, since=DAY, until=LATER), "shut bth-linde=2@2026-07-01..2026-09-01"),
        (
            "shut",
            Fields(SITE, number=2, since=DAY, until=LATER, yearly=True),
            "shut bth-linde=2@07-01..09-01",
        ),
        ("stay", Fields(number=5), "stay +5"),
        ("stay", Fields("hch", 5), "stay hch=+5"),
        ("requests", Fields("hospital", 20), "requests hospital=+20%"),
        ("requests", Fields(number=-10), "requests -10%"),
        ("share", Fields("t-gooi"), "share t-gooi"),
        ("other-house", Fields(number=50), "other-house 50%"),
        ("turnover", Fields(number=1), "turnover 1"),
        ("first", Fields("home"), "first home"),
    ],
)
def test_fields_become_the_line_of_the_command(name, fields, line):
    assert line_of(name, fields) == line
    (change,) = changes_of(line)
    assert (change.name, change.line) == (name, line)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (line_of("shut", Fields(SITE, number=2)), "is no period"),
        (line_of("close", Fields("nergens")), "no such site"),
        (line_of("merge", Fields(SITE)), "is not two sites"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_in_one_line(line, words):
    with pytest.raises(InputError, match=words):
        check(load_area("middenland"), ((line,), (), ()))


def test_a_neighbour_that_shares_stands_beside_the_region():
    area = api.region("Assen")
    names = neighbours_of(area, frozenset({"Assen"}))
    assert set(names[:3]) <= {"Friesland", "Groningen", "Zwolle", "Twente"}
    assert "Drenthe" not in names
    shared = (("share groningen",), (), ())
    check(area, shared)
    whole = with_neighbours(area, shared)
    assert [region.id for region in whole.regions] == ["assen", "groningen"]
    assert whole.regions[0] == area.regions[0]


def test_a_link_holds_three_alternatives_at_most():
    assert kept([]) == ((), (), ())
    assert kept(["close a; stay +5", "open bth=2"]) == (("close a", "stay +5"), ("open bth=2",), ())
    assert len(kept(["stay +1"] * 5)) == 3


def test_alternatives_stand_beside_the_places_of_now_on_the_same_people(tmp_path):
    area = api.region("Assen")
    (first, *_) = area.regions[0].sites
    found = compare_places(area, ((f"close {first.id}",), (f"beds {first.id}={first.beds}",), ()), tmp_path)
    closed, same = found.found.compared.others
    assert closed.differences["not_placed"].mean > 0
    assert same.differences["not_placed"].mean == 0
    assert closed.cost == {}
