"""Whether fewer draws of all assumptions say of a policy's headline what many say; one line a measure.

Usage: python benchmarks/agreement.py [DRAWS MANY_DRAWS]

Current practice and the omzetplafond on Middenland, 20 replications. 2,000 draws take some ten minutes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import sim
from sim.catalogue import load_tariffs
from sim.runs.options import RunOptions
from sim.scenario import load_scenario
from sim.studies.headline import HEADLINE
from sim.studies.sensitivity.assumptions import Spread, draw_assumptions, read_assumptions

BASE, POLICY, REPLICATIONS, CORES = "basis_2026", "azwa_omzetplafond", 20, 2


def main(counts: list[int]) -> None:
    """Range and probability of the sign at each number of draws."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "both"
        sim.compare(
            BASE, POLICY, out=folder, keep="kpis", replications=REPLICATIONS, assumptions=0, jobs=CORES
        )
        scenarios = [load_scenario(each).with_run(replications=REPLICATIONS) for each in (BASE, POLICY)]
        found = []
        for count in counts:
            began = time.perf_counter()
            draw_assumptions(scenarios, folder, load_tariffs(), RunOptions(CORES), count)
            (one,) = read_assumptions(folder)
            found.append([s for s in one.spreads if s.name == HEADLINE])
            print(f"{count} draws: {time.perf_counter() - began:.0f} s", flush=True)
    for several in zip(*found, strict=True):
        print(f"headline {several[0].dimension['item']}: {'; '.join(map(told, several))}")


def told(spread: Spread) -> str:
    """Range and probability in a few figures, each with its standard error."""
    return (
        f"{spread.low:.4g} (error {spread.low_error:.2g}) to {spread.high:.4g} ({spread.high_error:.2g}), "
        f"sign {spread.sign:.3f} ({spread.sign_error:.2g})"
    )


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [200, 2000])
