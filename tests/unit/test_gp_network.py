"""The population of the GP network: two groups put together by the share that residents had."""

from __future__ import annotations

import json

import pytest

from sim.data import data_folder, read_json
from sim.measure import network
from sim.measure.kpis import evaluate
from sim.measure.last_days import GP_AT_HOME, RESIDENT
from sim.measure.network import NETWORK, residents_per_mille
from sim.measure.sums import Sums, dimension_text


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> Sums:
    """At home 100 people, 60 of them in hospital and 120 moves, 90 with it; 50 residents, 10 and 20, 20."""
    monkeypatch.setattr(network, "residents_per_mille", lambda: 200)
    parts = Sums()
    for word, people, admitted, moves, with_hospital in (
        (GP_AT_HOME, 100, 60, 120, 90),
        (RESIDENT, 50, 10, 20, 20),
    ):
        parts.add("patients", people, listed=word)
        parts.add("hospitalised_last_90", admitted, listed=word)
        parts.add("transitions_last_90", moves, listed=word)
        parts.add("transitions_with_hospital", with_hospital, listed=word)
    return parts


def of_network(parts: Sums, name: str) -> float:
    wanted = dimension_text({"listed": NETWORK})
    return next(kpi.value for kpi in evaluate(parts) if (kpi.name, kpi.dimension) == (name, wanted))


def test_a_share_of_the_network_is_the_weighted_mean_of_its_groups(groups: Sums) -> None:
    """Residents are 20%: 0.8 x 60/100 + 0.2 x 10/50 = 0.52; moves a person 0.8 x 1.2 + 0.2 x 0.4 = 1.04."""
    assert of_network(groups, "hospitalised_last_90") == pytest.approx(0.52)
    assert of_network(groups, "transitions_last_90") == pytest.approx(1.04)


def test_a_share_of_moves_weighs_each_group_by_its_moves(groups: Sums) -> None:
    """(0.8 x 0.9 + 0.2 x 0.4) / 1.04 = 0.80 / 1.04, not the mean of 0.75 and 1."""
    assert of_network(groups, "transitions_with_hospital") == pytest.approx(0.80 / 1.04)


def test_the_share_of_residents_follows_from_the_places_of_death_of_2006() -> None:
    """16% elsewhere, at most 6% of it in hospices, over the 75% outside nursing homes: 13%; with 12%: 16%."""
    assert residents_per_mille() == 150
    tree = json.loads(read_json(data_folder("scenarios") / "targets.yaml"))
    low, high = tree["gp_network"]["residents"]["range"]
    assert low <= (0.16 - 0.06) / 0.75 <= high
    assert low <= 0.12 / 0.75 <= high
    assert low <= residents_per_mille() / 1000 <= high


def test_every_figure_of_the_network_is_read_over_the_same_population() -> None:
    tree = json.loads(read_json(data_folder("scenarios") / "targets.yaml"))
    network_sources = {"senti_opnames", "senti_transities", "jpsm_2009"}
    listed = {
        row["id"]: {term.get("listed") for term in row["kpi"]["of"]}
        for row in tree["targets"]
        if network_sources & set(row["source"])
    }
    assert len(listed) == 5
    assert all(words == {NETWORK} for words in listed.values())
