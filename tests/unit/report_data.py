"""Results with plausible numbers, made by hand, for the tests of the report."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.measure.estimates import differences, summarise
from sim.measure.indicators import PAYMENT_LEVELS
from sim.report.pages.build import changed
from sim.report.results import Alternative, Kpis, Result, RunView
from sim.scenario import apply, load_scenario
from sim.studies.headline import headlined

REPLICATIONS = 10
MATRIX = {
    ("Wlz", "zorgkantoor"): 61.2e6,
    ("Wlz", "patient"): 7.9e6,
    ("Zvw", "zorgverzekeraar"): 58.4e6,
    ("Zvw", "patient"): 0.9e6,
    ("Zvw", "aanbieder"): 0.35e6,
    ("buiten_wetten", "patient"): 0.31e6,
    ("buiten_wetten", "aanvullend"): 0.12e6,
    ("buiten_wetten", "fonds"): 0.04e6,
}
PLACES = {
    "thuis": 0.38,
    "verpleeghuis": 0.34,
    "ziekenhuis": 0.18,
    "bth": 0.035,
    "hch": 0.02,
    "pu": 0.035,
    "elv": 0.01,
}
DAYS = {
    "thuis": 262.0,
    "verpleeghuis": 78.0,
    "ziekenhuis": 14.2,
    "bth": 1.4,
    "hch": 0.9,
    "pu": 1.9,
    "elv": 0.6,
}
MODULES = {
    "verpleeghuis": 55e6,
    "ziekenhuis": 31e6,
    "wijkverpleging": 21e6,
    "wlz_thuis": 14e6,
    "hospice": 5.1e6,
    "huisarts": 2.4e6,
    "geneesmiddelen": 1.1e6,
    "vervoer": 0.6e6,
}
OTHERS = {
    ("patients", (), "count"): 3110,
    ("preference_met", (), "share"): 0.74,
    ("wishes_met", (), "share"): 0.71,
    ("cost_per_decedent", (), "eur"): 41_300,
    ("assumed_price_share", (("view", "calendar"),), "share"): 0.976,
    ("cost_per_decedent", (("wlz", "met"),), "eur"): 78_400,
    ("cost_per_decedent", (("wlz", "zonder"),), "eur"): 18_200,
    ("patient_payment_mean", (), "eur"): 2_905,
    ("patient_payment_median", (), "eur"): 385,
    ("patient_payment_p90", (), "eur"): 9_870,
    ("patient_payment_p99", (), "eur"): 27_400,
    ("patient_payment_mean", (("item", "eigen_risico"),), "eur"): 171,
    ("patient_payment_mean", (("item", "wlz_eigen_bijdrage"),), "eur"): 2_541,
    ("patient_payment_mean", (("item", "bth_dagbijdrage"),), "eur"): 91,
    ("patient_payment_mean", (("item", "niet_gecontracteerd"),), "eur"): 102,
    ("patient_payment_mean", (("wlz", "zonder"),), "eur"): 412,
    ("patient_payment_mean", (("wlz", "met"),), "eur"): 6_720,
    ("patient_payment_mean", (("income", "laag"),), "eur"): 1_610,
    ("patient_payment_mean", (("income", "midden"),), "eur"): 2_480,
    ("patient_payment_mean", (("income", "hoog"),), "eur"): 4_630,
    ("hospice_occupancy", (), "share"): 0.81,
    ("hospice_requests", (), "count"): 372,
    ("hospice_stays", (), "count"): 331,
    ("hospice_refused", (), "share"): 0.066,
    ("hospice_died_waiting", (), "share"): 0.041,
    ("hospice_from_hospital", (), "share"): 0.53,
    ("wait_days_mean", (), "days"): 1.3,
    ("wait_days_p90", (), "days"): 4.2,
    ("blocked_hospital_days", (), "days"): 611,
    ("nursing_home_wait_days", (), "days"): 31,
    ("admitted_last_30", (), "share"): 0.326,
    ("ed_last_30", (), "share"): 0.243,
    ("ic_last_30", (), "share"): 0.052,
    ("transitions_last_90", (), "count"): 1.08,
    ("gp_contacts_last_30", (), "count"): 4.1,
    ("district_nursing_hours", (), "hours"): 78.5,
    ("terminal_outlived_90", (), "share"): 0.19,
    ("ceiling_exhausted_day", (), "day of year"): 331,
    ("ceiling_patients_affected", (), "count"): 41,
    ("subsidy", (("form", "bth"),), "eur"): 478_000,
    ("subsidy", (("form", "hch"),), "eur"): 221_000,
    ("subsidy", (("form", "thuis_betaald"),), "eur"): 184_000,
    ("subsidy_claimed", (), "eur"): 1_190_000,
    ("subsidy_payout", (), "share"): 0.739,
    ("budget", (("line", "vrijwilligers"),), "eur"): 896_000,
    ("budget_used", (("line", "vrijwilligers"),), "eur"): 1_190_000,
    ("budget", (("line", "netwerken"),), "eur"): 226_000,
    ("budget", (("line", "geestelijke_verzorging"),), "eur"): 217_600,
    ("budget_used", (("line", "geestelijke_verzorging"),), "eur"): 84_000,
    ("budget", (("line", "nppz"),), "eur"): 388_900,
    ("spiritual_hours_left", (), "hours"): 980,
    ("unfunded", (("reason", "overleden_voor_overleg"),), "eur"): 41_200,
    ("unfunded", (("reason", "doorlevering_boven_plafond"),), "eur"): 352_000,
}
SITES = {
    "bth-linde": 0.78,
    "bth-haven": 0.8,
    "hch-kastanje": 0.85,
    "pu-west": 0.81,
    "pu-oost": 0.79,
    "elv-midden": 0.32,
}
BY_PLACE = {
    ("law", "Zvw", "thuis"): 30e6,
    ("law", "Wlz", "thuis"): 12e6,
    ("law", "Zvw", "ziekenhuis"): 30e6,
    ("law", "Wlz", "verpleeghuis"): 55e6,
    ("law", "Zvw", "bth"): 1.1e6,
    ("law", "Zvw", "pu"): 2.2e6,
    ("payer", "zorgverzekeraar", "thuis"): 29e6,
    ("payer", "zorgkantoor", "verpleeghuis"): 48e6,
    ("payer", "patient", "verpleeghuis"): 7e6,
}
MOVES = {
    ("thuis", "ziekenhuis"): 0.7,
    ("ziekenhuis", "thuis"): 0.5,
    ("thuis", "overleden"): 0.38,
    ("ziekenhuis", "overleden"): 0.18,
    ("thuis", "bth"): 0.035,
    ("bth", "overleden"): 0.035,
    ("bth", "thuis"): 0.0,
}
CEILINGS = {"wijkverpleging": (99e6, 111e6), "elv": (10e6, 9.5e6)}
EFFECT = {
    ("cost", "zorgverzekeraar"): 1.012,
    ("cost", "aanbieder"): 0.0,
    ("cost", "wijkverpleging"): 1.03,
    ("cost", "hospice"): 0.97,
    ("place_of_death", "thuis"): 1.01,
    ("place_of_death", "ziekenhuis"): 0.97,
}


def truth() -> dict[tuple[str, tuple[tuple[str, str], ...], str], float]:
    """Every KPI with its expected value."""
    out: dict[tuple[str, tuple[tuple[str, str], ...], str], float] = {}
    view = ("view", "calendar")
    out[("cost", (view,), "eur")] = sum(MATRIX.values())
    for index, name in ((0, "law"), (1, "payer")):
        for pair, value in MATRIX.items():
            key = ("cost", ((name, pair[index]), view), "eur")
            out[key] = out.get(key, 0.0) + value
    for (law, payer), value in MATRIX.items():
        out[("cost", (("law", law), ("payer", payer), view), "eur")] = value
    for module, value in MODULES.items():
        out[("cost", (("module", module), view), "eur")] = value
    for setting, value in {
        "thuis": 42e6,
        "verpleeghuis": 55e6,
        "ziekenhuis": 30e6,
        "bth": 1.1e6,
        "pu": 2.2e6,
    }.items():
        out[("cost", (("setting", setting), view), "eur")] = value
    for setting, value in PLACES.items():
        out[("place_of_death", (("setting", setting),), "share")] = value
    for setting, value in DAYS.items():
        out[("days_in_setting", (("setting", setting),), "days")] = value
    for site, value in SITES.items():
        out[("occupancy", (("site", site),), "share")] = value
    for setting, value in {"bth": 0.79, "hch": 0.85, "pu": 0.8, "elv": 0.32}.items():
        out[("occupancy", (("setting", setting),), "share")] = value
    for (key, code, setting), value in BY_PLACE.items():
        out[("cost", ((key, code), ("setting", setting), view), "eur")] = value
    for (start, to), value in MOVES.items():
        out[("moves", (("from", start), ("to", to)), "count")] = value
    for kind, (room, used) in CEILINGS.items():
        out[("ceiling_room", (("kind", kind),), "eur")] = room
        out[("ceiling_used", (("kind", kind),), "eur")] = used
    for month in range(1, 13):
        for setting, level in {"bth": 0.8, "hch": 0.85, "pu": 0.8}.items():
            dimension = (("month", f"2026-{month:02}"), ("setting", setting))
            out[("occupancy_by_month", dimension, "share")] = level + 0.01 * month
    for index, level in enumerate(PAYMENT_LEVELS):
        for fixed, size in (((), 100), ((("wlz", "met"),), 300), ((("income", "laag"),), 80)):
            dimension = (*fixed, ("level", str(level)))
            out[("patient_payment_quantile", dimension, "eur")] = size * 2.5**index
    out[("wait_days_mean", (("setting", "bth"),), "days")] = 1.7
    return {**out, **OTHERS}


def kpis(
    effect: Mapping[tuple[str, str], float] | None = None, replications: int = REPLICATIONS
) -> pd.DataFrame:
    """A KPI table as a run folder holds it; the noise is shared by all runs."""
    noise = np.random.default_rng(7)
    rows = []
    for (name, dimension, unit), value in truth().items():
        factor = next(
            (f for (n, word), f in (effect or {}).items() if n == name and word in dict(dimension).values()),
            1,
        )
        if name == "cost" and effect and dimension == (("view", "calendar"),):
            factor = 1.002
        for replication in range(replications):
            drawn = (
                value
                * (1 + 0.02 * noise.standard_normal())
                * (factor + 0.0004 * noise.standard_normal() * (factor != 1))
            )
            rows.append(("s", replication, name, json.dumps(dict(dimension), sort_keys=True), drawn, unit))
    return pd.DataFrame(rows, columns=["scenario", "replication", "name", "dimension", "value", "unit"])


def manifest(loaded: Any, replications: int = REPLICATIONS) -> dict[str, Any]:
    """A manifest as a run folder holds it."""
    return {
        "schema_version": 1,
        "scenario": loaded.scenario.model_dump(mode="json", exclude={"replications"}),
        "area": loaded.area.model_dump(mode="json"),
        "hashes": {"scenario": "ab" * 32, "code": "ef" * 32},
        "versions": {"python": "3.11.7", "numpy": "2.4.0"},
        "seed": loaded.scenario.seed,
        "replications": replications,
        "tariff_rows": [
            "zvw.msz.verpleegdag@2026-01-01",
            "zvw.elv.ptz@2026-01-01",
            "zvw.wijkverpleging@2026-01-01",
        ],
    }


def run_view(replications: int = REPLICATIONS) -> RunView:
    """The base as a report reads it."""
    stored = manifest(load_scenario("basis_2026"), replications)
    return RunView(stored, Kpis.of(summarise(kpis(replications=replications))), tuple(stored["tariff_rows"]))


def comparison(effect: Mapping[tuple[str, str], float] = EFFECT) -> Result:
    """The base and one alternative."""
    base = load_scenario("basis_2026")
    other = manifest(apply(base, "azwa_omzetplafond"))
    first, second = kpis(), kpis(effect)
    view = RunView(other, Kpis.of(summarise(second)), tuple(other["tariff_rows"]))
    made = changed(manifest(base)["scenario"], other["scenario"])
    headline = tuple(headlined(other["scenario"]["headline"], first, second))
    found = Alternative(view, Kpis.of(differences(first, second)), made, headline=headline)
    return Result(run_view(), (found,))


def without_terms(page: str) -> str:
    """A page whose terms stand as they are written, without what explains them."""
    return re.sub(r'<abbr class="term"[^>]*>([^<]*)</abbr>', r"\1", page)
