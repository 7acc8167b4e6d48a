"""Money in whole eurocents, time in whole minutes, rates as exact fractions, rounding declared by name."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

MINUTES_PER_HOUR = 60
SECONDS_PER_MINUTE = 60
MINUTES_PER_STEP_GZSP = 5
MINUTES_PER_DAY = 1440
HOURS_PER_DAY = 24
DAYS_PER_WEEK = 7
MINUTES_PER_WEEK = MINUTES_PER_DAY * DAYS_PER_WEEK
MONTHS_PER_YEAR = 12
MONTHS_PER_QUARTER = 3
DAYS_PER_YEAR = 365
CENTS_PER_EURO = 100
LAST_YEAR_DAYS = 365
ADULT_AGE_YEARS = 18
OLD_AGE_YEARS = 80
DAYS_PER_MEAN_YEAR = 365.25
DAYS_PER_MEAN_MONTH = DAYS_PER_MEAN_YEAR / MONTHS_PER_YEAR
MINUTES_PER_MEAN_YEAR = round(DAYS_PER_MEAN_YEAR * MINUTES_PER_DAY)
PATIENTS_PER_REGION_YEAR = 1_000_000
YEARS_PER_REGION = 10_000
FIRST_DERIVED_REGION_NUMBER = 10_000
DERIVED_REGION_NUMBERS = 800_000
"""Numbers that regions get from their ids; patient ids then stay below 2**53, whole in every tool."""
WINDOW_EDGES_DAYS = (365, 90, 30, 7, 0)
KIND_BITS = 4
"""Bits of a packed event key that hold its kind."""
ROW_BITS = 40
"""Bits of a packed key that hold a patient row or a minute."""
FAR_FUTURE = 1 << 62
"""A packed key or minute that never comes."""
LONG_AGO = -FAR_FUTURE
"""A minute before every run."""
BUDGET_FROM_YEAR = 2026
BUDGET_TO_YEAR = 2031
LAW_FROM_YEAR, LAW_TO_YEAR = 2025, 2040
"""Years that a budget may hold: before them rules are missing, after them no law or price is set."""
LAST_90_DAYS = 90
LAST_30_DAYS = 30
BYTES_PER_MEGABYTE = 1_000_000
BYTES_PER_KIBIBYTE = 1024
BYTES_PER_PROCESS = 170_000_000
"""Memory of a process before its first task."""
BYTES_PER_PATIENT = 40_000
"""Peak memory of a task, for each patient in it; `make bench` measures it."""
CONFIDENCE_LEVEL = 0.95
MSER_BATCH = 5
"""Days a batch mean of the warm-up check."""
PILOT_REPLICATIONS = 5
"""Replications on which advice rests, and the fewest of a run that stops at a precision."""
LOOK_AHEAD = 3
"""Replications after the first narrow interval that must keep it narrow."""
RELATIVE_PRECISION = 0.01
"""Half-width that advice aims at when none is asked for, as a share of the mean."""
FEWEST_NONZERO = 5
"""Differences other than 0 below which a spread of mostly zeros says too little to stop on."""
ZERO_REPLICATIONS = 59
"""Replications without any difference after which one comes in fewer than 5% of them: 0.95 ** 59 < 0.05."""
MOST_HALF_WIDTH = 1e15
"""Widest interval that a precision may ask for: no cost of the nation in cents is larger."""
MOST_REPLICATIONS = 1000
"""Where a run that stops at a precision gives up."""
MOST_CHANGES_IN_ALL_ORDERS = 6
"""Changes up to which a decomposition takes all orders."""
SAMPLED_ORDERS = 24
"""Orders that a decomposition of more changes takes, half of them the reverse of the other half."""
SENSITIVITY_REPLICATIONS = 2
"""Replications of every point of a sensitivity analysis; the points share their random numbers."""
SENSITIVITY_SAMPLES = 64
"""Points of a probabilistic analysis, base points of Sobol indices."""
MOST_IMPORTANT = 3
"""Assumptions that a sensitivity analysis names."""
PSA_LOW, PSA_HIGH = 0.025, 0.975
FEWEST_POINTS = 8
"""Points below which a probabilistic analysis says nothing of a rank."""
FISHER_LOST = 3
"""Observations that Fisher's transform of a correlation loses."""
CAPACITY_REPLICATIONS = 8
"""Replications of every number of beds on a capacity curve, and before the first verdict."""
CAPACITY_DOUBLINGS = 3
"""How often the replications of an undecided number of beds are doubled."""
CAPACITY_POINTS = 6
"""Steps of a capacity curve between its lowest and its highest number of beds."""
EXTRA_BEDS = (1, 2, 5, 10)
"""Beds more whose effect a capacity answer shows."""
MOST_BEDS = 100_000
"""Beds of a site without a limit."""
NEGLIGIBLE_SHARE = 1e-3
"""Refusals below which more beds change nothing worth a search."""
P90 = 0.9
P99 = 0.99
PAYMENT_LEVELS = (0.1, 0.25, 0.5, 0.75, P90, 0.95, P99)
"""Levels of the quantiles that show how own payments are spread."""

WEB_PORT = 8501
"""Where the what-if page is served unless another port is named."""
WEB_REPLICATIONS = (2, 4, 10, 20)
"""Replications that the what-if page offers; the first answers in seconds."""
WEB_KEPT = 12
"""Answers of the what-if page that stay on disk while it runs."""
WEB_CAPACITY_REPLICATIONS = 3
"""Replications of every number of beds on the capacity page."""
UPLOAD_MEGABYTES = 1
"""Largest file that the what-if page takes."""
SHARED_NAME_LENGTH = 40
"""Characters of the name of a shared scenario."""
SHARE_DECIMALS = 6
"""Decimals of a share that follows from a lever."""

EXIT_INTERRUPTED = 130
"""Exit code of a command that the user interrupted: 128 and the number of the signal."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RoundingMode = Literal["half_up", "down", "up"]


@dataclass(frozen=True, slots=True)
class RoundingSpec:
    """How a rule rounds: to a multiple of `step_cents`, in one direction, with the article that says so."""

    mode: RoundingMode
    step_cents: int
    article: str


def cents(euros: Decimal | str | int) -> int:
    """Exact whole cents of a euro amount.

    Parameters
    ----------
    euros : Decimal or str or int
        Euro amount with at most two decimals.

    Returns
    -------
    int
        Cents.

    Raises
    ------
    ValueError
        When the amount is not a whole number of cents.
    """
    scaled = Decimal(euros) * CENTS_PER_EURO
    whole = int(scaled)
    if scaled != whole:
        raise ValueError(f"{euros} euro is not a whole number of cents")
    return whole


def divide(numerator: Ints, denominator: Ints | int, mode: RoundingMode = "half_up") -> Ints:
    """Integer division with declared rounding; half is rounded away from zero.

    Parameters
    ----------
    numerator : int64 array
    denominator : int64 array or int
        Positive.
    mode : {"half_up", "down", "up"}
        "down" is towards minus infinity, "up" towards plus infinity.

    Returns
    -------
    int64 array
    """
    top = np.asarray(numerator, np.int64)
    bottom = np.asarray(denominator, np.int64)
    if mode == "down":
        return np.asarray(top // bottom, np.int64)
    if mode == "up":
        return np.asarray(-((-top) // bottom), np.int64)
    size = (2 * np.abs(top) + bottom) // (2 * bottom)
    return np.asarray(np.sign(top) * size, np.int64)


def times_rate(amount: Ints, rate: Fraction, mode: RoundingMode = "half_up") -> Ints:
    """Multiply whole numbers by an exact rate and round as declared.

    Parameters
    ----------
    amount : int64 array
    rate : Fraction
    mode : {"half_up", "down", "up"}

    Returns
    -------
    int64 array
    """
    return divide(np.asarray(amount, np.int64) * rate.numerator, rate.denominator, mode)


def largest_remainder(weights: Ints, total: int) -> Ints:
    """Split a total over integer weights so that the parts sum to it exactly.

    Parameters
    ----------
    weights : int64 array, shape (k,)
        Non-negative, not all zero.
    total : int

    Returns
    -------
    int64 array, shape (k,)
        Parts; ties go to the earlier part.
    """
    exact = [Fraction(int(w) * total, int(weights.sum())) for w in weights]
    parts = np.array([f.numerator // f.denominator for f in exact], np.int64)
    missing = total - int(parts.sum())
    order = sorted(range(len(exact)), key=lambda i: (-(exact[i] - int(parts[i])), i))
    for i in order[:missing]:
        parts[i] += 1
    return parts
