"""A small answer for the Netherlands: one policy, two areas."""

from __future__ import annotations

from sim.measure.estimates import Difference
from sim.report.nation import MAPS, NATION_LINES, SHARE_MEASURES, NationalAnswer, NationalEntry

POLICY = "eigen_risico_460"


def small_nation() -> NationalAnswer:
    """60 million euros more on every line, no other deaths at home, areas a euro less and two more."""
    moved = Difference(60e6, 50e6, 70e6, 32, "eur", base=100e6, alt=160e6)
    still = Difference(0.0, 0.0, 0.0, 32, "share", base=0.4, alt=0.4)
    values = {id: still if id in SHARE_MEASURES else moved for id in NATION_LINES}
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
