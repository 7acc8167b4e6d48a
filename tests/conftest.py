"""No test touches the cache of who runs it, and all commands of the tests speak English."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from html import escape

import pytest

VARIABLE = "PALSIM_CACHE"


@pytest.fixture(scope="session", autouse=True)
def own_cache() -> Iterator[None]:
    """A cache of results that goes when the tests are done; programs that tests start share it."""
    with tempfile.TemporaryDirectory(prefix="palsim-tests-") as place:
        before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = place
        yield
        if before is None:
            os.environ.pop(VARIABLE)
        else:
            os.environ[VARIABLE] = before


@pytest.fixture(scope="module")
def blank_figures() -> Iterator[None]:
    """Figures of pages are made but not drawn, which takes more than half of the time of a page.

    For tests that look at no line of a figure; what stands around it and is read aloud stays.
    """
    from sim.report.figures.drawing import Drawing

    def blank(drawing: Drawing) -> str:
        name = f"{drawing.id}-alt"
        alt = escape(drawing.alt, quote=False)
        return f'<svg role="img" aria-labelledby="{name}"><title id="{name}">{alt}</title></svg>'

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Drawing, "svg", blank)
        yield


@pytest.fixture(scope="session", autouse=True)
def _in_english() -> None:
    """Commands of the tests, in this process and in others, speak English where `--lang` does not say."""
    os.environ["LC_ALL"] = "en_US.UTF-8"
