"""What the engines read of patients and admissions, and what holds for all of them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

import numpy as np

from sim.journey.meter import Contracts
from sim.journey.needs import Needs
from sim.scenario.models import Scenario
from sim.schema import NEVER, SETTINGS, Table, code
from sim.units import MINUTES_PER_DAY, Bools, Floats, Ints, times

IntsT = TypeVar("IntsT")
BoolsT = TypeVar("BoolsT")
FloatsT = TypeVar("FloatsT")


@dataclass
class PatientColumns(Generic[IntsT, BoolsT, FloatsT]):
    """Columns of the people of a region: arrays for the compiled engine, lists for that of SimPy.

    Single values are read from lists faster than from arrays. One value a patient; of `stay_minutes`,
    `terminal`, `keep` and `acute_bed` one an admission; of `elsewhere_kind` and `elsewhere_stay` one a kind
    of stay elsewhere and patient; of those from `nurses_hit` on none where the hours of nurses have no end.
    Rates are units of a meter a minute, `week_*` minutes of district nursing a week.
    """

    stay_minutes: IntsT
    terminal: BoolsT
    keep: FloatsT
    acute_bed: BoolsT
    guided_minute: IntsT
    guided_factor: FloatsT
    window: IntsT
    after_hospital: BoolsT
    choice: IntsT
    other_house: BoolsT
    patience: IntsT
    alive: BoolsT
    alive_stay: IntsT
    diverted_hospital: IntsT
    diverted_home: IntsT
    without_care: IntsT
    crisis_stay: IntsT
    care_minute: IntsT
    last_week: IntsT
    nursing_contract: IntsT
    stay_contract: IntsT
    elv_hit: BoolsT
    care_rate: IntsT
    last_rate: IntsT
    chronic_rate: IntsT
    guest_rate: IntsT
    elsewhere_kind: IntsT
    elsewhere_stay: IntsT
    hit: BoolsT
    outcome: IntsT
    entry_setting: IntsT
    wlz_at_entry: BoolsT
    home_form: IntsT
    elv_stay: IntsT
    terminal_from: IntsT
    elv_after: BoolsT
    nurses_hit: BoolsT
    week_at_home: IntsT
    last_week_at_home: IntsT
    week_as_guest: IntsT
    last_week_as_guest: IntsT
    week_all_year: IntsT


PatientArrays = PatientColumns[Ints, Bools, Floats]


class PatientLists(PatientColumns[list[int], list[bool], list[float]]):
    """The columns as lists."""

    def __init__(self, columns: PatientArrays) -> None:
        super().__init__(**{f.name: getattr(columns, f.name).tolist() for f in fields(columns)})


@dataclass(frozen=True)
class Constants:
    """What a scenario says of all patients alike; times in minutes, -1 minutes of nurses for no limit."""

    readmission_factor: float
    readmission_minutes: int
    nursing_factor: float
    delay: int
    crisis: int
    palliative_stay: int
    short_stay: int
    nurse_minutes: int
    nurses_delay: int


def constants_of(scenario: Scenario, contracts: Contracts) -> Constants:
    """What a scenario and the contracts of a region say of all patients alike."""
    return Constants(
        readmission_factor=scenario.hospital.readmission_factor.value,
        readmission_minutes=round(scenario.hospital.readmission_days.value * MINUTES_PER_DAY),
        nursing_factor=scenario.hospital.nursing_home_factor.value,
        delay=round(scenario.ceiling.delay_days.value * MINUTES_PER_DAY),
        crisis=round(scenario.ceiling.crisis_days.value * MINUTES_PER_DAY),
        palliative_stay=contracts.weights.palliative_stay,
        short_stay=contracts.weights.short_stay,
        nurse_minutes=contracts.nurse_minutes,
        nurses_delay=round(scenario.nurses.delay_days.value * MINUTES_PER_DAY),
    )


def columns_of(patients: Table, needs: Needs, contracts: Contracts) -> PatientArrays:
    """What the engines read of each patient and admission."""
    weights, admissions = contracts.weights, needs.admissions
    mine = needs.contracted.astype(np.int64)
    hour = times(mine, weights.care_minute_a_week)
    night = times(mine * needs.night_week_minutes, weights.night_minute_a_week)
    asked = np.where(needs.hospice_minute == NEVER, needs.hospice_window_minute, needs.hospice_minute)
    since = patients["wlz_since_minute"]
    return PatientColumns(
        stay_minutes=admissions.stay_minutes,
        terminal=admissions.terminal,
        keep=admissions.keep,
        acute_bed=admissions.acute_bed,
        guided_minute=needs.guided_minute,
        guided_factor=needs.guided_factor,
        window=needs.hospice_window_minute,
        after_hospital=needs.after_hospital,
        choice=needs.hospice_choice,
        other_house=needs.other_house,
        patience=needs.patience_minutes,
        alive=needs.discharged_alive,
        alive_stay=needs.alive_stay_minutes,
        diverted_hospital=needs.diverted_hospital,
        diverted_home=needs.diverted_home,
        without_care=needs.without_care,
        crisis_stay=needs.crisis_stay_minutes,
        care_minute=needs.care_minute,
        last_week=needs.last_week_minute,
        nursing_contract=contracts.nursing(needs.insurer, needs.provider_group),
        stay_contract=contracts.stays(needs.insurer),
        elv_hit=needs.elv_hit,
        care_rate=times(needs.care_week_minutes, hour),
        last_rate=times(needs.last_week_care_minutes, hour) + night,
        chronic_rate=times(needs.chronic_week_minutes, hour),
        guest_rate=mine * weights.guest_at(asked),
        elsewhere_kind=np.repeat([code(SETTINGS, each.setting) for each in needs.elsewhere], len(patients)),
        elsewhere_stay=np.concatenate([each.stay_minutes for each in needs.elsewhere]),
        hit=needs.ceiling_hit,
        outcome=needs.ceiling_outcome,
        entry_setting=patients["entry_setting"],
        wlz_at_entry=(since != NEVER) & (since <= patients["entry_minute"]),
        home_form=patients["wlz_home_form"],
        elv_stay=needs.elv_stay_minutes,
        terminal_from=patients["terminal_from_minute"],
        elv_after=needs.elv_after_hospital,
        **_nurses(needs, contracts),
    )


def _nurses(needs: Needs, contracts: Contracts) -> dict[str, Any]:
    """Minutes of district nursing a week, where there are only so many of them."""
    week, last = needs.care_week_minutes, needs.last_week_care_minutes + needs.night_week_minutes
    found = {
        "nurses_hit": needs.nurses_hit,
        "week_at_home": week,
        "last_week_at_home": last,
        "week_as_guest": np.round(week * needs.guest_factor).astype(np.int64),
        "last_week_as_guest": np.round(last * needs.guest_factor).astype(np.int64),
        "week_all_year": needs.chronic_week_minutes,
    }
    return found if contracts.nurse_minutes >= 0 else {name: each[:0] for name, each in found.items()}
