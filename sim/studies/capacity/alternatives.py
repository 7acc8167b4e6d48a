"""Today beside other places, and alternatives side by side: the same people in all, paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from sim import dates, stats
from sim.catalogue import TariffBook
from sim.journey.log import Log
from sim.journey.sized import Demand, log_where, people_where, queue
from sim.law.registry import RuleSet
from sim.measure.tables import Window
from sim.runs.execute import run_all
from sim.scenario import Region
from sim.scenario.area.place_assumptions import corners
from sim.stats import Interval
from sim.studies.capacity.answer import Compared, House, Outcome
from sim.studies.capacity.cost import cents_by_person, changed_people
from sim.studies.capacity.norms import WAIT, Norm
from sim.studies.capacity.observe import ARRAYS, OBSERVED_NUMBERS, Observed, observe, settings_of
from sim.studies.capacity.paths import Beds
from sim.studies.capacity.place_changes import Change, Situation, applied
from sim.studies.capacity.place_measures import COMPARED_MEASURES, WITHIN_A_DAY
from sim.studies.capacity.points import euros, interval_of, measured, norm_shares, share_of
from sim.studies.capacity.runs import Place
from sim.units import FAR_FUTURE, Floats, Ints

# Replications at each end of the range of an assumption about places, in a comparison of places
_CORNER_REPLICATIONS = 4


@dataclass(frozen=True)
class Alternative:
    """Some changes that belong together."""

    name: str
    changes: tuple[Change, ...]


def named(changes: Sequence[Change], name: str = "") -> Alternative:
    """An alternative, by default named after its changes."""
    return Alternative(name or "; ".join(change.line for change in changes), tuple(changes))


# ------------------------------------------------------------------ runs
@dataclass(frozen=True)
class _Task:
    situations: tuple[Situation, ...]
    replication: int
    book: TariffBook
    rules: RuleSet | None


class _Seen(NamedTuple):
    observed: Observed
    cents: Ints | None


class _Priced(NamedTuple):
    """One queue with the cents of each person."""

    log: Log
    cents: Ints


def _run(task: _Task) -> list[_Seen]:
    """Situations of one replication, the first in full, the others as far as they differ from it."""
    out: list[_Seen] = []
    base: list[_Priced] = []
    for situation in task.situations:
        window = Window.of(situation.scenario)
        seen: list[Observed] = []
        priced: list[_Priced] = []
        for cluster in situation.clusters:
            place = Place.of(situation.scenario, cluster, task.book, longer=situation.longer)
            demand = place.people(task.replication, task.rules is not None)
            beds = beds_at_end(demand.region, window.high)
            queued = queue(demand, beds, window.high if task.rules is None else FAR_FUTURE)
            seen.append(observe(demand, beds, queued, window))
            if task.rules is not None and not situation.longer:
                before = base[len(priced)] if len(base) == len(situation.clusters) else None
                priced.append(_price(demand, beds, queued.log, task.book, task.rules, before))
        base = base or priced
        cents = np.sum([each.cents.sum(axis=0) for each in priced], axis=0) if priced else None
        out.append(_Seen(_as_one(seen), cents))
    return out


def _price(
    demand: Demand, beds: Beds, log: Log, book: TariffBook, rules: RuleSet, base: _Priced | None
) -> _Priced:
    """Cents of a queue; of people whose journey is that of the base their cents of then.

    Where providers are paid for their patients together, everybody is priced.
    """
    people = len(demand.patients)
    if base is None or len(base.cents) != people or demand.scenario.payment.over_patients:
        return _Priced(log, cents_by_person(demand, beds, log, book, rules))
    changed = changed_people(base.log, log, people)
    cents = base.cents.copy()
    if changed.any():
        some = people_where(demand, changed)
        cents[changed] = cents_by_person(some, beds, log_where(demand, log, changed), book, rules)
    return _Priced(log, cents)


def beds_at_end(region: Region, until: int) -> Beds:
    """Beds of each site just before a minute."""
    return tuple(
        [site.beds, *(change.beds for change in site.beds_from if dates.minute_of(change.date) < until)][-1]
        for site in region.sites
    )


def _as_one(several: Sequence[Observed]) -> Observed:
    """Queues beside each other counted as one; minutes in which no bed is free are those of the fullest."""
    if len(several) == 1:
        return several[0]
    sums = ("used", "room", *OBSERVED_NUMBERS)
    lists = [name for name in ARRAYS if name not in (*sums, "full")]
    parts: dict[str, Any] = {name: np.concatenate([getattr(s, name) for s in several]) for name in lists}
    parts |= {name: sum(getattr(s, name) for s in several) for name in sums}
    return Observed(**parts, full=np.max([s.full for s in several], axis=0))


# ------------------------------------------------------------------ the answer
@dataclass(frozen=True)
class Asked:
    """What is compared, of a type or of all hospices."""

    today: Situation
    alternatives: tuple[Alternative, ...]
    norms: tuple[Norm, ...]
    kind: str
    replications: int


def compared(asked: Asked, book: TariffBook, rules: RuleSet | None, jobs: int) -> Compared:
    """Today and alternatives on the same people; without rules no costs."""
    today, kind, replications = asked.today, asked.kind, asked.replications
    several = ((), *(each.changes for each in asked.alternatives))
    situations = tuple(applied(today, changes) for changes in several)
    ends = corners(today.scenario.places)
    moved = [
        tuple(applied(today.with_places(**{end.setting: end.value}), changes) for changes in several)
        for end in ends
    ]
    few = min(replications, _CORNER_REPLICATIONS)
    tasks = [_Task(situations, number, book, rules) for number in range(replications)]
    tasks += [_Task(each, number, book, None) for each in moved for number in range(few)]
    found: list[list[_Seen]] = [[] for _ in tasks]
    for number, seen in run_all(_run, tasks, jobs):
        found[number] = seen
    central, rest = found[:replications], found[replications:]
    at_ends = [rest[place * few : (place + 1) * few] for place in range(len(ends))]
    outcomes = []
    for place, situation in enumerate(situations):
        mine = [row[place] for row in central]
        outcome = _outcome(situation, mine, asked.norms, kind)
        if place:
            own = asked.alternatives[place - 1]
            outcome = replace(
                _beside(outcome, [row[0] for row in central], mine, kind),
                name=own.name,
                changes=tuple(change.line for change in own.changes),
                unpriced=rules is not None and not outcome.cost,
            )
        outcomes.append(replace(outcome, ranges=_ranges(central, at_ends, place, kind)))
    return Compared(kind, outcomes[0], tuple(outcomes[1:]), replications, ends)


def _outcome(situation: Situation, seen: Sequence[_Seen], norms: Sequence[Norm], kind: str) -> Outcome:
    several = [each.observed for each in seen]
    end = Window.of(situation.scenario).high
    beds = [n for cluster in situation.clusters for n in beds_at_end(cluster.region, end)]
    houses = tuple(
        House(site.id, site.name, str(site.setting), number, _occupancy(several, place))
        for place, (site, number) in enumerate(zip(situation.sites, beds, strict=True))
        if site.setting in settings_of(kind)
    )
    by_type: dict[str, int] = {}
    for house in houses:
        by_type[house.kind] = by_type.get(house.kind, 0) + house.beds
    values = {name: interval_of(name)(column) for name, column in _measures(several, kind).items()}
    cents = [each.cents for each in seen if each.cents is not None]
    cost = euros(np.stack(cents), stats.amount_interval) if cents else {}
    return Outcome("", (), by_type, values, norm_shares(several, norms, kind), houses, cost)


def _beside(outcome: Outcome, today: Sequence[_Seen], seen: Sequence[_Seen], kind: str) -> Outcome:
    before, after = (_measures([each.observed for each in group], kind) for group in (today, seen))
    differences = {name: stats.paired_interval(before[name], after[name]) for name in COMPARED_MEASURES}
    cost: dict[str, Interval] = {}
    if outcome.cost:
        pairs = [(one.cents, other.cents) for one, other in zip(today, seen, strict=True)]
        change = [after - before for before, after in pairs if before is not None and after is not None]
        cost = euros(np.stack(change), stats.t_interval)
    return replace(outcome, differences=differences, cost_differences=cost)


def _ranges(
    central: Sequence[Sequence[_Seen]], at_ends: Sequence[Sequence[Sequence[_Seen]]], place: int, kind: str
) -> dict[str, tuple[float, float]]:
    """Least and most of each mean over the ends of the assumptions, moved from where it is.

    At an end fewer replications run; what the end changes on these is added to the mean of all.
    """

    def means(rows: Sequence[Sequence[_Seen]]) -> dict[str, Floats]:
        mine = _measures([row[place].observed for row in rows], kind)
        if not place:
            return mine
        base = _measures([row[0].observed for row in rows], kind)
        return {name: mine[name] - base[name] for name in COMPARED_MEASURES}

    middle, out = means(central), {}
    others = [means(rows) for rows in at_ends]
    for name in COMPARED_MEASURES:
        moved = [float(np.mean(each[name] - middle[name][: len(each[name])])) for each in others]
        mean = float(np.mean(middle[name]))
        out[name] = (mean + min((0.0, *moved)), mean + max((0.0, *moved)))
    return out


def _measures(several: Sequence[Observed], kind: str) -> dict[str, Floats]:
    found = measured(several, kind)
    soon = [share_of(*Norm(WAIT, 1.0).counts(each, kind)) for each in several]
    found[WITHIN_A_DAY] = np.array(soon, np.float64)
    return {name: found[name] for name in COMPARED_MEASURES}


def _occupancy(several: Sequence[Observed], place: int) -> Interval:
    shares = [share_of(int(each.site_used[place]), int(each.site_room[place])) for each in several]
    return stats.share_interval(np.array(shares, np.float64))
