"""Care delivered as contacts and hours becomes lines, where its law lets it, and unfunded care where not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from sim.columns import Columns, order_by, spread, starts
from sim.dates import date_of, years
from sim.law.care import Place
from sim.law.days import SETTING, paid_by_day
from sim.law.delivery import FINDINGS, FINE, INSIDE, OWN, TRANSPORT_REASONS, Delivery, judge, judge_across
from sim.law.people import NOT_STATED
from sim.law.ptz.end import LAPSED
from sim.law.ptz.scheme import FORM_OF, PTZ_FORMS
from sim.law.zvw.nursing import UNDER_ELV_CEILING
from sim.law.zvw.payments import Surcharges
from sim.ledger.as_the_law_reads import Stays
from sim.ledger.conditions import (
    OWN_COST,
    as_counted,
    at_agreed_price,
    beside_the_day,
    ceilings_of,
    counted,
)
from sim.ledger.days_and_spells import Desk, Spells
from sim.ledger.deciding import deciding
from sim.ledger.lines import OWN_ACCOUNT, OWN_NONE, OWN_NOT_CONTRACTED, OWN_RIDE, Cut, Lines
from sim.ledger.prices import gross
from sim.ledger.reasons import Keys, reason, refuse
from sim.ledger.remarks import Remark
from sim.schema import HOME_NURSING, PALLIATIVE_TEAM, SETTINGS, UNFUNDED_REASONS, VOLUNTEERS, Table, covers
from sim.units import MINUTES_PER_DAY, Bools, Ints

TEAM_IN_HOSPITAL = "zvw.msz.palliatief_team.consult"
# Beginning of products that a subsidy pays to organisations: nobody declares what it covers
SUBSIDISED = "ptz"
NOT_CONTRACTED = "own_payments.wijkverpleging.niet_gecontracteerd"
STAY_NOT_CONTRACTED = "own_payments.elv.niet_gecontracteerd"
TRANSFER = TRANSPORT_REASONS.index("overplaatsing")
RIDES = ("zvw.vervoer.zittend", "zvw.vervoer.eigen_auto")
FIRST_REASON = len(FINDINGS) - len(UNFUNDED_REASONS)
ABOVE_CEILING = FINDINGS.index("doorlevering_boven_plafond")
SCHEME_LAPSED = FINDINGS.index(LAPSED)
# Findings of care above the budget, in order of the forms that have one
ABOVE_BUDGET = (FINDINGS.index("mpt_budget_op"), FINDINGS.index("pgb_budget_op"))


Runs = list[tuple[str, slice]]  # products in order, each with its rows


@dataclass(frozen=True)
class Unfunded(Columns):
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

    Of `cut` the rule leaves a part unpaid. Of a bill `inside` lies inside another price, for the `reasons`
    by spell_no.
    """

    lines: Lines
    unfunded: Unfunded
    inside: tuple[tuple[int, int, int], ...] = ()
    cut: tuple[tuple[int, int, int], ...] = ()
    reasons: Mapping[int, Remark] = field(default_factory=dict)
    granted: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Judged:
    """Lines of one product of a bill, and what the rules find of each.

    `own` is what those rules find that look at this product only.
    """

    id: str
    lines: Lines
    care: Delivery
    found: Ints
    rule: Ints
    own: Ints


def spell_lines(desk: Desk, spells: Table, parts: Spells, stays: Stays, terminal_day: Ints) -> Delivered:
    """Lines of care delivered as contacts and hours, judged by the rules.

    Raises InputError when no rule covers a product, or a line of a bill is care that its law forbids.
    """
    words = spells.words("product")
    cut: Cut = []
    before = parts.quantity
    if desk.terms is not None:
        parts, before, cut = _counted(desk, words, parts)
    runs = _runs(words, parts)
    place = _places(stays)
    lines = _care_lines(desk, runs, parts, place, stays)
    if desk.terms is not None:
        lines = _as_agreed(desk, runs, lines, before)
    condition = parts.condition.astype(np.int64)
    found = np.where(condition > 0, FIRST_REASON - 1 + condition, FINE)
    lines, found = _above_ceiling(desk, lines, found)
    rule = np.empty(len(lines), np.int64)
    asked = []
    for id, rows in runs:
        care = _delivery(desk, lines, parts, rows, place, terminal_day)
        says, rule[rows] = _says(desk, id, care, stays, parts.stay[rows])
        np.copyto(found[rows], says, where=found[rows] == FINE)
        if desk.terms is not None:
            asked.append(care)
    told = Delivered(lines, Unfunded.together([]), cut=tuple(cut))
    if desk.terms is not None:
        told = _told(desk, runs, stays, told, asked, found, rule)
    lines = _at_the_maximum(desk, runs, lines, found, place)
    lost = _unfunded(desk, runs, lines, found)
    return replace(told, lines=_declared(desk, runs, lines, parts.contracted, found, rule), unfunded=lost)


def _told(
    desk: Desk, runs: Runs, stays: Stays, told: Delivered, asked: list[Delivery], found: Ints, rule: Ints
) -> Delivered:
    """What a bill says of its lines; in `found` and `rule` what rules find of several products together."""
    judged = []
    for (id, rows), care in zip(runs, asked, strict=True):
        lines = told.lines.take(np.arange(rows.start, rows.stop))
        own = found[rows].copy()
        judged.append(_Judged(id, lines, care, own, rule[rows].copy(), own))
    judged, beside = _with_each_other(desk, judged)
    reasons: dict[int, Remark] = {}
    granted: dict[tuple[str, str], str] = {}
    for one, (id, rows) in zip(judged, runs, strict=True):
        reasons |= _reasons(desk, id, one.care, stays, one.lines, one.own, one.rule)
        granted |= _granted(desk, one, stays)
        found[rows], rule[rows] = one.found, one.rule
    held = np.flatnonzero(found == INSIDE)
    columns = (column[held].tolist() for column in (told.lines.spell_no, told.lines.day, rule))
    inside = tuple(zip(*columns, strict=True))
    return replace(told, inside=inside, reasons={**reasons, **beside}, granted=granted)


def _runs(words: Sequence[str], parts: Spells) -> Runs:
    """Products in order, each with its rows."""
    begin = np.flatnonzero(starts(parts.product)).tolist()
    return [(words[int(parts.product[a])], slice(a, b)) for a, b in pairwise((*begin, len(parts.product)))]


def _counted(desk: Desk, words: Sequence[str], parts: Spells) -> tuple[Spells, Ints, Cut]:
    """Parts of a bill as far as they count, their quantity before, and lines of which a part does not."""
    none = np.zeros(0, np.int64)
    held: list[tuple[Ints, Ints, Ints]] = [(none, none, none)]
    cut: Cut = []
    for id, rows in _runs(words, parts):
        *found, less = counted(desk, id, np.arange(rows.start, rows.stop), parts.quantity[rows], parts)
        held.append((found[0], found[1], found[2]))
        cut += less
    kept, quantity, before = (np.concatenate(column) for column in zip(*held, strict=True))
    return replace(parts.take(kept), quantity=quantity), before, cut


def _as_agreed(desk: Desk, runs: Runs, lines: Lines, before: Ints) -> Lines:
    """Lines of a bill at what their invoice or contract says of them."""
    out = lines.gross.copy()
    for id, rows in runs:
        some = lines.take(np.arange(rows.start, rows.stop))
        out[rows] = at_agreed_price(desk, id, as_counted(desk, some, before[rows])).gross
    return lines.with_(gross=out)


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
                date = date_of(int(one.care.day[beside]) * MINUTES_PER_DAY)
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
    cents, says = lines.gross.copy(), found.copy()
    cents[rows] = np.where(borne > 0, borne, cents[rows])
    says[rows] = np.where((borne > 0) | (lines.gross[rows] == 0), ABOVE_CEILING, FINE)
    return lines.with_(gross=cents), says


def _at_the_maximum(desk: Desk, runs: Runs, lines: Lines, found: Ints, place: Place) -> Lines:
    """Help of volunteers that lost its payer with the scheme, at the worth of a client (T9/waarde)."""
    rows = np.flatnonzero(found == SCHEME_LAPSED)
    rows = rows[_of_products(runs, len(lines), VOLUNTEERS)[rows]]
    if len(rows) == 0:
        return lines
    form = np.array([PTZ_FORMS.index(FORM_OF.get(word, FORM_OF["thuis"])) for word in SETTINGS], np.int64)
    of_line = form[place.setting[lines.stay[rows]]]
    order = order_by(lines.person[rows], of_line, lines.day[rows])
    first = np.empty(len(rows), np.bool_)
    first[order] = starts(lines.person[rows][order], of_line[order])
    most = np.zeros(len(rows), np.int64)
    for word in np.unique(of_line):
        mine = of_line == word
        most[mine] = desk.parameters.cents(f"ptz.max.{PTZ_FORMS[word]}", lines.day[rows][mine])
    cents = lines.gross.copy()
    cents[rows] = desk.rules.apply("T9/waarde", lines.day[rows], cents[rows], first, most)
    return lines.with_(gross=cents)


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

    Raises Refusal on the first line that its law forbids.
    """
    terms = desk.terms
    assert terms is not None
    lines_of_case = tuple(terms.place[n].rpartition(": ")[2] for n in lines.spell_no.tolist())

    def keys_of(row: int) -> Keys:
        stay = int(lines.stay[row])
        journey = f"journey[{int(stays.guest[stay])}]" if stay >= 0 else "journey"
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


def _places(stays: Stays) -> Place:
    """Setting and form of each stay, and at the end those without one: at home."""
    held = stays.days
    columns = (held.setting, held.form, held.treated, paid_by_day(held), held.profile)
    outside = (SETTING["thuis"], 0, False, False, 0)
    return Place(*map(np.append, columns, outside))


def _care_lines(desk: Desk, runs: Runs, parts: Spells, place: Place, stays: Stays) -> Lines:
    """Lines at their invoice or at the price of their day."""
    product = np.empty(len(parts.day), np.int64)
    for id, rows in runs:
        product[rows] = desk.prices.codes([id])[0]
        priced = covers(PALLIATIVE_TEAM, id) and desk.parameters.product(id).price == "tariff"
        if priced and id != TEAM_IN_HOSPITAL:  # in hospital at a consult weight
            inpatient = place.inside("ziekenhuis")[parts.stay[rows]]
            if np.any(inpatient):
                product[rows][inpatient] = desk.prices.codes([TEAM_IN_HOSPITAL])[0]
    cents, row = _price(desk, parts, product)
    return Lines.of(
        parts.person,
        stay=parts.stay,
        stay_no=lambda: np.append(stays.stay_no, -1)[parts.stay],
        spell_no=parts.spell_no,
        product=product,
        row=row,
        rule=-1,
        day=parts.day,
        quantity=parts.quantity,
        gross=cents,
    )


def _price(desk: Desk, parts: Spells, product: Ints) -> tuple[Ints, Ints]:
    """Cents and tariff row of parts; no row for those that come with an invoice."""
    if desk.terms is None:
        priced = desk.prices.look_up(product, parts.day)
        return gross(parts.quantity, priced), priced.row
    invoice = desk.terms.at("amount", parts.spell_no)
    stated = invoice != NOT_STATED
    held = np.flatnonzero(stated)
    cents = np.zeros(len(product), np.int64)
    cents[held] = spread(desk.terms.at("line", parts.spell_no[held]), parts.quantity[held], invoice[held])
    row = np.full(len(product), desk.prices.row_code("") if len(held) else 0, np.int64)
    rest = np.flatnonzero(~stated)
    priced = desk.prices.look_up(product[rest], parts.day[rest])
    cents[rest], row[rest] = gross(parts.quantity[rest], priced), priced.row
    return cents, row


def _delivery(
    desk: Desk, lines: Lines, parts: Spells, rows: slice, place: Place, terminal_day: Ints
) -> Delivery:
    """Neighbouring lines as the rules look at them, with the facts that a bill states."""
    end, facts, person = parts.end[rows], {}, parts.person[rows]
    if desk.terms is not None:
        spell_no = parts.spell_no[rows]
        end = desk.terms.at("end", spell_no)
        facts = {name: column[spell_no] for name, column in desk.terms.facts.items()}
    contracted = parts.contracted[rows]
    if not np.all(contracted):
        facts["andere_aanbieder"] = np.where(contracted, facts.get("andere_aanbieder", 0), 1)
    return Delivery(
        person=person,
        day=parts.day[rows],
        end=end,
        quantity=parts.quantity[rows],
        cents=lines.gross[rows],
        place=place.take(parts.stay[rows]),
        facts=facts,
        birth_day=desk.people.birth_day[person],
        death_day=desk.people.death_day[person],
        terminal_day=terminal_day[person],
    )


def _unfunded(desk: Desk, runs: Runs, lines: Lines, found: Ints) -> Unfunded:
    """Lines that no payer pays, with the reason, at the price they would have had."""
    rows = np.flatnonzero(found >= FIRST_REASON)
    run = np.searchsorted(np.array([mine.stop for _, mine in runs], np.int64), rows, "right")
    product = desk.prices.codes([id for id, _ in runs])[run]
    lost, reason = lines.take(rows), found[rows] - FIRST_REASON
    return Unfunded(lost.person, lost.stay_no, product, lost.day, reason, lost.gross)


def _of_products(runs: Runs, size: int, *starts: str) -> Bools:
    """Lines of products that are named or lie under one that is."""
    out = np.zeros(size, np.bool_)
    for id, rows in runs:
        out[rows] = covers(starts, id)
    return out


def _declared(desk: Desk, runs: Runs, lines: Lines, contracted: Bools, found: Ints, rule: Ints) -> Lines:
    """Lines that are declared or the patient's own; what a contract leaves out after its product."""
    fine = (found == FINE) & ~_of_products(runs, len(lines), SUBSIDISED)
    rows = np.flatnonzero(fine | (found == OWN))
    cents = lines.gross[rows]
    after, added, left = [], [], []
    for id, mine in runs:
        first, end = np.searchsorted(rows, (mine.start, mine.stop)).tolist()
        nursing = covers(HOME_NURSING, id) or not (desk.terms is None or np.all(contracted[mine]))
        if first == end or not nursing:
            continue
        some = lines.take(rows[first:end])
        paid = _reimbursed(desk, some, contracted[rows[first:end]])
        rest = np.flatnonzero(some.gross > paid)
        after.append(np.full(len(rest), end))
        added.append(rows[first:end][rest])
        left.append((some.gross - paid)[rest])
        cents[first:end] = paid
    at, more, cost = (np.concatenate([rows[:0], *column]) for column in (after, added, left))

    def whole(column: Ints, of_rest: Ints | int) -> Ints:
        return np.insert(column, at, of_rest) if len(at) else column

    return lines.take(whole(rows, more)).with_(
        gross=whole(cents, cost),
        own=whole(np.where(found[rows] == OWN, OWN_ACCOUNT, OWN_NONE), OWN_NOT_CONTRACTED),
        rule=lambda: whole(rule[rows], desk.rules.code("P6")),
        quantity=lambda: whole(lines.quantity[rows], 0),
    )


def days_at_own_cost(desk: Desk, made: list[Lines], stays: Stays) -> tuple[list[Lines], list[Lines]]:
    """Days of stays with a payer, and those that a provider delivered above an omzetplafond and bears.

    Rule T20/doorlevering says what the provider bears of each (source handreiking_2026, 7.2).
    """
    if not np.any(stays.own_cost):
        return made, []
    kept, borne = [], []
    for lines in made:
        above = (
            (ceilings_of(desk, lines) != "") & (lines.stay >= 0) & stays.own_cost[np.maximum(lines.stay, 0)]
        )
        outcome = np.full(len(lines), OWN_COST)
        cents = desk.rules.apply("T20/doorlevering", lines.day, 0, outcome, lines.gross)
        cents[~above] = 0
        kept.append(lines.take(np.flatnonzero(cents == 0)))
        lost = np.flatnonzero(cents > 0)
        borne.append(lines.take(lost).with_(gross=cents[lost]))
    return kept, borne


def days_without_contract(desk: Desk, made: list[Lines], stays: Stays) -> list[Lines]:
    """Days of eerstelijnsverblijf in a house without a contract, with what the policy leaves to the patient.

    By rule P6; in a run every such house has a contract.
    """
    if desk.terms is None or np.all(stays.days.contracted):
        return made
    out = []
    for lines in made:
        without = desk.prices.are(*UNDER_ELV_CEILING)[lines.product] & ~stays.days.contracted[lines.stay]
        rows, gross = np.flatnonzero(without), lines.gross.copy()
        for day, on in desk.parameters.alike(lines.day[rows], STAY_NOT_CONTRACTED):
            held = rows[on]
            cents, natura = gross[held], desk.people.natura[lines.person[held]]
            terms = (
                cents,
                np.zeros(len(held), np.bool_),
                natura,
                desk.parameters.rate(STAY_NOT_CONTRACTED, day),
            )
            gross[held] = desk.rules.apply("P6", lines.day[held], cents, cents, *terms)
        rest = np.flatnonzero(gross < lines.gross)
        left, code = (lines.gross - gross)[rest], desk.rules.code("P6")
        whole = lines.with_(gross=gross)
        out.append(whole.followed(rest, gross=left, rule=code, own=OWN_NOT_CONTRACTED, quantity=0))
    return out


def with_borne(delivered: Delivered, borne: Lines, finding: int, cut: Cut) -> Delivered:
    """Delivered care with what has no payer above a ceiling or budget, and with what is no line there.

    The code of `FINDINGS` says why.
    """
    if not cut and len(borne) == 0:
        return delivered
    above = np.full(len(borne), finding - FIRST_REASON)
    own = Unfunded(borne.person, borne.stay_no, borne.product, borne.day, above, borne.gross)
    return replace(
        delivered, unfunded=Unfunded.together([delivered.unfunded, own]), cut=(*delivered.cut, *cut)
    )


def _reimbursed(desk: Desk, lines: Lines, contracted: Bools) -> Ints:
    out = lines.gross.copy()
    natura = desk.people.natura[lines.person]
    reference = _reference(desk, lines)
    for rate, rows in _rates(desk, lines):
        cents, terms = lines.gross[rows], (reference[rows], contracted[rows], natura[rows], rate)
        out[rows] = desk.rules.apply("P6", lines.day[rows], cents, cents, *terms)
    return out


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
    held: dict[Fraction | None, Ints] = {None: np.arange(len(lines))}
    if desk.terms is not None:
        stated = [desk.terms.reimbursed[spell_no] for spell_no in lines.spell_no.tolist()]
        held = {rate: np.flatnonzero([other == rate for other in stated]) for rate in dict.fromkeys(stated)}
    for rate, at in held.items():
        if rate is not None:
            yield rate, at
            continue
        for day, rows in desk.parameters.alike(lines.day[at], NOT_CONTRACTED):
            yield desk.parameters.rate(NOT_CONTRACTED, day), at[rows]


def own_rides(desk: Desk, lines: Lines) -> Lines:
    """The contribution to seated transport as lines of its own, after all others; the ride lowered by it."""
    rows = np.flatnonzero(desk.prices.are(*RIDES)[lines.product] & (lines.own != OWN_ACCOUNT))
    if len(rows) == 0:
        return lines
    rides = lines.take(rows)
    due = np.ones(len(rows), np.bool_)
    if desk.terms is not None and "reason" in desk.terms.facts:
        due = desk.terms.facts["reason"][rides.spell_no] != TRANSFER
    asked = Surcharges(rides.person, rides.day, years(rides.day), rides.gross, due)
    own = desk.rules.apply("P4/bijdrage_vervoer", rides.day, 0, asked, desk.people, desk.parameters)
    cents = lines.gross.copy()
    cents[rows] -= own
    paid = np.flatnonzero(own > 0)
    code = desk.rules.code("P4/bijdrage_vervoer")
    return lines.with_(gross=cents).followed(rows[paid], gross=own[paid], rule=code, own=OWN_RIDE, quantity=0)
