"""The journey's tables as the law reads them: people, Wlz periods, stays with their billed days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.columns import as_of, join, last_of, order_by, starts
from sim.dates import billed_days, days, years
from sim.errors import InputError
from sim.law.days import DAY_PROFILES, StayDays
from sim.law.people import ENDLESS, NO_DAY, People, birthday
from sim.law.wlz.contribution import StayFacts, WlzCare
from sim.schema import (
    CEILING_OUTCOMES,
    EXITS,
    NEVER,
    OUTSIDE_INSTITUTION,
    POLICIES,
    SETTINGS,
    WLZ_FORMS,
    Table,
    code,
)
from sim.units import ADULT_AGE_YEARS, MONTHS_PER_YEAR, Bools, Ints

HOMES = (*OUTSIDE_INSTITUTION, "elv")  # settings whose client has no place in an institution


def day_or(minutes: Ints, missing: int) -> Ints:
    """Day numbers of minutes, `missing` where the minute does not exist (int64 array)."""
    return np.where(minutes == NEVER, missing, days(np.where(minutes == NEVER, 0, minutes)))


def people_of(patients: Table) -> People:
    """Columns of persons from the patients table, in its order."""
    count = len(patients)
    entry = days(patients["entry_minute"])
    none = np.zeros(0, np.int64)

    def ints(name: str) -> Ints:
        return np.asarray(patients[name], np.int64)

    return People(
        birth_day=days(patients["birth_minute"]),
        death_day=day_or(patients["death_minute"], ENDLESS),
        couple=np.asarray(ints("household") == 1, np.bool_),
        partner_birth_day=day_or(patients["partner_birth_minute"], NO_DAY),
        partner_wlz=ints("partner_wlz"),
        partner_wlz_since_day=day_or(patients["partner_wlz_since_minute"], 0),
        income=ints("income_cents"),
        partner_income=ints("partner_income_cents"),
        income_tax=ints("income_tax_cents"),
        assets=ints("assets_cents"),
        zorgtoeslag=np.asarray(patients["zorgtoeslag"], np.bool_),
        income_known=np.asarray(patients["income_known"], np.bool_),
        natura=np.asarray(ints("policy") == code(POLICIES, "natura"), np.bool_),
        voluntary_deductible=ints("voluntary_deductible_cents"),
        cover_per_day=ints("hospice_cover_per_day_cents"),
        cover_max_days=ints("hospice_cover_max_days"),
        cover_per_year=np.full(count, ENDLESS, np.int64),
        cover_vpt=np.asarray(patients["hospice_cover_vpt"], np.bool_),
        children_supported=np.asarray(patients["children_supported"], np.bool_),
        used_person=none,
        used_year=none,
        used_cents=none,
        used_up_year=np.where(np.asarray(patients["eigen_risico_used"], np.bool_), years(entry), NO_DAY),
    )


class PatientRows:
    """Row numbers in the patients table by patient_id."""

    def __init__(self, patients: Table) -> None:
        self._ids = np.asarray(patients["patient_id"], np.int64)

    def __call__(self, patient_id: Ints) -> Ints:
        """Row of each patient_id; InputError when one is not in the patients table."""
        place, found = join((self._ids,), (np.asarray(patient_id, np.int64),))
        if not found.all():
            lost = int(patient_id[~found][0])
            raise InputError("tables: patient_id {lost}: not in patients; each row needs one", lost=lost)
        return place


@dataclass(frozen=True)
class WlzPeriods:
    """Wlz periods sorted by person and start, for look-up by minute."""

    person: Ints
    start: Ints
    end: Ints
    profile: Ints
    form: Ints
    hours: Ints
    treated: Bools

    def at(self, person: Ints, minute: Ints) -> Ints:
        """Number of the period that holds at a minute, -1 for none (int64 array)."""
        place, begun = as_of((self.person,), self.start, (person,), minute)
        held, at = place[begun], minute[begun]
        begun[begun] = (at < self.end[held]) | (at == self.start[held])
        return np.where(begun, place, -1)

    def end_day(self, death_day: Ints) -> Ints:
        """Day after the last of each period; the day of death (by person) is of the person's last period."""
        end = days(self.end)
        last = np.ones(len(end), np.bool_)
        last[:-1] = self.person[1:] != self.person[:-1]
        return end + (last & (end >= death_day[self.person]))


def wlz_of(wlz_periods: Table, rows: PatientRows) -> WlzPeriods:
    """Wlz periods in order of person and start."""
    person = rows(wlz_periods["patient_id"])
    order = order_by(person, wlz_periods["start_minute"])

    names = ("start_minute", "end_minute", "profile", "form", "hours_per_month")
    start, end, profile, form, hours = (np.asarray(wlz_periods[name], np.int64)[order] for name in names)
    treated = np.asarray(wlz_periods["behandeling"], np.bool_)[order]
    return WlzPeriods(person[order], start, end, profile, form, hours, treated)


def wlz_care(periods: WlzPeriods, patients: Table, people: People, facts: StayFacts | None = None) -> WlzCare:
    """Wlz periods as days for the contribution, from entry on, the day of death included.

    The facts are what a case states of each period.
    """
    who = periods.person
    entry = np.asarray(patients["entry_minute"], np.int64)[who]
    since = np.asarray(patients["entry_since_minute"], np.int64)[who]
    start = np.maximum(periods.start, entry)
    end = periods.end_day(people.death_day)
    begun = np.where((periods.start <= entry) & (since != NEVER), np.minimum(since, start), periods.start)
    keep = np.flatnonzero(end > days(start))
    return WlzCare(
        who[keep],
        days(start)[keep],
        end[keep],
        np.minimum(days(begun), days(start))[keep],
        periods.form[keep],
        periods.hours[keep],
        None if facts is None else facts.take(keep),
    )


@dataclass(frozen=True)
class Stays:
    """Stays with the row of their patient, their billed days, and the row that began their admission.

    `guest` numbers the stays in a house whose waiver and assistance are granted together; `own_cost` marks
    those delivered above an omzetplafond at the provider's own cost.
    """

    person: Ints
    stay_no: Ints
    days: StayDays
    day_contribution: Ints
    waiver: Ints
    assistance: Bools
    own_means: Ints
    guest: Ints
    admission: Ints
    own_cost: Bools

    def __len__(self) -> int:
        """Stays."""
        return len(self.person)


def stays_of(stays: Table, patients: Table, periods: WlzPeriods, rows: PatientRows) -> Stays:
    """Stays with what the day rules look at, one row a stay, in the table's order."""
    person = rows(stays["patient_id"])
    died = stays["exit_reason"] == code(EXITS, "overleden")
    first, end = billed_days(stays["start_minute"], stays["end_minute"], died)
    ready = days(stays["end_minute"] - stays["blocked_minutes"])
    blocked = np.where(stays["blocked_minutes"] > 0, np.maximum(ready, first), end)
    period = periods.at(person, stays["start_minute"])
    own_profile = np.asarray(patients["wlz_profile"], np.int64)[person]
    own_treated = np.asarray(patients["wlz_behandeling"], np.bool_)[person]
    if len(periods.person):
        profile = np.where(period >= 0, periods.profile[period], own_profile)
        treated = np.where(period >= 0, periods.treated[period], own_treated)
    else:
        profile, treated = own_profile, own_treated
    return Stays(
        person,
        np.asarray(stays["stay_no"], np.int64),
        StayDays(
            setting=np.asarray(stays["setting"], np.int64),
            form=np.asarray(stays["wlz_form"], np.int64),
            profile=np.minimum(profile, len(DAY_PROFILES) - 1),
            treated=np.asarray(treated, np.bool_),
            contracted=np.asarray(stays["contracted"], np.bool_),
            first=first,
            end=end,
            terminal_day=day_or(np.asarray(patients["terminal_from_minute"])[person], ENDLESS),
            blocked_day=blocked,
            criteria=np.asarray(patients["criteria_vv10"], np.bool_)[person],
            adult_day=birthday(days(patients["birth_minute"]), ADULT_AGE_YEARS * MONTHS_PER_YEAR)[person],
            from_bed=from_nursing_home(person, stays),
            absent_day=first[joined(person, stays, _absent(stays))],
        ),
        np.asarray(stays["day_contribution_cents"], np.int64),
        np.asarray(stays["waiver_cents"], np.int64),
        np.zeros(len(stays), np.bool_),
        np.zeros(len(stays), np.int64),
        np.arange(len(stays)),
        admissions(person, stays),
        stays["ceiling"] == code(CEILING_OUTCOMES, "eigen_kosten"),
    )


def admissions(person: Ints, stays: Table) -> Ints:
    """Row of the stay with which each hospital admission began; the stay's own row outside hospital.

    Hospital stays that follow each other without a gap are one admission.
    """
    return joined(person, stays, np.asarray(stays["setting"] == code(SETTINGS, "ziekenhuis"), np.bool_))


def _absent(stays: Table) -> Bools:
    """Hospital stays of clients with a place in an institution."""
    hospital = stays["setting"] == code(SETTINGS, "ziekenhuis")
    return np.asarray(hospital & (stays["wlz_form"] == code(WLZ_FORMS, "verblijf")), np.bool_)


def from_nursing_home(person: Ints, stays: Table) -> Bools:
    """Whether the client of each stay lies in a nursing-home bed or came from one, also by a hospital."""
    order = order_by(person, stays["start_minute"])
    setting = np.asarray(stays["setting"], np.int64)[order]
    begins = starts(person[order])
    bed = (setting == code(SETTINGS, "verpleeghuis")) | (begins & _absent(stays)[order])
    home = np.isin(setting, [code(SETTINGS, name) for name in HOMES])
    out = np.zeros(len(order), np.bool_)
    out[order] = bed[last_of(bed | home | begins)]
    return out


def joined(person: Ints, stays: Table, of_kind: Bools) -> Ints:
    """Row of the stay with which each run of stays of one kind began; the stay's own row for others.

    Stays of that kind are one when they follow each other without a gap.
    """
    order = order_by(person, stays["start_minute"])
    hospital = of_kind[order]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = ~(
        hospital[1:]
        & hospital[:-1]
        & (person[order][1:] == person[order][:-1])
        & (stays["start_minute"][order][1:] == stays["end_minute"][order][:-1])
    )
    out = np.empty(len(order), np.int64)
    out[order] = order[last_of(begins)]
    return out
