"""What an analyst puts in place of tariffs and law: own prices and own rules, always marked as such."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class OwnTariff:
    """An own amount of a product or a legal amount.

    Parameters
    ----------
    id : str
    amount : Decimal
        In the unit of the product or the legal amount.
    source : str
        Where it comes from, in the words of the analyst.
    since : date, optional
        First day on which it holds; without it, it holds on every day that has a value.
    """

    id: str
    amount: Decimal
    source: str
    since: dt.date | None = None


@dataclass(frozen=True)
class OwnRule:
    """An own function in place of a legal rule; it travels to other processes by value.

    Parameters
    ----------
    key : str
        Of the rule that it replaces.
    name : str
        Of the function.
    program : bytes
        The pickled function.
    text : str
        Its source, where that could be read.
    """

    key: str
    name: str
    program: bytes = field(repr=False)
    text: str = field(repr=False, default="")


@dataclass(frozen=True)
class Own:
    """What is own in a scenario; empty for law and tariffs as they stand."""

    tariffs: tuple[OwnTariff, ...] = ()
    rules: tuple[OwnRule, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is own."""
        return bool(self.tariffs or self.rules)

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
