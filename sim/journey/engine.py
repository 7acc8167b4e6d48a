"""The SimPy model of a region: who is where, when, and why, where patients compete for places.

One event object a patient, armed for the patient's next due time; everything else is a call-back.
Events of one minute happen in the order (minute, kind of event, patient).
"""

from __future__ import annotations

from array import array
from functools import partial

import numpy as np
import simpy
from simpy.core import EmptySchedule
from simpy.events import Event

from sim import dates
from sim.journey.ceiling import CeilingLists
from sim.journey.log import REFUSAL_FIELDS, STAY_FIELDS, Log, as_rows
from sim.journey.meter import Contracts
from sim.journey.needs import Needs
from sim.journey.ordering import (
    ADMIT,
    ALIVE,
    AWAY,
    BED_READY,
    CARE_STARTS,
    CRISIS,
    DEATH,
    DELAYED,
    ENTER,
    KIND_MASK,
    LAST_WEEK,
    NURSING,
    PATIENCE,
    READY,
    TO_HOSPICE,
    TO_SHORT_STAY,
    WLZ,
    due,
    need_events,
    rank,
)
from sim.journey.patient import (
    ACUTE,
    AT_HOME,
    CEILING,
    CEILING_REFUSED,
    DIED_WAITING,
    DISCHARGED,
    ELV,
    EXIT_DIED,
    FOR_A_TIME,
    HOSPICES,
    MOVED,
    NO_BED,
    NO_CEILING,
    NO_NURSES,
    NONE,
    NOWHERE,
    OUT_OF_PATIENCE,
    POSTPONED,
    THUIS,
    VERBLIJF,
    VERPLEEGHUIS,
    WITHOUT_WLZ_CONTRACT,
    ZIEKENHUIS,
    Patient,
    Waiting,
)
from sim.journey.places import ANYWHERE, Places, Request
from sim.journey.sites import sites_of
from sim.scenario.models import Region, Scenario
from sim.schema import NEVER, Table
from sim.units import FAR_FUTURE, KIND_BITS

_SITE = STAY_FIELDS.index("site")


class RegionModel(CeilingLists):
    """One region: its places, its meter, its patients."""

    def __init__(
        self, patients: Table, needs: Needs, region: Region, scenario: Scenario, contracts: Contracts
    ) -> None:
        super().__init__(patients, needs, scenario, contracts)
        self.needs = needs
        offsets, keys, reference = need_events(patients, needs)
        self.keys: list[int] = keys.tolist()
        self.reference: list[int] = reference.tolist()
        self.first = int(patients["entry_minute"].min()) if len(patients) else 0
        self.env = simpy.Environment(initial_time=self.first)
        self.patients = [Patient(self.env, i, p) for i, p in enumerate(offsets[:-1].tolist())]
        self._callbacks = [self._fire]
        sites = sites_of(scenario, region)
        self.places, self.acute_kinds = sites.places, sites.acute_kinds
        self._site_of, self._planned = sites.site_of, sites.planned
        self._hospital_limited = sites.hospital_limited
        self.houses = [needs.house[s.id].tolist() if s.id in needs.house else None for s in region.sites]
        self.turnover, self.goes_first = sites.turnover, sites.goes_first
        self.nursing = Places([VERPLEEGHUIS], [region.nursing_home_places.value])
        self.open_meters(contracts, dates.date_of(self.first).year)
        self._stays = array("q")
        self._refusals = array("q")

    # ------------------------------------------------------------------ the clock
    def run(self) -> Log:
        """Run until the last patient has died."""
        for minute, site, beds in self._planned:
            event = self.env.timeout(max(minute - self.first, 0))
            event.callbacks.append(partial(self._resize, site, beds))
        for patient in self.patients:
            self._arm(patient)
        try:
            while True:
                self.env.step()
        except EmptySchedule:
            pass
        return self._log(int(self.env.now))

    def _log(self, now: int) -> Log:
        self._callbacks.clear()  # the one ring of references: without it the model goes when its user does
        for meter in self.meters:
            meter.finish(now)
        stays = as_rows(self._stays, STAY_FIELDS)
        stays[:, _SITE] = self._site_of[stays[:, _SITE]]
        return Log(
            stays=stays,
            refusals=as_rows(self._refusals, REFUSAL_FIELDS),
            care_minute=np.array([p.granted for p in self.patients], np.int64),
            care_kind=np.array([max(p.care, 0) for p in self.patients], np.int64),
            meters=tuple(self.meters),
        )

    def _resize(self, site: int, beds: int, _: Event) -> None:
        self._change_beds(site, beds, int(self.env.now))

    def _change_beds(self, site: int, beds: int, now: int) -> None:
        for request in self.places.resize(site, beds):
            self._hand_over(request, site, now)

    def _next(self, p: Patient) -> int:
        key = self.keys[p.position]
        if p.due < key:
            key = p.due
        return p.care_due if p.care_due < key else key

    def _arm(self, p: Patient) -> None:
        key = self._next(p)
        if key < p.armed:
            p.armed = key
            p.callbacks = self._callbacks  # type: ignore[assignment]
            env = self.env
            env.schedule(p, rank(key, p.row), (key >> KIND_BITS) - env.now)  # type: ignore[arg-type]

    def _fire(self, event: Event) -> None:
        p: Patient = event  # type: ignore[assignment]
        p.callbacks = self._callbacks  # type: ignore[assignment]
        self._wake(p, int(self.env.now))

    def _wake(self, p: Patient, now: int) -> None:
        """Do what a patient is due for; an event that a later one overtook does nothing."""
        if p.setting == NOWHERE and p.armed == FAR_FUTURE:
            return
        if p.armed >> KIND_BITS == now:
            p.armed = FAR_FUTURE
        key = self._next(p)
        if key >> KIND_BITS > now:
            self._arm(p)
            return
        kind = key & KIND_MASK
        reference = NONE
        if key == p.due:
            p.due = FAR_FUTURE
        elif key == p.care_due:
            p.care_due = FAR_FUTURE
        else:
            reference = self.reference[p.position]
            p.position += 1
        if kind == DEATH:
            self._die(p, now)
            return
        self._act(p, now, kind, reference)
        self._arm(p)

    def _act(self, p: Patient, now: int, kind: int, reference: int) -> None:
        if kind == ADMIT:
            self._admit(p, now, reference)
        elif kind == READY:
            self._medically_ready(p, now)
        elif kind == TO_HOSPICE:
            self._hospice_need(p, now)
        elif kind == PATIENCE:
            self._divert(p, now)
        elif kind == CARE_STARTS:
            self._ask_care(p, now)
        elif kind == LAST_WEEK:
            self.follow(p, now)
        elif kind == NURSING:
            self._nursing_need(p, now)
        elif kind == WLZ:
            self._start_wlz(p, now)
        elif kind == ENTER:
            self._enter_model(p, now)
        elif kind == ALIVE:
            self._go_home(p, now)
        elif kind == CRISIS:
            self._crisis(p, now)
        elif kind == AWAY:
            self._stay_elsewhere(p, now, reference)
        elif kind == TO_SHORT_STAY:
            if p.setting == THUIS and p.wait is None:
                self._short_stay(p, now)
        else:
            self._grant_care(p, now, POSTPONED)

    # ------------------------------------------------------------------ stays
    def _close(self, p: Patient, now: int, reason: int, onward: int) -> None:
        if p.ready >= 0:
            p.blocked += now - p.ready
            p.ready = NONE
        self._stays.extend(
            (
                p.row,
                p.setting,
                p.site,
                p.form,
                p.requested,
                p.start,
                now,
                p.blocked,
                reason,
                onward,
                p.admission,
                p.paid,
            )
        )

    def _open(
        self, p: Patient, now: int, setting: int, site: int, requested: int, paid: int = NO_CEILING
    ) -> None:
        p.setting = setting
        p.site = site
        p.start = now
        p.requested = requested
        p.blocked = 0
        p.admission = NONE
        p.paid = paid
        if setting == ZIEKENHUIS:
            p.form = VERBLIJF if p.in_nursing_home else 0
        elif not p.wlz:
            p.form = 0
        elif setting in AT_HOME:
            p.form = self.home_form[p.row]
        else:
            p.form = VERBLIJF
        self.follow(p, now)

    def _move(
        self,
        p: Patient,
        now: int,
        setting: int,
        site: int = NONE,
        requested: int = int(NEVER),
        paid: int = NO_CEILING,
    ) -> None:
        """Leave one setting for another, then pass the bed on."""
        left, left_site = p.setting, p.site
        if left == ZIEKENHUIS:
            p.left_hospital = now
        reason = DISCHARGED if setting == THUIS and left != THUIS else MOVED
        self._close(p, now, reason, setting)
        p.due = FAR_FUTURE
        if p.wait is not None:
            p.wait.give_up()
            p.wait = None
        self._open(p, now, setting, site, requested, paid)
        if setting in HOSPICES or setting == ELV:
            self._leave_nursing_queue(p, now)
        if left_site >= 0 and left != VERPLEEGHUIS:
            self._pass_on(left_site, now)

    def _pass_on(self, site: int, now: int) -> None:
        empty = self.turnover.get(self.places.kinds[site] % WITHOUT_WLZ_CONTRACT, 0)
        if empty:
            self._empty(site, now, empty)
        else:
            self._hand_over(self.places.release(site), site, now)

    def _empty(self, site: int, now: int, minutes: int) -> None:
        """Let a bed stand empty before it is passed on."""
        event = Event(self.env)
        event._ok, event._value = True, None
        event.callbacks.append(partial(self._bed_ready, site))
        self.env.schedule(event, rank(BED_READY, site), minutes)  # type: ignore[arg-type]

    def _bed_ready(self, site: int, _: Event | None = None, now: int = NONE) -> None:
        at = int(self.env.now) if now < 0 else now
        self._hand_over(self.places.release(site), site, at)

    def _hand_over(self, request: Request | None, site: int, now: int) -> None:
        if isinstance(request, Waiting):
            q = request.patient
            q.wait = None
            self._enter_hospice(q, now, site, request.since)
            self._arm(q)

    def _leave_nursing_queue(self, p: Patient, now: int) -> None:
        if p.nursing_wait is not None:
            p.nursing_wait.give_up()
            p.nursing_wait = None
        if p.nursing_site >= 0:
            p.nursing_site = NONE
            self._pass_on_nursing(now)

    def _pass_on_nursing(self, now: int) -> None:
        request = self.nursing.release(0)
        if isinstance(request, Waiting):
            q = request.patient
            q.nursing_wait = None
            self._nursing_place(q, now, request.since)
            self._arm(q)

    # ------------------------------------------------------------------ events
    def _enter_model(self, p: Patient, now: int) -> None:
        p.wlz = self.wlz_at_entry[p.row]
        setting = self.entry_setting[p.row]
        p.in_nursing_home = setting == VERPLEEGHUIS
        self._open(p, now, setting, NONE, int(NEVER))

    def _die(self, p: Patient, now: int) -> None:
        site, setting = p.site, p.setting
        self._close(p, now, EXIT_DIED, NOWHERE)
        if p.wait is not None:
            self._refuse(p, now, p.wait.accepts[0], DIED_WAITING, NO_CEILING)
            p.wait.give_up()
            p.wait = None
        p.setting = NOWHERE
        p.armed = p.due = p.care_due = FAR_FUTURE
        self.follow(p, now)
        self._leave_nursing_queue(p, now)
        if site >= 0 and setting != VERPLEEGHUIS:
            self._pass_on(site, now)

    def _start_wlz(self, p: Patient, now: int) -> None:
        p.wlz = True
        if p.setting == THUIS:
            self._close(p, now, MOVED, THUIS)
            self._open(p, now, THUIS, NONE, int(NEVER))

    def _admit(self, p: Patient, now: int, admission: int) -> None:
        if p.setting not in (THUIS, VERPLEEGHUIS):
            return
        threshold = 1.0
        if p.setting == VERPLEEGHUIS:
            threshold *= self.constants.nursing_factor
        guided = self.guided_minute[p.row]
        if guided != NEVER and now >= guided:
            threshold *= self.guided_factor[p.row]
        if now - p.left_hospital < self.constants.readmission_minutes:
            threshold *= self.constants.readmission_factor
        if self.keep[admission] >= threshold or self._acute_place(p, now, admission):
            return
        self._to_hospital(p, now, self.stay_minutes[admission], self.terminal[admission], admission)

    def _acute_place(self, p: Patient, now: int, admission: int) -> bool:
        """An acute bed in a hospice in place of an admission, if one is kept free just then."""
        row = p.row
        if not self.acute_bed[admission] or p.setting != THUIS or now < self.window[row]:
            return False
        closed = self.closed(p, now)
        site = self.places.take(
            tuple(
                kind
                for kind in self.acute_kinds
                if (not p.wlz or kind - ACUTE < WITHOUT_WLZ_CONTRACT)
                and kind % WITHOUT_WLZ_CONTRACT not in closed
            )
        )
        if site >= 0:
            p.hospice_asked = True
            self._move(p, now, self.places.kinds[site] % WITHOUT_WLZ_CONTRACT, site, now)
            p.care_due = FAR_FUTURE
            if not self.terminal[admission]:
                p.due = due(now + self.stay_minutes[admission], ALIVE)
        return site >= 0

    def _to_hospital(self, p: Patient, now: int, stay: int, terminal: bool, admission: int) -> None:
        if p.wait is not None:
            p.hospice_asked = False
            p.wants_hospice = True
        self._move(p, now, ZIEKENHUIS, self._hospital_bed(p, now))
        p.admission = admission
        p.care_due = FAR_FUTURE
        if not terminal:
            p.due = due(now + stay, READY)

    def _hospital_bed(self, p: Patient, now: int) -> int:
        """A bed of the region's hospitals where these are limited; who finds none goes elsewhere."""
        site = self.places.take((ZIEKENHUIS,)) if self._hospital_limited else NONE
        if self._hospital_limited and site < 0:
            self._refuse(p, now, ZIEKENHUIS, NO_BED, NO_CEILING)
        return site

    def _medically_ready(self, p: Patient, now: int) -> None:
        row = p.row
        by_window = self.after_hospital[row] and now >= self.window[row]
        if (p.wants_hospice or by_window) and not p.hospice_asked and not p.in_nursing_home:
            self._ask_hospice(p, now)
        elif not (self.elv_after[row] and now >= self.window[row] and self._short_stay(p, now)):
            self._go_back(p, now)

    def _go_back(self, p: Patient, now: int) -> None:
        """From hospital to where the patient lives, or to a nursing home place that came free."""
        if p.in_nursing_home or p.nursing_site >= 0:
            p.in_nursing_home = True
            self._move(p, now, VERPLEEGHUIS)
        else:
            self._go_home(p, now)

    def _go_home(self, p: Patient, now: int) -> None:
        self._move(p, now, THUIS)
        care = self.care_minute[p.row]
        if p.care < 0 and care != NEVER and now >= care:
            self._ask_care(p, now)
        if p.wants_hospice and not p.hospice_asked:
            self._ask_hospice(p, now)
        if p.wants_nursing:
            self._nursing_need(p, now)

    def _hospice_need(self, p: Patient, now: int) -> None:
        if p.hospice_asked or p.in_nursing_home:
            return
        if p.setting == THUIS:
            self._ask_hospice(p, now)
        elif p.setting in (ZIEKENHUIS, ELV):
            p.wants_hospice = True

    def _ask_hospice(self, p: Patient, now: int) -> None:
        """Search the region by preference; a used-up contract closes, delays or does not pay its places."""
        p.hospice_asked = True
        row = p.row
        accepts = self.needs.hospice_order[self.choice[row]]
        closed = () if p.postponed else self.closed(p, now)
        p.above = tuple(kind for kind in accepts if kind in closed)
        outcome = self.outcome[row]
        if p.above and outcome in (CEILING_REFUSED, POSTPONED):
            for kind in p.above:
                self.touch(p, kind)
            self._refuse(p, now, p.above[0], CEILING, outcome)
            accepts = tuple(kind for kind in accepts if kind not in closed)
            p.above = ()
            if not accepts:
                if outcome == POSTPONED:
                    self._postpone(p, now)
                else:
                    self._go_elsewhere(p, now)
                return
        if not p.wlz:
            accepts = tuple(kind + more for kind in accepts for more in (0, WITHOUT_WLZ_CONTRACT))
        house = ANYWHERE if self.other_house[row] else self._house(row, accepts)
        site = self.places.take(accepts) if house == ANYWHERE else self.places.take_at(house)
        if site >= 0:
            self._enter_hospice(p, now, site, now)
            return
        p.wait = Waiting(p, accepts, now, house, p.setting == self.goes_first)
        self.places.wait(p.wait)
        if p.setting == ZIEKENHUIS and p.ready < 0:
            p.ready = now
        p.due = due(now + self.patience[row], PATIENCE)

    def _house(self, row: int, accepts: tuple[int, ...]) -> int:
        """The one house for who accepts no other: of the first acceptable type that has one."""
        for kind in dict.fromkeys(kind % WITHOUT_WLZ_CONTRACT for kind in accepts):
            found = [
                (race[row], site)
                for site, race in enumerate(self.houses)
                if race is not None
                and self.places.kinds[site] in accepts
                and self.places.kinds[site] % WITHOUT_WLZ_CONTRACT == kind
            ]
            if found:
                return min(found)[1]
        return ANYWHERE

    def _reach_ceiling(self, p: Patient, now: int, kind: int) -> None:
        """Write down that a ceiling touched a patient, and what the provider did."""
        self.touch(p, kind)
        self._refuse(p, now, kind, CEILING, self.outcome[p.row])

    def _postpone(self, p: Patient, now: int) -> None:
        """Ask again after the delay, and then be let in."""
        p.postponed = p.wants_hospice = True
        p.hospice_asked = False
        inside = p.setting == ZIEKENHUIS
        if inside and p.ready < 0:
            p.ready = now
        p.due = due(now + self.constants.delay, READY if inside else TO_HOSPICE)

    def _enter_hospice(self, p: Patient, now: int, site: int, requested: int) -> None:
        kind = self.places.kinds[site] % WITHOUT_WLZ_CONTRACT
        paid = NO_CEILING
        if kind in p.above and not p.wlz:
            paid = self.outcome[p.row]
            self._reach_ceiling(p, now, kind)
        self._move(p, now, kind, site, requested, paid)
        p.care_due = FAR_FUTURE
        if self.alive[p.row]:
            p.due = due(now + self.alive_stay[p.row], ALIVE)

    def _divert(self, p: Patient, now: int) -> None:
        if p.wait is None:
            return
        self._refuse(p, now, p.wait.accepts[0], OUT_OF_PATIENCE, NO_CEILING)
        p.wait.give_up()
        p.wait = None
        self._go_elsewhere(p, now)

    def _go_elsewhere(self, p: Patient, now: int) -> None:
        """Where a patient goes for whom no place in a hospice comes."""
        in_hospital = p.setting == ZIEKENHUIS
        target = self.diverted_hospital[p.row] if in_hospital else self.diverted_home[p.row]
        if target == ELV and not p.wlz and self._short_stay_place(p, now):
            return
        if in_hospital and target == ZIEKENHUIS:
            if p.ready >= 0:
                p.blocked += now - p.ready
            p.ready = NONE
        elif in_hospital:
            self._go_back(p, now)
        elif target == ZIEKENHUIS:
            self._to_hospital(p, now, 0, True, NONE)

    def _nursing_need(self, p: Patient, now: int) -> None:
        p.wants_nursing = p.setting in FOR_A_TIME
        if p.setting not in (THUIS, ZIEKENHUIS) or p.wait is not None:
            return
        if self.nursing.take((VERPLEEGHUIS,)) >= 0:
            self._nursing_place(p, now, now)
            return
        p.nursing_wait = Waiting(p, (VERPLEEGHUIS,), now)
        self.nursing.wait(p.nursing_wait)

    def _nursing_place(self, p: Patient, now: int, requested: int) -> None:
        p.nursing_site = 0
        if p.setting == THUIS:
            if p.wait is not None:
                p.wait.give_up()
                p.wait = None
            p.in_nursing_home = True
            p.care_due = FAR_FUTURE
            self._move(p, now, VERPLEEGHUIS, NONE, requested)

    def _short_stay(self, p: Patient, now: int) -> bool:
        """A short stay (eerstelijnsverblijf) under the Zvw, if there is a place just then.

        It lasts until death when it begins in the terminal phase.
        """
        if p.wlz or p.in_nursing_home:
            return False
        found = self._short_stay_place(p, now)
        if found and now < self.terminal_from[p.row]:
            p.due = due(now + self.elv_stay[p.row], ALIVE)
        return found

    def _short_stay_place(self, p: Patient, now: int) -> bool:
        """Move to a place for short stays, if one is free and its contract lets the patient in."""
        paid = NO_CEILING
        if ELV in self.closed(p, now):
            self._reach_ceiling(p, now, ELV)
            paid = self.outcome[p.row]
            if paid in (CEILING_REFUSED, POSTPONED):
                return False
        site = self.places.take((ELV,))
        if site >= 0:
            self._move(p, now, ELV, site, now, paid)
        return site >= 0

    def _stay_elsewhere(self, p: Patient, now: int, number: int) -> None:
        """A stay elsewhere, as to relieve the carer, if there is a place just then."""
        if p.setting != THUIS or p.wait is not None:
            return
        kind = self.elsewhere_kind[number]
        site = self.places.take((kind,))
        if site >= 0:
            self._move(p, now, kind, site, now)
            p.due = due(now + self.elsewhere_stay[number], ALIVE)

    # ------------------------------------------------------------------ home care and the ceiling
    def _ask_care(self, p: Patient, now: int) -> None:
        if p.care >= 0 or p.setting != THUIS or p.wlz:
            return
        if self.short_of_nurses(p, now):
            self._refuse(p, now, THUIS, NO_NURSES, POSTPONED)
            p.care_due = due(now + self.constants.nurses_delay, CARE_STARTS)
            return
        if not self.without_room(p, now):
            self._grant_care(p, now, NO_CEILING)
            return
        outcome = self.outcome[p.row]
        self._reach_ceiling(p, now, THUIS)
        if outcome == CEILING_REFUSED:
            p.care = CEILING_REFUSED
            p.care_due = due(now + self.constants.crisis, CRISIS)
        elif outcome == POSTPONED:
            p.care_due = due(now + self.constants.delay, DELAYED)
        else:
            self._grant_care(p, now, outcome)

    def _grant_care(self, p: Patient, now: int, kind: int) -> None:
        if p.setting != THUIS or p.wlz:
            return
        p.care = kind
        p.granted = now
        self.follow(p, now)

    def _crisis(self, p: Patient, now: int) -> None:
        if p.setting != THUIS or p.wait is not None:
            return
        target = self.without_care[p.row]
        if target == ZIEKENHUIS:
            self._to_hospital(p, now, self.crisis_stay[p.row], False, NONE)
        elif target < 0 and not p.hospice_asked:
            self._ask_hospice(p, now)

    def _refuse(self, p: Patient, now: int, setting: int, reason: int, outcome: int) -> None:
        self._refusals.extend((p.row, now, setting, reason, outcome))
