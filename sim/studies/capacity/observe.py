"""What a capacity study counts in one replication: requests with their outcome, beds in use, hospital."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim import dates
from sim.columns import tally
from sim.journey.log import REFUSAL_FIELDS, STAY_FIELDS, columns
from sim.journey.sized import Demand, Queued
from sim.measure.tables import HOME, HOSPITAL, Window
from sim.scenario import Region, Site
from sim.schema import EXITS, HOSPICE_SETTINGS, NEVER, REFUSAL_REASONS, SETTINGS, code
from sim.stats import overlap
from sim.units import FAR_FUTURE, LONG_AGO, MINUTES_PER_DAY, MONTHS_PER_YEAR, Bools, Ints

HOSPICE = "all"
"""All types of hospice together."""
SHORT_STAY = "elv"
TYPES = (HOSPICE, *HOSPICE_SETTINGS, SHORT_STAY)
"""What a capacity answer may be about."""
PLACES = (*HOSPICE_SETTINGS, SHORT_STAY)
"""Settings whose beds are counted, in the order of `Observed.used`."""

ADMITTED, REFUSED, DIED = 0, 1, 2
_CODES = tuple(code(SETTINGS, word) for word in PLACES)
_REASONS = {REFUSED: "geduld_op", DIED: "overleden_in_wachttijd"}


@dataclass(frozen=True)
class Observed:
    """One replication with one number of beds, in the counted window.

    Parameters
    ----------
    minute, wait : int64 array, shape (requests,)
        When a request ended, and how long who got a bed had waited for it.
    first : int64 array, shape (requests,)
        Setting of first choice, as place in PLACES.
    outcome : int64 array, shape (requests,)
        ADMITTED, REFUSED (nobody waited longer) or DIED.
    used : int64 array, shape (months, places)
        Minutes of beds in use.
    room : int64 array, shape (months, places)
        Minutes of beds.
    full : int64 array, shape (TYPES,)
        Minutes in which no bed of a type is free.
    site_used, site_room : int64 array, shape (sites,)
        Minutes of beds in use, and of beds, at each site.
    """

    minute: Ints
    wait: Ints
    first: Ints
    outcome: Ints
    used: Ints
    room: Ints
    full: Ints
    site_used: Ints
    site_room: Ints
    blocked_minutes: int
    hospital_deaths: int
    home_deaths: int
    deaths: int

    def beside(self, others: Observed) -> Observed:
        """The same with people who ask for no place."""
        return replace(
            self,
            blocked_minutes=self.blocked_minutes + others.blocked_minutes,
            hospital_deaths=self.hospital_deaths + others.hospital_deaths,
            home_deaths=self.home_deaths + others.home_deaths,
            deaths=self.deaths + others.deaths,
        )

    def of(self, kind: str, month: tuple[int, int] | None = None) -> Bools:
        """Which requests are of a type, by first choice, and end between two minutes."""
        short = PLACES.index(SHORT_STAY)
        mine = self.first != short if kind == HOSPICE else self.first == PLACES.index(kind)
        if month is None:
            return np.asarray(mine, np.bool_)
        return np.asarray(mine & (self.minute >= month[0]) & (self.minute < month[1]), np.bool_)

    def full_minutes(self, kind: str) -> int:
        """Minutes in which no bed of a type is free."""
        return int(self.full[TYPES.index(kind)])

    def bed_minutes(self, kind: str) -> tuple[Ints, Ints]:
        """Minutes in use and minutes of beds of a type, one value a month."""
        mine = (
            slice(0, len(HOSPICE_SETTINGS))
            if kind == HOSPICE
            else slice(PLACES.index(kind), PLACES.index(kind) + 1)
        )
        return self.used[:, mine].sum(axis=1), self.room[:, mine].sum(axis=1)


_START, _END = (STAY_FIELDS.index(name) for name in ("start", "end"))


def months_of(window: Window) -> tuple[tuple[int, int], ...]:
    """Calendar months that a window touches, as half-open minutes, cut off at its ends."""
    first, last = dates.date_of(window.low), dates.date_of(window.high - 1)
    names = [
        (year, month)
        for year in range(first.year, last.year + 1)
        for month in range(1, MONTHS_PER_YEAR + 1)
        if (first.year, first.month) <= (year, month) <= (last.year, last.month)
    ]
    starts = [dates.minute_of(first.replace(year=year, month=month, day=1)) for year, month in names]
    edges = [window.low, *starts[1:], window.high]
    return tuple(zip(edges[:-1], edges[1:], strict=True))


def observe(demand: Demand, beds: Sequence[int], queued: Queued, window: Window) -> Observed:
    """Count one run of the queue.

    Parameters
    ----------
    beds : sequence of int
        In the order of the sites.
    """
    rows = queued.log.stays
    touched = (rows[:, _END] >= window.low - _after(demand)) & (rows[:, _START] < window.high)
    stays = columns(rows[touched], STAY_FIELDS)
    start, end, setting = stays["start"], stays["end"], stays["setting"]
    died = (stays["exit"] == code(EXITS, "overleden")) & window.holds(end)
    months = months_of(window)
    region = demand.with_beds(beds)
    sites = len(region.sites)
    hospice = np.isin(setting, _CODES[: len(HOSPICE_SETTINGS)])
    left = end.copy()
    for number, minutes in demand.longer.items():
        left += np.where(setting == number, minutes, 0)
    used = np.zeros((len(months), len(PLACES)), np.int64)
    for place, number in enumerate(_CODES):
        here = setting == number
        for row, (low, high) in enumerate(months):
            used[row, place] = overlap(start[here], left[here], low, high).sum()
    at, inside = stays["site"], overlap(start, left, window.low, window.high)
    housed = (at >= 0) & np.isin(setting, _CODES)
    emptied = left + np.where(hospice, round(demand.scenario.places.turnover_days * MINUTES_PER_DAY), 0)
    blocked = overlap(end - stays["blocked"], end, window.low, window.high)
    minute, wait, first, outcome = _requests(demand, queued, window)
    return Observed(
        minute,
        wait,
        first,
        outcome,
        used,
        _room(region, months),
        _full(region, window, at, start, emptied),
        tally(at[housed], sites, inside[housed]),
        np.array([sum(_room_of(site, [(window.low, window.high)])) for site in region.sites], np.int64),
        int(blocked[setting == HOSPITAL].sum()),
        int((died & (setting == HOSPITAL)).sum()),
        int((died & (setting == HOME)).sum()),
        int(died.sum()),
    )


def _after(demand: Demand) -> int:
    """Minutes for which a stay keeps its bed after its end, at most."""
    turnover = round(demand.scenario.places.turnover_days * MINUTES_PER_DAY)
    return turnover + max(demand.longer.values(), default=0)


def _beds_over_time(site: Site) -> list[tuple[int, int]]:
    """Beds of a site from minutes on, the first from before all."""
    return [(LONG_AGO, site.beds), *((dates.minute_of(c.date), c.beds) for c in site.beds_from)]


def _room_of(site: Site, periods: Sequence[tuple[int, int]]) -> list[int]:
    """Minutes of beds of a site in half-open periods."""
    told = _beds_over_time(site)
    ends = [*(minute for minute, _ in told[1:]), FAR_FUTURE]
    return [
        sum(
            beds * max(min(end, high) - max(minute, low), 0)
            for (minute, beds), end in zip(told, ends, strict=True)
        )
        for low, high in periods
    ]


def _room(region: Region, months: Sequence[tuple[int, int]]) -> Ints:
    """Minutes of beds by month and place."""
    out = np.zeros((len(months), len(PLACES)), np.int64)
    for site in region.sites:
        if site.setting in PLACES:
            out[:, PLACES.index(site.setting)] += np.array(_room_of(site, months), np.int64)
    return out


def _full(region: Region, window: Window, at: Ints, start: Ints, end: Ints) -> Ints:
    """Minutes of the window in which no bed of a type is free, by type; all where it has no bed."""
    out = []
    for kinds in (HOSPICE_SETTINGS, *((kind,) for kind in PLACES)):
        numbers = [number for number, site in enumerate(region.sites) if site.setting in kinds]
        out.append(_full_of(numbers, region, window, at, start, end))
    return np.array(out, np.int64)


def _full_of(numbers: Sequence[int], region: Region, window: Window, at: Ints, start: Ints, end: Ints) -> int:
    """Minutes of the window in which no bed of some sites is free."""
    mine = np.isin(at, numbers)
    changes: list[tuple[int, int]] = []
    for number in numbers:
        before = 0
        for minute, beds in _beds_over_time(region.sites[number]):
            changes.append((minute, beds - before))
            before = beds
    minutes = np.concatenate([start[mine], end[mine], np.array([m for m, _ in changes], np.int64)])
    steps = np.repeat(np.array([-1, 1], np.int64), int(mine.sum()))
    steps = np.concatenate([steps, np.array([step for _, step in changes], np.int64)])
    minutes = np.clip(minutes, window.low, window.high)
    order = np.argsort(minutes, kind="stable")
    lasts = np.diff(np.append(minutes[order], window.high))
    free = np.cumsum(steps[order])
    opening = int(minutes.min()) - window.low if len(minutes) else window.high - window.low
    return int(lasts[free <= 0].sum()) + opening


def _requests(demand: Demand, queued: Queued, window: Window) -> tuple[Ints, Ints, Ints, Ints]:
    """Every request that ends in the window: admissions, refusals, deaths in the queue, short stays."""
    needs = demand.needs
    order = np.array([chosen[0] for chosen in needs.hospice_order], np.int64)
    place_of = np.full(len(SETTINGS), -1, np.int64)
    place_of[list(_CODES)] = np.arange(len(_CODES))
    first = place_of[order[needs.hospice_choice]]
    stays = columns(queued.log.stays, STAY_FIELDS)
    asked = (stays["requested"] != NEVER) & window.holds(stays["start"])
    place = place_of[stays["setting"]]
    short = place == PLACES.index(SHORT_STAY)
    parts: list[tuple[Ints, Ints, Ints, int]] = []
    for mask, chosen in ((asked & (place >= 0) & ~short, None), (asked & short, PLACES.index(SHORT_STAY))):
        row, now = stays["row"][mask], stays["start"][mask]
        kind = first[row] if chosen is None else np.full(len(row), chosen, np.int64)
        parts.append((now, now - stays["requested"][mask], kind, ADMITTED))
    refusals = columns(queued.log.refusals, REFUSAL_FIELDS)
    hospice = np.isin(refusals["setting"], _CODES[: len(HOSPICE_SETTINGS)]) & window.holds(refusals["minute"])
    for outcome, reason in _REASONS.items():
        mask = hospice & (refusals["reason"] == code(REFUSAL_REASONS, reason))
        none = np.zeros(int(mask.sum()), np.int64)
        parts.append((refusals["minute"][mask], none, first[refusals["row"][mask]], outcome))
    lost = queued.lost[window.holds(queued.lost[:, 1])]
    none = np.zeros(len(lost), np.int64)
    parts.append((lost[:, 1], none, none + PLACES.index(SHORT_STAY), REFUSED))
    minutes, waits, kinds = (np.concatenate([p[n] for p in parts]) for n in range(len(parts[0]) - 1))
    outcomes = np.concatenate([np.full(len(minute), outcome, np.int64) for minute, _, _, outcome in parts])
    return minutes, waits, kinds, outcomes
