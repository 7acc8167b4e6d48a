"""At the ends of all ranges, KPIs from what counts alone are those of whole journeys, priced whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.catalogue import load_tariffs
from sim.measure.measures import measure
from sim.runs.run import Plan, rules_of
from sim.runs.task import price_journeys, simulate
from sim.scenario import LoadedScenario, load_scenario
from sim.studies.sensitivity.assumptions import DrawSpec, run_draw
from sim.studies.sensitivity.draws import Drawing

pytestmark = pytest.mark.slow
DEATHS, CORNERS = 400, 4
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
