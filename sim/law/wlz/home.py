"""Wet langdurige zorg at home: which law holds, and what more than the profile may be given."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.dates import days_in_year
from sim.law.days import EKT, FORM, MEERZORG, PLAIN, PTZ, VV10
from sim.law.delivery import FORBIDDEN, INSIDE, Delivery, finding, first_of
from sim.law.parameters import Parameters
from sim.law.people import NOT_STATED
from sim.law.registry import THE_WLZ
from sim.schema import covers
from sim.units import MOST, Bools, Ints, RoundingSpec, times_over, times_rate

# Profiles that know meerzorg (Rlz art. 2.2(1)(a)); at every age; the guide says children.
INTENSIVE_PROFILES = ("VV7", "VV8", "VG5", "VG7", "VG8", "LG5", "LG6", "LG7")
# Products, or beginnings of them, that the budget of an mpt or pgb pays (Rlz art. 1.1, basisbedrag).
IN_BUDGET = (
    "wlz.mpt.verzorging",
    "wlz.mpt.verpleging",
    "wlz.mpt.begeleiding",
    "wlz.huishoudelijke_hulp",
    "wlz.dagbesteding",
    "wlz.pgb",
    "wlz.zzp.gemiddeld",
)
# Guidance in a group that the budget holds, for profiles with an amount for it (Rlz Bijlage H)
GROUP_CARE = ("geen", "zonder_vervoer", "met_vervoer")
# Cents that no budget reaches: no maximum; budgets of many periods together still fit in a column
_UNLIMITED = MOST // 1000


def in_budget(product: str) -> bool:
    """Whether the budget of an mpt or pgb pays a product."""
    return covers(IN_BUDGET, product)


@dataclass(frozen=True)
class Indications:
    """Periods with a Wlz indication, in columns; days half-open."""

    start: Ints
    end: Ints
    before: Bools  # whether a period without any day between ends where this one starts
    after: Bools  # whether one starts where it ends
    entry_day: Ints  # first day known of the person
    death_day: Ints
    terminal_day: Ints  # first day of the terminal phase


@THE_WLZ.rule(
    "T8",
    title="No move between Zvw and Wlz in the terminal phase",
    article="Blz art. 3.1.5(a); Handreiking B1, 7.2",
    source="blz_2026",
    bill_only="in a run nobody changes law in the terminal phase",
)
def changed_law(periods: Indications) -> Bools:
    """Periods that begin or end the Wlz in the terminal phase, which the law does not know.

    Blz art. 3.1.5(a), Handreiking B1 and 7.2 (sources blz_2026, handreiking_2026). Who had the Wlz before
    the terminal phase keeps it to death, in any form; who had not does not enter it: the CIZ gives no
    indication any more. Hospital care is Zvw for both. A bill whose case states when the terminal phase
    began refuses such a period: nobody gives that indication. Where the phase is only reckoned back from
    death, nobody knew of it when the Wlz began or ended, and the bill says so in a remark.
    """
    enters = (periods.start >= periods.terminal_day) & ~periods.before
    enters &= periods.start > periods.entry_day
    leaves = (periods.end > periods.terminal_day) & ~periods.after & (periods.end < periods.death_day)
    return np.asarray(enters | leaves, np.bool_)


@THE_WLZ.rule(
    "T7/meer_dan_profiel",
    title="More than the profile at home: EKT, meerzorg, terminal increase or VV10, one a day",
    article="Rlz art. 2.2, 5.1a, 5.1c; Handreiking 2.1.2",
    source="rlz_2026",
)
def more_than_profile(
    form: Ints, intensive: Bools, terminal: Bools, needed: Ints, from_hundredths: Ints | int
) -> Ints:
    """What may be given above the profile on a day (codes of `RAISES`), by form (codes of `WLZ_FORMS`).

    Rlz art. 2.2, 5.1a and 5.1c, Handreiking 2.1.2 (sources rlz_2026, handreiking_2026). Terminal: VV10 in
    place of the profile under a vpt, an increase as needed under mpt and pgb. Before that: EKT under mpt and
    pgb, up to a share of the own budget; meerzorg from that share on (`from_hundredths`), for profiles that
    know it (`intensive`, see `INTENSIVE_PROFILES`). More care is needed in hundredths of the profile.
    """
    package = form == FORM["vpt"]
    loose = (form == FORM["mpt"]) | (form == FORM["pgb"])
    out = np.full(len(form), PLAIN, np.int64)
    out = np.where(loose & ~terminal & (needed > 0), EKT, out)
    out = np.where((package | loose) & ~terminal & intensive & (needed >= from_hundredths), MEERZORG, out)
    out = np.where(loose & terminal & (needed > 0), PTZ, out)
    return np.where(package & terminal & (needed > 0), VV10, out).astype(np.int64)


@THE_WLZ.rule(
    "T7/ekt",
    title="Extra kosten thuis: at most a quarter above the own budget of mpt or pgb",
    article="Rlz art. 5.1a; Handreiking 2.1.2",
    rounding=RoundingSpec("down", 1, "Rlz art. 5.1a"),
)
def extra_costs(budget: Ints, asked: Ints, share: Fraction) -> Ints:
    """Budget with what EKT adds, in cents.

    Rlz art. 5.1a (source handreiking_2026): as asked by the care needed, at most a share of the own budget.
    """
    most = budget + times_rate(budget, share, "down")
    return np.asarray(np.minimum(np.maximum(asked, budget), most), np.int64)


@THE_WLZ.rule(
    "T7/verantwoordingsvrij",
    title="Part of a Wlz pgb that needs no account: a share of the yearly budget within bounds, by days",
    article="Rlz art. 5.17(1)(c)",
    source="rlz_2026",
    rounding=RoundingSpec("half_up", 1, "Rlz art. 5.14"),
    bill_only="which part of a budget needs no account changes no euro",
)
def free_to_spend(yearly: Ints, days: Ints, year: Ints, share: Fraction, least: Ints, most: Ints) -> Ints:
    """Amount of a pgb in cents that the holder need not account for.

    Rlz art. 5.17(1)(c) (source rlz_2026). A share of the budget of a year in cents, between bounds in cents a
    year, by the days of pgb in the year.
    """
    whole = np.clip(times_rate(yearly, share), least, most)
    return times_over(whole, days, days_in_year(year))


@THE_WLZ.rule(
    "T7/budget",
    title="An mpt or pgb pays care at its tariff, at most the budget of the profile by days",
    article="Rlz art. 1.1 (basisbedrag), 5.14, 5.22, Bijlage H; Handreiking 2.1.2",
    source="rlz_2026",
    rounding=RoundingSpec("half_up", 1, "Rlz art. 5.14"),
)
def home_budget(yearly: Ints, days: Ints, year: Ints) -> Ints:
    """Budget of an mpt or pgb over part of a year, in cents, of that of the profile by days in the year.

    Rlz art. 1.1 (basisbedrag), 5.14 and Bijlage H (source rlz_2026). One amount holds for mpt and pgb, for
    household help, personal care, guidance alone and in a group, respite, transport and nursing. Treatment,
    meals, meerzorg and nursing of a child (product 118) lie outside it.
    """
    return times_over(yearly, days, days_in_year(year))


@THE_WLZ.rule(
    "T7/ptz",
    title="Terminal at home: the budget of an mpt or pgb is raised as far as needed, without a maximum",
    article="Rlz art. 5.1c; Handreiking 2.1.2",
    rounding=RoundingSpec("half_up", 1, "Rlz art. 5.14"),
)
def terminal_budget(budget: Ints, needed: Ints) -> Ints:
    """Budget of the terminal days in cents, raised from that of the profile.

    Handreiking 2.1.2 (source handreiking_2026): an increase where it is needed to have terminal care at home.
    The text of Rlz art. 5.1c was not readable; that of 2016 (art. 5.3(4)(5)) has no maximum. Where nobody
    states what is needed, in hundredths of the profile, what is delivered is what is needed (assumption):
    `_UNLIMITED` where it is `NOT_STATED` and there are terminal days.
    """
    raised = budget + times_over(budget, np.maximum(needed, 0), 100)
    return np.where((needed == NOT_STATED) & (budget > 0), _UNLIMITED, raised).astype(np.int64)


@THE_WLZ.rule(
    "T7/hulp",
    title="Household help, meals and day care under the Wlz: beside mpt and pgb; a vpt and a stay hold them",
    article="Wlz art. 3.1.1, 3.3.2; Rlz art. 1.1; Handreiking 2.4, 3.8",
    products=("wlz.huishoudelijke_hulp", "wlz.maaltijd", "wlz.dagbesteding"),
)
def help_at_home(care: Delivery, parameters: Parameters) -> Ints:
    """Help for a client of an mpt or pgb; inside the day price of a vpt or stay; nobody's without Wlz.

    Handreiking 2.4 and 3.8 (source handreiking_2026).
    """
    packed = np.isin(care.place.form, [FORM["vpt"], FORM["verblijf"]])
    return first_of(finding(care.place.form == FORM["geen"], FORBIDDEN), finding(packed, INSIDE))
