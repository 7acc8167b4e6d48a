"""Writes docs/theory.md: every system with an exact answer, simulated on the journey's places.

Usage: python docs/generate/theory.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "theory.md"
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "theory")]

from houses import NAMES, POOLED, REQUESTS, ROOM, apart, by_events, system  # noqa: E402
from houses import SEEDS as HOUSE_SEEDS  # noqa: E402
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

## Beds and queues

"""
TABLE = """| System | Theory | Figure | Exact | Simulated | Standard error | z |
|---|---|---|---:|---:|---:|---:|
"""


def _houses() -> str:
    """Houses as houses, on the queue of a capacity study."""
    known = [found for name in NAMES for found in results(system(name))]
    shares = {share: by_events(share, own_first=True)[0] for share in (0.85, 0.5)}
    return f"""## Houses as houses

Here the queue of a capacity study itself runs ({len(HOUSE_SEEDS)} times a year, seeds {HOUSE_SEEDS[0]} to
{HOUSE_SEEDS[-1]}) with its rules for houses of one type:

- Who accepts any house gets a bed in the house where most are free, in the order of the region's sites where
  that is equal. Who accepts one house only has drawn it in proportion to its beds, and waits for it.
- A bed that comes free goes to the first in order of request whom it suits, those who go first before all.
- Patience runs from the request and is drawn apart from the stay. Who dies in the queue leaves it.

The Markov chain follows the beds in use of two houses and everybody in line, in order; lines of more than
{ROOM} are too rare to matter. It is exact for all of these rules at once. The independent model
(`tests/oracles/plain_houses.py`) is a list of events in plain Python that shares nothing with the program;
{REQUESTS:,} requests run, and its own standard error is in the one shown.

{TABLE}{chr(10).join(found.row() for found in known)}

The largest distance is {max(abs(found.z) for found in known):.1f} standard errors. Where who accepts any
house looks in the own house first, the independent model leaves {shares[0.85]:.1%} (85% accept any) and
{shares[0.5]:.1%} (half) without a bed: which house guests try first matters less than whether they go to
another at all ({POOLED:.1%} when all do, {apart():.1%} when none do).
"""


def main() -> None:
    """Write the page."""
    rows = [found.row() for system in SYSTEMS for found in results(system)]
    worst = max(abs(found.z) for system in SYSTEMS for found in results(system))
    close = f"""
{len(SYSTEMS)} systems, {len(rows)} figures; the largest distance is {worst:.1f} standard errors.

{_houses()}
`python docs/generate/theory.py` writes this page.
"""
    OUT.write_text(INTRODUCTION + TABLE + "\n".join(rows) + "\n" + close, encoding="utf-8")


if __name__ == "__main__":
    main()
