"""The note: three sentences, a table of eight rows, one figure; as a page, in Word, and without a browser."""

import io
import math
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from docx import Document
from markupsafe import escape

from sim.errors import LANGUAGES, InputError
from sim.report.formats import note_files
from sim.report.language import language
from sim.report.pages.note import note_html, note_of
from sim.report.results import Kpis, Result
from sim.report.sections.background import left_out
from sim.report.sections.headlines import first_rows, headline_rows
from sim.report.sections.provenance import load_published
from sim.studies.headline import HEADLINE, Headlined
from sim.studies.sensitivity.assumptions import Assumptions, Spread
from tests.unit import report_data


@pytest.fixture(scope="module", params=LANGUAGES)
def words(request):
    return language(request.param)


@pytest.fixture(scope="module")
def note(words):
    result = report_data.comparison()
    return note_of(result, words, load_published(result.base.area))


def test_a_note_answers_in_three_sentences_one_table_of_eight_rows_and_one_figure(note):
    assert 1 <= len(note.answer) <= 3
    assert 1 <= len(note.table.rows) <= 8
    assert note.drawing is not None
    assert all(sentences for _, sentences in note.parts)


def test_a_note_says_who_pays_what_it_hangs_on_what_is_left_out_and_how_sure_it_is(note, words):
    keys = ("wins", "hangs", "left", "sure")
    assert [title for title, _ in note.parts] == [words.say(f"short_note.{key}") for key in keys]
    assert dict(note.parts)[words.say("short_note.hangs")] == (words.say("short_note.not_drawn"),)


def test_a_run_by_itself_has_a_note_without_winners(words):
    result = Result(report_data.run_view())
    made = note_of(result, words, load_published(result.base.area))
    assert words.say("short_note.wins") not in dict(made.parts)
    assert len(made.answer) == 3


def test_the_page_holds_all_that_the_note_says_and_asks_nothing_of_the_network(note, words):
    page = report_data.without_terms(note_html(note, words))
    assert all(escape(sentence) in page for sentence in note.answer)
    assert "<script" not in page
    assert f'lang="{words.code}"' in page


def test_word_opens_the_note_on_a4_with_its_table_and_picture(note, words):
    made = note_files.word_bytes(note, words)
    document = Document(io.BytesIO(made))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert all(sentence in text for sentence in (note.question, *note.answer))
    (table,) = document.tables
    assert [cell.text for cell in table.rows[1].cells] == [cell.text for cell in note.table.rows[0].cells]
    sides = (document.sections[0].page_width, document.sections[0].page_height)
    assert [round(side.mm) for side in sides] == [210, 297]
    assert any(name.endswith(".png") for name in zipfile.ZipFile(io.BytesIO(made)).namelist())


def test_the_same_note_is_the_same_document_byte_for_byte(note, words):
    assert note_files.word_bytes(note, words) == note_files.word_bytes(note, words)


def test_without_a_browser_a_pdf_is_refused_in_one_line(note, words, monkeypatch):
    monkeypatch.setattr(note_files.shutil, "which", lambda name: None)
    with pytest.raises(InputError, match="no browser is installed that prints") as told:
        note_files.note_bytes(note, "pdf", words)
    assert "\n" not in str(told.value)


def test_the_table_of_a_note_begins_with_what_its_policy_is_about(words):
    """The measures of the headline that move stand above cost and places, none of them twice."""
    result = report_data.comparison()
    (only,) = result.alternatives
    about = [row.metric.label for row in headline_rows(only, words) if not row.is_unchanged]
    made = note_of(result, words, load_published(result.base.area))
    labels = [row.cells[0].text.removesuffix(" (%)") for row in made.table.rows]
    assert about
    assert labels[: len(about)] == about[:8]
    assert len(labels) == len(set(labels))


def test_the_table_of_several_policies_begins_with_what_each_is_about_in_all_of_them(words):
    """Each with its own range over the assumptions, of which the other has none for a measure not its own."""
    (one,) = report_data.comparison().alternatives
    item = {"form": "change", "label": {"nl": "Eerste", "en": "First"}, "kpi": ["x"]}
    found = {
        "here": Headlined(np.array([100.0, 102]), np.array([150.0, 150]), "count", math.nan, math.nan),
        "there": Headlined(np.array([100.0, 102]), np.array([90.0, 94]), "count", math.nan, math.nan),
    }
    spread = Spread(HEADLINE, {"item": "0"}, "count", 49, 40, 60, 1.0, 0, 0, 0, 5, 0.5, 32, ())
    named = []
    for name, drawn in (("here", Assumptions("here", 32, 2, 300, (spread,))), ("there", None)):
        told = {"nl": name, "en": name}
        first = {**item, "label": told, "kpi": [name]}
        scenario = {**one.run.scenario, "headline": [first], "title": told}
        view = replace(one.run, manifest={**one.run.manifest, "scenario": scenario})
        mine = (found[name],)
        named.append(replace(one, run=view, headline=mine, measured=(mine, mine), assumptions=drawn))
    result = Result(report_data.run_view(), tuple(named))
    made = note_of(result, words, load_published(result.base.area))
    for row, label in zip(made.table.rows, ("here", "there"), strict=False):
        assert row.cells[0].text == label
        # 101 on average in the base, 150 and 92 in the policies
        assert [cell.text for cell in row.cells[2:]] == ["+49", "\u22129"]
    ranged = words.say("gallery.assumed", range="").split()[0]
    own, other = (row.cells[2].note for row in made.table.rows[:2])
    assert ranged in own
    assert "60" in own
    assert ranged not in other


@pytest.mark.parametrize("kpi", [["x"], ["wishes_met"]])
def test_policies_with_one_first_measure_share_a_row_with_the_range_of_each(words, kpi):
    """The second has the measure as an item of its own, or knows its range as that of a KPI."""
    (one,) = report_data.comparison().alternatives
    item = {"form": "change", "label": {"nl": "Eerste", "en": "First"}, "kpi": kpi}
    mine = (Headlined(np.array([100.0, 102]), np.array([150.0, 150]), "count", math.nan, math.nan),)
    named = []
    for name, low in (("here", 40), ("there", 30)):
        own = Spread(HEADLINE, {"item": "0"}, "count", 49, low, 60, 1.0, 0, 0, 0, 5, 0.5, 32, ())
        drawn = Assumptions(name, 32, 2, 300, (own, replace(own, name="wishes_met", dimension={})))
        other = {**item, "kpi": ["y"]} if kpi == ["wishes_met"] and name == "there" else item
        scenario = {**one.run.scenario, "headline": [other]}
        view = replace(one.run, manifest={**one.run.manifest, "scenario": scenario})
        named.append(replace(one, run=view, headline=mine, measured=(mine, mine), assumptions=drawn))
    (row,) = first_rows(named, words)
    assert [change.spread.low for change in row.changes] == [40, 30]


def test_a_note_whose_payers_pay_the_same_has_no_figure(words):
    result = report_data.comparison({})
    (only,) = result.alternatives
    still = replace(only, differences=Kpis({key: _still(found) for key, found in _rows(only).items()}))
    assert note_of(Result(result.base, (still,)), words, load_published(result.base.area)).drawing is None


def _rows(alternative):
    return {
        (name, frozenset(dimension.items())): alternative.differences.get(name, **dimension)
        for name, dimension in alternative.differences.index()
    }


def _still(found):
    return replace(found, alt=found.base, mean=0.0, low=0.0, high=0.0)


@pytest.mark.parametrize(
    ("key", "group", "setting"),
    [("nurses", "nurses", {"applies": True}), ("prices", "hospice", {"fewer_hours": {"value": 0.5}})],
)
def test_what_a_policy_counts_is_not_told_as_left_out(words, key, group, setting):
    result = report_data.comparison()
    (only,) = result.alternatives
    assert words.say(f"limits.{key}") in left_out(result.runs, words)
    scenario = {**only.run.scenario, group: {**only.run.scenario[group], **setting}}
    run = replace(only.run, manifest={**only.run.manifest, "scenario": scenario})
    assert words.say(f"limits.{key}") not in left_out((result.base, run), words)
    made = note_of(Result(result.base, (replace(only, run=run),)), words, load_published(result.base.area))
    assert words.say(f"limits.{key}") not in dict(made.parts)[words.say("short_note.left")]


def test_a_note_names_no_table_that_it_does_not_hold(note, words):
    sure = " ".join(dict(note.parts)[words.say("short_note.sure")])
    assert words.say("validation.report") in sure
    assert words.say("validation.table") not in sure
