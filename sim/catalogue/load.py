"""Reading `tariffs/`: strict, all faults at once for a check, the first one as an error for a run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from ruamel.yaml.nodes import MappingNode, SequenceNode

from sim.catalogue import models
from sim.catalogue.book import Parameter, Product, Source, TariffBook, TariffValue
from sim.data import YAML_FILE, data_folder, node_of, read_bytes, read_document, shown
from sim.errors import InputError, Message, Place, echo, meant, nearest, reason

SOURCES_FILE = "sources.yaml"
LAW_OF_PREFIX = {
    "zvw": "Zvw",
    "wlz": "Wlz",
    "wmo": "Wmo",
    "jeugdwet": "Jeugdwet",
    "buiten": "buiten_wetten",
    "ptz": "buiten_wetten",
}
"""Law of a product by the first word of its id."""

Key = tuple[str | int, ...]
_Shape = TypeVar("_Shape", bound=BaseModel)
_Item = TypeVar("_Item", Product, Parameter, Source)


@dataclass(frozen=True)
class Fault:
    """A fault in a file: the key where it is, what is wrong and what would be right."""

    path: Path
    key: Key
    message: Message

    def line(self) -> Message:
        """One line: file, key with line number, message."""
        where = Place(key_text(self.key))
        parts = {"file": shown(self.path), "key": where, "text": self.message}
        if not where:
            return Message("{file}: {text}", **parts)
        at = line_of(self.path, self.key)
        if at is None:
            return Message("{file}: {key}: {text}", **parts)
        return Message("{file}: {key} (line {line}): {text}", line=at, **parts)


@dataclass
class _Reading:
    """What reading a folder gathers."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    unreadable: list[Message] = field(default_factory=list)
    files: dict[Path, models.FileShape] = field(default_factory=dict)
    sources: models.SourcesShape | None = None

    def items(self) -> Iterator[tuple[Path, tuple[str, str], models.ProductShape | models.ParameterShape]]:
        """Every product, then every parameter, of each file: where it stands and what is said of it."""
        for path, shape in self.files.items():
            for section in ("products", "parameters"):
                for id, item in getattr(shape, section).items():
                    yield path, (section, id), item

    def fault(self, path: Path, key: Key, template: str, /, **parts: object) -> None:
        self.faults.append(Fault(path, key, Message(template, **parts)))


def load_tariffs(folder: Path | str | None = None, projected: Iterable[str] = ()) -> TariffBook:
    """Read the tariff book of a folder, by default the project's `tariffs/`.

    The planned values (`projected: true`) of the ids that are given apply. Raises InputError when there is no
    such folder, or at the first fault in it: not YAML, a key twice, an unknown or missing key, an amount that
    is no quoted decimal, a gap or an overlap, a missing or unused source, an id twice, two kinds of price in
    one product.
    """
    where = data_folder("tariffs", folder).resolve()
    book = _book(where, folder_digest(where))
    ids = tuple(projected)
    return book.with_projected(ids) if ids else book


def check(folder: Path | str | None = None) -> list[Message]:
    """All faults of a tariff folder, by default `tariffs/`, one line each; none when it is sound."""
    reading = _read(data_folder("tariffs", folder).resolve())
    return [*reading.unreadable, *(fault.line() for fault in reading.faults)]


def folder_digest(folder: Path) -> str:
    """Sha256, in hex, over the names and bytes of the YAML files of a folder."""
    total = hashlib.sha256()
    for path in _yaml_files(folder):
        total.update(path.relative_to(folder).as_posix().encode())
        total.update(hashlib.sha256(read_bytes(path, YAML_FILE)).digest())
    return total.hexdigest()


@lru_cache
def _book(folder: Path, digest: str) -> TariffBook:
    reading = _read(folder)
    if reading.unreadable:
        raise InputError("{text}", text=reading.unreadable[0])
    if reading.faults:
        raise InputError("{text}", text=reading.faults[0].line())
    assert reading.sources is not None
    products: dict[str, Product] = {}
    parameters: dict[str, Parameter] = {}
    values: list[TariffValue] = []
    for path, shape in reading.files.items():
        label = shown(path)
        for id, product in shape.products.items():
            products[id] = _known_as(Product, product, id=id, file=label)
            values += [_value(id, product, "eur/" + product.unit, v, label) for v in product.values]
        for id, parameter in shape.parameters.items():
            parameters[id] = _known_as(Parameter, parameter, id=id, file=label)
            values += [_value(id, parameter, parameter.unit, v, label) for v in parameter.values]
    sources = {id: _known_as(Source, shape, id=id) for id, shape in reading.sources.sources.items()}
    return TariffBook(products, parameters, values, sources, digest)


def _value(
    id: str, item: models.ProductShape | models.ParameterShape, unit: str, value: models.ValueShape, file: str
) -> TariffValue:
    own: dict[str, Any] = {"id": id, "title": item.title, "law": item.law, "unit": unit, "file": file}
    said = {name: getattr(value, name) for name in TariffValue.__annotations__ if name not in (*own, "start")}
    return TariffValue(**said, **own, start=value.valid_from)


def _known_as(kind: type[_Item], shape: BaseModel, **place: str) -> _Item:
    """What a file says of something, but for its values, with what its place says of it."""
    return kind.model_construct(**(dict(shape) | {"values": (), "gap": ()} | place))


def _yaml_files(folder: Path) -> list[Path]:
    return sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")])


def _read(folder: Path) -> _Reading:
    reading = _Reading(folder)
    if not (folder / SOURCES_FILE).is_file():
        reading.fault(folder / SOURCES_FILE, (), "no such file; list every source there once")
    for path in _yaml_files(folder):
        parts = path.relative_to(folder).parts
        if path.name == SOURCES_FILE and len(parts) == 1:
            reading.sources = _shaped(reading, path, models.SourcesShape)
        elif len(parts) == 2 and path.suffix == ".yaml":
            shape = _shaped(reading, path, models.FileShape)
            if shape is not None:
                reading.files[path] = shape
        else:
            reading.fault(path, (), "stands in no place of its own; use <law>/<group>.yaml")
    _judge_ids(reading)
    for path, key, item in reading.items():
        if isinstance(item, models.ProductShape):
            _judge_product(reading, path, key[1], item)
        _judge_periods(reading, path, key, item)
    _judge_sources(reading)
    return reading


def _shaped(reading: _Reading, path: Path, model: type[_Shape]) -> _Shape | None:
    try:
        document = read_document(path)
    except InputError as error:
        reading.unreadable.append(error.message)
        return None
    try:
        return model.model_validate(document)
    except ValidationError as error:
        # a misspelt key is both unknown and missing: the unknown one first, because it tells more
        for fault in sorted(error.errors(include_url=False), key=lambda f: f["type"] == "missing"):
            key = tuple(part for part in fault["loc"] if not str(part).startswith("function-"))
            reading.fault(path, key, "{text}", text=_wording(fault, model, key))
        return None


def _wording(fault: Any, model: type[BaseModel], key: Key) -> Message:
    """A fault of pydantic in the words of the files."""
    kind, given = fault["type"], fault.get("input")
    if kind == "extra_forbidden":
        near = nearest(str(key[-1]), sorted(_keys_of(model)))
        return Message("no such key; {hint}", hint=meant(near) if near else Message("leave it out"))
    if kind == "missing":
        words = _words_of(model, key)
        return (
            Message("is missing; give one of {words}", words=words)
            if words
            else Message("is missing; give it a value")
        )
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", fault["ctx"]["expected"])
        return Message("{given} is none of {words!r}", given=_shown(given), words=known)
    if kind == "value_error":
        return reason(fault["ctx"]["error"])
    text = str(fault["msg"])
    if not isinstance(given, str | int | float | bool):
        return Message(echo(text))
    return Message("{given}: {text}", given=_shown(given), text=Message(echo(f"{text[0].lower()}{text[1:]}")))


def _shown(given: object) -> Message:
    return (
        Message("{given!r}", given=given) if isinstance(given, str) else Message("{given}", given=echo(given))
    )


def _keys_of(model: type[BaseModel]) -> set[str]:
    names: set[str] = set()
    for name, info in model.model_fields.items():
        names.add(info.alias or name)
        waiting = [info.annotation]
        while waiting:
            kind = waiting.pop()
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                names |= _keys_of(kind)
            waiting += get_args(kind)
    return names


def _words_of(model: type[BaseModel], key: Key) -> tuple[str, ...]:
    """Words that a key of a model may hold; none where it holds no words."""
    annotation: Any = model
    for part in key:
        kinds = [annotation, *get_args(annotation)]
        shapes = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]
        fields = shapes[0].model_fields if shapes else {}
        if part in fields:
            annotation = fields[str(part)].annotation
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _judge_ids(reading: _Reading) -> None:
    """An id stands once, as a product or as a parameter."""
    seen: dict[str, tuple[Path, str]] = {}
    for path, (section, id), _ in reading.items():
        other, as_what = seen.setdefault(id, (path, section))
        if (other, as_what) != (path, section):
            told = {"as_what": as_what, "other": shown(other)}
            reading.fault(path, (section, id), "stands also in {as_what} of {other}; keep one", **told)


def _judge_product(reading: _Reading, path: Path, id: str, product: models.ProductShape) -> None:
    """A product's law fits its id, and its prices are of one kind."""
    law = LAW_OF_PREFIX.get(id.partition(".")[0])
    if law is None:
        known = ", ".join(LAW_OF_PREFIX)
        reading.fault(
            path, ("products", id), "the id names no law; start it with one of {known}", known=known
        )
    elif law != product.law:
        reading.fault(
            path, ("products", id, "law"), "is {law}, but the id says {law2}", law=product.law, law2=law
        )
    kinds = sorted({v.kind for v in product.values} - {"assumption"})
    if len(kinds) > 1:
        where = ("products", id, "values")
        reading.fault(path, where, "mixes the kinds {kinds}; give each kind its product", kinds=kinds)


def _judge_periods(
    reading: _Reading, path: Path, key: Key, item: models.ProductShape | models.ParameterShape
) -> None:
    """Values follow each other without overlap and without a gap that is not stated; so do plans."""
    for planned in (False, True):
        spans: list[tuple[Key, models.PeriodShape]] = [
            ((*key, "values", i), v) for i, v in enumerate(item.values) if v.projected is planned
        ]
        if not planned:
            spans += [((*key, "gap", i), g) for i, g in enumerate(item.gap)]
        spans.sort(key=lambda span: (span[1].valid_from, span[1].valid_to))
        for (_, before), (where, after) in zip(spans, spans[1:], strict=False):
            days = {"valid_from": after.valid_from, "valid_to": before.valid_to}
            if after.valid_from < before.valid_to:
                reading.fault(path, where, "overlaps: it starts on {valid_from}, before {valid_to}", **days)
            elif after.valid_from > before.valid_to:
                reading.fault(
                    path, where, "leaves a gap from {valid_to} to {valid_from}; state it under 'gap'", **days
                )
        ends = [span for span in (spans[:1] + spans[-1:]) if isinstance(span[1], models.GapShape)]
        for where, _ in ends[:1]:
            reading.fault(path, where, "lies outside the values; a gap stands between two values")


def _judge_sources(reading: _Reading) -> None:
    """Every source that a value names is listed, and every listed source is named."""
    if reading.sources is None:
        return
    listed = reading.sources.sources
    named: set[str] = set()
    for path, key, item in reading.items():
        for i, value in enumerate(item.values):
            for name in (value.source, *value.also):
                named.add(name)
                if name not in listed:
                    near = nearest(name, listed)
                    hint = meant(near) if near else Message("list it in {file}", file=SOURCES_FILE)
                    where = (*key, "values", i, "source")
                    reading.fault(path, where, "no source {name!r}; {hint}", name=name, hint=hint)
    if reading.unreadable or len(reading.files) + 1 < len(_yaml_files(reading.folder)):
        return
    for name in listed:
        if name not in named:
            reading.fault(
                reading.folder / SOURCES_FILE, ("sources", name), "no value names this source; remove it"
            )


def key_text(key: Key) -> str:
    """Key as a message writes it: `products.zvw.msz.seh.values[0].eur`."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def line_of(path: Path, key: Key) -> int | None:
    """Line number of a key in a YAML file, or of its nearest parent; None when the file cannot be read."""
    node = node_of(path)
    line: int | None = None
    for part in key:
        if isinstance(node, MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
