"""What the project's own YAML files hold, kept as JSON between sessions: a file is parsed once.

An entry is named by the text that was parsed and by the reader that did it, and begins with its own checksum:
a changed file, another reader or a damaged entry is parsed anew. What cannot be kept is not: no folder, no
right to write and no room are no fault.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import __version__ as PARSER

from sim.limits import MOST_KEPT_DOCUMENTS

CACHE_VARIABLE = "PALSIM_CACHE"  # environment variable that names the folder to keep things in
_DATE, _PAIRS = "\x00date", "\x00pairs"  # keys that no document has: texts hold no control characters


def folder() -> Path | None:
    """Folder of what is kept: `PALSIM_CACHE`, or `palsim` in the user's cache folder; None without one."""
    named = os.environ.get(CACHE_VARIABLE)
    try:
        if named:
            return Path(named).expanduser()
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "palsim"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "palsim"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "palsim"


def words(name: str) -> dict[str, Any]:
    """A file of words of the program itself, by its name; empty where there is none."""
    file = Path(__file__).parent / "report" / "words" / name
    if not file.is_file():
        return {}
    text = file.read_text(encoding="utf-8")
    found = kept(text)
    if found is None:
        from ruamel.yaml import YAML

        found = YAML(typ="safe", pure=True).load(text)
        keep(text, found)
    return found


def kept(text: str) -> dict[str, Any] | None:
    """The document that a text was parsed into before; None where that is not known for sure."""
    place = _place(text)
    if place is None:
        return None
    try:
        checksum, _, content = place.read_bytes().partition(b"\n")
        if checksum.decode("ascii", "replace") != hashlib.sha256(content).hexdigest():
            return None
        found = json.loads(content, object_hook=_plain)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def keep(text: str, document: Mapping[str, Any]) -> None:
    """Keep the document that a text was parsed into, in place of the oldest where there are many.

    One that JSON would not give back as it is, is not kept.
    """
    place = _place(text)
    if place is None:
        return
    try:
        content = json.dumps(_tagged(document), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError):
        return
    if repr(json.loads(content, object_hook=_plain)) != repr(document):
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        os.replace(name, place)
        entries = sorted(place.parent.iterdir(), key=lambda each: each.stat().st_mtime_ns)
        for old in entries[:-MOST_KEPT_DOCUMENTS]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def _place(text: str) -> Path | None:
    """File of the document of a text."""
    where = folder()
    if where is None:
        return None
    name = hashlib.sha256(_reader() + text.encode("utf-8", "surrogatepass")).hexdigest()
    return where / "documents" / name


@cache
def _reader() -> bytes:
    """Checksum of what parses: another version of it may read a text in another way."""
    here = Path(__file__).parent
    sources = [(here / name).read_bytes() for name in ("data.py", "limits.py", "parsed.py")]
    return hashlib.sha256(b"\n".join([PARSER.encode(), *sources])).digest()


def _tagged(value: Any) -> Any:
    """A value as JSON can hold it: dates, and mappings whose keys are no texts, under a key of their own."""
    if isinstance(value, dict):
        if all(isinstance(key, str) for key in value):
            return {key: _tagged(part) for key, part in value.items()}
        return {_PAIRS: [[_tagged(key), _tagged(part)] for key, part in value.items()]}
    if isinstance(value, list):
        return [_tagged(part) for part in value]
    if type(value) is dt.date:
        return {_DATE: value.isoformat()}
    return value


def _plain(value: dict[str, Any]) -> Any:
    """What a tagged value stands for."""
    if _DATE in value:
        return dt.date.fromisoformat(value[_DATE])
    if _PAIRS in value:
        return dict(value[_PAIRS])
    return value
