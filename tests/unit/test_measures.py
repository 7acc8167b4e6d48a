"""Measures: each writes what it is registered for, and wishes met do not follow what is known of wishes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.catalogue import load_tariffs
from sim.ledger import settings_from
from sim.measure import registry
from sim.measure.kpis import evaluate
from sim.measure.measures import measure
from sim.measure.registry import count, measures, names_of
from sim.measure.sums import Sums, dimension_text
from sim.measure.tables import Task
from sim.runs.task import price_journeys, simulate, tasks_of
from sim.scenario import LoadedScenario, load_area, load_scenario, vary

BOOK = load_tariffs()
WHOLE = dimension_text({})


def hamlet(**values: Any) -> LoadedScenario:
    loaded = load_scenario("basis_2026")
    if values:
        loaded = vary(loaded, {key.replace("__", "."): value for key, value in values.items()}, "anders")
    area = load_area("middenland")
    (region,) = area.regions
    few = region.palliative_deaths.model_copy(update={"value": 120.0})
    region = region.model_copy(update={"palliative_deaths": few})
    return replace(loaded, area=area.model_copy(update={"regions": (region,)}))


def parts_of(loaded: LoadedScenario) -> Sums:
    spec = tasks_of(loaded, BOOK, settings_from(loaded.scenario).rules(), "kpis")[0]
    return measure(spec.scenario, spec.region, price_journeys(spec, simulate(spec)), BOOK)


def test_knowing_more_wishes_moves_who_is_counted_and_not_the_wishes_met() -> None:
    """Where knowing a wish does nothing, the same people die in the same places whatever the team knows."""
    nothing = {"hospital__known_preference_factor__value": 1.0}
    few, many = (parts_of(hamlet(**nothing, cohort__preference__known__value=share)) for share in (0.3, 0.9))
    dead = few.sums["patients", WHOLE]
    assert dead == many.sums["patients", WHOLE] > 0
    assert few.sums["wishes_met", WHOLE] == many.sums["wishes_met", WHOLE]
    assert few.sums["preference_known", WHOLE] < dead / 2 < many.sums["preference_known", WHOLE]
    found = [{k.name: k.value for k in evaluate(parts) if k.dimension == WHOLE} for parts in (few, many)]
    assert found[0]["wishes_met"] == found[1]["wishes_met"] == few.sums["wishes_met", WHOLE] / dead
    for kpis, parts in zip(found, (few, many), strict=True):
        known = parts.sums["preference_known", WHOLE]
        assert kpis["preference_met"] == parts.sums["preference_met", WHOLE] / known


def test_a_measure_may_write_only_what_it_is_registered_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Priced anew, a sum that no measure of money is registered for would keep its old value."""
    monkeypatch.setattr(registry, "MEASURES", [])
    loaded = hamlet()
    task = Task(loaded.scenario, loaded.area.regions[0], {}, BOOK)

    @measures("own", acts="money")
    def writes_another(task: Task) -> None:
        task.parts.add("own", 1)
        task.parts.add("other", 1)

    with pytest.raises(ValueError, match="writes_another writes other, for which it is not registered"):
        count(task, ("money",))
    with pytest.raises(ValueError, match="again: writes_another writes own too, which hangs on the money"):

        @measures("own")
        def again(task: Task) -> None:
            """Write what money changes as if it hung on the journey."""


def test_what_money_changes_and_what_the_subsidy_changes_follow_from_the_measures() -> None:
    assert names_of(("subsidy",)) == {"ptz_clients", "ptz_clients_terminal"}
    assert {"cost", "patient_payment", "unfunded", "ptz_talks", "year_cost"} <= names_of(("money",))
    assert not names_of(("money", "subsidy")) & names_of(("journey",))
