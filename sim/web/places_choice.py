"""Places of now beside others on the page of beds: a form for each change, up to three alternatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from sim import api
from sim.limits import LONGEST_NAME, MOST_DAYS, MOST_TURNOVER_DAYS
from sim.report.formats.capacity_files import capacity_bytes
from sim.report.language import Language
from sim.report.pages.capacity_places import places_blocks, places_sentences, told_change
from sim.scenario import Area, Site, load_area
from sim.schema import HOSPICE_SETTINGS
from sim.studies.capacity.observe import SHORT_STAY
from sim.studies.capacity.place_changes import GO_FIRST, REQUEST_ORIGINS
from sim.units import MOST_BEDS
from sim.web.blocks import bullets, paragraph
from sim.web.frame import busy, cache_folder, due, heading, show, show_blocks, told, waiting
from sim.web.places import (
    CHANGE_LINES,
    WEB_ALTERNATIVES,
    WEB_PLACES_REPLICATIONS,
    Alternatives,
    Fields,
    check,
    compare_places,
    line_of,
    neighbours_of,
)
from sim.web.places import kept as kept_in_link
from sim.web.pressed import pressed, submit
from sim.web.recipe import Document
from sim.web.taken import OFFERED, offer

# Where fields of its changes start: days of a longer stay, more requests, who takes any house
_WEB_LONGER_DAYS, _WEB_MORE_PERCENT, _WEB_ANY_HOUSE_PERCENT = 5, 20, 50

_CHANGES = "places-changes"  # key of the session that holds the alternatives
_LINK = "anders"  # name in the link of an alternative
_DUE = "places-due"
GIVEN = "places-answer"  # key of the session that keeps the last comparison
_MOST_PERCENT = 100


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
        names = [name for name in CHANGE_LINES if name != "share" or not isinstance(area, str)]
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
Sites = Sequence[Site]


def _site(words: Language, sites: Sites, several: bool = False) -> tuple[str, ...]:
    names = {site.id: f"{site.name} ({site.beds})" for site in sites}
    label = words.say("web.places.sites" if several else "web.places.site")
    if several:
        return tuple(st.multiselect(label, tuple(names), format_func=names.__getitem__, placeholder=""))
    chosen = st.selectbox(label, tuple(names), format_func=names.__getitem__)
    return () if chosen is None else (chosen,)


def _day(words: Language, key: str) -> Any:
    return st.date_input(words.say(f"web.places.{key}"), None, key=f"places-{key}", format="DD-MM-YYYY")


def _kind(words: Language, kinds: Sequence[str]) -> str:
    return str(
        st.selectbox(
            words.say("web.places.type"),
            kinds,
            format_func=lambda k: words.word("setting", k) if k else words.say("web.places.all_types"),
        )
    )


_NUMBERS: Mapping[str, tuple[str, int, int, int]] = {
    "open": ("beds", 1, MOST_BEDS, 1),
    "beds": ("beds", 0, MOST_BEDS, 1),
    "shut": ("shut", 1, MOST_BEDS, 1),
    "stay": ("days", 1, MOST_DAYS, _WEB_LONGER_DAYS),
    "requests": ("more", -_MOST_PERCENT, _MOST_PERCENT, _WEB_MORE_PERCENT),
    "other-house": ("any_house", 0, _MOST_PERCENT, _WEB_ANY_HOUSE_PERCENT),
    "turnover": ("empty", 0, MOST_TURNOVER_DAYS, 1),
}
"""The number that a change asks: the word of its field, the least, the most, and where it starts."""


def _fields(words: Language, name: str, sites: Sites, neighbours: Callable[[], tuple[str, ...]]) -> Fields:
    """What a change asks, in the order of the page: what it is about, a number, when it holds."""
    given: dict[str, Any] = {}
    if name in ("close", "merge", "beds", "shut"):
        given["sites"] = _site(words, sites, several=name == "merge")
    elif name == "open":
        label = words.say("web.places.name")
        given["name"] = st.text_input(label, key="places-name", max_chars=LONGEST_NAME)
        given["kind"] = _kind(words, (*HOSPICE_SETTINGS, SHORT_STAY))
    elif name == "stay":
        given["kind"] = _kind(words, ("", *HOSPICE_SETTINGS))
    elif name == "requests":
        given["origin"] = _origin(words, "origin", ("", *REQUEST_ORIGINS))
    elif name == "share":
        given["neighbour"] = str(st.selectbox(words.say("web.places.neighbour"), neighbours()))
    elif name == "first":
        given["who"] = _origin(words, "who", tuple(GO_FIRST))
    if name in _NUMBERS:
        key, low, high, start = _NUMBERS[name]
        label = words.say(f"web.places.{key}")
        given["number"] = int(st.number_input(label, low, high, start, 1, key=f"places-{key}"))
    if name in ("close", "open", "merge", "beds"):
        given["since"] = _day(words, "since")
    elif name == "shut":
        given |= {"since": _day(words, "from"), "until": _day(words, "until")}
        given["yearly"] = st.checkbox(words.say("web.places.yearly"), key="places-yearly")
    return Fields(**given)


def _origin(words: Language, label: str, origins: Sequence[str]) -> str:
    """Where a request comes from, or who goes first by that."""

    def told(origin: str) -> str:
        return words.say(f"places.origin.{origin}" if origin else "web.places.all_origins")

    return str(st.selectbox(words.say(f"web.places.{label}"), origins, format_func=told))


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
