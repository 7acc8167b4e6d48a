"""The data files: where `tariffs/` and `scenarios/` are, and YAML 1.2 read strictly within a budget.

Files come from strangers: what a reader spends on one is bounded before it is spent. Only regular files are
read, up to a size; a document has at most so many nodes, so deep; it repeats nothing by alias or merge key.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import stat
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from sim import limits, parsed
from sim.errors import InputError, Message, Place, ValueFault, echo, reason
from sim.units import BYTES_PER_MEGABYTE

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no text holds: control characters, and halves of characters."""

YAML_FILE = Message("a YAML file")

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "_data", _PACKAGE.parent)

_PARSER_FAULTS = {
    r"end of stream|<stream end>": Message("the file ends too early"),
    r"mapping values are not allowed": Message("a colon does not belong here"),
    r"could not find expected ':'": Message("a colon is missing"),
    r"'<block mapping start>'": Message("the indentation does not fit"),
    r"but found '-'$": Message("the indentation of a list does not fit"),
    r"constructor for the tag|tag handle": Message("a tag (!name) does not belong here"),
    r"expected '.' or '.', but got": Message("a list or mapping is not closed well"),
}
"""Pattern of a sentence of the parser -> ours."""


def data_folder(kind: Literal["tariffs", "scenarios"], explicit: Path | str | None = None) -> Path:
    """Folder with data files of one kind: `sim/_data/<kind>` of a package, else `<kind>` of the repository.

    A folder named by the user (`explicit`) is used as it is. Raises InputError when there is no such folder.
    """
    if explicit is not None:
        if not Path(explicit).is_dir():
            raise InputError(
                "{explicit}: no such folder; name a folder with {kind} files", explicit=explicit, kind=kind
            )
        return Path(explicit)
    for place in _PLACES:
        if (place / kind).is_dir():
            return place / kind
    first, second = (place / kind for place in _PLACES)
    raise InputError(
        "{kind}: no such folder; expected {first} or {second}", kind=kind, first=first, second=second
    )


def user_path(path: Path | str) -> Path:
    """A path as a user names it: `~` is the folder of that user.

    Raises InputError when nobody has the name behind `~`, or no file can have this name.
    """
    if has_control(str(path)):
        raise InputError("{path}: holds a control character; give another name", path=path)
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise InputError("{path}: nobody has this name; give the path in full", path=path) from None


def shown(path: Path) -> Place:
    """Path as a message writes it: `scenarios/basis_2026.yaml` for the project's own, others as given."""
    own = _own_name(path)
    if own is not None:
        return own
    return Place(path if len(str(path)) <= limits.LONGEST_FILE_NAME else echo(path))


def _own_name(path: Path) -> Place | None:
    """Path of one of the project's own files from where these are; None for another file."""
    absolute = Path(os.path.realpath(path))  # a circle of links is told where the file is read
    for place in _PLACES:
        for kind in ("tariffs", "scenarios"):
            if absolute.is_relative_to(place / kind):
                return Place(absolute.relative_to(place).as_posix())
    return None


def read_bytes(path: Path, what: Message, most: int = limits.MOST_BYTES) -> bytes:
    """Content of a file of the user: a regular file, of at most so many bytes.

    `what` is its kind in messages, such as "a YAML file". Raises InputError when there is no such file, or it
    is no regular file, too large or not readable.
    """
    label = shown(path)
    try:
        # a pipe would block and a device would never end
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError("{label}: is no regular file; give the path of {what}", label=label, what=what)
        with path.open("rb") as file:
            content = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError("{label}: no such file; give the path of {what}", label=label, what=what) from None
    except (OSError, ValueError) as error:
        fault = reason(error)
        raise InputError(
            "{label}: cannot be read ({fault}); give the path of {what}", label=label, fault=fault, what=what
        ) from None
    if len(content) > most:
        raise InputError(
            "{label}: is larger than {most:g} MB; give a smaller file",
            label=label,
            most=most / BYTES_PER_MEGABYTE,
        )
    return content


def read_text(path: Path, what: Message, save_as: str = "UTF-8") -> str:
    """Content of a text file of the user, without byte order mark and control characters.

    `what` is its kind in messages, such as "a YAML file", `save_as` what a program calls the right encoding.
    Raises InputError when the file cannot be read, is not UTF-8 or holds control characters.
    """
    content = read_bytes(path, what)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            "{path}: is not UTF-8 text; save it as {save_as}", path=shown(path), save_as=save_as
        ) from None
    found = _CONTROL.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(
            "{path}: line {line}: holds a control character (U+{code:04X}); remove it",
            path=shown(path),
            line=line,
            code=ord(found[0]),
        )
    return text


def has_control(text: str) -> bool:
    """Whether a text holds a control character, or half of one of two halves."""
    return _CONTROL.search(text) is not None


def yaml_text(document: Mapping[str, Any]) -> str:
    """A document as YAML, keys in their order."""
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = io.StringIO()
    writer.dump(dict(document), stream)
    return stream.getvalue()


def read_json(path: Path) -> str:
    """Read a YAML 1.2 file as a JSON object: dates as `YYYY-MM-DD`, keys in the order of the file.

    Raises InputError when the file cannot be read, is not YAML, has a key twice, an alias or a merge key, is
    larger or deeper than a file of this project can be, or is no mapping.
    """
    try:
        found = path.stat()
    except (OSError, ValueError):
        read_bytes(path, YAML_FILE)
        raise
    return _read_json(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=100)
def _read_json(path: Path, _modified: int, _size: int) -> str:
    document = read_document(path)
    try:
        return json.dumps(_with_days_as_text(document), default=_as_json, allow_nan=False)
    except (TypeError, ValueError) as error:
        if not isinstance(error, ValueFault):
            raise InputError(
                "{path}: an infinite number, or a key that is no text, has no place here; use text, "
                "numbers, lists and mappings",
                path=shown(path),
            ) from None
        raise InputError(
            "{path}: {error}; use text, numbers, lists and mappings", path=shown(path), error=reason(error)
        ) from None


def read_document(path: Path) -> dict[str, Any]:
    """Read a YAML 1.2 file as the mapping that it is, dates as dates; the project's own are parsed once.

    Raises InputError as `read_json`.
    """
    label = shown(path)
    text = read_text(path, YAML_FILE)
    own = _own_name(path) is not None or path.resolve().is_relative_to(_PACKAGE)
    if own and (known := parsed.kept(text)) is not None:
        return known
    try:
        document = _reader().load(text)
    except DuplicateKeyError as error:
        raise InputError(
            "{label}: {line}key {key} stands twice; keep one", label=label, line=_line(error), key=_key(error)
        ) from None
    except MarkedYAMLError as error:
        raise InputError(
            "{label}: {line}not YAML: {fault}; mend the line or quote the text",
            label=label,
            line=_line(error),
            fault=_parser_fault(error.problem or error.context or ""),
        ) from None
    except _OverBudget as error:
        raise InputError("{label}: {error}", label=label, error=error.message) from None
    except Exception:
        raise InputError(
            "{label}: not YAML: {fault}; mend the file", label=label, fault=_parser_fault("")
        ) from None
    if not isinstance(document, dict):
        raise InputError("{label}: holds no mapping; write lines of the form 'key: value'", label=label)
    _check_content(document, label)
    if own:
        parsed.keep(text, document)
    return document


def node_of(path: Path) -> Node | None:
    """The nodes of a YAML file with their lines; None when it cannot be read."""
    try:
        node: Node | None = _reader().compose(read_text(path, YAML_FILE))
    except (MarkedYAMLError, _OverBudget, InputError, ValueError):
        return None
    return node


class _OverBudget(InputError):
    """A file that asks more of its reader than a file can need."""


class _Composer(Composer):
    """Composes nodes within the budget; the parser reads no further than it is asked."""

    _nodes = 0
    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        line = Message("line {line}: ", line=event.start_mark.line + 1)
        if isinstance(event, AliasEvent):
            raise _OverBudget("{line}an alias (*name) has no place here; write the value itself", line=line)
        self._nodes += 1
        if self._nodes > limits.MOST_NODES:
            raise _OverBudget(
                "{line}has more than {most_nodes} keys and values; give a smaller file",
                line=line,
                most_nodes=limits.MOST_NODES,
            )
        if self._depth >= limits.MOST_DEPTH:
            raise _OverBudget(
                "{line}is nested more than {most_depth} deep; mend the brackets or indents",
                line=line,
                most_depth=limits.MOST_DEPTH,
            )
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        if isinstance(node, ScalarNode):
            self._check_scalar(node, line, isinstance(parent, MappingNode) and index is None)
        return node

    def _check_scalar(self, node: ScalarNode, line: Message, is_key: bool) -> None:
        most = limits.LONGEST_KEY if is_key else limits.LONGEST_TEXT
        if len(node.value) > most:
            what = Message("a key") if is_key else Message("a text")
            raise _OverBudget(
                "{line}{what} has more than {most} characters; shorten it", line=line, what=what, most=most
            )
        if str(node.tag).endswith(":timestamp") and not _is_day(node.value):
            raise _OverBudget("{line}{date} is no date; write it as 2026-07-01", line=line, date=node.value)
        if is_key and str(node.tag).endswith(":merge"):
            raise _OverBudget(
                "{line}a merge key (<<) has no place here; write the keys themselves", line=line
            )


def _is_day(text: str) -> bool:
    """Whether what has the form of a day, with or without a time, is one."""
    day, _, time = re.sub(r"[Tt\t]", " ", text).partition(" ")
    try:
        dt.date(*map(int, day.split("-")))
        if time:
            dt.time.fromisoformat(time.strip().split(" ")[0].zfill(len("00:00:00")))
    except ValueError:
        return False
    return True


def _reader() -> YAML:
    reader = YAML(typ="safe", pure=True)
    reader.Composer = _Composer
    return reader


def _check_content(value: Any, label: str, key: str = "") -> None:
    """Refuse keys that are no words or days, texts with control characters and dates of no patient's life."""
    if isinstance(value, dict):
        for name, part in value.items():
            if not (isinstance(name, str | int) or type(name) is dt.date) or isinstance(name, bool):
                raise InputError(
                    "{label}: {key}: {name} is no key; write a word or a year",
                    label=label,
                    key=key or Message("a key"),
                    name=echo(name),
                )
            _check_content(name, label, key)
            _check_content(part, label, f"{key}.{echo(name)}".lstrip("."))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            _check_content(part, label, f"{key}[{number}]")
    elif isinstance(value, str) and (found := _CONTROL.search(value)):
        code = f"U+{ord(found[0]):04X}"
        raise InputError(
            "{label}: {key}: holds a control character ({code}); remove it",
            label=label,
            key=key or Message("a key"),
            code=code,
        )
    elif isinstance(value, dt.date) and not limits.FIRST_YEAR <= value.year <= limits.LAST_YEAR:
        raise InputError(
            "{label}: {key}: {year} is no year of a patient; give one from {first_year} to {last_year}",
            label=label,
            key=key,
            year=value.year,
            first_year=limits.FIRST_YEAR,
            last_year=limits.LAST_YEAR,
        )


def _with_days_as_text(value: Any) -> Any:
    """The same with each date that is a key as text: a path over dates has days for keys."""
    if isinstance(value, dict):
        return {
            key.isoformat() if isinstance(key, dt.date) else key: _with_days_as_text(part)
            for key, part in value.items()
        }
    return [_with_days_as_text(part) for part in value] if isinstance(value, list) else value


def _as_json(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise ValueFault("a value of type {type} has no place here", type=type(value).__name__)


def _parser_fault(problem: str) -> Message:
    """What the parser found, in our own words: it knows many sentences, and only in English."""
    character = re.search(r"found character (\S+) that cannot start any token", problem)
    if character is not None:
        return Message("{character} begins no text", character=Place(character[1]))
    for pattern, fault in _PARSER_FAULTS.items():
        if re.search(pattern, problem):
            return fault
    return Message("this cannot be understood")


def _line(error: MarkedYAMLError) -> Message:
    mark = error.problem_mark or error.context_mark
    return Message("") if mark is None else Message("line {line}: ", line=mark.line + 1)


def _key(error: MarkedYAMLError) -> Message:
    quoted = str(error.problem).split('"')
    return Message("{key!r}", key=quoted[1]) if len(quoted) > 1 else Message("one")
