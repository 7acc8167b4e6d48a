"""The frozen models of a scenario: what a policy may choose, each number with its provenance."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.numbers import (
    ByWindow,
    CeilingShares,
    DivertedShares,
    Gamma,
    HomeFormShares,
    HospiceTypeShares,
    HoursByProfile,
    Lognormal,
    Model,
    NumbersByForm,
    NumbersByGroup,
    NumbersByHousehold,
    Parameter,
    PartnerWlzShares,
    PlaceShares,
    Positive,
    Probability,
    ProfileShares,
    RideShares,
    SharesByGroup,
    SharesByHousehold,
    SharesByWord,
    Text,
    Whole,
)
from sim.scenario.payment import Payment
from sim.units import FIRST_DERIVED_REGION_NUMBER

PlaceSetting = Literal["bth", "hch", "pu", "elv", "respijt", "ziekenhuis"]


class Horizon(Model):
    """Counted window [count_from, count_to); deaths of `warmup_days` or more before it fill the region.

    They are simulated from 1 January of the year in which the warm-up begins, and never counted.
    """

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
    bth_day_factor: Positive


class Growth(Model):
    """Growth of the number of deaths a year, from a year on."""

    from_year: Annotated[int, Field(ge=2000, le=2100)]
    per_year: Parameter


class Population(Model):
    """Who dies in a year: how many, when, disease group, age, sex, household."""

    growth: tuple[Growth, ...]
    growth_base_year: Annotated[int, Field(ge=2000, le=2100)]
    demand_factor: Positive
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
    partner_wlz_days: Whole
    oldest_age_years: Whole
    children_supported: Probability
    carer_available: SharesByHousehold
    volunteers: Probability
    volunteers_before_terminal: Probability
    volunteers_before_terminal_days: Positive

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


class HomePackage(Model):
    """What the profile pays a week at home under an mpt or pgb, hours by profile.

    `meals` is the share with support with meals; `municipal_help` the share under an mpt whose household
    help comes from the municipality and not from the Wlz.
    """

    nursing: HoursByProfile
    personal_care: HoursByProfile
    guidance: HoursByProfile
    household_help: HoursByProfile
    meals: Probability
    municipal_help: Probability


class WlzStatus(Model):
    """Wlz: who has it at death, since when, in which profile and form.

    `postponed` is the share whose use of the Wlz a policy puts off by `postponed_days`; while they do
    without it, `postponed_care` is their chance of district nursing.
    """

    at_death: SharesByGroup
    lead_days: Lognormal
    profile: ProfileShares
    home_form: HomeFormShares
    behandeling: Probability
    pgb_formal: Probability
    vv10_criteria: Probability
    home_package: HomePackage
    postponed: Probability
    postponed_days: Positive
    postponed_care: Probability


class NursingHome(Model):
    """Need of a nursing home place: share there (or asking) by days before death."""

    at_365: SharesByGroup
    at_90: SharesByGroup
    at_death: SharesByGroup
    entry_stay_months: Positive


class Insurance(Model):
    """Policy, voluntary deductible, supplementary hospice cover, deductible used before entry."""

    natura: Probability
    contracted_nursing: Probability
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
    """Marking of the palliative phase, the estimate 'less than three months', planning.

    `timely` is the share that a policy marks in time, by the days of its disease group; their care plan is
    made then. `gp_plan` is the share with a care plan by the GP.
    """

    never: Probability
    before_death: Lognormal
    terminal_before_death: Lognormal
    pzp: SharesByGroup
    timely: Probability
    timely_days: NumbersByGroup
    timely_sigma: Positive
    gp_plan: Probability


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
    team_composition_invalid: Probability
    team_without_contact: Probability
    pzp_admission_factor: Positive
    nursing_home_factor: Probability
    known_preference_factor: Probability
    known_preference_measured: Probability
    known_preference_causal: Probability
    readmission_factor: Probability
    readmission_days: Positive


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
    applicants_prefer_at_home: Probability
    applicants_prefer_in_hospital: Probability
    acute_instead: Probability


class ShortStay(Model):
    """Eerstelijnsverblijf: asked for from home or when leaving hospital, by people without the Wlz."""

    from_home: Probability
    before_death: Lognormal
    after_hospital: Probability
    stay: Lognormal


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
    gp_consultation: Probability
    joint_advice: Probability
    respite: Probability
    respite_days: Lognormal
    respite_before_death: Lognormal
    respite_payer: Probability


class Beside(Model):
    """What people use and buy beside their care: household help, aids, meals, rides, physiotherapy.

    Every share is of the adults who are where the thing is used (`sim/journey/beside.py`).
    """

    household_help: Probability
    guest_help: Probability
    household_hours_per_week: Positive
    aids: Probability
    wheelchair: Probability
    meals: Probability
    alarm: Probability
    physiotherapy: SharesByGroup
    physiotherapy_per_week: Whole
    medicine_surcharge: Probability
    self_care: Probability
    hospice_extras: Probability
    rides: RideShares
    ride_km: Positive
    radiotherapy_days: Whole


class Transmural(Model):
    """Integrated palliative care across lines (TAPA$): whom it reaches, what it does, its effect."""

    reached: Probability
    admission_factor: Positive
    phone: Probability
    bedside: Probability
    case_management: Probability


class Children(Model):
    """Care of children: medical care at home, day care, respite in a children's care home."""

    home_hours_per_week: Gamma
    day_care: Probability
    day_care_days_per_week: Positive
    youth_help_hours_per_week: Positive
    respite: Probability


class Ceiling(Model):
    """Omzetplafonds as yearly meters: district nursing with the BTH day price, and short stays (ELV)."""

    applies: Probability
    elv_applies: Probability
    insurers: SharesByWord
    provider_groups: SharesByWord
    allowance_factor: Positive
    allowance_spread: Positive
    outcome: CeilingShares
    delay_days: Positive
    without_care: PlaceShares
    crisis_days: Positive


class Places(Model):
    """Policy changes to places, on top of the area's own numbers.

    `acute_beds` are kept free, of the beds of the first site of a type, for who would else be admitted to
    hospital.
    """

    extra_beds: dict[PlaceSetting, int] = Field(default_factory=dict)
    acute_beds: dict[Literal["hch", "pu"], Annotated[int, Field(ge=0)]] = Field(default_factory=dict)


class Subsidy(Model):
    """Regeling palliatieve terminale zorg: the nation around the region."""

    national_clients: NumbersByForm
    runs: bool
    clients_from: Literal["terminal", "marked"]
    extra_ceiling_eur: Positive


class Rules(Model):
    """Which version of a legal rule applies where a scenario may choose.

    A plan holds from its own date on, or already from `plans_from` where that is earlier.
    """

    eigen_risico_plan: Literal["current", "460", "165_tranche"]
    wmo_plan: Literal["current", "2027"]
    behandeling_plan: Literal["current", "naar_zvw"]
    pzp_plan: Literal["current", "huisarts"]
    plans_from: dt.date | None


class Scenario(Model):
    """One policy on one area."""

    name: str
    title: Text
    question: Text
    mechanism: Text
    evidence: Text
    status: Text | None = None
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
    elv: ShortStay
    support: Support
    beside: Beside
    transmural: Transmural
    children: Children
    ceiling: Ceiling
    places: Places
    subsidy: Subsidy
    rules: Rules
    payment: Payment


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
    """One region: its people, its places, its district-nursing budget.

    Its `number` keys its random draws and its patients' ids; it follows from the id where it is not
    given, or is that of another region too. Regions of one `cluster` share all their places.
    """

    id: str
    name: str
    number: Annotated[int, Field(ge=1, lt=FIRST_DERIVED_REGION_NUMBER)] | None = None
    population: Annotated[int, Field(gt=0)]
    palliative_deaths: Positive
    sites: tuple[Site, ...]
    nursing_home_places: Whole
    district_nursing_budget_eur: Positive
    district_nursing_background_share: Probability
    elv_budget_eur: Positive
    elv_background_share: Probability
    copies: Annotated[int, Field(ge=1, le=1000)] = 1
    factors: RegionalFactors = RegionalFactors()
    cluster: Annotated[str, Field(min_length=1)] | None = None


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
        ids_of_clusters = {region.cluster for region in self.regions}
        for region in self.regions:
            if region.id in ids_of_clusters and region.cluster != region.id:
                raise ValueError(
                    f"cluster {region.id!r} is the id of a region outside it; choose another word"
                )
            if region.cluster is not None and region.copies > 1:
                raise ValueError(f"region {region.id} has copies and a cluster; give it one of the two")
        return self
