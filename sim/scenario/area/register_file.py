"""The register of a network: requests and admissions of its houses, one row a request, CSV or Excel.

Nothing that could tell who a guest was is read: columns and cells that look like it are refused, and no
message repeats what a cell holds.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim import limits
from sim.data import shown
from sim.errors import InputError, Message, nearest
from sim.scenario.area.form_lines import date_of_cell, form_lines, plain_cell
from sim.scenario.area.sheet import Line
from sim.schema import GROUPS
from sim.units import Ints

_SHEET = "Register"
NOT_KNOWN = -1  # no date, or no word
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "aangevraagd": ("aanvraag", "aanvraagdatum", "datum_aanvraag", "aanmelding", "requested", "asked"),
    "opgenomen": ("opname", "opnamedatum", "datum_opname", "admitted"),
    "afgewezen": ("afwijzing", "datum_afwijzing", "ingetrokken", "refused", "declined"),
    "reden": ("reden_afwijzing", "reason"),
    "huis": ("hospice", "locatie", "house"),
    "herkomst": ("vanuit", "van", "from", "origin"),
    "vertrokken": ("vertrek", "vertrekdatum", "datum_vertrek", "ontslag", "ontslagdatum", "left"),
    "bestemming": ("vertrek_naar", "hoe", "naar", "to", "how"),
    "geboortejaar": ("birth_year",),
    "ziektegroep": ("disease_group",),
}
"""Columns of a register, with other names by which a network may call them."""
_REQUIRED = ("aangevraagd", "opgenomen", "huis", "vertrokken")
REASONS = ("geen_plaats", "elders", "ingetrokken", "overleden", "geen_indicatie", "onbekend")
ORIGINS = ("thuis", "ziekenhuis", "verpleeghuis", "hospice", "elders", "onbekend")
_EXITS = ("overleden", "thuis", "ziekenhuis", "verpleeghuis", "hospice", "elders", "onbekend")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "reden": REASONS,
    "herkomst": ORIGINS,
    "bestemming": _EXITS,
    "ziektegroep": GROUPS,
}
_ALSO = {
    "vol": "geen_plaats",
    "geen_bed": "geen_plaats",
    "overlijden": "overleden",
    "huis": "thuis",
    "naar_huis": "thuis",
    "died": "overleden",
    "home": "thuis",
    "hospital": "ziekenhuis",
    "full": "geen_plaats",
    "elsewhere": "elders",
    "withdrawn": "ingetrokken",
    "kanker": "cancer",
}
_WHO = re.compile(
    r"naam|name|initial|voorletter|bsn|burgerservice|citizen|sofi|adres|address|straat|postcode|telefoon"
    r"|phone|mobiel|mail|geboortedatum|birth_?da(te|y)|geb_?dat|polis|patient|pati_?nt|client|cli_?nt"
    r"|dossier|verzekerd|contactpers|huisarts"
)
_NINE = re.compile(r"\b\d{8,9}\b")
_YEAR = re.compile(r"\d{4}")


_ARRAYS = ("numbers", "asked", "admitted", "declined", "left", "reason", "origin", "exit", "house")


class SetAside(NamedTuple):
    """A row that is left out: its number, the cell and what is wrong there, without what it holds."""

    number: int
    column: str
    fault: Message


@dataclass(frozen=True)
class Register:
    """Requests in the order of the file; dates are days (proleptic ordinal), `NONE` where there is none."""

    numbers: Ints  # row of each request as a spreadsheet shows it
    asked: Ints
    admitted: Ints
    declined: Ints
    left: Ints
    reason: Ints  # a code into `REASONS`; origin into `ORIGINS`, exit into `EXITS`, house into `houses`
    origin: Ints
    exit: Ints
    house: Ints
    houses: tuple[str, ...]
    since: int  # first day of the register
    until: int  # first day after it
    set_aside: tuple[SetAside, ...] = ()

    def __len__(self) -> int:
        """Rows."""
        return len(self.asked)

    def requests(self) -> Register:
        """The requests of its days, without guests who were there before its first day."""
        mine = self.asked >= self.since
        columns = {name: getattr(self, name)[mine] for name in _ARRAYS}
        return replace(self, **columns)


def read_register(path: Path, until: dt.date | None = None, since: dt.date | None = None) -> Register:
    """Read a register of requests and admissions: CSV or an Excel workbook with the columns of `COLUMNS`.

    `until` is the last day that it covers, by default its last date; `since` the first, by default its first
    request. Requests from before it are of guests who were there already: they fill beds, and tell nothing of
    requests, waits and stays. Raises InputError when a column is missing or may identify a person, or more
    rows are broken than may be set aside.
    """
    label = shown(path)
    lines, _ = form_lines(path, label, _SHEET)
    reader = _Reader(label)
    for line in lines:
        reader.take(line)
    return reader.register(until, since)


class _Broken(Exception):
    """A cell that is wrong."""

    def __init__(self, template: str, /, at: str, **parts: object) -> None:
        super().__init__(at)
        self.column, self.fault = at, Message(template, **parts)


class _Reader:
    """Rows of a register as they are read."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.columns: list[str] = []
        self.rows: list[dict[str, int]] = []
        self.houses: dict[str, int] = {}
        self.spelled: dict[str, str] = {}
        self.broken: list[SetAside] = []

    def fault(self, template: str, /, **parts: object) -> InputError:
        """What is wrong in the file."""
        return InputError(template, label=self.label, **parts)

    def take(self, line: Line) -> None:
        """A line: the names of the columns, or a request."""
        cells = [plain_cell(cell) for cell in line.cells]
        if not any(cells):
            return
        if not self.columns:
            self.columns = self._named(cells, line.number)
            return
        if len(self.rows) + len(self.broken) >= limits.MOST_REGISTER_ROWS:
            raise self.fault(
                "{label}: row {number}: is one of more than {most_rows}; give fewer years",
                number=line.number,
                most_rows=limits.MOST_REGISTER_ROWS,
            )
        self._refuse_numbers(cells, line.number)
        try:
            if any(cells[len(self.columns) :]):
                raise _Broken("has cells beside it that no column names; clear them", at=self.columns[-1])
            self.rows.append(self._request(dict(zip(self.columns, cells, strict=False)), line.number))
        except _Broken as fault:
            self.broken.append(SetAside(line.number, fault.column, fault.fault))

    def _named(self, cells: Sequence[str], number: int) -> list[str]:
        """Names of the columns; a cell that is no column's name is not repeated, for it may be a person's."""
        names = [_plain(cell) for cell in cells]
        while names and not names[-1]:
            names.pop()
        if len(names) > limits.MOST_COLUMNS:
            names = names[: limits.MOST_COLUMNS]
        also = {word: name for name, others in _COLUMNS.items() for word in (name, *others)}
        found = []
        for place, name in enumerate(names, start=1):
            if name not in also:
                self._refuse_column(name, place, number, also)
            found.append(also[name])
        for name in found:
            if found.count(name) > 1:
                raise self.fault(
                    "{label}: row {number}, column {name}: stands twice; keep one", number=number, name=name
                )
        for name in _REQUIRED:
            if name not in found:
                raise self.fault(
                    "{label}: row {number}: has no column {name!r}; a register has {names}",
                    number=number,
                    name=name,
                    names=_REQUIRED,
                )
        return found

    def _refuse_column(self, name: str, place: int, number: int, known: Mapping[str, str]) -> None:
        if _WHO.search(name):
            raise self.fault(
                "{label}: row {number}, column {place}: may tell who a guest is; remove the column, as a "
                "register needs no names, numbers, addresses or dates of birth",
                number=number,
                place=place,
            )
        close = nearest(name, known)
        raise self.fault(
            "{label}: row {number}, column {place}: is none of a register; {hint}",
            number=number,
            place=place,
            hint=Message("did you mean {word!r}?", word=known[close])
            if close
            else Message("remove it, or name it one of {names}", names=_COLUMNS),
        )

    def _refuse_numbers(self, cells: Sequence[str], number: int) -> None:
        """Refuse the whole register where a cell holds a number that can be of a citizen."""
        for place, cell in enumerate(cells, start=1):
            for digits in _NINE.findall(cell):
                if _is_citizen(digits):
                    raise self.fault(
                        "{label}: row {number}, column {place}: looks like a citizen service number; remove "
                        "such numbers from the whole register",
                        number=number,
                        place=place,
                    )

    def _request(self, cells: Mapping[str, str], number: int) -> dict[str, int]:
        """A row as whole numbers."""
        asked = _date(cells, "aangevraagd")
        if asked == NOT_KNOWN:
            raise _Broken("is empty; write the date of the request", at="aangevraagd")
        admitted, declined, left = (_date(cells, name) for name in ("opgenomen", "afgewezen", "vertrokken"))
        if admitted != NOT_KNOWN and declined != NOT_KNOWN:
            raise _Broken("stands beside an admission; a request ends in one of both", at="afgewezen")
        if left != NOT_KNOWN and admitted == NOT_KNOWN:
            raise _Broken("stands without an admission; write the date of admission too", at="vertrokken")
        reason = _word(cells, "reden", REASONS.index("onbekend"))
        exit_ = _word(cells, "bestemming", _EXITS.index("onbekend"))
        if admitted == declined == NOT_KNOWN and REASONS[reason] != "onbekend":
            raise _Broken(
                "is empty beside a reason; write the date on which the request ended", at="afgewezen"
            )
        if admitted != NOT_KNOWN and left == NOT_KNOWN and _EXITS[exit_] != "onbekend":
            raise _Broken("is empty beside where the guest went; write the date of leaving", at="vertrokken")
        _refuse_order(asked, admitted, "opgenomen")
        _refuse_order(asked, declined, "afgewezen")
        if left != NOT_KNOWN:
            _refuse_order(admitted, left, "vertrokken")
        _refuse_birth_year(cells.get("geboortejaar", ""), asked)
        _word(cells, "ziektegroep", len(GROUPS))
        return {
            "numbers": number,
            "asked": asked,
            "admitted": admitted,
            "declined": declined,
            "left": left,
            "reason": reason,
            "origin": _word(cells, "herkomst", ORIGINS.index("onbekend")),
            "exit": exit_,
            "house": self._house(cells.get("huis", ""), admitted != NOT_KNOWN),
        }

    def _house(self, cell: str, needed: bool) -> int:
        if not cell:
            if needed:
                raise _Broken("is empty; write the house of the guest", at="huis")
            return NOT_KNOWN
        if len(cell) > limits.LONGEST_NAME:
            raise _Broken("is too long for the name of a house", at="huis")
        # one house may be written with other capitals and spaces
        name = self.spelled.setdefault(" ".join(cell.split()).casefold(), cell)
        return self.houses.setdefault(name, len(self.houses))

    def register(self, until: dt.date | None, since: dt.date | None) -> Register:
        """All rows together; InputError when none, too many broken ones or too many houses for a network."""
        total = len(self.rows) + len(self.broken)
        if not total:
            raise self.fault("{label}: has no rows below its columns; write one row a request")
        if len(self.broken) > limits.BROKEN_SHARE * total or not self.rows:
            first = self.broken[0]
            raise self.fault(
                "{label}: row {number}, column {column}: {fault} ({count} of {total} rows are broken; up to "
                "1 in {each} would be set aside)",
                about=first,
                count=len(self.broken),
                total=total,
                each=round(1 / limits.BROKEN_SHARE),
            )
        if len(self.houses) > limits.MOST_HOUSES:
            raise self.fault(
                "{label}: column huis: holds {count} houses, more than a network has; write the name of the "
                "house, the same in every row",
                count=len(self.houses),
            )
        columns = {name: np.array([row[name] for row in self.rows], np.int64) for name in self.rows[0]}
        last = max(int(columns[name].max()) for name in ("asked", "admitted", "declined", "left"))
        if until is not None and until.toordinal() < last:
            raise self.fault(
                "{label}: --until {until}: holds a later date; give the day on which it was made", until=until
            )
        end = last if until is None else until.toordinal()
        begin = int(columns["asked"].min()) if since is None else since.toordinal()
        if begin > end:
            raise self.fault(
                "{label}: --since {since}: lies after the last date; give the first day of the register",
                since=since,
            )
        return Register(
            **columns, houses=tuple(self.houses), since=begin, until=end + 1, set_aside=tuple(self.broken)
        )


def _date(cells: Mapping[str, str], column: str) -> int:
    cell = cells.get(column, "")
    if not cell:
        return NOT_KNOWN
    found = date_of_cell(cell)
    if found is None:
        raise _Broken("is not a date; write it as 2027-01-31 or 31-1-2027", at=column)
    if not limits.FIRST_REGISTER_YEAR <= found.year <= limits.LAST_YEAR:
        raise _Broken(
            "is no date between {first} and {last}",
            at=column,
            first=limits.FIRST_REGISTER_YEAR,
            last=limits.LAST_YEAR,
        )
    return found.toordinal()


def _refuse_order(before: int, after: int, column: str) -> None:
    if after == NOT_KNOWN:
        return
    if after < before:
        raise _Broken("lies before the date that it follows; mend one of the two", at=column)
    if after - before > limits.MOST_DAYS:
        raise _Broken(
            "lies more than ten years after the date that it follows; mend one of the two", at=column
        )


def _refuse_birth_year(cell: str, asked: int) -> None:
    if not cell:
        return
    year = dt.date.fromordinal(asked).year
    if not _YEAR.fullmatch(cell) or not year - limits.OLDEST_AGE_YEARS <= int(cell) <= year:
        raise _Broken("is no year of birth; write four digits, and never a whole date", at="geboortejaar")


def _word(cells: Mapping[str, str], column: str, unknown: int) -> int:
    cell = _plain(cells.get(column, ""))
    if not cell:
        return unknown
    known = _WORDS[column]
    word = cell if cell in known else _ALSO.get(cell, cell)
    if word not in known:
        raise _Broken("is not known here; choose from {names}", at=column, names=known)
    return known.index(word)


def _is_citizen(digits: str) -> bool:
    """Whether digits pass the test of eleven by which citizen service numbers are made."""
    nine = digits.zfill(len("123456789"))
    weights = (*range(len(nine), 1, -1), -1)
    total: int = sum(weight * int(digit) for weight, digit in zip(weights, nine, strict=True))
    return total > 0 and total % (len(nine) + 1 + 1) == 0


def _plain(cell: str) -> str:
    text = unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")
