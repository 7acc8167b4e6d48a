"""The Regeling PTZ of an area: what organisations get in a year, and what that year's clients earn later.

Clients of a year count in the reference years of the subsidies two to four years later. So the subsidy of a
year follows from earlier clients: those that were simulated, and before the first simulated year the area's
part of the clients that the scenario states for the nation. A run and a budget ask the same function, so
that they agree on a year. The rest of the nation is data and grows with its deaths.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from sim import dates
from sim.catalogue import TariffBook
from sim.cohort.patients import growth_factor
from sim.dates import day_of
from sim.law.parameters import Parameters
from sim.law.ptz import scheme as ptz
from sim.law.registry import RuleSet
from sim.measure.sums import Sums
from sim.measure.tables import Window
from sim.scenario.models import Area, Scenario
from sim.schema import Table, table
from sim.units import MINUTES_PER_DAY, MONTHS_PER_YEAR, exact, largest_remainder, narrow, rounded, whole_cents

Place = tuple[str, str]  # organisation and form


@dataclass(frozen=True, slots=True)
class Clients:
    """Clients of one organisation in one calendar year of the window, scaled to a whole year."""

    organisation: str
    form: str
    year: int
    clients: int


@dataclass(frozen=True, slots=True)
class YearSubsidy:
    """Subsidy of one organisation in one year; claims and awards in cents."""

    year: int
    organisation: str
    form: str
    mean_clients: Fraction
    claimed_cents: int
    payout: Fraction
    cents: int


def clients_of(parts: Sums, window: Window, called: str = "ptz_clients") -> list[Clients]:
    """Clients a year by year, organisation and form, from parts merged over all clusters.

    They are those of the measure `called`; a year that is counted only in part is scaled by its days, half
    up.
    """
    out = []
    for (measure, text), amount in sorted(parts.sums.items()):
        if measure != called:
            continue
        dimension = json.loads(text)
        year = int(dimension["year"])
        part = window.year(year)
        counted = (part.high - part.low) // MINUTES_PER_DAY
        whole = int(dates.days_in_year(np.array(year)))
        clients = rounded(Fraction(amount * whole, counted))
        out.append(Clients(dimension["organisation"], dimension["form"], year, clients))
    return sorted(out, key=lambda c: (c.year, c.organisation, c.form))


def clients_before(
    scenario: Scenario, area: Area, first: Mapping[Place, int], growth: Fraction = Fraction(1)
) -> dict[Place, int]:
    """Clients in a year before the simulation of the area's organisations, from the scenario's data.

    These are its `subsidy.national_clients` by form, times the area's share of the nation and the deaths of
    the year as a multiple of those of the base year (`growth`), split by largest remainder as the clients of
    the first simulated year; a form without a client then has none before.
    """
    share = exact(area.national_share.value)
    stated = {str(form): number for form, number in scenario.subsidy.national_clients.value.items()}
    out: dict[Place, int] = {}
    for form in ptz.PTZ_FORMS:
        places = sorted(place for place in first if place[1] == form and first[place] > 0)
        if not places:
            continue
        number = rounded(exact(stated.get(form, 0)) * share * growth)
        parts = largest_remainder(np.array([first[place] for place in places], np.int64), number)
        out |= {place: int(part) for place, part in zip(places, parts, strict=True)}
    return out


@dataclass(frozen=True)
class Scheme:
    """The Regeling PTZ of an area, by the clients of the simulated years (art. 6, 7, source ptz_2025).

    `terminal` are the same clients, counted from the terminal phase, where the scenario counts them from an
    earlier moment.
    """

    scenario: Scenario
    area: Area
    clients: Sequence[Clients]
    book: TariffBook
    rules: RuleSet
    terminal: Sequence[Clients] = ()

    @classmethod
    def of(cls, scenario: Scenario, area: Area, parts: Sums, book: TariffBook, rules: RuleSet) -> Scheme:
        """The scheme of a replication, from parts merged over all clusters."""
        window = Window.of(scenario)
        counted, terminal = (
            clients_of(parts, window, name) for name in ("ptz_clients", "ptz_clients_terminal")
        )
        return cls(scenario, area, counted, book, rules, terminal)

    @cached_property
    def parameters(self) -> Parameters:
        """Amounts of the law."""
        return Parameters(self.book, self.scenario.prices.basis_year)

    def subsidies(self, years: range) -> list[YearSubsidy]:
        """Subsidy of every organisation in every year, by the clients of its reference years.

        By year, organisation and form; with 0 where the scheme has lapsed.
        """
        results = self.results(years)
        return [award for year in years for award in _awards(year, results[year])]

    def earned_by(self, year: int) -> list[YearSubsidy]:
        """What the clients of one year earn in each later year that counts them, with all such years alike.

        Each of those years takes an equal part of the clients. By later year, organisation and form: a part
        of its subsidy, 0 where the scheme has lapsed then.
        """
        mine = {(c.organisation, c.form): c.clients for c in self.clients if c.year == year}
        later = ptz.earning_years(year, self._longest(year))
        elsewhere = self._elsewhere((year,), {year: self._growth(year)})
        out = []
        for number in later:
            references = self._references(number)
            counted = {place: dict.fromkeys(references, n) for place, n in sorted(mine.items())}
            out += [
                replace(
                    each,
                    mean_clients=each.mean_clients / len(later),
                    claimed_cents=rounded(Fraction(each.claimed_cents, len(later))),
                    cents=rounded(Fraction(each.cents, len(later))),
                )
                for each in _awards(number, self._result(number, counted, elsewhere))
            ]
        return out

    def results(self, years: range) -> dict[int, ptz.SubsidyResult]:
        """The scheme in every year, by the real reference years of each."""
        seen: dict[Place, dict[int, int]] = {}
        for each in self.clients:
            seen.setdefault((each.organisation, each.form), {})[each.year] = each.clients
        first = {place: by_year.get(years.start, 0) for place, by_year in seen.items()}
        growth = {year: self._growth(year) for year in years}
        out = {}
        for year in years:
            references = self._references(year)
            data = {
                r: clients_before(self.scenario, self.area, first, _deaths(self.scenario, r, simulated=False))
                for r in references
                if r < years.start
            }
            counted = {
                place: {r: data[r].get(place, 0) if r in data else by_year.get(r, 0) for r in references}
                for place, by_year in sorted(seen.items())
            }
            out[year] = self._result(year, counted, self._elsewhere(references, growth))
        return out

    def _longest(self, year: int) -> int:
        """Reference years of an organisation of long service."""
        return self.parameters.whole_on("ptz.referentiejaren", day_of(dt.date(year, 1, 1)))

    def _references(self, year: int) -> tuple[int, ...]:
        longest = self._longest(year)
        return ptz.reference_years(year, longest * MONTHS_PER_YEAR, longest)

    def _result(
        self, year: int, counted: Mapping[Place, Mapping[int, int]], elsewhere: Mapping[str, Fraction]
    ) -> ptz.SubsidyResult:
        """The scheme in one year for the area's organisations, beside the mean clients elsewhere."""
        date, parameters = dt.date(year, 1, 1), self.parameters
        national = dict(elsewhere)
        organisations = []
        for (name, form), by_year in counted.items():
            organisations.append(ptz.Organisation(name, form, len(by_year) * MONTHS_PER_YEAR, by_year))
            mean = Fraction(sum(by_year.values()), len(by_year))
            national[form] = national.get(form, Fraction(0)) + mean
        version = self.rules.at("Z1", date)
        if version is None:
            return ptz.lapsed(year, organisations, parameters, self.rules)
        need = ptz.national_need(national, parameters, day_of(date))
        ceiling = ptz.ceiling_cents(parameters, day_of(date)) + extra_ceiling_cents(self.scenario)
        result: ptz.SubsidyResult = version.function(
            year, organisations, parameters, self.rules, ceiling, need
        )
        return result

    def _growth(self, year: int) -> dict[str, Fraction]:
        """By how much clients of each form grow in a year when they count earlier; the nation grows likewise.

        Forms without a client in the terminal phase are left out, and all where nothing counts earlier.
        """
        out: dict[str, Fraction] = {}
        for form in {claim.form for claim in self.terminal}:
            before, now = (
                sum(c.clients for c in several if (c.form, c.year) == (form, year))
                for several in (self.terminal, self.clients)
            )
            if before > 0:
                out[form] = Fraction(now, before)
        return out

    def _elsewhere(
        self, references: Sequence[int], growth: Mapping[int, Mapping[str, Fraction]]
    ) -> dict[str, Fraction]:
        """Mean clients by form of the rest of the nation: as stated, growing with its deaths.

        `growth` holds the simulated among the reference years, in which people die as the scenario has it.
        """
        rest = 1 - exact(self.area.national_share.value)
        deaths = {year: _deaths(self.scenario, year, year in growth) for year in references}
        out = {}
        for form, number in self.scenario.subsidy.national_clients.value.items():
            parts = (deaths[year] * growth.get(year, {}).get(form, Fraction(1)) for year in references)
            grown = sum(parts, Fraction(0))
            out[str(form)] = exact(number) * rest * grown / len(references)
        return out


def subsidise(
    scenario: Scenario, area: Area, parts: Sums, book: TariffBook, rules: RuleSet
) -> tuple[Table, Sums, float]:
    """Subsidy of every organisation of the area in every year of the window, and what its clients earn later.

    From parts merged over all clusters of a replication: a row an organisation, form and year; sums `subsidy`
    and `subsidy_claimed` of the years, `subsidy_earned` and `subsidy_earned_claimed` of what their clients
    earn later, in cents, what is paid also by form; and the payout percentage of the first year.
    """
    scheme, years = Scheme.of(scenario, area, parts, book, rules), Window.of(scenario).years
    results = scheme.results(years)
    paid = [award for year in years for award in _awards(year, results[year])]
    later = [each for year in years for each in scheme.earned_by(year)]
    extra = Sums()
    for name, claimed, awards in (
        ("subsidy", "subsidy_claimed", paid),
        ("subsidy_earned", "subsidy_earned_claimed", later),
    ):
        for form in ptz.PTZ_FORMS:
            extra.add(name, sum(each.cents for each in awards if each.form == form), form=form)
        extra.add(name, sum(each.cents for each in awards))
        extra.add(claimed, sum(each.claimed_cents for each in awards))
    of_year = {(c.organisation, c.form, c.year): c.clients for c in scheme.clients}
    return _table(paid, of_year), extra, float(results[years.start].payout)


def extra_ceiling_cents(scenario: Scenario) -> int:
    """Money that the scenario adds to the national ceiling of the scheme, cents a year."""
    return whole_cents(scenario.subsidy.extra_ceiling_eur.value)


def _awards(year: int, result: ptz.SubsidyResult) -> list[YearSubsidy]:
    """Awards of one year."""
    return [
        YearSubsidy(
            year,
            award.organisation.name,
            award.organisation.form,
            award.mean_clients,
            award.maximum_cents,
            result.payout,
            award.subsidy_cents,
        )
        for award in result.awards
    ]


def _deaths(scenario: Scenario, year: int, simulated: bool) -> Fraction:
    """Deaths of a year as a multiple of those of the base year; with the scenario's demand if simulated."""
    population = scenario.cohort.population
    grown = exact(growth_factor(population, year))
    return grown if simulated else grown / exact(population.demand_factor.value)


def _table(rows: Sequence[YearSubsidy], clients: Mapping[tuple[str, str, int], int]) -> Table:
    """Table `subsidies`."""
    organisations = tuple(dict.fromkeys(row.organisation for row in rows))
    of_year = [clients.get((row.organisation, row.form, row.year), 0) for row in rows]
    columns = {
        "organisation": np.array([organisations.index(row.organisation) for row in rows], np.int64),
        "form": np.array([ptz.PTZ_FORMS.index(row.form) for row in rows], np.int64),
        "year": np.array([row.year for row in rows], np.int64),
        "clients": np.array(of_year, np.int64),
        "mean_clients": np.array([float(row.mean_clients) for row in rows], np.float64),
        "maximum_cents": narrow([row.claimed_cents for row in rows]),
        "payout_percentage": np.array([float(row.payout) for row in rows], np.float64),
        "subsidy_cents": narrow([row.cents for row in rows]),
    }
    return table("subsidies", columns, {"organisation": organisations, "form": ptz.PTZ_FORMS})
