"""Who may compete for places, apart from those whom no number of beds can touch.

Most people never ask for a place that others compete for, and no used-up contract is held against them: what
happens to them is the same whatever the beds. They are followed once, and weigh on the contracts of the
others as a load over time; a queue then runs for the others only, again and again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.journey import compiled
from sim.journey.log import STAY_FIELDS
from sim.journey.meter import Contracts, Load, WrittenMeter
from sim.journey.patient import VERPLEEGHUIS
from sim.journey.sized import Demand, Queued, QueueModel, people_where, queue
from sim.journey.speed import without_collector
from sim.scenario.models import Region
from sim.schema import NEVER
from sim.units import Bools

_REQUESTED = STAY_FIELDS.index("requested")


@dataclass(frozen=True)
class Rivals:
    """The people of a replication whom beds may touch."""

    demand: Demand
    loads: tuple[Load, ...]  # what all others use of each contract

    def queue(self, beds: Sequence[int], until: int) -> Queued:
        """Run their queue until a minute, at most that of the split; they fare as they do among all."""
        return queue(self.demand, beds, until, self.loads)


@dataclass(frozen=True)
class Contest:
    """The people of a replication, split by whether beds can touch them."""

    asking: Bools  # whom beds may touch, among all
    people: Rivals  # they by themselves
    apart: Demand  # the others
    beside: Queued  # what happens to the others until the minute of the split


def contest(demand: Demand, until: int) -> Contest:
    """Split the people of a replication and follow those whom no number of beds can touch, until a minute."""
    asking = may_ask(demand)
    apart = people_where(demand, ~asking)
    region = demand.with_beds([0] * len(demand.region.sites))
    clock = compiled.Clock(until, None, demand.longer, written=True)
    people = apart.compiled
    found = (people and people.follow(region, clock)) or _by_simpy(apart, region, until)
    log = found.log
    if len(log.refusals) or len(found.lost) or bool((log.stays[:, _REQUESTED] != NEVER).any()):
        raise AssertionError("somebody whom beds cannot touch asked for a place")
    written = found.changes
    numbers = range(len(demand.contracts.contracts))
    loads = tuple(Load(written[written[:, 0] == number, 1:]) for number in numbers)
    return Contest(asking, Rivals(people_where(demand, asking), loads), apart, Queued(log, found.lost))


def _by_simpy(apart: Demand, region: Region, until: int) -> compiled.Followed:
    with without_collector():
        model = _Apart(apart, region, until, None)
        log = model.run()
    lost = np.array(model.lost, np.int64).reshape(-1, 2)
    written = [(n, *each) for n, meter in enumerate(model.written) for each in meter.changes]
    return compiled.Followed(log, lost, np.array(written, np.int64).reshape(-1, len(compiled.CHANGE_FIELDS)))


def may_ask(demand: Demand) -> Bools:
    """Whom the number of beds may touch, whatever it is (bool array, one a patient).

    Who may ask for a place in a hospice, a nursing home, for a short stay or one elsewhere; who asks for home
    care and has a contract that may be used up; all, where hospitals have so many beds, where hospices keep
    acute ones or where there are so many hours of nurses.
    """
    needs, patients = demand.needs, demand.patients
    settings = {str(site.setting) for site in demand.region.sites}
    shared = demand.contracts.nurse_minutes >= 0
    if shared or "ziekenhuis" in settings or any(demand.scenario.places.acute_beds.values()):
        return np.ones(len(patients), np.bool_)
    places = (needs.hospice_minute, needs.elv_minute, *(each.minute for each in needs.elsewhere))
    asks = np.any([minute != NEVER for minute in places], axis=0)
    asks |= (needs.after_hospital | needs.elv_after_hospital) & _leaves_hospital_late(demand)
    asks |= needs.ceiling_hit & (needs.care_minute != NEVER)
    asks &= patients["entry_setting"] != VERPLEEGHUIS
    return np.asarray(asks | (needs.nursing_minute != NEVER), np.bool_)


def _leaves_hospital_late(demand: Demand) -> Bools:
    """Whether an admission of a patient may end alive in the window in which it leads to another place."""
    needs = demand.needs
    admissions = needs.admissions
    row = admissions.events.patient
    ready = admissions.events.minute + admissions.stay_minutes
    late = ~admissions.terminal & (ready >= needs.hospice_window_minute[row])
    out = np.zeros(len(demand.patients), np.bool_)
    out[row[late & (ready <= demand.patients["death_minute"][row])]] = True
    return out


class _Apart(QueueModel):
    """The model of people whom beds cannot touch: what they use of contracts is written down."""

    written: list[WrittenMeter]

    def open_meters(self, contracts: Contracts, year: int) -> None:
        """Open a meter for each contract that nobody looks at."""
        self.written = [WrittenMeter(contract, dt.date(year, 1, 1)) for contract in contracts.contracts]
        self.meters = [*self.written]
