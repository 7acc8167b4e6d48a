"""The folder of one server: only for its user, and gone after it, also when the server was killed."""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
from functools import lru_cache
from pathlib import Path

_PREFIX = "palsim-web-"
_LOCK = "in-use"
_UPLOADS = "uploads"


@lru_cache(maxsize=1)
def private_folder() -> Path:
    """Folder of this process, readable by its user alone; what killed servers left behind is removed."""
    remove_left()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    _hold(folder / _LOCK)
    (folder / _UPLOADS).mkdir(mode=stat.S_IRWXU)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def upload_folder() -> Path:
    """A new folder for one upload, within that of this process."""
    return Path(tempfile.mkdtemp(dir=private_folder() / _UPLOADS))


def remove_left() -> None:
    """Remove the folders of servers that are no more: whose lock nobody holds."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            ours = folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.getuid()
        except (OSError, AttributeError):
            continue  # gone already, or a system without users
        if ours and _is_free(folder / _LOCK):
            shutil.rmtree(folder, ignore_errors=True)


def _hold(lock: Path) -> None:
    """Hold a lock for as long as this process lives; the system frees it even after a kill."""
    descriptor = os.open(lock, os.O_CREAT | os.O_RDWR, stat.S_IRUSR | stat.S_IWUSR)
    if not _locked(descriptor):
        raise OSError(f"{lock}: held by another process")


def _is_free(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except OSError:
        # without a lock: made by a server that has not come as far, or that was killed before it did
        return False
    try:
        return _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
