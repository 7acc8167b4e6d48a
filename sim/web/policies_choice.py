"""Policies side by side on the what-if page: tick them, see them ranked, take them along."""

from __future__ import annotations

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
from sim.web.blocks import paragraph
from sim.web.frame import Page, cache_folder, pressed
from sim.web.policies import Ticked, policies_table, side_by_side, together_document
from sim.web.recipe import Recipe

WEB_DRAWS = (8, 32, 200)  # draws of all assumptions that the what-if page offers; the fewest are the quickest

_SHOWN = "policies-shown"  # key of the session that keeps what the last answer is about


def tick(page: Page, recipe: Recipe, built: tuple[str, ...]) -> Ticked | None:
    """Policies that the user ticks, of those built on the base of the question; None where there are none."""
    with st.expander(page.say("web.policies.title")):
        names = st.multiselect(
            page.say("web.policies.tick"),
            built[1:],
            key=f"ticked-{recipe.base}",
            format_func=page.scenario_title,
            placeholder="",
            help=page.say("web.policies.help"),
        )
        alone = len(names) < 2
        together = st.checkbox(page.say("web.policies.together"), key="ticked-together", disabled=alone)
        ticked = Ticked(recipe, tuple(names), together and not alone)
        if ticked.together:
            with page.told():
                together_document(recipe.base, names)
        page.button("web.policies.run", "policies-run", type="primary", width="stretch", disabled=not names)
        if pressed("policies-run"):
            st.session_state[_SHOWN] = ticked
    return ticked if names else None


def show_ticked(page: Page, ticked: Ticked | None, progress: Callable[[Page, Any], work.OnDone]) -> None:
    """The policies of the last answer side by side; what was ticked or moved since says that it waits."""
    shown: Ticked | None = st.session_state.get(_SHOWN)
    if ticked is None:
        return
    words = page.words
    page.heading(page.say("web.policies.heading"))
    if shown is None or other_ground(shown.recipe, ticked.recipe):
        page.show_blocks([policies_table(None, _titles(page, ticked), words)])
        return
    found = _answer(page, shown, progress)
    late = [title for title in _titles(page, ticked) if title not in _titles(page, shown)]
    if ticked.moved and ticked.recipe.values != shown.recipe.values:
        late = [*dict.fromkeys([*late, _own(page, ticked)])]
    result = found.result
    page.show_blocks([policies_table(result, late, words)])
    for title, sentences in sections.answers(result, words, load_published(result.base.area)):
        page.show(page.answered(title, sentences))
    for note in filter(None, notes_of(result.alternatives, words)):
        page.show(paragraph(note, "small"))
    if draws := also_assumptions(page, shown.recipe, "policies"):
        st.session_state[_SHOWN] = replace(shown, recipe=replace(shown.recipe, draws=draws))
        st.rerun()
    for pair in (("html", "xlsx"), ("docx", "yaml")):
        page.offer("policies", str(found.shared["name"]), {f: partial(found.made, f, words) for f in pair})


def _answer(page: Page, shown: Ticked, progress: Callable[[Page, Any], work.OnDone]) -> work.Answer:
    bar, stop = st.empty(), st.empty()
    stop_draws(page, stop, shown.recipe, "policies", _without_draws)
    try:
        found = side_by_side(shown, cache_folder(), (None, progress(page, bar), page.waiting(bar)))
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
    names = ("base", "area", "seed", "replications")
    return any(getattr(shown, name) != getattr(asked, name) for name in names)


def _titles(page: Page, ticked: Ticked) -> list[str]:
    titles = list(map(page.scenario_title, ticked.names))
    if ticked.together:
        titles.append(" + ".join(titles))
    return [*titles, *([_own(page, ticked)] if ticked.moved else [])]


def _own(page: Page, ticked: Ticked) -> str:
    return ticked.recipe.title.strip() or page.say("web.default_name")


def also_assumptions(page: Page, recipe: Recipe, key: str) -> int:
    """A button for the range over the assumptions by a number of draws; gives it where it was pressed."""
    more = [draws for draws in WEB_DRAWS if draws > recipe.draws]
    if not more:
        return 0
    chosen = st.radio(page.say("web.draws"), more, key=f"{key}-draws-{recipe.draws}", horizontal=True)
    label = "web.also_assumptions" if not recipe.draws else "web.more_draws"
    page.button(label, f"{key}-draws", help=page.say("web.also_assumptions_help"))
    return int(chosen) if pressed(f"{key}-draws") else 0


def stop_draws(page: Page, place: Any, recipe: Recipe, key: str, stopped: Callable[[], None]) -> None:
    """While draws are made, a button that goes back to chance alone; what is ready stays for a next time."""
    if recipe.draws:
        place.button(page.say("web.stop_draws"), key=f"{key}-stop", on_click=stopped)


def notes_of(alternatives: tuple[Alternative, ...], words: Language) -> tuple[str, str]:
    """What the uncertainties under an answer are, and how sure they are themselves."""
    return answer_note(alternatives, words), ends_of_ranges(alternatives, words)


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
