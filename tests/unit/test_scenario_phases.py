"""Settings that follow a path over dates: each decision of a patient is taken with the value of its day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import palsim as ps
from sim.catalogue import load_tariffs
from sim.cohort import cohort_draws, draw_patients
from sim.dates import minute_of
from sim.errors import InputError
from sim.journey import simulate_region
from sim.journey.phased import draw_needs
from sim.ledger import price, settings_from
from sim.report.language import language
from sim.report.pages.build import changed
from sim.report.sections.provenance import parameters, value_text
from sim.scenario import LoadedScenario, apply, differing, load_scenario, regions_of, vary
from sim.scenario.in_force import can_follow_a_path, moment_of, versions
from sim.scenario.json_schema import export_schema
from sim.scenario.quoted import Quote
from sim.schema import NEVER
from sim.studies.sensitivity.ranges import at_values, uncertain_parameters
from sim.units import MINUTES_PER_DAY

TIMELY = "cohort.marking.timely"
SAMPLE = (
    (TIMELY, 0.6),
    ("cohort.marking.pzp", {"cancer": 0.9, "heart": 0.1}),
    ("cohort.preference.known", 0.9),
    ("cohort.wlz.postponed", 0.8),
    ("cohort.wlz.home_form", {"mpt": 1.0}),
    ("hospital.admitted_last_30", {"cancer": 0.1, "heart": 0.9}),
    ("home.terminal_care", 0.3),
    ("home.gp_per_day", [0.01, 0.02, 0.03, 0.04]),
    ("hospice.from_home", {"cancer": 0.8}),
    ("support.imaging", {"mri": 1.0}),
    ("beside.rides", {"taxi": 1.0}),
    ("transmural.reached", 0.5),
    ("ceiling.outcome", {"geweigerd": 1.0}),
)
"""One or two settings of every group, each with another value."""


@pytest.fixture(scope="module")
def basis() -> LoadedScenario:
    """The base with 80 deaths a year."""
    loaded = load_scenario("basis_2026")
    region = regions_of(loaded.area)[0]
    deaths = region.palliative_deaths.model_copy(update={"value": 80})
    region = region.model_copy(update={"palliative_deaths": deaths})
    area = loaded.area.model_copy(update={"regions": (region,)})
    return LoadedScenario(loaded.scenario, area, loaded.files)


def people(loaded: LoadedScenario) -> tuple[Any, Any]:
    """Patients and needs."""
    (region,) = regions_of(loaded.area)
    patients = draw_patients(loaded.scenario, region, 1, 0)
    draws, _, _ = cohort_draws(loaded.scenario, region, 1, 0)
    return patients, draw_needs(patients, draws, loaded.scenario, region)


def everything(loaded: LoadedScenario) -> tuple[Any, ...]:
    """The bytes of patients and needs."""

    def plain(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return value.tobytes()
        if dataclasses.is_dataclass(value):
            return tuple(plain(getattr(value, each.name)) for each in dataclasses.fields(value))
        return tuple((k, plain(v)) for k, v in value.items()) if isinstance(value, dict) else value

    patients, needs = people(loaded)
    return tuple(column.tobytes() for column in patients.columns.values()), plain(needs)


@pytest.fixture(scope="module")
def unphased(basis: LoadedScenario) -> tuple[Any, ...]:
    return everything(basis)


def follow(basis: LoadedScenario, path: str, steps: dict[str, Any]) -> LoadedScenario:
    return vary(basis, {path: steps}, "verloop")


@pytest.mark.parametrize(("path", "other"), SAMPLE)
def test_a_path_of_one_value_is_that_value_and_one_of_later_is_the_base(
    basis: LoadedScenario, unphased: tuple[Any, ...], path: str, other: Any
) -> None:
    plain = everything(vary(basis, {path: other}, "anders"))
    assert plain != unphased
    assert everything(follow(basis, path, {"2026-01-01": other, "2026-07-01": other})) == plain
    assert everything(follow(basis, path, {"2040-01-01": other})) == unphased
    between = everything(follow(basis, path, {"2026-07-01": other}))
    assert between not in (plain, unphased)


def test_a_decision_takes_the_value_of_its_own_day(basis: LoadedScenario) -> None:
    """Volunteers: nobody until 1 July 2026, then everybody, by when the terminal phase is recognised."""
    patients, _ = people(
        follow(basis, "cohort.population.volunteers", {"2026-01-01": 0.0, "2026-07-01": 1.0})
    )
    late = patients["terminal_from_minute"] >= minute_of(dt.date(2026, 7, 1))
    assert 0 < late.sum() < len(late)
    assert np.array_equal(patients["volunteers"], late)


def test_events_come_at_the_rate_of_their_day(basis: LoadedScenario) -> None:
    """No visit of the GP from 1 July 2026 to 1 January 2027, and those of the base before and after."""
    _, usual = people(basis)
    _, found = people(
        follow(
            basis,
            "home.gp_per_day",
            {"2025-01-01": [0.03, 0.08, 0.1669, 0.4246], "2026-07-01": [0, 0, 0, 0]}
            | {"2027-01-01": [0.03, 0.08, 0.1669, 0.4246]},
        )
    )
    low, high = minute_of(dt.date(2026, 7, 1)), minute_of(dt.date(2027, 1, 1))
    kept = (usual.gp.minute < low) | (usual.gp.minute >= high)
    assert 0 < kept.sum() < len(kept)
    assert np.array_equal(found.gp.minute, usual.gp.minute[kept])
    assert np.array_equal(found.gp_visit, usual.gp_visit[kept])


def test_what_a_ceiling_does_follows_the_request_for_care(basis: LoadedScenario) -> None:
    steps = {"2026-01-01": {"geweigerd": 1.0}, "2026-07-01": {"uitgesteld": 1.0}}
    _, needs = people(follow(basis, "ceiling.outcome", steps))
    asks = needs.care_minute != NEVER
    late = needs.care_minute[asks] >= minute_of(dt.date(2026, 7, 1))
    assert len(set(needs.ceiling_outcome[asks][late])) == len(set(needs.ceiling_outcome[asks][~late])) == 1
    assert set(needs.ceiling_outcome[asks][late]) != set(needs.ceiling_outcome[asks][~late])


def test_a_contract_price_holds_by_day(basis: LoadedScenario) -> None:
    """90% of the tariff at first, 80% from 11 July: a month with that day in it has a line of each price."""
    (region,) = regions_of(basis.area)
    patients, _ = people(basis)
    plan = Quote(7_000, 9_000, 24_000, 30_000, 20_000, 10**11, 10**11)
    journey = {"patients": patients, **simulate_region(basis.scenario, region, 1, 0, patients, plan)}
    book = load_tariffs()

    def lines(loaded: LoadedScenario) -> dict[str, Any]:
        settings = settings_from(loaded.scenario)
        found = price(journey, book, settings.rules(), settings).declarations
        mine = found.of_products("zvw.elv")
        return {
            name: found[name][mine].astype(np.int64)
            for name in ("date", "quantity", "gross_cents", "product")
        }

    usual = lines(basis)
    found = lines(follow(basis, "prices.elv_contract_factor", {"2026-01-01": 0.9, "2026-07-11": 0.8}))
    assert found["quantity"].sum() == usual["quantity"].sum()
    assert len(found["date"]) > len(usual["date"])
    unit = dict(
        zip(usual["product"].tolist(), (usual["gross_cents"] // usual["quantity"]).tolist(), strict=True)
    )
    percent = np.where(found["date"] >= minute_of(dt.date(2026, 7, 11)) // MINUTES_PER_DAY, 80, 90)
    whole = found["quantity"] * np.array([unit[each] for each in found["product"].tolist()])
    assert set(percent) == {80, 90}
    assert np.array_equal(found["gross_cents"], (whole * percent + 50) // 100)
    again = lines(follow(basis, "prices.elv_contract_factor", {"2026-01-01": 1.0, "2026-07-11": 1.0}))
    assert all(np.array_equal(again[name], usual[name]) for name in usual)


def test_a_file_writes_a_path_and_a_report_tells_it(tmp_path: Path, basis: LoadedScenario) -> None:
    path = tmp_path / "stap.yaml"
    path.write_text(
        "extends: basis_2026\nset:\n"
        f"  - path: {TIMELY}\n    from: {{2026-01-01: 0.2, 2027: 0.5, 2028-01-01: 0.8}}\n"
        "    kind: assumption\n    range: [0, 1]\n    reason: stap voor stap\n"
        "  - {path: hospice.waived, value: 0.3, from: 2027-01-01}\n",
        encoding="utf-8",
    )
    loaded = load_scenario(path)
    (before, timely), waived = (
        (version.cohort.marking.timely.value, version.hospice.waived.value)
        for version in (versions(loaded.scenario).scenarios[0], versions(loaded.scenario).scenarios[-1])
    )
    assert (before, timely, waived) == (0.2, 0.1, (0.8, 0.3))
    assert loaded.scenario.cohort.marking.timely.value == 0.8
    assert loaded.changes[0].after == {"2026-01-01": 0.2, "2027-01-01": 0.5, "2028-01-01": 0.8}
    laid = apply(basis, path)
    assert laid.scenario.phases == loaded.scenario.phases
    assert f"{TIMELY}.value" in differing(basis.scenario, laid.scenario)
    told = {p.path: p.value for p in parameters(loaded.scenario.model_dump(mode="json"))}[TIMELY]
    assert (
        value_text(told, language("nl")) == "vanaf 01-01-2026 0,2; vanaf 01-01-2027 0,5; vanaf 01-01-2028 0,8"
    )
    assert value_text(told, language("en")).startswith("from 1 Jan 2026 0.2; from 1 Jan 2027 0.5")
    rows = changed(*(each.scenario.model_dump(mode="json") for each in (basis, loaded)))
    assert {row["path"]: row["after"] for row in rows} == {
        f"{TIMELY}.value": loaded.changes[0].after,
        "hospice.waived.value": {"2027-01-01": 0.3},
    }
    plain = vary(loaded, {TIMELY: 0.4}, "gewoon")
    assert [phase.path for phase in plain.scenario.phases] == ["hospice.waived.value"]


def test_a_draw_of_the_highest_value_moves_the_whole_path(basis: LoadedScenario) -> None:
    """0.2, 0.4 and 0.8 with a draw of 0.4 in place of 0.8: half of each."""
    steps = {"2026-01-01": 0.2, "2027-01-01": 0.4, "2028-01-01": 0.8}
    loaded = follow(basis, TIMELY, steps)
    (drawn,) = (p for p in uncertain_parameters(loaded) if p.path == TIMELY)
    half = at_values(loaded, {drawn: 0.4}, "half")
    found = [version.cohort.marking.timely.value for version in versions(half.scenario).scenarios]
    assert found == pytest.approx([0.1, 0.2, 0.4])
    one = follow(basis, "ceiling.outcome", {"2026-01-01": {"geweigerd": 1.0}, "2027": {"uitgesteld": 1.0}})
    for version in versions(one.scenario).scenarios:
        assert sum(version.ceiling.outcome.value.values()) == pytest.approx(1)


def test_python_gives_a_path_by_days_of_any_form() -> None:
    base = ps.scenario("basis_2026")
    found = base.phase({TIMELY: {2026: 0.2, dt.date(2027, 1, 1): 0.5}})
    assert found == base.vary({TIMELY: {"2026-01-01": 0.2, "2027-01-01": 0.5}})
    assert found != base
    with pytest.raises(InputError, match="is no mapping of days to values; write"):
        base.phase({TIMELY: {"straks": 0.2}})
    with pytest.raises(InputError, match="2026-13-01 is no date"):
        base.phase({TIMELY: {"2026-13-01": 0.2}})


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (
            {"path": "seed", "from": {"2026": 1}},
            "'seed': has one value in a whole run; a path over dates can",
        ),
        ({"path": "hospital.nursing_home_factor", "from": {"2026": 0.1}}, "has one value in a whole run"),
        ({"path": "efficiency.counts_terminal", "from": {"2026": True}}, "has one value in a whole run"),
        ({"path": TIMELY, "from": {"2026": 0.2, "2027": 1.2}}, "1.2 is above 1; a probability lies between"),
        ({"path": TIMELY, "from": {"2026": "veel"}}, "a path over dates holds numbers, of one form"),
        ({"path": TIMELY, "from": {"2026": 0.2, "2027": [0.3]}}, "a path over dates holds numbers, of one"),
        (
            {"path": TIMELY, "from": {"2027": 0.2, "2027-01-01": 0.5}},
            "set[0].from: 2027-01-01 stands twice, as a year and as a day; keep one",
        ),
        ({"path": TIMELY, "from": {"2026-02-30": 0.2}}, "set[0].from: 2026-02-30 is no date; write it as"),
        ({"path": TIMELY, "from": {"2026": 0.2, "ooit": 1}}, "set[0].from: is no day and no mapping of days"),
        ({"path": TIMELY, "from": {}}, "set[0].from: is no day and no mapping of days to values"),
        (
            {"path": TIMELY, "value": 0.1, "from": {"2026": 0.2}},
            "set[0].from: holds the values by day; leave",
        ),
    ],
)
def test_a_wrong_path_is_refused_in_one_line(tmp_path: Path, item: dict[str, Any], said: str) -> None:
    path = tmp_path / "fout.yaml"
    path.write_text(json.dumps({"extends": "basis_2026", "set": [item]}), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_number_that_follows_a_path_says_at_which_moment_it_counts() -> None:
    known = can_follow_a_path()
    assert len(known) > 120
    for lang in ("nl", "en"):
        assert all(language(lang).has(f"moment.{moment}") for moment in known.values())
    assert moment_of(f"{TIMELY}.value") == "plan"
    assert moment_of("horizon.count_from") is None


def test_the_schema_takes_a_path_in_place_of_a_value() -> None:
    item = export_schema()["definitions"]["SetItem"]
    assert item["required"] == ["path"]
    assert any("patternProperties" in each for each in item["properties"]["from"]["anyOf"])


def test_the_needs_of_a_house_are_those_of_a_site(basis: LoadedScenario) -> None:
    """Who accepts any house until 1 July 2026 and none but the own one after it."""
    _, needs = people(follow(basis, "places.other_house", {"2026-01-01": 1.0, "2026-07-01": 0.0}))
    asked = np.where(needs.hospice_minute == NEVER, needs.hospice_window_minute, needs.hospice_minute)
    late = asked >= minute_of(dt.date(2026, 7, 1))
    assert np.array_equal(needs.other_house, ~late)
    assert needs.house
