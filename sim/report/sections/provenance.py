"""Where the numbers of a run come from: assumptions, sources, published figures, counted modules."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_args

from sim.catalogue import load_tariffs
from sim.errors import LANGUAGES
from sim.report import style
from sim.report.language import Language
from sim.report.results import RunView
from sim.report.sentences import Scale, Scales
from sim.scenario.numbers import Kind
from sim.scenario.own import is_price, own_tariff
from sim.scenario.paths import PROVENANCE
from sim.scenario.units_of import unit_at
from sim.studies.sensitivity.draws import Assumption
from sim.studies.sensitivity.ranges import Uncertain
from sim.studies.targets import Target, published_document, targets_of

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHARE, _TIMES, _EURO = "fractie", "maal", "eur"
"""Units that stand before or behind each number, in place of once behind a range."""
_OPTIONS = {"rules": "rule"}  # what the words of the options of a group begin with, where not as the group


@dataclass(frozen=True)
class Parameter:
    """One number of a scenario or area with its provenance."""

    path: str  # dotted path, as an overlay writes it; regions and sites stand by their id
    kind: str
    value: Any
    range: tuple[float, float] | None  # bounds, or multiples of the value
    range_factor: tuple[float, float] | None
    reason: str
    source: str


def parameters(tree: Any, path: str = "") -> Iterator[Parameter]:
    """All numbers with provenance in a merged scenario or area of a manifest, in the order of the file."""
    if isinstance(tree, Mapping):
        if tree.get("kind") in get_args(Kind):
            rest = {k: v for k, v in tree.items() if k not in PROVENANCE and v is not None}
            yield Parameter(
                path,
                str(tree["kind"]),
                rest["value"] if set(rest) == {"value"} else rest,
                _pair(tree.get("range")),
                _pair(tree.get("range_factor")),
                str(tree.get("reason") or ""),
                str(tree.get("source") or ""),
            )
            return
        by_path = {} if path else followed(tree)
        for key, node in tree.items():
            for found in parameters(node, f"{path}.{key}" if path else str(key)):
                by_day = by_path.get(found.path)
                yield found if by_day is None else replace(found, value=by_day)
    elif isinstance(tree, list | tuple):
        for index, node in enumerate(tree):
            part = node.get("id", index) if isinstance(node, Mapping) else index
            yield from parameters(node, f"{path}.{part}")


def followed(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Values by day of each parameter of a scenario that follows a path over dates."""
    return {
        phase["path"].removesuffix(".value"): {step["since"]: step["value"] for step in phase["steps"]}
        for phase in tree.get("phases", ())
    }


def _pair(found: Any) -> tuple[float, float] | None:
    return None if found is None else (float(found[0]), float(found[1]))


def path_name(path: str, words: Language) -> str:
    """A setting in words; a price by its title, from its first day where it has one."""
    if not is_price(path):
        return words.path(path)
    mine = own_tariff(path, 0, path)
    value = load_tariffs().standing(mine.id, dt.date.max)
    name = mine.id if value is None else words.name(value.title)
    return name if mine.since is None else words.say("name_since", name=name, day=words.date(mine.since))


def unit_of(path: str) -> str:
    """Unit of a setting, or of a price by `tariffs.<id>`, as a tariff says it; empty for a plain number."""
    if not is_price(path):
        return unit_at(path)
    values = load_tariffs().values(own_tariff(path, 0, path).id)
    return values[0].unit if values else _EURO


def number_text(value: float, unit: str, words: Language, whole: bool = True) -> str:
    """A number with its unit: `25%`, `× 0,9`, `€ 61,50 per uur`, `14 dagen`; `whole` euros without cents."""
    head, _, each = unit.partition("/")
    if head == _EURO:
        amount = words.euro(value, 0 if whole and value == int(value) else 2)
        return f"{amount} {words.say('per', unit=words.word('unit', each))}" if each else amount
    if unit == _TIMES:
        return words.say("times", amount=words.compact(value))
    if unit == _SHARE:
        return f"{words.compact(100 * value)}%"
    return f"{words.compact(value)} {words.unit(unit, value)}".rstrip()


def span_text(low: float, high: float, unit: str, words: Language) -> str:
    """A range with its unit: `5% tot 20%`, `€ 50,00 tot € 61,50 per uur`, `3 tot 14 dagen`."""
    head = unit.partition("/")[0]
    whole = low == int(low) and high == int(high)
    if head == _EURO and high >= style.CENTS_UNTIL:
        low, high, whole = round(low), round(high), True
    alone = head if head in (_SHARE, _TIMES, _EURO) else ""
    first, last = number_text(low, alone, words, whole), number_text(high, unit, words, whole)
    return words.say("range.text", low=first, high=last)


def span_of(about: Assumption | Uncertain, words: Language) -> str:
    """The range of an assumption with its unit; of factors on several numbers as multiples."""
    return span_text(about.low, about.high, _TIMES if about.is_factor else unit_of(about.path), words)


def has_unit(about: Assumption | Uncertain) -> bool:
    """Whether a word or sign for its unit stands in the range of an assumption: no share, no multiple."""
    return not about.is_factor and unit_of(about.path) not in ("", _SHARE, _TIMES)


def value_text(value: Any, words: Language, path: str = "") -> str:
    """The value of a setting in words: one number, one a key, or one a window before death."""
    if value is None:
        return words.none
    if isinstance(value, bool):
        return words.say("yes" if value else "no")
    if isinstance(value, int | float):
        return number_text(value, unit_of(path) if path else "", words)
    if isinstance(value, Mapping):
        if not value:
            return words.none
        if value.keys() == set(LANGUAGES):
            return str(value[words.code])
        if all(_DAY.fullmatch(str(key)) for key in value):
            days = {words.date(day): value_text(part, words, path) for day, part in value.items()}
            return "; ".join(words.say("since", day=day, value=told) for day, told in days.items())
        if "kind" in value and "value" in value:
            return value_text(value["value"], words, path)
        name = ("id", "title") if "title" in value else ()
        rest = {k: v for k, v in value.items() if v is not None and k not in name}
        told = "; ".join(
            f"{words.part(f'{path}.{k}' if path else str(k))} "
            f"{value_text(v, words, f'{path}.{k}' if path else '')}"
            for k, v in rest.items()
        )
        return f"{value_text(value['title'], words)}: {told}" if "title" in value else told
    if isinstance(value, list | tuple):
        return " · ".join(value_text(v, words, path) for v in value)
    if words.has(f"payer.{value}"):
        return words.word("payer", value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return words.date(value)
    group, _, last = path.rpartition(".")
    chosen = f"web.option.{_OPTIONS.get(group, group)}_{last}.{value}"
    return words.say(chosen) if words.has(chosen) else str(value)


def source_name(id: str, words: Language) -> str:
    """A source by its id; in words where it is none."""
    return words.word("source_id", id) if words.has(f"source_id.{id}") else id


def range_text(found: Parameter, words: Language) -> str:
    """A parameter's range: from low to high, or as multiples of the value."""
    if found.range is not None:
        return span_text(*found.range, unit_of(found.path), words)
    if found.range_factor is not None:
        return span_text(*found.range_factor, _TIMES, words)
    return ""


def value_in(run: RunView, target: Target) -> float:
    """The quantity of a published figure in a run; NaN when the run does not measure it."""
    found = [run.kpis.get(name, **json.loads(dimension)) for name, dimension in target.terms]
    means = [estimate.mean for estimate in found if estimate is not None]
    return sum(means) if means and (len(means) == len(found) or target.unit == "share") else math.nan


@dataclass(frozen=True)
class Module:
    """One part of the cost: its published figures, by target id."""

    id: str
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Omission:
    """A part of the cost that a run may leave out, and why."""

    id: str
    products: tuple[str, ...]  # beginnings of the product ids that make it count
    name: Mapping[str, str]
    reason: Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """A source with its title and, where it has one, its address."""

    id: str
    title: str
    url: str = ""


@dataclass(frozen=True)
class Published:
    """The file of published figures: targets, modules, parts that may be left out, wording scales."""

    targets: tuple[Target, ...]
    modules: tuple[Module, ...]
    not_counted: tuple[Omission, ...]
    module_tolerance: float
    scales: Scales
    sources: Mapping[str, Mapping[str, str]]

    def left_out(self, tariff_rows: Sequence[str]) -> list[Omission]:
        """Parts of which no product priced the run."""
        return [o for o in self.not_counted if not any(row.startswith(o.products) for row in tariff_rows)]

    @property
    def known(self) -> dict[str, Source]:
        """Sources of the published figures and scenarios, by id."""
        return {id: Source(id, each["title"], each.get("url", "")) for id, each in self.sources.items()}

    def target(self, id: str) -> Target:
        """One target by its id."""
        return next(t for t in self.targets if t.id == id)


def load_published(area: Mapping[str, Any]) -> Published:
    """Published figures of `scenarios/targets.yaml`, national ones scaled by the share of the area."""
    tree = published_document()
    wording = tree["wording"]
    return Published(
        targets_of(tree, float(area["national_share"]["value"])),
        tuple(Module(m["id"], tuple(m["checks"])) for m in tree["modules"]),
        tuple(Omission(o["id"], tuple(o["products"]), o["name"], o["reason"]) for o in tree["not_counted"]),
        float(tree["module_tolerance"]["value"]),
        Scales(Scale(**wording["relative"]), Scale(**wording["points"])),
        tree["sources"],
    )


@cache
def source_titles() -> Mapping[str, str]:
    """Titles of the sources of tariffs and published figures by id; empty for what has no address."""
    told = {id: str(each["title"]) for id, each in published_document()["sources"].items()}
    return told | {id: each.title if each.url else "" for id, each in load_tariffs().sources().items()}


def shown(value: float, unit: str, words: Language, beside: float | None = None) -> str:
    """A number in the form of its unit (`share`, `eur`, `count`, `days`, `number`).

    Whether euros are told in millions is said by the number `beside` it in its row, by default by itself.
    """
    if not math.isfinite(value):
        return words.none
    if unit == "share":
        return words.percent(value)
    if unit == "eur":
        large = abs(value if beside is None else beside) >= style.MILLION
        return words.million(value) if large else words.euro(value)
    if unit == "count":
        return words.number(value)
    return words.number(value, style.TABLE_DIGITS)
