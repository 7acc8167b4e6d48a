"""No test touches the cache of who runs it, and all commands of the tests speak English."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

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


@pytest.fixture(scope="session", autouse=True)
def _in_english() -> None:
    """Commands of the tests, in this process and in others, speak English where `--lang` does not say."""
    os.environ["LC_ALL"] = "en_US.UTF-8"
