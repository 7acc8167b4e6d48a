"""Column schemas of every table and the code lists behind categorical columns.

A `date` column holds day numbers (0 is 2020-01-01); a `_minute` column minutes since then.
Inside the program a table is a `Columns`: a mapping of column name to a one-dimensional numpy
array, all of one length. A categorical column holds int8/int16 codes into the code list named by
its field; the store writes the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]  # column name -> array; all arrays of one table have one length

NEVER = np.int64(np.iinfo(np.int64).min)  # a minute that does not exist (never marked, no partner, no Wlz)


@dataclass(frozen=True, slots=True)
class KindOfPlace:
    """Where a patient may be."""

    word: str  # as the tables have it
    # whether care comes with the stay; elsewhere it comes to where the patient lives
    institution: bool = True
    hospice: bool = False
    name: str = ""  # of a site of this kind in an area; empty where areas list none
    known_as: str = ""  # what a form may call it beside its word and name


PLACES = (
    KindOfPlace("thuis", institution=False),
    KindOfPlace("ziekenhuis", name="Ziekenhuis"),
    KindOfPlace("bth", False, True, "Bijna-thuis-huis", "bijnathuishuis"),
    KindOfPlace("hch", True, True, "High care hospice"),
    KindOfPlace("pu", True, True, "Palliatieve unit"),
    KindOfPlace("elv", name="Eerstelijnsverblijf"),
    KindOfPlace("verpleeghuis"),
    KindOfPlace("respijt", False, name="Logeerhuis", known_as="respijthuis"),
)
"""Every kind of place; what other modules must know of one stands here."""
SETTINGS = tuple(place.word for place in PLACES)
HOSPICE_SETTINGS = tuple(place.word for place in PLACES if place.hospice)
WITH_STAY = tuple(place.word for place in PLACES if place.hospice and place.institution)
"""Hospices that a patient may stay in under the Wlz, with verblijf."""
INSTITUTIONS = tuple(place.word for place in PLACES if place.institution)
OUTSIDE_INSTITUTION = tuple(place.word for place in PLACES if not place.institution)
SITE_SETTINGS = tuple(sorted((place.word for place in PLACES if place.name), key="ziekenhuis".__eq__))
"""Kinds of places that an area lists with their beds; last the hospital, whose beds most areas leave out."""
Group = Literal["cancer", "heart", "dementia", "copd", "cva", "neuro", "kidney_liver", "child"]
GROUPS: tuple[str, ...] = get_args(Group)
SEXES = ("man", "vrouw")
HOUSEHOLDS = ("single", "couple")
PARTNER_WLZ = ("none", "home", "institution")
POLICIES = ("natura", "restitutie")
WLZ_FORMS = ("geen", "verblijf", "vpt", "mpt", "pgb")
Profile = Literal["VV4", "VV5", "VV6", "VV7", "VV8"]
PROFILES: tuple[str, ...] = ("geen", *get_args(Profile))
WITH_WLZ = ("zonder", "met")  # people without and with Wlz care
Law = Literal["Zvw", "Wlz", "Wmo", "Jeugdwet", "buiten_wetten"]
LAWS: tuple[str, ...] = get_args(Law)
MAIN_PAYER: dict[str, str] = {
    "Zvw": "zorgverzekeraar",
    "Wlz": "zorgkantoor",
    "Wmo": "gemeente",
    "Jeugdwet": "gemeente",
    "buiten_wetten": "patient",
}
"""Who pays what no other share takes."""
PAYERS = (
    "zorgverzekeraar",
    "zorgkantoor",
    "gemeente",
    "rijk",
    "aanvullend",
    "fonds",
    "aanbieder",
    "patient",
)
ITEMS = (
    "",
    "eigen_risico",
    "wlz_eigen_bijdrage",
    "wmo_eigen_bijdrage",
    "bth_dagbijdrage",
    "gvs_bijbetaling",
    "zittend_vervoer",
    "niet_gecontracteerd",
    "overig",
    "eigen_risico_teruggave",
)
PER = ("once", "day", "week")
EXITS = ("overleden", "ontslagen", "verplaatst")
REFUSAL_REASONS = ("geduld_op", "overleden_in_wachttijd", "omzetplafond", "geen_bed", "geen_wijkverpleging")
CEILING_OUTCOMES = ("geen", "geweigerd", "uitgesteld", "andere_aanbieder", "eigen_kosten")
UNFUNDED_REASONS = (
    "overleden_voor_overleg",
    "overleden_of_ontslagen_voor_contact",
    "samenstelling_ongeldig",
    "respijt_geen_betaler",
    "geneesmiddel_niet_vergoed",
    "vrijwilligers_voor_terminale_fase",
    "doorlevering_boven_plafond",
    "geen_contract",
    "pzp_onvolledig",
    "budgetplafond_jeugdwet",
    "overgang_wlz",
    "niet_verschenen",
    "aanwezigheid_zonder_zorg",
    "pgb_budget_op",
    "regeling_vervallen",
    "mpt_budget_op",
)
SubsidyForm = Literal["thuis_onbetaald", "thuis_betaald", "bth", "hch", "instelling"]
SUBSIDY_FORMS: tuple[str, ...] = get_args(SubsidyForm)
"""Forms of care that the Regeling PTZ tells apart."""
PAYMENT_WAYS = ("bundel", "experimenten", "gedeelde_besparing")
"""Other ways to pay that divide money over providers."""
Experiment = Literal["hersentumor", "acuut_hospicebed", "longfibrose"]
EXPERIMENTS: tuple[str, ...] = get_args(Experiment)
"""The three experiments with another payment: brain tumour, acute hospice bed, pulmonary fibrosis."""
# Products that several modules know by name
HOME_NURSING = "zvw.wijkverpleging"
CHILD_DAY_CARE = "zvw.kindzorg.dagverblijf"
VACANCY_DAY = "wlz.mutatiedag"
VOLUNTEERS = "ptz.vrijwilligers"
GVS_SURCHARGE = "zvw.farmacie.gvs"
PALLIATIVE_TEAM = "zvw.msz.palliatief_team"
PALLIAKIT = "zvw.farmacie.palliakit"
SPIRITUAL_TALKS = "ptz.geestelijke_verzorging"
BTH_DAY = "zvw.wijkverpleging.bth_dag"

CARE_PRODUCTS = (
    "zvw.wijkverpleging",
    "zvw.wijkverpleging.nacht",
    "zvw.huisarts.consult",
    "zvw.huisarts.visite",
    "zvw.huisarts.intensieve_zorg_dag",
    "zvw.huisarts.intensieve_zorg_anw",
    "zvw.huisartsenpost.consult",
    "zvw.huisartsenpost.visite",
    "zvw.msz.seh",
    "zvw.msz.ic_dag",
    "zvw.msz.palliatief_team",
    "zvw.msz.palliatief_team.consult",
    "zvw.msz.pzp",
    "zvw.farmacie",
    "zvw.farmacie.sedatie",
    "zvw.vervoer.ambulance",
    "wlz.mpt.verpleging",
    "wlz.mpt.verzorging",
    "wlz.mpt.begeleiding",
    "wlz.huishoudelijke_hulp",
    "wlz.maaltijd.maand",
    "wlz.pgb.formeel",
    "wlz.pgb.informeel",
    "ptz.vrijwilligers",
    "zvw.msz.polikliniek",
    "zvw.msz.rontgen",
    "zvw.msz.ct",
    "zvw.msz.mri",
    "zvw.msz.dagbehandeling",
    "zvw.msz.radiotherapie.bot",
    "zvw.msz.thuisdag",
    "zvw.msz.meedenkadvies",
    "zvw.huisarts.meedenkadvies",
    "zvw.huisarts.palliatieve_consultatie.telefonisch",
    "zvw.hulpmiddel.bed",
    "zvw.farmacie.palliakit",
    "zvw.gzsp.so_5_minuten",
    "zvw.gzsp.reistoeslag",
    "wlz.mpt.behandeling",
    "wmo.huishoudelijke_hulp",
    "wlz.zzp.gemiddeld",
    "wmo.respijtzorg",
    "ptz.geestelijke_verzorging",
    "zvw.kindzorg.thuis",
    "zvw.kindzorg.dagverblijf",
    "zvw.kindzorg.kinderzorghuis",
    "jeugdwet.zorg",
    "zvw.msz.geneesmiddel_dagbehandeling",
    "zvw.huisarts.consult_lang",
    "zvw.huisarts.pzp",
    "zvw.tapas.1",
    "zvw.tapas.2a",
    "zvw.tapas.2b",
    "zvw.tapas.3",
    "zvw.fysiotherapie",
    "zvw.farmacie.gvs.maand",
    "zvw.vervoer.zittend.rit",
    "zvw.vervoer.eigen_auto",
    "wmo.hulpmiddel.maand",
    "wmo.hulpmiddel.rolstoel",
    "wmo.maaltijd.maand",
    "wmo.alarm.maand",
    "buiten.zelfzorgmedicijnen",
    "buiten.extra.dag",
)
"""Products that the journey may write as spells. Days of a stay are priced from the stay itself."""


def covers(start: str | tuple[str, ...], product: str) -> bool:
    """Whether a product is the one named or lies under it; "*" covers all.

    `start` is the id of a product, or a beginning of ids up to a dot or an underscore: `zvw.elv` covers
    `zvw.elv.hoog`.
    """
    for each in (start,) if isinstance(start, str) else start:
        if each in ("*", product):
            return True
        if product.startswith(each) and product[len(each)] in "._":
            return True
    return False


def beginnings(product: str) -> list[str]:
    """All words that cover a product."""
    cuts = (place for place, sign in enumerate(product) if sign in "._")
    return ["*", product, *(product[:place] for place in cuts)]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: numpy dtype name, and the code list where it is categorical."""

    name: str
    dtype: str
    codes: tuple[str, ...] | None = None
    may_be_never: bool = False  # whether it may hold NEVER, which is stored as null
    key: int | None = None  # its place among the columns by which the rows are in order


def _fields(*parts: Field | str, key: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """Fields from `name:dtype` words; int64 where no dtype is given, `?` after one that may be NEVER."""
    out = []
    for part in parts:
        if isinstance(part, str):
            name, _, dtype = part.partition(":")
            part = Field(name.rstrip("?"), dtype or "int64", may_be_never=name.endswith("?"))
        out.append(replace(part, key=key.index(part.name)) if part.name in key else part)
    return tuple(out)


def key_of(name: str) -> list[str]:
    """Columns by which the rows of a table are in order; none where they stay as they come."""
    keys = {field.key: field.name for field in TABLES[name] if field.key is not None}
    return [keys[place] for place in sorted(keys)]


def _code(name: str, codes: tuple[str, ...]) -> Field:
    return Field(name, "int8", codes)


TABLES: dict[str, tuple[Field, ...]] = {
    "patients": _fields(
        "patient_id",
        "region:int32",
        _code("group", GROUPS),
        _code("sex", SEXES),
        "birth_minute",
        _code("household", HOUSEHOLDS),
        "partner_birth_minute?",
        _code("partner_wlz", PARTNER_WLZ),
        "partner_wlz_since_minute?",
        "income_cents",
        "partner_income_cents",
        "income_tax_cents",
        "assets_cents",
        "zorgtoeslag:bool",
        "income_known:bool",
        _code("policy", POLICIES),
        "voluntary_deductible_cents",
        "hospice_cover_per_day_cents",
        "hospice_cover_max_days",
        "hospice_cover_vpt:bool",
        "children_supported:bool",
        _code("preference", SETTINGS),
        "preference_known:bool",
        "marked_minute?",
        "pzp:bool",
        "terminal_from_minute?",
        "entry_minute",
        _code("entry_setting", SETTINGS),
        "entry_since_minute?",
        "wlz_since_minute?",
        _code("wlz_profile", PROFILES),
        _code("wlz_home_form", WLZ_FORMS),
        "wlz_behandeling:bool",
        "criteria_vv10:bool",
        "carer_available:bool",
        "volunteers:bool",
        "death_minute",
        "eigen_risico_used:bool",
        Field("insurer", "int16", ()),
        Field("provider_group", "int16", ()),
        key=("patient_id",),
    ),
    "wlz_periods": _fields(
        "patient_id",
        "start_minute",
        "end_minute",
        _code("profile", PROFILES),
        _code("form", WLZ_FORMS),
        "behandeling:bool",
        "hours_per_month:int32",
        key=("patient_id", "start_minute"),
    ),
    "stays": _fields(
        "patient_id",
        "stay_no:int32",
        _code("setting", SETTINGS),
        Field("site", "int16", ()),
        Field("provider", "int16", ()),
        "contracted:bool",
        _code("ceiling", CEILING_OUTCOMES),
        _code("wlz_form", WLZ_FORMS),
        "day_contribution_cents",
        "waiver_cents",
        "requested_minute?",
        "start_minute",
        "end_minute",
        "blocked_minutes",
        _code("exit_reason", EXITS),
        _code("next_setting", (*SETTINGS, "")),
        key=("patient_id", "start_minute", "stay_no"),
    ),
    "spells": _fields(
        "patient_id",
        "spell_no:int32",
        "stay_no:int32",
        _code("product", CARE_PRODUCTS),
        "start_minute",
        "end_minute",
        "quantity",
        _code("per", PER),
        Field("provider", "int16", ()),
        "contracted:bool",
        Field("condition", "int8", ("", *UNFUNDED_REASONS)),
        key=("patient_id", "start_minute", "spell_no"),
    ),
    "refusals": _fields(
        "patient_id",
        "minute",
        _code("setting", SETTINGS),
        Field("site", "int16", ()),
        _code("reason", REFUSAL_REASONS),
        _code("outcome", CEILING_OUTCOMES),
        key=("patient_id", "minute"),
    ),
    "meters": _fields(
        Field("meter", "int16", ()),
        "segment_start_minute",
        "allowance",
        "used",
        "exhausted_minute?",
        "patients_affected",
        key=("meter", "segment_start_minute"),
    ),
    "declarations": _fields(
        "declaration_id",
        "patient_id",
        "stay_no:int32",
        "spell_no:int32",
        Field("product", "int16", ()),
        _code("law", LAWS),
        "date",
        "quantity",
        "gross_cents",
        Field("tariff_row", "int16", ()),
        Field("rule", "int16", ()),
        Field("provider", "int16", ()),
        key=("patient_id", "date", "declaration_id"),
    ),
    "shares": _fields(
        "declaration_id",
        _code("payer", PAYERS),
        _code("item", ITEMS),
        "cents",
        Field("rule", "int16", ()),
    ),
    "unfunded": _fields(
        "patient_id",
        "stay_no:int32",
        Field("product", "int16", ()),
        "date",
        _code("reason", UNFUNDED_REASONS),
        "cents",
        key=("patient_id", "stay_no"),
    ),
    "providers": _fields(
        "patient_id",
        Field("provider", "int16", ()),
        _code("way", PAYMENT_WAYS),
        "shadow_cents",
        "paid_cents",
        "gain_cents",
        key=("patient_id", "way", "provider"),
    ),
    "own_payments": _fields("patient_id", "cents", key=("patient_id",)),
    "subsidies": _fields(
        Field("organisation", "int16", ()),
        Field("form", "int8", ()),
        "year:int32",
        "clients",
        "mean_clients:float64",
        "maximum_cents",
        "payout_percentage:float64",
        "subsidy_cents",
        key=("year", "organisation", "form"),
    ),
}
"""Table name -> its fields, in the order in which they are written."""
PATIENT_TABLES = ("patients", "wlz_periods", "stays", "spells", "refusals")
JOURNEY_TABLES = (*PATIENT_TABLES, "meters")
"""Tables of the journey: those of patients, and all."""


@dataclass(frozen=True)
class Table:
    """A table with its run-time code lists."""

    name: str  # a key of `TABLES`
    columns: dict[str, NDArray[Any]]
    # words of the categorical columns whose code list is known only at run time (sites, providers, products,
    # rules)
    labels: dict[str, tuple[str, ...]]

    def __len__(self) -> int:
        """Rows."""
        first = next(iter(self.columns.values()), None)
        return 0 if first is None else len(first)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """One column."""
        return self.columns[name]

    def where(self, kept: NDArray[np.bool_]) -> Table:
        """Some rows, in order."""
        rows = np.flatnonzero(kept)  # each column is taken by numbers several times faster than by a mask
        if len(rows) == len(kept):
            return self
        return Table(self.name, {key: column[rows] for key, column in self.columns.items()}, self.labels)

    def of_products(self, *starts: str) -> NDArray[np.bool_]:
        """Which rows are of the products named, or of those under them as in `covers` (bool array)."""
        words = self.words("product") if len(self) else ()
        mine = np.array([covers(starts, word) for word in words], np.bool_)
        return np.asarray(mine[self["product"]], np.bool_)

    def records(self) -> Iterator[dict[str, Any]]:
        """Each row as a mapping of column to value, a code as its word; "" where it has none."""
        columns = {name: column.tolist() for name, column in self.columns.items()}
        for field in TABLES[self.name]:
            if field.codes is not None and field.name in columns:
                words = dict(enumerate(self.words(field.name)))
                columns[field.name] = [words.get(code, "") for code in columns[field.name]]
        return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))

    def words(self, field: str) -> tuple[str, ...]:
        """Code list of a categorical column."""
        if self.labels.get(field):
            return self.labels[field]
        spec = next(f for f in TABLES[self.name] if f.name == field)
        if spec.codes is None:
            raise KeyError(f"{self.name}.{field} is not categorical")
        return spec.codes


def table(
    name: str,
    columns: Mapping[str, NDArray[Any]],
    labels: Mapping[str, tuple[str, ...]] | None = None,
    whole: bool = True,
) -> Table:
    """A table of a known schema, its columns in order and cast to their dtypes; all, where it is whole.

    Raises ValueError when columns are missing, unknown or of unequal length, or a number does not fit in its
    column.
    """
    fields = TABLES[name]
    want = {f.name for f in fields}
    if set(columns) != want and (whole or not set(columns) <= want):
        missing, extra = sorted(want - set(columns)), sorted(set(columns) - want)
        raise ValueError(f"table {name}: missing columns {missing}, unknown columns {extra}")
    lengths = {len(v) for v in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"table {name}: columns of unequal length {sorted(lengths)}")
    cast = {f.name: _cast(columns[f.name], f.dtype, f"{name}.{f.name}") for f in fields if f.name in columns}
    return Table(name, cast, dict(labels or {}))


def _cast(column: NDArray[Any], dtype: str, name: str) -> NDArray[Any]:
    """A column in a dtype, where all its whole numbers fit."""
    column = np.asarray(column)
    to = np.dtype(dtype)
    if to.kind == "i" and column.dtype.kind in "iu" and column.size and not np.can_cast(column.dtype, to):
        room = np.iinfo(to)
        if int(column.min()) < room.min or int(column.max()) > room.max:
            raise ValueError(
                f"table {name}: {int(column.min())} to {int(column.max())} does not fit in {dtype}"
            )
    return np.ascontiguousarray(column, dtype=to)


def code(codes: tuple[str, ...], word: str) -> int:
    """Code of a word in a code list; ValueError where it has none."""
    if word not in codes:
        raise ValueError(f"{word!r} is no word of {codes}; add it in sim/schema.py")
    return codes.index(word)
