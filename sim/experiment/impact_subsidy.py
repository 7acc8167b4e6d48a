"""Regeling PTZ over several years: clients of a year earn subsidy two to four years later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.cohort.patients import growth_factor
from sim.dates import day_of
from sim.experiment.subsidy import Clients, extra_ceiling_cents, growth_of_clients, scheme_runs
from sim.law import ptz
from sim.law.parameters import Parameters
from sim.law.registry import RuleSet
from sim.scenario.models import Area, Scenario
from sim.tariff import TariffBook
from sim.units import MONTHS_PER_YEAR, exact, largest_remainder, rounded

Place = tuple[str, str]
"""Organisation and form."""


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


def clients_before(scenario: Scenario, area: Area, first: Mapping[Place, int]) -> dict[Place, int]:
    """Clients a year of the area's organisations before the simulation, from the scenario's data.

    Parameters
    ----------
    scenario : Scenario
        Its `subsidy.national_clients` by form.
    area : Area
        Its share of the nation.
    first : mapping of (organisation, form) to int
        Clients of the first simulated year, by which a form's clients are split, by largest remainder.

    Returns
    -------
    dict of (organisation, form) to int
        A form without a client in the first year has none before.
    """
    share = exact(area.national_share.value)
    stated = {str(form): number for form, number in scenario.subsidy.national_clients.value.items()}
    out: dict[Place, int] = {}
    for form in ptz.FORMS:
        places = sorted(place for place in first if place[1] == form and first[place] > 0)
        if not places:
            continue
        whole = exact(stated.get(form, 0)) * share
        number = rounded(whole)
        parts = largest_remainder(np.array([first[place] for place in places], np.int64), number)
        out |= {place: int(part) for place, part in zip(places, parts, strict=True)}
    return out


def subsidies_of(
    scenario: Scenario,
    area: Area,
    clients: Sequence[Clients],
    years: range,
    book: TariffBook,
    rules: RuleSet,
    terminal: Sequence[Clients] = (),
) -> list[YearSubsidy]:
    """Subsidy of every organisation of the area in every year, by the clients of its reference years.

    Regeling PTZ art. 6-8 (source ptz_2025). Before the first year the clients are data; those of the rest
    of the nation are the scenario's, growing with its deaths from the first year on.

    Parameters
    ----------
    scenario : Scenario
    area : Area
    clients : sequence of Clients
        Of the simulated years.
    years : range
        Simulated years.
    book : TariffBook
    rules : RuleSet
    terminal : sequence of Clients
        The same, counted from the terminal phase, where the scenario counts them from an earlier moment.

    Returns
    -------
    list of YearSubsidy
        By year, organisation and form; with 0 where the scheme has lapsed.
    """
    parameters = Parameters(book, scenario.prices.basis_year)
    seen: dict[Place, dict[int, int]] = {}
    for each in clients:
        seen.setdefault((each.organisation, each.form), {})[each.year] = each.clients
    first = {place: by_year.get(years.start, 0) for place, by_year in seen.items()}
    before = clients_before(scenario, area, first)
    earlier = {
        year: growth_of_clients(
            [c for c in clients if c.year == year], [c for c in terminal if c.year == year]
        )
        for year in years
    }
    out = []
    for year in years:
        date = dt.date(year, 1, 1)
        version = rules.at("Z1", date)
        if version is None:
            continue
        day = day_of(date)
        longest = int(parameters.number("ptz.referentiejaren", day))
        references = ptz.reference_years(year, longest * MONTHS_PER_YEAR, longest)
        organisations = []
        for (name, form), by_year in sorted(seen.items()):
            known = {
                r: by_year.get(r, 0) if r >= years.start else before.get((name, form), 0) for r in references
            }
            organisations.append(ptz.Organisation(name, form, longest * MONTHS_PER_YEAR, known))
        national = _elsewhere(scenario, area, references, years.start, earlier)
        for item in organisations:
            mean = Fraction(sum(item.clients.values()), len(references))
            national[item.form] = national.get(item.form, Fraction(0)) + mean
        need = ptz.national_need(national, parameters, day)
        ceiling = ptz.ceiling_cents(parameters, day) + extra_ceiling_cents(scenario)
        scheme = version.function if scheme_runs(scenario, date) else ptz.lapsed
        result = scheme(year, organisations, parameters, rules, ceiling=ceiling, need=need)
        out += [
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
    return out


def _elsewhere(
    scenario: Scenario,
    area: Area,
    references: Sequence[int],
    first: int,
    earlier: Mapping[int, Mapping[str, Fraction]],
) -> dict[str, Fraction]:
    """Mean clients by form of the rest of the nation in the reference years."""
    population = scenario.cohort.population
    rest = 1 - exact(area.national_share.value)
    start = growth_factor(population, first - 1)
    out = {}
    for form, number in scenario.subsidy.national_clients.value.items():
        grown = Fraction(0)
        for year in references:
            deaths = Fraction(growth_factor(population, year) / start) if year >= first else Fraction(1)
            grown += deaths * earlier.get(year, {}).get(form, Fraction(1))
        out[str(form)] = exact(number) * rest * grown / len(references)
    return out
