"""What the values of a scenario do, and in which values two scenarios differ, whatever their titles say."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from sim.errors import InputError
from sim.scenario.effects import PRICE, Effect, Plan, effect_at
from sim.scenario.models import EFFECTS, PLANS, SWITCHES, Scenario
from sim.scenario.own import PRICES, Own, is_price
from sim.scenario.paths import HEADER, PATHS_OVER_DATES, PROVENANCE, find

_OF_THE_RUN = ("replications",)


def effect_of(path: str) -> Effect:
    """What a setting, a value in it or a group that all does the same does, as `Effect` has it."""
    return PRICE if is_price(path) else effect_at(path, EFFECTS)


def plans_of(scenario: Scenario) -> tuple[Plan, ...]:
    """The plans of the law that a scenario switches on, in the order of its fields."""
    return tuple(plan for path, plan in PLANS if attrgetter(path)(scenario) == plan.at)


def switched_off_by(scenario: Scenario, path: str) -> dict[str, bool]:
    """The switches that are all off and so keep a setting from acting; none where it acts, as a switch does.

    Of each whether it is a share, which a range can open.
    """
    if any(f"{path}.".startswith(f"{switch}.") for switch in SWITCHES):
        return {}
    groups: dict[str, dict[str, Any]] = {}
    for switch in SWITCHES:
        group = switch.rpartition(".")[0]
        if path.startswith(f"{group}."):
            groups.setdefault(group, {})[switch] = attrgetter(switch)(scenario)
    for values in groups.values():
        if not any(value if isinstance(value, bool) else value.value > 0 for value in values.values()):
            return {switch: not isinstance(value, bool) for switch, value in values.items()}
    return {}


def owner_of(path: str) -> str:
    """Path of the parameter that a setting of an overlay belongs to; a plain setting is its own."""
    return find(path).owner or path


def refuse_path_over_dates(asked: str, path: str, scenario: Scenario, own: Own) -> None:
    """Refuse a question that puts one number after another in the place of a path over dates.

    `asked` is what asks it; the path is of a setting, or of a price or legal amount, of which `own` has those
    of the scenario.
    """
    if is_price(path):
        dated = [each for each in own.tariffs if f"{PRICES}.{each.id}" == path and each.since is not None]
        steps = [f"{each.since}: {each.amount}" for each in dated]
    else:
        steps = [
            f"{step.since}: {step.value}"
            for phase in scenario.phases
            if f"{phase.path}.".startswith(f"{path}.") or f"{path}.".startswith(f"{phase.path}.")
            for step in phase.steps
        ]
    if steps:
        raise InputError(
            "{asked}: {path}: follows a path over dates ({steps}), and one number cannot stand for that; "
            "choose a setting, or a scenario, without one",
            asked=asked,
            path=path,
            steps=steps,
        )


def differing(first: Scenario, second: Scenario) -> list[str]:
    """Paths of the values in which two scenarios differ, in the order of the models.

    Header, provenance and the number of replications are left out. A setting whose path over dates differs is
    one of them.
    """
    found: list[str] = []

    def walk(one: Any, other: Any, path: str) -> None:
        if isinstance(one, dict) and isinstance(other, dict):
            for key in dict.fromkeys((*one, *other)):
                if key in PROVENANCE or (not path and key in (*HEADER, *_OF_THE_RUN)):
                    continue
                walk(one.get(key), other.get(key), f"{path}.{key}" if path else str(key))
        elif one != other:
            found.append(path)

    sides = first.model_dump(mode="json"), second.model_dump(mode="json")
    ours, theirs = ({phase["path"]: phase for phase in side.pop(PATHS_OVER_DATES)} for side in sides)
    walk(*sides, "")
    moved = [path for path in dict.fromkeys((*ours, *theirs)) if ours.get(path) != theirs.get(path)]
    return list(dict.fromkeys((*found, *moved)))


def same_values(first: Scenario, second: Scenario) -> bool:
    """Whether two scenarios lead to the same run on one area, seed and horizon."""
    return not differing(first, second)
