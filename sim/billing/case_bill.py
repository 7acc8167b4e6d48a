"""The bill of one worked journey: who pays what, why, what nobody pays, and what a subsidy adds beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from sim.billing.case import Case, load_case
from sim.billing.case_check import DBC
from sim.billing.case_forms import delivered
from sim.billing.case_tables import dbc_over, tables_of, terminal_from
from sim.billing.doubts import doubts
from sim.billing.explain import (
    VV10_DAY,
    Line,
    Lost,
    items_json,
    items_of,
    lines_of,
    lost_of,
    timeline,
)
from sim.billing.granted import taken_for_granted
from sim.billing.not_declared import Beside, beside_patient, partners_part
from sim.catalogue import TariffBook
from sim.data import shown
from sim.dates import date_of, day_of
from sim.later import pd
from sim.law.parameters import Parameters
from sim.law.people import ENDLESS, age_of
from sim.law.ptz.end import scheme_runs
from sim.law.ptz.scheme import FORM_OF, HOUSES, earning_years, maximum_cents
from sim.law.registry import RuleSet
from sim.law.wlz.home import Indications
from sim.law.zvw.hospital import CHILD_TEAM
from sim.ledger.ledger import Ledger, price
from sim.ledger.prices import PriceTable
from sim.ledger.remarks import AS_IT_IS, Refusal, Remark, Wording, euros
from sim.ledger.settings import PriceSettings
from sim.schema import CHILD_DAY_CARE, HOSPICE_SETTINGS, LAWS, PAYERS, SETTINGS, VOLUNTEERS, covers
from sim.units import ADULT_AGE_YEARS, MINUTES_PER_DAY, Ints, rounded
from sim.units import cents as cents_of

_HOURS_AT_HOME = {"wlz.mpt": "T7/mpt", "wlz.pgb": "T7/pgb_uren"}
"""Hours at home under the Wlz, and the rule that declares them."""
PAYOUT = "ptz.uitkering_illustratie"
MUNICIPAL_HELP = {
    "wmo.huishoudelijke_hulp": "T12/huishoudelijke_hulp",
    "wmo.begeleiding": "T12/maatwerk",
}
"""Help at home that the Wlz pays too -> rule that lets the municipality give it."""
VISITS = (
    "zvw.msz.seh",
    "zvw.msz.polikliniek",
    "zvw.msz.dagbehandeling",
    "zvw.msz.ic_dag",
    "zvw.msz.ct",
    "zvw.msz.mri",
    "zvw.msz.rontgen",
)
"""Hospital care at a reference price, which a DBC holds."""


@dataclass(frozen=True)
class Bill:
    """The bill of one patient."""

    title: str
    lines: tuple[Line, ...]  # declarations, each with tariff, rules and shares
    unfunded: tuple[Lost, ...]  # care without payer
    # Cents by scheme: subsidy to organisations that the journey earns, beside the shares
    attributed: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Remark, ...] = ()
    events: tuple[dict[str, Any], ...] = ()  # the journey in order of time
    beside: tuple[Beside, ...] = ()  # what rules say beside the shares
    taken_for_granted: tuple[Remark, ...] = ()  # keys that the case leaves out and that decide

    @cached_property
    def by_law(self) -> dict[str, int]:
        """Gross cents by law."""
        return {law: sum(line.gross_cents for line in self.lines if line.law == law) for law in LAWS}

    @cached_property
    def by_payer(self) -> dict[str, int]:
        """Cents by payer."""
        shares = [share for line in self.lines for share in line.shares]
        return {payer: sum(share.cents for share in shares if share.payer == payer) for payer in PAYERS}

    @cached_property
    def items(self) -> dict[str, dict[str, int] | int]:
        """What the patient pays by item, in cents."""
        return items_of(self.lines)

    @property
    def patient_cents(self) -> int:
        """What the patient pays in all."""
        return self.by_payer["patient"]

    @property
    def gross_cents(self) -> int:
        """Gross of all declarations."""
        return sum(line.gross_cents for line in self.lines)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Declarations, shares and unfunded care as pandas; amounts in euros."""
        lines = [
            {k: v for k, v in line.as_json().items() if k not in ("shares", "rules", "sources")}
            for line in self.lines
        ]
        shares = [
            {
                "declaration_id": line.id,
                "payer": s.payer,
                "item": s.item,
                "eur": euros(s.cents),
                "rule": s.rule,
            }
            for line in self.lines
            for s in line.shares
        ]
        return {
            "declarations": pd.DataFrame(lines),
            "shares": pd.DataFrame(shares),
            "unfunded": pd.DataFrame([lost.as_json() for lost in self.unfunded]),
        }

    def _repr_html_(self) -> str:
        paid = {payer: cents for payer, cents in self.by_payer.items() if cents}
        amounts = {**paid, "samen": self.gross_cents}
        rows = "".join(
            f"<tr><th>{escape(who)}</th><td>{euros(cents)}</td></tr>" for who, cents in amounts.items()
        )
        return f"<b>{escape(self.title)}</b><table>{rows}</table>"

    def as_json(self, words: Wording = AS_IT_IS) -> dict[str, Any]:
        """The bill as a document: amounts as text in euros with two decimals.

        By default titles are as the files have them and remarks in English.
        """
        return {
            "title": words.name(self.title),
            "patient": {"total_eur": euros(self.patient_cents), "items": items_json(self.items)},
            "by_law": {law: euros(cents) for law, cents in self.by_law.items()},
            "by_payer": {payer: euros(cents) for payer, cents in self.by_payer.items()},
            "declarations": [line.as_json(words) for line in self.lines],
            "unfunded": [lost.as_json() for lost in self.unfunded],
            "attributed": {scheme: euros(cents) for scheme, cents in self.attributed.items()},
            "beside": [told.as_json(words) for told in self.beside],
            "warnings": [words.plain(warning) for warning in self.warnings],
            "taken_for_granted": [words.plain(taken) for taken in self.taken_for_granted],
        }


def make_bill(case: Case | Path | str, book: TariffBook, rules: RuleSet, settings: PriceSettings) -> Bill:
    """The bill of a case or of its file; the basis year of the settings prices what has no price on its date.

    Raises InputError when the case is not right, has a date without tariff, or holds care that its law
    forbids.
    """
    name = "case" if isinstance(case, Case) else shown(Path(case))
    read = case if isinstance(case, Case) else load_case(case)
    tables, terms = tables_of(read, name, book, rules)
    ledger = price(tables, book, rules, settings, terms)
    lines = lines_of(ledger.declarations, ledger.shares, ledger.years, book, rules)
    lines = tuple(_explained(line, terms.why, rules) for line in lines)
    parameters = Parameters(book, settings.basis_year)
    earned, rests_on = _attributed(read, parameters, rules)
    warnings = (
        *(Remark("stand_in", what=what, year=settings.basis_year) for what in ledger.stand_ins),
        *(Remark("fallback", what=what, year=settings.basis_year) for what in ledger.fallbacks),
        *_on_care(read, ledger, terms.place, rules),
        *doubts(read, book, rules),
        *_on_journey(read, name, rules),
        *_on_person(read, parameters, rules),
        *_on_admissions(read, rules),
        *_on_vv10(read, lines, book, rules),
        *_on_forms(read, name, rules),
        *rests_on,
    )
    return Bill(
        read.title,
        lines,
        lost_of(ledger.unfunded, book),
        earned | _municipal(read, rules),
        warnings,
        tuple(timeline(tables)),
        (
            *beside_patient(
                tables,
                ledger,
                rules,
                parameters,
                PriceTable(book, settings.basis_year, True),
                terms.day_care.tolist(),
            ),
            *partners_part(tables, ledger, rules),
            *_billers(read, rules),
        ),
        taken_for_granted(read, ledger.granted, rules),
    )


def _explained(line: Line, why: tuple[tuple[str, ...], ...], rules: RuleSet) -> Line:
    keys = why[line.spell_no] if line.spell_no >= 0 else ()
    more = (rules.at(key, line.date) for key in keys)
    held = dict.fromkeys([*line.rules, *(rule for rule in more if rule is not None)])
    return replace(line, rules=tuple(held))


def _billers(case: Case, rules: RuleSet) -> list[Beside]:
    """Who declares the care of a house without WTZa permit."""
    out = []
    for stay in case.journey:
        rule = rules.at("S4", stay.begin)
        if stay.wtza_permit or rule is None:
            continue
        own, main = np.zeros(1, np.int64), np.ones(1, np.int64)
        if int(rule.function(np.zeros(1, np.bool_), own, main)[0]):
            notes = (Remark("main_contractor", setting=stay.setting, date=stay.begin),)
            out.append(Beside("S4", "hoofdaannemer", str(stay.main_contractor), "", notes))
    return out


def _municipal(case: Case, rules: RuleSet) -> dict[str, int]:
    """Municipal money for the volunteers of the houses of the journey."""
    total = 0
    for stay in case.journey:
        rule = rules.at("S8", stay.begin)
        if rule is None or stay.municipal_support_eur is None:
            continue
        granted = np.array([cents_of(stay.municipal_support_eur)], np.int64)
        total += int(rule.function(np.array([SETTINGS.index(stay.setting)]), granted)[0])
    return {"gemeente_vrijwilligers": total} if total else {}


def _on_forms(case: Case, name: str, rules: RuleSet) -> list[Remark]:
    """Wlz periods whose form the place of the stay changes."""
    held = {(p.begin, p.form) for p in case.patient.wlz}
    titles = {"mpt": "S3/tweede_aanbieder"}
    notes = []
    for period in delivered(case, name, rules).patient.wlz:
        before = next((p.form for p in case.patient.wlz if p.holds(period.begin)), period.form)
        if (period.begin, period.form) in held or before == period.form:
            continue
        rule = rules.at(titles.get(period.form, "S3/opname"), period.begin)
        if rule is not None:
            notes.append(Remark("form", by=rule, before=before, form=period.form, date=period.begin))
    return notes


def _on_care(case: Case, ledger: Ledger, place: tuple[str, ...], rules: RuleSet) -> list[Remark]:
    """Care that lies inside another price, once a line and rule; visits beside a DBC."""
    first = {rule.key: rule for rule in reversed(rules.rules)}

    def line(spell: int) -> str:
        where = place[spell].rpartition(": ")[2]
        return f"{where} {case.care[int(where.partition('[')[2].rstrip(']'))].product}"

    notes: dict[tuple[str, str], Remark] = {}
    for told, found in (("inside", ledger.inside), ("cut", ledger.cut)):
        for spell, day, key in found:
            where = line(spell) if spell >= 0 else ""
            why = ledger.reasons.get(spell) if told == "inside" else None
            if why is not None:
                date = date_of(day * MINUTES_PER_DAY)
                notes[where, key] = Remark("inside_why", by=first[key], where=where, date=date, reason=why)
            elif not where:
                notes[where, key] = Remark("cut_days", by=first[key])
            else:
                notes.setdefault((where, key), Remark(told, by=first[key], where=where))
    out = [*notes.values(), *_within_dbc(case, rules), *_help_beside_wlz(case, rules)]
    for dbc in case.care:
        if dbc.opened is None or not covers(DBC, dbc.product):
            continue
        for number, other in enumerate(case.care):
            on = other.date
            if on is None or other.product not in VISITS:
                continue
            if dbc.opened <= on <= (dbc.closed or case.journey[-1].end):
                where = f"care[{number}] {other.product}"
                out.append(Remark("visit", where=where, date=on, product=dbc.product, opened=dbc.opened))
    return out


def _within_dbc(case: Case, rules: RuleSet) -> Iterator[Remark]:
    """Hospital stays whose days lie inside a DBC of the case."""
    for number, stay in enumerate(case.journey):
        held = dbc_over(case, stay, day_of(stay.begin), day_of(stay.end))
        rule = rules.at("H12/verpleegdag", stay.begin)
        if held is None or rule is None:
            continue
        line = case.care[held]
        product, opened = f"care[{held}] {line.product}", line.opened or line.date or stay.begin
        yield Remark("in_dbc", by=rule, where=f"journey[{number}]", product=product, opened=opened)


def _help_beside_wlz(case: Case, rules: RuleSet) -> Iterator[Remark]:
    """Help at home of the municipality on a day on which the Wlz pays it too."""
    for number, line in enumerate(case.care):
        key = MUNICIPAL_HELP.get(line.product)
        first = line.begin or line.date
        if key is None or first is None:
            continue
        end = max(first + dt.timedelta(days=1), line.end or first)
        for period in case.patient.wlz:
            day = max(first, period.begin)
            rule = rules.at(key, day)
            if period.meets(first, end) and period.form in ("mpt", "pgb") and rule is not None:
                where = f"care[{number}] {line.product}"
                yield Remark("help_wlz", by=rule, where=where, date=day, form=period.form)
                break


def _on_journey(case: Case, name: str, rules: RuleSet) -> list[Remark]:
    notes = [
        Remark("no_day_contribution", where=f"journey[{n}].day_contribution_eur")
        for n, stay in enumerate(case.journey)
        if stay.setting == "bth" and stay.day_contribution_eur is None
    ]
    periods = case.patient.wlz
    if not periods:
        return notes
    last = case.patient.died or case.journey[-1].end
    start = np.array([day_of(p.begin) for p in periods], np.int64)
    end = np.array([min(day_of(p.end or last), day_of(last)) for p in periods], np.int64)
    terminal = terminal_from(case)
    touching = start[1:] == end[:-1]

    def everywhere(day: int) -> Ints:
        return np.full(len(periods), day, np.int64)

    found = Indications(
        start=start,
        end=end,
        before=np.concatenate([[False], touching]),
        after=np.concatenate([touching, [False]]),
        entry_day=everywhere(day_of(case.journey[0].begin)),
        death_day=everywhere(day_of(last)),
        terminal_day=everywhere(ENDLESS if terminal is None else day_of(terminal)),
    )
    for version, on in rules.versions("T8", start):
        for number in np.flatnonzero(version.function(found) & on).tolist():
            where = f"patient.wlz[{number}]"
            about = {"date": str(terminal), "where": where}
            if case.patient.terminal_from is not None:
                raise Refusal(f"{name}: {where}", Remark("terminal_refused", by=version, **about))
            notes.append(Remark("terminal", by=version, **about))
    return notes


def _on_person(case: Case, parameters: Parameters, rules: RuleSet) -> list[Remark]:
    """What the age of the patient makes of care and stays."""
    notes: list[Remark] = []

    def told(remark: str, key: str, where: str, date: dt.date, **parts: str | int) -> None:
        rule = rules.at(key, date)
        if rule is not None:
            age = age_of(day_of(case.patient.born), day_of(date))
            notes.append(Remark(remark, by=rule, where=where, age=age, date=date, **parts))

    for number, line in enumerate(case.care):
        date = line.date or line.opened or line.begin
        if date is None:
            continue
        age = age_of(day_of(case.patient.born), day_of(date))
        where = f"care[{number}] {line.product}"
        if line.product == CHILD_DAY_CARE:
            most = parameters.whole_on("zvw.kindzorg.dagverblijf_leeftijd", day_of(date))
            if age >= most:
                told("day_care_age", "T16/dagverblijf", where, date, most=most - 1)
        if covers(CHILD_TEAM, line.product) and age >= ADULT_AGE_YEARS:
            told("perinatal", "H11", where, date)
    for number, stay in enumerate(case.journey):
        age = age_of(day_of(case.patient.born), day_of(stay.begin))
        under = any(period.holds(stay.begin) for period in case.patient.wlz)
        if stay.setting in (*HOSPICE_SETTINGS, "elv") and age < ADULT_AGE_YEARS and not under:
            remark = "child_elv" if stay.setting == "elv" else "child_hospice"
            told(remark, "S2/kind", f"journey[{number}]", stay.begin, whereabouts=stay.setting)
    return notes


def _on_admissions(case: Case, rules: RuleSet) -> list[Remark]:
    """Hours at home under the Wlz that run on in hospital, from the day after admission."""
    notes = []
    day = dt.timedelta(days=1)
    stays = [(s.begin + day, s.end - day) for s in case.journey if s.setting == "ziekenhuis"]
    for number, line in enumerate(case.care):
        form = next((form for form in _HOURS_AT_HOME if covers((form,), line.product)), None)
        if form is None or line.begin is None or line.end is None:
            continue
        first, last = line.begin, line.end - day
        inside = next((max(first, low) for low, high in stays if max(first, low) <= min(last, high)), None)
        rule = None if inside is None else rules.at(_HOURS_AT_HOME[form], inside)
        if inside is not None and rule is not None:
            where = f"care[{number}] {line.product}"
            notes.append(Remark("at_home_admitted", by=rule, where=where, date=inside))
    return notes


def _on_vv10(case: Case, lines: Iterable[Line], book: TariffBook, rules: RuleSet) -> list[Remark]:
    """Wlz periods in which VV10 takes the place of a profile with a higher day, once a period."""
    notes: dict[int, Remark] = {}
    for line in lines:
        if not line.product.endswith(VV10_DAY):
            continue
        number = next((n for n, period in enumerate(case.patient.wlz) if period.holds(line.date)), None)
        rule = rules.at("V2", line.date)
        if number is None or number in notes or rule is None:
            continue
        profile = case.patient.wlz[number].profile
        own = f"{line.product.removesuffix(VV10_DAY)}.{profile.lower()}"
        day, other = (book.standing(id, line.date) if id in book.ids else None for id in (line.product, own))
        if day is None or other is None or other.cents <= day.cents:
            continue
        about = {"product": line.product, "date": str(line.date), "profile": profile}
        cents = {"day_cents": day.cents, "own_cents": other.cents}
        notes[number] = Remark("vv10_lower", by=rule, where=f"patient.wlz[{number}]", **about, **cents)
    return list(notes.values())


def _attributed(
    case: Case, parameters: Parameters, rules: RuleSet
) -> tuple[dict[str, int], tuple[Remark, ...]]:
    """Regeling PTZ that the journey earns, and what it rests on.

    A client counts once a form, in each later year that has the client's year among its reference years; each
    such year pays an equal part of the maximum at the payout percentage, and nothing once the scheme lapsed.
    """
    terminal = terminal_from(case)
    if terminal is None:
        return {}, ()
    held: dict[str, int] = {}
    for number, stay in enumerate(case.journey):
        # the day of death belongs to the last stay, the day of a move to the stay that it reaches
        last = number == len(case.journey) - 1 and case.patient.died is not None
        begin, end = max(stay.begin, terminal), stay.end + dt.timedelta(days=last)
        if begin >= end:
            continue
        first = begin if stay.setting in HOUSES else _volunteers_from(case, begin, end)
        form = FORM_OF.get(stay.setting)
        if first is not None and form is not None:
            held.setdefault(form, first.year)
    if not held:
        return {}, ()
    cents = Fraction(0)
    notes = []
    for year in sorted(set(held.values())):
        first = dt.date(year, 1, 1)
        counting = earning_years(year, parameters.whole_on("ptz.referentiejaren", day_of(first)))
        paying = [y for y in counting if scheme_runs(rules, dt.date(y, 1, 1))]
        for number in paying:
            day = day_of(dt.date(number, 1, 1))
            most = sum(maximum_cents(form, parameters, day) for form, y in held.items() if y == year)
            cents += Fraction(most, len(counting)) * parameters.rate(PAYOUT, day)
        if paying:
            rate = parameters.rate(PAYOUT, day_of(dt.date(paying[-1], 1, 1)))
            share = str(Decimal(rate.numerator) / Decimal(rate.denominator))
            notes.append(Remark("attributed", payout_share=share, years=_listed(paying), year=year))
        else:
            notes.append(Remark("attributed_none", years=_listed(counting), year=year))
    return {"regeling_ptz": rounded(cents)}, tuple(notes)


def _listed(years: Sequence[int]) -> str:
    """Years in a row, as the first and the last."""
    return str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"


def _volunteers_from(case: Case, begin: dt.date, end: dt.date) -> dt.date | None:
    """First day on which volunteers came, from one to before another; None where they did not."""
    days = []
    for line in case.care:
        first = line.begin or line.date
        if line.product != VOLUNTEERS or first is None:
            continue
        if first < end and begin < (line.end or first + dt.timedelta(days=1)):
            days.append(max(first, begin))
    return min(days, default=None)
