"""The journey's places agree with queueing theory where theory is exact."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from queue_model import Outcome, erlang_a, erlang_b, erlang_c, exponential, lognormal, run_queue

SEEDS = range(1000, 1012)
CUSTOMERS = 20_000


def close(values: list[float], exact: float) -> None:
    """The mean of independent runs lies within three standard errors of the exact value."""
    error = float(np.std(values, ddof=1)) / len(values) ** 0.5
    assert abs(float(np.mean(values)) - exact) <= 3 * error, (np.mean(values), exact, error)


def runs(**kwargs: object) -> list[Outcome]:
    return [run_queue(customers=CUSTOMERS, seed=seed, **kwargs) for seed in SEEDS]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("load", "beds", "stay"),
    [
        (5.0, 6, exponential(1.0)),
        (19.2, 24, exponential(1.0)),
        (19.2, 24, lognormal(1.0, 1.058)),
        (8.355, 10, lognormal(1.0, 0.9)),
    ],
    ids=["small", "region", "region-lognormal", "stroke-lognormal"],
)
def test_loss_mode_refuses_as_erlang_b_for_any_stay(load, beds, stay):
    found = runs(rate=load, stay=stay, beds=beds, loss=True)
    close([f.refused for f in found], erlang_b(load, beds))


@pytest.mark.parametrize(("load", "beds"), [(4.0, 6), (19.2, 24)])
def test_waiting_mode_delays_as_erlang_c(load, beds):
    found = runs(rate=load, stay=exponential(1.0), beds=beds)
    waiting = erlang_c(load, beds)
    close([f.waited for f in found], waiting)
    close([f.mean_wait for f in found], waiting / (beds - load))


@pytest.mark.parametrize(("load", "beds", "patience"), [(6.0, 6, 0.5), (22.0, 24, 0.19)])
def test_reneging_mode_loses_as_erlang_a(load, beds, patience):
    found = runs(rate=load, stay=exponential(1.0), beds=beds, patience=patience)
    waited, reneged = erlang_a(load, 1.0, beds, patience)
    close([f.waited for f in found], waited)
    close([f.reneged for f in found], reneged)


def test_unlimited_places_hold_the_offered_load():
    found = runs(rate=12.0, stay=lognormal(1.0, 0.9), beds=None)
    close([f.mean_in_system for f in found], 12.0)


@pytest.mark.parametrize("beds", [6, 24])
def test_littles_law_links_wait_and_queue(beds):
    rate = 0.85 * beds
    found = runs(rate=rate, stay=exponential(1.0), beds=beds)
    gap = [f.mean_in_system - f.mean_busy - rate * f.mean_wait for f in found]
    scale = float(np.mean([f.mean_in_system for f in found]))
    assert abs(float(np.mean(gap))) < 0.01 * scale


def test_busy_beds_equal_the_carried_load():
    found = runs(rate=5.0, stay=exponential(1.0), beds=6, loss=True)
    close([f.mean_busy for f in found], 5.0 * (1 - erlang_b(5.0, 6)))
