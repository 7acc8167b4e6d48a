"""What a report reads: estimates by name and dimension, one view a run, one a comparison."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

from sim.measure.estimates import Difference, Estimate, difference_of
from sim.report.language import Language
from sim.report.rounding import Change
from sim.studies.decompose import Decomposition
from sim.studies.headline import HEADLINE, Headlined
from sim.studies.sensitivity.assumptions import Assumptions, Spread
from sim.studies.sensitivity.study import Sensitivity
from sim.studies.winners import Winners

Dimension = frozenset[tuple[str, str]]
T = TypeVar("T", bound=Estimate)


class Kpis(Generic[T]):
    """Estimates or differences, found by name and dimension."""

    def __init__(self, rows: Mapping[tuple[str, Dimension], T]) -> None:
        self._rows = dict(rows)
        self._by_name: dict[str, list[tuple[dict[str, str], T]]] = {}
        for (name, dimension), value in self._rows.items():
            self._by_name.setdefault(name, []).append((dict(dimension), value))

    @classmethod
    def of(cls, rows: Iterable[T]) -> Self:
        """Those of a run or a comparison."""
        return cls({(r.name, frozenset((k, str(v)) for k, v in r.dimension.items())): r for r in rows})

    def __len__(self) -> int:
        """Rows."""
        return len(self._rows)

    def index(self) -> list[tuple[str, dict[str, str]]]:
        """Name and dimension of every row, in the order of the table."""
        return [(name, dict(dimension)) for name, dimension in self._rows]

    def get(self, name: str, **dimension: str) -> T | None:
        """The row with exactly this name and dimension, or None."""
        return self._rows.get((name, frozenset(dimension.items())))

    def splits(self, name: str) -> list[dict[str, str]]:
        """Dimensions of the rows of one name, in order of the table."""
        return [dimension for dimension, _ in self._by_name.get(name, [])]

    def along(self, name: str, key: str, **fixed: str) -> dict[str, T]:
        """Rows of one name that vary along one dimension only, the others fixed, in order of the table."""
        found = self._by_name.get(name, [])
        return {by[key]: value for by, value in found if key in by and by == {**fixed, key: by[key]}}


@dataclass(frozen=True)
class RunView:
    """One run as a report reads it."""

    # `manifest.json` of the run folder; `scenario` and `area` hold the merged inputs
    manifest: Mapping[str, Any]
    kpis: Kpis[Estimate]
    tariff_rows: tuple[str, ...] = ()  # tariff rows that priced the run (`product@YYYY-MM-DD`)
    # the same by area, where the run is of several areas of the map
    areas: Mapping[str, Kpis[Estimate]] = field(default_factory=dict)

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The merged scenario."""
        found: Mapping[str, Any] = self.manifest["scenario"]
        return found

    @property
    def area(self) -> Mapping[str, Any]:
        """The area with its regions."""
        found: Mapping[str, Any] = self.manifest["area"]
        return found

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return str(self.scenario["name"])

    def text(self, key: str, lang: str) -> str:
        """A sentence of the scenario (`title`, `question`, `mechanism`, `evidence`) in a language."""
        return str(self.scenario[key][lang])

    def title(self, words: Language) -> str:
        """Title of the scenario in a language."""
        return self.text("title", words.code)

    @property
    def sites(self) -> dict[str, str]:
        """Names of the sites of the area by id."""
        return {str(s["id"]): str(s["name"]) for region in self.area["regions"] for s in region["sites"]}

    @property
    def counted(self) -> tuple[dt.date, dt.date]:
        """The counted window, half-open."""
        ends = (str(self.scenario["horizon"][key]) for key in ("count_from", "count_to"))
        start, end = map(dt.date.fromisoformat, ends)
        return start, end

    @property
    def replications(self) -> int:
        """Replications of the run."""
        return int(self.manifest["replications"])


@dataclass(frozen=True)
class Headline:
    """One measure that a scenario puts first, as it was found."""

    item: Mapping[str, Any]  # as in the file of the scenario
    found: Headlined
    change: Change | None  # None where it was not measured

    def label(self, words: Language) -> str:
        """What it is called."""
        return str(self.item["label"][words.code])


@dataclass(frozen=True)
class Alternative:
    """One alternative of a comparison: its run and its paired differences to the base."""

    run: RunView
    differences: Kpis[Difference]
    # `path`, `before`, `after` of what it changes, and the `source` of an own price
    changes: tuple[Mapping[str, Any], ...] = ()
    decomposition: Decomposition | None = None
    # what the differences owe to the assumptions; None where none were drawn
    assumptions: Assumptions | None = None
    headline: tuple[Headlined, ...] = ()  # the headline measures of its scenario, one an item
    # paired differences by area, where the runs are of several areas of the map
    areas: Mapping[str, Kpis[Difference]] = field(default_factory=dict)
    # reads who pays more and less from the stored runs
    read_winners: Callable[[], Winners | None] | None = None
    # the headline measures of every alternative of the comparison, as they are in this one
    measured: tuple[tuple[Headlined, ...], ...] = ()

    @cached_property
    def winners(self) -> Winners | None:
        """Who pays more and less, person by person; None where the runs do not keep what people pay."""
        return None if self.read_winners is None else self.read_winners()

    def spread(self, name: str, **dimension: str) -> Spread | None:
        """What one difference owes to the assumptions; None where none were drawn or it was not observed."""
        return None if self.assumptions is None else self.assumptions.of(name, dimension)

    def change(self, name: str, **dimension: str) -> Change | None:
        """One difference with what it owes to the assumptions; None where there is none."""
        found = self.differences.get(name, **dimension)
        return None if found is None else Change(found, self.spread(name, **dimension))

    def along(self, name: str, key: str, **fixed: str) -> dict[str, Change]:
        """Differences of one name along one dimension, each with what it owes to the assumptions."""
        found = self.differences.along(name, key, **fixed)
        return {k: Change(each, self.spread(name, **fixed, **{key: k})) for k, each in found.items()}

    @property
    def items(self) -> Sequence[Mapping[str, Any]]:
        """What the scenario puts first."""
        return self.run.scenario.get("headline") or ()

    @property
    def headlines(self) -> Iterator[Headline]:
        """The same as it was found."""
        for place, (item, found) in enumerate(zip(self.items, self.headline, strict=True)):
            change = None
            if len(found.base):
                difference = difference_of(found.base, found.alternative, found.unit)
                change = Change(difference, self.spread(HEADLINE, item=str(place)))
            yield Headline(item, found, change)


@dataclass(frozen=True)
class Result:
    """What one page reports: a base run and any number of alternatives, with analyses stored beside them."""

    base: RunView
    alternatives: tuple[Alternative, ...] = field(default=())
    sensitivities: tuple[Sensitivity, ...] = field(default=())

    @property
    def runs(self) -> tuple[RunView, ...]:
        """Base first, then the alternatives."""
        return (self.base, *(a.run for a in self.alternatives))
