"""Needs of care beside the main settings: visits, treatment, aids, talks, respite, care of children."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sim.cohort import sampling as draw
from sim.cohort.taken_over import again
from sim.journey.events import Events, decided, one_an_event, timed_events
from sim.journey.uses import BesideNeeds, sample_beside
from sim.rng import CohortDraws, Undrawn
from sim.scenario.models import Scenario
from sim.scenario.numbers import Lognormal, SharesByGroup, TimesByGroup
from sim.schema import GROUPS, NEVER, Table, code
from sim.units import (
    DAYS_PER_WEEK,
    DAYS_PER_YEAR,
    FAR_FUTURE,
    MINUTES_PER_DAY,
    MINUTES_PER_HOUR,
    Bools,
    Floats,
    Ints,
)


@dataclass(frozen=True)
class SupportNeeds:
    """Needs of support; one value a patient, or an event where it says so; `NEVER` where there is none."""

    outpatient: Events
    # Place in the scenario's list of scans, one an outpatient visit
    scan: Ints = field(metadata=one_an_event("outpatient"))
    # Uniform for thinning in a nursing home, one an event; so is `treatment_keep`
    visit_keep: Floats = field(metadata=one_an_event("outpatient"))
    day_treatment: Events
    treatment_keep: Floats = field(metadata=one_an_event("day_treatment"))
    # Whether a day treatment gives an expensive medicine, one an event
    treatment_medicine: Bools = field(metadata=one_an_event("day_treatment"))
    elderly_medicine: Events
    talks: Events
    radiotherapy_minute: Ints = field(metadata=decided("radiotherapy"))
    hospital_at_home_minute: Ints = field(metadata=decided("hospital_at_home"))
    hospital_at_home_days: Ints = field(metadata=decided("hospital_at_home"))
    respite_minute: Ints = field(metadata=decided("respite"))
    respite_minutes: Ints = field(metadata=decided("respite"))
    respite_funded: Bools = field(metadata=decided("respite"))
    consultation_minute: Ints = field(metadata=decided("terminal"))
    advice_minute: Ints = field(metadata=decided("terminal"))
    bed_loan: Bools = field(metadata=decided("care"))
    palliakit: Bools = field(metadata=decided("terminal"))
    child: Bools = field(metadata=decided("entry"))
    child_week_minutes: Ints = field(metadata=decided("entry"))
    day_care: Bools = field(metadata=decided("entry"))
    beside: BesideNeeds


def sample_support(
    patients: Table, draws: CohortDraws, scenario: Scenario, visited_at: int = int(NEVER)
) -> SupportNeeds:
    """Sample all support of the patients of a region; `visited_at` as in `sample_needs`."""
    others = draws if visited_at < FAR_FUTURE else Undrawn(draws.parts)

    def part(make: Callable[[Sampled], dict[str, Any]], drawn: CohortDraws) -> dict[str, Any]:
        asked = (drawn, visited_at)
        return again(
            f"support {make.__name__}", asked, lambda *of: make(Sampled(*asked, *of)), patients, scenario
        )

    return SupportNeeds(
        beside=again("beside", (others,), lambda *of: sample_beside(others, *of), patients, scenario),
        **part(_outpatient, others),
        **part(_visits, others),
        **part(_at_home, others),
        **part(_respite, draws),
    )


@dataclass(frozen=True)
class Sampled:
    """Patients whose needs are sampled, with what every part of the needs looks at."""

    draws: CohortDraws
    visited_at: int
    patients: Table
    scenario: Scenario

    @cached_property
    def group(self) -> Ints:
        """Disease group."""
        return self.patients["group"].astype(np.int64)

    @cached_property
    def child(self) -> Bools:
        """Whether the patient is a child."""
        return np.asarray(self.group == code(GROUPS, "child"))

    def chosen(self, stream: str, share: float | Floats) -> Bools:
        """One draw a patient of whether something is so."""
        return draw.bernoulli(self.draws.uniform(stream), share)

    def chosen_by_group(self, stream: str, by_group: SharesByGroup) -> Bools:
        """As `chosen`, with the share of the disease group."""
        return self.chosen(stream, draw.by_group(by_group.value)[self.group])

    def days(self, stream: str, time: Lognormal) -> Floats:
        """One draw a patient of a lognormal number of days."""
        return draw.lognormal(self.draws.uniform(stream), time)

    def before(self, days: Floats, which: Bools) -> Ints:
        """The minute some days before death; `NEVER` before the patient is followed."""
        minute = self.patients["death_minute"] - 1 - np.floor(days * MINUTES_PER_DAY).astype(np.int64)
        return np.where(which & (minute >= self.patients["entry_minute"]), minute, NEVER)

    def events(self, stream: str, rates: Floats) -> Events:
        """Events of rates a day, by window before death."""
        entry, death = self.patients["entry_minute"], self.patients["death_minute"]
        return timed_events(self.draws, stream, rates, entry, death, self.visited_at)

    def numbered(self, stream: str, events: Events) -> Floats:
        """A uniform an event."""
        return draw.numbered_uniform(self.draws, stream, events.patient, events.number)

    def rates(self, per_year: TimesByGroup, shape: tuple[float, ...]) -> Floats:
        """Rates a day by window, from times a year of the disease group."""
        yearly = draw.by_group(per_year.value)[self.group]
        return np.asarray(yearly[:, None] * np.array(shape)[None, :] / DAYS_PER_YEAR, np.float64)


def _outpatient(people: Sampled) -> dict[str, Any]:
    """Outpatient visits with their scans, day treatments with their medicines."""
    model = people.scenario.support
    shape = model.day_treatment_shape.value
    visits = people.events("support.outpatient", people.rates(model.outpatient_per_year, (1.0,) * len(shape)))
    treated = people.events("support.day_treatment", people.rates(model.day_treatment_per_year, shape))
    medicine = draw.by_group(model.treatment_medicine.value)[people.group[treated.patient]]
    return {
        "outpatient": visits,
        "scan": draw.choose(people.numbered("support.scan", visits), list(model.imaging.value.values())),
        "visit_keep": people.numbered("support.visit_keep", visits),
        "day_treatment": treated,
        "treatment_keep": people.numbered("support.treatment_keep", treated),
        "treatment_medicine": draw.bernoulli(people.numbered("support.medicine", treated), medicine),
    }


def _visits(people: Sampled) -> dict[str, Any]:
    """Visits of the specialist in elderly medicine and talks of spiritual care, in the terminal phase."""
    model, windows = people.scenario.support, len(people.scenario.support.day_treatment_shape.value)
    terminal = people.patients["terminal_from_minute"]
    doctor = people.chosen("support.elderly_medicine", model.elderly_medicine.value) & ~people.child
    weekly = np.full((len(doctor), windows), model.elderly_medicine_per_week.value / DAYS_PER_WEEK)
    doctor_visits = people.events("support.elderly_visits", np.where(doctor[:, None], weekly, 0.0))
    spiritual = people.chosen("support.spiritual", model.spiritual_care.value)
    phase = np.maximum((people.patients["death_minute"] - terminal) / MINUTES_PER_DAY, 1.0)
    talk_rate = np.where(spiritual, model.spiritual_talks.value / phase, 0.0)
    talks = people.events("support.talks", np.tile(talk_rate[:, None], (1, windows)))
    return {"elderly_medicine": _from(doctor_visits, terminal), "talks": _from(talks, terminal)}


def _at_home(people: Sampled) -> dict[str, Any]:
    """Radiotherapy, hospital care at home, consultations, and what is lent or left at home."""
    model, terminal = people.scenario.support, people.patients["terminal_from_minute"]
    consulted = people.chosen("support.gp_consultation", model.gp_consultation.value)
    advised = people.chosen("support.advice", model.joint_advice.value)
    return {
        "radiotherapy_minute": people.before(
            people.days("support.radiotherapy_time", model.radiotherapy_before_death),
            people.chosen_by_group("support.radiotherapy", model.radiotherapy),
        ),
        "hospital_at_home_minute": people.before(
            people.days("support.hospital_at_home_time", model.hospital_at_home_before_death),
            people.chosen_by_group("support.hospital_at_home", model.hospital_at_home),
        ),
        "hospital_at_home_days": np.ceil(
            people.days("support.hospital_at_home_days", model.hospital_at_home_days)
        ).astype(np.int64),
        "consultation_minute": np.where(consulted, terminal, NEVER),
        "advice_minute": np.where(advised, terminal, NEVER),
        "bed_loan": people.chosen("support.bed", model.bed_loan.value),
        "palliakit": people.chosen("support.palliakit", model.palliakit.value),
    }


def _respite(people: Sampled) -> dict[str, Any]:
    """Respite of carers, and care of children."""
    model, children, child = people.scenario.support, people.scenario.children, people.child
    wanted = people.chosen("support.respite", np.where(child, children.respite.value, model.respite.value))
    days = np.ceil(people.days("support.respite_days", model.respite_days)).astype(np.int64)
    week = np.zeros(len(child))
    week[child] = draw.gamma(people.draws.uniform("children.hours")[child], children.home_hours_per_week)
    return {
        "child": child,
        "respite_minute": people.before(
            people.days("support.respite_time", model.respite_before_death),
            wanted & (child | people.patients["carer_available"]),
        ),
        "respite_minutes": days * MINUTES_PER_DAY,
        "respite_funded": people.chosen("support.respite_payer", model.respite_payer.value) | child,
        "child_week_minutes": np.round(week * MINUTES_PER_HOUR).astype(np.int64),
        "day_care": child & people.chosen("children.day_care", children.day_care.value),
    }


def _from(events: Events, minute: Ints) -> Events:
    """Events not before a minute of their patient."""
    kept = np.flatnonzero(events.minute >= minute[events.patient])
    return Events(events.patient[kept], events.number[kept], events.minute[kept])
