"""Every law case: its hand calculation holds, the program gives the expected amounts, its rule matters."""

from __future__ import annotations

import functools
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sim.catalogue import TariffBook, load_tariffs
from sim.errors import InputError
from sim.law import RuleSet, registered
from tests.law_cases.engine import run
from tests.law_cases.working import evaluate

HERE = Path(__file__).parent
BOOK = load_tariffs()
CHAPTERS = {"H": 14, "T": 20, "S": 8, "V": 9, "P": 9, "Z": 5, "A": 5}
IDS = [f"{letter}{number}" for letter, most in CHAPTERS.items() for number in range(1, most + 1)]
COUNTED_A_RULE, WANTED = 3, 120


def load_cases() -> list[dict[str, Any]]:
    """All cases with the law and date of their folder."""
    found: list[dict[str, Any]] = []
    for path in sorted(HERE.glob("*/*/*.yaml")):
        cases = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["cases"]
        place = {"law": path.parts[-3], "date": path.parts[-2], "file": path.name}
        found += [{**case, **place} for case in cases]
    return found


CASES = load_cases()


def names(case: dict[str, Any]) -> str:
    return f"{case['law']}-{case['id']}"


def rule_id(case: dict[str, Any]) -> str:
    return str(case["rule"]).partition("/")[0]


def rules_of(case: dict[str, Any]) -> RuleSet:
    """The rules of a case: the law with its plans, less the parts it does without."""
    rules = RuleSet.current(*case.get("plans", []))
    for key in case.get("without", []):
        rules = rules.without(key)
    return rules


@functools.cache
def book_with(*projected: str) -> TariffBook:
    """The tariffs with planned values that apply as well."""
    return BOOK.with_projected(projected)


def outcome(case: dict[str, Any], rules: RuleSet) -> dict[str, Fraction] | str:
    """Expected names with what the program gives, or the message with which it refuses."""
    try:
        got = run(case, book_with(*case.get("projected", [])), rules)
    except InputError as error:
        return str(error)
    return {name: got.get(name, Fraction(0)) for name in case.get("expected", {})}


@functools.cache
def outcome_by_law(number: int) -> dict[str, Fraction] | str:
    """What the program gives for a case under its own rules."""
    return outcome(CASES[number], rules_of(CASES[number]))


def own_cases(id: str) -> list[tuple[int, dict[str, Any]]]:
    """The cases of a rule with their numbers."""
    return [(number, case) for number, case in enumerate(CASES) if rule_id(case) == id]


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: names(CASES[number]))
def test_the_program_gives_the_expected_amounts(number):
    case, got = CASES[number], outcome_by_law(number)
    if "raises" in case:
        assert isinstance(got, str)
        assert case["raises"] in got
        assert "\n" not in got
    else:
        assert got == {name: Fraction(str(amount)) for name, amount in case["expected"].items()}


@pytest.mark.parametrize("case", [c for c in CASES if c["source_type"] == "hand"], ids=names)
def test_the_hand_calculation_gives_the_expected_amounts(case):
    worked = evaluate(case["working"])
    assert set(worked) & set(case["expected"])
    for name, amount in case["expected"].items():
        if name in worked or amount != 0:
            assert worked[name] == Fraction(str(amount)), name


@pytest.mark.parametrize("id", IDS)
def test_a_case_changes_or_is_no_longer_refused_when_its_rule_is_taken_out(id):
    own = own_cases(id)
    assert own
    assert any(outcome_by_law(number) != outcome(case, rules_of(case).without(id)) for number, case in own)


@pytest.mark.parametrize("key", sorted({r.key for r in registered()}))
def test_a_case_changes_when_one_part_of_a_rule_is_taken_out(key):
    own = own_cases(key.partition("/")[0])

    def without(case: dict[str, Any]) -> RuleSet:
        return RuleSet(tuple(rule for rule in rules_of(case).rules if rule.key != key))

    assert any(outcome_by_law(number) != outcome(case, without(case)) for number, case in own)


def test_every_case_names_its_source_and_its_rule():
    known = {r.key for r in registered()}
    for case in CASES:
        assert case["source_type"] in ("official", "hand", "second_implementation"), names(case)
        assert case["source"], names(case)
        assert case["rule"] in known, names(case)
        assert case["edge"] in ("inside", "boundary", "outside"), names(case)
        assert ("expected" in case) != ("raises" in case), names(case)
        assert "quote" in case or case["source_type"] != "official", names(case)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", case["date"]), names(case)
    assert len({names(c) for c in CASES}) == len(CASES)


def test_every_rule_has_a_case_on_a_boundary_and_one_outside_it():
    for id in IDS:
        edges = {case["edge"] for case in CASES if rule_id(case) == id}
        assert {"boundary", "outside"} <= edges, (id, edges)


def test_there_are_120_cases_when_at_most_three_a_rule_count():
    """At most three cases a rule count, so that many cases of one rule cannot stand for the others."""
    counted = Counter(rule_id(case) for case in CASES)
    assert sum(min(n, COUNTED_A_RULE) for n in counted.values()) >= WANTED
    assert set(counted) == set(IDS)


def test_all_worked_examples_of_the_facts_are_among_the_cases():
    told = " ".join(case["source"] for case in CASES) + " ".join(case["id"] for case in CASES)
    wanted = [f"ER{n}" for n in (1, 3, 4, 7, 8, 10)]
    wanted += [f"W{n}" for n in (1, 2, 4, 6, 8, 9, 11, 13, 14, 16, 18)]
    wanted += ["M1", "M3", "M5", "G1", "G3", "G5", "B1", "B2", "B4", "B6"]
    wanted += [f"S{n}" for n in (1, 2, 4, 6, 7, 9)] + ["N1", "N2", "N3", "8 P1", "8 P2", "8 P3", "C1", "C3"]
    wanted += ["W11_zonder_4_6", "W14_zonder_4_6", "Z4_2024", "Z4_totaal", "Z4_nppz", "S7_formeel"]
    missing = [name for name in wanted if not re.search(rf"\b{re.escape(name)}\b", told)]
    assert not missing
