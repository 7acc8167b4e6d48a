"""What the engine writes: stays, refusals, home care granted, the meters."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.journey.meter import Meter
from sim.scenario.models import Region
from sim.units import Ints

STAY_FIELDS = (
    "row",
    "setting",
    "site",
    "form",
    "requested",
    "start",
    "end",
    "blocked",
    "exit",
    "next",
    "admission",
    "paid",
)
REFUSAL_FIELDS = ("row", "minute", "setting", "reason", "outcome")


@dataclass(frozen=True)
class Log:
    """What the engine writes: one row a stay, one a refusal, and home care granted a patient."""

    stays: Ints  # columns `STAY_FIELDS`; `site` is the site's number in the region or -1
    refusals: Ints  # columns `REFUSAL_FIELDS`
    care_minute: Ints  # when terminal home care was granted, `NEVER` where it was not
    care_kind: Ints  # code of `CEILING_OUTCOMES`: `geen` for ordinary care
    meters: tuple[Meter, ...]


def as_rows(flat: array[int], names: Sequence[str]) -> Ints:
    """Rows of a flat log, one column a name (int64 array, shape (rows, names))."""
    if not flat:
        return np.zeros((0, len(names)), np.int64)
    return np.frombuffer(flat, np.int64).reshape(-1, len(names))


def site_names(region: Region) -> tuple[str, ...]:
    """Labels of the `site` column: the empty name first, then the region's sites."""
    return ("", *(s.id for s in region.sites))


def columns(log: Ints, names: Sequence[str]) -> dict[str, Ints]:
    """Columns of a log by name."""
    return {n: log[:, i] for i, n in enumerate(names)}
