"""What advice wants where no precision is asked for: a part of the size of a difference, not of the total."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sim.cli.shared import print_block
from sim.errors import InputError
from sim.later import pd
from sim.scenario.headline import Headline
from sim.scenario.numbers import Text
from sim.studies.advise import Need, _needs
from sim.studies.headline import HEADLINE
from sim.studies.precision import ZERO_REPLICATIONS, Precision, parse_precision

COST = ("cost", '{"view": "calendar"}', "eur")


def kpis(values: Sequence[float]) -> pd.DataFrame:
    """The stored KPIs of one run: its cost in each replication."""
    name, dimension, unit = COST
    return pd.DataFrame(
        {
            "scenario": "s",
            "replication": range(len(values)),
            "name": name,
            "dimension": dimension,
            "value": values,
            "unit": unit,
        }
    )


def needs(*runs: Sequence[float], wanted: Sequence[Precision] = ()) -> tuple[Need, ...]:
    return _needs([kpis(values) for values in runs], wanted, 10.0)


def test_a_difference_is_wanted_to_a_tenth_of_its_own_size() -> None:
    # differences 8, 9, 10, 11, 12: mean 10, standard deviation sqrt(10 / 4) = 1.5811; a half-width of 1
    # takes 13 replications: t(0.975, 12) = 2.1788, 2.1788 * 1.5811 / sqrt(13) = 0.955; with 12 it is 1.005
    (found,) = needs([1e6] * 5, [1e6 + each for each in (8, 9, 10, 11, 12)])
    assert (found.mean, found.wanted) == (pytest.approx(10), pytest.approx(1))
    assert (found.replications, found.seconds) == (13, 130)


def test_a_scenario_by_itself_is_wanted_to_a_hundredth_of_its_mean() -> None:
    # mean 1000, standard deviation 15.811: 10 takes 13 replications as above
    (found,) = needs([980, 990, 1000, 1010, 1020])
    assert (found.wanted, found.replications) == (pytest.approx(10), 13)


def test_the_measures_of_a_headline_are_judged_first_and_a_default_among_them_once() -> None:
    """Differences in cost 8 to 12 as above; the sum of two budgets differs by 20 to 24.

    Mean 22 with the same spread: a half-width of 2.2 takes 5 replications, as t(0.975, 4) = 2.7764 and
    2.7764 * 1.5811 / sqrt(5) = 1.963, and 3.1824 * 1.5811 / 2 = 2.516 with 4.
    """

    def item(*measures: str) -> Headline:
        return Headline(form="change", label=Text(nl="Maat", en="Measure"), kpi=measures)

    def run(cost: Sequence[float], budget: Sequence[float]) -> pd.DataFrame:
        lines = {"netwerken": [5.0] * 5, "netwerken_kind": budget}
        rows = [
            kpis(each).assign(name="budget", dimension=f'{{"line": "{line}"}}')
            for line, each in lines.items()
        ]
        return pd.concat([kpis(cost), *rows])

    base, policy = run([0] * 5, [0] * 5), run([8, 9, 10, 11, 12], [20, 21, 22, 23, 24])
    headline = [
        Headline(form="payers"),
        item("budget:line=netwerken", "budget:line=netwerken_kind"),
        item("cost:view=calendar"),
        item("unfunded:reason=regeling_vervallen"),
    ]
    both, cost = _needs([base, policy], (), 10.0, headline)
    assert (both.name, both.dimension, both.label["en"]) == (HEADLINE, {"item": "1"}, "Measure")
    assert (both.mean, both.wanted, both.replications) == (pytest.approx(22), pytest.approx(2.2), 5)
    assert (cost.name, cost.label["nl"], cost.mean, cost.replications) == (
        "cost",
        "Maat",
        pytest.approx(10),
        13,
    )


def test_no_line_is_broken_between_the_euro_and_its_amount(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in range(1, 60):
        monkeypatch.setenv("COLUMNS", str(width))
        print_block("titel", ["Kosten: \u2212\u20ac\u00a051.000 en \u20ac\u00a05.100 meer"])
        lines = capsys.readouterr().out.splitlines()
        assert not [line for line in lines if line.rstrip().endswith("\u20ac")], width
        assert all(line.startswith("  ") for line in lines[1:])


def test_no_difference_at_all_is_told_and_not_left_out() -> None:
    (found,) = needs([5, 6, 7, 8, 9], [5, 6, 7, 8, 9])
    assert (found.mean, found.wanted, found.replications) == (0, 0, ZERO_REPLICATIONS)


def test_differences_that_cancel_are_wanted_to_a_tenth_of_their_spread() -> None:
    # -1, 1, -1, 1, 0: mean 0, standard deviation 1, half-width 2.7764 / sqrt(5) = 1.2416
    (found,) = needs([5] * 5, [4, 6, 4, 6, 5])
    assert found.mean == 0
    assert found.wanted == pytest.approx(0.12416, abs=1e-5)


def test_a_difference_in_one_replication_of_five_takes_as_many_as_show_five() -> None:
    (found,) = needs([5] * 5, [5, 5, 5, 5, 6], wanted=[parse_precision("cost:view=calendar=100")])
    assert found.replications == 25


def test_a_kpi_without_a_value_in_some_replication_is_refused_where_it_is_asked_for() -> None:
    values = [5, 6, float("nan"), 8, 9]
    assert needs(values) == ()
    with pytest.raises(InputError, match="was not observed in every replication"):
        needs(values, wanted=[parse_precision("cost:view=calendar=100")])
