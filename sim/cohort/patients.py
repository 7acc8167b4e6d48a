"""Draws the synthetic patients of a region: everyone who dies in the window, one row a patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim import dates
from sim.cohort import sampling as draw
from sim.cohort.ages import draw_ages
from sim.cohort.long_term_care import long_term_care
from sim.cohort.taken_over import again
from sim.rng import CohortDraws, Draws
from sim.scenario.cohort_models import Marking, Population
from sim.scenario.in_force import Versions, versions
from sim.scenario.models import Horizon, Region, Scenario
from sim.schema import (
    HOUSEHOLDS,
    NEVER,
    PARTNER_WLZ,
    POLICIES,
    PROFILES,
    SETTINGS,
    WLZ_FORMS,
    Table,
    code,
    table,
)
from sim.units import (
    CENTS_PER_EURO,
    DAYS_PER_MEAN_YEAR,
    DAYS_PER_YEAR,
    HOURS_PER_DAY,
    LAST_YEAR_DAYS,
    MINUTES_PER_DAY,
    OLD_AGE_YEARS,
    PATIENTS_PER_REGION_YEAR,
    WINDOW_EDGES_DAYS,
    YEARS_PER_REGION,
    Bools,
    Floats,
    Ints,
    narrow,
    times,
    whole_cents,
)


def death_window(horizon: Horizon) -> tuple[dt.date, dt.date]:
    """First and (exclusive) last date of death in the run, warm-up and year after included.

    The first is a 1 January, at least the warm-up before the counted window. Patients enter 365 days
    before death, so the run starts on (or a day after) a 1 January at least a year before that window.
    """
    first = horizon.count_from - dt.timedelta(days=horizon.warmup_days)
    return dt.date(first.year, 1, 1), horizon.count_to + dt.timedelta(days=LAST_YEAR_DAYS)


def growth_factor(population: Population, year: int) -> float:
    """Deaths of a year as a multiple of those of the base year."""
    factor = 1.0
    for now in range(population.growth_base_year + 1, year + 1):
        rates = [g.per_year.value for g in population.growth if g.from_year <= now]
        factor *= 1.0 + (rates[-1] if rates else 0.0)
    return factor * population.demand_factor.value


def season(u: Floats, peak: float) -> Floats:
    """Part of the year in [0, 1) that has passed at death, with most deaths around 1 January.

    The peak is the rate then above the yearly mean, as a share of it: the inverse of x + peak sin(2 pi x) /
    (2 pi), by interpolation on whole hours.
    """
    grid = np.linspace(0.0, 1.0, DAYS_PER_YEAR * HOURS_PER_DAY + 1)
    turn = 2 * np.pi
    return np.asarray(np.interp(u, grid + peak * np.sin(turn * grid) / turn, grid), np.float64)


def cohort_draws(
    scenario: Scenario, region: Region, region_no: int, replication: int
) -> tuple[CohortDraws, Ints, Ints]:
    """The patients of a region who die in the window.

    Random streams, ids (the region's number is part) and minutes of death.
    """
    asked = (region_no, replication)
    return again("deaths", asked, lambda a, b: _cohort_draws(a, b, *asked), scenario, region)


def _cohort_draws(
    scenario: Scenario, region: Region, region_no: int, replication: int
) -> tuple[CohortDraws, Ints, Ints]:
    first, last = death_window(scenario.horizon)
    low, high = dates.minute_of(first), dates.minute_of(last)
    parts, ids, deaths = [], [], []
    for year in range(first.year, (last - dt.timedelta(days=1)).year + 1):
        mean = region.palliative_deaths.value * growth_factor(scenario.cohort.population, year)
        seed_row = Draws(scenario.seed, replication, region_no, year, 0)
        size = draw.poisson_count(seed_row.scalar("cohort.deaths"), mean)
        draws = Draws(scenario.seed, replication, region_no, year, size)
        start = dates.minute_of(dt.date(year, 1, 1))
        length = dates.minute_of(dt.date(year + 1, 1, 1)) - start
        part = season(draws.uniform("cohort.death_time"), scenario.cohort.population.winter_peak.value)
        death = start + np.floor(part * length).astype(np.int64)
        kept = np.flatnonzero((death >= low) & (death < high))
        base = (region_no * YEARS_PER_REGION + year) * PATIENTS_PER_REGION_YEAR
        parts.append((draws, kept))
        ids.append(base + kept)
        deaths.append(death[kept])
    return CohortDraws(tuple(parts)), np.concatenate(ids), np.concatenate(deaths)


def marked_timely(draws: CohortDraws, scenario: Scenario) -> Bools:
    """Who is marked in time because a policy says so (bool array, one a patient)."""
    return draw.bernoulli(draws.uniform("marking.timely"), scenario.cohort.marking.timely.value)


def timely_days(u: Floats, median: Floats, marking: Marking) -> Floats:
    """Days before death at which who is marked in time is marked (float64 array like `u`)."""
    days = median * np.exp(marking.timely_sigma.value * special.ndtri(u))
    return np.asarray(np.minimum(days, marking.before_death.maximum), np.float64)


def _minutes(days: Floats) -> Ints:
    return np.floor(days * MINUTES_PER_DAY).astype(np.int64)


def _cents(euros: Floats) -> Ints:
    return times(narrow(np.floor(euros)), CENTS_PER_EURO)


def hospice_preference(group: Ints, resident: Bools, scenario: Scenario) -> Floats:
    """Probability that each patient prefers a hospice.

    So that the share of the whole group is as the scenario says, as far as the hospital leaves it. Who lives
    in a nursing home, or will, wishes to stay there.
    """
    wish = scenario.cohort.preference
    share = wish.place.value.get("hospice", 0.0) * draw.by_group(wish.hospice_by_group.value)
    elsewhere = 1.0 - draw.by_group(scenario.cohort.nursing_home.at_death.value)
    most = 1.0 - wish.place.value.get("ziekenhuis", 0.0)
    of_others = np.where(elsewhere * most > share, share / np.maximum(elsewhere, share), most)
    return np.where(resident, 0.0, of_others[group])


def _preference(draws: CohortDraws, scenario: Scenario, group: Ints, resident: Bools) -> Ints:
    """Setting code of the preferred place of death; a hospice wish becomes one of the three types."""
    u = draws.uniform("preference.place")
    from_hospital = 1.0 - scenario.cohort.preference.place.value.get("ziekenhuis", 0.0)
    from_hospice = from_hospital - hospice_preference(group, resident, scenario)
    kind = draw.choose_word(
        draws.uniform("hospice.first_choice"), scenario.hospice.first_choice.value, SETTINGS
    )
    away = np.where(u < from_hospital, kind, code(SETTINGS, "ziekenhuis"))
    return np.where(u < from_hospice, code(SETTINGS, "thuis"), away)


def draw_patients(scenario: Scenario, region: Region, region_no: int, replication: int) -> Table:
    """All attributes of every patient at entry, in the order of death year and index."""
    draws, patient_id, death = cohort_draws(scenario, region, region_no, replication)
    over_time = versions(scenario)
    asked = (region_no, draws, patient_id, death)
    first, *later = (
        again("patients", asked, lambda a, b: _drawn(a, b, *asked), version, region)
        for version in over_time.scenarios
    )
    return _by_moment(over_time, [first, *later], draws, region) if later else first


def wlz_moment(draws: CohortDraws, over_time: Versions, region: Region, patients: Table) -> Ints:
    """Minute at which a policy on the Wlz of each patient counts: its first beginning under any version.

    The first of the last year for who never has it.
    """
    group, death = patients["group"].astype(np.int64), patients["death_minute"]
    found = [long_term_care(draws, version.cohort, region, group) for version in over_time.scenarios]
    begins = [np.where(care.has_wlz, death - _minutes(care.wlz_days), NEVER) for care in found]
    return earliest(begins, patients["entry_minute"])


def plan_moment(draws: CohortDraws, over_time: Versions, patients: Table, marked: Sequence[Ints]) -> Ints:
    """Minute at which a plan of care is made: at a marking in time, else when the phase is recognised.

    Markings are the minutes under each version.
    """
    terminal = patients["terminal_from_minute"]
    early = [
        np.where(marked_timely(draws, version), minute, NEVER)
        for version, minute in zip(over_time.scenarios, marked, strict=True)
    ]
    return np.asarray(np.minimum(earliest(early, terminal), terminal), np.int64)


def earliest(minutes: Sequence[Ints], otherwise: Ints) -> Ints:
    """The first of several minutes of each patient; another one where all are `NEVER`."""
    last = np.iinfo(np.int64).max
    found: Ints = np.min([np.where(each == NEVER, last, each) for each in minutes], axis=0)
    return np.asarray(np.where(found == last, otherwise, found), np.int64)


_WLZ = (
    "entry_setting",
    "entry_since_minute",
    "wlz_since_minute",
    "wlz_profile",
    "wlz_home_form",
    "wlz_behandeling",
)
_TERMINAL = ("preference", "preference_known", "volunteers", "criteria_vv10")


def _by_moment(over_time: Versions, tables: Sequence[Table], draws: CohortDraws, region: Region) -> Table:
    """Each column from the version in force when what it says is decided; all others never change.

    Raises ValueError where another does.
    """
    first = tables[0]
    marked = [table["marked_minute"] for table in tables]
    moments = {
        **dict.fromkeys(_WLZ, wlz_moment(draws, over_time, region, first)),
        **dict.fromkeys(_TERMINAL, first["terminal_from_minute"]),
        "marked_minute": earliest(marked, first["terminal_from_minute"]),
        "pzp": plan_moment(draws, over_time, first, marked),
    }
    columns = dict(first.columns)
    for name, column in columns.items():
        if name not in moments and not all(np.array_equal(column, table[name]) for table in tables):
            raise ValueError(f"patients.{name}: moves with a path over dates; say when it is decided")
    for name, minute in moments.items():
        columns[name] = over_time.pick(minute, [table[name] for table in tables])
    return Table(first.name, columns, first.labels)


def _drawn(
    scenario: Scenario, region: Region, region_no: int, draws: CohortDraws, patient_id: Ints, death: Ints
) -> Table:
    """All attributes of every patient under a plain scenario."""
    model = scenario.cohort
    u = draws.uniform
    people = model.population
    child = draw.bernoulli(u("cohort.child"), people.child_share.value)
    group, age = draw_ages(draws, people, region.factors, child)
    woman = draw.bernoulli(u("cohort.sex"), draw.by_group(people.female.value)[group])
    old_share = np.where(woman, people.partner_woman_80.value, people.partner_man_80.value)
    partner_share = np.where(age < OLD_AGE_YEARS, people.partner_under_80.value, old_share)
    couple = draw.bernoulli(u("cohort.partner"), partner_share) & ~child
    birth = death - _minutes(age * DAYS_PER_MEAN_YEAR)
    entry = np.maximum(death - LAST_YEAR_DAYS * MINUTES_PER_DAY, birth)

    care = long_term_care(draws, model, region, group)
    nursing_days = care.nursing_days
    resident = nursing_days >= WINDOW_EDGES_DAYS[0]
    resident_since = np.maximum(entry - _minutes(care.resident_days), birth)
    wlz_since = np.where(
        care.has_wlz,
        np.minimum(death - _minutes(care.wlz_days), np.where(resident, resident_since, death)),
        NEVER,
    )

    columns: dict[str, NDArray[Any]] = {
        "patient_id": patient_id,
        "region": np.full(len(patient_id), region_no),
        "group": group,
        "sex": woman,
        "birth_minute": birth,
        "death_minute": death,
        "household": np.where(couple, code(HOUSEHOLDS, "couple"), code(HOUSEHOLDS, "single")),
        "entry_minute": entry,
        "entry_setting": np.where(resident, code(SETTINGS, "verpleeghuis"), code(SETTINGS, "thuis")),
        "entry_since_minute": np.where(resident, resident_since, birth),
        "wlz_since_minute": wlz_since,
        "preference": _preference(draws, scenario, group, nursing_days >= 0),
        "preference_known": draw.bernoulli(u("preference.known"), model.preference.known.value),
        "children_supported": draw.bernoulli(u("cohort.children_supported"), people.children_supported.value)
        & ~child,
        "carer_available": draw.bernoulli(
            u("cohort.carer"), np.where(couple, people.carer_available.couple, people.carer_available.single)
        ),
        "volunteers": draw.bernoulli(u("cohort.volunteers"), people.volunteers.value),
    }
    columns |= _marking_columns(draws, scenario, group, death, entry)
    columns |= _wlz_columns(draws, scenario, care.has_wlz)
    columns |= _partner_columns(draws, scenario, couple, woman, birth, entry)
    columns |= _means_columns(draws, scenario, couple, child)
    columns |= _insurance_columns(draws, scenario, child, entry)
    ceiling = scenario.ceiling
    contract = {"insurer": ceiling.insurers.value, "provider_group": ceiling.provider_groups.value}
    columns |= {
        name: draw.choose(u(f"ceiling.{name}"), list(part.values())) for name, part in contract.items()
    }
    return table("patients", columns, {name: tuple(part) for name, part in contract.items()})


def _marking_columns(
    draws: CohortDraws, scenario: Scenario, group: Ints, death: Ints, entry: Ints
) -> dict[str, NDArray[Any]]:
    """When the patient is marked as palliative and as terminal, and whether a plan of care is made."""
    u, marking = draws.uniform, scenario.cohort.marking
    marked_days = draw.lognormal(u("marking.time"), marking.before_death)
    never = draw.bernoulli(u("marking.never"), marking.never.value)
    timely = marked_timely(draws, scenario)
    if timely.any():
        in_time = timely_days(u("marking.time"), draw.by_group(marking.timely_days.value)[group], marking)
        marked_days = np.where(timely, np.maximum(in_time, marked_days), marked_days)
        never = never & ~timely
    terminal_days = draw.lognormal(u("marking.terminal"), marking.terminal_before_death)
    return {
        "marked_minute": np.where(never, NEVER, np.maximum(death - _minutes(marked_days), entry)),
        "pzp": draw.bernoulli(u("marking.pzp"), draw.by_group(marking.pzp.value)[group]),
        "terminal_from_minute": np.maximum(death - _minutes(terminal_days), entry),
    }


def _wlz_columns(draws: CohortDraws, scenario: Scenario, has_wlz: Bools) -> dict[str, NDArray[Any]]:
    wlz = scenario.cohort.wlz
    profile = draw.choose_word(draws.uniform("wlz.profile"), wlz.profile.value, PROFILES)
    form = draw.choose_word(draws.uniform("wlz.home_form"), wlz.home_form.value, WLZ_FORMS)
    return {
        "wlz_profile": np.where(has_wlz, profile, 0),
        "wlz_home_form": np.where(has_wlz, form, 0),
        "wlz_behandeling": draw.bernoulli(draws.uniform("wlz.behandeling"), wlz.behandeling.value),
        "criteria_vv10": draw.bernoulli(draws.uniform("wlz.vv10_criteria"), wlz.vv10_criteria.value),
    }


def _partner_columns(
    draws: CohortDraws, scenario: Scenario, couple: Bools, woman: Bools, birth: Ints, entry: Ints
) -> dict[str, NDArray[Any]]:
    people = scenario.cohort.population
    gap = _minutes(np.where(woman, 1.0, -1.0) * people.partner_age_gap_years.value * DAYS_PER_MEAN_YEAR)
    kind = draw.choose_word(draws.uniform("partner.wlz"), people.partner_wlz.value, PARTNER_WLZ)
    kind = np.where(couple, kind, code(PARTNER_WLZ, "none"))
    return {
        "partner_birth_minute": np.where(couple, birth - gap, NEVER),
        "partner_wlz": kind,
        "partner_wlz_since_minute": np.where(
            kind > 0, entry - people.partner_wlz_days.value * MINUTES_PER_DAY, NEVER
        ),
    }


def _means_columns(
    draws: CohortDraws, scenario: Scenario, couple: Bools, child: Bools
) -> dict[str, NDArray[Any]]:
    means = scenario.cohort.means
    u = draws.uniform("means.income")
    single = draw.lognormal(u, means.income_single)
    joint = draw.lognormal(u, means.income_couple)
    partner = np.where(couple, joint * means.partner_share.value, 0.0)
    household = np.where(couple, joint, single)
    limit = np.where(couple, means.zorgtoeslag_max_income_eur.couple, means.zorgtoeslag_max_income_eur.single)
    income = np.where(child, 0.0, household - partner)
    assets = draw.lognormal(draws.uniform("means.assets"), means.assets)
    return {
        "income_cents": _cents(income),
        "partner_income_cents": _cents(partner),
        "income_tax_cents": _cents(income * means.tax_rate.value),
        "assets_cents": np.where(child, 0, _cents(assets)),
        "zorgtoeslag": (household < limit) & ~child,
        "income_known": ~draw.bernoulli(draws.uniform("means.unknown"), means.unknown.value),
    }


def _year_passed(minute: Ints) -> Floats:
    """Part of the calendar year that has passed at a minute (float64 array)."""
    day = dates.days(minute)
    year = dates.years(day)
    return np.asarray((day - dates.year_start_day(year)) / dates.days_in_year(year), np.float64)


def _insurance_columns(
    draws: CohortDraws, scenario: Scenario, child: Bools, entry: Ints
) -> dict[str, NDArray[Any]]:
    cover = scenario.cohort.insurance
    u = draws.uniform
    covered = draw.bernoulli(u("insurance.hospice_cover"), cover.hospice_cover.value)
    voluntary = draw.bernoulli(u("insurance.voluntary"), cover.voluntary_deductible.value) & ~child
    passed = _year_passed(entry)
    used = draw.bernoulli(u("insurance.used"), 2 * cover.deductible_used_share.value * passed) & ~child
    natura = draw.bernoulli(u("insurance.policy"), cover.natura.value)
    per_day = whole_cents(cover.hospice_cover_per_day_eur.value)
    return {
        "policy": np.where(natura, code(POLICIES, "natura"), code(POLICIES, "restitutie")),
        "voluntary_deductible_cents": np.where(
            voluntary, whole_cents(cover.voluntary_deductible_eur.value), 0
        ),
        "hospice_cover_per_day_cents": np.where(covered, per_day, 0),
        "hospice_cover_max_days": np.where(covered, cover.hospice_cover_days.value, 0),
        "hospice_cover_vpt": draw.bernoulli(u("insurance.vpt"), cover.hospice_cover_vpt.value),
        "eigen_risico_used": used,
    }
