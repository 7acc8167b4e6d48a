"""No test touches the cache of who runs it, and all commands of the tests speak English."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings

VARIABLE = "PALSIM_CACHE"

# No test fails because a machine is busy
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of results that goes when the tests are done; programs that tests start share it.

    What the project's own files hold is parsed once for all workers of pytest-xdist: the program writes
    such a document whole or not at all.
    """
    own = tmp_path_factory.getbasetemp()
    parsed = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "documents"
    parsed.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="palsim-tests-") as place:
        (Path(place) / "documents").symlink_to(parsed)
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


@pytest.fixture
def uploads_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads are read by the reader of the page, but in this process: starting another takes seconds.

    For tests of what an upload says; that it is read apart, bounded and harmless is another test.
    """
    from sim.web import apart

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, apart.main(command[3:]))

    monkeypatch.setattr(apart, "_limit", lambda: None)
    monkeypatch.setattr(apart, "subprocess", SimpleNamespace(**{**vars(subprocess), "run": run}))


@pytest.fixture(scope="session", autouse=True)
def _in_english() -> None:
    """Commands of the tests, in this process and in others, speak English where `--lang` does not say."""
    os.environ["LC_ALL"] = "en_US.UTF-8"
