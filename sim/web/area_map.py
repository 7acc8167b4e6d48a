"""The map on which a region is chosen: shapes to click, and what a click does to the chosen names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from sim.report import style
from sim.scenario.area.outlines import Polygon, outlines, town_outlines
from sim.scenario.area.real_region import Grouping, nation, slug

WITHIN: tuple[Grouping, ...] = ("zorgkantoorregio", "provincie")  # groupings whose areas can be looked into
CLICKED = "clicked"  # name of the selection of the map
State = Literal["out", "partly", "in"]
STATES: tuple[State, ...] = get_args(State)  # how much of an area lies in the region
_FILLS: Mapping[State, str] = dict(
    zip(STATES, (style.MAP_LEVELS[0], style.MAP_LEVELS[1], style.ACCENT), strict=True)
)


@dataclass(frozen=True)
class Chosen:
    """Names that make a region together."""

    towns: tuple[str, ...] = ()  # municipalities
    offices: tuple[str, ...] = ()

    @property
    def covered(self) -> frozenset[str]:
        """Municipalities of 2021 of the region."""
        return _covered("gemeente", self.towns) | _covered("zorgkantoorregio", self.offices)


@dataclass(frozen=True)
class View:
    """What the map shows: the care-office areas of the country, or the municipalities of an area."""

    grouping: Grouping | Literal[""] = ""  # empty for the country
    name: str = ""  # of the area that is looked into


def views() -> tuple[View, ...]:
    """All that the map can show, the country first."""
    return (View(), *(View(grouping, name) for grouping in WITHIN for name in nation().areas(grouping)))


def clicked(chosen: Chosen, view: View, name: str) -> Chosen:
    """The names after a click on an area: it joins the region, or leaves it where it was in it whole.

    A municipality that leaves takes with it no other: a care-office area that held it is then told by its
    other municipalities.
    """
    grouping: Grouping = "gemeente" if view.grouping else "zorgkantoorregio"
    its = _covered(grouping, (name,))
    if not its <= chosen.covered:
        towns = [each for each in chosen.towns if not _covered("gemeente", (each,)) <= its]
        if view.grouping:
            return Chosen((*towns, name), chosen.offices)
        return Chosen(tuple(towns), (*chosen.offices, name))
    torn = [each for each in chosen.offices if _covered("zorgkantoorregio", (each,)) & its]
    left = [each for each in chosen.towns if not _covered("gemeente", (each,)) & its]
    split = [each for each in chosen.towns if _covered("gemeente", (each,)) & its]
    spread = _covered("zorgkantoorregio", torn) | _covered("gemeente", split)
    others = sorted(spread - its - _covered("gemeente", left))
    return Chosen((*left, *others), tuple(each for each in chosen.offices if each not in torn))


def shapes(view: View, chosen: Chosen, told: Mapping[State, str]) -> list[dict[str, Any]]:
    """GeoJSON features of a view, each with its name and whether it is in the region, told in words."""
    grouping: Grouping = "gemeente" if view.grouping else "zorgkantoorregio"
    out = []
    for name, geometry in _geometries(view).items():
        its = _covered(grouping, (name,))
        state: State = "in" if its <= chosen.covered else "partly" if its & chosen.covered else "out"
        said = f"{name}: {told[state]}"
        out.append({"type": "Feature", "name": name, "state": state, "told": said, "geometry": geometry})
    return out


def spec(view: View, chosen: Chosen, told: Mapping[State, str]) -> dict[str, Any]:
    """The map for Vega-Lite: shapes with a name to read and to click, nothing fetched."""
    colours = {"domain": list(_FILLS), "range": list(_FILLS.values())}
    return {
        "data": {"values": shapes(view, chosen, told)},
        "projection": {"type": "identity", "reflectY": True},
        "params": [{"name": CLICKED, "select": {"type": "point", "fields": ["name"]}}],
        "mark": {
            "type": "geoshape",
            "stroke": style.INK,
            "strokeWidth": style.MAP_LINE,
            "cursor": "pointer",
        },
        "encoding": {
            "color": {"field": "state", "type": "nominal", "scale": colours, "legend": None},
            "tooltip": {"field": "told", "type": "nominal"},
            "description": {"field": "told", "type": "nominal"},
        },
        "config": {"view": {"stroke": None}, "background": style.PAPER},
    }


def name_in(selection: Mapping[str, Any] | None) -> str | None:
    """The name that was clicked, of what the map gives back; None where nothing was."""
    found = ((selection or {}).get("selection") or {}).get(CLICKED) or []
    return str(found[0]["name"]) if found else None


def _covered(grouping: Grouping, names: Sequence[str]) -> frozenset[str]:
    return frozenset().union(*(_covers(grouping, name) for name in names))


@cache
def _covers(grouping: Grouping, name: str) -> frozenset[str]:
    return frozenset(each.name for each in nation().chosen(grouping, [name]))


@cache
def _geometries(view: View) -> dict[str, dict[str, Any]]:
    """GeoJSON geometries of a view by name."""
    if not view.grouping:
        return {name: _geometry(outlines()[slug(name)]) for name in nation().areas("zorgkantoorregio")}
    return {
        name: _geometry(polygons)
        for name, polygons in town_outlines().items()
        # the largest municipality of 2021 that it covers says where it lies
        if max(nation().chosen("gemeente", [name]), key=lambda m: sum(m.people)).groups[view.grouping]
        == view.name
    }


def _geometry(polygons: tuple[Polygon, ...]) -> dict[str, Any]:
    rings = [[ring.astype(int).tolist() for ring in polygon] for polygon in polygons]
    return {"type": "MultiPolygon", "coordinates": rings}
