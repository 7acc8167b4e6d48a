"""A sensitivity analysis skips what cannot act, prices what is money, and goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.catalogue import TariffBook, load_tariffs
from sim.cli import run_command
from sim.report.language import language
from sim.runs.options import RunOptions
from sim.runs.run import Plan, execute
from sim.scenario import LoadedScenario, apply, load_area, load_scenario
from sim.store import load_run
from sim.studies.sensitivity import points as sensitivity_runs
from sim.studies.sensitivity.points import acts, answers, kpi_of
from sim.studies.sensitivity.ranges import at_values, uncertain_parameters
from sim.studies.sensitivity.study import Question, read_sensitivities, sensitivity_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures")]

CALENDAR = {"view": "calendar"}
ALT = "azwa_omzetplafond"


@pytest.fixture(scope="module")
def book() -> TariffBook:
    return load_tariffs()


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An area of one region with 60 deaths a year."""
    area = load_area("middenland").model_dump(mode="json")
    area["name"] = "gehucht"
    region = area["regions"][0]
    region["palliative_deaths"] |= {"value": 60}
    region["population"] = 10_000
    path = tmp_path_factory.mktemp("area") / "gehucht.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def basis(hamlet: Path) -> LoadedScenario:
    return load_scenario("basis_2026", hamlet).with_run(replications=1)


def kpis(loaded: LoadedScenario, book: TariffBook, folder: Path) -> dict[tuple[str, str], Any]:
    """All KPIs of one replication, simulated in full; without those that look at idle ceilings."""
    execute([Plan(loaded, folder, "kpis")], book, RunOptions(1))
    rows = load_run(folder).kpis
    return {
        (row["name"], row["dimension"]): row["value"]
        for _, row in rows.iterrows()
        if not row["name"].startswith("ceiling")
    }


@pytest.mark.slow
def test_a_setting_of_what_is_switched_off_changes_nothing(
    basis: LoadedScenario, book: TariffBook, tmp_path: Path
) -> None:
    """Every setting that the analysis skips, simulated at both ends all the same."""
    none = basis.scenario.ceiling.model_copy(
        update={
            name: getattr(basis.scenario.ceiling, name).model_copy(update={"value": 0.0})
            for name in ("applies", "elv_applies")
        }
    )
    still = replace(basis, scenario=basis.scenario.model_copy(update={"ceiling": none}))
    idle = [p for p in uncertain_parameters(still) if not acts(still, p.path, "cost")]
    groups = {p.path.split(".")[0] for p in idle}
    assert {"ceiling", "transmural"} <= groups
    middle = kpis(still, book, tmp_path / "middle")
    for level in (0.0, 1.0):
        moved = at_values(still, {p: p.at(level) for p in idle}, still.name)
        found = kpis(moved, book, tmp_path / f"moved-{level}")
        assert found.keys() == middle.keys()
        for key, value in middle.items():
            np.testing.assert_equal(found[key], value, err_msg=str(key))


def test_settings_of_money_are_priced_on_stored_journeys_with_the_answer_of_a_run(
    basis: LoadedScenario, book: TariffBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_path = {p.path: p for p in uncertain_parameters(basis)}
    dear = at_values(basis, {by_path["prices.elv_contract_factor"]: 0.95}, basis.name)
    generous = at_values(basis, {by_path["subsidy.extra_ceiling_eur"]: 5_000_000.0}, basis.name)
    for loaded, kpi, dimension in ((dear, "cost", CALENDAR), (generous, "subsidy", {})):
        execute([Plan(loaded, tmp_path / kpi, "kpis")], book, RunOptions(1))
        path = tmp_path / kpi / "tables/kpis/replication=000/cluster=all.parquet"
        expected, _ = kpi_of(path.read_bytes(), kpi, dimension)
        folder = tmp_path / f"answers-{kpi}"
        answers([[basis]], kpi, dimension, book, folder, RunOptions(1))
        with monkeypatch.context() as patched:
            if kpi == "subsidy":
                patched.setattr("sim.runs.task.simulate_region", None)
            found = answers([[basis], [loaded]], kpi, dimension, book, folder, RunOptions(1))
        assert found.values[1].tolist() == [expected]
        assert found.values[0].tolist() != [expected]


def test_an_interrupted_analysis_goes_on_where_it_stopped(
    hamlet: Path, book: TariffBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three settings at both ends of a difference: what touches one side is computed once."""
    base = load_scenario("basis_2026", hamlet).with_run(replications=1)
    question = Question((base, apply(base, ALT)), "cost", CALENDAR)
    paths = ("home.terminal_care", "ceiling.allowance_factor", "hospice.patience")
    real = sensitivity_runs.run_all

    def asked(folder: Path) -> Any:
        return sensitivity_of(
            question, book, method="tornado", paths=paths, samples=1, folder=folder, options=RunOptions(1)
        )

    whole = asked(tmp_path / "whole")

    def cut(*given: Any) -> Iterator[Any]:
        for number, found in enumerate(real(*given)):
            if number == 3:
                raise KeyboardInterrupt
            yield found

    with monkeypatch.context() as patched:
        patched.setattr(sensitivity_runs, "run_all", cut)
        with pytest.raises(KeyboardInterrupt):
            asked(tmp_path / "cut")
    again = asked(tmp_path / "cut")
    assert again.influences == whole.influences
    assert again.reused == 2 + 3
    assert again.computed == whole.computed - again.reused
    once_more = asked(tmp_path / "cut")
    assert (once_more.reused, once_more.computed) == (whole.computed, 0)
    damaged = next((tmp_path / "cut" / "kept").iterdir())
    stored = damaged.read_bytes()
    for other in (stored[:50], bytes([stored[0] ^ 1]) + stored[1:], stored[:-40] + b"0" + stored[-39:]):
        damaged.write_bytes(other)
        mended = asked(tmp_path / "cut")
        assert (mended.influences, mended.computed) == (whole.influences, 1)
        assert damaged.read_bytes() == stored


def test_an_analysis_stands_in_the_report_of_its_comparison(
    hamlet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "compared"
    options = {"replications": 2, "jobs": 1, "assumptions": 0}
    sim.compare("basis_2026", ALT, area=hamlet, keep="kpis", out=out, **options)
    given = ["sensitivity", ALT, "--against", "basis_2026", "--area", str(hamlet), "--out", str(out)]
    given += ["--replications", "2", "--jobs", "1", "--parameter", "home.terminal_care"]
    given += ["--parameter", "hospice.patience", "--lang", "en", "--json"]
    assert run_command(given) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sensitivity"] == str(out)
    assert told["tasks"]["reused"] == 0
    (kept,) = json.loads((out / "sensitivity.json").read_text(encoding="utf-8"))["analyses"]
    assert kept["influences"] == told["influences"]
    page = Path(told["report"]).read_text(encoding="utf-8")
    assert 'id="sensitivity"' in page
    assert language("en").path("home.terminal_care") in page.split('id="sensitivity"')[1]
    assert run_command(given) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["tasks"]["computed"], again["influences"]) == (0, told["influences"])


def test_a_title_a_range_or_a_reason_may_change_between_analyses(
    hamlet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """None of them moves an answer: what is there is used again, another parameter is computed beside it."""
    path = tmp_path / "kop.yaml"
    options: dict[str, Any] = {"area": hamlet, "replications": 1, "jobs": 1, "out": tmp_path / "out"}

    def asked(title: str, top: float, parameter: str) -> Any:
        setting = {"path": "home.chronic_hours_per_week.value", "value": 5, "kind": "assumption"}
        setting |= {"range": [2, top], "reason": title}
        overlay = {"extends": "basis_2026", "title": {"nl": title, "en": title}, "set": [setting]}
        path.write_text(json.dumps(overlay), encoding="utf-8")
        return sim.sensitivity(path, parameters=(parameter,), **options).found

    first = asked("een", 6, "hospice.patience")
    again = asked("twee", 7, "hospice.patience")
    assert (again.computed, again.influences) == (0, first.influences)
    other = asked("drie", 8, "home.terminal_care")
    assert (other.reused, other.computed) == (1, 2)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--method", "psa", "--samples", "0"], "--samples 0: a psa needs 8 points or more"),
        (["--method", "psa", "--samples", "-4"], "--samples -4: a psa needs 8 points or more"),
        (["--method", "sobol"], "--method sobol: name two parameters or more"),
        (["--kpi", "nosuch"], "--kpi nosuch: no such KPI"),
        (["--kpi", "cost:view=calender"], "--kpi cost:view=calender: view 'calender' is not there; did you"),
        (["--parameter", "nosuch"], "--parameter 'nosuch': no parameter with a range"),
    ],
)
def test_a_wrong_question_is_refused_before_anything_runs_and_leaves_nothing(
    hamlet: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(sensitivity_runs, "execute", None)
    out = tmp_path / "out"
    given = ["sensitivity", "basis_2026", "--area", str(hamlet), "--jobs", "1", "--out", str(out)]
    assert run_command([*given, *option]) == 2
    told = capsys.readouterr().err
    assert told.startswith(said)
    assert told.count("\n") == 1
    assert not out.exists()


def test_a_dimension_that_is_not_there_is_refused_as_soon_as_the_middle_is_there(
    hamlet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sensitivity_runs, "run_all", None)
    given = ["sensitivity", "basis_2026", "--area", str(hamlet), "--jobs", "1", "--replications", "1"]
    given += ["--out", str(tmp_path / "out"), "--kpi", "occupancy:site=nosuch"]
    assert run_command(given) == 2
    assert "occupancy:site=nosuch: no such KPI; there are occupancy:" in capsys.readouterr().err


def test_all_ranges_at_once_and_sobol_indices_of_the_model(hamlet: Path, tmp_path: Path) -> None:
    """More hours of care cost more; calls of a transmural team that reaches nobody have no index."""
    chosen = ("home.chronic_hours_per_week", "transmural.phone")
    options: dict[str, Any] = {"area": hamlet, "replications": 1, "jobs": 1, "out": tmp_path}
    indices = sim.sensitivity("basis_2026", method="sobol", parameters=chosen, samples=4, **options)
    assert indices.found.runs == 4 * (2 + 2) + 1
    by_path = indices.influences.set_index("path")
    assert by_path.loc[chosen[0], "high"] > 0.5
    assert by_path.loc[chosen[1], "high"] == 0
    spread = sim.sensitivity("basis_2026", method="psa", parameters=chosen, samples=8, **options)
    mean, low, high = spread.found.spread
    assert low < mean < high
    assert spread.spread == {"mean": mean, "low": low, "high": high}
    phone = spread.influences.set_index("path").loc[chosen[1]]
    assert not phone["clear"]
    assert spread.found.idle == indices.found.idle == chosen[1:]
    assert spread.most_important == chosen[:1]
    assert [each.method for each in read_sensitivities(tmp_path)] == ["sobol", "psa"]
