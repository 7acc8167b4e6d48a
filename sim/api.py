"""The facade for notebooks and programs: run, compare, load a run; results that do not change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from sim import store
from sim.errors import InputError
from sim.experiment import (
    Explained,
    Keep,
    KpiDifference,
    KpiSummary,
    OnProgress,
    Outcome,
    Plan,
    compare_scenarios,
    cores,
    execute,
    explain_patient,
    frame,
    read_differences,
    summarise,
)
from sim.pricing import PriceSettings, settings_from
from sim.pricing.case_bill import Bill, make_bill
from sim.pricing.case_subsidy import Subsidy, make_subsidy
from sim.scenario import LoadedScenario, apply, load_scenario
from sim.tariff import load_tariffs

Row = TypeVar("Row", KpiSummary, KpiDifference)
Figure = Any
"""A matplotlib figure; matplotlib is imported when one is asked for."""
RUNS = Path("reports") / "runs"
BASIS = "basis_2026"
"""Scenario whose basis year and law hold for a bill and a subsidy, unless another is named."""


@dataclass(frozen=True)
class RunResult:
    """A finished run.

    Parameters
    ----------
    folder : Path
        Run folder.
    reused, computed : int
        Tasks taken over from the folder, and computed just now.
    """

    folder: Path
    reused: int = 0
    computed: int = 0

    @cached_property
    def _stored(self) -> store.StoredRun:
        return store.load_run(self.folder)

    @property
    def manifest(self) -> dict[str, Any]:
        """`manifest.json`: merged scenario, area, hashes, versions, seed, timings."""
        return self._stored.manifest

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return str(self.manifest["scenario"]["name"])

    @property
    def area(self) -> str:
        """Name of the area."""
        return str(self.manifest["area"]["name"])

    @cached_property
    def summary(self) -> tuple[KpiSummary, ...]:
        """Every KPI with its mean and 95% interval."""
        return tuple(summarise(self._stored.kpis))

    @property
    def kpis(self) -> pd.DataFrame:
        """Every KPI: name, dimension, unit, mean, low, high, n (replications observed)."""
        return frame(self.summary)

    @property
    def replications(self) -> pd.DataFrame:
        """Every KPI of every replication: scenario, replication, name, dimension (JSON), value, unit."""
        return self._stored.kpis.copy()

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Stored tables by name, read when asked for; `replication` and `cluster` in front."""
        return self._stored.tables

    def kpi(self, name: str, **dimension: str) -> KpiSummary:
        """One KPI by name and exact dimension.

        Parameters
        ----------
        name : str
        **dimension : str
            Such as `view="calendar", law="Zvw"`.

        Raises
        ------
        InputError
            When the run has no such KPI; the text names the dimensions that it has.
        """
        return _one(self.summary, name, dimension)

    def report(self, lang: str = "nl", out: Path | str | None = None) -> Path:
        """Write the report as one HTML page and return its path.

        Parameters
        ----------
        lang : {"nl", "en"}
        out : Path or str, optional
            By default `report.html` in the run folder.
        """
        return _report(self.folder, lang, out)

    def figure_costs(self, lang: str = "nl") -> Figure:
        """Euros by payer, split by law."""
        return _figure(self.folder, "costs_by_payer", lang, of="run")

    def figure_place_of_death(self, lang: str = "nl") -> Figure:
        """Where people die."""
        return _figure(self.folder, "place_of_death", lang)

    def figure_patient_payments(self, lang: str = "nl") -> Figure:
        """What patients pay."""
        return _figure(self.folder, "patient_payments", lang)

    def figure_days(self, lang: str = "nl") -> Figure:
        """Days per setting in the last year."""
        return _figure(self.folder, "days_by_setting", lang)

    def figure_occupancy(self, lang: str = "nl") -> Figure:
        """Occupancy of the sites."""
        return _figure(self.folder, "occupancy_by_site", lang)


@dataclass(frozen=True)
class ComparisonResult:
    """A finished comparison of a base with its alternatives.

    Parameters
    ----------
    folder : Path
        Comparison folder.
    reused, computed : int
        Tasks taken over from the folder, and computed just now, over all scenarios.
    """

    folder: Path
    reused: int = 0
    computed: int = 0

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """`comparison.json` without the differences."""
        document = store.read_comparison(self.folder)
        return {key: value for key, value in document.items() if key != "differences"}

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

        Raises
        ------
        InputError
            When the comparison has no such scenario.
        """
        names = (self.base, *self.alternatives)
        if scenario not in names:
            raise InputError(f"{self.folder}: no scenario {scenario!r}; there are {', '.join(names)}")
        return RunResult(self.folder / scenario)

    @cached_property
    def difference_rows(self) -> Mapping[str, Sequence[KpiDifference]]:
        """Paired differences by name of the alternative."""
        return read_differences(self.folder, self.base, self.alternatives)

    @property
    def differences(self) -> pd.DataFrame:
        """Every KPI's paired difference `alt - base` with its 95% interval, by alternative."""
        frames = {name: frame(rows) for name, rows in self.difference_rows.items()}
        return pd.concat(frames, names=["alternative"]).reset_index(level=0).reset_index(drop=True)

    @property
    def kpis(self) -> pd.DataFrame:
        """Every KPI of every scenario with its mean and 95% interval."""
        frames = {name: self.run(name).kpis for name in (self.base, *self.alternatives)}
        return pd.concat(frames, names=["scenario"]).reset_index(level=0).reset_index(drop=True)

    def difference(self, name: str, alternative: str | None = None, **dimension: str) -> KpiDifference:
        """One KPI's paired difference by name and exact dimension.

        Parameters
        ----------
        name : str
        alternative : str, optional
            By default the first.
        **dimension : str

        Raises
        ------
        InputError
            When there is no such difference.
        """
        chosen = alternative or self.alternatives[0]
        if chosen not in self.difference_rows:
            raise InputError(
                f"{self.folder}: no alternative {chosen!r}; there are {', '.join(self.alternatives)}"
            )
        return _one(self.difference_rows[chosen], name, dimension)

    def report(self, lang: str = "nl", out: Path | str | None = None) -> Path:
        """Write the report as one HTML page and return its path.

        Parameters
        ----------
        lang : {"nl", "en"}
        out : Path or str, optional
            By default `report.html` in the comparison folder.
        """
        return _report(self.folder, lang, out)

    def figure_differences(self, lang: str = "nl") -> Figure:
        """Paired differences in cost by payer."""
        return _figure(self.folder, "differences_by_payer", lang, of="alternatives")

    def figure_place_of_death(self, lang: str = "nl") -> Figure:
        """Where people die, under every scenario."""
        return _figure(self.folder, "place_of_death", lang)

    def figure_patient_payments(self, lang: str = "nl") -> Figure:
        """What patients pay, under every scenario."""
        return _figure(self.folder, "patient_payments", lang)


def run(
    scenario: str | Path | LoadedScenario,
    *,
    area: str | Path | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: Path | str | None = None,
    keep: Keep | None = None,
    check: bool = False,
    resume: bool = False,
    on_progress: OnProgress | None = None,
) -> RunResult:
    """Simulate and price a scenario.

    Parameters
    ----------
    scenario : str, Path or LoadedScenario
        Name in `scenarios/`, or path.
    area : str or Path, optional
        Replaces the area of the scenario.
    replications, seed : int, optional
        By default those of the scenario.
    jobs : int, optional
        Processes; by default all processors.
    out : Path or str, optional
        Run folder; by default `reports/runs/<scenario>-<area>`, which a new run replaces.
    keep : {"kpis", "journey", "all"}, optional
        Tables to store; by default all for one region, the journey for more.
    check : bool
        Test the invariants of every task.
    resume : bool
        Go on with the folder: finished tasks are reused.
    on_progress : callable, optional
        Told after every finished task.

    Returns
    -------
    RunResult

    Raises
    ------
    InputError
        When the input is wrong or the folder is not for this run.
    RunError
        When the run or a check fails.
    """
    loaded = _loaded(scenario, area).with_run(seed, replications)
    folder = Path(out) if out is not None else RUNS / f"{loaded.name}-{loaded.area.name}"
    plan = Plan(loaded, folder, _keep(keep, loaded), check)
    outcomes = execute(
        [plan],
        load_tariffs(),
        jobs=_jobs(jobs),
        resume=resume,
        replace=out is None,
        on_progress=on_progress,
    )
    return RunResult(folder, outcomes[0].reused, outcomes[0].computed)


def compare(
    base: str | Path | LoadedScenario,
    *alternatives: str | Path,
    area: str | Path | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: Path | str | None = None,
    keep: Keep | None = None,
    check: bool = False,
    resume: bool = False,
    on_progress: OnProgress | None = None,
) -> ComparisonResult:
    """Simulate a base and its alternatives on the same random numbers, and take paired differences.

    Area, horizon and seed come from the base; an alternative's own changes are laid on top of it.

    Parameters
    ----------
    base : str, Path or LoadedScenario
    *alternatives : str or Path
        One or more.
    area, replications, seed, jobs, keep, check, resume, on_progress
        As `run`.
    out : Path or str, optional
        Comparison folder; by default `reports/runs/<base>-<alternatives>-<area>`, which a new
        comparison replaces.

    Returns
    -------
    ComparisonResult

    Raises
    ------
    InputError
        As `run`, and when no alternative is given or one is given twice.
    RunError
        As `run`.
    """
    if not alternatives:
        raise InputError("compare: no alternative; name at least one scenario beside the base")
    first = _loaded(base, area).with_run(seed, replications)
    others = [apply(first, alternative) for alternative in alternatives]
    names = "-".join(loaded.name for loaded in (first, *others))
    folder = Path(out) if out is not None else RUNS / f"{names}-{first.area.name}"
    done = compare_scenarios(
        first,
        others,
        folder,
        load_tariffs(),
        jobs=_jobs(jobs),
        keep=_keep(keep, first),
        check=check,
        resume=resume,
        replace=out is None,
        on_progress=on_progress,
    )
    return ComparisonResult(folder, *_counts(done.outcomes.values()))


def load_run(path: Path | str) -> RunResult:
    """Open a finished run folder.

    Raises
    ------
    InputError
        When the folder holds no finished run.
    """
    result = RunResult(Path(path))
    result.manifest  # noqa: B018
    return result


def load_comparison(path: Path | str) -> ComparisonResult:
    """Open a finished comparison folder.

    Raises
    ------
    InputError
        When the folder holds no finished comparison.
    """
    result = ComparisonResult(Path(path))
    if not result.manifest.get("finished"):
        raise InputError(f"{path}: the comparison is not finished; give its command again with --resume")
    return result


def bill(case: str | Path, *, scenario: str | Path | None = None) -> Bill:
    """The bill of one worked journey: who pays what, and why.

    Parameters
    ----------
    case : str or Path
        Case file.
    scenario : str or Path, optional
        Whose law and basis year hold; by default the law as it stands.

    Returns
    -------
    Bill
        With `.tables`, `.items`, `.by_law`, `.by_payer`, `.lines`, `.unfunded`, `.as_json()`.

    Raises
    ------
    InputError
        When the case is not right.
    """
    settings = _settings(scenario)
    return make_bill(case, load_tariffs(), settings.rules(), settings)


def subsidy(file: str | Path, *, scenario: str | Path | None = None) -> Subsidy:
    """The Regeling PTZ for a list of organisations.

    Parameters
    ----------
    file : str or Path
        Subsidy file.
    scenario : str or Path, optional
        Whose law holds; by default the law as it stands.

    Returns
    -------
    Subsidy

    Raises
    ------
    InputError
        When the file is not right.
    """
    settings = _settings(scenario)
    return make_subsidy(file, load_tariffs(), settings.rules(), settings.basis_year)


def explain(run: str | Path, patient: int, *, replication: int | None = None) -> Explained:
    """A simulated patient's timeline and bill, each line down to article and source.

    Parameters
    ----------
    run : str or Path
        Run folder that keeps the journey.
    patient : int
        `patient_id`.
    replication : int, optional
        By default the first.

    Returns
    -------
    Explained
        With `.patient`, `.timeline`, `.bill`, `.declaration(id)`, `.as_json()`.

    Raises
    ------
    InputError
        When the run lacks journeys or the patient.
    """
    return explain_patient(run, patient, load_tariffs(), replication)


def _settings(scenario: str | Path | None) -> PriceSettings:
    """Price settings of a named scenario; without one, the law as it stands at the basis year."""
    settings = settings_from(load_scenario(BASIS if scenario is None else scenario).scenario)
    return settings if scenario is not None else PriceSettings(settings.basis_year)


def _loaded(scenario: str | Path | LoadedScenario, area: str | Path | None) -> LoadedScenario:
    return scenario if isinstance(scenario, LoadedScenario) else load_scenario(scenario, area)


def _keep(keep: Keep | None, loaded: LoadedScenario) -> Keep:
    return keep or ("all" if len(loaded.area.regions) == 1 else "journey")


def _jobs(jobs: int | None) -> int:
    if jobs is not None and jobs < 1:
        raise InputError(f"--jobs {jobs}: must be 1 or more")
    return jobs or cores()


def _counts(outcomes: Any) -> tuple[int, int]:
    several: list[Outcome] = list(outcomes)
    return sum(o.reused for o in several), sum(o.computed for o in several)


def _one(rows: Sequence[Row], name: str, dimension: Mapping[str, str]) -> Row:
    for row in rows:
        if row.name == name and row.dimension == dimension:
            return row
    known = [row.dimension for row in rows if row.name == name]
    if not known:
        raise InputError(f"kpi {name!r}: no such KPI; there are {', '.join(sorted({r.name for r in rows}))}")
    raise InputError(f"kpi {name!r}: no dimension {dict(dimension)}; there are {known}")


def _report(folder: Path, lang: str, out: Path | str | None) -> Path:
    from sim.report.build import build_report

    return build_report(folder, lang, None if out is None else Path(out))


def _figure(folder: Path, name: str, lang: str, of: str = "result") -> Figure:
    from sim.report import figures
    from sim.report.build import load_result
    from sim.report.language import language

    result = load_result(folder)
    subject = {"result": result, "run": result.base, "alternatives": result.alternatives}[of]
    drawing = getattr(figures, name)(subject, language(lang))
    if drawing is None:
        raise InputError(f"{folder}: nothing to draw for {name}")
    return drawing.figure
