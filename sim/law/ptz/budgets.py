"""Money of the state for palliative care: networks, the 150 million, ZonMw; set beside what was used."""

from __future__ import annotations

from sim.law.parameters import Parameters
from sim.law.ptz.end import no_money, scheme_part
from sim.law.registry import rule
from sim.units import Ints

# Lines of the table of the letter of 6 July 2022, in its order
STATE_BUDGETS = ("nppz", "kwaliteitskader", "regeling_extra", "pilots", "visie", "expertise_gv", "uitvoering")


@scheme_part("Z2", lapsed=no_money)
def network_subsidy(network: str, day: int, parameters: Parameters) -> int:
    """Subsidy of a network in the year of a day, in cents.

    Regeling PTZ paragraaf 3, bijlage 1 (source ptz_2025). A fixed amount, not by clients or inhabitants. The
    network is the part of the parameter id after `ptz.netwerken.`; `total` for all 65, `kind_total` for those
    of children.
    """
    return parameters.cents_on(f"ptz.netwerken.{network}", day)


@rule("Z4")
def budget(line: str, day: int, parameters: Parameters) -> int:
    """Budget of a line in the year of a day, in cents.

    Kamerbrief 6-7-2022 (source kamerbrief_2022). One of `STATE_BUDGETS`, or a part of one as in
    `tariffs/ptz/budgetten.yaml`.
    """
    return parameters.cents_on(f"ptz.budget.{line}", day)


@rule("Z4/besteed")
def left_over(budgets: Ints, used: Ints) -> Ints:
    """Cents that are left of each budget after use (int64 arrays)."""
    return budgets - used


@rule("Z5")
def research(day: Ints, parameters: Parameters) -> Ints:
    """Budget of the research programme in the year of each day within it, in cents a year.

    Kamerbrief 2018 (source kamerbrief_2018).
    """
    return parameters.cents("ptz.budget.zonmw_palliantie", day)
