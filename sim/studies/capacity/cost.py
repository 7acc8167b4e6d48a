"""What numbers of beds cost by payer: one run priced in full, the others only where a journey changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.catalogue import TariffBook
from sim.columns import tally
from sim.journey.contest import contest
from sim.journey.log import STAY_FIELDS, Log
from sim.journey.sized import Demand, log_where, people_where, queue, tables_in_one, tables_of
from sim.law.registry import RuleSet
from sim.ledger import price, settings_from
from sim.ledger.ledger import Ledger
from sim.measure.cost import at_assumed_prices
from sim.measure.tables import Window, lines_of
from sim.runs.task import counted_until, looks_backwards, that_count
from sim.scenario import Scenario
from sim.schema import PAYERS, Table
from sim.studies.capacity.observe import Observed, observe
from sim.studies.capacity.paths import Beds
from sim.units import COPY, FAR_FUTURE, LONG_AGO, Bools, Ints, fits


class Priced(NamedTuple):
    """One number of beds in one replication: int64 cents of each of PAYERS, then those at assumed prices.

    Without prices there are no cents. `rows` are the tariff rows that priced the run; with the base's beds
    those of all numbers of beds.
    """

    seen: Observed
    cents: Ints | None = None
    rows: tuple[str, ...] = ()


def priced(
    demand: Demand, base: Beds, others: Sequence[Beds], book: TariffBook, rules: RuleSet
) -> dict[Beds, Priced]:
    """Runs of one replication with their gross cents by payer, dated in the counted window.

    A journey's price follows from that journey alone, so only people whose stays or home care differ from
    those with the base's beds (of each site) are priced anew; everybody is where providers are paid for their
    patients together.
    """
    scenario, patients = demand.scenario, demand.patients
    window, backwards = Window.of(scenario), looks_backwards(scenario)
    counts = patients["death_minute"] >= (window.low if backwards else LONG_AGO)
    rows: set[str] = set()

    def journey(people: Demand, beds: Beds, log: Log) -> dict[str, Table]:
        tables = tables_of(people, beds, log)
        return that_count(scenario, tables) if backwards else tables

    def by_person(journeys: Sequence[dict[str, Table]]) -> list[Ints]:
        everybody, tables = side_by_side(journeys)
        ledger = _counted_ledger(scenario, tables, book, rules)
        rows.update(_rows_of(ledger))
        sizes = [len(each["patients"]) for each in journeys]
        return np.split(_by_person(everybody, ledger, window, book), np.cumsum(sizes)[:-1])

    others = [beds for beds in others if beds != base]
    first = queue(demand, base, FAR_FUTURE)
    if scenario.payment.over_patients:
        whole = {base: first} | {beds: queue(demand, beds, FAR_FUTURE) for beds in others}
        out = {}
        for beds, queued in whole.items():
            (cents,) = by_person([journey(demand, beds, queued.log)])
            out[beds] = Priced(observe(demand, beds, queued, window), cents.sum(axis=0))
        return out | {base: out[base]._replace(rows=tuple(sorted(rows)))}
    counted = journey(people_where(demand, counts), base, log_where(demand, first.log, counts))
    split = contest(demand, FAR_FUTURE)
    rivals, apart = split.people, observe(split.apart, base, split.beside, window)
    before, mine = log_where(demand, first.log, split.asking), counts[split.asking]
    journeys, seen = [counted], {base: observe(demand, base, first, window)}
    changed: dict[Beds, Ints] = {}
    for beds in others:
        other = rivals.queue(beds, FAR_FUTURE)
        seen[beds] = observe(rivals.demand, beds, other, window).beside(apart)
        moved = changed_people(before, other.log, len(rivals.demand.patients)) & mine
        if moved.any():
            changed[beds] = np.flatnonzero(split.asking)[moved]
            log = log_where(rivals.demand, other.log, moved)
            journeys.append(journey(people_where(rivals.demand, moved), beds, log))
    theirs, *anew = by_person(journeys)
    each = np.zeros((len(patients), theirs.shape[1]), np.int64)
    each[counts] = theirs
    total = each.sum(axis=0)
    sums = dict.fromkeys(seen, total)
    for (beds, who), new in zip(changed.items(), anew, strict=True):
        sums[beds] = total + new.sum(axis=0) - each[who].sum(axis=0)
    return {
        beds: Priced(seen[beds], sums[beds], tuple(sorted(rows)) if beds == base else ()) for beds in seen
    }


def side_by_side(journeys: Sequence[dict[str, Table]]) -> tuple[Table, dict[str, Table]]:
    """Other journeys of the same people as those of so many people, every journey that of a copy.

    A pricing costs most for being made at all, so that all are priced as one. Tables without a patient are
    those of the first journey.
    """
    tables = dict(journeys[0])
    for name, first in tables.items():
        if "patient_id" not in first.columns:
            continue
        copies = []
        for number, each in enumerate(journeys):
            columns = dict(each[name].columns)
            columns["patient_id"] = columns["patient_id"] + fits(number * COPY)
            copies.append(Table(name, columns, each[name].labels))
        tables[name] = tables_in_one(copies)
    return tables["patients"], tables


def _rows_of(ledger: Ledger) -> list[str]:
    lines = ledger.declarations
    if not len(lines):
        return []
    labels = lines.words("tariff_row")
    return [labels[place] for place in np.unique(lines["tariff_row"]) if labels[place]]


def cents_by_person(demand: Demand, beds: Beds, log: Log, book: TariffBook, rules: RuleSet) -> Ints:
    """Gross cents of each person, dated in the counted window, by the log of a whole run.

    int64, shape (people, payers + 1): in the order of PAYERS, then at assumed prices.
    """
    ledger = _counted_ledger(demand.scenario, tables_of(demand, beds, log), book, rules)
    return _by_person(demand.patients, ledger, Window.of(demand.scenario), book)


def _counted_ledger(scenario: Scenario, tables: dict[str, Table], book: TariffBook, rules: RuleSet) -> Ledger:
    """The ledger of journeys as far as the counted window sees it."""
    until = counted_until(scenario) if looks_backwards(scenario) else None
    return price(tables, book, rules, settings_from(scenario), until=until)


def changed_people(one: Log, other: Log, count: int) -> Bools:
    """Whose stays or home care differ between two runs: bool array, one a person."""
    row = STAY_FIELDS.index("row")
    first, second = (log.stays[np.argsort(log.stays[:, row], kind="stable")] for log in (one, other))
    stays = [np.bincount(rows[:, row], minlength=count) for rows in (first, second)]
    changed = stays[0] != stays[1]
    first, second = (rows[~changed[rows[:, row]]] for rows in (first, second))
    differs = (first != second).any(axis=1)
    changed[first[differs, row]] = True
    care = (one.care_minute != other.care_minute) | (one.care_kind != other.care_kind)
    return np.asarray(changed | care, np.bool_)


def _by_person(patients: Table, ledger: Ledger, window: Window, book: TariffBook) -> Ints:
    """Cents by person: of each payer, then at assumed prices (int64, shape (people, payers + 1))."""
    lines, shares = ledger.declarations, ledger.shares
    inside = window.holds_days(lines["date"])
    person = np.searchsorted(patients["patient_id"], lines["patient_id"])
    line = lines_of(lines, shares)
    counted = inside[line]
    key = person[line][counted] * len(PAYERS) + shares["payer"][counted]
    paid = tally(key, len(patients) * len(PAYERS), shares["cents"][counted]).reshape(-1, len(PAYERS))
    mine = inside & at_assumed_prices(lines, book)
    assumed = tally(person[mine], len(patients), lines["gross_cents"][mine])
    return np.column_stack([paid, assumed])
