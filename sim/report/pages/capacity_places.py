"""Today beside changed places, in sentences and tables, for a page and for the screen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from sim.report import style
from sim.report.language import Language
from sim.report.page import Block, Bullets, Row, TableView, row, table
from sim.report.rounding import told_range
from sim.schema import PAYERS
from sim.stats import Interval
from sim.studies.capacity.answer import Compared, House, Outcome
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
_BETWEEN = re.compile(r"(?<=\w)\+(?=\w)")  # the sign between sites that merge, unlike that before a number
_YEARLY = re.compile(r"\d\d-\d\d")
_LEAP_YEAR = "2000"  # has every day that a year may have
_SHORT = ("not_placed", "wait_mean_days", "blocked_days", "home_deaths")
"""Measures of the table in which alternatives stand below each other."""
_TOLD = {"lost": "not_placed", "wait": "wait_mean_days", "days": "blocked_days"}
"""Measures of a sentence, by their place in it."""


def places_sentences(found: Compared, words: Language) -> list[str]:
    """What each alternative changes, in a sentence."""
    out = []
    for each in found.others:
        moved = {key: _told(each, name, words) for key, name in _TOLD.items()}
        told = words.say(
            "places.answer",
            name=_name(each, words),
            span=moved["lost"][1] or words.none,
            **{key: amount for key, (amount, _) in moved.items()},
        )
        if each.cost_differences:
            cost, span = told_range(each.cost_differences["total"], "eur", words, signed=True)
            told += " " + words.say("places.answer_cost", cost=cost, span=span or words.none)
        elif each.unpriced:
            told += " " + words.say("places.unpriced")
        out.append(told)
    return out


def _told(each: Outcome, name: str, words: Language) -> tuple[str, str]:
    return told_range(each.differences[name], unit_of(name), words, signed=True)


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
    key = "places.span" if end else "places.since"
    return f"{told}, {words.say(key, start=start, end=''.join(end))}"


def _day(text: str, words: Language) -> str:
    """A date, or a day of every year written as `07-01`."""
    if _YEARLY.fullmatch(text):
        return words.yearly_date(dt.date.fromisoformat(f"{_LEAP_YEAR}-{text}"))
    return words.date(text)


def _together(found: Compared, words: Language) -> TableView:
    today = found.today

    def made(label: str, values: Mapping[str, Interval], cost: Interval | None, today: bool = False) -> Row:
        told = [told_range(values[name], unit_of(name), words, not today) for name in _SHORT]
        whole = words.none if cost is None else told_range(cost, "eur", words, not today)
        return row(label, *told, whole, total=today)

    others = (
        (_name(each, words), each.differences, each.cost_differences.get("total")) for each in found.others
    )
    rows = [made(words.say("places.today"), today.values, today.cost.get("total"), today=True)]
    rows += [made(*each) for each in others]
    head = [words.say("places.alternative"), *words.each("places.measure", *_SHORT, "cost")]
    return table(words.say("places.together"), head, rows, words.say("places.note"))


def _one(found: Compared, each: Outcome, words: Language) -> TableView:
    """Measures of one alternative: today, then, the difference, and its range over the assumptions."""

    def made(name: str) -> Row:
        unit, change = unit_of(name), each.differences[name]
        low, high = each.ranges[name]
        middle, told = told_range(Interval(change.mean, low, high, change.n), unit, words, signed=True)
        return row(
            words.say(f"places.measure.{name}"),
            told_range(found.today.values[name], unit, words),
            told_range(each.values[name], unit, words),
            _told(each, name, words),
            (told or middle) if low == low else words.none,
        )

    head = words.each("places", "what", "today", "then", "difference", "range")
    caption = words.say("places.one", name=_name(each, words))
    return table(caption, head, map(made, _SHOWN), words.say("places.note"))


def _houses(today: Outcome, each: Outcome, words: Language) -> TableView:
    """Beds and occupancy of every house, today and then."""
    before = {house.id: house for house in today.houses}

    def beds(house: House | None) -> str:
        return words.none if house is None else words.number(house.beds)

    def full(house: House | None) -> str | tuple[str, str]:
        if house is None or house.occupancy.mean != house.occupancy.mean:
            return words.none
        return told_range(house.occupancy, style.SHARE_UNIT, words)

    site, *columns = words.each("capacity.column", "site", "beds", "occupancy")
    whens = [when.lower() for when in words.each("places", "today", "then")]
    head = [site, *(f"{column}, {when}" for column in columns for when in whens)]
    pairs = ((before.get(house.id), house) for house in each.houses)
    rows = (row(now.name, beds(was), beds(now), full(was), full(now)) for was, now in pairs)
    return table(words.say("places.houses", name=_name(each, words)), head, rows)


def _payers(today: Outcome, each: Outcome, words: Language) -> TableView:
    payers = [payer for payer in PAYERS if today.cost[payer].mean or each.cost_differences[payer].mean]
    rows = (
        row(
            words.word("payer", payer) if payer != "total" else words.say("total"),
            told_range(today.cost[payer], "eur", words),
            told_range(each.cost_differences[payer], "eur", words, signed=True),
            total=payer == "total",
        )
        for payer in (*payers, "total")
    )
    head = [words.say("column.payer"), *words.each("places", "today", "difference")]
    return table(words.say("places.payers", name=_name(each, words)), head, rows)
