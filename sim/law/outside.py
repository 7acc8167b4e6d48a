"""Costs outside every law: what the patient pays in full, and what nobody pays."""

from __future__ import annotations

import numpy as np

from sim.law.delivery import OWN, Delivery, finding, first_of
from sim.law.parameters import Parameters
from sim.law.registry import NO_LAW
from sim.units import Ints


@NO_LAW.rule(
    "P8",
    title="Costs outside every law are the patient's: self-care medicines, extras, relatives' nights, travel",
    article="Handreiking 3.6, 6.5, 7.7",
    products=(
        "buiten.zelfzorgmedicijnen",
        "buiten.extra",
        "buiten.reiskosten_auto",
        "buiten.naasten_nacht",
        "buiten.alarm",
    ),
)
def outside_every_law(care: Delivery, parameters: Parameters) -> Ints:
    """Every line outside the laws is the patient's own (Handreiking 3.6, 6.5)."""
    return finding(care.day == care.day, OWN)


@NO_LAW.rule(
    "P8/aanvullend",
    title="A relative's night in a guest house: the supplementary policy may pay a part",
    article="Polisvoorwaarden; Handreiking 7.7",
    bill_only="a run draws no nights of relatives",
)
def nights_covered(cents: Ints, offered: Ints) -> Ints:
    """Cents of each line that a supplementary policy pays: what it offers, never more than the line.

    Handreiking 7.7 (source handreiking_2026).
    """
    return np.minimum(cents, offered)


@NO_LAW.rule(
    "P9",
    title="A guideline medicine that is not reimbursed: the patient's, or unfunded",
    article="Handreiking 6.5",
    products=("buiten.geneesmiddel_niet_vergoed", "zvw.farmacie"),
)
def not_reimbursed(care: Delivery, parameters: Parameters) -> Ints:
    """A medicine outside the package: the patient buys it, or goes without payer (Handreiking 6.5).

    The fact `vergoed` says that the Zvw pays it; of a medicine that it does not pay, `patient_betaalt` says
    whether the patient buys it.
    """
    refused = ~care.true("vergoed")
    bought = care.true("patient_betaalt")
    return first_of(finding(refused & ~bought, "geneesmiddel_niet_vergoed"), finding(refused, OWN))


@NO_LAW.rule(
    "S6",
    title="Laying out is no insured care: the patient's own cost",
    article="Handreiking 3.9, 4.6",
    products=("buiten.laatste_verzorging",),
    bill_only="a run ends with death",
)
def laying_out(care: Delivery, parameters: Parameters) -> Ints:
    """Laying out and viewing are the patient's own cost, or a funeral policy's (Handreiking 3.9, 4.6)."""
    return finding(care.day == care.day, OWN)
