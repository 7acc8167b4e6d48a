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

    Parameters
    ----------
    place : tuple of str
        Where each spell stands in the case file, for messages.
    line : int64 array, one a spell
        Number of the care line; spells of one line share its invoice.
    amount : int64 array, one a spell
        Cents of the whole care line, `NOT_STATED` for the tariff.
    begun : int64 array, one a spell
        Day on which the treatment began, `NOT_STATED` for the day of the line.
    end : int64 array, one a spell
        Day after the last.
    since, until : int64 array, one a spell
        First day of the whole care line, and the day after its last.
    reimbursed : tuple of Fraction or None, one a spell
        Share that a policy in kind pays without a contract; None for the share in the tariff book.
    reference : int64 array, one a spell
        Cents of the whole care line at the average contracted price, `NOT_STATED` for the line itself.
    agreed : int64 array, one a spell
        Cents a unit that a contract agrees, `NOT_STATED` for the tariff.
    contracted : bool array, one a spell
        Whether its provider has a contract.
    facts : mapping of fact to int64 array, one a spell
        What the rules may ask (`sim.law.delivery.FACTS`).
    by_dbc : bool array, one a stay
        Whether a DBC takes the place of the reference days.
    criteria : bool array, one a stay
        Whether the doctor states the criteria for VV10 in a nursing home.
    assistance : bool array, one a stay
        Whether bijzondere bijstand is granted.
    own_means : int64 array, one a stay
        Draagkracht in cents.
    guest : int64 array, one a stay
        Number of the stay in the case file.
    cover_per_year, labour_income, current_income, night_cover : int64 array, one a patient
    used_person, used_year, used_cents : int64 array
        Eigen risico used before, one row a patient and year.
    needed, needed_at : int64 array, one a Wlz period, and one a stay
        More care needed than the profile holds, in hundredths of it; `NOT_STATED` where the case does not
        say.
    day_care : int64 array, one a Wlz period
        Codes of `sim.law.wlz.home.GROUP_CARE`.
    stay_facts : StayFacts, one row a Wlz period
        What decides between the low and the high contribution.
    partner : int64 array, one a patient
        Codes of `PARTNER_FORMS`.
    held_year, held_cents : int64 array
        Years whose income is still being set, and the contribution of December before.
    why : tuple of tuple of str, one a spell
        Rules behind the spell beside the one that lets it be declared.
    ceilings : mapping of name to (cents, code of `CEILING_OUTCOMES`)
        Room left under the contract, and what happens above it.
    stated : mapping of fact to bool array, one a spell
        Whether the case states the fact, or shows it itself; a fact that no spell states is missing.
    registered : bool
        Whether the registration with a GP is billed.
    periods : tuple of (first day, day after the last, key)
        Wlz periods as the case file has them.
    """

    place: tuple[str, ...]
    line: Ints
    amount: Ints
    begun: Ints
    end: Ints
    since: Ints
    until: Ints
    reimbursed: tuple[Fraction | None, ...]
    reference: Ints
    agreed: Ints
    contracted: Bools
    facts: Mapping[str, Ints]
    by_dbc: Bools
    criteria: Bools
    assistance: Bools
    own_means: Ints
    guest: Ints
    cover_per_year: Ints
    labour_income: Ints
    current_income: Ints
    night_cover: Ints
    used_person: Ints
    used_year: Ints
    used_cents: Ints
    needed: Ints
    needed_at: Ints
    day_care: Ints
    stay_facts: StayFacts
    partner: Ints
    held_year: Ints
    held_cents: Ints
    why: tuple[tuple[str, ...], ...]
    ceilings: Mapping[str, tuple[int, int]]
    registered: bool
    stated: Mapping[str, Bools]
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
