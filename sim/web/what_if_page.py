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
from sim.report.language import language
from sim.report.nation import shipped_nation
from sim.report.page import Section
from sim.report.pages.build import result_parts, told_answer
from sim.report.sections import costs_and_schemes as sections
from sim.report.sections.provenance import load_published
from sim.scenario import load_scenario
from sim.units import SECONDS_PER_MINUTE
from sim.web import policies_choice as policies
from sim.web import recipe as recipes
from sim.web import work
from sim.web.blocks import paragraph
from sim.web.frame import WEB_SHOWN, Page, cache_folder, pressed, remembered
from sim.web.levers import Lever, Value, levers_of
from sim.web.policies import Ticked
from sim.web.recipe import SHARED_NAME_LENGTH, Recipe, lever_label, value_text
from sim.web.work import WEB_REPLICATIONS

WEB_SOON_SECONDS = 5  # how long the full answer may take after its preview to come by itself
_WEB_PARTS_SHOWN = 12 * WEB_SHOWN  # parts of their reports that do

_UPLOAD = "upload"
_USUAL = WEB_REPLICATIONS[1]  # replications until the user chooses

_names = st.cache_data(show_spinner=False)(recipes.choices)
_areas = st.cache_data(show_spinner=False)(recipes.small_areas)
_alternatives = st.cache_data(show_spinner=False)(recipes.alternatives)
_read = remembered(recipes.read_upload)


def draw(page: Page) -> None:
    """Draw the page."""
    page.begin("web.title", "web.intro")
    with st.container(key="question-and-answer"):
        left, right, below = st.columns([1, 2, 2], gap="medium")  # as page.css lays them out
    asked: Recipe | None = None
    with left, page.told():
        asked, ticked = _ask(page)
    if asked is not None:
        with right, page.told():
            policies.show_ticked(page, ticked, _progress)
        with right, page.told():
            _answer(page, asked, below)


def _ask(page: Page) -> tuple[Recipe, Ticked | None]:
    """What the user asks, and the policies that stand beside it."""
    upload = _uploaded(page)
    base = page.choose("web.base", _names(), page.scenario_title, "base")
    built = _alternatives(base)
    given = upload if upload and upload["extends"] in built else None

    def start_title(name: str) -> str:
        if name != _UPLOAD or given is None:
            return page.scenario_title(name)
        titles = given.get("title") or {}
        return page.say("web.start_upload", title=titles.get(page.words.code, given.get("name", "")))

    starts = (*((_UPLOAD,) if given else ()), *built)
    start = page.choose("web.start", starts, start_title, f"start-{base}-{bool(given)}")
    given = given if start == _UPLOAD else None
    scenario = (recipes.load_document(given) if given else load_scenario(base)).scenario
    areas = _areas()
    first = areas.index(scenario.area) if scenario.area in areas else 0
    area = page.choose("web.area", areas, page.area_title, "area", first)
    own = given["extends"] if given else start
    draft = Recipe(base, own, area, scenario.seed, WEB_REPLICATIONS[0], "", {}, given)
    scope = f"{base}-{start}-{area}"
    beside = st.container()
    page.button("web.run", "run", type="primary", width="stretch")
    values = _levers(page, levers_of(recipes.loaded_start(draft)), scope)
    named = (given or {}).get("title", {}).get(page.words.code) or page.say("web.default_name")
    title = st.text_input(page.say("web.name"), named, max_chars=SHARED_NAME_LENGTH)
    with st.expander(page.say("web.settings")):
        asked = min(scenario.replications, WEB_REPLICATIONS[-1]) if given else _USUAL
        counts = sorted({*WEB_REPLICATIONS, asked})
        help_, key = page.say("web.replications_help"), f"replications-{scope}"
        several = page.choose("web.replications", counts, str, key, counts.index(asked), help=help_)
        seed = st.number_input(page.say("web.seed"), 0, None, scenario.seed, 1, key=f"seed-{scope}")
    page.button("web.run", "run-again", width="stretch")
    recipe = Recipe(base, own, area, int(seed), several, title, values, given)
    with beside:
        ticked = policies.tick(page, recipe, built)
    if not work.differs(recipe):  # the question about the base alone, whatever it would be called
        return replace(recipe, start=recipe.base, title="", values={}), ticked
    return recipe, ticked


def _uploaded(page: Page) -> dict[str, Any] | None:
    """A shared scenario that the user puts back."""
    with st.expander(page.say("web.upload_scenario")):
        file = page.upload(st, "web.upload_limit", ("yaml", "yml"), "scenario-file")
        if file is not None:
            with page.told():
                return _read(file.name, file.getvalue())
    return None


def _levers(page: Page, levers: tuple[Lever, ...], scope: str) -> dict[str, Value]:
    """A slider or a choice for every lever, under the heading of its group."""
    values: dict[str, Value] = {}
    for number, group in enumerate(dict.fromkeys(lever.group for lever in levers)):
        with st.expander(page.say(f"web.group.{group}"), expanded=number < 2):
            for lever in levers:
                if lever.group == group:
                    values[lever.id] = _lever(page, lever, f"{lever.id}-{scope}")
    return values


def _lever(page: Page, lever: Lever, key: str) -> Value:
    label = lever_label(page.words, lever)
    if lever.unit == "choice":
        told, start = partial(value_text, page.words, lever), lever.options.index(str(lever.start))
        return str(st.selectbox(label, lever.options, start, key=key, format_func=told))
    named = {"percent": "web.percent", "euro": "web.euros", "beds": "web.beds"}[lever.unit]
    return int(st.slider(page.say(named, label=label), lever.low, lever.high, int(lever.start), 1, key=key))


def _answer(page: Page, asked: Recipe, below: Any) -> None:
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
        or (_moved(shown, asked) and not policies.other_ground(shown, asked))
        or (wanted and _other(shown, asked))
    ):
        with _asked_once(early):
            first = _first(page, asked, early, wanted)
        soon = first is None or work.seconds_more(first, asked) <= WEB_SOON_SECONDS
        if first is not None:
            early.html(page.wrapped(_preview(page, first, asked, wanted or soon)))
        shown = asked if shown is None or wanted or soon else shown
    if shown.draws:
        st.session_state["shown"] = shown
    policies.stop_draws(page, stop, shown, "answer", _without_draws)
    told_of = None if soon and not wanted else _progress(page, bar)
    given = first if shown == asked else None
    with _asked_once(early):
        found = work.answer(shown, cache_folder(), on_done=told_of, on_wait=page.waiting(bar), first=given)
    bar.empty()
    stop.empty()
    st.session_state["shown"] = shown
    if not _other(shown, asked):
        early.empty()
    elif first is None:
        st.info(page.say("web.stale"))
    _show(page, found, shown, below)


@contextmanager
def _asked_once(early: Any) -> Iterator[None]:
    """What fails within it is not tried again without a press, and leaves no preview."""
    try:
        yield
    except (InputError, RunError):
        st.session_state.pop("wanted", None)
        early.empty()
        raise


def _first(page: Page, asked: Recipe, place: Any, watched: bool) -> work.Answer | None:
    """The answer from fewer replications, where the full one is not there yet.

    Streamlit ends a drawing where it tells of progress, and simulations that end half-way end their
    processes too, so that the next would wait for new ones: who moves a lever is told in the end.
    """
    fewer = work.fewer(asked)
    if fewer is None or work.is_known(asked, cache_folder()):
        return None
    done = _progress(page, place)
    told = done if watched else None
    return work.answer(fewer, cache_folder(), on_done=told, on_wait=page.waiting(place))


def _preview(page: Page, found: work.Answer, asked: Recipe, follows: bool) -> str:
    """The answer of fewer replications as markup that says so."""
    counts = {"n": WEB_REPLICATIONS[0], "total": asked.replications}
    note = page.say("web.preview.note", **{key: page.words.number(n) for key, n in counts.items()})
    note += " " + page.say("web.preview.follows" if follows else "web.preview.ask")
    answer = page.answered(page.say("web.preview.title"), told_answer(found.result, page.words))
    return f'<div class="early" role="status">{answer}{paragraph(note, "small")}</div>'


def _without_draws() -> None:
    st.session_state["shown"] = replace(st.session_state["shown"], draws=0)


def _other(shown: Recipe, asked: Recipe) -> bool:
    return replace(shown, draws=asked.draws) != asked


def _moved(shown: Recipe, asked: Recipe) -> bool:
    """Whether more differs than the name of the own scenario."""
    return _other(replace(shown, title=asked.title), asked)


def _progress(page: Page, bar: Any) -> work.OnDone:
    bar.progress(0, page.say("web.starting"))
    began, last = time.monotonic(), 0

    def done(ready: int, total: int) -> None:
        nonlocal began, last
        if ready < last:  # the next part of the work: the draws, after the simulations
            began = time.monotonic()
        last = ready
        told = page.say("web.busy", done=ready, total=total)
        minutes = time_left(time.monotonic() - began, ready, total) / SECONDS_PER_MINUTE
        if minutes >= 1:
            told += page.say("web.minutes_left", n=page.words.number(round(minutes)))
        bar.progress(ready / total, told)

    return done


def time_left(seconds: float, ready: int, total: int) -> float:
    """Seconds until tasks are all ready, at the speed of those that are; 0 where none is."""
    return seconds / ready * (total - ready) if ready else 0.0


def _show(page: Page, found: work.Answer, shown: Recipe, below: Any) -> None:
    """Answer, first table and figure, what can be taken along, and the rest of the report."""
    result, words = found.result, page.words
    page.heading(result.runs[-1].title(words))
    counts = {"seconds": words.number(found.seconds, 1), "replications": words.number(shown.replications)}
    note = page.say("web.took", **counts)
    note += " " + page.say("web.few") if shown.replications == WEB_REPLICATIONS[0] else ""
    answer = page.answered(page.say("web.answer"), told_answer(result, words))
    notes = [paragraph(line, "small") for line in policies.notes_of(result.alternatives, words) if line]
    # of a policy also how good its evidence is and how far it is
    proofs = [line for each in result.alternatives for line in sections.evidence(each.run, words)]
    page.show(
        paragraph(sections.question(result, words), "question"),
        *(paragraph(line, "small") for line in proofs),
        f'<div class="answer">{answer}{"".join(notes)}</div>',
        paragraph(note, "small"),
    )
    if result.alternatives and (draws := policies.also_assumptions(page, shown, "answer")):
        st.session_state["shown"] = replace(shown, draws=draws)
        st.rerun()
    with below:
        page.show_blocks(sections.summary(result, words))
        if nation := work.nation_blocks(shown, shipped_nation(), words):
            with st.expander(page.say("nation.title")):
                page.show_blocks(nation)
        st.header(page.say("web.download"), anchor=False)
        forms = {form: partial(found.made, form, words) for form in ("html", "xlsx", "yaml")}
        page.offer("download", str(found.shared["name"]), forms)
        page.show(page.small("web.download_help"))
        st.header(page.say("web.more"), anchor=False)
        # every part of the report, one after another: a lever that moves need not wait for all
        parts = result_parts(result, words, load_published(result.base.area))
        for number, part in enumerate(parts):
            title, markup = _part(str(found.folder), words.code, number, part)
            if markup:
                with st.expander(title):
                    page.show(markup)


@st.cache_data(show_spinner=False, max_entries=_WEB_PARTS_SHOWN)
def _part(folder: str, lang: str, number: int, _make: Callable[[], Section | None]) -> tuple[str, str]:
    """Title and markup of a part of the report, empty where it says nothing."""
    found = _make()
    return ("", "") if found is None else (found.title, Page(language(lang)).markup_of(found.blocks))
