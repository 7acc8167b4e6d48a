"""The register of measures: the functions that count, the sums that each writes, and on what these hang."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sim.scenario.effects import Acts

if TYPE_CHECKING:
    from sim.experiment.tables import Task

F = TypeVar("F", bound="Callable[[Task], None]")


@dataclass(frozen=True, slots=True)
class Measure:
    """A function that adds sums and distributions to the parts of a task.

    Parameters
    ----------
    function : callable of Task
    names : frozenset of str
        All that it may write.
    acts : {"journey", "money", "subsidy"}
        Kind of setting that its sums hang on: with another price or rule what hangs on the journey stays.
    """

    function: Callable[[Task], None]
    names: frozenset[str]
    acts: Acts


MEASURES: list[Measure] = []
"""Every registered measure."""


def measures(*names: str, acts: Acts = "journey") -> Callable[[F], F]:
    """Register a function as a measure.

    Parameters
    ----------
    *names : str
        The sums and distributions that it writes.
    acts : {"journey", "money", "subsidy"}
        As in `Measure`.

    Returns
    -------
    callable
        The decorator, which returns the function unchanged.

    Raises
    ------
    ValueError
        When a name is written by a measure that hangs on something else.
    """

    def register(function: F) -> F:
        for other in MEASURES:
            both = other.names & set(names)
            if both and other.acts != acts:
                twin = f"{other.function.__name__} writes {min(both)} too"
                raise ValueError(
                    f"{function.__name__}: {twin}, which hangs on the {other.acts} there; rename one"
                )
        MEASURES.append(Measure(function, frozenset(names), acts))
        return function

    return register


def names_of(acts: Collection[Acts]) -> frozenset[str]:
    """Names of all sums that hang on some kinds of settings."""
    return frozenset(name for measure in MEASURES if measure.acts in acts for name in measure.names)


def count(task: Task, acts: Collection[Acts]) -> None:
    """Let the measures that hang on some kinds of settings add to the parts of a task.

    Parameters
    ----------
    task : Task
    acts : collection of {"journey", "money", "subsidy"}

    Raises
    ------
    ValueError
        When a measure writes what it is not registered for: priced anew, that would keep its old value.
    """
    for measure in MEASURES:
        if measure.acts in acts:
            task.parts.allow(measure.names, measure.function.__name__)
            measure.function(task)
    task.parts.allow(None)
