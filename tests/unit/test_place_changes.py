"""The questions of a meeting: changes of places do what they say, beside today, on the same people."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_area import on_area, small_area, small_region

import sim
from sim.catalogue import load_tariffs
from sim.cli import run_command
from sim.errors import InputError
from sim.journey.log import STAY_FIELDS, columns
from sim.journey.sized import Demand, Member, demand_of, queue
from sim.ledger import quote
from sim.measure.tables import Window
from sim.report.language import language
from sim.report.pages.capacity_places import told_change
from sim.scenario import Site, clusters_of
from sim.schema import SETTINGS, code
from sim.stats import overlap
from sim.studies.capacity.alternatives import beds_at_end
from sim.studies.capacity.observe import SIZED_PLACES, observe
from sim.studies.capacity.place_changes import CHANGES, Situation, applied, changes_of, situation_of
from sim.units import FAR_FUTURE

LINDE, HAVEN, PU = "bth-linde-dorp", "bth-haven-dorp", "pu-west-dorp"


def today(*texts: str, area: Any = None, **values: Any) -> Situation:
    loaded = on_area(area or small_area(), **values)
    return situation_of(
        loaded.scenario, loaded.area, clusters_of(loaded.area)[0], [changes_of(text) for text in texts]
    )


def beds(text: str, situation: Situation | None = None) -> dict[str, list[tuple[str, int]]]:
    """Beds of every site over time after changes."""
    found = applied(situation or today(), changes_of(text))
    return {
        site.id: [("", site.beds), *((each.date.isoformat(), each.beds) for each in site.beds_from)]
        for site in found.sites
    }


@pytest.mark.parametrize(
    ("text", "site", "told"),
    [
        (f"close {LINDE}", LINDE, [("", 0)]),
        (f"close {LINDE}@2026-07-01", LINDE, [("", 1), ("2026-07-01", 0)]),
        (f"beds {PU}=8", PU, [("", 8)]),
        (f"beds {PU}=8@2026-03-01", PU, [("", 1), ("2026-03-01", 8)]),
        ("open hch=4", "nieuw-hch", [("", 4)]),
        ("open De Vlinder:bth=4@2026-05-01", "de-vlinder", [("", 0), ("2026-05-01", 4)]),
        (f"merge {LINDE}+{HAVEN}", LINDE, [("", 2)]),
        (f"merge {LINDE}+{HAVEN}", HAVEN, [("", 0)]),
        (f"merge {LINDE}+{HAVEN}@2026-07-01", LINDE, [("", 1), ("2026-07-01", 2)]),
        (
            f"beds {PU}=8; shut {PU}=2@2026-07-01..2026-09-01",
            PU,
            [("", 8), ("2026-07-01", 6), ("2026-09-01", 8)],
        ),
        (
            f"beds {PU}=8@2026-08-01; shut {PU}=1@2026-07-01..2026-09-01",
            PU,
            [("", 1), ("2026-07-01", 0), ("2026-08-01", 7), ("2026-09-01", 8)],
        ),
    ],
)
def test_beds_are_those_that_the_change_says_at_every_date(text, site, told):
    assert beds(text)[site] == told


def test_every_summer_is_that_of_each_year_of_the_clock_and_a_winter_passes_new_year():
    summer = beds(f"shut {PU}=1@07-01..09-01")[PU]
    assert {day for day, _ in summer if day.startswith("2026")} == {"2026-07-01", "2026-09-01"}
    assert [number for _, number in summer] == [1, *(0, 1) * ((len(summer) - 1) // 2)]
    winter = beds(f"shut {PU}=1@12-15..01-15")[PU]
    assert ("2025-12-15", 0) in winter
    assert ("2026-01-15", 1) in winter
    spring = beds(f"shut {PU}=1@02-29..04-01")[PU]
    assert {("2024-02-29", 0), ("2026-03-01", 0), ("2026-04-01", 1)} <= set(spring), "2026 has no 29 February"


def test_extra_beds_of_a_policy_are_there_before_any_change():
    found = today(places__extra_beds={"bth": 3})
    assert [site.beds for site in found.sites][:2] == [4, 1]
    assert beds(f"merge {HAVEN}+{LINDE}", found)[HAVEN] == [("", 5)]


def test_other_changes_set_what_they_name_and_nothing_else():
    before = today()
    stay = applied(before, changes_of("stay hch=+5; stay +2,5"))
    assert sorted(stay.longer.values()) == [3600, 3600, 10800]
    more = applied(before, changes_of("requests hospital=+20%")).scenario.hospice
    then, now = more.after_hospital.value, before.scenario.hospice.after_hospital.value
    assert {group: then[group] / now[group] for group in now} == pytest.approx(dict.fromkeys(now, 1.2))
    assert more.from_home == before.scenario.hospice.from_home
    both = applied(before, changes_of("requests -10%")).scenario.hospice
    assert both.from_home.value["cancer"] == pytest.approx(0.9 * more.from_home.value["cancer"])
    places = applied(before, changes_of("other-house 85%; turnover 1,5; first hospital")).scenario.places
    assert (places.other_house, places.turnover_days, places.goes_first) == (0.85, 1.5, "ziekenhuis")


def test_a_neighbour_makes_one_queue_of_two():
    two = small_area(small_region("oost"), small_region("west"))
    situation = today("share west", area=two)
    assert [cluster.id for cluster in situation.clusters] == ["oost", "west"]
    (whole,) = applied(situation, changes_of("share west")).clusters
    assert {region.id for _, region in whole.members} == {"oost", "west"}


@pytest.mark.parametrize("text", ["stay +5", f"close {LINDE}", "other-house 0.5; turnover 2", "open hch=3"])
def test_every_change_keeps_people_and_patience_and_every_bed_day_is_that_of_a_guest(text):
    """Bed days by month and type, by house, and days of stays of guests: one sum, counted three ways."""
    situation = applied(today(area=small_area(small_region(deaths=60.0))), changes_of(text))
    before = demand_of_first(today(area=small_area(small_region(deaths=60.0))))
    demand = demand_of_first(situation)
    assert demand.patients["patient_id"].tolist() == before.patients["patient_id"].tolist()
    assert demand.needs.patience_minutes.tolist() == before.needs.patience_minutes.tolist()
    window = Window.of(situation.scenario)
    beds = beds_at_end(demand.region, window.high)
    queued = queue(demand, beds, FAR_FUTURE)
    seen = observe(demand, beds, queued, window)
    stays = columns(queued.log.stays, STAY_FIELDS)
    guests = np.isin(stays["setting"], [code(SETTINGS, word) for word in SIZED_PLACES]) & (stays["site"] >= 0)
    more = np.array([situation.longer.get(int(word), 0) for word in stays["setting"]])
    days = overlap(stays["start"], stays["end"] + more, window.low, window.high)[guests].sum()
    assert seen.used.sum() == days
    kinds = [site.setting in SIZED_PLACES for site in demand.region.sites]
    assert seen.site_used[kinds].sum() == days
    assert (seen.site_used <= seen.site_room).all() or "stay" in text


def demand_of_first(situation: Situation) -> Demand:
    """People and needs of a situation, in its first replication."""
    (cluster,) = situation.clusters
    book = load_tariffs()
    members = [Member(n, r, quote(book, situation.scenario.prices, r)) for n, r in cluster.members]
    demand = demand_of(situation.scenario, members, cluster.region, 0, visits=False)
    return replace(demand, longer=situation.longer)


def compare(*changes: str, area: Any = None, **asked: Any) -> Any:
    area = area or small_area(small_region(deaths=120.0))
    given = {"replications": 2, "jobs": 1, "prices": False, "search": False, "norm": "wait_days<=1@0.9"}
    return sim.capacity(area, scenario=on_area(area), alternatives=changes, **given | asked)


@pytest.fixture(scope="module")
def priced() -> Any:
    return compare(
        f"close {LINDE}", f"beds {PU}=1", "open hch=2", f"beds {PU}=0; beds {PU}=3", prices=True
    ).found.compared


def test_what_changes_nothing_has_no_difference_to_the_cent(priced):
    same = priced.others[1]
    assert {value.mean for value in same.differences.values()} == {0.0}
    assert {value.mean for value in same.cost_differences.values()} == {0.0}
    assert same.values == priced.today.values


def test_costs_of_a_change_are_those_of_a_run_with_these_beds_to_the_cent(priced):
    area = small_area(small_region(deaths=120.0))
    (region,) = area.regions
    sites = tuple(s.model_copy(update={"beds": 0}) if s.id == LINDE else s for s in region.sites)
    closed = small_area(region.model_copy(update={"sites": sites}))
    for outcome, of in ((priced.today, area), (priced.others[0], closed)):
        run = sim.run(on_area(of), replications=2, jobs=1, keep="kpis")
        assert outcome.cost["total"].mean == pytest.approx(run.kpi("cost", view="calendar").mean, abs=0.005)
        dead = run.kpi("patients").mean * run.kpi("place_of_death", setting="thuis").mean
        assert outcome.values["home_deaths"].mean == pytest.approx(dead, rel=0.01)
    change = priced.others[0].cost["total"].mean - priced.today.cost["total"].mean
    assert priced.others[0].cost_differences["total"].mean == pytest.approx(change, abs=0.01)


def test_more_beds_refuse_no_more_and_houses_are_told_one_by_one(priced):
    more = priced.others[2]
    assert more.differences["refusals"].mean <= 0
    assert more.beds == {"bth": 2, "hch": 3, "pu": 1}
    assert [house.id for house in more.houses] == [LINDE, HAVEN, "hch-kastanje-dorp", PU, "nieuw-hch"]
    assert more.houses[-1].occupancy.mean > 0
    used = sum(house.beds * house.occupancy.mean for house in more.houses)
    assert used / 6 == pytest.approx(more.values["occupancy"].mean, rel=1e-9)


def test_ranges_hold_the_difference_and_move_with_the_willingness_to_go_elsewhere(priced):
    assert {end.setting for end in priced.assumptions} == {"other_house", "turnover_days"}
    for outcome in (priced.today, *priced.others):
        told = outcome.differences or outcome.values
        for name, (low, high) in outcome.ranges.items():
            assert np.isnan(told[name].mean) or low <= told[name].mean <= high
    low, high = priced.today.ranges["refusals"]
    assert high > priced.today.values["refusals"].mean >= low


def test_longer_stays_fill_more_beds_change_no_request_and_have_no_cost():
    (longer,) = compare("stay +20", prices=True).found.compared.others
    assert longer.differences["requests"].mean == pytest.approx(0, abs=1)
    assert longer.differences["occupancy"].mean > 0
    assert longer.unpriced
    assert not longer.cost


def test_a_shared_neighbour_stands_beside_both_apart():
    area = small_area(small_region("oost", 120.0), small_region("west", 120.0))
    found = compare("share west", area=area, region="oost").found.compared
    (shared,) = found.others
    assert len(found.today.houses) == len(shared.houses) == 8
    assert shared.differences["not_placed"].mean < 0, "one queue refuses fewer than two"


@pytest.mark.slow
def test_changes_are_sized():
    area = small_area(small_region(deaths=60.0))
    one = sim.capacity(
        area, scenario=on_area(area), type="bth", norm="refused<=0.3", replications=2, jobs=1, prices=False,
        changes="open bth=1",
    )  # fmt: skip
    assert one.type("bth").now.total == 3
    assert one.found.compared.others[0].beds == {"bth": 3}
    assert one.smallest("bth") is not None


def test_any_number_of_processes_gives_the_same_and_tables_hold_every_house():
    area = small_area(small_region(deaths=60.0))
    one, two = (compare("open bth=1", area=area, jobs=jobs, type="bth") for jobs in (1, 2))
    assert one.as_json() == two.as_json()
    assert list(one.places["places"]) == ["", "open bth=1"]
    assert one.houses["id"].tolist().count("nieuw-bth") == 1
    json.dumps(one.as_json(), allow_nan=False)


QUESTIONS = {
    "close": ["--close", LINDE],
    "close from a date": ["--close", f"{LINDE}@2026-07-01"],
    "open": ["--open", "bth=4@2026-04-01"],
    "another type": ["--open", "De Vlinder:hch=2", "--close", PU],
    "move": ["--close", f"{LINDE}@2026-07-01", "--open", "Nieuwe Linde:bth=1@2026-07-01"],
    "merge": ["--merge", f"{LINDE}+{HAVEN}", "--other-house", "0.5"],
    "beds from a date": ["--beds", f"{PU}=3@2026-07-01"],
    "shut": ["--shut", f"{PU}=1@2026-07-01..2026-09-01"],
    "every summer": ["--shut", f"{PU}=1@07-01..09-01"],
    "longer stays": ["--stay", "+5"],
    "more requests": ["--requests", "hospital=+20%"],
    "a norm of one day": ["--norm", "wait_days<=1@0.9", "--beds", f"{PU}=2"],
    "one queue a house": ["--other-house", "0"],
    "who goes first": ["--first", "hospital"],
    "turnover days": ["--turnover", "1"],
    "side by side": ["--alternative", f"close {LINDE}", "--alternative", f"beds {PU}=3"],
}


@pytest.mark.parametrize(
    ("asked", "beds"),
    [
        # closed first, as the command has it: 1 + 1 beds become 0 + 1, and the first goes on with 1
        ({"changes": f"merge {LINDE}+{HAVEN}"}, [1, 0]),
        ({"changes": f"merge {HAVEN}+{LINDE}"}, [0, 1]),
        ({"changes": f"beds {LINDE}=5"}, [5, 1]),
        ({"changes": f"beds {HAVEN}=5"}, [0, 5]),
        ({"close": f"{LINDE}@2026-07-01", "changes": f"beds {LINDE}=5@2026-10-01"}, [5, 1]),
    ],
)
def test_a_site_closes_before_other_changes_in_every_part_of_an_answer(asked, beds):
    area = small_area(small_region(deaths=60.0))
    given = {"close": LINDE, "replications": 2, "jobs": 1, "prices": False, "search": False} | asked
    found = sim.capacity(area, scenario=on_area(area), **given)
    houses = found.houses[found.houses["places"] != ""].set_index("id")["beds"]
    sized = {id_: number for id_, _, _, number in found.found.sites}
    assert [houses[id_] for id_ in (LINDE, HAVEN)] == beds
    assert [sized[id_] for id_ in (LINDE, HAVEN)] == beds


def test_a_region_without_hospice_that_opens_one_is_answered_about_hospices():
    """Nobody gets a bed now: who then does counts against all requests of now."""
    area = small_area(small_region(deaths=60.0, sites=()))
    given = {"replications": 2, "jobs": 1, "prices": False, "search": False}
    with pytest.raises(InputError, match="has no site of type hospice; add one to the area"):
        sim.capacity(area, scenario=on_area(area), **given)
    sites = (Site(id="kort", name="Kort", setting="elv", beds=2),)
    area = small_area(small_region(deaths=60.0, sites=sites))
    found = sim.capacity(area, scenario=on_area(area), alternatives="open bth=2", **given)
    today, opened = (found.places.iloc[place] for place in (0, 1))
    assert found.found.compared.kind == "all"
    assert today["not_admitted"] == 1
    assert today["not_placed"] == today["requests"] > opened["not_placed"]
    assert opened["change_not_placed"] == pytest.approx(opened["not_placed"] - today["not_placed"])


@pytest.fixture
def register(tmp_path: Path) -> Path:
    region = small_region(deaths=60.0)
    places = region.nursing_home_places.model_copy(update={"range": (20, 40)})
    area = small_area(region.model_copy(update={"nursing_home_places": places}))
    path = tmp_path / "klein.yaml"
    path.write_text(json.dumps(area.model_dump(mode="json", exclude_none=True)))
    return path


@pytest.mark.parametrize("asked", QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_of_the_meeting_is_one_command(asked, register, capsys):
    command = ["capacity", str(register), "--replications", "2", "--no-search", "--no-prices", "--jobs", "1"]
    assert run_command([*command, *asked, "--json"]) == 0, capsys.readouterr().err
    found = json.loads(capsys.readouterr().out)["places"]
    assert found["today"]["houses"]
    for outcome in found["alternatives"]:
        assert {"refusals", "occupancy", "home_deaths", "blocked_days"} <= set(outcome["differences"])
        assert outcome["ranges"]["refusals"]
    assert len(found["alternatives"]) == (2 if "--alternative" in asked else 1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("klap x", "'klap x' is no change of places; write one of close, open, merge"),
        ("clos x", "'clos x' is no change of places; did you mean 'close'?"),
        ("", "--alternative: is empty"),
        ("close weg", "--close weg: Dorp has no such site; choose from bth-linde-dorp"),
        (f"close {LINDE}@juli", "'juli' is no date; write it as 2026-07-01"),
        (f"beds {LINDE}=4@2031-01-01", "2031-01-01 is not before the end of the counted window, 2027-01-01"),
        (f"beds {LINDE}=acht", "'acht' is no number of beds; write digits, 0 to"),
        ("beds 4", "is not two words with = between them; write it as SITE=8"),
        ("open hospice=4", "'hospice' is no type; choose from bth, hch, pu, elv"),
        (f"open {LINDE}:bth=4", "is no new name of a site"),
        (f"merge {LINDE}", "is not two sites or more with + between them"),
        (f"merge {LINDE}+{PU}", "the sites are of types bth, pu; close one"),
        (f"shut {PU}=3@07-01..09-01", "never has more than 1 beds"),
        (f"shut {PU}=1", "'' is no period; write it as SITE=2@2026-07-01..2026-09-01"),
        (f"shut {PU}=1@2026-09-01..2026-07-01", "2026-09-01 is not before 2026-07-01"),
        (f"shut {PU}=1@2029-07-01..2029-09-01", "the period lies outside the counted window"),
        (f"shut {PU}=1@02-30..09-01", "is no period"),
        ("stay -5", "a stay can only become longer"),
        ("stay vijf", "'vijf' is not written as it should be; write it as +5"),
        ("stay elv=+5", "'elv' is no type of hospice"),
        ("requests +20", "'+20' is not written as it should be; write it as +20%"),
        ("requests gp=+20%", "'gp' is no origin; choose from hospital, home"),
        ("requests -101%", "there cannot be fewer than none; take off at most 100%"),
        ("requests +200%", "of people with one illness 54% ask already; at most +85% more can"),
        ("share buur", "there is no neighbour: the area has one region"),
        ("other-house 1.2", "is no share; write a share from 0"),
        ("turnover 90", "must be 0 to 30 days"),
        ("first huisarts", "is nobody who may go first; choose from request, hospital, home"),
    ],
)
def test_a_change_that_does_not_fit_gets_one_line(line, told):
    with pytest.raises(InputError) as caught:
        applied(today(line), changes_of(line))
    message = caught.value.told("en")
    assert told in message
    assert "\n" not in message
    assert caught.value.told("nl") != message


def test_every_change_has_words():
    for lang in ("nl", "en"):
        assert all(language(lang).say(f"places.change.{name}") for name in CHANGES)


@pytest.mark.parametrize(
    ("line", "dutch", "english"),
    [
        (
            "close bth-linde@2026-07-01",
            "sluiten van bth-linde, vanaf 01-07-2026",
            "close bth-linde, from 1 Jul 2026",
        ),
        ("merge bth-linde+bth-haven", "samenvoegen van bth-linde + bth-haven", "merge bth-linde + bth-haven"),
        (
            "shut hch-kastanje=2@07-01..09-01",
            "bedden tijdelijk dicht in hch-kastanje: 2, 1 juli tot 1 september",
            "beds shut for a time at hch-kastanje: 2, 1 July to 1 September",
        ),
        ("requests hospital=+20%", "aanvragen ziekenhuis: +20%", "requests hospital: +20%"),
        ("first thuis", "eerst aan de beurt thuis", "first in turn home"),
        ("stay hch=+5", "dagen langer verblijf hch: +5", "days longer stay hch: +5"),
    ],
)
def test_a_change_is_told_in_one_language(line: str, dutch: str, english: str):
    assert told_change(line, language("nl")) == dutch
    assert told_change(line, language("en")) == english
