"""Draws docs/figures/warmup.svg: occupancy by day around the first counted day, one and two years of warm-up.

Usage: python docs/generate/warmup.py
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from sim import dates
from sim.catalogue import load_tariffs
from sim.cohort import draw_patients
from sim.journey import simulate_region
from sim.ledger import quote
from sim.scenario import load_scenario
from sim.schema import SETTINGS, code
from sim.units import MINUTES_PER_DAY

OUT = Path(__file__).resolve().parent.parent / "figures" / "warmup.svg"
SHOWN = {
    "hospices (24 beds)": ("bth", "hch", "pu"),
    "hospital": ("ziekenhuis",),
    "nursing home": ("verpleeghuis",),
}
REPLICATIONS = 12
YEARS = {220: "one year", 700: "two years"}
"""Years of deaths that begin with 1 January, by days of warm-up."""
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2027, 12, 31)


def occupancy(warmup_days: int) -> dict[str, np.ndarray]:
    """Mean number of patients in each shown setting at midnight of every day."""
    loaded = load_scenario("basis_2026")
    book = load_tariffs()
    horizon = loaded.scenario.horizon.model_copy(update={"warmup_days": warmup_days})
    scenario = loaded.scenario.model_copy(update={"horizon": horizon})
    region = loaded.area.regions[0]
    plan = quote(book, scenario.prices, region)
    days = np.arange(dates.day_of(FIRST), dates.day_of(LAST)) * MINUTES_PER_DAY
    total = {name: np.zeros(len(days)) for name in SHOWN}
    for replication in range(REPLICATIONS):
        patients = draw_patients(scenario, region, 1, replication)
        stays = simulate_region(scenario, region, 1, replication, patients, plan)["stays"]
        for name, settings in SHOWN.items():
            here = np.isin(stays["setting"], [code(SETTINGS, s) for s in settings])
            begun = np.searchsorted(np.sort(stays["start_minute"][here]), days, "right")
            ended = np.searchsorted(np.sort(stays["end_minute"][here]), days, "right")
            total[name] += (begun - ended) / REPLICATIONS
    return total


def main() -> None:
    """Draw the figure."""
    plt.rcParams |= {"svg.hashsalt": "palsim", "svg.fonttype": "none", "font.size": 9}
    count_from = load_scenario("basis_2026").scenario.horizon.count_from
    axis = [FIRST + dt.timedelta(days=i) for i in range((LAST - FIRST).days)]
    figure, axes = plt.subplots(len(SHOWN), 1, figsize=(7.5, 7.4), sharex=True)
    for warmup, colour, style in ((220, "#0b5394", "-"), (700, "#b45f06", "--")):
        found = occupancy(warmup)
        for ax, name in zip(axes, SHOWN, strict=True):
            ax.plot(axis, found[name], color=colour, linestyle=style, linewidth=1.0, label=YEARS[warmup])
    for ax, name in zip(axes, SHOWN, strict=True):
        ax.axvline(count_from, color="black", linewidth=0.8)
        ax.axvline(count_from.replace(year=count_from.year + 1), color="black", linewidth=0.8)
        ax.set_ylabel(f"patients\n{name}")
        ax.set_ylim(bottom=0)
        ax.spines[["top", "right"]].set_visible(False)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, title="deaths before the counted year", loc="upper center", frameon=False, ncols=2
    )
    axes[-1].set_xlabel("date; the counted year lies between the lines")
    figure.tight_layout(rect=(0, 0, 1, 0.94))
    figure.savefig(OUT, metadata={"Date": None})


if __name__ == "__main__":
    main()
