"""A region of real municipalities: names to type beside a map to click, each following the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from sim import api
from sim.report import style
from sim.scenario import Area
from sim.scenario.area.real_region import Grouping, nation
from sim.web.area_map import STATES, Chosen, View, clicked, name_in, spec, views
from sim.web.frame import Page, remembered

_GROUPINGS: dict[str, Grouping] = {"towns": "gemeente", "offices": "zorgkantoorregio"}
"""Names that make a region, by the word of their field and in the link."""
_CLICKS = "map-clicks"
"""Key of the session that counts clicks: every click meets a map on which nothing was clicked yet."""

_made = remembered(api.region)


@dataclass(frozen=True)
class Named:
    """A region by the names that make it."""

    chosen: Chosen
    area: Area | None  # None where no name is chosen


def choose_region(page: Page, beside: Any | None = None) -> Named:
    """A region of real municipalities and care-office areas; the link of the page follows the names.

    The map stands in a container beside it, by default folded up below the names.
    """
    chosen = Chosen(*(_names(page, key) for key in _GROUPINGS))
    for key, names in zip(_GROUPINGS, (chosen.towns, chosen.offices), strict=True):
        if names:
            st.query_params[key] = list(names)
        elif key in st.query_params:
            del st.query_params[key]
    here = st.container()  # always there, so that what stands below keeps its place
    with here.expander(page.say("web.map.title")) if beside is None else beside:
        _map(page, chosen)
    return Named(chosen, _made(chosen.towns, zorgkantoor=chosen.offices) if chosen.covered else None)


def _names(page: Page, key: str) -> tuple[str, ...]:
    """The names chosen; at first those of the link, of which one that is none is left out.

    They are the default of the field, so that they stand there too where the first drawing is cut short.
    """
    known, field, first = nation().known(_GROUPINGS[key]), f"capacity-{key}", f"link-{key}"
    if field not in st.session_state:
        st.session_state[first] = [name for name in st.query_params.get_all(key) if name in known]
    label, help_ = page.say(f"web.capacity.{key}"), page.say("web.capacity.names_help")
    start = st.session_state[first]
    return tuple(st.multiselect(label, known, start, key=field, placeholder="", help=help_))


def _map(page: Page, chosen: Chosen) -> None:
    def told(view: View) -> str:
        key = f"web.map.within.{view.grouping}" if view.grouping else "web.map.country"
        return page.say(key, name=view.name)

    known = views()
    view = page.choose("web.map.view", known, told, "map-view")
    key = f"map-{known.index(view)}-{st.session_state.get(_CLICKS, 0)}"
    with st.container(key="region-map"):
        st.vega_lite_chart(
            spec=spec(view, chosen, {state: page.say(f"web.map.state.{state}") for state in STATES}),
            key=key,
            on_select=partial(_click, key, view),
            height=style.MAP_PIXELS,
            theme=None,
            alt=page.say("web.map.alt"),
        )
    page.show(page.small("web.map.help"))


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
