"""Use of care in the last 90, 30 and 7 days, as the published figures count it; who gets less at home."""

from __future__ import annotations

import numpy as np

from sim import dates
from sim.billing.not_declared import care_drops
from sim.columns import starts
from sim.law.registry import RuleSet
from sim.measure.registry import measures
from sim.measure.tables import HOSPICE_CODES, HOSPITAL, Task
from sim.schema import EXITS, NEVER, WLZ_FORMS, Table, code
from sim.stats import overlap
from sim.units import (
    DAYS_PER_WEEK,
    LAST_30_DAYS,
    LAST_90_DAYS,
    MINUTES_PER_DAY,
    MINUTES_PER_WEEK,
    Bools,
    Ints,
)

# Values of `listed`: people listed with a GP, those of them who lived outside a nursing home 90 days before
# death, and people who lived in one then. `sim.measure.network` puts the last two together.
LISTED, GP_AT_HOME, RESIDENT = "huisarts", "huisarts_thuis", "bewoner"
# Beginnings of the products that are contacts with the own practice; the GP post is not
GP_CONTACTS = ("zvw.huisarts.consult", "zvw.huisarts.visite", "zvw.huisarts.intensieve_zorg")
_CONTACT_DAYS = (LAST_30_DAYS, DAYS_PER_WEEK)


@measures("admitted_last_30", "hospitalised_last_90", "hospital_days_last_30")
def _hospital(task: Task) -> None:
    """Who was in hospital in the last 90 and 30 days, and for how many days of the last 30."""
    parts, stays, rows = task.parts, task.stays, task.stay_rows
    mine = task.decedents[rows] & (stays["setting"] == HOSPITAL)
    death = task.patients["death_minute"][rows]
    month, quarter = (
        mine & (stays["end_minute"] > death - days * MINUTES_PER_DAY) for days in (LAST_30_DAYS, LAST_90_DAYS)
    )
    parts.add("admitted_last_30", len(np.unique(rows[month])))
    parts.add("hospitalised_last_90", len(np.unique(rows[quarter])))
    for word, who in populations(task).items():
        parts.add("hospitalised_last_90", len(np.unique(rows[quarter & who[rows]])), listed=word)
    died = stays["exit_reason"] == code(EXITS, "overleden")
    first, last = dates.billed_days(stays["start_minute"], stays["end_minute"], died)
    day_of_death = dates.days(death)
    spent = overlap(first, last, day_of_death + 1 - LAST_30_DAYS, day_of_death + 1)
    parts.add("hospital_days_last_30", int(spent[mine].sum()))


@measures("patients", "transitions_last_90", "transitions_with_hospital", "transition_last_30")
def _transitions(task: Task) -> None:
    """Moves from one kind of place to another; a change of law or form at home is none."""
    parts, rows = task.parts, task.stay_rows
    place = np.where(np.isin(task.stays["setting"], HOSPICE_CODES), HOSPICE_CODES[0], task.stays["setting"])
    before = np.append(place[:1], place[:-1])
    moved = ~starts(rows) & (place != before)
    moved &= task.decedents[rows]
    ago = task.patients["death_minute"][rows] - task.stays["start_minute"]
    quarter = moved & (ago < LAST_90_DAYS * MINUTES_PER_DAY)
    month = moved & (ago < LAST_30_DAYS * MINUTES_PER_DAY)
    hospital = quarter & ((place == HOSPITAL) | (before == HOSPITAL))
    everyone = np.ones(len(task.patients), np.bool_)
    several = populations(task)
    for word, mask in several.items():
        parts.add("patients", int((task.decedents & mask).sum()), listed=word)
    for mask, dimension in ((everyone, {}), *((mask, {"listed": word}) for word, mask in several.items())):
        who = mask[rows]
        parts.add("transitions_last_90", int((quarter & who).sum()), **dimension)
        parts.add("transitions_with_hospital", int((hospital & who).sum()), **dimension)
        parts.add("transition_last_30", len(np.unique(rows[month & who])), **dimension)


@measures(
    "ed_last_30",
    "ic_last_30",
    "district_nursing_units",
    *(f"gp_patients_last_{days}" for days in _CONTACT_DAYS),
    *(f"gp_contact_units_last_{days}" for days in _CONTACT_DAYS),
)
def _contacts(task: Task) -> None:
    """Emergency visits, intensive care, contacts with the GP practice, hours of district nursing."""
    parts, dead = task.parts, task.decedents
    spells, rows = task.tables["spells"], task.rows_of("spells")
    until = task.patients["death_minute"][rows]
    month_ago = until - LAST_30_DAYS * MINUTES_PER_DAY
    theirs = dead[rows]
    late = theirs & (spells["end_minute"] >= month_ago)
    for name, product in (("ed_last_30", "zvw.msz.seh"), ("ic_last_30", "zvw.msz.ic_dag")):
        parts.add(name, len(np.unique(rows[np.flatnonzero(late & spells.of_products(product))])))
    district = theirs & spells.of_products("zvw.wijkverpleging")
    ever = np.full(int(district.sum()), np.iinfo(np.int64).min)
    care = weekly_units(spells.where(district), ever, until[np.flatnonzero(district)])
    parts.add("district_nursing_units", int(care.sum()))
    doctor = theirs & spells.of_products(*GP_CONTACTS)
    seen, at = spells.where(doctor), np.flatnonzero(doctor)
    rows, until = rows[at], until[at]
    for days in _CONTACT_DAYS:
        listed = dead & listed_with_gp(task, days)
        contacts = weekly_units(seen, until - days * MINUTES_PER_DAY, until)[listed[rows]]
        parts.add(f"gp_patients_last_{days}", int(listed.sum()))
        parts.add(f"gp_contact_units_last_{days}", int(contacts.sum()))


def listed_with_gp(task: Task, days: int) -> Bools:
    """Patients listed with a GP all of their last days: no Wlz stay with behandeling in them."""
    stays, patients, rows = task.stays, task.patients, task.stay_rows
    inside = patients["wlz_behandeling"][rows] & (stays["wlz_form"] == code(WLZ_FORMS, "verblijf"))
    inside &= stays["end_minute"] > patients["death_minute"][rows] - days * MINUTES_PER_DAY
    out = np.ones(len(patients), np.bool_)
    out[rows[inside]] = False
    return out


def populations(task: Task) -> dict[str, Bools]:
    """Patients by value of `listed`; a new Wlz stay with behandeling in the last 90 days is in none."""
    stays, rows = task.stays, task.stay_rows
    then = task.patients["death_minute"][rows] - LAST_90_DAYS * MINUTES_PER_DAY
    inside = (stays["start_minute"] <= then) & (then < stays["end_minute"])
    inside &= stays["wlz_form"] == code(WLZ_FORMS, "verblijf")
    resident = np.zeros(len(task.patients), np.bool_)
    resident[rows[inside]] = True
    listed = listed_with_gp(task, LAST_90_DAYS)
    return {LISTED: listed, GP_AT_HOME: listed & ~resident, RESIDENT: resident}


@measures("terminal_estimated", "terminal_outlived_90")
def _estimates(task: Task) -> None:
    """Estimates 'less than three months', and how many outlived theirs."""
    estimate, death = task.patients["terminal_from_minute"], task.patients["death_minute"]
    estimated = task.decedents & (estimate != NEVER) & (estimate <= death)
    outlived = estimated & (death - estimate > LAST_90_DAYS * MINUTES_PER_DAY)
    task.parts.add("terminal_estimated", int(estimated.sum()))
    task.parts.add("terminal_outlived_90", int(outlived.sum()))


def weekly_units(spells: Table, low: Ints, high: Ints) -> Ints:
    """Care delivered by each spell inside a window of minutes, in 1/10080 of the product's smallest step.

    Care per week or day is spread evenly over its minutes; care given once counts at its start in [low,
    high].
    """
    words = spells.words("per")
    start, end, quantity = spells["start_minute"], spells["end_minute"], spells["quantity"]
    minutes = overlap(start, end, low, high)
    once = ((start >= low) & (start <= high)) * np.int64(MINUTES_PER_WEEK)
    factor = {"once": once, "day": minutes * DAYS_PER_WEEK, "week": minutes}
    chosen = np.choose(spells["per"], [factor[word] for word in words])
    return np.asarray(quantity * chosen, np.int64)


@measures("care_changed", "care_fell", "care_fell_minutes")
def care_drop(task: Task) -> None:
    """Decedents who came under an mpt or pgb with district nursing, those who get less, and the minutes."""
    person, _, _, drop = care_drops(task.tables, RuleSet.current())
    mine = task.decedents[person]
    task.parts.add("care_changed", int(mine.sum()))
    task.parts.add("care_fell", int((mine & (drop > 0)).sum()))
    task.parts.add("care_fell_minutes", int(drop[mine].sum()))
