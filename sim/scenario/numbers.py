"""The building blocks of a scenario: one number, or one a key, each with its provenance."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

Kind = Literal["source", "derived", "assumption"]
Group = Literal["cancer", "heart", "dementia", "copd", "cva", "neuro", "kidney_liver", "child"]
Profile = Literal["VV4", "VV5", "VV6", "VV7", "VV8"]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Model(BaseModel):
    """Base: frozen, no unknown keys, no infinite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


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

    nl: str
    en: str


class Provenance(Model):
    """Where a number comes from; an assumption states its range and its reason."""

    model_config = _assumption_needs("reason")

    kind: Kind
    source: str | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind != "assumption" and not self.source:
            raise ValueError(f"kind {self.kind!r} has no source; add source: <id>, or make it an assumption")
        if self.kind == "assumption" and not self.reason:
            raise ValueError("kind 'assumption' has no reason; add reason: <why this value>")
        return self


class Parameter(Provenance):
    """One number. An assumption needs `range: [low, high]` that contains the value."""

    model_config = _assumption_needs("reason", "range")

    value: float
    range: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if self.kind == "assumption" and self.range is None:
            raise ValueError("kind 'assumption' has no range; add range: [low, high]")
        if self.range is not None and not self.range[0] <= self.value <= self.range[1]:
            low, high = self.range
            raise ValueError(f"{self.value:g} lies outside its range [{low:g}, {high:g}]; widen the range")
        return self


class Probability(Parameter):
    """A number between 0 and 1."""

    value: Share


class Positive(Parameter):
    """A number of 0 or more."""

    value: Annotated[float, Field(ge=0.0)]


class Whole(Parameter):
    """A whole number of 0 or more."""

    value: Annotated[int, Field(ge=0)]


class ByKey(Provenance):
    """One number per key; `range_factor` gives the range as multiples of every number."""

    model_config = _assumption_needs("reason", "range_factor")

    range_factor: tuple[Annotated[float, Field(ge=0.0)], Annotated[float, Field(ge=0.0)]] | None = None

    @model_validator(mode="after")
    def _has_range(self) -> Self:
        if self.kind == "assumption" and self.range_factor is None:
            raise ValueError("kind 'assumption' has no range; add range_factor: [low, high]")
        if self.range_factor is not None and self.range_factor[0] > self.range_factor[1]:
            raise ValueError("range_factor has its high before its low; write [low, high]")
        return self


class SharesByGroup(ByKey):
    """A probability per disease group; a group that is left out has 0."""

    value: dict[Group, Share]


class NumbersByGroup(ByKey):
    """A number of 0 or more per disease group."""

    value: dict[Group, Annotated[float, Field(ge=0.0)]]


class HoursByProfile(ByKey):
    """Hours of 0 or more per Wlz profile; every profile of the model has a number."""

    value: dict[Profile, Annotated[float, Field(ge=0.0)]]

    @model_validator(mode="after")
    def _every_profile(self) -> Self:
        for profile in get_args(Profile):
            if profile not in self.value:
                raise ValueError(f"no number for {profile!r}; add it")
        return self


class SharesByWord(ByKey):
    """Shares over named outcomes that sum to 1."""

    value: dict[str, Share]

    @model_validator(mode="after")
    def _sums(self) -> Self:
        if abs(sum(self.value.values()) - 1.0) > 1e-9:
            raise ValueError(f"shares sum to {sum(self.value.values()):g}; they must sum to 1")
        return self


@dataclass(frozen=True)
class Words:
    """The outcomes that the shares of one field may name; an outcome that is left out has share 0."""

    words: tuple[str, ...]

    def _check(self, shares: SharesByWord) -> SharesByWord:
        for word in shares.value:
            if word not in self.words:
                close = difflib.get_close_matches(word, self.words, 1)
                hint = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(self.words)}"
                raise ValueError(f"{word!r} is not an outcome here; {hint}")
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


PartnerWlzShares = Annotated[SharesByWord, Words(("none", "home", "institution"))]
ProfileShares = Annotated[SharesByWord, Words(get_args(Profile))]
HomeFormShares = Annotated[SharesByWord, Words(("vpt", "mpt", "pgb"))]
RideShares = Annotated[SharesByWord, Words(("taxi", "eigen_auto", "geen"))]
PlaceShares = Annotated[SharesByWord, Words(("thuis", "hospice", "ziekenhuis"))]
HospiceTypeShares = Annotated[SharesByWord, Words(("bth", "hch", "pu"))]
DivertedShares = Annotated[SharesByWord, Words(("ziekenhuis", "thuis", "elv"))]
CeilingShares = Annotated[
    SharesByWord, Words(("geweigerd", "uitgesteld", "andere_aanbieder", "eigen_kosten"))
]


class SharesByHousehold(ByKey):
    """A probability per kind of household."""

    single: Share
    couple: Share


class NumbersByHousehold(ByKey):
    """A number of 0 or more per kind of household."""

    single: Annotated[float, Field(ge=0.0)]
    couple: Annotated[float, Field(ge=0.0)]


class ByWindow(ByKey):
    """One number for each window of days before death: 365-90, 90-30, 30-7, 7-0."""

    value: tuple[
        Annotated[float, Field(ge=0.0)],
        Annotated[float, Field(ge=0.0)],
        Annotated[float, Field(ge=0.0)],
        Annotated[float, Field(ge=0.0)],
    ]


class Lognormal(ByKey):
    """Lognormal of days: median and sigma of the logarithm; cut at `maximum`."""

    median: Annotated[float, Field(gt=0.0)]
    sigma: Annotated[float, Field(gt=0.0)]
    maximum: Annotated[float, Field(gt=0.0)]


class Gamma(ByKey):
    """Gamma by mean and standard deviation."""

    mean: Annotated[float, Field(gt=0.0)]
    sd: Annotated[float, Field(gt=0.0)]


class NumbersByForm(ByKey):
    """Clients a year per form of the Regeling PTZ."""

    value: dict[
        Literal["thuis_onbetaald", "thuis_betaald", "bth", "hch", "instelling"], Annotated[float, Field(ge=0)]
    ]
