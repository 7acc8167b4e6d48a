"""Values of settings as a report writes them."""

from __future__ import annotations

import pytest

from sim.report.language import language
from sim.report.sections.provenance import value_text

AMOUNT = {"value": 20_000_000, "kind": "assumption", "range": [0, 60_000_000], "reason": "geen bron"}
LINE = {
    "id": "arrangeurs",
    "title": {"nl": "Arrangeurs", "en": "Arrangers"},
    "payer": "zorgkantoor",
    "once_eur": None,
    "yearly_eur": AMOUNT,
}


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("nl", "Arrangeurs: wie betaalt zorgkantoor; elk jaar (euro) 20.000.000"),
        ("en", "Arrangers: who pays care office (Wlz); every year (euros) 20,000,000"),
    ],
)
def test_a_thing_with_a_title_is_told_in_one_language_with_its_numbers_alone(lang: str, told: str) -> None:
    assert value_text([LINE], language(lang)) == told
