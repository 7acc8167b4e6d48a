"""What a setting does, said on its field: steer the journey, change money, the subsidy alone, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel

Acts = Literal["journey", "money", "subsidy", "none"]
Kind = Literal["care", "price", "rule"]


@dataclass(frozen=True, slots=True)
class Effect:
    """The mark of a field, or of a group of fields that all steer the journey or do nothing.

    Parameters
    ----------
    acts : {"journey", "money", "subsidy", "none"}
        On what: on stays and care, so that a change must be simulated; on declarations and who pays them;
        on the subsidy alone; on nothing that a run works out.
    kind : {"care", "price", "rule"}
        What a decomposition calls a change of it.
    """

    acts: Acts
    kind: Kind


CARE = Effect("journey", "care")
PRICE = Effect("money", "price")
RULE = Effect("money", "rule")
STEERING_RULE = Effect("journey", "rule")
"""A rule on which the care depends that is given, not only who pays it."""
STEERING_PRICE = Effect("journey", "price")
"""A price that runs down a ceiling (omzetplafond)."""
SUBSIDY = Effect("subsidy", "rule")
NOTHING = Effect("none", "care")


def effects(model: type[BaseModel]) -> dict[str, Effect]:
    """Effect of every field of a model and the models inside it, by path.

    Parameters
    ----------
    model : type of BaseModel

    Raises
    ------
    TypeError
        When a field has no mark, or one of money without a mark of its own.
    """
    return dict(_walk(model, "", None))


def effect_at(path: str, known: dict[str, Effect]) -> Effect:
    """Effect of the field in which a path lies.

    Parameters
    ----------
    path : str
        Of a field or of a value inside it, as `hospital.stay.value.median`.
    known : dict of path to Effect
        As `effects` gives it.
    """
    parts = path.split(".")
    for depth in range(len(parts), 0, -1):
        found = known.get(".".join(parts[:depth]))
        if found is not None:
            return found
    inside = {effect for field, effect in known.items() if field.startswith(f"{path}.")}
    if len(inside) == 1:
        return inside.pop()
    raise KeyError(path)


def _walk(model: type[BaseModel], path: str, above: Effect | None) -> Iterator[tuple[str, Effect]]:
    for name, field in model.model_fields.items():
        where = f"{path}.{name}" if path else name
        own = next((mark for mark in field.metadata if isinstance(mark, Effect)), None)
        group = _group(field.annotation)
        if group is not None:
            yield from _walk(group, where, own or above)
            continue
        effect = own or above
        if effect is None or (own is None and effect.acts in ("money", "subsidy")):
            raise TypeError(
                f"{model.__name__}.{name}: no field says what it does; mark it, as Annotated[..., CARE] "
                "(sim/scenario/effects.py)"
            )
        yield where, effect


def _group(annotation: Any) -> type[BaseModel] | None:
    """The model of a group of settings; None for a number with its provenance or a plain setting."""
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return None if "kind" in kind.model_fields else kind
    return None
