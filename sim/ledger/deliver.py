"""Care delivered as contacts and hours becomes lines, where its law lets it, and unfunded care where not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from sim.columns import group_sums, order_by, running_cap, spread, starts, tally
from sim.dates import date_of, years
from sim.law.care import Place
from sim.law.days import SETTING, paid_by_day
from sim.law.delivery import (
    FINDINGS,
    FINE,
    INSIDE,
    OWN,
    TRANSPORT_REASONS,
    Delivery,
    judge,
    judge_across,
)
from sim.law.people import ENDLESS
from sim.law.ptz.end import LAPSED
from sim.law.ptz.scheme import FORM_OF, FORMS
from sim.law.zvw.payments import Surcharges
from sim.ledger.conditions import (
    OWN_COST,
    as_counted,
    at_agreed_price,
    beside_the_day,
    ceiling_names,
    counted,
)
from sim.ledger.deciding import deciding
from sim.ledger.lines import OWN_ACCOUNT, OWN_NOT_CONTRACTED, OWN_RIDE, Lines, stacked
from sim.ledger.produce import IC, Desk, Spells, priced_lines
from sim.ledger.reasons import Keys, reason, refuse
from sim.ledger.remarks import Remark
from sim.ledger.tables import Stays
from sim.ledger.terms import NOT_STATED
from sim.schema import SETTINGS, UNFUNDED_REASONS, Table, covers
from sim.units import MINUTES_PER_DAY, Bools, Ints

SEDATION, KIT = "zvw.farmacie.sedatie", "zvw.farmacie.palliakit"
TEAM, TEAM_IN_HOSPITAL = "zvw.msz.palliatief_team", "zvw.msz.palliatief_team.consult"
SUBSIDISED = "ptz"
"""Beginning of products that a subsidy pays to organisations: nobody declares what it covers."""
NOT_CONTRACTED = "own_payments.wijkverpleging.niet_gecontracteerd"
HOME_NURSING = "zvw.wijkverpleging"
TRANSFER = TRANSPORT_REASONS.index("overplaatsing")
RIDES = ("zvw.vervoer.zittend", "zvw.vervoer.eigen_auto")
FIRST_REASON = len(FINDINGS) - len(UNFUNDED_REASONS)
ABOVE_CEILING = FINDINGS.index("doorlevering_boven_plafond")
VOLUNTEERS = "ptz.vrijwilligers"
SCHEME_LAPSED = FINDINGS.index(LAPSED)
ABOVE_BUDGET = (FINDINGS.index("mpt_budget_op"), FINDINGS.index("pgb_budget_op"))
"""Findings of care above the budget, in order of the forms that have one."""


@dataclass(frozen=True)
class Unfunded:
    """Care that nobody may bill, by its day, at its price."""

    person: Ints
    stay_no: Ints
    product: Ints
    day: Ints
    reason: Ints
    cents: Ints


@dataclass(frozen=True)
class Delivered:
    """Lines of care, care without payer, and by (spell_no, day, rule) what is no line.

    `inside` lies inside another price, in a bill for the `reasons` by spell_no; of `cut` the rule leaves a
    part unpaid.
    """

    lines: list[Lines]
    unfunded: Unfunded
    inside: tuple[tuple[int, int, int], ...]
    cut: tuple[tuple[int, int, int], ...] = ()
    reasons: Mapping[int, Remark] = field(default_factory=dict)
    granted: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Judged:
    """Lines of one product, the parts of spells behind them, and what the rules find of each.

    `own` is what those rules find that look at this product only.
    """

    id: str
    rows: Ints
    lines: Lines
    care: Delivery
    found: Ints
    rule: Ints
    own: Ints


def spell_lines(
    desk: Desk, spells: Table, parts: Spells, stays: Stays, ic: tuple[Ints, Ints, Ints], terminal_day: Ints
) -> Delivered:
    """Lines of care delivered as contacts and hours, judged by the rules.

    Parameters
    ----------
    ic : (stay, first, end)
        Days in intensive care, which bound what their spells may declare.
    terminal_day : int64 array
        First day of the terminal phase by person.

    Raises
    ------
    InputError
        When no rule covers a product, or a line of a bill is care that its law forbids.
    """
    words = spells.words("product")
    place = _place(parts, stays)
    lines: list[Lines] = []
    lost: list[Unfunded] = []
    inside: list[tuple[int, int, int]] = []
    cut: list[tuple[int, int, int]] = []
    reasons: dict[int, Remark] = {}
    granted: dict[tuple[str, str], str] = {}
    judged = _judged(desk, words, parts, place, stays, ic, terminal_day, cut)
    beside: dict[int, Remark] = {}
    if desk.terms is not None:
        each, beside = _with_each_other(desk, list(judged))
        judged = iter(each)
    for one in judged:
        id, made, found, rule = one.id, one.lines, one.found, one.rule
        if desk.terms is not None:
            reasons |= _reasons(desk, id, one.care, stays, made, one.own, rule)
            granted |= _granted(desk, one, stays)
        if id == VOLUNTEERS:
            made = _at_the_maximum(desk, made, found, one.care.place.setting)
        lost.append(_unfunded(made, found, int(desk.prices.codes([id])[0])))
        inside += [
            (int(made.spell_no[r]), int(made.day[r]), int(rule[r])) for r in np.flatnonzero(found == INSIDE)
        ]
        kept = np.flatnonzero((found == OWN) | ((found == FINE) & (not covers(SUBSIDISED, id))))
        if len(kept):
            own = np.where(found[kept] == OWN, OWN_ACCOUNT, made.own[kept])
            held = (made if len(kept) == len(made) else made.take(kept)).with_(rule=rule[kept], own=own)
            lines += _not_contracted(desk, id, held, parts.contracted[one.rows[kept]])
    return Delivered(lines, _join_unfunded(lost), tuple(inside), tuple(cut), {**reasons, **beside}, granted)


def _judged(
    desk: Desk,
    words: Sequence[str],
    parts: Spells,
    place: Place,
    stays: Stays,
    ic: tuple[Ints, Ints, Ints],
    terminal_day: Ints,
    cut: list[tuple[int, int, int]],
) -> Iterator[_Judged]:
    """Lines of one product after another, with what the rules find of each; adds to what is cut."""
    begin = np.flatnonzero(starts(parts.product)).tolist()
    for first, end in pairwise((*begin, len(parts.product))):
        id = words[int(parts.product[first])]
        rows, quantity = _within_ic(id, np.arange(first, end), parts, stays, ic)
        if id == SEDATION and KIT in words:
            rows, quantity = _beside_kit(desk, rows, quantity, parts, words.index(KIT))
        if desk.terms is not None:
            rows, quantity, before, less = counted(desk, id, rows, quantity, parts)
            cut += less
        made = _care_lines(desk, id, rows, quantity, parts, place, stays)
        if desk.terms is not None:
            made = at_agreed_price(desk, id, as_counted(desk, made, before))
        found = np.where(parts.condition[rows] > 0, FIRST_REASON - 1 + parts.condition[rows], FINE)
        made, found = _above_ceiling(desk, made, found)
        care = _delivery(desk, made, rows, parts, place, terminal_day)
        says, rule = _says(desk, id, care, stays, made.stay)
        found = np.where(found == FINE, says, found)
        yield _Judged(id, rows, made, care, found, rule, found)


def _with_each_other(desk: Desk, judged: list[_Judged]) -> tuple[list[_Judged], dict[int, Remark]]:
    """Lines of all products with what the rules find that look at several products together, and why."""
    terms = desk.terms
    assert terms is not None
    order = [one.lines.spell_no for one in judged]

    def together(before: list[tuple[Ints, Ints]]) -> list[tuple[Ints, Ints]]:
        products, care = [one.id for one in judged], [one.care for one in judged]
        return judge_across(products, care, order, before, desk.rules, desk.parameters)

    own = [(one.found, one.rule) for one in judged]
    out = together(own)
    turned = [
        (place, row)
        for place, (says, _) in enumerate(out)
        for row in np.flatnonzero(says != own[place][0]).tolist()
    ]
    why: dict[int, Remark] = {}
    for place, row in turned:
        for other, one in enumerate(judged):
            for beside in np.flatnonzero(out[other][0] == FINE).tolist():
                left = [(found.copy(), rule) for found, rule in own]
                left[other][0][beside] = INSIDE
                if int(order[place][row]) in why or together(left)[place][0][row] != FINE:
                    continue
                where = terms.place[int(order[other][beside])].rpartition(": ")[2]
                date = str(date_of(int(one.care.day[beside]) * MINUTES_PER_DAY))
                why[int(order[place][row])] = Remark("why_beside", where=where, date=date)
    held = [replace(one, found=says, rule=rule) for one, (says, rule) in zip(judged, out, strict=True)]
    return held, why


def _above_ceiling(desk: Desk, lines: Lines, found: Ints) -> tuple[Lines, Ints]:
    """Care delivered above an omzetplafond at own cost: what the provider bears, by rule T20/doorlevering."""
    rows = np.flatnonzero(found == ABOVE_CEILING)
    if len(rows) == 0:
        return lines, found
    outcome = np.full(len(rows), OWN_COST)
    borne = desk.rules.apply("T20/doorlevering", lines.day[rows], 0, outcome, lines.gross[rows])
    gross, says = lines.gross.copy(), found.copy()
    gross[rows] = np.where(borne > 0, borne, gross[rows])
    says[rows] = np.where((borne > 0) | (lines.gross[rows] == 0), ABOVE_CEILING, FINE)
    return lines.with_(gross=gross), says


def _at_the_maximum(desk: Desk, lines: Lines, found: Ints, setting: Ints) -> Lines:
    """Help of volunteers that lost its payer with the scheme, at the worth of a client (T9/waarde)."""
    rows = np.flatnonzero(found == SCHEME_LAPSED)
    if len(rows) == 0:
        return lines
    form = np.array([FORMS.index(FORM_OF.get(word, FORM_OF["thuis"])) for word in SETTINGS], np.int64)
    of_line = form[setting[rows]]
    order = order_by(lines.person[rows], of_line, lines.day[rows])
    first = np.empty(len(rows), np.bool_)
    first[order] = starts(lines.person[rows][order], of_line[order])
    most = np.zeros(len(rows), np.int64)
    for word in np.unique(of_line):
        mine = of_line == word
        most[mine] = desk.parameters.cents(f"ptz.max.{FORMS[word]}", lines.day[rows][mine])
    gross = lines.gross.copy()
    gross[rows] = desk.rules.apply("T9/waarde", lines.day[rows], gross[rows], first, most)
    return lines.with_(gross=gross)


def _says(desk: Desk, id: str, care: Delivery, stays: Stays, stay: Ints) -> tuple[Ints, Ints]:
    """What the rules find of lines of one product, and which rule says so."""
    says, rule = judge(id, care, desk.rules, desk.parameters)
    if desk.terms is None:
        return says, rule
    return beside_the_day(desk, id, care, stays, stay, says, rule)


def _reasons(
    desk: Desk, id: str, care: Delivery, stays: Stays, lines: Lines, found: Ints, rule: Ints
) -> dict[int, Remark]:
    """Why lines of a bill lie inside another price, by spell_no, once a care line and rule.

    Raises
    ------
    Refusal
        On the first line that its law forbids.
    """
    terms = desk.terms
    assert terms is not None
    lines_of_case = tuple(terms.place[n].rpartition(": ")[2] for n in lines.spell_no.tolist())

    def keys_of(row: int) -> Keys:
        stay = int(lines.stay[row])
        journey = f"journey[{int(terms.guest[stay])}]" if stay >= 0 else "journey"
        return Keys(lines_of_case[row], journey, terms.periods, lines_of_case)

    def judged(other: Delivery, rows: Ints) -> Ints:
        return _says(desk, id, other, stays, lines.stay[rows])[0]

    file = terms.place[0].rpartition(": ")[0] if terms.place else ""
    refuse(id, care, found, rule, desk.rules, judged, keys_of, file)
    out: dict[int, Remark] = {}
    told: set[tuple[str, int]] = set()
    for row in np.flatnonzero(found == INSIDE).tolist():
        once = lines_of_case[row], int(rule[row])
        why = None if once in told else reason(care, row, judged, keys_of(row))
        told.add(once)
        if why is not None:
            out[int(lines.spell_no[row])] = why
    return out


def _granted(desk: Desk, one: _Judged, stays: Stays) -> dict[tuple[str, str], str]:
    """Facts that decide lines of a product although their case does not state them, with the rule."""
    terms, spells = desk.terms, one.lines.spell_no
    assert terms is not None
    stated = {name: column[spells] for name, column in terms.stated.items()}

    def judged(care: Delivery) -> tuple[Ints, Ints]:
        return _says(desk, one.id, care, stays, one.lines.stay)

    return {
        (terms.place[int(spells[row])].rpartition(": ")[2], name): desk.rules.labels[rule]
        for row, name, rule in deciding(one.care, stated, judged)
    }


def _place(parts: Spells, stays: Stays) -> Place:
    """Setting and form of each part's stay."""
    if len(stays) == 0:
        none = np.zeros(len(parts.stay), np.int64)
        return Place(none, none, none.astype(np.bool_), none.astype(np.bool_), none)
    known = parts.stay >= 0
    at = np.where(known, parts.stay, 0)
    return Place(
        np.where(known, stays.days.setting[at], SETTING["thuis"]),
        np.where(known, stays.days.form[at], 0),
        known & stays.days.treated[at],
        known & paid_by_day(stays.days)[at],
        np.where(known, stays.days.profile[at], 0),
    )


def _within_ic(
    id: str, rows: Ints, parts: Spells, stays: Stays, ic: tuple[Ints, Ints, Ints]
) -> tuple[Ints, Ints]:
    """Rows and quantities; days in intensive care at most those within their stay."""
    quantity = parts.quantity[rows]
    if id != IC or len(stays) == 0:
        return rows, quantity
    length = tally(ic[0], len(stays), np.maximum(ic[2] - ic[1], 0))
    quantity = np.minimum(quantity, np.where(parts.stay[rows] >= 0, length[parts.stay[rows]], quantity))
    return rows[quantity > 0], quantity[quantity > 0]


def _beside_kit(desk: Desk, rows: Ints, quantity: Ints, parts: Spells, kit: int) -> tuple[Ints, Ints]:
    """Rows and days of sedation; the first days of who has a palliakit lie inside the kit (T12)."""
    person, day = parts.person[rows], parts.day[rows]
    with_kit = np.isin(person, parts.person[parts.product == kit])
    total = group_sums((person,), quantity)
    first = np.full(len(desk.people), ENDLESS)
    np.minimum.at(first, person, day)
    covered = desk.parameters.whole("zvw.farmacie.palliakit_dagen", first[person])
    left = desk.rules.apply("T12/palliakit", first[person], total, total, with_kit, covered)
    kept = quantity - running_cap((person,), day, quantity, total - left)
    return rows[kept > 0], kept[kept > 0]


def _care_lines(
    desk: Desk, id: str, rows: Ints, quantity: Ints, parts: Spells, place: Place, stays: Stays
) -> Lines:
    """Lines of one product at their price; the team in hospital, of any specialty, at a consult weight."""
    product = np.full(len(rows), desk.prices.codes([id])[0])
    if id in team_products(desk):
        inpatient = place.inside("ziekenhuis")[rows]
        if np.any(inpatient):
            product = np.where(inpatient, desk.prices.codes([TEAM_IN_HOSPITAL])[0], product)
    rule = np.full(len(rows), -1)
    stay, day, spell_no = parts.stay[rows], parts.day[rows], parts.spell_no[rows]
    return priced_lines(desk, stays, stay, product, rule, day, quantity, spell_no, parts.person[rows])


def team_products(desk: Desk) -> tuple[str, ...]:
    """Products of the palliative team with an own price, which a consult weight replaces in hospital."""
    known = (p for p in desk.prices.products if covers(TEAM, p) and p != TEAM_IN_HOSPITAL)
    return tuple(p for p in known if desk.parameters.product(p).price == "tariff")


def _delivery(
    desk: Desk, lines: Lines, rows: Ints, parts: Spells, place: Place, terminal_day: Ints
) -> Delivery:
    """Lines as the rules look at them, with the facts that a bill states."""
    end, facts = parts.end[rows], {}
    if desk.terms is not None:
        end = desk.terms.at("end", lines.spell_no)
        facts = {name: column[lines.spell_no] for name, column in desk.terms.facts.items()}
    if not np.all(parts.contracted[rows]):
        stated = facts.get("andere_aanbieder", np.zeros(len(rows), np.int64))
        facts["andere_aanbieder"] = np.where(parts.contracted[rows], stated, 1)
    return Delivery(
        person=lines.person,
        day=lines.day,
        end=end,
        quantity=lines.quantity,
        cents=lines.gross,
        place=Place(*(getattr(place, f.name)[rows] for f in fields(Place))),
        facts=facts,
        birth_day=desk.people.birth_day[lines.person],
        death_day=desk.people.death_day[lines.person],
        terminal_day=terminal_day[lines.person],
    )


def _unfunded(lines: Lines, found: Ints, product: int) -> Unfunded:
    """Lines of a product that no payer pays, with the reason, at the price they would have had."""
    rows = np.flatnonzero(found >= FIRST_REASON)
    return Unfunded(
        lines.person[rows],
        lines.stay_no[rows],
        np.full(len(rows), product),
        lines.day[rows],
        found[rows] - FIRST_REASON,
        lines.gross[rows],
    )


def days_at_own_cost(desk: Desk, made: list[Lines], stays: Stays) -> tuple[list[Lines], list[Lines]]:
    """Days of stays that a provider delivered above an omzetplafond, apart from the others.

    Rule T20/doorlevering says what the provider bears of each (source handreiking_2026, 7.2).

    Parameters
    ----------
    made : list of Lines
        Of days.

    Returns
    -------
    list of Lines
        With a payer.
    list of Lines
        Without one: what the provider bears.
    """
    if not np.any(stays.own_cost):
        return made, []
    under = np.array([name != "" for name in ceiling_names(desk)], np.bool_)
    kept, borne = [], []
    for lines in made:
        above = under[lines.product] & (lines.stay >= 0) & stays.own_cost[np.maximum(lines.stay, 0)]
        outcome = np.full(len(lines), OWN_COST)
        cents = desk.rules.apply("T20/doorlevering", lines.day, 0, outcome, lines.gross)
        cents[~above] = 0
        kept.append(lines.take(np.flatnonzero(cents == 0)))
        lost = np.flatnonzero(cents > 0)
        borne.append(lines.take(lost).with_(gross=cents[lost]))
    return kept, borne


def with_borne(
    delivered: Delivered, borne: Lines, finding: int, cut: list[tuple[int, int, int]]
) -> Delivered:
    """Delivered care with what has no payer above a ceiling or budget, and with what is no line there.

    Parameters
    ----------
    finding : int
        Code of `FINDINGS` that says why.
    """
    if not cut and len(borne) == 0:
        return delivered
    above = np.full(len(borne), finding - FIRST_REASON)
    own = Unfunded(borne.person, borne.stay_no, borne.product, borne.day, above, borne.gross)
    return replace(delivered, unfunded=_join_unfunded([delivered.unfunded, own]), cut=(*delivered.cut, *cut))


def _join_unfunded(parts: list[Unfunded]) -> Unfunded:
    """All unfunded care in one."""
    none = np.zeros(0, np.int64)
    names = ("person", "stay_no", "product", "day", "reason", "cents")
    return Unfunded(*(np.concatenate([none, *(getattr(p, n) for p in parts)]) for n in names))


def _not_contracted(desk: Desk, id: str, lines: Lines, contracted: Bools) -> list[Lines]:
    """Reimbursed part of invoices, and the rest as lines of their own for the patient."""
    if not covers(HOME_NURSING, id) and (desk.terms is None or np.all(contracted)):
        return [lines]
    out = lines.gross.copy()
    natura = desk.people.natura[lines.person]
    reference = _reference(desk, lines)
    for rate, rows in _rates(desk, lines):
        gross, terms = lines.gross[rows], (reference[rows], contracted[rows], natura[rows], rate)
        out[rows] = desk.rules.apply("P6", lines.day[rows], gross, gross, *terms)
    rest = np.flatnonzero(lines.gross > out)
    if len(rest) == 0:
        return [lines]
    own = lines.take(rest).with_(
        gross=(lines.gross - out)[rest],
        rule=desk.rules.code("P6"),
        own=OWN_NOT_CONTRACTED,
        quantity=0,
    )
    return [lines.with_(gross=out), own]


def _reference(desk: Desk, lines: Lines) -> Ints:
    """Cents of each line at the average contracted price: what a bill states, else the line itself."""
    if desk.terms is None:
        return lines.gross
    stated = desk.terms.at("reference", lines.spell_no)
    known = stated != NOT_STATED
    whole = spread(desk.terms.at("line", lines.spell_no), lines.quantity, np.where(known, stated, 0))
    return np.where(known, whole, lines.gross)


def _rates(desk: Desk, lines: Lines) -> Iterator[tuple[Fraction, Ints]]:
    """Shares reimbursed without a contract, each with its rows: those of a bill, else the tariff book's."""
    held: dict[Fraction | None, list[int]] = {}
    for row, spell_no in enumerate(lines.spell_no.tolist()):
        rate = None if desk.terms is None else desk.terms.reimbursed[spell_no]
        held.setdefault(rate, []).append(row)
    for rate, found in held.items():
        at = np.array(found, np.int64)
        last = int(lines.day[at].max())
        yield (desk.parameters.rate(NOT_CONTRACTED, last) if rate is None else rate), at


def own_rides(desk: Desk, parts: list[Lines]) -> list[Lines]:
    """The contribution to seated transport as lines of its own; the ride itself lowered by it.

    Parameters
    ----------
    parts : list of Lines
        Lines of rides stand in parts of their own.

    Returns
    -------
    list of Lines
        The contributions after all other lines.
    """
    codes = desk.prices.under(*RIDES)
    places = [place for place, part in enumerate(parts) if len(part) and part.product[0] in codes]
    if not places:
        return parts
    lines = stacked([parts[place] for place in places])
    rows = np.flatnonzero(lines.own != OWN_ACCOUNT)
    if len(rows) == 0:
        return parts
    due = np.ones(len(rows), np.bool_)
    if desk.terms is not None and "reason" in desk.terms.facts:
        due = desk.terms.facts["reason"][lines.spell_no[rows]] != TRANSFER
    rides = Surcharges(lines.person[rows], lines.day[rows], years(lines.day[rows]), lines.gross[rows], due)
    own = desk.rules.apply("P4/bijdrage_vervoer", rides.day, 0, rides, desk.people, desk.parameters)
    paid = np.flatnonzero(own > 0)
    cents = lines.gross.copy()
    cents[rows] -= own
    added = lines.take(rows[paid]).with_(
        gross=own[paid],
        rule=desk.rules.code("P4/bijdrage_vervoer"),
        own=OWN_RIDE,
        quantity=0,
    )
    out = [*parts, added]
    for place, left in zip(places, np.split(cents, np.cumsum([len(parts[p]) for p in places])), strict=False):
        out[place] = parts[place].with_(gross=left)
    return out
