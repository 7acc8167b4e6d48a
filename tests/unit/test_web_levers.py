"""The levers of the what-if page become settings of a scenario, and a shared file says all of it."""

import pytest

from sim.errors import InputError
from sim.report.language import language
from sim.scenario import beds_of, load_scenario, vary
from sim.web.levers import items_of, levers_of
from sim.web.recipe import (
    Recipe,
    alternatives,
    choices,
    load_document,
    overlay_of,
    read_upload,
    slug,
    small_areas,
    yaml_text,
)
from sim.web.work import nation_blocks
from tests.unit.nation_data import POLICY, small_nation

pytestmark = pytest.mark.usefixtures("uploads_read_here")


@pytest.fixture(scope="module")
def base():
    return load_scenario("basis_2026", "middenland")


def recipe(values, title="Proef", start="basis_2026", upload=None):
    return Recipe("basis_2026", start, "middenland", 7, 2, title, values, upload)


def by_path(items):
    return {item["path"]: item["value"] for item in items}


def test_every_lever_starts_where_the_scenario_has_it_and_within_its_bounds(base):
    levers = {lever.id: lever for lever in levers_of(base)}
    beds = {site.setting: 0 for site in base.area.regions[0].sites}
    for site in base.area.regions[0].sites:
        beds[site.setting] += site.beds
    assert {id: levers[f"beds_{id}"].start for id in beds} == beds
    for lever in levers.values():
        if lever.unit == "choice":
            assert lever.start in lever.options
        else:
            assert lever.low <= lever.start <= lever.high


def test_levers_that_stand_where_they_were_change_nothing(base):
    values = {lever.id: lever.start for lever in levers_of(base)}
    assert items_of(base, values, "proef") == ()


def test_the_beds_of_a_lever_are_the_beds_of_the_region(base):
    document = overlay_of(recipe({"beds_hch": 9, "beds_bth": 0}))
    loaded = load_document(document)
    region = loaded.area.regions[0]
    beds = dict.fromkeys((site.setting for site in region.sites), 0)
    for site, number in zip(region.sites, beds_of(loaded.scenario, region), strict=True):
        beds[site.setting] += number
    assert (beds["hch"], beds["bth"]) == (9, 0)


@pytest.mark.parametrize("percent", [0, 5, 40, 100])
def test_the_share_with_a_care_plan_over_all_adults_is_what_the_lever_says(base, percent):
    value = by_path(items_of(base, {"pzp": percent}, "proef"))["cohort.marking.pzp.value"]
    weights = base.scenario.cohort.population.group_share.value
    mean = sum(weights[group] * value[group] for group in weights if group != "child")
    assert mean == pytest.approx(percent / 100, abs=1e-5)
    assert all(0 <= share <= 1 for share in value.values())


def test_the_day_contribution_keeps_the_shape_of_its_triangle(base):
    """30, 45 and 65 euros, the middle set to 90: twice as much, so 60, 90 and 130."""
    corners = [corner.value for corner in base.scenario.hospice.day_contribution_eur]
    assert corners == [30, 45, 65]
    values = list(by_path(items_of(base, {"bth_contribution": 90}, "proef")).values())
    assert values == [60, 90, 130]


def test_a_plan_of_the_law_holds_from_the_first_counted_day(base):
    items = by_path(items_of(base, {"rule_eigen_risico_plan": "460"}, "proef"))
    assert items == {"rules.eigen_risico_plan": "460", "rules.plans_from": "2026-01-01"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"beds_hch": 13}, "from 0 to 12"),
        ({"beds_hch": -1}, "from 0 to 12"),
        ({"beds_hch": 2.5}, "whole number"),
        ({"rule_eigen_risico_plan": "gratis"}, "choose current"),
        ({"tariefmuur": 1}, "no such lever"),
    ],
)
def test_a_value_that_no_lever_can_take_is_refused_in_one_line(base, values, words):
    with pytest.raises(InputError, match=words) as fault:
        items_of(base, values, "proef")
    assert "\n" not in str(fault.value)


def test_a_lever_does_not_put_one_number_in_the_place_of_a_path_over_dates(base):
    stepped = vary(base, {"ceiling.applies": {"2026-01-01": 0.5, "2026-07-01": 0.1}}, "stap")
    assert items_of(stepped, {"beds_hch": 7}, "proef")
    with pytest.raises(InputError, match="levers: ceiling.applies.value: follows a path over dates"):
        items_of(stepped, {"ceiling_applies": 20}, "proef")


def test_own_amounts_of_several_days_all_stay_in_a_shared_file():
    days = ("2026-01-01", "2026-07-01")
    amounts = [
        {"path": "tariffs.zvw.wijkverpleging", "value": 80 + n, "from": day, "source": "proef"}
        for n, day in enumerate(days)
    ]
    file = {"name": "eigen", "extends": "basis_2026", "set": amounts}
    back = read_upload("eigen.yaml", yaml_text(file).encode())
    shared = [item for item in overlay_of(recipe({"beds_hch": 7}, upload=back))["set"] if "from" in item]
    assert [item["value"] for item in shared] == [80, 81]


def test_a_shared_file_read_back_and_shared_again_is_the_same_file():
    values = {"beds_hch": 9, "pzp": 40, "ceiling_applies": 0, "bth_contribution": 50}
    document = overlay_of(recipe(values))
    back = read_upload("proef.yaml", yaml_text(document).encode())
    assert overlay_of(recipe({}, "Proef", upload=back)) == document


def test_a_lever_moved_on_a_file_read_back_replaces_its_setting_and_keeps_the_others():
    back = read_upload("a.yaml", yaml_text(overlay_of(recipe({"beds_hch": 9, "beds_pu": 12}))).encode())
    again = overlay_of(recipe({"beds_hch": 7}, upload=back))
    direct = overlay_of(recipe({"beds_hch": 7, "beds_pu": 12}))
    assert by_path(again["set"]) == by_path(direct["set"])


def test_a_shared_file_holds_seed_replications_and_area_of_the_page():
    loaded = load_document(overlay_of(recipe({"beds_hch": 7})))
    assert (loaded.scenario.seed, loaded.scenario.replications, loaded.area.name) == (7, 2, "middenland")


def test_a_shared_file_tells_what_was_moved_in_both_languages():
    question = overlay_of(recipe({"beds_hch": 7}))["question"]
    assert "High care hospice: 7" in question["nl"]
    assert "High care hospice: 7" in question["en"]


def test_a_policy_as_it_stands_keeps_its_question_its_status_and_what_it_is_about():
    policy = load_scenario("ptz_vervalt_2027").scenario.model_dump(mode="json")
    document = overlay_of(recipe({}, start="ptz_vervalt_2027"))
    for key in ("question", "mechanism", "evidence", "status", "headline"):
        assert document[key] == policy[key]
    loaded = load_document(document).scenario.model_dump(mode="json")
    assert (loaded["headline"], loaded["status"]) == (policy["headline"], policy["status"])
    back = read_upload("proef.yaml", yaml_text(document).encode())
    assert overlay_of(recipe({}, "Proef", upload=back))["headline"] == policy["headline"]


def test_a_policy_whose_levers_moved_keeps_what_it_is_about_and_says_what_moved():
    document = overlay_of(recipe({"beds_hch": 7}, start="ptz_vervalt_2027"))
    assert "High care hospice: 7" in document["question"]["nl"]
    assert document["headline"]
    assert "status" not in document


def test_a_title_becomes_a_harmless_file_name():
    assert slug("../../etc/passwd") == "etc_passwd"
    assert slug("Twee bedden méér!") == "twee_bedden_meer"
    assert slug("basis 2026") == "what_if_basis_2026"
    assert slug("€€€") == "what_if"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("extends: ../../geheim\nset: []\n", "extends: '../../geheim' is no scenario here"),
        ("set: []\n", "extends: None is no scenario here"),
        ("extends: basis_2026\narea: nederland\n", "area: 'nederland' is no region of this page"),
        ("extends: basis_2026\nset: [{path: hospice.bedden, value: 1}]\n", "no such setting"),
        ("extends: basis_2026\nset: [{path: ceiling.applies, value: 2}]\n", "2 is above 1"),
        ("extends: basis_2026\nextends: basis_2026\n", "stands twice"),
        ("- geen\n- tabel\n", "no mapping"),
    ],
)
def test_a_wrong_upload_is_refused_with_the_name_that_the_user_gave_it(text, words):
    with pytest.raises(InputError) as fault:
        read_upload("mijn_bestand.yaml", text.encode())
    assert words in str(fault.value)
    assert str(fault.value).startswith("mijn_bestand.yaml: ")
    assert "tmp" not in str(fault.value)


def test_an_upload_above_the_limit_is_refused():
    with pytest.raises(InputError, match="larger than 1 MB"):
        read_upload("groot.yaml", b"#" * 1_000_001)


def test_the_page_offers_scenarios_built_on_the_base_and_regions_that_answer_in_seconds():
    assert choices()[0] == "basis_2026"
    assert "azwa_omzetplafond" in alternatives("basis_2026")
    assert alternatives("azwa_omzetplafond")[0] == "azwa_omzetplafond"
    assert "basis_2026" not in alternatives("azwa_omzetplafond")
    assert "middenland" in small_areas()
    assert "nederland" not in small_areas()


def test_a_policy_as_it_ships_has_the_answer_for_the_nation_and_another_question_how_to_get_it():
    words, nation = language("nl"), small_nation()
    shipped = nation_blocks(recipe({}, start=POLICY), nation, words)
    assert [type(block).__name__ for block in shipped] == ["Prose", "TableView", "FigureView", "FigureView"]
    assert "palsim compare basis_2026 eigen_risico_460 --area nederland" in shipped[0].text
    (own,) = nation_blocks(recipe({"beds_bth": 12}, start=POLICY), nation, words)
    assert "palsim compare basis_2026 BESTAND --area nederland" in own.text
    assert nation_blocks(recipe({}), nation, words) == []
    assert nation_blocks(recipe({}, start=POLICY), None, words) == []
