"""First screen of a capacity answer: what the step to the number costs and whom, and what it hangs on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sim.report import style
from sim.report.figures.capacity import days, norm_name
from sim.report.language import Language
from sim.report.page import Block, Row, Shown, TableView, row, table, text, told_table
from sim.report.rounding import told_range
from sim.schema import PAYERS
from sim.stats import Interval
from sim.studies.capacity.answer import Capacity, Guess, TypeAnswer
from sim.studies.capacity.drivers import Driver, drivers
from sim.studies.capacity.place_measures import unit_of

_ROWS = {
    "wait": "wait_mean_days",
    "occupancy": "occupancy",
    "full": "full_days",
    "blocked": "blocked_days",
}
"""Measures of the first table under the norms, by the name of their label."""


def beds_told(count: int, words: Language) -> str:
    """A number of beds with its noun."""
    return words.say("capacity.number_beds", n=words.number(count))


def costs(answer: TypeAnswer, words: Language) -> list[str]:
    """What the step from the beds of now to the smallest number costs, and whom."""
    if answer.change is None or not answer.change.cost:
        return []
    cost = answer.change.cost
    amount, span = told_range(cost["total"], "eur", words, signed=True)
    told = [
        f"{words.word('payer', payer)} {told_range(cost[payer], 'eur', words, signed=True)[0]}"
        for payer in sorted(PAYERS, key=lambda each: -abs(cost[each].mean))
        if cost[payer].mean
    ]
    return [
        words.say(
            "capacity.answer.costs",
            beds=beds_told(answer.now.total + answer.change.extra, words),
            cost=amount,
            span=span or words.none,
            payers="; ".join(told[: style.NOTE_CARRIERS]),
        )
    ]


def hangs(found: Capacity, kind: str, words: Language) -> list[str]:
    """What the number of beds of a type hangs on most, by formula."""
    told = [
        words.say(
            "capacity.hangs.one",
            what=_driver(each, words),
            low=words.number(min(each.at_low, each.at_high)),
            high=beds_told(max(each.at_low, each.at_high), words),
        )
        for each in drivers(found, kind)[: style.NOTE_CARRIERS]
    ]
    return [words.say("capacity.hangs.all", told="; ".join(told))] if told else []


def _driver(each: Driver, words: Language) -> str:
    """An assumption and its ends."""
    in_days = each.name in ("patience", "turnover")
    low, high = (days(end, words) if in_days else words.percent(end, 0) for end in (each.low, each.high))
    return words.say(f"capacity.hangs.{each.name}", low=low, high=high)


def hangs_table(found: Capacity, words: Language) -> list[Block]:
    """Every assumption that moves the number of beds of the first type, with the beds at its ends."""
    kind, answer = next(iter(found.types.items()))
    rows = [
        row(_driver(each, words), words.number(each.at_low), words.number(each.at_high))
        for each in drivers(found, kind)
    ]
    if not rows:
        return []
    head = [words.say("column.assumptions"), *words.each("capacity.hangs", "at_low", "at_high")]
    formula = max((n for n in answer.guess.fewest.values() if n is not None), default=None)
    beds = words.none if formula is None else words.number(formula)
    return [table(words.say("capacity.hangs.title"), head, rows, words.say("capacity.hangs.note", beds=beds))]


def instant(found: Mapping[str, Guess], words: Language) -> list[str]:
    """The answer of the formulas for the first type, before the simulation."""
    kind, guess = next(iter(found.items()))
    pooled, apart = (list(each.values()) for each in (guess.fewest, guess.fewest_sites))
    if None in pooled or not pooled:
        return [words.say("capacity.instant_none", kind=words.word("capacity.kind", kind))]
    told = {
        "kind": words.word("capacity.kind", kind),
        "beds": beds_told(max(n for n in pooled if n is not None), words),
        "load": words.number(guess.load, style.DAY_DIGITS),
    }
    alone = [] if None in apart else [n for n in apart if n is not None]
    if not alone:
        return [words.say("capacity.instant", **told)]
    return [words.say("capacity.instant_apart", apart=words.number(max(alone)), **told)]


def change_table(found: Capacity, kind: str, words: Language) -> TableView:
    """The beds of now beside the smallest number that meets the norms, a row a measure."""
    answer = found.types[kind]
    now = answer.now.total
    totals = dict.fromkeys((now, (answer.smallest or answer.now).total))
    points = [answer.fullest(total) for total in totals]
    named = words.say("capacity.figure.now")
    heads = ((beds_told(point.total, words), named if point.total == now else "") for point in points)

    def told(label: str, several: Sequence[Interval], unit: str) -> Row:
        return row(label, *(told_range(each, unit, words)[0] for each in several))

    rows = [
        told(norm_name(norm, words), [point.norms[norm.text] for point in points], style.SHARE_UNIT)
        for norm in found.norms
    ]
    in_norm = (words.percent(point.in_norm.mean, 0) for point in points)
    rows.append(row(words.say("capacity.column.in_norm"), *in_norm))
    for column, name in _ROWS.items():
        several = [point.values[name] for point in points]
        if any(math.isfinite(each.mean) for each in several):
            rows.append(told(words.say(f"capacity.column.{column}"), several, unit_of(name)))
    caption = words.say(
        "capacity.change" if len(points) > 1 else "capacity.change_now",
        kind=words.word("capacity.kind", kind),
    )
    note = words.say("capacity.change_note")
    return table(caption, [words.say("column.measure"), *heads], rows, note)


def judged_table(found: Capacity, kind: str, words: Language) -> TableView:
    """Every number that was judged, with all replications behind its verdict."""
    beds, verdict, judged, in_norm = words.each("capacity.column", "beds", "verdict", "judged", "in_norm")
    norms = (norm_name(norm, words) for norm in found.norms)
    head: list[Shown] = [beds, text(verdict), judged, *norms, in_norm]
    rows = (
        row(
            words.number(point.total),
            text(words.word("capacity.verdict", point.verdict)),
            words.number(len(point.each["requests"])),
            *(told_range(point.norms[norm.text], style.SHARE_UNIT, words) for norm in found.norms),
            words.percent(point.in_norm.mean, 0),
        )
        for point in found.types[kind].decided
    )
    return told_table("capacity.judged", head, rows, words, kind=words.word("capacity.kind", kind))
