"""The reference model once more, on `Places`: every bed is given back by an event, every wait is a request.

Slower than `benchmarks/reference_model.py` and written without its shortcuts; both must give the same stays.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import numpy as np
import simpy
from simpy.events import Event

from sim.journey.places import ANYWHERE, Places, Request

HOME, HOSPITAL, FIRST_HOSPICE, NURSING, WAITING = 0, 1, 2, 5, 6
HOME_ENDS, DISCHARGE, GIVE_UP, DEATH, ARRIVE = range(5)
_LATER = 1 << 62
_KIND_BITS = 3
ONLY = (0,)
"""The one site of the hospital and of every type of hospice."""


class Person(Event, Request):
    """One patient: the re-armed event and its place in a queue."""

    def __init__(self, env: simpy.Environment, needs: dict[str, Any], row: int) -> None:
        Event.__init__(self, env)
        self._ok = True
        self._value = None
        self.row = row
        self.accepts = ONLY
        self.site, self.first = ANYWHERE, False
        self.ticket = 0
        self.attempt = -1
        self.cycle, self.last = needs["offsets"][row : row + 2]
        self.start, self.final, self.death = (needs[k][row] for k in ("arrival", "final", "death"))
        self.setting = HOME
        self.due = _LATER


class Region:
    """Places and patients of one region in one SimPy environment."""

    def __init__(self, needs: dict[str, Any], hospital: int, hospice: tuple[int, ...]) -> None:
        self.needs = {name: column.tolist() for name, column in needs.items()}
        self.env = simpy.Environment()
        self.fires: tuple[Callable[[Person], None], ...] = (self._fire,)
        self.hospital = Places([0], [hospital])
        self.hospice = [Places([0], [beds]) for beds in hospice]
        self.log = array("q")
        for row in range(len(needs["death"])):
            p = Person(self.env, self.needs, row)
            self._arm(p, p.start, ARRIVE)

    def run(self) -> np.ndarray:
        """All stays, one a line: row, setting, start, end; by row and start."""
        self.env.run()
        self.fires = ()  # leaves no ring of references behind
        stays = np.array(self.log, np.int64).reshape(-1, 4)
        return stays[np.lexsort((stays[:, 2], stays[:, 0]))]

    def _arm(self, p: Person, minute: int, kind: int) -> None:
        p.due = (minute << _KIND_BITS) | kind
        p.callbacks = self.fires
        self.env.schedule(p, ((kind << 40) | p.row), minute - self.env.now)

    def _record(self, p: Person, setting: int, end: int) -> None:
        if end > p.start:
            self.log.extend((p.row, setting, p.start, end))
        p.start = end

    def _fire(self, p: Person) -> None:
        p.callbacks = self.fires
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
            self._discharge(p, now)
        elif kind == GIVE_UP:
            p.give_up()
            if p.setting == HOME:
                self._last_phase(p, now)
            else:
                self._next_choice(p, now)
        else:
            self._die(p, now)

    def _at_home(self, p: Person, now: int) -> None:
        if now >= p.final:
            self._last_phase(p, now)
            return
        leaves = now + self.needs["home"][p.cycle] if p.cycle < p.last else p.final
        self._arm(p, min(leaves, p.final), HOME_ENDS)

    def _home_ends(self, p: Person, now: int) -> None:
        if now >= p.final:
            self._last_phase(p, now)
        elif self.hospital.take(ONLY) >= 0:
            self._into_hospital(p, now)
        else:
            self.hospital.wait(p)
            self._arm(p, p.final, GIVE_UP)

    def _into_hospital(self, p: Person, now: int) -> None:
        self._record(p, HOME, now)
        self._arm(p, min(now + self.needs["los"][p.cycle], p.death), DISCHARGE)

    def _discharge(self, p: Person, now: int) -> None:
        self._record(p, HOSPITAL, now)
        taken = self.hospital.release(0)
        if isinstance(taken, Person):
            self._into_hospital(taken, now)
        if now < p.death:
            p.cycle += 1
            self._at_home(p, now)

    def _last_phase(self, p: Person, now: int) -> None:
        self._record(p, HOME, now)
        end = self.needs["end"][p.row]
        if end == 1:
            p.setting = WAITING
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
        kind = self.needs["types"][p.row][p.attempt]
        if self.hospice[kind].take(ONLY) >= 0:
            self._into_hospice(p, now, FIRST_HOSPICE + kind)
        else:
            self.hospice[kind].wait(p)
            self._arm(p, min(now + self.needs["patience"][p.row][p.attempt], p.death), GIVE_UP)

    def _into_hospice(self, p: Person, now: int, setting: int) -> None:
        self._record(p, WAITING, now)
        p.setting = setting
        self._arm(p, p.death, DEATH)

    def _die(self, p: Person, now: int) -> None:
        self._record(p, p.setting, now)
        if FIRST_HOSPICE <= p.setting < NURSING:
            taken = self.hospice[p.setting - FIRST_HOSPICE].release(0)
            if isinstance(taken, Person):
                self._into_hospice(taken, now, p.setting)
