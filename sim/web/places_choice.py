"""Places of now beside others on the page of beds: a form for each change, up to three alternatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from sim import api
from sim.limits import LONGEST_NAME
from sim.report.formats.capacity_files import capacity_bytes
from sim.report.language import Language
from sim.report.pages.capacity_places import places_blocks, places_sentences, told_change
from sim.scenario import Area, Site, load_area
from sim.scenario.area.real_region import slug
from sim.schema import HOSPICE_SETTINGS
from sim.studies.capacity.observe import SHORT_STAY
from sim.studies.capacity.place_changes import CHANGES, GO_FIRST, REQUEST_ORIGINS, About
from sim.web.blocks import bullets, paragraph
from sim.web.frame import busy, cache_folder, due, heading, show, show_blocks, told, waiting
from sim.web.places import (
    WEB_ALTERNATIVES,
    WEB_PLACES_REPLICATIONS,
    Alternatives,
    Fields,
    check,
    compare_places,
    house,
    line_of,
    neighbours_of,
)
from sim.web.places import kept as kept_in_link
from sim.web.pressed import pressed, submit
from sim.web.recipe import Document
from sim.web.taken import OFFERED, offer

_CHANGES = "places-changes"  # key of the session that holds the alternatives
_LINK = "anders"  # name in the link of an alternative
_DUE = "places-due"
GIVEN = "places-answer"  # key of the session that keeps the last comparison


@dataclass(frozen=True)
class Asked:
    """What to compare."""

    alternatives: Alternatives
    prices: bool


def is_given() -> bool:
    """Whether an answer stands on the page, or is due."""
    return _DUE in st.session_state or GIVEN in st.session_state


def ask_places(words: Language, area: str | Area, covered: frozenset[str]) -> Asked:
    """A form for changes of places, and the alternatives that they make."""
    _restore()
    with st.expander(words.say("web.places.title"), expanded=any(st.session_state[_CHANGES])):
        own = load_area(area)
        at = st.selectbox(
            words.say("web.places.alternative"),
            range(WEB_ALTERNATIVES),
            key="places-at",
            format_func=lambda number: words.say("web.places.number", n=number + 1),
        )
        names = [name for name in CHANGES if name != "share" or not isinstance(area, str)]
        name = st.selectbox(
            words.say("web.places.change"),
            names,
            key="places-change",
            format_func=lambda n: words.say(f"web.places.kind.{n}"),
        )
        with st.form("places-form", border=False):
            fields = _fields(words, name, own.regions[0].sites, partial(neighbours_of, own, covered))
            submit(words.say("web.places.add"), "places-add", width="stretch")
            if pressed("places-add"):
                with told(words):
                    _add(own, at, line_of(name, fields))
        _listed(words)
        prices = st.checkbox(words.say("web.places.prices"), key="places-prices")
        st.button(
            words.say("web.places.run"),
            key="places-run",
            type="primary",
            width="stretch",
            disabled=not any(st.session_state[_CHANGES]),
            on_click=_ask,
        )
    return Asked(st.session_state[_CHANGES], prices)


def _restore() -> None:
    """The alternatives of the link, at first; then those of the page, which the link follows."""
    if _CHANGES not in st.session_state:
        st.session_state[_CHANGES] = kept_in_link(st.query_params.get_all(_LINK))
    lines = ["; ".join(each) for each in st.session_state[_CHANGES]]
    if any(lines):
        st.query_params[_LINK] = [line for line in lines if line]
    elif _LINK in st.query_params:
        del st.query_params[_LINK]


def _ask() -> None:
    st.session_state[_DUE] = True


def _add(area: Area, at: int, line: str) -> None:
    """Add a change that fits the places, and draw the page anew with it."""
    now: Alternatives = st.session_state[_CHANGES]
    after = tuple((*lines, line) if number == at else lines for number, lines in enumerate(now))
    check(area, after)
    st.session_state[_CHANGES] = after
    st.rerun()


def _listed(words: Language) -> None:
    """Changes of each alternative, each with a button that takes it away."""
    for number, lines in enumerate(st.session_state[_CHANGES]):
        if lines:
            show(paragraph(words.say("web.places.number", n=number + 1)), words)
        for place, line in enumerate(lines):
            st.button(
                words.say("web.places.remove", change=told_change(line, words)),
                key=f"places-remove-{number}-{place}",
                on_click=partial(_remove, number, place),
                width="stretch",
            )


def _remove(number: int, place: int) -> None:
    now: Alternatives = st.session_state[_CHANGES]
    st.session_state[_CHANGES] = tuple(
        tuple(line for at, line in enumerate(lines) if (each, at) != (number, place))
        for each, lines in enumerate(now)
    )


# ------------------------------------------------------------------ the fields of each change
def _fields(
    words: Language, name: str, sites: Sequence[Site], neighbours: Callable[[], tuple[str, ...]]
) -> Fields:
    """What a change asks, in the order of the page: what it is about, a number, when it holds."""
    kind = CHANGES[name]
    given: dict[str, Any] = {}
    if kind.about is not None:
        given["about"] = _about(words, kind.about, sites, neighbours)
    if kind.amount is not None:
        asks = kind.amount
        label = words.say(f"web.places.{asks.of}")
        given["number"] = int(
            st.number_input(label, asks.least, asks.most, asks.start, 1, key=f"places-{asks.of}")
        )
    if kind.when == "since":
        given["since"] = _day(words, "since")
    elif kind.when == "period":
        given |= {"since": _day(words, "from"), "until": _day(words, "until")}
        given["yearly"] = st.checkbox(words.say("web.places.yearly"), key="places-yearly")
    return Fields(**given)


def _about(
    words: Language, about: About, sites: Sequence[Site], neighbours: Callable[[], tuple[str, ...]]
) -> str:
    """What a change is about, as its line has it."""

    def one(label: str, choices: Sequence[str], told: Callable[[str], str] = str) -> str:
        return str(st.selectbox(words.say(f"web.places.{label}"), choices, format_func=told) or "")

    def hospice(kind: str) -> str:
        return words.word("setting", kind) if kind else words.say("web.places.all_types")

    def origin(origin: str) -> str:
        return words.say(f"places.origin.{origin}" if origin else "web.places.all_origins")

    beds = {site.id: f"{site.name} ({site.beds})" for site in sites}
    match about:
        case "site":
            return one("site", tuple(beds), beds.__getitem__)
        case "sites":
            label = words.say("web.places.sites")
            chosen = st.multiselect(label, tuple(beds), format_func=beds.__getitem__, placeholder="")
            return "+".join(chosen)
        case "house":
            label = words.say("web.places.name")
            name = st.text_input(label, key="places-name", max_chars=LONGEST_NAME)
            return house(name, one("type", (*HOSPICE_SETTINGS, SHORT_STAY), hospice))
        case "hospice":
            return one("type", ("", *HOSPICE_SETTINGS), hospice)
        case "origin":
            return one("origin", ("", *REQUEST_ORIGINS), origin)
        case "neighbour":
            return slug(one("neighbour", neighbours()))
        case "who":
            return one("who", tuple(GO_FIRST), origin)


def _day(words: Language, key: str) -> Any:
    return st.date_input(words.say(f"web.places.{key}"), None, key=f"places-{key}", format="DD-MM-YYYY")


# ------------------------------------------------------------------ the answer
def show_places(words: Language, area: str | Area, asked: Asked, scenario: Document | None) -> None:
    """The comparison that was asked for, or the last one."""
    if st.session_state.get(_DUE):
        bar = st.empty()
        with due(_DUE):
            told = (busy(words, bar), waiting(words, bar))
            found = compare_places(area, asked.alternatives, cache_folder(), asked.prices, scenario, *told)
            st.session_state[GIVEN] = (area, asked, found)
        bar.empty()
    kept: tuple[str | Area, Asked, api.CapacityResult] | None = st.session_state.get(GIVEN)
    if kept is None:
        return
    *about, result = kept
    compared = result.found.compared
    if compared is None:
        return
    heading(words.say("places.title"), words)
    if about != [area, asked]:
        st.info(words.say("web.places.stale"))
    few = words.say("web.places.few", n=words.number(WEB_PLACES_REPLICATIONS))
    show(bullets(places_sentences(compared, words)) + paragraph(few, "small"), words)
    show_blocks(places_blocks(compared, words), words)
    forms = {form: partial(capacity_bytes, result.found, form, words) for form in OFFERED}
    offer(words, "places", "palsim_places", forms)
