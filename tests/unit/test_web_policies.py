"""Policies side by side: composed, ranked by what a person helped costs, or waiting for an answer."""

import math
from dataclasses import replace

import pytest

from sim.errors import InputError
from sim.measure.estimates import Difference, Estimate
from sim.report.language import language
from sim.report.results import Alternative, Kpis, Result
from sim.web.policies import (
    TOGETHER,
    Ticked,
    load_header,
    policies_table,
    ranked,
    together_document,
)
from sim.web.recipe import Recipe, load_document
from tests.unit.report_data import comparison

PLAIN = Recipe("basis_2026", "basis_2026", "middenland", 1, 2, "", {})


def _alternative(
    shown: Alternative, cost: float, met: tuple[float, float, float], more: float = 0.0
) -> Alternative:
    mean, low, high = met
    rows = {
        ("cost", frozenset({("view", "calendar")})): Difference(
            cost, cost - 1, cost + 1, 4, "eur", base=0, alt=cost
        ),
        ("patients", frozenset()): Difference(more, more, more, 4, "count", base=1000.0, alt=1000.0 + more),
        ("wishes_met", frozenset()): Difference(mean, low, high, 4, "share", base=0.5, alt=0.5 + mean),
    }
    return Alternative(shown.run, Kpis(rows))


@pytest.fixture
def result() -> Result:
    """Of 1,000 people who died: one policy helps 20 for 40,000, one saves, one is not sure to help."""
    data = comparison()
    (shown, *_) = data.alternatives
    found = (
        _alternative(shown, 10_000.0, (0.01, -0.01, 0.03)),
        _alternative(shown, 40_000.0, (0.02, 0.01, 0.04)),
        _alternative(shown, -5_000.0, (0.01, 0.005, 0.015)),
    )
    return Result(data.base, found)


def test_policies_are_ranked_by_what_a_person_helped_costs(result):
    """40,000 euros over 0.02 x 1,000 = 20 people is 2,000 each; -5,000 over 10 people is -500."""
    first, second, last = ranked(result)
    assert first.euros_each == pytest.approx(-500)
    assert second.euros_each == pytest.approx(2_000)
    assert second.people.mean == pytest.approx(20)
    assert math.isnan(last.euros_each)


def test_what_carrying_a_policy_out_costs_counts_in_the_ranking(result):
    """40,000 euros of care and 30,000 to carry it out, over 20 people, is 3,500 each."""
    policy = result.alternatives[1]
    kpis = Kpis({("carrying_out", frozenset()): Estimate(30_000.0, 30_000.0, 30_000.0, 4, "eur")})
    carried = replace(policy, run=replace(policy.run, kpis=kpis))
    (found,) = ranked(replace(result, alternatives=(carried,)))
    assert found.euros_each == pytest.approx(3_500)


def test_who_is_helped_is_not_told_where_more_people_die(result):
    """A larger share of more people, at the cost of all of them, is no price of help."""
    demand = _alternative(result.alternatives[0], 9e6, (0.02, 0.01, 0.04), 150.0)
    (found,) = ranked(replace(result, alternatives=(demand,)))
    assert found.people is None
    assert math.isnan(found.euros_each)


@pytest.mark.parametrize(
    ("lang", "saves", "not_sure", "waits"),
    [
        ("nl", "bespaart en helpt", "niet zeker", "nog niet doorgerekend"),
        ("en", "saves and helps", "not sure", "not yet computed"),
    ],
)
def test_the_table_says_what_helps_and_what_has_no_answer_yet(result, lang, saves, not_sure, waits):
    table = policies_table(result, ["Mijn scenario"], language(lang))
    last = [row.cells[-1].text for row in table.rows]
    assert last[0] == saves
    assert "2" in last[1]
    assert last[2] == not_sure
    assert (table.rows[-1].cells[0].text, table.rows[-1].cells[1].text) == ("Mijn scenario", waits)
    assert {len(row.cells) for row in table.rows} == {len(table.head)}


def test_ticked_policies_are_composed_into_one_scenario():
    names = ("acuut_hospicebed", "azwa_omzetplafond")
    loaded = load_document(together_document("basis_2026", names))
    assert loaded.name == TOGETHER
    assert loaded.scenario.ceiling.applies.value == 0.0
    assert loaded.scenario.places.acute_beds
    shared = load_header(Ticked(PLAIN, names, together=True))
    assert (shared["combines"], shared["area"]) == (list(names), "middenland")


def test_policies_that_set_the_same_are_refused_in_one_line():
    with pytest.raises(InputError, match="both set"):
        together_document("basis_2026", ("eigen_risico_460", "eigen_risico_165_tranche"))


def test_a_moved_lever_is_a_policy_of_its_own():
    assert not Ticked(PLAIN, ("azwa_pzp",)).moved
    assert Ticked(
        Recipe("basis_2026", "basis_2026", "middenland", 1, 2, "", {"pzp": 90}), ("azwa_pzp",)
    ).moved
