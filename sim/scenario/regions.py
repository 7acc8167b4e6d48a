"""The regions that an area stands for: its templates laid out, each copy with rates of its own."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from sim.rng import stream_key
from sim.scenario.models import Area, Region, RegionalFactors, RegionalSpread


def regions_of(area: Area) -> tuple[Region, ...]:
    """All regions of an area, in the order in which they are numbered from 1.

    A region with `copies` stands for so many regions. With a `spread` their rates lie on the
    quantiles of a lognormal distribution, dealt out in an order that depends on the area's name only.

    Parameters
    ----------
    area : Area

    Returns
    -------
    tuple of Region
    """
    out: list[Region] = []
    for region in area.regions:
        if region.copies == 1:
            out.append(region)
        else:
            out.extend(_copy(region, number, area.spread) for number in range(region.copies))
    return tuple(out)


def _copy(region: Region, number: int, spread: RegionalSpread | None) -> Region:
    mark = f"-{number + 1:02d}"
    sites = tuple(s.model_copy(update={"id": s.id + mark, "name": s.name + mark}) for s in region.sites)
    factors = region.factors
    if spread is not None:
        factors = RegionalFactors(
            **{
                name: getattr(factors, name) * _quantile(region, name, number, getattr(spread, name).value)
                for name in RegionalFactors.model_fields
            }
        )
    changes = {"id": region.id + mark, "name": region.name + mark, "sites": sites, "factors": factors}
    return region.model_copy(update={**changes, "copies": 1})


def _quantile(region: Region, name: str, number: int, sd: float) -> float:
    seed = np.random.SeedSequence(stream_key(f"regional.{region.id}.{name}"))
    place = int(np.random.Generator(np.random.SFC64(seed)).permutation(region.copies)[number])
    return math.exp(sd * float(special.ndtri((place + 0.5) / region.copies)))
