"""Every shipped policy: its cause moves first, its effect follows, nothing else moves, the way back is exact.

What is expected of each, and why, stands in `policies.py`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

import sim
from sim.data import data_folder, read_json
from sim.scenario import (
    LoadedScenario,
    area_names,
    differing,
    load_area,
    load_scenario,
    scenario_names,
    vary,
)
from tests.e2e.policies import ALL, BLUNT, POLICIES, Policy, World

BASE = "basis_2026"
METHOD = {BASE, "basis_regio", "basis_landelijk"}
MOST_LINES = 120
QUARTER = 4
BEDS = {"bth-linde": 1, "bth-haven": 1, "hch-kastanje": 2, "pu-west": 1, "pu-oost": 1, "elv-midden": 4}

Make = Callable[..., World]


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quarter of Middenland."""
    area = load_area("middenland").model_dump(mode="json")
    area["name"] = "kwart"
    (region,) = area["regions"]
    region["population"] //= QUARTER
    for key in ("palliative_deaths", "nursing_home_places", "district_nursing_budget_eur", "elv_budget_eur"):
        region[key]["value"] = round(region[key]["value"] / QUARTER)
        if region[key]["range"] is not None:
            region[key]["range"] = [round(bound / QUARTER) for bound in region[key]["range"]]
    for site in region["sites"]:
        site["beds"] = BEDS.get(site["id"], 1)
    path = tmp_path_factory.mktemp("area") / "kwart.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def world(quarter: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Run a scenario, with values of its own on top; each only once."""
    folder = tmp_path_factory.mktemp("runs")
    made: dict[str, World] = {}

    def make(name: str, values: Mapping[str, Any] | None = None) -> World:
        key = name if not values else json.dumps([name, dict(values)])
        if key not in made:
            scenario: str | Path = name
            called = name if not values else f"{name}_{len(made)}"
            if values:
                scenario = folder / f"{called}.yaml"
                items = [{"path": path, "value": value} for path, value in values.items()]
                scenario.write_text(json.dumps({"extends": name, "set": items}), encoding="utf-8")
            loaded = load_scenario(scenario, quarter)
            options: dict[str, Any] = {"replications": 1, "keep": "all", "jobs": 1, "check": True}
            run = sim.run(scenario, area=quarter, out=folder / called, **options)
            made[key] = World(loaded, run)
        return made[key]

    return make


def tables(of: World, names: tuple[str, ...]) -> dict[str, bytes]:
    """Bytes of stored tables."""
    return {
        name: b"".join(p.read_bytes() for p in sorted((of.run.folder / "tables" / name).rglob("*.parquet")))
        for name in names
    }


def test_every_policy_that_ships_is_tested() -> None:
    assert set(POLICIES) == set(scenario_names()) - METHOD


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_moves_its_cause_its_effect_follows_and_the_rest_stays(name: str, world: Make) -> None:
    """Direction, order of magnitude and reason of each policy stand in its `why`.

    Where its cause is cut off from its effect, the effect stays away.
    """
    policy: Policy = POLICIES[name]
    base, alternative = world(BASE), world(name)
    for move in (*policy.causes, *policy.effects):
        found = move.between(base, alternative)
        assert move.low <= found <= move.high, (
            f"{name}: {move.what} moves {found:.6g}, not {move.low:g} to {move.high:g}. {policy.why}"
        )
    before, after = tables(base, policy.still), tables(alternative, policy.still)
    assert [table for table in policy.still if before[table] != after[table]] == []
    if policy.cut:
        effect_stays_where_the_link_is_cut(name, policy, world)


def effect_stays_where_the_link_is_cut(name: str, policy: Policy, world: Make) -> None:
    """With the effect of the cause set to none, all journeys keep every byte: only the cause leads to it."""
    base = world(BASE, BLUNT) if policy.of_base else world(BASE)
    without = world(name, policy.cut)
    before, after = tables(base, policy.cut_still), tables(without, policy.cut_still)
    assert [table for table in policy.cut_still if before[table] != after[table]] == []
    assert tables(world(name), ("stays",)) != tables(world(BASE), ("stays",))


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_set_back_is_the_base(name: str) -> None:
    policy, base = load_scenario(name), load_scenario(BASE)
    assert policy.changes
    back = vary(policy, {change.path: change.before for change in policy.changes}, "terug")
    assert differing(base.scenario, back.scenario) == []


def test_every_setting_of_every_policy_written_at_its_value_of_the_base_gives_the_bytes_of_the_base(
    world: Make,
) -> None:
    before = {c.path: c.before for name in POLICIES for c in load_scenario(name).changes}
    assert tables(world(BASE, before), ALL) == tables(world(BASE), ALL)


@pytest.mark.parametrize("name", ["vergrijzing_2030", "vergrijzing_2040"])
def test_more_deaths_leave_the_people_of_the_base_as_they_were(name: str, world: Make) -> None:
    few, many = world(BASE).table("patients"), world(name).table("patients")
    assert len(many) > len(few)
    kept = many[many["patient_id"].isin(few["patient_id"])].reset_index(drop=True)
    assert kept.astype(str).equals(few.astype(str).reset_index(drop=True))


def test_the_three_agreements_together_change_what_each_changes_alone() -> None:
    parts = ("azwa_omzetplafond", "azwa_pzp", "azwa_scholing")
    apart = [(c.path, c.after, c.overlay) for name in parts for c in load_scenario(name).changes]
    assert [(c.path, c.after, c.overlay) for c in load_scenario("azwa_volledig").changes] == apart


def test_a_modular_package_leaves_everyone_where_they_were(world: Make) -> None:
    columns = ["patient_id", "setting", "site", "start_minute", "end_minute", "exit_reason", "next_setting"]
    joined = [world(name).table("stays") for name in (BASE, "mpt_voorliggend_2027")]
    first, second = (stays.loc[:, columns].reset_index(drop=True) for stays in joined)
    assert first.equals(second)


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_is_small_complete_and_follows_the_schema(name: str) -> None:
    """Header complete in both languages; every changed number differs from the base; nothing repeated."""
    path = data_folder("scenarios") / f"{name}.yaml"
    raw = json.loads(read_json(path))
    assert len(path.read_text(encoding="utf-8").splitlines()) < MOST_LINES
    schema = json.loads((data_folder("scenarios") / "schema.json").read_text(encoding="utf-8"))
    assert [fault.message for fault in Draft7Validator(schema).iter_errors(raw)] == []
    for key in ("title", "question", "mechanism", "evidence"):
        assert len({raw[key][language] for language in ("nl", "en")} - {""}) == 2, key
    assert all(raw[key] for key in ("author", "date", "references"))
    loaded: LoadedScenario = load_scenario(name)
    assert [c.path for c in loaded.changes if c.before == c.after] == []
    assert {item["path"].split(".")[0] for item in raw.get("set", ())}.isdisjoint({"seed", "horizon", "area"})


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_says_how_far_it_is(name: str) -> None:
    """Planned, shelved, agreed, an experiment, or no policy at all."""
    raw = json.loads(read_json(data_folder("scenarios") / f"{name}.yaml"))
    assert len({raw["status"][language] for language in ("nl", "en")} - {""}) == 2


def test_middenland_is_the_area_of_every_policy() -> None:
    assert "middenland" in area_names()
    assert {load_scenario(name).area.name for name in POLICIES} == {"middenland"}


@pytest.mark.slow
def test_twenty_replications_of_the_azwa_take_two_cores_less_than_two_minutes(tmp_path: Path) -> None:
    """Processor time of a few replications on Middenland, in proportion: a busy machine says the same."""
    few, asked, cores, most_seconds = 3, 20, 2, 120
    began = time.process_time()
    sim.compare(BASE, "azwa_volledig", out=tmp_path / "azwa", replications=few, assumptions=0, jobs=1)
    assert (time.process_time() - began) * asked / few / cores < most_seconds
