"""Stays and spells become lines: days by product and month, spells by month, contacts once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.columns import each_of, order_by, split_months, spread, sum_of
from sim.dates import day_of, days, month_start_day, months, years
from sim.law import care as care_law
from sim.law.days import DAY_RULES, SETTING, Span, paid_by_day, with_vv10
from sim.law.parameters import Parameters
from sim.law.people import NO_DAY, People
from sim.law.registry import RuleSet
from sim.law.zvw.gp import REGISTRATION_AGES, REGISTRATIONS
from sim.ledger.lines import NO_SPELL, NO_TREATMENT, OWN_BTH, Lines
from sim.ledger.prices import PriceTable, gross
from sim.ledger.tables import Stays
from sim.ledger.terms import NOT_STATED, Terms
from sim.scenario.payment import Payment
from sim.schema import PER, WLZ_FORMS, Table, covers
from sim.units import (
    MINUTES_PER_DAY,
    MINUTES_PER_WEEK,
    MONTHS_PER_QUARTER,
    Bools,
    Ints,
    times,
    times_over,
    times_rate,
)

ELV = "zvw.elv"
BTH_DAY = "zvw.wijkverpleging.bth_dag"
IC = "zvw.msz.ic_dag"
WARD, BLOCKED = "zvw.msz.verpleegdag", "zvw.msz.geblokkeerde_dag"
ADMISSION = "zvw.msz.opslag_opname"
GUEST_DAY = "buiten.bth_verblijf"


@dataclass(frozen=True)
class Desk:
    """What the makers of lines share: rules, prices, parameters, people."""

    rules: RuleSet
    prices: PriceTable
    parameters: Parameters
    people: People
    elv_factor: Fraction
    terms: Terms | None = None
    bth_factor: Fraction = Fraction(1)
    payment: Payment | None = None
    elv_later: tuple[tuple[int, Fraction], ...] = ()
    bth_later: tuple[tuple[int, Fraction], ...] = ()

    def contract_price(self, product: str) -> tuple[Fraction, tuple[tuple[int, Fraction], ...]]:
        """Share of the tariff that a contract pays for days of a product, and from which days on another."""
        if covers(ELV, product):
            return self.elv_factor, self.elv_later
        return (self.bth_factor, self.bth_later) if product == BTH_DAY else (Fraction(1), ())

    def reference_days(self, stay: Ints) -> Bools:
        """Whether the days of stays are priced by day, not by a DBC (bool array)."""
        if self.terms is None:
            return np.ones(len(stay), np.bool_)
        return ~self.terms.by_dbc[stay]


def priced_lines(
    desk: Desk,
    stays: Stays,
    stay: Ints,
    product: Ints,
    rule: Ints,
    day: Ints,
    quantity: Ints,
    spell_no: Ints | None = None,
    person: Ints | None = None,
) -> Lines:
    """Lines at their invoice or at the price of their day, in the eigen-risico year in which care began.

    Parameters
    ----------
    stay, product, rule, day, quantity : int64 array, shape (n,)
        Row of the stay (-1: none), codes, day number, smallest steps.
    spell_no, person : int64 array, shape (n,), optional
        By default no spell, and the person of the stay.
    """
    stated = np.zeros(len(stay), np.bool_)
    if desk.terms is not None and spell_no is not None:
        stated = desk.terms.at("amount", spell_no) != NOT_STATED
    cents, row = _price(desk, product, day, quantity, ~stated)
    if desk.terms is not None and spell_no is not None and np.any(stated):
        held = spell_no[stated]
        invoice = desk.terms.at("amount", held)
        cents[stated] = spread(desk.terms.at("line", held), quantity[stated], invoice)
    who = stays.person[stay] if person is None else person
    hospital = (stay >= 0) & (stays.days.setting[stay] == SETTING["ziekenhuis"]) if len(stays) else stay >= 0
    admitted = stays.days.first[stays.admission[stay]] if len(stays) else day
    begun = np.where(hospital, admitted, day)
    treatment = np.where(hospital, stays.admission[stay], NO_TREATMENT) if len(stays) else stay
    if desk.terms is not None and spell_no is not None:
        opened = desk.terms.at("begun", spell_no)
        own = opened != NO_DAY
        begun = np.where(own, opened, begun)
        treatment = np.where(own, len(stays) + desk.terms.at("line", spell_no), treatment)
    return Lines.of(
        who,
        stay=stay,
        stay_no=np.where(stay >= 0, stays.stay_no[stay], -1) if len(stays) else stay,
        spell_no=NO_SPELL if spell_no is None else spell_no,
        product=product,
        row=row,
        rule=rule,
        day=day,
        quantity=quantity,
        gross=cents,
        year=desk.rules.apply("H12", day, years(day), begun, day),
        treatment=treatment,
    )


def _price(desk: Desk, product: Ints, day: Ints, quantity: Ints, by_tariff: Bools) -> tuple[Ints, Ints]:
    """Cents and tariff row of lines; 0 and no row for those that come with an invoice."""
    if np.all(by_tariff):
        priced = desk.prices.look_up(product, day)
        return gross(quantity, priced), priced.row
    cents = np.zeros(len(product), np.int64)
    row = np.full(len(product), desk.prices.row_code(""), np.int64)
    priced = desk.prices.look_up(product[by_tariff], day[by_tariff])
    cents[by_tariff], row[by_tariff] = gross(quantity[by_tariff], priced), priced.row
    return cents, row


def _spans(desk: Desk, stays: Stays) -> list[tuple[int, Span]]:
    """Spans of days by the rules in force, with the rule's code; clipped to the rule's validity."""
    found: list[tuple[int, Span]] = []
    if len(stays) == 0:
        return found
    whole = np.array([stays.days.first.min(), stays.days.end.max()], np.int64)
    held = with_vv10(stays.days, desk.rules)
    for key in DAY_RULES:
        code = desk.rules.code(key)
        for version in desk.rules.rules:
            if version.key != key:
                continue
            low, high = _validity(version.valid_from, version.valid_to, whole)
            most = desk.parameters.whole_on("wlz.afwezigheid_max_dagen", int(whole[0]))
            extra = (most,) if key == "V9" else ()
            for span in version.function(held, *extra):
                clipped = Span(
                    span.rows,
                    np.maximum(span.first, low),
                    np.minimum(span.end, high),
                    span.products,
                    span.which,
                )
                found.append((code, clipped))
    return found


def _validity(start: dt.date, end: dt.date, whole: Ints) -> tuple[int, int]:
    """Day numbers of a rule's validity, within the days at hand."""
    return max(day_of(start), int(whole[0])), min(day_of(end), int(whole[1]))


def day_lines(desk: Desk, stays: Stays, ic: tuple[Ints, Ints, Ints]) -> list[Lines]:
    """Lines of days of stay, one a stay, product and month.

    Parameters
    ----------
    ic : (stay, first, end)
        Days in intensive care, taken off the ward days of their stay.
    """
    out = []
    for rule, span in _spans(desk, stays):
        row, first, end = split_months(span.first, span.end)
        if len(row) == 0:
            continue
        share, later = desk.contract_price(span.products[0])
        row, first, end = _split_at(row, first, end, [day for day, _ in later])
        stay = span.rows[row]
        used = np.unique(span.which[row])
        codes = np.zeros(len(span.products), np.int64)
        codes[used] = desk.prices.codes([span.products[int(u)] for u in used])
        product = codes[span.which[row]]
        quantity = end - first
        if span.products[0] in (WARD, BLOCKED):
            if span.products[0] == WARD:
                quantity = quantity - _ic_in_month(stay, first, ic)
            keep = (quantity > 0) & desk.reference_days(stay)
            stay, product, first, quantity = stay[keep], product[keep], first[keep], quantity[keep]
        lines = priced_lines(desk, stays, stay, product, np.full(len(stay), rule), first, quantity)
        gross = times_rate(lines.gross, share)
        for day, other in later:
            gross = np.where(lines.day >= day, times_rate(lines.gross, other), gross)
        out.append(lines.with_(gross=gross))
    return out


def _split_at(row: Ints, first: Ints, end: Ints, days: Sequence[int]) -> tuple[Ints, Ints, Ints]:
    """Spans of days cut in two at each of some days that lies inside them."""
    for day in days:
        cut = np.flatnonzero((first < day) & (day < end))
        row = np.concatenate([row, row[cut]])
        first = np.concatenate([first, np.full(len(cut), day)])
        end = np.concatenate([end, end[cut]])
        end[cut] = day
    return row, first, end


def _ic_in_month(stay: Ints, first: Ints, ic: tuple[Ints, Ints, Ints]) -> Ints:
    """Days in intensive care within the stay and month of each part."""
    row, ic_first, ic_end = split_months(ic[1], ic[2])
    return sum_of((ic[0][row], months(ic_first)), ic_end - ic_first, (stay, months(first)))


def admission_lines(desk: Desk, stays: Stays) -> list[Lines]:
    """The add-on per admission for what the ward day leaves out, on the day of admission."""
    rows = stays.days.within(("ziekenhuis",), WLZ_FORMS)
    rows = rows[(stays.admission[rows] == rows) & desk.reference_days(rows)]
    code = desk.rules.code("H12/spoed_ic")
    if len(rows) == 0 or code < 0:
        return []
    product = np.full(len(rows), desk.prices.codes([ADMISSION])[0])
    one = np.ones(len(rows), np.int64)
    return [priced_lines(desk, stays, rows, product, one * code, stays.days.first[rows], one)]


def guest_lines(desk: Desk, stays: Stays) -> list[Lines]:
    """Day contributions of a house that asks one, one line a stay and month."""
    code = desk.rules.code("P5")
    rows = np.flatnonzero(stays.day_contribution > 0)
    if len(rows) == 0 or code < 0:
        return []
    part, first, end = split_months(stays.days.first[rows], stays.days.end[rows])
    stay = rows[part]
    lines = Lines.of(
        stays.person[stay],
        stay=stay,
        stay_no=stays.stay_no[stay],
        product=int(desk.prices.codes([GUEST_DAY])[0]),
        row=desk.prices.row_code(""),
        rule=code,
        day=first,
        quantity=end - first,
        gross=desk.rules.apply("P5", first, 0, end - first, stays.day_contribution[stay]),
        year=years(first),
        own=OWN_BTH,
    )
    return [lines]


def registration_lines(desk: Desk, stays: Stays) -> list[Lines]:
    """GP registration: a full quarter for who is registered on its first day."""
    code = desk.rules.code("T1/inschrijving")
    if len(stays) == 0 or code < 0:
        return []
    held = stays.days
    place = care_law.Place(held.setting, held.form, held.treated, paid_by_day(held), held.profile)
    rows = np.flatnonzero(~place.treated_resident)
    first, end = (months(days[rows] - 1) // MONTHS_PER_QUARTER + 1 for days in (held.first, held.end))
    part, quarter = each_of(first, end)
    stay, day = rows[part], month_start_day(quarter * MONTHS_PER_QUARTER)
    due = desk.rules.holds("T1/inschrijving", day)
    stay, day, one = stay[due], day[due], np.ones(int(due.sum()), np.int64)
    age = desk.rules.apply("T1/inschrijving", day, 0, desk.people, stays.person[stay], day, REGISTRATION_AGES)
    product = desk.prices.codes(REGISTRATIONS)[age]
    return [priced_lines(desk, stays, stay, product, one * code, day, one)]


@dataclass(frozen=True)
class Spells:
    """Spells cut at months: what was delivered in each part."""

    stay: Ints
    person: Ints
    spell_no: Ints
    product: Ints
    day: Ints
    end: Ints
    quantity: Ints
    contracted: Bools
    condition: Ints


def split_spells(spells: Table, stay: Ints, person: Ints) -> Spells:
    """Quantities of spells by month.

    Weekly quantities telescope: a part has floor(q x minutes from the start / week) at its end less
    that at its start; daily ones count calendar days; a contact is one part on its first day.

    Parameters
    ----------
    stay, person : int64 array
        Row of the stay (-1: none) and of the patient of each spell.

    Returns
    -------
    Spells
        Parts with a quantity above 0, in order of product.
    """
    start, end = np.asarray(spells["start_minute"]), np.asarray(spells["end_minute"])
    amount, per = np.asarray(spells["quantity"]), np.asarray(spells["per"])
    once = np.flatnonzero(per == PER.index("once"))
    parts = [(once, days(start[once]), days(start[once]) + 1, amount[once])]
    daily = np.flatnonzero(per == PER.index("day"))
    row, first, last = split_months(days(start[daily]), days(end[daily]))
    parts.append((daily[row], first, last, times(amount[daily][row], last - first)))
    weekly = np.flatnonzero(per == PER.index("week"))
    row, first, last = split_months(days(start[weekly]), -(-end[weekly] // MINUTES_PER_DAY))
    whole = weekly[row]
    begin = np.maximum(first * MINUTES_PER_DAY, start[whole]) - start[whole]
    until = np.minimum(last * MINUTES_PER_DAY, end[whole]) - start[whole]
    share = amount[whole]
    done, before = (times_over(share, minute, MINUTES_PER_WEEK, "down") for minute in (until, begin))
    parts.append((whole, first, last, done - before))
    rows, day, stop, quantity = (np.concatenate([p[n] for p in parts]) for n in range(len(parts[0])))
    product = np.asarray(spells["product"], np.int64)
    kept = np.flatnonzero(quantity > 0)
    kept = kept[order_by(product[rows[kept]])]
    rows, day, stop, quantity = rows[kept], day[kept], stop[kept], quantity[kept]
    return Spells(
        stay[rows],
        person[rows],
        np.asarray(spells["spell_no"], np.int64)[rows],
        product[rows],
        day,
        stop,
        quantity,
        np.asarray(spells["contracted"], np.bool_)[rows],
        np.asarray(spells["condition"], np.int64)[rows],
    )


def ic_days(spells: Table, stay: Ints, stays: Stays) -> tuple[Ints, Ints, Ints]:
    """Days in intensive care by stay: (stay, first, end), within the billed days of the stay."""
    words = spells.words("product")
    if IC not in words or len(stays) == 0:
        none = np.zeros(0, np.int64)
        return none, none, none
    rows = np.flatnonzero((spells["product"] == words.index(IC)) & (stay >= 0) & (spells["condition"] == 0))
    at = stay[rows]
    first = np.maximum(days(spells["start_minute"][rows]), stays.days.first[at])
    end = np.minimum(first + spells["quantity"][rows], stays.days.end[at])
    keep = end > first
    return at[keep], first[keep], end[keep]


def in_order(lines: Lines) -> Lines:
    """Lines by person, day and stay; lines of one day keep the order in which they were made."""
    return lines.take(order_by(lines.person, lines.day, lines.stay_no))
