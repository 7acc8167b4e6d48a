"""Other ways to pay, off unless a scenario chooses them: bundles, shared savings, a budget of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.columns import order_by, running_cap, spread, starts
from sim.law.registry import rule
from sim.schema import EXPERIMENTS
from sim.units import Bools, Ints, RoundingSpec, times_rate

GUIDE = "handreiking_2026"


@dataclass(frozen=True)
class Claimed:
    """Declarations as they stand without the other way of paying, in columns.

    Parameters
    ----------
    person, phase : int64 array
        Row in `People`; number of the phase that one bundle pays, -1 outside any.
    provider : int64 array
        Number from 0.
    day, cents : int64 array
    inside : bool array
        Whether the bundle holds the product.
    """

    person: Ints
    phase: Ints
    provider: Ints
    day: Ints
    cents: Ints
    inside: Bools


@dataclass(frozen=True)
class Bundled:
    """What a bundle makes of declarations.

    Parameters
    ----------
    cents : int64 array, one a declaration
        0 for a declaration inside a bundle, which stays as a shadow line; else as it was.
    shadow : int64 array, one a declaration
        What a shadow line would have cost.
    person, phase, day, price : int64 array, one a bundle
        Who, which phase, its first day, cents.
    shares : int64 array, shape (bundles, providers)
        What each provider gets of each bundle, cents.
    gain : int64 array, one a provider
        Cents that the provider gets more from the bundles than its shadow lines would have brought.
    """

    cents: Ints
    shadow: Ints
    person: Ints
    phase: Ints
    day: Ints
    price: Ints
    shares: Ints
    gain: Ints


@rule(
    "A1",
    title="Bundle a patient and phase: replaces the declarations inside it, which stay as shadow lines",
    law="Zvw",
    article="Handreiking 2.7; kamerbrief 2022",
    source=GUIDE,
    valid_from="2027-01-01",
    plan="bundel",
)
def bundle(claimed: Claimed, price: int, key: Ints) -> Bundled:
    """Bundles in place of declarations.

    Handreiking 2.7 (source handreiking_2026). One price a patient and phase; the providers share it by a key,
    to the cent by largest remainder.

    Parameters
    ----------
    price : int
        Cents a bundle.
    key : int64 array, one a provider
        Weights by which the providers share each bundle.
    """
    held = claimed.inside & (claimed.phase >= 0)
    rows = np.flatnonzero(held)
    rows = rows[order_by(claimed.person[rows], claimed.phase[rows], claimed.day[rows])]
    lead = rows[starts(claimed.person[rows], claimed.phase[rows])]
    shadow = np.where(held, claimed.cents, 0)
    size = len(key)
    bundles = np.repeat(np.arange(len(lead)), size)
    weights = np.tile(key, len(lead))
    shares = spread(bundles, weights, np.full(len(bundles), price, np.int64)).reshape(len(lead), size)
    gain = np.asarray(shares.sum(axis=0), np.int64)
    np.subtract.at(gain, claimed.provider[rows], claimed.cents[rows])
    prices = np.full(len(lead), price, np.int64)
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


@rule(
    "A2",
    title="Shared savings: providers share what they stay below, or lie above, a benchmark",
    law="Zvw",
    article="Handreiking 2.7; kamerbrief 2018",
    source=GUIDE,
    valid_from="2027-01-01",
    rounding=RoundingSpec("half_up", 1, "contract"),
    plan="gedeelde_besparing",
)
def shared_savings(cost: Ints, benchmark: Ints, savings: Fraction, losses: Fraction) -> Ints:
    """Payment to each group of providers beside its declarations; below 0 it pays back.

    Handreiking 2.7 (source handreiking_2026).

    Parameters
    ----------
    cost, benchmark : int64 array
        Cents declared for the patients of each group, and expected for them.
    savings, losses : Fraction
        Share of what is saved that the group gets; of what is lost that it pays.

    Returns
    -------
    int64 array
        Cents.
    """
    saved = np.maximum(benchmark - cost, 0)
    lost = np.maximum(cost - benchmark, 0)
    return times_rate(saved, savings) - times_rate(lost, losses)


@rule(
    "A3",
    title="The three experiments: development to the end of 2026, no other payment yet",
    law="Zvw",
    article="Handreiking 2.7",
    source=GUIDE,
    valid_from="2024-01-01",
    valid_to="2027-01-01",
)
def in_development(experiment: Ints, day: Ints) -> Bools:
    """Whether declarations of an experiment are paid another way: not while it is developed."""
    return np.zeros(len(experiment), np.bool_)


@rule(
    "A3",
    title="The three experiments: contracts with another way of paying, 2027-2031",
    law="Zvw",
    article="Handreiking 2.7",
    source=GUIDE,
    valid_from="2027-01-01",
    valid_to="2032-01-01",
    plan="experimenten",
)
def under_contract(experiment: Ints, day: Ints) -> Bools:
    """Whether declarations of an experiment are paid another way.

    Handreiking 2.7 (source handreiking_2026).

    Parameters
    ----------
    experiment : int64 array
        Number in `EXPERIMENTS` to which the patient belongs, -1 for none.
    day : int64 array
    """
    return np.asarray((experiment >= 0) & (experiment < len(EXPERIMENTS)), np.bool_)


@rule(
    "A4",
    title="Persoonsvolgend palliative budget: the patient's care is paid from one budget, in order of date",
    law="Zvw",
    article="kamerbrief 2018; kamerbrief 2022 paragraaf 3",
    source="kamerbrief_2022",
    valid_from="2027-01-01",
    plan="persoonsvolgend",
)
def own_budget(person: Ints, day: Ints, cents: Ints, amount: Ints) -> Ints:
    """Part of each declaration that the patient's budget pays; the rest is paid as without it.

    Kamerbrief 2022 paragraaf 3 (source kamerbrief_2022).

    Parameters
    ----------
    person, day, cents : int64 array, shape (n,)
    amount : int64 array, shape (n,)
        Budget in cents of the person of each line.

    Returns
    -------
    int64 array, shape (n,)
    """
    return running_cap((person,), day, cents, amount)


@rule(
    "A5",
    title="Behandeling moves from the Wlz to the Zvw: no profile holds it any more (not adopted)",
    law="Zvw",
    article="kamerbrief 2022 paragraaf 4; coalitieakkoord 2021",
    source="kamerbrief_2022",
    valid_from="2027-01-01",
    plan="behandeling_naar_zvw",
)
def treatment_in_profile(treated: Bools, day: Ints) -> Bools:
    """Whether a Wlz stay still includes behandeling: no stay does.

    Kamerbrief 2022 paragraaf 4 (source kamerbrief_2022). Doctor, medicines and aids are then Zvw for all, and
    the day is that of a profile without behandeling.

    Parameters
    ----------
    treated : bool array
        Whether the stay includes it by the law as it stands.
    day : int64 array
        First day of the stay.
    """
    return np.zeros(len(treated), np.bool_)
