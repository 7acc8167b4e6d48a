"""The frozen models of a scenario: what a policy may choose, each number with its provenance."""

from __future__ import annotations

import datetime as dt
import difflib
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

Kind = Literal["source", "derived", "assumption"]
Group = Literal["cancer", "heart", "dementia", "copd", "cva", "neuro", "kidney_liver", "child"]
PlaceSetting = Literal["bth", "hch", "pu", "elv", "respijt"]
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
ProfileShares = Annotated[SharesByWord, Words(("VV4", "VV5", "VV6", "VV7", "VV8"))]
HomeFormShares = Annotated[SharesByWord, Words(("vpt", "mpt", "pgb"))]
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


class Horizon(Model):
    """Counted window [count_from, count_to); deaths of `warmup_days` before it fill the region."""

    count_from: dt.date
    count_to: dt.date
    warmup_days: Annotated[int, Field(ge=0, le=730)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.count_to <= self.count_from:
            raise ValueError(
                f"count_to {self.count_to} is not after count_from {self.count_from}; choose a later date"
            )
        return self


class Prices(Model):
    """Price basis of a run: which year's tariffs, which hospital mode, contract factors."""

    basis_year: Annotated[int, Field(ge=2020, le=2040)]
    indexation: Literal["none"]
    msz_price: Literal["reference", "dbc"]
    elv_contract_factor: Positive


class Growth(Model):
    """Growth of the number of deaths a year, from a year on."""

    from_year: Annotated[int, Field(ge=2000, le=2100)]
    per_year: Parameter


class Population(Model):
    """Who dies in a year: how many, when, disease group, age, sex, household."""

    growth: tuple[Growth, ...]
    growth_base_year: Annotated[int, Field(ge=2000, le=2100)]
    winter_peak: Probability
    child_share: Probability
    group_share: SharesByGroup
    age_mean: NumbersByGroup
    age_sd: NumbersByGroup
    female: SharesByGroup
    partner_man_80: Probability
    partner_woman_80: Probability
    partner_under_80: Probability
    partner_age_gap_years: Positive
    partner_wlz: PartnerWlzShares
    children_supported: Probability
    carer_available: SharesByHousehold
    volunteers: Probability

    @model_validator(mode="after")
    def _every_group(self) -> Self:
        adults = {group: share for group, share in self.group_share.value.items() if group != "child"}
        if abs(sum(adults.values()) - 1.0) > 1e-9:
            raise ValueError(
                f"group_share sums to {sum(adults.values()):g}; the groups of adults must sum to 1"
            )
        for name, ages in (("age_mean", self.age_mean), ("age_sd", self.age_sd)):
            for group in (*adults, "child"):
                if group not in ages.value:
                    raise ValueError(f"{name} has no number for {group!r}; add it")
        return self


class Means(Model):
    """Income and assets of the reference year."""

    income_single: Lognormal
    income_couple: Lognormal
    partner_share: Probability
    assets: Lognormal
    tax_rate: Probability
    zorgtoeslag_max_income_eur: NumbersByHousehold
    unknown: Probability


class WlzStatus(Model):
    """Wlz: who has it at death, since when, in which profile and form."""

    at_death: SharesByGroup
    lead_days: Lognormal
    profile: ProfileShares
    home_form: HomeFormShares
    behandeling: Probability
    home_hours_per_month: Positive


class NursingHome(Model):
    """Need of a nursing home place: share there (or asking) by days before death."""

    at_365: SharesByGroup
    at_90: SharesByGroup
    at_death: SharesByGroup
    entry_stay_months: Positive


class Insurance(Model):
    """Policy, voluntary deductible, supplementary hospice cover, deductible used before entry."""

    natura: Probability
    voluntary_deductible: Probability
    voluntary_deductible_eur: Positive
    hospice_cover: Probability
    hospice_cover_per_day_eur: Positive
    hospice_cover_days: Whole
    hospice_cover_vpt: Probability
    deductible_used_share: Probability
    deductible_used_eur: Positive


class Preference(Model):
    """Preferred place, and whether the team knows it.

    `hospice_by_group` multiplies the share that prefers a hospice; home takes up the difference.
    """

    known: Probability
    place: PlaceShares
    hospice_by_group: NumbersByGroup


class Marking(Model):
    """Marking of the palliative phase, the estimate 'less than three months', planning."""

    never: Probability
    before_death: Lognormal
    terminal_before_death: Lognormal
    pzp: SharesByGroup


class Cohort(Model):
    """All that is drawn of a patient at entry."""

    population: Population
    means: Means
    wlz: WlzStatus
    nursing_home: NursingHome
    insurance: Insurance
    preference: Preference
    marking: Marking


class Hospital(Model):
    """Admissions, emergency visits, intensive care, the palliative team."""

    admitted_last_30: SharesByGroup
    admission_rate_shape: ByWindow
    stay: Lognormal
    terminal: SharesByGroup
    terminal_window_days: Positive
    acute: Probability
    ed_of_acute: Probability
    ed_only_per_day: ByWindow
    ic_last_30: Probability
    ic_before: Probability
    ic_stay: Lognormal
    ambulance_of_acute: Probability
    palliative_team: SharesByGroup
    team_before_death: Lognormal
    team_meeting_delay: Lognormal
    pzp_admission_factor: Positive
    nursing_home_factor: Probability
    known_preference_factor: Probability


class Home(Model):
    """District nursing, GP, medicines at home."""

    terminal_care: Probability
    terminal_start: Lognormal
    hours_per_week: Gamma
    last_week_factor: Positive
    night_care: Probability
    night_hours_per_week: Positive
    chronic_care: Probability
    chronic_hours_per_week: Positive
    gp_per_day: ByWindow
    gp_visit_share: ByWindow
    out_of_hours_per_day: ByWindow
    out_of_hours_own_gp: Probability
    out_of_hours_visit: Probability
    sedation: Probability
    sedation_days: Positive
    wlz_last_weeks_factor: Positive
    medicines_days: Positive


class Hospice(Model):
    """Requests for a hospice place: from hospital, from home; type, patience, diversion."""

    after_hospital: SharesByGroup
    from_home: SharesByGroup
    home_request_before_death: Lognormal
    hospital_window_days: Positive
    first_choice: HospiceTypeShares
    accepts_other: Probability
    discharged_alive: Probability
    alive_stay: Lognormal
    patience: Positive
    diverted_from_hospital: DivertedShares
    diverted_from_home: DivertedShares
    day_contribution_eur: tuple[Positive, Positive, Positive]
    waived: Probability
    applicants_prefer: Probability


class Support(Model):
    """Care beside the main settings: outpatient and disease-directed care, aids, help, talks, respite."""

    outpatient_per_year: NumbersByGroup
    imaging: SharesByWord
    day_treatment_per_year: NumbersByGroup
    day_treatment_shape: ByWindow
    treatment_medicine: SharesByGroup
    radiotherapy: SharesByGroup
    radiotherapy_before_death: Lognormal
    nursing_home_outpatient: Probability
    hospital_at_home: SharesByGroup
    hospital_at_home_days: Lognormal
    hospital_at_home_before_death: Lognormal
    bed_loan: Probability
    palliakit: Probability
    palliakit_days: Positive
    elderly_medicine: Probability
    elderly_medicine_per_week: Positive
    elderly_medicine_minutes: Positive
    spiritual_care: Probability
    spiritual_talks: Positive
    household_help: Probability
    household_hours_per_week: Positive
    gp_consultation: Probability
    joint_advice: Probability
    respite: Probability
    respite_days: Lognormal
    respite_before_death: Lognormal
    respite_payer: Probability


class Children(Model):
    """Care of children: medical care at home, day care, respite in a children's care home."""

    home_hours_per_week: Gamma
    day_care: Probability
    day_care_days_per_week: Positive
    youth_help_hours_per_week: Positive
    respite: Probability


class Ceiling(Model):
    """Omzetplafond of district nursing (with the BTH day price) as a yearly meter."""

    applies: Probability
    allowance_factor: Positive
    outcome: CeilingShares
    delay_days: Positive
    without_care: PlaceShares
    crisis_days: Positive


class Places(Model):
    """Policy changes to places, on top of the area's own numbers."""

    extra_beds: dict[PlaceSetting, int] = Field(default_factory=dict)


class NumbersByForm(ByKey):
    """Clients a year per form of the Regeling PTZ."""

    value: dict[
        Literal["thuis_onbetaald", "thuis_betaald", "bth", "hch", "instelling"], Annotated[float, Field(ge=0)]
    ]


class Subsidy(Model):
    """Regeling palliatieve terminale zorg: the nation around the region."""

    national_clients: NumbersByForm
    runs: bool


class Rules(Model):
    """Which version of a legal rule applies where a scenario may choose."""

    eigen_risico_plan: Literal["current", "460", "165_tranche"]


class Scenario(Model):
    """One policy on one area."""

    name: str
    title: Text
    question: Text
    mechanism: Text
    evidence: Text
    author: str
    date: dt.date
    references: tuple[str, ...]
    extends: str | None = None
    area: str
    seed: Annotated[int, Field(ge=0)]
    replications: Annotated[int, Field(ge=1, le=100_000)]
    horizon: Horizon
    prices: Prices
    cohort: Cohort
    hospital: Hospital
    home: Home
    hospice: Hospice
    support: Support
    children: Children
    ceiling: Ceiling
    places: Places
    subsidy: Subsidy
    rules: Rules


class BedsFrom(Model):
    """Beds of a site from a date on; fewer beds close as their guests leave."""

    date: dt.date
    beds: Annotated[int, Field(ge=0, le=100_000)]


class Site(Model):
    """One site with places."""

    id: str
    name: str
    setting: PlaceSetting
    beds: Annotated[int, Field(ge=0, le=100_000)]
    beds_from: tuple[BedsFrom, ...] = ()
    wlz_contract: bool = True


class RegionalSpread(Model):
    """How much regions of one area differ: standard deviation of the logarithm of a rate."""

    admissions: Positive
    nursing_home: Positive
    home_care: Positive


class RegionalFactors(Model):
    """A region's own rates as multiples of the scenario's."""

    admissions: Annotated[float, Field(gt=0.0, le=10.0)] = 1.0
    nursing_home: Annotated[float, Field(gt=0.0, le=10.0)] = 1.0
    home_care: Annotated[float, Field(gt=0.0, le=10.0)] = 1.0


class Region(Model):
    """One region: its people, its places, its district-nursing budget."""

    id: str
    name: str
    population: Annotated[int, Field(gt=0)]
    palliative_deaths: Positive
    sites: tuple[Site, ...]
    nursing_home_places: Whole
    district_nursing_budget_eur: Positive
    district_nursing_background_share: Probability
    copies: Annotated[int, Field(ge=1, le=1000)] = 1
    factors: RegionalFactors = RegionalFactors()


class Area(Model):
    """A file in scenarios/regions/."""

    name: str
    title: Text
    references: tuple[str, ...]
    national_share: Positive
    regions: Annotated[tuple[Region, ...], Field(min_length=1)]
    spread: RegionalSpread | None = None

    @model_validator(mode="after")
    def _unique(self) -> Self:
        for what, ids in (
            ("region", [region.id for region in self.regions]),
            ("site", [site.id for region in self.regions for site in region.sites]),
        ):
            twice = [id_ for id_ in ids if ids.count(id_) > 1]
            if twice:
                raise ValueError(f"{what} id {twice[0]!r} stands twice; give every {what} its own id")
        return self
