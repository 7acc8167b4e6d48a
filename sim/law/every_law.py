"""What holds under every law: care ends with the patient's life."""

from __future__ import annotations

from sim.law.delivery import INSIDE, Delivery, finding
from sim.law.parameters import Parameters
from sim.law.registry import rule
from sim.units import Ints


@rule("T17")
def after_death(care: Delivery, parameters: Parameters) -> Ints:
    """Care after the day of death has no line (Handreiking 2.5, 4.5, 7.3).

    Care given before death may be invoiced later: the day of the care counts, not that of the invoice.
    """
    return finding(care.day > care.death_day, INSIDE)


@rule("T17/nazorg", "H8")
def aftercare(care: Delivery, parameters: Parameters) -> Ints:
    """One or two talks with the bereaved have no line of their own (Handreiking 1.1.5, 2.5, 4.5)."""
    return finding(care.true("nazorg"), INSIDE)
