"""Runs and comparisons in folders that the command names: what `palsim` does, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.api.kept import again
from sim.api.results import ComparisonResult, RunResult
from sim.api.shared import RUNS, precisions
from sim.catalogue import load_tariffs
from sim.data import user_path
from sim.runs.options import RunOptions
from sim.runs.reprice import reprice
from sim.runs.run import Outcome, Plan, execute
from sim.runs.task import Keep
from sim.scenario import LoadedScenario
from sim.studies.compare import compare_scenarios
from sim.studies.decompose import COST, refuse_undecomposable
from sim.studies.decompose import decompose as take_apart
from sim.studies.headline import refuse_headline
from sim.studies.precision import parse_kpi
from sim.studies.sensitivity.assumptions import checked_draws, draw_assumptions, leave_out


def run(
    loaded: LoadedScenario, options: RunOptions, *, out: Path | str | None = None, keep: Keep | None = None
) -> RunResult:
    """As `sim.run`, by default in `reports/runs/<scenario>-<area>`, which a new run replaces."""
    folder = user_path(out) if out is not None else RUNS / f"{loaded.name}-{loaded.area.name}"
    kept = keep or ("all" if len(loaded.area.regions) == 1 else "journey")
    plan = Plan(loaded, folder, kept, options.check)
    (outcome,) = execute([plan], load_tariffs(), replace(options, replace=out is None))
    return _result(loaded, outcome, options)


def compare(
    scenarios: Sequence[LoadedScenario],
    options: RunOptions,
    *,
    out: Path | str | None = None,
    keep: Keep | None = None,
    precision: str | Sequence[str] = (),
    decompose: str | None = None,
    assumptions: int | None = None,
) -> ComparisonResult:
    """As `sim.compare`, by default in `reports/runs/<base>-<alternatives>-<area>`, which it replaces."""
    first, *others = scenarios
    draws = checked_draws(assumptions)
    for loaded in others:
        refuse_headline(loaded.name, loaded.scenario.headline)
    names = "-".join(loaded.name for loaded in scenarios)
    folder = user_path(out) if out is not None else RUNS / f"{names}-{first.area.name}"
    kpi, dimension = parse_kpi(COST if decompose is None else decompose)
    if decompose is not None:
        refuse_undecomposable(first, others, kpi, dimension)
    options, book = replace(options, replace=out is None), load_tariffs()
    done = compare_scenarios(
        first, others, folder, book, options, keep=keep or "journey", precision=precisions(precision)
    )
    if decompose is not None:
        first = first.with_run(replications=done.replications)
        take_apart(first, others, folder, book, options, kpi=kpi, dimension=dimension)
    whole = [loaded.with_run(replications=done.replications) for loaded in (first, *others)]
    if draws:
        draw_assumptions(whole, folder, book, options, draws)
    else:
        leave_out(folder)
    runs = {each.name: _result(each, done.outcomes[each.name], options) for each in whole}
    return ComparisonResult.read(folder, done.reached, runs)


def _result(loaded: LoadedScenario, outcome: Outcome, options: RunOptions) -> RunResult:
    """What a run left in its folder, and how it is made again where more of it is asked for."""
    later = again(loaded, RunOptions(options.jobs, options.scheduler))
    return RunResult.read(outcome, again=later, loaded=loaded)


def price(
    run: str | Path | RunResult,
    loaded: LoadedScenario,
    options: RunOptions,
    *,
    out: Path | str | None = None,
    keep: Keep = "kpis",
) -> RunResult:
    """As `sim.price`, by default in `reports/runs/<scenario>-<area>-repriced`, which a new one replaces."""
    source = run.folder_with("journey") if isinstance(run, RunResult) else user_path(run)
    place = None if out is None else user_path(out)
    done = reprice(source, loaded, place, RUNS, load_tariffs(), options, keep)
    return RunResult.read(done)
