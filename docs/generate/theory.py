"""Writes docs/theory.md: every system with an exact answer, simulated on the journey's places.

Usage: python docs/generate/theory.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "theory.md"
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "theory")]

from systems import GUESTS, OTHER_SEEDS, SEEDS, SYSTEMS, results  # noqa: E402

INTRODUCTION = f"""# Agreement with queueing theory

Beds, queues and giving up in the journey go through one class, `Places` in `sim/journey/places.py`. Here it
runs systems whose answer is known exactly. A system runs {len(SEEDS)} times, with seeds {SEEDS[0]} to
{SEEDS[-1]} and about {GUESTS:,} arrivals each; the mean stay is 1 where one unit is simulated. Six sites with
one queue and nobody who gives up are 24 beds to whoever waits, so that system has seeds of its own,
{OTHER_SEEDS[0]} to {OTHER_SEEDS[-1]}: with the same it would repeat the run of 24 beds. z is simulated minus
exact in standard errors. `tests/theory` asks for at most 3 either way, for Little's law within 1% in every
bed and queue, and for the bounds of Van Dijk and Kortbeek on intensive care behind a theatre. Published
capacity tables are in `tests/oracles`.

- **Erlang B**: lost when full, for any distribution of stays. **Erlang C**: waits. **Erlang A**: waits with
  exponential patience.
- **Pollaczek-Khinchine**: one bed, general stays. **M/G/infinity**: no limit.
- **Markov chain**: two units in series with exponential times, solved state by state. Behind the first unit a
  guest blocks the bed until the second has one; behind the theatre a guest is refused.

| System | Theory | Figure | Exact | Simulated | Standard error | z |
|---|---|---|---:|---:|---:|---:|
"""


def main() -> None:
    """Write the page."""
    rows = [found.row() for system in SYSTEMS for found in results(system)]
    worst = max(abs(found.z) for system in SYSTEMS for found in results(system))
    close = f"""
{len(SYSTEMS)} systems, {len(rows)} figures; the largest distance is {worst:.1f} standard errors.

`python docs/generate/theory.py` writes this page.
"""
    OUT.write_text(INTRODUCTION + "\n".join(rows) + "\n" + close, encoding="utf-8")


if __name__ == "__main__":
    main()
