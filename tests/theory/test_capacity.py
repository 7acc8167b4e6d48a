"""The queue of a capacity study agrees with Erlang where Erlang is exact, and its formulas with tables."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import formulas
from asking import Asking, run

from sim.studies.capacity.queueing import erlang_a, erlang_b, erlang_c, fewest

STAY, PATIENCE = 20.0, 4.0
RATE = 0.5
REPLICATIONS = 60


def shares(
    beds: int, patience_days: float, lognormal: bool = False, turnover: float = 0.0
) -> dict[str, tuple[float, float]]:
    """Mean and standard error over replications of the shares refused and died, and of beds in use."""
    asking = Asking(RATE, STAY, patience_days, (beds,), lognormal, turnover)
    rows = []
    for seed in range(REPLICATIONS):
        found = run(asking, seed)
        rows.append((found.refused["all"], found.died["all"], found.asked["all"], sum(found.used)))
    table = np.array(rows, float)
    out = {}
    for name, column in (("refused", 0), ("died", 1)):
        mean = table[:, column].sum() / table[:, 2].sum()
        spread = table[:, column] - mean * table[:, 2]
        out[name] = mean, float(spread.std(ddof=1) / math.sqrt(len(table)) / table[:, 2].mean())
    out["used"] = float(table[:, 3].mean()), float(table[:, 3].std(ddof=1) / math.sqrt(len(table)))
    return out


@pytest.mark.parametrize("lognormal", [False, True])
@pytest.mark.parametrize("beds", [6, 10, 14])
def test_without_patience_refusals_and_beds_in_use_are_those_of_erlang_b_for_any_stays(beds, lognormal):
    """M/G/c/c with an offered load of 10 beds: 0.5 requests a day, stays of 20 days."""
    found = shares(beds, 0.0, lognormal)
    lost = formulas.erlang_b(RATE * STAY, beds)
    assert abs(found["refused"][0] - lost) <= 3 * found["refused"][1]
    assert abs(found["used"][0] - RATE * STAY * (1 - lost)) <= 3 * found["used"][1]


def test_days_between_guests_are_a_longer_stay_to_erlang_b():
    """5 days between guests of 20: an offered load of 12.5, of which a fifth is an empty bed."""
    found = shares(10, 0.0, turnover=5.0)
    lost = formulas.erlang_b(RATE * (STAY + 5), 10)
    assert abs(found["refused"][0] - lost) <= 3 * found["refused"][1]
    assert abs(found["used"][0] - RATE * STAY * (1 - lost)) <= 3 * found["used"][1]


@pytest.mark.parametrize("beds", [6, 10, 14])
def test_with_exponential_patience_those_who_leave_the_queue_are_those_of_erlang_a(beds):
    """M/M/c+M: a guest leaves the queue by patience (mean 4 days) or by death (mean 20 days), at random."""
    found = shares(beds, PATIENCE)
    both = 1 / (1 / PATIENCE + 1 / STAY)
    _, leaves = formulas.erlang_a(RATE, STAY, beds, both)
    by_patience = leaves * both / PATIENCE
    assert abs(found["refused"][0] - by_patience) <= 3 * found["refused"][1]
    assert abs(found["died"][0] - (leaves - by_patience)) <= 3 * found["died"][1]


@pytest.mark.parametrize(
    ("load", "beds", "share"),
    [(4.54, 8, 0.05), (9.47, 12, 0.10), (21.64, 20, 0.20), (8.355, 10, 0.1379), (9.718, 12, 0.1091)],
)
def test_erlang_b_gives_published_tables(load, beds, share):
    """Erlang B reference table, and the stroke units of Monks et al. (2016)."""
    assert erlang_b(load, beds) == pytest.approx(share, abs=1e-3)


def test_erlang_c_of_one_bed_is_its_load_and_without_room_everybody_waits():
    """M/M/1: the share that waits is the load; two beds and a load of 1: one in three (Erlang 1917)."""
    assert erlang_c(0.7, 1) == pytest.approx(0.7)
    assert erlang_c(1.0, 2) == pytest.approx(1 / 3)
    assert erlang_c(3.0, 3) == 1.0


@pytest.mark.parametrize(("load", "beds", "patience"), [(10.0, 8, 0.2), (19.65, 24, 0.2), (3.0, 5, 2.0)])
def test_erlang_a_is_that_of_the_birth_death_chain(load, beds, patience):
    waits, leaves = erlang_a(load, beds, patience)
    assert (waits, leaves) == pytest.approx(formulas.erlang_a(load, 1.0, beds, patience), rel=1e-6)


def test_no_patience_is_a_loss_system_and_much_patience_a_waiting_system():
    assert erlang_a(10.0, 12, 0.0)[1] == erlang_b(10.0, 12)
    assert erlang_a(10.0, 12, 1e6)[0] == pytest.approx(erlang_c(10.0, 12), abs=1e-3)
    assert erlang_a(0.0, 4, 1.0) == (0.0, 0.0)


def test_fewest_beds_are_found():
    """Erlang B at 4.54: 8 beds refuse 5.0%, 7 beds 8.9%; at 0 nobody is refused by 1 bed."""
    assert fewest(lambda beds: erlang_b(4.54, beds), 0.0502) == 8
    assert fewest(lambda beds: erlang_b(0.0, beds), 0.1) == 1
    assert fewest(lambda beds: 1.0, 0.5) is None
