"""What a difference in cost is made of: Shapley shares of the named changes, and price, volume, mix, rule.

The cost of every set of changes is simulated on the same random numbers. The share of a change is its
mean effect over all orders in which the changes can be made one by one (Shapley), so that the shares
sum to the difference. Beside it stands the effect of each change made alone; what those leave of the
difference is interaction. All amounts are whole cents of one replication and sum exactly.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim import stats, store
from sim.catalogue import TariffBook
from sim.errors import InputError, Message
from sim.limits import LONGEST_NAME
from sim.measure.cost import CALENDAR, DECEDENTS, MODULES
from sim.measure.estimates import finite_json
from sim.measure.sums import dimension_text, kpi_text
from sim.runs.options import RunOptions
from sim.runs.run import Plan, execute, stored_sums
from sim.scenario import LoadedScenario, effect_of, owner_of, same_values, vary
from sim.schema import GROUPS, LAWS, PAYERS, SETTINGS
from sim.stats import Interval
from sim.store import folder_lock
from sim.store.documents import is_list
from sim.studies.documents import from_json
from sim.units import CENTS_PER_EURO

_MOST_CHANGES_IN_ALL_ORDERS = 6  # changes up to which a decomposition takes all orders
# Orders that a decomposition of more changes takes, half of them the reverse of the other half
_SAMPLED_ORDERS = 24

SHARE_KINDS = ("price", "volume", "mix", "rule", "interaction")
"""Effects that a difference is split into."""
COST = "cost"
_COST_WORDS = {
    "view": (CALENDAR, DECEDENTS),
    "law": LAWS,
    "payer": PAYERS,
    "setting": SETTINGS,
    "module": MODULES,
    "group": GROUPS,
}
_COST_OVER = (set(), *({name} for name in _COST_WORDS if name != "view"), {"law", "payer"})
_COST_BY_PLACE = ({"law", "setting"}, {"payer", "setting"})
"""What a cost is split by in both views, and in that of the calendar alone."""
Made = frozenset[int]
"""A set of changes, by number."""


@dataclass(frozen=True)
class NamedChange:
    """One named change: the settings that an alternative sets in one parameter (its path is the name)."""

    name: str
    kind: str
    values: dict[str, Any]
    before: dict[str, Any]


@dataclass(frozen=True)
class Term:
    """One change in a decomposition: its effect made alone, and its Shapley share; euros."""

    change: NamedChange
    alone: Interval
    share: Interval


@dataclass(frozen=True)
class Decomposition:
    """A difference in cost between a base and one alternative, taken apart; euros."""

    alternative: str
    kpi: str
    dimension: dict[str, str]
    orders: int  # orders over which the shares are means, or a sample of them
    sampled: bool
    base: Interval
    total: Interval
    terms: tuple[Term, ...]
    effects: dict[str, Interval]  # sum to the total
    # Per replication: `replication`, `base`, `total`, `alone`, `shares` (by change), `effects` (by kind)
    cents: list[dict[str, Any]]


def named_changes(alternative: LoadedScenario) -> tuple[NamedChange, ...]:
    """The changes of an alternative of `apply`, those inside one parameter together, in order of the file."""
    groups: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    for change in alternative.changes:
        values, before = groups.setdefault(owner_of(change.path), ({}, {}))
        values[change.path] = change.after
        before.setdefault(change.path, change.before)
    return tuple(
        NamedChange(name, effect_of(name).kind, values, before) for name, (values, before) in groups.items()
    )


def orders_of(number: int, seed: int) -> tuple[list[tuple[int, ...]], bool]:
    """Orders in which changes are made: all, or else a sample (whether so, too).

    A sampled order stands beside its reverse.
    """
    if number <= _MOST_CHANGES_IN_ALL_ORDERS:
        return list(itertools.permutations(range(number))), False
    rng = random.Random(seed)
    found = []
    for _ in range(_SAMPLED_ORDERS // 2):
        order = rng.sample(range(number), number)
        found += [tuple(order), tuple(reversed(order))]
    return found, True


def sets_needed(orders: Sequence[Sequence[int]], number: int) -> list[Made]:
    """Sets of changes whose cost the orders and the single effects ask for, small ones first."""
    found = {frozenset(order[:size]) for order in orders for size in range(number + 1)}
    found |= {frozenset([change]) for change in range(number)}
    return sorted(found, key=lambda made: (len(made), sorted(made)))


def shares_of(cost: Mapping[Made, int], orders: Sequence[Sequence[int]], number: int) -> list[int]:
    """Shapley shares of each change in whole cents that sum to the difference, by largest remainder."""
    sums = [0] * number
    for order in orders:
        made: Made = frozenset()
        for change in order:
            following = made | {change}
            sums[change] += cost[following] - cost[made]
            made = following
    total = cost[frozenset(range(number))] - cost[frozenset()]
    parts = [amount // len(orders) for amount in sums]
    first = sorted(range(number), key=lambda i: (-(sums[i] % len(orders)), i))
    for i in first[: total - sum(parts)]:
        parts[i] += 1
    return parts


def effects_of(
    changes: Sequence[NamedChange], cost: Mapping[Made, int], patients: Mapping[Made, int]
) -> dict[str, int]:
    """Price, volume, mix, rule and interaction of one replication, by cost (whole cents) and deaths.

    `price` and `rule` are the effects of changes of prices and of rules made alone. The effect alone of a
    change of care is `volume` as far as it follows the number of patients at the cost per patient of the
    base, and `mix` for the rest: other care for the same people. `interaction` is what the effects alone
    leave of the difference.
    """
    nothing: Made = frozenset()
    out = dict.fromkeys(SHARE_KINDS, 0)
    for number, change in enumerate(changes):
        made = frozenset([number])
        alone = cost[made] - cost[nothing]
        if change.kind != "care":
            out[change.kind] += alone
            continue
        more = patients[made] - patients[nothing]
        volume = round(cost[nothing] * more / patients[nothing]) if patients[nothing] else 0
        out["volume"] += volume
        out["mix"] += alone - volume
    total = cost[frozenset(range(len(changes)))] - cost[nothing]
    out["interaction"] = total - sum(out.values())
    return out


def decompose(
    base: LoadedScenario,
    alternatives: Sequence[LoadedScenario],
    folder: Path,
    book: TariffBook,
    options: RunOptions,
    *,
    kpi: str,
    dimension: Mapping[str, str],
) -> list[Decomposition]:
    """Take the differences of a finished comparison apart, and write them into its folder.

    The base has the replications of the comparison, the alternatives are as `apply` gave them; the KPI is a
    sum of cents: `cost`, with view=calendar, law=Zvw. The folder gets `decomposition.json` and runs under
    `decomposition/`. Raises InputError when an alternative changes nothing, or brings a whole policy instead
    of named changes, or the KPI is no such sum.
    """
    with folder_lock(folder):
        found = []
        for other in alternatives:
            part = _Part(base, other, folder)
            part.execute(book, options)
            found.append(part.taken_apart(kpi, dict(dimension)))
        document = {"decompositions": [decomposition_as_json(each) for each in found]}
        store.write_document(folder / store.StudyPlace.DECOMPOSITION, document)
    return found


class _Part:
    """One alternative: the runs of every set of its changes that the orders need."""

    def __init__(self, base: LoadedScenario, alternative: LoadedScenario, folder: Path) -> None:
        self._base = base
        self._name = alternative.name
        self._changes = _named(base, alternative)
        self._orders, self._sampled = orders_of(len(self._changes), base.scenario.seed)
        self._every = frozenset(range(len(self._changes)))
        self._runs: dict[Made, Path] = {
            frozenset(): folder / base.name,
            self._every: folder / alternative.name,
        }
        self._folder = folder

    def execute(self, book: TariffBook, options: RunOptions) -> None:
        """Make the runs that the comparison does not hold."""
        plans = []
        for made in sets_needed(self._orders, len(self._changes)):
            if made in self._runs:
                continue
            label = "-".join(str(number + 1) for number in sorted(made))
            self._runs[made] = self._folder / store.StudyPlace.DECOMPOSITION_RUNS / self._name / label
            scenario = vary(
                self._base,
                _settings([self._changes[i] for i in sorted(made)]),
                f"{self._name}-{label}"[-LONGEST_NAME:],
            )
            plans.append(Plan(scenario, self._runs[made], "kpis"))
        if plans:
            execute(plans, book, replace(options, replace=True))

    def taken_apart(self, kpi: str, dimension: dict[str, str]) -> Decomposition:
        """What each change does to the KPI, over the replications."""
        number = len(self._changes)
        cents: list[dict[str, Any]] = []
        for replication in range(self._base.scenario.replications):
            parts = {made: stored_sums(run, self._base.area, replication) for made, run in self._runs.items()}
            cost = {made: each.sums[kpi, dimension_text(dimension)] for made, each in parts.items()}
            patients = {made: each.sums["patients", dimension_text({})] for made, each in parts.items()}
            nothing = cost[frozenset()]
            cents.append(
                {
                    "replication": replication,
                    "base": nothing,
                    "total": cost[self._every] - nothing,
                    "alone": [cost[frozenset([i])] - nothing for i in range(number)],
                    "shares": shares_of(cost, self._orders, number),
                    "effects": effects_of(self._changes, cost, patients),
                }
            )

        def euros(amounts: Iterable[int]) -> Interval:
            return stats.t_interval(np.array(list(amounts), np.float64) / CENTS_PER_EURO)

        return Decomposition(
            self._name,
            kpi,
            dimension,
            len(self._orders),
            self._sampled,
            euros(row["base"] for row in cents),
            euros(row["total"] for row in cents),
            tuple(
                Term(change, *(euros(row[key][i] for row in cents) for key in ("alone", "shares")))
                for i, change in enumerate(self._changes)
            ),
            {kind: euros(row["effects"][kind] for row in cents) for kind in SHARE_KINDS},
            cents,
        )


def refuse_undecomposable(
    base: LoadedScenario, alternatives: Sequence[LoadedScenario], kpi: str, dimension: Mapping[str, str]
) -> None:
    """Refuse, before anything is simulated, a difference that cannot be taken apart, as `decompose`."""
    along = {key for key in dimension if key != "view"}
    over = _COST_OVER + (_COST_BY_PLACE if dimension.get("view") == CALENDAR else ())
    known = all(dimension[key] in _COST_WORDS.get(key, ()) for key in dimension)
    if kpi != COST or "view" not in dimension or along not in over or not known:
        raise InputError(
            "--decompose-of {kpi}: no cost; there is cost with view={calendar} or view={decedents}, "
            "whole or by law, payer, setting, module or group",
            kpi=kpi_text(kpi, dimension),
            calendar=CALENDAR,
            decedents=DECEDENTS,
        )
    for alternative in alternatives:
        _named(base, alternative)


def _named(base: LoadedScenario, alternative: LoadedScenario) -> tuple[NamedChange, ...]:
    """The changes of an alternative that are all that it differs in from the base."""
    changes = named_changes(alternative)
    whole = vary(base, _settings(changes), alternative.name)
    same = same_values(whole.scenario, alternative.scenario) and whole.own.same_as(alternative.own)
    if not changes or not same:
        raise InputError(
            "{name}: is no set of named changes of {base_name}; write it as a file that "
            "extends {base_name} and sets values",
            name=alternative.name,
            base_name=base.name,
        )
    return changes


def _settings(changes: Iterable[NamedChange]) -> dict[str, Any]:
    return {path: value for change in changes for path, value in change.values.items()}


def decomposition_as_json(found: Decomposition) -> dict[str, Any]:
    """A decomposition for JSON, cents of every replication included."""
    document: dict[str, Any] = finite_json(found)
    terms = [
        {"change": each["change"].pop("name"), **each.pop("change"), **each} for each in document["terms"]
    ]
    return document | {"terms": terms}


def read_decompositions(folder: Path) -> list[Decomposition]:
    """Decompositions that a comparison folder holds; none when it was not asked for."""
    path = folder / store.StudyPlace.DECOMPOSITION
    if not path.exists():
        return []
    mend = Message("remove it and compare again with --decompose --resume")
    several = store.read_document(path, {"decompositions": is_list}, mend, mend)["decompositions"]
    with store.as_written(path, mend):
        return [_read(each) for each in several]


def _read(each: Mapping[str, Any]) -> Decomposition:
    """A decomposition out of its document, whose keys are sorted: its effects are in their own order."""
    terms = [{**term, "change": term | {"name": term["change"]}} for term in each["terms"]]
    effects = {kind: each["effects"][kind] for kind in SHARE_KINDS}
    found: Decomposition = from_json({**each, "terms": terms, "effects": effects}, Decomposition)
    return found
