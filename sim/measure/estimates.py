"""Replications to answers: means with intervals, and paired differences between two policies."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

import numpy as np
from pydantic import TypeAdapter

from sim import stats
from sim.later import pd
from sim.measure.cost import CALENDAR
from sim.measure.kpis import ASSUMED_PRICE_SHARE
from sim.units import Floats

_SCALED = ("mean", "low", "high", "base", "alt", "median", "median_low", "median_high")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications with its 95% interval, and of what; what does not apply is empty."""

    mean: float
    low: float  # as `high` NaN where there is no interval
    high: float
    n: int = 0  # replications in which it was observed
    unit: str = ""
    name: str = ""  # KPI, or kind of amount
    dimension: dict[str, str] = field(default_factory=dict)
    scenario: str = ""  # where rows of several stand in one table
    year: int | None = None  # None: the whole counted window
    columns: ClassVar[tuple[str, ...]] = ("name", "dimension", "unit", "mean", "low", "high", "n")

    @property
    def has_interval(self) -> bool:
        """Whether there were replications enough for an interval."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def scaled(self, factor: float) -> Self:
        """The same in another unit."""
        names = [each.name for each in fields(self) if each.name in _SCALED]
        return replace(self, **{name: getattr(self, name) * factor for name in names})


@dataclass(frozen=True, slots=True)
class Difference(Estimate):
    """A paired difference `alt - base` with its 95% interval, and the two means it lies between.

    `variance_ratio` is how many times the shared random numbers shrink the variance of the
    difference; infinite where every replication has the same, NaN where that cannot be said. `ratio` is
    alt / base of the means (Fieller interval); `median` is the median of the paired differences (interval
    by order statistics).
    """

    base: float = math.nan
    alt: float = math.nan
    variance_ratio: float = math.nan
    ratio: float = math.nan
    ratio_low: float = math.nan
    ratio_high: float = math.nan
    median: float = math.nan
    median_low: float = math.nan
    median_high: float = math.nan
    columns: ClassVar[tuple[str, ...]] = (
        *("name", "dimension", "unit", "base", "alt", "difference", "low", "high", "n", "variance_ratio"),
        *("ratio", "ratio_low", "ratio_high", "median", "median_low", "median_high"),
    )

    @property
    def difference(self) -> float:
        """Its mean."""
        return self.mean

    @property
    def p_sign(self) -> float:
        """Probability that it has the sign that it shows, by chance alone."""
        return stats.sign_probability(stats.Interval(self.mean, self.low, self.high, self.n))


_READ: Mapping[type[Estimate], TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (Estimate, Difference)
}
E = TypeVar("E", bound=Estimate)
Ranged = stats.Interval | Estimate


def as_record(row: Estimate, columns: Sequence[str] = (), **fields_of: str) -> dict[str, Any]:
    """A row of a table: columns of a KPI, or those given; a field of the same name, or the one said to be."""
    return {column: getattr(row, fields_of.get(column, column)) for column in columns or row.columns}


def from_record(made: type[E], record: Mapping[str, Any], **fields_of: str) -> E:
    """The row of a record that `as_record` made, where a number that does not exist is None."""
    known = {fields_of.get(column, column): value for column, value in record.items()}
    row: E = _READ[made].validate_python(
        {key: math.nan if value is None and key != "year" else value for key, value in known.items()}
    )
    return row


def as_json(row: Estimate, columns: Sequence[str] = (), **fields_of: str) -> dict[str, Any]:
    """A row for JSON, as `as_record`: numbers that do not exist are None."""
    told: dict[str, Any] = finite_json(as_record(row, columns, **fields_of))
    return told


def edges(found: Ranged, mean: str, low: str = "", high: str = "") -> dict[str, float]:
    """A mean and its bounds under their names: those of the bounds by default that of the mean and which."""
    return {mean: found.mean, low or f"{mean}_low": found.low, high or f"{mean}_high": found.high}


def finite_json(document: Any) -> Any:
    """Anything for JSON, records as mappings: numbers that do not exist are None, at any depth."""
    if isinstance(document, stats.Interval):
        document = document._asdict()
    elif is_dataclass(document):
        document = {each.name: getattr(document, each.name) for each in fields(document)}
    if isinstance(document, Mapping):
        return {key: finite_json(value) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [finite_json(value) for value in document]
    return None if isinstance(document, float) and not math.isfinite(document) else document


SHARE = "share"  # unit of KPIs from 0 to 1

Kpi = tuple[str, str]  # name and dimension (canonical JSON)


class Column(NamedTuple):
    """Values of a KPI, NaN where it was not observed, and their unit."""

    values: Floats
    unit: str


def _columns(kpis: pd.DataFrame) -> dict[Kpi, Column]:
    """Per KPI one value a replication, in order of first appearance."""
    replications = sorted(int(r) for r in kpis["replication"].unique())
    place = {replication: i for i, replication in enumerate(replications)}
    out: dict[Kpi, Column] = {}
    names, dimensions, units = (kpis[column].astype(str).tolist() for column in ("name", "dimension", "unit"))
    rows, values = kpis["replication"].tolist(), kpis["value"].to_numpy(np.float64, na_value=np.nan).tolist()
    for name, dimension, unit, replication, value in zip(names, dimensions, units, rows, values, strict=True):
        if (name, dimension) not in out:
            out[name, dimension] = Column(np.full(len(replications), np.nan), unit)
        out[name, dimension].values[place[replication]] = value
    return out


def mean_of(values: Floats, unit: str, **of: Any) -> Estimate:
    """Mean and 95% interval of one published figure over its replications, in whichever report it stands.

    Student t, or symmetric in the logarithm where t leaves the range of a share or an amount. NaN is left
    out; `of` are other fields of the estimate.
    """
    interval = stats.share_interval if unit == SHARE else stats.amount_interval
    return Estimate(*interval(values), unit, **of)


def difference_of(base: Floats, alt: Floats, unit: str = "", **of: Any) -> Difference:
    """The paired difference of one figure that both sides have by replication.

    NaN where one did not observe it. `of` are other fields of the difference.
    """
    pairs = ~(np.isnan(base) | np.isnan(alt))
    means = stats.mean(base[pairs]), stats.mean(alt[pairs])
    return Difference(*stats.paired_interval(base, alt), unit, base=means[0], alt=means[1], **of)


def summarise(kpis: pd.DataFrame) -> list[Estimate]:
    """Mean and 95% interval of every KPI, in the order of the table.

    It has one row a replication and KPI: replication, name, dimension (JSON), value, unit.
    """
    return [
        mean_of(values, unit, name=name, dimension=json.loads(dimension))
        for (name, dimension), (values, unit) in _columns(kpis).items()
    ]


def assumed_price_share(kpis: pd.DataFrame) -> float:
    """Share of the counted costs that rests on assumed prices, of a KPI table; NaN where nothing was paid."""
    rows = summarise(kpis[kpis["name"].astype(str) == ASSUMED_PRICE_SHARE])
    return next((row.mean for row in rows if row.dimension == {"view": CALENDAR}), math.nan)


def differences(base: pd.DataFrame, alt: pd.DataFrame) -> list[Difference]:
    """Paired differences of every KPI that both runs have, over the replications they share, as in the base.

    The runs have the same seed: replication i uses the same random numbers in both.
    """
    first, second = shared_columns(base, alt)
    out = []
    for (name, dimension), (values, unit) in first.items():
        if (name, dimension) not in second:
            continue
        others = second[name, dimension].values
        of = {"name": name, "dimension": json.loads(dimension)}
        more = [
            stats.variance_ratio(values, others),
            *stats.ratio_interval(values, others)[:-1],
            *stats.quantile_interval(others - values)[:-1],
        ]
        named = dict(zip(Difference.columns[-len(more) :], more, strict=True))
        out.append(difference_of(values, others, unit, **of, **named))
    return out


def paired_values(base: pd.DataFrame, alt: pd.DataFrame) -> dict[Kpi, tuple[Floats, Floats]]:
    """Values of every KPI under both policies.

    In the order of the replications that both have; NaN where a KPI was not observed.
    """
    first, second = shared_columns(base, alt)
    return {kpi: (values, second[kpi].values) for kpi, (values, _) in first.items() if kpi in second}


def shared_columns(base: pd.DataFrame, alt: pd.DataFrame) -> list[dict[Kpi, Column]]:
    """Values of every KPI of two KPI tables, over the replications that both runs have."""
    shared = set(base["replication"].unique()) & set(alt["replication"].unique())
    return [_columns(side[side["replication"].isin(shared)]) for side in (base, alt)]


def frame(rows: Iterable[Estimate], columns: Sequence[str] = (), **fields_of: str) -> pd.DataFrame:
    """Estimates or differences as pandas, `dimension` as words such as `law=Zvw, view=calendar`.

    The columns and names of fields are as in `as_record`.
    """
    return pd.DataFrame.from_records(
        [as_record(row, columns, **fields_of) | {"dimension": dimension_words(row.dimension)} for row in rows]
    )


def dimension_words(dimension: Mapping[str, str]) -> str:
    """A dimension as words, sorted by name; empty for the whole."""
    return ", ".join(f"{name}={value}" for name, value in sorted(dimension.items()))
