"""What many tasks hold alike travels as bytes that are made once and opened once in every process."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

import cloudpickle

_MOST_SENT = 4  # records shared by tasks that a process keeps open


class SentOnce:
    """A record that tasks share: packed when the first of them travels, one value in a process thereafter."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Bytes in place of the fields."""
        fields = vars(self)
        if _PACKED not in fields:
            fields[_PACKED] = cloudpickle.dumps((type(self), dict(fields)))
        return _opened, (fields[_PACKED],)


_PACKED = "_packed"
_held: OrderedDict[bytes, Any] = OrderedDict()  # what tasks brought to this process last
_lock = Lock()


def _opened(packed: bytes) -> Any:
    """What was packed, with all that it has looked up since where it is here already."""
    with _lock:
        made = _held.get(packed)
    if made is None:
        kind, fields = cloudpickle.loads(packed)  # outside the lock: it may hold a record that tasks share
        made = kind.__new__(kind)
        vars(made).update(fields, **{_PACKED: packed})
    with _lock:
        made = _held.setdefault(packed, made)
        _held.move_to_end(packed)
        while len(_held) > _MOST_SENT:
            _held.popitem(last=False)
    return made
