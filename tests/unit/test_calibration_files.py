"""Fitted numbers go into a scenario file at their paths, and nothing else changes there."""

from __future__ import annotations

import pytest

from sim.errors import InputError
from sim.studies.calibrate import with_numbers

TEXT = """# a comment
hospital:
  stay:
    median: 5.0
    sigma: 0.9
  terminal:
    value: {cancer: 0.29, heart: 0.80}
    reason: "cancer: 0.29 by hand"
  ic: {value: 0.166, kind: derived, reason: "5,3% / 32,0%"}
home:
  stay:
    median: 7
  gp_per_day:
    value: [0.030, 0.080, 0.161, 0.371]
"""


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("hospital.stay.median", "median: 5.0", "median: 4.5"),
        ("hospital.terminal.value.heart", "heart: 0.80", "heart: 4.5"),
        ("hospital.ic.value", "ic: {value: 0.166", "ic: {value: 4.5"),
        ("home.stay.median", "median: 7", "median: 4.5"),
        ("home.gp_per_day.value.3", "0.161, 0.371]", "0.161, 4.5]"),
    ],
)
def test_one_number_is_replaced_and_the_rest_stays(path: str, before: str, after: str) -> None:
    assert with_numbers(TEXT, {path: 4.5}, "x.yaml") == TEXT.replace(before, after, 1)


@pytest.mark.parametrize("path", ["hospital.stay.mean", "hospital.terminal.value.copd", "nowhere.value"])
def test_a_path_without_a_number_is_refused_by_name(path: str) -> None:
    with pytest.raises(InputError, match=f"x.yaml: {path}: no such number"):
        with_numbers(TEXT, {path: 1.0}, "x.yaml")
