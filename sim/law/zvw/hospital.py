"""Zorgverzekeringswet in hospital: when the palliative products may be declared."""

from __future__ import annotations

import numpy as np

from sim.columns import order_by
from sim.dates import years
from sim.law.delivery import INSIDE, OWN, Delivery, finding, first_of
from sim.law.parameters import Parameters
from sim.law.registry import THE_ZVW
from sim.schema import covers
from sim.units import ADULT_AGE_YEARS, Bools, Ints

TEAM_OF_ADULTS = ("valid", "twee_poortspecialisten", "poortspecialist_en_poortfunctie")
CHILD_TEAM = "zvw.msz.palliatief_team.kind"
TEAM_OF_CHILDREN = ("valid", "kinder_comfort_team")


@THE_ZVW.rule(
    "H1",
    title="Consult samen beslissen 190098 takes the place of a listed consult, one a conversation",
    article="NZa Regeling medisch-specialistische zorg; Handreiking 1.1.1",
    valid_from="2025-01-01",
    products=("zvw.msz.samen_beslissen", "zvw.msz.polikliniek", "zvw.msz.consult_op_afstand"),
)
def shared_decision(care: Delivery, parameters: Parameters) -> Ints:
    """Consults that are no line beside or as 190098 (Handreiking 1.1.1).

    A consult held to decide together lies inside the 190098; a 190098 that replaces none of the nine listed
    consults is a regular part of the DBC.
    """
    return finding(care.true("samen_beslissen") | care.word("vervangt", "anders"), INSIDE)


@THE_ZVW.rule(
    "H2",
    title="Proactive care planning 190099: one a plan, by a gatekeeper, handed to the GP, not by the team",
    article="NZa Regeling medisch-specialistische zorg; Handreiking 1.1.2",
    valid_from="2025-01-01",
    products=(
        "zvw.msz.pzp",
        "zvw.msz.polikliniek",
        "zvw.msz.consult_op_afstand",
        "zvw.msz.samen_beslissen",
    ),
)
def care_planning(care: Delivery, parameters: Parameters) -> Ints:
    """What 190099 asks (Handreiking 1.1.2).

    A further talk about the same plan, and planning by the palliative team or a Kinder Comfort Team, are
    inside another price; without a gatekeeper at one of the talks, or without a plan handed to at least the
    GP, nothing can be declared. Of a consult it asks one thing: whether it is the same talk.
    """
    planning = care.product == "zvw.msz.pzp"
    team = care.true("door_palliatief_team") | care.true("kinder_comfort_team")
    again = care.fact("volgnummer") > 1
    lacking = ~care.true("poortspecialist_aanwezig") | ~care.true("overgedragen_aan_huisarts")
    return first_of(
        finding(planning & (team | again) | care.true("pzp_gesprek"), INSIDE),
        finding(planning & lacking, "pzp_onvolledig"),
    )


@THE_ZVW.rule(
    "H3",
    title="Supportive care 039928: oncology only; elsewhere the DBC of the disease continues",
    article="NZa Zorgactiviteitentabel; Handreiking 1.1.3",
    products=("zvw.msz.supportive_care",),
    bill_only="a run draws day treatment and visits, not what supportive care they hold",
)
def supportive_care(care: Delivery, parameters: Parameters) -> Ints:
    """Supportive care of other than adults with cancer is inside their DBC (Handreiking 1.1.3)."""
    return finding(~care.word("diagnosis", "cancer") | care.younger(ADULT_AGE_YEARS), INSIDE)


@THE_ZVW.rule(
    "H4/voorwaarden",
    title="Hospital care at home 190228: by contract, before 20:00, no transfer day, holds the nursing",
    article="NZa Regeling medisch-specialistische zorg art. 26.5; Handreiking 1.1.4, 1.2.3, 2.3",
    valid_from="2020-01-01",
    products=("zvw.msz.thuisdag", "zvw.msz.verpleging_thuis"),
)
def hospital_day_at_home(care: Delivery, parameters: Parameters) -> Ints:
    """Days that 190228 or 190288 may not declare (Handreiking 1.1.4, 1.2.3, 2.3).

    The day holds the hospital's nursing (190288 on that day is inside); a day begun after 20:00 or on which
    the patient moves to hospital is inside the admission; care by a Kinder Comfort Team is inside its own
    products; without a contract nobody pays.
    """
    inside = care.true("na_20_uur") | care.true("overplaatsing") | care.true("kinder_comfort_team")
    inside |= care.true("met_190228")
    return first_of(finding(inside, INSIDE), finding(~care.true("contract"), "geen_contract"))


@THE_ZVW.rule(
    "H5",
    title="Remote consults 190162-190167: as the visit they replace, in content and in time",
    article="NZa Regeling medisch-specialistische zorg art. 24.4; Handreiking 1.1.4, 2.3",
    valid_from="2021-01-01",
    products=("zvw.msz.consult_op_afstand",),
    bill_only="a run draws visits, not which of them are by phone or screen",
)
def remote_consult(care: Delivery, parameters: Parameters) -> Ints:
    """A remote contact that is less than the visit it replaces, or a further part of one, has no line."""
    return finding(~care.true("gelijkwaardig") | (care.fact("volgnummer") > 1), INSIDE)


@THE_ZVW.rule(
    "H6",
    title="Palliative team DBC 990040: an own meeting 190006 in a valid composition and a patient contact",
    article="NZa Regeling medisch-specialistische zorg art. 24.14, 24.15; Handreiking 1.2.1, 6.1, B2",
    valid_from="2018-01-01",
    products=("zvw.msz.palliatief_team",),
)
def palliative_team(care: Delivery, parameters: Parameters) -> Ints:
    """Why the team's work has no product (Handreiking 1.2.1, 6.1).

    Per subtraject an own meeting 190006, of two gatekeeping specialists of different specialties or of one
    with a gatekeeper of another specialty who has shown expertise; and one contact with the patient.
    """
    return first_of(
        finding(~care.true("meeting_190006"), "overleden_voor_overleg"),
        finding(~_composed(care, parameters), "samenstelling_ongeldig"),
        finding(~care.true("contact"), "overleden_of_ontslagen_voor_contact"),
        finding(care.word("specialisme", "anders"), "samenstelling_ongeldig"),
    )


@THE_ZVW.rule(
    "H6/consult",
    title="A consult 190067 of the palliative team and an outpatient visit are not recorded for one contact",
    article="NZa Regeling medisch-specialistische zorg art. 24.15; Handreiking 1.2.1",
    valid_from="2018-01-01",
    products=("zvw.msz.polikliniek", "zvw.msz.consult_op_afstand"),
)
def team_consult(care: Delivery, parameters: Parameters) -> Ints:
    """A visit that is the team's consult 190067 lies inside the team's product (Handreiking 1.2.1)."""
    return finding(care.true("teamconsult_190067"), INSIDE)


def _composed(care: Delivery, parameters: Parameters) -> Bools:
    """Whether the team that met was valid: for an adult, for a child, for one not yet born."""
    child = care.younger(ADULT_AGE_YEARS) | _perinatal(care, parameters)
    right = np.where(child, care.word("composition", *TEAM_OF_CHILDREN), False)
    return np.asarray(right | care.word("composition", *TEAM_OF_ADULTS), np.bool_)


def _perinatal(care: Delivery, parameters: Parameters) -> Bools:
    """Whether work of a Kinder Comfort Team is for a child not yet born, on the record of the mother."""
    if len(care) == 0 or not covers(CHILD_TEAM, care.product):
        return np.zeros(len(care), np.bool_)
    most = parameters.whole("zvw.msz.perinataal_moeder_leeftijd", care.day)
    mother = ~care.younger(ADULT_AGE_YEARS) & care.younger(most)
    return np.asarray(mother & care.word("composition", "kinder_comfort_team"), np.bool_)


@THE_ZVW.rule(
    "H7",
    title="No second clinical DBC of one specialty during an admission",
    article="NZa Regeling medisch-specialistische zorg art. 23.9; Handreiking 1.2.1",
    products=("zvw.msz.dbc", "zvw.msz.palliatief_team", "zvw.msz.radiotherapie", "zvw.msz.supportive_care"),
    across=True,
    bill_only="a run prices hospital care by day and visit and opens no DBC",
)
def second_clinical(care: Delivery, parameters: Parameters) -> Ints:
    """A clinical DBC opened while one of the same specialty runs is inside that one (Handreiking 1.2.1).

    Whatever product either is: the rule holds for all clinical products, the palliative team's included. One
    that is inside another holds nobody out itself.
    """
    inside = np.zeros(len(care), np.bool_)
    specialty, runs_to = care.fact("specialisme"), dict[tuple[int, int], int]()
    clinical = np.flatnonzero(care.true("klinisch") & ~care.word("specialisme", ""))
    for row in clinical[order_by(care.day[clinical])].tolist():
        one = int(care.person[row]), int(specialty[row])
        inside[row] = int(care.day[row]) < runs_to.get(one, int(care.day[row]))
        if not inside[row]:
            runs_to[one] = int(care.end[row])
    return finding(inside, INSIDE)


@THE_ZVW.rule(
    "H9",
    title="Logeervergoeding in place of travel, from three treatment days in a row",
    article="Rzv art. 2.30(2); Handreiking 1.6",
    valid_from="2022-01-01",
    products=("zvw.vervoer.logeren",),
    bill_only="a run draws travel to treatment, no nights near it",
)
def lodging(care: Delivery, parameters: Parameters) -> Ints:
    """Nights for fewer treatment days in a row are the patient's own cost (Handreiking 1.6)."""
    least = parameters.whole("own_payments.transport.logeren_min_days", care.day)
    return finding(care.fact("behandeldagen") < least, OWN)


@THE_ZVW.rule(
    "H11",
    title="Kinder Comfort Team: products of their own, for children; perinatal care on the mother",
    article="NZa Regeling medisch-specialistische zorg art. 24.14; Handreiking 1.2.1, 7.7",
    valid_from="2023-01-01",
    products=(CHILD_TEAM,),
    bill_only="a run draws the team of a child as that of adults",
)
def comfort_team(care: Delivery, parameters: Parameters) -> Ints:
    """The products of the Kinder Comfort Team are for children, in its own composition (Handreiking 7.7).

    Perinatal care for a child that is not yet born has a trajectory of its own (diagnosis 316.9950, care
    asked for a child) on the record of the mother: an adult line in the composition of the Kinder Comfort
    Team, at an age at which somebody gives birth (assumption), is such a trajectory.
    """
    fit = care.younger(ADULT_AGE_YEARS) & care.word("composition", *TEAM_OF_CHILDREN)
    return finding(~(fit | _perinatal(care, parameters)), "samenstelling_ongeldig")


@THE_ZVW.rule(
    "H12",
    title="The cost of a DBC or admission belongs to the calendar year in which it began",
    article="Zvw art. 23(1)",
    source="zvw_2025",
    valid_from="2006-01-01",
)
def cost_year(begun_day: Ints, day: Ints) -> Ints:
    """Calendar year of each line for the eigen risico (Zvw art. 23(1), source zvw_2025).

    `begun_day` is that on which the DBC opened or the admission began; the line's own day for all else.
    """
    return years(begun_day)


@THE_ZVW.rule(
    "H14",
    title="Facultatieve prestatie: by contract only, at the contract's price",
    article="NZa informatiekaart facultatieve prestatie; Handreiking 1.3",
    products=("zvw.msz.facultatief",),
    bill_only="a run draws no products by contract between hospital and insurer",
)
def by_contract(care: Delivery, parameters: Parameters) -> Ints:
    """Without a contract a facultatieve prestatie is paid by nobody (Handreiking 1.3)."""
    return finding(~care.true("contract"), "geen_contract")
