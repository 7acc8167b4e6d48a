"""The main care of a region as spells: district nursing, Wlz at home, GP, hospital, medicines, team."""

from __future__ import annotations

import numpy as np

from sim import dates
from sim.journey.events import Events
from sim.journey.needs import Needs
from sim.journey.spell_list import OTHER, OWN_PROVIDER, Care, SpellList, StayIndex, unfunded_code
from sim.journey.support_spells import add_support
from sim.journey.uses import add_home_package
from sim.scenario.models import Scenario
from sim.schema import CEILING_OUTCOMES, GROUPS, NEVER, SETTINGS, WLZ_FORMS, Table, code
from sim.units import MINUTES_PER_DAY, Bools, Ints


def build_spells(
    stays: StayIndex, patients: Table, needs: Needs, care_minute: Ints, care_kind: Ints, scenario: Scenario
) -> Table:
    """All care of a region as `spells`.

    Terminal home care was granted at `care_minute`, under outcome `care_kind` of the omzetplafond.
    """
    out = SpellList(stays)
    _district_nursing(out, needs, care_minute, care_kind)
    if not len(stays.row):  # where nobody stays anywhere, nobody has other care
        return out.table(patients["patient_id"], needs.contracted)
    add_home_package(out, patients, needs.support.beside, scenario)
    _general_practice(out, patients, needs, scenario)
    _hospital(out, needs)
    _medicines(out, patients, needs, scenario)
    _team_and_planning(out, patients, needs)
    _planning_by_gp(out, needs, scenario)
    _transmural(out, needs)
    _volunteers(out, patients, needs)
    care = Care(
        patients["group"].astype(np.int64),
        patients["death_minute"],
        care_minute,
        care_kind,
        _served_by_gp(stays, patients, scenario),
    )
    add_support(out, care, needs.support, scenario)
    return out.table(patients["patient_id"], needs.contracted)


def _district_nursing(out: SpellList, needs: Needs, care_minute: Ints, care_kind: Ints) -> None:
    stays = out.stays
    at = np.flatnonzero(stays.where("thuis") & (stays.form == 0))
    row, start, end = stays.row[at], stays.start[at], stays.end[at]
    granted = np.where(care_minute == NEVER, np.iinfo(np.int64).max, care_minute)[row]
    out.add(
        "zvw.wijkverpleging", at, start, np.minimum(end, granted), needs.chronic_week_minutes[row], "week"
    )
    kind = care_kind[row]
    provider = np.where(kind == code(CEILING_OUTCOMES, "andere_aanbieder"), OTHER, OWN_PROVIDER)
    above = unfunded_code("doorlevering_boven_plafond")
    condition = np.where(kind == code(CEILING_OUTCOMES, "eigen_kosten"), above, 0)
    last = needs.last_week_minute[row]
    begin = np.maximum(start, granted)
    out.add(
        "zvw.wijkverpleging",
        at,
        begin,
        np.minimum(end, last),
        needs.care_week_minutes[row],
        "week",
        provider,
        condition,
    )
    _guests_by_the_hour(out, needs)
    begin = np.maximum(begin, last)
    for product, quantity in (
        ("zvw.wijkverpleging", needs.last_week_care_minutes),
        ("zvw.wijkverpleging.nacht", needs.night_week_minutes),
    ):
        out.add(product, at, begin, end, quantity[row], "week", provider, condition)


def _guests_by_the_hour(out: SpellList, needs: Needs) -> None:
    """Guests of a bijna-thuis-huis whose district nursing has no contract, so that no day price holds."""
    stays = out.stays
    at = np.flatnonzero(stays.where("bth") & (stays.form == 0) & ~needs.contracted[stays.row])
    row, start, end = stays.row[at], stays.start[at], stays.end[at]
    last = needs.last_week_minute[row]
    quantity = needs.care_week_minutes[row]
    out.add("zvw.wijkverpleging", at, start, np.minimum(end, last), quantity, "week")
    begin = np.maximum(start, last)
    for product, more in (
        ("zvw.wijkverpleging", needs.last_week_care_minutes),
        ("zvw.wijkverpleging.nacht", needs.night_week_minutes),
    ):
        out.add(product, at, begin, end, more[row], "week")


def _served_by_gp(stays: StayIndex, patients: Table, scenario: Scenario) -> Bools:
    """Stays in which the GP bills: everywhere but in hospital and in a Wlz stay with behandeling.

    Where a plan leaves behandeling out of the Wlz, no stay holds it.
    """
    inside = patients["wlz_behandeling"][stays.row] & (stays.form == code(WLZ_FORMS, "verblijf"))
    inside &= scenario.rules.behandeling_plan == "current"
    return np.asarray(~stays.where("ziekenhuis") & ~inside, np.bool_)


def _located(stays: StayIndex, events: Events, served: Bools) -> tuple[Ints, Ints]:
    """Which events are in a stay that is served, and in which."""
    at = stays.at(events.patient, events.minute)
    kept = np.flatnonzero((at >= 0) & served[np.maximum(at, 0)])
    return kept, at[kept]


def _general_practice(out: SpellList, patients: Table, needs: Needs, scenario: Scenario) -> None:
    """Contacts with the GP; visits are intensive care from the terminal phase on, of a child all year."""
    served = _served_by_gp(out.stays, patients, scenario)
    child = patients["group"] == code(GROUPS, "child")
    intensive = np.where(child, patients["entry_minute"], patients["terminal_from_minute"])
    kept, at = _located(out.stays, needs.gp, served)
    minute, visit = needs.gp.minute[kept], needs.gp_visit[kept]
    terminal = minute >= intensive[needs.gp.patient[kept]]
    for product, which in (
        ("zvw.huisarts.intensieve_zorg_dag", visit & terminal),
        ("zvw.huisarts.visite", visit & ~terminal),
        ("zvw.huisarts.consult", ~visit),
    ):
        rows = np.flatnonzero(which)
        out.once(product, at[rows], minute[rows])
    events = needs.out_of_hours
    kept, at = _located(out.stays, events, served)
    minute, own, visit = events.minute[kept], needs.own_gp[kept], needs.post_visit[kept]
    own &= minute >= intensive[events.patient[kept]]
    for product, which in (
        ("zvw.huisarts.intensieve_zorg_anw", own),
        ("zvw.huisartsenpost.visite", ~own & visit),
        ("zvw.huisartsenpost.consult", ~own & ~visit),
    ):
        rows = np.flatnonzero(which)
        out.once(product, at[rows], minute[rows])


def _hospital(out: SpellList, needs: Needs) -> None:
    stays = out.stays
    at = np.flatnonzero(stays.admission >= 0)
    admission, start = stays.admission[at], stays.start[at]
    emergency, ambulance = needs.admissions.emergency[admission], needs.admissions.ambulance[admission]
    out.once("zvw.msz.seh", at[emergency], start[emergency])
    out.once("zvw.vervoer.ambulance", at[ambulance], start[ambulance])
    first, last = dates.billed_days(start, stays.end[at], stays.dies[at])
    ic_days = np.minimum(-(-needs.admissions.ic_minutes[admission] // MINUTES_PER_DAY), last - first)
    out.once("zvw.msz.ic_dag", at, start, ic_days)
    kept, at = _located(stays, needs.ed_only, stays.where("thuis", "verpleeghuis", "elv"))
    minute, carried = needs.ed_only.minute[kept], needs.ed_ambulance[kept]
    out.once("zvw.msz.seh", at, minute)
    out.once("zvw.vervoer.ambulance", at[carried], minute[carried])


def _medicines(out: SpellList, patients: Table, needs: Needs, scenario: Scenario) -> None:
    stays = out.stays
    at = np.flatnonzero(_served_by_gp(stays, patients, scenario))
    row = stays.row[at]
    ahead = round(scenario.home.medicines_days.value * MINUTES_PER_DAY)
    start = np.maximum(stays.start[at], patients["death_minute"][row] - ahead)
    end = stays.end[at]
    sedation = needs.sedation_minute[row]
    out.add("zvw.farmacie", at, start, np.minimum(end, sedation), 1, "day")
    out.add("zvw.farmacie.sedatie", at, np.maximum(start, sedation), end, 1, "day")


def _team_and_planning(out: SpellList, patients: Table, needs: Needs) -> None:
    stays = out.stays
    rows = np.flatnonzero(needs.team_minute != NEVER)
    at = stays.at(rows, needs.team_minute[rows])
    open_to_team = stays.where("thuis", "ziekenhuis")
    kept = (at >= 0) & open_to_team[np.maximum(at, 0)]
    rows, at = rows[kept], at[kept]
    inside = stays.setting[at] == code(SETTINGS, "ziekenhuis")
    late = needs.meeting_minute[rows] >= patients["death_minute"][rows]
    condition = np.where(late, unfunded_code("overleden_voor_overleg"), needs.team_condition[rows])
    minute = np.minimum(needs.meeting_minute[rows], patients["death_minute"][rows] - 1)
    minute = np.where(late, needs.team_minute[rows], minute)
    for product, which in (("zvw.msz.palliatief_team.consult", inside), ("zvw.msz.palliatief_team", ~inside)):
        out.once(product, at[which], minute[which], condition=condition[which])
    rows = np.flatnonzero(needs.pzp_minute != NEVER)
    at = stays.at(rows, needs.pzp_minute[rows])
    kept = (at >= 0) & open_to_team[np.maximum(at, 0)]
    out.once("zvw.msz.pzp", at[kept], needs.pzp_minute[rows[kept]])


def _planning_by_gp(out: SpellList, needs: Needs, scenario: Scenario) -> None:
    """Planning by the GP: a long consult, or the product that a scenario chooses for it."""
    planned = scenario.rules.pzp_plan == "huisarts"
    product = "zvw.huisarts.pzp" if planned else "zvw.huisarts.consult_lang"
    out.at_minute(product, needs.gp_plan_minute, out.stays.where("thuis"))


def _transmural(out: SpellList, needs: Needs) -> None:
    """Care of a transmural team, wherever the patient is but in a nursing home."""
    open_to_team = ~out.stays.where("verpleeghuis")
    for product, who in needs.transmural.items():
        out.at_minute(product, np.where(who, needs.transmural_minute, NEVER), open_to_team)


def _volunteers(out: SpellList, patients: Table, needs: Needs) -> None:
    """One client of a volunteer organisation: the first home stay of the terminal phase, or just before."""
    stays = out.stays
    begin = needs.volunteers_minute[stays.row]
    at = np.flatnonzero(stays.where("thuis") & patients["volunteers"][stays.row] & (stays.end > begin))
    _, first = np.unique(stays.row[at], return_index=True)
    at = at[first]
    out.once("ptz.vrijwilligers", at, np.maximum(stays.start[at], begin[at]))
