"""The invariants of `--check`: a sound task passes, and each way of breaking one is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.catalogue import load_tariffs
from sim.errors import RunError
from sim.law.ptz import scheme as ptz
from sim.measure.cost import own_payments
from sim.measure.invariants import subsidies_within_ceilings, violations
from sim.measure.tables import Task
from sim.runs import run as running
from sim.runs import task as tasks
from sim.runs.run import Plan, rules_of
from sim.runs.task import TaskSpec, price_journeys, simulate
from sim.scenario import load_area, load_scenario, vary
from sim.schema import CEILING_OUTCOMES, GROUPS, ITEMS, NEVER, SETTINGS, Table, code, table

Tables = dict[str, Table]


@pytest.fixture(scope="module")
def spec() -> TaskSpec:
    """Middenland with a tenth of its people, so that its 24 beds suffice easily."""
    loaded = load_scenario("basis_2026", "middenland")
    book = load_tariffs()
    plan = Plan(loaded, Path(), "all")
    full = plan.specs(book, rules_of(plan))[0]
    deaths = full.region.palliative_deaths
    small = full.region.model_copy(update={"palliative_deaths": deaths.model_copy(update={"value": 311.0})})
    return replace(full, region=small)


@pytest.fixture(scope="module")
def sound(spec: TaskSpec) -> Tables:
    return price_journeys(spec, simulate(spec))


def found(spec: TaskSpec, tables: Tables) -> list[str]:
    return violations(spec.scenario, spec.region, tables, spec.book, spec.rules)


def broken(tables: Tables, name: str, column: str, row: int, change: Callable[[int], int]) -> Tables:
    """A copy with one changed cell."""
    columns = dict(tables[name].columns)
    columns[column] = columns[column].copy()
    columns[column][row] = change(int(columns[column][row]))
    return {**tables, name: Table(name, columns, tables[name].labels)}


def without(tables: Tables, name: str, row: int) -> Tables:
    columns = {key: np.delete(values, row) for key, values in tables[name].columns.items()}
    return {**tables, name: Table(name, columns, tables[name].labels)}


def first(flags: np.ndarray) -> int:
    return int(np.flatnonzero(flags)[0])


def test_a_simulated_task_breaks_nothing(spec: TaskSpec, sound: Tables) -> None:
    assert found(spec, sound) == []
    assert len(sound["declarations"]) > 1000


def test_the_days_of_children_in_a_hospice_are_billed_once_too(spec: TaskSpec) -> None:
    """Handreiking 3.2: a child's day in a hospice is the day of intensieve kindzorg, not of ELV."""
    asked = vary(load_scenario("basis_2026"), {"hospice.from_home.value.child": 1.0}, "kinderen")
    (region,) = asked.area.regions
    children = replace(spec, scenario=asked.scenario, region=region)
    tables = price_journeys(children, simulate(children))
    hospices = np.isin(tables["stays"]["setting"], [code(SETTINGS, name) for name in ("bth", "hch", "pu")])
    young = tables["patients"]["patient_id"][tables["patients"]["group"] == code(GROUPS, "child")]
    assert (hospices & np.isin(tables["stays"]["patient_id"], young)).any()
    assert found(children, tables) == []


def test_an_overlap_and_a_gap_are_found(spec: TaskSpec, sound: Tables) -> None:
    stays = sound["stays"]
    second = first(stays["stay_no"] == 1)
    earlier = found(spec, broken(sound, "stays", "start_minute", second, lambda m: m - 2000))
    assert any(line.startswith("stay overlaps the stay before it: 1 rows of stays") for line in earlier)
    later = found(spec, broken(sound, "stays", "start_minute", second, lambda m: m + 1))
    assert any(line.startswith("gap before stay: 1 rows of stays") for line in later)


def test_a_last_stay_that_outlives_the_patient_is_found(spec: TaskSpec, sound: Tables) -> None:
    last = len(sound["stays"]) - 1
    lines = found(spec, broken(sound, "stays", "end_minute", last, lambda m: m + 60))
    assert any(line.startswith("last stay does not end at death") for line in lines)


def test_death_in_a_stay_that_is_not_the_last_is_found(spec: TaskSpec, sound: Tables) -> None:
    stays = sound["stays"]
    early = first((stays["stay_no"][:-1] == 0) & (stays["stay_no"][1:] == 1))
    lines = found(spec, broken(sound, "stays", "exit_reason", early, lambda _: 0))
    assert any(line.startswith("exit reason 'overleden' is not that of the last stay") for line in lines)


def test_a_patient_who_is_nowhere_is_found(spec: TaskSpec, sound: Tables) -> None:
    stays = sound["stays"]
    patients, counts = np.unique(stays["patient_id"], return_counts=True)
    lonely = first(stays["patient_id"] == patients[first(counts == 1)])
    lines = found(spec, without(sound, "stays", lonely))
    assert any(line.startswith("patient without a stay: 1") for line in lines)


def test_a_guest_too_many_is_found(spec: TaskSpec, sound: Tables) -> None:
    site = next(s for s in spec.region.sites if s.setting == "bth")
    empty = spec.region.model_copy(
        update={
            "sites": tuple(s.model_copy(update={"beds": 0}) if s is site else s for s in spec.region.sites)
        }
    )
    lines = found(replace(spec, region=empty), sound)
    assert any(line.startswith(f"site {site.id}: ") and " people in 0 beds on 20" in line for line in lines)


def test_a_cent_that_nobody_pays_is_found(spec: TaskSpec, sound: Tables) -> None:
    lines = found(spec, broken(sound, "shares", "cents", 0, lambda c: c + 1))
    assert [line for line in lines if line.startswith("shares do not sum to gross: 1 rows of declarations")]


def test_a_share_of_no_declaration_is_found(spec: TaskSpec, sound: Tables) -> None:
    lines = found(spec, broken(sound, "shares", "declaration_id", 0, lambda _: 10**12))
    assert any(line.startswith("shares: 1 rows of no declaration") for line in lines)


def test_a_day_that_a_house_bears_itself_is_not_billed(spec: TaskSpec, sound: Tables) -> None:
    """Delivered above a ceiling at own cost (T20): a billed day of such a stay is one too many."""
    stays, own = sound["stays"], code(CEILING_OUTCOMES, "eigen_kosten")
    house = stays["setting"] == code(SETTINGS, "bth")
    row = int(np.flatnonzero(house & (stays["ceiling"] == code(CEILING_OUTCOMES, "geen")))[0])
    told = found(spec, broken(sound, "stays", "ceiling", row, lambda _: own))
    assert any(t.startswith("days of bth not billed exactly once: 1 rows") for t in told)


@pytest.mark.parametrize("setting", ["ziekenhuis", "verpleeghuis", "hch", "pu", "elv", "bth"])
def test_a_day_billed_twice_or_never_is_found(spec: TaskSpec, sound: Tables, setting: str) -> None:
    lines, stays = sound["declarations"], sound["stays"]
    mine = stays["setting"] == code(SETTINGS, setting)
    keys = set(zip(stays["patient_id"][mine].tolist(), stays["stay_no"][mine].tolist(), strict=True))
    words = lines.words("product")
    days = ("zvw.msz.verpleegdag", "wlz.zzp.", "zvw.elv.", "zvw.wijkverpleging.bth_dag")
    row = next(
        i
        for i in range(len(lines))
        if (int(lines["patient_id"][i]), int(lines["stay_no"][i])) in keys
        and words[lines["product"][i]].startswith(days)
    )
    for change in (lambda q: q + 1, lambda q: q - 1):
        told = found(spec, broken(sound, "declarations", "quantity", row, change))
        assert any(t.startswith(f"days of {setting} not billed exactly once: 1 rows") for t in told)


def test_too_much_eigen_risico_is_found(spec: TaskSpec, sound: Tables) -> None:
    row = first(sound["shares"]["item"] == code(ITEMS, "eigen_risico"))
    lines = found(spec, broken(sound, "shares", "cents", row, lambda c: c + 100_000))
    assert any("above its pro-rata limit" in line for line in lines)


def test_a_change_of_law_in_the_terminal_phase_is_found(spec: TaskSpec, sound: Tables) -> None:
    patients, periods = sound["patients"], sound["wlz_periods"]
    owner = int(np.searchsorted(patients["patient_id"], periods["patient_id"][0]))
    assert patients["terminal_from_minute"][owner] != NEVER
    late = int(patients["terminal_from_minute"][owner]) + 1
    tables = broken(sound, "patients", "wlz_since_minute", owner, lambda _: late)
    tables = broken(tables, "wlz_periods", "start_minute", 0, lambda _: late)
    assert any(line.startswith("Wlz begins in the terminal phase") for line in found(spec, tables))


def test_a_wlz_that_ends_in_the_terminal_phase_is_found(spec: TaskSpec, sound: Tables) -> None:
    """The last period of somebody with an estimate ends an hour before death."""
    patients, periods = sound["patients"], sound["wlz_periods"]
    rows = np.searchsorted(patients["patient_id"], periods["patient_id"])
    last = np.append(rows[1:] != rows[:-1], True)
    terminal = patients["terminal_from_minute"][rows]
    row = first(last & (terminal != NEVER) & (periods["end_minute"] > terminal + 60))
    tables = broken(sound, "wlz_periods", "end_minute", row, lambda m: m - 60)
    assert found(spec, tables) == [
        f"Wlz ends in the terminal phase: 1 rows of wlz_periods, first patient {periods['patient_id'][row]}"
    ]


def subsidies(**changed: list[float]) -> Table:
    """Two organisations of 2026; the ceiling of 2026 is 32,249,000 euros (Regeling PTZ art. 7)."""
    columns: dict[str, Any] = {
        "organisation": [0, 1],
        "form": [2, 3],
        "year": [2026, 2026],
        "clients": [1000, 1000],
        "mean_clients": [1000.0, 1000.0],
        "maximum_cents": [1_800_000_000, 1_800_000_000],
        "payout_percentage": [0.89, 0.89],
        "subsidy_cents": [1_612_450_000, 1_612_450_000],
    }
    arrays = {name: np.array(values) for name, values in (columns | changed).items()}
    return table("subsidies", arrays, {"organisation": ("een", "twee"), "form": ptz.PTZ_FORMS})


def test_a_subsidy_above_its_claim_or_the_ceiling_is_found(spec: TaskSpec) -> None:
    def told(**changed: list[float]) -> list[str]:
        return list(subsidies_within_ceilings(subsidies(**changed), spec.scenario, spec.book))

    assert told() == []
    assert told(maximum_cents=[1_800_000_000, 1_612_449_999]) == ["subsidies: 1 above what is claimed"]
    assert told(subsidy_cents=[1_612_450_000, 1_612_450_001]) == [
        "subsidies: 3224900001 cents in 2026, above the ceiling of 3224900000"
    ]
    assert told(payout_percentage=[0.89, 1.2]) == ["subsidies: payout percentage of 1.2, not between 0 and 1"]


def test_a_run_with_a_broken_subsidy_fails_its_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: TaskSpec
) -> None:
    """The step over all regions is checked as well, also when every task is taken over."""
    area = load_area("middenland").model_dump(mode="json")
    area["regions"][0]["palliative_deaths"] |= {"value": 20}
    path = tmp_path / "klein.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    options: dict[str, Any] = {"area": path, "replications": 1, "jobs": 1, "out": tmp_path / "run"}
    sim.run("basis_2026", check=True, **options)
    monkeypatch.setattr(running, "subsidies_within_ceilings", lambda *_: iter(["subsidies: gebroken"]))
    with pytest.raises(RunError, match="check=True: replication 0: subsidies: gebroken"):
        sim.run("basis_2026", check=True, resume=True, **options)


@pytest.mark.parametrize("keep", ["kpis", "journey", "all"])
def test_a_finished_run_is_checked_whatever_it_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: Any
) -> None:
    """Stored tables are checked, a ledger that is not kept is made again, and so is a run of KPIs only."""
    area = load_area("middenland").model_dump(mode="json")
    area["regions"][0]["palliative_deaths"] |= {"value": 20}
    path = tmp_path / "klein.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    options: dict[str, Any] = {
        "area": path,
        "replications": 1,
        "jobs": 1,
        "out": tmp_path / "run",
        "keep": keep,
    }
    sim.run("basis_2026", **options)
    for module in (running, tasks):
        monkeypatch.setattr(module, "violations", lambda *_: ["gebroken"])
    with pytest.raises(RunError, match="check=True: replication 0, mi-01: gebroken"):
        sim.run("basis_2026", check=True, resume=True, **options)


def test_own_payments_that_are_kept_are_those_of_the_shares(spec: TaskSpec, sound: Tables) -> None:
    kept = {**sound, "own_payments": own_payments(Task(spec.scenario, spec.region, sound, spec.book))}
    assert not found(spec, kept)
    (line,) = found(spec, broken(kept, "own_payments", "cents", 3, lambda cents: cents + 1))
    assert line.startswith("own payments are not those of the shares: 1 rows of own_payments, first patient")
    people = len(kept["own_payments"])
    assert found(spec, without(kept, "own_payments", 3)) == [
        f"own payments: of {people - 1} people, where {people} die in the counted window"
    ]
