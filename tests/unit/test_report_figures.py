"""Figures: real alt texts, intervals, Dutch axes, colours that can be told apart."""

import itertools
import re

import matplotlib as mpl
import numpy as np
import pytest

from sim.measure.estimates import Difference
from sim.report import style
from sim.report.figures import change as figures_change
from sim.report.figures import costs_and_places as figures
from sim.report.figures import drawing
from sim.report.figures import flow as figures_flow
from sim.report.language import language
from sim.report.results import Result
from sim.report.rounding import Change
from sim.stats import Interval
from sim.studies.sensitivity.ranges import Uncertain
from sim.studies.sensitivity.study import Influence, Sensitivity
from tests.unit.report_data import comparison, run_view

NL, EN = language("nl"), language("en")


@pytest.fixture(scope="module")
def compared():
    return comparison()


@pytest.fixture(scope="module")
def drawings(compared):
    return [
        figures.costs_by_payer(compared.base, NL),
        figures.place_of_death(compared, NL, {"thuis": 0.39}),
        figures.patient_payments(compared, NL),
        figures.payments_by_kind(compared, NL),
        figures.days_by_setting(compared, NL),
        figures.occupancy_by_site(compared, NL),
        figures_change.differences_by_payer(compared.alternatives, NL),
        figures_change.waterfall_by_module(compared.alternatives[0], NL),
        figures.costs_by_setting(compared.base, NL),
        figures_flow.flows(compared.base, NL),
        figures_flow.occupancy_by_month(compared, NL),
        figures_flow.payment_spread(compared.base, NL),
        figures_flow.ceiling_use(compared, NL),
        figures_flow.unfunded_care(compared, NL),
    ]


@pytest.fixture(scope="module")
def svgs(drawings):
    return [drawing.svg() for drawing in drawings]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def as_deuteranope(colour):
    """Deuteranopia by Machado, Oliveira and Fernandes (2009), severity 1."""
    matrix = np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    )
    return matrix @ np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def test_words_have_contrast_aa_and_shapes_three_to_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert min(contrast(c, style.PAPER) for c in (style.INK, style.MUTED, style.ACCENT)) >= 4.5
    shapes = {*style.SERIES_COLOURS, *style.LAW_COLOURS.values()}
    assert min(contrast(c, style.PAPER) for c in shapes) >= 3


def test_laws_differ_for_colour_blind_readers_by_hue_or_by_hatch():
    for one, other in itertools.combinations(style.LAW_COLOURS, 2):
        seen = [as_deuteranope(style.LAW_COLOURS[law]) for law in (one, other)]
        apart = float(np.abs(seen[0] - seen[1]).max())
        assert apart > 0.15 or style.LAW_HATCHES[one] != style.LAW_HATCHES[other]


def test_the_first_three_series_differ_for_colour_blind_readers():
    for one, other in itertools.combinations(style.SERIES_COLOURS[:3], 2):
        assert float(np.abs(as_deuteranope(one) - as_deuteranope(other)).max()) > 0.15


def test_every_figure_is_inline_svg_with_a_title_that_screen_readers_find(svgs):
    for svg in svgs:
        assert svg.startswith("<svg")
        found = re.search(r'role="img" aria-labelledby="([^"]+)"', svg)
        assert found is not None
        assert f'<title id="{found.group(1)}">' in svg
        assert "<metadata>" not in svg


def test_alt_texts_tell_the_numbers_with_their_intervals(drawings, compared):
    total = compared.base.kpis.get("patient_payment_p90")
    by_id = {d.id: d for d in drawings}
    alt = by_id["fig-payment"].alt
    assert f"90e percentiel {NL.euro(total.mean)} ({NL.euro(total.low)} tot {NL.euro(total.high)})" in alt
    assert "Gepubliceerd: thuis 39,0%." in by_id["fig-place"].alt
    assert all(len(d.alt) > len(d.caption) + 40 for d in drawings)


def test_no_id_occurs_twice_on_one_page(svgs):
    ids = [i for svg in svgs for i in re.findall(r'\bid="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))


def test_every_reference_inside_a_figure_finds_its_id(svgs):
    assert any("url(#" in svg for svg in svgs)
    for svg in svgs:
        ids = set(re.findall(r'\bid="([^"]+)"', svg))
        used = re.findall(r'href="#([^"]+)"', svg) + re.findall(r"url\(#([^)]+)\)", svg)
        assert set(used) <= ids


def tick(drawing, value):
    """Text that the value axis of a figure writes at a value."""
    return drawing.figure.axes[0].xaxis.get_major_formatter()(value, 0)


def test_the_euro_axis_is_dutch_or_english(compared):
    assert tick(figures.patient_payments(compared, NL), 12500) == "€\u00a012.500"
    assert tick(figures.patient_payments(compared, EN), 12500) == "€12,500"


def test_a_large_amount_has_an_axis_in_millions_and_a_small_difference_one_in_euros(compared):
    assert tick(figures.costs_by_payer(compared.base, NL), 25e6) == "€\u00a025"
    assert (
        tick(figures_change.differences_by_payer(compared.alternatives, NL), 25e3) == "+\u2060€\u00a025.000"
    )


def test_intervals_are_drawn(compared):
    drawn = figures.patient_payments(compared, NL).figure.axes[0]
    assert len([c for c in drawn.containers if c.__class__.__name__ == "ErrorbarContainer"]) == 8


def test_an_unclear_difference_has_an_open_marker_and_a_clear_one_a_filled_marker():
    found = [Difference(20.0, 10.0, 30.0, 10, "eur"), Difference(5.0, -5.0, 15.0, 10, "eur")]
    rows = [Change(each) for each in found]
    drawn = figures_change.differences("fig", "", ["clear", "unclear"], [("one", rows)], NL).figure.axes[0]
    marks = [c.lines[0] for c in drawn.containers if c.__class__.__name__ == "ErrorbarContainer"]
    assert [m.get_markerfacecolor() != style.PAPER for m in marks] == [True, False]


def test_a_payer_for_whom_nothing_changes_has_no_row(compared):
    (only,) = compared.alternatives
    assert only.differences.get("cost", payer="zorgkantoor", view="calendar").difference == 0
    drawn = figures_change.differences_by_payer(compared.alternatives, NL).figure.axes[0]
    labels = [t.get_text() for t in drawn.get_yticklabels()]
    assert "zorgverzekeraar" in labels
    assert "zorgkantoor" not in labels


def test_a_figure_is_the_same_bytes_each_time(compared):
    assert figures.days_by_setting(compared, NL).svg() == figures.days_by_setting(compared, NL).svg()


def test_bands_are_as_wide_as_the_moves_and_leave_out_what_nobody_does(compared):
    moves = figures_flow.moves_of(compared.base)
    assert ("bth", "thuis") not in moves
    assert moves[("thuis", "ziekenhuis")].mean == pytest.approx(70, rel=0.05)
    drawn = figures_flow.flows(compared.base, NL).figure.axes[0]
    bands = [p for p in drawn.patches if p.__class__.__name__ == "PathPatch"]
    assert len(bands) == len(moves)
    box = bands[0].get_path().vertices
    assert box[0][1] - box[7][1] == pytest.approx(moves[("thuis", "ziekenhuis")].mean)


def test_the_words_of_the_flow_name_both_places_and_the_number(compared):
    alt = figures_flow.flows(compared.base, EN).alt
    found = figures_flow.moves_of(compared.base)[("thuis", "bth")].mean
    assert f"from home to almost-at-home house {EN.number(found, 1)}" in alt


def test_occupancy_has_a_panel_a_type_of_place_and_a_line_a_run_over_all_months(compared):
    drawn = figures_flow.occupancy_by_month(compared, NL).figure.axes
    panels = [axes for axes in drawn if axes.get_title(loc="left")]
    assert [a.get_title(loc="left") for a in panels] == [
        "bijna-thuis-huis",
        "high care hospice",
        "palliatieve unit",
    ]
    for axes in panels:
        assert [len(line.get_xdata()) for line in axes.lines] == [12, 12]
        assert len(axes.collections) == 2
        assert axes.lines[0].get_linestyle() != axes.lines[1].get_linestyle()


def test_months_are_named_in_the_language_of_the_page():
    assert figures_flow.month_name("2026-03", NL) == "mrt 2026"
    assert figures_flow.month_name("2026-03", EN) == "Mar 2026"


def test_a_quantile_is_told_in_words():
    assert figures_flow.level_name("0.5", NL) == "de helft betaalt hoogstens"
    assert figures_flow.level_name("0.9", NL) == "90% betaalt hoogstens"


def test_the_steps_of_a_waterfall_end_at_the_total(compared):
    alternative = compared.alternatives[0]
    bars = figures_change.waterfall_by_module(alternative, NL).figure.axes[0].patches
    parts = alternative.differences.along("cost", "module", view="calendar")
    assert len(bars) == len([d for d in parts.values() if d.difference]) + 1
    ends = [bar.get_x() + bar.get_width() for bar in bars[:-1]]
    assert ends[-1] == pytest.approx(sum(d.difference for d in parts.values()))
    assert bars[1].get_x() == pytest.approx(ends[0])
    assert bars[-1].get_x() == 0


def test_use_of_a_ceiling_is_its_use_over_its_room_with_the_interval_of_the_use(compared):
    found = figures_flow.ceilings(compared.base, NL)["Omzetplafond wijkverpleging"]
    used = compared.base.kpis.get("ceiling_used", kind="wijkverpleging")
    room = compared.base.kpis.get("ceiling_room", kind="wijkverpleging")
    assert found.mean == pytest.approx(used.mean / room.mean)
    assert found.high == pytest.approx(used.high / room.mean)


def influence(path, low, high):
    parameter = Uncertain(path, "assumption", None, "", 0.1, 0.9, 0.5, False)
    ends = [Interval(end, end - 50, end + 50, 10) for end in (low, high)]
    effect = Interval(high - low, high - low - 70, high - low + 70, 10)
    return Influence(parameter, abs(high - low), *ends, effect)


def analysis(method="tornado"):
    found = (influence("ceiling.applies.value", -3000.0, 9000.0), influence("home.pzp.value", 0.0, 0.0))
    middle = Interval(1000.0, 900.0, 1100.0, 10)
    return Sensitivity(method, "b", "a", "cost", {"view": "calendar"}, "eur", middle, found, (), 5)


def test_a_tornado_has_a_bar_an_end_for_each_parameter_that_matters():
    drawing = figures_change.tornado(analysis(), NL)
    bars = drawing.figure.axes[0].patches
    assert [bar.get_width() for bar in bars] == [-3000, 9000]
    assert "bij 0,1 −\u2060€\u00a03.000, bij 0,9 +\u2060€\u00a09.000" in drawing.alt
    still = Sensitivity("tornado", "b", None, "cost", {}, "eur", Interval(1, 1, 1, 1), (), (), 1)
    assert figures_change.tornado(still, NL) is None


def test_a_sobol_analysis_has_one_bar_a_parameter():
    bars = figures_change.tornado(analysis("sobol"), EN).figure.axes[0].patches
    assert [bar.get_width() for bar in bars] == [12000]
    assert "first-order index" in figures_change.tornado(analysis("sobol"), EN).alt


def test_every_line_of_a_broken_label_ends_at_the_axis(compared):
    drawn = figures_flow.unfunded_care(compared, NL).figure.axes[0]
    lines = [t for t in drawn.texts if t.get_text() == "palliatief team"]
    assert len(lines) == 1
    assert lines[0].get_ha() == "right"


def test_one_replication_draws_no_interval():
    single = figures.patient_payments(Result(run_view(replications=1)), NL)
    assert not [c for c in single.figure.axes[0].containers if c.__class__.__name__ == "ErrorbarContainer"]
    assert "NaN" not in single.svg()


def test_a_title_with_markup_or_mathematics_comes_out_as_text(compared):
    area = {**compared.base.area, "regions": [{"sites": [{"id": "bth-linde", "name": "<b>$x^2$</b>"}]}]}
    base = type(compared.base)({**compared.base.manifest, "area": area}, compared.base.kpis)
    svg = figures.occupancy_by_site(Result(base), NL).svg()
    assert "<b>" not in svg
    assert "&lt;b&gt;$x^2$&lt;/b&gt;" in svg


@pytest.mark.parametrize("half", [5.2e6, 6.9e6, 7.4e6, 12e6, 31e6])
def test_every_tick_in_millions_is_a_whole_one(half):
    with mpl.rc_context(drawing.RC):
        _, axes = drawing.frame(3)
        axes.plot([-half, half / 3], [0, 1])
        drawing.money_axis(axes, "_difference", NL)
    ticks = [float(tick) for tick in axes.get_xticks()]
    assert len(ticks) > 2
    assert all(tick % 1e6 == 0 for tick in ticks)
