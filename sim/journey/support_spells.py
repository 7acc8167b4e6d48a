"""Care beside the main settings as spells."""

from __future__ import annotations

import numpy as np

from sim.journey.events import Events
from sim.journey.spell_list import Care, SpellList, unfunded_code
from sim.journey.support import SupportNeeds
from sim.journey.uses import TREATED, add_rides, add_uses
from sim.scenario.in_force import values_over_time
from sim.scenario.models import Scenario
from sim.schema import GROUPS, NEVER, code
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_STEP_GZSP, Floats, Ints

_SCANS = {"rontgen": "zvw.msz.rontgen", "ct": "zvw.msz.ct", "mri": "zvw.msz.mri"}

HALVES_A_DAY = 2  # steps of a day in day care: its price counts by half days


def add_support(out: SpellList, care: Care, needs: SupportNeeds, scenario: Scenario) -> None:
    """Lay all support over the stays: of patients, granted home care and who is where."""
    _hospital_visits(out, care, needs, scenario)
    _doctors(out, care, needs, scenario)
    _home_support(out, care, needs, scenario)
    _respite(out, needs)
    _children(out, needs, scenario)
    add_uses(out, needs.beside, scenario)


def _hospital_visits(out: SpellList, care: Care, needs: SupportNeeds, scenario: Scenario) -> None:
    stays = out.stays
    home, nursing = stays.where("thuis", "elv", "respijt"), stays.where("verpleeghuis")
    scans = list(scenario.support.imaging.value)

    def kept(events: Events, uniform: Floats) -> tuple[Ints, Ints]:
        at = stays.at(events.patient, events.minute)
        here = np.maximum(at, 0)
        thinned = values_over_time(scenario, "support.nursing_home_outpatient", events.minute)
        keep = np.flatnonzero((at >= 0) & (home[here] | (nursing[here] & (uniform < thinned))))
        return keep, at[keep]

    keep, at = kept(needs.outpatient, needs.visit_keep)
    minute, scan = needs.outpatient.minute[keep], needs.scan[keep]
    out.once("zvw.msz.polikliniek", at, minute)
    for word, product in _SCANS.items():
        which = scan == scans.index(word)
        out.once(product, at[which], minute[which])
    keep, at = kept(needs.day_treatment, needs.treatment_keep)
    minute, given = needs.day_treatment.minute[keep], needs.treatment_medicine[keep]
    out.once("zvw.msz.dagbehandeling", at, minute)
    out.once("zvw.msz.geneesmiddel_dagbehandeling", at[given], minute[given])
    treated = np.isin(care.group[needs.day_treatment.patient[keep]], [code(GROUPS, g) for g in TREATED])
    add_rides(out, needs.beside, scenario, at[treated], minute[treated])
    at, minute = out.at_minute("zvw.msz.radiotherapie.bot", needs.radiotherapy_minute, home)
    add_rides(out, needs.beside, scenario, at, minute, scenario.beside.radiotherapy_days.value)
    rows = np.flatnonzero(needs.hospital_at_home_minute != NEVER)
    start = needs.hospital_at_home_minute[rows]
    at = stays.at(rows, start)
    fine = (at >= 0) & stays.where("thuis", "verpleeghuis")[np.maximum(at, 0)]
    rows, at, start = rows[fine], at[fine], start[fine]
    end = np.minimum(start + needs.hospital_at_home_days[rows] * MINUTES_PER_DAY, stays.end[at])
    out.add("zvw.msz.thuisdag", at, start, end, 1, "day")


def _doctors(out: SpellList, care: Care, needs: SupportNeeds, scenario: Scenario) -> None:
    stays = out.stays
    wlz = stays.form != 0
    minutes = round(scenario.support.elderly_medicine_minutes.value)
    visits = needs.elderly_medicine
    at = stays.at(visits.patient, visits.minute)
    keep = np.flatnonzero((at >= 0) & stays.where("thuis", "bth")[np.maximum(at, 0)])
    at, minute = at[keep], visits.minute[keep]
    under = wlz[at]
    out.once("wlz.mpt.behandeling", at[under], minute[under], minutes)
    out.once("zvw.gzsp.so_5_minuten", at[~under], minute[~under], -(-minutes // MINUTES_PER_STEP_GZSP))
    out.once("zvw.gzsp.reistoeslag", at[~under], minute[~under])
    at = stays.at(needs.talks.patient, needs.talks.minute)
    keep = np.flatnonzero((at >= 0) & stays.where("thuis", "bth")[np.maximum(at, 0)])
    out.once("ptz.geestelijke_verzorging", at[keep], needs.talks.minute[keep])
    served = care.served_by_gp
    out.at_minute("zvw.huisarts.palliatieve_consultatie.telefonisch", needs.consultation_minute, served)
    for product in ("zvw.huisarts.meedenkadvies", "zvw.msz.meedenkadvies"):
        out.at_minute(product, needs.advice_minute, served & stays.where("thuis"))


def _home_support(out: SpellList, care: Care, needs: SupportNeeds, scenario: Scenario) -> None:
    stays = out.stays
    home = np.flatnonzero(stays.where("thuis"))
    row = stays.row[home]
    granted = np.where(care.granted == NEVER, np.iinfo(np.int64).max, care.granted)[row]
    lent = np.where(needs.bed_loan[row], 1, 0)
    out.add("zvw.hulpmiddel.bed", home, np.maximum(stays.start[home], granted), stays.end[home], lent, "day")
    ahead = round(scenario.support.palliakit_days.value * MINUTES_PER_DAY)
    kit = np.where(needs.palliakit, care.death - ahead, NEVER)
    out.at_minute("zvw.farmacie.palliakit", kit, stays.where("thuis"))


def _respite(out: SpellList, needs: SupportNeeds) -> None:
    stays = out.stays
    at = np.flatnonzero(stays.where("respijt"))
    row, start, end = stays.row[at], stays.start[at], stays.end[at]
    child, wlz = needs.child[row], stays.form[at] != 0
    refused = unfunded_code("respijt_geen_betaler")
    condition = np.where(needs.respite_funded[row], 0, refused)
    for product, which in (
        ("zvw.kindzorg.kinderzorghuis", child),
        ("wlz.zzp.gemiddeld", ~child & wlz),
        ("wmo.respijtzorg", ~child & ~wlz),
    ):
        why = np.where(which & (product == "wmo.respijtzorg"), condition, 0)
        out.add(product, at[which], start[which], end[which], 1, "day", condition=why[which])


def _children(out: SpellList, needs: SupportNeeds, scenario: Scenario) -> None:
    stays = out.stays
    home = np.flatnonzero(stays.where("thuis") & needs.child[stays.row])
    row, start, end = stays.row[home], stays.start[home], stays.end[home]
    out.add("zvw.kindzorg.thuis", home, start, end, needs.child_week_minutes[row], "week")
    halves = round(HALVES_A_DAY * scenario.children.day_care_days_per_week.value)
    days = np.where(needs.day_care[row], halves, 0)
    out.add("zvw.kindzorg.dagverblijf", home, start, end, days, "week")
    help_week = round(scenario.children.youth_help_hours_per_week.value * MINUTES_PER_HOUR)
    out.add("jeugdwet.zorg", home, start, end, help_week, "week")
