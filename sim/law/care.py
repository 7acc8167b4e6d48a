"""Which law pays care that is delivered as contacts and hours, and where it lies inside another price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.catalogue import Product, TariffBook
from sim.columns import Columns
from sim.errors import InputError, Message, meant, nearest
from sim.law.days import FORM, SETTING
from sim.law.people import People, birthday
from sim.law.registry import THE_WLZ, THE_WMO, THE_ZVW, registered
from sim.schema import OUTSIDE_INSTITUTION, SETTINGS
from sim.units import MONTHS_PER_YEAR, Bools, Ints


@dataclass(frozen=True)
class Place(Columns):
    """Where and under which Wlz form care was delivered, in columns of one length."""

    setting: Ints  # code of `SETTINGS`
    form: Ints  # code of `WLZ_FORMS`
    treated: Bools  # whether a Wlz stay includes behandeling
    by_day: Bools  # whether the contracted provider of a bijna-thuis-huis is paid one amount a day
    profile: Ints  # code of `DAY_PROFILES`

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


@THE_ZVW.rule(
    "T1",
    title="The GP is paid by the Zvw for everyone, but from the profile in a Wlz stay with behandeling",
    article="Bzv art. 2.4; Handreiking 2.1.1, 4.1.1",
)
@THE_ZVW.rule(
    "T4",
    title="Palliative consultation between GPs: M&I, by visit or by phone",
    article="Handreiking 2.1.1, 2.2.1",
)
def general_practice(place: Place) -> Bools:
    """Rows on which the contacts of a GP are declared under the Zvw (Handreiking 2.1.1, 2.2.1 and 4.1.1)."""
    return ~place.from_profile


@THE_ZVW.rule(
    "T1/inschrijving",
    title="GP registration: a full quarter for who is registered on its first day, by age",
    article="NZa Prestatie- en tariefbeschikking huisartsenzorg; Handreiking 2.1.1",
)
def registration_age(people: People, person: Ints, day: Ints, limits: tuple[int, ...]) -> Ints:
    """Age class of the registration on the first day of a quarter: the number of limits reached.

    Handreiking 2.1.1 (source handreiking_2026). A limit is the age in years at which the next class begins,
    rising.
    """
    born = people.birth_day[person]
    reached = [birthday(born, limit * MONTHS_PER_YEAR) <= day for limit in limits]
    return np.asarray(sum(r.astype(np.int64) for r in reached), np.int64)


@THE_ZVW.rule(
    "T6",
    title="Wijkverpleging under the Zvw: at home and in a bijna-thuis-huis, without Wlz",
    article="Bzv art. 2.10, 2.17; Handreiking 2.1.2, 6.5",
)
@THE_ZVW.rule(
    "T10",
    title="Specialist ouderengeneeskunde under the Zvw: at home, not beside an all-in stay or Wlz",
    article="Bzv art. 2.5c; Handreiking 2.2.2",
    valid_from="2020-01-01",
)
def at_home_without_wlz(place: Place) -> Bools:
    """Rows on which care that comes to who lives at home is declared (Handreiking 2.1.2 and 2.2.2)."""
    return np.asarray((place.form == FORM["geen"]) & place.inside(*OUTSIDE_INSTITUTION), np.bool_)


@THE_WLZ.rule(
    "T7/mpt",
    title="Modulair pakket thuis: hours at their tariff",
    article="Wlz art. 3.3.2; Handreiking 2.1.2",
)
def modular_package(place: Place) -> Bools:
    """Rows on which hours of an mpt are declared (Handreiking 2.1.2)."""
    return np.asarray(place.form == FORM["mpt"], np.bool_)


@THE_WLZ.rule(
    "T7/pgb_uren",
    title="Hours that a Wlz pgb buys",
    article="Rlz art. 5.22; Handreiking 2.1.2",
    source="rlz_2026",
)
def personal_budget(place: Place) -> Bools:
    """Rows on which hours of a pgb are declared (Handreiking 2.1.2)."""
    return np.asarray(place.form == FORM["pgb"], np.bool_)


@THE_ZVW.rule(
    "V1/geneesmiddelen",
    title="Medicines: inside the hospital price, inside the profile with behandeling, else Zvw",
    article="Bzv art. 2.8; Wlz art. 3.1.1; Handreiking 4.1.1",
)
def medicines(place: Place) -> Bools:
    """Rows on which medicines are declared under the Zvw (Handreiking 4.1.1)."""
    return ~place.from_profile & ~place.inside("ziekenhuis")


@THE_ZVW.rule(
    "H12/spoed_ic",
    title="Hospital care by visit, day and service, at home or in hospital",
    article="Zvw art. 10; Handreiking 1.1",
    source="zvw_2025",
    valid_from="2006-01-01",
)
@THE_ZVW.rule(
    "P4/ambulance",
    title="Ambulance: Zvw, no contribution of its own, counts for the eigen risico",
    article="Bzv art. 2.13, 2.17",
    source="bzv_2024",
    valid_from="2006-01-01",
)
@THE_ZVW.rule(
    "T2",
    title="Meedenkadvies: both sides bill, no eigen risico",
    article="Handreiking 2.1.1",
    valid_from="2026-01-01",
)
def anywhere(place: Place) -> Bools:
    """Rows on which what is declared anywhere is (Zvw art. 10, Bzv art. 2.13, Handreiking 2.1.1): all."""
    return np.ones(len(place.setting), np.bool_)


@THE_ZVW.rule(
    "H4",
    title="Hospital care at home 190228: beside a DBC, a stay or a hospice, never in hospital itself",
    article="Handreiking 1.1.4, 1.2.3, 2.3, 3.4, 4.2.2",
)
@THE_WMO.rule(
    "T13",
    title="Respite: a temporary stay to relieve the carer, paid by Wmo, Wlz or Jeugdwet",
    article="Handreiking 2.1.4, 3.7",
)
def outside_hospital(place: Place) -> Bools:
    """Rows on which a hospital day at home, or a respite day, is declared (Handreiking 1.1.4, 2.1.4)."""
    return ~place.inside("ziekenhuis")


@THE_WLZ.rule(
    "T10/h335",
    title="Specialist ouderengeneeskunde under the Wlz: at home, or in a stay without behandeling",
    article="Handreiking 2.2.2, 4.1.1",
)
def wlz_elderly_medicine(place: Place) -> Bools:
    """Rows on which H335 is declared (Handreiking 4.1.1): Wlz, and not from a profile with behandeling."""
    under_wlz = place.form != FORM["geen"]
    return np.asarray(under_wlz & ~place.from_profile & ~place.inside("ziekenhuis"), np.bool_)


@THE_ZVW.rule(
    "T12",
    title="Aids on loan under the Zvw: at home and in a bijna-thuis-huis, without own payment",
    article="Bzv art. 2.9; Handreiking 2.4",
)
def loaned_aids(place: Place) -> Bools:
    """Rows on which a loaned aid is declared (Handreiking 2.4); a stay has it in its day price."""
    return place.inside("thuis", "bth")


@THE_WMO.rule(
    "T12/huishoudelijke_hulp",
    title="Household help by the municipality: at home and in a bijna-thuis-huis, never beside a vpt",
    article="Wmo 2015 art. 2.3.5; Handreiking 2.4, 3.8",
)
@THE_WMO.rule(
    "T12/maatwerk",
    title="Other support by the municipality: at home and in a bijna-thuis-huis, not under vpt or Wlz stay",
    article="Wmo 2015 art. 2.3.5; Handreiking 2.4, 3.6, B1",
)
def municipal_help(place: Place) -> Bools:
    """Rows on which household help and other support are declared under the Wmo (Handreiking 2.4, 3.8, B1).

    A vpt and a Wlz stay hold the help. Beside an mpt or pgb the guide (2.4) has the Wlz pay it; the
    law lets the municipality refuse it (Wmo 2015 art. 2.3.5(6)) and does not oblige it to: it is declared,
    with a remark.
    """
    inside = np.isin(place.form, [FORM["vpt"], FORM["verblijf"]])
    return np.asarray(~inside & place.inside("thuis", "bth"), np.bool_)


@THE_WLZ.rule(
    "T13/wlz",
    title="Respite under the Wlz (logeeropvang): for who has Wlz care at home",
    article="Wlz art. 3.1.1; Blz art. 3.1.3; Handreiking 2.1.4",
)
def wlz_respite(place: Place) -> Bools:
    """Rows on which the Wlz pays a respite day: with an indication, at home (Handreiking 2.1.4)."""
    at_home = np.isin(place.form, [FORM["vpt"], FORM["mpt"], FORM["pgb"]])
    return np.asarray(at_home & ~place.inside("ziekenhuis"), np.bool_)


@THE_ZVW.rule(
    "T16",
    title="Children: medical care at home, day care and kinderzorghuis under the Zvw; other help Jeugdwet",
    article="Bzv art. 2.10; Jeugdwet art. 2.3; Handreiking 6.6",
    valid_from="2018-01-01",
)
def child_care(place: Place) -> Bools:
    """Rows on which care of a child is declared under Zvw or Jeugdwet (Handreiking 6.6): without Wlz."""
    return np.asarray((place.form == FORM["geen"]) & ~place.inside("ziekenhuis"), np.bool_)


@THE_ZVW.rule(
    "T10/paramedisch",
    title="Physiotherapy and other paramedical care: at home, inside every all-in stay and profile",
    article="Bzv art. 2.6; Handreiking 4.1.1",
    source="bzv_2024",
)
def paramedical(place: Place) -> Bools:
    """Rows on which paramedical care is declared under the Zvw (Bzv art. 2.6)."""
    return place.inside(*OUTSIDE_INSTITUTION)


@THE_ZVW.rule(
    "V7/grz",
    title="Geriatrische revalidatiezorg: a stay of its own under the Zvw",
    article="Bzv art. 2.5c, 2.12",
    source="bzv_2024",
    bill_only="a run draws no rehabilitation",
)
def rehabilitation(place: Place) -> Bools:
    """Rows on which a day of rehabilitation is declared (Bzv art. 2.12): not in hospital or a Wlz stay."""
    return np.asarray((place.form != FORM["verblijf"]) & ~place.inside("ziekenhuis"), np.bool_)


@THE_WLZ.rule(
    "V6/mutatiedag",
    title="A mutatiedag is declared for the empty place of a Wlz stay",
    article="NZa Beleidsregel zzp en vpt art. 6.4; Handreiking 4.6",
    bill_only="a run ends with death, and counts no days of an empty place",
)
def vacancy_day(place: Place) -> Bools:
    """Rows on which a mutatiedag may stand: after a Wlz stay (Handreiking 4.6)."""
    return np.asarray(place.form == FORM["verblijf"], np.bool_)


@THE_WLZ.rule(
    "V3/toeslag",
    title="An intramural supplement stands beside the day of a Wlz stay",
    article="Rlz art. 2.2(1)(c); Handreiking 4.1",
    source="rlz_2026",
    bill_only="a run draws no ground for a supplement in a stay",
)
def supplement_day(place: Place) -> Bools:
    """Rows on which an intramural supplement may stand (Handreiking 4.1)."""
    return np.asarray((place.form == FORM["verblijf"]) & ~place.inside("ziekenhuis"), np.bool_)


@THE_WLZ.rule(
    "T7/meerzorg",
    title="Meerzorg stands beside the Wlz: in a stay and at home under vpt, mpt or pgb",
    article="Rlz art. 2.2(3); Handreiking 2.1.2, 4.1",
    source="rlz_2026",
    bill_only="a run draws no care above the profile before the terminal phase",
)
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
