"""The note of two pages: question, answer, one table, one figure, who wins, what it hangs on, how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.report import style
from sim.report.figures import change as figures_change
from sim.report.figures import costs_and_places as figures
from sim.report.figures.drawing import Drawing
from sim.report.formats.render import render_template
from sim.report.language import Language
from sim.report.page import Metric, Numbers, TableView, metric_table
from sim.report.results import Alternative, Result
from sim.report.sections import costs_and_schemes as sections
from sim.report.sections import winners as sections_winners
from sim.report.sections.background import left_out, validation_summary
from sim.report.sections.comparison_answer import answer_note
from sim.report.sections.glossary import terms_of
from sim.report.sections.headlines import (
    first_rows,
    headline_of,
    headline_rows,
    is_covered,
    payers_of,
)
from sim.report.sections.provenance import Published
from sim.report.sections.uncertainty import carried_by
from sim.report.sentences import period
from sim.scenario.headline import CARRYING_OUT

TEMPLATE = "note.html.j2"


@dataclass(frozen=True)
class Note:
    """What the note says, whatever it is written as."""

    title: str
    subtitle: str
    question: str
    answer: tuple[str, ...]  # three sentences at most
    note: str  # what the two uncertainties are
    table: TableView | None  # eight rows at most
    drawing: Drawing | None
    # who wins and loses, what it hangs on, what is left out, how sure it is
    parts: tuple[tuple[str, tuple[str, ...]], ...]


def note_of(result: Result, words: Language, published: Published) -> Note:
    """The note of a run or a comparison."""
    told = {
        "wins": _winners(result.alternatives, words),
        "hangs": _carriers(result.alternatives, words),
        "left": left_out(result.runs, words)[: style.NOTE_LEFT_OUT],
        "sure": _sure(result, words, published),
    }
    return Note(
        " · ".join(run.title(words) for run in (result.runs[1:] or result.runs)),
        sections.subtitle(result, words),
        sections.question(result, words),
        _answer(result, words, published),
        answer_note(result.alternatives, words),
        _table(result, words),
        figures_change.differences_by_payer(result.alternatives, words)
        if result.alternatives
        else figures.costs_by_payer(result.base, words),
        parts_of(told, words),
    )


def parts_of(
    told: Mapping[str, Sequence[str]], words: Language, group: str = "short_note."
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Parts of a note under the titles of their keys; those without a sentence left out."""
    return tuple((words.say(f"{group}{key}"), tuple(each)) for key, each in told.items() if each)


def note_html(note: Note, words: Language) -> str:
    """The note as a self-contained page that prints on two sheets of A4."""
    svg = "" if note.drawing is None else note.drawing.svg()
    terms = terms_of((note.title, note.question, *note.answer, note.note), words)
    places = {"heading": note.title, "subtitle": note.subtitle, "note": note, "svg": svg, "terms": terms}
    return render_template(TEMPLATE, words, note.title, **places)


def _answer(result: Result, words: Language, published: Published) -> tuple[str, ...]:
    """Three sentences: of one policy its first three, of several the first of each."""
    told = sections.answers(result, words, published)
    if len(told) == 1:
        return told[0][1][: style.NOTE_SENTENCES]
    return tuple(f"{title}: {sentences[0]}" for title, sentences in told[: style.NOTE_SENTENCES])


def _table(result: Result, words: Language) -> TableView | None:
    """What moves most, in eight rows; of a run what it costs and where people die."""
    metrics: list[Metric | Numbers] = list(sections.headline_metrics(result, words))
    if len(result.alternatives) == 1:
        (only,) = result.alternatives
        others = (each for each in sections.headline_metrics(result, words) if not is_covered(only, each.kpi))
        metrics = [*headline_rows(only, words), *others]
    elif result.alternatives:
        about = first_rows(result.alternatives, words)
        told = {row.metric.label for row in about}
        metrics = [*about, *(metric for metric in metrics if metric.label not in told)]
    caption = words.say("short_note.table", period=period(result.base, words))
    blocks = metric_table(caption, words.say("column.measure"), metrics, result, words, short=True)
    table = next((block for block in blocks if isinstance(block, TableView)), None)
    return None if table is None else replace(table, rows=table.rows[: style.NOTE_ROWS])


def _winners(alternatives: Sequence[Alternative], words: Language) -> tuple[str, ...]:
    """Which payers pay more and which less, who pays for carrying it out, then which people pay."""
    many = len(alternatives) > 1
    told = []
    for each in alternatives:
        name = f"{each.run.text('title', words.code)}: " if many else ""
        people = sections_winners.sentences(each, words)
        carried, _ = headline_of(each, words, CARRYING_OUT)
        told += [
            *(name + line for line in (payers_of(each, words), *carried)),
            *(name + line for line in people[: 1 if many else None]),
        ]
    return tuple(told)


def _carriers(alternatives: Sequence[Alternative], words: Language) -> tuple[str, ...]:
    """The assumptions that carry the answer, with their sources; or that none were drawn."""
    if not alternatives:
        return ()
    told = [line for each in alternatives for line in carried_by(each, words)]
    if told:
        return tuple(dict.fromkeys(told))[: style.NOTE_CARRIERS]
    drawn = any(each.assumptions is not None for each in alternatives)
    return (words.say("short_note.nothing_clear" if drawn else "short_note.not_drawn"),)


def _sure(result: Result, words: Language, published: Published) -> tuple[str, ...]:
    """How good the evidence of a policy is, how far it is, and how well the model fits published figures."""
    several = len(result.alternatives) != 1
    told = [] if several else sections.evidence(result.alternatives[0].run, words)
    fit = validation_summary(published, result.base, words)
    return (*told, f"{fit} {words.say('validation.report')}")
