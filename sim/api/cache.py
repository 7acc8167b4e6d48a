"""What was computed before, kept between sessions: a folder a set of inputs, bounded, in the user's cache."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

from sim import parsed

# Size of what is kept between sessions; what was used longest ago goes first
MOST_CACHE_BYTES = 2_000_000_000

ENTRIES, _LOCKS = "entries", "locks"


def folder() -> Path:
    """Folder of the cache: `PALSIM_CACHE`, else `palsim` in that of the user, else one of this session."""
    place = parsed.folder()
    with suppress(OSError):
        if place is not None and os.access(_made(place) / ENTRIES, os.W_OK):
            return place
    return _of_this_session()


def _made(place: Path) -> Path:
    for part in (ENTRIES, _LOCKS):
        (place / part).mkdir(parents=True, exist_ok=True)
    return place


def size_bytes() -> int:
    """Bytes that the cache holds."""
    return sum(_size(entry) for entry in (folder() / ENTRIES).iterdir())


def clear() -> None:
    """Remove all that was kept, but for what another program is using just now; results stay as they are."""
    place = folder()
    for entry in (place / ENTRIES).iterdir():
        _remove(place, entry)


@contextmanager
def held(keys: Iterable[str]) -> Iterator[dict[str, Path]]:
    """Folders of entries, for this program alone; others wait. Older entries go when there is too much.

    Of each key (a hash of inputs) the folder, which may not be there yet.
    """
    place, wanted = folder(), sorted(set(keys))
    with ExitStack() as stack:
        for key in wanted:  # in one order everywhere, so that no two programs wait for each other
            stack.enter_context(FileLock(_lock(place, key)))
        entries = {key: place / ENTRIES / key for key in wanted}
        yield entries
        for key in wanted:
            os.utime(_lock(place, key))
        _shrink(place, set(wanted))


def _shrink(place: Path, kept: set[str]) -> None:
    """Remove the entries that were used longest ago until the rest fits."""
    entries = sorted((_used(place, entry), entry) for entry in (place / ENTRIES).iterdir())
    sizes = {entry: _size(entry) for _, entry in entries}
    total = sum(sizes.values())
    for _, entry in entries:
        if total <= MOST_CACHE_BYTES:
            return
        if entry.name not in kept and _remove(place, entry):
            total -= sizes[entry]


def _lock(place: Path, key: str) -> Path:
    """Lock of an entry; the time of its last change is when the entry was last used."""
    return place / _LOCKS / f"{key}.lock"


def _used(place: Path, entry: Path) -> float:
    try:
        return _lock(place, entry.name).stat().st_mtime
    except OSError:
        return 0.0


def _size(entry: Path) -> int:
    total = 0
    for path in entry.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size
    return total


def _remove(place: Path, entry: Path) -> bool:
    """Remove an entry that nobody uses; whether that was so."""
    try:
        with FileLock(_lock(place, entry.name), timeout=0):
            shutil.rmtree(entry, ignore_errors=True)
    except Timeout:
        return False
    return True


@cache
def _of_this_session() -> Path:
    place = Path(tempfile.mkdtemp(prefix="palsim-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return _made(place)
