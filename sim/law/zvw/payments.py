"""Zorgverzekeringswet: own payments for medicines above their limit and for seated transport."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.columns import running_cap
from sim.dates import year_start_day
from sim.law.delivery import FORBIDDEN, OWN, Delivery, finding
from sim.law.parameters import Parameters
from sim.law.people import People
from sim.law.registry import THE_ZVW
from sim.law.zvw.deductible import WHOLE_EURO, pro_rata
from sim.units import ADULT_AGE_YEARS, Bools, Ints, RoundingSpec

_RZV = THE_ZVW.decree(source="rzv_2025", valid_from="2019-01-01")  # Regeling zorgverzekering

GVS_EURO = RoundingSpec(WHOLE_EURO.mode, WHOLE_EURO.step_cents, "Rzv art. 2.32(4)")


@dataclass(frozen=True)
class Surcharges:
    """Lines on which an own payment with a yearly maximum falls, in columns."""

    person: Ints  # row in `People`
    day: Ints  # orders the lines
    year: Ints  # calendar year of the day
    cents: Ints  # surcharge above the reimbursement limit; or the cost of the ride
    due: Bools  # whether the own payment is due on the line


@_RZV.rule(
    "P4",
    title="Medicines above the reimbursement limit: own payment up to a yearly maximum, by days insured",
    article="Rzv art. 2.32(2)-(4); Bzv art. 2.8; Handreiking 6.5",
    rounding=GVS_EURO,
    products=("zvw.farmacie.gvs",),
)
def gvs_line(care: Delivery, parameters: Parameters) -> Ints:
    """A surcharge exists only where the Zvw pays medicines (Rzv art. 2.32)."""
    return finding(care.place.from_profile | care.place.inside("ziekenhuis"), FORBIDDEN)


@_RZV.rule(
    "P4/gvs",
    title="Yearly maximum of the own payment for medicines, by days insured, in whole euros",
    article="Rzv art. 2.32(2)-(4)",
    rounding=GVS_EURO,
)
def medicine_payment(lines: Surcharges, people: People, parameters: Parameters) -> Ints:
    """Own payment of each surcharge in cents; what is above the year's maximum the insurer pays.

    Rzv art. 2.32(2)-(4) (source rzv_2025). The maximum runs by days of insurance, the day of death counts,
    and is rounded to whole euros; it does not count for the eigen risico (Zvw art. 23(2)).
    """
    start = year_start_day(lines.year)
    first = np.maximum(start, people.birth_day[lines.person])
    last = np.minimum(year_start_day(lines.year + 1) - 1, people.death_day[lines.person])
    insured = np.maximum(last - first + 1, 0)
    cap = pro_rata(parameters.cents("own_payments.gvs.cap", start), insured, lines.year, GVS_EURO)
    return running_cap((lines.person, lines.year), lines.day, np.where(lines.due, lines.cents, 0), cap)


@_RZV.rule(
    "P4/vervoer",
    title="Seated transport: for the listed reasons; a contribution a calendar year, the rest eigen risico",
    article="Bzv art. 2.14; Rzv art. 2.37",
    products=("zvw.vervoer.zittend", "zvw.vervoer.eigen_auto"),
)
def eligible_transport(care: Delivery, parameters: Parameters) -> Ints:
    """A ride for another reason than Bzv art. 2.14 lists is the patient's own cost.

    Rides of intensive child care (Bzv art. 2.14(1)) are for those below 18.
    """
    grown = care.word("reason", "kind_intensief") & ~care.younger(ADULT_AGE_YEARS)
    return finding(care.word("reason", "anders") | grown, OWN)


@_RZV.rule(
    "P4/bijdrage_vervoer",
    title="Contribution for seated transport: a fixed amount a calendar year, not by days",
    article="Rzv art. 2.37(1)(2)",
)
def transport_payment(lines: Surcharges, people: People, parameters: Parameters) -> Ints:
    """Contribution on each ride in cents, up to the amount of the calendar year.

    Rzv art. 2.37 (source rzv_2025). Not due on a transfer between institutions; the rest of the ride counts
    for the eigen risico. The amount does not run by days.
    """
    cap = parameters.cents("own_payments.transport.own", year_start_day(lines.year))
    return running_cap((lines.person, lines.year), lines.day, np.where(lines.due, lines.cents, 0), cap)
