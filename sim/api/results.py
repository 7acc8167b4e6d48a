"""What runs and comparisons give back: results that do not change, with their figures and reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, TypeVar

import pandas as pd

from sim import store
from sim.data import user_path
from sim.errors import InputError
from sim.experiment import (
    Decomposition,
    KpiDifference,
    KpiSummary,
    Reached,
    Sensitivity,
    frame,
    read_decompositions,
    read_differences,
    summarise,
)

Row = TypeVar("Row", KpiSummary, KpiDifference)
Figure = Any
"""A matplotlib figure; matplotlib is imported when one is asked for."""


class Reported:
    """Figures, report and workbook of a run or a comparison, in Dutch or English."""

    folder: Path

    def figure_costs(self, lang: str = "nl") -> Figure:
        """Euros by payer, split by law; of a comparison those of the base."""
        return _figure(self.folder, "figures", "costs_by_payer", lang, of="run")

    def figure_costs_by_setting(self, lang: str = "nl") -> Figure:
        """Euros by place of the patient, split by law; of a comparison those of the base."""
        return _figure(self.folder, "figures", "costs_by_setting", lang, of="run")

    def figure_payments(self, lang: str = "nl") -> Figure:
        """What patients pay: mean, median and extremes."""
        return _figure(self.folder, "figures", "patient_payments", lang)

    def figure_payments_by_group(self, lang: str = "nl") -> Figure:
        """What patients pay with and without Wlz care and by income."""
        return _figure(self.folder, "figures", "payments_by_kind", lang)

    def figure_payment_distribution(self, lang: str = "nl") -> Figure:
        """How own payments are spread over patients; of a comparison those of the base."""
        return _figure(self.folder, "figures_flow", "payment_spread", lang, of="run")

    def figure_place_of_death(self, lang: str = "nl") -> Figure:
        """Where people die."""
        return _figure(self.folder, "figures", "place_of_death", lang)

    def figure_days(self, lang: str = "nl") -> Figure:
        """Days per setting in the last year."""
        return _figure(self.folder, "figures", "days_by_setting", lang)

    def figure_flows(self, lang: str = "nl") -> Figure:
        """Moves between settings in the last year, per 100 people; of a comparison those of the base."""
        return _figure(self.folder, "figures_flow", "flows", lang, of="run")

    def figure_occupancy(self, lang: str = "nl") -> Figure:
        """Occupancy over the counted window, by month and type of place."""
        return _figure(self.folder, "figures_flow", "occupancy_by_month", lang)

    def figure_occupancy_by_site(self, lang: str = "nl") -> Figure:
        """Occupancy of the sites."""
        return _figure(self.folder, "figures", "occupancy_by_site", lang)

    def figure_ceilings(self, lang: str = "nl") -> Figure:
        """Use of subsidies, budgets and the omzetplafond as a share of what there is."""
        return _figure(self.folder, "figures_flow", "ceiling_use", lang)

    def figure_unfunded(self, lang: str = "nl") -> Figure:
        """Care that nobody may bill, by reason."""
        return _figure(self.folder, "figures_flow", "unfunded_care", lang)

    def report(self, lang: str = "nl", out: Path | str | None = None) -> Path:
        """Write the report as one HTML page and return its path.

        Parameters
        ----------
        lang : {"nl", "en"}
        out : Path or str, optional
            By default `report.html` in the folder.
        """
        from sim.report.build import build_report

        return build_report(self.folder, lang, None if out is None else user_path(out))

    def excel(self, out: Path | str | None = None, lang: str = "nl") -> Path:
        """Write the results as an Excel workbook and return its path.

        Parameters
        ----------
        out : Path or str, optional
            By default `report.xlsx` in the folder.
        lang : {"nl", "en"}
        """
        from sim.report.excel import build_workbook

        return build_workbook(self.folder, lang, None if out is None else user_path(out))


@dataclass(frozen=True)
class RunResult(Reported):
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


@dataclass(frozen=True)
class ComparisonResult(Reported):
    """A finished comparison of a base with its alternatives.

    Parameters
    ----------
    folder : Path
        Comparison folder.
    reused, computed : int
        Tasks taken over from the folder, and computed just now, over all scenarios.
    reached : tuple of Reached
        How narrow the intervals of a wanted precision became.
    """

    folder: Path
    reused: int = 0
    computed: int = 0
    reached: tuple[Reached, ...] = ()

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

    @cached_property
    def decompositions(self) -> tuple[Decomposition, ...]:
        """Differences in cost taken apart, one an alternative; empty when that was not asked for."""
        return tuple(read_decompositions(self.folder))

    def decomposition(
        self, alternative: str | None = None, by: Literal["change", "kind"] = "change"
    ) -> pd.DataFrame:
        """What a difference in cost is made of, in euros.

        Parameters
        ----------
        alternative : str, optional
            By default the first.
        by : {"change", "kind"}
            One row a named change, or one a kind: price, volume, mix, rule, interaction.

        Returns
        -------
        pandas.DataFrame
            By change: change, kind (price, rule, care), effect made alone (alone, alone_low, alone_high),
            Shapley share (share, low, high), and `sampled`: whether the shares are over drawn orders, whose
            chance is not in the intervals. By kind: kind, share, low, high.

        Raises
        ------
        InputError
            When the comparison was not taken apart, or `by` is something else.
        """
        if by not in ("change", "kind"):
            raise InputError(f"decomposition: by {by!r}; give change or kind")
        name = alternative or self.alternatives[0]
        found = next((each for each in self.decompositions if each.alternative == name), None)
        if found is None:
            raise InputError(f"{self.folder}: no decomposition of {name}; compare with decompose")
        if by == "kind":
            kinds = found.effects.items()
            return pd.DataFrame(
                [
                    {"kind": kind, "share": each.mean, "low": each.low, "high": each.high}
                    for kind, each in kinds
                ]
            )
        rows = [
            {
                "change": term.change.name,
                "kind": term.change.kind,
                "alone": term.alone.mean,
                "alone_low": term.alone.low,
                "alone_high": term.alone.high,
                "share": term.share.mean,
                "low": term.share.low,
                "high": term.share.high,
                "sampled": found.sampled,
            }
            for term in found.terms
        ]
        return pd.DataFrame(rows)

    def figure_differences(self, lang: str = "nl") -> Figure:
        """Paired differences in cost by payer."""
        return _figure(self.folder, "figures_change", "differences_by_payer", lang, of="alternatives")

    def figure_waterfall(self, lang: str = "nl") -> Figure:
        """The difference in cost of the first alternative, built up from the parts of the cost."""
        return _figure(self.folder, "figures_change", "waterfall_by_module", lang, of="alternative")

    def figure_decomposition(self, lang: str = "nl") -> Figure:
        """The difference in cost of the first alternative, built up from its changed settings."""
        return _figure(self.folder, "figures_change", "waterfall", lang, of="alternative")


@dataclass(frozen=True)
class SensitivityResult:
    """What an answer owes to the parameters with a range.

    Parameters
    ----------
    found : Sensitivity
    folder : Path, optional
        Holds the analysis in `sensitivity.json`.
    """

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
                "effect": each.effect.mean,
                "effect_low": each.effect.low,
                "effect_high": each.effect.high,
                "clear": each.clear,
                "low": each.low.mean,
                "low_low": each.low.low,
                "low_high": each.low.high,
                "high": each.high.mean,
                "high_low": each.high.low,
                "high_high": each.high.high,
            }
            for each in self.found.influences
        ]
        return pd.DataFrame(rows)

    def figure_tornado(self, lang: str = "nl") -> Figure:
        """The parameters that move the answer most."""
        from sim.report.figures_change import tornado
        from sim.report.language import language

        return _drawn(tornado(self.found, language(lang)), self.found.scenario, "tornado")

    @property
    def spread(self) -> Mapping[str, float]:
        """Of a psa the mean, 2.5% (`low`) and 97.5% (`high`) quantile of the answer; empty otherwise."""
        found = self.found.spread
        return dict(zip(("mean", "low", "high"), found, strict=True)) if found else {}

    @property
    def most_important(self) -> tuple[str, ...]:
        """Paths of the three assumptions that matter most; of a psa only those clear of chance."""
        return tuple(each.parameter.path for each in self.found.most_important)


def _one(rows: Sequence[Row], name: str, dimension: Mapping[str, str]) -> Row:
    for row in rows:
        if row.name == name and row.dimension == dimension:
            return row
    known = [row.dimension for row in rows if row.name == name]
    if not known:
        raise InputError(f"kpi {name!r}: no such KPI; there are {', '.join(sorted({r.name for r in rows}))}")
    raise InputError(f"kpi {name!r}: no dimension {dict(dimension)}; there are {known}")


def _figure(folder: Path, module: str, name: str, lang: str, of: str = "result") -> Figure:
    from sim.report.build import load_result
    from sim.report.language import language

    result = load_result(folder)
    subject = {
        "result": result,
        "run": result.base,
        "alternatives": result.alternatives,
        "alternative": result.alternatives[0] if result.alternatives else None,
    }[of]
    drawing = getattr(import_module(f"sim.report.{module}"), name)(subject, language(lang))
    return _drawn(drawing, str(folder), name)


def _drawn(drawing: Any, where: str, name: str) -> Figure:
    if drawing is None:
        raise InputError(f"{where}: nothing to draw for {name}")
    return drawing.figure
