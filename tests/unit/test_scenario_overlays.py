"""Overlays: what `extends` and `set` do, where a value comes from, and what an alternative adds to a base."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.scenario import Change, LoadedScenario, Setting, apply, beds_of, load_scenario, paths, vary

AREA = {
    "name": "elders",
    "title": {"nl": "Elders", "en": "Elsewhere"},
    "references": [],
    "national_share": {"value": 0.01, "kind": "source", "source": "example"},
    "regions": [],
}


@pytest.fixture
def basis() -> LoadedScenario:
    return load_scenario("basis_2026")


def _overlay(
    folder: Path, name: str, *items: dict[str, Any], extends: str = "basis_2026", **header: Any
) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps({"extends": extends, "set": items, **header}), encoding="utf-8")
    return path


def _fault(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    line = str(caught.value)
    assert "\n" not in line
    return line.removeprefix(f"{path}: ")


def _setting(loaded: LoadedScenario, path: str) -> Setting:
    (found,) = [setting for setting in loaded.provenance() if setting.path == path]
    return found


def _dump(loaded: LoadedScenario) -> dict[str, Any]:
    return loaded.scenario.model_dump(mode="json")


def test_azwa_omzetplafond_changes_only_what_stands_in_the_way_of_terminal_care(
    basis: LoadedScenario,
) -> None:
    """AZWA, Handreiking 7.2: ceilings and agreements on efficiency do not hinder terminal care at home."""
    azwa = load_scenario("azwa_omzetplafond")
    assert azwa.scenario.ceiling.applies.value == 0.0
    assert not azwa.scenario.efficiency.counts_terminal
    assert [change.path for change in azwa.changes] == ["ceiling.applies.value", "efficiency.counts_terminal"]
    assert azwa.changes[0].before == basis.scenario.ceiling.applies.value
    different = {key for key, value in _dump(azwa).items() if value != _dump(basis)[key]}
    assert different.difference(paths.HEADER) == {"ceiling", "efficiency"}


def test_basis_regio_is_basis_2026_on_middenland(basis: LoadedScenario) -> None:
    regio = load_scenario("basis_regio")
    assert regio.changes == ()
    assert regio.area.name == "middenland"
    assert regio.scenario.hospice == basis.scenario.hospice


def test_an_item_sets_one_value_and_leaves_the_rest(tmp_path: Path, basis: LoadedScenario) -> None:
    path = _overlay(tmp_path, "patient", {"path": "hospice.patience", "value": 6})
    loaded = load_scenario(path)
    assert loaded.scenario.hospice.patience.value == 6
    assert loaded.changes == (
        Change("hospice.patience.value", basis.scenario.hospice.patience.value, 6, "patient"),
    )
    assert loaded.scenario.home == basis.scenario.home
    assert loaded.files[-1] == path.resolve()


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        ("places.extra_beds.bth", 3, "places.extra_beds.bth"),
        ("places.extra_beds", {"bth": 3}, "places.extra_beds.bth"),
        ("hospice.from_home.value.cancer", 0.2, "hospice.from_home.value.cancer"),
        ("hospice.day_contribution_eur.1", 50, "hospice.day_contribution_eur.1.value"),
        ("home.gp_per_day.value.3", 0.5, "home.gp_per_day.value.3"),
        ("hospital.stay.median", 6, "hospital.stay.median"),
        ("hospital.stay", {"median": 6}, "hospital.stay.median"),
        ("rules.eigen_risico_plan", "460", "rules.eigen_risico_plan"),
        ("horizon.count_to", "2028-01-01", "horizon.count_to"),
    ],
)
def test_a_path_reaches_numbers_keys_windows_and_plain_settings(
    tmp_path: Path, basis: LoadedScenario, path: str, value: Any, at: str
) -> None:
    data: Any = _dump(load_scenario(_overlay(tmp_path, "one", {"path": path, "value": value})))
    for part in at.split("."):
        data = data[int(part)] if isinstance(data, list) else data[part]
    assert data == (value["bth" if "beds" in path else "median"] if isinstance(value, dict) else value)


def test_overlays_apply_from_the_full_scenario_upwards(tmp_path: Path, basis: LoadedScenario) -> None:
    _overlay(
        tmp_path, "low", {"path": "hospice.patience", "value": 6}, {"path": "hospice.waived", "value": 0.2}
    )
    high = _overlay(tmp_path, "high", {"path": "hospice.patience", "value": 7}, extends="low")
    loaded = load_scenario(high)
    assert (loaded.scenario.hospice.patience.value, loaded.scenario.hospice.waived.value) == (7, 0.2)
    assert [(change.path, change.before, change.after, change.overlay) for change in loaded.changes] == [
        ("hospice.patience.value", basis.scenario.hospice.patience.value, 6, "low"),
        ("hospice.waived.value", basis.scenario.hospice.waived.value, 0.2, "low"),
        ("hospice.patience.value", 6, 7, "high"),
    ]
    assert _setting(loaded, "hospice.patience").changed_by == "high"
    assert _setting(loaded, "hospice.waived").changed_by == "low"
    assert _setting(loaded, "hospice.accepts_other").changed_by is None


def test_a_circle_of_extends_is_named(tmp_path: Path) -> None:
    _overlay(tmp_path, "a", extends="b")
    _overlay(tmp_path, "b", extends="c")
    _overlay(tmp_path, "c", extends="a")
    with pytest.raises(InputError) as caught:
        load_scenario(tmp_path / "a.yaml")
    assert str(caught.value) == (
        f"{tmp_path / 'c.yaml'}: extends: a -> b -> c -> a is a circle; end it at a full scenario"
    )


@pytest.mark.parametrize(
    ("item", "line"),
    [
        (
            {"path": "hospice.patiance", "value": 6},
            "set[0].path 'hospice.patiance': no such setting; did you mean 'patience'?",
        ),
        (
            {"path": "places.extra_beds.bht", "value": 6},
            "set[0].path 'places.extra_beds.bht': no such setting; did you mean 'bth'?",
        ),
        (
            {"path": "hospice.beds.bht", "value": 6},
            "set[0].path 'hospice.beds.bht': no such setting; did you mean 'places.extra_beds.bth'?",
        ),
        (
            {"path": "ceiling.applies.value", "value": 1.5},
            "set[0] 'ceiling.applies.value': 1.5 is above 1; a probability lies between 0 and 1",
        ),
        (
            {"path": "ceiling.applies", "value": "nooit"},
            "set[0] 'ceiling.applies': 'nooit' is not a number; write a number",
        ),
        (
            {"path": "ceiling.outcome.value.geweigerd", "value": 0.75},
            "set[0] 'ceiling.outcome.value.geweigerd': shares sum to 1.5; they must sum to 1",
        ),
        (
            {"path": "places.extra_beds.bth", "value": 1.5},
            "set[0] 'places.extra_beds.bth': 1.5 is not a whole number; write a whole number",
        ),
        (
            {"path": "ceiling.applies", "value": 0, "kind": "source"},
            "set[0] 'ceiling.applies': kind 'source' has no source; "
            "add source: <id>, or make it an assumption",
        ),
        (
            {"path": "ceiling.applies", "value": 0.1, "range": [0.2, 0.3]},
            "set[0] 'ceiling.applies': 0.1 lies outside its range [0.2, 0.3]; widen the range",
        ),
        (
            {"path": "ceiling", "value": 0},
            "set[0].path 'ceiling': is a group of settings; name one of applies, elv_applies, insurers, "
            "provider_groups, allowance_factor and 5 more",
        ),
        (
            {"path": "ceiling.applies.reason", "value": "x"},
            "set[0].path 'ceiling.applies.reason': provenance is no setting; write reason beside value",
        ),
        (
            {"path": "area", "value": "elders"},
            "set[0].path 'area': 'area' is no setting; write it at the top of the file",
        ),
        ({"path": "ceiling.applies"}, "set[0].value: is missing; add it"),
        (
            {"path": "ceiling.applies", "valeu": 0, "value": 0},
            "set[0].valeu: unknown key; did you mean 'value'?",
        ),
    ],
)
def test_a_wrong_item_gets_one_line_with_item_fault_and_remedy(
    tmp_path: Path, item: dict[str, Any], line: str
) -> None:
    assert _fault(_overlay(tmp_path, "wrong", item)) == line


def test_the_overlay_that_brings_a_fault_is_the_file_that_is_named(tmp_path: Path) -> None:
    low = _overlay(tmp_path, "low", {"path": "ceiling.applies", "value": 2})
    high = _overlay(tmp_path, "high", {"path": "hospice.patience", "value": 7}, extends="low")
    with pytest.raises(InputError) as caught:
        load_scenario(high)
    assert str(caught.value).startswith(f"{low}: set[0] 'ceiling.applies': 2 is above 1")


def test_a_path_that_is_set_twice_is_refused(tmp_path: Path) -> None:
    path = _overlay(
        tmp_path,
        "twice",
        {"path": "ceiling.applies", "value": 0},
        {"path": "ceiling.applies.value", "value": 0.1},
    )
    assert _fault(path) == "set[1].path 'ceiling.applies.value': is set twice; keep one of them"


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        (
            {
                "path": "home.terminal_start",
                "value": {"2026-01-01": {"median": 20}, "2026-07-01": {"median": 30}},
            },
            {"path": "home.terminal_start.median", "value": 25},
        ),
        ({"path": "home.gp_per_day", "value": [0.1]}, {"path": "home.gp_per_day.value.3", "value": 0.1}),
    ],
)
def test_a_whole_and_a_part_of_it_set_it_twice(
    tmp_path: Path, whole: dict[str, Any], part: dict[str, Any]
) -> None:
    """The later one ended the path over dates of the other, or its value, without a word."""
    for items in ((whole, part), (part, whole)):
        said = f"set[1].path '{items[1]['path']}': is set twice; keep one of them"
        assert _fault(_overlay(tmp_path, "twice", *items)) == said


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ({"set": []}, "extends: is missing; name the scenario that `set` changes"),
        ({"extends": "basis_2026", "sets": []}, "sets: unknown key; did you mean 'set'?"),
        ({"extends": "basis_2026", "hospice": {}}, "hospice: unknown key; choose from "),
        ({"extends": "basis_2026", "set": {}}, "set: a mapping is not a list; write [.., ..]"),
        ({"extends": "basis_2062"}, "extends: basis_2062: no such scenario; known are: "),
    ],
)
def test_a_wrong_overlay_file_gets_one_line(tmp_path: Path, content: dict[str, Any], line: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert _fault(path).startswith(line)


def test_a_new_kind_replaces_the_provenance_whole(tmp_path: Path) -> None:
    item = {"path": "ceiling.applies", "value": 0, "kind": "source", "source": "azwa_2025"}
    setting = _setting(load_scenario(_overlay(tmp_path, "new", item)), "ceiling.applies")
    assert (setting.kind, setting.source, setting.reason, setting.range) == (
        "source",
        "azwa_2025",
        None,
        None,
    )


def test_provenance_without_kind_replaces_key_by_key(tmp_path: Path, basis: LoadedScenario) -> None:
    item = {"path": "ceiling.applies", "value": 0.6, "range": [0, 1]}
    setting = _setting(load_scenario(_overlay(tmp_path, "wider", item)), "ceiling.applies")
    before = _setting(basis, "ceiling.applies")
    assert (setting.range, setting.kind, setting.reason) == ((0, 1), before.kind, before.reason)


def test_a_value_without_provenance_is_an_assumption_of_its_overlay(tmp_path: Path) -> None:
    """Its range reaches from the old value to the new; the source of the old value is not its source."""
    items = (
        {"path": "hospice.discharged_alive", "value": 0.05},
        {"path": "hospital.palliative_team.value.cancer", "value": 0.3},
    )
    loaded = load_scenario(_overlay(tmp_path, "mine", *items))
    alive = _setting(loaded, "hospice.discharged_alive")
    assert (alive.kind, alive.source, alive.range) == ("assumption", None, (0.05, 0.108))
    assert alive.reason == "chosen in scenario mine"
    team = _setting(loaded, "hospital.palliative_team")
    assert (team.kind, team.source, team.reason) == ("assumption", None, "chosen in scenario mine")
    assert team in loaded.assumptions()


def test_the_provenance_of_one_item_holds_for_all_items_of_its_parameter(tmp_path: Path) -> None:
    items = (
        {"path": "hospice.first_choice.value.bth", "value": 0.5, "kind": "source", "source": "example"},
        {"path": "hospice.first_choice.value.pu", "value": 0.36},
    )
    setting = _setting(load_scenario(_overlay(tmp_path, "two", *items)), "hospice.first_choice")
    assert (setting.kind, setting.source) == ("source", "example")
    assert setting.value == {"bth": 0.5, "hch": 0.14, "pu": 0.36}


def test_an_overlay_describes_itself_and_takes_no_words_from_below(
    tmp_path: Path, basis: LoadedScenario
) -> None:
    scenario = load_scenario(_overlay(tmp_path, "bare", {"path": "hospice.patience", "value": 6})).scenario
    assert (scenario.name, scenario.title.nl, scenario.extends) == ("bare", "bare", "basis_2026")
    assert (scenario.question.en, scenario.references, scenario.author) == ("not stated", (), "not stated")


def test_provenance_lists_every_parameter_of_scenario_and_area(basis: LoadedScenario) -> None:
    """Counted in the JSON of the models: each parameter has one key `kind`."""
    text = basis.scenario.model_dump_json() + basis.area.model_dump_json()
    settings = basis.provenance()
    assert len(settings) == text.count('"kind":')
    assert len({setting.path for setting in settings}) == len(settings)
    assert "area.regions.mi-01.palliative_deaths" in {setting.path for setting in settings}
    assert all(setting.source for setting in settings if setting.kind != "assumption")
    assert all(s.reason and (s.range or s.range_factor) for s in basis.assumptions())


def _elsewhere(folder: Path, basis: LoadedScenario) -> Path:
    region = basis.area.regions[0].model_dump(mode="json") | {"id": "el-01"}
    path = folder / "elders.yaml"
    path.write_text(json.dumps(AREA | {"regions": [region]}), encoding="utf-8")
    return path


def test_an_area_given_by_the_user_replaces_that_of_the_scenario(
    tmp_path: Path, basis: LoadedScenario
) -> None:
    loaded = load_scenario("basis_2026", area=str(_elsewhere(tmp_path, basis)))
    assert (loaded.area.name, loaded.scenario.area) == ("elders", "elders")
    assert loaded.digest != basis.digest
    assert loaded.scenario.hospice == basis.scenario.hospice


def test_an_area_beside_the_scenario_file_is_found(tmp_path: Path, basis: LoadedScenario) -> None:
    _elsewhere(tmp_path, basis)
    assert load_scenario(_overlay(tmp_path, "there", area="elders.yaml")).area.name == "elders"
    (tmp_path / "regions").mkdir()
    (tmp_path / "elders.yaml").rename(tmp_path / "regions" / "elders.yaml")
    assert load_scenario(_overlay(tmp_path, "there", area="elders")).area.name == "elders"


def test_an_alternative_keeps_area_horizon_and_seed_of_the_base(
    tmp_path: Path, basis: LoadedScenario
) -> None:
    base = load_scenario("basis_2026", area=_elsewhere(tmp_path, basis)).with_run(seed=7, replications=3)
    alternative = _overlay(
        tmp_path,
        "alt",
        {"path": "hospice.patience", "value": 6},
        {"path": "seed", "value": 99},
        {"path": "replications", "value": 50},
        {"path": "horizon.count_to", "value": "2028-01-01"},
        area="middenland",
    )
    applied = apply(base, alternative)
    assert applied.name == "alt"
    assert applied.area == base.area
    kept = ("area", "seed", "replications", "horizon")
    assert [getattr(applied.scenario, key) for key in kept] == [getattr(base.scenario, key) for key in kept]
    assert [change.path for change in applied.changes] == ["hospice.patience.value"]
    assert applied.scenario.hospice.patience.value == 6


def test_an_alternative_adds_its_own_changes_to_those_of_the_base(tmp_path: Path) -> None:
    base = load_scenario(_overlay(tmp_path, "base", {"path": "hospice.patience", "value": 6}))
    _overlay(
        tmp_path, "low", {"path": "hospice.waived", "value": 0.2}, {"path": "home.sedation", "value": 0.4}
    )
    alternative = _overlay(tmp_path, "alt", {"path": "home.sedation", "value": 0.5}, extends="low")
    applied = apply(base, alternative)
    hospice = applied.scenario.hospice
    assert (hospice.patience.value, hospice.waived.value) == (6, 0.2)
    assert applied.scenario.home.sedation.value == 0.5
    assert [change.overlay for change in applied.changes] == ["low", "low", "alt"]
    assert applied.inherited == base.changes
    assert _setting(applied, "hospice.patience").changed_by == "base"


def test_an_alternative_that_extends_the_base_adds_only_what_lies_above_it(tmp_path: Path) -> None:
    low = _overlay(tmp_path, "low", {"path": "hospice.patience", "value": 6})
    high = _overlay(tmp_path, "high", {"path": "hospice.waived", "value": 0.2}, extends="low")
    applied = apply(load_scenario(low), high)
    assert [change.path for change in applied.changes] == ["hospice.waived.value"]
    assert applied.digest == load_scenario(high).digest


def test_on_its_own_base_an_alternative_is_what_it_is_alone(basis: LoadedScenario) -> None:
    applied = apply(basis, "azwa_omzetplafond")
    assert applied.digest == load_scenario("azwa_omzetplafond").digest


def test_a_scenario_beside_itself_changes_nothing(basis: LoadedScenario) -> None:
    applied = apply(load_scenario("azwa_omzetplafond"), "azwa_omzetplafond")
    assert applied.changes == ()
    assert applied.digest == load_scenario("azwa_omzetplafond").digest
    assert apply(basis, "basis_regio").changes == ()


def test_an_alternative_below_the_base_is_refused_with_the_order_that_works() -> None:
    with pytest.raises(InputError) as caught:
        apply(load_scenario("azwa_omzetplafond"), "basis_2026")
    assert str(caught.value) == (
        "scenarios/basis_2026.yaml: azwa_omzetplafond extends it, so it changes nothing there; "
        "make basis_2026 the base and azwa_omzetplafond the alternative"
    )


def test_an_alternative_of_another_full_scenario_brings_its_whole_policy(
    tmp_path: Path, basis: LoadedScenario
) -> None:
    full = _dump(basis) | {"name": "other", "seed": 99}
    full["hospice"]["patience"]["value"] = 5
    path = tmp_path / "other.yaml"
    path.write_text(json.dumps(full), encoding="utf-8")
    applied = apply(load_scenario("azwa_omzetplafond"), path)
    assert applied.scenario.hospice.patience.value == 5
    assert applied.scenario.ceiling == basis.scenario.ceiling
    assert applied.scenario.seed == basis.scenario.seed


def test_a_variation_is_an_overlay_without_a_file(basis: LoadedScenario) -> None:
    varied = vary(basis, {"ceiling.applies": 0.1, "places.extra_beds.hch": 2}, "more")
    assert varied.name == "more"
    assert [(change.path, change.after) for change in varied.changes] == [
        ("ceiling.applies.value", 0.1),
        ("places.extra_beds.hch", 2),
    ]
    with pytest.raises(InputError, match=r"^more: set\[0\] 'ceiling.applies': 3 is above 1"):
        vary(basis, {"ceiling.applies": 3}, "more")


def test_a_run_with_another_seed_has_another_digest_and_with_more_replications_the_same(
    basis: LoadedScenario,
) -> None:
    assert basis.with_run(seed=1).digest != basis.digest
    assert basis.with_run(replications=99).digest == basis.digest
    assert basis.with_run(replications=99).scenario.replications == 99
    with pytest.raises(InputError, match=r"^basis_2026: replications: 0 is below 1; must be 1 or more$"):
        basis.with_run(replications=0)


def test_the_digest_is_that_of_the_canonical_json(basis: LoadedScenario) -> None:
    """Sha256 over sorted keys without spaces, computed here from the models' own JSON."""
    import hashlib

    scenario = json.loads(basis.scenario.model_dump_json())
    del scenario["replications"]
    merged = {"scenario": scenario, "area": json.loads(basis.area.model_dump_json())}
    text = json.dumps(merged, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert basis.digest == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("extra", "beds"),
    [
        ({}, (4, 3, 6)),
        ({"bth": 2}, (6, 3, 6)),
        ({"bth": -5}, (0, 2, 6)),
        ({"bth": -7, "hch": -1}, (0, 0, 5)),
    ],
)
def test_extra_beds_go_to_the_first_site_and_leave_it_first(
    tmp_path: Path, basis: LoadedScenario, extra: dict[str, int], beds: tuple[int, ...]
) -> None:
    area = _two_houses(tmp_path, basis)
    loaded = vary(load_scenario("basis_2026", area=area), {"places.extra_beds": extra}, "more")
    assert beds_of(loaded.scenario, loaded.area.regions[0]) == beds


def test_extra_beds_need_a_site_of_their_type(tmp_path: Path, basis: LoadedScenario) -> None:
    loaded = load_scenario("basis_2026", area=_two_houses(tmp_path, basis))
    with pytest.raises(InputError) as caught:
        vary(loaded, {"places.extra_beds.pu": 2}, "more")
    assert str(caught.value) == (
        "more: places.extra_beds.pu: region el-01 has no site of this type; "
        "add one to area elders, with 0 beds if need be"
    )


def _two_houses(folder: Path, basis: LoadedScenario) -> Path:
    sites = [
        {"id": f"{setting}-{number}", "name": "Huis", "setting": setting, "beds": beds}
        for number, (setting, beds) in enumerate((("bth", 4), ("bth", 3), ("hch", 6)))
    ]
    region = basis.area.regions[0].model_dump(mode="json") | {"id": "el-01", "sites": sites}
    path = folder / "elders.yaml"
    path.write_text(json.dumps(AREA | {"regions": [region]}), encoding="utf-8")
    return path
