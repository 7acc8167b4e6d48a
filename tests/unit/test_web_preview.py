"""A lever that moves: a preview from fewer replications, then the full answer, and no press is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sim import api, store
from sim.errors import RunError
from sim.report.language import language
from sim.web import what_if_page, work
from sim.web.frame import Page as Shown
from sim.web.recipe import Recipe
from sim.web.what_if_page import WEB_SOON_SECONDS
from sim.web.work import WEB_REPLICATIONS
from tests.unit.report_data import comparison

LEAST, MORE = WEB_REPLICATIONS[0], WEB_REPLICATIONS[1]
NOW = Recipe("basis_2026", "basis_2026", "middenland", 1, MORE, "", {})
MOVED = replace(NOW, title="Mine", values={"beds_bth": 9})


def _page() -> None:
    import streamlit as st

    from sim.report.language import language
    from sim.web.frame import Page, button
    from sim.web.what_if_page import _answer

    page = Page(language("en"))
    button("Simulate", "run")
    with page.told():
        _answer(page, st.session_state["asked"], None)


class Page:
    """The answer column of the page, whose simulations are left out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds: float = 0.1) -> None:
        self.asked: list[Recipe] = []
        self.known: list[Recipe] = []
        self.failing: list[Recipe] = []
        self.markup: list[str] = []
        result = comparison()
        base = replace(
            result.base,
            manifest={**result.base.manifest, "replications": LEAST, "timings": {"seconds": seconds}},
        )
        others = tuple(
            replace(each, run=replace(each.run, manifest={**each.run.manifest, **base.manifest}))
            for each in result.alternatives
        )

        def answered(recipe: Recipe, *_: Any, **__: Any) -> work.Answer:
            self.asked.append(recipe)
            if recipe in self.failing:
                raise RunError("the disk is full")
            return work.Answer(Path("none"), replace(result, base=base, alternatives=others), {}, 0.5)

        monkeypatch.setattr(work, "answer", answered)
        monkeypatch.setattr(work, "is_known", lambda recipe, _: recipe in self.known)
        monkeypatch.setattr(what_if_page, "_show", lambda *_: None)
        monkeypatch.setattr(what_if_page, "_preview", self._told)
        self.page = AppTest.from_function(_page)
        self.page.session_state["asked"] = NOW

    def _told(self, page: Any, found: Any, asked: Recipe, follows: bool) -> str:
        self.markup.append("follows" if follows else "ask")
        return ""

    def ask(self, recipe: Recipe, press: bool = False) -> list[Recipe]:
        """Questions computed when the page asks this."""
        del self.asked[:], self.markup[:]
        self.page.session_state["asked"] = recipe
        if press:
            self.page.button[0].click()
        self.page.run()
        assert not self.page.exception
        return list(self.asked)


def test_a_moved_lever_shows_a_preview_of_fewer_replications_and_then_the_full_answer(monkeypatch) -> None:
    page = Page(monkeypatch)
    assert page.ask(NOW) == [replace(NOW, replications=LEAST), NOW]
    assert page.ask(MOVED) == [replace(MOVED, replications=LEAST), MOVED]
    assert page.markup == ["follows"]
    assert page.ask(MOVED) == [MOVED], "what is shown already has no preview"
    page.known.append(NOW)
    assert page.ask(NOW) == [NOW], "nor has what is in the cache"


def test_where_the_full_answer_takes_long_the_button_asks_for_it(monkeypatch) -> None:
    page = Page(monkeypatch, seconds=WEB_SOON_SECONDS + 1)
    page.ask(NOW)
    assert page.ask(MOVED) == [replace(MOVED, replications=LEAST), NOW], "the last answer stays below"
    assert page.markup == ["ask"]
    assert page.ask(MOVED, press=True)[-1] == MOVED
    assert page.markup == ["follows"]
    again = replace(MOVED, values={"beds_bth": 10})
    assert page.ask(again)[-1] == MOVED, "the press was for what stood there then"


def test_another_region_or_number_of_replications_waits_for_the_button(monkeypatch) -> None:
    page = Page(monkeypatch)
    page.ask(NOW)
    for other in (replace(NOW, area="drenthe"), replace(NOW, replications=WEB_REPLICATIONS[-1])):
        assert page.ask(other) == [NOW]
        assert page.page.info[0].value == language("en").say("web.stale")
    assert page.ask(other, press=True)[-1] == other
    assert not page.page.info


@pytest.mark.parametrize("replications", [LEAST, MORE])
def test_a_press_that_failed_is_not_tried_again_without_another(monkeypatch, replications) -> None:
    """Whether its preview failed, or the full answer of a question without one."""
    page = Page(monkeypatch)
    page.ask(NOW)
    other = replace(NOW, area="drenthe", replications=replications)
    page.failing.append(replace(other, replications=LEAST))
    assert page.ask(other, press=True)[-1] == replace(other, replications=LEAST)
    assert page.ask(other) == [NOW], "the last answer stands again"


def test_another_name_is_taken_with_the_next_question(monkeypatch) -> None:
    page = Page(monkeypatch, seconds=WEB_SOON_SECONDS + 1)
    page.ask(NOW)
    page.ask(MOVED, press=True)
    named = replace(MOVED, title="Yours")
    assert page.ask(named) == [MOVED]
    assert not page.markup, "the levers stand as they were: no preview"
    assert page.ask(named, press=True)[-1] == named


def test_draws_of_the_assumptions_stay_with_the_answer_and_go_when_a_lever_moves(monkeypatch) -> None:
    page = Page(monkeypatch)
    page.ask(MOVED)
    drawn = replace(MOVED, draws=8)
    page.page.session_state["shown"] = drawn
    assert page.ask(MOVED) == [drawn]
    again = replace(MOVED, values={"beds_bth": 10})
    assert page.ask(again)[-1] == again


def test_the_fewest_replications_have_no_preview(monkeypatch) -> None:
    page = Page(monkeypatch)
    few = replace(NOW, replications=LEAST)
    assert page.ask(few) == [few]


def test_a_preview_says_in_both_languages_that_it_is_one() -> None:
    found = work.Answer(Path("none"), comparison(), {}, 0.5)
    for code, word, counted in (("nl", "Voorlopig", "2 van de 4"), ("en", "Preliminary", "2 of 4")):
        told = what_if_page._preview(Shown(language(code)), found, NOW, True)
        assert word in told
        assert counted in told
        assert told != what_if_page._preview(Shown(language(code)), found, NOW, False)


@pytest.mark.slow
def test_an_answer_that_goes_on_from_its_preview_is_that_of_all_replications_at_once(tmp_path: Path) -> None:
    first = work.answer(replace(MOVED, replications=LEAST), tmp_path / "page")
    full = work.answer(MOVED, tmp_path / "page", first=first)
    assert work.is_known(MOVED, tmp_path / "page")
    assert not work.is_known(replace(MOVED, seed=2), tmp_path / "page")
    file = tmp_path / "mine.yaml"
    file.write_bytes(full.scenario())
    api.compare(
        "basis_2026",
        file,
        area="middenland",
        seed=MOVED.seed,
        replications=MORE,
        out=tmp_path / "once",
        keep="kpis",
        assumptions=0,
    )
    ours, once = (
        {
            path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.name != store.MANIFEST
        }
        for folder in (full.folder, tmp_path / "once")
    )
    assert ours == once
