"""Deaths of the years to come follow from the ages of a region's own people."""

from __future__ import annotations

import datetime as dt
import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_area import on_area, small_area, small_region

import sim
from sim.catalogue import load_tariffs
from sim.errors import InputError
from sim.scenario import load_area
from sim.scenario.area import ageing
from sim.scenario.area.real_region import nation
from sim.studies.capacity import study


def test_deaths_of_the_first_year_are_those_that_the_nation_had():
    """CBS 2019: 20,935, 45,940 and 85,010 deaths; as chances they are a little fewer."""
    people = ageing._people(nation().municipalities)
    found = ageing._deaths_by_group(people, ageing._rates(0.1), 0.0, 2021)[0]
    assert found == pytest.approx([20_935, 45_940, 85_010], rel=0.08)
    assert people.sum() == pytest.approx(sum(sum(m.people) for m in nation().municipalities))


def test_one_year_of_two_ages_is_that_of_the_hand():
    """100 people of 0 and 50 of the oldest, at a rate of ln 2: half of each die; who is left grows older."""
    people = np.zeros(101)
    people[0], people[100] = 100.0, 50.0
    first, second = ageing._deaths_by_group(people, np.full(101, math.log(2)), 0.0, 2022)
    assert first == pytest.approx([50, 0, 25])
    assert second == pytest.approx([(100 + 50) / 2, 0, 12.5]), "as many are born; the oldest stay the oldest"


def test_the_nation_of_2040_lies_within_the_outlook_and_a_range_holds_its_middle():
    """vergrijzing_2040 has 1.05 to 1.23 times the deaths of now, by the outlook of CBS."""
    (middenland,) = load_area("middenland").regions
    found = ageing.ageing_of(middenland, 2026, 2040)
    last = found.years[-1]
    assert not found.own
    assert found.years[0].factor == 1.0
    assert 1.05 < last.low < 1.23 < last.high
    assert all(each.low <= each.factor <= each.high for each in found.years)


def test_regions_that_cbs_knows_have_their_own_ages():
    found = {region.name: region for region in load_area("nederland").regions}
    own = {name: ageing.ageing_of(found[name], 2026, 2040) for name in ("Zeeland", "Flevoland")}
    assert all(each.own for each in own.values())
    assert own["Flevoland"].years[-1].factor > own["Zeeland"].years[-1].factor + 0.15, "Flevoland is young"
    several = found["Drenthe"].model_copy(update={"name": "Assen, Aa en Hunze", "population": 94_000})
    assert {m.name for m in ageing.own_municipalities(several)} == {"Assen", "Aa en Hunze"}
    other = found["Drenthe"].model_copy(update={"population": 20_000})
    assert ageing.own_municipalities(other) == (), "a name with quite other inhabitants is another region"


def test_the_year_in_which_the_beds_fall_short_is_told(tmp_path):
    area = small_area(small_region(deaths=60.0))
    asked = {"scenario": on_area(area), "type": "bth", "replications": 2, "jobs": 1, "prices": False}
    found = sim.capacity(area, **asked, norm="refused<=0.9", search=False, until=2028)
    short = found.found.short
    assert (short.year, short.until, short.own) == (None, 2028, False)
    assert [row.year for row in found.found.growth] == [2026, 2028]
    assert any("2028" in sentence for sentence in found.answer("en"))
    page = found.report("en", tmp_path / "page.html").read_text(encoding="utf-8")
    assert "By the ages of its people" in page
    growth = found.growth
    assert (growth["demand_low"] <= growth["demand"]).all()
    tight = sim.capacity(area, **asked, norm="occupancy<=0.01", search=False, until=2027)
    assert tight.found.short.year == 2026
    assert any("2026 already" in sentence for sentence in tight.answer("en"))
    assert tight.as_json()["falls_short"]["year"] == 2026


def test_the_first_year_of_the_fastest_ageing_is_told(monkeypatch):
    """Beds fall short beyond the deaths that the region has in 2040: with the fastest ageing before."""
    area = small_area(small_region(deaths=60.0))
    years = ageing.ageing_of(area.regions[0], 2026, 2040).years
    bound = years[-1].factor + 1e-9
    first = next(each.year for each in years if each.high > bound)
    assert first < 2040
    monkeypatch.setattr(study._Study, "_misses", lambda self, path, demand: demand > bound)
    asked = {"scenario": on_area(area), "type": "bth", "replications": 2, "jobs": 1, "prices": False}
    found = sim.capacity(area, **asked, norm="refused<=0.9", search=False, until=2040)
    assert (found.found.short.year, found.found.short.early) == (None, first)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"until": 2026}, "is not after 2026, the year that is counted"),
        ({"until": 2040, "growth": 0.02, "years": 3}, "takes no growth beside it"),
        ({"until": 2100}, "must be 2060 or less"),
    ],
)
def test_years_that_do_not_fit_are_refused(given, line):
    with pytest.raises(InputError, match=line):
        sim.capacity(small_area(), scenario=on_area(small_area()), jobs=1, **given)


def test_a_bed_has_a_running_cost_by_type_with_its_range_and_the_subsidy_of_its_guests(tmp_path):
    """Sums of scenarios/places.yaml; guests of a bed: days in use over days of a stay, each the maximum."""
    area = small_area(small_region(deaths=60.0))
    found = sim.capacity(
        area, scenario=on_area(area), type="hch", replications=2, jobs=1, prices=False, search=False
    )
    (bed,) = found.found.running
    answer = found.type("hch")
    assert (bed.fixed, bed.staff, bed.low, bed.high) == (35_000, 170_000, 130_000, 300_000)
    guests = answer.now.values["occupancy"].mean * 365.25 / answer.guess.stay_days
    most = float(load_tariffs().parameter("ptz.max.hch", dt.date(2026, 1, 1)).amount)
    assert bed.subsidy == pytest.approx(guests * most)
    page = found.report("nl", tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Wat een bed het huis per jaar kost" in page
    assert found.as_json()["running_cost"][0]["kind"] == "hch"
