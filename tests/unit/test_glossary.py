"""The first page of every shipped policy: its terms explained, its amounts in the digits they carry."""

import re
from functools import cache

import pytest

from sim.errors import LANGUAGES
from sim.report.language import language
from sim.report.pages.build import render
from sim.report.pages.note import note_html, note_of
from sim.report.sections.glossary import explainer, terms_of
from sim.report.sections.provenance import load_published
from sim.scenario import load_scenario, scenario_names
from tests.unit import report_data

_EVERYWHERE = r"\b[A-Z]{2,}[A-Z$]*|\bWlz\b|\bZvw\b|\bWmo\b|eigen risico|bijna-thuis-huis"
JARGON = {
    "nl": rf"{_EVERYWHERE}|omzetplafond|palliatieve unit",
    "en": rf"{_EVERYWHERE}|\bceiling|palliative unit",
}
"""Abbreviations and terms of art, found in the texts themselves."""
PLAIN = {"II"}
AMOUNT = re.compile(r"€[\s\u00a0]?(\d[\d.,]*)")


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request):
    return request.param


@cache
def dumped(name):
    return load_scenario(name).scenario.model_dump(mode="json")


def texts(name, lang):
    """What a first page takes from a scenario: title, question and the labels of its headline."""
    scenario = dumped(name)
    told = [scenario["title"][lang], scenario["question"][lang]]
    for item in scenario["headline"]:
        told += [
            part["label"][lang]
            for part in (item, item.get("of"), item.get("per"))
            if part and part.get("label")
        ]
    return told


def test_every_term_of_a_shipped_policy_is_explained(lang):
    words = language(lang)
    missing = {}
    for name in scenario_names():
        told = texts(name, lang)
        explained = " ".join(term.lower() for term, _ in terms_of(told, words))
        used = {found.lower() for found in re.findall(JARGON[lang], " ".join(told)) if found not in PLAIN}
        if lost := {term for term in used if term not in explained}:
            missing[name] = lost
    assert not missing


def test_terms_stand_in_the_order_of_their_first_use_and_no_other_stands(lang):
    words = language(lang)
    assert [term for term, _ in terms_of(("Wmo, Zvw", "Wmo"), words)] == ["Wmo", "Zvw"]
    assert terms_of(("niets",), words) == ()


@pytest.fixture(scope="module")
def note(lang):
    result = report_data.comparison()
    return note_of(result, language(lang), load_published(result.base.area))


@pytest.fixture(scope="module")
def pages(lang, note, blank_figures):
    """Report and note."""
    words, result = language(lang), report_data.comparison()
    return render(result, words, load_published(result.base.area)), note_html(note, words)


def test_report_and_note_explain_their_terms_where_a_keyboard_and_a_phone_reach_them(lang, pages):
    words = language(lang)
    for page in pages:
        (found,) = re.findall(r'<details class="terms">.*?</details>', page, re.DOTALL)
        assert f"<summary>{words.say('glossary.title')}</summary>" in found
        assert "<dt>AZWA</dt>" in found


def test_a_term_is_explained_where_it_is_first_used_and_nowhere_else():
    explain = explainer(language("nl"))
    first, second = explain("Twee bijna-thuis-huizen & de Zvw."), explain("De Zvw, de Wlz.")
    assert first.count("<abbr") == 2
    assert 'tabindex="0"' in first
    assert ">bijna-thuis-huizen</abbr> &amp; de <abbr" in first
    assert second.count("<abbr") == 1
    assert second.startswith("De Zvw, de <abbr")
    assert report_data.without_terms(first) == "Twee bijna-thuis-huizen &amp; de Zvw."


def test_report_and_note_mark_each_term_once_in_the_sentence_that_first_uses_it(pages):
    for page in pages:
        marked = re.findall(r'<abbr class="term" tabindex="0" title="([^"]+)">', page)
        assert len(marked) == len(set(marked))
        read = report_data.without_terms(page[page.index("<main") :])
        assert page.index("<abbr") < page.index('<details class="terms">')
        assert ">AZWA</abbr>" in page
        assert read.count("AZWA") > 1


def test_the_sentences_of_an_answer_have_at_most_25_words_beside_their_brackets(note):
    sentences = [
        part for line in note.answer for part in re.split(r"(?<=[.?])\s", re.sub(r"\([^)]*\)", "", line))
    ]
    long = [sentence for sentence in sentences if len(sentence.split()) > 25]
    assert not long


def test_no_amount_of_an_answer_has_more_than_four_digits_that_count(note):
    """Two digits of the uncertainty are shown, so a number of the answer ends in noughts."""
    told = " ".join(note.answer)
    amounts = [re.sub(r"\D", "", amount).strip("0") for amount in AMOUNT.findall(told)]
    assert amounts
    assert all(len(digits) <= 4 for digits in amounts)
