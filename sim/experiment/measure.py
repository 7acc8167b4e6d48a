"""From the tables of one task to the additive parts of its KPIs; whole columns at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from scipy.special import ndtri

from sim import dates
from sim.experiment.parts import Parts
from sim.scenario.models import Lognormal, Region, Scenario
from sim.scenario.places import beds_of, beds_planned
from sim.schema import (
    GROUPS,
    HOSPICE_SETTINGS,
    HOUSEHOLDS,
    ITEMS,
    LAWS,
    NEVER,
    PAYERS,
    PROFILES,
    REFUSAL_REASONS,
    SETTINGS,
    UNFUNDED_REASONS,
    Table,
    code,
)
from sim.stats import overlap
from sim.units import (
    CENTS_PER_EURO,
    DAYS_PER_WEEK,
    LAST_30_DAYS,
    LAST_90_DAYS,
    LAST_YEAR_DAYS,
    MINUTES_PER_DAY,
    MINUTES_PER_WEEK,
    Bools,
    Floats,
    Ints,
)

DECEDENTS, CALENDAR = "decedents", "calendar"
VIEWS = (DECEDENTS, CALENDAR)
MODULES = (
    "ziekenhuis",
    "hospice",
    "verpleeghuis",
    "wijkverpleging",
    "huisarts",
    "wlz_thuis",
    "geneesmiddelen",
    "vervoer",
    "eigen_bijdragen_buiten",
    "overig",
)
INCOME_GROUPS = ("laag", "midden", "hoog")
VOLUNTEERS = "ptz.vrijwilligers"

_MODULE_OF_PREFIX = (
    ("zvw.msz", "ziekenhuis"),
    ("zvw.huisarts", "huisarts"),
    ("zvw.farmacie", "geneesmiddelen"),
    ("zvw.vervoer", "vervoer"),
    ("zvw.elv.ptz", "hospice"),
    ("zvw.wijkverpleging.bth_dag", "hospice"),
    ("zvw.wijkverpleging", "wijkverpleging"),
    ("zvw.pgb", "wijkverpleging"),
    ("wlz.zzp", "verpleeghuis"),
    ("wlz.mutatiedag", "verpleeghuis"),
    ("wlz", "wlz_thuis"),
    ("buiten", "eigen_bijdragen_buiten"),
)
_HOSPICE_PRODUCTS = ("zvw.wijkverpleging", "zvw.pgb", "wlz")
_HOSPICE = tuple(code(SETTINGS, word) for word in HOSPICE_SETTINGS)
_HOSPITAL = code(SETTINGS, "ziekenhuis")
_HOME = code(SETTINGS, "thuis")
_NURSING_HOME = code(SETTINGS, "verpleeghuis")


@dataclass(frozen=True)
class Window:
    """The counted window in minutes, half-open."""

    low: int
    high: int

    @classmethod
    def of(cls, scenario: Scenario) -> Window:
        """Window [count_from, count_to) of a scenario."""
        return cls(dates.minute_of(scenario.horizon.count_from), dates.minute_of(scenario.horizon.count_to))

    def holds(self, minutes: Ints) -> Bools:
        """Whether minutes fall in the window; NEVER does not."""
        return (minutes >= self.low) & (minutes < self.high)

    @property
    def years(self) -> range:
        """Calendar years that the window touches."""
        return range(dates.date_of(self.low).year, dates.date_of(self.high - 1).year + 1)

    def year(self, year: int) -> Window:
        """The part of the window that lies in a calendar year."""
        first = int(dates.year_start_day(np.array(year))) * MINUTES_PER_DAY
        last = int(dates.year_start_day(np.array(year + 1))) * MINUTES_PER_DAY
        return Window(max(self.low, first), min(self.high, last))


@dataclass(frozen=True, slots=True)
class SiteBeds:
    """A site with the beds that it has under a scenario, and the planned changes of them.

    Parameters
    ----------
    id, setting : str
    beds : int
        At the start of the run.
    changes : tuple of (minute, beds)
        In order of time.
    """

    id: str
    setting: str
    beds: int
    changes: tuple[tuple[int, int], ...] = ()

    def at(self, minutes: Ints) -> Ints:
        """Beds at each minute (int64 array)."""
        from_minute = np.array([minute for minute, _ in self.changes], np.int64)
        beds = np.array([self.beds, *(beds for _, beds in self.changes)], np.int64)
        return np.asarray(beds[np.searchsorted(from_minute, minutes, side="right")], np.int64)

    def bed_minutes(self, window: Window) -> int:
        """Beds times minutes in a window."""
        inside = [minute for minute, _ in self.changes if window.low < minute < window.high]
        edges = np.array([window.low, *inside, window.high], np.int64)
        return int((self.at(edges[:-1]) * np.diff(edges)).sum())


def sites_of(scenario: Scenario, region: Region) -> tuple[SiteBeds, ...]:
    """Sites of a region with their beds under a scenario."""
    planned = beds_planned(scenario, region)
    return tuple(
        SiteBeds(site.id, site.setting, beds, tuple((minute, n) for minute, at, n in planned if at == number))
        for number, (site, beds) in enumerate(zip(region.sites, beds_of(scenario, region), strict=True))
    )


def module_of(product: str, setting: str) -> str:
    """Cost module of a product: hospice for the care of a hospice stay, else by product group."""
    if setting in HOSPICE_SETTINGS and product.startswith(_HOSPICE_PRODUCTS):
        return "hospice"
    return next((module for prefix, module in _MODULE_OF_PREFIX if product.startswith(prefix)), "overig")


def tally(codes: Ints, size: int, weights: Ints | None = None) -> Ints:
    """Sum of whole weights by code.

    Parameters
    ----------
    codes : int64 array, shape (k,)
        In [0, size).
    size : int
    weights : int64 array, shape (k,), optional
        Ones when left out. Sums stay exact below 2**53.

    Returns
    -------
    int64 array, shape (size,)
    """
    return np.bincount(codes, weights, size).astype(np.int64)


@dataclass(frozen=True)
class Task:
    """The tables of one task with what all measures share.

    Parameters
    ----------
    scenario : Scenario
    region : Region
    tables : mapping of table name to Table
        Journey tables and ledger, sorted by patient and time.
    """

    scenario: Scenario
    region: Region
    tables: Mapping[str, Table]
    parts: Parts = field(default_factory=Parts)

    @cached_property
    def window(self) -> Window:
        """The counted window."""
        return Window.of(self.scenario)

    @property
    def patients(self) -> Table:
        """Patients, ascending by id."""
        return self.tables["patients"]

    @property
    def stays(self) -> Table:
        """Stays by patient and time."""
        return self.tables["stays"]

    @cached_property
    def decedents(self) -> Bools:
        """Whether each patient dies in the window."""
        return self.window.holds(self.patients["death_minute"])

    def rows_of(self, name: str) -> Ints:
        """Row in `patients` of each row of a table."""
        return np.searchsorted(self.patients["patient_id"], self.tables[name]["patient_id"])

    @cached_property
    def stay_rows(self) -> Ints:
        """Row in `patients` of each stay."""
        return self.rows_of("stays")

    @cached_property
    def has_wlz(self) -> Bools:
        """Whether each patient has a Wlz indication at some moment of the run."""
        out = np.zeros(len(self.patients), np.bool_)
        periods = self.tables["wlz_periods"]
        real = periods["profile"] != code(PROFILES, "geen")
        out[self.rows_of("wlz_periods")[real]] = True
        return out

    def stay_places(self, name: str) -> tuple[Ints, Bools]:
        """Row in `stays` of the stay that each row of a table belongs to, and whether there is one.

        Parameters
        ----------
        name : str
            A table with `patient_id` and `stay_no`.

        Returns
        -------
        place : int64 array
            0 where there is none.
        belongs : bool array
        """
        numbers = self.tables[name]["stay_no"].astype(np.int64)
        if not len(self.stays):
            return np.zeros(len(numbers), np.int64), np.zeros(len(numbers), np.bool_)
        width = int(max(self.stays["stay_no"].max(), numbers.max(initial=0))) + 1
        keys = self.stay_rows * width + self.stays["stay_no"]
        wanted = self.rows_of(name) * width + np.maximum(numbers, 0)
        order = None if (np.diff(keys) > 0).all() else np.argsort(keys, kind="stable")
        found = np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)
        place = found if order is None else order[found]
        belongs = (numbers >= 0) & (keys[place] == wanted)
        return np.where(belongs, place, 0), belongs

    def stay_setting(self, name: str) -> Ints:
        """Setting code of the stay that each row of a table belongs to; -1 where there is none."""
        place, belongs = self.stay_places(name)
        if not len(self.stays):
            return np.full(len(place), -1, np.int64)
        return np.where(belongs, self.stays["setting"][place], -1).astype(np.int64)


def measure(scenario: Scenario, region: Region, tables: Mapping[str, Table]) -> Parts:
    """Additive KPI parts of one task.

    Parameters
    ----------
    scenario : Scenario
    region : Region
    tables : mapping of table name to Table
        patients, wlz_periods, stays, spells, refusals, meters, declarations, shares, unfunded;
        sorted by patient and time.

    Returns
    -------
    Parts
    """
    task = Task(scenario, region, tables)
    _people(task)
    _places_of_death(task)
    _days(task)
    _places(task)
    _last_days(task)
    _costs(task)
    _payments(task)
    _unfunded(task)
    _ceiling(task)
    _volunteer_clients(task)
    return task.parts


def _people(task: Task) -> None:
    """Decedents, in all and by the groups that means are taken over."""
    dead = task.decedents
    task.parts.add("patients", int(dead.sum()))
    groups = tally(task.patients["group"][dead], len(GROUPS))
    task.parts.add_along("patients", "group", GROUPS, groups)
    wlz = task.has_wlz[dead]
    task.parts.add("patients", int(wlz.sum()), wlz="met")
    task.parts.add("patients", int((~wlz).sum()), wlz="zonder")
    income = tally(income_groups(task.scenario, task.patients)[dead], len(INCOME_GROUPS))
    task.parts.add_along("patients", "income", INCOME_GROUPS, income)


def income_groups(scenario: Scenario, patients: Table) -> Ints:
    """Income group of each patient: thirds of the household incomes that the scenario draws.

    Parameters
    ----------
    scenario : Scenario
    patients : Table

    Returns
    -------
    int64 array
        Codes into INCOME_GROUPS; singles are ranked among singles, couples among couples.
    """
    means = scenario.cohort.means
    income = patients["income_cents"] + patients["partner_income_cents"]
    couple = patients["household"] == code(HOUSEHOLDS, "couple")
    single_bounds, couple_bounds = _third_bounds(means.income_single), _third_bounds(means.income_couple)
    among_couples = np.searchsorted(couple_bounds, income, side="right")
    among_singles = np.searchsorted(single_bounds, income, side="right")
    return np.asarray(np.where(couple, among_couples, among_singles), np.int64)


def _third_bounds(law: Lognormal) -> Floats:
    """Cents at which the thirds of a lognormal begin."""
    levels = [float(Fraction(k, len(INCOME_GROUPS))) for k in range(1, len(INCOME_GROUPS))]
    return np.asarray(law.median * np.exp(law.sigma * ndtri(np.array(levels))) * CENTS_PER_EURO, np.float64)


def _places_of_death(task: Task) -> None:
    """Setting of the stay in which each decedent dies, and whether it was preferred."""
    stays, patients = task.stays, task.patients
    last = np.full(len(patients), -1, np.int64)
    last[task.stay_rows] = np.arange(len(stays))
    counted = task.decedents & (last >= 0)
    place = stays["setting"][last[counted]].astype(np.int64)
    task.parts.add_along("deaths", "setting", SETTINGS, tally(place, len(SETTINGS)))
    group = patients["group"][counted].astype(np.int64)
    both = tally(group * len(SETTINGS) + place, len(GROUPS) * len(SETTINGS)).reshape(
        len(GROUPS), len(SETTINGS)
    )
    for word, row in zip(GROUPS, both, strict=True):
        task.parts.add_along("deaths", "setting", SETTINGS, row, group=word)
    known = patients["preference_known"][counted]
    wished = patients["preference"][counted].astype(np.int64)
    hospice_met = np.isin(wished, _HOSPICE) & np.isin(place, _HOSPICE)
    task.parts.add("preference_known", int(known.sum()))
    task.parts.add("preference_met", int((known & ((wished == place) | hospice_met)).sum()))


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
    hospice = np.isin(setting, _HOSPICE)
    arrived = window.holds(start)
    requested = stays["requested_minute"] != NEVER
    admitted = hospice & arrived & requested
    parts.add("hospice_stays", int((hospice & arrived).sum()))
    parts.add("hospice_admitted", int(admitted.sum()))
    waits = (start - stays["requested_minute"])[admitted]
    parts.add("hospice_wait_minutes", int(waits.sum()))
    parts.spread("hospice_wait", waits)
    parts.add("hospice_from_hospital", int(_after(task, _HOSPITAL)[admitted].sum()))
    refusals = task.tables["refusals"]
    asked = window.holds(refusals["minute"]) & np.isin(refusals["setting"], _HOSPICE)
    for reason in ("geduld_op", "overleden_in_wachttijd"):
        of_reason = asked & (refusals["reason"] == code(REFUSAL_REASONS, reason))
        parts.add("hospice_not_admitted", int(of_reason.sum()), reason=reason)
    blocked = overlap(end - stays["blocked_minutes"], end, window.low, window.high)
    parts.add("blocked_hospital_minutes", int(blocked[setting == _HOSPITAL].sum()))
    nursing = (setting == _NURSING_HOME) & arrived & requested
    parts.add("nursing_home_admitted", int(nursing.sum()))
    parts.add("nursing_home_wait_minutes", int((start - stays["requested_minute"])[nursing].sum()))


def _after(task: Task, setting: int) -> Bools:
    """Whether the stay before each stay of the same patient was in a setting."""
    rows, where = task.stay_rows, task.stays["setting"]
    out = np.zeros(len(rows), np.bool_)
    out[1:] = (rows[1:] == rows[:-1]) & (where[:-1] == setting)
    return out


def _last_days(task: Task) -> None:
    """Hospital, emergency, intensive care, moves and GP contacts before death; care at home."""
    parts, patients, stays = task.parts, task.patients, task.stays
    rows, death = task.stay_rows, task.patients["death_minute"]
    dead = task.decedents
    mine, until = dead[rows], death[rows]
    month_ago, quarter_ago = (until - days * MINUTES_PER_DAY for days in (LAST_30_DAYS, LAST_90_DAYS))
    start, end = stays["start_minute"], stays["end_minute"]
    hospital = mine & (stays["setting"] == _HOSPITAL) & (end > month_ago)
    parts.add("admitted_last_30", len(np.unique(rows[hospital])))
    moved = np.zeros(len(rows), np.bool_)
    moved[1:] = rows[1:] == rows[:-1]
    parts.add("transitions_last_90", int((mine & moved & (start > quarter_ago)).sum()))
    spells, spell_rows = task.tables["spells"], task.rows_of("spells")
    until = death[spell_rows]
    month_ago = until - LAST_30_DAYS * MINUTES_PER_DAY
    late = dead[spell_rows] & (spells["end_minute"] >= month_ago)
    for name, product in (("ed_last_30", "zvw.msz.seh"), ("ic_last_30", "zvw.msz.ic_dag")):
        parts.add(name, len(np.unique(spell_rows[late & _is_product(spells, product)])))
    care = weekly_units(spells, np.full(len(spells), np.iinfo(np.int64).min), until)
    district = dead[spell_rows] & _is_product(spells, "zvw.wijkverpleging")
    parts.add("district_nursing_units", int(care[district].sum()))
    doctor = dead[spell_rows] & _is_product(spells, "zvw.huisarts.")
    parts.add("gp_contact_units_last_30", int(weekly_units(spells, month_ago, until)[doctor].sum()))
    estimated = (
        dead & (patients["terminal_from_minute"] != NEVER) & (patients["terminal_from_minute"] <= death)
    )
    outlived = estimated & (death - patients["terminal_from_minute"] > LAST_90_DAYS * MINUTES_PER_DAY)
    parts.add("terminal_estimated", int(estimated.sum()))
    parts.add("terminal_outlived_90", int(outlived.sum()))


def _is_product(spells: Table, prefix: str) -> Bools:
    """Whether the product of each spell begins with a prefix."""
    chosen = [i for i, word in enumerate(spells.words("product")) if word.startswith(prefix)]
    return np.isin(spells["product"], chosen)


def weekly_units(spells: Table, low: Ints, high: Ints) -> Ints:
    """Care delivered by each spell inside a window, in 1/10080 of the product's smallest step.

    Parameters
    ----------
    spells : Table
        Care per week or day is spread evenly over its minutes; care given once counts at its start.
    low, high : int64 array, one a spell
        Window in minutes; care given once counts in [low, high].

    Returns
    -------
    int64 array
    """
    words = spells.words("per")
    start, end, quantity = spells["start_minute"], spells["end_minute"], spells["quantity"]
    minutes = overlap(start, end, low, high)
    once = ((start >= low) & (start <= high)) * np.int64(MINUTES_PER_WEEK)
    factor = {"once": once, "day": minutes * DAYS_PER_WEEK, "week": minutes}
    chosen = np.choose(spells["per"], [factor[word] for word in words])
    return np.asarray(quantity * chosen, np.int64)


def _costs(task: Task) -> None:
    """Gross cents by law, payer, setting, module and group, in both views."""
    lines, shares, parts = task.tables["declarations"], task.tables["shares"], task.parts
    rows, setting = task.rows_of("declarations"), task.stay_setting("declarations")
    place = np.where(setting < 0, _HOME, setting)
    products = lines.words("product")
    modules = np.array(
        [[MODULES.index(module_of(p, s)) for s in SETTINGS] for p in products] or [[0] * len(SETTINGS)],
        np.int64,
    )
    module = modules[lines["product"], place] if len(lines) else np.zeros(0, np.int64)
    group = task.patients["group"][rows].astype(np.int64)
    line_of_share = _lines_of_shares(lines, shares)
    law = lines["law"].astype(np.int64)
    money = lines["gross_cents"]
    first, last = task.window.low // MINUTES_PER_DAY, task.window.high // MINUTES_PER_DAY
    seen = {DECEDENTS: task.decedents[rows], CALENDAR: (lines["date"] >= first) & (lines["date"] < last)}
    for view, mask in seen.items():
        amount = money[mask]
        parts.add("cost", int(amount.sum()), view=view)
        for name, words, codes in (
            ("law", LAWS, law),
            ("setting", SETTINGS, place),
            ("module", MODULES, module),
            ("group", GROUPS, group),
        ):
            parts.add_along("cost", name, words, tally(codes[mask], len(words), amount), view=view)
        part = mask[line_of_share]
        both = law[line_of_share[part]] * len(PAYERS) + shares["payer"][part]
        table = tally(both, len(LAWS) * len(PAYERS), shares["cents"][part]).reshape(len(LAWS), len(PAYERS))
        parts.add_along("cost", "payer", PAYERS, table.sum(axis=0), view=view)
        for word, row in zip(LAWS, table, strict=True):
            parts.add_along("cost", "payer", PAYERS, row, view=view, law=word)
    either = seen[DECEDENTS] | seen[CALENDAR]
    labels = lines.words("tariff_row")
    by_row = tally(lines["tariff_row"][either], len(labels), money[either])
    used = [i for i in np.unique(lines["tariff_row"][either]) if labels[i]]
    parts.add_along("tariff_row", "row", [labels[i] for i in used], by_row[used])
    own = seen[DECEDENTS]
    with_wlz = own & task.has_wlz[rows]
    parts.add("cost_of_decedents", int(money[own].sum()))
    parts.add("cost_of_decedents", int(money[with_wlz].sum()), wlz="met")
    parts.add("cost_of_decedents", int(money[own & ~with_wlz].sum()), wlz="zonder")


def _lines_of_shares(lines: Table, shares: Table) -> Ints:
    """Row in `declarations` of each share."""
    ids = lines["declaration_id"]
    if len(ids) < 2 or (np.diff(ids) > 0).all():
        return np.searchsorted(ids, shares["declaration_id"])
    order = np.argsort(ids, kind="stable")
    return order[np.searchsorted(ids, shares["declaration_id"], sorter=order)]


def _payments(task: Task) -> None:
    """What the decedents themselves pay: distribution, and totals by item, law and income."""
    lines, shares, parts = task.tables["declarations"], task.tables["shares"], task.parts
    rows = task.rows_of("declarations")[_lines_of_shares(lines, shares)]
    paid = (shares["payer"] == code(PAYERS, "patient")) & task.decedents[rows]
    cents, payer_rows = shares["cents"][paid], rows[paid]
    each = tally(payer_rows, len(task.patients), cents)[task.decedents]
    parts.add("patient_payment", int(each.sum()))
    parts.spread("patient_payment", each)
    by_item = tally(shares["item"][paid], len(ITEMS), cents)
    parts.add_along("patient_payment", "item", ITEMS[1:], by_item[1:])
    wlz = task.has_wlz[task.decedents]
    parts.add("patient_payment", int(each[wlz].sum()), law="Wlz")
    parts.add("patient_payment", int(each[~wlz].sum()), law="Zvw")
    income = income_groups(task.scenario, task.patients)[task.decedents]
    by_income = tally(income, len(INCOME_GROUPS), each)
    parts.add_along("patient_payment", "income", INCOME_GROUPS, by_income)


def _unfunded(task: Task) -> None:
    """Care of the decedents that nobody may bill, by reason."""
    rows = task.tables["unfunded"]
    mine = task.decedents[task.rows_of("unfunded")]
    by_reason = tally(rows["reason"][mine], len(UNFUNDED_REASONS), rows["cents"][mine])
    task.parts.add_along("unfunded", "reason", UNFUNDED_REASONS, by_reason)


def _ceiling(task: Task) -> None:
    """Day on which the omzetplafond of each counted year is used up, and whom that touched."""
    meters, parts = task.tables["meters"], task.parts
    start, exhausted = meters["segment_start_minute"], meters["exhausted_minute"]
    counted = task.window.holds(start)
    year = dates.years(dates.days(start))
    length = dates.days_in_year(year)
    day = np.where(exhausted == NEVER, length, dates.days(exhausted) - dates.days(start) + 1)
    parts.add("ceiling_segments", int(counted.sum()))
    parts.add("ceiling_exhausted_day", int(np.minimum(day, length)[counted].sum()))
    parts.add("ceiling_patients_affected", int(meters["patients_affected"][counted].sum()))


def _volunteer_clients(task: Task) -> None:
    """Terminal clients of the Regeling PTZ by organisation, form and calendar year.

    Guests count where they stay; people with volunteers at home count for the region's volunteers,
    those with volunteers on a palliative unit or in a nursing home for the institution.
    """
    forms = task.scenario.subsidy.national_clients.value
    at_home = (
        "thuis_betaald"
        if forms.get("thuis_betaald", 0) >= forms.get("thuis_onbetaald", 0)
        else "thuis_onbetaald"
    )
    stays, spells = task.stays, task.tables["spells"]
    terminal = task.patients["terminal_from_minute"]
    terminal_from = np.where(terminal == NEVER, np.iinfo(np.int64).max, terminal)
    served = _is_product(spells, VOLUNTEERS) & (spells["condition"] <= 0)
    setting, spell_rows = task.stay_setting("spells"), task.rows_of("spells")
    words = stays.words("site")
    for year in task.window.years:
        part = task.window.year(year)
        here = (
            overlap(
                np.maximum(stays["start_minute"], terminal_from[task.stay_rows]),
                stays["end_minute"],
                part.low,
                part.high,
            )
            > 0
        )
        for site in task.region.sites:
            if site.setting not in ("bth", "hch") or site.id not in words:
                continue
            guests = np.unique(task.stay_rows[here & (stays["site"] == words.index(site.id))])
            _add_clients(task, site.id, site.setting, year, len(guests))
        active = served & (spells["start_minute"] < part.high) & (spells["end_minute"] >= part.low)
        inside = np.isin(setting, [code(SETTINGS, word) for word in ("pu", "verpleeghuis", "elv")])
        home = np.unique(spell_rows[active & (setting == _HOME)])
        units = np.unique(spell_rows[active & inside])
        _add_clients(task, f"vrijwilligers {task.region.name}", at_home, year, len(home))
        _add_clients(task, f"instellingen {task.region.name}", "instelling", year, len(units))


def _add_clients(task: Task, organisation: str, form: str, year: int, clients: int) -> None:
    if clients:
        task.parts.add("ptz_clients", clients, organisation=organisation, form=form, year=str(year))
