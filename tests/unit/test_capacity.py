"""A capacity study of a small region: its numbers are those of a run, and more beds never make it worse."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import fields, replace
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
from sim.journey.contest import contest
from sim.journey.engine import RegionModel
from sim.journey.log import STAY_FIELDS, columns
from sim.journey.sized import Member, demand_of, log_where, people_where, queue, tables_of
from sim.law.registry import RuleSet
from sim.ledger import price, quote, settings_from
from sim.ledger.ledger import Ledger
from sim.measure.tables import Window
from sim.scenario import clusters_of
from sim.scenario.models import BedsFrom, Scenario
from sim.schema import PAYERS
from sim.studies.capacity import cost as capacity_money
from sim.studies.capacity import runs as capacity_runs
from sim.studies.capacity.cost import changed_people, priced
from sim.studies.capacity.observe import ADMITTED, REFUSED, observe
from sim.studies.capacity.paths import Path as Beds
from sim.units import FAR_FUTURE, MINUTES_PER_DAY

NORMS = ("refused<=0.2", "wait_days<=3@0.7")


@pytest.fixture(scope="module")
def found() -> sim.CapacityResult:
    """The hospices of the small region together, then each type, on two replications."""
    capacity_runs.forget()
    return sim.capacity(small_area(), scenario=on_area(small_area()), norm=NORMS, replications=2, jobs=1)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> sim.RunResult:
    folder = tmp_path_factory.mktemp("runs") / "klein"
    return sim.run(on_area(small_area()), replications=2, jobs=1, out=folder, keep="kpis")


@pytest.mark.parametrize(
    ("measure", "kpi", "dimension"),
    [
        ("requests", "hospice_requests", {}),
        ("refused", "hospice_refused", {}),
        ("died_waiting", "hospice_died_waiting", {}),
        ("wait_mean_days", "wait_days_mean", {}),
        ("wait_p90_days", "wait_days_p90", {}),
        ("occupancy", "hospice_occupancy", {}),
    ],
)
def test_the_beds_of_now_show_what_a_run_shows(found, stored, measure, kpi, dimension):
    there = stored.kpi(kpi, **dimension)
    here = found.type("all").now.values[measure]
    assert (here.mean, here.low, here.high) == pytest.approx((there.mean, there.low, there.high), rel=1e-9)


def test_blocked_hospital_days_are_those_of_a_run_but_for_the_last_days_of_the_window(found, stored):
    there = stored.kpi("blocked_hospital_days").mean
    assert found.type("all").now.values["blocked_days"].mean == pytest.approx(there, rel=0.05)


def test_hospital_deaths_are_those_of_a_run(found, stored):
    dead = stored.kpi("patients").mean * stored.kpi("place_of_death", setting="ziekenhuis").mean
    assert found.type("all").now.values["hospital_deaths"].mean == pytest.approx(dead, rel=0.01)


def test_costs_by_payer_are_those_of_a_run_to_the_cent(found, stored):
    cost = found.type("all").now.cost
    for payer in PAYERS:
        there = stored.kpi("cost", view="calendar", payer=payer)
        assert cost[payer].mean == pytest.approx(there.mean, abs=0.005)
    assert cost["total"].mean == pytest.approx(stored.kpi("cost", view="calendar").mean, abs=0.005)


def test_the_page_says_the_share_at_assumed_prices_of_a_run(found, stored, tmp_path, blank_figures):
    share = stored.kpi("assumed_price_share", view="calendar").mean
    assert found.as_json()["assumed_price_share"] == pytest.approx(share, rel=1e-12)
    tenths = f"{100 * share:.1f}"
    for lang, told in (
        ("nl", f"{tenths.replace('.', ',')}% van de kosten rust op aangenomen prijzen"),
        ("en", f"{tenths}% of the costs rests on assumed prices"),
    ):
        assert told in found.report(lang, tmp_path / f"{lang}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["all", "bth", "hch", "pu", "elv"])
def test_on_the_same_people_more_beds_never_refuse_more_on_average(found, kind):
    curve = found.curve(kind)
    assert curve["total"].is_monotonic_increasing
    assert curve["refused"].is_monotonic_decreasing
    assert curve["occupancy"].dropna().is_monotonic_decreasing
    assert curve["wait_days<=3@0.7"].is_monotonic_increasing


def test_what_meets_stays_met_and_the_smallest_is_where_it_begins(found):
    for kind in found.types:
        curve, smallest = found.curve(kind), found.smallest(kind)
        met = [row.total for row in curve.itertuples() if row.meets_norm is True]
        missed = [row.total for row in curve.itertuples() if row.meets_norm is False]
        assert smallest is None or min(met) == smallest["total"]
        assert not met or not missed or max(missed) < min(met)


def test_formulas_stand_beside_the_simulation(found):
    load = found.load.set_index("type")
    assert list(load.index) == ["all", "bth", "hch", "pu", "elv"]
    assert load.loc["all", "load"] == pytest.approx(load.loc[["bth", "hch", "pu"], "load"].sum())
    assert (load["stay_days"] > 0).all()
    assert load.loc["all", "refused_sites"] > load.loc["all", "refused_b"] > load.loc["all", "refused_a"]


def test_more_beds_avoid_refusals_and_have_a_cost_by_payer(found):
    table = found.per_extra_bed().set_index("extra")
    assert list(table.index) == [1, 2, 5, 10]
    assert table["avoided_not_placed"].is_monotonic_increasing
    payers = sum(table[f"cost_{payer}"] for payer in PAYERS)
    assert payers.to_numpy() == pytest.approx(table["cost_total"].to_numpy())
    each = table["cost_total"] / table["avoided_not_placed"]
    assert table["cost_per_avoided_refusal"].to_numpy() == pytest.approx(each.to_numpy())


def test_the_answer_is_one_json_document_that_follows_the_contract(found):
    document = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert {"area", "norm", "curve", "smallest", "per_extra_bed"} <= set(document)
    assert document["norm"] == list(NORMS)
    row = document["curve"][0]
    assert {
        "beds",
        "wait_p90_days",
        "refused",
        "died_waiting",
        "occupancy",
        "hospital_deaths",
        "cost_by_payer",
        "meets_norm",
    } <= set(row)
    assert set(row["beds"]) == {"bth", "hch", "pu", "elv"}
    assert set(row["cost_by_payer"]) == set(PAYERS)
    assert document["smallest"] is None or document["smallest"]["meets_norm"] is True


def test_months_add_up_to_the_window_and_one_is_the_busiest(found):
    months = found.months
    assert list(months["month"]) == [f"2026-{month:02d}" for month in range(1, 13)]
    assert months["requests"].sum() == pytest.approx(found.type("all").now.values["requests"].mean)
    assert found.found.busiest == "2026-12", "deaths peak on 1 January, guests are in bed some weeks before"


def test_every_table_has_a_name_and_results_are_read_only(found):
    assert {"curve_all", "extra_elv", "load", "months", "growth", "closing"} <= set(found.tables)
    assert found.growth.empty
    assert found.closing.empty
    with pytest.raises(AttributeError):
        found.found.area = "elders"


def quick(**asked: Any) -> sim.CapacityResult:
    given = {"type": "bth", "norm": "refused<=0.2", "replications": 2, "jobs": 1, "prices": False} | asked
    return sim.capacity(small_area(), scenario=on_area(small_area()), **given)


@pytest.mark.slow
def test_closing_a_site_refuses_more_and_the_need_stays(found):
    closed = sim.capacity(
        small_area(),
        scenario=on_area(small_area()),
        type="bth",
        norm="refused<=0.2",
        replications=4,
        jobs=1,
        close="bth-linde-dorp",
    )
    (row,) = closed.found.closing
    assert (row.extra, row.beds["bth"]) == (-1, 1)
    assert row.differences["refusals"].mean > 0
    assert row.cost["total"].n == 4
    assert closed.type().now.total == 1
    assert closed.smallest()["total"] == pytest.approx(found.smallest("bth")["total"], abs=1)
    assert [beds for *_, beds in closed.found.sites][:2] == [0, 1]


@pytest.mark.slow
def test_more_deaths_ask_for_more_beds():
    growth = quick(growth=0.3, years=2).growth
    assert list(growth["year"]) == [2026, 2027, 2028]
    assert growth["demand"].to_numpy() == pytest.approx([1.0, 1.3, 1.69])
    assert growth["load"].is_monotonic_increasing
    assert growth["refused"].is_monotonic_increasing
    assert growth["smallest"].is_monotonic_increasing


@pytest.mark.slow
def test_the_norm_may_have_to_hold_in_the_busiest_month():
    plain, peak = quick(), quick(peak=True)
    assert peak.found.peak == peak.found.busiest
    assert plain.found.peak is None
    assert peak.smallest()["total"] >= plain.smallest()["total"]


@pytest.mark.slow
def test_jobs_and_a_second_time_give_the_same_answer():
    assert quick().as_json() == quick(jobs=2).as_json()


@pytest.mark.slow
def test_a_study_in_a_folder_goes_on_without_running_anything_twice(tmp_path):
    folder = tmp_path / "studie"
    first = quick(out=folder)
    stored = json.loads((folder / "capacity.json").read_text())
    assert stored["finished"] is True
    again = quick(out=folder, resume=True)
    assert {**again.as_json(), "runs": 0} == {**first.as_json(), "runs": 0}
    files = sorted((folder / "points").iterdir())
    files[-1].unlink()
    told: list[int] = []
    third = quick(out=folder, resume=True, on_progress=lambda progress: told.append(progress.done))
    assert 0 < len(told) < first.found.runs
    assert third.smallest() == first.smallest()
    with pytest.raises(InputError, match="holds a capacity study already; add resume=True"):
        quick(out=folder)
    with pytest.raises(InputError, match="another area, scenario, seed or version"):
        quick(out=folder, resume=True, seed=5)
    (tmp_path / "vol").mkdir()
    (tmp_path / "vol" / "brief.txt").write_text("x")
    with pytest.raises(InputError, match="not a capacity study"):
        quick(out=tmp_path / "vol")


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"type": "ziekenhuis"}, "type ziekenhuis: no such type; choose from all, bth, hch, pu, elv"),
        ({"close": "bth-weg"}, "close bth-weg: Dorp has no such site; choose from bth-linde-dorp, "),
        ({"region": "stad"}, "region stad: klein has no such region; choose from dorp"),
        ({"replications": 1}, "replications=1: too few to rank numbers of beds; must be 2 or more"),
        ({"growth": 2.0, "years": 1}, "growth=2: is no yearly share; write 0.02 for two per cent"),
        ({"growth": 0.1}, "growth: needs years beside it; write growth=0.02 years=5"),
        ({"years": 3}, "years: needs growth beside it; write growth=0.02 years=5"),
        ({"years": -1}, "years=-1: must be 0 to 50"),
        ({"norm": "occupancy>=0.75"}, "norm 'occupancy>=0.75': a floor names no smallest number"),
    ],
)
def test_a_question_that_does_not_fit_gets_one_line(asked, line):
    with pytest.raises(InputError) as caught:
        quick(**asked)
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_a_type_without_a_site_and_an_area_of_many_regions_are_named():
    region = small_region()
    bare = region.model_copy(update={"sites": tuple(s for s in region.sites if s.setting == "bth")})
    area = small_area(bare)
    with pytest.raises(InputError, match="type pu: Dorp has no site of type pu; add one"):
        sim.capacity(area, scenario=on_area(area), type="pu", jobs=1)
    two = small_area(small_region("oost"), small_region("west"))
    with pytest.raises(InputError, match="share no places; name one with region: oost, west"):
        sim.capacity(two, scenario=on_area(two), jobs=1)


def test_the_command_without_an_area_says_what_to_name(capsys):
    assert run_command(["capacity"]) == 2
    assert capsys.readouterr().err.startswith("capacity: no area; name one, such as middenland, or a file")
    assert run_command(["capacity", "middenland", "--norm", "refused<5"]) == 2
    assert capsys.readouterr().err.startswith("--norm 'refused<5': is no norm; write it as")


def members(area: Any) -> tuple[Any, list[Member]]:
    (cluster,) = clusters_of(area)
    prices = on_area(area).scenario.prices
    book = load_tariffs()
    return cluster, [Member(n, region, quote(book, prices, region)) for n, region in cluster.members]


def paid_in_window(scenario: Scenario, whole: Ledger) -> list[int]:
    """Cents of each payer on the lines of the counted window, of a ledger of whole journeys."""
    window, lines, shares = Window.of(scenario), whole.declarations, whole.shares
    dated = dict(zip(lines["declaration_id"].tolist(), lines["date"].tolist(), strict=True))
    paid = [0] * len(PAYERS)
    for line, payer, cents in zip(
        *(shares[name].tolist() for name in ("declaration_id", "payer", "cents")), strict=True
    ):
        if window.low <= dated[line] * MINUTES_PER_DAY < window.high:
            paid[payer] += cents
    return paid


@pytest.mark.parametrize("together", [False, True])
def test_pricing_only_changed_journeys_gives_the_cents_of_pricing_all(together, monkeypatch):
    """Only they are priced, but where a way to pay looks at the patients of providers together."""
    scenario = on_area(small_area()).scenario
    payment = scenario.payment
    savings = payment.shared_savings.model_copy(update={"applies": together})
    scenario = scenario.model_copy(update={"payment": payment.model_copy(update={"shared_savings": savings})})
    cluster, several = members(small_area())
    demand = demand_of(scenario, several, cluster.region, 0)
    base, more = (1, 1, 1, 1, 1), (3, 1, 1, 2, 1)
    book, rules = load_tariffs(), settings_from(scenario).rules()
    sizes: list[int] = []

    def counted(tables: Any, *rest: Any, **how: Any) -> Any:
        sizes.append(len(tables["patients"]))
        return price(tables, *rest, **how)

    monkeypatch.setattr(capacity_money, "price", counted)
    both = priced(demand, base, [more], book, rules)
    people, sized = len(demand.patients), list(sizes)
    alone = priced(demand, more, [], book, rules)
    assert both[more][1].tolist() == alone[more][1].tolist()
    assert both[base][1].tolist() != alone[more][1].tolist()
    *by_payer, assumed = alone[more][1].tolist()
    assert 0 < assumed < sum(by_payer)
    tables = tables_of(demand, more, queue(demand, more, FAR_FUTURE).log)
    assert by_payer == paid_in_window(scenario, price(tables, book, rules, settings_from(scenario)))
    changed = changed_people(*(queue(demand, beds, FAR_FUTURE).log for beds in (base, more)), people)
    assert 0 < changed.sum() < 0.2 * people
    alive = demand.patients["death_minute"] >= Window.of(scenario).low
    assert sized == ([people, people] if together else [alive.sum() + (changed & alive).sum()])


def test_some_people_have_the_tables_that_they_have_among_all():
    scenario = on_area(small_area()).scenario
    cluster, several = members(small_area())
    demand = demand_of(scenario, several, cluster.region, 0)
    beds = (1, 1, 1, 1, 1)
    log = queue(demand, beds, FAR_FUTURE).log
    kept = np.arange(len(demand.patients)) % 7 == 0
    whole = tables_of(demand, beds, log)
    some, part = people_where(demand, kept), log_where(demand, log, kept)
    mine = tables_of(some, beds, part)
    ids = demand.patients["patient_id"][kept]
    for name in ("patients", "stays", "spells", "wlz_periods", "refusals"):
        rows = np.isin(whole[name]["patient_id"], ids)
        for column, values in mine[name].columns.items():
            if column != "spell_no":
                assert values.tolist() == whole[name][column][rows].tolist(), (name, column)
    settings = settings_from(scenario)
    ledger = price(mine, load_tariffs(), RuleSet.current(), settings)
    assert len(ledger.declarations) > 0


def test_a_queue_needs_no_visits():
    scenario = on_area(small_area()).scenario
    cluster, several = members(small_area())
    full, light = (demand_of(scenario, several, cluster.region, 1, visits) for visits in (True, False))
    until, beds = Window.of(scenario).high, (1, 0, 1, 1, 0)
    one, other = queue(full, beds, until), queue(light, beds, until)
    assert one.log.stays.tolist() == other.log.stays.tolist()
    assert one.lost.tolist() == other.lost.tolist()
    assert len(one.lost) > 0


STRESS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "contracts that run out soon": {
        "ceiling__applies": 0.6,
        "ceiling__elv_applies": 0.9,
        "ceiling__allowance_factor": 0.5,
    },
    "who is kept out, comes later": {
        "ceiling__applies": 1.0,
        "ceiling__elv_applies": 1.0,
        "ceiling__allowance_factor": 0.7,
        "ceiling__outcome": {"uitgesteld": 1.0},
    },
    "nobody waits": {"hospice__patience": 0.1, "elv__after_hospital": 0.5},
    "everybody asks": {"support__respite": 0.9, "elv__from_home": 0.9, "hospice__discharged_alive": 0.9},
    "acute beds": {"places__acute_beds": {"hch": 1}, "hospice__acute_instead": 1.0},
}


@pytest.mark.parametrize("name", STRESS)
def test_who_may_ask_for_a_place_fares_as_among_all(name):
    """The queue of some beside the load of the others is the queue of all, and both that of SimPy's clock."""
    loaded = on_area(small_area(), **STRESS[name])
    scenario = loaded.scenario
    cluster, several = members(small_area())
    until = Window.of(scenario).high
    demand = demand_of(scenario, several, cluster.region, 1, visits=False)
    split = contest(demand, until)
    rows = np.flatnonzero(split.asking)
    none = [0] * len(cluster.region.sites)
    others = observe(split.apart, none, split.beside, Window.of(scenario))
    assert (name == "acute beds") == bool(split.asking.all())
    for beds in ((1, 1, 1, 1, 1), (0, 0, 0, 0, 0), (2, 0, 3, 1, 0), (40, 40, 40, 40, 40)):
        whole, part = queue(demand, beds, until), split.people.queue(beds, until)
        theirs = log_where(demand, whole.log, split.asking)
        assert part.log.stays.tolist() == theirs.stays.tolist()
        assert part.log.refusals.tolist() == theirs.refusals.tolist()
        assert part.log.care_kind.tolist() == theirs.care_kind.tolist()
        assert rows[part.lost[:, 0]].tolist() == whole.lost[:, 0].tolist()
        seen = observe(split.people.demand, beds, part, Window.of(scenario)).beside(others)
        expected = observe(demand, beds, whole, Window.of(scenario))
        for field in fields(expected):
            assert np.array_equal(getattr(seen, field.name), getattr(expected, field.name)), field.name
    followed = queue(demand, beds, FAR_FUTURE).log
    region = demand.with_beds(beds)
    by_simpy = RegionModel(demand.patients, demand.needs, region, demand.scenario, demand.contracts).run()
    assert followed.stays.tolist() == by_simpy.stays.tolist()
    assert followed.refusals.tolist() == by_simpy.refusals.tolist()
    assert [meter.segments for meter in followed.meters] == [meter.segments for meter in by_simpy.meters]


def test_who_a_used_up_contract_keeps_out_lacks_no_bed():
    """All contracts empty from the start, all refuse: nobody comes in, and no bed would change that."""
    scenario = on_area(small_area()).scenario
    ceiling = scenario.ceiling
    refuse = {word: float(word == "geweigerd") for word in ceiling.outcome.value}
    closed = ceiling.model_copy(
        update={
            "elv_applies": ceiling.elv_applies.model_copy(update={"value": 1.0}),
            "outcome": ceiling.outcome.model_copy(update={"value": refuse}),
        }
    )
    cluster, several = members(small_area())
    until, beds = Window.of(scenario).high, (1, 0, 1, 1, 0)
    demand = demand_of(scenario.model_copy(update={"ceiling": closed}), several, cluster.region, 1)
    contracts = demand.contracts
    empty = replace(contracts, contracts=tuple(replace(c, allowance=0) for c in contracts.contracts))
    found = queue(replace(demand, contracts=empty), beds, until)
    assert len(queue(demand, beds, until).lost) > 0
    assert len(found.lost) == 0


def test_a_bed_goes_where_it_prevents_most_and_every_number_holds_the_one_below():
    region = small_region()
    path = Beds("all", region, on_area(small_area()).scenario, {"bth": 3.0, "hch": 0.2, "pu": 1.0})
    assert path.current == 4
    assert path.totals(5) == {"bth": 3, "hch": 1, "pu": 1}
    assert path.totals(3) == {"bth": 2, "hch": 0, "pu": 1}
    for number in range(12):
        low, high = path.totals(number), path.totals(number + 1)
        assert sum(high.values()) == number + 1
        assert all(low[kind] <= high[kind] for kind in low)
    assert path.beds(5) == (2, 1, 1, 1, 1)


def test_regions_that_share_places_are_one_cluster_with_the_people_of_both(tmp_path):
    apart = small_area(small_region("oost"), small_region("west"))
    shared = small_area(small_region("oost", cluster="samen"), small_region("west", cluster="samen"))
    (cluster,) = clusters_of(shared)
    assert (cluster.id, cluster.region.name, len(cluster.region.sites)) == ("samen", "Oost, West", 10)
    assert cluster.region.palliative_deaths.value == 500
    short = {"horizon__count_to": "2026-04-01", "horizon__warmup_days": 30}
    runs = {
        name: sim.run(
            on_area(area, **short), replications=1, jobs=1, out=tmp_path / name, keep="all", check=True
        )
        for name, area in (("apart", apart), ("samen", shared))
    }
    people = [
        run.stored["patients"].drop(columns="cluster").sort_values("patient_id").reset_index(drop=True)
        for run in runs.values()
    ]
    assert people[0].equals(people[1])
    assert set(runs["samen"].stored["patients"]["cluster"]) == {"samen"}
    stays = runs["samen"].stored["stays"].merge(people[0][["patient_id", "region"]], on="patient_id")
    of_west = stays[stays["site"].astype(str).str.endswith("-west")]
    assert of_west["region"].nunique() == 2, "people of both regions use the sites of one"


@pytest.mark.slow
def test_sharing_places_needs_fewer_beds_than_each_region_apart():
    """One pool of two equal demands refuses less with all beds than either with its own (Erlang B)."""
    one = small_area(small_region("oost"))
    both = small_area(small_region("oost", cluster="samen"), small_region("west", cluster="samen"))
    asked = {"type": "bth", "norm": "refused<=0.2", "replications": 3, "jobs": 1, "prices": False}
    alone = sim.capacity(one, scenario=on_area(one), **asked)
    shared = sim.capacity(both, scenario=on_area(both), **asked)
    assert shared.type().guess.load == pytest.approx(2 * alone.type().guess.load, rel=0.25)
    assert shared.type().now.values["refused"].mean < alone.type().now.values["refused"].mean


def test_the_beds_planned_within_the_window_and_extra_beds_of_a_scenario_count():
    region = small_region()
    first = region.sites[0].model_validate(
        region.sites[0].model_dump()
        | {"beds_from": [{"date": "2026-07-01", "beds": 3}, {"date": "2029-01-01", "beds": 9}]}
    )
    area = small_area(region.model_copy(update={"sites": (first, *region.sites[1:])}))
    loaded = on_area(area)
    places = loaded.scenario.places.model_copy(update={"extra_beds": {"pu": 2}})
    loaded = replace(loaded, scenario=loaded.scenario.model_copy(update={"places": places}))
    found = sim.capacity(
        area, scenario=loaded, type="hch", replications=2, jobs=1, prices=False, search=False
    )
    assert dict(found.type().now.beds) == {"bth": 4, "hch": 1, "pu": 3, "elv": 1}


SUMMER = (BedsFrom(date=dt.date(2026, 7, 1), beds=0), BedsFrom(date=dt.date(2026, 9, 1), beds=2))


def summer_area() -> Any:
    """One house with two beds, shut from 1 July to 1 September, beside the others."""
    region = small_region()
    first, *others = region.sites
    shut = first.model_copy(update={"beds": 2, "beds_from": SUMMER})
    return small_area(region.model_copy(update={"sites": (shut, *others)}))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"places__turnover_days": 2.0},
        {"places__other_house": 0.3},
        {"places__goes_first": "ziekenhuis", "places__turnover_days": 0.5},
    ],
)
def test_the_queue_gives_the_stays_of_a_run_with_dates_turnover_own_houses_and_priority(settings):
    area = summer_area()
    scenario = on_area(area, **settings).scenario
    cluster, several = members(area)
    demand = demand_of(scenario, several, cluster.region, 0)
    beds = (2, 1, 1, 1, 1)
    mine = queue(demand, beds, FAR_FUTURE).log
    by_simpy = RegionModel(
        demand.patients, demand.needs, demand.with_beds(beds), demand.scenario, demand.contracts
    ).run()
    assert mine.stays.tolist() == by_simpy.stays.tolist()
    assert mine.refusals.tolist() == by_simpy.refusals.tolist()
    seen = observe(demand, beds, queue(demand, beds, Window.of(scenario).high), Window.of(scenario))
    days = 24 * 60
    shut = 62
    assert seen.site_room.tolist() == [(365 - shut) * 2 * days, *(365 * days,) * 4]
    assert seen.room[:, 0].tolist()[6:8] == [31 * days, 31 * days], "one bth bed is left in July and August"
    assert (seen.site_used <= seen.site_room + seen.used.sum()).all()
    assert seen.site_used.sum() == seen.used.sum()
    assert 0 < seen.full_minutes("all") <= min(seen.full_minutes(kind) for kind in ("bth", "hch", "pu"))


def test_a_bed_stands_empty_for_the_turnover_days():
    """In a house of one bed a guest comes two days or more after the last one left."""
    region = small_region()
    (house,) = [site for site in region.sites if site.id.startswith("bth-linde")]
    area = small_area(region.model_copy(update={"sites": (house,)}))
    scenario = on_area(area, places__turnover_days=2.0).scenario
    cluster, several = members(area)
    demand = demand_of(scenario, several, cluster.region, 0)
    stays = columns(queue(demand, (1,), FAR_FUTURE).log.stays, STAY_FIELDS)
    mine = np.sort(np.stack((stays["start"], stays["end"]))[:, stays["site"] == 0], axis=1)
    gaps = mine[0, 1:] - mine[1, :-1]
    assert len(gaps) > 3
    assert gaps.min() == 2 * 24 * 60, "somebody waits when a bed comes free, and gets it when it is ready"


def test_who_accepts_no_other_house_waits_for_its_own():
    area = small_area()
    refused = []
    for share in (1.0, 0.0):
        scenario = on_area(area, places__other_house=share).scenario
        cluster, several = members(area)
        demand = demand_of(scenario, several, cluster.region, 0)
        window = Window.of(scenario)
        beds = (2, 2, 2, 2, 1)
        seen = observe(demand, beds, queue(demand, beds, window.high), window)
        refused.append(int((seen.outcome[seen.of("all")] == REFUSED).sum()))
    assert refused[0] < refused[1]


def test_who_wants_a_type_that_is_not_there_chooses_among_those_that_are():
    """A region with one type: every request is for it, and enough beds refuse nobody."""
    region = small_region()
    (house,) = [site for site in region.sites if site.id.startswith("bth-linde")]
    area = small_area(region.model_copy(update={"sites": (house,)}))
    scenario = on_area(area).scenario
    cluster, several = members(area)
    demand = demand_of(scenario, several, cluster.region, 0)
    window = Window.of(scenario)
    seen = observe(demand, (200,), queue(demand, (200,), window.high), window)
    assert seen.of("bth").sum() == seen.of("all").sum() > 0
    assert (seen.outcome[seen.of("all")] == ADMITTED).all()
    (whole,) = small_area().regions
    usual = demand_of(scenario, several, whole, 0)
    there = usual.needs.hospice_choice % 3 == 0
    assert (demand.needs.hospice_choice[there] == usual.needs.hospice_choice[there]).all()
