"""At the ends of all ranges, KPIs from what counts alone are those of whole journeys, priced whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from sim.catalogue import load_tariffs
from sim.cohort.taken_over import Looked, Watched
from sim.measure.measures import measure
from sim.measure.registry import count
from sim.measure.tables import Task
from sim.runs.paired import _BY_PERSON
from sim.runs.run import Plan, rules_of
from sim.runs.task import price_journeys, simulate
from sim.scenario import LoadedScenario, effect_of, load_scenario
from sim.studies.sensitivity.assumptions import DrawSpec, run_draw
from sim.studies.sensitivity.draws import Drawing

pytestmark = pytest.mark.slow
DEATHS, CORNERS = 400, 4
OF_THE_REGION = {"nurses", "places"}
"""Groups of which measures ask how many there are, not whom they concern."""
POLICIES = ("azwa_volledig", "domeinoverstijgend", "eigen_risico_165_tranche", "acuut_hospicebed")


def small(name: str) -> LoadedScenario:
    """A scenario on Middenland with fewer deaths."""
    loaded = load_scenario(name).with_run(replications=2)
    (region,) = loaded.area.regions
    few = region.palliative_deaths.model_copy(update={"value": float(DEATHS)})
    regions = (region.model_copy(update={"palliative_deaths": few}),)
    return replace(loaded, area=loaded.area.model_copy(update={"regions": regions}))


def test_what_no_kpi_sees_moves_none_at_the_ends_of_all_ranges() -> None:
    """Every assumption at its low or high end, by a fair coin; arms beside a base against each by itself."""
    book = load_tariffs()
    drawing = Drawing([small(name) for name in ("basis_2026", *POLICIES)], book, ())
    rng = np.random.default_rng(3)
    for corner in range(CORNERS):
        row = rng.integers(0, 2, len(drawing.assumptions)).astype(np.float64)
        spec, drawn = DrawSpec(drawing, row, corner % 2, 0), drawing.at(row)
        for loaded, parts in zip(drawn.arms, run_draw(spec), strict=True):
            plan = Plan(loaded, Path(), "all")
            task = plan.specs(drawn.book, rules_of(plan))[corner % 2]
            whole = price_journeys(task, simulate(task))
            found = measure(task.scenario, task.region, whole, task.book).encode()
            assert parts == found, f"corner {corner}: {loaded.name}"


def test_measures_that_add_up_over_people_ask_nothing_of_a_policy_but_what_is_told() -> None:
    """Beside a base only who fares otherwise is counted again.

    A setting that counts all others anew must be told in `paired._BY_PERSON`, or its measure not add up.
    """
    plan = Plan(small("basis_2026"), Path(), "all")
    task = plan.specs(load_tariffs(), rules_of(plan))[0]
    looked: Looked = {}
    seen = Task(
        cast(Any, Watched(task.scenario, 0, looked)),
        task.region,
        price_journeys(task, simulate(task)),
        task.book,
    )
    count(seen, ("journey",), adds=True)
    paths = {".".join(path) for _, path in looked if path[-1] != "()"}
    steering = {path for path in paths if effect_of(path).acts == "journey"}
    assert "cohort.means.income_single.median" in steering
    others = {path.partition(".")[0] for path in steering if not path.startswith(_BY_PERSON)}
    assert others == OF_THE_REGION
