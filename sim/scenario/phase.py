"""A setting that follows a path over dates: phase-in of a policy."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field, model_validator

from sim.errors import ValueFault
from sim.limits import LONGEST_PATH
from sim.scenario.numbers import Model

_MOST_STEPS = 100  # steps of a path of a setting over dates

_DAY = re.compile(r"\d{4}(-\d{2}-\d{2})?")
Numbers = int | float | dict[str, int | float] | tuple[int | float, ...]


class Step(Model):
    """What a setting is from a day on."""

    since: dt.date
    value: Numbers


class Phase(Model):
    """The path of one setting over dates.

    The first value holds from the first day of the clock, as a plain value does; where its day lies after the
    first counted day, `before` holds until then: what the scenario had.
    """

    path: Annotated[str, Field(max_length=LONGEST_PATH)]
    before: Numbers | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=_MOST_STEPS)]

    @model_validator(mode="after")
    def _ascending(self) -> Phase:
        days = [step.since for step in self.steps]
        if days != sorted(set(days)):
            raise ValueFault("has its days out of order, or one twice; write each once, the earliest first")
        return self


def steps_of(value: Any) -> tuple[tuple[dt.date, Any], ...] | None:
    """Values by day, the earliest first, where a value is a mapping of days or years to values; else None.

    Raises ValueFault when a key has the form of a day and is none, or two are the same day.
    """
    if not isinstance(value, dict) or not value or not all(_DAY.fullmatch(str(key)) for key in value):
        return None
    steps = sorted(((_day(str(key)), part) for key, part in value.items()), key=lambda step: step[0])
    for (day, _), (other, _) in pairwise(steps):
        if day == other:
            raise ValueFault("{day} stands twice, as a year and as a day; keep one", day=day)
    return tuple(steps)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text if "-" in text else f"{text}-01-01")
    except ValueError:
        raise ValueFault("{day} is no date; write it as 2027-01-01", day=text) from None


def full(values: list[Any]) -> Any:
    """What a path of steps comes to at its highest; of shares that sum to 1, its last."""
    last = values[-1]
    if isinstance(last, dict):
        if shared_out(values):
            return last
        keys = dict.fromkeys(key for value in values for key in value)
        return {key: max(value.get(key, 0) for value in values) for key in keys}
    if isinstance(last, list | tuple):
        return [max(parts) for parts in zip(*values, strict=False)]
    return max(values)


def shared_out(values: list[Any]) -> bool:
    """Whether the steps of a path are shares of one whole, that sum to 1."""
    shares = [value for value in values if isinstance(value, dict)]
    keys = {key for value in shares for key in value}
    return len(keys) > 1 and all(abs(sum(value.values()) - 1.0) <= _ONE for value in shares)


def with_every_key(values: list[Any], before: Any) -> list[Any]:
    """The steps of a path; shares of one whole name every outcome, in the order that they had `before`."""
    if not shared_out(values) or not isinstance(before, dict):
        return values
    keys = dict.fromkeys((*before, *(key for value in values for key in value)))
    return [{key: value.get(key, 0.0) for key in keys} for value in values]


def scaled(value: Any, now: Any, whole: Any, of_one: bool = False) -> Any:
    """A step of a path whose highest value has moved: in proportion to what the setting is now.

    `whole` is what `full` gives of the path; with `of_one` they are shares of one whole, and stay so.
    """
    if isinstance(value, dict):
        moved = {key: scaled(part, now.get(key, 0), whole.get(key, 0)) for key, part in value.items()}
        return {key: part / sum(moved.values()) for key, part in moved.items()} if of_one else moved
    if isinstance(value, list | tuple):
        return [scaled(*parts) for parts in zip(value, now, whole, strict=True)]
    return value if now == whole or not whole else value * (now / whole)


_ONE = 1e-9
