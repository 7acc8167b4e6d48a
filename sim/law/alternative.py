"""Other ways to pay, off unless a scenario chooses them: bundles, shared savings, a budget of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.columns import order_by, running_cap, spread, starts
from sim.law.registry import THE_ZVW
from sim.schema import EXPERIMENTS
from sim.units import Bools, Ints, RoundingSpec, times_rate


@dataclass(frozen=True)
class Claimed:
    """Declarations as they stand without the other way of paying, in columns."""

    person: Ints  # row in `People`
    phase: Ints  # number of the phase that one bundle pays, -1 outside any
    provider: Ints  # number from 0
    day: Ints
    cents: Ints
    inside: Bools  # whether the bundle holds the product


@dataclass(frozen=True)
class Bundled:
    """What a bundle makes of declarations, in cents."""

    cents: Ints  # by declaration: 0 inside a bundle, which stays as a shadow line; else as it was
    shadow: Ints  # by declaration: what a shadow line would have cost
    person: Ints  # by bundle: who, which phase, its first day and price
    phase: Ints
    day: Ints
    price: Ints
    shares: Ints  # what each provider gets of each bundle, shape (bundles, providers)
    gain: Ints  # what each provider gets more from the bundles than its shadow lines would have brought


@THE_ZVW.rule(
    "A1",
    title="Bundle a patient and phase: replaces the declarations inside it, which stay as shadow lines",
    article="Handreiking 2.7; kamerbrief 2022",
    valid_from="2027-01-01",
    plan="bundel",
)
def bundle(claimed: Claimed, price: Ints | int, key: Ints) -> Bundled:
    """Bundles of a price in cents, one or that of the day of each declaration, in place of declarations.

    Handreiking 2.7 (source handreiking_2026). One price a patient and phase; the providers share it by a key
    (a weight each), to the cent by largest remainder.
    """
    held = claimed.inside & (claimed.phase >= 0)
    rows = np.flatnonzero(held)
    rows = rows[order_by(claimed.person[rows], claimed.phase[rows], claimed.day[rows])]
    lead = rows[starts(claimed.person[rows], claimed.phase[rows])]
    shadow = np.where(held, claimed.cents, 0)
    size = len(key)
    bundles = np.repeat(np.arange(len(lead)), size)
    weights = np.tile(key, len(lead))
    prices = np.broadcast_to(np.asarray(price, np.int64), len(claimed.cents))[lead]
    shares = spread(bundles, weights, np.repeat(prices, size)).reshape(len(lead), size)
    gain = np.asarray(shares.sum(axis=0), np.int64)
    np.subtract.at(gain, claimed.provider[rows], claimed.cents[rows])
    return Bundled(
        np.where(held, 0, claimed.cents),
        shadow,
        claimed.person[lead],
        claimed.phase[lead],
        claimed.day[lead],
        prices,
        shares,
        gain,
    )


@THE_ZVW.rule(
    "A2",
    title="Shared savings: providers share what they stay below, or lie above, a benchmark",
    article="Handreiking 2.7; kamerbrief 2018",
    valid_from="2027-01-01",
    rounding=RoundingSpec("half_up", 1, "contract"),
    plan="gedeelde_besparing",
)
def shared_savings(cost: Ints, benchmark: Ints, savings: Fraction, losses: Fraction) -> Ints:
    """Payment to each group of providers beside its declarations, in cents; below 0 it pays back.

    Handreiking 2.7 (source handreiking_2026). Cost is what is declared for the patients of each group, the
    benchmark what is expected for them, in cents; shares are of what is saved that the group gets, and of
    what is lost that it pays.
    """
    saved = np.maximum(benchmark - cost, 0)
    lost = np.maximum(cost - benchmark, 0)
    return times_rate(saved, savings) - times_rate(lost, losses)


@THE_ZVW.rule(
    "A3",
    title="The three experiments: development to the end of 2026, no other payment yet",
    article="Handreiking 2.7",
    valid_from="2024-01-01",
    valid_to="2027-01-01",
)
def in_development(experiment: Ints, day: Ints) -> Bools:
    """Whether declarations of an experiment are paid another way: not while it is developed."""
    return np.zeros(len(experiment), np.bool_)


@THE_ZVW.rule(
    "A3",
    title="The three experiments: contracts with another way of paying, 2027-2031",
    article="Handreiking 2.7",
    valid_from="2027-01-01",
    valid_to="2032-01-01",
    plan="experimenten",
)
def under_contract(experiment: Ints, day: Ints) -> Bools:
    """Whether declarations of an experiment are paid another way.

    Handreiking 2.7 (source handreiking_2026). The experiment is a number in `EXPERIMENTS`, -1 for none.
    """
    return np.asarray((experiment >= 0) & (experiment < len(EXPERIMENTS)), np.bool_)


@THE_ZVW.rule(
    "A4",
    title="Persoonsvolgend palliative budget: the patient's care is paid from one budget, in order of date",
    article="kamerbrief 2018; kamerbrief 2022 paragraaf 3",
    source="kamerbrief_2022",
    valid_from="2027-01-01",
    plan="persoonsvolgend",
)
def own_budget(person: Ints, day: Ints, cents: Ints, amount: Ints) -> Ints:
    """Part of each declaration, in cents, that the patient's budget pays; the rest is paid as without it.

    Kamerbrief 2022 paragraaf 3 (source kamerbrief_2022). The amount is the budget in cents of the person of
    each line.
    """
    return running_cap((person,), day, cents, amount)


@THE_ZVW.rule(
    "A5",
    title="Behandeling moves from the Wlz to the Zvw: no profile holds it any more (not adopted)",
    article="kamerbrief 2022 paragraaf 4; coalitieakkoord 2021",
    source="kamerbrief_2022",
    valid_from="2027-01-01",
    plan="behandeling_naar_zvw",
)
def treatment_in_profile(treated: Bools, day: Ints) -> Bools:
    """Whether a Wlz stay still includes behandeling (`treated`, by the law as it stands): no stay does.

    Kamerbrief 2022 paragraaf 4 (source kamerbrief_2022). Doctor, medicines and aids are then Zvw for all, and
    the day is that of a profile without behandeling. The day is the first of the stay.
    """
    return np.zeros(len(treated), np.bool_)
