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
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli import run_command
from sim.errors import InputError
from sim.report.formats.files import build_report
from sim.store import opened

FLIPS = int(os.environ.get("PALSIM_FLIPS", "20"))
SEED = 20261130
Ended = tuple[int, str, str]
"""Exit code, what is said, the fault."""
PRICE, DEATHS = "prices.bth_day_factor", "cohort.population.demand_factor"
FEW: dict[str, Any] = {"replications": 2, "jobs": 1}
NORM = "occupancy<=0.5"
"""Judged after these replications; a norm of rare refusals waits for hundreds where requests are few."""
STUDIES: dict[str, Callable[..., Any]] = {
    "run": lambda **more: sim.run("basis_2026", area="gehucht.yaml", keep="all", **FEW, **more),
    "comparison": lambda **more: sim.compare(
        "basis_2026",
        "eigen_risico_460",
        area="gehucht.yaml",
        keep="journey",
        assumptions=8,
        decompose="cost:view=calendar",
        **FEW,
        **more,
    ),
    "budget": lambda **more: sim.budget(
        "basis_2026", "eigen_risico_460", to_year=2026, area="gehucht.yaml", **FEW, **more
    ),
    "capacity": lambda **more: sim.capacity("gehucht.yaml", type="pu", norm=NORM, **FEW, **more),
    "sensitivity": lambda out, resume: sim.sensitivity(  # goes on by itself
        "basis_2026", area="gehucht.yaml", parameters=(PRICE, DEATHS), out=out, **FEW
    ),
}
RUN_OF = {"comparison": "basis_2026", "budget": "basis_2026"}
"""Folder of a run inside that of a study."""


def given(*words: str | Path) -> Ended:
    """A command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_command([str(word) for word in words])
    return code, out.getvalue(), err.getvalue()


def called(function: Callable[..., Any], *args: Any, **options: Any) -> Ended:
    """A function of the facade; wrong input is as it is for a command."""
    try:
        return 0, str(function(*args, **options)), ""
    except InputError as fault:
        return 2, "", str(fault)


def content(folder: Path) -> dict[str, object]:
    """What the files say, but for how long a run took; points of beds go by their order of making."""
    return {
        path.relative_to(folder).as_posix(): timeless(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".npz"
    }


def timeless(path: Path) -> object:
    """A manifest without its timings, where it is whole; the bytes of any other file."""
    data = path.read_bytes()
    if path.name != "manifest.json":
        return data
    try:
        return {key: value for key, value in opened(data).items() if key != "timings"}
    except ValueError:
        return data


@pytest.fixture(scope="module")
def place(hamlet: Path, blank_figures: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working folder with one folder of each kind, each in `whole`."""
    before, folder = Path.cwd(), tmp_path_factory.mktemp("flips")
    area = json.loads(hamlet.read_text(encoding="utf-8"))
    area["regions"][0]["palliative_deaths"]["value"] = 20
    (folder / "gehucht.yaml").write_text(json.dumps(area), encoding="utf-8")
    os.chdir(folder)
    for name, study in STUDIES.items():
        study(out=folder / "work" / name, resume=False)
    build_report(Path("work") / "run")
    Path("work").rename("whole")
    yield folder
    os.chdir(before)


def answer(name: str, how: str) -> tuple[Ended, Any]:
    """How a command ends on `work`, and what it gives that must not differ."""
    folder = Path("work") / name
    if how == "go on":
        ended = called(STUDIES[name], out=folder, resume=True)
        return ended, content(folder)
    if how == "report":
        ended = given("report", folder, "--out", "made.html")
        return ended, Path("made.html").read_bytes() if ended[0] == 0 else None
    run = folder / RUN_OF.get(name, "")
    if how == "price":
        ended = called(sim.price, run, "eigen_risico_165", out="priced", jobs=1)
        tables = {p.relative_to("priced"): p.read_bytes() for p in Path("priced").rglob("*.parquet")}
        shutil.rmtree("priced", ignore_errors=True)
        return ended, tables
    ended = called(sim.load_run, run)
    if ended[0] == 0:
        ended = called(lambda: {name: sim.load_run(run).stored[name].to_csv() for name in ("kpis", "stays")})
    return ended, ended[1]


READS = {
    "run": ("report", "go on", "price", "tables"),
    "comparison": ("report", "go on", "price", "tables"),
    "budget": ("report", "go on"),
    "capacity": ("go on",),
    "sensitivity": ("go on",),
}


def test_a_changed_bit_is_refused_or_made_again(place: Path) -> None:
    rng = random.Random(SEED)
    expected: dict[tuple[str, str], Any] = {}
    outcomes: Counter[str] = Counter()
    for turn in range(FLIPS):
        name = list(STUDIES)[turn % len(STUDIES)]
        how = rng.choice(READS[name])
        if (name, how) not in expected:
            renewed(name)
            expected[name, how] = answer(name, how)[1]
        renewed(name)
        file, bit = flipped(name, rng)
        damage = file.read_bytes()
        told = f"turn {turn}: {how} {file}, bit {bit}"
        code, out, err = given("verify", Path("work") / name)
        assert code == 1, f"{told}: verify ends with {code}: {out} {err}"
        path = file.relative_to(Path("work") / name).as_posix()
        assert f"missing or damaged: {path}\n" in out, f"{told}: {out}"
        (code, _, err), found = answer(name, how)
        assert code in (0, 2), f"{told}: {err}"
        assert len(err.splitlines()) == (code == 2), f"{told}: {err}"
        left = file.exists() and file.read_bytes() == damage
        if code == 2:
            outcomes["refused"] += 1
        elif how == "go on" and not left:
            outcomes["made again"] += 1
            assert found == expected[name, how], told
            assert given("verify", Path("work") / name)[0] == 0, told
        else:
            outcomes["not read"] += 1
            # with all answers kept, a sensitivity analysis looks at no journey; going on looks at no report
            assert (
                how != "go on" or name == "sensitivity" or path == "report.html" or path == "reports.json"
            ), told
            found = {**found, path: expected[name, how][path]} if how == "go on" else found
            assert found == expected[name, how], told
    print(f"{FLIPS} flips: {dict(outcomes)}")
    assert outcomes["refused"] >= FLIPS // 5
    assert outcomes["made again"] >= FLIPS // 10


def renewed(name: str) -> None:
    """The folder of a study as it was written."""
    shutil.rmtree("work", ignore_errors=True)
    shutil.copytree(Path("whole") / name, Path("work") / name)


def flipped(name: str, rng: random.Random) -> tuple[Path, int]:
    """Change a bit of a file; which, and which bit."""
    file = rng.choice(sorted(p for p in (Path("work") / name).rglob("*") if p.is_file() and p.stat().st_size))
    data = bytearray(file.read_bytes())
    bit = rng.randrange(8 * len(data))
    data[bit // 8] ^= 1 << bit % 8
    file.write_bytes(data)
    return file, bit
