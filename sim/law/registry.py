"""The register of legal rules: id, law, article, source, validity, rounding, and the function."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.dates import day_of
from sim.schema import beginnings
from sim.units import Bools, Ints, RoundingSpec

F = TypeVar("F", bound=Callable[..., Any])
ALWAYS = dt.date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One version of one legal rule, valid over the half-open period [valid_from, valid_to)."""

    key: str  # id of `docs/rules.md`, or id/part where a rule has parts that change separately
    title: str  # what it says
    law: str  # the law or scheme
    article: str  # article or guide paragraph
    source: str = "handreiking_2026"  # id in `tariffs/sources.yaml`; the guide unless it says another
    valid_from: dt.date
    valid_to: dt.date
    rounding: RoundingSpec | None = None  # how the rule rounds
    function: Callable[..., Any]
    plan: str = ""  # of a version that is not law yet: it applies only where a scenario chooses it
    # Products (or beginnings of their ids; "*" for all) whose lines a check of (Delivery, Parameters) looks
    # at
    products: tuple[str, ...] = ()
    across: bool = False  # looks at the lines of all its products together
    opens: bool = False  # what it finds fine is declared although the rule of the product does not let it
    bill_only: str = ""  # why a bill reaches the rule and no run does; empty for all others

    @property
    def id(self) -> str:
        """Id without its part."""
        return self.key.partition("/")[0]


_REGISTER: list[Rule] = []


def rule(
    key: str, *, valid_from: str = "2015-01-01", valid_to: str | None = None, **about: Any
) -> Callable[[F], F]:
    """Register a function, which stays as it is, as one version of a legal rule: see `Rule`.

    ISO dates, half-open; by default from the day on which the laws of today divide long-term care, and
    without an end still in force.
    """

    def register(function: F) -> F:
        end = ALWAYS if valid_to is None else dt.date.fromisoformat(valid_to)
        start = dt.date.fromisoformat(valid_from)
        _REGISTER.append(Rule(key=key, function=function, valid_from=start, valid_to=end, **about))
        return function

    return register


@dataclass(frozen=True)
class Law:
    """A law or scheme, by its name in the register, with what its rules share."""

    name: str
    shared: Mapping[str, Any] = field(default_factory=dict)

    def rule(self, key: str, **about: Any) -> Callable[[F], F]:
        """As `rule`, of this law."""
        return rule(key, law=self.name, **{**self.shared, **about})

    def decree(self, **shared: Any) -> Law:
        """A part of this law whose rules share a source, or the day from which they hold."""
        return replace(self, shared=shared)


THE_ZVW, THE_WLZ, THE_WMO, JEUGDWET = Law("Zvw"), Law("Wlz"), Law("Wmo"), Law("Jeugdwet")
REGELING_PTZ, NO_LAW = Law("Regeling PTZ"), Law("buiten_wetten")


def registered() -> tuple[Rule, ...]:
    """Every registered version of every rule, plans included, in order of key and date."""
    return tuple(sorted(_REGISTER, key=lambda r: (natural(r.key), r.plan, r.valid_from)))


def keys_in(module: str) -> tuple[str, ...]:
    """Keys of the rules whose functions stand in a module, in their order there."""
    return tuple(dict.fromkeys(r.key for r in _REGISTER if r.function.__module__ == module))


def check(rules: tuple[Rule, ...]) -> None:
    """Refuse versions of one rule that overlap or leave a gap, by a ValueError with rule and dates."""
    for first, second in zip(rules, rules[1:], strict=False):
        if (first.key, first.plan) != (second.key, second.plan) or first.valid_to == second.valid_from:
            continue
        what = "overlap" if first.valid_to > second.valid_from else "leave a gap"
        raise ValueError(
            f"rule {first.key}: versions {what} between {first.valid_to} and {second.valid_from}; "
            "the second must start on the day the first ends"
        )


@dataclass(frozen=True)
class RuleSet:
    """The rules one run applies: for each key its versions, disjoint and in order of date."""

    rules: tuple[Rule, ...]

    @classmethod
    def current(cls, *plans: str, since: Mapping[str, dt.date] | None = None) -> RuleSet:
        """The law as it stands, with the named plans in place of the law from their first day on.

        The plans "" and "current" name none; `since` is the day from which a plan holds as if it had been
        law, where that is before its own first day. Raises ValueError when no rule belongs to a named plan.
        """
        return _current(plans, tuple(sorted((since or {}).items())), len(_REGISTER))

    def without(self, key: str) -> RuleSet:
        """The same rules less one id with all its parts, or less one part."""
        return RuleSet(tuple(r for r in self.rules if key not in (r.id, r.key)))

    def has(self, key: str) -> bool:
        """Whether any version of a key is in the set."""
        return key in self._by_key

    def at(self, key: str, date: dt.date) -> Rule | None:
        """The version of a key in force on a date, or None."""
        several = (rule for rule, _, _ in self._by_key.get(key, ()))
        return next((r for r in several if r.valid_from <= date < r.valid_to), None)

    def versions(self, key: str, days: Ints) -> Iterator[tuple[Rule, Bools]]:
        """Each version of a key that holds on some row, with the rows (a bool array) on which it is in force.

        The days are day numbers by row.
        """
        for version, rows in self._versions(key, days):
            yield version, np.ones(len(days), np.bool_) if rows is None else rows

    def _versions(self, key: str, days: Ints) -> Iterator[tuple[Rule, Bools | None]]:
        """As `versions`; None where a version is in force on all rows."""
        if key not in self._by_key or len(days) == 0:
            return
        low, high = int(days.min()), int(days.max())
        for version, first, end in self._by_key[key]:
            if first <= low and high < end:
                yield version, None
            elif first <= high and low < end:
                rows = (days >= first) & (days < end)
                if np.any(rows):
                    yield version, rows

    def apply(self, key: str, days: Ints, default: Ints | int | tuple[Ints, ...], *inputs: Any) -> Ints:
        """What the version of a rule that is in force on the day number of each row finds.

        The inputs are what the function of the rule takes, of all rows; a version answers for its own rows.
        The default is of rows on which no version is in force: one number, or as the answer, an int64 array
        of shape (n,), or (k, n) of a rule that finds k things.
        """
        return np.asarray(self._found(key, days, default, inputs), np.int64)

    def says(self, key: str, days: Ints, *inputs: Any, otherwise: Bools | bool = False) -> Bools:
        """Whether the version of a rule that is in force on the day number of each row says yes.

        Else `otherwise`. The inputs are what the function of the rule takes, of all rows.
        """
        return np.asarray(self._found(key, days, otherwise, inputs), np.bool_)

    def _found(self, key: str, days: Ints, default: Any, inputs: tuple[Any, ...]) -> NDArray[Any]:
        out = default
        for version, on in self._versions(key, days):
            found = version.function(*inputs)
            out = found if on is None else np.where(on, found, out)
        out = np.array(out) if out is default else np.asarray(out)
        return out if out.ndim else np.full(len(days), out)

    def holds(self, key: str, days: Ints) -> Bools:
        """Whether any version of a rule is in force on each day number (bool array)."""
        out = np.zeros(len(days), np.bool_)
        for _, on in self.versions(key, days):
            out |= on
        return out

    def checks(self, product: str, across: bool = False, opens: bool = False) -> tuple[str, ...]:
        """Keys of rules that check lines of a product, in order; of those across products, or that open."""
        found = (self._checks.get((start, across, opens), ()) for start in beginnings(product))
        return tuple(dict.fromkeys(self.rules[number].key for number in sorted(chain(*found))))

    @cached_property
    def _checks(self) -> dict[tuple[str, bool, bool], list[int]]:
        """Numbers of the rules that check a product or what lies under it."""
        found: dict[tuple[str, bool, bool], list[int]] = {}
        for number, rule in enumerate(self.rules):
            for start in rule.products:
                found.setdefault((start, rule.across, rule.opens), []).append(number)
        return found

    @cached_property
    def _by_key(self) -> dict[str, list[tuple[Rule, int, int]]]:
        """Versions by key, in order of date, with their first day and the day after their last."""
        found: dict[str, list[tuple[Rule, int, int]]] = {}
        for rule in self.rules:
            found.setdefault(rule.key, []).append((rule, day_of(rule.valid_from), day_of(rule.valid_to)))
        return found

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Keys in order: the code list behind the `rule` columns of the ledger."""
        return tuple(dict.fromkeys(r.key for r in self.rules))

    def code(self, key: str) -> int:
        """Code of a key in `labels`; -1 when the set lacks it."""
        labels = self.labels
        return labels.index(key) if key in labels else -1


@cache
def _current(plans: tuple[str, ...], since: tuple[tuple[str, dt.date], ...], _registered: int) -> RuleSet:
    """As `RuleSet.current`, once for each choice of plans and number of registered rules."""
    known = registered()
    base = [r for r in known if not r.plan]
    for name in plans:
        if name in ("", "current"):
            continue
        chosen = [r for r in known if r.plan == name]
        if not chosen:
            names = sorted({r.plan for r in known if r.plan})
            raise ValueError(f"no plan {name!r}; plans are {', '.join(names)}")
        first = dict(since).get(name)
        for plan in chosen if first is None else _brought_forward(chosen, first):
            base = [_before(r, plan) for r in base if r.key != plan.key or r.valid_from < plan.valid_from]
            base.append(plan)
    ordered = tuple(sorted(base, key=lambda r: (natural(r.key), r.valid_from)))
    check(tuple(replace(r, plan="") for r in ordered))
    return RuleSet(ordered)


def _before(old: Rule, plan: Rule) -> Rule:
    """The law cut off where a plan for the same key begins."""
    if old.key != plan.key or old.valid_to <= plan.valid_from:
        return old
    return replace(old, valid_to=plan.valid_from)


def _brought_forward(versions: list[Rule], first: dt.date) -> list[Rule]:
    """Versions of a plan, the first of each key already valid from a day."""
    out, seen = [], set()
    for version in versions:
        earlier = version.key not in seen and version.valid_from > first
        out.append(replace(version, valid_from=first) if earlier else version)
        seen.add(version.key)
    return out


def natural(key: str) -> tuple[str, int, str]:
    """Sort key of a rule's key: H2 before H10."""
    head, _, part = key.partition("/")
    return head[0], int(head[1:]), part
