"""Sections of the report: what each shows, from results made by hand."""

from dataclasses import replace

import pytest

from sim.measure.estimates import Estimate
from sim.report.language import language
from sim.report.page import FigureView, Prose, TableView
from sim.report.pages.build import _own_changes
from sim.report.results import Kpis, Result, RunView
from sim.report.sections import costs_and_schemes as sections
from sim.report.sections import decomposition, sensitivity
from sim.report.sections import payments as sections_payments
from sim.report.sections import places as sections_places
from sim.report.sections.payments import Example, load_examples
from sim.report.sections.provenance import load_published, value_text
from sim.stats import Interval
from tests.unit.report_data import comparison, run_view
from tests.unit.test_report_figures import analysis, influence

NL, EN = language("nl"), language("en")
OLIVIA = (
    Example("olivia_thuis", "Olivia, thuis", {"Zvw": 41_345.14, "Wmo": 962.17}, 409.6),
    Example("olivia_thuis_vpt", "Olivia, thuis met vpt", {"Zvw": 17_971.18, "Wlz": 45_566.03}, 2_151.59),
)


@pytest.fixture(scope="module")
def compared():
    return comparison()


def tables(blocks):
    return {block.caption: block for block in blocks if isinstance(block, TableView)}


def cells(table):
    return {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows}


@pytest.mark.parametrize(("words", "marked"), [(NL, "eigen waarde: raming"), (EN, "own value: raming")])
def test_an_own_price_has_its_title_its_first_day_and_its_source_among_the_changes(compared, words, marked):
    (only,) = compared.alternatives
    mine = {"id": "zvw.wijkverpleging", "amount": "90", "source": "raming", "since": "2026-07-01"}
    made = _own_changes(compared.base.manifest, {**only.run.manifest, "own": {"tariffs": [mine]}})
    (made,) = tables(sections.changes((replace(only, changes=made),), words).blocks).values()
    ((name, before, after),) = (row.cells for row in made.rows)
    assert name.text == f"{words.name('Wijkverpleging, integraal uurtarief (gecontracteerd)')}, " + (
        "vanaf 01-07-2026" if words is NL else "from 1 Jul 2026"
    )
    assert (before.text, after.text) == tuple(
        value_text(euros, words, "tariffs.zvw.wijkverpleging") for euros in (75.0, 90.0)
    )
    assert (before.note, after.note) == ("", marked)


def test_costs_stand_by_law_payer_and_setting_with_totals_that_agree(compared):
    found = tables(sections.costs(compared, NL).blocks)
    by_payer = cells(found["Huidige praktijk 2026: kosten per betaler en wet in 2026, in miljoenen euro's"])
    by_law = cells(found["Huidige praktijk 2026: kosten per plek en wet in 2026, in miljoenen euro's"])
    by_place = cells(found["Huidige praktijk 2026: kosten per plek en betaler in 2026, in miljoenen euro's"])
    assert by_payer["Totaal"][-1] == by_law["Totaal"][-1] == by_place["Totaal"][-1]
    assert by_law["ziekenhuis"][1] == "–"
    assert by_law["verpleeghuis"][0] == "–"


def test_the_first_page_says_how_much_of_the_money_rests_on_assumed_prices(compared):
    share = compared.base.kpis.get("assumed_price_share", view="calendar").mean
    assert 0.9 < share < 1
    tenths = f"{100 * share:.1f}"
    dutch = tenths.replace(".", ",")
    assert sections.subtitle(compared, NL).endswith(f" · {dutch}% van de kosten rust op aangenomen prijzen")
    assert sections.subtitle(compared, EN).endswith(f" · {tenths}% of the costs rests on assumed prices")


def test_the_core_in_numbers_has_one_line_a_row_and_the_interval_in_its_own_column(compared):
    about, costs, people = sections.summary(compared, NL)[:3]
    assert about.text.startswith("De uitkomst in cijfers, 2026. Ongewijzigd: Mensen van wie een omzetplafond")
    assert "Kosten" not in about.text
    for table in (costs, people):
        assert [cell.text for cell in table.head][1:] == ["Nu", "Wordt", "Verschil", "Toeval (95%)"]
        assert not [cell.note for row in table.rows for cell in row.cells if cell.note]
    assert cells(people)["Overlijdt thuis (%)"][-1].startswith("+")
    assert people.note.endswith("Het verschil per betaler staat in de figuur hieronder.")
    assert "datum in 2026" in costs.caption
    assert "in 2026 overlijdt, met de 365 dagen daarvoor" in people.caption
    assert "; Wens voor de plek vervuld, van alle overledenen (" in people.note
    assert "Wens voor de plek vervuld, van de overledenen van wie het team hem kende (" in people.note


def test_one_patient_s_bills_stand_side_by_side_with_the_lowest_and_highest_named():
    lead, table = sections_payments.unequal(OLIVIA, NL)
    assert isinstance(lead, Prose)
    assert "van €\u00a0410 tot €\u00a02.152" in lead.text
    assert [cell.text for cell in table.head[3:]] == ["Zvw", "Wlz", "Wmo"]
    assert cells(table)["Olivia, thuis"] == [
        "€\u00a0410",
        "€\u00a042.307",
        "€\u00a041.345",
        "–",
        "€\u00a0962",
    ]
    assert sections_payments.unequal((), NL) == []


def test_the_bills_of_the_worked_patient_are_those_of_the_case_files_the_lowest_first():
    found = load_examples(run_view())
    assert len(found) >= 4
    assert all(each.id.startswith("olivia_") for each in found)
    own = [each.own for each in found]
    assert own == sorted(own)
    assert own[0] < own[-1] / 2
    assert not [e.title for e in found if EN.note(e.title)[1] != "en"]


def test_moves_are_shown_as_bands_as_a_matrix_and_with_their_differences(compared):
    published = load_published(compared.base.area)
    blocks = sections_places.places(compared, NL, published).blocks
    matrix = tables(blocks)["Huidige praktijk 2026: verplaatsingen in het laatste levensjaar, per 100 mensen"]
    assert [cell.text for cell in matrix.head][-1] == "overlijden"
    assert cells(matrix)["bijna-thuis-huis"][0] == "–"
    still = next(b.text for b in blocks if isinstance(b, Prose) and "meest voorkomende verpl" in b.text)
    assert ". Ongewijzigd: van thuis naar ziekenhuis (" in still
    assert [block for block in blocks if isinstance(block, FigureView) and "per 100 mensen" in block.caption]


def test_occupancy_by_month_is_a_figure_and_a_table(compared):
    blocks = sections_places.hospices(compared, EN).blocks
    table = tables(blocks)["Current practice 2026: occupancy by month"]
    assert [row.cells[0].text for row in table.rows][:2] == ["Jan 2026", "Feb 2026"]
    assert len(table.rows) == 12


def test_own_payments_are_spread_by_group(compared):
    found = tables(sections_payments.payments(compared, EN).blocks)
    table = found["Current practice 2026: how own payments are spread"]
    assert [cell.text for cell in table.head][3] == "half pay at most"
    assert [row.cells[0].text for row in table.rows] == ["Everyone", "With Wlz care", "Low income"]


def test_the_use_of_a_ceiling_stands_beside_the_ceiling(compared):
    blocks = sections.schemes(compared, NL).blocks
    shown = next(b.text for b in blocks if isinstance(b, Prose) and b.text.startswith("Omzetplafond wijk"))
    assert "Omzetplafond eerstelijnsverblijf: gesimuleerd gebruik (" in shown
    captions = [block.caption for block in blocks if isinstance(block, FigureView)]
    assert any("plafonds en budgetten" in caption for caption in captions)


def test_a_waterfall_of_the_parts_is_there_without_a_decomposition(compared):
    blocks = decomposition.section(compared.alternatives, NL).blocks
    assert [type(block) for block in blocks] == [FigureView]


def test_no_stored_analysis_gives_no_section_on_sensitivity(compared):
    assert sensitivity.section(compared.sensitivities, NL) is None


def test_an_analysis_names_the_assumptions_that_weigh_most_and_counts_the_others():
    found = sensitivity.section((analysis(),), NL)
    lead, drawn, table = found.blocks
    name = NL.path("ceiling.applies.value")
    assert f"De aannames die het zwaarst wegen: {name}." in lead.text
    assert "a → b" in lead.text
    assert isinstance(drawn, FigureView)
    assert cells(table)[name] == ["10% tot 90%", "−\u2060€\u00a03.000", "+\u2060€\u00a09.000"]
    assert table.note == "Andere instellingen met een bandbreedte, zonder invloed: 1."


def test_an_effect_that_may_be_chance_is_named_as_such_with_what_few_replications_can_say():
    first = influence("ceiling.applies.value", -3000.0, 9000.0)
    reason = replace(first.parameter, reason="verzekeraars zeggen het niet", source="azwa_2025")
    weak = replace(first, parameter=reason, effect=Interval(12000.0, -500.0, 24500.0, 2))
    found = replace(analysis(), influences=(weak,), replications=2, idle=())
    lead, origin, *_ = sensitivity.section((found,), NL).blocks
    name = NL.path("ceiling.applies.value")
    assert f"{name} (effect niet van nul te onderscheiden)." in lead.text
    assert "Met 2 replicaties zijn de intervallen breed" in lead.text
    source = "Aanvullend Zorg- en Welzijnsakkoord (AZWA), september 2025"
    assert origin.items == (f"{name}. Verzekeraars zeggen het niet. Bron: {source}.",)


def test_what_works_through_a_share_at_zero_is_not_called_without_effect():
    still = influence("transmural.phone", 0.0, 0.0)
    found = replace(analysis(), influences=(still,), idle=("transmural.phone",))
    blocks = sensitivity.section((found,), EN).blocks
    assert "without effect" not in " ".join(block.text for block in blocks)
    assert "act only where another share with a range stands above zero" in blocks[-1].text


def test_a_psa_says_its_spread_in_a_sentence_and_names_nobody_by_chance():
    told = Interval(0.2, -0.3, 0.6, 64)
    noise = replace(
        influence("ceiling.applies.value", 0.0, 0.0), weight=0.2, low=told, high=told, effect=told
    )
    found = replace(
        analysis("psa"), influences=(noise,), spread=(1000.0, -250.0, 2400.0), runs=65, against=None
    )
    lead, _, table = sensitivity.section((found,), EN).blocks
    said = "the answer is €1,000 on average; in 95% of the 64 draws it lies from −200 to 2,400."
    assert said in lead.text
    assert "With 64 draws the correlation of no assumption" in lead.text
    row = table.rows[0].cells
    assert (row[-1].text, row[-1].note) == ("0.20", "−0.30 to 0.60")


def test_sobol_indices_stand_with_their_first_order_and_intervals():
    first, total = Interval(0.5, 0.3, 0.7, 64), Interval(0.6, 0.4, 0.8, 64)
    found = replace(
        influence("ceiling.applies.value", 0.0, 0.0), weight=0.6, low=first, high=total, effect=total
    )
    _, drawn, table = sensitivity.section((replace(analysis("sobol"), influences=(found,)),), EN).blocks
    assert [(cell.text, cell.note) for cell in table.rows[0].cells[2:]] == [
        ("0.60", "0.40 to 0.80"),
        ("0.50", "0.30 to 0.70"),
    ]
    assert "0.60 (0.40 to 0.80), first-order index 0.50 (0.30 to 0.70)" in drawn.alt


def test_another_way_to_pay_shows_what_providers_gain(compared):
    def of(name, value):
        return (name, frozenset({("provider", "ziekenhuis")})), Estimate(value, value, value, 10, "eur")

    kpis = Kpis(dict((of("provider_shadow", 200_000.0), of("provider_gain", -5_000.0))))
    run = RunView(compared.base.manifest, kpis)
    caption = "Huidige praktijk 2026: wat aanbieders winnen of verliezen"
    shown = cells(tables(sections.schemes(Result(run), NL).blocks)[caption])
    assert shown == {"ziekenhuis": ["€\u00a0200.000", "−\u2060€\u00a05.000"]}
    assert caption not in tables(sections.schemes(Result(compared.base), NL).blocks)
