"""Movement: moves between settings, occupancy month by month, waits by type of hospice, use of ceilings."""

from __future__ import annotations

import numpy as np

from sim import dates
from sim.columns import tally
from sim.measure.registry import measures
from sim.measure.tables import HOSPICE_CODES, Task, Window, sites_of
from sim.scenario.in_force import guest_factor, versions
from sim.schema import CEILING_OUTCOMES, NEVER, REFUSAL_REASONS, SETTINGS, code
from sim.stats import overlap
from sim.units import LAST_YEAR_DAYS, MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_WEEK, ROW_BITS, Ints

LAST_MOVE = "overleden"  # the last move of a journey, beside the settings that a move can lead to


def months_of(window: Window) -> list[tuple[str, Window]]:
    """Calendar months that a window touches, as `YYYY-MM`, each with its part of the window."""
    first, last = window.low // MINUTES_PER_DAY, (window.high - 1) // MINUTES_PER_DAY
    low, high = (int(dates.months(np.array(day))) for day in (first, last))
    starts = dates.month_start_day(np.arange(low, high + 2)) * MINUTES_PER_DAY
    out = []
    for start, stop in zip(starts.tolist(), starts[1:].tolist(), strict=False):
        name = dates.date_of(start).isoformat().rpartition("-")[0]
        out.append((name, Window(max(window.low, start), min(window.high, stop))))
    return out


@measures("moves")
def _moves(task: Task) -> None:
    """Moves of the decedents in their last year from one setting to another, death as the last."""
    stays, rows = task.stays, task.stay_rows
    setting = stays["setting"].astype(np.int64)
    death = task.patients["death_minute"][rows]
    mine = task.decedents[rows] & (stays["end_minute"] > death - LAST_YEAR_DAYS * MINUTES_PER_DAY)
    follows = np.append(rows[1:] == rows[:-1], False)[: len(rows)]
    target = np.where(follows, np.append(setting[1:], 0)[: len(rows)], len(SETTINGS))
    moved = mine & (target != setting)
    size = len(SETTINGS) + 1
    table = tally(setting[moved] * size + target[moved], len(SETTINGS) * size).reshape(len(SETTINGS), size)
    for place, (word, row) in enumerate(zip(SETTINGS, table, strict=True)):
        others = [to for to in range(size) if to != place]
        names = [(*SETTINGS, LAST_MOVE)[to] for to in others]
        task.parts.add_along("moves", "to", names, row[others], **{"from": word})


@measures("bed_minutes_used", "bed_minutes")
def _months(task: Task) -> None:
    """Occupied bed minutes and bed minutes by type of place and calendar month."""
    stays, words = task.stays, task.stays.words("site")
    sites = sites_of(task.scenario, task.region)
    placed = np.isin(stays["site"], [words.index(site.id) for site in sites if site.id in words])
    site, start, end = (stays[name][placed] for name in ("site", "start_minute", "end_minute"))
    for month, window in months_of(task.window):
        inside = overlap(start, end, window.low, window.high)
        for each in sites:
            here = site == words.index(each.id) if each.id in words else np.zeros(len(site), np.bool_)
            used = int(inside[here].sum())
            task.parts.add("bed_minutes_used", used, setting=each.setting, month=month)
            task.parts.add("bed_minutes", each.bed_minutes(window), setting=each.setting, month=month)


@measures("hospice_admitted", "hospice_wait_minutes")
def _waits(task: Task) -> None:
    """Admissions after a request, and minutes waited, by type of hospice."""
    stays = task.stays
    start, requested = stays["start_minute"], stays["requested_minute"]
    asked = task.window.holds(start) & (requested != NEVER)
    for place in HOSPICE_CODES:
        here = asked & (stays["setting"] == place)
        word = SETTINGS[place]
        task.parts.add("hospice_admitted", int(here.sum()), setting=word)
        task.parts.add("hospice_wait_minutes", int((start - requested)[here].sum()), setting=word)


@measures(
    "ceiling_segments", "ceiling_exhausted_day", "ceiling_patients_affected", "ceiling_room", "ceiling_used"
)
def _ceilings(task: Task) -> None:
    """Use of each kind of omzetplafond, when each contract runs out, and where whom that touched went."""
    meters, parts = task.tables["meters"], task.parts
    counted = task.window.holds(meters["segment_start_minute"])
    day = exhausted_day(task)
    of = [(counted & (meters["meter"] == n), {"contract": c}) for n, c in enumerate(meters.words("meter"))]
    for mine, dimension in ((counted, dict[str, str]()), *of):
        parts.add("ceiling_segments", int(mine.sum()), **dimension)
        parts.add("ceiling_exhausted_day", int(day[mine].sum()), **dimension)
        parts.add("ceiling_patients_affected", int(meters["patients_affected"][mine].sum()), **dimension)
    kinds = [word.partition("/")[0] for word in meters.words("meter")]
    for kind in sorted(set(kinds)):
        codes = [number for number, word in enumerate(kinds) if word == kind]
        mine = counted & np.isin(meters["meter"], codes)
        parts.add("ceiling_room", int(meters["allowance"][mine].sum()), kind=kind)
        parts.add("ceiling_used", int(meters["used"][mine].sum()), kind=kind)


def exhausted_day(task: Task) -> Ints:
    """Day of its year on which each meter segment runs out; the last day of the year where it does not."""
    meters = task.tables["meters"]
    start, exhausted = meters["segment_start_minute"], meters["exhausted_minute"]
    length = dates.days_in_year(dates.years(dates.days(start)))
    day = np.where(exhausted == NEVER, length, dates.days(exhausted) - dates.days(start) + 1)
    return np.asarray(np.minimum(day, length), np.int64)


@measures("nurses_waited")
def _nurses(task: Task) -> None:
    """People who asked for care at home when all hours of district nursing were in use."""
    if task.scenario.nurses.applies:
        refusals = task.tables["refusals"]
        short = refusals["reason"] == code(REFUSAL_REASONS, "geen_wijkverpleging")
        short &= task.window.holds(refusals["minute"])
        task.parts.add("nurses_waited", len(np.unique(refusals["patient_id"][short])))


@measures("guest_minutes_less", adds=False)
def _guest_hours(task: Task) -> None:
    """Minutes of care that guests of a bijna-thuis-huis get less at a lower day price, by mean hours a week.

    Of people without the Wlz; the share of them with a contract is that of the scenario.
    """
    stays, window = task.stays, task.window
    death = task.patients["death_minute"][task.stay_rows]
    here = (stays["setting"] == code(SETTINGS, "bth")) & (stays["wlz_form"] == 0)
    minutes = 0.0
    over_time = versions(task.scenario)
    until = [*over_time.starts[1:].tolist(), window.high]
    for scenario, low, high in zip(over_time.scenarios, over_time.starts.tolist(), until, strict=True):
        lost = (1.0 - guest_factor(scenario)) * scenario.cohort.insurance.contracted_nursing.value
        begin, end = max(low, window.low), min(high, window.high)
        if lost and begin < end:
            start, stop, last = stays["start_minute"], stays["end_minute"], death - MINUTES_PER_WEEK
            usual = int(overlap(start, np.minimum(stop, last), begin, end)[here].sum())
            late = int(overlap(np.maximum(start, last), stop, begin, end)[here].sum())
            home = scenario.home
            weeks = (usual + late * home.last_week_factor.value) / MINUTES_PER_WEEK
            minutes += weeks * home.hours_per_week.mean * MINUTES_PER_HOUR * lost
    if minutes:
        task.parts.add("guest_minutes_less", round(minutes * task.region.factors.home_care))


@measures("ceiling_touched")
def _touched(task: Task) -> None:
    """Requests that met an empty ceiling, by what the provider did and the next setting of the patient.

    Who moves no more stays where the request was made.
    """
    refusals, stays, rows = task.tables["refusals"], task.stays, task.stay_rows
    hit = task.window.holds(refusals["minute"]) & (
        refusals["reason"] == code(REFUSAL_REASONS, "omzetplafond")
    )
    minute, who = refusals["minute"][hit], task.rows_of("refusals")[hit]
    outcome = refusals["outcome"][hit].astype(np.int64)
    keys = (rows << ROW_BITS) + stays["start_minute"]
    after = np.searchsorted(keys, (who << ROW_BITS) + minute, "right")
    known = np.minimum(after, max(len(rows) - 1, 0))
    moves = (after < len(rows)) & (rows[known] == who) if len(rows) else np.zeros(len(who), np.bool_)
    setting = stays["setting"][np.where(moves, known, after - 1)].astype(np.int64)
    size = len(SETTINGS)
    table = tally(outcome * size + setting, len(CEILING_OUTCOMES) * size).reshape(-1, size)
    for word, row in zip(CEILING_OUTCOMES[1:], table[1:], strict=True):
        task.parts.add_along("ceiling_touched", "to", SETTINGS, row, outcome=word)
