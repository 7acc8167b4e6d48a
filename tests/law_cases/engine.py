"""Runs a law case on the law functions: a person and some care in, euros out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from sim.catalogue import TariffBook
from sim.dates import day_of, month_start_day, months
from sim.law import RuleSet
from sim.law.municipal import wmo
from sim.law.parameters import Parameters
from sim.law.people import ENDLESS, NO_DAY, PARTNER_FORMS, People
from sim.law.ptz import scheme as ptz
from sim.law.wlz import contribution as wlz
from sim.law.zvw import deductible as zvw
from sim.law.zvw import supplementary
from sim.schema import WLZ_FORMS
from tests.law_cases.engine_rules import bill, budget_sum, call, care, stay_days, treated_stay

Given = Mapping[str, Any]


def _ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def _cents(euros: object) -> int:
    amount = Fraction(str(euros)) * 100
    assert amount.denominator == 1
    return int(amount)


def _day(value: object) -> int:
    return day_of(value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)))


def person(given: Given) -> People:
    """One person from the `person:` of a case."""
    who = dict(given.get("person", {}))
    used = who.get("used_eur", {})
    income = who.get("income_eur", 0)
    return People(
        birth_day=_ints(_day(who.get("born", "1946-03-14"))),
        death_day=_ints(_day(who["died"]) if who.get("died") else ENDLESS),
        couple=np.array([who.get("household") == "couple"]),
        partner_birth_day=_ints(_day(who["partner_born"]) if who.get("partner_born") else NO_DAY),
        partner_wlz=_ints(PARTNER_FORMS.index(who.get("partner_wlz", "none"))),
        partner_wlz_since_day=_ints(_day(who["partner_wlz_since"]) if who.get("partner_wlz_since") else 0),
        income=_ints(_cents(income)),
        partner_income=_ints(_cents(who.get("partner_income_eur", 0))),
        income_tax=_ints(_cents(who.get("tax_eur", 0))),
        assets=_ints(_cents(who.get("assets_eur", 0))),
        zorgtoeslag=np.array([bool(who.get("zorgtoeslag", False))]),
        income_known=np.array([bool(who.get("income_known", True))]),
        natura=np.array([who.get("policy", "natura") == "natura"]),
        voluntary_deductible=_ints(_cents(who.get("voluntary_eur", 0))),
        cover_per_day=_ints(_cents(who.get("cover_per_day_eur", 0))),
        cover_max_days=_ints(who.get("cover_max_days", 0)),
        cover_per_year=_ints(_cents(who["cover_per_year_eur"]) if "cover_per_year_eur" in who else ENDLESS),
        cover_vpt=np.array([bool(who.get("cover_vpt", False))]),
        children_supported=np.array([bool(who.get("children_supported", False))]),
        used_person=np.zeros(len(used), np.int64),
        used_year=_ints(*(int(y) for y in used)),
        used_cents=_ints(*(_cents(v) for v in used.values())),
    )


def _eigen_risico(
    given: Given, people: People, parameters: Parameters, rules: RuleSet
) -> dict[str, Fraction]:
    costs = given.get("costs", [])
    day = _ints(*(_day(c["date"]) for c in costs))
    year = _ints(*(int(c.get("year", str(c["date"])[:4])) for c in costs))
    cents = _ints(*(_cents(c["eur"]) for c in costs))
    treatment = _ints(*(int(c.get("treatment", -1)) for c in costs))
    claims = zvw.Claims(np.zeros(len(costs), np.int64), day, year, treatment, cents)
    paid = np.zeros(len(costs), np.int64)
    for version, on in rules.versions("P1", day):
        held = zvw.Claims(*(getattr(claims, n)[on] for n in ("person", "day", "year", "treatment", "cents")))
        paid[on] = version.function(held, people, parameters)
    return {f"y{y}": Fraction(int(paid[year == y].sum()), 100) for y in np.unique(year)}


def _wlz(given: Given, people: People, parameters: Parameters, rules: RuleSet) -> dict[str, Fraction]:
    rows = given["wlz"]
    start = _ints(*(_day(r["from"]) for r in rows))
    care = wlz.WlzCare(
        np.zeros(len(rows), np.int64),
        start,
        _ints(*(_day(r["to"]) for r in rows)),
        _ints(*(_day(r.get("since", r["from"])) for r in rows)),
        _ints(*(WLZ_FORMS.index(r["form"]) for r in rows)),
        _ints(*(int(r.get("hours_per_month", 0)) for r in rows)),
    )
    version = rules.at("P2", dt.date(2026, 1, 1))
    if version is None:
        return {}
    _, month, cents = wlz.month_totals(version.function(care, people, parameters, rules))
    names = [f"m{m // 12}_{m % 12 + 1:02d}" for m in month]
    return {name: Fraction(int(c), 100) for name, c in zip(names, cents, strict=True)}


def _month_of_contribution(
    given: Given, people: People, parameters: Parameters, rules: RuleSet
) -> dict[str, Fraction]:
    day = _ints(_day(given.get("date", "2026-03-01")))
    kind = _ints(wlz.CONTRIBUTION_KINDS.index(given["contribution"]))
    amount = wlz.month_amount(people, _ints(0), month_start_day(months(day)), kind, parameters, rules)
    return {"month": Fraction(int(amount[0]), 100)}


def _guest(given: Given, people: People, parameters: Parameters, rules: RuleSet) -> dict[str, Fraction]:
    parts = given["guest_days"]
    size = len(parts)
    day = _ints(*(_day(p["date"]) for p in parts))
    price = _ints(*(_cents(p["per_day_eur"]) for p in parts))
    days = _ints(*(int(p["days"]) for p in parts))
    guests = supplementary.GuestDays(
        np.zeros(size, np.int64),
        _ints(*(int(p.get("stay", 0)) for p in parts)),
        day,
        _ints(*(int(str(p["date"])[:4]) for p in parts)),
        days,
        price,
        np.array([bool(p.get("vpt", False)) for p in parts]),
        np.array([bool(p.get("assistance", False)) for p in parts]),
        _ints(*(_cents(p.get("draagkracht_eur", 0)) for p in parts)),
        _ints(*(_cents(p.get("waiver_eur", 0)) for p in parts)),
    )
    start = rules.at("P5", dt.date(2026, 1, 1))
    left = start.function(days, price) if start else np.zeros(size, np.int64)
    out = {"gross": Fraction(int(left.sum()), 100)}
    for key, name in (
        ("P5/dekking", "cover"),
        ("P5/bijstand", "assistance"),
        ("P5/kwijtschelding", "waiver"),
    ):
        version = rules.at(key, dt.date(2026, 1, 1))
        against = people if key == "P5/dekking" else left
        taken = version.function(guests, against) if version else np.zeros(size, np.int64)
        left = left - taken
        out[name] = Fraction(int(taken.sum()), 100)
    out["patient"] = Fraction(int(left.sum()), 100)
    return out


def _subsidy(given: Given, people: People, parameters: Parameters, rules: RuleSet) -> dict[str, Fraction]:
    year = int(given["year"])
    items = [
        ptz.Organisation(
            o["name"],
            o["form"],
            int(o.get("months_active", 60)),
            {int(y): int(n) for y, n in o["clients"].items()},
            bool(o.get("delivers_care", False)),
            Fraction(str(o.get("nurses_fte", 0))),
            Fraction(str(o.get("umbrella_fte", 0))),
            bool(o.get("independent", True)),
            bool(o.get("anbi", True)),
        )
        for o in given["organisations"]
    ]
    version = rules.at("Z1", dt.date(year, 1, 1))
    if version is None:
        return {}
    ceiling = _cents(given["ceiling_eur"]) if "ceiling_eur" in given else None
    need = Fraction(_cents(given["national_need_eur"])) if "national_need_eur" in given else None
    result = version.function(year, items, parameters, rules, ceiling, need)
    out = {"payout": result.payout, "total": Fraction(result.total_cents, 100)}
    for award in result.awards:
        out[f"{award.organisation.name}_subsidy"] = Fraction(award.subsidy_cents, 100)
        out[f"{award.organisation.name}_maximum"] = Fraction(award.maximum_cents, 100)
        out[f"{award.organisation.name}_mean"] = award.mean_clients
        for month, cents in award.instalments.items():
            out[f"{award.organisation.name}_{month}"] = Fraction(cents, 100)
    return out


def _budget(given: Given, people: People, parameters: Parameters, rules: RuleSet) -> dict[str, Fraction]:
    version = rules.at("T7/budget", dt.date(2026, 1, 1))
    if version is None:
        return {}
    amount = version.function(
        _ints(_cents(given["yearly_eur"])),
        _ints(int(given["days"])),
        _ints(int(given["year"])),
    )
    return {"budget": Fraction(int(amount[0]), 100)}


def _reimbursed(given: Given, people: People, parameters: Parameters, rules: RuleSet) -> dict[str, Fraction]:
    version = rules.at("P6", dt.date(2026, 1, 1))
    gross = _ints(_cents(given["invoice_eur"]))
    reference = _ints(_cents(given.get("reference_eur", given["invoice_eur"])))
    contracted = np.array([bool(given.get("contracted", False))])
    rate = Fraction(str(given["pct"])) / 100
    paid = version.function(gross, reference, contracted, people.natura, rate) if version else gross
    return {"insurer": Fraction(int(paid[0]), 100), "patient": Fraction(int((gross - paid)[0]), 100)}


def _wmo(given: Given, people: People, parameters: Parameters, rules: RuleSet) -> dict[str, Fraction]:
    """Subscription by month of help that began on a day, at its cost of each month."""
    rows = given["months"]
    start = _ints(_day(given["start"]))
    month = _ints(*(int(r["month"][:4]) * 12 + int(r["month"][5:]) - 1 for r in rows))
    size = len(rows)
    due = np.array([bool(r.get("wlz_due", False)) for r in rows])
    support = wmo.Support(np.zeros(size, np.int64), month, due)
    amount = np.zeros(size, np.int64)
    for version, on in rules.versions("P3", month_start_day(month)):
        amount = np.where(on, version.function(support, people, parameters), amount)
    for version, on in rules.versions("P7", month_start_day(month)):
        amount = np.where(on & version.function(support, people), 0, amount)
    for version, _ in rules.versions("P3/maanden", start):
        first, last = version.function(start, month_start_day(month[-1:] + 1))
        amount = np.where((month >= first) & (month <= last), amount, 0)
    cost, none = _ints(*(_cents(r["cost_eur"]) for r in rows)), _ints()
    cents = np.zeros(size, np.int64)
    for version, _ in rules.versions("P3/kostprijs", start):
        cents, _ = version.function(amount, cost, wmo.Aids(none, none, none, none))
    out = {f"m{m // 12}_{m % 12 + 1:02d}": Fraction(int(c), 100) for m, c in zip(month, cents, strict=True)}
    out["total"] = Fraction(int(cents.sum()), 100)
    return out


RUNNERS: dict[str, Callable[[Given, People, Parameters, RuleSet], dict[str, Fraction]]] = {
    "eigen_risico": _eigen_risico,
    "wlz_months": _wlz,
    "wlz_month_amount": _month_of_contribution,
    "guest_days": _guest,
    "subsidy": _subsidy,
    "home_budget": _budget,
    "reimbursed": _reimbursed,
    "wmo_months": _wmo,
    "call": call,
    "care": care,
    "stay_days": stay_days,
    "budget_sum": budget_sum,
    "treated_stay": treated_stay,
}


def run(case: Given, book: TariffBook, rules: RuleSet) -> dict[str, Fraction]:
    """Amounts in euros that the law gives for a case, by name."""
    given = case["input"]
    if case["function"] == "bill":
        return bill(given, book, rules)
    parameters = Parameters(book, 2026)
    return RUNNERS[str(case["function"])](given, person(given), parameters, rules)
