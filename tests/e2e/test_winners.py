"""Who wins and loses, read from runs in folders: by what they keep, and of an earlier version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim import store
from sim.choices import Keep
from sim.runs import task
from sim.studies.winners import Winners, winners_of

BASE, OTHER = "basis_2026", "eigen_risico_460"
OPTIONS: dict[str, Any] = {"replications": 2, "assumptions": 0, "jobs": 1}


def kpi_of(folder: Path, name: str) -> Any:
    """Value of a KPI over all people, by replication."""
    kpis = store.load_run(folder).kpis
    return (
        kpis[(kpis["name"] == name) & (kpis["dimension"] == "{}")]
        .sort_values("replication")["value"]
        .to_numpy()
    )


def found(folder: Path) -> Winners | None:
    return winners_of(*(store.load_run(folder / name) for name in (BASE, OTHER)))


def test_journeys_are_enough_and_kpis_are_not(hamlet: Path, tmp_path: Path) -> None:
    """Every cent that people pay more is a cent that the KPI of own payments rises."""
    kept: tuple[Keep, ...] = ("all", "journey", "kpis")
    for keep in kept:
        sim.compare(BASE, OTHER, area=hamlet, keep=keep, out=tmp_path / keep, **OPTIONS)
    whole, journeys, kpis = (found(tmp_path / keep) for keep in kept)
    assert kpis is None
    assert whole is not None
    assert journeys is not None
    for one, other in zip(whole.groups, journeys.groups, strict=True):
        assert np.array_equal(one.changes, other.changes)
    mean, people = (
        [kpi_of(tmp_path / "all" / each, name) for each in (BASE, OTHER)]
        for name in ("patient_payment_mean", "patients")
    )
    assert whole.everyone.changes.sum() == pytest.approx(100 * ((mean[1] - mean[0]) * people[0]).sum())


def test_a_comparison_with_its_usual_tables_is_read_back_with_its_winners(
    hamlet: Path, tmp_path: Path
) -> None:
    sim.compare(BASE, OTHER, area=hamlet, out=tmp_path / "runs", **OPTIONS)
    told = sim.load_comparison(tmp_path / "runs").winners()
    assert told["people"].iloc[0] > 0
    assert told["less"].iloc[0] == 0


def test_a_run_of_an_earlier_version_has_a_report_without_winners(
    hamlet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = {
        keep: tuple(name for name in names if name != "own_payments") for keep, names in task.STORED.items()
    }
    monkeypatch.setattr(task, "STORED", earlier)
    compared = sim.compare(BASE, OTHER, area=hamlet, keep="all", out=tmp_path / "earlier", **OPTIONS)
    assert found(tmp_path / "earlier") is None
    with pytest.raises(sim.InputError, match="eigen_risico_460: keeps not what each person pays"):
        sim.load_comparison(tmp_path / "earlier").winners()
    compared.report(out=tmp_path / "report.html")
    assert "vergelijk met --keep journey" in (tmp_path / "report.html").read_text(encoding="utf-8")
