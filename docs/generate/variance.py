"""Writes docs/variance.md: how much narrower common random numbers make the intervals of a comparison.

Usage: python docs/generate/variance.py
"""

from __future__ import annotations

import math
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "variance.md"
sys.path.insert(0, str(ROOT))

import sim  # noqa: E402
from sim import stats, store  # noqa: E402
from sim.experiment.parts import dimension_text  # noqa: E402
from sim.experiment.summary import paired_values  # noqa: E402

BASE, ALT, REPLICATIONS = "basis_regio", "azwa_omzetplafond", 10
HOSPITAL_DEATHS = "place_of_death", {"setting": "ziekenhuis"}
KPIS = (
    ("Died in hospital, share", *HOSPITAL_DEATHS),
    ("Died at home, share", "place_of_death", {"setting": "thuis"}),
    ("Preference met, share", "preference_met", {}),
    ("Admitted in the last 30 days, share", "admitted_last_30", {}),
    ("Days in hospital, last year", "days_in_setting", {"setting": "ziekenhuis"}),
    ("Days in a BTH, last year", "days_in_setting", {"setting": "bth"}),
    ("Hours of district nursing a patient", "district_nursing_hours", {}),
    ("Occupancy of hospices, share", "hospice_occupancy", {}),
    ("Mean wait for a hospice, days", "wait_days_mean", {}),
    ("Hospice requests refused, share", "hospice_refused", {}),
    ("Blocked hospital days", "blocked_hospital_days", {}),
    ("Cost a patient who died, euro", "cost_per_decedent", {}),
    ("Cost under the Zvw in the year, euro", "cost", {"view": "calendar", "law": "Zvw"}),
    ("Cost under the Wlz in the year, euro", "cost", {"view": "calendar", "law": "Wlz"}),
    ("Patient's own payment, mean, euro", "patient_payment_mean", {}),
    ("Patient's own payment, 90th percentile, euro", "patient_payment_p90", {}),
)
INTRODUCTION = f"""# What common random numbers bring

`{ALT}` against `{BASE}`: {REPLICATIONS} replications each, on the same seed. A draw belongs to a
patient and a named decision, and becomes a value by an inverse distribution function; so a replication has
the same people with the same needs under both policies, chance cancels in the difference, and only what the
policy touches is left.

**Paired** is half of the 95% interval of the mean of the {REPLICATIONS} differences. **Unpaired** is that of
the same runs taken as if they were independent (Welch). **Times** is how many times the variance of the
difference shrinks: (var(base) + var(alternative)) / var(difference), `variance_ratio` in `comparison.json`.
An unpaired comparison needs as many times more replications for the same precision.

| Figure | {BASE} | Difference | Paired ± | Unpaired ± | Times |
|---|---:|---:|---:|---:|---:|
"""


def text(value: float) -> str:
    """Three digits that count; euros in full."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def main() -> None:
    """Compare and write the page."""
    rows, ratios = [], {}
    with tempfile.TemporaryDirectory() as folder:
        result = sim.compare(BASE, ALT, replications=REPLICATIONS, keep="kpis", out=Path(folder) / "compared")
        values = paired_values(*(store.load_run(result.folder / name).kpis for name in (BASE, ALT)))
    for title, name, dimension in KPIS:
        base, alt = values[name, dimension_text(dimension)]
        paired, unpaired = stats.paired_interval(base, alt), stats.unpaired_interval(base, alt)
        ratio = ratios[title] = stats.variance_ratio(base, alt)
        times = "the same in each" if math.isinf(ratio) else f"{ratio:,.1f}"
        cells = (stats.mean(base), paired.mean, paired.half_width, unpaired.half_width)
        rows.append(f"| {title} | {' | '.join(map(text, cells))} | {times} |")
    named = ratios[KPIS[0][0]]
    close = f"""
For deaths in hospital the variance shrinks **{named:.1f} times**. A figure that the policy hardly touches
gains most. One that hangs on who happens to wait for the same bed gains least: one guest more moves all that
follow.

`python docs/generate/variance.py` writes this page.
"""
    OUT.write_text(INTRODUCTION + "\n".join(rows) + "\n" + close, encoding="utf-8")


if __name__ == "__main__":
    main()
