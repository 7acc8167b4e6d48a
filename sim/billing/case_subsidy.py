"""The subsidy file of `palsim subsidy`: the Regeling PTZ for a list of organisations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sim.billing.case import MOST_UNITS, Euro, Line, Part, Year, read_part
from sim.billing.explain import quantity_text
from sim.catalogue import TariffBook
from sim.data import shown
from sim.dates import day_of
from sim.errors import InputError, Message
from sim.law.parameters import Parameters
from sim.law.ptz.scheme import PTZ_FORMS, Organisation, SubsidyResult, ceiling_cents
from sim.law.registry import RuleSet
from sim.ledger.remarks import AS_IT_IS, Remark, Wording, euros
from sim.limits import MOST_MONTHS, MOST_PLACES
from sim.units import cents as cents_of

if TYPE_CHECKING:
    Form = str
else:
    Form = Literal[PTZ_FORMS]
Fte = Annotated[Decimal, Field(ge=0, le=100_000, decimal_places=MOST_PLACES, allow_inf_nan=False)]
Clients = Annotated[int, Field(ge=0, le=MOST_UNITS)]
PAYOUT_PLACES = Decimal(1) / 1000 / 1000


class Applicant(Part):
    """One organisation and its clients by calendar year."""

    name: Annotated[Line, Field(min_length=1)]
    form: Form
    months_active: Annotated[int, Field(ge=0, le=MOST_MONTHS)]
    clients: dict[Year, Clients]
    delivers_care: bool = False
    nurses_fte: Fte = Decimal(0)
    umbrella_fte: Fte = Decimal(0)
    independent: bool = True
    anbi: bool = True


class SubsidyFile(Part):
    """A subsidy year and who applies."""

    year: Year
    ceiling_eur: Euro | None = None
    national_need_eur: Euro | None = None
    organisations: Annotated[tuple[Applicant, ...], Field(min_length=1, max_length=5000, strict=False)]


@dataclass(frozen=True)
class Subsidy:
    """The Regeling in one year, for a list of organisations."""

    year: int
    result: SubsidyResult
    warnings: tuple[Remark, ...] = ()

    @property
    def payout(self) -> str:
        """Payout percentage as a share, to six decimals."""
        share = Decimal(self.result.payout.numerator) / Decimal(self.result.payout.denominator)
        text = f"{share.quantize(PAYOUT_PLACES):f}"
        return text.rstrip("0").rstrip(".") or "0"

    def rows(self, number: Callable[[Fraction], Any], amount: Callable[[int], Any]) -> list[dict[str, Any]]:
        """Each organisation with how a number and cents are written."""
        return [
            {
                "name": award.organisation.name,
                "form": award.organisation.form,
                "eligible": award.eligible,
                "reason": award.reason,
                "mean_clients": number(award.mean_clients),
                "maximum_eur": amount(award.maximum_cents),
                "subsidy_eur": amount(award.subsidy_cents),
            }
            for award in self.result.awards
        ]

    def as_json(self, words: Wording = AS_IT_IS) -> dict[str, Any]:
        """Payout, organisations, total; amounts as text in euros with two decimals."""
        return {
            "year": self.year,
            "payout_percentage": self.payout,
            "organisations": [
                row | {"instalments": {month: euros(cents) for month, cents in award.instalments.items()}}
                for row, award in zip(self.rows(quantity_text, euros), self.result.awards, strict=True)
            ],
            "total_eur": euros(self.result.total_cents),
            "warnings": [words.plain(warning) for warning in self.warnings],
        }


def make_subsidy(
    path: Path | str, book: TariffBook, rules: RuleSet, basis_year: int, extra_cents: int = 0
) -> Subsidy:
    """Subsidy of the organisations in a file.

    Legal amounts of the basis year stand in where the subsidy year has none. What a scenario adds to the
    ceiling counts where the file gives no ceiling. Raises InputError when the file
    is not right, a reference year has no clients, the nation needs less than the list, or no Regeling holds
    in the year.
    """
    asked, name = read_part(path, SubsidyFile), shown(Path(path))
    rule = rules.at("Z1", dt.date(asked.year, 1, 1)) if 0 < asked.year <= dt.MAXYEAR else None
    if rule is None:
        first = min(r.valid_from.year for r in rules.rules if r.key == "Z1")
        raise InputError(
            "{name}: year: {year} has no Regeling PTZ here; give {first} or later",
            name=name,
            year=asked.year,
            first=first,
        )
    parameters = Parameters(book, basis_year)
    _of_one_applicant(asked, name)
    numbers = ("nurses_fte", "umbrella_fte")
    items = [
        Organisation(**(dict(one) | {number: Fraction(getattr(one, number)) for number in numbers}))
        for one in asked.organisations
    ]
    _with_clients(asked, name, rules, parameters)
    ceiling = None if asked.ceiling_eur is None else cents_of(asked.ceiling_eur)
    if ceiling is None and extra_cents:
        ceiling = ceiling_cents(parameters, day_of(dt.date(asked.year, 1, 1))) + extra_cents
    need = None if asked.national_need_eur is None else Fraction(cents_of(asked.national_need_eur))
    result = rule.function(asked.year, items, parameters, rules, ceiling, need)
    own = sum(a.maximum_cents for a in result.awards if a.eligible)
    if need is not None and need < own:
        raise InputError(
            "{name}: national_need_eur: {national_need_eur} is below the {own} that this "
            "list needs itself; give the need of the whole nation, or leave it out",
            name=name,
            national_need_eur=asked.national_need_eur,
            own=euros(own),
        )
    notes = [
        Remark("fallback", what=f"{id} ({year})", year=basis_year)
        for id, year in sorted(parameters.fallbacks)
    ]
    return Subsidy(asked.year, result, tuple(notes))


_OF_APPLICANT = ("delivers_care", "nurses_fte", "umbrella_fte", "independent", "anbi")
"""What holds of an applicant, whatever the form."""


def _of_one_applicant(asked: SubsidyFile, name: str) -> None:
    """Refuse lines of one applicant that repeat a form or contradict each other: they are one subsidy."""
    first: dict[str, Applicant] = {}
    forms: set[tuple[str, str]] = set()
    for number, one in enumerate(asked.organisations):
        where = Message("{name}: organisations[{number}]", name=name, number=number)
        if (one.name, one.form) in forms:
            raise InputError(
                "{where}.form: {form} twice for {name}; give a form once", about=one, where=where
            )
        forms.add((one.name, one.form))
        other = first.setdefault(one.name, one)
        for key in _OF_APPLICANT:
            if getattr(one, key) != getattr(other, key):
                raise InputError(
                    "{where}.{key}: another value than in its first line; {name} is one applicant, "
                    "so give {key} the same in every form",
                    where=where,
                    key=key,
                    name=one.name,
                )


def _with_clients(asked: SubsidyFile, name: str, rules: RuleSet, parameters: Parameters) -> None:
    """Refuse an organisation without clients for one of its reference years."""
    date = dt.date(asked.year, 1, 1)
    window = rules.at("Z1/referentiejaren", date)
    if window is None:
        return
    longest = parameters.whole_on("ptz.referentiejaren", day_of(date))
    for number, one in enumerate(asked.organisations):
        for year in window.function(asked.year, one.months_active, longest):
            if year not in one.clients:
                raise InputError(
                    "{name}: organisations[{number}].clients: {year} is missing; {one_name} has "
                    "{months_active} months, so {year} counts for {asked_year}",
                    name=name,
                    number=number,
                    year=year,
                    one_name=one.name,
                    months_active=one.months_active,
                    asked_year=asked.year,
                )
