"""Little's law on the places of the real model: what the engine counts over time is what its tables say.

The places are the sites of a region (hospices, short stays, respite) and its nursing home places. Hospitals
have no limit here, as in the base, and people at home need no place.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from sim.catalogue import load_tariffs
from sim.cohort import draw_patients
from sim.journey import engine, simulate_region, sites
from sim.journey.patient import Waiting
from sim.journey.places import Places
from sim.ledger import quote
from sim.scenario import load_scenario
from sim.schema import HOSPICE_SETTINGS, NEVER, SETTINGS, code

HOME, HOSPITAL, NURSING_HOME = (code(SETTINGS, s) for s in ("thuis", "ziekenhuis", "verpleeghuis"))
GIVES_UP_A_NURSING_HOME = [code(SETTINGS, s) for s in (*HOSPICE_SETTINGS, "elv")]


class Watched(Places):
    """Places that note every bed taken and given back, every change of the queue, every wait for a bed."""

    __slots__ = ("asked", "beds_moved", "clock", "queue_moved", "waited")

    def __init__(self, kinds, beds):
        super().__init__(kinds, beds)
        self.clock = None
        self.beds_moved = defaultdict(list)
        self.asked, self.waited, self.queue_moved = {}, [], []

    def take(self, accepts):
        site = super().take(accepts)
        if site >= 0:
            self.beds_moved[site].append((self.clock(), 1))
        return site

    def wait(self, request):
        super().wait(request)
        request.queue = self
        self.asked[request] = self.clock()
        self.queue_moved.append((self.clock(), 1))

    def release(self, site):
        follower = super().release(site)
        if follower is None:
            self.beds_moved[site].append((self.clock(), -1))
        else:
            self.waited.append(self.clock() - self.asked.pop(follower))
            self.queue_moved.append((self.clock(), -1))
        return follower


class Queued(Waiting):
    """A place in a queue that tells the queue when it is given up."""

    __slots__ = ("queue",)

    def give_up(self):
        if self.ticket:
            self.queue.queue_moved.append((self.queue.clock(), -1))
        super().give_up()


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
    start, grant = engine.RegionModel.__init__, engine.RegionModel._nursing_place

    def noted(self, *given):
        start(self, *given)
        self.places.clock = self.nursing.clock = lambda: self.env.now
        self.granted = []
        models.append(self)

    def granted(self, patient, now, requested):
        self.granted.append((patient.row, now, requested, patient.setting))
        grant(self, patient, now, requested)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PALSIM_ENGINE", "simpy")
        for module in (engine, sites):
            patch.setattr(module, "Places", Watched)
        patch.setattr(engine, "Waiting", Queued)
        patch.setattr(engine.RegionModel, "__init__", noted)
        patch.setattr(engine.RegionModel, "_nursing_place", granted)
        loaded = load_scenario("basis_2026")
        scenario, region = loaded.scenario, loaded.area.regions[0]
        patients = draw_patients(scenario, region, 1, request.param)
        plan = quote(load_tariffs(), scenario.prices, region)
        tables = simulate_region(scenario, region, 1, request.param, patients, plan)
    return models[0], region, patients["patient_id"], tables["stays"]


def test_beds_in_use_are_admissions_times_stay_at_every_site(watched):
    places, (_, region, _, stays) = watched[0].places, watched
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
    places, (_, _, _, stays) = watched[0].places, watched
    asked = stays["requested_minute"]
    waits = (stays["start_minute"] - asked)[(asked != NEVER) & (stays["site"] > 0)]
    assert len(places.waited) > 10
    assert sum(places.waited) == int(waits.sum())
    assert len(places.waited) == int((waits > 0).sum())


def left_at(ids, stays, row, since):
    """Minute at which a patient gives up a nursing home or the wait for one: the tables' side.

    A move to a hospice or a short stay ends it, and so does death; a stay in hospital does not.
    """
    mine = stays["patient_id"] == ids[row]
    start = stays["start_minute"][mine]
    away = np.isin(stays["setting"][mine], GIVES_UP_A_NURSING_HOME) & (start >= since)
    return int(start[away].min()) if away.any() else int(stays["end_minute"][mine].max())


def test_nursing_home_places_in_use_are_admissions_times_the_time_they_are_held(watched):
    model, region, ids, stays = watched
    begin, end = int(stays["start_minute"].min()), int(stays["end_minute"].max())
    held = [left_at(ids, stays, row, now) - now for row, now, _, _ in model.granted]
    rate = len(held) / (end - begin)
    over_time = time_average(model.nursing.beds_moved[0], begin, end)
    assert over_time == pytest.approx(rate * np.mean(held), rel=1e-9)
    assert len(held) > 100
    assert 1 < over_time <= region.nursing_home_places.value
    from_home = {(ids[row], now, since) for row, now, since, setting in model.granted if setting == HOME}
    asked = (stays["setting"] == NURSING_HOME) & (stays["requested_minute"] != NEVER)
    columns = (stays[name][asked].tolist() for name in ("patient_id", "start_minute", "requested_minute"))
    assert set(zip(*columns, strict=True)) == from_home


def test_the_queue_for_a_nursing_home_is_requests_times_wait(watched):
    model, _, ids, stays = watched
    begin, end = int(stays["start_minute"].min()), int(stays["end_minute"].max())
    waits = [now - since for _, now, since, _ in model.granted if now > since]
    gave_up = [left_at(ids, stays, r.patient.row, r.since) - r.since for r in model.nursing.asked]
    waits += gave_up
    rate = len(waits) / (end - begin)
    over_time = time_average(model.nursing.queue_moved, begin, end)
    assert over_time == pytest.approx(rate * np.mean(waits), rel=1e-9)
    assert len(waits) > 10
    assert gave_up
    assert {setting for *_, setting in model.granted} <= {HOME, HOSPITAL}
