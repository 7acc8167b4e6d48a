"""Dask: the same bytes as processes, worker loss survived, what is wrong said in one line."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
import distributed
import psutil
import pytest

import sim
from sim import store
from sim.errors import InputError, RunError
from sim.runs import cluster

REPLICATIONS = 6
ROOT = Path(sim.__file__).resolve().parents[1]


def parquet(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


LOCAL = """
import sys, sim
from sim.errors import RunError
if __name__ == "__main__":
    try:
        sim.run("basis_2026", area=sys.argv[1], out=sys.argv[2], replications=6, keep="all", jobs=2,
                scheduler=sys.argv[3] or None)
    except RunError as error:
        print("RunError", error)
"""
Machines = tuple[str, list[subprocess.Popen[bytes]], subprocess.Popen[bytes]]
"""Address of a scheduler, its workers, and itself."""


def started(area: Path, out: Path, scheduler: str, folder: Path) -> subprocess.Popen[str]:
    program = folder / "cluster_run.py"
    program.write_text(LOCAL, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(program), str(area), str(out), scheduler],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.crash
@pytest.mark.parametrize("kill", [False, True])
def test_a_local_cluster_writes_the_same_bytes_even_when_a_worker_is_killed(
    hamlet: Path, tmp_path: Path, kill: bool
) -> None:
    """One of the two workers gets SIGKILL after the first finished task; its task is done elsewhere."""
    whole = sim.run("basis_2026", area=hamlet, out=tmp_path / "whole", replications=6, keep="all", jobs=1)
    out = tmp_path / "cluster"
    process = started(hamlet, out, "local", tmp_path)
    killed = 0
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if kill and not killed and list((out / "parts").rglob("*.json")):
            workers = [
                child
                for child in psutil.Process(process.pid).children(recursive=True)
                if "spawn_main" in " ".join(child.cmdline())
            ]
            assert workers
            workers[0].send_signal(signal.SIGKILL)
            killed += 1
        time.sleep(0.01)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert killed == int(kill)
    assert parquet(out) == parquet(whole.folder)
    assert sim.load_run(out).manifest["timings"]["tasks"]["computed"] == REPLICATIONS


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """A Dask scheduler and two workers without guardians, each a process of its own."""
    place = tmp_path / "scheduler.json"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}

    def process(program: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *words]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=env, cwd=tmp_path, stdout=quiet, stderr=quiet)

    scheduler = process("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(place))
    deadline = time.monotonic() + 60
    while not (place.exists() and place.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.2)  # the file is there before its last byte
    address = str(json.loads(place.read_text(encoding="utf-8"))["address"])
    workers = [
        process("worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard") for _ in range(2)
    ]
    _wait_for_workers(address, len(workers))
    yield address, workers, scheduler
    for each in (*workers, scheduler):
        each.kill()
        each.wait()


def _wait_for_workers(address: str, number: int) -> None:
    with distributed.Client(address) as client:
        client.wait_for_workers(number, timeout=60)


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.parametrize("kill", [False, True])
def test_machines_of_a_scheduler_write_the_same_bytes_even_when_one_is_lost(
    hamlet: Path, tmp_path: Path, machines: Machines, kill: bool
) -> None:
    """One of two workers gets SIGKILL after the first finished task, and nobody starts it again."""
    address, workers, _ = machines
    whole = sim.run("basis_2026", area=hamlet, out=tmp_path / "whole", replications=6, keep="all", jobs=1)
    out = tmp_path / "cluster"
    process = started(hamlet, out, address, tmp_path)
    killed = 0
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if kill and not killed and list((out / "parts").rglob("*.json")):
            workers[0].send_signal(signal.SIGKILL)
            killed += 1
        time.sleep(0.01)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert killed == int(kill)
    assert [worker.poll() is None for worker in workers] == [not kill, True]
    assert parquet(out) == parquet(whole.folder)
    assert sim.load_run(out).manifest["timings"]["tasks"]["computed"] == REPLICATIONS


@pytest.mark.slow
def test_machines_that_do_not_see_the_folder_give_the_same_sensitivities(
    hamlet: Path, tmp_path: Path, machines: Machines
) -> None:
    """How many need care, and a price: here the second prices stored journeys, there it simulates them."""
    paths = ("cohort.population.demand_factor", "prices.bth_day_factor")
    address, *_ = machines

    def judged(name: str, scheduler: str | None) -> list[tuple[str, float, float, float]]:
        found = sim.sensitivity(
            "basis_2026",
            area=hamlet,
            parameters=paths,
            replications=2,
            jobs=1,
            out=tmp_path / name,
            scheduler=scheduler,
        ).found
        assert found.reused == 0
        return [(i.parameter.path, i.weight, i.low.mean, i.high.mean) for i in found.influences]

    there = judged("machines", address)
    assert there == judged("here", None)
    assert all(weight > 0 for _, weight, _, _ in there)


def test_an_address_without_a_scheduler_is_wrong_input(hamlet: Path, tmp_path: Path) -> None:
    quick = dask.config.set({"distributed.comm.timeouts.connect": "100ms"})
    with quick, pytest.raises(InputError, match="no scheduler answers") as caught:
        sim.run(
            "basis_2026", area=hamlet, out=tmp_path / "nowhere", replications=1, scheduler="tcp://127.0.0.1:9"
        )
    assert "\n" not in str(caught.value)


def test_a_scheduler_without_workers_is_wrong_input(hamlet: Path, tmp_path: Path) -> None:
    alone = distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None)
    quick = dask.config.set({"distributed.comm.timeouts.connect": "500ms"})
    with (
        alone,
        quick,
        pytest.raises(InputError, match="has no workers; start them with dask worker") as caught,
    ):
        sim.run(
            "basis_2026", area=hamlet, out=tmp_path / "x", replications=1, scheduler=alone.scheduler_address
        )
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "packages", "said"),
    [
        ("other", {}, "another version of palsim"),
        (None, {"numpy": "0.1"}, rf"numpy 0\.1, not {re.escape(store.versions()['numpy'])}"),
        (None, {"pyarrow": "source"}, "pyarrow source, not "),
    ],
)
def test_a_worker_that_would_write_other_bytes_is_refused(
    code: str | None, packages: dict[str, str], said: str
) -> None:
    """Before any task, and again by a task on a worker that came later."""

    class Client:
        def run(self, function: Any) -> dict[str, Any]:
            same, versions = function()
            return {"tcp://here:1": (same, versions), "tcp://there:2": (code or same, versions | packages)}

    with pytest.raises(
        InputError, match=rf"^--scheduler tcp://x: worker tcp://there:2 runs {said}.*; install"
    ):
        cluster._refuse_other_workers(Client(), "tcp://x")
    here = store.code_digest(), store.versions()
    assert cluster._numbered(here, abs, 4, -7) == (4, 7)
    with pytest.raises(InputError, match="a worker runs "):
        cluster._numbered((code or here[0], here[1] | packages), abs, 4, -7)


def test_a_difference_is_taken_apart_on_the_scheduler_of_its_comparison(
    hamlet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both runs of the comparison go there, and so do the sets of changes."""
    file = tmp_path / "duurder.yaml"
    items = [
        {"path": "home.hours_per_week.mean", "value": 18},
        {"path": "prices.elv_contract_factor", "value": 0.9},
    ]
    file.write_text(json.dumps({"extends": "basis_2026", "set": items}), encoding="utf-8")
    module = sys.modules["sim.runs.run"]
    real, asked = module.run_all, []

    def noted(function: Any, tasks: Any, jobs: int, scheduler: str | None) -> Any:
        asked.append((len(tasks), scheduler))
        return real(function, tasks, jobs)

    monkeypatch.setattr(module, "run_all", noted)
    options: dict[str, Any] = {"replications": 1, "jobs": 1, "keep": "kpis", "assumptions": 0}
    options["out"] = tmp_path / "compared"
    sim.compare("basis_2026", file, area=hamlet, scheduler="local", decompose="cost:view=calendar", **options)
    assert asked == [(2, "local"), (2, "local")]


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.parametrize("lost", ["scheduler", "workers"])
def test_a_run_that_loses_its_machines_ends_in_one_line_and_resumes(
    hamlet: Path, tmp_path: Path, machines: Machines, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """All of them get SIGKILL after the first finished task."""
    address, workers, scheduler = machines
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "3s")
    out = tmp_path / "lost"
    process = started(hamlet, out, address, tmp_path)
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if list((out / "parts").rglob("*.json")):
            for each in [scheduler] if lost == "scheduler" else workers:
                each.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    told, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert told.startswith(f"RunError scheduler {address}: ")
    assert ("the scheduler was lost" if lost == "scheduler" else "all workers are lost") in told
    assert "call the same again with resume=True" in told
    assert len(told.splitlines()) == 1
    assert "Traceback" not in err
    rest = sim.run("basis_2026", area=hamlet, out=out, replications=6, keep="all", jobs=1, resume=True)
    assert rest.reused >= 1
    assert rest.reused + rest.computed == REPLICATIONS


@pytest.mark.crash
def test_a_killed_process_of_a_run_costs_its_own_task_only(hamlet: Path, tmp_path: Path) -> None:
    """One of two processes gets SIGKILL after the first finished task."""
    whole = sim.run("basis_2026", area=hamlet, out=tmp_path / "whole", replications=6, keep="all", jobs=1)
    out = tmp_path / "processes"
    process = started(hamlet, out, "", tmp_path)
    killed = 0
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if not killed and list((out / "parts").rglob("*.json")):
            children = psutil.Process(process.pid).children(recursive=True)
            workers = [child for child in children if "popen_loky" in " ".join(child.cmdline())]
            assert len(workers) == 2
            workers[0].send_signal(signal.SIGKILL)
            killed += 1
        time.sleep(0.005)
    told, err = process.communicate(timeout=60)
    assert (process.returncode, told, killed) == (0, "", 1), err
    assert parquet(out) == parquet(whole.folder)
    assert sim.load_run(out).manifest["timings"]["tasks"]["computed"] == REPLICATIONS


def test_too_little_memory_is_said_before_anything_runs(
    hamlet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task of 150 patients needs some 176 MB: in 400 MB fit two of them, in 100 MB none."""

    class Little:
        available = 400_000_000

    monkeypatch.setattr(psutil, "virtual_memory", Little)
    with pytest.raises(RunError, match=r"jobs=4: about 7\d\d MB of memory needed, 400 MB free; give jobs=2"):
        sim.run("basis_2026", area=hamlet, out=tmp_path / "little", replications=6, jobs=4)
    Little.available = 100_000_000
    with pytest.raises(RunError, match="take an area with smaller regions"):
        sim.run("basis_2026", area=hamlet, out=tmp_path / "none", replications=6, jobs=1)
