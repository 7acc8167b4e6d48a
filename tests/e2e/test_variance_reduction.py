"""Common random numbers make the interval of a policy's effect narrow."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t

import sim


def welch_half_width(first: np.ndarray, second: np.ndarray) -> float:
    """Half of the 95% interval of a difference of means of two independent samples (Welch, Satterthwaite)."""
    parts = np.array([first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)])
    freedom = parts.sum() ** 2 / (parts**2 / (np.array([len(first), len(second)]) - 1)).sum()
    return float(t.ppf(0.975, freedom) * np.sqrt(parts.sum()))


@pytest.mark.slow
def test_the_paired_interval_of_hospital_deaths_is_at_least_three_times_narrower(tmp_path: Path) -> None:
    """The ceilings of district nursing in Middenland, ten replications: the goal of the design."""
    result = sim.compare(
        "basis_regio",
        "azwa_omzetplafond",
        replications=10,
        keep="kpis",
        assumptions=0,
        out=tmp_path / "compared",
    )
    found = result.difference("place_of_death", setting="ziekenhuis")
    both = [
        run.replications.query("name == 'place_of_death'")
        .set_index("dimension")
        .loc['{"setting": "ziekenhuis"}', "value"]
        .to_numpy(float)
        for run in (result.run("basis_regio"), result.run("azwa_omzetplafond"))
    ]
    paired = (found.high - found.low) / 2
    assert welch_half_width(*both) >= 3 * paired
    assert found.variance_ratio >= 9
    rows = json.loads((result.folder / "comparison.json").read_text(encoding="utf-8"))["differences"]
    assert {"cost", "occupancy", "patient_payment_mean"} <= {row["name"] for row in rows}
    assert all("variance_ratio" in row for row in rows)
