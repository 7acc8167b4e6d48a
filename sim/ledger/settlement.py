"""Who pays each line: shares by payer and item that sum to the gross of the line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.columns import Columns, group_sums, join, order_by, spread, sum_of, totals
from sim.dates import day_of, month_start_day, months, year_start_day, years
from sim.law.people import ENDLESS
from sim.law.wlz.contribution import WlzCare, month_totals
from sim.law.zvw.deductible import Claims, deductible_of_year
from sim.law.zvw.payments import Surcharges
from sim.law.zvw.supplementary import GuestDays
from sim.ledger.as_the_law_reads import Stays
from sim.ledger.days_and_spells import Desk, begun
from sim.ledger.lines import OWN_BTH, OWN_ITEMS, OWN_NONE, Lines, in_order, stacked
from sim.ledger.other_payment import Scene, budget_shares
from sim.ledger.providers import COLLECTOR, INSURER, PROVIDER_KINDS
from sim.ledger.provisions import Provisions, later_lines, subscription
from sim.ledger.two_functions import left_per_day
from sim.schema import GVS_SURCHARGE, ITEMS, LAWS, MAIN_PAYER, PAYERS, WLZ_FORMS, code
from sim.units import Codes, Ints, times

EXCESS = "wlz.bijdrage_boven_kosten"
REFUND = "zvw.eigen_risico_teruggave"
RELATIVES_NIGHT = "buiten.naasten_nacht"


@dataclass(frozen=True)
class Shares(Columns):
    """Shares of lines, in columns: row of the line, payer, item, cents, rule (none where no KPI reads it)."""

    line: Ints
    payer: Codes
    item: Codes
    cents: Ints
    rule: Ints


class _Taker:
    """Collects shares of the lines and keeps what is left for the main payer."""

    def __init__(self, lines: Lines) -> None:
        self.left = lines.gross.copy()
        self._parts: list[tuple[Ints, int, int, Ints, int]] = []
        self._own: list[Lines] = []

    def pay(self, own: Lines, payer: str, item: str, cents: Ints, rule: int) -> None:
        """Lines of nothing that move money between a payer and the main one: paid, or given back."""
        if len(own) == 0:
            return
        begin = len(self.left)
        self._own.append(own)
        self.left = np.concatenate([self.left, own.gross])
        self.take(begin + np.arange(len(own)), payer, item, cents, rule)

    def take(self, rows: Ints, payer: str, item: str, cents: Ints, rule: int) -> None:
        """Give part of some lines to a payer."""
        keep = cents != 0
        rows, cents = rows[keep], cents[keep]
        self._parts.append((rows, code(PAYERS, payer), code(ITEMS, item), cents, rule))
        self.left[rows] -= cents

    def all(self, desk: Desk, lines: Lines) -> tuple[Lines, Shares]:
        """Lines with those that moved money, and shares, the rest of each line to its main payer.

        Lines in order, and shares in order of the lines, but for KPIs.
        """
        lines = stacked([lines, *self._own])
        rows = np.flatnonzero((self.left != 0) | (lines.gross == 0))
        payer, item = _of_rest(desk, lines.product[rows], lines.own[rows])
        taken, payers, items, cents, rules = zip(*self._parts, strict=True)

        def joined(of_rest: NDArray[Any], of_parts: Iterable[int]) -> NDArray[Any]:
            more = (np.full(len(some), one, of_rest.dtype) for some, one in zip(taken, of_parts, strict=True))
            return np.concatenate([of_rest, *more])

        shares = Shares(
            np.concatenate([rows, *taken]),
            joined(payer, payers),
            joined(item, items),
            np.concatenate([self.left[rows], *cents]),
            rows[:0],
        )
        if desk.until is not None:
            return lines, shares
        shares = replace(shares, rule=joined(lines.rule[rows], rules))
        order = in_order(lines)
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        shares = replace(shares, line=place[shares.line])
        return lines.take(order), shares.take(order_by(shares.line))


def _of_rest(desk: Desk, product: Ints, own: Ints) -> tuple[Codes, Codes]:
    """Payer and item of what is left of lines, by product and by what they are to the patient."""
    patient = code(PAYERS, "patient")
    main = np.array([code(PAYERS, MAIN_PAYER[name]) for name in LAWS], np.int8)[desk.prices.laws()]
    payers = np.full((len(main), len(OWN_ITEMS)), patient, np.int8)
    payers[:, OWN_NONE] = main
    of_own = np.array([code(ITEMS, item) for item in OWN_ITEMS], np.int8)
    items = np.where(payers == patient, of_own, np.int8(0))
    cell = product * len(OWN_ITEMS) + own
    return payers.ravel()[cell], items.ravel()[cell]


def who_pays(
    desk: Desk, lines: Lines, stays: Stays, care: WlzCare, given: Provisions, scene: Scene | None = None
) -> tuple[Lines, Shares]:
    """Shares of all lines, with the lines that a contribution or a refund of its own adds.

    Lines are in order of person and day under another payment; every line's shares sum to its gross. A scene
    is for a budget of the patient's own, which pays before anything else is due.
    """
    lines, due = _with_excess(desk, lines, care)
    taker = _Taker(lines)
    if scene is not None:
        paid = budget_shares(scene, lines)
        rows = np.flatnonzero(paid > 0)
        taker.take(rows, scene.payment.own_budget.payer, "", paid[rows], desk.rules.code("A4"))
    _medicine_payments(desk, lines, taker)
    _eigen_risico(desk, lines, stays, taker)
    _wlz_contribution(desk, lines, due, taker)
    _wmo_contribution(desk, lines, due, given, stays, taker)
    _guest_days(desk, lines, stays, taker)
    _relatives_nights(desk, lines, taker)
    _eigen_risico_back(desk, stays, taker)
    return taker.all(desk, lines)


def _eigen_risico(desk: Desk, lines: Lines, stays: Stays, taker: _Taker) -> None:
    if len(lines) == 0:
        return
    counts = (desk.prices.counts() & desk.prices.under("Zvw"))[lines.product]
    rows = in_order(lines, np.flatnonzero(counts & (lines.own == OWN_NONE) & (taker.left > 0)))
    claimed = lines.take(rows)
    year, treatment = begun(desk, stays, claimed)
    for version, on in desk.rules.versions("P1", year_start_day(year)):
        held = rows[on]
        claims = Claims(claimed.person[on], claimed.day[on], year[on], treatment[on], taker.left[held])
        cents = version.function(claims, desk.people, desk.parameters)
        taker.take(held, "patient", "eigen_risico", cents, desk.rules.code("P1"))


def _eigen_risico_back(desk: Desk, stays: Stays, taker: _Taker) -> None:
    """Eigen risico used before the journey above the limit that the year turns out to have, given back."""
    people = desk.people
    if len(people.used_year) == 0 or len(stays) == 0:
        return
    begin = np.full(len(people), ENDLESS, np.int64)
    np.minimum.at(begin, stays.person, stays.days.first)
    date = year_start_day(people.used_year)
    limits = deductible_of_year(desk.rules, date, people.used_person, people, desk.parameters)
    late = begin[people.used_person] > date
    over = desk.rules.apply("P1/teruggave", date, 0, people.used_cents, limits, late)
    rows = np.flatnonzero(over > 0)
    if len(rows) == 0:
        return
    year = people.used_year[rows]
    day = np.minimum(people.death_day[people.used_person[rows]], year_start_day(year + 1) - 1)
    own = _own_lines(desk, people.used_person[rows], day, REFUND, "P1/teruggave", INSURER)
    rule = desk.rules.code("P1/teruggave")
    taker.pay(own, "patient", "eigen_risico_teruggave", -over[rows], rule)


def _own_lines(desk: Desk, person: Ints, day: Ints, product: str, rule: str, provider: str) -> Lines:
    """Lines of nothing outside any stay or spell, for money that has no care beside it."""
    return Lines.of(
        person,
        product=int(desk.prices.codes([product])[0]),
        row=desk.prices.row_code(""),
        rule=desk.rules.code(rule),
        day=day,
        provider=PROVIDER_KINDS.index(provider),
    )


def _medicine_payments(desk: Desk, lines: Lines, taker: _Taker) -> None:
    """Own payment for medicines above their limit, up to the maximum of the year."""
    surcharge = desk.prices.are(GVS_SURCHARGE)[lines.product]
    rows = in_order(lines, np.flatnonzero(surcharge & (lines.own == OWN_NONE)))
    day = lines.day[rows]
    due = np.ones(len(rows), np.bool_)
    surcharges = Surcharges(lines.person[rows], day, years(day), lines.gross[rows], due)
    cents = desk.rules.apply("P4/gvs", day, 0, surcharges, desk.people, desk.parameters)
    taker.take(rows, "patient", "gvs_bijbetaling", cents, desk.rules.code("P4/gvs"))


def _with_excess(desk: Desk, lines: Lines, care: WlzCare) -> tuple[Lines, tuple[Ints, Ints, Ints]]:
    """Add, at the end, a line for each month in which the Wlz contribution is above the Wlz costs of it."""
    due = person, month, cents = _wlz_due(desk, care)
    if len(person) == 0:
        return lines, due
    rows = np.flatnonzero(desk.prices.under("Wlz")[lines.product])
    costs = sum_of((lines.person[rows], months(lines.day[rows])), lines.gross[rows], (person, month))
    over = np.flatnonzero(cents > costs)
    if len(over) == 0:
        return lines, due
    day = month_start_day(month[over])
    first = np.full(len(desk.people), np.iinfo(np.int64).max, np.int64)
    np.minimum.at(first, care.person, care.start_day)
    day = np.maximum(day, first[person[over]])
    extra = _own_lines(desk, person[over], day, EXCESS, "P2", COLLECTOR)
    extra = extra.with_(gross=(cents - costs)[over])
    return stacked([lines, extra]), due


def _wlz_due(desk: Desk, care: WlzCare) -> tuple[Ints, Ints, Ints]:
    """Wlz contribution by person and month, in cents, each by the version in force when the month begins."""
    none = np.zeros(0, np.int64)
    found = [(none, none, none)]
    for version in (rule for rule in desk.rules.rules if rule.key == "P2"):
        due = month_totals(version.function(care, desk.people, desk.parameters, desk.rules))
        day = month_start_day(due[1])
        on = (day >= day_of(version.valid_from)) & (day < day_of(version.valid_to))
        found.append((due[0][on], due[1][on], due[2][on]))
    person, month, cents = (np.concatenate(column) for column in zip(*found, strict=True))
    (person, month), cents = totals((person, month), cents)
    return person, month, cents


def _wlz_contribution(desk: Desk, lines: Lines, due: tuple[Ints, Ints, Ints], taker: _Taker) -> None:
    """Spread each month's Wlz contribution over that month's Wlz lines, in proportion to their gross."""
    person, month, cents = due
    rows = np.flatnonzero(desk.prices.under("Wlz")[lines.product])
    if len(person) == 0 or len(rows) == 0:
        return
    rows = in_order(lines, rows)
    place, found = join((person, month), (lines.person[rows], months(lines.day[rows])))
    rows, place = rows[found], place[found]
    total = np.minimum(cents[place], group_sums((place,), lines.gross[rows]))
    part = spread(place, lines.gross[rows], total)
    taker.take(rows, "patient", "wlz_eigen_bijdrage", part, desk.rules.code("P2"))


def _wmo_contribution(
    desk: Desk, lines: Lines, due: tuple[Ints, Ints, Ints], given: Provisions, stays: Stays, taker: _Taker
) -> None:
    """The Wmo subscription of each month on that month's Wmo lines, or on a line of its own."""
    owed = subscription(desk, lines, taker.left, due[:2], given, stays)
    rule = desk.rules.code("P3")
    taker.take(owed.rows, "patient", "wmo_eigen_bijdrage", owed.cents, rule)
    taker.pay(later_lines(desk, lines, owed), "patient", "wmo_eigen_bijdrage", owed.later_cents, rule)


def _relatives_nights(desk: Desk, lines: Lines, taker: _Taker) -> None:
    """Nights of relatives in a guest house: supplementary cover, then the patient."""
    if desk.people.night_cover is None or RELATIVES_NIGHT not in desk.prices.products:
        return
    rows = np.flatnonzero(lines.product == desk.prices.codes([RELATIVES_NIGHT])[0])
    offered = times(lines.quantity[rows], desk.people.night_cover[lines.person[rows]])
    cents = desk.rules.apply("P8/aanvullend", lines.day[rows], 0, lines.gross[rows], offered)
    taker.take(rows, "aanvullend", "", cents, desk.rules.code("P8/aanvullend"))


def _guest_days(desk: Desk, lines: Lines, stays: Stays, taker: _Taker) -> None:
    """Day contributions of a bijna-thuis-huis: cover, assistance, waiver, then the patient."""
    rows = in_order(lines, np.flatnonzero(lines.own == OWN_BTH))
    if len(rows) == 0:
        return
    at = lines.stay[rows]
    per_day = left_per_day(desk, lines.day[rows], stays.day_contribution[at])
    municipal = lines.gross[rows] - times(lines.quantity[rows], per_day)
    taker.take(rows, "gemeente", "", municipal, desk.rules.code("S7"))
    guests = GuestDays(
        person=lines.person[rows],
        stay=stays.guest[at],
        day=lines.day[rows],
        year=years(lines.day[rows]),
        days=lines.quantity[rows],
        per_day=per_day,
        vpt=stays.days.form[at] == WLZ_FORMS.index("vpt"),
        assistance=stays.assistance[at],
        own_means=stays.own_means[at],
        waiver=stays.waiver[at],
    )
    steps = (("P5/dekking", "aanvullend"), ("P5/bijstand", "gemeente"), ("P5/kwijtschelding", "fonds"))
    for key, payer in steps:
        against = desk.people if key == "P5/dekking" else taker.left[rows]
        cents = desk.rules.apply(key, guests.day, 0, guests, against)
        taker.take(rows, payer, "", cents, desk.rules.code(key))
