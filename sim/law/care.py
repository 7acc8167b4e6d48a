"""Which law pays care that is delivered as contacts and hours, and where it lies inside another price."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from sim.catalogue import Product, TariffBook
from sim.errors import InputError, Message, meant, nearest
from sim.law.days import FORM, SETTING
from sim.law.people import People, birthday
from sim.law.registry import registered, rule
from sim.schema import OUTSIDE_INSTITUTION, SETTINGS
from sim.units import MONTHS_PER_YEAR, Bools, Ints


@dataclass(frozen=True)
class Place:
    """Where and under which Wlz form care was delivered, in columns of one length."""

    setting: Ints  # code of `SETTINGS`
    form: Ints  # code of `WLZ_FORMS`
    treated: Bools  # whether a Wlz stay includes behandeling
    by_day: Bools  # whether the contracted provider of a bijna-thuis-huis is paid one amount a day
    profile: Ints  # code of `DAY_PROFILES`

    def take(self, rows: Ints | slice) -> Place:
        """Some rows, in the given order; neighbours share their memory with these."""
        return Place(*(getattr(self, f.name)[rows] for f in fields(Place)))

    @property
    def from_profile(self) -> Bools:
        """Where the Wlz profile with behandeling pays doctor and medicines (bool array)."""
        return np.asarray(self.treated_resident & (self.setting != SETTING["ziekenhuis"]), np.bool_)

    @property
    def treated_resident(self) -> Bools:
        """Where the client has a place under the Wlz with behandeling, in hospital too (bool array)."""
        return np.asarray((self.form == FORM["verblijf"]) & self.treated, np.bool_)

    def inside(self, *settings: str) -> Bools:
        """Rows in one of the settings (bool array)."""
        return np.array([setting in settings for setting in SETTINGS], np.bool_)[self.setting]


@rule("T1", "T4")
def general_practice(place: Place) -> Bools:
    """Rows on which the contacts of a GP are declared under the Zvw (Handreiking 2.1.1, 2.2.1 and 4.1.1)."""
    return ~place.from_profile


@rule("T1/inschrijving")
def registration_age(people: People, person: Ints, day: Ints, limits: tuple[int, ...]) -> Ints:
    """Age class of the registration on the first day of a quarter: the number of limits reached.

    Handreiking 2.1.1 (source handreiking_2026). A limit is the age in years at which the next class begins,
    rising.
    """
    born = people.birth_day[person]
    reached = [birthday(born, limit * MONTHS_PER_YEAR) <= day for limit in limits]
    return np.asarray(sum(r.astype(np.int64) for r in reached), np.int64)


@rule("T6", "T10")
def at_home_without_wlz(place: Place) -> Bools:
    """Rows on which care that comes to who lives at home is declared (Handreiking 2.1.2 and 2.2.2)."""
    return np.asarray((place.form == FORM["geen"]) & place.inside(*OUTSIDE_INSTITUTION), np.bool_)


@rule("T7/mpt")
def modular_package(place: Place) -> Bools:
    """Rows on which hours of an mpt are declared (Handreiking 2.1.2)."""
    return np.asarray(place.form == FORM["mpt"], np.bool_)


@rule("T7/pgb_uren")
def personal_budget(place: Place) -> Bools:
    """Rows on which hours of a pgb are declared (Handreiking 2.1.2)."""
    return np.asarray(place.form == FORM["pgb"], np.bool_)


@rule("V1/geneesmiddelen")
def medicines(place: Place) -> Bools:
    """Rows on which medicines are declared under the Zvw (Handreiking 4.1.1)."""
    return ~place.from_profile & ~place.inside("ziekenhuis")


@rule("H12/spoed_ic", "P4/ambulance", "T2")
def anywhere(place: Place) -> Bools:
    """Rows on which what is declared anywhere is (Zvw art. 10, Bzv art. 2.13, Handreiking 2.1.1): all."""
    return np.ones(len(place.setting), np.bool_)


@rule("H4", "T13")
def outside_hospital(place: Place) -> Bools:
    """Rows on which a hospital day at home, or a respite day, is declared (Handreiking 1.1.4, 2.1.4)."""
    return ~place.inside("ziekenhuis")


@rule("T10/h335")
def wlz_elderly_medicine(place: Place) -> Bools:
    """Rows on which H335 is declared (Handreiking 4.1.1): Wlz, and not from a profile with behandeling."""
    under_wlz = place.form != FORM["geen"]
    return np.asarray(under_wlz & ~place.from_profile & ~place.inside("ziekenhuis"), np.bool_)


@rule("T12")
def loaned_aids(place: Place) -> Bools:
    """Rows on which a loaned aid is declared (Handreiking 2.4); a stay has it in its day price."""
    return place.inside("thuis", "bth")


@rule("T12/huishoudelijke_hulp", "T12/maatwerk")
def municipal_help(place: Place) -> Bools:
    """Rows on which household help and other support are declared under the Wmo (Handreiking 2.4, 3.8, B1).

    A vpt and a Wlz stay hold the help. Beside an mpt or pgb the guide (2.4) has the Wlz pay it; the
    law lets the municipality refuse it (Wmo 2015 art. 2.3.5(6)) and does not oblige it to: it is declared,
    with a remark.
    """
    inside = np.isin(place.form, [FORM["vpt"], FORM["verblijf"]])
    return np.asarray(~inside & place.inside("thuis", "bth"), np.bool_)


@rule("T13/wlz")
def wlz_respite(place: Place) -> Bools:
    """Rows on which the Wlz pays a respite day: with an indication, at home (Handreiking 2.1.4)."""
    at_home = np.isin(place.form, [FORM["vpt"], FORM["mpt"], FORM["pgb"]])
    return np.asarray(at_home & ~place.inside("ziekenhuis"), np.bool_)


@rule("T16")
def child_care(place: Place) -> Bools:
    """Rows on which care of a child is declared under Zvw or Jeugdwet (Handreiking 6.6): without Wlz."""
    return np.asarray((place.form == FORM["geen"]) & ~place.inside("ziekenhuis"), np.bool_)


@rule("T10/paramedisch")
def paramedical(place: Place) -> Bools:
    """Rows on which paramedical care is declared under the Zvw (Bzv art. 2.6)."""
    return place.inside(*OUTSIDE_INSTITUTION)


@rule("V7/grz")
def rehabilitation(place: Place) -> Bools:
    """Rows on which a day of rehabilitation is declared (Bzv art. 2.12): not in hospital or a Wlz stay."""
    return np.asarray((place.form != FORM["verblijf"]) & ~place.inside("ziekenhuis"), np.bool_)


@rule("V6/mutatiedag")
def vacancy_day(place: Place) -> Bools:
    """Rows on which a mutatiedag may stand: after a Wlz stay (Handreiking 4.6)."""
    return np.asarray(place.form == FORM["verblijf"], np.bool_)


@rule("V3/toeslag")
def supplement_day(place: Place) -> Bools:
    """Rows on which an intramural supplement may stand (Handreiking 4.1)."""
    return np.asarray((place.form == FORM["verblijf"]) & ~place.inside("ziekenhuis"), np.bool_)


@rule("T7/meerzorg")
def more_care(place: Place) -> Bools:
    """Rows on which meerzorg may stand (Handreiking 2.1.2 and 4.1)."""
    return np.asarray((place.form != FORM["geen"]) & ~place.inside("ziekenhuis"), np.bool_)


def rule_of(product: Product) -> str:
    """Key of the rule that lets a care product be declared; InputError when no line may hold the product."""
    if product.rule is None:
        raise InputError(
            "{id}: no rule says who pays it; use a product that a rule of docs/rules.md covers", id=product.id
        )
    return product.rule


def products_without_a_rule(book: TariffBook) -> list[Message]:
    """Products whose rule is not in the register, one line each; none when all are there."""
    known = {r.key for r in registered()}
    found = []
    for product in map(book.product, book.ids):
        if product.rule is None or product.rule in known:
            continue
        near = nearest(product.rule, sorted(known))
        hint = meant(near) if near else Message("take a key of docs/rules.md")
        found.append(
            Message(
                "{file}: products.{id}.rule: no rule {rule!r} in the register; {hint}",
                about=product,
                hint=hint,
            )
        )
    return found
