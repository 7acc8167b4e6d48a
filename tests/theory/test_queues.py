"""The journey's places agree with queueing theory where theory is exact."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from formulas import erlang_b, load_of
from pathway import Outcome, mean
from systems import SYSTEMS, THEATRE, outcomes, results

PAGE = Path(__file__).resolve().parents[2] / "docs" / "theory.md"


def obeys_little(runs: Sequence[Outcome]) -> None:
    """Time average = rate x mean time: the left side counts over time, the right side over guests."""
    for units in zip(*(outcome.units for outcome in runs), strict=True):
        for over_time, over_guests in (
            (sum(mean(u.occupied) for u in units), sum(u.entered.sum() / u.span * u.stay for u in units)),
            (
                sum(mean(u.queue) for u in units),
                sum((u.entered.sum() + u.reneged) / u.span * u.wait for u in units),
            ),
        ):
            assert over_time == pytest.approx(over_guests, rel=0.01, abs=1e-9)


@pytest.mark.parametrize("system", SYSTEMS, ids=[f"{s.name}: {s.theory}" for s in SYSTEMS])
def test_a_system_agrees_with_theory_and_littles_law_and_the_page_shows_it(system):
    page = PAGE.read_text(encoding="utf-8")
    for found in results(system):
        assert abs(found.z) <= 3, (found.figure.name, found.figure.exact, found.simulated, found.error)
        assert found.row() in page, "python docs/generate/theory.py writes the page anew"
    obeys_little(outcomes(system))


def test_at_least_twelve_systems_are_compared():
    assert len({(s.name, s.theory) for s in SYSTEMS}) >= 12


@pytest.mark.parametrize(
    ("beds", "share", "load"),
    [(4, 0.10, 2.05), (6, 0.05, 2.96), (8, 0.07, 5.00), (10, 0.20, 9.68), (12, 0.10, 9.47)]
    + [(20, 0.20, 21.64), (25, 0.01, 16.12), (40, 0.07, 36.40)],
)
def test_erlang_b_gives_the_published_table(beds, share, load):
    """Loads of the Erlang B reference table, printed to two decimals."""
    assert erlang_b(load, beds) == pytest.approx(share, abs=0.001)


def test_a_load_is_found_back_from_its_occupancy():
    assert load_of(13.6 * (1 - erlang_b(13.6, 10)) / 10, 10) == pytest.approx(13.6, abs=1e-6)


def test_refusals_behind_a_theatre_lie_between_two_loss_systems():
    """Van Dijk and Kortbeek (2009), doi 10.1007/s11134-009-9149-2: M/G/c/c below, M/G/c-1/c-1 above."""
    system = next(s for s in SYSTEMS if "theatre" in s.name)
    load = (THEATRE["surgical"] + THEATRE["urgent"]) * THEATRE["stay"]
    beds = int(THEATRE["beds"])
    found = results(system)[0]
    assert erlang_b(load, beds) < found.simulated - 3 * found.error
    assert found.simulated + 3 * found.error < erlang_b(load, beds - 1)


def test_blocking_loses_more_than_no_blocking_and_less_than_one_unit_for_the_whole_stay():
    """With 6 and 5 beds, at most 5 guests at once for the whole pathway would never block a bed."""
    system = next(s for s in SYSTEMS if "blocks" in s.name)
    found = results(system)[0]
    assert erlang_b(2.0 * 1.5, 6) < found.simulated - 3 * found.error
    assert found.simulated + 3 * found.error < erlang_b(2.0 * (1.5 + 0.6 * 4.0), 5)


def test_one_queue_for_six_sites_refuses_far_less_than_six_sites_apart():
    """Six sites of four beds under a load of 19.2: 22% refused apart, one in twenty together."""
    apart, together = erlang_b(19.2 / 6, 4), erlang_b(19.2, 24)
    assert apart == pytest.approx(0.22, abs=0.02)
    assert together == pytest.approx(0.05, abs=0.01)
