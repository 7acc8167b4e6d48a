"""Stored folders with other values and a right seal, or with other bytes: a command ends in one line."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from changes import altered, looked
from documents import KINDS, changed, yaml_text
from harness import Ended, given
from hypothesis import strategies as st

import sim
from sim.store import opened, sealed

pytestmark = pytest.mark.slow
FEW = 15
AREA = "gehucht.yaml"
NORM = "occupancy<=0.5"
"""Judged after these replications; a norm of rare refusals waits for hundreds where requests are few."""
OPTIONS: dict[str, Any] = {"area": AREA, "replications": 2, "jobs": 1}
SMALL = ("--area", AREA, "--replications", "2", "--jobs", "1", "--resume", "--json")
COMMANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "run": (
        ("report", "run"),
        ("verify", "run"),
        ("explain", "run", "12026000001"),
        ("export", "run", "--format", "csv", "--out", "exported"),
        ("price", "run", "--scenario", "eigen_risico_165", "--jobs", "1", "--out", "priced"),
        ("run", "basis_2026", *SMALL, "--keep", "all", "--out", "run"),
    ),
    "comparison": (
        ("report", "comparison"),
        ("report", "comparison", "--format", "xlsx"),
        ("verify", "comparison"),
        ("compare", "basis_2026", "eigen_risico_460", *SMALL, "--keep", "kpis", "--assumptions", "8")
        + ("--out", "comparison"),
    ),
    "budget": (
        ("report", "budget"),
        ("verify", "budget"),
        ("budget", "basis_2026", "--to", "2026", *SMALL, "--out", "budget"),
    ),
    "capacity": (
        ("verify", "capacity"),
        ("capacity", AREA, "--type", "pu", "--norm", NORM, "--no-prices", "--replications", "2")
        + ("--jobs", "1", "--resume", "--out", "capacity", "--json"),
    ),
}
MADE = ("exported", "priced", "run/report_en.html", "run/report_en.xlsx")


@dataclass(frozen=True)
class Crafted:
    """A document of a folder with other content, and the command that reads it."""

    folder: str
    path: str
    content: bytes
    command: tuple[str, ...]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working folder with one folder of each kind in `whole`."""
    before, folder = Path.cwd(), tmp_path_factory.mktemp("stored")
    document = changed(KINDS["area"].right()[0], ("regions", 0, "palliative_deaths", "value"), 20)
    (folder / AREA).write_text(yaml_text(document | {"name": "gehucht"}), encoding="utf-8")
    os.chdir(folder)
    sim.run("basis_2026", keep="all", out="whole/run", **OPTIONS)
    sim.compare(
        "basis_2026", "eigen_risico_460", keep="kpis", assumptions=8, out="whole/comparison", **OPTIONS
    )
    sim.budget("basis_2026", to_year=2026, out="whole/budget", **OPTIONS)
    sim.capacity(AREA, type="pu", norm=NORM, prices=False, replications=2, jobs=1, out="whole/capacity")
    yield folder
    os.chdir(before)


def documents_of(folder: str) -> list[str]:
    """Paths of the documents of a folder."""
    whole = Path("whole") / folder
    return sorted(path.relative_to(whole).as_posix() for path in whole.rglob("*.json"))


def closed(document: Any) -> bytes:
    """A document with a right seal, where it can have one."""
    try:
        return sealed(document)
    except (AttributeError, ValueError, TypeError):
        return json.dumps(document, default=str).encode()


@st.composite
def crafted(draw: st.DrawFn) -> Crafted:
    """A folder with one document changed, most often sealed again as if palsim had written it."""
    folder = draw(st.sampled_from(list(COMMANDS)))
    path = draw(st.sampled_from(documents_of(folder)))
    data = (Path("whole") / folder / path).read_bytes()
    if draw(st.integers(0, 5)):
        content = closed(draw(altered([opened(data)])))
    else:
        at = draw(st.integers(0, len(data) - 1))
        content = draw(st.sampled_from([b"", data[:at], data + b"\0", data[:at] + b"\xff" + data[at + 1 :]]))
    return Crafted(folder, path, content, draw(st.sampled_from(COMMANDS[folder])))


def test_a_crafted_folder_ends_in_one_line(place: Path) -> None:
    def make(found: Crafted) -> Ended:
        for name in (found.folder, *MADE):
            shutil.rmtree(name, ignore_errors=True)
        shutil.copytree(Path("whole") / found.folder, found.folder)
        (Path(found.folder) / found.path).write_bytes(found.content)
        ended = given(*found.command)
        # a check that finds damage, and a run or study that fails on it, end with 1
        return ended if ended.code != 1 else ended.with_code(2 if ended.err else 0)

    outside = {path: path.read_bytes() for path in Path("whole").rglob("*") if path.is_file()}
    looked(make, crafted(), FEW)
    assert {path: path.read_bytes() for path in Path("whole").rglob("*") if path.is_file()} == outside
    own = {AREA, "whole", *COMMANDS, *MADE}
    assert {path.name for path in Path().iterdir() if not path.name.startswith(".")} <= own
