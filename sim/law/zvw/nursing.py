"""Zorgverzekeringswet, wijkverpleging: conditions, coordination, ceilings, and what a change of law costs."""

from __future__ import annotations

import numpy as np

from sim.columns import running_cap
from sim.law.days import FORM
from sim.law.delivery import FINE, FORBIDDEN, INSIDE, Delivery, finding, first_of
from sim.law.parameters import Parameters
from sim.law.registry import THE_WLZ, THE_ZVW
from sim.schema import CEILING_OUTCOMES, OUTSIDE_INSTITUTION, covers
from sim.units import Bools, Ints

UNDER_CEILING = ("zvw.wijkverpleging",)
UNDER_ELV_CEILING = ("zvw.elv",)


@THE_ZVW.rule(
    "H10",
    title="During an admission only the nurse's coordination; other work is onderlinge dienstverlening",
    article="NZa Beleidsregel verpleging en verzorging art. 5; Handreiking 1.7, 7.7",
    products=("zvw.wijkverpleging", "zvw.kindzorg.thuis"),
    opens=True,
)
def coordination(care: Delivery, parameters: Parameters) -> Ints:
    """Coordination while the client stays elsewhere, by whatever product of the nurse (Handreiking 1.7, 7.7).

    Tuning, indication and handover at admission and discharge, for a child as for an adult, at the integral
    tariff as at a separate one. All else that an eerstelijn carer does for a patient in hospital the hospital
    pays; a client with Wlz is the zorgkantoor's.
    """
    home = care.place.inside(*OUTSIDE_INSTITUTION)
    may = ~home & (care.place.form == FORM["geen"]) & care.true("coordinatie")
    return finding(~may, INSIDE)


@THE_ZVW.rule(
    "T6/integraal",
    title="Integral tariff by hour, day, week, month or quarter in place of the first six prestaties",
    article="NZa Experiment integrale prestaties wijkverpleging; Handreiking 2.1.2",
    valid_from="2022-01-01",
    valid_to="2029-01-01",
    bill_only="a run gives hours by prestatie; which contract prices them otherwise is not drawn",
)
def integral_tariff(day: Ints) -> Bools:
    """Days on which an integral tariff may be agreed: while the experiment runs (Handreiking 2.1.2).

    A run prices an hour after 2028 as before: the price of the hour is the mix of separate prestaties.
    """
    return np.ones(len(day), np.bool_)


@THE_ZVW.rule(
    "T6/integraal",
    title="The experiment with integral tariffs for wijkverpleging ends on 31 December 2028",
    article="NZa Experiment integrale prestaties wijkverpleging; Handreiking 2.1.2",
    valid_from="2029-01-01",
    bill_only="a run gives hours by prestatie; which contract prices them otherwise is not drawn",
)
def no_integral_tariff(day: Ints) -> Bools:
    """After the experiment care is declared by the separate prestaties (Handreiking 2.1.2)."""
    return np.zeros(len(day), np.bool_)


@THE_ZVW.rule(
    "T6/vrij",
    title="Prestaties of wijkverpleging with a free tariff: by contract only",
    article="NZa Beleidsregel verpleging en verzorging art. 4; Handreiking 2.1.2, 2.1.3",
    valid_from="2022-01-01",
    products=(
        "zvw.wijkverpleging.beloning_op_maat",
        "zvw.wijkverpleging.onplanbare_zorg",
        "zvw.wijkverpleging.centrale_coordinatie",
        "zvw.wijkverpleging.ketenzorg_dementie",
        "zvw.wijkverpleging.onderlinge_dienstverlening",
        "zvw.wijkverpleging.ziekenhuisverplaatst",
        "zvw.wijkverpleging.integraal",
    ),
    bill_only="a run draws no prestatie that exists by contract only",
)
def free_tariff(care: Delivery, parameters: Parameters) -> Ints:
    """Without an agreement there is no price to declare; code 1121 exists by contract (Handreiking 2.1.3)."""
    return finding(~care.true("contract"), "geen_contract")


@THE_ZVW.rule(
    "T6/aanwezigheid",
    title="Presence without care is no wijkverpleging",
    article="Bzv art. 2.10; Zorginstituut 2019, nadere duiding; Handreiking 7.6",
    valid_from="2019-01-01",
    products=("zvw.wijkverpleging",),
)
def presence(care: Delivery, parameters: Parameters) -> Ints:
    """Hours in which a carer is only there are paid by nobody (Handreiking 7.6)."""
    return finding(care.true("aanwezigheid"), "aanwezigheid_zonder_zorg")


@THE_ZVW.rule(
    "S1/uren",
    title="One amount a guest a day: no hours of the contracted provider of a bijna-thuis-huis beside it",
    article="Handreiking 3.2",
    valid_from="2025-01-01",
    products=("zvw.wijkverpleging",),
)
def hours_in_day_price(care: Delivery, parameters: Parameters) -> Ints:
    """Hours of any kind by the provider that is paid by the day lie inside its amount (Handreiking 3.2).

    Another provider bills its own care: one without a contract by the hour, one with an agreement of its own
    where the line says so (`andere_aanbieder`). Care of the hospital at home is no district nursing.
    """
    return finding(care.place.by_day & ~care.true("andere_aanbieder"), INSIDE)


@THE_ZVW.rule(
    "T6/pgb",
    title="Zvw-pgb: at home without Wlz; terminal care needs a terminaliteitsverklaring",
    article="Zvw art. 13a; Handreiking 2.1.2, 6.2",
    products=("zvw.pgb",),
    bill_only="in a run care under the Zvw is in kind",
)
def own_budget(care: Delivery, parameters: Parameters) -> Ints:
    """Hours of a Zvw-pgb that may not be bought (Handreiking 2.1.2, 6.2, 7.7).

    The budget stops during a stay; the statement of the doctor is asked for terminal care only.
    """
    home = care.place.inside(*OUTSIDE_INSTITUTION)
    late = care.day >= care.terminal_day
    return first_of(
        finding(~home, INSIDE),
        finding(care.place.form != FORM["geen"], FORBIDDEN),
        finding(late & ~care.true("terminaliteitsverklaring"), FORBIDDEN),
    )


@THE_ZVW.rule(
    "T6/voorschieten",
    title="A provider without contract sends its bill to the patient, who advances it",
    article="Zvw art. 13; Kamerstuk 29689 nr. 941 (cessieverbod); Handreiking 6.5",
    valid_from="2019-01-01",
    bill_only="what a patient advances costs nobody anything in the end",
)
def advanced(gross: Ints, contracted: Bools) -> Ints:
    """Cents the patient advances on each invoice, before the insurer reimburses its part.

    Handreiking 6.5 (source handreiking_2026).
    """
    return np.where(contracted, 0, gross).astype(np.int64)


@THE_ZVW.rule(
    "T18",
    title="A case manager has no product: hours by contract in a region; TAPA$ 3 takes their place",
    article="Handreiking 2.1.3, 2.6, 7.2",
    products=("zvw.wijkverpleging",),
)
def case_manager(care: Delivery, parameters: Parameters) -> Ints:
    """Hours of a case manager are inside the regular hours without a contract, and beside TAPA$ 3."""
    hours = care.true("casemanager")
    return finding(hours & (~care.true("contract") | care.true("tapas_3")), INSIDE)


@THE_WLZ.rule(
    "T19",
    title="Zorgval: hours before less hours after a change from Zvw to Wlz are unmet need",
    article="Handreiking 6.5",
)
def care_drop(before: Ints, after: Ints) -> Ints:
    """Minutes a week that a client gets less under the Wlz than before it under the Zvw; more is no drop.

    Handreiking 6.5 (source handreiking_2026).
    """
    return np.asarray(np.maximum(before - after, 0), np.int64)


@THE_ZVW.rule(
    "T20",
    title="Omzetplafond: the whole contract for wijkverpleging, the day price of a bijna-thuis-huis included",
    article="Zvw art. 11; Handreiking 7.2; kamerbrief 14-3-2025",
    bill_only="in a run the ceiling is a meter of the journey, which decides who comes in",
)
def above_ceiling(provider: Ints, day: Ints, cents: Ints, allowance: Ints) -> Ints:
    """Part of each declaration in cents above the ceiling of its provider, in order of day.

    Handreiking 7.2 (source handreiking_2026). The allowance is cents of the contract of the provider of each
    line.
    """
    return cents - running_cap((provider,), day, cents, allowance)


@THE_ZVW.rule(
    "T20/elv",
    title="Omzetplafond of eerstelijnsverblijf: a contract of its own, apart from wijkverpleging",
    article="Zvw art. 11; Handreiking 7.2",
    bill_only="in a run the ceiling is a meter of the journey, which decides who comes in",
)
def ceiling_of(product: str) -> str:
    """Name of the ceiling a product falls under: "wijkverpleging", "elv", or "" for none."""
    if covers(UNDER_ELV_CEILING, product):
        return "elv"
    return "wijkverpleging" if covers(UNDER_CEILING, product) else ""


@THE_ZVW.rule(
    "T20/doorlevering",
    title="Care delivered above the ceiling at own cost is borne by the provider",
    article="Handreiking 7.2",
)
def borne_by_provider(outcome: Ints, above: Ints) -> Ints:
    """Cents above the ceiling that the provider bears, by what it does there (codes of `CEILING_OUTCOMES`).

    Handreiking 7.2 (source handreiking_2026). Refused and delayed care costs nothing; another provider has
    room under its own ceiling.
    """
    own = CEILING_OUTCOMES.index("eigen_kosten")
    return np.where(outcome == own, above, FINE).astype(np.int64)
