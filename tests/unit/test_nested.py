"""Chance is taken out of the spread of draws: against a linear model whose ranges are known."""

import math

import numpy as np
import pytest

from sim.studies.sensitivity.assumptions import TELLING_DRAWS, replications_of
from sim.studies.sensitivity.nested import carriers, nested, range_of, steadied

DRAWS, EACH, DRAWN = 200, 2, 40
SLOPES = {3: 6.0, 11: 3.0, 20: 2.0}
"""Effect of three of the assumptions over their whole range; the others do nothing.

A uniform level has variance 1/12, so the shares are 36/49, 9/49 and 4/49 and the deviation 7 / sqrt(12).
"""
MIDDLE, CHANCE = 1.0, 3.0


def drawn(seed, chance=CHANCE, draws=DRAWS, twice=DRAWS):
    """Levels of a stratified draw and the answers of a linear model with chance of its own a replication.

    The first `twice` draws have two replications, the others one.
    """
    rng = np.random.default_rng(seed)
    cells = np.array([rng.permutation(draws) for _ in range(DRAWN)]).T
    levels = (cells + rng.random((draws, DRAWN))) / draws
    truth = MIDDLE + sum(slope * (levels[:, place] - 0.5) for place, slope in SLOPES.items())
    values = truth[:, np.newaxis] + chance * rng.standard_normal((draws, EACH))
    values[twice:, 1] = math.nan
    return levels, values, truth


def test_the_deviation_is_that_of_the_assumptions_and_that_of_chance_is_told_apart():
    found = [nested(drawn(seed)[1]) for seed in range(40)]
    # 7 / sqrt(12) = 2.021; chance in a mean of two replications 3 / sqrt(2) = 2.121
    assert np.mean([math.sqrt(each.between) for each in found]) == pytest.approx(2.021, rel=0.03)
    assert np.mean([math.sqrt(each.chance) for each in found]) == pytest.approx(2.121, rel=0.03)
    # what a raw spread would say: sqrt(2.021**2 + 2.121**2) = 2.93
    assert np.mean([each.raw.std(ddof=1) for each in found]) == pytest.approx(2.93, rel=0.03)


def test_draws_of_one_replication_beside_some_of_two_tell_the_same():
    found = [nested(drawn(seed, twice=TELLING_DRAWS)[1]) for seed in range(200)]
    # 49 / 12 = 4.083
    assert np.mean([each.between for each in found]) == pytest.approx(4.083, rel=0.07)
    # 56 draws whose mean has 3**2 / 2, 144 with 3**2
    assert np.mean([each.chance for each in found]) == pytest.approx((56 * 4.5 + 144 * 9) / 200, rel=0.05)
    # drawn towards their mean, each as far as its own chance asks, they have the variance that is left
    spread = [each.answers.var(ddof=1) / each.between for each in found if each.between > 1]
    assert np.mean(spread) == pytest.approx(1, rel=0.1)


def test_more_draws_know_the_part_of_the_assumptions_no_less_well_where_chance_leads():
    """Chance alone: what is taken for the assumptions' part scatters around 0, of 32 draws as of 200."""
    rng = np.random.default_rng(13)

    def scatter(draws):
        values = rng.standard_normal((400, draws, EACH))
        values[:, TELLING_DRAWS:, 1] = math.nan
        return np.mean([nested(each).between for each in values])

    assert scatter(DRAWS) < scatter(32)


def test_balanced_draws_are_judged_by_the_usual_analysis_of_variance():
    _, values, _ = drawn(11)
    found = nested(values)
    # one degree of freedom less within, for the slope of the control variate
    within = ((values - values.mean(axis=1, keepdims=True)) ** 2).sum() / (DRAWS - 1)
    assert found.chance == pytest.approx(within / 2)
    assert found.between == pytest.approx(values.mean(axis=1).var(ddof=1) - within / 2)


def test_the_first_draws_have_two_replications_and_later_ones_take_the_next_in_turn():
    found = replications_of(200, 20)
    assert found[:2] == [(0, 1), (2, 3)]
    assert found[9:11] == [(18, 19), (0, 1)]
    assert found[55:58] == [(10, 11), (12,), (13,)]  # 112 were used: 5 times 20, and 12
    assert [len(each) for each in found] == [2] * 56 + [1] * 144
    assert replications_of(2, 1) == [(0, 1), (0, 1)]


@pytest.mark.parametrize("twice", [DRAWS, TELLING_DRAWS])
def test_range_and_probability_of_the_sign_hold_the_truth_within_their_stated_errors(twice):
    rng = np.random.default_rng(1)
    truth = MIDDLE + (rng.random((400_000, 3)) - 0.5) @ np.array([*SLOPES.values()])
    wanted = [*np.quantile(truth, [0.025, 0.975]), float((truth > 0).mean())]
    hits = []
    for seed in range(40):
        found = range_of(drawn(seed, twice=twice)[1], MIDDLE, math.nan, 0)
        errors = (found.low_error, found.high_error, found.sign_error)
        hits.append(
            [abs(told - true) < 2 * error for told, true, error in zip(found, wanted, errors, strict=False)]
        )
    assert min(np.mean(hits, axis=0)) >= 0.9


@pytest.mark.parametrize("twice", [DRAWS, TELLING_DRAWS])
def test_shares_of_the_variance_hold_the_truth_within_their_stated_errors_and_nothing_else_is_named(twice):
    wanted = {place: slope**2 / 49 for place, slope in SLOPES.items()}
    hits, named, blind = [], set(), 0
    for seed in range(40):
        levels, values, _ = drawn(seed, twice=twice)
        found = carriers(levels, nested(values))
        blind += not found
        assert not found or found[0].column == 3
        named |= {each.column for each in found} - set(SLOPES)
        hits += [
            abs(each.share - wanted[each.column]) < 2 * each.error for each in found if each.column in wanted
        ]
    assert np.mean(hits) >= 0.9
    assert blind <= 2
    assert len(named) <= 4  # a false one in one case of twenty


def test_chance_alone_gives_no_range_and_no_carrier():
    rng = np.random.default_rng(5)
    values = 4.0 + rng.standard_normal((DRAWS, EACH))
    found = nested(values)
    assert math.sqrt(found.between) < 0.35  # chance in a mean is 0.71
    assert carriers(rng.random((DRAWS, DRAWN)), found) == []


def test_without_chance_the_draws_stay_as_they_are():
    levels, values, truth = drawn(2, chance=0.0)
    found = nested(values)
    assert found.chance == 0
    np.testing.assert_allclose(found.answers, truth)
    shares = {each.column: each.share for each in carriers(levels, found)}
    assert shares[3] == pytest.approx(36 / 49, abs=0.02)


@pytest.mark.parametrize(
    ("twice", "left"), [(DRAWS, 0.125), (TELLING_DRAWS, (56 * 0.125 + 144 * 0.25) / 200)]
)
def test_the_same_people_at_the_middle_take_their_own_chance_out(twice, left):
    """Chance 0.5 is left of each replication, so a variance of 0.125 in a mean of two."""
    rng = np.random.default_rng(7)
    people = 5 * rng.standard_normal(20)
    used = np.array([[(2 * draw) % 20, (2 * draw + 1) % 20] for draw in range(DRAWS)])
    _, values, _ = drawn(3, chance=0.5, twice=twice)
    noisy = values + 0.8 * people[used]
    plain, steady = nested(noisy), nested(steadied(noisy, (people - people.mean())[used]))
    assert plain.chance > 10 * steady.chance
    assert steady.chance == pytest.approx(left, rel=0.4)


def test_the_probability_of_the_sign_counts_chance_beside_the_assumptions():
    values = np.repeat(np.array([[-1.0], [1.0], [1.0], [1.0]] * 25), 2, axis=1)
    # three of four draws lie one standard error above 0, one as far below; of Student t with 9 degrees of
    # freedom a part of 0.8282 lies below 1: 0.75 * 0.8282 + 0.25 * 0.1718 = 0.6641
    assert range_of(values, 0.5, 1.0, 9).sign == pytest.approx(0.6641, abs=1e-4)
    assert range_of(-values, -0.5, 1.0, 9).sign == pytest.approx(0.6641, abs=1e-4)
    assert range_of(values, 0.5, math.nan, 0).sign == 0.75


def test_an_answer_that_no_assumption_moves_lies_at_the_middle():
    """Chance put the mean of the draws on the other side of 0; what is drawn has no part in that."""
    values = 0.3 + np.tile(np.array([[-2.0, 2.0]]), (DRAWS, 1))
    found = range_of(values, -1.0, 0.5, 9)
    assert (found.low, found.high) == pytest.approx((-1.0, -1.0))
    # of Student t with 9 degrees of freedom a part of 0.9617 lies below 2
    assert found.sign == pytest.approx(0.9617, abs=1e-4)


def test_an_answer_that_never_moves_has_no_range():
    found = range_of(np.zeros((16, 2)), 0.0, 0.0, 9)
    assert (found.low, found.high, found.low_error, found.high_error) == (0, 0, 0, 0)


def test_a_count_that_can_only_fall_has_no_range_above_zero():
    """Nobody is touched in half of the draws; taking off what people do elsewhere lifts some above 0."""
    rng = np.random.default_rng(11)
    people = rng.standard_normal(20)
    used = np.array([[(2 * draw) % 20, (2 * draw + 1) % 20] for draw in range(DRAWS)])
    touched = np.where(np.arange(DRAWS) % 2, 40.0, 0.0)[:, np.newaxis]
    values = -touched * (1 + 0.3 * people[used])
    found = range_of(steadied(values, -40 * 0.3 * (people - people.mean())[used]), -40.0, 2.0, 19)
    assert found.high > 1
    held = found.within(values.min(), values.max())
    assert (held.low, held.high) == (max(found.low, values.min()), 0)
    assert held[2:] == found[2:]
