"""Writes sim/api/names.pyi: the names that a script may write, so that a type checker finds a slip in one.

Usage: python docs/generate/names.py
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

from sim.catalogue import load_tariffs
from sim.law import registered
from sim.measure.kpis import KPIS
from sim.scenario import area_names, scenario_names
from sim.scenario.own import PRICES
from sim.scenario.paths import addresses
from sim.schema import HOSPICE_SETTINGS, SETTINGS

OUT = Path(__file__).resolve().parents[2] / "sim" / "api" / "names.pyi"
NOWHERE = ("thuis", "ziekenhuis", "verpleeghuis", "respijt")
"""Where no site has beds of its own."""
HEAD = '''"""Names that a script may write, for type checkers; written by `python docs/generate/names.py`."""

from typing import Literal

# fmt: off
'''
WIDTH = 110
"""Of a line, in characters."""


def text() -> str:
    """The module as it should stand."""
    book = load_tariffs()
    tariffs = sorted((*book.ids, *book.parameter_ids))
    beds = [
        f"{'hospice' if each in HOSPICE_SETTINGS else 'places'}.beds.{each}"
        for each in SETTINGS
        if each not in NOWHERE
    ]
    paths = [*addresses(), *beds, *(f"{PRICES}.{id}" for id in tariffs)]
    parts = (
        _literal("ScenarioName", "A scenario in `scenarios/`.", scenario_names()),
        _literal("AreaName", "An area in `scenarios/regions/`.", area_names()),
        _literal("KpiName", "A KPI of a run.", sorted(KPIS)),
        _literal("RuleKey", "A legal rule.", dict.fromkeys(rule.key for rule in registered())),
        _literal("TariffId", "A product or a legal amount.", tariffs),
        _literal("SettingPath", "A setting, a number of beds or a price that `vary` takes.", paths),
    )
    return HEAD + "".join(parts)


def _literal(name: str, meaning: str, words: Iterable[str]) -> str:
    names = " ".join(f'"{word}",' for word in words)
    lines = textwrap.fill(
        names, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
    )
    return f'{name} = Literal[\n{lines}\n]\n"""{meaning}"""\n'


if __name__ == "__main__":
    OUT.write_text(text(), encoding="utf-8")
