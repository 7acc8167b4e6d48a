"""Changes of places as values: what a meeting may decide, read from a line and applied to a region.

A change is the name of what is done and how it is done, as `close` and `bth-linde@2026-07-01`. `applied`
gives the situation with it; command, program and page share both.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sim.errors import InputError, Message, meant, nearest
from sim.limits import LONGEST_ECHO, LONGEST_NAME, MOST_DAYS, MOST_TURNOVER_DAYS
from sim.scenario import Area, Cluster, Region, Scenario, Site, beds_of, clusters_of
from sim.scenario.area.real_region import slug
from sim.scenario.models import BedsFrom
from sim.schema import HOSPICE_SETTINGS, SETTINGS, code
from sim.units import MINUTES_PER_DAY, MOST_BEDS

REQUEST_ORIGINS: Mapping[str, str] = {"hospital": "after_hospital", "home": "from_home"}
"""Where requests come from, with the setting of the scenario that says how many ask."""
GO_FIRST: Mapping[str, str] = {"request": "aanvraag", "hospital": "ziekenhuis", "home": "thuis"}
_DUTCH: Mapping[str, str] = {dutch: english for english, dutch in GO_FIRST.items()}
"""Words of the scenario for a word of the command."""

# Where fields of a change start: days of a longer stay, more requests, who takes any house
_LONGER_DAYS, _MORE_PERCENT, _ANY_HOUSE_PERCENT = 5, 20, 50
_MOST_PERCENT = 100

_SIGNED = re.compile(r"(?P<sign>[-+]?)(?P<number>\d+(?:[.,]\d+)?)\s*(?P<percent>%?)")
_YEARLY = re.compile(r"(\d{2})-(\d{2})")
_LEAP_DAY = (2, 29)  # month and day that some years lack


@dataclass(frozen=True)
class Situation:
    """Places of regions, each cluster one queue, and what is asked of them."""

    scenario: Scenario
    clusters: tuple[Cluster, ...]
    # Minutes that every guest of a hospice stays longer, by setting code
    longer: Mapping[int, int] = field(default_factory=dict)

    @property
    def sites(self) -> tuple[Site, ...]:
        """All sites, in the order of the clusters and their regions."""
        return tuple(site for cluster in self.clusters for site in cluster.region.sites)

    def with_sites(self, changed: Mapping[str, Site], opened: Sequence[Site] = ()) -> Situation:
        """The same with other sites by id, and new ones in the first region."""
        clusters: list[Cluster] = []
        for cluster in self.clusters:
            members: list[tuple[int, Region]] = []
            for number, region in cluster.members:
                sites = tuple(changed.get(site.id, site) for site in region.sites)
                if not (clusters or members):
                    sites += tuple(opened)
                members.append((number, region.model_copy(update={"sites": sites})))
            clusters.append(replace(cluster, members=tuple(members)))
        return replace(self, clusters=tuple(clusters))

    def with_places(self, **changes: Any) -> Situation:
        """The same with other settings of places in the scenario."""
        places = self.scenario.places.model_copy(update=changes)
        return replace(self, scenario=self.scenario.model_copy(update={"places": places}))


@dataclass(frozen=True)
class Change:
    """One change of places: a key of `CHANGES`, and how, as a user writes it."""

    name: str
    text: str

    @property
    def line(self) -> str:
        """As part of an alternative: `close bth-linde`."""
        return f"{self.name} {self.text}"

    @property
    def hint(self) -> Message | None:
        """How such a change is written."""
        return CHANGES[self.name].hint

    def fault(self, template: str, **values: Any) -> InputError:
        """What is wrong with it, named by its option and what was written."""
        return InputError(
            "--{name} {text}: {fault}",
            name=self.name,
            text=self.text[:LONGEST_ECHO],
            fault=Message(template, **values),
        )


def applied(situation: Situation, changes: Sequence[Change]) -> Situation:
    """The situation with changes, one after the other.

    Raises InputError when a change is not written as it should be, or does not fit the places.
    """
    for change in changes:
        situation = CHANGES[change.name].apply(situation, change)
    return situation


def changes_of(text: str) -> tuple[Change, ...]:
    """Changes of an alternative written as `close bth-linde; beds hch-kastanje=8`.

    Raises InputError when it names no change.
    """
    found = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, _, rest = part.removeprefix("--").partition(" ")
        if name not in CHANGES or not rest.strip():
            close = nearest(name, CHANGES)
            raise InputError(
                "--alternative {text!r}: {part!r} is no change of places; {hint}",
                text=text[:LONGEST_ECHO],
                part=part[:LONGEST_ECHO],
                hint=meant(close)
                if close and close != name
                else Message("write one of {names}, as close SITE; beds SITE=8", names=tuple(CHANGES)),
            )
        found.append(Change(name, rest.strip()))
    if not found:
        raise InputError("--alternative: is empty; write it as close SITE; beds SITE=8")
    return tuple(found)


# ------------------------------------------------------------------ beds over time
Beds = tuple[tuple[dt.date | None, int], ...]
"""Beds from dates on, the first from before all."""


def _over_time(site: Site) -> Beds:
    return ((None, site.beds), *((each.date, each.beds) for each in site.beds_from))


def _site(site: Site, beds: Beds, date: dt.date | None = None) -> Site:
    """A site with other beds, from a date on or always; dates on which nothing changes are left out."""
    if date is not None:
        kept = [each for each in _over_time(site) if each[0] is None or each[0] < date]
        later = [each for each in beds if each[0] is not None and each[0] > date]
        beds = (*kept, (date, _at(beds, date)), *later)
    planned = tuple(
        BedsFrom(date=day, beds=number)
        for (_, before), (day, number) in itertools.pairwise(beds)
        if day is not None and number != before
    )
    return site.model_copy(update={"beds": beds[0][1], "beds_from": planned})


def _at(beds: Beds, date: dt.date | None) -> int:
    return [number for day, number in beds if day is None or (date is not None and day <= date)][-1]


def _together(several: Sequence[Beds], how: Callable[[Sequence[int]], int]) -> Beds:
    dates = sorted({day for beds in several for day, _ in beds if day is not None})
    return tuple((day, how([_at(beds, day) for beds in several])) for day in (None, *dates))


# ------------------------------------------------------------------ reading
def _dated(situation: Situation, change: Change) -> tuple[str, dt.date | None]:
    what, mark, date = change.text.partition("@")
    return what.strip(), _date(situation, change, date.strip()) if mark else None


def _date(situation: Situation, change: Change, text: str) -> dt.date:
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        raise change.fault("{date!r} is no date; write it as 2026-07-01", date=text) from None
    end = situation.scenario.horizon.count_to
    if date >= end:
        raise change.fault(
            "{date} is not before the end of the counted window, {end}; name an earlier date, or a "
            "scenario that counts later",
            date=date.isoformat(),
            end=end.isoformat(),
        )
    return date


def _known(situation: Situation, change: Change, id_: str) -> Site:
    sites = {site.id: site for site in situation.sites}
    if id_ not in sites:
        raise InputError(
            "--{change} {id}: {name} has no such site; choose from {known}",
            change=change.name,
            id=id_,
            name=", ".join(cluster.region.name for cluster in situation.clusters),
            known=list(sites),
        )
    return sites[id_]


def _pair(change: Change, text: str) -> tuple[str, str]:
    left, mark, right = text.partition("=")
    if not mark or not left.strip() or not right.strip():
        raise change.fault("is not two words with = between them; {hint}", hint=change.hint)
    return left.strip(), right.strip()


def _number_of_beds(change: Change, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MOST_BEDS:
        raise change.fault(
            "{text!r} is no number of beds; write digits, 0 to {most}", text=text, most=MOST_BEDS
        )
    return int(text)


def _signed(change: Change, text: str, percent: bool) -> float:
    found = _SIGNED.fullmatch(text)
    if found is None or bool(found["percent"]) != percent:
        raise change.fault("{text!r} is not written as it should be; {hint}", text=text, hint=change.hint)
    number = float(found["number"].replace(",", "."))
    return -number if found["sign"] == "-" else number


# ------------------------------------------------------------------ what each does
def _close(situation: Situation, change: Change) -> Situation:
    id_, date = _dated(situation, change)
    site = _known(situation, change, id_)
    return situation.with_sites({id_: _site(site, ((None, 0),), date)})


def _set_beds(situation: Situation, change: Change) -> Situation:
    what, date = _dated(situation, change)
    id_, number = _pair(change, what)
    site = _known(situation, change, id_)
    beds = ((None, _number_of_beds(change, number)),)
    return situation.with_sites({id_: _site(site, beds, date)})


def _open(situation: Situation, change: Change) -> Situation:
    what, date = _dated(situation, change)
    left, number = _pair(change, what)
    name, mark, kind = left.rpartition(":")
    name = name.strip()
    if kind not in (*HOSPICE_SETTINGS, "elv"):
        raise change.fault(
            "{kind!r} is no type; choose from {types}", kind=kind, types=(*HOSPICE_SETTINGS, "elv")
        )
    taken = {site.id for site in situation.sites}
    wanted = slug(name) if mark else f"nieuw-{kind}"
    if mark and (not wanted or len(name) > LONGEST_NAME or wanted in taken):
        raise change.fault("{name!r} is no new name of a site; choose another", name=name)
    more = (f"{wanted}-{number}" for number in itertools.count(2))
    id_ = next(each for each in itertools.chain([wanted], more) if each not in taken)
    beds = ((None, _number_of_beds(change, number)),)
    site = Site(id=id_, name=name or f"Nieuw ({kind})", setting=kind, beds=0)
    return situation.with_sites({}, [_site(site, beds, date)])


def _merge(situation: Situation, change: Change) -> Situation:
    what, date = _dated(situation, change)
    ids = [part.strip() for part in what.split("+")]
    if len(ids) < 2 or len(set(ids)) != len(ids):
        raise change.fault("is not two sites or more with + between them; {hint}", hint=change.hint)
    sites = [_known(situation, change, id_) for id_ in ids]
    kinds = {str(site.setting) for site in sites}
    if len(kinds) > 1:
        raise change.fault(
            "the sites are of types {kinds}; close one, and give its beds to the other with beds SITE=N",
            kinds=sorted(kinds),
        )
    first, *others = sites
    whole = _together([_over_time(site) for site in sites], sum)
    merged = {first.id: _site(first, whole, date)}
    merged |= {site.id: _site(site, ((None, 0),), date) for site in others}
    return situation.with_sites(merged)


def _shut(situation: Situation, change: Change) -> Situation:
    what, mark, when = change.text.partition("@")
    id_, number = _pair(change, what)
    site = _known(situation, change, id_)
    fewer = _number_of_beds(change, number)
    now = _over_time(site)
    if fewer > max(beds for _, beds in now):
        raise change.fault(
            "{name} never has more than {beds} beds; shut as many or fewer",
            name=site.name,
            beds=max(beds for _, beds in now),
        )
    shut: list[tuple[dt.date | None, int]] = [(None, 0)]
    for start, end in _periods(situation, change, when.strip() if mark else ""):
        shut += [(start, fewer), (end, 0)]
    beds = _together([now, tuple(shut)], lambda both: max(both[0] - both[1], 0))
    return situation.with_sites({id_: _site(site, beds)})


def _periods(situation: Situation, change: Change, text: str) -> list[tuple[dt.date, dt.date]]:
    """Half-open periods: one, or that of every year when the year is left out."""
    first, mark, last = (part.strip() for part in text.partition(".."))
    yearly = [_YEARLY.fullmatch(part) for part in (first, last)]
    window = situation.scenario.horizon
    filled = window.count_from - dt.timedelta(days=window.warmup_days)
    years = range(filled.year - 1, window.count_to.year + 1)
    try:
        if not mark:
            raise ValueError
        if all(yearly):
            days = [(int(found[1]), int(found[2])) for found in yearly if found]
            over = int(days[1] <= days[0])
            all_years = [(_in_year(y, *days[0]), _in_year(y + over, *days[1])) for y in years]
            periods = [(start, end) for start, end in all_years if start != end]
        else:
            periods = [(dt.date.fromisoformat(first), dt.date.fromisoformat(last))]
    except ValueError:
        raise change.fault("{text!r} is no period; {hint}", text=text, hint=change.hint) from None
    for start, end in periods:
        if start >= end:
            raise change.fault("{start} is not before {end}", start=start.isoformat(), end=end.isoformat())
    if not any(start < window.count_to and end > window.count_from for start, end in periods):
        raise change.fault(
            "the period lies outside the counted window, {start} to {end}",
            start=window.count_from.isoformat(),
            end=window.count_to.isoformat(),
        )
    return periods


def _in_year(year: int, month: int, day: int) -> dt.date:
    """A day of every year; 29 February is 1 March in a year without it."""
    if (month, day) == _LEAP_DAY and not calendar.isleap(year):
        return dt.date(year, month + 1, 1)
    return dt.date(year, month, day)


def _stay(situation: Situation, change: Change) -> Situation:
    kind, mark, days = change.text.rpartition("=")
    kinds = (kind.strip(),) if mark else HOSPICE_SETTINGS
    if mark and kinds[0] not in HOSPICE_SETTINGS:
        raise change.fault(
            "{kind!r} is no type of hospice; choose from {types}", kind=kinds[0], types=HOSPICE_SETTINGS
        )
    more = _signed(change, days.strip(), percent=False)
    if not 0 <= more <= MOST_DAYS:
        raise change.fault("a stay can only become longer, by at most {most} days", most=MOST_DAYS)
    minutes = round(more * MINUTES_PER_DAY)
    longer = dict(situation.longer)
    for each in kinds:
        number = code(SETTINGS, each)
        longer[number] = longer.get(number, 0) + minutes
    return replace(situation, longer=longer)


def _requests(situation: Situation, change: Change) -> Situation:
    origin, mark, text = change.text.rpartition("=")
    origin = _DUTCH.get(origin.strip(), origin.strip())
    if mark and origin not in REQUEST_ORIGINS:
        raise change.fault(
            "{origin!r} is no origin; choose from {origins}", origin=origin, origins=tuple(REQUEST_ORIGINS)
        )
    factor = 1 + _signed(change, text.strip(), percent=True) / 100
    if factor < 0:
        raise change.fault("there cannot be fewer than none; take off at most {most}%", most=_MOST_PERCENT)
    hospice, scaled = situation.scenario.hospice, {}
    for each in (origin,) if mark else REQUEST_ORIGINS:
        shares = getattr(hospice, REQUEST_ORIGINS[each])
        most = max(shares.value.values(), default=0.0)
        if factor * most > 1:
            raise change.fault(
                "of people with one illness {most:.0%} ask already; at most {factor:+.0%} more can",
                most=most,
                factor=1 / most - 1 if most else 0.0,
            )
        value = {group: share * factor for group, share in shares.value.items()}
        scaled[REQUEST_ORIGINS[each]] = shares.model_copy(update={"value": value})
    hospice = hospice.model_copy(update=scaled)
    return replace(situation, scenario=situation.scenario.model_copy(update={"hospice": hospice}))


def _share(situation: Situation, change: Change) -> Situation:
    ids = {part.strip() for part in change.text.split("+")}
    mine = [cluster for n, cluster in enumerate(situation.clusters) if n == 0 or _named(cluster) & ids]
    members = sorted((member for cluster in mine for member in cluster.members), key=lambda each: each[0])
    whole = Cluster("+".join(cluster.id for cluster in mine), tuple(members))
    left = tuple(cluster for cluster in situation.clusters if cluster not in mine)
    return replace(situation, clusters=(whole, *left))


def _named(cluster: Cluster) -> set[str]:
    return {cluster.id, *(region.id for _, region in cluster.members)}


def _other_house(situation: Situation, change: Change) -> Situation:
    text = change.text.strip()
    number = _signed(change, text, percent=text.endswith("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= number <= 1:
        raise change.fault("is no share; {hint}", hint=change.hint)
    return situation.with_places(other_house=number)


def _turnover(situation: Situation, change: Change) -> Situation:
    days = _signed(change, change.text.strip(), percent=False)
    if not 0 <= days <= MOST_TURNOVER_DAYS:
        raise change.fault("must be 0 to {most} days", most=MOST_TURNOVER_DAYS)
    return situation.with_places(turnover_days=days)


def _first(situation: Situation, change: Change) -> Situation:
    word = GO_FIRST.get(change.text.strip(), change.text.strip())
    if word not in _DUTCH:
        raise change.fault("is nobody who may go first; choose from {words}", words=tuple(GO_FIRST))
    return situation.with_places(goes_first=word)


@dataclass(frozen=True)
class Amount:
    """A number that a change asks."""

    of: str  # key of its word on the page
    least: int
    most: int
    start: int = 1  # where a field of it starts
    form: str = "{}"  # as the change has it


About = Literal["site", "sites", "house", "hospice", "origin", "neighbour", "who"]
"""What a change may be about: a site, several, a new house, one type or all, an origin or all, and so on."""


@dataclass(frozen=True)
class Kind:
    """What may change: what it does, and what a user says of it in the order in which it is written."""

    apply: Callable[[Situation, Change], Situation]
    about: About | None = None
    amount: Amount | None = None
    when: Literal["", "since", "period"] = ""
    hint: Message | None = None  # how it is written


CHANGES: Mapping[str, Kind] = {
    "close": Kind(_close, "site", when="since"),
    "open": Kind(
        _open,
        "house",
        Amount("beds", 1, MOST_BEDS),
        "since",
        Message("write it as bth=4, or with a name and a date: De Vlinder:bth=4@2026-07-01"),
    ),
    "merge": Kind(
        _merge,
        "sites",
        when="since",
        hint=Message("write it as SITE+SITE, or with a date: SITE+SITE@2026-07-01"),
    ),
    "beds": Kind(
        _set_beds,
        "site",
        Amount("beds", 0, MOST_BEDS),
        "since",
        Message("write it as SITE=8, or with a date: SITE=8@2026-07-01"),
    ),
    "shut": Kind(
        _shut,
        "site",
        Amount("shut", 1, MOST_BEDS),
        "period",
        Message("write it as SITE=2@2026-07-01..2026-09-01, or for every year: SITE=2@07-01..09-01"),
    ),
    "stay": Kind(
        _stay,
        "hospice",
        Amount("days", 1, MOST_DAYS, _LONGER_DAYS, "{:+d}"),
        hint=Message("write it as +5, or for one type: hch=+5"),
    ),
    "requests": Kind(
        _requests,
        "origin",
        Amount("more", -_MOST_PERCENT, _MOST_PERCENT, _MORE_PERCENT, "{:+d}%"),
        hint=Message("write it as +20%, or for one origin: hospital=+20%"),
    ),
    "share": Kind(_share, "neighbour"),
    "other-house": Kind(
        _other_house,
        amount=Amount("any_house", 0, _MOST_PERCENT, _ANY_HOUSE_PERCENT, "{}%"),
        hint=Message("write a share from 0 (one queue a house) to 1 (one queue), as 0.85"),
    ),
    "turnover": Kind(
        _turnover,
        amount=Amount("empty", 0, MOST_TURNOVER_DAYS),
        hint=Message("write a number of days, as 1.5"),
    ),
    "first": Kind(_first, "who"),
}
"""What may change, by the option of the command, in the order of the page."""


def situation_of(
    scenario: Scenario, area: Area, asked: Cluster, alternatives: Sequence[Sequence[Change]]
) -> Situation:
    """Today: the cluster that is asked about, and the neighbours that an alternative shares places with.

    Extra beds of the scenario stand in the sites of the situation.

    Raises InputError when a neighbour is none of the area.
    """
    others = [cluster for cluster in clusters_of(area) if cluster.id != asked.id]
    chosen = [asked]
    for change in (each for changes in alternatives for each in changes if each.name == "share"):
        for id_ in (part.strip() for part in change.text.split("+")):
            found = next((cluster for cluster in others if id_ in _named(cluster)), None)
            if found is None and others:
                raise change.fault(
                    "is no neighbour; choose from {known}", known=[cluster.id for cluster in others]
                )
            if found is None:
                raise change.fault("there is no neighbour: the area has one region")
            if found.id not in [cluster.id for cluster in chosen]:
                chosen.append(found)
    plain = Situation(scenario, tuple(chosen)).with_places(extra_beds={})
    changed = {}
    for cluster in chosen:
        region = cluster.region
        for site, beds in zip(region.sites, beds_of(scenario, region), strict=True):
            planned = tuple((day, max(number + beds - site.beds, 0)) for day, number in _over_time(site)[1:])
            changed[site.id] = _site(site, ((None, beds), *planned))
    return plain.with_sites(changed)
