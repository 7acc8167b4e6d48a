"""One region from patients to tables: needs, the SimPy run, stays, spells, refusals, meters."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim import dates
from sim.cohort import cohort_draws
from sim.journey.engine import REFUSAL_FIELDS, STAY_FIELDS, Log, RegionModel, columns, site_names
from sim.journey.meter import DAY_WEIGHT, UNITS_PER_CENT, MeterWeights
from sim.journey.needs import Needs, sample_needs
from sim.journey.patient import NOWHERE
from sim.journey.spell_list import PROVIDERS, StayIndex
from sim.journey.spells import build_spells
from sim.rng import CohortDraws
from sim.scenario.models import Region, Scenario
from sim.schema import EXITS, NEVER, SETTINGS, WLZ_FORMS, Table, code, table
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY, Bools, Ints

JourneyTables = dict[str, Table]
METER_NAME = "wijkverpleging"


class Quote(Protocol):
    """Prices of the contract behind the meter, in whole cents, quoted before the run."""

    @property
    def cents_per_hour(self) -> int:
        """District nursing."""

    @property
    def cents_per_night_hour(self) -> int:
        """Night care."""

    @property
    def cents_per_day_bth(self) -> int:
        """BTH day price."""

    @property
    def budget_cents(self) -> int:
        """Contract budget a calendar year."""


def meter_weights(quote: Quote, region: Region, scenario: Scenario) -> MeterWeights:
    """Whole-number weights of the omzetplafond from a quote.

    Parameters
    ----------
    quote : Quote
    region : Region
    scenario : Scenario

    Returns
    -------
    MeterWeights
    """
    allowance = round(quote.budget_cents * scenario.ceiling.allowance_factor.value) * UNITS_PER_CENT
    share = region.district_nursing_background_share.value
    background = round(quote.budget_cents * share) * UNITS_PER_CENT // (DAYS_PER_YEAR * MINUTES_PER_DAY)
    return MeterWeights(
        allowance=allowance,
        background=background,
        care_minute_a_week=quote.cents_per_hour,
        night_minute_a_week=quote.cents_per_night_hour,
        guest=quote.cents_per_day_bth * DAY_WEIGHT,
    )


def simulate_region(
    scenario: Scenario, region: Region, region_no: int, replication: int, patients: Table, quote: Quote
) -> JourneyTables:
    """Simulate every journey of one region.

    Parameters
    ----------
    scenario : Scenario
    region : Region
    region_no, replication : int
        As given to `draw_patients`.
    patients : Table
    quote : Quote

    Returns
    -------
    dict of str to Table
        `wlz_periods`, `stays`, `spells`, `refusals`, `meters`.
    """
    draws, _, _ = cohort_draws(scenario, region, region_no, replication)
    needs = sample_needs(patients, draws, scenario, region)
    model = RegionModel(patients, needs, region, scenario, meter_weights(quote, region, scenario))
    return journey_tables(model.run(), patients, needs, region, scenario, draws)


def _stay_index(log: Log) -> tuple[StayIndex, dict[str, Ints]]:
    """Stays sorted by patient and time, without those of no length."""
    cols = columns(log.stays, STAY_FIELDS)
    died = cols["exit"] == code(EXITS, "overleden")
    order = np.lexsort((cols["end"], cols["start"], cols["row"]))
    order = order[((cols["end"] > cols["start"]) | died)[order]]
    cols = {k: v[order] for k, v in cols.items()}
    row = cols["row"]
    stay_no = np.arange(len(row)) - np.searchsorted(row, row, "left")
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
    log: Log, patients: Table, needs: Needs, region: Region, scenario: Scenario, draws: CohortDraws
) -> JourneyTables:
    """Tables of the run contract from an engine log.

    Parameters
    ----------
    log : Log
    patients : Table
    needs : Needs
    region : Region
    scenario : Scenario
    draws : CohortDraws

    Returns
    -------
    dict of str to Table
    """
    index, cols = _stay_index(log)
    names = site_names(region)
    ids = patients["patient_id"]
    return {
        "wlz_periods": _wlz_periods(index, patients, scenario),
        "stays": _stays(index, cols, needs, ids, names),
        "spells": build_spells(index, patients, needs, log.care_minute, log.care_kind, scenario),
        "refusals": _refusals(log, ids, names),
        "meters": _meters(log),
    }


def _stays(index: StayIndex, cols: dict[str, Ints], needs: Needs, ids: Ints, names: tuple[str, ...]) -> Table:
    in_bth = index.where("bth")
    first, last = dates.billed_days(index.start, index.end, index.dies)
    contribution = np.where(in_bth, needs.day_contribution_cents[index.row], 0)
    waiver = np.where(needs.waived[index.row], contribution * (last - first), 0)
    return table(
        "stays",
        {
            "patient_id": ids[index.row],
            "stay_no": index.stay_no,
            "setting": index.setting,
            "site": cols["site"] + 1,
            "provider": np.ones(len(index.row), np.int64),
            "contracted": np.ones(len(index.row), np.bool_),
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


def _refusals(log: Log, ids: Ints, names: tuple[str, ...]) -> Table:
    cols = columns(log.refusals, REFUSAL_FIELDS)
    order = np.lexsort((cols["minute"], cols["row"]))
    return table(
        "refusals",
        {
            "patient_id": ids[cols["row"][order]],
            "minute": cols["minute"][order],
            "setting": cols["setting"][order],
            "site": np.zeros(len(order), np.int64),
            "reason": cols["reason"][order],
            "outcome": cols["outcome"][order],
        },
        {"site": names},
    )


def _meters(log: Log) -> Table:
    meter = log.meter
    segments = meter.segments
    cents = UNITS_PER_CENT
    return table(
        "meters",
        {
            "meter": np.zeros(len(segments), np.int64),
            "segment_start_minute": np.array([s.start_minute for s in segments], np.int64),
            "allowance": np.full(len(segments), meter.weights.allowance // cents),
            "used": np.array([s.used // cents for s in segments], np.int64),
            "exhausted_minute": np.array([s.exhausted_minute for s in segments], np.int64),
            "patients_affected": np.array([s.affected for s in segments], np.int64),
        },
        {"meter": (METER_NAME,)},
    )


def _new_run(row: Ints, form: Ints) -> Bools:
    """True where a patient or form begins."""
    first = np.ones(len(row), np.bool_)
    first[1:] = (row[1:] != row[:-1]) | (form[1:] != form[:-1])
    return first


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
    first = np.flatnonzero(_new_run(row, form))
    owner = row[first]
    start = index.start[pick][first]
    opening = np.ones(len(first), np.bool_)
    opening[1:] = owner[1:] != owner[:-1]
    stay_before = patients["entry_setting"][owner] == code(SETTINGS, "verpleeghuis")
    began = np.where(stay_before, patients["entry_since_minute"][owner], patients["wlz_since_minute"][owner])
    start = np.where(opening, began, start)
    end = np.where(np.append(opening[1:], True), patients["death_minute"][owner], np.append(start[1:], 0))
    kept = end > start
    owner, start, end, form = owner[kept], start[kept], end[kept], form[first][kept]
    hours = round(scenario.cohort.wlz.home_hours_per_month.value)
    columns_: dict[str, NDArray[Any]] = {
        "patient_id": patients["patient_id"][owner],
        "start_minute": start,
        "end_minute": end,
        "profile": patients["wlz_profile"][owner],
        "form": form,
        "behandeling": patients["wlz_behandeling"][owner] & (form == code(WLZ_FORMS, "verblijf")),
        "hours_per_month": np.where(form == code(WLZ_FORMS, "mpt"), hours, 0),
    }
    return table("wlz_periods", columns_)
