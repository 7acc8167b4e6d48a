"""A small answer for the Netherlands: one policy, two areas."""

from __future__ import annotations

from sim.report.nation import LINES, MAPS, NationalAnswer, NationalEntry
from sim.report.pages.overview import SHARES
from sim.report.results import Difference

POLICY = "eigen_risico_460"


def small_nation() -> NationalAnswer:
    """60 million euros more on every line, no other deaths at home, areas a euro less and two more."""
    moved = Difference(100e6, 160e6, 60e6, 50e6, 70e6, 32, "eur")
    still = Difference(0.4, 0.4, 0.0, 0.0, 0.0, 32, "share")
    values = {id: still if id in SHARES else moved for id in LINES}
    areas = {key: {"drenthe": -1.0, "friesland": 2.0} for key in MAPS}
    about = {
        "base": "basis_2026",
        "area": "nederland",
        "areas": {"drenthe": "Drenthe", "friesland": "Friesland"},
        "seed": 1,
        "replications": 1,
        "hashes": {"code": "x"},
        "versions": {},
    }
    return NationalAnswer(about, {POLICY: NationalEntry(values, areas)})
