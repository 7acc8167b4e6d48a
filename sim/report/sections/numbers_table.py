"""Every assumption, price and legal amount behind a result: one table that can be searched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sim.catalogue import TariffBook, TariffValue, load_tariffs
from sim.errors import InputError
from sim.ledger import own_book
from sim.report.language import Language
from sim.report.page import Prose, Row, Section, TableView, noted, number, text
from sim.report.results import Result, RunView
from sim.report.sections.provenance import (
    Parameter,
    Published,
    Source,
    parameters,
    range_text,
    source_name,
    span_text,
    value_text,
)
from sim.report.sections.uncertainty import carrying
from sim.report.sentences import plain_names
from sim.scenario.own import PRICES, own_tariffs_of
from sim.schema import covers

_SHARE = "fractie"
_EURO = "eur"
_AREA = "area."
ASSUMPTION = "assumption"


@dataclass(frozen=True)
class TariffRow:
    """One tariff row that priced the run."""

    row: str  # `product@YYYY-MM-DD`
    title: str
    law: str
    amount: str  # as in the file, in `unit`
    unit: str  # `eur`, `eur/<unit>`, `fractie`, or what is counted
    kind: str
    source: str
    range: tuple[str, str] | None
    reason: str


@dataclass(frozen=True)
class Used:
    """An assumption of a scenario or an area, and the title of what it belongs to."""

    of: str
    parameter: Parameter
    is_own: bool = False  # whether an alternative brings it in


def section(result: Result, tariffs: Sequence[TariffRow], words: Language) -> Section:
    """The table; on paper only what carries the answer or what a policy brings in."""
    top = {path for each in result.alternatives for path in carrying(each, words)}
    top |= {path.removeprefix(_AREA) for path in top}
    rows = [
        *(
            _of_parameter(used, used.is_own or used.parameter.path in top, words)
            for used in assumed(result, words)
        ),
        *(_of_tariff(row, f"{PRICES}.{row.row.partition('@')[0]}" in top, words) for row in tariffs),
    ]
    names = ("what", "belongs_to", "value", "range", "kind_of_number", "reason_source")
    head = tuple((number if name == "value" else text)(words.say(f"column.{name}")) for name in names)
    shown = sum(not row.aside for row in rows)
    told = {"all": words.number(len(rows)), "shown": words.number(shown)}
    table = TableView(
        words.say("table.numbers", count=told["all"]),
        head,
        tuple(rows),
        wide=True,
        search=True,
        paper=words.say("numbers.paper", **told) if shown else "",
        aside=not shown,
    )
    return Section(
        "assumptions", words.say("section.assumptions"), (Prose(words.say("assumptions.intro")), table)
    )


def assumed(result: Result, words: Language) -> Iterator[Used]:
    """Assumptions of the base, of each alternative where they differ, and of the area."""
    base = {p.path: p for p in _assumptions(result.base.scenario)}
    title = result.base.title(words)
    for path in sorted(base, key=words.path):
        yield Used(title, base[path])
    for alternative in result.alternatives:
        for p in _assumptions(alternative.run.scenario):
            if base.get(p.path) != p:
                yield Used(alternative.run.title(words), p, is_own=True)
    for p in sorted(_assumptions(result.base.area), key=lambda each: words.path(each.path)):
        yield Used(str(result.base.area["title"][words.code]), p)


def _assumptions(tree: object) -> Iterable[Parameter]:
    return (p for p in parameters(tree) if p.kind == ASSUMPTION)


def _of_parameter(used: Used, is_main: bool, words: Language) -> Row:
    p = used.parameter
    reason = noted(p.reason, words, source_name(p.source, words))
    cells = (
        text(words.path(p.path), p.path),
        text(used.of),
        (number if type(p.value) in (int, float) else text)(value_text(p.value, words, p.path)),
        text(range_text(p, words)),
        text(words.word("origin", p.kind)),
        replace(reason, text=plain_names(reason.text, words)),
    )
    return Row(cells, aside=not is_main)


def _of_tariff(row: TariffRow, is_main: bool, words: Language) -> Row:
    source = source_name(row.source, words)
    reason = noted(row.reason, words, source if words.note(row.reason)[0] else "")
    cells = (
        noted(row.title, words, row.row),
        text(words.say("numbers.price", law=words.word("law", row.law))),
        number(amount_text(row.amount, row.unit, words), unit_text(row.unit, words)),
        text(range_of_row(row, words)),
        text(words.word("kind", row.kind)),
        replace(reason, text=plain_names(reason.text, words) or source),
    )
    return Row(cells, aside=not is_main)


def amount_text(value: str, unit: str, words: Language) -> str:
    """A price, a share or a number as it stands in a tariff file, in words."""
    if unit == _SHARE:
        return words.percent(float(value))
    if unit == _EURO or unit.startswith(f"{_EURO}/"):
        return words.euro(float(value), 2)
    return words.compact(float(value))


def range_of_row(row: TariffRow, words: Language) -> str:
    """The range of a price in words; empty where it has none."""
    if row.range is None:
        return ""
    low, high = map(float, row.range)
    return span_text(low, high, row.unit, words)


def unit_text(unit: str, words: Language) -> str:
    """What a price is for, in words; empty for an amount or a share by itself."""
    if unit in (_SHARE, _EURO):
        return ""
    if unit.startswith(f"{_EURO}/"):
        return words.say("per", unit=words.word("unit", unit.removeprefix(f"{_EURO}/")))
    return words.word("unit", unit)


_LEGAL = (
    "own_payments.aow",
    "own_payments.eigen_risico",
    "own_payments.wijkverpleging",
    "own_payments.wlz",
    "own_payments.wmo",
    "ptz.max",
    "ptz.plafond",
    "ptz.referentie_offset",
    "ptz.referentiejaren",
    "wlz.afwezigheid",
)
"""Beginnings of the ids of legal amounts that own payments and subsidy follow from."""


def tariff_rows(
    run: RunView, published: Published | None = None
) -> tuple[tuple[TariffRow, ...], dict[str, Source], bool]:
    """Rows of the book that priced a run, sources of book and figures, whether the run had this book.

    Products come first, then the legal amounts in force on the first counted day.
    """
    book = own_book(load_tariffs(), own_tariffs_of(run.manifest))
    same = run.manifest.get("hashes", {}).get("tariffs") in (None, book.digest())
    values = [*_priced(book, run.tariff_rows), *_legal(book, run)]
    sources = {} if published is None else published.known
    sources |= {id: Source(id, s.title, s.url or "") for id, s in book.sources().items()}
    return tuple(_row(v, book) for v in values), sources, same


def _priced(book: TariffBook, rows: Iterable[str]) -> list[TariffValue]:
    found: list[TariffValue] = []
    for row in rows:
        try:
            found += book.used([row])
        except InputError:
            continue
    return found


def _legal(book: TariffBook, run: RunView) -> list[TariffValue]:
    ids, day = (id for id in book.parameter_ids if covers(_LEGAL, id)), run.counted[0]
    return [v for id in ids for v in book.values(id) if v.valid_from <= day < v.valid_to]


def _row(value: TariffValue, book: TariffBook) -> TariffRow:
    unit = f"eur/{book.product(value.id).unit}" if value.id in book.ids else value.unit
    span = None if value.range is None else (str(value.range[0]), str(value.range[1]))
    return TariffRow(
        value.row,
        value.title,
        value.law,
        str(value.amount),
        unit,
        value.kind,
        value.source,
        span,
        value.reason or "",
    )
