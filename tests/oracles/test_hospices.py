"""Two real hospices as illustrations: what the places say beside what the houses reported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "theory"))

from formulas import erlang_b, load_of
from pathway import Found, Pathway, Stream, Unit, Way, lognormal, mean

pytestmark = pytest.mark.slow
SEEDS = range(1000, 1008)


def house(beds: int, guests_a_year: float, stay: float, *, lost: bool, years: int, seed: int) -> Found:
    """One hospice over many years; stays lognormal with a spread as wide as the mean."""
    ways = {(0, 0): [Way(1.0, lognormal(stay, stay))]}
    unit = Unit((beds,), lost=lost)
    return Pathway([unit], [Stream(guests_a_year / 365)], ways, seed).run(365, years * 365).units[0]


@pytest.mark.parametrize(("stay", "occupancy"), [(35, 0.80), (24, 0.55)])
def test_hospice_bardo_fills_eleven_beds_as_its_admissions_and_stay_say(stay, occupancy):
    """Bardo, Hoofddorp: 92 admissions in 2019, mean stay 35 days (24 in 2018), 83% occupied.

    92 x 35 / 365 = 8.8 beds in use, 80% of eleven; at 24 days 6.0, 55%.
    """
    found = [house(11, 92, stay, lost=False, years=400, seed=seed) for seed in SEEDS]
    in_use = sum(mean(f.occupied) for f in found) / len(found)
    assert in_use / 11 == pytest.approx(92 * stay / 365 / 11, rel=0.01)
    assert in_use / 11 == pytest.approx(occupancy, abs=0.01)
    by_guests = sum(f.entered.sum() / f.span * f.stay for f in found) / len(found)
    assert in_use == pytest.approx(by_guests, rel=0.01)


@pytest.mark.parametrize(
    ("beds", "predicted", "reported"), [(10, 0.637, 0.666), (14, 0.828, 0.813), (15, 0.865, 0.813)]
)
def test_pendleside_hospice_admits_about_the_share_it_reported(beds, predicted, reported):
    """Pendleside, Burnley: 10 beds, 86.6% occupied, 66.6% of referrals admitted; with 14 and 15 beds 81.3%.

    The load follows from the occupancy of ten beds. An illustration within 8 percentage points: referrals
    also end for other reasons than a lack of beds.
    """
    load = load_of(0.866, 10)
    assert load == pytest.approx(13.6, abs=0.05)
    assert 1 - erlang_b(load, beds) == pytest.approx(predicted, abs=0.001)
    found = [house(beds, load * 365 / 15, 15, lost=True, years=100, seed=seed) for seed in SEEDS]
    admitted = 1 - sum(f.refused for f in found) / sum(f.arrivals for f in found)
    assert admitted == pytest.approx(predicted, abs=0.01)
    assert admitted == pytest.approx(reported, abs=0.08)
    in_use = sum(mean(f.occupied) for f in found) / len(found)
    assert in_use == pytest.approx(load * admitted, rel=0.01)
