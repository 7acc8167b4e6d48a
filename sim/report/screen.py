"""A bill, a subsidy and a patient as tables on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.experiment import Explained
from sim.law.registry import natural
from sim.pricing.case_bill import Bill
from sim.pricing.case_subsidy import Subsidy
from sim.pricing.explain import euros
from sim.report.language import language

SEX = {"man": "man", "vrouw": "woman"}
EXIT = {"overleden": "died", "ontslagen": "discharged", "verplaatst": "moved"}
CHILD = "child"
REFUSED = {
    "geduld_op": "out of patience",
    "overleden_in_wachttijd": "died while waiting",
    "omzetplafond": "above the ceiling",
    "geen_bed": "no bed free",
}
WORDS = language("en")
"""Words of the screen, which is in English."""


def show_bill(console: Console, bill: Bill) -> None:
    """Print a bill: declarations with their shares, what the patient pays, totals, unfunded care, warnings.

    Parameters
    ----------
    console : rich.console.Console
    bill : Bill
    """
    _declarations(console, bill)
    _patient(console, bill)
    _totals(console, bill)
    _rest(console, bill)
    _rules(console, bill)


def show_patient(console: Console, made: Explained) -> None:
    """Print a simulated patient: who, timeline, bill.

    Parameters
    ----------
    console : rich.console.Console
    made : Explained
    """
    about = made.patient
    console.print(
        Text(f"patient {about['patient_id']} (replication {made.replication}, {made.cluster})", style="bold")
    )
    kind = CHILD if about["group"] == CHILD else WORDS.word("group", about["group"])
    console.print(
        f"{kind}, {SEX[about['sex']]}, born {about['birth']}, "
        f"died {about['death']}, {about['household']}; the doctor expects less than three months from "
        f"{about['terminal_from']}"
    )
    used = "used up before" if about["eigen_risico_used"] else "not used up before"
    console.print(
        f"{about['policy']} policy, income {about['income_eur']}, cover of a hospice day "
        f"{about['hospice_cover_per_day_eur']}, eigen risico {used}"
    )
    grid = _grid("timeline", ("from", "to", "what", "where", "detail"))
    for event in made.timeline:
        grid.add_row(event["from"], event["to"], event["event"], *_place(event))
    console.print(grid)
    show_bill(console, made.bill)


def show_declaration(console: Console, opened: dict[str, Any]) -> None:
    """Print one declaration opened: tariff row, rules with their articles, shares.

    Parameters
    ----------
    console : rich.console.Console
    opened : dict
        As `Line.opened` gives it.
    """
    title = WORDS.note(opened["title"])[0]
    head = f"declaration {opened['id']}: {title} ({opened['product']}, {opened['law']})"
    console.print(Text(head, style="bold"))
    unit = WORDS.word("unit", opened["unit"])
    count = WORDS.unit(opened["unit"], float(opened["quantity"]))
    console.print(f"{opened['date']}: {opened['quantity']} {count}, gross {opened['gross_eur']}")
    tariff = opened["tariff"]
    if tariff is None:
        console.print("tariff: none, the amount is an invoice or follows from a rule")
    else:
        console.print(
            f"tariff: {tariff['eur']} per {unit} ({WORDS.word('kind', tariff['kind'])}), "
            f"{tariff['from']} up to {tariff['to']}, row {tariff['row']}"
        )
        console.print(f"  source: {tariff['source_title']} {tariff['url'] or ''}".rstrip())
        if tariff["reason"]:
            console.print(f"  reason: {WORDS.note(tariff['reason'])[0]}")
    for rule in opened["rules"]:
        console.print(f"rule {rule['id']}: {rule['title']}")
        console.print(f"  {rule['article']} (source {rule['source']})")
    grid = _grid("shares", ("payer", "own payment", "euro", "rule"), right=("euro",))
    for share in opened["shares"]:
        grid.add_row(WORDS.word("payer", share["payer"]), _item(share["item"]), share["eur"], share["rule"])
    console.print(grid)


def show_subsidy(console: Console, made: Subsidy) -> None:
    """Print the Regeling PTZ of a list of organisations.

    Parameters
    ----------
    console : rich.console.Console
    made : Subsidy
    """
    numbers = ("mean clients", "maximum", "subsidy")
    grid = _grid(
        f"Regeling PTZ {made.year}: payout {made.payout}",
        ("organisation", "form", *numbers, "reason"),
        numbers,
    )
    for row in made.as_json()["organisations"]:
        grid.add_row(
            row["name"],
            row["form"],
            row["mean_clients"],
            row["maximum_eur"],
            row["subsidy_eur"],
            row["reason"],
        )
    grid.add_section()
    grid.add_row("total", "", "", "", made.as_json()["total_eur"], "")
    console.print(grid)
    _warnings(console, made.warnings)


def _grid(title: str, columns: Iterable[str], right: Iterable[str] = ()) -> Table:
    grid = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for name in columns:
        grid.add_column(name, justify="right" if name in right else "left", overflow="fold")
    return grid


def _place(event: dict[str, Any]) -> tuple[str, str]:
    """Where, and what more there is to say of an event."""
    if event["event"] == "stay":
        asked = f", asked {WORDS.word('setting', event['requested'])}" if event["requested"] else ""
        form = "" if event["wlz_form"] == "geen" else f"Wlz {event['wlz_form']}, "
        site = f" {event['site']}" if event["site"] else ""
        onward = f"on to {WORDS.word('setting', event['next'])}" if event["next"] else EXIT[event["exit"]]
        return f"{WORDS.word('setting', event['setting'])}{site}", f"{form}{onward}{asked}"
    if event["event"] == "wlz":
        return "", f"{event['form']} {event['profile']}"
    return WORDS.word("setting", event["setting"]), REFUSED[event["reason"]]


def _item(item: str) -> str:
    """Word for what the patient pays, with its code."""
    return f"{WORDS.word('item', item)}\n{item}" if item else ""


def _declarations(console: Console, bill: Bill) -> None:
    """Declarations: when and under which law, what at which price, who pays it, by which rules."""
    grid = _grid(WORDS.note(bill.title)[0], ("when", "what, and who pays", "euro", "id, rules"), ("euro",))
    for line in bill.lines:
        row = line.as_json()
        price = "" if row["tariff_eur"] is None or not line.quantity else f" x {row['tariff_eur']}"
        mark = "*" if price and line.assumption else ""
        payers = ", ".join(
            f"{WORDS.word('payer', share.payer)} {euros(share.cents)}"
            + (f" ({WORDS.word('item', share.item)})" if share.item else "")
            for share in line.shares
        )
        amount = (
            f"{row['quantity']} {WORDS.word('unit', line.unit)}{price}{mark}"
            if line.quantity
            else "the rest of the invoice"
            if line.gross_cents
            else "the contribution of the month"
        )
        grid.add_row(
            f"{row['date']}\n{row['law']}",
            f"{WORDS.note(line.title)[0]}\n{row['product']}\n{amount}\n{payers}",
            row["gross_eur"],
            "\n".join((str(row["id"]), *row["rules"])),
        )
    console.print(grid)
    if any(line.assumption for line in bill.lines):
        console.print("* the price is an assumption: palsim tariffs show PRODUCT gives its range and reason")


def _rules(console: Console, bill: Bill) -> None:
    """Every rule behind a line, once."""
    held = {rule.key: rule for line in bill.lines for rule in line.rules}
    if not held:
        return
    grid = _grid("the rules", ("rule", "what it says", "article"))
    for key in sorted(held, key=natural):
        grid.add_row(key, held[key].title, held[key].article)
    console.print(grid)


def _patient(console: Console, bill: Bill) -> None:
    grid = _grid("the patient pays", ("item", "when", "euro"), ("euro",))
    for item, value in bill.items.items():
        parts = {"": value} if isinstance(value, int) else value
        for when, cents in parts.items():
            grid.add_row(_item(item), when, euros(cents))
    grid.add_section()
    grid.add_row("total", "", euros(bill.patient_cents))
    console.print(grid)


def _totals(console: Console, bill: Bill) -> None:
    grid = _grid("by law and by payer", ("law", "gross", "payer", "pays"), ("gross", "pays"))
    laws = [(law, euros(cents)) for law, cents in bill.by_law.items() if cents]
    payers = [(WORDS.word("payer", payer), euros(cents)) for payer, cents in bill.by_payer.items() if cents]
    for n in range(max(len(laws), len(payers))):
        left = laws[n] if n < len(laws) else ("", "")
        right = payers[n] if n < len(payers) else ("", "")
        grid.add_row(*left, *right)
    grid.add_section()
    grid.add_row("total", euros(bill.gross_cents), "total", euros(sum(bill.by_payer.values())))
    console.print(grid)


def _rest(console: Console, bill: Bill) -> None:
    if bill.unfunded:
        grid = _grid("unfunded: care without payer", ("product", "reason", "euro"), ("euro",))
        for lost in bill.unfunded:
            why = f"{WORDS.word('reason', lost.reason)}\n{lost.reason}"
            grid.add_row(f"{WORDS.note(lost.title)[0]}\n{lost.product}", why, euros(lost.cents))
        console.print(grid)
    for told in bill.beside:
        unit = WORDS.unit(told.unit, float(told.amount)) if told.unit else ""
        line = f"{WORDS.word('beside', told.what)} {told.amount} {unit}".rstrip()
        console.print(f"beside the shares: {line}, {told.text} ({told.rule})")
    for scheme, cents in bill.attributed.items():
        console.print(f"attributed, outside the shares: {WORDS.word('beside', scheme)} {euros(cents)}")
    _warnings(console, bill.warnings)
    for taken in bill.taken_for_granted:
        console.print(Text(f"taken for granted: {taken}"), soft_wrap=True)


def _warnings(console: Console, warnings: Iterable[str]) -> None:
    for warning in warnings:
        console.print(Text(f"warning: {warning}"), soft_wrap=True)
