"""The reduce step over all clusters of a replication: the Regeling PTZ with its one national percentage.

The region's organisations are paid for the clients that the run gives them, as if those numbers had
held in the reference years; the rest of the nation is data. So a policy that brings more guests to
a hospice moves both the claim and the percentage.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim import dates
from sim.dates import minute_of
from sim.experiment.parts import Parts
from sim.experiment.tables import Window
from sim.law import ptz
from sim.law.parameters import Parameters
from sim.law.registry import RuleSet
from sim.scenario.models import Area, Scenario
from sim.schema import Table, table
from sim.tariff import TariffBook
from sim.units import MINUTES_PER_DAY, exact, narrow, rounded, whole_cents


@dataclass(frozen=True, slots=True)
class Clients:
    """Clients of one organisation in one calendar year of the window, scaled to a whole year."""

    organisation: str
    form: str
    year: int
    clients: int


def clients_of(parts: Parts, window: Window, called: str = "ptz_clients") -> list[Clients]:
    """Clients a year by organisation and form.

    Parameters
    ----------
    parts : Parts
        Merged over all clusters.
    window : Window
        A year that is counted only in part is scaled by its days, half up.
    called : str
        Measure that holds them.

    Returns
    -------
    list of Clients
        By year, organisation and form.
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


def subsidise(
    scenario: Scenario, area: Area, parts: Parts, book: TariffBook, rules: RuleSet
) -> tuple[Table, Parts, float]:
    """Subsidy of every organisation of the area in every year of the window.

    Regeling PTZ art. 6-8 (source ptz_2025). National need: the clients that the scenario states for
    the nation, less the area's share of the population, plus the clients of the run.

    Parameters
    ----------
    scenario : Scenario
    area : Area
    parts : Parts
        Merged over all clusters of a replication.
    book : TariffBook
    rules : RuleSet

    Returns
    -------
    subsidies : Table
        One row an organisation, form and year.
    extra : Parts
        Sums `subsidy` by form and `subsidy_claimed`, in cents.
    payout : float
        Payout percentage of the first year; NaN where nothing runs.
    """
    window = Window.of(scenario)
    claims = clients_of(parts, window)
    terminal = clients_of(parts, window, "ptz_clients_terminal")
    parameters = Parameters(book, scenario.prices.basis_year)
    rows: list[tuple[Clients, int, float, int]] = []
    payouts = []
    for year in window.years:
        mine = [claim for claim in claims if claim.year == year]
        growth = growth_of_clients(mine, [claim for claim in terminal if claim.year == year])
        result = _awards(scenario, area, year, mine, parameters, rules, growth)
        payouts.append(float(result.payout))
        rows += [
            (claim, award.maximum_cents, float(result.payout), award.subsidy_cents)
            for claim, award in zip(mine, result.awards, strict=True)
        ]
    extra = Parts()
    for form in ptz.FORMS:
        extra.add("subsidy", sum(cents for claim, _, _, cents in rows if claim.form == form), form=form)
    extra.add("subsidy", sum(cents for _, _, _, cents in rows))
    extra.add("subsidy_claimed", sum(most for _, most, _, _ in rows))
    return _table(rows), extra, payouts[0]


def _awards(
    scenario: Scenario,
    area: Area,
    year: int,
    claims: list[Clients],
    parameters: Parameters,
    rules: RuleSet,
    growth: dict[str, Fraction] | None = None,
) -> ptz.SubsidyResult:
    """Awards of one year, by the version of the scheme in force; none where the scenario ends it."""
    date = dates.date_of(int(dates.year_start_day(np.array(year))) * MINUTES_PER_DAY)
    longest = int(parameters.number("ptz.referentiejaren", minute_of(date) // MINUTES_PER_DAY))
    references = ptz.reference_years(year, longest * _MONTHS, longest)
    organisations = [
        ptz.Organisation(c.organisation, c.form, longest * _MONTHS, dict.fromkeys(references, c.clients))
        for c in claims
    ]
    version = rules.at("Z1", date)
    if version is None or not scheme_runs(scenario, date):
        nothing = tuple(
            ptz.Award(o, False, "regeling_vervallen", Fraction(0), 0, 0, {}) for o in organisations
        )
        return ptz.SubsidyResult(Fraction(0), nothing)
    elsewhere = 1 - exact(area.national_share.value)
    stated = scenario.subsidy.national_clients.value
    more = growth or {}
    national: dict[str, Fraction] = {
        form: exact(n) * elsewhere * more.get(form, Fraction(1)) for form, n in stated.items()
    }
    for claim in claims:
        national[claim.form] = national.get(claim.form, Fraction(0)) + claim.clients
    day = minute_of(date) // MINUTES_PER_DAY
    need = ptz.national_need(national, parameters, day)
    ceiling = ptz.ceiling_cents(parameters, day) + extra_ceiling_cents(scenario)
    result: ptz.SubsidyResult = version.function(year, organisations, parameters, rules, ceiling, need)
    return result


def scheme_runs(scenario: Scenario, date: dt.date) -> bool:
    """Whether a scenario still has the Regeling PTZ on a date, as far as it does not lapse by law.

    Parameters
    ----------
    scenario : Scenario
        Without `subsidy.runs` the scheme ends when the law says so (1 January 2027, slotbepaling, source
        ptz_2025), or already on `rules.plans_from`.
    date : datetime.date
    """
    since = scenario.rules.plans_from
    return scenario.subsidy.runs or since is None or date < since


def extra_ceiling_cents(scenario: Scenario) -> int:
    """Money that the scenario adds to the national ceiling of the scheme, cents a year."""
    return whole_cents(scenario.subsidy.extra_ceiling_eur.value)


def growth_of_clients(claims: list[Clients], terminal: list[Clients]) -> dict[str, Fraction]:
    """By how much clients of each form grow when they count earlier; the nation grows as the run does.

    Parameters
    ----------
    claims, terminal : list of Clients
        Of one year: as the scenario counts them, and as counted from the terminal phase; none of the latter
        where these are the same.

    Returns
    -------
    dict of form to Fraction
        Forms without a client in the terminal phase are left out.
    """
    out: dict[str, Fraction] = {}
    for form in {claim.form for claim in terminal}:
        before = sum(claim.clients for claim in terminal if claim.form == form)
        now = sum(claim.clients for claim in claims if claim.form == form)
        if before > 0:
            out[form] = Fraction(now, before)
    return out


_MONTHS = len(ptz.MONTHS)


def _table(rows: list[tuple[Clients, int, float, int]]) -> Table:
    """Table `subsidies`."""
    organisations = tuple(dict.fromkeys(claim.organisation for claim, _, _, _ in rows))
    columns = {
        "organisation": np.array([organisations.index(c.organisation) for c, _, _, _ in rows], np.int64),
        "form": np.array([ptz.FORMS.index(c.form) for c, _, _, _ in rows], np.int64),
        "year": np.array([c.year for c, _, _, _ in rows], np.int64),
        "clients": np.array([c.clients for c, _, _, _ in rows], np.int64),
        "maximum_cents": narrow([most for _, most, _, _ in rows]),
        "payout_percentage": np.array([payout for _, _, payout, _ in rows], np.float64),
        "subsidy_cents": narrow([cents for _, _, _, cents in rows]),
    }
    return table("subsidies", columns, {"organisation": organisations, "form": ptz.FORMS})
