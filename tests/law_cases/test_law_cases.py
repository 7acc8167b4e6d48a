"""Every law case: its hand calculation holds, and the program gives the expected amounts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sim.law import RuleSet
from sim.tariff import load_tariffs
from tests.law_cases.engine import run
from tests.law_cases.working import evaluate

HERE = Path(__file__).parent
BOOK = load_tariffs()


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


@pytest.mark.parametrize("case", CASES, ids=names)
def test_the_program_gives_the_expected_amounts(case):
    plans = case.get("plans", [])
    projected = case.get("projected", [])
    got = run(case, BOOK.with_projected(projected), RuleSet.current(*plans))
    for name, amount in case["expected"].items():
        assert got.get(name, Fraction(0)) == Fraction(str(amount)), (name, got)


@pytest.mark.parametrize("case", [c for c in CASES if c["source_type"] == "hand"], ids=names)
def test_the_hand_calculation_gives_the_expected_amounts(case):
    worked = evaluate(case["working"])
    for name, amount in case["expected"].items():
        assert worked[name] == Fraction(str(amount)), name


def test_every_case_names_its_source_and_its_rule():
    known = {r.key for r in RuleSet.current().rules}
    for case in CASES:
        assert case["source_type"] in ("official", "hand", "second_implementation"), names(case)
        assert case["source"], names(case)
        assert case["rule"] in known, names(case)
    assert len({names(c) for c in CASES}) == len(CASES)
