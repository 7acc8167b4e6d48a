"""One headless Chromium for all browser tests, and the rules of accessibility that pages are held to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from sim import api

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
GRAVE = ("serious", "critical")
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def missing(program: str) -> None:
    """Skip by name where a program is missing; fail in CI, where every program must be there."""
    reason = f"no {program} on this machine"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium of the machine, opened once."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def desktop(chromium: Browser) -> Iterator[Page]:
    """An empty page of 1280 pixels wide."""
    context = chromium.new_context(viewport=DESKTOP)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """An empty page of 390 pixels wide."""
    context = chromium.new_context(viewport=PHONE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def grave_violations() -> Callable[[Page], list[str]]:
    """What axe finds serious or critical on a page: rule, help and first element, one line each."""

    def found(page: Page) -> list[str]:
        violations = Axe().run(page).response["violations"]
        return [
            f"{each['id']}: {each['help']} ({len(each['nodes'])} times; {each['nodes'][0]['html'][:100]})"
            for each in violations
            if each["impact"] in GRAVE
        ]

    return found


@pytest.fixture(scope="session")
def java() -> str:
    """The java program."""
    found = shutil.which("java")
    if found is None:
        missing("java")
    return str(found)


@pytest.fixture(scope="session")
def comparison_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small comparison of two policies on one region, taken apart by change."""
    folder = tmp_path_factory.mktemp("comparison") / "compared"
    api.compare(
        "basis_2026",
        "azwa_omzetplafond",
        area="middenland",
        replications=2,
        jobs=1,
        keep="kpis",
        decompose="cost:view=calendar",
        assumptions=0,
        out=folder,
    )
    return folder
