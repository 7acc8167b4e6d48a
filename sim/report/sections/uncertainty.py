"""The section on both uncertainties: how far each difference moves, how sure its sign is, what carries it."""

from __future__ import annotations

import re

from sim.report.language import Language
from sim.report.page import Block, Bullets, Prose, Row, Section, Shown, row, text, told_table
from sim.report.results import Alternative
from sim.report.rounding import Change, form_of
from sim.report.sections.headlines import is_covered
from sim.report.sections.provenance import has_unit, source_titles, span_of
from sim.report.sentences import plain_names, short_sentences
from sim.report.uncertainty import carriers_of, name_of, odds
from sim.studies.sensitivity.assumptions import Carried, Spread

_ALWAYS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("cost:view=calendar", "cost", {"view": "calendar"}),
    ("wishes_met", "wishes_met", {}),
    ("patient_payment_mean", "patient_payment_mean", {}),
)
"""Differences that the section tells of every policy, after those of its headline: as a headline writes
them, name and dimension."""
Told = tuple[str, Change, Spread]  # what a measure is called, and how it moves with its spread
_TIMES = re.compile(r"\bx ?(?=\d)")  # as tariff files write that an amount is multiplied
_IN_BRACKETS = re.compile(r" \(\w+\)$")


def section(alternatives: tuple[Alternative, ...], words: Language) -> Section | None:
    """What differences owe to chance and to the assumptions; None where no assumptions were drawn."""
    drawn = (each for each in alternatives if each.assumptions is not None)
    blocks = [block for each in drawn for block in _blocks(each, words)]
    return Section("uncertainty", words.say("section.uncertainty"), tuple(blocks)) if blocks else None


def _blocks(alternative: Alternative, words: Language) -> list[Block]:
    found = _measures(alternative, words)
    if not found:
        return []
    head = words.each("column", "measure", "difference", "chance", "assumptions", "sign")
    heads: list[Shown] = [*head, text(words.say("column.carried"))]
    title = alternative.run.title(words)
    rows = (_row(*each, words) for each in found)
    made = told_table("table.uncertainty", heads, rows, words, wide=True, title=title)
    sources = carried_by(alternative, words)
    return [made, Prose(words.say("uncertain.sources")), Bullets(tuple(sources))] if sources else [made]


def carried_by(alternative: Alternative, words: Language) -> list[str]:
    """The assumptions that carry the ranges of what is told, with their sources."""
    return [told for each in carrying(alternative, words).values() if (told := _origin(each, words))]


def carrying(alternative: Alternative, words: Language) -> dict[str, Carried]:
    """The assumptions that carry the ranges of what is told, by path."""
    return {
        each.assumption.path: each
        for _, _, spread in _measures(alternative, words)
        for each in carriers_of(spread)
    }


def _measures(alternative: Alternative, words: Language) -> list[Told]:
    """The measures of the headline that move, then those that every policy tells."""
    found = [(each.label(words), each.change) for each in alternative.headlines if each.change is not None]
    for kpi, name, dimension in _ALWAYS:
        change = None if is_covered(alternative, kpi) else alternative.change(name, **dimension)
        found += [] if change is None else [(words.say(f"uncertain.of.{name}"), change)]
    return [(label, c, c.spread) for label, c in found if c.spread is not None and c.verdict != "same"]


def _row(label: str, change: Change, spread: Spread, words: Language) -> Row:
    found = change.found
    ends = change.ends or (min(spread.low, found.mean), max(spread.high, found.mean))
    form = form_of(found.unit, (found.mean, *ends), change.reach, words)
    carried = [
        words.say(
            "uncertain.carries", name=name_of(each.assumption, words), share=words.percent(each.share, 0)
        )
        for each in carriers_of(spread)
    ]
    return row(
        label,
        form.whole(found.mean, signed=True),
        form.span(found.low, found.high) if found.has_interval else words.none,
        words.say("within_chance") if change.ends is None else form.span(*ends),
        odds(spread.sign, words) if change.moved else words.none,
        text("; ".join(carried) or words.say("uncertain.nothing_clear")),
    )


def _origin(each: Carried, words: Language) -> str:
    """Where a carrying assumption comes from, and its range."""
    about = each.assumption
    why = why_of(about.reason, about.source, words)
    span = span_of(about, words)
    name = name_of(about, words)
    if about.title is None and has_unit(about):  # so that a unit in the name stands once
        name = _IN_BRACKETS.sub("", name)
    name = name[:1].upper() + name[1:]
    return words.say("uncertain.origin", name=name, span=span, why=why) if why else ""


def why_of(reason: str | None, source: str | None, words: Language) -> str:
    """The reason of a number in sentences, and the title of its source; empty where it has neither."""
    told = [_TIMES.sub("× ", short_sentences(plain_names(words.name(reason or ""), words)))]
    if source and (title := source_titles().get(source, source)):
        told.append(words.say("uncertain.source", title=words.name(title)))
    return " ".join(filter(None, told))
