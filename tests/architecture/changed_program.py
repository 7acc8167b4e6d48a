"""Asks a program in which every worked example is made what it shows of each; writes that as JSON.

Usage: PYTHONPATH=COPY python tests/architecture/changed_program.py ANSWERS
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import openpyxl

import sim
from sim.cli import run_command
from sim.scenario import load_area
from sim.units import MINUTES_PER_DAY

GIVEN = "--replications 1 --jobs 1 --keep all --check --lang en --out run --remark trial"


def hamlet() -> dict[str, Any]:
    """An area of one region with 60 deaths a year and a place of the new kind."""
    area = load_area("middenland").model_dump(mode="json") | {"name": "gehucht"}
    region = area["regions"][0]
    region["palliative_deaths"] |= {"value": 60}
    region["sites"].append(region["sites"][0] | {"id": "zp-1", "name": "Zorgpension", "setting": "zp"})
    return area


def days_of_medicines(run: sim.RunResult) -> float:
    """Most days before death at which medicines begin."""
    spells, people = run.stored["spells"], run.stored["patients"]
    begun = spells[spells["product"] == "zvw.farmacie"].groupby("patient_id")["start_minute"].min()
    ahead = people.set_index("patient_id")["death_minute"] - begun
    return float(ahead.max()) / MINUTES_PER_DAY


def answers() -> dict[str, Any]:
    """What the run, its report, its workbook, the commands and the facade show."""
    Path("gehucht.yaml").write_text(json.dumps(hamlet()), encoding="utf-8")
    code = run_command(["run", "basis_2026", "--area", "gehucht.yaml", *GIVEN.split()])
    run = sim.load_run("run")
    lines, unfunded, stays = (run.stored[name] for name in ("declarations", "unfunded", "stays"))
    assert isinstance(run, sim.RunResult)
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        run_command(["busiest", "run", "--place", "zp"])
    book = openpyxl.load_workbook(run.excel(lang="en"))
    return {
        "code": code,
        "program": sim.__file__,
        "kpi": run.kpi("stays_each").mean,
        "medicines_days": days_of_medicines(run),
        "report": run.report("en").read_text(encoding="utf-8"),
        "cells": [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row],
        "meanings": sim.dictionary("en")["meaning"].tolist(),
        "last": {
            str(product): str(mine.max())[:10]
            for product, mine in lines.groupby("product", observed=True)["date"]
        },
        "cents": sorted(
            {int(each) for each in lines[lines["product"] == "zvw.hulpmiddel.waakset"]["gross_cents"]}
        ),
        "unfunded": sorted(
            {*zip(unfunded["product"].astype(str), unfunded["reason"].astype(str), strict=True)}
        ),
        "setting": sim.api.scenario("basis_2026").find("medicines_later_days").iloc[0].astype(str).to_dict(),
        "women": float(run.stored["patients"]["woman_with_partner"].mean()),
        "settings": sorted(stays["setting"].astype(str).unique().tolist()),
        "remark": run.manifest["remark"],
        "busiest": [told.getvalue().strip(), sim.busiest(run, "zp")],
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(answers()), encoding="utf-8")
