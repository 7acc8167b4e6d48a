"""Zorgval: hours at home before the Wlz began there, less the hours since."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim.billing.not_declared import care_drops
from sim.dates import minute_of
from sim.law import RuleSet
from sim.schema import CARE_PRODUCTS, NEVER, PER, TABLES, WLZ_FORMS, Table, table

ENTRY, CHANGE, DEATH = (minute_of(dt.date(2026, *day)) for day in ((1, 1), (3, 1), (6, 30)))
RULES = RuleSet.current()


def made(name: str, rows: list[dict[str, int]]) -> Table:
    """A table of rows; a column that no row names is 0."""
    return table(name, {f.name: np.array([r.get(f.name, 0) for r in rows], f.dtype) for f in TABLES[name]})


def care(patient: int, product: str, start: int, end: int, week: int) -> dict[str, int]:
    return {
        "patient_id": patient,
        "product": CARE_PRODUCTS.index(product),
        "start_minute": start,
        "end_minute": end,
        "quantity": week,
        "per": PER.index("week"),
    }


def under(patient: int, form: str, start: int) -> dict[str, int]:
    form_code = WLZ_FORMS.index(form)
    return {"patient_id": patient, "start_minute": start, "end_minute": DEATH, "form": form_code}


def drops(periods: list[dict[str, int]], spells: list[dict[str, int]]) -> list[tuple[int, ...]]:
    """Row of the patient, minutes a week before, minutes a week less."""
    people = [{"patient_id": n, "entry_minute": ENTRY, "death_minute": DEATH} for n in (1, 2, 3)]
    tables = {
        "patients": made("patients", [{**p, "marked_minute": int(NEVER)} for p in people]),
        "wlz_periods": made("wlz_periods", periods),
        "spells": made("spells", spells),
    }
    person, minute, before, drop = care_drops(tables, RULES)
    assert set(minute.tolist()) <= {CHANGE}
    return list(zip(person.tolist(), before.tolist(), drop.tolist(), strict=True))


def test_from_20_hours_to_13_is_a_drop_of_7():
    spells = [
        care(2, "zvw.wijkverpleging", ENTRY, CHANGE, 1000),
        care(2, "zvw.wijkverpleging.nacht", ENTRY, CHANGE, 200),
        care(2, "wlz.mpt.verzorging", CHANGE, DEATH, 780),
    ]
    assert drops([under(2, "mpt", CHANGE)], spells) == [(1, 1200, 420)]


def test_more_care_is_no_drop_and_a_pgb_counts_like_an_mpt():
    spells = [
        care(1, "zvw.wijkverpleging", ENTRY, CHANGE, 600),
        care(1, "wlz.pgb.formeel", CHANGE, DEATH, 700),
    ]
    assert drops([under(1, "pgb", CHANGE)], spells) == [(0, 600, 0)]


def test_who_had_no_care_or_the_wlz_from_the_start_or_a_vpt_is_left_out():
    spells = [
        care(1, "wlz.mpt.verzorging", CHANGE, DEATH, 300),
        care(2, "zvw.wijkverpleging", ENTRY, CHANGE, 600),
        care(3, "zvw.wijkverpleging", ENTRY, CHANGE, 600),
    ]
    periods = [under(1, "mpt", CHANGE), under(2, "mpt", ENTRY), under(3, "vpt", CHANGE)]
    assert drops(periods, spells) == []


def test_care_that_stopped_before_the_change_does_not_count():
    early = CHANGE - 7 * 24 * 60
    spells = [care(3, "zvw.wijkverpleging", ENTRY, early, 600)]
    assert drops([under(3, "mpt", CHANGE)], spells) == []
