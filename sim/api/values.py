"""Values of Python as the files of a scenario have them: numbers, texts, dates, lists and mappings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from sim.data import has_control
from sim.errors import InputError, Message
from sim.limits import MOST_DEPTH


def as_in_files(path: str, value: Any, deep: int = 0) -> Any:
    """A value as a file has it; a number of NumPy is the decimal that it shows, a day a text.

    `deep` counts the lists and mappings around it. Raises InputError, with the path of the setting, when no
    file can hold it.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, str):
        return _text(path, str(value))
    if isinstance(value, float | np.floating | Decimal):
        return float(str(value))
    if isinstance(value, np.generic):
        return as_in_files(path, value.item())
    if isinstance(value, dt.date) and value == value:
        return _day(path, value)
    if isinstance(value, list | tuple | range | Mapping) and deep < MOST_DEPTH:
        if isinstance(value, Mapping):
            return {_text(path, key): as_in_files(path, each, deep + 1) for key, each in value.items()}
        return [as_in_files(path, each, deep + 1) for each in value]
    raise InputError(
        "vary: {path}: a value of type {type} has no place in a scenario; give {wanted}",
        path=path,
        type=type(value).__name__,
        wanted=Message("a number, a text, a date, or a list or mapping of these"),
    )


def refuse_control(path: str, text: str) -> None:
    """Refuse a text that no file can hold: with a control character, or half of a letter."""
    if has_control(text):
        raise InputError("vary: {path}: {text!r} holds a control character; remove it", path=path, text=text)


def _text(path: str, text: Any) -> str:
    if not isinstance(text, str):
        raise InputError("vary: {path}: {key!r} is no key; give a text", path=path, key=str(text))
    refuse_control(path, text)
    return text


def _day(path: str, day: dt.date) -> str:
    if isinstance(day, dt.datetime) and day.time() != dt.time():
        raise InputError(
            "vary: {path}: {day} has a time of day; give the date alone, as {date}",
            path=path,
            day=str(day),
            date=day.date(),
        )
    return day.strftime("%Y-%m-%d")
