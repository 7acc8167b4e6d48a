"""Eigen risico that was used before the last year of life follows the limit of its year and plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from sim.catalogue import load_tariffs
from sim.dates import day_of, year_start_day
from sim.law import RuleSet
from sim.law.parameters import Parameters
from sim.law.zvw.deductible import Claims
from tests.law_cases.engine import person

SINCE = dt.date(2026, 1, 1)
PLANNED = tuple(f"own_payments.eigen_risico.{name}" for name in ("plan_460", "plan_165", "plan_165_tranche"))
BOOK = load_tariffs().with_projected(PLANNED, SINCE)


def paid(plan: str, died: str, used_up: bool, voluntary: int = 0) -> int:
    """Euros of eigen risico in 2026 on a bill far above every limit, for who entered in 2026."""
    rules = RuleSet.current(plan, since={plan: SINCE}) if plan else RuleSet.current()
    who = person({"person": {"born": "1946-03-14", "died": died, "voluntary_eur": voluntary}})
    who = replace(who, used_up_year=np.array([2026 if used_up else -1]))
    one = np.zeros(1, np.int64)
    year = one + 2026
    claims = Claims(one, one + day_of(dt.date(2026, 1, 10)), year, one - 1, one + 5_000_00)
    version = next(v for v, _ in rules.versions("P1", year_start_day(year)))
    return int(version.function(claims, who, Parameters(BOOK, 2026))[0]) // 100


@pytest.mark.parametrize("plan", ["", "460", "165_tranche"])
@pytest.mark.parametrize("voluntary", [0, 500])
def test_who_has_used_up_the_year_owes_nothing_more_under_any_plan(plan, voluntary):
    assert paid(plan, "2026-12-31", used_up=True, voluntary=voluntary) == 0


def test_a_plan_of_460_raises_what_is_paid_as_the_rule_does():
    """Three people: one has used up the year, one lives it out, one dies on day 181 of 365.

    385 a year: 0 + 385 + 190.92, so 191; 460 a year: 0 + 460 + 228.11, so 228. 688 over 576 is +19.4%; the
    rule says 460 over 385, +19.5%. With 385 held as used under both plans the first would owe a fresh 75.
    """
    deaths = (("2026-12-31", True), ("2026-12-31", False), ("2026-06-30", False))
    now = sum(paid("", died, used) for died, used in deaths)
    plan = sum(paid("460", died, used) for died, used in deaths)
    assert (now, plan) == (576, 688)
    assert plan / now == pytest.approx(460 / 385, abs=0.002)
