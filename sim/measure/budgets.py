"""Money of the state for palliative care in the area, beside what the simulation uses of it.

A national budget counts for the area's share of the population. The money goes to organisations, so
none of it is in the costs by law.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np

from sim import dates
from sim.catalogue import TariffBook
from sim.law.parameters import Parameters
from sim.law.ptz import scheme as ptz
from sim.law.ptz.budgets import STATE_BUDGETS
from sim.law.ptz.end import scheme_runs
from sim.law.registry import RuleSet
from sim.measure.subsidy import extra_ceiling_cents
from sim.measure.sums import Sums, dimension_text
from sim.measure.tables import Window
from sim.scenario.models import Area, Scenario
from sim.units import CENTS_PER_EURO, MINUTES_PER_DAY, exact, narrow, rounded

_VOLUNTEERS, RESEARCH = "vrijwilligers", "zonmw_palliantie"
NETWORKS = {"netwerken": "total", "netwerken_kind": "kind_total"}  # line of the networks -> which networks
# Line of geestelijke verzorging -> which ceiling, and whose talks
TALK_GROUPS = {
    "geestelijke_verzorging": ("total", "volwassene"),
    "geestelijke_verzorging_kind": ("child_total", "kind"),
}
OVERHEAD = "geestelijke_verzorging_overhead"
# Lines in the order in which they are shown
BUDGET_LINES = (_VOLUNTEERS, *NETWORKS, *TALK_GROUPS, OVERHEAD, *STATE_BUDGETS, RESEARCH)


def budgets(
    scenario: Scenario, area: Area, parts: Sums, book: TariffBook, rules: RuleSet, begins: int | None = None
) -> Sums:
    """Budgets of every calendar year that the window touches, and their simulated use.

    Regeling PTZ paragraaf 3 and 4, art. 7, 31 (source ptz_2025); kamerbrief 6-7-2022 (source
    kamerbrief_2022); kamerbrief 2018. A line is left out in a year without its rule. Parts are merged over
    all clusters of a replication, with the sums of the subsidy step; the policy is carried out first in the
    year `begins`, else in the first of the window. Gives the sums `budget`, `budget_used`, `budget_left` by
    line and `carrying_out` by payer, in cents, and `spiritual_hours_left`, in hours.
    """
    parameters = Parameters(book, scenario.prices.basis_year)
    window = Window.of(scenario)
    share = exact(area.national_share.value)
    out = Sums()
    for year in window.years:
        _volunteers(out, scenario, year, share, parameters, rules)
        _networks(out, year, share, parameters, rules)
        _spiritual_care(out, parts, window, year, share, parameters, rules)
        _programmes(out, scenario.subsidy.programmes_of or year, share, parameters, rules)
        _carrying_out(out, scenario, year, begins or window.years[0], share)
    paid = parts.sums.get(("subsidy", dimension_text({})), 0)
    out.add("budget_used", paid, line=_VOLUNTEERS)
    _left(out, window, rules)
    return out


def _left(out: Sums, window: Window, rules: RuleSet) -> None:
    """What the use leaves of each line (Z4/besteed); below 0 the line is overdrawn."""
    version = rules.at("Z4/besteed", _first(window.years[0])[0])
    if version is None:
        return
    lines = [line for line in BUDGET_LINES if ("budget_used", dimension_text({"line": line})) in out.sums]
    lines = [line for line in lines if ("budget", dimension_text({"line": line})) in out.sums]
    cents = [
        narrow([out.sums[name, dimension_text({"line": line})] for line in lines])
        for name in ("budget", "budget_used")
    ]
    out.add_along("budget_left", "line", lines, version.function(*cents))


def _first(year: int) -> tuple[dt.date, int]:
    """First day of a year, as a date and a day number."""
    day = int(dates.year_start_day(np.array(year)))
    return dates.date_of(day * MINUTES_PER_DAY), day


def _part(cents: int, share: Fraction) -> int:
    """The area's part of a national amount, half up."""
    return rounded(cents * share)


def _volunteers(
    out: Sums, scenario: Scenario, year: int, share: Fraction, parameters: Parameters, rules: RuleSet
) -> None:
    """Ceiling of the scheme for volunteers (Z1) with the scenario's extra money; 0 where it has lapsed."""
    date, day = _first(year)
    ceiling = ptz.ceiling_cents(parameters, day) + extra_ceiling_cents(scenario)
    out.add("budget", _part(ceiling, share) if scheme_runs(rules, date) else 0, line=_VOLUNTEERS)


def _networks(out: Sums, year: int, share: Fraction, parameters: Parameters, rules: RuleSet) -> None:
    """Subsidy of the networks (Z2)."""
    date, day = _first(year)
    version = rules.at("Z2", date)
    if version is None:
        return
    for line, which in NETWORKS.items():
        out.add("budget", _part(version.function(which, day, parameters), share), line=line)


def _spiritual_care(
    out: Sums,
    parts: Sums,
    window: Window,
    year: int,
    share: Fraction,
    parameters: Parameters,
    rules: RuleSet,
) -> None:
    """Ceilings of geestelijke verzorging thuis (Z3), talks that they pay at the price of an hour, hours left.

    Beyond its ceiling a line pays no talk, so that it is never used for more.
    """
    date, day = _first(year)
    limit, version, left = (rules.at(key, date) for key in ("Z3/plafond", "Z3", "Z3/uren"))
    if limit is None or version is None or left is None:
        return
    most = parameters.rate("gv.overhead_max", day)
    hour = parameters.cents_on("gv.hour", day)
    each = parameters.number("gv.hours_per_talk", day)
    ceiling = used = 0
    for line, (which, who) in TALK_GROUPS.items():
        cents = _part(limit.function(which, day, parameters), share)
        hours = rounded(_talks(parts, window, year, who) * each)
        out.add("budget", cents, line=line)
        out.add("budget_used", min(hours * hour, cents), line=line)
        ceiling, used = ceiling + cents, used + hours
    whole = np.array([ceiling])
    out.add("budget", int(version.function(whole, most)[0]), line=OVERHEAD)
    out.add("spiritual_hours_left", int(left.function(whole, most, hour, np.array([used]))[0]))


def _talks(parts: Sums, window: Window, year: int, who: str) -> int:
    """Talks that the scheme pays in a year, scaled to a whole year by its counted days, half up."""
    found = parts.sums.get(("ptz_talks", dimension_text({"who": who, "year": str(year)})), 0)
    part = window.year(year)
    whole = int(dates.days_in_year(np.array(year)))
    return rounded(Fraction(found * whole, (part.high - part.low) // MINUTES_PER_DAY))


def _programmes(out: Sums, year: int, share: Fraction, parameters: Parameters, rules: RuleSet) -> None:
    """Lines of the letter of 6 July 2022 (Z4), and the research programme (Z5)."""
    date, day = _first(year)
    version = rules.at("Z4", date)
    if version is not None:
        for line in STATE_BUDGETS:
            out.add("budget", _part(version.function(line, day, parameters), share), line=line)
    version = rules.at("Z5", date)
    if version is not None:
        cents = int(version.function(np.array([day]), parameters)[0])
        out.add("budget", _part(cents, share), line=RESEARCH)


def _carrying_out(out: Sums, scenario: Scenario, year: int, begins: int, share: Fraction) -> None:
    """What the policy costs to carry out in a year, by who pays it."""
    for line in scenario.carrying_out:
        euros = Fraction(0)
        if line.yearly_eur is not None:
            euros += exact(line.yearly_eur.value) * _part_of(year, line.since, line.until)
        if line.once_eur is not None and year == (begins if line.since is None else line.since.year):
            euros += exact(line.once_eur.value)
        cents = _part(rounded(euros * CENTS_PER_EURO), share)
        out.add("carrying_out", cents)
        out.add("carrying_out", cents, payer=line.payer)


def _part_of(year: int, since: dt.date | None, until: dt.date | None) -> Fraction:
    """The part of the days of a year that lies from one date to another (exclusive)."""
    first, last = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    low, high = max(first, since or first), min(last, until or last)
    return Fraction(max((high - low).days, 0), (last - first).days)
