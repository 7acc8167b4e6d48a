"""Money arithmetic against Python's whole numbers: exact, or an error that says so; never a wrong cent."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.columns import group_sums, running_cap, spread, tally
from sim.errors import InputError
from sim.law.means import part_of_means
from sim.law.registry import RuleSet
from sim.law.wlz.home import home_budget
from sim.law.zvw.deductible import pro_rata
from sim.schema import TABLES, Table, table
from sim.units import (
    MOST,
    RoundingMode,
    bound,
    checked_sum,
    divide,
    exact,
    fits,
    largest_remainder,
    narrow,
    rounded,
    times,
    times_over,
    times_rate,
    whole_cents,
)

MODES: tuple[RoundingMode, ...] = ("half_up", "down", "up")
RANDOM = np.random.default_rng(2026)
AMOUNTS = st.integers(-(10**12), 10**12)
RATES = st.builds(
    lambda digits, places: Fraction(digits, 1) / Fraction(10) ** places,
    st.integers(0, 10**17 - 1),
    st.integers(-20, 24),
)
WHOLE = st.integers(-MOST, MOST)


def nearest(value: Fraction, mode: RoundingMode) -> int:
    """The definition: down, up, or to the nearest whole number with half away from zero."""
    below = value.numerator // value.denominator
    if mode == "down":
        return below
    if mode == "up":
        return below if value.denominator == 1 else below + 1
    size = abs(value)
    whole = size.numerator // size.denominator
    whole += 2 * (size - whole) >= 1
    return whole if value >= 0 else -whole


def column(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def checked(call, right: list[int]) -> None:
    """A call gives the right numbers, or refuses where one does not fit."""
    if all(abs(number) <= MOST for number in right):
        assert call().tolist() == right
        return
    with pytest.raises(InputError, match="does not fit in 64 bits"):
        call()


@given(st.lists(AMOUNTS, min_size=1, max_size=6), RATES, st.sampled_from(MODES))
@settings(max_examples=400)
def test_a_rate_of_any_digits_gives_the_cent_that_fractions_give(amounts, rate, mode):
    checked(lambda: times_rate(column(*amounts), rate, mode), [nearest(a * rate, mode) for a in amounts])


@given(
    st.lists(st.tuples(WHOLE, WHOLE, st.integers(1, MOST)), min_size=1, max_size=5), st.sampled_from(MODES)
)
@settings(max_examples=400)
def test_amount_times_factor_over_divisor_is_exact_row_by_row(rows, mode):
    amount, factor, divisor = (column(*part) for part in zip(*rows, strict=True))
    right = [nearest(Fraction(a * f, d), mode) for a, f, d in rows]
    checked(lambda: times_over(amount, factor, divisor, mode), right)


@given(st.lists(WHOLE, min_size=1, max_size=5), st.integers(1, MOST), st.sampled_from(MODES))
@settings(max_examples=400)
def test_division_is_exact_up_to_the_largest_number(numbers, denominator, mode):
    right = [nearest(Fraction(n, denominator), mode) for n in numbers]
    checked(lambda: divide(column(*numbers), denominator, mode), right)
    assert rounded(Fraction(numbers[0], denominator), mode) == right[0]


@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=5))
@settings(deadline=None)
def test_a_product_fits_or_is_refused(pairs):
    checked(lambda: times(*(column(*part) for part in zip(*pairs, strict=True))), [a * b for a, b in pairs])


@given(st.lists(st.integers(0, MOST), min_size=1, max_size=8))
@settings(deadline=None)
def test_a_sum_fits_or_is_refused(numbers):
    if sum(numbers) <= MOST:
        assert checked_sum(column(*numbers)) == sum(numbers)
        assert group_sums((np.zeros(len(numbers), np.int64),), column(*numbers)).tolist() == [
            sum(numbers)
        ] * len(numbers)
        assert tally(np.zeros(len(numbers), np.int64), 1, column(*numbers)).tolist() == [sum(numbers)]
        return
    for call in (
        lambda: checked_sum(column(*numbers)),
        lambda: group_sums((np.zeros(len(numbers), np.int64),), column(*numbers)),
        lambda: tally(np.zeros(len(numbers), np.int64), 1, column(*numbers)),
        lambda: running_cap(
            (np.zeros(len(numbers), np.int64),),
            np.arange(len(numbers)),
            column(*numbers),
            np.full(len(numbers), MOST),
        ),
    ):
        with pytest.raises(InputError, match="does not fit in 64 bits"):
            call()


@given(
    st.lists(st.integers(0, 10**12), min_size=1, max_size=8).filter(any),
    st.integers(0, 10**17),
)
@settings(deadline=None)
def test_a_split_in_proportion_sums_to_the_cent_and_no_part_is_a_cent_off(weights, whole):
    size = len(weights)
    parts = spread(np.zeros(size, np.int64), column(*weights), np.full(size, whole))
    assert parts.tolist() == largest_remainder(column(*weights), whole).tolist()
    assert int(parts.sum()) == whole
    for part, weight in zip(parts.tolist(), weights, strict=True):
        assert abs(part - Fraction(weight * whole, sum(weights))) < 1


@given(st.lists(RATES, min_size=1, max_size=6).filter(lambda rates: sum(rates) > 0), st.integers(0, 10**14))
@settings(deadline=None)
def test_fractions_divide_a_total_exactly_too(rates, whole):
    parts = largest_remainder(rates, whole).tolist()
    assert sum(parts) == whole
    for part, rate in zip(parts, rates, strict=True):
        assert abs(part - rate * whole / sum(rates)) < 1


@given(
    st.tuples(AMOUNTS, st.integers(0, 10**12)),
    RATES,
    RATES,
    st.sampled_from(MODES),
)
@settings(deadline=None)
def test_a_contribution_from_income_and_assets_is_exact(means, addition, share, mode):
    income, assets = means
    right = nearest((income + assets * addition) * share, mode)
    checked(lambda: part_of_means(column(income), column(assets), addition, share, mode), [right])


@given(st.integers(0, MOST), st.integers(0, 366))
@settings(deadline=None)
def test_a_budget_by_days_and_a_pro_rata_limit_are_exact(yearly, days):
    right = nearest(Fraction(yearly * days, 365), "half_up")
    checked(lambda: home_budget(column(yearly), column(days), column(2026)), [right])
    step = 100
    limit = nearest(Fraction(yearly * days, 365 * step), "half_up") * step
    checked(lambda: pro_rata(column(yearly), column(days), column(2026)), [limit])


def test_twenty_thousand_random_populations_factors_and_rates_have_not_one_wrong_cent():
    """Whole columns at once, amounts to 10^12 cents; each rate is the float that a form or a slider makes."""
    amounts = RANDOM.integers(0, 10**12, 20_000)
    people = RANDOM.integers(1, 18_000_000, 20_000)
    floats = [
        *(int(n) / 18_000_000 for n in people[:8_000]),
        *(0.02778 * int(n) / 500_000 for n in people[8_000:12_000]),
        *RANDOM.uniform(0, 2, 4_000).tolist(),
        *(10.0 ** RANDOM.uniform(-12, 0, 4_000)).tolist(),
    ]
    wrong = 0
    for amount, number in zip(amounts.tolist(), floats, strict=True):
        rate = exact(number)
        right = nearest(amount * rate, "half_up")
        wrong += int(times_rate(column(amount), rate)[0]) != right or rounded(amount * rate) != right
    assert wrong == 0
    longest = exact(0.8374639473829131)
    whole = times_rate(amounts, longest)
    assert whole.tolist() == [nearest(a * longest, "half_up") for a in amounts.tolist()]


def test_what_does_not_fit_is_refused_wherever_it_comes_in():
    assert narrow([MOST, -MOST]).tolist() == [MOST, -MOST]
    for wrong in (
        [MOST + 1],
        [-MOST - 2],
        [2**64],
        np.array([2**63], np.uint64),
        np.array([1e19]),
        [float("nan")],
    ):
        with pytest.raises(InputError, match="does not fit in 64 bits"):
            narrow(wrong)
    with pytest.raises(InputError, match="does not fit in 64 bits"):
        fits(-MOST - 1)
    assert bound(column(-3, 2)) == 3
    assert bound(column()) == 0
    with pytest.raises(ValueError, match="not above 0"):
        divide(column(1), column(0))
    with pytest.raises(ValueError, match="no weight"):
        largest_remainder(column(0, 0), 5)


def test_a_number_too_large_for_its_column_is_refused():
    subsidies = {f.name: np.zeros(1, np.int64) for f in TABLES["subsidies"]}
    assert isinstance(table("subsidies", {**subsidies, "year": column(2026)}), Table)
    with pytest.raises(ValueError, match="subsidies.year: 4294969322 to 4294969322 does not fit in int32"):
        table("subsidies", {**subsidies, "year": column(2**32 + 2026)})


def test_euros_of_a_scenario_are_cents_half_up():
    assert [whole_cents(euro) for euro in (0.1, 0.005, 1e-9, 12.345, "12.50")] == [10, 1, 0, 1235, 1250]


def test_every_rule_that_rounds_still_says_how():
    assert all(r.rounding is None or r.rounding.mode in MODES for r in RuleSet.current().rules)
