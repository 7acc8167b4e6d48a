"""The page of one patient's bill: a worked case or a case file of the user."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sim.billing.case_bill import Bill
from sim.errors import InputError
from sim.report.language import Language
from sim.web import recipe as recipes
from sim.web.apart import UPLOAD_MEGABYTES
from sim.web.bill import (
    WorkedCase,
    bill_blocks,
    bill_of,
    bill_of_worked,
    bill_page,
    bill_sections,
    worked_cases,
)
from sim.web.blocks import paragraph
from sim.web.frame import (
    WEB_SHOWN,
    attempted,
    download,
    gave,
    heading,
    scenario_title,
    show,
    show_blocks,
    told,
    uploader,
)

_NOW = ""


def draw(words: Language) -> None:
    """Draw the page."""
    st.title(words.say("web.page.bill"), anchor=False)
    show(paragraph(words.say("web.bill.intro")), words)
    asked = None
    with told(words):
        asked = _ask(words)
    if asked is not None:
        with told(words):
            _show(words, *asked)


@st.cache_data(show_spinner=False)
def _cases() -> tuple[WorkedCase, ...]:
    return worked_cases()


@st.cache_data(show_spinner=False, max_entries=WEB_SHOWN)
def _bill(name: str, content: bytes, law: str) -> tuple[Any, InputError | None]:
    """The bill of a case; one that comes with the program is no stranger."""
    known = next((case for case in _cases() if (f"{case.name}.yaml", case.content) == (name, content)), None)
    if known is not None:
        return attempted(lambda: bill_of_worked(known, law or None))
    return attempted(lambda: bill_of(name, content, law or None))


def _ask(words: Language) -> tuple[str, bytes, str]:
    """File name and content of the case, and the scenario whose law holds."""
    cases = {case.name: case for case in _cases()}
    left, middle, right = st.columns([1, 1, 1], gap="medium")
    chosen = left.selectbox(
        words.say("web.bill.case"), tuple(cases), key="case", format_func=lambda n: cases[n].title
    )
    label, content = words.say("web.download_case"), cases[chosen].content
    download(left, label, content, f"{chosen}.yaml", "case-download")
    limit = words.say("web.upload_limit", megabytes=UPLOAD_MEGABYTES)
    file = uploader(middle, words.say("web.bill.upload"), ("yaml", "yml"), "case-file", limit)
    law = right.selectbox(
        words.say("web.bill.law"),
        (_NOW, *recipes.choices()),
        key="law",
        format_func=lambda n: scenario_title(n, words.code) if n else words.say("web.bill.law_now"),
    )
    if file is not None:
        return file.name, file.getvalue(), law
    return f"{chosen}.yaml", cases[chosen].content, law


def _show(words: Language, name: str, content: bytes, law: str) -> None:
    made: Bill = gave(_bill(name, content, law))
    page = bill_page(made, words)
    heading(made.title, words)
    first, *tables = bill_blocks(made, words)
    show_blocks([first], words)
    for column, block in zip(st.columns(len(tables), gap="medium"), tables, strict=True):
        with column:
            show_blocks([block], words)
    download(st, words.say("web.download_bill"), page, "palsim_bill.html", "bill-download")
    for section in bill_sections(made, words):
        st.header(section.title, anchor=False)
        show_blocks(section.blocks, words)
