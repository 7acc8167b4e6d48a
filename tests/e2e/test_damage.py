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
from sim.cli import run_command
from sim.errors import InputError, RunError
from sim.report.formats.files import build_report
from sim.store import checksum, json_bytes, opened, read_manifest, sealed, verify

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
    return sim.explain(folder, int(sim.load_run(folder).stored["patients"]["patient_id"][0]))


READS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "kpis": ("tables/kpis/replication=001/cluster=all.parquet", lambda folder: sim.load_run(folder)),
    "subsidies": (
        "tables/subsidies/replication=000/cluster=all.parquet",
        lambda folder: sim.load_run(folder).stored["subsidies"],
    ),
    "shares": (
        "tables/shares/replication=001/cluster=mi-01.parquet",
        lambda folder: sim.load_run(folder).stored["shares"],
    ),
    "spells": ("tables/spells/replication=000/cluster=mi-01.parquet", explained),
}


@pytest.mark.parametrize("name", READS)
def test_a_changed_bit_is_told_wherever_it_stands(copy: Path, name: str) -> None:
    path, read = READS[name]
    file = copy / path
    data = file.read_bytes()
    several = list(flips(data, 10 if name == "spells" else 50))
    for other in several[:: 10 if name == "spells" else 1]:
        file.write_bytes(other)
        with pytest.raises(InputError, match=rf"{file}: missing or damaged; .* with resume=True$") as caught:
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
            with pytest.raises(InputError, match="missing or damaged") as caught:
                sim.price(copy, "eigen_risico_460", out=tmp_path / f"priced-{number}", jobs=1)
            line(caught)
        (copy / path).write_bytes(data)


@pytest.mark.parametrize("table", ["kpis", "subsidies", "stays"])
def test_a_missing_file_is_told_and_made_again(hamlet: Path, whole: Path, copy: Path, table: str) -> None:
    gone = sorted((copy / "tables" / table).rglob("*.parquet"))[-1]
    data = gone.read_bytes()
    gone.unlink()
    with pytest.raises(
        InputError, match=f"table '{table}' has 1 files, not 2; .* with resume=True$"
    ) as caught:
        sim.load_run(copy).stored[table]
    line(caught)
    again = sim.run("basis_2026", area=hamlet, out=copy, resume=True, **OPTIONS)
    assert again.computed == (table == "stays")
    assert gone.read_bytes() == data


def test_a_changed_manifest_is_refused_by_whatever_reads_it(hamlet: Path, copy: Path, tmp_path: Path) -> None:
    """A seed, a label, a checksum: whatever is changed by hand, no command goes on with the folder."""
    data = (copy / "manifest.json").read_bytes()
    manifest = json.loads(data)
    path = READS["kpis"][0]
    for change in (
        {"seed": manifest["seed"] + 1},
        {"scenario": manifest["scenario"] | {"title": {"nl": "Iets anders", "en": "Something else"}}},
        {"files": manifest["files"] | {path: manifest["files"][path][::-1]}},
        {"replications": 1},
        {"finished": False},
    ):
        (copy / "manifest.json").write_bytes(json_bytes(manifest | change))
        for read in (
            sim.load_run,
            explained,
            build_report,
            lambda folder: sim.price(folder, "eigen_risico_460", out=tmp_path / "priced", jobs=1),
            lambda folder: sim.run("basis_2026", area=hamlet, out=folder, resume=True, **OPTIONS),
        ):
            with pytest.raises(InputError, match=r"manifest.json: not as palsim wrote it") as caught:
                read(copy)
            line(caught)
    assert not (tmp_path / "priced").exists() or not list((tmp_path / "priced").rglob("*.parquet"))


@pytest.mark.parametrize(
    "change",
    [
        {"replications": 10**9},
        {"replications": "2"},
        {"clusters": ["../../elsewhere"]},
        {"clusters": []},
        {"keep": "everything"},
        {"scenario": 7},
        {"files": {"../../x": "0"}},
        {"timings": None},
        {"area": {"name": "../.."}},
        {"scenario": {"name": "basis_2026", "prices": {"bth_day_factor": {"value": 1e308}}}},
        {"scenario": {"name": "basis_2026", "replications": 10**400}},
    ],
    ids=str,
)
def test_a_crafted_manifest_with_a_right_seal_ends_in_one_line(copy: Path, change: dict[str, Any]) -> None:
    manifest = read_manifest(copy)
    (copy / "manifest.json").write_bytes(sealed(manifest | change))
    for command in (["report", str(copy)], ["verify", str(copy)], ["explain", str(copy), "1"]):
        assert run_command(command) in (1, 2), command


def test_a_row_that_is_changed_with_its_list_of_checksums_is_found(copy: Path) -> None:
    """The manifest holds the checksum of the list itself."""
    table = "tables/shares/replication=001/cluster=mi-01.parquet"
    sidecar = copy / "parts/replication=001/cluster=mi-01.json"
    (copy / table).write_bytes((copy / table.replace("=001", "=000")).read_bytes())
    files = opened(sidecar.read_bytes())["files"]
    sidecar.write_bytes(sealed({"files": files | {table: checksum((copy / table).read_bytes())}}))
    with pytest.raises(InputError, match="missing or damaged"):
        sim.load_run(copy).stored["shares"]
    assert sidecar.relative_to(copy).as_posix() in verify(copy).damaged


def test_verify_finds_a_changed_bit_in_every_file(copy: Path, blank_figures: None) -> None:
    build_report(copy)
    before = verify(copy)
    assert not before.damaged
    assert not before.unknown
    assert "report.html" in before.whole
    for name in before.whole:
        data = (copy / name).read_bytes()
        for other in list(flips(data, 3))[:: len(data) // 3 or 1][:3]:
            (copy / name).write_bytes(other)
            assert verify(copy).damaged, name
        (copy / name).write_bytes(data)
    (copy / "notes.txt").write_text("mine", encoding="utf-8")
    assert verify(copy).unknown == ["notes.txt"]


def test_a_report_of_damaged_tables_is_refused(copy: Path) -> None:
    file = copy / READS["shares"][0]
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(InputError, match=rf"{READS['shares'][0]}: missing or damaged"):
        build_report(copy)


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
        with pytest.raises(InputError, match="replications=1: the folder holds 2"):
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
        return sim.compare("basis_2026", "eigen_risico_460", assumptions=0, **given)

    compare(replications=2)
    before = files(out)
    refusals(lambda **options: compare(resume=True, **options))
    with pytest.raises(InputError, match="keep='all': the folder holds a run with kpis"):
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
