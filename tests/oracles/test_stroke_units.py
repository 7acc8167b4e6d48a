"""The places reproduce two published stroke models: capacity without a limit, and blocking in series."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from stroke import ACUTE, ASU, HASU, REHAB, SA1, SA2, blocking_run, capacity_run, offered

sys.path.insert(0, str(Path(__file__).parents[1] / "theory"))

from formulas import erlang_b
from pathway import mean

YEARS, SEEDS = 100, range(1000, 1024)
BLOCKING_SEEDS = range(1000, 2200)

# Beds, the paper's probability of delay, the formula's.
PAPER = {
    (1.0, ACUTE): {
        9: (0.19, 0.1915),
        10: (0.14, 0.1379),
        11: (0.09, 0.0948),
        12: (0.06, 0.0619),
        13: (0.04, 0.0383),
        14: (0.02, 0.0223),
    },
    (1.0, REHAB): {
        10: (0.20, 0.2015),
        12: (0.11, 0.1091),
        13: (0.08, 0.0754),
        14: (0.05, 0.0497),
        15: (0.03, 0.0312),
        16: (0.02, 0.0186),
    },
    (1.05, ACUTE): {
        10: (0.16, 0.1573),
        11: (0.11, 0.1115),
        12: (0.07, 0.0754),
        13: (0.05, 0.0484),
        14: (0.03, 0.0294),
    },
    (1.05, REHAB): {
        12: (0.13, 0.1276),
        13: (0.09, 0.0910),
        14: (0.07, 0.0622),
        15: (0.04, 0.0406),
        16: (0.02, 0.0252),
    },
}
POOLED = {22: (0.057, 0.0668), 26: (0.016, 0.0174)}


def delayed(shares: np.ndarray, beds: int) -> float:
    """P(N = beds) / P(N <= beds)."""
    return float(shares[beds] / shares[: beds + 1].sum())


@pytest.mark.parametrize(("growth", "unit"), PAPER)
def test_the_inputs_give_the_loads_behind_the_published_table(growth, unit):
    assert offered(1.0) == (pytest.approx(8.355, abs=0.001), pytest.approx(9.718, abs=0.001))
    load = offered(growth)[unit]
    for beds, (paper, formula) in PAPER[growth, unit].items():
        assert erlang_b(load, beds) == pytest.approx(formula, abs=0.0001)
        assert formula == pytest.approx(paper, abs=0.015)


@pytest.mark.slow
@pytest.mark.parametrize("growth", [1.0, 1.05], ids=["base", "plus-5%"])
def test_acute_and_rehabilitation_beds_delay_as_published(growth):
    """Monks et al. 2016: within 0.01 of the formula and 0.015 of the paper, apart and pooled."""
    runs = [capacity_run(growth, seed, YEARS) for seed in SEEDS]
    for unit in (ACUTE, REHAB):
        shares = sum(run.units[unit].occupied for run in runs) / len(runs)
        for beds, (paper, formula) in PAPER[growth, unit].items():
            assert delayed(shares, beds) == pytest.approx(formula, abs=0.01), beds
            assert delayed(shares, beds) == pytest.approx(paper, abs=0.015), beds
    if growth == 1.0:
        shares = sum(run.together for run in runs) / len(runs)
        for beds, (paper, formula) in POOLED.items():
            assert erlang_b(sum(offered(1.0)), beds) == pytest.approx(formula, abs=0.0001)
            assert delayed(shares, beds) == pytest.approx(formula, abs=0.01), beds
            assert delayed(shares, beds) == pytest.approx(paper, abs=0.015), beds


@pytest.mark.slow
def test_beds_block_in_series_as_pathsimr_publishes():
    """PathSimR's stroke pathway: occupancy within 4%, blocked 15%, capacity delay 10%, wait and queue 30%."""
    figures = []
    for seed in BLOCKING_SEEDS:
        units = blocking_run(seed).units
        figures.append(
            [
                *(mean(units[u].occupied) for u in (HASU, ASU, SA1, SA2)),
                *(mean(units[u].blocked) for u in (HASU, ASU)),
                *(units[u].delay for u in (HASU, ASU)),
                mean(units[HASU].queue),
                units[HASU].wait,
            ]
        )
    found = np.mean(figures, axis=0)
    published = [22.35, 25.79, 19.11, 12.64, 4.24, 8.11, 0.82, 3.66, 8.88, 1.71]
    tolerance = [0.04] * 4 + [0.15] * 2 + [0.10] * 2 + [0.30] * 2
    names = [
        "HASU",
        "ASU",
        "SA1",
        "SA2",
        "blocked-HASU",
        "blocked-ASU",
        "delay-HASU",
        "delay-ASU",
        "queue",
        "wait",
    ]
    off = {
        n: (f, p) for n, f, p, t in zip(names, found, published, tolerance, strict=True) if abs(f / p - 1) > t
    }
    assert not off


def test_a_guest_in_hospital_keeps_the_bed_until_the_next_unit_has_one():
    """A short run of the same pathway: blocked beds are in use, and no unit is above its beds."""
    for unit, beds in zip(blocking_run(1000).units, (40, 35, 20, 20), strict=True):
        assert unit.occupied[beds + 1 :].sum() == 0
        assert mean(unit.blocked) <= mean(unit.occupied)
    assert mean(blocking_run(1000).units[ASU].blocked) > 0
