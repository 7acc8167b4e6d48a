"""Hospices: who may ask what, who bills, and in which form a Wlz client comes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sim.law.days import FORM, SETTING
from sim.law.registry import THE_WLZ, THE_WMO, THE_ZVW
from sim.schema import HOSPICE_SETTINGS
from sim.units import Bools, Ints, RoundingSpec, times, times_rate


@THE_ZVW.rule(
    "S2/dagbijdrage",
    title="A high care hospice may ask a day contribution beside the eerstelijnsverblijf",
    article="Handreiking 3.6, 7.4",
    valid_to="2025-01-01",
    bill_only="in a run only a bijna-thuis-huis asks a day contribution",
)
def contribution_before(setting: Ints, asked: Ints) -> Ints:
    """Day contribution that may be asked until 2025: in a BTH and in a high care hospice (cents a day)."""
    allowed = (setting == SETTING["bth"]) | (setting == SETTING["hch"])
    return np.where(allowed, asked, 0).astype(np.int64)


@THE_ZVW.rule(
    "S2/dagbijdrage",
    title="No day contribution in a high care hospice or on a palliative unit; extras may be charged",
    article="Bzv art. 2.12; Handreiking 3.6, 7.4",
    valid_from="2025-01-01",
    bill_only="in a run only a bijna-thuis-huis asks a day contribution",
)
def contribution(setting: Ints, asked: Ints) -> Ints:
    """Day contribution that may be asked, of what is asked, in cents a day.

    Handreiking 3.6 and 7.4 (source handreiking_2026): only where the stay (code of `SETTINGS`) is not in the
    eerstelijnsverblijf.
    """
    return np.where(setting == SETTING["bth"], asked, 0).astype(np.int64)


@THE_WLZ.rule(
    "S3/tweede_aanbieder",
    title="A second provider beside a vpt in a bijna-thuis-huis makes it an mpt",
    article="Handreiking 3.8",
    bill_only="in a run one provider delivers a vpt",
)
def form_delivered(form: Ints, second_provider: Bools) -> Ints:
    """Form (code of `WLZ_FORMS`) under which care is delivered when a second provider comes in.

    Handreiking 3.8 (source handreiking_2026): all care of a vpt comes from one provider.
    """
    return np.where((form == FORM["vpt"]) & second_provider, FORM["mpt"], form).astype(np.int64)


@THE_WLZ.rule(
    "S3/opname",
    title="A Wlz client in a high care hospice: stay with a zorgkantoor contract, else pgb or subcontractor",
    article="Handreiking 3.8",
    bill_only="in a run the journey itself lets a Wlz client in only where the house has a contract",
)
def admission_form(contract: Bools, subcontractor: Bools, budget: Bools) -> Ints:
    """Form (code of `WLZ_FORMS`) under which a Wlz client is admitted; `geen` where that cannot be.

    Handreiking 3.8 (source handreiking_2026): by a contract with the zorgkantoor; work under another's
    contract; a pgb of the client (the budget).
    """
    stay = contract | subcontractor
    other = np.where(budget, FORM["pgb"], FORM["geen"])
    return np.where(stay, FORM["verblijf"], other).astype(np.int64)


@THE_ZVW.rule(
    "S4",
    title="A hospice without WTZa permit is subcontractor: the main contractor bills",
    article="WTZa; Handreiking 3.2, 6.3",
    valid_from="2022-01-01",
)
def biller(permit: Bools, own: Ints, main: Ints) -> Ints:
    """Number of the provider that declares each line.

    Handreiking 3.2 (source handreiking_2026): the hospice itself (`own`) with a WTZa permit, else its main
    contractor.
    """
    return np.where(permit, own, main).astype(np.int64)


@THE_ZVW.rule(
    "S7",
    title="Two functions of a hospice: formal care as eerstelijnsverblijf; informal care by the municipality",
    article="Gupta Strategists 2025 (advice); Handreiking Inleiding",
    valid_from="2026-01-01",
    rounding=RoundingSpec("half_up", 1, "advies"),
    plan="gupta",
)
def by_function(formal: Bools, days: Ints, per_day: Ints, municipal: Fraction) -> Ints:
    """Day contribution that is left to the patient under the advice, in cents.

    Gupta Strategists 2025. Formal care (the first function of a house) is eerstelijnsverblijf: no day
    contribution, eigen risico. Informal care is wijkverpleging beside a stay, in days at cents a day, that
    the municipality pays for a share.
    """
    return np.where(formal, 0, times_rate(times(days, per_day), 1 - municipal)).astype(np.int64)


@THE_WMO.rule(
    "S8",
    title="Municipal money for volunteers is possible for all three types of hospice",
    article="Handreiking 6.3",
    bill_only="a run holds no budget of a house and no policy of one municipality",
)
def municipal_support(setting: Ints, granted: Ints) -> Ints:
    """Municipal money for the volunteers of a house, as granted, in cents; 0 elsewhere than in a hospice.

    Handreiking 6.3 (source handreiking_2026). Settings are codes of `SETTINGS`.
    """
    houses = np.isin(setting, [SETTING[s] for s in HOSPICE_SETTINGS])
    return np.where(houses, granted, 0).astype(np.int64)
