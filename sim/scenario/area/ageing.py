"""Deaths of the years to come by the ages of a region's own people, and the range of what is assumed.

People grow a year older each year; some of them die, by age. Nobody moves, and as many are born as in the
year before: of the deaths in question hardly one is of someone who is not born yet.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.errors import InputError
from sim.scenario.area.place_assumptions import place_assumptions
from sim.scenario.area.real_region import GROUPINGS, Municipality, nation, split_names
from sim.scenario.models import Region
from sim.units import Floats

_COUNTED_YEAR = 2021  # year of the inhabitants by age (`scenarios/regions/cbs/`)
_OLDEST_CLASS_YEARS = 6  # years of age over which the inhabitants of the oldest class are spread
# How far the inhabitants of a region may lie from those of the municipalities that its name stands for
_SAME_PEOPLE = 0.1


@dataclass(frozen=True)
class Ahead:
    """Deaths of a year as a multiple of those of the first."""

    year: int
    factor: float  # as assumed; low and high over the ranges of what is assumed, one at a time
    low: float
    high: float


@dataclass(frozen=True)
class Ageing:
    """The years to come."""

    years: tuple[Ahead, ...]
    # whether the ages are those of the region's own municipalities; otherwise those of the nation, with the
    # region's part of the deaths of each age group
    own: bool


def ageing_of(region: Region, first: int, last: int) -> Ageing:
    """Deaths of every year of a region from the first, whose factor is 1, to the last."""
    given = place_assumptions().ageing
    slope, decline = given.mortality_slope, given.mortality_decline
    settings = [(slope.value, decline.value)]
    settings += [(end, decline.value) for end in slope.range or ()]
    settings += [(slope.value, end) for end in decline.range or ()]
    chosen = own_municipalities(region)
    curves = [factors(region, chosen, first, last, *each) for each in settings]
    return Ageing(
        tuple(
            Ahead(year, each[0], min(each), max(each))
            for year, each in zip(range(first, last + 1), zip(*curves, strict=True), strict=True)
        ),
        bool(chosen),
    )


def own_municipalities(region: Region) -> tuple[Municipality, ...]:
    """Municipalities that the name of a region stands for, where they have about its inhabitants."""
    whole = nation()
    found: list[tuple[Municipality, ...]] = []
    for grouping, names in itertools.product(GROUPINGS, ([region.name], _parts(region.name))):
        try:
            found.append(whole.chosen(grouping, names))
        except InputError:
            continue
    near = [(abs(whole.inhabitants(each) / region.population - 1), n) for n, each in enumerate(found)]
    off, place = min(near, default=(1.0, 0))
    return found[place] if off <= _SAME_PEOPLE else ()


def _parts(name: str) -> list[str]:
    try:
        return split_names(name)
    except InputError:
        return [name]


def factors(
    region: Region, chosen: Sequence[Municipality], first: int, last: int, slope: float, decline: float
) -> tuple[float, ...]:
    """Deaths of every year as a multiple of those of the first, for one set of assumptions.

    Municipalities are the region's own; those of the nation where none are chosen.
    """
    people = _people(tuple(chosen) or nation().municipalities)
    by_group = _deaths_by_group(people, _rates(slope), decline, last)
    weights = np.ones(by_group.shape[1]) if chosen else np.array(region.factors.deaths, np.float64)
    deaths = (by_group * weights).sum(axis=1)[first - _COUNTED_YEAR :]
    return tuple((deaths / deaths[0]).tolist())


def _people(municipalities: Sequence[Municipality]) -> Floats:
    """Inhabitants by year of age, each class spread evenly and the oldest over so many years."""
    starts = nation().starts
    counts = np.sum([m.people for m in municipalities], axis=0, dtype=np.float64)
    widths = np.diff([*starts, starts[-1] + _OLDEST_CLASS_YEARS])
    return np.asarray(np.repeat(counts / widths, widths), np.float64)


def _groups(ages: int) -> list[slice]:
    """Ages of each group of which the nation's deaths are known."""
    starts = sorted(nation().deaths)
    return [slice(low, high) for low, high in itertools.pairwise([*starts, ages])]


@cache
def _rates(slope: float) -> Floats:
    """Deaths a year by year of age: they rise by age, and give the nation's deaths of each age group."""
    people = _people(nation().municipalities)
    rates = np.exp(slope * np.arange(len(people)))
    for low, group in zip(sorted(nation().deaths), _groups(len(people)), strict=True):
        rates[group] *= nation().deaths[low] / float((people[group] * rates[group]).sum())
    rates.flags.writeable = False
    return np.asarray(rates, np.float64)


def _deaths_by_group(people: Floats, rates: Floats, decline: float, last: int) -> Floats:
    """Deaths of each year from the counted one on, by age group."""
    out = []
    for later in range(last - _COUNTED_YEAR + 1):
        dying = people * (1 - np.exp(-rates * (1 - decline) ** later))
        out.append([float(dying[group].sum()) for group in _groups(len(people))])
        left = people - dying
        older = np.concatenate([people[:1], left[:-1]])
        older[-1] += left[-1]
        people = older
    return np.array(out, np.float64)
