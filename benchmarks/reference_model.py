"""The peers' reference model by the techniques of the journey: needs first, due times, call-backs, columns.

A lean program of its own: it has its own beds and queues, not the journey's `Places`
(`reference_on_places.py` times those).

Parameters are read from the peers' `model.py`, so that both run the same model. Time is whole
minutes; the peers use days. One unmodified SimPy environment runs a region. What competes for beds
is an event; what follows from needs and admissions alone is worked out afterwards, over columns.
Whoever enters a bed here leaves it at a known minute, so that a bed that comes free is an event only
while somebody waits. (In the journey a blocked bed comes free at no known minute: there it is one
always.) Run as a script it prints one JSON line like the peers do.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import sys
import time
from array import array
from collections import deque
from collections.abc import Callable
from heapq import heappush, heapreplace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import simpy

from sim.columns import running_cap
from sim.journey.speed import without_collector
from sim.units import MINUTES_PER_DAY

HOME, HOSPITAL, FIRST_HOSPICE, NURSING, WAITING = 0, 1, 2, 5, 6
ASK, DISCHARGE, GIVE_UP, DEATH, ARRIVE = (kind << 40 for kind in range(5))
"""Order of events within a minute, above the number of a patient or of a group of beds."""
FIRST_BEDS = 1 << 32
NOT = -1
ALONG = "home", "los"
Simulate = Callable[[ModuleType, dict[str, Any]], list[dict[str, np.ndarray]]]
EACH = "arrival", "final", "death", "end", "types", "patience"


def peer_model(folder: Path) -> ModuleType:
    """The peers' parameters module."""
    spec = importlib.util.spec_from_file_location("peer_model", folder / "model.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _minutes(days: np.ndarray) -> np.ndarray:
    return np.rint(days * MINUTES_PER_DAY).astype(np.int64)


def sample(model: ModuleType, n: int, seed: int) -> dict[str, Any]:
    """All needs of all patients, vectorised; home and hospital spans as rows of a ragged table."""
    rng = np.random.Generator(np.random.SFC64(seed))
    arrival = np.sort(rng.random(n)) * model.YEAR
    group = np.searchsorted(np.cumsum(model.GROUP_P)[:-1], rng.random(n), side="right")
    death = arrival + np.exp(np.array(model.D_MU)[group] + model.D_SIG * rng.standard_normal(n))
    final = np.maximum(arrival, death - rng.uniform(model.L_LO, model.L_HI, n))
    u = rng.random(n)
    end = np.where(u < model.P_HOSPICE, 1, np.where(u < model.P_HOSPICE + model.P_NURS, 2, 0))
    prefer = np.searchsorted(np.cumsum(model.PREF_P)[:-1], rng.random(n), side="right")
    other = (prefer + 1 + (rng.random(n) < 1 / 2)) % 3
    patience = rng.uniform(model.W_LO, model.W_HI, (n, 2))
    now, active, spans = arrival.copy(), np.flatnonzero(final > arrival), []
    while active.size:
        home = rng.standard_exponential(active.size) * model.HOME_MEAN
        stays = now[active] + home < final[active]
        active, home = active[stays], home[stays]
        los = np.exp(model.LOS_MU + model.LOS_SIG * rng.standard_normal(active.size))
        spans.append((active, home, los))
        now[active] += home + los
        active = active[now[active] < final[active]]
    who = np.concatenate([s[0] for s in spans])
    order = np.argsort(who, kind="stable")
    offsets = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(who, minlength=n), out=offsets[1:])
    return {
        "n": n,
        "region": rng.integers(0, model.n_regions(n), n),
        "arrival": _minutes(arrival),
        "death": _minutes(death),
        "final": _minutes(final),
        "end": end,
        "types": np.stack([prefer, other], axis=1),
        "patience": _minutes(patience),
        "offsets": offsets,
        "home": _minutes(np.concatenate([s[1] for s in spans])[order]),
        "los": _minutes(np.concatenate([s[2] for s in spans])[order]),
    }


def part(pre: dict[str, Any], rows: np.ndarray) -> dict[str, Any]:
    """Needs of some patients, numbered anew."""
    first, counts = pre["offsets"][rows], np.diff(pre["offsets"])[rows]
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    spans = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], counts)
    needs: dict[str, Any] = {name: pre[name][rows] for name in EACH}
    needs |= {name: pre[name][spans] for name in ALONG}
    return needs | {"person": rows, "offsets": offsets}


class Person:
    """One patient and its next event."""

    __slots__ = ("asked", "at", "callbacks", "cycle", "death", "final", "hospice", "last", "row")
    _ok = True

    def __init__(
        self, row: int, cycle: int, last: int, arrival: int, final: int, death: int, hospice: bool
    ) -> None:
        self.row, self.cycle, self.last = row, cycle, last
        self.at, self.final, self.death = arrival, final, death
        self.hospice = hospice
        self.asked = 0


class Timer:
    """The end of somebody's wait."""

    __slots__ = ("at", "callbacks", "cycle", "person")
    _ok = True

    def __init__(self, callbacks: tuple[Callable[..., None]], at: int, person: Person) -> None:
        self.callbacks, self.at, self.person, self.cycle = callbacks, at, person, person.cycle


class Beds:
    """Beds with the minute at which each comes free, and who waits for one."""

    __slots__ = ("at", "callbacks", "due", "enter", "rank", "waiting")
    _ok = True

    def __init__(self, beds: int, rank: int, enter: Callable[[Person, int], int]) -> None:
        self.due = [0] * beds
        self.rank = rank
        self.enter = enter
        self.waiting: deque[tuple[int, Person]] = deque()

    def wait(self, queue: list[Any], until: int, person: Person) -> None:
        """Join the queue for a bed that comes free before a minute; the first one sets the alarm."""
        if not self.waiting:
            self._set(queue)
        self.waiting.append((until, person))

    def _set(self, queue: list[Any]) -> None:
        self.at = self.due[0]
        self.callbacks = (lambda _: self._hand_over(queue),)
        heappush(queue, (self.at, self.rank, 0, self))

    def _hand_over(self, queue: list[Any]) -> None:
        now, due, waiting = self.at, self.due, self.waiting
        while waiting and due[0] <= now:
            until, person = waiting.popleft()
            if now < until:
                heapreplace(due, self.enter(person, now))
        if waiting:
            self._set(queue)


def run_region(needs: dict[str, Any], hospital: int, hospice: tuple[int, ...]) -> tuple[array[int], ...]:
    """Who gets a bed when: the events of one region in one SimPy environment.

    Returns
    -------
    admitted : array, one value a hospital span
        Minute of admission, `NOT` where there was none.
    entered, kind, back : array, one value a patient
        Minute of entering a hospice and its type; minute of giving up waiting for one.
    """
    queue = (env := simpy.Environment())._queue
    home, los = needs["home"].tolist(), needs["los"].tolist()
    types, patience = needs["types"].tolist(), needs["patience"].tolist()
    blank = array("q", [NOT])
    admitted = blank * len(home)
    entered, kinds, back = (blank * len(types) for _ in range(3))

    def ask_hospital(p: Person) -> None:
        now = p.at
        if not ward.waiting and ward_due[0] <= now:
            heapreplace(ward_due, into_hospital(p, now))
        else:
            final = p.final
            ward.wait(queue, final + 1, p)
            if p.hospice:
                heappush(queue, (final, GIVE_UP | p.row, p.cycle, Timer(no_ward, final, p)))

    def into_hospital(p: Person, now: int) -> int:
        cycle = p.cycle
        admitted[cycle] = now
        out: int = now + los[cycle]
        if out >= p.death:
            return p.death
        p.cycle = cycle + 1
        at_home(p, out, DISCHARGE)
        return out

    def at_home(p: Person, now: int, kind: int) -> None:
        final = p.final
        if now < final:
            cycle = p.cycle
            if cycle < p.last and (leaves := now + home[cycle]) < final:
                p.at = leaves
                p.callbacks = to_hospital
                heappush(queue, (leaves, p.row, 0, p))
                return
            now, kind = final, ASK
        if p.hospice:
            p.at = now
            p.callbacks = to_hospice
            heappush(queue, (now, kind | p.row, 0, p))

    def give_up_ward(timer: Timer) -> None:
        if admitted[timer.cycle] == NOT:
            timer.person.at = timer.at
            ask_hospice(timer.person)

    def ask_hospice(p: Person) -> None:
        now, row = p.at, p.row
        if p.asked > 1 or now >= p.death:
            back[row] = now
            return
        kind = kinds[row] = types[row][p.asked]
        house = houses[kind]
        if not house.waiting and house.due[0] <= now:
            heapreplace(house.due, into_hospice(p, now))
        else:
            until = min(now + patience[row][p.asked], p.death)
            p.asked += 1
            house.wait(queue, until, p)
            heappush(queue, (until, GIVE_UP | row, NOT, Timer(no_house, until, p)))

    def into_hospice(p: Person, now: int) -> int:
        entered[p.row] = now
        return p.death

    def give_up_house(timer: Timer) -> None:
        p = timer.person
        if entered[p.row] == NOT:
            p.at = timer.at
            ask_hospice(p)

    to_hospital, to_hospice, no_ward, no_house = (
        (f,) for f in (ask_hospital, ask_hospice, give_up_ward, give_up_house)
    )
    ward = Beds(hospital, DISCHARGE | FIRST_BEDS, into_hospital)
    ward_due = ward.due
    houses = [Beds(beds, DEATH | FIRST_BEDS | k, into_hospice) for k, beds in enumerate(hospice)]
    offsets = needs["offsets"].tolist()
    columns = zip(*(needs[name].tolist() for name in ("arrival", "final", "death", "end")), strict=True)
    for row, (arrival, final, death, end) in enumerate(columns):
        p = Person(row, offsets[row], offsets[row + 1], arrival, final, death, end == 1)
        at_home(p, arrival, ARRIVE)
    env.run()
    return admitted, entered, kinds, back


def stays_of(needs: dict[str, Any], log: tuple[array[int], ...]) -> dict[str, np.ndarray]:
    """Stays from needs and admissions, sorted by patient and start; none is empty.

    A patient has a place for two stays a hospital span with an admission (home, hospital) and three
    for the end (home, waiting, last place); each starts where the one before ends.
    """
    admitted, entered, kinds, back = (np.frombuffer(values, np.int64) for values in log)
    arrival, final, death, end = (needs[name] for name in ("arrival", "final", "death", "end"))
    span = np.flatnonzero(admitted != NOT)
    owner = np.repeat(np.arange(len(death), dtype=np.int32), np.diff(needs["offsets"]))[span]
    count = np.bincount(owner, minlength=len(death))
    until = np.cumsum(count)
    out = np.minimum(admitted[span] + needs["los"][span], death[owner])
    last = np.where(count > 0, out[np.maximum(until - 1, 0)], arrival)
    asks = np.maximum(last, final)
    hospice, got = end == 1, entered != NOT
    waits = np.where(got, entered, np.where(back != NOT, back, death))
    waits = np.where(hospice, np.maximum(waits, asks), asks)

    width = 2 * count + 3
    tail = np.cumsum(width) - 3
    ends = np.empty(int(width.sum()), np.int64)
    setting = np.zeros(len(ends), np.int8)
    place = 2 * np.arange(len(span)) + 3 * owner
    ends[place], ends[place + 1] = admitted[span], out
    setting[place + 1] = HOSPITAL
    ends[tail], ends[tail + 1], ends[tail + 2] = asks, waits, death
    setting[tail + 1] = WAITING
    setting[tail + 2] = np.where(
        hospice, np.where(got, FIRST_HOSPICE + kinds, HOME), np.where(end == 2, NURSING, HOME)
    )
    start = np.empty_like(ends)
    start[1:] = ends[:-1]
    start[tail - 2 * count] = arrival
    kept = np.flatnonzero(ends > start)
    person = np.repeat(needs["person"], width)
    return {"person": person[kept], "setting": setting[kept], "start": start[kept], "end": ends[kept]}


def by_year(
    model: ModuleType, year_of: np.ndarray, first: np.ndarray, end: np.ndarray, setting: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stays split at 1 January: number of the stay, year, cents."""
    begins = year_of[first]
    parts = year_of[np.maximum(end - 1, first)] - begins + 1
    row = np.repeat(np.arange(len(first)), parts)
    year = begins[row] + np.arange(len(row)) - (np.cumsum(parts) - parts)[row]
    days = np.minimum(end[row], model.BOUND[year + 1]) - np.maximum(first[row], model.BOUND[year])
    return row, year, days * model.TARIFF[setting[row], year]


def price(model: ModuleType, stays: dict[str, np.ndarray]) -> dict[str, int]:
    """Day prices by year, yearly deductible, monthly co-payment; totals in cents."""
    first, end = stays["start"] // MINUTES_PER_DAY, stays["end"] // MINUTES_PER_DAY
    setting, person = stays["setting"], stays["person"]
    days = np.arange(int(end.max()) + 2)
    year_of, month_of = (np.searchsorted(b, days, side="right") - 1 for b in (model.BOUND, model.MONTH0))
    counts = model.DED[setting] == 1
    own, free = np.flatnonzero(counts), np.flatnonzero(~counts)
    cost = by_year(model, year_of, first[free], end[free], setting[free])[2]
    row, year, counted = by_year(model, year_of, first[own], end[own], setting[own])
    groups = (person[own[row]], year)
    paid = running_cap(groups, np.arange(len(row)), counted, np.full(len(row), model.CAP))
    pays = np.flatnonzero(model.COPAY[setting] & (end > first))
    month, last, who = month_of[first[pays]], month_of[end[pays] - 1], person[pays]
    before = np.full(len(pays), -1)
    before[1:] = np.where(who[1:] == who[:-1], last[:-1], -1)
    months = int(np.maximum(last - np.maximum(month, before + 1) + 1, 0).sum())
    return {
        "total": int(cost.sum()) + int(counted.sum()),
        "deductible": int(paid.sum()),
        "copay": months * int(model.COPAY_MONTH),
    }


def regions_of(model: ModuleType, pre: dict[str, Any]) -> list[np.ndarray]:
    """Patients of every region, in order."""
    order = np.argsort(pre["region"], kind="stable")
    bounds = np.searchsorted(pre["region"][order], np.arange(1, model.n_regions(pre["n"])))
    return np.split(order, bounds)


def simulate(model: ModuleType, pre: dict[str, Any]) -> list[dict[str, np.ndarray]]:
    """Stays region by region: person, setting, start, end, sorted by person and start."""
    hospital, hospice = model.capacities(pre["n"])
    tables = []
    with without_collector():
        for rows in regions_of(model, pre):
            needs = part(pre, rows)
            tables.append(stays_of(needs, run_region(needs, hospital, hospice)))
    return tables


def run(folder: Path, n: int, seed: int, simulate: Simulate = simulate) -> dict[str, Any]:
    """One run with seconds by stage, peak memory and the peers' statistics."""
    model = peer_model(folder)
    t0 = time.perf_counter()
    pre = sample(model, n, seed)
    t1 = time.perf_counter()
    tables = simulate(model, pre)
    t2 = time.perf_counter()
    ledgers = [price(model, stays) for stays in tables]
    total = sum(ledger["total"] for ledger in ledgers)
    t3 = time.perf_counter()
    person, setting, start, end = (
        np.concatenate([stays[name] for stays in tables]) for name in ("person", "setting", "start", "end")
    )
    day = float(MINUTES_PER_DAY)
    found = model.stats(person, setting, start / day, end / day, n)
    return {
        "engine": "palsim, lean",
        "n": n,
        "seed": seed,
        "t_sample": round(t1 - t0, 4),
        "t_sim": round(t2 - t1, 4),
        "t_price": round(t3 - t2, 4),
        "total": round(t3 - t0, 4),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "stays": len(person),
        "cost_pp": total / n / 100,
        "stats": {k: [float(x) for x in v] if isinstance(v, tuple) else float(v) for k, v in found.items()},
    }


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
