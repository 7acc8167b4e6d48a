"""An area as a form that a network coordinator fills in a spreadsheet: one row a site, CSV or Excel."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

from pydantic import ValidationError

from sim import limits
from sim.data import shown
from sim.errors import InputError, Message, echo, meant, nearest
from sim.scenario.area.form_lines import date_of_cell, form_lines, plain_cell
from sim.scenario.area.real_region import slug
from sim.scenario.area.sheet import SHEET, Line
from sim.scenario.models import Area, BedsFrom, Region, Site
from sim.scenario.numbers import Model, Parameter, Provenance, is_identifier
from sim.scenario.wording import first_fault
from sim.schema import HOSPICE_SETTINGS, PLACES, SITE_SETTINGS
from sim.units import exact, rounded


@dataclass(frozen=True)
class Column:
    """A column of the form: what a message asks for, how the form explains it, and what it fills."""

    what: Message
    explained: str
    # A number that the base tells per inhabitant where it is empty; a region's own rate (`RegionalFactors`)
    of: Literal["region", "site", "number", "rate"] = "region"
    field: str = ""
    required: bool = False


COLUMNS = {
    "regio": Column(Message("name of the region"), "Naam van de regio, in elke rij.", required=True),
    "inwoners": Column(
        Message("number of inhabitants"),
        "Aantal inwoners; in één rij van de regio, of in alle rijen hetzelfde.",
        field="population",
        required=True,
    ),
    "palliatieve_overlijdens": Column(
        Message("number of deaths a year that palliative care could precede"),
        "Overlijdens per jaar waaraan palliatieve zorg kan voorafgaan. Leeg: geschat.",
        "number",
        "palliative_deaths",
    ),
    "verpleeghuisplaatsen": Column(
        Message("number of nursing home places for people in their last year"),
        "Plaatsen voor mensen in hun laatste levensjaar. Leeg: naar inwoners.",
        "number",
        "nursing_home_places",
    ),
    "wijkverpleging_budget_eur": Column(
        Message("contract budget of district nursing a year"),
        "Contractbudget wijkverpleging per jaar in euro. Leeg: naar inwoners.",
        "number",
        "district_nursing_budget_eur",
    ),
    "elv_budget_eur": Column(
        Message("contract budget of short stays a year"),
        "Contractbudget eerstelijnsverblijf per jaar in euro. Leeg: naar inwoners.",
        "number",
        "elv_budget_eur",
    ),
    "locatie": Column(
        Message("short name or code of the site"),
        "Korte naam of code van de locatie; elke locatie een eigen.",
        "site",
        "id",
        required=True,
    ),
    "naam": Column(
        Message("name of the site"), "Naam van de locatie in verslagen. Leeg: de korte naam.", "site", "name"
    ),
    "soort": Column(
        Message("type of the site"),
        f"{', '.join(SITE_SETTINGS[:-2])} of {SITE_SETTINGS[-2]}.",
        "site",
        "setting",
        required=True,
    ),
    "bedden": Column(
        Message("number of beds"), "Aantal bedden, een geheel getal.", "site", "beds", required=True
    ),
    "wlz_contract": Column(
        Message("word ja or nee"),
        "ja of nee: contract met het zorgkantoor. Leeg: ja.",
        "site",
        "wlz_contract",
    ),
    "bedden_vanaf": Column(
        Message("date from which these beds stand"),
        "Datum waarop dit aantal bedden er staat, als 31-1-2027. Leeg: vanaf het begin.",
        "site",
        "date",
    ),
    "cluster": Column(
        Message("word that regions with shared places have in common"),
        "Zelfde woord bij regio's die hun plaatsen delen. Leeg: de regio staat op zichzelf.",
    ),
    "trekking": Column(
        Message("code that a form of palsim gave the region; it settles which people are drawn"),
        "Houdt vast welke mensen worden getrokken: laat staan als namen of bedden veranderen.",
        "region",
        "number",
    ),
    "factor_overlijdens_tot_65": Column(
        Message("deaths below 65 as a multiple of the national share"),
        "Aandeel overlijdens onder 65 als veelvoud van het landelijke. Leeg: 1.",
        "rate",
        "deaths_under_65",
    ),
    "factor_overlijdens_65_79": Column(
        Message("deaths from 65 to 79 as a multiple of the national share"),
        "Aandeel overlijdens van 65 tot 80 als veelvoud van het landelijke. Leeg: 1.",
        "rate",
        "deaths_65_79",
    ),
    "factor_overlijdens_80_plus": Column(
        Message("deaths from 80 as a multiple of the national share"),
        "Aandeel overlijdens vanaf 80 als veelvoud van het landelijke. Leeg: 1.",
        "rate",
        "deaths_80_plus",
    ),
}


def _filling(of: str) -> dict[str, str]:
    """Columns of one sort, with the field that each fills."""
    return {name: column.field for name, column in COLUMNS.items() if column.of == of}


REQUIRED = tuple(name for name, column in COLUMNS.items() if column.required)
OPTIONAL_NUMBERS, FACTORS = _filling("number"), _filling("rate")
_SAME_PER_INHABITANT = "district_nursing_background_share", "elv_background_share"
_OF_SITE = tuple(_filling("site"))
_KINDS = {
    word: place.word
    for place in PLACES
    for word in (place.word, place.name.lower(), place.known_as)
    if place.name and word
}
_HOSPICE = "hospice"
_YES = {"ja": True, "j": True, "yes": True, "true": True, "waar": True, "1": True}
_NO = {"nee": False, "n": False, "no": False, "false": False, "onwaar": False, "0": False}
_COLUMN_OF = {column.field: name for name, column in COLUMNS.items() if column.field}
_ABOVE_0 = ("inwoners", "palliatieve_overlijdens", *FACTORS)

_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+|(?: \d{3})+)")
_DUTCH = re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+,\d+")
_ENGLISH = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+\.\d+")
_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d+)?")

_Checked = TypeVar("_Checked", bound=Model)


@dataclass(frozen=True)
class _Row:
    """One filled row: its number as a spreadsheet shows it, and its cells by column."""

    label: str
    number: int
    cells: Mapping[str, str]
    places: Mapping[str, str] = field(default_factory=dict)

    def has(self, *columns: str) -> bool:
        return any(self.cells.get(column) for column in columns)

    def fault(self, column: str, template: str, /, **parts: object) -> NoReturn:
        place = self.places.get(column) or Message(
            "row {number}, column {column}", number=self.number, column=column
        )
        usual = {
            "cell": self.cells.get(column, ""),
            "what": COLUMNS[column].what if column in COLUMNS else None,
        }
        text = Message(template, **usual | parts)
        raise InputError("{label}: {place}: {text}", label=self.label, place=place, text=text)

    def text(self, column: str) -> str:
        cell = self.cells.get(column, "")
        if not cell:
            self.fault(column, "is empty; write the {what}")
        return cell

    def number_in(self, column: str) -> float:
        number = _number(self.text(column))
        if number is None:
            self.fault(column, "{cell!r} is not a number; write digits, such as 1200 or 12,5")
        if abs(number) > limits.MOST_REGION_NUMBER:
            self.fault(column, "{cell} is too high for a region; write the {what}")
        return number

    def whole_in(self, column: str) -> int:
        number = self.number_in(column)
        if number != int(number):
            self.fault(column, "{cell!r} is not a whole number; write a whole number")
        return int(number)

    def date_in(self, column: str) -> dt.date | None:
        cell = self.cells.get(column, "")
        if not cell:
            return None
        found = date_of_cell(cell)
        if found is not None:
            return found
        self.fault(column, "{cell!r} is not a date; write it as 2027-01-31 or 31-1-2027")

    def kind(self) -> str:
        word = self.text("soort")
        found = _KINDS.get(word.lower())
        if found is None and _HOSPICE in word.lower():
            self.fault(
                "soort",
                "{word!r} is not one type; write bth (bijna-thuis-huis: volunteers and home care), hch (high "
                "care hospice: nurses of its own) or pu (palliative unit of a nursing home)",
                word=word,
            )
        if found is None:
            close = nearest(word.lower(), _KINDS)
            hint = meant(close) if close else Message("choose from {names}", names=SITE_SETTINGS)
            self.fault("soort", "{word!r} is not known here; {hint}", word=word, hint=hint)
        return found

    def contract(self) -> bool:
        word = self.cells.get("wlz_contract", "")
        found = {**_YES, **_NO, "": True}.get(word.lower())
        if found is None:
            self.fault("wlz_contract", "{word!r} is not yes or no; write ja or nee", word=word)
        return found

    def checked(self, model: type[_Checked], values: Mapping[str, Any], whole: str = "regio") -> _Checked:
        """What the model makes of values; a fault of them as a whole is of the column `whole`."""
        try:
            return model.model_validate(values)
        except ValidationError as error:
            location, text = first_fault(error, model)
            self.fault(_column(location) if location else whole, "{text}", text=text)


@dataclass
class _SiteRows:
    """Rows of one site; the first tells what it is."""

    first: _Row
    id: str
    kind: str
    contract: bool
    beds: dict[dt.date | None, int] = field(default_factory=dict)
    lines: dict[dt.date | None, _Row] = field(default_factory=dict)

    def add(self, row: _Row) -> None:
        date, beds = row.date_in("bedden_vanaf"), row.whole_in("bedden")
        row.checked(BedsFrom, {"date": date or dt.date(limits.LAST_YEAR, 1, 1), "beds": beds}, "bedden_vanaf")
        if date in self.beds:
            when = Message("without a date") if date is None else Message("from {date}", date=date)
            row.fault(
                "bedden_vanaf",
                "{cell} has beds {when} in row {row} already; give each change of beds a date of its own",
                cell=row.text("locatie"),
                when=when,
                row=self.lines[date].number,
            )
        self.beds[date], self.lines[date] = beds, row
        if row.has("soort") and row.kind() != self.kind:
            self._differs(row, "soort")
        if row.has("naam") and self.first.has("naam") and row.text("naam") != self.first.text("naam"):
            self._differs(row, "naam")
        if row.has("wlz_contract") and row.contract() != self.contract:
            self._differs(row, "wlz_contract")

    def _differs(self, row: _Row, column: str) -> None:
        said = self.first.cells.get(column) or "ja"
        row.fault(
            column,
            "{cell!r} differs from {other!r} in row {number}; write the same, or give "
            "another site another locatie",
            other=said,
            number=self.first.number,
        )

    def site(self) -> Site:
        """Beds without a date stand from the start; a site with dates only opens on the first."""
        dated = sorted((date, beds) for date, beds in self.beds.items() if date is not None)
        return self.first.checked(
            Site,
            {
                "id": self.id,
                "name": self.first.cells.get("naam") or self.first.text("locatie"),
                "setting": self.kind,
                "beds": self.beds.get(None, 0),
                "beds_from": [{"date": date, "beds": beds} for date, beds in dated],
                "wlz_contract": self.contract,
            },
        )


@dataclass
class _RegionRows:
    """Rows of one region."""

    first: _Row
    id: str
    sites: dict[str, _SiteRows] = field(default_factory=dict)
    said: dict[str, tuple[float, _Row]] = field(default_factory=dict)
    cluster: tuple[str, _Row] | None = None
    drawn: str = ""

    def add(self, row: _Row, owners: dict[str, _RegionRows]) -> None:
        self._share(row)
        self._draw(row)
        self._say(row, "inwoners", row.whole_in)
        for column in OPTIONAL_NUMBERS:
            read = row.whole_in if column == "verpleeghuisplaatsen" else row.number_in
            self._say(row, column, read)
        for column in FACTORS:
            self._say(row, column, row.number_in)
        if not row.has(*_OF_SITE):
            return
        id_ = _slug(row, "locatie")
        other = owners.setdefault(id_, self)
        if other is not self:
            row.fault(
                "locatie",
                "{cell!r} stands in region {other!r} too; give every site a locatie of its own",
                other=other.first.text("regio"),
            )
        if id_ not in self.sites:
            self.sites[id_] = _SiteRows(row, id_, row.kind(), row.contract())
        self.sites[id_].add(row)

    def _draw(self, row: _Row) -> None:
        """The code of the people: names and beds may change, they stay."""
        if not row.has("trekking"):
            return
        code = row.text("trekking")
        if not code.isdecimal() and not is_identifier(code):
            row.fault("trekking", "{cell!r} is no code of a form; leave it as it was, or empty", cell=code)
        if self.drawn not in ("", code):
            row.fault(
                "trekking",
                "{cell!r} differs from {other!r} in the same region; leave it as it was, or empty",
                cell=code,
                other=self.drawn,
            )
        self.drawn = code

    def _share(self, row: _Row) -> None:
        if not row.has("cluster"):
            return
        word, there = self.cluster or (_slug(row, "cluster"), row)
        if word != _slug(row, "cluster"):
            row.fault(
                "cluster",
                "{cell!r} differs from {other!r} in row {number} of the same region; write one word",
                other=there.text("cluster"),
                number=there.number,
            )
        self.cluster = word, there

    def _say(self, row: _Row, column: str, read: Callable[[str], float]) -> None:
        """A number of the region stands in one of its rows, or is the same in all that have it."""
        if not row.has(column):
            return
        value = read(column)
        if value < 0 or (value == 0 and column in _ABOVE_0):
            bound = Message("above 0") if column in _ABOVE_0 else Message("0 or more")
            row.fault(column, "{cell} is too low; must be {bound}", bound=bound)
        before, there = self.said.setdefault(column, (value, row))
        if before != value:
            row.fault(
                column,
                "{cell} differs from {other} in row {number} of the same region; write one number",
                other=there.text(column),
                number=there.number,
            )

    def region(self, base: Area, file: str) -> Region:
        people = int(self.said["inwoners"][0])
        model = base.regions[0]
        self._refuse_unusual(people, model)
        numbered = self.drawn.isdecimal()
        values: dict[str, Any] = {
            "id": self.id if numbered else self.drawn or self.id,
            "number": int(self.drawn) if numbered else None,
            "name": self.first.text("regio"),
            "population": people,
            "sites": [site.site() for site in self.sites.values()],
            "cluster": None if self.cluster is None else self.cluster[0],
        }
        for column, name in OPTIONAL_NUMBERS.items():
            whole = column == "verpleeghuisplaatsen"
            if column in self.said:
                value = self.said[column][0]
                values[name] = {
                    "value": int(value) if whole else value,
                    "kind": "source",
                    "source": file,
                    "reason": f"opgave in kolom {column}",
                }
            else:
                values[name] = _scaled(getattr(model, name), people, base, whole)
        values["factors"] = {
            name: self.said[column][0] for column, name in FACTORS.items() if column in self.said
        }
        for name in _SAME_PER_INHABITANT:
            values[name] = _same(getattr(model, name), base.name)
        try:
            region = Region.model_validate(values)
        except ValidationError as error:
            location, text = first_fault(error, Region)
            column = _column(location)
            _, row = self.said.get(column, (0.0, self.first))
            row.fault(column, "{text}", text=text)
        self._refuse_odd(region)
        return region

    def _refuse_unusual(self, people: int, model: Region) -> None:
        """Refuse deaths, places and budgets that are far from those of the base per inhabitant."""
        for column, name in OPTIONAL_NUMBERS.items():
            if column not in self.said:
                continue
            value, row = self.said[column]
            usual = getattr(model, name).value * people / model.population
            if value and not usual / limits.MOST_FACTOR <= value <= usual * limits.MOST_FACTOR:
                row.fault(
                    column,
                    "{cell} does not go with {people} inhabitants, of whom {usual:.4g} is usual; write the "
                    "{what}",
                    people=people,
                    usual=usual,
                )

    def _refuse_odd(self, region: Region) -> None:
        """Refuse places and beds that can never be filled.

        Nobody is in their last year of life for longer than a year, so those beyond the deaths of a year are
        never in use.
        """
        deaths = region.palliative_deaths.value
        if "verpleeghuisplaatsen" in self.said and region.nursing_home_places.value > deaths:
            row = self.said["verpleeghuisplaatsen"][1]
            row.fault(
                "verpleeghuisplaatsen",
                "{cell} is more than the {deaths:g} deaths a year; write the {what}",
                deaths=deaths,
            )
        self._refuse_beds(deaths)

    def _refuse_beds(self, deaths: float) -> None:
        """Refuse beds for the last year of life beyond the deaths of a year, at the row with the most."""
        mine = [site for site in self.sites.values() if site.kind in HOSPICE_SETTINGS]
        beds = sum(max(site.beds.values()) for site in mine)
        if beds <= max(deaths, limits.BEDS_OF_ANY_REGION):
            return
        largest = max(mine, key=lambda site: max(site.beds.values()))
        date, number = max(largest.beds.items(), key=lambda item: item[1])
        largest.lines[date].fault(
            "bedden",
            "{number} makes {beds} beds for {deaths:g} deaths a year; more than one a death is never in use, "
            "write the {what}",
            number=number,
            beds=beds,
            deaths=deaths,
        )


def read_area_form(path: Path, base: Area) -> Area:
    """Read the form of an area, which gets the name of the file.

    It is a CSV file with a row of column names (UTF-8, separated by semicolons, commas or tabs; decimals with
    a comma or a point), or an Excel workbook with the same columns on its sheet `Plaatsen`. What the form
    leaves out is that of the first region of a base area per inhabitant. Such a number is `derived` where the
    base knows it; where the base assumes it, it stays an `assumption` with the range scaled along. Raises
    InputError when a cell is wrong; the text names file, cell, fault and remedy.
    """
    label = shown(path)
    regions: dict[str, _RegionRows] = {}
    owners: dict[str, _RegionRows] = {}
    lines, separator = form_lines(path, label, SHEET)
    for row in _rows(lines, label, separator):
        id_ = _slug(row, "regio")
        regions.setdefault(id_, _RegionRows(row, id_)).add(row, owners)
    if not regions:
        raise InputError("{label}: has no rows below its columns; write one row a site", label=label)
    for rows in regions.values():
        if "inwoners" not in rows.said:
            rows.first.fault("inwoners", "is empty; write the {what}")
    found = [rows.region(base, path.name) for rows in regions.values()]
    unread = unread_columns(path)
    aside = [f"{path.name}: niet gelezen kolommen: {', '.join(unread)}"] if unread else []
    people = sum(region.population for region in found)
    names = ", ".join(region.name for region in found)
    return _checked_area(
        label,
        {
            "name": _name(path.stem),
            "title": {"nl": names, "en": names},
            "references": [
                f"{path.name}: opgave per locatie",
                f"{base.name}: wat het formulier weglaat, per inwoner",
                *aside,
            ],
            "national_share": _scaled(base.national_share, people, base, False),
            "regions": found,
        },
    )


def _checked_area(label: str, values: Mapping[str, Any]) -> Area:
    try:
        return Area.model_validate(values)
    except ValidationError as error:
        raise InputError("{label}: {text}", label=label, text=first_fault(error, Area)[1]) from None


def _name(stem: str) -> str:
    """Name that a file gives its area: the file's own where it can be a name."""
    return stem if is_identifier(stem) else slug(stem) or "region"


def _column(location: Sequence[str | int]) -> str:
    """Column of a fault in what a row was made into; that of the region for a fault of the whole."""
    if not location:
        return "regio"
    key = str(location[-1] if location[0] == "factors" else location[0])
    return _COLUMN_OF.get(key, key)


def unread_columns(path: Path) -> tuple[str, ...]:
    """Columns of a form that it does not know and leaves alone, by the name or the number that they have."""
    label = shown(path)
    for number, raw, _ in form_lines(path, label, SHEET)[0]:
        cells = [plain_cell(cell) for cell in raw[: limits.MOST_COLUMNS]]
        if any(cells):
            names = _columns(cells, label, number)
            return tuple(
                echo(cells[place]) if name else str(place + 1)
                for place, name in enumerate(names)
                if name not in COLUMNS
            )
    return ()


def _rows(lines: Iterable[Line], label: str, separator: str) -> Iterable[_Row]:
    """Filled rows of the form below its row of column names."""
    columns: list[str] = []
    filled = 0
    for number, raw, places in lines:
        if len(raw) > limits.MOST_COLUMNS:
            raise InputError(
                "{label}: row {number}: has {count} cells; a form has {columns} columns, clear the "
                "cells beside them",
                label=label,
                number=number,
                count=len(raw),
                columns=len(COLUMNS),
            )
        cells = [plain_cell(cell) for cell in raw]
        if not any(cells):
            continue
        filled += 1
        if filled > limits.MOST_ROWS:
            raise InputError(
                "{label}: row {number}: is one of more than {most_rows}; give fewer sites",
                label=label,
                number=number,
                most_rows=limits.MOST_ROWS,
            )
        if not columns:
            columns = _columns(cells, label, number)
            continue
        if any(cells[len(columns) :]):
            raise InputError(
                "{label}: row {number}: has {count} cells under {columns} columns; put a text with "
                "{separator!r} in it between double quotes",
                label=label,
                number=number,
                count=len(cells),
                columns=len(columns),
                separator=separator,
            )
        at = dict(zip(columns, places, strict=False))
        known = {name: cell for name, cell in zip(columns, cells, strict=False) if name in COLUMNS}
        # a row may hold only a remark of its writer
        if any(known.values()):
            yield _Row(label, number, known, at)
    if not columns:
        raise InputError("{label}: is empty; write a row of column names and one row a site", label=label)


def _columns(cells: Sequence[str], label: str, number: int) -> list[str]:
    """Names of the columns; nameless ones at the end are left out."""
    names = [cell.lower().replace(" ", "_").replace("-", "_") for cell in cells]
    while names and not names[-1]:
        names.pop()
    for place, name in enumerate(names):
        close = None if name in COLUMNS else nearest(name, COLUMNS)
        if close:
            raise InputError(
                "{label}: row {number}, column {column}: unknown column; {hint}",
                label=label,
                number=number,
                column=cells[place] or place + 1,
                hint=meant(close),
            )
        if name in COLUMNS and name in names[:place]:
            raise InputError(
                "{label}: row {number}, column {name}: stands twice; keep one",
                label=label,
                number=number,
                name=name,
            )
    for name in REQUIRED:
        if name not in names:
            raise InputError(
                "{label}: row {number}, column {name}: is missing; add a column with the {what}",
                label=label,
                number=number,
                name=name,
                what=COLUMNS[name].what,
            )
    return names


def _slug(row: _Row, column: str) -> str:
    """Id that a name gives: lower case, without accents, words joined by hyphens."""
    found = slug(row.text(column))
    if not found:
        row.fault(column, "{cell!r} has no letter or digit; write the {what}")
    return found


def _number(cell: str) -> float | None:
    """Number with a decimal comma or point; one mark before just three digits separates thousands."""
    text = cell.removeprefix("€").strip()
    if len(text) > limits.LONGEST_NUMBER:
        return None
    if _GROUPED.fullmatch(text):
        return float(re.sub("[., ]", "", text))
    if _DUTCH.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(text):
        return float(text.replace(",", ""))
    return float(text.replace(",", ".")) if _PLAIN.fullmatch(text) else None


def _scaled(parameter: Parameter[Any], people: int, base: Area, whole: bool) -> dict[str, Any]:
    """A number of the base's region by inhabitants."""
    there = base.regions[0].population

    def by_inhabitants(value: float) -> float:
        scaled = exact(value) * people / there
        return rounded(scaled) if whole else float(scaled)

    span = None if parameter.range is None else tuple(by_inhabitants(bound) for bound in parameter.range)
    reason = f"per inwoner als {base.name}: {_dutch(parameter.value)} x {_dutch(people)} / {_dutch(there)}"
    return _derived(parameter, base.name, reason) | {
        "value": by_inhabitants(parameter.value),
        "range": span,
    }


def _same(parameter: Parameter[Any], name: str) -> dict[str, Any]:
    return _derived(parameter, name, f"als {name}") | {"value": parameter.value, "range": parameter.range}


def _derived(parameter: Provenance, name: str, reason: str) -> dict[str, Any]:
    assumed = parameter.kind == "assumption"
    return {
        "kind": "assumption" if assumed else "derived",
        "source": parameter.source if assumed else parameter.source or name,
        "reason": f"{reason} ({parameter.reason})" if parameter.reason else reason,
    }


def _dutch(number: float) -> str:
    return f"{number:,.10g}".translate(str.maketrans(",.", ".,"))
