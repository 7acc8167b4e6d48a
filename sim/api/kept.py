"""Runs that are made once: found again by the hash of their inputs, in this session or an earlier one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

from sim import store
from sim.api import cache
from sim.catalogue import load_tariffs
from sim.errors import InputError, reason
from sim.runs.options import RunOptions
from sim.runs.run import Outcome, Plan, execute
from sim.runs.task import Keep
from sim.scenario import LoadedScenario
from sim.studies.sensitivity.assumptions import SPREADS_FILE as ASSUMPTIONS_FILE

_DOCUMENTS = (store.StudyPlace.DECOMPOSITION, f"{store.StudyPlace.ASSUMPTIONS}/{ASSUMPTIONS_FILE}")
"""What a comparison says beside its differences: taken apart, and drawn over its assumptions."""


def hash_of(document: Mapping[str, Any]) -> str:
    """Sha256 of inputs as canonical JSON."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return sha256(text.encode()).hexdigest()


def key_of(loaded: LoadedScenario, keep: Keep = "kpis") -> str:
    """Hash of all that a run follows from: scenario, area, seed, replications, tariffs, program, versions."""
    return keys_of(loaded)[keep]


def keys_of(loaded: LoadedScenario) -> dict[Keep, str]:
    """As `key_of`, for each of what may be stored."""
    manifest = Plan(loaded, Path(), "kpis").manifest(load_tariffs())
    return {keep: hash_of({**manifest, "keep": keep}) for keep in get_args(Keep)}


@contextmanager
def study_folder(kind: str, scenarios: Sequence[object], **asked: Any) -> Iterator[Path]:
    """Folder in the cache of a study of some scenarios, by their digests."""
    held = {"tariffs": load_tariffs().digest(), "code": store.code_digest(), "versions": store.versions()}
    key = hash_of({"study": kind, "scenarios": scenarios, **held, **asked})
    with cache.held([key]) as places:
        yield places[key]


def kept_runs(scenarios: Sequence[LoadedScenario], keep: Keep, options: RunOptions) -> list[Outcome]:
    """Runs of scenarios in the cache that store so much or more; those not there yet are computed."""
    at_hand = [_at_hand(loaded, keep) for loaded in scenarios]
    plans = dict(at_hand)
    with cache.held(plans) as places:
        due = {
            key: replace(plan, folder=places[key], check=options.check)
            for key, plan in plans.items()
            if options.check or not is_finished(places[key])
        }
        done = execute([*due.values()], load_tariffs(), replace(options, resume=True))
    outcomes = dict(zip(due, done, strict=True))
    return [outcomes.get(key) or _all_reused(plans[key], places[key]) for key, _ in at_hand]


def again(loaded: LoadedScenario, options: RunOptions) -> Callable[[Keep], Path]:
    """How a run is made again, for a result that needs more tables or whose folder is gone."""

    def made(keep: Keep) -> Path:
        (outcome,) = kept_runs([loaded], keep, options)
        return outcome.folder

    return made


def _at_hand(loaded: LoadedScenario, keep: Keep) -> tuple[str, Plan]:
    """Key and plan of a run that stores enough: the fullest that is there, else the one asked for."""
    levels = get_args(Keep)
    enough: tuple[Keep, ...] = levels[levels.index(keep) :]
    entries = cache.folder() / cache.ENTRIES
    keys = keys_of(loaded)
    for more in reversed(enough):
        if (entries / keys[more] / store.MANIFEST).exists():
            return keys[more], Plan(loaded, Path(), more)
    return keys[keep], Plan(loaded, Path(), keep)


def _all_reused(plan: Plan, folder: Path) -> Outcome:
    clusters = len(store.read_manifest(folder)["clusters"])
    return Outcome(folder, reused=plan.replications * clusters)


def is_finished(entry: Path) -> bool:
    """Whether an entry holds a finished run; one that is damaged goes, one that is unfinished goes on."""
    if not entry.exists():
        return False
    try:
        store.load_run(entry)
    except InputError:
        try:
            whole = not store.read_manifest(entry)["finished"]
        except InputError:
            whole = False
        if not whole:
            shutil.rmtree(entry, ignore_errors=True)
        return False
    return True


def copy_run(source: Path, target: Path) -> None:
    """A run folder at another place, which holds no run yet; InputError when that cannot be written."""
    try:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*"), dirs_exist_ok=True)
    except (OSError, shutil.Error) as fault:
        raise InputError(
            "{target}: cannot be written ({fault}); choose another folder", target=target, fault=reason(fault)
        ) from None


def studies_of(folder: Path) -> dict[str, bytes]:
    """Documents that studies of a comparison left in its folder, by path in it."""
    return {name: (folder / name).read_bytes() for name in _DOCUMENTS if (folder / name).exists()}


def write_studies(studies: Mapping[str, bytes], target: Path) -> None:
    """Documents of studies, in the folder of a comparison."""
    for name, data in studies.items():
        store.make_folder((target / name).parent)
        store.write_bytes(target / name, data)
