"""JSON documents that a change of any byte gives away, and what each kind of document must hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.errors import InputError, Message, reason
from sim.limits import MOST_ANSWER, MOST_RUNS, MOST_SEED
from sim.store.atomic import checksum, json_bytes, write_bytes

SEAL = "sha256"  # key of a document that holds the checksum of all its others

Check = Callable[[Any], bool]  # whether a value is of the form that a document needs
Form = Mapping[str, Check]  # what a document must hold, by key


def sealed(document: Mapping[str, Any]) -> bytes:
    """A document as JSON text, with the checksum of all its keys as one more."""
    content = {key: value for key, value in document.items() if key != SEAL}
    data = json_bytes(content)
    line = _line_of(checksum(data))
    if not content:
        return b"{\n" + line + b"\n}\n"
    after = min((key for key in content if key > SEAL), default=None)
    if after is None:
        return data.removesuffix(_END) + b",\n" + line + _END
    head, following, tail = data.partition(_NEXT + json.dumps(after, ensure_ascii=False).encode() + b": ")
    return head + b"\n" + line + b"," + following + tail


_NEXT, _END = b"\n  ", b"\n}\n"
"""What stands before a key of a document itself, and not of a part of it; what it ends with."""


def _line_of(seal: str) -> bytes:
    return f'  "{SEAL}": "{seal}"'.encode()


def _is_whole(document: Mapping[str, Any], data: bytes) -> bool:
    """Whether a document in its bytes has the checksum of all its bytes but the line that holds it."""
    seal = document.get(SEAL)
    if not isinstance(seal, str):
        return False
    line = _line_of(seal)
    head, found, tail = data.partition(b"\n" + line)
    if not found:
        return False
    if tail != _END:
        return tail.startswith(b",\n") and checksum(head + tail.removeprefix(b",")) == seal
    if head == b"{":
        return checksum(json_bytes({})) == seal
    return head.endswith(b",") and checksum(head.removesuffix(b",") + _END) == seal


def opened(data: bytes, form: Form | None = None) -> dict[str, Any]:
    """The document that `sealed` wrote, without its checksum, once it holds what its form asks.

    Raises ValueError when a byte is another, the document has not that form, or it holds a number that no
    answer has.
    """
    try:
        document = json.loads(data, parse_int=_whole, parse_float=_decimal)
        whole = isinstance(document, dict) and _is_whole(document, data)
    except (ValueError, RecursionError):
        whole = False
    if not whole:
        raise ValueError("other bytes than were sealed")
    document.pop(SEAL, None)
    wrong = [key for key, fits in (form or {}).items() if key not in document or not fits(document[key])]
    if wrong:
        raise ValueError(f"{wrong[0]} is not what palsim writes")
    return dict(document)


def _whole(text: str) -> int:
    """A whole number of a document: none is beyond 64 bits."""
    number = int(text)
    if abs(number) > MOST_SEED:
        raise ValueError("a whole number beyond 64 bits")
    return number


def _decimal(text: str) -> float:
    """A number of a document, as far as an answer can be."""
    number = float(text)
    if not abs(number) <= MOST_ANSWER:
        raise ValueError("a number that no answer has")
    return number


def read_document(path: Path, form: Form, missing: Message, mend: Message) -> dict[str, Any]:
    """Read a sealed document.

    Raises InputError when it is missing (`missing` says what to give instead), has changed since it was
    written or has another form (`mend` says what to do).
    """
    try:
        return opened(path.read_bytes(), form)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(
            "{parent}: {name} is missing; {missing}", parent=path.parent, name=path.name, missing=missing
        ) from None
    except OSError as fault:
        raise InputError(
            "{path}: cannot be read: {reason}; {mend}", path=path, reason=reason(fault), mend=mend
        ) from None
    except ValueError:
        raise _not_as_written(path, mend) from None


@contextmanager
def as_written(path: Path, mend: Message) -> Iterator[None]:
    """What is read out of a document is there and of its kind, or the document is refused with an InputError.

    Its checksum says that nobody changed it since it was sealed, not that palsim sealed it.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError):
        raise _not_as_written(path, mend) from None


def _not_as_written(path: Path, mend: Message) -> InputError:
    return InputError(
        "{path}: not as palsim wrote it (changed, damaged or of another version); {mend}",
        path=path,
        mend=mend,
    )


def write_document(path: Path, document: Mapping[str, Any]) -> bool:
    """Write a sealed document, unless it stands there already; whether a file was written."""
    data = sealed(document)
    if path.is_file() and path.read_bytes() == data:
        return False
    write_bytes(path, data)
    return True


# ---------------------------------------------------------------------- forms of values
_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def is_name(value: Any) -> bool:
    """Whether a value is a name that may stand in a path: no separator, no dot."""
    return isinstance(value, str) and value != "" and set(value) <= _NAME_CHARACTERS


def is_count(value: Any) -> bool:
    """Whether a value is a whole number of 0 or more."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_some(value: Any) -> bool:
    """Whether a value is a whole number of 1 or more."""
    return is_count(value) and value > 0


def is_number_of_runs(value: Any) -> bool:
    """Whether a value is a number of replications."""
    return is_some(value) and value <= MOST_RUNS


def _of(kind: type, each: Check = lambda value: True) -> Check:
    """Whether a value is of a kind, and all that it holds passes a check."""

    def check(value: Any) -> bool:
        held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return isinstance(value, kind) and all(map(each, held))

    return check


is_flag, is_text, is_mapping, is_list = _of(bool), _of(str), _of(dict), _of(list)
is_list_of_names, is_mapping_of_names = _of(list, is_name), _of(dict, is_name)
is_mapping_of_texts = _of(dict, is_text)
