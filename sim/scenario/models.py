"""The frozen models of a scenario: what a policy may choose, each number with its provenance."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["source", "derived", "assumption"]
Group = Literal["cancer", "heart", "dementia", "copd", "cva", "neuro", "kidney_liver", "child"]
PlaceSetting = Literal["bth", "hch", "pu", "elv"]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Model(BaseModel):
    """Base: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Model):
    """A sentence in the languages of the reports."""

    nl: str
    en: str


class Provenance(Model):
    """Where a number comes from; an assumption states its range and its reason."""

    kind: Kind
    source: str | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind != "assumption" and not self.source:
            raise ValueError(f"kind {self.kind!r} needs a source")
        if self.kind == "assumption" and not self.reason:
            raise ValueError("kind 'assumption' needs a reason")
        return self


class Parameter(Provenance):
    """One number. An assumption needs `range: [low, high]` that contains the value."""

    value: float
    range: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if self.kind == "assumption" and self.range is None:
            raise ValueError("kind 'assumption' needs a range: [low, high]")
        if self.range is not None and not self.range[0] <= self.range[1]:
            raise ValueError("range: low is above high")
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

    range_factor: tuple[Annotated[float, Field(ge=0.0)], Annotated[float, Field(ge=0.0)]] | None = None

    @model_validator(mode="after")
    def _has_range(self) -> Self:
        if self.kind == "assumption" and self.range_factor is None:
            raise ValueError("kind 'assumption' needs range_factor: [low, high]")
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
            raise ValueError(f"shares sum to {sum(self.value.values()):g}, must sum to 1")
        return self


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
            raise ValueError("count_to must lie after count_from")
        return self


class Prices(Model):
    """Price basis of a run: which year's tariffs, which hospital mode, contract factors."""

    basis_year: Annotated[int, Field(ge=2020, le=2040)]
    indexation: Literal["none"]
    msz_price: Literal["reference", "dbc"]
    elv_contract_factor: Positive


class Population(Model):
    """Who dies in a year: disease group, age, sex, household."""

    child_share: Probability
    group_share: SharesByGroup
    age_mean: NumbersByGroup
    age_sd: NumbersByGroup
    female: SharesByGroup
    partner_man_80: Probability
    partner_woman_80: Probability
    partner_under_80: Probability
    partner_age_gap_years: Positive
    partner_wlz: SharesByWord
    children_supported: Probability
    carer_available: SharesByHousehold
    volunteers: Probability


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
    profile: SharesByWord
    home_form: SharesByWord
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
    """Preferred place, and whether the team knows it."""

    known: Probability
    place: SharesByWord


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


class Hospice(Model):
    """Requests for a hospice place: from hospital, from home; type, patience, diversion."""

    after_hospital: SharesByGroup
    from_home: SharesByGroup
    home_request_before_death: Lognormal
    hospital_window_days: Positive
    first_choice: SharesByWord
    accepts_other: Probability
    discharged_alive: Probability
    alive_stay: Lognormal
    patience: Positive
    diverted_from_hospital: SharesByWord
    diverted_from_home: SharesByWord
    day_contribution_eur: tuple[Positive, Positive, Positive]
    waived: Probability
    prefers_home_factor: Positive
    prefers_hospice_factor: Positive


class Ceiling(Model):
    """Omzetplafond of district nursing (with the BTH day price) as a yearly meter."""

    applies: Probability
    allowance_factor: Positive
    outcome: SharesByWord
    delay_days: Positive
    without_care: SharesByWord
    crisis_days: Positive


class Places(Model):
    """Policy changes to places, on top of the area's own numbers."""

    extra_beds: dict[PlaceSetting, int] = Field(default_factory=dict)


class NumbersByForm(ByKey):
    """Clients a year per form of the Regeling PTZ."""

    value: dict[Literal["thuis_onbetaald", "thuis_betaald", "bth", "hch", "instelling"], Annotated[float, Field(ge=0)]]


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
    ceiling: Ceiling
    places: Places
    subsidy: Subsidy
    rules: Rules


class Site(Model):
    """One site with places."""

    id: str
    name: str
    setting: PlaceSetting
    beds: Annotated[int, Field(ge=0, le=100_000)]
    wlz_contract: bool = True


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


class Area(Model):
    """A file in scenarios/regions/."""

    name: str
    title: Text
    references: tuple[str, ...]
    national_share: Positive
    regions: Annotated[tuple[Region, ...], Field(min_length=1)]
