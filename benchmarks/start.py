"""Seconds until `palsim --help` answers and until a scenario is loaded; one JSON line.

Usage: python benchmarks/start.py [SCENARIO] [ROUNDS]

The help is asked of a fresh process each time, on the clock; a scenario is loaded with neither its file nor
the list of settings remembered, in seconds of the processor. The fastest round counts: other work only adds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from sim import data
from sim.scenario import load_scenario, paths

HELP = [sys.executable, "-c", "from sim.cli import main; main()", "--help"]


def answering() -> float:
    """Seconds on the clock of the help."""
    began = time.perf_counter()
    subprocess.run(HELP, capture_output=True, check=True)
    return time.perf_counter() - began


def loading(scenario: str) -> float:
    """Seconds of the processor in which a scenario loads."""
    data._read_json.cache_clear()
    paths.addresses.cache_clear()
    began = time.process_time()
    load_scenario(scenario)
    return time.process_time() - began


def main(scenario: str, rounds: int) -> dict[str, float]:
    """Seconds of the fastest round of each."""
    return {
        "palsim --help": round(min(answering() for _ in range(rounds)), 3),
        "load a scenario": round(min(loading(scenario) for _ in range(rounds)), 3),
    }


if __name__ == "__main__":
    name = sys.argv[1] if len(sys.argv) > 1 else "azwa_omzetplafond"
    print(json.dumps(main(name, int(sys.argv[2]) if len(sys.argv) > 2 else 5)))
