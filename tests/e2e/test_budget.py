"""Budget impact as a user meets it, on an area that takes a tenth of a second a year."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli import run_command
from sim.errors import InputError
from sim.measure.estimates import Difference, Estimate
from sim.report.language import language
from sim.report.pages.budget import answers
from sim.scenario import load_area
from sim.scenario.models import PLANS
from sim.studies.budget import Budget

SHARE = 0.000556
"""Of the nation: 10,000 of 18.0 million inhabitants."""

CARRYING_OUT: dict[str, Any] = {
    "id": "afbouw",
    "title": {"nl": "Afbouw van de regeling", "en": "Winding the scheme down"},
    "payer": "rijk",
    "once_eur": {"value": 900_000, "kind": "assumption", "range": [0, 1_000_000], "reason": "proef"},
    "yearly_eur": {"value": 500_000, "kind": "assumption", "range": [0, 1_000_000], "reason": "proef"},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with an area of one region with 90 deaths a year, and an alternative without the scheme."""
    folder = tmp_path_factory.mktemp("budget")
    area = load_area("middenland").model_dump(mode="json")
    area["name"] = "gehucht"
    area["national_share"] |= {"value": SHARE}
    region = area["regions"][0]
    region["palliative_deaths"] |= {"value": 90}
    region["population"] = 10_000
    (folder / "gehucht.yaml").write_text(json.dumps(area), encoding="utf-8")
    overlay = {
        "extends": "basis_2026",
        "set": [
            {"path": "subsidy.runs", "value": False},
            {"path": "prices.elv_contract_factor", "value": 0.9},
            {"path": "carrying_out", "value": [CARRYING_OUT]},
        ],
    }
    (folder / "zonder_regeling.yaml").write_text(json.dumps(overlay), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(place: Path) -> sim.BudgetResult:
    return sim.budget(
        "basis_2026",
        place / "zonder_regeling.yaml",
        to_year=2028,
        area=place / "gehucht.yaml",
        replications=2,
        jobs=1,
        out=place / "out",
    )


def cents(budget: sim.BudgetResult, year: int | None, **dimension: str) -> int:
    (row,) = (
        r
        for r in budget.found.rows
        if (r.scenario, r.name, r.year, r.dimension) == (budget.base, "cost", year, dimension)
    )
    return round(row.mean * row.n * 100)


def test_one_year_equals_a_run_to_the_cent_and_so_does_the_first_of_several(
    place: Path, made: sim.BudgetResult
) -> None:
    area = place / "gehucht.yaml"
    run = sim.run("basis_2026", area=area, replications=2, jobs=1, keep="kpis", out=place / "run")
    one = sim.budget("basis_2026", to_year=2026, area=area, replications=2, jobs=1, out=place / "one")
    whole = run.replications.query("name == 'cost'")
    for dimension in (
        {},
        {"law": "Zvw"},
        {"law": "Wlz"},
        {"payer": "patient"},
        {"law": "Wlz", "payer": "patient"},
    ):
        text = json.dumps(dimension | {"view": "calendar"}, sort_keys=True)
        values = whole[whole["dimension"] == text]["value"]
        assert len(values) == 2
        expected = sum(round(value * 100) for value in values)
        assert cents(one, 2026, **dimension) == expected
        assert cents(made, 2026, **dimension) == expected


def test_laws_payers_and_years_sum_to_the_whole(made: sim.BudgetResult) -> None:
    for year in (2026, 2027, 2028):
        whole = cents(made, year)
        for by in ("law", "payer"):
            parts = [
                round(r.mean * r.n * 100)
                for r in made.found.rows
                if (r.scenario, r.name, r.year, set(r.dimension)) == (made.base, "cost", year, {by})
            ]
            assert sum(parts) == whole
    assert sum(cents(made, year) for year in (2026, 2027, 2028)) == cents(made, None)


def test_an_alternative_that_ends_the_scheme_pays_it_in_2026_only(made: sim.BudgetResult) -> None:
    """The law ends the scheme on 1 January 2027; the base goes on.

    Reference years of 2026 are data, equal in both, so its difference is 0.
    """
    base, alt = (
        made.table("subsidy", scenario=name).loc["subsidy"] for name in (made.base, "zonder_regeling")
    )
    assert base[2026] == alt[2026] > 0
    assert (alt[2027], alt[2028]) == (0, 0)
    rows = {r.year: r.difference for r in made.found.differences if r.name == "subsidy" and not r.dimension}
    assert rows[2026] == 0
    assert rows[2027] == pytest.approx(-base[2027])
    assert rows[None] == pytest.approx(-base[2027] - base[2028])


def test_the_scheme_never_pays_more_than_is_claimed_and_its_ceiling_ends_with_it(
    place: Path, made: sim.BudgetResult
) -> None:
    """Regeling PTZ art. 7; the ceiling of a year is 0 just where the scheme pays nobody.

    The ceiling is national: a small area may get more than its share of it, never more than it claims.
    """
    for name in (made.base, "zonder_regeling"):
        paid = made.table("subsidy", scenario=name).loc["subsidy"]
        claimed = made.table("subsidy_claimed", scenario=name).loc["subsidy_claimed"]
        ceiling = made.table("budget", by="line", scenario=name).loc["vrijwilligers"]
        used = made.table("budget_used", by="line", scenario=name).loc["vrijwilligers"]
        for year in (2026, 2027, 2028):
            assert 0 <= paid[year] <= claimed[year]
            assert (paid[year] == 0) == (ceiling[year] == 0)
            assert used[year] == pytest.approx(paid[year])


def test_networks_and_spiritual_care_end_and_go_on_with_the_volunteers(made: sim.BudgetResult) -> None:
    """Regeling PTZ, slotbepaling: paragraphs 2, 3 and 4 have one end date."""
    base, alt = (made.table("budget", by="line", scenario=name) for name in (made.base, "zonder_regeling"))
    lost = {
        (r.dimension["line"], r.year): r.difference
        for r in made.found.differences
        if r.name == "budget" and "line" in r.dimension
    }
    for line in (
        "vrijwilligers",
        "netwerken",
        "netwerken_kind",
        "geestelijke_verzorging",
        "geestelijke_verzorging_kind",
    ):
        assert base.loc[line, 2026] == alt.loc[line, 2026] > 0
        for year in (2027, 2028):
            assert base.loc[line, year] > 0
            assert alt.loc[line, year] == 0
            assert lost[line, year] == pytest.approx(-base.loc[line, year])


def test_the_shipped_scenario_books_no_loss_before_the_scheme_ends(place: Path) -> None:
    """`ptz_vervalt_2027` holds in a run of 2026 as if it were law; a budget has the years themselves."""
    budget = sim.budget(
        "basis_2026",
        "ptz_vervalt_2027",
        to_year=2027,
        area=place / "gehucht.yaml",
        replications=1,
        jobs=1,
        out=place / "vervalt",
    )
    changed = [row for row in budget.found.differences if row.year == 2026 and row.difference != 0]
    assert changed == []
    rows = {r.name: r.difference for r in budget.found.differences if r.year == 2027 and not r.dimension}
    assert rows["subsidy"] < 0
    assert rows["unfunded"] > 0
    assert rows["cost"] == 0


def test_a_run_pays_the_subsidy_of_a_year_that_a_budget_and_a_comparison_pay(
    place: Path, made: sim.BudgetResult
) -> None:
    """Reference years of the first year are data in all of them; the KPI and the budget are one figure."""
    compared = sim.compare(
        "basis_2026",
        place / "zonder_regeling.yaml",
        area=place / "gehucht.yaml",
        replications=2,
        jobs=1,
        keep="kpis",
        assumptions=0,
        out=place / "verschil",
    )
    for kind in ("subsidy", "subsidy_claimed"):
        row = next(
            r
            for r in made.found.rows
            if (r.scenario, r.name, r.year, r.dimension) == (made.base, kind, 2026, {})
        )
        run = sim.load_run(compared.folder / "basis_2026").replications
        mine = run[(run["name"] == kind) & (run["dimension"] == "{}")]["value"]
        assert mine.mean() == pytest.approx(row.mean, abs=0.001)


def test_places_of_a_date_count_from_that_date_in_a_budget(place: Path) -> None:
    """The hospices close on 1 January 2027: 2026 is that of open hospices to the cent, 2027 is not.

    Guests of the last day may stay, so a bed is used in January 2027 at most, and none from July on.
    """
    area = json.loads((place / "gehucht.yaml").read_text(encoding="utf-8"))
    made = {}
    for name, dates in (("open", []), ("gesloten", [{"date": "2027-01-01", "beds": 0}])):
        area["name"] = name
        for site in area["regions"][0]["sites"]:
            site["beds_from"] = dates if site["setting"] in ("bth", "hch") else []
        path = place / f"{name}.yaml"
        path.write_text(json.dumps(area), encoding="utf-8")
        made[name] = sim.budget(
            "basis_2026", to_year=2027, area=path, replications=1, jobs=1, out=place / f"jaren-{name}"
        )
    assert cents(made["gesloten"], 2026) == cents(made["open"], 2026)
    assert cents(made["gesloten"], 2027) != cents(made["open"], 2027)
    run = sim.load_run(made["gesloten"].folder / "basis_2026")
    used = {
        k.dimension["month"]: k.mean
        for k in run.estimates
        if k.name == "occupancy_by_month" and k.dimension["setting"] == "bth"
    }
    assert used["2026-06"] > 0
    assert not any(mean > 0 for month, mean in used.items() if month >= "2027-07")


@pytest.mark.parametrize("option", [["--from", "1990"], ["--to", "2100"], ["--from", "2024"]])
def test_a_year_without_law_is_refused_in_one_line(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["budget", "basis_2026", *option]) == 2
    said = capsys.readouterr().err
    assert said == f"{' '.join(option)}: no law for this year; give a year from 2025 to 2040\n"


def test_the_150_million_is_a_dated_budget_that_stops_after_2027(made: sim.BudgetResult) -> None:
    """Kamerbrief 6-7-2022: NPPZ 14 million in 2026 and 2 million in 2027, for the area's share."""
    lines = made.table("budget", by="line")
    assert lines.loc["nppz", 2026] == pytest.approx(14e6 * SHARE)
    assert lines.loc["nppz", 2027] == pytest.approx(2e6 * SHARE)
    assert lines.loc["nppz", 2028] == 0


def test_a_budget_says_on_which_prices_and_plans_it_rests(made: sim.BudgetResult) -> None:
    assert made.price_year == 2026
    assert made.found.plans == {"basis_2026": ("ptz_verlengd",), "zonder_regeling": ("ptz_vervallen",)}


def test_a_finished_budget_is_reused_and_another_is_refused(place: Path, made: sim.BudgetResult) -> None:
    before = (made.folder / "budget.json").read_bytes()
    options: dict[str, Any] = {
        "area": place / "gehucht.yaml",
        "replications": 2,
        "jobs": 1,
        "out": made.folder,
    }
    again = sim.budget("basis_2026", place / "zonder_regeling.yaml", to_year=2028, resume=True, **options)
    assert (again.reused, again.computed) == (4, 0)
    assert (made.folder / "budget.json").read_bytes() == before
    with pytest.raises(InputError, match="holds a budget already"):
        sim.budget("basis_2026", place / "zonder_regeling.yaml", to_year=2028, **options)
    with pytest.raises(InputError, match="holds a budget of basis_2026 on gehucht, 2026 to 2028"):
        sim.budget("basis_2026", to_year=2027, resume=True, **options)
    with pytest.raises(InputError, match="before from_year=2026"):
        sim.budget("basis_2026", to_year=2025, **options)
    assert sim.load_budget(made.folder).found == made.found


def test_the_command_prints_tables_or_one_document(
    place: Path, made: sim.BudgetResult, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["budget", "basis_2026", str(place / "zonder_regeling.yaml"), "--to", "2028", "--resume"]
    given += ["--area", str(place / "gehucht.yaml"), "--replications", "2", "--jobs", "1"]
    given += ["--out", str(made.folder)]
    assert run_command([*given, "--lang", "nl", "--json"]) == 0
    said = capsys.readouterr()
    assert "taken: 4 overgenomen, 0 berekend" in said.err
    told = json.loads(said.out)
    assert (told["from"], told["to"], told["price_year"]) == (2026, 2028, 2026)
    assert told["tasks"] == {"reused": 4, "computed": 0}
    assert {row["kind"] for row in told["rows"]} == {
        "cost", "deaths", "unfunded", "subsidy", "subsidy_claimed", "budget", "budget_used", "carrying_out"
    }  # fmt: skip
    assert run_command([*given, "--lang", "en"]) == 0
    page = capsys.readouterr().out
    assert "Cost by year, 2026 to 2028" in page
    assert "Tariffs of 2026 in every year" in page
    html = Path(told["report"]).read_text(encoding="utf-8")
    assert "Kosten per jaar, 2026 tot en met 2028" in html
    assert "fig-budget-difference" in html
    assert run_command(["report", str(made.folder), "--lang", "en", "--json"]) == 0
    english = Path(json.loads(capsys.readouterr().out)["report"]).read_text(encoding="utf-8")
    assert "What the amounts rest on" in english
    assert run_command(["report", str(made.folder), "--lang", "en"]) == 0
    assert "In 2026 palliative care in this area costs" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_plan_that_a_scenario_can_switch_on_has_words(lang: str) -> None:
    from sim.report.language import language

    words = language(lang)
    for _, plan in PLANS:
        assert words.has(f"plan.{plan.name}"), plan


def test_figures_tell_every_year_in_words(made: sim.BudgetResult) -> None:
    from sim.report.figures.studies import figure_budget, figure_budget_difference
    from sim.report.language import language

    words = language("nl")
    for drawing in (figure_budget(made.found, words), figure_budget_difference(made.found, words)):
        assert drawing is not None
        assert all(str(year) in drawing.alt for year in (2026, 2027, 2028))
        assert "<svg" in drawing.svg()
    assert made.figure_budget("en", "subsidy").axes
    assert made.figure_difference().axes
    assert list(made.totals["year"].dropna().unique()) == [2026, 2027, 2028]
    assert "difference" in made.differences


def test_a_budget_counts_what_a_policy_costs_to_carry_out(made: sim.BudgetResult) -> None:
    """900,000 once and 500,000 a year of the nation: 1.4, 0.5 and 0.5 million x 0.000556, of the state."""
    rows = {
        row.year: row.difference
        for row in made.found.differences
        if row.name == "carrying_out" and row.dimension == {"payer": "rijk"}
    }
    assert rows == {2026: 778.4, 2027: 278.0, 2028: 278.0, None: pytest.approx(1334.4)}
    for lang, caption in (
        ("nl", "verschil in kosten van uitvoering"),
        ("en", "cost of carrying the policy out"),
    ):
        assert caption in made.report(lang).read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_an_answer_tells_what_a_policy_changes_beside_the_cost_of_care(lang: str) -> None:
    """A scheme that ends: care costs the same, subsidy and care without a payer do not; no empty brackets."""

    def change(name: str, mean: float, half: float = 0.0, **dimension: str) -> Difference:
        of = {"scenario": "eind", "name": name, "year": None, "dimension": dimension, "unit": "eur"}
        return Difference(mean, mean - half, mean + half, 2, base=1000.0, alt=1000.0 + mean, **of)

    rows = tuple(
        Estimate(
            1000.0, math.nan, math.nan, 1, scenario="nu", name="cost", year=year, dimension={}, unit="eur"
        )
        for year in (2026, 2027)
    )
    changes = (
        change("cost", 0.0),
        change("unfunded", 0.0),
        change("subsidy", -500.0, 10.0),
        change("subsidy", -500.0, 10.0, form="bth"),
        change("carrying_out", 20.0),
    )
    titles = {name: {"nl": name, "en": name} for name in ("nu", "eind")}
    plans: dict[str, tuple[str, ...]] = {"nu": (), "eind": ()}
    found = Budget(Path(), "nu", ("eind",), titles, "dorp", 1, 2, 2026, 2027, 2026, plans, rows, changes)
    words = language(lang)
    told = answers(found, words)
    assert len(told) == 5
    assert not any("(" in line for line in (*told[:3], told[4]))
    for line, kind, amount in zip(told[3:], ("subsidy", "carrying_out"), ("500", "20"), strict=True):
        assert words.word("budget_kind", kind) in line
        assert amount in line
