"""Files made from right ones by a change or two end as every input must: exit 0 or 2, one line, in time.

`make fuzz` goes on with fresh ones for as long as `PALSIM_FUZZ_SECONDS` says.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from documents import FORM, KINDS, changed, paths_of, yaml_text
from harness import Ended, given
from hostile import book
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import given as drawn_from
from hypothesis import strategies as st

SECONDS = float(os.environ.get("PALSIM_FUZZ_SECONDS", "0"))
"""How long to look for more; 0 for the few of a normal run of the tests."""
FEW, MANY = 40, 400
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
def documents(draw: st.DrawFn, kind: str) -> Any:
    """A right document with one to three changes: a value, a missing, repeated or unknown part, a swap."""
    document = draw(st.sampled_from(KINDS[kind].right()))
    for _ in range(draw(st.integers(1, 3))):
        paths = paths_of(document)
        path = paths[draw(st.integers(0, len(paths) - 1))]
        how = draw(st.sampled_from(["value", "value", "value", "drop", "repeat", "add", "swap", "near"]))
        document = _with_change(draw, document, paths, path, how)
    return document


def _with_change(draw: st.DrawFn, document: Any, paths: list[Any], path: Any, how: str) -> Any:
    found = _at(document, path)
    if how == "near" and isinstance(found, int | float) and not isinstance(found, bool):
        factor = draw(st.sampled_from([-1, 0, 0.5, 2, 11, 1000]))
        return changed(document, path, type(found)(found * factor))
    if how == "swap":
        return changed(document, path, _at(document, paths[draw(st.integers(0, len(paths) - 1))]))
    if how == "add" and isinstance(found, dict):
        return changed(document, path, found | {draw(WORDS): draw(VALUES)})
    if how in ("drop", "repeat") and isinstance(found, list) and found:
        return changed(document, path, found[1:] if how == "drop" else [*found, *found])
    if how == "drop" and isinstance(found, dict) and found:
        gone = draw(st.sampled_from(sorted(found, key=str)))
        return changed(document, path, {key: part for key, part in found.items() if key != gone})
    return changed(document, path, draw(VALUES))


def _at(document: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        document = document[part]
    return document


@st.composite
def texts(draw: st.DrawFn, kind: str) -> str:
    """The text of such a document, now and then with a stroke of the pen through it."""
    text = yaml_text(draw(documents(kind)))
    if draw(st.integers(0, 5)):
        return text
    place = draw(st.integers(0, max(len(text) - 1, 0)))
    stroke = draw(
        st.sampled_from(["", "\t", "\0", "&a ", "*a", "<<: ", "{", "]", ":", "\n- ", "!!int ", "\ufeff"])
    )
    return text[:place] + stroke + text[place + draw(st.integers(0, 3)) :]


@st.composite
def forms(draw: st.DrawFn) -> list[list[str]]:
    """The form of a region with cells, rows and columns changed."""
    rows = [list(row) for row in FORM]
    for _ in range(draw(st.integers(1, 4))):
        row = draw(st.integers(0, len(rows) - 1))
        how = draw(st.sampled_from(["cell", "cell", "cell", "drop", "repeat", "column"]))
        if how == "cell" and rows[row]:
            cell = draw(
                st.one_of(WORDS, NUMBERS.map(str), st.sampled_from(["1.000", "1,5", "€ 5", "31-12-2026"]))
            )
            rows[row][draw(st.integers(0, len(rows[row]) - 1))] = cell
        elif how == "drop" and len(rows) > 1:
            del rows[row]
        elif how == "repeat":
            rows.append(list(rows[row]))
        elif how == "column":
            name = draw(
                st.sampled_from(["bedden_vanaf", "cluster", "verpleeghuisplaatsen", "elv_budget_eur", "x"])
            )
            rows = [[*cells, name if number == 0 else draw(WORDS)] for number, cells in enumerate(rows)]
    return rows


@st.composite
def commands(draw: st.DrawFn) -> list[str]:
    """Options with words and numbers that have no sense; what would simulate is not asked."""
    word = st.one_of(WORDS, NUMBERS.map(str)).filter(lambda w: "\0" not in w)
    kind = draw(st.integers(0, 4))
    if kind == 0:
        measure = draw(st.sampled_from(["wait_days", "refused", "occupancy", "x"]))
        norm = f"{measure}<={draw(word)}@{draw(word)}"
        return ["capacity", "middenland", "--type", "none", "--norm", norm]
    if kind == 1:
        return ["capacity", "middenland", "--type", "none", "--growth", draw(word), "--years", draw(word)]
    if kind == 2:
        return ["compare", "basis_2026", draw(word), "--precision", f"{draw(word)}={draw(word)}"]
    if kind == 3:
        return ["tariffs", "show", draw(word), "--date", draw(word)]
    return ["run", draw(word), "--seed", draw(word), "--replications", draw(word), "--area", "no such area"]


def _looked(make: Callable[[Any], Ended], strategy: st.SearchStrategy[Any]) -> None:
    """Try a few, the same each time; where asked, fresh ones until the time is up. Faults are by kind."""
    faults: dict[str, str] = {}

    def one(found: Any) -> None:
        ended = make(found)
        if ended.faults:
            told = (" ".join(ended.arguments)[:300], str(found)[:2000], ended.err[-2000:])
            faults.setdefault(_kind(ended), "\n".join(told))

    _ONE_RUN(drawn_from(strategy)(one))()
    until = time.monotonic() + SECONDS
    turn = int(time.time())
    while SECONDS and time.monotonic() < until:
        turn += 1
        fresh = settings(_ONE_RUN, max_examples=MANY, derandomize=False)
        seed(turn)(fresh(drawn_from(strategy)(lambda found: one(found))))()
    assert not faults, "\n\n".join(f"{kind}\n{told}" for kind, told in faults.items())


def _kind(ended: Ended) -> str:
    """The fault and the place in the program where it arose: one of each is told."""
    places = [
        line.strip() for line in ended.err.splitlines() if "sim/" in line and line.strip().startswith("File")
    ]
    return f"{ended.faults[0][:120]} {places[-1] if places else ''}"


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_changed_file_ends_in_one_line(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "changed.yaml"

    def make(text: str) -> Ended:
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        return given(*KINDS[kind].command(file))

    given("tariffs", "check")
    _looked(make, texts(kind))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_changed_form_ends_in_one_line(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"changed.{ending}"

    def make(rows: list[list[str]]) -> Ended:
        if ending == "xlsx":
            file.write_bytes(book(rows))
        else:
            file.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
        return given("capacity", file, "--template", tmp_path / "out.csv")

    _looked(make, forms())


def test_changed_options_end_in_one_line() -> None:
    _looked(lambda arguments: given(*arguments), commands())
