"""What a capacity study counts in one replication: requests with their outcome, beds in use, hospital."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.columns import tally
from sim.journey.log import REFUSAL_FIELDS, STAY_FIELDS, columns
from sim.journey.sized import Demand, Queued
from sim.measure.moves import months_of
from sim.measure.tables import HOME, HOSPITAL, SiteBeds, Window, sites_of
from sim.schema import EXITS, HOSPICE_SETTINGS, NEVER, REFUSAL_REASONS, SETTINGS, code
from sim.stats import overlap
from sim.units import LONG_AGO, MINUTES_PER_DAY, Bools, Ints

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

    def of(self, kind: str, month: Window | None = None) -> Bools:
        """Which requests are of a type, by first choice, and end in a month."""
        short = PLACES.index(SHORT_STAY)
        mine = self.first != short if kind == HOSPICE else self.first == PLACES.index(kind)
        return np.asarray(mine if month is None else mine & month.holds(self.minute), np.bool_)

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


def observe(demand: Demand, beds: Sequence[int], queued: Queued, window: Window) -> Observed:
    """Count one run of the queue with so many beds at each site."""
    rows = queued.log.stays
    touched = (rows[:, _END] >= window.low - _after(demand)) & (rows[:, _START] < window.high)
    stays = columns(rows[touched], STAY_FIELDS)
    start, end, setting = stays["start"], stays["end"], stays["setting"]
    died = (stays["exit"] == code(EXITS, "overleden")) & window.holds(end)
    months = [month for _, month in months_of(window)]
    sites = sites_of(demand.scenario, demand.with_beds(beds))
    hospice = np.isin(setting, _CODES[: len(HOSPICE_SETTINGS)])
    left = end.copy()
    for number, minutes in demand.longer.items():
        left += np.where(setting == number, minutes, 0)
    used = np.zeros((len(months), len(PLACES)), np.int64)
    for place, number in enumerate(_CODES):
        here = setting == number
        for row, month in enumerate(months):
            used[row, place] = overlap(start[here], left[here], month.low, month.high).sum()
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
        _room(sites, months),
        _full(sites, window, at, start, emptied),
        tally(at[housed], len(sites), inside[housed]),
        np.array([site.bed_minutes(window) for site in sites], np.int64),
        int(blocked[setting == HOSPITAL].sum()),
        int((died & (setting == HOSPITAL)).sum()),
        int((died & (setting == HOME)).sum()),
        int(died.sum()),
    )


def _after(demand: Demand) -> int:
    """Minutes for which a stay keeps its bed after its end, at most."""
    turnover = round(demand.scenario.places.turnover_days * MINUTES_PER_DAY)
    return turnover + max(demand.longer.values(), default=0)


def _room(sites: Sequence[SiteBeds], months: Sequence[Window]) -> Ints:
    """Minutes of beds by month and place."""
    out = np.zeros((len(months), len(PLACES)), np.int64)
    for site in sites:
        if site.setting in PLACES:
            out[:, PLACES.index(site.setting)] += [site.bed_minutes(month) for month in months]
    return out


def _full(sites: Sequence[SiteBeds], window: Window, at: Ints, start: Ints, end: Ints) -> Ints:
    """Minutes of the window in which no bed of a type is free, by type; all where it has no bed."""
    out = []
    for kinds in (HOSPICE_SETTINGS, *((kind,) for kind in PLACES)):
        mine = {number: site for number, site in enumerate(sites) if site.setting in kinds}
        here = np.isin(at, list(mine))
        out.append(_full_of(mine.values(), window, start[here], end[here]))
    return np.array(out, np.int64)


def _full_of(sites: Iterable[SiteBeds], window: Window, start: Ints, end: Ints) -> int:
    """Minutes of the window in which no bed of some sites is free."""
    changes: list[tuple[int, int]] = []
    for site in sites:
        before = 0
        for minute, beds in ((LONG_AGO, site.beds), *site.changes):
            changes.append((minute, beds - before))
            before = beds
    minutes = np.concatenate([start, end, np.array([m for m, _ in changes], np.int64)])
    steps = np.repeat(np.array([-1, 1], np.int64), len(start))
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
