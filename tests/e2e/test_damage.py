"""Changed bytes, missing files and refused commands: an error in one line, and never another number."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import sim
from sim.errors import InputError, RunError
from sim.store import read_manifest

REPLICATIONS = 2


@pytest.fixture(scope="module")
def whole(hamlet: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run."""
    out = tmp_path_factory.mktemp("whole") / "run"
    sim.run("basis_2026", area=hamlet, out=out, **OPTIONS)
    return out


OPTIONS: dict[str, Any] = {"replications": REPLICATIONS, "keep": "all", "jobs": 1}


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """A copy of it to damage."""
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def flips(data: bytes, number: int) -> Iterator[bytes]:
    """The bytes with one bit changed, at places over the whole and at each of the last 100."""
    step = max(1, len(data) // number)
    for place in (*range(0, len(data), step), *range(len(data) - 100, len(data))):
        other = bytearray(data)
        other[place] ^= 1 << place % 8
        yield bytes(other)


def line(error: pytest.ExceptionInfo[BaseException]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def explained(folder: Path) -> Any:
    return sim.explain(folder, int(sim.load_run(folder).tables["patients"]["patient_id"][0]))


READS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "kpis": ("tables/kpis/replication=001/cluster=all.parquet", lambda folder: sim.load_run(folder)),
    "subsidies": (
        "tables/subsidies/replication=000/cluster=all.parquet",
        lambda folder: sim.load_run(folder).tables["subsidies"],
    ),
    "shares": (
        "tables/shares/replication=001/cluster=mi-01.parquet",
        lambda folder: sim.load_run(folder).tables["shares"],
    ),
    "spells": ("tables/spells/replication=000/cluster=mi-01.parquet", explained),
}


@pytest.mark.parametrize("name", READS)
def test_a_changed_bit_is_told_wherever_it_stands(copy: Path, name: str) -> None:
    path, read = READS[name]
    file = copy / path
    data = file.read_bytes()
    several = list(flips(data, 10 if name == "spells" else 200))
    for other in several[:: 10 if name == "spells" else 1]:
        file.write_bytes(other)
        with pytest.raises(InputError, match=rf"{file}: missing or damaged; .* with --resume$") as caught:
            read(copy)
        line(caught)
    file.write_bytes(data)
    read(copy)


def test_stored_journeys_with_a_changed_bit_are_not_priced(copy: Path, tmp_path: Path) -> None:
    for path in (
        "tables/meters/replication=000/cluster=mi-01.parquet",
        "parts/replication=001/cluster=mi-01.parquet",
    ):
        data = (copy / path).read_bytes()
        for number, other in enumerate(list(flips(data, 2))[::30]):
            (copy / path).write_bytes(other)
            with pytest.raises((InputError, RunError), match="missing or damaged") as caught:
                sim.price(copy, "eigen_risico_460", out=tmp_path / f"priced-{number}", jobs=1)
            line(caught)
        (copy / path).write_bytes(data)


@pytest.mark.parametrize("table", ["kpis", "subsidies", "stays"])
def test_a_missing_file_is_told_and_made_again(hamlet: Path, whole: Path, copy: Path, table: str) -> None:
    gone = sorted((copy / "tables" / table).rglob("*.parquet"))[-1]
    data = gone.read_bytes()
    gone.unlink()
    with pytest.raises(InputError, match=f"table '{table}' has 1 files, not 2; .* with --resume$") as caught:
        sim.load_run(copy).tables[table]
    line(caught)
    again = sim.run("basis_2026", area=hamlet, out=copy, resume=True, **OPTIONS)
    assert again.computed == (table == "stays")
    assert gone.read_bytes() == data


def test_a_changed_checksum_in_the_manifest_is_mended(hamlet: Path, whole: Path, copy: Path) -> None:
    manifest = read_manifest(copy)
    path = READS["kpis"][0]
    manifest["files"][path] = manifest["files"][path][::-1]
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match="missing or damaged"):
        sim.load_run(copy)
    sim.run("basis_2026", area=hamlet, out=copy, resume=True, **OPTIONS)
    assert read_manifest(copy)["files"] == read_manifest(whole)["files"]


class Little:
    """A machine with 10 MB of free memory."""

    available = 10_000_000


NO_SCHEDULER = "tcp://127.0.0.1:9"


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    """Give a command as it would be refused: fewer replications, too little memory, no scheduler."""
    import dask
    import distributed

    assert distributed  # its settings must be there before one of them is changed

    def all_of_them(command: Callable[..., Any]) -> None:
        with pytest.raises(InputError, match="--replications 1: the folder holds 2"):
            command(replications=1)
        with monkeypatch.context() as patched:
            patched.setattr(psutil, "virtual_memory", Little)
            with pytest.raises(RunError, match="of memory needed"):
                command(replications=3)
        quick = dask.config.set({"distributed.comm.timeouts.connect": "100ms"})
        with quick, pytest.raises(InputError, match="no scheduler answers"):
            command(replications=3, scheduler=NO_SCHEDULER)

    return all_of_them


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_refused_command_leaves_a_finished_comparison_as_it_was(
    hamlet: Path, tmp_path: Path, refusals: Callable[[Callable[..., Any]], None]
) -> None:
    out = tmp_path / "compared"

    def compare(**options: Any) -> sim.ComparisonResult:
        given: dict[str, Any] = {"area": hamlet, "out": out, "keep": "kpis", "jobs": 1, **options}
        return sim.compare("basis_2026", "eigen_risico_460", **given)

    compare(replications=2)
    before = files(out)
    refusals(lambda **options: compare(resume=True, **options))
    with pytest.raises(InputError, match="--keep all: the folder holds a run with kpis"):
        compare(replications=3, keep="all", resume=True)
    assert files(out) == before
    sim.load_comparison(out)
    assert compare(replications=3, resume=True).computed == 2


def test_a_refused_command_leaves_a_finished_budget_as_it_was(
    hamlet: Path, tmp_path: Path, refusals: Callable[[Callable[..., Any]], None]
) -> None:
    out = tmp_path / "budget"

    def budget(**options: Any) -> sim.BudgetResult:
        return sim.budget("basis_2026", to_year=2026, area=hamlet, out=out, jobs=1, **options)

    budget(replications=2)
    before = files(out)
    refusals(lambda **options: budget(resume=True, **options))
    assert files(out) == before
    assert budget(replications=2, resume=True).computed == 0


def test_a_refused_run_leaves_an_earlier_one_as_it_was(
    hamlet: Path, copy: Path, refusals: Callable[[Callable[..., Any]], None]
) -> None:
    before = files(copy)
    options = {key: value for key, value in OPTIONS.items() if key != "replications"}
    refusals(lambda **more: sim.run("basis_2026", area=hamlet, out=copy, resume=True, **options, **more))
    assert files(copy) == before
