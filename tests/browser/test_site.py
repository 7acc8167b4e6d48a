"""The documentation as a site: whole, from nowhere else, no page too long, searched without a server."""

from __future__ import annotations

import html
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page

import palsim as ps

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
TALLEST = 8_000
"""Pixels that a page has at most, 1280 wide."""
WIDTHS = (1280, 390)
LOADED = re.compile(
    r"""(?:src=["']?|url\(["']?|@import\s+["']?|<link[^>]+rel="?stylesheet"?[^>]+href=["']?)(https?:[^"')\s>]+)"""
)
MEASURE = """() => {
  const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth
  const cut = [...document.querySelectorAll('pre, pre > code')].filter(
    (each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === 'hidden')
  return [document.documentElement.scrollHeight, wide, cut.length]
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once for all processes of the tests."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / "documentation"
    with FileLock(shared / "documentation.lock"):
        if not folder.exists():
            done = subprocess.run(
                [sys.executable, "docs/generate/site.py", str(folder)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
    return folder


def pages(site: Path) -> list[Path]:
    """Every page but the one of what is not found."""
    return sorted(path for path in site.rglob("*.html") if path.name != "404.html")


def words(markup: str) -> str:
    """Text of markup, with spaces and quotes of one kind."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", markup))).replace('"', "'")


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    loaded = {
        url
        for path in [*site.rglob("*.html"), *site.rglob("*.css")]
        for url in LOADED.findall(path.read_text(encoding="utf-8"))
    }
    assert loaded == set()


def test_every_public_name_stands_in_the_reference_with_its_defaults(site: Path) -> None:
    reference = "".join(path.read_text(encoding="utf-8") for path in sorted(site.glob("api*.html")))
    assert "random numbers, and take paired differences" in reference
    assert f"{ps.__name__[0]}s.__version__" in reference
    missing, wrong = [], []
    for name in sorted(set(ps.__all__) - {"__version__"}):
        for path, thing in named(f"sim.api.{name}", getattr(ps, name)):
            _, found, after = reference.partition(f'id="{path}"')
            if not found:
                missing.append(path)
                continue
            said = words(after.partition('class="doc doc-contents')[0])
            wrong += [f"{path}: {each}" for each in defaults(thing) if not re.search(each, said)]
    assert missing == []
    assert wrong == []


def named(path: str, thing: Any) -> list[tuple[str, Any]]:
    """A thing with its place in the reference, and what a class adds to those above it."""
    if not inspect.isclass(thing):
        return [(path, thing)]
    own = [(f"{path}.{name}", below) for name, below in vars(thing).items() if not name.startswith("_")]
    return [(path, None), *((place, below) for place, below in own if inspect.isfunction(below))]


def defaults(thing: Any) -> list[str]:
    """How the defaults of a function are written in its signature."""
    if not inspect.isfunction(thing):
        return []
    return [
        rf"\b{name}(: [^=]+)? ?= ?{re.escape(repr(each.default))}"
        for name, each in inspect.signature(thing).parameters.items()
        if each.default is None or isinstance(each.default, (bool, int, float, str, tuple))
    ]


def test_no_page_is_long_or_wide_and_no_code_is_cut(site: Path, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": WIDTHS[0], "height": 900})
    page = context.new_page()
    page.route(re.compile(r"/bundle\.[^/]*\.js$"), lambda route: route.abort())
    faults = []
    for path in pages(site):
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            height, wide, cut = page.evaluate(MEASURE)
            name = path.relative_to(site).as_posix()
            if width == WIDTHS[0] and height > TALLEST:
                faults.append(f"{name}: {height} pixels high")
            if wide or cut:
                faults.append(f"{name}: wider than {width}" if wide else f"{name}: {cut} times code cut off")
    context.close()
    assert faults == []


def test_the_search_answers_from_a_folder(site: Path, desktop: Page) -> None:
    desktop.goto((site / "adr" / "0001-three-programs-joined-by-tables.html").as_uri())
    desktop.keyboard.press("/")
    desktop.keyboard.type("eigen risico")
    desktop.get_by_text(re.compile(r"\d+ results")).wait_for()
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(re.compile(r"\.html"))
    assert "eigen risico" in desktop.inner_text("article").lower()


def test_the_notebooks_show_their_output(site: Path) -> None:
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for notebook in notebooks:
        text = (site / "notebooks" / f"{notebook.stem}.html").read_text(encoding="utf-8")
        assert "<table" in text, notebook.name
        assert "Traceback" not in text
    assert len(list((site / "notebooks").glob("*.png"))) >= len(notebooks)
