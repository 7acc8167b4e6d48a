"""What holds under every law: care ends with the patient's life."""

from __future__ import annotations

from sim.law.delivery import INSIDE, Delivery, finding
from sim.law.parameters import Parameters
from sim.law.registry import THE_ZVW
from sim.units import Ints


@THE_ZVW.rule(
    "T17",
    title="Aftercare is inside every tariff: nothing is billed for care after death",
    article="Zvw art. 6(1)(c); Handreiking 1.1.5, 2.5, 4.5, 7.3",
    products=("zvw", "wlz", "wmo", "jeugdwet"),
)
def after_death(care: Delivery, parameters: Parameters) -> Ints:
    """Care after the day of death has no line (Handreiking 2.5, 4.5, 7.3).

    Care given before death may be invoiced later: the day of the care counts, not that of the invoice.
    """
    return finding(care.day > care.death_day, INSIDE)


@THE_ZVW.rule(
    "T17/nazorg",
    title="Talks with the bereaved are inside the tariff of the GP, the nurse, the stay and the profile",
    article="Handreiking 2.5, 4.5, 6.2",
    products=("zvw.huisarts", "zvw.wijkverpleging", "zvw.elv", "zvw.gzsp", "zvw.kindzorg", "wlz", "jeugdwet"),
)
@THE_ZVW.rule(
    "H8",
    title="Aftercare lies inside the DBC",
    article="Handreiking 1.1.5",
    products=("zvw.msz",),
)
def aftercare(care: Delivery, parameters: Parameters) -> Ints:
    """One or two talks with the bereaved have no line of their own (Handreiking 1.1.5, 2.5, 4.5)."""
    return finding(care.true("nazorg"), INSIDE)
