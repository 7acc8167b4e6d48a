"""The section on both uncertainties: how far each difference moves, how sure its sign is, what carries it."""

from __future__ import annotations

import re

from sim.measure.estimates import Difference, difference_of
from sim.report.language import Language
from sim.report.page import Block, Bullets, Prose, Row, Section, row, table, text
from sim.report.results import Alternative
from sim.report.rounding import form_of, range_told, reach_of, rounded
from sim.report.sections.headlines import is_covered
from sim.report.sections.provenance import has_unit, source_titles, span_of
from sim.report.sentences import plain_names, short_sentences
from sim.report.uncertainty import carriers_of, name_of, odds, verdict
from sim.studies.headline import HEADLINE
from sim.studies.sensitivity.assumptions import Carried, Spread

_ALWAYS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("cost:view=calendar", "cost", {"view": "calendar"}),
    ("wishes_met", "wishes_met", {}),
    ("patient_payment_mean", "patient_payment_mean", {}),
)
"""Differences that the section tells of every policy, after those of its headline: as a headline writes
them, name and dimension."""
Told = tuple[str, Difference, Spread]
_TIMES = re.compile(r"\bx ?(?=\d)")  # as tariff files write that an amount is multiplied
_IN_BRACKETS = re.compile(r" \(\w+\)$")


def section(alternatives: tuple[Alternative, ...], words: Language) -> Section | None:
    """What differences owe to chance and to the assumptions; None where no assumptions were drawn."""
    drawn = (each for each in alternatives if each.assumptions is not None)
    blocks = [block for each in drawn for block in _blocks(each, words)]
    return Section("uncertainty", words.say("section.uncertainty"), tuple(blocks)) if blocks else None


def _blocks(alternative: Alternative, words: Language) -> list[Block]:
    found = [each for each in _measures(alternative, words) if verdict(each[1], each[2]) != "same"]
    if not found:
        return []
    made = table(
        words.say("table.uncertainty", title=alternative.run.title(words)),
        [
            *words.each("column", "measure", "difference", "chance", "assumptions", "sign"),
            text(words.say("column.carried")),
        ],
        (_row(*each, words) for each in found),
        words.say("table.uncertainty_note"),
        wide=True,
    )
    sources = carried_by(alternative, words)
    return [made, Prose(words.say("uncertain.sources")), Bullets(tuple(sources))] if sources else [made]


def carried_by(alternative: Alternative, words: Language) -> list[str]:
    """The assumptions that carry the ranges of what is told, with their sources."""
    return [told for each in carrying(alternative, words).values() if (told := _origin(each, words))]


def carrying(alternative: Alternative, words: Language) -> dict[str, Carried]:
    """The assumptions that carry the ranges of what is told, by path."""
    return {
        each.assumption.path: each
        for _, found, spread in _measures(alternative, words)
        if verdict(found, spread) != "same"
        for each in carriers_of(spread)
    }


def _measures(alternative: Alternative, words: Language) -> list[Told]:
    """The measures of the headline, then those that every policy tells."""
    found: list[Told] = []
    items = alternative.run.scenario.get("headline") or ()
    for place, (item, sides) in enumerate(zip(items, alternative.headline, strict=True)):
        spread = alternative.spread(HEADLINE, item=str(place))
        if spread is not None and len(sides.base):
            difference = difference_of(sides.base, sides.alternative, sides.unit)
            found.append((str(item["label"][words.code]), difference, spread))
    for kpi, name, dimension in _ALWAYS:
        if is_covered(alternative, kpi):
            continue
        difference_ = alternative.differences.get(name, **dimension)
        spread = alternative.spread(name, **dimension)
        if difference_ is not None and spread is not None:
            found.append((words.say(f"uncertain.of.{name}"), difference_, spread))
    return found


def _row(label: str, found: Difference, spread: Spread, words: Language) -> Row:
    ends = range_told(found, spread)
    form = form_of(found.unit, (found.difference, *ends), reach_of(found, spread), words)
    chance, owed = words.none, words.say("within_chance")
    if found.has_interval:
        chance = words.say("interval.cell", low=form.bare(found.low), high=form.bare(found.high))
    if spread.low < spread.high:
        owed = words.say("interval.cell", low=form.bare(ends[0]), high=form.bare(ends[1]))
    carried = [
        words.say(
            "uncertain.carries", name=name_of(each.assumption, words), share=words.percent(each.share, 0)
        )
        for each in carriers_of(spread)
    ]
    return row(
        label,
        form.whole(found.difference, signed=True),
        chance,
        owed,
        odds(spread.sign, words) if rounded(found.difference, form.step) else words.none,
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
