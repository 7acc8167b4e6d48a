"""Two months of a small region, so that a comparison takes seconds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import palsim as ps
from sim.scenario import load_area

REPLICATIONS = 3


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An area of one region with 250 deaths a year and few beds."""
    data = load_area("middenland").model_dump(mode="json")
    region = data["regions"][0]
    region["palliative_deaths"]["value"] = 250
    region["nursing_home_places"] |= {"value": 30, "range": [20, 40]}
    for site in region["sites"]:
        site["beds"] = min(site["beds"], 2)
    data["name"] = "dorp"
    path = tmp_path_factory.mktemp("area") / "dorp.json.yaml"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def base(village: Path) -> ps.Scenario:
    """Current practice in the village, two months of it counted."""
    whole = ps.scenario("basis_2026", area=village, replications=REPLICATIONS)
    return whole.vary({"horizon.count_to": "2026-03-01", "horizon.warmup_days": 30}, label="nu")


@pytest.fixture(scope="session")
def compared(base: ps.Scenario) -> ps.ComparisonResult:
    """The village with two more hospice beds, and with earlier planning of care."""
    more = base.vary({"hospice.beds.hch": 4}, label="+2 bedden")
    return ps.compare(base, more, "azwa_pzp", assumptions=0, jobs=1)
