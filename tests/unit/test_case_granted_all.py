"""Whatever a case leaves out and would change its bill stands in the list of what is taken for granted.

Each key that a case does not state is tried with other values. Where a bill comes out otherwise and the
key is not listed, the list is not whole. So no list of keys stands here: a new key is tried by itself.
"""

from __future__ import annotations

import copy
import json
import typing
from typing import Any

import pytest
from pydantic import ValidationError

from sim.billing.case import CareLine, Case, Income, Patient, Stay, WlzPeriod
from sim.billing.case_bill import Bill, make_bill
from sim.catalogue import load_tariffs
from sim.errors import InputError
from sim.law import RuleSet
from sim.law.delivery import COUNTS, FACTS, WORDS
from sim.ledger import PriceSettings

BOOK, RULES = load_tariffs(), RuleSet.current()
SHAPE = {
    *("title", "patient", "journey", "care", "wlz", "born", "died", "household", "partner", "setting"),
    *("product", "date", "opened", "closed", "from", "to", "profile", "form", "hours_per_month"),
    *("quantity", "hours", "hours_per_week", "per_week", "per_day", "amount_eur", "surcharge_eur"),
    *("unfunded", "reimbursed_pct", "reference_eur", "agreed_eur", "relatives_night_eur"),
    *("municipal_support_eur", "main_contractor", "subcontractor", "second_provider", "verzamelinkomen_eur"),
}
"""Keys that say what was delivered, where and at which invoice: the case itself, no fact beside it."""
PARTS: dict[str, list[Any]] = {
    "income": [{"verzamelinkomen_eur": 60000, "income_tax_eur": 9000}],
    "insurance": [{"policy": "restitutie"}, {"voluntary_deductible_eur": 100}],
    "already_used": [{"eigen_risico_eur": {"2026": 100}}],
    "bijzondere_bijstand": [{"granted": True}],
    "ceilings": [{n: {"room_eur": 0, "above": "eigen_kosten"}} for n in ("wijkverpleging", "elv")],
    "december_eur": [{"2026": 400}],
}
WHO = {"born": "1946-03-14", "died": "2026-06-30"}
STAY = {"from": "2025-01-01", "to": None, "profile": "VV6", "form": "verblijf"}
NURSING_HOME = [{"setting": "verpleeghuis", "from": "2026-05-01", "to": "2026-06-30"}]
HOME = [{"setting": "thuis", "from": "2026-05-01", "to": "2026-06-30"}]
INCOME = {"verzamelinkomen_eur": 38000}
CASES: dict[str, dict[str, Any]] = {
    "day care of a child": {
        "patient": {"born": "2019-01-01", "died": "2026-06-30", "gp_registered": False},
        "journey": HOME,
        "care": [{"product": "zvw.kindzorg.dagverblijf", "date": "2026-05-10"}],
    },
    "days of an empty place": {
        "patient": {**WHO, "income": INCOME, "wlz": [STAY]},
        "journey": NURSING_HOME,
        "care": [{"product": "wlz.mutatiedag", "date": "2026-06-30", "quantity": 13, "amount_eur": 2000}],
    },
    "clinical trajectories": {
        "patient": WHO,
        "journey": [
            {"setting": "ziekenhuis", "from": "2026-05-10", "to": "2026-05-20"},
            {"setting": "thuis", "from": "2026-05-20", "to": "2026-06-30"},
        ],
        "care": [
            {"product": "zvw.msz.dbc", "opened": "2026-05-10", "amount_eur": 4000},
            {"product": "zvw.msz.palliatief_team", "opened": "2026-05-12", "meeting_190006": True},
        ],
    },
    "a couple in an institution": {
        "patient": {
            **WHO,
            "household": "couple",
            "partner": {"born": "1948-01-01", "wlz": "institution", "wlz_since": "2025-01-01"},
            "income": INCOME,
            "wlz": [STAY],
        },
        "journey": NURSING_HOME,
    },
    "a bijna-thuis-huis": {
        "patient": WHO,
        "journey": [
            {"setting": "thuis", "from": "2026-05-01", "to": "2026-06-10"},
            {"setting": "bth", "from": "2026-06-10", "to": "2026-06-30", "day_contribution_eur": 40},
        ],
        "care": [
            {"product": "zvw.wijkverpleging", "from": "2026-05-01", "to": "2026-06-10", "hours_per_week": 10}
        ],
    },
    "a budget at home": {
        "patient": {**WHO, "income": INCOME, "wlz": [{**STAY, "profile": "VG6", "form": "pgb"}]},
        "journey": HOME,
        "care": [
            {"product": "wlz.pgb.formeel", "from": "2026-05-01", "to": "2026-06-30", "hours_per_week": 60}
        ],
    },
}


def priced(content: dict[str, Any]) -> Bill | None:
    """The bill of a case, None where the case is refused."""
    try:
        return make_bill(Case.model_validate_json(json.dumps(content)), BOOK, RULES, PriceSettings(2026))
    except (InputError, ValidationError):
        return None


def amounts(bill: Bill) -> str:
    """All amounts of a bill."""
    held = bill.as_json()
    names = ("patient", "by_law", "by_payer", "declarations", "unfunded", "attributed")
    return json.dumps([held[name] for name in names])


def others(name: str, field: Any) -> list[Any]:
    """Values to try a key with."""
    if name in PARTS:
        return PARTS[name]
    if name in WORDS:
        return list(WORDS[name][1:])
    kinds = str(field.annotation)
    if name in COUNTS or name in ("leeg_dagen", "uren_aanwezig", "meer_zorg_pct"):
        return [0, 3]
    if name in FACTS or "bool" in kinds:
        return [True, False]
    if "date" in kinds:
        return ["2025-09-01", "2026-05-25"]
    if "Literal" in kinds:
        return [word for word in typing.get_args(field.annotation) if isinstance(word, str)]
    return [0, 1, 50000]


def parts_of(content: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Parts of a case: where they stand, as written, and their model."""
    who = content["patient"]
    found = [("", content, Case), ("patient", who, Patient)]
    if "income" in who:
        found.append(("patient.income", who["income"], Income))
    for name, rows, model in (
        ("patient.wlz", who.get("wlz", []), WlzPeriod),
        ("journey", content["journey"], Stay),
        ("care", content.get("care", []), CareLine),
    ):
        found += [(f"{name}[{number}]", row, model) for number, row in enumerate(rows)]
    return found


@pytest.mark.parametrize("name", CASES)
def test_every_key_left_out_that_would_change_a_bill_is_listed(name):
    content = copy.deepcopy(CASES[name])
    usual = priced(content)
    assert usual is not None
    listed = {str(remark.parts["where"]) for remark in usual.taken_for_granted}
    assert len(listed) == len(usual.taken_for_granted)
    same, missing, tried = amounts(usual), set(), 0
    for where, part, model in parts_of(content):
        for attribute, field in model.model_fields.items():
            key = field.alias or attribute
            path = f"{where}.{key}".lstrip(".")
            if key in SHAPE or key in part or path in listed:
                continue
            for value in others(key, field):
                part[key] = value
                bill = priced(content)
                del part[key]
                tried += bill is not None
                if bill is not None and amounts(bill) != same:
                    missing.add(path)
    assert tried
    assert not missing
