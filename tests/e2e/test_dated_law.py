"""What changes on a day changes from that day on: versions of rules, and values of legal amounts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.api.scenarios import scenario_of
from sim.catalogue import TariffBook, load_tariffs
from sim.dates import day_of
from sim.law import registry as law_registry
from sim.law.parameters import Parameters
from sim.law.people import People
from sim.law.registry import RuleSet, rule
from sim.law.wlz.contribution import Contributions, WlzCare, contributions
from sim.ledger import settings_from
from sim.measure.measures import measure
from sim.runs.task import TaskSpec, price_journeys, simulate, tasks_of
from sim.schema import ITEMS, PAYERS, Table, code
from tests.e2e.answers import bills

pytestmark = pytest.mark.slow

TURN = dt.date(2027, 1, 1)
Journey = tuple[TaskSpec, Mapping[str, Table]]


@pytest.fixture(scope="module")
def journey(hamlet: Path) -> Journey:
    """A task of the base scenario, with what happens in it."""
    loaded = scenario_of("basis_2026", hamlet, replications=1).loaded
    rules = settings_from(loaded.scenario).rules()
    (task,) = tasks_of(loaded, load_tariffs(), rules, "all")
    return task, simulate(task)


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[law_registry.Rule]]:
    """The register of rules, as it was again after the test."""
    held = list(law_registry._REGISTER)
    monkeypatch.setattr(law_registry, "_REGISTER", held)
    law_registry._current.cache_clear()
    yield held
    law_registry._current.cache_clear()


def priced(journey: Journey, **changes: Any) -> dict[str, Table]:
    task, tables = journey
    rules = settings_from(task.scenario).rules()
    return price_journeys(replace(task, rules=rules, **changes), tables)


def sums(journey: Journey) -> dict[Any, int]:
    task, _ = journey
    return measure(task.scenario, task.region, priced(journey), task.book).sums


def by_year(tables: Mapping[str, Table]) -> tuple[Counter[Any], Counter[Any]]:
    """Cents by product, and by payer and item, of what has a date before the turn and from it on."""
    lines, shares = tables["declarations"], tables["shares"]
    day = lines["date"][np.searchsorted(lines["declaration_id"], shares["declaration_id"])]
    found: tuple[Counter[Any], Counter[Any]] = (Counter(), Counter())
    words = lines.words("product")
    for date, product, cents in zip(lines["date"], lines["product"], lines["gross_cents"], strict=True):
        found[int(date >= day_of(TURN))][words[product]] += int(cents)
    for date, payer, item, cents in zip(day, shares["payer"], shares["item"], shares["cents"], strict=True):
        found[int(date >= day_of(TURN))][int(payer), int(item)] += int(cents)
    return found


@pytest.mark.parametrize("day", [dt.date(2026, 3, 10), TURN])
def test_every_rule_in_two_equal_versions_moves_no_money(
    journey: Journey, register: list[law_registry.Rule], day: dt.date
) -> None:
    """A line may be cut in two where the second begins; what is counted, paid and billed is the same."""
    counted, billed = sums(journey), [row for row in bills() if row[1] != "lines"]
    register[:] = [
        part
        for each in register
        for part in (
            (replace(each, valid_to=day), replace(each, valid_from=day))
            if each.valid_from < day < each.valid_to
            else (each,)
        )
    ]
    law_registry._current.cache_clear()
    assert sums(journey) == counted
    assert [row for row in bills() if row[1] != "lines"] == billed


def test_another_wlz_contribution_holds_for_the_months_from_its_day_on(
    journey: Journey, register: list[law_registry.Rule]
) -> None:
    """Nothing is due from 2027 on; who came under the Wlz before pays until then as before."""
    before, after = by_year(priced(journey))
    register[:] = [replace(each, valid_to=TURN) if each.key == "P2" else each for each in register]

    @rule("P2", title="Trial", law="Wlz", article="trial", source="blz_2026", valid_from=str(TURN))
    def nothing(care: WlzCare, people: People, parameters: Parameters, rules: RuleSet) -> Contributions:
        due = contributions(care, people, parameters, rules)
        return replace(due, cents=0 * due.cents)

    law_registry._current.cache_clear()
    then, later = by_year(priced(journey))
    assert then == before
    due = code(PAYERS, "patient"), code(ITEMS, "wlz_eigen_bijdrage")
    assert after[due] > 0
    assert later[due] == 0


def test_legal_amounts_of_a_year_change_nothing_of_the_year_before(journey: Journey) -> None:
    """Shares are a fifth lower from 2027 on, all other amounts twice as high."""
    task, _ = journey
    before, after = by_year(priced(journey))
    then, later = by_year(priced(journey, book=changed_from_the_turn(task.book)))
    assert then == before
    assert later != after


def changed_from_the_turn(book: TariffBook) -> TariffBook:
    """A book in which every legal amount of today has another value from 2027 on."""
    amounts = [each for each in book._all if each.id in book.parameter_ids and not each.projected]
    others = [each for each in book._all if each not in amounts]
    held = [replace(each, valid_to=min(each.valid_to, TURN)) for each in amounts if each.valid_from < TURN]
    last = {each.id: each for each in sorted(held, key=lambda each: each.valid_from)}
    new = [
        replace(
            each,
            amount=each.amount * (Decimal("0.8") if each.amount <= 1 else 2),
            range=None,
            valid_from=TURN,
            valid_to=dt.date(2040, 1, 1),
        )
        for each in last.values()
    ]
    values = [*others, *held, *new]
    return TariffBook(book._products, book._parameters, values, book._sources, book._digest, book.projected)
