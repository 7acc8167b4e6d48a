"""Answers of the what-if page: a run or a comparison in a folder, the base simulated once and used again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from sim import api, store
from sim.data import yaml_text
from sim.report.language import Language
from sim.report.nation import NationalAnswer
from sim.report.page import Block, Prose
from sim.report.pages.build import load_result
from sim.report.results import Result
from sim.report.sections import nation as sections_nation
from sim.scenario import load_scenario
from sim.studies import OnProgress
from sim.units import WEB_KEPT, WEB_WAIT_SECONDS
from sim.web.levers import levers_of, moved
from sim.web.recipe import Document, Recipe, loaded_start, overlay_of

OnDone = Callable[[int, int], None]
"""Told tasks done and tasks in all."""

SHARED = "scenarios"
"""Folder in the cache with the scenario files of its answers."""

OnWait = Callable[[], None]
"""Told now and then while another question is answered."""

_one_at_a_time = Lock()


@contextmanager
def gate(on_wait: OnWait | None = None) -> Iterator[None]:
    """One question at a time, however many people ask; who waits is told, and may leave meanwhile.

    Parameters
    ----------
    on_wait : callable, optional
        It may raise, as Streamlit does when the user has gone.
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
    """What the page shows of one question.

    Parameters
    ----------
    folder : Path
        Run folder, or comparison folder when the question differs from the base.
    shared : dict
        Scenario file that gives these numbers with `palsim run`.
    seconds : float
        How long the user waited.
    """

    folder: Path
    result: Result
    shared: Document
    seconds: float

    def report(self, lang: str) -> bytes:
        """The report as one HTML page."""
        return self._found().report(lang, self.folder / f"download_{lang}.html").read_bytes()

    def excel(self, lang: str) -> bytes:
        """The workbook."""
        return self._found().excel(self.folder / f"download_{lang}.xlsx", lang).read_bytes()

    def word(self, lang: str) -> bytes:
        """The note of two pages for Word."""
        return self._found().note(lang, self.folder / f"download_{lang}.docx", "docx").read_bytes()

    def scenario(self) -> bytes:
        """The scenario file to share."""
        return yaml_text(self.shared).encode()

    def _found(self) -> api.RunResult | api.ComparisonResult:
        if self.result.alternatives:
            return api.load_comparison(self.folder)
        return api.load_run(self.folder)


def differs(recipe: Recipe) -> bool:
    """Whether a question asks for more than the base as it stands."""
    return recipe.start != recipe.base or not as_it_ships(recipe)


def as_it_ships(recipe: Recipe) -> bool:
    """Whether a question is a scenario of this installation with its levers where they start."""
    return recipe.upload is None and not moved(levers_of(loaded_start(recipe)), recipe.values)


def nation_blocks(recipe: Recipe, answer: NationalAnswer | None, words: Language) -> list[Block]:
    """The answer for the Netherlands to a question, where one was computed beforehand.

    Parameters
    ----------
    answer : NationalAnswer, optional
        The one that ships.

    Returns
    -------
    list of Block
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
) -> Answer:
    """Answer a question, or find its answer in the cache.

    Parameters
    ----------
    cache : Path
        Folder of this page; its oldest answers make room for new ones.
    jobs : int, optional
        Processes; by default all processors.

    Raises
    ------
    InputError
        When the question is not right.
    RunError
        When the run fails.
    """
    shared = overlay_of(recipe)
    return beside_base(recipe, [shared] if differs(recipe) else [], shared, cache, (jobs, on_done, on_wait))


Runner = tuple[int | None, OnDone | None, OnWait | None]
"""Processes, and who is told of progress and of waiting."""


def beside_base(
    recipe: Recipe, others: Sequence[str | Document], shared: Document, cache: Path, runner: Runner
) -> Answer:
    """A base by itself, or beside scenarios on the same people, or the same from the cache.

    Parameters
    ----------
    recipe : Recipe
        Base, area, seed, replications and draws count.
    others : sequence of str or dict
        Names of scenarios, and documents of files.
    shared : dict
        Scenario file to take along.

    Raises
    ------
    InputError, RunError
        As `answer`.
    """
    begin = time.perf_counter()
    jobs, on_done, on_wait = runner
    with gate(on_wait):
        base = _base(recipe, cache, jobs, on_done)
        folder = _compared(recipe, others, base, cache, (jobs, on_done, on_wait)) if others else base
        for used in (base.parent, folder):
            os.utime(used)
        make_room(cache, keep=(base, folder))
        return Answer(folder, load_result(folder), shared, time.perf_counter() - begin)


def _base(recipe: Recipe, cache: Path, jobs: int | None, on_done: OnDone | None) -> Path:
    """Run folder of the base, simulated when it is not there yet."""
    loaded = load_scenario(recipe.base, recipe.area).with_run(recipe.seed, recipe.replications)
    folder = cache / f"base-{_key(loaded.digest, recipe.replications)}" / loaded.name
    if not _is_finished(folder, store.MANIFEST):
        api.run(loaded, out=folder, keep="kpis", jobs=jobs, resume=True, on_progress=_told(on_done))
    return folder


def _compared(
    recipe: Recipe, others: Sequence[str | Document], base: Path, cache: Path, runner: Runner
) -> Path:
    """Comparison folder of a question: the base taken over, the alternatives simulated."""
    folder = cache / f"compared-{_key(base.parent.name, others, recipe.draws)}"
    if _is_finished(folder, store.COMPARISON):
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
    if not (folder / base.name).exists():
        ignored = shutil.ignore_patterns(".*", "report*", "download*")
        shutil.copytree(base, folder / base.name, copy_function=os.link, ignore=ignored)
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


def _key(*parts: object) -> str:
    """A folder name that belongs to these parts and this code."""
    text = json.dumps([store.code_digest(), *parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


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
