"""Synthetic patients: one row a patient, drawn by inverse CDF from patient-keyed streams."""

from sim.cohort.patients import (
    cohort_draws,
    death_window,
    draw_patients,
    hospice_preference,
    nursing_home_days,
)

__all__ = ["cohort_draws", "death_window", "draw_patients", "hospice_preference", "nursing_home_days"]
