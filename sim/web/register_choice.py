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
from sim.limits import LONGEST_NUMBER, LONGEST_TEXT, MOST_WEEKS
from sim.report.figures import register as figures_register
from sim.report.page import Bullets, figure
from sim.report.pages import register as register_page
from sim.scenario import Area
from sim.schema import HOSPICE_SETTINGS
from sim.studies.register.fit import House
from sim.units import MOST_BEDS
from sim.web.frame import OFFERED, Page, download, remembered
from sim.web.recipe import Document
from sim.web.sizing import REGISTER_ENDINGS, Told, beside_model, read_register_upload

REGISTER_KEY = "register-file"  # key of the session that holds the upload
_RESULT = "register-result"
"""Key of the session that keeps the register beside the model, with what it was made from."""

_read = remembered(read_register_upload)


@dataclass(frozen=True)
class Given:
    """A register that was given."""

    result: RegisterResult
    scenario: Document | None = None  # settings that follow from it; None where the beds are sized without it

    @property
    def area(self) -> Area | None:
        """The region with the houses of the register, where the beds are sized with it."""
        return None if self.scenario is None else self.result.area


def give_register(page: Page, area: str | Area) -> Given | None:
    """A register of the user, with what it leaves out; None where none is given.

    An area that is a name is a fictional one, with which no register compares.
    """
    with st.expander(page.say("web.register.title")):
        file = page.upload(st, "web.register.upload", REGISTER_ENDINGS, REGISTER_KEY, "web.register.help")
        if file is None:
            st.session_state.pop(_RESULT, None)
            return None
        name, content = file.name, file.getvalue()
        told = _days(page)
        first = _read(name, content, replace(told, weeks=0))
        told = _houses(page, first.fit.houses, told)
        found = _read(name, content, told)
        if isinstance(area, str):
            page.show(page.small("web.register.no_region"))
            return Given(with_region(found, None))
        help_ = page.say("web.register.use_help")
        if not st.toggle(page.say("web.register.use"), key="register-use", help=help_):
            return Given(with_region(found, area, model=False))
        result = _beside(page, found, area, (hashlib.sha256(content).hexdigest(), told))
        assert result.area is not None
        return Given(result, result.scenario_document(result.area.name))


def _days(page: Page) -> Told:
    """First and last day of the register, and the weeks after it."""
    asked: dict[str, Any] = {"help": page.say("web.register.date_help"), "max_chars": LONGEST_NUMBER}
    since, until = (
        str(st.text_input(page.say(f"web.register.{key}"), key=f"register-{key}", **asked))
        for key in ("since", "until")
    )
    weeks = st.number_input(page.say("web.register.weeks"), 0, MOST_WEEKS, 0, 1, key="register-weeks")
    return Told(since, until, int(weeks))


def _houses(page: Page, houses: tuple[House, ...], told: Told) -> Told:
    """Beds and types of the houses, and beds that were shut."""
    beds: dict[str, int] = {}
    kinds: dict[str, str] = {}
    for number, house in enumerate(houses):
        left, right = st.columns(2)
        given = left.number_input(
            page.say("web.register.beds", house=house.name),
            1,
            MOST_BEDS,
            None,
            1,
            key=f"register-beds-{number}",
            placeholder=page.words.number(house.beds),
            help=page.say("web.register.beds_help"),
        )
        kind = right.selectbox(
            page.say("web.register.kind", house=house.name),
            ("", *HOSPICE_SETTINGS),
            key=f"register-kind-{number}",
            format_func=lambda k: page.setting(k) if k else page.say("web.register.kind_unknown"),
        )
        beds |= {} if given is None else {house.name: int(given)}
        kinds |= {house.name: kind} if kind else {}
    label, help_ = page.say("web.register.shut"), page.say("web.register.shut_help")
    shut = st.text_area(label, key="register-shut", help=help_, max_chars=LONGEST_TEXT)
    return replace(told, beds=beds, kinds=kinds, shut=shut)


def _beside(page: Page, found: Fitted, area: Area, made_from: tuple[str, Told]) -> RegisterResult:
    """The register beside the model, simulated once as long as nothing else is told."""
    key = (made_from, area.model_dump_json())
    kept: tuple[Any, RegisterResult] | None = st.session_state.get(_RESULT)
    if kept is None or kept[0] != key:
        bar = st.empty()
        with st.spinner(page.say("web.register.busy")):
            kept = (key, beside_model(found, area, page.waiting(bar)))
        bar.empty()
        st.session_state[_RESULT] = kept
    return kept[1]


def show_register(page: Page, given: Given) -> None:
    """What the register says, beside the model where that was run, and what can be taken along."""
    result, words = given.result, page.words
    fit = result.fit
    page.heading(page.say("register.title"))
    table = register_page.beside(fit, result.model, words)
    page.show_blocks(
        [
            Bullets(tuple(register_page.sentences(fit, words))),
            table if result.model else replace(table, note=""),
            *figure(figures_register.occupancy(fit, words)),
        ]
    )
    forms = {form: partial(result.report_bytes, form, words.code) for form in OFFERED}
    page.offer("register", "palsim_register", forms)
    for section in register_page.sections(fit, result.weeks, words):
        with st.expander(section.title):
            page.show_blocks(section.blocks)
    if result.area is None:
        return
    # the region with the houses of the register, and the settings that follow, for the command
    left, right = st.columns(2)
    label, name = page.say("web.capacity.own_template", kind="Excel"), f"{result.area.name}_register.xlsx"
    form = partial(api.template_bytes, "xlsx", result.area)
    download(left, label, form, name, "register-region", width="stretch")
    if given.scenario is not None:
        label, name = page.say("web.register.scenario"), f"{given.scenario['name']}_scenario.yaml"
        settings = yaml_text(given.scenario).encode()
        download(right, label, settings, name, "register-scenario", width="stretch")
