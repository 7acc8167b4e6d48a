"""Provisions of the municipality: how long each is in use, and which months of it owe the subscription."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.columns import (
    Columns,
    as_of,
    distinct,
    each_of,
    join,
    last_of,
    order_by,
    places_in,
    spread,
    starts,
    tally,
)
from sim.dates import month_start_day, months
from sim.law.days import SETTING
from sim.law.municipal import wmo
from sim.law.wlz.contribution import add_months
from sim.ledger.as_the_law_reads import Stays
from sim.ledger.days_and_spells import Desk, Spells
from sim.ledger.lines import OWN_NONE, Lines, in_order
from sim.schema import covers
from sim.units import MONTHS_PER_YEAR, Bools, Ints

_AT_HOME = ("thuis", "bth")


@dataclass(frozen=True)
class Provisions(Columns):
    """Support by the municipality as given, in columns; days half-open.

    `group` numbers what is one provision: the line of a bill, or the spell of a journey.
    """

    person: Ints
    product: Ints
    group: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True)
class Subscription:
    """What patients owe for support: cents of lines, and cents in months without a line to bear them.

    `rows` and `cents` are of lines; each of `later` is a line of the aid, its day and its cents.
    """

    rows: Ints
    cents: Ints
    later: Ints
    later_day: Ints
    later_cents: Ints


def provisions_of(desk: Desk, parts: Spells, words: Sequence[str]) -> Provisions:
    """Support in the care as delivered, each part with the days that it was in use; `words` are products."""
    known = np.array([w in desk.prices.products for w in words], np.bool_)
    codes = np.zeros(len(words), np.int64)
    codes[known] = desk.prices.codes([w for w in words if w in desk.prices.products])
    municipal = known & np.append(desk.prices.under("Wmo"), False)[codes]
    rows = np.flatnonzero(municipal[parts.product] & (parts.condition == 0))
    spell_no, start, end = parts.spell_no[rows], parts.day[rows], parts.end[rows]
    if desk.terms is not None:
        start, end = desk.terms.at("since", spell_no), desk.terms.at("until", spell_no)
    return Provisions(parts.person[rows], codes[parts.product[rows]], _group(desk, spell_no), start, end)


def _group(desk: Desk, spell_no: Ints) -> Ints:
    """Number of the provision of spells: those of one line of a bill are one."""
    return spell_no if desk.terms is None else desk.terms.at("line", spell_no)


def subscription(
    desk: Desk, lines: Lines, left: Ints, wlz: tuple[Ints, Ints], given: Provisions, stays: Stays
) -> Subscription:
    """What patients owe for the support of the municipality, line by line.

    Of each line `left` is what the municipality would pay, in cents; `wlz` are persons and months with a Wlz
    contribution; stays give the days at home, and the last day of each person.
    """
    none = np.zeros(0, np.int64)
    nothing = Subscription(none, none, none, none, none)
    rows = _owing(desk, lines)
    if len(rows) == 0:
        return nothing
    of_line = (lines.person[rows], _group(desk, lines.spell_no[rows]))
    given = given.take(np.flatnonzero(join(of_line, (given.person, given.group))[1]))
    kinds = [desk.parameters.product(id).unit for id in desk.prices.products]
    aid = np.array([kind == wmo.AID for kind in kinds], np.bool_)  # in use from the day it is given
    services = _periods(given.take(np.flatnonzero(~aid[given.product])), stays)
    aids = _in_use(given.take(np.flatnonzero(aid[given.product])), stays, len(desk.people))
    of_service, service_month = _months_owed(desk, services)
    of_aid, aid_month = _months_owed(desk, aids)
    person = np.concatenate([services.person[of_service], aids.person[of_aid]])
    month = np.concatenate([service_month, aid_month])
    if len(person) == 0:
        return nothing
    owing, in_month = pairs = distinct(person, month)
    support = wmo.Support(owing, in_month, join(wlz, pairs)[1])
    amount = _amounts(desk, support)

    line_month = months(lines.day[rows])
    at, inside = join(pairs, (lines.person[rows], line_month))
    of_aids = aid[lines.product[rows]]
    counted = inside & ~of_aids
    own_month = (services.person[of_service], services.product[of_service], service_month)
    counted &= join(own_month, (lines.person[rows], lines.product[rows], line_month))[1]
    cost = tally(at[counted], len(amount), left[rows][counted])

    number, _ = join((aids.person, aids.group), of_line)
    price = tally(number[of_aids], len(aids.person), left[rows][of_aids])
    use = wmo.Aids(
        aid=of_aid,
        turn=places_in(aids.person)[of_aid],
        cost=price[of_aid],
        at=join(pairs, (aids.person[of_aid], aid_month))[0],
    )
    by_services, by_aids = amount * 0, use.aid * 0
    for version, on in desk.rules.versions("P3/kostprijs", month_start_day(support.month)):
        services, of_use = version.function(amount, cost, use)
        by_services = np.where(on, services, by_services)
        by_aids = np.where(on[use.at], of_use, by_aids)
    held_rows = rows[counted]
    cents = spread(at[counted], left[held_rows], by_services[at[counted]])
    on_aid = _on_lines(lines, rows[of_aids], left, number[of_aids], of_aid, aid_month, by_aids)
    return replace(
        on_aid,
        rows=np.concatenate([held_rows, on_aid.rows]),
        cents=np.concatenate([cents, on_aid.cents]),
    )


def _owing(desk: Desk, lines: Lines) -> Ints:
    """Lines under the Wmo for which a contribution is owed at all, in order."""
    if len(lines) == 0:
        return np.zeros(0, np.int64)
    under = desk.prices.under("Wmo")[lines.product] & (lines.own == OWN_NONE) & (lines.spell_no >= 0)
    rows = np.flatnonzero(under)
    free = np.zeros(len(rows), np.bool_)
    products = desk.prices.products
    for version, on in desk.rules.versions("P3/vrijgesteld", lines.day[rows]):
        known = np.array([version.function(id) for id in products], np.bool_)
        free |= on & known[lines.product[rows]]
    return in_order(lines, rows[~free])


def _whole(given: Provisions) -> Provisions:
    """One row a provision, from its first day to its last."""
    given = given.take(order_by(given.person, given.group, given.start))
    if len(given.person) == 0:
        return given
    lead = np.flatnonzero(starts(given.person, given.group))
    end = np.maximum.reduceat(given.end, lead)
    return Provisions(given.person[lead], given.product[lead], given.group[lead], given.start[lead], end)


def _periods(given: Provisions, stays: Stays) -> Provisions:
    """Help as whole periods: it ends with a day at home without it, not with a stay elsewhere.

    Help given on a day stands for the month that follows (assumption): contacts and invoices by the month
    are one provision.
    """
    given = _whole(given)
    once = given.end - given.start <= 1
    month = add_months(given.start, np.ones(len(once), np.int64))
    given = replace(given, end=np.where(once, np.maximum(month, given.end), given.end))
    given = given.take(order_by(given.person, given.product, given.start))
    if len(once) == 0:
        return given
    lead = starts(given.person, given.product)
    number = np.cumsum(lead) - 1
    far = int(given.end.max()) + 1
    reach = np.maximum.accumulate(given.end + number * far) - number * far
    before = np.append(given.start[:1], reach[:-1])
    broken = np.flatnonzero(~lead & (given.start > before))
    home = _days_at_home(stays, given.person[broken], given.start[broken])
    home -= _days_at_home(stays, given.person[broken], before[broken])
    begins = lead.copy()
    begins[broken] = home > 0
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(once)) - 1
    return replace(given.take(first), end=reach[last])


def _days_at_home(stays: Stays, person: Ints, day: Ints) -> Ints:
    """Days at home of persons before a day; only differences within a person mean anything."""
    rows = np.flatnonzero(np.isin(stays.days.setting, [SETTING[s] for s in _AT_HOME]))
    if len(rows) == 0 or len(person) == 0:
        return np.zeros(len(person), np.int64)
    rows = rows[order_by(stays.person[rows], stays.days.first[rows])]
    who, first, end = stays.person[rows], stays.days.first[rows], stays.days.end[rows]
    length = end - first
    before = np.cumsum(length) - length
    within = before - before[last_of(starts(who))]
    at, begun = as_of((who,), first, (person,), day)
    return np.where(begun, within[at] + np.minimum(end[at], day) - first[at], 0)


def _in_use(given: Provisions, stays: Stays, persons: int) -> Provisions:
    """Aids, one row each: one given on a day is in use until the last day of its person."""
    given = _whole(given)
    last = np.zeros(persons, np.int64)
    np.maximum.at(last, stays.person, stays.days.end)
    once = given.end - given.start <= 1
    return replace(given, end=np.where(once, np.maximum(last[given.person], given.end), given.end))


def _months_owed(desk: Desk, given: Provisions) -> tuple[Ints, Ints]:
    """Number of the provision and month of each month in which it owes the subscription."""
    none = (months(given.start), months(given.start) - 1)
    first, last = desk.rules.apply("P3/maanden", given.start, none, given.start, given.end)
    which, month = each_of(first, last + 1)
    owed = _of_age(desk, given, which, month)
    return which[owed], month[owed]


def _of_age(desk: Desk, given: Provisions, which: Ints, month: Ints) -> Bools:
    """Months of provisions that the age of the client lets owe the subscription."""
    day = month_start_day(month)
    adapts = np.array([covers(wmo.HOME_ADAPTATION, id) for id in desk.prices.products], np.bool_)
    age = desk.parameters.whole("own_payments.wmo.min_age", day) * MONTHS_PER_YEAR
    birth, adapted = desk.people.birth_day[given.person[which]], adapts[given.product[which]]
    return desk.rules.says("P3/minderjarig", day, birth, day, age, adapted, otherwise=True)


def _amounts(desk: Desk, support: wmo.Support) -> Ints:
    """Subscription of each month, none beside a Wlz contribution."""
    day = month_start_day(support.month)
    cents = desk.rules.apply("P3", day, 0, support, desk.people, desk.parameters)
    return np.where(desk.rules.says("P7", day, support, desk.people), 0, cents)


def _on_lines(
    lines: Lines, rows: Ints, left: Ints, number: Ints, of_aid: Ints, month: Ints, cents: Ints
) -> Subscription:
    """What aids bear, on their own lines of the month as far as these reach, else later."""
    place, fits = join((of_aid, month), (number, months(lines.day[rows])))
    rows_in, place = rows[fits], place[fits]
    borne = np.minimum(cents, tally(place, len(month), left[rows_in]))
    part = spread(place, left[rows_in], borne[place])
    later = np.flatnonzero(cents > borne)
    first = rows[np.unique(number, return_index=True)[1]] if len(rows) else rows
    return Subscription(
        rows_in, part, first[of_aid[later]], month_start_day(month[later]), (cents - borne)[later]
    )


def later_lines(desk: Desk, lines: Lines, owed: Subscription) -> Lines:
    """Lines of nothing for the months in which an aid owes and has no line: they carry the contribution."""
    return lines.take(owed.later).with_(
        day=owed.later_day,
        quantity=0,
        gross=0,
        row=desk.prices.row_code(""),
        rule=desk.rules.code("P3/maanden"),
    )
