"""The peers' reference model on the journey's own `Places`, timed end to end as `reference_model.py` is.

Needs, pricing and statistics are those of `reference_model.py`; the events are those of
`tests/oracles/reference_places.py`, where every bed is given back by an event and every wait is a request.
Both give the same stays. Run as a script it prints one JSON line like the peers do.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from measuring import HERE
from reference_model import part, regions_of, run

from sim.journey.speed import without_collector

sys.path.append(str(HERE.parent / "tests" / "oracles"))

from reference_places import Region


def simulate(model: ModuleType, pre: dict[str, Any]) -> list[dict[str, np.ndarray]]:
    """Stays region by region: person, setting, start, end, sorted by person and start."""
    hospital, hospice = model.capacities(pre["n"])
    tables = []
    with without_collector():
        for rows in regions_of(model, pre):
            needs = part(pre, rows)
            stays = Region(needs, hospital, hospice).run().T
            tables.append({"person": rows[stays[0]], "setting": stays[1], "start": stays[2], "end": stays[3]})
    return tables


if __name__ == "__main__":
    found = run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), simulate)
    print(json.dumps(found | {"engine": "palsim, Places"}))
