"""What a bill knows of one journey beyond its tables: invoices, conditions, cover, grants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from sim.law.wlz.contribution import StayFacts
from sim.units import Bools, Ints


@dataclass(frozen=True)
class Stated:
    """Columns beside the spells (row = `spell_no`), the stays and the patients of the journey tables.

    One a spell unless said; `NOT_STATED` where the case does not say.
    """

    place: tuple[str, ...]  # where each spell stands in the case file, for messages
    line: Ints  # number of the care line; spells of one line share its invoice
    amount: Ints  # cents of the whole care line; not stated for the tariff
    begun: Ints  # day on which the treatment began; not stated for the day of the line
    end: Ints  # day after the last
    since: Ints  # first day of the whole care line
    until: Ints  # day after its last
    # Share that a policy in kind pays without a contract; None for the share in the tariff book
    reimbursed: tuple[Fraction | None, ...]
    # Cents of the whole care line at the average contracted price; not stated for the line itself
    reference: Ints
    agreed: Ints  # cents a unit that a contract agrees; not stated for the tariff
    contracted: Bools  # whether its provider has a contract
    facts: Mapping[str, Ints]  # what the rules may ask (`sim.law.delivery.FACTS`)
    by_dbc: Bools  # one a stay: whether a DBC takes the place of the reference days
    people: Mapping[str, Any]  # columns of `People` that the case states
    days: Mapping[str, Any]  # of `StayDays`
    stays: Mapping[str, Any]  # of `Stays`
    needed: Ints  # one a Wlz period: more care needed than the profile holds, in hundredths of it
    day_care: Ints  # one a Wlz period: codes of `sim.law.wlz.home.GROUP_CARE`
    stay_facts: StayFacts  # one row a Wlz period: what decides between the low and the high contribution
    why: tuple[tuple[str, ...], ...]  # rules behind the spell beside the one that lets it be declared
    # Room left under the contract in cents, and what happens above it: code of `CEILING_OUTCOMES`
    ceilings: Mapping[str, tuple[int, int]]
    registered: bool  # whether the registration with a GP is billed
    # Whether the case states the fact, or shows it itself; a fact that no spell states is missing
    stated: Mapping[str, Bools]
    # Wlz periods as the case file has them: first day, day after the last, key
    periods: tuple[tuple[int, int, str], ...] = ()

    def at(self, name: str, spell_no: Ints) -> Ints:
        """One column of the terms for the spells of lines (int64 array)."""
        return np.asarray(getattr(self, name)[spell_no], np.int64)
