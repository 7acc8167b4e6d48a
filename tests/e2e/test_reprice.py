"""Other prices on a stored run: equal to a run of that scenario, and no journey is simulated."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

import sim
from sim import store
from sim.catalogue import load_tariffs
from sim.cli import run_command
from sim.errors import InputError
from sim.runs import task
from sim.runs.run import Plan, rules_of
from sim.scenario import load_area, load_scenario, vary

REPLICATIONS = 2


def area_of(deaths: int, budget: int) -> dict[str, Any]:
    area: dict[str, Any] = load_area("middenland").model_dump(mode="json")
    area["name"] = "gehucht"
    region = area["regions"][0]
    region["palliative_deaths"] |= {"value": deaths}
    region["population"] = 10_000
    area["national_share"] |= {"value": 0.000556}
    region["district_nursing_budget_eur"] |= {"value": budget, "range": [budget, budget]}
    return area


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with two areas: one whose ceiling is far, one whose ceiling binds."""
    folder = tmp_path_factory.mktemp("reprice")
    (folder / "ruim.yaml").write_text(json.dumps(area_of(60, 100_000_000)), encoding="utf-8")
    (folder / "krap.yaml").write_text(json.dumps(area_of(60, 100_000)), encoding="utf-8")
    return folder


def overlay(folder: Path, name: str, **values: Any) -> Path:
    path = folder / f"{name}.yaml"
    items = [{"path": key.replace("__", "."), "value": value} for key, value in values.items()]
    path.write_text(json.dumps({"extends": "basis_2026", "set": items}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(place: Path) -> sim.RunResult:
    return sim.run(
        "basis_2026",
        area=place / "ruim.yaml",
        out=place / "run",
        replications=REPLICATIONS,
        keep="journey",
        jobs=1,
    )


def parquet(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


CHANGES: dict[str, dict[str, Any]] = {
    "ander_eigen_risico": {"rules__eigen_risico_plan": "460"},
    "andere_elv": {"prices__elv_contract_factor": 0.9},
    "andere_nood": {"subsidy__national_clients__value__bth": 6000},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_repriced_run_has_the_bytes_of_a_run_and_simulates_nothing(
    place: Path, run: sim.RunResult, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    scenario = overlay(place, name, **CHANGES[name])
    options: dict[str, Any] = {"replications": REPLICATIONS, "jobs": 1}
    area = place / "ruim.yaml"
    fresh = sim.run(scenario, area=area, out=place / f"{name}-kpis", keep="kpis", **options)
    assert fresh.manifest["timings"]["journeys"] == REPLICATIONS
    monkeypatch.setattr(task, "simulate_region", None)
    monkeypatch.setattr(task, "draw_patients", None)
    priced = sim.price(run, scenario, out=place / f"{name}-priced", jobs=1)
    assert priced.manifest["timings"]["journeys"] == 0
    assert parquet(priced.folder) == parquet(fresh.folder)
    assert parquet(priced.folder) != {
        k: v for k, v in parquet(run.folder).items() if k in parquet(fresh.folder)
    }
    assert priced.manifest["hashes"]["tariffs"] == fresh.manifest["hashes"]["tariffs"]
    assert priced.manifest["priced_from"] == run.manifest["hashes"]
    for key in ("scenario", "area", "changes", "seed", "hashes"):
        assert priced.manifest[key] == fresh.manifest[key]


def test_a_journey_in_a_repricing_would_be_counted(
    place: Path, run: sim.RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = task.reprice_journeys

    def simulates(spec: Any, source: Path, watch: Any) -> Any:
        task.simulate(spec)
        return real(spec, source, watch)

    monkeypatch.setattr(task, "reprice_journeys", simulates)
    scenario = overlay(place, "geteld", prices__elv_contract_factor=0.94)
    priced = sim.price(run, scenario, out=place / "geteld-priced", jobs=1)
    assert priced.manifest["timings"]["journeys"] == REPLICATIONS


def test_a_run_of_another_policy_is_not_priced_under_a_name_that_is_not_its_own(
    place: Path, run: sim.RunResult
) -> None:
    """A scenario prices a run of itself or of what it extends; all else would carry the other's settings."""
    options: dict[str, Any] = {"area": place / "ruim.yaml", "replications": 1, "jobs": 1}
    other = sim.run("eigen_risico_460", out=place / "er460", keep="journey", **options)
    for name in ("basis_2026", "wmo_2027"):
        with pytest.raises(InputError) as caught:
            sim.price(other, name, out=place / f"{name}-er460", jobs=1)
        said = str(caught.value)
        assert said.startswith(f"{name}: rules.eigen_risico_plan")
        assert f"the stored run of eigen_risico_460 has another value, which {name} does not set" in said
        assert said.endswith("price a run of basis_2026, or a scenario that extends eigen_risico_460")
        assert "\n" not in said
        assert not (place / f"{name}-er460").exists()
    file = place / "beide.yaml"
    document = {"extends": "eigen_risico_460", "set": [{"path": "rules.wmo_plan", "value": "2027"}]}
    file.write_text(json.dumps(document), encoding="utf-8")
    both = sim.run(file, out=place / "beide-run", keep="kpis", **options)
    assert both.manifest["scenario"]["rules"]["eigen_risico_plan"] == "460"
    assert parquet(sim.price(other, file, out=place / "beide", jobs=1).folder) == parquet(both.folder)
    itself = sim.price(other, "eigen_risico_460", out=place / "zelf", jobs=1)
    bare = parquet(itself.folder)
    assert bare == {path: data for path, data in parquet(other.folder).items() if path in bare}
    assert any(path.startswith("tables/kpis/") for path in bare)


def test_a_priced_run_is_never_gone_on_with_as_another(place: Path, run: sim.RunResult) -> None:
    """Its numbers rest on the journeys of its source, whatever code simulated those."""
    scenario = overlay(place, "herkomst", prices__elv_contract_factor=0.93)
    options: dict[str, Any] = {"area": place / "ruim.yaml", "replications": REPLICATIONS, "jobs": 1}
    priced = sim.price(run, scenario, out=place / "herkomst-priced", jobs=1)
    with pytest.raises(
        InputError, match="holds a run priced from stored journeys, and this one is simulated"
    ):
        sim.run(scenario, out=priced.folder, keep="kpis", resume=True, **options)
    fresh = sim.run(scenario, out=place / "herkomst-run", keep="kpis", **options)
    with pytest.raises(InputError, match="holds a simulated run, and this one is priced from stored"):
        sim.price(run, scenario, out=fresh.folder, jobs=1, resume=True)
    old = Path(shutil.copytree(run.folder, place / "oud"))
    manifest = store.read_manifest(old)
    manifest["hashes"]["code"] = "of another day"
    (old / "manifest.json").write_bytes(store.sealed(manifest))
    with pytest.raises(InputError, match="holds a run priced from another source, or from one of other"):
        sim.price(old, scenario, out=priced.folder, jobs=1, resume=True)
    assert sim.price(run, scenario, out=priced.folder, jobs=1, resume=True).reused == REPLICATIONS


def test_all_tables_can_be_kept(place: Path, run: sim.RunResult) -> None:
    scenario = overlay(place, "alles", prices__elv_contract_factor=0.9)
    area = place / "ruim.yaml"
    fresh = sim.run(
        scenario, area=area, out=place / "alles-run", keep="all", replications=REPLICATIONS, jobs=1
    )
    priced = sim.price(run.folder, scenario, out=place / "alles-priced", keep="all", jobs=1)
    assert parquet(priced.folder) == parquet(fresh.folder)


def kept(place: Path, area: str, keep: Any, replications: int = REPLICATIONS) -> dict[str, bytes]:
    """Files of current practice on an area, by what a run keeps."""
    out = place / f"{area}-{keep}"
    run = sim.run(
        "basis_2026", area=place / f"{area}.yaml", out=out, keep=keep, replications=replications, jobs=1
    )
    return parquet(run.folder)


def test_what_no_kpi_sees_is_priced_only_where_it_is_kept(place: Path) -> None:
    """KPIs, their parts and journeys have the same bytes, whether everything is priced and kept or not."""
    whole, journeys, bare = (kept(place, "ruim", keep) for keep in ("all", "journey", "kpis"))
    assert bare == {name: whole[name] for name in bare}
    assert journeys == {name: whole[name] for name in journeys}
    assert any(name.startswith("parts/") for name in bare)
    assert len(bare) < len(journeys) < len(whole)


def test_a_palliakit_after_the_window_covers_sedation_within_it() -> None:
    """T12 looks at the kit of a person whose sedation began before it: also where the kit is not counted."""
    changes = {"support.palliakit_days.value": 1, "home.sedation_days.value": 4}
    loaded = vary(load_scenario("basis_2026").with_run(replications=1), changes, "kit")
    parts = []
    for keep in ("all", "kpis"):
        plan = Plan(loaded, Path(), keep)
        (spec,) = plan.specs(load_tariffs(), rules_of(plan))
        parts.append(
            next(data for path, data in task.run_task(spec).files.items() if path.startswith("parts/"))
        )
    assert parts[0] == parts[1]


def test_a_region_where_nobody_stays_anywhere_has_the_same_kpis_whatever_is_kept(place: Path) -> None:
    (place / "leeg.yaml").write_text(json.dumps(area_of(1, 100_000_000)), encoding="utf-8")
    whole, bare = (kept(place, "leeg", keep, replications=3) for keep in ("all", "kpis"))
    assert bare == {name: whole[name] for name in bare}


def test_only_a_changed_ledger_is_priced_again(
    place: Path, run: sim.RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another subsidy leaves every declaration as it was."""
    calls: list[int] = []
    real = task.price
    monkeypatch.setattr(task, "price", lambda *given, **named: calls.append(1) or real(*given, **named))
    scenario = overlay(place, "nood", subsidy__national_clients__value__bth=5000)
    sim.price(run, scenario, out=place / "nood-priced", jobs=1)
    assert not calls
    sim.price(run, overlay(place, "elv", prices__elv_contract_factor=0.95), out=place / "elv-priced", jobs=1)
    assert len(calls) == REPLICATIONS


def test_a_scenario_that_steers_the_journey_is_refused(
    place: Path, run: sim.RunResult, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["price", str(run.folder), "--scenario", "azwa_omzetplafond"]) == 2
    said = capsys.readouterr().err.strip()
    assert "changes efficiency.counts_terminal, ceiling.applies.value, which steers the journey" in said
    assert "simulate it: palsim run" in said
    assert "\n" not in said


def test_new_prices_are_refused_where_they_run_down_a_ceiling(
    place: Path, run: sim.RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another weight of an hour changes the use of the ceiling that a run counts, even far below it."""
    module = sys.modules["sim.runs.reprice"]
    real = module.quote

    def dearer(*given: Any) -> Any:
        plan = real(*given)
        return type(plan)(**{**vars(plan), "cents_per_hour": plan.cents_per_hour + 1})

    scenario = overlay(place, "prijs", prices__elv_contract_factor=0.97)
    assert sim.price(run, scenario, out=place / "prijs-priced", jobs=1).computed == REPLICATIONS
    monkeypatch.setattr(module, "quote", dearer)
    with pytest.raises(InputError, match="so money steers the journey; simulate it: run") as caught:
        sim.price(run, scenario, out=place / "prijs-again", jobs=1)
    assert "\n" not in str(caught.value)


def test_a_run_without_journeys_and_a_damaged_one_are_refused(place: Path, run: sim.RunResult) -> None:
    scenario = overlay(place, "elders", prices__elv_contract_factor=0.9)
    bare = sim.run(
        "basis_2026", area=place / "ruim.yaml", out=place / "bare", replications=1, keep="kpis", jobs=1
    )
    with pytest.raises(InputError, match="keeps no journeys"):
        sim.price(place / "bare", scenario, jobs=1)
    again = sim.price(bare, scenario, jobs=1)  # what ran here runs again where its journeys are needed
    assert again.scenario == "elders"
    with pytest.raises(InputError, match="is the run itself"):
        sim.price(run, scenario, out=run.folder, jobs=1)
    cut = run.folder / "tables/stays/replication=001/cluster=mi-01.parquet"
    whole = cut.read_bytes()
    cut.write_bytes(whole[:100])
    with pytest.raises(InputError, match="stays.replication=001.cluster=mi-01.parquet: missing or damaged"):
        sim.price(run, scenario, out=place / "cut", jobs=1)
    cut.write_bytes(whole)
    assert sim.price(run, scenario, out=place / "cut", jobs=1, resume=True).reused == 1


def test_the_command_counts_the_journeys(
    place: Path, run: sim.RunResult, capsys: pytest.CaptureFixture[str], blank_figures: None
) -> None:
    scenario = overlay(place, "bevel", rules__eigen_risico_plan="165_tranche")
    out = place / "bevel-priced"
    given = [
        "price",
        str(run.folder),
        "--scenario",
        str(scenario),
        "--out",
        str(out),
        "--jobs",
        "1",
        "--json",
    ]
    assert run_command(given) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tasks"] == {"reused": 0, "computed": REPLICATIONS, "journeys": 0}
    assert told["scenario"] == "bevel"
    assert told["replications"] == REPLICATIONS
    assert Path(told["report"]).exists()
