"""Every result answers to the same verbs: shown, as a frame, drawn, saved and opened again."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import palsim as ps
from sim import store
from tests.unit.small_area import on_area, small_area, small_region

pytestmark = pytest.mark.slow

KINDS = {
    name: kind
    for name, kind in ((name, getattr(ps, name)) for name in ps.__all__)
    if isinstance(kind, type) and (name.endswith("Result") or name in ("Bill", "Explained", "Subsidy"))
}
REGISTER = """aangevraagd;opgenomen;huis;vertrokken
2025-01-02;2025-01-03;De Linde;2025-01-20
2025-01-12;2025-01-15;De Linde;2025-02-09
2025-02-01;2025-02-03;De Linde;2025-02-20
2025-02-20;2025-02-21;De Linde;2025-03-30
2025-03-05;2025-03-06;De Linde;2025-03-28
"""
APPLICANT = {
    "name": "Huis",
    "form": "bth",
    "months_active": 48,
    "clients": {2022: 40, 2023: 40, 2024: 42, 2025: 41},
}


@pytest.fixture(scope="module")
def results(base: ps.Scenario, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One result of every kind, of a month in the village."""
    place = tmp_path_factory.mktemp("results")
    month = {"horizon.count_to": "2026-02-01", "horizon.warmup_days": 0}
    short = ps.scenario(base, replications=2).vary(month, label="kort")
    run = ps.run(short, jobs=1, keep="all")
    (place / "register.csv").write_text(REGISTER, encoding="utf-8")
    (place / "ptz.yaml").write_text(json.dumps({"year": 2026, "organisations": [APPLICANT]}))
    few: dict[str, Any] = {"replications": 2, "jobs": 1}
    path = "tariffs.zvw.wijkverpleging"
    target = f"cost={ps.run(short.vary({path: 80}), jobs=1).kpi('cost').mean:.0f}"
    area = small_area(small_region(deaths=60.0))
    sized = {"type": "pu", "norm": "refused<=0.6", "prices": False}
    made = (
        run,
        ps.compare(short, {"ceiling.applies": 0.1}, assumptions=0, jobs=1),
        ps.grid(short, {"hospice.beds.hch": [2, 3], "ceiling.applies": [0, 0.25]}, jobs=1),
        ps.budget(short, to_year=2026, replications=1, jobs=1),
        ps.capacity(area, scenario=on_area(area), **sized, **few),
        ps.sensitivity(short, parameters=["home.terminal_care"], **few),
        ps.advise(short, jobs=1),
        ps.solve(short, path, target, level=True, between=(50, 90), assumptions=0, jobs=1),
        ps.register(place / "register.csv"),
        ps.region("Assen"),
        ps.bill("olivia_bth"),
        run.explain(int(run.tables().patients["patient_id"].iloc[0])),
        ps.subsidy(place / "ptz.yaml"),
    )
    return {type(each).__name__: each for each in made}


def test_every_public_result_has_an_example(results: dict[str, Any]) -> None:
    assert set(results) == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_every_result_is_shown_framed_drawn_saved_and_opened(
    results: dict[str, Any], name: str, tmp_path: Path
) -> None:
    found = results[name]
    assert len(repr(found)) < 2000
    html = found._repr_html_()
    assert html.startswith("<")
    frame = found.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame)
    figures = [verb for verb in (*vars(type(found)), *dir(found)) if verb.startswith("figure_")]
    asked = {"figure_grid": ("cost",)}
    assert any(is_drawn(getattr(found, verb), *asked.get(verb, ())) for verb in figures), figures
    found.save(tmp_path / "x")
    again = ps.load(tmp_path / "x")
    assert type(again) is type(found)
    pd.testing.assert_frame_equal(again.to_frame(), frame)
    assert again._repr_html_() == html
    with pytest.raises(ps.InputError, match="is not empty"):
        found.save(tmp_path / "x")


def test_a_stored_run_goes_to_another_process_with_its_tables(
    results: dict[str, Any], tmp_path: Path
) -> None:
    stored = store.load_run(results["RunResult"].save(tmp_path / "run").place)
    again = pickle.loads(pickle.dumps(stored))
    assert again.tables["patients"].equals(stored.tables["patients"])


def is_drawn(figure: Any, *given: str) -> bool:
    """Whether there is something to draw, in both languages."""
    try:
        return all(figure(*given, lang=lang).axes for lang in ("nl", "en"))
    except ps.InputError:
        return False


def test_a_grid_that_is_opened_has_its_factors(results: dict[str, Any], tmp_path: Path) -> None:
    grid = results["GridResult"]
    grid.save(tmp_path / "x")
    opened = ps.load(tmp_path / "x")
    assert opened.diff("cost").equals(grid.diff("cost"))
    assert opened.diff("cost").index.names == ["hospice.beds.hch", "ceiling.applies"]


def test_a_bill_that_is_opened_is_the_same(results: dict[str, Any], tmp_path: Path) -> None:
    for name in ("Bill", "Explained", "Subsidy"):
        results[name].save(tmp_path / name)
        opened = ps.load(tmp_path / name)
        assert opened.as_json() == results[name].as_json()
    assert ps.load(tmp_path / "Bill") == results["Bill"]


def test_what_another_hand_wrote_is_refused(results: dict[str, Any], tmp_path: Path) -> None:
    results["Bill"].save(tmp_path / "x")
    file = tmp_path / "x" / "result.json"
    whole = file.read_text(encoding="utf-8")
    for text in (whole.replace("sim.api", "os"), whole[:-40], "[]", ""):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ps.InputError, match="not as palsim wrote it"):
            ps.load(tmp_path / "x")


@pytest.mark.parametrize(
    "kind",
    ["os:system", "sim.api.running:run", "sim.store.folder:RunFolder", "sim.nowhere:Bill", "sim.api:x"],
)
def test_no_class_but_that_of_a_result_is_made(kind: str, tmp_path: Path) -> None:
    store.write_document(tmp_path / "result.json", {"result": {"$": kind, "value": {}}})
    with pytest.raises(ps.InputError, match="not as palsim wrote it"):
        ps.load(tmp_path)
