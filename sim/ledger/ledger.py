"""A journey's tables and the tariff book become the ledger: declarations, shares, unfunded care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.catalogue import TariffBook
from sim.columns import join
from sim.dates import days
from sim.errors import InputError
from sim.law.care import products_without_a_rule
from sim.law.parameters import Parameters
from sim.law.people import ENDLESS
from sim.law.registry import RuleSet
from sim.law.wlz.contribution import WlzCare
from sim.ledger import contacts_and_hours, days_and_spells
from sim.ledger.as_the_law_reads import PatientRows, Stays, day_or, people_of, stays_of, wlz_care, wlz_of
from sim.ledger.assistance import with_assistance
from sim.ledger.conditions import under_ceilings
from sim.ledger.home_budget import BUDGET_FORMS, cap_home
from sim.ledger.lines import Lines, in_order, stacked
from sim.ledger.other_payment import pay_otherwise, provider_table, scene_of
from sim.ledger.prices import PriceTable
from sim.ledger.providers import with_providers
from sim.ledger.provisions import Provisions, provisions_of
from sim.ledger.remarks import Remark
from sim.ledger.settings import PriceSettings
from sim.ledger.settlement import Shares, who_pays
from sim.ledger.stated import Stated
from sim.ledger.two_functions import by_function
from sim.schema import Table, table
from sim.units import Ints, checked_sum


@dataclass(frozen=True)
class Ledger:
    """The priced journey."""

    declarations: Table
    shares: Table
    unfunded: Table
    # Legal parameters that had no value on a date and took that of the basis year
    fallbacks: tuple[str, ...] = ()
    # Products of a bill that had no price on a date and took that of the basis year
    stand_ins: tuple[str, ...] = ()
    # Care that lies inside another price, and by which rule: (spell_no, day, rule)
    inside: tuple[tuple[int, int, str], ...] = ()
    # Calendar year for the eigen risico, one a declaration
    years: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    # Care of a bill of which a rule leaves a part undeclared, as `inside`; spell_no -1 for days of a stay
    cut: tuple[tuple[int, int, str], ...] = ()
    # A row a patient, provider and way to pay that divides money over providers
    providers: Table = field(default_factory=lambda: provider_table((), (), np.zeros(0, np.int64)))
    # Of a bill: why care lies inside another price, by spell_no
    reasons: Mapping[int, Remark] = field(default_factory=dict)
    # In a bill: rules by (care line, fact) for facts that decide although no line states them
    granted: Mapping[tuple[str, str], str] = field(default_factory=dict)


def price(
    tables: Mapping[str, Table],
    book: TariffBook,
    rules: RuleSet,
    settings: PriceSettings,
    terms: Stated | None = None,
    until: int | None = None,
) -> Ledger:
    """Price journeys: simulated ones, or the one journey of a bill.

    Tables are `patients`, `wlz_periods`, `stays` and `spells`. With terms it is a bill: prices hold on their
    own date, and forbidden care is refused. With `until`, the first day of a month, it is for KPIs where no
    payment looks at whole journeys: lines from that day on, columns that no KPI reads and the order of the
    lines are left out. Else declarations are sorted by patient, date and stay, and shares by their
    declaration. Raises InputError when a product has no price, the scenario asks for DBC prices, or a bill
    holds care that its law forbids.
    """
    if settings.msz_price != "reference" and terms is None:
        raise InputError(
            "scenario: prices.msz_price: 'dbc' needs an amount a subtraject, "
            "which a simulated journey has not; use 'reference'"
        )
    book = settings.book(book)
    for fault in products_without_a_rule(book):
        raise InputError("{fault}", fault=fault)
    desk, stays, care, lines, delivered, given = _draft(tables, book, rules, settings, terms, until)
    ids = np.asarray(tables["patients"]["patient_id"], np.int64)
    checked_sum(lines.gross)
    labels: tuple[str, ...] = ()
    scene = None
    if until is None:
        products = [book.product(id) for id in desk.prices.products]
        lines, labels = with_providers(lines, products, tables["stays"], tables["spells"], ids, rules)
    if until is None and settings.payment is not None:
        scene = scene_of(desk, settings.payment, tables, stays, care, labels)
        lines = pay_otherwise(scene, lines)
    lines, shares = who_pays(desk, lines, stays, care, given, scene)
    ledger = _ledger(ids, desk, stays, lines, shares, delivered, labels)
    return ledger if scene is None else replace(ledger, providers=provider_table(scene.sums, labels, ids))


def _draft(
    tables: Mapping[str, Table],
    book: TariffBook,
    rules: RuleSet,
    settings: PriceSettings,
    terms: Stated | None,
    until: int | None,
) -> tuple[days_and_spells.Desk, Stays, WlzCare, Lines, contacts_and_hours.Delivered, Provisions]:
    """Lines before anyone pays them, but for KPIs in order of person and day."""
    patients, spells = tables["patients"], tables["spells"]
    rows = PatientRows(patients)
    people = people_of(patients)
    if terms is not None:
        people = replace(people, **terms.people)
    desk = days_and_spells.Desk(
        rules,
        PriceTable(book, settings.basis_year, dated=terms is not None),
        Parameters(book, settings.basis_year),
        people,
        settings,
        terms,
        until,
    )
    periods = wlz_of(tables["wlz_periods"], rows)
    stays = stays_of(tables["stays"], patients, periods, rows)
    if terms is not None:
        stays = replace(stays, days=replace(stays.days, **terms.days), **terms.stays)
    ids = np.asarray(patients["patient_id"], np.int64)
    stays = by_function(desk, _treated(stays, rules), ids)
    stays = with_assistance(desk, stays, ids)
    person = rows(spells["patient_id"])
    place, found = join((stays.person, stays.stay_no), (person, np.asarray(spells["stay_no"], np.int64)))
    stay = np.where(found, place, -1)  # of each spell; none for one outside any stay
    ic = days_and_spells.ic_days(spells, stay, stays)
    stays = _ready_after_ic(stays, ic)
    parts = days_and_spells.split_spells(desk, spells, stay, person, stays, ic)
    made, at_own_cost = _stay_lines(desk, stays, ic)
    terminal_day = day_or(np.asarray(patients["terminal_from_minute"]), ENDLESS)
    delivered = contacts_and_hours.spell_lines(desk, spells, parts, stays, terminal_day)
    lines = contacts_and_hours.own_rides(desk, delivered.lines)
    for days_lost in at_own_cost:
        delivered = contacts_and_hours.with_borne(delivered, days_lost, contacts_and_hours.ABOVE_CEILING, [])
    given = provisions_of(desk, parts, spells.words("product"))
    entry_day = days(np.asarray(patients["entry_minute"], np.int64))
    lines, above, cut = cap_home(desk, lines, stays, periods, entry_day, terminal_day)
    for form, finding in zip(BUDGET_FORMS, contacts_and_hours.ABOVE_BUDGET, strict=True):
        delivered = contacts_and_hours.with_borne(
            delivered, above.take(_of_form(above, stays, form)), finding, cut
        )
        cut = []
    lines = stacked([*made, lines])
    if until is None:
        lines = lines.take(in_order(lines))
    lines, borne, cut = under_ceilings(desk, lines)
    delivered = contacts_and_hours.with_borne(delivered, borne, contacts_and_hours.ABOVE_CEILING, cut)
    unread = () if until is None else ("rule", "provider")
    lines = lines.only(*(name for name in Lines.__annotations__ if name not in unread))
    delivered = replace(delivered, lines=lines)
    facts = None if terms is None else terms.stay_facts
    care = wlz_care(periods, patients, people, facts)
    if until is not None:
        care = replace(care, end_day=np.minimum(care.end_day, until))
    return desk, stays, care, lines, delivered, given


def _of_form(lines: Lines, stays: Stays, form: int) -> Ints:
    return np.flatnonzero(stays.days.form[lines.stay] == form) if len(lines) else lines.stay


def _treated(stays: Stays, rules: RuleSet) -> Stays:
    """Stays whose profile holds behandeling only where the law leaves it there."""
    treated, first = stays.days.treated, stays.days.first
    treated = rules.says("A5", first, treated, first, otherwise=treated)
    return replace(stays, days=replace(stays.days, treated=treated))


def _ready_after_ic(stays: Stays, ic: tuple[Ints, Ints, Ints]) -> Stays:
    """Stays in which nobody is ready to leave hospital before the last day in intensive care."""
    ready = stays.days.blocked_day.copy()
    np.maximum.at(ready, ic[0], ic[2])
    return replace(stays, days=replace(stays.days, blocked_day=ready))


def _stay_lines(
    desk: days_and_spells.Desk, stays: Stays, ic: days_and_spells.Days
) -> tuple[list[Lines], list[Lines]]:
    """Lines of stays, and days delivered above an omzetplafond; for KPIs those that can count."""
    if desk.until is not None:
        stays = replace(stays, days=replace(stays.days, end=np.minimum(stays.days.end, desk.until)))
    by_day, at_own_cost = contacts_and_hours.days_at_own_cost(
        desk, days_and_spells.day_lines(desk, stays, ic), stays
    )
    by_day = contacts_and_hours.days_without_contract(desk, by_day, stays)
    made = [*by_day, *days_and_spells.admission_lines(desk, stays), *days_and_spells.guest_lines(desk, stays)]
    if desk.terms is None or desk.terms.registered:
        made += days_and_spells.registration_lines(desk, stays)
    return made, at_own_cost


def _ledger(
    ids: Ints,
    desk: days_and_spells.Desk,
    stays: Stays,
    lines: Lines,
    shares: Shares,
    delivered: contacts_and_hours.Delivered,
    providers: tuple[str, ...],
) -> Ledger:
    lost: contacts_and_hours.Unfunded = delivered.unfunded
    rule_labels = desk.rules.labels
    products, rows = tuple(desk.prices.products), tuple(desk.prices.rows)
    declared: dict[str, NDArray[Any]] = {
        "declaration_id": np.arange(len(lines)),
        "patient_id": ids[lines.person],
        "stay_no": lines.stay_no,
        "product": lines.product,
        "law": desk.prices.laws()[lines.product],
        "date": lines.day,
        "gross_cents": lines.gross,
        "tariff_row": lines.row,
    }
    divided: dict[str, NDArray[Any]] = {
        "declaration_id": shares.line,
        "payer": shares.payer,
        "item": shares.item,
        "cents": shares.cents,
    }
    whole = desk.until is None
    if whole:
        declared |= {name: lines.column(name) for name in ("spell_no", "quantity", "rule", "provider")}
        divided["rule"] = shares.rule
    labels = {"product": products, "tariff_row": rows, "rule": rule_labels, "provider": providers}
    declarations = table("declarations", declared, labels, whole)
    split = table("shares", divided, {"rule": rule_labels}, whole)
    unfunded = table(
        "unfunded",
        {
            "patient_id": ids[lost.person],
            "stay_no": lost.stay_no,
            "product": lost.product,
            "date": lost.day,
            "reason": lost.reason,
            "cents": lost.cents,
        },
        {"product": products},
    )
    notes = tuple(f"{id} ({year})" for id, year in sorted(desk.parameters.fallbacks))
    stand_ins = tuple(f"{id} ({year})" for id, year in sorted(desk.prices.stand_ins))
    inside = tuple((spell, day, rule_labels[rule]) for spell, day, rule in delivered.inside)
    cut = tuple((spell, day, rule_labels[rule]) for spell, day, rule in delivered.cut)
    return Ledger(
        declarations,
        split,
        unfunded,
        notes,
        stand_ins,
        inside,
        days_and_spells.begun(desk, stays, lines)[0] if whole else np.zeros(0, np.int64),
        cut,
        reasons=delivered.reasons,
        granted=delivered.granted,
    )
