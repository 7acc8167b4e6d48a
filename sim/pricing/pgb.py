"""The budget of a Wlz pgb: what the profile gives a year, and what may be given above it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.dates import days, year_start_day, years
from sim.law.columns import running_cap
from sim.law.days import EKT, MEERZORG, PTZ
from sim.law.wlz import PGB
from sim.law.wlz_home import INTENSIVE_PROFILES
from sim.pricing.lines import Lines
from sim.pricing.produce import Desk
from sim.pricing.tables import WlzPeriods
from sim.pricing.terms import NOT_STATED
from sim.schema import PROFILES
from sim.units import Bools, Ints, divide

Cut = list[tuple[int, int, int]]
"""Lines of which a part is not declared: spell_no, day, rule."""


@dataclass(frozen=True)
class _Year:
    """Days of pgb of some persons in one year, under one profile.

    Parameters
    ----------
    number, begin : int
        The year and its first day.
    price : int
        Cents of the budget of a whole year.
    intensive : bool
        Whether the profile knows meerzorg.
    days, terminal : int64 array
        Days of pgb, and those of the terminal phase among them.
    needed : int64 array
        More care needed, in hundredths; `NOT_STATED` where nobody says.
    """

    number: int
    begin: int
    price: int
    intensive: bool
    days: Ints
    terminal: Ints
    needed: Ints


def cap_pgb(desk: Desk, lines: Lines, periods: WlzPeriods, terminal_day: Ints) -> tuple[Lines, Lines, Cut]:
    """Lines of a Wlz pgb, together at most the budget of the profile in each calendar year.

    Hours above the budget are delivered and have no payer.

    Parameters
    ----------
    desk : Desk
    lines : Lines
    periods : WlzPeriods
    terminal_day : int64 array
        First day of the terminal phase by person.

    Returns
    -------
    Lines
        With the gross and the quantity that the budget pays.
    Lines
        What nobody pays: the part above the budget.
    cut : list of (spell_no, day, rule)
        Lines of a bill of which a part is not declared; none in a run.
    """
    none, cut = lines.take(np.zeros(0, np.int64)), Cut()
    hours = desk.rules.code("T7/pgb_uren")
    rows = np.flatnonzero(lines.rule == hours)
    if hours < 0 or not desk.rules.has("T7/pgb") or len(rows) == 0:
        return lines, none, cut
    person, year = lines.person[rows], years(lines.day[rows])
    budget = pgb_budgets(desk, periods, terminal_day, person, year)
    taken = running_cap((person, year), lines.day[rows], lines.gross[rows], budget)
    above = np.zeros(len(lines), np.int64)
    above[rows] = lines.gross[rows] - taken
    lost = np.flatnonzero(above > 0)
    if len(lost) == 0:
        return lines, none, cut
    if desk.terms is not None:
        code = desk.rules.code("T7/pgb")
        cut = [(int(lines.spell_no[r]), int(lines.day[r]), code) for r in lost]
    quantity = lines.quantity.copy()
    quantity[lost] -= divide(quantity[lost] * above[lost], lines.gross[lost])
    kept = np.flatnonzero((above == 0) | (above < lines.gross))
    held = lines.with_(gross=lines.gross - above, quantity=quantity).take(kept)
    return held, lines.take(lost).with_(gross=above[lost]), cut


def pgb_budgets(desk: Desk, periods: WlzPeriods, terminal_day: Ints, person: Ints, year: Ints) -> Ints:
    """Budget of each person and year, by days of pgb in the profile, with what may be given above it.

    Parameters
    ----------
    desk : Desk
    periods : WlzPeriods
    terminal_day : int64 array
        First day of the terminal phase by person.
    person, year : int64 array, shape (n,)

    Returns
    -------
    int64 array, shape (n,)
        Cents.
    """
    rows = np.flatnonzero(periods.form == PGB)
    if len(rows) == 0:
        return np.zeros(len(person), np.int64)
    who, needed = periods.person[rows], _needed(desk, periods)[rows]
    first = days(periods.start[rows])
    end = days(periods.end[rows]) + (days(periods.end[rows]) >= desk.people.death_day[who])
    low, high = int(year.min()), int(year.max())
    table = np.zeros((len(desk.people), high - low + 1), np.int64)
    for number in range(low, high + 1):
        begin = int(year_start_day(np.array([number]))[0])
        stop = int(year_start_day(np.array([number + 1]))[0])
        start_in, end_in = np.maximum(first, begin), np.minimum(end, stop)
        length = np.maximum(end_in - start_in, 0)
        terminal = np.maximum(end_in - np.maximum(start_in, terminal_day[who]), 0)
        for profile in np.unique(periods.profile[rows][length > 0]):
            word = PROFILES[int(profile)]
            id = f"wlz.pgb.budget.{word.lower()}"
            price = int(desk.prices.look_up(desk.prices.codes([id]), np.array([begin])).unit_cents[0])
            here = np.flatnonzero((periods.profile[rows] == profile) & (length > 0))
            part = _Year(
                number,
                begin,
                price,
                word in INTENSIVE_PROFILES,
                length[here],
                terminal[here],
                needed[here],
            )
            np.add.at(table[:, number - low], who[here], _budget(desk, part))
    return table[person, year - low]


def _needed(desk: Desk, periods: WlzPeriods) -> Ints:
    """More care needed in each period, as a bill states it."""
    if desk.terms is None:
        return np.full(len(periods.person), NOT_STATED, np.int64)
    return desk.terms.needed


def _budget(desk: Desk, part: _Year) -> Ints:
    """Budget of a year: the profile by days, more in the terminal phase, EKT or meerzorg before it."""
    size = len(part.days)
    own = next(v for v, _ in desk.rules.versions("T7/pgb", np.array([part.begin])))
    price, year = np.full(size, part.price), np.full(size, part.number)
    increase = desk.parameters.rate("pgb.ptz_factor", part.begin)
    known = np.where(part.needed == NOT_STATED, 0, part.needed)
    late = _may(desk, part, np.where(part.needed == NOT_STATED, 100, part.needed), True)
    early = _may(desk, part, known, False)
    terminal = np.where(late == PTZ, part.terminal, 0)
    out: Ints = own.function(price, part.days, terminal, year, increase)
    if not np.any((early == EKT) | (early == MEERZORG)):
        return out
    before = own.function(price, part.days - part.terminal, np.zeros(size, np.int64), year, increase)
    asked = before + divide(before * known, np.full(size, 100))
    more = np.where(early == MEERZORG, asked, before)
    for version, on in desk.rules.versions("T7/ekt", np.full(size, part.begin)):
        share = desk.parameters.rate("wlz.ekt_pct", part.begin)
        more = np.where(on & (early == EKT), version.function(before, asked, share), more)
    return np.asarray(out + more - before, np.int64)


def _may(desk: Desk, part: _Year, needed: Ints, terminal: bool) -> Ints:
    """What may be given above the profile, before or in the terminal phase."""
    size = len(part.days)
    out = np.full(size, PTZ if terminal else 0, np.int64)
    late: Bools = np.full(size, terminal, np.bool_)
    for version, on in desk.rules.versions("T7/meer_dan_profiel", np.full(size, part.begin)):
        least = int(desk.parameters.number("wlz.meerzorg_pct", part.begin) * 100)
        form, intensive = np.full(size, PGB), np.full(size, part.intensive, np.bool_)
        out = np.where(on, version.function(form, intensive, late, needed, least), out)
    return out
