"""Stays and spells become lines: days by product and month, spells by month, contacts once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim import units
from sim.columns import Columns, each_of, group_sums, running_cap, split_months, sum_of, tally
from sim.dates import day_of, days, month_start_day, months, years
from sim.law import care as care_law
from sim.law.days import DAY_RULES, SETTING, Span, paid_by_day, with_vv10
from sim.law.parameters import Parameters
from sim.law.people import ENDLESS, NO_DAY, People
from sim.law.registry import RuleSet
from sim.law.zvw.gp import REGISTRATION_AGES, REGISTRATIONS
from sim.ledger.as_the_law_reads import Stays
from sim.ledger.lines import OWN_BTH, Lines
from sim.ledger.prices import PriceTable, gross
from sim.ledger.settings import AT_TARIFF, ContractPrice, PriceSettings
from sim.ledger.stated import Stated
from sim.schema import BTH_DAY, PALLIAKIT, PER, WLZ_FORMS, Table, covers
from sim.units import Bools, Codes, Ints, times, times_over, times_rate

_ELV = "zvw.elv"
IC = "zvw.msz.ic_dag"
WARD, BLOCKED = "zvw.msz.verpleegdag", "zvw.msz.geblokkeerde_dag"
ABSENT = "wlz.afwezigheid_max_dagen"  # days that a place in an institution is kept
ADMISSION = "zvw.msz.opslag_opname"
_GUEST_STAY = "buiten.bth_verblijf"
SEDATION = "zvw.farmacie.sedatie"
NO_TREATMENT = -1
Days = tuple[Ints, Ints, Ints]  # days of stays: (stay, first, end)


@dataclass(frozen=True)
class Desk:
    """What the makers of lines share: rules, prices, parameters, people."""

    rules: RuleSet
    prices: PriceTable
    parameters: Parameters
    people: People
    settings: PriceSettings
    terms: Stated | None = None
    until: int | None = None

    def contract_price(self, product: str) -> ContractPrice:
        """What a contract pays for days of a product."""
        if covers(_ELV, product):
            return self.settings.elv
        return self.settings.bth if product == BTH_DAY else AT_TARIFF

    def reference_days(self, stay: Ints) -> Bools:
        """Whether the days of stays are priced by day, not by a DBC (bool array)."""
        if self.terms is None:
            return np.ones(len(stay), np.bool_)
        return ~self.terms.by_dbc[stay]


def priced_lines(
    desk: Desk, stays: Stays, stay: Ints, product: Ints, rule: int, day: Ints, quantity: Ints
) -> Lines:
    """Lines of stays at the price of their day; quantities in smallest steps."""
    priced = desk.prices.look_up(product, day)
    return Lines.of(
        stays.person[stay],
        stay=stay,
        stay_no=lambda: stays.stay_no[stay],
        product=product,
        row=priced.row,
        rule=rule,
        day=day,
        quantity=quantity,
        gross=gross(quantity, priced),
    )


def begun(desk: Desk, stays: Stays, lines: Lines) -> tuple[Ints, Ints]:
    """Year of the eigen risico in which the care of each line began, and number of its hospital treatment.

    The number is `NO_TREATMENT` for none.
    """
    start, treatment = lines.day, np.full(len(lines), NO_TREATMENT)
    if len(stays):
        in_hospital = stays.days.setting == SETTING["ziekenhuis"]
        hospital = np.flatnonzero((lines.stay >= 0) & in_hospital[lines.stay])
        treatment[hospital] = stays.admission[lines.stay[hospital]]
        start = start.copy()
        start[hospital] = stays.days.first[treatment[hospital]]
    if desk.terms is not None:
        spell = np.flatnonzero(lines.spell_no >= 0)
        opened = desk.terms.at("begun", lines.spell_no[spell])
        own, opened = spell[opened != NO_DAY], opened[opened != NO_DAY]
        start = start.copy()
        start[own] = opened
        treatment[own] = len(stays) + desk.terms.at("line", lines.spell_no[own])
    return desk.rules.apply("H12", lines.day, years(lines.day), start, lines.day), treatment


def _spans(desk: Desk, stays: Stays) -> list[tuple[int, Span, tuple[int, int]]]:
    """Spans of days by the rules in force, with the rule's code; clipped to the rule's validity, its days."""
    found: list[tuple[int, Span, tuple[int, int]]] = []
    if len(stays) == 0:
        return found
    whole = np.array([stays.days.first.min(), stays.days.end.max()], np.int64)
    held = with_vv10(stays.days, desk.rules)
    for key in DAY_RULES:
        code = desk.rules.code(key)
        for version in desk.rules.rules:
            if version.key != key:
                continue
            low = max(day_of(version.valid_from), int(whole[0]))
            high = min(day_of(version.valid_to), int(whole[1]))
            extra = (desk.parameters.whole(ABSENT, held.first),) if key == "V9" else ()
            for span in version.function(held, *extra):
                first, end = np.maximum(span.first, low), np.minimum(span.end, high)
                found.append((code, replace(span, first=first, end=end), (low, high)))
    return found


def day_lines(desk: Desk, stays: Stays, ic: Days) -> list[Lines]:
    """Lines of days of stay, one a stay, product and month.

    Days of intensive care are taken off the ward days.
    """
    out = []
    for rule, span, valid in _spans(desk, stays):
        row, first, end = split_months(span.first, span.end)
        if len(row) == 0:
            continue
        share, later = desk.contract_price(span.products[0])
        row, first, end = _split_at(row, first, end, [day for day, _ in later])
        stay = span.rows[row]
        used = np.flatnonzero(np.bincount(span.which[row]))
        codes = np.zeros(len(span.products), np.int64)
        codes[used] = desk.prices.codes([span.products[int(u)] for u in used])
        product = codes[span.which[row]]
        quantity = end - first
        if span.products[0] in (WARD, BLOCKED):
            if span.products[0] == WARD:
                quantity = quantity - _ic_in_month(stay, first, ic, *valid)
            keep = (quantity > 0) & desk.reference_days(stay)
            stay, product, first, quantity = stay[keep], product[keep], first[keep], quantity[keep]
        lines = priced_lines(desk, stays, stay, product, rule, first, quantity)
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


def _ic_in_month(stay: Ints, first: Ints, ic: Days, low: int, high: int) -> Ints:
    """Days in intensive care within the stay and month of each part, from one day to another."""
    row, ic_first, ic_end = split_months(np.maximum(ic[1], low), np.minimum(ic[2], high))
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
    return [priced_lines(desk, stays, rows, product, code, stays.days.first[rows], one)]


def guest_lines(desk: Desk, stays: Stays) -> list[Lines]:
    """Day contributions of a house that asks one, one line a stay and month."""
    code = desk.rules.code("P5")
    rows = np.flatnonzero(stays.day_contribution > 0)
    if len(rows) == 0 or code < 0:
        return []
    part, first, end = split_months(stays.days.first[rows], stays.days.end[rows])
    stay = rows[part]
    if desk.terms is not None:  # in a run only a bijna-thuis-huis asks one
        asked = stays.day_contribution[stay]
        may = desk.rules.apply("S2/dagbijdrage", first, asked, stays.days.setting[stay], asked)
        kept = may > 0
        stay, first, end = stay[kept], first[kept], end[kept]
    lines = Lines.of(
        stays.person[stay],
        stay=stay,
        stay_no=stays.stay_no[stay],
        product=int(desk.prices.codes([_GUEST_STAY])[0]),
        row=desk.prices.row_code(""),
        rule=code,
        day=first,
        quantity=end - first,
        gross=desk.rules.apply("P5", first, 0, end - first, stays.day_contribution[stay]),
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
    first, end = (months(days[rows] - 1) // units.MONTHS_PER_QUARTER + 1 for days in (held.first, held.end))
    part, quarter = each_of(first, end)
    stay, day = rows[part], month_start_day(quarter * units.MONTHS_PER_QUARTER)
    due = desk.rules.holds("T1/inschrijving", day)
    stay, day, one = stay[due], day[due], np.ones(int(due.sum()), np.int64)
    age = desk.rules.apply("T1/inschrijving", day, 0, desk.people, stays.person[stay], day, REGISTRATION_AGES)
    product = desk.prices.codes(REGISTRATIONS)[age]
    return [priced_lines(desk, stays, stay, product, code, day, one)]


@dataclass(frozen=True)
class Spells(Columns):
    """Spells cut at months: what was delivered in each part."""

    stay: Ints
    person: Ints
    spell_no: Ints
    product: Codes
    day: Ints
    end: Ints
    quantity: Ints
    contracted: Bools
    condition: Codes


def split_spells(desk: Desk, spells: Table, stay: Ints, person: Ints, stays: Stays, ic: Days) -> Spells:
    """Quantities of spells by month: parts with a quantity above 0, in order of product.

    Weekly quantities telescope: a part has floor(q x minutes from the start / week) at its end less that at
    its start; daily ones count calendar days; a contact is one part on its first day. Days in intensive care
    bound what their spells may declare. A spell has its row of the stay (-1: none) and of the patient.
    """
    start, end = np.asarray(spells["start_minute"]), np.asarray(spells["end_minute"])
    amount, per = np.asarray(spells["quantity"]), np.asarray(spells["per"])
    once = np.flatnonzero(per == PER.index("once"))
    if desk.until is not None:
        end = np.minimum(end, desk.until * units.MINUTES_PER_DAY)
        once = once[start[once] < desk.until * units.MINUTES_PER_DAY]
    day = days(start[once])
    parts = [(once, day, day + 1, amount[once])]
    daily = np.flatnonzero(per == PER.index("day"))
    row, first, last = split_months(days(start[daily]), days(end[daily]))
    row = daily[row]
    parts.append((row, first, last, times(amount[row], last - first)))
    weekly = np.flatnonzero(per == PER.index("week"))
    row, first, last = split_months(days(start[weekly]), -(-end[weekly] // units.MINUTES_PER_DAY))
    row = weekly[row]
    began, share = start[row], amount[row]
    before = np.maximum(first * units.MINUTES_PER_DAY - began, 0)
    until = np.minimum(last * units.MINUTES_PER_DAY, end[row]) - began
    done, before = (times_over(share, minute, units.MINUTES_PER_WEEK, "down") for minute in (until, before))
    parts.append((row, first, last, done - before))
    rows, day, stop, quantity = (np.concatenate(column) for column in zip(*parts, strict=True))
    product, words = spells["product"][rows], spells.words("product")
    _within_ic(product, words, rows, quantity, stay, stays, ic)
    _beside_kit(desk, spells, person, rows, day, quantity)
    kept = np.argsort(product, kind="stable")
    kept = kept[quantity[kept] > 0]
    rows = rows[kept]
    return Spells(
        stay[rows],
        person[rows],
        np.asarray(spells["spell_no"][rows], np.int64),
        product[kept],
        day[kept],
        stop[kept],
        quantity[kept],
        np.asarray(spells["contracted"][rows], np.bool_),
        spells["condition"][rows],
    )


def _within_ic(
    product: Ints, words: Sequence[str], rows: Ints, quantity: Ints, stay: Ints, stays: Stays, ic: Days
) -> None:
    """Lower the days in intensive care of spells to those within their stay."""
    if IC not in words or len(stays) == 0:
        return
    length = tally(ic[0], len(stays), np.maximum(ic[2] - ic[1], 0))
    some = np.flatnonzero((product == words.index(IC)) & (quantity > 0))
    some = some[stay[rows[some]] >= 0]
    quantity[some] = np.minimum(quantity[some], length[stay[rows[some]]])


def _beside_kit(desk: Desk, spells: Table, person: Ints, rows: Ints, day: Ints, quantity: Ints) -> None:
    """Lower the days of sedation; the first of who has a palliakit lie inside the kit (T12).

    A kit counts also where it comes too late to be priced itself.
    """
    words, product = spells.words("product"), np.asarray(spells["product"])
    if SEDATION not in words or PALLIAKIT not in words:
        return
    some = np.flatnonzero((product[rows] == words.index(SEDATION)) & (quantity > 0))
    if len(some) == 0:
        return
    who, day, given = person[rows[some]], day[some], quantity[some]
    kits = (product == words.index(PALLIAKIT)) & (spells["quantity"] > 0)
    with_kit = np.isin(who, person[kits])
    total = group_sums((who,), given)
    first = np.full(len(desk.people), ENDLESS)
    np.minimum.at(first, who, day)
    covered = desk.parameters.whole("zvw.farmacie.palliakit_dagen", first[who])
    left = desk.rules.apply("T12/palliakit", first[who], total, total, with_kit, covered)
    quantity[some] -= running_cap((who,), day, given, total - left)


def ic_days(spells: Table, stay: Ints, stays: Stays) -> Days:
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
