"""The Regeling PTZ is one scheme: all its paragraphs end, or go on, on one date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from sim.law.parameters import Parameters
from sim.law.registry import RuleSet, rule
from sim.units import RoundingSpec

F = TypeVar("F", bound=Callable[..., Any])
SUNSET = "2027-01-01"  # day on which the scheme lapses (Regeling PTZ, slotbepaling; source ptz_2025)
# Plans: the scheme goes on after its sunset, or lapses (on another day where a scenario names one)
GOES_ON, ENDS = "ptz_verlengd", "ptz_vervallen"
LAPSED = "regeling_vervallen"  # why who would have had the subsidy gets none


def scheme_part(
    key: str,
    *,
    title: str,
    article: str,
    lapsed: Callable[..., Any],
    valid_from: str = "2015-01-01",
    rounding: RoundingSpec | None = None,
    products: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Register a function as a part of the scheme, up to its sunset, and after it under the plan to go on.

    All is as for `rule`; `lapsed` is what holds in its place once the scheme has lapsed, and takes the same
    arguments. The decorator returns the function unchanged.
    """
    about: dict[str, Any] = {"law": "Regeling PTZ", "source": "ptz_2025", "products": products}
    end: dict[str, Any] = {**about, "title": f"{title}: lapses", "article": "Regeling PTZ, slotbepaling"}

    def register(function: F) -> F:
        held: dict[str, Any] = {**about, "title": title, "article": article, "rounding": rounding}
        rule(key, **held, valid_from=valid_from, valid_to=SUNSET)(function)
        rule(key, **end, valid_from=SUNSET)(lapsed)
        longer = f"{title}: goes on after 2026 (assumption: no extension is published)"
        rule(key, **{**held, "title": longer}, valid_from=SUNSET, plan=GOES_ON)(function)
        rule(key, **end, valid_from=SUNSET, plan=ENDS)(lapsed)
        return function

    return register


def no_money(who: str, day: int, parameters: Parameters) -> int:
    """Cents of whom a part of the scheme gave an amount: it has lapsed."""
    return 0


def ended() -> bool:
    """The scheme has lapsed (Regeling PTZ, slotbepaling)."""
    return False


@scheme_part(
    "Z1/looptijd",
    title="Volunteers, networks, children's networks and spiritual care share one term",
    article="Regeling PTZ, slotbepaling",
    lapsed=ended,
    valid_from="2019-01-01",
)
def holds() -> bool:
    """Whether the scheme holds: paragraphs 2, 3 and 4 have one end date (Regeling PTZ, slotbepaling)."""
    return True


def scheme_runs(rules: RuleSet, date: dt.date) -> bool:
    """Whether the Regeling PTZ holds on a date under a set of rules."""
    version = rules.at("Z1/looptijd", date)
    return version is not None and bool(version.function())
