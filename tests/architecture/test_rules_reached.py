"""Every registered rule part is at work: a run, a bill, a subsidy file or the budgets call it.

The page docs/rules_coverage.md says of each part what reaches it; its generator wraps the rules of a
`RuleSet` to note that they were called with rows, and is asked here once.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sim.law import RuleSet, registered

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
NOT_YET: dict[str, str] = {}
"""Rule part -> why nothing calls it; docs/rules.md shows the same."""


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """The module that writes the page."""
    path = ROOT / "docs" / "generate" / "rules_coverage.py"
    spec = importlib.util.spec_from_file_location("rules_coverage", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reached(generator: ModuleType) -> dict[str, set[str]]:
    """Keys of all rules that were called, by what called them."""
    found: dict[str, set[str]] = generator.reached()
    return found


def test_every_rule_part_is_called_by_a_run_a_bill_a_subsidy_or_the_budgets(
    reached: dict[str, set[str]],
) -> None:
    keys = {r.key for r in registered()}
    assert sorted(keys - set().union(*reached.values())) == sorted(NOT_YET)


def test_what_only_a_bill_reaches_says_why_no_run_does_and_nothing_else_says_so(
    generator: ModuleType, reached: dict[str, set[str]]
) -> None:
    """The reason stands with the registration: none is missing, none outlives a run."""
    silent = [r.key for r in registered() if r.key in generator.by_bill_only(reached) and not r.bill_only]
    stale = [r.key for r in registered() if r.bill_only and r.key not in generator.by_bill_only(reached)]
    assert not silent, f"add bill_only= to the registration in sim/law of {silent}"
    assert not stale, f"a run reaches {stale}; leave bill_only out"


def test_the_page_of_coverage_says_what_is_reached(
    generator: ModuleType, reached: dict[str, set[str]]
) -> None:
    written = (ROOT / "docs" / "rules_coverage.md").read_text(encoding="utf-8")
    assert written == generator.page(reached), "run python docs/generate/rules_coverage.py"


def test_what_nothing_calls_stands_with_its_reason_on_the_page_of_rules() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert all(f"{key}: {reason}" in page for key, reason in NOT_YET.items())


def test_a_rule_that_nothing_calls_would_be_seen(generator: ModuleType) -> None:
    """A call without rows does not count as being at work."""
    seen: set[str] = set()
    rules = generator.watched(RuleSet.current(), seen)
    rule = rules.at("T19", dt.date(2026, 1, 1))
    assert rule is not None
    none, one = np.zeros(0, np.int64), np.ones(1, np.int64)
    rule.function(none, none)
    assert not seen
    rule.function(one, one)
    assert seen == {"T19"}
