"""Common random numbers of needs: what does not concern a patient leaves its needs bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from sim import rng
from sim.cohort import cohort_draws, draw_patients
from sim.journey.events import Events
from sim.journey.needs import Admissions, sample_needs
from sim.scenario import load_scenario, vary
from sim.schema import GROUPS, NEVER, Table, code

BASE = load_scenario("basis_2026")
DEATHS = 120.0
EVENTS_OF = {
    "ed_ambulance": "ed_only",
    "gp_visit": "gp",
    "own_gp": "out_of_hours",
    "post_visit": "out_of_hours",
    "scan": "outpatient",
    "visit_keep": "outpatient",
    "treatment_keep": "day_treatment",
    "treatment_medicine": "day_treatment",
}
"""Fields with one value an event; every other array has one a patient."""

Flat = dict[str, np.ndarray]


def small(loaded: Any) -> Any:
    """Middenland with few deaths a year."""
    (region,) = loaded.area.regions
    deaths = region.palliative_deaths.model_copy(update={"value": DEATHS})
    return region.model_copy(update={"palliative_deaths": deaths})


def sampled(loaded: Any = BASE, region: Any = None) -> tuple[Table, Any]:
    """Patients and their needs."""
    region = region or small(loaded)
    patients = draw_patients(loaded.scenario, region, 1, 0)
    draws, _, _ = cohort_draws(loaded.scenario, region, 1, 0)
    return patients, sample_needs(patients, draws, loaded.scenario, region)


def flat(record: Any, kept: np.ndarray, name: str = "needs") -> Flat:
    """All needs of some patients as plain arrays by name."""
    found: Flat = {}
    for part in fields(record):
        value, here = getattr(record, part.name), f"{name}.{part.name}"
        if isinstance(value, Events):
            mine = kept[value.patient]
            found |= {f"{here}.{column}": getattr(value, column)[mine] for column in vars(value)}
        elif isinstance(value, dict):
            found |= {f"{here}.{key}": column[kept] for key, column in value.items()}
        elif isinstance(value, np.ndarray):
            events = record.events if isinstance(record, Admissions) else None
            if part.name in EVENTS_OF:
                events = getattr(record, EVENTS_OF[part.name])
            found[here] = value[kept] if events is None else value[kept[events.patient]]
        elif isinstance(value, tuple):
            found[here] = np.array(repr(value))
        else:
            found |= flat(value, kept, here)
    return found


def differing(one: Flat, other: Flat) -> set[str]:
    """Names of the needs that are not the same bytes."""
    assert one.keys() == other.keys()
    return {k for k in one if one[k].dtype != other[k].dtype or one[k].tobytes() != other[k].tobytes()}


def changed(one: tuple[Table, Any], other: tuple[Table, Any], kept: np.ndarray) -> set[str]:
    """Needs of some patients that differ; their attributes must not."""
    assert np.array_equal(one[0]["patient_id"], other[0]["patient_id"])
    assert kept.any()
    return differing(flat(one[1], kept), flat(other[1], kept))


@pytest.fixture(scope="module")
def before():
    return sampled()


def test_needs_hold_many_arrays_and_events_of_every_kind(before):
    everyone = flat(before[1], np.ones(len(before[0]), bool))
    assert len(everyone) > 80
    assert all(everyone[f"needs.{e}.minute"].size > 50 for e in ("admissions.events", "gp", "out_of_hours"))


@pytest.mark.parametrize("number", [0, 1, 10])
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_another_draw_of_every_stream_leaves_all_needs(before, monkeypatch, number, first):
    """Of the same block, for everybody, or of others."""
    original = rng.Draws.block

    def more(self, stream, wanted, size):
        if first:
            original(self, stream, wanted + number, self.size)
        found = original(self, stream, wanted, size)
        original(self, stream, wanted + number, self.size)
        return found

    monkeypatch.setattr(rng.Draws, "block", more)
    assert not changed(before, sampled(), np.ones(len(before[0]), bool))


@pytest.mark.parametrize(
    ("stream", "need"),
    [
        ("hospital.admission", "needs.admissions.events.minute"),
        ("gp.contact", "needs.gp.minute"),
        ("hospice.home_request", "needs.hospice_minute"),
        ("home.hours", "needs.care_week_minutes"),
    ],
)
def test_the_comparison_sees_a_stream_that_uses_another_draw(before, monkeypatch, stream, need):
    original = rng.Draws.block

    def other(self, name, number, size):
        return original(self, name, number + 1 if name == stream else number, size)

    monkeypatch.setattr(rng.Draws, "block", other)
    assert need in changed(before, sampled(), np.ones(len(before[0]), bool))


def another_site(region: Any) -> Any:
    bed = region.sites[0].model_copy(update={"id": "nieuw", "beds": 6})
    return region.model_copy(update={"sites": (bed, *region.sites)})


def no_site(region: Any) -> Any:
    return region.model_copy(update={"sites": ()})


def more_nursing_homes(region: Any) -> Any:
    places = region.nursing_home_places.model_copy(update={"value": region.nursing_home_places.value + 50})
    return region.model_copy(update={"nursing_home_places": places})


@pytest.mark.parametrize("change", [another_site, no_site, more_nursing_homes])
def test_places_added_or_taken_away_leave_all_needs(before, change: Callable[[Any], Any]):
    assert not changed(before, sampled(region=change(small(BASE))), np.ones(len(before[0]), bool))


@pytest.mark.parametrize(
    ("path", "value", "group"),
    [
        ("hospital.admitted_last_30.value.heart", 0.6, "heart"),
        ("hospital.terminal.value.cancer", 0.6, "cancer"),
        ("hospital.palliative_team.value.cancer", 0.9, "cancer"),
        ("hospice.from_home.value.cancer", 0.6, "cancer"),
        ("hospice.after_hospital.value.cancer", 0.9, "cancer"),
        ("cohort.marking.pzp.value.heart", 0.7, "heart"),
        ("cohort.nursing_home.at_90.value.cva", 0.15, "cva"),
        ("cohort.wlz.at_death.value.cancer", 0.45, "cancer"),
        ("cohort.population.age_mean.value.dementia", 82, "dementia"),
        ("support.day_treatment_per_year.value.cancer", 30, "cancer"),
        ("children.home_hours_per_week.mean", 40, "child"),
    ],
)
def test_a_policy_for_one_group_leaves_the_needs_of_all_others(before, path, value, group):
    after = sampled(vary(BASE, {path: value}, "beleid"))
    mine = before[0]["group"] == code(GROUPS, group)
    assert np.array_equal(mine, after[0]["group"] == code(GROUPS, group))
    assert not changed(before, after, ~mine)
    people = {c for c in before[0].columns if not np.array_equal(before[0][c][~mine], after[0][c][~mine])}
    assert not people
    touched = changed(before, after, mine) | {
        c for c in before[0].columns if not np.array_equal(before[0][c], after[0][c])
    }
    assert touched


def test_a_policy_that_reaches_some_leaves_the_needs_of_who_is_not_reached(before):
    after = sampled(vary(BASE, {"transmural.reached.value": 0.5}, "beleid"))
    reached = after[1].transmural_minute != NEVER
    assert 0.3 < reached.mean() < 0.7
    assert not changed(before, after, ~reached)
    assert {"needs.transmural_minute", "needs.guided_factor"} <= changed(before, after, reached)
