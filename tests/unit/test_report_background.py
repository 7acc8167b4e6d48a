"""Counted parts, published figures, assumptions and sources say what they stand on."""

import json
import math
from dataclasses import replace

import pytest

from sim.catalogue import load_tariffs
from sim.data import data_folder, read_json
from sim.measure.estimates import Estimate
from sim.report.language import language
from sim.report.results import Kpis, Result, RunView
from sim.report.sections.background import modules, published_figures, used_sources, validation_summary
from sim.report.sections.numbers_table import TariffRow, section
from sim.report.sections.provenance import (
    load_published,
    parameters,
    range_text,
    shown,
    value_in,
    value_text,
)
from sim.scenario import area_names, load_area, load_scenario, scenario_names
from tests.unit.report_data import comparison, run_view

NL, EN = language("nl"), language("en")
AREA = {"national_share": {"value": 0.5}, "title": {"nl": "Half", "en": "Half"}}


@pytest.fixture(scope="module")
def published():
    return load_published(AREA)


def texts(table):
    return [[c.text for c in row.cells] for row in table.rows]


def run(kpis, rows=()):
    known = {(name, frozenset(dimension)): Estimate(v, v, v) for (name, *dimension), v in kpis.items()}
    return RunView({"scenario": {"name": "s"}, "area": AREA}, Kpis(known), tuple(rows))


def test_a_national_figure_is_scaled_by_the_share_of_the_area_and_its_index(published):
    stays, cost = published.target("hospice_stays"), published.target("hospice_cost")
    assert stays.value == 6000
    assert (stays.low_ok, stays.high_ok) == (5580, 6420)
    assert cost.value == pytest.approx(240e6 * 0.5 * 1.1038)


def test_a_share_is_not_scaled(published):
    assert published.target("home_death").value == 0.39


def test_a_figure_over_several_kpis_is_their_sum(published):
    found = run(
        {
            ("place_of_death", ("setting", "bth")): 0.04,
            ("place_of_death", ("setting", "hch")): 0.02,
            ("place_of_death", ("setting", "pu")): 0.03,
        }
    )
    assert value_in(found, published.target("hospice_death")) == pytest.approx(0.09)


def test_a_figure_that_is_not_measured_is_no_number(published):
    assert math.isnan(value_in(run({}), published.target("gp_contacts_last_30")))
    part = run({("cost", ("view", "calendar"), ("setting", "bth")): 1.0})
    assert math.isnan(value_in(part, published.target("hospice_cost")))


def test_a_counted_part_within_thirty_percent_is_said_to_be_within_and_one_outside_says_why(published):
    found = run(
        {
            ("cost", ("view", "calendar"), ("module", "huisarts")): 2e6,
            ("gp_contacts_last_30",): 6.3 * 0.71,
            ("cost", ("view", "calendar"), ("module", "verpleeghuis")): 9e6,
            ("place_of_death", ("setting", "verpleeghuis")): 0.34 * 1.31,
            ("cost", ("view", "calendar"), ("module", "vervoer")): 1e6,
        }
    )
    table = modules(Result(found), published, NL).blocks[1]
    rows = {row[0]: row for row in texts(table)}
    assert rows["Huisarts en huisartsenpost"][5:] == ["71%", "ja"]
    assert rows["Verpleeghuis"][5:] == ["131%", "nee"]
    assert rows["Vervoer"][2] == "geen eigen cijfer gevonden"
    assert "Ziekenhuis" not in rows


def test_a_part_is_not_counted_until_one_of_its_products_priced_the_run(published):
    assert "wmo" in [o.id for o in published.left_out(["zvw.msz.verpleegdag@2026-01-01"])]
    assert "wmo" not in [o.id for o in published.left_out(["wmo.huishoudelijke_hulp@2026-01-01"])]


def test_every_product_that_makes_a_part_count_begins_like_a_product_of_the_tariffs_or_has_none(published):
    ids = load_tariffs().ids
    unpriced = {"dure_geneesmiddelen", "geestelijke_verzorging", "laboratorium"}
    lost = [o.id for o in published.not_counted if not any(i.startswith(o.products) for i in ids)]
    assert set(lost) <= unpriced


def test_every_module_check_is_a_published_figure(published):
    known = {t.id for t in published.targets}
    assert {c for m in published.modules for c in m.checks} <= known


def test_the_margins_hold_the_published_value(published):
    assert all(t.low_ok <= t.value <= t.high_ok for t in published.targets)


def test_a_published_figure_inside_its_margin_is_told_and_one_outside_too(published):
    found = run({("hospice_refused",): 0.10, ("hospice_occupancy",): 0.9})
    section = published_figures(Result(found), published, NL)
    rows = {row[0]: row for row in texts(section.blocks[2])}
    assert rows["Afgewezen wegens gebrek aan een hospicebed"][2:] == ["7,0%", "4,0% tot 11,0%", "10,0%", "ja"]
    assert rows["Bezetting van hospices, regio samen"][-1] == "nee"
    assert rows["Overlijden thuis"][-1] == "niet gemeten in deze run"


def test_the_summary_counts_only_what_was_measured_and_keeps_calibration_apart(published):
    found = run({("hospice_refused",): 0.10, ("hospice_occupancy",): 0.9})
    assert validation_summary(published, found, EN) == (
        "Of the 2 measured figures that were never used to set the model, 1 lies inside its margin. "
        "Of the 0 calibration figures 0 lie inside their margin."
    )


def test_parameters_are_found_with_path_value_range_and_reason():
    tree = {
        "home": {
            "night": {
                "value": 0.1,
                "kind": "assumption",
                "range": [0.05, 0.2],
                "reason": "r",
                "source": None,
            },
            "hours": {
                "mean": 14.0,
                "sd": 10.0,
                "kind": "assumption",
                "range_factor": [0.6, 1.5],
                "reason": "q",
            },
        },
        "prices": [{"value": 30, "kind": "source", "source": "law", "reason": None, "range": None}],
        "seed": 3,
    }
    night, hours, price = parameters(tree)
    assert (night.path, night.value, night.range, night.reason) == ("home.night", 0.1, (0.05, 0.2), "r")
    assert (hours.value, hours.range_factor) == ({"mean": 14.0, "sd": 10.0}, (0.6, 1.5))
    assert (price.path, price.kind, price.source) == ("prices.0", "source", "law")
    assert range_text(night, NL) == "0,05 tot 0,2"
    assert range_text(hours, NL) == "× 0,6 tot × 1,5"
    assert value_text(hours.value, NL) == "gemiddelde 14; standaardafwijking 10"


def test_values_are_written_by_their_unit():
    assert shown(0.3214, "share", NL) == "32,1%"
    assert shown(7_359_000.0, "eur", NL) == "€\u00a07,36\u00a0mln"
    assert shown(35_000.0, "eur", NL) == "€\u00a035.000"
    assert shown(333.4, "count", NL) == "333"


def test_a_tariff_that_is_an_assumption_is_listed_with_range_and_reason():
    rows = (
        TariffRow(
            "a@2026-01-01", "Bed", "Zvw", "619.00", "eur/dag", "assumption", "src", ("590", "625"), "waarom"
        ),
        TariffRow("b@2026-01-01", "Deel", "Wlz", "0.75", "fractie", "fixed", "src", None, ""),
    )
    _, table = section(Result(run_view()), rows, NL).blocks
    bed, share = table.rows[-2:]
    assert [c.text for c in bed.cells] == [
        "Bed",
        "prijs, Zvw",
        "€\u00a0619,00",
        "€\u00a0590 tot €\u00a0625 per dag",
        "aanname",
        "waarom",
    ]
    assert [c.note for c in bed.cells] == ["a@2026-01-01", "", "per dag", "", "", "src"]
    assert [c.text for c in share.cells][-2:] == ["vast bedrag", "src"]


def test_on_paper_stands_only_what_carries_the_answer_or_what_the_policy_brings_in():
    """Those of a run by itself stay on the screen; what only the alternative assumes goes on paper."""
    _, alone = section(Result(run_view()), (), NL).blocks
    assert alone.aside
    assert all(row.aside for row in alone.rows)
    assert not alone.paper
    compared = comparison()
    (alternative,) = compared.alternatives
    mine = {"new": {"kind": "assumption", "value": 0.5, "range": [0, 1], "reason": "zo"}}
    run = alternative.run
    other = replace(run, manifest={**run.manifest, "scenario": {**run.scenario, **mine}})
    _, table = section(Result(compared.base, (replace(alternative, run=other),)), (), NL).blocks
    printed = [row for row in table.rows if not row.aside]
    assert [row.cells[0].note for row in printed] == ["new"]
    assert table.paper.startswith(f"Op papier staan 1 van de {len(table.rows)}")


def test_every_source_of_a_run_is_listed_once_with_title_and_use():
    view = run_view()
    national = load_published(view.area)
    section = used_sources(Result(view), (), national, national.known, NL)
    table = section.blocks[-1]
    ids = [row[0] for row in texts(table)]
    assert ids == sorted(set(ids))
    used = {p.source for tree in (view.scenario, view.area) for p in parameters(tree) if p.source}
    assert used <= set(ids)
    row = next(r for r in table.rows if r.cells[0].text == "nivel_factsheet_1")
    assert row.cells[1].link.startswith("https://")
    assert row.cells[2].text == "scenario en vergelijking"


def test_every_source_that_scenarios_areas_and_targets_name_has_a_title():
    known = {**load_published(AREA).known, **load_tariffs().sources()}
    named = {s.source for name in scenario_names() for s in load_scenario(name).provenance() if s.source}
    for name in area_names():
        named |= {p.source for p in parameters(load_area(name).model_dump(mode="json")) if p.source}
    targets = json.loads(read_json(data_folder("scenarios") / "targets.yaml"))["targets"]
    named |= {id for target in targets for id in target["source"]}
    assert not sorted(named - set(known))
