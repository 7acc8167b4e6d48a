"""The sequential search for the smallest number: right where the truth is known, plain where it is open."""

from __future__ import annotations

import numpy as np
import pytest

from sim.studies.capacity.ranking import Ranking, Sample, judge, searching, shares_of_error, together
from tests.theory.ranked import rank

LOOKS = (8, 16, 32, 64)
NUMBERS = range(30)


class Truth:
    """Margins that fall by a slope a number, noisy but shared by all numbers, with a known answer."""

    def __init__(self, seed: int, crossing: float, slope: float = 1.0, noise: float = 1.0, own: float = 0.3):
        random = np.random.default_rng(seed)
        self.shared = random.normal(0.0, noise, LOOKS[-1])
        self.own = random.normal(0.0, own, (len(NUMBERS), LOOKS[-1]))
        self.means = slope * (crossing - np.arange(len(NUMBERS)))
        self.asked: list[int] = []

    @property
    def smallest(self) -> int:
        """First number whose mean margin is 0 or less."""
        return int(np.argmax(self.means <= 0))

    def __call__(self, numbers, replications):
        self.asked += numbers
        return {
            n: Sample((self.means[n] + self.shared[:replications] + self.own[n, :replications])[None, :])
            for n in numbers
        }


def test_the_right_number_is_selected_in_at_least_95_of_100_searches():
    """400 searches with the answer 12 and margins of half a slope on either side."""
    found = [rank(Truth(seed, 11.5), NUMBERS, LOOKS, start=9) for seed in range(400)]
    decided = [ranking for ranking in found if ranking.decided]
    assert len(decided) >= 320
    right = sum(ranking.smallest == 12 for ranking in decided)
    assert right / len(decided) >= 0.95


@pytest.mark.parametrize("crossing", [11.05, 11.2, 11.5, 11.9])
def test_a_number_that_misses_is_called_good_in_at_most_5_of_100_searches(crossing):
    """However close the norm: what is wrong is rare, what is close stays open."""
    found = [rank(Truth(1000 + seed, crossing, own=0.5), NUMBERS, LOOKS) for seed in range(300)]
    too_low = sum(ranking.smallest is not None and ranking.smallest < 12 for ranking in found)
    too_high = sum(ranking.largest_missing is not None and ranking.largest_missing >= 12 for ranking in found)
    assert too_low <= 15
    assert too_high <= 15


def test_wrong_answers_stay_rare_when_numbers_share_no_noise():
    found = [rank(Truth(5000 + seed, 11.5, noise=0.0, own=1.5), NUMBERS, LOOKS) for seed in range(300)]
    decided = [ranking for ranking in found if ranking.decided]
    assert sum(ranking.smallest == 12 for ranking in decided) >= 0.95 * len(decided)


def test_where_the_norm_is_met_exactly_the_number_stays_open_and_the_next_is_the_answer():
    truth = Truth(3, 12.0, slope=2.0, own=0.0)
    truth.shared -= truth.shared.mean()
    ranking = rank(truth, NUMBERS, LOOKS)
    assert ranking.open == (12,)
    assert (ranking.smallest, ranking.largest_missing) == (13, 11)
    assert not ranking.decided
    assert ranking.replications[12] == 64
    assert [ranking.verdict(n) for n in (5, 11, 12, 13, 25)] == ["misses", "misses", "open", "meets", "meets"]


def test_a_clear_answer_needs_few_numbers_and_the_first_look_only():
    truth = Truth(1, 20.5, slope=50.0)
    ranking = rank(truth, NUMBERS, LOOKS, start=8)
    assert (ranking.smallest, ranking.decided) == (21, True)
    assert set(ranking.replications.values()) == {8}
    assert len(truth.asked) <= 8


def test_no_number_that_meets_gives_no_answer():
    ranking = rank(Truth(1, 60.0, slope=5.0), NUMBERS, LOOKS)
    assert ranking.smallest is None
    assert ranking.largest_missing == 29
    assert not ranking.decided


def test_when_all_meet_the_answer_is_the_first():
    ranking = rank(Truth(1, -3.0, slope=5.0), NUMBERS, LOOKS)
    assert (ranking.smallest, ranking.largest_missing, ranking.decided) == (0, None, True)


def test_the_allowed_error_is_divided_over_the_looks():
    assert sum(shares_of_error(5)) == pytest.approx(1.0)
    assert shares_of_error(3) == pytest.approx((1 / 7, 2 / 7, 4 / 7))


def test_one_missed_norm_misses_and_only_all_norms_meet():
    noise = np.array([-0.1, 0.1, 0.0, 0.05, -0.05])
    low, high = -1.0 + noise, 1.0 + noise
    assert judge(Sample(np.stack((low, high))), 1.0) == "misses"
    assert judge(Sample(np.stack((low, low))), 1.0) == "meets"
    assert judge(Sample(np.stack((low, noise))), 1.0) == "open"


def test_margins_without_spread_are_judged_by_their_sign():
    assert judge(Sample(np.zeros((1, 4))), 0.1) == "meets"
    assert judge(Sample(np.full((1, 4), 0.2)), 0.1) == "misses"


def test_searches_side_by_side_find_what_each_finds_alone_and_go_through_the_looks_together():
    truths = {"a": Truth(11, 7.4), "b": Truth(12, 18.6)}
    looks: list[int] = []

    def margins(steps):
        looks.extend(look for _, look in steps.values())
        return {key: truths[key](*step) for key, step in steps.items()}

    found = together({key: searching(NUMBERS, LOOKS) for key in truths}, margins)
    assert looks == sorted(looks)
    for key, crossing, seed in (("a", 7.4, 11), ("b", 18.6, 12)):
        assert found[key] == rank(Truth(seed, crossing), NUMBERS, LOOKS)


def test_a_ranking_without_verdicts_says_open():
    assert Ranking(None, None, (3,)).verdict(3) == "open"


def test_replications_without_a_rare_event_do_not_look_certain():
    """Norm 1% of 12 requests a year: 8 years let one happen, 128 let 15; none of 15 is certain."""
    for years, verdict in ((8, "open"), (128, "meets")):
        allowed = np.full((1, years), 0.12)
        sample = Sample(-allowed, np.zeros((1, years), np.int64), allowed)
        assert judge(sample, 1.0) == verdict
        assert judge(Sample(-allowed), 1.0) == "meets"


def test_a_few_events_that_a_norm_hardly_allows_miss_only_when_there_are_enough():
    """Poisson, in pairs: 2 seen where 0.08 are allowed are one pair of 0.04, 20 of 0.8 ten pairs of 0.4."""
    for times, verdict in ((1, "open"), (10, "misses")):
        events = np.full((1, 2 * times), 1)
        allowed = np.full((1, 2 * times), 0.04)
        assert judge(Sample(events - allowed, events, allowed), 0.5) == verdict
