"""Dated legal amounts and percentages for whole columns, read from the tariff book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from weakref import WeakKeyDictionary

import numpy as np

from sim.catalogue import Product, TariffBook
from sim.dates import EPOCH, month_start_day, months
from sim.errors import InputError, Message
from sim.units import CENTS_PER_EURO, Ints, exact, fits

HUNDREDTHS = 100
_Known = dict[tuple[str, int], tuple[Fraction, int | None]]
# What was looked up by parameter and day, by basis year; all readers of a book share it
_of_books: WeakKeyDictionary[TariffBook, dict[int, _Known]] = WeakKeyDictionary()


class Parameters:
    """Values of legal parameters by day; a date without a value takes that of the basis year, and says so."""

    def __init__(self, book: TariffBook, basis_year: int) -> None:
        self._book = book
        self._basis = basis_year
        self._known = _of_books.setdefault(book, {}).setdefault(basis_year, {})
        self.fallbacks: set[tuple[str, int]] = set()

    def product(self, id: str) -> Product:
        """Description of a product in the same book."""
        return self._book.product(id)

    def number(self, id: str, day: int) -> Fraction:
        """Exact value of a parameter on a day number; InputError when it and the basis year have none."""
        if (id, day) not in self._known:
            self._known[id, day] = self._look_up(id, EPOCH + dt.timedelta(days=int(day)))
        value, year = self._known[id, day]
        if year is not None:
            self.fallbacks.add((id, year))
        return value

    def _look_up(self, id: str, date: dt.date) -> tuple[Fraction, int | None]:
        """A value, and the year without one of its own for which it stands in."""
        if any(value.valid_from <= date < value.valid_to for value in self._book.values(id)):
            return exact(self._book.parameter(id, date).amount), None
        stand_in = date.replace(year=self._basis, day=1)
        return exact(self._book.over_time(id, date, stand_in).amount), date.year

    def cents_on(self, id: str, day: int) -> int:
        """Amount in cents on one day number; InputError when it holds a part of a cent."""
        return self._scaled(id, day, CENTS_PER_EURO)

    def hundredths_on(self, id: str, day: int) -> int:
        """Share in hundredths on one day number; InputError for a part of one."""
        return self._scaled(id, day, HUNDREDTHS)

    def whole_on(self, id: str, day: int) -> int:
        """Whole number (days, hours, years) on one day number; InputError for a part of one."""
        return self._scaled(id, day, 1)

    def _scaled(self, id: str, day: int, scale: int) -> int:
        """A value in units of 1/`scale`, exact or an error."""
        value = self.number(id, day)
        whole, rest = divmod(value.numerator * scale, value.denominator)
        if rest:
            date = EPOCH + dt.timedelta(days=int(day))
            kind = (
                Message("a whole number")
                if scale == 1
                else Message("a number of at most {decimals} decimals", decimals=len(str(scale)) - 1)
            )
            raise InputError(
                "tariffs: {id}: {value} on {date} is not {kind}",
                id=id,
                value=float(value),
                date=date,
                kind=kind,
            )
        return whole

    def cents(self, id: str, days: Ints) -> Ints:
        """Amount in cents for each day number (int64 array); amounts change on the first of a month."""
        return self._column(id, days, CENTS_PER_EURO)

    def whole(self, id: str, days: Ints) -> Ints:
        """Whole number (days, hours, years) for each day number (int64 array)."""
        return self._column(id, days, 1)

    def _column(self, id: str, days: Ints, scale: int) -> Ints:
        if len(days) == 0:
            return np.zeros(0, np.int64)
        month = months(days)
        low = int(month.min())
        used = np.zeros(int(month.max()) - low + 1, np.int64)
        starts = month_start_day(np.arange(low, low + len(used)))
        for number in np.flatnonzero(np.bincount(month - low)):
            used[number] = fits(self._scaled(id, int(starts[number]), scale))
        return used[month - low]

    def hundredths(self, id: str, days: Ints) -> Ints:
        """Share in hundredths for each day number (int64 array)."""
        return self._column(id, days, HUNDREDTHS)

    def alike(self, days: Ints, *ids: str) -> Iterator[tuple[int, Ints]]:
        """Rows (int64 array) with equal values of some parameters, and a day on which these hold."""
        first = month_start_day(months(days))
        held: dict[tuple[Fraction, ...], list[int]] = {}
        for day in np.unique(first).tolist():
            held.setdefault(tuple(self.number(id, day) for id in ids), []).append(day)
        for several in held.values():
            yield several[0], np.flatnonzero(np.isin(first, several))

    def rate(self, id: str, day: int) -> Fraction:
        """Exact rate on one day number."""
        return self.number(id, day)
