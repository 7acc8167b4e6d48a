"""What a day of stay is paid as: which product, under which law, in each setting and Wlz form."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.law.people import ENDLESS
from sim.law.registry import THE_WLZ, THE_ZVW, RuleSet, keys_in
from sim.schema import HOSPICE_SETTINGS, PROFILES, SETTINGS, WITH_STAY, WLZ_FORMS
from sim.units import Bools, Ints

STAY, _HOME = "wlz.zzp", "wlz.vpt"
# Profiles of a bill that no simulated patient has: rehabilitation, intellectual and physical disability
OTHER_PROFILES = (
    *("VV9A", "VV9B"),
    *("VG3", "VG4", "VG5", "VG6", "VG7", "VG8"),
    *("LG2", "LG4", "LG5", "LG6", "LG7"),
)
# Profiles that a day can be priced as; VV10 replaces the profile in the terminal phase
DAY_PROFILES = (*PROFILES, *OTHER_PROFILES, "VV10")
# More than the profile: extra kosten thuis, meerzorg, the terminal increase, VV10 in its place
RAISES = ("geen", "ekt", "meerzorg", "ptz", "vv10")
PLAIN, EKT, MEERZORG, PTZ, VV10 = range(len(RAISES))
SETTING = {word: number for number, word in enumerate(SETTINGS)}
FORM = {word: number for number, word in enumerate(WLZ_FORMS)}


@dataclass(frozen=True)
class StayDays:
    """Stays with the range of days billed for each, in columns of one length."""

    setting: Ints  # code of `SETTINGS`
    form: Ints  # code of `WLZ_FORMS`
    profile: Ints  # code of `DAY_PROFILES`
    treated: Bools  # whether the Wlz stay includes behandeling
    contracted: Bools
    first: Ints  # first billed day
    end: Ints  # day after the last
    terminal_day: Ints  # first day of the terminal phase
    blocked_day: Ints  # first day in hospital on which the patient is ready to leave and waits for a place
    # Whether the doctor states the criteria for VV10 beside the prognosis; nobody when left out
    criteria: Bools | None = None
    # More care needed than the profile holds, in hundredths of it; some when left out
    needed: Ints | None = None
    from_bed: Bools | None = None  # came from a nursing-home bed, or lies in one; where he lies when left out
    # First day of the absence that a hospital stay belongs to; its own first day when left out
    absent_day: Ints | None = None
    # First day on which VV10 takes the place of the profile (`with_vv10`); when left out the first terminal
    # day
    vv10_day: Ints | None = None
    adult_day: Ints | None = None  # day on which the patient is 18; adults when left out

    def within(self, settings: tuple[str, ...], forms: tuple[str, ...]) -> Ints:
        """Rows of stays in one of the settings and one of the forms."""
        place = np.array([setting in settings for setting in SETTINGS], np.bool_)
        form = np.array([form in forms for form in WLZ_FORMS], np.bool_)
        return np.flatnonzero(place[self.setting] & form[self.form])

    def grown(self, rows: Ints) -> Ints:
        """First billed day of stays on which the patient is no child, their end for who stays one."""
        first, end = self.first[rows], self.end[rows]
        return first if self.adult_day is None else np.clip(self.adult_day[rows], first, end)


@dataclass(frozen=True)
class Span:
    """Days of some stays paid as one product, or as one product a profile."""

    rows: Ints  # row numbers in `StayDays`
    first: Ints  # days, half-open
    end: Ints
    products: tuple[str, ...]  # product ids
    which: Ints  # index into `products`


def paid_by_day(stays: StayDays) -> Bools:
    """Stays whose contracted provider of district nursing is paid one amount a guest a day (bool array)."""
    house = (stays.setting == SETTING["bth"]) & (stays.form == FORM["geen"])
    return np.asarray(house & stays.contracted, np.bool_)


def _one(rows: Ints, first: Ints, end: Ints, product: str) -> Span:
    return Span(rows, first, end, (product,), np.zeros(len(rows), np.int64))


def with_vv10(stays: StayDays, rules: RuleSet) -> StayDays:
    """Stays with the day from which VV10 takes the place of the profile, by rule V2; under a vpt if needed.

    Who lies in a nursing-home bed, or came from one, needs the statement on all criteria; who came from
    home the prognosis alone.
    """
    bed = np.asarray(stays.setting == SETTING["verpleeghuis"], np.bool_)
    if stays.from_bed is not None:
        bed = bed | stays.from_bed
    stated = np.zeros(len(bed), np.bool_) if stays.criteria is None else stays.criteria
    yes = np.ones(len(bed), np.bool_)
    raised = rules.says("V2", stays.first, bed, yes, stated)
    needed = np.full(len(bed), 100, np.int64) if stays.needed is None else stays.needed
    may = rules.apply("T7/meer_dan_profiel", stays.first, VV10, stays.form, ~yes, yes, needed, 100)
    raised &= (stays.form != FORM["vpt"]) | (may == VV10)
    return replace(stays, vv10_day=np.where(raised, stays.terminal_day, ENDLESS))


def _profile_days(stays: StayDays, rows: Ints, prefix: str) -> list[Span]:
    """Profile days up to the day of VV10, and VV10 from there."""
    products = tuple(f"{prefix}.{p.lower()}" for p in DAY_PROFILES)
    first, end, profile = stays.first[rows], stays.end[rows], stays.profile[rows]
    top = np.full(len(rows), len(DAY_PROFILES) - 1, np.int64)
    if prefix == STAY:
        products += tuple(f"{prefix}.zonder_behandeling.{p.lower()}" for p in DAY_PROFILES)
        shift = np.where(stays.treated[rows], 0, len(DAY_PROFILES))
        profile, top = profile + shift, top + shift
    turn = (stays.terminal_day if stays.vv10_day is None else stays.vv10_day)[rows]
    return [
        Span(rows, first, np.minimum(end, turn), products, profile),
        Span(rows, np.maximum(first, turn), end, products, top),
    ]


@THE_WLZ.rule(
    "T7/vpt",
    title="A vpt is one day price at home and in a hospice; VV10 instead of the profile when terminal",
    article="Rlz art. 2.2(1)(e); Handreiking 2.1.2, 3.8",
    source="rlz_2026",
)
def vpt_days(stays: StayDays) -> list[Span]:
    """Days under a volledig pakket thuis (Rlz art. 2.2(1)(e), Handreiking 2.1.2 and 3.8)."""
    rows = stays.within(("thuis", *HOSPICE_SETTINGS), ("vpt",))
    return _profile_days(stays, rows, _HOME)


@THE_ZVW.rule(
    "S1",
    title="Bijna-thuis-huis under Zvw with a contract: one day price a guest",
    article="Handreiking 3.2, 3.6",
    valid_from="2025-01-01",
)
def bth_days(stays: StayDays) -> list[Span]:
    """Days in a contracted bijna-thuis-huis without Wlz (Handreiking 3.2, source handreiking_2026)."""
    rows = np.flatnonzero(paid_by_day(stays))
    return [_one(rows, stays.grown(rows), stays.end[rows], "zvw.wijkverpleging.bth_dag")]


@THE_ZVW.rule(
    "S2",
    title="High care hospice without Wlz: eerstelijnsverblijf palliatief terminaal, all-in",
    article="Handreiking 3.1, 3.6; Bzv art. 2.12",
)
def hch_days(stays: StayDays) -> list[Span]:
    """Days in a high care hospice without Wlz (Handreiking 3.6, source handreiking_2026)."""
    rows = stays.within(("hch",), ("geen",))
    return [_one(rows, stays.grown(rows), stays.end[rows], "zvw.elv.ptz")]


@THE_ZVW.rule(
    "V4",
    title="Palliative unit without Wlz: eerstelijnsverblijf palliatief terminaal",
    article="Handreiking 4.2; Bzv art. 2.12",
)
def pu_days(stays: StayDays) -> list[Span]:
    """Days on a palliative unit without Wlz (Handreiking 4.2, source handreiking_2026)."""
    rows = stays.within(("pu",), ("geen",))
    return [_one(rows, stays.grown(rows), stays.end[rows], "zvw.elv.ptz")]


@THE_ZVW.rule(
    "S2/kind",
    title="A child in a hospice or palliative unit: the day of verblijf intensieve kindzorg, never ELV",
    article="NZa Beleidsregel verpleegkundige dagopvang en verblijf art. 4.2; Handreiking 3.1, 3.2",
)
def child_hospice_days(stays: StayDays) -> list[Span]:
    """Days of a child below 18 without Wlz in a hospice or on a palliative unit.

    Handreiking 3.2 (source handreiking_2026): "In geval van kinderen is de prestatie Verblijf intensieve
    kindzorg van toepassing", to the day before the eighteenth birthday. In a bijna-thuis-huis 3.1 leaves the
    choice between this day and hours of nursing of a child; a contract is taken to be for the day, without
    one the hours stand as lines of care.
    """
    rows = stays.within(HOSPICE_SETTINGS, ("geen",))
    rows = rows[stays.contracted[rows] | (stays.setting[rows] != SETTING["bth"])]
    return [_one(rows, stays.first[rows], stays.grown(rows), "zvw.kindzorg.kinderzorghuis")]


@THE_WLZ.rule(
    "S3",
    title="Wlz stay in a high care hospice or palliative unit: the profile day, VV10 when terminal",
    article="Rlz art. 2.2(1)(d); Handreiking 3.8, 4.2",
    source="rlz_2026",
)
def wlz_hospice_days(stays: StayDays) -> list[Span]:
    """Days of Wlz stay in a hospice or palliative unit (Handreiking 3.8 and 4.2, Rlz art. 2.2(1)(d))."""
    rows = stays.within(WITH_STAY, ("verblijf",))
    return _profile_days(stays, rows, STAY)


@THE_WLZ.rule(
    "V1",
    title="Nursing home: the day of the profile",
    article="Wlz art. 3.1.1; Handreiking 4.1",
)
def nursing_home_days(stays: StayDays) -> list[Span]:
    """Days of Wlz stay in a nursing home (Handreiking 4.1, source handreiking_2026)."""
    rows = stays.within(("verpleeghuis",), ("verblijf",))
    if stays.vv10_day is None:
        stays = replace(stays, vv10_day=np.full(len(stays.first), ENDLESS, np.int64))
    return _profile_days(stays, rows, STAY)


@THE_ZVW.rule(
    "V7/elv_dag",
    title="Eerstelijnsverblijf for other than terminal care, without Wlz: one all-in day",
    article="Bzv art. 2.12; Handreiking 3.6, 4.3, B1",
    valid_from="2017-01-01",
)
def elv_days(stays: StayDays) -> list[Span]:
    """Days of eerstelijnsverblijf (Bzv art. 2.12, source handreiking_2026)."""
    rows = stays.within(("elv",), ("geen",))
    return [_one(rows, stays.first[rows], stays.end[rows], "zvw.elv.hoog")]


@THE_ZVW.rule(
    "H12/verpleegdag",
    title="Hospital ward day (reference price), of the year of admission for the eigen risico",
    article="Zvw art. 23(1); Handreiking 1.1",
    source="zvw_2025",
    valid_from="2006-01-01",
)
def ward_days(stays: StayDays) -> list[Span]:
    """Hospital days up to the day the patient is ready to leave (Handreiking 1.1, Zvw art. 23(1))."""
    rows = stays.within(("ziekenhuis",), WLZ_FORMS)
    end = np.maximum(stays.first[rows], np.minimum(stays.end[rows], stays.blocked_day[rows]))
    return [_one(rows, stays.first[rows], end, "zvw.msz.verpleegdag")]


@THE_ZVW.rule(
    "H13",
    title="Blocked hospital day: ready to leave, waiting for a place; keeps the hospital price",
    article="Handreiking 1.7 (assumption on the price)",
    valid_from="2006-01-01",
)
def blocked_days(stays: StayDays) -> list[Span]:
    """Hospital days from the day the patient is ready to leave (assumption: the price of a ward day)."""
    rows = stays.within(("ziekenhuis",), WLZ_FORMS)
    first = np.maximum(stays.first[rows], stays.blocked_day[rows])
    return [_one(rows, first, stays.end[rows], "zvw.msz.geblokkeerde_dag")]


@THE_WLZ.rule(
    "V9",
    title="A Wlz place stays paid while the client is in hospital, a limited number of days",
    article="NZa Beleidsregel zzp en vpt, afwezigheidsdagen; Handreiking 4.1",
)
def absence_days(stays: StayDays, most: Ints | int) -> list[Span]:
    """Profile days of a Wlz place kept during a hospital stay, at most so many an absence.

    Handreiking 4.1 (source handreiking_2026); the number of days is an assumption of the tariff files. Stays
    in hospital that follow each other are one absence, also over two hospitals.
    """
    rows = stays.within(("ziekenhuis",), ("verblijf",))
    since = stays.first if stays.absent_day is None else stays.absent_day
    end = np.maximum(stays.first[rows], np.minimum(stays.end, since + most)[rows])
    never = np.full(len(stays.first), ENDLESS, np.int64)
    spans = _profile_days(replace(stays, vv10_day=never), rows, STAY)
    return [Span(s.rows, s.first, end, s.products, s.which) for s in spans]


# Rules that turn stays into days, in the order in which their lines are written
DAY_RULES = keys_in(__name__)
