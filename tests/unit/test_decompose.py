"""Shapley shares and effects by hand; both sum to the difference in whole cents."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario import apply, load_scenario, vary
from sim.studies.decompose import (
    SHARE_KINDS,
    NamedChange,
    effects_of,
    named_changes,
    orders_of,
    sets_needed,
    shares_of,
)

NONE, A, B, AB = frozenset(), frozenset([0]), frozenset([1]), frozenset([0, 1])


def change(name: str, kind: str) -> NamedChange:
    return NamedChange(name, kind, {name: 1}, {name: 0})


def test_shares_of_two_changes_split_what_they_do_together_in_halves() -> None:
    """Alone 10 and 20, together 36: the 6 beyond the sum go half to each."""
    cost = {NONE: 100, A: 110, B: 120, AB: 136}
    assert shares_of(cost, orders_of(2, 0)[0], 2) == [13, 23]


def test_a_cent_that_cannot_be_split_goes_to_the_largest_remainder() -> None:
    """Together 5 beyond the sum: 12.5 and 22.5 become 13 and 22, the earlier change first."""
    cost = {NONE: 100, A: 110, B: 120, AB: 135}
    assert shares_of(cost, orders_of(2, 0)[0], 2) == [13, 22]
    negative = {made: -amount for made, amount in cost.items()}
    assert sum(shares_of(negative, orders_of(2, 0)[0], 2)) == -35


def test_six_changes_take_all_720_orders_and_seven_a_labelled_sample() -> None:
    orders, sampled = orders_of(6, 1)
    assert (len(set(orders)), sampled) == (720, False)
    orders, sampled = orders_of(7, 1)
    assert sampled
    assert orders == orders_of(7, 1)[0]
    assert all(tuple(reversed(order)) in orders for order in orders)
    assert all(sorted(order) == list(range(7)) for order in orders)


def test_all_orders_ask_for_every_set_and_a_sample_for_fewer() -> None:
    assert len(sets_needed(orders_of(4, 0)[0], 4)) == 2**4
    needed = sets_needed(orders_of(9, 0)[0], 9)
    assert len(needed) < 2**9
    assert {frozenset([i]) for i in range(9)} <= set(needed)


@given(st.lists(st.integers(-(10**12), 10**12), min_size=16, max_size=16))
def test_shares_and_effects_sum_to_the_difference_to_the_cent(amounts: list[int]) -> None:
    sets = [frozenset(c) for size in range(5) for c in itertools.combinations(range(4), size)]
    cost = dict(zip(sets, amounts, strict=True))
    total = cost[frozenset(range(4))] - cost[NONE]
    assert sum(shares_of(cost, orders_of(4, 0)[0], 4)) == total
    changes = [change("a", "price"), change("b", "care"), change("c", "rule"), change("d", "care")]
    patients = {made: 1000 + 7 * len(made) for made in sets}
    effects = effects_of(changes, cost, patients)
    assert set(effects) == set(SHARE_KINDS)
    assert sum(effects.values()) == total


@given(st.lists(st.integers(0, 10**6), min_size=8, max_size=8))
def test_a_share_is_within_a_cent_of_the_weighted_formula(amounts: list[int]) -> None:
    """Shapley by sets: weights |S|! (2-|S|)! / 3! of the effect of joining S."""
    sets = [frozenset(c) for size in range(4) for c in itertools.combinations(range(3), size)]
    cost = dict(zip(sets, amounts, strict=True))
    weights = {0: 2 / 6, 1: 1 / 6, 2: 2 / 6}
    found = shares_of(cost, orders_of(3, 0)[0], 3)
    for i in range(3):
        exact = sum(weights[len(s)] * (cost[s | {i}] - cost[s]) for s in sets if i not in s)
        assert abs(found[i] - exact) < 1 + 1e-6


def test_effects_by_hand() -> None:
    """Base 1000 for 10 people. Care alone 1300 for 12: volume 200, mix 100. Price alone +50. Both 1400."""
    cost = {NONE: 1000, A: 1300, B: 1050, AB: 1400}
    patients = {NONE: 10, A: 12, B: 10, AB: 12}
    found = effects_of([change("care", "care"), change("price", "price")], cost, patients)
    assert found == {"price": 50, "volume": 200, "mix": 100, "rule": 0, "interaction": 50}


def test_settings_of_one_parameter_are_one_change_and_its_kind_follows_its_place() -> None:
    base = load_scenario("basis_regio")
    varied = vary(
        base,
        {
            "ceiling.outcome.value": {
                "geweigerd": 0.1, "uitgesteld": 0.4, "andere_aanbieder": 0.25, "eigen_kosten": 0.25,
            },
            "home.hours_per_week.mean": 15,
            "home.hours_per_week.sd": 11,
            "prices.elv_contract_factor": 0.95,
            "rules.eigen_risico_plan": "460",
        },
        "several",
    )  # fmt: skip
    found = named_changes(varied)
    assert [(c.name, c.kind) for c in found] == [
        ("ceiling.outcome", "care"),
        ("home.hours_per_week", "care"),
        ("prices.elv_contract_factor", "price"),
        ("rules.eigen_risico_plan", "rule"),
    ]
    assert found[1].values == {"home.hours_per_week.mean": 15, "home.hours_per_week.sd": 11}
    agreed = named_changes(apply(base, "azwa_omzetplafond"))
    assert [(c.name, c.kind) for c in agreed] == [
        ("ceiling.applies", "care"),
        ("efficiency.counts_terminal", "care"),
    ]


def test_the_sample_of_orders_estimates_the_shares_without_bias_for_additive_costs() -> None:
    """Where nothing interacts every order gives the same shares, so the sample is exact."""
    own = np.array([5, -3, 11, 0, 7, 2, 9])
    orders, _ = orders_of(7, 3)
    cost = {made: int(sum(own[i] for i in made)) for made in sets_needed(orders, 7)}
    assert shares_of(cost, orders, 7) == own.tolist()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_single_or_few_changes_start_from_nothing_and_end_with_all(number: int) -> None:
    needed = sets_needed(orders_of(number, 0)[0], number)
    assert needed[0] == frozenset()
    assert needed[-1] == frozenset(range(number))
