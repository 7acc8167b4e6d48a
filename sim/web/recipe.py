"""One what-if question as a scenario file: written to share and read back from an upload."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.data import yaml_text
from sim.errors import LANGUAGES, InputError
from sim.report.language import Language, language
from sim.scenario import LoadedScenario, Scenario, area_names, load_scenario, regions_of, scenario_names
from sim.scenario import paths as scenario_paths
from sim.scenario.own import is_price
from sim.web.apart import read_apart
from sim.web.levers import Item, Lever, Value, items_of, levers_of, moved
from sim.web.private import upload_folder

SHARED_NAME_LENGTH = 40  # characters of the name of a shared scenario

NAME = "what_if"
Document = dict[str, Any]


@dataclass(frozen=True)
class Recipe:
    """All that decides the numbers of the page."""

    base: str  # name of the scenario that is compared with
    start: str  # name of the scenario whose values the levers begin at
    area: str  # name of an area of one region
    seed: int
    replications: int
    title: str  # what the user calls it
    values: Mapping[str, Value] = field(default_factory=dict)
    # a shared file read back; then it is what the levers begin at and `start` is what it extends
    upload: Mapping[str, Any] | None = None
    draws: int = 0  # draws of all assumptions; 0 shows chance alone


def choices() -> tuple[str, ...]:
    """Names of the scenarios that the page offers, `basis_2026` first."""
    names = scenario_names()
    return tuple(sorted(names, key=lambda name: (load_scenario(name).scenario.extends is not None, name)))


def alternatives(base: str) -> tuple[str, ...]:
    """The base itself and the scenarios that are built on it, so that what is shared says all."""
    file = load_scenario(base).files[-1]
    return (base, *(n for n in choices() if n != base and file in load_scenario(n).files))


def small_areas() -> tuple[str, ...]:
    """Names of the areas of one region, which answer in seconds."""
    from sim.scenario import load_area

    return tuple(name for name in area_names() if len(regions_of(load_area(name))) == 1)


def read_upload(name: str, content: bytes) -> Document:
    """Read a scenario file that the page shared: an overlay of a scenario of this installation."""
    document: Document = read_apart("scenario", name, content)
    return document


def refuse_strangers(document: Document, label: str) -> None:
    """Refuse an upload that does not stand alone: what it extends and where it runs must be here by name."""
    extends = document.get("extends")
    if not isinstance(extends, str) or extends not in scenario_names():
        raise InputError(
            "{label}: extends: {extends!r} is no scenario here; name one of {names}",
            label=label,
            extends=extends if isinstance(extends, str) else None,
            names=scenario_names(),
        )
    area = document.get("area")
    if area is not None and area not in small_areas():
        raise InputError(
            "{label}: area: {area!r} is no region of this page; name one of {names}",
            label=label,
            area=area,
            names=small_areas(),
        )
    combines = document.get("combines") or []
    for name in combines if isinstance(combines, list) else [combines]:
        if name not in scenario_names():
            raise InputError(
                "{label}: combines: {name!r} is no scenario here; name those of this page",
                label=label,
                name=name,
            )


def loaded_start(recipe: Recipe) -> LoadedScenario:
    """The scenario, on the area of the recipe, whose values the levers begin at; or an InputError."""
    if recipe.upload is None:
        return load_scenario(recipe.start, recipe.area)
    return load_document(dict(recipe.upload), recipe.area)


def load_document(document: Document, area: str | None = None) -> LoadedScenario:
    """A scenario given as an overlay in place of a file, on its own area or another."""
    folder = upload_folder()
    file = folder / f"{NAME}.yaml"
    try:
        file.write_text(yaml_text(document), encoding="utf-8")
        return load_scenario(file, area)
    except InputError as fault:
        raise InputError(fault.message.named(str(file), file.name)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def overlay_of(recipe: Recipe) -> Document:
    """The scenario file, with seed, replications and horizon, that gives the very numbers of the page."""
    start = loaded_start(recipe)
    extends = recipe.start if recipe.upload is None else str(recipe.upload["extends"])
    now = {lever.id: lever.start for lever in levers_of(start)} | dict(recipe.values)
    levers = moved(levers_of(load_scenario(extends, recipe.area)), now)
    reason = {code: _changes(language(code), levers, now) for code in LANGUAGES}
    items = items_of(start, recipe.values, language(LANGUAGES[0]).say("web.reason"))
    kept = () if recipe.upload is None else tuple(recipe.upload.get("set") or ())
    title = recipe.title.strip() or reason[LANGUAGES[0]]
    return {
        "name": slug(title),
        "title": dict.fromkeys(LANGUAGES, title),
        **_texts(start.scenario, reason, is_policy=not levers and extends != recipe.base),
        "author": "palsim web",
        "extends": extends,
        "area": recipe.area,
        "set": _merged(kept, (*_run(recipe, start), *items)),
    }


def _texts(start: Scenario, reason: Mapping[str, str], is_policy: bool) -> Document:
    """Question, mechanism, evidence, status and headline of the file that a recipe makes.

    Those of the policy where it stands as it is (`is_policy`). Where levers moved: what moved, and the
    headline of the policy, which says what its question is about.
    """
    held = start.model_dump(mode="json")
    if is_policy:
        texts = {key: held[key] for key in ("question", "mechanism", "evidence", "status")}
    else:
        texts = {
            "question": {c: language(c).say("web.question", changes=reason[c]) for c in LANGUAGES},
            "mechanism": {c: language(c).say("web.mechanism", changes=reason[c]) for c in LANGUAGES},
            "evidence": {c: language(c).say("web.evidence") for c in LANGUAGES},
        }
    return {key: value for key, value in {**texts, "headline": held["headline"]}.items() if value}


def _run(recipe: Recipe, start: LoadedScenario) -> tuple[Item, ...]:
    """Seed, replications and counted window of the page, where the scenario has others."""
    base, own = load_scenario(recipe.base).scenario, start.scenario
    items: list[Item] = [
        {"path": "seed", "value": recipe.seed},
        {"path": "replications", "value": recipe.replications},
    ]
    for key, value in base.horizon.model_dump(mode="json").items():
        if value != own.horizon.model_dump(mode="json")[key]:
            items.append({"path": f"horizon.{key}", "value": value})
    return tuple(items)


def _merged(kept: tuple[Item, ...], items: tuple[Item, ...]) -> list[Item]:
    """Items of an uploaded file with those of the page in their place; own amounts of several days stay."""
    found = {}
    for item in (*kept, *items):
        path = scenario_paths.find(str(item["path"])).path
        found[path, str(item.get("from")) if is_price(path) else ""] = dict(item)
    return list(found.values())


def _changes(words: Language, levers: tuple[Lever, ...], values: Mapping[str, Value]) -> str:
    """What was moved, in words."""
    parts = [f"{lever_label(words, lever)}: {value_text(words, lever, values[lever.id])}" for lever in levers]
    return "; ".join(parts) or words.say("web.nothing_moved")


def lever_label(words: Language, lever: Lever) -> str:
    """Name of a lever in a language."""
    if words.has(f"web.lever.{lever.id}"):
        return words.say(f"web.lever.{lever.id}")
    if lever.group == "beds":
        place = words.word("setting", lever.id.removeprefix("beds_"))
        return place[:1].upper() + place[1:]
    kind, _, name = lever.id.partition("_")
    return words.path({"price": "prices", "rule": "rules"}.get(kind, kind) + f".{name}")


def value_text(words: Language, lever: Lever, value: Value) -> str:
    """Value of a lever in a language."""
    if lever.unit == "choice":
        return words.word(f"web.option.{lever.id}", str(value))
    if lever.unit == "percent":
        return words.percent(int(value) / 100, 0)
    return words.euro(int(value)) if lever.unit == "euro" else words.number(int(value))


def slug(title: str) -> str:
    """A file name that says what a title says in small letters, digits and _; that of no scenario."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:SHARED_NAME_LENGTH].strip("_") or NAME
    return f"{NAME}_{name}" if name in scenario_names() else name
