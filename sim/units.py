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
LAST_90_DAYS = 90
LAST_30_DAYS = 30
BYTES_PER_MEGABYTE = 1_000_000
BYTES_PER_KIBIBYTE = 1024
MOST_BEDS = 100_000  # beds of a site without a limit
P90 = 0.9
P99 = 0.99


MOST = (1 << 63) - 1  # largest size of a whole number in a column

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
