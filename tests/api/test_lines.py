"""How many lines an analyst writes: each snippet of the table in the guide runs, and has as many."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import palsim as ps

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "howto_analyst.md"
SNIPPETS = {
    "a what-if of your own": """
more = base.vary({"hospice.beds.hch": 4}, label="+2 bedden")
c = ps.compare(base, more, assumptions=0)
c.diff("cost", by="payer")
""",
    "a grid of ten values": """
values = {"hospice.beds.hch": range(1, 6), "ceiling.applies": [0, 0.25]}
g = ps.grid(base, values)
g.diff("hospice_refused")["diff"].unstack()
""",
    "a KPI of your own, paired, with its interval": """
c = ps.compare(base, {"hospice.beds.hch": 4}, assumptions=0)
c.diff(lambda t: (t.patients.own_eur > 2000).mean())
""",
    "a tariff of your own": """
own = base.with_tariff("zvw.wijkverpleging", 80, source="eigen")
ps.compare(base, own, assumptions=0).diff("cost", by="payer")
""",
    "a rule of your own": """
def no_eigen_risico(claims, people, parameters):
    return np.zeros(len(claims.person), np.int64)

own = base.with_rule("P1", no_eigen_risico)
c = ps.compare(base, own, assumptions=0)
c.diff("patient_payment_mean", by="item")
""",
}


@pytest.mark.parametrize("what", SNIPPETS)
def test_the_lines_of_the_guide_run_and_are_as_many_as_it_says(base: ps.Scenario, what: str) -> None:
    short = ps.scenario(base, replications=2).vary({"horizon.count_to": "2026-02-01"}, label="kort")
    exec(SNIPPETS[what], {"base": short, "ps": ps, "np": np})
    lines = [each for each in ast.walk(ast.parse(SNIPPETS[what])) if isinstance(each, ast.stmt)]
    row = next(
        line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {what} |")
    )
    assert row.split("|")[2].strip() == str(len(lines))
