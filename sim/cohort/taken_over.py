"""Work on the same people that need not be done twice: a step gives again what it gave the last time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import is_dataclass
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel

from sim.rng import CohortDraws

_Path = tuple[str, ...]
# What was looked at: number of the record, and the way to it; an item is a name between brackets
Looked = dict[tuple[int, _Path], Any]
_Held = dict[str, tuple[tuple[Any, ...], Looked, Any]]
# What each step last gave, with what it was asked for; None where nothing is taken over
_held: ContextVar[_Held | None] = ContextVar("_held", default=None)
_Found = TypeVar("_Found")


@contextmanager
def taken_over() -> Iterator[None]:
    """Within it, what a step is asked again about the same people is not done again."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


_KIND = "()"  # in a way: of what kind the record there is, which may be none


class Watched:
    """A record in which it is noted what is looked at, so that another with the same of that will do."""

    def __init__(self, record: Any, number: int, looked: Looked, path: _Path = ()) -> None:
        self._of = record, number, looked, path

    def __getattr__(self, name: str) -> Any:
        """A field."""
        found = self.__dict__[name] = self._noted(getattr(self._of[0], name), name)
        return found

    def __getitem__(self, name: str) -> Any:
        """A column."""
        return self._noted(self._of[0][name], f"[{name}]")

    def __len__(self) -> int:
        """Rows."""
        return int(self._noted(len(self._of[0]), "[]"))

    def _noted(self, value: Any, name: str) -> Any:
        _, number, looked, path = self._of
        if isinstance(value, (BaseModel, Watched)) or (is_dataclass(value) and not isinstance(value, type)):
            looked[number, (*path, name, _KIND)] = type(value)
            return Watched(value, number, looked, (*path, name))
        looked[number, (*path, name)] = value
        return value


def moved(looked: Looked, records: tuple[Any, ...]) -> Iterator[tuple[tuple[int, _Path], Any, Any]]:
    """What was looked at and is other in other records: where, what it was, and what it is there."""
    for (number, path), value in looked.items():
        now = _reached(records[number], path)
        if not _alike(value, now):
            yield (number, path), value, now


def _reached(record: Any, path: _Path) -> Any:
    """What stands in a record at the end of a way; `Ellipsis` where there is nothing."""
    try:
        for name in path:
            if name == "[]":
                record = len(record)
            elif name == _KIND:
                record = type(record)
            else:
                record = record[name[1:-1]] if name.startswith("[") else getattr(record, name)
    except (AttributeError, LookupError):
        return ...
    return record


def again(name: str, asked: tuple[Any, ...], make: Callable[..., _Found], *records: Any) -> _Found:
    """What a step gives: what it gave the last time where it is asked the same.

    All of `asked` has to be the same; of the records only what the step looks at in them. What it gives is
    shared, and must not be changed.
    """
    held = _held.get()
    if held is None:
        return make(*records)
    if name in held:
        before, looked, found = held[name]
        if len(before) == len(asked) and all(map(_alike, before, asked)) and not any(moved(looked, records)):
            return found  # type: ignore[no-any-return]
    looked = {}
    found = make(*(Watched(record, number, looked) for number, record in enumerate(records)))
    held[name] = asked, looked, found
    return found


def _alike(one: Any, other: Any) -> bool:
    """Whether two values are surely the same."""
    if one is other:
        return True
    if type(one) is not type(other) or is_dataclass(one):
        return isinstance(one, CohortDraws) and isinstance(other, CohortDraws) and one.same(other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(_alike(one[key], other[key]) for key in one)
    return bool(np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other)
