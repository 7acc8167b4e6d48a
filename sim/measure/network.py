"""The population of a GP network of 2005-2011: people at home and residents of care homes, as many as then.

The network held residents of care homes (verzorgingshuizen), which no longer exist; nursing homes were not
in it. Figures of people at home and of residents are put together by the share that residents had
(direct standardisation), so that every figure of the network is over one population.
"""

from __future__ import annotations

import json
from functools import lru_cache

from sim.data import data_folder, read_json
from sim.measure.last_days import GP_AT_HOME, RESIDENT
from sim.measure.sums import Sums, dimension_text

NETWORK = "huisartsennetwerk"  # value of `listed` for the network as it was
_MEASURES = (
    "patients",
    "preference_known",
    "preference_met",
    "hospitalised_last_90",
    "transitions_last_90",
    "transitions_with_hospital",
    "transition_last_30",
)
_WHOLE = 1000


@lru_cache(maxsize=1)
def residents_per_mille() -> int:
    """Share of residents in the network, from `gp_network` of `scenarios/targets.yaml`."""
    tree = json.loads(read_json(data_folder("scenarios") / "targets.yaml"))
    return round(float(tree["gp_network"]["residents"]["value"]) * _WHOLE)


def add_network(parts: Sums) -> None:
    """Add the parts of the network to a replication: each measure a patient of both groups, by their shares.

    Sums of the network are in a unit of their own (patients of one group times patients of the other), which
    cancels in every KPI, for these are all ratios.
    """

    def of(name: str, word: str) -> int:
        return parts.sums.get((name, dimension_text({"listed": word})), 0)

    residents = residents_per_mille()
    at_home = (_WHOLE - residents) * of("patients", RESIDENT)
    inside = residents * of("patients", GP_AT_HOME)
    for name in _MEASURES:
        parts.add(name, of(name, GP_AT_HOME) * at_home + of(name, RESIDENT) * inside, listed=NETWORK)
