"""Regeling palliatieve terminale zorg: subsidy to organisations of volunteers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.dates import day_of
from sim.law.parameters import Parameters
from sim.law.registry import RuleSet, rule
from sim.units import CENTS_PER_EURO, MONTHS_PER_YEAR, RoundingSpec, largest_remainder

FORMS = ("thuis_onbetaald", "thuis_betaald", "bth", "hch", "instelling")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CENT = RoundingSpec("half_up", 1, "Regeling PTZ art. 8")


@dataclass(frozen=True)
class Organisation:
    """An applicant: one form, clients a calendar year, and what decides its eligibility."""

    name: str
    form: str
    months_active: int
    clients: Mapping[int, int]
    delivers_care: bool = False
    nurses_fte: Fraction = Fraction(0)
    umbrella_fte: Fraction = Fraction(0)
    independent: bool = True
    anbi: bool = True


@dataclass(frozen=True)
class Award:
    """What one organisation gets (amounts in cents)."""

    organisation: Organisation
    eligible: bool
    reason: str
    mean_clients: Fraction
    maximum_cents: int
    subsidy_cents: int
    instalments: Mapping[str, int]


@dataclass(frozen=True)
class SubsidyResult:
    """The Regeling in one year: the payout percentage as an exact share, and every award."""

    payout: Fraction
    awards: tuple[Award, ...]

    @property
    def total_cents(self) -> int:
        """Cents paid to all organisations."""
        return sum(a.subsidy_cents for a in self.awards)


@rule(
    "Z1/referentiejaren",
    title="Clients are the mean of up to three whole years, back from 31 December before the application",
    law="Regeling PTZ",
    article="Regeling PTZ art. 7",
    source="ptz_2025",
    valid_from="2019-01-01",
)
def reference_years(year: int, months_active: int, longest: int) -> tuple[int, ...]:
    """Reference years of a subsidy year.

    Regeling PTZ art. 7 (source ptz_2025). The application for year Y closes in Y-1, so the years
    count back from Y-2; an organisation has as many as it has whole years, at least one.

    Parameters
    ----------
    year : int
        Subsidy year.
    months_active : int
        Months the organisation worked before the application year.
    longest : int
        Most years that count.

    Returns
    -------
    tuple of int
        Years in order.
    """
    count = min(max(months_active // MONTHS_PER_YEAR, 1), longest)
    return tuple(range(year - 1 - count, year - 1))


@rule(
    "S5",
    title="Who may apply: volunteers of an ANBI, at most 20 fte nurses where care is delivered",
    law="Regeling PTZ",
    article="Regeling PTZ art. 1, 3",
    source="ptz_2025",
    valid_from="2019-01-01",
)
def eligibility(organisation: Organisation, most_fte: Fraction) -> str:
    """Reason why an organisation is not eligible; empty when it is.

    Regeling PTZ art. 1 and 3 (source ptz_2025).

    Parameters
    ----------
    organisation : Organisation
    most_fte : Fraction
        Nurses in permanent service.

    Returns
    -------
    str
        "" | "geen_anbi" | "meer_dan_20_fte" | "koepel_niet_zelfstandig".
    """
    if not organisation.anbi:
        return "geen_anbi"
    if organisation.nurses_fte > most_fte and (organisation.delivers_care or organisation.umbrella_fte > 0):
        return "meer_dan_20_fte"
    if organisation.umbrella_fte > most_fte and not organisation.independent:
        return "koepel_niet_zelfstandig"
    return ""


@rule(
    "Z1/uitbetaling",
    title="One national payout percentage under the ceiling",
    law="Regeling PTZ",
    article="Regeling PTZ art. 6, 7, 8",
    source="ptz_2025",
    valid_from="2019-01-01",
    rounding=CENT,
)
def payout(need_cents: Fraction, ceiling_cents: int) -> Fraction:
    """Share of the maximum that is paid to everyone.

    Regeling PTZ art. 7 (source ptz_2025).

    Parameters
    ----------
    need_cents : Fraction
        Sum of all maxima in the country.
    ceiling_cents : int

    Returns
    -------
    Fraction
        At most 1; 1 when nothing is asked.
    """
    if need_cents <= ceiling_cents:
        return Fraction(1)
    return Fraction(ceiling_cents) / need_cents


@rule(
    "Z1/termijnen",
    title="Instalments by month from 25,000 euros, below that at once",
    law="Regeling PTZ",
    article="Regeling PTZ art. 19",
    source="ptz_2025",
    valid_from="2019-01-01",
    rounding=CENT,
)
def instalments(subsidy_cents: int, parameters: Parameters, day: int) -> dict[str, int]:
    """Instalments of a subsidy by month, in cents, that sum to it.

    Regeling PTZ art. 19 (source ptz_2025).

    Parameters
    ----------
    subsidy_cents : int
    parameters : Parameters
    day : int
        Day number in the subsidy year.

    Returns
    -------
    dict of month to cents
        "jan" only for a small subsidy; empty for none.
    """
    if subsidy_cents == 0:
        return {}
    if subsidy_cents < parameters.number("ptz.termijnen.vanaf", day) * CENTS_PER_EURO:
        return {MONTHS[0]: subsidy_cents}
    weights = [parameters.number(f"ptz.termijnen.{m}", day) * CENTS_PER_EURO for m in MONTHS]
    parts = largest_remainder(np.array([int(w) for w in weights], np.int64), subsidy_cents)
    return {month: int(cents) for month, cents in zip(MONTHS, parts, strict=True)}


def maximum_cents(form: str, parameters: Parameters, day: int) -> int:
    """Maximum a client for one form on a day (Regeling PTZ art. 6), in cents."""
    return int(parameters.number(f"ptz.max.{form}", day) * CENTS_PER_EURO)


def national_need(clients: Mapping[str, Fraction], parameters: Parameters, day: int) -> Fraction:
    """Sum of the maxima of so many clients by form (Regeling PTZ art. 6, 7).

    Parameters
    ----------
    clients : mapping of form to Fraction
        Mean clients a year.
    parameters : Parameters
    day : int
        Day number in the subsidy year.

    Returns
    -------
    Fraction
        Cents.
    """
    return sum((Fraction(n) * maximum_cents(f, parameters, day) for f, n in clients.items()), Fraction(0))


def ceiling_cents(parameters: Parameters, day: int) -> int:
    """Subsidy ceiling of the year of a day (Regeling PTZ art. 7), in cents."""
    return int(parameters.number("ptz.plafond", day) * CENTS_PER_EURO)


@rule(
    "Z1",
    title="Regeling PTZ continues after 2026 under the dated ceiling (no extension is published)",
    law="Regeling PTZ",
    article="Regeling PTZ art. 3, 6, 7, 8, 19",
    source="ptz_2025",
    valid_from="2027-01-01",
    rounding=CENT,
    plan="ptz_verlengd",
)
@rule(
    "Z1",
    title="Regeling PTZ: mean clients times the maximum of the form, times the payout percentage",
    law="Regeling PTZ",
    article="Regeling PTZ art. 3, 6, 7, 8, 19",
    source="ptz_2025",
    valid_from="2019-01-01",
    valid_to="2027-01-01",
    rounding=CENT,
)
def award(
    year: int,
    organisations: Iterable[Organisation],
    parameters: Parameters,
    rules: RuleSet,
    ceiling: int | None = None,
    need: Fraction | None = None,
) -> SubsidyResult:
    """Subsidy of each organisation in a year.

    Regeling PTZ art. 3, 6-8, 19 (source ptz_2025).

    Parameters
    ----------
    year : int
        Subsidy year.
    organisations : iterable of Organisation
    parameters : Parameters
    rules : RuleSet
    ceiling : int, optional
        Cents; the dated ceiling when left out.
    need : Fraction, optional
        Cents of need of the whole nation; this list is the nation when left out.

    Returns
    -------
    SubsidyResult
    """
    date = dt.date(year, 1, 1)
    day = day_of(date)
    most = parameters.number("ptz.max_verpleegkundigen_fte", day)
    longest = int(parameters.number("ptz.referentiejaren", day))
    rows = []
    for item in organisations:
        test = rules.at("S5", date)
        reason = test.function(item, most) if test else ""
        mean = Fraction(0)
        window = rules.at("Z1/referentiejaren", date)
        counted = window.function(year, item.months_active, longest) if window else tuple(item.clients)
        if counted:
            mean = Fraction(sum(item.clients.get(y, 0) for y in counted), len(counted))
        rows.append((item, reason, mean, mean * maximum_cents(item.form, parameters, day)))
    total = sum((m for _, reason, _, m in rows if not reason), Fraction(0))
    share = rules.at("Z1/uitbetaling", date)
    limit = ceiling_cents(parameters, day) if ceiling is None else ceiling
    paid = share.function(total if need is None else need, limit) if share else Fraction(1)
    plan = rules.at("Z1/termijnen", date)
    awards = []
    for item, reason, mean, most_cents in rows:
        whole = _cents(most_cents)
        got = 0 if reason else _cents(most_cents * paid)
        parts = plan.function(got, parameters, day) if plan else {MONTHS[0]: got}
        awards.append(Award(item, not reason, reason, mean, whole, got, parts))
    return SubsidyResult(paid, tuple(awards))


@rule(
    "Z1",
    title="Regeling PTZ lapses on 1 January 2027",
    law="Regeling PTZ",
    article="Regeling PTZ, slotbepaling",
    source="ptz_2025",
    valid_from="2027-01-01",
)
def lapsed(
    year: int,
    organisations: Iterable[Organisation],
    parameters: Parameters,
    rules: RuleSet,
    ceiling: int | None = None,
    need: Fraction | None = None,
) -> SubsidyResult:
    """No subsidy: the Regeling has lapsed (source ptz_2025); parameters as `award`."""
    awards = [Award(o, False, "regeling_vervallen", Fraction(0), 0, 0, {}) for o in organisations]
    return SubsidyResult(Fraction(0), tuple(awards))


def _cents(amount: Fraction) -> int:
    """Half-up rounding of exact cents of 0 or more."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)
