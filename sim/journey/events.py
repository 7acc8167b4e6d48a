"""Events of patients: a row, a number within the patient, an absolute minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.cohort import sampling as draw
from sim.rng import CohortDraws
from sim.schema import NEVER
from sim.units import MINUTES_PER_DAY, Floats, Ints


@dataclass(frozen=True)
class Events:
    """Numbered events of patients, sorted by patient and time."""

    patient: Ints  # row of the patient
    number: Ints  # 0 for the first event
    minute: Ints  # absolute


@dataclass(frozen=True)
class Moments:
    """When what is decided once: of settings that follow dates those of then hold; one value a patient."""

    entry: Ints
    wlz: Ints
    chronic_care: Ints
    terminal: Ints
    plan: Ints
    request: Ints
    window: Ints
    short_stay: Ints
    care: Ints
    ceiling: Ints
    team: Ints
    radiotherapy: Ints
    respite: Ints
    hospital_at_home: Ints


DECIDED, OF = "decided", "of"


def decided(moment: str) -> Mapping[str, str]:
    """Of a field of needs with one value a patient: at which of `Moments` it is decided."""
    assert moment in Moments.__dataclass_fields__, moment
    return {DECIDED: moment}


def one_an_event(events: str) -> Mapping[str, str]:
    """Of a field with one value an event: the field that holds these events."""
    return {OF: events}


def timed_events(
    draws: CohortDraws, stream: str, rates: Floats, entry: Ints, death: Ints, alive_at: int = int(NEVER)
) -> Events:
    """Sample a stream of events as absolute minutes; none before a late entry (a young child's birth).

    Rates are events a day in the windows before death, shape (n, 4). Who died before the minute `alive_at`
    has no events: nothing is drawn for them.
    """
    rates = np.where((death >= alive_at)[:, None], rates, 0.0)
    patient, number, days = draw.event_times(draws, stream, rates)
    minute = death[patient] - 1 - np.floor(days * MINUTES_PER_DAY).astype(np.int64)
    kept = np.flatnonzero(minute >= entry[patient])
    return Events(patient[kept], number[kept], minute[kept])
