"""A published figure has one value: whoever asks the same question reads the same number.

`basis_2026` and policies on a hamlet of 60 deaths a year, asked of `run`, `compare`, `price`, `budget`,
the page and the gallery. Every number comes from another path through the program; none is written down here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import sim
from sim.measure.estimates import Estimate
from sim.report.pages.gallery import OVERVIEW, Gallery, Measure, gallery_page, read_gallery
from sim.scenario import load_scenario
from sim.schema import LAWS, PAYERS
from sim.stats import Interval
from sim.web.recipe import Recipe
from sim.web.work import answer, differs

BASE, REPLICATIONS = "basis_2026", 2
POLICIES = ("ptz_vervalt_2027", "azwa_volledig", "wmo_2027")
YEAR = 2026
"""The base counts this whole calendar year."""


@dataclass(frozen=True)
class Asked:
    """The same question asked along every way.

    Parameters
    ----------
    run, priced, paged, compared : RunResult
        Of the base: simulated, priced again, asked of the page with no lever moved, base of a comparison.
    policies : dict of scenario to RunResult
        Simulated alone.
    comparison : ComparisonResult
    budget : BudgetResult
    gallery : Gallery
    """

    run: sim.RunResult
    priced: sim.RunResult
    paged: sim.RunResult
    compared: sim.RunResult
    policies: Mapping[str, sim.RunResult]
    comparison: sim.ComparisonResult
    budget: sim.BudgetResult
    gallery: Gallery

    @property
    def runs(self) -> dict[str, sim.RunResult]:
        """Every way to ask for the base."""
        return {
            "run": self.run,
            "price": self.priced,
            "page": self.paged,
            "compare": self.compared,
        }


def recipe(hamlet: Path, start: str = BASE) -> Recipe:
    """A question of the page with untouched levers."""
    return Recipe(BASE, start, str(hamlet), load_scenario(BASE).scenario.seed, REPLICATIONS, "")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="module")
def asked(hamlet: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    out = tmp_path_factory.mktemp("one_value")
    options = {"area": hamlet, "replications": REPLICATIONS, "jobs": 1}
    run = sim.run(BASE, out=out / "run", keep="journey", **options)
    comparison = sim.compare(BASE, *POLICIES, out=out / "compare", keep="kpis", assumptions=0, **options)
    plan = {"base": BASE, "families": [{"title": {"nl": "x", "en": "x"}, "scenarios": list(POLICIES)}]}
    return Asked(
        run,
        sim.price(run.folder, BASE, out=out / "price"),
        sim.load_run(answer(recipe(hamlet), cache, jobs=1).folder),
        comparison.run(BASE),
        {name: sim.run(name, out=out / name, keep="kpis", **options) for name in POLICIES},
        comparison,
        sim.budget(BASE, POLICIES[0], to_year=YEAR, out=out / "budget", **options),
        read_gallery(comparison.folder, plan),
    )


Figure = tuple[float, float, float, float]
"""Mean, bounds of the interval, and in how many replications it was seen."""


def figure(found: Estimate | Interval) -> Figure:
    return found.mean, found.low, found.high, found.n


def equal(first: Iterable[float], second: Iterable[float]) -> bool:
    """Equal to the last bit; what exists in neither is equal."""
    return all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(first, second, strict=True))


def test_run_compare_price_and_page_give_every_kpi_alike(asked: Asked) -> None:
    """All KPIs in the same order, so that none is missing in one of them."""
    expected = asked.run.estimates
    for way, run in asked.runs.items():
        found = run.estimates
        assert [(r.name, r.dimension) for r in found] == [(r.name, r.dimension) for r in expected], way
        other = [r for r, own in zip(found, expected, strict=True) if not equal(figure(r), figure(own))]
        assert other == [], way
    money = asked.run.kpi("cost", view="calendar")
    assert money.mean > 0
    assert money.n == REPLICATIONS
    headlines = ("wishes_met", "patient_payment_mean", "subsidy")
    assert all(asked.run.kpi(name).mean > 0 for name in headlines)
    assert 0 < asked.run.kpi("assumed_price_share", view="calendar").mean < 1


def test_laws_and_payers_make_up_the_cost_that_the_assumed_share_is_a_share_of(asked: Asked) -> None:
    whole = asked.run.kpi("cost", view="calendar").mean
    for by, words in (("law", LAWS), ("payer", PAYERS)):
        rows = [r for r in asked.run.estimates if r.name == "cost" and set(r.dimension) == {"view", by}]
        mine = {r.dimension[by]: r.mean for r in rows if r.dimension["view"] == "calendar"}
        assert set(mine) <= set(words)
        assert math.fsum(mine.values()) == pytest.approx(whole, abs=0.01)


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_alone_is_the_policy_of_a_comparison(asked: Asked, name: str) -> None:
    alone, compared = asked.policies[name].estimates, asked.comparison.run(name).estimates
    assert [(r.name, r.dimension, *figure(r)) for r in alone if not math.isnan(r.low)] == [
        (r.name, r.dimension, *figure(r)) for r in compared if not math.isnan(r.low)
    ]


@pytest.mark.parametrize("name", POLICIES)
def test_the_page_that_starts_at_a_policy_gives_its_numbers(
    asked: Asked, hamlet: Path, cache: Path, name: str
) -> None:
    """No lever moved: the alternative of the page is the shipped scenario, whatever the page calls it."""
    question = recipe(hamlet, name)
    assert differs(question)
    shown = sim.load_comparison(answer(question, cache, jobs=1).folder)
    (called,) = shown.alternatives
    found, expected = shown.run(called).estimates, asked.policies[name].estimates
    assert [(r.name, r.dimension) for r in found] == [(r.name, r.dimension) for r in expected]
    assert [r for r, own in zip(found, expected, strict=True) if not equal(figure(r), figure(own))] == []


BUDGET_KPIS = {
    ("cost", ""): ("cost", {"view": "calendar"}),
    ("cost", "law"): ("cost", {"view": "calendar"}),
    ("cost", "payer"): ("cost", {"view": "calendar"}),
    ("cost", "law payer"): ("cost", {"view": "calendar"}),
    ("deaths", ""): ("patients", {}),
    ("subsidy", ""): ("subsidy", {}),
    ("subsidy_claimed", ""): ("subsidy_claimed", {}),
    ("budget", "line"): ("budget", {}),
    ("budget_used", "line"): ("budget_used", {}),
    ("unfunded", "reason"): ("unfunded", {}),
}
"""Kind of a budget and what it is split by -> the KPI that answers the same, and its other dimensions."""


def test_every_line_of_a_budget_of_the_year_is_the_kpi_of_a_run(asked: Asked) -> None:
    kpis = {(r.name, json.dumps(r.dimension, sort_keys=True)): r for r in asked.run.estimates}
    seen = set()
    for row in asked.budget.found.rows:
        kind = (row.name, " ".join(sorted(row.dimension)))
        if row.scenario != BASE or kind not in BUDGET_KPIS:
            continue
        seen.add(kind)
        name, others = BUDGET_KPIS[kind]
        expected = kpis[name, json.dumps(row.dimension | others, sort_keys=True)]
        assert row.year in (YEAR, None)
        assert equal(figure(row), figure(expected)), (row, expected)
    assert seen == set(BUDGET_KPIS)


def test_the_policy_of_a_budget_is_that_of_a_run_before_the_law_ends_the_scheme(asked: Asked) -> None:
    """A run holds the plan as if it were law; a budget begins it in 2027, so that 2026 is the base."""
    rows = [r for r in asked.budget.found.rows if r.year == YEAR]
    base, policy = (
        {(r.name, str(r.dimension)): figure(r) for r in rows if r.scenario == name}
        for name in (BASE, POLICIES[0])
    )
    assert base == policy


@pytest.mark.parametrize("measure", OVERVIEW, ids=lambda m: m.id)
def test_the_gallery_shows_the_figures_of_run_and_comparison(asked: Asked, measure: Measure) -> None:
    """A measure of one KPI has its mean and interval; one of several has the sum of their means."""
    parts = [
        (name, r.dimension)
        for name, wanted in measure.parts
        for r in asked.run.estimates
        if r.name == name
        and set(r.dimension) == set(wanted)
        and all(v in ("*", r.dimension[k]) for k, v in wanted.items())
    ]
    middle = asked.gallery.middle[measure.id]
    differences = {
        (name, row.name, tuple(row.dimension.items())): row
        for name, found in asked.comparison.difference_rows.items()
        for row in found
    }
    assert middle.mean == pytest.approx(
        math.fsum(asked.run.kpi(n, **d).mean for n, d in parts), rel=1e-12, nan_ok=True
    )
    for entry in asked.gallery.entries:
        found = entry.values[measure.id]
        rows = [differences[entry.name, n, tuple(d.items())] for n, d in parts]
        assert found.difference == pytest.approx(
            math.fsum(r.difference for r in rows), rel=1e-9, abs=1e-9, nan_ok=True
        )
        if len(parts) == 1:
            assert equal(figure(middle), figure(asked.run.kpi(parts[0][0], **parts[0][1])))
            (row,) = rows
            assert equal(
                (found.base, found.alt, found.difference, found.low, found.high, found.n),
                (row.base, row.alt, row.difference, row.low, row.high, row.n),
            )


def test_every_page_says_the_share_of_the_costs_that_rests_on_assumed_prices(
    asked: Asked, blank_figures: None
) -> None:
    """The same share, in the same words, on the first page of run, budget and gallery, in either language."""
    share = asked.run.kpi("assumed_price_share", view="calendar").mean
    told = {
        "nl": f"{100 * share:.1f}".replace(".", ",") + "% van de kosten rust op aangenomen prijzen",
        "en": f"{100 * share:.1f}% of the costs rests on assumed prices",
    }
    assert asked.budget.found.assumed == asked.gallery.assumed == share
    assert told["nl"] in asked.run.report("nl").read_text(encoding="utf-8")
    assert told["en"] in asked.budget.report("en").read_text(encoding="utf-8")
    assert all(sentence in gallery_page(asked.gallery, lang) for lang, sentence in told.items())
