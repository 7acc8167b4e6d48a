"""The facade: light to import, its results look things up and refuse what is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim import api
from sim.errors import InputError
from sim.scenario import load_scenario, vary


def in_a_new_python(program: str) -> str:
    root = Path(sim.__file__).resolve().parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_import_sim_loads_nothing_heavy() -> None:
    program = (
        "import sys, sim; print(sorted({'numpy', 'pandas', 'pyarrow', 'simpy', 'scipy'} & set(sys.modules)))"
    )
    assert in_a_new_python(program) == "[]"


def test_import_of_the_facade_loads_no_plotting() -> None:
    told = "import sys, sim.api; print(sorted({'matplotlib', 'pandas', 'scipy.optimize'} & set(sys.modules)))"
    assert in_a_new_python(told) == "[]"


def test_names_of_the_facade_are_listed_and_others_refused() -> None:
    assert set(sim.__all__) <= set(dir(sim))
    for name in set(sim.__all__) - {"__version__"}:
        assert getattr(sim, name) is getattr(api, name)
    with pytest.raises(AttributeError, match="no attribute 'simulate_everything'"):
        sim.simulate_everything  # noqa: B018


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> sim.ComparisonResult:
    """Two months of Middenland, twice, in a comparison of two replications."""
    short = vary(
        load_scenario("basis_2026", "middenland"),
        {"horizon.count_to": "2026-02-01", "horizon.warmup_days": 0},
        "basis_2026",
    )
    folder = tmp_path_factory.mktemp("api") / "compared"
    return sim.compare(
        short, "azwa_omzetplafond", replications=2, jobs=1, assumptions=0, out=folder, keep="kpis"
    )


def test_a_comparison_shows_differences_and_kpis_as_pandas(compared: sim.ComparisonResult) -> None:
    assert compared.base == "basis_2026"
    assert compared.alternatives == ("azwa_omzetplafond",)
    table = compared.differences
    assert isinstance(table, pd.DataFrame)
    assert {"alternative", "name", "dimension", "base", "alt", "difference", "low", "high", "n"} <= set(table)
    total = table[(table["name"] == "cost") & (table["dimension"] == "law=Zvw, view=calendar")]
    assert total["difference"].item() == compared.difference("cost", law="Zvw", view="calendar").difference
    assert set(compared.kpis["scenario"]) == {"basis_2026", "azwa_omzetplafond"}


def test_a_run_of_a_comparison_is_a_run_like_any_other(compared: sim.ComparisonResult) -> None:
    run = compared.run("azwa_omzetplafond")
    assert (run.scenario, run.area) == ("azwa_omzetplafond", "middenland")
    summary = run.kpi("cost", view="calendar")
    assert summary.n == 2
    shown = run.kpis[(run.kpis["name"] == "cost") & (run.kpis["dimension"] == "view=calendar")]
    assert shown["mean"].item() == summary.mean
    assert run.replications["replication"].nunique() == 2
    assert set(run.manifest["timings"]["stages"]) == {"cohort", "journey", "pricing", "kpis", "write"}
    assert run.manifest["timings"]["peak_megabytes"] > 0


def test_a_base_value_and_its_difference_agree(compared: sim.ComparisonResult) -> None:
    found = compared.difference("cost", view="calendar")
    assert found.base == compared.run("basis_2026").kpi("cost", view="calendar").mean
    assert found.difference == pytest.approx(found.alt - found.base, abs=0.005)


def test_results_are_opened_again_from_their_folders(compared: sim.ComparisonResult) -> None:
    again = sim.load_comparison(compared.folder)
    pd.testing.assert_frame_equal(again.differences, compared.differences)
    run = sim.load_run(compared.folder / "basis_2026")
    assert run.kpi("patients").mean > 100
    with pytest.raises(InputError, match="a comparison; give one of the run folders in it"):
        sim.load_run(compared.folder)
    with pytest.raises(InputError, match=r"comparison\.json is missing"):
        sim.load_comparison(compared.folder / "basis_2026")


def test_what_is_not_there_is_refused_in_one_line(compared: sim.ComparisonResult) -> None:
    run = compared.run("basis_2026")
    for ask, said in (
        (lambda: run.kpi("nosuch"), "kpi 'nosuch': no such KPI"),
        (
            lambda: run.kpi("cost", view="sideways"),
            "kpi 'cost': view 'sideways' is not there; there are calendar, decedents",
        ),
        (lambda: run.stored["stays"], "table 'stays' is not stored; stored are kpis, subsidies"),
        (lambda: compared.run("nosuch"), "no scenario 'nosuch'"),
        (lambda: compared.difference("cost", "nosuch", view="calendar"), "no alternative 'nosuch'"),
    ):
        with pytest.raises(InputError) as caught:
            ask()
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_comparison_needs_an_alternative_and_a_run_a_process() -> None:
    with pytest.raises(InputError, match="no alternative"):
        sim.compare("basis_2026")
    with pytest.raises(InputError, match="jobs=0: must be 1 or more"):
        sim.run("basis_2026", jobs=0)


def test_figures_and_report_are_made_when_asked_for(
    compared: sim.ComparisonResult, tmp_path: Path, blank_figures: None
) -> None:
    assert compared.figure_place_of_death().axes
    assert compared.figure_differences().axes
    assert compared.run("basis_2026").figure_costs().axes
    page = compared.run("basis_2026").report("nl", out=tmp_path / "page.html")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_beds_of_a_type_are_those_asked_for_whatever_else_is_varied() -> None:
    """Two almost-at-home houses of 4 beds, one of which gets 6: 10 beds asked for are none more."""
    base = api.scenario("basis_2026", area="middenland")
    site = {"area.regions.mi-01.sites.bth-linde.beds": 6}
    for values in ({"hospice.beds.bth": 10, **site}, {**site, "hospice.beds.bth": 10}):
        made = base.vary(values)
        assert made.find("hospice.beds.bth")["value"].tolist() == [10]
        assert made.loaded.scenario.places.extra_beds == {"bth": 0}
        assert {change.path for change in made.loaded.changes} == {"places.extra_beds.bth", *site}
    with pytest.raises(InputError, match=r"places\.extra_beds\.bth: is set twice; keep one of them"):
        base.vary({"hospice.beds.bth": 3, "places.extra_beds.bth": 2})
