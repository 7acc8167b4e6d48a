"""The shape of a file in `tariffs/`: products, legal parameters and sources, each value dated and sourced."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from sim.errors import ValueFault
from sim.limits import FIRST_YEAR, LAST_YEAR, MOST_DIGITS, MOST_FACTOR, MOST_TARIFF_PLACES
from sim.schema import Law
from sim.units import MINUTES_PER_DAY

Kind = Literal["maximum", "fixed", "negotiated", "reference", "realised", "assumption"]
Confidence = Literal["high", "medium", "low"]
LegalBasis = Literal[
    "Zvw",
    "Wlz",
    "Wmo",
    "Jeugdwet",
    "buiten_wetten",
    "Regeling PTZ",
    "AOW",
    "Participatiewet",
    "rijksbegroting",
]
Read = Literal["full", "part", "copy", "none"]
Module = Literal[
    "ziekenhuis",
    "hospice",
    "verpleeghuis",
    "wijkverpleging",
    "huisarts",
    "wlz_thuis",
    "geneesmiddelen",
    "vervoer",
    "elv",
    "gzsp",
    "paramedisch",
    "revalidatie",
    "transmuraal",
    "hulpmiddelen",
    "wmo",
    "kindzorg",
    "jeugdhulp",
    "andere_bekostiging",
    "eigen_bijdragen_buiten",
]
"""Part of the costs in which a product is counted."""
Provider = Literal[
    "ziekenhuis",
    "huisartsenpost",
    "huisarts",
    "apotheek",
    "vervoer",
    "ouderengeneeskunde",
    "paramedisch",
    "revalidatie",
    "hulpmiddelen",
    "kindzorg",
    "transmuraal_team",
    "samenwerking",
    "wijkverpleging",
    "pgb",
    "wlz_thuis",
    "wmo_aanbieder",
    "jeugdhulp",
    "verpleeghuis",
    "elv",
    "bth",
    "vrijwilligers",
    "geestelijke_verzorging",
    "consultatieteam",
    "cak",
    "zorgverzekeraar",
    "overig",
]
"""Kind of provider that declares a product; `samenwerking` are providers together."""
Specialism = Literal[
    "inwendige_geneeskunde",
    "kindergeneeskunde",
    "longgeneeskunde",
    "neurologie",
    "klinische_geriatrie",
    "anesthesiologie",
    "radiotherapie",
    "anders",
]
"""Medical specialty of a hospital product."""
Integral = Literal["tariff", "part"]
"""An integral tariff for wijkverpleging, or one of the prestaties that it holds."""
Writer = Literal["stay", "payment", "contribution"]
"""What writes the lines of a product, so that no line of care may hold it: days of a stay or of a form of Wlz
care, another way to pay, or a Wlz contribution above the costs of its month."""


_SHARE = "fractie"  # unit of a legal share


def _exact(value: Any) -> Decimal:
    """Decimal of a quoted number; a bare YAML number is refused, because it may be a float."""
    if not isinstance(value, str):
        raise ValueFault('{value} is not a quoted decimal; write for example "12.50"', value=value)
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise ValueFault(
            '{value!r} is not a decimal number; write for example "12.50"', value=value
        ) from None
    if not amount.is_finite():
        raise ValueFault('{value!r} is not a finite number; write for example "12.50"', value=value)
    # by its exponent: arithmetic with 1e999999999 would itself fail
    if amount.adjusted() >= MOST_DIGITS or int(amount.as_tuple().exponent) < -MOST_TARIFF_PLACES:
        raise ValueFault(
            "{value!r} is beyond {most_digits} digits or {most_tariff_places} decimals; mend it",
            value=value,
            most_digits=MOST_DIGITS,
            most_tariff_places=MOST_TARIFF_PLACES,
        )
    return amount


Amount = Annotated[Decimal, BeforeValidator(_exact), PlainSerializer(str)]
Text = Annotated[str, Field(min_length=1, max_length=5000)]


class Shape(BaseModel):
    """Base: strict types, no unknown keys, frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SourceShape(Shape):
    """One source: what it is, where it stands."""

    title: Text
    url: str | None
    read: Read  # how much of it was read
    confidence: Confidence


class PeriodShape(Shape):
    """A half-open period [from, to)."""

    valid_from: dt.date = Field(alias="from")
    valid_to: dt.date = Field(alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for date in (self.valid_from, self.valid_to):
            if not FIRST_YEAR <= date.year <= LAST_YEAR:
                raise ValueFault(
                    "{date} is no date of a tariff; give one from {first_year} to {last_year}",
                    date=date,
                    first_year=FIRST_YEAR,
                    last_year=LAST_YEAR,
                )
        if self.valid_from >= self.valid_to:
            raise ValueFault("'to' {valid_to} lies not after 'from' {valid_from}", about=self)
        return self


class GapShape(PeriodShape):
    """A period of which is said that no value is known, and why."""

    reason: Text


class ValueShape(PeriodShape):
    """What every dated value carries besides its amount."""

    kind: Kind
    source: Text
    also: tuple[str, ...] = Field(default=(), strict=False)
    confidence: Confidence | None = None
    projected: bool = False
    range: Annotated[tuple[Amount, Amount], Field(strict=False)] | None = None
    reason: Text | None = None
    remark: Text | None = None

    @property
    def amount(self) -> Decimal:
        """The value itself."""
        raise AttributeError("a value without amount")

    @model_validator(mode="after")
    def _explained(self) -> Self:
        if self.kind == "assumption" and self.range is None:
            raise ValueFault('kind assumption needs range: ["low", "high"]')
        if self.kind == "assumption" and self.reason is None:
            raise ValueFault("kind assumption needs a reason")
        if self.range is not None and not self.range[0] <= self.amount <= self.range[1]:
            raise ValueFault(
                "{amount} lies outside its range [{range}, {range2}]",
                amount=self.amount,
                range=self.range[0],
                range2=self.range[1],
            )
        return self


class PriceShape(ValueShape):
    """A price in euros a unit, to the cent."""

    eur: Amount

    @property
    def amount(self) -> Decimal:
        """Euros a unit."""
        return self.eur

    @model_validator(mode="after")
    def _whole_cents(self) -> Self:
        if self.eur < 0 or self.eur != round(self.eur, 2):
            raise ValueFault("eur {eur} is not a whole number of cents of 0 or more", eur=self.eur)
        return self


class NumberShape(ValueShape):
    """A legal amount, share or count in the unit of its parameter."""

    value: Amount

    @property
    def amount(self) -> Decimal:
        """Number in the unit of the parameter."""
        return self.value

    @model_validator(mode="after")
    def _not_negative(self) -> Self:
        if self.value < 0:
            raise ValueFault(
                "value {value} is below 0; the law owes and asks amounts of 0 or more", value=self.value
            )
        return self


class ItemShape(Shape):
    """What a product and a parameter share."""

    title: Text
    facts_id: Text | None = None
    remark: Text | None = None
    gap: tuple[GapShape, ...] = Field(default=(), strict=False)


class ProductShape(ItemShape):
    """A product that can be declared: its law, unit, steps, where it belongs, and its dated prices."""

    nza_code: Text | None = None
    law: Law
    unit: Text  # what the price is of: dag, uur, contact, rit, subtraject, kwartaal, jaar and the like
    # Smallest steps in one unit: 60 for a price an hour whose quantities are minutes, else 1
    step_per_unit: Annotated[int, Field(ge=1, le=MINUTES_PER_DAY)]
    eigen_risico: bool  # whether it counts for the eigen risico (Bzv art. 2.17 lists what does not)
    module: Module
    provider: Provider
    house: bool = False  # whether the house of a stay declares it instead, for who stays in one
    integral: Integral | None = None
    specialisme: Specialism | None = None
    # Key of the rule that lets it be declared
    rule: Annotated[str, Field(pattern=r"^[A-Z][0-9]+(/[a-z0-9_]+)?$")] | None = None
    written: Writer | None = None
    price: Literal["tariff", "invoice"] = "tariff"  # by a tariff, or as the amount that comes with each line
    values: tuple[PriceShape, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if self.rule is None and self.written is None:
            raise ValueFault(
                "needs one of two: rule, the key in docs/rules.md of the rule that lets a line "
                "of care be declared, or written ({writers}) where no line of care may hold it",
                writers=get_args(Writer),
            )
        if self.price == "tariff" and not self.values:
            raise ValueFault("has no values; give at least one, or price: invoice")
        if self.price == "invoice" and self.values:
            raise ValueFault("has price: invoice and values; keep one of the two")
        return self


class ParameterShape(ItemShape):
    """A legal amount, share or count with its article."""

    law: LegalBasis
    article: Text
    unit: Text
    values: Annotated[tuple[NumberShape, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _share(self) -> Self:
        highest = max(each.value for each in self.values)
        if self.unit == _SHARE and highest > MOST_FACTOR:
            raise ValueFault(
                "{highest} {share} is more than {most_factor} times the whole; 20% is 0.2",
                highest=highest,
                share=_SHARE,
                most_factor=MOST_FACTOR,
            )
        return self


class FileShape(Shape):
    """A file in a folder of `tariffs/`."""

    products: dict[str, ProductShape] = Field(default_factory=dict)
    parameters: dict[str, ParameterShape] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.products and not self.parameters:
            raise ValueFault("holds neither products nor parameters")
        return self


class SourcesShape(Shape):
    """The file `sources.yaml`."""

    sources: dict[str, SourceShape]
