"""A result is what it was when it was made, whatever happens after it."""

from __future__ import annotations

import inspect
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import palsim as ps
import sim
from sim.api import cache
from sim.scenario import load_area

pytestmark = pytest.mark.slow

ROOT = Path(sim.__file__).resolve().parents[1]


def in_a_new_python(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_another_run_and_an_empty_cache_leave_a_result_as_it_was(base: ps.Scenario) -> None:
    first = ps.run(base, seed=1, replications=2, jobs=1)
    kpis, stays = first.kpis, first.tables().stays
    second = ps.run(base, seed=2, replications=2, jobs=1)
    assert not kpis.equals(second.kpis)
    ps.cache.clear()
    assert ps.cache.size_bytes() == 0
    pd.testing.assert_frame_equal(first.kpis, kpis)
    pd.testing.assert_frame_equal(first.tables().stays, stays)
    assert first.figure_costs().axes
    changed = first.kpis
    changed["mean"] = 0
    pd.testing.assert_frame_equal(first.kpis, kpis)


def test_a_folder_that_holds_another_run_by_now_is_not_read(base: ps.Scenario, tmp_path: Path) -> None:
    first = ps.run(base, seed=1, replications=2, jobs=1, out=tmp_path / "run")
    kpis, stays = first.kpis, first.tables().stays
    shutil.rmtree(tmp_path / "run")
    ps.run(base, seed=2, replications=2, jobs=1, out=tmp_path / "run")
    pd.testing.assert_frame_equal(first.kpis, kpis)
    pd.testing.assert_frame_equal(first.tables().stays, stays)
    loaded = ps.load(tmp_path / "run")
    shutil.rmtree(tmp_path / "run")
    with pytest.raises(ps.InputError, match="is not what it was; run again with keep='all'"):
        loaded.tables()


@pytest.fixture(scope="module")
def asked(base: ps.Scenario) -> dict[str, Any]:
    """A month with another price, and draws of the assumptions."""
    month = {"horizon.count_to": "2026-02-01", "horizon.warmup_days": 0}
    short = ps.scenario(base, replications=2).vary(month, label="kort")
    return {"base": short, "other": {"tariffs.zvw.wijkverpleging": 80}}


def drawn(asked: dict[str, Any], **more: Any) -> ps.ComparisonResult:
    return ps.compare(asked["base"], asked["other"], assumptions=8, jobs=1, **more)


def test_the_same_call_answers_within_a_second(asked: dict[str, Any]) -> None:
    first = drawn(asked)
    begin = time.process_time()
    second = drawn(asked)
    assert time.process_time() - begin < 1
    assert second.runs == first.runs
    assert second.assumptions == first.assumptions
    assert first.assumptions[0].draws == 8


@pytest.mark.slow
def test_a_comparison_draws_what_the_command_draws(asked: dict[str, Any], tmp_path: Path) -> None:
    assert inspect.signature(ps.compare).parameters["assumptions"].default is None
    drawn(asked).save(tmp_path / "saved")
    drawn(asked, out=tmp_path / "out", keep="kpis")
    for name in ("comparison.json", "assumptions/assumptions.json"):
        assert (tmp_path / "saved" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
    again = ps.load(tmp_path / "saved").save(tmp_path / "again")
    assert again.diff("cost").equals(drawn(asked).diff("cost"))


@pytest.mark.slow
def test_an_own_kpi_has_both_uncertainties_of_the_named_one(asked: dict[str, Any], tmp_path: Path) -> None:
    compared = drawn(asked)
    payers = lambda t: t.shares.groupby("payer", observed=False)["eur"].sum()  # noqa: E731
    own = compared.diff(payers, jobs=2)
    named = compared.diff("cost", by="payer").reindex(own.index)
    columns = ["base", "alt", "diff", "low", "high", "p_sign", "assumed_low", "assumed_high"]
    pd.testing.assert_frame_equal(own[columns], named[columns], check_index_type=False, atol=0.02)
    assert own.loc["zorgverzekeraar", "assumed_low"] < own.loc["zorgverzekeraar", "assumed_high"]
    assert "assumed_low" not in compared.diff(payers, assumptions=0)
    compared.save(tmp_path / "x")
    opened = ps.load(tmp_path / "x")
    with pytest.raises(ps.InputError, match="comes from a folder, which keeps no draws for a function"):
        opened.diff(payers)
    for kpi, draws, said in (("cost", 8, "a named KPI has the draws of the comparison"), (payers, 3, "8 to")):
        with pytest.raises(ps.InputError, match=said):
            compared.diff(kpi, assumptions=draws)


def test_an_area_at_hand_is_taken_as_the_file_that_holds_it(base: ps.Scenario, village: Path) -> None:
    at_hand = load_area(village)
    changes = {"horizon.count_to": "2026-03-01", "horizon.warmup_days": 30}
    same = ps.scenario("basis_2026", area=at_hand, replications=3).vary(changes, label="nu")
    assert same == base == ps.scenario("basis_2026", replications=3).on(at_hand).vary(changes, label="nu")
    assert ps.run(same, area=at_hand, jobs=1).kpis.equals(ps.run(base, area=village, jobs=1).kpis)
    bare = at_hand.model_copy(update={"regions": (at_hand.regions[0].model_copy(update={"sites": ()}),)})
    more = base.vary({"places.extra_beds.hch": 2})
    with pytest.raises(ps.InputError, match="has no site of this type"):
        ps.run(more, area=bare)


def test_another_process_finds_the_run_and_computes_nothing(village: Path) -> None:
    program = (
        "import palsim as ps\n"
        f"base = ps.scenario('basis_2026', area={str(village)!r}, replications=1, seed=7)\n"
        "base = base.vary({'horizon.count_to': '2026-02-01', 'horizon.warmup_days': 0}, label='kort')\n"
        "run = ps.run(base, jobs=1)\n"
        "print(run.computed, run.reused, run.kpi('cost').mean)\n"
    )
    first, second = in_a_new_python(program).split(), in_a_new_python(program).split()
    assert first[:2] == ["1", "0"]
    assert second[:2] == ["0", "1"]
    assert first[2] == second[2]


def test_a_damaged_or_unfinished_entry_is_made_again(base: ps.Scenario) -> None:
    first = ps.run(base, seed=11, replications=1, jobs=1)
    for path in (cache.folder() / cache.ENTRIES).rglob("kpis/**/*.parquet"):
        path.write_bytes(path.read_bytes()[:-1])
    again = first._again
    assert again is not None
    entry = again("kpis")
    assert ps.load_run(entry).kpis.equals(first.kpis)


def test_the_cache_stays_within_its_bound(base: ps.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    ps.cache.clear()
    ps.run(base, seed=21, replications=1, jobs=1)
    one = ps.cache.size_bytes()
    monkeypatch.setattr(cache, "MOST_CACHE_BYTES", 2 * one + one // 2)
    for seed in (22, 23, 24):
        ps.run(base, seed=seed, replications=1, jobs=1)
    assert one < ps.cache.size_bytes() <= 2 * one + one // 2


def test_what_is_saved_is_a_folder_like_any_other(compared: ps.ComparisonResult, tmp_path: Path) -> None:
    saved = compared.save(tmp_path / "x")
    assert saved.folder == tmp_path / "x"
    found = ps.load(tmp_path / "x")
    assert isinstance(found, ps.ComparisonResult)
    pd.testing.assert_frame_equal(found.diff("cost", by="payer"), compared.diff("cost", by="payer"))
    assert found.report().parent == tmp_path / "x"
    assert ps.load(tmp_path / "x" / "azwa_pzp").kpis.equals(compared["azwa_pzp"].kpis)
    with pytest.raises(ps.InputError, match="is not empty"):
        compared.save(tmp_path / "x")


def test_a_difference_leads_to_people_and_their_bills(compared: ps.ComparisonResult) -> None:
    people = compared.patients(changed=True)
    whole = compared.patients()
    table = people.to_frame()
    assert 0 < len(people) < len(whole)
    assert set(table["scenario"]) <= {"plus_2_bedden", "azwa_pzp"}
    own = whole.to_frame().groupby("scenario")["own_diff"].sum()
    assert set(own.index) == {"plus_2_bedden", "azwa_pzp"}
    row = table.index[table["cost_diff"] != 0][0]
    bills = [people.bill(row, base=first).gross_cents / 100 for first in (True, False)]
    assert bills == [table.loc[row, "cost_base"], table.loc[row, "cost_alt"]]
    assert people.explain(row).timeline
    with pytest.raises(ps.InputError, match="there are .* rows"):
        people.bill(10**6)


def test_winners_and_losers_are_the_people_whose_own_payment_differs(compared: ps.ComparisonResult) -> None:
    """Told again from the bills of every person, which are made by another way."""
    people = compared.patients().to_frame()
    told = compared.winners().sort_index()
    for name in ("plus_2_bedden", "azwa_pzp"):
        mine = people[people["scenario"] == name]
        everyone = told.loc[(name, "all", "all")]
        replications = mine.groupby("replication")["own_diff"]
        assert everyone["more"] == pytest.approx(replications.apply(lambda diff: (diff > 0).mean()).mean())
        assert everyone["less"] == pytest.approx(replications.apply(lambda diff: (diff < 0).mean()).mean())
        if (mine["own_diff"] > 0).any():
            assert everyone["mean_more_eur"] == pytest.approx(
                mine.loc[mine["own_diff"] > 0, "own_diff"].mean()
            )
        cancer = mine[mine["group"] == "cancer"].groupby("replication")["own_diff"]
        assert told.loc[(name, "group", "cancer"), "same"] == pytest.approx(
            cancer.apply(lambda diff: (diff == 0).mean()).mean()
        )
        incomes = told.loc[(name, "income")]
        assert incomes["people"].sum() == pytest.approx(everyone["people"])


def test_every_result_shows_itself_in_a_notebook(compared: ps.ComparisonResult, base: ps.Scenario) -> None:
    for shown in (base, compared, compared["nu"], compared.patients(changed=True)):
        html = shown._repr_html_()
        assert html.startswith("<")
        assert "None" not in html
        assert len(repr(shown)) < 2000
    own = base.with_tariff("zvw.wijkverpleging", 80, source="CAO van 2027")
    assert "CAO van 2027" in ps.compare(base, own, assumptions=0, jobs=1)._repr_html_()


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda b, c: b.vary({"hospice.bed.hch": 4}), "did you mean 'hospice.beds.hch'?"),
        (lambda b, c: b.vary({"ceilin.applies": 0.1}), "vary: ceilin.applies: no such setting; did you mean"),
        (lambda b, c: b.vary({"ceiling.applies": 12}), "vary: 'ceiling.applies': 12 is above 1"),
        (lambda b, c: b.vary({"area.regions.mi01.elv_budget_eur": 1}), "did you mean 'mi-01'?"),
        (lambda b, c: b.vary({}), "vary: no values"),
        (lambda b, c: b.find("hopsice"), "did you mean 'hospice'?"),
        (
            lambda b, c: b.with_tariff("zvw.wijkverplegin", 80, source="x"),
            "did you mean 'zvw.wijkverpleging'?",
        ),
        (lambda b, c: b.with_tariff("zvw.wijkverpleging", "tachtig", source="x"), "is no number"),
        (lambda b, c: b.with_tariff("zvw.wijkverpleging", 80.123, source="x"), "at most two decimals"),
        (lambda b, c: b.with_tariff("zvw.wijkverpleging", 80, source=" "), "source is empty"),
        (lambda b, c: b.with_rule("P11", print), "rule P11: no such rule; did you mean 'P1'?"),
        (lambda b, c: b.with_rule("P1", lambda one: one), "must take claims, people, parameters"),
        (lambda b, c: c.diff("csot"), "kpi 'csot': no such KPI; did you mean 'cost'?"),
        (lambda b, c: c.diff("cost", by="paier"), "no dimension 'paier'; did you mean 'payer'?"),
        (lambda b, c: c["nu"].kpi("cost", payer="patiënt"), "did you mean 'patient'?"),
        (lambda b, c: c["azwa_pz"], "did you mean 'azwa_pzp'?"),
        (lambda b, c: c.diff(lambda t: "x"), "the function gives str; give a number or a pandas Series"),
        (lambda b, c: c.report(), "report: the result is in no folder; give"),
        (lambda b, c: ps.scenario("basis_206"), "did you mean 'basis_2026'?"),
        (lambda b, c: ps.run(b, jobs=0), "jobs=0: must be 1 or more"),
        (lambda b, c: ps.run(b, resume=True), "resume: needs the folder that it goes on with; give out="),
        (lambda b, c: ps.compare(b, b), "nu: named twice; give each scenario a label of its own"),
        (
            lambda b, c: ps.compare(b, 3),
            "compare: alternatives: '3' is of type int; give a text, a path, Scenario or a mapping",
        ),
        (lambda b, c: ps.grid(b, {}), "grid: 0 combinations"),
        (lambda b, c: ps.budget(b, from_year=1900), "from_year=1900: no law for this year"),
        (lambda b, c: ps.dictionary("fr"), "dictionary: lang 'fr'"),
    ],
)
def test_a_slip_is_one_line_in_the_terms_of_python(
    base: ps.Scenario, compared: ps.ComparisonResult, ask, said: str
) -> None:
    with pytest.raises(ps.InputError) as caught:
        ask(base, compared)
    text = str(caught.value)
    assert said in text
    assert "\n" not in text
    assert "--" not in text
