"""Files that are there whole or not at all, and the checksum that proves it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim.errors import GO_ON, RunError, reason

_TEMPORARY = ".tmp"


def checksum(data: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def seal(data: bytes) -> bytes:
    """Bytes with their checksum behind them."""
    return data + hashlib.sha256(data).digest()


def unseal(data: bytes) -> bytes:
    """Bytes that `seal` closed, without their checksum; ValueError when a byte has changed."""
    size = hashlib.sha256().digest_size
    content = data[:-size]
    if seal(content) != data:
        raise ValueError("other bytes than were sealed")
    return content


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file atomically: temporary file beside it, fsync, rename, fsync of the folders.

    Folders above it are made. Raises RunError when the disk is full or may not be written.
    """
    temporary = path.with_name(f".{path.name}{_TEMPORARY}")
    try:
        make_folder(path.parent)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as fault:
        temporary.unlink(missing_ok=True)
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise RunError(
                "{parent}: the disk is full; free some space and {go_on}", parent=path.parent, go_on=GO_ON
            ) from fault
        raise RunError(
            "{path}: cannot be written: {reason}; choose another folder", path=path, reason=reason(fault)
        ) from fault


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; their names survive a loss of power."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder survive a loss of power, where the system can open one (Windows cannot)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def json_bytes(document: Any) -> bytes:
    """JSON text with sorted keys and a final newline, UTF-8; no NaN."""
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files and folders of a folder, as far as they are there."""
    for name in names:
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove temporary files that a crash left behind."""
    for leftover in folder.rglob(f".*{_TEMPORARY}"):
        leftover.unlink(missing_ok=True)
