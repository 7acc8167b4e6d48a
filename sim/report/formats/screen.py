"""A bill, a subsidy and a patient as tables on the screen, in one language."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.billing.case_bill import Bill
from sim.billing.case_subsidy import Subsidy
from sim.billing.explain import Line
from sim.billing.explain_patient import Explained
from sim.law.registry import natural
from sim.ledger.remarks import Remark, euros
from sim.report.language import Language

CHILD = "child"


def show_bill(console: Console, bill: Bill, words: Language) -> None:
    """Print a bill: declarations with shares, what the patient pays, totals, unfunded care, warnings."""
    _declarations(console, bill, words)
    _patient(console, bill, words)
    _totals(console, bill, words)
    _rest(console, bill, words)
    _rules(console, bill, words)


def show_patient(console: Console, made: Explained, words: Language) -> None:
    """Print a simulated patient: who, timeline, bill."""
    about = made.patient
    number = {"patient": about["patient_id"], "replication": made.replication, "cluster": made.cluster}
    console.print(Text(words.say("screen.patient", **number), style="bold"))
    child = about["group"] == CHILD
    console.print(
        words.say(
            "screen.who",
            kind=words.say("screen.child") if child else words.word("group", about["group"]),
            sex=words.say(f"screen.{about['sex']}"),
            birth=about["birth"],
            death=about["death"],
            household=words.say(f"screen.{about['household']}"),
            terminal=about["terminal_from"],
        )
    )
    console.print(
        words.say(
            "screen.insured",
            policy=words.say(f"screen.{about['policy']}"),
            income=about["income_eur"],
            cover=about["hospice_cover_per_day_eur"],
            used=words.say("screen.used" if about["eigen_risico_used"] else "screen.unused"),
        )
    )
    grid = _grid(words.say("screen.timeline"), _heads(words, "from", "to", "what", "where", "detail"))
    for event in made.timeline:
        grid.add_row(
            event["from"], event["to"], words.say(f"screen.event_{event['event']}"), *_place(event, words)
        )
    console.print(grid)
    show_bill(console, made.bill, words)


def show_declaration(console: Console, opened: dict[str, Any], words: Language) -> None:
    """Print a declaration that `Line.opened` gives: tariff row, rules with their articles, shares."""
    head = words.say("screen.declaration", id=opened["id"], title=opened["title"])
    console.print(Text(head, style="bold"))
    console.print(f"{_coded(opened['product'], opened['nza_code'])} {words.word('law', opened['law'])}")
    count = words.unit(opened["unit"], float(opened["quantity"]))
    gross = words.say("screen.gross", amount=opened["gross_eur"])
    console.print(f"{opened['date']}: {opened['quantity']} {count}, {gross}")
    tariff = opened["tariff"]
    if tariff is None:
        console.print(words.say("screen.no_tariff"))
    else:
        kind, unit = words.word("kind", tariff["kind"]), words.word("unit", opened["unit"])
        dates = {"start": tariff["from"], "end": tariff["to"]}
        console.print(words.say("screen.tariff", eur=tariff["eur"], unit=unit, kind=kind, **dates))
        console.print(tariff["row"])
        if tariff["source_title"]:
            source = f"{tariff['source_title']} {tariff['url'] or ''}".rstrip()
            console.print(f"  {words.say('screen.source', source=source)}")
        if tariff["reason"]:
            console.print(f"  {words.say('screen.reason', reason=tariff['reason'])}")
    for rule in opened["rules"]:
        console.print(words.say("screen.rule", id=rule["id"], title=rule["title"]))
        console.print(f"  {rule['article']} ({words.say('screen.source', source=rule['source'])})")
    grid = _grid(words.say("screen.shares"), _heads(words, "payer", "own", "euro", "rule"), right=(2,))
    for share in opened["shares"]:
        payer, item = words.word("payer", share["payer"]), _item(share["item"], words)
        grid.add_row(payer, item, share["eur"], share["rule"])
    console.print(grid)


def show_subsidy(console: Console, made: Subsidy, words: Language) -> None:
    """Print the Regeling PTZ of a list of organisations."""
    found = made.as_json(words)
    heads = _heads(words, "organisation", "form", "mean", "maximum", "granted", "why")
    title = words.say("screen.subsidy", year=made.year, payout=made.payout)
    grid = _grid(title, heads, right=tuple(range(2, len(heads) - 1)))
    for row in found["organisations"]:
        reason = words.word("subsidy_reason", row["reason"]) if row["reason"] else ""
        amounts = (row["mean_clients"], row["maximum_eur"], row["subsidy_eur"])
        grid.add_row(row["name"], row["form"], *amounts, reason)
    grid.add_section()
    grid.add_row(words.say("screen.total"), "", "", "", found["total_eur"], "")
    console.print(grid)
    _warnings(console, made.warnings, words)


def _heads(words: Language, *names: str) -> tuple[str, ...]:
    return tuple(words.say(f"screen.head_{name}") for name in names)


def _grid(title: str, columns: Iterable[str], right: tuple[int, ...] = ()) -> Table:
    """A table whose columns, by number, stand left or right."""
    grid = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1))
    for number, name in enumerate(columns):
        grid.add_column(name, justify="right" if number in right else "left", overflow="fold")
    return grid


def _narrow(title: str, columns: Iterable[str], right: tuple[int, ...] = ()) -> Table:
    """A table without margins, so that the longest product id fits beside an amount on 60 columns."""
    grid = _grid(title, columns, right)
    grid.box, grid.pad_edge, grid.padding = None, False, (0, 1)
    for column in right:
        grid.columns[column].no_wrap = True
    return grid


def _coded(product: str, nza_code: str | None) -> str:
    """A product id, with its NZa code on a line of its own."""
    return product if nza_code is None else f"{product}\nNZa {nza_code}"


def _place(event: dict[str, Any], words: Language) -> tuple[str, str]:
    """Where, and what more there is to say of an event."""
    if event["event"] == "stay":
        site = f" {event['site']}" if event["site"] else ""
        told = [] if event["wlz_form"] == "geen" else [f"Wlz {event['wlz_form']}"]
        if event["next"]:
            told.append(words.say("screen.onward", place=words.word("setting", event["next"])))
        else:
            told.append(words.say(f"screen.{event['exit']}"))
        if event["requested"]:
            told.append(words.say("screen.asked", date=event["requested"]))
        return f"{words.word('setting', event['setting'])}{site}", ", ".join(told)
    if event["event"] == "wlz":
        return "", f"{event['form']} {event['profile']}"
    return words.word("setting", event["setting"]), words.say(f"screen.{event['reason']}")


def _item(item: str, words: Language) -> str:
    """Word for what the patient pays, with its code."""
    return f"{words.word('item', item)}\n{item}" if item else ""


def _declarations(console: Console, bill: Bill, words: Language) -> None:
    """Declarations: when and under which law, what at which price, who pays it, by which rules."""
    grid = _narrow(words.name(bill.title), _heads(words, "line", "euro"), right=(1,))
    for line in bill.lines:
        grid.add_row(_told(line, words), euros(line.gross_cents), end_section=True)
        grid.add_row("", "")
    console.print(grid)
    if any(line.assumption for line in bill.lines):
        console.print(words.say("screen.assumption"))


def _told(line: Line, words: Language) -> str:
    """A declaration in lines: date and law, title, product with NZa code, price, payers, number and rules."""
    payers = ", ".join(
        f"{words.word('payer', share.payer)} {euros(share.cents)}"
        + (f" ({words.word('item', share.item)})" if share.item else "")
        for share in line.shares
    )
    amount = words.say("screen.rest" if line.gross_cents else "screen.month")
    if line.quantity:
        price = "" if line.tariff is None else f" x {line.tariff.amount}" + "*" * line.assumption
        amount = f"{line.as_json()['quantity']} {words.unit(line.unit, line.quantity)}{price}"
    rules = ", ".join(rule.key for rule in line.rules)
    head = f"{line.date.isoformat()} {words.word('law', line.law)} ({line.id})"
    product = _coded(line.product, line.nza_code)
    return "\n".join((head, words.name(line.title), product, amount, payers, rules))


def _rules(console: Console, bill: Bill, words: Language) -> None:
    """Every rule behind a line, once."""
    held = {rule.key: rule for line in bill.lines for rule in line.rules}
    if not held:
        return
    grid = _grid(words.say("screen.rules"), _heads(words, "rule", "says"))
    grid.columns[0].no_wrap = True
    for key in sorted(held, key=natural):
        grid.add_row(key, f"{words.rule(held[key].title)}\n{held[key].article}")
    console.print(grid)


def _patient(console: Console, bill: Bill, words: Language) -> None:
    grid = _grid(words.say("screen.pays"), _heads(words, "item", "when", "euro"), right=(2,))
    for item, value in bill.items.items():
        parts = {"": value} if isinstance(value, int) else value
        for when, cents in parts.items():
            grid.add_row(_item(item, words), when, euros(cents))
    grid.add_section()
    grid.add_row(words.say("screen.total"), "", euros(bill.patient_cents))
    console.print(grid)


def _totals(console: Console, bill: Bill, words: Language) -> None:
    heads = _heads(words, "law", "gross", "payer", "pays")
    grid = _grid(words.say("screen.totals"), heads, right=(1, len(heads) - 1))
    laws = [(words.word("law", law), euros(cents)) for law, cents in bill.by_law.items() if cents]
    payers = [(words.word("payer", payer), euros(cents)) for payer, cents in bill.by_payer.items() if cents]
    for left, right in zip_longest(laws, payers, fillvalue=("", "")):
        grid.add_row(*left, *right)
    grid.add_section()
    total = words.say("screen.total")
    grid.add_row(total, euros(bill.gross_cents), total, euros(sum(bill.by_payer.values())))
    console.print(grid)


def _rest(console: Console, bill: Bill, words: Language) -> None:
    if bill.unfunded:
        grid = _narrow(words.say("screen.unfunded"), _heads(words, "care", "euro"), right=(1,))
        for lost in bill.unfunded:
            why = f"{words.word('reason', lost.reason)} ({lost.reason})"
            grid.add_row(f"{words.name(lost.title)}\n{lost.product}\n{why}", euros(lost.cents))
            grid.add_row("", "")
        console.print(grid)
    for told in bill.beside:
        unit = words.unit(told.unit, float(told.amount)) if told.unit else ""
        line = f"{words.word('beside', told.what)} {told.amount} {unit}".rstrip()
        console.print(words.say("screen.beside", line=line, text=told.told(words), rule=told.rule))
    for scheme, cents in bill.attributed.items():
        line = f"{words.word('beside', scheme)} {euros(cents)}"
        console.print(words.say("screen.attributed", line=line))
    _warnings(console, bill.warnings, words)
    for taken in bill.taken_for_granted:
        console.print(Text(words.say("screen.granted", text=words.plain(taken))), soft_wrap=True)


def _warnings(console: Console, warnings: Iterable[Remark], words: Language) -> None:
    for warning in warnings:
        console.print(Text(words.say("screen.warning", text=words.plain(warning))), soft_wrap=True)
