"""The sentences of the answer say what the numbers say."""

import math

import pytest

from sim.measure.estimates import Difference, Estimate
from sim.report.language import language
from sim.report.results import Alternative, Kpis, RunView
from sim.report.sections.comparison_answer import comparison_answer
from sim.report.sentences import (
    Scale,
    Scales,
    direction,
    largest,
    period,
    relative,
    run_answer,
    size,
)

SCALES = Scales(Scale(0.01, 0.05), Scale(0.01, 0.05))
NL, EN = language("nl"), language("en")
SCENARIO = {
    "name": "s",
    "title": {"nl": "Titel", "en": "Title"},
    "horizon": {"count_from": "2026-01-01", "count_to": "2027-01-01"},
}
AREA = {"title": {"nl": "Dorp", "en": "Village"}}
CALENDAR = ("view", "calendar")


def run(kpis=None, **scenario):
    return RunView({"scenario": {**SCENARIO, **scenario}, "area": AREA}, Kpis(kpis or {}))


def key(name, *dimension):
    return name, frozenset(dimension)


def alternative(rows):
    return Alternative(run(), Kpis(rows))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.1, 2.0, "up"),
        (-2.0, -0.1, "down"),
        (-1.0, 1.0, "unclear"),
        (0.0, 1.0, "unclear"),
        (-1.0, 0.0, "unclear"),
    ],
)
def test_a_difference_points_one_way_only_when_its_interval_leaves_zero_out(low, high, expected):
    assert direction(Difference((low + high) / 2, low, high, base=1.0, alt=2.0)) == expected


def test_no_interval_is_unclear_and_no_difference_at_all_is_the_same():
    assert direction(Difference(1.0, math.nan, math.nan, base=1.0, alt=2.0)) == "unclear"
    assert direction(Difference(0.0, 0.0, 0.0, base=1.0, alt=1.0)) == "same"
    assert direction(Difference(0.0, math.nan, math.nan, base=1.0, alt=1.0)) == "same"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(0.0099, "small"), (0.01, "moderate"), (-0.0499, "moderate"), (0.05, "large"), (-0.2, "large")],
)
def test_a_difference_is_small_moderate_or_large_by_its_absolute_size(amount, expected):
    assert size(amount, SCALES.relative) == expected


def test_a_difference_from_a_base_of_zero_is_large():
    assert size(relative(Difference(5.0, 4.0, 6.0, base=0.0, alt=5.0)), SCALES.relative) == "large"
    assert relative(Difference(0.0, 0.0, 0.0, base=0.0, alt=0.0)) == 0


def test_the_largest_part_is_the_one_with_the_largest_clear_difference():
    parts = {
        "unclear": Difference(90.0, -1.0, 181.0, base=1, alt=1),
        "down": Difference(-8.0, -9.0, -7.0, base=9, alt=1),
        "up": Difference(2.0, 1.0, 3.0, base=1, alt=3),
    }
    assert largest(parts) == "down"
    assert largest({"unclear": parts["unclear"]}) is None


def test_one_calendar_year_is_called_by_its_number_and_any_other_window_by_its_dates():
    assert period(run(), NL) == "2026"
    half = run(horizon={"count_from": "2026-01-01", "count_to": "2026-07-01"})
    assert period(half, NL) == "01-01-2026 tot 01-07-2026"
    assert period(half, EN) == "1 Jan 2026 to 1 Jul 2026"


def test_a_run_is_answered_with_cost_place_of_death_and_own_payments():
    found = run(
        {
            key("cost", CALENDAR): Estimate(120e6, 118e6, 122e6),
            key("cost", CALENDAR, ("law", "Wlz")): Estimate(90e6, 89e6, 91e6),
            key("cost", CALENDAR, ("law", "Zvw")): Estimate(30e6, 29e6, 31e6),
            key("place_of_death", ("setting", "thuis")): Estimate(0.4, 0.39, 0.41),
            key("place_of_death", ("setting", "verpleeghuis")): Estimate(0.3, 0.29, 0.31),
            key("place_of_death", ("setting", "ziekenhuis")): Estimate(0.2, 0.19, 0.21),
            key("place_of_death", ("setting", "bth")): Estimate(0.1, 0.09, 0.11),
            key("patient_payment_mean"): Estimate(2500.4, 2400, 2600),
            key("patient_payment_p90"): Estimate(9000, 8900, 9100),
        }
    )
    first, second, third = run_answer(found, NL)
    assert "in dit gebied in 2026 €\u00a0120,0\u00a0mln" in first
    assert "75% daarvan valt onder de Wlz" in first
    assert "40% thuis, 30% in het verpleeghuis en 20% in het ziekenhuis" in second
    assert "bijna-thuis-huis" not in second
    assert "gemiddeld €\u00a02.500 zelf" in third
    assert "meer dan €\u00a09.000" in third


def test_a_run_without_kpis_says_so():
    assert run_answer(run(), EN) == (
        "This run counted no costs.",
        "This run counted no place of death.",
        "This run counted no own payments.",
    )


def test_a_clear_rise_names_the_payer_whose_burden_rises_most():
    found = alternative(
        {
            key("cost", CALENDAR): Difference(3e6, 2e6, 4e6, 10, "eur", base=100e6, alt=103e6),
            key("cost", CALENDAR, ("payer", "zorgverzekeraar")): Difference(
                4e6, 3e6, 5e6, 10, "eur", base=50e6, alt=54e6
            ),
            key("cost", CALENDAR, ("payer", "aanbieder")): Difference(
                -1e6, -1.1e6, -0.9e6, 10, "eur", base=1e6, alt=0
            ),
        }
    )
    first = comparison_answer(found, NL, SCALES)[0]
    assert first.startswith(
        "De getelde zorg kost in 2026 naar schatting €\u00a03,0\u00a0mln meer, een matig verschil"
    )
    assert first.endswith("stijgen de lasten voor de zorgverzekeraar (+\u2060€\u00a04,0\u00a0mln).")


def test_an_unclear_difference_is_an_estimate_whose_sign_is_not_settled():
    found = alternative(
        {key("cost", CALENDAR): Difference(-200_000, -500_000, 100_000, 10, "eur", base=100e6, alt=99.8e6)}
    )
    assert comparison_answer(found, EN, SCALES)[0] == (
        "The care counted costs an estimated €200,000 less in 2026, a small difference "
        "(chance ± 300,000; assumptions not drawn; not certain)."
    )


def test_the_place_of_death_sentence_names_only_places_that_clearly_change():
    found = alternative(
        {
            key("place_of_death", ("setting", "thuis")): Difference(
                0.03, 0.02, 0.04, 10, "share", base=0.38, alt=0.41
            ),
            key("place_of_death", ("setting", "ziekenhuis")): Difference(
                -0.02, -0.03, -0.01, 10, "share", base=0.2, alt=0.18
            ),
            key("place_of_death", ("setting", "bth")): Difference(
                -0.01, -0.03, 0.01, 10, "share", base=0.1, alt=0.09
            ),
        }
    )
    second = comparison_answer(found, NL, SCALES)[1]
    assert second == (
        "Van alle overledenen overlijdt naar schatting 3,0 procentpunt meer thuis, een matig verschil "
        "(toeval ± 1,0; aannamen niet doorgerekend). Van alle overledenen overlijdt naar schatting 2,0 "
        "procentpunt minder in het ziekenhuis, een matig verschil (toeval ± 1,0; aannamen niet doorgerekend)."
    )


def test_one_replication_gives_no_chance():
    found = alternative(
        {key("patient_payment_mean"): Difference(100, math.nan, math.nan, 1, "eur", base=2500, alt=2600)}
    )
    third = comparison_answer(found, NL, SCALES)[2]
    assert "één herhaling, dus toeval onbekend" in third
