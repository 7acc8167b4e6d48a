"""Needs under a scenario whose settings follow paths over dates: each decision as its own moment has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.cohort import earliest, long_term_care, plan_moment, wlz_moment
from sim.columns import order_by
from sim.journey.events import DECIDED, OF, Events, Moments
from sim.journey.needs import Needs, sample_needs
from sim.rng import CohortDraws
from sim.scenario.in_force import Versions, versions
from sim.scenario.models import Region, Scenario, Site
from sim.schema import NEVER, Table
from sim.units import Ints


def draw_needs(
    patients: Table,
    draws: CohortDraws,
    scenario: Scenario,
    region: Region,
    visited_at: int = int(NEVER),
    sites: Sequence[Site] | None = None,
) -> Needs:
    """As `sample_needs`, also where settings follow paths over dates."""
    over_time = versions(scenario)
    found = [sample_needs(patients, draws, each, region, visited_at, sites) for each in over_time.scenarios]
    return found[0] if len(found) == 1 else needs_over_time(found, over_time, patients, draws, region)


def needs_over_time(
    several: Sequence[Needs], over_time: Versions, patients: Table, draws: CohortDraws, region: Region
) -> Needs:
    """Needs of which each is that of the version in force when it is decided; events by their own minute.

    The several needs are of the same patients, one a version.
    """
    moments = _moments(several, over_time, patients, draws, region)
    whole: Needs = _merged(several, over_time, moments)
    return whole


def _moments(
    several: Sequence[Needs], over_time: Versions, patients: Table, draws: CohortDraws, region: Region
) -> Moments:
    """The minute of each moment at which needs are decided, one a patient."""
    entry, terminal = patients["entry_minute"], patients["terminal_from_minute"]

    def first(field: str, otherwise: Ints) -> Ints:
        return earliest([getattr(each, field) for each in several], otherwise)

    def of_support(field: str) -> Ints:
        return earliest([getattr(each.support, field) for each in several], entry)

    window = first("hospice_window_minute", terminal)
    request = first("hospice_minute", window)
    wlz = wlz_moment(draws, over_time, region, patients)
    group = patients["group"].astype(np.int64)
    care = [long_term_care(draws, each.cohort, region, group) for each in over_time.scenarios]
    postponed = np.any([each.postponed for each in care], axis=0)
    plan = plan_moment(draws, over_time, patients, [patients["marked_minute"]] * len(several))
    return Moments(
        entry=entry,
        wlz=wlz,
        chronic_care=np.where(postponed & (wlz > entry), wlz, entry),
        terminal=terminal,
        plan=plan,
        request=request,
        window=window,
        short_stay=first("elv_minute", window),
        care=first("care_minute", terminal),
        ceiling=first("care_minute", request),
        team=first("team_minute", terminal),
        radiotherapy=of_support("radiotherapy_minute"),
        respite=of_support("respite_minute"),
        hospital_at_home=of_support("hospital_at_home_minute"),
    )


def _merged(several: Sequence[Any], over_time: Versions, moments: Moments) -> Any:
    """One record of several: events, with the values beside them, by their own minute; others by moment."""
    first = several[0]
    found: dict[str, Any] = {}
    order: dict[str, tuple[Ints, Ints]] = {}
    for field in fields(first):
        values = [getattr(each, field.name) for each in several]
        if isinstance(values[0], Events):
            found[field.name], order[field.name] = _events(values, over_time)
    for field in fields(first):
        values = [getattr(each, field.name) for each in several]
        if field.name in found or field.name == "hospice_order":
            continue
        if OF in field.metadata:
            found[field.name] = _rows(values, order[field.metadata[OF]])
        elif is_dataclass(values[0]):
            found[field.name] = _merged(values, over_time, moments)
        elif isinstance(values[0], dict):
            names = dict.fromkeys(name for value in values for name in value)
            found[field.name] = {
                name: over_time.pick(
                    getattr(moments, field.metadata[DECIDED]),
                    [value.get(name, _any(values, name)) for value in values],
                )
                for name in names
            }
        else:
            found[field.name] = over_time.pick(getattr(moments, field.metadata[DECIDED]), values)
    return replace(first, **found)


def _any(values: Sequence[Mapping[str, NDArray[Any]]], name: str) -> NDArray[Any]:
    """What any version has under a name: one that has nothing asks nothing of it."""
    return next(value[name] for value in values if name in value)


def _events(several: Sequence[Events], over_time: Versions) -> tuple[Events, tuple[Ints, Ints]]:
    """Events that happen while their version is in force; and of each its version and row there."""
    kept = [np.flatnonzero(over_time.at(each.minute) == number) for number, each in enumerate(several)]
    version = np.repeat(np.arange(len(several)), [len(rows) for rows in kept])
    row = np.concatenate(kept)
    parts = {
        name: np.concatenate([getattr(each, name)[rows] for each, rows in zip(several, kept, strict=True)])
        for name in ("patient", "number", "minute")
    }
    order = order_by(parts["patient"], parts["minute"], parts["number"])
    return Events(**{name: part[order] for name, part in parts.items()}), (version[order], row[order])


def _rows(several: Sequence[NDArray[Any]], which: tuple[Ints, Ints]) -> NDArray[Any]:
    """Values of events, each from its version."""
    version, row = which
    out = np.zeros(len(row), several[0].dtype)
    for number, values in enumerate(several):
        mine = version == number
        out[mine] = values[row[mine]]
    return out
