"""The regions that an area stands for: its templates laid out, each copy with rates of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from scipy import special

from sim.rng import stream_key
from sim.scenario.models import Area, Region, RegionalFactors, RegionalSpread
from sim.units import FIRST_DERIVED_REGION_NUMBER

# Numbers that regions get from their ids; patient ids then stay below 2**53, whole in every tool
_DERIVED_REGION_NUMBERS = 800_000


def regions_of(area: Area) -> tuple[Region, ...]:
    """All regions of an area by id.

    A region with `copies` stands for so many regions. With a `spread` their rates lie on the
    quantiles of a lognormal distribution, dealt out in an order that depends on the region's id only.
    """
    return tuple(region for _, region in numbered_regions(area))


def numbered_regions(area: Area) -> tuple[tuple[int, Region], ...]:
    """All regions of an area by id, each with the number that keys its draws and its patients' ids.

    The number, 1 or more, is the region's own, or follows from its id. So a region keeps it, and with it
    every draw, wherever it stands in the file and whatever regions stand beside it. Where regions share a
    number, the first of them by id has it.
    """
    out: list[tuple[int, Region]] = []
    taken: set[int] = set()
    for region in sorted(area.regions, key=lambda region: region.id):
        numbers = next(n for n in _candidates(region) if taken.isdisjoint(n))
        taken.update(numbers)
        if region.copies == 1:
            out.append((numbers[0], region))
        else:
            out.extend((n, _copy(region, place, area.spread)) for place, n in enumerate(numbers))
    return tuple(out)


@dataclass(frozen=True)
class Cluster:
    """Regions that share their places: one queue, one task."""

    id: str  # word of the cluster, or the id of a region on its own
    members: tuple[tuple[int, Region], ...]  # regions with their numbers, ascending by number

    @property
    def region(self) -> Region:
        """The regions as one: people, sites, nursing home places and budgets together."""
        return _as_one([region for _, region in self.members], self.id)


def clusters_of(area: Area) -> tuple[Cluster, ...]:
    """Clusters of an area in the order of their ids; a region without a cluster is one by itself."""
    found: dict[str, list[tuple[int, Region]]] = {}
    for number, region in numbered_regions(area):
        found.setdefault(region.cluster or region.id, []).append((number, region))
    return tuple(
        Cluster(id_, tuple(sorted(found[id_], key=lambda member: member[0]))) for id_ in sorted(found)
    )


def _as_one(regions: Sequence[Region], name: str) -> Region:
    first = regions[0]
    if len(regions) == 1:
        return first if first.id == name else first.model_copy(update={"id": name})
    people = sum(region.population for region in regions)

    def total(field: str) -> Any:
        value = sum(getattr(region, field).value for region in regions)
        return getattr(first, field).model_copy(update={"value": value, "range": None})

    def mean(field: str, by: str) -> Any:
        weights = [getattr(region, by).value for region in regions]
        parts = [
            weight * getattr(region, field).value for weight, region in zip(weights, regions, strict=True)
        ]
        value = sum(parts) / sum(weights) if sum(weights) else getattr(first, field).value
        return getattr(first, field).model_copy(update={"value": value, "range": None})

    sums = ("palliative_deaths", "nursing_home_places", "district_nursing_budget_eur", "elv_budget_eur")
    return first.model_copy(
        update={
            "id": name,
            "name": ", ".join(sorted(region.name for region in regions)),
            "population": people,
            "sites": tuple(site for region in regions for site in region.sites),
            "factors": RegionalFactors(),
            **{field: total(field) for field in sums},
            "district_nursing_background_share": mean(
                "district_nursing_background_share", "district_nursing_budget_eur"
            ),
            "elv_background_share": mean("elv_background_share", "elv_budget_eur"),
        }
    )


def _candidates(region: Region) -> Iterator[range]:
    """Numbers that a region and its copies may have, the wanted ones first."""
    if region.number is not None:
        yield range(region.number, region.number + region.copies)
    for attempt in count():
        key = stream_key(f"region.{region.id}.{attempt}")
        first = FIRST_DERIVED_REGION_NUMBER + key % _DERIVED_REGION_NUMBERS
        yield range(first, first + region.copies)


def _copy(region: Region, place: int, spread: RegionalSpread | None) -> Region:
    mark = f"-{place + 1:02d}"
    sites = tuple(s.model_copy(update={"id": s.id + mark, "name": s.name + mark}) for s in region.sites)
    factors = region.factors
    if spread is not None:
        own = {
            name: getattr(factors, name) * _quantile(region, name, place, getattr(spread, name).value)
            for name in RegionalSpread.model_fields
        }
        factors = factors.model_copy(update=own)
    changes = {"id": region.id + mark, "name": region.name + mark, "sites": sites, "factors": factors}
    return region.model_copy(update={**changes, "copies": 1})


def _quantile(region: Region, name: str, number: int, sd: float) -> float:
    seed = np.random.SeedSequence(stream_key(f"regional.{region.id}.{name}"))
    place = int(np.random.Generator(np.random.SFC64(seed)).permutation(region.copies)[number])
    return math.exp(sd * float(special.ndtri((place + 0.5) / region.copies)))
