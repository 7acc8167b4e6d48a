"""The note as a file: a page, a Word document, or a PDF that an installed browser prints."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, RunError
from sim.report import style
from sim.report.language import Language
from sim.report.page import Cell, TableView
from sim.report.pages.note import Note, note_html

if TYPE_CHECKING:
    from docx.document import Document

_PRINT_SECONDS = 60  # a browser that prints a note has this long

NAMES = {"note": "note.html", "docx": "note.docx", "pdf": "note.pdf"}
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    "microsoft-edge",
)
"""Programs that print a page to PDF without a window; the first that is installed is used."""


def note_bytes(note: Note, form: str, words: Language) -> bytes:
    """The note in one form of `NAMES`."""
    if form == "docx":
        return word_bytes(note, words)
    page = note_html(note, words).encode()
    return page if form == "note" else pdf_bytes(page)


def pdf_bytes(page: bytes) -> bytes:
    """A self-contained page as an installed browser prints it.

    Raises InputError when no browser is installed, RunError when it prints nothing.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise InputError(
            "--format pdf: no browser is installed that prints ({names}); install one, or give "
            "--format note and print the page",
            names=BROWSERS,
        )
    with tempfile.TemporaryDirectory(prefix="palsim-print-") as place:
        source, printed = Path(place, "note.html"), Path(place, "note.pdf")
        source.write_bytes(page)
        command = [
            browser,
            *("--headless", "--disable-gpu", "--disable-background-networking", "--no-pdf-header-footer"),
            *(("--no-sandbox",) if getattr(os, "geteuid", lambda: 1)() == 0 else ()),
            f"--user-data-dir={Path(place, 'browser')}",
            f"--print-to-pdf={printed}",
            source.as_uri(),
        ]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(command, capture_output=True, check=False, timeout=_PRINT_SECONDS)
        if not printed.exists():
            raise RunError(
                "--format pdf: {browser} printed nothing; give --format note and print the page",
                browser=Path(browser).name,
            )
        return printed.read_bytes()


def word_bytes(note: Note, words: Language) -> bytes:
    """The note as a Word document on A4, the same bytes for the same note."""
    from docx import Document as new_document

    document = new_document()
    _lay_out(document, words)
    document.add_heading(note.title, 0)
    document.add_paragraph(note.subtitle)
    document.add_paragraph(note.question).runs[0].bold = True
    document.add_heading(words.say("section.answer"), 1)
    for sentence in note.answer:
        document.add_paragraph(sentence, style="List Bullet")
    document.add_paragraph(note.note)
    if note.table is not None:
        _add_table(document, note.table)
    if note.drawing is not None:
        _add_drawing(document, note)
    for title, sentences in note.parts:
        document.add_heading(title, 1)
        for sentence in sentences:
            document.add_paragraph(sentence, style="List Bullet")
    document.add_paragraph(words.say("footer"))
    buffer = io.BytesIO()
    document.save(buffer)
    return _undated(buffer.getvalue())


def _lay_out(document: Document, words: Language) -> None:
    """A4 with narrow margins, small type, and the language of the note for the spelling of Word."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in style.A4_MM)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(style.NOTE_MARGIN_MM))
    for name, points in style.NOTE_POINTS.items():
        font = document.styles[name]
        font.font.size = Pt(points)
        font.paragraph_format.space_after = Pt(style.NOTE_GAP_POINTS)
        font.paragraph_format.space_before = Pt(style.NOTE_GAP_POINTS)
    defaults: Any = document.styles.element
    for mark in defaults.iter(qn("w:lang")):
        mark.set(qn("w:val"), {"nl": "nl-NL", "en": "en-GB"}[words.code])
    document.core_properties.author = "Palsim"
    document.core_properties.title = ""
    document.core_properties.comments = ""


def _add_table(document: Document, table: TableView) -> None:
    """The table with its caption above and its remark under it; the first row repeats on a new page."""
    document.add_paragraph(table.caption).runs[0].bold = True
    grid = document.add_table(rows=0, cols=len(table.head), style="Light List")
    for cells, bold in ((table.head, True), *((row.cells, row.total) for row in table.rows)):
        _add_row(grid, cells, bold)
    if table.note:
        document.add_paragraph(table.note)


def _add_row(grid: Any, cells: tuple[Cell, ...], bold: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for place, cell in zip(grid.add_row().cells, cells, strict=True):
        paragraph = place.paragraphs[0]
        run = paragraph.add_run(cell.text)
        run.bold = bold
        if cell.number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _add_drawing(document: Document, note: Note) -> None:
    """The figure as a picture, what it shows in words for who cannot see it."""
    from docx.shared import Mm

    assert note.drawing is not None
    picture = io.BytesIO()
    note.drawing.figure.savefig(picture, format="png", dpi=style.NOTE_DOTS, metadata={"Software": None})
    picture.seek(0)
    shape = document.add_picture(picture, width=Mm(style.NOTE_PICTURE_MM))
    about: Any = shape._inline.docPr
    about.set("descr", note.drawing.alt)
    document.add_paragraph(note.drawing.caption)


def _undated(document: bytes) -> bytes:
    """The same document with the date of its parts left out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document)) as read,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as write,
    ):
        for name in read.namelist():
            write.writestr(zipfile.ZipInfo(name), read.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
