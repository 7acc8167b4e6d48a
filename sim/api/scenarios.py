"""A scenario as a value: looked through, changed into another one, never changed itself."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from sim.api.facade import facade
from sim.api.given import AreaGiven, AreaLike, ScenarioText
from sim.api.names import RuleKey, SettingPath, TariffId
from sim.api.values import as_in_files, refuse_control
from sim.catalogue import TariffValue, load_tariffs
from sim.errors import InputError, Message, Reworded, ValueFault, meant, nearest
from sim.later import pd
from sim.ledger import amount_of_law, own_book, own_rule
from sim.limits import LONGEST_NAME
from sim.scenario import (
    Change,
    LoadedScenario,
    Setting,
    apply,
    beds_of,
    effect_of,
    load_area,
    load_scenario,
    on_area,
    vary,
    vary_area,
)
from sim.scenario.effects import DOES
from sim.scenario.loader import OF_THE_RUN
from sim.scenario.own import PRICES, Own, is_price, own_tariff
from sim.scenario.paths import UnknownPath, addresses, find, value_at
from sim.scenario.phase import steps_of
from sim.schema import HOSPICE_SETTINGS

_NAME_HASH_LENGTH = 8  # characters that tell apart long names that begin alike

_AREA = "area."
_OF_A_REGION = "describes the region"
_BEDS = re.compile(r"(hospice|places)\.beds\.(\w+)")


@facade
@dataclass(frozen=True, eq=False)
class Scenario:
    """A policy on an area: models, and the history of their values. Two with the same values are equal."""

    loaded: LoadedScenario

    def __eq__(self, other: object) -> bool:
        """Whether the other leads to the same run."""
        return isinstance(other, Scenario) and self._identity == other._identity

    def __hash__(self) -> int:
        """Hash of the values."""
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, int]:
        return self.loaded.digest, self.loaded.scenario.replications

    @property
    def name(self) -> str:
        """Name, which stands for the scenario in every result."""
        return self.loaded.name

    @property
    def title(self) -> str:
        """Title, in Dutch."""
        return self.loaded.scenario.title.nl

    @property
    def area(self) -> str:
        """Name of the area."""
        return self.loaded.area.name

    @property
    def seed(self) -> int:
        """Master seed."""
        return self.loaded.scenario.seed

    @property
    def replications(self) -> int:
        """Replications of a run."""
        return self.loaded.scenario.replications

    @property
    def own(self) -> Own:
        """Own prices and rules; empty for tariffs and law as they stand."""
        return self.loaded.own

    @property
    def changes(self) -> pd.DataFrame:
        """What tells it from the full scenario under it: path, before, after, by."""
        book, day = load_tariffs(), self.loaded.scenario.horizon.count_from
        rows = [
            (
                change.path,
                amount_of_law(book, change.path, day) if is_price(change.path) else change.before,
                change.after,
                change.overlay,
            )
            for change in (*self.loaded.inherited, *self.loaded.changes)
        ]
        rows += [(rule.key, "law", rule.name, "own rule") for rule in self.own.rules]
        return pd.DataFrame(rows, columns=["path", "before", "after", "by"])

    def find(self, text: str = "", lang: str = "nl") -> pd.DataFrame:
        """The settings, prices and legal amounts that have to do with some words.

        Columns: path, name, value, unit, range, source, what (it does); a path goes into `vary`. Raises
        InputError when no setting has these words; names what comes near.

        Parameters
        ----------
        text : str
            Words that must all occur in the path, the name (Dutch or English), the source or the reason;
            all settings when empty.
        lang : {"nl", "en"}
            Of the name.
        """
        from sim.report.language import language

        shown, other = language(lang), language("en" if lang == "nl" else "nl")
        words = text.lower().split()
        found, vocabulary = [], set()
        prices = _prices(self.loaded)
        every = (*_settings(self.loaded), *(_row_of_price(each) for each in prices.values()))
        for path, value, unit, span, source, what in every:
            name = prices[path].title if path in prices else shown.path(path)
            hay = " ".join((path, name, other.path(path), source)).lower()
            vocabulary |= set(re.findall(r"\w+", hay.replace(".", " ").replace("_", " ")))
            if all(word in hay for word in words):
                found.append((path, name, value, unit, span, source, what))
        if not found:
            missing = next((w for w in words if not any(w in v for v in vocabulary)), text)
            near = nearest(missing, vocabulary)
            hint = meant(near) if near else Message("find() lists all settings")
            raise InputError("find {text!r}: no setting has these words; {hint}", text=text, hint=hint)
        columns = ["path", "name", "value", "unit", "range", "source", "what"]
        return pd.DataFrame(found, columns=columns)

    def vary(self, values: Mapping[SettingPath, Any], label: str | None = None) -> Scenario:
        """The scenario with other values.

        Raises InputError when a path does not exist or a value is wrong; names what comes near.

        Parameters
        ----------
        values : mapping of str to value
            Path to value, such as `{"ceiling.applies": 0.1}`; `find` lists the paths. `hospice.beds.<type>`
            and `places.beds.<type>` are the beds of a type in the region, `area.…` what describes it,
            `tariffs.<id>` a price or legal amount (`tariffs.<id>@<date>` from a day on).
        label : str, optional
            How it is called in results; by default the values.
        """
        if not values:
            raise InputError("vary: no values; give {path: value}, such as {'ceiling.applies': 0.1}")
        values = {path: as_in_files(path, value) for path, value in values.items()}
        refuse_control("label", label or "")
        label = label if label is not None else ", ".join(f"{path}={value}" for path, value in values.items())
        name = name_of(label)
        region = {p.removeprefix(_AREA): value for p, value in values.items() if str(p).startswith(_AREA)}
        there = self.loaded
        if region:  # first, as beds of a type are more or fewer than the region then has
            there = _told("vary", lambda: vary_area(self.loaded, region, name))
        policy: dict[str, Any] = {}
        for path, value in values.items():
            if str(path).startswith(_AREA):
                continue
            where, plain = Scenario(there)._setting(str(path), value)
            if where in policy:
                raise InputError("vary: {path}: is set twice; keep one of them", path=path)
            policy[where] = plain
        made = _told("vary", lambda: _priced(vary(there, policy, name, label)))
        described = there.changes[len(self.loaded.changes) :]
        before = (*self.loaded.inherited, *self.loaded.changes)
        return Scenario(replace(made, changes=(*made.changes, *described), inherited=before))

    def phase(self, paths: Mapping[SettingPath, Mapping[Any, Any]], label: str | None = None) -> Scenario:
        """The scenario with settings that follow a path over dates.

        Raises InputError when a path does not exist, its setting has one value in a whole run, or a value is
        wrong.

        Parameters
        ----------
        paths : mapping of str to mapping of date to value
            Such as `{"cohort.marking.timely": {"2026-01-01": 0.2, "2027-01-01": 0.5}}`; a day is a date, a
            text or a year. A decision about a patient is taken with the value of its own day. The first value
            holds from the start where its day is not after the first counted day; otherwise what the scenario
            had holds until then.
        label : str, optional
            As in `vary`.
        """
        told = {}
        for path, steps in paths.items():
            days = {
                day.isoformat() if isinstance(day, dt.date) else str(day): value
                for day, value in steps.items()
            }
            try:
                known = steps_of(days)
            except ValueFault as fault:
                raise InputError("phase: {path}: {fault}", path=path, fault=fault.message) from None
            if known is None:
                raise InputError(
                    "phase: {path}: {given} is no mapping of days to values; write {{'2027-01-01': 0.5}}",
                    path=path,
                    given=days,
                )
            told[path] = {day.isoformat(): value for day, value in known}
        return self.vary(told, label)

    def with_tariff(
        self, id: TariffId, value: float | str | Decimal, *, source: str, since: dt.date | None = None
    ) -> Scenario:
        """The scenario with an own price or legal amount.

        Raises InputError when there is no such id, or the value cannot be one.

        Parameters
        ----------
        id : str
            Product or legal amount, as in `tariffs/`.
        value : number or str
            In the unit of the product or legal amount; a text keeps it exact.
        source : str
            Where it comes from; stands in every report.
        since : date, optional
            First day on which it holds; by default every day.
        """
        mine = replace(own_tariff(f"{PRICES}.{id}", value, source), since=since)
        change = Change(mine.path, None, float(mine.amount), f"own: {source}")
        made = replace(self.loaded, changes=(*self.loaded.changes, change))
        made = _priced(replace(made, own=self.own.with_tariff(mine)))
        return Scenario(made).named(f"{self.name} {id}={mine.amount}")

    def with_rule(self, key: RuleKey, function: Callable[..., Any]) -> Scenario:
        """The scenario with an own function in place of a legal rule, such as `"P1"` of `docs/rules.md`.

        The function takes what that of the law takes and gives what that gives; it travels by value. Raises
        InputError when there is no such rule, or the function cannot stand in its place.
        """
        mine = own_rule(key, function)
        others = tuple(rule for rule in self.own.rules if rule.key != key)
        made = replace(self.loaded, own=replace(self.own, rules=(*others, mine)))
        return Scenario(made).named(f"{self.name} {key}={mine.name}")

    def on(self, area: AreaGiven) -> Scenario:
        """The same policy on another area, by name, by path, or at hand."""
        return Scenario(on_area(self.loaded, load_area(area)))

    def named(self, label: str) -> Scenario:
        """The same scenario under another name."""
        text = type(self.loaded.scenario.title)(nl=label, en=label)
        policy = self.loaded.scenario.model_copy(update={"name": name_of(label), "title": text})
        return Scenario(replace(self.loaded, scenario=policy))

    def _setting(self, path: str, value: Any) -> tuple[str, Any]:
        """Path and value of a setting as the scenario has them: beds of a type are beds more or fewer."""
        if is_price(path):
            return path, value
        match = _BEDS.fullmatch(path)
        known = dict(_beds(self.loaded))
        if match and path in known:
            if type(value) is not int:
                raise InputError(
                    "vary: {path}: {value} is no number of beds; give a whole number", path=path, value=value
                )
            (region,) = self.loaded.area.regions
            stands = sum(site.beds for site in region.sites if site.setting == match[2])
            return f"places.extra_beds.{match[2]}", value - stands
        try:
            find(path)
        except UnknownPath as fault:
            if path.partition(".")[0] in ("hospice", "places") and "beds" in path.split("."):
                raise InputError("vary: {path}: {hint}", path=path, hint=_no_beds(path, known)) from None
            near = nearest(path, [*known, *addresses()])
            hint = Message("no such setting; {hint}", hint=meant(near)) if near in known else fault.message
            raise InputError("vary: {path}: {hint}", path=path, hint=hint) from None
        return path, value

    def __repr__(self) -> str:
        """Name, area, seed and what is changed."""
        return f"Scenario({self.name!r}, area={self.area!r}, seed={self.seed})"

    def _repr_html_(self) -> str:
        changes = self.changes
        shown = changes.to_html(index=False, border=0) if len(changes) else "<p>als het bestand</p>"
        title = f"<b>{escape(self.title)}</b> ({escape(self.name)}, {escape(self.area)}, seed {self.seed})"
        return f"<div>{title}{shown}</div>"


ScenarioLike = str | Path | Scenario | LoadedScenario
"""A name in `scenarios/`, the path of a file, or a scenario at hand."""
Alternative = ScenarioLike | Mapping[SettingPath, Any]  # a scenario, or values by path that vary the base
ScenarioGiven = ScenarioText | Path | Scenario | LoadedScenario
"""As `ScenarioLike`, where a type checker looks for slips in names."""
AlternativeGiven = ScenarioGiven | Mapping[SettingPath, Any]
"""As `Alternative`, where a type checker looks for slips in names."""


@facade
def scenario(
    name: ScenarioGiven = "basis_2026",
    area: AreaGiven | None = None,
    *,
    seed: int | None = None,
    replications: int | None = None,
) -> Scenario:
    """A scenario as a value, by its name in `scenarios/` or the path of a file.

    Area, seed and replications are by default those of the scenario. Raises InputError when there is no such
    scenario or area, or a file is wrong.
    """
    return scenario_of(name, area, seed=seed, replications=replications)


def scenario_of(
    given: ScenarioLike,
    area: AreaLike | None = None,
    *,
    seed: int | None = None,
    replications: int | None = None,
) -> Scenario:
    """As `scenario`, for what a run, comparison or study is given."""
    if isinstance(given, Scenario | LoadedScenario):
        found = given if isinstance(given, Scenario) else Scenario(given)
        found = found if area is None else Scenario(on_area(found.loaded, load_area(area)))
        return Scenario(found.loaded.with_run(seed, replications))
    return Scenario(_priced(load_scenario(given, area)).with_run(seed, replications))


def scenarios_of(
    base: ScenarioLike,
    alternatives: Sequence[Alternative],
    *,
    area: AreaLike | None = None,
    seed: int | None = None,
    replications: int | None = None,
    verb: str = "compare",
) -> list[LoadedScenario]:
    """A base and its alternatives, each of another name.

    Raises InputError when there is no alternative, or two have one name.
    """
    if not alternatives:
        raise InputError("{verb}: no alternative; name at least one scenario beside the base", verb=verb)
    first = scenario_of(base, area, seed=seed, replications=replications)
    found = [first, *(alternative_of(first, other) for other in alternatives)]
    names = [each.name for each in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            "{twice}: named twice; give each scenario a label of its own, as vary(..., label=)", twice=twice
        )
    return [each.loaded for each in found]


def extended(scenario: Scenario) -> Scenario | None:
    """The full scenario that a policy extends, on the same area, window, seed and replications."""
    loaded = scenario.loaded
    history = (*loaded.inherited, *loaded.changes)
    if all(change.path.partition(".")[0] in OF_THE_RUN for change in history) and not loaded.own:
        return None
    full = load_scenario(loaded.files[0], loaded.area)
    kept = {key: getattr(loaded.scenario, key) for key in OF_THE_RUN}
    return Scenario(replace(full, scenario=full.scenario.model_copy(update=kept)))


def alternative_of(base: Scenario, other: Alternative) -> Scenario:
    """An alternative on the area, horizon, seed and replications of a base.

    A name or path brings its own changes on top of the base; a mapping varies the base. Raises InputError
    when it is on another area.
    """
    if isinstance(other, Mapping):
        return base.vary(other)
    if isinstance(other, str | Path):
        return Scenario(_priced(apply(base.loaded, other)))
    loaded = other.loaded if isinstance(other, Scenario) else other
    if loaded.area.name != base.area:
        raise InputError(
            "compare: {name} is on area {area_name}, {base_name} on {area}; give both one "
            "area, as in scenario(..., area={area!r})",
            name=loaded.name,
            area_name=loaded.area.name,
            base_name=base.name,
            area=base.area,
        )
    kept = {key: getattr(base.loaded.scenario, key) for key in ("horizon", "seed", "replications")}
    return Scenario(replace(_beside(base.loaded, loaded), scenario=loaded.scenario.model_copy(update=kept)))


def _beside(base: LoadedScenario, other: LoadedScenario) -> LoadedScenario:
    """A scenario whose changes are all that it has beyond the base, in however many steps it was made."""
    below = (*base.inherited, *base.changes)
    whole = (*other.inherited, *other.changes)
    if whole[: len(below)] != below:
        return other
    return replace(other, inherited=below, changes=whole[len(below) :])


def name_of(label: str) -> str:
    """A label as a name that can stand for folders and files; InputError when nothing is left of it."""
    plain = label.strip().replace("+", "plus ").replace("=", " ").replace(".", "_")
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_")
    if not name:
        raise InputError("label {label!r}: holds no letter or digit; give another", label=label)
    if len(name) <= LONGEST_NAME:
        return name
    tail = f"_{sha256(name.encode()).hexdigest()[:_NAME_HASH_LENGTH]}"  # what is cut off may be what differs
    return name[: LONGEST_NAME - len(tail)] + tail


def _priced(loaded: LoadedScenario) -> LoadedScenario:
    """The scenario itself, when every own amount can be one."""
    own_book(load_tariffs(), loaded.own)
    return loaded


def _told(verb: str, made: Callable[[], LoadedScenario]) -> LoadedScenario:
    """What was made; a fault names what was called, not the place in a file."""
    try:
        return made()
    except InputError as fault:
        raise InputError(Reworded(fault.message, partial(_from_the_call, verb))) from None


def _from_the_call(verb: str, text: str) -> str:
    return re.sub(r"^[^:]*: (?:set\[\d+\](?:\.path)? )?", f"{verb}: ", text, count=1)


def _beds(loaded: LoadedScenario) -> Iterator[tuple[str, int]]:
    """Paths and numbers of the beds of each type, in an area of one region."""
    if len(loaded.area.regions) != 1:
        return
    (region,) = loaded.area.regions
    beds = beds_of(loaded.scenario, region)
    for setting in dict.fromkeys(site.setting for site in region.sites):
        here = sum(n for site, n in zip(region.sites, beds, strict=True) if site.setting == setting)
        group = "hospice" if setting in HOSPICE_SETTINGS else "places"
        yield f"{group}.beds.{setting}", here


def _no_beds(path: str, known: Mapping[str, int]) -> Message:
    if not known:
        return Message(
            "the area has several regions; set places.extra_beds.<type>, which adds to each region"
        )
    near = nearest(path, [*known, *addresses()])
    if near:
        return Message("no such setting; {hint}", hint=meant(near))
    return Message("there are {names}", names=known)


def _settings(loaded: LoadedScenario) -> Iterator[tuple[str, Any, str, str, str, str]]:
    """Path, value, unit, range, source and effect of every setting."""
    for path, beds in _beds(loaded):
        yield path, beds, "beds", "", "the area", DOES["journey"]
    parameters = {setting.path: setting for setting in loaded.provenance()}
    data = json.loads(loaded.scenario.model_dump_json())
    for path, address in addresses().items():
        if address.owner is None and path not in parameters:
            value = value_at(data, path)
            yield path, value, _unit_of(address.schema), "", "a choice", DOES[effect_of(path).acts]
        elif path in parameters:
            setting = parameters[path]
            yield _row(setting, DOES[effect_of(path).acts])
    for path, setting in parameters.items():
        if path.startswith(_AREA):
            yield _row(setting, _OF_A_REGION)


def _prices(loaded: LoadedScenario) -> dict[str, TariffValue]:
    """Every price and legal amount on the first counted day, by path."""
    book, day = own_book(load_tariffs(), loaded.own), loaded.scenario.horizon.count_from
    found = (book.standing(id, day) for id in (*book.ids, *book.parameter_ids))
    return {f"{PRICES}.{value.id}": value for value in found if value is not None}


def _row_of_price(value: TariffValue) -> tuple[str, Any, str, str, str, str]:
    span = "" if value.range is None else f"{value.range[0]} to {value.range[1]}"
    source = "; ".join(part for part in (value.source, value.reason) if part)
    amount, told = float(value.amount), f"{value.kind}: {source}"
    return f"{PRICES}.{value.id}", amount, value.unit, span, told, DOES["money"]


def _row(setting: Setting, what: str) -> tuple[str, Any, str, str, str, str]:
    span = ""
    if setting.range is not None:
        span = f"{setting.range[0]:g} to {setting.range[1]:g}"
    elif setting.range_factor is not None:
        span = f"times {setting.range_factor[0]:g} to {setting.range_factor[1]:g}"
    source = "; ".join(part for part in (setting.source, setting.reason) if part)
    return setting.path, setting.value, setting.unit, span, f"{setting.kind}: {source}", what


def _unit_of(schema: Mapping[str, Any]) -> str:
    """What a plain setting may be, in words."""
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(_unit_of(part) for part in schema["anyOf"])
    words = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "null": "none"}
    return "a date" if schema.get("format") == "date" else words.get(str(schema.get("type")), "a text")
