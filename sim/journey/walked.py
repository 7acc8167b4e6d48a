"""Journeys of a region whose care is laid over the stays when somebody looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from sim.cohort.taken_over import Looked, Watched, moved
from sim.columns import each_of, rows_differ
from sim.journey.events import Events
from sim.journey.log import Log
from sim.journey.needs import ONE_AN_EVENT, Needs
from sim.journey.spell_list import StayIndex
from sim.journey.spells import build_spells
from sim.scenario.models import Scenario
from sim.schema import Table
from sim.units import Bools

SPELLS = "spells"
_OF_EVENTS = {*ONE_AN_EVENT, *(each.name for each in fields(Events))}


@dataclass(frozen=True, eq=False)
class Walked(Mapping[str, Table]):
    """Journey tables of a region."""

    # `patients` and all others but the spells; these join them when they are first looked at
    tables: dict[str, Table]
    served: StayIndex  # stays over which care is laid
    needs: Needs
    log: Log
    scenario: Scenario
    _looked: Looked = field(default_factory=dict)

    def __getitem__(self, name: str) -> Table:
        """One table."""
        if name == SPELLS and name not in self.tables:
            watched: Any = [Watched(each, number, self._looked) for number, each in enumerate(self._records)]
            self.tables[name] = self._spells(self.served, *watched)
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        """Names of the tables."""
        return iter((*(name for name in self.tables if name != SPELLS), SPELLS))

    def __len__(self) -> int:
        """Number of tables."""
        return len(self.tables) + (SPELLS not in self.tables)

    @property
    def _records(self) -> tuple[Scenario, Needs, Table]:
        return self.scenario, self.needs, self.tables["patients"]

    def _spells(self, served: StayIndex, scenario: Scenario, needs: Needs, patients: Table) -> Table:
        return build_spells(served, patients, needs, self.log.care_minute, self.log.care_kind, scenario)

    def spells_of(self, kept: Bools) -> Table:
        """Spells of some people (`kept`, a bool a patient)."""
        served = self.served.take(kept[self.served.row])
        if SPELLS in self.tables or not len(served.row):
            spells, wanted = self[SPELLS], self.tables["patients"]["patient_id"][kept]
            ends = (np.searchsorted(spells["patient_id"], wanted, side) for side in ("left", "right"))
            _, rows = each_of(*ends)
            return Table(SPELLS, {key: column[rows] for key, column in spells.columns.items()}, spells.labels)
        return self._spells(served, *self._records)

    def other_care(self, other: Walked) -> Bools | None:
        """Who of the same people may have other spells on the same stays in other journeys (one a patient).

        None where that cannot be said of each person alone, or no spells are made here.
        """
        if not self._looked:
            return None
        one, two = ((each.served.row, {"admission": each.served.admission}) for each in (self, other))
        differs = rows_differ(len(self.log.care_minute), one, two)
        differs |= self.log.care_minute != other.log.care_minute
        differs |= self.log.care_kind != other.log.care_kind
        for (number, path), before, now in moved(self._looked, other._records):
            if number == 0 or path[-1] in _OF_EVENTS:
                return None
            if isinstance(before, dict) and isinstance(now, dict) and before.keys() == now.keys():
                pairs = [(before[key], now[key]) for key in before]
            else:
                pairs = [(before, now)]
            for mine, theirs in pairs:
                if not isinstance(mine, np.ndarray) or not isinstance(theirs, np.ndarray):
                    return None
                differs |= mine != theirs
        return differs
