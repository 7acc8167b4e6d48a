"""Winners and losers of a policy: the same people under a base and an alternative, and their providers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from sim import stats, store
from sim.catalogue.models import Provider
from sim.measure.cost import INCOME_GROUPS, income_groups
from sim.measure.sums import decode_sums, dimension_of
from sim.measure.tables import Task
from sim.runs.stored import Stored
from sim.scenario import Region
from sim.schema import GROUPS, HOUSEHOLDS, WITH_WLZ
from sim.stats import Interval
from sim.units import Bools, Floats, Ints

_PROVIDERS = get_args(Provider)
_DIMENSIONS: dict[str, tuple[Sequence[str], Callable[[Task], Any]]] = {
    "": (("",), lambda task: np.zeros(len(task.patients), np.int64)),
    "income": (INCOME_GROUPS, lambda task: income_groups(task.scenario, task.patients)),
    "wlz": (WITH_WLZ, lambda task: task.has_wlz),
    "household": (HOUSEHOLDS, lambda task: task.patients["household"]),
    "group": (GROUPS, lambda task: task.patients["group"]),
}
"""What people are told apart by, everyone first: the words of each, and the word of each patient."""
_COUNTED = ("people", "more", "less")


@dataclass(frozen=True)
class Moved:
    """What a group of people, as in _DIMENSIONS, pays itself under an alternative and in the base."""

    dimension: str
    word: str
    # `people`, `more`, `less`: float64 array; by replication: people, those who pay more, those who pay less
    people: Floats
    more: Floats
    less: Floats
    changes: Ints  # int64 array; cents of everyone whose payment changes, ascending, over all replications

    @property
    def share_more(self) -> Interval:
        """Share that pays more."""
        return stats.share_interval(_ratio(self.more, self.people))

    @property
    def share_less(self) -> Interval:
        """Share that pays less."""
        return stats.share_interval(_ratio(self.less, self.people))

    @property
    def share_same(self) -> Interval:
        """Share that pays the same, to the cent."""
        return stats.share_interval(_ratio(self.people - self.more - self.less, self.people))

    @property
    def shares(self) -> dict[str, Interval]:
        """The three shares by what people pay."""
        return {"more": self.share_more, "less": self.share_less, "same": self.share_same}

    def quantile(self, level: float) -> float:
        """Cents at a quantile of the change over all people, those without a change included."""
        lower = int((self.changes < 0).sum())
        every = np.concatenate(
            (
                self.changes[:lower],
                np.zeros(int(self.people.sum()) - len(self.changes), np.int64),
                self.changes[lower:],
            )
        )
        values, counts = np.unique(every, return_counts=True)
        return stats.quantile_of_counts(values, counts, level) if len(every) else float("nan")

    def mean_change(self, sign: int) -> Interval:
        """Cents that those who pay more (`sign` 1) or less (-1) differ on average, over these people."""
        return stats.t_interval(self.changes[self.changes * sign > 0].astype(np.float64))


@dataclass(frozen=True)
class Winners:
    """Who pays more and less, and who earns more and less, under one alternative."""

    # Everyone first, then by income, Wlz, household and disease; those without people left out
    groups: tuple[Moved, ...]
    # By kind of provider: cents declared in the counted window by replication (float64 arrays), in the base
    # and in the alternative
    providers: dict[str, tuple[Floats, Floats]]
    unpaired: int  # people of the window in one of both only, over all replications

    @property
    def everyone(self) -> Moved:
        """All people together."""
        return self.groups[0]


def winners_of(base: store.StoredRun, alternative: store.StoredRun) -> Winners | None:
    """Compare two stored runs on the same area, seed and replications person by person, one task at a time.

    None where one of them does not keep what each person pays.
    """
    first, second = (Stored.of(run) for run in (base, alternative))
    if not (_keeps(first) and _keeps(second)):
        return None
    replications = int(base.manifest["replications"])
    counts = {
        (key, word): np.zeros((len(_COUNTED), replications), np.float64)
        for key, (words, _) in _DIMENSIONS.items()
        for word in words
    }
    changes: dict[tuple[str, str], list[Ints]] = {key: [] for key in counts}
    earned = np.zeros((2, len(_PROVIDERS), replications), np.float64)
    unpaired = 0
    for replication in range(replications):
        for region in first.regions:
            tasks = [arm.task(replication, region) for arm in (first, second)]
            own, other = (task.tables["own_payments"] for task in tasks)
            known, here, there = np.intersect1d(
                own["patient_id"], other["patient_id"], assume_unique=True, return_indices=True
            )
            unpaired += len(own) + len(other) - 2 * len(known)
            moved = other["cents"][there] - own["cents"][here]
            for key, mask in _members(tasks[0], here):
                counts[key][:, replication] += [mask.sum(), (moved[mask] > 0).sum(), (moved[mask] < 0).sum()]
                changes[key].append(moved[mask & (moved != 0)])
            for side, arm in zip(earned, (first, second), strict=True):
                side[:, replication] += _declared(arm, replication, region)
    groups = tuple(
        Moved(name, word, found[0], found[1], found[2], np.sort(np.concatenate(changes[name, word])))
        for (name, word), found in counts.items()
        if found[0].any()
    )
    providers = {
        kind: (earned[0, place], earned[1, place])
        for place, kind in enumerate(_PROVIDERS)
        if earned[:, place].any()
    }
    return Winners(groups, providers, unpaired)


def _keeps(arm: Stored) -> bool:
    """Whether a run keeps what each person pays; one that an earlier version made does not."""
    path = store.table_path("own_payments", 0, arm.regions[0].id)
    return store.wrote(arm.run.folder, path, arm.run.manifest)


def _declared(arm: Stored, replication: int, region: Region) -> Ints:
    """Cents declared with a date in the window, by kind of provider."""
    parts = decode_sums(arm.run.parts(replication, region.id))
    found = {dimension_of(text)["provider"]: cents for text, cents in parts.of_measure("declared")}
    return np.array([found.get(kind, 0) for kind in _PROVIDERS], np.int64)


def _members(task: Task, here: Ints) -> Iterator[tuple[tuple[str, str], Bools]]:
    """Which of the compared people each group holds, by what they are in the base."""
    for name, (words, word_of) in _DIMENSIONS.items():
        codes = np.asarray(word_of(task), np.int64)[task.decedents][here]
        for number, word in enumerate(words):
            yield (name, word), codes == number


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
