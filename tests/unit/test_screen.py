"""A bill on the screen: one language, whole ids on narrow screens, reasons of refusals in words."""

import io
import json
import re

import pytest
from rich.console import Console

from sim import api
from sim.cli import run_command
from sim.data import data_folder
from sim.law import registered
from sim.ledger.remarks import TEXTS, Refusal
from sim.report.formats import screen
from sim.report.language import language

NL, EN = language("nl"), language("en")
CASES = sorted((data_folder("scenarios") / "cases").glob("*.yaml"))
MPT = """\
title: t
patient:
  born: 1950-06-01
  died: 2026-05-17
  terminal_from: 2026-03-02
  wlz: [{from: 2025-06-01, to: null, profile: VV5, form: mpt, hours_per_month: 40}]
journey: [{setting: thuis, from: 2026-01-01, to: 2026-05-17}]
care: [{product: zvw.wijkverpleging, from: 2026-02-05, to: 2026-02-20, hours_per_week: 7}]
"""


def printed(bill, words, width):
    out = io.StringIO()
    screen.show_bill(Console(file=out, width=width, markup=False, highlight=False), bill, words)
    return out.getvalue()


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_no_id_or_code_is_broken_on_a_narrow_screen(path):
    bill = api.bill(path)
    wanted = {line.product for line in bill.lines} | {lost.product for lost in bill.unfunded}
    wanted |= {line.nza_code for line in bill.lines if line.nza_code}
    wanted |= {rule.key for line in bill.lines for rule in line.rules}
    for width in (60, 80, 100):
        shown = printed(bill, NL, width)
        assert not [id for id in wanted if id not in shown]


def test_an_opened_declaration_keeps_its_product_code_and_tariff_row_whole():
    bill = api.bill(data_folder("scenarios") / "cases" / "kind_thuis.yaml")
    from sim.catalogue import load_tariffs

    book = load_tariffs()
    for line in bill.lines:
        out = io.StringIO()
        opened = line.opened(book, EN)
        screen.show_declaration(Console(file=out, width=60, markup=False, highlight=False), opened, EN)
        row = "" if line.tariff is None else line.tariff.row
        assert all(word in out.getvalue() for word in (line.product, line.nza_code or "", row))


def test_a_refusal_says_the_fact_of_the_day_in_the_language_asked(capsys, tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(MPT, encoding="utf-8")
    assert run_command(["bill", str(path), "--lang", "nl"]) == 2
    dutch = capsys.readouterr().err
    assert "care[0]: zvw.wijkverpleging op 2026-02-05: de patiënt heeft Wlz mpt, patient.wlz[0] (T6" in dutch
    assert run_command(["bill", str(path), "--lang", "en"]) == 2
    english = capsys.readouterr().err
    assert "zvw.wijkverpleging on 2026-02-05: the patient has Wlz mpt, patient.wlz[0] (T6" in english


def test_json_follows_the_language_and_keeps_its_keys(capsys):
    path = data_folder("scenarios") / "cases" / "van_zvw_naar_wlz.yaml"
    answers = {}
    for lang in ("nl", "en"):
        assert run_command(["bill", str(path), "--json", "--lang", lang]) == 0
        answers[lang] = json.loads(capsys.readouterr().out)
    nl, en = answers["nl"], answers["en"]
    assert nl.keys() == en.keys()
    assert en["warnings"] == [str(w) for w in api.bill(path).warnings]
    assert len(nl["warnings"]) == len(en["warnings"])
    assert not set(nl["warnings"]) & set(en["warnings"])
    assert {b["text"] for b in nl["beside"]}.isdisjoint(b["text"] for b in en["beside"])
    assert [d["gross_eur"] for d in nl["declarations"]] == [d["gross_eur"] for d in en["declarations"]]


def test_a_dutch_sentence_keeps_the_places_that_name_rules_products_and_keys():
    places = {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in TEXTS.items()}
    for key, text in NL.remarks.items():
        assert set(re.findall(r"\{(\w+)\}", text)) == places[key], key


def test_a_refusal_survives_a_copy():
    import copy

    from sim.ledger.remarks import Remark

    fault = Refusal("case.yaml: journey[0]", Remark("stay_no_place", place="elv", date="2026-01-01"))
    again = copy.deepcopy(fault)
    assert (str(again), again.where, again.remark.key) == (str(fault), fault.where, "stay_no_place")


def test_every_title_that_has_a_dutch_text_is_that_of_a_rule():
    titles = {rule.title for rule in registered()}
    assert not [title for title in NL.rules if title not in titles]
