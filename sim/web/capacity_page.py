"""The page of beds: a region, a type of place, norms, and the smallest number that meets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from sim import api
from sim.report.formats.capacity_files import capacity_bytes
from sim.report.pages import capacity as answers
from sim.report.pages.capacity_lead import instant
from sim.scenario import Area
from sim.studies.capacity.answer import Guess
from sim.web import recipe as recipes
from sim.web.blocks import paragraph
from sim.web.frame import OFFERED, Page, cache_folder, download, due, mark, remembered
from sim.web.places_choice import ask_places, is_given, show_places
from sim.web.recipe import Document
from sim.web.region_choice import choose_region
from sim.web.register_choice import REGISTER_KEY as REGISTER
from sim.web.register_choice import give_register, show_register
from sim.web.sizing import AREA_FORMS, Wanted, default_wanted, size, sized_kinds, uploaded_area

_FIRST = "hch"
_DEFAULT = default_wanted(_FIRST)
_ASKED = "beds-asked"  # key of the session that says that an answer is still due
_GIVEN = "beds-answer"  # key of the session that keeps the last answer
_TEMPLATES = {"xlsx": "Excel", "csv": "CSV"}

_uploaded = remembered(uploaded_area)
_template = st.cache_data(show_spinner=False)(api.template_bytes)


def draw(page: Page) -> None:
    """Draw the page."""
    page.begin("web.page.capacity", "web.capacity.intro")
    left, right = st.columns([1, 2], gap="medium")
    with left, page.told():
        free = not any(st.session_state.get(key) for key in (_ASKED, _GIVEN, REGISTER)) and not is_given()
        area, covered = _region(page, right.container() if free else None)
        register = None
        with page.told():
            register = give_register(page, area)
        scenario = None if register is None else register.scenario
        area = area if register is None else register.area or area
        wanted = _ask(page, sized_kinds(area))
        places = ask_places(page, area, covered)
        with right, page.told():
            _answer(page, area, wanted, scenario)
        with right, page.told():
            show_places(page, area, places, scenario)
        if register is not None:
            with right, page.told():
                show_register(page, register)


def _region(page: Page, beside: Any | None) -> tuple[str | Area, frozenset[str]]:
    """A region by name, with a map beside it as long as no answer stands there, or the form of the user.

    Beside it the municipalities that it covers, where it is one of real ones.
    """
    name = page.choose("web.capacity.area", recipes.small_areas(), page.area_title, "capacity-area")
    found = choose_region(page, beside)
    named, covered = found.area, found.chosen.covered
    file = page.upload(st, "web.capacity.upload", AREA_FORMS, "area-file", "web.upload_limit")
    for column, (ending, kind) in zip(st.columns(len(_TEMPLATES)), _TEMPLATES.items(), strict=True):
        download(
            column,
            page.say("web.capacity.template" if named is None else "web.capacity.own_template", kind=kind),
            partial(_template, ending) if named is None else partial(api.template_bytes, ending, named),
            f"{'regio' if named is None else named.name}.{ending}",
            f"template-{ending}",
            width="stretch",
        )
    if file is None:
        return name if named is None else named, covered
    return _uploaded(file.name, file.getvalue()), covered


def _ask(page: Page, kinds: Sequence[str]) -> Wanted:
    """Type of place, of those that the region has, and norms."""
    with st.form("beds", border=False):
        first = kinds.index(_FIRST) if _FIRST in kinds else 0
        kind = page.choose("web.capacity.type", kinds, partial(page.words.word, "capacity.kind"), start=first)
        days = st.number_input(page.say("web.capacity.norm_wait"), 0, None, _DEFAULT.wait_days, 1)
        share = st.slider(page.say("web.capacity.norm_share"), 0, 100, _DEFAULT.wait_percent, 1)
        refused = st.slider(page.say("web.capacity.norm_refused"), 0, 100, _DEFAULT.refused_percent, 1)
        run = page.say("web.capacity.run")
        st.form_submit_button(run, type="primary", width="stretch", on_click=mark, args=(_ASKED,))
    return Wanted(kind, int(days), int(share), int(refused))


def _answer(page: Page, area: str | Area, wanted: Wanted, scenario: Document | None) -> None:
    """The answer asked for, or the last one; a question that something else on the page cut short is kept."""
    words = page.words
    if st.session_state.get(_ASKED):
        first, bar = st.empty(), st.empty()

        def guessed(found: Mapping[str, Guess]) -> None:
            first.html(page.wrapped("".join(map(paragraph, instant(found, words)))))

        with due(_ASKED):
            st.session_state[_GIVEN] = size(
                area, wanted, cache_folder(), page.busy(bar), page.waiting(bar), guessed, scenario
            )
        first.empty()
        bar.empty()
    result: api.CapacityResult | None = st.session_state.get(_GIVEN)
    if result is None:
        return
    found = result.found
    page.heading(page.say("capacity.title", region=found.region))
    guesses = {kind: answer.guess for kind, answer in found.types.items()}
    told = [page.say("web.capacity.quick"), *instant(guesses, words)]
    page.show(page.markup_of(answers.lead(found, words)), *(paragraph(line, "small") for line in told))
    page.offer("beds", "palsim_beds", {f: partial(capacity_bytes, found, f, words) for f in OFFERED})
    tables = [part for part in answers.parts(found, words) if part.blocks]
    for number, part in enumerate(tables):
        with st.expander(part.title, expanded=number == 0):
            page.show_blocks(part.blocks)
