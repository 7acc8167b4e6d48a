"""The compiled event loop and that of SimPy write the same rows, in every region that either may meet."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

from small_area import on_area, small_area, small_region

from sim.catalogue import load_tariffs
from sim.errors import InputError
from sim.journey import compiled, contest, sized
from sim.journey.engine import RegionModel
from sim.journey.sized import Member, demand_of, queue
from sim.ledger import quote
from sim.runs.run import Plan, rules_of
from sim.runs.task import simulate
from sim.scenario import Site, clusters_of, load_scenario, scenario_names
from sim.scenario.models import BedsFrom
from sim.units import FAR_FUTURE

SITES = 5
EXAMPLES = 200


@pytest.fixture(autouse=True)
def library(monkeypatch):
    monkeypatch.delenv("PALSIM_ENGINE", raising=False)
    if compiled.library() is None:
        if os.environ.get("CI") == "true" or any(map(shutil.which, ("cc", "gcc", "clang"))):
            pytest.fail("the loop in C cannot be built here")
        pytest.skip("no C compiler on this machine")


def demand_for(area, scenario, replication=0):
    (cluster,) = clusters_of(area)
    book = load_tariffs()
    members = [Member(n, r, quote(book, scenario.prices, r)) for n, r in cluster.members]
    return demand_of(scenario, members, cluster.region, replication), cluster.region


def rows_of(log):
    return (
        log.stays.tolist(),
        log.refusals.tolist(),
        log.care_minute.tolist(),
        log.care_kind.tolist(),
        [meter.segments for meter in log.meters],
    )


def assert_equal_engines(demand, region):
    """A whole run; then queues that stop, by themselves and beside the load of who asks for nothing."""
    given = demand.patients, demand.needs, region, demand.scenario, demand.contracts
    ours = compiled.follow(*given)
    assert ours is not None
    assert rows_of(ours) == rows_of(RegionModel(*given).run())
    beds = [site.beds for site in region.sites]
    until = sized.window_end(demand.scenario)
    for minute in (until, FAR_FUTURE):
        found = [queued(demand, beds, minute, engine) for engine in ("compiled", "simpy")]
        assert found[0] == found[1]


def choose(patch, engine):
    """Let an engine run and no other; where there is nobody, SimPy has nothing to do."""
    patch.setenv("PALSIM_ENGINE", engine)
    if engine == "compiled":
        for model in (RegionModel, sized.QueueModel):
            patch.setattr(model, "run", only_nobody(model.run))


def only_nobody(run):
    def refused(model):
        assert not model.patients, "left to SimPy"
        return run(model)

    return refused


def queued(demand, beds, until, engine):
    with pytest.MonkeyPatch.context() as patch:
        choose(patch, engine)
        fresh = replace(demand)
        alone = queue(fresh, beds, until)
        split = contest.contest(fresh, until)
        beside = split.people.queue(beds, until)
    corners = [load.corners for load in split.people.loads]
    found = (alone, beside, split.beside)
    return corners, [(*rows_of(each.log), each.lost.tolist()) for each in found]


DATES = st.dates(dt.date(2025, 6, 1), dt.date(2027, 2, 1))
DATED = st.lists(st.tuples(DATES, st.integers(0, 4)), max_size=3, unique_by=lambda change: change[0]).map(
    lambda changes: tuple(BedsFrom(date=date, beds=beds) for date, beds in sorted(changes))
)
SHARE = st.sampled_from([0.0, 0.3, 1.0])
POLICY = st.fixed_dictionaries(
    {
        "ceiling__applies": SHARE,
        "ceiling__elv_applies": SHARE,
        "ceiling__allowance_factor": st.sampled_from([0.0001, 0.3, 0.8, 1.2]),
        "ceiling__delay_days": st.sampled_from([0.5, 10.0, 90.0]),
        "ceiling__crisis_days": st.sampled_from([0.0, 5.0]),
        "nurses__applies": st.booleans(),
        "nurses__capacity_factor": st.sampled_from([0.2, 0.6, 1.5]),
        "nurses__share": SHARE,
        "places__turnover_days": st.sampled_from([0.0, 0.5, 2.0]),
        "places__other_house": SHARE,
        "places__goes_first": st.sampled_from(["aanvraag", "ziekenhuis", "thuis"]),
        "hospice__acute_instead": SHARE,
        "support__respite": SHARE,
    }
)


@st.composite
def regions(draw, name="dorp"):
    region = small_region(name, draw(st.sampled_from([20.0, 50.0, 90.0])))
    more = [("respijt", "Logeerhuis"), ("ziekenhuis", "Ziekenhuis")]
    extra = tuple(
        Site(id=f"{setting}-{name}", name=called, setting=setting, beds=1)
        for setting, called in more
        if draw(st.booleans())
    )
    sites = tuple(
        site.model_copy(
            update={
                "beds": draw(st.integers(0, 3)),
                "beds_from": draw(DATED),
                "wlz_contract": site.setting == "ziekenhuis" or draw(st.booleans()),
            }
        )
        for site in (*region.sites, *extra)
    )
    places = region.nursing_home_places.model_copy(update={"value": draw(st.integers(0, 12))})
    budget = draw(st.sampled_from([0.001, 0.02, 0.2]))
    scaled = {
        field: getattr(region, field).model_copy(update={"value": getattr(region, field).value * budget})
        for field in ("district_nursing_budget_eur", "elv_budget_eur")
    }
    return region.model_copy(update={"sites": sites, "nursing_home_places": places, **scaled})


def _beds_of(region, word):
    """Beds of the first site of a type, from the start and on every date."""
    first = next((site for site in region.sites if site.setting == word), None)
    return [] if first is None else [first.beds, *(change.beds for change in first.beds_from)]


@st.composite
def worlds(draw):
    """An area of one region, or of two that share their places, under a policy."""
    several = [draw(regions())]
    if draw(st.booleans()):
        several = [each.model_copy(update={"cluster": "samen"}) for each in (*several, draw(regions("stad")))]
    area = small_area(*several)
    scenario = on_area(area, **draw(POLICY)).scenario
    least = {
        word: min((beds for region in several for beds in _beds_of(region, word)), default=0)
        for word in ("bth", "hch", "pu")
    }
    acute = {word: 1 for word, beds in least.items() if beds and draw(st.booleans())}
    places = scenario.places.model_copy(update={"acute_beds": acute})
    return area, scenario.model_copy(update={"places": places}), draw(st.integers(0, 5))


@pytest.mark.slow
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_both_engines_write_the_same_rows(world):
    area, scenario, replication = world
    assert_equal_engines(*demand_for(area, scenario, replication))


@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_both_engines_write_the_same_rows_in_some(world):
    area, scenario, replication = world
    assert_equal_engines(*demand_for(area, scenario, replication))


@pytest.mark.slow
@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_gives_the_same_tables_with_both(name, monkeypatch):
    area = small_area()
    loaded = replace(load_scenario(name), area=area).with_run(replications=1)
    (spec,) = Plan(loaded, Path(), "kpis").specs(load_tariffs(), rules_of(Plan(loaded, Path(), "kpis")))
    found = []
    for engine in ("compiled", "simpy"):
        with monkeypatch.context() as patch:
            choose(patch, engine)
            found.append(simulate(spec))
    for table, ours in found[0].items():
        theirs = found[1][table]
        assert ours.labels == theirs.labels
        assert all(
            np.array_equal(column, theirs[column_name]) for column_name, column in ours.columns.items()
        )


def test_an_engine_that_does_not_exist_is_refused_in_one_line(monkeypatch):
    monkeypatch.setenv("PALSIM_ENGINE", "fast")
    with pytest.raises(InputError, match="fast is no engine; use one of auto, simpy, compiled"):
        compiled.chosen()


def test_without_a_compiler_simpy_runs_and_the_compiled_engine_is_refused(monkeypatch):
    demand, region = demand_for(small_area(), on_area(small_area()).scenario)
    given = demand.patients, demand.needs, region, demand.scenario, demand.contracts
    monkeypatch.setattr(compiled, "library", lambda: None)
    assert compiled.follow(*given) is None
    monkeypatch.setenv("PALSIM_ENGINE", "compiled")
    with pytest.raises(InputError, match="the loop in C cannot be built here"):
        compiled.follow(*given)
