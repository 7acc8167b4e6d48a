"""All assumptions drawn in a comparison: the same bytes everywhere, gone on with, and against brute force."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.catalogue import load_tariffs
from sim.cli import run_command
from sim.errors import InputError
from sim.measure.measures import measure
from sim.measure.sums import Sums, decode_sums
from sim.runs.options import RunOptions
from sim.runs.task import TaskSpec, priced_for_kpis, simulate
from sim.scenario import LoadedScenario, apply, load_scenario
from sim.schema import Table
from sim.store import verify
from sim.studies.sensitivity.assumptions import DrawSpec, _task, arms_at, draw_assumptions, run_draw
from sim.studies.sensitivity.draws import PRICES, Drawing
from sim.studies.sensitivity.nested import nested

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures")]

DRAWS, REPLICATIONS = 8, 2
ROWS = ("zvw.wijkverpleging@2026-01-01", "wlz.zzp.vv5@2026-01-01")


def compared(area: Path, out: Path, *alternatives: str | Path, **options: Any) -> sim.ComparisonResult:
    given = {"replications": REPLICATIONS, "keep": "kpis", "jobs": 1, "assumptions": DRAWS, **options}
    return sim.compare("basis_2026", *alternatives, area=area, out=out, **given)


def measured(spec: TaskSpec, journey: Mapping[str, Table]) -> Sums:
    """KPI parts of a task from its journeys, which may be those of another way to pay."""
    return measure(spec.scenario, spec.region, priced_for_kpis(spec, journey), spec.book)


def kept(folder: Path) -> dict[str, bytes]:
    found = sorted((folder / "assumptions").rglob("*.*"))
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found if p.is_file()}


@pytest.fixture(scope="module")
def made(hamlet: Path, tmp_path_factory: pytest.TempPathFactory) -> sim.ComparisonResult:
    return compared(hamlet, tmp_path_factory.mktemp("drawn") / "out", "eigen_risico_460")


def test_both_uncertainties_of_every_difference_are_there(made: sim.ComparisonResult) -> None:
    """A higher eigen risico costs patients between 0 and 75 euros more each, whatever is assumed."""
    found = made.spread("patient_payment_mean")
    assert 0 < found.low < found.high < 75
    assert 0 < found.middle < 75
    assert found.sign > 0.97  # two replications: Student t with one degree of freedom
    assert (found.draws, made.assumptions[0].replications) == (DRAWS, 2)
    total = made.spread("cost", view="calendar")
    assert (total.middle, total.low, total.high) == (0, 0, 0)
    assert made.assumptions[0].drawn > 200


def test_draws_are_the_same_bytes_on_two_processes(
    made: sim.ComparisonResult, hamlet: Path, tmp_path: Path
) -> None:
    compared(hamlet, tmp_path / "out", "eigen_risico_460", jobs=2)
    assert kept(tmp_path / "out") == kept(made.folder)


def test_finished_draws_are_taken_over_and_damaged_ones_made_again(
    made: sim.ComparisonResult, hamlet: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(made.folder, out)
    draws = sorted((out / "assumptions" / "draws").iterdir())
    assert len(draws) == DRAWS * 2
    draws[0].write_bytes(b"damaged")
    draws[5].unlink()
    base = load_scenario("basis_2026", hamlet).with_run(None, REPLICATIONS)
    scenarios = [base, apply(base, "eigen_risico_460")]
    again = draw_assumptions(scenarios, out, load_tariffs(), RunOptions(1), DRAWS)
    assert again == (2 * (DRAWS * 2 - 2), 2 * 2)
    assert kept(out) == kept(made.folder)
    assert verify(out).damaged == []


def test_other_draws_replace_those_of_an_earlier_time_and_none_remove_them(
    made: sim.ComparisonResult, hamlet: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(made.folder, out)
    (out / "assumptions" / "draws" / "00099-000.kpis").write_bytes(b"of another time")
    other = compared(hamlet, out, "eigen_risico_460", resume=True, assumptions=DRAWS + 1)
    assert other.assumptions[0].draws == DRAWS + 1
    assert len(list((out / "assumptions" / "draws").iterdir())) == 2 * (DRAWS + 1)
    compared(hamlet, out, "eigen_risico_460", resume=True, assumptions=0)
    assert not (out / "assumptions").exists()
    assert sim.load_comparison(out).assumptions == ()


def test_a_number_of_draws_that_says_nothing_is_refused_before_anything_runs(
    hamlet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong in ("1", "-3", "7", "1000000000"):
        out = tmp_path / wrong
        given = ["compare", "basis_2026", "wmo_2027", "--area", str(hamlet), "--out", str(out)]
        assert run_command([*given, "--assumptions", wrong]) == 2
        assert f"--assumptions {wrong}" in capsys.readouterr().err
        assert not out.exists()
    with pytest.raises(InputError, match="no draws of the assumptions"):
        compared(hamlet, tmp_path / "none", "wmo_2027", assumptions=0).spread("cost", view="calendar")


def drawing(area: Path, *alternatives: str | Path) -> Drawing:
    base = load_scenario("basis_2026", area).with_run(None, REPLICATIONS)
    return Drawing([base, *(apply(base, each) for each in alternatives)], load_tariffs(), ROWS)


def test_a_draw_moves_settings_and_prices_alike_in_base_and_alternative(hamlet: Path) -> None:
    found = drawing(hamlet, "azwa_pzp")
    low, high = (found.at([level] * len(found.assumptions)) for level in (0.0, 1.0))
    price = {a.path: a for a in found.assumptions}[f"{PRICES}.zvw.wijkverpleging"]
    assert (price.low, price.high, price.middle) == (70.0, 80.0, 75.0)
    for drawn, amount in ((low, 7000), (high, 8000)):
        (value,) = (v for v in drawn.book.values("zvw.wijkverpleging") if v.row == ROWS[0])
        assert value.cents == amount
        base, alternative = (loaded.scenario for loaded in drawn.arms)
        assert base.home == alternative.home
        assert base.rules != alternative.rules
    assert low.book.digest() != high.book.digest() != found.book.digest()
    # what the policy gives a range of its own moves in the policy alone: the goal lies between none and all
    assert [drawn.arms[1].scenario.cohort.marking.timely.value for drawn in (low, high)] == [0, 1]
    assert [drawn.arms[0].scenario.cohort.marking.timely.value for drawn in (low, high)] == [0, 0]


def test_a_base_is_simulated_once_for_all_alternatives_that_leave_the_same_of_it_moving(
    hamlet: Path,
) -> None:
    found = drawing(hamlet, "wmo_2027", "azwa_pzp", "eigen_risico_460", "regionale_coordinatie")
    assert found.pairs == {
        "wmo_2027": (0, 3),
        "azwa_pzp": (1, 4),
        "eigen_risico_460": (0, 5),
        "regionale_coordinatie": (2, 6),
    }
    patience = [arm.scenario.hospice.patience.value for arm in found.at([1.0] * len(found.assumptions)).arms]
    assert patience[0] == patience[1] == patience[3] == patience[4] == patience[5]
    assert patience[2] == load_scenario("basis_2026").scenario.hospice.patience.value < patience[0]
    assert patience[6] == 8  # of the range of the policy, 4 to 8 days


def test_what_is_drawn_travels_once_to_a_process_and_draws_the_same_there(hamlet: Path) -> None:
    found = drawing(hamlet, "azwa_pzp")
    row = found.levels(DRAWS, 1)[0]
    first, second = (pickle.loads(pickle.dumps(DrawSpec(found, row, r, 0))) for r in (0, 1))
    assert first.drawing is second.drawing is not found
    assert first.drawing.assumptions == found.assumptions
    there, here = first.drawing.at(row), found.at(row)
    assert [arm.scenario for arm in there.arms] == [arm.scenario for arm in here.arms]
    assert there.book.digest() == here.book.digest()
    other = drawing(hamlet, "wmo_2027")
    assert pickle.loads(pickle.dumps(other)).pairs == other.pairs


def test_what_a_scenario_chooses_is_no_assumption(hamlet: Path, tmp_path: Path) -> None:
    """A value without a range of its own stays as it is, where the base keeps its range."""
    overlay = {"extends": "basis_2026", "set": [{"path": "home.terminal_care", "value": 0.99}]}
    path = tmp_path / "gekozen.yaml"
    path.write_text(json.dumps(overlay), encoding="utf-8")
    found = drawing(hamlet, path)
    (about,) = (a for a in found.assumptions if a.path == "home.terminal_care")
    drawn = found.at([0.0] * len(found.assumptions))
    assert drawn.arms[1].scenario.home.terminal_care.value == 0.99
    assert drawn.arms[0].scenario.home.terminal_care.value == about.low < 0.99


def test_a_policy_of_money_priced_on_the_journeys_of_the_base_is_what_its_own_simulation_gives(
    hamlet: Path,
) -> None:
    backwards = ("eigen_risico_165_tranche", "bth_dagprijs_lager", "persoonsvolgend_budget")
    whole_stays = ("bundelbekostiging", "experimenten_a3", "shared_savings", "gupta_twee_functies")
    found = drawing(hamlet, *backwards, *whole_stays)
    row = found.levels(DRAWS, 1)[0]
    spec = DrawSpec(found, row, 0, 0)
    parts = [decode_sums(data) for data in run_draw(spec)]
    drawn = found.at(row)
    for loaded, had in zip(drawn.arms, parts, strict=True):
        task = _task(loaded, drawn.book, spec)
        alone = measured(task, simulate(task))
        assert had.sums == alone.sums


def test_an_alternative_counted_beside_its_base_is_what_its_own_simulation_gives(hamlet: Path) -> None:
    found = drawing(hamlet, "azwa_omzetplafond", "extra_hospicebedden")
    row = found.levels(DRAWS, 1)[0]
    spec = DrawSpec(found, row, 0, 0)
    beside = [decode_sums(data) for data in run_draw(spec)]
    for (task, journey), had in zip(arms_at(spec), beside, strict=True):
        alone = measured(task, journey)
        assert had.encode() == alone.encode()


@pytest.mark.slow
def test_paired_draws_give_the_range_of_a_brute_force_without_pairing(hamlet: Path, tmp_path: Path) -> None:
    """Base and alternative on other people, six replications of either at every draw, nothing shared."""
    overlay = {
        "extends": "basis_2026",
        "set": [
            {
                "path": "home.terminal_care",
                "value": 0.55,
                "kind": "assumption",
                "reason": "bandbreedte van een proef",
                "range": [0.1, 1.0],
            }
        ],
    }
    path = tmp_path / "proef.yaml"
    path.write_text(json.dumps(overlay), encoding="utf-8")
    draws, many, each = 24, 96, 6
    paired = compared(hamlet, tmp_path / "out", path, replications=8, assumptions=draws, jobs=2)
    told = paired.spread("district_nursing_hours")
    assert [c.assumption.path for c in told.carried][:1] == ["home.terminal_care"]

    found = drawing(hamlet, path)
    levels = found.levels(many, 99)
    values = np.array(
        [[_hours(found, row, 1, 100 + r) - _hours(found, row, 0, r) for r in range(each)] for row in levels]
    )
    brute = nested(values)
    # the error of a variance of n normal draws, chance included; by brute force it may come out as 0
    error = np.hypot(
        (brute.between + brute.chance) * np.sqrt(2 / many), brute.chance * np.sqrt(2 / many / (each - 1))
    )
    own = (told.deviation**2 + told.chance**2) * np.sqrt(2 / draws)
    assert abs(told.deviation**2 - brute.between) < 3 * np.hypot(error, own)
    # pairs need no more people, as far as a deviation of so many draws tells
    assert told.chance < np.sqrt(brute.chance) * (1 + 3 * np.sqrt(1 / (2 * draws)))
    low, high = np.quantile(brute.answers, [0.025, 0.975], method="hazen")
    reach = 3 * np.hypot(error, own) / told.deviation  # twice the error of a deviation
    assert abs(told.low - low) < reach
    assert abs(told.high - high) < reach


def _hours(found: Drawing, row: Any, side: int, replication: int) -> float:
    """Hours of district nursing a death, of one scenario at one draw on people of its own."""
    drawn = found.at(row)
    loaded: LoadedScenario = drawn.arms[side]
    task = _task(loaded, drawn.book, DrawSpec(found, row, replication, 0))
    sums = measured(task, simulate(task)).sums
    return sums["district_nursing_units", "{}"] / sums["patients", "{}"] / 604_800
