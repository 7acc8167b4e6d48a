"""Cost and deaths of every calendar year as additive parts: what a budget of several years is made of."""

from __future__ import annotations

import numpy as np

from sim import dates
from sim.experiment.tables import Task, tally
from sim.schema import LAWS, PAYERS
from sim.units import MINUTES_PER_DAY

YEAR_COST, YEAR_DEATHS = "year_cost", "year_deaths"


def yearly_costs(task: Task) -> None:
    """Cents of the shares of each calendar year of the window by law and payer; nothing for 0."""
    lines, shares = task.tables["declarations"], task.tables["shares"]
    first, last = task.window.low // MINUTES_PER_DAY, task.window.high // MINUTES_PER_DAY
    inside = (lines["date"] >= first) & (lines["date"] < last)
    mine = inside[task.share_lines]
    of_line = task.share_lines[mine]
    years = task.window.years
    year = dates.years(lines["date"][of_line]) - years.start
    cell = (year * len(LAWS) + lines["law"][of_line]) * len(PAYERS) + shares["payer"][mine]
    table = tally(cell, len(years) * len(LAWS) * len(PAYERS), shares["cents"][mine])
    for place in np.flatnonzero(table):
        rest, payer = divmod(int(place), len(PAYERS))
        number, law = divmod(rest, len(LAWS))
        dimension = {"year": str(years[number]), "law": LAWS[law], "payer": PAYERS[payer]}
        task.parts.add(YEAR_COST, int(table[place]), **dimension)


def yearly_deaths(task: Task) -> None:
    """People who die in each calendar year of the window."""
    year = dates.years(dates.days(task.patients["death_minute"][task.decedents]))
    for number, deaths in enumerate(tally(year - task.window.years.start, len(task.window.years))):
        task.parts.add(YEAR_DEATHS, int(deaths), year=str(task.window.years[number]))
