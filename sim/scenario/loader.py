"""Read a scenario: its chain of overlays, its area, what changed, and a digest of it all."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sim.data import data_folder, read_json, shown
from sim.errors import InputError, Message, Place, echo, meant, nearest
from sim.scenario import paths, provenance
from sim.scenario.area.form import read_area_form
from sim.scenario.area.form_lines import AREA_ENDINGS
from sim.scenario.headline import Headline, together, with_carrying_out
from sim.scenario.in_force import versions
from sim.scenario.models import Area, Scenario
from sim.scenario.numbers import is_identifier
from sim.scenario.overlay import (
    Change,
    Data,
    Overlay,
    SetItem,
    apply_items,
    covers,
    item_at,
    meet,
    own_amounts,
    with_paths_as_values,
    written,
)
from sim.scenario.own import Own
from sim.scenario.provenance import Setting
from sim.scenario.wording import first_fault, key_of

_MOST_LAYERS = 50  # files that make up one scenario

OF_THE_RUN = ("horizon", "seed", "replications", "area")  # what a run decides, and not the policy
_NO_SCENARIO = ("targets", "calibration", "gallery", "places")
_ENDINGS = (".yaml", ".yml")
_FORM_BASE = "middenland"

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class LoadedScenario:
    """A policy on an area, validated, with the history of its values."""

    scenario: Scenario  # the whole chain merged
    area: Area
    files: tuple[Path, ...]  # the full scenario first, then the overlays in the order in which they apply
    # what tells it from the full scenario of its chain; after `apply`, what tells it from the base
    changes: tuple[Change, ...] = ()
    inherited: tuple[Change, ...] = ()  # after `apply`: the changes that the base itself had made
    own: Own = Own()  # own prices and rules of an analyst, in place of the tariffs and the law

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.scenario.name

    @property
    def digest(self) -> str:
        """Sha256, in hex, of the merged scenario and the area as canonical JSON.

        The number of replications is left out: it alters no replication.
        """
        merged = {
            "scenario": self.scenario.model_dump(mode="json", exclude={"replications"}),
            "area": self.area.model_dump(mode="json"),
            **({"own": self.own.as_json()} if self.own else {}),
        }
        text = json.dumps(merged, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def provenance(self) -> list[Setting]:
        """List all parameters of the scenario, then of the area (paths that start with `area.`)."""
        history = (*self.inherited, *self.changes)
        return [*provenance.walk(self.scenario, "", history), *provenance.walk(self.area, "area", ())]

    def assumptions(self) -> list[Setting]:
        """List the parameters of kind `assumption`."""
        return [setting for setting in self.provenance() if setting.kind == "assumption"]

    def with_run(self, seed: int | None = None, replications: int | None = None) -> LoadedScenario:
        """The same policy with another master seed or number of replications; InputError out of bounds."""
        given = {"seed": seed, "replications": replications}
        data = _dump(self.scenario) | {key: value for key, value in given.items() if value is not None}
        return replace(self, scenario=_validated(Scenario, data, self.name))


def scenario_names(folder: Path | None = None) -> list[str]:
    """Names of the scenarios in a folder, by default the project's `scenarios/`, sorted."""
    names = {path.stem for path in data_folder("scenarios", folder).iterdir() if path.suffix in _ENDINGS}
    return sorted(names.difference(_NO_SCENARIO))


def area_names(folder: Path | None = None) -> list[str]:
    """Names of the areas in `regions/` of a folder, by default the project's `scenarios/`, sorted."""
    regions = data_folder("scenarios", folder) / "regions"
    return sorted({path.stem for path in regions.glob("*") if path.suffix in (*_ENDINGS, *AREA_ENDINGS)})


def load_scenario(name_or_path: str | Path, area: str | Path | Area | None = None) -> LoadedScenario:
    """Read a scenario by its name in `scenarios/` or by the path of a file.

    An area (a name in `scenarios/regions/`, a path, or an area at hand) replaces that of the scenario. Raises
    InputError when a file or a value is wrong; the text names file, key, fault and remedy.
    """
    chain = _chain(_locate(name_or_path, None, Message("")))
    data = chain[0].data
    own = Own()
    changes: tuple[Change, ...] = ()
    for layer in chain:
        data, made = layer.over(data)
        own, priced = layer.own_over(own)
        changes = (*changes, *made, *priced)
    found = load_area(data["area"], near=chain[-1].file.parent) if area is None else load_area(area)
    scenario = _validated(Scenario, data | {"area": found.name}, chain[-1].label)
    files = tuple(layer.file for layer in chain)
    return _with_places(LoadedScenario(scenario, found, files, changes, own=own), chain[-1].label)


def on_area(loaded: LoadedScenario, area: Area) -> LoadedScenario:
    """The same policy on another area; InputError when beds of the policy have no site there."""
    policy = loaded.scenario.model_copy(update={"area": area.name})
    return _with_places(replace(loaded, area=area, scenario=policy), loaded.name)


def load_area(name_or_path: str | Path | Area, near: Path | None = None) -> Area:
    """Read an area by its name in `scenarios/regions/` or by the path of a file, YAML or a form.

    An area at hand is given back. `near`, the folder of the file that names the area, is searched first.
    Raises InputError when a file or a value is wrong.
    """
    if isinstance(name_or_path, Area):
        return name_or_path
    if _is_path(name_or_path):
        file = Path(name_or_path)
        if near is not None and not file.is_absolute():
            file = near / file
    else:
        file = _by_name(str(name_or_path), _folders(near, "regions"), Message("area"), Message(""))
    if file.suffix.lower() in AREA_ENDINGS:
        return read_area_form(file, load_area(_FORM_BASE))
    return _validated(Area, json.loads(read_json(file)), shown(file))


def apply(base: LoadedScenario, alternative: str | Path) -> LoadedScenario:
    """Lay an alternative's own changes over a base: policy changes, area, horizon and seed stay.

    Own changes are those of the overlays in the alternative's chain that are not in the base's chain. An
    alternative with another full scenario at the bottom of its chain brings its whole policy. The header is
    that of the alternative; `changes` are the own changes. Raises InputError when a file or a value is wrong,
    or when the base extends the alternative and changes it.
    """
    chain = _chain(_locate(alternative, None, Message("")))
    last = chain[-1]
    data = _dump(base.scenario)
    kept = {key: data[key] for key in OF_THE_RUN}
    layers = [layer for layer in chain if layer.file not in base.files]
    if not layers and last.file != base.files[-1] and base.changes:
        raise InputError(
            "{label}: {name} extends it, so it changes nothing there; make {last_name} the "
            "base and {name} the alternative",
            label=last.label,
            name=base.name,
            last_name=last.name,
        )
    if chain[0].file not in base.files:
        data = chain[0].data
    own = base.own
    changes: tuple[Change, ...] = ()
    for layer in layers:
        data, made = layer.over(data, leave=OF_THE_RUN, keep=kept)
        own, priced = layer.own_over(own)
        changes = (*changes, *made, *priced)
    data = with_carrying_out(data | last.header()) | kept
    loaded = LoadedScenario(
        scenario=_validated(Scenario, data, last.label),
        area=base.area,
        files=(*base.files, *(layer.file for layer in layers)),
        changes=changes,
        inherited=(*base.inherited, *base.changes),
        own=own,
    )
    return _with_places(loaded, last.label)


def vary(
    loaded: LoadedScenario, values: Mapping[str, Any], name: str, title: str | None = None
) -> LoadedScenario:
    """Set values by path, as an overlay named `name` would; they are its `changes`.

    Such as `{"ceiling.applies": 0.1}`; `tariffs.<id>` is a price or legal amount, with `@<first day>` where
    it does not hold on every day. The title is by default that of the scenario. Raises InputError for an
    unknown path or a wrong value.
    """
    items = tuple(SetItem(path=path, value=value) for path, value in values.items())
    header: Data = {"name": name, "extends": loaded.name}
    if title is not None:
        header["title"] = {"nl": title, "en": title}
    data, changes = _over(_dump(loaded.scenario), items, header, name, name)
    own, priced = own_amounts(loaded.own, items, name, name, f"scenario {name}")
    varied = replace(
        loaded,
        scenario=_validated(Scenario, data, name),
        changes=(*changes, *priced),
        inherited=(*loaded.inherited, *loaded.changes),
        own=own,
    )
    return _with_places(varied, name)


def vary_area(loaded: LoadedScenario, values: Mapping[str, Any], name: str) -> LoadedScenario:
    """Set values of the area by path; regions and sites stand by their id.

    Such as `{"regions.mi-01.nursing_home_places": 900}`; `name` says who set them. Raises InputError for an
    unknown path or a wrong value.
    """
    data = json.loads(loaded.area.model_dump_json())
    changes = [_set_in_area(data, path, value, name) for path, value in values.items()]
    varied = replace(loaded, area=_validated(Area, data, "area"), changes=(*loaded.changes, *changes))
    return _with_places(varied, name)


def _set_in_area(data: Data, path: str, value: Any, name: str) -> Change:
    """Set one value in the data of an area, and say what it was."""
    *above, last = path.split(".")
    place: Any = data
    for part in (*above, last):
        known = [each["id"] for each in place] if isinstance(place, list) else list(place)
        if part not in known:
            near = nearest(part, known)
            hint = meant(near) if near else Message("there are {names}", names=known)
            raise InputError("area: area.{path}: no {part!r}; {hint}", path=path, part=part, hint=hint)
        if part == last and isinstance(place, dict):
            break
        place = next(each for each in place if each["id"] == part) if isinstance(place, list) else place[part]
        if not isinstance(place, dict | list):
            raise InputError(
                "area: area.{path}: {part!r} holds one value; leave out what follows", path=path, part=part
            )
    else:
        raise InputError("area: area.{path}: is a whole; name one of {known}", path=path, known=known)
    held = place[last]
    if not (isinstance(held, dict) and "kind" in held):
        place[last] = value
        return Change(f"area.{path}", held, value, name)
    before = held["value"]
    numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in (before, value))
    span = sorted((before, value)) if numbers else None
    reason = f"chosen in scenario {name}"
    place[last] = {"value": value, "kind": "assumption", "source": None, "reason": reason, "range": span}
    return Change(f"area.{path}", before, value, name)


@dataclass(frozen=True)
class _Layer:
    """One file of a chain: the full scenario (validated data), or an overlay on the layer below."""

    file: Path
    label: str
    data: Data
    overlay: Overlay | None

    @property
    def name(self) -> str:
        return str(self.header()["name"])

    def header(self) -> Data:
        if self.overlay is not None:
            return self.overlay.header(self.file.stem)
        return {key: self.data[key] for key in paths.HEADER if key != "area"}

    def over(
        self, below: Data, leave: Iterable[str] = (), keep: Mapping[str, Any] | None = None
    ) -> tuple[Data, tuple[Change, ...]]:
        """Lay this layer over the scenario below; give the validated result and what changed."""
        if self.overlay is None:
            return self.data, ()
        header = self.header() | dict(keep or {})
        return _over(below, self.overlay.set, header, self.name, self.label, leave)

    def own_over(self, own: Own) -> tuple[Own, tuple[Change, ...]]:
        """Lay the own amounts of this layer over those below; give them and what changed."""
        if self.overlay is None:
            return own, ()
        return own_amounts(own, self.overlay.set, self.name, self.label)


def _over(
    below: Data, items: Sequence[SetItem], header: Data, name: str, label: str, leave: Iterable[str] = ()
) -> tuple[Data, tuple[Change, ...]]:
    merged, changes = apply_items(below, items, name, label, leave)
    try:
        made = _validate(Scenario, merged | header)
        versions(made)
        return with_carrying_out(_dump(made)), changes
    except ValidationError as error:
        location, text = first_fault(error, Scenario)
        number = item_at(items, location)
        key = (
            key_of(location)
            if number is None
            else Message("set[{number}] {path!r}", number=number, path=items[number].path)
        )
        raise InputError("{label}: {key}: {text}", label=label, key=key, text=text) from None


def _chain(file: Path, above: tuple[_Layer, ...] = (), read: list[Path] | None = None) -> list[_Layer]:
    """Layers from the full scenario up to a file; `above` are the files that led to it, `read` all so far."""
    read = [] if read is None else read
    read.append(file)
    if len(read) > _MOST_LAYERS:
        raise InputError(
            "{file}: extends and combines more than {most_layers} files; name them directly",
            file=shown(read[0]),
            most_layers=_MOST_LAYERS,
        )
    label, raw = shown(file), json.loads(read_json(file))
    file = file.resolve()
    if any(layer.file == file for layer in above):
        names = Place(" -> ".join(echo(stem) for stem in (*(layer.file.stem for layer in above), file.stem)))
        raise InputError(
            "{label}: extends: {names} is a circle; end it at a full scenario",
            label=above[-1].label,
            names=names,
        )
    if raw.get("extends") is None:
        if "set" in raw:
            raise InputError(
                "{label}: extends: is missing; name the scenario that `set` changes", label=label
            )
        if raw.get("phases"):
            raise InputError(
                "{label}: phases: stands in no full scenario; set a path over dates in one that extends it",
                label=label,
            )
        return [_Layer(file, label, _dump(_validated(Scenario, raw, label)), None)]
    overlay = _validated(Overlay, with_paths_as_values(raw, label), label)
    layer = _Layer(file, label, {}, overlay)
    below = _chain(
        _locate(overlay.extends, file.parent, Message("{label}: extends: ", label=label)),
        (*above, layer),
        read,
    )
    combined, headlines = _combined(layer, overlay, below, above, read)
    if combined and not overlay.headline:
        shared = overlay.model_copy(update={"headline": together(headlines)})
        layer = replace(layer, overlay=shared)
    return [*below, *combined, layer]


def _combined(
    layer: _Layer, overlay: Overlay, below: Sequence[_Layer], above: tuple[_Layer, ...], read: list[Path]
) -> tuple[list[_Layer], list[tuple[Headline, ...]]]:
    """Own layers of the overlays that a file combines, and the headline of each overlay.

    What two of them set the file must set, but for what one sets that extends or combines the other.
    """
    found: list[_Layer] = []
    headlines: list[tuple[Headline, ...]] = []
    first: dict[str, _Layer] = {}
    decided = written(overlay.set)
    for name in overlay.combines:
        where = Message("{label}: combines: ", label=layer.label)
        chain = _chain(_locate(name, layer.file.parent, where), (*above, layer), read)
        if chain[0].file != below[0].file:
            raise InputError(
                "{where}{name} ends at {chain_name}, not at {below_name}; combine overlays of one scenario",
                where=where,
                name=name,
                chain_name=chain[0].name,
                below_name=below[0].name,
            )
        known = [other.file for other in (*below, *found)]
        fresh = [own for own in chain if own.file not in known and own.overlay is not None]
        mine = {path: own for own in fresh if own.overlay for path in sorted(written(own.overlay.set))}
        for (path, one), (twin, other) in itertools.product(first.items(), mine.items()):
            both = () if one in chain else meet(path, twin)
            if not all(covers(decided, each) for each in both):
                raise InputError(
                    "{where}{first} and {name} both set {path}; set it in {layer_name} itself",
                    where=where,
                    first=one.name,
                    name=other.name,
                    path=both[-1],
                    layer_name=layer.name,
                )
        first |= mine
        found += fresh
        if chain[-1].overlay is not None:
            headlines.append(chain[-1].overlay.headline)
    return found, headlines


def _locate(name_or_path: str | Path, near: Path | None, said_by: Message) -> Path:
    """File of a scenario; a relative path in a file counts from the folder of that file."""
    if not _is_path(name_or_path):
        return _by_name(str(name_or_path), _folders(near), Message("scenario"), said_by)
    file = Path(name_or_path)
    return near / file if near is not None and not file.is_absolute() else file


def _is_path(name_or_path: str | Path) -> bool:
    text = str(name_or_path)
    endings = (*_ENDINGS, *AREA_ENDINGS)
    return isinstance(name_or_path, Path) or text.endswith(endings) or "/" in text or "\\" in text


def _folders(near: Path | None, below: str = "") -> list[Path]:
    own = [near / below] if near is not None else []
    return [*own, data_folder("scenarios") / below]


def _by_name(name: str, folders: Sequence[Path], what: Message, said_by: Message) -> Path:
    endings = _ENDINGS if what == "scenario" else (*_ENDINGS, *AREA_ENDINGS)
    for folder in folders if is_identifier(name) else ():
        for ending in endings:
            if (folder / f"{name}{ending}").is_file():
                return folder / f"{name}{ending}"
    known = scenario_names() if what == "scenario" else area_names()
    close = nearest(name, known)
    hint = Message("; {hint}", hint=meant(close)) if close else Message("")
    raise InputError(
        "{said_by}{name}: no such {what}; known are: {known}{hint}",
        said_by=said_by,
        name=name,
        what=what,
        known=known,
        hint=hint,
    )


def _with_places(loaded: LoadedScenario, label: str) -> LoadedScenario:
    """The scenario itself, whose beds have a site to stand in, and no fewer than none of a type are left."""
    for setting, extra in loaded.scenario.places.extra_beds.items():
        for region in loaded.area.regions:
            sites = [site.beds for site in region.sites if site.setting == setting]
            beds = sum(sites)
            told: dict[str, Any] = {"label": label, "setting": setting, "id": region.id}
            if extra and not sites:
                raise InputError(
                    "{label}: places.extra_beds.{setting}: region {id} has no site of this type; "
                    "add one to area {name}, with 0 beds if need be",
                    name=loaded.area.name,
                    **told,
                )
            if beds + extra < 0:
                raise InputError(
                    "{label}: places.extra_beds.{setting}: {extra} takes more beds than region "
                    "{id} has ({beds}); must be {least} or more",
                    **told | {"extra": extra, "beds": beds, "least": -beds},
                )
    return loaded


def _validated(model: type[_Model], data: Data, label: str) -> _Model:
    try:
        return _validate(model, data)
    except ValidationError as error:
        location, text = first_fault(error, model)
        key = key_of(location)
        template = "{label}: {key}: {text}" if key else "{label}: {text}"
        raise InputError(template, label=label, key=key, text=text) from None


def _validate(model: type[_Model], data: Data) -> _Model:
    return model.model_validate_json(json.dumps(data), strict=True)


def _dump(scenario: Scenario) -> Data:
    data: Data = scenario.model_dump(mode="json")
    return data
