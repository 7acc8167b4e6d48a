"""Zorgverzekeringswet, general practice: what beside the contacts has conditions of its own."""

from __future__ import annotations

import numpy as np

from sim.dates import month_start_day, months
from sim.law.delivery import FINE, FORBIDDEN, INSIDE, Delivery, finding
from sim.law.parameters import Parameters
from sim.law.people import birthday
from sim.law.registry import THE_ZVW
from sim.law.wlz.contribution import add_months
from sim.units import ADULT_AGE_YEARS, MONTHS_PER_QUARTER, MONTHS_PER_YEAR, Ints

REGISTRATION = "zvw.huisarts.inschrijving"
# GP registration by age: below the age of each name, the last above
REGISTRATIONS = tuple(f"{REGISTRATION}.{age}" for age in ("65", "75", "85", "85plus"))
REGISTRATION_AGES = tuple(int(id.rpartition(".")[2]) for id in REGISTRATIONS if not id.endswith("plus"))


@THE_ZVW.rule(
    "T1/intensieve_zorg",
    title="Intensieve zorg by the GP: in the last three months, of a child twelve, without a maximum",
    article="NZa Beleidsregel huisartsenzorg art. 5.1.7; Handreiking 2.1.1",
    products=("zvw.huisarts.intensieve_zorg_dag", "zvw.huisarts.intensieve_zorg_anw"),
)
def intensive_care(care: Delivery, parameters: Parameters) -> Ints:
    """Intensive contacts before the terminal phase (Handreiking 2.1.1).

    The GP judges when the phase begins; for a child it is so many months before death.
    """
    if len(care) == 0:
        return np.zeros(0, np.int64)
    months = parameters.whole("zvw.huisarts.intensieve_zorg_maanden_kind", care.day)
    early = np.minimum(add_months(care.death_day, -months), care.terminal_day)
    begins = np.where(care.younger(ADULT_AGE_YEARS), early, care.terminal_day)
    return finding(care.day < begins, FORBIDDEN)


@THE_ZVW.rule(
    "T1/contractmaximum",
    title="What a contract leaves out above its maximum number has no payer",
    article="Handreiking 2.1.1",
    products=("*",),
)
def above_contract(care: Delivery, parameters: Parameters) -> Ints:
    """Units above the number that the contract holds, over all lines of a product (Handreiking 2.1.1).

    The guide says it of the intensive contacts of the GP; a contract may say it of any product.
    """
    if "contract_maximum" not in care.facts:
        return np.full(len(care), FINE)
    most = care.fact("contract_maximum")
    return finding((most > 0) & (care.fact("contract_nummer") > most), "geen_contract")


@THE_ZVW.rule(
    "T1/inschrijving_leeftijd",
    title="GP registration: the class of the age on the first day of the quarter",
    article="NZa Prestatie- en tariefbeschikking huisartsenzorg; Handreiking 2.1.1",
    products=REGISTRATIONS,
    bill_only="a run takes the class from the age itself",
)
def registration_class(care: Delivery, parameters: Parameters) -> Ints:
    """A registration in the class of another age is refused (Handreiking 2.1.1)."""
    quarter = month_start_day(months(care.day) // MONTHS_PER_QUARTER * MONTHS_PER_QUARTER)
    reached = np.zeros(len(care), np.int64)
    for age in REGISTRATION_AGES:
        reached += birthday(care.birth_day, age * MONTHS_PER_YEAR) <= quarter
    return finding(np.asarray(reached != REGISTRATIONS.index(care.product), np.bool_), FORBIDDEN)


@THE_ZVW.rule(
    "T2/voorwaarden",
    title="Meedenkadvies: once a question, not for a patient already treated for it",
    article="NZa Beleidsregel huisartsenzorg art. 5(9); NZa WB/REG-2026-01 art. Q; Handreiking 2.1.1",
    valid_from="2026-01-01",
    products=("zvw.huisarts.meedenkadvies", "zvw.msz.meedenkadvies"),
)
def one_advice(care: Delivery, parameters: Parameters) -> Ints:
    """A further contact about one question, or one within running treatment, has no line."""
    return finding((care.fact("volgnummer") > 1) | care.true("al_onder_behandeling"), INSIDE)


@THE_ZVW.rule(
    "T3",
    title="S2 and S3 agreements of the GP, such as the behandelwensgesprek: by contract",
    article="NZa Beleidsregel huisartsenzorg art. 6.1, 7.1; Handreiking 2.1.1, 6.2",
    products=(
        "zvw.huisarts.behandelwensgesprek",
        "zvw.huisarts.oi",
        "zvw.huisarts.keten",
        "zvw.huisarts.programma",
    ),
    bill_only="a run draws no talk that exists by contract only",
)
def contracted_talk(care: Delivery, parameters: Parameters) -> Ints:
    """Without an agreement the talk is a regular consult, working together inside it (Handreiking 2.1.1)."""
    return finding(~care.true("contract"), INSIDE)


@THE_ZVW.rule(
    "T3/pzp",
    title="Proactive care planning by the GP is a long consult",
    article="Handreiking 2.1.1, 6.2",
    valid_to="2027-01-01",
    products=("zvw.huisarts.pzp",),
)
def planning_as_consult(care: Delivery, parameters: Parameters) -> Ints:
    """Planning by the GP has no product until 2027; the long consult is declared (Handreiking 6.2)."""
    return finding(care.day == care.day, FORBIDDEN)


@THE_ZVW.rule(
    "T3/pzp",
    title="Proactive care planning by the GP has a product in segment 1, from the day that a scenario says",
    article="AZWA 2025; Handreiking 2.1.1, 6.2",
    valid_from="2027-01-01",
    products=("zvw.huisarts.pzp",),
    plan="pzp_huisarts",
)
@THE_ZVW.rule(
    "T3/pzp",
    title="Proactive care planning by the GP has a product in segment 1 (intention of the NZa)",
    article="AZWA 2025; Handreiking 2.1.1, 6.2",
    valid_from="2027-01-01",
    products=("zvw.huisarts.pzp",),
)
def planning_as_product(care: Delivery, parameters: Parameters) -> Ints:
    """From 2027 planning by the GP is declared as itself, at a projected price (Handreiking 6.2)."""
    return finding(care.day == care.day, FINE)


@THE_ZVW.rule(
    "T5",
    title="Taking part in PaTz is inside the tariffs, unless S3 or TAPA$ pays it",
    article="Handreiking 2.1.1, 2.1.2, 6.2",
    products=("zvw.huisarts", "zvw.wijkverpleging", "zvw.gzsp"),
)
def patz_meeting(care: Delivery, parameters: Parameters) -> Ints:
    """A PaTz meeting has no line of its own without an agreement (Handreiking 2.1.1)."""
    return finding(care.true("patz") & ~care.true("s3_contract"), INSIDE)


@THE_ZVW.rule(
    "T15",
    title="PZNL consultation is free to the professional who asks",
    article="Handreiking 2.2.2",
    products=("ptz.consultatie",),
    bill_only="a run draws no consultation that brings no line",
)
def free_consultation(care: Delivery, parameters: Parameters) -> Ints:
    """A consultation of the Consultatieteam brings no line to anyone (Handreiking 2.2.2)."""
    return finding(care.day == care.day, INSIDE)


@THE_ZVW.rule(
    "T14",
    title="TAPA$ 1, 2a, 2b and 3: in contracted regions, to the end of 2027",
    article="NZa Beleidsregel innovatie voor kleinschalige experimenten; Handreiking 1.7, 2.6",
    valid_from="2023-01-01",
    valid_to="2028-01-01",
    products=("zvw.tapas",),
)
def transmural_experiment(care: Delivery, parameters: Parameters) -> Ints:
    """Without a contract and a joining agreement the experiment pays nothing (Handreiking 2.6)."""
    return finding(~care.true("contract"), "geen_contract")


@THE_ZVW.rule(
    "V5",
    title="GP on a palliative unit under ELV: bills if the GP treats; else the day holds the specialist",
    article="NZa Beleidsregel huisartsenzorg art. 5.2.7; Handreiking 4.2.1",
    products=("zvw.huisarts",),
)
def gp_on_unit(care: Delivery, parameters: Parameters) -> Ints:
    """Contacts on a palliative unit where the specialist treats are inside the day (Handreiking 4.2.1)."""
    return finding(care.place.inside("pu") & ~care.true("huisarts_behandelt"), INSIDE)
