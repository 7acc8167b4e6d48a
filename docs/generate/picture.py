"""Takes docs/figures/report.png, the first screen of a report, with headless Chromium.

Usage: python docs/generate/picture.py [COMPARISON]

Without a folder it compares `basis_2026` with `azwa_volledig` on Middenland.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import sim
from sim.report.formats.files import build_report

OUT = Path(__file__).resolve().parent.parent / "figures" / "report.png"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
WIDTH, HEIGHT = 1280, 1180


def report(folder: Path, scratch: Path) -> Path:
    """The English report of a comparison folder, which is made when it is not there."""
    if not folder.exists():
        sim.compare("basis_2026", "azwa_volledig", keep="kpis", out=folder)
    return build_report(folder, "en", scratch / "report.html")


def main() -> None:
    """Take the picture."""
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "comparison"
        page_file = report(folder, Path(scratch))
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(page_file.as_uri())
        page.screenshot(path=OUT)
        browser.close()


if __name__ == "__main__":
    main()
