"""Hospital days that come free, as capacity and as money by a stated share."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sim.measure.estimates import Difference
from sim.report.language import language
from sim.report.page import Bullets
from sim.report.results import Alternative, Kpis
from sim.report.sections.places import freed
from sim.scenario import load_scenario
from sim.studies.sensitivity.ranges import uncertain_parameters

PEOPLE = Difference(0.0, 0.0, 0.0, 5, "count", base=1_000.0, alt=1_000.0)
COST = Difference(-20_000.0, -30_000.0, -10_000.0, 5, "eur", base=9e6, alt=8.98e6)
SHARE = {"applies": True, "cash_share": {"value": 0.3, "range": [0.0, 1.0]}}


def told(days: float, stated: dict[str, Any] | None, lang: str = "nl") -> list[str]:
    found = Difference(days, days - 0.01, days + 0.01, 5, "days", base=5.0, alt=5.0 + days) if days else None
    still = Difference(0.0, 0.0, 0.0, 5, "days", base=5.0, alt=5.0)
    rows = {
        ("patients", frozenset()): PEOPLE,
        ("days_in_setting", frozenset({("setting", "ziekenhuis")})): found or still,
        ("cost", frozenset({("setting", "ziekenhuis"), ("view", "calendar")})): COST,
    }
    run: Any = SimpleNamespace(title=lambda *_: "Beleid", scenario={"freed": stated} if stated else {})
    result: Any = SimpleNamespace(alternatives=(Alternative(run, Kpis(rows)),))
    return [
        line for block in freed(result, language(lang)) if isinstance(block, Bullets) for line in block.items
    ]


def test_days_less_of_all_who_died_are_capacity_and_no_money_by_themselves() -> None:
    """Half a day less of each of 1,000 people: 500 days."""
    (line,) = told(-0.5, None)
    assert line.startswith(
        "Beleid, ziekenhuisdagen in het laatste levensjaar van alle overledenen: 500 minder"
    )
    assert line.endswith("Welk deel als geld vrijkomt, stelt dit scenario niet.")
    assert "€" not in line


def test_a_stated_share_makes_money_of_them() -> None:
    """30% of 20,000 euros, and nothing to all as its ends."""
    (line,) = told(-0.5, SHARE)
    assert "€\xa020.000 minder. Als geld telt 30% daarvan (0% tot 100%): €\xa06.000." in line
    assert "of all who died: 500 less" in told(-0.5, SHARE, "en")[0]
    assert "of all who died: 500 more" in told(0.5, SHARE, "en")[0]


def test_the_part_is_rounded_to_its_own_uncertainty(monkeypatch: pytest.MonkeyPatch) -> None:
    """30% of 10,000 with an interval of 240,000 is 3,000, not none."""
    monkeypatch.setitem(
        globals(), "COST", Difference(-10_000.0, -130_000.0, 110_000.0, 5, "eur", base=9e6, alt=8.99e6)
    )
    assert told(-0.5, SHARE)[0].endswith("(0% tot 100%): €\xa03.000.")


def test_nothing_is_said_where_no_day_moves() -> None:
    assert told(0.0, SHARE) == []


def test_nothing_is_said_where_more_people_die(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer days each, of more people: the mean of one is no total."""
    monkeypatch.setitem(
        globals(), "PEOPLE", Difference(150.0, 140.0, 160.0, 5, "count", base=1_000.0, alt=1_150.0)
    )
    assert told(-0.5, SHARE) == []


def test_the_share_is_off_and_drawn_only_where_it_is_stated() -> None:
    base = load_scenario("basis_2026")
    assert not base.scenario.freed.applies
    with pytest.raises(StopIteration):
        next(p for p in uncertain_parameters(base) if p.path.startswith(("freed.", "nurses.")))
