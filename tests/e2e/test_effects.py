"""Every field of a scenario says what it does: pricing a stored run equals a run, or is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

import sim
from sim.catalogue import load_tariffs
from sim.data import data_folder
from sim.errors import InputError
from sim.law.registry import registered
from sim.runs.reprice import repriced_scenario
from sim.runs.stored import stored_scenario
from sim.scenario import (
    LoadedScenario,
    effect_of,
    load_area,
    load_scenario,
    paths,
    switched_off_by,
    vary,
)
from sim.scenario.effects import CARE, RULE, effects
from sim.scenario.models import EFFECTS, PLANS, SWITCHES

pytestmark = pytest.mark.slow

BASIS = load_scenario("basis_2026")
OF_THE_RUN = ("horizon", "seed", "replications")
"""What the stored run decides, and not the scenario that prices it."""
REPRICED = sorted(path for path, effect in EFFECTS.items() if effect.acts in ("money", "subsidy"))
STEERING = sorted(
    path
    for path, effect in EFFECTS.items()
    if effect.acts == "journey" and path.split(".")[0] not in OF_THE_RUN
)
SOME_MONEY = {"value": 1_000_000, "kind": "assumption", "range": [0, 2_000_000], "reason": "proef"}
FROM_2026 = {"rules.plans_from": "2026-01-01"}
BESIDE: dict[str, dict[str, Any]] = {
    "rules.eigen_risico_plan": FROM_2026,
    "rules.wmo_plan": FROM_2026,
    "rules.plans_from": {"rules.eigen_risico_plan": "460"},
    "subsidy.runs": FROM_2026,
}
"""What stands in both scenarios so that the field can move something: plans hold from their own dates on."""
REFUSED = {"prices.basis_year", "prices.msz_price"}
"""Fields whose other value no run can have: there are no prices of 2027, and a run has no DBC amounts."""
UNMOVED = {
    "prices.indexation",  # one value only
    "subsidy.extra_ceiling_eur",  # no claim comes near the ceiling of the nation in so small an area
    "payment.own_budget.payer",
    "payment.experiments.share",
    "payment.experiments.price_factor",
    "payment.experiments.acute_days",
}
"""Fields whose other value need not move a KPI of a hamlet; the bytes must be those of a run all the same."""


def candidates(value: Any, schema: dict[str, Any]) -> Iterator[Any]:
    """Other values of a field, of which one will be valid."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (
            (value * 0.5, value + 1, value - 1, value * 2)
            if isinstance(value, float)
            else (
                value + 1,
                value - 1,
            )
        )
        yield from (0.1, 0.6)
    elif isinstance(value, dict):
        keys, held = list(value), list(value.values())
        yield dict(zip(keys, held[1:] + held[:1], strict=True))
        numbers = {k: v for k, v in value.items() if isinstance(v, int | float)}
        yield {k: v * 0.5 if isinstance(v, float) else v + 1 for k, v in numbers.items()}
        yield {k: v * 1.1 if isinstance(v, float) else v for k, v in numbers.items()}
        yield dict.fromkeys(keys[:1], 1)
        yield {"hch-kastanje": 1}
        yield {"hch": 1}
    elif isinstance(value, list):
        yield [number * 0.5 for number in value if isinstance(number, float)]
        yield value[::-1]
        yield [{"id": "regie", "title": {"nl": "x", "en": "x"}, "payer": "rijk", "yearly_eur": SOME_MONEY}]
    else:
        yield from (word for word in schema.get("enum", ()) if word != value)
        yield from (
            "2026-07-01",
            2027,
            {"from_year": 2026, "per_year": 0.01},
            [{"from_year": 2026, "per_year": 0.01}],
        )


def varied(loaded: LoadedScenario, field: str) -> LoadedScenario | None:
    """A scenario with another value of one field; None where there is no other."""
    known = paths.addresses()
    near = (field, f"{field}.0", field.rpartition(".")[0])
    address = known[next(known[path].path for path in near if path in known)]
    value: Any = loaded.scenario.model_dump(mode="json")
    for key in address.path.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    for other in candidates(value, address.schema):
        if other == value:
            continue
        try:
            return vary(loaded, {address.path: other}, "anders")
        except InputError:
            continue
    return None


def parquet(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a hamlet whose ceiling never binds."""
    folder = tmp_path_factory.mktemp("effects")
    area: dict[str, Any] = load_area("middenland").model_dump(mode="json")
    area["name"] = "gehucht"
    region = area["regions"][0]
    region["palliative_deaths"] |= {"value": 24}
    region["population"] = 4_000
    area["national_share"] |= {"value": 0.000222}
    for budget in ("district_nursing_budget_eur", "elv_budget_eur"):
        region[budget] |= {"value": 100_000_000, "range": None, "kind": "source", "source": "proef"}
    (folder / "gehucht.yaml").write_text(json.dumps(area), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(place: Path) -> sim.RunResult:
    area = place / "gehucht.yaml"
    return sim.run("basis_2026", area=area, out=place / "run", replications=1, keep="journey", jobs=1)


def overlay(folder: Path, name: str, loaded: LoadedScenario) -> Path:
    """A scenario as the file that a user would write."""
    path = folder / f"{name.replace('.', '-')}.yaml"
    items = [{"path": change.path, "value": change.after} for change in loaded.changes]
    path.write_text(json.dumps({"extends": "basis_2026", "set": items}, default=str), encoding="utf-8")
    return path


@pytest.mark.parametrize("field", REPRICED)
def test_the_price_of_a_stored_run_has_the_bytes_of_a_run(
    place: Path, run: sim.RunResult, field: str
) -> None:
    group, _, way = field.partition(".")
    way = way.partition(".")[0]
    beside = dict(BESIDE.get(field, {}))
    if group == "payment" and not field.endswith("applies"):
        beside |= {f"payment.{way}.applies": True, "rules.plans_from": "2026-01-01"}
    loaded = vary(BASIS, beside, "basis") if beside else BASIS
    other = varied(loaded, field)
    if other is None:
        assert field in UNMOVED
        return
    scenario = overlay(place, field, replace(other, changes=(*loaded.changes, *other.changes)))
    options: dict[str, Any] = {"area": place / "gehucht.yaml", "replications": 1, "jobs": 1}
    made = []
    for call in (
        lambda: sim.run(scenario, out=place / f"{field}-run", keep="kpis", **options),
        lambda: sim.price(run, scenario, out=place / f"{field}-price", jobs=1),
    ):
        try:
            made.append(parquet(call().folder))
        except InputError as error:
            made.append(str(error))
    assert made[0] == made[1]
    assert isinstance(made[0], str) == (field in REFUSED), made[0]
    if isinstance(made[0], dict) and field not in UNMOVED:
        before = parquet(run.folder)
        assert made[0] != {name: before[name] for name in made[0]}


def test_every_other_field_is_refused_with_the_command_that_simulates_it(
    place: Path, run: sim.RunResult
) -> None:
    still = []
    for field in STEERING:
        other = varied(BASIS, field)
        if other is None:
            still.append(field)
            continue
        scenario = overlay(place, "anders", other)
        with pytest.raises(InputError, match=r"which steers the journey; simulate it: run") as caught:
            sim.price(run, scenario, out=place / "niet", jobs=1)
        assert "\n" not in str(caught.value)
    assert not still
    assert len(STEERING) > 150


def test_what_the_stored_run_decides_is_kept_from_it(run: sim.RunResult) -> None:
    stored = stored_scenario(run.folder)
    for field in (path for path in EFFECTS if path.split(".")[0] in OF_THE_RUN):
        other = varied(BASIS, field)
        assert other is not None
        assert repriced_scenario(stored, other).scenario.horizon == stored.scenario.horizon
        assert repriced_scenario(stored, other).scenario.seed == stored.scenario.seed


def test_a_plan_that_changes_care_steers_and_is_a_rule_all_the_same() -> None:
    for plan in ("rules.pzp_plan", "rules.behandeling_plan"):
        assert (effect_of(plan).acts, effect_of(plan).kind) == ("journey", "rule")
    assert effect_of("hospital.stay.value.median") == CARE
    with pytest.raises(KeyError):
        effect_of("prices.unknown")


def test_a_field_without_a_mark_is_an_error_and_money_must_say_so_itself() -> None:
    class Bare(BaseModel):
        new_share: float

    class Group(BaseModel):
        inside: Annotated[Bare, RULE]

    class Care(BaseModel):
        inside: Annotated[Bare, CARE]

    with pytest.raises(TypeError, match=r"Bare: new_share: no field says what it does"):
        effects(Bare)
    with pytest.raises(TypeError, match=r"Group: inside\.new_share: no field says what it does"):
        effects(Group)
    assert effects(Care) == {"inside.new_share": CARE}


def test_every_plan_of_the_law_is_switched_on_by_a_field_and_every_field_by_a_plan_of_the_law() -> None:
    assert {plan.name for _, plan in PLANS} == {rule.plan for rule in registered() if rule.plan}


def test_every_planned_value_of_the_tariffs_is_brought_by_one_plan() -> None:
    book = load_tariffs()
    brought = [id for _, plan in PLANS for id in plan.values]
    assert len(brought) == len(set(brought)) == 10
    planned = book.with_projected(brought)
    shown = {id for id in (*book.ids, *book.parameter_ids) if any(v.projected for v in planned.values(id))}
    assert shown == set(brought)
    files = data_folder("tariffs").rglob("*.yaml")
    assert sum(file.read_text(encoding="utf-8").count("projected: true") for file in files) == len(brought)


@pytest.mark.parametrize("path", sorted({path for path, plan in PLANS if not plan.whole}))
def test_under_a_plan_that_looks_back_only_no_kpi_hangs_on_what_is_left_out(place: Path, path: str) -> None:
    """A run that keeps KPIs alone prices no care that no KPI sees; one that keeps all prices everything."""
    for plan in (plan for where, plan in PLANS if where == path and not plan.whole):
        changes = {path: plan.at, **FROM_2026}
        loaded = vary(BASIS, {k: v for k, v in changes.items() if k != path or plan.at is not True}, "plan")
        scenario = overlay(place, f"{path}-{plan.name}", loaded)
        made = [
            parquet(
                sim.run(
                    scenario,
                    area=place / "gehucht.yaml",
                    out=place / f"{plan.name}-{keep}",
                    keep=keep,
                    replications=1,
                    jobs=1,
                ).folder
            )
            for keep in ("kpis", "journey", "all")
        ]
        for less in made[:-1]:
            assert less == {name: made[-1][name] for name in less}


def test_the_other_settings_of_a_group_act_while_one_of_its_switches_is_on() -> None:
    def off(path: str, **values: Any) -> set[str]:
        scenario = vary(BASIS, values, "anders").scenario if values else BASIS.scenario
        return set(switched_off_by(scenario, path))

    assert off("payment.bundle.price_factor") == {"payment.bundle.applies"}
    assert off("payment.bundle.price_factor", **{"payment.bundle.applies": True}) == set()
    shares = {"ceiling.applies.value": 0.0, "ceiling.elv_applies.value": 0.0}
    assert off("ceiling.delay_days.value", **shares) == {"ceiling.applies", "ceiling.elv_applies"}
    assert off("ceiling.delay_days.value", **(shares | {"ceiling.elv_applies.value": 0.5})) == set()
    assert off("hospital.stay") == set()
    assert all(off(switch) == off(f"{switch}.value") == set() for switch in SWITCHES)


def test_a_path_of_care_is_refused_for_a_stored_run(place: Path, run: sim.RunResult) -> None:
    scenario = place / "zorg.yaml"
    item = {"path": "ceiling.applies", "from": {"2026-01-01": 0.25, "2026-07-01": 0.25}}
    scenario.write_text(json.dumps({"extends": "basis_2026", "set": [item]}), encoding="utf-8")
    with pytest.raises(InputError, match=r"ceiling\.applies\.value.*which steers the journey"):
        sim.price(run, scenario, out=place / "niet", jobs=1)
