"""Dask: the same bytes as processes, worker loss survived, what is wrong said in one line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import sim
from sim.errors import InputError, RunError
from sim.scenario import load_area

REPLICATIONS = 6
ROOT = Path(sim.__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An area of one region with 60 deaths a year."""
    area = load_area("middenland").model_dump(mode="json")
    area["name"] = "gehucht"
    area["regions"][0]["palliative_deaths"] |= {"value": 60}
    path = tmp_path_factory.mktemp("area") / "gehucht.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    return path


def parquet(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


LOCAL = """
import sys, sim
if __name__ == "__main__":
    sim.run("basis_2026", area=sys.argv[1], out=sys.argv[2], replications=6, keep="all", jobs=2,
            scheduler=sys.argv[3])
"""


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
def machines(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and two workers without guardians, each a process of its own: address, workers."""
    place = tmp_path / "scheduler.json"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}

    def process(program: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *words]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=env, cwd=tmp_path, stdout=quiet, stderr=quiet)

    scheduler = process("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(place))
    deadline = time.monotonic() + 60
    while not place.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    address = str(json.loads(place.read_text(encoding="utf-8"))["address"])
    workers = [
        process("worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard") for _ in range(2)
    ]
    _wait_for_workers(address, len(workers))
    yield address, workers
    for each in (*workers, scheduler):
        each.kill()
        each.wait()


def _wait_for_workers(address: str, number: int) -> None:
    import distributed

    with distributed.Client(address) as client:
        client.wait_for_workers(number, timeout=60)


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.parametrize("kill", [False, True])
def test_machines_of_a_scheduler_write_the_same_bytes_even_when_one_is_lost(
    hamlet: Path, tmp_path: Path, machines: tuple[str, list[subprocess.Popen[bytes]]], kill: bool
) -> None:
    """One of two workers gets SIGKILL after the first finished task, and nobody starts it again."""
    address, workers = machines
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
    hamlet: Path, tmp_path: Path, machines: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    """How many need care, and a price: here the second prices stored journeys, there it simulates them."""
    paths = ("cohort.population.demand_factor", "prices.bth_day_factor")
    address, _ = machines

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
    import dask

    quick = dask.config.set({"distributed.comm.timeouts.connect": "100ms"})
    with quick, pytest.raises(InputError, match="no scheduler answers") as caught:
        sim.run(
            "basis_2026", area=hamlet, out=tmp_path / "nowhere", replications=1, scheduler="tcp://127.0.0.1:9"
        )
    assert "\n" not in str(caught.value)


def test_too_little_memory_is_said_before_anything_runs(
    hamlet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task of 150 patients needs some 176 MB: in 400 MB fit two of them, in 100 MB none."""

    class Little:
        available = 400_000_000

    monkeypatch.setattr(psutil, "virtual_memory", Little)
    with pytest.raises(
        RunError, match=r"--jobs 4: about 7\d\d MB of memory needed, 400 MB free; give --jobs 2"
    ):
        sim.run("basis_2026", area=hamlet, out=tmp_path / "little", replications=6, jobs=4)
    Little.available = 100_000_000
    with pytest.raises(RunError, match="take an area with smaller regions"):
        sim.run("basis_2026", area=hamlet, out=tmp_path / "none", replications=6, jobs=1)
