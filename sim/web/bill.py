"""The bill of one patient as blocks: who pays what, and for every line its rule, article and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sim import api
from sim.billing.beside import Beside
from sim.billing.case_bill import Bill
from sim.billing.explain import Line, Share
from sim.catalogue import TariffBook, load_tariffs
from sim.data import data_folder
from sim.report.language import Language
from sim.report.page import Block, Bullets, Cell, Prose, Row, Section, TableView, number, text
from sim.web.apart import read_apart

FIRST = "Olivia"
"""Patient of the Handreiking, whose journeys are told first."""
FINEST_QUANTITY = 2
"""Decimals of a quantity that is not whole."""


@dataclass(frozen=True)
class WorkedCase:
    """A case file that comes with the program."""

    name: str
    title: str
    content: bytes


def worked_cases() -> tuple[WorkedCase, ...]:
    """The worked cases of `scenarios/cases`: those of Olivia first, then the others, by title."""
    from sim.billing.case import load_case

    files = sorted((data_folder("scenarios") / "cases").glob("*.yaml"))
    found = [WorkedCase(f.stem, load_case(f).title, f.read_bytes()) for f in files]
    return tuple(sorted(found, key=lambda case: (not case.title.startswith(FIRST), case.title)))


def bill_of(name: str, content: bytes, scenario: str | None) -> Bill:
    """The bill of a case file as the user named it, by the law of a scenario or as it stands.

    Raises InputError when the file is too large or the case is not right.
    """
    bill: Bill = read_apart("case", name, content, told=scenario)
    return bill


def bill_of_worked(case: WorkedCase, scenario: str | None) -> Bill:
    """The bill of a case that comes with the program, by the law of a scenario or as it stands."""
    return api.bill(data_folder("scenarios") / "cases" / f"{case.name}.yaml", scenario=scenario)


def bill_blocks(bill: Bill, words: Language) -> list[Block]:
    """What the care costs by law and who pays it, at a glance, and what the patient pays by kind."""
    sentence = words.say(
        "web.bill.sentence", gross=words.cents(bill.gross_cents), patient=words.cents(bill.patient_cents)
    )
    return [Prose(sentence), *_totals(bill, words), *_own(bill, words)]


def bill_sections(bill: Bill, words: Language, book: TariffBook | None = None) -> list[Section]:
    """Every line of the bill with its rule and source, and what stands beside it.

    Sources are those of the shipped tariffs where no book is given.
    """
    tariffs = book or load_tariffs()
    beside: list[Block] = [_told(bill.beside, words)] if bill.beside else []
    if bill.unfunded:
        head = (text(words.say("web.bill.care")), text(words.say("column.reason")), _amount_head(words))
        rows = tuple(
            Row(
                (
                    _named(lost.title, words),
                    text(words.word("reason", lost.reason)),
                    _cents(lost.cents, words),
                )
            )
            for lost in bill.unfunded
        )
        beside.append(TableView(words.say("web.bill.unfunded"), head, rows))
    if bill.attributed:
        schemes = tuple(
            Row((text(words.word("beside", scheme)), _cents(cents, words)))
            for scheme, cents in bill.attributed.items()
        )
        columns = (text(words.say("web.bill.item")), _amount_head(words))
        beside.append(TableView(words.say("web.bill.attributed"), columns, schemes))
    remarks: list[Block] = [Bullets(tuple(words.remark(w) for w in bill.warnings))] if bill.warnings else []
    granted: list[Block] = []
    if bill.taken_for_granted:
        granted.append(Bullets(tuple(words.remark(w) for w in bill.taken_for_granted)))
    found = [
        Section("lines", words.say("web.bill.lines"), (_lines(bill.lines, words, tariffs),)),
        Section("beside", words.say("web.bill.beside"), tuple(beside)),
        Section("warnings", words.say("web.bill.warnings"), tuple(remarks)),
        Section("granted", words.say("web.bill.granted"), tuple(granted)),
    ]
    return [section for section in found if section.blocks]


def bill_page(bill: Bill, words: Language) -> bytes:
    """The bill as one self-contained HTML page."""
    from sim.report.formats.render import render_page

    page = render_page(bill.title, bill_blocks(bill, words), words.code, "", bill_sections(bill, words))
    return page.encode()


def _told(beside: Sequence[Beside], words: Language) -> TableView:
    """What rules say beside the shares, each with its rule."""
    columns = ("what", "quantity", "remark", "rule")
    head = tuple(text(words.say(f"web.bill.{column}")) for column in columns)
    rows = tuple(
        Row(
            (
                text(words.word("beside", told.what)),
                text(_measure(told, words)),
                text("; ".join(words.remark(note) for note in told.notes)),
                text(told.rule),
            )
        )
        for told in beside
    )
    return TableView(words.say("web.bill.told"), head, rows)


def _measure(told: Beside, words: Language) -> str:
    """An amount as money, a number with its unit, or a name as it stands."""
    if not told.unit:
        return told.amount
    if told.unit == "euro":
        return words.euro(float(told.amount), 2)
    amount = float(told.amount)
    return f"{words.compact(amount)} {words.unit(told.unit, amount)}"


def _amount_head(words: Language) -> Cell:
    return number(words.say("web.bill.amount"))


def _cents(cents: int, words: Language) -> Cell:
    return number(words.cents(cents))


def _named(title: str, words: Language, note: str = "") -> Cell:
    """Name of a care product in the language of the page."""
    name, lang = words.note(title)
    return text(name, note, "" if lang == words.code else lang)


def _totals(bill: Bill, words: Language) -> list[Block]:
    """Gross by law, and what each payer pays; both sum to the bill."""
    blocks: list[Block] = []
    for kind, found in (("law", bill.by_law), ("payer", bill.by_payer)):
        rows = [Row((text(words.word(kind, k)), _cents(cents, words))) for k, cents in found.items() if cents]
        rows.append(Row((text(words.say("total")), _cents(bill.gross_cents, words)), total=True))
        head = text(words.say(f"web.bill.{kind}_head"))
        blocks.append(TableView(words.say(f"web.bill.by_{kind}"), (head, _amount_head(words)), tuple(rows)))
    return blocks


def _own(bill: Bill, words: Language) -> list[Block]:
    """What the patient pays, by kind and by month or year."""
    rows = []
    for item, value in bill.items.items():
        parts = {"": value} if isinstance(value, int) else value
        rows += [
            Row((text(words.word("item", item)), text(when or words.say("none")), _cents(cents, words)))
            for when, cents in parts.items()
            if cents
        ]
    if not rows:
        return [Prose(words.say("web.bill.nothing"))]
    rows.append(Row((text(words.say("total")), text(""), _cents(bill.patient_cents, words)), total=True))
    head = (text(words.say("web.bill.item")), text(words.say("web.bill.when")), _amount_head(words))
    return [TableView(words.say("web.bill.patient"), head, tuple(rows))]


def _lines(lines: Sequence[Line], words: Language, book: TariffBook) -> TableView:
    head = (
        text(words.say("web.bill.date")),
        text(words.say("web.bill.care")),
        text(words.say("web.bill.quantity")),
        number(words.say("web.bill.gross")),
        text(words.say("web.bill.who")),
        text(words.say("web.bill.rule")),
        text(words.say("web.bill.source")),
    )
    rows = tuple(
        Row(
            (
                text(words.date(line.date)),
                _named(line.title, words, f"{words.word('law', line.law)} · {line.product}"),
                _quantity(line, words),
                _cents(line.gross_cents, words),
                _who(line.shares, words),
                _rules(line, words),
                _sources(line, book, words),
            )
        )
        for line in lines
    )
    return TableView(words.say("web.bill.lines"), head, rows, wide=True)


def _quantity(line: Line, words: Language) -> Cell:
    if line.quantity == 0:
        return text(words.say("none"))
    amount = words.compact(float(line.quantity)) if _whole(line.quantity) else _decimal(line.quantity, words)
    unit = words.unit(line.unit, line.quantity)
    if line.tariff is None:
        return text(f"{amount} {unit}")
    price = f"{amount} {unit} × {words.euro(float(line.tariff.amount), 2)}"
    return text(price, words.say("web.bill.assumption") if line.assumption else "")


def _whole(quantity: Fraction) -> bool:
    return quantity.denominator == 1


def _decimal(quantity: Fraction, words: Language) -> str:
    return words.number(float(quantity), FINEST_QUANTITY)


def _who(shares: Sequence[Share], words: Language) -> Cell:
    """Payers with their parts, the largest first; an own payment with its kind."""
    parts = []
    for share in sorted(shares, key=lambda s: -s.cents):
        kind = words.word("item", share.item) if share.item in _own_items() else ""
        payer = words.word("payer", share.payer)
        parts.append(f"{payer} {words.cents(share.cents)}" + (f" ({kind.lower()})" if kind else ""))
    return text(parts[0], "; ".join(parts[1:])) if parts else text(words.say("none"))


def _own_items() -> tuple[str, ...]:
    from sim.schema import ITEMS

    return ITEMS[1:]


def _rules(line: Line, words: Language) -> Cell:
    """Rules by id and article; what a rule says stands in English only."""
    parts = [
        f"{r.key}: {r.article}" if words.code == "nl" else f"{r.key} {r.title}: {r.article}"
        for r in line.rules
    ]
    return text(parts[0], "; ".join(parts[1:])) if parts else text(words.say("none"))


def _sources(line: Line, book: TariffBook, words: Language) -> Cell:
    known = book.sources()
    found = [known[id] for id in line.sources if id in known]
    if not found:
        return text(words.say("none"))
    first, *rest = found
    return Cell(
        first.title,
        "; ".join(s.title for s in rest),
        lang="" if words.code == "nl" else "nl",
        link=first.url or "",
    )
