"""Comparisons: a base and its alternatives on the same random numbers, in one folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as altered
from pathlib import Path
from typing import Any

from sim import store
from sim.catalogue import TariffBook
from sim.errors import RunError
from sim.measure.estimates import Difference, as_json, differences
from sim.runs.options import RunOptions
from sim.runs.run import Outcome, Plan, execute
from sim.runs.task import Keep
from sim.scenario import LoadedScenario
from sim.store import folder_lock
from sim.studies.precision import LOOK_AHEAD, PILOT_REPLICATIONS, Precision, Reached, judge


@dataclass(frozen=True)
class Comparison:
    """How a comparison went, the base first, and how narrow the KPIs of a wanted precision became."""

    outcomes: dict[str, Outcome]
    reached: tuple[Reached, ...]
    replications: int


def compare_scenarios(
    base: LoadedScenario,
    alternatives: Sequence[LoadedScenario],
    folder: Path,
    book: TariffBook,
    options: RunOptions,
    *,
    keep: Keep,
    precision: Sequence[Precision] = (),
) -> Comparison:
    """Run a base and its alternatives side by side and take the paired differences.

    Each has a name of its own; the alternatives are on the area, horizon, seed and replications of the base.
    The folder gets `comparison.json` and one run folder a scenario. Replications are added until every
    alternative reaches the precisions, whatever number the base asks for. Raises InputError when the folder
    is in use or holds something else; RunError as `execute`, and when MOST_REPLICATIONS do not reach a
    precision.
    """
    scenarios = [base, *alternatives]
    names = [loaded.name for loaded in scenarios]
    with folder_lock(folder):
        if precision:
            scenarios = _with_replications(scenarios, _first_number(folder, names, options.resume))
        study = store.StudyFolder(
            store.COMPARED,
            folder,
            comparison_header(scenarios[0], names),
            names,
            leavings=tuple(store.StudyPlace),
        )
        study.accept(resume=options.resume, replace=options.replace)
        outcomes: dict[str, Outcome] = {}
        while True:
            plans = [Plan(loaded, folder / loaded.name, keep, options.check) for loaded in scenarios]
            done = execute(plans, book, options, on_begin=study.begin)
            outcomes = _together(outcomes, dict(zip(names, done, strict=True)))
            kpis = {name: store.load_run(folder / name).kpis for name in names}
            first = kpis.pop(names[0])
            reached, following = judge(precision, first, kpis)
            if following == scenarios[0].scenario.replications:
                break
            options = altered(options, resume=True)
            scenarios = _with_replications(scenarios, following)
            study.header = comparison_header(scenarios[0], names)
        found = {name: differences(first, alternative) for name, alternative in kpis.items()}
        study.finish({"differences": rows_json(found)})
    _refuse_wide(reached)
    return Comparison(outcomes, tuple(reached), scenarios[0].scenario.replications)


def _with_replications(scenarios: Sequence[LoadedScenario], number: int) -> list[LoadedScenario]:
    return [loaded.with_run(replications=number) for loaded in scenarios]


def _first_number(folder: Path, names: Sequence[str], resume: bool) -> int:
    """Replications to begin with: the fewest that can be judged, or what the folder already holds."""
    held = [folder / name for name in names if resume and (folder / name / store.MANIFEST).exists()]
    return max(
        PILOT_REPLICATIONS + LOOK_AHEAD, *(int(store.read_manifest(run)["replications"]) for run in held), 0
    )


def _together(so_far: Mapping[str, Outcome], now: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Outcomes of a run in rounds: what was reused is what the first round reused."""
    if not so_far:
        return dict(now)
    return {
        name: altered(
            outcome,
            reused=so_far[name].reused,
            computed=so_far[name].computed + outcome.computed,
            damaged=so_far[name].damaged + outcome.damaged,
        )
        for name, outcome in now.items()
    }


def _refuse_wide(reached: Sequence[Reached]) -> None:
    for found in reached:
        if found.half_width > found.precision.half_width:
            raise RunError(
                "--precision {text}: the half-width for {alternative} is {half_width:.4g} "
                "after {replications} replications, wanted {precision_half_width:.4g}; about "
                "{needed} replications would be needed, ask for a wider interval",
                text=found.precision.text,
                alternative=found.alternative,
                half_width=found.half_width,
                replications=found.replications,
                precision_half_width=found.precision.half_width,
                needed=found.needed,
            )


def write_comparison(
    folder: Path, header: Mapping[str, Any], found: Mapping[str, Sequence[Difference]]
) -> None:
    """Write `comparison.json`, headed by `comparison_header`, beside runs that stand in a folder already."""
    study = store.StudyFolder(store.COMPARED, folder, header)
    study.finish({"differences": rows_json(found)})


def rows_json(found: Mapping[str, Sequence[Difference]]) -> list[dict[str, Any]]:
    """Differences as they stand in `comparison.json`."""
    return [{"alternative": name, **as_json(row)} for name, several in found.items() for row in several]


def comparison_header(base: LoadedScenario, names: Sequence[str]) -> dict[str, Any]:
    """What a comparison folder of these scenarios, the base first, is for."""
    scenario = base.scenario
    return {
        "schema_version": store.SCHEMA_VERSION,
        "base": names[0],
        "alternatives": list(names[1:]),
        "area": base.area.name,
        "seed": scenario.seed,
        "replications": scenario.replications,
        "runs": {name: name for name in names},
    }
