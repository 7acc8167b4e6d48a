"""Parts of a task beside another on the same people: only who fares otherwise is priced and measured again.

A journey's price follows from that journey alone, and sums over some people and over the others add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.cohort.taken_over import again
from sim.columns import places_of, rows_differ
from sim.journey.walked import SPELLS, Walked
from sim.ledger import settings_from
from sim.measure.measures import measure
from sim.measure.registry import count, names_of
from sim.measure.sums import Sums
from sim.measure.tables import Task
from sim.runs.task import TaskSpec, only_kpis, priced_for_kpis, tables_where
from sim.scenario import Scenario, differing, effect_of
from sim.scenario.effects import Acts
from sim.schema import Table
from sim.units import Bools

Tables = Mapping[str, Table]
_JOURNEY: tuple[Acts, ...] = ("journey",)
# Settings that say of a person how to count: with others everybody is measured again
_BY_PERSON = ("cohort.means", "horizon")


@dataclass(frozen=True)
class Measured:
    """A task with its journeys, their ledger and its parts."""

    spec: TaskSpec
    journey: Tables
    tables: Tables  # as far as KPIs see them
    parts: Sums

    @classmethod
    def of(cls, spec: TaskSpec, journey: Tables) -> Measured:
        """Price and measure the journeys of a task of which no table is kept."""
        tables = priced_for_kpis(spec, journey)
        return cls(spec, journey, tables, measure(spec.scenario, spec.region, tables, spec.book))

    def beside(self, spec: TaskSpec, journey: Tables) -> Sums:
        """Parts of another task on the same people, as `Measured.of` gives them."""
        maybe = self._changed(spec, journey)
        if maybe is None:
            return Measured.of(spec, journey).parts
        mine, theirs = tables_where(self.journey, maybe), tables_where(journey, maybe)
        surely = changed_people(mine, theirs)
        assert surely is not None
        maybe[maybe] = surely
        ledger = {name: rows for name, rows in self.tables.items() if name not in mine or name == "patients"}
        before = {**tables_where(ledger, maybe), **tables_where(mine, surely)}
        after = tables_where(theirs, surely)
        left = measure(self.spec.scenario, self.spec.region, before, self.spec.book)
        joined = Measured.of(spec, after).parts
        whole = Task(spec.scenario, spec.region, journey, spec.book)
        count(whole, _JOURNEY, adds=False)
        return self.parts.exchanged(left, joined, whole.parts, names_of(_JOURNEY, adds=False))

    def _changed(self, spec: TaskSpec, journey: Tables) -> Bools | None:
        """Whose journey differs; None where the two tasks count or price one journey otherwise."""
        own = self.spec
        same = (
            only_kpis(spec)
            and spec.book is own.book
            and spec.rules == own.rules
            and spec.region == own.region
            and not spec.scenario.payment.over_patients
            and settings_from(spec.scenario) == settings_from(own.scenario)
            and _counts_alike(own.scenario, spec.scenario)
        )
        return changed_people(self.journey, journey) if same else None


def _counts_alike(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios differ in nothing but what happens to people."""
    moved = again("differing", (one, other), lambda: differing(one, other))
    return all(effect_of(path).acts == "journey" and not path.startswith(_BY_PERSON) for path in moved)


def changed_people(one: Tables, other: Tables) -> Bools | None:
    """Whose rows differ between two sets of journey tables (bool array, one a patient).

    None where the people are not the same, or the tables have other words.
    """
    ids = one["patients"]["patient_id"]
    if not np.array_equal(ids, other["patients"]["patient_id"]):
        return None
    care = one.other_care(other) if isinstance(one, Walked) and isinstance(other, Walked) else None
    changed = np.zeros(len(ids), np.bool_) if care is None else care
    for name in one:
        if name == SPELLS and care is not None:
            continue
        first, second = one[name], other[name]
        if first.labels != second.labels:
            return None
        if "patient_id" in first.columns:
            rows = ((places_of(ids, table["patient_id"]), table.columns) for table in (first, second))
            changed |= rows_differ(len(ids), *rows)
    return changed
