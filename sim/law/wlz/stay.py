"""Wet langdurige zorg in a stay: VV10, supplements, days of an empty place, coordination of beds."""

from __future__ import annotations

import numpy as np

from sim.law.delivery import INSIDE, SUPPLEMENTS, Delivery, finding
from sim.law.parameters import Parameters
from sim.law.registry import THE_WLZ, THE_ZVW
from sim.units import Bools, Ints


@THE_WLZ.rule(
    "V2",
    title="VV10: from home on the prognosis; from a nursing-home bed when all five criteria hold",
    article="Rlz art. 2.2(1)(d); Handreiking 4.1, 4.2",
    source="rlz_2026",
    valid_from="2018-01-01",
)
def intensive_terminal(from_nursing_home: Bools, terminal: Bools, criteria: Bools) -> Bools:
    """Whether VV10 takes the place of the profile.

    Rlz art. 2.2(1)(d), Handreiking 4.1 and 4.2 (sources rlz_2026, handreiking_2026). The law asks the
    criteria of everyone in an institution; the guide (4.2) takes the prognosis alone (less than three months:
    `terminal`) for who came from home. Here the guide holds for who came from home, the criteria for who lies
    in a nursing-home bed or came from one. The other criteria that the doctor states are: indication, very
    intensive care day and night, heavy symptoms, complex care of several disciplines nearby.
    """
    return np.asarray(terminal & (criteria | ~from_nursing_home), np.bool_)


@THE_WLZ.rule(
    "V2/geen_meerzorg",
    title="VV10 never goes with meerzorg or the own profile",
    article="Handreiking 4.1; NZa Beleidsregel zzp-meerzorg art. 1",
    valid_from="2018-01-01",
    bill_only="a run draws no meerzorg in a stay",
)
def meerzorg_beside(vv10: Bools, meerzorg: Ints) -> Ints:
    """Cents of meerzorg that may be declared beside the day (Handreiking 4.1)."""
    return np.where(vv10, 0, meerzorg).astype(np.int64)


@THE_WLZ.rule(
    "V3",
    title="Sixteen intramural supplements where more care is needed, meerzorg from a quarter more",
    article="Rlz art. 2.2(1)(c), 2.2(3); Handreiking 4.1",
    source="rlz_2026",
    bill_only="a run draws no ground for a supplement in a stay",
)
def supplement(ground: Ints, intensive: Bools, needed: Ints, least: Ints) -> Bools:
    """Whether a supplement or meerzorg may be asked in a stay.

    Rlz art. 2.2(1)(a)(c), (3) (source rlz_2026). The law sets the threshold of a quarter on meerzorg alone;
    the guide (2.1.2) sets it on supplements too: the law holds. The ground is a number in `SUPPLEMENTS`, -1
    for none; `intensive` says that meerzorg is asked for one of `INTENSIVE_PROFILES`, from `least` more care
    needed on, in hundredths of the profile.
    """
    grounded = (ground >= 0) & (ground < len(SUPPLEMENTS))
    return np.asarray((grounded & (needed > 0)) | (intensive & (needed >= least)), np.bool_)


@THE_WLZ.rule(
    "V6",
    title="Mutatiedagen: by contract, so many days after death, move or discharge, until the bed is filled",
    article="NZa Beleidsregel zzp en vpt art. 6.4; Handreiking 4.6",
    bill_only="a run ends with death, and counts no days of an empty place",
)
def vacancy_days(contract: Bools, empty: Ints, most: Ints) -> Ints:
    """Days of an empty place that are paid: by contract, until the bed is filled, at most so many.

    Handreiking 4.6 (source handreiking_2026). A room in which the client is laid out counts as empty.
    """
    return np.where(contract, np.minimum(empty, most), 0).astype(np.int64)


@THE_ZVW.rule(
    "V7",
    title="Coordination of stay: a product of eerstelijnsverblijf, by contract",
    article="NZa Beleidsregel eerstelijnsverblijf art. 4.6; Handreiking 4.2",
    valid_from="2017-01-01",
    products=("zvw.elv.coordinatie",),
    bill_only="a run draws no coordination of eerstelijnsverblijf apart from its day",
)
def bed_coordination(care: Delivery, parameters: Parameters) -> Ints:
    """Without a contract the regional coordination of beds has no line (Handreiking 4.2)."""
    return finding(~care.true("contract"), INSIDE)
