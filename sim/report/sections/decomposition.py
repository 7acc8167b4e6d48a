"""The section that takes a difference in cost apart: by named change, and by price, volume, mix, rule."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.figures import change as figures_change
from sim.report.language import Language
from sim.report.page import Block, Prose, Section, Shown, figure, row, table, text, told_table
from sim.report.results import Alternative
from sim.report.rounding import told_range
from sim.stats import Interval
from sim.studies.decompose import Decomposition


def section(alternatives: Sequence[Alternative], words: Language) -> Section | None:
    """What the difference of each alternative is made of; None where nothing differs."""
    blocks: list[Block] = []
    for alternative in alternatives:
        blocks += figure(figures_change.waterfall_by_module(alternative, words))
        if alternative.decomposition is not None:
            blocks += _blocks(alternative, alternative.decomposition, words)
    if not blocks:
        return None
    return Section("decomposition", words.say("section.decomposition"), tuple(blocks))


def _blocks(alternative: Alternative, found: Decomposition, words: Language) -> list[Block]:
    title = alternative.run.title(words)
    orders = words.number(found.orders)
    shares = words.say("decomposition.sampled" if found.sampled else "decomposition.all", orders=orders)
    total = words.say("decomposition.total")
    with_interval = words.say("interval.head")

    def euros(found: Interval) -> tuple[str, str]:
        return told_range(found, "eur", words, signed=True)

    by_change = table(
        words.say("table.shares", title=title),
        [
            words.say("column.parameter"),
            text(words.say("column.change_kind")),
            *((name, with_interval) for name in words.each("column", "alone", "share")),
        ],
        [
            *(
                row(
                    (words.path(term.change.name), term.change.name),
                    text(words.word("change_kind", term.change.kind)),
                    euros(term.alone),
                    euros(term.share),
                )
                for term in found.terms
            ),
            row(total, text(""), words.none, euros(found.total), total=True),
        ],
        shares if len(found.terms) > 1 else "",
    )
    head: list[Shown] = [words.say("column.effect"), (words.say("axis.euro"), with_interval)]
    rows = [row(words.word("effect", kind), euros(each)) for kind, each in found.effects.items()]
    rows.append(row(total, euros(found.total), total=True))
    by_kind = told_table("table.effects", head, rows, words, title=title)
    drawn = figure(figures_change.waterfall(alternative, words)) if len(found.terms) > 1 else []
    return [Prose(words.say("decomposition.lead")), *drawn, by_change, by_kind]
