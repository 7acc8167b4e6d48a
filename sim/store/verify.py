"""Every file of a folder held against the checksum with which it was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import InputError
from sim.store.atomic import checksum, unseal
from sim.store.documents import opened
from sim.store.folder import LOCK, MANIFEST, parts_path, read_manifest, sidecar_path, whole_task
from sim.store.reports import report_checksums

_DOCUMENT, _SEALED = ".json", (".kpis", ".npz")


@dataclass
class Verified:
    """What was found in a folder; paths are inside it."""

    whole: list[str] = field(default_factory=list)  # files as they were written
    damaged: list[str] = field(default_factory=list)  # files that are missing or not as they were written
    # files that no run or study wrote, or whose checksum is lost; nothing is known of these
    unknown: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)  # folders of runs that are not finished


def verify(folder: Path) -> Verified:
    """Hold every file of a run, comparison or study against its checksum, folders inside it too.

    Raises InputError when there is no such folder, or it holds nothing that palsim wrote.
    """
    if not folder.is_dir():
        raise InputError(
            "{folder}: no such folder; give one made by palsim run, compare or another study", folder=folder
        )
    found: dict[str, bool] = {}
    out = Verified()
    for place in sorted(p.parent for p in folder.rglob(MANIFEST)):
        _run(folder, place, found, out)
    present = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    for path in present:
        name = path.relative_to(folder).as_posix()
        if name not in found:
            known = _alone(path)
            if known is None:
                out.unknown.append(name)
            else:
                found[name] = known
    out.damaged += [_name(folder, p) for p in folder.rglob(LOCK) if p.is_file() and p.stat().st_size]
    out.whole = sorted(name for name, good in found.items() if good)
    out.damaged = sorted([*out.damaged, *(name for name, good in found.items() if not good)])
    if not (out.whole or out.damaged):
        raise InputError(
            "{folder}: holds nothing that palsim wrote; give the folder of a run or study", folder=folder
        )
    return out


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _run(folder: Path, place: Path, found: dict[str, bool], out: Verified) -> None:
    """The files of one run: those of its manifest, and those of its tasks."""
    try:
        manifest = read_manifest(place)
    except InputError:
        found[_name(folder, place / MANIFEST)] = False
        return
    found[_name(folder, place / MANIFEST)] = True
    if not manifest["finished"]:
        out.unfinished.append(_name(folder, place))
    files: dict[str, str] = dict(manifest.get("files", {}))
    for replication in range(manifest["replications"]):
        for cluster in manifest["clusters"]:
            sidecar = sidecar_path(replication, cluster)
            if not manifest["finished"] and not (place / sidecar).exists():
                continue
            task = whole_task(place, replication, cluster)
            if task is not None:
                found.update({_name(folder, place / path): True for path in (sidecar, *task["files"])})
            else:
                held = _listed(place / sidecar)
                files |= held or {parts_path(replication, cluster): ""}
                found[_name(folder, place / sidecar)] = bool(held)
    for path, digest in files.items():
        name = _name(folder, place / path)
        found[name] = found.get(name, True) and _has(place / path, digest)


def _listed(sidecar: Path) -> dict[str, str]:
    """Files that a sidecar names; none where it is missing or damaged."""
    try:
        found: dict[str, str] = opened(sidecar.read_bytes())["files"]
    except (OSError, ValueError, KeyError):
        return {}
    return found


def _has(path: Path, digest: str) -> bool:
    try:
        return checksum(path.read_bytes()) == digest
    except OSError:
        return False


def _alone(path: Path) -> bool | None:
    """Whether a file that proves itself is whole; None where nothing is known of it."""
    try:
        reports = report_checksums(path.parent)
    except InputError:
        reports = {}
    if path.name in reports:
        return _has(path, reports[path.name])
    if path.suffix not in (_DOCUMENT, *_SEALED):
        return None
    try:
        (opened if path.suffix == _DOCUMENT else unseal)(path.read_bytes())
    except (OSError, ValueError):
        return False
    return True
