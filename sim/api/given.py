"""Names that the functions of the facade are given: for people, and for type checkers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario import Area


class Name(str):
    """A name of a scenario or area that a program works out, so that a type checker lets it pass.

    A type checker knows the names that a script may write, and finds a slip in one. It cannot tell a text
    that is written there from one in a variable (mypy takes `LiteralString` for `str`), so that one is named.
    """

    __slots__ = ()


if TYPE_CHECKING:
    from sim.api.names import AreaName, ScenarioName

    ScenarioText = ScenarioName | Name
    AreaText = AreaName | Name
else:
    ScenarioText = AreaText = str

AreaLike = str | Path | Area  # a name in `scenarios/regions/`, the path of a file, or an area at hand
AreaGiven = AreaText | Path | Area  # the same, where a type checker looks for slips in names
