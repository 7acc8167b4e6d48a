"""The levers of the what-if page: read off a scenario and its area, turned into settings of an overlay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from sim.errors import InputError
from sim.limits import MOST_FACTOR
from sim.scenario import LoadedScenario, refuse_path_over_dates
from sim.scenario.models import Prices, Rules
from sim.scenario.numbers import Factor
from sim.schema import SITE_SETTINGS

_SHARE_DECIMALS = 6  # decimals of a share that follows from a lever

Unit = Literal["beds", "percent", "euro", "choice"]
Value = int | str
Item = dict[str, Any]

CONTRIBUTIONS = ("low", "mode", "high")
"""The three corners of the day contribution of a bijna-thuis-huis, as the scenario lists them."""


@dataclass(frozen=True)
class Lever:
    """One thing to move."""

    # such as `beds_bth`; its words are `web.lever.<id>`, or those of the place or setting that it moves
    id: str
    group: str  # heading it stands under
    unit: Unit
    start: Value  # where it stands in the scenario: whole beds, whole per cent, whole euros, or an option
    low: int = 0  # bounds of a number
    high: int = 0
    options: tuple[str, ...] = ()  # of a choice


def levers_of(loaded: LoadedScenario) -> tuple[Lever, ...]:
    """The levers that a scenario has on an area of one region.

    They are beds of each type that the region has, the ceiling, planning ahead, tariffs and own payments.
    """
    scenario = loaded.scenario
    found = list(_beds(loaded))
    ceiling = scenario.ceiling
    found += [
        _share("ceiling_applies", "ceiling", ceiling.applies.value),
        _factor("ceiling_allowance", "ceiling", ceiling.allowance_factor.value),
        _share("pzp", "planning", _mean_share(loaded)),
        *(
            _factor(f"price_{name}", "tariffs", getattr(scenario.prices, name).value)
            for name in _price_factors()
        ),
        _contribution(loaded),
        _share("waived", "payments", scenario.hospice.waived.value),
    ]
    for name, field in Rules.model_fields.items():
        if get_origin(field.annotation) is Literal:
            options = get_args(field.annotation)
            found.append(
                Lever(f"rule_{name}", "payments", "choice", getattr(scenario.rules, name), options=options)
            )
    return tuple(found)


def _price_factors() -> list[str]:
    """Settings of `prices` that multiply a tariff."""
    return [n for n, field in Prices.model_fields.items() if field.annotation is Factor]


def check(levers: tuple[Lever, ...], values: Mapping[str, Value]) -> None:
    """Refuse, as InputError, a lever that is unknown and a value outside its bounds or options."""
    known = {lever.id: lever for lever in levers}
    for id, value in values.items():
        lever = known.get(id)
        if lever is None:
            raise InputError("levers: {id}: no such lever; there are {known}", id=id, known=known)
        if lever.unit == "choice":
            if value not in lever.options:
                raise InputError(
                    "levers: {id}: {value!r} is no option; choose {options}",
                    id=id,
                    value=value,
                    options=lever.options,
                )
        elif type(value) is not int or not lever.low <= value <= lever.high:
            raise InputError(
                "levers: {id}: {value!r} is out of bounds; give a whole number from {low} to {high}",
                id=id,
                value=value,
                low=lever.low,
                high=lever.high,
            )


def moved(levers: tuple[Lever, ...], values: Mapping[str, Value]) -> tuple[Lever, ...]:
    """The levers that do not stand where the scenario has them."""
    return tuple(lever for lever in levers if values.get(lever.id, lever.start) != lever.start)


def items_of(loaded: LoadedScenario, values: Mapping[str, Value], reason: str) -> tuple[Item, ...]:
    """The items of `set:` in an overlay that the moved levers stand for, in their order, with a reason.

    A plan of the law holds from the first counted day on, as if it were in force. Raises InputError as
    `check`, and for a setting that follows a path over dates.
    """
    levers = levers_of(loaded)
    check(levers, values)
    found = [item for lever in moved(levers, values) for item in _items(loaded, lever, values, reason)]
    for item in found:
        refuse_path_over_dates("levers", str(item["path"]), loaded.scenario, loaded.own)
    if (
        any(str(item["path"]).startswith("rules.") for item in found)
        and loaded.scenario.rules.plans_from is None
    ):
        start = loaded.scenario.horizon.count_from.isoformat()
        found.append({"path": "rules.plans_from", "value": start})
    return tuple(found)


def _items(loaded: LoadedScenario, lever: Lever, values: Mapping[str, Value], reason: str) -> Iterator[Item]:
    value = values[lever.id]
    if lever.id.startswith("beds_"):
        setting = lever.id.removeprefix("beds_")
        yield {"path": f"places.extra_beds.{setting}", "value": int(value) - _own_beds(loaded, setting)}
    elif lever.id.startswith("rule_"):
        yield {"path": f"rules.{lever.id.removeprefix('rule_')}", "value": value}
    elif lever.id == "pzp":
        yield _pzp(loaded, int(value), reason)
    elif lever.id == "bth_contribution":
        yield from _contributions(loaded, int(value), reason)
    else:
        group, name = _numbers()[lever.id]
        before = getattr(getattr(loaded.scenario, group), name)
        yield _explained(f"{group}.{name}", int(value) / 100, before, reason)


def _explained(path: str, value: float, before: Any, reason: str) -> Item:
    """A number that the user chose, with a range that holds it and what stood there."""
    edges = [value, before.value, *(before.range or ())]
    return {
        "path": f"{path}.value",
        "value": value,
        "kind": "assumption",
        "reason": reason,
        "range": [min(edges), max(edges)],
    }


def _numbers() -> dict[str, tuple[str, str]]:
    """Lever of one number -> group and name of its setting."""
    return {
        "ceiling_applies": ("ceiling", "applies"),
        "ceiling_allowance": ("ceiling", "allowance_factor"),
        "waived": ("hospice", "waived"),
        **{f"price_{name}": ("prices", name) for name in _price_factors()},
    }


def _share(id: str, group: str, value: float) -> Lever:
    return Lever(id, group, "percent", round(value * 100), 0, 100)


def _factor(id: str, group: str, value: float) -> Lever:
    """A factor in per cent, from half of what stands there to twice; from 0 up to 1."""
    start = round(value * 100)
    high = min(start * 2, MOST_FACTOR * 100) or 100
    return Lever(id, group, "percent", start, start // 2, max(high, start, start // 2 + 1))


def _own_beds(loaded: LoadedScenario, setting: str) -> int:
    return sum(s.beds for region in loaded.area.regions for s in region.sites if s.setting == setting)


def _beds(loaded: LoadedScenario) -> Iterator[Lever]:
    extra = loaded.scenario.places.extra_beds
    for setting in SITE_SETTINGS:
        if any(s.setting == setting for region in loaded.area.regions for s in region.sites):
            own = _own_beds(loaded, setting)
            beds = own + extra.get(setting, 0)
            yield Lever(f"beds_{setting}", "beds", "beds", beds, 0, 2 * max(own, beds, 2))


def _mean_share(loaded: LoadedScenario) -> float:
    """Share with advance planning over the disease groups of adults."""
    groups = loaded.scenario.cohort.population.group_share.value
    pzp = loaded.scenario.cohort.marking.pzp.value
    return sum(share * pzp.get(group, 0) for group, share in groups.items() if group != "child")


def _pzp(loaded: LoadedScenario, percent: int, reason: str) -> Item:
    """Shares by group whose mean is the wanted one: less in proportion, or more of those without."""
    parameter = loaded.scenario.cohort.marking.pzp
    groups = [g for g in loaded.scenario.cohort.population.group_share.value if g != "child"]
    wanted, mean = percent / 100, _mean_share(loaded)
    before = {group: parameter.value.get(group, 0) for group in groups}
    if wanted <= mean:
        after = {group: share * wanted / mean for group, share in before.items()}
    else:
        after = {group: 1 - (1 - share) * (1 - wanted) / (1 - mean) for group, share in before.items()}
    shares = {str(group): round(share, _SHARE_DECIMALS) for group, share in after.items()}
    value: dict[str, float] = {str(group): share for group, share in parameter.value.items()}
    value.update(shares)
    return {
        "path": "cohort.marking.pzp.value",
        "value": value,
        "kind": "assumption",
        "reason": reason,
        "range_factor": [0, max(2, *(parameter.range_factor or ()))],
    }


def _contribution(loaded: LoadedScenario) -> Lever:
    mode = loaded.scenario.hospice.day_contribution_eur[CONTRIBUTIONS.index("mode")].value
    return Lever("bth_contribution", "payments", "euro", round(mode), 0, 2 * round(mode) or 100)


def _contributions(loaded: LoadedScenario, euros: int, reason: str) -> Iterator[Item]:
    """The three corners of the triangle, moved in proportion to the one in the middle."""
    corners = loaded.scenario.hospice.day_contribution_eur
    mode = corners[CONTRIBUTIONS.index("mode")].value
    for number, corner in enumerate(corners):
        value = round(corner.value * euros / mode, 2) if mode else float(euros)
        yield _explained(f"hospice.day_contribution_eur.{number}", value, corner, reason)
