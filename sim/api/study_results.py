"""What advice and a budget impact give back: results that do not change, as pandas tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from sim import store
from sim.api.facade import facade
from sim.api.frames import ESTIMATE
from sim.api.kept import copy_run
from sim.api.saved import InFolder, Saved
from sim.api.show import Figure, figure_of
from sim.data import user_path
from sim.errors import LANGUAGES, InputError, Message
from sim.later import pd
from sim.measure.estimates import Estimate, as_record, dimension_words, frame
from sim.studies.advise import Advice
from sim.studies.budget import CHANGE, FIELDS_OF, ROW, Budget
from sim.units import SECONDS_PER_MINUTE


@facade
@dataclass(frozen=True)
class AdviceResult(Saved):
    """Advice before a run, by a pilot."""

    found: Advice

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self.found.scenario

    @property
    def against(self) -> str | None:
        """Base whose paired difference was judged; None for the scenario by itself."""
        return self.found.against

    @property
    def seconds_per_replication(self) -> float:
        """Seconds of one process for a replication of all scenarios together."""
        return self.found.seconds_per_replication

    @property
    def warm_up(self) -> pd.DataFrame:
        """Kinds of places: setting, needed_days (MSER-5), scenario_days, enough."""
        return pd.DataFrame([asdict(row) | {"enough": row.enough} for row in self.found.warm_up])

    def to_frame(self) -> pd.DataFrame:
        """The KPIs with the replications that they need, as `needs` has them."""
        return self.needs

    def figure_needs(self, lang: str = "nl") -> Figure:
        """Replications that each KPI needs."""
        return figure_of("figures.studies", "figure_needs", lang, self.found)

    def __repr__(self) -> str:
        """What was judged, and the replications that the most demanding KPI needs."""
        most = max((need.replications for need in self.found.needs), default=0)
        return f"AdviceResult({self.scenario!r}, {len(self.found.needs)} KPIs, {most} replications)"

    def _repr_html_(self) -> str:
        return self.needs.to_html(index=False, border=0)

    @property
    def needs(self) -> pd.DataFrame:
        """KPIs: name, dimension, unit, mean, half_width now, wanted, replications, minutes.

        A measure of the headline has its `label`; a sum of KPIs is `headline` with its number.
        """
        rows = [
            asdict(need)
            | {
                "dimension": dimension_words(need.dimension),
                "label": need.label.get(LANGUAGES[0], ""),
                "minutes": need.seconds / SECONDS_PER_MINUTE,
            }
            for need in self.found.needs
        ]
        return pd.DataFrame(rows).drop(columns="seconds", errors="ignore")


@facade
@dataclass(frozen=True)
class BudgetResult(InFolder):
    """A finished budget impact of several years.

    Parameters
    ----------
    reused, computed : int
        Tasks taken over from the folder, and computed just now.
    named : bool
        Whether the user asked for the folder.
    """

    found: Budget
    reused: int = 0
    computed: int = 0
    named: bool = True

    @property
    def folder(self) -> Path | None:
        """Folder with `budget.json` and one run folder a scenario; None where nobody asked for one."""
        return self.found.folder if self.named else None

    @property
    def base(self) -> str:
        """Name of the base scenario."""
        return self.found.base

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Names of the alternatives."""
        return self.found.alternatives

    @property
    def price_year(self) -> int:
        """Year whose tariffs hold in every year."""
        return self.found.price_year

    @property
    def totals(self) -> pd.DataFrame:
        """Every amount: scenario, kind, year (missing: all years), dimension, unit, mean, low, high, n."""
        return _frame(self.found.rows, ROW)

    @property
    def differences(self) -> pd.DataFrame:
        """Every paired difference to the base, with the columns of `totals` and both means."""
        return _frame(self.found.differences, CHANGE)

    def table(self, kind: str = "cost", by: str = "", scenario: str | None = None) -> pd.DataFrame:
        """Means in years by words of one dimension, by default of the base.

        The kind is cost, deaths, unfunded, subsidy, subsidy_claimed, budget, budget_used or carrying_out;
        `by` is law or payer of a cost, form of a subsidy, line of a budget, or empty for the whole. One row a
        word, one column a year, and `all` for all years together. Raises InputError when there is no such
        amount.
        """
        name = scenario or self.base
        names = {by} if by else set()
        rows = [
            (row.dimension.get(by, kind), row.year or "all", row.mean)
            for row in self.found.rows
            if row.scenario == name and row.name == kind and set(row.dimension) == names
        ]
        if not rows:
            raise InputError(
                "budget: no {kind} by {dimension} of {name}; see .totals",
                kind=kind,
                dimension=by or Message("year"),
                name=name,
            )
        long = pd.DataFrame(rows, columns=[by or "kind", "year", "mean"])
        wide = long.pivot(index=by or "kind", columns="year", values="mean")
        return wide[[*self.found.years, "all"]].fillna(0.0)

    def report(self, lang: str = "nl", out: Path | str | None = None) -> Path:
        """Write the page of this budget as HTML, in "nl" or "en", and return its path.

        By default it is `report.html` in the folder.
        """
        from sim.report.formats.files import build_report
        from sim.report.language import language
        from sim.report.pages.budget import budget_page

        if self.named:
            return build_report(self.found.folder, lang, None if out is None else user_path(out))
        if out is None:
            raise InputError("report: the budget is in no folder; give out='page.html', or save it first")
        file = user_path(out)
        store.write_bytes(file, budget_page(self.found, language(lang)).encode())
        return file

    def __repr__(self) -> str:
        """Base, alternatives and years."""
        others = ", ".join(self.alternatives) or "nothing"
        return f"BudgetResult({self.base!r} against {others}, {self.found.first}-{self.found.last})"

    def _repr_html_(self) -> str:
        return self.table(by="law").round(0).to_html(border=0)

    def to_frame(self, kind: str = "cost", by: str = "") -> pd.DataFrame:
        """Amounts of one kind as a tidy frame: scenario, year and what it is split by; mean, low, high, n.

        Kinds are as in `table`; `by` is law, payer, form, line or reason. Raises InputError when there is no
        such amount.
        """
        names = {by} if by else set()
        rows = [row for row in self.found.rows if row.name == kind and set(row.dimension) == names]
        if not rows:
            raise InputError(
                "budget: no {kind} by {dimension}; see .totals", kind=kind, dimension=by or Message("year")
            )
        records = [
            {"scenario": row.scenario, "year": row.year or "all", **row.dimension, **as_record(row, ESTIMATE)}
            for row in rows
        ]
        return pd.DataFrame(records).set_index(["scenario", "year", *names])

    def _on_disk(self, place: Path) -> None:
        copy_run(self.found.folder, place)

    def _opened(self, place: Path) -> Self:
        return replace(self, found=replace(self.found, folder=place), named=True)

    def figure_budget(self, lang: str = "nl", kind: str = "cost") -> Figure:
        """Cost, or subsidy, of every year under each scenario."""
        return figure_of("figures.studies", "figure_budget", lang, self.found, kind=kind)

    def figure_difference(self, lang: str = "nl") -> Figure:
        """Difference in cost with the base in every year.

        Raises InputError when there is no alternative.
        """
        if not self.alternatives:
            raise InputError("budget: no alternative, so no difference; name one beside the base")
        return figure_of("figures.studies", "figure_budget_difference", lang, self.found)


def _frame(rows: Iterable[Estimate], columns: Sequence[str]) -> pd.DataFrame:
    return frame(rows, columns, **FIELDS_OF).astype({"year": "Int64"})
