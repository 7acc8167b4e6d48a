"""What a notebook gives is looked at first, and faults are told in the language of the system."""

from __future__ import annotations

import datetime as dt
import functools
import math
import pickle
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import palsim as ps
from sim.api.facade import kinds_of
from sim.errors import InputError, Message, Reworded

PLAIN = [
    name for name in ps.__all__ if callable(getattr(ps, name)) and not isinstance(getattr(ps, name), type)
]
RESULTS = (ps.RunResult, ps.ComparisonResult, ps.GridResult, ps.Scenario, ps.Tables, ps.BudgetResult)


def nested(deep: int) -> Any:
    return functools.reduce(lambda inner, _: [inner], range(deep), 1)


@pytest.fixture(scope="module")
def basis() -> ps.Scenario:
    return ps.scenario("basis_2026")


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (
            lambda: ps.run("basis_2026", area=3),
            "run: area: '3' is of type int; give a text, a path, Area or None",
        ),
        (lambda: ps.run(None), "run: scenario: 'None' is of type NoneType; give a text, a path or Scenario"),
        (
            lambda: ps.run("basis_2026", jobs="2"),
            "run: jobs: '2' is of type str; give a whole number or None",
        ),
        (
            lambda: ps.run("basis_2026", jobs=True),
            "run: jobs: 'True' is of type bool; give a whole number or None",
        ),
        (
            lambda: ps.run("basis_2026", keep="some"),
            "run: keep: 'some' is unknown; give one of 'kpis', 'journey', 'all' or None",
        ),
        (
            lambda: ps.run("basis_2026", on_progress=3),
            "run: on_progress: '3' is of type int; give a function or None",
        ),
        (lambda: ps.run("basis_2026", check=1), "run: check: '1' is of type int; give True or False"),
        (lambda: ps.run("basis_2026", out="a\0b"), "a\\x00b: holds a control character; give another name"),
        (
            lambda: ps.compare("basis_2026", 3),
            "compare: alternatives: '3' is of type int; give a text, a path, Scenario or a mapping such as "
            "{path: value}",
        ),
        (
            lambda: ps.compare("basis_2026", "azwa_pzp", precision=[3]),
            "compare: precision[0]: '3' is of type int; give a text",
        ),
        (lambda: ps.grid("basis_2026", {}), "grid: 0 combinations; give 1 to 1000"),
        (
            lambda: ps.grid("basis_2026", {"ceiling.applies": 0.1}),
            "grid: factors['ceiling.applies']: '0.1' is of type float; give a list",
        ),
        (
            lambda: ps.grid("basis_2026", {"ceiling.applies": range(10**12)}),
            "grid: 1001 combinations; give 1 to 1000",
        ),
        (lambda: ps.explain("x", "y"), "explain: patient: 'y' is of type str; give a whole number"),
        (lambda: ps.region(math.nan), "region: gemeenten: 'nan' is of type float; give a text or a list of "),
        (lambda: ps.bill("olivia_bht"), "bill: 'olivia_bht': no such case; did you mean 'olivia_bth'?"),
        (lambda: ps.load("a\0b"), "a\\x00b: holds a control character; give another name"),
        (lambda: ps.bill("\ud800"), "\\ud800: holds a control character; give another name"),
    ],
)
def test_a_value_of_another_type_is_refused_in_one_line(call, line):
    with pytest.raises(InputError) as found:
        call()
    assert str(found.value).startswith(line)


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ("ceiling.applies", math.nan, "'ceiling.applies': nan is not a finite number"),
        ("ceiling.applies", np.float64("inf"), "'ceiling.applies': inf is not a finite number"),
        ("ceiling.applies", pd.NA, "ceiling.applies: a value of type NAType has no place in a scenario"),
        ("ceiling.applies", {1, 2}, "ceiling.applies: a value of type set has no place in a scenario"),
        ("ceiling.applies", 1j, "ceiling.applies: a value of type complex has no place in a scenario"),
        ("ceiling.applies", nested(3000), "ceiling.applies: a value of type list has no place in a scenario"),
        ("ceiling.applies", "\ud800", "ceiling.applies: '\\\\ud800' holds a control character; remove it"),
        ("ceiling.applies", {3: 4}, "ceiling.applies: '3' is no key; give a text"),
        ("horizon.count_from", pd.NaT, "horizon.count_from: a value of type NaTType has no place"),
        (
            "horizon.count_from",
            dt.datetime(2026, 1, 2, 3),
            "horizon.count_from: 2026-01-02 03:00:00 has a time",
        ),
    ],
)
def test_a_value_that_no_file_can_hold_is_refused(basis, path, value, line):
    with pytest.raises(InputError) as found:
        basis.vary({path: value})
    assert str(found.value).startswith(f"vary: {line}")


@pytest.mark.parametrize(
    ("path", "given", "same"),
    [
        ("ceiling.applies", np.float32(0.1), 0.1),
        ("ceiling.applies", np.array(0.25), 0.25),
        ("ceiling.applies", Decimal("0.25"), 0.25),
        ("hospice.beds.hch", np.int64(3), 3),
        ("horizon.count_from", pd.Timestamp("2026-02-01"), "2026-02-01"),
        ("horizon.count_from", np.datetime64("2026-02-01"), "2026-02-01"),
        ("horizon.count_from", dt.date(2026, 2, 1), "2026-02-01"),
    ],
)
def test_numbers_of_numpy_and_days_are_taken_for_what_they_are(basis, path, given, same):
    varied = basis.vary({path: given})
    assert varied.name == basis.vary({path: same}).name
    assert varied.loaded.digest == basis.vary({path: same}).loaded.digest


def test_types_of_all_parameters_are_known_when_called():
    """A type that only the type checker sees would let anything through."""
    methods = [
        getattr(kind, name)
        for kind in RESULTS
        for name in dir(kind)
        if not name.startswith("_") and hasattr(getattr(kind, name), "__wrapped__")
    ]
    functions = [getattr(ps, name) for name in PLAIN]
    assert len(methods) > 50
    for function in [*functions, *methods]:
        kinds = kinds_of(function)
        kinds.pop("self", None)
        assert Any not in kinds.values(), function.__qualname__


def test_a_fault_is_told_in_the_language_of_the_system(basis, monkeypatch):
    with pytest.raises(InputError) as found:
        basis.vary({"ceiling.applies": math.nan})
    assert str(found.value) == "vary: 'ceiling.applies': nan is not a finite number; write a number"
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    assert str(found.value) == "vary: 'ceiling.applies': nan is geen eindig getal; schrijf een getal"
    with pytest.raises(InputError) as found:
        ps.run(basis, jobs=0)
    assert str(found.value) == "jobs=0: moet 1 of meer zijn"
    assert found.value.told("en") == "jobs=0: must be 1 or more"


def test_what_the_law_forbids_is_told_in_dutch_too(tmp_path, monkeypatch):
    case = tmp_path / "case.yaml"
    shipped = ps.cases()["olivia_bth"].read_text(encoding="utf-8")
    case.write_text(shipped.replace("setting: bth", "setting: hch", 1), encoding="utf-8")
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    with pytest.raises(InputError) as found:
        ps.bill(case)
    assert str(found.value).endswith("laat het weg")
    assert found.value.told("en").endswith("leave it out")


def test_a_changed_sentence_travels():
    told = Reworded(Message("--jobs {jobs}: must be 1 or more", jobs=0), str.upper)
    for each in (told, pickle.loads(pickle.dumps(told))):
        assert each == "--JOBS 0: MUST BE 1 OR MORE"
        assert each.told("nl") == "--JOBS 0: MOET 1 OF MEER ZIJN"
    assert told.named("0", "3") == told
