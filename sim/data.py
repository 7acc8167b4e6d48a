"""Where the files of `tariffs/` and `scenarios/` are: an explicit path, the installed package, the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

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
