"""Costs outside every law: what the patient pays in full, and what nobody pays."""

from __future__ import annotations

import numpy as np

from sim.law.delivery import OWN, Delivery, finding, first_of
from sim.law.parameters import Parameters
from sim.law.registry import rule
from sim.units import Ints


@rule("P8")
def outside_every_law(care: Delivery, parameters: Parameters) -> Ints:
    """Every line outside the laws is the patient's own (Handreiking 3.6, 6.5)."""
    return finding(care.day == care.day, OWN)


@rule("P8/aanvullend")
def nights_covered(cents: Ints, offered: Ints) -> Ints:
    """Cents of each line that a supplementary policy pays: what it offers, never more than the line.

    Handreiking 7.7 (source handreiking_2026).
    """
    return np.minimum(cents, offered)


@rule("P9")
def not_reimbursed(care: Delivery, parameters: Parameters) -> Ints:
    """A medicine outside the package: the patient buys it, or goes without payer (Handreiking 6.5).

    The fact `vergoed` says that the Zvw pays it; of a medicine that it does not pay, `patient_betaalt` says
    whether the patient buys it.
    """
    refused = ~care.true("vergoed")
    bought = care.true("patient_betaalt")
    return first_of(finding(refused & ~bought, "geneesmiddel_niet_vergoed"), finding(refused, OWN))


@rule("S6")
def laying_out(care: Delivery, parameters: Parameters) -> Ints:
    """Laying out and viewing are the patient's own cost, or a funeral policy's (Handreiking 3.9, 4.6)."""
    return finding(care.day == care.day, OWN)
