"""A run folder: its lock, its identity, its finished tasks, the proof that a file is as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, get_args

from filelock import FileLock, Timeout

from sim.choices import Keep
from sim.errors import InputError, Message, echo, reason
from sim.store import documents
from sim.store.atomic import checksum, json_bytes, make_folder, remove, sweep, sync_folder, write_bytes
from sim.store.reports import REPORTS, remove_reports, report_names

SCHEMA_VERSION = 3  # version of the form of a run folder

MANIFEST = "manifest.json"
LOCK = ".lock"
KEEPS = get_args(Keep)  # what a run folder may keep
_TABLES = "tables"
_PARTS = "parts"


class StudyPlace(StrEnum):
    """What studies leave in the folder of a run or comparison; it goes when the folder is started afresh."""

    SENSITIVITY = "sensitivity.json"
    SENSITIVITY_ANSWERS = "sensitivity"
    DECOMPOSITION = "decomposition.json"
    DECOMPOSITION_RUNS = "decomposition"
    ASSUMPTIONS = "assumptions"


_PRICED = "priced_from"
_IDENTITY = ("schema_version", "seed", "scenario", "area", "hashes", "versions", "keep", "clusters", _PRICED)
_WORDS = {
    "schema_version": Message("schema version"),
    "scenario": Message("scenario"),
    "area": Message("area"),
    "hashes": Message("tariffs or code"),
    "versions": Message("package versions"),
    "seed": Message("seed"),
    "keep": Message("--keep"),
    "clusters": Message("regions"),
}
_HASHED = {"code": Message("code"), "scenario": Message("scenario"), "tariffs": Message("tariffs")}


_MANIFEST_FORM: documents.Form = {
    "schema_version": documents.is_some,
    "scenario": lambda value: documents.is_mapping(value) and documents.is_text(value.get("name")),
    "area": lambda value: documents.is_mapping(value) and documents.is_name(value.get("name")),
    "hashes": documents.is_mapping_of_texts,
    "versions": documents.is_mapping_of_texts,
    "seed": documents.is_count,
    "replications": documents.is_number_of_runs,
    "keep": lambda value: value in KEEPS,
    "clusters": lambda value: documents.is_list_of_names(value) and bool(value),
    "finished": documents.is_flag,
    "timings": documents.is_mapping,
}
_FINISHED_FORM: documents.Form = {**_MANIFEST_FORM, "files": documents.is_mapping_of_texts}


def table_path(table: str, replication: int, cluster: str) -> str:
    """Place of a table of one task inside a run folder."""
    return f"{_TABLES}/{table}/replication={replication:03d}/cluster={cluster}.parquet"


def parts_path(replication: int, cluster: str) -> str:
    """Place of the additive KPI parts of one task inside a run folder."""
    return f"{_PARTS}/replication={replication:03d}/cluster={cluster}.parquet"


def sidecar_path(replication: int, cluster: str) -> str:
    """Place of the list of files and checksums that says a task is finished."""
    return f"{_PARTS}/replication={replication:03d}/cluster={cluster}.json"


def read_manifest(folder: Path) -> dict[str, Any]:
    """Manifest of a run folder, as it was written; InputError where there is none or it has changed."""
    missing = Message("give a run folder made by palsim run")
    mend = Message("run again into another folder")
    manifest = documents.read_document(folder / MANIFEST, _MANIFEST_FORM, missing, mend)
    if manifest["finished"]:
        return documents.read_document(folder / MANIFEST, _FINISHED_FORM, missing, mend)
    return manifest


@contextmanager
def folder_lock(folder: Path) -> Iterator[Path]:
    """Exclusive right to write in a folder, which is made; after a crash the system gives it back.

    Where the input is refused in the meantime no file of it stays behind. Raises InputError when another
    process has it, or the folder cannot be made.
    """
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        make_folder(folder)
        is_new = not (folder / LOCK).exists()
        lock.acquire()
    except Timeout:
        raise InputError(
            "{folder}: another run is writing here; wait for it or choose another folder", folder=folder
        ) from None
    except OSError as fault:
        raise InputError(
            "{folder}: cannot be used: {reason}; choose another folder", folder=folder, reason=reason(fault)
        ) from None
    try:
        yield folder
    except InputError:
        if is_new:
            with suppress(OSError):  # a system that keeps files in use keeps this one
                (folder / LOCK).unlink()
        raise
    finally:
        lock.release()


_SIDECAR_FORM: documents.Form = {"files": documents.is_mapping_of_texts}


def is_inside(path: str) -> bool:
    """Whether a stored path stays in the folder that names it."""
    parts = PurePosixPath(path)
    return not parts.is_absolute() and ".." not in parts.parts


def whole_task(folder: Path, replication: int, cluster: str) -> dict[str, Any] | None:
    """Sidecar of a finished task of a run folder whose files are all there and whole; None otherwise."""
    try:
        sidecar = documents.opened((folder / sidecar_path(replication, cluster)).read_bytes(), _SIDECAR_FORM)
        whole = all(
            is_inside(path) and checksum((folder / path).read_bytes()) == digest
            for path, digest in sidecar["files"].items()
        )
    except (OSError, ValueError):
        return None
    return sidecar if whole else None


def read_file(folder: Path, path: str, manifest: Mapping[str, Any] | None = None) -> bytes:
    """Bytes of a file of a finished run folder, after proof that they are those that were written.

    The path is inside the folder: a table or the parts of a task, or a table of a whole replication. Raises
    InputError when the file is missing or has other bytes than its checksum says.
    """
    manifest = read_manifest(folder) if manifest is None else manifest
    try:
        data = (folder / path).read_bytes()
        if checksum(data) == written_checksum(folder, path, manifest):
            return data
    except (OSError, ValueError):
        pass
    raise InputError(
        "{folder}: missing or damaged; give the run's command again with --resume", folder=folder / path
    )


def wrote(folder: Path, path: str, manifest: Mapping[str, Any]) -> bool:
    """Whether a finished run wrote a file; where that is not known for sure, reading it tells why."""
    try:
        return written_checksum(folder, path, manifest) is not None
    except (OSError, ValueError):
        return True


def written_checksum(folder: Path, path: str, manifest: Mapping[str, Any]) -> str | None:
    """Checksum of a file as it was written: in the manifest, or in the sidecar of its task.

    The manifest of a finished run holds the checksum of every sidecar, so that nothing in the folder can
    change without a change of the manifest. Raises OSError or ValueError when the sidecar is missing or not
    as it was written.
    """
    files: Mapping[str, str] = manifest.get("files", {})
    if path in files:
        return files[path]
    sidecar = sidecar_path(*place_of(Path(path)))
    data = (folder / sidecar).read_bytes()
    if sidecar in files and checksum(data) != files[sidecar]:
        raise ValueError("another sidecar than was written")
    found: str | None = documents.opened(data, _SIDECAR_FORM)["files"].get(path)
    return found


class RunFolder:
    """One run folder under a lock that the caller holds.

    The manifest is all of it but `finished`, `timings` and `files`.
    """

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = json.loads(json_bytes(dict(manifest)))

    def accept(self, *, resume: bool, replace: bool) -> bool:
        """Whether there is something in the folder to resume; nothing in it changes.

        `resume` keeps the finished tasks of the same run; `replace` without it starts afresh over whatever
        run is there. Raises InputError when the folder holds another run, a run and neither of the two, or
        files that are not a run.
        """
        if not (self.folder / MANIFEST).exists():
            strangers = self._strangers()
            if strangers:
                raise InputError(
                    "{folder}: holds {strangers!r}, not a run; choose an empty or new folder",
                    folder=self.folder,
                    strangers=strangers[0],
                )
            return False
        if replace and not resume:
            return False
        stored = read_manifest(self.folder)
        self._refuse_other(stored)
        if not resume:
            raise InputError(
                "{folder}: holds a run already; add --resume to go on with it, or choose another folder",
                folder=self.folder,
            )
        if stored["replications"] > self.manifest["replications"]:
            raise InputError(
                "{folder}: --replications {replications}: the folder holds {stored}; "
                "ask for {stored} or more",
                folder=self.folder,
                replications=self.manifest["replications"],
                stored=stored["replications"],
            )
        return True

    def begin(self, *, goes_on: bool) -> None:
        """Make an accepted folder ready for new tasks, and mark its run as unfinished.

        Where it goes on finished tasks are kept; else everything goes.
        """
        if goes_on:
            sweep(self.folder)
        else:
            self._clear()
        self._write_manifest({"finished": False, "timings": {}})

    def _strangers(self) -> list[str]:
        """Names in the folder that no run has put there."""
        own = (LOCK, _TABLES, _PARTS, *StudyPlace, REPORTS, *report_names(self.folder))
        names = sorted(path.name for path in self.folder.iterdir())
        return [name for name in names if name not in own and not name.startswith(f".{MANIFEST}")]

    def _refuse_other(self, stored: Mapping[str, Any]) -> None:
        for key in _IDENTITY:
            if stored.get(key) != self.manifest.get(key):
                raise InputError(
                    "{folder}: {difference}; choose another folder",
                    folder=self.folder,
                    difference=self._difference(key, stored.get(key)),
                )

    def _difference(self, key: str, there: Any) -> Message:
        if key == _PRICED:
            return self._other_source(there)
        here, what = self.manifest[key], _WORDS[key]
        if key in ("seed", "keep", "schema_version"):
            return Message(
                "{what} {here}: the folder holds a run with {there}", what=what, here=here, there=echo(there)
            )
        if key == "hashes" and isinstance(there, dict):
            changed = [_HASHED[name] for name in sorted(here) if there.get(name) != here[name]]
            return Message("the folder holds a run of another {changed}", changed=changed)
        if key in ("scenario", "area") and isinstance(there, dict) and there.get("name") != here["name"]:
            return Message(
                "the folder holds a run of {what} {there!r}, not {here!r}",
                what=what,
                there=str(there.get("name")),
                here=here["name"],
            )
        if key in ("scenario", "area"):
            return Message(
                "the folder holds a run of {what} {here!r} with other values", what=what, here=here["name"]
            )
        return Message("the folder holds a run of other {what}", what=what)

    def _other_source(self, there: Any) -> Message:
        """How a run that is priced from stored journeys differs from what the folder holds."""
        if there is None:
            return Message("the folder holds a simulated run, and this one is priced from stored journeys")
        if _PRICED not in self.manifest:
            return Message("the folder holds a run priced from stored journeys, and this one is simulated")
        return Message(
            "the folder holds a run priced from another source, or from one of other tariffs or code"
        )

    def _clear(self) -> None:
        """Remove the run; the manifest goes first, so that no crash leaves it beside part of its tables."""
        (self.folder / MANIFEST).unlink(missing_ok=True)
        sync_folder(self.folder)
        remove_reports(self.folder)
        remove(self.folder, (_TABLES, _PARTS, *StudyPlace))

    def _write_manifest(self, more: Mapping[str, Any]) -> None:
        documents.write_document(self.folder / MANIFEST, {**self.manifest, **more})

    def task_files(self, replication: int, cluster: str) -> dict[str, Any] | None:
        """Sidecar of a finished task whose files are all there and whole; None otherwise."""
        return whole_task(self.folder, replication, cluster)

    def was_started(self, replication: int, cluster: str) -> bool:
        """Whether a task once finished here, whole or damaged."""
        return (self.folder / sidecar_path(replication, cluster)).exists()

    def write_task(self, replication: int, cluster: str, files: Mapping[str, bytes]) -> None:
        """Write the files of a task and, last, the sidecar that makes it finished."""
        sidecar = self.folder / sidecar_path(replication, cluster)
        sidecar.unlink(missing_ok=True)
        for path, data in files.items():
            write_bytes(self.folder / path, data)
        digests = {path: checksum(data) for path, data in files.items()}
        write_bytes(sidecar, documents.sealed({"files": digests}))

    def write_derived(self, files: Mapping[str, bytes]) -> int:
        """Write files that follow from finished tasks where they are missing or differ, and give how many."""
        written = 0
        for name, data in files.items():
            path = self.folder / name
            if not path.exists() or path.read_bytes() != data:
                write_bytes(path, data)
                written += 1
        return written

    def finish(self, timings: Mapping[str, Any], files: Mapping[str, str]) -> None:
        """Write the manifest of a finished run with the checksums of the files of `write_derived`."""
        self._write_manifest({"finished": True, "timings": dict(timings), "files": dict(files)})

    def is_finished(self, files: Mapping[str, str]) -> bool:
        """Whether the manifest says that this very run is finished, with these checksums of files."""
        stored = read_manifest(self.folder)
        same = stored["replications"] == self.manifest["replications"] and stored.get("files") == files
        return bool(stored.get("finished")) and same


def parquet_files(folder: Path, table: str) -> list[Path]:
    """Files of a table in a run folder, by replication and cluster."""
    return sorted((folder / _TABLES / table).glob("replication=*/cluster=*.parquet"))


def place_of(path: Path) -> tuple[int, str]:
    """Replication and cluster of a table file."""
    return int(path.parent.name.partition("=")[2]), path.stem.partition("=")[2]


def stored_tables(folder: Path) -> tuple[str, ...]:
    """Names of the tables that a run folder holds."""
    root = folder / _TABLES
    return tuple(sorted(p.name for p in root.iterdir() if p.is_dir())) if root.is_dir() else ()
