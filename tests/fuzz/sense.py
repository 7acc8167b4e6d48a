"""What a file that is taken must say: numbers that can be, and sums that are right."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from harness import given

from sim.catalogue import load_tariffs
from sim.limits import FIRST_YEAR, INHABITANTS_PER_DEATH, LAST_YEAR, MOST_EURO_EACH, MOST_PEOPLE
from sim.scenario import load_area, load_scenario
from sim.scenario.models import Scenario


def numbers_of(document: Any) -> Iterator[float]:
    """All numbers of a document."""
    if isinstance(document, dict):
        for part in document.values():
            yield from numbers_of(part)
    elif isinstance(document, list | tuple):
        for part in document:
            yield from numbers_of(part)
    elif isinstance(document, int | float) and not isinstance(document, bool):
        yield document


def _answer(*words: str | Path) -> dict[str, Any]:
    ended = given(*words, "--json")
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def bill(file: Path) -> None:
    """Every line is shared out to the cent, and the payers and laws have the same total."""
    made = _answer("bill", file)
    total = Decimal(0)
    for line in made["declarations"]:
        assert sum(map(Decimal, line["shares"].values())) == Decimal(line["gross_eur"]), line
        assert FIRST_YEAR <= int(line["date"][:4]) <= LAST_YEAR, line
        total += Decimal(line["gross_eur"])
    by_law, by_payer = (sum(map(Decimal, made[key].values())) for key in ("by_law", "by_payer"))
    assert by_law == by_payer, (by_law, by_payer)
    assert abs(by_law) <= MOST_EURO_EACH, by_law
    assert Decimal(made["by_payer"]["patient"]) == Decimal(made["patient"]["total_eur"])
    assert Decimal(made["patient"]["total_eur"]) >= 0


def subsidy(file: Path) -> None:
    """Nobody gets more than the maximum, and the total is that of the organisations."""
    made = _answer("subsidy", file)
    awards = [Decimal(each["subsidy_eur"]) for each in made["organisations"]]
    for each, award in zip(made["organisations"], awards, strict=True):
        assert 0 <= award <= Decimal(each["maximum_eur"]), each
        assert Decimal(each["mean_clients"]) >= 0, each
    assert sum(awards) == Decimal(made["total_eur"])
    assert 0 <= Decimal(str(made["payout_percentage"])) <= 100


def scenario(file: Path) -> None:
    """All its numbers are finite, and it is still right when it is read back."""
    found = load_scenario(file).scenario
    assert all(math.isfinite(number) for number in numbers_of(found.model_dump(mode="json")))
    assert Scenario.model_validate(found.model_dump()) == found
    assert found.horizon.count_from < found.horizon.count_to


def area(file: Path) -> None:
    """Fewer people die than live, and nobody has more beds than people."""
    found = load_area(file)
    assert all(math.isfinite(number) for number in numbers_of(found.model_dump(mode="json")))
    assert len({region.id for region in found.regions}) == len(found.regions) > 0
    for region in found.regions:
        assert 0 < region.population <= MOST_PEOPLE, region.population
        deaths = region.palliative_deaths.value
        assert 0 < deaths * INHABITANTS_PER_DEATH <= region.population, deaths
        assert 0 <= sum(site.beds for site in region.sites) <= region.population
    assert 0 < found.national_share.value <= 1 or len(found.regions) > 1


def tariffs(folder: Path) -> None:
    """Amounts are 0 or more, each on days that can be, one on each day."""
    book = load_tariffs(folder)
    for each in (*book.ids, *book.parameter_ids):
        values = sorted(book.values(each), key=lambda value: (value.projected, value.valid_from))
        for value in values:
            assert value.amount.is_finite(), value
            assert value.amount >= 0, value
            assert FIRST_YEAR <= value.valid_from.year <= value.valid_to.year <= LAST_YEAR, value
        for before, after in zip(values, values[1:], strict=False):
            assert before.valid_to <= after.valid_from or before.projected != after.projected, each


SENSES: dict[str, Callable[[Path], None]] = {
    "case": bill,
    "subsidy": subsidy,
    "scenario": scenario,
    "area": area,
    "tariffs": tariffs,
}
