"""The areas of a run side by side: a table and a map, where the nation or a part of it was simulated."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sim.measure.estimates import Difference, Estimate
from sim.report import style
from sim.report.figures.drawing import Drawing
from sim.report.figures.maps import area_map
from sim.report.language import Language
from sim.report.page import (
    Block,
    Cell,
    Row,
    Section,
    TableView,
    difference_cell,
    estimate_cell,
    figure,
    number,
    text,
)
from sim.report.results import Alternative, Kpis, Result, RunView
from sim.report.rounding import RowForm
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
_FEWEST = 2
"""Areas with an outline from which a report has a map."""


def are_mapped(clusters: Sequence[str]) -> bool:
    """Whether a run on these clusters is told by area: several of them are areas of the map."""
    return sum(cluster in outlines() for cluster in clusters) >= _FEWEST


def section(result: Result, words: Language) -> Section | None:
    """The areas side by side; None where a result is not of several areas of the map."""
    if not result.base.areas:
        return None
    blocks: list[Block] = []
    if not result.alternatives:
        blocks += [*_maps(result.base, words), _levels(result.base, words)]
    for alternative in result.alternatives:
        blocks += [*_difference_maps(alternative, words), _changes(alternative, result.base, words)]
    return Section("areas", words.say("section.areas"), tuple(blocks))


def costs_on_map(result: Result, words: Language) -> Drawing | None:
    """The map of the costs per person who died: of a run its level, of a comparison the first difference.

    None where a result is not of several areas of the map.
    """
    costs = _mapped(words)[0]
    if not result.alternatives:
        return _map(result.base, costs, words)
    return _difference_map(result.alternatives[0], costs, words)


def _shown(words: Language) -> list[_Shown]:
    def points(value: float) -> str:
        return words.bare_points(value, style.POINT_DIGITS)

    def euros(value: float) -> str:
        return words.euro(value, signed=True)

    def count(value: float) -> str:
        return words.number(value)

    def more(value: float) -> str:
        return words.signed(value, 0)

    def millions(value: float) -> str:
        return words.millions(value)

    found = [_Shown("patients", "patients", {}, count, more)]
    found += [
        _Shown(f"law_{law}", "cost", {"view": "calendar", "law": law}, millions, euros) for law in _LAWS
    ]
    found.append(_Shown("patient", "cost", {"view": "calendar", "payer": "patient"}, millions, euros))
    return [
        *found,
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


def _maps(run: RunView, words: Language) -> list[Block]:
    return [block for each in _mapped(words) for block in figure(_map(run, each, words))]


def _map(run: RunView, each: _Shown, words: Language) -> Drawing | None:
    values = {
        area: math.nan if (found := kpis.get(each.name, **each.dimension)) is None else found.mean
        for area, kpis in run.areas.items()
    }
    caption = words.say("map.level", what=words.say(f"map.{each.key}"), title=run.text("title", words.code))
    return area_map(f"fig-map-{each.key}", caption, values, names_of(run), each.show)


def _difference_maps(alternative: Alternative, words: Language) -> list[Block]:
    return [block for each in _mapped(words) for block in figure(_difference_map(alternative, each, words))]


def _difference_map(alternative: Alternative, each: _Shown, words: Language) -> Drawing | None:
    values = {
        area: math.nan if (found := kpis.get(each.name, **each.dimension)) is None else found.difference
        for area, kpis in alternative.areas.items()
    }
    title = alternative.run.text("title", words.code)
    caption = words.say("map.difference", what=words.say(f"map.{each.key}"), title=title)
    id_ = f"fig-map-{each.key}-{alternative.run.name}"
    return area_map(id_, caption, values, names_of(alternative.run), each.change, difference=True)


def _head(words: Language) -> tuple[Cell, ...]:
    columns = [number(words.say(f"by_area.{each.key}")) for each in _shown(words)]
    return (text(words.say("by_area.area")), *columns)


def _levels(run: RunView, words: Language) -> TableView:
    rows = [
        Row((text(f"{at} {name}"), *_level_cells(run.areas[area], words)))
        for at, (area, name) in enumerate(names_of(run).items(), start=1)
        if area in run.areas
    ]
    rows.append(Row((text(words.say("total")), *_level_cells(run.kpis, words)), total=True))
    caption = words.say("by_area.levels", title=run.text("title", words.code))
    return TableView(caption, _head(words), tuple(rows), words.say("by_area.note"), wide=True)


def _level_cells(kpis: Kpis[Estimate], words: Language) -> list[Cell]:
    """Costs in millions, others as they are."""
    cells = []
    for each in _shown(words):
        found = kpis.get(each.name, **each.dimension)
        unit = found.unit if found is not None else ""
        size = style.MILLION if each.name == "cost" else _size(unit)
        cells.append(estimate_cell(found, RowForm(unit, size, words), words))
    return cells


def _size(unit: str) -> float:
    return 1 / 100 if unit == style.SHARE_UNIT else 1.0


def _changes(alternative: Alternative, base: RunView, words: Language) -> TableView:
    rows = [
        Row((text(f"{at} {name}"), *_change_cells(alternative.areas[area], words)))
        for at, (area, name) in enumerate(names_of(base).items(), start=1)
        if area in alternative.areas
    ]
    rows.append(Row((text(words.say("total")), *_change_cells(alternative.differences, words)), total=True))
    caption = words.say("by_area.changes", title=alternative.run.text("title", words.code))
    return TableView(caption, _head(words), tuple(rows), words.say("by_area.note"), wide=True)


def _change_cells(kpis: Kpis[Difference], words: Language) -> list[Cell]:
    cells = []
    for each in _shown(words):
        found = kpis.get(each.name, **each.dimension)
        unit = found.unit if found is not None else ""
        told, chance, _ = difference_cell(found, None, RowForm(unit, _size(unit), words), words)
        cells.append(number(told.text, "" if chance == words.say("none") else chance))
    return cells
