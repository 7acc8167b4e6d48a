"""What a budget of several years is made of: cost, care without a payer and deaths by calendar year."""

from __future__ import annotations

import numpy as np

from sim import dates
from sim.columns import tally
from sim.measure.registry import measures
from sim.measure.tables import Task
from sim.schema import LAWS, PAYERS, UNFUNDED_REASONS

YEAR_COST, YEAR_DEATHS, YEAR_UNFUNDED = "year_cost", "year_deaths", "year_unfunded"


@measures(YEAR_COST, acts="money")
def yearly_costs(task: Task) -> None:
    """Cents of the shares of each calendar year of the window by law and payer; nothing for 0."""
    lines, shares = task.tables["declarations"], task.tables["shares"]
    mine = np.flatnonzero(task.window.holds_days(lines["date"])[task.share_lines])
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


@measures(YEAR_UNFUNDED, acts="money")
def yearly_unfunded(task: Task) -> None:
    """Cents of care without a payer of each calendar year of the window, by reason; nothing for 0."""
    lost = task.tables["unfunded"]
    mine = np.flatnonzero(task.window.holds_days(lost["date"]))
    years = task.window.years
    cell = (dates.years(lost["date"][mine]) - years.start) * len(UNFUNDED_REASONS) + lost["reason"][mine]
    table = tally(cell, len(years) * len(UNFUNDED_REASONS), lost["cents"][mine])
    for place in np.flatnonzero(table):
        number, reason = divmod(int(place), len(UNFUNDED_REASONS))
        dimension = {"year": str(years[number]), "reason": UNFUNDED_REASONS[reason]}
        task.parts.add(YEAR_UNFUNDED, int(table[place]), **dimension)


@measures(YEAR_DEATHS)
def yearly_deaths(task: Task) -> None:
    """People who die in each calendar year of the window."""
    year = dates.years(dates.days(task.patients["death_minute"][task.decedents]))
    for number, deaths in enumerate(tally(year - task.window.years.start, len(task.window.years))):
        task.parts.add(YEAR_DEATHS, int(deaths), year=str(task.window.years[number]))
