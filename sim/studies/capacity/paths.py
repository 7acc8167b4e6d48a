"""Which bed comes next: numbers of beds by type, and over all types in the order of what a bed prevents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.scenario import Region, Scenario, beds_of
from sim.studies.capacity.observe import SIZED_PLACES, settings_of
from sim.studies.capacity.queueing import erlang_b

Beds = tuple[int, ...]


@dataclass(frozen=True)
class Path:
    """Numbers of beds of one type, or of all hospices; the other types keep theirs.

    The scenario has no extra beds, the region those of now. The offered loads in beds settle where a bed goes
    when the types are counted together.
    """

    kind: str
    region: Region
    scenario: Scenario
    load: Mapping[str, float]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Types along the path that the region has a site of."""
        return tuple(
            kind for kind in settings_of(self.kind) if any(site.setting == kind for site in self.region.sites)
        )

    @property
    def current(self) -> int:
        """Beds along the path as the region has them now."""
        return sum(self.by_type(self.now)[kind] for kind in self.kinds)

    @property
    def now(self) -> Beds:
        """Beds of each site as the region has them now."""
        return tuple(site.beds for site in self.region.sites)

    def by_type(self, beds: Beds) -> dict[str, int]:
        """Beds by type, of the types that the region has a site of."""
        present = [p for p in SIZED_PLACES if any(site.setting == p for site in self.region.sites)]
        return {
            kind: sum(n for n, site in zip(beds, self.region.sites, strict=True) if site.setting == kind)
            for kind in present
        }

    def totals(self, number: int) -> dict[str, int]:
        """Beds by type along the path at a number of beds in all.

        A bed more goes to the type where, by Erlang's loss formula, it prevents most refusals; a bed
        fewer comes from the type where it prevented fewest. The next number differs by one bed, so every
        number holds the beds of the one below it.
        """
        beds = {kind: self.by_type(self.now)[kind] for kind in self.kinds}
        for _ in range(max(number - self.current, 0)):
            beds[max(self.kinds, key=lambda kind: self._prevented(kind, beds[kind] + 1))] += 1
        for _ in range(max(self.current - number, 0)):
            filled = [kind for kind in self.kinds if beds[kind]]
            beds[min(filled, key=lambda kind: self._prevented(kind, beds[kind]))] -= 1
        return beds

    def beds(self, number: int) -> Beds:
        """Beds of each site at a number of beds in all."""
        have = self.by_type(self.now)
        extra = {kind: beds - have[kind] for kind, beds in self.totals(number).items()}
        places = self.scenario.places.model_copy(update={"extra_beds": extra})
        return beds_of(self.scenario.model_copy(update={"places": places}), self.region)

    def _prevented(self, kind: str, beds: int) -> float:
        """Load that the last of so many beds keeps from being refused."""
        load = self.load[kind]
        return load * (erlang_b(load, beds - 1) - erlang_b(load, beds))
