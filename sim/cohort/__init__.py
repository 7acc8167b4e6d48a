"""Synthetic patients: one row a patient, drawn by inverse CDF from patient-keyed streams."""

from sim.cohort.long_term_care import LongTermCare, long_term_care
from sim.cohort.patients import (
    cohort_draws,
    death_window,
    draw_patients,
    earliest,
    hospice_preference,
    marked_timely,
    plan_moment,
    wlz_moment,
)

__all__ = [
    "LongTermCare",
    "cohort_draws",
    "death_window",
    "draw_patients",
    "earliest",
    "hospice_preference",
    "long_term_care",
    "marked_timely",
    "plan_moment",
    "wlz_moment",
]
