"""The KPIs of a replication: totals, ratios and quantiles of the additive parts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa

from sim.experiment.network import add_network
from sim.experiment.parts import Parts, dimension_text
from sim.stats import quantile_of_counts
from sim.store import KPIS_SCHEMA, parquet_bytes
from sim.units import (
    CENTS_PER_EURO,
    DAYS_PER_WEEK,
    LAST_30_DAYS,
    MINUTES_PER_DAY,
    MINUTES_PER_HOUR,
    MINUTES_PER_MEAN_YEAR,
    MINUTES_PER_WEEK,
    P90,
    P99,
    PAYMENT_LEVELS,
)


@dataclass(frozen=True, slots=True)
class Kpi:
    """One number of one replication; NaN where there was nothing to observe."""

    name: str
    dimension: str
    value: float
    unit: str


class Definition(Protocol):
    """How a KPI follows from parts."""

    @property
    def name(self) -> str:
        """Name of the KPI."""
        ...

    def values(self, parts: Parts) -> Iterator[Kpi]:
        """KPIs of this definition, one a dimension that the parts hold."""
        ...


def _dimensions(
    parts: Parts, measure: str, names: Sequence[str] | None
) -> Iterator[tuple[dict[str, str], int]]:
    """Dimensions and amounts of a measure; only those over exactly `names` where given."""
    for text, amount in parts.of_measure(measure):
        dimension = json.loads(text)
        if names is None or set(dimension) == set(names):
            yield dimension, amount


@dataclass(frozen=True, slots=True)
class Total:
    """A sum, divided by the size of its unit."""

    name: str
    measure: str
    unit: str
    size: int = 1
    over: tuple[str, ...] | None = None

    def values(self, parts: Parts) -> Iterator[Kpi]:
        """One total a dimension."""
        for dimension, amount in _dimensions(parts, self.measure, self.over):
            yield Kpi(self.name, dimension_text(dimension), amount / self.size, self.unit)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A sum over another, `share` naming the dimensions that the denominator has too.

    Parameters
    ----------
    top, bottom : tuple of str
        Measures whose sums are added.
    size : int
        Size of the unit of the numerator.
    over : tuple of str, optional
        Take only the dimensions over exactly these names.
    share : tuple of str
        Dimensions that the denominator is split by.
    """

    name: str
    top: str
    bottom: str
    unit: str
    size: int = 1
    over: tuple[str, ...] | None = None
    share: tuple[str, ...] = ()

    def values(self, parts: Parts) -> Iterator[Kpi]:
        """One ratio a dimension; NaN where the denominator is 0."""
        for dimension, amount in _dimensions(parts, self.top, self.over):
            split = dimension_text({name: dimension[name] for name in self.share})
            below = parts.sums.get((self.bottom, split), 0)
            value = amount / (below * self.size) if below else math.nan
            yield Kpi(self.name, dimension_text(dimension), value, self.unit)


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of a counted distribution."""

    name: str
    measure: str
    level: float
    unit: str
    size: int = 1

    def values(self, parts: Parts) -> Iterator[Kpi]:
        """The quantile; NaN where nothing was counted."""
        nothing = np.zeros(0, np.int64)
        values, counts = parts.spreads.get((self.measure, dimension_text({})), (nothing, nothing))
        level = quantile_of_counts(values, counts, self.level) / self.size
        yield Kpi(self.name, dimension_text({}), level, self.unit)


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Several quantiles of a counted distribution and of its parts, the level as a dimension.

    Parameters
    ----------
    levels : tuple of float
    over : tuple of tuple of str
        Names of the dimensions that the distribution is taken over.
    size : int
        Size of the unit.
    """

    name: str
    measure: str
    levels: tuple[float, ...]
    unit: str
    over: tuple[tuple[str, ...], ...] = ((),)
    size: int = 1

    def values(self, parts: Parts) -> Iterator[Kpi]:
        """One quantile a distribution and level; NaN where nothing was counted."""
        nothing = np.zeros(0, np.int64)
        for names in self.over:
            for dimension, _ in _dimensions(parts, self.measure, names):
                values, counts = parts.spreads.get(
                    (self.measure, dimension_text(dimension)), (nothing, nothing)
                )
                for level in self.levels:
                    found = quantile_of_counts(values, counts, level) / self.size
                    yield Kpi(self.name, dimension_text({**dimension, "level": str(level)}), found, self.unit)


ASSUMED_PRICE_SHARE = "assumed_price_share"
_EUR = CENTS_PER_EURO
_DAY = MINUTES_PER_DAY
_CARE_HOUR = MINUTES_PER_WEEK * MINUTES_PER_HOUR

DEFINITIONS: tuple[Definition, ...] = (
    Total("patients", "patients", "count", over=()),
    Ratio("place_of_death", "deaths", "patients", "share", over=("setting",)),
    Ratio("place_of_death", "deaths", "patients", "share", over=("setting", "group"), share=("group",)),
    Ratio("wlz_at_death", "patients_with_wlz", "patients", "share"),
    Ratio("wishes_met", "wishes_met", "patients", "share"),
    *(
        Ratio("preference_met", "preference_met", "preference_known", "share", over=listed, share=listed)
        for listed in ((), ("listed",))
    ),
    Ratio("days_in_setting", "minutes_in_setting", "patients", "days", size=_DAY),
    Total("cost", "cost", "eur", size=_EUR),
    Ratio(ASSUMED_PRICE_SHARE, "cost_at_assumed_prices", "cost", "share", over=("view",), share=("view",)),
    Ratio("cost_per_decedent", "cost_of_decedents", "patients", "eur", size=_EUR, over=()),
    Ratio(
        "cost_per_decedent", "cost_of_decedents", "patients", "eur", size=_EUR, over=("wlz",), share=("wlz",)
    ),
    Ratio("patient_payment_mean", "patient_payment", "patients", "eur", size=_EUR, over=()),
    Ratio("patient_payment_mean", "patient_payment", "patients", "eur", size=_EUR, over=("item",)),
    Ratio(
        "patient_payment_mean",
        "patient_payment",
        "patients",
        "eur",
        size=_EUR,
        over=("income",),
        share=("income",),
    ),
    Ratio(
        "patient_payment_mean", "patient_payment", "patients", "eur", size=_EUR, over=("wlz",), share=("wlz",)
    ),
    Ratio("patient_payment_mean", "patient_payment", "patients", "eur", size=_EUR, over=("law",)),
    Quantile("patient_payment_median", "patient_payment", 0.5, "eur", size=_EUR),
    Quantile("patient_payment_p90", "patient_payment", P90, "eur", size=_EUR),
    Quantile("patient_payment_p99", "patient_payment", P99, "eur", size=_EUR),
    Quantiles(
        "patient_payment_quantile",
        "patient_payment",
        PAYMENT_LEVELS,
        "eur",
        over=((), ("wlz",), ("income",)),
        size=_EUR,
    ),
    Ratio("occupancy", "bed_minutes_used", "bed_minutes", "share", over=("setting",), share=("setting",)),
    Ratio("occupancy", "bed_minutes_used", "bed_minutes", "share", over=("site",), share=("site",)),
    Ratio(
        "occupancy_by_month",
        "bed_minutes_used",
        "bed_minutes",
        "share",
        over=("setting", "month"),
        share=("setting", "month"),
    ),
    Ratio("moves", "moves", "patients", "count", over=("from", "to")),
    Ratio("hospice_occupancy", "hospice_bed_minutes_used", "hospice_bed_minutes", "share"),
    *(
        Ratio(
            "wait_days_mean",
            "hospice_wait_minutes",
            "hospice_admitted",
            "days",
            size=_DAY,
            over=split,
            share=split,
        )
        for split in ((), ("setting",))
    ),
    Quantile("wait_days_p90", "hospice_wait", P90, "days", size=_DAY),
    Total("hospice_requests", "hospice_requests", "count"),
    Total("hospice_stays", "hospice_stays", "count"),
    Ratio("hospice_guests", "hospice_guests", "hospice_stays", "share"),
    Ratio("hospice_age_mean", "hospice_age_minutes", "hospice_stays", "years", size=MINUTES_PER_MEAN_YEAR),
    Ratio("hospice_refused", "hospice_refused", "hospice_requests", "share"),
    Ratio("hospice_died_waiting", "hospice_died_waiting", "hospice_requests", "share"),
    Ratio("hospice_from_hospital", "hospice_from_hospital", "hospice_admitted", "share"),
    Total("blocked_hospital_days", "blocked_hospital_minutes", "days", size=_DAY),
    Ratio("nursing_home_wait_days", "nursing_home_wait_minutes", "nursing_home_admitted", "days", size=_DAY),
    Ratio("admitted_last_30", "admitted_last_30", "patients", "share"),
    Ratio("ed_last_30", "ed_last_30", "patients", "share"),
    Ratio("ic_last_30", "ic_last_30", "patients", "share"),
    Ratio("hospital_days_last_30", "hospital_days_last_30", "admitted_last_30", "days"),
    *(
        Ratio(name, name, below, unit, over=listed, share=listed)
        for name, below, unit in (
            ("hospitalised_last_90", "patients", "share"),
            ("transitions_last_90", "patients", "count"),
            ("transitions_with_hospital", "transitions_last_90", "share"),
            ("transition_last_30", "patients", "share"),
        )
        for listed in ((), ("listed",))
    ),
    *(
        Ratio(
            f"gp_contacts_last_{days}",
            f"gp_contact_units_last_{days}",
            f"gp_patients_last_{days}",
            "count",
            size=MINUTES_PER_WEEK,
        )
        for days in (LAST_30_DAYS, DAYS_PER_WEEK)
    ),
    Ratio("district_nursing_hours", "district_nursing_units", "patients", "hours", size=_CARE_HOUR),
    Ratio("care_drop_share", "care_fell", "care_changed", "share"),
    Ratio("care_drop_hours", "care_fell_minutes", "care_fell", "hours", size=MINUTES_PER_HOUR),
    Ratio("terminal_outlived_90", "terminal_outlived_90", "terminal_estimated", "share"),
    Total("subsidy", "subsidy", "eur", size=_EUR),
    Total("subsidy_claimed", "subsidy_claimed", "eur", size=_EUR),
    Total("subsidy_earned", "subsidy_earned", "eur", size=_EUR),
    Total("subsidy_earned_claimed", "subsidy_earned_claimed", "eur", size=_EUR),
    Ratio("subsidy_earned_payout", "subsidy_earned", "subsidy_earned_claimed", "share", over=()),
    Total("budget", "budget", "eur", size=_EUR),
    Total("budget_used", "budget_used", "eur", size=_EUR),
    Total("budget_left", "budget_left", "eur", size=_EUR),
    Total("spiritual_hours_left", "spiritual_hours_left", "hours"),
    Total("unfunded", "unfunded", "eur", size=_EUR),
    Total("provider_gain", "provider_gain", "eur", size=_EUR),
    Total("provider_shadow", "provider_shadow", "eur", size=_EUR),
    *(
        Ratio(
            "ceiling_exhausted_day",
            "ceiling_exhausted_day",
            "ceiling_segments",
            "day of year",
            over=contract,
            share=contract,
        )
        for contract in ((), ("contract",))
    ),
    *(Total(name, name, "eur", size=_EUR, over=("kind",)) for name in ("ceiling_room", "ceiling_used")),
    Total("ceiling_patients_affected", "ceiling_patients_affected", "count"),
    Total("ceiling_touched", "ceiling_touched", "count"),
    Total("hospital_elsewhere", "hospital_elsewhere", "count"),
)
"""All KPIs but the payout percentage of the Regeling PTZ, which the subsidy step adds."""
SUBSIDY_PAYOUT = "subsidy_payout"
KPI_NAMES = frozenset({*(definition.name for definition in DEFINITIONS), SUBSIDY_PAYOUT})
"""Names of all KPIs that a run can have."""


def evaluate(parts: Parts) -> list[Kpi]:
    """KPIs of one replication from the parts of all its clusters.

    Parameters
    ----------
    parts : Parts
        Merged over the clusters of a replication, subsidies added.

    Returns
    -------
    list of Kpi
        In the order of the definitions.
    """
    whole = Parts(dict(parts.sums), parts.spreads)
    admitted = parts.sums.get(("hospice_admitted", dimension_text({})), 0)
    refused = parts.sums.get(("hospice_not_admitted", dimension_text({"reason": "geduld_op"})), 0)
    died = parts.sums.get(("hospice_not_admitted", dimension_text({"reason": "overleden_in_wachttijd"})), 0)
    whole.add("hospice_requests", admitted + refused + died)
    whole.add("hospice_refused", refused)
    whole.add("hospice_died_waiting", died)
    add_network(whole)
    return [kpi for definition in DEFINITIONS for kpi in definition.values(whole)]


def kpis_bytes(scenario: str, replication: int, kpis: Sequence[Kpi]) -> bytes:
    """Parquet bytes of the table `kpis` of one replication.

    Parameters
    ----------
    scenario : str
        Its name.
    replication : int
    kpis : sequence of Kpi
    """
    n = len(kpis)
    values = np.array([kpi.value for kpi in kpis], np.float64)
    texts = {
        "scenario": [scenario] * n,
        "name": [kpi.name for kpi in kpis],
        "dimension": [kpi.dimension for kpi in kpis],
        "unit": [kpi.unit for kpi in kpis],
    }
    columns = []
    for field in KPIS_SCHEMA:
        if field.name in texts:
            columns.append(pa.array(texts[field.name], pa.string()).dictionary_encode())
        elif field.name == "replication":
            columns.append(pa.array([replication] * n, pa.int32()))
        else:
            columns.append(pa.array(values, mask=np.isnan(values)))
    return parquet_bytes(pa.Table.from_arrays(columns, schema=KPIS_SCHEMA))
