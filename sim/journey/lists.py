"""The columns of patients and needs as Python lists, for an event loop that reads one value at a time."""

from __future__ import annotations

import numpy as np

from sim.journey.meter import Contracts
from sim.journey.needs import Needs
from sim.scenario.models import Scenario
from sim.schema import NEVER, Table
from sim.units import MINUTES_PER_DAY, times


class PatientLists:
    """Columns as Python lists: single values are read from them faster than from arrays."""

    def __init__(self, patients: Table, needs: Needs, scenario: Scenario, contracts: Contracts) -> None:
        weights = self.weights = contracts.weights
        admissions = needs.admissions
        self.stay_minutes: list[int] = admissions.stay_minutes.tolist()
        self.terminal: list[bool] = admissions.terminal.tolist()
        self.keep: list[float] = admissions.keep.tolist()
        self.acute_bed: list[bool] = admissions.acute_bed.tolist()
        self.guided_minute: list[int] = needs.guided_minute.tolist()
        self.guided_factor: list[float] = needs.guided_factor.tolist()
        self.window: list[int] = needs.hospice_window_minute.tolist()
        self.after_hospital: list[bool] = needs.after_hospital.tolist()
        self.choice: list[int] = needs.hospice_choice.tolist()
        self.other_house: list[bool] = needs.other_house.tolist()
        self.patience: list[int] = needs.patience_minutes.tolist()
        self.alive: list[bool] = needs.discharged_alive.tolist()
        self.alive_stay: list[int] = needs.alive_stay_minutes.tolist()
        self.diverted_hospital: list[int] = needs.diverted_hospital.tolist()
        self.diverted_home: list[int] = needs.diverted_home.tolist()
        self.without_care: list[int] = needs.without_care.tolist()
        self.crisis_stay: list[int] = needs.crisis_stay_minutes.tolist()
        self.care_minute: list[int] = needs.care_minute.tolist()
        self.last_week: list[int] = needs.last_week_minute.tolist()
        self.nursing_contract: list[int] = contracts.nursing(needs.insurer, needs.provider_group).tolist()
        self.stay_contract: list[int] = contracts.stays(needs.insurer).tolist()
        self.elv_hit: list[bool] = needs.elv_hit.tolist()
        mine = needs.contracted.astype(np.int64)
        hour = times(mine, weights.care_minute_a_week)
        self.care_rate: list[int] = times(needs.care_week_minutes, hour).tolist()
        night = times(mine * needs.night_week_minutes, weights.night_minute_a_week)
        self.last_rate: list[int] = (times(needs.last_week_care_minutes, hour) + night).tolist()
        self.chronic_rate: list[int] = times(needs.chronic_week_minutes, hour).tolist()
        asked = np.where(needs.hospice_minute == NEVER, needs.hospice_window_minute, needs.hospice_minute)
        self.guest_rate: list[int] = (mine * weights.guest_at(asked)).tolist()
        self._nurses(needs, scenario, contracts)
        self.respite_stay: list[int] = needs.support.respite_minutes.tolist()
        self.hit: list[bool] = needs.ceiling_hit.tolist()
        self.outcome: list[int] = needs.ceiling_outcome.tolist()
        self.entry_setting: list[int] = patients["entry_setting"].tolist()
        self.wlz_at_entry: list[bool] = (
            (patients["wlz_since_minute"] != NEVER)
            & (patients["wlz_since_minute"] <= patients["entry_minute"])
        ).tolist()
        self.home_form: list[int] = patients["wlz_home_form"].tolist()
        self.elv_stay: list[int] = needs.elv_stay_minutes.tolist()
        self.terminal_from: list[int] = patients["terminal_from_minute"].tolist()
        self.elv_after: list[bool] = needs.elv_after_hospital.tolist()
        self.readmission_factor = scenario.hospital.readmission_factor.value
        self.readmission_minutes = round(scenario.hospital.readmission_days.value * MINUTES_PER_DAY)
        self.nursing_factor = scenario.hospital.nursing_home_factor.value
        self.delay = round(scenario.ceiling.delay_days.value * MINUTES_PER_DAY)
        self.crisis = round(scenario.ceiling.crisis_days.value * MINUTES_PER_DAY)

    def _nurses(self, needs: Needs, scenario: Scenario, contracts: Contracts) -> None:
        """Minutes of district nursing a week, where there are only so many of them."""
        self.nurse_minutes = contracts.nurse_minutes
        if self.nurse_minutes < 0:
            return
        self.nurses_hit: list[bool] = needs.nurses_hit.tolist()
        self.nurses_delay = round(scenario.nurses.delay_days.value * MINUTES_PER_DAY)
        week, last = needs.care_week_minutes, needs.last_week_care_minutes + needs.night_week_minutes
        self.week_at_home: list[tuple[int, int]] = list(zip(week.tolist(), last.tolist(), strict=True))
        guest = [np.round(each * needs.guest_factor).astype(np.int64).tolist() for each in (week, last)]
        self.week_as_guest: list[tuple[int, int]] = list(zip(*guest, strict=True))
        self.week_all_year: list[int] = needs.chronic_week_minutes.tolist()
        self.in_use = 0
        self.in_use_of = [0] * len(week)
