"""Each line that an analyst writes first: a scenario changed, compared, gone through, saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import palsim as ps
from tests.api.conftest import REPLICATIONS


@pytest.fixture(scope="module")
def short(base: ps.Scenario) -> ps.Scenario:
    """A month of it counted, twice."""
    month = {"horizon.count_to": "2026-02-01", "horizon.warmup_days": 0}
    return ps.scenario(base, replications=2).vary(month, label="nu")


def no_eigen_risico(claims, people, parameters):
    """Nobody pays eigen risico."""
    return np.zeros(len(claims.person), np.int64)


def test_a_scenario_is_looked_through_by_words_of_both_languages(base: ps.Scenario) -> None:
    found = base.find("hospice bed")
    assert list(found.columns) == ["path", "name", "value", "unit", "range", "source", "what"]
    assert found.set_index("path").loc["hospice.beds.hch", "value"] == 2
    assert set(base.find("patience")["path"]) & set(base.find("geduld")["path"])


def test_a_scenario_is_changed_into_another_and_stays_itself(base: ps.Scenario) -> None:
    more = base.vary({"hospice.beds.hch": 4}, label="+2 bedden")
    assert (more.name, more.title, base.name) == ("plus_2_bedden", "+2 bedden", "nu")
    assert dict(base.find("hospice.beds.hch").set_index("path")["value"]) == {"hospice.beds.hch": 2}
    assert dict(more.find("hospice.beds.hch").set_index("path")["value"]) == {"hospice.beds.hch": 4}
    region = base.vary({"area.regions.mi-01.nursing_home_places": 40})
    assert region.loaded.area.regions[0].nursing_home_places.value == 40
    assert base.loaded.area.regions[0].nursing_home_places.value == 30
    assert base.vary({"ceiling.applies": 0.1}) == base.vary({"ceiling.applies": 0.1})
    assert base != more
    with pytest.raises(AttributeError):
        more.loaded = base.loaded  # type: ignore[misc]


def test_alternatives_are_scenarios_names_paths_and_values(short: ps.Scenario, tmp_path: Path) -> None:
    file = tmp_path / "mijn.yaml"
    file.write_text(
        "extends: basis_2026\nset: [{path: ceiling.applies.value, value: 0.5}]\n", encoding="utf-8"
    )
    found = ps.compare(
        short, "azwa_pzp", file, {"ceiling.applies": 0.1}, short.named("zelfde"), jobs=1, assumptions=0
    )
    assert list(found) == ["nu", "azwa_pzp", "mijn", "ceiling_applies_0_1", "zelfde"]
    assert found.diff("cost").loc["zelfde", ["diff", "low", "high"]].tolist() == [0, 0, 0]


def test_a_difference_is_tidy_and_counted_once(compared: ps.ComparisonResult) -> None:
    whole = compared.diff("cost")
    by_payer = compared.diff("cost", by="payer")
    assert list(by_payer.columns) == ["base", "alt", "diff", "low", "high", "p_sign", "n", "unit"]
    assert by_payer["p_sign"].dropna().between(0.5, 1).all()
    assert by_payer.index.names == ["scenario", "payer"]
    sums = by_payer["diff"].groupby(level="scenario", sort=False).sum()
    pd.testing.assert_series_equal(sums, whole["diff"], atol=0.005, check_names=False)
    run = compared["azwa_pzp"]
    assert run.kpi("cost", payer="patient").dimension == {"payer": "patient", "view": "calendar"}
    assert compared["+2 bedden"].scenario == "plus_2_bedden"
    assert set(run.to_frame("place_of_death", by=["setting", "group"]).index.names) == {"setting", "group"}
    assert {"name", "payer", "law", "mean"} <= set(run.to_frame())


def test_an_own_kpi_is_a_function_of_the_counted_tables(compared: ps.ComparisonResult) -> None:
    found = compared.diff(lambda t: t.patients.own_eur.mean())
    named = compared.diff("patient_payment_mean")
    pd.testing.assert_frame_equal(
        found[["base", "alt", "diff", "low", "high"]], named[["base", "alt", "diff", "low", "high"]]
    )
    grouped = compared.diff(lambda t: t.shares.groupby("payer", observed=False)["eur"].sum())
    payers = compared.diff("cost", by="payer")
    payers = payers.reindex(grouped.index)
    assert np.allclose(grouped["diff"], payers["diff"], atol=0.005)
    assert np.allclose(grouped["low"], payers["low"], atol=0.01)


def test_a_scenario_made_in_steps_is_taken_apart_by_every_step(short: ps.Scenario) -> None:
    more = short.vary({"ceiling.applies": 0}, label="een").vary(
        {"tariffs.zvw.wijkverpleging": 80}, label="twee"
    )
    found = ps.compare(short, more, decompose="cost:view=calendar", jobs=1, assumptions=0).decomposition()
    assert list(found["change"]) == ["ceiling.applies", "tariffs.zvw.wijkverpleging"]
    assert list(found["kind"]) == ["care", "price"]


def test_a_grid_has_its_factors_as_levels(short: ps.Scenario) -> None:
    grid = ps.grid(short, {"hospice.beds.hch": range(2, 4), "ceiling.applies": [0, 0.25]}, jobs=1)
    found = grid.diff("hospice_refused")
    assert found.index.names == ["hospice.beds.hch", "ceiling.applies"]
    assert found["diff"].unstack().shape == (2, 2)
    assert found.loc[(2, 0.25), "diff"] == 0
    assert grid.diff("cost", by="law").index.names == ["hospice.beds.hch", "ceiling.applies", "law"]


def test_an_own_price_and_an_own_rule_move_what_they_must(base: ps.Scenario) -> None:
    own = base.with_tariff("zvw.wijkverpleging", 80, source="eigen").with_rule("P1", no_eigen_risico)
    found = ps.compare(base, own, assumptions=0, jobs=2)
    items = found.diff("patient_payment_mean", by="item")["alt"]
    assert items["eigen_risico"] == 0 < found.diff("patient_payment_mean", by="item")["base"]["eigen_risico"]
    assert set(own.changes["path"]) >= {"tariffs.zvw.wijkverpleging", "P1"}
    lines = found[own.name].tables().declarations
    hours = lines[lines["product"] == "zvw.wijkverpleging"]
    # 80 euros an hour, to the cent; what an insurer leaves to the patient is a line of its own without hours
    sums = hours.groupby(["replication", "patient_id", "spell_no", "date"])[["eur", "quantity"]].sum()
    assert np.allclose(sums["eur"], sums["quantity"] * 80, atol=0.005)
    assert set(hours["tariff_row"].unique()) == {"zvw.wijkverpleging@2026-01-01+own"}
    assert found[own.name].manifest["own"]["tariffs"][0]["source"] == "eigen"


def test_counted_rows_add_up_to_the_cost_in_every_stratum(compared: ps.ComparisonResult) -> None:
    for view in ("calendar", "decedents"):
        run = compared["azwa_pzp"]
        tables = run.tables(view=view)
        for by, table in (
            ("law", tables.declarations),
            ("setting", tables.declarations),
            ("module", tables.declarations),
            ("group", tables.declarations),
            ("payer", tables.shares),
            (["law", "payer"], tables.shares),
        ):
            kpi = run.to_frame("cost", by=by, view=view)["mean"]
            rows = table.groupby(by, observed=True)["eur"].sum() / REPLICATIONS
            together = pd.concat([kpi.rename("kpi"), rows.rename("rows")], axis=1).fillna(0)
            assert (together["kpi"] - together["rows"]).abs().max() < 0.005, (view, by)


def test_every_column_of_every_table_has_its_meaning(compared: ps.ComparisonResult) -> None:
    for lang in ("nl", "en"):
        known = ps.dictionary(lang)
        assert known["meaning"].str.len().min() > 0
        for name, table in compared["nu"].tables().to_frames().items():
            assert set(table.columns) == set(known.loc[known["table"] == name, "column"]), name
    euros = known[known["type"] == "euro"]
    assert (euros["column"].str.endswith("eur")).all()
