"""The section on sensitivity: what the answer owes to the parameters that nobody knows exactly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sim.report import style
from sim.report.figures import change as figures_change
from sim.report.figures.change import answer_name
from sim.report.language import Language
from sim.report.page import Block, Bullets, Prose, Section, figure, row, table, text
from sim.report.rounding import told_range
from sim.report.sections.provenance import span_of
from sim.report.sections.uncertainty import why_of
from sim.stats import Interval
from sim.studies.precision import PILOT_REPLICATIONS
from sim.studies.sensitivity.study import Influence, Sensitivity


def section(found: Sequence[Sensitivity], words: Language) -> Section | None:
    """Stored analyses, if any: the assumptions that matter most, a figure and a table each."""
    blocks = [block for each in found for block in _blocks(each, words)]
    return Section("sensitivity", words.say("section.sensitivity"), tuple(blocks)) if blocks else None


def sentences(found: Sensitivity, words: Language) -> list[str]:
    """What an analysis says: what was done, the spread of a psa, the assumptions that matter most."""
    answer = answer_name(found, words)
    scenario = found.scenario if found.against is None else f"{found.against} → {found.scenario}"
    told = [words.say(f"sensitivity.{found.method}", answer=answer, scenario=scenario)]
    if found.spread:
        mean, low, high = found.spread
        shown, interval = told_range(
            Interval(mean, low, high, found.runs), found.unit, words, found.against is not None
        )
        count = words.number(found.runs - 1)
        told.append(words.say("sensitivity.spread", mean=shown, interval=interval, count=count))
    top = [_name(each, words) for each in found.most_important]
    if top:
        told.append(words.say("sensitivity.most", names=words.listing(top)))
    elif found.method == "psa":
        told.append(words.say("sensitivity.chance", count=words.number(found.runs - 1)))
    else:
        told.append(words.say("sensitivity.nothing"))
    if top and found.method == "tornado" and 0 < found.replications < PILOT_REPLICATIONS:
        key = "one" if found.replications == 1 else "few"
        told.append(words.say(f"sensitivity.{key}", count=words.number(found.replications)))
    return told


def origins(found: Sensitivity, words: Language) -> list[str]:
    """Reason and source of the assumptions that matter most and have one, one sentence each."""
    told = []
    for each in found.most_important:
        about = each.parameter
        why = why_of(about.reason, about.source, words)
        if why:
            told.append(words.say("sensitivity.why", name=words.path(about.path), why=why))
    return told


def note_of(found: Sensitivity, words: Language) -> str:
    """How many parameters have no effect, and how many could not act; empty where all have one."""
    idle = len(found.idle)
    still = sum(not each.weight > 0 for each in found.influences) - idle
    notes = [(still, "still"), (idle, "idle")]
    return " ".join(words.say(f"sensitivity.{key}", count=words.number(n)) for n, key in notes if n > 0)


def _name(each: Influence, words: Language) -> str:
    name = words.path(each.parameter.path)
    return name if each.clear else words.say("sensitivity.unclear", name=name)


def _blocks(found: Sensitivity, words: Language) -> list[Block]:
    moved = [each for each in found.influences if each.weight > 0]
    note = note_of(found, words)
    blocks: list[Block] = [Prose(" ".join(sentences(found, words)))]
    if why := origins(found, words):
        blocks.append(Bullets(tuple(why)))
    blocks += figure(figures_change.tornado(found, words))
    if not moved:
        return [*blocks, Prose(note)] if note else blocks
    heads = {"tornado": ("tornado.low", "tornado.high"), "psa": ("axis.psa",)}
    columns = heads.get(found.method, ("axis.sobol", "axis.sobol_first"))

    index = partial(words.number, digits=style.TABLE_DIGITS)

    def shown(each: Influence) -> list[tuple[str, str]]:
        if found.method == "tornado":
            return [told_range(end, found.unit, words, signed=True) for end in (each.low, each.high)]
        return [
            (index(one.mean), words.interval(one, index, "cell"))
            for one in [each.effect, each.low][: len(columns)]
        ]

    rows = [
        row(
            (words.path(each.parameter.path), each.parameter.path),
            text(span_of(each.parameter, words)),
            *shown(each),
        )
        for each in moved[: style.TORNADO_BARS]
    ]
    caption = words.say("table.sensitivity", answer=answer_name(found, words))
    named = ((words.say(key), words.say("interval.head")) for key in columns)
    first = (words.say("column.parameter"), text(words.say("column.range")))
    return [*blocks, table(caption, [*first, *named], rows, note)]
