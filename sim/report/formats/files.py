"""Reports as files: a page, a workbook, or the note for a meeting, of a folder or of what is at hand."""

from __future__ import annotations

from pathlib import Path

from sim.errors import LANGUAGES
from sim.report.formats.capacity_files import capacity_bytes
from sim.report.formats.excel import workbook_bytes
from sim.report.formats.note_files import NAMES, note_bytes
from sim.report.formats.sheets import all_sheets
from sim.report.language import Language, in_language, language
from sim.report.pages.budget import budget_page
from sim.report.pages.build import load_result, page_of
from sim.report.pages.note import note_of
from sim.report.results import Result
from sim.report.sections.provenance import load_published
from sim.store import write_report
from sim.studies.budget import BUDGET, read_budget
from sim.studies.capacity.runs import is_capacity, read_capacity

REPORT_FORMS = {
    "html": "report.html",
    "xlsx": "report.xlsx",
    **NAMES,
}  # name of the file of each form, in Dutch


def build_report(
    folder: Path | str, lang: str = LANGUAGES[0], out: Path | None = None, form: str = "html"
) -> Path:
    """Write the report of a folder in one of `REPORT_FORMS` into it, or elsewhere, and give its path.

    The folder is made by `palsim run`, `compare`, `budget` (a page only) or `capacity`. Raises InputError
    when it holds nothing of these or a study that is not finished, the language has no catalogue, or no
    browser is installed for a PDF; RunError when the browser fails.
    """
    place, words = Path(folder), language(lang)
    if form == "html" and (place / BUDGET).exists():
        made = budget_page(read_budget(place), words).encode()
    elif is_capacity(place):
        made = capacity_bytes(read_capacity(place), form, words)
    else:
        made = result_bytes(load_result(place), form, words)
    file = place / in_language(REPORT_FORMS[form], lang) if out is None else out
    write_report(file, made, place)
    return file


def result_bytes(result: Result, form: str, words: Language) -> bytes:
    """The report of a run or a comparison in one of `REPORT_FORMS`."""
    if form == "html":
        return page_of(result, words).encode()
    published = load_published(result.base.area)
    if form == "xlsx":
        return workbook_bytes(all_sheets(result, words, published), words)
    return note_bytes(note_of(result, words, published), form, words)
