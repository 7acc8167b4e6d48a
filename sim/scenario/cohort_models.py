"""The frozen models of all that is drawn of a patient at entry."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.errors import ValueFault
from sim.scenario.effects import BY_PLAN, BY_REQUEST, BY_TERMINAL, BY_WLZ, ONE_VALUE
from sim.scenario.numbers import (
    Age,
    AgeGap,
    Days,
    DaysByGroup,
    EurosByHousehold,
    EurosEach,
    Factor,
    FactorsByGroup,
    FullDays,
    HomeFormShares,
    HoursByProfile,
    Lognormal,
    LognormalEuros,
    Model,
    Months,
    PartnerWlzShares,
    PlaceShares,
    Probability,
    ProfileShares,
    SharesByGroup,
    SharesByHousehold,
    Spread,
    SpreadsByGroup,
    YearlyGrowth,
    YearsByGroup,
)
from sim.units import ADULT_AGE_YEARS


class Growth(Model):
    """Growth of the number of deaths a year, from a year on."""

    from_year: Annotated[int, Field(ge=2000, le=2100)]
    per_year: YearlyGrowth


class Population(Model):
    """Who dies in a year: how many, when, disease group, age, sex, household."""

    growth: Annotated[tuple[Growth, ...], Field(max_length=100)]
    growth_base_year: Annotated[int, Field(ge=2000, le=2100)]
    demand_factor: Factor
    winter_peak: Probability
    child_share: Probability
    group_share: SharesByGroup
    age_mean: YearsByGroup
    age_sd: SpreadsByGroup
    female: SharesByGroup
    partner_man_80: Probability
    partner_woman_80: Probability
    partner_under_80: Probability
    partner_age_gap_years: AgeGap
    partner_wlz: PartnerWlzShares
    partner_wlz_days: FullDays
    oldest_age_years: Age
    children_supported: Probability
    carer_available: SharesByHousehold
    volunteers: Annotated[Probability, BY_TERMINAL]
    volunteers_before_terminal: Annotated[Probability, BY_TERMINAL]
    volunteers_before_terminal_days: Annotated[Days, BY_TERMINAL]

    @model_validator(mode="after")
    def _every_group(self) -> Self:
        adults = {group: share for group, share in self.group_share.value.items() if group != "child"}
        if abs(sum(adults.values()) - 1.0) > 1e-9:
            raise ValueFault(
                "group_share sums to {total:g}; the groups of adults must sum to 1",
                total=sum(adults.values()),
            )
        for name, ages in (("age_mean", self.age_mean), ("age_sd", self.age_sd)):
            for group in (*adults, "child"):
                if group not in ages.value:
                    raise ValueFault("{name} has no number for {group!r}; add it", name=name, group=group)
        for group, age in self.age_mean.value.items():
            low, high = (
                (0, ADULT_AGE_YEARS) if group == "child" else (ADULT_AGE_YEARS, self.oldest_age_years.value)
            )
            if not low <= age <= high:
                raise ValueFault(
                    "age_mean of {group!r} is {age:g}; give one from {low} to {high}",
                    group=group,
                    age=age,
                    low=low,
                    high=high,
                )
        return self


class Means(Model):
    """Income and assets of the reference year."""

    income_single: LognormalEuros
    income_couple: LognormalEuros
    partner_share: Probability
    assets: LognormalEuros
    tax_rate: Probability
    zorgtoeslag_max_income_eur: EurosByHousehold
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
    home_form: Annotated[HomeFormShares, BY_WLZ]
    behandeling: Annotated[Probability, BY_WLZ]
    pgb_formal: Probability
    vv10_criteria: Annotated[Probability, BY_TERMINAL]
    home_package: HomePackage
    postponed: Annotated[Probability, BY_WLZ]
    postponed_days: Annotated[Days, BY_WLZ]
    postponed_care: Annotated[Probability, BY_WLZ]


class NursingHome(Model):
    """Need of a nursing home place: share there (or asking) by days before death."""

    at_365: SharesByGroup
    at_90: SharesByGroup
    at_death: SharesByGroup
    entry_stay_months: Months


class Insurance(Model):
    """Policy, voluntary deductible, supplementary hospice cover, deductible used before entry."""

    natura: Probability
    contracted_nursing: Annotated[Probability, BY_REQUEST]
    voluntary_deductible: Probability
    voluntary_deductible_eur: EurosEach
    hospice_cover: Probability
    hospice_cover_per_day_eur: EurosEach
    hospice_cover_days: FullDays
    hospice_cover_vpt: Probability
    deductible_used_share: Probability


class Preference(Model):
    """Preferred place, and whether the team knows it.

    `hospice_by_group` multiplies the share that prefers a hospice; home takes up the difference.
    """

    known: Probability
    place: PlaceShares
    hospice_by_group: FactorsByGroup


class Marking(Model):
    """Marking of the palliative phase, the estimate 'less than three months', planning.

    `timely` is the share that a policy marks in time, by the days of its disease group; their care plan is
    made then. `gp_plan` is the share with a care plan by the GP.
    """

    never: Probability
    before_death: Lognormal
    terminal_before_death: Annotated[Lognormal, ONE_VALUE]
    pzp: SharesByGroup
    timely: Probability
    timely_days: DaysByGroup
    timely_sigma: Spread
    gp_plan: Probability


class Cohort(Model):
    """All that is drawn of a patient at entry."""

    population: Population
    means: Means
    wlz: WlzStatus
    nursing_home: NursingHome
    insurance: Insurance
    preference: Annotated[Preference, BY_TERMINAL]
    marking: Annotated[Marking, BY_PLAN]
