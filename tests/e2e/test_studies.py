"""Studies as a user meets them: stop at a precision, advice, on an area that takes a tenth of a second."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli import run_command
from sim.errors import InputError, RunError
from sim.scenario import load_area, load_scenario
from sim.studies import compare as comparing
from sim.studies.precision import LOOK_AHEAD, PILOT_REPLICATIONS, ZERO_REPLICATIONS

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures")]

LEAST = PILOT_REPLICATIONS + LOOK_AHEAD


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
def more_care(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An alternative that moves care, a price and a rule."""
    overlay = {
        "extends": "basis_2026",
        "set": [
            {"path": "home.hours_per_week.mean", "value": 18},
            {"path": "prices.elv_contract_factor", "value": 0.9},
            {"path": "rules.eigen_risico_plan", "value": "460"},
        ],
    }
    path = tmp_path_factory.mktemp("scenario") / "meer_zorg.yaml"
    path.write_text(json.dumps(overlay), encoding="utf-8")
    return path


def parquet(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


def compare(area: Path, alternative: Path, out: Path, **options: Any) -> sim.ComparisonResult:
    options = {"assumptions": 0, "keep": "kpis", **options}
    return sim.compare("basis_2026", alternative, area=area, out=out, jobs=1, **options)


def test_a_comparison_that_stops_at_a_precision_equals_one_of_that_many_replications(
    hamlet: Path, more_care: Path, tmp_path: Path
) -> None:
    """The width wanted is that of a known number of replications, so that more than the least are needed."""
    pilot = compare(hamlet, more_care, tmp_path / "pilot", replications=LEAST)
    found = pilot.difference("cost", view="calendar")
    wanted = (found.high - found.low) / 2 * 0.95
    stopped = compare(hamlet, more_care, tmp_path / "stopped", precision=f"cost:view=calendar={wanted}")
    n = stopped.manifest["replications"]
    assert n > LEAST
    assert stopped.computed == 2 * n
    assert stopped.reached[0].half_width <= wanted
    fixed = compare(hamlet, more_care, tmp_path / "fixed", replications=n)
    assert parquet(stopped.folder) == parquet(fixed.folder)
    name = "comparison.json"
    assert (stopped.folder / name).read_bytes() == (fixed.folder / name).read_bytes()
    again = compare(
        hamlet, more_care, tmp_path / "stopped", precision=f"cost:view=calendar={wanted}", resume=True
    )
    assert (again.reused, again.computed) == (2 * n, 0)


def test_a_precision_out_of_reach_ends_in_one_line_and_keeps_the_replications(
    hamlet: Path, more_care: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.studies.precision.MOST_REPLICATIONS", LEAST + 1)
    with pytest.raises(RunError) as caught:
        compare(hamlet, more_care, tmp_path / "far", precision="cost:view=calendar=0.0001")
    assert f"after {LEAST + 1} replications, wanted 0.0001" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert sim.load_comparison(tmp_path / "far").manifest["replications"] == LEAST + 1


def test_ratio_and_median_stand_in_the_comparison(hamlet: Path, more_care: Path, tmp_path: Path) -> None:
    made = compare(hamlet, more_care, tmp_path / "compared", replications=6)
    document = json.loads((made.folder / comparing.store.COMPARISON).read_text(encoding="utf-8"))
    row = next(
        r for r in document["differences"] if r["name"] == "cost" and r["dimension"] == {"view": "calendar"}
    )
    assert row["ratio"] == pytest.approx(row["alt"] / row["base"])
    assert row["ratio_low"] <= row["ratio"] <= row["ratio_high"]
    assert row["median_low"] <= row["median"] <= row["median_high"]
    assert {"ratio", "median", "variance_ratio"} <= set(made.differences)


def test_a_comparison_is_taken_apart_to_the_cent_and_shown_in_the_report(
    hamlet: Path, more_care: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "apart"
    options = [
        "--area",
        str(hamlet),
        "--replications",
        "2",
        "--jobs",
        "1",
        "--keep",
        "kpis",
        "--out",
        str(out),
    ]
    ask = [
        "compare",
        "basis_2026",
        str(more_care),
        *options,
        "--decompose",
        "--assumptions",
        "0",
        "--json",
        "--lang",
        "en",
    ]
    assert run_command(ask) == 0
    told = json.loads(capsys.readouterr().out)
    (found,) = told["decompositions"]
    assert (found["orders"], found["sampled"]) == (6, False)
    assert [t["change"] for t in found["terms"]] == [
        "home.hours_per_week",
        "prices.elv_contract_factor",
        "rules.eigen_risico_plan",
    ]
    result = sim.load_comparison(out)
    base, alt = (
        result.run(name).replications.query("name == 'cost' and dimension == '{\"view\": \"calendar\"}'")
        for name in ("basis_2026", "meer_zorg")
    )
    assert len(found["cents"]) == 2
    for row, before, after in zip(found["cents"], base["value"], alt["value"], strict=True):
        assert row["total"] == round(after * 100) - round(before * 100)
        assert sum(row["shares"]) == sum(row["effects"].values()) == row["total"]
        assert row["alone"][0] != 0
        assert row["alone"][1] < 0
        assert row["effects"]["volume"] == 0
    page = Path(told["report"]).read_text(encoding="utf-8")
    assert "What the difference in cost is made of" in page
    assert "fig-waterfall-meer_zorg" in page
    assert result.figure_waterfall().axes
    shares = result.decomposition()
    assert shares["share"].sum() == pytest.approx(found["total"]["mean"])
    assert run_command([*ask, "--resume"]) == 0
    assert json.loads(capsys.readouterr().out)["decompositions"] == told["decompositions"]
    dutch = result.report("nl").read_text(encoding="utf-8")
    assert "Waaruit het kostenverschil bestaat" in dutch
    assert run_command([*ask, "--resume", "--decompose-of", "patients"]) == 2
    assert "there is cost with" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--decompose", "--decompose-of", "cost:=x"], "kpi 'cost:=x': write it as name or name:key=value"),
        (["--decompose", "--decompose-of", "nosuch"], "--decompose-of nosuch: no cost"),
        (["--decompose", "--decompose-of", "cost"], "--decompose-of cost: no cost"),
        (["--decompose", "--decompose-of", "cost:view=calendar,law=Zvv"], "--decompose-of cost"),
        (["--precision", "nosuch=1"], "--precision nosuch: no such KPI"),
        (["--precision", "place_of_deat:setting=thuis=1"], "--precision place_of_deat: no such KPI; did you"),
    ],
)
def test_a_wrong_question_of_a_comparison_is_refused_before_anything_runs(
    hamlet: Path,
    more_care: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(comparing, "execute", None)
    out = tmp_path / "out"
    given = [
        "compare",
        "basis_2026",
        str(more_care),
        "--area",
        str(hamlet),
        "--jobs",
        "1",
        "--assumptions",
        "0",
        "--out",
        str(out),
    ]
    assert run_command([*given, *option]) == 2
    told = capsys.readouterr().err
    assert told.startswith(said)
    assert told.count("\n") == 1
    assert not out.exists()


def test_an_alternative_that_is_no_set_of_changes_is_refused_before_anything_runs(
    hamlet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole scenario of its own names no changes, however little it differs."""
    monkeypatch.setattr(comparing, "execute", None)
    whole = load_scenario("azwa_omzetplafond").scenario.model_dump(mode="json")
    file = tmp_path / "geheel.yaml"
    file.write_text(json.dumps(whole | {"name": "geheel", "extends": None}), encoding="utf-8")
    with pytest.raises(InputError, match="is no set of named changes of basis_2026"):
        sim.compare(
            "basis_2026",
            file,
            area=hamlet,
            jobs=1,
            out=tmp_path / "out",
            decompose="cost:view=calendar",
        )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("manifest.json", "[]"),
        ("manifest.json", "null"),
        ("manifest.json", '{"finished": true}'),
        ("comparison.json", '{"finished": true}'),
        ("comparison.json", "[]"),
        ("budget.json", "null"),
        ("budget.json", '{"finished": true}'),
    ],
)
def test_a_file_that_tells_nothing_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, text: str
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert run_command(["report", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "not as palsim wrote it" in told
    assert "another folder" in told
    assert told.count("\n") == 1


def test_a_decomposition_is_a_table_by_change_or_by_kind(
    hamlet: Path, more_care: Path, tmp_path: Path
) -> None:
    made = compare(hamlet, more_care, tmp_path / "out", replications=2, decompose="cost:view=calendar")
    by_change, by_kind = made.decomposition(), made.decomposition(by="kind")
    assert list(by_change["kind"]) == ["care", "price", "rule"]
    assert not by_change["sampled"].any()
    assert (by_change["alone_low"] <= by_change["alone"]).all()
    assert (by_change["alone"] <= by_change["alone_high"]).all()
    assert list(by_kind["kind"]) == ["price", "volume", "mix", "rule", "interaction"]
    assert by_kind["share"].sum() == pytest.approx(by_change["share"].sum())
    with pytest.raises(InputError, match="'law' is unknown; give one of 'change', 'kind'"):
        made.decomposition(by="law")  # type: ignore[arg-type]


def test_advice_names_warm_up_replications_and_time(hamlet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--area", str(hamlet), "--jobs", "1", "--json"]
    assert run_command(["advise", "azwa_omzetplafond", "--against", "basis_2026", *options]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["scenario"], told["against"], told["pilot"]) == (
        "azwa_omzetplafond",
        "basis_2026",
        PILOT_REPLICATIONS,
    )
    assert {row["setting"] for row in told["warm_up"]} == {"hospice", "ziekenhuis", "verpleeghuis"}
    assert all(row["needed_days"] % 5 == 0 for row in told["warm_up"])
    need = next(row for row in told["needs"] if row["name"] == "cost")
    assert need["replications"] >= 2
    assert need["seconds"] == pytest.approx(need["replications"] * told["seconds_per_replication"])
    assert run_command(["advise", "basis_2026", "--precision", "cost:view=calendar=1000000", *options]) == 0
    assert json.loads(capsys.readouterr().out)["needs"][0]["wanted"] == 1_000_000
    assert run_command(["advise", "basis_2026", "--precision", "cost", *options]) == 2
    assert "write KPI=HALFWIDTH" in capsys.readouterr().err


def test_advice_is_two_tables_that_do_not_change(hamlet: Path) -> None:
    found = sim.advise("basis_2026", area=hamlet, jobs=1)
    assert list(found.warm_up["setting"]) == ["hospice", "ziekenhuis", "verpleeghuis"]
    assert found.warm_up["enough"].dtype == bool
    assert list(found.needs["dimension"]) == ["view=calendar", "setting=ziekenhuis", ""]
    assert (found.needs["minutes"] > 0).all()
    assert (found.scenario, found.against) == ("basis_2026", None)
    policy = sim.advise("eigen_risico_460", area=hamlet, jobs=1)
    assert (policy.scenario, policy.against) == ("eigen_risico_460", "basis_2026")
    cost, place, paid = policy.found.needs[-3:]
    assert (cost.mean, cost.wanted, cost.replications) == (0, 0, ZERO_REPLICATIONS)
    assert (place.mean, place.wanted, place.replications) == (0, 0, ZERO_REPLICATIONS)
    assert 0 < paid.wanted == pytest.approx(paid.mean / 10)
    measured = [each for each in policy.found.needs if each.label]
    assert measured
    assert [each.label["nl"] for each in measured] == policy.needs["label"].tolist()[:-3]
    with pytest.raises(AttributeError):
        found.found = None  # type: ignore[misc]


def test_a_tornado_names_the_assumptions_that_a_difference_hangs_on(
    hamlet: Path, more_care: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """More hours of care cost more where more people ask for care."""
    options = [
        "--against",
        "basis_2026",
        "--area",
        str(hamlet),
        "--replications",
        "2",
        "--jobs",
        "1",
        "--json",
    ]
    chosen = ["home.terminal_care", "cohort.means.unknown", "home.chronic_hours_per_week"]
    paths = [word for path in chosen for word in ("--parameter", path)]
    assert run_command(["sensitivity", str(more_care), *options, *paths]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["method"], told["against"], told["runs"]) == ("tornado", "basis_2026", 7)
    assert told["most_important"][0] == "home.terminal_care"
    first = told["influences"][0]
    assert first["high"]["mean"] > 0 > first["low"]["mean"]
    assert first["parameter"]["reason"]
