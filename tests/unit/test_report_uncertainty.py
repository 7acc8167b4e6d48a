"""A difference is told with chance and assumptions, in one unit, in no more digits than these allow."""

import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from sim.measure.estimates import Difference, Estimate
from sim.report.figures import change as figures_change
from sim.report.language import language
from sim.report.page import difference_cell
from sim.report.results import Alternative, Kpis, RunView
from sim.report.rounding import Change, form_of, rounded, row_form, step_of, told_range
from sim.report.sections.comparison_answer import answer_note, comparison_answer
from sim.report.sections.headlines import headline_rows, payers_of
from sim.report.sections.uncertainty import carrying, section
from sim.report.sentences import Scale, Scales
from sim.report.uncertainty import bracket, odds
from sim.stats import Interval
from sim.studies.headline import HEADLINE, Headlined
from sim.studies.sensitivity.assumptions import Assumptions, Carried, Spread
from sim.studies.sensitivity.draws import Assumption

NL, EN = language("nl"), language("en")
SCALES = Scales(Scale(0.01, 0.05), Scale(0.01, 0.05))
SHARE = Assumption("ceiling.applies", None, "assumption", None, "onbekend", 0.0, 0.5, 0.25, False)
PRICE = Assumption("tariffs.x", "Uur wijkverpleging", "assumption", None, "onbekend", 70, 80, 75, False)
CALENDAR = ("view", "calendar")
RISK_165 = {"eigen_risico_plan": "165_tranche"}


def spread(low, high, sign=0.8, name="cost", carried=(), **dimension):
    return Spread(name, dimension, "eur", 0.0, low, high, sign, 0, 0, 0, (high - low) / 4, 1.0, 32, carried)


def euros(difference, low, high, base=100e6):
    return Difference(difference, low, high, 10, "eur", base=base, alt=base + difference)


@pytest.mark.parametrize(
    ("value", "reach", "shown"),
    [
        (61_194, 29_310, 61_000),
        (61_194, 110_000, 60_000),
        (8_799, 37_552, 9_000),
        (-0.58, 0.31, -0.58),
        (-0.58, 3.1, -0.6),
        (1_234, 0, 1_234),
    ],
)
def test_a_number_keeps_two_digits_of_its_uncertainty(value, reach, shown):
    assert rounded(value, step_of(reach)) == pytest.approx(shown)


@pytest.mark.parametrize(
    ("found", "owed", "said"),
    [
        (euros(61e3, 32e3, 90e3), spread(-70e3, 150e3), "open"),
        (euros(61e3, 32e3, 90e3), spread(10e3, 150e3), "sure"),
        (euros(-61e3, -90e3, -32e3), spread(-150e3, -10e3), "sure"),
        (euros(-61e3, -90e3, -32e3), spread(10e3, 150e3), "open"),
        (euros(61e3, -2e3, 90e3), spread(10e3, 150e3), "open"),
        (euros(-61e3, -90e3, -32e3), spread(-290e3, -3e3), "open"),
        (euros(61e3, math.nan, math.nan), spread(10e3, 150e3), "open"),
        (euros(61e3, 32e3, 90e3), None, "chance"),
        (euros(0, 0, 0), None, "same"),
        (euros(0, 0, 0), spread(0, 0), "same"),
        (euros(0, 0, 0), spread(-5, 40), "open"),
    ],
)
def test_a_sign_is_sure_only_when_it_holds_over_chance_and_assumptions(found, owed, said):
    assert Change(found, owed).verdict == said


def told(found, owed, words=NL):
    change = Change(found, owed)
    form = change.form(words)
    return f"{form.whole(found.difference)} ({bracket(change, form, words)})"


def test_the_sentence_of_the_design():
    found = euros(61_194, 32_194, 90_194)
    owed = spread(-70_312, 150_120, 0.78, carried=(Carried(SHARE, 0.9, 0.05), Carried(PRICE, 0.05, 0.02)))
    assert told(found, owed) == (
        "€\u00a060.000 (toeval ± 29.000; aannamen −70.000 tot +150.000; niet zeker, "
        f"kans op meer 78%; hangt vooral af van: {NL.path('ceiling.applies')})"
    )
    assert told(found, spread(20e3, 90e3), EN) == (
        "€61,000 (chance ± 29,000; assumptions +20,000 to +90,000; certain)"
    )


def test_a_price_is_called_by_its_title():
    owed = spread(-70e3, 150e3, carried=(Carried(PRICE, 0.9, 0.05),))
    assert told(euros(61e3, 32e3, 90e3), owed).endswith("hangt vooral af van: Uur wijkverpleging)")


def test_without_draws_the_sentence_says_so_and_one_replication_leaves_chance_unknown():
    assert (
        told(euros(61e3, 32e3, 90e3), None) == "€\u00a061.000 (toeval ± 29.000; aannamen niet doorgerekend)"
    )
    one = euros(61e3, math.nan, math.nan)
    assert "één herhaling, dus toeval onbekend; aannamen" in told(one, spread(10e3, 150e3))


def test_all_numbers_of_a_sentence_are_in_one_unit():
    large = told(euros(-1_370_400, -1_400_000, -1_340_800), spread(-1_492_000, -1_030_000))
    assert large == "−\u2060€\u00a01,37\u00a0mln (toeval ± 0,03; aannamen −1,49 tot −1,03; zeker)"
    share = Difference(0.0212, 0.0104, 0.032, 10, "share", base=0.38, alt=0.4012)
    assert told(share, spread(0.004, 0.05)) == (
        "2,1 procentpunt (toeval ± 1,1; aannamen +0,4 tot +5,0; zeker)"
    )
    count = Difference(-41, -44, -38, 10, "count", base=41, alt=0)
    assert told(count, spread(-110, 0)).startswith("−41 (toeval ± 3; aannamen −110 tot 0")


def test_the_range_holds_the_amount_also_where_every_range_leads_one_way():
    found = euros(-229_800, -229_800, -229_800)
    assert (
        told(found, spread(-242_300, -231_100))
        == "−\u2060€\u00a0229.800 (aannamen −242.300 tot −229.800; zeker)"
    )


def test_a_range_that_rounds_to_one_number_lies_within_chance():
    found, owed = euros(1_000e3, -200e3, 2_200e3), spread(990e3, 1_010e3)
    change = Change(found, owed)
    told = bracket(change, form_of("eur", (found.difference,), change.reach, NL), NL)
    assert "aannamen binnen het toeval" in told


def test_a_probability_is_never_none_or_all():
    assert [odds(share, NL) for share in (0.0, 0.5, 0.994, 1.0)] == [
        "onder 1%",
        "50%",
        "boven 99%",
        "boven 99%",
    ]


# ------------------------------------------------------------------ the answer
SCENARIO = {
    "name": "s",
    "title": {"nl": "Titel", "en": "Title"},
    "horizon": {"count_from": "2026-01-01", "count_to": "2027-01-01"},
}


def key(name, *dimension):
    return name, frozenset(dimension)


def alternative(rows, spreads=None, headline=(), measured=()):
    run = RunView({"scenario": {**SCENARIO, "headline": list(headline)}, "area": {}}, Kpis({}))
    drawn = None if spreads is None else Assumptions("s", 32, 2, 300, tuple(spreads))
    return Alternative(run, Kpis(rows), assumptions=drawn, headline=tuple(measured))


def labelled(form, text, kpi, **more):
    return {"form": form, "label": {"nl": text, "en": text}, "kpi": kpi, **more}


def test_a_cost_is_certain_only_over_both_and_is_estimated_otherwise():
    rows = {key("cost", CALENDAR): euros(61_194, 32_194, 90_194)}
    sure = comparison_answer(alternative(rows, [spread(20e3, 90e3, view="calendar")]), NL, SCALES)[0]
    assert sure.startswith(
        "De getelde zorg kost in 2026 zeker meer: €\u00a061.000, een klein verschil (toeval"
    )
    open_ = comparison_answer(alternative(rows, [spread(-70e3, 150e3, view="calendar")]), NL, SCALES)[0]
    assert open_.startswith("De getelde zorg kost in 2026 naar schatting €\u00a060.000 meer")
    chance = comparison_answer(alternative(rows), NL, SCALES)[0]
    assert "zeker" not in chance
    assert "aannamen niet doorgerekend" in chance


@pytest.mark.parametrize(
    ("since", "plan", "paid", "about", "told"),
    [
        ("2026-01-01", RISK_165, -102.2, "patient_payment_mean:item=eigen_risico", True),
        ("2026-01-01", {"eigen_risico_plan": "460"}, 34.4, "patient_payment_mean", True),
        ("2025-01-01", RISK_165, -186.0, "patient_payment_mean", False),  # before all who die in 2026
        ("2026-01-01", RISK_165, 0.0, "patient_payment_mean", False),
        ("2026-01-01", RISK_165, 0.7, "wishes_met", False),  # it follows from care, not from the plan
        ("2026-01-01", {"behandeling_plan": "naar_zvw"}, 25.7, "patient_payment_mean", False),  # whole stays
        (None, RISK_165, -102.2, "patient_payment_mean", False),
    ],
)
def test_an_answer_says_where_own_payments_lie_partly_before_a_plan(since, plan, paid, about, told):
    items = [labelled("change", "Betaling", [about])]
    found = alternative({key("patient_payment_mean"): euros(paid, paid, paid)}, headline=items)
    rules = {"rules": {"plans_from": since, **plan}}
    run = replace(found.run, manifest={"scenario": {**found.run.scenario, **rules}, "area": {}})
    note = answer_note((replace(found, run=run),), NL)
    assert ("Het plan geldt vanaf 01-01-2026" in note) == told
    assert ("alle zorg in 2026" in note) == told


@pytest.mark.parametrize(
    ("row", "since", "idle"),
    [
        ("zvw.wijkverpleging@2026-01-01+own", None, True),  # another product
        ("zvw.wijkverpleging.verpleging@2026-01-01+own", None, False),
        ("zvw.wijkverpleging.verpleging@2026-07-01+own", "2026-07-01", False),
        ("zvw.wijkverpleging.verpleging@2026-01-01+own", "2025-01-01", False),
        ("zvw.wijkverpleging.verpleging@2026-01-01", "2026-07-01", True),  # all care was before that day
    ],
)
def test_an_own_price_with_which_nothing_is_paid_says_so(row, since, idle):
    found = alternative({key("cost", CALENDAR): euros(0, 0, 0)})
    mine = {"id": "zvw.wijkverpleging.verpleging", "amount": "100", "source": "eigen", "since": since}
    manifest = {**found.run.manifest, "own": {"tariffs": [mine]}}
    run = replace(found.run, manifest=manifest, tariff_rows=(row,))
    told = comparison_answer(replace(found, run=run), NL, SCALES)[0]
    day = ", vanaf 01-07-2026" if since else ""
    said = f"Eigen bedrag ‘Verpleging{day}’: daarmee wordt in deze run niets betaald"
    assert told.startswith(said) == idle


@pytest.mark.parametrize(("deviation", "named"), [(1.5, True), (0.5, False)])
def test_what_an_answer_hangs_on_is_told_where_assumptions_move_it_more_than_chance(deviation, named):
    """Of 32 draws of 308 assumptions one follows chance itself now and then, and has all of what is left."""
    owed = spread(-70e3, 150e3, carried=(Carried(PRICE, 1.0, 0.54),), view="calendar")
    found = alternative(
        {key("cost", CALENDAR): euros(61_194, 32_194, 90_194)},
        [replace(owed, deviation=deviation, chance=1.0)],
    )
    assert ("hangt vooral af van" in comparison_answer(found, NL, SCALES)[0]) == named
    assert bool(carrying(found, NL)) == named


def test_what_stays_the_same_stands_in_one_line():
    same = Difference(0.0, 0.0, 0.0, 10, base=0.4, alt=0.4)
    rows = {
        key("cost", CALENDAR): same,
        key("place_of_death", ("setting", "thuis")): same,
        key("patient_payment_mean"): same,
    }
    assert comparison_answer(alternative(rows), NL, SCALES) == (
        "Ongewijzigd: de kosten van de getelde zorg, waar mensen overlijden en wat patiënten in het laatste "
        "levensjaar zelf betalen.",
    )


def test_what_a_scenario_touches_comes_before_what_it_costs_and_its_cost_is_told_once():
    items = [
        labelled(
            "level", "Mensen geraakt", ["touched"], of={"kpi": "patients", "label": {"nl": "overledenen"}}
        ),
        labelled(
            "change", "Kosten", ["cost:view=calendar"], per={"kpi": "x", "label": {"nl": "geraakte persoon"}}
        ),
    ]
    measured = [
        Headlined(np.array([40.0, 42.0]), np.array([0.0, 0.0]), "count", 3094.0, math.nan),
        Headlined(np.array([100e6, 100e6]), np.array([100.06e6, 100.062e6]), "eur", math.nan, 41.0),
    ]
    rows = {key("cost", CALENDAR): euros(61_000, 32_000, 90_000)}
    found = comparison_answer(alternative(rows, headline=items, measured=measured), NL, SCALES)
    # t of one degree of freedom: 12.7 times 1 person, and 12.7 times 1,000 euros
    assert found[0] == (
        "Mensen geraakt: 41 wordt 0 van 3.094 overledenen (toeval ± 13; aannamen niet doorgerekend)."
    )
    assert found[1] == (
        "Kosten: €\u00a061.000 meer (toeval ± 13.000; aannamen niet doorgerekend). "
        "Dat is ongeveer €\u00a01.490 per geraakte persoon."
    )
    assert not any("De getelde zorg" in sentence for sentence in found)


def test_wishes_that_a_headline_tells_are_told_once():
    """The headline has its own sentence on the same difference, with the same uncertainties."""
    wish = Difference(0.011, 0.010, 0.012, 10, "share", base=0.744, alt=0.755)
    items = [labelled("change", "Wens vervuld", ["wishes_met"])]
    measured = [Headlined(np.array([0.744, 0.744]), np.array([0.755, 0.755]), "share", math.nan, math.nan)]
    rows = {key("wishes_met"): wish}
    told = comparison_answer(alternative(rows, headline=items, measured=measured), NL, SCALES)
    assert [s for s in told if "procentpunt" in s] == [told[0]]
    plain = comparison_answer(alternative(rows), NL, SCALES)
    assert any("waar zij wensten" in s and "procentpunt" in s for s in plain)


def test_who_pays_more_and_who_less_is_named():
    rows = {
        key("cost", ("payer", "patient"), CALENDAR): euros(-511_000, -530_000, -492_000),
        key("cost", ("payer", "zorgverzekeraar"), CALENDAR): euros(511_000, 492_000, 530_000),
        key("cost", ("payer", "gemeente"), CALENDAR): euros(10, -500, 520),
    }
    spreads = [
        spread(-580e3, -420e3, payer="patient", view="calendar"),
        spread(420e3, 580e3, payer="zorgverzekeraar", view="calendar"),
        spread(-90, 90, payer="gemeente", view="calendar"),
    ]
    items = [{"form": "payers", "label": None, "kpi": None}]
    measured = [Headlined(np.zeros(0), np.zeros(0), "", math.nan, math.nan)]
    first = comparison_answer(alternative(rows, spreads, items, measured), NL, SCALES)[0]
    assert first.startswith(
        "Meer betaalt: de zorgverzekeraar (+\u2060€\u00a0511.000; toeval ± 19.000; aannamen"
    )
    assert "Minder betaalt: de patiënt (−\u2060€\u00a0511.000;" in first
    assert "gemeente" not in first


def test_who_moves_more_than_what_is_settled_is_named_too():
    """The patient surely pays 2,000 more; the care office pays 15 million less, of which the sign is open."""
    rows = {
        key("cost", ("payer", "patient"), CALENDAR): euros(2_000, 1_900, 2_100),
        key("cost", ("payer", "zorgkantoor"), CALENDAR): euros(-15e6, -15.4e6, -14.6e6),
        key("cost", ("payer", "gemeente"), CALENDAR): euros(1_000, -500, 2_500),
    }
    spreads = [
        spread(1_000, 3_000, payer="patient", view="calendar"),
        spread(-36e6, 6e6, payer="zorgkantoor", view="calendar"),
        spread(-90, 90, payer="gemeente", view="calendar"),
    ]
    told = payers_of(alternative(rows, spreads), NL)
    assert told.startswith("Meer betaalt: de patiënt (+")
    assert told.endswith(
        "Het meest verschuift, maar niet zeker: het zorgkantoor (−\u2060€\u00a015\u00a0mln)."
    )
    assert "gemeente" not in told


def test_a_figure_shows_both_uncertainties_and_calls_nothing_clear_that_its_sentence_leaves_open():
    rows = {
        key("cost", CALENDAR): euros(61_194, 32_194, 90_194),
        key("cost", CALENDAR, ("payer", "zorgverzekeraar")): euros(80_000, 50_000, 110_000),
        key("cost", CALENDAR, ("payer", "gemeente")): euros(-400, -9_000, 8_200),
    }
    owed = [
        spread(-70e3, 150e3, 0.78, view="calendar"),
        spread(20e3, 140e3, 1.0, view="calendar", payer="zorgverzekeraar"),
    ]
    drawn = figures_change.differences_by_payer((alternative(rows, owed),), NL)
    (axes,) = drawn.figure.axes
    faces = [
        line.get_markerfacecolor()
        for line in axes.lines
        if line.get_marker() == "o" and len(line.get_xdata())
    ]
    assert [face == "#ffffff" for face in faces] == [True, True, False]
    bands = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
    assert bands == [(-70e3, 150e3), (20e3, 140e3)]
    assert "95%-bandbreedte van de aannamen" in drawn.caption
    assert drawn.figure.legends == []
    chance = figures_change.differences_by_payer((alternative(rows),), NL)
    assert "bandbreedte" not in chance.caption
    assert not chance.figure.axes[0].patches


def test_what_rounds_to_nothing_is_told_without_decimals_in_the_unit_of_its_uncertainty():
    rows = {key("cost", CALENDAR): euros(20_000, -1_100_000, 1_140_000)}
    (cost, *_) = comparison_answer(alternative(rows, [spread(-20e6, 2e6, view="calendar")]), NL, SCALES)
    assert "evenveel, €\u00a00\u00a0mln verschil (toeval ± 1; aannamen −20 tot +2;" in cost


def test_the_note_says_how_many_draws_of_how_many_assumptions_or_that_chance_alone_is_shown():
    drawn = answer_note((alternative({}, []),), NL)
    assert "alle 300 aannamen" in drawn
    assert "32 trekkingen" in drawn
    assert "Alleen toeval is getoond" in answer_note((alternative({}),), NL)


def test_the_section_names_what_carries_a_range_with_its_share_and_its_origin():
    rows = {key("cost", CALENDAR): euros(61_194, 32_194, 90_194)}
    owed = spread(-70e3, 150e3, 0.78, carried=(Carried(SHARE, 0.91, 0.05),), view="calendar")
    made = section((alternative(rows, [owed]),), NL)
    table, _, origins = made.blocks
    (row,) = table.rows
    assert [cell.text for cell in row.cells[1:5]] == [
        "+\u2060€\u00a060.000",
        "+30.000 tot +90.000",
        "−70.000 tot +150.000",
        "78%",
    ]
    assert row.cells[5].text == f"{NL.path('ceiling.applies')} (91%)"
    name = NL.path("ceiling.applies").capitalize()
    assert origins.items == (f"{name} (0% tot 50%). Onbekend.",)
    assert section((alternative(rows),), NL) is None


def row(unit, values, changes, words=NL):
    """Values, then differences with their ranges, as one row writes them."""
    moved = [Change(*each) for each in changes]
    form = row_form(unit, values, moved, words)
    told = [form.value(found).whole(found.mean) for found in values]
    for change in moved:
        found, shown = change.found, form.change(change)
        told += [shown.whole(found.difference, True), shown.bare(found.low), shown.bare(found.high)]
    return [text.replace("\u2060", "").replace("\u00a0", " ") for text in told]


def test_a_row_with_a_small_difference_is_all_in_euros_and_one_with_a_large_one_in_millions():
    """Two digits of 800,000 leave ten thousands, of 29,310 thousands, of 110,000 ten thousands."""
    base, alt = Estimate(130_123_456, 129.3e6, 130.9e6, 10), Estimate(130_174_122, 129.3e6, 131.0e6, 10)
    small = euros(50_666, 21_356, 79_976)
    assert row("eur", [base, alt], [(small, None)]) == [
        *("€ 130.120.000", "€ 130.170.000"),
        *("+€ 51.000", "+21.000", "+80.000"),
    ]
    wide = spread(-70e3, 150e3)
    assert row("eur", [base], [(small, wide)])[1] == "+€ 50.000"
    large = euros(-2_345_678, -2_645_678, -2_045_678)
    assert row("eur", [base], [(large, None)]) == ["€ 130,1 mln", "−€ 2,35 mln", "−2,65", "−2,05"]


def test_a_row_of_shares_is_in_percent_and_its_differences_in_points():
    mean = Estimate(0.38123, 0.37, 0.39, 10)
    change = Difference(0.0012345, 0.0004, 0.0020, 10, "share", base=0.38, alt=0.3812)
    assert row("share", [mean], [(change, None)]) == ["38,1%", "+0,123 %-punt", "+0,040", "+0,200"]


@pytest.mark.parametrize("reach", [3e-4, 0.4, 7, 52, 999, 1001, 123_456, 9.9e6])
@pytest.mark.parametrize("value", [0.123456, 61.94321, 1_234.567, 61_194.33, 5_666_777.8, 130_123_456.7])
@pytest.mark.parametrize("unit", ["eur", "count", "days", "share"])
def test_no_number_of_a_row_has_a_digit_below_its_uncertainty(unit, value, reach):
    """The last digit shown that is not a nought stands for no less than a hundredth of the reach."""
    found = Difference(value, value - reach, value + reach, 10, unit, base=1.0, alt=1.0 + value)
    form = row_form(unit, (), (Change(found),), EN)
    shown = form.change(Change(found))
    digits = "".join(mark for mark in shown.whole(value) if mark in "0123456789.")
    last = Decimal(digits).normalize().as_tuple()
    assert not any(last.digits) or 10.0**last.exponent * form.size >= reach / 100


def test_a_number_and_its_range_are_rounded_alike():
    told = told_range(Interval(-58_312.0, -61_000.0, -55_000.0, 10), "eur", EN, signed=True)
    assert [text.replace("\u2060", "") for text in told] == ["−€58,300", "−61,000 to −55,000"]


def test_an_amount_is_the_same_in_a_figure_and_in_the_words_of_it():
    """Both have no more digits than the range of the assumptions leaves."""
    found = euros(59_312, 17e3, 101e3)
    owed = spread(40e3, 460e3)
    drawn = figures_change.differences("fig", "", ["all"], [("one", [Change(found, owed)])], NL)
    amount = next(t.get_text() for t in drawn.figure.axes[0].texts)
    assert amount == "+\u2060€\u00a060.000"
    assert f"{amount} (" in drawn.alt


def level(base, alt, unit="count", of=math.nan):
    return Headlined(np.array(base), np.array(alt), unit, of, math.nan)


@pytest.mark.parametrize(
    ("measured", "owed", "now", "then"),
    [
        (level([40.0, 36.0, 38.0], [0.0, 0.0, 0.0]), (-230, 0), "40", "0"),
        (level([0.0, 0.0, 0.0], [352.0, 353.0, 354.0]), (40, 660), "0", "350"),
        (level([0.040, 0.046, 0.052], [0.010, 0.015, 0.020], "share"), (-0.17, 0.07), "5", "2"),
        (level([38.0, 40.0, 42.0], [31.0, 33.0, 35.0]), (-200, 100), "40", "30"),
        (level([0.0, 0.0, 0.0], [1.0, 2.0, 3.0]), (-20, 1_040), "0", "2"),
        (level([3_000.0, 3_094.0, 3_188.0], [3_092.0, 3_187.0, 3_281.0]), (18, 171), "3.094", "3.187"),
    ],
)
def test_a_level_is_the_same_in_the_sentence_and_in_the_table(measured, owed, now, then):
    """Rounded as the difference, so that the row adds up, unless little of it is left then."""
    items = [labelled("level", "Geraakt", ["touched"])]
    owes = Spread(HEADLINE, {"item": "0"}, measured.unit, 0.0, *owed, 0.8, 0, 0, 0, 1.0, 1.0, 32, ())
    found = alternative({}, [owes], items, [measured])
    (row,) = headline_rows(found, NL)
    assert [row.cell(place, NL).text for place in (0, 1)] == [now, then]
    percent = "%" if measured.unit == "share" else ""
    assert comparison_answer(found, NL, SCALES)[0].startswith(
        f"Geraakt: {now}{percent} wordt {then}{percent}"
    )


def test_what_a_policy_brings_is_told_with_what_there_is_now():
    """So that a label with less in it is not told as so much more."""
    items = [labelled("change", "Uren zorg minder", ["hours"])]
    found = alternative({}, (), items, [level([0.0, 0.0], [350.0, 352.0])])
    assert comparison_answer(found, NL, SCALES)[0].startswith("Uren zorg minder: 351, nu 0 (toeval")
    assert comparison_answer(found, EN, SCALES)[0].startswith("Uren zorg minder: 351, now 0 (chance")


@pytest.mark.parametrize(("gained", "told"), [([420e3, 424e3], "+"), ([-36e3, -37e3], "−")])
def test_what_a_provider_gains_or_loses_has_its_sign(gained, told):
    items = [labelled("change", "Winst of verlies van huisartsen", ["provider_gain:provider=huisarts"])]
    found = alternative({}, (), items, [level([0.0, 0.0], gained, "eur")])
    (first, *_) = comparison_answer(found, NL, SCALES)
    assert first.startswith(f"Winst of verlies van huisartsen: {told}\u2060€\u00a0")


def test_an_own_payment_that_a_headline_tells_is_told_once():
    items = [labelled("change", "Eigen betaling", ["patient_payment_mean"])]
    rows = {key("patient_payment_mean"): euros(-72, -78, -66, base=3580)}
    measured = [level([3580.0, 3580.0], [3508.0, 3507.0], "eur")]
    told = comparison_answer(alternative(rows, headline=items, measured=measured), NL, SCALES)
    assert [s for s in told if "3.580" in s or "€" in s] == [told[0]]


def test_a_table_holds_the_difference_in_its_range_and_says_where_the_range_is_within_chance():
    """As the sentence does; a dash stands only where no assumption was drawn or nothing moves."""
    found = euros(-15_800, -18_100, -13_400)
    form = row_form("eur", (), (Change(found),), NL)
    assert difference_cell(Change(found, spread(-12_600, 1_400)), form, NL)[2] == "−15.800 tot +1.400"
    assert difference_cell(Change(found, spread(0, 0)), form, NL)[2] == "binnen toeval"
    assert difference_cell(Change(found), form, NL)[2] == "–"
    assert "aannamen −15.800 tot +1.400" in told(found, spread(-12_600, 1_400))


def test_no_payer_is_called_the_clearest_whose_sign_the_assumptions_leave_open():
    rows = {
        key("cost", CALENDAR): euros(-190e3, -240e3, -140e3),
        key("cost", ("payer", "zorgverzekeraar"), CALENDAR): euros(-220e3, -280e3, -160e3),
    }
    spreads = [
        spread(-600e3, 170e3, view="calendar"),
        spread(-660e3, 230e3, payer="zorgverzekeraar", view="calendar"),
    ]
    found = alternative(rows, spreads)
    assert payers_of(found, NL).startswith("Wie meer betaalt en wie minder, staat niet vast.")
    assert "duidelijkst" not in comparison_answer(found, NL, SCALES)[0]


def test_a_place_is_called_sure_only_when_it_is_and_told_once():
    more = Difference(0.02, 0.017, 0.023, 10, "share", base=0.4, alt=0.42)
    less = Difference(-0.01, -0.013, -0.007, 10, "share", base=0.18, alt=0.17)
    rows = {
        key("place_of_death", ("setting", "thuis")): more,
        key("place_of_death", ("setting", "ziekenhuis")): less,
    }
    spreads = [
        spread(0.01, 0.03, name="place_of_death", setting="thuis"),
        spread(-0.03, 0.02, name="place_of_death", setting="ziekenhuis"),
    ]
    (first,) = (s for s in comparison_answer(alternative(rows, spreads), NL, SCALES) if "overlijdt" in s)
    assert "overlijdt zeker een groter deel thuis: 2,0 procentpunt erbij" in first
    assert "overlijdt naar schatting 1,0 procentpunt minder in het ziekenhuis" in first
    items = [labelled("change", "Overlijden thuis", ["place_of_death:setting=thuis"])]
    measured = [level([0.4, 0.4], [0.42, 0.42], "share")]
    told_once = comparison_answer(alternative(rows, spreads, items, measured), NL, SCALES)
    assert [s for s in told_once if "thuis" in s] == [told_once[0]]


def test_a_measure_that_no_run_has_is_not_told_as_unchanged():
    items = [labelled("change", "Budgetten", ["budgets"]), labelled("change", "Bedden", ["beds"])]
    measured = [level([0.0, 0.0], [0.0, 0.0]), level([12.0, 12.0], [12.0, 12.0])]
    found = alternative({}, (), items, measured)
    unchanged = comparison_answer(found, NL, SCALES)[-1]
    assert "bedden" in unchanged
    assert "budgetten" not in unchanged
    assert [row.metric.label for row in headline_rows(found, NL)] == ["Bedden"]


def test_where_no_cost_moves_nobody_is_said_to_pay_more_or_less():
    """A subsidy that ends is no payer's; that who pays is open would be untrue."""
    rows = {key("cost", ("payer", "gemeente"), CALENDAR): euros(0, 0, 0)}
    assert payers_of(alternative(rows), NL).startswith("Voor de getelde zorg betaalt niemand meer of minder")


def test_the_likelier_sign_is_told_where_the_assumptions_lead_the_other_way():
    found = euros(200e3, -260e3, 660e3)
    assert "eerder minder: 87%" in told(found, spread(-6.6e6, 200e3, sign=0.13))
    assert "rather less: 87%" in told(found, spread(-6.6e6, 200e3, sign=0.13), EN)
    assert "kans op meer 80%" in told(found, spread(-6.6e6, 2e6, sign=0.80))
    assert "kans op meer 50%" in told(found, spread(-6.6e6, 2e6, sign=0.497))


def test_a_payer_is_told_once():
    """A headline that names who pays leaves no payer to the sentence on the cost, and each a sentence."""
    rows = {
        key("cost", CALENDAR): euros(40e3, 30e3, 50e3),
        key("cost", ("payer", "zorgkantoor"), CALENDAR): euros(25e3, 20e3, 30e3),
        key("cost", ("payer", "gemeente"), CALENDAR): euros(15e3, 10e3, 20e3),
    }
    items = [{"form": "payers", "label": None, "kpi": None}]
    measured = [Headlined(np.zeros(0), np.zeros(0), "", math.nan, math.nan)]
    first, second = comparison_answer(alternative(rows, (), items, measured), NL, SCALES)[:2]
    assert first.startswith("Meer betaalt: het zorgkantoor (")
    assert ". Ook meer betaalt: de gemeente (" in first
    assert "zorgkantoor" not in second
    assert "zorgkantoor" in comparison_answer(alternative(rows), NL, SCALES)[0]


def test_a_difference_of_nothing_has_no_decimals():
    for unit, nothing in (("eur", "€\u00a00"), ("share", "0"), ("count", "0"), ("days", "0")):
        found = Difference(0.0, 0.0, 0.0, 10, unit, base=4.0, alt=4.0)
        form = row_form(unit, (), (Change(found),), NL)
        assert (
            difference_cell(Change(found, spread(-0.3, 0.5)), replace(form, bare=unit == "share"), NL)[0].text
            == nothing
        )


def test_the_chance_of_a_row_is_told_however_far_it_is_below_its_assumptions():
    found = euros(-100, -1_800, 1_600)
    change = Change(found, spread(-5.6e6, 1e5))
    form = row_form("eur", (Estimate(84e6, 83e6, 85e6, 10, "eur"),), (change,), NL)
    _, chance, assumed = difference_cell(change, form, NL)
    assert chance == "−0,002 tot +0,002"
    assert assumed == "−5,6 tot +0,1"
