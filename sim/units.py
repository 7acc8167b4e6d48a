"""Money in whole eurocents, time in whole minutes, rates as exact fractions, rounding declared by name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, ValueFault

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
PENSION_AGE_YEARS = 65
DAYS_PER_MEAN_YEAR = 365.25
DAYS_PER_MEAN_MONTH = DAYS_PER_MEAN_YEAR / MONTHS_PER_YEAR
MINUTES_PER_MEAN_YEAR = round(DAYS_PER_MEAN_YEAR * MINUTES_PER_DAY)
PATIENTS_PER_REGION_YEAR = 1_000_000
YEARS_PER_REGION = 10_000
FIRST_DERIVED_REGION_NUMBER = 10_000
# Numbers that regions get from their ids; patient ids then stay below 2**53, whole in every tool
DERIVED_REGION_NUMBERS = 800_000
# Added to a patient's id for each copy of the patient: other journeys of one are priced side by side
COPY = 1 << 53
WINDOW_EDGES_DAYS = (365, 90, 30, 7, 0)
KIND_BITS = 4  # bits of a packed event key that hold its kind
ROW_BITS = 40  # bits of a packed key that hold a patient row or a minute
# Bits of the row of a patient in the packed events of the compiled loop, below minute and kind
KEY_ROW_BITS = 24
METER_YEARS = 3  # calendar years that a meter may run on after the last death, in the compiled loop
FAR_FUTURE = 1 << 62  # a packed key or minute that never comes
LONG_AGO = -FAR_FUTURE  # a minute before every run
BUDGET_FROM_YEAR = 2026
BUDGET_TO_YEAR = 2031
# Years that a budget may hold: before them rules are missing, after them no law or price is set
LAW_FROM_YEAR, LAW_TO_YEAR = 2025, 2040
LAST_90_DAYS = 90
LAST_30_DAYS = 30
BYTES_PER_MEGABYTE = 1_000_000
BYTES_PER_KIBIBYTE = 1024
BYTES_PER_PROCESS = 170_000_000  # memory of a process before its first task
BYTES_PER_PATIENT = 40_000  # peak memory of a task, for each patient in it; `make bench` measures it
CONFIDENCE_LEVEL = 0.95
MSER_BATCH = 5  # days a batch mean of the warm-up check
# Replications on which advice rests, and the fewest of a run that stops at a precision
PILOT_REPLICATIONS = 5
LOOK_AHEAD = 3  # replications after the first narrow interval that must keep it narrow
RELATIVE_PRECISION = 0.01  # half-width that advice aims at when none is asked for, as a share of the mean
FEWEST_NONZERO = 5  # differences other than 0 below which a spread of mostly zeros says too little to stop on
# Replications without any difference after which one comes in fewer than 5% of them: 0.95 ** 59 < 0.05
ZERO_REPLICATIONS = 59
# Widest interval that a precision may ask for: no cost of the nation in cents is larger
MOST_HALF_WIDTH = 1e15
MOST_REPLICATIONS = 1000  # where a run that stops at a precision gives up
MOST_CHANGES_IN_ALL_ORDERS = 6  # changes up to which a decomposition takes all orders
# Orders that a decomposition of more changes takes, half of them the reverse of the other half
SAMPLED_ORDERS = 24
# Replications of every point of a sensitivity analysis; the points share their random numbers
SENSITIVITY_REPLICATIONS = 2
SENSITIVITY_SAMPLES = 64  # points of a probabilistic analysis, base points of Sobol indices
MOST_IMPORTANT = 3  # assumptions that a sensitivity analysis names
PSA_LOW, PSA_HIGH = 0.025, 0.975
FEWEST_POINTS = 8  # points below which a probabilistic analysis says nothing of a rank
# Draws of all assumptions by which a comparison judges them, unless another number is asked for
ASSUMPTION_DRAWS = 32
DRAW_REPLICATIONS = 2  # replications of a draw that tells chance from assumptions: the fewest that do
# Draws that have as many; every later draw has one.
# With fewer, 200 draws would know the part of the assumptions less well than 32 where chance leads. Its
# variance is (2 / 199 + 2 / 56) / 1.28**2 = 0.028 of the squared chance of one replication, and that of 32
# draws of two replications (2 / 31 + 2 / 32) / 4 = 0.032. The analysis of variance weighs a draw as one of
# 1.28 replications.
TELLING_DRAWS = 56
DRAWS_PER_CARRIER = 4  # draws for every assumption that may be named as carrying a range
RESAMPLES = 200  # times that draws are drawn anew for the error of a range
# Places a standard error, and on either side of 0, at which Student t is looked up for that error
STUDENT_STEPS, STUDENT_REACH = 1000, 32_000
ROUNDING = 16 * 2.0**-52  # part of a value that a sum or quotient of a few floats may be off
FISHER_LOST = 3  # observations that Fisher's transform of a correlation loses
# Replications of every number of beds on a capacity curve, and before the first verdict
CAPACITY_REPLICATIONS = 8
CAPACITY_DOUBLINGS = 3  # how often the replications of an undecided number of beds are doubled
# Deaths that the instant answer draws, in one replication or more: some 700 requests, a load within 5%
CAPACITY_INSTANT_DEATHS = 3000
# Rare requests (refused, say) that a norm lets happen before the first verdict: fewer decide nothing
CAPACITY_EVENTS = 12
# Replications at each end of the range of an assumption about places, in a comparison of places
CORNER_REPLICATIONS = 4
COUNTED_YEAR = 2021  # year of the inhabitants by age (`scenarios/regions/cbs/`)
YEARS_APART = 5  # years between those that a study sizes by the ageing of a region
OLDEST_CLASS_YEARS = 6  # years of age over which the inhabitants of the oldest class are spread
# How far the inhabitants of a region may lie from those of the municipalities that its name stands for
SAME_PEOPLE = 0.1
CAPACITY_POINTS = 6  # steps of a capacity curve between its lowest and its highest number of beds
EXTRA_BEDS = (1, 2, 5, 10)  # beds more whose effect a capacity answer shows
MOST_BEDS = 100_000  # beds of a site without a limit
NEGLIGIBLE_SHARE = 1e-3  # refusals below which more beds change nothing worth a search
LEAST_CHANCE = 1e-300  # a chance of less counts as this in a likelihood
CURVATURE_STEP = 1e-3  # step of the differences by which the curvature of a likelihood is taken
MOST_LOG_ERROR = 2.0  # half-width of the logarithm of a mean beyond which a distribution tells nothing of it
MOST_EVALUATIONS = 1000  # values of a likelihood that a fit may ask for
NEWTON_ROUNDS = 50
STAY_GRID_DAYS = 2000  # days over which a fitted stay is drawn
WEEKS_DRAWS = 400  # possible courses of the weeks to come
WEEKS_BANDS = (0.95, 0.8, 0.5)  # shares of the courses within the bands of the figure
FEWEST_STAYS = 5  # ended stays of a register below which no distribution is fitted
P90 = 0.9
P99 = 0.99
# Levels of the quantiles that show how own payments are spread
PAYMENT_LEVELS = (0.1, 0.25, 0.5, 0.75, P90, 0.95, P99)

WEB_PORT = 8501  # where the what-if page is served unless another port is named
# Replications that the what-if page offers; with the first of them it shows a preview
WEB_REPLICATIONS = (2, 4, 10, 20)
WEB_SOON_SECONDS = 5  # how long the full answer may take after its preview to come by itself
WEB_DRAWS = (8, 32, 200)  # draws of all assumptions that the what-if page offers; the fewest are the quickest
WEB_KEPT = 40  # answers of the what-if page that stay on disk while it runs
WEB_SHOWN = 12  # answers and bills of the what-if page that stay in memory
WEB_PARTS_SHOWN = 12 * WEB_SHOWN  # parts of their reports that do
WEB_CAPACITY_REPLICATIONS = 3  # replications of every number of beds on the capacity page
WEB_PLACES_REPLICATIONS = 4  # replications of places of now and others on the capacity page
WEB_ALTERNATIVES = 3  # alternatives that the capacity page sets beside the places of now
# Where fields of its changes start: days of a longer stay, more requests, who takes any house
WEB_LONGER_DAYS, WEB_MORE_PERCENT, WEB_ANY_HOUSE_PERCENT = 5, 20, 50
UPLOAD_MEGABYTES = 1  # largest file that the what-if page takes
# How long the process that reads an upload may compute, and may take on a busy machine
UPLOAD_CPU_SECONDS, UPLOAD_SECONDS = 20, 60
# Address space of the process that reads an upload; its libraries alone reserve half of it
UPLOAD_MEMORY_BYTES = 4_000_000_000
UPLOADS_AT_ONCE = 2
# How long an upload waits for those of others before its user is asked to give it again
UPLOADS_WAIT_SECONDS = 60
WEB_WAIT_SECONDS = 1  # how often a question that waits for those of others looks whether it may go on
GLIBC_TRIM_THRESHOLD, GLIBC_MMAP_THRESHOLD = -1, -3  # numbers of two settings of memory in malloc.h of glibc
# How long worker processes without work stay: someone reads an answer before the next question
IDLE_SECONDS = 300
SHARED_NAME_LENGTH = 40  # characters of the name of a shared scenario
SHARE_DECIMALS = 6  # decimals of a share that follows from a lever

MOST = (1 << 63) - 1  # largest size of a whole number in a column
DENSE_CELLS = 4  # cells a row up to which a table of all keys is faster than a search among them
EXACT_FLOAT = 1 << 53  # largest whole number up to which sums of floats are exact

Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
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
    """Exact whole cents of a euro amount; ValueFault when it is not a whole number of cents."""
    scaled = Decimal(euros) * CENTS_PER_EURO
    whole = int(scaled)
    if scaled != whole:
        raise ValueFault("{euros} euro is not a whole number of cents", euros=euros)
    return whole


def exact(number: float | int | str | Decimal) -> Fraction:
    """The decimal number that a file states, exactly; a float is the shortest decimal that reads as it."""
    return Fraction(number if isinstance(number, int | Decimal) else str(number))


def rounded(value: Fraction | int, mode: RoundingMode = "half_up") -> int:
    """Whole number nearest to an exact one, as declared; half is rounded away from zero.

    "down" is towards minus infinity, "up" towards plus infinity.
    """
    top, bottom = value.numerator, value.denominator
    if mode == "down":
        return top // bottom
    if mode == "up":
        return -(-top // bottom)
    size = (2 * abs(top) + bottom) // (2 * bottom)
    return size if top >= 0 else -size


def whole_cents(euros: float | int | str | Decimal) -> int:
    """Euros that a scenario states, in whole cents, half up."""
    return rounded(exact(euros) * CENTS_PER_EURO)


def bound(column: Ints | int) -> int:
    """Largest size in a column, as a whole number without limits; 0 for an empty one."""
    if isinstance(column, int | np.integer):
        return abs(int(column))
    return max(-int(column.min()), int(column.max())) if column.size else 0


def roomy(most: int, *columns: Ints) -> tuple[Ints, ...]:
    """Columns (int64 arrays) in which results up to a size are exact.

    As they are where `most` fits in 64 bits, else as whole numbers without limits; `divide` and `narrow` take
    both back to int64.
    """
    if most <= MOST:
        return columns
    return tuple(np.asarray(column).astype(object) for column in columns)


def narrow(column: Any) -> Ints:
    """Whole numbers of any size as int64; InputError when one does not fit."""
    found = np.asarray(column)
    if found.dtype == np.int64:
        return found
    if found.dtype.kind in "iub" and found.dtype != np.uint64:
        return found.astype(np.int64)
    if found.dtype.kind == "f":
        if not bool(np.all(np.abs(found) < 2.0**63)):
            raise _too_large(float(found[~(np.abs(found) < 2.0**63)].flat[0]))
        return found.astype(np.int64)
    whole = found.astype(object)
    for number in (max(whole.flat, default=0), min(whole.flat, default=0)):
        if abs(number) > MOST:
            raise _too_large(number)
    return whole.astype(np.int64)


def _too_large(number: float) -> InputError:
    return InputError(
        "an amount of {number:.3e} does not fit in 64 bits (at most {most:.1e} cents, "
        "minutes or weighted units); lower the prices, rates, quantities or population "
        "that make it",
        number=number,
        most=float(MOST),
    )


def fits(number: int) -> int:
    """A whole number that fits in 64 bits; InputError when it does not."""
    if abs(number) > MOST:
        raise _too_large(number)
    return number


def checked_sum(column: Ints) -> int:
    """Exact sum of a column whose partial sums fit in 64 bits too; InputError when its sizes sum to more."""
    if bound(column) * column.size <= MOST:
        return int(column.sum())
    sizes = np.abs(column).astype(object)
    fits(int(sizes.sum()))
    return int(column.sum())


def times(left: Ints, right: Ints | int) -> Ints:
    """Product of whole numbers; InputError when one does not fit."""
    if max(bound(left), 1) * bound(right) <= MOST:
        return np.asarray(left * right, np.int64)
    return narrow(_large(left) * _large(right))


def _large(column: Ints | int) -> Any:
    """A column or number as whole numbers without limits."""
    return int(column) if isinstance(column, int | np.integer) else np.asarray(column).astype(object)


def divide(numerator: Ints, denominator: Ints | int, mode: RoundingMode = "half_up") -> Ints:
    """Integer division with declared rounding; half is rounded away from zero.

    "down" is towards minus infinity, "up" towards plus infinity. The numerator is int64, or whole numbers
    without limits (see `roomy`); the denominator positive, of any size. Raises InputError when a quotient
    does not fit.
    """
    top = np.asarray(numerator)
    if top.dtype != object:
        top = narrow(top)
    if np.any(np.asarray(denominator) <= 0):
        raise ValueError("a denominator is not above 0")
    if top.dtype == object or bound(top) > MOST or bound(denominator) > MOST:
        return _divide_large(top.astype(object), _large(denominator), mode)
    bottom = np.asarray(denominator, np.int64)
    if mode == "down":
        return np.asarray(top // bottom, np.int64)
    if mode == "up":
        return np.asarray(-((-top) // bottom), np.int64)
    # no doubling: twice a large numerator would not fit
    size = np.abs(top)
    whole = size // bottom
    rest = size - whole * bottom
    return np.asarray(np.sign(top) * (whole + (rest >= bottom - rest)), np.int64)


def _divide_large(top: Any, bottom: Any, mode: RoundingMode) -> Ints:
    """`divide` on whole numbers without limits."""
    if mode == "down":
        return narrow(top // bottom)
    if mode == "up":
        return narrow(-((-top) // bottom))
    size = np.abs(top)
    nearest = (2 * size + bottom) // (2 * bottom)
    return narrow(np.where(top < 0, -nearest, nearest))


def times_over(amount: Ints, factor: Ints | int, divisor: Ints | int, mode: RoundingMode = "half_up") -> Ints:
    """Amount times factor over divisor, exact up to one rounding; InputError when a result does not fit.

    Amounts are int64; a factor and a positive divisor int64, or one whole number of any size.
    """
    amount = narrow(amount)
    if max(bound(amount), 1) * bound(factor) <= MOST and bound(divisor) <= MOST:
        return divide(amount * factor, divisor, mode)
    if isinstance(factor, int) and isinstance(divisor, int) and amount.ndim:
        # amounts repeat: each is worked out once
        once, place = np.unique(amount, return_inverse=True)
        return divide(once.astype(object) * factor, divisor, mode)[place.reshape(amount.shape)]
    return divide(_large(amount) * _large(factor), divisor, mode)


def times_rate(amount: Ints, rate: Fraction, mode: RoundingMode = "half_up") -> Ints:
    """Whole numbers (int64) times an exact rate, rounded as declared; InputError when one does not fit."""
    return times_over(amount, rate.numerator, rate.denominator, mode)


def largest_remainder(weights: Ints | Sequence[Fraction], total: int) -> Ints:
    """Split a total over weights in parts that sum to it exactly; ties go to the earlier part.

    Parts are an int64 array; weights are non-negative, not all zero.
    """
    each = [w if isinstance(w, Fraction) else int(w) for w in weights]
    unit = math.lcm(*(w.denominator for w in each))
    units = [w.numerator * (unit // w.denominator) for w in each]
    whole = sum(units)
    if whole <= 0:
        raise ValueError("no weight is above 0")
    parts, left = map(list, zip(*(divmod(w * total, whole) for w in units), strict=True))
    missing = total - sum(parts)
    order = sorted(range(len(left)), key=lambda i: (-left[i], i))
    for i in order[:missing]:
        parts[i] += 1
    return narrow(np.array(parts, object))
