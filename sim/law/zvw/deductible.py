"""Zorgverzekeringswet: the eigen risico and the own payments beside it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim import units
from sim.columns import distinct, join, running_cap, sum_of
from sim.dates import days_in_year, month_start_day, months, year_start_day, years
from sim.law.parameters import Parameters
from sim.law.people import ENDLESS, People, birthday
from sim.law.registry import THE_ZVW, RuleSet
from sim.units import Bools, Ints, RoundingSpec, times, times_over, times_rate

# Plan, "" for the law as it stands -> the parameter with its yearly amount
DEDUCTIBLES = {
    "": "own_payments.eigen_risico.verplicht",
    "460": "own_payments.eigen_risico.plan_460",
    "165_tranche": "own_payments.eigen_risico.plan_165",
}
WHOLE_EURO = RoundingSpec("half_up", units.CENTS_PER_EURO, "Zvw art. 22(3)")


@dataclass(frozen=True)
class Claims:
    """Lines that count for the eigen risico, in columns."""

    person: Ints  # row in `People`
    day: Ints  # orders the invoices
    year: Ints  # calendar year the cost belongs to: of the admission or the opened DBC where care spans years
    # Lines of one hospital treatment share a number; -1 for all else (only a tranche looks at it)
    treatment: Ints
    cents: Ints  # cost after own contributions


def insured_days(people: People, person: Ints, year: Ints, from_month: int) -> Ints:
    """Days of a calendar year on which the eigen risico runs: from adulthood to and with the day of death.

    It runs from an age in months, on the first of the next month.
    """
    first = np.maximum(year_start_day(year), _liable_from(people.birth_day[person], from_month))
    last = np.minimum(year_start_day(year + 1) - 1, people.death_day[person])
    return np.asarray(np.maximum(last - first + 1, 0), np.int64)


def _liable_from(birth_day: Ints, from_month: int) -> Ints:
    """First day of the month after the birthday; a birthday on the first counts from that day."""
    adult = birthday(birth_day, from_month)
    month = months(adult)
    return np.where(adult == month_start_day(month), adult, month_start_day(month + 1))


def pro_rata(amount: Ints, insured: Ints, year: Ints, rounding: RoundingSpec = WHOLE_EURO) -> Ints:
    """Yearly amount in cents for the insured part of a year: times its share of the days, in whole euros."""
    step = rounding.step_cents
    return times(times_over(amount, insured, days_in_year(year) * step, rounding.mode), step)


def deductible_limits(
    people: People, person: Ints, year: Ints, parameters: Parameters, mandatory_id: str
) -> tuple[Ints, Ints]:
    """Mandatory and voluntary eigen risico of persons in years, in cents, each pro rata and each rounded.

    `mandatory_id` is the parameter with the yearly amount.
    """
    start = year_start_day(year)
    amount = parameters.cents(mandatory_id, start)
    age = parameters.whole("own_payments.eigen_risico.min_age", start)
    from_month = int(age[0]) * units.MONTHS_PER_YEAR if len(age) else 0
    insured = insured_days(people, person, year, from_month)
    own_choice = np.where(insured > 0, people.voluntary_deductible[person], 0)
    return pro_rata(amount, insured, year), pro_rata(own_choice, insured, year)


def _charge(
    claims: Claims, people: People, parameters: Parameters, mandatory_id: str, tranche_id: str = ""
) -> Ints:
    """Eigen risico of each claim, under the plan's yearly amount and its tranche a treatment."""
    year_start = year_start_day(claims.year)
    age = parameters.whole("own_payments.eigen_risico.min_age", year_start)
    from_month = int(age[0]) * units.MONTHS_PER_YEAR if len(age) else 0
    adult = claims.day >= _liable_from(people.birth_day, from_month)[claims.person]
    eligible = np.where(adult, claims.cents, 0)
    if tranche_id:
        tranche = parameters.cents(tranche_id, year_start)
        capped = running_cap((claims.treatment,), claims.day, eligible, tranche)
        eligible = np.where(claims.treatment >= 0, capped, eligible)
    person, year = distinct(claims.person, claims.year)
    mandatory, voluntary = deductible_limits(people, person, year, parameters, mandatory_id)
    used = sum_of((people.used_person, people.used_year), people.used_cents, (person, year))
    left = np.maximum(mandatory + voluntary - used, 0)
    if people.used_up_year is not None:
        left = np.where(people.used_up_year[person] == year, 0, left)
    pair, _ = join((person, year), (claims.person, claims.year))
    return running_cap((claims.person, claims.year), claims.day, eligible, left[pair])


def deductible_of_year(
    rules: RuleSet, date: Ints, person: Ints, people: People, parameters: Parameters
) -> Ints:
    """Limit of the eigen risico, mandatory and voluntary, by the rule or plan in force in each year.

    The date is the first day of the year; cents, `ENDLESS` where none is in force.
    """
    out = np.full(len(date), ENDLESS, np.int64)
    for version, on in rules.versions("P1", date):
        amount = DEDUCTIBLES[version.plan]
        mandatory, voluntary = deductible_limits(people, person, years(date), parameters, amount)
        out = np.where(on, mandatory + voluntary, out)
    return out


@THE_ZVW.rule(
    "P1",
    title="Eigen risico: per calendar year, pro rata to the day of death, in date order",
    article="Zvw art. 19, 20, 22, 23; Bzv art. 2.17",
    source="zvw_2025",
    valid_from="2016-01-01",
    rounding=WHOLE_EURO,
)
def eigen_risico(claims: Claims, people: People, parameters: Parameters) -> Ints:
    """Eigen risico per claim in cents: mandatory, then voluntary, invoices in date order.

    Zvw art. 19-23 (source zvw_2025). The limit of a year is the yearly amount times insured days over days in
    the year, mandatory and voluntary each rounded to whole euros (art. 22(1)(3)); the day of death counts
    (art. 6(1)(c)).
    """
    return _charge(claims, people, parameters, DEDUCTIBLES[""])


@THE_ZVW.rule(
    "P1",
    title="Eigen risico of 460 euros, at most 150 a treatment from 2028 (coalition plan)",
    article="Coalitieakkoord 30-1-2026; Zvw art. 19-23",
    source="coalitieakkoord_2026",
    valid_from="2027-01-01",
    valid_to="2028-01-01",
    rounding=WHOLE_EURO,
    plan="460",
)
def eigen_risico_460(claims: Claims, people: People, parameters: Parameters) -> Ints:
    """Eigen risico under the coalition plan in 2027; as `eigen_risico` in all else."""
    return _charge(claims, people, parameters, DEDUCTIBLES["460"])


@THE_ZVW.rule(
    "P1",
    title="Eigen risico of 460 euros with at most 150 a treatment (coalition plan)",
    article="Coalitieakkoord 30-1-2026; Zvw art. 19-23",
    source="coalitieakkoord_2026",
    valid_from="2028-01-01",
    rounding=WHOLE_EURO,
    plan="460",
)
def eigen_risico_460_tranche(claims: Claims, people: People, parameters: Parameters) -> Ints:
    """Eigen risico under the coalition plan from 2028: a tranche a treatment under the yearly limit."""
    tranche = "own_payments.eigen_risico.plan_460_tranche"
    return _charge(claims, people, parameters, DEDUCTIBLES["460"], tranche)


@THE_ZVW.rule(
    "P1",
    title="Eigen risico of 165 euros with at most 50 a hospital treatment (shelved plan)",
    article="Kamerstuk 36679 nr. 6; Zvw art. 19-23",
    source="nota_36679_6",
    valid_from="2027-01-01",
    rounding=WHOLE_EURO,
    plan="165_tranche",
)
def eigen_risico_165(claims: Claims, people: People, parameters: Parameters) -> Ints:
    """Eigen risico under the shelved plan: a tranche a treatment under the yearly limit."""
    tranche = "own_payments.eigen_risico.plan_165_tranche"
    return _charge(claims, people, parameters, DEDUCTIBLES["165_tranche"], tranche)


@THE_ZVW.rule(
    "P1/teruggave",
    title="Eigen risico used above the limit of a year that ends early is given back",
    article="Zvw art. 22(1)",
    source="zvw_2025",
    valid_from="2016-01-01",
    bill_only="a run draws what was used within the limit of the year",
)
def given_back(used: Ints, limit: Ints, before: Bools) -> Ints:
    """Part of the eigen risico used before the journey, in cents of a person and year, that is given back.

    Zvw art. 22(1) (source zvw_2025): the limit of a year in which the insurance ends is that of the days it
    ran, so what was paid above it falls due to the patient. What a journey uses by itself is charged against
    that limit at once. Where the journey begins on 1 January nothing of the year lies `before` it: what is
    stated as used was then used by care of the same days outside the bill, which the insurer charges against
    the same limit and never above it; it fills the limit and gives nothing back.
    """
    return np.where(before, np.maximum(used - limit, 0), 0).astype(np.int64)


@THE_ZVW.rule(
    "P6",
    title="Non-contracted care under a natura policy: a percentage is reimbursed, the rest is the patient's",
    article="Zvw art. 13; Handreiking 2.1.2",
    valid_from="2006-01-01",
    rounding=RoundingSpec("half_up", 1, "Handreiking 2.1.2"),
)
def reimbursed(gross: Ints, reference: Ints, contracted: Bools, natura: Bools, rate: Fraction) -> Ints:
    """Reimbursed part of each invoice, in cents; the rest is a line of its own for the patient.

    Zvw art. 13 (source handreiking_2026). A contracted provider, and any provider under a restitutie policy,
    is paid in full; else the percentage of the reference price, that of the same care at the average
    contracted price, at most the invoice.
    """
    part = np.minimum(times_rate(reference, rate), gross)
    return np.where(contracted | ~natura, gross, part)
