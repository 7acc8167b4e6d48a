"""Runs a case on one rule: a function called with columns, care that is judged, days of stays."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from sim.billing.case import Case
from sim.billing.case_bill import make_bill
from sim.catalogue import TariffBook
from sim.dates import day_of
from sim.law import alternative
from sim.law.care import Place
from sim.law.days import DAY_PROFILES, DAY_RULES, FORM, RAISES, SETTING, StayDays, with_vv10
from sim.law.delivery import FACTS, FINDINGS, FINE, INSIDE, OWN, WORDS, Delivery, judge, judge_across
from sim.law.parameters import Parameters
from sim.law.people import ENDLESS, People, birthday
from sim.law.registry import RuleSet
from sim.law.wlz import home as wlz_home
from sim.law.zvw import payments as zvw_payments
from sim.ledger import PriceSettings
from sim.ledger.reasons import Keys, refuse
from sim.schema import CEILING_OUTCOMES, LAWS, SETTINGS, WLZ_FORMS
from sim.units import Ints

Given = Mapping[str, Any]
Answer = dict[str, Fraction]
CODES = {
    "setting": SETTINGS,
    "form": WLZ_FORMS,
    "law": LAWS,
    "outcome": CEILING_OUTCOMES,
    "raise": RAISES,
    "experiment": ("geen", *alternative.EXPERIMENTS),
}
CLASSES = {
    "Surcharges": zvw_payments.Surcharges,
    "Indications": wlz_home.Indications,
    "Claimed": alternative.Claimed,
}


def cents(euros: object) -> int:
    amount = Fraction(str(euros)) * 100
    assert amount.denominator == 1
    return int(amount)


def day(value: object) -> int:
    if value is None:
        return ENDLESS
    return day_of(value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)))


def _date(given: Given) -> dt.date:
    value = given.get("date", "2026-06-01")
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))


def _value(kind: str, value: Any, given: Given, people: People, parameters: Parameters) -> Any:
    """One argument of a function: the kind says what a value of the case file becomes."""
    at = day(_date(given))
    if kind in CODES:
        return np.array([CODES[kind].index(v) - (kind == "experiment") for v in value], np.int64)
    makers = {
        "ints": lambda: np.array(value, np.int64),
        "bools": lambda: np.array(value, np.bool_),
        "eur": lambda: np.array([cents(v) for v in value], np.int64),
        "days": lambda: np.array([day(v) for v in value], np.int64),
        "int": lambda: int(value),
        "int_tuple": lambda: tuple(int(v) for v in value),
        "eur_one": lambda: cents(value),
        "day_one": lambda: day(value),
        "text": lambda: str(value),
        "rate": lambda: Fraction(str(value)),
        "parameter_cents": lambda: parameters.cents(value, np.full(1, at)),
        "parameter_whole": lambda: parameters.whole(value, np.full(1, at)),
        "parameter_int": lambda: int(parameters.number(value, at)),
        "parameter_hundredths": lambda: int(parameters.number(value, at) * 100),
        "parameter_eur": lambda: int(parameters.number(value, at) * 100),
        "parameter_rate": lambda: parameters.rate(value, at),
        "people": lambda: people,
        "parameters": lambda: parameters,
    }
    if kind in makers:
        return makers[kind]()
    fields = {n: _value(*next(iter(v.items())), given, people, parameters) for n, v in value.items()}
    return CLASSES[kind](**fields)


def call(given: Given, people: People, parameters: Parameters, rules: RuleSet) -> Answer:
    """A rule's function called as the case says; rows of the answer are r1, r2 ..."""
    version = rules.at(given["key"], _date(given))
    if version is None:
        return {}
    arguments = [_value(*next(iter(a.items())), given, people, parameters) for a in given["arguments"]]
    result = version.function(*arguments)
    if isinstance(result, alternative.Bundled):
        out = {f"line{n + 1}": Fraction(int(c), 100) for n, c in enumerate(result.cents)}
        out |= {f"shadow{n + 1}": Fraction(int(c), 100) for n, c in enumerate(result.shadow)}
        out |= {f"gain{n + 1}": Fraction(int(c), 100) for n, c in enumerate(result.gain)}
        return out | {"bundles": Fraction(int(result.price.sum()), 100)}
    if isinstance(result, str):
        return {result or "geen": Fraction(1)}
    unit = given.get("unit", "number")
    out = {}
    for number, value in enumerate(np.atleast_1d(result).tolist(), 1):
        if unit in CODES:
            out[f"r{number}_{CODES[unit][int(value)]}"] = Fraction(1)
        else:
            out[f"r{number}"] = Fraction(int(value), 100 if unit == "eur" else 1)
    return out | ({"total": sum(out.values(), Fraction(0))} if unit not in CODES else {})


def _fact(name: str, value: Any) -> int:
    return WORDS[name].index(value) if name in WORDS else int(value)


def care(given: Given, people: People, parameters: Parameters, rules: RuleSet) -> Answer:
    """Lines of care through all rules: euros that are declared, inside, the patient's, unfunded."""
    terminal = given.get("terminal_from")
    died = int(people.death_day[0])
    terminal_day = day(terminal) if terminal else (died - 90 if died < ENDLESS else ENDLESS)
    out: dict[str, Fraction] = {}
    by_product: dict[str, list[tuple[int, Given]]] = {}
    for number, line in enumerate(given["care"], 1):
        by_product.setdefault(line["product"], []).append((number, line))
    parts: list[Delivery] = []
    for numbered in by_product.values():
        lines = [line for _, line in numbered]
        size = len(lines)
        names = {n for line in lines for n in line if n in FACTS}
        first = np.array([day(x["date"]) for x in lines], np.int64)
        parts.append(
            Delivery(
                person=np.zeros(size, np.int64),
                day=first,
                end=np.array([day(x.get("to", x["date"])) for x in lines], np.int64),
                quantity=np.ones(size, np.int64),
                cents=np.array([cents(x["eur"]) for x in lines], np.int64),
                place=Place(
                    np.array([SETTING[x.get("setting", "thuis")] for x in lines], np.int64),
                    np.array([FORM[x.get("form", "geen")] for x in lines], np.int64),
                    np.array([bool(x.get("treated", False)) for x in lines]),
                    np.array([bool(x.get("by_day", False)) for x in lines]),
                    np.array([DAY_PROFILES.index(x.get("profile", "geen")) for x in lines], np.int64),
                ),
                birth_day=np.full(size, people.birth_day[0]),
                death_day=np.full(size, people.death_day[0]),
                terminal_day=np.full(size, terminal_day),
                facts={n: np.array([_fact(n, x[n]) if n in x else FACTS[n] for x in lines]) for n in names},
            )
        )
    before = [judge(id, part, rules, parameters) for id, part in zip(by_product, parts, strict=True)]
    order = [np.array([number for number, _ in numbered]) for numbered in by_product.values()]
    after = judge_across(list(by_product), parts, order, before, rules, parameters)
    for (product, numbered), delivery, (found, rule) in zip(by_product.items(), parts, after, strict=True):

        def judged(other: Delivery, rows: Ints, product: str = product) -> Ints:
            return judge(product, other, rules, parameters)[0]

        refuse(product, delivery, found, rule, rules, judged, lambda _: Keys(), "case.yaml")
        for (number, line), code in zip(numbered, found.tolist(), strict=True):
            amount = Fraction(str(line["eur"]))
            word = {FINE: "declared", INSIDE: "inside", OWN: "patient"}.get(code, "unfunded")
            out[word] = out.get(word, Fraction(0)) + amount
            out[f"{word}{number}"] = amount
            if word == "unfunded":
                out[FINDINGS[code]] = amount
    return out


def stay_days(given: Given, people: People, parameters: Parameters, rules: RuleSet) -> Answer:
    """Days of stays by product, dots and all else as underscores."""
    stays = given["stays"]
    first = np.array([day(s["from"]) for s in stays], np.int64)
    end = np.array([day(s["to"]) for s in stays], np.int64)
    days = StayDays(
        setting=np.array([SETTING[s["setting"]] for s in stays], np.int64),
        form=np.array([FORM[s.get("form", "geen")] for s in stays], np.int64),
        profile=np.array([DAY_PROFILES.index(s.get("profile", "geen")) for s in stays], np.int64),
        treated=np.array([bool(s.get("treated", False)) for s in stays]),
        contracted=np.array([bool(s.get("contracted", True)) for s in stays]),
        first=first,
        end=end,
        terminal_day=np.array([day(s.get("terminal_from")) for s in stays], np.int64),
        blocked_day=np.array([day(s.get("ready_from", s["to"])) for s in stays], np.int64),
        criteria=np.array([bool(s.get("criteria", False)) for s in stays]),
        adult_day=np.full(len(stays), birthday(people.birth_day[:1], 18 * 12)[0]),
    )
    days = with_vv10(days, rules)
    out: dict[str, Fraction] = {}
    for key in DAY_RULES:
        for version, on in rules.versions(key, first):
            extra = (parameters.whole("wlz.afwezigheid_max_dagen", first)[0],) if key == "V9" else ()
            for span in version.function(days, *extra):
                for row, low, high, which in zip(span.rows, span.first, span.end, span.which, strict=True):
                    if on[row] and high > low:
                        name = span.products[which].replace(".", "_")
                        out[name] = out.get(name, Fraction(0)) + int(high - low)
    return out


def budget_sum(given: Given, people: People, parameters: Parameters, rules: RuleSet) -> Answer:
    """Sum of lines of the table of 150 million over years."""
    total = Fraction(0)
    for year in given["years"]:
        first = dt.date(int(year), 1, 1)
        version = rules.at("Z4", first)
        for line in given["lines"] if version else ():
            total += Fraction(int(version.function(line, day(first), parameters)), 100)
    return {"total": total}


def treated_stay(given: Given, people: People, parameters: Parameters, rules: RuleSet) -> Answer:
    """Days in a nursing home and a visit of the GP, with behandeling as the law of the date has it."""
    first = np.array([day(given["date"])], np.int64)
    treated = np.ones(1, np.bool_)
    for version, on in rules.versions("A5", first):
        treated = np.where(on, version.function(treated, first), treated)
    held = bool(treated[0])
    where = {"setting": "verpleeghuis", "form": "verblijf", "treated": held}
    last = dt.date.fromisoformat(str(given["date"])) + dt.timedelta(days=int(given["days"]))
    stay = {**where, "profile": given["profile"], "from": given["date"], "to": last}
    visit = {
        **where,
        "product": "zvw.huisarts.visite",
        "date": given["date"],
        "eur": given["visit_eur"],
    }
    out = stay_days({"stays": [stay]}, people, parameters, rules)
    return out | care({"care": [visit]}, people, parameters, rules)


def bill(given: Given, book: TariffBook, rules: RuleSet) -> Answer:
    """Euros the patient pays by item, by law and by payer, for a whole journey."""
    case = Case.model_validate_json(json.dumps(given["bill"], default=str))
    made = make_bill(case, book, rules, PriceSettings(2026))
    out = {"patient": Fraction(made.patient_cents, 100)}
    for item, amount in made.items.items():
        if isinstance(amount, int):
            out[item] = Fraction(amount, 100)
            continue
        for when, cents_paid in amount.items():
            out[f"{item}_{str(when).replace('-', '_')}"] = Fraction(cents_paid, 100)
    out |= {f"law_{law}": Fraction(c, 100) for law, c in made.by_law.items()}
    out |= {f"payer_{payer}": Fraction(c, 100) for payer, c in made.by_payer.items()}
    out |= {f"attributed_{scheme}": Fraction(c, 100) for scheme, c in made.attributed.items()}
    for line in made.lines:
        name = line.product.replace(".", "_")
        for what, amount in (("gross", Fraction(line.gross_cents, 100)), ("quantity", line.quantity)):
            out[f"{what}_{name}"] = out.get(f"{what}_{name}", Fraction(0)) + amount
    for lost in made.unfunded:
        out[f"unfunded_{lost.reason}"] = out.get(f"unfunded_{lost.reason}", Fraction(0)) + Fraction(
            lost.cents, 100
        )
    for told in made.beside:
        number = Fraction(told.amount) if told.unit else Fraction(1)
        out[f"beside_{told.what}"] = out.get(f"beside_{told.what}", Fraction(0)) + number
    return out
