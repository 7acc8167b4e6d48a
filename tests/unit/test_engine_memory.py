"""A model leaves memory with its last user, without a walk of the collector."""

from __future__ import annotations

import gc
import sys
import weakref
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_area import on_area, small_area

from sim.catalogue import load_tariffs
from sim.journey import engine
from sim.journey.contest import contest
from sim.journey.patient import Patient
from sim.journey.sized import Member, demand_of, queue
from sim.ledger import quote
from sim.scenario import clusters_of
from sim.units import FAR_FUTURE


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref]:
    """Every model of SimPy that is made, by weak reference."""
    monkeypatch.setenv("PALSIM_ENGINE", "simpy")
    made: list[weakref.ref] = []
    original = engine.RegionModel.__init__

    def noted(self, *rest):
        made.append(weakref.ref(self))
        original(self, *rest)

    monkeypatch.setattr(engine.RegionModel, "__init__", noted)
    return made


def test_models_and_their_patients_go_without_the_collector(models):
    loaded = on_area(small_area())
    (cluster,) = clusters_of(loaded.area)
    book = load_tariffs()
    members = [Member(n, r, quote(book, loaded.scenario.prices, r)) for n, r in cluster.members]
    demand = demand_of(loaded.scenario, members, cluster.region, 0, visits=False)
    gc.disable()
    try:
        beds = (1, 0, 1, 0, 1)
        log = queue(demand, beds, FAR_FUTURE).log
        split = contest(demand, FAR_FUTURE)
        split.people.queue(beds, FAR_FUTURE)
        whole = engine.RegionModel(
            demand.patients, demand.needs, cluster.region, demand.scenario, demand.contracts
        )
        whole.run()
        del whole
        assert len(log.stays) > 0
        assert len(models) == 4
        assert [model() for model in models] == [None] * 4
        assert not any(type(each) is Patient for each in gc.get_objects())
    finally:
        gc.enable()
