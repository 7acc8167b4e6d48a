"""What people use and buy beside their care: one list says who, where, under which Wlz form and how often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sim import dates
from sim.cohort import sampling as draw
from sim.columns import each_of, starts
from sim.journey.events import decided
from sim.journey.spell_list import SpellList, StayIndex
from sim.rng import CohortDraws
from sim.scenario.cohort_models import HomePackage
from sim.scenario.models import Beside, Scenario
from sim.scenario.numbers import HoursByProfile
from sim.schema import GROUPS, PROFILES, WITH_STAY, WLZ_FORMS, Table, code
from sim.units import (
    DAYS_PER_MEAN_MONTH,
    DAYS_PER_WEEK,
    MINUTES_PER_DAY,
    MINUTES_PER_HOUR,
    Bools,
    Floats,
    Ints,
)

_NO_WLZ, OWN_HOURS = ("geen",), ("mpt", "pgb")
_AT_HOME = tuple(form for form in WLZ_FORMS if form != "verblijf")
RIDES_A_DAY = 2  # rides of a day of treatment: there and back
# Groups whose day treatment is one of the reasons for seated transport: oncology and dialysis
TREATED = ("cancer", "kidney_liver")


@dataclass(frozen=True)
class Use:
    """Something that a share of the adults uses as long as they are in some settings under some Wlz forms."""

    name: str  # field of the scenario with the share; also the name of the draw
    product: str
    per: str  # "month" for a begun month, or "week" or "day"
    settings: tuple[str, ...]
    forms: tuple[str, ...]
    steps: Callable[[Beside], int] = lambda _: 1  # smallest steps a week or a day; one a month


def _help_minutes(beside: Beside) -> int:
    return round(beside.household_hours_per_week.value * MINUTES_PER_HOUR)


# Each use is one line here, a share in the scenario and a price in the tariffs
USES = (
    Use("household_help", "wmo.huishoudelijke_hulp", "week", ("thuis",), _NO_WLZ, _help_minutes),
    Use("guest_help", "wmo.huishoudelijke_hulp", "week", ("bth",), _NO_WLZ, _help_minutes),
    Use("aids", "wmo.hulpmiddel.maand", "month", ("thuis",), _AT_HOME),
    Use("wheelchair", "wmo.hulpmiddel.rolstoel", "day", ("thuis",), _AT_HOME),
    Use("meals", "wmo.maaltijd.maand", "month", ("thuis",), _NO_WLZ),
    Use("alarm", "wmo.alarm.maand", "month", ("thuis",), _NO_WLZ),
    Use("medicine_surcharge", "zvw.farmacie.gvs.maand", "month", ("thuis", "bth"), _AT_HOME),
    Use("self_care", "buiten.zelfzorgmedicijnen", "month", ("thuis",), _AT_HOME),
    Use("hospice_extras", "buiten.extra.dag", "day", WITH_STAY, WLZ_FORMS),
    Use(
        "physiotherapy",
        "zvw.fysiotherapie",
        "week",
        ("thuis",),
        _AT_HOME,
        lambda beside: beside.physiotherapy_per_week.value,
    ),
)


@dataclass(frozen=True)
class BesideNeeds:
    """Who uses what beside the care; one value a patient."""

    uses: dict[str, Bools] = field(metadata=decided("entry"))  # by the names of `USES`
    # Place in the scenario's list of ways to travel to treatment
    rides: Ints = field(metadata=decided("entry"))
    wlz_meals: Bools = field(metadata=decided("entry"))  # meals from the Wlz
    municipal_help: Bools = field(metadata=decided("entry"))  # household help of an mpt from the municipality


def sample_beside(draws: CohortDraws, patients: Table, scenario: Scenario) -> BesideNeeds:
    """Draw who uses what beside the care."""
    u = draws.uniform
    beside, package = scenario.beside, scenario.cohort.wlz.home_package
    group = patients["group"].astype(np.int64)
    adult = group != code(GROUPS, "child")

    def share(name: str) -> Floats | float:
        value = getattr(beside, name).value
        return draw.by_group(value)[group] if isinstance(value, dict) else value

    names = tuple(use.name for use in USES)
    return BesideNeeds(
        uses={name: draw.bernoulli(u(f"beside.{name}"), share(name)) & adult for name in names},
        rides=draw.choose(u("beside.rides"), list(beside.rides.value.values())),
        wlz_meals=draw.bernoulli(u("wlz.meals"), package.meals.value),
        municipal_help=draw.bernoulli(u("wlz.municipal_help"), package.municipal_help.value),
    )


def add_uses(out: SpellList, needs: BesideNeeds, scenario: Scenario) -> None:
    """Lay every use over the stays."""
    for use in USES:
        at = _where(out.stays, use.settings, use.forms)
        _lay(
            out, use.product, at[needs.uses[use.name][out.stays.row[at]]], use.per, use.steps(scenario.beside)
        )


def _lay(out: SpellList, product: str, at: Ints, per: str, steps: Ints | int) -> None:
    """Something used during stays: by the week, by the day, or once in each begun month."""
    if per == "month":
        once_a_month(out, product, at)
    else:
        out.add(product, at, out.stays.start[at], out.stays.end[at], steps, per)


def once_a_month(out: SpellList, product: str, at: Ints) -> None:
    """One piece in each calendar month in which a patient is in one of the stays, at its first moment there.

    Positions of stays (`at`) are ascending.
    """
    stays = out.stays
    start, last = stays.start[at], np.maximum(stays.end[at] - 1, stays.start[at])
    first, final = dates.months(dates.days(start)), dates.months(dates.days(last))
    part, month = each_of(first, final + 1)
    new = starts(stays.row[at][part], month)
    part, month = part[new], month[new]
    minute = np.maximum(start[part], dates.month_start_day(month) * MINUTES_PER_DAY)
    out.once(product, at[part], minute)


def _where(stays: StayIndex, settings: tuple[str, ...], forms: tuple[str, ...]) -> Ints:
    """Positions of the stays in some settings under some Wlz forms."""
    held = np.array([word in forms for word in WLZ_FORMS], np.bool_)
    return np.flatnonzero(stays.where(*settings) & held[stays.form])


def add_rides(
    out: SpellList, needs: BesideNeeds, scenario: Scenario, at: Ints, minute: Ints, days: Ints | int = 1
) -> None:
    """Travel to a treatment at a minute of a stay for which seated transport is paid, by who uses it."""
    beside = scenario.beside
    way = needs.rides[out.stays.row[at]]
    for word, product, steps in (
        ("taxi", "zvw.vervoer.zittend.rit", RIDES_A_DAY),
        ("eigen_auto", "zvw.vervoer.eigen_auto", round(beside.ride_km.value)),
    ):
        which = way == list(beside.rides.value).index(word) if word in beside.rides.value else way < 0
        out.once(product, at[which], minute[which], np.broadcast_to(days, at.shape)[which] * steps)


def week_minutes(hours: HoursByProfile) -> Ints:
    """Minutes a week by code of `PROFILES` (int64 array)."""
    values = {str(profile): number for profile, number in hours.value.items()}
    return np.array([round(values.get(word, 0.0) * MINUTES_PER_HOUR) for word in PROFILES], np.int64)


def hours_a_month(package: HomePackage) -> Ints:
    """Hours of Wlz care and help a month under an mpt, by code of `PROFILES` (int64 array)."""
    parts = (package.nursing, package.personal_care, package.guidance, package.household_help)
    week = np.sum([week_minutes(part) for part in parts], axis=0)
    month = week * DAYS_PER_MEAN_MONTH / (DAYS_PER_WEEK * MINUTES_PER_HOUR)
    return np.asarray(np.round(month), np.int64)


def add_home_package(out: SpellList, patients: Table, needs: BesideNeeds, scenario: Scenario) -> None:
    """What the profile pays at home under an mpt or pgb; more care in the terminal phase.

    A pgb buys its hours of care at its own tariff. Household help and meals are for who lives at home: a
    bijna-thuis-huis has them in its day contribution.
    """
    stays, package = out.stays, scenario.cohort.wlz.home_package
    formal, factor = scenario.cohort.wlz.pgb_formal.value, scenario.home.wlz_last_weeks_factor.value
    care = [week_minutes(part) for part in (package.nursing, package.personal_care, package.guidance)]
    budget = np.sum(care, axis=0)
    products = ("wlz.mpt.verpleging", "wlz.mpt.verzorging", "wlz.mpt.begeleiding")
    shares: tuple[tuple[str, str, Ints, float], ...] = (
        *(("mpt", product, part, 1.0) for product, part in zip(products, care, strict=True)),
        ("pgb", "wlz.pgb.formeel", budget, formal),
        ("pgb", "wlz.pgb.informeel", budget, 1.0 - formal),
    )
    profile, terminal = patients["wlz_profile"].astype(np.int64), patients["terminal_from_minute"]
    for form, product, minutes, share in shares:
        at = _where(stays, ("thuis", "bth"), (form,))
        week = np.round(minutes[profile[stays.row[at]]] * share)
        _before_and_after(out, product, at, terminal, week, factor)
    at = _where(stays, ("thuis",), OWN_HOURS)
    row = stays.row[at]
    municipal = needs.municipal_help[row] & (stays.form[at] == code(WLZ_FORMS, "mpt"))
    week = week_minutes(package.household_help)[profile[row]].astype(np.float64)
    for product, which in (("wmo.huishoudelijke_hulp", municipal), ("wlz.huishoudelijke_hulp", ~municipal)):
        _before_and_after(out, product, at[which], terminal, week[which], 1.0)
    once_a_month(out, "wlz.maaltijd.maand", at[needs.wlz_meals[row]])


def _before_and_after(
    out: SpellList, product: str, at: Ints, terminal: Ints, week: Floats, factor: float
) -> None:
    """Minutes a week before the terminal phase, and so many times more in it, in spells of their own."""
    start, end = out.stays.start[at], out.stays.end[at]
    late = terminal[out.stays.row[at]]
    out.add(product, at, start, np.minimum(end, late), week.astype(np.int64), "week")
    out.add(product, at, np.maximum(start, late), end, np.round(week * factor).astype(np.int64), "week")
