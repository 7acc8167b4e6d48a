"""Who pays each line: shares by payer and item that sum to the gross of the line."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from sim.columns import group_sums, join, order_by, spread, sum_of
from sim.dates import month_start_day, months, year_start_day, years
from sim.law.people import ENDLESS
from sim.law.wlz.contribution import WlzCare, month_totals
from sim.law.zvw.deductible import Claims, deductible_of_year
from sim.law.zvw.payments import Surcharges
from sim.law.zvw.supplementary import GuestDays
from sim.ledger.alternative import Scene, budget_shares
from sim.ledger.functions import left_per_day
from sim.ledger.lines import OWN_BTH, OWN_ITEMS, OWN_NONE, Lines, merged, order_of, stacked
from sim.ledger.prices import PriceTable
from sim.ledger.produce import Desk
from sim.ledger.providers import COLLECTOR, INSURER, KINDS
from sim.ledger.provisions import Provisions, later_lines, subscription
from sim.ledger.tables import Stays
from sim.schema import ITEMS, LAWS, PAYERS, WLZ_FORMS, code
from sim.units import Ints, times

MAIN_PAYER = {
    "Zvw": "zorgverzekeraar",
    "Wlz": "zorgkantoor",
    "Wmo": "gemeente",
    "Jeugdwet": "gemeente",
    "buiten_wetten": "patient",
}
EXCESS = "wlz.bijdrage_boven_kosten"
REFUND = "zvw.eigen_risico_teruggave"
SURCHARGE = "zvw.farmacie.gvs"
RELATIVES_NIGHT = "buiten.naasten_nacht"


@dataclass(frozen=True)
class Shares:
    """Shares of lines, in columns: row of the line, payer, item, cents, rule."""

    line: Ints
    payer: Ints
    item: Ints
    cents: Ints
    rule: Ints


class _Taker:
    """Collects shares of the lines and keeps what is left for the main payer."""

    def __init__(self, lines: Lines, added: int) -> None:
        self._added = added
        self.left = lines.gross.copy()
        self._parts: list[Shares] = []
        self._own: list[Lines] = []

    def settle(self, own: Lines, payer: str, item: str, cents: Ints, rule: int) -> None:
        """Lines of nothing that move money between a payer and the main one: paid, or given back."""
        if len(own) == 0:
            return
        begin = len(self.left)
        self._own.append(own)
        self.left = np.concatenate([self.left, own.gross])
        self.take(begin + np.arange(len(own)), payer, item, cents, rule)

    def all_lines(self, lines: Lines, ordered: bool) -> Lines:
        """The lines with those that moved money, at the end or in order; the shares follow them."""
        parts = [lines, *self._own]
        if not ordered or not (self._own or self._added):
            return stacked(parts) if self._own else lines
        order = order_of(parts)
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        self._parts = [replace(part, line=place[part.line]) for part in self._parts]
        self.left = self.left[order]
        return merged(parts, order)

    def take(self, rows: Ints, payer: str, item: str, cents: Ints, rule: int) -> None:
        """Give part of some lines to a payer."""
        keep = cents != 0
        rows, cents = rows[keep], cents[keep]
        size = len(rows)
        self._parts.append(
            Shares(
                rows,
                np.full(size, code(PAYERS, payer), np.int64),
                np.full(size, code(ITEMS, item), np.int64),
                cents,
                np.full(size, rule, np.int64),
            )
        )
        self.left[rows] -= cents

    def rest(self, lines: Lines, law: Ints, ordered: bool) -> Shares:
        """All shares, the rest of each line to its main payer; in order of the lines where that is asked."""
        main = np.array([code(PAYERS, MAIN_PAYER[name]) for name in LAWS], np.int64)[law]
        patient = code(PAYERS, "patient")
        payer = np.where(lines.own == OWN_NONE, main, patient)
        own = np.array([code(ITEMS, item) for item in OWN_ITEMS], np.int64)[lines.own]
        item = np.where(payer == patient, own, 0)
        rows = np.flatnonzero((self.left != 0) | (lines.gross == 0))
        parts = [Shares(rows, payer[rows], item[rows], self.left[rows], lines.rule[rows]), *self._parts]
        columns = [np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Shares)]
        if ordered:
            order = order_by(columns[0])
            columns = [column[order] for column in columns]
        return Shares(*columns)


def settle(
    desk: Desk,
    lines: Lines,
    stays: Stays,
    care: WlzCare,
    given: Provisions,
    scene: Scene | None = None,
    ordered: bool = True,
) -> tuple[Lines, Shares]:
    """Shares of all lines, with the lines that a contribution or a refund of its own adds.

    Parameters
    ----------
    lines : Lines
        In order of person and day.
    given : Provisions
        Support by the municipality.
    scene : Scene, optional
        For a budget of the patient's own, which pays before anything else is due.
    ordered : bool
        Whether added lines and the shares are brought in order.

    Returns
    -------
    Lines, Shares
        Every line's shares sum to its gross.
    """
    before = len(lines)
    lines, due = _with_excess(desk, lines, care)
    law = desk.prices.laws()[lines.product] if len(lines) else np.zeros(0, np.int64)
    taker = _Taker(lines, len(lines) - before)
    if scene is not None:
        _own_budget(scene, lines, taker)
    _medicine_payments(desk, lines, taker)
    _eigen_risico(desk, lines, law, taker)
    _wlz_contribution(desk, lines, law, due, taker)
    _wmo_contribution(desk, lines, due, given, stays, taker)
    _guest_days(desk, lines, stays, taker)
    _relatives_nights(desk, lines, taker)
    _eigen_risico_back(desk, stays, taker)
    lines = taker.all_lines(lines, ordered)
    return lines, taker.rest(lines, law_of(desk.prices, lines), ordered)


def _own_budget(scene: Scene, lines: Lines, taker: _Taker) -> None:
    """Part of the lines that a budget of the patient's own pays."""
    paid = budget_shares(scene, lines)
    rows = np.flatnonzero(paid > 0)
    taker.take(rows, scene.payment.own_budget.payer, "", paid[rows], scene.desk.rules.code("A4"))


def _eigen_risico(desk: Desk, lines: Lines, law: Ints, taker: _Taker) -> None:
    """Eigen risico of the lines that count for it."""
    if len(lines) == 0:
        return
    counts = desk.prices.counts()[lines.product] & (law == code(LAWS, "Zvw")) & (lines.own == OWN_NONE)
    rows = np.flatnonzero(counts & (taker.left > 0))
    date = year_start_day(lines.year[rows])
    for version, on in desk.rules.versions("P1", date):
        held = rows[on]
        claims = Claims(
            lines.person[held], lines.day[held], lines.year[held], lines.treatment[held], taker.left[held]
        )
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
    own = _own_lines(desk, people.used_person[rows], day, year, REFUND, "P1/teruggave", INSURER)
    rule = desk.rules.code("P1/teruggave")
    taker.settle(own, "patient", "eigen_risico_teruggave", -over[rows], rule)


def _own_lines(
    desk: Desk, person: Ints, day: Ints, year: Ints, product: str, rule: str, provider: str
) -> Lines:
    """Lines of nothing outside any stay or spell, for money that has no care beside it."""
    return Lines.of(
        person,
        product=int(desk.prices.codes([product])[0]),
        row=desk.prices.row_code(""),
        rule=desk.rules.code(rule),
        day=day,
        year=year,
        provider=KINDS.index(provider),
    )


def _medicine_payments(desk: Desk, lines: Lines, taker: _Taker) -> None:
    """Own payment for medicines above their limit, up to the maximum of the year."""
    rows = np.flatnonzero(np.isin(lines.product, desk.prices.under(SURCHARGE)) & (lines.own == OWN_NONE))
    day = lines.day[rows]
    due = np.ones(len(rows), np.bool_)
    surcharges = Surcharges(lines.person[rows], day, years(day), lines.gross[rows], due)
    cents = desk.rules.apply("P4/gvs", day, 0, surcharges, desk.people, desk.parameters)
    taker.take(rows, "patient", "gvs_bijbetaling", cents, desk.rules.code("P4/gvs"))


def _with_excess(desk: Desk, lines: Lines, care: WlzCare) -> tuple[Lines, tuple[Ints, Ints, Ints]]:
    """Add, at the end, a line for each month in which the Wlz contribution is above the Wlz costs of it."""
    none = np.zeros(0, np.int64)
    due = (none, none, none)
    for version, _ in desk.rules.versions("P2", care.start_day):
        due = month_totals(version.function(care, desk.people, desk.parameters, desk.rules))
    person, month, cents = due
    if len(person) == 0:
        return lines, due
    law = desk.prices.laws()[lines.product] if len(lines) else none
    rows = np.flatnonzero(law == code(LAWS, "Wlz"))
    costs = sum_of((lines.person[rows], months(lines.day[rows])), lines.gross[rows], (person, month))
    over = np.flatnonzero(cents > costs)
    if len(over) == 0:
        return lines, due
    day = month_start_day(month[over])
    first = np.full(len(desk.people), np.iinfo(np.int64).max, np.int64)
    np.minimum.at(first, care.person, care.start_day)
    day = np.maximum(day, first[person[over]])
    extra = _own_lines(desk, person[over], day, years(day), EXCESS, "P2", COLLECTOR)
    extra = extra.with_(gross=(cents - costs)[over])
    return stacked([lines, extra]), due


def _wlz_contribution(
    desk: Desk, lines: Lines, law: Ints, due: tuple[Ints, Ints, Ints], taker: _Taker
) -> None:
    """Spread each month's Wlz contribution over that month's Wlz lines, in proportion to their gross."""
    person, month, cents = due
    rows = np.flatnonzero(law == code(LAWS, "Wlz")) if len(lines) else np.zeros(0, np.int64)
    if len(person) == 0 or len(rows) == 0:
        return
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
    taker.settle(later_lines(desk, lines, owed), "patient", "wmo_eigen_bijdrage", owed.later_cents, rule)


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
    rows = np.flatnonzero(lines.own == OWN_BTH)
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


def law_of(prices: PriceTable, lines: Lines) -> Ints:
    """Law code of each line (int64 array)."""
    return prices.laws()[lines.product] if len(lines) else np.zeros(0, np.int64)
