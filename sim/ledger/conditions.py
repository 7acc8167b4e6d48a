"""What a bill states of a line beyond its days: hours of presence, empty places, agreed prices, ceilings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.law.days import DAY_PROFILES, FORM, MEERZORG, with_vv10
from sim.law.delivery import FACTS, FINE, FORBIDDEN, OWN, Delivery
from sim.law.people import NOT_STATED
from sim.law.wlz.home import INTENSIVE_PROFILES
from sim.ledger.as_the_law_reads import Stays
from sim.ledger.days_and_spells import Desk, Spells
from sim.ledger.lines import OWN_NONE, Cut, Lines, cut_of
from sim.schema import CEILING_OUTCOMES, CHILD_DAY_CARE, VACANCY_DAY, covers
from sim.units import Bools, Ints, times_over

SUPPLEMENT, MORE_CARE = "wlz.toeslag", "wlz.meerzorg"
MEALS_AND_ALARM = ("zvw.maaltijd", "wmo.maaltijd", "wlz.maaltijd", "wmo.alarm", "buiten.alarm")
BY_AGREEMENT = "zvw.gzsp"
ABOVE_MAXIMUM = "zvw.gzsp.contract_opslag"  # share that a contract may pay above the maximum
OWN_COST = CEILING_OUTCOMES.index("eigen_kosten")
_ELSEWHERE = CEILING_OUTCOMES.index("andere_aanbieder")


def fact_of(desk: Desk, name: str, spell_no: Ints) -> Ints:
    """A fact of each spell; what the program takes for granted where the case does not say (int64 array)."""
    assert desk.terms is not None
    stated = desk.terms.facts.get(name)
    return np.full(len(spell_no), FACTS[name], np.int64) if stated is None else stated[spell_no]


def counted(desk: Desk, id: str, rows: Ints, quantity: Ints, parts: Spells) -> tuple[Ints, Ints, Ints, Cut]:
    """Quantities that count: half days of day care by hours of presence, days of an empty place.

    Of rows in the parts and their quantities in smallest steps: rows and quantities of those above 0, what
    these were before, and the lines of which a part does not count.
    """
    spell_no, day = parts.spell_no[rows], parts.day[rows]
    out, code = quantity.copy(), -1
    if id == CHILD_DAY_CARE:
        code = desk.rules.code("T16/dagverblijf")
        came = np.asarray(fact_of(desk, "verschenen", spell_no) != 0, np.bool_)
        full = desk.parameters.whole("zvw.kindzorg.dagverblijf_hele_dag_uren", day)
        hours = fact_of(desk, "uren_aanwezig", spell_no)
        halves = desk.rules.apply("T16/dagverblijf", day, 2, hours, came, full)
        out = np.where(came, times_over(quantity, halves, 2), out)
    elif id == VACANCY_DAY:
        code = desk.rules.code("V6")
        contract = np.asarray(fact_of(desk, "contract", spell_no) != 0, np.bool_)
        empty = np.minimum(fact_of(desk, "leeg_dagen", spell_no), quantity)
        most = desk.parameters.whole("wlz.mutatie_max_dagen", day)
        out = desk.rules.apply("V6", day, out, contract, empty, most)
    less = np.flatnonzero(out < quantity)
    cut = [(int(spell_no[r]), int(day[r]), code) for r in less]
    kept = out > 0
    return rows[kept], out[kept], quantity[kept], cut


def as_counted(desk: Desk, lines: Lines, before: Ints) -> Lines:
    """Lines with an invoice (`before`, its quantity) lowered to the part that counts."""
    assert desk.terms is not None
    stated = desk.terms.at("amount", lines.spell_no) != NOT_STATED
    less = np.flatnonzero(stated & (lines.quantity < before))
    gross = lines.gross.copy()
    gross[less] = times_over(gross[less], lines.quantity[less], before[less])
    return lines.with_(gross=gross)


def at_agreed_price(desk: Desk, id: str, lines: Lines) -> Lines:
    """Lines of a product at the price that a contract agrees, where the law lets it pass their maximum."""
    assert desk.terms is not None
    if not covers(BY_AGREEMENT, id):
        return lines
    agreed = desk.terms.at("agreed", lines.spell_no)
    rows = np.flatnonzero(agreed != NOT_STATED)
    if len(rows) == 0:
        return lines
    day, agreed = lines.day[rows], agreed[rows]
    priced = desk.prices.look_up(lines.product[rows], day)
    maximum = priced.unit_cents
    unit = np.minimum(agreed, maximum)
    for at, on in desk.parameters.alike(day, ABOVE_MAXIMUM):
        share = desk.parameters.rate(ABOVE_MAXIMUM, at)
        unit[on] = desk.rules.apply("T10/opslag", day[on], unit[on], maximum[on], agreed[on], share)
    gross = lines.gross.copy()
    gross[rows] = times_over(lines.quantity[rows], unit, priced.steps)
    return lines.with_(gross=gross)


def beside_the_day(
    desk: Desk, id: str, care: Delivery, stays: Stays, stay: Ints, found: Ints, rule: Ints
) -> tuple[Ints, Ints]:
    """What is found of supplements, meerzorg, meals and alarms, which depend on the day beside them.

    The row of the stay of each line is -1 for none; `found` and `rule` are what other rules find.
    """
    if id in MEALS_AND_ALARM:
        return _meals_and_alarm(desk, id, care, found, rule)
    if id not in (SUPPLEMENT, MORE_CARE) or len(stays) == 0:
        return found, rule
    intensive = np.isin(care.place.profile, [DAY_PROFILES.index(p) for p in INTENSIVE_PROFILES])
    vv10_day = with_vv10(stays.days, desk.rules).vv10_day
    assert vv10_day is not None
    terminal = np.asarray((stay >= 0) & (vv10_day[stay] <= care.day), np.bool_)
    inside = np.asarray(care.place.form == FORM["verblijf"], np.bool_)
    more, least = care.fact("meer_zorg_pct"), desk.parameters.hundredths("wlz.meerzorg_pct", care.day)
    if id == MORE_CARE:
        left = desk.rules.apply("V2/geen_meerzorg", care.day, care.cents, terminal, care.cents)
        none = (left == 0) & (care.cents > 0)
        found, rule = _turn(desk, "V2/geen_meerzorg", none & inside, found, rule)
        # at home only where it is what may be given above the profile on the day
        key, late = "T7/meer_dan_profiel", np.asarray(care.day >= care.terminal_day, np.bool_)
        may = desk.rules.apply(key, care.day, MEERZORG, care.place.form, intensive, late, more, least)
        found, rule = _turn(desk, key, ~inside & (may != MEERZORG), found, rule)
    ground = care.fact("toeslag") - 1 if id == SUPPLEMENT else np.full(len(care), -1, np.int64)
    heavy = intensive & (id == MORE_CARE)
    fits = desk.rules.says("V3", care.day, ground, heavy, more, least, otherwise=True)
    return _turn(desk, "V3", inside & ~fits, found, rule)


def _meals_and_alarm(desk: Desk, id: str, care: Delivery, found: Ints, rule: Ints) -> tuple[Ints, Ints]:
    """Meals and alarms under another law than the one that pays them are forbidden."""
    own = int(desk.prices.laws()[desk.prices.codes([id])[0]])
    size = len(care)
    meal = np.full(size, id.endswith("maaltijd"), np.bool_)
    under = np.asarray(care.place.form != FORM["geen"], np.bool_)
    law = desk.rules.apply("T12/maaltijd_alarm", care.day, own, meal, care.true("medisch"), under)
    return _turn(desk, "T12/maaltijd_alarm", law != own, found, rule)


def _turn(desk: Desk, key: str, where: Bools, found: Ints, rule: Ints) -> tuple[Ints, Ints]:
    """Findings turned into refusals where a rule speaks and no other has refused the line, with that rule."""
    turned = where & ((found == FINE) | (found == OWN))
    return np.where(turned, FORBIDDEN, found), np.where(turned, desk.rules.code(key), rule)


def under_ceilings(desk: Desk, lines: Lines) -> tuple[Lines, Lines, Cut]:
    """Lines as far as the ceilings of their contracts have room, by day, and what the provider bears.

    The case states the room under each ceiling and what happens above it: that part is borne by the provider
    that delivers it all the same, declared by another provider that has room, or not delivered. Last come the
    lines of which a part is not declared.
    """
    none = lines.take(np.zeros(0, np.int64))
    if desk.terms is None or not desk.terms.ceilings or len(lines) == 0:
        return lines, none, []
    names = ceilings_of(desk, lines)
    gross, quantity, borne = lines.gross.copy(), lines.quantity.copy(), np.zeros(len(lines), np.int64)
    cut: Cut = []
    for name, (room, outcome) in desk.terms.ceilings.items():
        rows = np.flatnonzero((names == name) & (lines.own == OWN_NONE) & _under_contract(desk, lines))
        if len(rows) == 0 or outcome == _ELSEWHERE:
            continue
        day, cents = lines.day[rows], lines.gross[rows]
        zero = np.zeros(len(rows), np.int64)
        above = desk.rules.apply("T20", day, 0, zero, day, cents, zero + room)
        borne[rows] = desk.rules.apply("T20/doorlevering", day, 0, zero + outcome, above)
        gross[rows] = cents - above
        quantity[rows] -= times_over(quantity[rows], above, np.maximum(cents, 1))
        cut += cut_of(lines, rows[above > 0], desk.rules.code("T20"))
    lost = np.flatnonzero(borne > 0)
    kept = np.flatnonzero((gross > 0) | (lines.gross == 0))
    held = lines.with_(gross=gross, quantity=quantity).take(kept)
    return held, lines.take(lost).with_(gross=borne[lost]), cut


def _under_contract(desk: Desk, lines: Lines) -> Bools:
    """Lines of a provider with a contract; days of a stay are."""
    assert desk.terms is not None
    if len(desk.terms.contracted) == 0:
        return np.ones(len(lines), np.bool_)
    return np.asarray((lines.spell_no < 0) | desk.terms.contracted[lines.spell_no], np.bool_)


def ceilings_of(desk: Desk, lines: Lines) -> NDArray[np.object_]:
    """Name of the ceiling that each line falls under on its day, "" for none (rule T20/elv)."""
    out = np.full(len(lines), "", object)
    for version, rows in desk.rules.versions("T20/elv", lines.day):
        names = np.array([version.function(id) for id in desk.prices.products], object)
        out[rows] = names[lines.product[rows]]
    return out
