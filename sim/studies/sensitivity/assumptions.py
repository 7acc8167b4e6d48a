"""What a comparison owes to its assumptions: paired draws of all of them, chance taken out.

Every draw takes all settings and prices with a range elsewhere in it, in the base and in its alternatives
alike, and simulates them on the same people. A scenario that differs from the base in money only prices the
journeys of the base at that draw. Draws are kept one by one in the folder of the comparison, so that what
was interrupted goes on.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np

from sim import stats, store
from sim.catalogue import TariffBook
from sim.cohort.taken_over import again, taken_over
from sim.errors import InputError, Message
from sim.ledger import own_book
from sim.limits import MOST_RUNS
from sim.measure.estimates import Column, Kpi, finite_json, shared_columns
from sim.measure.kpis import kpis_bytes
from sim.measure.sums import Sums, decode_sums, merge
from sim.runs.execute import run_all
from sim.runs.options import Progress, RunOptions
from sim.runs.paired import Measured
from sim.runs.reprice import steers
from sim.runs.run import Plan, rules_of, subsidies_and_kpis
from sim.runs.task import TaskSpec, only_kpis, price_journeys, simulate, walk
from sim.scenario import LoadedScenario, clusters_of, differing
from sim.schema import Table
from sim.stats import CONFIDENCE_LEVEL
from sim.store.documents import is_count, is_list, is_list_of_names, is_mapping, is_mapping_of_texts, is_name
from sim.studies.headline import HEADLINE, sides_of
from sim.studies.sensitivity.draws import Assumption, Drawing, Drawn
from sim.studies.sensitivity.kept import Kept, whole
from sim.studies.sensitivity.kept import Task as KeptTask
from sim.studies.sensitivity.nested import carriers, nested, range_of, steadied
from sim.studies.sensitivity.points import FEWEST_POINTS, same_quotes
from sim.units import Bools, Floats, Ints

# Draws of all assumptions by which a comparison judges them, unless another number is asked for
ASSUMPTION_DRAWS = 32
DRAW_REPLICATIONS = 2  # replications of a draw that tells chance from assumptions: the fewest that do
# Draws that have as many; every later draw has one.
# With fewer, 200 draws would know the part of the assumptions less well than 32 where chance leads. Its
# variance is (2 / 199 + 2 / 56) / 1.28**2 = 0.028 of the squared chance of one replication, and that of 32
# draws of two replications (2 / 31 + 2 / 32) / 4 = 0.032. The analysis of variance weighs a draw as one of
# 1.28 replications.
TELLING_DRAWS = 56

SPREADS_FILE, DRAWS = "assumptions.json", "draws"
SHOWN = "assumptions"
"""How progress names the draws."""


_ASSUMED = store.Study(
    file=SPREADS_FILE,
    noun=Message("analysis of assumptions"),
    command="compare",
    form={
        "base": is_name,
        "alternatives": is_list_of_names,
        "seed": is_count,
        "draws": is_count,
        "replications": is_count,
        "hashes": is_mapping_of_texts,
        "assumptions": is_list,
        "found": is_mapping,
    },
    identity=("base", "alternatives", "seed", "draws", "replications", "hashes"),
    told=lambda stored: Message(
        "of {draws} draws with seed {seed}", draws=stored["draws"], seed=stored["seed"]
    ),
)
_Task = tuple[int, int]
"""Number of a draw, and a replication."""
_ROWS = ("kpis", "still")
"""KPIs that move at some draw, and those that move at none and have no numbers."""


@dataclass(frozen=True)
class Carried:
    """An assumption that carries a range, with the share of the variance that it explains by itself."""

    assumption: Assumption
    share: float
    error: float


@dataclass(frozen=True)
class Spread:
    """How far the paired difference of one KPI moves with the assumptions."""

    name: str
    dimension: dict[str, str]
    unit: str
    middle: float  # difference with every assumption as it stands
    # `low`, `high`: 95% range of the draws, chance taken out
    low: float
    high: float
    sign: float  # probability, over assumptions and chance, that the difference has the sign of `middle`
    # `low_error`, `high_error`, `sign_error`: standard errors of the three
    low_error: float
    high_error: float
    sign_error: float
    # `deviation`, `chance`: standard deviation that is owed to assumptions, and that of chance in one draw
    deviation: float
    chance: float
    draws: int
    carried: tuple[Carried, ...]  # assumptions clear of chance, the largest share first

    def scaled(self, factor: float) -> Spread:
        """The same in another unit; `factor` is above 0."""
        names = ("middle", "low", "high", "low_error", "high_error", "deviation", "chance")
        return replace(self, **{name: getattr(self, name) * factor for name in names})


_NUMBERS = tuple(each.name for each in fields(Spread) if each.type == "float")


@dataclass(frozen=True)
class Assumptions:
    """What one alternative of a comparison owes to the assumptions: to so many draws of those `drawn`."""

    alternative: str
    draws: int
    replications: int
    drawn: int
    spreads: tuple[Spread, ...]

    def of(self, name: str, dimension: Mapping[str, str]) -> Spread | None:
        """The spread of one KPI; None where the draws did not observe it often enough."""
        wanted = dict(dimension)
        return next((s for s in self.spreads if s.name == name and s.dimension == wanted), None)


@dataclass(frozen=True)
class DrawSpec:
    """One replication of one cluster (a number) at one draw: the level of every assumption."""

    drawing: Drawing
    row: Floats
    replication: int
    cluster: int


def run_draw(spec: DrawSpec) -> tuple[bytes, ...]:
    """Simulate, price and measure all arms of a comparison at one draw; additive KPI parts of each."""
    return tuple(parts.encode() for parts in _parts_at(spec, spec.drawing.at(spec.row)))


def run_whole_draw(spec: DrawSpec) -> bytes:
    """KPI tables of all arms at one draw, as Parquet bytes, in an area of one cluster."""
    drawn = spec.drawing.at(spec.row)
    return _kpi_tables(drawn, spec.replication, _parts_at(spec, drawn))


def _parts_at(spec: DrawSpec, drawn: Drawn) -> list[Sums]:
    """Parts of all arms: of a base, and beside it of who fares otherwise in an alternative."""
    base_of = {arm: base for base, arm in spec.drawing.pairs.values()}
    bases: dict[int, Measured] = {}
    out = []
    with taken_over():
        for number, (task, journey) in enumerate(arms_at(spec, drawn, seen=True)):
            if number in base_of:
                out.append(bases[base_of[number]].beside(task, journey))
            else:
                bases[number] = Measured.of(task, journey)
                out.append(bases[number].parts)
    return out


def _kpi_tables(drawn: Drawn, replication: int, arms: Iterable[Sums]) -> bytes:
    """KPI tables of all arms at one draw and replication, as Parquet bytes."""
    found = {}
    for number, (loaded, parts) in enumerate(zip(drawn.arms, arms, strict=True)):
        _, found[str(number)] = subsidies_and_kpis(Plan(loaded, Path(), "kpis"), parts, drawn.book)
    return kpis_bytes(replication, found)


def arms_at(
    spec: DrawSpec, drawn: Drawn | None = None, seen: bool = False
) -> Iterator[tuple[TaskSpec, Mapping[str, Table]]]:
    """All arms of a comparison at one draw, each with its journeys; `seen` as in `walk`.

    One that steers no journey otherwise than the base has the journeys of the base. `drawn` are the scenarios
    at the draw, where they are at hand.
    """
    drawn = drawn or spec.drawing.at(spec.row)
    bases = {base for base, _ in spec.drawing.pairs.values()}
    held: list[tuple[TaskSpec, Mapping[str, Table]]] = []
    for number, loaded in enumerate(drawn.arms):
        task = _task(loaded, drawn.book, spec)
        journey = next((known for other, known in held if _same_journeys(other, task)), None)
        if journey is None:
            journey = walk(task, seen=True) if seen else simulate(task)
            if number in bases:
                held.append((task, journey))
        yield task, journey


def _task(loaded: LoadedScenario, book: TariffBook, spec: DrawSpec) -> TaskSpec:
    cluster = clusters_of(loaded.area)[spec.cluster]
    book, rules = own_book(book, loaded.own), rules_of(Plan(loaded, Path(), "kpis"))
    return TaskSpec.of(loaded, cluster, spec.replication, book, rules, "kpis")


def _same_journeys(base: TaskSpec, other: TaskSpec) -> bool:
    """Whether two scenarios at one draw differ only in money that steers nobody, and see the same care."""
    if only_kpis(base) and not only_kpis(other):
        return False
    both = base.scenario, other.scenario
    if any(steers(path) for path in again("differing", both, lambda: differing(*both))):
        return False
    regions = [region for _, region in base.members] or [base.region]
    return same_quotes((base.book, other.book), both, regions)


def checked_draws(draws: int | None) -> int:
    """Draws asked for, or as many as are drawn by default; 0 draws nothing.

    Raises InputError when they are too few to say anything, or too many.
    """
    if draws is None:
        return ASSUMPTION_DRAWS
    if draws and not FEWEST_POINTS <= draws <= MOST_RUNS:
        raise InputError(
            "--assumptions {draws}: give {fewest} to {most} draws of the assumptions, or 0 for none",
            draws=draws,
            fewest=FEWEST_POINTS,
            most=MOST_RUNS,
        )
    return draws


def leave_out(folder: Path) -> None:
    """Remove the draws of an earlier time from a comparison folder: it shows chance only."""
    with store.folder_lock(folder):
        store.remove(folder, (store.StudyPlace.ASSUMPTIONS,))


def draw_assumptions(
    scenarios: Sequence[LoadedScenario],
    folder: Path,
    book: TariffBook,
    options: RunOptions,
    draws: int,
    runs: Sequence[store.StoredRun] = (),
) -> tuple[int, int]:
    """Draw all assumptions of a finished comparison, and store what its differences owe to them.

    The scenarios, the base first, have the seed and the replications of the comparison, whose runs stand in
    the folder unless they are given. Says how many simulations were taken over from the folder, and made now.
    """
    runs = runs or [store.load_run(folder / loaded.name) for loaded in scenarios]
    rows = {row for run in runs for row in run.manifest["tariff_rows"]}
    drawing = Drawing(scenarios, book, rows)
    with store.folder_lock(folder):
        study = _study(scenarios, folder / store.StudyPlace.ASSUMPTIONS, book, draws)
        kept = Kept(folder / store.StudyPlace.ASSUMPTIONS / DRAWS)
        made = _Made(drawing, kept, draws, options)
        columns = made.all()
        study.finish(
            {
                "assumptions": [asdict(each) for each in drawing.assumptions],
                "found": {
                    name: finite_json(_judged(runs[0], run, [columns[arm] for arm in arms], made))
                    for run, (name, arms) in zip(runs[1:], drawing.pairs.items(), strict=True)
                },
            }
        )
    return kept.reused * len(drawing.arms), kept.computed * len(drawing.arms)


def drawn_values(
    scenarios: Sequence[LoadedScenario],
    kpi: Kpi,
    rows: Collection[str],
    folder: Path,
    book: TariffBook,
    options: RunOptions,
    draws: int,
) -> list[Floats]:
    """One KPI of scenarios at every draw of all assumptions: less that of the first, where it is a base.

    Scenarios are a base and two alternatives, or two by themselves; `rows` the tariff rows that price them;
    the folder keeps single draws of these scenarios alone. Gives a float64 array of shape (draws,
    replications) an alternative, or one a scenario; NaN where it was not observed.
    """
    drawing = Drawing(scenarios, book, rows)
    made = _Made(drawing, Kept(folder), draws, options)
    arms = [columns[kpi].values for columns in made.all()]
    if len(scenarios) > 2:
        return [arms[alternative] - arms[base] for base, alternative in drawing.pairs.values()]
    return [arms[place] for pair in drawing.pairs.values() for place in pair]


def own_spreads(
    drawing: Drawing,
    measure: bytes,
    middles: Mapping[str, Mapping[str, Floats]],
    options: RunOptions,
    draws: int,
) -> dict[str, dict[str, Spread]]:
    """What differences in a KPI of one's own owe to the assumptions, by alternative and group.

    Groups that the draws did not observe often enough are left out. The measure is an `OwnMeasure` as
    `by_value` packs it; middles are the paired differences with the assumptions as they stand, by
    replication.
    """
    made = _Made(drawing, Kept(Path()), draws, options)
    columns = made.measured(measure)
    out: dict[str, dict[str, Spread]] = {}
    for name, arms in drawing.pairs.items():
        out[name] = {}
        for group, middle in middles[name].items():
            base, alternative = (columns[arm].get((group, "")) for arm in arms)
            if base is None or alternative is None:
                continue
            found = alternative.values - base.values
            known = _known(found)
            if known is not None:
                row = {"name": group, "dimension": {}, "unit": "", **_spread(found, known, middle, made)}
                out[name][group] = _read_spread(row, drawing.assumptions)
    return out


OwnMeasure = Callable[[Sequence[tuple[TaskSpec, Mapping[str, Table]]]], Mapping[str, float]]
"""A KPI of one's own: the tasks of a replication with all their tables, to a number a group."""


@dataclass(frozen=True)
class _OwnSpec:
    """One replication at one draw, for a measure that travels by value."""

    draw: DrawSpec
    measure: bytes


def _run_own(spec: _OwnSpec) -> list[dict[Kpi, tuple[float, str]]]:
    """A measure of one's own of all arms at one draw and replication, over all clusters, without a unit."""
    measure: OwnMeasure = cloudpickle.loads(spec.measure)
    clusters = range(len(clusters_of(spec.draw.drawing.scenarios[0].area)))
    found = [list(arms_at(replace(spec.draw, cluster=number))) for number in clusters]
    arms = [[(task, price_journeys(task, each)) for task, each in arm] for arm in zip(*found, strict=True)]
    return [{(group, ""): (value, "") for group, value in measure(arm).items()} for arm in arms]


def _study(
    scenarios: Sequence[LoadedScenario], folder: Path, book: TariffBook, draws: int
) -> store.StudyFolder:
    """The folder of the draws: gone on with where it is for the same ones, else made afresh."""
    base = scenarios[0]
    about = {loaded.name: Plan(loaded, Path(), "kpis").manifest(book)["hashes"] for loaded in scenarios}
    header = {
        "base": base.name,
        "alternatives": [loaded.name for loaded in scenarios[1:]],
        "area": base.area.name,
        "seed": base.scenario.seed,
        "draws": draws,
        "replications": base.scenario.replications,
        "each": DRAW_REPLICATIONS,
        "hashes": {**about[base.name], **{name: hashes["scenario"] for name, hashes in about.items()}},
    }
    goes_on = _is_same(folder, header)
    if not goes_on:
        store.remove(folder.parent, (folder.name,))
        store.make_folder(folder)
    study = store.StudyFolder(_ASSUMED, folder, header, inside=(DRAWS,))
    study.accept(resume=goes_on)
    return study


def _is_same(folder: Path, header: Mapping[str, Any]) -> bool:
    try:
        stored = _ASSUMED.read(folder)
    except InputError:
        return False
    return all(stored[key] == header[key] for key in _ASSUMED.identity)


class _Made:
    """Every draw simulated, or taken over from what is kept."""

    def __init__(self, drawing: Drawing, kept: Kept, draws: int, options: RunOptions) -> None:
        base = drawing.scenarios[0].scenario
        self.drawing = drawing
        self.levels = drawing.levels(draws, base.seed)
        self.replications = replications_of(draws, base.replications)
        self.used: Ints = np.array([np.resize(several, DRAW_REPLICATIONS) for several in self.replications])
        self._tasks = [(draw, r) for draw, several in enumerate(self.replications) for r in several]
        self._kept = kept
        self._options = options

    def all(self) -> list[dict[Kpi, Column]]:
        """KPIs of every draw and replication, by arm."""
        names = {(f"{draw:05d}", r): (draw, r) for draw, r in self._tasks}
        found = self._kept.of(list(names), lambda left: self._simulated({name: names[name] for name in left}))
        return self._columns({task: _kpis(found[name]) for name, task in names.items()})

    def _simulated(self, tasks: Mapping[KeptTask, _Task]) -> Iterator[tuple[KeptTask, bytes]]:
        """KPI tables of what is missing, each as soon as all clusters of its replication are there."""
        clusters = range(len(clusters_of(self.drawing.scenarios[0].area)))
        specs = [
            DrawSpec(self.drawing, self.levels[draw], replication, cluster)
            for draw, replication in tasks.values()
            for cluster in clusters
        ]
        results = self._done(run_whole_draw if len(clusters) == 1 else run_draw, specs)
        for name, several in whole(results, [name for name in tasks for _ in clusters]):
            yield name, several[0] if len(clusters) == 1 else self._reduced(tasks[name], several)

    def _done(self, work: Callable[[Any], Any], specs: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """Results of specifications by their numbers; what was taken in is told of."""
        runs = self.drawing.scenarios[0].scenario.replications
        results = run_all(work, specs, self._options.jobs, self._options.scheduler)
        for done, each in enumerate(results, start=1):
            yield each
            if self._options.on_progress is not None:
                mark = (done - 1) * runs // len(specs)
                self._options.on_progress(Progress(done, len(specs), 0, SHOWN, mark, ""))

    def measured(self, measure: bytes) -> list[dict[Kpi, Column]]:
        """A measure of one's own at every draw and replication, by arm."""
        specs = [_OwnSpec(DrawSpec(self.drawing, self.levels[d], r, 0), measure) for d, r in self._tasks]
        return self._columns({self._tasks[number]: told for number, told in self._done(_run_own, specs)})

    def _columns(self, told: Mapping[_Task, list[dict[Kpi, tuple[float, str]]]]) -> list[dict[Kpi, Column]]:
        """Values of every KPI at every draw and replication, by arm; NaN where it was not observed."""
        found: list[dict[Kpi, Column]] = [{} for _ in self.drawing.arms]
        for draw, several in enumerate(self.replications):
            for place, replication in enumerate(several):
                for columns, kpis in zip(found, told[draw, replication], strict=True):
                    for kpi, (value, unit) in kpis.items():
                        if kpi not in columns:
                            columns[kpi] = Column(np.full(self.used.shape, math.nan), unit)
                        columns[kpi].values[draw, place] = value
        return found

    def _reduced(self, task: _Task, clusters: Sequence[tuple[bytes, ...]]) -> bytes:
        """KPI tables of all arms at one draw and replication, as Parquet bytes."""
        drawn = self.drawing.at(self.levels[task[0]])
        arms = zip(*clusters, strict=True)
        return _kpi_tables(drawn, task[1], [merge(decode_sums(each) for each in arm) for arm in arms])


def replications_of(draws: int, replications: int) -> list[tuple[int, ...]]:
    """Replications of every draw: taken in turn, so that the draws see as many people as the comparison.

    DRAW_REPLICATIONS different ones (though the comparison has fewer) for each of the first TELLING_DRAWS,
    one for a later draw.
    """
    turn = itertools.cycle(range(max(replications, DRAW_REPLICATIONS)))
    each = (DRAW_REPLICATIONS if draw < TELLING_DRAWS else 1 for draw in range(draws))
    return [tuple(itertools.islice(turn, several)) for several in each]


def _kpis(data: bytes) -> list[dict[Kpi, tuple[float, str]]]:
    """Value and unit of every KPI in the tables of one draw and replication, by arm."""
    rows = store.parquet_rows(data)
    columns = [rows[name].to_numpy().tolist() for name in ("scenario", "name", "dimension", "value", "unit")]
    found: dict[str, dict[Kpi, tuple[float, str]]] = {}
    for scenario, name, dimension, value, unit in zip(*columns, strict=True):
        found.setdefault(scenario, {})[name, dimension] = (value, unit)
    return list(found.values())


def _judged(
    base: store.StoredRun, run: store.StoredRun, drawn: Sequence[Mapping[Kpi, Column]], made: _Made
) -> dict[str, Any]:
    """What one alternative owes to the assumptions, by the columns of its base and its own at every draw."""
    middle = shared_columns(base.kpis, run.kpis)
    rows: list[dict[str, Any]] = []
    still: list[dict[str, Any]] = []
    for name, dimension, several in _measures(run.manifest["scenario"].get("headline", ()), middle):
        here, there = (sides_of(several, *sides) for sides in (middle, drawn))
        if here is None or there is None:
            continue
        at_middle, values = here.alternative - here.base, there.alternative - there.base
        known = _known(values)
        if known is None:
            continue
        where = {"name": name, "dimension": dimension, "unit": here.unit}
        if np.any(np.nan_to_num(values)) or np.any(at_middle):
            rows.append(where | _spread(values, known, at_middle, made))
        else:
            still.append(where | {"draws": int(known.sum())})
    return {"kpis": rows, "still": still}


def _measures(
    headline: Sequence[Mapping[str, Any]], middle: Sequence[Mapping[Kpi, Column]]
) -> Iterator[tuple[str, dict[str, str], Sequence[Kpi | str]]]:
    """What is judged: name, dimension, and the KPIs that are summed; those of the headline first."""
    for number, item in enumerate(headline):
        if item["kpi"] is not None:
            yield HEADLINE, {"item": str(number)}, item["kpi"]
    for kpi in middle[0]:
        if kpi in middle[1]:
            yield kpi[0], json.loads(kpi[1]), (kpi,)


def _known(values: Floats) -> Bools | None:
    """Draws that observed a KPI; None where too few did so twice for chance to be known."""
    seen = (~np.isnan(values)).sum(axis=1)
    return None if (seen > 1).sum() < FEWEST_POINTS else np.array(seen > 0, np.bool_)


def _spread(values: Floats, known: Bools, at_middle: Floats, made: _Made) -> dict[str, Any]:
    """Range, sign and carrying assumptions of one KPI, by draw and replication, of draws that saw it."""
    answers = values[known]
    control = _control(at_middle, made.used)
    if control is not None:
        answers = steadied(answers, control[known])
    middle = stats.t_interval(at_middle)
    freedom = max(middle.n - 1, 0)
    error = middle.half_width / stats.t_quantile(CONFIDENCE_LEVEL, freedom) if freedom else math.nan
    found = nested(answers)
    # taking chance out of draws leaves nothing beyond what any of them gave
    ends = (float(np.nanmin(values[known])), float(np.nanmax(values[known])), middle.mean)
    span = range_of(answers, middle.mean, error, freedom).within(min(ends), max(ends))
    several = carriers(made.levels[known], found)
    return {
        "middle": middle.mean,
        **span._asdict(),
        "deviation": math.sqrt(found.between),
        "chance": math.sqrt(found.chance),
        "draws": int(known.sum()),
        "carried": [{"number": c.column, "share": c.share, "error": c.error} for c in several],
    }


def _control(at_middle: Floats, used: Ints) -> Floats | None:
    """Answer at the middle in the replications of every draw, less its mean; None where one is missing."""
    if used.max() >= len(at_middle) or np.isnan(at_middle).any():
        return None
    return np.asarray(at_middle[used] - at_middle.mean(), np.float64)


def read_assumptions(folder: Path) -> tuple[Assumptions, ...]:
    """What the alternatives of a comparison owe to its assumptions; none where nothing was drawn.

    Raises InputError when the document is not as it was written, or the draws are not finished.
    """
    if not (folder / store.StudyPlace.ASSUMPTIONS / SPREADS_FILE).exists():
        return ()
    document = _ASSUMED.finished(folder / store.StudyPlace.ASSUMPTIONS)
    with store.as_written(folder / store.StudyPlace.ASSUMPTIONS / SPREADS_FILE, _ASSUMED.mend()):
        drawn = [Assumption(**each) for each in document["assumptions"]]
        return tuple(
            Assumptions(
                name,
                document["draws"],
                document["each"],
                len(drawn),
                tuple(_read_spread(row, drawn) for key in _ROWS for row in document["found"][name][key]),
            )
            for name in document["alternatives"]
        )


def _read_spread(row: Mapping[str, Any], drawn: Sequence[Assumption]) -> Spread:
    carried = tuple(Carried(drawn[c["number"]], c["share"], c["error"]) for c in row.get("carried", ()))
    numbers: dict[str, Any] = {key: math.nan if value is None else value for key, value in row.items()}
    return Spread(**{**dict.fromkeys(_NUMBERS, 0.0), **numbers, "carried": carried})


def assumptions_as_json(found: Assumptions, most: int | None = None) -> dict[str, Any]:
    """What an alternative owes to the assumptions, for JSON, with so many to a KPI at most."""
    spreads = tuple(replace(spread, carried=spread.carried[:most]) for spread in found.spreads)
    document: dict[str, Any] = finite_json(replace(found, spreads=spreads))
    return document
