"""The section that takes a difference in cost apart: by named change, and by price, volume, mix, rule."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.figures import change as figures_change
from sim.report.language import Language
from sim.report.page import Block, Cell, Prose, Row, Section, TableView, figure, number, text
from sim.report.results import Alternative
from sim.report.rounding import told_range
from sim.stats import Interval


def section(alternatives: Sequence[Alternative], words: Language) -> Section | None:
    """What the difference of each alternative is made of; None where nothing differs."""
    blocks: list[Block] = []
    for alternative in alternatives:
        blocks += figure(figures_change.waterfall_by_module(alternative, words))
        if alternative.decomposition is not None:
            blocks += _blocks(alternative, words)
    if not blocks:
        return None
    return Section("decomposition", words.say("section.decomposition"), tuple(blocks))


def _blocks(alternative: Alternative, words: Language) -> list[Block]:
    found = alternative.decomposition
    if found is None:
        return []
    title = alternative.run.text("title", words.code)
    orders = words.number(found.orders)
    shares = words.say("decomposition.sampled" if found.sampled else "decomposition.all", orders=orders)
    if len(found.terms) == 1:
        shares = ""
    head = (
        text(words.say("column.parameter")),
        text(words.say("column.change_kind")),
        number(words.say("column.alone"), words.say("interval.head")),
        number(words.say("column.share"), words.say("interval.head")),
    )
    rows = [
        Row(
            (
                text(words.path(term.change.name), term.change.name),
                text(words.word("change_kind", term.change.kind)),
                _euros(term.alone, words),
                _euros(term.share, words),
            )
        )
        for term in found.terms
    ]
    last = (
        text(words.say("decomposition.total")),
        text(""),
        number(words.say("none")),
        _euros(found.total, words),
    )
    by_change = TableView(
        words.say("table.shares", title=title), head, (*rows, Row(last, total=True)), shares
    )
    effects = [
        Row((text(words.word("effect", kind)), _euros(interval, words)))
        for kind, interval in found.effects.items()
    ]
    effects.append(Row((text(words.say("decomposition.total")), _euros(found.total, words)), total=True))
    by_kind = TableView(
        words.say("table.effects", title=title),
        (text(words.say("column.effect")), number(words.say("axis.euro"), words.say("interval.head"))),
        tuple(effects),
        words.say("table.effects_note"),
    )
    lead = Prose(words.say("decomposition.lead"))
    drawn = figure(figures_change.waterfall(alternative, words)) if len(found.terms) > 1 else []
    return [lead, *drawn, by_change, by_kind]


def _euros(found: Interval, words: Language) -> Cell:
    return number(*told_range(found, "eur", words, signed=True))
