"""The peers' reference model in the project's own primitives: places, due times, call-backs, ledger.

Parameters are read from the peers' `model.py`, so that both run the same model. Time is whole
minutes; the peers use days. Run as a script it prints one JSON line like the peers do.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import sys
import time
from array import array
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import simpy
from simpy.events import Event

from sim.journey.places import Places, Request
from sim.law.columns import running_cap, split_months
from sim.units import MINUTES_PER_DAY

_KIND_BITS = 3
_LATER = 1 << 62
HOME, HOSPITAL, FIRST_HOSPICE, NURSING, WAITING = 0, 1, 2, 5, 6
HOME_ENDS, DISCHARGE, GIVE_UP, DEATH, ARRIVE = range(5)


def peer_model(folder: Path) -> ModuleType:
    """The peers' parameters module."""
    spec = importlib.util.spec_from_file_location("peer_model", folder / "model.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Person(Event, Request):
    """One patient: the re-armed event and its place in a queue."""

    __slots__ = (
        "accepts",
        "attempt",
        "cycle",
        "death",
        "due",
        "end",
        "final",
        "last",
        "row",
        "setting",
        "start",
        "ticket",
    )

    def __init__(self, env: simpy.Environment, row: int) -> None:
        Event.__init__(self, env)
        self._ok = True
        self._value = None
        self.row = row
        self.accepts = (0,)
        self.ticket = 0
        self.attempt = 0


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


class Region:
    """Places and patients of one region in one SimPy environment."""

    def __init__(
        self, pre: dict[str, Any], rows: np.ndarray, hospital: int, hospice: tuple[int, ...]
    ) -> None:
        self.env = simpy.Environment()
        self.hospital = Places([0], [hospital])
        self.hospice = [Places([0], [beds]) for beds in hospice]
        self.log = array("q")
        offsets = pre["offsets"]
        self.home, self.los = pre["home_list"], pre["los_list"]
        self.types, self.patience = pre["type_list"], pre["patience_list"]
        self.ending = pre["end_list"]
        self._callbacks = [self._fire]
        for row in rows.tolist():
            p = Person(self.env, row)
            p.cycle, p.last = int(offsets[row]), int(offsets[row + 1])
            p.start, p.final, p.death = (
                pre["arrival_list"][row],
                pre["final_list"][row],
                pre["death_list"][row],
            )
            p.setting = HOME
            self._arm(p, p.start, ARRIVE)

    def run(self) -> np.ndarray:
        """All stays of the region: row, setting, start, end."""
        self.env.run()
        return np.frombuffer(self.log, np.int64).reshape(-1, 4)

    def _arm(self, p: Person, minute: int, kind: int) -> None:
        p.due = (minute << _KIND_BITS) | kind
        p.callbacks = self._callbacks
        self.env.schedule(p, ((kind << 40) | p.row), minute - self.env.now)

    def _record(self, p: Person, setting: int, end: int) -> None:
        if end > p.start:
            self.log.extend((p.row, setting, p.start, end))
        p.start = end

    def _fire(self, p: Person) -> None:
        p.callbacks = self._callbacks
        now = self.env.now
        if p.due >> _KIND_BITS != now:
            return
        kind = p.due & ((1 << _KIND_BITS) - 1)
        p.due = _LATER
        if kind == HOME_ENDS:
            self._home_ends(p, now)
        elif kind == ARRIVE:
            self._at_home(p, now)
        elif kind == DISCHARGE:
            self._record(p, HOSPITAL, now)
            self._pass_on_hospital(now)
            if now < p.death:
                p.cycle += 1
                self._at_home(p, now)
        elif kind == GIVE_UP:
            p.give_up()
            if p.setting == HOME:
                self._last_phase(p, now)
            else:
                self._next_choice(p, now)
        else:
            self._record(p, p.setting, now)
            if FIRST_HOSPICE <= p.setting < NURSING:
                taken = self.hospice[p.setting - FIRST_HOSPICE].release(0)
                if taken is not None:
                    self._into_hospice(taken, now, p.setting)

    def _at_home(self, p: Person, now: int) -> None:
        if now < p.final and p.cycle < p.last:
            leaves = now + self.home[p.cycle]
            self._arm(p, leaves if leaves < p.final else p.final, HOME_ENDS)
        elif now < p.final:
            self._arm(p, p.final, HOME_ENDS)
        else:
            self._last_phase(p, now)

    def _home_ends(self, p: Person, now: int) -> None:
        if now >= p.final:
            self._last_phase(p, now)
        elif self.hospital.take((0,)) >= 0:
            self._into_hospital(p, now)
        else:
            self.hospital.wait(p)
            self._arm(p, p.final, GIVE_UP)

    def _into_hospital(self, p: Person, now: int) -> None:
        self._record(p, HOME, now)
        out = now + self.los[p.cycle]
        self._arm(p, out if out < p.death else p.death, DISCHARGE)

    def _pass_on_hospital(self, now: int) -> None:
        taken = self.hospital.release(0)
        if taken is not None:
            self._into_hospital(taken, now)

    def _last_phase(self, p: Person, now: int) -> None:
        self._record(p, HOME, now)
        end = self.ending[p.row]
        if end == 1:
            p.setting = WAITING
            p.attempt = -1
            self._next_choice(p, now)
        else:
            p.setting = NURSING if end == 2 else HOME
            self._arm(p, p.death, DEATH)

    def _next_choice(self, p: Person, now: int) -> None:
        p.attempt += 1
        if p.attempt > 1 or now >= p.death:
            self._record(p, WAITING, now)
            if now < p.death:
                p.setting = HOME
                self._arm(p, p.death, DEATH)
            return
        kind = self.types[p.row][p.attempt]
        if self.hospice[kind].take((0,)) >= 0:
            self._into_hospice(p, now, FIRST_HOSPICE + kind)
        else:
            self.hospice[kind].wait(p)
            until = now + self.patience[p.row][p.attempt]
            self._arm(p, until if until < p.death else p.death, GIVE_UP)

    def _into_hospice(self, p: Person, now: int, setting: int) -> None:
        self._record(p, WAITING, now)
        p.setting = setting
        self._arm(p, p.death, DEATH)


def simulate(model: ModuleType, pre: dict[str, Any]) -> dict[str, np.ndarray]:
    """Stays of all regions, sorted by patient and start: person, setting, start, end."""
    hospital, hospice = model.capacities(pre["n"])
    for key in ("home", "los", "patience", "end", "arrival", "final", "death"):
        pre[f"{key}_list"] = pre[key].tolist()
    pre["type_list"] = pre["types"].tolist()
    order = np.argsort(pre["region"], kind="stable")
    bounds = np.searchsorted(pre["region"][order], np.arange(model.n_regions(pre["n"]) + 1))
    parts = [
        Region(pre, order[a:b], hospital, hospice).run() for a, b in zip(bounds[:-1], bounds[1:], strict=True)
    ]
    log = np.concatenate(parts)
    log = log[np.lexsort((log[:, 2], log[:, 0]))]
    return {"person": log[:, 0], "setting": log[:, 1], "start": log[:, 2], "end": log[:, 3]}


def price(model: ModuleType, stays: dict[str, np.ndarray]) -> dict[str, int]:
    """Day prices by year, yearly deductible, monthly co-payment; totals in cents."""
    shift = int((model.EPOCH - np.datetime64("2020-01-01")).astype(np.int64))
    first, end = stays["start"] // MINUTES_PER_DAY + shift, stays["end"] // MINUTES_PER_DAY + shift
    row, part_first, part_end = split_months(first, end)
    month = (np.datetime64("2020-01-01") + part_first).astype("datetime64[M]").astype(np.int64)
    year = month // 12 + 1970
    setting, person = stays["setting"][row], stays["person"][row]
    cost = (part_end - part_first) * model.TARIFF[setting, year - 2024]
    counted = cost * model.DED[setting]
    paid = running_cap((person, year), part_first, counted, np.full(len(cost), model.CAP))
    months = np.unique((person * 10_000 + month)[model.COPAY[setting]])
    return {
        "total": int(cost.sum()),
        "deductible": int(paid.sum()),
        "copay": len(months) * int(model.COPAY_MONTH),
        "segments": len(row),
    }


def run(folder: Path, n: int, seed: int) -> dict[str, Any]:
    """One run with seconds by stage, peak memory and the peers' statistics."""
    model = peer_model(folder)
    t0 = time.perf_counter()
    pre = sample(model, n, seed)
    t1 = time.perf_counter()
    stays = simulate(model, pre)
    t2 = time.perf_counter()
    ledger = price(model, stays)
    t3 = time.perf_counter()
    day = float(MINUTES_PER_DAY)
    found = model.stats(stays["person"], stays["setting"], stays["start"] / day, stays["end"] / day, n)
    return {
        "engine": "palsim",
        "n": n,
        "seed": seed,
        "t_sample": round(t1 - t0, 4),
        "t_sim": round(t2 - t1, 4),
        "t_price": round(t3 - t2, 4),
        "total": round(t3 - t0, 4),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "stays": len(stays["person"]),
        "cost_pp": ledger["total"] / n / 100,
        "stats": {k: [float(x) for x in v] if isinstance(v, tuple) else float(v) for k, v in found.items()},
    }


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
