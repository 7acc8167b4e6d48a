"""Today beside changed places, in sentences and tables, for a page and for the screen."""

from __future__ import annotations

import datetime as dt
import re

from sim.report import style
from sim.report.language import Language
from sim.report.page import Block, Bullets, Cell, Row, TableView, number, text
from sim.report.rounding import told_range
from sim.schema import PAYERS
from sim.stats import Interval
from sim.studies.capacity.alternatives_answer import Compared, House, Outcome
from sim.studies.capacity.place_changes import GO_FIRST
from sim.studies.capacity.place_measures import WITHIN_A_DAY, unit_of

_SHOWN = (
    "not_placed",
    "refusals",
    WITHIN_A_DAY,
    "wait_mean_days",
    "occupancy",
    "blocked_days",
    "hospital_deaths",
    "home_deaths",
)
"""Measures of a table."""
_BETWEEN = re.compile(r"(?<=\w)\+(?=\w)")
"""The sign between sites that merge, unlike that before a number."""
_YEARLY = re.compile(r"\d\d-\d\d")
_LEAP_YEAR = "2000"  # has every day that a year may have
_SHORT = ("not_placed", "wait_mean_days", "blocked_days", "home_deaths")
"""Measures of the table in which alternatives stand below each other."""


def places_sentences(found: Compared, words: Language) -> list[str]:
    """What each alternative changes, in a sentence."""
    out = []
    for each in found.others:
        lost, span = told_range(each.differences["not_placed"], "count", words, signed=True)
        wait, _ = told_range(each.differences["wait_mean_days"], "days", words, signed=True)
        days, _ = told_range(each.differences["blocked_days"], "count", words, signed=True)
        told = words.say(
            "places.answer",
            name=_name(each, words),
            lost=lost,
            span=span or words.say("none"),
            wait=wait,
            days=days,
        )
        if each.cost_differences:
            cost, span = told_range(each.cost_differences["total"], "eur", words, signed=True)
            told += " " + words.say("places.answer_cost", cost=cost, span=span or words.say("none"))
        elif each.unpriced:
            told += " " + words.say("places.unpriced")
        out.append(told)
    return out


def places_tables(found: Compared, words: Language) -> list[TableView]:
    """Alternatives below each other, then each by itself, its houses and who pays."""
    out = [_together(found, words)] if len(found.others) > 1 else []
    for each in found.others:
        out += [_one(found, each, words), _houses(found.today, each, words)]
        if each.cost_differences:
            out.append(_payers(found.today, each, words))
    return out


def places_blocks(found: Compared, words: Language) -> list[Block]:
    """All about the comparison, with how to read it."""
    notes = [words.say("places.about", n=words.number(found.replications)), words.say("places.ranges")]
    return [*places_tables(found, words), Bullets(tuple(notes))]


def _name(outcome: Outcome, words: Language) -> str:
    """An alternative as it is called: by its own name, or by what it changes."""
    if outcome.name != "; ".join(outcome.changes):
        return outcome.name
    told = "; ".join(told_change(line, words) for line in outcome.changes)
    return told[:1].upper() + told[1:]


def told_change(line: str, words: Language) -> str:
    """What a change does in words: `beds a=8@2026-07-01` as `bedden van a: 8, vanaf 01-07-2026`."""
    name, _, how = line.partition(" ")
    what, _, when = how.partition("@")
    what = _BETWEEN.sub(" + ", what.replace("=", ": "))
    if name in ("requests", "first"):
        for english, dutch in GO_FIRST.items():
            what = re.sub(rf"\b({english}|{dutch})\b", words.say(f"places.origin.{english}"), what)
    told = f"{words.say(f'places.change.{name}')} {what}"
    if not when:
        return told
    start, *end = (_day(text, words) for text in when.split(".."))
    span = (
        words.say("places.span", start=start, end=end[0]) if end else words.say("places.since", start=start)
    )
    return f"{told}, {span}"


def _day(text: str, words: Language) -> str:
    """A date, or a day of every year written as `07-01`."""
    if _YEARLY.fullmatch(text):
        return words.yearly_date(dt.date.fromisoformat(f"{_LEAP_YEAR}-{text}"))
    return words.date(text)


def _together(found: Compared, words: Language) -> TableView:
    head = [text(words.say("places.alternative"))]
    head += [number(words.say(f"places.measure.{name}")) for name in _SHORT]
    head.append(number(words.say("places.measure.cost")))
    rows = [Row((text(words.say("places.today")), *_levels(found.today, words)), total=True)]
    for each in found.others:
        cells = [_cell(each.differences[name], unit_of(name), words) for name in _SHORT]
        cost = each.cost_differences.get("total")
        cells.append(number(words.say("none")) if cost is None else _cell(cost, "eur", words))
        rows.append(Row((text(_name(each, words)), *cells)))
    return TableView(words.say("places.together"), tuple(head), tuple(rows), words.say("places.note"))


def _levels(today: Outcome, words: Language) -> list[Cell]:
    cells = [number(*told_range(today.values[name], unit_of(name), words)) for name in _SHORT]
    cost = today.cost.get("total")
    return [*cells, number(words.say("none")) if cost is None else number(*told_range(cost, "eur", words))]


def _one(found: Compared, each: Outcome, words: Language) -> TableView:
    """Measures of one alternative: today, then, the difference, and its range over the assumptions."""
    names = ("today", "then", "difference", "range")
    head = (text(words.say("places.what")), *(number(words.say(f"places.{name}")) for name in names))
    rows = []
    for name in _SHOWN:
        unit = unit_of(name)
        low, high = each.ranges[name]
        change = each.differences[name]
        middle, told = told_range(Interval(change.mean, low, high, change.n), unit, words, signed=True)
        rows.append(
            Row(
                (
                    text(words.say(f"places.measure.{name}")),
                    number(*told_range(found.today.values[name], unit, words)),
                    number(*told_range(each.values[name], unit, words)),
                    _cell(each.differences[name], unit, words),
                    number((told or middle) if low == low else words.say("none")),
                )
            )
        )
    caption = words.say("places.one", name=_name(each, words))
    return TableView(caption, head, tuple(rows), words.say("places.note"))


def _houses(today: Outcome, each: Outcome, words: Language) -> TableView:
    """Beds and occupancy of every house, today and then."""
    before = {house.id: house for house in today.houses}
    names = ("beds", "occupancy")
    head = [text(words.say("capacity.column.site"))]
    for name in names:
        column = words.say(f"capacity.column.{name}")
        head += [number(f"{column}, {words.say(f'places.{when}').lower()}") for when in ("today", "then")]
    rows = []
    for house in each.houses:
        was = before.get(house.id)
        cells = [_beds(was, words), _beds(house, words), _occupancy(was, words), _occupancy(house, words)]
        rows.append(Row((text(house.name), *cells)))
    return TableView(words.say("places.houses", name=_name(each, words)), tuple(head), tuple(rows))


def _beds(house: House | None, words: Language) -> Cell:
    return number(words.say("none") if house is None else words.number(house.beds))


def _occupancy(house: House | None, words: Language) -> Cell:
    if house is None or house.occupancy.mean != house.occupancy.mean:
        return number(words.say("none"))
    return number(*told_range(house.occupancy, style.SHARE_UNIT, words))


def _payers(today: Outcome, each: Outcome, words: Language) -> TableView:
    head = (
        text(words.say("column.payer")),
        *(number(words.say(f"places.{name}")) for name in ("today", "difference")),
    )
    payers = [payer for payer in PAYERS if today.cost[payer].mean or each.cost_differences[payer].mean]
    rows = [
        Row(
            (
                text(words.word("payer", payer) if payer != "total" else words.say("total")),
                number(*told_range(today.cost[payer], "eur", words)),
                _cell(each.cost_differences[payer], "eur", words),
            ),
            total=payer == "total",
        )
        for payer in (*payers, "total")
    ]
    return TableView(words.say("places.payers", name=_name(each, words)), head, tuple(rows))


def _cell(found: Interval, unit: str, words: Language) -> Cell:
    return number(*told_range(found, unit, words, signed=True))
