"""Figures that are no target, published and simulated, for docs/validation.md."""

from __future__ import annotations

import numpy as np

from sim.experiment.last_days import listed_with_gp
from sim.experiment.tables import HOME, HOSPITAL, NURSING_HOME, Task
from sim.experiment.task import TaskSpec, simulate
from sim.pricing import settings_from
from sim.scenario import load_scenario, numbered_regions
from sim.tariff import load_tariffs
from sim.units import (
    LAST_30_DAYS,
    LAST_90_DAYS,
    MINUTES_PER_DAY,
    MINUTES_PER_MEAN_YEAR,
    MINUTES_PER_WEEK,
    OLD_AGE_YEARS,
    Bools,
)

REPLICATIONS = 6
ROWS = {
    "new": ("New hospital admission in the last 7 days", "14% (Nivel, 2017)"),
    "old": ("People of 80 and older with a hospital admission in the last year", "51% (CBS, 2017)"),
    "odds": ("Odds ratio of hospital in the last week, preference known or not", "0.48 (SENTI, NL)"),
    "again": ("Readmitted in the last 90 days, listed with a GP", "8% (SENTI, NL)"),
    "residents": ("Nursing home residents admitted in the last month", "12 to 26%, NL below 26% (PACE)"),
}
REGIONS = {
    "home": ("Death at home", "30.5% to 42.6% (mean 36.4%, 2017)"),
    "hospital": ("Death in hospital", "16.6% to 25.5% (mean 20.4%, 2017)"),
    "admitted": ("At least one hospital admission in the last 30 days", "29.4% to 36.4% (2017)"),
}


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


def spread() -> str:
    """A table of the lowest and highest region, published over 31 regions and simulated over 36."""
    loaded, book = load_scenario("basis_landelijk"), load_tariffs()
    rules = settings_from(loaded.scenario).rules()
    found: dict[str, list[float]] = {name: [] for name in REGIONS}
    for number, region in numbered_regions(loaded.area):
        spec = TaskSpec(loaded.scenario, region, number, 0, book, rules, "journey", False)
        task = Task(loaded.scenario, region, simulate(spec), book)
        dead, rows = task.decedents, task.stay_rows
        last = np.zeros(len(dead), np.int64)
        last[rows] = np.arange(len(rows))
        place = task.stays["setting"][last]
        gone = task.patients["death_minute"][rows] - task.stays["end_minute"]
        month = (task.stays["setting"] == HOSPITAL) & (gone < LAST_30_DAYS * MINUTES_PER_DAY)
        for name, who in (
            ("home", place == HOME),
            ("hospital", place == HOSPITAL),
            ("admitted", _anyone(task, month)),
        ):
            found[name].append(float((who & dead).sum() / dead.sum()))
    lines = [
        f"| {words} | {published} | {min(found[name]):.1%} to {max(found[name]):.1%} |"
        for name, (words, published) in REGIONS.items()
    ]
    return "\n".join(["| Figure | Published, 31 regions | Simulated, 36 regions |", "|---|---|---:|", *lines])


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
