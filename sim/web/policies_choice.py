"""Policies side by side on the what-if page: tick them, see them ranked, take them along."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from sim.report.language import Language
from sim.report.results import Alternative
from sim.report.sections import costs_and_schemes as sections
from sim.report.sections.comparison_answer import answer_note
from sim.report.sections.provenance import load_published
from sim.studies.decompose import COST
from sim.studies.headline import HEADLINE
from sim.web import work
from sim.web.blocks import bullets, paragraph
from sim.web.frame import cache_folder, heading, scenario_title, show, show_blocks, told, waiting
from sim.web.policies import Ticked, policies_table, side_by_side, together_document
from sim.web.pressed import button, pressed
from sim.web.recipe import Recipe
from sim.web.taken import offer

WEB_DRAWS = (8, 32, 200)  # draws of all assumptions that the what-if page offers; the fewest are the quickest

_SHOWN = "policies-shown"  # key of the session that keeps what the last answer is about


def tick(words: Language, recipe: Recipe, built: tuple[str, ...]) -> Ticked | None:
    """Policies that the user ticks, of those built on the base of the question; None where there are none."""
    with st.expander(words.say("web.policies.title")):
        names = st.multiselect(
            words.say("web.policies.tick"),
            built[1:],
            key=f"ticked-{recipe.base}",
            format_func=lambda n: scenario_title(n, words.code),
            placeholder="",
            help=words.say("web.policies.help"),
        )
        together = st.checkbox(
            words.say("web.policies.together"), key="ticked-together", disabled=len(names) < 2
        )
        if together and len(names) > 1:
            with told(words):
                together_document(recipe.base, names)
        ticked = Ticked(recipe, tuple(names), together and len(names) > 1)
        button(
            words.say("web.policies.run"), "policies-run", type="primary", width="stretch", disabled=not names
        )
        if pressed("policies-run"):
            st.session_state[_SHOWN] = ticked
    return ticked if names else None


def show_ticked(words: Language, ticked: Ticked | None, progress: Any) -> None:
    """The policies of the last answer side by side; what was ticked or moved since says that it waits."""
    shown: Ticked | None = st.session_state.get(_SHOWN)
    if ticked is None:
        return
    heading(words.say("web.policies.heading"), words)
    if shown is None or other_ground(shown.recipe, ticked.recipe):
        show_blocks([policies_table(None, _titles(words, ticked), words)], words)
        return
    found = _answer(words, shown, progress)
    late = [title for title in _titles(words, ticked) if title not in _titles(words, shown)]
    if ticked.moved and ticked.recipe.values != shown.recipe.values:
        late = [*dict.fromkeys([*late, _own(words, ticked)])]
    result = found.result
    show_blocks([policies_table(result, late, words)], words)
    for title, sentences in sections.answers(result, words, load_published(result.base.area)):
        show(f"<h3>{html.escape(title)}</h3>{bullets(sentences)}", words)
    show(paragraph(answer_note(result.alternatives, words), "small"), words)
    if told_ends := ends_of_ranges(result.alternatives, words):
        show(paragraph(told_ends, "small"), words)
    if draws := also_assumptions(words, shown.recipe, "policies"):
        st.session_state[_SHOWN] = replace(shown, recipe=replace(shown.recipe, draws=draws))
        st.rerun()
    name = str(found.shared["name"])
    first = {"html": partial(found.report, words.code), "xlsx": partial(found.excel, words.code)}
    offer(words, "policies", name, first)
    offer(words, "policies", name, {"docx": partial(found.word, words.code), "yaml": found.scenario})


def _answer(words: Language, shown: Ticked, progress: Any) -> work.Answer:
    bar, stop = st.empty(), st.empty()
    stop_draws(words, stop, shown.recipe, "policies", _without_draws)
    try:
        runner: work.Runner = (None, progress(words, bar), waiting(words, bar))
        found = side_by_side(shown, cache_folder(), runner)
    except Exception:
        del st.session_state[_SHOWN]
        raise
    bar.empty()
    stop.empty()
    return found


def _without_draws() -> None:
    shown: Ticked = st.session_state[_SHOWN]
    st.session_state[_SHOWN] = replace(shown, recipe=replace(shown.recipe, draws=0))


def other_ground(shown: Recipe, asked: Recipe) -> bool:
    """Whether the base, the people or their number differ."""
    return any(
        getattr(shown, name) != getattr(asked, name) for name in ("base", "area", "seed", "replications")
    )


def _titles(words: Language, ticked: Ticked) -> list[str]:
    titles = [scenario_title(name, words.code) for name in ticked.names]
    if ticked.together:
        titles.append(" + ".join(titles))
    return [*titles, *([_own(words, ticked)] if ticked.moved else [])]


def _own(words: Language, ticked: Ticked) -> str:
    return ticked.recipe.title.strip() or words.say("web.default_name")


def also_assumptions(words: Language, recipe: Recipe, key: str) -> int:
    """A button for the range over the assumptions by a number of draws; gives it where it was pressed."""
    more = [draws for draws in WEB_DRAWS if draws > recipe.draws]
    if not more:
        return 0
    chosen = st.radio(words.say("web.draws"), more, key=f"{key}-draws-{recipe.draws}", horizontal=True)
    button(
        words.say("web.also_assumptions" if not recipe.draws else "web.more_draws"),
        f"{key}-draws",
        help=words.say("web.also_assumptions_help"),
    )
    return int(chosen) if pressed(f"{key}-draws") else 0


def stop_draws(words: Language, place: Any, recipe: Recipe, key: str, stopped: Callable[[], None]) -> None:
    """While draws are made, a button that goes back to chance alone; what is ready stays for a next time."""
    if recipe.draws:
        place.button(words.say("web.stop_draws"), key=f"{key}-stop", on_click=stopped)


def ends_of_ranges(alternatives: Sequence[Alternative], words: Language) -> str:
    """How sure the ranges over the assumptions are themselves; empty where none were drawn."""
    known = [
        (max(spread.low_error, spread.high_error) / (spread.high - spread.low), each.assumptions.draws)
        for each in alternatives
        if each.assumptions is not None
        for spread in each.assumptions.spreads
        if spread.name in (HEADLINE, COST) and spread.high > spread.low
    ]
    if not known:
        return ""
    share = words.percent(float(np.median([error for error, _ in known])), 0)
    return words.say("web.ends", n=words.number(known[0][1]), share=share)
