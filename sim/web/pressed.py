"""Buttons whose press waits until the page acts on it.

A page that is drawn anew half-way, as when a map reports where it stands, forgets what streamlit says of a
button; what the press itself wrote down stays.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

_MARK = "pressed:"


def button(label: str, key: str, **options: Any) -> None:
    """A button of streamlit; `pressed` tells of it."""
    st.button(label, key=key, on_click=_press, args=(key,), **options)


def submit(label: str, key: str, **options: Any) -> None:
    """A button of a form; `pressed` tells of it."""
    st.form_submit_button(label, key=key, on_click=_press, args=(key,), **options)


def pressed(*keys: str) -> bool:
    """Whether one of some buttons was pressed since this was asked last: ask where it is acted on."""
    marks = [st.session_state.pop(_MARK + key, False) for key in keys]
    return True in marks


def _press(key: str) -> None:
    st.session_state[_MARK + key] = True
