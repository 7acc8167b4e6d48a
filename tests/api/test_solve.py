"""At which value an answer becomes what is asked: the search against lines by hand, and in a village."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import palsim as ps
from sim.cli import run_command
from sim.report.language import language
from sim.report.sections.solved import sentences
from sim.studies.solve import NoRoot, Solved, root_over_draws
from sim.studies.solve import solve as find_root

pytestmark = pytest.mark.slow


def _line(slopes, starts):
    return lambda values: [np.array([s + k * v for s, k in zip(starts, slopes, strict=True)]) for v in values]


def test_the_meeting_point_of_a_line_and_its_interval_are_those_of_fieller() -> None:
    """Three replications -10, -20, -30 at 0 that all rise by 2: root 20 / 2 = 10.

    The slope has no chance, so the interval is that of the mean over 2: the standard error is
    10 / sqrt(3) = 5.7735, Student t with 2 degrees 4.30265, so 10 -+ 4.30265 * 5.7735 / 2,
    from -2.4207 to 22.4207.
    """
    found = find_root(_line([2, 2, 2], [-10, -20, -30]), 0, 100, 40, 0.01)
    assert found.value == pytest.approx(10)
    assert (found.low, found.high) == pytest.approx((-2.4207, 22.4207), abs=1e-3)
    assert len(found.places) <= 5


def test_of_two_values_one_is_found_and_none_is_told() -> None:
    """(x - 2)(x - 8) is 0 at 2 and 8, and nowhere from 9 on."""
    both = lambda values: [np.full(2, (v - 2) * (v - 8)) for v in values]  # noqa: E731
    assert find_root(both, 0, 20, 7, 0.001).value == pytest.approx(8, abs=0.01)
    assert find_root(both, 0, 7, 5, 0.001).value == pytest.approx(2, abs=0.01)
    with pytest.raises(NoRoot):
        find_root(both, 9, 20, 10, 0.001)


def test_a_value_is_found_where_the_answer_passes_what_is_wanted_there_and_back() -> None:
    """(x - 2)(x - 8) is above 0 at 0, 1 and 20: both of its meeting points lie between two of them."""
    both = lambda values: [np.full(2, (v - 2) * (v - 8)) for v in values]  # noqa: E731
    assert find_root(both, 0, 20, 1, 0.001).value == pytest.approx(2, abs=0.01)


def test_a_value_is_found_where_the_answer_is_not_observed_at_an_end_of_the_range() -> None:
    """An occupancy of 2 guests is 2 / beds, and nothing without beds: 0.5 with 4 beds, 1 with 2, 0.1 with 20.

    From 0 to 60 beds, of which 6 stand: 2 / 6 and 2 / 60 are below 0.5, and places of 6 beds apart too.
    """

    def occupancy(wanted: float) -> Any:
        return lambda values: [np.full(2, 2 / v - wanted if v > 0 else math.nan) for v in values]

    for wanted, beds in ((0.5, 4), (1, 2), (0.1, 20)):
        assert find_root(occupancy(wanted), 0, 60, 6, 1).value == pytest.approx(beds, abs=0.5)
    with pytest.raises(NoRoot):
        find_root(occupancy(3), 0, 60, 6, 1)
    turned = lambda values: occupancy(0.5)([60 - v for v in values])  # noqa: E731
    assert find_root(turned, 0, 60, 54, 1).value == pytest.approx(56, abs=0.5)
    with pytest.raises(NoRoot):
        find_root(lambda values: [np.full(2, math.nan) for _ in values], 0, 60, 6, 1)


def test_beds_that_come_on_top_are_searched_from_none_left_on(base: ps.Scenario) -> None:
    """The area has 2 beds of this kind: from 2 fewer to ten times as many."""
    for scenario in (base, base.vary({"places.extra_beds.hch": 1}, label="meer")):
        found = ps.solve(
            scenario, "places.extra_beds.hch", "occupancy:setting=hch=0.2", level=True, assumptions=0, jobs=1
        )
        assert found.between == (-2, 18)
        assert found.stands == (0 if scenario is base else 1)


def test_an_answer_that_moves_nowhere_has_no_value_even_where_it_is_what_is_wanted() -> None:
    with pytest.raises(NoRoot):
        find_root(_line([0, 0], [0, 0]), 0, 100, 40, 0.01)


def _solved(**of: Any) -> Solved:
    return Solved(
        **{
            "scenario": "bth_dagprijs_lager", "against": "basis_2026", "area": "middenland",
            "path": "prices.bth_day_factor", "kpi": "cost:view=calendar", "unit": "eur", "target": 5e6,
            "value": 8.429, "low": 6.715, "high": 9.557, "assumed_low": 6.809, "assumed_high": 10.18,
            "stands": 0.85, "between": (0.0, 10.0), "draws": 8, "without": 0, "replications": 2, "seed": 1,
            "places": (), **of,
        }
    )  # fmt: skip


def test_a_value_has_the_digits_that_its_uncertainty_carries() -> None:
    """Half of 6.809 to 10.18 is 1.7, and two digits of it leave tenths."""
    told = sentences(_solved(), language("en"))
    assert "where ‘prices › day price of an almost-at-home house relative to the tariff’ is 8.4;" in told[0]
    assert told[1:3] == [
        "Chance of the simulated people: 6.7 to 9.6 (95% interval).",
        "Assumptions: 6.8 to 10.2 (95% of 8 draws, chance taken out).",
    ]


def test_the_range_of_the_assumptions_holds_the_value_itself() -> None:
    """Draws that all lead one way, to 0.754 to 0.984, where the value is 1: half of the rest is 0.12."""
    told = sentences(
        _solved(value=1.0, low=1.0, high=1.0, assumed_low=0.754, assumed_high=0.984), language("en")
    )
    assert "is 1;" in told[0]
    assert told[2] == "Assumptions: 0.75 to 1 (95% of 8 draws, chance taken out)."


def test_the_range_over_draws_is_that_of_their_own_meeting_points() -> None:
    """Lines of slope 1 pass 0 at 1, 2, ..., 40: 95% from 0.025 * 40 + 0.5 = 1.5 (Hazen) to 39.5."""
    root = find_root(_line([1, 1], [-20.5, -20.5]), 0, 100, 50, 0.01)
    starts = np.repeat(-np.arange(1.0, 41.0)[:, None], 2, axis=1)
    places = [starts + each.value for each in (root.before, root.after)]
    found = root_over_draws(*places, root)
    assert (found.low, found.high, found.without) == (pytest.approx(1.5), pytest.approx(39.5), 0)
    falling = root_over_draws(places[0], 2 * places[0] - places[1], root)
    assert math.isnan(falling.low)
    assert falling.without == 40
    once = [place.copy() for place in places]
    for place in once:
        place[10:, 1] = math.nan
    assert root_over_draws(*once, root).low == pytest.approx(1.5, abs=0.2), "ten draws tell what chance is"
    for place in once:
        place[7:, 1] = math.nan
    assert math.isnan(root_over_draws(*once, root).low), "seven do not"


def test_a_price_is_found_without_simulating_again_and_checked_by_a_comparison(base: ps.Scenario) -> None:
    """Cost is a line in the price of an hour: at the value that is found it is what was asked, to a cent."""
    path = "tariffs.zvw.wijkverpleging"
    stands = ps.run(base, jobs=1).kpi("cost").mean
    found = ps.solve(base, path, f"cost={stands + 10_000:.0f}", level=True, assumptions=8, jobs=1)
    assert found.against is None
    there = ps.run(base.vary({path: round(found.value, 2)}), jobs=1).kpi("cost").mean
    hours = 10_000 / (found.value - found.stands)
    assert there == pytest.approx(stands + 10_000, abs=0.01 * hours + 1)
    assert found.low < found.value < found.high
    assert found.assumed_low < found.assumed_high
    assert found.to_frame()["value"].is_monotonic_increasing
    assert found.figure_solve("en").axes
    for lang in ("nl", "en"):
        assert len(found.answer(lang)) == 4
    assert "<table" in found._repr_html_()


def test_a_solved_question_is_saved_and_opened(base: ps.Scenario, tmp_path: Path) -> None:
    found = ps.solve(base, "hospice.beds.hch", "hospice_refused=0.06", between=(0, 6), assumptions=0, jobs=1)
    assert found.value == int(found.value)
    found.save(tmp_path / "x")
    again = ps.load(tmp_path / "x")
    assert isinstance(again, ps.SolveResult)
    assert again.as_json() == found.as_json()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("tariffs.zvw.wijkverpleging", "cost=0"), "and is nowhere 0; give another range, as between"),
        (("ceiling.appli", "cost=0"), "did you mean"),
        (
            ("prices.bth_day_factor", "wishes_met=0"),
            "wishes_met does not move with prices.bth_day_factor: it is",
        ),
        (("tariffs.zvw.wijkverpleging@2026-07-01", "cost=0"), "leave out @ and the day"),
        (("rules.pzp_plan", "cost=0"), "is no number; choose a setting that is one"),
        (("ceiling.applies", "csot=0"), "did you mean 'cost'?"),
        (("ceiling.applies", "cost"), "until 'cost': no value; write KPI=VALUE"),
        (("ceiling.applies", "cost=nan"), "no value; write KPI=VALUE"),
    ],
)
def test_what_has_no_answer_is_one_line(base: ps.Scenario, asked, said: str) -> None:
    with pytest.raises(ps.InputError) as caught:
        ps.solve(base, *asked, assumptions=0, jobs=1)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "--" not in str(caught.value)


def test_the_command_refuses_a_range_in_one_line(capsys) -> None:
    code = run_command(
        ["solve", "azwa_pzp", "--vary", "tariffs.zvw.huisarts.pzp", "--until", "cost=0", "--between", "9,1"]
    )
    assert code == 2
    assert "give two numbers, the lower first" in capsys.readouterr().err


def test_the_command_says_in_dutch_what_a_path_should_be(capsys: pytest.CaptureFixture[str]) -> None:
    """What Python calls a function has no place in what the command says."""
    given = ["solve", "basis_2026", "--until", "cost=0", "--lang", "nl", "--vary"]
    for path, said in (
        ("hospice.patienc", "bedoelde u 'patience'?"),
        ("x.y", "geen instelling met deze naam"),
    ):
        assert run_command([*given, path]) == 2
        told = capsys.readouterr().err
        assert said in told
        assert "find" not in told
        assert told.count("\n") == 1


TIMELY = "cohort.marking.timely"
HOUR = "tariffs.zvw.wijkverpleging"


def test_one_number_does_not_take_the_place_of_a_path_over_dates(base: ps.Scenario) -> None:
    """Neither of a setting, named in either form, nor of a price of which two days have their own."""
    stepped = base.phase({TIMELY: {"2026-01-01": 0.2, "2026-02-01": 0.5}})
    priced = base.vary({f"{HOUR}@2026-01-01": 80, f"{HOUR}@2026-02-01": 90})
    asks = (
        lambda: ps.solve(stepped, TIMELY, "cost=0", assumptions=0, jobs=1),
        lambda: ps.solve(stepped, f"{TIMELY}.value", "cost=0", assumptions=0, jobs=1),
        lambda: ps.solve(priced, HOUR, "cost=0", assumptions=0, jobs=1),
        lambda: ps.grid(stepped, {TIMELY: [0.1, 0.3]}, jobs=1),
        lambda: ps.grid(priced, {HOUR: [70, 75]}, jobs=1),
    )
    for ask in asks:
        with pytest.raises(ps.InputError, match="path over dates|pad over data") as caught:
            ask()
        assert "2026-02-01" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_stored_run_is_priced_with_each_day_its_own_amount(base: ps.Scenario) -> None:
    """A contract factor of short stays that falls halfway prices the same journeys as a run with it."""
    stepped = base.phase({"prices.elv_contract_factor": {"2026-01-01": 1.0, "2026-02-01": 0.7}}, label="elv")
    kept = ps.run(base, keep="journey", jobs=1)
    priced, run = ps.price(kept, stepped, jobs=1), ps.run(stepped, jobs=1)
    assert priced.kpi("cost").mean == run.kpi("cost").mean < kept.kpi("cost").mean


def test_a_path_over_dates_is_one_change_of_a_decomposition(base: ps.Scenario) -> None:
    steps = {"2026-01-01": 0.2, "2026-02-01": 0.9}
    stepped = base.vary({TIMELY: steps, "hospice.beds.hch": 3}, label="stap")
    whole = ps.compare(base, stepped, assumptions=0, jobs=1, decompose="cost:view=calendar")
    found = whole.decomposition("stap")
    assert list(found["change"]) == [TIMELY, "places.extra_beds.hch"]
    assert found["share"].sum() == pytest.approx(whole.difference("cost", view="calendar").difference)


def test_an_assumption_that_follows_a_path_moves_as_a_whole(base: ps.Scenario) -> None:
    """Its range is that of the highest step; the answer is that of both steps in proportion."""
    kpi = "wishes_met"
    stepped = base.phase({TIMELY: {"2026-01-01": 0.4, "2026-02-01": 0.8}}, label="stap")
    found = ps.sensitivity(stepped, kpi=kpi, parameters=[TIMELY], replications=3, jobs=1).to_frame().iloc[0]
    half = base.phase({TIMELY: {"2026-01-01": found["range_low"] / 2, "2026-02-01": found["range_low"]}})
    middle, low = (ps.run(each, jobs=1).kpi(kpi).mean for each in (stepped, half))
    assert found["low"] == pytest.approx(low - middle, abs=1e-12)
