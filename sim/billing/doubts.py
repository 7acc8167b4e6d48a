"""Care beside which other care stands, where a fact that the case does not state would keep one of them out.

A rule may ask whether two things are one: whether a visit is the talk that a consult samen beslissen took
the place of, whether two talks made one plan. Where the case says so the rule holds; where it says nothing
and the same day already holds both, the bill counts both and says it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sim.billing.case import CareBase, Case
from sim.billing.case_tables import terminal_from
from sim.catalogue import TariffBook
from sim.dates import day_of
from sim.law.delivery import FACTS, WORDS, fact_text
from sim.law.people import age_of
from sim.law.registry import Rule, RuleSet
from sim.ledger.remarks import Remark
from sim.schema import PALLIAKIT, covers
from sim.units import ADULT_AGE_YEARS

SAME_DAY, _ADMITTED, EVER = "same_day", "admitted", "ever"
CONSULTS = ("zvw.msz.polikliniek", "zvw.msz.consult_op_afstand")
_TEAM = ("zvw.msz.palliatief_team",)
ADVICE = ("zvw.huisarts.meedenkadvies", "zvw.msz.meedenkadvies")
INTENSIVE = ("zvw.huisarts.intensieve_zorg",)
CONTACTS = ("zvw.huisarts.visite", "zvw.huisarts.consult")
POST = ("zvw.huisartsenpost",)
CLINICAL = ("zvw.msz.dbc", *_TEAM, "zvw.msz.radiotherapie", "zvw.msz.supportive_care")
PHASE = "T12/palliakit"
TERMINAL_STAYS = {"hch": "S2", "pu": "V4"}  # setting -> rule of its eerstelijnsverblijf palliatief terminaal


@dataclass(frozen=True)
class Doubt:
    """Two products of which a rule lets one stand, if a fact holds."""

    rule: str
    fact: str  # of the line, "" where the rule has none
    lines: tuple[str, ...]  # products, or beginnings of them
    others: tuple[str, ...]  # what stands beside it
    # `SAME_DAY` for days that they share, `_ADMITTED` for such days in hospital, `EVER` for anywhere
    when: str = SAME_DAY
    one_specialty: bool = False  # whether both must be of one known specialty
    exact: bool = False  # whether products are meant themselves and not what begins with them
    # whether one of the two must have a date: contacts over a period need not share a day
    dated: bool = False
    needs: str = ""  # a fact that the line must state
    unless: tuple[str, ...] = ()  # facts of which none may hold for the line


DOUBTS = (
    Doubt("H1", "samen_beslissen", CONSULTS, ("zvw.msz.samen_beslissen",)),
    Doubt("H1", "vervangt", ("zvw.msz.samen_beslissen",), ("zvw.msz.samen_beslissen",)),
    Doubt("H2", "volgnummer", ("zvw.msz.pzp",), ("zvw.msz.pzp",), EVER),
    Doubt("H2", "pzp_gesprek", (*CONSULTS, "zvw.msz.samen_beslissen"), ("zvw.msz.pzp",)),
    Doubt("H2", "door_palliatief_team", ("zvw.msz.pzp",), _TEAM),
    Doubt("H4/voorwaarden", "met_190228", ("zvw.msz.verpleging_thuis",), ("zvw.msz.thuisdag",)),
    Doubt("H4/voorwaarden", "kinder_comfort_team", ("zvw.msz.thuisdag",), ("zvw.msz.palliatief_team.kind",)),
    Doubt("H5", "gelijkwaardig", ("zvw.msz.consult_op_afstand",), ("zvw.msz.polikliniek",)),
    Doubt("H5", "volgnummer", ("zvw.msz.consult_op_afstand",), ("zvw.msz.consult_op_afstand",)),
    Doubt("H6", "", _TEAM, _TEAM, one_specialty=True),
    Doubt("H6/consult", "teamconsult_190067", CONSULTS, _TEAM),
    Doubt("H7", "klinisch", CLINICAL, CLINICAL, _ADMITTED, one_specialty=True),
    Doubt("T1/intensieve_zorg", "", CONTACTS, INTENSIVE, dated=True),
    Doubt("T1/intensieve_zorg", "", POST, ("zvw.huisarts.intensieve_zorg_anw",), dated=True),
    Doubt("T2/voorwaarden", "al_onder_behandeling", ADVICE, ("zvw.msz.dbc",)),
    Doubt("T2/voorwaarden", "volgnummer", ADVICE[:1], ADVICE[:1]),
    Doubt("T2/voorwaarden", "volgnummer", ADVICE[1:], ADVICE[1:]),
    Doubt("T18", "tapas_3", ("zvw.wijkverpleging",), ("zvw.tapas.3",), EVER, needs="casemanager"),
)


def doubts(case: Case, book: TariffBook, rules: RuleSet) -> list[Remark]:
    """Remarks, once for two lines and a rule, where a fact that is not stated would keep one of them out."""
    out: dict[tuple[str, frozenset[int]], Remark] = {}
    for doubt in (*DOUBTS, _integral_beside_separate(book)):
        for number, other, date in _pairs(case, doubt, book):
            rule = rules.at(doubt.rule, date)
            both = doubt.rule, frozenset((number, other))
            if rule is not None and both not in out:
                out[both] = _said(case, doubt, number, other, date, rule)
    return [*out.values(), *_early_kits(case, rules), *_early_stays(case, rules)]


def _integral_beside_separate(book: TariffBook) -> Doubt:
    """An integral tariff beside one of the first six prestaties, which it holds (Handreiking 2.1.2)."""
    separate, integral = (
        tuple(id for id in book.ids if book.product(id).integral == what) for what in ("part", "tariff")
    )
    return Doubt("T6/integraal", "", separate, integral, exact=True, unless=("casemanager", "coordinatie"))


def _said(case: Case, doubt: Doubt, number: int, other: int, date: dt.date, rule: Rule) -> Remark:
    fact = {"fact": doubt.fact, "value": fact_text(doubt.fact, FACTS[doubt.fact])} if doubt.fact else {}
    where, beside = (f"care[{n}] {case.care[n].product}" for n in (number, other))
    return Remark("doubt_fact" if fact else "doubt", by=rule, where=where, date=date, other=beside, **fact)


def _pairs(case: Case, doubt: Doubt, book: TariffBook) -> Iterator[tuple[int, int, dt.date]]:
    """Lines that a doubt is about, with the line beside each and the first day they share."""
    same = doubt.others == doubt.lines
    for number, line in enumerate(case.care):
        if not _asks(line, doubt):
            continue
        for other, beside in enumerate(case.care):
            if other == number or not _is_of(beside, doubt.others, doubt.exact):
                continue
            holds = beside.fact(doubt.fact) if same and doubt.when == _ADMITTED else None
            if holds == 0 or (same and other > number and not holds):
                continue
            if doubt.one_specialty and not _one_specialty(line, beside, book):
                continue
            if doubt.dated and line.date is None and beside.date is None:
                continue
            date = _day_of_both(case, doubt, line, beside)
            if date is not None:
                yield number, other, date


def _asks(line: CareBase, doubt: Doubt) -> bool:
    """Whether a doubt is about a line: of its products, its fact not stated."""
    if not _is_of(line, doubt.lines, doubt.exact) or (doubt.fact and line.fact(doubt.fact) is not None):
        return False
    return (not doubt.needs or bool(line.fact(doubt.needs))) and not any(line.fact(n) for n in doubt.unless)


def _is_of(line: CareBase, products: tuple[str, ...], exact: bool) -> bool:
    return line.product in products if exact else covers(products, line.product)


def _one_specialty(line: CareBase, other: CareBase, book: TariffBook) -> bool:
    """Whether both lines are of one specialty, as they state it or as their products have it."""
    known, both = WORDS["specialisme"], (line, other)
    one, two = (x.fact("specialisme") or known.index(book.product(x.product).specialisme or "") for x in both)
    return one == two != 0


def _days(case: Case, line: CareBase) -> tuple[dt.date, dt.date]:
    """First and last day of a line; a treatment that is not closed runs to the end of the journey."""
    if line.opened is not None:
        return line.opened, line.closed or case.journey[-1].end
    if line.begin is not None and line.end is not None:
        return line.begin, line.end - dt.timedelta(days=1)
    assert line.date is not None
    return line.date, line.date


def _day_of_both(case: Case, doubt: Doubt, line: CareBase, other: CareBase) -> dt.date | None:
    """First day that two lines share, of the line itself where any day will do; None for none."""
    first, last = _days(case, line)
    if doubt.when == EVER:
        return first
    low, high = _days(case, other)
    start, stop = max(first, low), min(last, high)
    if doubt.when == _ADMITTED:
        stays = [stay for stay in case.journey if stay.setting == "ziekenhuis"]
        return next((max(start, s.begin) for s in stays if max(start, s.begin) <= min(stop, s.end)), None)
    return start if start <= stop else None


def _early_kits(case: Case, rules: RuleSet) -> list[Remark]:
    """A palliakit before the terminal phase: it is for who has come into it (Handreiking 2.4)."""
    terminal, out = terminal_from(case), []
    for number, line in enumerate(case.care):
        date, _ = _days(case, line)
        rule = rules.at(PHASE, date)
        if line.product != PALLIAKIT or rule is None or (terminal is not None and date >= terminal):
            continue
        begins = {} if terminal is None else {"terminal_date": terminal}
        where = f"care[{number}] {line.product}"
        out.append(Remark("early" if begins else "early_never", by=rule, where=where, date=date, **begins))
    return out


def _early_stays(case: Case, rules: RuleSet) -> list[Remark]:
    """Eerstelijnsverblijf palliatief terminaal of who is not yet, or never, in the terminal phase.

    It is for who is expected to live three months or less (Handreiking 4.2). Where the phase is only reckoned
    back from death the doctor may have expected so on admission, and nothing is said.
    """
    who, out = case.patient, []
    terminal = who.terminal_from
    if terminal is None and who.died is not None:
        return []
    for number, stay in enumerate(case.journey):
        rule = rules.at(TERMINAL_STAYS.get(stay.setting, ""), stay.begin)
        adult = age_of(day_of(who.born), day_of(stay.begin)) >= ADULT_AGE_YEARS
        under = any(period.holds(stay.begin) for period in who.wlz)
        if rule is None or under or not adult or (terminal is not None and stay.begin >= terminal):
            continue
        begins = {} if terminal is None else {"terminal_date": terminal}
        where, told = f"journey[{number}] {stay.setting}", "early" if begins else "early_never"
        out.append(Remark(told, by=rule, where=where, date=stay.begin, **begins))
    return out
