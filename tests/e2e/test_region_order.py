"""A region keeps its bytes wherever it stands in its area, on one core and on two."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.scenario import load_area

IDS = ("zuid", "noord", "west")


def hamlets(folder: Path, ids: Sequence[str]) -> Path:
    """An area of regions with 60 deaths a year each, in the order given."""
    area: dict[str, Any] = load_area("middenland").model_dump(mode="json")
    region = area["regions"][0] | {"population": 10_000, "number": None}
    region["palliative_deaths"] |= {"value": 60}
    area["name"] = "gehuchten"
    area["regions"] = [
        {
            **region,
            "id": id_,
            "name": f"Gehucht {id_}",
            "sites": [{**site, "id": f"{site['id']}-{id_}"} for site in region["sites"]],
        }
        for id_ in ids
    ]
    path = folder / f"{'-'.join(ids)}.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    return path


def files(area: Path, out: Path, jobs: int) -> dict[str, bytes]:
    """Every Parquet file of a run by its path."""
    sim.run("basis_2026", area=area, out=out, replications=2, keep="all", jobs=jobs)
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*.parquet"))}


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The run that the others must equal: one core."""
    folder = tmp_path_factory.mktemp("three")
    return files(hamlets(folder, IDS), folder / "run", jobs=1)


def test_regions_in_another_order_on_two_cores_write_the_same_bytes(
    three: dict[str, bytes], tmp_path: Path
) -> None:
    """Tables and KPI parts of each region; KPIs and subsidies over all regions; two replications."""
    other = files(hamlets(tmp_path, IDS[::-1]), tmp_path / "run", jobs=2)
    assert len(three) == 2 * (3 * 12 + 2)
    assert other == three


def test_a_region_more_leaves_the_bytes_of_the_others(three: dict[str, bytes], tmp_path: Path) -> None:
    more = files(hamlets(tmp_path, ("aan-zee", *IDS)), tmp_path / "run", jobs=2)
    of_regions = {path: data for path, data in three.items() if "cluster=all" not in path}
    assert len(more) == len(three) + 2 * 12
    assert {path: more[path] for path in of_regions} == of_regions
