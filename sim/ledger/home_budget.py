"""The budget of an mpt or pgb: what the profile gives a year, and what may be given above it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.columns import group_sums, running_cap
from sim.dates import days, year_start_day, years
from sim.law.days import DAY_PROFILES, EKT, FORM, MEERZORG, PTZ
from sim.law.people import NOT_STATED
from sim.law.wlz.home import GROUP_CARE, INTENSIVE_PROFILES, in_budget
from sim.ledger.as_the_law_reads import Stays, WlzPeriods
from sim.ledger.days_and_spells import Desk
from sim.ledger.lines import Cut, Lines, cut_of, in_order
from sim.units import Ints, times_over

BUDGET_FORMS = (FORM["mpt"], FORM["pgb"])  # Wlz forms with a budget of their own


@dataclass(frozen=True)
class _Part:
    """Days of mpt or pgb of some persons in one year, under one profile."""

    number: int  # the year
    begin: int  # its first day
    price: int  # cents of the budget of a whole year
    intensive: bool  # whether the profile knows meerzorg
    form: Ints
    days: Ints  # of mpt or pgb
    terminal: Ints  # those of the terminal phase among them
    needed: Ints  # more care needed, in hundredths; `NOT_STATED` where nobody says


def budget_id(profile: str, day_care: int = 0) -> str:
    """Product whose price is the budget of a year of a profile; `day_care` is a code of `GROUP_CARE`."""
    more = "" if day_care == 0 else f".{GROUP_CARE[day_care]}"
    return f"wlz.pgb.budget.{profile.lower()}{more}"


def cap_home(
    desk: Desk, lines: Lines, stays: Stays, periods: WlzPeriods, entry_day: Ints, terminal_day: Ints
) -> tuple[Lines, Lines, Cut]:
    """Lines of an mpt or pgb, together at most the budget of the profile in each calendar year.

    Care before the terminal phase has the budget of its own days; care in it that of the terminal days with
    their increase, and what is left of the budget before. Care above the budget is delivered and has no
    payer: it comes second. A line belongs to the terminal phase when it begins in it: no line may run across
    its first day. Third come lines of a bill of which a part is not declared; none in a run. `entry_day` is
    the first day known of each person.
    """
    none, cut = lines.take(np.zeros(0, np.int64)), Cut()
    rows = _under_budget(desk, lines, stays)
    if not desk.rules.has("T7/budget") or len(rows) == 0:
        return lines, none, cut
    person, year, day = lines.person[rows], years(lines.day[rows]), lines.day[rows]
    groups = (person, year, stays.days.form[lines.stay[rows]])
    room, late_room = home_budgets(desk, periods, entry_day, terminal_day, *groups)
    late, gross = day >= terminal_day[person], lines.gross[rows]
    early_taken = running_cap(groups, day, np.where(late, 0, gross), room)
    left = room - group_sums(groups, early_taken)
    taken = early_taken + running_cap(groups, day, np.where(late, gross, 0), late_room + left)
    above = np.zeros(len(lines), np.int64)
    above[rows] = gross - taken
    lost = rows[taken < gross]
    if len(lost) == 0:
        return lines, none, cut
    if desk.terms is not None:
        cut = cut_of(lines, lost, desk.rules.code("T7/budget"))

    def quantity() -> Ints:
        out = lines.quantity.copy()
        out[lost] -= times_over(out[lost], above[lost], lines.gross[lost])
        return out

    kept = np.flatnonzero((above == 0) | (above < lines.gross))
    held = lines.with_(gross=lines.gross - above, quantity=quantity).take(kept)
    return held, lines.take(lost).with_(gross=above[lost]), cut


def _under_budget(desk: Desk, lines: Lines, stays: Stays) -> Ints:
    """Rows of lines that the budget of an mpt or pgb pays, in order."""
    paid = np.array([in_budget(id) for id in desk.prices.products], np.bool_)
    if not np.any(paid) or len(stays) == 0:
        return np.zeros(0, np.int64)
    rows = np.flatnonzero(paid[lines.product] & (lines.stay >= 0))
    return in_order(lines, rows[np.isin(stays.days.form[lines.stay[rows]], BUDGET_FORMS)])


def home_budgets(
    desk: Desk, periods: WlzPeriods, entry_day: Ints, terminal_day: Ints, person: Ints, year: Ints, form: Ints
) -> tuple[Ints, Ints]:
    """Budget of each person, year and form, by days in the profile, with what may be given above it.

    In cents for the days before the terminal phase and for those in it. `entry_day` (the first day known) and
    `terminal_day` are by person.
    """
    rows = np.flatnonzero(np.isin(periods.form, BUDGET_FORMS))
    if len(rows) == 0:
        none = np.zeros(len(person), np.int64)
        return none, none
    who, sort = periods.person[rows], np.asarray(periods.form[rows], np.int64)
    needed, day_care = _stated(desk, periods, "needed")[rows], _stated(desk, periods, "day_care")[rows]
    first = np.maximum(days(periods.start[rows]), entry_day[who])
    end = periods.end_day(desk.people.death_day)[rows]
    low, high = int(year.min()), int(year.max())
    table = np.zeros((2, len(desk.people), high - low + 1, int(max(BUDGET_FORMS)) + 1), np.int64)
    for number in range(low, high + 1):
        begin, stop = (int(year_start_day(np.array([n]))[0]) for n in (number, number + 1))
        start_in, end_in = np.maximum(first, begin), np.minimum(end, stop)
        length = np.maximum(end_in - start_in, 0)
        terminal = np.clip(end_in - np.maximum(start_in, terminal_day[who]), 0, length)
        kinds = np.stack([periods.profile[rows], np.maximum(day_care, 0)])
        for profile, group in np.unique(kinds[:, length > 0], axis=1).T.tolist():
            word = DAY_PROFILES[profile]
            code = desk.prices.codes([budget_id(word, group)])
            price = int(desk.prices.look_up(code, np.array([begin])).unit_cents[0])
            here = np.flatnonzero((kinds[0] == profile) & (kinds[1] == group) & (length > 0))
            columns = (column[here] for column in (sort, length, terminal, needed))
            part = _Part(number, begin, price, word in INTENSIVE_PROFILES, *columns)
            for phase, cents in enumerate(_budget(desk, part)):
                np.add.at(table[phase, :, number - low], (who[here], sort[here]), cents)
    return table[0, person, year - low, form], table[1, person, year - low, form]


def _stated(desk: Desk, periods: WlzPeriods, name: str) -> Ints:
    """What a bill states of each period; `NOT_STATED` in a run."""
    if desk.terms is None:
        return np.full(len(periods.person), NOT_STATED, np.int64)
    return np.asarray(getattr(desk.terms, name), np.int64)


def _budget(desk: Desk, part: _Part) -> tuple[Ints, Ints]:
    """Budget before the terminal phase, with EKT or meerzorg, and in it, raised as needed."""
    size = len(part.days)
    at = np.full(size, part.begin)
    price, year = np.full(size, part.price), np.full(size, part.number)
    known = np.where(part.needed == NOT_STATED, 0, part.needed)
    may = _may(desk, part, known, False)
    before = desk.rules.apply("T7/budget", at, 0, price, part.days - part.terminal, year)
    asked = before + times_over(before, known, 100)
    share = desk.parameters.rate("wlz.ekt_pct", part.begin)
    extra = desk.rules.apply("T7/ekt", at, before, before, asked, share)
    more = np.where(may == MEERZORG, asked, np.where(may == EKT, extra, before))
    late = desk.rules.apply("T7/budget", at, 0, price, part.terminal, year)
    raised = _may(desk, part, np.where(part.needed == NOT_STATED, 1, part.needed), True) == PTZ
    return more, np.where(raised, desk.rules.apply("T7/ptz", at, late, late, part.needed), late)


def _may(desk: Desk, part: _Part, needed: Ints, terminal: bool) -> Ints:
    """What may be given above the profile, before or in the terminal phase."""
    size = len(part.days)
    at, late = np.full(size, part.begin), np.full(size, terminal)
    least = desk.parameters.hundredths_on("wlz.meerzorg_pct", part.begin)
    intensive = np.full(size, part.intensive, np.bool_)
    default = PTZ if terminal else 0
    return desk.rules.apply("T7/meer_dan_profiel", at, default, part.form, intensive, late, needed, least)
