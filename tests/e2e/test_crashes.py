"""Kill -9 at random moments and a disk that is really full: resumed to the same bytes, the counts told."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import sim
from sim import store
from sim.errors import RunError

pytestmark = [pytest.mark.crash, pytest.mark.slow]
REPLICATIONS, CLUSTER = 12, "mi-01"
MOMENTS, SEED = 20, 20261122
ROOT = Path(sim.__file__).resolve().parents[1]
PROGRAM = """
import sys, sim
if __name__ == "__main__":
    print("ready", flush=True)
    sim.run("basis_2026", area=sys.argv[1], out=sys.argv[2], replications=12, keep="all", jobs=2, resume=True)
"""


@pytest.fixture(scope="module")
def whole(hamlet: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run that all others must equal: never interrupted."""
    out = tmp_path_factory.mktemp("whole") / "run"
    sim.run("basis_2026", area=hamlet, out=out, replications=REPLICATIONS, keep="all", jobs=1)
    return out


def parquet(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


def finished(folder: Path) -> int:
    """Tasks whose files are all there and whole."""
    found = (store.whole_task(folder, replication, CLUSTER) for replication in range(REPLICATIONS))
    return sum(sidecar is not None for sidecar in found)


def listed(folder: Path) -> int:
    """Tasks that were finished when their list of files was written."""
    return len(list((folder / "parts").rglob("*.json")))


def wait_for(process: subprocess.Popen[str], folder: Path, tasks: int) -> None:
    """Return when a run has finished that many tasks, or has ended."""
    deadline = time.monotonic() + 60
    while listed(folder) < tasks and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def start(area: Path, out: Path, folder: Path) -> subprocess.Popen[str]:
    program = folder / "killed.py"
    program.write_text(PROGRAM, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(program), str(area), str(out)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def test_kill_at_twenty_random_moments_and_resume_give_the_same_bytes(
    hamlet: Path, whole: Path, tmp_path: Path
) -> None:
    """Every moment is a new kill of the same run: after a drawn number of tasks, and a drawn time."""
    rng = random.Random(SEED)
    out = tmp_path / "killed"
    interrupted = halfway = 0
    for _ in range(MOMENTS):
        process = start(hamlet, out, tmp_path)
        assert process.stdout is not None
        try:
            process.stdout.readline()
            wait_for(process, out, rng.randint(min(listed(out), REPLICATIONS - 1), REPLICATIONS - 1))
            time.sleep(rng.uniform(0.0, 0.3))
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        done = finished(out) if out.exists() else 0
        interrupted += done < REPLICATIONS
        halfway += 0 < done < REPLICATIONS
        if done == REPLICATIONS or rng.random() < 0.5:
            result = sim.run(
                "basis_2026", area=hamlet, out=out, replications=REPLICATIONS, keep="all", jobs=1, resume=True
            )
            assert (result.reused, result.computed) == (done, REPLICATIONS - done)
            assert parquet(out) == parquet(whole)
            shutil.rmtree(out)
    assert interrupted >= MOMENTS // 2
    assert halfway >= 3
    final = sim.run(
        "basis_2026", area=hamlet, out=out, replications=REPLICATIONS, keep="all", jobs=2, resume=True
    )
    assert final.reused + final.computed == REPLICATIONS
    assert parquet(out) == parquet(whole)


def mounted(folder: Path, megabytes: int) -> bool:
    """Whether a small file system could be mounted; that takes root."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def can_mount() -> bool:
    """Whether this user may mount a file system."""
    with tempfile.TemporaryDirectory() as place:
        able = mounted(Path(place), 1)
        if able:
            subprocess.run(["umount", place], check=True, capture_output=True)
        return able


@pytest.mark.skipif(
    os.environ.get("CI") != "true" and not can_mount(), reason="mounting a small tmpfs takes root"
)
def test_a_disk_that_is_really_full_ends_in_one_line_and_resumes(
    hamlet: Path, whole: Path, tmp_path: Path
) -> None:
    """A file system of 1 MB holds some of the tasks; grown, it holds them all."""
    disk = tmp_path / "disk"
    disk.mkdir()
    assert mounted(disk, 1)
    try:
        out = disk / "run"
        options = {"area": hamlet, "out": out, "replications": REPLICATIONS, "keep": "all", "jobs": 1}
        with pytest.raises(RunError, match=r"^[^\n]+: the disk is full; [^\n]+ with resume=True$"):
            sim.run("basis_2026", **options)
        done = finished(out)
        assert 0 < done < REPLICATIONS
        grow = ["mount", "-o", "remount,size=64m", str(disk)]
        subprocess.run(grow, check=True, capture_output=True)
        result = sim.run("basis_2026", **options, resume=True)
        assert (result.reused, result.computed) == (done, REPLICATIONS - done)
        assert parquet(out) == parquet(whole)
    finally:
        subprocess.run(["umount", str(disk)], check=False, capture_output=True)
