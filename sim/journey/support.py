"""Needs of care beside the main settings: visits, treatment, aids, talks, respite, care of children."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.cohort import sampling as draw
from sim.journey.beside import BesideNeeds, sample_beside
from sim.journey.events import Events, no_events, timed_events
from sim.rng import CohortDraws
from sim.scenario.models import Scenario
from sim.scenario.numbers import SharesByGroup, TimesByGroup
from sim.schema import GROUPS, NEVER, Table, code
from sim.units import (
    DAYS_PER_WEEK,
    DAYS_PER_YEAR,
    MINUTES_PER_DAY,
    MINUTES_PER_HOUR,
    Bools,
    Floats,
    Ints,
)


@dataclass(frozen=True)
class SupportNeeds:
    """Needs of support; one value a patient, or one an event where it says so.

    Attributes
    ----------
    outpatient, day_treatment, elderly_medicine, talks : Events
    scan : int64 array
        Place in the scenario's list of scans, one an outpatient visit.
    visit_keep, treatment_keep : float64 array
        Uniform for thinning in a nursing home, one an event.
    treatment_medicine : bool array
        Whether a day treatment gives an expensive medicine, one an event.
    radiotherapy_minute, hospital_at_home_minute, respite_minute : int64 array
        `NEVER` where there is none.
    consultation_minute, advice_minute : int64 array
        `NEVER` where there is none.
    hospital_at_home_days : int64 array
    respite_minutes : int64 array
    respite_funded, bed_loan, palliakit, day_care : bool array
    child_week_minutes : int64 array
    beside : BesideNeeds
    """

    outpatient: Events
    scan: Ints
    visit_keep: Floats
    day_treatment: Events
    treatment_keep: Floats
    treatment_medicine: Bools
    elderly_medicine: Events
    talks: Events
    radiotherapy_minute: Ints
    hospital_at_home_minute: Ints
    hospital_at_home_days: Ints
    respite_minute: Ints
    respite_minutes: Ints
    respite_funded: Bools
    consultation_minute: Ints
    advice_minute: Ints
    bed_loan: Bools
    palliakit: Bools
    child: Bools
    child_week_minutes: Ints
    day_care: Bools
    beside: BesideNeeds


def sample_support(
    patients: Table, draws: CohortDraws, scenario: Scenario, visits: bool = True
) -> SupportNeeds:
    """Sample all support of the patients of a region.

    Parameters
    ----------
    patients : Table
    draws : CohortDraws
    scenario : Scenario
    visits : bool
        As in `sample_needs`.

    Returns
    -------
    SupportNeeds
    """
    u = draws.uniform
    timed = timed_events if visits else no_events
    model, children = scenario.support, scenario.children
    group = patients["group"].astype(np.int64)
    death, entry = patients["death_minute"], patients["entry_minute"]
    terminal = patients["terminal_from_minute"]
    child = group == code(GROUPS, "child")

    def share(stream: str, by_group: SharesByGroup) -> Bools:
        return draw.bernoulli(u(stream), draw.by_group(by_group.value)[group])

    def before(days: Floats, which: Bools) -> Ints:
        minute = death - 1 - np.floor(days * MINUTES_PER_DAY).astype(np.int64)
        return np.where(which & (minute >= entry), minute, NEVER)

    def rates(per_year: TimesByGroup, shape: tuple[float, ...]) -> Floats:
        yearly = draw.by_group(per_year.value)[group]
        return np.asarray(yearly[:, None] * np.array(shape)[None, :] / DAYS_PER_YEAR, np.float64)

    def terminal_rate(per_day: float, which: Bools) -> Floats:
        flat = np.full((len(group), len(model.day_treatment_shape.value)), per_day)
        return np.where(which[:, None], flat, 0.0)

    even = (1.0,) * len(model.day_treatment_shape.value)
    outpatient = timed(draws, "support.outpatient", rates(model.outpatient_per_year, even), entry, death)
    shape = model.day_treatment_shape.value
    treated = timed(draws, "support.day_treatment", rates(model.day_treatment_per_year, shape), entry, death)
    doctor = draw.bernoulli(u("support.elderly_medicine"), model.elderly_medicine.value) & ~child
    weekly = model.elderly_medicine_per_week.value / DAYS_PER_WEEK
    doctor_visits = timed(draws, "support.elderly_visits", terminal_rate(weekly, doctor), entry, death)
    spiritual = draw.bernoulli(u("support.spiritual"), model.spiritual_care.value)
    phase = np.maximum((death - terminal) / MINUTES_PER_DAY, 1.0)
    talk_rate = np.where(spiritual, model.spiritual_talks.value / phase, 0.0)
    talks = timed(draws, "support.talks", np.tile(talk_rate[:, None], (1, len(even))), entry, death)
    at_home = share("support.hospital_at_home", model.hospital_at_home)
    respite_share = np.where(child, children.respite.value, model.respite.value)
    wants_respite = draw.bernoulli(u("support.respite"), respite_share) & (
        child | patients["carer_available"]
    )
    week = draw.gamma(u("children.hours"), children.home_hours_per_week) * MINUTES_PER_HOUR
    return SupportNeeds(
        outpatient=outpatient,
        scan=draw.choose(
            draw.numbered_uniform(draws, "support.scan", outpatient.patient, outpatient.number),
            list(model.imaging.value.values()),
        ),
        visit_keep=draw.numbered_uniform(draws, "support.visit_keep", outpatient.patient, outpatient.number),
        day_treatment=treated,
        treatment_keep=draw.numbered_uniform(
            draws, "support.treatment_keep", treated.patient, treated.number
        ),
        treatment_medicine=draw.bernoulli(
            draw.numbered_uniform(draws, "support.medicine", treated.patient, treated.number),
            draw.by_group(model.treatment_medicine.value)[group[treated.patient]],
        ),
        elderly_medicine=_from(doctor_visits, terminal),
        talks=_from(talks, terminal),
        radiotherapy_minute=before(
            draw.lognormal(u("support.radiotherapy_time"), model.radiotherapy_before_death),
            share("support.radiotherapy", model.radiotherapy),
        ),
        hospital_at_home_minute=before(
            draw.lognormal(u("support.hospital_at_home_time"), model.hospital_at_home_before_death),
            at_home,
        ),
        hospital_at_home_days=np.ceil(
            draw.lognormal(u("support.hospital_at_home_days"), model.hospital_at_home_days)
        ).astype(np.int64),
        respite_minute=before(
            draw.lognormal(u("support.respite_time"), model.respite_before_death),
            wants_respite,
        ),
        respite_minutes=np.ceil(draw.lognormal(u("support.respite_days"), model.respite_days)).astype(
            np.int64
        )
        * MINUTES_PER_DAY,
        respite_funded=draw.bernoulli(u("support.respite_payer"), model.respite_payer.value) | child,
        consultation_minute=np.where(
            draw.bernoulli(u("support.gp_consultation"), model.gp_consultation.value), terminal, NEVER
        ),
        advice_minute=np.where(
            draw.bernoulli(u("support.advice"), model.joint_advice.value), terminal, NEVER
        ),
        bed_loan=draw.bernoulli(u("support.bed"), model.bed_loan.value),
        palliakit=draw.bernoulli(u("support.palliakit"), model.palliakit.value),
        child=child,
        child_week_minutes=np.where(child, np.round(week), 0).astype(np.int64),
        day_care=child & draw.bernoulli(u("children.day_care"), children.day_care.value),
        beside=sample_beside(patients, draws, scenario),
    )


def _from(events: Events, minute: Ints) -> Events:
    """Events not before a minute of their patient."""
    kept = events.minute >= minute[events.patient]
    return Events(events.patient[kept], events.number[kept], events.minute[kept])
