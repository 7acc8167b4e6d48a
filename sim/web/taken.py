"""What a user takes along: buttons for one answer in several forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from sim.report.language import Language
from sim.web.frame import download

OFFERED = ("html", "xlsx", "docx")  # forms of a report for a meeting
_BUTTONS = {"html": "report", "xlsx": "excel", "docx": "word", "yaml": "scenario"}
"""Form of a file to the word on its button."""


def offer(words: Language, key: str, name: str, forms: Mapping[str, Callable[[], bytes]]) -> None:
    """A button for each form, side by side; the file, by name without ending, is made when it is pressed."""
    for column, (form, make) in zip(st.columns(len(forms)), forms.items(), strict=True):
        label = words.say(f"web.download_{_BUTTONS[form]}")
        download(column, label, make, f"{name}.{form}", f"{key}-{form}", width="stretch")
