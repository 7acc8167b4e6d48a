"""What a register says as a page, a workbook and a note for a meeting."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sim.report import style
from sim.report.figures import register as figures_register
from sim.report.formats.excel import Sheet, UnitRow, Value, sheet, workbook_bytes
from sim.report.formats.note_files import NAMES, note_bytes
from sim.report.formats.sheets import Manifest, background_sections, background_sheets, origin, short
from sim.report.language import Language
from sim.report.page import Bullets, Section
from sim.report.pages import register as register_page
from sim.report.pages.note import Note, parts_of
from sim.stats import Interval
from sim.store import code_digest, versions
from sim.studies.capacity.place_measures import unit_of
from sim.studies.register.fit import RegisterFit, estimates_of
from sim.studies.register.weeks import Weeks

_UNITS = {"stay_days": "days", "wait_days": "days", "patience_days": "days"}
"""Units of measures that a register has and places have not."""


@dataclass(frozen=True)
class Origin:
    """Where a report comes from."""

    digest: str  # of the file of the register
    manifest: Manifest | None = None  # of the run of the model beside it; None where none was run

    def told(self, words: Language) -> tuple[str, ...]:
        """Version and digests in sentences."""
        about = {"version": versions()["palsim"], "code": short(code_digest())}
        told = (words.say("register.made_by", register=short(self.digest), **about),)
        if self.manifest is None:
            return told
        seed = words.say("register.model_seed", seed=self.manifest["seed"])
        return (*told, seed, origin(self.manifest, words))


def register_bytes(
    fit: RegisterFit,
    model: Mapping[str, Interval],
    weeks: Weeks | None,
    form: str,
    words: Language,
    made: Origin,
) -> bytes:
    """What a register says in one form; `model` has the same measures, none where it was not run."""
    if form == "xlsx":
        return workbook_bytes(_sheets(fit, model, words, made), words)
    if form in NAMES:
        return note_bytes(_note(fit, model, words, made), form, words)
    behind = [Section("origin", words.say("register.section.origin"), (Bullets(made.told(words)),))]
    if made.manifest is not None:
        behind += background_sections(made.manifest, words)
    return register_page.page(fit, model, words.code, weeks, behind).encode()


def _note(fit: RegisterFit, model: Mapping[str, Interval], words: Language, made: Origin) -> Note:
    told = register_page.sentences(fit, words)
    parts = {
        "short_note.beside": told[style.NOTE_SENTENCES :],
        "register.section.limits": register_page.limits(fit, words),
        "register.section.origin": made.told(words),
    }
    return Note(
        words.say("register.title"),
        register_page.subtitle(fit, words),
        words.say("register.question"),
        tuple(told[: style.NOTE_SENTENCES]),
        "",
        register_page.beside(fit, model, words),
        figures_register.occupancy(fit, words),
        parts_of(parts, words, group=""),
    )


def _sheets(fit: RegisterFit, model: Mapping[str, Interval], words: Language, made: Origin) -> list[Sheet]:
    behind = [] if made.manifest is None else background_sheets(made.manifest, words)
    first = _summary(fit, model, words)
    summary = replace(first, lines=(*first.lines, *made.told(words)))
    return [summary, _requests(fit, words), _houses(fit, words), _rows(fit, words), *behind]


def _summary(fit: RegisterFit, model: Mapping[str, Interval], words: Language) -> Sheet:
    """Estimates with their intervals, those of the model beside them, under the sentences."""
    head = words.each("column", "measure", "unit")
    for title in words.each("register", *(("register", "model") if model else ("register",))):
        head += [words.say(f"sheet_column.{key}", title=title) for key in ("mean", "low", "high")]

    def row(name: str, found: Interval) -> UnitRow:
        unit = _UNITS.get(name) or unit_of(name)
        cells = _cells(found)
        if model:
            cells += _cells(model[name]) if name in model else [None, None, None]
        return unit, (words.say(f"register.measure.{name}"), words.word("kpi_unit", unit), *cells)

    lines = (
        words.say("register.title"),
        register_page.subtitle(fit, words),
        *register_page.sentences(fit, words),
        *register_page.limits(fit, words),
    )
    rows = (row(name, found) for name, found in estimates_of(fit).items())
    return sheet(words.say("sheet.summary"), head, rows, lines)


def _cells(found: Interval) -> list[Value]:
    return [value if math.isfinite(value) else None for value in (found.mean, found.low, found.high)]


def _requests(fit: RegisterFit, words: Language) -> Sheet:
    """Requests of each month by where the person was."""
    origins = list(fit.arrivals.by_origin)
    head = (words.say("capacity.column.month"), *(words.word("register.origin", each) for each in origins))
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (month, *(counts.get(each, 0) for each in origins)) for month, counts in fit.arrivals.by_month.items()
    )
    lines = (words.say("register.figure.requests"),)
    return Sheet(words.say("register.section.requests"), head, rows, (), lines)


def _houses(fit: RegisterFit, words: Language) -> Sheet:
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            house.name,
            *(house.beds, house.guests, house.bed_days, house.open_days),
            *_cells(house.occupancy)[:1],
            *(each if math.isfinite(each) else None for each in (house.mean_days, house.turnover_days)),
        )
        for house in fit.houses
    )
    head = tuple(register_page.house_heads(words))
    lines = (words.say("register.houses_note"),)
    return Sheet(words.say("register.section.houses"), head, rows, (), lines)


def _rows(fit: RegisterFit, words: Language) -> Sheet:
    """Rows that were set aside, and rows with more guests than beds; never what a cell holds."""
    head = (words.say("register.column.row"), words.say("register.column.remark"))
    rows: list[tuple[Value, ...]] = [
        (row.number, f"{row.column}: {row.fault.told(words.code)}") for row in fit.register.set_aside
    ]
    over = words.say("register.column.days_over")
    rows += [(row.number, f"{row.house}: {over} {words.number(row.days)}") for row in fit.too_many]
    lines = (words.say("register.too_many_note"),) if rows else (words.say("register.all_fit"),)
    return Sheet(words.say("register.section.rows"), head, tuple(rows), (), lines)
