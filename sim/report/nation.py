"""The answer for the Netherlands: every shipped policy over the care-office areas, measured once and kept."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sim import stats, store
from sim.data import data_folder, read_text
from sim.errors import Message
from sim.later import pd
from sim.measure.budgets import NETWORKS, TALK_GROUPS
from sim.measure.by_area import kpis_by_area
from sim.measure.estimates import Difference, as_record, from_record, paired_values
from sim.report import style
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


AREA = "nederland"
_FILE = f"answers/{AREA}.json"
NATION_LINES = (
    "total",
    "insurer",
    "care_office",
    "municipality",
    "subsidy",
    "other_payers",
    "patients",
    "home_deaths",
)
"""Measures of the overview that the answer tells, in its order: the budget lines, then deaths at home."""
SHARED_OUT = ("subsidy",)  # measures that are settled over the nation: no area has its own
MAPS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "cost_per_decedent": ("cost_per_decedent", {}),
    "home": ("place_of_death", {"setting": "thuis"}),
}
"""KPIs whose difference is kept for each area."""
_DEATHS = ("patients", "{}")
_BY_AREA = ("patients", "cost", *(name for name, _ in MAPS.values()))


@dataclass(frozen=True)
class NationalEntry:
    """What one policy does to the Netherlands."""

    # in euros a year and shares; no interval where a measure is settled over the nation
    values: Mapping[str, Difference]
    areas: Mapping[str, Mapping[str, float]]  # difference in each area


@dataclass(frozen=True)
class NationalAnswer:
    """The answers of all policies, with what they were measured from."""

    # `base`, `area`, `areas` (names by id), `seed`, `replications`, `horizon`, `hashes`, `versions`
    about: Mapping[str, Any]
    entries: Mapping[str, NationalEntry]

    @property
    def names(self) -> Mapping[str, str]:
        """Names of the areas by id, in the order of the area."""
        found: Mapping[str, str] = self.about["areas"]
        return found


def read_comparison(folder: Path, base: str, scenarios: Sequence[str]) -> NationalAnswer:
    """The answer of some scenarios from a comparison with a base over the areas of the nation."""
    first = store.load_run(folder / base)
    middle = _by_area(folder / base, first.manifest)
    entries = {}
    for name in scenarios:
        run = store.load_run(folder / name)
        entries[name] = _entry(
            paired_values(first.kpis, run.kpis),
            paired_values(middle, _by_area(folder / name, run.manifest)),
            list(first.manifest["clusters"]),
        )
    told = first.manifest
    about = {
        "base": base,
        "area": told["area"]["name"],
        "areas": {region["id"]: region["name"] for region in told["area"]["regions"]},
        **{key: told[key] for key in ("seed", "replications")},
        "horizon": told["scenario"]["horizon"],
        **{key: told[key] for key in ("hashes", "versions")},
    }
    return NationalAnswer(about, entries)


def _by_area(folder: Path, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """KPIs of each area as if an area were a replication, so that both sides pair by area."""
    rows = [
        frame.groupby(["name", "dimension", "unit"], sort=False, observed=True)["value"]
        .mean()
        .reset_index()
        .assign(replication=place)
        for place, frame in enumerate(kpis_by_area(folder, manifest, _BY_AREA).values())
    ]
    return pd.concat(rows, ignore_index=True)


def _entry(
    whole: Mapping[tuple[str, str], tuple[Floats, Floats]],
    parts: Mapping[tuple[str, str], tuple[Floats, Floats]],
    areas: Sequence[str],
) -> NationalEntry:
    deaths, _ = parts[_DEATHS]
    measures = [next(m for m in OVERVIEW if m.id == id) for id in NATION_LINES]
    values = {m.id: _value(m, whole, parts, deaths) for m in measures}
    maps = {}
    for key, (name, dimension) in MAPS.items():
        before, after = parts[name, json.dumps(dimension)]
        maps[key] = dict(zip(areas, (after - before).tolist(), strict=True))
    return NationalEntry(values, maps)


def _value(
    measure: Measure,
    whole: Mapping[tuple[str, str], tuple[Floats, Floats]],
    parts: Mapping[tuple[str, str], tuple[Floats, Floats]],
    deaths: Floats,
) -> Difference:
    """The difference of the nation, its interval by the spread over the areas."""
    before, after = (stats.mean(side) for side in both_sides(whole, measure))
    unit = "eur" if measure.unit == "thousand" else measure.unit
    change = after - before
    if measure.id in SHARED_OUT:
        return Difference(change, math.nan, math.nan, base=before, alt=after, unit=unit)
    here, there = both_sides(parts, measure)
    each = there - here if unit == "share" else (there - here) / deaths
    reach = stats.reach_over_parts(each, deaths)
    reach /= float(deaths.sum()) if unit == "share" else 1.0
    return Difference(change, change - reach, change + reach, len(each), unit, base=before, alt=after)


def national_json(answer: NationalAnswer) -> bytes:
    """The answer as the JSON file that ships; what is not known is null."""
    policies = {
        name: {
            "values": {id: _document(found) for id, found in entry.values.items()},
            "areas": {
                key: {area: _number(value) for area, value in of.items()} for key, of in entry.areas.items()
            },
        }
        for name, entry in answer.entries.items()
    }
    return store.json_bytes({**answer.about, "policies": policies})


def _document(found: Difference) -> dict[str, Any]:
    kept = as_record(found, ("base", "alt", "difference", "low", "high", "n", "unit"))
    return {key: _number(value) if isinstance(value, float) else value for key, value in kept.items()}


def _number(value: float) -> float | None:
    return round(value, style.CSV_DIGITS) if math.isfinite(value) else None


def national_of(document: Mapping[str, Any]) -> NationalAnswer:
    """The answer that a file of `national_json` holds."""
    about = {key: value for key, value in document.items() if key != "policies"}
    entries = {
        name: NationalEntry(
            {id: from_record(Difference, found, difference="mean") for id, found in told["values"].items()},
            {key: _known(of) for key, of in told["areas"].items()},
        )
        for name, told in document["policies"].items()
    }
    return NationalAnswer(about, entries)


def _known(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: math.nan if value is None else value for key, value in found.items()}


def national_file() -> Path:
    """Where the answer for the nation is kept, beside the scenarios that it is about."""
    return data_folder("scenarios") / _FILE


@lru_cache(maxsize=1)
def shipped_nation() -> NationalAnswer | None:
    """The answer that ships; None where no publication has measured one.

    Raises InputError when the file cannot be read.
    """
    path = national_file()
    if not path.exists():
        return None
    return national_of(json.loads(read_text(path, Message("a file of answers"))))
