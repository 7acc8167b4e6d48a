"""Writes docs/coverage.md: how often the intervals hold the truth, over synthetic paired experiments.

Usage: python docs/generate/coverage.py
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from sim import stats
from sim.studies.precision import LOOK_AHEAD, MOST_REPLICATIONS, PILOT_REPLICATIONS, next_number
from sim.units import Floats

OUT = Path(__file__).resolve().parent.parent / "coverage.md"
EXPERIMENTS, SEED = 2000, 20261122
SIZES = (10, 30, 100)
Draw = Callable[[np.random.Generator, int], tuple[Floats, Floats]]
SHAPE = 1.0
ZERO_SHARE = 0.6
RARE_SHARE = 0.05
LIFT = 5.0


def normal(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Base N(100, 20), difference N(3, 4)."""
    base = rng.normal(100, 20, n)
    return base, base + rng.normal(3, 4, n)


def lognormal(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Base N(100, 20), difference exp(N(0, 1)): skewness 6.2."""
    base = rng.normal(100, 20, n)
    return base, base + rng.lognormal(0, SHAPE, n)


def zero_inflated(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Base N(100, 20), difference 0 in 60% and N(5, 1) in 40% of the replications."""
    base = rng.normal(100, 20, n)
    return base, base + np.where(rng.random(n) < ZERO_SHARE, 0.0, rng.normal(LIFT, 1, n))


def rare(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Base N(100, 20), difference N(5, 1) in 5% of the replications and 0 in the rest."""
    base = rng.normal(100, 20, n)
    return base, base + np.where(rng.random(n) < RARE_SHARE, rng.normal(LIFT, 1, n), 0.0)


KINDS: dict[str, tuple[Draw, float, float]] = {
    "normal": (normal, 3.0, 3.0),
    "lognormal": (lognormal, float(np.exp(SHAPE**2 / 2)), 1.0),
    "zero-inflated": (zero_inflated, LIFT * (1 - ZERO_SHARE), 0.0),
}
"""How to draw, and the true mean and median of the difference."""

STOPS: tuple[tuple[str, Draw, float, tuple[float, ...]], ...] = (
    ("normal", normal, 3.0, (2.0, 1.0)),
    ("lognormal", lognormal, float(np.exp(SHAPE**2 / 2)), (1.0, 0.25)),
    ("zero-inflated", zero_inflated, LIFT * (1 - ZERO_SHARE), (2.0, 1.0)),
    ("rare", rare, LIFT * RARE_SHARE, (2.0, 0.25)),
)
"""How to draw, the true mean of the difference, and the half-widths at which comparisons stop."""


def coverage(kind: str, size: int) -> tuple[float, float, float]:
    """Share of experiments whose paired, ratio and median interval hold the truth."""
    draw, mean, median = KINDS[kind]
    rng = np.random.default_rng([SEED, list(KINDS).index(kind), size])
    truths = (mean, (100 + mean) / 100, median)
    held = np.zeros(3)
    for _ in range(EXPERIMENTS):
        base, alt = draw(rng, size)
        found = (
            stats.paired_interval(base, alt),
            stats.ratio_interval(base, alt),
            stats.quantile_interval(alt - base),
        )
        held += [i.low <= truth <= i.high for i, truth in zip(found, truths, strict=True)]
    paired, ratio, middle = (held / EXPERIMENTS).tolist()
    return paired, ratio, middle


def sequential(number: int, half_width: float) -> tuple[float, float]:
    """Share of experiments that stop at a half-width and hold the truth, and their mean replications."""
    _, draw, mean, _ = STOPS[number]
    rng = np.random.default_rng([SEED, number, round(half_width * 100)])
    held, replications = 0, 0
    for _ in range(EXPERIMENTS):
        values, following = np.zeros(0), PILOT_REPLICATIONS + LOOK_AHEAD
        while following != len(values):
            base, alt = draw(rng, following - len(values))
            values = np.concatenate([values, alt - base])
            following = next_number(values, half_width)
        found = stats.t_interval(values)
        held += found.low <= mean <= found.high
        replications += len(values)
    return held / EXPERIMENTS, replications / EXPERIMENTS


PAGE = f"""# Coverage of the intervals

How often a 95%% interval holds the truth, in {EXPERIMENTS:,} synthetic paired experiments of known truth
for each row. The paired interval (Student t) and the ratio interval (Fieller) are for means, the median
interval (interpolated order statistics) is for the median of the paired differences.
`python docs/generate/coverage.py` writes this page.

| Differences | Replications | paired | ratio | median |
|---|---|---|---|---|
%s

Normal: base N(100, 20), difference N(3, 4). Lognormal: difference exp(N(0, 1)), skewness 6.2.
Zero-inflated: difference 0 in 60%% and N(5, 1) in 40%% of the replications; its median is exactly 0, a value
that many replications share, so that the interval of the median holds it more often.

A replication sums thousands of patients, so totals and shares over a run are close to normal. For a KPI
that rests on few events a replication (a scheme that touches some patients a year), read the median interval
beside the paired one, and take 30 replications or more: with 10 the t interval of a skewed difference is too
short.

## Stopping at a precision

The same for comparisons that stop by themselves (`--precision`): the paired interval when the rule stops, and
how many replications it took on average. It starts with {PILOT_REPLICATIONS + LOOK_AHEAD} and ends at
{MOST_REPLICATIONS:,} at the latest.

| Differences | Wanted half-width | Mean replications | paired |
|---|---|---|---|
%s

Rare: difference N(5, 1) in 5%% and 0 in 95%% of the replications. Where most differences are 0 a few
replications may all show 0, with an interval of no width; so the rule goes on until five differences are
other than 0, or until 59 replications show none: then it says that it saw no difference. A difference that
comes in 5%% of the replications stays unseen that long with a chance below 5%%. A skewed difference stops too
soon when its few large values did not come yet: ask a small half-width of it.
"""


def page() -> str:
    """The page as Markdown."""
    rows = []
    for kind in KINDS:
        for size in SIZES:
            cells = " | ".join(f"{share:.1%}" for share in coverage(kind, size))
            rows.append(f"| {kind} | {size} | {cells} |")
    stops = []
    for number, (kind, _, _, widths) in enumerate(STOPS):
        for width in widths:
            held, replications = sequential(number, width)
            stops.append(f"| {kind} | {width:g} | {replications:.1f} | {held:.1%} |")
    return PAGE % ("\n".join(rows), "\n".join(stops))


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
