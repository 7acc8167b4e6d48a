"""What a person waits for on two cores: one of the works below, in seconds on the clock; one JSON line.

Usage: python benchmarks/waiting.py capacity
       python benchmarks/waiting.py draws COUNT
       python benchmarks/waiting.py lever COUNT
       python benchmarks/waiting.py page COUNT
       python benchmarks/waiting.py machines COUNT

`capacity` is `palsim capacity middenland` with its guarantees. `draws` compares current practice with the
omzetplafond on Middenland at COUNT draws of all assumptions. `lever` moves a lever of the page COUNT times:
the median after the first. `page` does so in a browser: from the key that moves the slider until an answer
stands there, and until the full one does, and then asks the page of beds for a number of high care beds;
without a browser it says which program is missing. `machines` runs the first areas of the country on COUNT
workers of Dask.
"""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from reprice import first_regions

import sim
from sim import store
from sim.catalogue import load_tariffs
from sim.runs.options import RunOptions
from sim.runs.run import Plan, execute
from sim.scenario import load_scenario
from sim.studies.sensitivity.assumptions import draw_assumptions
from sim.web.levers import levers_of
from sim.web.recipe import Recipe
from sim.web.work import WEB_REPLICATIONS, answer

CORES, AREAS, LEVER = 2, 4, "beds_bth"
BASE, POLICY = "basis_2026", "azwa_omzetplafond"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SLIDER, SIZE = "Almost-at-home house (beds)", "Find the smallest number"
PATIENCE = 120_000
"""Milliseconds for the first answer on a busy machine."""


def processor() -> float:
    """Processor seconds of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def capacity(folder: Path) -> dict[str, Any]:
    """A study of beds, from an empty folder."""
    sim.capacity("middenland", jobs=CORES, out=folder / "beds")
    return {}


def draws(folder: Path, count: int) -> dict[str, Any]:
    """Draws of all assumptions beside a finished comparison: its own runs are not counted."""
    sim.compare(BASE, POLICY, out=folder / "both", keep="kpis", replications=CORES, assumptions=0, jobs=CORES)
    scenarios = [load_scenario(name).with_run(replications=CORES) for name in (BASE, POLICY)]
    began = time.perf_counter()
    draw_assumptions(scenarios, folder / "both", load_tariffs(), RunOptions(CORES), count)
    return {"seconds": time.perf_counter() - began}


def lever(folder: Path, count: int) -> dict[str, Any]:
    """One bed more at a time on the page, the base already there."""
    start = Recipe(BASE, BASE, "middenland", 1, WEB_REPLICATIONS[0], "", {})
    answer(start, folder, CORES)
    beds = int(next(each.start for each in levers_of(load_scenario(BASE)) if each.id == LEVER))
    seconds = []
    for more in range(1, count + 1):
        began = time.perf_counter()
        answer(replace(start, values={LEVER: beds + more}), folder, CORES)
        seconds.append(time.perf_counter() - began)
    return {"seconds": statistics.median(seconds[1:] or seconds)}


def page(folder: Path, count: int) -> dict[str, Any]:
    """Levers and beds in a browser, with the page drawn: until an answer, and until the full one."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        return {"missing": f"no {BROWSERS[0]} on this machine"}
    from playwright.sync_api import sync_playwright

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    serve = [sys.executable, "-c", "from sim.cli import main; main()", "web", "--port", str(port)]
    with subprocess.Popen([*serve, "--no-browser", "--lang", "en"], stdout=-3, stderr=-3) as server:
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
                seconds = moves(browser.new_page(), address, count)
                guess, beds = sized(browser.new_page(), address)
                browser.close()
        finally:
            server.terminate()
    first, full = zip(*seconds[1:], strict=True)
    return {
        "seconds": statistics.median(first),
        "full": statistics.median(full),
        "guess": guess,
        "beds": beds,
    }


def sized(shown: Any, address: str) -> tuple[float, float]:
    """Seconds of the page of beds on its first region: until a guess with a bar, and until the answer."""
    shown.goto(f"{address}/capacity")
    shown.get_by_text("English", exact=True).click(timeout=PATIENCE)
    press = shown.get_by_role("button", name=SIZE)
    press.wait_for(timeout=PATIENCE)
    shown.locator('[data-test-script-state="notRunning"]').first.wait_for(timeout=PATIENCE)
    began = time.perf_counter()
    press.click()
    shown.get_by_test_id("stProgress").wait_for(timeout=PATIENCE)
    guess = time.perf_counter() - began
    shown.locator(".palsim li").first.wait_for(timeout=PATIENCE)
    return guess, time.perf_counter() - began


def moves(shown: Any, address: str, count: int) -> list[tuple[float, float]]:
    """Seconds until an answer and until the full one, of every time that a lever moves."""
    answered = 'document.querySelector(".palsim .answer")?.innerText ?? ""'
    while True:
        try:
            shown.goto(address)
            break
        except Exception:
            time.sleep(0.2)
    shown.wait_for_function(
        f"({answered}) !== '' && !document.querySelector('.palsim .early')", timeout=PATIENCE
    )
    slider = shown.get_by_role("slider", name=SLIDER)
    seconds = []
    for _ in range(count + 1):
        before = json.dumps(shown.evaluate(answered))
        shown.locator('[data-test-script-state="notRunning"]').first.wait_for(timeout=PATIENCE)
        slider.focus()
        began = time.perf_counter()
        slider.press("ArrowRight")
        full = f"(({answered}) !== {before} && !document.querySelector('.palsim .early'))"
        shown.wait_for_function(f"document.querySelector('.palsim .early ul') || {full}", timeout=PATIENCE)
        first = time.perf_counter() - began
        shown.wait_for_function(full, timeout=PATIENCE)
        seconds.append((first, time.perf_counter() - began))
    return seconds


def machines(folder: Path, count: int) -> dict[str, Any]:
    """Some areas of the country on workers of Dask, with a digest of what they gave."""
    loaded = first_regions(load_scenario("basis_landelijk"), AREAS).with_run(replications=CORES)
    began = time.perf_counter()
    execute([Plan(loaded, folder / "run", "kpis")], load_tariffs(), RunOptions(count, scheduler="local"))
    seconds = time.perf_counter() - began
    digest = hashlib.sha256()
    for path in sorted((folder / "run").rglob("*.parquet")):
        digest.update(path.read_bytes())
    patients = store.load_run(folder / "run").manifest["timings"]["patients"]
    return {"seconds": seconds, "answer": digest.hexdigest(), "patients": patients}


def main(work: str, *count: str) -> dict[str, Any]:
    """Seconds on the clock, and of processors."""
    with tempfile.TemporaryDirectory() as name:
        began, used = time.perf_counter(), processor()
        works = {"capacity": capacity, "draws": draws, "lever": lever, "page": page, "machines": machines}
        found = works[work](Path(name), *map(int, count))
        return {"seconds": time.perf_counter() - began, "processor": processor() - used} | found


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
