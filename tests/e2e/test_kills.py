"""Every study, killed at random moments by SIGKILL of all its processes, goes on to the same bytes.

`PALSIM_KILLS` says how many kills; the same ones come first. Moments are drawn from the first second of the
program, the first second of the folder, and the whole time that the study takes.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli import run_command
from sim.store import opened, unseal

pytestmark = [pytest.mark.crash, pytest.mark.slow]
KILLS = int(os.environ.get("PALSIM_KILLS", "10"))
SEED = 20261129
ROOT = Path(sim.__file__).resolve().parents[1]
RUNS = Path("reports") / "runs"
OPTIONS = ("--area", "gehucht.yaml", "--replications", "2")
PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Study:
    """A command, the folder that it writes when none is named, and whether `--resume` makes it go on."""

    words: tuple[str, ...]
    folder: Path
    resume: bool = True


STUDIES = {
    "run": Study(("run", "basis_2026", *OPTIONS, "--keep", "all"), RUNS / "basis_2026-gehucht"),
    "compare": Study(
        ("compare", "basis_2026", "azwa_omzetplafond", *OPTIONS, "--keep", "kpis", "--decompose")
        + ("--assumptions", "8"),
        RUNS / "basis_2026-azwa_omzetplafond-gehucht",
    ),
    "budget": Study(
        ("budget", "basis_2026", "azwa_omzetplafond", *OPTIONS, "--to", "2027"),
        RUNS / "budget-basis_2026-azwa_omzetplafond-gehucht",
    ),
    "capacity": Study(
        # a norm of rare refusals would be judged after hundreds of replications where requests are few
        ("capacity", "gehucht.yaml", "--replications", "2", "--type", "pu", "--norm", "occupancy<=0.5")
        + ("--out", "beds"),
        Path("beds"),
    ),
    "sensitivity": Study(
        ("sensitivity", "basis_2026", *OPTIONS, "--out", "ranges")
        + ("--parameter", "prices.bth_day_factor", "--parameter", "cohort.population.demand_factor"),
        Path("ranges"),
        resume=False,
    ),
}


def ended(*words: str) -> int:
    """The command in this process; what it says is kept for a failure."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as told:
        code = run_command([*words, "--json"])
    assert "Traceback" not in told.getvalue()
    assert code in (0, 1, 2), told.getvalue()
    if code:
        print(told.getvalue())
    return code


def content(folder: Path) -> dict[str, Any]:
    """What a folder holds, without how long it took, and without points, whose order is that of processes."""
    found: dict[str, Any] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        name = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        if path.suffix == ".npz":
            unseal(data)
        elif path.name == "manifest.json":
            found[name] = {key: value for key, value in opened(data).items() if key != "timings"}
        else:
            found[name] = data
    return found


def begun(study: Study, jobs: int, goes_on: bool) -> subprocess.Popen[bytes]:
    words = [*study.words, "--jobs", str(jobs), *(["--resume"] if goes_on and study.resume else [])]
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def any_file(folder: Path) -> bool:
    return folder.exists() and any(path.is_file() for path in folder.rglob("*"))


def waited(process: subprocess.Popen[bytes], until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and not until():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def killed(study: Study, rng: random.Random, whole_seconds: float, goes_on: bool) -> bool:
    """Begin a study and kill it at a drawn moment; whether it was still at work."""
    process = begun(study, rng.choice([1, 2]), goes_on)
    start = time.monotonic()
    try:
        how = rng.choice(["program", "folder", "folder", "whole", "whole"])
        if how == "folder":
            before = any_file(study.folder)
            waited(process, lambda: any_file(study.folder) and not before)
            start = time.monotonic()
        longest = whole_seconds if how == "whole" else 1.0
        moment = start + rng.uniform(0.0, longest)
        waited(process, lambda: time.monotonic() >= moment)
    finally:
        at_work = process.poll() is None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return at_work


@pytest.fixture(scope="module")
def place(hamlet: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The working folder, for commands that name no folder of their own."""
    before, folder = Path.cwd(), tmp_path_factory.mktemp("kills")
    shutil.copy(hamlet, folder / "gehucht.yaml")
    os.chdir(folder)
    yield folder
    os.chdir(before)


def test_every_study_goes_on_to_the_same_bytes_after_any_kill(place: Path) -> None:
    rng = random.Random(SEED)
    undisturbed: dict[str, dict[str, Any]] = {}
    seconds: dict[str, float] = {}
    at_work = 0
    for turn in range(KILLS):
        name = list(STUDIES)[turn % len(STUDIES)]
        study = STUDIES[name]
        if name not in undisturbed:
            begin = time.monotonic()
            process = begun(study, 1, goes_on=False)
            assert process.wait(PATIENCE_SECONDS) == 0
            seconds[name] = time.monotonic() - begin
            undisturbed[name] = content(study.folder)
        # over nothing, over what another number of replications left, or over an earlier kill
        fresh = rng.choice(["empty", "empty", "over"])
        if fresh == "empty" or study.folder == Path("beds"):
            shutil.rmtree(study.folder)
        goes_on = False
        for _ in range(rng.choice([1, 1, 2])):
            at_work += killed(study, rng, seconds[name], goes_on)
            goes_on = any_file(study.folder)
            for looked in ("verify", "report"):
                ended(looked, str(study.folder))
        resume = ["--resume"] if study.resume else []
        assert ended(*study.words, "--jobs", "1", *resume) == 0, f"turn {turn}: {name}"
        assert content(study.folder) == undisturbed[name], f"turn {turn}: {name}"
        assert ended("verify", str(study.folder)) == 0, f"turn {turn}: {name}"
    print(f"{KILLS} turns, {at_work} studies killed at work")
    assert at_work >= KILLS // 2
