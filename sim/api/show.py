"""How results look in a notebook: the answer, the headline rows, what is own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from html import escape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.api.facade import facade
from sim.errors import InputError
from sim.later import pd

if TYPE_CHECKING:
    from sim.report.results import Result


@facade
class Written(ABC):
    """A result that is written as a page, a workbook, or a note for a meeting."""

    @abstractmethod
    def _written(self, form: str, lang: str, out: Path | str | None) -> Path:
        """Write one form of the report into a file, by default in the folder of the result."""

    def report(self, lang: str = "nl", out: Path | str | None = None) -> Path:
        """Write the report as one HTML page, in "nl" or "en", and return its path.

        By default it is `report.html` in the folder of the result (`report_en.html` for English). Raises
        InputError when the result has no folder and no file is named.
        """
        return self._written("html", lang, out)

    def excel(self, out: Path | str | None = None, lang: str = "nl") -> Path:
        """Write the result as an Excel workbook, in "nl" or "en", and return its path.

        By default it is `report.xlsx` in the folder of the result. Raises InputError when the result has no
        folder and no file is named.
        """
        return self._written("xlsx", lang, out)

    def note(self, lang: str = "nl", out: Path | str | None = None, form: str = "note") -> Path:
        """Write the note for a meeting, in "nl" or "en", and return its path.

        The form is "note" for a page, "docx" for Word, or "pdf", which an installed browser prints; by
        default the file is `note.html`, `note.docx` or `note.pdf` in the folder of the result. Raises
        InputError when the result has no folder and no file is named, or no browser is installed for a PDF.
        """
        from sim.report.formats.note_files import NAMES

        if form not in NAMES:
            raise InputError("note: form {form!r}; choose {forms}", form=form, forms=list(NAMES))
        return self._written(form, lang, out)


Figure = Any  # a matplotlib figure; matplotlib is imported when one is asked for


def figure_of(module: str, name: str, lang: str, *subject: Any, **how: Any) -> Figure:
    """The figure that a function of a module within `sim.report` draws of a subject, in a language.

    Raises InputError when there is nothing to draw.
    """
    from sim.report.language import language

    drawing = getattr(import_module(f"sim.report.{module}"), name)(*subject, language(lang), **how)
    if drawing is None:
        raise InputError("{name}: nothing to draw", name=name)
    return drawing.figure


def answers_of(result: Result, lang: str) -> list[str]:
    """The answer of a result in sentences."""
    from sim.report.language import language
    from sim.report.pages.build import told_answer

    return told_answer(result, language(lang))


def run_html(result: Result, costs: pd.DataFrame, manifest: Mapping[str, Any]) -> str:
    """A run: its answer, and its costs by payer."""
    title = manifest["scenario"]["title"]["nl"]
    shown = costs.round(0).to_html(border=0)
    return f"<div><b>{escape(title)}</b>{_own(manifest)}{listed(answers_of(result, 'nl'))}{shown}</div>"


def comparison_html(result: Result, header: Mapping[str, Any]) -> str:
    """A comparison: its answer, and its headline measures with their intervals."""
    from sim.report.formats.render import block_html
    from sim.report.language import language
    from sim.report.sections.costs_and_schemes import headline_tables

    words = language("nl")
    own = "".join(_own(run.manifest) for run in result.runs)
    replications = words.number(header["replications"])
    size = words.say("budget.subtitle", area=header["area"], replications=replications)
    size += f" · seed {header['seed']}"
    tables = "".join(block_html(block, words) for block in headline_tables(result, words))
    return f"<div>{listed(answers_of(result, 'nl'))}{own}{tables}<small>{escape(size)}</small></div>"


def _own(manifest: Mapping[str, Any]) -> str:
    """What is own in a run, in one line; nothing where all is law."""
    own = manifest.get("own")
    if not own:
        return ""
    parts = [f"{each['id']} {each['amount']} ({each['source']})" for each in own["tariffs"]]
    parts += [f"{each['key']}: {each['name']}" for each in own["rules"]]
    name = manifest["scenario"]["title"]["nl"]
    return f"<p>Eigen in {escape(name)}: {escape('; '.join(parts))}</p>"


def listed(sentences: Iterable[object]) -> str:
    """Sentences as a list of HTML."""
    return "<ul>" + "".join(f"<li>{escape(str(sentence))}</li>" for sentence in sentences) + "</ul>"
