"""Wet maatschappelijke ondersteuning: the abonnementstarief."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.columns import running_cap
from sim.dates import month_start_day, months
from sim.law.means import assets_above, household_income, month_of_means
from sim.law.parameters import Parameters
from sim.law.people import PARTNER_NONE, People, birthday
from sim.law.registry import THE_WMO
from sim.schema import covers
from sim.units import Bools, Ints, RoundingSpec

_UVB = THE_WMO.decree(source="uvb_wmo_2026", valid_from="2019-01-01")  # Uitvoeringsbesluit Wmo 2015

WHEELCHAIR = "wmo.hulpmiddel.rolstoel"
HOME_ADAPTATION = "wmo.hulpmiddel.woningaanpassing"
AID = "stuk"  # unit of what is given as a thing: in use from that day, until it is taken back
HOUSEHOLD = RoundingSpec("half_up", 1, "Uitvoeringsbesluit Wmo 2015 art. 3.8")


@dataclass(frozen=True)
class Support:
    """Months in which a household has Wmo support that counts, sorted by unique person and month."""

    person: Ints
    month: Ints
    wlz_due: Bools  # whether the person owes a Wlz contribution in the month


@dataclass(frozen=True)
class Aids:
    """Months in which an aid is in use, in columns."""

    aid: Ints  # number of the aid
    turn: Ints  # its number among the aids of its person, which are paid for in this order
    cost: Ints  # cost price of the aid in cents
    at: Ints  # row of its person and month in `Support`; the rows of an aid rise


@_UVB.rule(
    "P3/maanden",
    title="The subscription runs from the month after a provision began, to the month in which it ended",
    article="Uitvoeringsbesluit Wmo 2015 art. 3.5(4), 3.10a",
)
def months_owed(start_day: Ints, end_day: Ints) -> tuple[Ints, Ints]:
    """First and last month of each provision in which the subscription is owed; last before first for none.

    Uitvoeringsbesluit Wmo 2015 art. 3.5(4), 3.10a (source uvb_wmo_2026). From the month after the start, or
    that month for a start on the first; help that begins anew starts anew. A part of the last month is a
    whole month. An aid is in use until it is taken back. Days are half-open, months both owed.
    """
    month = months(start_day)
    first = np.where(month_start_day(month) == start_day, month, month + 1)
    return first, months(end_day - 1)


@_UVB.rule(
    "P3/vrijgesteld",
    title="No Wmo contribution for a wheelchair",
    article="Uitvoeringsbesluit Wmo 2015 art. 3.8(3)(d)",
)
def exempt(product: str) -> bool:
    """Whether no contribution is owed for a product (Uitvoeringsbesluit Wmo 2015 art. 3.8(3)(d)).

    The other exemptions of art. 3.8(3) look at the household: a contribution under the Wlz or for beschermd
    wonen (a, rule P7), those under eighteen (e, rule P3/minderjarig), a couple with one below pension age (f,
    rule P3). Shelter (b) and the discretion of the municipality (c, g) are no products of a bill.
    """
    return covers(WHEELCHAIR, product)


@_UVB.rule(
    "P3/minderjarig",
    title="No Wmo contribution under eighteen, but for a home adaptation",
    article="Uitvoeringsbesluit Wmo 2015 art. 3.8(3)(e)",
)
def of_age(birth_day: Ints, day: Ints, age_months: Ints, adaptation: Bools) -> Bools:
    """Whether a provision owes the subscription in a month, by the age of the client.

    Uitvoeringsbesluit Wmo 2015 art. 3.8(3)(e) (source uvb_wmo_2026): not for a client under eighteen, "met
    uitzondering van een woningaanpassing" (`adaptation`). The parents owe that one (Wmo 2015 art. 2.1.5); a
    bill of the child shows it as what the patient pays. Art. 3.8(3)(f) on couples is read for spouses, not
    for parents, whose ages a case does not have. The day is the first of the month, `age_months` the age from
    which it is owed.
    """
    return np.asarray((birthday(birth_day, age_months) <= day) | adaptation, np.bool_)


@_UVB.rule(
    "P3/kostprijs",
    title="The subscription is never above the cost price: help by the month, an aid over all its months",
    article="Wmo 2015 art. 2.1.4(3); Uitvoeringsbesluit Wmo 2015 art. 3.8",
    bill_only="a run hires an aid by the month, so that a month is all its cost",
)
def within_cost(amount: Ints, services: Ints, aids: Aids) -> tuple[Ints, Ints]:
    """Part of each month's subscription that help bears, and part that each aid in use bears, in cents.

    Wmo 2015 art. 2.1.4(3) (source uvb_wmo_2026): what is paid for a provision is at most its cost price. The
    help of the month goes first; the rest falls on the aids, in order, until each is paid for. The
    subscription and the cost of help are cents by month of `Support`; the parts are by such a month, and by
    row of `aids`.
    """
    of_services = np.minimum(amount, services)
    left = amount - of_services
    of_aids = np.zeros(len(aids.at), np.int64)
    for turn in np.unique(aids.turn):
        rows = np.flatnonzero(aids.turn == turn)
        at = aids.at[rows]
        of_aids[rows] = running_cap((aids.aid[rows],), at, left[at], aids.cost[rows])
        left[at] -= of_aids[rows]
    return of_services, of_aids


def pensioners_only(people: People, person: Ints, day: Ints, age_months: Ints) -> Bools:
    """Whether a single person, or both of a couple, may owe it: no couple with one below pension age."""
    young = birthday(people.birth_day[person], age_months) > day
    young |= birthday(people.partner_birth_day[person], age_months) > day
    return np.asarray(~people.couple[person] | ~young, np.bool_)


@_UVB.rule(
    "P7",
    title="No Wmo contribution in a month with a Wlz contribution of the client or the partner",
    article="Uitvoeringsbesluit Wmo 2015 art. 3.8(3)(a)",
)
def beside_wlz(support: Support, people: People) -> Bools:
    """Months in which a Wlz contribution takes the place of the subscription.

    Uitvoeringsbesluit Wmo 2015 art. 3.8(3)(a) (source uvb_wmo_2026); a part of a month counts
    (assumption), and a partner with Wlz care owes one.
    """
    who = support.person
    partner = people.couple[who] & (people.partner_wlz[who] != PARTNER_NONE)
    since = months(people.partner_wlz_since_day[who])
    return np.asarray(support.wlz_due | (partner & (since <= support.month)), np.bool_)


@_UVB.rule(
    "P3",
    title="Wmo abonnementstarief: a month's subscription a household, part months in full",
    article="Uitvoeringsbesluit Wmo 2015 art. 3.8, 3.10a",
    rounding=HOUSEHOLD,
)
def subscription(support: Support, people: People, parameters: Parameters) -> Ints:
    """Wmo contribution of each month, in cents.

    Uitvoeringsbesluit Wmo 2015 art. 3.8 (source uvb_wmo_2026). Once a household, part months in full; nothing
    for a couple of which one is below pension age. Which months, and at most the cost: `months_owed`,
    `of_age`, `within_cost`.
    """
    amount = parameters.cents("own_payments.wmo.month", month_start_day(support.month))
    return _due(support, people, parameters, amount, all_ages=False)


@THE_WMO.rule(
    "P3",
    title="Wmo contribution by income and assets from 2027 (Wet vervanging abonnementstarief, not adopted)",
    article="wetsvoorstel 36713",
    source="gemeente_nu_2025",
    valid_from="2027-01-01",
    rounding=HOUSEHOLD,
    plan="wmo_2027",
)
def by_income(support: Support, people: People, parameters: Parameters) -> Ints:
    """Wmo contribution of each month under the plan of 2027, in cents.

    Wetsvoorstel 36713 (source gemeente_nu_2025): a minimum, above a threshold a twelfth of a percentage of
    income and assets more, up to a maximum. The formula is inferred from the published anchors.
    """
    who, day = support.person, month_start_day(support.month)
    if len(who) == 0:
        return np.zeros(0, np.int64)
    single = parameters.cents("own_payments.wmo.plan_2027_threshold_single", day)
    multi = parameters.cents("own_payments.wmo.plan_2027_threshold_multi", day)
    income = household_income(people, who) - np.where(people.couple[who], multi, single)
    owned = assets_above(people, who, day, parameters)
    share = "own_payments.wmo.plan_2027_pct"
    more = np.maximum(month_of_means(income, owned, day, share, parameters, HOUSEHOLD.mode), 0)
    low = parameters.cents("own_payments.wmo.plan_2027_min", day)
    high = parameters.cents("own_payments.wmo.plan_2027_max", day)
    return _due(support, people, parameters, np.minimum(low + more, high), all_ages=True)


def _due(support: Support, people: People, parameters: Parameters, amount: Ints, all_ages: bool) -> Ints:
    if len(support.person) == 0:
        return np.zeros(0, np.int64)
    day = month_start_day(support.month)
    pension = parameters.whole("own_payments.aow_age_months", day)
    return np.where(pensioners_only(people, support.person, day, pension) | all_ages, amount, 0)
