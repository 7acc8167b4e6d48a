"""Lines on their way to the ledger: declarations with what the law needs to know of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from sim.columns import order_by
from sim.units import Ints

NO_SPELL = -1
NO_TREATMENT = -1
NO_PROVIDER = -1
OWN_ITEMS = ("overig", "niet_gecontracteerd", "bth_dagbijdrage", "zittend_vervoer", "overig")
"""Item of the patient by kind of line: any; the rest of a bill without contract; days of a guest; the
contribution to a ride; care that its law leaves to the patient."""
OWN_NONE, OWN_NOT_CONTRACTED, OWN_BTH, OWN_RIDE, OWN_ACCOUNT = range(len(OWN_ITEMS))

_USUAL = {
    "stay": -1,
    "stay_no": -1,
    "spell_no": NO_SPELL,
    "quantity": 1,
    "gross": 0,
    "treatment": NO_TREATMENT,
    "own": OWN_NONE,
    "provider": NO_PROVIDER,
}


@dataclass(frozen=True)
class Lines:
    """Columns of one length; one row a declaration.

    Parameters
    ----------
    person, stay : int64 array
        Row in the patients and in the stays (-1: no stay).
    stay_no, spell_no : int64 array
    product, row, rule : int64 array
        Codes of product, tariff row, rule.
    day : int64 array
        First day of the line.
    quantity, gross : int64 array
        Smallest steps; cents.
    year : int64 array
        Calendar year for the eigen risico.
    treatment : int64 array
        Number of the hospital treatment, -1 for none.
    own : int64 array
        What the line is to the patient: `OWN_NONE`, `OWN_NOT_CONTRACTED`, `OWN_BTH`, `OWN_RIDE`,
        `OWN_ACCOUNT`.
    provider : int64 array
        Code of who declares the line (`sim.ledger.providers`), `NO_PROVIDER` before it is known.
    """

    person: Ints
    stay: Ints
    stay_no: Ints
    spell_no: Ints
    product: Ints
    row: Ints
    rule: Ints
    day: Ints
    quantity: Ints
    gross: Ints
    year: Ints
    treatment: Ints
    own: Ints
    provider: Ints

    @classmethod
    def of(cls, person: Ints, **columns: Ints | int) -> Lines:
        """Lines of persons with some columns; the rest outside any stay, spell and treatment, one step at 0.

        Parameters
        ----------
        **columns : int64 array, shape (n,), or int
            `product`, `row`, `rule`, `day` and `year` always; others where they are not the usual.
        """
        return cls(person, **_whole(len(person), {**_USUAL, **columns}))

    def __len__(self) -> int:
        """Lines."""
        return len(self.person)

    def take(self, rows: Ints) -> Lines:
        """Some rows, in the given order."""
        return Lines(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def with_(self, **columns: Ints | int) -> Lines:
        """The same lines with some columns replaced."""
        return replace(self, **_whole(len(self), columns))


def _whole(size: int, columns: Mapping[str, Ints | int]) -> dict[str, Ints]:
    """Columns, those of one number in full."""
    return {
        name: value if isinstance(value, np.ndarray) else np.full(size, value, np.int64)
        for name, value in columns.items()
    }


def stacked(parts: list[Lines]) -> Lines:
    """All lines of several parts, in order of the parts."""
    return Lines(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Lines)})


def order_of(parts: list[Lines]) -> Ints:
    """Order of the lines of several parts by person, day and stay; equal ones keep the order of the parts."""
    return order_by(*(_column(parts, name) for name in ("person", "day", "stay_no")))


def merged(parts: list[Lines], order: Ints | None = None) -> Lines:
    """All lines of several parts in an order, by default that of `order_of`.

    Column by column, so that the lines are in memory twice and not three times.
    """
    rows = order_of(parts) if order is None else order
    return Lines(**{f.name: _column(parts, f.name)[rows] for f in fields(Lines)})


def _column(parts: list[Lines], name: str) -> Ints:
    """One column of several parts."""
    return np.concatenate([getattr(part, name) for part in parts])
