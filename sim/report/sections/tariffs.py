"""The tariff rows that priced a run, as the report lists them, read from the project's tariffs."""

from __future__ import annotations

from collections.abc import Iterable

from sim.catalogue import TariffBook, TariffValue, load_tariffs
from sim.errors import InputError
from sim.ledger import own_book
from sim.report.results import RunView
from sim.report.sections.background import Source
from sim.report.sections.numbers_table import TariffRow
from sim.scenario.own import own_tariffs_of
from sim.schema import covers

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


def tariff_rows(run: RunView) -> tuple[tuple[TariffRow, ...], dict[str, Source], bool]:
    """Rows of the book that priced a run, its sources, and whether it still is the one of the run.

    Products come first, then the legal amounts in force on the first counted day.
    """
    book = own_book(load_tariffs(), own_tariffs_of(run.manifest))
    same = run.manifest.get("hashes", {}).get("tariffs") in (None, book.digest())
    values = [*_priced(book, run.tariff_rows), *_legal(book, run)]
    sources = {id: Source(id, s.title, s.url or "") for id, s in book.sources().items()}
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
    day = run.counted[0]
    ids = [id for id in book.parameter_ids if covers(_LEGAL, id)]
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
