"""The bill of one patient as blocks: who pays what, and for every line its rule, article and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim import api
from sim.billing.case_bill import Bill
from sim.billing.explain import Line, Share
from sim.billing.not_declared import Beside
from sim.catalogue import load_tariffs
from sim.ledger.remarks import Remark
from sim.report.language import Language
from sim.report.page import (
    Block,
    Bullets,
    Cell,
    Prose,
    Row,
    Section,
    Shown,
    TableView,
    noted,
    number,
    row,
    table,
    text,
)
from sim.schema import ITEMS
from sim.web.apart import read_apart

FIRST = "Olivia"  # patient of the Handreiking, whose journeys are told first
FINEST_QUANTITY = 2  # decimals of a quantity that is not whole


@dataclass(frozen=True)
class WorkedCase:
    """A case file that comes with the program."""

    name: str
    title: str
    content: bytes


def worked_cases() -> tuple[WorkedCase, ...]:
    """The worked cases of `scenarios/cases`: those of Olivia first, then the others, by title."""
    from sim.billing.case import load_case

    found = [WorkedCase(name, load_case(file).title, file.read_bytes()) for name, file in api.cases().items()]
    return tuple(sorted(found, key=lambda case: (not case.title.startswith(FIRST), case.title)))


def bill_of(name: str, content: bytes, scenario: str | None) -> Bill:
    """The bill of a case file as the user named it, by the law of a scenario or as it stands."""
    bill: Bill = read_apart("case", name, content, told=scenario)
    return bill


def bill_blocks(bill: Bill, words: Language) -> list[Block]:
    """What the care costs by law and who pays it, at a glance, and what the patient pays by kind."""
    sentence = words.say(
        "web.bill.sentence", gross=words.cents(bill.gross_cents), patient=words.cents(bill.patient_cents)
    )
    return [Prose(sentence), *_totals(bill, words), *_own(bill, words)]


def bill_sections(bill: Bill, words: Language) -> list[Section]:
    """Every line of the bill with its rule and source, and what stands beside it."""
    amount = words.say("web.bill.amount")
    beside: list[Block] = [_told(bill.beside, words)] if bill.beside else []
    if bill.unfunded:
        head: list[Shown] = [words.say("web.bill.care"), text(words.say("column.reason")), amount]
        rows = (
            row(noted(e.title, words), text(words.word("reason", e.reason)), words.cents(e.cents))
            for e in bill.unfunded
        )
        beside.append(table(words.say("web.bill.unfunded"), head, rows))
    if bill.attributed:
        found = bill.attributed.items()
        schemes = (row(words.word("beside", scheme), words.cents(cents)) for scheme, cents in found)
        columns = [words.say("web.bill.item"), amount]
        beside.append(table(words.say("web.bill.attributed"), columns, schemes))

    def remarks(several: Sequence[Remark]) -> list[Block]:
        return [Bullets(tuple(words.remark(each) for each in several))] if several else []

    parts: dict[str, list[Block]] = {
        "lines": [_lines(bill.lines, words)],
        "beside": beside,
        "warnings": remarks(bill.warnings),
        "granted": remarks(bill.taken_for_granted),
    }
    return [
        Section(id_, words.say(f"web.bill.{id_}"), tuple(blocks)) for id_, blocks in parts.items() if blocks
    ]


def bill_page(bill: Bill, words: Language) -> bytes:
    """The bill as one self-contained HTML page."""
    from sim.report.formats.render import render_page

    page = render_page(bill.title, bill_blocks(bill, words), words.code, "", bill_sections(bill, words))
    return page.encode()


def _told(beside: Sequence[Beside], words: Language) -> TableView:
    """What rules say beside the shares, each with its rule."""
    head = map(text, words.each("web.bill", "what", "quantity", "remark", "rule"))
    rows = []
    for told in beside:
        notes = "; ".join(words.remark(note) for note in told.notes)
        shown = (words.word("beside", told.what), _measure(told, words), notes, told.rule)
        rows.append(Row(tuple(map(text, shown))))
    return table(words.say("web.bill.told"), head, rows)


def _measure(told: Beside, words: Language) -> str:
    """An amount as money, a number with its unit, or a name as it stands."""
    if not told.unit:
        return told.amount
    if told.unit == "euro":
        return words.euro(float(told.amount), 2)
    amount = float(told.amount)
    return f"{words.compact(amount)} {words.unit(told.unit, amount)}"


def _totals(bill: Bill, words: Language) -> list[Block]:
    """Gross by law, and what each payer pays; both sum to the bill."""
    blocks: list[Block] = []
    total = row(words.say("total"), words.cents(bill.gross_cents), total=True)
    for kind, found in (("law", bill.by_law), ("payer", bill.by_payer)):
        rows = (row(words.word(kind, k), words.cents(cents)) for k, cents in found.items() if cents)
        head = words.each("web.bill", f"{kind}_head", "amount")
        blocks.append(table(words.say(f"web.bill.by_{kind}"), head, [*rows, total]))
    return blocks


def _own(bill: Bill, words: Language) -> list[Block]:
    """What the patient pays, by kind and by month or year."""
    rows = []
    for item, value in bill.items.items():
        parts = {"": value} if isinstance(value, int) else value
        rows += [
            row(words.word("item", item), text(when or words.none), words.cents(cents))
            for when, cents in parts.items()
            if cents
        ]
    if not rows:
        return [Prose(words.say("web.bill.nothing"))]
    rows.append(row(words.say("total"), text(""), words.cents(bill.patient_cents), total=True))
    item, when, amount = words.each("web.bill", "item", "when", "amount")
    return [table(words.say("web.bill.patient"), (item, text(when), amount), rows)]


def _lines(lines: Sequence[Line], words: Language) -> TableView:
    names = ("date", "care", "quantity", "gross", "who", "rule", "source")
    dutch = words.code == "nl"
    head = [(number if name == "gross" else text)(words.say(f"web.bill.{name}")) for name in names]
    rows = (
        row(
            words.date(line.date),
            noted(line.title, words, f"{words.word('law', line.law)} · {line.product}"),
            _quantity(line, words),
            words.cents(line.gross_cents),
            _who(line.shares, words),
            # what a rule says stands in English only
            _listed([f"{r.key}{'' if dutch else ' ' + r.title}: {r.article}" for r in line.rules], words),
            _sources(line, words),
        )
        for line in lines
    )
    return table(words.say("web.bill.lines"), head, rows, wide=True)


def _quantity(line: Line, words: Language) -> Cell:
    if line.quantity == 0:
        return text(words.none)
    whole = line.quantity.denominator == 1
    value = float(line.quantity)
    amount = words.compact(value) if whole else words.number(value, FINEST_QUANTITY)
    unit = words.unit(line.unit, line.quantity)
    if line.tariff is None:
        return text(f"{amount} {unit}")
    price = f"{amount} {unit} × {words.euro(float(line.tariff.amount), 2)}"
    return text(price, words.say("web.bill.assumption") if line.assumption else "")


def _who(shares: Sequence[Share], words: Language) -> Cell:
    """Payers with their parts, the largest first; an own payment with its kind."""
    parts = []
    for share in sorted(shares, key=lambda s: -s.cents):
        kind = words.word("item", share.item) if share.item in ITEMS[1:] else ""
        payer = words.word("payer", share.payer)
        parts.append(f"{payer} {words.cents(share.cents)}" + (f" ({kind.lower()})" if kind else ""))
    return _listed(parts, words)


def _listed(parts: Sequence[str], words: Language) -> Cell:
    """The first of some parts, the others as its note."""
    return text(parts[0], "; ".join(parts[1:])) if parts else text(words.none)


def _sources(line: Line, words: Language) -> Cell:
    known = load_tariffs().sources()
    found = [known[id] for id in line.sources if id in known]
    if not found:
        return text(words.none)
    first, *rest = found
    return Cell(
        first.title,
        "; ".join(s.title for s in rest),
        lang="" if words.code == "nl" else "nl",
        link=first.url or "",
    )
