"""The building blocks of a scenario: one number, or one a key, each with its provenance."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from sim import limits
from sim.errors import Message, ValueFault, meant, nearest
from sim.schema import (
    CEILING_OUTCOMES,
    HOSPICE_SETTINGS,
    PARTNER_WLZ,
    SITE_SETTINGS,
    WITH_STAY,
    WLZ_FORMS,
    Group,
    Profile,
    SubsidyForm,
)
from sim.units import DAYS_PER_WEEK, HOURS_PER_DAY, MINUTES_PER_DAY, MONTHS_PER_YEAR

Kind = Literal["source", "derived", "assumption"]
if TYPE_CHECKING:
    HospiceWord = str
    SiteWord = str
    StayWord = str
else:
    HospiceWord = Literal[HOSPICE_SETTINGS]
    SiteWord = Literal[SITE_SETTINGS]
    StayWord = Literal[WITH_STAY]


Number = TypeVar("Number", bound=float)


@dataclass(frozen=True)
class Unit:
    """What a number counts, as the `unit` of a tariff says it; stands beside the bounds of a number."""

    word: str


Share = Annotated[float, Field(ge=0.0, le=1.0), Unit("fractie")]
Multiple = Annotated[float, Field(ge=0.0, le=limits.MOST_FACTOR), Unit("maal")]
Rate = Annotated[float, Field(ge=0.0, le=limits.MOST_FACTOR)]
Each = Annotated[float, Field(ge=0.0, le=limits.MOST_EACH), Unit("keer")]
WholeEach = Annotated[int, Field(ge=0, le=limits.MOST_EACH), Unit("keer")]
Distance = Annotated[float, Field(ge=0.0, le=limits.MOST_KILOMETRES), Unit("kilometer")]
DayCount = Annotated[float, Field(ge=0.0, le=limits.MOST_DAYS), Unit("dag")]
SomeDays = Annotated[float, Field(gt=0.0, le=limits.MOST_DAYS), Unit("dag")]
WholeDays = Annotated[int, Field(ge=0, le=limits.MOST_DAYS), Unit("dag")]
Euro = Annotated[float, Field(ge=0.0, le=limits.MOST_EURO), Unit("eur")]
EuroEach = Annotated[float, Field(ge=0.0, le=limits.MOST_EURO_EACH), Unit("eur")]
SomeEuroEach = Annotated[float, Field(gt=0.0, le=limits.MOST_EURO_EACH), Unit("eur")]
Years = Annotated[float, Field(ge=0.0, le=limits.OLDEST_AGE_YEARS), Unit("jaar")]
SpreadYears = Annotated[float, Field(ge=0.5, le=50.0), Unit("jaar")]
"""Standard deviation of an age: at 0 everyone would be of one age, to the minute."""
OldAge = Annotated[int, Field(ge=90, le=limits.OLDEST_AGE_YEARS), Unit("jaar")]
"""Highest age of a population in which one in a hundred gets that old."""
HoursOfWeek = Annotated[float, Field(ge=0.0, le=HOURS_PER_DAY * DAYS_PER_WEEK), Unit("uur per week")]
SomeHoursOfWeek = Annotated[float, Field(gt=0.0, le=HOURS_PER_DAY * DAYS_PER_WEEK), Unit("uur per week")]
DaysOfWeek = Annotated[float, Field(ge=0.0, le=DAYS_PER_WEEK), Unit("dag per week")]
MinutesOfDay = Annotated[float, Field(ge=0.0, le=MINUTES_PER_DAY), Unit("minuut")]
MonthCount = Annotated[float, Field(ge=0.0, le=limits.OLDEST_AGE_YEARS * MONTHS_PER_YEAR), Unit("maand")]
Sigma = Annotated[float, Field(gt=0.0, le=5.0)]
"""Spread of a logarithm; at 5 the middle 95% spans twenty powers of ten."""
SmallSigma = Annotated[float, Field(ge=0.0, le=2.0), Unit("logaritme")]
GrowthShare = Annotated[float, Field(ge=-0.5, le=0.5), Unit("fractie")]
"""Yearly growth: at most half as many again, at least half as many."""
People = Annotated[int, Field(ge=0, le=limits.MOST_PEOPLE)]
PeopleAYear = Annotated[float, Field(ge=0.0, le=limits.MOST_PEOPLE)]
SomePeopleAYear = Annotated[float, Field(gt=0.0, le=limits.MOST_PEOPLE)]

_IDENTIFIER = rf"^[A-Za-z0-9_-]{{1,{limits.LONGEST_NAME}}}$"
Identifier = Annotated[str, Field(pattern=_IDENTIFIER)]
"""Name of a scenario, area, region, site or cluster: it names folders and files, so it is no path."""
Word = Annotated[str, Field(max_length=limits.LONGEST_NAME)]
Line = Annotated[str, Field(min_length=1, max_length=500)]  # a name or title to read
Reference = Annotated[str, Field(max_length=1000)]
References = Annotated[tuple[Reference, ...], Field(max_length=100)]


def is_identifier(name: str) -> bool:
    """Whether a name can be that of a scenario, area, region, site or cluster."""
    return re.fullmatch(_IDENTIFIER, name) is not None and not name.endswith("\n")


class Model(BaseModel):
    """Base: frozen, no unknown keys, no infinite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)

    @model_validator(mode="after")
    def _dates(self) -> Self:
        refuse_dates(self)
        return self


def refuse_dates(model: BaseModel) -> None:
    """Refuse a date that lies in no patient's life, in whatever field it stands, with a ValueFault."""
    for name, value in model.__dict__.items():
        if isinstance(value, dt.date) and not limits.FIRST_YEAR <= value.year <= limits.LAST_YEAR:
            raise ValueFault(
                "{name} {value} is no date of a patient's life; give one from {first_year} to {last_year}",
                name=name,
                value=value,
                first_year=limits.FIRST_YEAR,
                last_year=limits.LAST_YEAR,
            )


def _assumption_needs(*keys: str) -> ConfigDict:
    """Express the rule on provenance as JSON Schema, so that an editor shows it too."""
    rule: dict[str, Any] = {
        "if": {"properties": {"kind": {"const": "assumption"}}},
        "then": {"required": list(keys)},
        "else": {"required": ["source"]},
    }
    return ConfigDict(json_schema_extra=rule)


class Text(Model):
    """A sentence in the languages of the reports."""

    nl: Annotated[str, Field(max_length=5000)]
    en: Annotated[str, Field(max_length=5000)]


class Provenance(Model):
    """Where a number comes from; an assumption states its range and its reason."""

    model_config = _assumption_needs("reason")

    kind: Kind
    source: Reference | None = None
    reason: Annotated[str, Field(max_length=5000)] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind != "assumption" and not self.source:
            raise ValueFault(
                "kind {kind!r} has no source; add source: <id>, or make it an assumption", kind=self.kind
            )
        if self.kind == "assumption" and not self.reason:
            raise ValueFault("kind 'assumption' has no reason; add reason: <why this value>")
        return self


class Parameter(Provenance, Generic[Number]):
    """One number. An assumption needs `range: [low, high]` that contains the value."""

    model_config = _assumption_needs("reason", "range")

    value: Number
    range: tuple[Number, Number] | None = None

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if self.kind == "assumption" and self.range is None:
            raise ValueFault("kind 'assumption' has no range; add range: [low, high]")
        if self.range is not None and not self.range[0] <= self.value <= self.range[1]:
            low, high = self.range
            raise ValueFault(
                "{value:g} lies outside its range [{low:g}, {high:g}]; widen the range",
                value=self.value,
                low=low,
                high=high,
            )
        return self


class Probability(Parameter[Share]):
    """A number between 0 and 1."""


class Factor(Parameter[Multiple]):
    """A multiple of something else."""


class Days(Parameter[DayCount]):
    """A number of days."""


class FullDays(Parameter[WholeDays]):
    """A whole number of days."""


class Euros(Parameter[Euro]):
    """An amount a year of many."""


class EurosEach(Parameter[EuroEach]):
    """An amount of one patient."""


class AgeGap(Parameter[Years]):
    """A number of years between two people."""


class Age(Parameter[OldAge]):
    """Highest age, in whole years."""


class Months(Parameter[MonthCount]):
    """A number of months."""


class HoursPerWeek(Parameter[HoursOfWeek]):
    """Hours of a week."""


class DaysPerWeek(Parameter[DaysOfWeek]):
    """Days of a week."""


class Minutes(Parameter[MinutesOfDay]):
    """Minutes of a day."""


class Times(Parameter[Each]):
    """How often one patient has something."""


class FullTimes(Parameter[WholeEach]):
    """How often one patient has something, a whole number."""


class Kilometres(Parameter[Distance]):
    """Distance of a ride."""


class Spread(Parameter[SmallSigma]):
    """Standard deviation of a logarithm; 0 is none."""


class YearlyGrowth(Parameter[GrowthShare]):
    """Growth a year as a share."""


class Persons(Parameter[People]):
    """A whole number of people or places."""


class PersonsPerYear(Parameter[SomePeopleAYear]):
    """People a year, on average; some at least."""


class ByKey(Provenance):
    """One number per key; `range_factor` gives the range as multiples of every number."""

    model_config = _assumption_needs("reason", "range_factor")

    range_factor: tuple[Multiple, Multiple] | None = None

    @model_validator(mode="after")
    def _has_range(self) -> Self:
        if self.kind == "assumption" and self.range_factor is None:
            raise ValueFault("kind 'assumption' has no range; add range_factor: [low, high]")
        if self.range_factor is not None and self.range_factor[0] > self.range_factor[1]:
            raise ValueFault("range_factor has its high before its low; write [low, high]")
        return self


class SharesByGroup(ByKey):
    """A probability per disease group; a group that is left out has 0."""

    value: dict[Group, Share]


class FactorsByGroup(ByKey):
    """A multiple per disease group."""

    value: dict[Group, Multiple]


class TimesByGroup(ByKey):
    """How often, per disease group."""

    value: dict[Group, Each]


class DaysByGroup(ByKey):
    """A number of days per disease group."""

    value: dict[Group, DayCount]


class YearsByGroup(ByKey):
    """A number of years per disease group."""

    value: dict[Group, Years]


class SpreadsByGroup(ByKey):
    """Standard deviation of an age per disease group."""

    value: dict[Group, SpreadYears]


class EurosByGroup(ByKey):
    """An amount of one patient per disease group."""

    value: dict[Group, EuroEach]


class HoursByProfile(ByKey):
    """Hours of 0 or more per Wlz profile; every profile of the model has a number."""

    value: dict[Profile, HoursOfWeek]

    @model_validator(mode="after")
    def _every_profile(self) -> Self:
        for profile in get_args(Profile):
            if profile not in self.value:
                raise ValueFault("no number for {profile!r}; add it", profile=profile)
        return self


class SharesByWord(ByKey):
    """Shares over named outcomes that sum to 1."""

    value: Annotated[dict[Word, Share], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _sums(self) -> Self:
        if abs(sum(self.value.values()) - 1.0) > 1e-9:
            raise ValueFault("shares sum to {total:g}; they must sum to 1", total=sum(self.value.values()))
        return self


@dataclass(frozen=True)
class Words:
    """The outcomes that the shares of one field may name; an outcome that is left out has share 0."""

    words: tuple[str, ...]

    def _check(self, shares: SharesByWord) -> SharesByWord:
        for word in shares.value:
            if word not in self.words:
                close = nearest(word, self.words)
                hint = meant(close) if close else Message("choose from {names}", names=self.words)
                raise ValueFault("{word!r} is not an outcome here; {hint}", word=word, hint=hint)
        return shares

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the words after the shares themselves."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Name the words, so that an editor completes them."""
        known = {"propertyNames": {"enum": list(self.words)}}
        return {"allOf": [handler(schema)], "properties": {"value": known}}


PartnerWlzShares = Annotated[SharesByWord, Words(PARTNER_WLZ)]
ProfileShares = Annotated[SharesByWord, Words(get_args(Profile))]
HomeFormShares = Annotated[SharesByWord, Words(WLZ_FORMS[2:])]
RideShares = Annotated[SharesByWord, Words(("taxi", "eigen_auto", "geen"))]
PlaceShares = Annotated[SharesByWord, Words(("thuis", "hospice", "ziekenhuis"))]
HospiceTypeShares = Annotated[SharesByWord, Words(HOSPICE_SETTINGS)]
DivertedShares = Annotated[SharesByWord, Words(("ziekenhuis", "thuis", "elv"))]
CeilingShares = Annotated[SharesByWord, Words(CEILING_OUTCOMES[1:])]


class SharesByHousehold(ByKey):
    """A probability per kind of household."""

    single: Share
    couple: Share


class EurosByHousehold(ByKey):
    """An amount of one patient per kind of household."""

    single: EuroEach
    couple: EuroEach


class SharesByWindow(ByKey):
    """A probability for each window of days before death: 365-90, 90-30, 30-7, 7-0."""

    value: tuple[Share, Share, Share, Share]


class RatesByWindow(ByKey):
    """Times a day, or weights, for each window of days before death: 365-90, 90-30, 30-7, 7-0."""

    value: tuple[Rate, Rate, Rate, Rate]


class Lognormal(ByKey):
    """Lognormal of days: median and sigma of the logarithm; cut at `maximum`."""

    median: SomeDays
    sigma: Sigma
    maximum: SomeDays

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.median > self.maximum:
            raise ValueFault(
                "median {median:g} lies above maximum {maximum:g}; raise the maximum", about=self
            )
        return self


class LognormalEuros(Lognormal):
    """Lognormal of euros of one patient: median and sigma of the logarithm; cut at `maximum`."""

    median: SomeEuroEach
    maximum: SomeEuroEach


class GammaHours(ByKey):
    """Gamma of hours a week by mean and standard deviation."""

    mean: SomeHoursOfWeek
    sd: SomeHoursOfWeek


class PersonsByForm(ByKey):
    """Clients a year per form of the Regeling PTZ."""

    value: dict[SubsidyForm, PeopleAYear]
