"""Common random numbers make the interval of a policy's effect narrow."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim


@pytest.mark.slow
def test_the_variance_of_the_effect_on_hospital_deaths_shrinks_at_least_three_times(tmp_path: Path) -> None:
    """The ceilings of district nursing in Middenland, ten replications: the goal of the design."""
    result = sim.compare(
        "basis_regio", "azwa_omzetplafond", replications=10, keep="kpis", out=tmp_path / "compared"
    )
    assert result.difference("place_of_death", setting="ziekenhuis").variance_ratio >= 3
