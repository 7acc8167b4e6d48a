"""Geestelijke verzorging thuis and volunteers: who the scheme is for, and what it may cost."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sim.columns import running_cap
from sim.law.delivery import FINE, INSIDE, OWN, Delivery, finding, first_of
from sim.law.parameters import Parameters
from sim.law.ptz.end import LAPSED, no_money, scheme_part
from sim.law.registry import REGELING_PTZ
from sim.schema import INSTITUTIONS
from sim.units import ADULT_AGE_YEARS, Bools, Ints, RoundingSpec, times_rate


def _given(care: Delivery) -> Bools:
    """Lines that a municipality or a fund pays."""
    return care.true("gemeente_vrijwilligers") | care.true("fonds_betaalt")


@REGELING_PTZ.rule(
    "T9",
    title="Volunteers: Regeling PTZ when terminal; earlier municipality, gifts or funds, else unfunded",
    article="Regeling PTZ art. 1, 6; Handreiking 2.1.5, 6.3",
    products=("ptz.vrijwilligers",),
)
def volunteers(care: Delivery, parameters: Parameters) -> Ints:
    """Help of volunteers before the last three months without another payer (Handreiking 2.1.5, 6.3)."""
    early = care.day < care.terminal_day
    return finding(early & ~_given(care), "vrijwilligers_voor_terminale_fase")


@REGELING_PTZ.rule(
    "T9",
    title="Volunteers before the terminal phase too are paid by the Regeling PTZ (plan)",
    article="Handreiking 2.1.5, 6.3",
    valid_from="2027-01-01",
    products=("ptz.vrijwilligers",),
    plan="ptz_eerder",
)
def volunteers_earlier(care: Delivery, parameters: Parameters) -> Ints:
    """No help of volunteers lacks a payer: the scheme pays from the palliative phase on (Handreiking 6.3)."""
    return finding(care.day == care.day, FINE)


def without_payer(care: Delivery, parameters: Parameters) -> Ints:
    """Care that the scheme paid has no payer once it has lapsed, but for a municipality or a fund."""
    return finding(~_given(care), LAPSED)


def paid_by_the_scheme(care: Delivery, parameters: Parameters) -> Ints:
    """Care that the scheme pays (Handreiking 2.1.5, 2.2.4)."""
    return finding(np.zeros(len(care), np.bool_), FINE)


scheme_part(
    "T9/regeling",
    title="Volunteers are paid by the Regeling PTZ",
    article="Regeling PTZ paragraaf 2; Handreiking 2.1.5",
    lapsed=without_payer,
    products=("ptz.vrijwilligers",),
)(paid_by_the_scheme)


@REGELING_PTZ.rule(
    "T11",
    title="Geestelijke verzorging: 50 and over, palliative patients, relatives; in a stay only in a BTH",
    article="Regeling PTZ paragraaf 4; Handreiking 2.2.4, 3.5, 4.2.3, 7.7",
    valid_from="2022-01-01",
    products=("ptz.geestelijke_verzorging",),
)
def spiritual_care(care: Delivery, parameters: Parameters) -> Ints:
    """Talks that the scheme does not pay (Handreiking 2.2.4, 3.5, 7.7).

    In a stay of a day or more the institution gives them from its own price, but relatives may always come;
    a child has so many talks at most, by the number that a line states or else in the order of its lines,
    and pays those above it itself, at the price of a talk; a rouwbegeleider is for the young, after any other
    cover. From 18 to 22 the scheme means who began before 18 (Regeling PTZ art. 1): that is taken for granted
    (assumption).
    """
    stay = care.place.inside(*INSTITUTIONS) & ~care.true("naaste")
    if len(care) == 0:
        return np.zeros(0, np.int64)
    known = care.true("palliatief") | care.true("naaste")
    younger = care.younger(parameters.whole("gv.min_age", care.day))
    child = care.younger(ADULT_AGE_YEARS)
    most = parameters.whole("gv.child_max_talks", care.day)
    talk = (~stay & ~care.true("naaste")).astype(np.int64)
    above = talk > running_cap((care.person,), care.day, talk, most)
    many = child & (above | (care.fact("volgnummer") > most))
    old = ~care.younger(parameters.whole("gv.child_age_limit", care.day))
    grief = care.true("rouwbegeleider") & (old | care.true("andere_dekking"))
    return first_of(finding(stay, INSIDE), finding((younger & ~known) | many | grief, OWN))


@REGELING_PTZ.rule(
    "T9/waarde",
    title="Volunteers without payer are worth the maximum of the form, once a client and form",
    article="Regeling PTZ art. 6, 7(2)",
    source="ptz_2025",
    rounding=RoundingSpec("half_up", 1, "Regeling PTZ art. 6"),
)
def worth_of_volunteers(first: Bools, maximum: Ints) -> Ints:
    """Value of help of volunteers that lost its payer, in cents: what the scheme would have granted at most.

    Regeling PTZ art. 6, 7(2) (source ptz_2025): the help itself has no price; a client counts once a form, on
    the `first` of its lines. The maximum is cents a client of the form of each line.
    """
    return np.where(first, maximum, 0).astype(np.int64)


scheme_part(
    "T11/regeling",
    title="Geestelijke verzorging thuis is paid by the Regeling PTZ",
    article="Regeling PTZ paragraaf 4; Handreiking 2.2.4",
    lapsed=without_payer,
    products=("ptz.geestelijke_verzorging",),
)(paid_by_the_scheme)


def nothing_left(ceiling: Ints, *_: object) -> Ints:
    """Nothing of each ceiling: the scheme has lapsed."""
    return np.zeros_like(ceiling)


@scheme_part(
    "Z3/plafond",
    title="Geestelijke verzorging thuis: an amount a centre in the annex, under a national total",
    article="Regeling PTZ paragraaf 4, bijlage 2",
    lapsed=no_money,
    valid_from="2022-01-01",
)
def talks_ceiling(who: str, day: int, parameters: Parameters) -> int:
    """Ceiling of geestelijke verzorging thuis in the year of a day, in cents.

    Regeling PTZ paragraaf 4, bijlage 2 (source ptz_2025). `who` is the part of the parameter id after `gv.`:
    `total` for the centres, `child_total` for children.
    """
    return parameters.cents_on(f"gv.{who}", day)


@scheme_part(
    "Z3",
    title="Geestelijke verzorging thuis: a ceiling a centre, of which a part may go to its own overhead",
    article="Regeling PTZ art. 31, bijlage 2",
    lapsed=nothing_left,
    valid_from="2022-01-01",
    rounding=RoundingSpec("half_up", 1, "Regeling PTZ art. 31"),
)
def overhead(ceiling: Ints, share: Fraction) -> Ints:
    """Most of each centre's ceiling that may go to coordination and overhead, in cents.

    Regeling PTZ art. 31 (source ptz_2025). The rest is for talks, schooling and meetings.
    """
    return times_rate(ceiling, share)


@scheme_part(
    "Z3/uren",
    title="Hours of talks that a ceiling leaves, and the talks of a year above it",
    article="Regeling PTZ art. 31, bijlage 2",
    lapsed=nothing_left,
    valid_from="2022-01-01",
)
def hours_left(ceiling: Ints, share: Fraction, hour: int, used: Ints) -> Ints:
    """Whole hours that each centre may still give; below 0 it is out of money and free talks stop.

    Regeling PTZ art. 31 (source ptz_2025); the price of an hour, in cents, is an assumption. The ceiling is
    in cents, the share that of overhead; `used` are the hours given.
    """
    return (ceiling - times_rate(ceiling, share)) // hour - used
