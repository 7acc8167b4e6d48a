"""The KPIs of a replication, from the parts of all its clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sim.measure import indicators
from sim.measure.network import add_network
from sim.measure.registry import KPIS, rows_of
from sim.measure.sums import Sums, dimension_text
from sim.store import KPIS_SCHEMA, parquet_bytes


@dataclass(frozen=True, slots=True)
class Kpi:
    """One number of one replication; NaN where there was nothing to observe."""

    name: str
    dimension: str
    value: float
    unit: str


ASSUMED_PRICE_SHARE = "assumed_price_share"
SUBSIDY_PAYOUT = "subsidy_payout"
__all__ = ["ASSUMED_PRICE_SHARE", "KPIS", "SUBSIDY_PAYOUT", "Kpi", "evaluate", "kpis_bytes", "rows_of"]
_REGISTERED = indicators  # the module whose registrations are the KPIs of a run


def evaluate(parts: Sums) -> list[Kpi]:
    """KPIs of one replication, in the order of their registration, from the parts of all its clusters.

    The subsidies are added to them.
    """
    whole = Sums(dict(parts.sums), parts.spreads)
    admitted = parts.sums.get(("hospice_admitted", dimension_text({})), 0)
    refused = parts.sums.get(("hospice_not_admitted", dimension_text({"reason": "geduld_op"})), 0)
    died = parts.sums.get(("hospice_not_admitted", dimension_text({"reason": "overleden_in_wachttijd"})), 0)
    whole.add("hospice_requests", admitted + refused + died)
    whole.add("hospice_refused", refused)
    whole.add("hospice_died_waiting", died)
    add_network(whole)
    return [
        Kpi(each.name, dimension, value, each.unit)
        for each in KPIS.values()
        for formula in each.formulas
        for dimension, value in formula.values(whole)
    ]


def kpis_bytes(replication: int, scenarios: Mapping[str, Sequence[Kpi]]) -> bytes:
    """Parquet bytes of the table `kpis` of one replication, from the KPIs of each scenario by its name."""
    kpis = [kpi for several in scenarios.values() for kpi in several]
    n = len(kpis)
    values = np.array([kpi.value for kpi in kpis], np.float64)
    texts = {
        "scenario": [name for name, several in scenarios.items() for _ in several],
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
