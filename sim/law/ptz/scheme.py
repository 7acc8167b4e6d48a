"""Regeling palliatieve terminale zorg: subsidy to organisations of volunteers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sim.dates import day_of
from sim.law.parameters import Parameters
from sim.law.ptz.end import LAPSED, scheme_part
from sim.law.registry import REGELING_PTZ, RuleSet
from sim.schema import INSTITUTIONS, SUBSIDY_FORMS
from sim.units import MONTHS_PER_YEAR, RoundingSpec, largest_remainder, rounded

_VOLUNTEERS = REGELING_PTZ.decree(source="ptz_2025", valid_from="2019-01-01")  # paragraphs on volunteers

INSTITUTION = "instelling"
PTZ_FORMS = SUBSIDY_FORMS
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
HOUSES = ("bth", "hch")
FORM_OF = {word: INSTITUTION for word in INSTITUTIONS if word != "ziekenhuis"}
FORM_OF |= {"thuis": "thuis_betaald"} | {house: house for house in HOUSES}
"""Setting -> form of a client there: every guest of a house of volunteers, elsewhere who has them come."""
_CENT = RoundingSpec("half_up", 1, "Regeling PTZ art. 7(1)")


@dataclass(frozen=True)
class Organisation:
    """One form of an applicant: clients a calendar year, and what decides its eligibility.

    Lines of one name are one applicant with one subsidy; `months_active` is its unbroken service up to 31
    December of the year before the application.
    """

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


@_VOLUNTEERS.rule(
    "Z1/referentiejaren",
    title="Clients are the mean of 3, 2 or 1 whole years, back from 31 December before the application",
    article="Regeling PTZ art. 1 (referentieperiode), 7(2)",
)
def reference_years(year: int, months_active: int, longest: int) -> tuple[int, ...]:
    """Reference years of a subsidy year, in order.

    Regeling PTZ art. 1, 7(2) (source ptz_2025). The application for year Y is made in Y-1, so the years count
    back from 31 December of Y-2; an organisation has as many as it has whole calendar years of unbroken
    service on that day, three at most (`longest`). Who has less than one counts one. `months_active` are the
    months of unbroken service up to 31 December of the year before the application.
    """
    count = min(max(months_active // MONTHS_PER_YEAR, 1), longest)
    return tuple(range(year - 1 - count, year - 1))


@_VOLUNTEERS.rule(
    "S5",
    title="Who may apply: volunteers of an ANBI, at most 20 fte nurses where care is delivered",
    article="Regeling PTZ art. 1, 3",
)
def eligibility(organisation: Organisation, most_fte: Fraction) -> str:
    """Reason why an organisation is not eligible; empty when it is.

    Regeling PTZ art. 1 and 3 (source ptz_2025): "geen_anbi", "meer_dan_20_fte" or "koepel_niet_zelfstandig";
    `most_fte` counts nurses in permanent service.
    """
    if not organisation.anbi:
        return "geen_anbi"
    if organisation.nurses_fte > most_fte and (organisation.delivers_care or organisation.umbrella_fte > 0):
        return "meer_dan_20_fte"
    if organisation.umbrella_fte > most_fte and not organisation.independent:
        return "koepel_niet_zelfstandig"
    return ""


@_VOLUNTEERS.rule(
    "Z1/uitbetaling",
    title="One national payout percentage under the ceiling",
    article="Regeling PTZ art. 6, 7",
    rounding=_CENT,
)
def payout(need_cents: Fraction, ceiling_cents: int) -> Fraction:
    """Share of the maximum that is paid to everyone, at most 1, by the sum of all maxima in the country.

    Regeling PTZ art. 7 (source ptz_2025). 1 when nothing is asked.
    """
    if need_cents <= ceiling_cents:
        return Fraction(1)
    return Fraction(ceiling_cents) / need_cents


@_VOLUNTEERS.rule(
    "Z1/termijnen",
    title="Instalments by month from 25,000 euros, below that at once",
    article="Regeling PTZ art. 19",
    rounding=_CENT,
)
def instalments(subsidy_cents: int, parameters: Parameters, day: int, whole_cents: int) -> dict[str, int]:
    """Instalments of a form's part of a subsidy by month, in cents, that sum to it; empty for none.

    Regeling PTZ art. 19 (source ptz_2025). "jan" only where the subsidy of the applicant, all its forms
    together (`whole_cents`), is small. The day lies in the subsidy year.
    """
    if subsidy_cents == 0:
        return {}
    if whole_cents < parameters.cents_on("ptz.termijnen.vanaf", day):
        return {MONTHS[0]: subsidy_cents}
    weights = [Fraction(parameters.cents_on(f"ptz.termijnen.{m}", day)) for m in MONTHS]
    parts = largest_remainder(weights, subsidy_cents)
    return {month: int(cents) for month, cents in zip(MONTHS, parts, strict=True)}


def earning_years(client_year: int, longest: int) -> range:
    """Subsidy years in which a client of a calendar year counts, for an organisation of long service.

    Regeling PTZ art. 1, 7(2) (source ptz_2025): each of them takes an equal part of its reference years.
    """
    years = range(client_year, client_year + 2 + longest)
    counting = [y for y in years if client_year in reference_years(y, longest * MONTHS_PER_YEAR, longest)]
    return range(counting[0], counting[-1] + 1)


def maximum_cents(form: str, parameters: Parameters, day: int) -> int:
    """Maximum a client for one form on a day (Regeling PTZ art. 6), in cents."""
    return parameters.cents_on(f"ptz.max.{form}", day)


def national_need(clients: Mapping[str, Fraction], parameters: Parameters, day: int) -> Fraction:
    """Sum in cents of the maxima of so many mean clients a year by form (Regeling PTZ art. 6, 7)."""
    return sum((Fraction(n) * maximum_cents(f, parameters, day) for f, n in clients.items()), Fraction(0))


def ceiling_cents(parameters: Parameters, day: int) -> int:
    """Subsidy ceiling of the year of a day (Regeling PTZ art. 7), in cents."""
    return parameters.cents_on("ptz.plafond", day)


def lapsed(
    year: int,
    organisations: Iterable[Organisation],
    parameters: Parameters,
    rules: RuleSet,
    ceiling: int | None = None,
    need: Fraction | None = None,
) -> SubsidyResult:
    """No subsidy: the Regeling has lapsed (source ptz_2025); parameters as `award`."""
    return SubsidyResult(
        Fraction(0), tuple(Award(o, False, LAPSED, Fraction(0), 0, 0, {}) for o in organisations)
    )


@scheme_part(
    "Z1",
    title="Regeling PTZ: mean clients times the maximum of the form, times the payout percentage",
    article="Regeling PTZ art. 3, 6, 7, 19",
    lapsed=lapsed,
    valid_from="2019-01-01",
    rounding=_CENT,
)
def award(
    year: int,
    organisations: Iterable[Organisation],
    parameters: Parameters,
    rules: RuleSet,
    ceiling: int | None = None,
    need: Fraction | None = None,
) -> SubsidyResult:
    """Subsidy of each organisation in a subsidy year.

    Regeling PTZ art. 3, 6, 7, 19 (source ptz_2025). Awards together never pass the ceiling (Awb 4:25): where
    rounding each half up would, cents go by largest remainder. Forms of one applicant are one subsidy, so its
    instalments follow from their sum (art. 7(3), 19). The ceiling in cents is the dated one when left out;
    the need is in cents of the whole nation, which this list is when left out.
    """
    date = dt.date(year, 1, 1)
    day = day_of(date)
    most = parameters.number("ptz.max_verpleegkundigen_fte", day)
    longest = parameters.whole_on("ptz.referentiejaren", day)
    test, window = rules.at("S5", date), rules.at("Z1/referentiejaren", date)
    rows = []
    for item in organisations:
        reason = test.function(item, most) if test else ""
        counted = window.function(year, item.months_active, longest) if window else tuple(item.clients)
        mean = Fraction(0)
        if counted:
            mean = Fraction(sum(item.clients.get(y, 0) for y in counted), len(counted))
        rows.append((item, reason, mean, mean * maximum_cents(item.form, parameters, day)))
    own = sum((m for _, reason, _, m in rows if not reason), Fraction(0))
    total = own if need is None else max(need, own)
    share = rules.at("Z1/uitbetaling", date)
    limit = ceiling_cents(parameters, day) if ceiling is None else ceiling
    paid = share.function(total, limit) if share else Fraction(1)
    exact = [Fraction(0) if reason else m * paid for _, reason, _, m in rows]
    got = within(exact, limit if paid == 1 else sum(exact, Fraction(0)))
    of_applicant: dict[str, int] = {}
    for (item, _, _, _), cents in zip(rows, got, strict=True):
        of_applicant[item.name] = of_applicant.get(item.name, 0) + cents
    plan = rules.at("Z1/termijnen", date)
    awards = []
    for (item, reason, mean, most_cents), cents in zip(rows, got, strict=True):
        whole = of_applicant[item.name]
        parts = plan.function(cents, parameters, day, whole) if plan else {MONTHS[0]: cents}
        awards.append(Award(item, not reason, reason, mean, rounded(most_cents), cents, parts))
    return SubsidyResult(paid, tuple(awards))


def within(exact: Sequence[Fraction], most: Fraction | int) -> list[int]:
    """Whole cents of exact amounts, half up; where their sum would pass a most, by largest remainder.

    The exact amounts are 0 or more, together at most `most`, in cents. Ties go to the earlier amount.
    """
    near = [rounded(amount) for amount in exact]
    limit = Fraction(most).__floor__()
    if sum(near) <= limit:
        return near
    return [int(part) for part in largest_remainder(exact, limit)]
