"""The page of beds: a region, a type of place, norms, and the smallest number that meets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from sim import api
from sim.errors import InputError
from sim.report.formats.capacity_files import capacity_bytes
from sim.report.language import Language
from sim.report.pages import capacity as answers
from sim.report.pages.capacity_lead import instant
from sim.scenario import Area
from sim.studies.capacity.answer import Guess
from sim.web import recipe as recipes
from sim.web.apart import UPLOAD_MEGABYTES
from sim.web.blocks import paragraph, wrapped
from sim.web.frame import (
    WEB_SHOWN,
    area_title,
    attempted,
    busy,
    cache_folder,
    download,
    due,
    gave,
    heading,
    markup_of,
    show,
    show_blocks,
    told,
    uploader,
    waiting,
)
from sim.web.places_choice import ask_places, is_given, show_places
from sim.web.recipe import Document
from sim.web.region_choice import choose_region
from sim.web.register_choice import REGISTER_KEY as REGISTER
from sim.web.register_choice import give_register, show_register
from sim.web.sizing import AREA_FORMS, Wanted, default_wanted, size, sized_kinds, uploaded_area
from sim.web.taken import OFFERED, offer

_FIRST = "hch"
_DEFAULT = default_wanted(_FIRST)
_ASKED = "beds-asked"  # key of the session that says that an answer is still due
_GIVEN = "beds-answer"  # key of the session that keeps the last answer
_TEMPLATES = {"xlsx": "Excel", "csv": "CSV"}


def draw(words: Language) -> None:
    """Draw the page."""
    st.title(words.say("web.page.capacity"), anchor=False)
    show(paragraph(words.say("web.capacity.intro")), words)
    left, right = st.columns([1, 2], gap="medium")
    with left, told(words):
        free = not any(st.session_state.get(key) for key in (_ASKED, _GIVEN, REGISTER)) and not is_given()
        area, covered = _region(words, right.container() if free else None)
        register = None
        with told(words):
            register = give_register(words, area)
        scenario = None if register is None else register.scenario
        area = area if register is None else register.area or area
        wanted = _ask(words, sized_kinds(area))
        places = ask_places(words, area, covered)
        with right, told(words):
            _answer(words, area, wanted, scenario)
        with right, told(words):
            show_places(words, area, places, scenario)
        if register is not None:
            with right, told(words):
                show_register(words, register)


def _region(words: Language, beside: Any | None) -> tuple[str | Area, frozenset[str]]:
    """A region by name, with a map beside it as long as no answer stands there, or the form of the user.

    Beside it the municipalities that it covers, where it is one of real ones.
    """
    areas = recipes.small_areas()
    name = st.selectbox(
        words.say("web.capacity.area"),
        areas,
        key="capacity-area",
        format_func=lambda n: area_title(n, words.code),
    )
    found = choose_region(words, beside)
    named, covered = found.area, found.chosen.covered
    limit = words.say("web.upload_limit", megabytes=UPLOAD_MEGABYTES)
    file = uploader(st, words.say("web.capacity.upload"), AREA_FORMS, "area-file", limit)
    for column, (ending, kind) in zip(st.columns(len(_TEMPLATES)), _TEMPLATES.items(), strict=True):
        download(
            column,
            words.say("web.capacity.template" if named is None else "web.capacity.own_template", kind=kind),
            partial(_template, ending) if named is None else partial(api.template_bytes, ending, named),
            f"{'regio' if named is None else named.name}.{ending}",
            f"template-{ending}",
            width="stretch",
        )
    if file is None:
        return name if named is None else named, covered
    return gave(_uploaded(file.name, file.getvalue())), covered


@st.cache_data(show_spinner=False, max_entries=WEB_SHOWN)
def _uploaded(name: str, content: bytes) -> tuple[Any, InputError | None]:
    return attempted(lambda: uploaded_area(name, content))


@st.cache_data(show_spinner=False)
def _template(ending: str) -> bytes:
    return api.template_bytes(ending)


def _ask(words: Language, kinds: Sequence[str]) -> Wanted:
    """Type of place, of those that the region has, and norms."""
    with st.form("beds", border=False):
        kind = st.selectbox(
            words.say("web.capacity.type"),
            kinds,
            kinds.index(_FIRST) if _FIRST in kinds else 0,
            format_func=lambda k: words.word("capacity.kind", k),
        )
        days = st.number_input(words.say("web.capacity.norm_wait"), 0, None, _DEFAULT.wait_days, 1)
        share = st.slider(words.say("web.capacity.norm_share"), 0, 100, _DEFAULT.wait_percent, 1)
        refused = st.slider(words.say("web.capacity.norm_refused"), 0, 100, _DEFAULT.refused_percent, 1)
        st.form_submit_button(words.say("web.capacity.run"), type="primary", width="stretch", on_click=_due)
    return Wanted(kind, int(days), int(share), int(refused))


def _due() -> None:
    st.session_state[_ASKED] = True


def _answer(words: Language, area: str | Area, wanted: Wanted, scenario: Document | None) -> None:
    """The answer asked for, or the last one; a question that something else on the page cut short is kept."""
    if st.session_state.get(_ASKED):
        first, bar = st.empty(), st.empty()

        def guessed(found: Mapping[str, Guess]) -> None:
            first.html(wrapped("".join(map(paragraph, instant(found, words))), words))

        with due(_ASKED):
            st.session_state[_GIVEN] = size(
                area, wanted, cache_folder(), busy(words, bar), waiting(words, bar), guessed, scenario
            )
        first.empty()
        bar.empty()
    result: api.CapacityResult | None = st.session_state.get(_GIVEN)
    if result is None:
        return
    found = result.found
    heading(words.say("capacity.title", region=found.region), words)
    guesses = {kind: answer.guess for kind, answer in found.types.items()}
    told = [words.say("web.capacity.quick"), *instant(guesses, words)]
    lead = markup_of(answers.lead(found, words), words)
    show(lead + "".join(paragraph(line, "small") for line in told), words)
    forms = {form: partial(capacity_bytes, found, form, words) for form in OFFERED}
    offer(words, "beds", "palsim_beds", forms)
    tables = [part for part in answers.parts(found, words) if part.blocks]
    for number, part in enumerate(tables):
        with st.expander(part.title, expanded=number == 0):
            show_blocks(part.blocks, words)
