"""What a message advises after an end halfway is a command that exists and goes on."""

from __future__ import annotations

from typing import Any

import pytest
import typer

from sim import api
from sim.api import folders, sizing, studies
from sim.cli import app, run_command
from sim.errors import GO_ON, InputError, RunError

WITH = "interrupted; give the same command with --resume to go on"
WITHOUT = "interrupted; give the same command again to go on"
CASES = [
    (["run", "basis_2026"], WITH),
    (["compare", "basis_2026", "wmo_2027"], WITH),
    (["budget", "basis_2026"], WITH),
    (["price", "folder", "--scenario", "basis_2026"], WITH),
    (["capacity", "middenland", "--out", "beds"], WITH),
    (["capacity", "middenland", "--out=beds"], WITH),
    (["capacity", "middenland"], WITHOUT),
    (["sensitivity", "basis_2026"], WITHOUT),
    (["advise", "basis_2026"], WITHOUT),
    (["bill", "case.yaml"], WITHOUT),
]


OWNERS = {
    **dict.fromkeys(("run", "compare", "price"), folders),
    **dict.fromkeys(("sensitivity", "advise", "budget"), studies),
    "capacity": sizing,
}
"""Where the function of a command stands; `sim.api` for all others."""


@pytest.mark.parametrize(("words", "told"), CASES, ids=lambda each: " ".join(each) if each is list else None)
def test_resume_is_advised_where_the_command_has_it(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ends(fault: BaseException) -> None:
        def raised(*_: Any, **__: Any) -> None:
            raise fault

        owner = OWNERS.get(words[0], api)
        monkeypatch.setattr(owner, words[0], raised)

    ends(KeyboardInterrupt())
    assert run_command(words) == 130
    assert capsys.readouterr().err.splitlines() == [told]
    ends(RunError("disk: the disk is full; free some space and {go_on}", go_on=GO_ON))
    assert run_command(words) == 1
    advised = GO_ON if told == WITH else "give the same command again"
    assert capsys.readouterr().err.splitlines() == [f"disk: the disk is full; free some space and {advised}"]


def test_every_command_that_keeps_a_folder_is_among_these() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    with_resume = {name for name, each in commands.items() if any(o.name == "resume" for o in each.params)}
    assert with_resume == {words[0] for words, told in CASES if told == WITH}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"resume": True}, "--resume: no folder to go on with; name it with --out DIR"),
        ({"replications": 10**8}, "--replications 100000000: must be 100000 or less"),
        ({"growth": 0.5, "years": 50}, r"--growth 0\.5 --years 50: more than 10 times"),
        ({"growth": -0.5, "years": 4}, r"--growth -0\.5 --years 4: more than 10 times or less than a tenth"),
        ({"growth": 0.02, "years": 51}, "--years 51: must be 0 to 50"),
    ],
)
def test_a_study_of_beds_that_makes_no_sense_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        sim_capacity(**options)


def sim_capacity(**options: Any) -> Any:
    return sizing.capacity("middenland", type="pu", prices=False, **options)


def test_more_points_than_can_be_answered_are_refused() -> None:
    """20,000 points; Sobol takes (2 parameters + 2) for each of its base points: 20,000 / 4."""
    paths = ("prices.bth_day_factor", "cohort.population.demand_factor")
    for method, most in (("psa", 20_000), ("sobol", 5000)):
        with pytest.raises(InputError, match=f"samples=1073741824: must be {most} or less"):
            api.sensitivity("basis_2026", method=method, samples=2**30, parameters=paths, replications=2)  # type: ignore[arg-type]
