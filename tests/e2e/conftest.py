"""An area that tests of whole runs share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.scenario import load_area


@pytest.fixture(scope="session")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An area of one region with 60 deaths a year."""
    area = load_area("middenland").model_dump(mode="json")
    area["name"] = "gehucht"
    area["regions"][0]["palliative_deaths"] |= {"value": 60}
    path = tmp_path_factory.mktemp("area") / "gehucht.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    return path
