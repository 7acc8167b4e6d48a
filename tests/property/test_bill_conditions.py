"""What a case states beyond the days: nothing is lost, nothing is counted twice, caps hold."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.billing.case import Case
from sim.billing.case_bill import Bill, make_bill
from sim.catalogue import load_tariffs
from sim.law import RuleSet
from sim.ledger import PriceSettings

BOOK = load_tariffs()
RULES = RuleSet.current()
HOUR = 75_00
FEW = settings(max_examples=25)
HOME = [{"setting": "thuis", "from": "2026-01-01", "to": "2026-07-01"}]


def billed(
    care: list[dict[str, Any]], wlz: list[dict[str, Any]] | None = None, rules: RuleSet = RULES, **more: Any
) -> Bill:
    """Bill of half a year at home."""
    patient = {"born": "1946-03-14", "died": None, "income": {"verzamelinkomen_eur": 28000}}
    case = {"patient": {**patient, "wlz": wlz or []}, "journey": HOME, "care": care, **more}
    return make_bill(Case.model_validate_json(json.dumps(case)), BOOK, rules, PriceSettings(2026))


def gross(bill: Bill, product: str) -> int:
    return sum(line.gross_cents for line in bill.lines if line.product == product)


@FEW
@given(
    hours=st.lists(st.integers(1, 40), min_size=1, max_size=4),
    room=st.integers(0, 6_000),
    above=st.sampled_from(["eigen_kosten", "geweigerd", "uitgesteld", "andere_aanbieder"]),
)
def test_what_a_ceiling_leaves_and_what_the_provider_bears_is_all_that_was_delivered(hours, room, above):
    care = [
        {"product": "zvw.wijkverpleging", "date": f"2026-0{month}-05", "hours": number}
        for month, number in enumerate(hours, 1)
    ]
    bill = billed(care, ceilings={"wijkverpleging": {"room_eur": room, "above": above}})
    total, declared = sum(hours) * HOUR, gross(bill, "zvw.wijkverpleging")
    borne = sum(lost.cents for lost in bill.unfunded)
    if above == "andere_aanbieder":
        assert (declared, borne) == (total, 0)
    else:
        assert declared == min(total, room * 100)
        assert borne == (total - declared if above == "eigen_kosten" else 0)
    assert sum(bill.by_payer.values()) == bill.gross_cents


def test_a_version_of_the_rule_of_ceilings_holds_from_its_own_day_on():
    """10 hours in March under a ceiling without room, 10 in May, when no care falls under one."""
    (first,) = (rule for rule in RULES.rules if rule.key == "T20/elv")
    turn = dt.date(2026, 4, 1)
    free = replace(first, valid_from=turn, function=lambda product: "")
    others = (rule for rule in RULES.rules if rule is not first)
    care = [{"product": "zvw.wijkverpleging", "date": f"2026-0{month}-05", "hours": 10} for month in (3, 5)]
    ceilings = {"wijkverpleging": {"room_eur": 0, "above": "eigen_kosten"}}
    bill = billed(care, ceilings=ceilings, rules=RuleSet((*others, replace(first, valid_to=turn), free)))
    assert gross(bill, "zvw.wijkverpleging") == 10 * HOUR
    assert sum(lost.cents for lost in bill.unfunded) == 10 * HOUR


@FEW
@given(needed=st.integers(0, 60), more=st.integers(0, 40), hours=st.integers(1, 120))
def test_more_need_never_lowers_a_pgb_and_extra_costs_stay_within_a_quarter(needed, more, hours):
    def paid(pct: int) -> int:
        period = {"from": "2026-01-01", "to": "2026-07-01", "profile": "VV5", "form": "pgb"}
        care = {
            "product": "wlz.pgb.formeel",
            "from": "2026-01-01",
            "to": "2026-07-01",
            "hours_per_week": hours,
        }
        return gross(billed([care], [{**period, "needed_pct": pct}]), "wlz.pgb.formeel")

    plain, some, most = paid(0), paid(needed), paid(needed + more)
    assert plain <= some <= most
    assert 4 * most <= 5 * plain + 4


@FEW
@given(
    euros=st.integers(1, 9_999),
    lent=st.integers(1, 28),
    start=st.integers(1, 28),
    months=st.integers(1, 4),
)
def test_an_invoice_of_a_loan_is_split_between_two_laws_without_a_cent_lost(euros, lent, start, months):
    aid = {
        "product": "zvw.hulpmiddel.rolstoel",
        "from": f"2026-02-{start:02d}",
        "to": f"2026-0{2 + months}-{start:02d}",
        "lent_from": f"2025-10-{lent:02d}",
        "amount_eur": euros,
    }
    bill = billed([aid])
    assert gross(bill, "zvw.hulpmiddel.rolstoel") + gross(bill, "wmo.hulpmiddel.rolstoel") == euros * 100
    assert sum(bill.by_payer.values()) == bill.gross_cents


@FEW
@given(days=st.integers(1, 40), empty=st.integers(0, 40), euros=st.integers(1, 9_999))
def test_days_of_an_empty_place_are_paid_by_the_day_and_never_more_than_thirteen(days, empty, euros):
    case = {
        "patient": {
            "born": "1946-03-14",
            "died": "2026-06-30",
            "income": {"verzamelinkomen_eur": 28000},
            "wlz": [{"from": "2025-01-01", "to": None, "profile": "VV6", "form": "verblijf"}],
        },
        "journey": [{"setting": "verpleeghuis", "from": "2026-06-01", "to": "2026-06-30"}],
        "care": [
            {
                "product": "wlz.mutatiedag",
                "date": "2026-06-30",
                "quantity": days,
                "amount_eur": euros,
                "leeg_dagen": empty,
            }
        ],
    }
    bill = make_bill(Case.model_validate_json(json.dumps(case)), BOOK, RULES, PriceSettings(2026))
    paid = min(days, empty, 13)
    # half up to the cent, over the days of the invoice
    assert gross(bill, "wlz.mutatiedag") == (euros * 100 * paid * 2 + days) // (2 * days)
