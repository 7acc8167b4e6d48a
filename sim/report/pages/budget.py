"""The page of a budget impact: what each year costs, by law and payer, and what alternatives change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sim.measure.estimates import Difference, Estimate
from sim.report.figures.studies import figure_budget, figure_budget_difference, title_of
from sim.report.formats.render import render_page
from sim.report.language import Language
from sim.report.page import Block, Bullets, Section, TableView, figure, table, with_assumed
from sim.report.page import row as row_of
from sim.report.rounding import told_range
from sim.studies.budget import Budget

_COST = "cost"
_ANSWERS = (_COST, "unfunded", "subsidy", "carrying_out")
"""Kinds of amounts whose difference the answer tells."""
_OF_BASE = (
    (_COST, ""),
    (_COST, "law"),
    (_COST, "payer"),
    ("deaths", ""),
    ("unfunded", "reason"),
    ("subsidy", ""),
    ("budget", "line"),
    ("budget_used", "line"),
    ("carrying_out", "payer"),
)
_OF_CHANGE = tuple(each for each in _OF_BASE if each[0] not in ("deaths", "budget_used"))
"""Tables: kind of amount, and what it is split by."""
_WORDS = {"law": "law", "payer": "payer", "line": "budget_line", "reason": "reason"}
"""Group of words of a dimension."""


def budget_page(found: Budget, words: Language) -> str:
    """The page as HTML text."""
    title = words.say("budget.title", first=found.first, last=found.last)
    subtitle = words.say("budget.subtitle", area=found.area, replications=words.number(found.replications))
    subtitle = with_assumed(subtitle, found.assumed, words)
    lead: list[Block] = [Bullets(tuple(answers(found, words)))]
    lead += figure(figure_budget(found, words))
    lead += figure(figure_budget_difference(found, words))
    first, *others = ((name, title_of(found, name, words)) for name in (found.base, *found.alternatives))
    change = words.say("budget.change")
    sections = [
        Section("basis", first[1], tuple(tables(found, words, first[0]))),
        *(Section(name, f"{told}: {change}", tuple(tables(found, words, name))) for name, told in others),
        Section("prices", words.say("budget.basis"), (Bullets(tuple(notes(found, words))),)),
    ]
    return render_page(title, lead, words.code, subtitle, sections)


def answers(found: Budget, words: Language) -> list[str]:
    """Sentences that answer what the years cost, and what each alternative changes."""
    whole = {row.year: row for row in found.rows if _whole(row) and row.scenario == found.base}
    out = [
        words.say("budget.answer", year=year, amount=_with_interval(whole[year], words))
        for year in dict.fromkeys((found.first, found.last))
    ]
    for row in found.differences:
        if row.year is not None or row.dimension or row.name not in _ANSWERS:
            continue
        told = {
            "title": title_of(found, row.scenario, words),
            "kind": words.word("budget_kind", row.name),
            "amount": _with_interval(row, words),
            "first": found.first,
            "last": found.last,
        }
        moves = bool(row.mean) or row.low < row.high
        if row.name != _COST:
            out += [words.say("budget.answer_beside", **told)] if moves else []
        elif moves:
            clear = row.low > 0 or row.high < 0
            out.append(words.say("budget.answer_change" if clear else "budget.answer_unclear", **told))
        else:
            out.append(words.say("budget.answer_same", **told))
    return out


def _with_interval(row: Estimate, words: Language) -> str:
    """An amount or a difference, with its interval where it has one."""
    amount, interval = _told(row, words)
    return f"{amount} ({interval})" if interval else amount


def _whole(row: Estimate) -> bool:
    return row.name == _COST and not row.dimension


def notes(found: Budget, words: Language) -> list[str]:
    """On which prices, plans and data the amounts rest."""
    out = [words.say("budget.prices", year=found.price_year), words.say("budget.subsidy", first=found.first)]
    out.append(words.say("budget.dates"))
    for name in (found.base, *found.alternatives):
        plans = words.listing([words.word("plan", plan) for plan in found.plans[name]])
        told = words.say("budget.plans", plans=plans) if found.plans[name] else words.say("budget.no_plans")
        out.append(f"{title_of(found, name, words)}: {told}")
    return out


def budget_tables(found: Budget, words: Language) -> list[TableView]:
    """All tables: those of the base, then the differences of each alternative."""
    names = (found.base, *found.alternatives)
    return [each for name in names for each in tables(found, words, name)]


def tables(found: Budget, words: Language, name: str) -> list[TableView]:
    """Tables of one scenario: a row a word of a dimension, a column a year, the whole with its interval."""
    is_base = name == found.base
    rows: Iterable[Estimate] = found.rows if is_base else found.differences
    several = [row for row in rows if row.scenario == name]
    out = []
    for kind, by in _OF_BASE if is_base else _OF_CHANGE:
        mine = [r for r in several if r.name == kind and set(r.dimension) == ({by} if by else set())]
        if mine:
            out.append(_table(mine, found, words, name, kind, by))
    return out


def _table(
    rows: Sequence[Estimate],
    found: Budget,
    words: Language,
    name: str,
    kind: str,
    by: str,
) -> TableView:
    cells: dict[str, dict[int | None, tuple[str, str]]] = {}
    for each in rows:
        label = words.word(_WORDS[by], each.dimension[by]) if by else words.say("total")
        shown, note = _told(each, words)
        cells.setdefault(label, {})[each.year] = shown, "" if by else note
    change = isinstance(rows[0], Difference)
    what = words.word("budget_change" if change else "budget_kind", kind)
    caption = f"{title_of(found, name, words)}: {what}"
    if by:
        caption += f", {words.word('budget_by', by)}"
    heads: dict[int | None, str] = {year: str(year) for year in found.years}
    heads[None] = words.say("budget.all_years")
    return table(
        caption,
        [words.word("budget_head", by or "whole"), *heads.values()],
        (
            row_of(label, *(by_year.get(year, words.none) for year in heads))
            for label, by_year in cells.items()
        ),
    )


def _told(row: Estimate, words: Language) -> tuple[str, str]:
    """An amount or a difference, and its interval."""
    return told_range(row, row.unit, words, isinstance(row, Difference))
