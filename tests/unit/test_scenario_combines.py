"""A scenario that combines others: their changes in order, and what two of them set it must set itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from sim.errors import InputError
from sim.report.language import language
from sim.scenario import apply, load_scenario, vary
from sim.scenario.models import CarryingOut


def write(folder: Path, name: str, values: dict[str, Any] | None = None, **header: Any) -> Path:
    path = folder / f"{name}.yaml"
    items = [{"path": key, "value": value} for key, value in (values or {}).items()]
    path.write_text(json.dumps({"extends": "basis_2026", "set": items, **header}), encoding="utf-8")
    return path


def fault(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    line = str(caught.value)
    assert "\n" not in line
    return line.removeprefix(f"{path}: ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "geduld", {"hospice.patience": 6})
    write(tmp_path, "bedden", {"places.extra_beds": {"bth": 2}})
    write(tmp_path, "meer_geduld", {"hospice.patience": 7})
    return tmp_path


def test_changes_of_all_parts_apply_in_order_under_their_own_names(folder: Path) -> None:
    both = load_scenario(write(folder, "samen", {"hospice.waived": 0.2}, combines=["geduld", "bedden"]))
    assert [(change.path, change.overlay) for change in both.changes] == [
        ("hospice.patience.value", "geduld"),
        ("places.extra_beds", "bedden"),
        ("hospice.waived.value", "samen"),
    ]
    assert both.scenario.hospice.patience.value == 6
    assert both.scenario.places.extra_beds == {"bth": 2}


def told(path: Path) -> list[tuple[str, ...]]:
    return [item.kpi or () for item in load_scenario(path).scenario.headline]


def test_a_combination_tells_first_what_each_part_is_about(folder: Path) -> None:
    """Of each part the first sentence, since a later one may go on with it; its own headline goes before."""
    names = {"nl": "maat", "en": "measure"}
    first, second, lost = (
        {"form": "change", "label": names, "kpi": [kpi], "per": {"kpi": "patients", "label": names}}
        for kpi in ("cost:view=calendar", "hospice_stays", "subsidy")
    )
    write(folder, "ene", {"hospice.patience": 6}, headline=[first, second])
    write(folder, "andere", {"hospice.waived": 0.2}, headline=[lost, second])
    parts = ["ene", "andere", "bedden"]
    assert told(write(folder, "samen", combines=parts)) == [("cost:view=calendar",), ("subsidy",)]
    assert all(item.per is None for item in load_scenario(folder / "samen.yaml").scenario.headline)
    assert told(write(folder, "eigen", combines=parts, headline=[second])) == [("hospice_stays",)]
    assert told(write(folder, "een", combines=["ene"])) == [("cost:view=calendar",), ("hospice_stays",)]


def test_what_a_policy_costs_to_carry_out_is_told_where_its_headline_does_not(folder: Path) -> None:
    def line(id: str, payer: str) -> dict[str, Any]:
        amount = {"value": 1000, "kind": "assumption", "range": [0, 2000], "reason": "raming"}
        return {"id": id, "title": {"nl": id, "en": id}, "payer": payer, "once_eur": amount}

    lines = {"carrying_out": [line("a", "rijk"), line("b", "gemeente"), line("c", "rijk")]}
    path = write(folder, "uitvoering", lines)
    by_payer = [("carrying_out:payer=rijk",), ("carrying_out:payer=gemeente",)]
    assert told(path) == by_payer
    assert [item.kpi for item in apply(load_scenario("basis_2026"), path).scenario.headline] == by_payer
    own = {"form": "change", "label": {"nl": "Alles", "en": "All"}, "kpi": ["carrying_out"]}
    assert told(write(folder, "eigen", lines, headline=[own])) == [("carrying_out",)]
    one = {**own, "kpi": ["carrying_out:payer=rijk"]}
    assert told(write(folder, "een_betaler", lines, headline=[one])) == by_payer
    other = vary(load_scenario(path), {"carrying_out": [line("d", "aanbieder")]}, "ander")
    assert [item.kpi for item in other.scenario.headline] == [("carrying_out:payer=aanbieder",)]
    assert not vary(load_scenario(path), {"carrying_out": []}, "niets").scenario.headline
    for payer in get_args(CarryingOut.model_fields["payer"].annotation):
        (item,) = vary(load_scenario(path), {"carrying_out": [line("e", payer)]}, "elk").scenario.headline
        assert item.label.nl.endswith(f"betaald door {language('nl').say(f'payer_in_sentence.{payer}')}")


def test_a_setting_that_two_parts_change_must_be_set_by_the_whole(folder: Path) -> None:
    parts = ["geduld", "meer_geduld"]
    assert fault(write(folder, "strijd", combines=parts)) == (
        "combines: geduld and meer_geduld both set hospice.patience.value; set it in strijd itself"
    )
    decided = load_scenario(write(folder, "besloten", {"hospice.patience.value": 5}, combines=parts))
    assert decided.scenario.hospice.patience.value == 5


@pytest.mark.parametrize(
    ("one", "other", "path"),
    [
        (
            {"home.terminal_start": {"median": 20}},
            {"home.terminal_start.median": 25},
            "home.terminal_start.median",
        ),
        (
            {"cohort.marking.pzp": {"cancer": 0.5}},
            {"cohort.marking.pzp.value.cancer": 0.4},
            "cohort.marking.pzp.value.cancer",
        ),
        ({"places.extra_beds": {"hch": 2}}, {"places.extra_beds.bth": 1}, "places.extra_beds.bth"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_whole_and_a_part_of_it_are_the_same_setting(
    tmp_path: Path, one: dict[str, Any], other: dict[str, Any], path: str, turned: bool
) -> None:
    """Which of the two held hung on the order in which they were named."""
    write(tmp_path, "een", one)
    write(tmp_path, "ander", other)
    parts = ["ander", "een"] if turned else ["een", "ander"]
    said = f"combines: {parts[0]} and {parts[1]} both set {path}; set it in strijd itself"
    assert fault(write(tmp_path, "strijd", combines=parts)) == said
    load_scenario(write(tmp_path, "besloten", one, combines=parts))


def test_parts_of_a_whole_that_differ_go_together(tmp_path: Path) -> None:
    write(tmp_path, "een", {"home.terminal_start": {"median": 20}})
    write(tmp_path, "ander", {"home.terminal_start.sigma": 0.8})
    both = load_scenario(write(tmp_path, "samen", combines=["een", "ander"])).scenario.home.terminal_start
    assert (both.median, both.sigma) == (20, 0.8)


def test_what_a_part_has_decided_the_whole_need_not_decide_again(folder: Path) -> None:
    """By combining the two, or by extending one of them."""
    write(folder, "besloten", {"hospice.patience": 5}, combines=["geduld", "meer_geduld"])
    write(folder, "verder", {"hospice.patience": 8}, extends="geduld")
    for part, days in (("besloten", 5), ("verder", 8)):
        found = load_scenario(write(folder, f"met_{part}", combines=[part, "bedden"]))
        assert found.scenario.hospice.patience.value == days


@pytest.mark.parametrize("parts", [["geduld", "langer"], ["langer", "geduld"]])
def test_what_a_part_sets_anew_that_extends_another_holds_in_either_order(
    folder: Path, parts: list[str]
) -> None:
    langer = {"extends": "geduld.yaml", "set": [{"path": "hospice.patience", "value": 9}]}
    (folder / "langer.yaml").write_text(json.dumps(langer), encoding="utf-8")
    found = load_scenario(write(folder, "samen", combines=parts))
    assert found.scenario.hospice.patience.value == 9


@pytest.mark.parametrize("whole", [5, [1, 2]])
def test_a_whole_that_is_no_mapping_beside_a_part_of_it_is_refused(tmp_path: Path, whole: Any) -> None:
    items = {"cohort.means.assets": whole, "cohort.means.assets.median": 6}
    assert fault(write(tmp_path, "dubbel", items)).endswith("is set twice; keep one of them")


def test_a_part_named_twice_or_reached_along_two_ways_applies_once(folder: Path) -> None:
    write(folder, "eerst", combines=["geduld", "bedden"])
    found = load_scenario(write(folder, "dubbel", combines=["eerst", "geduld"]))
    assert [change.overlay for change in found.changes] == ["geduld", "bedden"]


def test_a_combination_on_one_of_its_parts_brings_only_the_others(folder: Path) -> None:
    """Beds are there already: against them the combination is patience alone."""
    both = write(folder, "samen", combines=["geduld", "bedden"])
    base = load_scenario(folder / "bedden.yaml")
    assert [change.overlay for change in apply(base, both).changes] == ["geduld"]


def test_a_combination_that_leads_back_to_itself_is_a_circle(folder: Path) -> None:
    write(folder, "kip", combines=["ei.yaml"])
    assert fault(write(folder, "ei", combines=["kip.yaml"])).endswith(
        "ei -> kip -> ei is a circle; end it at a full scenario"
    )


def test_parts_of_another_scenario_are_refused(folder: Path) -> None:
    full = load_scenario("basis_2026").scenario.model_dump(mode="json", exclude={"extends"}) | {
        "name": "anders"
    }
    (folder / "anders.yaml").write_text(json.dumps(full), encoding="utf-8")
    write(folder, "elders", extends="anders")
    assert fault(write(folder, "vreemd", combines=["elders"])) == (
        "combines: elders ends at anders, not at basis_2026; combine overlays of one scenario"
    )
