"""Outlines of care-office areas and municipalities: to draw maps, and to know which areas touch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from sim.data import data_folder, read_text
from sim.errors import Message
from sim.scenario.area.real_region import slug
from sim.units import Floats

Ring = Floats  # corners of one closed line, shape (k, 2): metres east and north (RD New)
Polygon = tuple[Ring, ...]  # an outer ring, then the holes in it

_AREAS, _TOWNS = "zorgkantoorregios.geojson", "gemeenten_2023.geojson"
_STRETCH = 2  # corners that two areas share where they have a border in common; one corner is a point only


@lru_cache(maxsize=1)
def outlines() -> Mapping[str, tuple[Polygon, ...]]:
    """Polygons of the care-office areas by the id of their region: their name as `slug` writes it."""
    return {slug(name): polygons for name, polygons in _polygons(_AREAS, "zorgkantoorregio").items()}


@lru_cache(maxsize=1)
def town_outlines() -> Mapping[str, tuple[Polygon, ...]]:
    """Polygons of the municipalities of 1 January 2023 by name, as `Nation.chosen` takes it."""
    return _polygons(_TOWNS, "gemeente")


def _polygons(file: str, key: str) -> dict[str, tuple[Polygon, ...]]:
    path = data_folder("scenarios") / "regions" / "cbs" / file
    document: dict[str, Any] = json.loads(read_text(path, Message("a file of outlines")))
    return {
        feature["properties"][key]: tuple(
            tuple(np.array(ring, np.float64) for ring in polygon)
            for polygon in feature["geometry"]["coordinates"]
        )
        for feature in document["features"]
    }


@lru_cache(maxsize=1)
def neighbours() -> Mapping[str, frozenset[str]]:
    """Areas that have a stretch of border in common with each area, by id."""
    corners = {
        area: {(float(x), float(y)) for polygon in polygons for ring in polygon for x, y in ring}
        for area, polygons in outlines().items()
    }
    touching: dict[str, set[str]] = {area: set() for area in corners}
    for one, other in combinations(corners, 2):
        if len(corners[one] & corners[other]) >= _STRETCH:
            touching[one].add(other)
            touching[other].add(one)
    return {area: frozenset(others) for area, others in touching.items()}
