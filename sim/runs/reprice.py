"""Another tariff date, own-payment rule or subsidy rule on a stored run, without simulating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sim import store
from sim.catalogue import TariffBook
from sim.errors import InputError
from sim.ledger import own_book, quote
from sim.runs.options import RunOptions
from sim.runs.run import Outcome, Plan, execute
from sim.runs.stored import stored_scenario
from sim.runs.task import STORED, Keep
from sim.scenario import LoadedScenario, clusters_of, differing, effect_of
from sim.scenario.loader import OF_THE_RUN


def repriced_scenario(stored: LoadedScenario, scenario: LoadedScenario) -> LoadedScenario:
    """A scenario on the area, horizon, seed and replications of a stored run.

    The stored policy is that of the scenario but for settings that the scenario sets: InputError when it
    differs in another.
    """
    kept = {key: getattr(stored.scenario, key) for key in OF_THE_RUN}
    target = replace(scenario, scenario=scenario.scenario.model_copy(update=kept), area=stored.area)
    own = [change.path for change in (*scenario.inherited, *scenario.changes)]
    strange = [
        path
        for path in differing(stored.scenario, target.scenario)
        if not any(f"{path}.".startswith(f"{mine}.") or mine.startswith(f"{path}.") for mine in own)
    ]
    if strange:
        raise InputError(
            "{name}: {strange}: the stored run of {stored_name} has another value, "
            "which {name} does not set; price a run of {base}, or a scenario that extends "
            "{stored_name}",
            name=scenario.name,
            strange=strange,
            stored_name=stored.name,
            base=scenario.scenario.extends or scenario.name,
        )
    return target


def reprice(
    source: Path,
    scenario: LoadedScenario,
    folder: Path | None,
    runs: Path,
    book: TariffBook,
    options: RunOptions,
    keep: Keep,
) -> Outcome:
    """Price the stored journeys of a run under other prices or rules into a run folder of their own.

    The source is a finished run that keeps its journeys; the scenario's own changes are applied, which may be
    of prices, rules and subsidy only. Without a folder it is one in `runs`, replacing an earlier one. Raises
    InputError when the run keeps no journeys or a file of it is damaged, it has a policy that the scenario
    does not extend, the scenario steers journeys, or the new prices change what runs down a ceiling; RunError
    as `execute`.
    """
    stored = stored_scenario(source)
    manifest = store.read_manifest(source)
    if "spells" not in STORED[manifest["keep"]]:
        raise InputError(
            "{source}: the run keeps no journeys (--keep {keep}); run again with --keep journey",
            source=source,
            keep=manifest["keep"],
        )
    target = repriced_scenario(stored, scenario)
    changed = differing(stored.scenario, target.scenario)
    _refuse_steering(source, target, changed)
    mine = own_book(book, target.own)
    _refuse_meters(source, manifest, target, mine)
    same_book = (
        manifest["hashes"]["tariffs"] == mine.digest()
        and manifest["hashes"]["code"] == store.code_digest()
        and manifest.get("own", {}) == (target.own.as_json() if target.own else {})
    )
    money = not same_book or any(of_the_ledger(path) for path in changed)
    place = folder or runs / f"{target.name}-{target.area.name}-repriced"
    if place.resolve() == source.resolve():
        raise InputError("{place}: is the run itself; choose another folder with --out", place=place)
    plan = Plan(target, place, keep, source=source, money=money)
    return execute([plan], book, replace(options, replace=folder is None))[0]


def steers(path: str) -> bool:
    """Whether a setting steers journeys, and is not of money only."""
    return effect_of(path).acts == "journey"


def of_the_ledger(path: str) -> bool:
    """Whether a setting of money changes declarations, and not the subsidy alone."""
    return effect_of(path).acts == "money"


def _refuse_steering(source: Path, target: LoadedScenario, changed: list[str]) -> None:
    steering = [path for path in changed if steers(path)]
    if steering:
        raise InputError(
            "{source}: {name} changes {steering}, which steers the journey; simulate "
            "it: palsim run {name} --area {area_name}",
            source=source,
            name=target.name,
            steering=steering,
            area_name=target.area.name,
        )


def _refuse_meters(
    source: Path, manifest: Mapping[str, Any], target: LoadedScenario, book: TariffBook
) -> None:
    """Refuse when the new prices change what runs down a ceiling: its use is counted, and it may bind."""
    for cluster in clusters_of(target.area):
        before = manifest["meters"][cluster.id]
        after = asdict(quote(book, target.scenario.prices, cluster.region))
        if before != after:
            raise InputError(
                "{source}: {name} changes the prices that run down a ceiling (omzetplafond) of "
                "{id}, so money steers the journey; simulate it: palsim run {name} --area "
                "{area_name}",
                source=source,
                name=target.name,
                id=cluster.id,
                area_name=target.area.name,
            )
