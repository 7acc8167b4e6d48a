"""The section on sensitivity: what the answer owes to the parameters that nobody knows exactly."""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiment import Sensitivity
from sim.report import figures_change, style
from sim.report.figures_change import answer_name, change_text
from sim.report.language import Language
from sim.report.page import Block, Cell, Prose, Row, Section, TableView, figure, number, text
from sim.stats import Interval


def section(found: Sequence[Sensitivity], words: Language) -> Section | None:
    """Stored analyses: the assumptions that matter most, a figure and a table each.

    Parameters
    ----------
    found : sequence of Sensitivity
    words : Language

    Returns
    -------
    Section or None
        None where no analysis is stored.
    """
    blocks: list[Block] = []
    for each in found:
        blocks += _blocks(each, words)
    return Section("sensitivity", words.say("section.sensitivity"), tuple(blocks)) if blocks else None


def _blocks(found: Sensitivity, words: Language) -> list[Block]:
    answer = answer_name(found, words)
    scenario = found.scenario if found.against is None else f"{found.against} → {found.scenario}"
    lead = words.say(f"sensitivity.{found.method}", answer=answer, scenario=scenario)
    top = [words.path(each.parameter.path) for each in found.most_important]
    most = (
        words.say("sensitivity.most", names=words.listing(top)) if top else words.say("sensitivity.nothing")
    )
    moved = [each for each in found.influences if each.weight > 0]
    still = len(found.influences) - len(moved)
    note = words.say("sensitivity.still", count=words.number(still)) if still else ""
    blocks: list[Block] = [Prose(f"{lead} {most}")]
    blocks += figure(figures_change.tornado(found, words))
    if not moved:
        return blocks
    ends = found.method == "tornado"
    head = [text(words.say("column.parameter")), text(words.say("column.range"))]
    if ends:
        head += [number(words.say("tornado.low")), number(words.say("tornado.high"))]
    else:
        head.append(number(words.say(f"axis.{found.method}")))
    rows = []
    for each in moved[: style.TORNADO_BARS]:
        low, high = words.compact(each.parameter.low), words.compact(each.parameter.high)
        form = "range.factor" if each.parameter.is_factor else "range.text"
        cells = [text(words.path(each.parameter.path), each.parameter.path)]
        cells.append(text(words.say(form, low=low, high=high)))
        if ends:
            cells += [_change(end, found.unit, words) for end in (each.low, each.high)]
        else:
            cells.append(number(words.number(each.weight, style.TABLE_DIGITS)))
        rows.append(Row(tuple(cells)))
    blocks.append(TableView(words.say("table.sensitivity", answer=answer), tuple(head), tuple(rows), note))
    return blocks


def _change(found: Interval, unit: str, words: Language) -> Cell:
    note = ""
    if found.low == found.low and found.low != found.high:
        low, high = (change_text(value, unit, words) for value in (found.low, found.high))
        note = words.say("interval.cell", low=low, high=high)
    return number(change_text(found.mean, unit, words), note)
