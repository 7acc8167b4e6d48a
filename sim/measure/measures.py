"""From the tables of one task to the additive parts of its KPIs; whole columns at a time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.catalogue import TariffBook
from sim.columns import places_of, starts, tally
from sim.law.ptz.scheme import FORM_OF, HOUSES, INSTITUTION
from sim.measure import cost as money
from sim.measure import last_days, yearly
from sim.measure import moves as flows
from sim.measure.cost import INCOME_GROUPS, income_groups
from sim.measure.last_days import populations
from sim.measure.registry import count, measures, names_of
from sim.measure.sums import Sums
from sim.measure.tables import HOME, HOSPICE_CODES, HOSPITAL, NURSING_HOME, Task, sites_of
from sim.scenario.effects import Acts
from sim.scenario.models import Region, Scenario
from sim.schema import (
    GROUPS,
    HOSPICE_SETTINGS,
    NEVER,
    REFUSAL_REASONS,
    SETTINGS,
    SPIRITUAL_TALKS,
    VOLUNTEERS,
    Table,
    code,
)
from sim.stats import overlap
from sim.units import LAST_YEAR_DAYS, MINUTES_PER_DAY, Bools, Ints

# Places in institutions for care, in one category with home in the published preference
_CARE_HOME = tuple(code(SETTINGS, word) for word in ("verpleeghuis", "elv", "respijt"))
_INSTITUTIONS = tuple(code(SETTINGS, word) for word, form in FORM_OF.items() if form == INSTITUTION)
# Modules whose measures count beside those of this one
_REGISTERED = (flows, last_days, money, yearly)


def measure(scenario: Scenario, region: Region, tables: Mapping[str, Table], book: TariffBook) -> Sums:
    """Additive KPI parts of one task, from its journey tables and ledger, sorted by patient and time."""
    task = Task(scenario, region, tables, book)
    count(task, ("journey", "money", "subsidy"))
    return task.parts


def remeasure(
    scenario: Scenario,
    region: Region,
    tables: Mapping[str, Table],
    book: TariffBook,
    stored: Sums,
    money: bool,
) -> Sums:
    """Parts of a task priced anew: those of the stored run, with what money changes measured again.

    Tables are those of the journey; with `money`, where not only the subsidy changed, also the new ledger.
    """
    task = Task(scenario, region, tables, book)
    moved: tuple[Acts, ...] = ("money", "subsidy") if money else ("subsidy",)
    count(task, moved)
    anew = names_of(moved)
    kept = {key: amount for key, amount in stored.sums.items() if key[0] not in anew}
    spreads = {key: pair for key, pair in stored.spreads.items() if key[0] not in anew}
    return Sums({**kept, **task.parts.sums}, {**spreads, **task.parts.spreads})


@measures("patients", "patients_with_wlz")
def _people(task: Task) -> None:
    """Decedents, in all and by the groups that means are taken over."""
    dead = task.decedents
    task.parts.add("patients", int(dead.sum()))
    groups = tally(task.patients["group"][dead], len(GROUPS))
    task.parts.add_along("patients", "group", GROUPS, groups)
    wlz = task.has_wlz[dead]
    task.parts.add("patients_with_wlz", int(wlz.sum()))
    task.parts.add("patients", int(wlz.sum()), wlz="met")
    task.parts.add("patients", int((~wlz).sum()), wlz="zonder")
    income = tally(income_groups(task.scenario, task.patients)[dead], len(INCOME_GROUPS))
    task.parts.add_along("patients", "income", INCOME_GROUPS, income)


def settings_of_death(task: Task) -> Ints:
    """Setting of the last stay of each patient (int64 codes into SETTINGS); -1 where there is none."""
    last = np.full(len(task.patients), -1, np.int64)
    last[task.stay_rows] = task.stays["setting"]
    return last


@measures("deaths", "preference_known", "wishes_met", "preference_met")
def _places_of_death(task: Task) -> None:
    """Setting of the stay in which each decedent dies, and whether it was preferred.

    Everyone has a wish, the team knows it of some: wishes met of all, and of those known.
    Home and care home are one preference, as the published figure has it; so are all types of hospice.
    """
    patients, last = task.patients, settings_of_death(task)
    counted = task.decedents & (last >= 0)
    place = last[counted]
    task.parts.add_along("deaths", "setting", SETTINGS, tally(place, len(SETTINGS)))
    group = patients["group"][counted].astype(np.int64)
    both = tally(group * len(SETTINGS) + place, len(GROUPS) * len(SETTINGS)).reshape(
        len(GROUPS), len(SETTINGS)
    )
    for word, row in zip(GROUPS, both, strict=True):
        task.parts.add_along("deaths", "setting", SETTINGS, row, group=word)
    known = patients["preference_known"][counted]
    wished = patients["preference"][counted].astype(np.int64)
    hospice_met = np.isin(wished, HOSPICE_CODES) & np.isin(place, HOSPICE_CODES)
    home_met = (wished == HOME) & np.isin(place, _CARE_HOME)
    task.parts.add("preference_known", int(known.sum()))
    fulfilled = (wished == place) | hospice_met | home_met
    task.parts.add("wishes_met", int(fulfilled.sum()))
    met = known & fulfilled
    task.parts.add("preference_met", int(met.sum()))
    for word, mask in populations(task).items():
        who = mask[counted]
        task.parts.add("preference_known", int((known & who).sum()), listed=word)
        task.parts.add("preference_met", int((met & who).sum()), listed=word)


@measures("minutes_in_setting")
def _days(task: Task) -> None:
    """Minutes per setting in the last year of the decedents."""
    stays, rows = task.stays, task.stay_rows
    death = task.patients["death_minute"][rows]
    spent = overlap(
        stays["start_minute"], stays["end_minute"], death - LAST_YEAR_DAYS * MINUTES_PER_DAY, death
    )
    mine = task.decedents[rows]
    by_setting = tally(stays["setting"][mine], len(SETTINGS), spent[mine])
    task.parts.add_along("minutes_in_setting", "setting", SETTINGS, by_setting)


@measures(
    "bed_minutes_used",
    "bed_minutes",
    "hospice_bed_minutes_used",
    "hospice_bed_minutes",
    "hospice_stays",
    "hospice_guests",
    "hospice_age_minutes",
    "hospice_admitted",
    "hospice_wait_minutes",
    "hospice_wait",
    "hospice_from_hospital",
    "hospice_not_admitted",
    "hospital_elsewhere",
    "blocked_hospital_minutes",
    "nursing_home_admitted",
    "nursing_home_wait_minutes",
)
def _places(task: Task) -> None:
    """Occupied bed minutes, requests for a hospice, waits, refusals, blocked hospital beds."""
    stays, parts, window = task.stays, task.parts, task.window
    start, end, setting = stays["start_minute"], stays["end_minute"], stays["setting"]
    inside = overlap(start, end, window.low, window.high)
    words = stays.words("site")
    for site in sites_of(task.scenario, task.region):
        here = stays["site"] == words.index(site.id) if site.id in words else np.zeros(len(stays), np.bool_)
        used, room = int(inside[here].sum()), site.bed_minutes(window)
        for dimension in ({"site": site.id}, {"setting": site.setting}):
            parts.add("bed_minutes_used", used, **dimension)
            parts.add("bed_minutes", room, **dimension)
        if site.setting in HOSPICE_SETTINGS:
            parts.add("hospice_bed_minutes_used", used)
            parts.add("hospice_bed_minutes", room)
    hospice = np.isin(setting, HOSPICE_CODES)
    arrived = window.holds(start)
    requested = stays["requested_minute"] != NEVER
    admitted = hospice & arrived & requested
    guests = hospice & arrived
    parts.add("hospice_stays", int(guests.sum()))
    group = task.patients["group"][task.stay_rows[guests]]
    parts.add_along("hospice_guests", "group", GROUPS, tally(group, len(GROUPS)))
    born = task.patients["birth_minute"][task.stay_rows]
    parts.add("hospice_age_minutes", int((start - born)[guests].sum()))
    parts.add("hospice_admitted", int(admitted.sum()))
    waits = (start - stays["requested_minute"])[admitted]
    parts.add("hospice_wait_minutes", int(waits.sum()))
    parts.spread("hospice_wait", waits)
    parts.add("hospice_from_hospital", int(_after(task, HOSPITAL)[admitted].sum()))
    refusals = task.tables["refusals"]
    asked = window.holds(refusals["minute"]) & np.isin(refusals["setting"], HOSPICE_CODES)
    for reason in ("geduld_op", "overleden_in_wachttijd"):
        of_reason = asked & (refusals["reason"] == code(REFUSAL_REASONS, reason))
        parts.add("hospice_not_admitted", int(of_reason.sum()), reason=reason)
    no_bed = window.holds(refusals["minute"]) & (refusals["reason"] == code(REFUSAL_REASONS, "geen_bed"))
    parts.add("hospital_elsewhere", int(no_bed.sum()))
    blocked = overlap(end - stays["blocked_minutes"], end, window.low, window.high)
    parts.add("blocked_hospital_minutes", int(blocked[setting == HOSPITAL].sum()))
    nursing = (setting == NURSING_HOME) & arrived & requested
    parts.add("nursing_home_admitted", int(nursing.sum()))
    parts.add("nursing_home_wait_minutes", int((start - stays["requested_minute"])[nursing].sum()))


def _after(task: Task, setting: int) -> Bools:
    """Whether the stay before each stay of the same patient was in a setting."""
    rows, where = task.stay_rows, task.stays["setting"]
    return np.asarray(~starts(rows) & (np.roll(where, 1) == setting), np.bool_)


@measures("ptz_clients", "ptz_clients_terminal", acts="subsidy")
def _volunteer_clients(task: Task) -> None:
    """Clients of the Regeling PTZ by organisation, form and calendar year.

    Guests count where they stay; people with volunteers at home count for the region's volunteers,
    those with volunteers on a palliative unit or in a nursing home for the institution. They count from the
    terminal phase on or, where the scenario says so, from marking; then the clients that the terminal phase
    alone would give are counted beside them.
    """
    terminal = _or_late(task.patients["terminal_from_minute"])
    if task.scenario.subsidy.clients_from == "terminal":
        _clients_from(task, terminal, "ptz_clients")
        return
    marked = _or_late(task.patients["marked_minute"])
    _clients_from(task, np.minimum(terminal, marked), "ptz_clients")
    _clients_from(task, terminal, "ptz_clients_terminal")


def _or_late(minutes: Ints) -> Ints:
    """Minutes, or one after every run where there is none."""
    return np.where(minutes == NEVER, np.iinfo(np.int64).max, minutes)


def _clients_from(task: Task, begin: Ints, measure_: str) -> None:
    """Clients from a minute of their own on, one a patient (int64 array)."""
    forms = task.scenario.subsidy.national_clients.value
    at_home = (
        "thuis_betaald"
        if forms.get("thuis_betaald", 0) >= forms.get("thuis_onbetaald", 0)
        else "thuis_onbetaald"
    )
    stays, spells = task.stays, task.tables["spells"]
    spells = spells.where(spells.of_products(VOLUNTEERS) & (spells["condition"] <= 0))
    served = Task(task.scenario, task.region, {**task.tables, "spells": spells}, task.book)
    setting, spell_rows = served.stay_setting("spells"), served.rows_of("spells")
    words = stays.words("site")
    at_home_then = np.zeros(len(task.patients), np.bool_)
    still_home = (stays["setting"] == HOME) & (stays["end_minute"] > begin[task.stay_rows])
    at_home_then[task.stay_rows[still_home]] = True
    for year in task.window.years:
        part = task.window.year(year)
        here = (
            overlap(
                np.maximum(stays["start_minute"], begin[task.stay_rows]),
                stays["end_minute"],
                part.low,
                part.high,
            )
            > 0
        )
        for site in task.region.sites:
            if site.setting not in HOUSES or site.id not in words:
                continue
            guests = np.unique(task.stay_rows[here & (stays["site"] == words.index(site.id))])
            _add_clients(task, measure_, site.id, site.setting, year, len(guests))
        active = (spells["start_minute"] < part.high) & (spells["end_minute"] >= part.low)
        inside = np.isin(setting, _INSTITUTIONS)
        home = np.unique(spell_rows[active & (setting == HOME) & at_home_then[spell_rows]])
        units = np.unique(spell_rows[active & inside])
        _add_clients(task, measure_, f"vrijwilligers {task.region.name}", at_home, year, len(home))
        _add_clients(task, measure_, f"instellingen {task.region.name}", INSTITUTION, year, len(units))


def _add_clients(task: Task, measure_: str, organisation: str, form: str, year: int, clients: int) -> None:
    if clients:
        task.parts.add(measure_, clients, organisation=organisation, form=form, year=str(year))


@measures("ptz_talks", acts="money")
def _talks(task: Task) -> None:
    """Talks of geestelijke verzorging that the Regeling PTZ pays, of adults and children, by calendar year.

    A talk with a declaration is one that the patient pays.
    """
    spells, lines = task.tables["spells"], task.tables["declarations"]
    given = spells.where(spells.of_products(SPIRITUAL_TALKS) & (spells["condition"] <= 0))
    own = lines.where(lines.of_products(SPIRITUAL_TALKS))
    rows = [places_of(task.patients["patient_id"], each["patient_id"]) for each in (given, own)]
    child = task.patients["group"] == code(GROUPS, "child")
    for year in task.window.years:
        part = task.window.year(year)
        talk, paid = part.holds(given["start_minute"]), part.holds_days(own["date"])
        for who, mask in (("volwassene", ~child), ("kind", child)):
            talks, declared = int((talk & mask[rows[0]]).sum()), int((paid & mask[rows[1]]).sum())
            task.parts.add("ptz_talks", talks - declared, who=who, year=str(year))
