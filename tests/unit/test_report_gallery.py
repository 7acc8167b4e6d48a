"""The gallery: every policy in it, its numbers those of the runs, its pages whole by themselves."""

from __future__ import annotations

import csv
import dataclasses
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.measure.estimates import difference_of
from sim.report.pages.gallery import (
    OVERVIEW,
    Gallery,
    both_sides,
    gallery_csv,
    gallery_page,
    gallery_plan,
    read_gallery,
    write_gallery,
)
from sim.scenario import load_area, scenario_names
from sim.store import checksum
from tests.unit.nation_data import small_nation

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PLAN: dict[str, Any] = {
    "base": "basis_2026",
    "families": [
        {"title": {"nl": "Betalen", "en": "Paying"}, "scenarios": ["eigen_risico_460", "bundelbekostiging"]},
        {"title": {"nl": "Vraag", "en": "Demand"}, "scenarios": ["vergrijzing_2040"]},
    ],
}


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> sim.ComparisonResult:
    """Three policies on a hamlet of 60 deaths a year."""
    folder = tmp_path_factory.mktemp("gallery")
    area = load_area("middenland").model_dump(mode="json") | {"name": "gehucht"}
    area["regions"][0] |= {"population": 10_000}
    area["regions"][0]["palliative_deaths"] |= {"value": 60}
    (folder / "gehucht.yaml").write_text(json.dumps(area), encoding="utf-8")
    names = [name for family in PLAN["families"] for name in family["scenarios"]]
    options: dict[str, Any] = {"replications": 2, "keep": "kpis", "jobs": 1, "assumptions": 8}
    return sim.compare(PLAN["base"], *names, area=folder / "gehucht.yaml", out=folder / "runs", **options)


@pytest.fixture(scope="module")
def gallery(comparison: sim.ComparisonResult) -> Gallery:
    return read_gallery(comparison.folder, PLAN)


def test_the_plan_holds_every_policy_that_ships_once() -> None:
    plan = gallery_plan()
    names = [name for family in plan["families"] for name in family["scenarios"]]
    method = {plan["base"], "basis_regio", "basis_landelijk"}
    assert sorted([*names, *plan["apart"]]) == sorted(set(scenario_names()) - method)
    assert {wanted["scenario"] for wanted in plan["sensitivity"]} == {"azwa_volledig", "extra_hospicebedden"}


def test_every_number_is_the_paired_difference_of_its_kpis(
    comparison: sim.ComparisonResult, gallery: Gallery
) -> None:
    """Sums of KPIs that the comparison itself has: payers add up to the total, hospices to their types."""
    rows = {(r["scenario"], r["measure"]): r for r in csv.DictReader(gallery_csv(gallery).splitlines())}
    assert len(rows) == 3 * len(OVERVIEW)
    for name in comparison.alternatives:
        total = comparison.difference("cost", name, view="calendar")
        found = rows[name, "total"]
        assert float(found["difference"]) == pytest.approx(total.difference, abs=0.01)
        assert (float(found["low"]), float(found["high"])) == pytest.approx((total.low, total.high), abs=0.01)
        payers = ("insurer", "care_office", "municipality", "other_payers", "patients")
        assert sum(float(rows[name, payer]["alternative"]) for payer in payers) == pytest.approx(
            total.alt, abs=0.1
        )
        hospices = [
            comparison.difference("place_of_death", name, setting=s).alt for s in ("bth", "hch", "pu")
        ]
        assert float(rows[name, "hospice_deaths"]["alternative"]) == pytest.approx(sum(hospices), abs=1e-6)


def test_a_replication_that_saw_nothing_counts_in_no_mean() -> None:
    """Waits of 4 days and of nobody: the mean is 4, of one pair; with a policy 7 and 1, so 3 more."""
    wait = next(measure for measure in OVERVIEW if measure.id == "wait")
    nobody = float("nan")
    values = {("wait_days_mean", "{}"): (np.array([4.0, nobody]), np.array([7.0, 1.0]))}
    found = difference_of(*both_sides(values, wait))
    assert (found.base, found.alt, found.difference, found.n) == (4.0, 7.0, 3.0, 1)


def test_both_uncertainties_stand_in_the_table_and_the_answer_of_each_policy_in_one_sentence(
    comparison: sim.ComparisonResult, gallery: Gallery
) -> None:
    rows = {(r["scenario"], r["measure"]): r for r in csv.DictReader(gallery_csv(gallery).splitlines())}
    for name in comparison.alternatives:
        spread = comparison.spread("cost", name, view="calendar")
        found = rows[name, "total"]
        assert [float(found[key]) for key in ("assumed_low", "assumed_high", "sign")] == pytest.approx(
            [spread.low, spread.high, spread.sign], abs=0.01
        )
        assert rows[name, "unfunded"]["sign"] == ""  # a sum of several KPIs
    html = gallery_page(gallery, "nl")
    assert "Minder betaalt: de zorgverzekeraar" in html or "Meer betaalt: de patiënt" in html
    assert "aannamen" in html
    assert "(8 trekkingen, 95%)" in html


def test_only_a_policy_that_pays_providers_otherwise_has_gains(gallery: Gallery) -> None:
    gains = {entry.name: bool(entry.gains) for entry in gallery.entries}
    assert gains == {"eigen_risico_460": False, "bundelbekostiging": True, "vergrijzing_2040": False}


def test_the_pages_stand_by_themselves_and_the_manifest_names_their_bytes(
    gallery: Gallery, tmp_path: Path
) -> None:
    *pages, table, manifest = write_gallery(gallery, tmp_path)
    told = json.loads(manifest.read_text(encoding="utf-8"))
    assert told["files"] == {path.name: checksum(path.read_bytes()) for path in (*pages, table)}
    assert told["scenarios"]["vergrijzing_2040"][0]["after"] == 1.14
    for path, lang in zip(pages, ("nl", "en"), strict=True):
        html = path.read_text(encoding="utf-8")
        assert f'<html lang="{lang}">' in html
        assert re.findall(r'(?:src|href)="(?!#)[^"]*"', html) == []
        for entry in gallery.entries:
            assert html.count(f">{entry.text('title', lang)}<") >= 2, entry.name
    assert write_gallery(gallery, tmp_path / "again")[0].read_bytes() == pages[0].read_bytes()


def test_the_answers_for_the_nation_stand_beside_those_of_the_region(
    gallery: Gallery, tmp_path: Path
) -> None:
    """Of the one policy that has one; the manifest says what it was measured from."""
    joined = dataclasses.replace(gallery, nation=small_nation())
    html = gallery_page(joined, "nl")
    assert "+60.000" in html
    assert 'id="fig-nation-home-gallery-drenthe"' in html
    assert re.search(r"Friesland \+\W*2", html)
    *_, manifest = write_gallery(joined, tmp_path)
    assert json.loads(manifest.read_text(encoding="utf-8"))["nation"]["hashes"] == {"code": "x"}
    assert 'id="nation"' not in gallery_page(gallery, "nl")


def test_the_page_on_scenarios_is_as_its_generator_writes_it() -> None:
    spec = importlib.util.spec_from_file_location("scenarios", ROOT / "docs" / "generate" / "scenarios.py")
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8") == generator.page()
