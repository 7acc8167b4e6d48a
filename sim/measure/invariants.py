"""Invariants of one task's tables: what `--check` proves of every run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from sim import dates
from sim.catalogue import TariffBook
from sim.columns import join, starts, tally
from sim.law.parameters import Parameters
from sim.law.ptz import scheme as ptz
from sim.law.registry import RuleSet
from sim.law.zvw.deductible import DEDUCTIBLES
from sim.ledger import settings_from
from sim.measure.cost import own_payments
from sim.measure.subsidy import extra_ceiling_cents
from sim.measure.tables import SiteBeds, Task, sites_of
from sim.scenario.models import Region, Scenario
from sim.schema import (
    CEILING_OUTCOMES,
    EXITS,
    HOSPICE_SETTINGS,
    ITEMS,
    NEVER,
    OUTSIDE_INSTITUTION,
    SETTINGS,
    WITH_STAY,
    WLZ_FORMS,
    Table,
    code,
)
from sim.units import CENTS_PER_EURO, MINUTES_PER_DAY, Bools, Ints, times, times_over

_HOSPITAL_DAYS = ("zvw.msz.verpleegdag", "zvw.msz.geblokkeerde_dag", "zvw.msz.ic_dag")
# Days in any hospice, beside those under the Wlz: with verblijf where the hospice has that, else a vpt
_HOSPICE_DAYS = ("zvw.elv.ptz", "zvw.wijkverpleging.bth_dag", "zvw.kindzorg.kinderzorghuis")
_DAYS_OF = {
    "ziekenhuis": _HOSPITAL_DAYS,
    **dict.fromkeys(HOSPICE_SETTINGS, (*_HOSPICE_DAYS, "wlz.vpt")),
    **dict.fromkeys(WITH_STAY, (*_HOSPICE_DAYS, "wlz.zzp")),
    "elv": ("zvw.elv",),
    "verpleeghuis": ("wlz.zzp",),
}


def violations(
    scenario: Scenario, region: Region, tables: Mapping[str, Table], book: TariffBook, rules: RuleSet
) -> list[str]:
    """Every broken invariant of a task, one line each; its tables are sorted by patient and time."""
    task = Task(scenario, region, tables, book)
    checks: tuple[Callable[[Task], Iterator[str]], ...] = (
        stays_follow_each_other,
        stays_end_in_death,
        beds_are_not_exceeded,
        shares_sum_to_gross,
        people_pay_what_their_shares_say,
        law_stays_in_the_terminal_phase,
    )
    found = [line for check in checks for line in check(task)]
    found += days_are_billed_once(task, rules)
    return [*found, *eigen_risico_is_within_its_limit(task, book, rules)]


def _name(table: Table, rows: Bools | Ints, what: str) -> Iterator[str]:
    """A line that counts the faulty rows and names the first patient among them."""
    faulty = np.flatnonzero(rows)
    if len(faulty):
        yield f"{what}: {len(faulty)} rows of {table.name}, first patient {table['patient_id'][faulty[0]]}"


def stays_follow_each_other(task: Task) -> Iterator[str]:
    """Stays of one patient neither overlap nor leave a gap, and last no negative time."""
    stays, rows = task.stays, task.stay_rows
    yield from _name(stays, stays["end_minute"] < stays["start_minute"], "stay ends before it starts")
    same, before = ~starts(rows), np.roll(stays["end_minute"], 1)
    late, early = stays["start_minute"] > before, stays["start_minute"] < before
    yield from _name(stays, same & early, "stay overlaps the stay before it")
    yield from _name(stays, same & late, "gap before stay")


def stays_end_in_death(task: Task) -> Iterator[str]:
    """The last stay of a patient ends at death; a stay is left by death only there."""
    stays, rows = task.stays, task.stay_rows
    last = np.append(starts(rows)[1:], True)[: len(rows)]
    death = task.patients["death_minute"][rows]
    dies = stays["exit_reason"] == code(EXITS, "overleden")
    yield from _name(stays, last & (stays["end_minute"] != death), "last stay does not end at death")
    yield from _name(stays, dies != last, "exit reason 'overleden' is not that of the last stay")
    without = np.setdiff1d(np.arange(len(task.patients)), rows)
    if len(without):
        yield f"patient without a stay: {len(without)}, first {task.patients['patient_id'][without[0]]}"


def beds_are_not_exceeded(task: Task) -> Iterator[str]:
    """Nobody arrives at a site that is full; beds taken away empty when their guests leave."""
    stays = task.stays
    words = stays.words("site")
    for site in sites_of(task.scenario, task.region):
        if site.id in words:
            yield from _over(site, task, stays["site"] == words.index(site.id))


def _over(site: SiteBeds, task: Task, here: Bools) -> Iterator[str]:
    real = here & (task.stays["end_minute"] > task.stays["start_minute"])
    arrived = np.sort(task.stays["start_minute"][real])
    left = np.sort(task.stays["end_minute"][real])
    present = np.searchsorted(arrived, arrived, "right") - np.searchsorted(left, arrived, "right")
    beds = site.at(arrived)
    over = np.flatnonzero(present > beds)
    if len(over):
        worst = over[np.argmax((present - beds)[over])]
        date = dates.date_of(int(arrived[worst]))
        yield f"site {site.id}: {present[worst]} people in {beds[worst]} beds on {date}"


def shares_sum_to_gross(task: Task) -> Iterator[str]:
    """The shares of every declaration sum to its gross; none is negative but those of a line paid back."""
    lines, shares = task.tables["declarations"], task.tables["shares"]
    ids = lines["declaration_id"]
    if len(np.unique(ids)) < len(ids):
        yield "declarations: an id occurs twice"
        return
    place, known = join((ids,), (shares["declaration_id"],))
    if not known.all():
        yield f"shares: {int((~known).sum())} rows of no declaration"
        return
    total = tally(place, len(ids), shares["cents"])
    yield from _name(lines, total != lines["gross_cents"], "shares do not sum to gross")
    pays_back = lines["gross_cents"][place] <= 0
    wrong = (shares["cents"] < 0) & ~pays_back
    if wrong.any():
        yield f"shares: {int(wrong.sum())} negative rows of lines that pay nothing back"


def people_pay_what_their_shares_say(task: Task) -> Iterator[str]:
    """What is kept of each person's own payments is what the shares say, of the same people."""
    kept = task.tables.get("own_payments")
    if kept is None:
        return
    found = own_payments(task)
    if not np.array_equal(kept["patient_id"], found["patient_id"]):
        yield f"own payments: of {len(kept)} people, where {len(found)} die in the counted window"
        return
    yield from _name(kept, kept["cents"] != found["cents"], "own payments are not those of the shares")


def days_are_billed_once(task: Task, rules: RuleSet) -> Iterator[str]:
    """Every day of a stay with day products is billed once: no day twice, none left out.

    A Wlz place kept during a hospital stay is billed beside the hospital (V9) and left aside; so are
    stays in a BTH that care by the hour pays for, as all did before there was a day price (S1). Above a
    ceiling that the house does not keep to, no day is billed (T20).
    """
    stays, lines = task.stays, task.tables["declarations"]
    place, belongs = task.stay_places("declarations")
    first, last = dates.billed_days(
        stays["start_minute"], stays["end_minute"], stays["exit_reason"] == code(EXITS, "overleden")
    )
    own_cost = stays["ceiling"] == code(CEILING_OUTCOMES, "eigen_kosten")
    expected = np.where(own_cost, 0, last - first)
    for setting, prefixes in _DAYS_OF.items():
        here = belongs & lines.of_products(*prefixes)
        billed = tally(place[here], len(stays), lines["quantity"][here])
        mine = stays["setting"] == code(SETTINGS, setting)
        if setting in OUTSIDE_INSTITUTION:
            hourly = np.isin(stays["wlz_form"], [code(WLZ_FORMS, form) for form in ("mpt", "pgb")])
            priced = min((r.valid_from for r in rules.rules if r.key == "S1"), default=dt.date.max)
            known = first >= dates.day_of(priced)
            mine = mine & ~hourly & stays["contracted"] & known
        yield from _name(stays, mine & (billed != expected), f"days of {setting} not billed exactly once")


def law_stays_in_the_terminal_phase(task: Task) -> Iterator[str]:
    """Nobody comes under the Wlz, or leaves it, after the doctor's estimate of less than three months."""
    periods = task.tables["wlz_periods"]
    rows = task.rows_of("wlz_periods")
    first = starts(rows)
    terminal = task.patients["terminal_from_minute"][rows]
    since = task.patients["wlz_since_minute"][rows]
    known = terminal != NEVER
    late = first & known & (periods["start_minute"] > terminal) & (since > terminal)
    yield from _name(periods, late, "Wlz begins in the terminal phase")
    goes_on = ~np.append(first[1:], True)[: len(rows)]
    following = np.where(goes_on, np.roll(periods["start_minute"], -1), task.patients["death_minute"][rows])
    end = periods["end_minute"]
    yield from _name(periods, known & (end > terminal) & (end < following), "Wlz ends in the terminal phase")


def eigen_risico_is_within_its_limit(task: Task, book: TariffBook, rules: RuleSet) -> Iterator[str]:
    """The eigen risico of a patient and year stays within its pro-rata limit.

    Zvw art. 19-23 (source zvw): mandatory and voluntary each pro rata to the day of death and each
    in whole euros. Days of a hospital stay count in the year of admission.
    """
    lines, shares, patients = task.tables["declarations"], task.tables["shares"], task.patients
    own = shares["item"] == code(ITEMS, "eigen_risico")
    own &= np.isin(shares["declaration_id"], lines["declaration_id"])
    place, _ = join((lines["declaration_id"],), (shares["declaration_id"][own],))
    if not len(place):
        return
    rows, year = task.rows_of("declarations")[place], _deductible_year(task)[place]
    base = int(year.min())
    span = int(year.max()) - base + 1
    paid = tally(rows * span + (year - base), len(patients) * span, shares["cents"][own])
    planned = settings_from(task.scenario).book(book)
    parameters = Parameters(planned, task.scenario.prices.basis_year)
    entry_year = dates.years(dates.days(patients["entry_minute"]))
    death_day = dates.days(patients["death_minute"])
    for number in range(base, base + span):
        start, end = (int(dates.year_start_day(np.array(y))) for y in (number, number + 1))
        version = rules.at("P1", dates.date_of(start * MINUTES_PER_DAY))
        amount = parameters.cents(DEDUCTIBLES[version.plan if version else ""], np.array([start]))[0]
        alive = np.clip(np.minimum(death_day + 1, end) - start, 0, end - start)
        limit = sum(
            times(times_over(alive, yearly, (end - start) * CENTS_PER_EURO), CENTS_PER_EURO)
            for yearly in (amount, patients["voluntary_deductible_cents"])
        )
        used = (entry_year == number) & patients["eigen_risico_used"]
        over = paid.reshape(len(patients), span)[:, number - base] > np.where(used, 0, limit)
        yield from _name(patients, over, f"eigen risico of {number} above its pro-rata limit")


def _deductible_year(task: Task) -> Ints:
    """Calendar year that each declaration counts in for the eigen risico."""
    lines = task.tables["declarations"]
    place, belongs = task.stay_places("declarations")
    admitted = belongs & lines.of_products("zvw.msz")
    admitted &= task.stays["setting"][place] == code(SETTINGS, "ziekenhuis")
    start = dates.days(task.stays["start_minute"][place])
    return dates.years(np.where(admitted, start, lines["date"]))


def subsidies_within_ceilings(subsidies: Table, scenario: Scenario, book: TariffBook) -> Iterator[str]:
    """Subsidies of a replication: none above what is claimed, all of a year within its national ceiling.

    Regeling PTZ art. 7 (source ptz_2025); Awb 4:25: not a cent above it.
    """
    paid, claimed = subsidies["subsidy_cents"], subsidies["maximum_cents"]
    over = int((paid > claimed).sum())
    if over:
        yield f"subsidies: {over} above what is claimed"
    share = subsidies["payout_percentage"]
    if ((share < 0) | (share > 1)).any():
        yield f"subsidies: payout percentage of {float(share.max()):g}, not between 0 and 1"
    parameters = Parameters(book, scenario.prices.basis_year)
    for year in np.unique(subsidies["year"]):
        mine = subsidies["year"] == year
        day = int(dates.year_start_day(np.array(year)))
        ceiling = ptz.ceiling_cents(parameters, day) + extra_ceiling_cents(scenario)
        total = int(paid[mine].sum())
        if total > ceiling:
            yield f"subsidies: {total} cents in {year}, above the ceiling of {ceiling}"
