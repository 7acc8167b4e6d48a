"""docs/rules.md holds every rule and its cases as they stand."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("rules_page", ROOT / "docs" / "generate" / "rules.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_rules_is_as_its_generator_writes_it(generator):
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == generator.page(), "run python docs/generate/rules.py"


def test_every_id_of_the_design_stands_on_the_page_with_a_case():
    sections = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").split("\n### ")[1:]
    cases = {s.split("\n", 1)[0]: s.count("](../tests/law_cases/") for s in sections}
    counts = {"H": 14, "T": 20, "S": 8, "V": 9, "P": 9, "Z": 5, "A": 5}
    assert set(cases) == {f"{letter}{n}" for letter, most in counts.items() for n in range(1, most + 1)}
    assert min(cases.values()) >= 2
