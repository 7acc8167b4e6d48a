"""A region of real municipalities: names to type beside a map to click, each following the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from sim import api
from sim.errors import InputError
from sim.report import style
from sim.report.language import Language
from sim.scenario import Area
from sim.scenario.area.real_region import Grouping, nation
from sim.web.area_map import STATES, Chosen, View, clicked, name_in, spec, views
from sim.web.blocks import paragraph
from sim.web.frame import WEB_SHOWN, attempted, gave, show

_GROUPINGS: dict[str, Grouping] = {"towns": "gemeente", "offices": "zorgkantoorregio"}
"""Names that make a region, by the word of their field and in the link."""
_CLICKS = "map-clicks"
"""Key of the session that counts clicks: every click meets a map on which nothing was clicked yet."""


@dataclass(frozen=True)
class Named:
    """A region by the names that make it."""

    chosen: Chosen
    area: Area | None  # None where no name is chosen


def choose_region(words: Language, beside: Any | None = None) -> Named:
    """A region of real municipalities and care-office areas; the link of the page follows the names.

    The map stands in a container beside it, by default folded up below the names.
    """
    towns, offices = (_names(words, key) for key in _GROUPINGS)
    for key, names in zip(_GROUPINGS, (towns, offices), strict=True):
        if names:
            st.query_params[key] = list(names)
        elif key in st.query_params:
            del st.query_params[key]
    chosen = Chosen(towns, offices)
    here = st.container()  # always there, so that what stands below keeps its place
    with here.expander(words.say("web.map.title")) if beside is None else beside:
        _map(words, chosen)
    if not chosen.covered:
        return Named(chosen, None)
    return Named(chosen, gave(_made(towns, offices)))


def _names(words: Language, key: str) -> tuple[str, ...]:
    """The names chosen; at first those of the link, of which one that is none is left out.

    They are the default of the field, so that they stand there too where the first drawing is cut short.
    """
    known, field, first = nation().known(_GROUPINGS[key]), f"capacity-{key}", f"link-{key}"
    if field not in st.session_state:
        st.session_state[first] = [name for name in st.query_params.get_all(key) if name in known]
    return tuple(
        st.multiselect(
            words.say(f"web.capacity.{key}"),
            known,
            st.session_state[first],
            key=field,
            placeholder="",
            help=words.say("web.capacity.names_help"),
        )
    )


@st.cache_data(show_spinner=False, max_entries=WEB_SHOWN)
def _made(towns: tuple[str, ...], offices: tuple[str, ...]) -> tuple[Any, InputError | None]:
    return attempted(lambda: api.region(towns, zorgkantoor=offices))


def _map(words: Language, chosen: Chosen) -> None:
    known = views()
    view = st.selectbox(
        words.say("web.map.view"), known, key="map-view", format_func=lambda v: _view_name(v, words)
    )
    key = f"map-{known.index(view)}-{st.session_state.get(_CLICKS, 0)}"
    told = {state: words.say(f"web.map.state.{state}") for state in STATES}
    with st.container(key="region-map"):
        st.vega_lite_chart(
            spec=spec(view, chosen, told),
            key=key,
            on_select=partial(_click, key, view),
            height=style.MAP_PIXELS,
            theme=None,
            alt=words.say("web.map.alt"),
        )
    show(paragraph(words.say("web.map.help"), "small"), words)


def _view_name(view: View, words: Language) -> str:
    return words.say(
        f"web.map.within.{view.grouping}" if view.grouping else "web.map.country", name=view.name
    )


def _click(key: str, view: View) -> None:
    """Let the names follow a click, before the page is drawn anew."""
    name = name_in(st.session_state.get(key))
    if name is None:
        return
    names = (tuple(st.session_state.get(f"capacity-{each}", ())) for each in _GROUPINGS)
    now = clicked(Chosen(*names), view, name)
    st.session_state["capacity-towns"] = list(now.towns)
    st.session_state["capacity-offices"] = list(now.offices)
    st.session_state[_CLICKS] = st.session_state.get(_CLICKS, 0) + 1
