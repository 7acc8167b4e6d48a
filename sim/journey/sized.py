"""Regions that share their places, with any number of beds: requests, waits and beds in use, no tables.

People and needs of a replication are drawn once; the queue then runs for each number of beds on the same
people. The clock stops at the end of the counted window, as no later event changes what is counted.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from heapq import heappop, heappush
from typing import Any

import numpy as np

from sim import dates
from sim.cohort import cohort_draws, draw_patients
from sim.journey import compiled
from sim.journey.engine import RegionModel
from sim.journey.events import OF, Events
from sim.journey.log import STAY_FIELDS, Log
from sim.journey.meter import Contracts, Load, SharedMeter
from sim.journey.needs import Needs
from sim.journey.ordering import BED_READY, KIND_MASK
from sim.journey.patient import CEILING_REFUSED, ELV, MOVED, NOWHERE, POSTPONED, ZIEKENHUIS, Patient
from sim.journey.phased import draw_needs
from sim.journey.region import contracts_of, follow, journey_tables
from sim.journey.speed import without_collector
from sim.scenario.models import Region, Scenario
from sim.scenario.quoted import Quote
from sim.schema import NEVER, Table
from sim.units import FAR_FUTURE, KIND_BITS, ROW_BITS, Bools, Ints

_MINUTE = KIND_BITS + ROW_BITS  # bits of an event below its minute
_ROW_MASK = (1 << ROW_BITS) - 1


@dataclass(frozen=True)
class Member:
    """A region of a cluster."""

    number: int  # keys its random draws
    region: Region
    quote: Quote


@dataclass(frozen=True)
class Demand:
    """People of one replication with their needs, before any queue."""

    scenario: Scenario  # its extra beds are not used: the beds are given to `queue` and `journeys`
    region: Region  # the regions as one
    patients: Table  # ascending by id
    needs: Needs
    contracts: Contracts
    # Minutes that every guest of such a hospice (setting code) stays longer than the journeys say: the bed
    # stays in use
    longer: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def compiled(self) -> compiled.People | None:
        """The people for the compiled loop; None where SimPy must follow them."""
        return compiled.people_of(self.patients, self.needs, self.scenario, self.contracts)

    def with_beds(self, beds: Sequence[int]) -> Region:
        """The region with so many beds at each site when the counted window ends; see `with_beds`."""
        return with_beds(self.region, beds, window_end(self.scenario))


@dataclass(frozen=True)
class Queued:
    """What the queue shows."""

    log: Log  # stays cut off where the clock stopped
    lost: Ints  # requests for a short stay that found no bed: row of the patient, minute; shape (k, 2)


def demand_of(
    scenario: Scenario, members: Sequence[Member], whole: Region, replication: int, visits: bool = True
) -> Demand:
    """Draw the people of regions that share their places, and their needs.

    Members are ascending by number, `whole` is the regions as one. Without visits for a queue only: what asks
    for no place is left out, and `tables_of` needs it.
    """
    people, needs, contracts = [], [], []
    for member in members:
        drawn, _, _ = cohort_draws(scenario, member.region, member.number, replication)
        patients = draw_patients(scenario, member.region, member.number, replication)
        people.append(patients)
        visited_at = int(NEVER) if visits else FAR_FUTURE
        needs.append(draw_needs(patients, drawn, scenario, member.region, visited_at, whole.sites))
        contracts.append(contracts_of(member.quote, member.region, member.number, replication, scenario))
    return Demand(
        scenario.model_copy(update={"places": scenario.places.model_copy(update={"extra_beds": {}})}),
        whole,
        tables_in_one(people),
        _needs_in_one(needs, contracts),
        _contracts_in_one(contracts, [member.region.id for member in members]),
    )


def simulate_together(
    scenario: Scenario, members: Sequence[Member], whole: Region, replication: int
) -> dict[str, Table]:
    """Simulate every journey of regions that share their places, as `simulate_region`, with `patients`.

    The scenario's extra beds hold for the regions as one (`whole`); members are ascending by number.
    """
    demand = demand_of(scenario, members, whole, replication)
    log = follow(demand.patients, demand.needs, whole, scenario, demand.contracts)
    return dict(journey_tables(log, demand.patients, demand.needs, whole, scenario))


def window_end(scenario: Scenario) -> int:
    """Minute at which the counted window ends."""
    return dates.minute_of(scenario.horizon.count_to)


def with_beds(region: Region, beds: Sequence[int], until: int) -> Region:
    """A region with so many beds at each site at a minute; dated changes differ from that as they did.

    The minute `until` is just after it; no site has fewer than 0 beds at any date.
    """
    sites = []
    for site, number in zip(region.sites, beds, strict=True):
        then = [change.beds for change in site.beds_from if dates.minute_of(change.date) < until]
        more = number - (then[-1] if then else site.beds)
        planned = tuple(
            change.model_copy(update={"beds": max(change.beds + more, 0)}) for change in site.beds_from
        )
        sites.append(site.model_copy(update={"beds": max(site.beds + more, 0), "beds_from": planned}))
    return region.model_copy(update={"sites": tuple(sites)})


def queue(demand: Demand, beds: Sequence[int], until: int, loads: Sequence[Load] | None = None) -> Queued:
    """Run the queue for a number of beds at each site of `demand.region`, until a minute.

    Loads are what people outside the queue use of each contract; the meters of its log say nothing of them.
    """
    region = demand.with_beds(beds)
    people = demand.compiled
    found = people and people.follow(region, compiled.Clock(until, loads, demand.longer))
    if found:
        return Queued(found.log, found.lost)
    with without_collector():
        model = QueueModel(demand, region, until, loads)
        log = model.run()
    return Queued(log, np.array(model.lost, np.int64).reshape(-1, 2))


def tables_of(demand: Demand, beds: Sequence[int], log: Log) -> dict[str, Table]:
    """Tables of the run contract, `patients` too, from the log of a `queue` until FAR_FUTURE."""
    region = demand.with_beds(beds)
    return dict(journey_tables(log, demand.patients, demand.needs, region, demand.scenario))


def people_where(demand: Demand, kept: Bools) -> Demand:
    """Some people (`kept`, a bool a patient), as if there were no others."""
    rows = np.cumsum(kept) - 1
    columns = {name: column[kept] for name, column in demand.patients.columns.items()}
    needs = _some(demand.needs, kept, rows)
    return replace(demand, patients=Table(demand.patients.name, columns, demand.patients.labels), needs=needs)


def log_where(demand: Demand, log: Log, kept: Bools) -> Log:
    """What happened to some people (`kept`, a bool a patient), as if they had been alone in the log."""
    rows = np.cumsum(kept) - 1
    mine = kept[demand.needs.admissions.events.patient]

    def own(flat: Ints) -> Ints:
        found = flat[kept[flat[:, 0]]].copy()
        found[:, 0] = rows[found[:, 0]]
        return found

    stays = own(log.stays)
    admission = STAY_FIELDS.index("admission")
    number = np.cumsum(mine) - 1
    stays[:, admission] = np.where(stays[:, admission] < 0, -1, number[stays[:, admission]])
    return replace(
        log,
        stays=stays,
        refusals=own(log.refusals),
        care_minute=log.care_minute[kept],
        care_kind=log.care_kind[kept],
    )


def _some(record: Any, kept: Bools, rows: Ints) -> Any:
    """The values of some people: arrays, events, and records of those; what is one of all stays as it is."""
    parts: dict[str, Any] = {}
    for each in fields(record):
        value = getattr(record, each.name)
        if isinstance(value, tuple):
            continue
        if isinstance(value, Events):
            mine = kept[value.patient]
            parts[each.name] = Events(rows[value.patient[mine]], value.number[mine], value.minute[mine])
        elif OF in each.metadata:
            parts[each.name] = value[kept[getattr(record, each.metadata[OF]).patient]]
        elif isinstance(value, dict):
            parts[each.name] = {key: column[kept] for key, column in value.items()}
        elif is_dataclass(value):
            parts[each.name] = _some(value, kept, rows)
        else:
            parts[each.name] = value[kept]
    return replace(record, **parts)


class QueueModel(RegionModel):
    """The model of a region that stops at a minute and counts short stays without a bed.

    Its clock is a heap of whole numbers, minute, kind of event and patient in one: events happen in the
    order of the model, at a smaller price than that of an environment.
    """

    def __init__(self, demand: Demand, region: Region, until: int, loads: Sequence[Load] | None) -> None:
        self.until, self.loads = until, loads
        super().__init__(demand.patients, demand.needs, region, demand.scenario, demand.contracts)
        self.lost = array("q")
        self.waiting: list[int] = []
        for setting, minutes in demand.longer.items():
            self.turnover[setting] += minutes

    def open_meters(self, contracts: Contracts, year: int) -> None:
        """Open a meter for each contract, with what people outside the queue use beside it."""
        if self.loads is None:
            super().open_meters(contracts, year)
            return
        start = dt.date(year, 1, 1)
        self.meters = [
            SharedMeter(contract, start, load)
            for contract, load in zip(contracts.contracts, self.loads, strict=True)
        ]

    def run(self) -> Log:
        """Run until the minute; whoever is somewhere then leaves there."""
        for patient in self.patients:
            self._arm(patient)
        patients, waiting, end = self.patients, self.waiting, self.until << _MINUTE
        wake = self._wake
        planned = [change for change in reversed(self._planned) if change[0] < self.until]
        now = self.first
        while waiting and waiting[0] < end:
            while planned and planned[-1][0] <= waiting[0] >> _MINUTE:
                minute, site, beds = planned.pop()
                self._change_beds(site, beds, max(minute, self.first))
            at = heappop(waiting)
            now = at >> _MINUTE
            if at >> ROW_BITS & KIND_MASK == BED_READY:
                self._bed_ready(at & _ROW_MASK, now=now)
            else:
                wake(patients[at & _ROW_MASK], now)
        if waiting:
            now = self.until
        for patient in patients:
            if patient.setting != NOWHERE:
                self._close(patient, self.until, MOVED, patient.setting)
        return self._log(now)

    def _empty(self, site: int, now: int, minutes: int) -> None:
        heappush(self.waiting, now + minutes << _MINUTE | BED_READY << ROW_BITS | site)

    def _arm(self, p: Patient) -> None:
        key = self.keys[p.position]
        if p.due < key:
            key = p.due
        if p.care_due < key:
            key = p.care_due
        if key < p.armed:
            p.armed = key
            heappush(self.waiting, key << ROW_BITS | p.row)

    def _kept_out(self, p: Patient, now: int) -> bool:
        """Whether a used-up contract, and no want of beds, keeps a patient out of a short stay."""
        return self.outcome[p.row] in (CEILING_REFUSED, POSTPONED) and ELV in self.closed(p, now)

    def _short_stay(self, p: Patient, now: int) -> bool:
        kept_out = self._kept_out(p, now)
        found = super()._short_stay(p, now)
        if not (found or kept_out or p.wlz or p.in_nursing_home):
            self.lost.extend((p.row, now))
        return found

    def _go_elsewhere(self, p: Patient, now: int) -> None:
        leaving = p.setting == ZIEKENHUIS
        target = self.diverted_hospital[p.row] if leaving else self.diverted_home[p.row]
        kept_out = self._kept_out(p, now)
        super()._go_elsewhere(p, now)
        if target == ELV and p.setting != ELV and not (kept_out or p.wlz):
            self.lost.extend((p.row, now))


def tables_in_one(several: Sequence[Table]) -> Table:
    """Rows of tables of one kind, one table after another."""
    first = several[0]
    if len(several) == 1:
        return first
    columns = {name: np.concatenate([t.columns[name] for t in several]) for name in first.columns}
    if any(table.labels != first.labels for table in several):
        raise ValueError("tables of one kind with other words cannot be joined")
    return Table(first.name, columns, first.labels)


def _needs_in_one(several: Sequence[Needs], contracts: Sequence[Contracts]) -> Needs:
    """Needs of all regions, the rows of later ones counted on; insurers of each region its own."""
    if len(several) == 1:
        return several[0]
    sizes = [len(needs.patience_minutes) for needs in several]
    before = np.cumsum([0, *sizes[:-1]]).tolist()
    insurers = np.cumsum([0, *(each.insurers for each in contracts[:-1])]).tolist()
    own = [
        replace(needs, insurer=needs.insurer + number)
        for needs, number in zip(several, insurers, strict=True)
    ]
    whole: Needs = _in_one(own, before)
    return whole


def _in_one(several: Sequence[Any], before: Sequence[int]) -> Any:
    """Values of one kind after each other: arrays, events with their rows counted on, records of those."""
    first = several[0]
    if isinstance(first, np.ndarray):
        return np.concatenate(several)
    if isinstance(first, Events):
        patient = np.concatenate(
            [events.patient + offset for events, offset in zip(several, before, strict=True)]
        )
        return Events(
            patient, *(np.concatenate([getattr(e, n) for e in several]) for n in ("number", "minute"))
        )
    if isinstance(first, dict):
        return {key: np.concatenate([each[key] for each in several]) for key in first}
    if is_dataclass(first):
        parts = {f.name: _in_one([getattr(each, f.name) for each in several], before) for f in fields(first)}
        return replace(first, **parts)  # type: ignore[type-var]
    return first


def _contracts_in_one(several: Sequence[Contracts], names: Sequence[str]) -> Contracts:
    """Nursing contracts of all regions, then the contracts for short stays of all regions."""
    first = several[0]
    if len(several) == 1:
        return first
    nursing, stays = [], []
    for each, name in zip(several, names, strict=True):
        named = [replace(contract, name=f"{name}/{contract.name}") for contract in each.contracts]
        split = each.insurers * each.groups
        nursing += named[:split]
        stays += named[split:]
    minutes = sum(each.nurse_minutes for each in several) if first.nurse_minutes >= 0 else -1
    return Contracts(first.weights, (*nursing, *stays), first.groups, minutes)
