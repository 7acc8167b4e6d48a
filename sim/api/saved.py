"""Results as documents: what a result holds, written as it is and opened again as the same object."""

from __future__ import annotations

import datetime as dt
import json
import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import numpy as np
from pydantic import BaseModel

from sim import store
from sim.api.facade import facade
from sim.api.shared import empty_folder
from sim.catalogue import TariffBook, load_tariffs
from sim.errors import InputError, Message, Place
from sim.law.registry import Rule, registered
from sim.ledger.remarks import Remark

RESULT = "result.json"  # what makes a folder that of a saved result
_KIND, _FOLDER = "$", "folder"
_OURS = "sim."
_KINDS = (BaseModel, tuple, Message, Remark)
_MEND = Message("remove it and make the result again")
_Kind = TypeVar("_Kind")
_PLAIN: dict[type, str] = {dt.date: "date", Decimal: "decimal", Fraction: "fraction", float: "float"}


@facade
class InFolder:
    """A result that a folder holds."""

    def save(self, folder: Path | str) -> Self:
        """Write the result into a folder that is new or empty; `load` opens it again.

        Raises InputError when the folder holds something, or cannot be written.
        """
        place = empty_folder(folder)
        self._on_disk(place)
        return self._opened(place)

    @abstractmethod
    def _on_disk(self, place: Path) -> None:
        """Write what this result is into an empty folder."""

    @abstractmethod
    def _opened(self, place: Path) -> Self:
        """The same result, bound to a folder that holds it."""


class Saved(InFolder):
    """A result that is saved as one document."""

    def _on_disk(self, place: Path) -> None:
        store.make_folder(place)
        write_saved(place / RESULT, bound(self, None))

    def _opened(self, place: Path) -> Self:
        return bound(self, place)


def bound(found: _Kind, folder: Path | None) -> _Kind:
    """A result that knows the folder that holds it, where its kind knows one."""
    if not is_dataclass(found) or _FOLDER not in (field.name for field in fields(found)):
        return found
    return cast(_Kind, replace(cast(Any, found), **{_FOLDER: folder}))


def write_saved(file: Path, found: object) -> None:
    """Write a result, a frozen dataclass or model of this program, as a sealed document."""
    store.write_document(file, {"version": store.versions()["palsim"], "result": _written(found)})


def read_saved(file: Path, kind: type[_Kind]) -> _Kind:
    """Open what `write_saved` wrote, as what it must be; InputError when it is not as it was written."""
    with store.as_written(file, _MEND):
        found = _read(store.opened(file.read_bytes())["result"], file)
        if not isinstance(found, kind):
            raise TypeError(f"{file} holds a {type(found).__name__}")
        return found


def _written(value: Any) -> Any:
    """A value as JSON has it; what JSON has no form for is a mapping that says its kind."""
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else _kind("float", str(value))
    if isinstance(value, np.ndarray):
        return _kind("array", value.tolist(), dtype=str(value.dtype))
    if isinstance(value, np.generic):
        return _written(value.item())
    if isinstance(value, Message | Remark):
        (first,), parts = value.__getnewargs_ex__()
        return _kind(_name(value), {name: _written(part) for name, part in parts.items()}, said=first)
    if isinstance(value, str):
        return _kind("place", str(value)) if isinstance(value, Place) else str(value)
    if isinstance(value, TariffBook):
        _book(value.digest(), Path(RESULT))
        return _kind("tariffs", value.digest())
    if isinstance(value, BaseModel):
        return _kind(_name(value), value.model_dump(mode="json"))
    if is_dataclass(value):
        held = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        return _kind(_name(value), {n: _written(each) for n, each in held.items() if not callable(each)})
    if isinstance(value, Mapping):
        return _kind("map", [[_written(key), _written(each)] for key, each in value.items()])
    if isinstance(value, list | tuple):
        form = "list" if isinstance(value, list) else _name(value) if hasattr(value, "_fields") else "tuple"
        return _kind(form, [_written(each) for each in value])
    for known, form in _PLAIN.items():
        if isinstance(value, known):
            return _kind(form, str(value))
    if isinstance(value, Path):
        return _kind("path", str(value))
    raise TypeError(f"{type(value).__name__} has no place in a document")


def _kind(kind: str, value: Any, **more: str) -> dict[str, Any]:
    return {_KIND: kind, "value": value, **more}


def _name(value: object) -> str:
    return f"{type(value).__module__}:{type(value).__qualname__}"


def _read(written: Any, file: Path) -> Any:
    """The value that `_written` was given."""
    if not isinstance(written, dict):
        return written
    kind, value = written[_KIND], written["value"]
    if "said" in written:
        return _known(kind)(written["said"], **{name: _read(part, file) for name, part in value.items()})
    if ":" in kind:
        return _made(_known(kind), value, file)
    if kind == "array":
        return np.array(value, np.dtype(written["dtype"]))
    if kind == "tariffs":
        return _book(value, file)
    if kind == "map":
        return {_read(key, file): _read(each, file) for key, each in value}
    if kind in ("list", "tuple"):
        several = [_read(each, file) for each in value]
        return several if kind == "list" else tuple(several)
    makers: dict[str, Any] = {"date": dt.date.fromisoformat, "path": Path, "place": Place}
    makers |= {form: known for known, form in _PLAIN.items() if form not in makers}
    return makers[kind](value)


def _known(name: str) -> type:
    """A class of this program by its name; no other code is called."""
    module, _, path = name.partition(":")
    if not module.startswith(_OURS) or not path.isidentifier():
        raise ValueError(f"{name} is no class of this program")
    try:
        found = vars(import_module(module))[path]
    except ImportError:
        raise ValueError(f"{module} is no module of this program") from None
    if not (isinstance(found, type) and (is_dataclass(found) or issubclass(found, _KINDS))):
        raise ValueError(f"{name} is no class of a result")
    return found


def _made(kind: type, value: Any, file: Path) -> Any:
    if issubclass(kind, BaseModel):
        return kind.model_validate_json(json.dumps(value), strict=True)
    if isinstance(value, Sequence):
        return kind(*(_read(each, file) for each in value))
    held = {name: _read(each, file) for name, each in value.items()}
    return _rule(held) if issubclass(kind, Rule) else kind(**held)


def _rule(held: Mapping[str, Any]) -> Rule:
    """The rule of the law that says the same, else one that keeps what it says and not what it does."""
    same = (rule for rule in registered() if all(getattr(rule, key) == held[key] for key in held))
    return next(same, None) or Rule(**held, function=_not_kept)


def _not_kept(*_given: object) -> None:
    """In place of the function of a rule: a saved bill keeps what the rule says, not what it does."""
    raise RuntimeError("a saved rule keeps no function")


def _book(digest: str, file: Path) -> TariffBook:
    _, *projected = digest.split("+")
    book = load_tariffs(projected=projected)
    if book.digest() != digest:
        raise InputError(
            "{file}: rests on other tariffs than those that stand; save the run that it comes from", file=file
        )
    return book
