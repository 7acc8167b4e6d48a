"""The answer for the Netherlands beside that of a region: per budget line, and on maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sim.measure.estimates import Difference
from sim.report import style
from sim.report.figures.maps import small_maps
from sim.report.language import Language
from sim.report.nation import MAPS, NATION_LINES, SHARE_MEASURES, NationalAnswer, NationalEntry
from sim.report.page import Block, Cell, FigureView, Prose, Row, Section, change_cell, number, table, text
from sim.report.rounding import Change, RowForm

NATION_COLUMNS = tuple(id for id in NATION_LINES if id != "other_payers")
"""Lines that have a column; other payers are in the total, which leaves the table on a screen."""


@dataclass(frozen=True)
class Beside:
    """The answer for a region, to stand under that for the nation."""

    title: str  # of the policy
    name: str  # of its scenario
    changes: Mapping[str, Change]


def section(
    answer: NationalAnswer | None, policies: Sequence[Beside], region: str, words: Language
) -> Section | None:
    """The nation beside a region, policy by policy, with the maps; None where no policy has an answer."""
    known = [each for each in policies if answer is not None and each.name in answer.entries]
    if answer is None or not known:
        return None
    rows = [
        row
        for each in known
        for row in (
            _national(each.title, answer.entries[each.name], words),
            _row(text(region), each.changes, words),
        )
    ]
    titles = {each.title: answer.entries[each.name] for each in known}
    blocks = _blocks(rows, titles, answer, words, "")
    return Section("nation", words.say("nation.title"), tuple(blocks))


def alone(answer: NationalAnswer, name: str, title: str, words: Language) -> list[Block]:
    """The national answer of one policy, by name and title of its scenario, by itself."""
    entry = answer.entries[name]
    return _blocks([_national(title, entry, words)], {title: entry}, answer, words, name)


def _blocks(
    rows: Sequence[Row],
    titles: Mapping[str, NationalEntry],
    answer: NationalAnswer,
    words: Language,
    name: str,
) -> list[Block]:
    """What was measured, the table and the maps, of the one policy that is named or of several."""
    note = words.say("nation.note", areas=words.number(len(answer.names)))
    head = [text(words.say("gallery.policy"))]
    # The budget of a line, and who pays it; what is no budget as the overview has it
    for id in NATION_COLUMNS:
        known, budget = words.say(f"gallery.{id}"), f"nation.{id}"
        head.append(number(words.say(budget), known) if words.has(budget) else number(known))
    return [
        Prose(lead(answer, words, name)),
        table(words.say("nation.caption"), head, rows, note),
        *maps(titles, answer, words, name or "gallery"),
    ]


def lead(answer: NationalAnswer, words: Language, name: str) -> str:
    """What was measured, of the one policy that is named or of several, and how to measure it again."""
    told = {key: str(answer.about[key]) for key in ("base", "area")}
    told["areas"] = words.number(len(answer.names))
    told["replications"] = words.number(int(answer.about["replications"]))
    return words.say("nation.lead_alone", name=name, **told) if name else words.say("nation.lead", **told)


def maps(
    policies: Mapping[str, NationalEntry], answer: NationalAnswer, words: Language, id: str
) -> list[FigureView]:
    """A figure for each KPI that is kept by area, one map a policy."""
    shows = partial(words.euro, signed=True), partial(words.bare_points, digits=style.POINT_DIGITS)
    found = []
    for key, show in zip(MAPS, shows, strict=True):
        caption = words.say("nation.maps", what=words.say(f"map.{key}"))
        of = {title: entry.areas[key] for title, entry in policies.items()}
        drawn = small_maps(f"fig-nation-{key}-{id}", caption, of, answer.names, show)
        found += [] if drawn is None else [drawn]
    return found


def _is_rounding(found: Difference) -> bool:
    """Whether an amount moved by no whole euro: cents that shares of a budget are rounded to."""
    ends = (found.low, found.high) if found.has_interval else ()
    return all(abs(end) < 1 for end in (found.difference, *ends))


def _national(title: str, entry: NationalEntry, words: Language) -> Row:
    """The nation, under the title of a policy."""
    return _row(text(title, words.say("nation.here")), {k: Change(d) for k, d in entry.values.items()}, words)


def _row(first: Cell, changes: Mapping[str, Change], words: Language) -> Row:
    """One area: amounts in thousands of euros, as the caption says."""
    form = RowForm("eur", style.THOUSAND, words, bare=True)
    cells = [first]
    for id in NATION_COLUMNS:
        change, share = changes[id], id in SHARE_MEASURES
        if change.verdict == "same" or (not share and _is_rounding(change.found)):
            cells.append(number(words.say("gallery.nothing")))
            continue
        own = RowForm(style.SHARE_UNIT, 1 / 100, words) if share else form
        cells.append(change_cell(change, own, words, "gallery.assumed"))
    return Row(tuple(cells))
