"""Writes docs/variance.md: how much narrower common random numbers make the intervals of a comparison.

Usage: python docs/generate/variance.py
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "variance.md"
sys.path.insert(0, str(ROOT))

import sim  # noqa: E402
from sim import stats, store  # noqa: E402
from sim.measure.estimates import paired_values  # noqa: E402
from sim.measure.sums import dimension_text  # noqa: E402
from sim.report.formats.sheets import dimension_word  # noqa: E402
from sim.report.language import language  # noqa: E402
from sim.scenario import load_scenario  # noqa: E402
from sim.units import Floats  # noqa: E402

WORDS = language("en")
Values = dict[tuple[str, str], tuple[Floats, Floats]]
BASE, ALT, REPLICATIONS = "basis_regio", "azwa_omzetplafond", 10
HOSPITAL_DEATHS = "place_of_death", {"setting": "ziekenhuis"}
MOST = 1_000_000
"""Variance ratios above this one are not told apart."""
MANY = 12
"""Splits of a KPI above which its rows stand folded."""
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

`{ALT}` against `{BASE}`: %(n)s replications each, on the same seed. A draw belongs to a
patient and a named decision, and becomes a value by an inverse distribution function; so a replication has
the same people with the same needs under both policies, chance cancels in the difference, and only what the
policy touches is left.

**Paired** is half of the 95%% interval of the mean of the %(n)s differences. **Unpaired** is that of
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


def times_text(ratio: float) -> str:
    """A variance ratio; infinite where all differences are equal, NaN where nothing varies."""
    if math.isnan(ratio):
        return "nothing varies"
    if math.isinf(ratio):
        return "the same in each"
    return f"over {MOST:,}" if ratio > MOST else f"{ratio:,.1f}"


def split_text(dimension: str, sites: dict[str, str]) -> str:
    """A dimension in words."""
    return ", ".join(
        f"{WORDS.word('dimension', key).lower()} {dimension_word(key, value, sites, WORDS)}"
        for key, value in json.loads(dimension).items()
    )


def all_kpis(values: Values, sites: dict[str, str]) -> Iterator[str]:
    """Every KPI with its variance ratio: a line a KPI, then a table of its splits, folded where long."""
    by_name: dict[str, list[tuple[str, float, float]]] = {}
    for (name, dimension), (base, alt) in values.items():
        row = (dimension, stats.paired_interval(base, alt).mean, stats.variance_ratio(base, alt))
        by_name.setdefault(name, []).append(row)
    yield "\n## All KPIs\n"
    yield (
        f"All {len(values):,} KPIs of this comparison; a workbook (`--format xlsx`) and `comparison.json`\n"
        "hold those of any other. *The same in each*: every replication has the same difference, mostly 0,\n"
        "though the KPI varies. *Nothing varies*: the KPI is the same in all replications of both policies.\n"
    )
    yield "| KPI | Splits | With a ratio | Least | Median | Most |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, rows in by_name.items():
        ratios = [ratio for _, _, ratio in rows if math.isfinite(ratio)]
        three = (min(ratios), statistics.median(ratios), max(ratios)) if ratios else ()
        cells = [times_text(found) for found in three] or ["", "", ""]
        yield f"| {WORDS.kpi(name, short=True)} | {len(rows)} | {len(ratios)} | {' | '.join(cells)} |"
    for name, rows in by_name.items():
        yield f"\n### {WORDS.kpi(name, short=True)}\n"
        if len(rows) > MANY:
            yield f'<details markdown="1"><summary>{len(rows)} splits</summary>\n'
        yield "| Split | Difference | Times |"
        yield "|---|---:|---:|"
        for dimension, difference, ratio in rows:
            yield f"| {split_text(dimension, sites) or 'whole'} | {text(difference)} | {times_text(ratio)} |"
        if len(rows) > MANY:
            yield "\n</details>"


def main() -> None:
    """Compare and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=REPLICATIONS)
    options.add_argument("--out", type=Path, default=OUT)
    given = options.parse_args()
    rows, ratios = [], {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "compared"
        chosen = {"replications": given.replications, "assumptions": 0}
        result = sim.compare(BASE, ALT, keep="kpis", out=place, **chosen)
        values = paired_values(*(store.load_run(result.folder / name).kpis for name in (BASE, ALT)))
    for title, name, dimension in KPIS:
        base, alt = values[name, dimension_text(dimension)]
        paired, unpaired = stats.paired_interval(base, alt), stats.unpaired_interval(base, alt)
        ratio = ratios[title] = stats.variance_ratio(base, alt)
        cells = (stats.mean(base), paired.mean, paired.half_width, unpaired.half_width)
        rows.append(f"| {title} | {' | '.join(map(text, cells))} | {times_text(ratio)} |")
    named = ratios[KPIS[0][0]]
    close = f"""
For deaths in hospital the variance shrinks **{times_text(named)} times**. A figure that the policy hardly
touches gains most. One that hangs on who happens to wait for the same bed gains least: one guest more moves
all that follow.

`python docs/generate/variance.py` writes this page.
"""
    area = load_scenario(BASE).area
    sites = {site.id: site.name for region in area.regions for site in region.sites}
    page = INTRODUCTION % {"n": given.replications} + "\n".join(rows) + "\n" + close
    given.out.write_text(page + "\n".join(all_kpis(values, sites)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
