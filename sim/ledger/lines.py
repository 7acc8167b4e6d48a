"""Lines on their way to the ledger: declarations with what the law needs to know of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sim.columns import order_by
from sim.units import Ints

NO_SPELL = -1
NO_PROVIDER = -1
# Item of the patient by kind of line: any; the rest of a bill without contract; days of a guest; the
# contribution to a ride; care that its law leaves to the patient
OWN_ITEMS = ("overig", "niet_gecontracteerd", "bth_dagbijdrage", "zittend_vervoer", "overig")
OWN_NONE, OWN_NOT_CONTRACTED, OWN_BTH, OWN_RIDE, OWN_ACCOUNT = range(len(OWN_ITEMS))

_USUAL = {
    "stay": -1,
    "stay_no": -1,
    "spell_no": NO_SPELL,
    "quantity": 1,
    "gross": 0,
    "own": OWN_NONE,
    "provider": NO_PROVIDER,
}
Cut = list[tuple[int, int, int]]  # care of which a part is not declared: spell_no, day, rule
Column = Ints | int | Callable[[], Ints]  # a column, one number for all its rows, or what makes it


class Lines:
    """Columns of one length, each made when it is first read; one row a declaration."""

    person: Ints  # row in the patients
    stay: Ints  # row in the stays, -1 for none
    stay_no: Ints
    spell_no: Ints
    product: Ints  # code; so are tariff row and rule
    row: Ints
    rule: Ints
    day: Ints  # first day of the line
    quantity: Ints  # smallest steps
    gross: Ints  # cents
    # What the line is to the patient: `OWN_NONE`, `OWN_NOT_CONTRACTED`, `OWN_BTH`, `OWN_RIDE`, `OWN_ACCOUNT`
    own: Ints
    provider: Ints  # code of who declares it (`sim.ledger.providers`), `NO_PROVIDER` before it is known

    def __init__(
        self, size: int, columns: Mapping[str, Column], rows_of: tuple[Lines, Ints] | None = None
    ) -> None:
        self._size, self._columns, self._rows_of = size, dict(columns), rows_of

    @classmethod
    def of(cls, person: Ints, **columns: Column) -> Lines:
        """Lines of persons with some columns; the rest outside any stay and spell, one step at 0.

        `product`, `row`, `rule` and `day` always; others where they are not the usual.
        """
        return cls(len(person), {**_USUAL, **columns, "person": person})

    def __getattr__(self, name: str) -> Ints:
        """A column that was not read before."""
        if name not in Lines.__annotations__:
            raise AttributeError(name)
        made = self.column(name)
        setattr(self, name, made)
        return made

    def column(self, name: str) -> Ints:
        """A column that nobody is known to read again."""
        if name in self.__dict__:
            return np.asarray(self.__dict__[name], np.int64)
        held = self._columns.get(name)
        if held is None:
            assert self._rows_of is not None
            whole, rows = self._rows_of
            return whole.column(name)[rows]
        if isinstance(held, int):
            return np.full(self._size, held, np.int64)
        return held if isinstance(held, np.ndarray) else held()

    def only(self, *names: str) -> Lines:
        """The lines with some columns, in place of what they were made of."""
        return Lines(self._size, {name: self.column(name) for name in names})

    def __len__(self) -> int:
        """Lines."""
        return self._size

    def take(self, rows: Ints) -> Lines:
        """Some rows, in the given order."""
        if self._rows_of is None:
            return Lines(len(rows), {}, (self, rows))
        whole, places = self._rows_of
        own = {name: self._part(name, rows) for name in self._columns}
        return Lines(len(rows), own, (whole, places[rows]))

    def _part(self, name: str, rows: Ints) -> Callable[[], Ints]:
        return lambda: self.column(name)[rows]

    def with_(self, **columns: Column) -> Lines:
        """The same lines with some columns replaced."""
        made = {name: self.__dict__[name] for name in Lines.__annotations__ if name in self.__dict__}
        return Lines(self._size, {**self._columns, **made, **columns}, self._rows_of)

    def followed(self, rows: Ints, **columns: Ints | int) -> Lines:
        """The lines, and after them some rows of them again, with other columns."""

        def joined(name: str) -> Callable[[], Ints]:
            return lambda: np.append(self.column(name), np.broadcast_to(columns[name], len(rows)))

        every = self.take(np.append(np.arange(len(self)), rows))
        return every.with_(**{name: joined(name) for name in columns})


def cut_of(lines: Lines, rows: Ints, rule: int) -> Cut:
    """Some lines, as those of which a rule leaves a part undeclared."""
    return [(int(lines.spell_no[row]), int(lines.day[row]), rule) for row in rows]


def stacked(parts: Sequence[Lines]) -> Lines:
    """All lines of several parts, in order of the parts."""
    some = [part for part in parts if len(part)] or parts[:1]
    if len(some) == 1:
        return some[0]

    def column(name: str) -> Callable[[], Ints]:
        return lambda: np.concatenate([part.column(name) for part in some])

    return Lines(sum(map(len, some)), {name: column(name) for name in Lines.__annotations__})


def in_order(lines: Lines, rows: Ints | None = None) -> Ints:
    """Rows, by default all, by person, day and stay; lines of one day as they were made."""
    keys = (lines.person, lines.day, lines.stay_no)
    if rows is None:
        return order_by(*keys)
    return rows[order_by(*(key[rows] for key in keys))]
