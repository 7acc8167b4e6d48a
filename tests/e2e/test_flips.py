"""One bit of any file of any folder changed: who reads it refuses in one line, or makes it again.

`PALSIM_FLIPS` says how many flips; the same ones come first.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.cli import run_command
from sim.store import opened, read_manifest

FLIPS = int(os.environ.get("PALSIM_FLIPS", "20"))
SEED = 20261130
FEW = ("--area", "gehucht.yaml", "--replications", "2", "--jobs", "1")
STUDIES: dict[str, tuple[str, ...]] = {
    "run": ("run", "basis_2026", *FEW, "--keep", "all"),
    "comparison": ("compare", "basis_2026", "eigen_risico_460", *FEW, "--keep", "journey", "--decompose"),
    "budget": ("budget", "basis_2026", "eigen_risico_460", *FEW, "--to", "2026"),
    "capacity": ("capacity", "gehucht.yaml", "--replications", "2", "--jobs", "1", "--type", "pu"),
    "sensitivity": ("sensitivity", "basis_2026", *FEW, "--parameter", "prices.bth_day_factor"),
}
RUN_OF = {"comparison": "basis_2026", "budget": "basis_2026"}
"""Folder of a run inside that of a study."""


def given(*words: str | Path) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_command([str(word) for word in words])
    return code, out.getvalue(), err.getvalue()


def made(name: str, resume: bool = False) -> tuple[int, str, str]:
    words = [*STUDIES[name], "--out", f"work/{name}", "--json"]
    return given(*words, *(["--resume"] if resume and name != "sensitivity" else []))


def content(folder: Path) -> dict[str, object]:
    """What the files say, but for how long a run took; points of beds go by their order of making."""
    return {
        path.relative_to(folder).as_posix(): (
            {k: v for k, v in opened(path.read_bytes()).items() if k != "timings"}
            if path.name == "manifest.json"
            else path.read_bytes()
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".npz"
    }


@pytest.fixture(scope="module")
def place(hamlet: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working folder with one folder of each kind, each in `whole`."""
    before, folder = Path.cwd(), tmp_path_factory.mktemp("flips")
    area = json.loads(hamlet.read_text(encoding="utf-8"))
    area["regions"][0]["palliative_deaths"]["value"] = 20
    (folder / "gehucht.yaml").write_text(json.dumps(area), encoding="utf-8")
    os.chdir(folder)
    for name in STUDIES:
        code, _, err = made(name)
        assert code == 0, err
    Path("work").rename("whole")
    yield folder
    os.chdir(before)


def answer(name: str, how: str) -> tuple[int, str, str, object]:
    """How a command ends on `work`, and what it gives that must not differ."""
    folder = Path("work") / name
    if how == "go on":
        code, out, err = made(name, resume=True)
        return code, out, err, content(folder) if code == 0 else None
    if how == "report":
        code, out, err = given("report", folder, "--out", "made.html")
        return code, out, err, Path("made.html").read_bytes() if code == 0 else None
    run = folder / RUN_OF.get(name, "")
    if how == "price":
        words = ("--scenario", "eigen_risico_165", "--out", "priced", "--jobs", "1", "--json")
        code, out, err = given("price", run, *words)
        tables = {p.name + p.parent.name: p.read_bytes() for p in Path("priced").rglob("*.parquet")}
        shutil.rmtree("priced", ignore_errors=True)
        return code, out, err, tables if code == 0 else None
    patient = 1
    with contextlib.suppress(Exception):
        patient = int(read_manifest(run)["seed"])
    code, out, err = given("explain", run, str(patient))
    return code, out, err, out if code == 0 else None


READS = {
    "run": ("report", "go on", "price", "explain"),
    "comparison": ("report", "go on", "price"),
    "budget": ("report", "go on"),
    "capacity": ("go on",),
    "sensitivity": ("go on",),
}


def test_a_changed_bit_is_refused_or_made_again(place: Path) -> None:
    rng = random.Random(SEED)
    expected: dict[tuple[str, str], object] = {}
    outcomes: dict[str, int] = {}
    for turn in range(FLIPS):
        name = list(STUDIES)[turn % len(STUDIES)]
        how = rng.choice(READS[name])
        shutil.rmtree("work", ignore_errors=True)
        shutil.copytree(Path("whole") / name, Path("work") / name)
        if (name, how) not in expected:
            expected[name, how] = answer(name, how)[3]
            shutil.rmtree("work")
            shutil.copytree(Path("whole") / name, Path("work") / name)
        files = sorted(p for p in (Path("work") / name).rglob("*") if p.is_file() and p.stat().st_size)
        file = rng.choice(files)
        data = bytearray(file.read_bytes())
        bit = rng.randrange(8 * len(data))
        data[bit // 8] ^= 1 << bit % 8
        file.write_bytes(data)
        told = f"turn {turn}: {how} {file}, bit {bit}"
        code, out, err = given("verify", Path("work") / name)
        assert code == 1, f"{told}: verify ends with {code}: {out} {err}"
        assert f"missing or damaged: {file.relative_to(Path('work') / name)}" in out, f"{told}: {out}"
        code, out, err, found = answer(name, how)
        assert code in (0, 2), f"{told}: {err}"
        if code == 2:
            assert len([line for line in err.splitlines() if " tasks: " not in line]) == 1, f"{told}: {err}"
        else:
            assert found == expected[name, how], told
        if code == 0 and how == "go on":
            assert given("verify", Path("work") / name)[0] == 0, told
        outcome = "refused" if code == 2 else "made again" if how == "go on" else "not read"
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    print(f"{FLIPS} flips: {outcomes}")
    assert outcomes.get("refused", 0) >= FLIPS // 5
    assert outcomes.get("made again", 0) >= FLIPS // 10
