"""Money of the state for palliative care: networks, the 150 million, ZonMw; set beside what was used."""

from __future__ import annotations

from sim.law.parameters import Parameters
from sim.law.ptz.end import no_money, scheme_part
from sim.law.registry import rule
from sim.units import Ints

# Lines of the table of the letter of 6 July 2022, in its order
STATE_BUDGETS = ("nppz", "kwaliteitskader", "regeling_extra", "pilots", "visie", "expertise_gv", "uitvoering")


@scheme_part(
    "Z2",
    title="Networks palliative care: an amount a network in the annex, under a national total",
    article="Regeling PTZ paragraaf 3, bijlage 1",
    lapsed=no_money,
    valid_from="2025-01-01",
)
def network_subsidy(network: str, day: int, parameters: Parameters) -> int:
    """Subsidy of a network in the year of a day, in cents.

    Regeling PTZ paragraaf 3, bijlage 1 (source ptz_2025). A fixed amount, not by clients or inhabitants. The
    network is the part of the parameter id after `ptz.netwerken.`; `total` for all 65, `kind_total` for those
    of children.
    """
    return parameters.cents_on(f"ptz.netwerken.{network}", day)


@rule(
    "Z4",
    title="150 million for 2022-2027: a dated budget a line, set beside what was used",
    law="rijksbegroting",
    article="Kamerstuk 34104 nr. 359 (kamerbrief 6-7-2022)",
    source="kamerbrief_2022",
    valid_from="2022-01-01",
    valid_to="2028-01-01",
)
def budget(line: str, day: int, parameters: Parameters) -> int:
    """Budget of a line in the year of a day, in cents.

    Kamerbrief 6-7-2022 (source kamerbrief_2022). One of `STATE_BUDGETS`, or a part of one as in
    `tariffs/ptz/budgetten.yaml`.
    """
    return parameters.cents_on(f"ptz.budget.{line}", day)


@rule(
    "Z4/besteed",
    title="What a budget leaves after use; below 0 it is overdrawn",
    law="rijksbegroting",
    article="Kamerstuk 34104 nr. 359",
    source="kamerbrief_2022",
    valid_from="2022-01-01",
    valid_to="2028-01-01",
)
def left_over(budgets: Ints, used: Ints) -> Ints:
    """Cents that are left of each budget after use (int64 arrays)."""
    return budgets - used


@rule(
    "Z5",
    title="ZonMw Palliantie: eight million a year, 2021-2025",
    law="rijksbegroting",
    article="kamerbrief 2018, onderdeel B",
    source="kamerbrief_2018",
    valid_from="2021-01-01",
    valid_to="2026-01-01",
)
def research(day: Ints, parameters: Parameters) -> Ints:
    """Budget of the research programme in the year of each day within it, in cents a year.

    Kamerbrief 2018 (source kamerbrief_2018).
    """
    return parameters.cents("ptz.budget.zonmw_palliantie", day)
