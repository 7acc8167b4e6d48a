"""The day contribution of a bijna-thuis-huis: supplementary cover, bijzondere bijstand, waiver, patient."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.columns import running_cap
from sim.law.people import ENDLESS, People
from sim.law.registry import NO_LAW, THE_WMO, rule
from sim.units import Bools, Ints, RoundingSpec, times, times_rate


@dataclass(frozen=True)
class GuestDays:
    """Lines of days in a bijna-thuis-huis, in columns."""

    person: Ints  # row in `People`
    stay: Ints  # a number for the stay
    day: Ints  # first day of the line
    year: Ints  # calendar year of that day
    days: Ints
    per_day: Ints  # day contribution in cents
    vpt: Bools  # whether the guest has a volledig pakket thuis
    assistance: Bools  # whether bijzondere bijstand is granted for the stay
    own_means: Ints  # draagkracht of the stay in cents
    waiver: Ints  # cents of the whole stay that the house or its fund waives


@NO_LAW.rule(
    "P5",
    title="Day contribution of a bijna-thuis-huis: every day of the stay, outside every law",
    article="Handreiking 3.6, 7.4",
)
def day_contribution(days: Ints, per_day: Ints) -> Ints:
    """Day contribution of each line, in cents, before anyone takes a part.

    Handreiking 3.6 and 7.4 (source handreiking_2026). Only a bijna-thuis-huis may ask it; the day of
    admission and the day of death both count (assumption).
    """
    return times(days, per_day)


@NO_LAW.rule(
    "P5/dekking",
    title="Supplementary cover of the day contribution: days a calendar year, yearly cap, no vpt",
    article="Polisvoorwaarden; Handreiking 3.6, 3.8",
)
def hospice_cover(guests: GuestDays, people: People) -> Ints:
    """Supplementary cover per line, in cents.

    Handreiking 3.6 and 3.8 (source handreiking_2026). Days count over all houses of one calendar year; a day
    pays at most the day contribution; some covers refuse a guest with vpt.
    """
    who = guests.person
    refused = guests.vpt & ~people.cover_vpt[who]
    days = np.where(refused, 0, guests.days)
    year = (who, guests.year)
    covered = running_cap(year, guests.day, days, people.cover_max_days[who])
    cents = times(covered, np.minimum(guests.per_day, people.cover_per_day[who]))
    return running_cap(year, guests.day, cents, people.cover_per_year[who])


@THE_WMO.rule(
    "P5/bijstand",
    title="Bijzondere bijstand for the day contribution, after cover and draagkracht",
    article="Participatiewet art. 35; Handreiking 3.6",
)
def special_assistance(guests: GuestDays, left: Ints) -> Ints:
    """Bijzondere bijstand per line: what is `left` of the stay after cover above the draagkracht, in cents.

    Participatiewet art. 35 (source handreiking_2026).
    """
    own = running_cap((guests.stay,), guests.day, left, guests.own_means)
    return np.where(guests.assistance, left - own, 0)


@rule(
    "P5/draagkracht",
    title="Draagkracht before bijzondere bijstand: a share of the income above the norm; all with assets",
    law="Participatiewet",
    article="Participatiewet art. 34, 35; Handreiking 3.6",
    rounding=RoundingSpec("half_up", 1, "gemeentelijk beleid"),
)
def own_means(income: Ints, norm: Ints, wealthy: Bools, free: Fraction, share: Fraction) -> Ints:
    """Cents a year that someone can pay himself of what the assistance is asked for; endless for the wealthy.

    Participatiewet art. 35 (source handreiking_2026); the shares are municipal policy. Who has assets above
    the limit of art. 34(3) can pay all of it. The net income of the household and the norm of art. 21 and 22
    are cents a year; `free` is the multiple of the norm up to which nothing is counted, `share` that of the
    income above it.
    """
    above = np.maximum(income - times_rate(norm, free), 0)
    return np.where(wealthy, ENDLESS, times_rate(above, share)).astype(np.int64)


@NO_LAW.rule(
    "P5/kwijtschelding",
    title="Waiver of the day contribution by the house or its fund",
    article="Handreiking 3.6",
)
def waived(guests: GuestDays, left: Ints) -> Ints:
    """Waived part per line, of what is `left` after cover and assistance, in cents.

    The stay's waiver is used up in order of date. Handreiking 3.6 (source handreiking_2026).
    """
    return running_cap((guests.stay,), guests.day, left, guests.waiver)
