"""One region from patients to tables: needs, the SimPy run, stays, spells, refusals, meters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim import dates
from sim.cohort import cohort_draws
from sim.cohort import sampling as draw
from sim.columns import order_by, places_in, starts
from sim.journey import compiled
from sim.journey.engine import RegionModel
from sim.journey.log import REFUSAL_FIELDS, STAY_FIELDS, Log, columns, site_names
from sim.journey.meter import DAY_WEIGHT, UNITS_PER_CENT, Contract, Contracts, Weights
from sim.journey.needs import Needs
from sim.journey.patient import NOWHERE
from sim.journey.phased import draw_needs
from sim.journey.speed import without_collector
from sim.journey.spell_list import OTHER, OWN_PROVIDER, PROVIDERS, StayIndex
from sim.journey.uses import hours_a_month
from sim.journey.walked import Walked
from sim.rng import Draws
from sim.scenario.in_force import changes_of
from sim.scenario.models import Region, Scenario
from sim.scenario.quoted import Quote
from sim.schema import CEILING_OUTCOMES, EXITS, NEVER, SETTINGS, WLZ_FORMS, Table, code, table
from sim.units import (
    DAYS_PER_WEEK,
    DAYS_PER_YEAR,
    MINUTES_PER_DAY,
    MINUTES_PER_HOUR,
    Floats,
    Ints,
    narrow,
    times,
)

# Two minutes: spells are made only of who is alive at the first, in stays that begin before the second
Seen = tuple[int, int]


def contracts_of(
    quote: Quote, region: Region, region_no: int, replication: int, scenario: Scenario
) -> Contracts:
    """Contracts with a ceiling in a region, in whole units.

    How tight a contract is belongs to the contract: it is drawn by insurer and provider group.
    """
    ceiling = scenario.ceiling
    draws = Draws(scenario.seed, replication, region_no, scenario.horizon.count_from.year, 0)
    minutes = DAYS_PER_YEAR * MINUTES_PER_DAY
    insurers, groups = ceiling.insurers.value, ceiling.provider_groups.value
    nursing_share = region.district_nursing_background_share.value
    elv_share = region.elv_background_share.value

    def contract(name: str, budget: float, share: float) -> Contract:
        spread = ceiling.allowance_spread.value * float(ndtri(draws.scalar(f"ceiling.tightness.{name}")))
        allowance = round(budget * ceiling.allowance_factor.value * math.exp(spread)) * UNITS_PER_CENT
        return Contract(name, allowance, round(budget * share) * UNITS_PER_CENT // minutes)

    nursing = [
        contract(f"wijkverpleging/{insurer}/{group}", quote.budget_cents * part * size, nursing_share)
        for insurer, part in insurers.items()
        for group, size in groups.items()
    ]
    stays = [
        contract(f"elv/{insurer}", quote.elv_budget_cents * part, elv_share)
        for insurer, part in insurers.items()
    ]
    guest, *later = _guest_cents(quote, scenario)
    weights = Weights(
        care_minute_a_week=quote.cents_per_hour,
        night_minute_a_week=quote.cents_per_night_hour,
        guest=guest[1] * DAY_WEIGHT,
        palliative_stay=quote.cents_per_day_elv_palliative * DAY_WEIGHT,
        short_stay=quote.cents_per_day_elv * DAY_WEIGHT,
        guest_later=tuple((minute, cents * DAY_WEIGHT) for minute, cents in later),
    )
    return Contracts(weights, (*nursing, *stays), len(groups), _nurse_minutes(quote, region, scenario))


def _nurse_minutes(quote: Quote, region: Region, scenario: Scenario) -> int:
    """Minutes of nurses a week for the people of the model, beside what others use; -1 without a limit."""
    if not scenario.nurses.applies:
        return -1
    year = quote.budget_cents / quote.cents_per_hour * MINUTES_PER_HOUR
    left = scenario.nurses.capacity_factor.value - region.district_nursing_background_share.value
    return max(round(year * left / DAYS_PER_YEAR * DAYS_PER_WEEK), 0)


def _guest_cents(quote: Quote, scenario: Scenario) -> list[tuple[int, int]]:
    """Minute from which on a day in a bijna-thuis-huis weighs so many cents; the first from the start."""
    now = scenario.prices.bth_day_factor.value
    first, later = changes_of(scenario, "prices.bth_day_factor")
    return [
        (minute, quote.cents_per_day_bth if factor == now else round(quote.cents_per_day_bth * factor / now))
        for minute, factor in ((0, first), *later)
    ]


def simulate_region(
    scenario: Scenario,
    region: Region,
    region_no: int,
    replication: int,
    patients: Table,
    quote: Quote,
    seen: Seen | None = None,
) -> Walked:
    """Simulate every journey of one region, with numbers as given to `draw_patients`.

    Gives `patients`, `wlz_periods`, `stays`, `refusals`, `meters`, and `spells`, which are made when somebody
    looks at them: all, unless `seen` names some.
    """
    draws, _, _ = cohort_draws(scenario, region, region_no, replication)
    needs = draw_needs(patients, draws, scenario, region, seen[0] if seen else int(NEVER))
    contracts = contracts_of(quote, region, region_no, replication, scenario)
    log = follow(patients, needs, region, scenario, contracts)
    return journey_tables(log, patients, needs, region, scenario, seen)


def follow(patients: Table, needs: Needs, region: Region, scenario: Scenario, contracts: Contracts) -> Log:
    """What happens to the patients of a region until the last has died, by the engine that was chosen."""
    found = compiled.follow(patients, needs, region, scenario, contracts)
    if found is not None:
        return found
    with without_collector():
        return RegionModel(patients, needs, region, scenario, contracts).run()


def _stay_index(log: Log) -> tuple[StayIndex, dict[str, Ints]]:
    """Stays sorted by patient and time, without those of no length."""
    cols = columns(log.stays, STAY_FIELDS)
    died = cols["exit"] == code(EXITS, "overleden")
    order = order_by(cols["row"], cols["start"], cols["end"])
    order = order[((cols["end"] > cols["start"]) | died)[order]]
    cols = {k: v[order] for k, v in cols.items()}
    row = cols["row"]
    stay_no = places_in(row)
    index = StayIndex(
        row=row,
        stay_no=stay_no,
        setting=cols["setting"],
        form=cols["form"],
        start=cols["start"],
        end=cols["end"],
        admission=cols["admission"],
        dies=died[order],
    )
    return index, cols


def journey_tables(
    log: Log, patients: Table, needs: Needs, region: Region, scenario: Scenario, seen: Seen | None = None
) -> Walked:
    """Tables of the run contract from an engine log; with `seen` only the spells that it lets through."""
    index, cols = _stay_index(log)
    names = site_names(region)
    ids = patients["patient_id"]
    served = index
    if seen is not None:
        served = index.take((patients["death_minute"][index.row] >= seen[0]) & (index.start < seen[1]))
    made = (
        patients,
        _wlz_periods(index, patients, scenario),
        _stays(index, cols, needs, ids, names),
        _refusals(log, ids, region, needs),
        _meters(log),
    )
    tables = {each.name: each for each in made}
    return Walked(tables, served, needs, log, scenario)


def _stays(index: StayIndex, cols: dict[str, Ints], needs: Needs, ids: Ints, names: tuple[str, ...]) -> Table:
    in_bth = index.where("bth")
    first, last = dates.billed_days(index.start, index.end, index.dies)
    contribution = np.where(in_bth, needs.day_contribution_cents[index.row], 0)
    waiver = np.where(needs.waived[index.row], times(contribution, last - first), 0)
    return table(
        "stays",
        {
            "patient_id": ids[index.row],
            "stay_no": index.stay_no,
            "setting": index.setting,
            "site": cols["site"] + 1,
            "provider": np.where(
                cols["paid"] == code(CEILING_OUTCOMES, "andere_aanbieder"), OTHER, OWN_PROVIDER
            ),
            "contracted": ~in_bth | needs.contracted[index.row],
            "ceiling": cols["paid"],
            "wlz_form": index.form,
            "day_contribution_cents": contribution,
            "waiver_cents": waiver,
            "requested_minute": cols["requested"],
            "start_minute": index.start,
            "end_minute": index.end,
            "blocked_minutes": cols["blocked"],
            "exit_reason": cols["exit"],
            "next_setting": np.where(cols["next"] == NOWHERE, len(SETTINGS), cols["next"]),
        },
        {"site": names, "provider": PROVIDERS},
    )


def _applied_at(setting: Ints, uniform: Floats, region: Region) -> Ints:
    """Site to which each refused request was addressed, numbered from 1; 0 where there is none (home care).

    A region searches together, so the address is a drawn site of the preferred type, by its beds.
    """
    out = np.zeros(len(setting), np.int64)
    for kind in np.unique(setting):
        sites = np.array(
            [i for i, s in enumerate(region.sites) if code(SETTINGS, s.setting) == kind], np.int64
        )
        beds = np.array([region.sites[i].beds for i in sites], np.float64)
        if beds.sum() > 0:
            here = setting == kind
            out[here] = 1 + sites[draw.choose(uniform[here], beds / beds.sum())]
    return out


def _refusals(log: Log, ids: Ints, region: Region, needs: Needs) -> Table:
    cols = columns(log.refusals, REFUSAL_FIELDS)
    order = order_by(cols["row"], cols["minute"])
    return table(
        "refusals",
        {
            "patient_id": ids[cols["row"][order]],
            "minute": cols["minute"][order],
            "setting": cols["setting"][order],
            "site": _applied_at(cols["setting"][order], needs.refusal_site[cols["row"][order]], region),
            "reason": cols["reason"][order],
            "outcome": cols["outcome"][order],
        },
        {"site": site_names(region)},
    )


def _meters(log: Log) -> Table:
    rows = [(number, segment) for number, meter in enumerate(log.meters) for segment in meter.segments]
    cents = UNITS_PER_CENT
    return table(
        "meters",
        {
            "meter": np.array([number for number, _ in rows], np.int64),
            "segment_start_minute": np.array([s.start_minute for _, s in rows], np.int64),
            "allowance": narrow([log.meters[n].contract.allowance // cents for n, _ in rows]),
            "used": narrow([s.used // cents for _, s in rows]),
            "exhausted_minute": np.array([s.exhausted_minute for _, s in rows], np.int64),
            "patients_affected": np.array([s.affected for _, s in rows], np.int64),
        },
        {"meter": tuple(meter.contract.name for meter in log.meters)},
    )


def _wlz_periods(index: StayIndex, patients: Table, scenario: Scenario) -> Table:
    """Form of delivery over time; in hospital the form of before runs on."""
    since = patients["wlz_since_minute"][index.row]
    under = (since != NEVER) & (index.end > since)
    hospital = index.where("ziekenhuis") & (index.form == 0)
    pick = np.flatnonzero(under)
    row, form = index.row[pick], index.form[pick].copy()
    carried = hospital[pick] | (form == 0)
    position = np.where(carried, -1, np.arange(len(pick)))
    last = np.maximum.accumulate(position) if len(pick) else position
    known = (last >= 0) & (row[np.maximum(last, 0)] == row)
    home = patients["wlz_home_form"].astype(np.int64)[row]
    form = np.where(carried, np.where(known, form[np.maximum(last, 0)], home), form)
    first = np.flatnonzero(starts(row, form))
    owner = row[first]
    start = index.start[pick][first]
    opening = starts(owner)
    stay_before = patients["entry_setting"][owner] == code(SETTINGS, "verpleeghuis")
    began = np.where(stay_before, patients["entry_since_minute"][owner], patients["wlz_since_minute"][owner])
    start = np.where(opening, began, start)
    end = np.where(np.append(opening[1:], True), patients["death_minute"][owner], np.append(start[1:], 0))
    kept = end > start
    owner, start, end, form = owner[kept], start[kept], end[kept], form[first][kept]
    profile = patients["wlz_profile"].astype(np.int64)[owner]
    hours = hours_a_month(scenario.cohort.wlz.home_package)[profile]
    columns_: dict[str, NDArray[Any]] = {
        "patient_id": patients["patient_id"][owner],
        "start_minute": start,
        "end_minute": end,
        "profile": profile,
        "form": form,
        "behandeling": patients["wlz_behandeling"][owner] & (form == code(WLZ_FORMS, "verblijf")),
        "hours_per_month": np.where(form == code(WLZ_FORMS, "mpt"), hours, 0),
    }
    return table("wlz_periods", columns_)
