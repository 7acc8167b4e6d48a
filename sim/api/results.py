"""What runs and comparisons give back: results that never change, with their figures and reports."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Self

import numpy as np

from sim import store
from sim.api.bill_results import Bill, Explained
from sim.api.counted import OneTask, Tables, View
from sim.api.facade import facade
from sim.api.frames import (
    DIFFERENCE,
    one_of,
    refuse_unknown,
    rows_frame,
    split_by,
    whole_frame,
    winners_frame,
    with_spreads,
)
from sim.api.kept import copy_run, studies_of, write_studies
from sim.api.names import KpiName
from sim.api.people import ROWS_OF_PAGE, People
from sim.api.progress import bar
from sim.api.saved import InFolder, Saved
from sim.api.shared import as_called, processes
from sim.api.show import Figure, Written, answers_of, comparison_html, figure_of, run_html
from sim.billing.explain_patient import explain_patient
from sim.catalogue import load_tariffs
from sim.data import user_path
from sim.errors import InputError, Message, meant, nearest, reason
from sim.later import pd
from sim.ledger import by_value
from sim.measure.estimates import Difference, Estimate, as_record, difference_of, edges, frame, summarise
from sim.measure.estimates import differences as paired_differences
from sim.measure.tables import Task
from sim.runs.options import RunOptions
from sim.runs.run import Outcome
from sim.runs.stored import Stored
from sim.runs.task import Keep, TaskSpec
from sim.scenario import LoadedScenario
from sim.schema import Table
from sim.store import StoredRun
from sim.store.eventlog import mining_log, vidigi_log
from sim.studies.decompose import Decomposition, read_decompositions
from sim.studies.precision import Reached
from sim.studies.sensitivity.assumptions import (
    Assumptions,
    Spread,
    checked_draws,
    own_spreads,
    read_assumptions,
)
from sim.studies.sensitivity.draws import Drawing
from sim.studies.sensitivity.study import Sensitivity
from sim.studies.winners import winners_of
from sim.units import Floats

Again = Callable[[Keep], Path]  # makes a run again, storing what is asked for, and gives its folder
LOGS = {"mining": mining_log, "vidigi": vidigi_log}  # forms of an event log
Measure = Callable[[Tables], Any]
"""A KPI of one's own: the counted tables of a replication to a number, or to a number a group."""


@facade
class Reported(InFolder, Written):
    """Figures, report, workbook and folder of a run or a comparison, in Dutch or English."""

    folder: Path | None

    @property
    def place(self) -> Path:
        """The folder of the result.

        Raises InputError when it is in none.
        """
        if self.folder is None:
            raise InputError("the result is in no folder; save it first, as save('folder')")
        return self.folder

    @abstractmethod
    def _result(self) -> Any:
        """What figures and reports read, from what this result holds in memory."""

    def answer(self, lang: str = "nl") -> list[str]:
        """The answer in sentences."""
        return answers_of(self._result(), lang)

    def _figure(self, module: str, name: str, lang: str, of: str = "result") -> Figure:
        result = self._result()
        subject = {
            "result": result,
            "run": result.base,
            "alternatives": result.alternatives,
            "alternative": result.alternatives[0] if result.alternatives else None,
        }[of]
        return figure_of(module, name, lang, subject)

    def figure_costs(self, lang: str = "nl") -> Figure:
        """Euros by payer, split by law; of a comparison those of the base."""
        return self._figure("figures.costs_and_places", "costs_by_payer", lang, of="run")

    def figure_costs_by_setting(self, lang: str = "nl") -> Figure:
        """Euros by place of the patient, split by law; of a comparison those of the base."""
        return self._figure("figures.costs_and_places", "costs_by_setting", lang, of="run")

    def figure_payments(self, lang: str = "nl") -> Figure:
        """What patients pay: mean, median and extremes."""
        return self._figure("figures.costs_and_places", "patient_payments", lang)

    def figure_payments_by_group(self, lang: str = "nl") -> Figure:
        """What patients pay with and without Wlz care and by income."""
        return self._figure("figures.costs_and_places", "payments_by_kind", lang)

    def figure_payment_distribution(self, lang: str = "nl") -> Figure:
        """How own payments are spread over patients; of a comparison those of the base."""
        return self._figure("figures.flow", "payment_spread", lang, of="run")

    def figure_place_of_death(self, lang: str = "nl") -> Figure:
        """Where people die."""
        return self._figure("figures.costs_and_places", "place_of_death", lang)

    def figure_days(self, lang: str = "nl") -> Figure:
        """Days per setting in the last year."""
        return self._figure("figures.costs_and_places", "days_by_setting", lang)

    def figure_flows(self, lang: str = "nl") -> Figure:
        """Moves between settings in the last year, per 100 people; of a comparison those of the base."""
        return self._figure("figures.flow", "flows", lang, of="run")

    def figure_occupancy(self, lang: str = "nl") -> Figure:
        """Occupancy over the counted window, by month and type of place."""
        return self._figure("figures.flow", "occupancy_by_month", lang)

    def figure_occupancy_by_site(self, lang: str = "nl") -> Figure:
        """Occupancy of the sites."""
        return self._figure("figures.costs_and_places", "occupancy_by_site", lang)

    def figure_map(self, lang: str = "nl") -> Figure:
        """Costs per person who died by care-office area; of a comparison the first difference."""
        return self._figure("sections.areas", "costs_on_map", lang)

    def figure_ceilings(self, lang: str = "nl") -> Figure:
        """Use of subsidies, budgets and the omzetplafond as a share of what there is."""
        return self._figure("figures.flow", "ceiling_use", lang)

    def figure_unfunded(self, lang: str = "nl") -> Figure:
        """Care that nobody may bill, by reason."""
        return self._figure("figures.flow", "unfunded_care", lang)

    def _written(self, form: str, lang: str, out: Path | str | None) -> Path:
        from sim.report.formats.files import build_report, result_bytes
        from sim.report.formats.note_files import NAMES
        from sim.report.language import language

        file = None if out is None else user_path(out)
        if self._is_in_folder():
            return build_report(self.place, lang, file, form)
        if file is None:
            own = {"html": ("report", "page.html"), "xlsx": ("excel", "book.xlsx")}
            verb, example = own.get(form) or ("note", NAMES[form])
            raise InputError(
                "{verb}: the result is in no folder; give {verb}(out='{example}'), or save it first",
                verb=verb,
                example=example,
            )
        store.write_bytes(file, result_bytes(self._result(), form, language(lang)))
        return file

    @abstractmethod
    def _is_in_folder(self) -> bool:
        """Whether the folder of this result still holds it."""


@facade
@dataclass(frozen=True, eq=False)
class RunResult(Reported):
    """A finished run. Nothing changes it: not another run, nor what happens to its folder.

    Parameters
    ----------
    folder : Path, optional
        Where it was asked to be written.
    reused, computed : int
        Tasks taken over, and computed just now.
    """

    folder: Path | None
    reused: int
    computed: int
    _held: StoredRun = field(repr=False)
    _again: Again | None = field(repr=False, default=None)
    _loaded: LoadedScenario | None = field(repr=False, default=None)

    @classmethod
    def read(
        cls,
        made: Path | Outcome,
        *,
        named: bool = True,
        again: Again | None = None,
        loaded: LoadedScenario | None = None,
    ) -> RunResult:
        """A finished run, stored or just made, as a result; `named` where the user asked for the folder.

        `again` makes the run again where the folder is gone; `loaded` is what was run. Raises InputError when
        the folder holds no finished run.
        """
        how = made if isinstance(made, Outcome) else Outcome(made)
        held = store.load_run(how.folder)
        return cls(how.folder if named else None, how.reused, how.computed, held, again, loaded)

    def __repr__(self) -> str:
        """Scenario, area and size."""
        size = f"seed={self.seed}, replications={self.manifest['replications']}"
        return f"RunResult({self.scenario!r}, area={self.area!r}, {size})"

    def _repr_html_(self) -> str:
        return run_html(self._result(), self.to_frame("cost", by="payer"), self.manifest)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """`manifest.json`: merged scenario, area, hashes, versions, seed, timings."""
        return MappingProxyType(self._held.manifest)

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return str(self.manifest["scenario"]["name"])

    @property
    def title(self) -> str:
        """Title of the scenario, in Dutch."""
        return str(self.manifest["scenario"]["title"]["nl"])

    @property
    def area(self) -> str:
        """Name of the area."""
        return str(self.manifest["area"]["name"])

    @property
    def seed(self) -> int:
        """Master seed."""
        return int(self.manifest["seed"])

    @cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every KPI with its mean and 95% interval."""
        return tuple(summarise(self._held.kpis))

    @property
    def kpis(self) -> pd.DataFrame:
        """Every KPI: name, dimension, unit, mean, low, high, n (replications observed)."""
        return frame(self.estimates)

    @property
    def replications(self) -> pd.DataFrame:
        """Every KPI of every replication: scenario, replication, name, dimension (JSON), value, unit."""
        return self._held.kpis.copy()

    def kpi(self, name: KpiName, **dimension: str) -> Estimate:
        """One KPI by name and dimension, such as `payer="zorgverzekeraar"`.

        Costs are those with a date in the counted window unless `view="decedents"` is given. Raises
        InputError when the run has no such KPI; the text names what comes near.
        """
        return one_of(self.estimates, name, dimension)

    def to_frame(
        self, name: str | None = None, by: str | Sequence[str] = (), **dimension: str
    ) -> pd.DataFrame:
        """Estimates as a tidy frame: mean, low, high, n, unit.

        Without a name all KPIs, a column a dimension; of one KPI the dimensions that it is split by (`by`)
        are the levels of the index, others are as in `kpi`. Raises InputError when there is no such KPI or
        split.
        """
        if name is None:
            return whole_frame(self.estimates)
        return rows_frame(split_by(self.estimates, name, by, dimension), by)

    def tables(self, counted: bool = True, view: View = "calendar") -> Tables:
        """Tables of people, stays, care, declarations and who pays them; counted and by view as in `Tables`.

        Each of `.patients`, `.declarations` and so on is pandas, with euros, timestamps and categories. What
        is not counted is all that was simulated, the warm-up too.
        """
        stored = Stored.of(self._stored_with("all"), self._loaded)
        tasks = [
            OneTask(number, region.id, stored.task(number, region))
            for number in range(stored.run.manifest["replications"])
            for region in stored.regions
        ]
        return Tables(tasks, counted, view)

    @property
    def stored(self) -> Mapping[str, pd.DataFrame]:
        """Tables as the run folder holds them: codes, cents and minutes, the warm-up too."""
        tables = self._held.tables
        return store.Made(tables, as_called()(tables.__getitem__))

    def event_log(self, form: str = "mining") -> pd.DataFrame:
        """The journeys as events for process mining ("mining"), or for an animation with vidigi ("vidigi").

        Raises InputError for another form.
        """
        if form not in LOGS:
            raise InputError("event_log: form {form!r}; choose {forms}", form=form, forms=list(LOGS))
        tables = self._stored_with("journey").tables
        return LOGS[form](tables["stays"], tables["refusals"])

    def measure(self, function: Measure) -> pd.DataFrame:
        """A KPI of one's own in every replication.

        The function takes its counted tables, and gives a number or a pandas Series of a number a group. One
        row a replication, one column a group (`value` where there are none).
        """
        tables = self.tables()
        rows = {number: _as_series(function(tables.replication(number))) for number in tables.replications}
        found = pd.DataFrame(rows).T
        found.index.name = "replication"
        return found

    def bill(self, patient: int, replication: int = 0) -> Bill:
        """The bill of a simulated patient: who pays what, and why.

        Raises InputError when the run has no such patient.
        """
        return self.explain(patient, replication).bill

    def explain(self, patient: int, replication: int = 0) -> Explained:
        """A simulated patient's timeline and bill, every line down to article and source.

        Raises InputError when the run has no such patient.
        """
        own = None if self._loaded is None else self._loaded.own
        place = self.folder_with("journey")
        try:
            return Explained.of(explain_patient(place, patient, load_tariffs(), replication, own))
        except InputError as fault:  # the user knows the scenario, not a folder of the cache
            raise InputError(fault.message.named(str(place), self.scenario)) from None

    def folder_with(self, keep: Keep) -> Path:
        """A folder that stores these tables of the run; made again where it is needed."""
        return self._stored_with(keep).folder

    def _stored_with(self, keep: Keep) -> StoredRun:
        """The run with what is asked for: as it is stored, or made again."""
        held = self._held
        levels = store.KEEPS
        if levels.index(held.manifest["keep"]) >= levels.index(keep) and is_still(held):
            return held
        if self._again is None:
            why = Message("keeps too little") if is_still(held) else Message("is not what it was")
            raise InputError(
                "{folder}: {why}; run again with keep={keep!r}", folder=held.folder, why=why, keep=keep
            )
        again = store.load_run(self._again(keep))
        same = ("scenario", "area", "seed", "hashes")
        if any(again.manifest[key] != held.manifest[key] for key in same):
            raise InputError(
                "{scenario}: the tariffs or the program have changed since; run again", scenario=self.scenario
            )
        return again

    def _result(self) -> Any:
        from sim.report.pages.build import result_of

        return result_of([self._held])

    def _on_disk(self, place: Path) -> None:
        copy_run(self._stored_with(self.manifest["keep"]).folder, place)

    def _opened(self, place: Path) -> Self:
        found = self.read(place, again=self._again, loaded=self._loaded)
        return found  # type: ignore[return-value]

    def _is_in_folder(self) -> bool:
        return self.folder is not None and is_still(self._held)


@facade
@dataclass(frozen=True, eq=False)
class ComparisonResult(Reported):
    """A finished comparison of a base with its alternatives. Nothing changes it.

    Parameters
    ----------
    folder : Path, optional
        Where it was asked to be written.
    runs : mapping of name to RunResult
        The base first.
    manifest : mapping
        base, alternatives, area, seed, replications.
    reached : tuple of Reached
        How narrow the intervals of a wanted precision became.
    decompositions : tuple of Decomposition
        Differences in cost taken apart, one an alternative; empty when that was not asked for.
    assumptions : tuple of Assumptions
        What the differences owe to the assumptions, one an alternative; empty when none were drawn.
    """

    folder: Path | None
    runs: Mapping[str, RunResult]
    manifest: Mapping[str, Any]
    reached: tuple[Reached, ...] = ()
    decompositions: tuple[Decomposition, ...] = ()
    assumptions: tuple[Assumptions, ...] = ()
    _studies: Mapping[str, bytes] = field(repr=False, default_factory=dict)
    """Documents of what was taken apart and drawn, by their path in a folder of the comparison."""

    @classmethod
    def read(
        cls, folder: Path, reached: tuple[Reached, ...] = (), runs: Mapping[str, RunResult] | None = None
    ) -> ComparisonResult:
        """A finished comparison folder as a result, with the runs that are at hand.

        Raises InputError when the folder holds no finished comparison.
        """
        document = store.read_comparison(folder)
        names = (document["base"], *document["alternatives"])
        found = runs or {name: RunResult.read(folder / document["runs"][name]) for name in names}
        header = {key: value for key, value in document.items() if key != "differences"}
        apart, drawn = tuple(read_decompositions(folder)), read_assumptions(folder)
        return cls(folder, found, header, reached, apart, drawn, studies_of(folder))

    def __repr__(self) -> str:
        """Base, alternatives and size."""
        others = ", ".join(self.alternatives)
        return f"{type(self).__name__}({self.base!r} against {others}, area={self.manifest['area']!r})"

    def _repr_html_(self) -> str:
        return comparison_html(self._result(), self.manifest)

    @property
    def reused(self) -> int:
        """Tasks taken over, of all scenarios."""
        return sum(run.reused for run in self.runs.values())

    @property
    def computed(self) -> int:
        """Tasks computed just now, of all scenarios."""
        return sum(run.computed for run in self.runs.values())

    @property
    def base(self) -> str:
        """Name of the base scenario."""
        return str(self.manifest["base"])

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Names of the alternatives."""
        return tuple(self.manifest["alternatives"])

    def run(self, scenario: str) -> RunResult:
        """The run of one scenario of the comparison.

        Raises InputError when the comparison has no such scenario; names what comes near.
        """
        if scenario in self.runs:
            return self.runs[scenario]
        titles = {run.title: name for name, run in self.runs.items()}
        if scenario in titles:
            return self.runs[titles[scenario]]
        near = nearest(str(scenario), self.runs)
        hint = meant(near) if near else Message("there are {names}", names=self.runs)
        raise InputError("no scenario {scenario!r} in the comparison; {hint}", scenario=scenario, hint=hint)

    def __getitem__(self, scenario: str) -> RunResult:
        """The run of one scenario, by name or label."""
        return self.run(scenario)

    def __iter__(self) -> Iterator[str]:
        """Names of the scenarios, the base first."""
        return iter(self.runs)

    def __len__(self) -> int:
        """Number of scenarios."""
        return len(self.runs)

    @cached_property
    def difference_rows(self) -> Mapping[str, Sequence[Difference]]:
        """Paired differences by name of the alternative."""
        return self._differences_of(None)

    def _differences_of(self, kpi: str | None) -> dict[str, Sequence[Difference]]:
        """Paired differences of one KPI, or of all."""
        held = {name: run._held.kpis for name, run in self.runs.items()}
        if kpi is not None:
            refuse_unknown(kpi, held[self.base]["name"].unique())
            held = {name: kpis[kpis["name"] == kpi] for name, kpis in held.items()}
        return {name: paired_differences(held[self.base], held[name]) for name in self.alternatives}

    @property
    def differences(self) -> pd.DataFrame:
        """Every KPI's paired difference `alt - base` with its 95% interval, by alternative."""
        frames = {name: frame(rows) for name, rows in self.difference_rows.items()}
        return pd.concat(frames, names=["alternative"]).reset_index(level=0).reset_index(drop=True)

    @property
    def kpis(self) -> pd.DataFrame:
        """Every KPI of every scenario with its mean and 95% interval."""
        frames = {name: run.kpis for name, run in self.runs.items()}
        return pd.concat(frames, names=["scenario"]).reset_index(level=0).reset_index(drop=True)

    def to_frame(
        self, name: str | None = None, by: str | Sequence[str] = (), **dimension: str
    ) -> pd.DataFrame:
        """Estimates as `RunResult.to_frame` has them, `scenario` the first level of the index."""
        frames = {key: run.to_frame(name, by, **dimension) for key, run in self.runs.items()}
        together = pd.concat(frames, names=["scenario"])
        return together if name is not None and by else together.reset_index(level=1, drop=True)

    def diff(
        self,
        kpi: KpiName | Measure,
        by: str | Sequence[str] = (),
        *,
        assumptions: int | None = None,
        jobs: int | None = None,
        **dimension: str,
    ) -> pd.DataFrame:
        """Paired differences of the alternatives with the base, with their 95% interval of chance.

        Columns: base, alt, diff, low, high, p_sign, n, unit; where assumptions were drawn also assumed_low
        and assumed_high, the 95% range over them. `p_sign` is the probability that the sign holds: over
        chance, and where they were drawn over assumptions as well. Levels of the index are the scenario,
        where there are several alternatives, and what it is split by.

        Raises InputError when there is no such KPI or split; names what comes near.

        Parameters
        ----------
        kpi : str or callable
            A KPI by name, or one's own: the counted tables of a replication to a number, or to a Series.
        by : str or sequence of str
            Dimensions that a named KPI is split by.
        assumptions : int, optional
            Draws of all assumptions for a KPI of one's own, by default as many as the comparison has: they
            are simulated for it. 0 draws none. A named KPI has those of the comparison.
        jobs : int, optional
            Processes of these draws; by default all processors.
        **dimension : str
            Its other dimensions; costs are those with a date in the counted window unless told.
        """
        if callable(kpi):
            if by or dimension:
                raise InputError("diff: by and dimensions are for a named KPI; let the function group")
            found = self._own_differences(kpi, self._draws(assumptions), processes(jobs))
        else:
            if assumptions is not None:
                raise InputError(
                    "diff: assumptions draws for a function; a named KPI has the draws of the comparison, as "
                    "compare(..., assumptions={assumptions})",
                    assumptions=assumptions,
                )
            drawn = {each.alternative: each.spreads for each in self.assumptions}
            found = {
                name: rows_frame(split_by(rows, kpi, by, dimension), by, drawn.get(name, ()))
                for name, rows in self._differences_of(kpi).items()
            }
        return self._by_alternative(found, split=bool(by))

    def _draws(self, asked: int | None) -> int:
        """Draws of the assumptions for a KPI of one's own: those asked for, or as the comparison has."""
        if asked is None:
            return self.assumptions[0].draws if self.assumptions else 0
        return checked_draws(asked)

    def _own_differences(self, function: Measure, draws: int, jobs: int) -> dict[str, pd.DataFrame]:
        if draws and any(run._loaded is None for run in self.runs.values()):
            raise InputError(
                "diff: the comparison comes from a folder, which keeps no draws for a function; compare "
                "again, or give assumptions=0"
            )
        measured = {name: run.measure(function) for name, run in self.runs.items()}
        base = measured[self.base]
        pairs = {
            name: {
                group: (base[group].to_numpy(np.float64), measured[name][group].to_numpy(np.float64))
                for group in base.columns
                if group in measured[name]
            }
            for name in self.alternatives
        }
        spreads = self._own_spreads(function, pairs, draws, jobs) if draws else {}
        out = {}
        for name, several in pairs.items():
            rows = {
                group: as_record(difference_of(*sides), DIFFERENCE, diff="mean")
                for group, sides in several.items()
            }
            out[name] = pd.DataFrame.from_dict(rows, orient="index")
            out[name].index.name = base.columns.name or "kpi"
            if draws:
                out[name] = with_spreads(out[name], [spreads[name].get(group) for group in several])
        return out

    def _own_spreads(
        self,
        function: Measure,
        pairs: Mapping[str, Mapping[Any, tuple[Floats, Floats]]],
        draws: int,
        jobs: int,
    ) -> dict[str, dict[Any, Spread]]:
        """What differences in a KPI of one's own owe to the assumptions: the draws simulated for it."""
        scenarios = [run._loaded for run in self.runs.values() if run._loaded is not None]
        book = load_tariffs()
        rows = {row for run in self.runs.values() for row in run.manifest["tariff_rows"]}
        middles = {
            name: {group: alt - base for group, (base, alt) in several.items()}
            for name, several in pairs.items()
        }
        with bar(None) as told:
            return own_spreads(
                Drawing(scenarios, book, rows),
                _packed(function),
                middles,
                RunOptions(jobs, on_progress=told),
                draws,
            )

    def _by_alternative(self, found: Mapping[str, pd.DataFrame], split: bool) -> pd.DataFrame:
        """Frames of the alternatives under each other; of one alternative just its frame."""
        if len(found) == 1:
            return next(iter(found.values()))
        together = pd.concat(found, names=["scenario"])
        alone = not split and all(len(frame) == 1 for frame in found.values())
        return together.reset_index(level=1, drop=True) if alone else together

    def patients(self, changed: bool = False) -> People:
        """People who die in the counted window, with what they cost and pay under base and alternatives.

        With `changed` only whom an alternative touches. They have `.head()` and `.to_frame()`; `.bill(row)`
        and `.explain(row)` open one of them.
        """
        return People(self.runs[self.base], {name: self.runs[name] for name in self.alternatives}, changed)

    def winners(self) -> pd.DataFrame:
        """Who pays more and less themselves: the same people under base and alternatives.

        One row a group of people (everyone first, then by income, Wlz, household and disease): people a
        replication; shares that pay more, less and the same with their 95% intervals; euros that those who
        pay more and less differ on average. Several alternatives stand under each other.
        """
        base = self.runs[self.base]._stored_with("journey")
        found = {}
        for name in self.alternatives:
            told = winners_of(base, self.runs[name]._stored_with("journey"))
            if told is None:
                raise InputError(
                    "{scenario}: keeps not what each person pays, as earlier versions; run again",
                    scenario=name,
                )
            found[name] = winners_frame(told)
        return self._by_alternative(found, split=True)

    def difference(self, name: str, alternative: str | None = None, **dimension: str) -> Difference:
        """One KPI's paired difference by name and dimension, as in `RunResult.kpi`.

        By default it is that of the first alternative. Raises InputError when there is no such difference.
        """
        chosen = alternative or self.alternatives[0]
        if chosen not in self.alternatives:
            raise InputError(
                "no alternative {chosen!r} in the comparison; there are {alternatives}",
                chosen=chosen,
                alternatives=self.alternatives,
            )
        return one_of(self._differences_of(name)[chosen], name, dimension)

    def spread(self, name: str, alternative: str | None = None, **dimension: str) -> Spread:
        """How far one KPI's paired difference, as in `difference`, moves with the assumptions.

        It has `.low`, `.high`, `.sign` (probability) and `.carried` (assumptions with their shares). Raises
        InputError when no assumptions were drawn, or there is no such difference.
        """
        chosen = alternative or self.alternatives[0]
        found = next((each for each in self.assumptions if each.alternative == chosen), None)
        if found is None:
            raise InputError("no draws of the assumptions of {name}; compare with assumptions", name=chosen)
        return one_of(found.spreads, name, dimension)

    def decomposition(
        self, alternative: str | None = None, by: Literal["change", "kind"] = "change"
    ) -> pd.DataFrame:
        """What a difference in cost, by default of the first alternative, is made of, in euros.

        By "change", one row a named change: change, kind (price, rule, care), effect made alone (alone,
        alone_low, alone_high), Shapley share (share, low, high), and `sampled`: whether the shares are over
        drawn orders, whose chance is not in the intervals. By "kind" (price, volume, mix, rule, interaction):
        kind, share, low, high. Raises InputError when the comparison was not taken apart, or `by` is
        something else.
        """
        name = alternative or self.alternatives[0]
        found = next((each for each in self.decompositions if each.alternative == name), None)
        if found is None:
            raise InputError("no decomposition of {name}; compare with decompose", name=name)
        if by == "kind":
            kinds = found.effects.items()
            return pd.DataFrame([{"kind": k} | edges(each, "share", "low", "high") for k, each in kinds])
        rows = [
            {
                "change": term.change.name,
                "kind": term.change.kind,
                **edges(term.alone, "alone"),
                **edges(term.share, "share", "low", "high"),
                "sampled": found.sampled,
            }
            for term in found.terms
        ]
        return pd.DataFrame(rows)

    def figure_differences(self, lang: str = "nl") -> Figure:
        """Paired differences in cost by payer."""
        return self._figure("figures.change", "differences_by_payer", lang, of="alternatives")

    def figure_waterfall(self, lang: str = "nl") -> Figure:
        """The difference in cost of the first alternative, built up from the parts of the cost."""
        return self._figure("figures.change", "waterfall_by_module", lang, of="alternative")

    def figure_decomposition(self, lang: str = "nl") -> Figure:
        """The difference in cost of the first alternative, built up from its changed settings."""
        return self._figure("figures.change", "waterfall", lang, of="alternative")

    def _result(self) -> Any:
        from sim.report.pages.build import result_of

        held = [self.runs[name]._held for name in self]
        return result_of(held, self.decompositions, assumptions=self.assumptions)

    def _on_disk(self, place: Path) -> None:
        from sim.studies.compare import write_comparison

        for name, run in self.runs.items():
            run._on_disk(place / name)
        write_comparison(place, self.manifest, self.difference_rows)
        write_studies(self._studies, place)

    def _opened(self, place: Path) -> Self:
        runs = {name: run._opened(place / name) for name, run in self.runs.items()}
        return replace(self, folder=place, runs=runs)

    def _is_in_folder(self) -> bool:
        return self.folder is not None and all(run._is_in_folder() for run in self.runs.values())


@facade
@dataclass(frozen=True)
class SensitivityResult(Saved):
    """What an answer owes to parameters with a range; a folder holds the analysis in `sensitivity.json`."""

    found: Sensitivity
    folder: Path | None = None

    @property
    def influences(self) -> pd.DataFrame:
        """Parameters, the most important first.

        Columns: path, kind, source, reason, range_low, range_high, weight; effect with effect_low and
        effect_high, and `clear`: whether that interval excludes 0; low and high, each with its interval
        (of Sobol the first-order and the total index, of a psa the rank correlation twice).
        """
        rows = [
            {
                "path": each.parameter.path,
                "kind": each.parameter.kind,
                "source": each.parameter.source,
                "reason": each.parameter.reason,
                "range_low": each.parameter.low,
                "range_high": each.parameter.high,
                "weight": each.weight,
                **edges(each.effect, "effect"),
                "clear": each.clear,
                **edges(each.low, "low"),
                **edges(each.high, "high"),
            }
            for each in self.found.influences
        ]
        return pd.DataFrame(rows)

    def figure_tornado(self, lang: str = "nl") -> Figure:
        """The parameters that move the answer most."""
        return figure_of("figures.change", "tornado", lang, self.found)

    def to_frame(self) -> pd.DataFrame:
        """The parameters, the most important first, as `influences` has them."""
        return self.influences

    def __repr__(self) -> str:
        """What was asked."""
        number = len(self.influences)
        return f"SensitivityResult({self.found.scenario!r}, {self.found.method}, {number} parameters)"

    def _repr_html_(self) -> str:
        shown = ["path", "range_low", "range_high", "effect", "effect_low", "effect_high", "clear", "source"]
        return self.influences[shown].head(ROWS_OF_PAGE).to_html(index=False, border=0)

    @property
    def spread(self) -> Mapping[str, float]:
        """Of a psa the mean, 2.5% (`low`) and 97.5% (`high`) quantile of the answer; empty otherwise."""
        found = self.found.spread
        return dict(zip(("mean", "low", "high"), found, strict=True)) if found else {}

    @property
    def most_important(self) -> tuple[str, ...]:
        """Paths of the three assumptions that matter most; of a psa only those clear of chance."""
        return tuple(each.parameter.path for each in self.found.most_important)


def is_still(held: StoredRun) -> bool:
    """Whether the folder of a run still holds that run."""
    try:
        return store.read_manifest(held.folder) == held.manifest
    except InputError:
        return False


def _as_series(value: Any) -> pd.Series[Any]:
    """What an own KPI gave, as numbers a group; InputError when it is no number and no Series of numbers."""
    if isinstance(value, pd.Series):
        return value.astype(float)
    if isinstance(value, bool | int | float | np.number | np.bool_):
        return pd.Series({"value": float(value)})
    raise InputError(
        "diff: the function gives {name}; give a number or a pandas Series", name=type(value).__name__
    )


@dataclass(frozen=True)
class _Measured:
    """A KPI of one's own, of the tasks of a replication with their tables."""

    function: Measure

    def __call__(self, tasks: Sequence[tuple[TaskSpec, Mapping[str, Table]]]) -> dict[Any, float]:
        made = ((t, Task(t.scenario, t.region, tables, t.book)) for t, tables in tasks)
        ones = [OneTask(t.replication, t.cluster, task) for t, task in made]
        found: dict[Any, float] = _as_series(self.function(Tables(ones, True, "calendar"))).to_dict()
        return found


def _packed(function: Measure) -> bytes:
    """A KPI of one's own, as it travels to other processes; InputError when it cannot."""
    try:
        return by_value(function, _Measured)
    except Exception as fault:
        raise InputError(
            "diff: the function cannot travel to other processes ({fault}); use plain functions and values",
            fault=reason(fault),
        ) from None
