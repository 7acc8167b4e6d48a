"""Care as delivered: what the rules ask of each line, and what they find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from sim.catalogue import Product
from sim.catalogue.models import Specialism
from sim.data import read_document
from sim.law.care import Place, rule_of
from sim.law.days import FORM, SETTING
from sim.law.parameters import Parameters
from sim.law.people import ENDLESS, birthday
from sim.law.registry import RuleSet
from sim.schema import GROUPS, INSTITUTIONS, UNFUNDED_REASONS
from sim.units import HOURS_PER_DAY, MONTHS_PER_YEAR, Bools, Ints

# What a rule finds of a line: declared (0), inside another price, forbidden, the patient's, or unfunded
FINDINGS = ("gedeclareerd", "inbegrepen", "verboden", "eigen_rekening", *UNFUNDED_REASONS)
FINE, INSIDE, FORBIDDEN, OWN = range(len(FINDINGS) - len(UNFUNDED_REASONS))

_TOLD = read_document(Path(__file__).with_name("facts.yaml"))
_NUMBERS = {"HOURS_PER_DAY": HOURS_PER_DAY, "ENDLESS": ENDLESS}
TRANSPORT_REASONS, SUPPLEMENTS = (tuple(_TOLD["words"][name]) for name in ("reason", "toeslag"))
# Facts that are words; the first is what holds when a line does not say
WORDS: Mapping[str, tuple[str, ...]] = {
    "vervangt": tuple(_TOLD["words"]["vervangt"]),
    "composition": tuple(_TOLD["words"]["composition"]),
    "reason": TRANSPORT_REASONS,
    "diagnosis": GROUPS,
    "specialisme": ("", *get_args(Specialism)),
    "toeslag": ("", *SUPPLEMENTS),
}
# What a rule may ask of a line, and what holds when the line does not say: care as it should be
FACTS: Mapping[str, int] = {
    **dict.fromkeys(WORDS, 0),
    **{name: _NUMBERS.get(usual, usual) for name, usual in _TOLD["usual"].items()},
}
# Facts that are numbers, among those whose usual value is 0 or 1
COUNTS = ("volgnummer", "behandeldagen", "dagen_per_jaar_thuis", "contract_maximum")
# What a rule may ask that a bill finds itself: the number that the first unit of a line is under its contract
DERIVED: Mapping[str, int] = {"contract_nummer": 1}


NO_COLUMNS = ("place", "facts", "product")  # fields of `Delivery` that are no column


def fact_text(name: str, value: int) -> str:
    """A fact as a case file writes it."""
    if name in WORDS:
        return WORDS[name][value] or "-"
    truth = FACTS[name] in (0, 1) and value in (0, 1) and name not in COUNTS
    return str(bool(value)).lower() if truth else str(value)


@dataclass(frozen=True)
class Delivery:
    """Lines of one product, in columns of one length."""

    person: Ints  # row in `People`
    day: Ints  # first day
    end: Ints  # day after the last
    quantity: Ints  # smallest steps
    cents: Ints  # gross
    place: Place
    birth_day: Ints  # as the next two of the person of each line
    death_day: Ints
    terminal_day: Ints
    facts: Mapping[str, Ints]  # columns of `FACTS` that the lines state
    product: str = ""  # product id; set where the lines are judged

    def __len__(self) -> int:
        """Lines."""
        return len(self.person)

    def fact(self, name: str) -> Ints:
        """A fact of each line; what the program takes for granted where the lines do not say."""
        stated = self.facts.get(name)
        usual = DERIVED[name] if name in DERIVED else FACTS[name]
        return np.full(len(self), usual, np.int64) if stated is None else stated

    def take(self, rows: Ints | slice) -> Delivery:
        """Some lines, in the given order; neighbours share their memory with these."""
        facts = {name: column[rows] for name, column in self.facts.items()}
        plain = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name not in NO_COLUMNS}
        return replace(self, **plain, place=self.place.take(rows), facts=facts)

    def true(self, name: str) -> Bools:
        """Whether a fact holds, by line."""
        return np.asarray(self.fact(name) != 0, np.bool_)

    def word(self, name: str, *words: str) -> Bools:
        """Whether a fact is one of some words, by line."""
        known = WORDS[name]
        return np.asarray(np.isin(self.fact(name), [known.index(w) for w in words]), np.bool_)

    def younger(self, years: Ints | int) -> Bools:
        """Whether the person has not reached an age on the day of the line."""
        return np.asarray(birthday(self.birth_day, years * MONTHS_PER_YEAR) > self.day, np.bool_)


def finding(where: Bools, found: int | str) -> Ints:
    """The same finding for the rows where it holds, else that the line is fine (int64 array)."""
    code = FINDINGS.index(found) if isinstance(found, str) else found
    return np.multiply(where, code, dtype=np.int64)


def first_of(*findings: Ints) -> Ints:
    """The first finding that is not that the line is fine, by row (int64 array)."""
    out = findings[0].copy()
    for other in findings[1:]:
        out = np.where(out == FINE, other, out)
    return out


def together(parts: Sequence[Delivery]) -> Delivery:
    """All lines of several products, in order of the parts; they state the same facts."""
    names = set().union(*(p.facts for p in parts))
    facts = {name: np.concatenate([p.fact(name) for p in parts]) for name in sorted(names)}
    columns = [f.name for f in fields(Delivery) if f.name not in NO_COLUMNS]
    plain: dict[str, Any] = {name: np.concatenate([getattr(p, name) for p in parts]) for name in columns}
    return Delivery(**plain, place=Place.together([p.place for p in parts]), facts=facts)


def judge(product: str, care: Delivery, rules: RuleSet, parameters: Parameters) -> tuple[Ints, Ints]:
    """What the rules find of lines of one product, and which rule says so.

    Codes of `FINDINGS` and of `rules.labels`; for a line that is declared the rule that lets it be. Raises
    InputError when no rule covers the product.
    """
    base = rule_of(parameters.product(product))
    care = replace(care, product=product)
    allowed = _allowed(base, care.day, care.place, rules)
    found = np.full(len(care), FINE)
    if not allowed.all():
        # what its rule does not let through lies inside the price of a stay, or is forbidden
        found = np.where(allowed, FINE, np.where(care.place.inside(*INSTITUTIONS), INSIDE, FORBIDDEN))
    rule = np.full(len(care), max(rules.code(base), 0), np.int64)
    for key in rules.checks(product, opens=True):
        says = rules.apply(key, care.day, FORBIDDEN, care, parameters)
        opened = (found != FINE) & (says == FINE)
        found[opened], rule[opened] = FINE, rules.code(key)
    for key in rules.checks(product):
        says = rules.apply(key, care.day, FINE, care, parameters)
        if not says.any():
            continue
        turned = (found == FINE) & (says != FINE)
        found = np.where(turned, says, found)
        rule[turned] = rules.code(key)
    return found, rule


def judge_across(
    products: Sequence[str],
    parts: Sequence[Delivery],
    order: Sequence[Ints],
    judged: Sequence[tuple[Ints, Ints]],
    rules: RuleSet,
    parameters: Parameters,
) -> list[tuple[Ints, Ints]]:
    """What rules find that look at several products together, of lines that no other rule has turned.

    Parts are the lines of each product, order the place of each line among all, judged what `judge` finds of
    each product; the answer is one a product, as `judge` gives them.
    """
    out = [(found.copy(), rule.copy()) for found, rule in judged]
    keys = dict.fromkeys(key for product in products for key in rules.checks(product, across=True))
    for key in keys:
        rows = [
            (place, row)
            for place, product in enumerate(products)
            if key in rules.checks(product, across=True)
            for row in np.flatnonzero(out[place][0] == FINE).tolist()
        ]
        rows.sort(key=lambda at: int(order[at[0]][at[1]]))
        if not rows:
            continue
        care = together([parts[place].take(np.array([row])) for place, row in rows])
        says = rules.apply(key, care.day, FINE, care, parameters)
        for number in np.flatnonzero(says != FINE).tolist():
            place, row = rows[number]
            out[place][0][row], out[place][1][row] = says[number], rules.code(key)
    return out


def lets(product: Product, setting: str, form: str, day: int, rules: RuleSet) -> bool:
    """Whether the rule of a product lets it be declared in a place without behandeling, on a day."""
    at, where = np.array([day], np.int64), np.array([SETTING[setting]], np.int64)
    no = np.zeros(1, np.bool_)
    place = Place(where, np.array([FORM[form]], np.int64), no, no, np.zeros(1, np.int64))
    return bool(_allowed(rule_of(product), at, place, rules)[0])


def _allowed(key: str, day: Ints, place: Place, rules: RuleSet) -> Bools:
    """Whether the rule of a product lets it be declared in each place; a rule that checks lines lets all."""
    out = np.zeros(len(day), np.bool_)
    for version, on in rules.versions(key, day):
        out |= on & (version.function(place) if not version.products else True)
    return out
