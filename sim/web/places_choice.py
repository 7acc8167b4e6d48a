"""Places of now beside others on the page of beds: a form for each change, up to three alternatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from sim import api
from sim.limits import LONGEST_NAME, MOST_DAYS, MOST_TURNOVER_DAYS
from sim.report.formats.capacity_files import capacity_bytes
from sim.report.language import Language
from sim.report.pages.capacity_places import places_blocks, places_sentences, told_change
from sim.runs.options import Progress
from sim.scenario import Area, Site, load_area
from sim.schema import HOSPICE_SETTINGS
from sim.studies.capacity.observe import SHORT_STAY
from sim.studies.capacity.place_changes import GO_FIRST, ORIGINS
from sim.units import (
    MOST_BEDS,
    WEB_ALTERNATIVES,
    WEB_ANY_HOUSE_PERCENT,
    WEB_LONGER_DAYS,
    WEB_MORE_PERCENT,
    WEB_PLACES_REPLICATIONS,
)
from sim.web.blocks import block_html, bullets, paragraph
from sim.web.frame import cache_folder, heading, show, told, waiting
from sim.web.places import LINES, Alternatives, Fields, check, compare_places, line_of, neighbours_of
from sim.web.places import kept as kept_in_link
from sim.web.pressed import pressed, submit
from sim.web.recipe import Document
from sim.web.taken import REPORTS, offer

_CHANGES = "places-changes"
"""Key of the session that holds the alternatives."""
_LINK = "anders"
"""Name in the link of an alternative."""
_DUE = "places-due"
GIVEN = "places-answer"
"""Key of the session that keeps the last comparison."""
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
        names = [name for name in LINES if name != "share" or not isinstance(area, str)]
        name = st.selectbox(
            words.say("web.places.change"),
            names,
            key="places-change",
            format_func=lambda n: words.say(f"web.places.kind.{n}"),
        )
        with st.form("places-form", border=False):
            fields = _FIELDS[name](words, own.regions[0].sites, partial(neighbours_of, own, covered))
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
Neighbours = Callable[[], tuple[str, ...]]


def _site(words: Language, sites: Sites) -> tuple[str, ...]:
    names = {site.id: f"{site.name} ({site.beds})" for site in sites}
    chosen = st.selectbox(words.say("web.places.site"), tuple(names), format_func=names.__getitem__)
    return () if chosen is None else (chosen,)


def _day(words: Language, key: str) -> Any:
    return st.date_input(words.say(f"web.places.{key}"), None, key=f"places-{key}", format="DD-MM-YYYY")


def _number(words: Language, key: str, low: int, high: int, start: int) -> int:
    return int(st.number_input(words.say(f"web.places.{key}"), low, high, start, 1, key=f"places-{key}"))


def _kind(words: Language, kinds: Sequence[str]) -> str:
    return str(
        st.selectbox(
            words.say("web.places.type"),
            kinds,
            format_func=lambda k: words.word("setting", k) if k else words.say("web.places.all_types"),
        )
    )


def _close(words: Language, sites: Sites, _: Neighbours) -> Fields:
    return Fields(sites=_site(words, sites), since=_day(words, "since"))


def _open(words: Language, _sites: Sites, _: Neighbours) -> Fields:
    name = st.text_input(words.say("web.places.name"), key="places-name", max_chars=LONGEST_NAME)
    kind = _kind(words, (*HOSPICE_SETTINGS, SHORT_STAY))
    return Fields(
        name=name, kind=kind, number=_number(words, "beds", 1, MOST_BEDS, 1), since=_day(words, "since")
    )


def _merge(words: Language, sites: Sites, _: Neighbours) -> Fields:
    names = {site.id: f"{site.name} ({site.beds})" for site in sites}
    chosen = st.multiselect(
        words.say("web.places.sites"), tuple(names), format_func=names.__getitem__, placeholder=""
    )
    return Fields(sites=tuple(chosen), since=_day(words, "since"))


def _beds(words: Language, sites: Sites, _: Neighbours) -> Fields:
    mine = _site(words, sites)
    return Fields(sites=mine, number=_number(words, "beds", 0, MOST_BEDS, 1), since=_day(words, "since"))


def _shut(words: Language, sites: Sites, _: Neighbours) -> Fields:
    return Fields(
        sites=_site(words, sites),
        number=_number(words, "shut", 1, MOST_BEDS, 1),
        since=_day(words, "from"),
        until=_day(words, "until"),
        yearly=st.checkbox(words.say("web.places.yearly"), key="places-yearly"),
    )


def _stay(words: Language, _sites: Sites, _: Neighbours) -> Fields:
    return Fields(
        kind=_kind(words, ("", *HOSPICE_SETTINGS)),
        number=_number(words, "days", 1, MOST_DAYS, WEB_LONGER_DAYS),
    )


def _requests(words: Language, _sites: Sites, _: Neighbours) -> Fields:
    origin = st.selectbox(
        words.say("web.places.origin"),
        ("", *ORIGINS),
        format_func=lambda o: words.say(f"places.origin.{o}") if o else words.say("web.places.all_origins"),
    )
    return Fields(
        origin=str(origin), number=_number(words, "more", -_MOST_PERCENT, _MOST_PERCENT, WEB_MORE_PERCENT)
    )


def _share(words: Language, _sites: Sites, names: Neighbours) -> Fields:
    return Fields(neighbour=str(st.selectbox(words.say("web.places.neighbour"), names())))


def _other_house(words: Language, _sites: Sites, _: Neighbours) -> Fields:
    return Fields(number=_number(words, "any_house", 0, _MOST_PERCENT, WEB_ANY_HOUSE_PERCENT))


def _turnover(words: Language, _sites: Sites, _: Neighbours) -> Fields:
    return Fields(number=_number(words, "empty", 0, MOST_TURNOVER_DAYS, 1))


def _first(words: Language, _sites: Sites, _: Neighbours) -> Fields:
    who = st.selectbox(
        words.say("web.places.who"), tuple(GO_FIRST), format_func=lambda w: words.say(f"places.origin.{w}")
    )
    return Fields(who=str(who))


_FIELDS: dict[str, Callable[[Language, Sites, Neighbours], Fields]] = {
    "close": _close,
    "open": _open,
    "merge": _merge,
    "beds": _beds,
    "shut": _shut,
    "stay": _stay,
    "requests": _requests,
    "share": _share,
    "other-house": _other_house,
    "turnover": _turnover,
    "first": _first,
}


# ------------------------------------------------------------------ the answer
def show_places(words: Language, area: str | Area, asked: Asked, scenario: Document | None) -> None:
    """The comparison that was asked for, or the last one."""
    if st.session_state.get(_DUE):
        bar = st.empty()
        try:
            found = compare_places(
                area,
                asked.alternatives,
                cache_folder(),
                asked.prices,
                scenario,
                _progress(words, bar),
                waiting(words, bar),
            )
            st.session_state[GIVEN] = (area, asked, found)
        except Exception:
            del st.session_state[_DUE]
            raise
        del st.session_state[_DUE]
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
    show("".join(block_html(block, words) for block in places_blocks(compared, words)), words)
    forms = {form: partial(capacity_bytes, result.found, form, words) for form in REPORTS}
    offer(words, "places", "palsim_places", forms)


def _progress(words: Language, bar: Any) -> Callable[[Progress], None]:
    bar.progress(0, words.say("web.capacity.busy"))

    def done(progress: Progress) -> None:
        bar.progress(min(progress.done / max(progress.total, 1), 1.0), words.say("web.capacity.busy"))

    return done
