"""The measures that the overview of all policies tells, each from KPIs of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.measure.budgets import NETWORKS, TALK_GROUPS
from sim.schema import HOSPICE_SETTINGS
from sim.studies.headline import fits
from sim.units import Floats

OTHER_PAYERS = ("aanvullend", "fonds", "aanbieder", "rijk")

Part = tuple[str, Mapping[str, str]]


@dataclass(frozen=True)
class Measure:
    """One column of the overview."""

    id: str  # also the key of its words (`gallery.<id>`)
    parts: tuple[Part, ...]  # KPIs that are summed; with a dimension `*` all values of it
    unit: str  # thousand, eur, share or days


def _cost(*payers: str) -> tuple[Part, ...]:
    return tuple(("cost", {"view": "calendar", "payer": payer}) for payer in payers)


def _deaths(*settings: str) -> tuple[Part, ...]:
    return tuple(("place_of_death", {"setting": setting}) for setting in settings)


_SCHEME_BUDGETS = tuple(("budget", {"line": line}) for line in (*NETWORKS, *TALK_GROUPS))
"""Money of the Regeling PTZ beside that for volunteers."""
OVERVIEW = (
    Measure("total", (("cost", {"view": "calendar"}),), "thousand"),
    Measure("insurer", _cost("zorgverzekeraar"), "thousand"),
    Measure("care_office", _cost("zorgkantoor"), "thousand"),
    Measure("municipality", _cost("gemeente"), "thousand"),
    Measure("other_payers", _cost(*OTHER_PAYERS), "thousand"),
    Measure("patients", _cost("patient"), "thousand"),
    Measure("subsidy", (("subsidy", {}), *_SCHEME_BUDGETS), "thousand"),
    Measure("subsidy_earned", (("subsidy_earned", {}),), "thousand"),
    Measure("payment_mean", (("patient_payment_mean", {}),), "eur"),
    Measure("home_deaths", _deaths("thuis"), "share"),
    Measure("nursing_home_deaths", _deaths("verpleeghuis"), "share"),
    Measure("hospital_deaths", _deaths("ziekenhuis"), "share"),
    Measure("hospice_deaths", _deaths(*HOSPICE_SETTINGS), "share"),
    Measure("wishes_met", (("wishes_met", {}),), "share"),
    Measure("preference_met", (("preference_met", {}),), "share"),
    Measure("refused", (("hospice_refused", {}),), "share"),
    Measure("wait", (("wait_days_mean", {}),), "days"),
    Measure("unfunded", (("unfunded", {"reason": "*"}),), "thousand"),
)
SHARE_MEASURES = frozenset(measure.id for measure in OVERVIEW if measure.unit == "share")
"""Measures between 0 and 1; the others are amounts or days."""


def both_sides(
    values: Mapping[tuple[str, str], tuple[Floats, Floats]], measure: Measure
) -> tuple[Floats, Floats]:
    """Sums over the parts of a measure of `paired_values`, base and policy; NaN where not observed."""
    size = len(next(iter(values.values()))[0])
    sums = np.zeros(size), np.zeros(size)
    for name, wanted in measure.parts:
        for (kpi, dimension), sides in values.items():
            if kpi == name and fits(json.loads(dimension), wanted):
                for total, side in zip(sums, sides, strict=True):
                    total += side
    return sums
