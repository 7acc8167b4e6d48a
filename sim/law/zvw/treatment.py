"""Zorgverzekeringswet: trajectories of the specialist ouderengeneeskunde, aids on loan, the palliakit."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sim.columns import running_cap
from sim.law.delivery import FORBIDDEN, INSIDE, OWN, Delivery, finding
from sim.law.parameters import Parameters
from sim.law.registry import THE_WLZ, THE_WMO, THE_ZVW
from sim.law.wlz.contribution import add_months
from sim.schema import INSTITUTIONS, LAWS
from sim.units import ADULT_AGE_YEARS, Bools, Ints, RoundingSpec, times_rate

_ZVW, _WLZ, _WMO = (LAWS.index(law) for law in ("Zvw", "Wlz", "Wmo"))
OUTSIDE = LAWS.index("buiten_wetten")


@THE_ZVW.rule(
    "T10/traject",
    title="Trajectory of the specialist ouderengeneeskunde: a start of three months, then a month at a time",
    article="NZa Beleidsregel gzsp art. 4; Handreiking 2.2.2",
    valid_from="2025-01-01",
    bill_only="a run draws visits of the specialist ouderengeneeskunde, not trajectories",
)
def follow_up_months(first: Ints, end: Ints, start_months: int) -> Ints:
    """Months of follow-up after the start phase of each trajectory, a begun month in full.

    Handreiking 2.2.2 (source handreiking_2026). From a first day to the day after the last; the start phase
    holds `start_months`.
    """
    out = np.zeros(len(first), np.int64)
    while True:
        more = add_months(first, start_months + out) < end
        if not np.any(more):
            return out
        out = out + more


@THE_ZVW.rule(
    "T10/opslag",
    title="By contract the price of gzsp may be up to a tenth above the maximum",
    article="NZa Beleidsregel gzsp; Handreiking 2.2.2",
    valid_from="2020-01-01",
    rounding=RoundingSpec("down", 1, "NZa Beleidsregel gzsp"),
    bill_only="a run has no contract of a specialist ouderengeneeskunde",
)
def contract_price(maximum: Ints, agreed: Ints, share: Fraction) -> Ints:
    """Price in cents that may be declared: the agreed one, at most the maximum and its share above it.

    Handreiking 2.2.2 (source handreiking_2026).
    """
    return np.asarray(np.minimum(agreed, maximum + times_rate(maximum, share, "down")), np.int64)


@THE_ZVW.rule(
    "T10/fysiotherapie",
    title="Physiotherapy of adults is own cost, but for a listed condition from the 21st session",
    article="Bzv art. 2.6",
    source="bzv_2024",
    products=("zvw.fysiotherapie",),
)
def listed_therapy(care: Delivery, parameters: Parameters) -> Ints:
    """Sessions that the patient pays, or a supplementary policy (Bzv art. 2.6).

    An adult has them insured for a condition of the list (`lijst_aandoening`) from a number on, those had
    before (`behandelingen_eerder`) counted; a child for such a condition all, for another so many at most.
    """
    session = np.ones(len(care), np.int64) * care.quantity
    first = care.fact("behandelingen_eerder")
    listed = care.true("lijst_aandoening")
    child = care.younger(ADULT_AGE_YEARS)
    own = np.maximum(parameters.whole("zvw.fysiotherapie.eigen_zittingen", care.day) - first, 0)
    most = np.maximum(parameters.whole("zvw.fysiotherapie.kind_zittingen", care.day) - first, 0)
    of_adult = running_cap((care.person,), care.day, np.where(child, 0, session), _least(care.person, own))
    of_child = running_cap((care.person,), care.day, np.where(child, session, 0), _least(care.person, most))
    adult = ~child & (~listed | (of_adult > 0))
    return finding(adult | (child & ~listed & (of_child < session)), OWN)


def _least(person: Ints, value: Ints) -> Ints:
    _, place = np.unique(person, return_inverse=True)
    least = np.full(int(place.max()) + 1 if len(place) else 0, np.iinfo(np.int64).max)
    np.minimum.at(least, place, value)
    return np.asarray(least[place], np.int64)


@THE_ZVW.rule(
    "T12/zes_maanden",
    title="An aid for self-reliance is lent by the Zvw up to six months, then by the Wmo",
    article="Bzv art. 2.9; Handreiking 2.4",
    bill_only="a run lends a bed in the terminal phase only, and draws a wheelchair after its loan",
)
def lender(lent_day: Ints, day: Ints, months: int) -> Ints:
    """Law (code of `LAWS`) under which an aid is on loan on a day: the Zvw for so many months from the first.

    Handreiking 2.4 (source handreiking_2026).
    """
    return np.where(day < add_months(lent_day, months), _ZVW, _WMO).astype(np.int64)


@THE_WMO.rule(
    "T12/kind",
    title="No household help by the Wmo with a child as client",
    article="Handreiking 7.7",
    products=("wmo.huishoudelijke_hulp",),
)
def help_for_child(care: Delivery, parameters: Parameters) -> Ints:
    """The parents may ask for it as carers; the child may not (Handreiking 7.7)."""
    return finding(care.younger(ADULT_AGE_YEARS) & ~care.true("mantelzorg_ouder"), FORBIDDEN)


@THE_ZVW.rule(
    "T12/palliakit",
    title="The palliakit is Zvw and covers the first days of sedation",
    article="Handreiking 2.4",
    valid_from="2024-01-01",
)
def sedation_days(days: Ints, with_kit: Bools, covered: int) -> Ints:
    """Days of sedation that are declared beside a palliakit, which covers the first (Handreiking 2.4)."""
    return np.where(with_kit, np.maximum(days - covered, 0), days).astype(np.int64)


@THE_WMO.rule(
    "T12/maaltijd_alarm",
    title="Meals and alarm: Zvw where care is medical, Wlz for its clients, else Wmo; alarm never Zvw",
    article="Handreiking 7.6",
    bill_only="a run draws meals and alarms under the law that pays them",
)
def meal_or_alarm(meal: Bools, medical: Bools, wlz: Bools) -> Ints:
    """Law (code of `LAWS`) that pays support with meals, or an alarm.

    Handreiking 7.6 (source handreiking_2026). A medical alarm is for a supplementary policy.
    """
    of_meal = np.where(wlz, _WLZ, np.where(medical, _ZVW, _WMO))
    return np.where(meal, of_meal, np.where(medical, OUTSIDE, _WMO)).astype(np.int64)


@THE_WLZ.rule(
    "V8",
    title="Aids in a Wlz stay come from the stay; those at home stay there from so many days a year",
    article="Wlz art. 3.1.1(1)(d); Handreiking 4.4",
    valid_from="2023-08-31",
    products=("wmo.hulpmiddel",),
)
def aids_in_stay(care: Delivery, parameters: Parameters) -> Ints:
    """An aid in a Wlz stay is inside the day; kept at home for visits it goes on (Handreiking 4.4)."""
    stay = care.place.inside(*INSTITUTIONS)
    visits = care.fact("dagen_per_jaar_thuis")
    enough = parameters.whole("wmo.hulpmiddel_bezoekdagen", care.day)
    return finding(stay & (visits < enough), INSIDE)
