"""The register of rules: versions are disjoint, plans replace the law, a gap is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from sim.dates import day_of
from sim.law import RuleSet, check, registered


def test_every_rule_names_title_law_article_and_a_known_source():
    from sim.catalogue import load_tariffs

    sources = set(load_tariffs().sources())
    for rule in registered():
        assert rule.title, rule.key
        assert rule.law, rule.key
        assert rule.article, rule.key
        assert rule.source in sources, (rule.key, rule.source)


def test_versions_of_one_rule_that_overlap_or_leave_a_gap_are_refused():
    first = next(r for r in registered() if r.key == "P1" and not r.plan)
    first = replace(first, valid_to=dt.date(2026, 1, 1))
    after = replace(first, valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2027, 1, 1))
    check((first, after))
    with pytest.raises(ValueError, match="overlap"):
        check((first, replace(after, valid_from=dt.date(2025, 1, 1))))
    with pytest.raises(ValueError, match="gap"):
        check((first, replace(after, valid_from=dt.date(2026, 2, 1))))


def test_a_plan_replaces_the_law_from_its_first_day():
    plan = RuleSet.current("460")
    assert plan.at("P1", dt.date(2026, 12, 31)).plan == ""
    assert plan.at("P1", dt.date(2027, 1, 1)).plan == "460"
    assert RuleSet.current().at("P1", dt.date(2027, 1, 1)).plan == ""


def test_an_unknown_plan_is_refused_by_name():
    with pytest.raises(ValueError, match="no plan 'nosuch'"):
        RuleSet.current("nosuch")


def test_a_rule_set_without_a_rule_lacks_all_its_parts():
    less = RuleSet.current().without("P5")
    assert not less.has("P5")
    assert not less.has("P5/dekking")
    assert less.code("P5") == -1
    assert RuleSet.current().has("P5/dekking")


def test_versions_answer_only_the_days_on_which_they_hold():
    days = np.array([day_of(dt.date(2024, 12, 31)), day_of(dt.date(2025, 1, 1))])
    ((_, rows),) = RuleSet.current().versions("S1", days)
    assert rows.tolist() == [False, True]


def test_each_row_is_answered_by_the_version_in_force_on_its_day():
    first = next(r for r in registered() if r.key == "P1" and not r.plan)
    begin, change, end = dt.date(2026, 1, 1), dt.date(2026, 3, 1), dt.date(2026, 5, 1)
    rules = RuleSet(
        (
            replace(first, valid_from=begin, valid_to=change, function=lambda x: x + 1),
            replace(first, valid_from=change, valid_to=end, function=lambda x: x * 10),
        )
    )
    dates = ((2025, 12, 31), (2026, 1, 1), (2026, 2, 28), (2026, 3, 1), (2026, 5, 1))
    days = np.array([day_of(dt.date(*date)) for date in dates])
    x = np.arange(1, 6)
    assert rules.apply("P1", days, -1, x).tolist() == [-1, 3, 4, 40, -1]
    assert rules.apply("P1", days, (x, x), np.stack([x, 2 * x])).tolist() == [
        [1, 3, 4, 40, 5],
        [1, 5, 7, 80, 5],
    ]
    assert rules.apply("T99", days, x, x) is not x
    assert rules.holds("P1", days).tolist() == [False, True, True, True, False]
    assert not rules.holds("T99", days).any()


def test_a_rule_says_no_or_yes_where_no_version_is_in_force():
    rule = replace(registered()[0], valid_from=dt.date(2026, 1, 1), function=lambda x: x > 1)
    days = np.array([day_of(dt.date(2025, 12, 31)), *[day_of(dt.date(2026, 1, 1))] * 2])
    for otherwise in (False, True):
        found = RuleSet((rule,)).says(rule.key, days, np.arange(3), otherwise=otherwise)
        assert found.tolist() == [otherwise, False, True]


def test_rules_stand_in_the_order_of_their_numbers():
    labels = list(RuleSet.current().labels)
    assert labels.index("H2") < labels.index("H12/verpleegdag")
