"""Wet maatschappelijke ondersteuning: the abonnementstarief."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.dates import month_start_day, months
from sim.law.columns import starts
from sim.law.means import assets_above, household_income, part_of_means
from sim.law.parameters import Parameters
from sim.law.people import PARTNER_NONE, People, birthday
from sim.law.registry import rule
from sim.units import MONTHS_PER_YEAR, Bools, Ints, RoundingSpec

HOUSEHOLD = RoundingSpec("half_up", 1, "Uitvoeringsbesluit Wmo 2015 art. 3.8")


@dataclass(frozen=True)
class Support:
    """Months in which a person has Wmo support, in columns sorted by person and month.

    Parameters
    ----------
    person, month : int64 array
        Unique pairs.
    cost : int64 array
        Cents of support in the month.
    start_day : int64 array
        Day on which the person's support began.
    wlz_due : bool array
        Whether the person owes a Wlz contribution in the month.
    """

    person: Ints
    month: Ints
    cost: Ints
    start_day: Ints
    wlz_due: Bools


def first_month(start_day: Ints) -> Ints:
    """Month from which the subscription runs: the next one, or this one for a start on the first."""
    month = months(start_day)
    return np.where(month_start_day(month) == start_day, month, month + 1)


def pensioners_only(people: People, person: Ints, day: Ints, age_months: Ints) -> Bools:
    """Whether a single person, or both of a couple, may owe it: no couple with one below pension age."""
    young = birthday(people.birth_day[person], age_months) > day
    young |= birthday(people.partner_birth_day[person], age_months) > day
    return np.asarray(~people.couple[person] | ~young, np.bool_)


@rule(
    "P7",
    title="No Wmo contribution in a month with a Wlz contribution of the client or the partner",
    law="Wmo",
    article="Uitvoeringsbesluit Wmo 2015 art. 3.8(3)(a)",
    source="uvb_wmo_2026",
    valid_from="2019-01-01",
)
def beside_wlz(support: Support, people: People) -> Bools:
    """Months in which a Wlz contribution takes the place of the subscription.

    Uitvoeringsbesluit Wmo 2015 art. 3.8(3)(a) (source uvb_wmo_2026); a part of a month counts
    (assumption), and a partner with Wlz care owes one.

    Parameters
    ----------
    support : Support
    people : People

    Returns
    -------
    bool array
    """
    who = support.person
    partner = people.couple[who] & (people.partner_wlz[who] != PARTNER_NONE)
    since = months(people.partner_wlz_since_day[who])
    return np.asarray(support.wlz_due | (partner & (since <= support.month)), np.bool_)


@rule(
    "P3",
    title="Wmo abonnementstarief: a month's subscription a household, part months in full",
    law="Wmo",
    article="Uitvoeringsbesluit Wmo 2015 art. 3.5(4), 3.8, 3.10a",
    source="uvb_wmo_2026",
    valid_from="2019-01-01",
    rounding=HOUSEHOLD,
)
def subscription(support: Support, people: People, parameters: Parameters) -> Ints:
    """Wmo contribution of each month.

    Uitvoeringsbesluit Wmo 2015 art. 3.5(4), 3.8, 3.10a (source uvb_wmo_2026). From the month after
    the start, part months in full, never above the cost; nothing under 18 or for a couple of which
    one is below pension age.

    Parameters
    ----------
    support : Support
    people : People
    parameters : Parameters

    Returns
    -------
    int64 array
        Cents.
    """
    amount = parameters.cents("own_payments.wmo.month", month_start_day(support.month))
    return _due(support, people, parameters, amount, all_ages=False)


@rule(
    "P3",
    title="Wmo contribution by income and assets from 2027 (Wet vervanging abonnementstarief, not adopted)",
    law="Wmo",
    article="wetsvoorstel 36713",
    source="gemeente_nu_2025",
    valid_from="2027-01-01",
    rounding=HOUSEHOLD,
    plan="wmo_2027",
)
def by_income(support: Support, people: People, parameters: Parameters) -> Ints:
    """Wmo contribution of each month under the plan of 2027.

    Wetsvoorstel 36713 (source gemeente_nu_2025): a minimum, above a threshold a twelfth of a percentage of
    income and assets more, up to a maximum. The formula is inferred from the published anchors.

    Parameters
    ----------
    support : Support
    people : People
    parameters : Parameters

    Returns
    -------
    int64 array
        Cents.
    """
    who, day = support.person, month_start_day(support.month)
    if len(who) == 0:
        return np.zeros(0, np.int64)
    at = int(day.max())
    share = parameters.rate("own_payments.wmo.plan_2027_pct", at)
    assets = parameters.rate("own_payments.wlz.vib_pct", at)
    single = parameters.cents("own_payments.wmo.plan_2027_threshold_single", day)
    multi = parameters.cents("own_payments.wmo.plan_2027_threshold_multi", day)
    income = household_income(people, who) - np.where(people.couple[who], multi, single)
    owned = assets_above(people, who, day, parameters)
    more = np.maximum(part_of_means(income, owned, assets, share / MONTHS_PER_YEAR, HOUSEHOLD.mode), 0)
    low = parameters.cents("own_payments.wmo.plan_2027_min", day)
    high = parameters.cents("own_payments.wmo.plan_2027_max", day)
    return _due(support, people, parameters, np.minimum(low + more, high), all_ages=True)


def _due(support: Support, people: People, parameters: Parameters, amount: Ints, all_ages: bool) -> Ints:
    """Amounts at most the cost, from the first month on, for adults and for households that owe it."""
    if len(support.person) == 0:
        return np.zeros(0, np.int64)
    day = month_start_day(support.month)
    amount = np.minimum(amount, support.cost)
    adult = parameters.whole("own_payments.wmo.min_age", day) * MONTHS_PER_YEAR
    pension = parameters.whole("own_payments.aow_age_months", day)
    due = support.month >= first_month(support.start_day)
    due &= birthday(people.birth_day[support.person], adult) <= day
    due &= pensioners_only(people, support.person, day, pension) | all_ages
    return np.where(due, amount, 0)


def by_month(person: Ints, month: Ints, day: Ints, cents: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Costs by person and month from lines sorted by person and day.

    Parameters
    ----------
    person, month, day, cents : int64 array, shape (n,)

    Returns
    -------
    person, month, cost, start_day : int64 array
        One row a person and month; `start_day` is the person's first line.
    """
    lead = np.flatnonzero(starts(person, month))
    own = starts(person)
    begun = day[np.maximum.accumulate(np.where(own, np.arange(len(person)), 0))]
    cost = np.add.reduceat(cents, lead) if len(lead) else np.zeros(0, np.int64)
    return person[lead], month[lead], cost, begun[lead]
