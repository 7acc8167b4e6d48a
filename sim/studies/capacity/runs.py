"""Runs of a capacity study on processes: each number of beds once a replication, on the same people."""

from __future__ import annotations

import io
import json
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim import store
from sim.catalogue import TariffBook
from sim.errors import Message
from sim.journey.contest import Rivals, contest
from sim.journey.sized import Demand, Member, demand_of
from sim.law.registry import RuleSet
from sim.ledger import quote
from sim.measure.tables import Window
from sim.runs.execute import run_all
from sim.runs.sent import SentOnce
from sim.scenario import Cluster, Region, Scenario
from sim.store.documents import is_mapping
from sim.studies.capacity.answer import Capacity, as_json
from sim.studies.capacity.cost import Priced, priced
from sim.studies.capacity.observe import ARRAYS, OBSERVED_NUMBERS, Observed, observe
from sim.studies.capacity.paths import Beds
from sim.studies.documents import from_json, to_json
from sim.units import MINUTES_PER_MEAN_YEAR, Ints

# Replications of every number of beds on a capacity curve, and before the first verdict
CAPACITY_REPLICATIONS = 8
CAPACITY_DOUBLINGS = 3  # how often the replications of an undecided number of beds are doubled

POINTS = "points"
ANSWER = "capacity.json"
SIZED = store.Study(
    file=ANSWER,
    noun=Message("capacity study"),
    command="capacity",
    form={"header": is_mapping, "answer": is_mapping},
    identity=("header",),
    told=lambda _: Message("of another area, scenario, seed or version"),
)

_Key = tuple[float, Beds, int]
"""Demand, beds of each site, and a replication."""
Told = Callable[[int, int], None]
"""Runs done and runs asked for so far."""


@dataclass(frozen=True)
class Place(SentOnce):
    """A cluster under study: regions (and the `whole` of them) that share their places, and the policy."""

    scenario: Scenario
    members: tuple[Member, ...]
    whole: Region
    key: str  # checksum of scenario and area, and what is changed
    demand: float = 1.0  # deaths as a multiple of the area's own
    # Minutes that every guest of a hospice stays longer, by setting code
    longer: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, scenario: Scenario, cluster: Cluster, book: TariffBook, key: str = "", **changes: Any
    ) -> Place:
        """The regions of a cluster, with what they may use of each contract."""
        members = [Member(n, region, quote(book, scenario.prices, region)) for n, region in cluster.members]
        return cls(scenario, tuple(members), cluster.region, key, **changes)

    def grown(self, demand: float) -> Place:
        """The same place with another number of deaths; the people of the smaller are among the larger."""
        return replace(self, demand=demand)

    def people(self, replication: int, visits: bool = True) -> Demand:
        """Draw the people of a replication."""
        members = [Member(m.number, _more(m.region, self.demand), m.quote) for m in self.members]
        drawn = demand_of(self.scenario, members, self.whole, replication, visits)
        return replace(drawn, longer=self.longer)

    def rivals(self, replication: int, window: Window) -> tuple[Rivals, Observed]:
        """People of a replication who ask for places until the end of the window, and what others show.

        This process keeps those it drew last.
        """
        key = (self.key, self.whole.id, self.demand, replication)
        if key not in _drawn:
            found = contest(self.people(replication, visits=False), window.high)
            none = [0] * len(self.whole.sites)
            others = observe(found.apart, none, found.beside, window)
            _drawn[key] = found.people, others
            while len(_drawn) > MOST_DRAWN:
                _drawn.popitem(last=False)
        _drawn.move_to_end(key)
        return _drawn[key]


MOST_DRAWN = CAPACITY_REPLICATIONS << CAPACITY_DOUBLINGS
"""Replications of which a process keeps the people."""
_drawn: OrderedDict[tuple[Any, ...], tuple[Rivals, Observed]] = OrderedDict()


def forget() -> None:
    """Drop the people that this process keeps."""
    _drawn.clear()


def _more(region: Region, demand: float) -> Region:
    if demand == 1.0:
        return region
    deaths = region.palliative_deaths
    return region.model_copy(
        update={"palliative_deaths": deaths.model_copy(update={"value": deaths.value * demand})}
    )


@dataclass(frozen=True)
class _Money(SentOnce):
    place: Place
    base: Beds
    book: TariffBook
    rules: RuleSet


@dataclass(frozen=True)
class _Task:
    """Numbers of beds of a replication: their queues, or with money their prices too."""

    what: Place | _Money
    replication: int
    beds: tuple[Beds, ...]


def _run(task: _Task) -> dict[Beds, Priced]:
    what = task.what
    if isinstance(what, _Money):
        return priced(what.place.people(task.replication), what.base, task.beds, what.book, what.rules)
    window = Window.of(what.scenario)
    rivals, others = what.rivals(task.replication, window)
    return {
        beds: Priced(observe(rivals.demand, beds, rivals.queue(beds, window.high), window).beside(others))
        for beds in task.beds
    }


def first_look(place: Place, several: Iterable[Beds], replications: int) -> dict[Beds, list[Observed]]:
    """The first replications with each number of beds, run here and now and not kept."""
    beds = tuple(several)
    found = [_run(_Task(place, replication, beds)) for replication in range(replications)]
    return {each: [seen[each].seen for seen in found] for each in beds}


@dataclass
class Runs:
    """Runs of a study, each made once and, with a folder, kept for a next time.

    `rows` are the tariff rows that priced the runs so far.
    """

    jobs: int
    folder: Path | None = None
    told: Told | None = None
    done: int = 0
    asked: int = 0
    reused: int = 0
    rows: set[str] = field(default_factory=set)
    _queues: dict[_Key, Observed] = field(default_factory=dict)
    _cents: dict[_Key, Ints] = field(default_factory=dict)
    _files: int = 0
    _study: store.StudyFolder | None = None

    def observed(
        self, place: Place, several: Iterable[Beds], replications: int
    ) -> dict[Beds, list[Observed]]:
        """One observation a replication, in their order, for each number of beds."""
        wanted = list(dict.fromkeys(several))
        self._make(place, place, wanted, replications, self._queues)
        return {beds: [self._queues[place.demand, beds, r] for r in range(replications)] for beds in wanted}

    def cents(
        self,
        place: Place,
        base: Beds,
        several: Iterable[Beds],
        replications: int,
        book: TariffBook,
        rules: RuleSet,
    ) -> dict[Beds, Ints]:
        """Cents as `priced` for each number of beds, int64 array of shape (replications, payers + 1)."""
        wanted = list(dict.fromkeys((base, *several)))
        self._make(place, _Money(place, base, book, rules), wanted, replications, self._cents)
        return {
            beds: np.stack([self._cents[place.demand, beds, r] for r in range(replications)])
            for beds in wanted
        }

    def _make(
        self,
        place: Place,
        what: Place | _Money,
        wanted: Sequence[Beds],
        replications: int,
        known: Collection[_Key],
    ) -> None:
        """Make and keep what is not known of numbers of beds, by replication."""
        left = [
            _Task(what, number, tuple(beds for beds in wanted if (place.demand, beds, number) not in known))
            for number in range(replications)
        ]
        tasks = [task for task in left if task.beds]
        self.asked += sum(len(task.beds) for task in tasks)
        for number, found in run_all(_run, tasks, self.jobs):
            self.done += len(tasks[number].beds)
            if self.told is not None:
                self.told(self.done, self.asked)
            made = {(place.demand, beds, tasks[number].replication): one for beds, one in found.items()}
            for key, one in made.items():
                self._take(key, one)
            self._keep(made)

    def _take(self, key: _Key, one: Priced) -> None:
        self._queues.setdefault(key, one.seen)
        if one.cents is not None:
            self._cents[key] = one.cents
            self.rows.update(one.rows)

    # ------------------------------------------------------------------ the folder
    def open(self, header: dict[str, Any], resume: bool) -> None:
        """Take a folder into use; with `resume`, read the runs that it holds.

        Raises InputError when the folder holds something else, or another study.
        """
        if self.folder is None:
            return
        self._study = store.StudyFolder(SIZED, self.folder, {"header": header}, leavings=(POINTS,))
        if self._study.accept(resume=resume):
            self._read()

    def finish(self, answer: dict[str, Any]) -> None:
        """Write the answer into the folder, where there is one."""
        if self._study is not None:
            self._study.finish(answer)

    def _read(self) -> None:
        """Take over the files up to the first that is missing or damaged, as after a kill at that moment.

        What comes later rests on which runs were known by then, so it is made again.
        """
        assert self.folder is not None
        left = sorted((self.folder / POINTS).glob("*.npz"), key=lambda path: (len(path.name), path.name))
        while left and left[0] == self._file(self._files):
            try:
                arrays = np.load(io.BytesIO(store.unseal(left[0].read_bytes())), allow_pickle=False)
            except ValueError:
                break
            del left[0]
            self._files += 1
            for number, (what, demand, beds, replication) in enumerate(json.loads(str(arrays["keys"]))):
                key = (float(demand), tuple(beds), int(replication))
                seen = {name: arrays[f"{number}.{name}"] for name in ARRAYS}
                seen |= zip(OBSERVED_NUMBERS, arrays[f"{number}.numbers"].tolist(), strict=True)
                one = Priced(Observed(**seen))
                if what == "both":
                    rows = json.loads(str(arrays[f"{number}.rows"]))
                    one = Priced(one.seen, arrays[f"{number}.cents"], tuple(rows))
                self._take(key, one)
                self.reused += 1
        for path in left:
            path.unlink()

    def _file(self, number: int) -> Path:
        assert self.folder is not None
        return self.folder / POINTS / f"{number:04d}.npz"

    def _keep(self, made: Mapping[_Key, Priced]) -> None:
        if self.folder is None or not made:
            return
        keys: list[Any] = []
        arrays: dict[str, Any] = {}
        for number, ((demand, beds, replication), one) in enumerate(made.items()):
            keys.append(["queue" if one.cents is None else "both", demand, list(beds), replication])
            parts = {name: getattr(one.seen, name) for name in ARRAYS}
            parts["numbers"] = np.array([getattr(one.seen, name) for name in OBSERVED_NUMBERS], np.int64)
            if one.cents is not None:
                parts |= {"cents": one.cents, "rows": np.array(json.dumps(one.rows))}
            arrays |= {f"{number}.{name}": value for name, value in parts.items()}
        buffer = io.BytesIO()
        np.savez_compressed(buffer, keys=np.array(json.dumps(keys)), **arrays)
        store.write_bytes(self._file(self._files), store.seal(buffer.getvalue()))
        self._files += 1


def is_capacity(folder: Path) -> bool:
    """Whether a folder holds a capacity study."""
    return (folder / ANSWER).exists()


def document_of(found: Capacity) -> dict[str, Any]:
    """What the folder of a study keeps: the document of `--json`, and the whole answer."""
    return as_json(found) | {"answer": to_json(found)}


def read_capacity(folder: Path) -> Capacity:
    """The answer in the folder of a finished study.

    Raises InputError when there is none, it is not finished, or not as it was written.
    """
    document = SIZED.finished(folder)
    with store.as_written(folder / ANSWER, SIZED.mend()):
        found: Capacity = from_json(document["answer"], Capacity)
        return found


def years_of(window: Window) -> float:
    """Length of a window in years."""
    return (window.high - window.low) / MINUTES_PER_MEAN_YEAR
