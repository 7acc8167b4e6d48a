"""Children: Jeugdwet, medische kindzorg, and the Wlz for a child at home; and respite for all ages."""

from __future__ import annotations

import numpy as np

from sim.law.days import DAY_PROFILES, FORM
from sim.law.delivery import FORBIDDEN, Delivery, finding, first_of
from sim.law.parameters import Parameters
from sim.law.registry import JEUGDWET, THE_WLZ, THE_WMO, THE_ZVW
from sim.units import ADULT_AGE_YEARS, Bools, Ints

STAY_WLZ = "wlz.kinderzorghuis"
CHILD_WLZ = ("wlz.kindzorg", STAY_WLZ)
# Profiles for an intellectual disability
DISABLED = [code for code, profile in enumerate(DAY_PROFILES) if profile.startswith("VG")]


@THE_WMO.rule(
    "T13/betaler",
    title="Respite under the Wmo: not for a Wlz client; without a payer it is unfunded",
    article="Wmo 2015 art. 2.3.5; Handreiking 2.1.4, 3.7, 6.3",
    products=("wmo.respijtzorg",),
)
def respite_payer(care: Delivery, parameters: Parameters) -> Ints:
    """Respite of a Wlz client is the zorgkantoor's; where municipality and insurer refuse, nobody pays."""
    return first_of(
        finding(care.place.form != FORM["geen"], FORBIDDEN),
        finding(~care.true("gemeente_betaalt"), "respijt_geen_betaler"),
    )


@JEUGDWET.rule(
    "T13/kind",
    title="Respite and guidance of a child are not for the Wmo: Jeugdwet, or medische kindzorg of the Zvw",
    article="Jeugdwet art. 1.1, 2.3; Wmo 2015 art. 1.2.1; Handreiking 2.1.4, 3.7",
    products=("wmo.respijtzorg", "wmo.begeleiding"),
)
def child_not_wmo(care: Delivery, parameters: Parameters) -> Ints:
    """Respite of a client under 18 is refused under the Wmo (Handreiking 2.1.4, 3.7).

    Respijtzorg of children with palliative needs "kan worden vergoed vanuit de Jeugdwet"; help with
    self-reliance is jeugdhulp (Jeugdwet art. 1.1). Aids and adaptations stay with the Wmo for all ages.
    """
    return finding(care.younger(ADULT_AGE_YEARS), FORBIDDEN)


@THE_ZVW.rule(
    "T16/leeftijd",
    title="Medische kindzorg and Jeugdwet are for children below 18",
    article="NZa Beleidsregel verpleging en verzorging; Jeugdwet art. 1.1; Handreiking 2.1.2, 2.2.3, 6.6",
    products=("zvw.kindzorg", "jeugdwet"),
)
def below_eighteen(care: Delivery, parameters: Parameters) -> Ints:
    """Care of children for who is 18 on the day is refused (Handreiking 2.2.3: "aan kinderen tot 18 jaar").

    Jeugdwet art. 1.1 lets some jeugdhulp that began before 18 go on to 23; personal care and guidance, which
    are all of it that palliative care uses, end at 18.
    """
    return finding(~care.younger(ADULT_AGE_YEARS), FORBIDDEN)


@THE_ZVW.rule(
    "T16/dagverblijf",
    title="Day care of a child: a full day from six hours, else a part; who does not come is not paid",
    article="NZa Beleidsregel verpleegkundige dagopvang art. 4.1; Handreiking 6.6",
    valid_from="2018-01-01",
    bill_only="a run draws half days of day care, not hours of presence",
)
def day_care_parts(hours: Ints, came: Bools, full: int) -> Ints:
    """Half days that a visit counts: 2 for a full day, 1 for a part, 0 for a child that did not come.

    Handreiking 6.6 (source handreiking_2026); that a part counts as half a day is an assumption. Of a visit
    the hours of presence count; `full` are those of a full day.
    """
    return np.where(came, np.where(hours >= full, 2, 1), 0).astype(np.int64)


@THE_ZVW.rule(
    "T16/niet_verschenen",
    title="A child that does not come to day care: the place is paid by nobody",
    article="Handreiking 6.6",
    valid_from="2018-01-01",
    products=("zvw.kindzorg.dagverblijf",),
)
def no_show(care: Delivery, parameters: Parameters) -> Ints:
    """Days on which the child did not come are unfunded (Handreiking 6.6)."""
    return finding(~care.true("verschenen"), "niet_verschenen")


@JEUGDWET.rule(
    "T16/budgetplafond",
    title="Jeugdwet: care above the municipality's budget is unfunded",
    article="Jeugdwet art. 2.3; Handreiking 6.6",
    products=("jeugdwet",),
)
def municipal_budget(care: Delivery, parameters: Parameters) -> Ints:
    """Help given when the budget of the municipality has run out (Handreiking 6.6)."""
    return finding(care.true("budget_op"), "budgetplafond_jeugdwet")


@THE_WLZ.rule(
    "T16/overgang",
    title="The change of a child from Zvw to Wlz leaves a gap in which nobody pays (assumption)",
    article="Handreiking 6.6",
    products=("wlz.mpt", "wlz.pgb", "wlz.kindzorg", "wlz.kinderzorghuis"),
)
def change_gap(care: Delivery, parameters: Parameters) -> Ints:
    """Care in the months before the Wlz can pay, when the Zvw has stopped (Handreiking 6.6)."""
    return finding(care.true("overgang"), "overgang_wlz")


@THE_WLZ.rule(
    "T16/wlz",
    title="Child with a Wlz indication: product 118 above mpt or pgb, Z1006 and meerzorg in a kinderzorghuis",
    article="Handreiking 6.6",
    valid_from="2025-01-01",
    products=CHILD_WLZ,
    bill_only="in a run no child has a Wlz indication",
)
def child_under_wlz(care: Delivery, parameters: Parameters) -> Ints:
    """Nursing of a child above its package: under mpt or pgb, and under 18 (Handreiking 6.6).

    Z1006 is for children with very severe intellectual and multiple disabilities (ZEVMB). No profile says so;
    that the child has one of VG is the least that a case shows (assumption). The guide prints no amount of
    Z1006 and says it does not pay a whole day: the line has the agreed amount, meerzorg stands beside it. A
    child in hospital stays in no kinderzorghuis; product 118 may go on there by agreement with the
    zorgkantoor (7.7).
    """
    loose = (care.place.form == FORM["mpt"]) | (care.place.form == FORM["pgb"])
    elsewhere = ~np.isin(care.place.profile, DISABLED) | care.place.inside("ziekenhuis")
    outside = np.full(len(care), care.product == STAY_WLZ) & elsewhere
    return finding(~loose | outside | ~care.younger(ADULT_AGE_YEARS), FORBIDDEN)
