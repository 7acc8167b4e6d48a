"""Why care is forbidden or has no line: the fact of that day without which the law would let it through.

A rule says of a line what it finds, not which of its facts decides. Here the line is judged again with one
fact otherwise (another Wlz form or profile, another place, another age, terminal or not, another fact of the
line, the lines beside it gone); the first change that lets it through is the reason. So every rule has a
reason in words, without saying it itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np

from sim.dates import date_of
from sim.law.days import DAY_PROFILES, FORM
from sim.law.delivery import FACTS, FORBIDDEN, INSIDE, WORDS, Delivery, fact_text
from sim.law.people import ENDLESS, age_of
from sim.law.registry import Rule, RuleSet
from sim.law.wlz.contribution import add_months
from sim.ledger.remarks import Refusal, Remark
from sim.limits import OLDEST_AGE_YEARS, TRIED_AGES_APART_YEARS, TRIED_FACT
from sim.schema import SETTINGS, WLZ_FORMS
from sim.units import ADULT_AGE_YEARS, MINUTES_PER_DAY, MONTHS_PER_YEAR, Ints

# What the rules find of some lines of one product, by their rows among all
Judged = Callable[[Delivery, Ints], Ints]
Change = Callable[[Delivery], Delivery]
AGES = range(OLDEST_AGE_YEARS + 1)  # ages in whole years that a patient may have
# Ages tried first, among them some of children, adults and the old
SOME_AGES = AGES[2::TRIED_AGES_APART_YEARS]


@dataclass(frozen=True)
class Keys:
    """Where the facts of a line stand in the case file."""

    line: str = "care"  # the care line
    stay: str = "journey"  # its stay in the journey, "" for none
    periods: tuple[tuple[int, int, str], ...] = ()  # Wlz periods: first day, day after the last, key
    lines: tuple[str, ...] = field(default=())  # the care line of each row; () where they are not known

    def period(self, day: int) -> str:
        """The Wlz period of a day."""
        return next((key for first, end, key in self.periods if first <= day < end), "patient.wlz")


def reason(care: Delivery, row: int, judged: Judged, keys: Keys) -> Remark | None:
    """The fact of the day that keeps a line, by its row, from being declared.

    None where no single fact, and no two together, would change what the rules find (`judged`).
    """

    def passes(*changes: Change) -> bool:
        altered = care
        for change in changes:
            altered = change(altered)
        return int(judged(altered, np.arange(len(care)))[row]) not in (FORBIDDEN, INSIDE)

    said = _fact(care, row, passes, keys, usual=False)
    for maker in (_behandeling, _form, _profile, _setting, _terminal, _age, _dead):
        said = said or maker(care, row, passes, keys)
    return (
        said
        or _beside(care, row, judged, keys)
        or _fact(care, row, passes, keys, usual=True)
        or _two(care, row, passes, keys)
    )


Passes = Callable[..., bool]


def _set(row: int, **columns: int | bool) -> Change:
    """The care with columns of a row otherwise; those of its place too."""

    def change(care: Delivery) -> Delivery:
        own: dict[str, Any] = {}
        place: dict[str, Any] = {}
        for name, value in columns.items():
            holder, new = (care, own) if hasattr(care, name) else (care.place, place)
            column = np.array(getattr(holder, name), copy=True)
            column[row] = value
            new[name] = column
        return replace(care, place=replace(care.place, **place), **own)

    return change


def _day(care: Delivery, row: int) -> int:
    return int(care.day[row])


def _others(care: Delivery, row: int, name: str, count: int) -> list[tuple[int, Change]]:
    own = int(getattr(care.place, name)[row])
    return [(code, _set(row, **{name: code})) for code in range(count) if code != own]


def _behandeling(care: Delivery, row: int, passes: Passes, keys: Keys) -> Remark | None:
    if not care.place.treated[row] or not passes(_set(row, treated=False)):
        return None
    return Remark("why_treated", where=keys.period(_day(care, row)))


def _form(care: Delivery, row: int, passes: Passes, keys: Keys) -> Remark | None:
    fitting = [WLZ_FORMS[c] for c, change in _others(care, row, "form", len(WLZ_FORMS)) if passes(change)]
    return _of_form(care, row, fitting, keys) if fitting else None


def _profile(care: Delivery, row: int, passes: Passes, keys: Keys) -> Remark | None:
    others = _others(care, row, "profile", len(DAY_PROFILES))
    fitting = [DAY_PROFILES[code] for code, change in others if code and passes(change)]
    own = int(care.place.profile[row])
    if not fitting or not own:
        return None
    where = f"{keys.period(_day(care, row))}.profile"
    return Remark("why_profile", profile=DAY_PROFILES[own], where=where, profiles=", ".join(fitting))


def _of_form(care: Delivery, row: int, fitting: list[str], keys: Keys) -> Remark:
    """What to say of the Wlz form of a day, and which forms would do."""
    form, where = WLZ_FORMS[int(care.place.form[row])], keys.period(_day(care, row))
    if form == WLZ_FORMS[0]:
        return Remark("why_no_wlz", forms=", ".join(fitting))
    if WLZ_FORMS[0] in fitting or not fitting:
        return Remark("why_wlz", form=form, where=where)
    return Remark("why_wlz_form", form=form, where=where, forms=", ".join(fitting))


def _setting(care: Delivery, row: int, passes: Passes, keys: Keys) -> Remark | None:
    fitting = [SETTINGS[c] for c, change in _others(care, row, "setting", len(SETTINGS)) if passes(change)]
    return _of_setting(care, row, keys) if fitting else None


def _of_setting(care: Delivery, row: int, keys: Keys) -> Remark:
    return Remark("why_setting", whereabouts=SETTINGS[int(care.place.setting[row])], where=keys.stay)


def _terminal(care: Delivery, row: int, passes: Passes, keys: Keys) -> Remark | None:
    day, begins = _day(care, row), int(care.terminal_day[row])
    change = _set(row, terminal_day=day if day < begins else ENDLESS)
    return _of_terminal(care, row) if passes(change) else None


def _of_terminal(care: Delivery, row: int) -> Remark:
    day, begins = _day(care, row), int(care.terminal_day[row])
    if begins >= ENDLESS:
        return Remark("why_never_terminal")
    return Remark("why_not_terminal" if day < begins else "why_terminal", date=_date(begins))


def _aged(care: Delivery, row: int, years: int) -> Change:
    """The care with the patient so old on the day, and for half a year more."""
    months = years * MONTHS_PER_YEAR + MONTHS_PER_YEAR // 2
    return _set(row, birth_day=int(add_months(care.day[row : row + 1], -months)[0]))


def _age(care: Delivery, row: int, passes: Passes, keys: Keys) -> Remark | None:
    if not any(passes(_aged(care, row, years)) for years in SOME_AGES):
        return None
    fitting = [years for years in AGES if passes(_aged(care, row, years))]
    return _of_age(care, row, fitting)


def _of_age(care: Delivery, row: int, fitting: list[int]) -> Remark:
    """What to say of the age on a day, and for which ages the care is."""
    age = age_of(int(care.birth_day[row]), _day(care, row))
    low, high = (min(fitting), max(fitting) + 1) if fitting else (age + 1, age)
    if fitting and age < low:
        return Remark("why_younger", age=age, least=low)
    if age >= high == ADULT_AGE_YEARS:
        return Remark("why_adult", age=age, most=high)
    if fitting and age >= high:
        return Remark("why_older", age=age, most=high)
    return Remark("why_age", age=age)


def _fact(care: Delivery, row: int, passes: Passes, keys: Keys, usual: bool) -> Remark | None:
    """A fact of the line, among those that are as usual or among those that are not."""
    for name, expected in FACTS.items():
        own = int(care.fact(name)[row])
        if (own == expected) is not usual:
            continue
        if any(passes(_with_fact(row, name, value)) for value in values_of(name, own)):
            key = "why_no_fact" if usual else "why_fact"
            return Remark(key, where=f"{keys.line}.{name}", value=fact_text(name, own))
    return None


def values_of(name: str, own: int) -> Iterator[int]:
    """Other values that a fact may have."""
    some = range(len(WORDS[name])) if name in WORDS else dict.fromkeys((FACTS[name], 0, 1, 100, TRIED_FACT))
    yield from (value for value in some if value != own)


def _with_fact(row: int, name: str, value: int) -> Change:
    def change(care: Delivery) -> Delivery:
        column = np.array(care.fact(name), copy=True)
        column[row] = value
        return replace(care, facts={**care.facts, name: column})

    return change


def _dead(care: Delivery, row: int, passes: Passes, keys: Keys) -> Remark | None:
    if int(care.death_day[row]) >= ENDLESS or not passes(_set(row, death_day=ENDLESS)):
        return None
    return Remark("why_dead", date=_date(int(care.death_day[row])))


def _beside(care: Delivery, row: int, judged: Judged, keys: Keys) -> Remark | None:
    """The other line of the same product without which this one would pass."""
    for other in range(len(care)):
        if other == row:
            continue
        left = np.array([n for n in range(len(care)) if n != other], np.int64)
        place = int(np.searchsorted(left, row))
        if int(judged(care.take(left), left)[place]) not in (FORBIDDEN, INSIDE):
            where = keys.lines[other] if keys.lines else keys.line
            return Remark("why_beside", where=where, date=_date(_day(care, other)))
    return None


def _two(care: Delivery, row: int, passes: Passes, keys: Keys) -> Remark | None:
    """Two facts of the day that keep the line out together."""
    day, begins = _day(care, row), int(care.terminal_day[row])
    forms = [change for _, change in _others(care, row, "form", len(WLZ_FORMS))]
    settings = [change for _, change in _others(care, row, "setting", len(SETTINGS))]
    phase = [_set(row, terminal_day=day if day < begins else ENDLESS)]
    ages = [_aged(care, row, years) for years in SOME_AGES]
    no_wlz = int(care.place.form[row]) == FORM["geen"]
    said: tuple[tuple[list[Change], Remark], ...] = (
        (forms, Remark("why_no_wlz_plain") if no_wlz else _of_form(care, row, [], keys)),
        (settings, _of_setting(care, row, keys)),
        (phase, _of_terminal(care, row)),
        (ages, _of_age(care, row, [])),
    )
    for at, (some, first) in enumerate(said):
        for more, second in said[at + 1 :]:
            if any(passes(one, two) for one, two in product(some, more)):
                return Remark("why_both", first=first, second=second)
    return None


def _date(day: int) -> dt.date:
    return date_of(day * MINUTES_PER_DAY)


def refuse(
    id: str,
    care: Delivery,
    found: Ints,
    rule: Ints,
    rules: RuleSet,
    judged: Judged,
    keys_of: Callable[[int], Keys],
    file: str,
) -> None:
    """Raise on the first line that its law forbids.

    The Refusal names where it stands (`keys_of` a row, in the file as messages write it), the product, the
    date, the fact that forbids it, the rule and its article.
    """
    rows = np.flatnonzero(found == FORBIDDEN)
    if len(rows) == 0:
        return
    row = int(rows[0])
    keys = keys_of(row)
    held: Rule = next(r for r in rules.rules if r.key == rules.labels[int(rule[row])])
    why, date = reason(care, row, judged, keys), _date(_day(care, row))
    more = {} if why is None else {"reason": why}
    key = "refused" if more else "refused_plain"
    raise Refusal(f"{file}: {keys.line}", Remark(key, by=held, product=id, date=date, **more))
