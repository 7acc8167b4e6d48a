"""A fault found by pydantic in plain words: the key, what is wrong, what would be right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sim.errors import Message, Place, echo, meant, nearest, reason

_RIGHT_TYPE = {
    "float_type": Message("is not a number; write a number"),
    "int_type": Message("is not a whole number; write a whole number"),
    "int_from_float": Message("is not a whole number; write a whole number"),
    "finite_number": Message("is not a finite number; write a number"),
    "string_type": Message("is not a text; write text, in quotes if it looks like a number"),
    "bool_type": Message("is not yes or no; write true or false"),
    "dict_type": Message("is not a mapping; write lines of the form 'key: value'"),
    "model_type": Message("is not a mapping; write lines of the form 'key: value'"),
    "model_attributes_type": Message("is not a mapping; write lines of the form 'key: value'"),
    "tuple_type": Message("is not a list; write [.., ..]"),
    "list_type": Message("is not a list; write [.., ..]"),
    "date_type": Message("is not a date; write YYYY-MM-DD"),
    "date_parsing": Message("is not a date; write YYYY-MM-DD"),
    "date_from_datetime_parsing": Message("is not a date; write YYYY-MM-DD"),
    "date_from_datetime_inexact": Message("is not a date; write YYYY-MM-DD"),
}


def key_of(location: Sequence[str | int]) -> Place:
    """Key as a person writes it: `regions[0].sites[2].beds`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else "" if part == "[key]" else f".{echo(part)}"
    return Place(text.lstrip("."))


def first_fault(error: ValidationError, model: type[BaseModel]) -> tuple[tuple[str | int, ...], Message]:
    """Choose the fault to mend first; an unknown key goes before the missing key it may stand for.

    The text is `what is wrong; what would be right`, and how many other faults there are; names of the
    model's fields are suggested for an unknown key. A fault of a whole that comes with a fault of its part is
    not counted, nor one of the range of a wrong value, nor the missing key that a misspelt one stands for.
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
    text = _plain(fault, known)
    if others:
        text = Message("{text} (+{count} more)", text=text, count=len(others))
    return location, text


def _plain(fault: Any, known: list[str]) -> Message:
    kind, context, given = fault["type"], fault.get("ctx", {}), _show(fault["input"])
    if kind == "missing":
        return Message("is missing; add it")
    if kind == "extra_forbidden":
        return Message("unknown key; {hint}", hint=_suggest(str(fault["loc"][-1]), known))
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", context["expected"])
        hint = _suggest(str(fault["input"]), words)
        return Message("{given} is not known here; {hint}", given=given, hint=hint)
    if kind in _RIGHT_TYPE:
        return Message("{given} {wanted}", given=given, wanted=_RIGHT_TYPE[kind])
    if kind == "greater_than_equal":
        return Message(
            "{given} is below {least:g}; must be {least:g} or more", given=given, least=context["ge"]
        )
    if kind == "greater_than":
        return Message("{given} is too low; must be above {bound:g}", given=given, bound=context["gt"])
    if kind == "less_than_equal" and context["le"] == 1:
        return Message("{given} is above 1; a probability lies between 0 and 1", given=given)
    if kind == "less_than_equal":
        return Message("{given} is above {most:g}; must be {most:g} or less", given=given, most=context["le"])
    if kind == "value_error":
        return reason(context["error"])
    if kind == "too_short":
        return Message(
            "has {count} parts; must have at least {least}",
            count=context["actual_length"],
            least=context["min_length"],
        )
    if kind == "too_long":
        return Message("has more than {most} parts; must have at most that many", most=context["max_length"])
    told = Message(echo(f"{fault['msg'][0].lower()}{fault['msg'][1:]}"))
    return Message("{given} is not right; {told}", given=given, told=told)


def _show(value: Any) -> Message:
    if isinstance(value, str):
        return Message("{value!r}", value=value)
    if isinstance(value, dict):
        return Message("a mapping")
    if isinstance(value, list | tuple):
        return Message("a list")
    if value is None:
        return Message("nothing")
    return Message("{value}", value=echo(str(value).lower() if isinstance(value, bool) else value))


def _suggest(word: str, known: list[str]) -> Message:
    close = nearest(word, known)
    if close:
        return meant(close)
    return Message("choose from {names}", names=known) if known else Message("leave it out")


def _known_keys(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Keys of the model that stands at a location."""
    for part in location:
        if isinstance(part, str):
            field = _fields(model).get(part)
            inner = [] if field is None else _models_in(field.annotation)
            if not inner:
                return []
            model = inner[0]
    return list(_fields(model))


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields of a model by the name that a file gives them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
