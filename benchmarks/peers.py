"""Palsim's reference model in turn with other engines on the same model.

The peers are idiomatic, not tuned. They are read from `../shared/peers` or $PALSIM_PEERS. A peer that
cannot run here is named with the reason.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from measuring import HERE, Goal, measured, middle, titled
from rich.console import Console
from rich.table import Table

PEERS = Path(os.environ.get("PALSIM_PEERS", HERE.parent.parent / "shared" / "peers"))
REGION, NATION = 5600, 112_000
NATION_GOAL, PLACES_GOAL = 40, 25
LEAN, PLACES = "palsim, lean", "palsim, Places"
WHAT = f"""Medians; the peers are written as their users would, not tuned.
"{LEAN}" is a program for this model alone, with its own beds and a known end of every stay in one; goals
are measured on it unless they say otherwise. "{PLACES}" runs the same model on the journey's own
places, where every bed is given back by an event: the same stays, and naive SimPy takes {{times:.1f}} times
as long as that. Neither is the full model.
"""

Runs = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Peer:
    """An engine: how it is called, how much faster Palsim should be, and why it cannot run here."""

    name: str
    words: tuple[str, ...]
    goal: float
    missing: Callable[[], str]
    program: str = sys.executable
    slow: bool = True

    def run(self, patients: int, seed: int) -> dict[str, Any]:
        """One measurement."""
        return measured(*self.words, patients, seed, cwd=PEERS, program=self.program)


def _package(name: str) -> Callable[[], str]:
    return lambda: "" if find_spec(name) else f"{name} is not installed (`make bench` installs it)"


def _simmer() -> str:
    """R with simmer; R_SIMMER_LIB may name its library."""
    if not shutil.which("Rscript"):
        return "no Rscript on this machine"
    code = 'l <- Sys.getenv("R_SIMMER_LIB"); if (nzchar(l)) .libPaths(c(l, .libPaths())); library(simmer)'
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, check=False)
    return (
        "" if done.returncode == 0 else "R is here without its package simmer (R_SIMMER_LIB names a library)"
    )


ALL = (
    Peer("naive SimPy", ("run_naive.py", "naive"), 25, lambda: "", slow=False),
    Peer("simmer", ("peer_simmer.R",), 15, _simmer, program="Rscript"),
    Peer("salabim", ("peer_salabim.py", "salabim"), 30, _package("salabim")),
    Peer("Ciw", ("peer_ciw.py", "ciw"), 80, _package("ciw")),
)


def _ours(patients: int, seed: int) -> dict[str, Any]:
    return measured(HERE / "reference_model.py", PEERS, patients, seed)


def _on_places(patients: int, seed: int, lean: dict[str, Any]) -> dict[str, Any]:
    """The same needs on the journey's places; they must give the same figures."""
    found = measured(HERE / "reference_on_places.py", PEERS, patients, seed)
    if found["stats"] != lean["stats"]:
        raise SystemExit(f"{PLACES} and {LEAN} differ on seed {seed}")
    return found


def against_peers(console: Console, rounds: int, *, smoke: bool) -> list[Goal]:
    """Region-year in turn with every peer, and the national year with naive SimPy.

    Parameters
    ----------
    console : Console
    rounds : int
        Rounds of the region-year.
    smoke : bool
        One round of the slow peers and no national year.

    Returns
    -------
    list of Goal
        Empty when the peers are not here.
    """
    if not (PEERS / "model.py").exists():
        console.print(f"no peers in {PEERS}: set PALSIM_PEERS to compare engines\n")
        return []
    present = []
    for peer in ALL:
        reason = peer.missing()
        if reason:
            console.print(f"{peer.name} left out: {reason}")
        else:
            present.append(peer)
    runs: Runs = {LEAN: [], PLACES: [], **{p.name: [] for p in present}}
    for seed in range(1, rounds + 1):
        runs[LEAN].append(_ours(REGION, seed))
        runs[PLACES].append(_on_places(REGION, seed, runs[LEAN][-1]))
        for peer in present:
            if seed == 1 or not (smoke and peer.slow):
                runs[peer.name].append(peer.run(REGION, seed))
    console.print(_speeds(runs, REGION, f"Reference model, region-year, {REGION:,} patients"))
    console.print(WHAT.format(times=middle(_ratios(runs, present[0].name, PLACES))))
    console.print(_agreement(runs))
    goals = [
        Goal(f"reference region-year: times {p.name}", middle(_ratios(runs, p.name)), p.goal, True, "x")
        for p in present
    ]
    if smoke:
        return goals
    times = middle(_ratios(runs, present[0].name, PLACES))
    on_places = Goal(f"the same on Places: times {present[0].name}", times, PLACES_GOAL, True, "x")
    return [*goals, on_places, _nation(console, present[0])]


def _nation(console: Console, naive: Peer) -> Goal:
    """One national year of both."""
    runs: Runs = {LEAN: [_ours(NATION, 1)], naive.name: [naive.run(NATION, 1)]}
    console.print(_speeds(runs, NATION, f"Reference model, national year, {NATION:,} patients, one round"))
    ratio = middle(_ratios(runs, naive.name))
    return Goal(f"reference national year: times {naive.name}", ratio, NATION_GOAL, True, "x")


def _ratios(runs: Runs, name: str, ours: str = LEAN) -> list[float]:
    """Seconds of an engine by ours, round by round."""
    pairs = zip(runs[ours], runs[name], strict=False)
    return [theirs["total"] / own["total"] for own, theirs in pairs]


def _speeds(runs: Runs, patients: int, title: str) -> Table:
    """Medians by engine, and the ratio with its range over the rounds."""
    heads = ("engine", "rounds", "total s", "sim s", "patients/s", "peak MB", f"times {LEAN} [range]")
    table = titled(title, *heads)
    for name, found in runs.items():
        total, sim, peak = (middle([r[k] for r in found]) for k in ("total", "t_sim", "rss_mb"))
        ratios = _ratios(runs, name)
        times = f"{middle(ratios):.1f} [{min(ratios):.1f}-{max(ratios):.1f}]" if name != LEAN else ""
        cells = (f"{total:.3f}", f"{sim:.3f}", f"{patients / total:,.0f}", f"{peak:.0f}", times)
        table.add_row(name, str(len(found)), *cells)
    return table


def _figures(found: list[dict[str, Any]], key: str, index: int) -> list[float]:
    values = [r["stats"][key] for r in found if key in r["stats"]]
    return [v[index] if isinstance(v, list) else v for v in values]


def _agreement(runs: Runs) -> Table:
    """Stays a patient and mean days of every engine, with z of the difference to ours."""
    others = [name for name in runs if name not in (LEAN, PLACES)]
    table = titled("Statistics agree", "figure", "palsim", *[f"{n} (z)" for n in others])
    for key, value in runs[LEAN][0]["stats"].items():
        for index, what in enumerate(("stays a patient", "mean days") if isinstance(value, list) else ("",)):
            ours = _figures(runs[LEAN], key, index)
            cells = [f"{statistics.mean(ours):.3f}"]
            for name in others:
                theirs = _figures(runs[name], key, index)
                cells.append(_compared(ours, theirs))
            table.add_row(f"{key} {what}".strip(), *cells)
    return table


def _compared(ours: list[float], theirs: list[float]) -> str:
    if not theirs:
        return "-"
    text = f"{statistics.mean(theirs):.3f}"
    if min(len(ours), len(theirs)) < 2:
        return text
    error = (statistics.variance(ours) / len(ours) + statistics.variance(theirs) / len(theirs)) ** 0.5
    z = (statistics.mean(ours) - statistics.mean(theirs)) / error if error else 0.0
    return f"{text} ({z:+.1f})"
