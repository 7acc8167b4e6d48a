"""The frozen models of a scenario: what a policy may choose, each number with its provenance."""

from __future__ import annotations

import datetime as dt
import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from sim import limits
from sim.errors import Message, ValueFault
from sim.scenario.cohort_models import Cohort
from sim.scenario.effects import (
    BY_DAY,
    BY_NEED,
    BY_PLAN,
    BY_REQUEST,
    BY_YEAR,
    CARE,
    HEADING,
    NOTHING,
    ONE_VALUE,
    PRICE,
    RULE,
    STEERING_PRICE,
    STEERING_RULE,
    SUBSIDY,
    SWITCH,
    Effect,
    Plan,
    Switch,
    effects,
    marks,
)
from sim.scenario.headline import CARRIERS, Headline
from sim.scenario.numbers import (
    CeilingShares,
    Days,
    DaysPerWeek,
    DivertedShares,
    Euros,
    EurosEach,
    Factor,
    FullDays,
    FullTimes,
    GammaHours,
    HospiceTypeShares,
    HoursPerWeek,
    Identifier,
    Kilometres,
    Line,
    Lognormal,
    Minutes,
    Model,
    Persons,
    PersonsByForm,
    PersonsPerYear,
    PlaceShares,
    Probability,
    RatesByWindow,
    References,
    RideShares,
    Share,
    SharesByGroup,
    SharesByWindow,
    SharesByWord,
    SiteWord,
    Spread,
    StayWord,
    Text,
    Times,
    TimesByGroup,
    Unit,
)
from sim.scenario.payment import Payment
from sim.scenario.phase import Phase
from sim.units import FIRST_DERIVED_REGION_NUMBER, MOST_BEDS

TurnoverDays = Annotated[float, Field(ge=0.0, le=limits.MOST_TURNOVER_DAYS)]
GoesFirst = Literal["aanvraag", "ziekenhuis", "thuis"]
MoreBeds = Annotated[int, Field(ge=-MOST_BEDS, le=MOST_BEDS)]
Beds = Annotated[int, Field(ge=0, le=MOST_BEDS)]
OwnRate = Annotated[float, Field(gt=0.0, le=limits.MOST_FACTOR)]
"""A region's own rate as a multiple of the scenario's."""
Headlines = Annotated[tuple[Headline, ...], Field(max_length=limits.MOST_SENTENCES)]
ProgrammeYear = Annotated[int, Field(ge=limits.FIRST_PROGRAMME_YEAR, le=limits.LAST_PROGRAMME_YEAR)]
if TYPE_CHECKING:
    Payer = str
else:
    Payer = Literal[CARRIERS]
AS_FACTOR, A_WEEK, A_YEAR = Unit("maal"), Unit("keer per week"), Unit("keer per jaar")
"""What a share or a number of times is in one field, where its type does not say it."""


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
            raise ValueFault(
                "count_to {count_to} is not after count_from {count_from}; choose a later date", about=self
            )
        for name, day in (("count_from", self.count_from), ("count_to", self.count_to)):
            if day.day != 1:  # care of a month has its first day, or that of its stay, as date
                raise ValueFault(
                    "{name} {day} is no first of a month; what a month of care costs counts on its first "
                    "day, so choose one",
                    name=name,
                    day=day,
                )
        if self.count_from.year < limits.FIRST_COUNTED_YEAR or self.count_to.year > limits.LAST_COUNTED_YEAR:
            raise ValueFault(
                "{count_from} to {count_to} lies outside "
                "{first_counted_year}-{last_counted_year}; choose years of which law and "
                "prices are known",
                about=self,
                first_counted_year=limits.FIRST_COUNTED_YEAR,
                last_counted_year=limits.LAST_COUNTED_YEAR,
            )
        if (self.count_to - self.count_from).days > limits.MOST_COUNTED_DAYS:
            raise ValueFault(
                "{count_from} to {count_to} is more than twenty years; choose an earlier count_to", about=self
            )
        return self


class Prices(Model):
    """Price basis of a run: which year's tariffs, which hospital mode, contract factors."""

    basis_year: Annotated[int, Field(ge=2020, le=2040), PRICE]
    indexation: Annotated[Literal["none"], PRICE]
    msz_price: Annotated[Literal["reference", "dbc"], PRICE]
    elv_contract_factor: Annotated[Factor, PRICE, BY_DAY]
    bth_day_factor: Annotated[Factor, STEERING_PRICE, BY_DAY]


class Hospital(Model):
    """Admissions, emergency visits, intensive care, the palliative team."""

    admitted_last_30: SharesByGroup
    admission_rate_shape: RatesByWindow
    stay: Lognormal
    terminal: SharesByGroup
    terminal_window_days: Days
    acute: Probability
    ed_of_acute: Probability
    ed_only_per_day: RatesByWindow
    ic_last_30: Probability
    ic_before: Probability
    ic_stay: Lognormal
    ambulance_of_acute: Probability
    palliative_team: SharesByGroup
    team_before_death: Lognormal
    team_meeting_delay: Lognormal
    team_composition_invalid: Probability
    team_without_contact: Probability
    pzp_admission_factor: Annotated[Factor, BY_PLAN]
    nursing_home_factor: Annotated[Probability, ONE_VALUE, AS_FACTOR]
    known_preference_factor: Annotated[Probability, AS_FACTOR]
    known_preference_measured: Probability
    known_preference_causal: Probability
    readmission_factor: Annotated[Probability, ONE_VALUE, AS_FACTOR]
    readmission_days: Annotated[Days, ONE_VALUE]


class Home(Model):
    """District nursing, GP, medicines at home."""

    terminal_care: Probability
    terminal_start: Lognormal
    hours_per_week: GammaHours
    last_week_factor: Factor
    night_care: Probability
    night_hours_per_week: HoursPerWeek
    chronic_care: Annotated[Probability, BY_YEAR]
    chronic_hours_per_week: Annotated[HoursPerWeek, BY_YEAR]
    gp_per_day: RatesByWindow
    gp_visit_share: SharesByWindow
    out_of_hours_per_day: RatesByWindow
    out_of_hours_own_gp: Probability
    out_of_hours_visit: Probability
    sedation: Probability
    sedation_days: Days
    wlz_last_weeks_factor: Annotated[Factor, ONE_VALUE]
    medicines_days: Annotated[Days, ONE_VALUE]


class Efficiency(Model):
    """Agreements on efficiency (doelmatigheidsafspraken) that count terminal care: fewer hours a patient.

    They bind providers with a contract, whose care the insurer compares. `counts_terminal` is off where it is
    agreed that they leave terminal care out.
    """

    counts_terminal: bool
    applies: Annotated[Probability, SWITCH]
    hours_factor: Factor


class Nurses(Model):
    """Hours of district nursing of a region as a finite resource, which everybody at home shares.

    `capacity_factor` is the hours a week that there are, as a multiple of what the regional budget pays. Of
    who asks for terminal care beyond them, `share` waits `delay_days` and asks again.
    """

    applies: Annotated[bool, SWITCH]
    share: Probability
    capacity_factor: Annotated[Factor, ONE_VALUE]
    delay_days: Annotated[Days, ONE_VALUE]


class Hospice(Model):
    """Requests for a hospice place: from hospital, from home; type, patience, diversion."""

    after_hospital: SharesByGroup
    from_home: SharesByGroup
    home_request_before_death: Lognormal
    hospital_window_days: Days
    first_choice: HospiceTypeShares
    accepts_other: Probability
    discharged_alive: Probability
    alive_stay: Lognormal
    patience: Days
    diverted_from_hospital: DivertedShares
    diverted_from_home: DivertedShares
    day_contribution_eur: tuple[EurosEach, EurosEach, EurosEach]
    waived: Probability
    applicants_prefer_at_home: Probability
    applicants_prefer_in_hospital: Probability
    acute_instead: Probability
    fewer_hours: Probability

    @model_validator(mode="after")
    def _triangle(self) -> Self:
        low, mode, high = (corner.value for corner in self.day_contribution_eur)
        if not low <= mode <= high:
            raise ValueFault(
                "day_contribution_eur {low:g}, {mode:g}, {high:g} is not low, mode, high; order them",
                low=low,
                mode=mode,
                high=high,
            )
        return self


class ShortStay(Model):
    """Eerstelijnsverblijf: asked for from home or when leaving hospital, by people without the Wlz."""

    from_home: Probability
    before_death: Lognormal
    after_hospital: Probability
    stay: Lognormal


class Support(Model):
    """Care beside the main settings: outpatient and disease-directed care, aids, help, talks, respite."""

    outpatient_per_year: Annotated[TimesByGroup, A_YEAR]
    imaging: SharesByWord
    day_treatment_per_year: Annotated[TimesByGroup, A_YEAR]
    day_treatment_shape: RatesByWindow
    treatment_medicine: SharesByGroup
    radiotherapy: SharesByGroup
    radiotherapy_before_death: Lognormal
    nursing_home_outpatient: Probability
    hospital_at_home: SharesByGroup
    hospital_at_home_days: Lognormal
    hospital_at_home_before_death: Lognormal
    bed_loan: Probability
    palliakit: Probability
    palliakit_days: Annotated[Days, ONE_VALUE]
    elderly_medicine: Probability
    elderly_medicine_per_week: Annotated[Times, A_WEEK]
    elderly_medicine_minutes: Annotated[Minutes, ONE_VALUE]
    spiritual_care: Probability
    spiritual_talks: Times
    gp_consultation: Probability
    joint_advice: Probability
    respite: Probability
    respite_days: Lognormal
    respite_before_death: Lognormal
    respite_payer: Probability


class Beside(Model):
    """What people use and buy beside their care: household help, aids, meals, rides, physiotherapy.

    Every share is of the adults who are where the thing is used (`sim/journey/uses.py`).
    """

    household_help: Probability
    guest_help: Probability
    household_hours_per_week: Annotated[HoursPerWeek, ONE_VALUE]
    aids: Probability
    wheelchair: Probability
    meals: Probability
    alarm: Probability
    physiotherapy: SharesByGroup
    physiotherapy_per_week: Annotated[FullTimes, ONE_VALUE, A_WEEK]
    medicine_surcharge: Probability
    self_care: Probability
    hospice_extras: Probability
    rides: RideShares
    ride_km: Annotated[Kilometres, ONE_VALUE]
    radiotherapy_days: Annotated[FullDays, ONE_VALUE]


class Transmural(Model):
    """Integrated palliative care across lines (TAPA$): whom it reaches, what it does, its effect."""

    reached: Annotated[Probability, SWITCH]
    admission_factor: Factor
    phone: Probability
    bedside: Probability
    case_management: Probability


class Children(Model):
    """Care of children: medical care at home, day care, respite in a children's care home."""

    home_hours_per_week: GammaHours
    day_care: Probability
    day_care_days_per_week: Annotated[DaysPerWeek, ONE_VALUE]
    youth_help_hours_per_week: Annotated[HoursPerWeek, ONE_VALUE]
    respite: Probability


class Ceiling(Model):
    """Omzetplafonds as yearly meters: district nursing with the BTH day price, and short stays (ELV)."""

    applies: Annotated[Probability, SWITCH]
    elv_applies: Annotated[Probability, SWITCH]
    insurers: Annotated[SharesByWord, ONE_VALUE]
    provider_groups: Annotated[SharesByWord, ONE_VALUE]
    allowance_factor: Annotated[Factor, ONE_VALUE]
    allowance_spread: Annotated[Spread, ONE_VALUE]
    outcome: CeilingShares
    delay_days: Annotated[Days, ONE_VALUE]
    without_care: PlaceShares
    crisis_days: Annotated[Days, ONE_VALUE]


class Places(Model):
    """Policy changes to places, on top of the area's own numbers.

    `acute_beds` are kept free, of the beds of the first site of a type, for who would else be admitted to
    hospital. `turnover_days` is how long a bed of a hospice stands empty after a guest. `other_house` is the
    share of who asks for a hospice and accepts any house of an acceptable type; the others wait for one.
    `goes_first` is who gets a bed first: in order of request, who waits in hospital, or who waits at home.
    """

    extra_beds: dict[SiteWord, MoreBeds] = Field(default_factory=dict)
    acute_beds: dict[StayWord, Beds] = Field(default_factory=dict)
    turnover_days: TurnoverDays = 0.0
    other_house: Annotated[Share, BY_REQUEST] = 1.0
    goes_first: GoesFirst = "aanvraag"


class Subsidy(Model):
    """Regeling palliatieve terminale zorg: the nation around the region."""

    national_clients: Annotated[PersonsByForm, SUBSIDY]
    runs: Annotated[bool, RULE, Plan("ptz_verlengd", at=True), Plan("ptz_vervallen", at=False)]
    clients_from: Annotated[Literal["terminal", "marked"], RULE, Plan("ptz_eerder", at="marked", whole=True)]
    extra_ceiling_eur: Annotated[Euros, SUBSIDY]
    programmes_of: Annotated[ProgrammeYear | None, SUBSIDY]


class Freed(Model):
    """What hospital days that a policy frees are worth as money, once a share is stated."""

    applies: Annotated[bool, SWITCH]
    cash_share: Probability


class CarryingOut(Model):
    """What it costs to carry a policy out, beside the care that it changes: once and every year.

    A national amount counts for the area's share of the inhabitants. What comes once comes on the first day,
    by default in the first year; what comes every year counts by the days from it to the last (exclusive),
    by default whole years.
    """

    model_config = ConfigDict(populate_by_name=True)

    id: Identifier
    title: Text
    payer: Payer
    once_eur: Euros | None = None
    yearly_eur: Euros | None = None
    since: Annotated[dt.date | None, Field(alias="from")] = None
    until: Annotated[dt.date | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _amount(self) -> Self:
        if self.once_eur is None and self.yearly_eur is None:
            raise ValueFault("has no amount; give once_eur, yearly_eur or both")
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ValueFault("to {until} is not after from {since}; choose a later date", about=self)
        return self


class Rules(Model):
    """Which version of a legal rule applies where a scenario may choose.

    A plan holds from its own date on, or already from `plans_from` where that is earlier.
    """

    eigen_risico_plan: Annotated[
        Literal["current", "460", "165_tranche"],
        RULE,
        Plan(
            "460",
            at="460",
            values=("own_payments.eigen_risico.plan_460", "own_payments.eigen_risico.plan_460_tranche"),
        ),
        Plan(
            "165_tranche",
            at="165_tranche",
            values=("own_payments.eigen_risico.plan_165", "own_payments.eigen_risico.plan_165_tranche"),
        ),
    ]
    wmo_plan: Annotated[
        Literal["current", "2027"],
        RULE,
        Plan(
            "wmo_2027",
            at="2027",
            values=(
                "own_payments.wmo.plan_2027_min",
                "own_payments.wmo.plan_2027_max",
                "own_payments.wmo.plan_2027_pct",
                "own_payments.wmo.plan_2027_threshold_single",
                "own_payments.wmo.plan_2027_threshold_multi",
            ),
        ),
    ]
    behandeling_plan: Annotated[
        Literal["current", "naar_zvw"],
        STEERING_RULE,
        Plan("behandeling_naar_zvw", at="naar_zvw", whole=True),
    ]
    pzp_plan: Annotated[
        Literal["current", "huisarts"],
        STEERING_RULE,
        Plan("pzp_huisarts", at="huisarts", whole=True, values=("zvw.huisarts.pzp",)),
    ]
    plans_from: Annotated[dt.date | None, RULE]


class Scenario(Model):
    """One policy on one area."""

    name: Annotated[Identifier, HEADING]
    title: Annotated[Text, HEADING]
    question: Annotated[Text, HEADING]
    mechanism: Annotated[Text, HEADING]
    evidence: Annotated[Text, HEADING]
    status: Annotated[Text | None, HEADING] = None
    author: Annotated[Line, HEADING]
    date: Annotated[dt.date, HEADING]
    references: Annotated[References, HEADING]
    headline: Annotated[Headlines, HEADING] = ()
    extends: Annotated[str | None, HEADING] = None
    area: Annotated[str, HEADING]
    seed: Annotated[int, Field(ge=0, le=limits.MOST_SEED), CARE]
    replications: Annotated[int, Field(ge=1, le=limits.MOST_RUNS), CARE]
    horizon: Annotated[Horizon, CARE]
    prices: Prices
    cohort: Annotated[Cohort, CARE]
    hospital: Annotated[Hospital, CARE, BY_NEED]
    home: Annotated[Home, CARE, BY_NEED]
    efficiency: Annotated[Efficiency, CARE, BY_REQUEST]
    nurses: Annotated[Nurses, CARE, BY_REQUEST]
    hospice: Annotated[Hospice, CARE, BY_REQUEST]
    elv: Annotated[ShortStay, CARE, BY_REQUEST]
    support: Annotated[Support, CARE, BY_NEED]
    beside: Annotated[Beside, CARE, BY_YEAR]
    transmural: Annotated[Transmural, CARE, BY_PLAN]
    children: Annotated[Children, CARE, BY_YEAR]
    ceiling: Annotated[Ceiling, CARE, BY_REQUEST]
    places: Annotated[Places, CARE]
    subsidy: Subsidy
    rules: Rules
    payment: Payment
    freed: Annotated[Freed, NOTHING]
    carrying_out: Annotated[tuple[CarryingOut, ...], Field(max_length=20), SUBSIDY] = ()
    phases: Annotated[tuple[Phase, ...], Field(max_length=100), NOTHING] = ()


EFFECTS: dict[str, Effect] = effects(Scenario)
"""What every field of a scenario does; a field without a mark is an error here."""
PLANS: tuple[tuple[str, Plan], ...] = marks(Scenario, Plan)
"""The plans of the law that a scenario can switch on, each with the path of the field that does."""
SWITCHES: tuple[str, ...] = tuple(path for path, _ in marks(Scenario, Switch))
"""Paths of the choices and shares that let the other settings of their group act."""


class BedsFrom(Model):
    """Beds of a site from a date on; fewer beds close as their guests leave."""

    date: dt.date
    beds: Beds


class Site(Model):
    """One site with places."""

    id: Identifier
    name: Line
    setting: SiteWord
    beds: Beds
    beds_from: Annotated[tuple[BedsFrom, ...], Field(max_length=100)] = ()
    wlz_contract: bool = True


class RegionalSpread(Model):
    """How much regions of one area differ: standard deviation of the logarithm of a rate."""

    admissions: Spread
    nursing_home: Spread
    home_care: Spread


class RegionalFactors(Model):
    """A region's own rates as multiples of the scenario's; deaths of adults in each class of age."""

    admissions: OwnRate = 1.0
    nursing_home: OwnRate = 1.0
    home_care: OwnRate = 1.0
    deaths_under_65: OwnRate = 1.0
    deaths_65_79: OwnRate = 1.0
    deaths_80_plus: OwnRate = 1.0

    @property
    def deaths(self) -> tuple[float, float, float]:
        """Deaths by class of age as multiples of the scenario's; only their proportions count."""
        return self.deaths_under_65, self.deaths_65_79, self.deaths_80_plus


class Region(Model):
    """One region: its people, its places, its district-nursing budget.

    Its `number` keys its random draws and its patients' ids; it follows from the id where it is not
    given, or is that of another region too. Regions of one `cluster` share all their places.
    """

    id: Identifier
    name: Line
    number: Annotated[int, Field(ge=1, lt=FIRST_DERIVED_REGION_NUMBER)] | None = None
    population: Annotated[int, Field(gt=0, le=limits.MOST_PEOPLE)]
    palliative_deaths: PersonsPerYear
    sites: Annotated[tuple[Site, ...], Field(max_length=1000)]
    nursing_home_places: Persons
    district_nursing_budget_eur: Euros
    district_nursing_background_share: Probability
    elv_budget_eur: Euros
    elv_background_share: Probability
    copies: Annotated[int, Field(ge=1, le=1000)] = 1
    factors: RegionalFactors = RegionalFactors()
    cluster: Identifier | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """People, deaths and places belong to one region."""
        deaths, places = self.palliative_deaths.value, self.nursing_home_places.value
        beds = sum(max([site.beds, *(later.beds for later in site.beds_from)]) for site in self.sites)
        if deaths * limits.INHABITANTS_PER_DEATH > self.population:
            raise ValueFault(
                "palliative_deaths {deaths:g} a year is too many for {population} inhabitants; "
                "give {most:g} or less, or mend population",
                deaths=deaths,
                population=self.population,
                most=self.population / limits.INHABITANTS_PER_DEATH,
            )
        for name, number in (("nursing_home_places", places), (Message("beds of the sites together"), beds)):
            if number > self.population:
                raise ValueFault(
                    "{name} {number} is more than the {population} inhabitants; mend one of them",
                    name=name,
                    number=number,
                    population=self.population,
                )
        return self


class Area(Model):
    """A file in scenarios/regions/."""

    name: Identifier
    title: Text
    references: References
    national_share: Probability
    regions: Annotated[tuple[Region, ...], Field(min_length=1, max_length=1000)]
    spread: RegionalSpread | None = None

    @model_validator(mode="after")
    def _unique(self) -> Self:
        for what, ids in (
            (Message("region"), [region.id for region in self.regions]),
            (Message("site"), [site.id for region in self.regions for site in region.sites]),
        ):
            twice = [id_ for id_ in ids if ids.count(id_) > 1]
            if twice:
                raise ValueFault(
                    "{what} id {twice!r} stands twice; give every {what} its own id",
                    what=what,
                    twice=twice[0],
                )
        ids_of_clusters = {region.cluster for region in self.regions}
        for region in self.regions:
            if region.id in ids_of_clusters and region.cluster != region.id:
                raise ValueFault(
                    "cluster {id!r} is the id of a region outside it; choose another word", id=region.id
                )
            if region.cluster is not None and region.copies > 1:
                raise ValueFault("region {id} has copies and a cluster; give it one of the two", id=region.id)
        return self

    @model_validator(mode="after")
    def _of_the_nation(self) -> Self:
        """The share of the nation fits the inhabitants."""
        people = sum(region.population * region.copies for region in self.regions)
        share = self.national_share.value
        if people > limits.MOST_PEOPLE:
            raise ValueFault(
                "the regions have {people} inhabitants together; give {most_people} or less",
                people=people,
                most_people=limits.MOST_PEOPLE,
            )
        if share == 0.0 or abs(share - people / limits.NATION) > limits.SHARE_BESIDE:
            raise ValueFault(
                "national_share {share:g} does not fit {people} inhabitants of {nation}; write "
                "about {fitting:.3g}",
                share=share,
                people=people,
                nation=limits.NATION,
                fitting=people / limits.NATION,
            )
        return self

    @model_validator(mode="after")
    def _spread_rates(self) -> Self:
        """No copy gets a rate of its own that a region may not have."""
        for region in self.regions if self.spread is not None else ():
            outermost = NormalDist().inv_cdf(1 - 0.5 / region.copies) if region.copies > 1 else 0.0
            for name in RegionalSpread.model_fields:
                factor, sd = getattr(region.factors, name), getattr(self.spread, name).value
                if factor * math.exp(sd * outermost) > limits.MOST_FACTOR:
                    raise ValueFault(
                        "spread {name} {sd:g} gives the {copies} copies of region {id} rates of more "
                        "than {most_factor} times the scenario's; give a smaller spread",
                        about=region,
                        name=name,
                        sd=sd,
                        most_factor=limits.MOST_FACTOR,
                    )
        return self
