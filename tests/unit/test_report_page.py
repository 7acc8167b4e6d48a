"""The page: self-contained, harmless, accessible, complete, in one language."""

import base64
import hashlib
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser

import pytest

from sim.report.formats.render import search_script
from sim.report.language import language
from sim.report.pages.build import changed, render
from sim.report.results import Result, RunView
from sim.report.sections.comparison_answer import comparison_answer
from sim.report.sections.provenance import load_published, parameters
from tests.unit.report_data import comparison, run_view, without_terms

NL, EN = language("nl"), language("en")
BUDGETED = ("vrijwilligers", "netwerken", "geestelijke_verzorging", "nppz")
VOID = {"meta", "link", "br", "img", "hr", "input"}
UNSEEN = r"<style>.*?</style>|<script>.*?</script>|<[^>]+>"
SELF_CLOSED = {"path", "use", "rect", "circle", "line", "image"}


class Outline(HTMLParser):
    """Elements with their attributes, text by element, and whether tags close in order."""

    def __init__(self):
        super().__init__()
        self.elements, self.stack, self.crossed, self.texts = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data):
        if self.stack and self.stack[-1] not in ("style", "text", "tspan"):
            self.texts.append((self.stack[-1], data.strip()))

    def of(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


def outline(html):
    parser = Outline()
    parser.feed(html)
    return parser


def page(result, words):
    return without_terms(render(result, words, load_published(result.base.area)))


@pytest.fixture(scope="module")
def compared():
    return comparison()


@pytest.fixture(scope="module")
def dutch(compared):
    return page(compared, NL)


@pytest.fixture(scope="module")
def english(compared):
    return page(compared, EN)


def with_scenario(view, **changes):
    scenario = {**view.scenario, **changes}
    return RunView({**view.manifest, "scenario": scenario}, view.kpis, view.tariff_rows)


def test_the_page_opens_offline(dutch):
    parsed = outline(dutch)
    assert parsed.of("script") == [{}]
    assert not parsed.of("link")
    assert not parsed.of("img")
    assert not re.findall(r"@import|url\((?!#)", dutch)
    loaded = [a.get("src") for _, a in parsed.elements if "src" in a]
    assert not loaded


def test_the_only_script_that_may_run_is_the_one_in_the_page(dutch):
    digest = base64.b64encode(hashlib.sha256(search_script().encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in dutch


def test_every_element_closes_in_order(dutch):
    parsed = outline(dutch)
    assert not parsed.crossed
    assert not parsed.stack


def test_no_id_stands_twice_and_every_link_in_the_page_has_a_target(dutch):
    parsed = outline(dutch)
    ids = [a["id"] for _, a in parsed.elements if "id" in a]
    assert len(ids) == len(set(ids))
    inner = [a["href"][1:] for a in parsed.of("a") if a["href"].startswith("#")]
    assert inner
    assert set(inner) <= set(ids)
    named = [a["aria-labelledby"] for _, a in parsed.elements if "aria-labelledby" in a]
    assert set(named) <= set(ids)


def test_headings_descend_without_a_gap_and_there_is_one_main_heading(dutch):
    levels = [int(tag[1]) for tag, _ in outline(dutch).elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_table_has_a_caption_and_every_header_a_scope(dutch):
    parsed = outline(dutch)
    assert len(parsed.of("table")) >= 15
    assert len(parsed.of("caption")) == len(parsed.of("table"))
    assert all(a.get("scope") in ("col", "row") for a in parsed.of("th"))


def test_no_header_cell_is_empty(dutch):
    assert not re.findall(r"<th[^>]*>\s*</th>", dutch)


def test_a_comparison_has_three_figures_or_more_each_with_a_text_for_screen_readers(dutch):
    pictures = [a for a in outline(dutch).of("svg") if a.get("role") == "img"]
    assert len(pictures) >= 3
    assert len(outline(dutch).of("figcaption")) == len(pictures)


def test_the_first_screen_holds_question_answer_table_and_figure(dutch, compared):
    first = dutch[dutch.index("<main") : dutch.index("<nav")]
    assert "Hoeveel mensen raakt een omzetplafond wijkverpleging" in first
    scales = load_published(compared.base.area).scales
    assert first.count("<li>") == len(comparison_answer(compared.alternatives[0], NL, scales)) <= 8
    # costs of the window, and beside them who died in it: a table holds one view
    assert first.count("<table") == 2
    assert first.count("<figure") == 1


def test_the_answer_stands_in_the_page_as_the_tested_functions_give_it(dutch, compared):
    (alternative,) = compared.alternatives
    sentences = comparison_answer(alternative, NL, load_published(compared.base.area).scales)
    assert all(f"<li>{escape(sentence)}</li>" in dutch for sentence in sentences)
    assert any(sentence.startswith("Kosten van de getelde zorg: €") for sentence in sentences)


def test_the_page_says_its_language_and_keeps_to_it(dutch, english):
    assert '<html lang="nl">' in dutch
    assert '<html lang="en">' in english
    dutch_words = re.compile(r"\b(het|een|van|niet|wordt|naar|geen|zijn|voor|overlijden|kosten)\b", re.I)
    marked = re.sub(r'<(t[dh])([^>]*\blang="nl"[^>]*)>.*?</\1>', "", english, flags=re.S)
    visible = re.sub(UNSEEN, " ", marked, flags=re.S)
    assert not {m.group(0).lower() for m in dutch_words.finditer(visible)}
    english_words = re.compile(r"\b(the|with|patients|which|people|costs)\b")
    table_free = re.sub(r'<section id="sources".*?</section>', "", dutch, flags=re.S)
    visible = re.sub(UNSEEN, " ", table_free, flags=re.S)
    assert not {m.group(0) for m in english_words.finditer(visible)}


def test_money_on_the_page_is_written_in_its_language(dutch, english):
    assert re.search(r"€\u00a0\d{1,3}\.\d{3}", dutch)
    assert not re.search(r"€\d", dutch)
    assert re.search(r"€\d{1,3},\d{3}", english)
    assert not re.search(r"€\u00a0\d", english)


def test_markup_in_a_scenario_comes_out_harmless(compared):
    evil = "<script>alert('x')</script>"
    title = {"nl": evil, "en": evil}
    base = with_scenario(compared.base, title=title, question=title)
    alternative = compared.alternatives[0]
    headline = [{**item, "label": title} for item in alternative.run.scenario["headline"]]
    texts = {"question": title, "mechanism": title, "evidence": title, "headline": headline}
    other = with_scenario(alternative.run, title=title, **texts)
    hurt = Result(base, (replace(alternative, run=other),))
    html = page(hurt, NL)
    assert html.count("<script") == 1
    assert f"<script>{search_script()}</script>" in html
    assert "&lt;script&gt;" in html
    assert not outline(html).crossed


def test_every_assumption_of_the_scenario_and_the_area_is_listed_with_its_range(dutch, compared):
    run = compared.base
    listed = dutch[dutch.index('<section id="assumptions"') : dutch.index('<section id="sources"')]
    found = [p for tree in (run.scenario, run.area) for p in parameters(tree) if p.kind == "assumption"]
    assert len(found) > 50
    missing = [p.path for p in found if NL.path(p.path) not in listed.replace("&#39;", "'")]
    assert not missing
    assert listed.count("<tr") >= len(found)


def test_the_changed_setting_of_the_alternative_is_shown_with_both_values(dutch):
    start = dutch.index('<section id="changes"')
    shown = dutch[start : dutch.index("</section>", start)]
    assert "kans dat een leeg plafond terminale zorg raakt" in shown
    assert re.search(r"<td[^>]*>\s*25%\s*</td>", shown)
    assert re.search(r"<td[^>]*>\s*0%\s*</td>", shown)


def test_what_the_model_leaves_out_is_said(dutch):
    for left_out in ("kwaliteit van leven", "Roosters", "psychiatrie", "verzekeraars contracteren"):
        assert left_out in dutch


def test_the_page_prints_on_a4(dutch):
    assert re.search(r"@page \{\s*size: A4;", dutch)
    assert "@media print" in dutch


def test_the_same_result_gives_the_same_page(compared, dutch):
    assert page(compared, NL) == dutch


def test_a_page_of_one_run_has_no_column_of_differences():
    html = page(Result(run_view()), NL)
    assert '<th scope="col" class="number">Verschil' not in html
    assert html.count("<figure") >= 3


def test_a_page_of_one_replication_says_that_there_is_no_interval():
    html = page(Result(run_view(replications=1)), NL)
    assert "één herhaling, dus geen interval" in html
    assert "nan" not in html.lower().replace("financ", "")


def test_changes_leave_titles_and_provenance_out():
    base = {"name": "a", "title": "x", "ceiling": {"applies": {"value": 0.25, "reason": "r"}}, "beds": {}}
    other = {
        "name": "b",
        "title": "y",
        "ceiling": {"applies": {"value": 0.0, "reason": "s"}},
        "beds": {"bth": 2},
    }
    assert changed(base, other) == (
        {"path": "ceiling.applies.value", "before": 0.25, "after": 0.0},
        {"path": "beds.bth", "before": None, "after": 2},
    )


def test_several_alternatives_have_one_column_of_differences_each(compared, blank_figures):
    several = Result(compared.base, compared.alternatives * 3)
    html = page(several, NL)
    first = html[html.index("<table") : html.index("</thead>")]
    assert first.count("<th ") == 2 + 3
    assert first.count("Verschil: AZWA") == 3


@pytest.mark.parametrize(
    ("words", "caption", "line", "outside"),
    [
        (
            NL,
            "Rijksgeld voor palliatieve zorg",
            "Vrijwilligers: gesimuleerd gebruik",
            "buiten de kosten per wet",
        ),
        (EN, "State money for palliative care", "Volunteers: simulated use", "outside the costs by law"),
    ],
)
def test_state_budgets_stand_beside_their_simulated_use(dutch, english, words, caption, line, outside):
    html = dutch if words is NL else english
    table = next(t for t in re.findall(r"<p>.*?</p>", html, re.DOTALL) if caption in t)
    assert line in table
    shown = {m: re.search(re.escape(words.word("budget_line", m)) + ": budget", table) for m in BUDGETED}
    assert all(shown.values())
    assert words.word("budget_line", "zonmw_palliantie") not in table
    assert outside in html
