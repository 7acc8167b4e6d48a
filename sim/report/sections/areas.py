"""The areas of a run side by side: a table and a map, where the nation or a part of it was simulated."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sim.report import style
from sim.report.figures.drawing import Drawing
from sim.report.figures.maps import area_map
from sim.report.language import Language
from sim.report.page import Block, Cell, Section, TableView, change_cell, estimate_cell, figure, row, table
from sim.report.results import Alternative, Kpis, Result, RunView
from sim.report.rounding import Change, RowForm
from sim.scenario.area.outlines import outlines

Show = Callable[[float], str]


@dataclass(frozen=True)
class _Shown:
    """A KPI as it is shown by area: its column, where it stands, and how it is written."""

    key: str  # of its words
    name: str
    dimension: Mapping[str, str]
    show: Show  # how a level and a difference are written
    change: Show
    mapped: bool = False  # whether it has a map


BY_AREA = ("patients", "cost", "cost_per_decedent", "place_of_death", "hospice_refused")
"""KPIs that a report tells by area; a table of an area is read for no others."""
_LAWS = ("Zvw", "Wlz", "Wmo")
_FEWEST = 2  # areas with an outline from which a report has a map


def are_mapped(clusters: Sequence[str]) -> bool:
    """Whether a run on these clusters is told by area: several of them are areas of the map."""
    return sum(cluster in outlines() for cluster in clusters) >= _FEWEST


def section(result: Result, words: Language) -> Section | None:
    """The areas side by side; None where a result is not of several areas of the map."""
    if not result.base.areas:
        return None
    blocks: list[Block] = []
    for change in result.alternatives or (None,):
        run = result.base if change is None else change.run
        blocks += [block for each in _mapped(words) for block in figure(_map(run, change, each, words))]
        blocks.append(_table(run, change, words))
    return Section("areas", words.say("section.areas"), tuple(blocks))


def costs_on_map(result: Result, words: Language) -> Drawing | None:
    """The map of the costs per person who died: of a run its level, of a comparison the first difference.

    None where a result is not of several areas of the map.
    """
    change = next(iter(result.alternatives), None)
    return _map(result.base if change is None else change.run, change, _mapped(words)[0], words)


def _shown(words: Language) -> list[_Shown]:
    points, euros = partial(words.bare_points, digits=style.POINT_DIGITS), partial(words.euro, signed=True)
    costs = {f"law_{law}": {"law": law} for law in _LAWS} | {"patient": {"payer": "patient"}}
    return [
        _Shown("patients", "patients", {}, words.number, partial(words.signed, digits=0)),
        *(
            _Shown(key, "cost", {"view": "calendar", **of}, words.millions, euros)
            for key, of in costs.items()
        ),
        _Shown("cost_per_decedent", "cost_per_decedent", {}, words.euro, euros, mapped=True),
        _Shown("home", "place_of_death", {"setting": "thuis"}, words.percent, points, mapped=True),
        _Shown("refused", "hospice_refused", {}, words.percent, points),
    ]


def _mapped(words: Language) -> list[_Shown]:
    """What has a map, the costs first."""
    return [each for each in _shown(words) if each.mapped]


def names_of(run: RunView) -> dict[str, str]:
    """Names of the regions of a run by id, in the order of the area."""
    return {str(region["id"]): str(region["name"]) for region in run.area["regions"]}


def _map(run: RunView, change: Alternative | None, each: _Shown, words: Language) -> Drawing | None:
    """The level of a run by area, or the difference of an alternative."""
    areas: Mapping[str, Kpis[Any]] = run.areas if change is None else change.areas
    found = {area: kpis.get(each.name, **each.dimension) for area, kpis in areas.items()}
    values = {area: math.nan if value is None else value.mean for area, value in found.items()}
    key, id_, show = ("level", f"fig-map-{each.key}", each.show)
    if change is not None:
        key, id_, show = "difference", f"{id_}-{run.name}", each.change
    caption = words.say(f"map.{key}", what=words.say(f"map.{each.key}"), title=run.title(words))
    return area_map(id_, caption, values, names_of(run), show, difference=change is not None)


def _table(run: RunView, change: Alternative | None, words: Language) -> TableView:
    """Levels of a run by area, or differences of an alternative; the whole last."""
    areas: Mapping[str, Kpis[Any]] = run.areas if change is None else change.areas
    whole: Kpis[Any] = run.kpis if change is None else change.differences

    def cell(kpis: Kpis[Any], each: _Shown) -> Cell:
        """A level, of costs in millions, or a difference."""
        found = kpis.get(each.name, **each.dimension)
        unit = found.unit if found is not None else ""
        size = 1 / 100 if unit == style.SHARE_UNIT else 1.0
        if change is None:
            form = RowForm(unit, style.MILLION if each.name == "cost" else size, words)
            return estimate_cell(found, form, words)
        return change_cell(found and Change(found), RowForm(unit, size, words), words)

    shown = _shown(words)
    named = [(f"{at} {name}", area) for at, (area, name) in enumerate(names_of(run).items(), start=1)]
    rows = [row(name, *(cell(areas[area], each) for each in shown)) for name, area in named if area in areas]
    rows.append(row(words.say("total"), *(cell(whole, each) for each in shown), total=True))
    caption = words.say("by_area.levels" if change is None else "by_area.changes", title=run.title(words))
    head = words.each("by_area", "area", *(each.key for each in shown))
    return table(caption, head, rows, words.say("by_area.note"), wide=True)
