"""Writes docs/cases.md: the bills of the worked journeys in scenarios/cases/, side by side.

Usage: python docs/generate/cases.py
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from textwrap import fill

import sim
from sim.billing.case import Case, load_case
from sim.billing.case_bill import Bill
from sim.billing.explain import ITEM_ORDER
from sim.data import data_folder
from sim.ledger.remarks import euros
from sim.schema import LAWS, PAYERS

OUT = Path(__file__).resolve().parent.parent / "cases.md"
GROUPS = (
    (
        "Four journeys of Olivia",
        "The guide tells four endings of one story: pancreatic cancer, palliative chemotherapy, and the "
        "choice to stop. The dates are chosen; the story names spring and a Sunday.",
        ("olivia_ziekenhuis", "olivia_thuis", "olivia_hospice", "olivia_palliatieve_unit"),
    ),
    (
        "The same needs at home and in a hospice, under another law",
        "From 4 to 17 May 2026 in a house, or the whole spring at home. What she needs is the same; the law "
        "that pays, and what she pays herself, is not. A volledig pakket thuis is a price a day from 1 "
        "January, also in months in which she needs little; mpt and pgb pay the hours.",
        (
            "olivia_thuis",
            "olivia_thuis_vpt",
            "olivia_bth",
            "olivia_bth_vpt",
            "olivia_bth_mpt",
            "olivia_bth_pgb",
            "olivia_hospice",
            "olivia_hch_wlz",
        ),
    ),
    (
        "Other people",
        "A child, a nursing-home resident, a client of a provider without contract, a patient who dies "
        "before the meeting of the palliative team, and the example of the case file.",
        ("kind_thuis", "verpleeghuis_vv10", "niet_gecontracteerd", "overleden_voor_overleg", "voorbeeld"),
    ),
    (
        "Where law and contract leave a gap",
        "District nursing without a contract that becomes a pgb with more care than the profile; a provider "
        "whose ceiling is reached and that delivers at its own cost; meerzorg that ends where VV10 begins.",
        ("van_zvw_naar_wlz", "omzetplafond_bereikt", "verpleeghuis_meerzorg"),
    ),
)
HEAD = """# Worked journeys

Same needs, different law, different bill. Each column is a case file in
[`scenarios/cases/`](../scenarios/cases/); `palsim bill scenarios/cases/<name>.yaml` shows every declaration
with its tariff, rule and article. Amounts are euros; prices without a published tariff are assumptions,
marked in the bill. What the patient pays is a share of the costs, not a sum beside them: by law and by payer
add up to the same total.
"""
PAYER_WORDS = {"aanvullend": "aanvullende verzekering"}
WIDTH = 110


def cents_of_item(bill: Bill, name: str) -> int:
    """What the patient pays as one item in all, in cents."""
    value = bill.items.get(name, 0)
    return value if isinstance(value, int) else sum(value.values())


def row(title: str, cents: Sequence[int]) -> list[str]:
    """A row of amounts; empty where there are none."""
    return [title, *(euros(c) if c else "" for c in cents)]


def rows_of(bills: Sequence[Bill]) -> list[list[str]]:
    """Rows of a table: by law, by payer, what the patient pays by item, unfunded, attributed."""
    rows = [row(f"{law}", [b.by_law[law] for b in bills]) for law in LAWS]
    rows.append(row("**total**", [b.gross_cents for b in bills]))
    rows += [row(PAYER_WORDS.get(p, p), [b.by_payer[p] for b in bills]) for p in PAYERS if p != "patient"]
    rows.append(row("**patient**", [b.patient_cents for b in bills]))
    rows += [row(f"- {item}", [cents_of_item(b, item) for b in bills]) for item in ITEM_ORDER]
    rows.append(row("unfunded", [sum(lost.cents for lost in b.unfunded) for b in bills]))
    rows.append(row("toegerekend: Regeling PTZ", [b.attributed.get("regeling_ptz", 0) for b in bills]))
    return [r for r in rows if any(r[1:])]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(r) + " |" for r in rows]
    return "\n".join(lines)


def places(case: Case) -> str:
    """Where the patient stayed, in order."""
    return ", ".join(f"{stay.setting} {stay.begin} to {stay.end}" for stay in case.journey)


def page(bill: Callable[[Path], Bill] = sim.bill) -> str:
    """The page."""
    folder = data_folder("scenarios") / "cases"
    parts = [HEAD]
    for title, text, names in GROUPS:
        cases = [load_case(folder / f"{name}.yaml") for name in names]
        bills = [bill(folder / f"{name}.yaml") for name in names]
        parts.append(f"## {title}\n\n{fill(text, WIDTH)}\n")
        parts.append(table(["euro", *(c.title for c in cases)], rows_of(bills)) + "\n")
        listed = [
            f"- **{case.title}** (`{name}.yaml`): {places(case)}"
            for case, name in zip(cases, names, strict=True)
        ]
        parts.append("\n".join(listed) + "\n")
        for case, one in zip(cases, bills, strict=True):
            parts += [
                f"In *{case.title}* {lost.title} ({euros(lost.cents)}) stays unfunded: `{lost.reason}`.\n"
                for lost in one.unfunded
            ]
            parts += [
                f"Beside the shares of *{case.title}*: {told.what} {told.amount} {told.unit}".rstrip()
                + f", {told.text} ({told.rule}).\n"
                for told in one.beside
            ]
    return "\n".join(parts)


def main() -> None:
    """Write the page."""
    OUT.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
