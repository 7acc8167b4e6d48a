"""Figures that are no target, published and simulated, for docs/validation.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim import store
from sim.catalogue import load_tariffs
from sim.ledger import settings_from
from sim.measure.by_area import kpis_by_area
from sim.measure.last_days import listed_with_gp
from sim.measure.sums import dimension_text
from sim.measure.tables import HOSPITAL, NURSING_HOME, Task
from sim.runs.task import TaskSpec, simulate
from sim.scenario import Region, load_scenario
from sim.scenario.area.real_region import nation
from sim.units import (
    LAST_30_DAYS,
    LAST_90_DAYS,
    MINUTES_PER_DAY,
    MINUTES_PER_MEAN_YEAR,
    MINUTES_PER_WEEK,
    OLD_AGE_YEARS,
    Bools,
    Floats,
)

REPLICATIONS = 6
ROWS = {
    "new": ("New hospital admission in the last 7 days", "14% (Nivel, 2017)"),
    "old": ("People of 80 and older with a hospital admission in the last year", "51% (CBS, 2017)"),
    "odds": ("Odds ratio of hospital in the last week, preference known or not", "0.48 (SENTI, NL)"),
    "again": ("Readmitted in the last 90 days, listed with a GP", "8% (SENTI, NL)"),
    "residents": ("Nursing home residents admitted in the last month", "12 to 26%, NL below 26% (PACE)"),
}
REGIONS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "home": ("Death at home", "30.5% to 42.6% (mean 36.4%, 2017)", "place_of_death", {"setting": "thuis"}),
    "hospital": (
        "Death in hospital",
        "16.6% to 25.5% (mean 20.4%, 2017)",
        "place_of_death",
        {"setting": "ziekenhuis"},
    ),
    "admitted": (
        "At least one hospital admission in the last 30 days",
        "29.4% to 36.4% (2017)",
        "admitted_last_30",
        {},
    ),
}
"""Words, what BMC Palliative Care 2022 gives over 31 regions, and the KPI with its dimension."""
RATES = {"Amsterdam": 5.9, "Zuid-Limburg": 10.8, "": 8.7}
"""Deaths per 1,000 inhabitants by care-office area and in all (CBS 83502NED, deaths by age of 2019)."""
DRENTHE_2023, DEATHS_2023 = 5793, 169_000
"""Deaths of 2023 in Drenthe and in the Netherlands (CBS)."""


def side_by_side() -> str:
    """A table of the published and simulated figures, on Middenland."""
    loaded, book = load_scenario("basis_2026", "middenland"), load_tariffs()
    rules = settings_from(loaded.scenario).rules()
    counts = {name: np.zeros(2, np.int64) for name in ROWS if name != "odds"}
    cells = np.zeros((2, 2), np.int64)
    for replication in range(REPLICATIONS):
        spec = TaskSpec(
            loaded.scenario, loaded.area.regions[0], 1, replication, book, rules, "journey", False
        )
        task = Task(loaded.scenario, spec.region, simulate(spec), book)
        for name, (who, among) in _shares(task).items():
            counts[name] += [int((who & among).sum()), int(among.sum())]
        cells += _last_week(task)
    found = {name: f"{hits / people:.1%}" for name, (hits, people) in counts.items()}
    (yes, no), (other_yes, other_no) = cells.tolist()
    found["odds"] = f"{yes * other_no / (no * other_yes):.2f}"
    lines = [f"| {words} | {published} | {found[name]} |" for name, (words, published) in ROWS.items()]
    return "\n".join(["| Figure | Published | Simulated |", "|---|---|---:|", *lines])


def by_area(folder: Path) -> dict[str, dict[str, Floats]]:
    """Shares of the published spread in a national run: of each area by id, one value a replication."""
    manifest = store.load_run(folder).manifest
    found = kpis_by_area(folder, manifest, {name for _, _, name, _ in REGIONS.values()})

    def values(frame: pd.DataFrame, name: str, of: dict[str, str]) -> Floats:
        rows = frame[(frame["name"] == name) & (frame["dimension"] == dimension_text(of))]
        return rows["value"].to_numpy(np.float64)

    return {
        key: {area: values(frame, name, of) for area, frame in found.items()}
        for key, (_, _, name, of) in REGIONS.items()
    }


def spread(shares: Mapping[str, Mapping[str, Floats]], regions: Sequence[Region]) -> str:
    """A table of the lowest and highest area, published and simulated, with what stands behind the spread."""
    old = np.array([region.factors.deaths_80_plus for region in regions])
    lines = [
        "| Figure | Published, 31 regions | Simulated, 32 areas | Lowest | Highest | Chance | Age |",
        "|---|---|---:|---|---|---:|---:|",
    ]
    for key, (words, published, _, _) in REGIONS.items():
        values = np.array([shares[key][region.id] for region in regions])
        mean, between = values.mean(axis=1), values.mean(axis=1).var(ddof=1)
        chance = (values.var(axis=1, ddof=1) / values.shape[1]).mean() / between
        age = np.corrcoef(mean, old)[0, 1] ** 2
        low, high = (regions[int(at)].name for at in (mean.argmin(), mean.argmax()))
        lines.append(
            f"| {words} | {published} | {mean.min():.1%} to {mean.max():.1%} | {low} | {high} "
            f"| {chance:.0%} | {age:.0%} |"
        )
    return "\n".join(lines)


def deaths() -> str:
    """A table of deaths by area, as known and as the ages of its people lead to."""
    country = nation()
    grown = country.people / sum(sum(m.people) for m in country.municipalities)
    year = sum(country.deaths.values())
    lines = ["| Area | Known | By age |", "|---|---:|---:|"]
    for name, known in RATES.items():
        chosen = country.chosen("zorgkantoorregio", [name]) if name else country.municipalities
        people = country.inhabitants(chosen) / grown
        rate = float(sum(country.deaths_by_age(chosen))) * year / people * 1000
        lines.append(f"| {name or 'The Netherlands'}, per 1,000 inhabitants | {known:.1f} | {rate:.1f} |")
    drenthe = float(sum(country.deaths_by_age(country.chosen("provincie", ["Drenthe"]))))
    lines.append(f"| Drenthe, deaths in 2023 | {DRENTHE_2023:,} | {drenthe * DEATHS_2023:,.0f} |")
    return "\n".join(lines)


def _anyone(task: Task, stays: Bools) -> Bools:
    out = np.zeros(len(task.patients), np.bool_)
    out[task.stay_rows[stays]] = True
    return out


def _shares(task: Task) -> dict[str, tuple[Bools, Bools]]:
    """Who it happened to, and among whom."""
    stays, rows, dead = task.stays, task.stay_rows, task.decedents
    death, born = task.patients["death_minute"], task.patients["birth_minute"]
    hospital = stays["setting"] == HOSPITAL
    left = death[rows] - stays["start_minute"]
    month = hospital & (death[rows] - stays["end_minute"] < LAST_30_DAYS * MINUTES_PER_DAY)
    quarter = hospital & (death[rows] - stays["end_minute"] < LAST_90_DAYS * MINUTES_PER_DAY)
    times = np.bincount(rows[quarter], minlength=len(death))
    resident = (stays["setting"] == NURSING_HOME) & (left > LAST_90_DAYS * MINUTES_PER_DAY)
    return {
        "new": (_anyone(task, hospital & (left < MINUTES_PER_WEEK)), dead),
        "old": (_anyone(task, hospital), dead & (death - born >= OLD_AGE_YEARS * MINUTES_PER_MEAN_YEAR)),
        "again": (times > 1, dead & listed_with_gp(task, LAST_90_DAYS)),
        "residents": (_anyone(task, month), dead & _anyone(task, resident)),
    }


def _last_week(task: Task) -> np.ndarray:
    """In hospital in the last week or not, by whether the preference is known; people listed with a GP."""
    death = task.patients["death_minute"][task.stay_rows]
    week = (task.stays["setting"] == HOSPITAL) & (death - task.stays["end_minute"] < MINUTES_PER_WEEK)
    inside, known = _anyone(task, week), task.patients["preference_known"]
    listed = task.decedents & listed_with_gp(task, LAST_90_DAYS)
    return np.array(
        [[(listed & (known == k) & (inside == i)).sum() for i in (True, False)] for k in (True, False)]
    )
