"""Bills of worked journeys, subsidies of organisations, and simulated patients explained."""

from __future__ import annotations

from pathlib import Path

from sim.api.bill_results import Bill, Explained, Subsidy
from sim.api.facade import facade
from sim.api.results import RunResult
from sim.billing.case_bill import make_bill
from sim.billing.case_subsidy import make_subsidy
from sim.billing.explain_patient import explain_patient
from sim.catalogue import TariffBook, load_tariffs
from sim.data import data_folder, user_path
from sim.errors import InputError, meant, nearest
from sim.ledger import PriceSettings, own_book, settings_from
from sim.measure.subsidy import extra_ceiling_cents
from sim.scenario import LoadedScenario, load_scenario

BASIS = "basis_2026"
"""Scenario whose basis year and law hold for a bill and a subsidy, unless another is named."""


@facade
def bill(case: str | Path, *, scenario: str | Path | None = None) -> Bill:
    """The bill of one worked journey, a name in `cases()` or a case file: who pays what, and why.

    It has `.to_frame()`, `.tables`, `.items`, `.by_law`, `.by_payer`, `.lines`, `.unfunded`, `.as_json()`.
    Law, own amounts and basis year of the scenario hold; by default the law as it stands. Raises InputError
    when the case is not right.
    """
    _, book, settings = _law_of(scenario)
    return Bill.of(make_bill(_case(case), book, settings.rules(), settings))


def _case(given: str | Path) -> Path:
    """File of a worked journey, by its name in `cases()` or its path; an InputError names what comes near."""
    known = cases()
    if str(given) in known:
        return known[str(given)]
    file = user_path(given)
    near = nearest(file.name, known) if not file.suffix and not file.exists() else None
    if near is None:
        return file
    raise InputError("bill: {case!r}: no such case; {hint}", case=str(given), hint=meant(near))


def cases() -> dict[str, Path]:
    """Worked journeys that ship with the program: name and file."""
    return {file.stem: file for file in sorted((data_folder("scenarios") / "cases").glob("*.yaml"))}


@facade
def subsidy(file: str | Path, *, scenario: str | Path | None = None) -> Subsidy:
    """The Regeling PTZ for the organisations of a subsidy file.

    Law, own amounts and extra money for the ceiling of the scenario hold; by default the law as it stands.
    Raises InputError when the file is not right.
    """
    loaded, book, settings = _law_of(scenario)
    extra = extra_ceiling_cents(loaded.scenario)
    return Subsidy.of(make_subsidy(user_path(file), book, settings.rules(), settings.basis_year, extra))


@facade
def explain(run: str | Path | RunResult, patient: int, *, replication: int | None = None) -> Explained:
    """A simulated patient's timeline and bill, each line down to article and source.

    The run is a result, or a folder that keeps the journey; the replication by default the first. It has
    `.patient`, `.timeline`, `.bill`, `.declaration(id)`, `.to_frame()`, `.as_json()`. Raises InputError when
    the run lacks journeys or the patient.
    """
    if isinstance(run, RunResult):
        return run.explain(patient, replication or 0)
    return Explained.of(explain_patient(run, patient, load_tariffs(), replication))


def _law_of(scenario: str | Path | None) -> tuple[LoadedScenario, TariffBook, PriceSettings]:
    """A named scenario, prices with its own amounts, and its choices; without one, the law as it stands."""
    loaded = load_scenario(BASIS if scenario is None else scenario)
    settings = settings_from(loaded.scenario)
    kept = settings if scenario is not None else PriceSettings(settings.basis_year)
    return loaded, own_book(load_tariffs(), loaded.own), kept
