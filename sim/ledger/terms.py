"""What a bill knows of one journey beyond its tables: invoices, conditions, cover, grants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from sim.law.people import People
from sim.law.wlz.contribution import StayFacts
from sim.ledger.tables import Stays
from sim.units import Bools, Ints

NOT_STATED = -1


@dataclass(frozen=True)
class Terms:
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
    criteria: Bools  # one a stay: whether the doctor states the criteria for VV10 in a nursing home
    assistance: Bools  # one a stay: whether bijzondere bijstand is granted
    own_means: Ints  # one a stay: draagkracht in cents
    guest: Ints  # one a stay: its number in the case file
    cover_per_year: Ints  # as the next three one a patient
    labour_income: Ints
    current_income: Ints
    night_cover: Ints
    used_person: Ints  # eigen risico used before, one row a patient and year
    used_year: Ints
    used_cents: Ints
    needed: Ints  # one a Wlz period: more care needed than the profile holds, in hundredths of it
    needed_at: Ints  # the same, one a stay
    day_care: Ints  # one a Wlz period: codes of `sim.law.wlz.home.GROUP_CARE`
    stay_facts: StayFacts  # one row a Wlz period: what decides between the low and the high contribution
    partner: Ints  # one a patient: codes of `PARTNER_FORMS`
    held_year: Ints  # years whose income is still being set
    held_cents: Ints  # the contribution of December before
    why: tuple[tuple[str, ...], ...]  # rules behind the spell beside the one that lets it be declared
    # Room left under the contract in cents, and what happens above it: code of `CEILING_OUTCOMES`
    ceilings: Mapping[str, tuple[int, int]]
    registered: bool  # whether the registration with a GP is billed
    # Whether the case states the fact, or shows it itself; a fact that no spell states is missing
    stated: Mapping[str, Bools]
    # Wlz periods as the case file has them: first day, day after the last, key
    periods: tuple[tuple[int, int, str], ...] = ()

    def of_people(self, people: People) -> People:
        """People with the cover and the eigen risico that the terms state."""
        return replace(
            people,
            partner_wlz=self.partner,
            held_person=np.zeros(len(self.held_year), np.int64),
            held_year=self.held_year,
            held_cents=self.held_cents,
            cover_per_year=self.cover_per_year,
            labour_income=self.labour_income,
            current_income=self.current_income,
            night_cover=self.night_cover,
            used_person=self.used_person,
            used_year=self.used_year,
            used_cents=self.used_cents,
        )

    def of_stays(self, stays: Stays) -> Stays:
        """Stays with the grants that the terms state."""
        needed = np.where(self.needed_at == NOT_STATED, 100, self.needed_at)
        days = replace(stays.days, criteria=self.criteria, needed=needed)
        return replace(
            stays, days=days, assistance=self.assistance, own_means=self.own_means, guest=self.guest
        )

    def at(self, name: str, spell_no: Ints) -> Ints:
        """One column of the terms for the spells of lines (int64 array)."""
        return np.asarray(getattr(self, name)[spell_no], np.int64)
