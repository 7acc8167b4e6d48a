"""Little's law on every place of the real model: what the engine counts over time is what its tables say."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from sim.cohort import draw_patients
from sim.journey import engine, simulate_region
from sim.journey.places import Places
from sim.pricing import quote
from sim.scenario import load_scenario
from sim.schema import NEVER
from sim.tariff import load_tariffs


class Watched(Places):
    """Places that note every bed taken and given back, and every wait that ends in a bed."""

    __slots__ = ("asked", "beds_moved", "clock", "waited")

    def __init__(self, kinds, beds):
        super().__init__(kinds, beds)
        self.clock = None
        self.beds_moved = defaultdict(list)
        self.asked, self.waited = {}, []

    def take(self, accepts):
        site = super().take(accepts)
        if site >= 0:
            self.beds_moved[site].append((self.clock(), 1))
        return site

    def wait(self, request):
        super().wait(request)
        self.asked[request] = self.clock()

    def release(self, site):
        follower = super().release(site)
        if follower is None:
            self.beds_moved[site].append((self.clock(), -1))
        else:
            self.waited.append(self.clock() - self.asked.pop(follower))
        return follower


def time_average(moves, begin, end):
    """Mean number over time, from the moments at which it changed."""
    minutes, steps = (np.array(x) for x in zip(*moves, strict=True))
    numbers = np.cumsum(steps)
    assert (numbers >= 0).all()
    return float((numbers * np.diff(np.append(minutes, end))).sum() / (end - begin))


@pytest.fixture(scope="module", params=[0, 1])
def watched(request):
    """The engine's places and the tables of one region-year."""
    models = []
    start = engine.RegionModel.__init__

    def noted(self, *given):
        start(self, *given)
        self.places.clock = self.nursing.clock = lambda: self.env.now
        models.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "Places", Watched)
        patch.setattr(engine.RegionModel, "__init__", noted)
        loaded = load_scenario("basis_2026")
        scenario, region = loaded.scenario, loaded.area.regions[0]
        patients = draw_patients(scenario, region, 1, request.param)
        plan = quote(load_tariffs(), scenario.prices, region)
        tables = simulate_region(scenario, region, 1, request.param, patients, plan)
    return models[0].places, region, tables["stays"]


def test_beds_in_use_are_admissions_times_stay_at_every_site(watched):
    places, region, stays = watched
    begin, end = int(stays["start_minute"].min()), int(stays["end_minute"].max())
    names = stays.words("site")
    seen = 0
    for site, given in enumerate(region.sites):
        rows = np.flatnonzero(stays["site"] == names.index(given.id))
        if not len(rows):
            assert site not in places.beds_moved
            continue
        rate = len(rows) / (end - begin)
        mean_stay = float((stays["end_minute"] - stays["start_minute"])[rows].mean())
        over_time = time_average(places.beds_moved[site], begin, end)
        assert over_time == pytest.approx(rate * mean_stay, rel=1e-9), given.id
        seen += 1
    assert seen >= 6


def test_the_queue_before_a_bed_is_admissions_times_wait(watched):
    places, _, stays = watched
    asked = stays["requested_minute"]
    waits = (stays["start_minute"] - asked)[(asked != NEVER) & (stays["site"] > 0)]
    assert len(places.waited) > 10
    assert sum(places.waited) == int(waits.sum())
    assert len(places.waited) == int((waits > 0).sum())
