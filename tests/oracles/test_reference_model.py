"""The benchmark's reference model does the same as a plain one on the journey's places."""

from __future__ import annotations

import gc
import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from reference_places import Region

from sim.journey.speed import without_collector

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "reference_model.py"
SPEC = importlib.util.spec_from_file_location("reference_model", BENCHMARK)
reference = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(reference)

PARAMETERS = SimpleNamespace(
    YEAR=365.0,
    GROUP_P=(0.4, 0.6),
    D_MU=(4.2, 4.4),
    D_SIG=0.9,
    L_LO=18.0,
    L_HI=30.0,
    P_HOSPICE=0.45,
    P_NURS=0.25,
    PREF_P=(0.45, 0.35, 0.20),
    W_LO=2.0,
    W_HI=8.0,
    HOME_MEAN=20.0,
    LOS_MU=1.6,
    LOS_SIG=0.8,
)


@pytest.mark.parametrize(
    ("patients", "hospital", "hospice"),
    [(60, 4, (1, 1, 1)), (300, 9, (2, 1, 1)), (300, 18, (3, 2, 1)), (300, 400, (99, 99, 99))],
    ids=["tiny", "crowded", "busy", "free"],
)
@pytest.mark.parametrize("seed", range(1, 9))
@pytest.mark.parametrize("regions", [1, 3])
def test_a_bed_with_a_known_end_gives_the_same_stays_as_a_bed_given_back(
    patients, hospital, hospice, seed, regions
):
    model = SimpleNamespace(**vars(PARAMETERS))
    model.n_regions = lambda n: regions
    model.capacities = lambda n: (hospital, hospice)
    needs = reference.sample(model, patients, seed)
    if seed % 2:  # whole days: many events fall in one minute
        for name in ("arrival", "death", "final"):
            needs[name] = needs[name] // 1440
        for name in ("home", "los", "patience"):
            needs[name] = np.maximum(needs[name] // 1440, 1)
    quick = reference.simulate(model, needs)
    assert len(quick) == regions
    for region, stays in enumerate(quick):
        rows = np.flatnonzero(needs["region"] == region)
        plain = Region(reference.part(needs, rows), hospital, hospice).run().tolist()
        assert [(int(rows[row]), *rest) for row, *rest in plain] == list(
            zip(*(stays[k].tolist() for k in ("person", "setting", "start", "end")), strict=True)
        )


def test_the_collector_is_off_inside_the_block_and_back_after_an_error():
    assert gc.isenabled()
    with without_collector():
        assert not gc.isenabled()
        with without_collector():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), without_collector():
        raise KeyError
    assert gc.isenabled()
