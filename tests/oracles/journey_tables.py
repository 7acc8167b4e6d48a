"""Random journey tables of the contract's schema, for tests of the ledger that need no simulation."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim.dates import minute_of
from sim.schema import (
    CARE_PRODUCTS,
    CEILING_OUTCOMES,
    EXITS,
    GROUPS,
    NEVER,
    PER,
    PROFILES,
    SETTINGS,
    UNFUNDED_REASONS,
    WLZ_FORMS,
    Table,
    table,
)

DAY = 1440
HOME_FORMS = ("vpt", "mpt", "pgb")


def random_tables(count: int, seed: int) -> dict[str, Table]:
    """Tables of `count` patients with up to five stays, spells of care, Wlz periods and all insurances."""
    rng = np.random.default_rng(seed)
    first_day = minute_of(dt.date(2025, 1, 1))
    patients: dict[str, list[object]] = {}
    stays: dict[str, list[object]] = {}
    spells: dict[str, list[object]] = {}
    periods: dict[str, list[object]] = {}

    def add(rows: dict[str, list[object]], **values: object) -> None:
        for name, value in values.items():
            rows.setdefault(name, []).append(value)

    for number in range(count):
        id = 1000 + 7 * number
        entry = int(first_day + rng.integers(0, 500 * DAY))
        length = int(rng.integers(2 * DAY, 300 * DAY))
        death = entry + length
        wlz = bool(rng.random() < 0.45)
        profile = str(rng.choice(PROFILES[1:]))
        couple = bool(rng.random() < 0.5)
        age = int(rng.choice([8, 17, 40, 70, 85]))
        partner_wlz = int(rng.choice([0, 1, 2])) if couple else 0
        home_form = str(rng.choice(HOME_FORMS))
        treated = bool(rng.random() < 0.7)
        add(
            patients,
            patient_id=id,
            region=1,
            group=int(rng.integers(0, 7)),
            sex=int(rng.integers(0, 2)),
            birth_minute=entry - age * 365 * DAY - int(rng.integers(0, 365)) * DAY,
            household=int(couple),
            partner_birth_minute=entry - int(rng.integers(50, 90)) * 365 * DAY if couple else NEVER,
            partner_wlz=partner_wlz,
            partner_wlz_since_minute=entry - int(rng.integers(0, 300)) * DAY if partner_wlz else NEVER,
            income_cents=int(rng.integers(0, 9_000_000)),
            partner_income_cents=int(rng.integers(0, 4_000_000)) if couple else 0,
            income_tax_cents=int(rng.integers(0, 900_000)),
            assets_cents=int(rng.integers(0, 30_000_000)),
            zorgtoeslag=bool(rng.random() < 0.5),
            income_known=bool(rng.random() < 0.9),
            policy=int(rng.integers(0, 2)),
            voluntary_deductible_cents=int(rng.choice([0, 50_000])),
            hospice_cover_per_day_cents=int(rng.choice([0, 3_500])),
            hospice_cover_max_days=int(rng.choice([0, 20, 60])),
            hospice_cover_vpt=bool(rng.random() < 0.5),
            children_supported=bool(rng.random() < 0.1),
            preference=0,
            preference_known=True,
            marked_minute=NEVER,
            pzp=False,
            terminal_from_minute=death - int(rng.integers(0, 120)) * DAY,
            entry_minute=entry,
            entry_setting=0,
            entry_since_minute=entry,
            wlz_since_minute=entry if wlz else NEVER,
            wlz_profile=PROFILES.index(profile) if wlz else 0,
            wlz_home_form=WLZ_FORMS.index(home_form) if wlz else 0,
            wlz_behandeling=treated,
            criteria_vv10=bool(rng.random() < 0.4),
            carer_available=True,
            volunteers=True,
            death_minute=death,
            eigen_risico_used=bool(rng.random() < 0.5),
            insurer=0,
            provider_group=0,
        )
        cuts = np.unique(np.concatenate([[entry], rng.integers(entry + 1, death, 4), [death]]))
        stay_form = []
        for order, (start, end) in enumerate(zip(cuts[:-1], cuts[1:], strict=True)):
            last = order == len(cuts) - 2
            setting = str(rng.choice(["thuis", "ziekenhuis", "bth", "hch", "pu", "verpleeghuis"]))
            if setting == "verpleeghuis" and not wlz:
                setting = "elv"
            inside = setting in ("hch", "pu", "verpleeghuis")
            form = "geen" if not wlz else "verblijf" if inside else home_form
            if setting == "ziekenhuis" and wlz:
                form = str(rng.choice([home_form, "verblijf"]))
            stay_form.append((int(start), int(end), form))
            minutes = int(end - start)
            blocked = int(rng.integers(0, minutes)) if setting == "ziekenhuis" and rng.random() < 0.4 else 0
            contract = form == "geen" and setting in ("bth", "hch", "pu", "elv")
            outcome = str(rng.choice(CEILING_OUTCOMES)) if contract else "geen"
            add(
                stays,
                patient_id=id,
                stay_no=order,
                setting=SETTINGS.index(setting),
                site=0,
                provider=0,
                contracted=bool(rng.random() < 0.8),
                ceiling=CEILING_OUTCOMES.index(outcome),
                wlz_form=WLZ_FORMS.index(form),
                day_contribution_cents=4_500 if setting == "bth" else 0,
                waiver_cents=int(rng.choice([0, 20_000])) if setting == "bth" else 0,
                requested_minute=NEVER,
                start_minute=int(start),
                end_minute=int(end),
                blocked_minutes=blocked,
                exit_reason=EXITS.index("overleden" if last else "verplaatst"),
                next_setting=len(SETTINGS),
            )
            for product, per, quantity in _care(rng, setting, form, minutes):
                begin = int(start + rng.integers(0, minutes + 1) // 2)
                condition = ""
                if product == "zvw.msz.palliatief_team" and rng.random() < 0.5:
                    condition = "overleden_voor_overleg"
                add(
                    spells,
                    patient_id=id,
                    spell_no=len(spells.get("patient_id", [])),
                    stay_no=order,
                    product=CARE_PRODUCTS.index(product),
                    start_minute=begin,
                    end_minute=begin if per == "once" else int(end),
                    quantity=quantity,
                    per=PER.index(per),
                    provider=0,
                    contracted=bool(rng.random() < 0.7),
                    condition=0 if not condition else 1 + UNFUNDED_REASONS.index(condition),
                )
        if wlz:
            for start, end, form in stay_form:
                add(
                    periods,
                    patient_id=id,
                    start_minute=start,
                    end_minute=end,
                    profile=PROFILES.index(profile),
                    form=WLZ_FORMS.index(form),
                    behandeling=treated,
                    hours_per_month=int(rng.choice([10, 20, 21, 60])),
                )
    labels = {"site": ("huis",), "provider": ("thuiszorg",)}
    provider = {"provider": ("thuiszorg",)}
    return {
        "patients": table("patients", {k: np.array(v) for k, v in patients.items()}),
        "wlz_periods": _filled("wlz_periods", periods, {}),
        "stays": _filled("stays", stays, labels),
        "spells": _filled("spells", spells, provider),
    }


def _filled(name: str, rows: dict[str, list[object]], labels: dict[str, tuple[str, ...]]) -> Table:
    from sim.schema import TABLES

    return table(name, {f.name: np.array(rows.get(f.name, []), f.dtype) for f in TABLES[name]}, labels)


def _care(rng: np.random.Generator, setting: str, form: str, minutes: int) -> list[tuple[str, str, int]]:
    """Care spells that fit a setting: product, per, quantity."""
    out: list[tuple[str, str, int]] = []
    if setting == "ziekenhuis":
        out.append(("zvw.msz.palliatief_team", "once", 1))
        if rng.random() < 0.5:
            out.append(("zvw.msz.ic_dag", "once", 3))
        return out
    out.append(("zvw.huisarts.visite", "once", 1))
    out.append(("zvw.farmacie", "day", 1))
    if setting == "thuis" and form == "geen":
        out.append(("zvw.wijkverpleging", "week", int(rng.integers(60, 2000))))
        out.append(("zvw.msz.seh", "once", 1))
    if setting in ("thuis", "bth") and form == "mpt":
        out.append(("wlz.mpt.verzorging", "week", int(rng.integers(60, 1200))))
    if setting in ("thuis", "bth") and form == "pgb":
        out.append(("wlz.pgb.formeel", "week", int(rng.integers(60, 2400))))
    return out


def some_of(tables: dict[str, Table], count: int) -> dict[str, Table]:
    """The rows of so many patients, spread over the whole table: every disease, age and region's end."""
    ids = tables["patients"]["patient_id"]
    child = np.flatnonzero(tables["patients"]["group"] == GROUPS.index("child"))
    spread = np.linspace(0, len(ids) - 1, count - len(child)).astype(np.int64)
    chosen = np.unique(np.concatenate([child, spread]))
    more = np.setdiff1d(np.arange(len(ids)), chosen)[: count - len(chosen)]
    kept = ids[np.sort(np.concatenate([chosen, more]))]
    out = {}
    for name in ("patients", "wlz_periods", "stays", "spells"):
        one = tables[name]
        rows = np.isin(one["patient_id"], kept)
        out[name] = Table(name, {k: v[rows] for k, v in one.columns.items()}, one.labels)
    return out
