"""The English report holds no Dutch: reasons in input files have an English text with the same numbers."""

import re

import pytest

from sim.catalogue import load_tariffs
from sim.report.language import language
from sim.scenario import load_scenario, scenario_names

FILE = "sim/report/words/notes_en.yaml"
NOTES = language("en").notes


@pytest.mark.parametrize("name", scenario_names())
def test_every_reason_in_a_scenario_and_its_area_has_an_english_text(name):
    reasons = {s.reason for s in load_scenario(name).provenance() if s.reason}
    missing = sorted(reasons - NOTES.keys())
    assert not missing, f"add to {FILE}:\n" + "\n".join(missing)


def test_every_reason_in_the_tariff_book_has_an_english_text():
    book = load_tariffs()
    reasons = {v.reason for id in (*book.ids, *book.parameter_ids) for v in book.values(id) if v.reason}
    missing = sorted(reasons - NOTES.keys())
    assert not missing, f"add to {FILE}:\n" + "\n".join(missing)


def test_every_amount_of_the_tariff_book_has_an_english_title():
    book = load_tariffs()
    titles = {v.title for id in (*book.ids, *book.parameter_ids) for v in book.values(id)}
    missing = sorted(titles - NOTES.keys())
    assert not missing, f"add to {FILE}:\n" + "\n".join(missing)


def test_every_care_product_has_a_title_and_a_unit_in_both_languages():
    book = load_tariffs()
    products = [book.product(id) for id in book.ids]
    missing = sorted({p.title for p in products} - NOTES.keys())
    assert not missing, f"add to {FILE}:\n" + "\n".join(missing)
    for words in (language("nl"), language("en")):
        assert not [p.id for p in products if not words.has(f"unit.{p.unit}")]


def test_a_translation_keeps_every_number():
    different = [k for k, v in NOTES.items() if re.findall(r"\d+", k) != re.findall(r"\d+", v)]
    assert not different


def test_no_translation_is_the_dutch_text_itself():
    dutch = re.compile(r"\b(het|een|van|niet|geen|voor|naar|bron)\b")
    assert not [v for v in NOTES.values() if dutch.search(v)]
