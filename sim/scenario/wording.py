"""A fault found by pydantic in plain words: the key, what is wrong, what would be right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from sim.errors import echo, nearest

_RIGHT_TYPE = {
    "float_type": ("number", "write a number"),
    "int_type": ("whole number", "write a whole number"),
    "int_from_float": ("whole number", "write a whole number"),
    "finite_number": ("finite number", "write a number"),
    "string_type": ("text", "write text, in quotes if it looks like a number"),
    "bool_type": ("yes or no", "write true or false"),
    "dict_type": ("mapping", "write lines of the form 'key: value'"),
    "model_type": ("mapping", "write lines of the form 'key: value'"),
    "model_attributes_type": ("mapping", "write lines of the form 'key: value'"),
    "tuple_type": ("list", "write [.., ..]"),
    "list_type": ("list", "write [.., ..]"),
    "date_type": ("date", "write YYYY-MM-DD"),
    "date_parsing": ("date", "write YYYY-MM-DD"),
    "date_from_datetime_parsing": ("date", "write YYYY-MM-DD"),
    "date_from_datetime_inexact": ("date", "write YYYY-MM-DD"),
}


def key_of(location: Sequence[str | int]) -> str:
    """Key as a person writes it: `regions[0].sites[2].beds`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else "" if part == "[key]" else f".{echo(part)}"
    return text.lstrip(".")


def first_fault(error: ValidationError, model: type[BaseModel]) -> tuple[tuple[str | int, ...], str]:
    """Choose the fault to mend first; an unknown key goes before the missing key it may stand for.

    Parameters
    ----------
    error : ValidationError
    model : type of BaseModel
        Model that was validated; its field names are the suggestions for an unknown key.

    Returns
    -------
    location : tuple of str or int
    text : str
        `what is wrong; what would be right`, and how many other faults there are. A fault of a whole that
        comes with a fault of its part is not counted, nor one of the range of a wrong value, nor the missing
        key that a misspelt one stands for.
    """
    faults = error.errors(include_url=False)
    above = {fault["loc"][:depth] for fault in faults for depth in range(len(fault["loc"]))}
    values = {(*fault["loc"][:-1], "range") for fault in faults if fault["loc"][-1:] == ("value",)}
    faults = [f for f in faults if f["loc"] not in above and f["loc"][:-1] not in values]
    faults.sort(key=lambda fault: fault["type"] != "extra_forbidden")
    fault = faults[0]
    location = fault["loc"]
    known = _known_keys(model, location[:-1])
    meant = nearest(str(location[-1]), known) if location else None
    others = [other for other in faults[1:] if meant is None or other["loc"] != (*location[:-1], meant)]
    more = f" (+{len(others)} more)" if others else ""
    return location, _plain(fault, known) + more


def _plain(fault: Any, known: list[str]) -> str:
    kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
    if kind == "missing":
        return "is missing; add it"
    if kind == "extra_forbidden":
        return f"unknown key; {_suggest(str(fault['loc'][-1]), known)}"
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", context["expected"])
        return f"{_show(given)} is not known here; {_suggest(str(given), words)}"
    if kind in _RIGHT_TYPE:
        wanted, remedy = _RIGHT_TYPE[kind]
        return f"{_show(given)} is not a {wanted}; {remedy}"
    if kind == "greater_than_equal":
        return f"{_show(given)} is below {context['ge']:g}; must be {context['ge']:g} or more"
    if kind == "greater_than":
        return f"{_show(given)} is too low; must be above {context['gt']:g}"
    if kind == "less_than_equal" and context["le"] == 1:
        return f"{_show(given)} is above 1; a probability lies between 0 and 1"
    if kind == "less_than_equal":
        return f"{_show(given)} is above {context['le']:g}; must be {context['le']:g} or less"
    if kind == "value_error":
        return str(context["error"])
    if kind == "too_short":
        return f"has {context['actual_length']} parts; must have at least {context['min_length']}"
    if kind == "too_long":
        return f"has more than {context['max_length']} parts; must have at most that many"
    return f"{_show(given)} is not right; {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _show(value: Any) -> str:
    return repr(echo(value)) if isinstance(value, str) else echo(_as_yaml(value))


def _as_yaml(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _suggest(word: str, known: list[str]) -> str:
    close = nearest(word, known)
    if close:
        return f"did you mean '{close}'?"
    return f"choose from {', '.join(known)}" if known else "leave it out"


def _known_keys(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Field names of the model that stands at a location."""
    for part in location:
        if isinstance(part, str):
            if part not in model.model_fields:
                return []
            inner = _models_in(model.model_fields[part].annotation)
            if not inner:
                return []
            model = inner[0]
    return list(model.model_fields)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
