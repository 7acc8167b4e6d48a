"""Disease group and age of who dies: those of the scenario, leaning to the ages of a region's own deaths."""

from __future__ import annotations

import numpy as np
from scipy import special

from sim.cohort import sampling as draw
from sim.rng import CohortDraws
from sim.scenario.cohort_models import Population
from sim.scenario.models import RegionalFactors
from sim.schema import GROUPS, code
from sim.units import ADULT_AGE_YEARS, OLD_AGE_YEARS, PENSION_AGE_YEARS, Bools, Floats, Ints


def draw_ages(
    draws: CohortDraws, people: Population, factors: RegionalFactors, child: Bools
) -> tuple[Ints, Floats]:
    """Disease group (code) and age at death (years) of every patient.

    Where more people die young than in the nation, more die of what people die of when young. So each class
    of age counts as often as the region's factor says, in every disease group: the shares of the groups
    follow, and within a group the ages. A region without factors draws as the scenario says. Neither group
    nor age of a child leans.
    """
    shares = people.group_share.value
    u_group, u_age = draws.uniform("cohort.group"), draws.uniform("cohort.age")
    leaning = len(set(factors.deaths)) > 1
    if leaning:
        edges = _edges(people)
        weights = np.diff(edges, axis=1) * np.array(factors.deaths)
        shares = {name: share * weights[code(GROUPS, name)].sum() for name, share in shares.items()}
        whole = sum(shares.values())
        shares = {name: share / whole for name, share in shares.items()}
    group = draw.choose_word(u_group, shares, GROUPS)
    if leaning:
        u_age = np.where(child, u_age, _leaned(u_age, group, edges, weights))
    group = np.where(child, code(GROUPS, "child"), group)
    age = draw.truncated_normal(
        u_age,
        draw.by_group(people.age_mean.value)[group],
        draw.by_group(people.age_sd.value)[group],
        np.where(child, 0.0, float(ADULT_AGE_YEARS)),
        np.where(child, float(ADULT_AGE_YEARS), float(people.oldest_age_years.value)),
    )
    return group, age


def _edges(people: Population) -> Floats:
    """Share of each adult group that dies before the ends of the classes of age (shape (groups, 4))."""
    ends = np.array([ADULT_AGE_YEARS, PENSION_AGE_YEARS, OLD_AGE_YEARS, people.oldest_age_years.value])
    edges = np.tile(np.array([0.0, 0.0, 0.0, 1.0]), (len(GROUPS), 1))
    for name in people.group_share.value:
        mean, sd = people.age_mean.value[name], people.age_sd.value[name]
        low, *inner, high = special.ndtr((ends - mean) / sd)
        edges[code(GROUPS, name), 1:-1] = (np.array(inner) - low) / (high - low)
    return edges


def _leaned(u: Floats, group: Ints, edges: Floats, weights: Floats) -> Floats:
    """Rank of the age within the group after the classes of age count by their weights."""
    out = u.copy()
    for number in np.unique(group):
        rows = group == number
        ends = np.concatenate([[0.0], np.cumsum(weights[number])])
        out[rows] = np.interp(u[rows], ends / ends[-1], edges[number])
    return out
