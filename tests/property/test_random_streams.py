"""The guarantee of the random streams: a draw belongs to a patient and a named decision."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import rng
from sim.cohort import draw_patients
from sim.journey import simulate_region
from sim.rng import Draws, stream_key
from sim.scenario import load_scenario

KEY = {"master": 11, "replication": 3, "region": 2, "death_year": 2026}


class Quote:
    """A fixed quote, so that these tests need no tariffs."""

    cents_per_hour = 7500
    cents_per_night_hour = 7900
    cents_per_day_bth = 34000
    cents_per_day_elv_palliative = 61900
    cents_per_day_elv = 37980
    budget_cents = 10_000_000_000
    elv_budget_cents = 1_000_000_000


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 300), st.integers(0, 300), st.integers(0, 9))
def test_more_patients_leave_the_draws_of_the_others_as_they_were(size, more, index):
    few, many = Draws(size=size, **KEY), Draws(size=size + more, **KEY)
    assert np.array_equal(few.uniform("a", index), many.uniform("a", index)[:size])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("abcdef.", min_size=1, max_size=8), unique=True, max_size=6))
def test_other_streams_drawn_before_leave_a_stream_as_it_was(names):
    plain = Draws(size=50, **KEY).uniform("the.decision", 2)
    busy = Draws(size=50, **KEY)
    for name in names:
        busy.uniform(name, 1)
    assert np.array_equal(plain, busy.uniform("the.decision", 2))


@pytest.mark.parametrize("change", [{"master": 12}, {"replication": 4}, {"region": 3}, {"death_year": 2027}])
def test_every_part_of_the_key_gives_other_draws(change):
    a, b = Draws(size=1000, **KEY), Draws(size=1000, **(KEY | change))
    assert abs(np.corrcoef(a.uniform("x"), b.uniform("x"))[0, 1]) < 0.15


def test_draws_are_uniform_and_never_0_or_1():
    u = Draws(size=200_000, **KEY).uniform("x")
    assert u.min() > 0
    assert u.max() < 1
    # standard error of the mean of 200,000 uniforms is 0.000645
    assert abs(u.mean() - 0.5) < 4 * 0.000645


def test_two_names_with_one_key_are_refused(monkeypatch):
    monkeypatch.setitem(rng._registry, stream_key("mine"), "another")
    stream_key.cache_clear()  # as in a process that meets the name for the first time
    with pytest.raises(ValueError, match="share key"):
        stream_key("mine")


def _stays(monkeypatch: pytest.MonkeyPatch | None = None) -> dict[str, np.ndarray]:
    base = load_scenario("basis_2026")
    region = base.area.regions[0]
    patients = draw_patients(base.scenario, region, 1, 0)
    tables = simulate_region(base.scenario, region, 1, 0, patients, Quote())
    return tables["stays"].columns


def test_an_added_stream_leaves_every_stay_as_it_was(monkeypatch):
    before = _stays()
    original = rng.Draws.uniform

    def with_extra_stream(self, stream, index=0):
        original(self, f"extra.{stream}", index)
        return original(self, stream, index)

    monkeypatch.setattr(rng.Draws, "uniform", with_extra_stream)
    after = _stays()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_a_longer_horizon_leaves_the_patients_of_both_as_they_were():
    base = load_scenario("basis_2026")
    region = base.area.regions[0]
    horizon = base.scenario.horizon
    longer = horizon.model_copy(update={"warmup_days": horizon.warmup_days + 365})
    a = draw_patients(base.scenario, region, 1, 0)
    b = draw_patients(base.scenario.model_copy(update={"horizon": longer}), region, 1, 0)
    rows = np.searchsorted(b["patient_id"], a["patient_id"])
    assert all(np.array_equal(a[c], b[c][rows]) for c in a.columns)


def test_a_site_that_nobody_can_use_changes_no_journey():
    base = load_scenario("basis_2026")
    region = base.area.regions[0]
    empty = region.sites[0].model_copy(update={"id": "leeg", "beds": 0})
    more = region.model_copy(update={"sites": (*region.sites, empty)})
    patients = draw_patients(base.scenario, region, 1, 0)
    a, b = (simulate_region(base.scenario, r, 1, 0, patients, Quote())["stays"] for r in (region, more))
    assert all(np.array_equal(a[c], b[c]) for c in a.columns)


def test_draws_are_the_middles_of_steps_of_the_53_bits_that_the_key_gives():
    draws, size = Draws(7, 1, 2, 2026, 5_000), (5_000, 4)
    seed = np.random.SeedSequence(entropy=7, spawn_key=(stream_key("some.decision"), 0, 1, 2, 2026))
    bits = np.random.Generator(np.random.SFC64(seed)).integers(0, 1 << 53, size=size, dtype=np.int64)
    middles = (bits + 0.5) / (1 << 53)
    for index in range(4):
        assert draws.uniform("some.decision", index).tobytes() == middles[:, index].tobytes()
