"""What the page shows, without a browser: a bill, blocks as markup, the settings of the server."""

import pickle
import re
import socket

import pytest

from sim.cli import run_command
from sim.errors import InputError
from sim.ledger.remarks import TEXTS, Remark
from sim.report.language import language
from sim.report.page import FigureView, Prose, Row, TableView, number, text
from sim.report.results import Result
from sim.report.sections import costs_and_schemes as sections
from sim.report.sections.provenance import load_published
from sim.web import server
from sim.web.bill import bill_blocks, bill_of, bill_page, bill_sections, worked_cases
from sim.web.blocks import block_html
from tests.unit.report_data import comparison

pytestmark = pytest.mark.usefixtures("uploads_read_here")
NL, EN = language("nl"), language("en")
PUBLISHED = load_published(comparison().base.area)


@pytest.fixture(scope="module")
def case():
    return next(c for c in worked_cases() if c.name == "olivia_bth")


@pytest.fixture(scope="module")
def bill(case):
    return bill_of("olivia.yaml", case.content, None)


def test_the_worked_cases_begin_with_olivia():
    titles = [case.title for case in worked_cases()]
    assert titles[0].startswith("Olivia")
    assert len(titles) == len(set(titles)) > 10


def test_the_totals_by_law_and_by_payer_both_end_in_the_bill(bill):
    _, by_law, by_payer, own = bill_blocks(bill, NL)
    gross = NL.cents(bill.gross_cents)
    assert by_law.rows[-1].cells[-1].text == by_payer.rows[-1].cells[-1].text == gross
    assert own.rows[-1].cells[-1].text == NL.cents(bill.patient_cents)


def test_every_declaration_has_a_row_with_rule_and_source(bill):
    table = bill_sections(bill, NL)[0].blocks[0]
    assert len(table.rows) == len(bill.lines)
    for row, line in zip(table.rows, bill.lines, strict=True):
        assert row.cells[5].text.startswith(line.rules[0].key)
        assert row.cells[6].text not in ("", "–")


def test_a_bill_names_care_in_the_language_of_the_page(bill):
    for words in (NL, EN):
        rows = bill_sections(bill, words)[0].blocks[0].rows
        assert [row.cells[1].text for row in rows] == [words.note(line.title)[0] for line in bill.lines]
        assert {row.cells[1].lang for row in rows} == {""}
    assert EN.note(bill.lines[0].title)[0] != bill.lines[0].title


def test_a_dutch_bill_says_its_remarks_in_dutch():
    case = next(c for c in worked_cases() if c.name == "van_zvw_naar_wlz")
    made = bill_of("case.yaml", case.content, None)
    beside = next(s for s in bill_sections(made, NL) if s.id == "beside").blocks[0]
    fallen = next(row.cells for row in beside.rows if row.cells[-1].text == "T19")
    assert fallen[2].text == "van 20 uur per week onder de Zvw, toen op 01-03-2026 de Wlz inging"
    remarks = next(s for s in bill_sections(made, NL) if s.id == "warnings").blocks[0].items
    assert remarks[0].startswith("regeling_ptz: een cliënt van 2026 telt mee in")
    assert [str(w) for w in made.warnings] == list(
        next(s for s in bill_sections(made, EN) if s.id == "warnings").blocks[0].items
    )


def test_a_unit_follows_its_number():
    assert [NL.unit("dag", n) for n in (0, 1, 2)] == ["dagen", "dag", "dagen"]
    assert [EN.unit("visite", n) for n in (1, 4)] == ["visit", "visits"]
    units = [key for key in NL.catalogue if key.startswith("units.")]
    assert all(NL.has(key.replace("units.", "unit.")) for key in units)


def test_every_remark_has_a_dutch_text_with_places_that_the_english_has_too():
    assert NL.remarks.keys() == TEXTS.keys()
    place = re.compile(r"\{(\w+)\}")
    for key, dutch in NL.remarks.items():
        assert set(place.findall(dutch)) >= set(place.findall(TEXTS[key])) - {"title"}
        assert set(place.findall(dutch)) <= set(place.findall(TEXTS[key]))


def test_a_remark_survives_a_copy_with_its_parts():
    remark = Remark("partner", owed_cents=66136)
    again = pickle.loads(pickle.dumps(remark))
    assert (again, again.key, again.parts) == (remark, "partner", {"owed_cents": 66136})
    assert again == "of 661.36 that the couple owes together, in proportion to their incomes"


def test_a_bill_as_a_page_stands_on_its_own(bill):
    page = bill_page(bill, NL).decode()
    assert "<script" not in page
    assert 'lang="nl"' in page
    assert NL.cents(bill.gross_cents) in page


def test_a_wrong_case_is_refused_with_the_name_that_the_user_gave_it(case):
    with pytest.raises(InputError) as fault:
        bill_of("mijn_casus.yaml", case.content + b"\nonbekend: 1\n", None)
    assert str(fault.value).startswith("mijn_casus.yaml: onbekend")


def test_a_case_above_the_limit_is_refused():
    with pytest.raises(InputError, match="larger than 1 MB"):
        bill_of("groot.yaml", b"#" * 1_000_001, None)


def test_a_name_with_markup_comes_out_as_text():
    table = TableView("<b>kop</b>", (text("x"), number("y")), (Row((text("<script>"), number("1"))),))
    markup = block_html(table, NL) + block_html(Prose("<i>zin</i>"), NL)
    assert "<script>" not in markup
    assert "<b>" not in markup
    assert "&lt;i&gt;zin" in markup


def test_a_figure_becomes_an_image_with_its_text():
    svg = '<svg viewBox="0 0 1 1"></svg>'
    markup = block_html(FigureView(svg, "Bijschrift", 'Drie & een "half"'), NL)
    assert 'alt="Drie &amp; een &quot;half&quot;"' in markup
    assert "<svg" not in markup


@pytest.mark.parametrize(
    ("words", "all_who_died", "of_those_known"), [(NL, "Wens", "kende"), (EN, "Wish", "knew")]
)
def test_the_first_screen_of_the_what_if_page_leads_with_the_wishes_of_everyone(
    words, all_who_died, of_those_known
):
    result = comparison()
    blocks = [block for block in sections.summary(result, words) if isinstance(block, TableView)]
    labels = [row.cells[0].text for block in blocks for row in block.rows]
    headline, beside = words.say("wishes_met"), words.say("preference_met")
    assert headline.startswith(all_who_died)
    assert of_those_known in beside
    told = " | ".join([*labels, *(block.note for block in blocks)])
    assert 0 <= told.index(headline) < told.index(beside)
    base = Result(result.base)
    answered = " ".join(s for _, sentences in sections.answers(base, words, PUBLISHED) for s in sentences)
    assert words.percent(base.base.kpis.get("wishes_met").mean, 0) in answered


def test_the_page_is_for_this_machine_only_and_reports_to_nobody():
    flags = server.flags(8501, browser=False)
    assert flags["server_address"] == "127.0.0.1"
    assert flags["browser_gatherUsageStats"] is False
    assert flags["server_maxUploadSize"] == 1


def test_nothing_of_streamlit_stands_over_the_page_also_for_who_writes_programs(monkeypatch):
    """Its advice to developers is withheld whatever else it finds on the machine."""
    skills = pytest.importorskip("streamlit.web.skills")
    from streamlit import config
    from streamlit.web import bootstrap

    monkeypatch.setattr(skills, "agent_harness_present", lambda *_: True)
    before = {name: config.get_option(name) for name in ("server.headless", "logger.hideWelcomeMessage")}
    try:
        bootstrap.load_config_options(server.flags(8501, browser=True))
        assert not skills.should_show_skills_nudge()
    finally:
        for name, value in before.items():
            config.set_option(name, value)


@pytest.mark.parametrize(("lang", "told"), [("nl", "De pagina staat op"), ("en", "The page is at")])
def test_where_the_page_is_stands_in_the_language_of_the_command(lang, told, capsys, monkeypatch):
    bootstrap = pytest.importorskip("streamlit.web.bootstrap")
    cli_util = pytest.importorskip("streamlit.cli_util")
    monkeypatch.setattr(bootstrap, "run", lambda *_: cli_util.print_to_cli("  Stopping..."))
    monkeypatch.setattr(bootstrap, "load_config_options", lambda *_: None)
    monkeypatch.setattr("streamlit.config.set_option", lambda *_: None)
    server.serve(browser=False, lang=lang)
    said = capsys.readouterr().out
    assert said.startswith(f"{told} http://127.0.0.1:")
    assert said.count("\n") == 1, "words of Streamlit, in English"


def test_a_port_in_use_is_refused_in_one_line(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run_command(["web", "--port", str(port), "--no-browser"]) == 2
    assert capsys.readouterr().err.startswith(f"palsim web: --port {port}: is in use")


def test_without_streamlit_one_line_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    assert run_command(["web", "--no-browser"]) == 2
    line = capsys.readouterr().err.strip()
    assert "streamlit is not installed" in line
    assert "palsim[web]" in line
    assert "\n" not in line
