"""The tariff book: every dated value with its source, answered exactly or refused."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

import numpy as np

from sim.catalogue.models import Confidence, Kind, ParameterShape, ProductShape, SourceShape
from sim.dates import EPOCH, day_of
from sim.errors import InputError, Message, Place, meant, nearest, reason
from sim.limits import LAST_YEAR, MOST_EURO_EACH
from sim.units import CENTS_PER_EURO, Ints, cents

EURO_UNIT = "eur"
OWN_MARK = "+own"  # how the name of a tariff row ends whose amount is own, and so nobody's assumption
_CENT = Decimal(1) / CENTS_PER_EURO
_ENDLESS = dt.date(LAST_YEAR + 1, 1, 1)  # day after all that a run can hold
OWN_REASON = "eigen waarde"  # how the reason of an amount begins that an analyst put in place of a tariff


class Source(SourceShape):
    """A source."""

    id: str


class Product(ProductShape):
    """A product that can be declared, without its values."""

    id: str
    file: str  # that it stands in


class Parameter(ParameterShape):
    """A legal amount, share or count with its law and article, without its values."""

    id: str
    file: str


@dataclass(frozen=True, slots=True)
class TariffValue:
    """One dated value with its provenance, valid on [valid_from, valid_to)."""

    id: str
    title: str
    law: str
    unit: str
    amount: Decimal  # euros a unit of a product; a number in the unit of a parameter
    kind: Kind
    source: str  # id in `tariffs/sources.yaml`, `also` holds further ids; an own amount has it in its reason
    also: tuple[str, ...]
    range: tuple[Decimal, Decimal] | None  # low and high; always there when the kind is assumption
    reason: str | None
    remark: str | None
    confidence: Confidence | None
    projected: bool
    valid_from: dt.date
    valid_to: dt.date
    start: dt.date
    file: str

    @property
    def row(self) -> str:
        """Name of the tariff row: `<id>@<first day>`; `+projected` marks a plan, `+own` an own one."""
        marks = ("+projected" if self.projected else "") + (OWN_MARK if self.is_own else "")
        return f"{self.id}@{self.start.isoformat()}{marks}"

    @property
    def is_own(self) -> bool:
        """Whether an analyst put the amount in place of a tariff."""
        return (self.reason or "").startswith(OWN_REASON)

    @property
    def cents(self) -> int:
        """The amount in whole cents; InputError when it is none in euros, or not to the cent."""
        if self.unit != EURO_UNIT and not self.unit.startswith(EURO_UNIT + "/"):
            raise InputError("{file}: {id}: its unit is {unit}; only euros have cents", about=self)
        try:
            return cents(self.amount)
        except ValueError as error:
            raise InputError(
                "{file}: {id}: {error}; give at most two decimals", about=self, error=reason(error)
            ) from None

    @property
    def whole(self) -> int:
        """The number of days, months, years or euros; InputError where it holds a part of one."""
        if self.amount != int(self.amount):
            raise InputError(
                "{file}: {id}: {amount} is not a whole number", file=self.file, id=self.id, amount=self.amount
            )
        return int(self.amount)

    @property
    def assumption(self) -> bool:
        """Whether the value is an assumption."""
        return self.kind == "assumption"

    def at(self, level: float) -> TariffValue:
        """The same with its amount elsewhere in its range, from 0 (low) to 1 (high), in as many decimals."""
        if self.range is None:
            return self
        low, high = self.range
        step = min((self.amount, low, high), key=lambda number: int(number.as_tuple().exponent))
        amount = (low + (high - low) * Decimal(level)).quantize(step)
        return replace(self, amount=min(max(amount, low), high))


class _Series:
    """The values of one id in force, by day: arrays of first days, end days and cents."""

    def __init__(self, values: Sequence[TariffValue]) -> None:
        self.values = tuple(sorted(values, key=lambda v: v.valid_from))
        self._first_days = [day_of(v.valid_from) for v in self.values]
        self._end_days = [day_of(v.valid_to) for v in self.values]
        self.starts = np.array(self._first_days, np.int64)
        self.ends = np.array(self._end_days, np.int64)

    @cached_property
    def cents(self) -> Ints:
        """Cents of each value (int64 array)."""
        return np.array([v.cents for v in self.values], np.int64)

    def places(self, days: Ints) -> Ints:
        """Index of the value of each day number, -1 where there is none (int64 array)."""
        found = np.searchsorted(self.starts, days, side="right") - 1
        if not len(self.ends):
            return found
        held = (found >= 0) & (days < self.ends[found])
        return np.where(held, found, -1)

    def on(self, day: int) -> TariffValue | None:
        """The value on one day number, or None."""
        place = bisect_right(self._first_days, day) - 1
        return self.values[place] if place >= 0 and day < self._end_days[place] else None

    @property
    def periods(self) -> str:
        """The valid periods, for a message."""
        merged: list[list[dt.date]] = []
        for value in self.values:
            if merged and merged[-1][1] == value.valid_from:
                merged[-1][1] = value.valid_to
            else:
                merged.append([value.valid_from, value.valid_to])
        return ", ".join(f"{low} up to {high}" for low, high in merged)


_PRODUCT, _PARAMETER, _EITHER = Message("product"), Message("parameter"), Message("product or parameter")


class TariffBook:
    """Dated prices and legal parameters with their sources; no value, no answer.

    A book is immutable. Planned values (`projected: true`) are among its values, and are in force only for
    the ids that `with_projected` names; there they replace the other values of their period. The digest is
    the Sha256 over the files. Who asks for an id that is not there gets an InputError that names the nearest;
    who asks for a date without a value, one that names the valid periods.
    """

    def __init__(
        self,
        products: Mapping[str, Product],
        parameters: Mapping[str, Parameter],
        values: Iterable[TariffValue],
        sources: Mapping[str, Source],
        digest: str,
        projected: Iterable[str] = (),
        under: Iterable[TariffValue] = (),
    ) -> None:
        self._products = dict(products)
        self._parameters = dict(parameters)
        self._described = {**self._products, **self._parameters}
        self._sources = dict(sources)
        self._digest = digest
        self._all = tuple(values)
        self.projected = tuple(sorted(set(projected)))
        by_id: dict[str, list[TariffValue]] = {}
        for value in self._all:
            by_id.setdefault(value.id, []).append(value)
        for id in self.projected:
            self._known(id, self._described, _EITHER)
            if not any(v.projected for v in by_id.get(id, ())):
                raise InputError(
                    "{file}: {id}: has no projected value to switch on", file=self._file(id), id=id
                )
        self._series = {id: _Series(in_force(found, id in self.projected)) for id, found in by_id.items()}
        self.ids = tuple(sorted(self._products))
        self.parameter_ids = tuple(sorted(self._parameters))
        rows = {v.row: v for series in self._series.values() for v in series.values}
        self.rows = tuple(sorted(rows))
        # of what has own amounts from a day on, its values without these: they hold on all days before
        self._under = tuple(under)
        dated = dict.fromkeys(v.id for v in self._under)
        self._before = {
            id: _Series(in_force([v for v in self._under if v.id == id], id in self.projected))
            for id in dated
        }
        self._row_values = {v.row: v for v in (*self._under, *self._all)} | rows

    def product(self, id: str) -> Product:
        """Description of a product."""
        return self._products[self._known(id, self._products, _PRODUCT)]

    def found(self, text: str) -> tuple[str, ...]:
        """Ids of the product or legal amount with this id, or of all products with this NZa code.

        A code is found within the codes of a product too: one of several, one in a range, the profile of a
        day, the group of a DBC. Raises InputError when nothing has that id or code; names what comes near.
        """
        if text in self._products or text in self._parameters:
            return (text,)
        coded = tuple(id for id, p in self._products.items() if p.nza_code and _is_code(text, p.nza_code))
        if coded:
            return coded
        low = text.lower()
        named = [id for id, p in self._products.items() if low in id or low in p.title.lower()]
        codes = {p.nza_code for p in self._products.values() if p.nza_code}
        near = nearest(text, [*self._products, *self._parameters, *codes])
        if named and low:
            hint = Message("it is part of {names}", names=named)
        else:
            hint = meant(near) if near else Message("see `palsim tariffs show`")
        raise InputError(
            "tariffs: {text}: no such product, legal amount or NZa code; {hint}", text=text, hint=hint
        )

    def description(self, id: str) -> Parameter:
        """Description of a parameter: title, law, article, unit."""
        return self._parameters[self._known(id, self._parameters, _PARAMETER)]

    def value(self, id: str, date: dt.date) -> TariffValue:
        """Price of a product on a date."""
        self.product(id)
        return self._at(id, date)

    def parameter(self, id: str, date: dt.date) -> TariffValue:
        """Legal amount, share or count on a date."""
        self._known(id, self._parameters, _PARAMETER)
        return self._at(id, date)

    def over_time(self, id: str, date: dt.date, stand_in: dt.date) -> TariffValue:
        """The value that holds on a date where another day stands in for it, but not for own amounts.

        An own amount from a day on holds from that very day on, and on no day before.
        """
        if id not in self._before:
            return self._at(id, stand_in)
        found = self._series[id].on(day_of(date))
        if found is not None and found.is_own:
            return found
        found = self._before[id].on(day_of(stand_in))
        if found is None:
            raise self._no_value(id, stand_in)
        return found

    def has_own_since(self, id: str) -> bool:
        """Whether a product or a parameter has an own amount from a day on."""
        return id in self._before

    def values(self, id: str) -> tuple[TariffValue, ...]:
        """All values in force of a product or a parameter, by date; none for a product on invoice."""
        self._known(id, self._described, _EITHER)
        return self._series[id].values if id in self._series else ()

    def standing(self, id: str, date: dt.date) -> TariffValue | None:
        """The value of a product or a parameter on a date, planned or not; None for one on invoice.

        Where it has none on that date, its last.
        """
        found = sorted((v for v in self._all if v.id == id), key=lambda v: (v.projected, v.valid_from))
        held = [v for v in found if v.valid_from <= date < v.valid_to]
        return held[0] if held else found[-1] if found else None

    def column(self, id: str, days: Ints) -> Ints:
        """Cents a unit of a product, or of a parameter in euros, for each day number.

        Both are int64 arrays of shape (n,); day 0 is 2020-01-01.
        """
        series, places = self._placed(id, days)
        return np.asarray(series.cents[places], np.int64)

    def sources(self) -> Mapping[str, Source]:
        """All sources by id."""
        return MappingProxyType(self._sources)

    def digest(self) -> str:
        """Sha256, in hex, over the files and the planned values that apply."""
        return self._digest if not self.projected else f"{self._digest}+{'+'.join(self.projected)}"

    def used(self, rows: Iterable[str]) -> list[TariffValue]:
        """Values behind tariff rows (as `TariffValue.row` names them), each once, sorted by row."""
        wanted = sorted(set(rows))
        for row in wanted:
            if row not in self._row_values:
                raise InputError(
                    "tariffs: {row}: no such tariff row in this book; price the run with its own tariffs",
                    row=row,
                )
        return [self._row_values[row] for row in wanted]

    def with_projected(self, ids: Iterable[str], since: dt.date | None = None) -> TariffBook:
        """The same book in which the planned values of these ids apply as well.

        Where `since` is earlier, the first planned value of each already holds from that day. Raises
        InputError when an id does not exist or has no planned value.
        """
        wanted = tuple(ids)
        if not wanted:
            return self
        values, under = (
            several if since is None else _brought_forward(several, set(wanted), since)
            for several in (self._all, self._under)
        )
        plans = (*self.projected, *wanted)
        return TariffBook(self._products, self._parameters, values, self._sources, self._digest, plans, under)

    def with_own(self, own: Sequence[tuple[str, Decimal, str, dt.date | None]]) -> TariffBook:
        """The same book in which own amounts take the place of others, as assumptions of whoever gave them.

        Each is id, amount, source and the first day on which it holds; None for every day that has a value. A
        planned value gets it as well, and still applies only where a scenario switches it on. Raises
        InputError when an id does not exist, a product takes another amount than one of at most two decimals
        from 0 on, or the day lies before all values or is no first of a month.
        """
        book = self
        for _, _, one in sorted((one[-1] or dt.date.min, place, one) for place, one in enumerate(own)):
            book = book._with_one(*one)
        return book

    def _with_one(self, id: str, amount: Decimal, source: str, since: dt.date | None) -> TariffBook:
        self._known(id, self._described, Message("product or legal amount"))
        if id in self._products and self.product(id).price == "invoice":
            raise self._on_invoice(id)
        current = [v for v in self._all if v.id == id]
        first = min(v.valid_from for v in current)
        start = first if since is None else since
        if start < first:
            raise InputError(
                "{id}: has no value on {start} that an own one can replace; give a day from {first} on",
                id=id,
                start=start,
                first=first,
            )
        if since is not None and since.day != 1:
            raise InputError(
                "{id}: {start} is no first of a month, on which amounts change; give one",
                id=id,
                start=start,
            )
        if id in self._products:
            _refuse_amount(id, amount)
        kept = [replace(v, valid_to=min(v.valid_to, start)) for v in current if v.valid_from < start]
        held = current if since is None else _without_gaps(current)
        told = amount.quantize(_CENT) if id in self._products else amount
        mine = [_own(v, told, source, start) for v in held if v.valid_to > start]
        digest = hashlib.sha256(f"{self._digest} {id} {amount} {start} {source}".encode()).hexdigest()
        under = self._under if since is None or id in self._before else (*self._under, *current)
        return TariffBook(
            self._products,
            self._parameters,
            [*(v for v in self._all if v.id != id), *kept, *mine],
            self._sources,
            digest,
            self.projected,
            under,
        )

    def within_ranges(self, levels: Mapping[str, float]) -> TariffBook:
        """The same book with some values elsewhere in their range, in as many decimals as it has.

        Levels are by id of a product or parameter: the place of all its values with a range, from 0 (low) to
        1 (high).
        """
        values, under = (
            [v.at(levels[v.id]) if v.id in levels else v for v in several]
            for several in (self._all, self._under)
        )
        told = json.dumps(dict(levels), sort_keys=True)
        digest = hashlib.sha256(f"{self._digest} {told}".encode()).hexdigest()
        return TariffBook(
            self._products, self._parameters, values, self._sources, digest, self.projected, under
        )

    def _at(self, id: str, date: dt.date) -> TariffValue:
        if id in self._products and self._products[id].price == "invoice":
            raise self._on_invoice(id)
        value = self._series[id].on(day_of(date))
        if value is None:
            raise self._no_value(id, date)
        return value

    def _placed(self, id: str, days: Ints) -> tuple[_Series, Ints]:
        if id not in self._parameters and self.product(id).price == "invoice":
            raise self._on_invoice(id)
        series = self._series[id]
        days = np.asarray(days, np.int64)
        places = series.places(days)
        missing = np.flatnonzero(places < 0)
        if len(missing):
            raise self._no_value(id, EPOCH + dt.timedelta(days=int(days[missing[0]])))
        return series, places

    def _on_invoice(self, id: str) -> InputError:
        return InputError(
            "{file}: {id}: has no tariff, its price is the invoice; give amount_eur",
            file=self._file(id),
            id=id,
        )

    def _no_value(self, id: str, date: dt.date) -> InputError:
        periods = self._series[id].periods
        plans = any(v.projected and v.valid_from <= date < v.valid_to for v in self._all if v.id == id)
        remedy = (
            Message("valid {periods}", periods=Place(periods))
            if periods
            else Message("all its values are projected")
        )
        if plans and id not in self.projected:
            remedy = Message(
                "{remedy}; a projected value applies only when a scenario switches it on", remedy=remedy
            )
        return InputError(
            "{file}: {id}: no value on {date}; {remedy}", file=self._file(id), id=id, date=date, remedy=remedy
        )

    def _file(self, id: str) -> str:
        found = self._products.get(id) or self._parameters.get(id)
        return found.file if found else "tariffs"

    def _known(self, id: str, known: Mapping[str, object], what: Message) -> str:
        if id not in known:
            near = nearest(id, known)
            hint = meant(near) if near else Message("see `palsim tariffs show`")
            text = Message("{id}: no such {what}; {hint}", id=id, what=what, hint=hint)
            raise InputError("tariffs: {text}", text=text)
        return id


def _own(value: TariffValue, amount: Decimal, source: str, start: dt.date) -> TariffValue:
    """A value from a day on with an own amount in its place; a planned one stays planned."""
    first = max(value.valid_from, start)
    return replace(
        value,
        amount=amount,
        kind="assumption",
        source="",
        also=(),
        range=(min(value.amount, amount), max(value.amount, amount)),
        reason=f"{OWN_REASON}: {source}",
        remark=None,
        confidence=None,
        valid_from=first,
        start=max(value.start, start),
    )


def _without_gaps(values: Sequence[TariffValue]) -> list[TariffValue]:
    """The same values, each until the next begins; the last, and the last planned one, have no last day."""
    out: list[TariffValue] = []
    later: dict[bool, dt.date] = {}
    for value in sorted(values, key=lambda v: v.valid_from, reverse=True):
        out.append(replace(value, valid_to=later.get(value.projected, _ENDLESS)))
        later[value.projected] = value.valid_from
    return out[::-1]


def _refuse_amount(id: str, amount: Decimal) -> None:
    """Refuse a price that is no euros and cents from 0 up to what anything costs."""
    try:
        cents(amount)
        fine = 0 <= amount <= MOST_EURO_EACH
    except (ValueError, ArithmeticError):
        fine = False
    if not fine:
        raise InputError(
            "{id}: {amount} is no price; give euros from 0 to {most_euro_each:,}, at most two decimals",
            id=id,
            amount=amount,
            most_euro_each=MOST_EURO_EACH,
        )


def _is_code(text: str, codes: str) -> bool:
    """Whether a text is a product's NZa code, or one of its codes."""
    wanted = text.strip().lower()
    parts = re.split(r"[\s/]+", codes.lower())
    spans = [part.split("-") for part in parts if re.fullmatch(r"\d+-\d+", part)]
    within = wanted.isdecimal() and any(
        len(low) == len(wanted) and low <= wanted <= high for low, high in spans
    )
    return wanted == codes.lower() or wanted in parts or wanted in (p.rstrip("x") for p in parts) or within


def _brought_forward(values: Sequence[TariffValue], ids: set[str], since: dt.date) -> tuple[TariffValue, ...]:
    """Values of which the first planned one of some ids already holds from a day."""
    first: dict[str, dt.date] = {}
    for value in values:
        if value.projected and value.id in ids:
            first[value.id] = min(first.get(value.id, value.valid_from), value.valid_from)
    return tuple(
        replace(v, valid_from=since)
        if v.projected and first.get(v.id) == v.valid_from and v.valid_from > since
        else v
        for v in values
    )


def in_force(values: Sequence[TariffValue], planned: bool) -> list[TariffValue]:
    """Values of one id that apply: with plans those, and the others where no plan holds; no two overlap."""
    kept = [v for v in values if not v.projected]
    if not planned:
        return kept
    plans = [v for v in values if v.projected]
    for plan in plans:
        parts = []
        for value in kept:
            if value.valid_to <= plan.valid_from or value.valid_from >= plan.valid_to:
                parts.append(value)
                continue
            if value.valid_from < plan.valid_from:
                parts.append(replace(value, valid_to=plan.valid_from))
            if value.valid_to > plan.valid_to:
                parts.append(replace(value, valid_from=plan.valid_to))
        kept = parts
    return [*kept, *plans]
