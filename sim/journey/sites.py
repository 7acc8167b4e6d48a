"""The sites of a region as places: kinds with their contract, beds kept for acute need, dated changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.journey.patient import ACUTE, HOSPICES, NONE, THUIS, WITHOUT_WLZ_CONTRACT, ZIEKENHUIS
from sim.journey.places import Places
from sim.scenario import acute_beds_of, beds_of, beds_planned
from sim.scenario.models import Region, Scenario
from sim.schema import SETTINGS, WITH_STAY, code
from sim.units import MINUTES_PER_DAY, Ints

# Where who goes first waits; others by order of request
FIRST_IN = {"ziekenhuis": ZIEKENHUIS, "thuis": THUIS}


@dataclass(frozen=True)
class Sites:
    """Places of a region's sites."""

    places: Places  # the sites, then the beds that some of them keep for who would else go to hospital
    acute_kinds: tuple[int, ...]  # kinds of those beds
    site_of: Ints  # site of each place; the last element stands for no place
    planned: list[tuple[int, int, int]]  # changes of beds on dates: minute, place, beds
    # Whether the region states beds for its hospitals; without, they have room for everybody
    hospital_limited: bool
    turnover: dict[int, int]  # minutes that a bed of a hospice stands empty after a guest, by setting code
    # Code of the setting in which one waits before others; NONE where all wait in order of request
    goes_first: int


def sites_of(scenario: Scenario, region: Region) -> Sites:
    """The sites of a region under a scenario."""
    beds = beds_of(scenario, region)
    kinds = [
        code(SETTINGS, s.setting)
        + (WITHOUT_WLZ_CONTRACT if s.setting in WITH_STAY and not s.wlz_contract else 0)
        for s in region.sites
    ]
    kept = acute_beds_of(scenario, region)
    acute = [(kind + ACUTE, here) for kind, here in zip(kinds, kept, strict=True) if here]
    acute_kinds = tuple(kind for kind, _ in acute)
    open_to_all = [all_beds - here for all_beds, here in zip(beds, kept, strict=True)]
    owners = (number for number, here in enumerate(kept) if here)
    return Sites(
        Places([*kinds, *acute_kinds], [*open_to_all, *(here for _, here in acute)]),
        acute_kinds,
        np.array([*range(len(kinds)), *owners, NONE], np.int64),
        [(minute, n, max(to - kept[n], 0)) for minute, n, to in beds_planned(scenario, region)],
        ZIEKENHUIS in kinds,
        dict.fromkeys(HOSPICES, round(scenario.places.turnover_days * MINUTES_PER_DAY)),
        FIRST_IN.get(scenario.places.goes_first, NONE),
    )
