"""The omzetplafonds of a region as its patients meet them: what each uses, and what a used-up one closes."""

from __future__ import annotations

import datetime as dt

from sim.journey.lists import PatientLists, columns_of, constants_of
from sim.journey.meter import Contracts, Meter
from sim.journey.needs import Needs
from sim.journey.patient import (
    BTH,
    CEILING_REFUSED,
    ELV,
    HOSPICES,
    NO_CEILING,
    NONE,
    POSTPONED,
    THUIS,
    Patient,
)
from sim.scenario.models import Scenario
from sim.schema import SETTINGS, WITH_STAY, Table, code

# Kinds of place on the contract for short stays
ON_STAYS = tuple(code(SETTINGS, word) for word in (*WITH_STAY, "elv"))


class CeilingLists(PatientLists):
    """The contracts of a region as meters, beside the lists of its patients."""

    meters: list[Meter]

    def __init__(self, patients: Table, needs: Needs, scenario: Scenario, contracts: Contracts) -> None:
        super().__init__(columns_of(patients, needs, contracts))
        self.constants = constants_of(scenario, contracts)
        self.in_use = 0
        self.in_use_of = [0] * len(patients)

    def open_meters(self, contracts: Contracts, year: int) -> None:
        """Open a meter for each contract on 1 January of a year."""
        self.meters = [Meter(contract, dt.date(year, 1, 1)) for contract in contracts.contracts]

    def follow(self, p: Patient, now: int) -> None:
        """Bring a patient's use of its contract up to date, and of the hours of nurses where these end."""
        if self.constants.nurse_minutes >= 0:
            minutes = self._minutes_a_week(p, now)
            self.in_use += minutes - self.in_use_of[p.row]
            self.in_use_of[p.row] = minutes
        contract, rate = self._use(p, now)
        if rate == p.rate and contract == p.contract:
            return
        if p.rate:
            self.meters[p.contract].change(now, -p.rate)
        if rate:
            self.meters[contract].change(now, rate)
        p.rate, p.contract = rate, contract

    def _use(self, p: Patient, now: int) -> tuple[int, int]:
        """Contract and units a minute that a patient uses from now on."""
        row = p.row
        if p.wlz or p.paid != NO_CEILING:
            return p.contract, 0
        if p.setting == THUIS:
            if p.care in (NO_CEILING, POSTPONED):
                late = now >= self.last_week[row]
                return self.nursing_contract[row], self.last_rate[row] if late else self.care_rate[row]
            if p.care in (NONE, CEILING_REFUSED):
                return self.nursing_contract[row], self.chronic_rate[row]
        elif p.setting == BTH:
            return self.nursing_contract[row], self.guest_rate[row]
        elif p.setting in HOSPICES:
            return self.stay_contract[row], self.constants.palliative_stay
        elif p.setting == ELV:
            return self.stay_contract[row], self.constants.short_stay
        return p.contract, 0

    def _minutes_a_week(self, p: Patient, now: int) -> int:
        """Minutes of district nursing a week that a patient gets, whoever pays for them but the Wlz."""
        row = p.row
        late = now >= self.last_week[row]
        if p.wlz or p.setting not in (THUIS, BTH):
            return 0
        if p.setting == BTH:
            return self.last_week_as_guest[row] if late else self.week_as_guest[row]
        if p.care in (NONE, CEILING_REFUSED):
            return self.week_all_year[row]
        return self.last_week_at_home[row] if late else self.week_at_home[row]

    def short_of_nurses(self, p: Patient, now: int) -> bool:
        """Whether the hours of a patient who asks for care are not there, and that is held against it."""
        if self.constants.nurse_minutes < 0 or not self.nurses_hit[p.row]:
            return False
        row = p.row
        asked = self.last_week_at_home[row] if now >= self.last_week[row] else self.week_at_home[row]
        return self.in_use + asked - self.in_use_of[row] > self.constants.nurse_minutes

    def without_room(self, p: Patient, now: int) -> bool:
        """Whether the contract for district nursing is used up and that is held against a patient."""
        return self.hit[p.row] and self.meters[self.nursing_contract[p.row]].exhausted(now)

    def closed(self, p: Patient, now: int) -> tuple[int, ...]:
        """Kinds of place whose contract is used up, where that is held against a patient."""
        if p.wlz:
            return ()
        kinds: tuple[int, ...] = (BTH,) if self.without_room(p, now) else ()
        if self.elv_hit[p.row] and self.meters[self.stay_contract[p.row]].exhausted(now):
            kinds += ON_STAYS
        return kinds

    def touch(self, p: Patient, kind: int) -> None:
        """Count a patient whom the ceiling on home care, or on a kind of place, touched."""
        contract = self.stay_contract if kind in ON_STAYS else self.nursing_contract
        self.meters[contract[p.row]].affect(p.row)
