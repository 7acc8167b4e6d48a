"""The register on the page of beds: give it, tell what it leaves out, see it beside the model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from sim import api
from sim.api.registers import Fitted, RegisterResult, with_region
from sim.data import yaml_text
from sim.errors import InputError
from sim.limits import LONGEST_NUMBER, LONGEST_TEXT, MOST_WEEKS
from sim.report.figures import register as figures_register
from sim.report.language import Language
from sim.report.page import Bullets, figure
from sim.report.pages import register as register_page
from sim.scenario import Area
from sim.schema import HOSPICE_SETTINGS
from sim.studies.register.fit import House
from sim.units import MOST_BEDS
from sim.web.apart import UPLOAD_MEGABYTES
from sim.web.blocks import paragraph
from sim.web.frame import WEB_SHOWN, attempted, download, gave, heading, show, show_blocks, uploader, waiting
from sim.web.recipe import Document
from sim.web.registers import REGISTER_ENDINGS, Told, beside_model, read_register_upload
from sim.web.taken import OFFERED, offer

REGISTER_KEY = "register-file"  # key of the session that holds the upload
_RESULT = "register-result"
"""Key of the session that keeps the register beside the model, with what it was made from."""


@dataclass(frozen=True)
class Given:
    """A register that was given."""

    result: RegisterResult
    scenario: Document | None = None  # settings that follow from it; None where the beds are sized without it

    @property
    def area(self) -> Area | None:
        """The region with the houses of the register, where the beds are sized with it."""
        return None if self.scenario is None else self.result.area


def give_register(words: Language, area: str | Area) -> Given | None:
    """A register of the user, with what it leaves out; None where none is given.

    An area that is a name is a fictional one, with which no register compares.
    """
    with st.expander(words.say("web.register.title")):
        limit = words.say("web.register.help", megabytes=UPLOAD_MEGABYTES)
        file = uploader(st, words.say("web.register.upload"), REGISTER_ENDINGS, REGISTER_KEY, limit)
        if file is None:
            st.session_state.pop(_RESULT, None)
            return None
        name, content = file.name, file.getvalue()
        told = _days(words)
        first: Fitted = gave(_read(name, content, *_keyed(Told(told.since, told.until))))
        told = _houses(words, first.fit.houses, told)
        found: Fitted = gave(_read(name, content, *_keyed(told)))
        if isinstance(area, str):
            show(paragraph(words.say("web.register.no_region"), "small"), words)
            return Given(with_region(found, None))
        used = st.toggle(
            words.say("web.register.use"), key="register-use", help=words.say("web.register.use_help")
        )
        if not used:
            return Given(with_region(found, area, model=False))
        made_from = hashlib.sha256(content).hexdigest() + _keyed(told)[1]
        result = _beside(words, found, area, made_from)
        assert result.area is not None
        return Given(result, result.scenario_document(result.area.name))


def _days(words: Language) -> Told:
    """First and last day of the register, and the weeks after it."""
    help_ = words.say("web.register.date_help")
    since, until = (
        st.text_input(
            words.say(f"web.register.{key}"), key=f"register-{key}", help=help_, max_chars=LONGEST_NUMBER
        )
        for key in ("since", "until")
    )
    weeks = st.number_input(words.say("web.register.weeks"), 0, MOST_WEEKS, 0, 1, key="register-weeks")
    return Told(since, until, int(weeks))


def _houses(words: Language, houses: tuple[House, ...], told: Told) -> Told:
    """Beds and types of the houses, and beds that were shut."""
    beds: dict[str, int] = {}
    kinds: dict[str, str] = {}
    for number, house in enumerate(houses):
        left, right = st.columns(2)
        given = left.number_input(
            words.say("web.register.beds", house=house.name),
            1,
            MOST_BEDS,
            None,
            1,
            key=f"register-beds-{number}",
            placeholder=words.number(house.beds),
            help=words.say("web.register.beds_help"),
        )
        kind = right.selectbox(
            words.say("web.register.kind", house=house.name),
            ("", *HOSPICE_SETTINGS),
            key=f"register-kind-{number}",
            format_func=lambda k: words.word("setting", k) if k else words.say("web.register.kind_unknown"),
        )
        beds |= {} if given is None else {house.name: int(given)}
        kinds |= {house.name: kind} if kind else {}
    shut = st.text_area(
        words.say("web.register.shut"),
        key="register-shut",
        help=words.say("web.register.shut_help"),
        max_chars=LONGEST_TEXT,
    )
    return replace(told, beds=beds, kinds=kinds, shut=shut)


def _keyed(told: Told) -> tuple[Told, str]:
    """What was told, and the text by which it is known."""
    return told, f"{told.as_json()}{sorted(told.kinds.items())}"


@st.cache_data(show_spinner=False, max_entries=WEB_SHOWN)
def _read(name: str, content: bytes, _told: Told, told: str) -> tuple[Any, InputError | None]:
    return attempted(lambda: read_register_upload(name, content, _told))


def _beside(words: Language, found: Fitted, area: Area, made_from: str) -> RegisterResult:
    """The register beside the model, simulated once as long as nothing else is told."""
    key = (made_from, area.model_dump_json())
    kept: tuple[Any, RegisterResult] | None = st.session_state.get(_RESULT)
    if kept is None or kept[0] != key:
        bar = st.empty()
        with st.spinner(words.say("web.register.busy")):
            kept = (key, beside_model(found, area, waiting(words, bar)))
        bar.empty()
        st.session_state[_RESULT] = kept
    return kept[1]


def show_register(words: Language, given: Given) -> None:
    """What the register says, beside the model where that was run, and what can be taken along."""
    result = given.result
    fit = result.fit
    heading(words.say("register.title"), words)
    table = register_page.beside(fit, result.model, words)
    blocks = [
        Bullets(tuple(register_page.sentences(fit, words))),
        table if result.model else replace(table, note=""),
        *figure(figures_register.occupancy(fit, words)),
    ]
    show_blocks(blocks, words)
    forms = {form: partial(result.report_bytes, form, words.code) for form in OFFERED}
    offer(words, "register", "palsim_register", forms)
    for section in register_page.sections(fit, result.weeks, words):
        with st.expander(section.title):
            show_blocks(section.blocks, words)
    if result.area is not None:
        _take_region(words, result, given.scenario)


def _take_region(words: Language, result: RegisterResult, scenario: Document | None) -> None:
    """The region with the houses of the register, and the settings that follow, for the command."""
    assert result.area is not None
    left, right = st.columns(2)
    label, name = words.say("web.capacity.own_template", kind="Excel"), f"{result.area.name}_register.xlsx"
    form = partial(api.template_bytes, "xlsx", result.area)
    download(left, label, form, name, "register-region", width="stretch")
    if scenario is not None:
        label, name = words.say("web.register.scenario"), f"{scenario['name']}_scenario.yaml"
        download(right, label, yaml_text(scenario).encode(), name, "register-scenario", width="stretch")
