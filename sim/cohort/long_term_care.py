"""The Wlz of every patient: since when, and when a nursing home place is asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.cohort import sampling as draw
from sim.cohort.taken_over import again
from sim.rng import CohortDraws
from sim.scenario.cohort_models import Cohort
from sim.scenario.models import Region
from sim.schema import GROUPS, code
from sim.units import DAYS_PER_MEAN_MONTH, LAST_YEAR_DAYS, WINDOW_EDGES_DAYS, Bools, Floats, Ints


@dataclass(frozen=True)
class LongTermCare:
    """Columns of one value a patient, in days before death."""

    # When a nursing home place is asked for: 365 for who lives there at entry, -1 for who never asks
    nursing_days: Floats
    resident_days: Floats  # stay in the nursing home before entry, for who lives there then
    wlz_days: Floats  # when the Wlz indication begins, for who has one
    has_wlz: Bools
    postponed: Bools  # whose use of the Wlz a policy postpones


def nursing_home_days(u: Floats, group: Ints, cohort: Cohort, factor: float) -> Floats:
    """Days before death at which a nursing home place is asked for, before any policy postpones it.

    365 for who lives there at entry, -1 for who never asks. Uniforms `u` are those of the decision
    `cohort.wlz`, shared with the Wlz indication; the factor is the need of the region as a multiple of the
    scenario's.
    """
    need = cohort.nursing_home
    wlz = draw.by_group(cohort.wlz.at_death.value)
    year_edge, quarter_edge = WINDOW_EDGES_DAYS[0], WINDOW_EDGES_DAYS[1]
    p_end = np.minimum(factor * draw.by_group(need.at_death.value), wlz)[group]
    p_quarter = np.minimum(factor * draw.by_group(need.at_90.value)[group], p_end)
    p_year = np.minimum(factor * draw.by_group(need.at_365.value)[group], p_quarter)
    with np.errstate(divide="ignore", invalid="ignore"):
        early = year_edge - (u - p_year) / (p_quarter - p_year) * (year_edge - quarter_edge)
        late = quarter_edge - (u - p_quarter) / (p_end - p_quarter) * quarter_edge
    days = np.where(u < p_year, float(year_edge), np.where(u < p_quarter, early, late))
    return np.where(u < p_end, days, -1.0)


def long_term_care(draws: CohortDraws, cohort: Cohort, region: Region, group: Ints) -> LongTermCare:
    """Wlz indication and nursing home need of every patient, with what a policy postpones.

    Who is postponed asks later by the days of the policy; a Wlz that would begin in the terminal phase then
    does not begin at all, since nobody changes law in it.
    """
    asked = (draws, group)
    return again("long term care", asked, lambda a, b: _long_term_care(a, b, draws, group), cohort, region)


def _long_term_care(cohort: Cohort, region: Region, draws: CohortDraws, group: Ints) -> LongTermCare:
    u = draws.uniform
    child = group == code(GROUPS, "child")
    wlz = cohort.wlz
    u_wlz = u("cohort.wlz")
    terminal_days = draw.lognormal(u("marking.terminal"), cohort.marking.terminal_before_death)
    nursing = np.where(child, -1.0, nursing_home_days(u_wlz, group, cohort, region.factors.nursing_home))
    has_wlz = draw.bernoulli(u_wlz, draw.by_group(wlz.at_death.value)[group]) & ~child
    lead = draw.lognormal(u("wlz.lead"), wlz.lead_days)
    resident = draw.exponential(
        u("wlz.entry_stay"), cohort.nursing_home.entry_stay_months.value * DAYS_PER_MEAN_MONTH
    )
    wlz_days = np.maximum(nursing, terminal_days + 1.0) + lead
    postponed = draw.bernoulli(u("wlz.postponed"), wlz.postponed.value) & has_wlz
    if postponed.any():
        edge = float(WINDOW_EDGES_DAYS[0])
        later = wlz.postponed_days.value
        moved_in = np.where(nursing >= edge, LAST_YEAR_DAYS + resident, nursing) - later
        began = np.maximum(wlz_days - later, np.where(moved_in < edge, moved_in + 1.0, moved_in))
        still = began > terminal_days
        new_nursing = np.where((nursing < 0) | (moved_in <= 0) | ~still, -1.0, np.minimum(moved_in, edge))
        nursing = np.where(postponed, new_nursing, nursing)
        resident = np.where(postponed, np.maximum(moved_in - LAST_YEAR_DAYS, 0.0), resident)
        wlz_days = np.where(postponed, began, wlz_days)
        has_wlz = has_wlz & (still | ~postponed)
    return LongTermCare(nursing, resident, wlz_days, has_wlz, postponed)
