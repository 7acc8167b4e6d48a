"""What a bill says: sentences in English that keep their parts, so that a page can say them in Dutch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final, Protocol, Self

from sim.data import read_document
from sim.errors import InputError, Place
from sim.law.registry import Rule
from sim.units import CENTS_PER_EURO

TEXTS: Final[Mapping[str, str]] = read_document(Path(__file__).with_suffix(".yaml"))  # sentences by key
DATES: Final = ("date", "opened", "terminal_date")  # parts that are days

Part = str | int


def euros(cents: int) -> str:
    """Euro amount with two decimals of whole cents."""
    return f"{Decimal(cents) / CENTS_PER_EURO:.2f}"


class Remark(str):
    """A sentence in English, with its key in `TEXTS` and the parts that fill its places.

    A part whose name ends in `_cents` is cents; dates are YYYY-MM-DD. The rule that it is `by` is told by its
    title, key (`rule`) and article.
    """

    __slots__ = ("key", "parts")
    key: str
    parts: dict[str, Part]

    def __new__(cls, key: str, /, by: Rule | None = None, **given: Part | dt.date) -> Self:
        """Fill the sentence."""
        parts = {name: str(part) if isinstance(part, dt.date) else part for name, part in given.items()}
        if by is not None:
            parts |= {"title": by.title, "rule": by.key, "article": by.article}
        told = {name: _told(name, part) for name, part in parts.items()}
        made = super().__new__(cls, TEXTS[key].format(**told))
        made.key, made.parts = key, parts
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Part]]:
        """Key and parts, to copy or send it."""
        return (self.key,), self.parts


def _told(name: str, part: Part) -> Part:
    if name == "whereabouts":
        return f"in setting {part}"
    return euros(part) if isinstance(part, int) and name.endswith("_cents") else part


class Refusal(InputError):
    """Care or a stay that the law forbids: where it stands (file and key), and why.

    Its text is in English, as that of every error; `remark` says the same in another language.
    """

    def __init__(self, where: str, remark: Remark) -> None:
        super().__init__("{where}: {remark}", where=Place(where), remark=Place(remark))
        self.where = where
        self.remark = remark

    def __reduce__(self) -> tuple[type[Self], tuple[str, Remark]]:
        """Where and why, to copy or send it."""
        return type(self), (self.where, self.remark)


class Wording(Protocol):
    """A language in which a bill is told."""

    def plain(self, remark: Remark) -> str:
        """A remark, with dates and money as a case file writes them."""

    def name(self, text: str) -> str:
        """Title of a product or of a case, or a reason from the tariffs."""

    def rule(self, title: str) -> str:
        """What a legal rule says."""


class AsItIs:
    """Titles as the files have them, remarks in English."""

    def plain(self, remark: Remark) -> str:
        """The remark itself."""
        return str(remark)

    def name(self, text: str) -> str:
        """The title itself."""
        return text

    def rule(self, title: str) -> str:
        """The title itself."""
        return title


AS_IT_IS: Final = AsItIs()
