"""Scenario and area files: what loads, and the one line that a faulty file gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydantic
import pytest

from sim import data
from sim.errors import InputError
from sim.scenario import area_names, load_area, load_scenario, scenario_names

SCENARIOS = Path(__file__).parents[2] / "scenarios"
Write = Callable[[Path, str], Path]


def _file(folder: Path, name: str, content: Any) -> Path:
    """Write YAML text, or a mapping as JSON, which YAML 1.2 contains."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def _basis() -> dict[str, Any]:
    basis: dict[str, Any] = json.loads(data.read_json(SCENARIOS / "basis_2026.yaml"))
    return basis


def _area() -> dict[str, Any]:
    area: dict[str, Any] = json.loads(data.read_json(SCENARIOS / "regions" / "middenland.yaml"))
    return area


def _put(content: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    *above, last = path.split(".")
    place: Any = content
    for part in above:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return content


def _fault(load: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load(path)
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_loads_and_says_what_it_is(name: str) -> None:
    loaded = load_scenario(name)
    scenario = loaded.scenario
    assert scenario.name == name
    assert scenario.references
    for text in (scenario.title, scenario.question, scenario.mechanism, scenario.evidence):
        assert text.nl not in ("", "niet vermeld")
        assert text.en not in ("", "not stated")
        assert text.nl != text.en
    assert scenario.author != "not stated"


@pytest.mark.parametrize("name", area_names())
def test_every_shipped_area_loads(name: str) -> None:
    assert load_area(name).name == name


def test_middenland_is_the_fictional_region_of_the_facts() -> None:
    """Epidemiology 9.6: 500,000 inhabitants and about 3,110 palliative deaths a year."""
    (region,) = load_scenario("basis_2026").area.regions
    assert (region.population, region.palliative_deaths.value) == (500_000, 3110)


def test_a_scenario_loads_by_path_as_by_name() -> None:
    by_path = load_scenario(str(SCENARIOS / "azwa_omzetplafond.yaml"))
    assert by_path.digest == load_scenario("azwa_omzetplafond").digest


def test_a_loaded_scenario_cannot_be_changed() -> None:
    loaded = load_scenario("basis_2026")
    with pytest.raises(pydantic.ValidationError):
        loaded.scenario.ceiling.applies.value = 1.0  # type: ignore[misc]


def test_an_unknown_scenario_lists_the_known_and_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        load_scenario("basis_2062")
    first, more = ", ".join(scenario_names()[:5]), len(scenario_names()) - 5
    known = f"known are: {first} and {more} more"
    assert str(caught.value) == f"basis_2062: no such scenario; {known}; did you mean 'basis_2026'?"
    with pytest.raises(InputError, match=f"^nosuch: no such scenario; {known}$"):
        load_scenario("nosuch")


def test_an_unknown_area_lists_the_known_and_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        load_scenario("basis_2026", area="midenland")
    assert str(caught.value).startswith("midenland: no such area; known are: ")
    assert str(caught.value).endswith("did you mean 'middenland'?")


@pytest.mark.parametrize("path", ["nosuch.yaml", "folder/nosuch.yaml"])
def test_a_missing_file_is_named(path: str) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert str(caught.value) == f"{path}: no such file; give the path of a YAML file"


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        (
            "ceiling.applies.value",
            1.2,
            "ceiling.applies.value: 1.2 is above 1; a probability lies between 0 and 1",
        ),
        ("ceiling.applies.value", -0.1, "ceiling.applies.value: -0.1 is below 0; must be 0 or more"),
        ("ceiling.applies.value", "veel", "ceiling.applies.value: 'veel' is not a number; write a number"),
        ("ceiling.applies.value", "0.2", "ceiling.applies.value: '0.2' is not a number; write a number"),
        ("ceiling.applies.value", True, "ceiling.applies.value: true is not a number; write a number"),
        ("ceiling.applies.kind", None, "ceiling.applies.kind: is missing; add it"),
        (
            "ceiling.applies.range",
            None,
            "ceiling.applies: kind 'assumption' has no range; add range: [low, high]",
        ),
        (
            "ceiling.applies.reason",
            None,
            "ceiling.applies: kind 'assumption' has no reason; add reason: <why this value>",
        ),
        (
            "ceiling.applies.kind",
            "source",
            "ceiling.applies: kind 'source' has no source; add source: <id>, or make it an assumption",
        ),
        (
            "ceiling.applies.kind",
            "assumtion",
            "ceiling.applies.kind: 'assumtion' is not known here; did you mean 'assumption'?",
        ),
        (
            "ceiling.applies.range",
            [0.3, 0.5],
            "ceiling.applies: 0.25 lies outside its range [0.3, 0.5]; widen the range",
        ),
        ("ceiling.outcome.value.geweigerd", 0.5, "ceiling.outcome: shares sum to 1.25; they must sum to 1"),
        (
            "hospice.first_choice.value",
            {"bht": 0.5, "hch": 0.5},
            "hospice.first_choice: 'bht' is not an outcome here; did you mean 'bth'?",
        ),
        (
            "hospice.from_home.value.cancr",
            0.1,
            "hospice.from_home.value.cancr: 'cancr' is not known here; did you mean 'cancer'?",
        ),
        ("hospice.patience", None, "hospice.patience: is missing; add it"),
        (
            "hospice.patiance",
            {},
            "hospice.patiance: unknown key; did you mean 'patience'?",
        ),
        ("ceilling", {}, "ceilling: unknown key; did you mean 'ceiling'?"),
        ("ceiling", 3, "ceiling: 3 is not a mapping; write lines of the form 'key: value'"),
        ("home.gp_per_day.value", [0.1, 0.1], "home.gp_per_day.value[2]: is missing; add it (+1 more)"),
        ("seed", 1.5, "seed: 1.5 is not a whole number; write a whole number"),
        ("replications", 0, "replications: 0 is below 1; must be 1 or more"),
        ("prices.msz_price", "dcb", "prices.msz_price: 'dcb' is not known here; did you mean 'dbc'?"),
        (
            "horizon.count_from",
            "1 januari",
            "horizon.count_from: '1 januari' is not a date; write YYYY-MM-DD",
        ),
        (
            "horizon.count_to",
            "2025-01-01",
            "horizon: count_to 2025-01-01 is not after count_from 2026-01-01; choose a later date",
        ),
        (
            "horizon.count_from",
            "2026-02-02",
            "horizon: count_from 2026-02-02 is no first of a month; what a month of care costs counts on its "
            "first day, so choose one",
        ),
        (
            "horizon.count_to",
            "2026-12-31",
            "horizon: count_to 2026-12-31 is no first of a month; what a month of care costs counts on its "
            "first day, so choose one",
        ),
        ("title", "Basis", "title: 'Basis' is not a mapping; write lines of the form 'key: value'"),
        (
            "places.extra_beds.bth",
            -9,
            "places.extra_beds.bth: -9 takes more beds than region mi-01 has (8); must be -8 or more",
        ),
    ],
)
def test_a_wrong_value_gets_one_line_with_key_fault_and_remedy(
    tmp_path: Path, key: str, value: Any, line: str
) -> None:
    content = _put(_basis(), "ceiling.applies", _ceiling())
    path = _file(tmp_path, "wrong.yaml", _put(content, key, value))
    assert _fault(load_scenario, path) == line


def _ceiling() -> dict[str, Any]:
    return {"value": 0.25, "kind": "assumption", "range": [0.0, 0.5], "reason": "example"}


def test_the_first_of_many_faults_is_told_with_the_number_that_follow(tmp_path: Path) -> None:
    """A misspelt key comes first; the key that it should have been is no fault of its own."""
    content = _basis()
    content["hospice"]["patiance"] = content["hospice"].pop("patience")
    path = _file(tmp_path, "wrong.yaml", content)
    assert _fault(load_scenario, path) == "hospice.patiance: unknown key; did you mean 'patience'?"
    del content["home"]
    content["replications"] = 0
    path = _file(tmp_path, "wrong.yaml", content)
    assert _fault(load_scenario, path) == "hospice.patiance: unknown key; did you mean 'patience'? (+2 more)"


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("regions.0.sites.1.beds", -4, "regions[0].sites[1].beds: -4 is below 0; must be 0 or more"),
        (
            "regions.0.sites.0.setting",
            "bht",
            "regions[0].sites[0].setting: 'bht' is not known here; did you mean 'bth'?",
        ),
        ("regions.0.population", 0, "regions[0].population: 0 is too low; must be above 0"),
        (
            "regions.0.sites.0.bed",
            4,
            "regions[0].sites[0].bed: unknown key; did you mean 'beds'?",
        ),
        ("regions", [], "regions: has 0 parts; must have at least 1"),
    ],
)
def test_a_wrong_area_gets_one_line_with_key_fault_and_remedy(
    tmp_path: Path, key: str, value: Any, line: str
) -> None:
    path = _file(tmp_path, "area.yaml", _put(_area(), key, value))
    assert _fault(load_area, path) == line


def test_two_sites_of_an_area_have_two_ids(tmp_path: Path) -> None:
    content = _area()
    sites = content["regions"][0]["sites"]
    sites[1]["id"] = sites[0]["id"]
    path = _file(tmp_path, "area.yaml", content)
    assert _fault(load_area, path) == (f"site id {sites[0]['id']!r} stands twice; give every site its own id")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "name: a\nhorizon: {count_from: 2026-02-30}\n",
            "line 2: 2026-02-30 is no date; write it as 2026-07-01",
        ),
        (
            "name: a\nseed: 2026-02-03 25:00:00\n",
            "line 2: 2026-02-03 25:00:00 is no date; write it as 2026-07-01",
        ),
        ("name: a\nseed: 1\nseed: 2\n", "line 3: key 'seed' stands twice; keep one"),
        ("title:\n  nl: a\n  nl: b\n", "line 3: key 'nl' stands twice; keep one"),
        ("", "holds no mapping; write lines of the form 'key: value'"),
        ("- a\n- b\n", "holds no mapping; write lines of the form 'key: value'"),
        ("name: a\n? [b, c]\n: d\n", "a key: ('b', 'c') is no key; write a word or a year"),
        ("name: !!binary aGFsbG8=\n", "a value of type bytes has no place here; "),
        ("name: [a\nseed: 1\n", "line 2: not YAML: "),
        ("name: &x [*x]\n", "line 1: an alias (*name) has no place here; "),
    ],
)
def test_a_file_that_is_no_strict_yaml_gets_one_line_with_its_place(
    tmp_path: Path, text: str, line: str
) -> None:
    path = _file(tmp_path, "wrong.yaml", text)
    assert _fault(load_scenario, path).startswith(line)


def test_a_circle_of_links_is_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "kring.yaml"
    path.symlink_to(path)
    for read in (load_scenario, load_area):
        with pytest.raises(InputError) as caught:
            read(path)
        assert str(caught.value).startswith(f"{path}: cannot be read (")


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("name: cliënten\n".encode("latin-1"))
    assert _fault(load_scenario, path) == "is not UTF-8 text; save it as UTF-8"


def test_yaml_is_read_as_version_1_2(tmp_path: Path) -> None:
    """In YAML 1.1 `no` is false, 012 is ten and 1:30 is ninety; in 1.2 they are text, twelve and text."""
    path = _file(tmp_path, "words.yaml", "word: no\nnumber: 012\ntime: 1:30\nday: 2026-01-01\n")
    assert json.loads(data.read_json(path)) == {
        "word": "no",
        "number": 12,
        "time": "1:30",
        "day": "2026-01-01",
    }


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = _file(tmp_path, "words.yaml", "word: one\n")
    assert json.loads(data.read_json(path)) == {"word": "one"}
    _file(tmp_path, "words.yaml", "word: three\n")
    assert json.loads(data.read_json(path)) == {"word": "three"}


def test_a_named_data_folder_is_used_and_must_exist(tmp_path: Path) -> None:
    assert data.data_folder("scenarios", tmp_path) == tmp_path
    missing = tmp_path / "nowhere"
    with pytest.raises(InputError) as caught:
        data.data_folder("tariffs", missing)
    assert str(caught.value) == f"{missing}: no such folder; name a folder with tariffs files"


def test_the_projects_own_files_are_shown_from_their_root() -> None:
    assert data.shown(SCENARIOS / "regions" / "middenland.yaml") == "scenarios/regions/middenland.yaml"


@pytest.mark.parametrize("value", ["1e999", ".inf", "-.inf", ".nan"])
def test_an_infinite_number_is_told_in_our_own_words(tmp_path: Path, value: str) -> None:
    path = tmp_path / "oneindig.yaml"
    path.write_text(
        f"extends: basis_2026\nset:\n  - {{path: hospice.patience.value, value: {value}}}\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"an infinite number, or a key that is no text, has no place here"):
        load_scenario(path)


def test_a_full_scenario_holds_no_path_over_dates(tmp_path):
    text = (data.data_folder("scenarios") / "basis_2026.yaml").read_text(encoding="utf-8")
    path = tmp_path / "basis_2026.yaml"
    path.write_text(
        text + "phases: [{path: ceiling.applies, steps: [{since: 2026-01-01, value: 7}]}]\n", "utf-8"
    )
    assert _fault(load_scenario, path).startswith("phases: stands in no full scenario")
