"""The range over the assumptions on the page: how many draws, how sure, how long."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sim.errors import InputError
from sim.report.language import language
from sim.studies.headline import HEADLINE
from sim.studies.sensitivity.assumptions import Assumptions, Spread
from sim.web import work
from sim.web.policies_choice import ends_of_ranges
from sim.web.what_if_page import time_left
from tests.unit.report_data import comparison


def _spread(name: str, error: float, width: float) -> Spread:
    return Spread(name, {}, "eur", 0.0, 0.0, width, 0.9, error / 2, error, 0, 1.0, 1.0, 8, ())


@pytest.mark.parametrize(
    ("lang", "said"), [("nl", "8 trekkingen: hun einden"), ("en", "8 draws: their ends")]
)
def test_the_ends_of_ranges_may_shift_by_their_larger_error(lang: str, said: str) -> None:
    """Errors of 10 of 100 and 30 of 100 at the larger end: the middle of both is 20%."""
    spreads = (_spread(HEADLINE, 10.0, 100.0), _spread("cost", 30.0, 100.0), _spread("patients", 90.0, 100.0))
    shown = comparison().alternatives[0]
    drawn = replace(shown, assumptions=Assumptions(shown.run.name, 8, 2, 323, spreads))
    told = ends_of_ranges((drawn,), language(lang))
    assert said in told
    assert "20%" in told
    assert ends_of_ranges((replace(shown, assumptions=None),), language(lang)) == ""


def test_the_time_left_is_that_of_the_tasks_that_are_not_ready() -> None:
    """30 seconds for 5 tasks is 6 a task: 15 more take 90."""
    assert time_left(30.0, 5, 20) == 90.0
    assert time_left(30.0, 0, 20) == 0.0


def _page(draws: int) -> None:
    import streamlit as st

    from sim.report.language import language
    from sim.web.frame import Page
    from sim.web.policies_choice import also_assumptions
    from sim.web.recipe import Recipe

    asked = Recipe("basis_2026", "azwa_pzp", "middenland", 1, 2, "", draws=draws)
    st.session_state["asked"] = also_assumptions(Page(language("en")), asked, "answer")


def test_the_page_offers_more_draws_than_there_were() -> None:
    page = AppTest.from_function(_page, kwargs={"draws": 8}).run()
    assert not page.exception
    assert list(page.radio[0].options) == ["32", "200"]
    page.radio[0].set_value(200).run()
    page.button[0].click().run()
    assert page.session_state["asked"] == 200
    assert not AppTest.from_function(_page, kwargs={"draws": 200}).run().button


def test_an_answer_whose_draws_were_stopped_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its runs alone are finished."""
    folder = Path("compared")

    def stopped(folder: Path) -> tuple[Assumptions, ...]:
        raise InputError("{folder}: not finished", folder=folder)

    monkeypatch.setattr(work, "_is_finished", lambda folder, document: True)
    monkeypatch.setattr(work, "read_assumptions", stopped)
    assert work._is_compared(folder, 0)
    assert not work._is_compared(folder, 8)
    monkeypatch.setattr(work, "read_assumptions", lambda folder: ())
    assert not work._is_compared(folder, 8)
