"""The data files: where `tariffs/` and `scenarios/` are, and YAML 1.2 read strictly."""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sim.errors import InputError

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "_data", _PACKAGE.parent)


def data_folder(kind: Literal["tariffs", "scenarios"], explicit: Path | str | None = None) -> Path:
    """Folder with the data files of one kind.

    Parameters
    ----------
    kind : {"tariffs", "scenarios"}
    explicit : Path or str, optional
        A folder named by the user; it is used as it is. Without it the folder is `sim/_data/<kind>`
        of an installed package, else `<kind>` at the root of the repository.

    Returns
    -------
    Path
        An existing folder.

    Raises
    ------
    InputError
        When there is no such folder.
    """
    if explicit is not None:
        if not Path(explicit).is_dir():
            raise InputError(f"{explicit}: no such folder; name a folder with {kind} files")
        return Path(explicit)
    for place in _PLACES:
        if (place / kind).is_dir():
            return place / kind
    looked = " or ".join(str(place / kind) for place in _PLACES)
    raise InputError(f"{kind}: no such folder; expected {looked}")


def shown(path: Path) -> str:
    """Path as a message writes it: `scenarios/basis_2026.yaml` for the project's own files.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        Relative to the packaged data or the repository root when it lies there, else as given.
    """
    absolute = path.resolve()
    for place in _PLACES:
        for kind in ("tariffs", "scenarios"):
            if absolute.is_relative_to(place / kind):
                return absolute.relative_to(place).as_posix()
    return str(path)


def read_json(path: Path) -> str:
    """Read a YAML 1.2 file as JSON text: dates as `YYYY-MM-DD`, keys in the order of the file.

    Parameters
    ----------
    path : Path
        File with one mapping.

    Returns
    -------
    str
        JSON object.

    Raises
    ------
    InputError
        When the file cannot be read, is not YAML, has a key twice, or is no mapping.
    """
    try:
        stat = path.stat()
    except OSError:
        raise InputError(f"{shown(path)}: no such file; give the path of a YAML file") from None
    return _read_json(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=100)
def _read_json(path: Path, _modified: int, _size: int) -> str:
    label = shown(path)
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{label}: cannot be read ({error.strerror}); give a readable YAML file") from None
    except UnicodeDecodeError:
        raise InputError(f"{label}: is not UTF-8 text; save it as UTF-8") from None
    except DuplicateKeyError as error:
        raise InputError(f"{label}: {_line(error)}key {_key(error)} stands twice; keep one") from None
    except MarkedYAMLError as error:
        fault = " ".join(str(error.problem or error.context).split())
        raise InputError(
            f"{label}: {_line(error)}not YAML: {fault}; mend the line or quote the text"
        ) from None
    except (YAMLError, ValueError) as error:
        fault = " ".join(str(error).split())
        raise InputError(f"{label}: not YAML: {fault}; mend the file") from None
    if not isinstance(document, dict):
        raise InputError(f"{label}: holds no mapping; write lines of the form 'key: value'")
    try:
        return json.dumps(document, default=_as_json)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"{label}: {error}; use text, numbers, lists and mappings") from None


def _as_json(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"a value of type {type(value).__name__} has no place here")


def _line(error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return "" if mark is None else f"line {mark.line + 1}: "


def _key(error: MarkedYAMLError) -> str:
    quoted = str(error.problem).split('"')
    return repr(quoted[1]) if len(quoted) > 1 else "one"
