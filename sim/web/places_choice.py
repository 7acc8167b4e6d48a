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
from sim.report.pages.capacity_places import places_blocks, places_sentences, told_change
from sim.scenario import Area, Site, load_area
from sim.scenario.area.real_region import slug
from sim.schema import HOSPICE_SETTINGS
from sim.studies.capacity.observe import SHORT_STAY
from sim.studies.capacity.place_changes import CHANGES, GO_FIRST, REQUEST_ORIGINS, About
from sim.web import places
from sim.web.blocks import bullets, paragraph
from sim.web.frame import OFFERED, Page, button, cache_folder, due, mark, pressed
from sim.web.recipe import Document

_CHANGES = "places-changes"  # key of the session that holds the alternatives
_LINK = "anders"  # name in the link of an alternative
_DUE = "places-due"
GIVEN = "places-answer"  # key of the session that keeps the last comparison


@dataclass(frozen=True)
class Asked:
    """What to compare."""

    alternatives: places.Alternatives
    prices: bool


def is_given() -> bool:
    """Whether an answer stands on the page, or is due."""
    return _DUE in st.session_state or GIVEN in st.session_state


def ask_places(page: Page, area: str | Area, covered: frozenset[str]) -> Asked:
    """A form for changes of places, and the alternatives that they make."""
    _restore()
    with st.expander(page.say("web.places.title"), expanded=any(st.session_state[_CHANGES])):
        own = load_area(area)
        several = range(places.WEB_ALTERNATIVES)
        at = page.choose("web.places.alternative", several, lambda n: _number(page, n), "places-at")
        names = [name for name in CHANGES if name != "share" or not isinstance(area, str)]
        kinds = {name: page.say(f"web.places.kind.{name}") for name in names}
        name = page.choose("web.places.change", names, kinds.__getitem__, "places-change")
        with st.form("places-form", border=False):
            fields = _fields(page, name, own.regions[0].sites, partial(places.neighbours_of, own, covered))
            button(page.say("web.places.add"), "places-add", st.form_submit_button, width="stretch")
            if pressed("places-add"):
                with page.told():
                    _add(own, at, places.line_of(name, fields))
        _listed(page)
        prices = st.checkbox(page.say("web.places.prices"), key="places-prices")
        st.button(
            page.say("web.places.run"),
            key="places-run",
            type="primary",
            width="stretch",
            disabled=not any(st.session_state[_CHANGES]),
            on_click=mark,
            args=(_DUE,),
        )
    return Asked(st.session_state[_CHANGES], prices)


def _number(page: Page, number: int) -> str:
    return page.say("web.places.number", n=number + 1)


def _restore() -> None:
    """The alternatives of the link, at first; then those of the page, which the link follows."""
    if _CHANGES not in st.session_state:
        st.session_state[_CHANGES] = places.kept(st.query_params.get_all(_LINK))
    lines = ["; ".join(each) for each in st.session_state[_CHANGES]]
    if any(lines):
        st.query_params[_LINK] = [line for line in lines if line]
    elif _LINK in st.query_params:
        del st.query_params[_LINK]


def _add(area: Area, at: int, line: str) -> None:
    """Add a change that fits the places, and draw the page anew with it."""
    now: places.Alternatives = st.session_state[_CHANGES]
    after = (*now[:at], (*now[at], line), *now[at + 1 :])
    places.check(area, after)
    st.session_state[_CHANGES] = after
    st.rerun()


def _listed(page: Page) -> None:
    """Changes of each alternative, each with a button that takes it away."""
    for number, lines in enumerate(st.session_state[_CHANGES]):
        if lines:
            page.show(paragraph(_number(page, number)))
        for place, line in enumerate(lines):
            st.button(
                page.say("web.places.remove", change=told_change(line, page.words)),
                key=f"places-remove-{number}-{place}",
                on_click=_remove,
                args=(number, place),
                width="stretch",
            )


def _remove(number: int, place: int) -> None:
    now: places.Alternatives = st.session_state[_CHANGES]
    rest = (*now[number][:place], *now[number][place + 1 :])
    st.session_state[_CHANGES] = (*now[:number], rest, *now[number + 1 :])


# ------------------------------------------------------------------ the fields of each change
def _fields(
    page: Page, name: str, sites: Sequence[Site], neighbours: Callable[[], tuple[str, ...]]
) -> places.Fields:
    """What a change asks, in the order of the page: what it is about, a number, when it holds."""

    def day(key: str) -> Any:
        return st.date_input(page.say(f"web.places.{key}"), None, key=f"places-{key}", format="DD-MM-YYYY")

    kind = CHANGES[name]
    given: dict[str, Any] = {}
    if kind.about is not None:
        given["about"] = _about(page, kind.about, sites, neighbours)
    if (asks := kind.amount) is not None:
        label, key = page.say(f"web.places.{asks.of}"), f"places-{asks.of}"
        given["number"] = int(st.number_input(label, asks.least, asks.most, asks.start, 1, key=key))
    if kind.when == "since":
        given["since"] = day("since")
    elif kind.when == "period":
        given |= {"since": day("from"), "until": day("until")}
        given["yearly"] = st.checkbox(page.say("web.places.yearly"), key="places-yearly")
    return places.Fields(**given)


def _about(page: Page, about: About, sites: Sequence[Site], neighbours: Callable[[], tuple[str, ...]]) -> str:
    """What a change is about, as its line has it."""

    def one(label: str, choices: Sequence[str], told: Callable[[str], str] = str) -> str:
        return str(page.choose(f"web.places.{label}", choices, told) or "")

    def hospice(kind: str) -> str:
        return page.setting(kind) if kind else page.say("web.places.all_types")

    def origin(origin: str) -> str:
        return page.say(f"places.origin.{origin}" if origin else "web.places.all_origins")

    beds = {site.id: f"{site.name} ({site.beds})" for site in sites}
    match about:
        case "site":
            return one("site", tuple(beds), beds.__getitem__)
        case "sites":
            label = page.say("web.places.sites")
            chosen = st.multiselect(label, tuple(beds), format_func=beds.__getitem__, placeholder="")
            return "+".join(chosen)
        case "house":
            name = st.text_input(page.say("web.places.name"), key="places-name", max_chars=LONGEST_NAME)
            return places.house(name, one("type", (*HOSPICE_SETTINGS, SHORT_STAY), hospice))
        case "hospice":
            return one("type", ("", *HOSPICE_SETTINGS), hospice)
        case "origin":
            return one("origin", ("", *REQUEST_ORIGINS), origin)
        case "neighbour":
            return slug(one("neighbour", neighbours()))
        case "who":
            return one("who", tuple(GO_FIRST), origin)


# ------------------------------------------------------------------ the answer
def show_places(page: Page, area: str | Area, asked: Asked, scenario: Document | None) -> None:
    """The comparison that was asked for, or the last one."""
    words = page.words
    if st.session_state.get(_DUE):
        bar = st.empty()
        with due(_DUE):
            told = (page.busy(bar), page.waiting(bar))
            found = places.compare_places(
                area, asked.alternatives, cache_folder(), asked.prices, scenario, *told
            )
            st.session_state[GIVEN] = (area, asked, found)
        bar.empty()
    kept: tuple[str | Area, Asked, api.CapacityResult] | None = st.session_state.get(GIVEN)
    if kept is None or (compared := kept[-1].found.compared) is None:
        return
    *about, result = kept
    page.heading(page.say("places.title"))
    if about != [area, asked]:
        st.info(page.say("web.places.stale"))
    few = page.small("web.places.few", n=words.number(places.WEB_PLACES_REPLICATIONS))
    page.show(bullets(places_sentences(compared, words)), few)
    page.show_blocks(places_blocks(compared, words))
    page.offer(
        "places", "palsim_places", {f: partial(capacity_bytes, result.found, f, words) for f in OFFERED}
    )
