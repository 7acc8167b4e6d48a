"""The registers of measures and of KPIs.

A measure is a function that counts, with the sums that it writes and the kind of setting that these hang on.
A KPI is a name, the formulas by which it follows from these sums, its words, and where it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from sim.scenario.effects import Acts

if TYPE_CHECKING:
    from sim.measure.sums import Sums
    from sim.measure.tables import Task

F = TypeVar("F", bound="Callable[[Task], None]")


@dataclass(frozen=True, slots=True)
class Measure:
    """A function that adds sums and distributions to the parts of a task."""

    function: Callable[[Task], None]
    names: frozenset[str]  # all that it may write
    # Kind of setting that its sums hang on: with another price or rule what hangs on the journey stays
    acts: Acts
    # Whether what it counts of some people and of the others adds up to that of all; what hangs on money does
    adds: bool = True


MEASURES: list[Measure] = []  # every registered measure


def measures(*names: str, acts: Acts = "journey", adds: bool = True) -> Callable[[F], F]:
    """Register a function, which stays as it is, as a measure of the sums and distributions that it writes.

    Raises ValueError when a name is written by a measure that hangs on something else, or money does not add
    up.
    """
    if not adds and acts != "journey":
        raise ValueError(f"{names[0]}: what hangs on {acts} adds up over people; leave out adds=False")

    def register(function: F) -> F:
        for other in MEASURES:
            both = other.names & set(names)
            if both and other.acts != acts:
                twin = f"{other.function.__name__} writes {min(both)} too"
                raise ValueError(
                    f"{function.__name__}: {twin}, which hangs on the {other.acts} there; rename one"
                )
        MEASURES.append(Measure(function, frozenset(names), acts, adds))
        return function

    return register


def names_of(acts: Collection[Acts], adds: bool | None = None) -> frozenset[str]:
    """Names of all sums that hang on some kinds of settings."""
    return frozenset(name for measure in _chosen(acts, adds) for name in measure.names)


def _chosen(acts: Collection[Acts], adds: bool | None) -> Iterator[Measure]:
    return (each for each in MEASURES if each.acts in acts and adds in (None, each.adds))


def count(task: Task, acts: Collection[Acts], adds: bool | None = None) -> None:
    """Let the measures that hang on some kinds of settings add to the parts of a task.

    All, or only those that add up over people (`adds`), or only the others. Raises ValueError when a measure
    writes what it is not registered for: priced anew, that would keep its old value.
    """
    for measure in _chosen(acts, adds):
        task.parts.allow(measure.names, measure.function.__name__)
        measure.function(task)
    task.parts.allow(None)


Sheet = Literal["costs", "patients", "throughput", "capacity"]
Section = Literal["places", "costs", "payments", "use", "hospice", "schemes"]
View = Literal["decedents", "calendar", "both"]


@dataclass(frozen=True, slots=True)
class Label:
    """A name in the languages of the reports."""

    nl: str
    en: str


class Formula(Protocol):
    """How the values of a KPI follow from parts."""

    @property
    def splits(self) -> tuple[tuple[str, ...], ...]:
        """Names of the dimensions of its values, one a way of splitting them."""
        ...

    def values(self, parts: Sums) -> Iterator[tuple[str, float]]:
        """Dimension (canonical JSON) and value, one a dimension that the parts hold."""
        ...


@dataclass(frozen=True, slots=True)
class Indicator:
    """A KPI: what it is called, how it follows from what is measured, and where it is told."""

    name: str
    formulas: tuple[Formula, ...]  # one a split
    unit: str
    label: Label  # in a table of the report
    sheet: Sheet  # of the workbook
    view: View  # over who died in the counted window, what has a date in it, or both as a dimension
    short: Label | None = None  # in the workbook and in sentences, where that is another
    section: Section | None = None  # of the report that tells it
    # Whether it is a row of the table of measures there; else the section has a table of its own for it
    row: bool = False

    @property
    def splits(self) -> tuple[tuple[str, ...], ...]:
        """Names of the dimensions that it is told by, one a way of splitting it; the whole is by none."""
        return tuple(names for formula in self.formulas for names in formula.splits) or ((),)


KPIS: dict[str, Indicator] = {}  # every registered KPI by name, in the order of the KPI table


def indicator(name: str, *formulas: Formula, **told: Any) -> Indicator:
    """Register a KPI, told as in `Indicator`, by which run, report, workbook and API find it.

    Raises ValueError when the name is taken.
    """
    if name in KPIS:
        raise ValueError(f"{name}: a KPI has this name already")
    KPIS[name] = Indicator(name, formulas, **told)
    return KPIS[name]


def rows_of(section: Section) -> list[Indicator]:
    """The KPIs that are rows of the table of measures of a section of the report."""
    return [each for each in KPIS.values() if each.section == section and each.row]
