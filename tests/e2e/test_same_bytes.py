"""One seed, one set of bytes: on one process and on two, resumed after a crash, extended, repaired."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import sim
from sim.errors import InputError, RunError
from sim.scenario import load_area
from sim.store import atomic, whole_task

REPLICATIONS = 4


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An area of two regions with 60 deaths a year each: a task takes a tenth of a second."""
    area = load_area("middenland").model_dump(mode="json")
    area["name"] = "gehucht"
    region = area["regions"][0]
    region["palliative_deaths"] |= {"value": 60}
    region["population"] = 10_000
    area["regions"] = [
        {
            **region,
            "id": f"ge-{n}",
            "name": f"Gehucht {n}",
            "sites": [{**site, "id": f"{site['id']}-{n}"} for site in region["sites"]],
        }
        for n in (1, 2)
    ]
    path = tmp_path_factory.mktemp("area") / "gehucht.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def whole(hamlet: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run that all others must equal: one process, never interrupted."""
    out = tmp_path_factory.mktemp("whole") / "run"
    result = run(hamlet, out, jobs=1)
    assert (result.reused, result.computed) == (0, 2 * REPLICATIONS)
    return out


def run(area: Path, out: Path, **options: Any) -> sim.RunResult:
    settings = {"replications": REPLICATIONS, "keep": "all", "jobs": 1, "check": True, **options}
    return sim.run("basis_2026", area=area, out=out, **settings)


def parquet(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


def manifest(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {key: value for key, value in document.items() if key not in ("timings", "sha256")}


def same(one: Path, other: Path) -> bool:
    return parquet(one) == parquet(other) and manifest(one) == manifest(other)


def test_one_process_and_two_write_the_same_bytes(hamlet: Path, whole: Path, tmp_path: Path) -> None:
    run(hamlet, tmp_path / "two", jobs=2)
    assert len(parquet(whole)) == 2 * REPLICATIONS * 12 + REPLICATIONS * 2
    assert same(whole, tmp_path / "two")


def test_another_seed_writes_other_bytes(hamlet: Path, whole: Path, tmp_path: Path) -> None:
    run(hamlet, tmp_path / "other", seed=1, replications=1)
    path = "tables/patients/replication=000/cluster=ge-1.parquet"
    assert (tmp_path / "other" / path).read_bytes() != (whole / path).read_bytes()


def test_replications_and_regions_draw_apart(whole: Path) -> None:
    files = sorted((whole / "tables" / "patients").rglob("*.parquet"))
    ages = {tuple(pq.ParquetFile(path).read(["birth_minute"]).column(0).to_pylist()[:5]) for path in files}
    assert len(ages) == len(files)


def test_the_ends_of_a_run_equal_those_of_a_longer_one(hamlet: Path, whole: Path, tmp_path: Path) -> None:
    """Two replications, then four: the first two are reused, and all is as if there had been four at once."""
    out = tmp_path / "grown"
    run(hamlet, out, replications=2)
    result = run(hamlet, out, resume=True)
    assert (result.reused, result.computed) == (4, 4)
    assert same(whole, out)


def test_resume_of_a_finished_run_touches_nothing(hamlet: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy"
    shutil.copytree(whole, out)
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file()}
    result = run(hamlet, out, resume=True)
    assert (result.reused, result.computed) == (2 * REPLICATIONS, 0)
    assert {p: p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file() and p.name != ".lock"} == {
        p: t for p, t in before.items() if p.name != ".lock"
    }


def test_resume_recomputes_what_is_missing_or_damaged(hamlet: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy"
    shutil.copytree(whole, out)
    cut = out / "tables/stays/replication=001/cluster=ge-2.parquet"
    cut.write_bytes(cut.read_bytes()[:100])
    (out / "parts/replication=003/cluster=ge-1.json").unlink()
    (out / "tables/kpis/replication=000/cluster=all.parquet").unlink()
    result = run(hamlet, out, resume=True)
    assert (result.reused, result.computed) == (2 * REPLICATIONS - 2, 2)
    assert result.manifest["timings"]["tasks"] == {"reused": 6, "computed": 2, "damaged": 1}
    assert same(whole, out)


KILLED = """
import sys, sim
if __name__ == "__main__":
    sim.run("basis_2026", area=sys.argv[1], out=sys.argv[2], replications=12, keep="all", jobs=2, check=True)
"""


@pytest.mark.crash
def test_a_run_killed_at_its_first_file_resumes_to_the_same_bytes(hamlet: Path, tmp_path: Path) -> None:
    out, program = tmp_path / "killed", tmp_path / "killed.py"
    program.write_text(KILLED, encoding="utf-8")
    root = str(Path(sim.__file__).resolve().parents[1])
    environment = {**os.environ, "PYTHONPATH": root}
    process = subprocess.Popen(
        [sys.executable, str(program), str(hamlet), str(out)], env=environment, start_new_session=True
    )
    try:
        deadline = time.monotonic() + 60
        while not list((out / "parts").rglob("*.json")):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.002)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    tasks = [(replication, f"ge-{n}") for replication in range(12) for n in (1, 2)]
    finished = sum(whole_task(out, *task) is not None for task in tasks)
    assert 0 < finished < len(tasks)
    with pytest.raises(InputError, match="is not finished"):
        sim.load_run(out)
    result = run(hamlet, out, resume=True, replications=12, jobs=2)
    assert (result.reused, result.computed) == (finished, len(tasks) - finished)
    never = run(hamlet, tmp_path / "never", replications=12, jobs=2)
    assert (never.reused, never.computed) == (0, len(tasks))
    assert same(never.folder, out)


def test_a_full_disk_ends_in_one_line_and_resumes(
    hamlet: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up during the third task."""
    out = tmp_path / "full"
    real, calls = os.fsync, []

    def fill_up(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 90:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(atomic.os, "fsync", fill_up)
    with pytest.raises(RunError, match=r"^[^\n]+: the disk is full; [^\n]+ with resume=True$"):
        run(hamlet, out)
    monkeypatch.undo()
    result = run(hamlet, out, resume=True)
    assert result.reused == 2
    assert same(whole, out)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seed": 5}, "seed 5: the folder holds a run with 2026"),
        ({"keep": "kpis"}, "keep='kpis': the folder holds a run with all"),
        ({"replications": 1}, "replications=1: the folder holds 4"),
    ],
)
def test_a_folder_of_another_run_is_refused(
    hamlet: Path, whole: Path, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as caught:
        run(hamlet, whole, resume=True, **options)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_scenario_in_the_folder_is_refused(hamlet: Path, whole: Path) -> None:
    with pytest.raises(InputError, match="holds a run of scenario 'basis_2026', not 'azwa_omzetplafond'"):
        sim.run("azwa_omzetplafond", area=hamlet, out=whole, replications=4, keep="all", jobs=1, resume=True)


def test_a_run_without_resume_leaves_an_earlier_run_alone(hamlet: Path, whole: Path) -> None:
    with pytest.raises(InputError, match="holds a run already; add resume=True"):
        run(hamlet, whole)


def test_what_is_kept_does_not_change_the_kpis(hamlet: Path, whole: Path, tmp_path: Path) -> None:
    for keep, tables in (("kpis", {"kpis", "subsidies"}), ("journey", None)):
        result = run(hamlet, tmp_path / keep, keep=keep, replications=2)
        stored = set(result.stored)
        assert stored == tables or (tables is None and "spells" in stored and "shares" not in stored)
        for replication in (0, 1):
            path = f"tables/kpis/replication={replication:03d}/cluster=all.parquet"
            assert (result.folder / path).read_bytes() == (whole / path).read_bytes()


def test_a_comparison_pairs_the_same_patients(hamlet: Path, whole: Path, tmp_path: Path) -> None:
    """The base of a comparison is the run itself, and no patient differs between the scenarios."""
    out = tmp_path / "compared"
    result = sim.compare(
        "basis_2026",
        "azwa_omzetplafond",
        area=hamlet,
        out=out,
        replications=2,
        keep="all",
        assumptions=0,
        jobs=2,
    )
    base = parquet(out / "basis_2026")
    assert base == {k: v for k, v in parquet(whole).items() if k in base}
    assert len(base) == 52
    other = parquet(out / "azwa_omzetplafond")
    patients = [path for path in base if path.startswith("tables/patients/")]
    assert {p: base[p] for p in patients} == {p: other[p] for p in patients}
    document = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    assert (document["base"], document["alternatives"]) == ("basis_2026", ["azwa_omzetplafond"])
    row = next(r for r in document["differences"] if r["name"] == "patients" and r["dimension"] == {})
    assert (row["difference"], row["low"], row["high"], row["n"]) == (0, 0, 0, 2)
    assert result.difference("cost", view="calendar").n == 2
    again = sim.compare(
        "basis_2026",
        "azwa_omzetplafond",
        area=hamlet,
        out=out,
        replications=2,
        keep="all",
        assumptions=0,
        jobs=1,
        resume=True,
    )
    assert (again.reused, again.computed) == (8, 0)
    assert json.loads((out / "comparison.json").read_text(encoding="utf-8")) == document


def test_a_comparison_names_each_scenario_once(hamlet: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="basis_2026: named twice"):
        sim.compare("basis_2026", "basis_2026", area=hamlet, out=tmp_path / "twice", replications=1)


def test_the_tables_of_a_result_are_pandas_over_all_tasks(whole: Path) -> None:
    result = sim.load_run(whole)
    stays = result.stored["stays"]
    assert set(stays["replication"]) == set(range(REPLICATIONS))
    assert set(stays["cluster"]) == {"ge-1", "ge-2"}
    assert str(stays["requested_minute"].dtype) == "Int64"
    stays.loc[:, "start_minute"] = 0
    assert (result.stored["stays"]["start_minute"] > 0).any()
    shares = result.stored["shares"].groupby(["replication", "cluster"], observed=True)["cents"].sum()
    lines = (
        result.stored["declarations"].groupby(["replication", "cluster"], observed=True)["gross_cents"].sum()
    )
    assert shares.tolist() == lines.tolist()
    assert result.kpi("patients").n == REPLICATIONS
    with pytest.raises(InputError, match="no such KPI"):
        result.kpi("nosuch")
