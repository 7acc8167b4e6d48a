"""Replications to answers: means with intervals, and paired differences between two policies."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import stats
from sim.measure.cost import CALENDAR
from sim.measure.kpis import ASSUMED_PRICE_SHARE
from sim.units import Floats

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class KpiSummary:
    """One KPI over the replications of a run: mean and 95% interval."""

    name: str
    dimension: dict[str, str]
    unit: str
    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class KpiDifference:
    """One KPI's paired difference `alt - base` with its 95% interval.

    `variance_ratio` is how many times the shared random numbers shrink the variance of the
    difference; NaN where that cannot be said. `ratio` is alt / base of the means (Fieller interval);
    `median` is the median of the paired differences (interval by order statistics).
    """

    name: str
    dimension: dict[str, str]
    unit: str
    base: float
    alt: float
    difference: float
    low: float
    high: float
    n: int
    variance_ratio: float
    ratio: float = math.nan
    ratio_low: float = math.nan
    ratio_high: float = math.nan
    median: float = math.nan
    median_low: float = math.nan
    median_high: float = math.nan


def as_json(row: KpiSummary | KpiDifference) -> dict[str, Any]:
    """A row for JSON: numbers that do not exist are None."""
    return {k: _finite(v) for k, v in asdict(row).items()}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def finite_json(document: Any) -> Any:
    """A document for JSON in which numbers that do not exist are None, at any depth."""
    if isinstance(document, Mapping):
        return {key: finite_json(value) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [finite_json(value) for value in document]
    return _finite(document)


def read_interval(found: Mapping[str, Any]) -> stats.Interval:
    """An interval out of a document, where a bound that does not exist is None."""
    mean, low, high = (math.nan if found[key] is None else found[key] for key in ("mean", "low", "high"))
    return stats.Interval(mean, low, high, found["n"])


SHARE = "share"
"""Unit of KPIs from 0 to 1."""

_Columns = dict[tuple[str, str], tuple[str, Floats]]


def _columns(kpis: pd.DataFrame) -> tuple[_Columns, list[int]]:
    """Per KPI its unit and one value a replication, in order of first appearance."""
    replications = sorted(int(r) for r in kpis["replication"].unique())
    place = {replication: i for i, replication in enumerate(replications)}
    out: _Columns = {}
    names, dimensions = kpis["name"].astype(str), kpis["dimension"].astype(str)
    units, values = kpis["unit"].astype(str), kpis["value"].to_numpy(np.float64, na_value=np.nan)
    for name, dimension, unit, replication, value in zip(
        names, dimensions, units, kpis["replication"], values, strict=True
    ):
        if (name, dimension) not in out:
            out[(name, dimension)] = (unit, np.full(len(replications), np.nan))
        out[(name, dimension)][1][place[int(replication)]] = value
    return out, replications


def mean_interval(values: Floats, unit: str) -> stats.Interval:
    """Mean and 95% interval of one published figure over its replications, in whichever report it stands.

    Parameters
    ----------
    values : float64 array
        One value a replication; NaN is left out.

    Returns
    -------
    Interval
        Of a share where `unit` is "share", else of an amount.
    """
    return (stats.share_interval if unit == SHARE else stats.amount_interval)(values)


def summarise(kpis: pd.DataFrame) -> list[KpiSummary]:
    """Mean and 95% interval of every KPI: Student t, or symmetric in the logarithm where t leaves its range.

    Parameters
    ----------
    kpis : pandas.DataFrame
        One row a replication and KPI: replication, name, dimension (JSON), value, unit.

    Returns
    -------
    list of KpiSummary
        In the order of the table; `n` counts the replications in which the KPI was observed.
    """
    columns, _ = _columns(kpis)
    return [
        KpiSummary(
            name,
            json.loads(dimension),
            unit,
            *mean_interval(values, unit),
        )
        for (name, dimension), (unit, values) in columns.items()
    ]


def assumed_price_share(kpis: pd.DataFrame) -> float:
    """Share of the costs in the counted window that rests on assumed prices; NaN where nothing was paid.

    Parameters
    ----------
    kpis : pandas.DataFrame
        As `summarise`.
    """
    rows = summarise(kpis[kpis["name"].astype(str) == ASSUMED_PRICE_SHARE])
    return next((row.mean for row in rows if row.dimension == {"view": CALENDAR}), math.nan)


def differences(base: pd.DataFrame, alt: pd.DataFrame) -> list[KpiDifference]:
    """Paired differences of every KPI that both runs have, over the replications they share.

    Parameters
    ----------
    base, alt : pandas.DataFrame
        KPI tables of two runs with the same seed; replication i uses the same random numbers in both.

    Returns
    -------
    list of KpiDifference
        In the order of the base.
    """
    first, second = shared_columns(base, alt)
    out = []
    for (name, dimension), (unit, values) in first.items():
        if (name, dimension) not in second:
            continue
        others = second[(name, dimension)][1]
        pairs = ~(np.isnan(values) | np.isnan(others))
        found = stats.paired_interval(values, others)
        out.append(
            KpiDifference(
                name,
                json.loads(dimension),
                unit,
                stats.mean(values[pairs]),
                stats.mean(others[pairs]),
                found.mean,
                found.low,
                found.high,
                found.n,
                stats.variance_ratio(values, others),
                *stats.ratio_interval(values, others)[:-1],
                *stats.quantile_interval(others - values)[:-1],
            )
        )
    return out


def paired_values(base: pd.DataFrame, alt: pd.DataFrame) -> dict[tuple[str, str], tuple[Floats, Floats]]:
    """Values of every KPI under both policies, by name and dimension (canonical JSON).

    Parameters
    ----------
    base, alt : pandas.DataFrame
        As `differences`.

    Returns
    -------
    dict of (name, dimension) to two float64 arrays
        In the order of the replications that both have; NaN where a KPI was not observed.
    """
    first, second = shared_columns(base, alt)
    return {key: (values, second[key][1]) for key, (_, values) in first.items() if key in second}


def shared_columns(base: pd.DataFrame, alt: pd.DataFrame) -> tuple[_Columns, _Columns]:
    """Unit and values of every KPI, over the replications that both runs have.

    Parameters
    ----------
    base, alt : pandas.DataFrame
        As `differences`.

    Returns
    -------
    two dicts of (name, dimension) to (unit, float64 array)
    """
    shared = set(base["replication"].unique()) & set(alt["replication"].unique())
    first, _ = _columns(base[base["replication"].isin(shared)])
    second, _ = _columns(alt[alt["replication"].isin(shared)])
    return first, second


def frame(rows: Iterable[KpiSummary] | Iterable[KpiDifference]) -> pd.DataFrame:
    """Summaries or differences as pandas, `dimension` as words such as `law=Zvw, view=calendar`."""
    import pandas as pd

    records: list[Mapping[str, Any]] = [asdict(row) for row in rows]
    out = pd.DataFrame.from_records(records)
    if len(out):
        out["dimension"] = [dimension_words(record["dimension"]) for record in records]
    return out


def dimension_words(dimension: Mapping[str, str]) -> str:
    """A dimension as words, sorted by name; empty for the whole."""
    return ", ".join(f"{name}={value}" for name, value in sorted(dimension.items()))
