"""The journey as most people would write it: a SimPy process a patient, lists of beds, sums from scratch.

It reads the same needs as the engine and shares none of its code for places, queues, meters or order
of events, so equal stays say that both do what the model page says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import simpy

from sim.dates import minute_of
from sim.schema import CEILING_OUTCOMES, NEVER, SETTINGS, WLZ_FORMS
from sim.units import MINUTES_PER_DAY

ORDER = (
    "enter",
    "death",
    "ready",
    "alive",
    "patience",
    "admit",
    "wlz",
    "nursing",
    "hospice",
    "again",
    "care",
    "last_week",
    "crisis",
    "delayed",
    "respite",
    "elv",
)
HOSPICES = ("bth", "hch", "pu")


class Ceiling:
    """One contract: every change of use is remembered, and summed anew at each question."""

    def __init__(self, allowance: int, background: int, year_starts: list[int]) -> None:
        self.allowance = allowance
        self.changes: list[tuple[int, int]] = [(year_starts[0], background)]
        self.year_starts = year_starts

    def add(self, minute: int, rate: int) -> None:
        self.changes.append((minute, rate))

    def empty(self, minute: int) -> bool:
        start = max(y for y in self.year_starts if y <= minute)
        used = sum(rate * (minute - max(since, start)) for since, rate in self.changes)
        return used >= self.allowance


class Region:
    """Sites and queues of one region, as plain lists."""

    def __init__(self, sites: list[tuple[str, int, bool]], nursing_places: int) -> None:
        self.sites = [{"kind": k, "beds": b, "wlz": w, "guests": 0} for k, b, w in sites]
        self.queue: list[Person] = []
        self.nursing_free = nursing_places
        self.nursing_queue: list[Person] = []

    def free_site(self, kinds: list[str], wlz: bool) -> int | None:
        for kind in kinds:
            for contract in (True, False):
                if wlz and not contract:
                    continue
                found = [
                    (s["beds"] - s["guests"], -number)
                    for number, s in enumerate(self.sites)
                    if s["kind"] == kind
                    and s["guests"] < s["beds"]
                    and (s["wlz"] or kind not in ("hch", "pu")) == contract
                ]
                if found:
                    return -max(found)[1]
        return None


class Person:
    """One patient as a process."""

    def __init__(self, world: World, row: int) -> None:
        self.world, self.row = world, row
        self.events = world.planned(row)
        self.setting: str | None = None
        self.site: int | None = None
        self.waits_for: list[str] | None = None
        self.nursing_since: int | None = None
        self.asked_since = 0
        self.flags: set[str] = set()
        self.care: str | None = None
        self.ready: int | None = None
        self.blocked = 0
        self.left_hospital: int | None = None
        self.using: tuple[Ceiling, int] | None = None
        self.paid = "geen"
        self.above: list[str] = []
        self.wake = world.env.event()

    # -- the process
    def live(self) -> Iterator[simpy.Event]:
        env = self.world.env
        while True:
            self.events.sort(key=lambda e: (e[0], ORDER.index(e[1])))
            minute, kind, data = self.events[0]
            self.wake = env.event()
            if minute > env.now:
                yield env.timeout(minute - env.now) | self.wake
                if self.wake.triggered:
                    continue
            self.events.pop(0)
            if kind == "death":
                self.die()
                return
            getattr(self, f"on_{kind}")(data)

    def later(self, delay: int, kind: str) -> None:
        self.events.append((self.world.env.now + delay, kind, None))

    def forget(self, *kinds: str) -> None:
        self.events = [e for e in self.events if e[1] not in kinds]

    def need(self, name: str) -> Any:
        return getattr(self.world.needs, name)[self.row]

    @property
    def now(self) -> int:
        return int(self.world.env.now)

    # -- stays
    def close(self, why: str, onward: str) -> None:
        if self.ready is not None:
            self.blocked += self.now - self.ready
            self.ready = None
        site = -1 if self.site is None else self.site
        self.world.stays.append(
            (
                self.row,
                self.setting,
                site,
                self.form,
                self.requested,
                self.start,
                self.now,
                self.blocked,
                why,
                onward,
                self.paid,
            )
        )

    def open(self, setting: str, site: int | None, requested: int, paid: str = "geen") -> None:
        self.paid = paid
        self.setting, self.site, self.start, self.requested, self.blocked = (
            setting,
            site,
            self.now,
            requested,
            0,
        )
        home = WLZ_FORMS[self.world.patients["wlz_home_form"][self.row]]
        if setting == "ziekenhuis":
            self.form = "verblijf" if "resident" in self.flags else "geen"
        elif "wlz" not in self.flags:
            self.form = "geen"
        else:
            self.form = home if setting in ("thuis", "bth", "respijt") else "verblijf"
        self.settle_use()

    def move(
        self, setting: str, site: int | None = None, requested: int = int(NEVER), paid: str = "geen"
    ) -> None:
        left, left_site = self.setting, self.site
        if left == "ziekenhuis":
            self.left_hospital = self.now
        self.close("ontslagen" if setting == "thuis" != left else "verplaatst", setting)
        self.forget("ready", "alive", "patience", "again")
        self.leave_queue()
        if site is not None:
            self.world.region.sites[site]["guests"] += 1
        self.open(setting, site, requested, paid)
        if setting in (*HOSPICES, "elv"):
            self.leave_nursing()
        if left_site is not None:
            self.world.give_back(left_site)

    def leave_queue(self) -> None:
        if self.waits_for is not None:
            self.world.region.queue.remove(self)
            self.waits_for = None

    def leave_nursing(self) -> None:
        region = self.world.region
        if self.nursing_since is not None:
            region.nursing_queue.remove(self)
            self.nursing_since = None
        if "holds_nursing" in self.flags:
            self.flags.discard("holds_nursing")
            region.nursing_free += 1
            if region.nursing_queue:
                nxt = region.nursing_queue.pop(0)
                since, nxt.nursing_since = nxt.nursing_since, None
                nxt.get_nursing(since)
                nxt.wake_up()

    def wake_up(self) -> None:
        if not self.wake.triggered:
            self.wake.succeed()

    # -- events
    def on_enter(self, _: None) -> None:
        patients = self.world.patients
        since = patients["wlz_since_minute"][self.row]
        if since != NEVER and since <= patients["entry_minute"][self.row]:
            self.flags.add("wlz")
        setting = SETTINGS[patients["entry_setting"][self.row]]
        if setting == "verpleeghuis":
            self.flags.add("resident")
        self.open(setting, None, int(NEVER))

    def die(self) -> None:
        site = self.site
        self.close("overleden", "")
        if self.waits_for is not None:
            self.world.refuse(self, self.waits_for[0], "overleden_in_wachttijd", "geen")
        self.leave_queue()
        self.setting = None
        self.settle_use()
        self.leave_nursing()
        if site is not None:
            self.world.give_back(site)

    def on_wlz(self, _: None) -> None:
        self.flags.add("wlz")
        if self.setting == "thuis":
            self.close("verplaatst", "thuis")
            self.open("thuis", None, int(NEVER))

    def on_admit(self, admission: int) -> None:
        if self.setting not in ("thuis", "verpleeghuis"):
            return
        hospital = self.world.scenario.hospital
        chance = hospital.nursing_home_factor.value if self.setting == "verpleeghuis" else 1.0
        guided = self.need("guided_minute")
        if guided != NEVER and self.now >= guided:
            chance *= self.need("guided_factor")
        lower = hospital.readmission_days.value * MINUTES_PER_DAY
        if self.left_hospital is not None and self.now - self.left_hospital < lower:
            chance *= hospital.readmission_factor.value
        admissions = self.world.needs.admissions
        if admissions.keep[admission] < chance:
            length = None if admissions.terminal[admission] else int(admissions.stay_minutes[admission])
            self.to_hospital(length)

    def to_hospital(self, length: int | None) -> None:
        if self.waits_for is not None:
            self.flags.discard("asked")
            self.flags.add("wish")
        region = self.world.region
        bed = None
        if any(s["kind"] == "ziekenhuis" for s in region.sites):
            bed = region.free_site(["ziekenhuis"], True)
            if bed is None:
                self.world.refuse(self, "ziekenhuis", "geen_bed", "geen")
        self.move("ziekenhuis", bed)
        self.forget("crisis", "delayed")
        if length is not None:
            self.later(length, "ready")

    def on_ready(self, _: None) -> None:
        window = self.now >= self.need("hospice_window_minute")
        wants = "wish" in self.flags or (self.need("after_hospital") and window)
        if wants and "asked" not in self.flags and "resident" not in self.flags:
            self.ask_hospice()
        elif not (self.need("elv_after_hospital") and window and self.short_stay()):
            self.go_back()

    def go_back(self) -> None:
        if "resident" in self.flags or "holds_nursing" in self.flags:
            self.flags.add("resident")
            self.move("verpleeghuis")
        else:
            self.on_alive(None)

    def on_alive(self, _: None) -> None:
        self.move("thuis")
        care = self.need("care_minute")
        if self.care is None and care != NEVER and self.now >= care:
            self.on_care(None)
        if "wish" in self.flags and "asked" not in self.flags:
            self.ask_hospice()
        if "nursing_wish" in self.flags:
            self.on_nursing(None)

    def on_hospice(self, _: None) -> None:
        if self.flags & {"asked", "resident"}:
            return
        if self.setting == "thuis":
            self.ask_hospice()
        elif self.setting in ("ziekenhuis", "elv"):
            self.flags.add("wish")

    def ask_hospice(self) -> None:
        world = self.world
        self.flags.add("asked")
        wanted = [SETTINGS[k] for k in world.needs.hospice_order[self.need("hospice_choice")]]
        shut = [] if "delayed before" in self.flags else self.shut()
        kinds, self.above = wanted, [k for k in wanted if k in shut]
        outcome = CEILING_OUTCOMES[self.need("ceiling_outcome")]
        if self.above and outcome in ("geweigerd", "uitgesteld"):
            self.meet_ceiling(self.above[0])
            kinds, self.above = [k for k in wanted if k not in shut], []
            if not kinds and outcome == "geweigerd":
                self.go_elsewhere()
                return
            if not kinds:
                self.flags -= {"asked"}
                self.flags |= {"delayed before", "wish"}
                inside = self.setting == "ziekenhuis"
                if inside and self.ready is None:
                    self.ready = self.now
                delay = round(world.scenario.ceiling.delay_days.value * MINUTES_PER_DAY)
                self.later(delay, "ready" if inside else "again")
                return
        site = world.region.free_site(kinds, "wlz" in self.flags)
        if site is not None:
            self.enter_hospice(site, self.now)
            return
        self.waits_for = kinds
        self.asked_since = self.now
        world.region.queue.append(self)
        if self.setting == "ziekenhuis" and self.ready is None:
            self.ready = self.now
        self.forget("ready", "alive", "patience", "again")
        self.later(int(self.need("patience_minutes")), "patience")

    def enter_hospice(self, site: int, requested: int) -> None:
        kind = self.world.region.sites[site]["kind"]
        paid = "geen"
        if kind in self.above and "wlz" not in self.flags:
            paid = CEILING_OUTCOMES[self.need("ceiling_outcome")]
            self.meet_ceiling(kind)
        self.move(kind, site, requested, paid)
        self.forget("crisis", "delayed")
        if self.need("discharged_alive"):
            self.later(int(self.need("alive_stay_minutes")), "alive")

    def on_again(self, _: None) -> None:
        self.on_hospice(None)

    def shut(self) -> list[str]:
        """Kinds of place whose contract is empty, if that is held against the patient."""
        if "wlz" in self.flags:
            return []
        world, row = self.world, self.row
        kinds = []
        if self.need("ceiling_hit") and world.nursing_ceiling(row).empty(self.now):
            kinds += ["bth"]
        if self.need("elv_hit") and world.stay_ceiling(row).empty(self.now):
            kinds += ["hch", "pu", "elv"]
        return kinds

    def meet_ceiling(self, setting: str) -> None:
        outcome = CEILING_OUTCOMES[self.need("ceiling_outcome")]
        self.world.refuse(self, setting, "omzetplafond", outcome)

    def on_patience(self, _: None) -> None:
        assert self.waits_for is not None
        self.world.refuse(self, self.waits_for[0], "geduld_op", "geen")
        self.leave_queue()
        self.go_elsewhere()

    def go_elsewhere(self) -> None:
        inside = self.setting == "ziekenhuis"
        target = SETTINGS[self.need("diverted_hospital" if inside else "diverted_home")]
        if target == "elv" and "wlz" not in self.flags and self.short_place():
            return
        if inside and target == "ziekenhuis":
            if self.ready is not None:
                self.blocked += self.now - self.ready
                self.ready = None
        elif inside:
            self.go_back()
        elif target == "ziekenhuis":
            self.to_hospital(None)

    def on_nursing(self, _: None) -> None:
        region = self.world.region
        self.flags.discard("nursing_wish")
        if self.setting in ("elv", "respijt"):
            self.flags.add("nursing_wish")
        if self.setting not in ("thuis", "ziekenhuis") or self.waits_for is not None:
            return
        if region.nursing_free > 0:
            self.get_nursing(self.now)
        else:
            self.nursing_since = self.now
            region.nursing_queue.append(self)

    def get_nursing(self, requested: int | None) -> None:
        assert requested is not None
        self.world.region.nursing_free -= 1
        self.flags.add("holds_nursing")
        if self.setting == "thuis":
            self.leave_queue()
            self.flags.add("resident")
            self.forget("crisis", "delayed")
            self.move("verpleeghuis", None, requested)

    def short_stay(self) -> bool:
        if self.flags & {"wlz", "resident"}:
            return False
        found = self.short_place()
        if found and self.now < self.world.patients["terminal_from_minute"][self.row]:
            self.later(int(self.need("elv_stay_minutes")), "alive")
        return found

    def short_place(self) -> bool:
        paid = "geen"
        if "elv" in self.shut():
            self.meet_ceiling("elv")
            paid = CEILING_OUTCOMES[self.need("ceiling_outcome")]
            if paid in ("geweigerd", "uitgesteld"):
                return False
        site = self.world.region.free_site(["elv"], False)
        if site is not None:
            self.move("elv", site, self.now, paid)
        return site is not None

    def on_elv(self, _: None) -> None:
        if self.setting == "thuis" and self.waits_for is None:
            self.short_stay()

    def on_respite(self, _: None) -> None:
        if self.setting != "thuis" or self.waits_for is not None:
            return
        site = self.world.region.free_site(["respijt"], False)
        if site is not None:
            self.move("respijt", site, self.now)
            self.later(int(self.world.needs.support.respite_minutes[self.row]), "alive")

    # -- home care
    def on_care(self, _: None) -> None:
        world = self.world
        if self.care is not None or self.setting != "thuis" or "wlz" in self.flags:
            return
        if not (self.need("ceiling_hit") and world.nursing_ceiling(self.row).empty(self.now)):
            self.grant("geen")
            return
        outcome = CEILING_OUTCOMES[self.need("ceiling_outcome")]
        world.refuse(self, "thuis", "omzetplafond", outcome)
        days = world.scenario.ceiling
        if outcome == "geweigerd":
            self.care = outcome
            self.later(round(days.crisis_days.value * MINUTES_PER_DAY), "crisis")
        elif outcome == "uitgesteld":
            self.later(round(days.delay_days.value * MINUTES_PER_DAY), "delayed")
        else:
            self.grant(outcome)

    def on_delayed(self, _: None) -> None:
        if self.setting == "thuis" and "wlz" not in self.flags:
            self.grant("uitgesteld")

    def on_last_week(self, _: None) -> None:
        self.settle_use()

    def on_crisis(self, _: None) -> None:
        if self.setting != "thuis" or self.waits_for is not None:
            return
        target = int(self.need("without_care"))
        if target == SETTINGS.index("ziekenhuis"):
            self.to_hospital(int(self.need("crisis_stay_minutes")))
        elif target < 0 and "asked" not in self.flags:
            self.ask_hospice()

    def grant(self, outcome: str) -> None:
        self.care = outcome
        self.settle_use()

    def settle_use(self) -> None:
        """Stop what the patient used of a contract and start what it uses now."""
        if self.using is not None:
            self.using[0].add(self.now, -self.using[1])
        self.using = self.world.use_of(self)
        if self.using is not None:
            self.using[0].add(self.now, self.using[1])


class World:
    """Everything of one run of the plain engine."""

    def __init__(
        self, patients: Any, needs: Any, region: Any, scenario: Any, contracts: Any, years: list[int]
    ) -> None:
        self.patients, self.needs, self.scenario, self.contracts = patients, needs, scenario, contracts
        self.sites = region.sites
        self.env = simpy.Environment(initial_time=int(patients["entry_minute"].min()))
        self.region = Region(
            [(s.setting, s.beds, s.wlz_contract) for s in region.sites], region.nursing_home_places.value
        )
        self.ceilings = [Ceiling(c.allowance, c.background, years) for c in contracts.contracts]
        self.stays: list[tuple[Any, ...]] = []
        self.refusals: list[tuple[Any, ...]] = []

    def planned(self, row: int) -> list[tuple[int, str, Any]]:
        """All that is known of a patient beforehand."""
        p, n = self.patients, self.needs
        entry, death = int(p["entry_minute"][row]), int(p["death_minute"][row])
        last_week = n.last_week_minute[row] if n.care_minute[row] != NEVER else NEVER
        since = p["wlz_since_minute"][row]
        singles = {
            "wlz": since if since > entry else NEVER,
            "nursing": n.nursing_minute[row],
            "hospice": n.hospice_minute[row],
            "care": n.care_minute[row],
            "last_week": last_week,
            "respite": n.support.respite_minute[row],
            "elv": n.elv_minute[row],
        }
        events: list[tuple[int, str, Any]] = [(entry, "enter", None), (death, "death", None)]
        events += [(int(m), kind, None) for kind, m in singles.items() if entry <= m <= death]
        mine = (n.admissions.events.patient == row).nonzero()[0]
        events += [(int(n.admissions.events.minute[a]), "admit", int(a)) for a in mine]
        return events

    def run(self) -> World:
        for number, site in enumerate(self.sites):
            for change in site.beds_from:
                self.env.process(self.change_beds(minute_of(change.date), number, change.beds))
        for row in range(len(self.patients)):
            self.env.process(Person(self, row).live())
        self.env.run()
        return self

    def give_back(self, site: int) -> None:
        """A guest leaves; a bed above the present number closes."""
        place = self.region.sites[site]
        place["guests"] -= 1
        if place["guests"] < place["beds"]:
            self.offer(site)

    def change_beds(self, minute: int, site: int, beds: int) -> Iterator[simpy.Event]:
        """Other beds from a minute on; each that is added may be somebody's at once."""
        yield self.env.timeout(minute - self.env.now)
        place = self.region.sites[site]
        added = beds - place["beds"]
        place["beds"] = beds
        for _ in range(added):
            if place["guests"] < beds:
                self.offer(site)

    def offer(self, site: int) -> None:
        """A bed that is free goes to the first in the queue who may have it."""
        place = self.region.sites[site]
        for person in self.region.queue:
            fits = person.waits_for is not None and place["kind"] in person.waits_for
            if fits and ("wlz" not in person.flags or place["wlz"] or place["kind"] not in ("hch", "pu")):
                self.region.queue.remove(person)
                person.waits_for = None
                person.enter_hospice(site, person.asked_since)
                person.wake_up()
                return

    def refuse(self, person: Person, setting: str, reason: str, outcome: str) -> None:
        self.refusals.append((person.row, person.now, setting, reason, outcome))

    def nursing_ceiling(self, row: int) -> Ceiling:
        n = self.needs
        return self.ceilings[int(n.insurer[row] * self.contracts.groups + n.provider_group[row])]

    def stay_ceiling(self, row: int) -> Ceiling:
        insurers = len(self.ceilings) // (self.contracts.groups + 1)
        return self.ceilings[int(insurers * self.contracts.groups + self.needs.insurer[row])]

    def use_of(self, person: Person) -> tuple[Ceiling, int] | None:
        """Contract that a patient uses now, and how much a minute."""
        n, row, weights = self.needs, person.row, self.contracts.weights
        if "wlz" in person.flags or person.setting is None or person.paid != "geen":
            return None
        if person.setting == "thuis":
            hour = weights.care_minute_a_week * bool(n.contracted[row])
            if person.care in ("geen", "uitgesteld"):
                if person.now < n.last_week_minute[row]:
                    return self.nursing_ceiling(row), int(n.care_week_minutes[row]) * hour
                night = int(n.night_week_minutes[row]) * weights.night_minute_a_week * bool(n.contracted[row])
                return self.nursing_ceiling(row), int(n.last_week_care_minutes[row]) * hour + night
            if person.care in (None, "geweigerd"):
                return self.nursing_ceiling(row), int(n.chronic_week_minutes[row]) * hour
        if person.setting == "bth" and n.contracted[row]:
            return self.nursing_ceiling(row), weights.guest
        if person.setting in ("hch", "pu"):
            return self.stay_ceiling(row), weights.palliative_stay
        if person.setting == "elv":
            return self.stay_ceiling(row), weights.short_stay
        return None
