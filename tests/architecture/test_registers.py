"""What one register names, the other has: formulas what is counted, places what a day there costs."""

import ast
from dataclasses import fields
from typing import get_args

import numpy as np
import pytest

from sim.law.days import DAY_RULES, FORM, SETTING, StayDays
from sim.law.registry import RuleSet
from sim.measure.kpis import KPIS
from sim.measure.registry import names_of
from sim.report.style import SETTING_COLOURS
from sim.scenario.effects import Acts
from sim.schema import PLACES, SITE_SETTINGS

READ = {"measure", "top", "bottom"}
CARE_BY_LINES = ("respijt",)
"""Places whose days are lines of care."""


def test_every_formula_of_a_kpi_reads_what_something_counts(trees):
    """A slip in a name would leave the KPI out of every run without a word."""
    counted = {
        node.value
        for path, tree in trees.items()
        if path.startswith("sim/measure/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    read = {
        (each.name, getattr(formula, field.name))
        for each in KPIS.values()
        for formula in each.formulas
        for field in fields(formula)
        if field.name in READ
    }
    assert len(read) > 90
    counted |= names_of(get_args(Acts))
    assert not {(kpi, name) for kpi, name in read if name not in counted}


@pytest.mark.parametrize("place", [place for place in SITE_SETTINGS if place not in CARE_BY_LINES])
def test_every_place_with_beds_is_paid_by_the_day(place):
    """A guest without Wlz costs something: else its rule in sim/law/days.py does not know the place."""
    one = np.ones(1, np.int64)
    stay = StayDays(
        setting=one * SETTING[place],
        form=one * FORM["geen"],
        profile=0 * one,
        treated=one == 0,
        contracted=one == 1,
        first=2500 * one,
        end=2510 * one,
        terminal_day=2500 * one,
        blocked_day=2510 * one,
        absent_day=2500 * one,
    )
    days = [
        int(np.maximum(span.end - span.first, 0).sum())
        for version in RuleSet.current().rules
        if version.key in DAY_RULES
        for span in version.function(stay, *([one] if version.key == "V9" else []))
    ]
    assert sum(days) == 10


def test_every_place_has_a_colour_of_its_own():
    words = [place.word for place in PLACES]
    assert set(words) < set(SETTING_COLOURS)
    assert len({SETTING_COLOURS[word] for word in words}) == len(words)
