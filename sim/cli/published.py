"""The commands that set the model beside published figures: `palsim validate` and `palsim calibrate`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from sim.choices import Lang
from sim.cli import asked
from sim.cli.asked import How, option
from sim.cli.shared import FAILED, console, print_json, progress
from sim.cli.spoken import say

if TYPE_CHECKING:
    from sim.runs.options import OnProgress
    from sim.studies.validate import Finding, OnTask

ScenarioOption = Annotated[str, option("--scenario", "A name in scenarios/ or a path.", "S")]
WriteOption = Annotated[
    bool, option("--write/--dry-run", "Store the result and put the values in the scenario.")
]


@asked.shares("area replications seed jobs engine lang as_json", lang=asked.Told)
def validate(how: How, scenario: ScenarioOption = "basis_landelijk") -> None:
    """Set the model beside every published figure; exit 1 when one of use C is not reproduced."""
    from sim.api.shared import processes
    from sim.catalogue import load_tariffs
    from sim.scenario import load_scenario
    from sim.studies.validate import scores
    from sim.studies.validate import validate as findings_of

    loaded = load_scenario(scenario, how.area).with_run(how.seed, how.replications)
    with progress() as told:
        on_task = _per_task(told, loaded.name, loaded.scenario.replications)
        found = findings_of(loaded, load_tariffs(), processes(how.jobs), on_task)
    if how.as_json:
        about = {"scenario": loaded.name, "area": loaded.area.name, "seed": loaded.scenario.seed}
        counts = {name: asdict(score) for name, score in scores(found).items()}
        print_json({**about, "scores": counts, "targets": [finding.as_json() for finding in found]})
    else:
        _print_findings(found, how.lang)
    if any(finding.target.use == "C" and not finding.passed for finding in found):
        raise typer.Exit(FAILED)


def _per_task(told: OnProgress, name: str, marks: int, runs: int = 1) -> OnTask:
    """Count tasks over several equal runs; without a terminal `marks` lines in all."""
    from sim.runs.options import Progress

    before = 0

    def on_task(done: int, total: int) -> None:
        nonlocal before
        now = before + done
        if done == total:
            before = now
        told(Progress(now, total * runs, 0, name, (now - 1) * marks // (total * runs), ""))

    return on_task


def _print_findings(found: list[Finding], lang: Lang) -> None:
    from rich.table import Table as Grid

    from sim.studies.validate import scores

    heads = (
        say("target"),
        say("use"),
        say("published"),
        say("accepted"),
        say("simulated"),
        say("95% interval"),
    )
    grid = Grid(*heads, "", box=None)
    for finding in found:
        target, got = finding.target, finding.simulated
        grid.add_row(
            target.name[lang],
            say("{use}, input", use=target.use) if target.is_input else target.use,
            _shown(target.value),
            _span(target.low_ok, target.high_ok),
            _shown(got.mean),
            _span(got.low, got.high),
            say("pass") if finding.passed else say("fail"),
        )
    screen = console()
    screen.print(grid)
    fitted, shown, free = (scores(found)[name] for name in ("C", "V", "V_no_input"))
    screen.print(say("calibration (C): {count} of {of} reproduced", count=fitted.reproduced, of=fitted.of))
    screen.print(
        say(
            "validation (V): {count} of {of} reproduced; of the {free} whose figure is no input of the "
            "model, {free_count}",
            count=shown.reproduced,
            of=shown.of,
            free=free.of,
            free_count=free.reproduced,
        )
    )
    for finding in found:
        why = finding.target.why.get(lang, "")
        if why and not finding.passed:
            screen.print(f"{finding.target.name[lang]}: {why}")


def _span(low: float, high: float) -> str:
    return say("{low} to {high}", low=_shown(low), high=_shown(high))


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


@asked.shares("jobs engine lang as_json", lang=asked.Told)
def calibrate(
    how: How,
    again: Annotated[bool, option("--again", "One more step from the stored fit, with its slopes.")] = False,
    write: WriteOption = True,
) -> None:
    """Fit the parameters of scenarios/calibration.yaml to the C targets, on seeds below 1,000."""
    from sim.api.shared import processes
    from sim.catalogue import load_tariffs
    from sim.studies.calibrate import calibrate as fit_to
    from sim.studies.calibrate import go_on, load_plan, measured_by, result_of, store_result, targets_of

    plan, stored = load_plan()
    targets = targets_of(plan)
    with progress() as told:
        runs = 2 if again else plan.runs
        run = measured_by(
            plan, load_tariffs(), processes(how.jobs), _per_task(told, plan.scenario, runs, runs)
        )
        fit = go_on(plan, targets, run, stored) if again else fit_to(plan, targets, run)
    result = result_of(plan, targets, fit, "palsim calibrate --again" if again else "palsim calibrate")
    written = store_result(plan, result) if write else []
    if how.as_json:
        print_json({"result": result, "written": [str(path) for path in written]})
        return
    screen = console()
    for id, factor in result["factors"].items():
        screen.print(f"{id}: x {factor:g}")
    for id, row in result["residuals"].items():
        screen.print(
            say(
                "{id}: {simulated:g} against {published:g}, {tolerances:g} tolerances",
                id=id,
                simulated=row["simulated"],
                published=row["published"],
                tolerances=row["in_tolerances"],
            )
        )
    for path in written:
        screen.print(str(path), soft_wrap=True)
