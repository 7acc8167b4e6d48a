"""What a setting does, said on its field.

On what it acts (the journey, money, the subsidy, nothing), which plans of the law it switches on, and whether
the other settings of its group act only while it is on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Acts = Literal["journey", "money", "subsidy", "none"]
DOES: Mapping[Acts, str] = {
    "journey": "steers stays and care",
    "money": "changes amounts or who pays them",
    "subsidy": "changes the subsidy",
    "none": "changes nothing that a run works out",
}
"""What a run does with a change of it."""
Kind = Literal["care", "price", "rule"]


@dataclass(frozen=True, slots=True)
class Effect:
    """The mark of a field, or of a group of fields that all steer the journey or do nothing."""

    # on stays and care, so that a change must be simulated; on declarations and who pays them; on the subsidy
    # alone; on nothing that a run works out
    acts: Acts
    kind: Kind  # what a decomposition calls a change of it
    heading: bool = False  # describes a file: an overlay writes it at its top, not in `set`


CARE = Effect("journey", "care")
PRICE = Effect("money", "price")
RULE = Effect("money", "rule")
STEERING_RULE = Effect("journey", "rule")
"""A rule on which the care depends that is given, not only who pays it."""
STEERING_PRICE = Effect("journey", "price")  # a price that runs down a ceiling (omzetplafond)
SUBSIDY = Effect("subsidy", "rule")
NOTHING = Effect("none", "care")
HEADING = Effect("none", "care", heading=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """The mark of a field that switches a plan of the law on at one of its values."""

    name: str  # as the rules of the plan have it
    at: str | bool  # the value
    # whether the plan looks at whole stays, or the journey follows it. Such a plan holds from the first day
    # of the clock, and what a line costs under it may hang on later care
    whole: bool = False
    values: tuple[str, ...] = ()  # ids in `tariffs/` whose planned values (`projected: true`) it brings


@dataclass(frozen=True, slots=True)
class Switch:
    """The mark of a choice or a share: the other settings of its group act only while one such is on."""


SWITCH = Switch()


@dataclass(frozen=True, slots=True)
class Moment:
    """The mark of a setting, or of a group, whose value may follow a path over dates."""

    at: str  # when the value in force counts, in the words of a report; empty for one value in a whole run


BY_NEED = Moment("need")  # when the need arises: an admission, a visit, a request, a talk
BY_REQUEST = Moment("request")  # when a place or care is asked for
BY_TERMINAL = Moment("terminal")  # when the terminal phase is recognised
BY_PLAN = Moment("plan")  # when the patient is marked, or a plan is made
BY_WLZ = Moment("wlz")  # when the Wlz would begin
BY_YEAR = Moment("year")  # when the last year of life begins
BY_DAY = Moment("day")  # on every day of care
ONE_VALUE = Moment("")  # one value in a whole run
Mark = TypeVar("Mark", Plan, Switch, Moment)


def effects(model: type[BaseModel]) -> dict[str, Effect]:
    """Effect of every field of a model and the models inside it, by path.

    Raises TypeError when a field has no mark, or one of money without a mark of its own.
    """
    return dict(_effects(model))


def marks(model: type[BaseModel], kind: type[Mark]) -> tuple[tuple[str, Mark], ...]:
    """Every mark of a kind (Plan or Switch) on the fields of a model and those inside it, with its path."""
    return tuple(
        (where, mark)
        for where, field, _ in _fields(model, "", None)
        for mark in field.metadata
        if isinstance(mark, kind)
    )


def moments(model: type[BaseModel]) -> dict[str, str]:
    """Moment of every field that may follow a path over dates, by path."""
    return {where: mark.at for where, mark in _moments(model, "", ONE_VALUE) if mark.at}


def _moments(model: type[BaseModel], path: str, above: Moment) -> Iterator[tuple[str, Moment]]:
    for name, field in model.model_fields.items():
        where = f"{path}.{name}" if path else name
        mark = next((mark for mark in field.metadata if isinstance(mark, Moment)), above)
        group = _group(field.annotation)
        if group is None:
            yield where, ONE_VALUE if field.annotation is bool else mark
        elif not _is_list(field):
            yield from _moments(group, where, mark)


def effect_at(path: str, known: dict[str, Effect]) -> Effect:
    """Effect (of those of `effects`) of the field in which a path lies, as `hospital.stay.value.median`."""
    parts = path.split(".")
    for depth in range(len(parts), 0, -1):
        found = known.get(".".join(parts[:depth]))
        if found is not None:
            return found
    inside = {effect for field, effect in known.items() if field.startswith(f"{path}.")}
    if len(inside) == 1:
        return inside.pop()
    raise KeyError(path)


def _effects(model: type[BaseModel]) -> Iterator[tuple[str, Effect]]:
    for where, field, above in _fields(model, "", None):
        own = _effect(field)
        effect = own or above
        if effect is None or (own is None and effect.acts in ("money", "subsidy")):
            raise TypeError(
                f"{model.__name__}: {where}: no field says what it does; mark it, as Annotated[..., CARE] "
                "(sim/scenario/effects.py)"
            )
        yield where, effect


def _fields(
    model: type[BaseModel], path: str, above: Effect | None
) -> Iterator[tuple[str, FieldInfo, Effect | None]]:
    """Path of every field that is no group, the field, and the effect that its groups have."""
    for name, field in model.model_fields.items():
        where = f"{path}.{name}" if path else name
        group = None if _is_list(field) and _effect(field) is not None else _group(field.annotation)
        if group is None:
            yield where, field, above
        else:
            yield from _fields(group, where, _effect(field) or above)


def _is_list(field: FieldInfo) -> bool:
    """Whether a field holds any number of things, each alike: such a list is one setting, with one mark."""
    return get_origin(field.annotation) is tuple


def _effect(field: FieldInfo) -> Effect | None:
    return next((mark for mark in field.metadata if isinstance(mark, Effect)), None)


def _group(annotation: Any) -> type[BaseModel] | None:
    """The model of a group of settings; None for a number with its provenance or a plain setting."""
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return None if "kind" in kind.model_fields else kind
    return None
