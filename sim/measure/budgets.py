"""Money of the state for palliative care in the area, beside what the simulation uses of it.

A national budget counts for the area's share of the population. The money goes to organisations, so
none of it is in the costs by law.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
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
    state = _State(
        scenario, exact(area.national_share.value), parts, Parameters(book, scenario.prices.basis_year), rules
    )
    years = Window.of(scenario).years
    for year in years:
        state.volunteers(year)
        state.networks(year)
        state.spiritual_care(year)
        state.programmes(scenario.subsidy.programmes_of or year)
        state.carrying_out(year, begins or years[0])
    state.out.add("budget_used", parts.sums.get(("subsidy", dimension_text({})), 0), line=_VOLUNTEERS)
    state.left(years[0])
    return state.out


@dataclass(frozen=True)
class _State:
    """The lines of an area that has a share of the nation, year by year."""

    scenario: Scenario
    share: Fraction
    parts: Sums
    parameters: Parameters
    rules: RuleSet
    out: Sums = field(default_factory=Sums)

    def part(self, cents: int) -> int:
        """The area's part of a national amount, half up."""
        return rounded(cents * self.share)

    def volunteers(self, year: int) -> None:
        """Ceiling of the scheme for volunteers (Z1) with the scenario's extra money; 0 once it has lapsed."""
        date, day = _first(year)
        ceiling = ptz.ceiling_cents(self.parameters, day) + extra_ceiling_cents(self.scenario)
        self.out.add("budget", self.part(ceiling) if scheme_runs(self.rules, date) else 0, line=_VOLUNTEERS)

    def networks(self, year: int) -> None:
        """Subsidy of the networks (Z2)."""
        date, day = _first(year)
        version = self.rules.at("Z2", date)
        if version is None:
            return
        for line, which in NETWORKS.items():
            self.out.add("budget", self.part(version.function(which, day, self.parameters)), line=line)

    def spiritual_care(self, year: int) -> None:
        """Ceilings of geestelijke verzorging thuis (Z3), talks that they pay by the hour, hours left.

        Beyond its ceiling a line pays no talk, so that it is never used for more.
        """
        date, day = _first(year)
        limit, version, left = (self.rules.at(key, date) for key in ("Z3/plafond", "Z3", "Z3/uren"))
        if limit is None or version is None or left is None:
            return
        most = self.parameters.rate("gv.overhead_max", day)
        hour = self.parameters.cents_on("gv.hour", day)
        each = self.parameters.number("gv.hours_per_talk", day)
        ceiling = used = 0
        for line, (which, who) in TALK_GROUPS.items():
            cents = self.part(limit.function(which, day, self.parameters))
            hours = rounded(self.talks(year, who) * each)
            self.out.add("budget", cents, line=line)
            self.out.add("budget_used", min(hours * hour, cents), line=line)
            ceiling, used = ceiling + cents, used + hours
        whole = np.array([ceiling])
        self.out.add("budget", int(version.function(whole, most)[0]), line=OVERHEAD)
        self.out.add("spiritual_hours_left", int(left.function(whole, most, hour, np.array([used]))[0]))

    def talks(self, year: int, who: str) -> int:
        """Talks that the scheme pays in a year, scaled to a whole year by its counted days, half up."""
        found = self.parts.sums.get(("ptz_talks", dimension_text({"who": who, "year": str(year)})), 0)
        part = Window.of(self.scenario).year(year)
        whole = int(dates.days_in_year(np.array(year)))
        return rounded(Fraction(found * whole, (part.high - part.low) // MINUTES_PER_DAY))

    def programmes(self, year: int) -> None:
        """Lines of the letter of 6 July 2022 (Z4), and the research programme (Z5)."""
        date, day = _first(year)
        version, research = self.rules.at("Z4", date), self.rules.at("Z5", date)
        if version is not None:
            for line in STATE_BUDGETS:
                self.out.add("budget", self.part(version.function(line, day, self.parameters)), line=line)
        if research is not None:
            cents = int(research.function(np.array([day]), self.parameters)[0])
            self.out.add("budget", self.part(cents), line=RESEARCH)

    def carrying_out(self, year: int, begins: int) -> None:
        """What the policy costs to carry out in a year, by who pays it."""
        for line in self.scenario.carrying_out:
            euros = Fraction(0)
            if line.yearly_eur is not None:
                euros += exact(line.yearly_eur.value) * _part_of(year, line.since, line.until)
            if line.once_eur is not None and year == (begins if line.since is None else line.since.year):
                euros += exact(line.once_eur.value)
            cents = self.part(rounded(euros * CENTS_PER_EURO))
            self.out.add("carrying_out", cents)
            self.out.add("carrying_out", cents, payer=line.payer)

    def left(self, year: int) -> None:
        """What the use leaves of each line (Z4/besteed); below 0 the line is overdrawn."""
        version = self.rules.at("Z4/besteed", _first(year)[0])
        if version is None:
            return
        keys, sums = {line: dimension_text({"line": line}) for line in BUDGET_LINES}, self.out.sums
        lines = [
            line for line, key in keys.items() if ("budget", key) in sums and ("budget_used", key) in sums
        ]
        both = (narrow([sums[name, keys[line]] for line in lines]) for name in ("budget", "budget_used"))
        self.out.add_along("budget_left", "line", lines, version.function(*both))


def _first(year: int) -> tuple[dt.date, int]:
    """First day of a year, as a date and a day number."""
    day = int(dates.year_start_day(np.array(year)))
    return dates.date_of(day * MINUTES_PER_DAY), day


def _part_of(year: int, since: dt.date | None, until: dt.date | None) -> Fraction:
    """The part of the days of a year that lies from one date to another (exclusive)."""
    first, last = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    low, high = max(first, since or first), min(last, until or last)
    return Fraction(max((high - low).days, 0), (last - first).days)
