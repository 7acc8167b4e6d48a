"""Houses as houses: the queue of a capacity study agrees with a Markov chain and an independent model."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from formulas import erlang_a, two_houses
from houses import LEAVES, NAMES, NETWORK, POOLED, STAY, apart, by_events, network_load, system
from pathway import Pathway, Stream, Unit, Way, exponential, mean
from systems import results
from test_queues import PAGE

from sim.catalogue import load_tariffs
from sim.journey.sized import Member, demand_of
from sim.ledger import quote
from sim.scenario import clusters_of, load_scenario, vary
from sim.schema import NEVER

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", NAMES)
def test_the_queue_of_a_study_agrees_with_what_is_known_of_houses_and_the_page_shows_it(name):
    page = PAGE.read_text(encoding="utf-8")
    for found in results(system(name)):
        assert abs(found.z) <= 3, (found.figure.name, found.figure.exact, found.simulated, found.error)
        assert found.row() in page, "python docs/generate/theory.py writes the page anew"


def test_the_fewer_accept_another_house_the_more_go_without_a_bed():
    """Design of the networks: 5.6% where all do, 12% where half do, 18.8% where none do."""
    half, error = by_events(0.5, own_first=True)
    assert apart() == pytest.approx(0.188, abs=0.001)
    assert half == pytest.approx(0.12, abs=0.005 + 3 * error)
    shares = [by_events(share)[0] for share in (0.85, 0.5)]
    assert POOLED < shares[0] < shares[1] < half < apart()


def test_the_independent_model_is_erlang_a_at_both_ends():
    for share, exact in ((1.0, POOLED), (0.0, apart())):
        found, error = by_events(share)
        assert abs(found - exact) <= 3 * error


def test_the_chain_of_two_houses_is_erlang_a_as_one_pool_and_apart():
    """Everybody accepts either house: one pool of 3 beds. Nobody does: houses of 1 and 2 beds apart."""
    stay, leaves, rate = 2.0, 0.4, 1.1
    pooled = two_houses((1, 2), rate, (stay, leaves), 1.0, 0.4, 5)
    assert pooled["all"] == pytest.approx(erlang_a(rate, stay, 3, leaves)[1], abs=1e-4)
    alone = two_houses((1, 2), rate, (stay, leaves), 0.0, 0.0, 5)
    parts = [erlang_a(rate * beds / 3, stay, beds, leaves)[1] * beds / 3 for beds in (1, 2)]
    assert alone["all"] == pytest.approx(sum(parts), abs=1e-4)
    assert alone["cut"] < 1e-4


def test_thousands_who_give_up_leave_no_bed_and_no_guest_behind():
    """Five times as many requests as beds, short patience: the beds in use stay those of Erlang A."""
    load, beds, patience, parts = 30.0, 6, 0.1, 10
    unit = Unit((2, 4), patience=exponential(patience))
    ways = {(0, 0): [Way(1.0, exponential(1.0))]}
    path = Pathway([unit], [Stream(load, accepts=(0, 1))], ways, 17)
    found = [path.run(20.0 + part * 101.0, 100.0).units[0] for part in range(parts)]
    assert sum(each.reneged for each in found) > 20_000
    used = np.array([mean(each.occupied) for each in found])
    error = used.std(ddof=1) / parts**0.5
    exact = load * (1 - erlang_a(load, 1.0, beds, patience)[1])
    assert abs(used.mean() - exact) <= 3 * error
    assert abs(used[: parts // 2].mean() - used[parts // 2 :].mean()) <= 3 * 2 * error
    places = path.places[0]
    assert sum(places.free) + path.tally[0].occupied.value == beds
    assert path.tally[0].queue.value < 2 * load * patience * 3


def test_a_longer_stay_leaves_patience_alone():
    """The same people wait as long as before, and how long somebody waits says nothing of the stay."""
    loaded = load_scenario("basis_2026", "middenland")
    longer = vary(loaded, {"hospice.home_request_before_death.median": 60.0}, "langer")
    (number, region), *_ = clusters_of(loaded.area)[0].members
    demands = []
    for each in (loaded, longer):
        member = Member(number, region, quote(load_tariffs(), each.scenario.prices, region))
        demands.append(demand_of(each.scenario, [member], region, 0, visits=False))
    one, other = (demand.needs for demand in demands)
    assert (one.patience_minutes == other.patience_minutes).all()
    asks = (one.hospice_minute != NEVER) & (other.hospice_minute != NEVER)
    stays = [d.patients["death_minute"][asks] - d.needs.hospice_minute[asks] for d in demands]
    assert stays[1].mean() > 1.3 * stays[0].mean()
    alike = np.corrcoef(stays[0], one.patience_minutes[asks])[0, 1]
    assert abs(alike) <= 3 / int(asks.sum()) ** 0.5


def test_the_load_of_the_network_is_that_of_its_pool():
    assert erlang_a(network_load(), 1.0, sum(NETWORK), LEAVES / STAY)[1] == pytest.approx(POOLED, abs=1e-6)
