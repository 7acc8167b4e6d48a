"""Headline measures of a scenario, from the KPIs of a base and an alternative, replication by replication."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.later import pd
from sim.measure.dimensions import ANY, refuse_kpi
from sim.measure.estimates import Column, Kpi, shared_columns
from sim.scenario.headline import Headline
from sim.stats import mean
from sim.studies.precision import parse_kpi
from sim.units import Floats

HEADLINE = "headline"
"""Name under which a headline measure stands among the KPIs; its dimension is its number in the scenario."""
_TOTALS = ("eur", "count", "hours", "days")
"""Units in which a measure that a run does not have is 0 of it."""


class Sides(NamedTuple):
    """A headline measure in a base and an alternative."""

    base: Floats
    alternative: Floats
    unit: str


def refuse_headline(name: str, headline: Sequence[Headline]) -> None:
    """Refuse a headline, of a named scenario, that names a KPI or a dimension no run has.

    Raises InputError, which names the scenario and the place.
    """
    for number, item in enumerate(headline):
        for text in (*(item.kpi or ()), *(whole.kpi for whole in (item.of, item.per) if whole is not None)):
            refuse_kpi(f"{name}: headline[{number}]:", *parse_kpi(text))


def matching(measure: str | Kpi, known: Iterable[Kpi]) -> list[Kpi]:
    """KPIs that a measure sums: one, or all along a dimension that it writes as `*`."""
    if not isinstance(measure, str):
        return [measure]
    name, wanted = parse_kpi(measure)
    return [kpi for kpi in known if kpi[0] == name and fits(json.loads(kpi[1]), wanted)]


def fits(dimension: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether a dimension has the words that are wanted, any word where that is `*`."""
    return set(dimension) == set(wanted) and all(
        value in (ANY, dimension[key]) for key, value in wanted.items()
    )


def sides_of(
    measures: Sequence[str | Kpi], base: Mapping[Kpi, Column], alternative: Mapping[Kpi, Column]
) -> Sides | None:
    """A sum of KPIs, or of texts as a headline writes them, in both scenarios, of the same replications.

    None when neither has one of them, or their units differ. What one of the two does not have is 0 there,
    where it is a total: a budget that has ended.
    """
    both: list[list[Floats]] = [[], []]
    units = set()
    for measure in measures:
        found = matching(measure, itertools.chain(base, (kpi for kpi in alternative if kpi not in base)))
        if not found:
            return None
        for kpi in found:
            columns = [side[kpi] for side in (base, alternative) if kpi in side]
            units.add(columns[0].unit)
            nothing = 0.0 if columns[0].unit in _TOTALS else np.nan
            for side, values in zip((base, alternative), both, strict=True):
                known = side.get(kpi)
                values.append(np.full_like(columns[0].values, nothing) if known is None else known.values)
    if len(units) != 1:
        return None
    return Sides(np.sum(both[0], axis=0), np.sum(both[1], axis=0), units.pop())


class Headlined(NamedTuple):
    """One headline measure of a comparison, float64 by replication; empty where nothing was measured.

    `of` and `per` are the means in the base of whom it is of, and over whom it is shared; NaN where not asked
    for or not there.
    """

    base: Floats
    alternative: Floats
    unit: str
    of: float
    per: float


def headlined(items: Sequence[Mapping[str, Any]], base: pd.DataFrame, alt: pd.DataFrame) -> list[Headlined]:
    """The headline measures of a comparison of runs with the same seed, one an item of the manifest."""
    sides = shared_columns(base, alt)
    nothing = Sides(np.zeros(0), np.zeros(0), "")

    def whole(item: Mapping[str, Any], key: str) -> float:
        found = sides_of([item[key]["kpi"]], *sides) if item.get(key) else None
        return math.nan if found is None else mean(found.base)

    return [
        Headlined(
            *((sides_of(item["kpi"], *sides) if item["kpi"] else None) or nothing),
            whole(item, "of"),
            whole(item, "per"),
        )
        for item in items
    ]
