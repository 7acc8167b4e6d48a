"""What a bill says: sentences in English that keep their parts, so that a page can say them in Dutch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Protocol, Self

from sim.errors import InputError, Place
from sim.law.registry import Rule
from sim.units import CENTS_PER_EURO

# Sentences by key; a part that ends in `_cents` is money, in `_share` a share
TEXTS: Final[Mapping[str, str]] = {
    "stand_in": "{what}: no price on that date; the price of {year} stands in",
    "fallback": "{what}: no legal amount on that date; that of {year} stands in",
    "form": "patient.wlz: {before} is {form} from {date}: {title} ({rule})",
    "inside": "{where}: wholly or in part inside another price, so no line: {title} ({rule})",
    "inside_why": "{where}: wholly or in part inside another price, so no line: on {date} {reason} "
    "({rule}: {title})",
    "cut": "{where}: part of it is not declared: {title} ({rule})",
    "cut_days": "journey: part of the days is not declared: {title} ({rule})",
    "help_wlz": "{where}: on {date} beside Wlz {form}: help at home is then for the Wlz, and the "
    "municipality may refuse it (Handreiking 2.4, Wmo 2015 art. 2.3.5(6); {rule}: {title})",
    "visit": "{where}: on {date} beside {product} opened {opened}, "
    "whose price holds visits of its own specialty",
    "in_dbc": "{where}: its days and the surcharge of the admission lie inside {product}, opened {opened}, "
    "and are no lines; it holds none where the case itself states klinisch: false ({rule}: {title})",
    "no_day_contribution": "{where}: not given; counted as 0",
    "terminal": "{where}: begins or ends in the terminal phase, from {date}: {title} ({rule}: {article})",
    "terminal_refused": "begins or ends in the terminal phase, from {date}: {title} ({rule}: {article}); "
    "give an earlier date, or leave it out",
    "day_care_age": "{where}: on {date} the patient is {age}; a dagverblijf is described for children "
    "aged 0-{most} ({rule}: {title})",
    "perinatal": "{where}: on {date} the patient is {age}; care for a child not yet born is recorded on the "
    "mother, others have no line ({rule}: {title})",
    "child_hospice": "{where}: on {date} the patient is {age}, a child, {whereabouts}: "
    "zvw.kindzorg.kinderzorghuis, not ELV ({rule}: {title})",
    "child_elv": "{where}: on {date} the patient is {age}, a child, {whereabouts}: priced as of an adult; "
    "verblijf intensieve kindzorg (zvw.kindzorg.kinderzorghuis) may be meant ({rule}: {title})",
    "at_home_admitted": "{where}: on {date} the patient is in hospital: the hours are counted as given; "
    "care in the hospital is the hospital's, and of hours at home only coordination goes on "
    "(Handreiking 1.7; {rule}: {title})",
    "vv10_lower": "{where}: from {date} {product} at {day_cents} a day in place of {profile} at {own_cents}: "
    "VV10 is for where the own profile falls short; declare the own profile if it does not "
    "(Handreiking 4.2; {rule}: {title})",
    "attributed": "regeling_ptz: attributed at the maximum a client times a payout of "
    "{payout_share} (assumption), in equal parts in {years}, in which a client of {year} counts; "
    "it goes to the organisation",
    "attributed_none": "regeling_ptz: a client of {year} counts in {years}, when the scheme has lapsed; "
    "so the organisation earns nothing by it",
    "tariffs_changed": "tariffs/ has changed since the run; the amounts are those of today's tariffs",
    "program_changed": "the program has changed since the run; "
    "the declarations are computed and numbered anew",
    "partner": "of {owed_cents} that the couple owes together, in proportion to their incomes",
    "talks": "0.00 for the client: the {law} pays the centre",
    "talks_child": "a child has at most {most}",
    "talks_own": "{count} more that it does not pay",
    "advanced": "invoices of a provider without contract; the insurer pays its part back afterwards",
    "free_budget": "of the pgb of {year}, {held} days in {profile}: to spend without account",
    "fallen": "of {hours} hours a week under the Zvw, when the Wlz began on {date}",
    "main_contractor": "declares the care in the {setting} from {date}, which has no WTZa permit",
    "refused": "{product} on {date}: {reason} ({rule}: {title}; {article}); "
    "leave the line out, or give the care under the law that pays it",
    "refused_plain": "{product} on {date}: {title} ({rule}; {article}); "
    "leave the line out, or give the care under the law that pays it",
    "stay_outside": "{place} beside a Wlz stay on {date}, {where}; "
    "at home and in a bth it is vpt, mpt or pgb",
    "stay_elv": "{place} beside Wlz {form} on {date}, {where}; eerstelijnsverblijf is for who has no Wlz; "
    "give setting respijt, verpleeghuis or pu",
    "stay_no_place": "{place} without a Wlz stay on {date}; give patient.wlz form verblijf, or elv",
    "no_contribution": "{asked} in {place} on {date}: {title} ({rule}: {article}); leave it out",
    "second_provider": "{title} ({rule}: {article}); give hours_per_month in patient.wlz, or leave it out",
    "not_admitted": "{place} on {date} under {form}: {title} ({rule}: {article}); "
    "give contracted: true, subcontractor: true, or form pgb in patient.wlz",
    "why_treated": "the patient has a Wlz stay with behandeling, {where}",
    "why_wlz": "the patient has Wlz {form}, {where}",
    "why_wlz_form": "the patient has Wlz {form}, {where}; this is for Wlz {forms}",
    "why_profile": "the patient has profile {profile}, {where}; this is for {profiles}",
    "why_no_wlz": "the patient has no Wlz; this is for Wlz {forms}",
    "why_no_wlz_plain": "the patient has no Wlz",
    "why_setting": "the patient is {whereabouts}, {where}",
    "why_terminal": "the patient is in the terminal phase, since {date}",
    "why_not_terminal": "the patient is not yet in the terminal phase, which begins on {date}",
    "why_never_terminal": "the patient is not in the terminal phase",
    "why_adult": "the patient is {age}; this is for children below {most}",
    "why_older": "the patient is {age}; this is for those below {most}",
    "why_younger": "the patient is {age}; this is for those of {least} and over",
    "why_age": "the patient is {age}",
    "why_fact": "{where} is {value}",
    "why_no_fact": "{where} is {value}, or not given",
    "why_dead": "the patient has died, on {date}",
    "why_beside": "it stands beside {where} of {date}",
    "doubt": "{where}: on {date} beside {other}; both are counted ({rule}: {title})",
    "doubt_fact": "{where}: on {date} beside {other}; {fact} is not given and counted as {value}, "
    "so both are counted ({rule}: {title})",
    "early": "{where}: on {date}, before the terminal phase, which begins on {terminal_date} "
    "({rule}: {title})",
    "early_never": "{where}: on {date}, though the patient is not in the terminal phase ({rule}: {title})",
    "granted": "{where}: not given; counted as {value} ({rule}: {title})",
    "granted_registration": "{where}: not given; the case lists no care, so the registration is billed "
    "({rule}: {title})",
    "granted_no_registration": "{where}: not given; the case lists its care itself, so no registration is "
    "billed; true adds it ({rule}: {title})",
    "why_both": "{first}, and {second}",
}
DATES: Final = ("date", "opened", "terminal_date")  # parts that are days

Part = str | int


def euros(cents: int) -> str:
    """Euro amount with two decimals of whole cents."""
    return f"{Decimal(cents) / CENTS_PER_EURO:.2f}"


class Remark(str):
    """A sentence in English, with its key in `TEXTS` and the parts that fill its places.

    A part whose name ends in `_cents` is cents; dates are YYYY-MM-DD. The rule that it is `by` is told by its
    title, key (`rule`) and article.
    """

    __slots__ = ("key", "parts")
    key: str
    parts: dict[str, Part]

    def __new__(cls, key: str, /, by: Rule | None = None, **given: Part | dt.date) -> Self:
        """Fill the sentence."""
        parts = {name: str(part) if isinstance(part, dt.date) else part for name, part in given.items()}
        if by is not None:
            parts |= {"title": by.title, "rule": by.key, "article": by.article}
        told = {name: _told(name, part) for name, part in parts.items()}
        made = super().__new__(cls, TEXTS[key].format(**told))
        made.key, made.parts = key, parts
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Part]]:
        """Key and parts, to copy or send it."""
        return (self.key,), self.parts


def _told(name: str, part: Part) -> Part:
    if name == "whereabouts":
        return f"in setting {part}"
    return euros(part) if isinstance(part, int) and name.endswith("_cents") else part


class Refusal(InputError):
    """Care or a stay that the law forbids: where it stands (file and key), and why.

    Its text is in English, as that of every error; `remark` says the same in another language.
    """

    def __init__(self, where: str, remark: Remark) -> None:
        super().__init__("{where}: {remark}", where=Place(where), remark=Place(remark))
        self.where = where
        self.remark = remark

    def __reduce__(self) -> tuple[type[Self], tuple[str, Remark]]:
        """Where and why, to copy or send it."""
        return type(self), (self.where, self.remark)


class Wording(Protocol):
    """A language in which a bill is told."""

    def plain(self, remark: Remark) -> str:
        """A remark, with dates and money as a case file writes them."""

    def name(self, text: str) -> str:
        """Title of a product or of a case, or a reason from the tariffs."""

    def rule(self, title: str) -> str:
        """What a legal rule says."""


class AsItIs:
    """Titles as the files have them, remarks in English."""

    def plain(self, remark: Remark) -> str:
        """The remark itself."""
        return str(remark)

    def name(self, text: str) -> str:
        """The title itself."""
        return text

    def rule(self, title: str) -> str:
        """The title itself."""
        return title


AS_IT_IS: Final = AsItIs()
