"""A press of a button is acted on also where the page is drawn anew before it gets there."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

PAGE = """
import streamlit as st
from sim.web.frame import button, pressed

drawn = st.session_state.setdefault("drawn", 0)
st.session_state.drawn += 1
{head}
button("Add", "add"{kind})
if drawn == 1:
    st.rerun()  # as a part of the page that reports something does
if pressed("add"):
    st.session_state.added = st.session_state.get("added", 0) + 1
"""


def added(kind: str, head: str) -> tuple[int, int]:
    """Times drawn and times acted on, after a press whose drawing is cut short and a drawing after it."""
    indented = PAGE.format(kind=kind, head=head)
    if head:
        indented = indented.replace('button("Add"', '    button("Add"')
    page = AppTest.from_string(indented).run()
    page.button[0].click().run()
    page.run()
    assert not page.exception
    return page.session_state.drawn, page.session_state.added


def test_a_press_outlives_a_drawing_that_is_cut_short_and_counts_once():
    assert added("", "") == (4, 1)


def test_so_does_a_press_in_a_form():
    assert added(", st.form_submit_button", 'with st.form("form"):') == (4, 1)
