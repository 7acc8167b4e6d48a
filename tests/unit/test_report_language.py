"""Two languages with the same words, and money, dates and numbers as each writes them."""

import datetime as dt
import inspect
import re
import string

import pytest
from pydantic import BaseModel

from sim import schema
from sim.errors import LANGUAGES, InputError
from sim.report.language import language
from sim.scenario import models

NL, EN = language("nl"), language("en")
HEADER = {
    *("author", "date", "en", "evidence", "extends", "headline", "id", "kind", "mechanism", "name"),
    *("form", "kpi", "label", "of", "per", "nl", "question"),
    *("range", "range_factor", "reason", "references", "setting", "source", "title", "value"),
}


def places(sentence):
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def test_both_catalogues_have_the_same_keys():
    assert NL.catalogue.keys() == EN.catalogue.keys()


def test_both_catalogues_have_the_same_places_in_every_sentence():
    different = [k for k in NL.catalogue if places(NL.catalogue[k]) != places(EN.catalogue[k])]
    assert not different


def test_a_number_has_the_noun_and_the_verb_that_belong_to_it():
    given = {"beds": NL.say("capacity.number_beds", n="1"), "change": "evenveel als nu"}
    assert NL.say("capacity.answer.smallest_one", count=1, **given).startswith(
        "1 bed (evenveel als nu) voldoet"
    )
    assert EN.say("capacity.number_beds", n="2") == "2 beds"
    beds = NL.say("capacity.number_beds", n="2")
    assert "1 herhaling volgt over 2 bedden geen" in NL.say("capacity.answer.open", n="1", numbers=beds)
    more = NL.say("capacity.answer.open", n=NL.number(1000), numbers=beds)
    assert "1.000 herhalingen volgt over 2 bedden geen" in more


@pytest.mark.parametrize("words", [NL, EN], ids=["nl", "en"])
def test_no_sentence_has_a_number_before_a_noun_that_has_a_word_for_one(words):
    specs = [spec for text in words.catalogue.values() for *_, spec, _ in string.Formatter().parse(text)]
    nouns = {spec.partition("|")[2] for spec in specs if spec and "|" in spec}
    places_before = re.compile(r"\{(\w+)\} (" + "|".join(map(re.escape, sorted(nouns))) + r")\b")
    wrong = [
        (key, match[0])
        for key, sentence in words.catalogue.items()
        for match in places_before.finditer(sentence)
        if match[1] != "month"  # the name of a month is no number
    ]
    assert not wrong


def test_large_numbers_in_a_message_are_written_as_the_language_does():
    template = "{id}: {amount} is no price; give euros from 0 to {most_euro_each:,}, at most two decimals"
    told = InputError(template, id="x", amount=12.5, most_euro_each=10_000_000)
    assert "10,000,000" in told.told("en")
    assert "10.000.000" in told.told("nl")


def test_no_long_sentence_is_the_same_in_both_languages():
    same = [
        k for k, v in NL.catalogue.items() if v == EN.catalogue[k] and len(v.split()) > 3 and "order" not in k
    ]
    assert not same


def test_every_field_of_a_scenario_has_words():
    fields = {
        field
        for _, kind in inspect.getmembers(models, inspect.isclass)
        if issubclass(kind, BaseModel)
        for field in kind.model_fields
    }
    assert not sorted(f for f in fields - HEADER if not NL.has(f"path.{f}"))


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("setting", schema.SETTINGS),
        ("place_in_sentence", schema.SETTINGS),
        ("group", schema.GROUPS),
        ("law", schema.LAWS),
        ("payer", schema.PAYERS),
        ("payer_in_sentence", schema.PAYERS),
        ("item", schema.ITEMS[1:]),
        ("reason", schema.UNFUNDED_REASONS),
    ],
)
def test_every_code_of_the_tables_has_words(kind, codes):
    assert not [code for code in codes if not NL.has(f"{kind}.{code}")]


def test_money_dates_and_numbers_are_dutch():
    assert NL.euro(1234.56, 2) == "€\u00a01.234,56"
    assert NL.euro(-0.37, 2) == "−\u2060€\u00a00,37"
    assert NL.cents(123456) == "€\u00a01.234,56"
    assert NL.date(dt.date(2026, 11, 22)) == "22-11-2026"
    assert NL.number(1234567.891, 2) == "1.234.567,89"
    assert NL.percent(0.3814) == "38,1%"
    assert NL.points(-0.0123) == "−1,2 procentpunt"
    assert NL.million(128_234_567) == "€\u00a0128,2\u00a0mln"
    assert NL.million(3_740_000, signed=True) == "+\u2060€\u00a03,74\u00a0mln"


def test_money_dates_and_numbers_are_english():
    assert EN.euro(1234.56, 2) == "€1,234.56"
    assert EN.euro(-0.37, 2) == "−\u2060€0.37"
    assert EN.date("2026-11-22") == "22 Nov 2026"
    assert EN.number(1234567.891, 2) == "1,234,567.89"
    assert EN.million(128_234_567) == "€128.2\u00a0million"


def test_what_rounds_to_zero_has_no_sign():
    assert NL.euro(-0.001, 2, signed=True) == "€\u00a00,00"
    assert NL.signed(0.004, 2) == "0,00"
    assert NL.number(-0.2) == "0"


def test_what_does_not_exist_is_a_dash():
    assert NL.euro(float("nan")) == "–"
    assert NL.percent(float("inf")) == "–"


def test_a_parameter_is_written_as_it_stands_in_the_file():
    assert NL.compact(0.00965) == "0,00965"
    assert NL.compact(0.25) == "0,25"
    assert NL.compact(1.011) == "1,011"
    assert NL.compact(34.6) == "34,6"
    assert NL.compact(100000000) == "100.000.000"


def test_a_path_is_told_in_plain_words():
    assert NL.path("hospital.stay.median") == "ziekenhuis › verblijfsduur (dagen) › mediaan"
    assert EN.path("ceiling.applies.value") == "ceiling › chance that a used-up ceiling touches terminal care"
    assert NL.path("cohort.population.group_share.kidney_liver").endswith("› nier, lever en overig")


def test_a_list_of_words_ends_with_and():
    assert NL.listing(["a", "b", "c"]) == "a, b en c"
    assert EN.listing(["a", "b"]) == "a and b"
    assert EN.listing(["a"]) == "a"


def test_a_note_without_translation_keeps_its_own_language():
    assert NL.note("geen bron in de feiten") == ("geen bron in de feiten", "nl")
    assert EN.note("iets dat niemand schreef") == ("iets dat niemand schreef", "nl")


def test_an_unknown_language_is_refused_in_one_line():
    with pytest.raises(InputError, match=re.escape(", ".join(LANGUAGES))):
        language("fr")
