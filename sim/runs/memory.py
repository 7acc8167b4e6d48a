"""Whether the memory of this machine suffices for the tasks that run side by side."""

from __future__ import annotations

from collections.abc import Sequence

import psutil

from sim.cohort import death_window
from sim.errors import Message, RunError
from sim.runs.task import TaskSpec
from sim.units import BYTES_PER_MEGABYTE, DAYS_PER_YEAR

_BYTES_PER_PROCESS = 170_000_000  # memory of a process before its first task
_BYTES_PER_PATIENT = 40_000  # peak memory of a task, for each patient in it; `make bench` measures it


def bytes_needed(spec: TaskSpec) -> int:
    """Memory that a process needs for a task, by the patients that its region can expect."""
    first, last = death_window(spec.scenario.horizon)
    patients = spec.region.palliative_deaths.value * (last - first).days / DAYS_PER_YEAR
    return _BYTES_PER_PROCESS + round(patients * _BYTES_PER_PATIENT)


def refuse_too_little(specs: Sequence[TaskSpec], jobs: int) -> None:
    """Refuse, before anything runs, what would not fit in the memory that is free now.

    Raises RunError when the largest tasks side by side, one a job, need more; says how many would fit.
    """
    largest = sorted((bytes_needed(spec) for spec in specs), reverse=True)[:jobs]
    free = int(psutil.virtual_memory().available)
    if sum(largest) <= free:
        return
    fit = next((n for n in range(len(largest), 0, -1) if sum(largest[:n]) <= free), 0)
    remedy = (
        Message("give --jobs {fit}", fit=fit)
        if fit
        else Message("take an area with smaller regions or free some memory")
    )
    raise RunError(
        "--jobs {jobs}: about {total} MB of memory needed, {free} MB free; {remedy}",
        jobs=jobs,
        total=sum(largest) // BYTES_PER_MEGABYTE,
        free=free // BYTES_PER_MEGABYTE,
        remedy=remedy,
    )
