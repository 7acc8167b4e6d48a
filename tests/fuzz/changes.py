"""Changes of right documents, drawn by Hypothesis: values, parts, strokes of the pen; and how many to try."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from documents import changed, paths_of
from harness import Ended
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import given as drawn_from
from hypothesis import strategies as st

SECONDS = float(os.environ.get("PALSIM_FUZZ_SECONDS", "0"))
"""How long to look for more with each kind; 0 for the few of a normal run of the tests."""
INPUTS = int(os.environ.get("PALSIM_FUZZ_INPUTS", "0"))
"""How many fresh inputs to try with each kind, whatever time it takes."""
FEW, MANY = 25, 100
Path = tuple[str | int, ...]
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ONE_RUN = settings(
    max_examples=FEW,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)

NUMBERS = st.sampled_from(
    [0, -1, 1, 0.5, 1.5, 2, 7, 100, 366, 1e-12, -0.0, 1e9, 1e15, 1e308, -1e308, 5e-324, 10**18, 10**400]
    + [float("nan"), float("inf"), 2**63, 0.1 + 0.2, 24.0001, 168.5]
)
WORDS = st.sampled_from(
    ["", " ", ".", "..", "../x", "/etc/passwd", "a b", "é", "none", "null", "true", "NaN", "1e999", "0x10"]
    + ["2026-01-01", "2026-02-30", "9999-12-31", "1800-01-01", "2026-01-01T10:00:00", "24:00", "-0", "1_000"]
    + ["x" * 81, "x" * 3000, "\u202eabc", "[a](http://b.c)", "<b>", "=1+1", "bth", "zvw.farmacie", "thuis"]
    + ["basis_2026", "middenland", "\u2028", "\U0001f600", "'", '"', "{", "%s", "{0}", "\\"]
)
STROKES = st.sampled_from(["", "\t", "\0", "&a ", "*a", "<<: ", "{", "]", ":", "\n- ", "!!int ", "\ufeff"])
CELLS = st.one_of(WORDS, NUMBERS.map(str), st.sampled_from(["1.000", "1,5", "€ 5", "31-12-2026"]))
PLAIN = st.one_of(NUMBERS, WORDS, st.none(), st.booleans())
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(WORDS, st.just("value")), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def altered(draw: st.DrawFn, right: Sequence[Any]) -> Any:
    """A right document with one to three changes, most of them into what a person could have meant.

    A number, date or word becomes another of its kind, a part is left out, given twice or taken from
    another place; now and then a value becomes something else altogether.
    """
    document = draw(st.sampled_from(right))
    for _ in range(draw(st.integers(1, 3))):
        paths = paths_of(document)
        path = draw(st.sampled_from(paths))
        if draw(st.integers(0, 3)):
            document = _alike(draw, document, path, right)
        else:
            how = draw(st.sampled_from(["value", "drop", "repeat", "add", "swap"]))
            document = _with_change(draw, document, paths, path, how)
    return document


def _alike(draw: st.DrawFn, document: Any, path: Path, right: Sequence[Any]) -> Any:
    """A change that keeps the kind of a value."""
    found = _at(document, path)
    if isinstance(found, bool):
        return changed(document, path, not found)
    if isinstance(found, int | float):
        factor = draw(st.sampled_from([0, 0.5, 0.9, 1.1, 2, 11]))
        return changed(document, path, type(found)(found * factor))
    if isinstance(found, str) and _DATE.fullmatch(found):
        days = draw(st.sampled_from([-3650, -366, -31, -7, -1, 1, 7, 31, 366, 3650]))
        return changed(document, path, str(dt.date.fromisoformat(found) + dt.timedelta(days)))
    if isinstance(found, str) and _NUMBER.fullmatch(found):
        factor = Decimal(draw(st.sampled_from(["0", "0.5", "1.1", "2", "11"])))
        return changed(document, path, str(Decimal(found) * factor))
    if isinstance(found, str):
        return changed(document, path, draw(st.sampled_from(_words(tuple(map(_frozen, right)), path[-1:]))))
    return _with_change(draw, document, [path], path, draw(st.sampled_from(["drop", "repeat"])))


def _frozen(document: Any) -> str:
    return json.dumps(document, sort_keys=True, default=str)


@lru_cache(maxsize=64)
def _words(right: tuple[str, ...], key: Path) -> list[str]:
    """Words that right documents have under a key, and those of their lists."""
    found = {
        _at(document, path)
        for document in map(json.loads, right)
        for path in paths_of(document)
        if path and (path[-1:] == key or isinstance(path[-1], int)) and isinstance(_at(document, path), str)
    }
    return sorted(found) or ["x"]


def _with_change(draw: st.DrawFn, document: Any, paths: list[Any], path: Any, how: str) -> Any:
    found = _at(document, path)
    if how == "swap":
        return changed(document, path, _at(document, draw(st.sampled_from(paths))))
    if how == "add" and isinstance(found, dict):
        return changed(document, path, found | {draw(WORDS): draw(VALUES)})
    if how in ("drop", "repeat") and isinstance(found, list):
        return changed(document, path, found[1:] if how == "drop" else [*found, *found])
    if how in ("drop", "repeat") and isinstance(found, dict) and found:
        gone = draw(st.sampled_from(sorted(found, key=str)))
        return changed(document, path, {key: part for key, part in found.items() if key != gone})
    return changed(document, path, draw(VALUES))


def _at(document: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        document = document[part]
    return document


def looked(make: Callable[[Any], Ended], strategy: st.SearchStrategy[Any], few: int = FEW) -> None:
    """Try a few, the same each time; where asked, fresh ones for a time or a number. Faults are by kind."""
    faults: dict[str, str] = {}
    codes: Counter[int | None] = Counter()

    def one(found: Any) -> None:
        try:
            ended = make(found)
        except AssertionError as fault:
            faults.setdefault(f"nonsense is taken: {str(fault)[:80]}", f"{str(found)[:2000]}\n{fault}")
            return
        codes[ended.code] += 1
        if ended.faults:
            told = (" ".join(ended.arguments)[:300], str(found)[:2000], ended.err[-2000:])
            faults.setdefault(_kind(ended), "\n".join(told))

    settings(_ONE_RUN, max_examples=few)(drawn_from(strategy)(one))()
    until = time.monotonic() + SECONDS
    turn = int(time.time())
    while time.monotonic() < until or codes.total() < INPUTS:
        turn += 1
        fresh = settings(_ONE_RUN, max_examples=MANY, derandomize=False)
        seed(turn)(fresh(drawn_from(strategy)(lambda found: one(found))))()
    print(f"{codes.total()} inputs: {codes[0]} taken, {codes[2]} refused, {len(faults)} kinds of fault")
    assert not faults, "\n\n".join(f"{kind}\n{told}" for kind, told in faults.items())


def _kind(ended: Ended) -> str:
    """The fault and the place in the program where it arose: one of each is told."""
    places = [
        line.strip() for line in ended.err.splitlines() if "sim/" in line and line.strip().startswith("File")
    ]
    return f"{ended.faults[0][:120]} {places[-1] if places else ''}"
