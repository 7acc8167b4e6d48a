"""By which dimensions, and words of these, a KPI is told; what no run has is refused beforehand."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.measure.dimensions import refuse_kpi
from sim.scenario import load_scenario, scenario_names
from sim.studies.headline import refuse_headline
from sim.studies.precision import parse_kpi, parse_precision

ANSWERS = Path(__file__).parents[1] / "e2e" / "same_answers"


def test_every_kpi_of_the_kept_answers_is_told_by_its_dimensions() -> None:
    files = sorted(ANSWERS.glob("kpis_*.csv"))
    assert files
    for file in files:
        with file.open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                refuse_kpi(file.stem, row["name"], json.loads(row["dimension"]))


def test_every_headline_that_ships_is_of_a_kpi_that_a_run_can_have() -> None:
    for name in scenario_names():
        refuse_headline(name, load_scenario(name).scenario.headline)


@pytest.mark.parametrize(
    ("kpi", "said"),
    [
        ("csot:view=calendar", "--kpi csot: no such KPI; did you mean 'cost'?"),
        ("cost:vieuw=calendar", "--kpi cost:vieuw=calendar: no dimension 'vieuw'; did you mean 'view'?"),
        (
            "cost:view=calender",
            "--kpi cost:view=calender: view 'calender' is not there; did you mean 'calendar'?",
        ),
        (
            "place_of_death:setting=ziekenhuus",
            "--kpi place_of_death:setting=ziekenhuus: setting 'ziekenhuus' is not there; did you mean 'zi",
        ),
        ("unfunded", "--kpi unfunded: is not told so; there is unfunded:reason=*"),
        ("subsidy:form=*,line=nppz", "--kpi subsidy:form=*,line=nppz: no dimension 'line'"),
        ("patients:setting=thuis", "--kpi patients:setting=thuis: is not told so; there is patients"),
        (
            "patient_payment_mean:item=eigen_risico,income=laag",
            "--kpi patient_payment_mean:item=eigen_risico,income=laag: is not told so; there is",
        ),
    ],
)
def test_a_slip_in_a_kpi_is_one_line_that_names_what_comes_near(kpi: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        refuse_kpi("--kpi", *parse_kpi(kpi))
    assert caught.value.told("en").startswith(said)
    assert "\n" not in caught.value.told("nl")


@pytest.mark.parametrize(
    "kpi",
    ["cost:view=*", "occupancy:site=een_huis", "carrying_out:payer=rijk", "moves:from=thuis,to=overleden"],
)
def test_any_word_and_what_only_a_run_knows_are_taken(kpi: str) -> None:
    refuse_kpi("--kpi", *parse_kpi(kpi))


def test_a_headline_and_a_precision_with_a_slip_are_refused(tmp_path: Path) -> None:
    """It was told as not measured in this run, after all of it."""
    names = {"nl": "maat", "en": "measure"}
    whole = {"kpi": "patients:grup=cancer", "label": names}
    for headline, said in (
        (
            {"form": "change", "kpi": ["cost:view=calender"]},
            "calender' is not there; did you mean 'calendar'?",
        ),
        (
            {"form": "level", "kpi": ["hospice_stays"], "of": whole},
            "patients:grup=cancer: is not told so; there is",
        ),
    ):
        path = tmp_path / "slip.yaml"
        item: dict[str, Any] = {"label": names, **headline}
        path.write_text(json.dumps({"extends": "basis_2026", "headline": [item]}), encoding="utf-8")
        with pytest.raises(InputError) as caught:
            refuse_headline("slip", load_scenario(path).scenario.headline)
        assert caught.value.told("en").startswith("slip: headline[0]:")
        assert said in caught.value.told("en")
    with pytest.raises(InputError, match="setting"):
        parse_precision("place_of_death:setting=tuis=0.01")
