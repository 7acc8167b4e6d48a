"""Answers of the what-if page: a run or a comparison in a folder, the base simulated once and used again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from sim import api, store
from sim.data import yaml_text
from sim.errors import InputError
from sim.report.formats.files import result_bytes
from sim.report.language import Language
from sim.report.nation import NationalAnswer
from sim.report.page import Block, Prose
from sim.report.pages.build import load_result
from sim.report.results import Result
from sim.report.sections import nation as sections_nation
from sim.runs.options import OnProgress
from sim.scenario import LoadedScenario, load_scenario
from sim.studies.sensitivity.assumptions import read_assumptions
from sim.web.levers import levers_of, moved
from sim.web.recipe import Document, Recipe, loaded_start, overlay_of

# Replications that the what-if page offers; with the first of them it shows a preview
WEB_REPLICATIONS = (2, 4, 10, 20)
WEB_KEPT = 40  # answers of the what-if page that stay on disk while it runs
WEB_WAIT_SECONDS = 1  # how often a question that waits for those of others looks whether it may go on

OnDone = Callable[[int, int], None]  # told tasks done and tasks in all

SHARED = "scenarios"  # folder in the cache with the scenario files of its answers

OnWait = Callable[[], None]  # told now and then while another question is answered

_one_at_a_time = Lock()


@contextmanager
def gate(on_wait: OnWait | None = None) -> Iterator[None]:
    """One question at a time, however many people ask; who waits is told, and may leave meanwhile.

    `on_wait` may raise, as Streamlit does when the user has gone.
    """
    while not _one_at_a_time.acquire(timeout=WEB_WAIT_SECONDS):
        if on_wait is not None:
            on_wait()
    try:
        yield
    finally:
        _one_at_a_time.release()


@dataclass(frozen=True)
class Answer:
    """What the page shows of one question."""

    folder: Path  # run folder, or comparison folder when the question differs from the base
    result: Result
    shared: Document  # scenario file that gives these numbers with `palsim run`
    seconds: float  # how long the user waited

    def made(self, form: str, words: Language) -> bytes:
        """The answer as a file in one of the forms that the page offers."""
        return self.scenario() if form == "yaml" else result_bytes(self.result, form, words)

    def scenario(self) -> bytes:
        """The scenario file to share."""
        return yaml_text(self.shared).encode()


def fewer(recipe: Recipe) -> Recipe | None:
    """The same question with the fewest replications, which answers first; None where it asks for no more.

    Its draws of the assumptions are left out.
    """
    least = WEB_REPLICATIONS[0]
    return replace(recipe, replications=least, draws=0) if recipe.replications > least else None


def is_known(recipe: Recipe, cache: Path) -> bool:
    """Whether the answer to a question is in the cache."""
    _, base = _base_at(recipe, cache)
    if not differs(recipe):
        return _is_finished(base, store.MANIFEST)
    return _is_compared(_compared_at(recipe, [overlay_of(recipe)], base, cache), recipe.draws)


def seconds_more(first: Answer, recipe: Recipe) -> float:
    """How long the rest of the replications takes after a first answer from fewer."""
    run = first.result.alternatives[-1].run if first.result.alternatives else first.result.base
    held = int(run.manifest["replications"])
    return float(run.manifest["timings"]["seconds"]) * (recipe.replications - held) / held


def differs(recipe: Recipe) -> bool:
    """Whether a question asks for more than the base as it stands."""
    return recipe.start != recipe.base or not as_it_ships(recipe)


def as_it_ships(recipe: Recipe) -> bool:
    """Whether a question is a scenario of this installation with its levers where they start."""
    return recipe.upload is None and not moved(levers_of(loaded_start(recipe)), recipe.values)


def nation_blocks(recipe: Recipe, answer: NationalAnswer | None, words: Language) -> list[Block]:
    """The answer for the Netherlands to a question, where one was computed beforehand.

    For a question of one's own how to compute it; empty for the base as it stands.
    """
    if answer is None or recipe.base != answer.about["base"] or not differs(recipe):
        return []
    if recipe.start in answer.entries and as_it_ships(recipe):
        title = str(getattr(loaded_start(recipe).scenario.title, words.code))
        return list(sections_nation.alone(answer, recipe.start, title, words))
    told = {key: str(answer.about[key]) for key in ("base", "area")}
    return [Prose(words.say("nation.own", **told))]


def answer(
    recipe: Recipe,
    cache: Path,
    jobs: int | None = None,
    on_done: OnDone | None = None,
    on_wait: OnWait | None = None,
    first: Answer | None = None,
) -> Answer:
    """Answer a question, or find its answer in the cache, whose oldest answers make room for new ones.

    `first` is that to the same question from `fewer` replications, which are taken over. Raises InputError
    when the question is not right, RunError when the run fails.
    """
    shared = overlay_of(recipe)
    others = [shared] if differs(recipe) else []
    return beside_base(recipe, others, shared, cache, (jobs, on_done, on_wait), first)


Runner = tuple[int | None, OnDone | None, OnWait | None]
"""Processes, and who is told of progress and of waiting."""


def beside_base(
    recipe: Recipe,
    others: Sequence[str | Document],
    shared: Document,
    cache: Path,
    runner: Runner,
    first: Answer | None = None,
) -> Answer:
    """A base by itself, or beside scenarios by name or document on the same people; or that from the cache.

    `shared` is the scenario file to take along. Raises as `answer`.
    """
    begin = time.perf_counter()
    jobs, on_done, on_wait = runner
    with gate(on_wait):
        base = _base(recipe, cache, jobs, on_done)
        held = [] if first is None else sorted(first.folder.glob(f"*/{store.MANIFEST}"))
        early = [manifest.parent for manifest in held]
        folder = (
            _compared(recipe, others, [*early, base], cache, (jobs, on_done, on_wait)) if others else base
        )
        for used in (base.parent, folder):
            os.utime(used)
        make_room(cache, keep=(base, folder))
        seconds = time.perf_counter() - begin + (0.0 if first is None else first.seconds)
        return Answer(folder, load_result(folder), shared, seconds)


def _base(recipe: Recipe, cache: Path, jobs: int | None, on_done: OnDone | None) -> Path:
    """Run folder of the base, simulated as far as it is not there yet with fewer replications."""
    loaded, folder = _base_at(recipe, cache)
    if not _is_finished(folder, store.MANIFEST):
        if (first := fewer(recipe)) is not None:
            _take_over(_base(first, cache, jobs, on_done), folder)
        api.run(loaded, out=folder, keep="kpis", jobs=jobs, resume=True, on_progress=_told(on_done))
    return folder


def _base_at(recipe: Recipe, cache: Path) -> tuple[LoadedScenario, Path]:
    """The base of a question, and its place."""
    loaded = load_scenario(recipe.base, recipe.area).with_run(recipe.seed, recipe.replications)
    return loaded, cache / f"base-{key_of(loaded.digest, recipe.replications)}" / loaded.name


def _compared_at(recipe: Recipe, others: Sequence[str | Document], base: Path, cache: Path) -> Path:
    return cache / f"compared-{key_of(base.parent.name, others, recipe.draws)}"


def _take_over(run: Path, folder: Path) -> None:
    """Begin a run folder with the files of a finished run, which are replaced and never changed."""
    if not folder.exists():
        ignored = shutil.ignore_patterns(".*", "report*")
        shutil.copytree(run, folder, copy_function=os.link, ignore=ignored)


def _compared(
    recipe: Recipe, others: Sequence[str | Document], held: Sequence[Path], cache: Path, runner: Runner
) -> Path:
    """Comparison folder of a question: the runs that are held, base last, taken over; the rest simulated."""
    base = held[-1]
    folder = _compared_at(recipe, others, base, cache)
    if _is_compared(folder, recipe.draws):
        return folder
    jobs, on_done, _ = runner
    files = cache / SHARED / folder.name
    files.mkdir(parents=True, exist_ok=True)
    named: list[Any] = []
    for other in others:
        if isinstance(other, str):
            named.append(other)
            continue
        file = files / f"{other['name']}.yaml"
        file.write_text(yaml_text(other), encoding="utf-8")
        named.append(file)
    for run in reversed(held):
        _take_over(run, folder / run.name)
    api.compare(
        load_scenario(recipe.base, recipe.area),
        *named,
        seed=recipe.seed,
        replications=recipe.replications,
        out=folder,
        keep="kpis",
        jobs=jobs,
        resume=True,
        assumptions=recipe.draws,
        on_progress=_told(on_done),
    )
    return folder


def key_of(*parts: object) -> str:
    """A folder name that belongs to these parts and this code."""
    text = json.dumps([store.code_digest(), *parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_compared(folder: Path, draws: int) -> bool:
    """Whether a comparison is there with its draws: those that were stopped go on where they were."""
    try:
        return _is_finished(folder, store.COMPARISON) and (not draws or bool(read_assumptions(folder)))
    except InputError:
        return False


def _is_finished(folder: Path, document: str) -> bool:
    try:
        return bool(store.opened((folder / document).read_bytes()).get("finished"))
    except (OSError, ValueError):
        return False


def _told(on_done: OnDone | None) -> OnProgress | None:
    return None if on_done is None else lambda progress: on_done(progress.done, progress.total)


def make_room(cache: Path, keep: tuple[Path, ...]) -> None:
    """Remove the answers that were not asked for longest, but for those just used."""
    used = {path.relative_to(cache).parts[0] for path in keep}
    found = sorted((p for p in cache.iterdir() if p.name != SHARED), key=lambda p: p.stat().st_mtime)
    for old in found[:-WEB_KEPT]:
        if old.name not in used:
            shutil.rmtree(old, ignore_errors=True)
            shutil.rmtree(cache / SHARED / old.name, ignore_errors=True)
