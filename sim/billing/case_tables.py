"""A case as the tables of a journey, with the terms that only a bill knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from sim import schema, units
from sim.billing.case import CareBase, Case, Partner, Stay, WlzPeriod
from sim.billing.case_check import DAY, DBC, TRAJECTORY, Checker
from sim.billing.case_forms import delivered
from sim.catalogue import TariffBook
from sim.columns import split_months
from sim.dates import date_of, day_of, minute_of
from sim.errors import InputError
from sim.law.days import DAY_PROFILES
from sim.law.delivery import FACTS, WORDS, lets
from sim.law.people import ENDLESS, NO_DAY, NOT_STATED, PARTNER_FORMS, PARTNER_NONE, birthday
from sim.law.registry import RuleSet
from sim.law.wlz.contribution import StayFacts, add_months
from sim.law.wlz.home import GROUP_CARE, in_budget
from sim.law.zvw.gp import REGISTRATION_AGES
from sim.ledger.stated import Stated
from sim.schema import CHILD_DAY_CARE, SPIRITUAL_TALKS, Table, covers, table
from sim.units import Bools, Ints
from sim.units import cents as cents_of

BILL_PATIENT = 1
ONE_BY_ONE = (SPIRITUAL_TALKS, "zvw.fysiotherapie")
FOLLOW_UP = "zvw.gzsp.vervolgfase"
DAY_AT_HOME = "zvw.msz.thuisdag"
# What beside the budget of an mpt or pgb is judged by whether the terminal phase has begun
BY_PHASE = ("zvw.pgb", schema.VOLUNTEERS, "wlz.meerzorg")
CONSULT_DBC = ("zvw.msz.dbc.consult_geriatrie", "zvw.msz.dbc.consult_longziekten")
LENT = {"zvw.hulpmiddel.rolstoel": "wmo.hulpmiddel.rolstoel"}
"""Aid for self-reliance on loan from the Zvw -> the same aid of the municipality."""
TALK_AGES = ("gv.min_age", "gv.child_age_limit")
WHY = {
    "wmo.hulpmiddel.rolstoel": ("T12/zes_maanden",),
    FOLLOW_UP: ("T10/traject",),
    CHILD_DAY_CARE: ("T16/dagverblijf",),
    "wlz.mutatiedag": ("V6",),
    "wlz.toeslag": ("V3",),
    "wlz.meerzorg": ("V3", "V2/geen_meerzorg"),
    "zvw.maaltijd": ("T12/maaltijd_alarm",),
    "wmo.maaltijd": ("T12/maaltijd_alarm",),
    "wlz.maaltijd": ("T12/maaltijd_alarm",),
    "wmo.alarm": ("T12/maaltijd_alarm",),
    "buiten.alarm": ("T12/maaltijd_alarm",),
}
"""Product -> rules that say how much of it counts, or which law pays it."""
VACANT_DAYS = "wlz.mutatie_max_dagen"
LOAN_MONTHS, START_MONTHS = "zvw.hulpmiddel.bruikleen_maanden", "zvw.gzsp.startfase_maanden"
_NO_WLZ = schema.WLZ_FORMS.index("geen")


@dataclass(frozen=True)
class _Span:
    """A stay of the tables: a stay of the case, or a part of it under one Wlz period. Days, half-open."""

    number: int
    stay: Stay
    start: int
    end: int
    period: WlzPeriod | None

    @property
    def form(self) -> str:
        """Wlz form."""
        return schema.WLZ_FORMS[_NO_WLZ] if self.period is None else self.period.form


@dataclass(frozen=True)
class _Portion:
    """Part of a care line: number of the line, product, row of the span (-1: none), days, smallest steps.

    `group` numbers the parts that share an invoice: `amount` cents, `NOT_STATED` for the tariff. `first` is
    the number that its first unit is under the contract.
    """

    line: int
    product: str
    span: int
    start: int
    end: int
    steps: int
    group: int
    amount: int
    first: int = 1


def tables_of(case: Case, name: str, book: TariffBook, rules: RuleSet) -> tuple[dict[str, Table], Stated]:
    """Journey tables of a case (`patients`, `wlz_periods`, `stays`, `spells`), and its terms.

    Raises InputError when the case does not hang together; it names the file as messages write it.
    """
    Checker(case, name, book, rules).run()
    periods = tuple(
        (day_of(period.begin), _day_or(ENDLESS, period.end), f"patient.wlz[{number}]")
        for number, period in enumerate(case.patient.wlz)
    )
    case = delivered(case, name, rules)
    journey = _Journey(case, name, book, rules, _spans(case))
    portions = [
        one
        for n, line in enumerate(case.care)
        for part in journey.portions(n, line)
        for one in _one_by_one(part)
    ]
    portions = _under_contract(case, portions, book)
    made = (_patient(case), _periods(case), _stays(case, journey.spans), _spells(case, portions))
    tables = {each.name: each for each in made}
    return tables, replace(journey.terms(portions), periods=periods)


def _from_rows(name: str, rows: list[dict[str, Any]], **labels: tuple[str, ...]) -> Table:
    """A table of rows of values; what a case does not tell is no minute, or the first word or number."""
    unknown = {key for row in rows for key in row} - {f.name for f in schema.TABLES[name]}
    assert not unknown, f"{name} has no {unknown}"
    columns = {
        f.name: np.array(
            [row.get(f.name, schema.NEVER if f.name.endswith("_minute") else 0) for row in rows], np.int64
        )
        for f in schema.TABLES[name]
    }
    return table(name, columns, {f.name: ("",) for f in schema.TABLES[name] if f.codes == ()} | labels)


def _minute(date: dt.date | None) -> int:
    return int(schema.NEVER) if date is None else minute_of(date)


def terminal_from(case: Case) -> dt.date | None:
    """First day of the terminal phase: as stated, else ninety days before death, else none."""
    who = case.patient
    if who.terminal_from is not None or who.died is None:
        return who.terminal_from
    return who.died - dt.timedelta(days=units.LAST_90_DAYS)


def _patient(case: Case) -> Table:
    who = case.patient
    partner = _partner(case)
    cover = who.insurance.hospice_cover
    first = case.journey[0]
    row: dict[str, Any] = {
        "patient_id": BILL_PATIENT,
        "birth_minute": minute_of(who.born),
        "household": schema.HOUSEHOLDS.index(who.household),
        "partner_birth_minute": _minute(partner.born if partner else None),
        "partner_wlz": PARTNER_NONE,
        "partner_wlz_since_minute": _minute(partner.wlz_since if partner else None),
        "income_cents": cents_of(who.income.verzamelinkomen_eur),
        "partner_income_cents": cents_of(who.income.partner_verzamelinkomen_eur) if partner else 0,
        "income_tax_cents": cents_of(who.income.income_tax_eur),
        "assets_cents": cents_of(who.income.assets_eur),
        "zorgtoeslag": who.income.zorgtoeslag,
        "income_known": who.income.known,
        "policy": schema.POLICIES.index(who.insurance.policy),
        "voluntary_deductible_cents": cents_of(who.insurance.voluntary_deductible_eur),
        "hospice_cover_per_day_cents": cents_of(cover.per_day_eur) if cover else 0,
        "hospice_cover_max_days": cover.max_days if cover else 0,
        "hospice_cover_vpt": bool(cover and cover.covers_vpt),
        "children_supported": who.children_supported,
        "terminal_from_minute": _minute(terminal_from(case)),
        "entry_minute": minute_of(first.begin),
        "entry_setting": schema.SETTINGS.index(first.setting),
        "wlz_since_minute": _minute(who.wlz[0].begin if who.wlz else None),
        "wlz_home_form": _NO_WLZ,
        "carer_available": True,
        "death_minute": _minute(who.died),
    }
    return _from_rows("patients", [row])


def _last_day(case: Case) -> int:
    return day_of(case.journey[-1].end)


def _period_end(period: WlzPeriod, case: Case) -> int:
    last = _last_day(case)
    return last if period.end is None else min(day_of(period.end), last)


def _periods(case: Case) -> Table:
    rows = [
        {
            "patient_id": BILL_PATIENT,
            "start_minute": minute_of(period.begin),
            "end_minute": _period_end(period, case) * units.MINUTES_PER_DAY,
            "profile": DAY_PROFILES.index(period.profile),
            "form": schema.WLZ_FORMS.index(period.form),
            "behandeling": period.behandeling,
            "hours_per_month": period.hours_per_month or 0,
        }
        for period in case.patient.wlz
    ]
    return _from_rows("wlz_periods", rows, profile=DAY_PROFILES)


def _period_on(case: Case, day: int) -> WlzPeriod | None:
    """Wlz period that holds on a day; the last that ends at death holds on the day of death."""
    for period in reversed(case.patient.wlz):
        last = _period_end(period, case)
        end = last + 1 if case.patient.died is not None and last >= _last_day(case) else last
        if day_of(period.begin) <= day < end:
            return period
    return None


def _spans(case: Case) -> list[_Span]:
    """Stays cut where the Wlz begins, ends or changes."""
    begun = {day_of(p.begin) for p in case.patient.wlz}
    cuts = sorted(begun | {_period_end(p, case) for p in case.patient.wlz})
    spans = []
    for number, stay in enumerate(case.journey):
        start, end = day_of(stay.begin), day_of(stay.end)
        edges = [start, *(c for c in cuts if start < c < end), end]
        if number == len(case.journey) - 1 and case.patient.died is not None and start < end in begun:
            edges.append(end)  # the day of death has another period than the day before it
        for low, high in pairwise(edges):
            spans.append(_Span(number, stay, low, high, _period_on(case, low)))
    return spans


def _stays(case: Case, spans: list[_Span]) -> Table:
    died = case.patient.died is not None
    rows = []
    for place, span in enumerate(spans):
        last = place == len(spans) - 1
        following = "" if last else spans[place + 1].stay.setting
        ready = day_of(span.stay.ready_from) if span.stay.ready_from else span.end
        rows.append(
            {
                "patient_id": BILL_PATIENT,
                "stay_no": place,
                "setting": schema.SETTINGS.index(span.stay.setting),
                "contracted": span.stay.contracted,
                "ceiling": schema.CEILING_OUTCOMES.index("geen"),
                "wlz_form": schema.WLZ_FORMS.index(span.form),
                "day_contribution_cents": cents_of(span.stay.day_contribution_eur or Decimal(0)),
                "waiver_cents": cents_of(span.stay.waiver_eur),
                "start_minute": span.start * units.MINUTES_PER_DAY,
                "end_minute": span.end * units.MINUTES_PER_DAY,
                "blocked_minutes": (span.end - max(min(ready, span.end), span.start)) * units.MINUTES_PER_DAY,
                "exit_reason": schema.EXITS.index(
                    "verplaatst" if not last else "overleden" if died else "ontslagen"
                ),
                "next_setting": (*schema.SETTINGS, "").index(following),
            }
        )
    return _from_rows("stays", rows)


@dataclass(frozen=True)
class _Journey:
    """What the care lines of a case are cut by: its stays, the prices and the law."""

    case: Case
    name: str
    book: TariffBook
    rules: RuleSet
    spans: list[_Span]

    def portions(self, number: int, line: CareBase) -> list[_Portion]:
        """Parts of a care line by stay, month and birthday; its product changes where another provides it."""
        step = self.book.product(line.product).step_per_unit
        amount = _stated(line.surcharge_eur, line.amount_eur)
        if line.product == schema.VACANCY_DAY and line.begin is not None and line.end is not None:
            # days of one empty place are counted together, as they have one maximum
            length = (line.end - line.begin).days
            days = Decimal(int(_per_day(line, length) * length))
            line = line.model_copy(
                update={"date": line.begin, "begin": None, "end": None, "quantity": days, "hours": None}
            )
        if line.begin is None or line.end is None:
            date = line.date or line.opened
            assert date is not None
            day = day_of(date)
            count = line.quantity or line.hours or Decimal(1)
            steps = Fraction(count) * step
            if steps.denominator != 1:
                raise InputError(
                    "{name}: care[{number}].quantity: {units} is no whole number of steps of 1/{step}; "
                    "round it",
                    about=self,
                    number=number,
                    units=count,
                    step=step,
                )
            where = self._vacated(line.product, day)
            if line.date is not None and self._before_move(where, day, line):
                where -= 1
            return [_Portion(number, line.product, where, day, day + 1, int(steps), number, amount)]
        start, end = day_of(line.begin), day_of(line.end)
        later = len(self.case.care) + number
        if line.product == TRAJECTORY:
            first = _Portion(number, line.product, self.at(start), start, start + 1, 1, number, amount)
            return [first, *self._follow_up(number, later, start, end)]
        until, then = self._lent_until(line, start, end)
        per_day = _per_day(line, end - start) * step
        cuts = sorted(self._edges(line, start, end) | {until})
        early = amount * (until - start) // (end - start) if amount != NOT_STATED else amount
        late = amount - early if amount != NOT_STATED else amount
        parts = []
        for begin, stop in pairwise(cuts):
            steps_here = int(per_day * (stop - start)) - int(per_day * (begin - start))
            if steps_here > 0:
                own = (line.product, number, early) if begin < until else (then, later, late)
                product, group, cents = own
                where = self._vacated(product, begin)
                parts.append(_Portion(number, product, where, begin, stop, steps_here, group, cents))
        return parts

    def _edges(self, line: CareBase, start: int, end: int) -> set[int]:
        """Days on which a line from-to is cut: its ends, stays, months, birthdays, the terminal phase."""
        edges = {span.start for span in self.spans} | set(_birthdays(self.case, self.book))
        terminal = terminal_from(self.case)
        if terminal is not None and (in_budget(line.product) or covers(BY_PHASE, line.product)):
            edges.add(day_of(terminal))
        _, firsts, _ = split_months(np.array([start]), np.array([end]))
        return {day for day in edges | set(firsts.tolist()) if start < day < end} | {start, end}

    def _before_move(self, where: int, day: int, line: CareBase) -> bool:
        """Whether care dated on the day of a move was given before it, in the place that the patient left.

        The day of a move belongs to the receiving stay. A contact or an hour of that date whose rule lets it
        be declared in the place left and not in the place reached was given before the move, unless the line
        says otherwise: the insurer owes the care that was indicated and given (Handreiking 2.1.2). A price a
        day is the receiving stay's.
        """
        product = self.book.product(line.product)
        if where < 1 or line.after_move or product.unit == DAY:
            return False
        here, left = self.spans[where], self.spans[where - 1]
        if here.start != day or here.stay.setting == left.stay.setting or here.form != left.form:
            return False
        may = [lets(product, span.stay.setting, span.form, day, self.rules) for span in (left, here)]
        return may == [True, False]

    def at(self, day: int) -> int:
        """Row of the stay on a day: the receiving one on a day of transfer; -1 before the journey."""
        for place, span in enumerate(self.spans):
            if span.start <= day < span.end:
                return place
        died = self.case.patient.died is not None
        return len(self.spans) - 1 if died and day >= _last_day(self.case) else -1

    def _vacated(self, product: str, day: int) -> int:
        """Row of the stay of care on a day; of a day of an empty place the Wlz stay that left it empty.

        A place is paid for so many days after a move or discharge (V6), while its client is elsewhere.
        """
        where = self.at(day)
        if product != schema.VACANCY_DAY or where < 0:
            return where
        most = self.book.parameter(VACANT_DAYS, date_of(day * units.MINUTES_PER_DAY)).whole
        for place in range(where, -1, -1):
            if self.spans[place].form == "verblijf" and day < self.spans[place].end + most:
                return place
        return where

    def _lent_until(self, line: CareBase, start: int, end: int) -> tuple[int, str]:
        """Day up to which the Zvw lends an aid, and the product of the Wmo from there."""
        then = LENT.get(line.product)
        if then is None:
            return end, line.product
        every = np.arange(start, end)
        lent = np.full(len(every), day_of(line.lent_from) if line.lent_from else start)
        most = self.book.parameter(LOAN_MONTHS, date_of(start * units.MINUTES_PER_DAY)).whole
        law = self.rules.apply("T12/zes_maanden", every, schema.LAWS.index("Zvw"), lent, every, most)
        over = every[law == schema.LAWS.index("Wmo")]
        return (int(over[0]) if len(over) else end), then

    def _follow_up(self, number: int, group: int, start: int, end: int) -> Iterator[_Portion]:
        """Months of follow-up after the start phase of a trajectory of the specialist ouderengeneeskunde."""
        first = np.array([start], np.int64)
        held = self.book.parameter(START_MONTHS, date_of(start * units.MINUTES_PER_DAY)).whole
        for month in range(int(self.rules.apply("T10/traject", first, 0, first, np.array([end]), held)[0])):
            day = int(add_months(first, held + month)[0])
            yield _Portion(number, FOLLOW_UP, self.at(day), day, day + 1, 1, group, NOT_STATED)

    def terms(self, portions: list[_Portion]) -> Stated:
        """What a bill knows of the case beyond its tables."""
        case, spans, periods = self.case, self.spans, self.case.patient.wlz
        lines = [case.care[p.line] for p in portions]
        both = list(zip(lines, portions, strict=True))
        facts, stated = self._facts(portions)
        grants = [span.stay.bijzondere_bijstand for span in spans]
        return Stated(
            place=tuple(f"{self.name}: care[{p.line}]" for p in portions),
            line=_ints(p.group for p in portions),
            amount=_ints(p.amount for p in portions),
            begun=_ints(_day_or(NO_DAY, line.opened) for line in lines),
            end=_ints(_end(case, line, p) for line, p in both),
            since=_ints(_day_or(p.start, line.begin) for line, p in both),
            until=_ints(_day_or(p.end, line.end) for line, p in both),
            reimbursed=tuple(
                None if line.reimbursed_pct is None else Fraction(line.reimbursed_pct) / 100 for line in lines
            ),
            reference=_ints(_stated(line.reference_eur) for line in lines),
            agreed=_ints(_stated(line.agreed_eur) for line in lines),
            contracted=_bools(line.contracted for line in lines),
            facts=facts,
            by_dbc=_bools(dbc_over(case, s.stay, s.start, s.end) is not None for s in spans),
            people=_of_people(case),
            days={
                "criteria": _bools(s.period is not None and s.period.criteria_vv10 for s in spans),
                "needed": _ints(_needed(span.period, 100) for span in spans),
            },
            stays={
                "assistance": _bools(grant is not None and grant.granted for grant in grants),
                "own_means": _ints(0 if each is None else cents_of(each.draagkracht_eur) for each in grants),
                "guest": _ints(span.number for span in spans),
            },
            needed=_ints(_needed(period) for period in periods),
            day_care=_ints(GROUP_CARE.index(period.dagbesteding) for period in periods),
            stay_facts=StayFacts(
                returns=_bools(p.return_expected for p in periods),
                part_time=_bools(p.part_time for p in periods),
                after_ggz=_bools(p.after_ggz for p in periods),
                sheltered_until=_ints(_day_or(NO_DAY, p.beschermd_wonen_until) for p in periods),
            ),
            why=tuple(_why(case, part) for part in portions),
            ceilings={
                name: (cents_of(room.room_eur), schema.CEILING_OUTCOMES.index(room.above))
                for name, room in case.ceilings
                if room is not None
            },
            registered=registered(case),
            stated=stated,
        )

    def _facts(self, portions: list[_Portion]) -> tuple[dict[str, Ints], dict[str, Bools]]:
        """Facts of the portions, and where the case states them."""
        facts, stated = {}, {}
        for fact, usual in FACTS.items():
            said = [self._fact(p, fact) for p in portions]
            if any(value is not None for value in said):
                facts[fact] = _ints(usual if value is None else value for value in said)
                stated[fact] = _bools(value is not None for value in said)
        facts["contract_nummer"] = _ints(p.first for p in portions)
        return facts, stated

    def _fact(self, part: _Portion, name: str) -> int | None:
        """A fact of a part: as its line states it, else as the case itself shows it; None for neither."""
        line = self.case.care[part.line]
        stated = line.fact(name)
        if stated is not None:
            return stated
        product = self.book.product(part.product)
        if name == "specialisme" and product.specialisme is not None:
            return WORDS[name].index(product.specialisme)
        if name == "contract_maximum":
            return next(
                (m for other in self.case.care if other.product == part.product and (m := other.fact(name))),
                None,
            )
        if name == "overplaatsing" and covers(DAY_AT_HOME, part.product) and part.span >= 0:
            span = self.spans[part.span]
            return int(span.stay.setting == "ziekenhuis" and span.start == part.start and part.span > 0)
        return None


def _under_contract(case: Case, portions: list[_Portion], book: TariffBook) -> list[_Portion]:
    """Parts with the number of their first unit under the contract, cut where its maximum is reached.

    Units of a product count in order of day over all its lines, dated or from-to; a stated number of a
    contact says how many came before it.
    """
    most = {
        line.product: line.fact("contract_maximum") for line in case.care if line.fact("contract_maximum")
    }
    used: dict[str, int] = {}
    out: dict[int, list[_Portion]] = {}
    for place in sorted(range(len(portions)), key=lambda n: (portions[n].start, n)):
        part = portions[place]
        limit, step = most.get(part.product), book.product(part.product).step_per_unit
        if limit is None:
            out[place] = [part]
            continue
        before = max(used.get(part.product, 0), ((case.care[part.line].fact("volgnummer") or 1) - 1) * step)
        used[part.product] = before + part.steps
        room = min(max(limit * step - before, 0), part.steps)
        within = replace(part, steps=room, first=before // step + 1)
        above = replace(part, steps=part.steps - room, first=limit + 1)
        out[place] = [one for one in (within, above) if one.steps]
    return [one for place in range(len(portions)) for one in out[place]]


def _birthdays(case: Case, book: TariffBook) -> list[int]:
    """Birthdays within the journey on which an age that a rule asks is reached: all of a child, few after."""
    born, first = np.array([day_of(case.patient.born)], np.int64), case.journey[0].begin
    asked = {book.parameter(id, first).whole for id in TALK_AGES}
    ages = sorted({*range(1, units.ADULT_AGE_YEARS + 1), *asked, *REGISTRATION_AGES})
    days = [int(birthday(born, years * units.MONTHS_PER_YEAR)[0]) for years in ages]
    return [day for day in days if day_of(first) < day < _last_day(case)]


def _one_by_one(part: _Portion) -> list[_Portion]:
    """What a limit counts one by one, talks and sessions, each on its own; others as they are."""
    return [replace(part, steps=1)] * part.steps if part.product in ONE_BY_ONE else [part]


def _per_day(line: CareBase, days: int) -> Fraction:
    whole = line.quantity or line.hours
    if whole is not None:
        return Fraction(whole) / days
    week = line.hours_per_week or line.per_week
    if week is not None:
        return Fraction(week) / units.DAYS_PER_WEEK
    return Fraction(line.per_day or Decimal(1))


def _spells(case: Case, portions: list[_Portion]) -> Table:
    products = tuple(dict.fromkeys(part.product for part in portions))
    rows = []
    for spell_no, part in enumerate(portions):
        line = case.care[part.line]
        rows.append(
            {
                "patient_id": BILL_PATIENT,
                "spell_no": spell_no,
                "stay_no": part.span,
                "product": products.index(part.product),
                "start_minute": part.start * units.MINUTES_PER_DAY,
                "end_minute": part.end * units.MINUTES_PER_DAY,
                "quantity": part.steps,
                "per": schema.PER.index("once"),
                "contracted": line.contracted,
                "condition": 0 if line.unfunded is None else 1 + schema.UNFUNDED_REASONS.index(line.unfunded),
            }
        )
    return _from_rows("spells", rows, product=products)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)


def _bools(values: Iterable[bool]) -> Bools:
    return np.fromiter(values, np.bool_)


def _day_or(other: int, date: dt.date | None) -> int:
    return other if date is None else day_of(date)


def registered(case: Case) -> bool:
    """Whether the registration with a GP is billed: as stated, else where the case lists no care itself."""
    stated = case.patient.gp_registered
    return not case.care if stated is None else stated


def _why(case: Case, part: _Portion) -> tuple[str, ...]:
    """Rules that made a part what it is, beside the one that lets it be declared."""
    line = case.care[part.line]
    found = [key for product, keys in WHY.items() if part.product == product for key in keys]
    if line.agreed_eur is not None:
        found.append("T10/opslag")
    if part.product == CHILD_DAY_CARE and line.fact("uren_aanwezig") is None:
        found.remove("T16/dagverblijf")
    if in_budget(part.product) and any(p.needed_pct is not None for p in case.patient.wlz):
        found += ["T7/meer_dan_profiel", "T7/ekt", "T7/ptz"]
    return tuple(found)


def _partner(case: Case) -> Partner | None:
    return case.patient.partner if case.patient.household == "couple" else None


def _of_people(case: Case) -> dict[str, Ints]:
    """Columns of `People` that a case states."""
    who, income, partner = case.patient, case.patient.income, _partner(case)
    cover = who.insurance.hospice_cover
    per_year = None if cover is None else cover.per_year_eur
    used, held = who.already_used.eigen_risico_eur, income.december_eur
    stated = {
        "partner_wlz": [PARTNER_FORMS.index(partner.wlz) if partner else PARTNER_NONE],
        "cover_per_year": [ENDLESS if per_year is None else cents_of(per_year)],
        "labour_income": [cents_of(income.labour_income_eur)],
        "current_income": [_stated(income.household_this_year_eur)],
        "night_cover": [cents_of(who.insurance.relatives_night_eur)],
        "used_person": [0] * len(used),
        "used_year": list(used),
        "used_cents": [cents_of(euros) for euros in used.values()],
        "held_person": [0] * len(held),
        "held_year": list(held),
        "held_cents": [cents_of(euros) for euros in held.values()],
    }
    return {name: _ints(column) for name, column in stated.items()}


def _needed(period: WlzPeriod | None, unknown: int = NOT_STATED) -> int:
    return unknown if period is None or period.needed_pct is None else period.needed_pct


def _stated(*euros: Decimal | None) -> int:
    """Cents of the first stated amount."""
    return next((cents_of(e) for e in euros if e is not None), NOT_STATED)


def _end(case: Case, line: CareBase, part: _Portion) -> int:
    """Day after the last of a spell; of a treatment, the day after it closed.

    A clinical treatment whose closing is not stated runs to the end of the admission in which it began.
    """
    if line.closed is not None:
        return day_of(line.closed) + 1
    if line.begin is not None or not line.fact("klinisch"):
        return part.end
    end = part.end
    for stay in case.journey:
        last = day_of(stay.end)
        if stay.setting == "ziekenhuis" and day_of(stay.begin) <= end - 1 <= last:
            end = max(end, last)
    return end


def dbc_over(case: Case, stay: Stay, start: int, end: int) -> int | None:
    """Number of the care line with a DBC that runs during days of a hospital stay, and so holds its days.

    None for none. A DBC of which the case says that it is not clinical, and one for the consult of another
    specialty, hold no days.
    """
    if stay.setting != "ziekenhuis":
        return None
    for number, line in enumerate(case.care):
        opened = line.opened or line.date
        clinical = line.fact("klinisch") != 0 and not covers(CONSULT_DBC, line.product)
        if opened is None or not covers(DBC, line.product) or not clinical:
            continue
        closed = line.closed or (stay.end if line.opened else opened)
        if day_of(opened) <= max(end - 1, start) and day_of(closed) >= start:
            return number
    return None
