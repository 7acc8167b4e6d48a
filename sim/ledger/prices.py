"""Price, tariff row and flags of products for whole columns of lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from weakref import WeakKeyDictionary

import numpy as np

from sim.catalogue import TariffBook
from sim.dates import months
from sim.errors import InputError
from sim.schema import LAWS, covers
from sim.units import MONTHS_PER_YEAR, MOST, Bools, Codes, Ints, bound, divide, times_over


@dataclass(frozen=True)
class Priced:
    """Prices of lines: cents a unit, steps a unit, code of the tariff row."""

    unit_cents: Ints
    steps: Ints
    row: Ints


# Cents and tariff row by product and first day of a price, own or not; all tables of a book share them
_Known = dict[tuple[str, dt.date, bool], tuple[int, str]]
_of_books: WeakKeyDictionary[TariffBook, _Known] = WeakKeyDictionary()


@cache
def _first_of(month: int) -> dt.date:
    return dt.date(month // MONTHS_PER_YEAR, month % MONTHS_PER_YEAR + 1, 1)


class PriceTable:
    """Prices of products by month, looked up once a product and month.

    Prices of the basis year hold for all dates, own ones from their first day on; where `dated` those of the
    date itself, and those of the basis year only where the date has none.
    """

    def __init__(self, book: TariffBook, basis_year: int, dated: bool = False) -> None:
        self._book = book
        self._basis = basis_year
        self._dated = dated
        self.stand_ins: set[tuple[str, int]] = set()
        self.products: list[str] = []
        self.rows: list[str] = []
        self._code: dict[str, int] = {}
        self._row_code: dict[str, int] = {}
        self._steps: list[int] = []
        self._of_book = _of_books.setdefault(book, {})
        self._of: dict[tuple[int, int], tuple[int, int]] = {}

    def codes(self, ids: Sequence[str]) -> Ints:
        """Codes of product ids, new ones added (int64 array, shape (len(ids),))."""
        for id in ids:
            if id not in self._code:
                self._code[id] = len(self.products)
                self.products.append(id)
        return np.array([self._code[id] for id in ids], np.int64)

    def are(self, *starts: str) -> Bools:
        """Whether one of the ids or their beginnings covers a product, by product code (bool array)."""
        return np.array([covers(starts, id) for id in self.products], np.bool_)

    def row_code(self, row: str) -> int:
        """Code of a tariff row, added when new."""
        if row not in self._row_code:
            self._row_code[row] = len(self.rows)
            self.rows.append(row)
        return self._row_code[row]

    def _keep(self, product: int, month: int) -> None:
        """Keep the price of a product in a month, and in all months of the year that the value covers."""
        found = self._of[product, month] = self._of_month(product, month)
        if self._dated or self._book.has_own_since(self.products[product]):
            return
        value = self._book.value(self.products[product], _first_of(month))
        low = month - month % MONTHS_PER_YEAR
        for other in range(low, low + MONTHS_PER_YEAR):
            if value.valid_from <= _first_of(other) and _first_of(other + 1) <= value.valid_to:
                self._of[product, other] = found

    def _of_month(self, product: int, month: int) -> tuple[int, int]:
        """Price and row code of a product in a month; a price must not change inside a month."""
        id = self.products[product]
        date = _first_of(month)
        known = any(v.valid_from <= date < v.valid_to for v in self._book.values(id))
        if self._dated and not known:
            self.stand_ins.add((id, date.year))
        if not (self._dated and known):
            month = month % MONTHS_PER_YEAR + self._basis * MONTHS_PER_YEAR
        first = _first_of(month)
        value = self._book.over_time(id, date, first)
        key = (id, value.valid_from, value.is_own)
        if key not in self._of_book:
            self._of_book[key] = int(value.cents), value.row
        cents, row = self._of_book[key]
        if not value.is_own and value.valid_to < _first_of(month + 1):
            last = _first_of(month + 1) - dt.timedelta(days=1)
            if self._book.over_time(id, date, last).row != row:
                raise InputError(
                    "tariffs: {id}: price changes inside {first:%Y-%m}; change it on the first of a month",
                    id=id,
                    first=first,
                )
        return cents, self.row_code(row)

    def on_invoice(self, id: str) -> bool:
        """Whether a product has no tariff: its price is the invoice."""
        return self._book.product(id).price == "invoice"

    def look_up(self, product: Ints, day: Ints) -> Priced:
        """Prices of lines by product code and day number.

        InputError when a product has none in the basis year.
        """
        if len(product) == 0:
            none = np.zeros(0, np.int64)
            return Priced(none, none, none)
        month = months(day)
        low = int(month.min())
        span = int(month.max()) - low + 1
        key = product * span + (month - low)
        size = len(self.products) * span
        cents, row = np.zeros(size, np.int64), np.zeros(size, np.int64)
        used = np.flatnonzero(np.bincount(key, minlength=size))
        of, first = used // span, used % span + low
        if not self._dated:
            own = np.array([self._book.has_own_since(id) for id in self.products], np.bool_)
            first = np.where(own[of], first, first % MONTHS_PER_YEAR + self._basis * MONTHS_PER_YEAR)
        places = list(zip(of.tolist(), first.tolist(), strict=True))
        for place in places:
            if place not in self._of:
                self._keep(*place)
        found = np.array([self._of[place] for place in places], np.int64)
        cents[used], row[used] = found.T
        return Priced(cents[key], self.steps()[product], row[key])

    def steps(self) -> Ints:
        """Steps a unit by product code (int64 array)."""
        new = self.products[len(self._steps) :]
        self._steps += [self._book.product(id).step_per_unit for id in new]
        return np.array(self._steps, np.int64)

    def laws(self) -> Codes:
        """Law code by product code (int8 array)."""
        return np.array([LAWS.index(self._book.product(id).law) for id in self.products], np.int8)

    def under(self, law: str) -> Bools:
        """Whether a product is paid under a law, by product code (bool array)."""
        return np.asarray(self.laws() == LAWS.index(law), np.bool_)

    def counts(self) -> Bools:
        """Whether a product counts for the eigen risico, by product code (bool array)."""
        return np.array([self._book.product(id).eigen_risico for id in self.products], np.bool_)


def gross(quantity: Ints, priced: Priced) -> Ints:
    """Quantity in smallest steps times the price of a unit, to the cent, half up (int64 array)."""
    cents, steps = priced.unit_cents, priced.steps
    if max(bound(quantity), 1) * bound(cents) > MOST:
        return times_over(quantity, cents, steps)
    out, parts = quantity * cents, np.flatnonzero(steps != 1)
    out[parts] = divide(out[parts], steps[parts])
    return out
