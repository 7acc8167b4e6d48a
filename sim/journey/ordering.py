"""The order of events: minute first, then kind of event, packed in one number, then the patient."""

from __future__ import annotations

import numpy as np

from sim.columns import order_by
from sim.journey.needs import Needs
from sim.journey.patient import NONE
from sim.schema import NEVER, Table
from sim.units import KIND_BITS, ROW_BITS, Ints

# Kinds of event in the order in which they happen within a minute
_KINDS = (
    "enter",
    "death",
    "ready",
    "alive",
    "patience",
    "admit",
    "wlz",
    "nursing",
    "hospice",
    "care",
    "last_week",
    "crisis",
    "delayed",
    "away",
    "elv",
)
(
    ENTER,
    DEATH,
    READY,
    ALIVE,
    PATIENCE,
    ADMIT,
    WLZ,
    NURSING,
    TO_HOSPICE,
    CARE_STARTS,
    LAST_WEEK,
    CRISIS,
    DELAYED,
    AWAY,
    TO_SHORT_STAY,
) = range(len(_KINDS))
KIND_MASK = (1 << KIND_BITS) - 1
# After all that happens to patients in a minute: a bed that stood empty after a guest, in place of a row
BED_READY = KIND_MASK


def due(minute: int, kind: int) -> int:
    """Packed key of an event."""
    return (minute << KIND_BITS) | kind


def rank(key: int, row: int) -> int:
    """Order of an event among those of its minute."""
    return ((key & KIND_MASK) << ROW_BITS) | row


def need_events(patients: Table, needs: Needs) -> tuple[Ints, Ints, Ints]:
    """All needs of all patients as one sorted stream: offsets of each patient and one more, keys, references.

    A key packs minute and kind in one number, ascending within a patient; a reference is the row of
    `needs.admissions` for an admission, the number of the request for a stay elsewhere, else -1.
    """
    count = len(patients)
    rows = np.arange(count, dtype=np.int64)
    admissions = needs.admissions.events
    wlz_start = patients["wlz_since_minute"]
    wlz_start = np.where(wlz_start > patients["entry_minute"], wlz_start, NEVER)
    care = needs.care_minute
    parts = [
        (rows, patients["entry_minute"], ENTER),
        (rows, patients["death_minute"], DEATH),
        (rows, wlz_start, WLZ),
        (rows, needs.nursing_minute, NURSING),
        (rows, needs.hospice_minute, TO_HOSPICE),
        (rows, care, CARE_STARTS),
        (rows, np.where(care != NEVER, needs.last_week_minute, NEVER), LAST_WEEK),
        *((rows, each.minute, AWAY) for each in needs.elsewhere),
        (rows, needs.elv_minute, TO_SHORT_STAY),
        (admissions.patient, admissions.minute, ADMIT),
    ]
    who = np.concatenate([p[0] for p in parts])
    minute = np.concatenate([p[1] for p in parts])
    kind = np.concatenate([np.full(len(p[0]), p[2], np.int64) for p in parts])
    reference = np.full(len(who), NONE, np.int64)
    for referring in (ADMIT, AWAY):
        at = np.flatnonzero(kind == referring)
        reference[at] = np.arange(len(at))
    within = (minute >= patients["entry_minute"][who]) & (minute <= patients["death_minute"][who])
    kept = np.flatnonzero(within)
    who, reference = who[kept], reference[kept]
    keys = (minute[kept] << KIND_BITS) | kind[kept]
    order = order_by(who, keys)
    offsets = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(who, minlength=count), out=offsets[1:])
    return offsets, keys[order], reference[order]
