"""A region of real municipalities: its people, its expected deaths by age, and its places as assumptions."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Literal, get_args

import numpy as np

from sim.data import data_folder, read_json, read_text
from sim.errors import InputError, Message, meant, nearest
from sim.limits import FACTOR_PLACES, LONGEST_NAME
from sim.scenario.models import Area, Region, Site
from sim.scenario.numbers import PersonsPerYear, Probability, Text
from sim.schema import PLACES
from sim.units import exact, largest_remainder, rounded

Grouping = Literal["gemeente", "zorgkantoorregio", "ggd_regio", "corop", "provincie"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
_OPTION: Mapping[Grouping, str] = {
    "gemeente": "--gemeenten",
    "zorgkantoorregio": "--zorgkantoor",
    "ggd_regio": "--ggd",
    "corop": "--corop",
    "provincie": "--provincie",
}
"""Option of the command that names areas of a grouping."""

SOURCE = "cbs_83502ned"  # id of the source in the reports: Statistics Netherlands (CBS), CC BY 4.0
_FOLDER = "cbs"
_CLASS = re.compile(r"n_(\d+)(?:_\d+|plus)")
_SITE_NAMES = {place.word: place.name for place in PLACES}
_SCALED = ("district_nursing_budget_eur", "elv_budget_eur")
_SAME = ("district_nursing_background_share", "elv_background_share")
_DEATH_FACTORS = ("deaths_under_65", "deaths_65_79", "deaths_80_plus")


@dataclass(frozen=True)
class Municipality:
    """One municipality of 1 January 2021."""

    name: str
    groups: Mapping[str, str]  # the area of each grouping that it lies in
    people: tuple[int, ...]  # inhabitants by class of age


@dataclass(frozen=True)
class Nation:
    """All municipalities, with what makes numbers of 2021 those of the nation now."""

    municipalities: tuple[Municipality, ...]
    starts: tuple[int, ...]  # first age of each class of `Municipality.people`
    provinces: Mapping[str, int]  # inhabitants of each on 1 January 2024
    deaths: Mapping[int, int]  # of a year in the nation by the first age of their class
    names: Mapping[str, tuple[str, ...]]  # municipalities that another name covers

    @cached_property
    def _counts(self) -> Mapping[str, int]:
        """Inhabitants of each municipality in 2024; those of a province add up to its own."""
        out: dict[str, int] = {}
        for province, people in self.provinces.items():
            within = [m for m in self.municipalities if m.groups["provincie"] == province]
            parts = largest_remainder(np.array([sum(m.people) for m in within], np.int64), people)
            out |= {m.name: int(part) for m, part in zip(within, parts, strict=True)}
        return out

    @cached_property
    def _deaths_by_age(self) -> Mapping[str, tuple[Fraction, ...]]:
        """Expected share of the nation's deaths by municipality and class of age."""
        first = sorted(self.deaths)
        which = [max(at for at, low in enumerate(first) if low <= start) for start in self.starts]
        ages = {m.name: [0] * len(first) for m in self.municipalities}
        for m in self.municipalities:
            for at, people in zip(which, m.people, strict=True):
                ages[m.name][at] += people
        total = [sum(of[at] for of in ages.values()) for at in range(len(first))]
        grown = {m.name: Fraction(self._counts[m.name], max(sum(m.people), 1)) for m in self.municipalities}
        raw = {
            name: [grown[name] * self.deaths[low] * of[at] / total[at] for at, low in enumerate(first)]
            for name, of in ages.items()
        }
        whole = sum(sum(of) for of in raw.values())
        return {name: tuple(each / whole for each in of) for name, of in raw.items()}

    @property
    def people(self) -> int:
        """Inhabitants of the nation on 1 January 2024."""
        return sum(self.provinces.values())

    def inhabitants(self, chosen: Iterable[Municipality]) -> int:
        """Inhabitants of municipalities on 1 January 2024."""
        return sum(self._counts[m.name] for m in chosen)

    def deaths_by_age(self, chosen: Iterable[Municipality]) -> tuple[Fraction, ...]:
        """Share of the nation's deaths that municipalities are expected to have, by class of age."""
        return tuple(
            sum(each, Fraction(0))
            for each in zip(*(self._deaths_by_age[m.name] for m in chosen), strict=True)
        )

    def chosen(self, grouping: Grouping, names: Sequence[str]) -> tuple[Municipality, ...]:
        """Municipalities that names stand for, each once, in the order of the file.

        Capitals, accents and marks do not count. Raises InputError when a name is none; the text suggests the
        nearest.
        """
        covered = self._covered(grouping)
        found = {each for name in self.official(grouping, names) for each in covered[name]}
        return tuple(m for m in self.municipalities if m.name in found)

    def official(self, grouping: Grouping, names: Sequence[str]) -> list[str]:
        """Names as CBS writes them, or the municipality is called now; an InputError suggests the nearest."""
        known = {_key(name): name for name in self._covered(grouping)}
        if grouping == "ggd_regio":
            known |= {key.removeprefix("ggd"): name for key, name in known.items()}
        out = []
        for name in names:
            if _key(name) not in known:
                close = nearest(_key(name), known)
                hint = (
                    meant(known[close])
                    if close
                    else Message("known are {names}", names=sorted(set(known.values())))
                )
                raise InputError(
                    "{option}: {name!r} is no {grouping}; {hint}",
                    option=_OPTION[grouping],
                    name=name,
                    grouping=grouping,
                    hint=hint,
                )
            out.append(known[_key(name)])
        return out

    def known(self, grouping: Grouping) -> tuple[str, ...]:
        """All names that a grouping understands, as they are written, those of now and of before a merger."""
        return tuple(sorted(self._covered(grouping)))

    def _covered(self, grouping: Grouping) -> dict[str, set[str]]:
        """Names of municipalities by the name of each area of a grouping."""
        out: dict[str, set[str]] = {}
        for m in self.municipalities:
            out.setdefault(m.name if grouping == "gemeente" else m.groups[grouping], set()).add(m.name)
        if grouping == "gemeente":
            out |= {name: set(covered) for name, covered in self.names.items()}
        return out

    def areas(self, grouping: Grouping) -> dict[str, tuple[Municipality, ...]]:
        """All areas of a grouping with their municipalities, by name."""
        names = {m.name if grouping == "gemeente" else m.groups[grouping] for m in self.municipalities}
        return {name: self.chosen(grouping, [name]) for name in sorted(names)}


@lru_cache(maxsize=1)
def nation() -> Nation:
    """The municipalities that ship with the project (CBS), of `scenarios/regions/cbs/`."""
    rows = _table("gemeenten_2021.csv")
    classes = [column for column in rows[0] if _CLASS.fullmatch(column)]
    municipalities = tuple(
        Municipality(
            row["gemeente"],
            {name: row[name] for name in GROUPINGS if name != "gemeente"},
            tuple(int(row[column]) for column in classes),
        )
        for row in rows
    )
    told: dict[str, Any] = _document("namen.yaml")
    names = {name: tuple(of) for name, of in told["samengevoegd"].items()}
    names |= {name: (of,) for name, of in told["ook_genoemd"].items()}
    return Nation(
        municipalities,
        tuple(int(_CLASS.fullmatch(column).group(1)) for column in classes),  # type: ignore[union-attr]
        {row["provincie"]: int(row["inwoners"]) for row in _table("provincies.csv")},
        {int(row["vanaf"]): int(row["overleden"]) for row in _table("sterfte_2019.csv")},
        names,
    )


def split_names(text: str) -> list[str]:
    """Names between commas; a known name with a comma itself stays whole. InputError where there is none."""
    with_comma = [m.name for m in nation().municipalities if "," in m.name]
    left, names = text, []
    for name in with_comma:
        found = re.search(re.escape(name), left, re.IGNORECASE)
        if found:
            names.append(name)
            left = left[: found.start()] + left[found.end() :]
    names += [part.strip() for part in re.split(r"[,;\n]", left) if part.strip()]
    if not names:
        raise InputError("--gemeenten: no name given; write names between commas")
    return names


def real_area(parts: Mapping[str, Sequence[Municipality]], base: Area, name: str, title: str = "") -> Area:
    """An area with a region for each part of the nation, each of some municipalities.

    Inhabitants and expected deaths follow from the people of each age. Places and budgets by region are not
    published: those of the first region of the base are shared out by expected deaths, an assumption that the
    reasons and the names of the sites say. The title is by default the names of the parts. Raises InputError
    when a region has no people.
    """
    model = base.regions[0]
    shares = {part: nation().deaths_by_age(chosen) for part, chosen in parts.items()}
    of_all = Fraction(sum(sum(each) for each in shares.values()))
    nationwide = exact(model.palliative_deaths.value) / exact(base.national_share.value)
    scale = of_all * nationwide / exact(model.palliative_deaths.value)
    weights = [sum(each, Fraction(0)) for each in shares.values()]
    beds = {
        setting: largest_remainder(
            weights, rounded(scale * sum(s.beds for s in model.sites if s.setting == setting))
        )
        for setting in dict.fromkeys(site.setting for site in model.sites)
    }
    places = largest_remainder(weights, rounded(scale * exact(model.nursing_home_places.value)))
    regions = [
        _region(
            part,
            chosen,
            shares[part],
            base,
            {setting: int(of[at]) for setting, of in beds.items()},
            int(places[at]),
        )
        for at, (part, chosen) in enumerate(parts.items())
    ]
    people, everybody = sum(region["population"] for region in regions), nation().people
    told = title or ", ".join(parts)
    return Area(
        name=name,
        title=Text(nl=told, en=told),
        references=(
            "CBS 83502NED, 70072ned: inwoners naar gemeente en leeftijd (2021), provincies (2024)",
            "CBS: overledenen naar leeftijd (2019)",
            f"{base.name}: bedden, plaatsen en budgetten naar verwachte overlijdens, een aanname",
        ),
        national_share=Probability(
            value=people / everybody,
            kind="derived",
            source=SOURCE,
            reason="aandeel in de inwoners van het land",
        ),
        regions=tuple(map(Region.model_validate, regions)),
    )


def _region(
    part: str,
    chosen: Sequence[Municipality],
    shares: Sequence[Fraction],
    base: Area,
    beds: Mapping[str, int],
    places: int,
) -> dict[str, Any]:
    model = base.regions[0]
    nationwide = exact(model.palliative_deaths.value) / exact(base.national_share.value)
    deaths = sum(shares, Fraction(0)) * nationwide
    scale = deaths / exact(model.palliative_deaths.value)
    id_ = slug(part)
    values: dict[str, Any] = {
        "id": id_,
        "name": part,
        "population": nation().inhabitants(chosen),
        "palliative_deaths": PersonsPerYear(
            value=round(float(deaths), 1),
            kind="derived",
            source=SOURCE,
            reason="aandeel in de verwachte overlijdens van het land, naar leeftijd",
        ),
        "sites": [site for setting, number in beds.items() for site in _sites(id_, setting, number, model)],
        "nursing_home_places": _assumed(model.nursing_home_places, scale, base.name, places),
    }
    values |= {name: _assumed(getattr(model, name), scale, base.name) for name in _SCALED}
    values |= {name: getattr(model, name).model_dump() for name in _SAME}
    everywhere = nation().deaths_by_age(nation().municipalities)
    own = sum(shares, Fraction(0))
    values["factors"] = {
        name: round(float(here / own / there), FACTOR_PLACES)
        for name, here, there in zip(_DEATH_FACTORS, shares, everywhere, strict=True)
    }
    return values


def _assumed(parameter: Any, scale: Fraction, base: str, value: int | None = None) -> dict[str, Any]:
    """A number of the base by expected deaths, with its range."""

    def scaled(number: float) -> int:
        return rounded(exact(number) * scale)

    now = scaled(parameter.value) if value is None else value
    low, high = parameter.range
    return {
        "value": now,
        "kind": "assumption",
        "range": [min(scaled(low), now), max(scaled(high), now)],
        "reason": f"als {base}, naar verwachte overlijdens ({parameter.reason})",
    }


def _sites(region: str, setting: str, beds: int, model: Region) -> list[Site]:
    """Sites of one type, of about the size that those of the base have."""
    sizes = [site.beds for site in model.sites if site.setting == setting]
    number = max(1, rounded(Fraction(beds * len(sizes), max(sum(sizes), 1))))
    parts = largest_remainder(np.ones(number, np.int64), beds)
    return [
        Site(
            id=f"{region[: LONGEST_NAME - len(f'-{setting}-{number}')]}-{setting}-{at}",
            name=f"{_SITE_NAMES[setting]} {at} (aanname)",
            setting=setting,
            beds=int(part),
        )
        for at, part in enumerate(parts, start=1)
        if part or number == 1
    ]


def _table(file: str) -> list[dict[str, str]]:
    path = data_folder("scenarios") / "regions" / _FOLDER / file
    return list(csv.DictReader(io.StringIO(read_text(path, Message("a CSV file")))))


def _document(file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(read_json(data_folder("scenarios") / "regions" / _FOLDER / file))
    return found


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", _plain(name))


def slug(name: str) -> str:
    """A name as an identifier: lower case, without accents, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", _plain(name))[:LONGEST_NAME].strip("-")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
