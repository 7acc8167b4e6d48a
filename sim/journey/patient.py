"""One patient of the SimPy model: the re-armed event, where it is now, and the codes it carries."""

from __future__ import annotations

import simpy
from simpy.events import Event

from sim.journey.places import Request
from sim.schema import (
    CEILING_OUTCOMES,
    EXITS,
    HOSPICE_SETTINGS,
    NEVER,
    OUTSIDE_INSTITUTION,
    PLACES,
    REFUSAL_REASONS,
    SETTINGS,
    WLZ_FORMS,
    code,
)
from sim.units import FAR_FUTURE, LONG_AGO

THUIS = code(SETTINGS, "thuis")
ZIEKENHUIS = code(SETTINGS, "ziekenhuis")
BTH = code(SETTINGS, "bth")
ELV = code(SETTINGS, "elv")
VERPLEEGHUIS = code(SETTINGS, "verpleeghuis")
NOWHERE = len(SETTINGS)
WITHOUT_WLZ_CONTRACT = 2 * NOWHERE  # added to the kind of a place that has no contract for clients of the Wlz
# Added to the kind of a place that is kept free for who would else be admitted to hospital
ACUTE = 2 * WITHOUT_WLZ_CONTRACT
VERBLIJF = code(WLZ_FORMS, "verblijf")
EXIT_DIED, DISCHARGED, MOVED = range(len(EXITS))
OUT_OF_PATIENCE = code(REFUSAL_REASONS, "geduld_op")
DIED_WAITING = code(REFUSAL_REASONS, "overleden_in_wachttijd")
CEILING = code(REFUSAL_REASONS, "omzetplafond")
NO_BED = code(REFUSAL_REASONS, "geen_bed")
NO_NURSES = code(REFUSAL_REASONS, "geen_wijkverpleging")
NO_CEILING = code(CEILING_OUTCOMES, "geen")
CEILING_REFUSED, POSTPONED, _ELSEWHERE, _OWN_COST = (
    code(CEILING_OUTCOMES, w) for w in ("geweigerd", "uitgesteld", "andere_aanbieder", "eigen_kosten")
)
NONE = -1

HOSPICES = frozenset(code(SETTINGS, s) for s in HOSPICE_SETTINGS)
AT_HOME = frozenset(code(SETTINGS, s) for s in OUTSIDE_INSTITUTION)  # care comes to them, also under the Wlz
FOR_A_TIME = frozenset(code(SETTINGS, p.word) for p in PLACES if p.name and not p.hospice) - {ZIEKENHUIS}


class Waiting(Request):
    """A patient's place in a queue."""

    __slots__ = ("patient", "since")

    def __init__(
        self, patient: Patient, accepts: tuple[int, ...], since: int, site: int = NONE, first: bool = False
    ) -> None:
        super().__init__(accepts, site, first)
        self.patient = patient
        self.since = since


class Patient(Event):
    """A patient: the re-armed event, and where it is now."""

    __slots__ = (
        "above",
        "admission",
        "armed",
        "blocked",
        "care",
        "care_due",
        "contract",
        "due",
        "form",
        "granted",
        "hospice_asked",
        "in_nursing_home",
        "left_hospital",
        "nursing_site",
        "nursing_wait",
        "paid",
        "position",
        "postponed",
        "rate",
        "ready",
        "requested",
        "row",
        "setting",
        "site",
        "start",
        "wait",
        "wants_hospice",
        "wants_nursing",
        "wlz",
    )

    def __init__(self, env: simpy.Environment, row: int, position: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        self.row = row
        self.position = position
        self.armed = FAR_FUTURE
        self.due = FAR_FUTURE
        self.care_due = FAR_FUTURE
        self.setting = NOWHERE
        self.start = 0
        self.site = NONE
        self.form = 0
        self.requested = int(NEVER)
        self.admission = NONE
        self.ready = NONE
        self.blocked = 0
        self.in_nursing_home = False
        self.left_hospital = LONG_AGO
        self.nursing_site = NONE
        self.wait: Waiting | None = None
        self.nursing_wait: Waiting | None = None
        self.hospice_asked = False
        self.wants_hospice = False
        self.wants_nursing = False
        self.wlz = False
        self.care = NONE
        self.granted = int(NEVER)
        self.rate = 0
        self.contract = 0
        self.above: tuple[int, ...] = ()
        self.paid = NO_CEILING
        self.postponed = False
