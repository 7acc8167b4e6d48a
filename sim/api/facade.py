"""What every function of the facade does: look at what it was given, tell faults in the terms of Python."""

from __future__ import annotations

import datetime as dt
import inspect
import operator
import os
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, wraps
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import numpy as np

from sim.api.shared import as_called
from sim.errors import InputError, Message
from sim.scenario import LoadedScenario

# Words of a choice in Python that is told whole; where there are more, the function knows what is meant
_MOST_CHOICES = 8

_Kind = TypeVar("_Kind", bound=type | Callable[..., Any])


class _MisfitError(Exception):
    """A value that is not of the type of its parameter; `where` says which item, of a list or mapping."""

    def __init__(self, kind: Any, value: Any, where: str = "") -> None:
        super().__init__(kind, value, where)
        self.kind, self.value, self.where = kind, value, where


def facade(kind: _Kind) -> _Kind:
    """A function, or all public methods of a class, as a notebook calls them.

    A value of the wrong type is refused in one line that names the parameter; numbers of NumPy are taken for
    what they are. Faults are told in the language of the system, with keywords in place of options.
    """
    if not isinstance(kind, type):
        return _called(kind)  # type: ignore[return-value]
    for name, method in list(vars(kind).items()):
        if inspect.isfunction(method) and not name.startswith("_"):
            setattr(kind, name, _called(method))
    return kind


def kinds_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Types of the parameters of a function by name; `Any` where a type is for the type checker only."""
    plain = inspect.unwrap(function)
    return {name: _evaluated(given, plain) for name, given in _parameters(plain).items()}


@cache
def _parameters(plain: Callable[..., Any]) -> dict[str, Any]:
    several = inspect.signature(plain).parameters.values()
    return {each.name: Any if each.annotation is each.empty else each.annotation for each in several}


def _evaluated(annotation: Any, plain: Callable[..., Any]) -> Any:
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, vars(inspect.getmodule(plain)))
    except NameError:
        return Any


def _called(function: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(function)
    several = {each.name: each.kind for each in signature.parameters.values()}

    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError:  # Python says best which argument is missing or not known
            return function(*args, **kwargs)
        with as_called():
            kinds = kinds_of(function)
            for name, value in given.items():
                if several[name] is inspect.Parameter.VAR_POSITIONAL:
                    given[name] = tuple(_fitting(function, name, kinds[name], each) for each in value)
                elif several[name] is inspect.Parameter.VAR_KEYWORD:
                    given[name] = {key: _fitting(function, key, kinds[name], value[key]) for key in value}
                else:
                    given[name] = _fitting(function, name, kinds[name], value)
            bound = inspect.BoundArguments(signature, given)
            return function(*bound.args, **bound.kwargs)

    return called


def _fitting(function: Callable[..., Any], name: str, kind: Any, value: Any) -> Any:
    """A value as its parameter has it; InputError when it, or a part of it, is of another type."""
    try:
        return _as(kind, value)
    except _MisfitError as misfit:
        given: Any = {
            "function": function.__name__,
            "name": name + misfit.where,
            "value": str(misfit.value),
            "wanted": _told(misfit.kind),
        }
        if isinstance(misfit.value, str) and _is_word(misfit.kind):
            raise InputError("{function}: {name}: {value!r} is unknown; give {wanted}", **given) from None
        raise InputError(
            "{function}: {name}: {value!r} is of type {type}; give {wanted}",
            type=type(misfit.value).__name__,
            **given,
        ) from None


def _is_word(kind: Any) -> bool:
    """Whether a type is some words, or takes them too."""
    return get_origin(kind) is Literal or any(get_origin(one) is Literal for one in get_args(kind))


def _as(kind: Any, value: Any) -> Any:
    """A value as a type, NumPy's numbers as numbers; a misfit when it is of another type."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _as_one_of(kind, value)
    if origin is Literal:
        fits = isinstance(value, str) and (value in parts or len(parts) > _MOST_CHOICES)
    elif origin in (Sequence, Iterable):
        fits = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
        if isinstance(value, list | tuple):
            return [_part(parts[0], at, each) for at, each in enumerate(value)]
    elif origin is Mapping:
        fits = isinstance(value, Mapping)
        if fits:
            return {_as(parts[0], key): _part(parts[1], key, each) for key, each in value.items()}
    elif origin is Callable:
        fits = callable(value)
    else:
        return _as_plain(kind, value)
    return _checked(kind, value, fits)


def _part(kind: Any, key: object, value: Any) -> Any:
    """An item of a list or mapping as a type; a misfit says which it is."""
    try:
        return _as(kind, value)
    except _MisfitError as misfit:
        raise _MisfitError(misfit.kind, misfit.value, f"[{key!r}]{misfit.where}") from None


def _as_one_of(kind: Any, value: Any) -> Any:
    within = None
    for one in get_args(kind):
        try:
            return _as(one, value)
        except _MisfitError as misfit:
            within = misfit if misfit.where else within
    raise within or _MisfitError(kind, value)


def _as_plain(kind: Any, value: Any) -> Any:
    is_number = isinstance(value, Real) and not isinstance(value, bool | np.bool_)
    if kind is bool:
        return bool(_checked(kind, value, isinstance(value, bool | np.bool_)))
    if kind is int or (kind is float and isinstance(value, Integral)):
        return operator.index(_checked(kind, value, is_number and isinstance(value, Integral)))
    if kind is float:
        # a short number of NumPy is the decimal that it shows
        return float(str(_checked(kind, value, is_number)))
    if kind is Path:
        return Path(_checked(kind, value, isinstance(value, os.PathLike)))
    if kind is None:
        return _checked(kind, value, value is None)
    if kind is dt.date and isinstance(value, dt.datetime):
        # what pandas has for no day is no day
        return _checked(kind, value, value == value and value.time() == dt.time()).date()
    known = isinstance(kind, type) and kind is not Any
    return _checked(kind, value, isinstance(value, kind)) if known else value


def _checked(kind: Any, value: Any, fits: bool) -> Any:
    if not fits:
        raise _MisfitError(kind, value)
    return value


_WORDS = {
    bool: Message("True or False"),
    int: Message("a whole number"),
    float: Message("a number"),
    str: Message("a text"),
    Path: Message("a path"),
    types.NoneType: Message("None"),
    dt.date: Message("a date without a time"),
}


def _told(kind: Any) -> Message:
    """What a parameter takes, in words."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        *names, last = dict.fromkeys(_told(part) for part in parts if part is not LoadedScenario)
        return Message("{names} or {last}", names=names, last=last) if names else last
    if origin is Literal and len(parts) > _MOST_CHOICES:
        return Message("a text")
    if origin is Literal:
        return Message("one of {names}", names=[repr(part) for part in parts])
    if origin in (Sequence, Iterable) and parts[0] is Any:
        return Message("a list")
    if origin in (Sequence, Iterable):
        return Message("a list of which each is {one}", one=_told(parts[0]))
    if origin is Mapping:
        return Message("a mapping such as {path: value}")
    if origin is Callable:
        return Message("a function")
    return _WORDS.get(kind) or Message("{kind}", kind=getattr(kind, "__name__", "object"))
