"""The case file of `palsim bill`: one patient, where he stayed, what care he had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, model_validator

from sim.data import read_json, shown
from sim.errors import InputError
from sim.law.days import DAY_PROFILES
from sim.law.delivery import FACTS, WORDS
from sim.law.people import PARTNER_FORMS
from sim.law.wlz.home import GROUP_CARE
from sim.limits import FIRST_YEAR, LAST_YEAR, MOST_PLACES
from sim.scenario.numbers import refuse_dates
from sim.scenario.wording import first_fault, key_of
from sim.schema import (
    CEILING_OUTCOMES,
    CHILD_DAY_CARE,
    HOME_NURSING,
    HOSPICE_SETTINGS,
    HOUSEHOLDS,
    POLICIES,
    SETTINGS,
    UNFUNDED_REASONS,
    VACANCY_DAY,
    WLZ_FORMS,
    covers,
)
from sim.units import cents as cents_of

MOST_UNITS = 1000 * 1000  # largest quantity of one line, and largest number of days or hours
_MOST_EURO = 1000 * MOST_UNITS
Euro = Annotated[Decimal, Field(ge=0, le=_MOST_EURO, decimal_places=2, allow_inf_nan=False)]
Amount = Annotated[Decimal, Field(gt=0, le=MOST_UNITS, decimal_places=MOST_PLACES, allow_inf_nan=False)]
Percentage = Annotated[Decimal, Field(ge=0, le=100, decimal_places=MOST_PLACES, allow_inf_nan=False)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Line = Annotated[str, Field(max_length=500)]  # a name or title
Days = Annotated[int, Field(ge=0, le=MOST_UNITS)]
if TYPE_CHECKING:
    Household = str
    PartnerWlz = str
    Policy = str
    Profile = str
    Setting = str
    Reason = str
    Outcome = str
    WlzForm = str
    GroupCare = str
else:
    Household = Literal[HOUSEHOLDS]
    PartnerWlz = Literal[PARTNER_FORMS]
    Policy = Literal[POLICIES]
    Profile = Literal[DAY_PROFILES[1:]]
    Setting = Literal[SETTINGS]
    Reason = Literal[UNFUNDED_REASONS]
    Outcome = Literal[CEILING_OUTCOMES[1:]]
    WlzForm = Literal[WLZ_FORMS[1:]]
    GroupCare = Literal[GROUP_CARE]


LENT_AID = "zvw.hulpmiddel.rolstoel"
TRAJECTORIES = ("zvw.msz.dbc", "zvw.msz.palliatief_team")


class Part(BaseModel):
    """Base: strict types, no unknown keys, frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    @model_validator(mode="after")
    def _dates(self) -> Self:
        refuse_dates(self)
        return self


@dataclass(frozen=True)
class Granted:
    """That a key which is left out decides a rule, and for which case and part it does."""

    rule: str
    when: Callable[[Any, Any], bool] = lambda case, part: True


Shape = TypeVar("Shape", bound=Part)


def _has_wlz(case: Any, part: Any) -> bool:
    """Whether the patient has Wlz care, which asks a contribution."""
    return bool(case.patient.wlz)


def _in_stay(case: Any, part: Any) -> bool:
    """Whether the patient has a Wlz stay, whose contribution may be the high one."""
    return any(period.form == "verblijf" for period in case.patient.wlz)


def _may_be_high(case: Any, part: Any) -> bool:
    """Whether the high contribution may be due: in a stay, not supporting children."""
    return _in_stay(case, part) and not case.patient.children_supported


def _past_december(case: Any, part: Any) -> bool:
    """Whether a Wlz period goes on from a year before into a year of the journey."""
    first, last = case.journey[0].begin.year, case.journey[-1].end.year
    new_years = [dt.date(year, 1, 1) for year in range(first, last + 1)]
    return any(period.meets(day, day) for period in case.patient.wlz for day in new_years)


class Partner(Part):
    """The partner of a couple; `wlz` names the stay in beschermd wonen under the Wmo too."""

    born: dt.date
    wlz: PartnerWlz = "none"
    wlz_since: dt.date | None = None


class Income(Part):
    """Income and assets of the reference year, two years back.

    `household_this_year_eur` is the income of the year itself, of a couple together, where it fell;
    `december_eur` has, by year whose income is still being set, the contribution of December before.
    """

    verzamelinkomen_eur: Euro
    partner_verzamelinkomen_eur: Annotated[
        Euro,
        Granted("P2", lambda case, income: _has_wlz(case, income) and case.patient.household == "couple"),
    ] = Decimal(0)
    income_tax_eur: Annotated[Euro, Granted("P2/hoog", _may_be_high)] = Decimal(0)
    labour_income_eur: Annotated[Euro, Granted("P2/hoog", _may_be_high)] = Decimal(0)
    household_this_year_eur: Annotated[Euro | None, Granted("P2/peiljaar", _has_wlz)] = None
    december_eur: Annotated[dict[Year, Euro], Granted("P2/nog_vast_te_stellen", _past_december)] = Field(
        default_factory=dict
    )
    zorgtoeslag: Annotated[bool, Granted("P2/hoog", _may_be_high)] = False
    assets_eur: Annotated[Euro, Granted("P2", _has_wlz)] = Decimal(0)
    known: Annotated[bool, Granted("P2", _has_wlz)] = True


class HospiceCover(Part):
    """Supplementary cover of the day contribution of a bijna-thuis-huis."""

    per_day_eur: Euro
    max_days: Days
    per_year_eur: Euro | None = None
    covers_vpt: bool = False


class Insurance(Part):
    """Health insurance: kind of policy, voluntary eigen risico, supplementary cover.

    `relatives_night_eur` is what a supplementary policy offers for a relative's night in a guest house.
    """

    policy: Policy = "natura"
    voluntary_deductible_eur: Euro = Decimal(0)
    hospice_cover: HospiceCover | None = None
    relatives_night_eur: Euro = Decimal(0)


def _is_stay(case: Any, period: Any) -> bool:
    """Whether a Wlz period is a stay that may come to the high contribution."""
    return period.form == "verblijf" and _may_be_high(case, period)


class WlzPeriod(Part):
    """A period with a Wlz indication, half-open."""

    begin: dt.date = Field(alias="from")
    end: dt.date | None = Field(alias="to")
    profile: Profile
    form: WlzForm
    hours_per_month: Days | None = None
    behandeling: Annotated[bool, Granted("V1", lambda case, period: period.form in ("verblijf", "vpt"))] = (
        False
    )
    criteria_vv10: Annotated[bool, Granted("V2", lambda case, period: period.form == "verblijf")] = False
    needed_pct: Annotated[
        Days | None, Granted("T7/meer_dan_profiel", lambda case, period: period.form != "verblijf")
    ] = None
    dagbesteding: Annotated[
        GroupCare,
        Granted(
            "T7/budget",
            lambda case, period: period.form in ("mpt", "pgb") and not period.profile.startswith("VV"),
        ),
    ] = GROUP_CARE[0]
    return_expected: Annotated[bool, Granted("P2/vier_maanden", _is_stay)] = False
    part_time: Annotated[bool, Granted("P2/vier_maanden", _is_stay)] = False
    after_ggz: Annotated[bool, Granted("P2/vier_maanden", _is_stay)] = False
    beschermd_wonen_until: Annotated[dt.date | None, Granted("P2/vier_maanden", _is_stay)] = None

    def holds(self, day: dt.date) -> bool:
        """Whether it holds on a day."""
        return self.meets(day, day + dt.timedelta(days=1))

    def meets(self, first: dt.date, end: dt.date) -> bool:
        """Whether it begins before an end and goes on after a first day."""
        return self.begin < end and (self.end is None or self.end > first)


class AlreadyUsed(Part):
    """What was used up before the journey, by calendar year."""

    eigen_risico_eur: dict[Year, Euro] = Field(default_factory=dict)


class Patient(Part):
    """Who the bill is for."""

    born: dt.date
    died: dt.date | None
    terminal_from: Annotated[dt.date | None, Granted("V2", lambda case, who: who.died is not None)] = None
    household: Household = "single"
    partner: Partner | None = None
    children_supported: Annotated[bool, Granted("P2/vier_maanden", _in_stay)] = False
    income: Annotated[Income, Granted("P2", lambda case, who: bool(who.wlz))] = Field(
        default_factory=lambda: Income(verzamelinkomen_eur=Decimal(0), known=False)
    )
    insurance: Annotated[Insurance, Granted("P1")] = Field(default_factory=Insurance)
    wlz: tuple[WlzPeriod, ...] = Field(default=(), strict=False)
    already_used: Annotated[AlreadyUsed, Granted("P1")] = Field(default_factory=AlreadyUsed)
    gp_registered: Annotated[bool | None, Granted("T1/inschrijving")] = None


class Assistance(Part):
    """Bijzondere bijstand for the day contribution."""

    granted: bool
    draagkracht_eur: Euro = Decimal(0)


class Stay(Part):
    """One stay of the journey, half-open; the last holds the day of death."""

    setting: Setting
    begin: dt.date = Field(alias="from")
    end: dt.date = Field(alias="to")
    day_contribution_eur: Annotated[Euro | None, Granted("P5", lambda case, stay: stay.setting == "bth")] = (
        None
    )
    contracted: Annotated[bool, Granted("S1", lambda case, stay: stay.setting in HOSPICE_SETTINGS)] = True
    bijzondere_bijstand: Annotated[
        Assistance | None, Granted("P5/bijstand", lambda case, stay: bool(stay.day_contribution_eur))
    ] = None
    waiver_eur: Annotated[
        Euro, Granted("P5/kwijtschelding", lambda case, stay: bool(stay.day_contribution_eur))
    ] = Decimal(0)
    ready_from: Annotated[dt.date | None, Granted("H13", lambda case, stay: stay.setting == "ziekenhuis")] = (
        None
    )
    subcontractor: bool = False
    second_provider: bool = False
    wtza_permit: Annotated[bool, Granted("S4", lambda case, stay: stay.setting in HOSPICE_SETTINGS)] = True
    main_contractor: Line | None = None
    municipal_support_eur: Euro | None = None


class CareBase(Part):
    """One line of care: when, how much, at which invoice, under which conditions."""

    product: Line
    date: dt.date | None = None
    opened: dt.date | None = None
    closed: dt.date | None = None
    begin: dt.date | None = Field(default=None, alias="from")
    end: dt.date | None = Field(default=None, alias="to")
    quantity: Amount | None = None
    hours: Amount | None = None
    hours_per_week: Amount | None = None
    per_week: Amount | None = None
    per_day: Amount | None = None
    amount_eur: Euro | None = None
    surcharge_eur: Euro | None = None
    contracted: Annotated[bool, Granted("P6", lambda case, line: covers(HOME_NURSING, line.product))] = True
    reimbursed_pct: Percentage | None = None
    reference_eur: Euro | None = None
    agreed_eur: Euro | None = None
    lent_from: Annotated[
        dt.date | None, Granted("T12/zes_maanden", lambda case, line: line.product == LENT_AID)
    ] = None
    after_move: Annotated[
        bool | None, Granted("T6", lambda case, line: line.date in {s.begin for s in case.journey[1:]})
    ] = None
    unfunded: Reason | None = None

    def fact(self, name: str) -> int | None:
        """What the line states of a fact that rules may ask; None when it does not say."""
        stated = getattr(self, name)
        if stated is None:
            return None
        if name in WORDS:
            return WORDS[name].index(stated)
        return cents_of(stated) if name.endswith("_eur") else int(stated)


def _fact_type(name: str) -> Any:
    """Type of the key of a fact."""
    if name in WORDS:
        return Literal[WORDS[name]] | None
    if name.endswith("_eur"):
        return Euro | None
    return bool | Days | None


def _more_than_one(line: CareBase) -> bool:
    """Whether a line holds more than one unit, so that a contract may leave some out."""
    return line.begin is not None or (line.quantity or line.hours or 1) > 1


BESIDE_JUDGING: dict[str, Granted] = {
    "uren_aanwezig": Granted("T16/dagverblijf", lambda case, line: line.product == CHILD_DAY_CARE),
    "leeg_dagen": Granted("V6", lambda case, line: line.product == VACANCY_DAY),
    "klinisch": Granted("H7", lambda case, line: line.product.startswith(TRAJECTORIES)),
    "contract": Granted("V6", lambda case, line: line.product == VACANCY_DAY),
    "contract_maximum": Granted("T1/contractmaximum", lambda case, line: _more_than_one(line)),
}
"""Facts that decide how much of a line counts, not whether its law allows it: when they do."""


def _fact_field(name: str) -> Any:
    """Type and default of the key of a fact, with when it decides beside the rules that judge lines."""
    kind, granted = _fact_type(name), BESIDE_JUDGING.get(name)
    return (kind if granted is None else Annotated[kind, granted], None)


_facts: dict[str, Any] = {name: _fact_field(name) for name in FACTS}
if TYPE_CHECKING:
    CareLine = CareBase
else:
    CareLine = create_model("CareLine", __base__=CareBase, **_facts)


class Room(Part):
    """What is left under a ceiling of the provider's contract, and what happens above it."""

    room_eur: Euro
    above: Outcome


class Ceilings(Part):
    """Ceilings (omzetplafonds) of wijkverpleging, the day price of a bth included, and of short stays."""

    wijkverpleging: Room | None = None
    elv: Room | None = None


def _under_a_ceiling(case: Any, part: Any) -> bool:
    """Whether a case has care that a ceiling of a contract may stop."""
    places = {stay.setting for stay in case.journey}
    nursed = any(line.product.startswith(HOME_NURSING) for line in case.care)
    return nursed or bool(places & {*HOSPICE_SETTINGS, "elv"})


class Case(Part):
    """A worked journey."""

    title: Line = ""
    patient: Patient
    ceilings: Annotated[Ceilings, Granted("T20", _under_a_ceiling)] = Field(default_factory=Ceilings)
    journey: Annotated[tuple[Stay, ...], Field(min_length=1, strict=False)]
    care: tuple[CareLine, ...] = Field(default=(), strict=False)


Case.model_rebuild()


def load_case(path: Path | str) -> Case:
    """Read a case file, as `read_part`."""
    return read_part(path, Case)


def read_part(path: Path | str, model: type[Shape]) -> Shape:
    """Read a YAML file as a strict model.

    Raises InputError when it cannot be read, has a key twice, an unknown key or a wrong value.
    """
    file = Path(path)
    try:
        return model.model_validate_json(read_json(file))
    except ValidationError as error:
        location, text = first_fault(error, model)
        key = key_of([part for part in location if not str(part).startswith(("function-", "constrained-"))])
        raise InputError("{file}: {key}: {text}", file=shown(file), key=key, text=text) from None
