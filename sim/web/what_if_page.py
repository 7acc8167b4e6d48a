"""The page where levers move: choose, move, simulate, look, take along."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from sim.errors import InputError, RunError
from sim.report.language import Language, language
from sim.report.nation import shipped_nation
from sim.report.page import Section
from sim.report.pages.build import result_parts, told_answer
from sim.report.results import Result
from sim.report.sections import costs_and_schemes as sections
from sim.report.sections.comparison_answer import answer_note
from sim.report.sections.provenance import load_published
from sim.scenario import load_scenario
from sim.units import SECONDS_PER_MINUTE
from sim.web import recipe as recipes
from sim.web import work
from sim.web.apart import UPLOAD_MEGABYTES
from sim.web.blocks import bullets, paragraph, wrapped
from sim.web.frame import (
    WEB_SHOWN,
    area_title,
    attempted,
    cache_folder,
    gave,
    heading,
    markup_of,
    scenario_title,
    show,
    show_blocks,
    told,
    uploader,
    waiting,
)
from sim.web.levers import Lever, Value, levers_of
from sim.web.policies import Ticked
from sim.web.policies_choice import (
    also_assumptions,
    ends_of_ranges,
    other_ground,
    show_ticked,
    stop_draws,
    tick,
)
from sim.web.pressed import button, pressed
from sim.web.recipe import SHARED_NAME_LENGTH, Recipe, lever_label, value_text
from sim.web.taken import offer
from sim.web.work import WEB_REPLICATIONS

WEB_SOON_SECONDS = 5  # how long the full answer may take after its preview to come by itself
_WEB_PARTS_SHOWN = 12 * WEB_SHOWN  # parts of their reports that do

_UPLOAD = "upload"
_USUAL = WEB_REPLICATIONS[1]  # replications until the user chooses


def draw(words: Language) -> None:
    """Draw the page."""
    st.title(words.say("web.title"), anchor=False)
    show(paragraph(words.say("web.intro")), words)
    with st.container(key="question-and-answer"):
        left, right, below = st.columns([1, 2, 2], gap="medium")  # as page.css lays them out
    asked: Recipe | None = None
    with left, told(words):
        asked, ticked = _ask(words)
    if asked is not None:
        with right, told(words):
            show_ticked(words, ticked, _progress)
        with right, told(words):
            _answer(words, asked, below)


@st.cache_data(show_spinner=False)
def _names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return recipes.choices(), recipes.small_areas()


@st.cache_data(show_spinner=False)
def _alternatives(base: str) -> tuple[str, ...]:
    return recipes.alternatives(base)


def _ask(words: Language) -> tuple[Recipe, Ticked | None]:
    """What the user asks, and the policies that stand beside it."""
    names, areas = _names()
    upload = _uploaded(words)
    base = st.selectbox(
        words.say("web.base"), names, key="base", format_func=lambda n: scenario_title(n, words.code)
    )
    built = _alternatives(base)
    given = upload if upload and upload["extends"] in built else None
    start = st.selectbox(
        words.say("web.start"),
        (*((_UPLOAD,) if given else ()), *built),
        key=f"start-{base}-{bool(given)}",
        format_func=lambda n: _start_title(words, n, given),
    )
    given = given if start == _UPLOAD else None
    scenario = (recipes.load_document(given) if given else load_scenario(base)).scenario
    area = st.selectbox(
        words.say("web.area"),
        areas,
        areas.index(scenario.area) if scenario.area in areas else 0,
        key="area",
        format_func=lambda n: area_title(n, words.code),
    )
    own = given["extends"] if given else start
    draft = Recipe(base, own, area, scenario.seed, WEB_REPLICATIONS[0], "", {}, given)
    scope = f"{base}-{start}-{area}"
    beside = st.container()
    button(words.say("web.run"), "run", type="primary", width="stretch")
    values = _levers(words, levers_of(recipes.loaded_start(draft)), scope)
    named = (given or {}).get("title", {}).get(words.code) or words.say("web.default_name")
    title = st.text_input(words.say("web.name"), named, max_chars=SHARED_NAME_LENGTH)
    with st.expander(words.say("web.settings")):
        asked = min(scenario.replications, WEB_REPLICATIONS[-1]) if given else _USUAL
        counts = sorted({*WEB_REPLICATIONS, asked})
        replications = st.selectbox(
            words.say("web.replications"),
            counts,
            counts.index(asked),
            help=words.say("web.replications_help"),
            key=f"replications-{scope}",
        )
        seed = st.number_input(
            words.say("web.seed"), min_value=0, value=scenario.seed, step=1, key=f"seed-{scope}"
        )
    button(words.say("web.run"), "run-again", width="stretch")
    recipe = Recipe(base, own, area, int(seed), int(replications), title, values, given)
    with beside:
        ticked = tick(words, recipe, built)
    if not work.differs(recipe):  # the question about the base alone, whatever it would be called
        return replace(recipe, start=recipe.base, title="", values={}), ticked
    return recipe, ticked


def _uploaded(words: Language) -> dict[str, Any] | None:
    """A shared scenario that the user puts back."""
    with st.expander(words.say("web.upload_scenario")):
        limit = words.say("web.upload_limit", megabytes=UPLOAD_MEGABYTES)
        file = uploader(st, limit, ("yaml", "yml"), "scenario-file")
        if file is None:
            return None
        with told(words):
            found: dict[str, Any] = gave(_read(file.name, file.getvalue()))
            return found
    return None


@st.cache_data(show_spinner=False, max_entries=WEB_SHOWN)
def _read(name: str, content: bytes) -> tuple[Any, InputError | None]:
    return attempted(lambda: recipes.read_upload(name, content))


def _start_title(words: Language, name: str, given: dict[str, Any] | None) -> str:
    if name != _UPLOAD or given is None:
        return scenario_title(name, words.code)
    return words.say(
        "web.start_upload", title=(given.get("title") or {}).get(words.code, given.get("name", ""))
    )


def _levers(words: Language, levers: tuple[Lever, ...], scope: str) -> dict[str, Value]:
    """A slider or a choice for every lever, under the heading of its group."""
    values: dict[str, Value] = {}
    for number, group in enumerate(dict.fromkeys(lever.group for lever in levers)):
        with st.expander(words.say(f"web.group.{group}"), expanded=number < 2):
            for lever in levers:
                if lever.group == group:
                    values[lever.id] = _lever(words, lever, f"{lever.id}-{scope}")
    return values


def _lever(words: Language, lever: Lever, key: str) -> Value:
    label = lever_label(words, lever)
    if lever.unit == "choice":
        start = lever.options.index(str(lever.start))
        return str(
            st.selectbox(
                label, lever.options, start, key=key, format_func=lambda v: value_text(words, lever, v)
            )
        )
    named = {"percent": "web.percent", "euro": "web.euros", "beds": "web.beds"}[lever.unit]
    return int(st.slider(words.say(named, label=label), lever.low, lever.high, int(lever.start), 1, key=key))


def _answer(words: Language, asked: Recipe, below: Any) -> None:
    """The answer to what stands on the page: a preview first, then the full one where that is soon there.

    Its tables and figures stand below it, on a narrow screen below the levers too.

    The last answer stays until the full one replaces it. The button asks for what takes longer, and for
    another base, region, seed or number of replications.
    """
    if pressed("run", "run-again"):
        st.session_state["wanted"] = asked
    shown: Recipe | None = st.session_state.get("shown")
    last: Recipe | None = st.session_state.get("wanted")
    wanted = shown is None or (last is not None and not _other(last, asked))
    early, bar, stop = st.empty(), st.empty(), st.empty()
    first, soon = None, False
    if (
        shown is None
        or (_moved(shown, asked) and not other_ground(shown, asked))
        or (wanted and _other(shown, asked))
    ):
        with _asked_once(early):
            first = _first(words, asked, early, wanted)
        soon = first is None or work.seconds_more(first, asked) <= WEB_SOON_SECONDS
        if first is not None:
            early.html(wrapped(_preview(words, first, asked, wanted or soon), words))
        shown = asked if shown is None or wanted or soon else shown
    if shown.draws:
        st.session_state["shown"] = shown
    stop_draws(words, stop, shown, "answer", _without_draws)
    told_of = None if soon and not wanted else _progress(words, bar)
    given = first if shown == asked else None
    with _asked_once(early):
        found = work.answer(shown, cache_folder(), on_done=told_of, on_wait=waiting(words, bar), first=given)
    bar.empty()
    stop.empty()
    st.session_state["shown"] = shown
    if not _other(shown, asked):
        early.empty()
    elif first is None:
        st.info(words.say("web.stale"))
    _show(words, found, shown, below)


@contextmanager
def _asked_once(early: Any) -> Iterator[None]:
    """What fails within it is not tried again without a press, and leaves no preview."""
    try:
        yield
    except (InputError, RunError):
        st.session_state.pop("wanted", None)
        early.empty()
        raise


def _first(words: Language, asked: Recipe, place: Any, watched: bool) -> work.Answer | None:
    """The answer from fewer replications, where the full one is not there yet.

    Streamlit ends a drawing where it tells of progress, and simulations that end half-way end their
    processes too, so that the next would wait for new ones: who moves a lever is told in the end.
    """
    fewer = work.fewer(asked)
    if fewer is None or work.is_known(asked, cache_folder()):
        return None
    done = _progress(words, place)
    return work.answer(
        fewer, cache_folder(), on_done=done if watched else None, on_wait=waiting(words, place)
    )


def _preview(words: Language, found: work.Answer, asked: Recipe, follows: bool) -> str:
    """The answer of fewer replications as markup that says so."""
    note = words.say(
        "web.preview.note",
        n=words.number(WEB_REPLICATIONS[0]),
        total=words.number(asked.replications),
    )
    note += " " + words.say("web.preview.follows" if follows else "web.preview.ask")
    lines = bullets(told_answer(found.result, words))
    title = f"<h3>{words.say('web.preview.title')}</h3>"
    return f'<div class="early" role="status">{title}{lines}{paragraph(note, "small")}</div>'


def _without_draws() -> None:
    st.session_state["shown"] = replace(st.session_state["shown"], draws=0)


def _other(shown: Recipe, asked: Recipe) -> bool:
    return replace(shown, draws=asked.draws) != asked


def _moved(shown: Recipe, asked: Recipe) -> bool:
    """Whether more differs than the name of the own scenario."""
    return _other(replace(shown, title=asked.title), asked)


def _progress(words: Language, bar: Any) -> work.OnDone:
    bar.progress(0, words.say("web.starting"))
    began, last = time.monotonic(), 0

    def done(ready: int, total: int) -> None:
        nonlocal began, last
        if ready < last:  # the next part of the work: the draws, after the simulations
            began = time.monotonic()
        last = ready
        told = words.say("web.busy", done=ready, total=total)
        minutes = time_left(time.monotonic() - began, ready, total) / SECONDS_PER_MINUTE
        if minutes >= 1:
            told += words.say("web.minutes_left", n=words.number(round(minutes)))
        bar.progress(ready / total, told)

    return done


def time_left(seconds: float, ready: int, total: int) -> float:
    """Seconds until tasks are all ready, at the speed of those that are; 0 where none is."""
    return seconds / ready * (total - ready) if ready else 0.0


def _show(words: Language, found: work.Answer, shown: Recipe, below: Any) -> None:
    """Answer, first table and figure, what can be taken along, and the rest of the report."""
    result = found.result
    run = result.alternatives[-1].run if result.alternatives else result.base
    heading(run.title(words), words)
    took = words.say(
        "web.took", seconds=words.number(found.seconds, 1), replications=words.number(shown.replications)
    )
    note = took + (" " + words.say("web.few") if shown.replications == WEB_REPLICATIONS[0] else "")
    answered = f"<h3>{words.say('web.answer')}</h3>{bullets(told_answer(result, words))}"
    answered += paragraph(answer_note(result.alternatives, words), "small")
    if told_ends := ends_of_ranges(result.alternatives, words):
        answered += paragraph(told_ends, "small")
    parts = [*_about(result, words), f'<div class="answer">{answered}</div>', paragraph(note, "small")]
    show("".join(parts), words)
    if result.alternatives and (draws := also_assumptions(words, shown, "answer")):
        st.session_state["shown"] = replace(shown, draws=draws)
        st.rerun()
    with below:
        show_blocks(sections.summary(result, words), words)
        _nation(words, shown)
        _take_along(words, found)
        st.header(words.say("web.more"), anchor=False)
        _rest(words, found)


def _nation(words: Language, shown: Recipe) -> None:
    """The answer for the Netherlands beside that for the region."""
    blocks = work.nation_blocks(shown, shipped_nation(), words)
    if blocks:
        with st.expander(words.say("nation.title")):
            show_blocks(blocks, words)


def _about(result: Result, words: Language) -> list[str]:
    """The question of what is shown; of a policy also how good its evidence is and how far it is."""
    told = [paragraph(sections.question(result, words), "question")]
    for alternative in result.alternatives:
        told += [paragraph(line, "small") for line in sections.evidence(alternative.run, words)]
    return told


def _rest(words: Language, found: work.Answer) -> None:
    """Every part of the report with results, one after another: a lever that moves need not wait for all."""
    parts = result_parts(found.result, words, load_published(found.result.base.area))
    for number, part in enumerate(parts):
        title, markup = _part(str(found.folder), words.code, number, part)
        if markup:
            with st.expander(title):
                show(markup, words)


@st.cache_data(show_spinner=False, max_entries=_WEB_PARTS_SHOWN)
def _part(folder: str, lang: str, number: int, _make: Callable[[], Section | None]) -> tuple[str, str]:
    """Title and markup of a part of the report, empty where it says nothing."""
    words, found = language(lang), _make()
    return ("", "") if found is None else (found.title, markup_of(found.blocks, words))


def _take_along(words: Language, found: work.Answer) -> None:
    """Buttons for report, workbook and scenario file."""
    st.header(words.say("web.download"), anchor=False)
    forms = {"html": partial(found.report, words.code), "xlsx": partial(found.excel, words.code)}
    offer(words, "download", str(found.shared["name"]), {**forms, "yaml": found.scenario})
    show(paragraph(words.say("web.download_help"), "small"), words)
