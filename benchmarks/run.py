"""Measures Palsim's speed and memory against its goals, each speed goal as a ratio within one run.

`python benchmarks/run.py` measures in full; `--smoke` is short and fails only below half a goal; `--page`
keeps what was measured as a page. Engines take turns, each measurement in a process of its own; medians of
the rounds are shown.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

import psutil
from before import against_before
from measuring import HERE, Goal, measured, titled
from peers import against_peers
from rich.console import Console
from scaling import AREAS, REPLICATIONS, scaling

from sim.runs.execute import cores

ROUNDS, WIDTH = 5, 132
DRAWS, LEVERS = 200, 6
TEN_MILLION = 30
"""Replications of the Netherlands with ten million patients together."""
BYTES_PER_GIGABYTE = 1024**3
PAGE = """# Performance

What `make bench` printed on one machine: {machine}.
`python benchmarks/run.py --page docs/performance.md` writes this page again.

Every measurement runs in a process of its own, which finds no compiled Python and compiles it anew: some
tenths of a second that a user pays once. Seconds are on the clock and rise with other work on the
machine; microseconds a patient are processor time, and ratios compare runs of one series. A region's
cohort holds three years of deaths, so a national year is about 336,000 patients. The journeys' figures are
before pricing, with every table encoded and written. Full-model rows of 10,000, 100,000 and 1,000,000
patients are 1, 10 and 100 regions of one size, so the goal "most by least" says that regions do not hinder
each other; what size itself costs is shown by the rows of one region that grows.

Peers are written as their users would, not tuned. Beside them, "palsim, lean" is a program for the reference
model alone (`benchmarks/reference_model.py`): it uses the techniques of the journey, but has its own beds and
knows the end of every stay in one. It is not the journey's code. "palsim, Places" runs the same reference
model on the journey's own `Places` (`benchmarks/reference_on_places.py`) and gives the same stays.

```
{measured}
```

## Where the time goes

No line of Python runs once a patient. A region-year is some three thousand calls of numpy on columns of ten
to four hundred thousand rows, and one call of the compiled loop; without a compiler SimPy takes the place
of that call and some twenty times its time. Half of the rest is pricing: every product looks up its price by
day, every rule looks at the lines of its products, and what runs in order of date (eigen risico,
contributions, maxima) is settled on sorted rows. The other half is drawing needs and counting KPIs.
Processes of tasks keep the memory that they free: asking for it anew costs a fifth of a task.

- **Draws of assumptions**: a draw simulates and prices the base, then who fares otherwise in the policy.
  Later draws have one replication, which is what tells most a second as long as the first draws say what
  chance is. At the end one process judges some 480 measures. The command around them, `palsim compare` with
  ten replications of both scenarios, their journeys kept, and a report, takes some 14 seconds more.
- **A study of beds**: the queue is run for those who ask for a place, and all numbers of beds of a
  replication are priced as one. What is left is pricing, and the start of two processes. Its answer is
  another than that of the commit before as it tells more, and looks at more replications first where a norm
  is about rare requests; what both tell of a number of beds with as many replications is equal.
- **Repricing** reads stored journeys and prices them: pricing is half of a run by now, so it can be little
  more than twice as quick as a run.
- **The plain programs** draw no needs and count no KPIs, which are half of the KPI path.
- **The reference model on `Places`** takes 2 microseconds for each of its 61,000 events a region-year: 0.6 of
  SimPy, the rest of taking, giving back and writing down. The compiled loop has places of its own, for the
  full model alone.
- **All tables kept**: about a third of the time is writing Parquet.
- **Ten million patients**: a process holds one region at a time and a run its sums, so that time limits, not
  memory; who keeps all tables needs disk for them, as many bytes a patient as stand above.

Tried and left: numba and Cython for the loop, a heap of whole numbers in SimPy's place
([ADR 11](adr/0011-two-engines-one-model.md)); uniform numbers kept from one draw to the next (tens of
megabytes a process); people of a study of beds shared between processes through files (a second less, 170
MB of disk); fewer draws of two replications (more draws would then know less).

`python benchmarks/agreement.py` tells whether 200 draws say of the omzetplafond on Middenland what 2,000 say.
Of its four headline measures the probability of the sign is 0.988, 0.982, 0.963 and 0.991 by 200 draws, and
0.985, 0.977, 0.976 and 0.984 by 2,000; all differences are within a standard error and a half.
"""


def region_year(console: Console, rounds: int) -> list[Goal]:
    """The project's own region-year, end to end."""
    found = measured(HERE / "region_year.py", "basis_2026", rounds)
    table = titled(f"Middenland, one replication, {found['patients']:,} patients", "stage", "seconds")
    for stage, seconds in found["seconds"].items():
        table.add_row(stage, f"{seconds:.3f}")
    table.add_row("total", f"{found['total']:.3f}")
    console.print(table)
    told = ", ".join(f"{bytes:,} ({keep})" for keep, bytes in found["kept_bytes"].items())
    console.print(
        f"{found['patients_per_second']:,} patients a second; "
        f"{found['memory_mb']} MB above the {found['imports_mb']} MB of imports and inputs\n"
        f"bytes a patient on disk: {told} by what is kept\n"
    )
    return [Goal("region-year: memory above imports", found["memory_mb"], 300, False, "MB")]


def start(console: Console, rounds: int) -> list[Goal]:
    """What someone waits for before anything runs: the help, and a scenario that loads."""
    found = measured(HERE / "start.py", "azwa_omzetplafond", rounds)
    table = titled("Start, nothing remembered", "start", "seconds")
    for name, seconds in found.items():
        table.add_row(name, f"{seconds:.2f}")
    console.print(table)
    return [Goal(f"start: {name}", seconds, 1, False, "s") for name, seconds in found.items()]


def engines(console: Console, *, smoke: bool) -> list[Goal]:
    """The events of a region by both engines, and the whole KPI path against the plain programs."""
    found = measured(HERE / "engines.py", 100 if smoke else 1000)
    table = titled("Processor time a patient of Middenland", "work", "us a patient")
    for name, seconds in found.items():
        table.add_row(name.replace("_", " "), f"{seconds * 1e6:,.1f}")
    console.print(table)
    goals = [Goal("events: compiled against SimPy", found["simpy"] / found["compiled"], 10, True, "times")]
    if not smoke:
        plain = found["plain_engine"] + found["plain_pricing"]
        name = "KPI path against a process a patient and bills one by one"
        goals.append(Goal(name, plain / found["kpis"], 100, True, "times"))
    return goals


def waiting(console: Console) -> list[Goal]:
    """What a person waits for on two cores, in seconds on the clock, and more machines."""
    beds = measured(HERE / "waiting.py", "capacity")
    drawn = measured(HERE / "waiting.py", "draws", DRAWS)
    lever = measured(HERE / "waiting.py", "lever", LEVERS)
    page = measured(HERE / "waiting.py", "page", LEVERS)
    nation = {
        count: measured(HERE / "nation.py", AREAS, count, 2) for count in (1, REPLICATIONS, TEN_MILLION)
    }
    shared = {count: measured(HERE / "waiting.py", "machines", count) for count in (1, 2, 4)}
    if len({run["answer"] for run in shared.values()}) != 1:
        raise SystemExit("other numbers of machines give other bytes")
    table = titled("What a person waits for, two cores", "work", "seconds")
    table.add_row("a study of beds of Middenland", f"{beds['seconds']:.1f}")
    table.add_row("a lever of the page, after the first", f"{lever['seconds']:.1f}")
    if told := page.get("missing"):
        table.add_row(f"the page in a browser: {told}", "")
    else:
        table.add_row("a lever in a browser, until an answer", f"{page['seconds']:.1f}")
        table.add_row("a lever in a browser, until the full answer", f"{page['full']:.1f}")
        table.add_row("beds of one type in a browser, until a guess and a bar", f"{page['guess']:.1f}")
        table.add_row("beds of one type in a browser, until the answer", f"{page['beds']:.1f}")
    table.add_row(f"{DRAWS} draws of all assumptions", f"{drawn['seconds']:.0f}")
    for count, run in nation.items():
        table.add_row(
            f"{run['patients']:,} patients of the Netherlands, {count} replications", f"{run['seconds']:.1f}"
        )
    for count, run in shared.items():
        table.add_row(f"{run['patients']:,} patients on {count} workers of Dask", f"{run['seconds']:.1f}")
    console.print(table)
    each, most = nation[REPLICATIONS], nation[TEN_MILLION]
    slower = most["seconds"] / most["patients"] / (each["seconds"] / each["patients"])
    return [
        Goal("a study of beds", beds["seconds"], 10, False, "s"),
        Goal("a lever of the page", lever["seconds"], 1, False, "s"),
        *([] if "missing" in page else in_a_browser(page)),
        Goal(f"{DRAWS} draws of all assumptions", drawn["seconds"], 60, False, "s"),
        Goal("the Netherlands, one replication", nation[1]["seconds"], 8, False, "s"),
        Goal("the Netherlands, ten replications", nation[REPLICATIONS]["seconds"], 80, False, "s"),
        Goal("ten million patients: memory of the largest process", most["peak_mb"], 1000, False, "MB"),
        Goal("ten million patients: seconds a patient, by those of a third", slower, 1.25, False, "x"),
    ]


def in_a_browser(page: dict[str, float]) -> list[Goal]:
    """Goals of the page, with the page drawn."""
    return [
        Goal("a lever in a browser", page["seconds"], 1, False, "s"),
        Goal("beds of one type in a browser", page["beds"], 10, False, "s"),
    ]


def law_million(console: Console) -> list[Goal]:
    """A million declarations of mixed products through all rules, in seconds of one core."""
    found = measured(HERE / "law_million.py", 3)
    console.print(
        f"{found['declarations']:,} declarations of {found['products']} products through "
        f"{found['rules_in_force']} rules: {found['seconds']:.2f} s of one core\n"
    )
    return [Goal("law: a million declarations", found["seconds_a_million"], 3, False, "s")]


def repricing(console: Console, *, smoke: bool) -> list[Goal]:
    """A stored national year priced anew, against running it: simulate, price, write."""
    found = measured(HERE / "reprice.py", "basis_landelijk", *((3, 2) if smoke else (AREAS, 1)))
    if any(found["journeys"][name] for name in found["faster"]):
        raise SystemExit("repricing simulated a journey")
    table = titled(f"{found['regions']} regions, one replication", "priced anew", "seconds", "faster")
    table.add_row("run: simulate, price, write", f"{found['seconds']['run']:.2f}", "")
    for name, ratio in found["faster"].items():
        table.add_row(f"another {name}, no journey", f"{found['seconds'][name]:.2f}", f"{ratio:.1f} times")
    console.print(table)
    return [
        Goal(f"repricing: another {name}, against a run", ratio, 3, True, "times")
        for name, ratio in found["faster"].items()
        if name == "subsidy" or not smoke  # pricing is over half of a run: a few regions tell its ratio badly
    ]


def main() -> int:
    """Run the measurements; 1 when a smoke run is worse than half a goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="short; fails only below half a goal")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--page", type=Path, help="write what was measured as a page, docs/performance.md")
    options = parser.parse_args()
    console = Console(stderr=options.json, width=WIDTH, record=options.page is not None)
    before = os.getloadavg()[0]
    rounds = 2 if options.smoke else ROUNDS
    goals = start(console, 3 if options.smoke else ROUNDS)
    goals += region_year(console, 3 if options.smoke else ROUNDS)
    if not options.smoke:
        goals += against_before(console, 2)
        goals += waiting(console)
    goals += engines(console, smoke=options.smoke)
    goals += law_million(console)
    goals += repricing(console, smoke=options.smoke)
    goals += scaling(console, smoke=options.smoke)
    goals += against_peers(console, rounds, smoke=options.smoke)
    table = titled("Goals", "goal", "measured", "wanted", "met")
    for g in goals:
        sign = ">=" if g.at_least else "<="
        table.add_row(
            g.name, f"{g.value:.3g} {g.unit}", f"{sign} {g.goal:g} {g.unit}", "yes" if g.met else "NO"
        )
    console.print(table)
    if options.json:
        print(json.dumps([vars(g) | {"met": g.met} for g in goals]))
    failed = [g.name for g in goals if (g.hopeless if options.smoke else not g.met)]
    if failed:
        console.print(f"not met: {'; '.join(failed)}")
    if options.page:
        text = "\n".join(line.rstrip() for line in console.export_text().splitlines())
        options.page.write_text(PAGE.format(measured=text.strip(), machine=machine(before)), encoding="utf-8")
    return 1 if failed else 0


def machine(load: float) -> str:
    """The machine in general terms, and how busy it was."""
    memory = round(psutil.virtual_memory().total / BYTES_PER_GIGABYTE)
    return (
        f"{cores()} cores ({platform.machine()}), {memory} GB of memory, {platform.system()}, "
        f"{platform.python_implementation()} {platform.python_version()}. "
        f"When it began, {load:.1f} processes of other work wanted a core"
    )


if __name__ == "__main__":
    sys.exit(main())
