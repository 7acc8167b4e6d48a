"""What an analyst puts in place of tariffs and law: own prices and own rules, always marked as such."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from sim.errors import InputError

PRICES = "tariffs"  # first part of the path of a price or legal amount: `tariffs.zvw.wijkverpleging`
_SINCE = "@"  # stands between the path of an own amount and the first day on which it holds


@dataclass(frozen=True)
class OwnTariff:
    """An own amount of a product or a legal amount."""

    id: str
    amount: Decimal  # in the unit of the product or the legal amount
    source: str  # where it comes from, in the words of the analyst
    # first day on which it holds; without it, it holds on every day that has a value
    since: dt.date | None = None
    where: str = field(default="", compare=False)  # file and item that give it; empty where Python does

    @property
    def path(self) -> str:
        """As a setting: `tariffs.<id>`, with `@<first day>` where it has one."""
        day = "" if self.since is None else f"{_SINCE}{self.since.isoformat()}"
        return f"{PRICES}.{self.id}{day}"


@dataclass(frozen=True)
class OwnRule:
    """An own function in place of a legal rule; it travels to other processes by value."""

    key: str  # of the rule that it replaces
    name: str  # of the function
    program: bytes = field(repr=False)  # the pickled function
    text: str = field(repr=False, default="")  # its source, where that could be read


@dataclass(frozen=True)
class Own:
    """What is own in a scenario; empty for law and tariffs as they stand."""

    tariffs: tuple[OwnTariff, ...] = ()
    rules: tuple[OwnRule, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is own."""
        return bool(self.tariffs or self.rules)

    def same_as(self, other: Own) -> bool:
        """Whether both lead to the same prices and rules, whatever their sources say."""

        def plain(own: Own) -> tuple[frozenset[tuple[str, Decimal]], frozenset[tuple[str, bytes]]]:
            amounts = frozenset((mine.path, mine.amount) for mine in own.tariffs)
            return amounts, frozenset((rule.key, rule.program) for rule in own.rules)

        return plain(self) == plain(other)

    def with_tariff(self, mine: OwnTariff) -> Own:
        """The same with one own amount more, which holds until the first day of the next of its id.

        It takes the place of one of the same day; one without a day holds on every day, in place of all.
        """
        others = (each for each in self.tariffs if each.id != mine.id or mine.since not in (None, each.since))
        return replace(self, tariffs=tuple(sorted((*others, mine), key=_first_day)))

    def as_json(self) -> dict[str, Any]:
        """What a manifest says of it."""
        return {
            "tariffs": [
                {
                    "id": own.id,
                    "amount": str(own.amount),
                    "source": own.source,
                    "since": None if own.since is None else own.since.isoformat(),
                }
                for own in self.tariffs
            ],
            "rules": [
                {
                    "key": own.key,
                    "name": own.name,
                    "text": own.text,
                    "program": sha256(own.program).hexdigest(),
                }
                for own in self.rules
            ],
        }


def _first_day(mine: OwnTariff) -> dt.date:
    return mine.since or dt.date.min


def is_price(path: str) -> bool:
    """Whether a path is that of a price or legal amount, and not of a setting."""
    return path.startswith(f"{PRICES}.")


def id_of(path: str) -> str:
    """Id of the price or legal amount of a path."""
    return path.removeprefix(f"{PRICES}.").partition(_SINCE)[0]


def own_tariff(path: str, value: Any, source: str) -> OwnTariff:
    """An own amount as a path and a value give it.

    The path is `tariffs.<id>`, with `@<first day>` where it does not hold on every day. Raises InputError
    when the value is no number, the day no date, or the source empty.
    """
    id, at, day = path.removeprefix(f"{PRICES}.").partition(_SINCE)
    try:
        since = dt.date.fromisoformat(day) if at else None
    except ValueError:
        raise InputError("{day} is no date; write it as 2027-01-01", day=day) from None
    try:
        amount = None if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite():
        raise InputError("{id}: {value!r} is no number; give one, such as 80 or '80.25'", id=id, value=value)
    if not source.strip():
        raise InputError("{id}: source is empty; say where the amount comes from", id=id)
    return OwnTariff(id, amount, source, since)


def own_tariffs_of(manifest: Mapping[str, Any]) -> Own:
    """The own amounts that priced a stored run; own rules stay with whoever wrote them."""
    stored = manifest.get("own", {}).get("tariffs", ())
    return Own(
        tuple(
            OwnTariff(
                each["id"],
                Decimal(each["amount"]),
                each["source"],
                None if each["since"] is None else dt.date.fromisoformat(each["since"]),
            )
            for each in stored
        )
    )
