"""KPIs of each area of a run by itself, from the parts that its tasks stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from sim import store
from sim.later import pd
from sim.measure.kpis import evaluate
from sim.measure.sums import decode_sums

_COLUMNS = ("replication", "name", "dimension", "value", "unit")


def kpis_by_area(
    folder: Path, manifest: Mapping[str, Any], names: Collection[str]
) -> dict[str, pd.DataFrame]:
    """KPIs of a run folder by cluster, in the columns of the table `kpis`, which holds them for all together.

    What is shared out over the nation (the Regeling PTZ, budgets of the state) is not an area's own, so that
    no KPI of it is here. Raises InputError when a stored file is missing or damaged.
    """
    out = {}
    for cluster in manifest["clusters"]:
        rows = [
            (replication, kpi.name, kpi.dimension, kpi.value, kpi.unit)
            for replication in range(int(manifest["replications"]))
            for kpi in evaluate(
                decode_sums(store.read_file(folder, store.parts_path(replication, cluster), manifest))
            )
            if kpi.name in names
        ]
        out[str(cluster)] = pd.DataFrame.from_records(rows, columns=_COLUMNS)
    return out
