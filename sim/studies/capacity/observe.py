"""What a capacity study counts in one replication: requests with their outcome, beds in use, hospital."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from sim.columns import tally
from sim.journey.log import REFUSAL_FIELDS, STAY_FIELDS, columns
from sim.journey.sized import Demand, Queued
from sim.measure.moves import months_of
from sim.measure.tables import HOME, HOSPITAL, SiteBeds, Window, sites_of
from sim.schema import EXITS, HOSPICE_SETTINGS, NEVER, REFUSAL_REASONS, SETTINGS, code
from sim.stats import overlap
from sim.units import MINUTES_PER_DAY, Bools, Ints

ANY_HOSPICE = "all"
"""All types of hospice together."""
SHORT_STAY = "elv"
TYPES = (ANY_HOSPICE, *HOSPICE_SETTINGS, SHORT_STAY)
"""What a capacity answer may be about."""
SIZED_PLACES = (*HOSPICE_SETTINGS, SHORT_STAY)
"""Settings whose beds are counted, in the order of `Observed.used`."""

ADMITTED, REFUSED, DIED = 0, 1, 2
_CODES = tuple(code(SETTINGS, word) for word in SIZED_PLACES)
_REASONS = {REFUSED: "geduld_op", DIED: "overleden_in_wachttijd"}
LOST = {"refused": (REFUSED,), "died_waiting": (DIED,), "not_admitted": (REFUSED, DIED)}
"""Ways in which a request ends without a bed, with their outcomes."""


def settings_of(kind: str) -> tuple[str, ...]:
    """Settings that a type counts: all of hospices, or its own."""
    return HOSPICE_SETTINGS if kind == ANY_HOSPICE else (kind,)


@dataclass(frozen=True)
class Observed:
    """One replication with one number of beds, in the counted window."""

    minute: Ints  # as the next three one a request: when it ended
    wait: Ints  # minutes that who got a bed had waited for it
    first: Ints  # setting of first choice, as place in PLACES
    outcome: Ints  # ADMITTED, REFUSED (nobody waited longer) or DIED
    used: Ints  # minutes of beds in use, shape (months, places)
    room: Ints  # minutes of beds, of that shape
    full: Ints  # minutes in which no bed of a type is free, shape (TYPES,)
    site_used: Ints  # minutes of beds in use at each site
    site_room: Ints  # minutes of beds at each site
    blocked_minutes: int
    hospital_deaths: int
    home_deaths: int
    deaths: int

    def beside(self, others: Observed) -> Observed:
        """The same with people who ask for no place."""
        return replace(
            self, **{name: getattr(self, name) + getattr(others, name) for name in OBSERVED_NUMBERS}
        )

    def of(self, kind: str, month: Window | None = None) -> Bools:
        """Which requests are of a type, by first choice, and end in a month."""
        mine = np.isin(self.first, _places(kind))
        return np.asarray(mine if month is None else mine & month.holds(self.minute), np.bool_)

    def full_minutes(self, kind: str) -> int:
        """Minutes in which no bed of a type is free."""
        return int(self.full[TYPES.index(kind)])

    def bed_minutes(self, kind: str) -> tuple[Ints, Ints]:
        """Minutes in use and minutes of beds of a type, one value a month."""
        mine = _places(kind)
        return self.used[:, mine].sum(axis=1), self.room[:, mine].sum(axis=1)


ARRAYS = tuple(each.name for each in fields(Observed) if each.type == "Ints")
OBSERVED_NUMBERS = tuple(each.name for each in fields(Observed) if each.type == "int")
"""Fields that hold arrays, and those that hold a number each."""


def _places(kind: str) -> list[int]:
    return [SIZED_PLACES.index(setting) for setting in settings_of(kind)]


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
    used = np.zeros((len(months), len(SIZED_PLACES)), np.int64)
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
    out = np.zeros((len(months), len(SIZED_PLACES)), np.int64)
    for site in sites:
        if site.setting in SIZED_PLACES:
            out[:, SIZED_PLACES.index(site.setting)] += [site.bed_minutes(month) for month in months]
    return out


def _full(sites: Sequence[SiteBeds], window: Window, at: Ints, start: Ints, end: Ints) -> Ints:
    """Minutes of the window in which no bed of a type is free, by type; all where it has no bed."""
    out = []
    for kind in TYPES:
        mine = {number: site for number, site in enumerate(sites) if site.setting in settings_of(kind)}
        here = np.isin(at, list(mine))
        out.append(_full_of(mine.values(), window, start[here], end[here]))
    return np.array(out, np.int64)


def _full_of(sites: Collection[SiteBeds], window: Window, start: Ints, end: Ints) -> int:
    """Minutes of the window in which no bed of some sites is free."""
    changed = np.array([window.low, *(minute for site in sites for minute, _ in site.changes)], np.int64)
    edges = np.unique(np.clip(np.concatenate([start, end, changed]), window.low, window.high))
    busy = np.searchsorted(np.sort(start), edges, "right") - np.searchsorted(np.sort(end), edges, "right")
    beds = np.sum([site.at(edges) for site in sites], axis=0)
    return int(np.diff(np.append(edges, window.high))[beds <= busy].sum())


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
    short = place == SIZED_PLACES.index(SHORT_STAY)
    parts: list[tuple[Ints, Ints, Ints, int]] = []
    for mask, chosen in (
        (asked & (place >= 0) & ~short, None),
        (asked & short, SIZED_PLACES.index(SHORT_STAY)),
    ):
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
    parts.append((lost[:, 1], none, none + SIZED_PLACES.index(SHORT_STAY), REFUSED))
    minutes, waits, kinds = (np.concatenate([p[n] for p in parts]) for n in range(len(parts[0]) - 1))
    outcomes = np.concatenate([np.full(len(minute), outcome, np.int64) for minute, _, _, outcome in parts])
    return minutes, waits, kinds, outcomes
