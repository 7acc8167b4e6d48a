"""The what-if page as a user meets it: open, move a lever, simulate, take along, put back."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import sim
from sim.report.language import language
from sim.web.bill import worked_cases
from sim.web.policies_choice import WEB_DRAWS

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "from sim.cli import main; main()")
PATIENCE = 120_000
"""Milliseconds for a simulation on a busy machine."""
WANTED_SECONDS = 10
NL = language("nl")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def address(home) -> Iterator[str]:
    """Address of a page that serves while the tests of this file run."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [*COMMAND, "web", "--port", str(port), "--no-browser", "--lang", "nl"],
        cwd=ROOT,
        env={**os.environ, "HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        found = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{found}/_stcore/health", timeout=1).read()
                break
            except OSError:
                assert server.poll() is None, server.stderr.read()
                time.sleep(0.3)
        yield found
        server.terminate()


def opened(page: Page, address: str) -> Page:
    """The what-if page with its first answer."""
    page.goto(address)
    expect(answer(page)).to_be_visible(timeout=PATIENCE)
    return page


def answer(page: Page):
    return page.locator(".palsim .answer")


def total(page: Page) -> str:
    """Total cost of the alternative, as the first table writes it."""
    row = page.locator(".palsim table").first.locator("tbody tr").first
    return row.locator("td").nth(1).inner_text().split("\n")[0].strip()


def _euros(shown: str) -> float:
    """What an amount on the page says, in euros."""
    number = float(re.sub(r"[^\d,]", "", shown).replace(",", "."))
    return number * 1e6 if "mln" in shown else number


def _last_digit(shown: str) -> float:
    """Euros that its last digit counts: an amount on the page is as long as its uncertainty allows."""
    whole, _, decimals = re.sub(r"[^\d,]", "", shown).partition(",")
    if "mln" in shown:
        return 1e6 / 10 ** len(decimals)
    return float(10 ** (len(whole) - len(whole.rstrip("0"))))


def seconds(page: Page) -> float:
    text = page.get_by_text("Doorgerekend in").inner_text()
    return float(re.search(r"in ([\d.,]+) seconden", text)[1].replace(",", "."))


def busy() -> float:
    """How many times slower a machine is that others use too: its load a processor, 1 when it is free."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def move(page: Page, lever: str, steps: int) -> None:
    """Move a lever with the keyboard."""
    slider = page.get_by_role("slider", name=lever)
    slider.focus()
    for _ in range(abs(steps)):
        slider.press("ArrowRight" if steps > 0 else "ArrowLeft")


def moved(page: Page, lever: str, steps: int) -> None:
    """Move a lever, see what is preliminary, and wait until the full answer stands there."""
    settled(page)
    before = answer(page).inner_text()
    move(page, lever, steps)
    expect(page.locator(".palsim .early")).to_contain_text("uit 2 van de 4 herhalingen", timeout=PATIENCE)
    expect(answer(page)).not_to_have_text(before, timeout=PATIENCE, use_inner_text=True)
    expect(page.locator(".palsim .early")).to_have_count(0, timeout=PATIENCE)
    settled(page)


def settled(page: Page) -> None:
    """Wait until the program has drawn the whole page."""
    idle = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    expect(idle).to_be_visible(timeout=PATIENCE)


def taken(page: Page, button: str, folder: Path) -> Path:
    """File behind a button."""
    with page.expect_download(timeout=PATIENCE) as waiting:
        page.get_by_role("button", name=button).click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def test_a_moved_lever_changes_the_answer_and_the_shared_file_gives_the_same_number(
    desktop, address, tmp_path
):
    page = opened(desktop, address)
    first = answer(page).inner_text()
    moved(page, "High care hospice (bedden)", 4)
    assert answer(page).inner_text() != first
    shown = total(page)
    quickest = seconds(page)
    for _ in range(2):
        if quickest > WANTED_SECONDS * busy():
            moved(page, "Palliatieve unit (bedden)", 1)
            quickest, shown = min(quickest, seconds(page)), total(page)
    assert quickest <= WANTED_SECONDS * busy()

    shared = taken(page, "Scenario (YAML)", tmp_path)
    done = subprocess.run(
        [*COMMAND, "run", str(shared), "--json", "--out", str(tmp_path / "run")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = json.loads(done.stdout)["kpis"]
    cost = next(r["mean"] for r in rows if r["name"] == "cost" and r["dimension"] == {"view": "calendar"})
    assert abs(_euros(shown) - cost) <= _last_digit(shown) / 2


def test_report_and_workbook_can_be_taken_along(desktop, address, tmp_path):
    from openpyxl import load_workbook

    page = opened(desktop, address)
    report = taken(page, "Verslag (HTML)", tmp_path).read_text(encoding="utf-8")
    assert report.startswith("<!DOCTYPE html>")
    assert 'lang="nl"' in report
    book = load_workbook(taken(page, "Rekenblad (Excel)", tmp_path))
    assert len(book.sheetnames) > 3


def test_a_shared_file_put_back_gives_the_levers_and_the_answer_again(desktop, address, tmp_path):
    page = opened(desktop, address)
    moved(page, "Bijna-thuis-huis (bedden)", 3)
    shown, text = total(page), answer(page).inner_text()
    shared = taken(page, "Scenario (YAML)", tmp_path)
    page.reload()
    opened(page, address)
    page.get_by_text("Gedeeld scenario terugzetten").click()
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').set_input_files(shared)
    slider = page.get_by_role("slider", name="Bijna-thuis-huis (bedden)")
    expect(slider).to_have_value("11", timeout=PATIENCE)
    page.get_by_role("button", name="Reken door").first.click()
    expect(answer(page)).to_have_text(text, timeout=PATIENCE, use_inner_text=True)
    settled(page)
    assert total(page) == shown


def test_a_wrong_upload_is_one_clear_line(desktop, address, tmp_path):
    wrong = tmp_path / "fout.yaml"
    wrong.write_text(
        "extends: basis_2026\nset: [{path: ceiling.applies, value: <script>alert(1)</script>}]\n"
    )
    page = opened(desktop, address)
    page.get_by_text("Gedeeld scenario terugzetten").click()
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').set_input_files(wrong)
    fault = page.locator(".palsim .fault")
    expect(fault).to_contain_text("fout.yaml: set[0]", timeout=PATIENCE)
    assert page.locator("script", has_text="alert(1)").count() == 0


def test_nothing_leaves_the_machine_and_nothing_is_left_in_the_home_folder(desktop, address, home):
    asked: list[str] = []
    desktop.on("request", lambda request: asked.append(request.url))
    opened(desktop, address)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:", "about:"))] == []
    assert not (home / ".streamlit").exists()


def test_the_page_speaks_one_language_at_a_time(desktop, address):
    page = opened(desktop, address)
    assert page.evaluate("document.documentElement.lang") == "nl"
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", name="What if?")).to_be_visible(timeout=PATIENCE)
    expect(answer(page)).to_contain_text("costs", timeout=PATIENCE)
    assert page.evaluate("document.documentElement.lang") == "en"
    dutch = re.compile(r"\b(het|een|wordt|bedden|betaalt|scenario's|niet)\b")
    expect(page.locator(".stMain")).not_to_contain_text(dutch, timeout=PATIENCE)


@pytest.mark.parametrize("place", ["", "/bill"])
def test_the_page_is_usable_by_all_on_a_wide_and_a_narrow_screen(
    desktop, phone, address, grave_violations, place
):
    for page in (desktop, phone):
        page.goto(address + place)
        expect(page.locator(".palsim table").first).to_be_visible(timeout=PATIENCE)
        assert grave_violations(page) == []
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for button in page.get_by_role("button").all():
            box = button.bounding_box()
            assert box is None or box["x"] + box["width"] <= width + 1, button.inner_text()


def test_a_narrow_screen_has_the_answer_then_the_levers_then_the_tables(phone, address):
    opened(phone, address)
    parts = (answer(phone), phone.get_by_role("slider").first, phone.locator(".palsim table").first)
    tops = [part.first.bounding_box()["y"] for part in parts]
    assert tops == sorted(tops)


def test_the_bill_of_a_worked_case_is_that_of_the_command(desktop, address, tmp_path):
    case = next(c for c in worked_cases() if c.name == "olivia_thuis")
    file = tmp_path / "olivia.yaml"
    file.write_bytes(case.content)
    made = sim.bill(file)
    desktop.goto(address + "/bill")
    expect(desktop.locator(".palsim table").first).to_be_visible(timeout=PATIENCE)
    desktop.locator('[data-testid="stFileUploaderDropzoneInput"]').set_input_files(file)
    expect(desktop.get_by_role("heading", name=case.title)).to_be_visible(timeout=PATIENCE)
    sentence = desktop.get_by_text("Deze zorg kost").inner_text()
    assert NL.cents(made.gross_cents) in sentence
    assert NL.cents(made.patient_cents) in sentence
    settled(desktop)
    page = taken(desktop, "Rekening (HTML)", tmp_path).read_text(encoding="utf-8")
    assert NL.cents(made.gross_cents) in page


def test_a_filled_in_form_gets_the_smallest_number_of_beds(desktop, address, grave_violations, tmp_path):
    form = tmp_path / "dorp.csv"
    form.write_text(
        "regio;inwoners;palliatieve_overlijdens;locatie;naam;soort;bedden\n"
        "Dorp;30.000;190;hch-dorp;Hospice Dorp;hch;2\n",
        encoding="utf-8",
    )
    page = desktop
    page.goto(address + "/capacity")
    page.get_by_role("button", name="Zoek het kleinste aantal").wait_for(timeout=PATIENCE)
    assert taken(page, "Leeg formulier (CSV)", tmp_path).read_text("utf-8-sig").startswith("regio")
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(form)
    expect(page.get_by_role("button", name="Remove dorp.csv")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Zoek het kleinste aantal").click()
    heading = page.get_by_role("heading", name="Hoeveel bedden heeft Dorp nodig?")
    expect(heading).to_be_visible(timeout=2 * PATIENCE)
    expect(page.locator(".palsim li").first).to_contain_text("nu 2 bedden")
    expect(page.get_by_text("Eerste schatting met de formules van Erlang")).to_be_visible()
    assert taken(page, "Rekenblad (Excel)", tmp_path).read_bytes().startswith(b"PK")
    assert taken(page, "Stuk voor het overleg (Word)", tmp_path).read_bytes().startswith(b"PK")
    assert grave_violations(page) == []
    form.write_text(form.read_text("utf-8").replace(";hch;2", ";hch;twee"), encoding="utf-8")
    page.reload()
    page.get_by_role("button", name="Zoek het kleinste aantal").wait_for(timeout=PATIENCE)
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(form)
    expect(page.locator(".palsim .fault")).to_contain_text("dorp.csv", timeout=PATIENCE)


def test_a_click_on_the_map_and_the_names_follow_each_other(desktop, address, grave_violations):
    page = desktop
    page.goto(address + "/capacity")
    offices = page.get_by_test_id("stMultiSelect").nth(1)
    outside, inside = (page.get_by_label(f"Drenthe: hoort {how}de regio") for how in ("niet bij ", "bij "))
    outside.click(timeout=PATIENCE)
    expect(offices).to_contain_text("Drenthe", timeout=PATIENCE)
    settled(page)
    expect(outside).to_have_count(0)
    assert grave_violations(page) == []
    inside.click()
    expect(offices).not_to_contain_text("Drenthe", timeout=PATIENCE)
    expect(outside).to_be_visible(timeout=PATIENCE)


@pytest.mark.slow
def test_draws_that_are_stopped_leave_chance_alone_and_what_is_ready_stays(desktop, address):
    page = opened(desktop, address)
    moved(page, "High care hospice (bedden)", 2)
    by_chance = answer(page).inner_text()
    assert "aannamen niet doorgerekend" in by_chance

    page.get_by_role("button", name=NL.say("web.also_assumptions")).click()
    stop = page.get_by_role("button", name=NL.say("web.stop_draws"))
    expect(stop).to_be_visible(timeout=PATIENCE)
    busy_drawing = page.get_by_text(re.compile(rf"[4-9] van {2 * WEB_DRAWS[0]} simulaties"))
    expect(busy_drawing).to_be_visible(timeout=PATIENCE)
    stop.click()
    expect(stop).to_have_count(0, timeout=PATIENCE)
    settled(page)
    assert answer(page).inner_text() == by_chance

    page.get_by_role("button", name=NL.say("web.also_assumptions")).click()
    expect(answer(page)).not_to_contain_text("aannamen niet doorgerekend", timeout=PATIENCE)
    settled(page)
    assert NL.say("web.more_draws") in page.locator("button").all_inner_texts()
