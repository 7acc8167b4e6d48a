"""The page of one patient's bill: a worked case or a case file of the user."""

from __future__ import annotations

import streamlit as st

from sim import api
from sim.billing.case_bill import Bill
from sim.web import bill as bills
from sim.web import recipe as recipes
from sim.web.frame import Page, download, remembered

_NOW = ""


def draw(page: Page) -> None:
    """Draw the page."""
    page.begin("web.page.bill", "web.bill.intro")
    with page.told():
        _show(page, *_ask(page))


@st.cache_data(show_spinner=False)
def _cases() -> tuple[bills.WorkedCase, ...]:
    return bills.worked_cases()


@remembered
def _bill(name: str, content: bytes, law: str) -> Bill:
    """The bill of a case; one that comes with the program is no stranger."""
    known = next((case for case in _cases() if (f"{case.name}.yaml", case.content) == (name, content)), None)
    if known is not None:
        return api.bill(known.name, scenario=law or None)
    return bills.bill_of(name, content, law or None)


def _ask(page: Page) -> tuple[str, bytes, str]:
    """File name and content of the case, and the scenario whose law holds."""
    cases = {case.name: case for case in _cases()}
    left, middle, right = st.columns([1, 1, 1], gap="medium")
    chosen = page.choose("web.bill.case", tuple(cases), lambda n: cases[n].title, "case", place=left)
    name, content = f"{chosen}.yaml", cases[chosen].content
    download(left, page.say("web.download_case"), content, name, "case-download")
    file = page.upload(middle, "web.bill.upload", ("yaml", "yml"), "case-file", "web.upload_limit")

    def law_title(name: str) -> str:
        return page.scenario_title(name) if name else page.say("web.bill.law_now")

    law = page.choose("web.bill.law", (_NOW, *recipes.choices()), law_title, "law", place=right)
    return (name, content, law) if file is None else (file.name, file.getvalue(), law)


def _show(page: Page, name: str, content: bytes, law: str) -> None:
    made, words = _bill(name, content, law), page.words
    document = bills.bill_page(made, words)
    page.heading(made.title)
    first, *tables = bills.bill_blocks(made, words)
    page.show_blocks([first])
    for column, block in zip(st.columns(len(tables), gap="medium"), tables, strict=True):
        with column:
            page.show_blocks([block])
    download(st, page.say("web.download_bill"), document, "palsim_bill.html", "bill-download")
    for section in bills.bill_sections(made, words):
        st.header(section.title, anchor=False)
        page.show_blocks(section.blocks)
