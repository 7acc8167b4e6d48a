"""The run folder: finished tasks, damage, other runs, the lock, a full disk."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from sim import store
from sim.errors import InputError, RunError
from sim.store import RunFolder, atomic, folder_lock

FILES = {"tables/stays/replication=000/cluster=a.parquet": b"stays", store.parts_path(0, "a"): b"parts"}


def manifest(**other: Any) -> dict[str, Any]:
    return {
        "schema_version": store.SCHEMA_VERSION,
        "scenario": {"name": "basis"},
        "area": {"name": "hier"},
        "hashes": {"scenario": "s", "tariffs": "t", "code": "c"},
        "versions": {"python": "3"},
        "seed": 7,
        "replications": 2,
        "keep": "all",
        "clusters": ["a"],
        **other,
    }


def started(folder: Path, **other: Any) -> RunFolder:
    folder.mkdir(exist_ok=True)
    run = RunFolder(folder, manifest(**other))
    prepare(run, resume=False, replace=False)
    return run


def prepare(run: RunFolder, *, resume: bool, replace: bool) -> bool:
    """Accept a folder and begin in it, as a run does."""
    goes_on = run.accept(resume=resume, replace=replace)
    run.begin(goes_on=goes_on)
    return goes_on


def message(error: pytest.ExceptionInfo[BaseException]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def test_a_written_task_is_finished_and_found_again(tmp_path: Path) -> None:
    run = started(tmp_path / "run")
    assert run.task_files(0, "a") is None
    run.write_task(0, "a", FILES)
    assert prepare(run, resume=True, replace=False)
    found = run.task_files(0, "a")
    assert found is not None
    assert set(found["files"]) == set(FILES)
    assert run.task_files(1, "a") is None


@pytest.mark.parametrize("damage", ["truncated", "changed", "gone", "sidecar"])
def test_a_damaged_task_is_not_finished(tmp_path: Path, damage: str) -> None:
    run = started(tmp_path / "run")
    run.write_task(0, "a", FILES)
    table = run.folder / next(iter(FILES))
    if damage == "truncated":
        table.write_bytes(b"sta")
    elif damage == "changed":
        table.write_bytes(b"styas")
    elif damage == "gone":
        table.unlink()
    else:
        (run.folder / store.sidecar_path(0, "a")).write_text('{"files": {')
    assert run.task_files(0, "a") is None
    assert run.was_started(0, "a")


def test_a_task_without_its_sidecar_is_not_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between the tables and the sidecar leaves whole files that nobody vouches for."""
    run = started(tmp_path / "run")
    written: list[Path] = []

    def crash_at_sidecar(path: Path, data: bytes) -> None:
        if path.suffix == ".json":
            raise KeyboardInterrupt
        written.append(path)
        atomic.write_bytes(path, data)

    monkeypatch.setattr("sim.store.folder.write_bytes", crash_at_sidecar)
    with pytest.raises(KeyboardInterrupt):
        run.write_task(0, "a", FILES)
    assert len(written) == len(FILES)
    assert run.task_files(0, "a") is None


def test_derived_files_are_written_only_where_they_differ(tmp_path: Path) -> None:
    run = started(tmp_path / "run")
    assert run.write_derived({"tables/kpis/x": b"1", "tables/kpis/y": b"2"}) == 2
    assert run.write_derived({"tables/kpis/x": b"1", "tables/kpis/y": b"3"}) == 1
    assert (run.folder / "tables/kpis/y").read_bytes() == b"3"


def test_a_write_that_fails_leaves_the_old_file_and_no_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    store.write_bytes(path, b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunError) as caught:
        store.write_bytes(path, b"new")
    assert message(caught) == (
        f"{tmp_path}: the disk is full; free some space and give the same command with --resume"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"old"


def test_leftover_temporary_files_are_swept_on_resume(tmp_path: Path) -> None:
    run = started(tmp_path / "run")
    run.write_task(0, "a", FILES)
    leftover = run.folder / "tables/stays/replication=000/.cluster=b.parquet.tmp"
    leftover.write_bytes(b"half")
    prepare(run, resume=True, replace=False)
    assert not leftover.exists()
    assert run.task_files(0, "a") is not None


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"seed": 8}, "seed 8: the folder holds a run with 7"),
        ({"keep": "kpis"}, "--keep kpis: the folder holds a run with all"),
        ({"scenario": {"name": "azwa"}}, "the folder holds a run of scenario 'basis', not 'azwa'"),
        (
            {"scenario": {"name": "basis", "x": 1}},
            "the folder holds a run of scenario 'basis' with other values",
        ),
        ({"area": {"name": "daar"}}, "the folder holds a run of area 'hier', not 'daar'"),
        (
            {"hashes": {"scenario": "s", "tariffs": "t", "code": "d"}},
            "the folder holds a run of another code",
        ),
        (
            {"hashes": {"scenario": "s", "tariffs": "u", "code": "d"}},
            "the folder holds a run of another code, tariffs",
        ),
        ({"versions": {"python": "4"}}, "the folder holds a run of other package versions"),
        ({"replications": 1}, "--replications 1: the folder holds 2"),
        (
            {"priced_from": {"code": "c"}},
            "the folder holds a simulated run, and this one is priced from stored journeys",
        ),
    ],
)
def test_another_run_is_refused_in_one_line(tmp_path: Path, other: dict[str, Any], said: str) -> None:
    folder = started(tmp_path / "run").folder
    with pytest.raises(InputError) as caught:
        prepare(RunFolder(folder, manifest(**other)), resume=True, replace=False)
    assert message(caught).startswith(f"{folder}: {said}; ")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({}, "the folder holds a run priced from stored journeys, and this one is simulated"),
        (
            {"priced_from": {"code": "d"}},
            "the folder holds a run priced from another source, or from one of other tariffs or code",
        ),
    ],
)
def test_a_run_that_was_priced_goes_on_from_the_same_source_only(
    tmp_path: Path, other: dict[str, Any], said: str
) -> None:
    folder = started(tmp_path / "run", priced_from={"code": "c"}).folder
    assert RunFolder(folder, manifest(priced_from={"code": "c"})).accept(resume=True, replace=False)
    with pytest.raises(InputError) as caught:
        RunFolder(folder, manifest(**other)).accept(resume=True, replace=True)
    assert message(caught) == f"{folder}: {said}; choose another folder"


def test_to_accept_a_folder_changes_nothing_in_it(tmp_path: Path) -> None:
    run = started(tmp_path / "run")
    run.write_task(0, "a", FILES)
    before = {p: p.read_bytes() for p in run.folder.rglob("*") if p.is_file()}
    assert RunFolder(run.folder, manifest(replications=5)).accept(resume=True, replace=False)
    assert not RunFolder(run.folder, manifest(seed=8)).accept(resume=False, replace=True)
    assert {p: p.read_bytes() for p in run.folder.rglob("*") if p.is_file()} == before


def test_a_crash_while_a_run_is_removed_leaves_no_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(tmp_path / "run")
    run.write_task(0, "a", FILES)
    run.finish({}, {})

    def crash(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("sim.store.atomic.shutil.rmtree", crash)
        with pytest.raises(KeyboardInterrupt):
            run.begin(goes_on=False)
    assert (run.folder / next(iter(FILES))).exists()
    with pytest.raises(InputError, match=r"manifest\.json is missing"):
        store.load_run(run.folder)
    assert not prepare(run, resume=True, replace=False)
    assert run.task_files(0, "a") is None


def test_the_names_of_new_folders_reach_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each new folder is a name in the one above it, which is synced after the name was made."""
    real, synced = os.fsync, []

    def note(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        real(handle)

    monkeypatch.setattr(os, "fsync", note)
    store.write_bytes(tmp_path / "a/b/c/file", b"data")
    folders = (tmp_path, tmp_path / "a", tmp_path / "a/b")
    file, last = tmp_path / "a/b/c/file", tmp_path / "a/b/c"
    assert synced == [path.stat().st_ino for path in (*folders, file, last)]
    store.write_bytes(tmp_path / "a/b/c/other", b"data")
    assert len(synced) == 7


def test_sealed_bytes_open_unless_one_bit_has_changed() -> None:
    sealed = store.seal(b"answer")
    assert store.unseal(sealed) == b"answer"
    for place in range(len(sealed)):
        for bit in range(8):
            other = bytearray(sealed)
            other[place] ^= 1 << bit
            with pytest.raises(ValueError, match="other bytes"):
                store.unseal(bytes(other))
    for size in range(len(sealed)):
        with pytest.raises(ValueError, match="other bytes"):
            store.unseal(sealed[:size])


def test_more_replications_go_on_with_the_run(tmp_path: Path) -> None:
    folder = started(tmp_path / "run").folder
    assert prepare(RunFolder(folder, manifest(replications=5)), resume=True, replace=False)


def test_a_run_is_not_overwritten_unasked(tmp_path: Path) -> None:
    run = started(tmp_path / "run")
    run.write_task(0, "a", FILES)
    with pytest.raises(InputError) as caught:
        prepare(RunFolder(run.folder, manifest()), resume=False, replace=False)
    assert "add --resume" in message(caught)
    assert run.task_files(0, "a") is not None


def test_a_replaced_run_starts_afresh(tmp_path: Path) -> None:
    run = started(tmp_path / "run")
    run.write_task(0, "a", FILES)
    other = RunFolder(run.folder, manifest(seed=8))
    assert not prepare(other, resume=False, replace=True)
    assert other.task_files(0, "a") is None
    assert store.read_manifest(run.folder)["seed"] == 8


def test_resume_on_an_empty_folder_starts_afresh(tmp_path: Path) -> None:
    run = RunFolder(tmp_path, manifest())
    assert not prepare(run, resume=True, replace=False)
    assert store.read_manifest(tmp_path)["finished"] is False


def test_a_folder_of_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(InputError) as caught:
        prepare(RunFolder(tmp_path, manifest()), resume=False, replace=True)
    assert "'thesis.docx', not a run" in message(caught)
    assert (tmp_path / "thesis.docx").read_text() == "mine"


def test_a_manifest_that_is_finished_says_so(tmp_path: Path) -> None:
    run = started(tmp_path / "run")
    files = {"tables/kpis/x": "sum"}
    assert not run.is_finished(files)
    run.finish({"seconds": 1.0}, files)
    assert run.is_finished(files)
    assert not run.is_finished({"tables/kpis/x": "other"})
    assert not RunFolder(run.folder, manifest(replications=3)).is_finished(files)
    stored = json.loads((run.folder / "manifest.json").read_text())
    assert stored["timings"] == {"seconds": 1.0}


def test_a_run_that_did_not_finish_is_not_loaded(tmp_path: Path) -> None:
    run = started(tmp_path / "run")
    with pytest.raises(InputError) as caught:
        store.load_run(run.folder)
    assert "not finished" in message(caught)
    with pytest.raises(InputError) as caught:
        store.load_run(tmp_path)
    assert "manifest.json is missing" in message(caught)


def test_a_manifest_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(InputError) as caught:
        store.read_manifest(tmp_path)
    assert "manifest.json: not as palsim wrote it" in message(caught)


@pytest.mark.parametrize("text", ["[]", "null", "{}", "7"])
def test_a_manifest_that_is_no_document_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InputError) as caught:
        store.load_run(tmp_path)
    assert "manifest.json: not as palsim wrote it" in message(caught)


def test_a_run_of_another_form_is_not_loaded(tmp_path: Path) -> None:
    run = started(tmp_path / "run", schema_version=1)
    run.finish({}, {})
    with pytest.raises(InputError) as caught:
        store.load_run(run.folder)
    assert "another version of palsim; run again" in message(caught)


def _hold(folder: Path, ready: Any) -> None:
    with folder_lock(folder):
        ready.set()
        signal.pause()


def refuse() -> None:
    raise InputError("not for this run")


def test_a_refusal_leaves_no_lock_behind_in_a_folder_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not for this run"), folder_lock(tmp_path):
        refuse()
    assert not list(tmp_path.iterdir())
    with folder_lock(tmp_path):
        pass
    with pytest.raises(InputError, match="not for this run"), folder_lock(tmp_path):
        refuse()
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_two_runs_in_one_folder_are_refused_and_a_crash_frees_it(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    other = context.Process(target=_hold, args=(tmp_path, ready))
    other.start()
    assert ready.wait(10)
    assert other.pid is not None
    try:
        with pytest.raises(InputError) as caught, folder_lock(tmp_path):
            pass
        assert "another run is writing here" in message(caught)
    finally:
        os.kill(other.pid, signal.SIGKILL)
        other.join()
    with folder_lock(tmp_path) as held:
        assert held is not None


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"a": 1},
        {"z": 1},
        {"a": {"sha256": "x", "zz": 1}, "sha257": {"é": 1}, "t": [1, {"z": 2}]},
        {"sha256": "of another time", "b": 2, 'z"\n': 1},
    ],
)
def test_a_document_has_its_checksum_in_order_of_key_and_no_byte_of_it_may_be_another(
    document: dict[str, Any],
) -> None:
    """The seal is the checksum of the document without it, wherever its line stands among the keys."""
    content = {key: value for key, value in document.items() if key != "sha256"}
    data = store.sealed(document)
    assert data == store.json_bytes(content | {"sha256": store.checksum(store.json_bytes(content))})
    assert store.opened(data) == content
    others = [data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :] for place in range(len(data))]
    others += [data[:place] + data[place + 1 :] for place in range(len(data))]
    others += [data[:place] + more + data[place:] for place in range(len(data) + 1) for more in (b" ", b",")]
    others += [
        data.replace(b"\n", b"\r\n"),
        store.json_bytes(content),
        store.sealed({**content, "c": 0})[:-1],
    ]
    for other in others:
        with pytest.raises(ValueError, match="other bytes than were sealed"):
            store.opened(other)
